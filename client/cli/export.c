/* plan export: the plan as the file that import reads (its format: import.c). Keys are the records' ids. */
#include "client/cli/cli.h"
#include "common/model/rank.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT_MAX (1u << 30)

struct export {
  struct jl_cli *cli;
  struct jl_record_state *records;
  size_t count, capacity;
  bool whole; /* signatures too */
  bool done;
  struct jl_error error;
};

static bool keep(struct export *x, const struct jl_record_state *r) {
  if (!x->whole && r->type == JL_TYPE_SIGNATURE) return true; /* a copy's definitions are signed anew */
  if (x->count == x->capacity) {
    size_t capacity = x->capacity == 0 ? 1024 : x->capacity * 2;
    struct jl_record_state *grown = jl_arena_array(x->cli->arena, capacity, sizeof *grown);
    if (grown == NULL) return false;
    if (x->count > 0) memcpy(grown, x->records, x->count * sizeof *grown);
    x->records = grown;
    x->capacity = capacity;
  }
  struct jl_record_state *mine = &x->records[x->count++];
  *mine = *r;
  mine->body = jl_arena_dup(x->cli->arena, r->body);
  return r->body.size == 0 || mine->body.data != NULL;
}

static void on_event(void *context, const struct jl_event *event) {
  struct export *x = context;
  if (event->kind == JL_EVENT_ENDED || event->kind == JL_EVENT_RESYNC) {
    x->error = event->error;
    if (x->error.code == JL_E_OK) x->error.code = JL_E_UNAVAILABLE;
    x->done = true;
  }
  if (event->kind != JL_EVENT_SNAPSHOT) return;
  for (size_t i = 0; i < event->record_count && x->error.code == JL_E_OK; i++)
    if (!keep(x, &event->records[i])) (void)jl_cli_no_link(&x->error);
  x->done = x->done || event->last || x->error.code != JL_E_OK;
}

/* The snapshot comes in pieces, so a plan of any size fits. */
static bool read_space(struct export *x, const struct jl_id *space, struct jl_error *err) {
  x->done = false;
  uint32_t stream = jl_client_subscribe(x->cli->client, space, on_event, x);
  if (stream == 0) return jl_cli_no_link(err);
  while (!x->done) {
    struct pollfd fd = {.fd = jl_client_fd(x->cli->client), .events = POLLIN};
    if (!jl_client_turn(x->cli->client) || x->done) break;
    int ms = jl_client_timeout_ms(x->cli->client);
    (void)poll(&fd, 1, ms < 0 || ms > 1000 ? 1000 : ms);
  }
  if (x->error.code == JL_E_OK && x->done) {
    jl_client_unsubscribe(x->cli->client, stream);
    return true;
  }
  *err = x->error;
  return x->error.code != JL_E_OK ? false : jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the connection was closed"), NULL);
}

bool jl_cli_read_space(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state **ret_records, size_t *ret_n, struct jl_error *err) {
  struct export x = {.cli = cli, .whole = true};
  bool ok = read_space(&x, space, err);
  *ret_records = x.records;
  *ret_n = x.count;
  return ok;
}

static void on_records(void *context, const struct jl_reply *reply) {
  struct export *x = context;
  jl_cli_heard(x->cli, reply);
  if (reply->error.code != JL_E_OK) x->error = reply->error;
  for (size_t f = 0; f < reply->found_count && x->error.code == JL_E_OK; f++)
    for (size_t i = 0; i < reply->found[f].record_count; i++)
      if (!keep(x, &reply->found[f].records[i])) (void)jl_cli_no_link(&x->error);
}

/* One type at a time: from this machine's copy. */
static bool read_local(struct export *x, const struct jl_id *space, bool organisation, struct jl_error *err) {
  for (size_t t = 0; t < jl_record_type_count; t++) {
    const struct jl_query query = {.types = &jl_record_types[t]->number, .type_count = 1, .all = true, .deleted = true};
    if ((jl_record_types[t]->space == JL_SPACE_ORGANISATION) != organisation || jl_record_types[t]->space == JL_SPACE_PERSONAL) continue;
    if (jl_client_read(x->cli->client, space, &query, 1, on_records, x) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(x->cli, err)) return false;
    if (x->error.code == JL_E_OK) continue;
    *err = x->error;
    return false;
  }
  return true;
}

/* A guest has no copy of the organisation, but what the plan tells him of it. */
static bool read_directory(struct export *x, struct jl_error *err) {
  struct jl_id organisation = jl_profile_identity(x->cli->profile)->organisation;
  if (read_space(x, &organisation, err)) return true;
  if (err->code != JL_E_NOT_FOUND) return false;
  *err = x->error = (struct jl_error){0};
  return read_local(x, &x->cli->plan, true, err);
}

/* Each list in its order; those that people do not order as they were made. */
static int by_list(const void *a, const void *b) {
  const struct jl_record_state *x = a, *y = b;
  if (x->type != y->type) return x->type < y->type ? -1 : 1;
  const struct jl_record_type *type = jl_record_type_by_number(x->type);
  const struct jl_record one = {.type = type, .number = x->number, .body = x->body}, other = {.type = type, .number = y->number, .body = y->body};
  struct jl_rank first, second;
  int order = 0;
  if (jl_rank_of(&one, &first) && jl_rank_of(&other, &second))
    order = jl_rank_compare(&first, &second);
  else if (x->number != y->number)
    return x->number < y->number ? -1 : 1;
  return order != 0 ? order : jl_id_compare(&x->id, &y->id);
}

static struct jl_bytes without_server_fields(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes body) {
  for (size_t i = 0; i < type->field_count; i++)
    if (type->fields[i].by_server) body = jl_record_with(cli->arena, body, type->fields[i].number, (struct jl_bytes){NULL, 0});
  return body;
}

/* with_type: false in a list of one type. A type that this program does not know is its number, its fields are bytes. */
static void put_object(struct export *x, const struct jl_record_state *r, bool with_type, struct jl_buffer *out) {
  static const struct jl_record_type unknown = {.name = ""};
  const struct jl_record_type *known = jl_record_type_by_number(r->type), *type = known != NULL ? known : &unknown;
  struct jl_buffer fields;
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&r->id, id);
  jl_buffer_init(&fields, 4u << 20);
  jl_record_to_json(type, without_server_fields(x->cli, type, r->body), &fields);
  jl_buffer_text(out, "{");
  if (with_type && known != NULL) jl_buffer_printf(out, "\"type\":\"%s\",", type->name);
  else if (with_type) jl_buffer_printf(out, "\"type\":%" PRIu32 ",", r->type);
  jl_buffer_printf(out, "\"key\":\"%s\"", id);
  if (!jl_buffer_ok(&fields))
    out->failed = true;
  else if (fields.size > 2) {
    jl_buffer_byte(out, ',');
    jl_buffer_append(out, fields.data + 1, fields.size - 1);
  } else
    jl_buffer_byte(out, '}');
  jl_buffer_release(&fields);
}

static int compare_ids(const void *a, const void *b) { return jl_id_compare(a, b); }

/* Ids that the plan's records name, sorted: only the people of this plan leave with it. */
static struct jl_id *named_ids(struct export *x, size_t *ret_n) {
  size_t n = 0, capacity = 1024;
  struct jl_id *ids = malloc(capacity * sizeof *ids);
  for (size_t r = 0; ids != NULL && r < x->count; r++) {
    const struct jl_record_type *type = jl_record_type_by_number(x->records[r].type);
    for (size_t f = 0; type != NULL && f < type->field_count && ids != NULL; f++) {
      if (type->fields[f].kind != JL_KIND_REFERENCE || type->fields[f].by_server) continue;
      struct jl_iterator it = jl_record_each(x->records[r].body, &type->fields[f]);
      struct jl_value value;
      while (ids != NULL && jl_iterator_next(&it, &value)) {
        if (n == capacity) {
          struct jl_id *grown = realloc(ids, (capacity *= 2) * sizeof *ids);
          if (grown == NULL) free(ids);
          ids = grown;
        }
        if (ids != NULL) ids[n++] = value.id;
      }
    }
  }
  if (ids != NULL) qsort(ids, n, sizeof *ids, compare_ids);
  *ret_n = n;
  return ids;
}

static void put_directory(struct export *x, const struct export *directory, struct jl_buffer *out) {
  static const struct {
    const char *list;
    uint32_t type;
  } lists[] = {{"calendars", JL_TYPE_CALENDAR}, {"teams", JL_TYPE_TEAM}, {"roles", JL_TYPE_ROLE}, {"people", JL_TYPE_PERSON}};
  size_t n = 0;
  struct jl_id *ids = named_ids(x, &n);
  jl_buffer_text(out, "\"organisation\":{");
  for (size_t l = 0; l < JL_COUNT(lists); l++) {
    bool first = true;
    jl_buffer_printf(out, "%s\"%s\":[", l > 0 ? ",\n" : "", lists[l].list);
    for (size_t i = 0; i < directory->count; i++) {
      struct jl_record_state r = directory->records[i];
      if (r.type != lists[l].type ||
          (r.type == JL_TYPE_PERSON && (ids == NULL || bsearch(&r.id, ids, n, sizeof *ids, compare_ids) == NULL)))
        continue;
      jl_buffer_text(out, first ? "\n" : ",\n");
      put_object(x, &r, false, out);
      first = false;
    }
    jl_buffer_text(out, "]");
  }
  jl_buffer_text(out, "},\n");
  if (ids == NULL) out->failed = true;
  free(ids);
}

static void put_plan(struct export *x, const struct export *directory, struct jl_buffer *out) {
  bool first = true;
  jl_buffer_text(out, "{\"jalon\":1,\"defaults\":false,\n");
  put_directory(x, directory, out);
  for (size_t i = 0; i < x->count; i++) {
    if (x->records[i].type != JL_TYPE_PLAN) continue;
    jl_buffer_text(out, "\"plan\":");
    put_object(x, &x->records[i], false, out); /* with its key: letters and rights name it */
  }
  jl_buffer_text(out, ",\n\"records\":[");
  for (size_t i = 0; i < x->count; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(x->records[i].type);
    if (type != NULL && type->singleton) continue;
    jl_buffer_text(out, first ? "\n" : ",\n");
    put_object(x, &x->records[i], true, out);
    first = false;
  }
  jl_buffer_text(out, "]}\n");
}

/* What somebody decided or said of this plan here, and what happened in its sprints. */
static bool is_of_here(uint32_t type) {
  return type == JL_TYPE_APPROVAL || type == JL_TYPE_BASELINE || type == JL_TYPE_LAUNCH_OVERRIDE || type == JL_TYPE_ASSESSMENT || type == JL_TYPE_SPRINT_EVENT || type == JL_TYPE_AUTOMATION_FIRING ||
         (type >= JL_TYPE_REVIEW && type <= JL_TYPE_REVIEW_DECISION);
}

static bool is_about_such(const struct export *x, const struct jl_record_state *r) {
  const struct jl_record_type *type = jl_record_type_by_number(r->type);
  const struct jl_field *parent = type == NULL ? NULL : jl_parent_field(type);
  struct jl_id id;
  if (parent == NULL || !jl_field_refers_to(parent, JL_TYPE_APPROVAL) || !jl_record_id(type, r->body, parent->number, &id)) return false;
  for (size_t i = 0; i < x->count; i++)
    if (is_of_here(x->records[i].type) && jl_id_equal(&x->records[i].id, &id)) return true;
  return false;
}

/* What somebody approved was this plan here, as what was overridden and what was answered: a file says what is planned, and what is read from
 * it is approved anew. */
static void leave_decisions_out(struct export *x) {
  size_t kept = 0;
  bool any = false;
  for (size_t i = 0; i < x->count; i++) any = any || is_of_here(x->records[i].type);
  for (size_t pass = 0; any && pass < 2; pass++) { /* what was said about them, then themselves */
    kept = 0;
    for (size_t i = 0; i < x->count; i++) {
      bool itself = is_of_here(x->records[i].type);
      if (itself == (pass == 1) && (itself || is_about_such(x, &x->records[i]))) continue;
      x->records[kept++] = x->records[i];
    }
    x->count = kept;
  }
}

/* Whole or not at all: a new file beside, then renamed. */
static bool write_file(const char *path, struct jl_bytes bytes, struct jl_error *err) {
  char temporary[4096];
  if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
    errno = ENAMETOOLONG;
  else {
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool ok = file != NULL && fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
    if (file != NULL) ok = fclose(file) == 0 && ok;
    if (ok && rename(temporary, path) == 0) return true;
  }
  return jl_fail(err, JL_E_USAGE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
}

bool jl_cli_read_plan(struct jl_cli *cli, const struct jl_id *plan, const struct jl_record_state **ret_records, size_t *ret_n, struct jl_error *err) {
  struct export x = {.cli = cli};
  (void)jl_plan_input_of(cli, plan); /* shows whether the server answers */
  if (!(cli->heard.local ? read_local(&x, plan, false, err) : read_space(&x, plan, err))) return false;
  if (!jl_keep_living(cli, JL_SPACE_PLAN, x.records, &x.count)) return jl_cli_no_link(err);
  if (x.count > 0) qsort(x.records, x.count, sizeof *x.records, by_list);
  *ret_records = x.records;
  *ret_n = x.count;
  return true;
}

bool jl_cmd_plan_export(struct jl_cli *cli, struct jl_error *err) {
  struct export x = {.cli = cli}, directory = {.cli = cli};
  struct jl_buffer out;
  (void)jl_plan_input_of(cli, &cli->plan); /* shows whether the server answers */
  bool read = cli->heard.local ? read_local(&x, &cli->plan, false, err) && read_local(&directory, &cli->plan, true, err)
                               : read_space(&x, &cli->plan, err) && read_directory(&directory, err);
  if (!read) return false;
  if (!jl_keep_living(cli, JL_SPACE_PLAN, x.records, &x.count) || !jl_keep_living(cli, JL_SPACE_ORGANISATION, directory.records, &directory.count))
    return jl_cli_no_link(err);
  leave_decisions_out(&x);
  if (x.count > 0) qsort(x.records, x.count, sizeof *x.records, by_list);
  if (directory.count > 0) qsort(directory.records, directory.count, sizeof *directory.records, by_list);
  jl_buffer_init(&out, EXPORT_MAX);
  put_plan(&x, &directory, &out);
  bool ok = jl_buffer_ok(&out) || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (ok && strcmp(cli->words[0], "-") == 0) {
    jl_cli_print(cli, &out);
    return true;
  }
  ok = ok && write_file(cli->words[0], jl_buffer_bytes(&out), err);
  jl_buffer_release(&out);
  if (ok) jl_say(cli, JL_MSG("{1} records written to {2}"), jl_arg_integer((int64_t)x.count), jl_arg_text(cli->words[0]));
  return ok;
}

#include "server/net/views.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 65536
#define BUILD_ARENA (64U * 1024U * 1024U)
#define HISTORY_ROWS 200 /* shown by a history view, newest first */
#define HISTORY_BYTES (2U * 1024U * 1024U)
#define PARAMETERS_MAX 32

bool jl_view_request_check(const Jalon__ViewRequest *request, bool has_space, struct jl_error *err) {
  const struct jl_view *view = request->view != NULL ? jl_view_by_name(request->view) : NULL;
  if (view == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no view {1}"), JL_MSG("jalon --help lists the views"), jl_arg_text(request->view));
  if (view->needs_space && !has_space)
    return jl_fail(err, JL_E_INVALID, JL_MSG("choose a plan first"), JL_MSG("jalon plan use NAME, or --plan NAME"));
  if (request->n_parameters > PARAMETERS_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a view takes at most {1} parameters"), NULL, jl_arg_integer(PARAMETERS_MAX));
  for (size_t i = 0; i < request->n_parameters; i++) {
    const char *name = request->parameters[i]->name;
    bool known = name != NULL && view->by_record && strcmp(name, "record") == 0;
    for (size_t k = 0; name != NULL && !known && view->parameters != NULL && view->parameters[k] != NULL; k++)
      known = strcmp(view->parameters[k], name) == 0;
    if (!known) return jl_fail(err, JL_E_USAGE, JL_MSG("view {1} has no parameter {2}"), NULL, jl_arg_text(view->name), jl_arg_text(name));
  }
  return true;
}

static bool depends_on_reader(const struct jl_view *view) { return strcmp(view->name, "mine") == 0; }

static const struct jl_replica *replica_of(const struct jl_view_question *q) {
  return q->space != NULL ? jl_space_committed(q->space) : NULL;
}
static const struct jl_replica *plans_of(const struct jl_view_question *q) {
  return q->view->needs_space ? NULL : jl_spaces_plans(q->server->spaces);
}
static int32_t today_of(const struct jl_view_question *q) {
  return q->request->has_today ? q->request->today : jl_server_today(q->server, replica_of(q));
}

static void key_text(struct jl_buffer *key, const char *text) {
  size_t size = text != NULL ? strlen(text) : 0;
  jl_buffer_varint(key, size);
  if (size > 0) jl_buffer_append(key, text, size);
}

static void key_position(struct jl_buffer *key, const struct jl_replica *replica) {
  if (replica == NULL) return;
  const struct jl_position *position = jl_replica_where(replica);
  jl_buffer_append(key, position->space.bytes, sizeof position->space.bytes);
  jl_buffer_varint(key, position->epoch);
  jl_buffer_varint(key, position->revision);
}

/* The plans of all spaces have no common position: each plan's revision counts. */
static void key_plans(struct jl_buffer *key, const struct jl_replica *plans) {
  if (plans == NULL) return;
  struct jl_id mixed = {{0}};
  const struct jl_record *record = jl_replica_next(plans, NULL);
  for (; record != NULL; record = jl_replica_next(plans, &record->id)) {
    struct jl_bytes parts[] = {{mixed.bytes, sizeof mixed.bytes},
                               {record->id.bytes, sizeof record->id.bytes},
                               {(const uint8_t *)&record->revision, sizeof record->revision}};
    mixed = jl_id_derive("plans of a view", parts, JL_COUNT(parts));
  }
  jl_buffer_append(key, mixed.bytes, sizeof mixed.bytes);
}

static void make_key(struct jl_view_question *q) {
  struct jl_buffer *key = &q->key;
  jl_buffer_init(key, KEY_MAX);
  key_text(key, q->view->name);
  jl_buffer_varint(key, q->sections);
  jl_buffer_varint(key, (uint32_t)today_of(q));
  if (depends_on_reader(q->view)) jl_buffer_append(key, q->reader.bytes, sizeof q->reader.bytes);
  for (size_t i = 0; i < q->request->n_parameters; i++) {
    key_text(key, q->request->parameters[i]->name);
    key_text(key, q->request->parameters[i]->value);
  }
  jl_buffer_byte(key, 0);
  key_position(key, replica_of(q));
  key_position(key, jl_spaces_directory(q->server->spaces));
  key_plans(key, plans_of(q));
}

static void answer(struct jl_view_question *q, const struct jl_view_entry *entry, const struct jl_error *err) {
  jl_buffer_release(&q->key);
  q->done(q->context, entry, err);
}

struct log_lists {
  const Jalon__ChangeBody **bodies;
  const Jalon__ChangePrivate **private_values;
  size_t count;
};

static bool build(struct jl_view_question *q, const struct log_lists *log, struct jl_arena *a, const struct jl_view_entry **ret_entry,
                  struct jl_error *err) {
  const struct jl_replica *replica = replica_of(q), *directory = jl_spaces_directory(q->server->spaces);
  struct jl_view_parameter parameters[PARAMETERS_MAX];
  for (size_t i = 0; i < q->request->n_parameters; i++) {
    const Jalon__ViewParameter *p = q->request->parameters[i];
    parameters[i] = (struct jl_view_parameter){p->name, p->value != NULL ? p->value : ""};
  }
  struct jl_view_input in = {.space = replica,
                             .organisation = directory,
                             .plans = plans_of(q),
                             .sections = q->sections,
                             .today = today_of(q),
                             .parameters = parameters,
                             .parameter_count = q->request->n_parameters};
  if (depends_on_reader(q->view)) in.reader = q->reader;
  if (log != NULL) {
    in.log = log->bodies;
    in.log_private = log->private_values;
    in.log_count = log->count;
  }
  struct jl_bytes document;
  if (!jl_view_build(q->view, &in, a, &document, err)) return false;
  Jalon__ViewReply reply = JALON__VIEW_REPLY__INIT;
  Jalon__Position position;
  if (!jl_position_to_wire(jl_replica_where(replica != NULL ? replica : directory), q->sections, a, &position))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  reply.position = &position;
  reply.has_document = true;
  reply.document = jl_to_pb(document);
  struct jl_bytes packed = jl_pack(&reply.base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the view is larger than {1}"), JL_MSG("narrow it with its parameters"),
                   jl_arg_bytes(JL_VIEW_MAX));
  struct jl_message *message = jl_message_new(JALON__FRAME_TYPE__VIEW_REPLY, JL_FRAME_END, packed);
  *ret_entry = jl_view_cache_put(q->server->views, jl_buffer_bytes(&q->key), document, message);
  return *ret_entry != NULL || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
}

static void build_and_answer(struct jl_view_question *q, const struct log_lists *log, struct jl_arena *a) {
  struct jl_error err = {0};
  const struct jl_view_entry *entry = NULL;
  bool ok = build(q, log, a, &entry, &err);
  jl_arena_free(a);
  answer(q, ok ? entry : NULL, ok ? NULL : &err);
}

static void out_of_memory(struct jl_view_question *q) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  answer(q, NULL, &err);
}

/* ---- history: the log first, then as any view ---- */
static bool unpack_rows(const struct jl_log_row *rows, size_t n, bool newest_first, uint32_t sections, struct jl_arena *a,
                        struct log_lists *ret, struct jl_error *err) {
  *ret = (struct log_lists){.bodies = jl_arena_array(a, n + 1, sizeof(void *)), .private_values = jl_arena_array(a, n + 1, sizeof(void *))};
  if (ret->bodies == NULL || ret->private_values == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  for (size_t i = 0; i < n && ret->count < HISTORY_ROWS; i++) {
    const struct jl_log_row *row = &rows[newest_first ? i : n - 1 - i];
    if (row->section >= JL_SECTIONS || (sections & 1U << row->section) == 0) continue;
    ret->bodies[ret->count] = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, a, err);
    ret->private_values[ret->count] =
        (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, row->change.private_values, a, err);
    if (ret->bodies[ret->count] == NULL || ret->private_values[ret->count] == NULL) return false;
    ret->count++;
  }
  return true;
}

static void rows_found(struct jl_view_question *q, const struct jl_log_row *rows, size_t n, bool newest_first, const struct jl_error *err) {
  struct jl_error why = {0};
  struct log_lists log;
  struct jl_arena *a = jl_arena_new(BUILD_ARENA);
  bool failed = err != NULL && err->code != JL_E_OK;
  if (failed) {
    answer(q, NULL, err);
  } else if (a == NULL) {
    out_of_memory(q);
  } else if (!unpack_rows(rows, n, newest_first, q->sections, a, &log, &why)) {
    answer(q, NULL, &why);
  } else {
    build_and_answer(q, &log, a);
    return;
  }
  jl_arena_free(a);
}

static void history_found(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  rows_found(context, rows, n, true, err);
}
static void tail_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  (void)has_more;
  rows_found(context, rows, n, false, err);
}

static const char *parameter(const Jalon__ViewRequest *request, const char *name) {
  for (size_t i = 0; i < request->n_parameters; i++)
    if (strcmp(request->parameters[i]->name, name) == 0) return request->parameters[i]->value;
  return NULL;
}

static void ask_log(struct jl_view_question *q) {
  const struct jl_replica *replica = replica_of(q);
  const struct jl_position *position = replica != NULL ? jl_replica_where(replica) : NULL;
  const char *named = parameter(q->request, "record");
  struct jl_error err = {0};
  if (replica == NULL || position->revision == 0) {
    rows_found(q, NULL, 0, true, NULL);
  } else if (named != NULL && named[0] != '\0') {
    const struct jl_record *record = NULL;
    struct jl_arena *a = jl_arena_new(BUILD_ARENA);
    bool found =
        a != NULL && jl_resolve(replica, named, NULL, 0, true, a, &record, &err) && jl_record_readable(replica, record, q->sections);
    if (!found && err.code == JL_E_OK) jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("there is no record {1}"), NULL, jl_arg_text(named));
    jl_arena_free(a);
    if (!found)
      answer(q, NULL, &err);
    else
      jl_store_history(q->server->store, &position->space, &record->id, record->revision, 0, HISTORY_ROWS, history_found, q);
  } else {
    uint64_t from = position->revision > HISTORY_ROWS ? position->revision - HISTORY_ROWS + 1 : 1;
    jl_space_rows(q->space, from, position->revision, HISTORY_BYTES, tail_found, q);
  }
}

void jl_view_ask(struct jl_view_question *q) {
  q->view = jl_view_by_name(q->request->view);
  make_key(q);
  if (!jl_buffer_ok(&q->key)) {
    struct jl_error err = {0};
    jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("the parameters of the view are too long"), NULL);
    answer(q, NULL, &err);
    return;
  }
  const struct jl_view_entry *entry = jl_view_cache_find(q->server->views, jl_buffer_bytes(&q->key));
  if (entry != NULL) {
    answer(q, entry, NULL);
    return;
  }
  if (q->view->needs_log) {
    ask_log(q);
    return;
  }
  struct jl_arena *a = jl_arena_new(BUILD_ARENA);
  if (a == NULL)
    out_of_memory(q);
  else
    build_and_answer(q, NULL, a);
}

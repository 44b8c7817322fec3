/* References ("A12", a title, an id) to records: every one of a command goes out in one exchange, one READ per space. */
#include "client/cli/cli.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

bool jl_type_is_directory(uint32_t type_number) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  return type != NULL && type->space == JL_SPACE_ORGANISATION;
}

void jl_reference_text(uint32_t type, uint64_t number, char out[JL_REFERENCE_SIZE]) {
  jl_reference_format(jl_record_type_by_number(type), number, out);
}

struct jl_lookup *jl_lookup_add(struct jl_cli *cli, struct jl_lookups *l, const char *text) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 32 : l->capacity * 2;
    struct jl_lookup *items = jl_arena_array(cli->arena, capacity, sizeof *items);
    if (items == NULL) return NULL;
    if (l->count > 0) memcpy(items, l->items, l->count * sizeof *items);
    l->items = items;
    l->capacity = capacity;
  }
  struct jl_lookup *one = &l->items[l->count++];
  *one = (struct jl_lookup){.text = text};
  return one;
}

/* "A?3" goes on meaning its record when the server has given it another number. */
bool jl_cli_given(const struct jl_cli *cli, const char *text, struct jl_id *ret_record) {
  const struct jl_record_type *type;
  uint64_t number, given;
  struct jl_id space;
  struct jl_error ignored;
  if (cli->local == NULL || !jl_reference_parse(text, &type, &number) || !jl_number_provisional(number)) return false;
  return jl_local_open(cli->local, JL_LOCAL_WAIT_MS, &ignored) && jl_cli_has_outbox(cli) && jl_local_given(cli->local, type->number, number, &space, ret_record, &given);
}

static bool in_directory(const struct jl_lookup *one) {
  if (one->field != NULL) return one->field->reference_count > 0 && jl_type_is_directory(one->field->references[0]);
  return one->type != NULL && one->type->space == JL_SPACE_ORGANISATION;
}

/* What this profile last showed of it; false: not known before the record is (a title). */
static bool shown_before(const struct jl_cli *cli, const struct jl_id *space, const struct jl_lookup *one, uint64_t *ret_revision) {
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_id id;
  if (cli->has_base) {
    *ret_revision = cli->base;
    return true;
  }
  if (one->text == NULL)
    *ret_revision = jl_profile_shown(cli->profile, space, &one->id);
  else if (jl_reference_parse(one->text, &type, &number)) /* names type and number without asking anybody */
    *ret_revision = jl_profile_shown_number(cli->profile, space, type->number, number, &id);
  else
    return false;
  return true;
}

struct exchange {
  struct jl_cli *cli;
  struct jl_lookups *lookups;
  bool directory;
  struct jl_error error;
  bool again;
};

static struct jl_bytes keep(struct jl_cli *cli, struct jl_bytes bytes) { return jl_arena_dup(cli->arena, bytes); }

static bool take_found(struct jl_cli *cli, const struct jl_found *found, struct jl_lookup *one) {
  one->error = found->error;
  if (found->error.code != JL_E_OK) return true;
  if (found->record_count == 0) return jl_fail(&one->error, JL_E_NOT_FOUND, JL_MSG("there is no \"{1}\""), NULL, jl_arg_text(one->text));
  struct jl_record_state *records = jl_arena_array(cli->arena, found->record_count, sizeof *records);
  struct jl_field_base *bases = jl_arena_array(cli->arena, found->base_count + 1, sizeof *bases);
  if (records == NULL || bases == NULL) return false;
  for (size_t i = 0; i < found->record_count; i++) {
    records[i] = found->records[i];
    records[i].body = keep(cli, found->records[i].body);
  }
  for (size_t i = 0; i < found->base_count; i++) bases[i] = (struct jl_field_base){found->bases[i].field, keep(cli, found->bases[i].value)};
  one->record = records[0];
  one->below = records + 1;
  one->below_count = found->record_count - 1;
  one->bases = bases;
  one->base_count = found->base_count;
  return true;
}

static void on_read(void *context, const struct jl_reply *reply) {
  struct exchange *x = context;
  jl_cli_heard(x->cli, reply);
  x->error = reply->error;
  size_t at = 0;
  for (size_t i = 0; i < x->lookups->count && reply->error.code == JL_E_OK; i++) {
    struct jl_lookup *one = &x->lookups->items[i];
    if (in_directory(one) != x->directory) continue;
    if (at >= reply->found_count) {
      (void)jl_fail(&x->error, JL_E_BAD_FRAME, JL_MSG("the server left out a part of the answer"), NULL);
      return;
    }
    if (!take_found(x->cli, &reply->found[at++], one)) (void)jl_cli_no_link(&x->error);
  }
}

/* Whom a field of the plan is to name is asked of the plan: it answers for the organisation too, and is all that a guest knows of it. The
 * bases of an edit are of the organisation itself. */
static struct jl_id directory_space(const struct jl_cli *cli, const struct jl_lookups *l) {
  bool edited = jl_id_is_zero(&l->space);
  for (size_t i = 0; i < l->count; i++) edited = edited || (in_directory(&l->items[i]) && l->items[i].base_field_count > 0);
  return edited ? jl_profile_identity(cli->profile)->organisation : l->space;
}

/* A field that may name a record of the plan too: that one is not asked for here. */
static bool only_of_directory(struct jl_cli *cli, struct jl_query *q) {
  uint32_t *types = jl_arena_array(cli->arena, q->type_count + 1, sizeof *types);
  size_t n = 0;
  for (size_t i = 0; types != NULL && i < q->type_count; i++)
    if (jl_type_is_directory(q->types[i])) types[n++] = q->types[i];
  q->types = types;
  q->type_count = n;
  return types != NULL;
}

static bool send_read(struct jl_cli *cli, struct exchange *x, struct jl_error *err) {
  struct jl_lookups *l = x->lookups;
  struct jl_id space = x->directory ? directory_space(cli, l) : l->space;
  struct jl_query *queries = jl_arena_array(cli->arena, l->count + 1, sizeof *queries);
  size_t n = 0;
  if (queries == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < l->count; i++) {
    struct jl_lookup *one = &l->items[i];
    if (in_directory(one) != x->directory) continue;
    struct jl_query *q = &queries[n++];
    if (one->text != NULL && jl_cli_given(cli, one->text, &one->id)) one->text = NULL;
    *q = (struct jl_query){
        .text = one->text, .id = one->id, .children = one->children, .child_count = one->child_count, .deleted = one->deleted};
    if (one->field != NULL && !(one->field->reference_count == 1 && one->field->references[0] == 0))
      q->types = one->field->references, q->type_count = one->field->reference_count;
    else if (one->type != NULL)
      q->types = &one->type->number, q->type_count = 1;
    if (x->directory && !only_of_directory(cli, q)) return jl_cli_no_link(err);
    if (one->base_field_count == 0) continue;
    q->base_fields = one->base_fields;
    q->base_field_count = one->base_field_count;
    if (!shown_before(cli, &space, one, &q->shown_revision)) x->again = true;
  }
  if (n == 0) return true;
  if (jl_id_is_zero(&space))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  return jl_client_read(cli->client, &space, queries, n, on_read, x) != 0 || jl_cli_no_link(err);
}

/* A title does not say which record it is, so neither what was shown of it: known now, the bases are asked again. */
static bool bases_by_id(const struct jl_cli *cli, struct jl_lookups *l) {
  bool any = false;
  for (size_t i = 0; i < l->count; i++) {
    struct jl_lookup *one = &l->items[i];
    uint64_t revision;
    struct jl_id space = in_directory(one) ? jl_profile_identity(cli->profile)->organisation : l->space;
    if (one->base_field_count == 0 || one->error.code != JL_E_OK || shown_before(cli, &space, one, &revision)) continue;
    one->id = one->record.id;
    one->text = NULL;
    any = true;
  }
  return any;
}

static bool run_lookups(struct jl_cli *cli, struct jl_lookups *l, bool *ret_again, struct jl_error *err) {
  struct exchange plan = {.cli = cli, .lookups = l}, directory = {.cli = cli, .lookups = l, .directory = true};
  if (!send_read(cli, &plan, err) || !send_read(cli, &directory, err) || !jl_cli_wait(cli, err)) return false;
  const struct jl_error *why = plan.error.code != JL_E_OK ? &plan.error : &directory.error;
  if (why->code != JL_E_OK) {
    *err = *why;
    return false;
  }
  *ret_again = plan.again || directory.again;
  return true;
}

bool jl_lookups_run(struct jl_cli *cli, struct jl_lookups *l, struct jl_error *err) {
  bool again = false;
  if (!run_lookups(cli, l, &again, err)) return false;
  return !again || !bases_by_id(cli, l) || run_lookups(cli, l, &again, err);
}

bool jl_lookup_one(struct jl_cli *cli, struct jl_lookup *one, struct jl_error *err) {
  struct jl_lookups l = {.items = one, .count = 1, .capacity = 1, .space = cli->plan};
  if (!jl_lookups_run(cli, &l, err)) return false;
  if (one->error.code == JL_E_OK) return true;
  *err = one->error;
  return false;
}

bool jl_same_bytes(struct jl_bytes a, struct jl_bytes b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

struct jl_bytes jl_lookup_base(const struct jl_lookup *one, uint32_t field) {
  for (size_t i = 0; i < one->base_count; i++)
    if (one->bases[i].field == field) return one->bases[i].value;
  return (struct jl_bytes){NULL, 0};
}

bool jl_lookup_all_fields(struct jl_cli *cli, const struct jl_record_type *type, struct jl_lookup *one, struct jl_error *err) {
  uint32_t *fields = jl_arena_array(cli->arena, type->field_count, sizeof *fields);
  if (fields == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < type->field_count; i++) fields[i] = type->fields[i].number;
  one->base_fields = fields;
  one->base_field_count = type->field_count;
  return true;
}

uint64_t jl_lookup_seen(const struct jl_cli *cli, const struct jl_id *space, const struct jl_lookup *one) {
  const struct jl_record_state *record = &one->record;
  uint64_t shown = cli->has_base ? cli->base : jl_profile_shown(cli->profile, space, &record->id);
  if (shown == 0 || record->revision <= shown || record->created_revision > shown) return shown;
  for (size_t i = 0; i < one->base_count; i++)
    if (!jl_same_bytes(jl_record_slice(record->body, one->bases[i].field), one->bases[i].value)) return shown;
  return record->revision;
}

/* ---- plans by name: from the view of all plans ---- */
static bool same_name(struct jl_arena *a, const char *x, const char *y) {
  const char *fx = jl_text_fold(a, x), *fy = jl_text_fold(a, y);
  return fx != NULL && fy != NULL && strcmp(fx, fy) == 0;
}

static const char *row_name(const Jalon__Row *row) {
  for (size_t i = 0; i < row->n_cells; i++)
    if (row->cells[i]->kind == JL_ARG_TEXT && row->cells[i]->text != NULL && row->cells[i]->text[0] != '\0') return row->cells[i]->text;
  return NULL;
}

/* A plan's row of the view: its id and name. */
static bool plan_row(const Jalon__Row *row, struct jl_id *ret_id, const char **ret_name) {
  *ret_name = row_name(row);
  return row->record != NULL && row->record->type == JL_TYPE_PLAN && *ret_name != NULL &&
         jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, ret_id);
}

static bool begins_so(struct jl_arena *a, const char *x, const char *beginning) {
  const char *fx = jl_text_fold(a, x), *fb = jl_text_fold(a, beginning);
  return fx != NULL && fb != NULL && fb[0] != '\0' && strncmp(fx, fb, strlen(fb)) == 0;
}

struct plan_search {
  const char *name;
  bool by_id, by_beginning;
  struct jl_id id, found;
  const char *found_name, *near;
  int distance;
};

/* false: two plans fit. */
static bool search_plans(struct jl_cli *cli, const Jalon__Document *document, struct plan_search *s, struct jl_error *err) {
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows; r++) {
      struct jl_id id;
      const char *name;
      if (!plan_row(document->blocks[b]->rows[r], &id, &name)) continue;
      int distance = jl_text_distance(s->name, name);
      if (distance < s->distance) s->distance = distance, s->near = name;
      bool fits = s->by_id          ? jl_id_equal(&s->id, &id)
                  : s->by_beginning ? begins_so(cli->arena, name, s->name)
                                    : same_name(cli->arena, s->name, name);
      if (!fits || jl_id_equal(&s->found, &id)) continue;
      if (!jl_id_is_zero(&s->found) && s->by_beginning)
        return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("\"{1}\" can be the plan {2} or {3}"), JL_MSG("write more of its name"),
                       jl_arg_text(s->name), jl_arg_text(s->found_name), jl_arg_text(name));
      if (!jl_id_is_zero(&s->found))
        return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("several plans are called \"{1}\""),
                       JL_MSG("give the id that jalon plan list --json shows"), jl_arg_text(s->name));
      s->found = id;
      s->found_name = name;
    }
  return true;
}

bool jl_cli_resolve_plan(struct jl_cli *cli, const char *name, struct jl_id *ret_plan, char *ret_name, size_t size, struct jl_error *err) {
  struct jl_view_ask ask = {.view = "plans"};
  const Jalon__Document *document;
  uint64_t revision;
  struct plan_search s = {.name = name, .found_name = "", .near = "", .distance = 6};
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  s.by_id = jl_id_parse(name, &s.id);
  if (!search_plans(cli, document, &s, err)) return false;
  s.by_beginning = !s.by_id && jl_id_is_zero(&s.found);
  if (s.by_beginning && !search_plans(cli, document, &s, err)) return false;
  if (jl_id_is_zero(&s.found))
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no plan \"{1}\""),
                   s.near[0] != '\0' ? JL_MSG("did you mean \"{2}\"?") : JL_MSG("see jalon plan list"), jl_arg_text(name),
                   jl_arg_text(s.near));
  *ret_plan = s.found;
  snprintf(ret_name, size, "%s", s.found_name);
  return true;
}

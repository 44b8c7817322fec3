#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <string.h>

bool jl_rhythm_begin(struct jl_rhythm *r, struct jl_cli *cli, struct jl_error *err) {
  *r = (struct jl_rhythm){.cli = cli, .input = jl_plan_input_of(cli, &cli->plan), .group = jl_group_new(&cli->plan)};
  return r->group != NULL || jl_cli_no_link(err);
}

bool jl_rhythm_end(struct jl_rhythm *r, bool ok, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  ok = ok && jl_cli_submit(r->cli, r->group, ret_outcome, err);
  jl_group_free(r->group);
  return ok;
}

struct jl_draft jl_draft_of(struct jl_rhythm *r, uint32_t type) {
  return (struct jl_draft){.r = r, .type = jl_record_type_by_number(type), .id = jl_id_random()};
}

static bool put(struct jl_draft *d, uint32_t field, struct jl_bytes slice, struct jl_error *err) {
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(d->r->cli, &d->body, field, slice, err);
}

bool jl_draft_text(struct jl_draft *d, uint32_t field, const char *text, struct jl_error *err) {
  return text == NULL || jl_record_put_text(d->r->cli, d->type, &d->body, field, text, &d->r->input, err);
}

bool jl_draft_words(struct jl_draft *d, uint32_t field, struct jl_bytes words, struct jl_error *err) {
  return words.size == 0 || put(d, field, jl_value_encode(d->r->cli->arena, jl_field_by_number(d->type, field), &(struct jl_value){.text = words}), err);
}

bool jl_draft_number(struct jl_draft *d, uint32_t field, int64_t number, struct jl_error *err) {
  return put(d, field, jl_value_encode(d->r->cli->arena, jl_field_by_number(d->type, field), &(struct jl_value){.number = number}), err);
}

bool jl_draft_ids(struct jl_draft *d, uint32_t field, const struct jl_id *ids, size_t n, struct jl_error *err) {
  const struct jl_field *of = jl_field_by_number(d->type, field);
  struct jl_value *values = jl_arena_array(d->r->cli->arena, n + 1, sizeof *values);
  if (n == 0) return true;
  if (values == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < n; i++) values[i].id = ids[i];
  return put(d, field, of->repeated ? jl_values_encode(d->r->cli->arena, of, values, n) : jl_value_encode(d->r->cli->arena, of, values), err);
}

bool jl_draft_put(struct jl_draft *d, struct jl_error *err) {
  if (!jl_record_defaults(d->r->cli, d->type, &d->r->input, &d->body, err) || !jl_record_check(d->type, d->body, err)) return false;
  if (d->type->natural_key[0] != '\0') (void)jl_record_natural_id(d->type, &d->r->cli->plan, d->body, &d->id);
  jl_group_create(d->r->group, d->type->number, &d->id, d->body);
  return true;
}

/* ---- changes ---- */
static bool change(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, const struct jl_value *value, struct jl_error *err) {
  struct jl_bytes slice = jl_value_encode(r->cli->arena, jl_field_by_number(jl_record_type_by_number(of->record.type), field), value);
  if (slice.data == NULL) return jl_cli_no_link(err);
  if (!jl_same_bytes(slice, jl_record_slice(of->record.body, field))) jl_group_field(r->group, field, jl_lookup_base(of, field), slice);
  return true;
}

bool jl_change_number(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, int64_t number, struct jl_error *err) {
  return change(r, of, field, &(struct jl_value){.number = number}, err);
}

bool jl_change_text(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, const char *text, struct jl_error *err) {
  if (text == NULL) return true;
  if (text[0] != '\0') return change(r, of, field, &(struct jl_value){.text = {(const uint8_t *)text, strlen(text)}}, err);
  jl_group_field(r->group, field, jl_lookup_base(of, field), (struct jl_bytes){NULL, 0});
  return true;
}

bool jl_change_id(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, const struct jl_id *id, struct jl_error *err) {
  return change(r, of, field, &(struct jl_value){.id = *id}, err);
}

/* ---- rows of views ---- */
bool jl_row_record(const Jalon__Row *row, uint32_t type, struct jl_id *ret_id) {
  return row->record != NULL && row->record->type == type && jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, ret_id);
}

const Jalon__Cell *jl_row_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  for (size_t i = 0; i < block->n_columns && i < row->n_cells; i++)
    if (block->columns[i]->name != NULL && strcmp(block->columns[i]->name, column) == 0) return row->cells[i];
  return NULL;
}

bool jl_cell_is(const Jalon__Cell *cell, const char *word) {
  return cell != NULL && cell->alternative != NULL && strcmp(cell->alternative, word) == 0;
}

bool jl_people_named(struct jl_cli *cli, const char *names, struct jl_id *ret_ids, size_t capacity, size_t *ret_n, struct jl_error *err) {
  struct jl_lookups l = {.space = cli->plan};
  const struct jl_field *person = jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING), JL_MEETING_PARTICIPANTS);
  *ret_n = 0;
  for (const char *at = names; at != NULL && *at != '\0';) {
    at += strspn(at, ", @");
    size_t size = strcspn(at, ",");
    struct jl_lookup *one = size == 0 ? NULL : jl_lookup_add(cli, &l, jl_arena_strndup(cli->arena, at, size));
    if (size > 0 && (one == NULL || one->text == NULL)) return jl_cli_no_link(err);
    if (one != NULL) one->field = person;
    at += size;
  }
  if (l.count > capacity) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("at most {1} people take part"), NULL, jl_arg_integer((int64_t)capacity));
  if (l.count > 0 && !jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < l.count; i++) {
    if (l.items[i].error.code != JL_E_OK) {
      *err = l.items[i].error;
      return false;
    }
    ret_ids[(*ret_n)++] = l.items[i].record.id;
  }
  return true;
}

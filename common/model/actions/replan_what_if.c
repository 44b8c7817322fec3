#include "common/model/actions/replan.h"
#include "common/record/schema.h"

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL); }

bool jl_what_if_begin(const struct jl_view_input *in, struct jl_what_if *w, struct jl_error *err) {
  *w = (struct jl_what_if){.in = *in, .space = jl_replica_copy(in->space)};
  w->in.space = w->space;
  return w->space != NULL || no_memory(err);
}

void jl_what_if_end(struct jl_what_if *w) {
  if (w->space != NULL) jl_replica_free(w->space);
  w->space = NULL;
}

static bool put(struct jl_what_if *w, uint32_t type, const struct jl_id *id, const struct jl_record *was, struct jl_bytes body, bool gone,
                struct jl_error *err) {
  struct jl_record *r = body.data == NULL ? NULL : jl_record_new(type, id, body);
  if (r == NULL) return no_memory(err);
  if (was != NULL) {
    r->number = was->number;
    r->revision = was->revision;
    r->created_revision = was->created_revision;
  }
  r->deleted_revision = gone ? 1 : 0;
  return jl_replica_put(w->space, r) || no_memory(err);
}

static struct jl_bytes with(struct jl_arena *a, const struct jl_record_type *type, struct jl_bytes body, uint32_t field, const struct jl_value *value) {
  struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(type, field), value);
  return slice.data == NULL ? (struct jl_bytes){NULL, 0} : jl_record_with(a, body, field, slice);
}

bool jl_what_if_set(struct jl_what_if *w, struct jl_arena *a, const struct jl_record *record, uint32_t field, int64_t number, struct jl_error *err) {
  const struct jl_value value = {.number = number};
  return put(w, record->type_number, &record->id, record, with(a, record->type, record->body, field, &value), false, err);
}

bool jl_what_if_months(struct jl_what_if *w, struct jl_arena *a, const struct jl_record *line, const struct jl_months *m, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_MONTH);
  for (size_t i = 0; i < m->count; i++) {
    const struct jl_month *month = &m->list[i];
    struct jl_id id;
    if (month->is == month->was) continue;
    struct jl_bytes body = with(a, type, (struct jl_bytes){NULL, 0}, JL_BUDGET_MONTH_LINE, &(struct jl_value){.id = line->id});
    if (body.data != NULL) body = with(a, type, body, JL_BUDGET_MONTH_MONTH, &(struct jl_value){.number = month->first});
    if (body.data != NULL) body = with(a, type, body, JL_BUDGET_MONTH_PLANNED, &(struct jl_value){.number = month->is});
    if (body.data == NULL || !jl_record_natural_id(type, &jl_replica_where(w->space)->space, body, &id)) return no_memory(err);
    if (!put(w, JL_TYPE_BUDGET_MONTH, &id, jl_replica_record(w->space, &id), body, month->is == 0, err)) return false;
  }
  return true;
}

void jl_block_change(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, uint32_t field, struct jl_arg was,
                     struct jl_arg is) {
  jl_block_begin(b, JL_BLOCK_TABLE, "change", NULL);
  jl_column(b, "record", JL_MSG("what changes"), JL_ARG_TEXT, 0);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "now", JL_MSG("now"), (enum jl_arg_kind)is.kind, 0);
  jl_column(b, "then", JL_MSG("then"), (enum jl_arg_kind)is.kind, 0);
  jl_row_begin(b, record, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, record);
  jl_cell_label(b, jl_field_by_number(record->type, field)->label, jl_field_by_number(record->type, field)->name);
  jl_cell(b, was);
  jl_cell_source(b, record);
  jl_cell(b, is);
}

/* What of a space is there to be taken elsewhere: what was deleted is not, nor what is hidden with it. The replica knows what is hidden. */
#include "client/cli/cli.h"
#include "common/model/replica.h"
#include "common/record/schema.h"

struct living {
  struct jl_cli *cli;
  struct jl_replica *replica;
  struct jl_record_state *records;
  size_t count;
};

static bool is_gone(const struct living *l, const struct jl_id *id) {
  return jl_replica_record(l->replica, id) != NULL && jl_replica_live(l->replica, id) == NULL;
}

static bool put(const struct living *l, const struct jl_record_state *r, bool deleted) {
  struct jl_record *record = jl_record_new(r->type, &r->id, r->body);
  if (record == NULL) return false;
  record->deleted_revision = deleted ? 1 : 0;
  return jl_replica_put(l->replica, record);
}

static bool needs_gone(const struct living *l, const struct jl_record_type *type, const struct jl_record_state *r) {
  for (size_t f = 0; f < type->field_count; f++) {
    const struct jl_field *field = &type->fields[f];
    struct jl_id id;
    if (field->kind == JL_KIND_REFERENCE && field->required && !field->repeated && jl_record_id(type, r->body, field->number, &id) && is_gone(l, &id))
      return true;
  }
  return false;
}

/* Until no more go: what needs one of them goes as well. */
static bool let_go(const struct living *l) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < l->count; i++) {
      const struct jl_record_state *r = &l->records[i];
      const struct jl_record_type *type = jl_record_type_by_number(r->type);
      if (type == NULL || type->singleton || is_gone(l, &r->id) || !needs_gone(l, type, r)) continue;
      if (!put(l, r, true)) return false;
      changed = true;
    }
  }
  return true;
}

static bool name_living(const struct living *l, const struct jl_field *field, struct jl_bytes *body) {
  struct jl_value value, *values;
  size_t n = 0, kept = 0;
  for (struct jl_iterator it = jl_record_each(*body, field); jl_iterator_next(&it, &value);) n++;
  if (n == 0) return true;
  values = jl_arena_array(l->cli->arena, n, sizeof *values);
  if (values == NULL) return false;
  for (struct jl_iterator it = jl_record_each(*body, field); jl_iterator_next(&it, &value);)
    if (!is_gone(l, &value.id)) values[kept++] = value;
  if (kept == n) return true;
  struct jl_bytes slice = {NULL, 0};
  if (kept > 0) slice = field->repeated ? jl_values_encode(l->cli->arena, field, values, kept) : jl_value_encode(l->cli->arena, field, values);
  if (kept > 0 && slice.data == NULL) return false;
  *body = jl_record_with(l->cli->arena, *body, field->number, slice);
  return body->data != NULL || body->size == 0;
}

static bool keep_living(struct living *l, size_t *ret_n) {
  for (size_t i = 0; i < l->count; i++)
    if (!put(l, &l->records[i], l->records[i].deleted_revision != 0)) return false;
  if (!let_go(l)) return false;
  *ret_n = 0;
  for (size_t i = 0; i < l->count; i++) {
    struct jl_record_state r = l->records[i];
    const struct jl_record_type *type = jl_record_type_by_number(r.type);
    if (is_gone(l, &r.id)) continue;
    for (size_t f = 0; type != NULL && f < type->field_count; f++)
      if (type->fields[f].kind == JL_KIND_REFERENCE && !name_living(l, &type->fields[f], &r.body)) return false;
    l->records[(*ret_n)++] = r;
  }
  return true;
}

bool jl_keep_living(struct jl_cli *cli, enum jl_space_kind kind, struct jl_record_state *records, size_t *io_n) {
  const struct jl_id nowhere = {{0}};
  struct living l = {.cli = cli, .replica = jl_replica_new(&nowhere, kind), .records = records, .count = *io_n};
  bool ok = l.replica != NULL && keep_living(&l, io_n);
  jl_replica_free(l.replica);
  return ok;
}

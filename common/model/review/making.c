#include "common/model/review/freeze.h"

static void put(struct jl_making *m, uint32_t field, const struct jl_value *value) {
  struct jl_bytes slice = m->failed ? (struct jl_bytes){NULL, 0} : jl_value_encode(m->run->a, jl_field_by_number(m->type, field), value);
  if (slice.data != NULL) m->body = jl_record_with(m->run->a, m->body, field, slice);
  m->failed = m->failed || slice.data == NULL || m->body.data == NULL;
}

void jl_making_int(struct jl_making *m, uint32_t field, int64_t number) { put(m, field, &(struct jl_value){.number = number}); }

void jl_making_id(struct jl_making *m, uint32_t field, const struct jl_id *id) {
  if (!jl_id_is_zero(id)) put(m, field, &(struct jl_value){.id = *id});
}

/* No longer than its field: cut between characters. */
void jl_making_text(struct jl_making *m, uint32_t field, struct jl_bytes text) {
  const struct jl_field *described = jl_field_by_number(m->type, field);
  size_t size = text.size;
  if (size > described->max_bytes)
    for (size = described->max_bytes; size > 0 && (text.data[size] & 0xc0U) == 0x80U;) size--;
  if (size > 0) put(m, field, &(struct jl_value){.text = {text.data, size}});
}

bool jl_making_put(struct jl_making *m, const struct jl_id *id, struct jl_error *err) {
  struct jl_id own;
  if (m->failed) return jl_no_memory(err);
  if (id != NULL)
    own = *id;
  else if (!jl_record_natural_id(m->type, &jl_replica_where(m->run->space)->space, m->body, &own))
    return jl_no_memory(err);
  return jl_run_put(m->run, m->type, &own, jl_replica_record(m->run->space, &own), m->body, false, err);
}

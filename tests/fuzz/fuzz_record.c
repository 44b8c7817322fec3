/* Canonical records: checking is total, and an accepted record is the sum of its slices. */
#include "common/base/limits.h"
#include "common/record/record.h"
#include "tests/fuzz/fuzz.h"

static void read_fields(const struct jl_record_type *type, struct jl_bytes record) {
  size_t sum = 0;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    struct jl_iterator it = jl_record_each(record, field);
    struct jl_value value;
    while (jl_iterator_next(&it, &value)) sum += value.text.size;
    sum += jl_record_slice(record, field->number).size;
  }
  JL_ASSERT(sum <= 3 * record.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct jl_bytes record = {data, size};
  bool canonical = jl_record_canonical(record);
  for (size_t i = 0; i < jl_record_type_count; i++) {
    struct jl_error err = {0};
    bool ok = jl_record_check(jl_record_types[i], record, &err);
    JL_ASSERT(ok || err.code != JL_E_OK);
    JL_ASSERT(!ok || (canonical && size <= JL_RECORD_MAX));
    read_fields(jl_record_types[i], record);
  }
  return 0;
}

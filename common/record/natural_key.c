/* Ids of records that two people may make independently and that must then be one. */
#include "common/record/record.h"
#include "common/record/schema.h"
#include <string.h>

#define KEY_FIELDS 16

/* One part of the key per natural_key field, in order; false when one is absent. */
static bool key_parts(const struct jl_record_type *type, struct jl_bytes record, struct jl_bytes *parts, size_t *count) {
  for (size_t i = 0; i < type->field_count; i++) {
    if (!type->fields[i].natural_key) continue;
    struct jl_bytes slice = jl_record_slice(record, type->fields[i].number);
    if (slice.size == 0 || *count == KEY_FIELDS) return false;
    parts[(*count)++] = slice;
  }
  return true;
}

/* A second Accountable must meet the first, whoever holds it: its key leaves the holder out. Others: all three. */
static bool raci_parts(const struct jl_record_type *type, struct jl_bytes record, struct jl_bytes *parts, size_t *count) {
  bool accountable = jl_record_int(type, record, JL_RACI_LETTER, 0) == JL_RACI_A;
  const uint32_t fields[] = {JL_RACI_TARGET, JL_RACI_LETTER, JL_RACI_HOLDER};
  for (size_t i = 0; i < (accountable ? 2 : 3); i++) {
    struct jl_bytes slice = jl_record_slice(record, fields[i]);
    if (slice.size == 0) return false;
    parts[(*count)++] = slice;
  }
  return true;
}

/* One figure of a stage, period, lever, campaign and platform, whoever enters it: a second one is the same record, not twice as many leads. What
 * is not told counts as a part too, so that it is not taken for another; but for the platform, which figures of before have none of. */
static bool figure_parts(const struct jl_record_type *type, struct jl_bytes record, struct jl_bytes *parts, size_t *count) {
  static const uint32_t fields[] = {JL_FIGURE_STAGE, JL_FIGURE_START, JL_FIGURE_END, JL_FIGURE_LEVER, JL_FIGURE_ACTION};
  const struct jl_bytes platform = jl_record_slice(record, JL_FIGURE_PLATFORM);
  (void)type;
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    parts[*count] = jl_record_slice(record, fields[i]);
    if (parts[*count].size == 0 && i < 3) return false;
    ++*count;
  }
  if (platform.size > 0) parts[(*count)++] = platform;
  return true;
}

static const struct {
  const char *name;
  bool (*parts)(const struct jl_record_type *type, struct jl_bytes record, struct jl_bytes *parts, size_t *count);
} rules[] = {{"fields", key_parts}, {"raci", raci_parts}, {"figure", figure_parts}};

bool jl_record_natural_id(const struct jl_record_type *type, const struct jl_id *space, struct jl_bytes record, struct jl_id *ret_id) {
  uint8_t number[4];
  struct jl_bytes parts[2 + KEY_FIELDS] = {{space->bytes, sizeof space->bytes}, {number, sizeof number}};
  size_t count = 0;
  for (size_t i = 0; i < sizeof number; i++) number[i] = (uint8_t)(type->number >> (8 * i));
  for (size_t i = 0; i < JL_COUNT(rules); i++) {
    if (strcmp(rules[i].name, type->natural_key) != 0) continue;
    if (!rules[i].parts(type, record, parts + 2, &count)) return false;
    *ret_id = jl_id_derive("natural key", parts, 2 + count);
    if (type->number == JL_TYPE_GRANT) memcpy(ret_id->bytes, JL_GRANT_ID, JL_GRANT_ID_SIZE);
    return true;
  }
  return false;
}

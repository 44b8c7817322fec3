/* The one reader of protobuf's bytes. Strict: only what a canonical record may hold is read (minimal varints, no groups);
 * at anything else it stops and says so. Safe on any bytes. Internal to common/record. */
#ifndef JL_RECORD_SCAN_H
#define JL_RECORD_SCAN_H
#include "common/record/record.h"

enum { JL_WIRE_VARINT = 0, JL_WIRE_64 = 1, JL_WIRE_BYTES = 2, JL_WIRE_32 = 5 };
#define JL_FIELD_NUMBER_MAX 536870911u /* protobuf's own */

struct jl_occurrence {
  uint32_t number, wire;
  struct jl_bytes whole; /* tag and value */
  struct jl_bytes value; /* the content: without tag and length */
  uint64_t varint;       /* wire VARINT */
};
struct jl_scan {
  const uint8_t *at, *end;
  bool malformed;
};

struct jl_scan jl_scan_start(struct jl_bytes record);
bool jl_scan_next(struct jl_scan *scan, struct jl_occurrence *ret); /* false: the end, or malformed */
uint32_t jl_field_wire(const struct jl_field *field);
/* False when the occurrence has not the field's wire type or size. Ranges are not checked. */
bool jl_occurrence_value(const struct jl_occurrence *o, const struct jl_field *field, struct jl_value *ret_value);
int jl_element_compare(struct jl_bytes a, struct jl_bytes b); /* order of a set's elements */
#endif

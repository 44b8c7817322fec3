/* libjalon: reading and making records by the names of their types and fields, as `jalon --json` spells them
 * ("budget-line" or "budget_line", "planned"). The numbers behind the names never change. Pure and thread-safe.
 *
 * A record is its canonical bytes. What an event says about one field of it (struct jl_log_field) is a slice: the same
 * encoding, so the readers below take both. Amounts are minor units of the plan's currency, fractions millionths, shares
 * basis points, dates days since 1970-01-01, times microseconds UTC. */
#ifndef JALON_RECORD_H
#define JALON_RECORD_H
#include "common/base/buffer.h"
#include "common/base/error.h"

JL_API uint32_t jl_type_named(const char *name);                 /* 0: there is none */
JL_API const char *jl_type_name(uint32_t type);                  /* "budget_line"; NULL: a newer server's */
JL_API const char *jl_type_letter(uint32_t type);                /* "B", of its short references */
JL_API uint32_t jl_field_named(uint32_t type, const char *name); /* 0: there is none */
JL_API const char *jl_field_name(uint32_t type, uint32_t field); /* NULL: a newer server's */

/* The first value of a field, in a record or a slice of that field. false: it has none, or not of this sort. */
JL_API bool jl_read_integer(uint32_t type, uint32_t field, struct jl_bytes from, int64_t *ret_number);
JL_API bool jl_read_id(uint32_t type, uint32_t field, struct jl_bytes from, struct jl_id *ret_id);
JL_API bool jl_read_text(uint32_t type, uint32_t field, struct jl_bytes from, struct jl_bytes *ret_text); /* UTF-8, borrowed, not terminated */
/* The whole record as one JSON object, in the form of `jalon plan export`. */
JL_API void jl_record_write_json(uint32_t type, struct jl_bytes record, struct jl_buffer *out);
/* A record from such an object (references are UUIDs), checked as the server will check it: what is missing or out of
 * range is INVALID with the field named. `out` is appended to. */
JL_API JL_MUST_CHECK bool jl_record_read_json(uint32_t type, const char *json, size_t size, struct jl_buffer *out, struct jl_error *err);
/* One integer as a slice, for jl_group_field. */
JL_API JL_MUST_CHECK bool jl_write_integer(uint32_t type, uint32_t field, int64_t number, struct jl_buffer *out, struct jl_error *err);
/* One text as a slice. */
JL_API JL_MUST_CHECK bool jl_write_text(uint32_t type, uint32_t field, const char *text, struct jl_buffer *out, struct jl_error *err);
/* One reference as a slice. */
JL_API JL_MUST_CHECK bool jl_write_id(uint32_t type, uint32_t field, const struct jl_id *id, struct jl_buffer *out, struct jl_error *err);
#endif

#include "server/store/arrays.h"
#include <string.h>

#define DAY_2000 10957 /* PostgreSQL counts from 2000-01-01 */
#define US_2000 946684800000000
#define HEADER_BYTES 20 /* dimensions, has nulls, element type, count, lower bound */

const char *jl_sql_type_name(enum jl_sql_type type) {
  switch (type) {
  case JL_SQL_BOOL:
    return "boolean";
  case JL_SQL_BYTEA:
    return "bytea";
  case JL_SQL_BIGINT:
    return "bigint";
  case JL_SQL_SMALLINT:
    return "smallint";
  case JL_SQL_INTEGER:
    return "integer";
  case JL_SQL_TEXT:
    return "text";
  case JL_SQL_DATE:
    return "date";
  case JL_SQL_TIME:
    return "timestamp with time zone";
  case JL_SQL_UUID:
    return "uuid";
  }
  return "text";
}

static void put(uint8_t *out, uint64_t n, size_t size) {
  for (size_t i = size; i-- > 0; n >>= 8) out[i] = (uint8_t)n;
}
static uint64_t get(const uint8_t *in, size_t size) {
  uint64_t n = 0;
  for (size_t i = 0; i < size; i++) n = n << 8 | in[i];
  return n;
}
static size_t width(enum jl_sql_type type) {
  return type == JL_SQL_BOOL ? 1 : type == JL_SQL_SMALLINT ? 2 : type == JL_SQL_INTEGER || type == JL_SQL_DATE ? 4 : 8;
}

void jl_array_start(struct jl_array *a, enum jl_sql_type element, size_t max_bytes) {
  if (a->bytes.max == 0) jl_buffer_init(&a->bytes, max_bytes);
  jl_buffer_clear(&a->bytes);
  a->count = 0;
  uint8_t header[HEADER_BYTES];
  put(header, 1, 4);
  put(header + 4, 1, 4); /* may have nulls */
  put(header + 8, element, 4);
  put(header + 12, 0, 4);
  put(header + 16, 1, 4);
  jl_buffer_append(&a->bytes, header, sizeof header);
}

void jl_array_null(struct jl_array *a) {
  static const uint8_t null[4] = {0xff, 0xff, 0xff, 0xff};
  jl_buffer_append(&a->bytes, null, sizeof null);
  a->count++;
}

void jl_array_bytes(struct jl_array *a, const void *data, size_t size) {
  uint8_t head[4];
  if (size > INT32_MAX) a->bytes.failed = true;
  put(head, size, 4);
  jl_buffer_append(&a->bytes, head, 4);
  jl_buffer_append(&a->bytes, data, size);
  a->count++;
}

void jl_array_number(struct jl_array *a, enum jl_sql_type element, int64_t number) {
  uint8_t cell[12];
  size_t size = width(element);
  if (element == JL_SQL_DATE) number -= DAY_2000;
  if (element == JL_SQL_TIME) number -= US_2000;
  put(cell, size, 4);
  put(cell + 4, (uint64_t)number, size);
  jl_buffer_append(&a->bytes, cell, 4 + size);
  a->count++;
}

struct jl_pg_param jl_array_param(struct jl_array *a) {
  if (!jl_buffer_ok(&a->bytes)) return (struct jl_pg_param){0};
  put(a->bytes.data + 12, a->count, 4);
  return (struct jl_pg_param){.data = a->bytes.data, .size = a->bytes.size};
}

struct jl_pg_param jl_array_single(const struct jl_array *a) {
  JL_ASSERT(a->count == 1);
  const uint8_t *element = a->bytes.data + HEADER_BYTES;
  size_t size = a->bytes.size - HEADER_BYTES - 4;
  bool null = size == 0 && element[0] == 0xff;
  return null ? (struct jl_pg_param){0} : (struct jl_pg_param){.data = element + 4, .size = size};
}

bool jl_array_ok(const struct jl_array *a) { return jl_buffer_ok(&a->bytes); }
void jl_array_release(struct jl_array *a) { jl_buffer_release(&a->bytes); }

struct jl_bytes jl_cell_bytes(const PGresult *r, int row, int column) {
  if (row >= PQntuples(r) || column >= PQnfields(r) || PQgetisnull(r, row, column)) return (struct jl_bytes){NULL, 0};
  return (struct jl_bytes){(const uint8_t *)PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column)};
}

int64_t jl_cell_number(const PGresult *r, int row, int column) {
  struct jl_bytes cell = jl_cell_bytes(r, row, column);
  if (cell.size == 0 || cell.size > 8) return 0;
  uint64_t n = get(cell.data, cell.size);
  int64_t number = cell.size == 8 ? (int64_t)n : cell.size == 4 ? (int32_t)(uint32_t)n : cell.size == 2 ? (int16_t)(uint16_t)n : (int64_t)n;
  Oid type = PQftype(r, column);
  if (type == JL_SQL_DATE) return number + DAY_2000;
  if (type == JL_SQL_TIME) return number + US_2000;
  return number;
}

struct jl_id jl_cell_id(const PGresult *r, int row, int column) {
  struct jl_id id = {{0}};
  struct jl_bytes cell = jl_cell_bytes(r, row, column);
  if (cell.size == sizeof id.bytes) memcpy(id.bytes, cell.data, sizeof id.bytes);
  return id;
}

bool jl_cell_next(struct jl_bytes cell, size_t *at, struct jl_bytes *ret_element) {
  if (*at == 0) {
    if (cell.size < HEADER_BYTES || get(cell.data, 4) != 1) return false; /* an empty array has no dimension */
    *at = HEADER_BYTES;
  }
  while (*at + 4 <= cell.size) {
    int32_t size = (int32_t)(uint32_t)get(cell.data + *at, 4);
    *at += 4;
    if (size < 0) continue;
    if ((size_t)size > cell.size - *at) return false;
    *ret_element = (struct jl_bytes){cell.data + *at, (size_t)size};
    *at += (size_t)size;
    return true;
  }
  return false;
}

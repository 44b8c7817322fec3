#include "server/store/columns.h"
#include <inttypes.h>
#include <string.h>

enum jl_sql_type jl_column_type(const struct jl_field *field) {
  switch (field->kind) {
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
    return JL_SQL_TEXT;
  case JL_KIND_INTEGER:
  case JL_KIND_MONEY:
  case JL_KIND_FRACTION:
    return JL_SQL_BIGINT;
  case JL_KIND_BOOL:
    return JL_SQL_BOOL;
  case JL_KIND_ENUM:
    return JL_SQL_SMALLINT;
  case JL_KIND_SHARE:
    return JL_SQL_INTEGER;
  case JL_KIND_DATE:
    return JL_SQL_DATE;
  case JL_KIND_TIME:
    return JL_SQL_TIME;
  case JL_KIND_REFERENCE:
    return JL_SQL_UUID;
  case JL_KIND_RANK:
    return JL_SQL_BYTEA;
  }
  return JL_SQL_TEXT;
}

bool jl_column_possible(const struct jl_field *field) {
  enum jl_sql_type type = jl_column_type(field);
  return !field->repeated || type == JL_SQL_TEXT || type == JL_SQL_UUID;
}

/* Personal values can be erased, so their columns must be able to become empty. */
bool jl_column_not_null(const struct jl_field *field) { return field->required && !field->personal && !field->repeated; }

/* ---- statements ---- */

/* A set travels as one text per row, an array literal: arrays of arrays cannot be ragged. */
static const char *parameter_type(const struct jl_field *field) {
  return field->repeated ? "text" : jl_sql_type_name(jl_column_type(field));
}

/* In the select list the arrays are walked in step, row by row; in FROM each would be copied to a store of its own first.
 * Returns how many parameters it took. */
static int text_source(const struct jl_record_type *type, uint64_t mask, const char *const *fixed, struct jl_buffer *out) {
  int n = 0;
  jl_buffer_text(out, " FROM (SELECT ");
  for (size_t i = 0; fixed[i] != NULL; i++)
    jl_buffer_printf(out, "%sunnest($%d::%s[]) AS %s", i > 0 ? ", " : "", ++n, i < 2 ? "uuid" : "bigint", fixed[i]);
  for (size_t i = 0; i < type->field_count; i++)
    if ((mask >> i & 1) != 0) jl_buffer_printf(out, ", unnest($%d::%s[]) AS c%zu", ++n, parameter_type(&type->fields[i]), i);
  if ((mask >> JL_COLUMN_UNKNOWN & 1) != 0) jl_buffer_printf(out, ", unnest($%d::bytea[]) AS u", ++n);
  jl_buffer_text(out, ") AS e");
  return n;
}

static void text_value(const struct jl_field *field, size_t i, struct jl_buffer *out) {
  jl_buffer_printf(out, "e.c%zu", i);
  if (field->repeated) jl_buffer_printf(out, "::%s[]", jl_sql_type_name(jl_column_type(field)));
}

/* A record that is not there is our own error; the division makes the transaction fail rather than lose the edit. */
void jl_statement_update(const struct jl_record_type *type, uint64_t mask, struct jl_buffer *out) {
  static const char *const fixed[] = {"s", "i", "n", "r", "d", NULL};
  jl_buffer_printf(out, "WITH w AS (UPDATE \"%s\" AS t SET number = e.n, revision = e.r, deleted_revision = e.d", type->name);
  for (size_t i = 0; i < type->field_count; i++) {
    if ((mask >> i & 1) == 0) continue;
    jl_buffer_printf(out, ", \"%s\" = ", type->fields[i].name);
    text_value(&type->fields[i], i, out);
  }
  if ((mask >> JL_COLUMN_UNKNOWN & 1) != 0) jl_buffer_text(out, ", unknown = e.u");
  int n = text_source(type, mask, fixed, out);
  jl_buffer_printf(out, " WHERE t.space_id = e.s AND t.id = e.i RETURNING 1) SELECT 1 / (count(*) = $%d::bigint)::integer FROM w", n + 1);
}

void jl_statement_insert(const struct jl_record_type *type, struct jl_buffer *out) {
  static const char *const fixed[] = {"s", "i", "n", "r", "c", "d", NULL};
  jl_buffer_printf(out, "INSERT INTO \"%s\" (space_id, id, number, revision, created_revision, deleted_revision", type->name);
  for (size_t i = 0; i < type->field_count; i++) jl_buffer_printf(out, ", \"%s\"", type->fields[i].name);
  jl_buffer_text(out, ", unknown) SELECT e.s, e.i, e.n, e.r, e.c, e.d");
  for (size_t i = 0; i < type->field_count; i++) {
    jl_buffer_text(out, ", ");
    text_value(&type->fields[i], i, out);
  }
  jl_buffer_text(out, ", e.u");
  (void)text_source(type, UINT64_MAX, fixed, out);
}

void jl_statement_single(const char *text, struct jl_buffer *out) {
  static const char unnest[] = "unnest(", array[] = "[])", counting[] = "1 / (count(*) = ";
  const char *end = strstr(text, counting); /* some row is every row then, and EXISTS needs no aggregate */
  for (const char *at = text; *at != '\0' && at != end;) {
    const char *from = strstr(at, unnest), *to = from == NULL ? NULL : strstr(from, array);
    if (to == NULL) {
      jl_buffer_append(out, at, end == NULL ? strlen(at) : (size_t)(end - at));
      break;
    }
    jl_buffer_append(out, at, (size_t)(from - at));
    from += sizeof unnest - 1;
    jl_buffer_append(out, from, (size_t)(to - from));
    at = to + sizeof array - 1;
  }
  if (end != NULL) jl_buffer_text(out, "1 / EXISTS (SELECT FROM w)::integer");
}

void jl_statement_select(const struct jl_record_type *type, bool every_space, struct jl_buffer *out) {
  jl_buffer_text(out, "SELECT id, number, revision, created_revision, deleted_revision");
  for (size_t i = 0; i < type->field_count; i++) jl_buffer_printf(out, ", \"%s\"", type->fields[i].name);
  jl_buffer_printf(out, ", unknown, space_id FROM \"%s\"%s", type->name, every_space ? "" : " WHERE space_id = $1::uuid");
}

/* ---- records to columns ---- */

static void append_set(struct jl_array *a, const struct jl_field *field, struct jl_bytes body, struct jl_buffer *scratch) {
  struct jl_iterator it = jl_record_each(body, field);
  struct jl_value value;
  jl_buffer_clear(scratch);
  size_t n = 0;
  for (; jl_iterator_next(&it, &value); n++) {
    jl_buffer_byte(scratch, n == 0 ? '{' : ',');
    if (field->kind == JL_KIND_REFERENCE) {
      char text[JL_ID_TEXT_SIZE];
      jl_id_format(&value.id, text);
      jl_buffer_text(scratch, text);
      continue;
    }
    jl_buffer_byte(scratch, '"');
    for (size_t i = 0; i < value.text.size; i++) {
      if (value.text.data[i] == '"' || value.text.data[i] == '\\') jl_buffer_byte(scratch, '\\');
      jl_buffer_byte(scratch, value.text.data[i]);
    }
    jl_buffer_byte(scratch, '"');
  }
  if (n == 0) {
    jl_array_null(a);
    return;
  }
  jl_buffer_byte(scratch, '}');
  if (!jl_buffer_ok(scratch)) a->bytes.failed = true;
  jl_array_bytes(a, scratch->data, scratch->size);
}

void jl_column_append(struct jl_array *a, const struct jl_field *field, struct jl_bytes body, struct jl_buffer *scratch) {
  struct jl_value value;
  if (field->repeated)
    append_set(a, field, body, scratch);
  else if (!jl_record_get(body, field, &value))
    jl_array_null(a);
  else if (field->kind == JL_KIND_REFERENCE)
    jl_array_bytes(a, value.id.bytes, sizeof value.id.bytes);
  else if (jl_column_type(field) == JL_SQL_TEXT || field->kind == JL_KIND_RANK)
    jl_array_bytes(a, value.text.data, value.text.size);
  else
    jl_array_number(a, jl_column_type(field), value.number);
}

static bool take_varint(struct jl_bytes *rest, uint64_t *ret_n) {
  uint64_t n = 0;
  for (unsigned shift = 0; shift < 64 && rest->size > 0; shift += 7) {
    uint8_t byte = *rest->data;
    *rest = (struct jl_bytes){rest->data + 1, rest->size - 1};
    n |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *ret_n = n;
      return true;
    }
  }
  return false;
}

/* The next field with its tag. False at the end, and on bytes that are no protobuf (which never get here). */
static bool take_slice(struct jl_bytes *rest, uint32_t *ret_number, struct jl_bytes *ret_slice) {
  static const size_t fixed[] = {0, 8, 0, 0, 0, 4, 0, 0};
  struct jl_bytes at = *rest;
  uint64_t tag, n = 0;
  if (!take_varint(&at, &tag)) return false;
  unsigned wire = (unsigned)(tag & 7);
  if (wire == 0) {
    uint64_t ignored;
    if (!take_varint(&at, &ignored)) return false;
  } else if (wire == 2) {
    if (!take_varint(&at, &n)) return false;
  } else if (fixed[wire] == 0)
    return false;
  else
    n = fixed[wire];
  if (n > at.size) return false;
  at = (struct jl_bytes){at.data + n, at.size - n};
  *ret_number = (uint32_t)(tag >> 3);
  *ret_slice = (struct jl_bytes){rest->data, rest->size - at.size};
  *rest = at;
  return true;
}

void jl_column_append_unknown(struct jl_array *a, const struct jl_record_type *type, struct jl_bytes body, struct jl_buffer *scratch) {
  struct jl_bytes rest = body, slice;
  uint32_t number;
  jl_buffer_clear(scratch);
  while (take_slice(&rest, &number, &slice))
    if (jl_field_by_number(type, number) == NULL) jl_buffer_append(scratch, slice.data, slice.size);
  if (!jl_buffer_ok(scratch)) a->bytes.failed = true;
  if (scratch->size == 0)
    jl_array_null(a);
  else
    jl_array_bytes(a, scratch->data, scratch->size);
}

/* ---- columns to records ---- */

static void set_value(const struct jl_field *field, struct jl_bytes cell, struct jl_value *ret_value) {
  *ret_value = (struct jl_value){.text = cell};
  if (field->kind == JL_KIND_REFERENCE && !jl_id_from_bytes(cell, &ret_value->id)) ret_value->id = (struct jl_id){{0}};
}

static struct jl_bytes cell_slice(struct jl_arena *a, const struct jl_field *field, const PGresult *r, int row, int column) {
  struct jl_value one;
  struct jl_bytes cell = jl_cell_bytes(r, row, column), element;
  if (!field->repeated) {
    set_value(field, cell, &one);
    if (jl_column_type(field) != JL_SQL_TEXT && field->kind != JL_KIND_REFERENCE && field->kind != JL_KIND_RANK) one.number = jl_cell_number(r, row, column);
    return jl_value_encode(a, field, &one);
  }
  size_t n = 0, at = 0;
  while (jl_cell_next(cell, &at, &element)) n++;
  if (n == 0) return (struct jl_bytes){(const uint8_t *)"", 0};
  struct jl_value *values = jl_arena_array(a, n, sizeof *values);
  if (values == NULL) return (struct jl_bytes){NULL, 0};
  at = 0;
  for (size_t i = 0; i < n && jl_cell_next(cell, &at, &element); i++) set_value(field, element, &values[i]);
  return jl_values_encode(a, field, values, n);
}

struct jl_bytes jl_row_body(struct jl_arena *a, const struct jl_record_type *type, const PGresult *r, int row) {
  struct jl_bytes slices[JL_COLUMNS_MAX];
  size_t total = 0;
  int column = 5;
  for (size_t i = 0; i < type->field_count; i++, column++) {
    slices[i] = (struct jl_bytes){NULL, 0};
    if (PQgetisnull(r, row, column)) continue;
    slices[i] = cell_slice(a, &type->fields[i], r, row, column);
    if (slices[i].data == NULL) return (struct jl_bytes){NULL, 0};
    total += slices[i].size;
  }
  struct jl_bytes unknown = jl_cell_bytes(r, row, column), slice;
  uint8_t *body = jl_arena_alloc(a, total + unknown.size + 1);
  if (body == NULL) return (struct jl_bytes){NULL, 0};
  size_t size = 0, next = 0;
  uint32_t number;
  while (take_slice(&unknown, &number, &slice)) {
    for (; next < type->field_count && type->fields[next].number < number; next++) {
      if (slices[next].size > 0) memcpy(body + size, slices[next].data, slices[next].size);
      size += slices[next].size;
    }
    memcpy(body + size, slice.data, slice.size);
    size += slice.size;
  }
  for (; next < type->field_count; next++) {
    if (slices[next].size > 0) memcpy(body + size, slices[next].data, slices[next].size);
    size += slices[next].size;
  }
  return (struct jl_bytes){body, size};
}

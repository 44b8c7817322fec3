#include "server/store/schema.h"
#include "server/store/columns.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE, COLUMN, TYPE, NOT_NULL, HAS_DEFAULT, CHECKS };
static const struct bookkeeping {
  const char *name, *type;
  bool not_null;
} bookkeeping[] = {
    {"space_id", "uuid", true},           {"id", "uuid", true},
    {"number", "bigint", true},           {"revision", "bigint", true},
    {"created_revision", "bigint", true}, {"deleted_revision", "bigint", false},
    {"unknown", "bytea", false},
};

static bool cell_is(const PGresult *rows, int row, int column, const char *text) {
  struct jl_bytes cell = jl_cell_bytes(rows, row, column);
  return cell.size == strlen(text) && (cell.size == 0 || memcmp(cell.data, text, cell.size) == 0);
}

static bool differs(const char *table, const char *column, const char *expected, struct jl_bytes found, struct jl_error *err) {
  char name[JL_ARG_TEXT_MAX];
  snprintf(name, sizeof name, "%s.%s", table, column);
  return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the database differs at {1}: expected {2}, found {3}"),
                 JL_MSG("run the migrations of this server's version; do not change its tables by hand"), jl_arg_text(name),
                 jl_arg_text(expected), jl_arg_textn((const char *)found.data, found.size));
}
static struct jl_bytes words(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static int find(const PGresult *rows, const char *table, const char *column) {
  for (int i = 0; i < PQntuples(rows); i++)
    if (cell_is(rows, i, TABLE, table) && cell_is(rows, i, COLUMN, column)) return i;
  return -1;
}

static bool check_column(const PGresult *rows, const char *table, const char *column, const char *type, bool not_null,
                         struct jl_error *err) {
  int row = find(rows, table, column);
  if (row < 0) return differs(table, column, type, words("nothing"), err);
  if (!cell_is(rows, row, TYPE, type)) return differs(table, column, type, jl_cell_bytes(rows, row, TYPE), err);
  if (cell_is(rows, row, NOT_NULL, "true") != not_null)
    return differs(table, column, not_null ? "not null" : "nullable", words(not_null ? "nullable" : "not null"), err);
  return true;
}

/* The numbers that a CHECK (column = ANY (ARRAY[1, 2])) or (column = 1) names, in order; digits inside names do not count. */
static size_t allowed_values(struct jl_bytes checks, int64_t *ret_values, size_t max) {
  size_t n = 0;
  for (size_t i = 0; i < checks.size && n < max;) {
    uint8_t c = checks.data[i];
    bool starts = c >= '0' && c <= '9' && i > 0 && strchr("[( '", checks.data[i - 1]) != NULL;
    if (!starts) {
      i++;
      continue;
    }
    int64_t value = 0;
    for (; i < checks.size && checks.data[i] >= '0' && checks.data[i] <= '9' && value < INT32_MAX; i++)
      value = value * 10 + (checks.data[i] - '0');
    ret_values[n++] = value;
  }
  return n;
}

static bool check_values(const PGresult *rows, const struct jl_record_type *type, const struct jl_field *field, bool strict,
                         struct jl_error *err) {
  struct jl_bytes checks = jl_cell_bytes(rows, find(rows, type->name, field->name), CHECKS);
  int64_t values[256];
  size_t n = allowed_values(checks, values, JL_COUNT(values));
  char expected[JL_ARG_TEXT_MAX];
  for (size_t i = 0; i < field->enumeration->count; i++) {
    bool found = false;
    for (size_t j = 0; j < n; j++) found = found || values[j] == field->enumeration->values[i].number;
    snprintf(expected, sizeof expected, "a check that allows %" PRId32 " (%s)", field->enumeration->values[i].number,
             field->enumeration->values[i].text);
    if (!found) return differs(type->name, field->name, expected, checks, err);
  }
  if (!strict || n == field->enumeration->count) return true;
  snprintf(expected, sizeof expected, "a check that allows %zu values", field->enumeration->count);
  return differs(type->name, field->name, expected, checks, err);
}

static bool check_type(const PGresult *rows, const struct jl_record_type *type, bool strict, struct jl_error *err) {
  if (type->field_count > JL_COLUMNS_MAX) return differs(type->name, "*", "fewer columns", words("too many fields"), err);
  for (size_t i = 0; i < JL_COUNT(bookkeeping); i++)
    if (!check_column(rows, type->name, bookkeeping[i].name, bookkeeping[i].type, bookkeeping[i].not_null, err)) return false;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    char sql_type[64];
    snprintf(sql_type, sizeof sql_type, "%s%s", jl_sql_type_name(jl_column_type(field)), field->repeated ? "[]" : "");
    if (!jl_column_possible(field)) return differs(type->name, field->name, "a text or reference", words("another kind that repeats"), err);
    if (!check_column(rows, type->name, field->name, sql_type, jl_column_not_null(field), err)) return false;
    if (field->kind == JL_KIND_ENUM && !check_values(rows, type, field, strict, err)) return false;
  }
  return true;
}

/* Columns that are there and that we do not know. */
static bool check_extra(const PGresult *rows, bool strict, struct jl_error *err) {
  for (int i = 0; i < PQntuples(rows); i++) {
    char table[80], column[80];
    snprintf(table, sizeof table, "%.*s", (int)jl_cell_bytes(rows, i, TABLE).size, (const char *)jl_cell_bytes(rows, i, TABLE).data);
    snprintf(column, sizeof column, "%.*s", (int)jl_cell_bytes(rows, i, COLUMN).size, (const char *)jl_cell_bytes(rows, i, COLUMN).data);
    const struct jl_record_type *type = jl_record_type_by_name(table);
    if (type == NULL || strcmp(type->name, table) != 0) continue;
    bool known = false;
    for (size_t j = 0; j < JL_COUNT(bookkeeping); j++) known = known || strcmp(column, bookkeeping[j].name) == 0;
    for (size_t j = 0; j < type->field_count; j++) known = known || strcmp(column, type->fields[j].name) == 0;
    if (known || (!strict && (cell_is(rows, i, NOT_NULL, "false") || cell_is(rows, i, HAS_DEFAULT, "true")))) continue;
    return differs(table, column, "no such column", jl_cell_bytes(rows, i, TYPE), err);
  }
  return true;
}

bool jl_schema_check(const PGresult *rows, bool strict, struct jl_error *err) {
  for (size_t i = 0; i < jl_record_type_count; i++)
    if (!check_type(rows, jl_record_types[i], strict, err)) return false;
  return check_extra(rows, strict, err);
}

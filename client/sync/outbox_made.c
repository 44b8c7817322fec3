/* Sets of ids in one piece, ascending, for statements over groups that make many records. */
#include "client/sync/outbox_parts.h"
#include <string.h>

#define ID sizeof(struct jl_id)

static struct jl_bytes argument(sqlite3_value *value) {
  const void *data = sqlite3_value_blob(value);
  return (struct jl_bytes){data, (size_t)sqlite3_value_bytes(value)};
}

bool jl_made_has(struct jl_bytes records, const struct jl_id *record) {
  size_t low = 0, high = records.size / ID;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = memcmp(records.data + middle * ID, record->bytes, ID);
    if (order == 0) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

static bool meet(struct jl_bytes a, struct jl_bytes b) {
  size_t i = 0, k = 0;
  while (i + ID <= a.size && k + ID <= b.size) {
    int order = memcmp(a.data + i, b.data + k, ID);
    if (order == 0) return true;
    if (order < 0)
      i += ID;
    else
      k += ID;
  }
  return false;
}

static void has_function(sqlite3_context *context, int n, sqlite3_value **values) {
  struct jl_id id;
  (void)n;
  sqlite3_result_int(context, jl_id_from_bytes(argument(values[1]), &id) && jl_made_has(argument(values[0]), &id));
}

static void meet_function(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  sqlite3_result_int(context, meet(argument(values[0]), argument(values[1])));
}

/* The record of a fact "erased HEXADECIMAL"; unhex() is of a newer SQLite. */
static void record_function(sqlite3_context *context, int n, sqlite3_value **values) {
  static const char digits[] = "0123456789ABCDEF";
  const char *text = (const char *)sqlite3_value_text(values[0]);
  struct jl_id id = {{0}};
  (void)n;
  const char *hex = text == NULL ? NULL : strchr(text, ' ');
  bool whole = hex != NULL && strlen(hex + 1) == 2 * ID;
  for (size_t i = 0; whole && i < 2 * ID; i++) {
    const char *digit = strchr(digits, hex[1 + i]);
    whole = digit != NULL;
    if (whole) id.bytes[i / 2] = (uint8_t)(id.bytes[i / 2] << 4 | (digit - digits));
  }
  if (whole) sqlite3_result_blob(context, id.bytes, sizeof id.bytes, SQLITE_TRANSIENT);
}

bool jl_made_functions(struct jl_sql *s, struct jl_error *err) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  return (sqlite3_create_function_v2(s->db, "made_has", 2, flags, NULL, has_function, NULL, NULL, NULL) == SQLITE_OK &&
          sqlite3_create_function_v2(s->db, "made_meet", 2, flags, NULL, meet_function, NULL, NULL, NULL) == SQLITE_OK &&
          sqlite3_create_function_v2(s->db, "made_record", 1, flags, NULL, record_function, NULL, NULL, NULL) == SQLITE_OK) ||
         jl_sql_failed(s, err);
}

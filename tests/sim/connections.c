/* SQLite's connections, kept by their process from one session to the next: most of a session's work would be to read the schema and to
 * prepare its statements once more. The code opens, prepares, finalizes and closes as ever; what it closes is put aside whole, and what it
 * opens and prepares is looked for there first. SQLite itself sees to it that a kept connection reads what is on the disk by now (its
 * change counter). It goes with its process, and whatever failed once is really closed. A build with a sanitizer keeps none: the same
 * seeds give the same histories there. */
#include "tests/sim/disk.h"
#include "tests/sim/world.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int __real_sqlite3_open_v2(const char *path, sqlite3 **ret_db, int flags, const char *vfs);
int __real_sqlite3_close_v2(sqlite3 *db);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *text, int size, unsigned flags, sqlite3_stmt **ret_statement, const char **ret_tail);
int __real_sqlite3_finalize(sqlite3_stmt *statement);
int __real_sqlite3_exec(sqlite3 *db, const char *text, sqlite3_callback row, void *context, char **ret_message);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **ret_db, int flags, const char *vfs);
int __wrap_sqlite3_close_v2(sqlite3 *db);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int size, unsigned flags, sqlite3_stmt **ret_statement, const char **ret_tail);
int __wrap_sqlite3_finalize(sqlite3_stmt *statement);
int __wrap_sqlite3_exec(sqlite3 *db, const char *text, sqlite3_callback row, void *context, char **ret_message);

struct kept_statement {
  struct kept_statement *next;
  sqlite3_stmt *statement;
  const char *text; /* the literal itself is the key */
  bool used;
};
struct setting { /* PRAGMA of this connection, not of its file */
  struct setting *next;
  char text[64];
};
struct connection { /* the process's memory */
  struct connection *next;
  sqlite3 *db;
  char *path;
  int flags;
  bool used, failed;
  struct kept_statement *statements;
  struct setting *settings;
};

static bool keeps(void) {
#ifdef __SANITIZE_ADDRESS__
  return false;
#else
  return process_current() != NULL;
#endif
}

static struct connection *connection_of(const sqlite3 *db) {
  struct connection *c = process_current() == NULL ? NULL : process_current()->connections;
  while (c != NULL && c->db != db) c = c->next;
  return c;
}

int __wrap_sqlite3_open_v2(const char *path, sqlite3 **ret_db, int flags, const char *vfs) {
  struct process *p = process_current();
  if (!keeps()) return __real_sqlite3_open_v2(path, ret_db, flags, vfs);
  for (struct connection *c = p->connections; c != NULL; c = c->next)
    if (!c->used && c->flags == flags && strcmp(c->path, path) == 0 && disk_has(path)) {
      c->used = true;
      *ret_db = c->db;
      return SQLITE_OK;
    }
  int code = __real_sqlite3_open_v2(path, ret_db, flags, vfs);
  if (code != SQLITE_OK) return code;
  struct connection *c = calloc(1, sizeof *c);
  if (c == NULL || (c->path = strdup(path)) == NULL) abort();
  c->db = *ret_db;
  c->flags = flags;
  c->used = true;
  c->next = p->connections;
  p->connections = c;
  return code;
}

static void forget_connection(struct connection *c) {
  for (struct connection **at = &process_current()->connections; *at != NULL; at = &(*at)->next)
    if (*at == c) {
      *at = c->next;
      break;
    }
  for (struct kept_statement *k = c->statements, *next; k != NULL; k = next) {
    next = k->next;
    (void)__real_sqlite3_finalize(k->statement);
    free(k);
  }
  for (struct setting *s = c->settings, *next; s != NULL; s = next) {
    next = s->next;
    free(s);
  }
  free(c->path);
  free(c);
}

int __wrap_sqlite3_close_v2(sqlite3 *db) {
  struct connection *c = db == NULL ? NULL : connection_of(db);
  if (c == NULL) return __real_sqlite3_close_v2(db);
  int code = sqlite3_errcode(db);
  if (!c->failed && sqlite3_get_autocommit(db) && (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)) {
    c->used = false;
    return SQLITE_OK;
  }
  forget_connection(c);
  return __real_sqlite3_close_v2(db);
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int size, unsigned flags, sqlite3_stmt **ret_statement, const char **ret_tail) {
  struct connection *c = connection_of(db);
  for (struct kept_statement *k = c == NULL ? NULL : c->statements; k != NULL; k = k->next)
    if (!k->used && k->text == text) {
      k->used = true;
      *ret_statement = k->statement;
      return SQLITE_OK;
    }
  int code = __real_sqlite3_prepare_v3(db, text, size, flags, ret_statement, ret_tail);
  if (c == NULL) return code;
  if (code != SQLITE_OK) {
    c->failed = true;
    return code;
  }
  struct kept_statement *k = calloc(1, sizeof *k);
  if (k == NULL) abort();
  *k = (struct kept_statement){c->statements, *ret_statement, text, true};
  c->statements = k;
  return code;
}

int __wrap_sqlite3_finalize(sqlite3_stmt *statement) {
  struct connection *c = statement == NULL ? NULL : connection_of(sqlite3_db_handle(statement));
  for (struct kept_statement *k = c == NULL ? NULL : c->statements; k != NULL; k = k->next)
    if (k->statement == statement) {
      int code = sqlite3_reset(statement);
      if (code != SQLITE_OK) c->failed = true;
      (void)sqlite3_clear_bindings(statement);
      k->used = false;
      return code;
    }
  return __real_sqlite3_finalize(statement);
}

static bool is_setting(const char *text) {
  static const char *const names[] = {"foreign_keys=", "temp_store=", "mmap_size=", "cache_size=", "synchronous=", "journal_mode="};
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (strncmp(text, "PRAGMA ", 7) == 0 && strncmp(text + 7, names[i], strlen(names[i])) == 0 && strchr(text, ';') == NULL) return true;
  return false;
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *text, sqlite3_callback row, void *context, char **ret_message) {
  struct connection *c = is_setting(text) ? connection_of(db) : NULL;
  for (const struct setting *s = c == NULL ? NULL : c->settings; s != NULL; s = s->next)
    if (strcmp(s->text, text) == 0) return SQLITE_OK;
  int code = __real_sqlite3_exec(db, text, row, context, ret_message);
  if (c != NULL && code == SQLITE_OK && strlen(text) < sizeof c->settings->text) {
    struct setting *s = calloc(1, sizeof *s);
    if (s == NULL) abort();
    s->next = c->settings;
    memcpy(s->text, text, strlen(text) + 1);
    c->settings = s;
  }
  return code;
}

#include "server/store/migrate.h"
#include "common/base/buffer.h"
#include "server/store/blocking.h"
#include "server/store/files.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_US 30000000
#define STATEMENT_US 3600000000 /* a migration of a large table may take long; its progress is in PostgreSQL's log */
#define CHECKSUM_BYTES 32
#define FENCED_FROM "0013" /* which made the columns */

static void checksum(const struct jl_embedded_file *file, char ret_hex[CHECKSUM_BYTES * 2 + 1]) {
  unsigned char hash[CHECKSUM_BYTES];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)file->text, file->size, NULL, 0);
  sodium_bin2hex(ret_hex, CHECKSUM_BYTES * 2 + 1, hash, sizeof hash);
}

static bool is_compatible(const struct jl_embedded_file *file) { return strncmp(file->text, "-- compatible", 13) == 0; }

static int64_t generation(const struct jl_embedded_file *files, size_t n) {
  int64_t count = 0;
  for (size_t i = 0; i < n; i++) count += !is_compatible(&files[i]);
  return count;
}

int64_t jl_generation(void) { return generation(jl_migration_files, jl_migration_files_count); }

#define DONE "SELECT name, checksum, compatible FROM migration ORDER BY name"

/* The last of these files; whoever commits by the tables as they were before is fenced from the same transaction on. */
static bool apply(PGconn *connection, const struct jl_embedded_file *files, size_t n, struct jl_error *err) {
  const struct jl_embedded_file *file = &files[n - 1];
  char sum[CHECKSUM_BYTES * 2 + 1];
  checksum(file, sum);
  struct jl_buffer text;
  jl_buffer_init(&text, file->size + 1024);
  jl_buffer_text(&text, "BEGIN;\n");
  jl_buffer_append(&text, file->text, file->size);
  if (!is_compatible(file) && strcmp(file->name, FENCED_FROM) >= 0)
    jl_buffer_printf(&text, "\n;UPDATE space_head SET generation = %" PRId64 "; UPDATE auth_change SET generation = %" PRId64,
                     generation(files, n), generation(files, n));
  jl_buffer_printf(&text, "\n;INSERT INTO migration (name, checksum, compatible) VALUES ('%s', '%s', %s);\nCOMMIT", file->name, sum,
                   is_compatible(file) ? "true" : "false");
  const char *all = jl_buffer_cstring(&text);
  struct jl_error cause = {.code = JL_E_NO_MEMORY};
  bool ok = all != NULL && jl_blocking_do(connection, all, STATEMENT_US, &cause);
  jl_buffer_release(&text);
  if (ok) return true;
  char words[JL_ERROR_MESSAGE_MAX];
  jl_error_describe(&cause, words, sizeof words);
  return jl_fail(err, cause.code, JL_MSG("migration {1} failed and changed nothing: {2}"), JL_MSG("see the log of PostgreSQL"),
                 jl_arg_text(file->name), jl_arg_text(words));
}

/* Where in our list the database stands: every row of it must be ours, unchanged, without a gap. */
static bool compare(const PGresult *done, const struct jl_embedded_file *files, size_t n, size_t *ret_applied, struct jl_error *err) {
  size_t rows = (size_t)PQntuples(done);
  for (size_t i = 0; i < rows; i++) {
    const char *name = PQgetvalue(done, (int)i, 0), *sum = PQgetvalue(done, (int)i, 1);
    if (i >= n) {
      if (strcmp(PQgetvalue(done, (int)i, 2), "t") == 0) continue;
      return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the database is newer than this program: it has migration {1}"),
                     JL_MSG("install the newer server"), jl_arg_text(name));
    }
    char ours[CHECKSUM_BYTES * 2 + 1];
    checksum(&files[i], ours);
    if (strcmp(name, files[i].name) != 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("the database has migration {1} where this program has {2}"),
                     JL_MSG("connect to the right database, or restore a backup"), jl_arg_text(name), jl_arg_text(files[i].name));
    if (strcmp(sum, ours) != 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("migration {1} was changed after it was applied"),
                     JL_MSG("install the server that this database was made with, or a newer one"), jl_arg_text(name));
  }
  *ret_applied = rows < n ? rows : n;
  return true;
}

static bool run(PGconn *connection, const struct jl_embedded_file *files, size_t n, struct jl_error *err) {
  if (!jl_blocking_do(connection, "SELECT pg_advisory_lock(7236270901)", CONNECT_US * 4, err)) return false; /* another node migrates */
  if (!jl_blocking_do(connection,
                      "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, compatible boolean NOT NULL, "
                      "applied_at timestamptz NOT NULL DEFAULT now())",
                      CONNECT_US, err))
    return false;
  PGresult *done = jl_blocking_run(connection, DONE, NULL, 0, CONNECT_US, err);
  if (done == NULL) return false;
  size_t applied = 0;
  bool ok = compare(done, files, n, &applied, err);
  PQclear(done);
  for (size_t i = applied; ok && i < n; i++) ok = apply(connection, files, i + 1, err);
  return ok;
}

bool jl_migrate_files(const char *conninfo, const struct jl_embedded_file *files, size_t n, struct jl_error *err) {
  if (sodium_init() < 0) return jl_fail(err, JL_E_INTERNAL, JL_MSG("the system has no randomness"), NULL);
  PGconn *connection = jl_blocking_connect(conninfo, CONNECT_US, err);
  if (connection == NULL) return false;
  bool ok = run(connection, files, n, err);
  PQfinish(connection); /* ends the lock too */
  return ok;
}

bool jl_migrate(const char *conninfo, struct jl_error *err) {
  return jl_migrate_files(conninfo, jl_migration_files, jl_migration_files_count, err);
}

bool jl_migrated(const char *conninfo, struct jl_error *err) {
  PGconn *connection = sodium_init() < 0 ? NULL : jl_blocking_connect(conninfo, CONNECT_US, err);
  PGresult *done = connection == NULL ? NULL : jl_blocking_run(connection, DONE, NULL, 0, CONNECT_US, err);
  size_t applied = 0;
  bool ok = done != NULL && compare(done, jl_migration_files, jl_migration_files_count, &applied, err);
  PQclear(done);
  PQfinish(connection);
  if (!ok || applied == jl_migration_files_count) return ok;
  return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the database is older than this program: it lacks migration {1}"),
                 JL_MSG("start the new server first: it brings the database up to date"), jl_arg_text(jl_migration_files[applied].name));
}

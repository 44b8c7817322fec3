/* Migrations and the comparison of a database with the record tables, both ways. */
#include "server/store/blocking.h"
#include "server/store/files.h"
#include "server/store/migrate.h"
#include "server/store/schema.h"
#include "tests/component/support/database.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uv_loop_t loop;

static bool check(const char *conninfo, bool strict, struct jl_error *err) {
  PGconn *connection = jl_database_connect(conninfo);
  PGresult *rows = jl_blocking_run(connection, jl_statement_text("schema_columns"), NULL, 0, 10000000, err);
  assert_non_null(rows);
  bool same = jl_schema_check(rows, strict, err);
  PQclear(rows);
  PQfinish(connection);
  return same;
}

static void expect_difference(const char *sql, bool strict, const char *where, const char *expected, const char *found) {
  struct jl_error err = {0};
  const char *conninfo = jl_database_fresh();
  jl_database_do(conninfo, sql);
  assert_false(check(conninfo, strict, &err));
  assert_int_equal(err.code, JL_E_UPGRADE_REQUIRED);
  assert_string_equal(err.args[0].text, where);
  assert_non_null(strstr(err.args[1].text, expected));
  assert_non_null(strstr(err.args[2].text, found));
}

static void the_migrations_make_exactly_the_record_tables(void **state) {
  (void)state;
  struct jl_error err = {0};
  const char *conninfo = jl_database_fresh();
  if (!check(conninfo, true, &err)) {
    char text[600];
    jl_error_describe(&err, text, sizeof text);
    fail_msg("%s", text);
  }
  assert_true(jl_migrate(conninfo, &err)); /* again: nothing to do */
}

static void differences_are_named(void **state) {
  (void)state;
  expect_difference("ALTER TABLE action DROP COLUMN title CASCADE", false, "action.title", "text", "nothing");
  expect_difference("DROP TABLE lever CASCADE", false, "lever.space_id", "uuid", "nothing");
  expect_difference("DROP VIEW report.expense; ALTER TABLE expense ALTER COLUMN net TYPE integer", false, "expense.net", "bigint",
                    "integer");
  expect_difference("ALTER TABLE action ALTER COLUMN title DROP NOT NULL", false, "action.title", "not null", "nullable");
  expect_difference("ALTER TABLE action DROP CONSTRAINT action_status_values; ALTER TABLE action ADD CHECK (status IN (1, 2, 3, 4, 5))",
                    false, "action.status", "6", "5");
  expect_difference(
      "ALTER TABLE action DROP CONSTRAINT action_status_values; ALTER TABLE action ADD CHECK (status IN (1, 2, 3, 4, 5, 6, 7))", true,
      "action.status", "6 values", "7");
  expect_difference("ALTER TABLE action ADD COLUMN mood text NOT NULL", false, "action.mood", "no such column", "text");
  expect_difference("ALTER TABLE action ADD COLUMN mood text", true, "action.mood", "no such column", "text");
}

static void a_newer_nullable_column_is_tolerated(void **state) {
  (void)state;
  struct jl_error err = {0};
  const char *conninfo = jl_database_fresh();
  jl_database_do(conninfo, "ALTER TABLE action ADD COLUMN mood text");
  assert_true(check(conninfo, false, &err));
}

static const struct jl_embedded_file *files(const char *const *texts, size_t n) {
  static const char *const names[] = {"0001_one", "0002_two", "0003_three"};
  static struct jl_embedded_file out[3];
  for (size_t i = 0; i < n; i++) out[i] = (struct jl_embedded_file){.name = names[i], .text = texts[i], .size = strlen(texts[i])};
  return out;
}

static void changed_and_newer_databases_are_refused(void **state) {
  (void)state;
  struct jl_error err = {0};
  const char *conninfo = jl_database_empty();
  const char *const texts[] = {"CREATE TABLE a (x integer)", "CREATE TABLE b (x integer); CREATE TABLE c (x integer)",
                               "-- compatible\nALTER TABLE a ADD COLUMN y text"};
  assert_true(jl_migrate_files(conninfo, files(texts, 2), 2, &err));
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM migration"), 2);
  assert_false(jl_migrate_files(conninfo, files(texts, 1), 1, &err));
  assert_int_equal(err.code, JL_E_UPGRADE_REQUIRED);
  assert_true(jl_migrate_files(conninfo, files(texts, 3), 3, &err));
  assert_true(jl_migrate_files(conninfo, files(texts, 2), 2, &err)); /* the third says that we may go on */
  const char *const changed[] = {"CREATE TABLE a (x bigint)"};
  assert_false(jl_migrate_files(conninfo, files(changed, 1), 1, &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_string_equal(err.args[0].text, "0001_one");
}

static void a_failing_migration_changes_nothing(void **state) {
  (void)state;
  struct jl_error err = {0};
  const char *conninfo = jl_database_empty();
  const char *const texts[] = {"CREATE TABLE a (x integer)", "CREATE TABLE b (x integer); SELECT 1 / 0"};
  assert_false(jl_migrate_files(conninfo, files(texts, 2), 2, &err));
  assert_string_equal(err.args[0].text, "0002_two");
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('a', 'b')"),
                   1);
}

/* Every row of an older log, of every shape that servers have written: the same values under the same names. */
static void the_log_is_the_same_when_its_columns_have_changed_places(void **state) {
  (void)state;
  struct jl_error err = {0};
  size_t before = 0;
  const char *conninfo = jl_database_empty();
  while (before < jl_migration_files_count && strstr(jl_migration_files[before].name, "log_places") == NULL) before++;
  assert_true(before < jl_migration_files_count);
  assert_true(jl_migrate_files(conninfo, jl_migration_files, before, &err));
  jl_database_do(conninfo,
                 "INSERT INTO log (space_id, revision, section, author, replica, seq, at, body, private_values, group_id, outcome, import_name, takes_back, link) "
                 "SELECT gen_random_uuid(), n, n % 6, CASE WHEN n % 3 = 0 THEN gen_random_uuid() END, gen_random_uuid(), n * 7, now() - n * interval '1 hour', "
                 "decode(repeat(md5(n::text), 1 + n::integer % 40), 'hex'), CASE WHEN n % 4 = 0 THEN decode(md5(n::text), 'hex') END, "
                 "CASE WHEN n % 5 > 0 THEN gen_random_uuid() END, CASE WHEN n % 5 > 0 THEN n % 16 END, CASE WHEN n % 7 = 0 THEN 'leads.json' END, "
                 "CASE WHEN n % 11 = 0 THEN n - 1 END, CASE WHEN n % 2 = 0 THEN '\\x0102030405'::bytea END FROM generate_series(1, 500) AS n");
  jl_database_do(conninfo, "CREATE TABLE kept AS SELECT * FROM log");
  assert_true(jl_migrate(conninfo, &err));
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM log"), 500);
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM kept LEFT JOIN log USING (space_id, revision, section) WHERE "
                                                "(kept.author, kept.replica, kept.seq, kept.at, kept.body, kept.private_values, kept.group_id, kept.outcome, "
                                                "kept.import_name, kept.takes_back, kept.link) IS DISTINCT FROM (log.author, log.replica, log.seq, log.at, "
                                                "log.body, log.private_values, log.group_id, log.outcome, log.import_name, log.takes_back, log.link)"),
                   0);
}

/* A statement that no longer fits the schema is found here, by its file name. */
static void every_statement_can_be_prepared(void **state) {
  (void)state;
  PGconn *connection = jl_database_connect(jl_database_fresh());
  for (size_t i = 0; i < jl_statement_files_count; i++) {
    struct jl_error err = {0};
    char sql[8192], text[600];
    snprintf(sql, sizeof sql, "PREPARE %s AS %s", jl_statement_files[i].name, jl_statement_files[i].text);
    if (jl_blocking_do(connection, sql, 10000000, &err)) continue;
    jl_error_describe(&err, text, sizeof text);
    fail_msg("sql/%s.sql: %s", jl_statement_files[i].name, text);
  }
  PQfinish(connection);
}

static void views_for_analysts_work(void **state) {
  (void)state;
  const char *conninfo = jl_database_fresh();
  jl_database_do(conninfo,
                 "INSERT INTO action (space_id, id, number, revision, created_revision, title, status) VALUES "
                 "(gen_random_uuid(), gen_random_uuid(), 1, 1, 1, 'a', 3), (gen_random_uuid(), gen_random_uuid(), 2, 1, 1, 'b', 5)");
  jl_database_do(conninfo, "UPDATE action SET deleted_revision = 2 WHERE number = 2");
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM report.action WHERE status = 'in-progress'"), 1);
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM report.action"), 1);
}

/* Zero when nothing was stored. */
static long long states_after(const char *conninfo, const char *statement, const char *const *params, int n) {
  struct jl_error err = {0};
  PGconn *connection = jl_database_connect(conninfo);
  PGresult *result = jl_blocking_run(connection, jl_statement_text(statement), params, n, 10000000, &err);
  assert_non_null(result);
  PQclear(result);
  PQfinish(connection);
  return jl_database_number(conninfo, "SELECT count(*) FROM past_state");
}

static void past_states_are_of_the_log_there_is(void **state) {
  (void)state;
  static const char *const spaces[] = {"10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"};
  const char *conninfo = jl_database_fresh();
  jl_database_do(conninfo, "INSERT INTO log (space_id, revision, section, author, replica, seq, at, body) "
                           "SELECT ('10000000-0000-4000-8000-00000000000' || n)::uuid, 7, 2, gen_random_uuid(), gen_random_uuid(), 1, now(), "
                           "'as it was' FROM generate_series(1, 2) AS n");
  for (size_t i = 0; i < JL_COUNT(spaces); i++) {
    const char *params[] = {spaces[i], "7", "1", "0", "{7}", "\\x0000000000000000000000000000000000000000000000000000000000000000", "2",
                            "of a lost history"};
    const char *part[] = {spaces[i], "7", "0", "records"};
    assert_int_equal(states_after(conninfo, "state_add", params, JL_COUNT(params)), i);
    assert_int_equal(states_after(conninfo, "state_add_part", part, JL_COUNT(part)), i);
    params[7] = "as it was";
    assert_int_equal(states_after(conninfo, "state_add", params, JL_COUNT(params)), i + 1);
    assert_int_equal(states_after(conninfo, "state_add_part", part, JL_COUNT(part)), i + 1);
  }
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM past_state_part"), 2);
  jl_database_do(conninfo, "UPDATE log SET at = now() + interval '1 day'"); /* in no state */
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM past_state"), 2);
  jl_database_do(conninfo, "UPDATE log SET private_values = 'erased' WHERE space_id = '10000000-0000-4000-8000-000000000001'");
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM past_state"), 1);
  jl_database_do(conninfo, "UPDATE log SET body = 'rewritten' WHERE space_id = '10000000-0000-4000-8000-000000000002'");
  assert_int_equal(jl_database_number(conninfo, "SELECT count(*) FROM past_state_part"), 0);
}

static int start_all(void **state) {
  (void)state;
  uv_loop_init(&loop);
  jl_database_start(&loop);
  return 0;
}
static int stop_all(void **state) {
  (void)state;
  jl_database_stop();
  return uv_loop_close(&loop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_migrations_make_exactly_the_record_tables),
      cmocka_unit_test(differences_are_named),
      cmocka_unit_test(a_newer_nullable_column_is_tolerated),
      cmocka_unit_test(changed_and_newer_databases_are_refused),
      cmocka_unit_test(a_failing_migration_changes_nothing),
      cmocka_unit_test(the_log_is_the_same_when_its_columns_have_changed_places),
      cmocka_unit_test(views_for_analysts_work),
      cmocka_unit_test(every_statement_can_be_prepared),
      cmocka_unit_test(past_states_are_of_the_log_there_is),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

/* The verifier and erased values, on a real database: what was erased as it must be is right; what somebody takes out himself, and says
 * that it was erased, is named, and so is each certificate that is missing, was changed or was made up. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "server/verify/verify.h"
#include "tests/component/support/planner.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PASSWORD "a password of theirs"

static struct daemon server;
static struct jl_arena *arena;
static char plan[JL_ID_TEXT_SIZE], organisation[JL_ID_TEXT_SIZE], marie[JL_ID_TEXT_SIZE];
static uint64_t marie_made, boss_erased, admin_wrote, texts_erased /* revisions */;

/* ---- a history ---- */
static uint64_t erase(struct planner *p, const struct jl_id *person) {
  struct one_edit group = {.replica = &p->replica, .space = &p->space, .seq = ++p->seq, .erases = person};
  return planner_verdict(p, planner_submit(p, planner_pack(&group, NULL, arena)));
}

/* Somebody else on the same space. */
static struct planner as(const char *login, struct jl_id space) {
  struct planner p = {.space = space, .replica = jl_id_random()};
  wire_open(&p.wire, &server, false);
  wire_login(&p.wire, login, PASSWORD, &p.replica, NULL);
  return p;
}

static struct jl_bytes with(struct jl_bytes record, uint32_t type, uint32_t field, const struct jl_value *v) {
  return jl_record_with(arena, record, field, jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), v));
}

static uint64_t comment(struct planner *p, struct jl_id id, struct jl_id target, const char *text) {
  struct jl_bytes record = planner_text(arena, JL_TYPE_COMMENT, JL_COMMENT_BODY, text);
  return planner_create(p, JL_TYPE_COMMENT, id, with(record, JL_TYPE_COMMENT, JL_COMMENT_TARGET, &(struct jl_value){.id = target}));
}

static void texts(struct planner *admin, struct planner *zoe) {
  struct jl_id action = planner_action(admin, "Webinar", NULL), line = jl_id_random(), kept = jl_id_random(), deleted = jl_id_random();
  struct jl_bytes record = planner_text(arena, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Salle");
  record = with(record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, &(struct jl_value){.number = JL_CATEGORY_OTHER});
  planner_create(admin, JL_TYPE_BUDGET_LINE, line, record);
  admin_wrote = comment(admin, jl_id_random(), action, "Un mot de l'administrateur");
  comment(zoe, kept, action, "Un mot");
  planner_update(zoe, JL_TYPE_COMMENT, kept, JL_COMMENT_BODY, planner_text(arena, JL_TYPE_COMMENT, JL_COMMENT_BODY, "Un mot"),
                 planner_text(arena, JL_TYPE_COMMENT, JL_COMMENT_BODY, "Un autre"));
  uint64_t made = comment(zoe, deleted, line, "Un mot du budget"); /* of another section, and deleted before */
  planner_delete(zoe, JL_TYPE_COMMENT, deleted, made);
}

static int start(void **state) {
  struct planner admin, directory;
  (void)state;
  arena = jl_arena_new(1U << 24);
  daemon_start(&server);
  planner_directory(&directory, &server);
  planner_open(&admin, &server);
  jl_id_format(&directory.space, organisation);
  jl_id_format(&admin.space, plan);
  struct jl_id boss = planner_colleague(&server, "La Cheffe", "boss", PASSWORD), zoe = planner_colleague(&server, "Zoé", "zoe", PASSWORD),
               kept = planner_colleague(&server, "Yves", "yves", PASSWORD), id = jl_id_random();
  daemon_sql(&server, "UPDATE account SET administrator = true WHERE login = 'boss'");
  struct planner by_boss = as("boss", directory.space), by_zoe = as("zoe", admin.space), by_yves = as("yves", admin.space);
  marie_made = planner_create(&by_boss, JL_TYPE_PERSON, id, planner_text(arena, JL_TYPE_PERSON, JL_PERSON_NAME, "Marie"));
  jl_id_format(&id, marie);
  texts(&admin, &by_zoe);
  comment(&by_yves, jl_id_random(), planner_action(&admin, "Salon", NULL), "Ce qui reste"); /* erased with --keep-texts */
  wire_close(&by_boss.wire);
  wire_close(&by_zoe.wire);
  wire_close(&by_yves.wire);
  texts_erased = erase(&admin, &zoe);
  erase(&directory, &zoe);
  boss_erased = erase(&directory, &boss);
  erase(&directory, &kept);
  planner_close(&admin);
  planner_close(&directory);
  daemon_sql(&server, "CREATE SCHEMA kept");
  daemon_sql(&server, "CREATE TABLE kept.log AS SELECT * FROM log");
  daemon_sql(&server, "CREATE TABLE kept.erasure AS SELECT * FROM erasure");
  daemon_sql(&server, "CREATE TABLE kept.person AS SELECT * FROM person");
  daemon_sql(&server, "CREATE TABLE kept.comment AS SELECT * FROM comment");
  return 0;
}

static int stop(void **state) {
  (void)state;
  jl_arena_free(arena);
  return daemon_stop(&server);
}

/* ---- verifying ---- */
struct outcome {
  size_t wrong;
  uint64_t erased;
  struct jl_verify_finding first; /* of the space that was wrong */
};

static void on_verified(void *context, const struct jl_verified *v) {
  struct outcome *o = context;
  o->erased += v->counts.erased;
  if (v->finding_count == 0) return;
  o->wrong++;
  o->first = v->findings[0];
}

static struct outcome verify(void) {
  char connection[256];
  struct outcome o = {0};
  struct jl_error err = {0};
  snprintf(connection, sizeof connection, "host='%s/data/run' port=5432 user=jalon dbname=jalon", server.folder);
  const struct jl_verify_of of = {.connection = connection, .verified = on_verified, .context = &o};
  if (!jl_verify(&of, &err)) fail_msg("%s", err.message);
  return o;
}

static void must_be_right(const char *what) {
  struct outcome o = verify();
  if (o.wrong > 0) fail_msg("%s: r%" PRIu64 " of %s: %s", what, o.first.finding.revision, o.first.table, o.first.finding.what.message);
}

/* No trigger, no foreign key: as somebody does it who may do anything. {P} the plan, {O} the organisation, {M} Marie. */
static void act(const char *sql) {
  char text[2048] = "SET session_replication_role = replica; ";
  size_t n = strlen(text);
  for (; *sql != '\0'; sql++) {
    const char *word = strncmp(sql, "{P}", 3) == 0 ? plan : strncmp(sql, "{O}", 3) == 0 ? organisation : strncmp(sql, "{M}", 3) == 0 ? marie : NULL;
    assert_true(n + JL_ID_TEXT_SIZE + 2 < sizeof text);
    if (word == NULL) {
      text[n++] = *sql;
      continue;
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "'%s'", word);
    sql += 2;
  }
  text[n] = '\0';
  daemon_sql(&server, text);
}

static void put_back(void) {
  static const char *const tables[] = {"log", "erasure", "person", "comment"};
  char sql[256];
  for (size_t i = 0; i < JL_COUNT(tables); i++) {
    snprintf(sql, sizeof sql, "DELETE FROM %s; INSERT INTO %s SELECT * FROM kept.%s", tables[i], tables[i], tables[i]);
    act(sql);
  }
}

static void must_find(const char *sql, uint64_t revision, const char *table) {
  act(sql);
  struct outcome o = verify();
  if (o.wrong != 1 || o.first.finding.revision != revision || o.first.finding.after != revision - 1 || strcmp(o.first.table, table) != 0)
    fail_msg("%s: found in %zu spaces, at r%" PRIu64 " in '%s', not at r%" PRIu64 " in '%s': %s", sql, o.wrong, o.first.finding.revision,
             o.first.table, revision, table, o.first.finding.what.message);
  put_back();
}

/* Also a comment that was deleted, of another section, and somebody whose texts were kept. */
static void what_was_erased_is_right(void **state) {
  (void)state;
  must_be_right("what the server erased");
  /* Three people's names and the comment that was deleted: each in the row that made it and in the one that erased it; the other comment
   * in the row that changed it too. */
  assert_int_equal(verify().erased, 3 * 2 + 2 + 3);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM erasure"), 5); /* two sections of the plan, three people */
}

/* Who wrote of Marie was erased: her values are not, and whoever takes them out is found. */
static void values_of_somebody_else(void **state) {
  char sql[512];
  (void)state;
  snprintf(sql, sizeof sql,
           "UPDATE log SET private_values = NULL WHERE space_id = {O} AND revision = %" PRIu64 "; UPDATE person SET name = NULL WHERE id = {M}",
           marie_made);
  must_find(sql, marie_made, "");
  snprintf(sql, sizeof sql,
           "UPDATE log SET private_values = NULL WHERE space_id = {P} AND revision = %" PRIu64
           "; UPDATE comment SET body = NULL WHERE space_id = {P} AND revision = %" PRIu64,
           admin_wrote, admin_wrote);
  must_find(sql, admin_wrote, "");
}

static void certificates(void **state) {
  static const char *const changes[] = {"person = gen_random_uuid()",
                                        "author = gen_random_uuid()",
                                        "at = at + interval '1 microsecond'",
                                        "chain_before = set_byte(chain_before, 31, get_byte(chain_before, 31) # 1)",
                                        "chain_after = set_byte(chain_after, 0, get_byte(chain_after, 0) # 1)",
                                        "records = records + 1"};
  char sql[512];
  (void)state;
  must_find("DELETE FROM erasure WHERE space_id = {P}", texts_erased, "erasure");
  must_find("DELETE FROM erasure WHERE space_id = {P} AND section = (SELECT max(section) FROM erasure WHERE space_id = {P})", texts_erased, "erasure");
  snprintf(sql, sizeof sql, "DELETE FROM erasure WHERE space_id = {O} AND revision = %" PRIu64, boss_erased);
  must_find(sql, boss_erased, "erasure");
  for (size_t i = 0; i < JL_COUNT(changes); i++) {
    snprintf(sql, sizeof sql, "UPDATE erasure SET %s WHERE space_id = {O} AND revision = %" PRIu64, changes[i], boss_erased);
    must_find(sql, boss_erased, "erasure");
  }
#define MADE_UP(space, revision)                                                                                                           \
  "INSERT INTO erasure (space_id, revision, section, person, author, at, chain_before, chain_after, records, changes) SELECT " space       \
  ", " revision ", section, person, author, at, chain_before, chain_after, records, changes FROM erasure WHERE space_id = {O} LIMIT 1"
  must_find(MADE_UP("space_id", "2"), 2, "erasure");
  must_find(MADE_UP("{P}", "1000000"), 1000000, "erasure");
  must_find(MADE_UP("gen_random_uuid()", "1"), 1, "space_head");
  must_be_right("put back");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_erased_is_right), cmocka_unit_test(values_of_somebody_else),
                                     cmocka_unit_test(certificates)};
  return cmocka_run_group_tests_name("verify_erasure", tests, start, stop);
}

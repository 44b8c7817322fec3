/* Groups of the log that are found without reading it: those of an import by its name, those that take others back. On a real server,
 * in pages, for logs that an older server wrote, and for somebody who may not read all of them. */
#include "common/base/limits.h"
#include "common/record/schema.h"
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
static struct planner planner;
static struct wire reader; /* of somebody who may not read the payroll */
static struct wire *asking = &planner.wire;

struct said {
  const char *import;
  const struct jl_id *run;
  uint64_t undoes, redoes;
};

static struct jl_bytes with(struct jl_arena *a, struct jl_bytes record, uint32_t type, uint32_t field, const struct jl_value *v) {
  return jl_record_with(a, record, field, jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(type), field), v));
}

/* An action, or a payroll line, in a group that says this of itself; its revision. */
static uint64_t make_of(uint32_t type, const char *title, struct said said) {
  struct jl_arena *a = jl_arena_new(1U << 22);
  struct jl_id id = jl_id_random();
  struct jl_bytes record = planner_text(a, type, type == JL_TYPE_ACTION ? JL_ACTION_TITLE : JL_PAYROLL_LINE_TITLE, title);
  if (type == JL_TYPE_PAYROLL_LINE) record = with(a, record, type, JL_PAYROLL_LINE_PLANNED, &(struct jl_value){.number = 4200});
  Jalon__Edit edit = planner_creation(type, &id, record);
  struct jl_bytes packed =
      planner_pack(&(struct one_edit){.replica = &planner.replica, .space = &planner.space, .seq = ++planner.seq}, &edit, a);
  struct jl_error err;
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, packed, a, &err);
  char name[JL_IMPORT_NAME_MAX + 1];
  assert_non_null(group);
  if (said.import != NULL) {
    snprintf(name, sizeof name, "%s", said.import);
    group->has_import = group->has_import_part = true;
    group->import = jl_to_pb((struct jl_bytes){said.run->bytes, sizeof said.run->bytes});
    group->import_name = name;
    group->import_part = 1;
  }
  group->has_undoes = said.undoes != 0;
  group->undoes = said.undoes;
  group->has_redoes = said.redoes != 0;
  group->redoes = said.redoes;
  uint32_t stream = planner_submit(&planner, jl_pack(&group->base, a, JL_GROUP_MAX_BYTES));
  jl_arena_free(a);
  return planner_verdict(&planner, stream);
}

static uint64_t make(const char *title, struct said said) { return make_of(JL_TYPE_ACTION, title, said); }

/* What is found, as "r3 r5 ..." relative to `base`, page by page of `limit`. */
static const char *found(Jalon__ReadLog read, uint64_t base, uint32_t limit) {
  static char text[1024];
  size_t used = 0;
  bool more = true;
  text[0] = '\0';
  read.has_space = read.has_from = read.has_to = read.has_limit = read.has_takers = read.has_after = true;
  read.space = jl_to_pb((struct jl_bytes){planner.space.bytes, sizeof planner.space.bytes});
  read.limit = limit;
  for (unsigned pages = 0; more && pages < 50; pages++) {
    const Jalon__ReadLogReply *reply = wire_expect(asking, wire_send(asking, JALON__FRAME_TYPE__READ_LOG, &read.base),
                                                   JALON__FRAME_TYPE__READ_LOG_REPLY, &jalon__read_log_reply__descriptor);
    for (size_t i = 0; i < reply->n_changes; i++) {
      struct jl_arena *a = jl_arena_new(1U << 20);
      struct jl_error err;
      const Jalon__ChangeBody *body =
          (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(reply->changes[i]->body), a, &err);
      assert_non_null(body);
      used += (size_t)snprintf(text + used, sizeof text - used, "%s%" PRIu64, used > 0 ? " " : "", body->revision - base);
      jl_arena_free(a);
    }
    more = reply->has_more;
    if (more) assert_true(reply->has_last);
    if (reply->n_changes == 0) assert_int_equal(reply->last, 0); /* not even that there is something */
    *(read.takers ? &read.after : &read.from) = read.takers ? reply->last : reply->last + 1;
  }
  assert_false(more);
  return text;
}

static const char *of_import(const char *name, uint64_t base, uint32_t limit) {
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  char copy[2 * JL_IMPORT_NAME_MAX];
  snprintf(copy, sizeof copy, "%s", name);
  read.from = base > 0 ? base : 1;
  read.to = UINT64_MAX;
  read.import_name = copy;
  return found(read, base, limit);
}

static const char *takers(uint64_t base, uint64_t from, uint64_t to, uint32_t limit) {
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  read.from = base + from;
  read.to = base + to;
  read.takers = true;
  return found(read, base, limit);
}

static void look(uint64_t base) {
  for (uint32_t limit = 0; limit < 3; limit++) { /* 0: as many as fit */
    assert_string_equal(of_import("leads.json", base, limit), "1 3 8");
    assert_string_equal(of_import("Été — prospects.csv", base, limit), "2");
    assert_string_equal(of_import("leads", base, limit), "");
    assert_string_equal(takers(base, 1, 1, limit), "4 5 6");
    assert_string_equal(takers(base, 5, 5, limit), "6");
    assert_string_equal(takers(base, 1, 3, limit), "4 5 6 7");
    assert_string_equal(takers(base, 7, 8, limit), "");
  }
}

static uint64_t make_all(void) {
  const struct jl_id first = jl_id_random(), second = jl_id_random(), other = jl_id_random();
  uint64_t base = make("Avant", (struct said){0});
  assert_int_equal(make("Un", (struct said){.import = "leads.json", .run = &first}), base + 1);
  make("Deux", (struct said){.import = "Été — prospects.csv", .run = &other});
  make("Trois", (struct said){.import = "leads.json", .run = &first});
  make("Annule un", (struct said){.undoes = base + 1});
  make("Le refait", (struct said){.redoes = base + 4});
  make("L'annule encore", (struct said){.undoes = base + 5});
  make("Annule deux", (struct said){.undoes = base + 2});
  assert_int_equal(make("Huit", (struct said){.import = "leads.json", .run = &second}), base + 8);
  return base;
}

static void found_by_import_and_by_what_is_taken_back(void **state) {
  (void)state;
  look(make_all());
}

static void a_name_that_no_import_can_have(void **state) {
  char name[2 * JL_IMPORT_NAME_MAX];
  (void)state;
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  assert_string_equal(of_import(name, 0, 0), "");
  assert_string_equal(of_import("", 0, 0), "");
}

/* What revision a group says that it takes back is only a number. */
static void numbers_that_are_no_revisions(void **state) {
  (void)state;
  uint64_t base = make("Avant", (struct said){0});
  make("Rien", (struct said){.undoes = UINT64_MAX});
  make("Soi-même", (struct said){.undoes = base + 2});
  make("Plus tard", (struct said){.undoes = base + 4});
  make("Plus tôt", (struct said){.undoes = base + 3});
  assert_string_equal(takers(base, 1, 1, 0), "");
  assert_string_equal(takers(base, 2, 2, 0), "2");
  assert_string_equal(takers(base, 3, 3, 0), "3 4");
}

/* The payroll's groups: who may not read it learns neither that there are any, nor where, nor what was taken back. */
static void nothing_of_what_may_not_be_read(void **state) {
  const struct jl_id first = jl_id_random(), second = jl_id_random();
  (void)state;
  uint64_t base = make("Avant", (struct said){0});
  assert_int_equal(make_of(JL_TYPE_PAYROLL_LINE, "Un", (struct said){.import = "salaires.json", .run = &first}), base + 1);
  make_of(JL_TYPE_PAYROLL_LINE, "Annule un", (struct said){.undoes = base + 1});
  make_of(JL_TYPE_PAYROLL_LINE, "Le refait", (struct said){.redoes = base + 2});
  make("Visible", (struct said){.import = "tout.json", .run = &second});
  make_of(JL_TYPE_PAYROLL_LINE, "Caché", (struct said){.import = "tout.json", .run = &second});
  make("Annule", (struct said){.undoes = base + 4});
  make_of(JL_TYPE_PAYROLL_LINE, "Annule aussi", (struct said){.undoes = base + 4});
  for (uint32_t limit = 0; limit < 3; limit++) {
    asking = &planner.wire;
    assert_string_equal(of_import("salaires.json", base, limit), "1");
    assert_string_equal(of_import("tout.json", base, limit), "4 5");
    assert_string_equal(takers(base, 1, 1, limit), "2 3");
    assert_string_equal(takers(base, 1, 4, limit), "2 3 6 7");
    asking = &reader;
    assert_string_equal(of_import("salaires.json", base, limit), "");
    assert_string_equal(of_import("tout.json", base, limit), "4");
    assert_string_equal(takers(base, 1, 1, limit), "");
    assert_string_equal(takers(base, 1, 4, limit), "6");
  }
  asking = &planner.wire;
}

/* As the migration does it for what is in the log, and who made it. */
static void logs_of_older_servers(void **state) {
  char *text = NULL, *begin, *end;
  size_t capacity = 0;
  uint64_t base = make_all();
  (void)state;
  FILE *in = fopen(SOURCE_DIR "/migrations/0021_log_found.sql", "re");
  assert_non_null(in);
  assert_true(getdelim(&text, &capacity, '\0', in) > 0);
  fclose(in);
  begin = strstr(text, "CREATE FUNCTION pg_temp.log_tail");
  assert_non_null(begin);
  end = strstr(begin, "CREATE INDEX");
  assert_non_null(end);
  *end = '\0';
  daemon_sql(&server, "CREATE TABLE kept AS SELECT space_id, revision, section, import_name, takes_back FROM log");
  daemon_sql(&server, "UPDATE log SET import_name = NULL, takes_back = NULL");
  assert_string_equal(of_import("leads.json", base, 0), "");
  daemon_sql(&server, begin);
  look(base);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM kept JOIN log USING (space_id, revision, section) WHERE kept.import_name IS "
                                          "DISTINCT FROM log.import_name OR (kept.takes_back IS DISTINCT FROM log.takes_back AND "
                                          "log.takes_back BETWEEN 0 AND 9000000000000000000)"),
                   0);
  assert_true(daemon_number(&server, "SELECT count(*) FROM log WHERE import_name IS NOT NULL") > 0);
  daemon_sql(&server, "DROP TABLE kept");
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM report.history AS h WHERE author IS DISTINCT FROM "
                                          "(SELECT person FROM account WHERE login = 'admin')"),
                   0);
  free(text);
}

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  planner_open(&planner, &server);
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id person = planner_colleague(&server, "Léa", "lea", PASSWORD), replica = jl_id_random(), id;
  struct jl_bytes grant = with(a, (struct jl_bytes){(const uint8_t *)"", 0}, JL_TYPE_GRANT, JL_GRANT_PLAN, &(struct jl_value){.id = planner.space});
  grant = with(a, grant, JL_TYPE_GRANT, JL_GRANT_HOLDER, &(struct jl_value){.id = person});
  grant = with(a, grant, JL_TYPE_GRANT, JL_GRANT_SECTION, &(struct jl_value){.number = JL_SECTION_PAYROLL});
  grant = with(a, grant, JL_TYPE_GRANT, JL_GRANT_LEVEL, &(struct jl_value){.number = JL_RIGHT_NONE});
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &planner.space, grant, &id));
  planner_create(&planner, JL_TYPE_GRANT, id, grant);
  wire_open(&reader, &server, false);
  wire_login(&reader, "lea", PASSWORD, &replica, NULL);
  jl_arena_free(a);
  return 0;
}

static int stop(void **state) {
  (void)state;
  wire_close(&reader);
  planner_close(&planner);
  return daemon_stop(&server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(found_by_import_and_by_what_is_taken_back), cmocka_unit_test(a_name_that_no_import_can_have),
      cmocka_unit_test(numbers_that_are_no_revisions), cmocka_unit_test(nothing_of_what_may_not_be_read), cmocka_unit_test(logs_of_older_servers)};
  return cmocka_run_group_tests_name("log_found", tests, start, stop);
}

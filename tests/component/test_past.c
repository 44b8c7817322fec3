/* Past states on a real server: a random history, whose views are kept (their hashes) as they were answered at the time; asked for again by
 * revision and by instant, in any order, cold and warm, they must be the same bytes; the budget of many days by date. JALON_SEED repeats a
 * run; JALON_PAST_GROUPS and JALON_PAST_DATES make it longer: tests/run long takes 100,000 groups and 200 dates. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <inttypes.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define GROUPS 300
#define QUESTIONS 120
#define DATES 30 /* of which the budget is asked for */
#define STEP "23"
#define TODAY 20500
#define FIRST_DAY 18262 /* 2020-01-01: where the history is moved to */
#define MINUTES 7       /* between two revisions, once it is there */
#define RECORDS_MAX 4096
#define NAMES_MAX 64

static const char *const views[] = {"budget", "tree", "raci", "dashboard", "list"};
static const struct {
  uint32_t type, text, number;
} kinds[] = {{JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, JL_OBJECTIVE_TARGET},
             {JL_TYPE_ACTION, JL_ACTION_TITLE, JL_ACTION_DUE},
             {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, JL_BUDGET_LINE_PLANNED},
             {JL_TYPE_KPI, JL_KPI_NAME, JL_KPI_BASELINE}};

static struct daemon server;
static struct planner planner, directory;
static struct jl_arena *scratch;
static uint64_t chance, groups, dates;
static struct known {
  struct jl_id id;
  size_t kind;
  uint64_t revision;
  struct jl_bytes text, number; /* slices that it has; kept */
  bool deleted;
} records[RECORDS_MAX];
static size_t record_count;
static struct kept {
  uint64_t revision;
  struct document {
    size_t size;
    uint8_t hash[crypto_generichash_BYTES];
  } document[JL_COUNT(views)];
} * kept; /* ascending; answered when the plan was there */
static size_t kept_count;
static struct {
  uint64_t directory_revision, after; /* a change of the directory came after this revision of the plan */
} renamed[NAMES_MAX];
static size_t renamed_count;

static uint64_t draw(uint64_t n) {
  chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (chance >> 33) % n;
}

static struct jl_bytes keep(struct jl_bytes b) {
  uint8_t *copy = malloc(b.size + 1);
  assert_non_null(copy);
  if (b.size > 0) memcpy(copy, b.data, b.size);
  return (struct jl_bytes){copy, b.size};
}
static void let_go(struct jl_bytes b) {
  void *p;
  memcpy(&p, &b.data, sizeof p);
  free(p);
}

static struct jl_bytes slice(uint32_t type, uint32_t field, int64_t number, const char *text) {
  struct jl_value v = {.number = number};
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  struct jl_bytes encoded = jl_value_encode(scratch, jl_field_by_number(jl_record_type_by_number(type), field), &v);
  return jl_record_with(scratch, (struct jl_bytes){(const uint8_t *)"", 0}, field, encoded);
}

/* ---- one random group ---- */
static struct jl_bytes random_text(size_t kind) {
  return slice(kinds[kind].type, kinds[kind].text, 0, jl_arena_printf(scratch, "Nom %" PRIu64 " élan", draw(1000)));
}
static struct jl_bytes random_number(size_t kind) {
  int64_t n = kinds[kind].type == JL_TYPE_ACTION ? 20454 + (int64_t)draw(300) : (int64_t)draw(100000);
  return slice(kinds[kind].type, kinds[kind].number, n, NULL);
}

static struct jl_bytes joined(struct jl_bytes record, struct jl_bytes slice_of, uint32_t field) {
  return jl_record_with(scratch, record, field, jl_record_slice(slice_of, field));
}

static void make_one(void) {
  struct known *k = &records[record_count++];
  *k = (struct known){.id = jl_id_random(), .kind = draw(JL_COUNT(kinds))};
  uint32_t type = kinds[k->kind].type;
  k->text = keep(random_text(k->kind));
  k->number = keep(random_number(k->kind));
  struct jl_bytes record = joined(k->text, k->number, kinds[k->kind].number);
  if (type == JL_TYPE_BUDGET_LINE)
    record = joined(record, slice(type, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_OTHER, NULL), JL_BUDGET_LINE_CATEGORY);
  k->revision = planner_create(&planner, type, k->id, record);
}

static void change_one(struct known *k) {
  bool text = draw(2) == 0;
  struct jl_bytes *value = text ? &k->text : &k->number, next = text ? random_text(k->kind) : random_number(k->kind);
  uint32_t field = text ? kinds[k->kind].text : kinds[k->kind].number;
  if (next.size == value->size && memcmp(next.data, value->data, next.size) == 0) return;
  k->revision = planner_update(&planner, kinds[k->kind].type, k->id, field, *value, next);
  let_go(*value);
  *value = keep(next);
}

static void restore_one(struct known *k) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__RESTORE;
  edit.type = kinds[k->kind].type;
  edit.id = jl_to_pb((struct jl_bytes){k->id.bytes, sizeof k->id.bytes});
  struct jl_bytes group =
      planner_pack(&(struct one_edit){.replica = &planner.replica, .space = &planner.space, .seq = ++planner.seq}, &edit, scratch);
  k->revision = planner_verdict(&planner, planner_submit(&planner, group));
  k->deleted = false;
}

static void one_group(void) {
  struct known *k = record_count == 0 ? NULL : &records[draw(record_count)];
  jl_arena_reset(scratch);
  if (k == NULL || (record_count < RECORDS_MAX && draw(100) < 25)) {
    make_one();
  } else if (k->deleted) {
    restore_one(k);
  } else if (draw(100) < 12) {
    k->revision = planner_delete(&planner, kinds[k->kind].type, k->id, k->revision);
    k->deleted = true;
  } else {
    change_one(k);
  }
}

/* ---- questions ---- */
static uint32_t send_question(struct wire *wire, const char *view, const char *since, const char *at) {
  Jalon__ViewRequest request = JALON__VIEW_REQUEST__INIT;
  Jalon__ViewParameter given[3] = {JALON__VIEW_PARAMETER__INIT, JALON__VIEW_PARAMETER__INIT, JALON__VIEW_PARAMETER__INIT}, *parameters[3];
  const char *const values[3] = {strcmp(view, "list") == 0 ? "action" : NULL, since, at};
  char names[3][8] = {"type", "since", "at"}, texts[3][64], name[32];
  snprintf(name, sizeof name, "%s", view);
  request.has_space = request.has_today = true;
  request.space = jl_to_pb((struct jl_bytes){planner.space.bytes, sizeof planner.space.bytes});
  request.view = name;
  request.today = TODAY;
  request.parameters = parameters;
  for (size_t i = 0; i < JL_COUNT(values); i++) {
    if (values[i] == NULL) continue;
    snprintf(texts[i], sizeof texts[i], "%s", values[i]);
    given[i].name = names[i];
    given[i].value = texts[i];
    parameters[request.n_parameters++] = &given[i];
  }
  return wire_send(wire, JALON__FRAME_TYPE__VIEW, &request.base);
}

static const Jalon__ViewReply *ask(size_t view, const char *at, uint32_t *ret_error) {
  uint32_t stream = send_question(&planner.wire, views[view], NULL, at);
  if (ret_error == NULL) return wire_expect(&planner.wire, stream, JALON__FRAME_TYPE__VIEW_REPLY, &jalon__view_reply__descriptor);
  *ret_error = wire_expect_error(&planner.wire, stream);
  return NULL;
}

static struct document document_of(ProtobufCBinaryData bytes) {
  struct document d = {.size = bytes.len};
  crypto_generichash(d.hash, sizeof d.hash, bytes.data, bytes.len, NULL, 0);
  return d;
}

static bool is_document(const struct document *kept_one, ProtobufCBinaryData bytes) {
  const struct document d = document_of(bytes);
  return d.size == kept_one->size && memcmp(d.hash, kept_one->hash, sizeof d.hash) == 0;
}

static void keep_views(void) {
  kept = realloc(kept, (kept_count + 1) * sizeof *kept);
  assert_non_null(kept);
  struct kept *k = &kept[kept_count++];
  for (size_t v = 0; v < JL_COUNT(views); v++) {
    const Jalon__ViewReply *reply = ask(v, NULL, NULL);
    k->revision = reply->position->revision;
    k->document[v] = document_of(reply->document);
  }
}

static void same_as_kept(size_t i, size_t v, const char *at) {
  const Jalon__ViewReply *reply = ask(v, at, NULL);
  if (reply->position->revision != kept[i].revision || !is_document(&kept[i].document[v], reply->document))
    fail_msg("%s at %s is not what it was at r%" PRIu64, views[v], at, kept[i].revision);
}

/* Its first microsecond; what came between two kept states belongs to the later of the two. */
static int64_t moved_to(uint64_t revision) { return (int64_t)FIRST_DAY * 86400000000 + (int64_t)revision * MINUTES * 60000000; }

static void by_revision(size_t n) {
  char at[32];
  for (size_t q = 0; q < n; q++) {
    size_t i = draw(kept_count);
    snprintf(at, sizeof at, "r%" PRIu64, kept[i].revision);
    same_as_kept(i, draw(JL_COUNT(views)), at);
  }
}

/* Many questions of one connection, about as many states, half of them about two each; another one's, who does not wait for the answers. */
static void at_once(size_t n) {
  char since[32], at[32];
  struct planner other = {.space = planner.space, .replica = jl_id_random()};
  uint32_t first = 0;
  planner_reconnect(&other, &server);
  for (size_t q = 0; q < n; q++) {
    size_t i = kept_count - 1 - q % kept_count;
    snprintf(since, sizeof since, "r%" PRIu64, kept[i / 2].revision);
    snprintf(at, sizeof at, "r%" PRIu64, kept[i].revision);
    send_question(&other.wire, "diff", since, at);
    uint32_t stream = send_question(&planner.wire, q % 2 == 0 ? "diff" : views[0], q % 2 == 0 ? since : NULL, at);
    if (q == 0) first = stream;
  }
  planner_close(&other);
  for (size_t q = 0; q < n; q++) {
    struct received got = wire_next(&planner.wire);
    assert_int_equal(got.type, JALON__FRAME_TYPE__VIEW_REPLY);
    const struct kept *k = &kept[kept_count - 1 - (got.stream - first) % kept_count];
    Jalon__ViewReply *reply = jalon__view_reply__unpack(NULL, got.payload.size, got.payload.data);
    assert_non_null(reply);
    assert_int_equal(reply->position->revision, k->revision);
    if ((got.stream - first) % 2 != 0) {
      assert_true(is_document(&k->document[0], reply->document));
    }
    jalon__view_reply__free_unpacked(reply, NULL);
  }
}

static void at_an_instant_of(size_t i, size_t v) {
  char at[32];
  /* exclusive: from right behind it up to the next revision itself */
  int64_t us = moved_to(kept[i].revision) + 1 + (int64_t)draw((uint64_t)MINUTES * 60000000);
  jl_time_format_iso(us, at);
  same_as_kept(i, v, at);
}

static void by_instant(size_t n) {
  for (size_t q = 0; q < n; q++) {
    size_t i = draw(kept_count);
    at_an_instant_of(i, draw(JL_COUNT(views)));
  }
}

static void budget_by_date(uint64_t n) {
  for (uint64_t q = 0; q < n; q++) at_an_instant_of(draw(kept_count), 0);
}

/* As if it had been written over months: the times of the log are moved, the directory's with it. */
static void move_history(void) {
  char sql[512], space[JL_ID_TEXT_SIZE], organisation[JL_ID_TEXT_SIZE];
  jl_id_format(&planner.space, space);
  jl_id_format(&directory.space, organisation);
  snprintf(sql, sizeof sql,
           "UPDATE log SET at = timestamptz '2020-01-01 00:00:00+00' + revision * interval '%d minutes' WHERE space_id = '%s'", MINUTES,
           space);
  daemon_sql(&server, sql);
  snprintf(sql, sizeof sql, "UPDATE log SET at = timestamptz '2019-12-31 00:00:00+00' WHERE space_id = '%s'", organisation);
  daemon_sql(&server, sql);
  for (size_t i = 0; i < renamed_count; i++) { /* and those after it, so that time goes on */
    snprintf(sql, sizeof sql,
             "UPDATE log SET at = timestamptz '2020-01-01 00:00:00+00' + %" PRIu64
             " * interval '%d minutes' WHERE space_id = '%s' AND revision >= %" PRIu64,
             renamed[i].after, MINUTES, organisation, renamed[i].directory_revision);
    daemon_sql(&server, sql);
  }
}

/* ---- the test ---- */
static int start(void **state) {
  static const char *const options[] = {"--past-step=" STEP, NULL};
  const char *seed = getenv("JALON_SEED"), *many = getenv("JALON_PAST_GROUPS"), *days = getenv("JALON_PAST_DATES");
  (void)state;
  chance = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
  groups = many != NULL ? strtoull(many, NULL, 10) : GROUPS;
  dates = days != NULL ? strtoull(days, NULL, 10) : DATES;
  printf("JALON_SEED=%" PRIu64 "\n", chance);
  scratch = jl_arena_new(1U << 24);
  daemon_start_with(&server, options);
  planner_open(&planner, &server);
  planner_directory(&directory, &server);
  return 0;
}

static int stop(void **state) {
  (void)state;
  planner_close(&planner);
  planner_close(&directory);
  for (size_t i = 0; i < record_count; i++) let_go(records[i].text), let_go(records[i].number);
  free(kept);
  jl_arena_free(scratch);
  return daemon_stop(&server);
}

static void rename_holder(struct jl_id person, unsigned n) {
  char before[32], after[32];
  snprintf(before, sizeof before, "Nom %u", n);
  snprintf(after, sizeof after, "Nom %u", n + 1);
  jl_arena_reset(scratch);
  uint64_t revision =
      planner_update(&directory, JL_TYPE_PERSON, person, JL_PERSON_NAME, planner_text(scratch, JL_TYPE_PERSON, JL_PERSON_NAME, before),
                     planner_text(scratch, JL_TYPE_PERSON, JL_PERSON_NAME, after));
  renamed[renamed_count].directory_revision = revision;
  renamed[renamed_count++].after = planner.head;
}

static void make_history(void) {
  struct jl_id person = jl_id_random(), action;
  planner_create(&directory, JL_TYPE_PERSON, person, planner_text(scratch, JL_TYPE_PERSON, JL_PERSON_NAME, "Nom 0"));
  action = planner_action(&planner, "Avec quelqu'un", NULL);
  struct jl_bytes raci = (struct jl_bytes){(const uint8_t *)"", 0};
  struct jl_value v = {.id = action};
  raci = jl_record_with(scratch, raci, JL_RACI_TARGET,
                        jl_value_encode(scratch, jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_TARGET), &v));
  v = (struct jl_value){.number = JL_RACI_R};
  raci = jl_record_with(scratch, raci, JL_RACI_LETTER,
                        jl_value_encode(scratch, jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_LETTER), &v));
  v = (struct jl_value){.id = person};
  raci = jl_record_with(scratch, raci, JL_RACI_HOLDER,
                        jl_value_encode(scratch, jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_HOLDER), &v));
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &planner.space, raci, &id));
  planner_create(&planner, JL_TYPE_RACI, id, raci);
  uint64_t each = groups / NAMES_MAX + 8, keep_each = groups / 400 + 3;
  for (uint64_t i = 0; i < groups; i++) {
    uint64_t before = planner.head;
    one_group();
    if (planner.head == before) continue;
    /* A name moves at a revision that is kept only after it: by revision and by instant it is the same directory. */
    if (draw(keep_each) == 0) keep_views();
    if (draw(each) == 0 && renamed_count < NAMES_MAX && (kept_count == 0 || kept[kept_count - 1].revision != planner.head))
      rename_holder(person, (unsigned)renamed_count);
  }
  keep_views();
}

static void test_views_of_then(void **state) {
  static const char *const options[] = {"--past-step=" STEP, NULL};
  (void)state;
  make_history();
  move_history();
  budget_by_date(dates);
  by_revision(QUESTIONS / 2);
  by_instant(QUESTIONS / 2);
  assert_true(daemon_number(&server, "SELECT count(*) FROM past_state") > 0);
  daemon_sql(&server, "UPDATE past_state SET records = records + 1, made_at = '2001-01-01'"); /* none of them is of this log */
  planner_close(&planner);
  planner_close(&directory);
  assert_int_equal(daemon_terminate(&server), 0);
  daemon_again(&server, options); /* nothing in memory */
  planner_reconnect(&planner, &server);
  planner_reconnect(&directory, &server);
  at_once(QUESTIONS);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM past_state WHERE made_at = '2001-01-01'"), 0);
  by_instant(QUESTIONS / 2);
  daemon_sql(&server, "DELETE FROM past_state"); /* made again from the log */
  by_revision(QUESTIONS / 2);
}

/* Without a question: by itself, one after the other. */
static void test_stored_as_it_grows(void **state) {
  (void)state;
  daemon_sql(&server, "DELETE FROM past_state");
  while (daemon_number(&server, "SELECT count(*) FROM past_state") < 2) wire_ping(&planner.wire);
}

static void test_moments_that_are_none(void **state) {
  (void)state;
  uint32_t code;
  char at[32];
  const struct {
    const char *at;
    uint32_t code;
  } wrong[] = {{"r0", JL_E_INVALID},
               {"r", JL_E_INVALID},
               {"", JL_E_INVALID},
               {"12", JL_E_INVALID},
               {"2020-13-01", JL_E_INVALID},
               {"r99999999999999999999", JL_E_INVALID},
               {"r999999999", JL_E_INVALID},
               {"2019-12-31T00:00:00.000000Z", JL_E_INVALID},
               {"2999-01-01T00:00:00.000000Z", JL_E_INVALID}};
  for (size_t i = 0; i < JL_COUNT(wrong); i++) {
    (void)ask(0, wrong[i].at, &code);
    assert_int_equal(code, wrong[i].code);
  }
  jl_time_format_iso(jl_now_utc_us(), at);
  same_as_kept(kept_count - 1, draw(JL_COUNT(views)), at);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_views_of_then), cmocka_unit_test(test_moments_that_are_none),
                                     cmocka_unit_test(test_stored_as_it_grows)};
  return cmocka_run_group_tests_name("past", tests, start, stop);
}

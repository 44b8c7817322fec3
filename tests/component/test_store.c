/* Commits of the store over a real PostgreSQL: what is written is what is loaded; fences, rules of the database, refusals; how fast. */
#include "common/base/calendar.h"
#include "tests/component/support/store_world.h"
#include <poll.h>

static struct jl_bytes full_action(void) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ACTION);
  struct jl_bytes body = action_body("Webinaire \"Noël\" \\ {a,b}");
  body = with_text(type, body, "description", "one\ntwo, NULL");
  body = with_number(type, body, "status", JL_IN_PROGRESS);
  body = with_number(type, body, "progress", 250000);
  body = with_number(type, body, "start", -719162);
  body = with_number(type, body, "due", 20500);
  body = with_number(type, body, "needs_approval", 1);
  body = with_number(type, body, "quantity_done", 0);
  const char *words[] = {"", "NULL", "a \"quoted\" one", "back\\slash", "{x,y}", "été"};
  struct jl_value tags[6], kpis[3];
  for (size_t i = 0; i < 6; i++) tags[i] = (struct jl_value){.text = {(const uint8_t *)words[i], strlen(words[i])}};
  for (size_t i = 0; i < 3; i++) kpis[i] = (struct jl_value){.id = jl_id_random()};
  const struct jl_field *field = jl_field_by_name(type, "tags");
  body = jl_record_with(arena, body, field->number, jl_values_encode(arena, field, tags, 6));
  field = jl_field_by_name(type, "kpis");
  body = jl_record_with(arena, body, field->number, jl_values_encode(arena, field, kpis, 3));
  static const uint8_t unknown_varint[] = {0xe8, 0x07, 0x05},
                       unknown_text[] = {0x92, 0x3f, 0x02, 'h', 'i'}; /* fields 125 and 1010 of a newer program */
  body = jl_record_with(arena, body, 125, (struct jl_bytes){unknown_varint, sizeof unknown_varint});
  return jl_record_with(arena, body, 1010, (struct jl_bytes){unknown_text, sizeof unknown_text});
}

static void what_was_committed_is_loaded(void **state) {
  (void)state;
  struct space s;
  struct jl_record *action = new_record(JL_TYPE_ACTION, full_action(), 1, 1), *plain = new_record(JL_TYPE_ACTION, action_body("b"), 2, 1);
  struct jl_store_record records[] = {{.record = action, .is_new = true}, {.record = plain, .is_new = true}};
  new_space(&s, records, 2);
  expect_done(&s.batch);
  made(&s);
  struct jl_replica *replica = load(&s.batch.space);
  assert_non_null(replica);
  assert_int_equal(jl_replica_count(replica), 2);
  assert_stored(replica, action);
  assert_stored(replica, plain);
  assert_int_equal(jl_replica_where(replica)->revision, 1);
  assert_memory_equal(jl_replica_where(replica)->sections, s.sections, sizeof s.sections);
  assert_int_equal(loaded_lanes, 1);
  assert_int_equal(loaded_lane.seq, 1);
  jl_replica_free(replica);
  /* Changed columns only, an unknown field among them; and a tombstone. */
  const uint32_t status = JL_ACTION_STATUS, fields[] = {JL_ACTION_TITLE, 125};
  static const uint8_t other[] = {0xe8, 0x07, 0x06};
  struct jl_bytes body =
      jl_record_with(arena, with_text(action->type, action->body, "title", "new"), 125, (struct jl_bytes){other, sizeof other});
  struct jl_record *changed = jl_record_new(JL_TYPE_ACTION, &action->id, body),
                   *deleted = jl_record_new(JL_TYPE_ACTION, &plain->id, plain->body);
  *changed = (struct jl_record){.reference_count = 1,
                                .type_number = JL_TYPE_ACTION,
                                .type = changed->type,
                                .id = changed->id,
                                .number = 1,
                                .revision = 2,
                                .created_revision = 1,
                                .body = changed->body};
  *deleted = (struct jl_record){.reference_count = 1,
                                .type_number = JL_TYPE_ACTION,
                                .type = deleted->type,
                                .id = deleted->id,
                                .number = 2,
                                .revision = 2,
                                .created_revision = 1,
                                .deleted_revision = 2,
                                .body = deleted->body};
  struct jl_store_record updates[] = {{.record = changed, .fields = fields, .field_count = 2},
                                      {.record = deleted, .fields = &status, .field_count = 0}};
  next_batch(&s, updates, 2);
  expect_done(&s.batch);
  replica = load(&s.batch.space);
  assert_stored(replica, changed);
  assert_stored(replica, deleted);
  jl_replica_free(replica);
  struct jl_id nowhere = jl_id_random();
  assert_null(load(&nowhere));
  assert_int_equal(answer_error.code, JL_E_NOT_FOUND);
  jl_record_release(action);
  jl_record_release(plain);
  jl_record_release(changed);
  jl_record_release(deleted);
}

static void a_fence_that_fails_leaves_nothing(void **state) {
  (void)state;
  struct space a, b;
  struct jl_record *r = new_record(JL_TYPE_ACTION, action_body("x"), 1, 1);
  struct jl_store_record record = {.record = r, .is_new = true};
  new_space(&a, NULL, 0);
  expect_done(&a.batch);
  made(&a);
  new_space(&b, NULL, 0);
  expect_done(&b.batch);
  made(&b);
  next_batch(&a, &record, 1);
  next_batch(&b, NULL, 0);
  b.batch.old_revision += 5; /* another node wrote */
  const struct jl_store_batch *both[] = {&a.batch, &b.batch};
  assert_int_equal(commit(both, 2), JL_COMMIT_FENCED);
  assert_false(commit_fenced[0]);
  assert_true(commit_fenced[1]);
  assert_int_equal(rows_of(&a, "action"), 0);
  assert_int_equal(rows_of(&a, "log"), 1);
  b.batch.old_revision -= 5;
  b.batch.old_commits++; /* it refused something: no revision has moved */
  assert_int_equal(commit(both, 2), JL_COMMIT_FENCED);
  assert_true(commit_fenced[1] && !commit_fenced[0]);
  b.batch.old_commits--;
  b.batch.acl_epoch++; /* rights changed */
  assert_int_equal(commit(both, 2), JL_COMMIT_FENCED);
  assert_true(commit_fenced[1]);
  b.batch.acl_epoch--;
  b.batch.creates_space = true; /* it exists already */
  assert_int_equal(commit(both, 2), JL_COMMIT_FENCED);
  assert_true(commit_fenced[1] && !commit_fenced[0]);
  b.batch.creates_space = false;
  assert_int_equal(commit(both, 2), JL_COMMIT_DONE);
  assert_int_equal(rows_of(&a, "action"), 1);
  assert_int_equal(rows_of(&b, "log"), 2);
  jl_record_release(r);
}

/* A row alone goes in another form of its statement than rows together: both must raise when a row is not as it should be. */
static void rows_that_differ_raise_alone_and_together(void **state) {
  (void)state;
  for (size_t n = 1; n <= 2; n++) {
    struct space a, b;
    struct jl_record *records[2] = {new_record(JL_TYPE_ACTION, action_body("a"), 1, 1), new_record(JL_TYPE_ACTION, action_body("b"), 1, 1)};
    struct jl_store_record fresh[2] = {{.record = records[0], .is_new = true}, {.record = records[1], .is_new = true}};
    new_space(&a, &fresh[0], 1);
    expect_done(&a.batch);
    made(&a);
    new_space(&b, &fresh[1], 1);
    expect_done(&b.batch);
    made(&b);
    uint32_t title = jl_field_by_name(jl_record_type_by_number(JL_TYPE_ACTION), "title")->number;
    struct jl_store_record changed[2] = {{.record = records[0], .fields = &title, .field_count = 1},
                                         {.record = records[1], .fields = &title, .field_count = 1}};
    next_batch(&a, &changed[0], 1);
    next_batch(&b, &changed[1], 1);
    const struct jl_store_batch *both[] = {&a.batch, &b.batch};
    struct space good = a;
    a.batch.epoch++; /* the head */
    assert_int_equal(commit(both, n), JL_COMMIT_FENCED);
    assert_true(commit_fenced[0]);
    a.batch.epoch = good.batch.epoch;
    a.batch.old_commits++; /* refusals alone */
    assert_int_equal(commit(both, n), JL_COMMIT_FENCED);
    a.batch.old_commits--;
    a.lane.seq = 0; /* the lane stands further */
    assert_int_equal(commit(both, n), JL_COMMIT_FENCED);
    a.lane = good.lane;
    a.lane.replica = jl_id_random(); /* there is no such lane */
    assert_int_equal(commit(both, n), JL_COMMIT_FENCED);
    a.lane = good.lane;
    struct jl_record *missing = new_record(JL_TYPE_ACTION, action_body("c"), 2, 1);
    changed[0].record = missing; /* there is no such record: a defect of ours, so that nothing may commit */
    assert_int_equal(commit(both, n), JL_COMMIT_REFUSED);
    changed[0].record = records[0];
    assert_int_equal(rows_of(&a, "log"), 1);
    assert_int_equal(rows_of(&b, "log"), 1);
    assert_int_equal(commit(both, n), JL_COMMIT_DONE);
    assert_int_equal(rows_of(&a, "log"), 2);
    jl_record_release(missing);
    jl_record_release(records[0]);
    jl_record_release(records[1]);
  }
}

static const struct jl_store_batch *rights_batch(struct space *organisation, enum jl_rights_change change) {
  next_batch(organisation, NULL, 0);
  organisation->batch.rights = change;
  return &organisation->batch;
}

/* A plan is made by people's rights as they are: the organisation's head says so. Afterwards its own says what it is to be judged by. */
static void a_plan_is_made_by_the_rights_there_are(void **state) {
  (void)state;
  struct space organisation, plan;
  new_space(&organisation, NULL, 0);
  organisation.batch.kind = JL_SPACE_ORGANISATION;
  expect_done(&organisation.batch);
  made(&organisation);
  expect_done(rights_batch(&organisation, JL_RIGHTS_EVERYWHERE)); /* acl_epoch 2 */
  organisation.batch.acl_epoch = 2;
  new_space(&plan, NULL, 0);
  plan.batch.organisation = organisation.batch.space;
  plan.batch.rights_epoch = 1;
  const struct jl_store_batch *batch = &plan.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FENCED);
  assert_true(commit_fenced[0]);
  assert_null(load(&plan.batch.space));
  plan.batch.rights_epoch = 2;
  expect_done(&plan.batch);
  made(&plan);
  jl_replica_free(load(&plan.batch.space));
  assert_int_equal(loaded_rights, 2);
  expect_done(rights_batch(&organisation, JL_RIGHTS_EVERYWHERE));
  organisation.batch.acl_epoch = 3;
  jl_replica_free(load(&plan.batch.space));
  assert_int_equal(loaded_rights, 3);
  next_batch(&plan, NULL, 0); /* judged by what was before */
  batch = &plan.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FENCED);
  plan.batch.acl_epoch = 2;
  expect_done(&plan.batch);
}

/* The tables are of a newer server by now. */
static void a_newer_generation_fences(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  expect_done(&s.batch);
  made(&s);
  next_batch(&s, NULL, 0);
  const struct jl_store_batch *batch = &s.batch;
  jl_database_do(conninfo, "UPDATE space_head SET generation = generation + 1");
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FENCED);
  jl_database_do(conninfo, "UPDATE space_head SET generation = generation - 1");
  expect_done(&s.batch);
}

static void a_constraint_refuses_and_is_named(void **state) {
  (void)state;
  struct space s;
  struct jl_record *bad =
      new_record(JL_TYPE_ACTION, with_number(jl_record_type_by_number(JL_TYPE_ACTION), action_body("x"), "status", 99), 1, 1);
  struct jl_record *empty = new_record(JL_TYPE_ACTION, (struct jl_bytes){(const uint8_t *)"", 0}, 1, 1);
  struct jl_record *lost = new_record(JL_TYPE_ACTION, action_body("x"), 1, 1);
  const uint32_t title = JL_ACTION_TITLE;
  struct jl_store_record cases[] = {
      {.record = bad, .is_new = true}, {.record = empty, .is_new = true}, {.record = lost, .fields = &title, .field_count = 1}};
  for (size_t i = 0; i < 3; i++) {
    new_space(&s, &cases[i], 1);
    const struct jl_store_batch *batch = &s.batch;
    assert_int_equal(commit(&batch, 1), JL_COMMIT_REFUSED);
    assert_int_equal(commit_failed, 0);
    assert_true(answer_error.code != JL_E_OK);
    assert_int_equal(rows_of(&s, "space_head"), 0);
  }
  jl_record_release(bad);
  jl_record_release(empty);
  jl_record_release(lost);
}

static void a_deferred_constraint_fails_at_the_sync(void **state) {
  (void)state;
  jl_database_do(
      conninfo,
      "CREATE TABLE one_title (title text); CREATE FUNCTION no_evil() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN IF NEW.title = 'evil' THEN RAISE unique_violation USING MESSAGE = 'evil'; END IF; RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER evil AFTER INSERT ON action DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_evil()");
  struct space s;
  struct jl_record *evil = new_record(JL_TYPE_ACTION, action_body("evil"), 1, 1),
                   *good = new_record(JL_TYPE_ACTION, action_body("good"), 1, 1);
  struct jl_store_record bad = {.record = evil, .is_new = true}, fine = {.record = good, .is_new = true};
  new_space(&s, &bad, 1);
  const struct jl_store_batch *batch = &s.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_REFUSED);
  assert_int_equal(rows_of(&s, "log"), 0);
  new_space(&s, &fine, 1); /* the lane is in step again */
  expect_done(&s.batch);
  assert_int_equal(rows_of(&s, "action"), 1);
  jl_database_do(conninfo, "DROP TRIGGER evil ON action");
  jl_record_release(evil);
  jl_record_release(good);
}

/* ---- speed: statements were prepared on near-empty tables ---- */
/* What the database has counted of the table of actions. A connection publishes all its counts together, when it has been idle for a while. */
static long long counted(const char *what) {
  char sql[120];
  snprintf(sql, sizeof sql, "SELECT %s FROM pg_stat_user_tables WHERE relname = 'action'", what);
  return jl_database_number(conninfo, sql);
}
static void until_counted(const char *what, long long least) {
  int64_t until_us = jl_monotonic_us() + INT64_C(300000000);
  while (counted(what) < least) {
    if (jl_monotonic_us() > until_us) fail_msg("%s does not reach %lld", what, least);
    poll(NULL, 0, 50);
  }
}

#define ROWS 20000
#define BATCH 256
static void single_field_edits_are_fast(void **state) {
  (void)state;
  static struct jl_record *records[ROWS];
  static struct jl_store_record rows[ROWS];
  static uint8_t bodies[BATCH][300];
  static struct jl_store_log logs[BATCH];
  struct space s;
  jl_arena_reset(arena);
  for (size_t i = 0; i < ROWS; i++) {
    records[i] = new_record(
        JL_TYPE_ACTION, with_number(jl_record_type_by_number(JL_TYPE_ACTION), action_body("an action of ordinary length"), "progress", 0),
        i + 1, 1);
    rows[i] = (struct jl_store_record){.record = records[i], .is_new = true};
  }
  new_space(&s, rows, ROWS);
  int64_t begin = jl_monotonic_us();
  expect_done(&s.batch);
  print_message("insert: %.0f records/s\n", ROWS * 1e6 / (double)(jl_monotonic_us() - begin));
  made(&s);
  until_counted("n_tup_ins", ROWS);
  long long updated = counted("n_tup_upd"), scanned = counted("seq_tup_read");
  static const uint32_t fields[] = {JL_ACTION_PROGRESS, JL_ACTION_STATUS, JL_ACTION_TITLE};
  begin = jl_monotonic_us();
  size_t rounds = 100;
  for (size_t round = 0; round < rounds; round++) {
    next_batch(&s, rows, BATCH);
    s.batch.new_revision += BATCH - 1;
    s.sections[JL_SECTION_ACTIONS].revision = s.batch.new_revision;
    for (size_t i = 0; i < BATCH; i++) {
      rows[i] = (struct jl_store_record){.record = records[(round * BATCH + i) % ROWS], .fields = &fields[i % 3], .field_count = 1};
      logs[i] = s.log;
      logs[i].revision = s.batch.old_revision + 1 + i;
      memset(bodies[i], (int)('a' + i % 26), sizeof bodies[i]);
      logs[i].body = (struct jl_bytes){bodies[i], sizeof bodies[i]};
    }
    s.batch.log = logs;
    s.batch.log_count = BATCH;
    expect_done(&s.batch);
  }
  print_message("update: %.0f edits/s in batches of %d\n", (double)(rounds * BATCH) * 1e6 / (double)(jl_monotonic_us() - begin), BATCH);
  begin = jl_monotonic_us();
  next_batch(&s, rows, 1);
  s.batch.log = &s.log;
  s.batch.log_count = 1;
  expect_done(&s.batch);
  print_message("one edit: %lld us\n", (long long)(jl_monotonic_us() - begin));
  until_counted("n_tup_upd", updated + (long long)rounds * BATCH + 1);
  assert_true(counted("seq_tup_read") - scanned < ROWS); /* no statement has looked at every row */
  begin = jl_monotonic_us();
  struct jl_replica *replica = load(&s.batch.space);
  assert_int_equal(jl_replica_count(replica), ROWS);
  print_message("load: %.0f records/s\n", ROWS * 1e6 / (double)(jl_monotonic_us() - begin));
  jl_replica_free(replica);
  for (size_t i = 0; i < ROWS; i++) jl_record_release(records[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_committed_is_loaded),
      cmocka_unit_test(a_fence_that_fails_leaves_nothing),
      cmocka_unit_test(rows_that_differ_raise_alone_and_together),
      cmocka_unit_test(a_plan_is_made_by_the_rights_there_are),
      cmocka_unit_test(a_newer_generation_fences),
      cmocka_unit_test(a_constraint_refuses_and_is_named),
      cmocka_unit_test(a_deferred_constraint_fails_at_the_sync),
      cmocka_unit_test(single_field_edits_are_fast),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

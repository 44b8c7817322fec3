/* The store over a real PostgreSQL: commits, fences, refusals, unknown outcomes under kill -9, loading, the log, queries. */
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "server/store/store.h"
#include "tests/component/support/database.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uv_loop_t loop;
static struct jl_store *store;
static char conninfo[4096];
static struct jl_arena *arena;

/* ---- asking and waiting ---- */

static bool answered;
static struct jl_error answer_error;
static void note(const struct jl_error *err) {
  answered = true;
  answer_error = err == NULL ? (struct jl_error){0} : *err;
}
static void wait_answer(void) {
  while (!answered) uv_run(&loop, UV_RUN_ONCE);
  answered = false;
}
static void on_ready(void *context, const struct jl_error *err) { (void)context, note(err); }
static void on_closed(void *context) { (void)context, note(NULL); }

static enum jl_commit_result commit_result;
static bool commit_fenced[8];
static size_t commit_failed, commit_count;
static void on_commit(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err) {
  (void)context;
  commit_result = result;
  commit_failed = failed_batch;
  for (size_t i = 0; i < commit_count; i++) commit_fenced[i] = fenced[i];
  note(err);
}
static enum jl_commit_result commit(const struct jl_store_batch *const *batches, size_t n) {
  commit_count = n;
  jl_store_commit(store, 0, batches, n, on_commit, NULL);
  assert_false(answered);
  wait_answer();
  assert_false(jl_store_lane_busy(store, 0));
  return commit_result;
}
static void expect_done(const struct jl_store_batch *batch) {
  if (commit(&batch, 1) == JL_COMMIT_DONE) return;
  char text[600];
  jl_error_describe(&answer_error, text, sizeof text);
  fail_msg("result %d: %s", (int)commit_result, text);
}

/* ---- making things ---- */

static struct jl_bytes with_text(const struct jl_record_type *type, struct jl_bytes body, const char *field, const char *text) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  const struct jl_field *f = jl_field_by_name(type, field);
  return jl_record_with(arena, body, f->number, jl_value_encode(arena, f, &value));
}
static struct jl_bytes with_number(const struct jl_record_type *type, struct jl_bytes body, const char *field, int64_t number) {
  struct jl_value value = {.number = number};
  const struct jl_field *f = jl_field_by_name(type, field);
  return jl_record_with(arena, body, f->number, jl_value_encode(arena, f, &value));
}
static struct jl_bytes action_body(const char *title) {
  return with_text(jl_record_type_by_number(JL_TYPE_ACTION), (struct jl_bytes){NULL, 0}, "title", title);
}
static struct jl_record *new_record(uint32_t type, struct jl_bytes body, uint64_t number, uint64_t revision) {
  struct jl_id id = jl_id_random();
  struct jl_record *r = jl_record_new(type, &id, body);
  r->number = number;
  r->revision = r->created_revision = revision;
  return r;
}

/* A space under test: what one writer would know of it. */
struct space {
  struct jl_store_batch batch;
  struct jl_section_position sections[JL_SECTIONS];
  struct jl_store_log log;
  struct jl_store_lane lane;
  uint8_t body[32];
};
static void next_batch(struct space *s, const struct jl_store_record *records, size_t n) {
  struct jl_store_batch *b = &s->batch;
  b->old_revision = b->new_revision;
  b->old_commits++;
  b->new_revision++;
  b->time_us++;
  s->lane.seq++;
  snprintf((char *)s->body, sizeof s->body, "body %llu", (unsigned long long)b->new_revision);
  s->log = (struct jl_store_log){.revision = b->new_revision,
                                 .section = JL_SECTION_ACTIONS,
                                 .author = s->lane.account,
                                 .replica = s->lane.replica,
                                 .seq = s->lane.seq,
                                 .time_us = b->time_us,
                                 .body = {s->body, strlen((char *)s->body)}};
  jl_chain_next(s->sections[JL_SECTION_ACTIONS].chain, s->log.body, s->sections[JL_SECTION_ACTIONS].chain);
  s->sections[JL_SECTION_ACTIONS].revision = b->new_revision;
  s->lane.verdicts = s->log.body;
  b->records = records;
  b->record_count = n;
}
static void new_space(struct space *s, const struct jl_store_record *records, size_t n) {
  *s = (struct space){.batch = {.space = jl_id_random(),
                                .kind = JL_SPACE_PLAN,
                                .creates_space = true,
                                .epoch = 1,
                                .acl_epoch = 1,
                                .time_us = 1767225600000000,
                                .log_count = 1,
                                .lane_count = 1},
                      .lane = {.replica = jl_id_random(), .account = jl_id_random(), .is_new = true}};
  s->batch.sections = s->sections;
  s->batch.log = &s->log;
  s->batch.lanes = &s->lane;
  next_batch(s, records, n);
  s->batch.old_revision = s->batch.old_commits = 0;
}
static void made(struct space *s) {
  s->batch.creates_space = false;
  s->lane.is_new = false;
}

/* ---- loading back ---- */

static struct jl_replica *loaded;
static struct jl_loaded_lane loaded_lane;
static size_t loaded_lanes, loaded_again;
static uint64_t loaded_rights;
static struct jl_loaded_again loaded_group;
static void note_again(const struct jl_loaded_again *again, size_t n) {
  loaded_again = n;
  if (n > 0) loaded_group = again[0];
}
static struct jl_decided decided[16];
static size_t decided_count;
static uint64_t lanes_revision;
static void keep_decided(const struct jl_decided_list *list) {
  decided_count = list == NULL ? 0 : list->count;
  lanes_revision = list == NULL ? 0 : list->lanes_revision;
  for (size_t i = 0; i < decided_count && i < JL_COUNT(decided); i++) decided[i] = list->groups[i];
}
static void on_load(void *context, struct jl_loaded_space *space, const struct jl_error *err) {
  (void)context;
  loaded = space == NULL ? NULL : space->replica;
  loaded_lanes = space == NULL ? 0 : space->lane_count;
  loaded_rights = space == NULL ? 0 : space->rights_epoch;
  if (loaded_lanes > 0) loaded_lane = space->lanes[0];
  note_again(space == NULL ? NULL : space->again, space == NULL ? 0 : space->again_count);
  keep_decided(space == NULL ? NULL : &space->decided);
  note(err);
}
static struct jl_replica *load(const struct jl_id *space) {
  jl_store_load(store, space, on_load, NULL);
  wait_answer();
  return loaded;
}
static void assert_stored(const struct jl_replica *replica, const struct jl_record *expected) {
  const struct jl_record *found = jl_replica_record(replica, &expected->id);
  assert_non_null(found);
  assert_int_equal(found->body.size, expected->body.size);
  assert_memory_equal(found->body.data, expected->body.data, expected->body.size);
  assert_int_equal(found->number, expected->number);
  assert_int_equal(found->revision, expected->revision);
  assert_int_equal(found->created_revision, expected->created_revision);
  assert_int_equal(found->deleted_revision, expected->deleted_revision);
}

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

static long long rows_of(const struct space *s, const char *table) {
  char sql[200], id[JL_ID_TEXT_SIZE];
  jl_id_format(&s->batch.space, id);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE space_id = '%s'", table, id);
  return jl_database_number(conninfo, sql);
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

/* A warning with the commit says that it may not be durable: the store looks, on the same session, and finds it done. */
static void a_warned_commit_is_looked_for(void **state) {
  (void)state;
  jl_database_do(conninfo,
                 "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'not durable'; RETURN NULL; END $$;"
                 "CREATE TRIGGER warned AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION warn();"
                 "CREATE TRIGGER warned AFTER INSERT ON refusal FOR EACH ROW EXECUTE FUNCTION warn()");
  struct space s;
  new_space(&s, NULL, 0);
  const struct jl_store_batch *batch = &s.batch;
  commit_count = 1;
  jl_store_commit(store, 1, &batch, 1, on_commit, NULL); /* by its log row, and on the other lane */
  wait_answer();
  assert_int_equal(commit_result, JL_COMMIT_DONE);
  made(&s);
  struct jl_store_refusal refusal = {
      .replica = s.lane.replica, .seq = 2, .group = {(const uint8_t *)"g", 1}, .verdict = {(const uint8_t *)"no", 2}, .time_us = 1};
  next_batch(&s, NULL, 0);
  s.batch.refusals = &refusal;
  s.batch.refusal_count = 1;
  s.batch.log_count = 0;
  s.batch.new_revision = s.batch.old_revision;
  expect_done(&s.batch); /* nothing but refusals: by its verdict */
  jl_database_do(conninfo, "DROP TRIGGER warned ON log; DROP TRIGGER warned ON refusal");
}

/* Nothing but a refusal, whose lane's row is what it was before: that it is there proves nothing. */
static void a_lost_refusal_is_not_proven_by_its_lane(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  expect_done(&s.batch);
  made(&s);
  struct jl_store_refusal refusal = {
      .replica = jl_id_random(), .seq = 1, .group = {(const uint8_t *)"g", 1}, .verdict = {(const uint8_t *)"no", 2}, .time_us = 1};
  next_batch(&s, NULL, 0);
  s.batch.refusals = &refusal;
  s.batch.refusal_count = 1;
  s.batch.log_count = 0;
  s.batch.new_revision = s.batch.old_revision;
  s.lane.seq = 1;
  snprintf((char *)s.body, sizeof s.body, "body 1");
  jl_database_do(conninfo, "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); "
                           "PERFORM pg_sleep(60); RETURN NULL; END $$;"
                           "CREATE TRIGGER dies AFTER INSERT ON refusal FOR EACH ROW EXECUTE FUNCTION die()");
  const struct jl_store_batch *batch = &s.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FAILED);
  jl_database_do(conninfo, "DROP TRIGGER dies ON refusal");
  while (!jl_store_healthy(store)) uv_run(&loop, UV_RUN_ONCE);
  expect_done(&s.batch);
}

/* Refusals of two spaces in a transaction that is lost before anything is written; of one of them another node has kept the same verdict.
 * That proves nothing of the other's. */
static void refusals_of_each_space_are_proven_by_their_own(void **state) {
  (void)state;
  struct space s[2];
  struct jl_store_refusal refusals[2];
  for (int there = 0; there < 2; there++) { /* whichever space comes first by its id */
    const struct jl_store_batch *batches[2];
    for (int i = 0; i < 2; i++) {
      new_space(&s[i], NULL, 0);
      expect_done(&s[i].batch);
      made(&s[i]);
      refusals[i] = (struct jl_store_refusal){
          .replica = s[i].lane.replica, .seq = 2, .group = {(const uint8_t *)"g", 1}, .verdict = {(const uint8_t *)"no", 2}, .time_us = 1};
      s[i].batch.refusals = &refusals[i];
      s[i].batch.refusal_count = 1;
      s[i].batch.log_count = 0;
      s[i].batch.old_revision = s[i].batch.new_revision;
      s[i].batch.old_commits = 1;
      s[i].lane.seq = 2;
      batches[i] = &s[i].batch;
    }
    if ((jl_id_compare(&s[0].batch.space, &s[1].batch.space) < 0) != (there == 0)) batches[0] = &s[1].batch, batches[1] = &s[0].batch;
    expect_done(batches[0]);
    jl_database_do(conninfo, "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                             "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END $$;"
                             "CREATE TRIGGER dies BEFORE UPDATE ON space_head FOR EACH STATEMENT EXECUTE FUNCTION die()");
    assert_int_equal(commit(batches, 2), JL_COMMIT_FAILED);
    jl_database_do(conninfo, "DROP TRIGGER dies ON space_head");
    while (!jl_store_healthy(store)) uv_run(&loop, UV_RUN_ONCE);
    expect_done(batches[1]);
  }
}

/* Every process whose parent is the postmaster. */
static void kill_backends(void) {
  char path[64], text[2048];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)jl_database_pid(), (int)jl_database_pid());
  FILE *file = fopen(path, "re");
  if (file == NULL) return;
  size_t n = fread(text, 1, sizeof text - 1, file);
  text[n] = '\0';
  fclose(file);
  char *at = text, *end;
  for (long pid = strtol(at, &end, 10); end != at; at = end, pid = strtol(at, &end, 10)) kill((pid_t)pid, SIGKILL);
}

/* Commits run while PostgreSQL is killed again and again: what was answered must be what is there. */
static void outcomes_are_true_under_kill(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  expect_done(&s.batch);
  made(&s);
  unsigned done = 0, failed = 0, kills = 0;
  for (int i = 0; kills < 6 && i < 20000; i++) {
    struct space before = s;
    next_batch(&s, NULL, 0);
    const struct jl_store_batch *batch = &s.batch;
    commit_count = 1;
    jl_store_commit(store, 0, &batch, 1, on_commit, NULL);
    if (i % 40 == 39 && jl_database_pid() != 0) { /* at different moments of the commit */
      for (unsigned turn = 0; turn < kills % 3 && !answered; turn++) uv_run(&loop, UV_RUN_ONCE);
      if (kills % 2 == 0) kill_backends(); /* else they die a little later, when they miss the postmaster: some may still commit */
      kill(jl_database_pid(), SIGKILL);
      kills++;
    }
    wait_answer();
    assert_true(commit_result == JL_COMMIT_DONE || commit_result == JL_COMMIT_FAILED);
    if (commit_result == JL_COMMIT_DONE)
      done++;
    else {
      failed++;
      assert_int_equal(answer_error.code, JL_E_UNAVAILABLE);
      s = before;
      s.batch.sections = s.sections;
      s.batch.log = &s.log;
      s.batch.lanes = &s.lane;
    }
  }
  print_message("done %u, failed %u, kills %u\n", done, failed, kills);
  struct jl_replica *replica = NULL;
  for (int64_t until_us = jl_monotonic_us() + INT64_C(300000000); replica == NULL && jl_monotonic_us() < until_us;) replica = load(&s.batch.space);
  assert_non_null(replica);
  assert_int_equal(jl_replica_where(replica)->revision, done + 1);
  assert_memory_equal(jl_replica_where(replica)->sections, s.sections, sizeof s.sections);
  jl_replica_free(replica);
  assert_int_equal(rows_of(&s, "log"), done + 1);
}

/* ---- the log, refusals, queries ---- */

static size_t log_count;
static uint64_t log_first, log_last;
static bool log_more;
static void on_log(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  (void)context;
  log_count = n;
  log_first = n == 0 ? 0 : rows[0].revision;
  log_last = n == 0 ? 0 : rows[n - 1].revision;
  log_more = has_more;
  note(err);
}
static void on_history(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  on_log(context, rows, n, false, err);
}
static char verdict[32];
static void on_refusal(void *context, struct jl_bytes bytes, const struct jl_error *err) {
  (void)context;
  snprintf(verdict, sizeof verdict, "%.*s", (int)bytes.size, (const char *)bytes.data);
  note(err);
}

static void the_log_is_read_in_whole_revisions(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  expect_done(&s.batch);
  made(&s);
  for (int i = 0; i < 9; i++) {
    next_batch(&s, NULL, 0);
    expect_done(&s.batch);
  }
  jl_store_log(store, &s.batch.space, 3, UINT64_MAX, 1 << 20, on_log, NULL);
  wait_answer();
  assert_int_equal(log_count, 8);
  assert_int_equal(log_first, 3);
  assert_int_equal(log_last, 10);
  assert_false(log_more);
  jl_store_log(store, &s.batch.space, 1, 10, 13, on_log, NULL); /* "body 1" has 6 bytes */
  wait_answer();
  assert_int_equal(log_count, 3);
  assert_true(log_more);
  jl_store_log(store, &s.batch.space, 11, 20, 13, on_log, NULL);
  wait_answer();
  assert_int_equal(log_count, 0);
  assert_false(log_more);
}

static void history_follows_a_record(void **state) {
  (void)state;
  struct space s;
  struct jl_id record = jl_id_random();
  uint64_t previous[] = {0, 0, 1, 0, 3}; /* revision 5 -> 3 -> 1; 2 and 4 are about others */
  previous[2] = 1;
  new_space(&s, NULL, 0);
  for (uint64_t revision = 1; revision <= 5; revision++) {
    if (revision > 1) next_batch(&s, NULL, 0);
    Jalon__RecordChange change = JALON__RECORD_CHANGE__INIT, *changes[] = {&change};
    Jalon__ChangeBody body = JALON__CHANGE_BODY__INIT;
    struct jl_id other = jl_id_random(), *id = revision % 2 == 1 ? &record : &other;
    change.has_id = change.has_previous_revision = true;
    change.id = (ProtobufCBinaryData){sizeof id->bytes, id->bytes};
    change.previous_revision = previous[revision - 1];
    body.n_changes = 1;
    body.changes = changes;
    uint8_t packed[200];
    s.log.body = (struct jl_bytes){packed, jalon__change_body__pack(&body, packed)};
    expect_done(&s.batch);
    made(&s);
  }
  jl_store_history(store, &s.batch.space, &record, 5, 0, 10, on_history, NULL);
  wait_answer();
  assert_int_equal(log_count, 3);
  assert_int_equal(log_first, 5);
  assert_int_equal(log_last, 1);
  jl_store_history(store, &s.batch.space, &record, 5, 1, 10, on_history, NULL);
  wait_answer();
  assert_int_equal(log_count, 2);
  jl_store_history(store, &s.batch.space, &record, 5, 0, 1, on_history, NULL);
  wait_answer();
  assert_int_equal(log_count, 1);
}

static void on_pruned(void *context, const struct jl_rows *rows, const struct jl_error *err) { (void)context, (void)rows, note(err); }
static void on_caught_up(void *context, const struct jl_caught_up *news, const struct jl_error *err) {
  (void)context;
  note_again(news == NULL ? NULL : news->again, news == NULL ? 0 : news->again_count);
  keep_decided(news == NULL ? NULL : &news->decided);
  note(err);
}
static void expect_decided(const struct space *s, const struct jl_id *account, const struct jl_id *group, const char *expected) {
  jl_store_decided(store, &s->batch.space, account, group, on_refusal, NULL);
  wait_answer();
  if (expected != NULL)
    assert_string_equal(verdict, expected);
  else
    assert_int_equal(answer_error.code, JL_E_NOT_FOUND);
}

/* Groups that were sent in another lane are loaded with their space, and found with their verdict; refused ones are found by their id. */
static void what_was_sent_again_is_known(void **state) {
  (void)state;
  struct space s;
  char packed[40] = "verdict of ";
  new_space(&s, NULL, 0);
  struct jl_store_again again = {
      .account = s.lane.account, .group = jl_id_random(), .verdict = {(const uint8_t *)"yes", 4}, .time_us = jl_now_utc_us()};
  const struct jl_id refused = {"sixteen letters"}, stranger = jl_id_random();
  memcpy(packed + strlen(packed), refused.bytes, sizeof refused.bytes);
  struct jl_store_refusal refusal = {.replica = s.lane.replica,
                                     .seq = 1,
                                     .group = {(const uint8_t *)"g", 1},
                                     .verdict = {(const uint8_t *)packed, strlen(packed) + 1},
                                     .time_us = jl_now_utc_us()};
  s.batch.again = &again;
  s.batch.again_count = 1;
  s.batch.refusals = &refusal;
  s.batch.refusal_count = 1;
  expect_done(&s.batch);
  made(&s);
  jl_replica_free(load(&s.batch.space));
  assert_int_equal(loaded_again, 1);
  assert_true(jl_id_equal(&loaded_group.account, &again.account) && jl_id_equal(&loaded_group.group, &again.group));
  loaded_again = 0;
  jl_store_catch_up(store, &s.batch.space, 1, on_caught_up, NULL);
  wait_answer();
  assert_int_equal(loaded_again, 1);
  expect_decided(&s, &again.account, &again.group, "yes");
  expect_decided(&s, &again.account, &refused, packed);
  expect_decided(&s, &stranger, &again.group, NULL);
  expect_decided(&s, &stranger, &refused, NULL);
  expect_decided(&s, &again.account, &stranger, NULL);
  /* The same again, as another node would: fenced, and nothing of it is there. */
  next_batch(&s, NULL, 0);
  s.batch.refusal_count = 0;
  const struct jl_store_batch *batch = &s.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FENCED);
  assert_int_equal(rows_of(&s, "log"), 1);
  jl_database_do(conninfo, "UPDATE sent_again SET at = now() - interval '401 days'");
  jl_store_query(store, "again_prune", NULL, 0, on_pruned, NULL);
  wait_answer();
  expect_decided(&s, &again.account, &again.group, NULL);
}

static void refusals_are_kept(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  struct jl_store_refusal refusal = {.replica = s.lane.replica,
                                     .seq = 1,
                                     .group = {(const uint8_t *)"g", 1},
                                     .verdict = {(const uint8_t *)"no", 2},
                                     .time_us = jl_now_utc_us()};
  s.batch.refusals = &refusal;
  s.batch.refusal_count = 1;
  expect_done(&s.batch);
  made(&s);
  jl_store_refusal(store, &s.batch.space, &refusal.replica, 1, on_refusal, NULL);
  wait_answer();
  assert_string_equal(verdict, "no");
  jl_store_refusal(store, &s.batch.space, &refusal.replica, 2, on_refusal, NULL);
  wait_answer();
  assert_int_equal(answer_error.code, JL_E_NOT_FOUND);
  /* Only refusals, nothing new; then the same again, as another node would: fenced. */
  refusal.seq = 2;
  s.lane.seq = 2;
  s.batch.log_count = 0;
  s.batch.old_revision = s.batch.new_revision;
  s.batch.old_commits = 1;
  expect_done(&s.batch);
  const struct jl_store_batch *batch = &s.batch;
  assert_int_equal(commit(&batch, 1), JL_COMMIT_FENCED);
  assert_true(commit_fenced[0]);
}

/* Rows of lanes may be behind: of what was applied since, the log tells whose it was and how it ended. */
static void groups_that_lanes_lack_are_read_from_the_log(void **state) {
  (void)state;
  struct space s;
  new_space(&s, NULL, 0);
  expect_done(&s.batch);
  made(&s);
  s.batch.lane_count = 0;
  s.batch.lanes_revision = 1;
  struct jl_id groups[5];
  for (uint64_t i = 2; i <= 4; i++) {
    next_batch(&s, NULL, 0);
    groups[i] = s.log.group = jl_id_random();
    s.log.outcome = i == 3 ? 3 : 0;
    expect_done(&s.batch);
  }
  for (int way = 0; way < 2; way++) {
    if (way == 0)
      jl_replica_free(load(&s.batch.space));
    else {
      jl_store_catch_up(store, &s.batch.space, 4, on_caught_up, NULL); /* whatever of the log is known */
      wait_answer();
    }
    assert_int_equal(lanes_revision, 1);
    assert_int_equal(decided_count, 3);
    for (size_t i = 0; i < 3; i++) {
      assert_int_equal(decided[i].revision, i + 2);
      assert_int_equal(decided[i].seq, i + 2);
      assert_int_equal(decided[i].outcome, i == 1 ? 3 : 0);
      assert_true(jl_id_equal(&decided[i].group, &groups[i + 2]) && jl_id_equal(&decided[i].replica, &s.lane.replica));
    }
  }
  next_batch(&s, NULL, 0);
  s.batch.lane_count = 1;
  s.batch.lanes_revision = 5; /* with the lanes written, none is lacking */
  expect_done(&s.batch);
  jl_replica_free(load(&s.batch.space));
  assert_int_equal(decided_count, 0);
  assert_int_equal(lanes_revision, 5);
  assert_int_equal(loaded_lane.seq, 5);
}

static size_t space_count;
static bool plan_found;
static struct jl_id plan_space;
static size_t right_count, ended_count;
static void on_spaces(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err) {
  (void)context;
  space_count = n;
  right_count = ended_count = 0;
  for (size_t i = 0; i < n; i++) {
    if (!jl_id_equal(&spaces[i].id, &plan_space)) continue;
    plan_found = plan_found || spaces[i].plan != NULL;
    right_count = spaces[i].right_count;
    for (size_t k = 0; k < right_count; k++) ended_count += spaces[i].rights[k]->deleted_revision != 0;
  }
  note(err);
}
/* With its rights, and those that have ended: who has not heard of it is to know. */
static void every_space_is_listed_with_its_plan(void **state) {
  (void)state;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAN);
  struct jl_bytes body = with_text(type, (struct jl_bytes){NULL, 0}, "name", "Plan 2026");
  body = with_number(type, body, "start", 20454);
  body = with_number(type, body, "end", 20818);
  body = with_text(type, body, "currency", "EUR");
  struct space s;
  struct jl_record *plan = new_record(JL_TYPE_PLAN, body, 1, 1);
  const struct jl_record_type *grant_type = jl_record_type_by_number(JL_TYPE_GRANT);
  struct jl_record *grants[2];
  struct jl_store_record records[3] = {{.record = plan, .is_new = true}};
  for (int i = 0; i < 2; i++) {
    struct jl_value holder = {.id = jl_id_random()};
    struct jl_bytes grant = with_number(grant_type, with_number(grant_type, (struct jl_bytes){NULL, 0}, "section", JL_SECTION_BUDGET), "level", JL_RIGHT_READ);
    grant = jl_record_with(arena, grant, JL_GRANT_HOLDER, jl_value_encode(arena, jl_field_by_number(grant_type, JL_GRANT_HOLDER), &holder));
    grant = jl_record_with(arena, grant, JL_GRANT_PLAN, jl_value_encode(arena, jl_field_by_number(grant_type, JL_GRANT_PLAN), &holder));
    grants[i] = new_record(JL_TYPE_GRANT, grant, (uint64_t)i + 1, 1);
    grants[i]->deleted_revision = (uint64_t)i;
    records[i + 1] = (struct jl_store_record){.record = grants[i], .is_new = true};
  }
  new_space(&s, records, 3);
  expect_done(&s.batch);
  plan_space = s.batch.space;
  jl_store_spaces(store, on_spaces, NULL);
  wait_answer();
  assert_true(space_count >= 1);
  assert_true(plan_found);
  assert_int_equal(right_count, 2);
  assert_int_equal(ended_count, 1);
  jl_record_release(plan);
  for (int i = 0; i < 2; i++) jl_record_release(grants[i]);
}

static size_t query_rows;
static void on_query(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  (void)context;
  query_rows = rows == NULL ? 0 : jl_rows_count(rows);
  if (query_rows > 0) assert_memory_equal(jl_rows_id(rows, 0, 0).bytes, jl_store_cluster(store)->bytes, 16);
  note(err);
}
static void named_statements_run(void **state) {
  (void)state;
  jl_store_query(store, "cluster", NULL, 0, on_query, NULL);
  wait_answer();
  assert_int_equal(query_rows, 1);
  struct jl_param bad = {.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)"a\0b", 3}};
  jl_store_query(store, "cluster", &bad, 1, on_query, NULL);
  wait_answer();
  assert_int_equal(answer_error.code, JL_E_INVALID);
  assert_true(jl_store_healthy(store));
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

static int start_all(void **state) {
  (void)state;
  signal(SIGPIPE, SIG_IGN);
  uv_loop_init(&loop);
  arena = jl_arena_new(256u << 20);
  jl_database_start(&loop);
  snprintf(conninfo, sizeof conninfo, "%s", jl_database_fresh());
  struct jl_store_settings settings = {.connection = conninfo, .commit_lanes = 2, .readers = 2};
  store = jl_store_open(&loop, &settings, on_ready, NULL);
  wait_answer();
  return answer_error.code == JL_E_OK ? 0 : -1;
}
static int stop_all(void **state) {
  (void)state;
  jl_store_close(store, on_closed, NULL);
  wait_answer();
  jl_database_stop();
  jl_arena_free(arena);
  return uv_loop_close(&loop);
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
      cmocka_unit_test(the_log_is_read_in_whole_revisions),
      cmocka_unit_test(history_follows_a_record),
      cmocka_unit_test(refusals_are_kept),
      cmocka_unit_test(what_was_sent_again_is_known),
      cmocka_unit_test(groups_that_lanes_lack_are_read_from_the_log),
      cmocka_unit_test(every_space_is_listed_with_its_plan),
      cmocka_unit_test(named_statements_run),
      cmocka_unit_test(single_field_edits_are_fast),
      cmocka_unit_test(a_warned_commit_is_looked_for),
      cmocka_unit_test(a_lost_refusal_is_not_proven_by_its_lane),
      cmocka_unit_test(refusals_of_each_space_are_proven_by_their_own),
      cmocka_unit_test(outcomes_are_true_under_kill),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

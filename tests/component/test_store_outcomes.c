/* Commits whose answer does not come: the store looks what became of them, and says what is so, under kill -9 too. */
#include "tests/component/support/store_world.h"
#include <stdlib.h>

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_warned_commit_is_looked_for),
      cmocka_unit_test(a_lost_refusal_is_not_proven_by_its_lane),
      cmocka_unit_test(refusals_of_each_space_are_proven_by_their_own),
      cmocka_unit_test(outcomes_are_true_under_kill),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

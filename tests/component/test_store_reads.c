/* What the store reads: the log, history, refusals, groups sent again or not in the rows of lanes, the spaces there are, named statements. */
#include "tests/component/support/store_world.h"

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
  jl_store_history(store, &s.batch.space, &record, 5, 0, 10, NULL, on_history, NULL);
  wait_answer();
  assert_int_equal(log_count, 3);
  assert_int_equal(log_first, 5);
  assert_int_equal(log_last, 1);
  jl_store_history(store, &s.batch.space, &record, 5, 1, 10, NULL, on_history, NULL);
  wait_answer();
  assert_int_equal(log_count, 2);
  jl_store_history(store, &s.batch.space, &record, 5, 0, 1, NULL, on_history, NULL);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_log_is_read_in_whole_revisions),
      cmocka_unit_test(history_follows_a_record),
      cmocka_unit_test(refusals_are_kept),
      cmocka_unit_test(what_was_sent_again_is_known),
      cmocka_unit_test(groups_that_lanes_lack_are_read_from_the_log),
      cmocka_unit_test(every_space_is_listed_with_its_plan),
      cmocka_unit_test(named_statements_run),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

/* What tests of the store share: a real PostgreSQL and a store on it, batches of a space as a writer makes them, what is loaded back. */
#ifndef JL_TEST_STORE_WORLD_H
#define JL_TEST_STORE_WORLD_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/record/schema.h"
#include "server/store/store.h"
#include "tests/component/support/database.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>

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
JL_UNUSED static struct jl_bytes with_number(const struct jl_record_type *type, struct jl_bytes body, const char *field, int64_t number) {
  struct jl_value value = {.number = number};
  const struct jl_field *f = jl_field_by_name(type, field);
  return jl_record_with(arena, body, f->number, jl_value_encode(arena, f, &value));
}
JL_UNUSED static struct jl_bytes action_body(const char *title) {
  return with_text(jl_record_type_by_number(JL_TYPE_ACTION), (struct jl_bytes){NULL, 0}, "title", title);
}
JL_UNUSED static struct jl_record *new_record(uint32_t type, struct jl_bytes body, uint64_t number, uint64_t revision) {
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
JL_UNUSED static void assert_stored(const struct jl_replica *replica, const struct jl_record *expected) {
  const struct jl_record *found = jl_replica_record(replica, &expected->id);
  assert_non_null(found);
  assert_int_equal(found->body.size, expected->body.size);
  assert_memory_equal(found->body.data, expected->body.data, expected->body.size);
  assert_int_equal(found->number, expected->number);
  assert_int_equal(found->revision, expected->revision);
  assert_int_equal(found->created_revision, expected->created_revision);
  assert_int_equal(found->deleted_revision, expected->deleted_revision);
}
static long long rows_of(const struct space *s, const char *table) {
  char sql[200], id[JL_ID_TEXT_SIZE];
  jl_id_format(&s->batch.space, id);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE space_id = '%s'", table, id);
  return jl_database_number(conninfo, sql);
}

/* ---- beginning and end ---- */

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
#endif

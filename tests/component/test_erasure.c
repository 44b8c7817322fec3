/* Erasure on a real server and its database: a server that is killed in the middle of it, two at once that meet in the same row of the log,
 * two nodes, and accounts whose time is over. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct daemon node, there;

static int start(void **state) {
  (void)state;
  daemon_start(&node);
  return 0;
}
static int stop(void **state) {
  (void)state;
  int other = there.pid > 0 ? daemon_stop(&there) : 0, status = daemon_stop(&node); /* in this order: they share a database */
  return other == 0 ? status : other;
}

static ProtobufCBinaryData id_of(const struct jl_id *id) { return jl_to_pb((struct jl_bytes){(uint8_t *)(uintptr_t)id->bytes, sizeof id->bytes}); }

/* With the planner's next number, packed. */
static struct jl_bytes erasing(struct planner *p, struct jl_arena *a, const struct jl_id *person) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = group.has_erases = true;
  group.replica = id_of(&p->replica);
  group.space = id_of(&p->space);
  group.seq = ++p->seq;
  group.group_id = id_of(&group_id);
  group.model_version = jl_model_version;
  group.erases = id_of(person);
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

/* Rows of a table that are of a person, by this column, and are so. */
static long long rows(const char *table, const char *column, const struct jl_id *id, const char *so) {
  char text[JL_ID_TEXT_SIZE], sql[600];
  jl_id_format(id, text);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s = '%s' AND %s", table, column, text, so);
  return daemon_number(&node, sql);
}
static long long named(const struct jl_id *id) { return rows("person", "id", id, "name IS NOT NULL"); }
static long long certified(const struct jl_id *id) { return rows("erasure", "person", id, "true"); }
static long long accounts(const struct jl_id *id) { return rows("account", "person", id, "true"); }

static long long in_log(const char *word) {
  char sql[300];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM log WHERE position('%s'::bytea IN private_values) > 0 OR position('%s'::bytea IN body) > 0", word, word);
  return daemon_number(&node, sql);
}

/* ---- killed in the middle: nothing of it, then all of it ---- */
static void a_server_is_killed_meanwhile(void **state) {
  (void)state;
  struct planner p;
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id zoe = planner_colleague(&node, "Zoe Quagmire", "zoe", "a password for zoe");
  planner_directory(&p, &node);
  daemon_sql(&node, "CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(100000); RETURN NEW; END $$");
  daemon_sql(&node, "CREATE TRIGGER stop_here BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION stop_here()");
  struct jl_bytes group = erasing(&p, a, &zoe);
  (void)planner_submit(&p, group);
  daemon_until(&node, "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"); /* the log is rewritten, the account still there */
  kill(node.pid, SIGKILL);
  waitpid(node.pid, NULL, 0);
  wire_close(&p.wire);
  daemon_sql(&node, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  daemon_until(&node, "SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  daemon_sql(&node, "DROP TRIGGER stop_here ON account");
  assert_int_equal(named(&zoe), 1);
  assert_int_equal(accounts(&zoe), 1);
  assert_int_equal(certified(&zoe), 0);
  assert_int_equal(in_log("Zoe Quagmire"), 1);

  daemon_again(&node, NULL);
  p.wire = (struct wire){.fd = -1};
  planner_reconnect(&p, &node);
  planner_verdict(&p, planner_submit(&p, group)); /* the same again, as every client does */
  assert_int_equal(named(&zoe), 0);
  assert_int_equal(accounts(&zoe), 0);
  assert_int_equal(certified(&zoe), 1);
  assert_int_equal(in_log("Zoe Quagmire"), 0);
  planner_close(&p);
  jl_arena_free(a);
}

/* ---- two at once, of people who came in one group: their values stand in the same row of the log ---- */
static void two_are_erased_at_once(void **state) {
  (void)state;
  static const char *const names[] = {"Abel Ostrich", "Bela Pelican", "Cora Heron"};
  struct planner p, other;
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id people[3];
  Jalon__Edit edits[3], *list[3];
  planner_directory(&p, &node);
  planner_directory(&other, &node);
  for (size_t i = 0; i < 3; i++) {
    people[i] = jl_id_random();
    edits[i] = planner_creation(JL_TYPE_PERSON, &people[i], planner_text(a, JL_TYPE_PERSON, JL_PERSON_NAME, names[i]));
    list[i] = &edits[i];
  }
  struct jl_id group_id = jl_id_random();
  Jalon__Group all = JALON__GROUP__INIT;
  all.has_replica = all.has_space = all.has_seq = all.has_group_id = all.has_model_version = true;
  all.replica = id_of(&p.replica);
  all.space = id_of(&p.space);
  all.seq = ++p.seq;
  all.group_id = id_of(&group_id);
  all.model_version = jl_model_version;
  all.n_edits = 3;
  all.edits = list;
  planner_verdict(&p, planner_submit(&p, jl_pack(&all.base, a, JL_GROUP_MAX_BYTES)));
  uint32_t first = planner_submit(&p, erasing(&p, a, &people[0])), second = planner_submit(&other, erasing(&other, a, &people[1]));
  uint32_t again = planner_submit(&other, erasing(&other, a, &people[0])); /* somebody else has the same idea */
  planner_verdict(&p, first);
  planner_verdict(&other, second);
  planner_verdict(&other, again);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(named(&people[i]), i == 2);
    assert_int_equal(certified(&people[i]), i < 2);
    assert_int_equal(in_log(names[i]), i == 2); /* whose values stand beside theirs keeps them */
  }
  planner_close(&p);
  planner_close(&other);
  jl_arena_free(a);
}

static bool is_called(const struct copy *c, const struct jl_id *person, const char *word) {
  const struct jl_record *record = jl_replica_record(c->replica, person);
  assert_non_null(record);
  return memmem(record->body.data, record->body.size, word, strlen(word)) != NULL;
}

/* ---- two nodes: what the other one holds in memory goes too ---- */
static struct jl_id person_on(struct planner *p, struct jl_arena *a, const char *name) {
  struct jl_id id = jl_id_random();
  planner_create(p, JL_TYPE_PERSON, id, planner_text(a, JL_TYPE_PERSON, JL_PERSON_NAME, name));
  return id;
}

static void another_node_tells_nothing_any_more(void **state) {
  (void)state;
  struct planner here, other;
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct copy c;
  daemon_join(&there, &node);
  planner_directory(&here, &node);
  planner_directory(&other, &there);
  struct jl_id dora = person_on(&here, a, "Dora Cormorant");
  uint64_t before = here.head;
  (void)person_on(&other, a, "Somebody"); /* whoever writes has read what the other node wrote */
  struct wire w = planner_reader(&there, NULL);
  copy_begin(&c, other.space);
  uint32_t stream = planner_subscribe(&w, other.space, NULL, NULL);
  while (!copy_snapshot_message(&c, &w, stream)) {
  }
  assert_true(is_called(&c, &dora, "Dora"));
  planner_verdict(&here, planner_submit(&here, erasing(&here, a, &dora)));
  (void)person_on(&other, a, "Somebody else");
  copy_tail(&c, &w, stream, other.head);
  assert_false(is_called(&c, &dora, "Dora"));
  Jalon__ReadLog log = JALON__READ_LOG__INIT;
  log.has_space = log.has_from = log.has_to = true;
  log.space = id_of(&other.space);
  log.from = before;
  log.to = other.head;
  const Jalon__ReadLogReply *reply =
      wire_expect(&w, wire_send(&w, JALON__FRAME_TYPE__READ_LOG, &log.base), JALON__FRAME_TYPE__READ_LOG_REPLY, &jalon__read_log_reply__descriptor);
  assert_int_equal(reply->n_changes, 4); /* Dora, somebody, the erasure, somebody else */
  for (size_t i = 0; i < reply->n_changes; i++) {
    const Jalon__Change *change = reply->changes[i];
    assert_null(memmem(change->body.data, change->body.len, "Dora", 4));
    if (change->private_values.len > 0) assert_null(memmem(change->private_values.data, change->private_values.len, "Dora", 4));
  }
  copy_end(&c);
  wire_close(&w);
  planner_close(&here);
  planner_close(&other);
  jl_arena_free(a);
  assert_int_equal(daemon_stop(&there), 0);
  there.pid = 0;
}

/* ---- accounts whose time is over ---- */
static void closed_accounts_end(void **state) {
  (void)state;
  static const char *const options[] = {"--erase-closed-months=12", "--erase-notice-days=7", NULL};
  struct jl_id old = planner_colleague(&node, "Edith Albatross", "edith", "a password for edith"),
               recent = planner_colleague(&node, "Felix Gannet", "felix", "a password for felix"),
               open = planner_colleague(&node, "Greta Skua", "greta", "a password for greta");
  daemon_sql(&node, "UPDATE account SET disabled_at = now() - interval '30 months' WHERE login = 'edith'");
  daemon_sql(&node, "UPDATE account SET disabled_at = now() - interval '3 months' WHERE login = 'felix'");
  assert_int_equal(daemon_terminate(&node), 0);
  daemon_again(&node, options);
  daemon_until(&node, "SELECT erase_announced_at IS NOT NULL FROM account WHERE login = 'edith'"); /* first it is only said */
  assert_int_equal(named(&old), 1);
  daemon_sql(&node, "UPDATE account SET erase_announced_at = now() - interval '8 days' WHERE login = 'edith'");
  assert_int_equal(daemon_terminate(&node), 0);
  daemon_again(&node, options);
  daemon_until(&node, "SELECT count(*) = 0 FROM account WHERE login = 'edith'");
  assert_int_equal(named(&old), 0);
  assert_int_equal(certified(&old), 1);
  assert_int_equal(rows("erasure", "person", &old, "author = '00000000-0000-0000-0000-000000000000' AND had_account"), 1);
  assert_int_equal(in_log("Edith Albatross"), 0);
  assert_int_equal(named(&recent), 1);
  assert_int_equal(rows("account", "person", &recent, "erase_announced_at IS NULL"), 1);
  assert_int_equal(named(&open), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_server_is_killed_meanwhile), cmocka_unit_test(two_are_erased_at_once),
                                     cmocka_unit_test(another_node_tells_nothing_any_more), cmocka_unit_test(closed_accounts_end)};
  return cmocka_run_group_tests(tests, start, stop);
}

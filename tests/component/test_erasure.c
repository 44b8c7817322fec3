/* Erasure on a real server and its database: a server that is killed in the middle of it, two at once that meet in the same row of the log,
 * two nodes, texts that came in one import, one that a killed server ends when it starts, what others were told, accounts that are opened meanwhile, and those whose time is over. */
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
  return planner_pack(&(struct one_edit){.replica = &p->replica, .space = &p->space, .seq = ++p->seq, .erases = person}, NULL, a);
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

/* ---- whose texts came in one import, some of them changed since ---- */
#define IMPORTED 2000

static struct planner as_colleague(const struct planner *plan, const char *login, const char *password) {
  struct planner p = {.space = plan->space, .replica = jl_id_random()};
  wire_open(&p.wire, &node, false);
  wire_login(&p.wire, login, password, &p.replica, NULL);
  return p;
}

static struct jl_bytes comment_of(struct jl_arena *a, const struct jl_id *action, const char *body) {
  const struct jl_field *target = jl_field_by_number(jl_record_type_by_number(JL_TYPE_COMMENT), JL_COMMENT_TARGET);
  const struct jl_value value = {.id = *action};
  struct jl_bytes r = planner_text(a, JL_TYPE_COMMENT, JL_COMMENT_BODY, body);
  struct jl_bytes none = {(const uint8_t *)"", 0}, of = jl_value_encode(a, target, &value);
  return jl_record_with(a, jl_record_with(a, none, JL_COMMENT_TARGET, of), JL_COMMENT_BODY, r);
}

static void an_import_is_erased_row_by_row(void **state) {
  (void)state;
  struct planner plan, ines;
  struct jl_arena *a = jl_arena_new(1U << 24);
  struct jl_id person = planner_colleague(&node, "Ines Spoonbill", "ines", "a password for ines"), first = {{0}};
  planner_open(&plan, &node);
  struct jl_id action = planner_action(&plan, "Newsletter", NULL);
  ines = as_colleague(&plan, "ines", "a password for ines");
  Jalon__Edit *edits = calloc(IMPORTED, sizeof *edits), **list = calloc(IMPORTED, sizeof *list);
  struct jl_id *ids = calloc(IMPORTED, sizeof *ids), group_id = jl_id_random();
  assert_true(edits != NULL && list != NULL && ids != NULL);
  for (size_t i = 0; i < IMPORTED; i++) {
    char body[40];
    snprintf(body, sizeof body, "spoonbill remark %zu", i);
    ids[i] = jl_id_random();
    edits[i] = planner_creation(JL_TYPE_COMMENT, &ids[i], comment_of(a, &action, body));
    list[i] = &edits[i];
  }
  first = ids[0];
  Jalon__Group all = JALON__GROUP__INIT;
  all.has_replica = all.has_space = all.has_seq = all.has_group_id = all.has_model_version = true;
  all.replica = id_of(&ines.replica);
  all.space = id_of(&ines.space);
  all.seq = ++ines.seq;
  all.group_id = id_of(&group_id);
  all.model_version = jl_model_version;
  all.n_edits = IMPORTED;
  all.edits = list;
  planner_verdict(&ines, planner_submit(&ines, jl_pack(&all.base, a, JL_GROUP_MAX_BYTES)));
  planner_update(&ines, JL_TYPE_COMMENT, first, JL_COMMENT_BODY, planner_text(a, JL_TYPE_COMMENT, JL_COMMENT_BODY, "spoonbill remark 0"),
                 planner_text(a, JL_TYPE_COMMENT, JL_COMMENT_BODY, "spoonbill remark, mended"));
  planner_create(&plan, JL_TYPE_COMMENT, jl_id_random(), comment_of(a, &action, "an answer of somebody else"));
  daemon_sql(&node, "CREATE TABLE rewritten (revision bigint)");
  daemon_sql(&node, "CREATE FUNCTION note_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rewritten VALUES (NEW.revision); RETURN NEW; END $$");
  daemon_sql(&node, "CREATE TRIGGER note_rewritten AFTER UPDATE ON log FOR EACH ROW EXECUTE FUNCTION note_rewritten()");
  planner_verdict(&plan, planner_submit(&plan, erasing(&plan, a, &person)));
  assert_int_equal(daemon_number(&node, "SELECT count(*) FROM rewritten"), 2); /* the import's row and the change's: once each */
  assert_int_equal(daemon_number(&node, "SELECT count(DISTINCT revision) FROM rewritten"), 2);
  assert_int_equal(rows("erasure", "person", &person, "records = 2000 AND changes = 2001"), 1);
  assert_int_equal(in_log("spoonbill"), 0);
  assert_int_equal(in_log("somebody else"), 1);
  daemon_sql(&node, "DROP TRIGGER note_rewritten ON log");
  wire_close(&ines.wire);
  planner_close(&plan);
  free(edits);
  free(list);
  free(ids);
  jl_arena_free(a);
}

/* ---- what others were told ---- */
static void was_refused(const struct jl_id *space, uint64_t seq, Jalon__Verdict *verdict, struct jl_arena *a) {
  struct jl_id replica = {{0x77}};
  char space_text[JL_ID_TEXT_SIZE], replica_text[JL_ID_TEXT_SIZE], sql[2000];
  struct jl_bytes packed = jl_pack(&verdict->base, a, 4096);
  int n;
  jl_id_format(space, space_text);
  jl_id_format(&replica, replica_text);
  n = snprintf(sql, sizeof sql, "INSERT INTO refusal (space_id, replica, seq, group_bytes, verdict, at) VALUES ('%s', '%s', %llu, '\\xfd01ffffffff', '\\x", space_text, replica_text,
               (unsigned long long)seq);
  for (size_t i = 0; i < packed.size; i++) n += snprintf(sql + n, sizeof sql - (size_t)n, "%02x", packed.data[i]);
  snprintf(sql + n, sizeof sql - (size_t)n, "', now())");
  daemon_sql(&node, sql);
}

static void said(const struct jl_id *space, uint64_t seq, const char *text, struct jl_arena *a) {
  Jalon__Argument argument = JALON__ARGUMENT__INIT, *arguments[] = {&argument};
  Jalon__Error error = JALON__ERROR__INIT;
  Jalon__Verdict verdict = JALON__VERDICT__INIT;
  argument.text = jl_arena_strdup(a, text);
  error.n_arguments = 1;
  error.arguments = arguments;
  verdict.error = &error;
  was_refused(space, seq, &verdict, a);
}

static long long told(uint64_t seq) {
  char sql[160];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM refusal WHERE replica = '77000000-0000-0000-0000-000000000000' AND seq = %llu", (unsigned long long)seq);
  return daemon_number(&node, sql);
}

static void what_others_were_told_goes(void **state) {
  (void)state;
  struct planner p;
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id plan = jl_id_random(), brief, tedious, written;
  char name[151], cut[120];
  planner_directory(&p, &node);
  brief = person_on(&p, a, "Li");
  memset(name, 'w', sizeof name - 1);
  memcpy(name, "Wolfeschlegel ", 14);
  name[sizeof name - 1] = '\0';
  memcpy(cut, name, 119);
  cut[119] = '\0';
  tedious = person_on(&p, a, name);
  written = person_on(&p, a, "Yo");
  Jalon__Conflict conflict = JALON__CONFLICT__INIT, *conflicts[] = {&conflict};
  Jalon__Verdict of_author = JALON__VERDICT__INIT;
  conflict.has_author = true;
  conflict.author = id_of(&written);
  conflict.author_name = jl_arena_strdup(a, "as called once");
  of_author.n_conflicts = 1;
  of_author.conflicts = conflicts;
  said(&plan, 1, "Li", a);
  said(&plan, 2, "List of guests", a);
  said(&plan, 3, cut, a);
  was_refused(&plan, 4, &of_author, a);
  said(&p.space, 5, "its group has a field that nobody knows", a);
  planner_verdict(&p, planner_submit(&p, erasing(&p, a, &brief)));
  assert_int_equal(told(1), 0);
  assert_int_equal(told(2), 1); /* no name */
  planner_verdict(&p, planner_submit(&p, erasing(&p, a, &tedious)));
  assert_int_equal(told(3), 0);
  assert_int_equal(told(4), 1);
  planner_verdict(&p, planner_submit(&p, erasing(&p, a, &written)));
  assert_int_equal(told(4), 0);
  assert_int_equal(told(2), 1);
  assert_int_equal(told(5), 1);
  planner_close(&p);
  jl_arena_free(a);
}

/* ---- an account that is opened meanwhile, or was there when the person had been erased ---- */
static uint32_t opens_account(struct planner *p, struct jl_arena *a, const char *login, const struct jl_id *person) {
  Jalon__AccountRequest add = JALON__ACCOUNT_REQUEST__INIT;
  add.has_verb = add.has_person = true;
  add.verb = JALON__ACCOUNT_VERB__ACCOUNT_ADD;
  add.account = jl_arena_strdup(a, login);
  add.password = jl_arena_strdup(a, "a password for whom");
  add.person = id_of(person);
  return wire_send(&p->wire, JALON__FRAME_TYPE__ACCOUNT, &add.base);
}

static void no_account_is_left(void **state) {
  (void)state;
  struct planner p, other;
  struct jl_arena *a = jl_arena_new(1U << 20);
  char text[JL_ID_TEXT_SIZE], sql[400];
  planner_directory(&p, &node);
  planner_directory(&other, &node);
  struct jl_id person = person_on(&p, a, "Hugo Dunlin");
  daemon_sql(&node, "CREATE TABLE gate (open boolean)");
  daemon_sql(&node, "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN WHILE NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN NEW; END $$");
  daemon_sql(&node, "CREATE TRIGGER wait_here BEFORE INSERT ON erasure FOR EACH ROW EXECUTE FUNCTION wait_here()");
  uint32_t erased = planner_submit(&p, erasing(&p, a, &person));
  daemon_until(&node, "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  uint32_t opened = opens_account(&other, a, "hugo", &person);
  daemon_until(&node, "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO account%'");
  daemon_sql(&node, "INSERT INTO gate VALUES (true)");
  planner_verdict(&p, erased);
  const Jalon__Error *error = wire_expect(&other.wire, opened, JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor);
  assert_int_equal(error->code, JL_E_NOT_FOUND);
  assert_int_equal(accounts(&person), 0);
  daemon_sql(&node, "DROP TRIGGER wait_here ON erasure");

  jl_id_format(&person, text); /* as a server of before may have left one */
  snprintf(sql, sizeof sql, "INSERT INTO account (login, person, password_hash, administrator, provider, born) VALUES ('hugo', '%s', '!', false, 'local', 'hugo/1')", text);
  daemon_sql(&node, sql);
  planner_verdict(&p, planner_submit(&p, erasing(&p, a, &person)));
  assert_int_equal(accounts(&person), 0);
  assert_int_equal(rows("erasure", "person", &person, "had_account"), 1);
  planner_close(&p);
  planner_close(&other);
  jl_arena_free(a);
}

/* ---- killed between two plans: the server ends it when it starts ---- */
static void the_server_ends_what_was_begun(void **state) {
  (void)state;
  struct planner plans[2], wilma;
  struct jl_arena *a = jl_arena_new(1U << 20);
  struct jl_id person = planner_colleague(&node, "Wilma Sandpiper", "wilma", "a password for wilma");
  for (size_t i = 0; i < 2; i++) {
    planner_open(&plans[i], &node);
    struct jl_id action = planner_action(&plans[i], "Newsletter", NULL);
    wilma = as_colleague(&plans[i], "wilma", "a password for wilma");
    planner_create(&wilma, JL_TYPE_COMMENT, jl_id_random(), comment_of(a, &action, i == 0 ? "sandpiper remark" : "sandpiper answer"));
    wire_close(&wilma.wire);
  }
  planner_verdict(&plans[0], planner_submit(&plans[0], erasing(&plans[0], a, &person))); /* as the command begins */
  assert_int_equal(in_log("sandpiper remark"), 0);
  assert_int_equal(in_log("sandpiper answer"), 1);
  assert_int_equal(named(&person), 1);
  kill(node.pid, SIGKILL);
  waitpid(node.pid, NULL, 0);
  for (size_t i = 0; i < 2; i++) wire_close(&plans[i].wire);

  daemon_again(&node, NULL);
  daemon_until(&node, "SELECT count(*) = 0 FROM person AS p WHERE name IS NOT NULL AND EXISTS (SELECT FROM erasure AS e WHERE e.person = p.id)");
  assert_int_equal(in_log("sandpiper answer"), 0);
  assert_int_equal(in_log("Wilma Sandpiper"), 0);
  assert_int_equal(named(&person), 0);
  assert_int_equal(accounts(&person), 0);
  assert_int_equal(certified(&person), 3);
  assert_int_equal(rows("erasure", "person", &person, "author = '00000000-0000-0000-0000-000000000000'"), 2);
  jl_arena_free(a);
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
  long long lanes = daemon_number(&node, "SELECT count(*) FROM lane");
  daemon_sql(&node, "UPDATE account SET disabled_at = now() - interval '30 months', erase_announced_at = now() - interval '8 days' WHERE login = 'felix'");
  assert_int_equal(daemon_terminate(&node), 0);
  daemon_again(&node, options);
  daemon_until(&node, "SELECT count(*) = 0 FROM account WHERE login = 'felix'");
  assert_int_equal(daemon_number(&node, "SELECT count(*) FROM lane"), lanes); /* for ever the same one */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_server_is_killed_meanwhile), cmocka_unit_test(two_are_erased_at_once),
                                     cmocka_unit_test(another_node_tells_nothing_any_more), cmocka_unit_test(an_import_is_erased_row_by_row),
                                     cmocka_unit_test(what_others_were_told_goes), cmocka_unit_test(no_account_is_left), cmocka_unit_test(the_server_ends_what_was_begun),
                                     cmocka_unit_test(closed_accounts_end)};
  return cmocka_run_group_tests(tests, start, stop);
}

/* The client library against a real server: local copy, outbox, offline edits and what becomes of them. */
#include "client/sync/local.h"
#include "tests/component/support/laptop.h"

static struct daemon server;
static struct laptop paul, marie;
static struct jl_id plan;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  laptop_start(&paul, &server, "admin", DAEMON_PASSWORD);
  laptop_start(&marie, &server, "admin", DAEMON_PASSWORD);
  plan = jl_id_random();
  struct answer w = laptop_plan(&paul, &plan, "Plan 2027");
  must(w.verdict_error.code == JL_E_OK, &w.verdict_error);
  jl_profile_identity(paul.profile)->plan = plan;
  jl_profile_identity(marie.profile)->plan = plan;
  return w.has_verdict ? 0 : -1;
}
static int stop(void **state) {
  (void)state;
  laptop_end(&paul);
  laptop_end(&marie);
  return daemon_stop(&server);
}
static void go(struct laptop *l, bool offline) {
  laptop_open(l, offline);
  jl_profile_identity(l->profile)->plan = plan;
}

static void online_then_without_the_server(void **state) {
  (void)state;
  struct jl_id id = jl_id_random();
  struct answer w = laptop_add(&paul, &plan, &id, "Plugin de chat");
  assert_true(w.has_verdict && w.revision > 0 && w.given_count == 1 && w.queued == 0);
  uint64_t number = w.given[0].number;
  w = laptop_sync_well(&paul);
  assert_true(w.sync.spaces >= 2);
  go(&paul, true);
  w = laptop_find(&paul, &plan, &id);
  must(w.error.code == JL_E_OK, &w.error);
  assert_true(w.local);
  assert_string_equal(w.text, "Plugin de chat");
  assert_int_equal(w.number, number);
  w = laptop_look(&paul, &plan, "tree");
  must(w.error.code == JL_E_OK && w.local && w.document_size > 0, &w.error);
  w = laptop_look(&paul, NULL, "plans");
  assert_true(w.local);
  w = laptop_look(&paul, &plan, "history");
  must(w.error.code == JL_E_OK && w.local && w.document_size > 0, &w.error);
}

static void made_offline(void **state) {
  (void)state;
  struct jl_id id = jl_id_random();
  go(&paul, true);
  struct answer w = laptop_add(&paul, &plan, &id, "Fait dans le train");
  must(w.error.code == JL_E_OK, &w.error);
  assert_true(w.queued != 0 && !w.has_verdict && w.given_count == 1 && jl_number_provisional(w.given[0].number));
  must(w.foreseen.code == JL_E_OK, &w.foreseen);
  uint64_t provisional = w.given[0].number;
  w = laptop_find(&paul, &plan, &id);
  assert_string_equal(w.text, "Fait dans le train");
  assert_int_equal(w.number, provisional);
  w = laptop_retitle(&paul, &plan, &id, "Fait dans le train", "Relu dans le train");
  assert_true(w.queued != 0);
  go(&paul, true); /* another run: it is still there */
  w = laptop_find(&paul, &plan, &id);
  assert_string_equal(w.text, "Relu dans le train");
  go(&paul, false);
  w = laptop_sync_well(&paul);
  assert_int_equal(w.sync.sent, 2);
  assert_int_equal(w.sync.applied, 2);
  assert_int_equal(w.sync.waiting, 0);
  struct jl_id space, record;
  uint64_t number = 0;
  assert_true(jl_local_given(paul.local, JL_TYPE_ACTION, provisional, &space, &record, &number));
  assert_true(jl_id_equal(&record, &id) && number > 0 && !jl_number_provisional(number));
  go(&paul, true);
  w = laptop_find(&paul, &plan, &id);
  assert_string_equal(w.text, "Relu dans le train");
  assert_int_equal(w.number, number);
}

static void list_one(struct laptop *l, uint32_t states, const struct jl_outbox_group **ret_groups, size_t *ret_n) {
  struct jl_error err = {0};
  struct jl_outbox_ask ask = {.states = states};
  must(jl_local_open(l->local, 1000, &err), &err);
  must(jl_local_outbox(l->local, &ask, l->a, ret_groups, ret_n, &err), &err);
}

static void two_people(void **state) {
  (void)state;
  const struct jl_outbox_group *groups;
  size_t n;
  struct jl_id id = jl_id_random(), other = jl_id_random();
  struct jl_error err = {0};
  go(&paul, false);
  go(&marie, false);
  (void)laptop_add(&paul, &plan, &id, "Blog");
  (void)laptop_add(&paul, &plan, &other, "Salon");
  (void)laptop_sync_well(&paul);
  (void)laptop_sync_well(&marie);
  go(&paul, true);
  struct answer w = laptop_retitle(&paul, &plan, &id, "Blog", "Blog de Paul");
  assert_true(w.queued != 0);
  uint64_t refused = w.queued;
  (void)laptop_count(&paul, &plan, &id, 3); /* of the same record: goes with it */
  (void)laptop_count(&paul, &plan, &other, 5);
  w = laptop_retitle(&marie, &plan, &id, "Blog", "Blog de Marie");
  assert_true(w.has_verdict);
  go(&paul, false);
  w = laptop_sync_well(&paul);
  assert_int_equal(w.sync.refused, 1);
  assert_int_equal(w.sync.parked, 1);
  assert_int_equal(w.sync.applied, 1); /* what has nothing to do with it flowed */
  list_one(&paul, 1U << JL_OUTBOX_REFUSED, &groups, &n);
  assert_int_equal(n, 1);
  assert_int_equal(groups[0].id, refused);
  assert_int_equal(groups[0].conflict_count, 1);
  assert_int_equal(groups[0].error.code, JL_E_FIELD_CONFLICT);
  assert_string_equal(groups[0].edits[0].title, "Blog de Marie");
  assert_false(groups[0].seen);
  w = laptop_find(&paul, &plan, &id);
  assert_string_equal(w.text, "Blog de Marie");
  struct jl_resolution resolution = {.choice = JL_CHOICE_MINE};
  uint64_t again = 0;
  must(jl_local_resolve(paul.local, refused, &resolution, &again, &err), &err);
  assert_int_equal(again, refused);
  w = laptop_sync_well(&paul);
  assert_int_equal(w.sync.applied, 2);
  assert_int_equal(w.sync.waiting, 0);
  w = laptop_find(&marie, &plan, &id);
  assert_string_equal(w.text, "Blog de Paul");
}

/* Refused online: told at once, and kept to be resolved; writing the field again resolves it. */
static void a_conflict_that_is_met_online(void **state) {
  (void)state;
  const struct jl_outbox_group *groups;
  size_t n;
  struct jl_id id = jl_id_random();
  go(&paul, false);
  (void)laptop_add(&paul, &plan, &id, "Stand");
  (void)laptop_retitle(&marie, &plan, &id, "Stand", "Stand A");
  struct answer w = laptop_retitle(&paul, &plan, &id, "Stand", "Stand B");
  assert_true(w.has_verdict && w.verdict_error.code == JL_E_FIELD_CONFLICT && w.conflict_count == 1);
  list_one(&paul, 1U << JL_OUTBOX_REFUSED, &groups, &n);
  assert_int_equal(n, 1);
  assert_true(groups[0].seen);
  w = laptop_retitle(&paul, &plan, &id, "Stand A", "Stand B");
  assert_true(w.has_verdict && w.revision > 0);
  list_one(&paul, 1U << JL_OUTBOX_REFUSED, &groups, &n);
  assert_int_equal(n, 0);
}

static void the_server_goes(void **state) {
  (void)state;
  struct jl_id id = jl_id_random();
  go(&paul, false);
  (void)laptop_sync_well(&paul);
  assert_int_equal(daemon_terminate(&server), 0);
  go(&paul, false);
  struct answer w = laptop_add(&paul, &plan, &id, "Serveur parti"); /* nobody said offline: it turns out */
  assert_true(w.queued != 0 && w.error.code == JL_E_OK && w.given_count == 1);
  w = laptop_find(&paul, &plan, &id);
  assert_true(w.local);
  assert_string_equal(w.text, "Serveur parti");
  w = laptop_sync(&paul);
  assert_int_equal(w.error.code, JL_E_UNAVAILABLE);
  assert_int_equal(w.sync.waiting, 1);
  daemon_again(&server, NULL);
  go(&paul, false);
  w = laptop_sync_well(&paul);
  assert_int_equal(w.sync.applied, 1);
  go(&marie, false);
  w = laptop_find(&marie, &plan, &id);
  must(w.error.code == JL_E_OK, &w.error);
  assert_string_equal(w.text, "Serveur parti");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(online_then_without_the_server), cmocka_unit_test(made_offline),    cmocka_unit_test(two_people),
      cmocka_unit_test(a_conflict_that_is_met_online),  cmocka_unit_test(the_server_goes),
  };
  return cmocka_run_group_tests(tests, start, stop);
}

/* An import of many groups through the library and its outbox, while the server is killed (SIGKILL) again and again, and the program that imports
 * as well: every group is applied once, and each of its records is there. Then the same import is tried, which leaves nothing. */
#include "client/sync/local.h"
#include "tests/component/support/laptop.h"
#include <signal.h>
#include <sys/wait.h>

enum { GROUPS = 40, RECORDS = 300 /* above what the outbox keeps one by one */, UNDER_WAY = 6, KILLS = 6 };

static struct daemon server;
static struct laptop paul;
static struct jl_id plan, line, import;
static size_t open_groups, decided, refused;

static int start(void **state) {
  (void)state;
  daemon_start(&server);
  laptop_start(&paul, &server, "admin", DAEMON_PASSWORD);
  plan = jl_id_random();
  line = jl_id_random();
  import = jl_id_random();
  struct answer w = laptop_plan(&paul, &plan, "Plan 2027");
  must(w.verdict_error.code == JL_E_OK, &w.verdict_error);
  jl_profile_identity(paul.profile)->plan = plan;
  struct jl_group *g = jl_group_new(&plan);
  struct jl_bytes record = {NULL, 0};
  record = jl_record_with(paul.a, record, JL_BUDGET_LINE_TITLE, laptop_text(&paul, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Salon"));
  record = jl_record_with(paul.a, record, JL_BUDGET_LINE_CATEGORY, laptop_number(&paul, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS));
  record = jl_record_with(paul.a, record, JL_BUDGET_LINE_PLANNED, laptop_number(&paul, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, 100000));
  jl_group_create(g, JL_TYPE_BUDGET_LINE, &line, record);
  w = laptop_submit(&paul, g);
  must(w.verdict_error.code == JL_E_OK, &w.verdict_error);
  return 0;
}
static int stop(void **state) {
  (void)state;
  laptop_end(&paul);
  return daemon_stop(&server);
}

static struct jl_id expense_id(size_t part, size_t i) {
  const uint64_t at[2] = {part, i};
  struct jl_bytes parts[] = {{import.bytes, sizeof import.bytes}, {(const uint8_t *)at, sizeof at}};
  return jl_id_derive("test expense", parts, JL_COUNT(parts));
}

/* Every other part names an expense of the part before it. */
static struct jl_group *part_of(size_t part) {
  struct jl_group *g = jl_group_new(&plan);
  jl_group_import(g, &import, "factures.csv", (uint32_t)part + 1);
  for (size_t i = 0; i < RECORDS; i++) {
    struct jl_id id = expense_id(part, i), order = expense_id(part - 1, i);
    bool settles = part % 2 == 1 && i % 3 == 0;
    jl_arena_reset(paul.a);
    struct jl_bytes r = jl_record_with(paul.a, (struct jl_bytes){NULL, 0}, JL_EXPENSE_LINE,
                                       jl_value_encode(paul.a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_EXPENSE), JL_EXPENSE_LINE), &(struct jl_value){.id = line}));
    r = jl_record_with(paul.a, r, JL_EXPENSE_TITLE, laptop_text(&paul, JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, "Facture"));
    r = jl_record_with(paul.a, r, JL_EXPENSE_STATE, laptop_number(&paul, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, part % 2 == 1 ? JL_INVOICED : JL_ORDERED));
    r = jl_record_with(paul.a, r, JL_EXPENSE_DATE, laptop_number(&paul, JL_TYPE_EXPENSE, JL_EXPENSE_DATE, 20500));
    r = jl_record_with(paul.a, r, JL_EXPENSE_NET, laptop_number(&paul, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 100));
    if (settles)
      r = jl_record_with(paul.a, r, JL_EXPENSE_SETTLES,
                         jl_value_encode(paul.a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_EXPENSE), JL_EXPENSE_SETTLES), &(struct jl_value){.id = order}));
    jl_group_create(g, JL_TYPE_EXPENSE, &id, r);
  }
  return g;
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  (void)context;
  open_groups--;
  if (reply->verdict == NULL) return; /* it waits, or its outcome is not known yet */
  decided++;
  refused += reply->verdict->error.code != JL_E_OK;
}

static void put(size_t part, bool dry) {
  struct jl_error err = {0};
  struct jl_group *g = part_of(part);
  open_groups++;
  must(jl_client_submit(paul.client, g, dry, on_verdict, NULL, &err) != 0, &err);
  jl_group_free(g);
}

static void kill_server(void) {
  assert_int_equal(kill(server.pid, SIGKILL), 0);
  int status;
  assert_int_equal(waitpid(server.pid, &status, 0), server.pid);
  daemon_again(&server, NULL);
}

/* Another run of the program: what the one before was waiting for is dropped without a word. */
static void kill_program(void) {
  laptop_open(&paul, false);
  jl_profile_identity(paul.profile)->plan = plan;
  open_groups = 0;
}

static void killed(void **state) {
  (void)state;
  for (size_t part = 0; part < GROUPS; part++) {
    put(part, false);
    while (open_groups >= UNDER_WAY) (void)jl_client_wait(paul.client, 1);
    (void)jl_client_turn(paul.client);
    if (part % (GROUPS / KILLS) == GROUPS / KILLS - 1) kill_server();
    if (part == GROUPS / 2) kill_program();
  }
  for (struct answer w = laptop_sync(&paul);; w = laptop_sync(&paul)) {
    assert_int_equal(w.sync.refused, 0);
    assert_int_equal(w.sync.parked, 0);
    if (w.error.code == JL_E_OK && w.sync.waiting == 0) break;
    laptop_open(&paul, false);
    jl_profile_identity(paul.profile)->plan = plan;
  }
  assert_int_equal(refused, 0);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM expense"), GROUPS * RECORDS);
  assert_int_equal(daemon_number(&server, "SELECT count(DISTINCT id) FROM expense"), GROUPS * RECORDS);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM expense WHERE settles IS NOT NULL"), GROUPS / 2 * (RECORDS / 3));
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM log WHERE import_name = 'factures.csv'"), GROUPS);
  assert_int_equal(daemon_number(&server, "SELECT count(DISTINCT group_id) FROM log WHERE import_name = 'factures.csv'"), GROUPS);
}

static long long standing(void) {
  return daemon_number(&server, "SELECT ((SELECT sum(revision) + sum(commit_number) FROM space_head) * 1000003 + (SELECT sum(seq) FROM lane) * 1009 + (SELECT count(*) FROM log))::bigint");
}

/* All its records are there already; another import, tried over the same connection, is fine, and twice as often. */
static void tried(void **state) {
  (void)state;
  kill_program();
  laptop_sync_well(&paul);
  long long before = standing();
  decided = refused = 0;
  for (size_t part = 0; part < 4; part++) put(part, true);
  while (open_groups > 0) (void)jl_client_wait(paul.client, 0);
  assert_int_equal(decided, 4);
  assert_int_equal(refused, 4);
  import = jl_id_random();
  for (int again = 0; again < 2; again++) {
    decided = refused = 0;
    for (size_t part = 0; part < GROUPS; part++) put(part, true);
    while (open_groups > 0) (void)jl_client_wait(paul.client, 0);
    assert_int_equal(decided, GROUPS);
    assert_int_equal(refused, 0);
  }
  assert_int_equal(standing(), before);
  assert_int_equal(daemon_number(&server, "SELECT count(*) FROM expense"), GROUPS * RECORDS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed), cmocka_unit_test(tried)};
  return cmocka_run_group_tests(tests, start, stop);
}

/* check: how long the model takes for the check of a plan of 5,000 actions with their RACI, KPIs, budget lines and measurements, in ms, the
 * median of several; and of one of half the size, so that a loop in a loop shows. */
#include "common/base/calendar.h"
#include "common/model/document.h"
#include "common/record/schema.h"
#include "making.h"

#define ROUNDS 15
#define TODAY 20650

static void make_raci(struct making *m, struct jl_id target, int64_t letter, struct jl_id holder) {
  begin(m, JL_TYPE_RACI);
  reference(m, JL_RACI_TARGET, target);
  number(m, JL_RACI_LETTER, letter);
  reference(m, JL_RACI_HOLDER, holder);
  made(m);
}

static struct jl_id make_kpi(struct making *m, size_t i, struct jl_id lever) {
  begin(m, JL_TYPE_KPI);
  title(m, "KPI", i);
  number(m, JL_KPI_COMPARATOR, JL_AT_LEAST);
  number(m, JL_KPI_TARGET, 100000000);
  reference(m, JL_KPI_LEVER, lever);
  struct jl_id kpi = made(m);
  for (int k = 0; k < 5; k++) {
    begin(m, JL_TYPE_MEASUREMENT);
    reference(m, JL_MEASUREMENT_KPI, kpi);
    number(m, JL_MEASUREMENT_DATE, START + 30 * k);
    number(m, JL_MEASUREMENT_VALUE, 50000000 + k);
    made(m);
  }
  return kpi;
}

/* One of three has all that the rules ask for, the others lack something: what is found has its price too. */
static void make_action(struct making *m, size_t i, struct jl_id lever, struct jl_id persona, struct jl_id kpi, const struct jl_id people[2]) {
  begin(m, JL_TYPE_ACTION);
  title(m, "Action", i);
  if (i % 7 != 0) reference(m, JL_ACTION_LEVER, lever);
  number(m, JL_ACTION_STATUS, i % 5 == 0 ? JL_DONE : i % 11 == 0 ? JL_BLOCKED : JL_TO_DO);
  number(m, JL_ACTION_DUE, START + (int64_t)(i % 360));
  if (i % 3 == 0) number(m, JL_ACTION_IMPACT, (int64_t)(i % 10) + 1);
  if (i % 3 == 0) number(m, JL_ACTION_EFFORT, (int64_t)(i / 10 % 10) + 1);
  if (i % 2 == 0) reference(m, JL_ACTION_KPIS, kpi);
  if (i % 3 == 0) reference(m, JL_ACTION_PERSONAS, persona);
  struct jl_id action = made(m);
  if (i % 4 != 0) make_raci(m, action, JL_RACI_A, people[0]);
  make_raci(m, action, JL_RACI_R, people[1]);
  begin(m, JL_TYPE_BUDGET_LINE);
  title(m, "Line", i);
  reference(m, JL_BUDGET_LINE_ACTION, action);
  number(m, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  number(m, JL_BUDGET_LINE_BUCKET, (int64_t)(i % 3) + 1);
  number(m, JL_BUDGET_LINE_PLANNED, 100000);
  struct jl_id line = made(m);
  begin(m, JL_TYPE_EXPENSE);
  title(m, "Invoice", i);
  reference(m, JL_EXPENSE_LINE, line);
  number(m, JL_EXPENSE_STATE, JL_INVOICED);
  number(m, JL_EXPENSE_DATE, START + 20);
  number(m, JL_EXPENSE_NET, 60000);
  made(m);
}

static void make(struct making *m, struct jl_id plan, size_t actions) {
  struct jl_id people[40], objectives[20], levers[50], personas[10], kpis[200];
  make_plan(m, plan);
  for (size_t i = 0; i < JL_COUNT(people); i++) begin(m, JL_TYPE_PERSON), title(m, "Person", i), people[i] = made(m);
  for (size_t i = 0; i < JL_COUNT(personas); i++) begin(m, JL_TYPE_PERSONA), title(m, "Persona", i), personas[i] = made(m);
  for (size_t i = 0; i < JL_COUNT(objectives); i++) {
    begin(m, JL_TYPE_OBJECTIVE);
    title(m, "Objective", i);
    number(m, JL_OBJECTIVE_KIND, i == 0 ? JL_OBJECTIVE_BUSINESS : JL_OBJECTIVE_MARKETING);
    if (i > 0) reference(m, JL_OBJECTIVE_PARENT, objectives[0]);
    objectives[i] = made(m);
  }
  for (size_t i = 0; i < JL_COUNT(levers); i++) {
    begin(m, JL_TYPE_LEVER);
    title(m, "Lever", i);
    reference(m, JL_LEVER_OBJECTIVES, objectives[i % JL_COUNT(objectives)]);
    levers[i] = made(m);
  }
  for (size_t i = 0; i < JL_COUNT(kpis); i++) kpis[i] = make_kpi(m, i, levers[i % JL_COUNT(levers)]);
  for (size_t i = 0; i < actions; i++) {
    const struct jl_id both[] = {people[i % JL_COUNT(people)], people[(i + 1) % JL_COUNT(people)]};
    make_action(m, i, levers[i % JL_COUNT(levers)], personas[i % JL_COUNT(personas)], kpis[i % JL_COUNT(kpis)], both);
  }
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static double check_ms(size_t actions) {
  struct jl_id plan = jl_id_random(), organisation = jl_id_random();
  struct making m = {.arena = jl_arena_new(256u << 20), .plan = jl_replica_new(&plan, JL_SPACE_PLAN), .organisation = jl_replica_new(&organisation, JL_SPACE_ORGANISATION)};
  struct jl_arena *a = jl_arena_new(64u << 20);
  int64_t us[ROUNDS];
  if (m.arena == NULL || m.plan == NULL || m.organisation == NULL || a == NULL) fail("no memory");
  make(&m, plan, actions);
  struct jl_view_input in = {.space = m.plan, .organisation = m.organisation, .sections = UINT32_MAX, .today = TODAY};
  for (size_t i = 0; i < ROUNDS; i++) {
    struct jl_bytes packed;
    struct jl_error err;
    jl_arena_reset(a);
    int64_t start = jl_monotonic_us();
    if (!jl_view_build(jl_view_by_name("check"), &in, a, &packed, &err)) fail(err.message);
    us[i] = jl_monotonic_us() - start;
  }
  qsort(us, ROUNDS, sizeof *us, by_size);
  jl_arena_free(a);
  jl_arena_free(m.arena);
  jl_replica_free(m.plan);
  jl_replica_free(m.organisation);
  return (double)us[ROUNDS / 2] / 1000;
}

int main(void) {
  printf("half=%.3f ", check_ms(2500));
  printf("whole=%.3f\n", check_ms(5000));
  return 0;
}

/* budget: how long the model takes for the budget of a plan of 1,000 lines and 100,000 expenses, in ms: from a replica that nobody asked before,
 * and after an expense has changed; the median of several. Half the plan beside it, so that a loop in a loop shows. */
#include "common/base/calendar.h"
#include "common/model/query.h"
#include "common/record/schema.h"
#include "making.h"

#define ROUNDS 15
#define LINES 1000

static struct jl_id make_line(struct making *m, size_t i, struct jl_id lever, struct jl_id kpi) {
  begin(m, JL_TYPE_BUDGET_LINE);
  title(m, "Line", i);
  reference(m, JL_BUDGET_LINE_LEVER, lever);
  reference(m, JL_BUDGET_LINE_KPI, kpi);
  number(m, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  number(m, JL_BUDGET_LINE_BUCKET, (int64_t)(i % 3) + 1);
  number(m, JL_BUDGET_LINE_PLANNED, 10000000);
  number(m, JL_BUDGET_LINE_VAT_RATE, 2000);
  return made(m);
}

static void begin_expense(struct making *m, size_t i, struct jl_id line) {
  begin(m, JL_TYPE_EXPENSE);
  reference(m, JL_EXPENSE_LINE, line);
  title(m, "Invoice", i);
  number(m, JL_EXPENSE_STATE, i % 10 == 0 ? JL_ORDERED : JL_INVOICED);
  number(m, JL_EXPENSE_DATE, START + (int64_t)(i % 365));
  text(m, JL_EXPENSE_SUPPLIER, "Google");
  number(m, JL_EXPENSE_NET, 1000 + (int64_t)(i * 7919 % 9000));
  number(m, JL_EXPENSE_VAT_RATE, 2000);
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static int64_t view_us(struct making *m, struct jl_arena *a) {
  const struct jl_view_input in = {.space = m->plan, .organisation = m->organisation, .sections = UINT32_MAX, .today = START + 100};
  struct jl_bytes packed;
  struct jl_error err;
  int64_t from = jl_monotonic_us();
  if (!jl_view_build(jl_view_by_name("budget"), &in, a, &packed, &err)) fail(err.message);
  int64_t took = jl_monotonic_us() - from;
  jl_arena_reset(a);
  return took;
}

static void measure(size_t expenses, double *ret_cold, double *ret_after) {
  struct jl_id plan = jl_id_random(), organisation = jl_id_random(), levers[50], kpis[50], *lines = calloc(LINES, sizeof *lines), *all = calloc(expenses, sizeof *all);
  struct making m = {.arena = jl_arena_new(1U << 30), .plan = jl_replica_new(&plan, JL_SPACE_PLAN), .organisation = jl_replica_new(&organisation, JL_SPACE_ORGANISATION)};
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  int64_t took[ROUNDS];
  if (m.arena == NULL || m.plan == NULL || m.organisation == NULL || a == NULL || lines == NULL || all == NULL) fail("no memory");
  make_plan(&m, plan);
  for (size_t i = 0; i < JL_COUNT(levers); i++) begin(&m, JL_TYPE_LEVER), title(&m, "Lever", i), levers[i] = made(&m);
  for (size_t i = 0; i < JL_COUNT(kpis); i++) begin(&m, JL_TYPE_KPI), title(&m, "KPI", i), kpis[i] = made(&m);
  for (size_t i = 0; i < LINES; i++) lines[i] = make_line(&m, i, levers[i % JL_COUNT(levers)], kpis[i % JL_COUNT(kpis)]);
  for (size_t i = 0; i < expenses; i++) begin_expense(&m, i, lines[i % LINES]), all[i] = made(&m);
  *ret_cold = (double)view_us(&m, a) / 1000;
  for (size_t i = 0; i < ROUNDS; i++) {
    uint64_t numbers = m.numbers[JL_TYPE_EXPENSE];
    begin_expense(&m, i, lines[i]);
    number(&m, JL_EXPENSE_NET, 5000 + (int64_t)i);
    m.numbers[JL_TYPE_EXPENSE] = i * 100;
    made_as(&m, all[i * 100]);
    m.numbers[JL_TYPE_EXPENSE] = numbers;
    took[i] = view_us(&m, a);
  }
  qsort(took, ROUNDS, sizeof *took, by_size);
  *ret_after = (double)took[ROUNDS / 2] / 1000;
  jl_arena_free(a);
  jl_replica_free(m.plan);
  jl_replica_free(m.organisation);
  jl_arena_free(m.arena);
  free(lines);
  free(all);
}

int main(void) {
  double cold, after, half_cold, half_after;
  measure(50000, &half_cold, &half_after);
  measure(100000, &cold, &after);
  printf("cold=%.3f after=%.3f half_cold=%.3f half_after=%.3f\n", cold, after, half_cold, half_after);
  return 0;
}

/* Rules on how many it takes (seed 000 steps 1a and 4, seed 001 step 1, formulas.md: Funnel). */
#include "common/model/findings/looking.h"
#include "common/model/strategy/funnel_sheet.h"

static void no_funnel(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **objectives = jl_looked_at(l, JL_TYPE_OBJECTIVE, &n);
  if (jl_looked_count(l, JL_TYPE_FUNNEL) > 0 || jl_looked_count(l, JL_TYPE_LEVER) == 0) return;
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(objectives[i], JL_OBJECTIVE_KIND, 0) == JL_OBJECTIVE_BUSINESS) {
      jl_found(l, NULL);
      return;
    }
}

/* What is due of a stage in its worst period, beyond what sales can treat; 0: all is well, or nobody has said what they can. */
static int64_t beyond(const struct jl_sheet *sheet, size_t stage, int64_t *ret_needed, int64_t *ret_able) {
  int64_t needed = 0;
  if (sheet->reps < 0 || sheet->steps[stage].capacity <= 0) return 0;
  *ret_able = sheet->reps * sheet->steps[stage].capacity;
  for (size_t period = 0; period < sheet->schedule.count; period++)
    if (sheet->schedule.due[period][stage] > needed) needed = sheet->schedule.due[period][stage];
  *ret_needed = sheet->schedule.count == 0 ? sheet->whole.counts[stage] : needed;
  return *ret_needed > *ret_able ? *ret_needed - *ret_able : 0;
}

static void beyond_capacity(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **funnels = jl_looked_at(l, JL_TYPE_FUNNEL, &n);
  struct jl_view_input in = *l->in; /* the request's parameters are the check's, not a funnel's */
  struct jl_sheet *sheet = n == 0 ? NULL : jl_view_alloc(l->b, 1, sizeof *sheet);
  struct jl_error ignored;
  in.parameter_count = 0;
  for (size_t i = 0; i < n && sheet != NULL; i++) {
    if (!jl_sheet_make(&in, l->b, funnels[i], sheet, &ignored)) continue; /* not whole yet: the funnel says so itself */
    for (size_t stage = 0; stage < sheet->plan.count; stage++) {
      int64_t needed = 0, able = 0, more = beyond(sheet, stage, &needed, &able);
      const struct jl_arg args[] = {jl_arg_integer(needed), jl_arg_text(sheet->stages[stage].name), jl_arg_integer(able)};
      if (more == 0) continue;
      jl_found_detail(l, funnels[i], more, JL_MSG("{1} {2} in a period, {3} can be treated"), args, 3);
      break;
    }
  }
}

static bool names_no_capacity(struct jl_looking *l, const struct jl_record *funnel) {
  const void *at = NULL;
  const struct jl_record *stage;
  if (!jl_has(funnel, JL_FUNNEL_REPS)) return true;
  while ((stage = jl_replica_next_referring(l->in->space, &funnel->id, JL_TYPE_FUNNEL_STAGE, JL_FUNNEL_STAGE_FUNNEL, &at)) != NULL)
    if (jl_has(stage, JL_FUNNEL_STAGE_CAPACITY)) return false;
  return true;
}
static void no_capacity(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_FUNNEL, names_no_capacity); }

static bool is_expired(struct jl_looking *l, const struct jl_record *rate) { return jl_view_int(rate, JL_FUNNEL_RATE_EXPIRES, INT32_MAX) <= l->in->today; }
static void expired(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_FUNNEL_RATE, is_expired); }

static bool is_unsourced(struct jl_looking *l, const struct jl_record *rate) {
  (void)l;
  return jl_view_int(rate, JL_FUNNEL_RATE_ORIGIN, 0) == JL_RATE_BENCHMARK && (!jl_has(rate, JL_FUNNEL_RATE_SOURCE) || !jl_has(rate, JL_FUNNEL_RATE_DATE));
}
static void unsourced(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_FUNNEL_RATE, is_unsourced); }

#define STRATEGY JL_IN(STRATEGY)
static const struct jl_finding_rule rules[] = {
    {"FUN01", JL_SEVERITY_WARNING, "000 4", STRATEGY, JL_MSG("funnels that ask more of sales than they can treat"),
     JL_MSG("leads that sales cannot follow are money thrown out of the window"), "jalon funnel REF; jalon funnel set REF --reps 3", beyond_capacity},
    {"FUN02", JL_SEVERITY_WARNING, "formulas", STRATEGY, JL_MSG("rates that have expired"),
     JL_MSG("a benchmark has a date, a trust and an end; figures that rest on an old one are guesses"), "jalon benchmarks; jalon funnel-rate set REF --expires +1y", expired},
    {"FUN03", JL_SEVERITY_ADVICE, "001 1", STRATEGY, JL_MSG("no funnel behind the business objectives"),
     JL_MSG("30 new customers: how many SQL, MQL, leads, visitors does that take, by our rates or those of the sector?"),
     "jalon funnel new \"...\" --benchmark inbound-b2b --customers 30", no_funnel},
    {"FUN04", JL_SEVERITY_ADVICE, "000 4", STRATEGY, JL_MSG("funnels that do not say what sales can treat"),
     JL_MSG("can sales follow the leads that are generated?"), "jalon funnel set REF --reps 3; jalon funnel-stage set \"...\" --capacity 20", no_capacity},
    {"FUN05", JL_SEVERITY_ADVICE, "formulas", STRATEGY, JL_MSG("benchmarks without source or date"),
     JL_MSG("a rate of others is worth as much as its source"), "jalon funnel-rate set REF --source \"...\" --date today", unsourced},
};
const struct jl_finding_rules jl_findings_on_funnels = {rules, JL_COUNT(rules)};

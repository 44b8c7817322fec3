/* What several rules ask of the same records: worked out by the first of them, once a run. */
#include "common/model/findings/run.h"
#include <string.h>

/* ---- open actions, and how many hold which letter ---- */
static struct jl_staffed staffed(const struct jl_looking *l, const struct jl_record *action) {
  struct jl_staffed made = {.action = action};
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(l->in->space, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL) {
    int64_t letter = jl_view_int(raci, JL_RACI_LETTER, 0);
    if (letter > 0 && letter < JL_LETTERS) made.letters[letter]++;
  }
  return made;
}

const struct jl_staffed *jl_looked_open(struct jl_looking *l, size_t *ret_n) {
  struct jl_run_of_rules *run = l->run;
  if (!run->staffed_known) {
    size_t n = 0;
    const struct jl_record **actions = jl_looked_at(l, JL_TYPE_ACTION, &n);
    run->staffed = jl_view_alloc(l->b, n, sizeof *run->staffed);
    for (size_t i = 0; i < n && run->staffed != NULL; i++)
      if (jl_action_open(actions[i])) run->staffed[run->staffed_count++] = staffed(l, actions[i]);
    run->staffed_known = true;
  }
  *ret_n = run->staffed_count;
  return run->staffed;
}

void jl_find_open(struct jl_looking *l, jl_fault_function *is_fault) {
  size_t n = 0;
  const struct jl_staffed *open = jl_looked_open(l, &n);
  for (size_t i = 0; i < n && jl_builder_ok(l->b); i++)
    if (is_fault(l, open[i].action)) jl_found(l, open[i].action);
}

/* ---- money ---- */
const struct jl_money_seen *jl_looked_money(struct jl_looking *l) {
  struct jl_run_of_rules *run = l->run;
  struct jl_error ignored;
  if (!run->money_known) {
    static const struct jl_money_filter all = {.basis = JL_BASIS_COST};
    run->money.remarks = (struct jl_money_remarks){.in = l->in, .b = l->b, .basis = all.basis};
    run->money.any = jl_looked_count(l, JL_TYPE_BUDGET_LINE) > 0 &&
                     jl_money_lines_remarked(l->in, l->b, &all, &run->money.lines, &run->money.count, &run->money.total, &run->money.remarks, &ignored);
    memcpy(run->money.above, run->money.remarks.above, sizeof run->money.above);
    run->money_known = true;
  }
  return run->money.any ? &run->money : NULL;
}

/* ---- gaps of RACI ---- */
static void keep_gap(void *context, enum jl_gap gap, const struct jl_record *action, const struct jl_record *raci) {
  struct jl_looking *l = context;
  struct jl_run_of_rules *run = l->run;
  if (gap == JL_GAP_NO_A || gap == JL_GAP_NO_R) return; /* those come from the letters */
  if (run->gap_count == run->gap_capacity) {
    size_t capacity = run->gap_capacity == 0 ? 64 : run->gap_capacity * 2;
    struct jl_gap_seen *more = jl_view_alloc(l->b, capacity, sizeof *more);
    if (more == NULL) return;
    if (run->gap_count > 0) memcpy(more, run->gaps, run->gap_count * sizeof *more);
    run->gaps = more;
    run->gap_capacity = capacity;
  }
  run->gaps[run->gap_count++] = (struct jl_gap_seen){gap, action, raci};
}

const struct jl_gap_seen *jl_looked_gaps(struct jl_looking *l, size_t *ret_n) {
  if (!l->run->gaps_known) jl_gaps_tell(l->in, l->b, keep_gap, l);
  l->run->gaps_known = true;
  *ret_n = l->run->gap_count;
  return l->run->gaps;
}

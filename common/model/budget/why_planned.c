/* What a line plans, whole, in a month or as one of its times. */
#include "common/base/money.h"
#include "common/model/budget/why_amount.h"
#include "common/record/schema.h"

bool jl_why_line_amount(const struct jl_entry_why *e, int64_t planned, struct jl_amount_why *io) {
  bool gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  return jl_with_vat(planned, gross ? JL_BASIS_GROSS : JL_BASIS_NET, jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0),
                     jl_view_int(e->line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE), &io->sum);
}

/* The months of the line before a day. */
static bool months_before(const struct jl_entry_why *e, int32_t day, struct jl_amount_why *ret) {
  size_t n = 0;
  int64_t all = 0;
  *ret = (struct jl_amount_why){.months = jl_view_referring(e->in, e->b, &e->line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n)};
  for (size_t i = 0; i < n; i++) { /* the array is this call's own */
    if (jl_view_int(ret->months[i], JL_BUDGET_MONTH_MONTH, 0) >= day) continue;
    if (!jl_add(all, jl_view_int(ret->months[i], JL_BUDGET_MONTH_PLANNED, 0), &all)) return false;
    ret->months[ret->month_count++] = ret->months[i];
  }
  return jl_why_line_amount(e, all, ret);
}

/* Which time of a recurring line it is, from 0 on; false: none. */
static bool time_of(const struct jl_entry_why *e, int32_t day, int *ret) {
  const struct jl_record *plan = jl_plan_record(e->in->space);
  int64_t every = jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0);
  int32_t first = (int32_t)jl_view_int(e->line, JL_BUDGET_LINE_FIRST, plan == NULL ? day : jl_view_int(plan, JL_PLAN_START, day));
  for (*ret = 0; every != 0 && *ret < JL_RECURRENCES_MAX && jl_line_time(first, every, *ret) < day; ++*ret) {}
  return every != 0 && jl_line_time(first, every, *ret) == day;
}

/* What is planned before it, and with it: of a month the months, of what recurs the times. */
bool jl_why_steps(const struct jl_entry_why *e, const struct jl_record *record, struct jl_amount_why *ret_without, struct jl_amount_why *ret_with) {
  int time;
  int64_t each = jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), before, with;
  if (record->type_number == JL_TYPE_BUDGET_MONTH) {
    int32_t day = (int32_t)jl_view_int(record, JL_BUDGET_MONTH_MONTH, 0);
    return months_before(e, day, ret_without) && months_before(e, day + 1, ret_with);
  }
  if (!time_of(e, e->day, &time)) return false;
  *ret_without = (struct jl_amount_why){.times = time};
  *ret_with = (struct jl_amount_why){.times = time + 1};
  return !__builtin_mul_overflow(each, (int64_t)time, &before) && !__builtin_mul_overflow(each, (int64_t)time + 1, &with) && jl_why_line_amount(e, before, ret_without) &&
         jl_why_line_amount(e, with, ret_with);
}

static void why_step(const struct jl_entry_why *e, const struct jl_record *record, enum jl_basis basis, int64_t amount) {
  struct jl_amount_why with, without;
  bool month = record->type_number == JL_TYPE_BUDGET_MONTH, gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  const uint32_t field = month ? JL_BUDGET_MONTH_PLANNED : JL_BUDGET_LINE_PLANNED;
  if (!jl_why_steps(e, record, &without, &with) || jl_sum_in(&with.sum, basis) - jl_sum_in(&without.sum, basis) != amount) {
    jl_why_named(e, amount, record);
    return;
  }
  bool own = basis == JL_BASIS_GROSS ? gross : !gross && (basis == JL_BASIS_NET || with.sum.cost == with.sum.net);
  if (own && jl_view_int(record, field, 0) == amount) {
    jl_why_field_or(e->b, e->in, record, field, 0);
    return;
  }
  if (without.month_count == 0 && without.times == 0) {
    jl_why_amount(e, &with, basis);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, amount), month ? JL_MSG("the months until then, less those before") : JL_MSG("the times until then, less those before"))) {
    jl_why_about(e->b, e->in, record);
    jl_why_amount(e, &with, basis);
    jl_why_amount(e, &without, basis);
  }
  jl_why_end(e->b);
}

void jl_why_planned(const struct jl_entry_why *e, const struct jl_record *record, enum jl_basis basis, int64_t amount) {
  struct jl_amount_why a = {.record = e->line};
  if (record->type_number == JL_TYPE_BUDGET_MONTH || e->day != JL_WHOLE_PERIOD)
    why_step(e, record, basis, amount);
  else if (jl_why_line_amount(e, jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0) != 0 ? 0 : jl_view_int(e->line, JL_BUDGET_LINE_PLANNED, 0), &a) && jl_sum_in(&a.sum, basis) == amount &&
           jl_view_int(e->line, JL_BUDGET_LINE_EVERY, 0) == 0)
    jl_why_amount(e, &a, basis);
  else if (amount == 0)
    jl_why_constant(e->b, jl_entry_money(e, 0), JL_MSG("it never comes back in this time"));
  else
    jl_why_named(e, amount, e->line);
}

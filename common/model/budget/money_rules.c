#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/fiscal.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

#define DOCUMENT_LINES_MAX 500

static const struct jl_record *named(const struct jl_rule_input *in, uint32_t field) {
  struct jl_id id;
  const struct jl_record *record = in->touched->after;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(in->after, &id) : NULL;
}

/* ---- shares ---- */
static bool shares_fit(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *line = named(in, JL_BUDGET_SHARE_LINE);
  int64_t sum = 0;
  size_t n;
  if (!jl_rule_alive(in) || line == NULL) return true;
  const struct jl_record **shares = jl_replica_referring(in->after, &line->id, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_LINE, in->arena, &n);
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < n; i++) sum += jl_record_int(shares[i]->type, shares[i]->body, JL_BUDGET_SHARE_SHARE, 0);
  if (n > JL_SHARES_MAX)
    return jl_break(in, JL_BUDGET_SHARE_LINE, err, JL_MSG("{1} pays for {2} actions, at most {3}"), JL_MSG("make several lines of it"),
                    jl_arg_record(line), jl_arg_integer((int64_t)n), jl_arg_integer(JL_SHARES_MAX));
  if (sum <= JL_SHARE_ONE) return true;
  return jl_break(in, JL_BUDGET_SHARE_SHARE, err, JL_MSG("the shares of {1} add up to {2}, more than the whole line"),
                  JL_MSG("what is left stays with the line's own action: lower a share, in the same edit where several change"), jl_arg_record(line),
                  jl_arg_share(sum));
}

/* ---- recurring lines ---- */
static bool recurs(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *line = in->touched->after, *plan = jl_plan_record(in->after);
  size_t n;
  if (!jl_rule_alive(in)) return true;
  int64_t first = jl_rule_int(in, JL_BUDGET_LINE_FIRST, JL_DAY_MIN), last = jl_rule_int(in, JL_BUDGET_LINE_LAST, JL_DAY_MAX);
  if (!jl_rule_has(in, JL_BUDGET_LINE_EVERY)) {
    uint32_t field = jl_rule_has(in, JL_BUDGET_LINE_FIRST) ? JL_BUDGET_LINE_FIRST : jl_rule_has(in, JL_BUDGET_LINE_LAST) ? JL_BUDGET_LINE_LAST : 0;
    return field == 0 || jl_break(in, field, err, JL_MSG("{1} does not recur, so it has no first and last time"), JL_MSG("say how often: --every month"),
                                  jl_arg_record(line));
  }
  if (first > last)
    return jl_break(in, JL_BUDGET_LINE_LAST, err, JL_MSG("{1} ends on {2}, before it starts on {3}"), JL_MSG("change one of the two dates"),
                    jl_arg_record(line), jl_arg_date(last), jl_arg_date(first));
  if (plan != NULL && first < jl_record_int(plan->type, plan->body, JL_PLAN_START, JL_DAY_MIN) && jl_rule_has(in, JL_BUDGET_LINE_FIRST))
    return jl_break(in, JL_BUDGET_LINE_FIRST, err, JL_MSG("{1} begins before the plan, on {2}"), JL_MSG("leave the first time out: it then begins with the plan"),
                    jl_arg_record(line), jl_arg_date(first));
  if (plan != NULL && last > jl_record_int(plan->type, plan->body, JL_PLAN_END, JL_DAY_MAX) && jl_rule_has(in, JL_BUDGET_LINE_LAST))
    return jl_break(in, JL_BUDGET_LINE_LAST, err, JL_MSG("{1} goes on after the plan, until {2}"), JL_MSG("leave the last time out: it then ends with the plan"),
                    jl_arg_record(line), jl_arg_date(last));
  jl_replica_referring(in->after, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, in->arena, &n);
  return n == 0 || jl_break(in, JL_BUDGET_LINE_EVERY, err, JL_MSG("{1} is planned by month"), JL_MSG("change its months, or delete them first"),
                            jl_arg_record(line));
}

/* ---- currencies ---- */
static bool rate_of_another(const struct jl_rule_input *in, struct jl_error *err) {
  char own[4];
  struct jl_bytes text = jl_record_text(in->touched->after->type, in->touched->after->body, JL_EXCHANGE_RATE_CURRENCY);
  jl_plan_currency(in->after, own);
  if (!jl_rule_alive(in) || text.size != 3 || memcmp(text.data, own, 3) != 0) return true;
  return jl_break(in, JL_EXCHANGE_RATE_CURRENCY, err, JL_MSG("{1} is the plan's own currency"), JL_MSG("a rate is of another one"), jl_arg_text(own));
}

/* ---- documents with several lines ---- */
static bool same_text(const struct jl_record *a, const struct jl_record *b, uint32_t field) {
  return jl_bytes_equal(jl_record_slice(a->body, field), jl_record_slice(b->body, field));
}

static bool part_of(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *expense = in->touched->after, *head = named(in, JL_EXPENSE_PART_OF);
  size_t n;
  if (!jl_rule_alive(in) || !jl_rule_has(in, JL_EXPENSE_PART_OF)) return true;
  if (jl_rule_has(in, JL_EXPENSE_VAT_METHOD))
    return jl_break(in, JL_EXPENSE_VAT_METHOD, err, JL_MSG("how the VAT of a document is rounded is said on its first line"), JL_MSG("leave it out here"));
  if (head == NULL || head->type_number != JL_TYPE_EXPENSE) return true; /* deleted since: it stands alone */
  if (head == expense || jl_record_has(head->body, JL_EXPENSE_PART_OF))
    return jl_break(in, JL_EXPENSE_PART_OF, err, JL_MSG("{1} is not the first line of a document"), JL_MSG("name the first one"), jl_arg_record(head));
  if (!same_text(expense, head, JL_EXPENSE_STATE) || !same_text(expense, head, JL_EXPENSE_CURRENCY))
    return jl_break(in, JL_EXPENSE_PART_OF, err, JL_MSG("{1} is not of the same document as {2}: it is of another state or currency"),
                    JL_MSG("the lines of a document have one state and one currency: change them in one edit"), jl_arg_record(expense), jl_arg_record(head));
  jl_replica_referring(in->after, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, in->arena, &n);
  if (n < DOCUMENT_LINES_MAX) return true;
  return jl_break(in, JL_EXPENSE_PART_OF, err, JL_MSG("a document has at most {1} lines"), JL_MSG("begin another one"),
                  jl_arg_integer(DOCUMENT_LINES_MAX));
}

/* The same seen from the first line. */
static bool head_fits(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *head = in->touched->after;
  size_t n;
  if (head->deleted_revision != 0 || (!jl_rule_changed(in, JL_EXPENSE_STATE) && !jl_rule_changed(in, JL_EXPENSE_CURRENCY) && !jl_rule_changed(in, JL_EXPENSE_PART_OF)))
    return true;
  const struct jl_record **rest = jl_replica_referring(in->after, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, in->arena, &n);
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < n; i++)
    if (jl_rule_has(in, JL_EXPENSE_PART_OF) || !same_text(rest[i], head, JL_EXPENSE_STATE) || !same_text(rest[i], head, JL_EXPENSE_CURRENCY))
      return jl_break(in, JL_EXPENSE_PART_OF, err, JL_MSG("{1} is not of the same document as {2}: it is of another state or currency"),
                      JL_MSG("the lines of a document have one state and one currency: change them in one edit"), jl_arg_record(rest[i]), jl_arg_record(head));
  return true;
}

static bool final_settles(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_alive(in) || jl_rule_int(in, JL_EXPENSE_FINAL, 0) == 0 || jl_rule_has(in, JL_EXPENSE_SETTLES)) return true;
  return jl_break(in, JL_EXPENSE_FINAL, err, JL_MSG("{1} settles no order, so it is not the last invoice of one"), JL_MSG("name the order: --settles"),
                  jl_arg_record(in->touched->after));
}

/* ---- fiscal years ---- */
static bool fiscal_year(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_has(in, JL_PLAN_FISCAL_YEAR_END)) return true;
  int32_t start = (int32_t)jl_rule_int(in, JL_PLAN_FISCAL_YEAR_START, jl_rule_int(in, JL_PLAN_START, 0)),
          end = (int32_t)jl_rule_int(in, JL_PLAN_FISCAL_YEAR_END, 0);
  if (end > start && end < jl_day_add_months(start, JL_FISCAL_MONTHS_MAX)) return true;
  return jl_break(in, JL_PLAN_FISCAL_YEAR_END, err, JL_MSG("a fiscal year from {1} to {2} is none: it has one day to {3} months"),
                  JL_MSG("give its first and its last day"), jl_arg_date(start), jl_arg_date(end), jl_arg_integer(JL_FISCAL_MONTHS_MAX));
}

static const struct jl_rule rules[] = {
    {"shares-fit", JL_TYPE_BUDGET_SHARE, shares_fit}, {"line-recurs", JL_TYPE_BUDGET_LINE, recurs},
    {"rate-currency", JL_TYPE_EXCHANGE_RATE, rate_of_another}, {"expense-part-of", JL_TYPE_EXPENSE, part_of},
    {"expense-head", JL_TYPE_EXPENSE, head_fits},     {"expense-final", JL_TYPE_EXPENSE, final_settles},
    {"plan-fiscal-year", JL_TYPE_PLAN, fiscal_year},
};
const struct jl_rules jl_money_rules = {rules, JL_COUNT(rules)};

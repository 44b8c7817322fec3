#include "common/model/budget/closing.h"
#include "common/base/calendar.h"
#include "common/model/budget/expense.h"
#include "common/model/budget/line_sums.h"
#include "common/model/governance/approver.h"
#include "common/model/replica_internal.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static int32_t month_of(int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  return jl_day_from_date(date.year, date.month, 1);
}

/* Its record's id follows from its month. */
static const struct jl_record *closing_of(const struct jl_replica *r, int32_t day) {
  if (jl_replica_of_type(r, JL_TYPE_CLOSED_MONTH) == 0) return NULL; /* most plans close none, and imports ask for each of their rows */
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_CLOSED_MONTH);
  const struct jl_field *field = jl_field_by_number(type, JL_CLOSED_MONTH_MONTH);
  struct jl_arena *a = jl_arena_new(4096);
  struct jl_id id;
  const struct jl_value value = {.number = month_of(day)};
  struct jl_bytes slice = a == NULL ? (struct jl_bytes){NULL, 0} : jl_value_encode(a, field, &value);
  struct jl_bytes body = slice.data == NULL ? slice : jl_record_with(a, (struct jl_bytes){NULL, 0}, field->number, slice);
  bool known = body.data != NULL && jl_record_natural_id(type, &jl_replica_where(r)->space, body, &id);
  const struct jl_record *closing = known ? jl_replica_live(r, &id) : NULL;
  jl_arena_free(a);
  return closing;
}

static bool is_closing(const struct jl_record *closing) { return number_of(closing, JL_CLOSED_MONTH_STATE) == JL_MONTH_CLOSED; }

bool jl_month_closed(const struct jl_replica *r, int32_t day) {
  const struct jl_record *closing = closing_of(r, day);
  return closing != NULL && is_closing(closing);
}

int32_t jl_closed_until(const struct jl_replica *r, struct jl_arena *a) {
  size_t n;
  int32_t last = INT32_MIN;
  const struct jl_record **months = jl_replica_all(r, JL_TYPE_CLOSED_MONTH, a, &n);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
    int32_t end = jl_day_add_months((int32_t)number_of(months[i], JL_CLOSED_MONTH_MONTH), 1) - 1;
    if (number_of(months[i], JL_CLOSED_MONTH_STATE) == JL_MONTH_CLOSED && end > last) last = end;
  }
  return last;
}

/* ---- late expenses ---- */
static bool book(struct jl_run *run, const struct jl_record *expense, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(expense->type, JL_EXPENSE_BOOKED);
  int32_t month = month_of((int32_t)number_of(expense, JL_EXPENSE_DATE));
  while (jl_month_closed(run->space, month)) month = jl_day_add_months(month, 1);
  const struct jl_value value = {.number = month};
  struct jl_bytes slice = jl_value_encode(run->a, field, &value);
  struct jl_bytes body = slice.data == NULL ? slice : jl_record_with(run->a, expense->body, field->number, slice);
  const struct jl_id id = expense->id;
  if (body.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  return jl_run_put(run, expense->type, &id, expense, body, false, err);
}

bool jl_closing_follow(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0, edited = run->touch_count; i < edited; i++) {
    const struct jl_record *after = jl_replica_record(run->space, &run->touches[i].id);
    if (after == NULL || after->type_number != JL_TYPE_EXPENSE || after->deleted_revision != 0 || run->touches[i].before != NULL ||
        jl_record_has(after->body, JL_EXPENSE_BOOKED) || !jl_month_closed(run->space, (int32_t)number_of(after, JL_EXPENSE_DATE)))
      continue;
    if (!book(run, after, err)) return false;
  }
  return true;
}

/* ---- rules ---- */
static struct jl_closing_name name_of(const struct jl_record *closing) {
  struct jl_date month = jl_date_from_day((int32_t)number_of(closing, JL_CLOSED_MONTH_MONTH));
  char year[8], reference[JL_REFERENCE_SIZE];
  snprintf(year, sizeof year, "%d", month.year);
  jl_reference_format(closing->type, closing->number, reference);
  return (struct jl_closing_name){jl_arg_label(jl_month_name(month.month)), jl_arg_text(year), jl_arg_text(reference)};
}

bool jl_closing_named(const struct jl_replica *r, int32_t day, struct jl_closing_name *ret) {
  const struct jl_record *closing = closing_of(r, day);
  if (closing == NULL || !is_closing(closing)) return false;
  *ret = name_of(closing);
  return true;
}

static bool is_closed(const struct jl_rule_input *in, int32_t day, uint32_t field, struct jl_error *err) {
  const struct jl_record *closing = closing_of(in->after, day);
  if (closing == NULL || !is_closing(closing)) return false;
  const struct jl_closing_name name = name_of(closing);
  (void)jl_break(in, field, err, JL_MSG("the month of {1} {2} ({3}) is closed: its amounts stay as they are"),
                 JL_MSG("book the difference in an open month; who answers for the plan may reopen it: jalon closed-month set {3} --state reopened --reason ..."),
                 name.month, name.year, name.reference);
  return true;
}

/* What a record counts in a month, or is no more: its amount, where it belongs, when. */
static bool any_changed(const struct jl_rule_input *in, const uint32_t *fields, size_t n) {
  const struct jl_record *before = in->touched->before, *after = in->touched->after;
  if (before == NULL || (before->deleted_revision != 0) != (after->deleted_revision != 0)) return true;
  for (size_t i = 0; i < n; i++)
    if (!jl_bytes_equal(jl_record_slice(before->body, fields[i]), jl_record_slice(after->body, fields[i]))) return true;
  return false;
}

static bool expense_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_EXPENSE_LINE,     JL_EXPENSE_STATE,           JL_EXPENSE_DATE,     JL_EXPENSE_NET,
                                    JL_EXPENSE_VAT_RATE, JL_EXPENSE_VAT_RECOVERABLE, JL_EXPENSE_GROSS,    JL_EXPENSE_CURRENCY,
                                    JL_EXPENSE_PART_OF,  JL_EXPENSE_VAT_METHOD,      JL_EXPENSE_BOOKED};
  const struct jl_record *before = in->touched->before, *after = in->touched->after;
  if (!any_changed(in, fields, JL_COUNT(fields))) return true;
  if (before != NULL && before->deleted_revision == 0 && is_closed(in, jl_expense_day(before), JL_EXPENSE_NET, err)) return false;
  return after->deleted_revision != 0 || !is_closed(in, jl_expense_day(after), JL_EXPENSE_BOOKED, err);
}

static bool expense_booked(const struct jl_rule_input *in, struct jl_error *err) {
  if (!jl_rule_alive(in) || !jl_rule_has(in, JL_EXPENSE_BOOKED)) return true;
  int32_t booked = (int32_t)jl_rule_int(in, JL_EXPENSE_BOOKED, 0), date = (int32_t)jl_rule_int(in, JL_EXPENSE_DATE, 0);
  if (booked == month_of(booked) && booked >= month_of(date)) return true;
  return jl_break(in, JL_EXPENSE_BOOKED, err, JL_MSG("{1} cannot count in the month of {2}: it is of {3}"),
                  JL_MSG("a month is given by its first day, and an expense counts in its own or a later one"), jl_arg_record(in->touched->after),
                  jl_arg_date(booked), jl_arg_date(date));
}

static bool month_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_BUDGET_MONTH_PLANNED};
  return !any_changed(in, fields, JL_COUNT(fields)) ||
         !is_closed(in, (int32_t)jl_rule_int(in, JL_BUDGET_MONTH_MONTH, 0), JL_BUDGET_MONTH_PLANNED, err);
}

/* ---- a line: what its closed months come to must not change with it ---- */
struct closed_sums {
  const struct jl_rule_input *in;
  struct jl_sum sums[JL_MONEY_KINDS];
  uint64_t unrated; /* of its amounts without a rate: how many in which currency */
  int32_t first; /* a month that counts; INT32_MIN: none */
  int32_t month; /* the last one that was looked up */
  bool closed;
};

static bool counts_closed(struct closed_sums *c, const struct jl_money_entry *entry) {
  if (entry->day == JL_WHOLE_PERIOD) return false;
  if (c->month != month_of(entry->day)) {
    c->month = month_of(entry->day);
    c->closed = jl_month_closed(c->in->after, entry->day);
  }
  if (c->closed) c->first = c->month;
  return c->closed;
}

static bool add_closed(void *context, const struct jl_money_entry *entry) {
  struct closed_sums *c = context;
  struct jl_sum *sum = &c->sums[entry->kind];
  if (!counts_closed(c, entry)) return true;
  return !__builtin_add_overflow(sum->net, entry->sum.net, &sum->net) && !__builtin_add_overflow(sum->gross, entry->sum.gross, &sum->gross) &&
         !__builtin_add_overflow(sum->cost, entry->sum.cost, &sum->cost);
}

/* What has no rate comes to no sum, and closes no month: it neither comes into one nor leaves it. */
static bool add_unrated(void *context, const struct jl_money_entry *entry) {
  struct closed_sums *c = context;
  if (entry->kind == JL_MONEY_COMMITTED || !counts_closed(c, entry)) return true;
  c->unrated += (uint64_t)(unsigned char)entry->currency[0] << 40 | (uint64_t)(unsigned char)entry->currency[1] << 20 | (unsigned char)entry->currency[2];
  return true;
}

static bool closed_sums(const struct jl_rule_input *in, const struct jl_record *line, struct closed_sums *ret) {
  return line == NULL || line->deleted_revision != 0 || jl_lines_entries(in->after, &line, 1, in->arena, add_closed, add_unrated, ret);
}

static bool find_closed(void *context, const struct jl_money_entry *entry) {
  struct closed_sums *c = context;
  bool counts = (entry->sum.net != 0 || entry->sum.gross != 0 || entry->sum.cost != 0) && counts_closed(c, entry);
  return !counts; /* one is enough */
}

bool jl_closing_of_line(const struct jl_rule_input *in, const struct jl_record *line, int32_t *ret_day) {
  struct closed_sums found = {.in = in, .first = INT32_MIN, .month = INT32_MIN};
  if (jl_lines_entries(in->after, &line, 1, in->arena, find_closed, find_closed, &found) || found.first == INT32_MIN) return false;
  *ret_day = found.first;
  return true;
}

static bool line_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_BUDGET_LINE_PLANNED, JL_BUDGET_LINE_VAT_BASIS, JL_BUDGET_LINE_VAT_RATE, JL_BUDGET_LINE_VAT_RECOVERABLE,
                                    JL_BUDGET_LINE_CURRENCY, JL_BUDGET_LINE_EVERY, JL_BUDGET_LINE_FIRST, JL_BUDGET_LINE_LAST};
  struct closed_sums now = {.in = in, .first = INT32_MIN, .month = INT32_MIN}, then = now;
  if (!any_changed(in, fields, JL_COUNT(fields)) || jl_closed_until(in->after, in->arena) == INT32_MIN) return true;
  if (!closed_sums(in, in->touched->after, &now) || !closed_sums(in, in->touched->before, &then)) return true;
  if (memcmp(now.sums, then.sums, sizeof now.sums) == 0 && now.unrated == then.unrated) return true;
  return !is_closed(in, then.first != INT32_MIN ? then.first : now.first, JL_BUDGET_LINE_PLANNED, err);
}

/* ---- rates ---- */
/* The first of them whose month is closed; NULL: none is. */
static const struct jl_foreign *first_closed(const struct jl_replica *r, const struct jl_foreign *all, size_t n) {
  int32_t month = INT32_MIN;
  for (size_t i = 0; i < n; i++) {
    if (month_of(all[i].month) == month) continue;
    month = month_of(all[i].month);
    if (jl_month_closed(r, month)) return &all[i];
  }
  return NULL;
}

/* The months closed keep their amounts, so a rate that one of these has, or would have, waits until that month is reopened. Others come at any time. */
static bool rate_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_EXCHANGE_RATE_RATE, JL_EXCHANGE_RATE_WORTH};
  const struct jl_record *rate = in->touched->after;
  struct jl_bytes text = jl_record_text(rate->type, rate->body, JL_EXCHANGE_RATE_CURRENCY);
  int32_t day = (int32_t)jl_rule_int(in, JL_EXCHANGE_RATE_DAY, 0);
  char currency[4] = "", reference[JL_REFERENCE_SIZE];
  size_t n;
  if (text.size != 3 || !any_changed(in, fields, JL_COUNT(fields)) || jl_closed_until(in->after, in->arena) == INT32_MIN) return true;
  memcpy(currency, text.data, 3);
  const struct jl_foreigns *foreigns = jl_line_sums_foreigns(in->sums, in->after, in->arena);
  if (foreigns == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  const struct jl_foreign *served = jl_foreigns_served(foreigns, currency, day, &n), *closed = first_closed(in->after, served, n);
  const struct jl_record *closing = closed == NULL ? NULL : closing_of(in->after, closed->month);
  if (closing == NULL) return true;
  jl_reference_format(closed->record->type, closed->record->number, reference);
  return jl_break(in, JL_EXCHANGE_RATE_DAY, err, JL_MSG("a rate of {1} on {2} would change what {3} is in a month that is closed ({4})"),
                  JL_MSG("reopen it, give the rate, close it again: jalon closed-month set {4} --state reopened --reason ..., then --state closed; who answers for the plan may"),
                  jl_arg_text(currency), jl_arg_date(day), jl_arg_text(reference), name_of(closing).reference);
}

#define NAMED_MAX 6
/* What nobody can convert has no amount that could stay as it is, and no rate could come later: it has to come before. */
static bool rates_known(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *before = in->touched->before;
  struct jl_date month = jl_date_from_day((int32_t)jl_rule_int(in, JL_CLOSED_MONTH_MONTH, 0));
  const struct jl_foreign *first = NULL;
  const struct jl_record *last = NULL;
  char references[(NAMED_MAX + 1) * (JL_REFERENCE_SIZE + 2)] = "";
  size_t named = 0;
  if (!jl_rule_alive(in) || !is_closing(in->touched->after) || (before != NULL && before->deleted_revision == 0 && is_closing(before))) return true;
  const struct jl_foreigns *foreigns = jl_line_sums_foreigns(in->sums, in->after, in->arena);
  if (foreigns == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < foreigns->count; i++) {
    const struct jl_foreign *one = &foreigns->all[i];
    struct jl_date its = jl_date_from_day(one->month);
    if (one->rated != JL_UNRATED || its.year != month.year || its.month != month.month) continue;
    if (first == NULL) first = one;
    if (one->record == last || strcmp(one->currency, first->currency) != 0 || named > NAMED_MAX) continue;
    last = one->record;
    char reference[JL_REFERENCE_SIZE] = "...";
    if (named < NAMED_MAX) jl_reference_format(last->type, last->number, reference);
    size_t used = strlen(references);
    snprintf(references + used, sizeof references - used, "%s%s", named++ == 0 ? "" : ", ", reference);
  }
  if (first == NULL) return true;
  const struct jl_closing_name name = name_of(in->touched->after);
  return jl_break(in, JL_CLOSED_MONTH_MONTH, err, JL_MSG("{1} {2} cannot be closed: there is no rate of {3} for {4} yet, so nobody knows what this is: {5}"),
                  JL_MSG("give the rate first: jalon exchange-rate add --currency {3} --day ... --rate ..."), name.month, name.year,
                  jl_arg_text(first->currency), jl_arg_date(first->day), jl_arg_text(references));
}

/* ---- the plan ---- */
static bool plan_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_PLAN_CURRENCY, JL_PLAN_VAT_METHOD};
  if (in->touched->before == NULL || !any_changed(in, fields, JL_COUNT(fields))) return true;
  int32_t until = jl_closed_until(in->after, in->arena);
  return until == INT32_MIN || !is_closed(in, until, JL_PLAN_CURRENCY, err);
}

/* ---- the plan's dates, with which recurring lines begin and end that do not say otherwise ---- */
/* Its time number *io_at, up to `end`; INT32_MAX: no more of them. */
static int32_t next_time(const struct jl_record *line, const struct jl_record *plan, int32_t end, int *io_at) {
  int64_t first = jl_record_int(line->type, line->body, JL_BUDGET_LINE_FIRST, number_of(plan, JL_PLAN_START)),
          last = jl_record_int(line->type, line->body, JL_BUDGET_LINE_LAST, number_of(plan, JL_PLAN_END));
  int32_t day = *io_at < JL_RECURRENCES_MAX ? jl_line_time((int32_t)first, number_of(line, JL_BUDGET_LINE_EVERY), (*io_at)++) : INT32_MAX;
  return day >= first && day <= last && day <= end ? day : INT32_MAX;
}

/* Up to the last closed month the line comes back on the same days: what a month has of its VAT follows from the months before it too. */
static bool period_open(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_PLAN_START, JL_PLAN_END};
  const struct jl_record *before = in->touched->before;
  size_t n = 0;
  if (before == NULL || !any_changed(in, fields, JL_COUNT(fields))) return true;
  int32_t until = jl_closed_until(in->after, in->arena);
  const struct jl_record **lines = until == INT32_MIN ? NULL : jl_replica_all(in->after, JL_TYPE_BUDGET_LINE, in->arena, &n);
  if (lines == NULL) return true;
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < n; i++) {
    int at = 0, was_at = 0;
    bool own = jl_record_has(lines[i]->body, JL_BUDGET_LINE_FIRST) && jl_record_has(lines[i]->body, JL_BUDGET_LINE_LAST);
    if (own || number_of(lines[i], JL_BUDGET_LINE_EVERY) == 0) continue;
    for (int32_t is = 0, was = 0; is != INT32_MAX;) {
      is = next_time(lines[i], in->touched->after, until, &at);
      was = next_time(lines[i], before, until, &was_at);
      if (is != was) return !is_closed(in, until, JL_PLAN_START, err);
    }
  }
  return true;
}

/* Closed once is closed: who comes second hears of the first one, rather than that both changes were kept. */
bool jl_closing_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_error *err) {
  const struct jl_closing_name name = name_of(current);
  struct jl_id person;
  int64_t time_us = 0;
  uint64_t revision;
  bool known = in != NULL && in->who_changed != NULL && in->who_changed(in->context, current, JL_CLOSED_MONTH_STATE, &person, &time_us, &revision);
  struct jl_arg who = known ? jl_arg_holder(jl_names_for(in), &person) : jl_arg_text("");
  if (!is_closing(current))
    jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("the month of {1} {2} ({3}) was closed and reopened"), JL_MSG("to close it again: jalon closed-month set {3} --state closed"),
            name.month, name.year, name.reference);
  else
    jl_fail(err, JL_E_ALREADY_EXISTS,
            who.text[0] != '\0' ? JL_MSG("the month of {1} {2} ({3}) is already closed, by {4} on {5}") : JL_MSG("the month of {1} {2} ({3}) is already closed"),
            JL_MSG("nothing is left to do"), name.month, name.year, name.reference, who, jl_arg_time(time_us));
  return jl_error_at(err, current->type_number, &current->id, JL_CLOSED_MONTH_MONTH);
}

static bool month_is_first_day(const struct jl_rule_input *in, struct jl_error *err) {
  int32_t month = (int32_t)jl_rule_int(in, JL_CLOSED_MONTH_MONTH, 0);
  if (!jl_rule_came(in) || month == month_of(month)) return true;
  return jl_break(in, JL_CLOSED_MONTH_MONTH, err, JL_MSG("{1} is not the first day of a month"), JL_MSG("a month is given by its first day"),
                  jl_arg_date(month));
}

/* A year typed wrong closes nothing that anyone would notice. One that is there stays when the plan's dates change. */
static bool month_of_plan(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *plan = jl_plan_record(in->after);
  int32_t first = month_of((int32_t)jl_rule_int(in, JL_CLOSED_MONTH_MONTH, 0)), last = jl_day_add_months(first, 1) - 1;
  if (!jl_rule_alive(in) || in->touched->before != NULL || plan == NULL || !jl_record_has(plan->body, JL_PLAN_START) || !jl_record_has(plan->body, JL_PLAN_END)) return true;
  if (last >= number_of(plan, JL_PLAN_START) && first <= number_of(plan, JL_PLAN_END)) return true;
  const struct jl_closing_name name = name_of(in->touched->after);
  return jl_break(in, JL_CLOSED_MONTH_MONTH, err, JL_MSG("{1} {2} is no month of the plan, which goes from {3} to {4}"),
                  JL_MSG("close one of its months, or give the plan other dates first: jalon plan set --start ... --end ..."), name.month, name.year,
                  jl_arg_date(number_of(plan, JL_PLAN_START)), jl_arg_date(number_of(plan, JL_PLAN_END)));
}

static bool reopened(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *before = in->touched->before, *after = in->touched->after;
  const struct jl_evaluation *e = in->evaluation;
  bool was = before != NULL && before->deleted_revision == 0 && number_of(before, JL_CLOSED_MONTH_STATE) == JL_MONTH_CLOSED;
  if (!was || (after->deleted_revision == 0 && number_of(after, JL_CLOSED_MONTH_STATE) == JL_MONTH_CLOSED)) return true;
  const struct jl_closing_name name = name_of(after);
  if (after->deleted_revision != 0)
    return jl_break(in, 0, err, JL_MSG("the month of {1} {2} ({3}) is closed, and a closed month is not deleted"),
                    JL_MSG("reopen it, saying why: jalon closed-month set {3} --state reopened --reason ..."), name.month, name.year, name.reference);
  struct jl_bytes reason = jl_record_slice(after->body, JL_CLOSED_MONTH_REASON);
  if (reason.size == 0 || jl_bytes_equal(reason, jl_record_slice(before->body, JL_CLOSED_MONTH_REASON)))
    return jl_break(in, JL_CLOSED_MONTH_REASON, err, JL_MSG("a month is reopened for a reason"), JL_MSG("say it in the same edit: --reason ..."));
  const struct jl_id *plan = &jl_replica_where(in->after)->space;
  if (e == NULL || e->author.administrator || jl_accountable_is(in->after, in->organisation, plan, &e->author.person, e->today)) return true;
  return jl_break(in, JL_CLOSED_MONTH_STATE, err, JL_MSG("only who answers for the plan (A), or an administrator, reopens a month"),
                  JL_MSG("ask them, or book the difference in an open month"));
}

static const struct jl_rule rules[] = {
    {"expense-open", JL_TYPE_EXPENSE, expense_open},       {"expense-booked", JL_TYPE_EXPENSE, expense_booked},
    {"month-open", JL_TYPE_BUDGET_MONTH, month_open},      {"line-open", JL_TYPE_BUDGET_LINE, line_open},
    {"rate-open", JL_TYPE_EXCHANGE_RATE, rate_open},       {"plan-open", JL_TYPE_PLAN, plan_open},
    {"plan-period-open", JL_TYPE_PLAN, period_open},
    {"closed-month", JL_TYPE_CLOSED_MONTH, month_is_first_day}, {"month-reopened", JL_TYPE_CLOSED_MONTH, reopened},
    {"month-rates", JL_TYPE_CLOSED_MONTH, rates_known},    {"month-of-plan", JL_TYPE_CLOSED_MONTH, month_of_plan},
};
const struct jl_rules jl_closing_rules = {rules, JL_COUNT(rules)};

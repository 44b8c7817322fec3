#include "common/model/governance/transfer.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/budget/closing.h"
#include "common/model/budget/excess.h"
#include "common/model/review/follow.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct side {
  const struct jl_record *line;
  bool gross;
  int64_t rate, planned, net;
  const struct jl_record **months; /* by month; none: it is planned as a whole */
  size_t n;
  int64_t *shares; /* of what moves, for each month */
};
struct work {
  const struct jl_replica *r;
  const struct jl_record *approval;
  struct jl_arena *a;
  const struct jl_moves *earlier; /* that come before it; NULL: none */
  bool of_review;                 /* its months give what they have left, not what was spent or ordered */
  struct jl_transfer transfer;
  struct side from, to;
  int64_t basis, leaves, arrives, net;
  struct jl_error *err;
};

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static const struct jl_record *named(const struct jl_replica *r, const struct jl_record *approval, uint32_t field) {
  struct jl_id id;
  return jl_record_id(approval->type, approval->body, field, &id) ? jl_replica_live(r, &id) : NULL;
}

bool jl_approval_transfer(const struct jl_replica *r, const struct jl_record *approval, struct jl_transfer *ret) {
  *ret = (struct jl_transfer){.from = named(r, approval, JL_APPROVAL_TARGET),
                              .to = named(r, approval, JL_APPROVAL_TO),
                              .amount = number_of(approval, JL_APPROVAL_AMOUNT)};
  return jl_record_has(approval->body, JL_APPROVAL_TO);
}

bool jl_approval_reallocates(const struct jl_record *approval) {
  return jl_record_has(approval->body, JL_APPROVAL_TO) || jl_record_has(approval->body, JL_APPROVAL_REVIEW);
}

int64_t jl_moves_planned(const struct jl_moves *moves, const struct jl_record *line, int64_t now) {
  for (size_t i = moves == NULL ? 0 : moves->count; i-- > 0;) {
    if (moves->works[i].transfer.from == line) return moves->works[i].from_after;
    if (moves->works[i].transfer.to == line) return moves->works[i].to_after;
  }
  return now;
}

int64_t jl_moves_month(const struct jl_moves *moves, const struct jl_record *month, int64_t now) {
  for (size_t i = moves == NULL ? 0 : moves->count; i-- > 0;)
    for (size_t k = moves->works[i].count; k-- > 0;)
      if (moves->works[i].parts[k].record == month) return moves->works[i].parts[k].after;
  return now;
}

static bool at(const struct work *w, uint32_t field) {
  return jl_error_at(w->err, w->approval->type_number, &w->approval->id, field);
}
#define REFUSE(field, message, hint, ...) (jl_fail(w->err, JL_E_RULE_VIOLATION, message, hint, ##__VA_ARGS__), at(w, (field)))

static bool too_large(const struct work *w) {
  jl_fail(w->err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"), JL_MSG("correct the largest budget lines"));
  return at(w, JL_APPROVAL_AMOUNT);
}

static bool no_memory(const struct work *w) {
  return jl_fail(w->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
}

static struct jl_arg money(const struct work *w, int64_t amount) {
  char currency[4];
  jl_plan_currency(w->r, currency);
  return jl_arg_money(amount, currency);
}

/* ---- a line ---- */
static int64_t planned_in(const struct work *w, const struct jl_record *month) {
  return jl_moves_month(w->earlier, month, number_of(month, JL_BUDGET_MONTH_PLANNED));
}
static int32_t day_of(const struct jl_record *month) { return (int32_t)number_of(month, JL_BUDGET_MONTH_MONTH); }

static int by_day(const void *left, const void *right) {
  int32_t a = day_of(*(const struct jl_record *const *)left), b = day_of(*(const struct jl_record *const *)right);
  return a < b ? -1 : a > b;
}

static bool net_of(const struct side *side, int64_t planned, int64_t *ret) {
  *ret = planned;
  return !side->gross || jl_vat_net(planned, side->rate, ret);
}

static bool look_at(struct work *w, const struct jl_record *line, struct side *side) {
  if (number_of(line, JL_BUDGET_LINE_EVERY) != 0)
    return REFUSE(0, JL_MSG("{1} is a recurring line: its amount comes back each time"), JL_MSG("change its amount or its last time instead"), jl_arg_record(line));
  if (jl_record_has(line->body, JL_BUDGET_LINE_CURRENCY))
    return REFUSE(0, JL_MSG("{1} is planned in another currency, so no amount leaves or reaches it to the cent"), JL_MSG("change what the two lines plan instead"),
                  jl_arg_record(line));
  *side = (struct side){.line = line,
                        .gross = number_of(line, JL_BUDGET_LINE_VAT_BASIS) == JL_GROSS,
                        .rate = number_of(line, JL_BUDGET_LINE_VAT_RATE)};
  side->months = jl_replica_referring(w->r, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, w->a, &side->n);
  side->shares = side->n == SIZE_MAX ? NULL : jl_arena_array(w->a, side->n + 1, sizeof *side->shares);
  if (side->shares == NULL) return no_memory(w);
  if (side->n > 0) qsort(side->months, side->n, sizeof(const struct jl_record *), by_day);
  for (size_t i = 0; i < side->n; i++) side->shares[i] = 0;
  if (!jl_line_planned(w->r, line, w->a, &side->planned)) return too_large(w);
  side->planned = jl_moves_planned(w->earlier, line, side->planned);
  return net_of(side, side->planned, &side->net) || too_large(w);
}

/* ---- how much ---- */
/* What a line plans in its own basis to have `net` excl. VAT, as near as can be to `guess`. A step of a cent incl. VAT is at most one
 * excl. VAT, so every amount excl. VAT has one. */
static bool planned_for(const struct side *side, int64_t net, int64_t guess, int64_t *ret) {
  int64_t now;
  if (!side->gross) {
    *ret = net;
    return true;
  }
  for (int64_t planned = guess;; planned += now < net ? 1 : -1) {
    if (!net_of(side, planned, &now)) return false;
    if (now != net) continue;
    *ret = planned;
    return true;
  }
}

static bool alike(const struct work *w) {
  return w->from.gross == w->to.gross && (!w->from.gross || w->from.rate == w->to.rate);
}

static bool find_basis(struct work *w) {
  w->basis = number_of(w->approval, JL_APPROVAL_BASIS);
  if (w->basis == 0 && !alike(w))
    return REFUSE(JL_APPROVAL_AMOUNT, JL_MSG("{1} and {2} are not kept with the same VAT: is {3} meant excl. or incl. VAT?"),
                  JL_MSG("say it: --net AMOUNT, or --gross AMOUNT (at the rate of {1}); in place of --amount"), jl_arg_record(w->from.line),
                  jl_arg_record(w->to.line), money(w, w->transfer.amount));
  if (w->basis == 0) w->basis = w->from.gross ? JL_INCL_VAT : JL_EXCL_VAT;
  return true;
}

/* What leaves the one and arrives at the other, each in its own basis. */
static bool find_amounts(struct work *w) {
  struct side *from = &w->from, *to = &w->to;
  int64_t amount = w->transfer.amount, with_vat = amount, after = 0, net_after, guess;
  bool gross = w->basis == JL_INCL_VAT;
  if (!gross && from->gross && !jl_vat_gross(amount, from->rate, &with_vat)) return too_large(w);
  w->leaves = from->gross ? with_vat : amount;
  if (gross && !from->gross && !jl_vat_net(amount, from->rate, &w->leaves)) return too_large(w);
  if (gross ? w->leaves > from->planned : amount > from->net)
    return REFUSE(JL_APPROVAL_AMOUNT, JL_MSG("{1} plans {2}, less than the {3} that are to leave it"), JL_MSG("move less"),
                  jl_arg_record(from->line), money(w, from->planned), money(w, w->leaves));
  after = from->planned - w->leaves;
  if (!gross && !planned_for(from, from->net - amount, after, &after)) return too_large(w);
  w->leaves = from->planned - after;
  if (!net_of(from, after, &net_after)) return too_large(w);
  w->net = from->net - net_after;
  if (w->net <= 0)
    return REFUSE(JL_APPROVAL_AMOUNT, JL_MSG("{1} is too little to be moved: excl. VAT it is nothing"), JL_MSG("move more"), money(w, amount));
  if (to->gross && gross && from->gross && from->rate == to->rate)
    guess = w->leaves;
  else if (!jl_vat_gross(w->net, to->gross ? to->rate : 0, &guess))
    return too_large(w);
  if (!jl_add(to->net, w->net, &net_after) || !jl_add(to->planned, guess, &guess) || !planned_for(to, net_after, guess, &after))
    return too_large(w);
  w->arrives = after - to->planned;
  return true;
}

/* ---- in which months ---- */
static int64_t month_number(int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  return (int64_t)date.year * 12 + date.month;
}

/* Several months, and each some quarters after the first. */
static bool by_quarter(const struct side *side) {
  for (size_t i = 1; i < side->n; i++)
    if ((month_number(day_of(side->months[i])) - month_number(day_of(side->months[0]))) % 3 != 0) return false;
  return side->n > 1;
}

static bool is_named(const struct work *w, uint32_t first, uint32_t last, const struct jl_record *month) {
  int64_t from = number_of(w->approval, first), until = jl_record_has(w->approval->body, last) ? number_of(w->approval, last) : from;
  int64_t n = month_number(day_of(month));
  return n >= month_number((int32_t)from) && n <= month_number((int32_t)until);
}

/* A review moves what can move: months that were closed, since it was started or between two that are open, neither give nor get. */
static bool is_open(const struct work *w, const struct jl_record *month) { return !w->of_review || !jl_month_closed(w->r, day_of(month)); }

static bool has_no_months(const struct work *w, const struct side *side) {
  return REFUSE(0, JL_MSG("{1} is not planned by month, so no months of it can be named"), JL_MSG("leave them out"),
                jl_arg_record(side->line));
}

static bool weigh_months(struct work *w, bool are_named, int64_t *weights, int64_t *ret_sum, size_t *ret_any) {
  struct side *from = &w->from;
  struct jl_excess_walk walk;
  if (w->of_review && !jl_line_months(w->r, from->line, w->a, &walk)) return too_large(w);
  for (size_t i = 0; i < from->n; i++) {
    int64_t gives = planned_in(w, from->months[i]) - (w->of_review ? jl_month_taken(&walk, day_of(from->months[i])) : 0);
    bool chosen = gives > 0 && is_open(w, from->months[i]) && (!are_named || is_named(w, JL_APPROVAL_FIRST_MONTH, JL_APPROVAL_LAST_MONTH, from->months[i]));
    weights[i] = chosen ? gives : 0;
    *ret_sum += weights[i]; /* not above what the line plans */
    *ret_any += chosen;
  }
  return true;
}

static bool find_giving_months(struct work *w) {
  struct side *from = &w->from;
  bool are_named = jl_record_has(w->approval->body, JL_APPROVAL_FIRST_MONTH);
  int64_t *weights = jl_arena_array(w->a, from->n + 1, sizeof *weights), sum = 0;
  size_t any = 0;
  if (weights == NULL) return no_memory(w);
  if (from->n == 0) return !are_named || has_no_months(w, from);
  if (!weigh_months(w, are_named, weights, &sum, &any)) return false;
  if (!are_named && any > 1)
    return REFUSE(0, JL_MSG("{1} is planned by month: which months give the money?"),
                  JL_MSG("name one or several that follow each other: --months 2027-03, --months 2027-03..2027-05"), jl_arg_record(from->line));
  if (sum < w->leaves)
    return REFUSE(0, w->of_review ? JL_MSG("{1} has {2} left in months that are open, less than the {3} that are to leave it") : JL_MSG("{1} plans {2} in these months, less than the {3} that are to leave it"),
                  w->of_review ? JL_MSG("refuse what is about it and apply the rest, or start another review") : JL_MSG("name more months, or move less"), jl_arg_record(from->line), money(w, sum), money(w, w->leaves));
  return jl_split(w->leaves, weights, from->n, from->shares) || no_memory(w);
}

/* Into the months that are named: in proportion to what they plan, equally when that is nothing. */
static bool share_out(struct work *w, int64_t amount, const bool *chosen, int64_t *io_weights) {
  const struct side *to = &w->to;
  int64_t *weights = jl_arena_array(w->a, to->n, sizeof *weights), *parts = jl_arena_array(w->a, to->n, sizeof *parts);
  bool any = false;
  if (weights == NULL || parts == NULL) return no_memory(w);
  for (size_t i = 0; i < to->n; i++) any = any || (chosen[i] && planned_in(w, to->months[i]) > 0);
  for (size_t i = 0; i < to->n; i++) weights[i] = !chosen[i] ? 0 : any ? planned_in(w, to->months[i]) : 1;
  if (!jl_split(amount, weights, to->n, parts)) return no_memory(w);
  for (size_t i = 0; i < to->n; i++)
    if (!jl_add(io_weights[i], parts[i], &io_weights[i])) return too_large(w);
  return true;
}

static bool find_named_months(struct work *w, bool *chosen, int64_t *weights) {
  bool any = false;
  for (size_t i = 0; i < w->to.n; i++)
    any = (chosen[i] = is_open(w, w->to.months[i]) && is_named(w, JL_APPROVAL_TO_FIRST_MONTH, JL_APPROVAL_TO_LAST_MONTH, w->to.months[i])) || any;
  if (!any && w->of_review)
    return REFUSE(0, JL_MSG("{1} has no month that is open and could get the money"), JL_MSG("refuse what is about it and apply the rest, or start another review"), jl_arg_record(w->to.line));
  if (!any)
    return REFUSE(0, JL_MSG("{1} has none of the months that are to get the money"),
                  JL_MSG("name others, or add them first: budget-month add --line ... --month ... --planned 0"), jl_arg_record(w->to.line));
  return share_out(w, w->arrives, chosen, weights);
}

/* The money of one month stays in it, or in its quarter where one of the lines is planned so. */
static bool stay_in_month(struct work *w, size_t given, bool *chosen, int64_t *weights) {
  int64_t month = month_number(day_of(w->from.months[given]));
  bool quarters = by_quarter(&w->to), of_quarter = by_quarter(&w->from) && !quarters, any = false;
  for (size_t i = 0; i < w->to.n; i++) {
    int64_t after = month_number(day_of(w->to.months[i])) - month;
    chosen[i] = quarters ? after <= 0 && after > -3 : of_quarter ? after >= 0 && after < 3 : after == 0;
    any = any || chosen[i];
  }
  if (!any)
    return REFUSE(0, JL_MSG("{1} has no month for the money of {2}"),
                  JL_MSG("say which get it (--to-months 2027-03..2027-05), or add it first: budget-month add --line ... --month ... --planned 0"),
                  jl_arg_record(w->to.line), jl_arg_date(day_of(w->from.months[given])));
  return share_out(w, w->from.shares[given], chosen, weights);
}

static bool find_getting_months(struct work *w) {
  struct side *to = &w->to;
  bool are_named = jl_record_has(w->approval->body, JL_APPROVAL_TO_FIRST_MONTH), *chosen = jl_arena_array(w->a, to->n + 1, sizeof *chosen);
  int64_t *weights = jl_arena_array(w->a, to->n + 1, sizeof *weights);
  if (chosen == NULL || weights == NULL) return no_memory(w);
  if (to->n == 0) return !are_named || has_no_months(w, to);
  for (size_t i = 0; i < to->n; i++) {
    weights[i] = 0;
    chosen[i] = true;
  }
  if (are_named) {
    if (!find_named_months(w, chosen, weights)) return false;
  } else if (w->from.n == 0) {
    if (to->n > 1)
      return REFUSE(0, JL_MSG("{1} is planned by month: which months get the money?"),
                    JL_MSG("name one or several that follow each other: --to-months 2027-03, --to-months 2027-03..2027-05"),
                    jl_arg_record(to->line));
    if (!share_out(w, w->arrives, chosen, weights)) return false;
  } else {
    for (size_t i = 0; i < w->from.n; i++)
      if (w->from.shares[i] > 0 && !stay_in_month(w, i, chosen, weights)) return false;
  }
  return jl_split(w->arrives, weights, to->n, to->shares) || no_memory(w);
}

/* ---- the parts ---- */
static bool add_parts(const struct work *w, const struct side *side, int64_t moves, int sign, struct jl_transfer_work *ret) {
  if (side->n == 0) {
    ret->parts[ret->count++] = (struct jl_transfer_part){side->line, side->planned, side->planned + sign * moves};
    return true;
  }
  for (size_t i = 0; i < side->n; i++) {
    int64_t before = planned_in(w, side->months[i]), after;
    if (side->shares[i] == 0) continue;
    if (!jl_add(before, sign * side->shares[i], &after)) return too_large(w);
    ret->parts[ret->count++] = (struct jl_transfer_part){side->months[i], before, after};
  }
  return true;
}

static bool work_after(const struct jl_replica *r, const struct jl_record *approval, const struct jl_moves *earlier, struct jl_arena *a,
                       struct jl_transfer_work *ret, struct jl_error *err) {
  struct work work = {.r = r, .approval = approval, .a = a, .earlier = earlier, .of_review = earlier != NULL, .err = err}, *w = &work;
  *ret = (struct jl_transfer_work){.count = 0};
  if (!jl_approval_transfer(r, approval, &w->transfer) || w->transfer.from == NULL || w->transfer.to == NULL ||
      w->transfer.from->type_number != JL_TYPE_BUDGET_LINE || w->transfer.to->type_number != JL_TYPE_BUDGET_LINE)
    return REFUSE(JL_APPROVAL_TO, JL_MSG("one of the two budget lines is not there any more"), JL_MSG("name others"));
  if (!look_at(w, w->transfer.from, &w->from) || !look_at(w, w->transfer.to, &w->to) || !find_basis(w) || !find_amounts(w) ||
      !find_giving_months(w) || !find_getting_months(w))
    return false;
  ret->transfer = w->transfer;
  ret->net = w->net;
  ret->from_after = w->from.planned - w->leaves;
  ret->to_after = w->to.planned + w->arrives;
  ret->parts = jl_arena_array(a, w->from.n + w->to.n + 2, sizeof *ret->parts);
  if (ret->parts == NULL) return no_memory(w);
  if (!add_parts(w, &w->from, w->leaves, -1, ret)) return false;
  ret->giving = ret->count;
  return add_parts(w, &w->to, w->arrives, 1, ret);
}

/* ---- all of an approval ---- */
/* A move of a review as an approval would ask for it alone. */
struct asking {
  struct jl_arena *a;
  struct jl_record record;
};

static void ask(struct asking *one, uint32_t field, const struct jl_value *value) {
  struct jl_bytes slice = jl_value_encode(one->a, jl_field_by_number(one->record.type, field), value);
  one->record.body = slice.data == NULL ? slice : jl_record_with(one->a, one->record.body, field, slice);
}

static void ask_months(struct asking *one, uint32_t first, uint32_t last, const struct jl_review_line *line) {
  if (line == NULL || line->first_month == 0) return;
  ask(one, first, &(struct jl_value){.number = line->first_month});
  ask(one, last, &(struct jl_value){.number = line->last_month});
}

static bool add_work(const struct jl_replica *r, const struct jl_record *approval, const struct jl_review_facts *facts, const struct jl_review_proposal *p,
                     struct jl_arena *a, struct jl_moves *io, struct jl_error *err) {
  struct asking one = {.a = a, .record = {.type_number = approval->type_number, .type = approval->type, .id = approval->id}};
  ask(&one, JL_APPROVAL_TARGET, &(struct jl_value){.id = p->source});
  ask(&one, JL_APPROVAL_TO, &(struct jl_value){.id = p->destination});
  ask(&one, JL_APPROVAL_AMOUNT, &(struct jl_value){.number = p->amount});
  ask(&one, JL_APPROVAL_BASIS, &(struct jl_value){.number = JL_EXCL_VAT});
  ask_months(&one, JL_APPROVAL_FIRST_MONTH, JL_APPROVAL_LAST_MONTH, jl_review_line(facts, &p->source));
  ask_months(&one, JL_APPROVAL_TO_FIRST_MONTH, JL_APPROVAL_TO_LAST_MONTH, jl_review_line(facts, &p->destination));
  if (one.record.body.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  if (!work_after(r, &one.record, io, a, &io->works[io->count], err)) return false;
  io->count++;
  return true;
}

static bool read_review(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct jl_review_facts *facts,
                        struct jl_review_proposal **ret, size_t *ret_n) {
  const struct jl_record *review = named(r, approval, JL_APPROVAL_REVIEW);
  *ret_n = 0;
  *facts = (struct jl_review_facts){.line_count = 0};
  if (review == NULL || review->type_number != JL_TYPE_REVIEW) return true;
  return jl_review_read(r, review, UINT32_MAX, a, facts) && jl_review_accepted(r, review, &approval->id, a, ret, ret_n);
}

bool jl_approval_moves(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct jl_moves *ret, struct jl_error *err) {
  struct jl_review_facts facts;
  struct jl_review_proposal *list;
  size_t n;
  *ret = (struct jl_moves){.count = 0};
  if (!read_review(r, approval, a, &facts, &list, &n) || (ret->works = jl_arena_array(a, n + 1, sizeof *ret->works)) == NULL)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  if (jl_record_has(approval->body, JL_APPROVAL_TO)) {
    ret->count = 1;
    return work_after(r, approval, NULL, a, &ret->works[0], err);
  }
  for (size_t i = 0; i < n; i++)
    if (list[i].kind == JL_PROPOSAL_MOVE && !add_work(r, approval, &facts, &list[i], a, ret, err)) return false;
  return true;
}

static int by_number(const void *left, const void *right) {
  const struct jl_record *const *a = left, *const *b = right;
  if ((*a)->number != (*b)->number) return (*a)->number < (*b)->number ? -1 : 1;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

bool jl_approval_lines(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, const struct jl_record ***ret, size_t *ret_n) {
  struct jl_review_facts facts;
  struct jl_review_proposal *list;
  struct jl_transfer transfer;
  size_t n = 0, count = 0, kept = 0;
  if (!read_review(r, approval, a, &facts, &list, &n)) return false;
  const struct jl_record **lines = jl_arena_array(a, 2 * n + 2, sizeof(const struct jl_record *));
  if (lines == NULL) return false;
  if (jl_approval_transfer(r, approval, &transfer)) {
    if (transfer.from != NULL) lines[count++] = transfer.from;
    if (transfer.to != NULL) lines[count++] = transfer.to;
    *ret = lines;
    *ret_n = count;
    return true;
  }
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *from = jl_replica_live(r, &list[i].source), *to = jl_replica_live(r, &list[i].destination);
    if (from != NULL && from->type_number == JL_TYPE_BUDGET_LINE) lines[count++] = from;
    if (to != NULL && to->type_number == JL_TYPE_BUDGET_LINE) lines[count++] = to;
  }
  if (count > 0) qsort(lines, count, sizeof(const struct jl_record *), by_number);
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || lines[kept - 1] != lines[i]) lines[kept++] = lines[i];
  *ret = lines;
  *ret_n = kept;
  return true;
}

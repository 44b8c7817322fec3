#include "common/model/budget/scenario.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* ---- how much ---- */
/* Digits with at most `decimals` behind a point or a comma, as a whole number of the smallest unit; *io_at behind them. */
static bool decimal(const char **io_at, int decimals, int64_t *ret) {
  const char *at = *io_at;
  int64_t n = 0;
  int behind = -1;
  for (; *at != '\0'; at++) {
    if ((*at == '.' || *at == ',') && behind < 0) {
      behind = 0;
    } else if (*at >= '0' && *at <= '9' && behind < decimals) {
      if (__builtin_mul_overflow(n, 10, &n) || !jl_add(n, *at - '0', &n)) return false;
      behind += behind >= 0;
    } else {
      break;
    }
  }
  if (at == *io_at) return false;
  for (int i = behind < 0 ? 0 : behind; i < decimals; i++)
    if (__builtin_mul_overflow(n, 10, &n)) return false;
  *io_at = at;
  *ret = n;
  return true;
}

bool jl_cut_read(const struct jl_view_input *in, const char *text, int64_t planned, int64_t *ret_amount, struct jl_error *err) {
  char currency[4];
  const char *at = text;
  int64_t share, amount;
  jl_plan_currency(in->space, currency);
  int digits = jl_currency_digits(currency);
  const char *percent = strchr(text, '%');
  if (percent != NULL && decimal(&at, 2, &share)) {
    while (*at == ' ') at++;
    if (at == percent && percent[1] == '\0' && share <= JL_SHARE_ONE && jl_mul_div_half_even(planned, share, JL_SHARE_ONE, ret_amount)) return true;
  } else if (percent == NULL && decimal(&at, digits < 0 ? 2 : digits, &amount) && *at == '\0') {
    *ret_amount = amount;
    return true;
  }
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no cut"), JL_MSG("a share of what is planned, or an amount: 20%, 5000"), jl_arg_text(text));
}

/* ---- what goes first ---- */
static int by_going(const void *left, const void *right) {
  const struct jl_cut *a = &((const struct jl_cut_line *)left)->cut, *b = &((const struct jl_cut_line *)right)->cut;
  if (a->order != b->order) return a->order < b->order ? -1 : 1;
  if (a->yield != b->yield) return a->yield < b->yield ? -1 : 1;
  return a->number > b->number ? -1 : a->number < b->number;
}

const char *jl_cut_label(enum jl_cut_order order, const char **ret_text) {
  static const struct {
    const char *label, *text;
  } labels[] = {[JL_CUT_UNKNOWN] = {JL_MSG("no return is known"), "no-return"},
                [JL_CUT_YIELD] = {JL_MSG("lowest return"), "low-return"},
                [JL_CUT_COMMON] = {JL_MSG("common cost"), "common"}};
  *ret_text = labels[order].text;
  return labels[order].label;
}

static const struct jl_record *objective_of(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_BUDGET_OBJECTIVE, &n);
  return n > 0 ? all[0] : NULL;
}

static bool make_cuts(struct jl_builder *b, struct jl_cut_proposal *p) {
  p->n = p->lines.n;
  p->rows = jl_view_alloc(b, p->n, sizeof *p->rows);
  if (p->rows == NULL) return false;
  for (size_t i = 0; i < p->n; i++) {
    const struct jl_allotment *row = &p->lines.rows[i];
    struct jl_known yield = jl_line_yield(&p->goal, &row->rates);
    bool stays = row->as_is || (row->rates.from == JL_EXPECTED_UNRATED && !row->common);
    p->rows[i] = (struct jl_cut_line){.allotment = row, .yield = yield, .stays = stays};
    p->rows[i].cut = (struct jl_cut){.planned = row->amounts.planned,
                                     .least = stays ? row->amounts.planned : row->part.least,
                                     .yield = yield.known ? yield.value : 0,
                                     .order = row->common ? JL_CUT_COMMON : yield.known ? JL_CUT_YIELD : JL_CUT_UNKNOWN,
                                     .number = (int64_t)i};
  }
  return true;
}

/* Lines that cannot fall to just that keep the nearest above it from now on. *ret_any: some, so the others are cut once more. */
static bool fit_cuts(const struct jl_view_input *in, struct jl_builder *b, struct jl_cut_proposal *p, bool *ret_any, struct jl_error *err) {
  *ret_any = false;
  for (size_t i = 0; i < p->n; i++) {
    struct jl_cut_line *row = &p->rows[i];
    struct jl_fit fit = row->allotment->fit;
    if (row->fitted || row->allotment->plain || row->cut.after == row->cut.planned) continue;
    if (!jl_fit(in, b, &fit, row->cut.after, row->cut.least, JL_FIT_AT_LEAST, err)) return false;
    if (fit.cost == row->cut.after) continue;
    row->fitted = *ret_any = true;
    row->cut.least = fit.cost < row->cut.planned ? fit.cost : row->cut.planned;
  }
  return true;
}

/* A share of what is planned takes the whole of it. */
static bool may_cut(const char *cut, const struct jl_allocation *of, struct jl_error *err) {
  return strchr(cut, '%') == NULL || (of->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) == 0 ||
         jl_apart_refuse(&of->remarks, JL_MSG("nobody knows what a share of the budget is: amounts in {2} without an exchange rate: {1} ({3}); an amount can be cut"), err);
}

bool jl_cut_propose(const struct jl_view_input *in, struct jl_builder *b, const char *cut, struct jl_cut_proposal *ret, struct jl_error *err) {
  struct jl_cut_proposal p = {0};
  if (!jl_goal_of(in, b, objective_of(in, b), &p.goal, err) || !jl_allocation_lines(in, b, &p.lines, err) || !may_cut(cut, &p.lines, err) ||
      !jl_cut_read(in, cut, p.lines.total.planned, &p.amount, err))
    return false;
  struct jl_cut *cuts = jl_view_alloc(b, p.lines.n, sizeof *cuts);
  if (cuts == NULL || !make_cuts(b, &p)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (bool again = true; again;) { /* each time one more is settled at least */
    for (size_t i = 0; i < p.n; i++) cuts[i] = p.rows[i].cut;
    if (!jl_cut_down(p.amount, cuts, p.n, &p.left)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
    for (size_t i = 0; i < p.n; i++) p.rows[i].cut.after = cuts[i].after;
    if (!fit_cuts(in, b, &p, &again, err)) return false;
  }
  if (p.n > 0) qsort(p.rows, p.n, sizeof *p.rows, by_going);
  *ret = p;
  return true;
}

/* ---- what was kept ---- */
static int by_line_id(const void *key, const void *element) {
  return jl_id_compare(key, &(*(const struct jl_allotment *const *)element)->line->id);
}
static int by_id(const void *left, const void *right) {
  return jl_id_compare(&(*(const struct jl_allotment *const *)left)->line->id, &(*(const struct jl_allotment *const *)right)->line->id);
}

static int by_number(const void *left, const void *right) {
  const struct jl_scenario_line *a = left, *b = right;
  uint64_t x = a->line == NULL ? UINT64_MAX : a->line->number, y = b->line == NULL ? UINT64_MAX : b->line->number;
  return x < y ? -1 : x > y;
}

static bool take_line(struct jl_scenario *s, const struct jl_record *record, const struct jl_allotment *const *index, size_t count) {
  struct jl_scenario_line *line = &s->lines[s->n++];
  struct jl_id id;
  const struct jl_allotment *const *found = NULL;
  if (jl_record_id(record->type, record->body, JL_SCENARIO_LINE_LINE, &id) && count > 0) found = bsearch(&id, index, count, sizeof(const struct jl_allotment *), by_line_id);
  *line = (struct jl_scenario_line){.record = record, .line = found == NULL ? NULL : (*found)->line, .then = {.known = jl_record_has(record->body, JL_SCENARIO_LINE_BEFORE)}};
  line->then.value = jl_view_int(record, JL_SCENARIO_LINE_BEFORE, 0);
  line->after = jl_view_int(record, JL_SCENARIO_LINE_AFTER, 0);
  line->now = found == NULL ? 0 : (*found)->amounts.planned;
  line->unknown = found != NULL && ((*found)->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0;
  line->moved = found == NULL || (line->then.known && (line->unknown || line->then.value != line->now));
  s->moved += line->moved;
  if (found == NULL) return true; /* nothing of it is left to plan */
  int64_t difference;
  return !__builtin_sub_overflow(line->after, line->now, &difference) && jl_add(s->after, difference, &s->after);
}

bool jl_scenario_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, const struct jl_allocation *of,
                      struct jl_scenario *ret, struct jl_error *err) {
  struct jl_scenario s = {.record = record, .now = of->total.planned, .after = of->total.planned, .unknown = (of->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0};
  size_t n = 0;
  const struct jl_record **records = jl_view_referring(in, b, &record->id, JL_TYPE_SCENARIO_LINE, JL_SCENARIO_LINE_SCENARIO, &n);
  const struct jl_allotment **index = jl_view_alloc(b, of->n, sizeof(const struct jl_allotment *));
  s.lines = jl_view_alloc(b, n, sizeof *s.lines);
  if (index == NULL || s.lines == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < of->n; i++) index[i] = &of->rows[i];
  if (of->n > 0) qsort(index, of->n, sizeof(const struct jl_allotment *), by_id);
  for (size_t i = 0; i < n; i++)
    if (!take_line(&s, records[i], index, of->n)) return jl_money_too_large(err);
  if (n > 0) qsort(s.lines, n, sizeof *s.lines, by_number);
  s.base_moved = jl_record_has(record->body, JL_SCENARIO_BASE) && (s.unknown || jl_view_int(record, JL_SCENARIO_BASE, 0) != s.now);
  *ret = s;
  return true;
}

bool jl_scenario_stale(const struct jl_scenario *s) {
  return (s->moved > 0 || s->base_moved) && jl_view_int(s->record, JL_SCENARIO_STATE, JL_SCENARIO_DRAFT) == JL_SCENARIO_DRAFT;
}

static bool add(struct jl_known *total, struct jl_known more) {
  if (!more.known) return true;
  total->known = true;
  return jl_add(total->value, more.value, &total->value);
}

/* Both are in the order of the lines' numbers. */
bool jl_scenario_expect(const struct jl_goal *goal, const struct jl_allocation *of, const struct jl_scenario *s, struct jl_expected *ret,
                        struct jl_error *err) {
  struct jl_expected total = {0}, one;
  const bool whole_unknown = (of->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0; /* with a scenario too: its total follows from what is planned now */
  size_t at = 0;
  for (size_t i = 0; i < of->n; i++) {
    const struct jl_allotment *row = &of->rows[i];
    int64_t amount = row->amounts.planned;
    bool unknown = (row->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) != 0;
    while (s != NULL && at < s->n && s->lines[at].line != NULL && s->lines[at].line->number < row->line->number) at++;
    if (s != NULL && at < s->n && s->lines[at].line == row->line) {
      amount = s->lines[at].after;
      unknown = false;
    }
    if (row->common) continue;
    if (!jl_expect(goal, &row->rates, amount, &one, err)) return false;
    if (unknown || one.from == JL_EXPECTED_UNRATED) total.from = JL_EXPECTED_UNRATED;
    if (!add(&total.leads, one.leads) || !add(&total.customers, one.customers) || !add(&total.revenue, one.revenue)) return jl_money_too_large(err);
  }
  if (total.from == JL_EXPECTED_UNRATED) total = (struct jl_expected){.from = JL_EXPECTED_UNRATED, .return_unrated = true}; /* a part of it is no sum */
  total.return_unrated = total.return_unrated || whole_unknown;
  total.roi.known = total.revenue.known && !whole_unknown && jl_return_on_investment(total.revenue.value, s == NULL ? of->total.planned : s->after, &total.roi.value);
  *ret = total;
  return true;
}

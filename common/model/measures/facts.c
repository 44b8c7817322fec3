#include "common/model/measures/facts.h"
#include "common/base/money.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static const char *const stages[JL_FACTS] = {[JL_FACT_VISITS] = JL_STAGE_VISITS,   [JL_FACT_LEADS] = JL_STAGE_LEADS,
                                             [JL_FACT_MQL] = JL_STAGE_MQL,         [JL_FACT_SQL] = JL_STAGE_SQL,
                                             [JL_FACT_OPPORTUNITIES] = JL_STAGE_OPPORTUNITIES, [JL_FACT_CUSTOMERS] = JL_STAGE_CUSTOMERS,
                                             [JL_FACT_POTENTIAL] = JL_STAGE_OPPORTUNITIES,     [JL_FACT_SIGNED] = JL_STAGE_CUSTOMERS};

static bool is_amount(enum jl_fact fact) { return fact == JL_FACT_POTENTIAL || fact == JL_FACT_SIGNED; }

struct jl_figure_ask jl_fact_ask(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact) {
  const struct jl_fact_place *p = &row->place;
  return (struct jl_figure_ask){
      .stage = stages[fact], .lever = p->lever, .action = p->action, .no_lever = p->no_lever, .no_action = p->no_action, .from = f->filter.first, .to = f->filter.last + 1};
}

/* ---- which rows there are ---- */
struct pair {
  const struct jl_record *lever, *action;
  size_t lever_at; /* in the plan's order of levers */
  struct jl_amounts money;
  int64_t undated;
  unsigned unknown;
  bool budgeted, invoiced, undated_unknown;
};

static int in_order(const void *left, const void *right) {
  const struct pair *a = left, *b = right;
  if (a->lever_at != b->lever_at) return a->lever_at < b->lever_at ? -1 : 1;
  if (a->action == NULL || b->action == NULL) return (a->action == NULL) - (b->action == NULL);
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

static size_t place_of(const struct jl_record *lever, const struct jl_record **levers, size_t n) {
  size_t at = 0;
  while (at < n && levers[at] != lever) at++;
  return at;
}

/* Who has money or figures, each once, in order; by campaign whichever the lever. */
static struct pair *read_pairs(struct jl_facts *f, enum jl_facts_by by, const struct jl_record **levers, size_t lever_count, size_t *ret_n) {
  size_t told = 0, n = 0, distinct = 0;
  const struct jl_figure_place *places = jl_figures_places(f->figures, &told);
  struct pair *pairs = jl_view_alloc(f->b, f->line_count + told, sizeof *pairs);
  *ret_n = 0;
  if (pairs == NULL) return NULL;
  for (size_t i = 0; i < f->line_count; i++) pairs[n++] = (struct pair){.lever = f->lines[i].lever, .action = f->lines[i].action};
  for (size_t i = 0; i < told; i++) pairs[n++] = (struct pair){.lever = places[i].lever, .action = places[i].action};
  for (size_t i = 0; i < n; i++) {
    if (by == JL_FACTS_BY_CAMPAIGN) pairs[i].lever = NULL;
    pairs[i].lever_at = place_of(pairs[i].lever, levers, lever_count);
  }
  if (n > 0) qsort(pairs, n, sizeof *pairs, in_order);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || in_order(&pairs[i], &pairs[distinct - 1]) != 0) pairs[distinct++] = pairs[i];
  *ret_n = distinct;
  return pairs;
}

static void add_row(struct jl_facts *f, struct jl_fact_place place) { f->rows[f->count++] = (struct jl_facts_row){.place = place}; }

/* A lever, or none, with what is below it; pairs: those of it. */
static void add_lever(struct jl_facts *f, const struct jl_record *lever, const struct pair *pairs, size_t n) {
  bool none = lever == NULL;
  add_row(f, (struct jl_fact_place){.kind = none ? JL_PLACE_REST : JL_PLACE_LEVER, .lever = lever, .no_lever = none});
  for (size_t i = 0; i < n; i++)
    if (pairs[i].action != NULL) add_row(f, (struct jl_fact_place){.kind = JL_PLACE_CAMPAIGN, .lever = lever, .no_lever = none, .action = pairs[i].action});
  if (n > 1 && pairs[n - 1].action == NULL) add_row(f, (struct jl_fact_place){.kind = JL_PLACE_APART, .lever = lever, .no_lever = none, .no_action = true});
}

static void add_rows(struct jl_facts *f, enum jl_facts_by by, const struct jl_record **levers, size_t lever_count, const struct pair *pairs, size_t n) {
  size_t from = 0, to = 0;
  for (size_t l = 0; by == JL_FACTS_BY_CHANNEL && l <= lever_count; l++, from = to) {
    while (to < n && pairs[to].lever_at == l) to++;
    add_lever(f, l < lever_count ? levers[l] : NULL, pairs + from, to - from);
  }
  for (size_t i = 0; by == JL_FACTS_BY_CAMPAIGN && i < n; i++)
    if (pairs[i].action != NULL) add_row(f, (struct jl_fact_place){.kind = JL_PLACE_CAMPAIGN, .action = pairs[i].action});
  if (by == JL_FACTS_BY_CAMPAIGN) add_row(f, (struct jl_fact_place){.kind = JL_PLACE_REST, .no_action = true});
  add_row(f, (struct jl_fact_place){.kind = JL_PLACE_TOTAL});
}

/* ---- what is in them ---- */
bool jl_fact_place_has(const struct jl_money_line *line, const void *place) {
  const struct jl_fact_place *p = place;
  bool of_lever = p->lever != NULL ? line->lever == p->lever : !p->no_lever || line->lever == NULL;
  return of_lever && (p->action != NULL ? line->action == p->action : !p->no_action || line->action == NULL);
}

/* Each line to its pair, which is one of them. */
static bool read_pair_money(struct jl_facts *f, enum jl_facts_by by, const struct jl_record **levers, size_t lever_count, struct pair *pairs, size_t n, struct jl_error *err) {
  for (size_t i = 0; i < f->line_count; i++) {
    const struct jl_money_line *line = &f->lines[i];
    struct pair key = {.lever = by == JL_FACTS_BY_CAMPAIGN ? NULL : line->lever, .action = line->action};
    key.lever_at = place_of(key.lever, levers, lever_count);
    struct pair *pair = bsearch(&key, pairs, n, sizeof *pairs, in_order);
    if (pair == NULL) continue;
    if (!jl_amounts_add(&pair->money, &line->amounts, err)) return false;
    if (!jl_add(pair->undated, line->undated, &pair->undated)) return jl_money_too_large(err);
    pair->undated_unknown = pair->undated_unknown || line->undated_unknown;
    pair->unknown |= line->unknown;
    pair->budgeted = true;
    pair->invoiced = pair->invoiced || line->source_count[JL_MONEY_ACTUAL] > 0;
  }
  return true;
}

static bool read_money(struct jl_facts_row *row, const struct pair *pairs, size_t n, struct jl_error *err) {
  for (size_t i = 0; i < n; i++) {
    const struct jl_money_line line = {.lever = pairs[i].lever, .action = pairs[i].action};
    if (!jl_fact_place_has(&line, &row->place)) continue;
    if (!jl_amounts_add(&row->money, &pairs[i].money, err)) return false;
    if (!jl_add(row->undated, pairs[i].undated, &row->undated)) return jl_money_too_large(err);
    row->undated_unknown = row->undated_unknown || pairs[i].undated_unknown;
    row->unknown |= pairs[i].unknown;
    row->budgeted = row->budgeted || pairs[i].budgeted;
    row->invoiced = row->invoiced || pairs[i].invoiced;
  }
  return true;
}

static bool read_figures(struct jl_facts *f, struct jl_facts_row *row, struct jl_error *err) {
  for (int fact = 0; fact < JL_FACTS; fact++) {
    const struct jl_figure_ask ask = jl_fact_ask(f, row, (enum jl_fact)fact);
    struct jl_figure_sum sum;
    if (!jl_figures_sum(f->figures, &ask, &sum)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the figures of this plan are too large to add up"), JL_MSG("correct the largest ones"));
    bool amount = is_amount((enum jl_fact)fact);
    row->facts[fact] = amount ? (struct jl_fact_value){sum.has_amount, sum.amount, sum.amount, false, false} : (struct jl_fact_value){sum.has_count, sum.count, sum.exact, sum.split, false};
    f->split = f->split || sum.split;
  }
  const struct jl_figure_ask ask = jl_fact_ask(f, row, JL_FACT_LEADS);
  row->days = jl_figures_days(f->figures, &ask);
  return true;
}

static enum jl_fact qualified_of(struct jl_facts *f) {
  const struct jl_figure_ask ask = {.stage = JL_STAGE_MQL, .from = INT32_MIN, .to = INT32_MAX};
  size_t at = 0;
  return jl_figures_next(f->figures, &ask, &at) != NULL ? JL_FACT_MQL : JL_FACT_LEADS;
}

static struct jl_money_filter filter_of(const struct jl_view_input *in, int32_t first, int32_t last, enum jl_basis basis) {
  return (struct jl_money_filter){.basis = basis, .has_days = true, .first = first, .last = last, .whole = jl_money_whole_plan(in, first, last)};
}

bool jl_facts_read(const struct jl_view_input *in, struct jl_builder *b, int32_t first, int32_t last, enum jl_basis basis, enum jl_facts_by by, struct jl_facts *ret,
                   struct jl_error *err) {
  struct jl_facts f = {.in = in, .b = b, .filter = filter_of(in, first, last, basis), .remarks = {.in = in, .b = b, .basis = basis}};
  struct jl_amounts total;
  size_t lever_count = 0, pair_count = 0;
  *ret = f;
  jl_plan_currency(in->space, f.currency);
  f.sees_money = jl_view_sees(in, JL_SECTION_BUDGET);
  f.sees_figures = jl_view_sees(in, JL_SECTION_PIPELINE);
  f.figures = jl_view_figures(in, b);
  if (!jl_money_lines_remarked(in, b, &f.filter, &f.lines, &f.line_count, &total, &f.remarks, err)) return false;
  const struct jl_record **levers = jl_view_all(in, b, JL_TYPE_LEVER, &lever_count);
  if (by == JL_FACTS_BY_CAMPAIGN) lever_count = 0; /* whichever the lever */
  struct pair *pairs = read_pairs(&f, by, levers, lever_count, &pair_count);
  f.rows = jl_view_alloc(b, pair_count + lever_count + 2, sizeof *f.rows); /* a lever with one pair has no row for that alone */
  if (pairs == NULL || f.rows == NULL) return true;
  f.qualified = qualified_of(&f);
  add_rows(&f, by, levers, lever_count, pairs, pair_count);
  if (!read_pair_money(&f, by, levers, lever_count, pairs, pair_count, err)) return false;
  for (size_t i = 0; i < f.count; i++)
    if (!read_money(&f.rows[i], pairs, pair_count, err) || !read_figures(&f, &f.rows[i], err)) return false;
  *ret = f;
  return true;
}

const struct jl_facts_row *jl_facts_total(const struct jl_facts *f) { return &f->rows[f->count - 1]; }

bool jl_spend_unknown(const struct jl_facts_row *row) { return (row->unknown & JL_UNKNOWN(JL_MONEY_ACTUAL)) != 0; }

bool jl_facts_any(const struct jl_facts_row *row) {
  bool any = row->unknown != 0 || row->money.planned != 0 || row->money.committed != 0 || row->money.actual != 0 || row->invoiced;
  for (int fact = 0; fact < JL_FACTS; fact++) any = any || row->facts[fact].told;
  return any;
}

/* ---- ratios ---- */
static struct jl_ratio_of ratio_of(bool told, bool defined, int64_t value) {
  if (!told) return (struct jl_ratio_of){.state = JL_RATIO_UNTOLD};
  return defined ? (struct jl_ratio_of){JL_RATIO_VALUE, value} : (struct jl_ratio_of){.state = JL_RATIO_UNDEFINED};
}

struct jl_ratio_of jl_facts_ratio(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  const struct jl_fact_value *leads = &row->facts[f->qualified], *customers = &row->facts[JL_FACT_CUSTOMERS], *signed_ = &row->facts[JL_FACT_SIGNED];
  int64_t value = 0, cost = row->money.actual;
  const bool known = !jl_spend_unknown(row);
  bool told = false, defined = false;
  switch (ratio) {
  case JL_RATIO_COST_PER_LEAD:
    told = row->invoiced && leads->told;
    defined = told && known && jl_cost_per_part(cost, leads->exact, &value);
    break;
  case JL_RATIO_COST_PER_CUSTOMER:
    told = row->invoiced && customers->told;
    defined = told && known && jl_cost_per_part(cost, customers->exact, &value);
    break;
  case JL_RATIO_CONVERSION:
    told = leads->told && customers->told;
    defined = told && jl_conversion(leads->exact, customers->exact, &value);
    break;
  case JL_RATIO_RETURN:
    told = f->sees_money && signed_->told;
    defined = told && known && jl_return_on_investment(signed_->value, cost, &value);
    break;
  case JL_RATIOS:
    break;
  }
  return ratio_of(told, defined, value);
}

struct jl_ratio_of jl_change_of(const struct jl_fact_value *now, const struct jl_fact_value *before) {
  int64_t change = 0;
  bool told = now->told && before->told, defined = told && !now->unknown && !before->unknown && jl_return_on_investment(now->exact, before->exact, &change);
  return ratio_of(told, defined, change);
}

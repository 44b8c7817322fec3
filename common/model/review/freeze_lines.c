/* Budget lines: what they plan, what of it can still move, what proves them. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/bucket.h"
#include "common/model/budget/closing.h"
#include "common/model/budget/excess.h"
#include "common/model/budget/totals.h"
#include "common/model/review/freezing.h"
#include "common/model/review/review.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct open_months {
  bool by_month;
  int32_t first, last;
  int64_t left; /* of what they plan not ordered and not invoiced, month by month; in the line's basis */
};

/* A month that has spent or ordered all of its own gives nothing, whatever the others have left. */
static bool find_months(const struct jl_freezing *z, const struct jl_record *line, struct open_months *ret) {
  struct jl_date today = jl_date_from_day(z->in.today);
  int32_t this_month = jl_day_from_date(today.year, today.month, 1);
  size_t n = 0;
  const struct jl_record **months = jl_view_referring(&z->in, z->b, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &n);
  struct jl_excess_walk walk;
  *ret = (struct open_months){.by_month = n > 0};
  if (n > 0 && !jl_line_months(z->run->space, line, z->run->a, &walk)) return jl_money_too_large(z->err);
  for (size_t i = 0; i < n; i++) {
    int32_t month = (int32_t)jl_view_int(months[i], JL_BUDGET_MONTH_MONTH, 0);
    if (month < this_month || month > z->until || jl_month_closed(z->run->space, month)) continue;
    if (ret->first == 0 || month < ret->first) ret->first = month;
    if (ret->last == 0 || month > ret->last) ret->last = month;
    int64_t left = jl_view_int(months[i], JL_BUDGET_MONTH_PLANNED, 0) - jl_month_taken(&walk, month);
    if (left > 0 && !jl_add(ret->left, left, &ret->left)) return jl_money_too_large(z->err);
  }
  return true;
}

static bool movable_of(const struct jl_freezing *z, const struct jl_record *line, const struct jl_amounts *amounts, const struct open_months *months, int64_t *ret) {
  int64_t minimum = jl_view_int(line, JL_BUDGET_LINE_MINIMUM, 0), open = months->left, most = amounts->remaining;
  if (jl_view_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS && !jl_vat_net(open, jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0), &open)) return jl_money_too_large(z->err);
  if (amounts->planned - minimum < most) most = amounts->planned - minimum;
  if (months->by_month && open < most) most = open;
  *ret = most < 0 ? 0 : most;
  return true;
}

static bool is_finished(const struct jl_money_line *l) {
  int64_t status = l->action == NULL ? 0 : jl_view_int(l->action, JL_ACTION_STATUS, 0);
  return status == JL_DONE || status == JL_DROPPED;
}

/* In each section the first KPI of it that tells of the line and is on target. */
static bool freeze_evidence(struct jl_freezing *z, const struct jl_record *line, const struct jl_record **kpis, const bool *good, size_t n, struct jl_making *budget) {
  uint32_t told = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t section = jl_freezing_section_of(kpis[i]);
    if (!good[i] || section == 0 || (told >> section & 1) || !jl_bucket_kpi_tells(z->run->space, line, kpis[i])) continue;
    struct jl_making own = jl_freezing_fact(z, section, JL_FACT_LINE, line), *m = section == JL_SECTION_BUDGET ? budget : &own;
    jl_making_id(m, JL_REVIEW_FACT_EVIDENCE, &kpis[i]->id);
    if (m == &own && !jl_freezing_keep(z, m)) return false;
    told |= 1U << section;
  }
  return true;
}

/* What its action tells of it. */
static bool freeze_work(struct jl_freezing *z, const struct jl_money_line *l) {
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_ACTIONS, JL_FACT_LINE, l->line);
  if (l->action == NULL) return true;
  if (l->lever != NULL && !jl_record_has(l->line->body, JL_BUDGET_LINE_LEVER)) jl_making_id(&m, JL_REVIEW_FACT_LEVER, &l->lever->id);
  if (is_finished(l)) jl_making_int(&m, JL_REVIEW_FACT_FINISHED, 1);
  return jl_freezing_keep(z, &m);
}

/* Those that are known. */
static void add_amounts(struct jl_making *m, const struct jl_amounts *amounts, unsigned unknown) {
  const int64_t values[] = {[JL_MONEY_PLANNED] = amounts->planned, [JL_MONEY_COMMITTED] = amounts->committed, [JL_MONEY_ACTUAL] = amounts->actual};
  for (int kind = 0; kind < JL_MONEY_KINDS; kind++)
    if ((unknown & JL_UNKNOWN(kind)) == 0) jl_making_int(m, jl_review_amounts[kind], values[kind]);
}

/* What of a line has no rate; its entries follow one another. */
static struct jl_money_remarks apart_of(const struct jl_money_remarks *all, const struct jl_record *line) {
  struct jl_money_remarks of = {.in = all->in, .b = all->b, .basis = all->basis};
  for (size_t i = 0; i < all->apart_count; i++) {
    if (all->apart[i].line != line) continue;
    if (of.apart_count++ == 0) of.apart = &all->apart[i];
  }
  return of;
}

static bool freeze_line(struct jl_freezing *z, const struct jl_money_line *l, const struct jl_money_remarks *all, const struct jl_record **kpis, const bool *good, size_t n) {
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_BUDGET, JL_FACT_LINE, l->line);
  struct open_months months;
  int64_t movable = 0;
  if (!find_months(z, l->line, &months)) return false;
  bool fixed = jl_view_int(l->line, JL_BUDGET_LINE_EVERY, 0) != 0 || jl_record_has(l->line->body, JL_BUDGET_LINE_CURRENCY) || (months.by_month && months.first == 0) || l->unknown != 0;
  const struct jl_money_remarks apart = apart_of(all, l->line);
  if (!movable_of(z, l->line, &l->amounts, &months, &movable)) return false;
  jl_making_text(&m, JL_REVIEW_FACT_NAME, jl_view_title(l->line));
  if (l->lever != NULL && jl_record_has(l->line->body, JL_BUDGET_LINE_LEVER)) jl_making_id(&m, JL_REVIEW_FACT_LEVER, &l->lever->id);
  add_amounts(&m, &l->amounts, l->unknown);
  jl_freezing_unrated(&m, &apart, JL_UNKNOWN_ANY);
  if (jl_record_has(l->line->body, JL_BUDGET_LINE_MINIMUM)) jl_making_int(&m, JL_REVIEW_FACT_MINIMUM, jl_view_int(l->line, JL_BUDGET_LINE_MINIMUM, 0));
  if (jl_record_has(l->line->body, JL_BUDGET_LINE_MAXIMUM)) jl_making_int(&m, JL_REVIEW_FACT_MAXIMUM, jl_view_int(l->line, JL_BUDGET_LINE_MAXIMUM, 0));
  jl_making_int(&m, JL_REVIEW_FACT_MOVABLE, fixed ? 0 : movable);
  if (months.by_month && months.first != 0) {
    jl_making_int(&m, JL_REVIEW_FACT_FIRST_MONTH, months.first);
    jl_making_int(&m, JL_REVIEW_FACT_LAST_MONTH, months.last);
  }
  if (l->bucket != 0) jl_making_int(&m, JL_REVIEW_FACT_BUCKET, l->bucket);
  if (fixed) jl_making_int(&m, JL_REVIEW_FACT_FIXED, 1);
  return freeze_evidence(z, l->line, kpis, good, n, &m) && freeze_work(z, l) && jl_freezing_keep(z, &m);
}

/* ---- of a plan with very many lines, the largest ones ---- */
/* The smaller ones of a bucket as one line that gives and gets nothing, so that the shares stay those of the whole budget. */
struct rest {
  const struct jl_money_line *first;
  struct jl_amounts amounts;
  unsigned unknown;
  const struct jl_record *unrated; /* the first of them of which something has no rate */
  size_t lines;
};

static int by_planned(const void *left, const void *right) {
  const struct jl_money_line *a = *(const struct jl_money_line *const *)left, *b = *(const struct jl_money_line *const *)right;
  if (a->amounts.planned != b->amounts.planned) return a->amounts.planned > b->amounts.planned ? -1 : 1;
  return a->line->number < b->line->number ? -1 : a->line->number > b->line->number;
}

static bool freeze_rest(struct jl_freezing *z, const struct rest *rest, const struct jl_money_remarks *all, int64_t bucket) {
  const struct jl_money_remarks apart = apart_of(all, rest->unrated);
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_BUDGET, JL_FACT_LINE, rest->first->line);
  const char *name = jl_arena_printf(z->run->a, "%s (+%zu)", jl_view_text(z->b, jl_view_title(rest->first->line)), rest->lines - 1);
  if (name == NULL) return jl_no_memory(z->err);
  jl_making_text(&m, JL_REVIEW_FACT_NAME, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
  add_amounts(&m, &rest->amounts, rest->unknown);
  if (rest->unrated != NULL) jl_freezing_unrated(&m, &apart, JL_UNKNOWN_ANY);
  jl_making_int(&m, JL_REVIEW_FACT_MOVABLE, 0);
  if (bucket != 0) jl_making_int(&m, JL_REVIEW_FACT_BUCKET, bucket);
  jl_making_int(&m, JL_REVIEW_FACT_FIXED, 1);
  return jl_freezing_keep(z, &m);
}

static bool freeze_small(struct jl_freezing *z, struct jl_money_line *const *small, const struct jl_money_remarks *all, size_t n) {
  struct rest rests[JL_INNOVATION + 1] = {{.lines = 0}};
  for (size_t i = 0; i < n; i++) {
    struct rest *rest = &rests[small[i]->bucket < 0 || small[i]->bucket > JL_INNOVATION ? 0 : small[i]->bucket];
    if (rest->lines++ == 0) rest->first = small[i];
    rest->unknown |= small[i]->unknown;
    if (small[i]->unknown != 0 && rest->unrated == NULL) rest->unrated = small[i]->line;
    if (!jl_amounts_add(&rest->amounts, &small[i]->amounts, z->err)) return false;
  }
  for (int64_t bucket = 0; bucket <= JL_INNOVATION; bucket++)
    if (rests[bucket].lines > 0 && !freeze_rest(z, &rests[bucket], all, bucket)) return false;
  return true;
}

bool jl_freeze_lines(struct jl_freezing *z) {
  static const struct jl_money_filter net = {.basis = JL_BASIS_NET};
  struct jl_money_remarks remarks = {.in = &z->in, .b = z->b, .basis = net.basis};
  struct jl_money_line *lines;
  struct jl_amounts total;
  size_t n = 0, kpi_count = 0;
  const struct jl_record **kpis = jl_view_all(&z->in, z->b, JL_TYPE_KPI, &kpi_count);
  bool *good = jl_view_alloc(z->b, kpi_count, sizeof *good);
  if (good == NULL) return jl_freezing_checked(z);
  for (size_t i = 0; i < kpi_count; i++) good[i] = jl_freezing_kpi(z, kpis[i]).light == JL_LIGHT_GOOD;
  if (!jl_freezing_checked(z) || !jl_money_lines_remarked(&z->in, z->b, &net, &lines, &n, &total, &remarks, z->err) || !jl_money_join(lines, &n, z->err)) return false;
  struct jl_money_line **order = jl_view_alloc(z->b, n, sizeof *order);
  if (order == NULL) return jl_freezing_checked(z);
  for (size_t i = 0; i < n; i++) order[i] = &lines[i];
  if (n > JL_REVIEW_LINES) qsort(order, n, sizeof *order, by_planned);
  size_t kept = n > JL_REVIEW_LINES ? JL_REVIEW_LINES : n;
  for (size_t i = 0; i < kept; i++)
    if (!freeze_line(z, order[i], &remarks, kpis, good, kpi_count)) return false;
  return freeze_small(z, order + kept, &remarks, n - kept) && jl_freezing_checked(z);
}

#include "common/model/budget/why.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <string.h>

bool jl_money_entries_add(struct jl_money_entries *io, struct jl_builder *b, const struct jl_money_entry *entry) {
  if (io->count == io->room) {
    size_t more = io->room == 0 ? 16 : io->room * 2;
    struct jl_money_entry *grown = jl_view_alloc(b, more, sizeof *grown);
    if (grown == NULL) return false;
    if (io->count > 0) memcpy(grown, io->rows, io->count * sizeof *grown);
    io->rows = grown;
    io->room = more;
  }
  io->rows[io->count++] = *entry;
  return true;
}

static struct jl_arg money(const struct jl_view_input *in, int64_t amount) {
  char currency[4];
  jl_plan_currency(in->space, currency);
  return jl_arg_money(amount, currency);
}

/* What the view sums: all days, in what it costs, unless it was asked for something else. */
static const struct jl_money_filter *filter_of(const struct jl_builder *b) {
  static const struct jl_money_filter all = {.basis = JL_BASIS_COST};
  const struct jl_money_filter *asked = jl_why_asked_for(b);
  return asked != NULL ? asked : &all;
}

/* ---- one kind of amounts ---- */
struct kind {
  const struct jl_money_entries *entries;
  const struct jl_money_filter *filter;
  enum jl_money_kind kind;
};

/* An order of which nothing is left is in no sum. */
static bool counts(const struct kind *k, const struct jl_money_entry *entry) {
  return entry->kind == k->kind && (k->kind != JL_MONEY_COMMITTED || jl_sum_in(&entry->sum, k->filter->basis) != 0);
}

static size_t run_of(const struct jl_money_entries *entries, size_t from) {
  size_t to = from;
  while (to < entries->count && entries->rows[to].line == entries->rows[from].line) to++;
  return to;
}

static size_t number_of(const struct kind *k, size_t from, size_t to, int64_t *ret_sum) {
  size_t n = 0;
  *ret_sum = 0;
  for (size_t i = from; i < to; i++)
    if (counts(k, &k->entries->rows[i]) && jl_add(*ret_sum, jl_sum_in(&k->entries->rows[i].sum, k->filter->basis), ret_sum)) n++;
  return n;
}

static void why_run(struct jl_builder *b, const struct jl_view_input *in, const struct kind *k, size_t from, size_t to) {
  int64_t sum;
  jl_why_many(b, number_of(k, from, to, &sum));
  for (size_t i = from; i < to; i++)
    if (counts(k, &k->entries->rows[i])) jl_why_entry(b, in, &k->entries->rows[i], k->filter->basis);
}

static void why_lines(struct jl_builder *b, const struct jl_view_input *in, const struct kind *k) {
  int64_t sum;
  size_t lines = 0;
  for (size_t i = 0; i < k->entries->count; i = run_of(k->entries, i)) lines += number_of(k, i, run_of(k->entries, i), &sum) > 0;
  jl_why_many(b, lines);
  for (size_t i = 0, to; i < k->entries->count; i = to) {
    to = run_of(k->entries, i);
    if (number_of(k, i, to, &sum) == 0) continue;
    if (jl_why_begin(b, JL_WHY_SUM, money(in, sum), NULL)) {
      jl_why_about(b, in, k->entries->rows[i].line);
      why_run(b, in, k, i, to);
    }
    jl_why_end(b);
  }
}

static void why_kind(struct jl_builder *b, const struct jl_view_input *in, const struct kind *k, int64_t amount, bool by_line) {
  static const char *const formulas[] = {[JL_MONEY_PLANNED] = JL_MSG("planned: by month, else as a whole"),
                                         [JL_MONEY_COMMITTED] = JL_MSG("committed = ordered, not yet invoiced"),
                                         [JL_MONEY_ACTUAL] = JL_MSG("actual = invoiced")};
  const bool with_dated = k->filter->as_of && k->kind == JL_MONEY_COMMITTED;
  if (jl_why_begin(b, JL_WHY_SUM, money(in, amount), with_dated ? JL_MSG("committed = ordered, not yet invoiced, and invoices dated later") : formulas[k->kind])) {
    if (by_line && k->entries->count > 0 && run_of(k->entries, 0) < k->entries->count)
      why_lines(b, in, k);
    else
      why_run(b, in, k, 0, k->entries->count);
  }
  jl_why_end(b);
}

void jl_why_entries(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_filter *filter, const struct jl_money_entries *entries,
                    const struct jl_amounts *amounts, enum jl_money_figure figure, bool by_line) {
  const int64_t sums[] = {[JL_MONEY_PLANNED] = amounts->planned, [JL_MONEY_COMMITTED] = amounts->committed, [JL_MONEY_ACTUAL] = amounts->actual};
  if (figure != JL_FIGURE_REMAINING) {
    const struct kind k = {entries, filter, (enum jl_money_kind)figure};
    why_kind(b, in, &k, sums[figure], by_line);
    return;
  }
  if (jl_why_begin(b, JL_WHY_DIFFERENCE, money(in, amounts->remaining), JL_MSG("remaining = planned - committed - actual"))) {
    for (size_t kind = 0; kind < JL_COUNT(sums); kind++) {
      const struct kind k = {entries, filter, (enum jl_money_kind)kind};
      why_kind(b, in, &k, sums[kind], by_line);
    }
  }
  jl_why_end(b);
}

/* ---- the entries of lines ---- */
struct collecting {
  struct jl_builder *b;
  unsigned unrated; /* kinds of what has no rate */
  const struct jl_money_filter *filter;
  const struct jl_money_line *lines; /* parts of the line that is walked over */
  size_t n;
  bool (*belongs)(const struct jl_money_line *line, const void *group);
  const void *group;
  struct jl_money_entries entries;
};

static bool collect(void *context, const struct jl_money_entry *entry) {
  struct collecting *c = context;
  for (size_t i = 0; i < c->n; i++) {
    if (!jl_money_line_has(&c->lines[i], entry)) continue;
    struct jl_money_entry as = *entry;
    if (c->filter->as_of && jl_money_to_come(entry, c->filter->today)) as.kind = JL_MONEY_COMMITTED;
    bool wanted = jl_money_filter_has(c->filter, entry) && (c->belongs == NULL || c->belongs(&c->lines[i], c->group)) &&
                  (c->unrated == 0 || (c->unrated & JL_UNKNOWN(as.kind)) != 0);
    return !wanted || jl_money_entries_add(&c->entries, c->b, &as);
  }
  return true;
}

static bool pass_over(void *context, const struct jl_money_entry *entry) {
  (void)context;
  (void)entry;
  return true;
}

/* The entries of the lines one after the other; c->unrated: of what has no rate alone. */
static bool collect_all(struct collecting *c, const struct jl_view_input *in, const struct jl_money_line *lines, size_t n) {
  for (size_t i = 0; i < n; i += c->n) {
    c->lines = &lines[i];
    for (c->n = 1; i + c->n < n && lines[i + c->n].line == lines[i].line;) c->n++;
    if (jl_lines_entries(in->space, &lines[i].line, 1, jl_builder_arena(c->b), c->unrated != 0 ? pass_over : collect, c->unrated != 0 ? collect : NULL, c)) continue;
    jl_builder_fail(c->b, JL_E_NO_MEMORY);
    return false;
  }
  return true;
}

void jl_why_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *amounts, const struct jl_money_line *lines, size_t n,
                  bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group, enum jl_money_figure figure) {
  if (!jl_why_is_shown(b)) return;
  struct collecting c = {.b = b, .filter = filter_of(b), .belongs = belongs, .group = group};
  if (!collect_all(&c, in, lines, n)) return;
  jl_why_entries(b, in, c.filter, &c.entries, amounts, figure, true);
}

void jl_why_unrated(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entries *entries, enum jl_basis basis) {
  if (jl_why_begin(b, JL_WHY_UNDEFINED, jl_arg_label(JL_MSG("undefined")), JL_MSG("undefined: there is no exchange rate for a part of it on its day, so nobody knows the sum"))) {
    jl_why_many(b, entries->count);
    for (size_t i = 0; i < entries->count; i++) jl_why_entry(b, in, &entries->rows[i], basis);
  }
  jl_why_end(b);
}

void jl_why_no_rate(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_line *lines, size_t n,
                    bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group, unsigned kinds) {
  if (!jl_why_is_shown(b)) return;
  struct collecting c = {.b = b, .filter = filter_of(b), .belongs = belongs, .group = group, .unrated = kinds};
  if (collect_all(&c, in, lines, n)) jl_why_unrated(b, in, &c.entries, c.filter->basis);
}

/* ---- shares ---- */
static bool in_bucket(const struct jl_money_line *line, const void *group) { return line->bucket == ((const struct jl_bucket_share *)group)->bucket; }

void jl_why_share(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares, const struct jl_bucket_share *row,
                  const struct jl_money_line *lines, size_t n, bool actual) {
  if (jl_why_begin(b, JL_WHY_PORTION, jl_arg_share(actual ? row->actual : row->planned),
                   actual ? JL_MSG("its part of what is invoiced in all buckets; the parts are together 100 %")
                          : JL_MSG("its part of what is planned in all buckets; the parts are together 100 %"))) {
    jl_why_constant(b, jl_arg_share(JL_SHARE_ONE), JL_MSG("the whole"));
    for (size_t i = 0; i < JL_BUCKETS; i++) {
      const struct jl_bucket_share *other = &shares->rows[i];
      const struct jl_arg name = jl_arg_label(jl_bucket_label(other->bucket));
      if (jl_why_begin_words(b, JL_WHY_SUM, money(in, actual ? other->amounts.actual : other->amounts.planned), JL_MSG("{1}"), &name, 1))
        jl_why_money(b, in, &other->amounts, lines, n, in_bucket, other, actual ? JL_FIGURE_ACTUAL : JL_FIGURE_PLANNED);
      jl_why_end(b);
      if (other == row) jl_why_taken(b);
    }
  }
  jl_why_end(b);
}

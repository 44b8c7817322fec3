#include "common/model/budget/totals.h"
#include "common/base/money.h"
#include "common/record/schema.h"

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

bool jl_net_amounts(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_amounts *ret,
                    struct jl_error *err) {
  struct jl_amounts net;
  if (!jl_line_amounts(in->space, line, jl_builder_arena(b), &net)) return too_large(err);
  if (jl_view_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS) {
    int64_t rate = jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0);
    if (!jl_vat_net(net.planned, rate, &net.planned) || !jl_vat_net(net.committed, rate, &net.committed) ||
        !jl_vat_net(net.actual, rate, &net.actual))
      return too_large(err);
  }
  if (__builtin_sub_overflow(net.planned, net.committed, &net.remaining) ||
      __builtin_sub_overflow(net.remaining, net.actual, &net.remaining))
    return too_large(err);
  *ret = net;
  return true;
}

bool jl_amounts_add(struct jl_amounts *total, const struct jl_amounts *more, struct jl_error *err) {
  struct jl_amounts sum;
  if (!jl_add(total->planned, more->planned, &sum.planned) || !jl_add(total->committed, more->committed, &sum.committed) ||
      !jl_add(total->actual, more->actual, &sum.actual) || !jl_add(total->remaining, more->remaining, &sum.remaining))
    return too_large(err);
  *total = sum;
  return true;
}

bool jl_money_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_money_line **ret_lines, size_t *ret_n,
                    struct jl_amounts *ret_total, struct jl_error *err) {
  size_t n = 0;
  struct jl_amounts total = {0};
  const struct jl_record **records = jl_view_all(in, b, JL_TYPE_BUDGET_LINE, &n);
  struct jl_money_line *lines = jl_view_alloc(b, n, sizeof *lines);
  if (lines == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++) {
    struct jl_money_line *line = &lines[i];
    line->line = records[i];
    line->lever = jl_view_linked(in, records[i], JL_BUDGET_LINE_LEVER);
    if (line->lever == NULL) line->lever = jl_view_linked(in, jl_view_linked(in, records[i], JL_BUDGET_LINE_ACTION), JL_ACTION_LEVER);
    line->category = jl_view_int(records[i], JL_BUDGET_LINE_CATEGORY, 0);
    line->bucket = jl_view_int(records[i], JL_BUDGET_LINE_BUCKET, 0);
    if (!jl_net_amounts(in, b, records[i], &line->net, err) || !jl_amounts_add(&total, &line->net, err)) return false;
  }
  *ret_lines = lines;
  *ret_n = n;
  *ret_total = total;
  return true;
}

/* false: nothing to share out, or a credit larger than what was spent. */
static bool split_shares(const int64_t weights[JL_BUCKETS], int64_t ret_shares[JL_BUCKETS]) {
  int64_t total = 0;
  for (int i = 0; i < JL_BUCKETS; i++)
    if (weights[i] < 0 || !jl_add(total, weights[i], &total)) return false;
  return total > 0 && jl_split(JL_SHARE_ONE, weights, JL_BUCKETS, ret_shares);
}

bool jl_bucket_shares(const struct jl_view_input *in, const struct jl_money_line *lines, size_t n, struct jl_bucket_shares *ret,
                      struct jl_error *err) {
  static const struct {
    int64_t bucket;
    uint32_t field;
    int64_t rule;
  } rules[JL_BUCKETS] = {{JL_PROVEN, JL_PLAN_SHARE_PROVEN, 7000},
                         {JL_OPTIMISATION, JL_PLAN_SHARE_OPTIMISATION, 2000},
                         {JL_INNOVATION, JL_PLAN_SHARE_INNOVATION, 1000},
                         {0, 0, 0}};
  const struct jl_record *plan = jl_view_plan(in);
  struct jl_bucket_shares shares = {.tolerance = plan == NULL ? 500 : jl_view_int(plan, JL_PLAN_SHARE_TOLERANCE, 500)};
  int64_t planned[JL_BUCKETS], actual[JL_BUCKETS], part_planned[JL_BUCKETS] = {0}, part_actual[JL_BUCKETS] = {0};
  for (int i = 0; i < JL_BUCKETS; i++) {
    struct jl_bucket_share *row = &shares.rows[i];
    row->bucket = rules[i].bucket;
    row->rule = plan == NULL || rules[i].field == 0 ? rules[i].rule : jl_view_int(plan, rules[i].field, rules[i].rule);
    for (size_t l = 0; l < n; l++) {
      if (lines[l].bucket != row->bucket) continue;
      if (!jl_amounts_add(&row->net, &lines[l].net, err)) return false;
      row->lines++;
    }
    planned[i] = row->net.planned;
    actual[i] = row->net.actual;
  }
  shares.has_planned = split_shares(planned, part_planned);
  shares.has_actual = split_shares(actual, part_actual);
  for (int i = 0; i < JL_BUCKETS; i++) {
    shares.rows[i].planned = part_planned[i];
    shares.rows[i].actual = part_actual[i];
  }
  *ret = shares;
  return true;
}

void jl_columns_money(struct jl_builder *b) {
  jl_column(b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 2);
  jl_column(b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 1);
  jl_column(b, "remaining", JL_MSG("remaining"), JL_ARG_MONEY, 0);
}

/* Of one line its own records, of several the lines. */
struct money_sources {
  char currency[4];
  const struct jl_record **lines, **months, **expenses;
  size_t n, month_count, expense_count;
};

static void money_sources(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_line *lines, size_t n,
                          bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group,
                          struct money_sources *ret) {
  *ret = (struct money_sources){.lines = jl_view_alloc(b, n, sizeof(const struct jl_record *))};
  jl_plan_currency(in->space, ret->currency);
  for (size_t i = 0; ret->lines != NULL && i < n; i++)
    if (belongs == NULL || belongs(&lines[i], group)) ret->lines[ret->n++] = lines[i].line;
  if (n != 1 || belongs != NULL) return;
  ret->months = jl_view_referring(in, b, &lines[0].line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &ret->month_count);
  ret->expenses = jl_view_referring(in, b, &lines[0].line->id, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, &ret->expense_count);
}

/* months: its sources are these; else orders or invoices, or (state 0) both. */
static void money_cell(struct jl_builder *b, int64_t amount, const struct money_sources *from, bool months, int64_t state) {
  jl_cell(b, jl_arg_money(amount, from->currency));
  for (size_t i = 0; i < from->n; i++) jl_cell_source(b, from->lines[i]);
  for (size_t i = 0; months && i < from->month_count; i++) jl_cell_source(b, from->months[i]);
  for (size_t i = 0; !months && i < from->expense_count; i++)
    if (state == 0 || jl_view_int(from->expenses[i], JL_EXPENSE_STATE, JL_INVOICED) == state) jl_cell_source(b, from->expenses[i]);
}

void jl_cells_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *net, const struct jl_money_line *lines,
                    size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group) {
  struct money_sources from;
  money_sources(b, in, lines, n, belongs, group, &from);
  money_cell(b, net->planned, &from, true, 0);
  money_cell(b, net->committed, &from, false, JL_ORDERED);
  money_cell(b, net->actual, &from, false, JL_INVOICED);
  money_cell(b, net->remaining, &from, false, 0);
  if (net->remaining < 0) jl_cell_tone(b, JL_TONE_BAD);
}

static bool in_bucket(const struct jl_money_line *line, const void *group) {
  return line->bucket == ((const struct jl_bucket_share *)group)->bucket;
}

static void share_cell(struct jl_builder *b, const struct jl_bucket_share *row, bool has, int64_t share, int64_t tolerance,
                       const struct jl_money_line *lines, size_t n) {
  if (!has) {
    jl_cell_empty(b);
    return;
  }
  int64_t away = share > row->rule ? share - row->rule : row->rule - share;
  jl_cell(b, jl_arg_share(share));
  jl_cell_tone(b, row->bucket == 0 ? JL_TONE_WARN : away <= tolerance ? JL_TONE_GOOD : JL_TONE_BAD);
  for (size_t i = 0; i < n; i++)
    if (in_bucket(&lines[i], row)) jl_cell_source(b, lines[i].line);
}

static void bucket_row(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares,
                       const struct jl_bucket_share *row, const struct jl_money_line *lines, size_t n) {
  static const struct {
    int64_t bucket;
    const char *label, *text;
  } names[] = {{JL_PROVEN, JL_MSG("proven"), "70"},
               {JL_OPTIMISATION, JL_MSG("optimisation"), "20"},
               {JL_INNOVATION, JL_MSG("innovation"), "10"},
               {0, JL_MSG("no bucket"), "none"}};
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (names[i].bucket == row->bucket) jl_cell_label(b, names[i].label, names[i].text);
  if (row->bucket == 0)
    jl_cell_empty(b);
  else
    jl_cell(b, jl_arg_share(row->rule));
  share_cell(b, row, shares->has_planned, row->planned, shares->tolerance, lines, n);
  share_cell(b, row, shares->has_actual, row->actual, shares->tolerance, lines, n);
  jl_cells_money(b, in, &row->net, lines, n, in_bucket, row);
}

/* In words what the colour of the shares says. */
static void note_away(struct jl_builder *b, const struct jl_bucket_shares *shares, bool actual) {
  struct jl_arg args[7];
  bool away = false;
  int n = 0;
  for (int i = 0; i < JL_BUCKETS && n < 3; i++) {
    const struct jl_bucket_share *row = &shares->rows[i];
    if (row->bucket == 0) continue;
    int64_t share = actual ? row->actual : row->planned, gap = share > row->rule ? share - row->rule : row->rule - share;
    args[n] = jl_arg_share(share);
    args[n + 3] = jl_arg_share(row->rule);
    away = away || gap > shares->tolerance;
    n++;
  }
  if (!away || n < 3 || !(actual ? shares->has_actual : shares->has_planned)) return;
  args[6] = jl_arg_share(shares->tolerance);
  jl_note(b, JL_TONE_WARN,
          actual ? JL_MSG("actual {1} / {2} / {3}, rule {4} / {5} / {6} (tolerance {7})")
                 : JL_MSG("planned {1} / {2} / {3}, rule {4} / {5} / {6} (tolerance {7})"),
          args, 7);
}

void jl_block_buckets(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares,
                      const struct jl_money_line *lines, size_t n) {
  struct jl_amounts total = {0};
  bool fits = true;
  jl_block_begin(b, JL_BLOCK_TABLE, "buckets", JL_MSG("by bucket"));
  jl_column(b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 0);
  jl_column(b, "rule", JL_MSG("rule"), JL_ARG_SHARE, 1);
  jl_column(b, "share_planned", JL_MSG("% planned"), JL_ARG_SHARE, 0);
  jl_column(b, "share_actual", JL_MSG("% actual"), JL_ARG_SHARE, 0);
  jl_columns_money(b);
  for (int i = 0; i < JL_BUCKETS; i++) {
    const struct jl_bucket_share *row = &shares->rows[i];
    if (row->bucket == 0 && row->lines == 0) continue;
    bucket_row(b, in, shares, row, lines, n);
    fits = fits && jl_amounts_add(&total, &row->net, NULL);
  }
  if (!fits) jl_builder_fail(b, JL_E_TOO_LARGE);
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  jl_cell_empty(b);
  jl_cell(b, shares->has_planned ? jl_arg_share(JL_SHARE_ONE) : (struct jl_arg){.kind = JL_ARG_NONE});
  jl_cell(b, shares->has_actual ? jl_arg_share(JL_SHARE_ONE) : (struct jl_arg){.kind = JL_ARG_NONE});
  jl_cells_money(b, in, &total, lines, n, NULL, NULL);
  note_away(b, shares, false);
  note_away(b, shares, true);
}

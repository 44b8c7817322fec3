/* The shares of proven, optimisation and innovation against the plan's rule (product.md B2). */
#include "common/base/money.h"
#include "common/model/budget/why.h"
#include "common/record/schema.h"

/* false: nothing to share out, or a credit larger than what was spent. */
static bool split_shares(const int64_t weights[JL_BUCKETS], int64_t ret_shares[JL_BUCKETS]) {
  int64_t total = 0;
  for (int i = 0; i < JL_BUCKETS; i++)
    if (weights[i] < 0 || !jl_add(total, weights[i], &total)) return false;
  return total > 0 && jl_split(JL_SHARE_ONE, weights, JL_BUCKETS, ret_shares);
}

static const struct {
  int64_t bucket;
  uint32_t field;
  int64_t rule;
} rules[JL_BUCKETS] = {{JL_PROVEN, JL_PLAN_SHARE_PROVEN, 7000},
                       {JL_OPTIMISATION, JL_PLAN_SHARE_OPTIMISATION, 2000},
                       {JL_INNOVATION, JL_PLAN_SHARE_INNOVATION, 1000},
                       {0, 0, 0}};

static const struct {
  int64_t bucket;
  const char *label, *text;
} names[] = {{JL_PROVEN, JL_MSG("proven"), "70"},
             {JL_OPTIMISATION, JL_MSG("optimisation"), "20"},
             {JL_INNOVATION, JL_MSG("innovation"), "10"},
             {0, JL_MSG("no bucket"), "none"}};

const char *jl_bucket_label(int64_t bucket) {
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (names[i].bucket == bucket) return names[i].label;
  return "";
}

bool jl_bucket_shares(const struct jl_view_input *in, const struct jl_money_line *lines, size_t n, struct jl_bucket_shares *ret,
                      struct jl_error *err) {
  const struct jl_record *plan = jl_view_plan(in);
  struct jl_bucket_shares shares = {.tolerance = plan == NULL ? 500 : jl_view_int(plan, JL_PLAN_SHARE_TOLERANCE, 500), .unknown = jl_money_unknown(lines, n, NULL, NULL)};
  int64_t planned[JL_BUCKETS], actual[JL_BUCKETS], part_planned[JL_BUCKETS] = {0}, part_actual[JL_BUCKETS] = {0};
  for (int i = 0; i < JL_BUCKETS; i++) {
    struct jl_bucket_share *row = &shares.rows[i];
    row->bucket = rules[i].bucket;
    row->rule = plan == NULL || rules[i].field == 0 ? rules[i].rule : jl_view_int(plan, rules[i].field, rules[i].rule);
    for (size_t l = 0; l < n; l++) {
      if (lines[l].bucket != row->bucket) continue;
      if (!jl_amounts_add(&row->amounts, &lines[l].amounts, err)) return false;
      row->lines++;
    }
    planned[i] = row->amounts.planned;
    actual[i] = row->amounts.actual;
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

static bool in_bucket(const struct jl_money_line *line, const void *group) {
  return line->bucket == ((const struct jl_bucket_share *)group)->bucket;
}

/* A share of a sum of which nobody knows what it comes to is undefined, whatever the bucket itself comes to. */
static bool is_unknown(const struct jl_bucket_shares *shares, bool actual) {
  return (shares->unknown & JL_UNKNOWN(actual ? JL_MONEY_ACTUAL : JL_MONEY_PLANNED)) != 0;
}

static void share_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_share *row, const struct jl_bucket_shares *shares, bool actual,
                       const struct jl_money_line *lines, size_t n) {
  const int64_t share = actual ? row->actual : row->planned, away = share > row->rule ? share - row->rule : row->rule - share;
  if (is_unknown(shares, actual)) {
    jl_cell_undefined(b);
    if (jl_explaining(b)) jl_why_no_rate(b, in, lines, n, NULL, NULL, JL_UNKNOWN(actual ? JL_MONEY_ACTUAL : JL_MONEY_PLANNED));
    return;
  }
  if (!(actual ? shares->has_actual : shares->has_planned)) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_share(share));
  if (row->bucket == 0 || !shares->part) jl_cell_tone(b, row->bucket == 0 ? JL_TONE_WARN : away <= shares->tolerance ? JL_TONE_GOOD : JL_TONE_BAD);
  for (size_t i = 0; i < n; i++)
    if (in_bucket(&lines[i], row)) jl_cell_source(b, lines[i].line);
  if (jl_explaining(b)) jl_why_share(b, in, shares, row, lines, n, actual);
}

static void why_rule(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_share *row) {
  const struct jl_record *plan = jl_view_plan(in);
  for (size_t i = 0; i < JL_BUCKETS; i++) {
    if (rules[i].bucket != row->bucket) continue;
    if (plan != NULL)
      jl_why_field_or(b, in, plan, rules[i].field, rules[i].rule);
    else
      jl_why_constant(b, jl_arg_share(rules[i].rule), JL_MSG("the rule where the plan says no other one"));
  }
}

/* The parts that the rows show; together they are 100 %, that is how they are rounded. */
static void why_whole(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares, const struct jl_money_line *lines,
                      size_t n, bool actual) {
  if (jl_why_begin(b, JL_WHY_SUM, jl_arg_share(JL_SHARE_ONE), JL_MSG("all buckets")))
    for (size_t i = 0; i < JL_BUCKETS; i++)
      if (shares->rows[i].lines > 0) jl_why_share(b, in, shares, &shares->rows[i], lines, n, actual);
  jl_why_end(b);
}

static void whole_cell(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares, bool actual, const struct jl_money_line *lines,
                       size_t n) {
  const bool has = !is_unknown(shares, actual) && (actual ? shares->has_actual : shares->has_planned);
  jl_cell(b, has ? jl_arg_share(JL_SHARE_ONE) : (struct jl_arg){.kind = JL_ARG_NONE});
  if (has && jl_explaining(b)) why_whole(b, in, shares, lines, n, actual);
}

static void bucket_row(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares,
                       const struct jl_bucket_share *row, const struct jl_money_line *lines, size_t n) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (names[i].bucket == row->bucket) jl_cell_label(b, names[i].label, names[i].text);
  if (row->bucket == 0)
    jl_cell_empty(b);
  else
    jl_cell(b, jl_arg_share(row->rule));
  if (row->bucket != 0 && jl_explaining(b)) why_rule(b, in, row);
  share_cell(b, in, row, shares, false, lines, n);
  share_cell(b, in, row, shares, true, lines, n);
  jl_cells_money(b, in, &row->amounts, lines, n, in_bucket, row);
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
  if (!away || shares->part || n < 3 || is_unknown(shares, actual) || !(actual ? shares->has_actual : shares->has_planned)) return;
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
    fits = fits && jl_amounts_add(&total, &row->amounts, NULL);
  }
  if (!fits) jl_builder_fail(b, JL_E_TOO_LARGE);
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("total"), "total");
  jl_cell_empty(b);
  whole_cell(b, in, shares, false, lines, n);
  whole_cell(b, in, shares, true, lines, n);
  jl_cells_money(b, in, &total, lines, n, NULL, NULL);
  note_away(b, shares, false);
  note_away(b, shares, true);
}

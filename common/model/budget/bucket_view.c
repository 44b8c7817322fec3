/* 70/20/10 live: shares of what is planned, committed and spent against the rule; lines that may go up, and what says so; what went up and down
 * (product.md B2). With a line: the shares as they would be. */
#include "common/base/money.h"
#include "common/model/budget/bucket.h"
#include "common/model/budget/why.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

enum column { PLANNED, COMMITTED, ACTUAL, AFTERWARDS, COLUMNS };
struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_money_line *lines;
  size_t n;
  struct jl_bucket_shares shares;
  struct jl_money_remarks remarks;
  struct jl_amounts total;
  const struct jl_record *line; /* that would go to another bucket; NULL: none */
  int64_t to;
  bool has[COLUMNS];
  int64_t parts[COLUMNS][JL_BUCKETS]; /* basis points */
  struct jl_error *err;
};

static const struct {
  int64_t bucket;
  const char *label, *text;
} names[JL_BUCKETS] = {{JL_PROVEN, JL_MSG("proven"), "70"}, {JL_OPTIMISATION, JL_MSG("optimisation"), "20"}, {JL_INNOVATION, JL_MSG("innovation"), "10"}, {0, JL_MSG("no bucket"), "none"}};

static size_t row_of(int64_t bucket) {
  size_t i = 0;
  while (i < JL_BUCKETS - 1 && names[i].bucket != bucket) i++;
  return i;
}

static int64_t amount_of(const struct jl_amounts *amounts, enum column column) {
  return column == COMMITTED ? amounts->committed : column == ACTUAL ? amounts->actual : amounts->planned;
}

/* false: too large. */
static bool find_shares(struct view *v) {
  for (enum column c = PLANNED; c < COLUMNS; c++) {
    int64_t sums[JL_BUCKETS] = {0}, all = 0;
    bool whole = true;
    for (size_t i = 0; i < v->n; i++) {
      size_t row = row_of(c == AFTERWARDS && v->lines[i].line == v->line ? v->to : v->lines[i].bucket);
      if (!jl_add(sums[row], amount_of(&v->lines[i].amounts, c), &sums[row])) return false;
    }
    for (size_t i = 0; i < JL_BUCKETS; i++) {
      whole = whole && sums[i] >= 0; /* a credit larger than what was spent has no share */
      if (!jl_add(all, sums[i], &all)) return false;
    }
    v->has[c] = whole && all > 0 && jl_split(JL_SHARE_ONE, sums, JL_BUCKETS, v->parts[c]);
  }
  return true;
}

/* A share of a sum of which nobody knows what it comes to is undefined, whatever the bucket itself comes to. */
static unsigned unknown_of(const struct view *v, enum column column) {
  return v->shares.unknown & JL_UNKNOWN(column == COMMITTED ? JL_MONEY_COMMITTED : column == ACTUAL ? JL_MONEY_ACTUAL : JL_MONEY_PLANNED);
}

static void share_cell(const struct view *v, enum column column, size_t row) {
  const struct jl_bucket_share *rule = &v->shares.rows[row];
  const unsigned unknown = unknown_of(v, column);
  if (unknown != 0) {
    jl_cell_undefined(v->b);
    if (jl_explaining(v->b)) jl_why_no_rate(v->b, v->in, v->lines, v->n, NULL, NULL, unknown);
    return;
  }
  if (!v->has[column]) {
    jl_cell_empty(v->b);
    return;
  }
  int64_t share = v->parts[column][row], gap = share > rule->rule ? share - rule->rule : rule->rule - share;
  jl_cell(v->b, jl_arg_share(share));
  if (rule->bucket != 0) jl_cell_tone(v->b, gap > v->shares.tolerance ? JL_TONE_BAD : JL_TONE_GOOD);
  for (size_t i = 0; i < v->n; i++)
    if (row_of(column == AFTERWARDS && v->lines[i].line == v->line ? v->to : v->lines[i].bucket) == row) jl_cell_source(v->b, v->lines[i].line);
}

static void block_shares(const struct view *v) {
  const struct jl_arg tolerance = jl_arg_share(v->shares.tolerance);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "shares", NULL);
  jl_column(v->b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 0);
  jl_column(v->b, "rule", JL_MSG("rule"), JL_ARG_SHARE, 0);
  jl_column(v->b, "planned", JL_MSG("% planned"), JL_ARG_SHARE, 0);
  jl_column(v->b, "committed", JL_MSG("% committed"), JL_ARG_SHARE, 1);
  jl_column(v->b, "actual", JL_MSG("% actual"), JL_ARG_SHARE, 0);
  if (v->line != NULL) jl_column(v->b, "afterwards", JL_MSG("% planned afterwards"), JL_ARG_SHARE, 0);
  for (size_t i = 0; i < JL_BUCKETS; i++) {
    if (names[i].bucket == 0 && v->shares.rows[i].lines == 0) continue;
    jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(v->b, names[i].label, names[i].text);
    if (names[i].bucket == 0)
      jl_cell_empty(v->b);
    else
      jl_cell(v->b, jl_arg_share(v->shares.rows[i].rule));
    for (enum column c = PLANNED; c < (v->line != NULL ? COLUMNS : AFTERWARDS); c++) share_cell(v, c, i);
  }
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("tolerance of the rule: {1}"), &tolerance, 1);
  jl_note_apart(&v->remarks, &v->total);
}

/* ---- what may go up ---- */
static void candidates(const struct view *v, const struct jl_record *line, const struct jl_record **kpis, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!jl_bucket_kpi_tells(v->in->space, line, kpis[i])) continue;
    struct jl_kpi_state state = jl_view_kpi_state(v->b, v->in, kpis[i]);
    jl_row_begin(v->b, line, 0, JL_ROW_NORMAL);
    jl_cell_title(v->b, v->in, line);
    jl_cell_by_number(v->b, v->in, line, JL_BUDGET_LINE_BUCKET);
    jl_cell_title(v->b, v->in, kpis[i]);
    jl_cell_kpi_value(v->b, v->in, kpis[i], &state);
    jl_cell_kpi_light(v->b, v->in, kpis[i], &state);
  }
}

/* KPIs that may tell of a line: its own, its lever's, its action's. Each is asked for by what it hangs on, not by going through all. */
static size_t kpis_of(const struct view *v, const struct jl_money_line *money, const struct jl_record ***ret) {
  size_t of_lever = 0, of_action = 0, count = 0;
  const struct jl_record **levers = money->lever == NULL ? NULL : jl_view_referring(v->in, v->b, &money->lever->id, JL_TYPE_KPI, JL_KPI_LEVER, &of_lever);
  const struct jl_record **actions = money->action == NULL ? NULL : jl_view_links(v->in, v->b, money->action, JL_ACTION_KPIS, JL_TYPE_KPI, &of_action);
  const struct jl_record *own = jl_view_linked(v->in, money->line, JL_BUDGET_LINE_KPI), **all = jl_view_alloc(v->b, of_lever + of_action + 1, sizeof(const struct jl_record *));
  struct jl_seen *seen = jl_seen_new(v->b, of_lever + of_action + 1);
  if (all == NULL || seen == NULL) return 0;
  if (own != NULL && jl_seen_add(seen, &own->id)) all[count++] = own;
  for (size_t i = 0; i < of_action; i++)
    if (jl_seen_add(seen, &actions[i]->id)) all[count++] = actions[i];
  for (size_t i = 0; i < of_lever; i++)
    if (jl_seen_add(seen, &levers[i]->id)) all[count++] = levers[i];
  *ret = all;
  return count;
}

static void block_evidence(const struct view *v) {
  jl_block_begin(v->b, JL_BLOCK_TABLE, "evidence", v->line != NULL ? JL_MSG("evidence") : JL_MSG("what may go up"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 1);
  jl_column(v->b, "kpi", JL_MSG("KPI"), JL_ARG_TEXT, 0);
  jl_column(v->b, "value", JL_MSG("value"), JL_ARG_FRACTION, 2);
  jl_column(v->b, "light", JL_MSG("light"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < v->n; i++) {
    const struct jl_record **kpis = NULL;
    if (v->line != NULL ? v->lines[i].line != v->line : jl_bucket_above(v->lines[i].bucket) == 0) continue;
    size_t count = kpis_of(v, &v->lines[i], &kpis);
    candidates(v, v->lines[i].line, kpis, count);
  }
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("up goes what a KPI proves, measured and on target: jalon bucket promote B3 --evidence K2 --reason \"...\""), NULL, 0);
}

static void block_changes(const struct view *v) {
  size_t n = 0;
  const struct jl_record **changes = v->line != NULL ? jl_view_referring(v->in, v->b, &v->line->id, JL_TYPE_BUCKET_CHANGE, JL_BUCKET_CHANGE_LINE, &n)
                                                     : jl_view_all(v->in, v->b, JL_TYPE_BUCKET_CHANGE, &n);
  if (n == 0) return;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "changes", JL_MSG("what went up and down"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "before", JL_MSG("from the bucket"), JL_ARG_LABEL, 0);
  jl_column(v->b, "after", JL_MSG("to the bucket"), JL_ARG_LABEL, 0);
  jl_column(v->b, "evidence", JL_MSG("evidence"), JL_ARG_TEXT, 3);
  jl_column(v->b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 1);
  jl_column(v->b, "author", JL_MSG("author"), JL_ARG_TEXT, 4);
  for (size_t i = n; i-- > 0;) {
    static const uint32_t fields[] = {JL_BUCKET_CHANGE_LINE, JL_BUCKET_CHANGE_BEFORE, JL_BUCKET_CHANGE_AFTER, JL_BUCKET_CHANGE_EVIDENCE, JL_BUCKET_CHANGE_REASON, JL_BUCKET_CHANGE_AUTHOR};
    jl_row_begin(v->b, changes[i], 0, JL_ROW_NORMAL);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(v->b, v->in, changes[i], fields[f]);
  }
}

/* To the bucket that is named, else one up. */
static bool take_line(struct view *v) {
  static const uint32_t types[] = {JL_TYPE_BUDGET_LINE};
  const char *to = jl_view_value(v->in, "to");
  if (!jl_view_named(v->in, v->b, types, 1, &v->line, v->err)) return false;
  if (v->line != NULL) v->to = jl_bucket_above(jl_view_int(v->line, JL_BUDGET_LINE_BUCKET, 0));
  if (v->line != NULL && v->to == 0) v->to = jl_view_int(v->line, JL_BUDGET_LINE_BUCKET, 0);
  for (size_t i = 0; to != NULL && i < JL_BUCKETS - 1; i++)
    if (strcmp(names[i].text, to) == 0) {
      v->to = names[i].bucket;
      return true;
    }
  return to == NULL || jl_fail(v->err, JL_E_INVALID, JL_MSG("there is no bucket {1}"), JL_MSG("70, 20 or 10"), jl_arg_text(to));
}

bool jl_bucket_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const struct jl_money_filter all = {.basis = JL_BASIS_COST};
  struct view v = {.in = in, .b = b, .remarks = {.in = in, .b = b, .basis = JL_BASIS_COST}, .err = err};
  (void)a;
  if (!take_line(&v) || !jl_money_lines_remarked(in, b, &all, &v.lines, &v.n, &v.total, &v.remarks, err) || !jl_bucket_shares(in, v.lines, v.n, &v.shares, err)) return false;
  if (!find_shares(&v)) return jl_money_too_large(err);
  jl_builder_title(b, JL_MSG("buckets"), NULL, 0);
  block_shares(&v);
  block_evidence(&v);
  block_changes(&v);
  return true;
}

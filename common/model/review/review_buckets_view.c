/* The shares of 70/20/10 in a review: as they were, with what is accepted, with all that is not refused; each traced to lines and proposals. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/review/view_blocks.h"
#include "common/record/schema.h"

struct moves {
  const struct jl_review_proposal *list;
  size_t n;
};

static bool changes_bucket(const struct jl_review_proposal *p) { return p->kind == JL_PROPOSAL_PROMOTE || p->kind == JL_PROPOSAL_DEMOTE; }
static bool is_line(const struct jl_review_line *line, const struct jl_id *id) { return jl_id_equal(&line->id, id); }

/* ---- why ---- */
/* What a line plans when it changes its bucket: with what moved before that. */
static int64_t planned_then(const struct jl_review_line *line, const struct moves *m, size_t before) {
  int64_t planned = line->planned;
  for (size_t i = 0; i < before; i++) {
    if (m->list[i].kind != JL_PROPOSAL_MOVE) continue;
    if (is_line(line, &m->list[i].destination)) planned += m->list[i].amount;
    if (is_line(line, &m->list[i].source)) planned -= m->list[i].amount;
  }
  return planned;
}

static void why_line_then(const struct jl_review_view *v, const struct jl_review_line *line, const struct moves *m, size_t before) {
  int64_t in = line->planned, all = planned_then(line, m, before);
  for (size_t i = 0; i < before; i++)
    if (m->list[i].kind == JL_PROPOSAL_MOVE && is_line(line, &m->list[i].destination)) in += m->list[i].amount;
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(all, v->currency), JL_MSG("what the line plans then"))) {
    if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(in, v->currency), JL_MSG("planned, and what arrives"))) {
      jl_why_field(v->b, v->in, line->fact, JL_REVIEW_FACT_PLANNED);
      for (size_t i = 0; i < before; i++)
        if (m->list[i].kind == JL_PROPOSAL_MOVE && is_line(line, &m->list[i].destination)) jl_why_field(v->b, v->in, m->list[i].record, JL_REVIEW_PROPOSAL_AMOUNT);
    }
    jl_why_end(v->b);
    for (size_t i = 0; i < before; i++)
      if (m->list[i].kind == JL_PROPOSAL_MOVE && is_line(line, &m->list[i].source)) jl_why_field(v->b, v->in, m->list[i].record, JL_REVIEW_PROPOSAL_AMOUNT);
  }
  jl_why_end(v->b);
}

/* What a proposal brings to a bucket (or takes from it): the amount, or the line; explained when v is not NULL. */
static int64_t part_of(const struct jl_review_view *v, const struct jl_review_facts *f, const struct moves *m, size_t i, int64_t bucket, bool arrives) {
  const struct jl_review_proposal *p = &m->list[i];
  const struct jl_review_line *line = jl_review_line(f, p->kind == JL_PROPOSAL_MOVE && arrives ? &p->destination : &p->source);
  if (line == NULL || p->record == NULL) return 0;
  if (changes_bucket(p) && (arrives ? p->after : p->before) == bucket) {
    if (v != NULL) why_line_then(v, line, m, i);
    return planned_then(line, m, i);
  }
  if (p->kind != JL_PROPOSAL_MOVE || line->bucket != bucket) return 0;
  if (v != NULL) jl_why_field(v->b, v->in, p->record, JL_REVIEW_PROPOSAL_AMOUNT);
  return p->amount;
}

static void why_part(const struct jl_review_view *v, int64_t bucket, int64_t part, const struct moves *m) {
  int64_t in = jl_review_planned(&v->facts, bucket);
  for (size_t i = 0; i < m->n; i++) in += part_of(NULL, &v->facts, m, i, bucket, true);
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(part, v->currency), JL_MSG("planned in the bucket"))) {
    if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(in, v->currency), JL_MSG("planned, and what arrives"))) {
      for (size_t i = 0; i < v->facts.line_count; i++)
        if (v->facts.lines[i].bucket == bucket) jl_why_field(v->b, v->in, v->facts.lines[i].fact, JL_REVIEW_FACT_PLANNED);
      for (size_t i = 0; i < m->n; i++) (void)part_of(v, &v->facts, m, i, bucket, true);
    }
    jl_why_end(v->b);
    for (size_t i = 0; i < m->n; i++) (void)part_of(v, &v->facts, m, i, bucket, false);
  }
  jl_why_end(v->b);
}

static void why_share(const struct jl_review_view *v, int64_t share, int64_t bucket, int64_t part, int64_t total, const struct moves *m) {
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_share(share), JL_MSG("planned in the bucket / planned in all"))) {
    why_part(v, bucket, part, m);
    if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(total, v->currency), JL_MSG("planned in all")))
      for (size_t i = 0; i < v->facts.line_count; i++) jl_why_field(v->b, v->in, v->facts.lines[i].fact, JL_REVIEW_FACT_PLANNED);
    jl_why_end(v->b);
  }
  jl_why_end(v->b);
}

/* ---- the table ---- */
static void cell_share(const struct jl_review_view *v, int64_t bucket, const struct jl_review_after *after, const struct moves *m) {
  for (size_t i = 0; !v->facts.is_whole && i < v->facts.line_count; i++) {
    if ((v->facts.lines[i].unknown & (1U << JL_MONEY_PLANNED)) == 0) continue;
    jl_review_cell_unrated(v, v->facts.lines[i].fact); /* a share of what nobody knows */
    return;
  }
  int64_t share, part = after->planned[bucket], total = jl_review_planned(&v->facts, -1), rule = v->facts.terms.rule[bucket];
  if (total <= 0 || !jl_mul_div_half_even(part, JL_SHARE_ONE, total, &share)) {
    jl_cell_empty(v->b);
    return;
  }
  int64_t away = share > rule ? share - rule : rule - share;
  jl_cell(v->b, jl_arg_share(share));
  if (bucket != 0) jl_cell_tone(v->b, away <= v->facts.terms.tolerance ? JL_TONE_GOOD : JL_TONE_BAD);
  for (size_t i = 0; i < v->facts.line_count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, v->facts.lines[i].fact);
  if (jl_explaining(v->b)) why_share(v, share, bucket, part, total, m);
}

/* Those of a verdict; open ones besides: what is decided, or all that is not refused. */
static void keep(const struct jl_review_view *v, bool open, struct jl_review_proposal *ret, size_t *ret_n) {
  *ret_n = 0;
  for (size_t i = 0; i < v->n; i++) {
    int64_t verdict = jl_review_verdict(v, &v->list[i]);
    if (verdict == JL_VERDICT_ACCEPTED || (open && verdict == 0)) ret[(*ret_n)++] = v->list[i];
  }
}

bool jl_review_block_buckets(const struct jl_review_view *v, struct jl_error *err) {
  static const char *const labels[] = {JL_MSG("no bucket"), JL_MSG("proven"), JL_MSG("optimisation"), JL_MSG("innovation")};
  static const char *const texts[] = {"none", "70", "20", "10"};
  static const uint32_t rules[] = {0, JL_REVIEW_SHARE_PROVEN, JL_REVIEW_SHARE_OPTIMISATION, JL_REVIEW_SHARE_INNOVATION};
  struct jl_review_proposal *accepted = jl_view_alloc(v->b, v->n + 1, sizeof *accepted), *wanted = jl_view_alloc(v->b, v->n + 1, sizeof *wanted);
  struct jl_review_after now, after, all;
  size_t n = 0, wanted_n = 0;
  if (!v->budget || v->facts.line_count == 0) return true;
  if (accepted != NULL) keep(v, false, accepted, &n);
  if (wanted != NULL) keep(v, true, wanted, &wanted_n);
  struct jl_arena *a = jl_builder_arena(v->b);
  if (accepted == NULL || wanted == NULL || !jl_review_all_beyond(&v->facts, NULL, 0, a, &now) || !jl_review_all_beyond(&v->facts, accepted, n, a, &after) || !jl_review_all_beyond(&v->facts, wanted, wanted_n, a, &all))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  const struct moves none = {.n = 0}, some = {accepted, n}, every = {wanted, wanted_n};
  jl_block_begin(v->b, JL_BLOCK_TABLE, "buckets", JL_MSG("70/20/10"));
  jl_column(v->b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 0);
  jl_column(v->b, "rule", JL_MSG("rule"), JL_ARG_SHARE, 0);
  jl_column(v->b, "now", JL_MSG("as it was"), JL_ARG_SHARE, 0);
  jl_column(v->b, "accepted", v->asked ? JL_MSG("with what moves") : JL_MSG("with what is accepted"), JL_ARG_SHARE, 0);
  if (!v->asked) jl_column(v->b, "all", JL_MSG("with all but refused"), JL_ARG_SHARE, 1);
  for (int64_t row = 1; row <= 4; row++) {
    int64_t k = row % 4; /* what is in no bucket last */
    if (k == 0 && now.planned[k] == 0 && all.planned[k] == 0) continue;
    jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(v->b, labels[k], texts[k]);
    if (k == 0)
      jl_cell_empty(v->b);
    else
      jl_cell_by_number(v->b, v->in, v->review, rules[k]);
    cell_share(v, k, &now, &none);
    cell_share(v, k, &after, &some);
    if (!v->asked) cell_share(v, k, &all, &every);
  }
  return true;
}

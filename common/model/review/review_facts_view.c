/* What a review rests on: channels, campaigns, lines, buckets, and where there are not data enough. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/measures/returns.h"
#include "common/model/review/room.h"
#include "common/model/review/view_blocks.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- cells ---- */
const char *jl_review_caption(const struct jl_review_view *v, const char *letter, uint64_t number, struct jl_bytes name) {
  const char *text = jl_view_text(v->b, name);
  const char *made = jl_arena_printf(jl_builder_arena(v->b), "%s%llu%s%s", letter, (unsigned long long)number, text[0] == '\0' ? "" : " ", text);
  if (made == NULL) jl_builder_fail(v->b, JL_E_NO_MEMORY);
  return made == NULL ? "" : made;
}

const char *jl_review_channel_caption(const struct jl_review_view *v, const struct jl_review_channel *c) {
  return jl_review_caption(v, jl_record_type_by_number(JL_TYPE_LEVER)->letter, c->number, c->name);
}

const char *jl_review_line_caption(const struct jl_review_view *v, const struct jl_id *line) {
  const struct jl_review_line *l = jl_review_line(&v->facts, line);
  return l == NULL ? "" : jl_review_caption(v, jl_record_type_by_number(JL_TYPE_BUDGET_LINE)->letter, l->number, l->name);
}

void jl_review_cell_text(const struct jl_review_view *v, const char *text) { jl_cell_text(v->b, (struct jl_bytes){(const uint8_t *)text, strlen(text)}); }

void jl_review_cell_fact(const struct jl_review_view *v, const struct jl_record *fact, uint32_t field, bool money) {
  if (fact == NULL || !jl_record_has(fact->body, field)) {
    jl_cell_empty(v->b);
    return;
  }
  int64_t value = jl_view_int(fact, field, 0);
  jl_cell(v->b, money ? jl_arg_money(value, v->currency) : jl_arg_integer(value));
  jl_cell_source(v->b, fact);
  if (jl_explaining(v->b)) {
    if (jl_why_begin(v->b, JL_WHY_SUM, money ? jl_arg_money(value, v->currency) : jl_arg_integer(value), JL_MSG("as it was when the review was started"))) jl_why_field(v->b, v->in, fact, field);
    jl_why_end(v->b);
  }
}

void jl_review_cell_fraction(const struct jl_review_view *v, struct jl_known value, const char *unit) {
  if (value.known)
    jl_cell(v->b, jl_arg_fraction(value.value, unit));
  else
    jl_cell_empty(v->b);
}

int64_t jl_review_verdict(const struct jl_review_view *v, const struct jl_review_proposal *p) {
  const struct jl_record *decision = p->record == NULL ? NULL : jl_review_decision(v->in->space, &p->record->id);
  return decision == NULL ? 0 : jl_view_int(decision, JL_REVIEW_DECISION_VERDICT, 0);
}

/* ---- the parameters ---- */
static void head_row(const struct jl_review_view *v, uint32_t field) {
  const struct jl_field *described = jl_field_by_number(v->review->type, field);
  if (!jl_record_has(v->review->body, field)) return;
  jl_row_begin(v->b, v->review, 0, JL_ROW_NORMAL);
  jl_cell_label(v->b, described->label, described->name);
  jl_cell_by_number(v->b, v->in, v->review, field);
}

void jl_review_block_head(const struct jl_review_view *v) {
  static const uint32_t fields[] = {JL_REVIEW_KIND, JL_REVIEW_FIRST, JL_REVIEW_LAST, JL_REVIEW_SINCE, JL_REVIEW_STATE, JL_REVIEW_QUALIFIED, JL_REVIEW_MINIMUM_DATA, JL_REVIEW_STEP, JL_REVIEW_GAP,
                                    JL_REVIEW_SHARE_TOLERANCE, JL_REVIEW_ALGORITHM, JL_REVIEW_FROZEN_REVISION, JL_REVIEW_NOTE};
  jl_block_begin(v->b, JL_BLOCK_FIELDS, "review", NULL);
  jl_column(v->b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(v->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++)
    if (fields[i] != JL_REVIEW_SINCE || v->facts.terms.since != v->facts.terms.first) head_row(v, fields[i]);
}

/* ---- channels ---- */
static const struct {
  const char *name, *label;
  uint32_t field;
  int64_t section;
  bool money;
  int priority;
} results[] = {{"spend", JL_MSG("spend"), JL_REVIEW_FACT_SPEND, JL_SECTION_BUDGET, true, 1},
               {"leads", JL_MSG("leads"), JL_REVIEW_FACT_LEADS, JL_SECTION_PIPELINE, false, 4},
               {"qualified", JL_MSG("qualified"), JL_REVIEW_FACT_QUALIFIED, JL_SECTION_PIPELINE, false, 1},
               {"opportunities", JL_MSG("opportunities"), JL_REVIEW_FACT_OPPORTUNITIES, JL_SECTION_PIPELINE, false, 6},
               {"customers", JL_MSG("customers"), JL_REVIEW_FACT_CUSTOMERS, JL_SECTION_PIPELINE, false, 3},
               {"potential", JL_MSG("potential revenue"), JL_REVIEW_FACT_POTENTIAL, JL_SECTION_PIPELINE, true, 7},
               {"signed", JL_MSG("signed revenue"), JL_REVIEW_FACT_SIGNED, JL_SECTION_PIPELINE, true, 2}};

static bool shows(const struct jl_review_view *v, size_t i) { return results[i].section == JL_SECTION_BUDGET ? v->budget : v->pipeline; }

/* What a qualified lead costs; undefined where there is none. */
static void cell_cost(const struct jl_review_view *v, struct jl_known spend, struct jl_known qualified, const struct jl_record *budget, const struct jl_record *pipeline) {
  int64_t cost;
  if (!spend.known || !qualified.known || !jl_cost_per(spend.value, qualified.value, &cost)) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_money(cost, v->currency));
  if (budget == NULL || pipeline == NULL) return;
  jl_cell_source(v->b, budget);
  jl_cell_source(v->b, pipeline);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_money(cost, v->currency), JL_MSG("cost of a qualified lead = spend / qualified leads"))) {
    jl_why_field(v->b, v->in, budget, JL_REVIEW_FACT_SPEND);
    jl_why_field(v->b, v->in, pipeline, JL_REVIEW_FACT_QUALIFIED);
  }
  jl_why_end(v->b);
}

static void cell_return(const struct jl_review_view *v, struct jl_known spend, struct jl_known revenue, const struct jl_record *budget, const struct jl_record *pipeline) {
  struct jl_known each = {0};
  if (spend.known && spend.value > 0 && revenue.known) each.known = jl_conversion(spend.value, revenue.value, &each.value);
  jl_review_cell_fraction(v, each, JL_UNIT_TENTHS);
  if (!each.known || budget == NULL || pipeline == NULL) return;
  jl_cell_source(v->b, budget);
  jl_cell_source(v->b, pipeline);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_fraction(each.value, JL_UNIT_TENTHS), JL_MSG("signed revenue / spend"))) {
    jl_why_field(v->b, v->in, pipeline, JL_REVIEW_FACT_SIGNED);
    jl_why_field(v->b, v->in, budget, JL_REVIEW_FACT_SPEND);
  }
  jl_why_end(v->b);
}

static bool is_dear(const struct jl_review_view *v, const struct jl_review_channel *c) {
  const struct jl_review_mean *mean = &v->facts.mean;
  return mean->channels > 1 && (__int128)c->spend.value * mean->qualified * JL_SHARE_ONE >= (__int128)mean->spend * c->qualified.value * (JL_SHARE_ONE + v->facts.terms.gap);
}

static void cell_judgement(const struct jl_review_view *v, const struct jl_review_channel *c) {
  bool judged = jl_review_judged(&v->facts, c);
  const struct {
    bool holds;
    const char *label, *text;
    enum jl_tone tone;
  } words[] = {{c->stops, JL_MSG("costs much, brings little"), "stop", JL_TONE_BAD},
               {!c->spend.known || c->spend.value <= 0, JL_MSG("nothing spent"), "not-spent", JL_TONE_MUTED},
               {!c->qualified.known, JL_MSG("nobody has told"), "untold", JL_TONE_WARN},
               {!judged, JL_MSG("not enough data"), "thin", JL_TONE_WARN},
               {judged && is_dear(v, c), JL_MSG("dear"), "dear", JL_TONE_WARN},
               {judged && v->facts.mean.channels > 1 && (__int128)c->spend.value * v->facts.mean.qualified <= (__int128)v->facts.mean.spend * c->qualified.value,
                JL_MSG("performs"), "performs", JL_TONE_GOOD},
               {true, JL_MSG("about the mean"), "mean", JL_TONE_NONE}};
  for (size_t i = 0; i < JL_COUNT(words); i++) {
    if (!words[i].holds) continue;
    jl_cell_label(v->b, words[i].label, words[i].text);
    jl_cell_tone(v->b, words[i].tone);
    return;
  }
}

static void result_columns(const struct jl_review_view *v, const char *first, bool judged) {
  jl_column(v->b, "what", first, JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(results); i++)
    if (shows(v, i)) jl_column(v->b, results[i].name, results[i].label, results[i].money ? JL_ARG_MONEY : JL_ARG_INTEGER, results[i].priority);
  if (v->budget && v->pipeline) {
    jl_column(v->b, "cost", JL_MSG("cost of a qualified lead"), JL_ARG_MONEY, 0);
    jl_column(v->b, "return", JL_MSG("return per euro"), JL_ARG_FRACTION, 5);
  }
  if (judged && v->all) jl_column(v->b, "judgement", JL_MSG("judgement"), JL_ARG_LABEL, 0);
}

static void result_row(const struct jl_review_view *v, const struct jl_review_channel *c, const char *caption, bool judged) {
  const struct jl_record *first = c->facts[JL_SECTION_STRATEGY] != NULL ? c->facts[JL_SECTION_STRATEGY]
                                  : c->facts[JL_SECTION_ACTIONS] != NULL ? c->facts[JL_SECTION_ACTIONS]
                                  : c->facts[JL_SECTION_BUDGET] != NULL  ? c->facts[JL_SECTION_BUDGET]
                                                                         : c->facts[JL_SECTION_PIPELINE];
  jl_row_begin(v->b, first, 0, JL_ROW_NORMAL);
  jl_review_cell_text(v, caption);
  for (size_t i = 0; i < JL_COUNT(results); i++)
    if (shows(v, i)) jl_review_cell_fact(v, c->facts[results[i].section], results[i].field, results[i].money);
  if (v->budget && v->pipeline) {
    cell_cost(v, c->spend, c->qualified, c->facts[JL_SECTION_BUDGET], c->facts[JL_SECTION_PIPELINE]);
    cell_return(v, c->spend, c->signed_revenue, c->facts[JL_SECTION_BUDGET], c->facts[JL_SECTION_PIPELINE]);
  }
  if (judged && v->all) cell_judgement(v, c);
}

static const struct jl_record *fact_of(const struct jl_review_channel *c, size_t i) { return c->facts[results[i].section]; }

static struct jl_known total_of(const struct jl_review_view *v, size_t i) {
  struct jl_known sum = {0};
  for (size_t k = 0; k < v->facts.channel_count; k++) {
    const struct jl_record *fact = fact_of(&v->facts.channels[k], i);
    if (fact == NULL || !jl_record_has(fact->body, results[i].field)) continue;
    if (!jl_add(sum.value, jl_view_int(fact, results[i].field, 0), &sum.value)) return (struct jl_known){0};
    sum.known = true;
  }
  return sum;
}

static void cell_total(const struct jl_review_view *v, size_t i) {
  struct jl_known sum = total_of(v, i);
  if (!sum.known) {
    jl_cell_empty(v->b);
    return;
  }
  struct jl_arg value = results[i].money ? jl_arg_money(sum.value, v->currency) : jl_arg_integer(sum.value);
  jl_cell(v->b, value);
  for (size_t k = 0; k < v->facts.channel_count; k++)
    if (fact_of(&v->facts.channels[k], i) != NULL) jl_cell_source(v->b, fact_of(&v->facts.channels[k], i));
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_SUM, value, JL_MSG("of all channels")))
    for (size_t k = 0; k < v->facts.channel_count; k++) {
      const struct jl_record *fact = fact_of(&v->facts.channels[k], i);
      if (fact != NULL && jl_record_has(fact->body, results[i].field)) jl_why_field(v->b, v->in, fact, results[i].field);
    }
  jl_why_end(v->b);
}

static void total_row(const struct jl_review_view *v) {
  struct jl_known spend = {0}, qualified = {0}, revenue = {0};
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  for (size_t i = 0; i < JL_COUNT(results); i++) {
    if (shows(v, i)) cell_total(v, i);
    if (results[i].field == JL_REVIEW_FACT_SPEND) spend = total_of(v, i);
    if (results[i].field == JL_REVIEW_FACT_QUALIFIED) qualified = total_of(v, i);
    if (results[i].field == JL_REVIEW_FACT_SIGNED) revenue = total_of(v, i);
  }
  if (v->budget && v->pipeline) {
    cell_cost(v, spend, qualified, NULL, NULL);
    cell_return(v, spend, revenue, NULL, NULL);
  }
  if (v->all) jl_cell_empty(v->b);
}

void jl_review_block_channels(const struct jl_review_view *v) {
  const struct jl_arg days[] = {jl_arg_date(v->facts.terms.since), jl_arg_date(v->facts.terms.last)};
  jl_block_begin(v->b, JL_BLOCK_TABLE, "channels", JL_MSG("channels"));
  result_columns(v, JL_MSG("channel"), true);
  for (size_t i = 0; i < v->facts.channel_count; i++) result_row(v, &v->facts.channels[i], jl_review_channel_caption(v, &v->facts.channels[i]), true);
  if (v->facts.channel_count > 0) total_row(v);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("results and spend of {1} to {2}, as they were told when the review was started"), days, 2);
  if (v->facts.capacity.known && v->pipeline) {
    const struct jl_arg capacity[] = {jl_arg_integer(v->facts.capacity.value)};
    jl_note(v->b, JL_TONE_NONE, JL_MSG("sales can treat {1} qualified leads in as many days"), capacity, 1);
  }
}

void jl_review_block_campaigns(const struct jl_review_view *v) {
  if (v->facts.campaign_count == 0) return;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "campaigns", JL_MSG("campaigns"));
  result_columns(v, JL_MSG("campaign"), false);
  for (size_t i = 0; i < v->facts.campaign_count; i++) {
    const struct jl_review_channel *c = &v->facts.campaigns[i];
    result_row(v, c, jl_review_caption(v, jl_record_type_by_number(JL_TYPE_ACTION)->letter, c->number, c->name), false);
  }
}

/* ---- budget lines ---- */
static void cell_remaining(const struct jl_review_view *v, const struct jl_review_line *l) {
  int64_t remaining;
  if (__builtin_sub_overflow(l->planned, l->committed, &remaining) || __builtin_sub_overflow(remaining, l->actual, &remaining)) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_money(remaining, v->currency));
  jl_cell_source(v->b, l->fact);
  if (remaining < 0) jl_cell_tone(v->b, JL_TONE_BAD);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(remaining, v->currency), JL_MSG("remaining = planned - committed - actual"))) {
    jl_why_field(v->b, v->in, l->fact, JL_REVIEW_FACT_PLANNED);
    jl_why_field(v->b, v->in, l->fact, JL_REVIEW_FACT_COMMITTED);
    jl_why_field(v->b, v->in, l->fact, JL_REVIEW_FACT_ACTUAL);
  }
  jl_why_end(v->b);
}

static void line_row(const struct jl_review_view *v, const struct jl_review_line *l) {
  static const uint32_t amounts[] = {JL_REVIEW_FACT_PLANNED, JL_REVIEW_FACT_COMMITTED, JL_REVIEW_FACT_ACTUAL};
  jl_row_begin(v->b, l->fact, 0, l->finished ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_review_cell_text(v, jl_review_line_caption(v, &l->id));
  if (l->bucket != 0)
    jl_cell_by_number(v->b, v->in, l->fact, JL_REVIEW_FACT_BUCKET);
  else
    jl_cell_empty(v->b);
  for (size_t i = 0; i < JL_COUNT(amounts); i++) jl_review_cell_fact(v, l->fact, amounts[i], true);
  cell_remaining(v, l);
  jl_review_cell_fact(v, l->fact, JL_REVIEW_FACT_MOVABLE, true);
  if (l->fixed)
    jl_cell_label(v->b, JL_MSG("stays as it is"), "fixed");
  else if (l->finished)
    jl_cell_label(v->b, JL_MSG("work finished"), "finished");
  else
    jl_cell_empty(v->b);
}

static bool line_total(const struct jl_review_view *v, struct jl_error *err) {
  static const uint32_t amounts[] = {JL_REVIEW_FACT_PLANNED, JL_REVIEW_FACT_COMMITTED, JL_REVIEW_FACT_ACTUAL, 0, JL_REVIEW_FACT_MOVABLE};
  int64_t sums[JL_COUNT(amounts)] = {0};
  for (size_t i = 0; i < v->facts.line_count; i++)
    for (size_t k = 0; k < JL_COUNT(amounts); k++)
      if (amounts[k] != 0 && !jl_add(sums[k], jl_view_int(v->facts.lines[i].fact, amounts[k], 0), &sums[k])) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"), NULL);
  sums[3] = sums[0] - sums[1] - sums[2];
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  jl_cell_empty(v->b);
  for (size_t k = 0; k < JL_COUNT(amounts); k++) {
    jl_cell(v->b, jl_arg_money(sums[k], v->currency));
    for (size_t i = 0; i < v->facts.line_count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, v->facts.lines[i].fact);
    if (!jl_explaining(v->b)) continue;
    if (jl_why_begin(v->b, k == 3 ? JL_WHY_DIFFERENCE : JL_WHY_SUM, jl_arg_money(sums[k], v->currency), k == 3 ? JL_MSG("remaining = planned - committed - actual") : JL_MSG("of all budget lines"))) {
      for (size_t i = 0; k != 3 && i < v->facts.line_count; i++) jl_why_field(v->b, v->in, v->facts.lines[i].fact, amounts[k]);
      for (size_t i = 0; k == 3 && i < 3; i++) jl_why_constant(v->b, jl_arg_money(sums[i], v->currency), i == 0 ? JL_MSG("planned") : i == 1 ? JL_MSG("committed") : JL_MSG("actual"));
    }
    jl_why_end(v->b);
  }
  jl_cell_empty(v->b);
  return true;
}

bool jl_review_block_lines(const struct jl_review_view *v, struct jl_error *err) {
  if (!v->budget) return true;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "lines", JL_MSG("budget lines"));
  jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(v->b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 3);
  jl_column(v->b, "planned", JL_MSG("planned"), JL_ARG_MONEY, 0);
  jl_column(v->b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 5);
  jl_column(v->b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 4);
  jl_column(v->b, "remaining", JL_MSG("remaining"), JL_ARG_MONEY, 1);
  jl_column(v->b, "movable", JL_MSG("can move"), JL_ARG_MONEY, 0);
  jl_column(v->b, "state", JL_MSG("state"), JL_ARG_LABEL, 2);
  for (size_t i = 0; i < v->facts.line_count; i++) line_row(v, &v->facts.lines[i]);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("excl. VAT. What can move is not ordered, not spent, above the minimum of the line and in months that are open"), NULL, 0);
  return v->facts.line_count == 0 || line_total(v, err);
}

/* ---- 70/20/10 ---- */
static void cell_share(const struct jl_review_view *v, int64_t part, int64_t total, int64_t rule) {
  int64_t share;
  if (total <= 0 || !jl_mul_div_half_even(part, JL_SHARE_ONE, total, &share)) {
    jl_cell_empty(v->b);
    return;
  }
  int64_t away = share > rule ? share - rule : rule - share;
  jl_cell(v->b, jl_arg_share(share));
  jl_cell_tone(v->b, away <= v->facts.terms.tolerance ? JL_TONE_GOOD : JL_TONE_BAD);
  for (size_t i = 0; i < v->facts.line_count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, v->facts.lines[i].fact);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_share(share), JL_MSG("planned in the bucket / planned in all"))) {
    jl_why_constant(v->b, jl_arg_money(part, v->currency), JL_MSG("planned in the bucket"));
    jl_why_constant(v->b, jl_arg_money(total, v->currency), JL_MSG("planned in all"));
  }
  jl_why_end(v->b);
}

bool jl_review_block_buckets(const struct jl_review_view *v, struct jl_error *err) {
  static const char *const labels[] = {"", JL_MSG("proven"), JL_MSG("optimisation"), JL_MSG("innovation")};
  static const char *const texts[] = {"", "70", "20", "10"};
  static const uint32_t rules[] = {0, JL_REVIEW_SHARE_PROVEN, JL_REVIEW_SHARE_OPTIMISATION, JL_REVIEW_SHARE_INNOVATION};
  struct jl_review_proposal *accepted = jl_view_alloc(v->b, v->n + 1, sizeof *accepted);
  struct jl_review_after now, after, all;
  size_t n = 0;
  if (!v->budget || v->facts.line_count == 0) return true;
  for (size_t i = 0; accepted != NULL && i < v->n; i++)
    if (jl_review_verdict(v, &v->list[i]) == JL_VERDICT_ACCEPTED) accepted[n++] = v->list[i];
  struct jl_arena *a = jl_builder_arena(v->b);
  if (accepted == NULL || !jl_review_all_beyond(&v->facts, NULL, 0, a, &now) || !jl_review_all_beyond(&v->facts, accepted, n, a, &after) || !jl_review_all_beyond(&v->facts, v->list, v->n, a, &all))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  int64_t total = jl_review_planned(&v->facts, -1);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "buckets", JL_MSG("70/20/10"));
  jl_column(v->b, "bucket", JL_MSG("bucket"), JL_ARG_LABEL, 0);
  jl_column(v->b, "rule", JL_MSG("rule"), JL_ARG_SHARE, 0);
  jl_column(v->b, "now", JL_MSG("as it was"), JL_ARG_SHARE, 0);
  jl_column(v->b, "accepted", JL_MSG("with what is accepted"), JL_ARG_SHARE, 0);
  jl_column(v->b, "all", JL_MSG("with all proposals"), JL_ARG_SHARE, 1);
  for (int64_t k = 1; k < 4; k++) {
    jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(v->b, labels[k], texts[k]);
    jl_cell_by_number(v->b, v->in, v->review, rules[k]);
    cell_share(v, now.planned[k], total, v->facts.terms.rule[k]);
    cell_share(v, after.planned[k], total, v->facts.terms.rule[k]);
    cell_share(v, all.planned[k], total, v->facts.terms.rule[k]);
  }
  return true;
}

/* ---- what is not judged, and what would be enough ---- */
static void note_thin(const struct jl_review_view *v, const struct jl_review_channel *c) {
  const struct jl_review_mean *mean = &v->facts.mean;
  int64_t lack = v->facts.terms.minimum_data - c->qualified.value, days = 0, money = 0;
  int64_t window = v->facts.terms.last + 1 - v->facts.terms.since;
  bool pace = c->qualified.value > 0 && jl_mul_div_half_up(lack, window, c->qualified.value, &days);
  bool cost = c->qualified.value > 0 ? jl_mul_div_half_up(lack, c->spend.value, c->qualified.value, &money) : mean->qualified > 0 && jl_mul_div_half_up(lack, mean->spend, mean->qualified, &money);
  const struct jl_arg args[] = {jl_arg_text(jl_review_channel_caption(v, c)), jl_arg_integer(c->qualified.value), jl_arg_integer(v->facts.terms.minimum_data), jl_arg_integer(lack), jl_arg_integer(days),
                                jl_arg_money(money, v->currency)};
  jl_note(v->b, JL_TONE_WARN,
          pace && cost ? JL_MSG("{1}: not enough data, {2} of {3} qualified leads. Enough would be {4} more: {5} days at this pace, or {6} at what one costs so far")
          : cost       ? JL_MSG("{1}: not enough data, {2} of {3} qualified leads. Enough would be {4} more: {6} at what one costs on average")
                       : JL_MSG("{1}: not enough data, {2} of {3} qualified leads. Enough would be {4} more"),
          args, 6);
}

void jl_review_block_thin(const struct jl_review_view *v) {
  if (!v->all) return;
  jl_block_begin(v->b, JL_BLOCK_NOTES, "thin", NULL);
  for (size_t i = 0; i < v->facts.channel_count; i++) {
    const struct jl_review_channel *c = &v->facts.channels[i];
    const struct jl_arg name = jl_arg_text(jl_review_channel_caption(v, c));
    if (!c->spend.known || c->spend.value <= 0 || jl_review_judged(&v->facts, c) || c->stops) continue;
    if (c->qualified.known)
      note_thin(v, c);
    else
      jl_note(v->b, JL_TONE_WARN, JL_MSG("{1}: money was spent, and nobody has told what came of it: jalon figures set"), &name, 1);
  }
}

/* What a review rests on: channels, campaigns, lines, and where there are not data enough. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/measures/returns.h"
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

void jl_review_cell_unrated(const struct jl_review_view *v, const struct jl_record *fact) {
  jl_cell_undefined(v->b);
  jl_cell_source(v->b, fact);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_UNDEFINED, jl_arg_label(JL_MSG("undefined")), JL_MSG("undefined: amounts that belong to it had no exchange rate when the review was started")))
    jl_why_field(v->b, v->in, fact, JL_REVIEW_FACT_UNRATED);
  jl_why_end(v->b);
}

/* It was not known: something had no exchange rate. */
static bool is_unrated(const struct jl_record *fact, uint32_t field) {
  return fact != NULL && jl_record_has(fact->body, JL_REVIEW_FACT_UNRATED) && !jl_record_has(fact->body, field);
}

void jl_review_cell_fact(const struct jl_review_view *v, const struct jl_record *fact, uint32_t field, bool money) {
  if (is_unrated(fact, field)) {
    jl_review_cell_unrated(v, fact);
    return;
  }
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
  static const uint32_t fields[] = {JL_REVIEW_KIND, JL_REVIEW_SINCE, JL_REVIEW_STATE, JL_REVIEW_QUALIFIED, JL_REVIEW_MINIMUM_DATA, JL_REVIEW_STEP, JL_REVIEW_GAP,
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
  if (is_unrated(budget, JL_REVIEW_FACT_SPEND) && qualified.known) {
    jl_review_cell_unrated(v, budget);
    return;
  }
  if (!spend.known || !qualified.known || !jl_cost_per(spend.value, qualified.value, &cost)) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_money(cost, v->currency));
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
  if (is_unrated(budget, JL_REVIEW_FACT_SPEND) && revenue.known) {
    jl_review_cell_unrated(v, budget);
    return;
  }
  if (spend.known && spend.value > 0 && revenue.known) each.known = jl_conversion(spend.value, revenue.value, &each.value);
  jl_review_cell_fraction(v, each, JL_UNIT_TENTHS);
  if (!each.known) return;
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
  } words[] = {{c->unrated.count > 0, JL_MSG("not judged"), "no-rate", JL_TONE_WARN},
               {c->stops, JL_MSG("costs much, brings little"), "stop", JL_TONE_BAD},
               {!c->spend.known || c->spend.value <= 0, JL_MSG("nothing spent"), "not-spent", JL_TONE_MUTED},
               {!c->qualified.known, JL_MSG("nobody has told"), "untold", JL_TONE_WARN},
               {!judged, JL_MSG("not enough data"), "thin", JL_TONE_WARN},
               {judged && is_dear(v, c), JL_MSG("dear"), "dear", JL_TONE_WARN},
               {jl_review_signs_nothing(&v->facts, c), JL_MSG("signed nothing"), "unsigned", JL_TONE_WARN},
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

static void why_total(const struct jl_review_view *v, size_t i, int64_t sum) {
  if (jl_why_begin(v->b, JL_WHY_SUM, results[i].money ? jl_arg_money(sum, v->currency) : jl_arg_integer(sum), JL_MSG("of all channels")))
    for (size_t k = 0; k < v->facts.channel_count; k++) {
      const struct jl_record *fact = fact_of(&v->facts.channels[k], i);
      if (fact != NULL && jl_record_has(fact->body, results[i].field)) jl_why_field(v->b, v->in, fact, results[i].field);
    }
  jl_why_end(v->b);
}

/* The first one of which it was not known; NULL: none. */
static const struct jl_record *unrated_in(const struct jl_review_view *v, size_t i) {
  for (size_t k = 0; k < v->facts.channel_count; k++)
    if (is_unrated(fact_of(&v->facts.channels[k], i), results[i].field) && results[i].section == JL_SECTION_BUDGET) return fact_of(&v->facts.channels[k], i);
  return NULL;
}

static void cell_total(const struct jl_review_view *v, size_t i) {
  if (unrated_in(v, i) != NULL) {
    jl_review_cell_unrated(v, unrated_in(v, i));
    return;
  }
  struct jl_known sum = total_of(v, i);
  if (!sum.known) {
    jl_cell_empty(v->b);
    return;
  }
  struct jl_arg value = results[i].money ? jl_arg_money(sum.value, v->currency) : jl_arg_integer(sum.value);
  jl_cell(v->b, value);
  for (size_t k = 0; k < v->facts.channel_count; k++)
    if (fact_of(&v->facts.channels[k], i) != NULL) jl_cell_source(v->b, fact_of(&v->facts.channels[k], i));
  if (jl_explaining(v->b)) why_total(v, i, sum.value);
}

/* Of all channels together: the first of the two sums for each of the second. */
static void cell_ratio_total(const struct jl_review_view *v, size_t above, size_t below, bool money) {
  struct jl_known sums[] = {total_of(v, above), total_of(v, below)};
  const struct jl_record *unrated = unrated_in(v, above) != NULL ? unrated_in(v, above) : unrated_in(v, below);
  int64_t ratio;
  if (unrated != NULL && (sums[0].known || unrated_in(v, above) != NULL)) {
    jl_review_cell_unrated(v, unrated);
    return;
  }
  if (!sums[0].known || !sums[1].known || sums[1].value <= 0 || !(money ? jl_cost_per(sums[0].value, sums[1].value, &ratio) : jl_conversion(sums[1].value, sums[0].value, &ratio))) {
    jl_cell_empty(v->b);
    return;
  }
  const struct jl_arg value = money ? jl_arg_money(ratio, v->currency) : jl_arg_fraction(ratio, JL_UNIT_TENTHS);
  jl_cell(v->b, value);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, value, money ? JL_MSG("cost of a qualified lead = spend / qualified leads") : JL_MSG("signed revenue / spend"))) {
    why_total(v, above, sums[0].value);
    why_total(v, below, sums[1].value);
  }
  jl_why_end(v->b);
}

static size_t result_of(uint32_t field) {
  size_t i = 0;
  while (results[i].field != field) i++;
  return i;
}

static void total_row(const struct jl_review_view *v) {
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  for (size_t i = 0; i < JL_COUNT(results); i++)
    if (shows(v, i)) cell_total(v, i);
  if (v->budget && v->pipeline) {
    cell_ratio_total(v, result_of(JL_REVIEW_FACT_SPEND), result_of(JL_REVIEW_FACT_QUALIFIED), true);
    cell_ratio_total(v, result_of(JL_REVIEW_FACT_SIGNED), result_of(JL_REVIEW_FACT_SPEND), false);
  }
  if (v->all) jl_cell_empty(v->b);
}

/* What is missing, what follows from that, and the command that mends it for the next one: this one stays as it is. */
static void note_unrated(const struct jl_review_view *v, const char *caption, const struct jl_review_unrated *u, const char *message) {
  char day[11];
  if (u->count == 0) return;
  jl_day_format_iso(u->since, day);
  const struct jl_arg args[] = {jl_arg_text(caption), jl_arg_integer(u->count), jl_arg_text(u->currency), jl_arg_text(day)};
  jl_note(v->b, JL_TONE_WARN, message, args, 4);
}

/* The last day that anything could be told of when it was started. */
static int32_t last_told(const struct jl_review_terms *terms) { return terms->frozen_on < terms->last ? terms->frozen_on : terms->last; }

static void note_running(const struct jl_review_view *v) {
  const struct jl_review_terms *terms = &v->facts.terms;
  const struct jl_arg days[] = {jl_arg_integer((int64_t)terms->frozen_on + 1 - terms->first), jl_arg_integer((int64_t)terms->last + 1 - terms->first)};
  if (terms->frozen_on < terms->last) jl_note(v->b, JL_TONE_WARN, JL_MSG("the period was not over when the review was started: {1} days of {2}"), days, 2);
}

void jl_review_block_channels(const struct jl_review_view *v) {
  const struct jl_arg days[] = {jl_arg_date(v->facts.terms.since), jl_arg_date(last_told(&v->facts.terms))};
  jl_block_begin(v->b, JL_BLOCK_TABLE, "channels", JL_MSG("channels"));
  result_columns(v, JL_MSG("channel"), true);
  for (size_t i = 0; i < v->facts.channel_count; i++) result_row(v, &v->facts.channels[i], jl_review_channel_caption(v, &v->facts.channels[i]), true);
  if (v->facts.channel_count > 0) total_row(v);
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("results and spend of {1} to {2}, as they were told when the review was started; what belongs to no channel is not in it: jalon audit"), days, 2);
  for (size_t i = 0; v->budget && i < v->facts.channel_count; i++)
    note_unrated(v, jl_review_channel_caption(v, &v->facts.channels[i]), &v->facts.channels[i].unrated,
                 JL_MSG("{1}: not judged: invoices in {3} had no exchange rate when the review was started: {2}. For another review: jalon exchange-rate add --currency {3} --day {4} --rate ..."));
  note_running(v);
  if (v->facts.capacity.known && v->pipeline) {
    const struct jl_arg capacity[] = {jl_arg_integer(v->facts.capacity.value)};
    jl_note(v->b, JL_TONE_NONE, JL_MSG("sales can treat {1} qualified leads in as many days"), capacity, 1);
  }
}

/* As many as are kept at most: there may have been more. */
static void note_kept(const struct jl_review_view *v) {
  const struct jl_arg most = jl_arg_integer(JL_REVIEW_CAMPAIGNS);
  size_t spent = 0, told = 0;
  for (size_t i = 0; i < v->facts.campaign_count; i++) {
    spent += v->facts.campaigns[i].facts[JL_SECTION_BUDGET] != NULL;
    told += v->facts.campaigns[i].facts[JL_SECTION_PIPELINE] != NULL;
  }
  if (spent == JL_REVIEW_CAMPAIGNS || told == JL_REVIEW_CAMPAIGNS)
    jl_note(v->b, JL_TONE_MUTED, JL_MSG("of campaigns the {1} that cost most and the {1} that brought most qualified leads are kept; channels have all of them"), &most, 1);
}

void jl_review_block_campaigns(const struct jl_review_view *v) {
  if (v->facts.campaign_count == 0) return;
  jl_block_begin(v->b, JL_BLOCK_TABLE, "campaigns", JL_MSG("campaigns"));
  result_columns(v, JL_MSG("campaign"), false);
  for (size_t i = 0; i < v->facts.campaign_count; i++) {
    const struct jl_review_channel *c = &v->facts.campaigns[i];
    result_row(v, c, jl_review_caption(v, jl_record_type_by_number(JL_TYPE_ACTION)->letter, c->number, c->name), false);
  }
  note_kept(v);
}

/* ---- budget lines ---- */
static void cell_remaining(const struct jl_review_view *v, const struct jl_review_line *l) {
  int64_t remaining;
  if (l->unknown != 0) {
    jl_review_cell_unrated(v, l->fact);
    return;
  }
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

static void why_less(const struct jl_review_view *v, const struct jl_review_line *l, int64_t value, const char *formula, const uint32_t *fields, size_t n) {
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(value, v->currency), formula))
    for (size_t i = 0; i < n; i++) jl_why_field(v->b, v->in, l->fact, fields[i]);
  jl_why_end(v->b);
}

/* How freeze_lines.c found it. What the open months have left is kept only where it is the least: then it is the figure itself. */
static void why_movable(const struct jl_review_view *v, const struct jl_review_line *l) {
  static const uint32_t remains[] = {JL_REVIEW_FACT_PLANNED, JL_REVIEW_FACT_COMMITTED, JL_REVIEW_FACT_ACTUAL}, above[] = {JL_REVIEW_FACT_PLANNED, JL_REVIEW_FACT_MINIMUM};
  int64_t remaining = 0, left = 0;
  bool whole = !__builtin_sub_overflow(l->planned, l->committed, &remaining) && !__builtin_sub_overflow(remaining, l->actual, &remaining) &&
               !__builtin_sub_overflow(l->planned, jl_view_int(l->fact, JL_REVIEW_FACT_MINIMUM, 0), &left);
  int64_t most = left < remaining ? left : remaining;
  if (l->fixed || !whole || most < 0) {
    const char *words = l->unrated.count > 0 ? JL_MSG("nothing: something of it had no exchange rate, so nobody knew what was left") : l->fixed ? JL_MSG("nothing: it recurs, is in another currency, or all its months are past or closed") : JL_MSG("nothing: no more is left than what is ordered, spent or its minimum");
    if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(l->movable, v->currency), words)) jl_why_field(v->b, v->in, l->fact, JL_REVIEW_FACT_MOVABLE);
    jl_why_end(v->b);
    return;
  }
  if (jl_why_begin(v->b, JL_WHY_MINIMUM, jl_arg_money(l->movable, v->currency), JL_MSG("the least of what remains, what is above the minimum, and what the months that are open have left"))) {
    why_less(v, l, remaining, JL_MSG("remaining = planned - committed - actual"), remains, JL_COUNT(remains));
    if (jl_record_has(l->fact->body, JL_REVIEW_FACT_MINIMUM)) why_less(v, l, left, JL_MSG("planned - minimum"), above, JL_COUNT(above));
    if (l->movable < most) jl_why_field(v->b, v->in, l->fact, JL_REVIEW_FACT_MOVABLE);
  }
  jl_why_end(v->b);
}

static void cell_movable(const struct jl_review_view *v, const struct jl_review_line *l) {
  jl_cell(v->b, jl_arg_money(l->movable, v->currency));
  jl_cell_source(v->b, l->fact);
  if (jl_explaining(v->b)) why_movable(v, l);
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
  cell_movable(v, l);
  if (l->fixed)
    jl_cell_label(v->b, JL_MSG("stays as it is"), "fixed");
  else if (l->finished)
    jl_cell_label(v->b, JL_MSG("work finished"), "finished");
  else
    jl_cell_empty(v->b);
}

static void why_lines(const struct jl_review_view *v, uint32_t field, int64_t sum) {
  if (jl_why_begin(v->b, JL_WHY_SUM, jl_arg_money(sum, v->currency), JL_MSG("of all budget lines")))
    for (size_t i = 0; i < v->facts.line_count; i++) jl_why_field(v->b, v->in, v->facts.lines[i].fact, field);
  jl_why_end(v->b);
}

static const struct jl_record *first_unrated(const struct jl_review_view *v, unsigned kinds) {
  for (size_t i = 0; i < v->facts.line_count; i++)
    if ((v->facts.lines[i].unknown & kinds) != 0) return v->facts.lines[i].fact;
  return NULL;
}

/* sums: of what is known. */
static void note_lines(const struct jl_review_view *v, unsigned unknown, const int64_t *sums) {
  const struct jl_arg known[] = {jl_arg_money(sums[0], v->currency), jl_arg_money(sums[1], v->currency), jl_arg_money(sums[2], v->currency)};
  for (size_t i = 0; i < v->facts.line_count; i++)
    note_unrated(v, jl_review_line_caption(v, &v->facts.lines[i].id), &v->facts.lines[i].unrated,
                 JL_MSG("{1}: stays as it is: amounts in {3} had no exchange rate when the review was started: {2}. For another review: jalon exchange-rate add --currency {3} --day {4} --rate ..."));
  if (!v->facts.is_whole) jl_note(v->b, JL_TONE_WARN, JL_MSG("nobody knows what is planned in all: nothing is proposed that changes the shares of 70/20/10"), NULL, 0);
  if (unknown != 0) jl_note(v->b, JL_TONE_MUTED, JL_MSG("known without them: planned {1}, committed {2}, actual {3}"), known, 3);
}

static bool line_total(const struct jl_review_view *v, struct jl_error *err) {
  static const uint32_t amounts[] = {JL_REVIEW_FACT_PLANNED, JL_REVIEW_FACT_COMMITTED, JL_REVIEW_FACT_ACTUAL, 0 /* what remains of them */, JL_REVIEW_FACT_MOVABLE};
  int64_t sums[JL_COUNT(amounts)] = {0};
  for (size_t i = 0; i < v->facts.line_count; i++)
    for (size_t k = 0; k < JL_COUNT(amounts); k++)
      if (amounts[k] != 0 && !jl_add(sums[k], jl_view_int(v->facts.lines[i].fact, amounts[k], 0), &sums[k])) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"), NULL);
  unsigned unknown = 0;
  for (size_t i = 0; i < v->facts.line_count; i++) unknown |= v->facts.lines[i].unknown;
  const unsigned kinds[] = {1U << JL_MONEY_PLANNED, 1U << JL_MONEY_COMMITTED, 1U << JL_MONEY_ACTUAL, ~0U, 0};
  sums[3] = sums[0] - sums[1] - sums[2];
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  jl_cell_empty(v->b);
  for (size_t k = 0; k < JL_COUNT(amounts); k++) {
    if ((unknown & kinds[k]) != 0) {
      jl_review_cell_unrated(v, first_unrated(v, kinds[k]));
      continue;
    }
    jl_cell(v->b, jl_arg_money(sums[k], v->currency));
    for (size_t i = 0; i < v->facts.line_count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, v->facts.lines[i].fact);
    if (!jl_explaining(v->b)) continue;
    if (amounts[k] != 0) {
      why_lines(v, amounts[k], sums[k]);
      continue;
    }
    if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_money(sums[k], v->currency), JL_MSG("remaining = planned - committed - actual")))
      for (size_t i = 0; i < k; i++) why_lines(v, amounts[i], sums[i]);
    jl_why_end(v->b);
  }
  jl_cell_empty(v->b);
  note_lines(v, unknown, sums);
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
  jl_note(v->b, JL_TONE_MUTED, JL_MSG("excl. VAT. What can move is not ordered, not spent, above the minimum of the line and in months that are open: neither past nor closed"), NULL, 0);
  return v->facts.line_count == 0 || line_total(v, err);
}

/* ---- what is not judged, and what would be enough ---- */
static void note_thin(const struct jl_review_view *v, const struct jl_review_channel *c) {
  const struct jl_review_mean *mean = &v->facts.mean;
  int64_t lack = v->facts.terms.minimum_data - c->qualified.value, days = 0, money = 0;
  int64_t window = (int64_t)last_told(&v->facts.terms) + 1 - v->facts.terms.since;
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

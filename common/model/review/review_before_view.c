/* What the review before decided, and what came of it. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/measures/returns.h"
#include "common/model/review/view_blocks.h"
#include "common/record/schema.h"

struct outcome {
  int64_t moved, expected; /* net: minor units; millionths of qualified leads */
};
struct before {
  const struct jl_review_view *v;
  const struct jl_record *review;
  struct jl_review_facts facts;
  struct jl_review_proposal *moves; /* accepted and applied */
  size_t n;
  struct outcome *outcomes; /* by channel */
  int64_t proposals, accepted, unapplied;
};

/* ---- what a channel gave and got ---- */
static size_t channel_at(const struct jl_review_facts *f, const struct jl_id *line) {
  const struct jl_review_line *l = jl_review_line(f, line);
  return l == NULL ? SIZE_MAX : l->channel;
}

/* Of qualified leads, for the amount; what gives up nothing loses nothing. */
static struct jl_known effect_of(const struct before *w, const struct jl_review_proposal *p, size_t channel, bool gives) {
  const struct jl_review_line *from = jl_review_line(&w->facts, &p->source);
  if (gives && from != NULL && from->finished) return (struct jl_known){0};
  return jl_review_qualified_for(&w->facts.channels[channel], p->amount);
}

static bool add_effect(struct before *w, const struct jl_review_proposal *p) {
  for (int gives = 0; gives < 2; gives++) {
    size_t channel = channel_at(&w->facts, gives ? &p->source : &p->destination);
    if (channel == SIZE_MAX) continue;
    struct outcome *o = &w->outcomes[channel];
    struct jl_known effect = effect_of(w, p, channel, gives);
    if (!jl_add(o->moved, gives ? -p->amount : p->amount, &o->moved) || !jl_add(o->expected, !effect.known ? 0 : gives ? -effect.value : effect.value, &o->expected)) return false;
  }
  return true;
}

/* ---- why ---- */
static void why_effect(const struct before *w, const struct jl_review_proposal *p, size_t channel, struct jl_known effect) {
  const struct jl_review_channel *c = &w->facts.channels[channel];
  if (!effect.known || c->facts[JL_SECTION_PIPELINE] == NULL || c->facts[JL_SECTION_BUDGET] == NULL) return;
  if (jl_why_begin(w->v->b, JL_WHY_PROPORTION, jl_arg_fraction(effect.value, JL_UNIT_TENTHS), JL_MSG("amount x what the channel brought / what was spent on it: the last euro brings as much as the first"))) {
    jl_why_field(w->v->b, w->v->in, p->record, JL_REVIEW_PROPOSAL_AMOUNT);
    jl_why_field(w->v->b, w->v->in, c->facts[JL_SECTION_PIPELINE], JL_REVIEW_FACT_QUALIFIED);
    jl_why_field(w->v->b, w->v->in, c->facts[JL_SECTION_BUDGET], JL_REVIEW_FACT_SPEND);
  }
  jl_why_end(w->v->b);
}

/* Those that give, or get; the sum of these when nothing is to be told. */
static int64_t why_side(const struct before *w, size_t channel, bool gives, bool leads, bool tells) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->n; i++) {
    const struct jl_review_proposal *p = &w->moves[i];
    if (channel_at(&w->facts, gives ? &p->source : &p->destination) != channel) continue;
    struct jl_known effect = effect_of(w, p, channel, gives);
    sum += leads ? (effect.known ? effect.value : 0) : p->amount; /* not above what add_effect added up */
    if (!tells) continue;
    if (leads)
      why_effect(w, p, channel, effect);
    else
      jl_why_field(w->v->b, w->v->in, p->record, JL_REVIEW_PROPOSAL_AMOUNT);
  }
  return sum;
}

static struct jl_arg value_of(const struct before *w, bool leads, int64_t value) { return leads ? jl_arg_fraction(value, JL_UNIT_TENTHS) : jl_arg_money(value, w->v->currency); }

static void why_outcome(const struct before *w, size_t channel, bool leads, int64_t value) {
  if (jl_why_begin(w->v->b, JL_WHY_DIFFERENCE, value_of(w, leads, value), leads ? JL_MSG("what the money that arrived should bring, less what that which left would have") : JL_MSG("what arrived, less what left"))) {
    if (jl_why_begin(w->v->b, JL_WHY_SUM, value_of(w, leads, why_side(w, channel, false, leads, false)), JL_MSG("what arrived"))) (void)why_side(w, channel, false, leads, true);
    jl_why_end(w->v->b);
    (void)why_side(w, channel, true, leads, true);
  }
  jl_why_end(w->v->b);
}

static void cell_outcome(const struct before *w, size_t channel, bool leads) {
  int64_t value = leads ? w->outcomes[channel].expected : w->outcomes[channel].moved;
  jl_cell(w->v->b, value_of(w, leads, value));
  for (size_t i = 0; i < w->n; i++)
    if (channel_at(&w->facts, &w->moves[i].source) == channel || channel_at(&w->facts, &w->moves[i].destination) == channel) jl_cell_source(w->v->b, w->moves[i].record);
  if (jl_explaining(w->v->b)) why_outcome(w, channel, leads, value);
}

/* ---- the table ---- */
static void cell_cost_of(const struct jl_review_view *v, const struct jl_review_channel *c) {
  int64_t cost;
  if (c != NULL && c->unrated.count > 0 && c->qualified.known) {
    jl_review_cell_unrated(v, c->facts[JL_SECTION_BUDGET]);
    return;
  }
  if (c == NULL || !c->spend.known || !c->qualified.known || !jl_cost_per(c->spend.value, c->qualified.value, &cost)) {
    jl_cell_empty(v->b);
    return;
  }
  jl_cell(v->b, jl_arg_money(cost, v->currency));
  if (c->facts[JL_SECTION_BUDGET] != NULL) jl_cell_source(v->b, c->facts[JL_SECTION_BUDGET]);
  if (c->facts[JL_SECTION_PIPELINE] != NULL) jl_cell_source(v->b, c->facts[JL_SECTION_PIPELINE]);
  if (!jl_explaining(v->b) || c->facts[JL_SECTION_BUDGET] == NULL || c->facts[JL_SECTION_PIPELINE] == NULL) return;
  if (jl_why_begin(v->b, JL_WHY_RATIO, jl_arg_money(cost, v->currency), JL_MSG("cost of a qualified lead = spend / qualified leads"))) {
    jl_why_field(v->b, v->in, c->facts[JL_SECTION_BUDGET], JL_REVIEW_FACT_SPEND);
    jl_why_field(v->b, v->in, c->facts[JL_SECTION_PIPELINE], JL_REVIEW_FACT_QUALIFIED);
  }
  jl_why_end(v->b);
}

static void cell_verdict(const struct jl_review_view *v, const struct outcome *o, struct jl_known difference) {
  bool is_over = v->facts.terms.frozen_on > v->facts.terms.last; /* else what came so far says nothing yet */
  if (o->expected > 0 && !is_over) {
    jl_cell_label(v->b, JL_MSG("too early to tell"), "early");
    return;
  }
  if (!difference.known || o->expected <= 0) {
    jl_cell_empty(v->b);
    return;
  }
  bool whole = (__int128)difference.value * 5 >= (__int128)o->expected * 4, part = difference.value > 0;
  jl_cell_label(v->b, whole ? JL_MSG("as expected") : part ? JL_MSG("in part") : JL_MSG("not at all"), whole ? "yes" : part ? "part" : "no");
  jl_cell_tone(v->b, whole ? JL_TONE_GOOD : part ? JL_TONE_WARN : JL_TONE_BAD);
}

static void cell_came(const struct jl_review_view *v, const struct jl_review_channel *then, const struct jl_review_channel *now, struct jl_known difference) {
  jl_review_cell_fraction(v, difference, JL_UNIT_TENTHS);
  if (!difference.known) return;
  jl_cell_source(v->b, then->facts[JL_SECTION_PIPELINE]);
  jl_cell_source(v->b, now->facts[JL_SECTION_PIPELINE]);
  if (!jl_explaining(v->b)) return;
  if (jl_why_begin(v->b, JL_WHY_DIFFERENCE, jl_arg_fraction(difference.value, JL_UNIT_TENTHS), JL_MSG("qualified leads of this review less those of the one before"))) {
    jl_why_field(v->b, v->in, now->facts[JL_SECTION_PIPELINE], JL_REVIEW_FACT_QUALIFIED);
    jl_why_field(v->b, v->in, then->facts[JL_SECTION_PIPELINE], JL_REVIEW_FACT_QUALIFIED);
  }
  jl_why_end(v->b);
}

static void outcome_row(const struct before *w, size_t channel) {
  const struct jl_review_view *v = w->v;
  const struct jl_review_channel *then = &w->facts.channels[channel], *now = jl_review_channel(&v->facts, &then->id);
  struct jl_known difference = {0};
  int64_t more;
  if (now != NULL && now->qualified.known && then->qualified.known && !__builtin_sub_overflow(now->qualified.value, then->qualified.value, &more))
    difference.known = !__builtin_mul_overflow(more, (int64_t)JL_FRACTION_ONE, &difference.value);
  jl_row_begin(v->b, NULL, 0, JL_ROW_NORMAL);
  jl_review_cell_text(v, jl_review_channel_caption(v, then));
  cell_outcome(w, channel, false);
  cell_outcome(w, channel, true);
  cell_came(v, then, now, difference);
  cell_cost_of(v, then);
  cell_cost_of(v, now);
  cell_verdict(v, &w->outcomes[channel], difference);
}

static bool too_large(struct jl_error *err) { return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"), NULL); }

static bool gather(struct before *w, struct jl_error *err) {
  size_t n;
  struct jl_arena *a = jl_builder_arena(w->v->b);
  if (!jl_review_read(w->v->in->space, w->review, w->v->in->sections, a, &w->facts) || !jl_review_kept(w->v->in->space, w->review, w->v->in->sections, a, &w->moves, &n) ||
      (w->outcomes = jl_view_alloc(w->v->b, w->facts.channel_count + 1, sizeof *w->outcomes)) == NULL)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++) {
    const struct jl_review_proposal p = w->moves[i];
    const struct jl_record *approval = jl_view_linked(w->v->in, p.record, JL_REVIEW_PROPOSAL_APPROVAL);
    bool accepted = jl_review_verdict(w->v, &p) == JL_VERDICT_ACCEPTED, applied = approval != NULL && jl_view_int(approval, JL_APPROVAL_STATE, 0) == JL_APPROVAL_APPROVED;
    w->proposals++;
    w->accepted += accepted;
    w->unapplied += accepted && p.kind <= JL_PROPOSAL_DEMOTE && !applied;
    if (!accepted || !applied || p.kind != JL_PROPOSAL_MOVE) continue;
    if (!add_effect(w, &p)) return too_large(err);
    w->moves[w->n++] = p;
  }
  return true;
}

bool jl_review_block_before(const struct jl_review_view *v, struct jl_error *err) {
  struct jl_builder *b = v->b;
  struct before w = {.v = v, .review = jl_view_linked(v->in, v->review, JL_REVIEW_PREVIOUS)};
  if (w.review == NULL || w.review->type_number != JL_TYPE_REVIEW || !v->all) return true;
  if (!gather(&w, err)) return false;
  jl_block_begin(b, JL_BLOCK_TABLE, "before", JL_MSG("what the review before decided, and what came of it"));
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 0);
  jl_column(b, "moved", JL_MSG("moved"), JL_ARG_MONEY, 1);
  jl_column(b, "expected", JL_MSG("qualified leads expected"), JL_ARG_FRACTION, 0);
  jl_column(b, "came", JL_MSG("came"), JL_ARG_FRACTION, 0);
  jl_column(b, "cost_then", JL_MSG("cost of one then"), JL_ARG_MONEY, 3);
  jl_column(b, "cost_now", JL_MSG("cost of one now"), JL_ARG_MONEY, 2);
  jl_column(b, "verdict", JL_MSG("did it work"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < w.facts.channel_count; i++)
    if (w.outcomes[i].moved != 0) outcome_row(&w, i);
  struct jl_bytes period = jl_record_text(w.review->type, w.review->body, JL_REVIEW_PERIOD);
  const struct jl_arg args[] = {jl_arg_text(jl_review_caption(v, w.review->type->letter, w.review->number, period)), jl_arg_integer(w.proposals), jl_arg_integer(w.accepted), jl_arg_integer(w.unapplied)};
  jl_note(b, JL_TONE_NONE, JL_MSG("{1}: proposals: {2}, accepted: {3}, accepted and never applied: {4}"), args, 4);
  return true;
}

/* The arithmetic (review.h). A change of what comes out of it is another version: those before it come out as they did. */
#include "common/base/money.h"
#include "common/model/review/room.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct work {
  const struct jl_review_facts *f;
  struct jl_review_state state;
  struct jl_review_mean mean;
  struct jl_review_proposal *list;
  size_t n;
  size_t *cheap; /* judged channels, the cheapest first */
  size_t cheap_count;
};

static void add(struct work *w, struct jl_review_proposal p) {
  if (w->n == JL_REVIEW_PROPOSALS) return;
  p.key = (int64_t)w->n + 1;
  w->list[w->n++] = p;
}

/* ---- in the order of what a qualified lead costs; of two alike the lower number first ---- */
static void sort_cheap(struct work *w) {
  const struct jl_review_facts *f = w->f;
  for (size_t i = 0; i < f->channel_count; i++) {
    if (!jl_review_judged(f, &f->channels[i])) continue;
    size_t at = w->cheap_count++;
    for (; at > 0 && jl_review_dearer(&f->channels[w->cheap[at - 1]], &f->channels[i]) > 0; at--) w->cheap[at] = w->cheap[at - 1];
    w->cheap[at] = i;
  }
}

/* `dear` costs so much more than the money and the leads beside it: at least (1 + gap) times. */
static bool costs_more(const struct work *w, const struct jl_review_channel *dear, int64_t spend, int64_t qualified) {
  return (__int128)dear->spend.value * qualified * JL_SHARE_ONE >= (__int128)spend * dear->qualified.value * (JL_SHARE_ONE + w->f->terms.gap);
}

static bool costs_the_mean_at_most(const struct work *w, const struct jl_review_channel *c) {
  return (__int128)c->spend.value * w->mean.qualified <= (__int128)w->mean.spend * c->qualified.value;
}

static bool brings_more(const struct jl_review_channel *to, const struct jl_review_channel *from) {
  struct jl_known x = jl_review_revenue_for(from, JL_FRACTION_ONE), y = jl_review_revenue_for(to, JL_FRACTION_ONE);
  return !x.known || !y.known || y.value > x.value;
}

static bool tells_revenue(const struct jl_review_channel *c) { return c->spend.known && c->spend.value > 0 && c->signed_revenue.known; }

/* However few the customers are: none, or little, for the same money is no reason to spend more there. */
static bool signs_less(const struct jl_review_channel *to, const struct jl_review_channel *from) {
  return tells_revenue(to) && tells_revenue(from) && (__int128)to->signed_revenue.value * from->spend.value < (__int128)from->signed_revenue.value * to->spend.value;
}

static bool may_grow(const struct work *w, const struct jl_review_channel *c) { return w->f->terms.algorithm < 2 || !jl_review_signs_nothing(w->f, c); }

/* ---- money ---- */
static bool may_get(const struct work *w, const struct jl_review_line *from, const struct jl_review_channel *to) {
  const struct jl_review_channel *giver = from->channel == SIZE_MAX ? NULL : &w->f->channels[from->channel];
  if (to->stops || !may_grow(w, to) || (w->f->terms.algorithm >= 2 && giver != NULL && signs_less(to, giver))) return false;
  if (from->finished) return costs_the_mean_at_most(w, to);
  return giver != NULL && giver != to && costs_more(w, giver, to->spend.value, to->qualified.value) && brings_more(to, giver);
}

static void move_from(struct work *w, size_t from) {
  const struct jl_review_facts *f = w->f;
  for (size_t k = 0; k < w->cheap_count; k++) {
    if (!may_get(w, &f->lines[from], &f->channels[w->cheap[k]])) continue;
    for (size_t to = 0; to < f->line_count; to++) {
      if (f->lines[to].channel != w->cheap[k] || to == from) continue;
      struct jl_review_room room = jl_review_room_between(&w->state, from, to);
      if (room.amount <= 0 || w->n == JL_REVIEW_PROPOSALS) continue;
      add(w, (struct jl_review_proposal){.section = JL_SECTION_BUDGET, .kind = JL_PROPOSAL_MOVE, .amount = room.amount, .held_by = room.held_by, .source = f->lines[from].id, .destination = f->lines[to].id});
      jl_review_take(&w->state, from, to, room.amount);
    }
  }
}

/* Those to be stopped, the others that are judged: the dearest first. */
static size_t sort_dear(const struct work *w, size_t *order) {
  const struct jl_review_facts *f = w->f;
  size_t n = 0;
  for (size_t i = 0; i < f->channel_count; i++) {
    if (!jl_review_judged(f, &f->channels[i]) && !f->channels[i].stops) continue;
    size_t at = n++;
    for (; at > 0 && jl_review_dearer(&f->channels[order[at - 1]], &f->channels[i]) < 0; at--) order[at] = order[at - 1];
    order[at] = i;
  }
  return n;
}

static void propose_moves(struct work *w, size_t *order) {
  const struct jl_review_facts *f = w->f;
  size_t n = sort_dear(w, order);
  for (size_t i = 0; i < f->line_count; i++)
    if (f->lines[i].finished) move_from(w, i);
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < f->line_count; i++)
      if (f->lines[i].channel == order[k] && !f->lines[i].finished) move_from(w, i);
}

/* ---- buckets ---- */
static void change_bucket(struct work *w, size_t i, int64_t kind, int64_t after) {
  const struct jl_review_line *line = &w->f->lines[i];
  int64_t planned = line->planned + w->state.in[i] - w->state.out[i];
  if (planned <= 0 || !w->f->is_whole || w->state.bucket[after] + planned > jl_review_upper(&w->state, after) ||
      w->state.bucket[line->bucket] - planned < jl_review_lower(&w->state, line->bucket))
    return;
  w->state.bucket[after] += planned;
  w->state.bucket[line->bucket] -= planned;
  add(w, (struct jl_review_proposal){.section = JL_SECTION_BUDGET, .kind = kind, .held_by = 0, .source = line->id, .before = line->bucket, .after = after});
}

static void propose_buckets(struct work *w) {
  const struct jl_review_facts *f = w->f;
  for (size_t i = 0; i < f->line_count; i++) {
    const struct jl_review_line *line = &f->lines[i];
    if (line->finished || line->bucket == 0 || line->channel == SIZE_MAX || !jl_review_judged(f, &f->channels[line->channel])) continue;
    const struct jl_review_channel *c = &f->channels[line->channel];
    if (line->bucket > JL_PROVEN && !jl_id_is_zero(&line->evidence) && costs_the_mean_at_most(w, c) && may_grow(w, c))
      change_bucket(w, i, JL_PROPOSAL_PROMOTE, line->bucket - 1);
    else if (line->bucket < JL_INNOVATION && w->mean.channels > 1 && costs_more(w, c, w->mean.spend, w->mean.qualified))
      change_bucket(w, i, JL_PROPOSAL_DEMOTE, line->bucket + 1);
  }
}

/* ---- channels ---- */
static bool lags_behind(const struct work *w, const struct jl_review_channel *c) {
  return c->benchmark.known && c->leads.known && c->leads.value >= w->f->terms.minimum_data && c->qualified.known &&
         (__int128)c->qualified.value * JL_FRACTION_ONE * 3 < (__int128)c->benchmark.value * c->leads.value * 2;
}

static void propose_channels(struct work *w) {
  const struct jl_review_facts *f = w->f;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < f->channel_count; i++) {
      const struct jl_review_channel *c = &f->channels[i];
      bool dear = jl_review_judged(f, c) && w->mean.channels > 1 && costs_more(w, c, w->mean.spend, w->mean.qualified);
      if (c->paused) continue;
      if (pass == 0 && c->stops) add(w, (struct jl_review_proposal){.section = JL_SECTION_BUDGET, .kind = JL_PROPOSAL_STOP, .source = c->id});
      if (pass == 1 && !c->stops && (dear || lags_behind(w, c))) add(w, (struct jl_review_proposal){.section = JL_SECTION_BUDGET, .kind = JL_PROPOSAL_OPTIMISE, .source = c->id});
    }
}

static void propose_start(struct work *w) {
  const struct jl_review_terms *t = &w->f->terms;
  int64_t lack = (int64_t)((__int128)w->state.total * t->rule[JL_INNOVATION] / JL_SHARE_ONE) - w->state.bucket[JL_INNOVATION];
  lack -= lack % jl_review_unit(t);
  if (w->f->is_whole && w->state.bucket[JL_INNOVATION] < jl_review_lower(&w->state, JL_INNOVATION) && lack > 0)
    add(w, (struct jl_review_proposal){.section = JL_SECTION_BUDGET, .kind = JL_PROPOSAL_START, .amount = lack, .after = JL_INNOVATION});
}

/* ---- of a week ---- */
static void propose_points(struct work *w) {
  for (int pass = 0; pass < 3; pass++)
    for (size_t i = 0; i < w->f->point_count; i++) {
      const struct jl_review_point *p = &w->f->points[i];
      int which = p->kpi ? 2 : p->status == JL_BLOCKED ? 0 : 1;
      static const int64_t kinds[] = {JL_PROPOSAL_UNBLOCK, JL_PROPOSAL_CATCH_UP, JL_PROPOSAL_CORRECT};
      if (which == pass && !p->on_target) add(w, (struct jl_review_proposal){.section = p->section, .kind = kinds[pass], .source = p->id});
    }
}

bool jl_review_propose(const struct jl_review_facts *facts, struct jl_arena *a, struct jl_review_proposal **ret, size_t *ret_n) {
  struct work w = {.f = facts, .mean = facts->mean};
  size_t *order = jl_arena_array(a, facts->channel_count + 1, sizeof *order);
  w.cheap = jl_arena_array(a, facts->channel_count + 1, sizeof *w.cheap);
  w.list = jl_arena_array(a, JL_REVIEW_PROPOSALS, sizeof *w.list);
  if (order == NULL || w.cheap == NULL || w.list == NULL || !jl_review_state(facts, a, &w.state)) return false;
  if (jl_review_knows(facts->terms.algorithm)) {
    sort_cheap(&w);
    propose_moves(&w, order);
    propose_buckets(&w);
    propose_channels(&w);
    propose_start(&w);
    propose_points(&w);
  }
  *ret = w.list;
  *ret_n = w.n;
  return true;
}

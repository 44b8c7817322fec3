/* What a channel brings for its money, and how much may move between two lines. */
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/model/review/review.h"
#include "common/model/review/room.h"
#include "common/record/schema.h"

bool jl_review_judged(const struct jl_review_facts *f, const struct jl_review_channel *c) {
  return c->spend.known && c->spend.value > 0 && c->qualified.known && c->qualified.value >= f->terms.minimum_data;
}

bool jl_review_knows(int64_t algorithm) { return algorithm >= 1 && algorithm <= JL_ARITHMETIC_VERSION; }

bool jl_review_signs_nothing(const struct jl_review_facts *f, const struct jl_review_channel *c) {
  if (!jl_review_judged(f, c) || !c->signed_revenue.known || c->signed_revenue.value > 0) return false;
  for (size_t i = 0; i < f->channel_count; i++)
    if (f->channels[i].signed_revenue.known && f->channels[i].signed_revenue.value > 0) return true;
  return false;
}

int jl_review_dearer(const struct jl_review_channel *a, const struct jl_review_channel *b) {
  __int128 x = (__int128)a->spend.value * b->qualified.value, y = (__int128)b->spend.value * a->qualified.value;
  if (a->qualified.value == 0 && b->qualified.value == 0) return 0;
  return x > y ? 1 : x < y ? -1 : 0;
}

static struct jl_review_mean mean_of(const struct jl_review_facts *f) {
  struct jl_review_mean mean = {0};
  for (size_t i = 0; i < f->channel_count; i++) {
    const struct jl_review_channel *c = &f->channels[i];
    struct jl_review_mean next = mean;
    if (!jl_review_judged(f, c) || !jl_add(mean.spend, c->spend.value, &next.spend) || !jl_add(mean.qualified, c->qualified.value, &next.qualified)) continue;
    next.channels++;
    mean = next;
  }
  return mean;
}

static bool stops(const struct jl_review_facts *f, const struct jl_review_channel *c) {
  if (f->mean.qualified == 0 || !c->spend.known || c->spend.value <= 0 || !c->qualified.known) return false;
  __int128 cost = (__int128)c->spend.value * f->mean.qualified; /* what its money brings at the mean cost, times the mean's money */
  if (jl_review_judged(f, c)) return f->mean.channels > 1 && cost >= (__int128)f->mean.spend * c->qualified.value * 3;
  return cost >= (__int128)f->mean.spend * f->terms.minimum_data * 2;
}

void jl_review_judge(struct jl_review_facts *io) {
  io->mean = mean_of(io);
  io->is_whole = true;
  for (size_t i = 0; i < io->line_count; i++) io->is_whole = io->is_whole && (io->lines[i].unknown & (1U << JL_MONEY_PLANNED)) == 0;
  for (size_t i = 0; i < io->channel_count; i++) io->channels[i].stops = stops(io, &io->channels[i]);
}

struct jl_known jl_review_qualified_for(const struct jl_review_channel *c, int64_t amount) {
  struct jl_known k = {0};
  __int128 above;
  if (!c->spend.known || c->spend.value <= 0 || !c->qualified.known || __builtin_mul_overflow((__int128)amount * c->qualified.value, (__int128)JL_FRACTION_ONE, &above)) return k;
  k.known = jl_divide_half_even(above, c->spend.value, &k.value);
  return k;
}

struct jl_known jl_review_revenue_for(const struct jl_review_channel *c, int64_t amount) {
  struct jl_known k = {0};
  if (!c->spend.known || c->spend.value <= 0 || !c->signed_revenue.known || !c->customers.known || c->customers.value < JL_ENOUGH_CUSTOMERS) return k;
  k.known = jl_divide_half_even((__int128)amount * c->signed_revenue.value, c->spend.value, &k.value);
  return k;
}

int64_t jl_review_planned(const struct jl_review_facts *f, int64_t bucket) {
  int64_t sum = 0;
  for (size_t i = 0; i < f->line_count; i++)
    if ((bucket < 0 || f->lines[i].bucket == bucket) && !jl_add(sum, f->lines[i].planned, &sum)) return INT64_MAX;
  return sum;
}

int64_t jl_review_unit(const struct jl_review_terms *terms) {
  int64_t unit = 10;
  for (int digits = jl_currency_digits(terms->currency); digits > 0; digits--) unit *= 10;
  return unit;
}

/* ---- what has moved already ---- */
bool jl_review_state(const struct jl_review_facts *f, struct jl_arena *a, struct jl_review_state *ret) {
  *ret = (struct jl_review_state){.facts = f, .out = jl_arena_array(a, f->line_count + 1, sizeof *ret->out), .in = jl_arena_array(a, f->line_count + 1, sizeof *ret->in), .total = jl_review_planned(f, -1)};
  if (ret->out == NULL || ret->in == NULL) return false;
  for (size_t i = 0; i < f->line_count; i++) ret->out[i] = ret->in[i] = 0;
  for (int64_t bucket = 0; bucket < 4; bucket++) ret->bucket[bucket] = jl_review_planned(f, bucket);
  for (size_t i = 0; i < f->channel_count; i++)
    if (f->channels[i].qualified.known && !jl_add(ret->treated, f->channels[i].qualified.value, &ret->treated)) ret->treated = INT64_MAX / JL_FRACTION_ONE;
  ret->treated = ret->treated > INT64_MAX / JL_FRACTION_ONE / 2 ? INT64_MAX / 2 : ret->treated * JL_FRACTION_ONE;
  return true;
}

static const struct jl_review_channel *channel_of(const struct jl_review_facts *f, const struct jl_review_line *line) {
  return line->channel == SIZE_MAX ? NULL : &f->channels[line->channel];
}

/* Millionths of qualified leads that sales get more. */
static int64_t gain(const struct jl_review_facts *f, const struct jl_review_line *from, const struct jl_review_line *to, int64_t amount) {
  const struct jl_review_channel *x = channel_of(f, from), *y = channel_of(f, to);
  struct jl_known lost = {0}, won = {0};
  int64_t more;
  if (x != NULL && !from->finished) lost = jl_review_qualified_for(x, amount);
  if (y != NULL) won = jl_review_qualified_for(y, amount);
  if (__builtin_sub_overflow(won.known ? won.value : 0, lost.known ? lost.value : 0, &more)) return 0;
  return more;
}

void jl_review_take(struct jl_review_state *s, size_t from, size_t to, int64_t amount) {
  const struct jl_review_facts *f = s->facts;
  s->out[from] += amount;
  s->in[to] += amount;
  s->bucket[f->lines[from].bucket] -= amount;
  s->bucket[f->lines[to].bucket] += amount;
  int64_t more = gain(f, &f->lines[from], &f->lines[to], amount);
  if (!jl_add(s->treated, more, &s->treated)) s->treated = INT64_MAX;
}

/* ---- the limits ---- */
struct limits {
  int64_t most[6]; /* by number of bit; INT64_MAX: none */
};

static void limit(struct limits *l, int64_t most, int64_t bit) {
  int64_t *at = &l->most[__builtin_ctzll((unsigned long long)bit)];
  if (most < 0) most = 0;
  if (most < *at) *at = most;
}

static int64_t part(int64_t amount, int64_t share) { return (int64_t)((__int128)amount * share / JL_SHARE_ONE); }

int64_t jl_review_upper(const struct jl_review_state *s, int64_t bucket) {
  const struct jl_review_terms *t = &s->facts->terms;
  int64_t share = t->rule[bucket] + t->tolerance;
  return part(s->total, share > JL_SHARE_ONE ? JL_SHARE_ONE : share);
}

int64_t jl_review_lower(const struct jl_review_state *s, int64_t bucket) {
  const struct jl_review_terms *t = &s->facts->terms;
  int64_t share = t->rule[bucket] - t->tolerance;
  if (share <= 0) return 0;
  return (int64_t)(((__int128)s->total * share + JL_SHARE_ONE - 1) / JL_SHARE_ONE);
}

/* The more moves the more sales get: halved until it is what they can treat. */
static int64_t sales_limit(const struct jl_review_state *s, size_t from, size_t to, int64_t amount) {
  const struct jl_review_facts *f = s->facts;
  int64_t unit = jl_review_unit(&f->terms), low = 0, high = amount / unit, free;
  if (!f->capacity.known || gain(f, &f->lines[from], &f->lines[to], amount) <= 0) return INT64_MAX;
  if (__builtin_mul_overflow(f->capacity.value, (int64_t)JL_FRACTION_ONE, &free)) return INT64_MAX;
  free = free > s->treated ? free - s->treated : 0;
  if (gain(f, &f->lines[from], &f->lines[to], amount) <= free) return INT64_MAX;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (gain(f, &f->lines[from], &f->lines[to], middle * unit) <= free)
      low = middle;
    else
      high = middle - 1;
  }
  return low * unit;
}

static struct limits limits_between(const struct jl_review_state *s, size_t from, size_t to) {
  const struct jl_review_facts *f = s->facts;
  const struct jl_review_line *x = &f->lines[from], *y = &f->lines[to];
  const struct jl_review_channel *giver = channel_of(f, x), *getter = channel_of(f, y);
  bool idle = x->finished || (giver != NULL && giver->stops);
  struct limits l = {{INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}};
  limit(&l, x->fixed || y->fixed || s->in[from] > 0 || s->out[to] > 0 ? 0 : x->movable - s->out[from], JL_LIMIT_MOVABLE);
  if (!idle) limit(&l, part(x->planned, f->terms.step) - s->out[from], JL_LIMIT_STEP);
  limit(&l, y->finished ? 0 : part(y->planned, f->terms.step) - s->in[to], JL_LIMIT_STEP);
  if (y->maximum.known) limit(&l, y->maximum.value - y->planned - s->in[to], JL_LIMIT_MAXIMUM);
  if (x->bucket != y->bucket && !f->is_whole) limit(&l, 0, JL_LIMIT_SHARES);
  if (x->bucket != y->bucket && y->bucket != 0) limit(&l, jl_review_upper(s, y->bucket) - s->bucket[y->bucket], JL_LIMIT_SHARES);
  if (x->bucket != y->bucket && x->bucket != 0) limit(&l, s->bucket[x->bucket] - jl_review_lower(s, x->bucket), JL_LIMIT_SHARES);
  if (getter != NULL && getter->overloaded > 0) limit(&l, 0, JL_LIMIT_PEOPLE);
  return l;
}

struct jl_review_room jl_review_room_between(const struct jl_review_state *s, size_t from, size_t to) {
  struct limits l = limits_between(s, from, to);
  struct jl_review_room room = {.most = l.most[0], .amount = INT64_MAX};
  for (size_t i = 0; i < JL_COUNT(l.most); i++)
    if (l.most[i] < room.amount) room.amount = l.most[i];
  limit(&l, sales_limit(s, from, to, room.amount), JL_LIMIT_SALES);
  if (l.most[4] < room.amount) room.amount = l.most[4];
  for (size_t i = 0; i < JL_COUNT(l.most); i++)
    if (l.most[i] == room.amount) room.held_by |= INT64_C(1) << i;
  room.amount -= room.amount % jl_review_unit(&s->facts->terms);
  return room;
}

/* ---- what people propose, and what is accepted ---- */
bool jl_review_beyond(const struct jl_review_facts *f, const struct jl_review_proposal *move, struct jl_arena *a, int64_t *ret_most, int64_t *ret_bits) {
  const struct jl_review_line *x = jl_review_line(f, &move->source), *y = jl_review_line(f, &move->destination);
  struct jl_review_state s;
  *ret_most = 0;
  *ret_bits = JL_LIMIT_MOVABLE;
  if (!jl_review_state(f, a, &s)) return false;
  if (x == NULL || y == NULL || x == y) return true;
  size_t from = (size_t)(x - f->lines), to = (size_t)(y - f->lines);
  struct limits l = limits_between(&s, from, to);
  limit(&l, sales_limit(&s, from, to, move->amount), JL_LIMIT_SALES);
  *ret_most = l.most[0];
  *ret_bits = 0;
  for (size_t i = 0; i < JL_COUNT(l.most); i++)
    if (l.most[i] < move->amount) *ret_bits |= INT64_C(1) << i;
  return true;
}

static bool take_all(struct jl_review_state *s, const struct jl_review_proposal *moves, size_t n, bool *ret_known) {
  const struct jl_review_facts *f = s->facts;
  *ret_known = true;
  for (size_t i = 0; i < n; i++) {
    const struct jl_review_line *p = jl_review_line(f, &moves[i].source), *q = jl_review_line(f, &moves[i].destination);
    if (moves[i].kind == JL_PROPOSAL_MOVE && p != NULL && q != NULL)
      jl_review_take(s, (size_t)(p - f->lines), (size_t)(q - f->lines), moves[i].amount);
    if ((moves[i].kind == JL_PROPOSAL_PROMOTE || moves[i].kind == JL_PROPOSAL_DEMOTE) && p != NULL) {
      int64_t planned = p->planned + s->in[p - f->lines] - s->out[p - f->lines];
      s->bucket[moves[i].before & 3] -= planned;
      s->bucket[moves[i].after & 3] += planned;
    }
    *ret_known = *ret_known && (moves[i].kind > JL_PROPOSAL_DEMOTE || p != NULL);
  }
  return *ret_known;
}

bool jl_review_all_beyond(const struct jl_review_facts *f, const struct jl_review_proposal *moves, size_t n, struct jl_arena *a, struct jl_review_after *ret) {
  struct jl_review_state before, s;
  bool are_known;
  int64_t capacity;
  *ret = (struct jl_review_after){.line = SIZE_MAX};
  if (!jl_review_state(f, a, &before) || !jl_review_state(f, a, &s)) return false;
  (void)take_all(&s, moves, n, &are_known);
  for (size_t i = 0; i < f->line_count; i++) {
    const struct jl_review_line *l = &f->lines[i];
    if (s.out[i] > l->movable || (s.out[i] > 0 && s.in[i] > 0)) ret->beyond |= JL_LIMIT_MOVABLE;
    if (s.in[i] > 0 && l->maximum.known && l->planned + s.in[i] > l->maximum.value) ret->beyond |= JL_LIMIT_MAXIMUM;
    if (ret->beyond != 0 && ret->line == SIZE_MAX) ret->line = i;
  }
  for (int64_t b = 1; b < 4; b++) {
    bool unknown = !f->is_whole && s.bucket[b] != before.bucket[b], above = s.bucket[b] > jl_review_upper(&s, b) && s.bucket[b] > before.bucket[b], below = s.bucket[b] < jl_review_lower(&s, b) && s.bucket[b] < before.bucket[b];
    if (unknown || above || below) ret->beyond |= JL_LIMIT_SHARES;
    if ((unknown || above || below) && ret->bucket == 0) ret->bucket = b;
  }
  for (int64_t b = 0; b < 4; b++) ret->planned[b] = s.bucket[b];
  if (f->capacity.known && !__builtin_mul_overflow(f->capacity.value, (int64_t)JL_FRACTION_ONE, &capacity) && s.treated > capacity && s.treated > before.treated) ret->beyond |= JL_LIMIT_SALES;
  return true;
}

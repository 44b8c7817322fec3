#include "common/model/review/review.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static int64_t number_of(const struct jl_record *record, uint32_t field, int64_t otherwise) { return jl_record_int(record->type, record->body, field, otherwise); }

static struct jl_known known(const struct jl_record *fact, uint32_t field) {
  struct jl_known k = {.known = jl_record_has(fact->body, field)};
  if (k.known) k.value = number_of(fact, field, 0);
  return k;
}

static void take(struct jl_known *io, const struct jl_record *fact, uint32_t field) {
  if (jl_record_has(fact->body, field)) *io = known(fact, field);
}

static struct jl_id id_of(const struct jl_record *fact, uint32_t field) {
  struct jl_id id = {{0}};
  (void)jl_record_id(fact->type, fact->body, field, &id);
  return id;
}

static void read_unrated(struct jl_review_unrated *io, const struct jl_record *fact) {
  struct jl_bytes currency = jl_record_text(fact->type, fact->body, JL_REVIEW_FACT_UNRATED_IN);
  if (!jl_record_has(fact->body, JL_REVIEW_FACT_UNRATED)) return;
  *io = (struct jl_review_unrated){.count = number_of(fact, JL_REVIEW_FACT_UNRATED, 0), .since = (int32_t)number_of(fact, JL_REVIEW_FACT_UNRATED_SINCE, 0)};
  if (currency.size < sizeof io->currency) memcpy(io->currency, currency.data, currency.size);
}

static void read_terms(const struct jl_record *review, struct jl_review_terms *t) {
  struct jl_bytes currency = jl_record_text(review->type, review->body, JL_REVIEW_CURRENCY);
  *t = (struct jl_review_terms){.kind = number_of(review, JL_REVIEW_KIND, 0),
                                .rule = {0, number_of(review, JL_REVIEW_SHARE_PROVEN, 0), number_of(review, JL_REVIEW_SHARE_OPTIMISATION, 0), number_of(review, JL_REVIEW_SHARE_INNOVATION, 0)},
                                .tolerance = number_of(review, JL_REVIEW_SHARE_TOLERANCE, 0),
                                .minimum_data = number_of(review, JL_REVIEW_MINIMUM_DATA, JL_ENOUGH_QUALIFIED),
                                .step = number_of(review, JL_REVIEW_STEP, JL_STEP_DEFAULT),
                                .gap = number_of(review, JL_REVIEW_GAP, JL_GAP_DEFAULT),
                                .algorithm = number_of(review, JL_REVIEW_ALGORITHM, 0),
                                .first = (int32_t)number_of(review, JL_REVIEW_FIRST, 0),
                                .last = (int32_t)number_of(review, JL_REVIEW_LAST, 0),
                                .since = (int32_t)number_of(review, JL_REVIEW_SINCE, 0),
                                .frozen_on = (int32_t)number_of(review, JL_REVIEW_FROZEN_ON, 0)};
  if (currency.size < sizeof t->currency) memcpy(t->currency, currency.data, currency.size);
}

/* ---- a thing with facts in several sections ---- */
static struct jl_review_channel *channel_in(struct jl_review_channel *list, size_t *io_n, const struct jl_id *id) {
  for (size_t i = 0; i < *io_n; i++)
    if (jl_id_equal(&list[i].id, id)) return &list[i];
  list[*io_n] = (struct jl_review_channel){.id = *id};
  return &list[(*io_n)++];
}

static void read_channel(struct jl_review_channel *c, const struct jl_record *fact) {
  struct jl_bytes name = jl_record_text(fact->type, fact->body, JL_REVIEW_FACT_NAME);
  int64_t section = number_of(fact, JL_REVIEW_FACT_SECTION, 0);
  c->number = (uint64_t)number_of(fact, JL_REVIEW_FACT_SUBJECT_NUMBER, 0);
  if (section > 0 && section < JL_SECTIONS) c->facts[section] = fact;
  if (name.size > 0) c->name = name;
  take(&c->spend, fact, JL_REVIEW_FACT_SPEND);
  take(&c->leads, fact, JL_REVIEW_FACT_LEADS);
  take(&c->qualified, fact, JL_REVIEW_FACT_QUALIFIED);
  take(&c->opportunities, fact, JL_REVIEW_FACT_OPPORTUNITIES);
  take(&c->customers, fact, JL_REVIEW_FACT_CUSTOMERS);
  take(&c->potential, fact, JL_REVIEW_FACT_POTENTIAL);
  take(&c->signed_revenue, fact, JL_REVIEW_FACT_SIGNED);
  take(&c->benchmark, fact, JL_REVIEW_FACT_BENCHMARK);
  read_unrated(&c->unrated, fact);
  c->overloaded += number_of(fact, JL_REVIEW_FACT_OVERLOADED, 0);
  c->paused = c->paused || (section == JL_SECTION_STRATEGY && number_of(fact, JL_REVIEW_FACT_FINISHED, 0) != 0);
}

static struct jl_review_line *line_in(struct jl_review_facts *f, const struct jl_id *id) {
  for (size_t i = 0; i < f->line_count; i++)
    if (jl_id_equal(&f->lines[i].id, id)) return &f->lines[i];
  f->lines[f->line_count] = (struct jl_review_line){.id = *id, .channel = SIZE_MAX};
  return &f->lines[f->line_count++];
}

const uint32_t jl_review_amounts[JL_MONEY_KINDS] = {[JL_MONEY_PLANNED] = JL_REVIEW_FACT_PLANNED, [JL_MONEY_COMMITTED] = JL_REVIEW_FACT_COMMITTED, [JL_MONEY_ACTUAL] = JL_REVIEW_FACT_ACTUAL};

static void read_amounts(struct jl_review_line *l, const struct jl_record *fact) {
  l->name = jl_record_text(fact->type, fact->body, JL_REVIEW_FACT_NAME);
  l->fact = fact;
  read_unrated(&l->unrated, fact);
  for (int kind = 0; l->unrated.count > 0 && kind < JL_MONEY_KINDS; kind++)
    if (!jl_record_has(fact->body, jl_review_amounts[kind])) l->unknown |= 1U << kind;
  l->planned = number_of(fact, JL_REVIEW_FACT_PLANNED, 0);
  l->committed = number_of(fact, JL_REVIEW_FACT_COMMITTED, 0);
  l->actual = number_of(fact, JL_REVIEW_FACT_ACTUAL, 0);
  l->movable = number_of(fact, JL_REVIEW_FACT_MOVABLE, 0);
  l->bucket = number_of(fact, JL_REVIEW_FACT_BUCKET, 0);
  l->maximum = known(fact, JL_REVIEW_FACT_MAXIMUM);
  l->fixed = number_of(fact, JL_REVIEW_FACT_FIXED, 0) != 0;
  l->first_month = (int32_t)number_of(fact, JL_REVIEW_FACT_FIRST_MONTH, 0);
  l->last_month = (int32_t)number_of(fact, JL_REVIEW_FACT_LAST_MONTH, 0);
  if (l->bucket < 0 || l->bucket > JL_INNOVATION) l->bucket = 0;
}

/* The amounts are of the budget, whether its work is finished of the actions, what proves it of where the KPI is measured. */
static void read_line(struct jl_review_line *l, const struct jl_record *fact) {
  int64_t section = number_of(fact, JL_REVIEW_FACT_SECTION, 0);
  l->number = (uint64_t)number_of(fact, JL_REVIEW_FACT_SUBJECT_NUMBER, 0);
  if (section == JL_SECTION_BUDGET) read_amounts(l, fact);
  if (jl_record_has(fact->body, JL_REVIEW_FACT_LEVER)) l->lever = id_of(fact, JL_REVIEW_FACT_LEVER);
  l->finished = l->finished || number_of(fact, JL_REVIEW_FACT_FINISHED, 0) != 0;
  if (jl_record_has(fact->body, JL_REVIEW_FACT_EVIDENCE) && (jl_id_is_zero(&l->evidence) || section < l->evidence_of)) {
    l->evidence = id_of(fact, JL_REVIEW_FACT_EVIDENCE);
    l->evidence_of = section;
  }
}

static struct jl_review_point *point_in(struct jl_review_facts *f, const struct jl_id *id, bool kpi) {
  for (size_t i = 0; i < f->point_count; i++)
    if (jl_id_equal(&f->points[i].id, id)) return &f->points[i];
  f->points[f->point_count] = (struct jl_review_point){.id = *id, .due = INT32_MAX, .kpi = kpi, .on_target = kpi};
  return &f->points[f->point_count++];
}

/* A KPI is off its target where a value is told; its name and target are of the strategy. */
static void read_point(struct jl_review_point *p, const struct jl_record *fact) {
  struct jl_bytes name = jl_record_text(fact->type, fact->body, JL_REVIEW_FACT_NAME);
  p->number = (uint64_t)number_of(fact, JL_REVIEW_FACT_SUBJECT_NUMBER, 0);
  if (name.size > 0) p->name = name;
  if (p->kpi && jl_record_has(fact->body, JL_REVIEW_FACT_TARGET)) p->told = fact;
  if (p->kpi && !jl_record_has(fact->body, JL_REVIEW_FACT_VALUE)) return;
  p->fact = fact;
  p->section = number_of(fact, JL_REVIEW_FACT_SECTION, 0);
  p->status = number_of(fact, JL_REVIEW_FACT_STATUS, 0);
  p->due = (int32_t)number_of(fact, JL_REVIEW_FACT_DUE, INT32_MAX);
  p->on_target = number_of(fact, JL_REVIEW_FACT_ON_TARGET, 0) != 0;
}

/* ---- in an order of their own: numbers never change, and of two alike the ids decide ---- */
static int by_number(uint64_t a, uint64_t b, const struct jl_id *x, const struct jl_id *y) { return a != b ? (a < b ? -1 : 1) : jl_id_compare(x, y); }
static int by_channel(const void *left, const void *right) {
  const struct jl_review_channel *a = left, *b = right;
  return by_number(a->number, b->number, &a->id, &b->id);
}
static int by_line(const void *left, const void *right) {
  const struct jl_review_line *a = left, *b = right;
  return by_number(a->number, b->number, &a->id, &b->id);
}
static int by_point(const void *left, const void *right) {
  const struct jl_review_point *a = left, *b = right;
  if (a->kpi != b->kpi) return a->kpi ? 1 : -1;
  return by_number(a->number, b->number, &a->id, &b->id);
}

static void read_fact(struct jl_review_facts *f, const struct jl_record *fact) {
  struct jl_id subject = id_of(fact, JL_REVIEW_FACT_SUBJECT);
  switch (number_of(fact, JL_REVIEW_FACT_KIND, 0)) {
  case JL_FACT_CHANNEL:
    read_channel(channel_in(f->channels, &f->channel_count, &subject), fact);
    break;
  case JL_FACT_CAMPAIGN:
    read_channel(channel_in(f->campaigns, &f->campaign_count, &subject), fact);
    break;
  case JL_FACT_LINE:
    read_line(line_in(f, &subject), fact);
    break;
  case JL_FACT_ACTION:
    read_point(point_in(f, &subject, false), fact);
    break;
  case JL_FACT_KPI:
    read_point(point_in(f, &subject, true), fact);
    break;
  case JL_FACT_SALES:
    f->capacity = known(fact, JL_REVIEW_FACT_CAPACITY);
    f->sales = fact;
    break;
  default: /* of a newer version */
    break;
  }
}

/* Of a line the amounts are needed, of a campaign what it cost or brought. */
static void drop_incomplete(struct jl_review_facts *f) {
  size_t lines = 0, campaigns = 0;
  for (size_t i = 0; i < f->line_count; i++)
    if (f->lines[i].fact != NULL) f->lines[lines++] = f->lines[i];
  for (size_t i = 0; i < f->campaign_count; i++)
    if (f->campaigns[i].facts[JL_SECTION_BUDGET] != NULL || f->campaigns[i].facts[JL_SECTION_PIPELINE] != NULL) f->campaigns[campaigns++] = f->campaigns[i];
  f->line_count = lines;
  f->campaign_count = campaigns;
}

static void order(struct jl_review_facts *f) {
  drop_incomplete(f);
  if (f->channel_count > 0) qsort(f->channels, f->channel_count, sizeof *f->channels, by_channel);
  if (f->campaign_count > 0) qsort(f->campaigns, f->campaign_count, sizeof *f->campaigns, by_channel);
  if (f->line_count > 0) qsort(f->lines, f->line_count, sizeof *f->lines, by_line);
  if (f->point_count > 0) qsort(f->points, f->point_count, sizeof *f->points, by_point);
  for (size_t i = 0; i < f->line_count; i++) {
    const struct jl_review_channel *c = jl_review_channel(f, &f->lines[i].lever);
    f->lines[i].channel = c == NULL ? SIZE_MAX : (size_t)(c - f->channels);
    if (c != NULL && c->paused) f->lines[i].finished = true;
  }
  jl_review_judge(f);
}

bool jl_review_read(const struct jl_replica *r, const struct jl_record *review, uint32_t sections, struct jl_arena *a, struct jl_review_facts *ret) {
  size_t n = 0;
  const struct jl_record **facts = jl_replica_referring(r, &review->id, JL_TYPE_REVIEW_FACT, JL_REVIEW_FACT_REVIEW, a, &n);
  *ret = (struct jl_review_facts){.channel_count = 0};
  if (n == SIZE_MAX) return false;
  read_terms(review, &ret->terms);
  ret->channels = jl_arena_array(a, n + 1, sizeof *ret->channels);
  ret->campaigns = jl_arena_array(a, n + 1, sizeof *ret->campaigns);
  ret->lines = jl_arena_array(a, n + 1, sizeof *ret->lines);
  ret->points = jl_arena_array(a, n + 1, sizeof *ret->points);
  if (ret->channels == NULL || ret->campaigns == NULL || ret->lines == NULL || ret->points == NULL) return false;
  for (size_t i = 0; i < n; i++)
    if (sections >> number_of(facts[i], JL_REVIEW_FACT_SECTION, 0) & 1) read_fact(ret, facts[i]);
  order(ret);
  return true;
}

/* ---- proposals that are kept ---- */
static int by_key(const void *left, const void *right) {
  const struct jl_review_proposal *a = left, *b = right;
  return a->key < b->key ? -1 : a->key > b->key;
}

bool jl_review_kept(const struct jl_replica *r, const struct jl_record *review, uint32_t sections, struct jl_arena *a, struct jl_review_proposal **ret, size_t *ret_n) {
  size_t n = 0, kept = 0;
  const struct jl_record **all = jl_replica_referring(r, &review->id, JL_TYPE_REVIEW_PROPOSAL, JL_REVIEW_PROPOSAL_REVIEW, a, &n);
  struct jl_review_proposal *list = n == SIZE_MAX ? NULL : jl_arena_array(a, n + 1, sizeof *list);
  if (list == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *p = all[i];
    if (!(sections >> number_of(p, JL_REVIEW_PROPOSAL_SECTION, 0) & 1)) continue;
    list[kept++] = (struct jl_review_proposal){.key = number_of(p, JL_REVIEW_PROPOSAL_KEY, 0),
                                               .section = number_of(p, JL_REVIEW_PROPOSAL_SECTION, 0),
                                               .kind = number_of(p, JL_REVIEW_PROPOSAL_KIND, 0),
                                               .amount = number_of(p, JL_REVIEW_PROPOSAL_AMOUNT, 0),
                                               .held_by = number_of(p, JL_REVIEW_PROPOSAL_HELD_BY, 0),
                                               .before = number_of(p, JL_REVIEW_PROPOSAL_BEFORE, 0),
                                               .after = number_of(p, JL_REVIEW_PROPOSAL_AFTER, 0),
                                               .source = id_of(p, JL_REVIEW_PROPOSAL_SOURCE),
                                               .destination = id_of(p, JL_REVIEW_PROPOSAL_DESTINATION),
                                               .record = p};
  }
  if (kept > 0) qsort(list, kept, sizeof *list, by_key);
  *ret = list;
  *ret_n = kept;
  return true;
}

struct jl_review_channel *jl_review_channel(const struct jl_review_facts *f, const struct jl_id *id) {
  for (size_t i = 0; i < f->channel_count; i++)
    if (jl_id_equal(&f->channels[i].id, id)) return &f->channels[i];
  return NULL;
}

struct jl_review_line *jl_review_line(const struct jl_review_facts *f, const struct jl_id *id) {
  for (size_t i = 0; i < f->line_count; i++)
    if (jl_id_equal(&f->lines[i].id, id)) return &f->lines[i];
  return NULL;
}

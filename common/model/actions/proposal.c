#include "common/model/actions/proposal.h"
#include "common/base/calendar.h"
#include "common/model/view_support.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_NAMED 8 /* actions of a chain that are named */

struct jl_proposal jl_propose(const struct jl_network *n, size_t i) {
  const struct jl_work *w = &n->schedule.works[i];
  const struct jl_planned *d = &n->schedule.dates[i];
  const struct jl_record *action = n->activities[i].action;
  struct jl_proposal p = {.typed_start = (int32_t)jl_view_int(action, JL_ACTION_START, JL_NO_DAY),
                          .typed_due = (int32_t)jl_view_int(action, JL_ACTION_DUE, JL_NO_DAY),
                          .first = jl_planned_first(w, &d->planned),
                          .last = jl_planned_last(w, &d->planned)};
  int64_t timing = jl_view_int(action, JL_ACTION_TIMING, 0);
  bool worked_out = timing == JL_EARLIEST || timing == JL_LATEST;
  p.start = p.typed_start;
  p.due = p.typed_due;
  if (!w->held) p.start = p.first;
  if (!w->fixed && (worked_out || p.typed_due == JL_NO_DAY || p.typed_due < p.last)) p.due = p.last;
  if (w->fixed)
    p.overrun = d->slack < 0 ? -d->slack : 0;
  else if (w->deadline != JL_NO_DAY)
    p.overrun = jl_days_between(w->days, w->deadline + 1, d->planned.finish);
  if (p.overrun < 0) p.overrun = 0;
  return p;
}

bool jl_view_network(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *ret, struct jl_error *err) {
  const struct jl_network_of of = {.plan = in->space, .organisation = in->organisation, .today = in->today};
  *ret = (struct jl_network){.count = 0};
  return !jl_view_sees(in, JL_SECTION_ACTIONS) || jl_network_new(&of, jl_builder_arena(b), ret, err);
}

static const bool *reached(struct jl_builder *b, const struct jl_network *n, size_t of, bool behind) {
  const struct jl_schedule *s = &n->schedule;
  bool *seen = jl_view_alloc(b, n->count + 1, sizeof *seen);
  if (seen == NULL || of >= n->count) return seen;
  seen[of] = true;
  for (size_t at = 0; at < n->count; at++) { /* links lead forward in this order */
    uint32_t i = s->order[behind ? at : n->count - 1 - at];
    const uint32_t *first = behind ? s->out_first : s->in_first, *list = behind ? s->out : s->in;
    for (uint32_t k = first[i]; seen[i] && k < first[i + 1]; k++) seen[behind ? s->links[list[k]].after : s->links[list[k]].before] = true;
  }
  return seen;
}
const bool *jl_network_upstream(struct jl_builder *b, const struct jl_network *n, size_t of) { return reached(b, n, of, false); }
const bool *jl_network_downstream(struct jl_builder *b, const struct jl_network *n, size_t of) { return reached(b, n, of, true); }

void jl_cell_day(struct jl_builder *b, int32_t day) {
  jl_cell(b, day == JL_NO_DAY ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_date(day));
}

/* The one of the next number behind `last`; NULL: none. Of one action the kinds ascend. */
static const struct jl_dependence *next_wait(const struct jl_network *n, size_t i, const struct jl_dependence *last) {
  const struct jl_schedule *s = &n->schedule;
  const struct jl_dependence *best = NULL;
  uint64_t behind = last == NULL ? 0 : n->activities[last->before].action->number;
  for (uint32_t k = s->in_first[i]; k < s->in_first[i + 1]; k++) {
    const struct jl_dependence *l = &s->links[s->in[k]];
    uint64_t number = n->activities[l->before].action->number;
    if (last != NULL && (number < behind || (number == behind && l <= last))) continue;
    if (best == NULL || number < n->activities[best->before].action->number) best = l;
  }
  return best;
}

void jl_cell_waits_for(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i) {
  static const char *const kinds[] = {"", "", " ss", " ff", " sf"};
  char text[400] = "";
  size_t used = 0;
  (void)in;
  for (const struct jl_dependence *l = NULL; used + 60 < sizeof text && (l = next_wait(n, i, l)) != NULL;) {
    const struct jl_record *before = n->activities[l->before].action;
    char reference[JL_REFERENCE_SIZE], lag[16] = "";
    jl_reference_format(before->type, before->number, reference);
    if (l->lag != 0) snprintf(lag, sizeof lag, "%s%+d", l->kind == JL_LINK_FS ? " fs" : "", l->lag);
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s%s", used > 0 ? ", " : "", reference, kinds[l->kind], lag);
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, used});
}

void jl_cell_whose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i) {
  const struct jl_id *whose = &n->activities[i].whose;
  if (jl_id_is_zero(whose)) {
    jl_cell_empty(b);
    return;
  }
  const char *name = jl_view_holder_name(in, b, whose);
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
}

/* A chain that comes to what is held ends there, unless it is what the question is about. */
static size_t driver_of(const struct jl_network *n, size_t i, size_t asked) {
  uint32_t driver = n->schedule.dates[i].driver;
  return driver == JL_NO_LINK || (i != asked && n->schedule.works[i].held) ? SIZE_MAX : n->schedule.links[driver].before;
}

void jl_cell_chain(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i) {
  size_t chain[CHAIN_NAMED], length = 0;
  char text[300] = "", reference[JL_REFERENCE_SIZE];
  size_t used = 0, at = i;
  (void)in;
  for (; at != SIZE_MAX && length < CHAIN_NAMED; at = driver_of(n, at, i)) chain[length++] = at;
  if (at != SIZE_MAX) used = (size_t)snprintf(text, sizeof text, "... -> ");
  while (length-- > 0) {
    const struct jl_record *action = n->activities[chain[length]].action;
    jl_reference_format(action->type, action->number, reference);
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", reference, length > 0 ? " -> " : "");
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, used});
}

/* Each work once, in the order in which links lead forward: a chain may be as long as the plan. */
const struct jl_chain *jl_network_chains(struct jl_builder *b, const struct jl_network *n) {
  struct jl_chain *chains = jl_view_alloc(b, n->count + 1, sizeof *chains);
  if (chains == NULL) return NULL;
  for (size_t p = 0; p < n->count; p++) {
    size_t i = n->schedule.order[p], before = driver_of(n, i, i), first = i;
    if (before != SIZE_MAX) first = n->schedule.works[before].held ? before : chains[before].first; /* it ends at what is held */
    int32_t from = n->schedule.dates[first].planned.start, to = n->schedule.dates[i].planned.finish;
    chains[i] = (struct jl_chain){first, from < to ? jl_days_off(n->schedule.works[i].days, from, to) : 0};
  }
  return chains;
}

struct place {
  size_t work;
  int32_t first, last;
  uint64_t number;
};
static int sooner(const void *left, const void *right) {
  const struct place *a = left, *b = right;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  if (a->last != b->last) return a->last < b->last ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return a->work < b->work ? -1 : a->work > b->work;
}

const size_t *jl_network_by_day(struct jl_builder *b, const struct jl_network *n) {
  struct place *places = jl_view_alloc(b, n->count + 1, sizeof *places);
  size_t *order = jl_view_alloc(b, n->count + 1, sizeof *order);
  if (places == NULL || order == NULL) return NULL;
  for (size_t i = 0; i < n->count; i++) {
    const struct jl_span *planned = &n->schedule.dates[i].planned;
    places[i] = (struct place){i, jl_planned_first(&n->schedule.works[i], planned), jl_planned_last(&n->schedule.works[i], planned),
                               n->activities[i].action->number};
  }
  if (n->count > 1) qsort(places, n->count, sizeof *places, sooner);
  for (size_t i = 0; i < n->count; i++) order[i] = places[i].work;
  return order;
}

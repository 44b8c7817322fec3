/* The course of a sprint from its events, which stand in the order in which they were committed. */
#include "common/model/rhythm/sprint.h"
#include "common/record/schema.h"

/* An action as the events so far have it. */
struct state {
  struct jl_id action;
  bool in, done, committed; /* committed: it was in at the end of the first day */
  int64_t size, committed_size;
};
struct course {
  struct jl_sprint_course *out;
  struct state *states; /* by a hash of the action */
  size_t capacity;      /* a power of two, never more than half full */
  int32_t first, last, closed;
  struct jl_sprint_day now; /* as it stands; its day is the one being counted */
};

static int64_t int_of(const struct jl_record *record, uint32_t field, int64_t otherwise) {
  return jl_record_int(record->type, record->body, field, otherwise);
}

static struct state *state_of(const struct course *c, const struct jl_id *action) {
  size_t at = (size_t)jl_id_hash(action) & (c->capacity - 1);
  while (!jl_id_is_zero(&c->states[at].action) && !jl_id_equal(&c->states[at].action, action)) at = (at + 1) & (c->capacity - 1);
  c->states[at].action = *action;
  return &c->states[at];
}

static void count(struct course *c, const struct state *s, int sign) {
  if (!s->in) return;
  c->now.scope += sign * s->size;
  c->now.total += sign;
  if (s->done) {
    c->now.done += sign;
  } else {
    c->now.left += sign * s->size;
    c->now.open += sign;
  }
}

static void commit(struct course *c) {
  c->out->committed = c->now.scope;
  c->out->committed_count = c->now.total;
  for (size_t i = 0; i < c->capacity; i++) {
    c->states[i].committed = c->states[i].in;
    c->states[i].committed_size = c->states[i].size;
  }
}

/* What is in at the end and was not at the beginning, and the other way round: what went and came back is neither. */
static void compare(const struct course *c) {
  for (size_t i = 0; i < c->capacity; i++) {
    const struct state *s = &c->states[i];
    c->out->added += s->in && !s->committed ? s->size : 0;
    c->out->added_count += s->in && !s->committed;
    c->out->removed += s->committed && !s->in ? s->committed_size : 0;
    c->out->removed_count += s->committed && !s->in;
  }
}

/* The days before this one are over: they end as things stand. */
static void turn_to(struct course *c, int32_t day) {
  for (; c->now.day < day; c->now.day++) {
    c->out->days[c->out->day_count++] = c->now;
    if (c->now.day == c->first) commit(c);
  }
}

static void take(struct course *c, const struct jl_record *event, const struct jl_id *action) {
  struct state *s = state_of(c, action), was = *s;
  int64_t kind = int_of(event, JL_SPRINT_EVENT_KIND, 0);
  s->size = int_of(event, JL_SPRINT_EVENT_SIZE, 0);
  s->in = kind != JL_SPRINT_LEFT && (s->in || kind == JL_SPRINT_ENTERED);
  s->done = kind == JL_SPRINT_DONE || (s->done && kind == JL_SPRINT_RESIZED);
  count(c, &was, -1);
  count(c, s, 1);
}

bool jl_sprint_course(const struct jl_replica *plan, const struct jl_record *sprint, int32_t until, struct jl_arena *a,
                      struct jl_sprint_course *ret) {
  struct course c = {.out = ret, .capacity = 16};
  size_t n = 0;
  *ret = (struct jl_sprint_course){0};
  c.first = (int32_t)int_of(sprint, JL_SPRINT_START, 0);
  c.last = (int32_t)int_of(sprint, JL_SPRINT_END, 0);
  c.closed = (int32_t)int_of(sprint, JL_SPRINT_CLOSED, INT32_MAX);
  if (c.closed < c.last) c.last = c.closed;
  if (until < c.last) c.last = until;
  if (c.last < c.first) return true;
  const struct jl_record **events = jl_replica_referring(plan, &sprint->id, JL_TYPE_SPRINT_EVENT, JL_SPRINT_EVENT_SPRINT, a, &n);
  if (n == SIZE_MAX) return false;
  while (c.capacity < 2 * n) c.capacity *= 2;
  c.states = jl_arena_array(a, c.capacity, sizeof *c.states);
  ret->days = jl_arena_array(a, (size_t)(c.last - c.first) + 1, sizeof *ret->days);
  if (c.states == NULL || ret->days == NULL) return false;
  c.now.day = c.first;
  for (size_t i = 0; i < n; i++) {
    int32_t day = (int32_t)int_of(events[i], JL_SPRINT_EVENT_DAY, c.first);
    struct jl_id action;
    if (day > c.last || !jl_record_id(events[i]->type, events[i]->body, JL_SPRINT_EVENT_ACTION, &action)) continue;
    if (day >= c.closed && int_of(events[i], JL_SPRINT_EVENT_KIND, 0) == JL_SPRINT_LEFT) continue; /* carried over */
    turn_to(&c, day);
    take(&c, events[i], &action);
  }
  turn_to(&c, c.last + 1);
  compare(&c);
  const struct jl_sprint_day *end = &ret->days[ret->day_count - 1];
  ret->done = end->scope - end->left;
  ret->done_count = end->done;
  return true;
}

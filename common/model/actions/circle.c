/* What waits for each other: strongly connected components (Tarjan, 1972), without recursion, from the successors of what came. A dependency
 * closes a circle when both its ends are in one component. A dependency of which an end is deleted counts for nothing; when that end comes
 * back, it is looked at again. */
#include "common/model/actions/circle.h"
#include "common/base/arena.h"
#include "common/base/compiler.h"
#include "common/base/limits.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

#define NOBODY UINT32_MAX

struct node { /* an action, in the order in which they were met */
  const struct jl_record *action;
  const void *at;     /* how far its dependencies were walked */
  uint32_t low;       /* the first node that is known to be reached from it, of those whose component is open */
  uint32_t caller;    /* from which it was met */
  uint32_t below;     /* of the stack of those whose component is open */
  uint32_t component; /* first node of it; NOBODY: open */
  bool itself;        /* it waits for itself */
  bool joined;        /* others are in its component */
};
struct walk {
  const struct jl_circles_of *of;
  struct jl_arena *own; /* of this search alone: a plan may hold hundreds of thousands of dependencies */
  struct node *nodes;
  size_t count, capacity;
  uint32_t *slots; /* id -> node + 1 */
  size_t slot_count;
  uint32_t top; /* of the stack */
};

static void step(const struct walk *w) {
  if (w->of->steps != NULL) ++*w->of->steps;
}

static void put_slot(struct walk *w, const struct jl_id *id, size_t node) {
  size_t at = (size_t)jl_id_hash(id) % w->slot_count;
  while (w->slots[at] != 0) at = (at + 1) % w->slot_count;
  w->slots[at] = (uint32_t)node + 1;
}

/* NULL: not met. Valid until the next one is met. */
static struct node *find(const struct walk *w, const struct jl_id *id) {
  if (w->nodes == NULL) return NULL;
  for (size_t at = (size_t)jl_id_hash(id) % w->slot_count; w->slots[at] != 0; at = (at + 1) % w->slot_count)
    if (jl_id_equal(&w->nodes[w->slots[at] - 1].action->id, id)) return &w->nodes[w->slots[at] - 1];
  return NULL;
}

static bool grow(struct walk *w) {
  if (w->count < w->capacity) return true;
  size_t capacity = w->capacity == 0 ? 64 : w->capacity * 2;
  struct node *nodes = jl_arena_array(w->own, capacity, sizeof *nodes);
  uint32_t *slots = jl_arena_array(w->own, capacity * 2, sizeof *slots);
  if (nodes == NULL || slots == NULL) return false;
  if (w->count > 0) memcpy(nodes, w->nodes, w->count * sizeof *nodes);
  w->nodes = nodes;
  w->capacity = capacity;
  w->slots = slots;
  w->slot_count = capacity * 2;
  for (size_t i = 0; i < w->count; i++) put_slot(w, &nodes[i].action->id, i);
  return true;
}

/* NOBODY: no memory. */
static uint32_t meet(struct walk *w, const struct jl_record *action, uint32_t caller) {
  if (!grow(w)) return NOBODY;
  uint32_t node = (uint32_t)w->count++;
  w->nodes[node] = (struct node){.action = action, .low = node, .caller = caller, .below = w->top, .component = NOBODY};
  put_slot(w, &action->id, node);
  w->top = node;
  step(w);
  return node;
}

/* Nothing behind it leads back before it: it is the first of its component, which is what stands on the stack above it. */
static void close_component(struct walk *w, uint32_t first) {
  bool joined = w->top != first;
  for (bool more = true; more;) {
    struct node *n = &w->nodes[w->top];
    more = w->top != first;
    n->component = first;
    n->joined = joined;
    w->top = n->below;
  }
}

/* The next action that waits for this one; NULL: no more. */
static const struct jl_record *next_behind(const struct walk *w, struct node *n) {
  const struct jl_record *dependency;
  while ((dependency = jl_replica_next_referring(w->of->after, &n->action->id, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_PREDECESSOR, &n->at)) != NULL) {
    struct jl_id id;
    step(w);
    const struct jl_record *next =
        jl_record_id(dependency->type, dependency->body, JL_DEPENDENCY_SUCCESSOR, &id) ? jl_replica_live(w->of->after, &id) : NULL;
    if (next != NULL && next->type_number == JL_TYPE_ACTION) return next;
  }
  return NULL;
}

static bool walk_from(struct walk *w, const struct jl_record *start) {
  if (find(w, &start->id) != NULL) return true;
  for (uint32_t current = meet(w, start, NOBODY); current != NOBODY;) {
    struct node *n = &w->nodes[current];
    const struct jl_record *next = next_behind(w, n);
    struct node *known = next == NULL ? NULL : find(w, &next->id);
    if (next == NULL) {
      uint32_t low = n->low, caller = n->caller;
      if (low == current) close_component(w, current);
      if (caller == NOBODY) return true;
      if (low < w->nodes[caller].low) w->nodes[caller].low = low;
      current = caller;
    } else if (known == NULL) {
      current = meet(w, next, current);
    } else if (known->component == NOBODY) {
      if (known == n) n->itself = true;
      if (known < &w->nodes[n->low]) n->low = (uint32_t)(known - w->nodes);
    }
  }
  return false;
}

/* ---- what the group touched ---- */
static struct jl_rule_input input(const struct jl_circles_of *of, const struct jl_touched *t) {
  return (struct jl_rule_input){of->after, of->organisation, t, of->arena, of->evaluation, NULL, NULL};
}

struct ends { /* of the dependency that came; of an action that came back both are that action; NULL: it can close no circle */
  const struct jl_record *before, *after;
};
static struct ends ends_of(const struct jl_circles_of *of, const struct jl_touched *t) {
  const struct jl_rule_input in = input(of, t);
  const struct jl_record *record = t->after;
  struct jl_id before, after;
  struct ends e = {NULL, NULL};
  if ((record->type_number != JL_TYPE_ACTION && record->type_number != JL_TYPE_DEPENDENCY) || !jl_rule_came(&in) || !jl_rule_alive(&in)) return e;
  if (record->type_number == JL_TYPE_ACTION) return t->before == NULL ? e : (struct ends){record, record};
  if (!jl_record_id(record->type, record->body, JL_DEPENDENCY_PREDECESSOR, &before) ||
      !jl_record_id(record->type, record->body, JL_DEPENDENCY_SUCCESSOR, &after))
    return e;
  e = (struct ends){jl_replica_live(of->after, &before), jl_replica_live(of->after, &after)};
  return e.before == NULL || e.after == NULL ? (struct ends){NULL, NULL} : e;
}

static bool closes(const struct walk *w, const struct ends *e) {
  const struct node *one = find(w, &e->before->id), *other = find(w, &e->after->id);
  if (one == NULL || other == NULL) return false;
  return one == other ? one->itself || one->joined : one->component == other->component;
}

bool jl_circles_hold(const struct jl_circles_of *of, struct jl_error *err) {
  struct jl_arena *own JL_CLEANUP(jl_arena_freep) = NULL;
  struct walk w = {.of = of, .top = NOBODY};
  for (size_t i = 0; i < of->touched_count; i++) {
    struct ends e = ends_of(of, &of->touched[i]);
    if (e.after == NULL) continue;
    if (own == NULL) w.own = own = jl_arena_new((size_t)JL_SPACE_RECORDS * 256);
    if (own == NULL || !walk_from(&w, e.after)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  }
  for (size_t i = 0; own != NULL && i < of->touched_count; i++) {
    struct ends e = ends_of(of, &of->touched[i]);
    if (e.before == NULL || !closes(&w, &e)) continue;
    const struct jl_rule_input in = input(of, &of->touched[i]);
    if (!jl_circle_refuse(&in, e.before, of->steps, err)) return false;
  }
  return true;
}

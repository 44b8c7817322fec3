/* A circle in words: looks from an action at all that waits for it, and for that, breadth first, until it meets the action where it began. */
#include "common/model/actions/circle.h"
#include "common/base/arena.h"
#include "common/base/compiler.h"
#include "common/base/limits.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define NAMED 7 /* actions of a circle that the message names */

struct reached { /* an action, and through which dependency it was reached from which earlier one */
  const struct jl_record *action, *through;
  size_t from;
};
struct search {
  const struct jl_rule_input *in;
  struct jl_arena *own; /* of this search alone: a group may hold thousands of dependencies */
  struct reached *list;
  size_t count, capacity;
  uint32_t *slots; /* id -> place in the list + 1 */
  size_t slot_count;
  size_t *steps; /* may be NULL */
};

static void step(const struct search *s) {
  if (s->steps != NULL) ++*s->steps;
}

static bool grow(struct search *s) {
  if (s->count < s->capacity) return true;
  size_t capacity = s->capacity == 0 ? 64 : s->capacity * 2, slot_count = capacity * 2;
  struct reached *list = jl_arena_array(s->own, capacity, sizeof *list);
  uint32_t *slots = jl_arena_array(s->own, slot_count, sizeof *slots);
  if (list == NULL || slots == NULL) return false;
  if (s->count > 0) memcpy(list, s->list, s->count * sizeof *list);
  for (size_t i = 0; i < s->count; i++) {
    size_t at = (size_t)jl_id_hash(&list[i].action->id) % slot_count;
    while (slots[at] != 0) at = (at + 1) % slot_count;
    slots[at] = (uint32_t)i + 1;
  }
  s->list = list;
  s->capacity = capacity;
  s->slots = slots;
  s->slot_count = slot_count;
  return true;
}

/* false: no memory. */
static bool reach(struct search *s, const struct jl_record *action, const struct jl_record *through, size_t from) {
  if (!grow(s)) return false;
  size_t at = (size_t)jl_id_hash(&action->id) % s->slot_count;
  for (; s->slots[at] != 0; at = (at + 1) % s->slot_count)
    if (s->list[s->slots[at] - 1].action == action) return true;
  s->list[s->count++] = (struct reached){action, through, from};
  s->slots[at] = (uint32_t)s->count;
  return true;
}

/* "A3 -> A7 -> A3", the middle of a long one left out. */
static void name_circle(const struct search *s, size_t last, char *out, size_t size) {
  size_t length = 1, used = 0;
  char reference[JL_REFERENCE_SIZE];
  for (size_t i = last; i != 0; i = s->list[i].from) length++;
  for (size_t place = 0; place < length && used < size; place++) {
    bool left_out = length > NAMED && place >= NAMED - 2 && place < length - 1;
    if (left_out && place > NAMED - 2) continue; /* before it is walked to: a circle may be as long as the plan */
    size_t at = last;
    for (size_t i = length - 1; i > place; i--, step(s)) at = s->list[at].from;
    jl_reference_format(s->list[at].action->type, s->list[at].action->number, reference);
    used += (size_t)snprintf(out + used, size - used, "%s -> ", left_out ? "..." : reference[0] != '\0' ? reference : "A");
  }
  jl_reference_format(s->list[0].action->type, s->list[0].action->number, reference);
  if (used < size) snprintf(out + used, size - used, "%s", reference[0] != '\0' ? reference : "A");
}

/* Who made the newest of the dependencies that were there: the one that this change meets. */
static struct jl_arg other_author(const struct search *s, size_t last, const struct jl_record *closing, const struct jl_record **ret_met) {
  *ret_met = NULL;
  for (size_t i = last; i != 0; i = s->list[i].from) {
    const struct jl_record *through = s->list[i].through;
    if (through != closing && through != s->in->touched->after && (*ret_met == NULL || through->revision > (*ret_met)->revision))
      *ret_met = through;
  }
  if (closing != s->in->touched->after && (*ret_met == NULL || closing->revision > (*ret_met)->revision)) *ret_met = closing;
  return *ret_met == NULL ? jl_arg_text("") : jl_arg_first_author(s->in->evaluation, *ret_met, 0);
}

static bool circle(const struct search *s, size_t last, const struct jl_record *closing, struct jl_error *err) {
  char named[JL_ARG_TEXT_MAX];
  const struct jl_record *met;
  struct jl_arg author = other_author(s, last, closing, &met);
  name_circle(s, last, named, sizeof named);
  if (author.text[0] != '\0')
    return jl_break(s->in, 0, err, JL_MSG("{1} would come before itself: {2}; {3} is {4}'s"),
                    JL_MSG("leave this dependency out, or remove one of the others: jalon dependency list"),
                    jl_arg_record(s->list[0].action), jl_arg_text(named), jl_arg_record(met), author);
  return jl_break(s->in, 0, err, JL_MSG("{1} would come before itself: {2}"),
                  JL_MSG("leave this dependency out, or remove one of the others: jalon dependency list"), jl_arg_record(s->list[0].action),
                  jl_arg_text(named));
}

bool jl_circle_refuse(const struct jl_rule_input *in, const struct jl_record *start, size_t *steps, struct jl_error *err) {
  struct jl_arena *own JL_CLEANUP(jl_arena_freep) = jl_arena_new((size_t)JL_SPACE_RECORDS * 160);
  if (own == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  struct search s = {.in = in, .own = own, .steps = steps};
  bool ok = reach(&s, start, NULL, 0);
  for (size_t i = 0; ok && i < s.count; i++) {
    const struct jl_record *dependency;
    const void *at = NULL;
    while (ok && (dependency = jl_replica_next_referring(in->after, &s.list[i].action->id, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_PREDECESSOR,
                                                         &at)) != NULL) {
      struct jl_id id;
      step(&s);
      if (!jl_record_id(dependency->type, dependency->body, JL_DEPENDENCY_SUCCESSOR, &id)) continue;
      const struct jl_record *next = jl_replica_live(in->after, &id);
      if (next == NULL || next->type_number != JL_TYPE_ACTION) continue;
      if (next == start) return circle(&s, i, dependency, err);
      ok = reach(&s, next, dependency, i);
    }
  }
  return ok || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
}

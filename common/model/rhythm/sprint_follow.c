#include "common/model/rhythm/follow.h"
#include "common/model/rhythm/sprint.h"
#include "common/record/schema.h"
#include <stdlib.h>

/* An action that the group may have changed in its sprint, as it was; what the group did to who is responsible is in `responsible`. */
struct moved {
  struct jl_id id;
  const struct jl_record *before; /* NULL: not known here, as it is now */
  bool came;                      /* the group made it */
  int64_t responsible;            /* assignments of R that the group added, less those it took away */
};
struct moves {
  struct moved *list;
  size_t count;
};

static int64_t is_responsible(const struct jl_record *raci) {
  return raci != NULL && raci->deleted_revision == 0 && jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0) == JL_RACI_R;
}

static void add_touched(struct moves *moves, const struct jl_touch *touch, const struct jl_record *after) {
  struct moved *m = &moves->list[moves->count];
  *m = (struct moved){.id = after->id};
  if (after->type_number == JL_TYPE_ACTION) {
    m->before = touch->before;
    m->came = touch->before == NULL;
    moves->count++;
  } else if (after->type_number == JL_TYPE_RACI && jl_record_id(after->type, after->body, JL_RACI_TARGET, &m->id)) {
    m->responsible = is_responsible(after) - is_responsible(touch->before);
    moves->count += m->responsible != 0;
  }
}

static int by_id(const void *left, const void *right) {
  const struct moved *a = left, *b = right;
  return jl_id_compare(&a->id, &b->id);
}

/* One entry for each action. */
static void join(struct moves *moves) {
  size_t kept = 0;
  if (moves->count > 0) qsort(moves->list, moves->count, sizeof *moves->list, by_id);
  for (size_t i = 0; i < moves->count; i++) {
    struct moved *last = kept > 0 && jl_id_equal(&moves->list[kept - 1].id, &moves->list[i].id) ? &moves->list[kept - 1] : NULL;
    if (last == NULL) {
      moves->list[kept++] = moves->list[i];
      continue;
    }
    last->responsible += moves->list[i].responsible;
    last->came = last->came || moves->list[i].came;
    if (last->before == NULL) last->before = moves->list[i].before;
  }
  moves->count = kept;
}

/* The group's own id makes it: the same on every machine. One that somebody else has taken is passed over. */
static struct jl_id event_id(const struct jl_run *run, const struct jl_id *action, uint8_t kind) {
  struct jl_id id;
  for (uint8_t again = 0;; again++) {
    const struct jl_bytes parts[] = {JL_PB(run->group->group_id), {action->bytes, sizeof action->bytes}, {&kind, 1}, {&again, 1}};
    id = jl_id_derive("sprint event", parts, JL_COUNT(parts));
    if (jl_replica_record(run->space, &id) == NULL || again == UINT8_MAX) return id;
  }
}

static bool put(struct jl_run *run, const struct jl_id *sprint, const struct jl_id *action, int64_t kind, int64_t size, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_SPRINT_EVENT);
  const struct jl_record *of = jl_replica_live(run->space, sprint);
  if (of == NULL || of->type_number != JL_TYPE_SPRINT) return true; /* nobody looks at it any more */
  const struct {
    uint32_t field;
    struct jl_value value;
  } fields[] = {{JL_SPRINT_EVENT_SPRINT, {.id = *sprint}},
                {JL_SPRINT_EVENT_ACTION, {.id = *action}},
                {JL_SPRINT_EVENT_KIND, {.number = kind}},
                {JL_SPRINT_EVENT_DAY, {.number = run->in->today}},
                {JL_SPRINT_EVENT_SIZE, {.number = size}}};
  struct jl_bytes body = {NULL, 0};
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    struct jl_bytes slice = jl_value_encode(run->a, jl_field_by_number(type, fields[i].field), &fields[i].value);
    body = slice.data == NULL ? slice : jl_record_with(run->a, body, fields[i].field, slice);
    if (body.data == NULL) return jl_no_memory(err);
  }
  struct jl_id id = event_id(run, action, (uint8_t)kind);
  return jl_run_put(run, type, &id, jl_replica_record(run->space, &id), body, false, err);
}

static bool follow(struct jl_run *run, const struct moved *m, struct jl_error *err) {
  const struct jl_record *after = jl_replica_record(run->space, &m->id), *before = m->came || m->before != NULL ? m->before : after;
  if (after == NULL || after->type_number != JL_TYPE_ACTION) return true;
  int64_t responsible = jl_responsible_count(run->space, &m->id);
  struct jl_in_sprint was = {0}, is = jl_in_sprint(after, responsible);
  if (before != NULL) was = jl_in_sprint(before, responsible - m->responsible);
  bool stays = jl_id_equal(&was.sprint, &is.sprint);
  if (jl_id_is_zero(&was.sprint) && jl_id_is_zero(&is.sprint)) return true;
  if (!stays && !jl_id_is_zero(&was.sprint) && !put(run, &was.sprint, &m->id, JL_SPRINT_LEFT, was.size, err)) return false;
  if (!stays && !jl_id_is_zero(&is.sprint) && !put(run, &is.sprint, &m->id, JL_SPRINT_ENTERED, is.size, err)) return false;
  if (jl_id_is_zero(&is.sprint)) return true;
  bool was_done = stays && was.done;
  if (was_done != is.done) return put(run, &is.sprint, &m->id, is.done ? JL_SPRINT_DONE : JL_SPRINT_REOPENED, is.size, err);
  return !stays || was.size == is.size || put(run, &is.sprint, &m->id, JL_SPRINT_RESIZED, is.size, err);
}

bool jl_sprints_follow(struct jl_run *run, struct jl_error *err) {
  struct moves moves = {.list = jl_arena_array(run->a, run->touch_count + 1, sizeof *moves.list)};
  if (moves.list == NULL) return jl_no_memory(err);
  for (size_t i = 0; i < run->touch_count; i++) add_touched(&moves, &run->touches[i], jl_replica_record(run->space, &run->touches[i].id));
  join(&moves);
  for (size_t i = 0; i < moves.count; i++)
    if (!follow(run, &moves.list[i], err)) return false;
  return true;
}

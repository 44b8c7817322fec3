/* What fits into a sprint: the actions that are in none, by priority and score, against the days that are left and against what the team
 * has really done in the last sprints (product.md A6). */
#include "common/model/rhythm/sprint_people.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct planning {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *sprint;
  const struct jl_record **candidates;
  size_t count;
  int64_t capacity, planned, room; /* room: what is left to be filled */
};

static void field(const struct planning *p, const char *label, const char *name, int64_t days) {
  jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(p->b, label, name);
  jl_cell(p->b, jl_arg_person_days(days));
  if (days < 0) jl_cell_tone(p->b, JL_TONE_BAD);
}

/* Urgent before low; then what brings most for the effort; then what is due first. */
static int by_worth(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t priority_a = jl_view_int(a, JL_ACTION_PRIORITY, JL_NORMAL), priority_b = jl_view_int(b, JL_ACTION_PRIORITY, JL_NORMAL);
  if (priority_a != priority_b) return priority_a > priority_b ? -1 : 1;
  int64_t worth_a = jl_view_int(a, JL_ACTION_IMPACT, 0) * jl_view_int(b, JL_ACTION_EFFORT, 10),
          worth_b = jl_view_int(b, JL_ACTION_IMPACT, 0) * jl_view_int(a, JL_ACTION_EFFORT, 10);
  if (worth_a != worth_b) return worth_a > worth_b ? -1 : 1;
  int64_t due_a = jl_view_int(a, JL_ACTION_DUE, INT32_MAX), due_b = jl_view_int(b, JL_ACTION_DUE, INT32_MAX);
  if (due_a != due_b) return due_a < due_b ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static void find_candidates(struct planning *p) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(p->in, p->b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++) {
    if (!jl_action_open(all[i]) || jl_view_linked(p->in, all[i], JL_ACTION_SPRINT) != NULL) continue;
    all[p->count++] = all[i];
  }
  p->candidates = all;
  if (p->count > 0) qsort(all, p->count, sizeof *all, by_worth);
}

static void cell_fits(const struct planning *p, int64_t size, int64_t *io_room) {
  if (size == 0) {
    jl_cell_label(p->b, JL_MSG("no size"), "no-size");
    jl_cell_tone(p->b, JL_TONE_MUTED);
  } else if (size <= *io_room) {
    jl_cell_label(p->b, JL_MSG("fits"), "fits");
    jl_cell_tone(p->b, JL_TONE_GOOD);
    *io_room -= size;
  } else {
    jl_cell_label(p->b, JL_MSG("does not fit"), "too-big");
    jl_cell_tone(p->b, JL_TONE_WARN);
  }
}

static void block_candidates(const struct planning *p) {
  static const uint32_t fields[] = {JL_ACTION_PRIORITY, JL_ACTION_IMPACT, JL_ACTION_EFFORT};
  static const int priorities[] = {2, 3, 3};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ACTION);
  int64_t room = p->room;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "candidates", JL_MSG("actions in no sprint, the most worth while first"));
  jl_column(p->b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *of = jl_field_by_number(type, fields[i]);
    jl_column(p->b, of->name, of->label, jl_view_argument_kind(of), priorities[i]);
  }
  jl_column(p->b, "size", JL_MSG("days"), JL_ARG_FRACTION, 0);
  jl_column(p->b, "fits", JL_MSG("fits?"), JL_ARG_LABEL, 0);
  jl_column(p->b, "room", JL_MSG("days left"), JL_ARG_FRACTION, 1);
  for (size_t i = 0; i < p->count; i++) {
    int64_t size = jl_view_action_size(p->in, p->candidates[i]);
    jl_row_begin(p->b, p->candidates[i], 0, JL_ROW_NORMAL);
    jl_cell_title(p->b, p->in, p->candidates[i]);
    for (size_t k = 0; k < JL_COUNT(fields); k++) jl_cell_by_number(p->b, p->in, p->candidates[i], fields[k]);
    if (size == 0)
      jl_cell_empty(p->b);
    else
      jl_cell_person_days(p->b, size);
    cell_fits(p, size, &room);
    jl_cell_person_days(p->b, room);
  }
  if (p->count == 0) jl_note(p->b, JL_TONE_MUTED, JL_MSG("every open action is in a sprint"), NULL, 0);
}

static bool block_capacity(struct planning *p, struct jl_error *err) {
  struct jl_sprint_people workers;
  struct jl_past_sprint *past = NULL;
  struct jl_id team = jl_sprint_team(p->sprint);
  size_t n = 0, before = 0;
  int64_t velocity = 0;
  const struct jl_record **actions = jl_sprint_actions(p->in, p->b, p->sprint, &n);
  if (!jl_sprint_people_of(p->in, p->b, p->sprint, actions, n, &workers, err) || !jl_past_sprints(p->in, p->b, &team, &past, &before, err)) return false;
  p->capacity = workers.days;
  p->planned = workers.assigned + workers.nobodys;
  p->room = p->capacity - p->planned;
  bool known = jl_velocity(past, before, &velocity);
  jl_block_begin(p->b, JL_BLOCK_FIELDS, "capacity", NULL);
  jl_column(p->b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(p->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  field(p, JL_MSG("capacity"), "capacity", p->capacity);
  if (known) field(p, JL_MSG("velocity of the last sprints"), "velocity", velocity);
  field(p, JL_MSG("planned work"), "planned", p->planned);
  if (known && velocity - p->planned < p->room) p->room = velocity - p->planned;
  field(p, JL_MSG("still to be filled"), "room", p->room);
  if (workers.days == 0)
    jl_note(p->b, JL_TONE_WARN, JL_MSG("nobody is known who works in it: give the sprint a team (sprint set --team), or its actions an R"), NULL, 0);
  if (p->planned > p->capacity) {
    const struct jl_arg args[] = {jl_arg_person_days(p->planned), jl_arg_person_days(p->capacity), jl_arg_person_days(p->planned - p->capacity)};
    jl_note(p->b, JL_TONE_BAD, JL_MSG("over-committed: {1} of work for {2}, {3} too many"), args, 3);
  } else if (known && p->planned > velocity) {
    const struct jl_arg args[] = {jl_arg_person_days(p->planned), jl_arg_person_days(velocity)};
    jl_note(p->b, JL_TONE_WARN, JL_MSG("{1} of work, where the last sprints finished {2}"), args, 2);
  }
  return true;
}

bool jl_planning_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct planning p = {.in = in, .b = b};
  (void)a;
  if (!jl_view_sprint(in, b, &p.sprint, err)) return false;
  if (p.sprint == NULL) {
    jl_builder_title(b, JL_MSG("sprint planning"), NULL, 0);
    jl_block_begin(b, JL_BLOCK_TABLE, "candidates", NULL);
    jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
    jl_column(b, "fits", JL_MSG("fits?"), JL_ARG_LABEL, 0);
    jl_note(b, JL_TONE_MUTED, JL_MSG("no sprint yet: jalon sprint add \"Sprint 1\" --start monday --end +3w --goal \"...\""), NULL, 0);
    return true;
  }
  const struct jl_arg name = jl_arg_text(jl_record_caption(b, in->space, p.sprint));
  jl_builder_title(b, JL_MSG("planning of {1}"), &name, 1);
  if (!block_capacity(&p, err)) return false;
  find_candidates(&p);
  block_candidates(&p);
  return true;
}

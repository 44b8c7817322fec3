/* A sprint on one screen: what it is to bring, who has how many days for how much work, its actions, the burndown, the last stand-up and the
 * retrospective (product.md A6). */
#include "common/base/money.h"
#include "common/model/rhythm/sprint_people.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>

#define PICTURE 24 /* blocks of the widest bar of a burndown */

struct page {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *sprint;
  const struct jl_record **actions;
  size_t count;
  struct jl_sprint_course course;
  struct jl_sprint_people workers;
};

/* ---- head ---- */
static void field(const struct page *p, const char *label, const char *name, struct jl_arg value) {
  jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(p->b, label, name);
  jl_cell(p->b, value);
}

static void field_of(const struct page *p, uint32_t number) {
  const struct jl_field *of = jl_field_by_number(p->sprint->type, number);
  if (!jl_record_has(p->sprint->body, number)) return;
  jl_row_begin(p->b, p->sprint, 0, JL_ROW_NORMAL);
  jl_cell_label(p->b, of->label, of->name);
  jl_cell_by_number(p->b, p->in, p->sprint, number);
}

/* Where what is unfinished goes. */
static void field_next(const struct page *p) {
  size_t n = 0;
  struct jl_id team = jl_sprint_team(p->sprint);
  const struct jl_record **all = jl_view_all(p->in, p->b, JL_TYPE_SPRINT, &n);
  const struct jl_record *next = jl_sprint_after(all, n, &team, (int32_t)jl_view_int(p->sprint, JL_SPRINT_END, 0));
  if (next == NULL) return;
  jl_row_begin(p->b, next, 0, JL_ROW_NORMAL);
  jl_cell_label(p->b, JL_MSG("next sprint"), "next");
  jl_cell_title(p->b, p->in, next);
}

static void block_head(const struct page *p) {
  jl_block_begin(p->b, JL_BLOCK_FIELDS, "sprint", NULL);
  jl_column(p->b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(p->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  static const uint32_t fields[] = {JL_SPRINT_GOAL, JL_SPRINT_TEAM, JL_SPRINT_START, JL_SPRINT_END, JL_SPRINT_CLOSED};
  for (size_t i = 0; i < JL_COUNT(fields); i++) field_of(p, fields[i]);
  field(p, JL_MSG("capacity"), "capacity", jl_arg_person_days(p->workers.days));
  field(p, JL_MSG("planned work"), "assigned", jl_arg_person_days(p->workers.assigned + p->workers.nobodys));
  if (p->course.day_count > 0) {
    field(p, JL_MSG("committed on the first day"), "committed", jl_arg_person_days(p->course.committed));
    if (p->course.added_count > 0) field(p, JL_MSG("added since"), "added", jl_arg_person_days(p->course.added));
    if (p->course.removed_count > 0) field(p, JL_MSG("taken out since"), "removed", jl_arg_person_days(p->course.removed));
    field(p, JL_MSG("done"), "done", jl_arg_person_days(p->course.done));
  }
  field_of(p, JL_SPRINT_REVIEW);
  field_next(p);
}

static void notes_head(const struct page *p) {
  int64_t days = jl_view_int(p->sprint, JL_SPRINT_END, 0) - jl_view_int(p->sprint, JL_SPRINT_START, 0) + 1;
  int64_t planned = p->workers.assigned + p->workers.nobodys;
  if (days < 12) jl_note(p->b, JL_TONE_WARN, JL_MSG("shorter than the two to three weeks of a sprint"), NULL, 0);
  if (!jl_record_has(p->sprint->body, JL_SPRINT_GOAL))
    jl_note(p->b, JL_TONE_WARN, JL_MSG("without a goal: what exists at its end that did not exist before?"), NULL, 0);
  if (planned > p->workers.days) {
    const struct jl_arg args[] = {jl_arg_person_days(planned), jl_arg_person_days(p->workers.days), jl_arg_person_days(planned - p->workers.days)};
    jl_note(p->b, JL_TONE_BAD, JL_MSG("over-committed: {1} of work for {2}, {3} too many"), args, 3);
  }
  if (p->workers.unsized > 0) {
    const struct jl_arg n = jl_arg_integer((int64_t)p->workers.unsized);
    jl_note(p->b, JL_TONE_WARN, JL_MSG("actions without a size, which count for nothing here: {1}"), &n, 1);
  }
}

/* ---- people ---- */
static void block_people(const struct page *p) {
  if (p->workers.count == 0) return;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "people", JL_MSG("capacity in person-days, net of holidays and leave"));
  jl_column(p->b, "who", JL_MSG("who"), JL_ARG_TEXT, 0);
  jl_column(p->b, "days", JL_MSG("capacity"), JL_ARG_FRACTION, 0);
  jl_column(p->b, "away", JL_MSG("on leave"), JL_ARG_FRACTION, 2);
  jl_column(p->b, "assigned", JL_MSG("work"), JL_ARG_FRACTION, 0);
  jl_column(p->b, "free", JL_MSG("free"), JL_ARG_FRACTION, 1);
  for (size_t i = 0; i < p->workers.count; i++) {
    const struct jl_sprint_worker *w = &p->workers.list[i];
    bool person = w->holder->type_number == JL_TYPE_PERSON;
    jl_row_begin(p->b, w->holder, 0, JL_ROW_NORMAL);
    jl_cell(p->b, jl_arg_text(jl_view_holder_name(p->in, p->b, &w->holder->id)));
    if (person)
      jl_cell_person_days(p->b, w->days), jl_cell_person_days(p->b, w->away);
    else
      jl_cells_empty(p->b, 2);
    jl_cell_person_days(p->b, w->assigned);
    if (!person) {
      jl_cell_empty(p->b);
      continue;
    }
    jl_cell_person_days(p->b, w->days - w->assigned);
    if (w->assigned > w->days) jl_cell_tone(p->b, JL_TONE_BAD);
  }
  for (size_t i = 0; i < p->workers.count; i++) {
    const struct jl_sprint_worker *w = &p->workers.list[i];
    if (w->holder->type_number != JL_TYPE_PERSON || w->assigned <= w->days) continue;
    const struct jl_arg args[] = {jl_arg_text(jl_view_holder_name(p->in, p->b, &w->holder->id)), jl_arg_person_days(w->assigned), jl_arg_person_days(w->days),
                                  jl_arg_person_days(w->assigned - w->days)};
    jl_note(p->b, JL_TONE_BAD, JL_MSG("{1}: {2} of work for {3}, {4} too many"), args, 4);
  }
}

/* ---- actions ---- */
/* What is blocked first, then what is under way, what is to come, what is done. */
static int order_of(const struct jl_record *action) {
  static const int order[] = {[JL_TO_DO] = 3, [JL_READY] = 2, [JL_IN_PROGRESS] = 1, [JL_BLOCKED] = 0, [JL_DONE] = 4, [JL_DROPPED] = 5};
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  return status > 0 && status < (int64_t)JL_COUNT(order) ? order[status] : 3;
}

static int by_status(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  if (order_of(a) != order_of(b)) return order_of(a) - order_of(b);
  int64_t due_a = jl_view_int(a, JL_ACTION_DUE, INT32_MAX), due_b = jl_view_int(b, JL_ACTION_DUE, INT32_MAX);
  if (due_a != due_b) return due_a < due_b ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static void block_actions(const struct page *p) {
  jl_block_begin(p->b, JL_BLOCK_TABLE, "actions", JL_MSG("actions"));
  jl_column(p->b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(p->b, "who", JL_MSG("who"), JL_ARG_TEXT, 2);
  jl_column(p->b, "status", JL_MSG("status"), JL_ARG_LABEL, 0);
  jl_column(p->b, "size", JL_MSG("days"), JL_ARG_FRACTION, 1);
  jl_column(p->b, "due", JL_MSG("due date"), JL_ARG_DATE, 3);
  jl_column(p->b, "blocked", JL_MSG("blocked because"), JL_ARG_TEXT, 4);
  if (p->count > 0) qsort(p->actions, p->count, sizeof *p->actions, by_status);
  for (size_t i = 0; i < p->count; i++) {
    int64_t size = jl_view_action_size(p->in, p->actions[i]);
    jl_row_begin(p->b, p->actions[i], 0, order_of(p->actions[i]) == 5 ? JL_ROW_MUTED : JL_ROW_NORMAL);
    jl_cell_title(p->b, p->in, p->actions[i]);
    jl_cell(p->b, jl_arg_text(jl_view_responsible(p->in, p->b, &p->actions[i]->id)));
    jl_cell_action_status(p->b, p->in, p->actions[i]);
    if (size == 0)
      jl_cell_empty(p->b);
    else
      jl_cell_person_days(p->b, size);
    jl_cell_action_due(p->b, p->in, p->actions[i]);
    jl_cell_by_number(p->b, p->in, p->actions[i], JL_ACTION_BLOCKED_REASON);
  }
  if (p->count == 0) jl_note(p->b, JL_TONE_MUTED, JL_MSG("no action is in it yet: jalon planning proposes some"), NULL, 0);
}

/* ---- burndown ---- */
/* What is left as blocks; where the straight line is, a dot. */
static void cell_bar(const struct page *p, int64_t left, int64_t ideal, int64_t most) {
  static const char block[] = "█", dot[] = "·";
  char text[(PICTURE + 1) * sizeof block] = "";
  size_t size = 0;
  int64_t width = 0, mark = 0;
  if (most > 0 && (!jl_mul_div_half_even(left, PICTURE, most, &width) || !jl_mul_div_half_even(ideal, PICTURE, most, &mark))) width = mark = 0;
  if (width == 0 && left > 0) width = 1;
  for (int64_t i = 0; i < PICTURE; i++) {
    const char *put = i < width ? block : i == mark - 1 ? dot : i < mark - 1 ? " " : NULL;
    if (put == NULL) break;
    for (; *put != '\0'; put++) text[size++] = *put;
  }
  jl_cell_text(p->b, (struct jl_bytes){(const uint8_t *)text, size});
}

static void block_burndown(const struct page *p) {
  int64_t first = jl_view_int(p->sprint, JL_SPRINT_START, 0), last = jl_view_int(p->sprint, JL_SPRINT_END, 0), most = 0, ideal = 0;
  struct jl_id team = jl_sprint_team(p->sprint);
  const struct jl_working_days *calendar = p->course.day_count == 0 ? NULL : jl_sprint_days(p->in, p->b, p->sprint, &team);
  bool off = false;
  if (calendar == NULL) return;
  int64_t all = jl_working_days_between(calendar, (int32_t)first, (int32_t)last), over = 0;
  for (size_t i = 0; i < p->course.day_count; i++)
    if (p->course.days[i].left > most) most = p->course.days[i].left;
  if (p->course.committed > most) most = p->course.committed;
  jl_block_begin(p->b, JL_BLOCK_TABLE, "burndown", JL_MSG("burndown: person-days left at the end of the day"));
  jl_column(p->b, "day", JL_MSG("day"), JL_ARG_DATE, 0);
  jl_column(p->b, "left", JL_MSG("left"), JL_ARG_FRACTION, 0);
  jl_column(p->b, "line", JL_MSG("straight line"), JL_ARG_FRACTION, 1);
  jl_column(p->b, "scope", JL_MSG("scope"), JL_ARG_FRACTION, 2);
  jl_column(p->b, "open", JL_MSG("open actions"), JL_ARG_INTEGER, 3);
  jl_column(p->b, "picture", "", JL_ARG_TEXT, 0);
  for (size_t i = 0; i < p->course.day_count; i++) {
    const struct jl_sprint_day *day = &p->course.days[i];
    bool works = jl_works_on(calendar, day->day), changed = i > 0 && (day->left != day[-1].left || day->scope != day[-1].scope);
    over += works;
    if (!works && !changed && i + 1 < p->course.day_count) continue; /* nothing happens on days off */
    if (all == 0 || !jl_mul_div_half_even(p->course.committed, all - over, all, &ideal)) ideal = 0;
    jl_row_begin(p->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(p->b, jl_arg_date(day->day));
    jl_cell_person_days(p->b, day->left);
    jl_cell_person_days(p->b, ideal);
    jl_cell_person_days(p->b, day->scope);
    jl_cell(p->b, jl_arg_integer(day->open));
    cell_bar(p, day->left, ideal, most);
    off = day->left > ideal;
  }
  jl_note(p->b, JL_TONE_MUTED, JL_MSG("█ what is left, · where the straight line is"), NULL, 0);
  if (off && !jl_record_has(p->sprint->body, JL_SPRINT_CLOSED)) {
    const struct jl_arg behind = jl_arg_person_days(p->course.days[p->course.day_count - 1].left - ideal);
    jl_note(p->b, JL_TONE_WARN, JL_MSG("behind the straight line by {1}"), &behind, 1);
  }
}

/* ---- stand-up and retrospective ---- */
static void block_stand_up(const struct page *p) {
  size_t n = 0;
  int64_t last = INT32_MIN;
  const struct jl_record **notes = jl_view_all(p->in, p->b, JL_TYPE_STAND_UP, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t day = jl_view_int(notes[i], JL_STAND_UP_DAY, INT32_MIN);
    if (jl_sprint_covers(p->sprint, (int32_t)day) && day <= p->in->today && day > last) last = day;
  }
  if (last == INT32_MIN) return;
  jl_block_begin(p->b, JL_BLOCK_ITEMS, "stand_up", JL_MSG("last stand-up"));
  static const uint32_t fields[] = {JL_STAND_UP_PERSON, JL_STAND_UP_DAY, JL_STAND_UP_DONE, JL_STAND_UP_NEXT, JL_STAND_UP_BLOCKED};
  static const int priorities[] = {0, 2, 1, 1, 1};
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *of = jl_field_by_number(notes[0]->type, fields[i]);
    jl_column(p->b, of->name, of->label, jl_view_argument_kind(of), priorities[i]);
  }
  for (size_t i = 0; i < n; i++) {
    if (jl_view_int(notes[i], JL_STAND_UP_DAY, INT32_MIN) != last) continue;
    jl_row_begin(p->b, notes[i], 0, JL_ROW_NORMAL);
    for (size_t k = 0; k < JL_COUNT(fields); k++) jl_cell_by_number(p->b, p->in, notes[i], fields[k]);
    if (jl_record_has(notes[i]->body, JL_STAND_UP_BLOCKED)) jl_cell_tone(p->b, JL_TONE_BAD);
  }
}

static void block_retrospective(const struct page *p) {
  static const int64_t order[] = {JL_RETRO_KEEP, JL_RETRO_STOP, JL_RETRO_START};
  static const uint32_t fields[] = {JL_RETRO_NOTE_VERDICT, JL_RETRO_NOTE_TEXT, JL_RETRO_NOTE_AUTHOR, JL_RETRO_NOTE_LESSON, JL_RETRO_NOTE_ACTION};
  static const int priorities[] = {0, 0, 3, 1, 1};
  size_t n = 0;
  const struct jl_record **notes = jl_view_referring(p->in, p->b, &p->sprint->id, JL_TYPE_RETRO_NOTE, JL_RETRO_NOTE_SPRINT, &n);
  if (n == 0) return;
  jl_block_begin(p->b, JL_BLOCK_ITEMS, "retrospective", JL_MSG("retrospective: what to keep, to stop, to start"));
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *of = jl_field_by_number(notes[0]->type, fields[i]);
    jl_column(p->b, of->name, of->label, jl_view_argument_kind(of), priorities[i]);
  }
  for (size_t o = 0; o < JL_COUNT(order); o++)
    for (size_t i = 0; i < n; i++) {
      if (jl_view_int(notes[i], JL_RETRO_NOTE_VERDICT, 0) != order[o]) continue;
      jl_row_begin(p->b, notes[i], 0, JL_ROW_NORMAL);
      for (size_t k = 0; k < JL_COUNT(fields); k++) jl_cell_by_number(p->b, p->in, notes[i], fields[k]);
    }
}

bool jl_sprint_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct page p = {.in = in, .b = b};
  if (!jl_view_sprint(in, b, &p.sprint, err)) return false;
  if (p.sprint == NULL) {
    jl_builder_title(b, JL_MSG("sprint"), NULL, 0);
    jl_block_begin(b, JL_BLOCK_TABLE, "actions", NULL);
    jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
    jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 0);
    jl_note(b, JL_TONE_MUTED, JL_MSG("no sprint yet: jalon sprint add \"Sprint 1\" --start monday --end +3w --goal \"...\""), NULL, 0);
    return true;
  }
  const struct jl_arg name = jl_arg_text(jl_record_caption(b, in->space, p.sprint));
  jl_builder_title(b, JL_MSG("sprint {1}"), &name, 1);
  p.actions = jl_sprint_actions(in, b, p.sprint, &p.count);
  if (!jl_sprint_people_of(in, b, p.sprint, p.actions, p.count, &p.workers, err)) return false;
  if (!jl_sprint_course(in->space, p.sprint, in->today, a, &p.course))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  block_head(&p);
  notes_head(&p);
  block_people(&p);
  block_actions(&p);
  block_burndown(&p);
  block_stand_up(&p);
  block_retrospective(&p);
  return true;
}

#include "common/model/calendar/marks.h"
#include "common/model/calendar/holidays.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *label, *text;
  char sign;
} kinds[JL_MARK_KINDS] = {
    [JL_MARK_HOLIDAY] = {JL_MSG("public holiday"), "holiday", '*'},   [JL_MARK_CLOSURE] = {JL_MSG("closure"), "closure", 'x'},
    [JL_MARK_SCHOOL] = {JL_MSG("school holidays"), "school", '~'},    [JL_MARK_KEY_DATE] = {JL_MSG("key date"), "key-date", '!'},
    [JL_MARK_START] = {JL_MSG("starts"), "start", '>'},               [JL_MARK_DUE] = {JL_MSG("due"), "due", '<'},
    [JL_MARK_LEAVE] = {JL_MSG("away"), "away", 0},
};
const char *jl_mark_label(enum jl_mark_kind kind) { return kinds[kind].label; }
const char *jl_mark_text(enum jl_mark_kind kind) { return kinds[kind].text; }
char jl_mark_sign(enum jl_mark_kind kind) { return kinds[kind].sign; }

struct finding {
  const struct jl_marks_of *of;
  struct jl_builder *b;
  struct jl_marks *marks;
  size_t capacity;
};

static bool add(struct finding *f, const struct jl_mark *mark) {
  struct jl_marks *m = f->marks;
  if (mark->last < f->of->period.first || mark->first > f->of->period.last) return true;
  if (m->count == f->capacity) {
    size_t more = f->capacity == 0 ? 128 : f->capacity * 2;
    struct jl_mark *list = jl_view_alloc(f->b, more, sizeof *list);
    if (list == NULL) return false;
    if (m->count > 0) memcpy(list, m->list, m->count * sizeof *list);
    m->list = list;
    f->capacity = more;
  }
  m->list[m->count++] = *mark;
  m->counts[mark->kind]++;
  return true;
}

/* A record from its first day to its last one; without one it is of a single day. */
static bool add_record(struct finding *f, enum jl_mark_kind kind, const struct jl_record *record, uint32_t first, uint32_t last) {
  struct jl_mark mark = {.kind = kind, .record = record, .name = jl_view_text(f->b, jl_view_title(record))};
  mark.first = (int32_t)jl_view_int(record, first, 0);
  mark.last = (int32_t)jl_view_int(record, last, mark.first);
  return add(f, &mark);
}

static bool add_holidays(struct finding *f) {
  size_t n = 0;
  const struct jl_period period = f->of->period;
  const struct jl_holiday *holidays = jl_holidays(jl_working_calendar(f->of->days), jl_date_from_day(period.first).year,
                                                  jl_date_from_day(period.last).year, jl_builder_arena(f->b), &n);
  if (holidays == NULL) jl_builder_fail(f->b, JL_E_NO_MEMORY);
  for (size_t i = 0; holidays != NULL && i < n; i++) {
    const struct jl_mark mark = {.kind = JL_MARK_HOLIDAY, .first = holidays[i].day, .last = holidays[i].day, .name = holidays[i].name};
    if (!add(f, &mark)) return false;
  }
  return true;
}

static bool add_directory(struct finding *f) {
  size_t n = 0;
  const struct jl_record **closures = jl_view_directory(f->of->in, f->b, JL_TYPE_CLOSURE, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_closure_holds(f->of->days, closures[i]) && !add_record(f, JL_MARK_CLOSURE, closures[i], JL_CLOSURE_START, JL_CLOSURE_END)) return false;
  const struct jl_record **schools = jl_view_directory(f->of->in, f->b, JL_TYPE_SCHOOL_HOLIDAY, &n);
  for (size_t i = 0; f->of->zone != 0 && i < n; i++) {
    bool of_zone = jl_view_int(schools[i], JL_SCHOOL_HOLIDAY_ZONE, f->of->zone) == f->of->zone;
    if (of_zone && !add_record(f, JL_MARK_SCHOOL, schools[i], JL_SCHOOL_HOLIDAY_START, JL_SCHOOL_HOLIDAY_END)) return false;
  }
  const struct jl_record **leaves = jl_view_directory(f->of->in, f->b, JL_TYPE_LEAVE, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_id who;
    if (!jl_record_id(leaves[i]->type, leaves[i]->body, JL_LEAVE_PERSON, &who)) continue;
    if (f->of->person != NULL && !jl_id_equal(&who, &f->of->person->id)) continue;
    const struct jl_mark mark = {.kind = JL_MARK_LEAVE,
                                 .first = (int32_t)jl_view_int(leaves[i], JL_LEAVE_START, 0),
                                 .last = (int32_t)jl_view_int(leaves[i], JL_LEAVE_END, 0),
                                 .record = leaves[i],
                                 .name = jl_view_holder_name(f->of->in, f->b, &who)};
    if (!add(f, &mark)) return false;
  }
  return true;
}

/* R or A of it in whichever way. */
static bool works_on(const struct finding *f, const struct jl_record *action) {
  const struct jl_view_input *in = f->of->in;
  const struct jl_raci raci = {in->space, in->organisation, in->today};
  struct jl_letters letters;
  if (f->of->person == NULL) return true;
  jl_letters_of(&raci, &action->id, &f->of->person->id, &letters);
  return (letters.held & JL_LETTERS_WORK) != 0;
}

static bool add_plan(struct finding *f) {
  size_t n = 0;
  const struct jl_record **dates = jl_view_all(f->of->in, f->b, JL_TYPE_KEY_DATE, &n);
  for (size_t i = 0; i < n; i++)
    if (!add_record(f, JL_MARK_KEY_DATE, dates[i], JL_KEY_DATE_START, JL_KEY_DATE_END)) return false;
  if (f->of->actions == NULL) return true;
  const struct jl_record **actions = jl_view_all(f->of->in, f->b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n; i++) {
    bool starts = jl_record_has(actions[i]->body, JL_ACTION_START), due = jl_record_has(actions[i]->body, JL_ACTION_DUE);
    if (jl_view_int(actions[i], JL_ACTION_STATUS, 0) == JL_DROPPED || (!starts && !due) || !works_on(f, actions[i]) || !jl_action_filter_keeps(f->of->actions, actions[i])) continue;
    if (starts && !add_record(f, JL_MARK_START, actions[i], JL_ACTION_START, JL_ACTION_START)) return false;
    if (due && !add_record(f, JL_MARK_DUE, actions[i], JL_ACTION_DUE, JL_ACTION_DUE)) return false;
  }
  return true;
}

static int by_day_and_kind(const void *left, const void *right) {
  const struct jl_mark *a = left, *b = right;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->record == NULL || b->record == NULL) return strcmp(a->name, b->name);
  if (a->record->number != b->record->number) return a->record->number < b->record->number ? -1 : 1;
  return jl_id_compare(&a->record->id, &b->record->id);
}

bool jl_marks_find(const struct jl_marks_of *of, struct jl_builder *b, struct jl_marks *ret) {
  struct finding f = {.of = of, .b = b, .marks = ret};
  *ret = (struct jl_marks){0};
  if (!add_holidays(&f) || (of->in->organisation != NULL && !add_directory(&f)) || !add_plan(&f)) return false;
  if (ret->count > 0) qsort(ret->list, ret->count, sizeof *ret->list, by_day_and_kind);
  return jl_builder_ok(b);
}

static void put_mark(const struct jl_view_input *in, struct jl_builder *b, const struct jl_mark *mark) {
  bool action = mark->kind == JL_MARK_START || mark->kind == JL_MARK_DUE, done = action && !jl_action_open(mark->record);
  jl_row_begin(b, mark->record, 0, done ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell(b, jl_arg_date(mark->first));
  if (mark->last > mark->first)
    jl_cell(b, jl_arg_date(mark->last));
  else
    jl_cell_empty(b);
  const char *label = mark->kind == JL_MARK_KEY_DATE && jl_view_int(mark->record, JL_KEY_DATE_KIND, JL_KEY_DATE_HIGHLIGHT) == JL_KEY_DATE_HIGHLIGHT
                          ? JL_MSG("highlight")
                          : kinds[mark->kind].label;
  jl_cell_label(b, label, kinds[mark->kind].text);
  if (mark->kind == JL_MARK_HOLIDAY)
    jl_cell_label(b, mark->name, NULL);
  else if (action)
    jl_cell_title(b, in, mark->record);
  else
    jl_cell(b, jl_arg_text(mark->name));
  if (mark->kind == JL_MARK_DUE && jl_action_late(mark->record, in->today)) jl_cell_tone(b, JL_TONE_BAD);
}

void jl_marks_block(const struct jl_view_input *in, struct jl_builder *b, const struct jl_marks *marks) {
  if (marks->count == 0) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "days", JL_MSG("what is when"));
  jl_column(b, "from", JL_MSG("from"), JL_ARG_DATE, 0);
  jl_column(b, "until", JL_MSG("until"), JL_ARG_DATE, 1);
  jl_column(b, "kind", JL_MSG("what"), JL_ARG_LABEL, 0);
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < marks->count && jl_builder_ok(b); i++) put_mark(in, b, &marks->list[i]);
}

/* What a change does to everything else, before anybody accepts it (product.md A10): a date or the length of an action, with the dates of
 * all that hangs on it, the money that would be spent in other months, and what the funnel misses meanwhile. The amount of a budget line and
 * a rate of a funnel: replan_budget.c, replan_rate.c.
 *
 * The moved action stands where it is asked to stand: with a new end it begins as much later, with a new start it ends as much later. */
#include "common/base/calendar.h"
#include "common/model/actions/proposal.h"
#include "common/model/actions/replan.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct replan {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_network before, after;
  size_t moved;
  const size_t *order;
  size_t changed, over, past;
};

static bool day_value(const struct jl_view_input *in, const char *name, int32_t *ret, struct jl_error *err) {
  const char *text = jl_view_value(in, name);
  *ret = JL_NO_DAY;
  return text == NULL || jl_day_parse_iso(text, ret) || jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a date"), NULL, jl_arg_text(text));
}

/* Where it is asked to stand. */
static bool asked(const struct replan *r, struct jl_work *w, struct jl_error *err) {
  int32_t start, due;
  uint64_t days = 0;
  const char *length = jl_view_value(r->in, "days");
  struct jl_proposal p = jl_propose(&r->before, r->moved);
  if (!day_value(r->in, "start", &start, err) || !day_value(r->in, "due", &due, err)) return false;
  if (length != NULL && (!jl_view_number(length, &days) || days > 2600))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a number of days"), NULL, jl_arg_text(length));
  if (start == JL_NO_DAY && due == JL_NO_DAY && length == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("say what moves: --due, --start or --days"), JL_MSG("jalon replan A12 --due 2026-05-15"));
  if (length != NULL)
    w->duration = (int32_t)days;
  else if (w->held && !w->fixed)
    w->duration = jl_days_between(w->days, p.first, p.last + 1);
  int32_t more = w->duration > 0 ? w->duration - 1 : 0;
  bool begun = w->held && !w->fixed;
  if (start == JL_NO_DAY && (due == JL_NO_DAY || begun)) start = p.first;
  if (start == JL_NO_DAY) start = jl_days_at(w->days, jl_days_before(w->days, due + 1) - 1 - more);
  if (due == JL_NO_DAY) due = jl_days_at(w->days, jl_days_before(w->days, start) + more);
  if (due < start)
    return jl_fail(err, JL_E_INVALID, JL_MSG("it would end on {1}, before it starts on {2}"), NULL, jl_arg_date(due), jl_arg_date(start));
  if (r->after.activities[r->moved].due_is_deadline) w->deadline = JL_NO_DAY; /* it is the date that moves */
  w->held = w->fixed = true;
  w->start = start;
  w->end = due;
  w->floor = start;
  return true;
}

static bool differs(const struct replan *r, size_t i, struct jl_proposal *was, struct jl_proposal *is) {
  *was = jl_propose(&r->before, i);
  *is = jl_propose(&r->after, i);
  if (i == r->moved) {
    is->start = is->first = r->after.schedule.works[i].start;
    is->due = is->last = r->after.schedule.works[i].end;
    return true;
  }
  return was->first != is->first || was->last != is->last;
}

/* ---- dates ---- */
static void date_row(struct replan *r, size_t i, const struct jl_proposal *was, const struct jl_proposal *is) {
  struct jl_builder *b = r->b;
  const struct jl_record *action = r->after.activities[i].action;
  const struct jl_days *days = r->after.schedule.works[i].days;
  r->changed++;
  r->over += is->overrun > 0;
  r->past += is->first < r->in->today && was->first != is->first;
  jl_row_begin(b, action, 0, JL_ROW_NORMAL);
  jl_cell_title(b, r->in, action);
  jl_cell(b, jl_arg_date(was->first));
  jl_cell(b, jl_arg_date(was->last));
  jl_cell(b, jl_arg_date(is->first));
  jl_cell(b, jl_arg_date(is->last));
  if (is->overrun > 0) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, jl_arg_integer(jl_days_between(days, was->last + 1, is->last + 1)));
  jl_cell(b, is->overrun > 0 ? jl_arg_integer(is->overrun) : (struct jl_arg){.kind = JL_ARG_NONE});
  if (is->overrun > 0) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell_day(b, is->start);
  jl_cell_day(b, is->due);
}

static void block_dates(struct replan *r) {
  struct jl_builder *b = r->b;
  struct jl_proposal was, is;
  jl_block_begin(b, JL_BLOCK_TABLE, "dates", JL_MSG("dates"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 2);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 0);
  jl_column(b, "new_start", JL_MSG("new start"), JL_ARG_DATE, 1);
  jl_column(b, "new_end", JL_MSG("new end"), JL_ARG_DATE, 0);
  jl_column(b, "days", JL_MSG("days of work later"), JL_ARG_INTEGER, 0);
  jl_column(b, "over", JL_MSG("days of work too late"), JL_ARG_INTEGER, 1);
  jl_column(b, "write_start", JL_MSG("start to write"), JL_ARG_DATE, 9);
  jl_column(b, "write_due", JL_MSG("due date to write"), JL_ARG_DATE, 9);
  if (differs(r, r->moved, &was, &is)) date_row(r, r->moved, &was, &is);
  for (size_t k = 0; k < r->after.count; k++)
    if (r->order[k] != r->moved && differs(r, r->order[k], &was, &is)) date_row(r, r->order[k], &was, &is);
  /* what cannot be kept any more, though nothing moves it */
  for (size_t k = 0; k < r->after.count; k++) {
    size_t i = r->order[k];
    if (i != r->moved && !differs(r, i, &was, &is) && is.overrun > was.overrun) date_row(r, i, &was, &is);
  }
}

static void each_changed(const struct replan *r, void (*each)(void *context, const struct jl_change_of_dates *change), void *context) {
  struct jl_proposal was, is;
  for (size_t k = 0; k < r->after.count; k++)
    if (differs(r, r->order[k], &was, &is))
      each(context, &(struct jl_change_of_dates){r->after.activities[r->order[k]].action, was.first, was.last, is.first, is.last});
}

struct listing {
  struct jl_change_of_dates *changes;
  size_t count;
};
static void list_change(void *context, const struct jl_change_of_dates *change) {
  struct listing *l = context;
  l->changes[l->count++] = *change;
}

static bool replan_dates(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *named, struct jl_arena *a, struct jl_error *err) {
  struct replan r = {.in = in, .b = b};
  if (!jl_view_network(in, b, &r.before, err) || !jl_view_network(in, b, &r.after, err)) return false;
  r.moved = jl_network_find(&r.after, &named->id);
  if (r.moved == SIZE_MAX)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is done or will not be done: nothing hangs on it"), NULL,
                   jl_arg_text(jl_record_caption(b, in->space, named)));
  struct jl_work now = r.after.schedule.works[r.moved];
  if (!asked(&r, &now, err)) return false;
  jl_schedule_change(&r.after.schedule, r.moved, &now);
  r.order = jl_network_by_day(b, &r.after);
  struct listing l = {.changes = jl_view_alloc(b, r.after.count + 1, sizeof *l.changes)};
  if (r.order == NULL || l.changes == NULL) return true;
  block_dates(&r);
  each_changed(&r, list_change, &l);
  if (!jl_replan_money(in, b, l.changes, l.count, err) || !jl_replan_funnel(in, b, l.changes, l.count, a, err)) return false;
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  const struct jl_arg counts[] = {jl_arg_integer((int64_t)r.changed), jl_arg_integer((int64_t)r.over)};
  const struct jl_arg past = jl_arg_integer((int64_t)r.past);
  if (r.past > 0) jl_note(b, JL_TONE_BAD, JL_MSG("actions that would have to have begun before today: {1}"), &past, 1);
  if (r.over > 0) jl_note(b, JL_TONE_WARN, JL_MSG("actions that would be later than they are due: {2}"), counts, 2);
  jl_note(b, JL_TONE_MUTED, JL_MSG("nothing is changed yet: --apply writes these dates in one group, and jalon undo takes it back"), NULL,
          0);
  return true;
}

bool jl_replan_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_ACTION, JL_TYPE_BUDGET_LINE, JL_TYPE_FUNNEL_RATE};
  const struct jl_record *named = NULL;
  if (!jl_view_named(in, b, types, JL_COUNT(types), &named, err)) return false;
  if (named == NULL) {
    jl_builder_title(b, JL_MSG("what a change does"), NULL, 0);
    jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
    jl_note(b, JL_TONE_MUTED, JL_MSG("say what changes, and how: jalon replan A12 --due 15/05, B3 --planned 8000, FR2 --rate 15%"), NULL, 0);
    return true;
  }
  const struct jl_arg caption = jl_arg_text(jl_record_caption(b, in->space, named));
  bool moves = named->type_number == JL_TYPE_ACTION;
  jl_builder_title(b, moves ? JL_MSG("if {1} moves") : JL_MSG("if {1} changes"), &caption, 1);
  return moves                                           ? replan_dates(in, b, named, a, err)
         : named->type_number == JL_TYPE_BUDGET_LINE ? jl_replan_budget(in, b, named, err)
                                                         : jl_replan_rate(in, b, named, err);
}

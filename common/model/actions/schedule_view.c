/* What the schedule proposes beside what is typed (product.md A3, A4): what cannot fit and the chain that says why, what is late and all
 * that it pushes, then every action with its dates. With an action: what has to be done for it and by when, backwards from its due date, or
 * from the one that is asked for; "around": with what waits for it. */
#include "common/base/calendar.h"
#include "common/model/actions/filter.h"
#include "common/model/actions/level.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

struct sheet {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_network n;
  const size_t *order;
  const bool *only, *too; /* only these two; NULL: everything */
  size_t moving;
  struct jl_action_filter filter;
};

static bool shown(const struct sheet *s, size_t i) {
  bool within = s->only == NULL || s->only[i] || (s->too != NULL && s->too[i]);
  return within && jl_action_filter_keeps(&s->filter, s->n.activities[i].action);
}

/* ---- what cannot fit ---- */
static void cell_floor(struct sheet *s, size_t i) {
  static const char *const labels[][2] = {[JL_FLOOR_TODAY] = {JL_MSG("today"), "today"},
                                          [JL_FLOOR_PLAN] = {JL_MSG("the start of the plan"), "plan"},
                                          [JL_FLOOR_START] = {JL_MSG("its own start"), "start"},
                                          [JL_FLOOR_NOT_BEFORE] = {JL_MSG("not before"), "not-before"}};
  const struct jl_work *w = &s->n.schedule.works[i];
  if (w->held)
    jl_cell_label(s->b, w->fixed ? JL_MSG("fixed dates") : JL_MSG("in progress"), w->fixed ? "fixed" : "in-progress");
  else
    jl_cell_label(s->b, labels[s->n.activities[i].floor][0], labels[s->n.activities[i].floor][1]);
}

static void block_collisions(struct sheet *s) {
  struct jl_builder *b = s->b;
  const struct jl_chain *chains = jl_network_chains(b, &s->n);
  jl_block_begin(b, JL_BLOCK_TABLE, "collisions", JL_MSG("cannot fit"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "limit", JL_MSG("to be done by"), JL_ARG_DATE, 0);
  jl_column(b, "end", JL_MSG("can be done by"), JL_ARG_DATE, 0);
  jl_column(b, "over", JL_MSG("days of work too late"), JL_ARG_INTEGER, 0);
  jl_column(b, "because", JL_MSG("because of"), JL_ARG_TEXT, 1);
  jl_column(b, "from", JL_MSG("which can begin on"), JL_ARG_DATE, 4);
  jl_column(b, "floor", JL_MSG("and not earlier because of"), JL_ARG_LABEL, 4);
  jl_column(b, "off", JL_MSG("days off within"), JL_ARG_INTEGER, 3);
  for (size_t k = 0; chains != NULL && k < s->n.count; k++) {
    size_t i = s->order[k];
    const struct jl_work *w = &s->n.schedule.works[i];
    struct jl_proposal p = jl_propose(&s->n, i);
    if (!shown(s, i) || p.overrun == 0) continue;
    size_t first = chains[i].first;
    struct jl_span wanted = s->n.schedule.dates[i].planned;
    jl_row_begin(b, s->n.activities[i].action, 0, JL_ROW_NORMAL);
    jl_cell_title(b, s->in, s->n.activities[i].action);
    jl_cell(b, jl_arg_date(w->fixed ? w->end : w->deadline));
    jl_cell(b,
            jl_arg_date(w->fixed ? jl_days_at(w->days, jl_days_before(w->days, w->end + 1) - 1 + p.overrun) : jl_planned_last(w, &wanted)));
    jl_cell_tone(b, JL_TONE_BAD);
    jl_cell(b, jl_arg_integer(p.overrun));
    jl_cell_tone(b, JL_TONE_BAD);
    jl_cell_chain(s->in, b, &s->n, i);
    jl_cell(b, jl_arg_date(jl_planned_first(&s->n.schedule.works[first], &s->n.schedule.dates[first].planned)));
    cell_floor(s, first);
    jl_cell(b, jl_arg_integer(chains[i].off));
  }
}

/* ---- what is late, and what it pushes ---- */
enum { LATE_SHOWN = 60 }; /* each is worked out with all that it pushes */

static void push_row(struct sheet *s, size_t i, int level, const struct jl_span *before) {
  struct jl_builder *b = s->b;
  const struct jl_work *w = &s->n.schedule.works[i];
  const struct jl_record *action = s->n.activities[i].action;
  const struct jl_span *now = &s->n.schedule.dates[i].planned;
  int32_t by = jl_days_between(w->days, before->finish, now->finish);
  jl_row_begin(b, action, level, JL_ROW_NORMAL);
  jl_cell_title(b, s->in, action);
  jl_cell(b, jl_arg_date(jl_planned_last(w, before)));
  jl_cell(b, jl_arg_date(jl_planned_last(w, now)));
  if (level == 1) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, jl_arg_integer(by));
  jl_cell_by_number(b, s->in, action, JL_ACTION_DUE);
}

/* As if it were done when it is due: what then stands elsewhere is what it pushes. */
static void pushed_by(struct sheet *s, size_t late, struct jl_planned *kept) {
  struct jl_schedule *schedule = &s->n.schedule;
  const struct jl_work was = schedule->works[late];
  struct jl_work in_time = was;
  int32_t due = (int32_t)jl_view_int(s->n.activities[late].action, JL_ACTION_DUE, JL_NO_DAY);
  in_time.held = true;
  in_time.fixed = false;
  in_time.end = due;
  in_time.start = was.held && was.start < due ? was.start : due;
  jl_schedule_change(schedule, late, &in_time);
  memcpy(kept, schedule->dates, s->n.count * sizeof *kept);
  jl_schedule_change(schedule, late, &was);
  push_row(s, late, 1, &kept[late].planned);
  for (size_t k = 0; k < s->n.count; k++) {
    size_t i = s->order[k];
    if (i != late && schedule->dates[i].planned.finish > kept[i].planned.finish) push_row(s, i, 2, &kept[i].planned);
  }
}

static void block_late(struct sheet *s) {
  struct jl_builder *b = s->b;
  struct jl_planned *kept = jl_view_alloc(b, s->n.count + 1, sizeof *kept);
  size_t told = 0;
  jl_block_begin(b, JL_BLOCK_TREE, "late", JL_MSG("late, and what it pushes"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "end", JL_MSG("would be done by"), JL_ARG_DATE, 1);
  jl_column(b, "pushed", JL_MSG("done by now"), JL_ARG_DATE, 0);
  jl_column(b, "days", JL_MSG("days of work later"), JL_ARG_INTEGER, 0);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 2);
  for (size_t k = 0; kept != NULL && k < s->n.count; k++) {
    size_t i = s->order[k];
    const struct jl_work *w = &s->n.schedule.works[i];
    int64_t due = jl_view_int(s->n.activities[i].action, JL_ACTION_DUE, JL_NO_DAY);
    bool late = due != JL_NO_DAY && jl_planned_last(w, &s->n.schedule.dates[i].planned) > due && due < s->in->today;
    if (!late || !shown(s, i) || !jl_builder_ok(b)) continue;
    if (told++ < LATE_SHOWN) pushed_by(s, i, kept);
  }
  const struct jl_arg more = jl_arg_integer((int64_t)told - LATE_SHOWN);
  if (told > LATE_SHOWN) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more late actions: jalon check --rule ACT05 --all"), &more, 1);
}

/* ---- every action ---- */
static void columns(struct jl_builder *b, bool backward) {
  jl_block_begin(b, JL_BLOCK_TABLE, "schedule", NULL);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "start", JL_MSG("start (typed)"), JL_ARG_DATE, backward ? 6 : 3);
  jl_column(b, "due", JL_MSG("due date (typed)"), JL_ARG_DATE, backward ? 6 : 2);
  jl_column(b, "proposed_start", JL_MSG("proposed start"), JL_ARG_DATE, backward ? 4 : 0);
  jl_column(b, "proposed_due", JL_MSG("proposed end"), JL_ARG_DATE, backward ? 3 : 0);
  jl_column(b, "latest_start", JL_MSG("starts at the latest"), JL_ARG_DATE, backward ? 0 : 5);
  jl_column(b, "latest_end", JL_MSG("ends at the latest"), JL_ARG_DATE, backward ? 0 : 5);
  jl_column(b, "slack", JL_MSG("slack"), JL_ARG_INTEGER, 1);
  jl_column(b, "critical", JL_MSG("critical"), JL_ARG_BOOL, 4);
  jl_column(b, "days", JL_MSG("days of work"), JL_ARG_INTEGER, 4);
  jl_column(b, "after", JL_MSG("waits for"), JL_ARG_TEXT, 2);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 5);
  jl_column(b, "change", JL_MSG("to write"), JL_ARG_BOOL, 7);
}

static void proposed(struct jl_builder *b, int32_t day, bool differs) {
  jl_cell_day(b, day);
  if (differs) jl_cell_tone(b, JL_TONE_WARN);
}

static void schedule_row(struct sheet *s, size_t i) {
  struct jl_builder *b = s->b;
  const struct jl_work *w = &s->n.schedule.works[i];
  const struct jl_planned *d = &s->n.schedule.dates[i];
  struct jl_proposal p = jl_propose(&s->n, i);
  s->moving += jl_proposal_moves(&p);
  jl_row_begin(b, s->n.activities[i].action, 0, JL_ROW_NORMAL);
  jl_cell_title(b, s->in, s->n.activities[i].action);
  jl_cell_day(b, p.typed_start);
  jl_cell_day(b, p.typed_due);
  proposed(b, p.start, p.start != p.typed_start);
  proposed(b, p.due, p.due != p.typed_due);
  jl_cell(b, jl_arg_date(jl_planned_first(w, &d->late)));
  jl_cell(b, jl_arg_date(jl_planned_last(w, &d->late)));
  jl_cell(b, jl_arg_integer(d->slack));
  if (d->slack < 0) jl_cell_tone(b, JL_TONE_BAD);
  jl_cell(b, (struct jl_arg){.kind = JL_ARG_BOOL, .number = jl_planned_critical(d)});
  jl_cell(b, jl_arg_integer(w->duration));
  jl_cell_waits_for(s->in, b, &s->n, i);
  jl_cell_whose(s->in, b, &s->n, i);
  jl_cell(b, (struct jl_arg){.kind = JL_ARG_BOOL, .number = jl_proposal_moves(&p)});
}

static void notes(const struct sheet *s) {
  const struct jl_arg args[] = {jl_arg_integer((int64_t)s->moving), jl_arg_integer((int64_t)s->n.schedule.ignored)};
  if (s->n.count == 0)
    jl_note(s->b, JL_TONE_MUTED, JL_MSG("nothing is left to be scheduled"), NULL, 0);
  else if (s->moving == 0)
    jl_note(s->b, JL_TONE_GOOD, JL_MSG("what is typed is what is proposed"), NULL, 0);
  else
    jl_note(s->b, JL_TONE_NONE, JL_MSG("actions with other dates than those typed: {1}; jalon schedule --apply writes them"), args, 2);
  if (s->n.schedule.ignored > 0) jl_note(s->b, JL_TONE_WARN, JL_MSG("dependencies that close a circle and do not count: {2}"), args, 2);
}

/* A due date that is asked for instead of the one that is typed. */
static bool take_due(struct sheet *s, size_t of, struct jl_error *err) {
  const char *text = jl_view_value(s->in, "due");
  if (text == NULL) return true;
  if (of == SIZE_MAX)
    return jl_fail(err, JL_E_INVALID, JL_MSG("--due goes with an action that is not done"), JL_MSG("jalon schedule A12 --due 2026-05-15"));
  struct jl_work now = s->n.schedule.works[of];
  if (!jl_day_parse_iso(text, &now.deadline)) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a date"), NULL, jl_arg_text(text));
  jl_schedule_change(&s->n.schedule, of, &now);
  return true;
}

bool jl_schedule_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_ACTION};
  struct sheet s = {.in = in, .b = b};
  const struct jl_record *named = NULL;
  (void)a;
  if (!jl_view_named(in, b, types, 1, &named, err) || !jl_action_filter_read(in, b, &s.filter, err) || !jl_view_network(in, b, &s.n, err)) return false;
  if (jl_view_value(in, "event") != NULL) return jl_event_blocks(in, b, err);
  if (jl_view_value(in, "level") != NULL) {
    jl_builder_title(b, JL_MSG("levelling"), NULL, 0);
    return jl_level_blocks(in, b, &s.n, err);
  }
  size_t of = named == NULL ? SIZE_MAX : jl_network_find(&s.n, &named->id);
  if (!take_due(&s, of, err)) return false;
  if (named != NULL) s.only = jl_network_upstream(b, &s.n, of);
  if (named != NULL && jl_view_value(in, "around") != NULL) s.too = jl_network_downstream(b, &s.n, of);
  s.order = jl_network_by_day(b, &s.n);
  if (s.order == NULL || (named != NULL && s.only == NULL)) return true;
  if (named != NULL) {
    const struct jl_arg caption = jl_arg_text(jl_record_caption(b, in->space, named));
    jl_builder_title(b, JL_MSG("what it takes for {1}"), &caption, 1);
  } else
    jl_builder_title(b, JL_MSG("schedule"), NULL, 0);
  block_collisions(&s);
  block_late(&s);
  columns(b, named != NULL);
  for (size_t k = 0; k < s.n.count; k++)
    if (shown(&s, s.order[k])) schedule_row(&s, s.order[k]);
  notes(&s);
  return true;
}

#include "common/model/rules.h"
#include "common/model/rhythm/sprint.h"
#include "common/record/schema.h"

#define SPRINT_DAYS_MAX 21 /* three weeks (seed 004) */

static int64_t int_of(const struct jl_record *record, uint32_t field, int64_t otherwise) {
  return jl_record_int(record->type, record->body, field, otherwise);
}

/* The live record that a field of the touched one names; NULL: none. */
static const struct jl_record *named(const struct jl_rule_input *in, uint32_t field) {
  struct jl_id id;
  const struct jl_record *after = in->touched->after;
  return jl_record_id(after->type, after->body, field, &id) ? jl_replica_live(in->after, &id) : NULL;
}

/* It was there before the group. What comes (from a file, or back) is as it was where it comes from, whatever happened since to what it names. */
static bool was_there(const struct jl_rule_input *in) { return !jl_rule_came(in); }

static bool has_words(const struct jl_rule_input *in, uint32_t field) {
  struct jl_bytes text = jl_record_text(in->touched->after->type, in->touched->after->body, field);
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] > ' ') return true;
  return false;
}

/* ---- sprints ---- */
static bool sprint_dates(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t start = jl_rule_int(in, JL_SPRINT_START, 0), end = jl_rule_int(in, JL_SPRINT_END, 0);
  if (end < start)
    return jl_break(in, JL_SPRINT_END, err, JL_MSG("{1} ends on {2}, before it starts on {3}"), JL_MSG("change one of the two dates"),
                    jl_arg_record(in->touched->after), jl_arg_date(end), jl_arg_date(start));
  if (end - start < SPRINT_DAYS_MAX) return true;
  return jl_break(in, JL_SPRINT_END, err, JL_MSG("{1} is {2} days long: a sprint has two to three weeks, {3} days at most"),
                  JL_MSG("make two sprints of it"), jl_arg_record(in->touched->after), jl_arg_integer(end - start + 1),
                  jl_arg_integer(SPRINT_DAYS_MAX));
}

static bool sprint_overlap(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *sprint = in->touched->after;
  bool moved = jl_rule_changed(in, JL_SPRINT_START) || jl_rule_changed(in, JL_SPRINT_END) || jl_rule_changed(in, JL_SPRINT_TEAM);
  size_t n = 0;
  if (!moved || !jl_rule_alive(in)) return true;
  const struct jl_record **all = jl_replica_all(in->after, JL_TYPE_SPRINT, in->arena, &n);
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  struct jl_id team = jl_sprint_team(sprint);
  for (size_t i = 0; i < n; i++) {
    struct jl_id of = jl_sprint_team(all[i]);
    if (jl_id_equal(&all[i]->id, &sprint->id) || !jl_id_equal(&of, &team) ||
        int_of(all[i], JL_SPRINT_START, 0) > jl_rule_int(in, JL_SPRINT_END, 0) || int_of(all[i], JL_SPRINT_END, 0) < jl_rule_int(in, JL_SPRINT_START, 0))
      continue;
    struct jl_arg author = jl_arg_first_author(in->evaluation, all[i], 0);
    return jl_break(in, JL_SPRINT_START, err,
                    author.text[0] == '\0' ? JL_MSG("{1} overlaps {2}, from {3} to {4}") : JL_MSG("{1} overlaps {2}, from {3} to {4} (changed last by {5})"),
                    JL_MSG("sprints of one team follow each other; another team (--team) has its own"), jl_arg_record(sprint), jl_arg_record(all[i]),
                    jl_arg_date(int_of(all[i], JL_SPRINT_START, 0)), jl_arg_date(int_of(all[i], JL_SPRINT_END, 0)), author);
  }
  return true;
}

/* What is unfinished has gone to another sprint, or out of it. */
static bool sprint_closed(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *sprint = in->touched->after, *action;
  const void *at = NULL;
  if (!was_there(in) || !jl_rule_has(in, JL_SPRINT_CLOSED) || !jl_rule_changed(in, JL_SPRINT_CLOSED) || !jl_rule_alive(in)) return true;
  while ((action = jl_replica_next_referring(in->after, &sprint->id, JL_TYPE_ACTION, JL_ACTION_SPRINT, &at)) != NULL) {
    int64_t status = int_of(action, JL_ACTION_STATUS, JL_TO_DO);
    if (status == JL_DONE || status == JL_DROPPED) continue;
    return jl_break(in, JL_SPRINT_CLOSED, err, JL_MSG("{1} cannot be closed: {2} is unfinished in it"),
                    JL_MSG("jalon sprint close carries what is unfinished over"), jl_arg_record(sprint), jl_arg_record(action));
  }
  return true;
}

/* Its figures are those of the day on which it was closed. */
static bool action_sprint_open(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *sprint = named(in, JL_ACTION_SPRINT);
  if (!was_there(in) || !jl_rule_changed(in, JL_ACTION_SPRINT) || !jl_rule_alive(in) || sprint == NULL || !jl_record_has(sprint->body, JL_SPRINT_CLOSED)) return true;
  int64_t status = jl_rule_int(in, JL_ACTION_STATUS, JL_TO_DO);
  if (status == JL_DONE || status == JL_DROPPED) return true;
  return jl_break(in, JL_ACTION_SPRINT, err, JL_MSG("{1} is closed since {2}: nothing more enters it"), JL_MSG("choose a sprint that is open: jalon sprint list"),
                  jl_arg_record(sprint), jl_arg_date(int_of(sprint, JL_SPRINT_CLOSED, 0)));
}

static bool stand_up_says(const struct jl_rule_input *in, struct jl_error *err) {
  if (has_words(in, JL_STAND_UP_DONE) || has_words(in, JL_STAND_UP_NEXT) || has_words(in, JL_STAND_UP_BLOCKED)) return true;
  return jl_break(in, JL_STAND_UP_DONE, err, JL_MSG("a stand-up note says what was done, what is next or what is in the way"),
                  JL_MSG("such as: jalon stand-up --done \"...\" --next \"...\""));
}

/* ---- meetings ---- */
static bool point_is_open(const struct jl_record *point) { return int_of(point, JL_MEETING_POINT_CLOSED, 0) == 0; }

static bool meeting_closed(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *meeting = in->touched->after, *point;
  const void *at = NULL;
  if (jl_rule_int(in, JL_MEETING_STATUS, 0) != JL_MEETING_CLOSED || !jl_rule_changed(in, JL_MEETING_STATUS) || !jl_rule_alive(in)) return true;
  while ((point = jl_replica_next_referring(in->after, &meeting->id, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_MEETING, &at)) != NULL)
    if (point_is_open(point))
      return jl_break(in, JL_MEETING_STATUS, err, JL_MSG("{1} cannot be closed: {2} has no decision yet"),
                      JL_MSG("decide it (jalon meeting decide), or leave it to another meeting (jalon meeting close --postpone)"), jl_arg_record(meeting),
                      jl_arg_record(point));
  return true;
}

static bool meeting_current(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *point = named(in, JL_MEETING_CURRENT);
  struct jl_id of;
  if (!jl_rule_changed(in, JL_MEETING_CURRENT) || point == NULL || !jl_record_id(point->type, point->body, JL_MEETING_POINT_MEETING, &of) ||
      jl_id_equal(&of, &in->touched->after->id))
    return true;
  return jl_break(in, JL_MEETING_CURRENT, err, JL_MSG("{2} is a point of another meeting than {1}"), JL_MSG("choose one of its own points"),
                  jl_arg_record(in->touched->after), jl_arg_record(point));
}

/* A closed meeting takes no more open points. */
static bool point_meeting_open(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *meeting = named(in, JL_MEETING_POINT_MEETING);
  bool changed = jl_rule_changed(in, JL_MEETING_POINT_MEETING) || jl_rule_changed(in, JL_MEETING_POINT_CLOSED);
  if (!changed || !jl_rule_alive(in) || meeting == NULL || !point_is_open(in->touched->after) || int_of(meeting, JL_MEETING_STATUS, 0) != JL_MEETING_CLOSED)
    return true;
  return jl_break(in, JL_MEETING_POINT_MEETING, err, JL_MSG("{1} is closed: it has no open points"), JL_MSG("put it on the agenda of another meeting"),
                  jl_arg_record(meeting));
}

/* The person who alone is responsible for the action; zero: nobody, or several. */
static struct jl_id only_responsible(const struct jl_replica *plan, const struct jl_record *action) {
  const void *at = NULL;
  const struct jl_record *raci;
  struct jl_id found = {{0}};
  while ((raci = jl_replica_next_referring(plan, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL) {
    if (int_of(raci, JL_RACI_LETTER, 0) != JL_RACI_R) continue;
    if (!jl_id_is_zero(&found)) return (struct jl_id){{0}};
    (void)jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &found);
  }
  return found;
}

/* Said while it is closed; what becomes of the action later does not change what was decided. */
static bool point_action_holds(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *point = in->touched->after, *action = named(in, JL_MEETING_POINT_ACTION);
  struct jl_id owner = {{0}}, responsible;
  bool closes = jl_rule_changed(in, JL_MEETING_POINT_CLOSED) || jl_rule_changed(in, JL_MEETING_POINT_ACTION) || jl_rule_changed(in, JL_MEETING_POINT_OWNER) ||
                jl_rule_changed(in, JL_MEETING_POINT_DUE);
  if (!was_there(in) || !closes || action == NULL) return true;
  responsible = only_responsible(in->after, action);
  (void)jl_record_id(point->type, point->body, JL_MEETING_POINT_OWNER, &owner);
  if (jl_id_is_zero(&responsible) || !jl_id_equal(&responsible, &owner))
    return jl_break(in, JL_MEETING_POINT_OWNER, err, JL_MSG("{1} cannot be closed: {2} must have one person responsible, the one it is assigned to"),
                    JL_MSG("give it one R (raci set), or let the decision make an action of its own"), jl_arg_record(point), jl_arg_record(action));
  if (int_of(action, JL_ACTION_DUE, INT32_MIN) == jl_rule_int(in, JL_MEETING_POINT_DUE, INT32_MAX)) return true;
  return jl_break(in, JL_MEETING_POINT_DUE, err, JL_MSG("{1} cannot be closed: {2} has another due date, or none"), JL_MSG("give both the same date"),
                  jl_arg_record(point), jl_arg_record(action));
}

static bool point_closed(const struct jl_rule_input *in, struct jl_error *err) {
  static const struct {
    uint32_t field;
    const char *missing;
  } needed[] = {{JL_MEETING_POINT_DECISION, JL_MSG("{1} cannot be closed: it has no decision")},
                {JL_MEETING_POINT_OWNER, JL_MSG("{1} cannot be closed: nobody is named who does it")},
                {JL_MEETING_POINT_DUE, JL_MSG("{1} cannot be closed: it has no date by which it is done")},
                {JL_MEETING_POINT_ACTION, JL_MSG("{1} cannot be closed: no action came of it")}};
  if (point_is_open(in->touched->after) || !jl_rule_alive(in)) return true;
  for (size_t i = 0; i < JL_COUNT(needed); i++)
    if (!jl_rule_has(in, needed[i].field) || (i == 0 && !has_words(in, needed[i].field)))
      return jl_break(in, needed[i].field, err, needed[i].missing, JL_MSG("a point ends with a decision, an action, one person and a date: jalon meeting decide"),
                      jl_arg_record(in->touched->after));
  return point_action_holds(in, err);
}

static const struct jl_rule rules[] = {
    {"sprint-dates", JL_TYPE_SPRINT, sprint_dates},
    {"sprint-overlap", JL_TYPE_SPRINT, sprint_overlap},
    {"sprint-closed", JL_TYPE_SPRINT, sprint_closed},
    {"action-sprint-open", JL_TYPE_ACTION, action_sprint_open},
    {"stand-up-says", JL_TYPE_STAND_UP, stand_up_says},
    {"meeting-closed", JL_TYPE_MEETING, meeting_closed},
    {"meeting-current", JL_TYPE_MEETING, meeting_current},
    {"point-meeting-open", JL_TYPE_MEETING_POINT, point_meeting_open},
    {"point-closed", JL_TYPE_MEETING_POINT, point_closed},
};
const struct jl_rules jl_rhythm_rules = {rules, JL_COUNT(rules)};

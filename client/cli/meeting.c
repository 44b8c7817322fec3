/* meeting new: a meeting with the points of the agenda. meeting decide: a point ends with its decision, an action of one person and a date.
 * meeting start and close; what has no decision yet goes to another meeting. */
#include "client/cli/rhythm.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define PEOPLE_MAX 64
#define POINTS_MAX 12 /* two minutes each in 25 (common/model/rhythm/agenda.h) */
#define ACTION_TITLE_MAX 200

/* ---- new ---- */
static bool point_limit(struct jl_cli *cli, size_t *ret, struct jl_error *err) {
  const char *text = jl_cli_option(cli, "points");
  char *end = NULL;
  *ret = POINTS_MAX;
  if (text == NULL) return true;
  long n = strtol(text, &end, 10);
  if (*end != '\0' || n < 0 || n > 100)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("give a number"), jl_arg_text("points"), jl_arg_text(text));
  *ret = (size_t)n;
  return true;
}

/* The reason's number from the word that files have for it. */
static int64_t reason_of(const Jalon__Cell *cell) {
  const struct jl_enum *reasons = jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING_POINT), JL_MEETING_POINT_REASON)->enumeration;
  for (size_t i = 0; i < reasons->count; i++)
    if (jl_cell_is(cell, reasons->values[i].text)) return reasons->values[i].number;
  return JL_POINT_OTHER;
}

static bool put_point(struct jl_rhythm *r, const struct jl_id *meeting, const Jalon__Block *block, const Jalon__Row *row, struct jl_error *err) {
  struct jl_draft d = jl_draft_of(r, JL_TYPE_MEETING_POINT);
  const Jalon__Cell *about = jl_row_cell(block, row, "about");
  struct jl_id id;
  size_t size = about == NULL || about->text == NULL ? 0 : strlen(about->text);
  while (size > ACTION_TITLE_MAX || (size > 0 && size == ACTION_TITLE_MAX && ((unsigned char)about->text[size] & 0xc0) == 0x80)) size--;
  bool has_about = row->record != NULL && jl_row_record(row, row->record->type, &id);
  return jl_draft_ids(&d, JL_MEETING_POINT_MEETING, meeting, 1, err) &&
         jl_draft_words(&d, JL_MEETING_POINT_TITLE, (struct jl_bytes){(const uint8_t *)(size > 0 ? about->text : "-"), size > 0 ? size : 1}, err) &&
         jl_draft_number(&d, JL_MEETING_POINT_REASON, reason_of(jl_row_cell(block, row, "reason")), err) &&
         jl_draft_ids(&d, JL_MEETING_POINT_ABOUT, &id, has_about ? 1 : 0, err) && jl_draft_put(&d, err);
}

static bool put_meeting(struct jl_rhythm *r, const Jalon__Block *points, size_t most, size_t *ret_n, struct jl_error *err) {
  struct jl_cli *cli = r->cli;
  struct jl_draft d = jl_draft_of(r, JL_TYPE_MEETING);
  struct jl_id people[PEOPLE_MAX], leader;
  size_t n = 0, leaders = 0;
  const char *date = jl_cli_option(cli, "date"), *title = cli->word_count > 0 ? cli->words[0] : jl_tr(JL_MSG("weekly meeting"));
  if (!jl_people_named(cli, jl_cli_option(cli, "with"), people, PEOPLE_MAX, &n, err) ||
      !jl_people_named(cli, jl_cli_option(cli, "leader"), &leader, 1, &leaders, err))
    return false;
  if (!jl_draft_text(&d, JL_MEETING_TITLE, title, err) ||
      !(date != NULL ? jl_draft_text(&d, JL_MEETING_DATE, date, err) : jl_draft_number(&d, JL_MEETING_DATE, jl_cli_today(cli), err)) ||
      !jl_draft_text(&d, JL_MEETING_MINUTES, jl_cli_option(cli, "minutes"), err) || !jl_draft_ids(&d, JL_MEETING_PARTICIPANTS, people, n, err) ||
      !jl_draft_ids(&d, JL_MEETING_LEADER, &leader, leaders, err) || !jl_draft_put(&d, err))
    return false;
  for (*ret_n = 0; points != NULL && *ret_n < points->n_rows && *ret_n < most; (*ret_n)++)
    if (!put_point(r, &d.id, points, points->rows[*ret_n], err)) return false;
  return true;
}

static void say_made(struct jl_cli *cli, size_t n, const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_MEETING) jl_reference_text(JL_TYPE_MEETING, outcome->given[i].number, reference);
  jl_say(cli,
         cli->dry_run              ? JL_MSG("a meeting would be made, with points: {1}")
         : reference[0] == '\0' ? JL_MSG("meeting, points: {1}{3}")
                                : JL_MSG("{2}: meeting, points: {1}{3}; jalon meeting start {2} begins it"),
         jl_arg_integer((int64_t)n), jl_arg_text(reference), jl_cli_made(cli, outcome));
}

bool jl_cmd_meeting_new(struct jl_cli *cli, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_view_ask ask = {.space = cli->plan, .view = "agenda"};
  struct jl_outcome_of outcome;
  const Jalon__Document *d;
  uint64_t revision;
  size_t most, n = 0;
  if (!point_limit(cli, &most, err) || !jl_cli_document(cli, &ask, &d, &revision, err) || !jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = put_meeting(&r, jl_cli_block(d, "points"), most, &n, err);
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  say_made(cli, n, &outcome);
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- decide ---- */
struct deciding {
  struct jl_rhythm r;
  struct jl_lookup point, about, action;
  bool has_about, has_action, has_owner, has_due;
  struct jl_id owner, made; /* made: the action */
  int32_t due;
};

static bool read_point(struct deciding *d, struct jl_error *err) {
  static const uint32_t fields[] = {JL_MEETING_POINT_DECISION, JL_MEETING_POINT_ACTION, JL_MEETING_POINT_OWNER, JL_MEETING_POINT_DUE, JL_MEETING_POINT_CLOSED},
                        action_fields[] = {JL_ACTION_DUE}, letters[] = {JL_TYPE_RACI};
  struct jl_cli *cli = d->r.cli;
  const char *action = jl_cli_option(cli, "action"), *owner = jl_cli_option(cli, "owner"), *due = jl_cli_option(cli, "due");
  size_t n = 0;
  d->point = (struct jl_lookup){
      .text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_MEETING_POINT), .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  if (!jl_lookup_one(cli, &d->point, err) || !jl_people_named(cli, owner, &d->owner, 1, &n, err)) return false;
  d->has_owner = n == 1;
  d->has_due = due != NULL;
  if (due != NULL && !jl_input_date(&d->r.input, due, &d->due, err)) return false;
  d->about = (struct jl_lookup){.children = letters, .child_count = 1};
  d->has_about = jl_record_id(d->point.type, d->point.record.body, JL_MEETING_POINT_ABOUT, &d->about.id);
  if (d->has_about && !jl_lookup_one(cli, &d->about, err)) { /* gone, or not to be read */
    d->has_about = false;
    *err = (struct jl_error){0};
  }
  d->action = (struct jl_lookup){.text = action,
                                 .type = jl_record_type_by_number(JL_TYPE_ACTION),
                                 .base_fields = action_fields,
                                 .base_field_count = JL_COUNT(action_fields),
                                 .children = letters,
                                 .child_count = 1};
  d->has_action = action != NULL;
  return action == NULL || jl_lookup_one(cli, &d->action, err);
}

/* Who holds a letter of a record, as it was read with its letters; false: nobody. */
static bool holder(const struct jl_lookup *of, int64_t letter, struct jl_id *ret) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  for (size_t i = 0; i < of->below_count; i++)
    if (of->below[i].type == JL_TYPE_RACI && of->below[i].deleted_revision == 0 && jl_record_int(type, of->below[i].body, JL_RACI_LETTER, 0) == letter &&
        jl_record_id(type, of->below[i].body, JL_RACI_HOLDER, ret))
      return true;
  return false;
}

static bool put_letter(struct jl_rhythm *r, const struct jl_id *action, int64_t letter, const struct jl_id *person, struct jl_error *err) {
  struct jl_draft d = jl_draft_of(r, JL_TYPE_RACI);
  return jl_draft_ids(&d, JL_RACI_TARGET, action, 1, err) && jl_draft_number(&d, JL_RACI_LETTER, letter, err) &&
         jl_draft_ids(&d, JL_RACI_HOLDER, person, 1, err) && jl_draft_put(&d, err);
}

/* Below the lever of what it is about, measured by the KPI that it is about. */
static bool make_action(struct deciding *d, const char *decision, struct jl_error *err) {
  struct jl_cli *cli = d->r.cli;
  struct jl_draft a = jl_draft_of(&d->r, JL_TYPE_ACTION);
  const char *title = jl_cli_option(cli, "title");
  const struct jl_record_state *about = &d->about.record;
  bool of_action = d->has_about && about->type == JL_TYPE_ACTION, of_kpi = d->has_about && about->type == JL_TYPE_KPI;
  struct jl_id lever, accountable = d->owner;
  bool has_lever = (of_action && jl_record_id(jl_record_type_by_number(about->type), about->body, JL_ACTION_LEVER, &lever)) ||
                   (of_kpi && jl_record_id(jl_record_type_by_number(about->type), about->body, JL_KPI_LEVER, &lever));
  if (title == NULL) title = decision;
  size_t size = strlen(title);
  if (size > ACTION_TITLE_MAX)
    for (size = ACTION_TITLE_MAX; size > 0 && ((unsigned char)title[size] & 0xc0) == 0x80;) size--;
  if (of_action) (void)holder(&d->about, JL_RACI_A, &accountable);
  d->made = a.id;
  return jl_draft_words(&a, JL_ACTION_TITLE, (struct jl_bytes){(const uint8_t *)title, size}, err) &&
         jl_draft_ids(&a, JL_ACTION_LEVER, &lever, has_lever ? 1 : 0, err) &&
         (!d->has_due || jl_draft_number(&a, JL_ACTION_DUE, d->due, err)) && jl_draft_ids(&a, JL_ACTION_KPIS, &about->id, of_kpi ? 1 : 0, err) &&
         jl_draft_put(&a, err) &&
         (!d->has_owner || (put_letter(&d->r, &a.id, JL_RACI_R, &d->owner, err) && put_letter(&d->r, &a.id, JL_RACI_A, &accountable, err)));
}

/* An action that is there: its own date and person where none is given. */
static bool use_action(struct deciding *d, struct jl_error *err) {
  const struct jl_record_state *action = &d->action.record;
  struct jl_id responsible;
  bool has_responsible = holder(&d->action, JL_RACI_R, &responsible);
  d->made = action->id;
  if (!d->has_owner && has_responsible) d->owner = responsible, d->has_owner = true;
  if (!d->has_due && jl_record_has(action->body, JL_ACTION_DUE)) {
    d->due = (int32_t)jl_record_int(d->action.type, action->body, JL_ACTION_DUE, 0);
    d->has_due = true;
  }
  if (d->has_owner && !has_responsible && !put_letter(&d->r, &action->id, JL_RACI_R, &d->owner, err)) return false;
  if (!d->has_due || jl_record_int(d->action.type, action->body, JL_ACTION_DUE, INT32_MIN) == d->due) return true;
  jl_group_update(d->r.group, JL_TYPE_ACTION, &action->id);
  return jl_change_number(&d->r, &d->action, JL_ACTION_DUE, d->due, err);
}

static bool put_decision(struct deciding *d, struct jl_error *err) {
  const char *decision = d->r.cli->words[1];
  if (!(d->has_action ? use_action(d, err) : make_action(d, decision, err))) return false;
  jl_group_update(d->r.group, JL_TYPE_MEETING_POINT, &d->point.record.id);
  return jl_change_text(&d->r, &d->point, JL_MEETING_POINT_DECISION, decision, err) &&
         jl_change_id(&d->r, &d->point, JL_MEETING_POINT_ACTION, &d->made, err) &&
         (!d->has_owner || jl_change_id(&d->r, &d->point, JL_MEETING_POINT_OWNER, &d->owner, err)) &&
         (!d->has_due || jl_change_number(&d->r, &d->point, JL_MEETING_POINT_DUE, d->due, err)) &&
         jl_change_number(&d->r, &d->point, JL_MEETING_POINT_CLOSED, 1, err);
}

bool jl_cmd_meeting_decide(struct jl_cli *cli, struct jl_error *err) {
  struct deciding d = {0};
  struct jl_outcome_of outcome;
  char action[JL_REFERENCE_SIZE] = "";
  if (!jl_rhythm_begin(&d.r, cli, err)) return false;
  bool ok = read_point(&d, err) && put_decision(&d, err);
  if (!jl_rhythm_end(&d.r, ok, &outcome, err)) return false;
  for (size_t i = 0; i < outcome.given_count; i++)
    if (outcome.given[i].type == JL_TYPE_ACTION) jl_reference_text(JL_TYPE_ACTION, outcome.given[i].number, action);
  if (d.has_action) jl_reference_text(JL_TYPE_ACTION, d.action.record.number, action);
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be decided") : action[0] == '\0' ? JL_MSG("{1} is decided{3}") : JL_MSG("{1} is decided: {2}{3}"),
         jl_cli_called(cli, &d.point.record), jl_arg_text(action), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- start and close ---- */
struct holding {
  struct jl_rhythm r;
  struct jl_lookup meeting;
  size_t open;
};

static bool read_meeting(struct holding *h, struct jl_error *err) {
  static const uint32_t fields[] = {JL_MEETING_STATUS, JL_MEETING_CURRENT}, points[] = {JL_TYPE_MEETING_POINT};
  struct jl_cli *cli = h->r.cli;
  h->meeting = (struct jl_lookup){.text = cli->words[0],
                                  .type = jl_record_type_by_number(JL_TYPE_MEETING),
                                  .base_fields = fields,
                                  .base_field_count = JL_COUNT(fields),
                                  .children = points,
                                  .child_count = JL_COUNT(points)};
  return jl_lookup_one(cli, &h->meeting, err);
}

static bool is_open(const struct jl_record_state *point) {
  return point->type == JL_TYPE_MEETING_POINT && point->deleted_revision == 0 &&
         jl_record_int(jl_record_type_by_number(point->type), point->body, JL_MEETING_POINT_CLOSED, 0) == 0;
}

/* The next meeting, a week later, of the same people: it gets the points that are open. */
static bool postpone(struct holding *h, struct jl_error *err) {
  const struct jl_record_state *meeting = &h->meeting.record;
  struct jl_draft d = jl_draft_of(&h->r, JL_TYPE_MEETING);
  static const uint32_t copied[] = {JL_MEETING_TITLE, JL_MEETING_MINUTES, JL_MEETING_PARTICIPANTS, JL_MEETING_LEADER};
  const struct jl_field *of = jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING_POINT), JL_MEETING_POINT_MEETING);
  for (size_t i = 0; i < JL_COUNT(copied); i++) {
    struct jl_bytes slice = jl_record_slice(meeting->body, copied[i]);
    if (slice.size > 0 && !jl_record_put(h->r.cli, &d.body, copied[i], slice, err)) return false;
  }
  if (!jl_draft_number(&d, JL_MEETING_DATE, jl_record_int(d.type, meeting->body, JL_MEETING_DATE, 0) + 7, err) || !jl_draft_put(&d, err)) return false;
  struct jl_bytes from = jl_value_encode(h->r.cli->arena, of, &(struct jl_value){.id = meeting->id}),
                  to = jl_value_encode(h->r.cli->arena, of, &(struct jl_value){.id = d.id});
  if (from.data == NULL || to.data == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < h->meeting.below_count; i++) {
    if (!is_open(&h->meeting.below[i])) continue;
    jl_group_update(h->r.group, JL_TYPE_MEETING_POINT, &h->meeting.below[i].id);
    jl_group_field(h->r.group, JL_MEETING_POINT_MEETING, from, to);
  }
  return true;
}

static bool is_so(const struct holding *h, int64_t status, struct jl_error *err) {
  if (jl_record_int(h->meeting.type, h->meeting.record.body, JL_MEETING_STATUS, 0) != status) return false;
  (void)jl_fail(err, JL_E_INVALID, status == JL_MEETING_CLOSED ? JL_MSG("{1} is closed already") : JL_MSG("{1} is under way already"), NULL,
                jl_cli_called(h->r.cli, &h->meeting.record));
  return true;
}

static bool set_status(struct holding *h, int64_t status, struct jl_error *err) {
  jl_group_update(h->r.group, JL_TYPE_MEETING, &h->meeting.record.id);
  if (!jl_change_number(&h->r, &h->meeting, JL_MEETING_STATUS, status, err)) return false;
  for (size_t i = 0; status == JL_MEETING_RUNNING && i < h->meeting.below_count; i++)
    if (is_open(&h->meeting.below[i]) && !jl_record_has(h->meeting.record.body, JL_MEETING_CURRENT))
      return jl_change_id(&h->r, &h->meeting, JL_MEETING_CURRENT, &h->meeting.below[i].id, err);
  if (status == JL_MEETING_CLOSED && jl_record_has(h->meeting.record.body, JL_MEETING_CURRENT))
    jl_group_field(h->r.group, JL_MEETING_CURRENT, jl_lookup_base(&h->meeting, JL_MEETING_CURRENT), (struct jl_bytes){NULL, 0});
  return true;
}

static bool hold(struct jl_cli *cli, int64_t status, struct jl_error *err) {
  struct holding h = {.open = 0};
  struct jl_outcome_of outcome;
  bool closes = status == JL_MEETING_CLOSED, postpones = closes && jl_cli_option(cli, "postpone") != NULL;
  if (!jl_rhythm_begin(&h.r, cli, err)) return false;
  bool ok = read_meeting(&h, err) && !is_so(&h, status, err);
  for (size_t i = 0; ok && i < h.meeting.below_count; i++) h.open += is_open(&h.meeting.below[i]);
  ok = ok && (!postpones || h.open == 0 || postpone(&h, err)) && set_status(&h, status, err);
  if (!jl_rhythm_end(&h.r, ok, &outcome, err)) return false;
  jl_say(cli,
         cli->dry_run                   ? JL_MSG("{1} would be so")
         : !closes                      ? JL_MSG("{1} is under way, open points: {2}{3}")
         : postpones && h.open > 0 ? JL_MSG("{1} is closed; points that go to the next one: {2}{3}")
                                        : JL_MSG("{1} is closed{3}; jalon minutes {1}"),
         jl_cli_called(cli, &h.meeting.record), jl_arg_integer((int64_t)h.open), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_meeting_start(struct jl_cli *cli, struct jl_error *err) { return hold(cli, JL_MEETING_RUNNING, err); }
bool jl_cmd_meeting_close(struct jl_cli *cli, struct jl_error *err) { return hold(cli, JL_MEETING_CLOSED, err); }

/* meeting decide: a point ends with its decision, an action of one person and a date. */
#include "client/cli/meeting.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

struct deciding {
  struct jl_rhythm *r;
  const struct jl_decision *what;
  struct jl_decided *of;
  struct jl_lookup about;
  bool has_about, has_owner, has_due;
  struct jl_id owner, made; /* made: the action */
  int32_t due;
};

static const char *given(const char *text) { return text == NULL || text[0] == '\0' ? NULL : text; }

static bool read_point(struct deciding *d, struct jl_error *err) {
  static const uint32_t fields[] = {JL_MEETING_POINT_DECISION, JL_MEETING_POINT_ACTION, JL_MEETING_POINT_OWNER,
                                    JL_MEETING_POINT_DUE,      JL_MEETING_POINT_CLOSED, JL_MEETING_POINT_SPENT},
                        action_fields[] = {JL_ACTION_DUE}, letters[] = {JL_TYPE_RACI};
  struct jl_cli *cli = d->r->cli;
  const char *action = given(d->what->action), *owner = given(d->what->owner), *due = given(d->what->due);
  size_t n = 0;
  d->of->point = (struct jl_lookup){
      .text = d->what->point, .type = jl_record_type_by_number(JL_TYPE_MEETING_POINT), .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  if (!jl_lookup_one(cli, &d->of->point, err) || !jl_people_named(cli, owner, &d->owner, 1, &n, err)) return false;
  d->has_owner = n == 1;
  d->has_due = due != NULL;
  if (due != NULL && !jl_input_date(&d->r->input, due, &d->due, err)) return false;
  d->about = (struct jl_lookup){.children = letters, .child_count = 1};
  d->has_about = jl_record_id(d->of->point.type, d->of->point.record.body, JL_MEETING_POINT_ABOUT, &d->about.id);
  if (d->has_about && !jl_lookup_one(cli, &d->about, err)) { /* gone, or not to be read */
    d->has_about = false;
    *err = (struct jl_error){0};
  }
  d->of->action = (struct jl_lookup){.text = action,
                                 .type = jl_record_type_by_number(JL_TYPE_ACTION),
                                 .base_fields = action_fields,
                                 .base_field_count = JL_COUNT(action_fields),
                                 .children = letters,
                                 .child_count = 1};
  d->of->has_action = action != NULL;
  return action == NULL || jl_lookup_one(cli, &d->of->action, err);
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
  struct jl_draft a = jl_draft_of(d->r, JL_TYPE_ACTION);
  const char *title = given(d->what->title);
  const struct jl_record_state *about = &d->about.record;
  bool of_action = d->has_about && about->type == JL_TYPE_ACTION, of_kpi = d->has_about && about->type == JL_TYPE_KPI;
  struct jl_id lever, accountable = d->owner;
  bool has_lever = (of_action && jl_record_id(jl_record_type_by_number(about->type), about->body, JL_ACTION_LEVER, &lever)) ||
                   (of_kpi && jl_record_id(jl_record_type_by_number(about->type), about->body, JL_KPI_LEVER, &lever));
  if (title == NULL) title = decision;
  size_t size = jl_text_cut(title, strlen(title), JL_MEETING_TITLE_MAX);
  if (of_action) (void)holder(&d->about, JL_RACI_A, &accountable);
  d->made = a.id;
  return jl_draft_words(&a, JL_ACTION_TITLE, (struct jl_bytes){(const uint8_t *)title, size}, err) &&
         jl_draft_ids(&a, JL_ACTION_LEVER, &lever, has_lever ? 1 : 0, err) &&
         (!d->has_due || jl_draft_number(&a, JL_ACTION_DUE, d->due, err)) && jl_draft_ids(&a, JL_ACTION_KPIS, &about->id, of_kpi ? 1 : 0, err) &&
         jl_draft_put(&a, err) &&
         (!d->has_owner || (put_letter(d->r, &a.id, JL_RACI_R, &d->owner, err) && put_letter(d->r, &a.id, JL_RACI_A, &accountable, err)));
}

/* An action that is there: its own date and person where none is given. */
static bool use_action(struct deciding *d, struct jl_error *err) {
  const struct jl_record_state *action = &d->of->action.record;
  struct jl_id responsible;
  bool has_responsible = holder(&d->of->action, JL_RACI_R, &responsible);
  d->made = action->id;
  if (!d->has_owner && has_responsible) d->owner = responsible, d->has_owner = true;
  if (!d->has_due && jl_record_has(action->body, JL_ACTION_DUE)) {
    d->due = (int32_t)jl_record_int(d->of->action.type, action->body, JL_ACTION_DUE, 0);
    d->has_due = true;
  }
  if (d->has_owner && !has_responsible && !put_letter(d->r, &action->id, JL_RACI_R, &d->owner, err)) return false;
  if (!d->has_due || jl_record_int(d->of->action.type, action->body, JL_ACTION_DUE, INT32_MIN) == d->due) return true;
  jl_group_update(d->r->group, JL_TYPE_ACTION, &action->id);
  return jl_change_number(d->r, &d->of->action, JL_ACTION_DUE, d->due, err);
}

static bool put_decision(struct deciding *d, struct jl_error *err) {
  const char *decision = d->what->decision != NULL ? d->what->decision : "";
  const struct jl_lookup *point = &d->of->point;
  int64_t spent = jl_record_int(point->type, point->record.body, JL_MEETING_POINT_SPENT, 0) + d->what->seconds;
  if (!(d->of->has_action ? use_action(d, err) : make_action(d, decision, err))) return false;
  jl_group_update(d->r->group, JL_TYPE_MEETING_POINT, &point->record.id);
  return jl_change_text(d->r, point, JL_MEETING_POINT_DECISION, decision, err) && jl_change_id(d->r, point, JL_MEETING_POINT_ACTION, &d->made, err) &&
         (!d->has_owner || jl_change_id(d->r, point, JL_MEETING_POINT_OWNER, &d->owner, err)) &&
         (!d->has_due || jl_change_number(d->r, point, JL_MEETING_POINT_DUE, d->due, err)) &&
         jl_change_number(d->r, point, JL_MEETING_POINT_CLOSED, 1, err) &&
         (d->what->seconds <= 0 || jl_change_number(d->r, point, JL_MEETING_POINT_SPENT, spent < JL_MEETING_SECONDS_MAX ? spent : JL_MEETING_SECONDS_MAX, err));
}

bool jl_decision_put(struct jl_rhythm *r, const struct jl_decision *what, struct jl_decided *ret, struct jl_error *err) {
  struct deciding d = {.r = r, .what = what, .of = ret};
  return read_point(&d, err) && put_decision(&d, err);
}

void jl_decided_action(const struct jl_decided *d, const struct jl_outcome_of *outcome, char ret_reference[JL_REFERENCE_SIZE]) {
  ret_reference[0] = '\0';
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_ACTION) jl_reference_text(JL_TYPE_ACTION, outcome->given[i].number, ret_reference);
  if (d->has_action) jl_reference_text(JL_TYPE_ACTION, d->action.record.number, ret_reference);
}

bool jl_cmd_meeting_decide(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_decision what = {.point = cli->words[0],
                                   .decision = cli->words[1],
                                   .action = jl_cli_option(cli, "action"),
                                   .title = jl_cli_option(cli, "title"),
                                   .owner = jl_cli_option(cli, "owner"),
                                   .due = jl_cli_option(cli, "due")};
  struct jl_rhythm r;
  struct jl_decided d = {.has_action = false};
  struct jl_outcome_of outcome;
  char action[JL_REFERENCE_SIZE];
  if (!jl_rhythm_begin(&r, cli, err) || !jl_rhythm_end(&r, jl_decision_put(&r, &what, &d, err), &outcome, err)) return false;
  jl_decided_action(&d, &outcome, action);
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be decided") : action[0] == '\0' ? JL_MSG("{1} is decided{3}") : JL_MSG("{1} is decided: {2}{3}"),
         jl_cli_called(cli, &d.point.record), jl_arg_text(action), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

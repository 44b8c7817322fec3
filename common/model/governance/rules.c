#include "common/model/rules.h"
#include "common/base/text.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"

#define LEAVES_MAX 200 /* of one person, unless administrators make more */

static int64_t letter_of(const struct jl_record *raci) { return jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0); }

static struct jl_arg holder_of(const struct jl_replica *organisation, struct jl_bytes raci) {
  struct jl_id holder = {{0}};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  if (jl_record_id(type, raci, JL_RACI_HOLDER, &holder)) {
    struct jl_arg name = jl_arg_holder(organisation, &holder);
    if (name.text[0] != '\0') return name;
  }
  return jl_arg_label(JL_MSG("somebody else"));
}

static bool target_of(const struct jl_replica *r, const struct jl_record *raci, const struct jl_record **ret_target) {
  struct jl_id id;
  *ret_target = jl_record_id(raci->type, raci->body, JL_RACI_TARGET, &id) ? jl_replica_live(r, &id) : NULL;
  return *ret_target != NULL;
}

/* The A of a target has one id, whoever holds it: a second one is found as the same record with another holder. */
bool jl_raci_same_key(const struct jl_evaluation *in, const struct jl_record *current, struct jl_bytes wanted, struct jl_error *err) {
  struct jl_id first, second;
  const struct jl_record *target;
  if (letter_of(current) != JL_RACI_A || !jl_record_id(current->type, current->body, JL_RACI_HOLDER, &first) ||
      !jl_record_id(current->type, wanted, JL_RACI_HOLDER, &second))
    return true;
  if (jl_id_equal(&first, &second) || !target_of(in->space, current, &target)) return true;
  struct jl_arg author = jl_arg_first_author(in, current, 0);
  jl_fail(err, JL_E_RULE_VIOLATION,
          author.text[0] == '\0' ? JL_MSG("{1} already has an accountable: {2}")
                                 : JL_MSG("{1} already has an accountable: {2}, named by {3}"),
          JL_MSG("to replace it: raci set {1} A=..."), jl_arg_record(target), holder_of(jl_names_for(in), current->body), author);
  return jl_error_at(err, current->type_number, &current->id, JL_RACI_HOLDER);
}

static bool single_responsible(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *raci = in->touched->after, *plan = jl_plan_record(in->after), *target;
  size_t n;
  if (letter_of(raci) != JL_RACI_R || !jl_rule_came(in) || !jl_rule_alive(in) || !target_of(in->after, raci, &target)) return true;
  if (plan == NULL || jl_record_int(plan->type, plan->body, JL_PLAN_SINGLE_RESPONSIBLE, 0) == 0) return true;
  const struct jl_record **all = jl_replica_referring(in->after, &target->id, JL_TYPE_RACI, JL_RACI_TARGET, in->arena, &n);
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < n; i++) {
    if (all[i] == raci || letter_of(all[i]) != JL_RACI_R) continue;
    struct jl_arg author = jl_arg_first_author(in->evaluation, all[i], 0);
    return jl_break(in, JL_RACI_HOLDER, err,
                    author.text[0] == '\0' ? JL_MSG("{1} already has its one responsible: {2}")
                                           : JL_MSG("{1} already has its one responsible: {2}, named by {3}"),
                    JL_MSG("to replace it: raci set {1} R=..., or let the plan have several"), jl_arg_record(target),
                    holder_of(jl_names_for(in->evaluation), all[i]->body), author);
  }
  return true;
}

static bool started(const struct jl_record *action) {
  int64_t status = jl_record_int(action->type, action->body, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_IN_PROGRESS || status == JL_BLOCKED || status == JL_DONE;
}

/* One A and at least one R; *ret_missing names the letter that is not there. */
static bool is_staffed(const struct jl_rule_input *in, const struct jl_record *action, const char **ret_missing, struct jl_error *err) {
  size_t n, accountable = 0, responsible = 0;
  const struct jl_record **all = jl_replica_referring(in->after, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, in->arena, &n);
  if (n == SIZE_MAX) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  for (size_t i = 0; i < n; i++) {
    accountable += letter_of(all[i]) == JL_RACI_A;
    responsible += letter_of(all[i]) == JL_RACI_R;
  }
  *ret_missing = accountable != 1 ? "A" : responsible == 0 ? "R" : NULL;
  return true;
}

static bool started_has_owners(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *action = in->touched->after;
  const char *missing;
  bool before = !jl_rule_came(in) && started(in->touched->before);
  if (before || !started(action) || !jl_rule_alive(in)) return true;
  if (!is_staffed(in, action, &missing, err)) return false;
  if (missing == NULL) return true;
  return jl_break(in, JL_ACTION_STATUS, err, JL_MSG("{1} cannot start: nobody holds the letter {2}"), JL_MSG("first: raci set {1} {2}=..."),
                  jl_arg_record(action), jl_arg_text(missing));
}

static bool started_keeps_owners(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *raci = in->touched->after, *target;
  const char *missing;
  int64_t letter = letter_of(raci);
  if ((letter != JL_RACI_A && letter != JL_RACI_R) || raci->deleted_revision == 0) return true;
  if (!target_of(in->after, raci, &target) || target->type_number != JL_TYPE_ACTION || !started(target)) return true;
  if (!is_staffed(in, target, &missing, err)) return false;
  if (missing == NULL) return true;
  return jl_break(in, 0, err, JL_MSG("{1} has started and would be left without the letter {2}"),
                  JL_MSG("name another holder in the same edit: raci set {1} {2}=..."), jl_arg_record(target), jl_arg_text(missing));
}

static bool reply_same_target(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *comment = in->touched->after;
  struct jl_id to, here, there;
  if (!jl_rule_came(in) || !jl_record_id(comment->type, comment->body, JL_COMMENT_REPLY_TO, &to)) return true;
  const struct jl_record *first = jl_replica_record(in->after, &to);
  if (first == NULL || !jl_record_id(comment->type, comment->body, JL_COMMENT_TARGET, &here) ||
      !jl_record_id(first->type, first->body, JL_COMMENT_TARGET, &there))
    return true;
  if (jl_id_equal(&here, &there)) return true;
  return jl_break(in, JL_COMMENT_REPLY_TO, err, JL_MSG("a reply must be about the same record as the comment that it answers"),
                  JL_MSG("comment on that record instead"));
}

/* What a person did stays attributed to a name. */
static bool person_stays(const struct jl_rule_input *in, struct jl_error *err) {
  if (in->touched->after->deleted_revision == 0) return true;
  return jl_break(in, 0, err, JL_MSG("{1} cannot be removed: people keep their history"), JL_MSG("mark the person as inactive instead"),
                  jl_arg_record(in->touched->after));
}

static bool leave_dates(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t start = jl_rule_int(in, JL_LEAVE_START, 0), end = jl_rule_int(in, JL_LEAVE_END, 0);
  if (start <= end) return true;
  return jl_break(in, JL_LEAVE_END, err, JL_MSG("the leave ends on {1}, before it starts on {2}"), JL_MSG("change one of the two dates"),
                  jl_arg_date(end), jl_arg_date(start));
}

static bool leave_by_another(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *leave = in->touched->after;
  struct jl_id person, substitute;
  if (!jl_record_id(leave->type, leave->body, JL_LEAVE_PERSON, &person) ||
      !jl_record_id(leave->type, leave->body, JL_LEAVE_SUBSTITUTE, &substitute) || !jl_id_equal(&person, &substitute))
    return true;
  return jl_break(in, JL_LEAVE_SUBSTITUTE, err, JL_MSG("{1} cannot be the substitute of an own leave"), JL_MSG("name somebody else"),
                  jl_arg_holder(in->after, &person));
}

/* Everybody writes own leaves, and the directory has room for a million records of all people: deleted ones stay in it, so they count. */
static bool leaves_have_an_end(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *leave = in->touched->after;
  const void *at = NULL;
  struct jl_id person;
  size_t n = 0;
  if (in->touched->before != NULL || in->evaluation->author.administrator ||
      !jl_record_id(leave->type, leave->body, JL_LEAVE_PERSON, &person))
    return true;
  while (n <= LEAVES_MAX && jl_replica_next_naming(in->after, &person, JL_TYPE_LEAVE, JL_LEAVE_PERSON, &at) != NULL) n++;
  if (n <= LEAVES_MAX) return true;
  return jl_break(in, JL_LEAVE_PERSON, err, JL_MSG("{1} has {2} leaves, deleted ones included: no more can be added"),
                  JL_MSG("change the dates of an old one, or ask an administrator to add it"), jl_arg_holder(in->after, &person),
                  jl_arg_integer(LEAVES_MAX));
}

/* What plans grant to a team counts through its members. Deleted with members it would go on unseen, or end: and where it forbade
 * something, its end would give. Without members nothing changes with it. Those who are inactive count: they may come back. */
static bool empty_when_deleted(const struct jl_rule_input *in, uint32_t membership, const char *message, struct jl_error *err) {
  const struct jl_record *group = in->touched->after;
  const void *at = NULL;
  if (group->deleted_revision == 0) return true;
  const struct jl_record *member = jl_replica_next_referring(in->after, &group->id, JL_TYPE_PERSON, membership, &at);
  if (member == NULL) return true;
  return jl_break(in, 0, err, message, JL_MSG("take its people out first: person set ... , then what it was granted ends with it"),
                  jl_arg_record(group), jl_arg_record(member));
}
static bool team_is_empty(const struct jl_rule_input *in, struct jl_error *err) {
  return empty_when_deleted(in, JL_PERSON_TEAMS, JL_MSG("{1} cannot be deleted: {2} is in this team"), err);
}
static bool role_is_empty(const struct jl_rule_input *in, struct jl_error *err) {
  return empty_when_deleted(in, JL_PERSON_ROLES, JL_MSG("{1} cannot be deleted: {2} has this role"), err);
}

static const struct jl_rule rules[] = {
    {"single-responsible", JL_TYPE_RACI, single_responsible},
    {"started-keeps-owners", JL_TYPE_RACI, started_keeps_owners},
    {"started-has-owners", JL_TYPE_ACTION, started_has_owners},
    {"reply-same-target", JL_TYPE_COMMENT, reply_same_target},
    {"person-stays", JL_TYPE_PERSON, person_stays},
    {"leave-dates", JL_TYPE_LEAVE, leave_dates},
    {"leave-by-another", JL_TYPE_LEAVE, leave_by_another},
    {"leaves-have-an-end", JL_TYPE_LEAVE, leaves_have_an_end},
    {"deleted-team-is-empty", JL_TYPE_TEAM, team_is_empty},
    {"deleted-role-is-empty", JL_TYPE_ROLE, role_is_empty},
};
const struct jl_rules jl_governance_rules = {rules, JL_COUNT(rules)};

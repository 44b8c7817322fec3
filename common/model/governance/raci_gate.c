#include "common/model/governance/raci_gate.h"
#include "common/model/evaluation.h"
#include "common/model/governance/rights.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

struct judging {
  struct jl_run *run;
  struct jl_raci raci;
  const Jalon__Edit *edit;
  const struct jl_record_type *type;
  struct jl_gate *gate;
  size_t index;
  bool enforced;
};

/* ---- a refusal ---- */
enum about { ABOUT_WORK, ABOUT_PART /* of what belongs to the target */, ABOUT_RACI, ABOUT_APPROVER, ABOUT_POLICY, ABOUTS };

static const char *reason(enum about about, uint32_t held) {
  static const char *const words[ABOUTS][3] = {
      {JL_MSG("you may not edit {1}: you hold neither R nor A of it"),
       JL_MSG("you may not edit {1}: you are consulted (C), to advise, not to change it"),
       JL_MSG("you may not edit {1}: you are informed (I), to know, not to change it")},
      {JL_MSG("you may not edit {1}: you hold neither R nor A of {2}, to which it belongs"),
       JL_MSG("you may not edit {1}: of {2}, to which it belongs, you are consulted (C), to advise, not to change it"),
       JL_MSG("you may not edit {1}: of {2}, to which it belongs, you are informed (I), to know, not to change it")},
      {JL_MSG("you may not change the RACI of {2}: you are not its accountable (A)"),
       JL_MSG("you may not change the RACI of {2}: you are consulted (C), not its accountable (A)"),
       JL_MSG("you may not change the RACI of {2}: you are informed (I), not its accountable (A)")},
      {JL_MSG("this is to be approved: who decides on it is for the accountable (A) of the plan to say"),
       JL_MSG("this is to be approved: who decides on it is for the accountable (A) of the plan to say"),
       JL_MSG("this is to be approved: who decides on it is for the accountable (A) of the plan to say")},
      {JL_MSG("whether RACI is enforced is for the accountable (A) of the plan to say"),
       JL_MSG("whether RACI is enforced is for the accountable (A) of the plan to say"),
       JL_MSG("whether RACI is enforced is for the accountable (A) of the plan to say")}};
  return words[about][(held & JL_LETTER(JL_RACI_C)) != 0 ? 1 : (held & JL_LETTER(JL_RACI_I)) != 0 ? 2 : 0];
}

static void refuse(struct judging *j, const struct jl_record *record, const struct jl_id *target_id, uint32_t needed, enum about about) {
  const struct jl_record *target = jl_replica_record(j->raci.plan, target_id);
  struct jl_error *why = &j->gate->why;
  char reference[JL_REFERENCE_SIZE] = "", handle[JL_HANDLE_MAX] = "";
  struct jl_letters letters;
  j->gate->refused = j->index;
  if (target == NULL || target->type == NULL || !jl_run_sees(j->run, target)) { /* who answers for it is not for this author to know */
    jl_fail(why, JL_E_DENIED, JL_MSG("you may not edit {1}: you hold neither R nor A of what it belongs to"),
            JL_MSG("ask the accountable of the plan, or an administrator"), jl_arg_record(record));
    (void)jl_error_at(why, record->type_number, &record->id, 0);
    return;
  }
  jl_letters_of(&j->raci, target_id, &j->run->in->author.person, &letters);
  jl_reference_format(target->type, target->number, reference);
  const struct jl_raci told = {j->raci.plan, jl_names_for(j->run->in), j->raci.day};
  const char *names = jl_raci_names(&told, target_id, needed, j->run->in->names != NULL, j->run->a, handle);
  const char *hint = names[0] != '\0' ? JL_MSG("{3} may: ask them with jalon comment {4} \"{5} ...\"")
                                      : JL_MSG("nobody who is there holds that letter: the accountable of the plan or an administrator "
                                               "names somebody with raci set {4}");
  jl_fail(why, JL_E_DENIED, reason(about, letters.held), hint, jl_arg_record(record), jl_arg_record(target), jl_arg_text(names),
          jl_arg_text(reference), jl_arg_text(handle));
  (void)jl_error_at(why, record->type_number, &record->id, about == ABOUT_POLICY ? JL_PLAN_RACI_ENFORCED : 0);
}

/* ---- what an edit is about ---- */
static bool changes(const struct judging *j, uint32_t field) {
  for (size_t i = 0; j->edit->verb == JALON__VERB__UPDATE && i < j->edit->n_fields; i++)
    if (j->edit->fields[i]->field == field) return true;
  return false;
}

static bool only_moves(const struct judging *j) {
  bool any = false;
  for (size_t i = 0; i < j->edit->n_fields; i++) {
    const struct jl_field *field = jl_field_by_number(j->type, j->edit->fields[i]->field);
    if (field == NULL || field->kind != JL_KIND_RANK) return false;
    any = true;
  }
  return any && j->edit->verb == JALON__VERB__UPDATE;
}

static bool ticks_own_item(const struct judging *j, const struct jl_record *item) {
  struct jl_id assignee;
  return item->type_number == JL_TYPE_CHECKLIST_ITEM && j->edit->n_fields == 1 && changes(j, JL_CHECKLIST_ITEM_DONE) &&
         jl_record_id(item->type, item->body, JL_CHECKLIST_ITEM_ASSIGNEE, &assignee) && jl_id_equal(&assignee, &j->run->in->author.person);
}

/* A decision about it is to come, which its A would take. */
static bool is_to_be_approved(const struct jl_replica *plan, const struct jl_record *target) {
  const struct jl_record *approval;
  const void *at = NULL;
  if (target->type_number == JL_TYPE_ACTION && jl_record_int(target->type, target->body, JL_ACTION_NEEDS_APPROVAL, 0) != 0) return true;
  while ((approval = jl_replica_next_referring(plan, &target->id, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, &at)) != NULL)
    if (jl_record_int(approval->type, approval->body, JL_APPROVAL_STATE, 0) == JL_APPROVAL_SUBMITTED) return true;
  return false;
}

/* The letters that it takes to change the RACI of something: of *ret_target. 0: none. */
static uint32_t needs_for_raci(const struct jl_replica *plan, const struct jl_record *raci, struct jl_id *ret_target) {
  const uint32_t accountable = JL_LETTER(JL_RACI_A);
  struct jl_id decides;
  if (!jl_record_id(raci->type, raci->body, JL_RACI_TARGET, ret_target) || jl_replica_record(plan, ret_target) == NULL) return 0;
  if (jl_raci_named(plan, ret_target, accountable)) return accountable;
  const struct jl_id *space = &jl_replica_where(plan)->space; /* its A decides now: nobody takes that over by naming another */
  if (jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0) == JL_RACI_A && jl_raci_named(plan, space, accountable) &&
      is_to_be_approved(plan, jl_replica_record(plan, ret_target))) {
    *ret_target = *space;
    return accountable;
  }
  if (!jl_raci_target(plan, jl_replica_record(plan, ret_target), &decides)) return 0;
  *ret_target = decides;
  return jl_raci_named(plan, ret_target, JL_LETTERS_WORK) ? JL_LETTERS_WORK : 0;
}

/* The letters that the edit takes, likewise. */
static uint32_t needs(const struct judging *j, const struct jl_record *record, struct jl_id *ret_target, enum about *ret_about) {
  const struct jl_replica *plan = j->raci.plan;
  uint32_t accountable = JL_LETTER(JL_RACI_A);
  *ret_about = ABOUT_WORK;
  if (record->type_number == JL_TYPE_RACI) {
    struct jl_id of;
    uint32_t needed = needs_for_raci(plan, record, ret_target);
    bool of_plan = needed != 0 && jl_id_equal(ret_target, &jl_replica_where(plan)->space);
    bool on_plan = jl_record_id(record->type, record->body, JL_RACI_TARGET, &of) && jl_id_equal(&of, &jl_replica_where(plan)->space);
    *ret_about = of_plan && !on_plan ? ABOUT_APPROVER : ABOUT_RACI;
    return needed;
  }
  if (record->type_number == JL_TYPE_PLAN && changes(j, JL_PLAN_RACI_ENFORCED) && jl_raci_named(plan, &record->id, accountable)) {
    *ret_about = ABOUT_POLICY;
    *ret_target = record->id;
    return accountable;
  }
  if (ticks_own_item(j, record) || !jl_raci_target(plan, record, ret_target)) return 0;
  if (!jl_id_equal(ret_target, &record->id)) *ret_about = ABOUT_PART;
  return jl_raci_named(plan, ret_target, JL_LETTERS_WORK) ? JL_LETTERS_WORK : 0;
}

/* What lies below another action or line is part of that one's work. */
static const struct { uint32_t type, field; } belows[] = {{JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION},
                                                          {JL_TYPE_LINK, JL_LINK_ACTION},
                                                          {JL_TYPE_DEPENDENCY, JL_DEPENDENCY_SUCCESSOR},
                                                          {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION},
                                                          {JL_TYPE_EXPENSE, JL_EXPENSE_LINE}};

static uint32_t field_above(uint32_t type) {
  for (size_t i = 0; i < JL_COUNT(belows); i++)
    if (belows[i].type == type) return belows[i].field;
  return 0;
}

/* Refused for that already, in other words. */
static bool is_refused_anyway(const struct judging *j, const struct jl_record *record) {
  enum jl_section as = jl_edited_as(j->raci.plan, record);
  return as == JL_SECTION_NONE || (j->run->in->author.may_edit >> as & 1) == 0 || !jl_run_sees(j->run, record);
}

/* The author holds one of the letters, in whosever place. */
static bool passes(struct judging *j, const struct jl_record *record, const struct jl_id *target, uint32_t needed, enum about about) {
  const struct jl_author *author = &j->run->in->author;
  struct jl_id instead_of;
  if (author->administrator) return true;
  if (!jl_raci_passes(&j->raci, &author->person, target, needed, &instead_of)) {
    refuse(j, record, target, needed, about);
    return false;
  }
  if (!jl_id_is_zero(&instead_of)) j->gate->instead_of[j->index] = instead_of;
  return true;
}

/* Administrators, and the A of the plan. */
static bool everywhere(const struct judging *j) {
  const struct jl_author *author = &j->run->in->author;
  struct jl_id ignored;
  return author->administrator ||
         jl_raci_passes(&j->raci, &author->person, &jl_replica_where(j->raci.plan)->space, JL_LETTER(JL_RACI_A), &ignored);
}

static bool judge(struct judging *j, const struct jl_record *record) {
  struct jl_id target;
  enum about about;
  if (is_refused_anyway(j, record)) return true;
  uint32_t needed = needs(j, record, &target, &about);
  if (needed == 0 && jl_raci_beyond(j->raci.plan, record) && !everywhere(j)) j->gate->unsure = true;
  return needed == 0 || passes(j, record, &target, needed, about);
}

/* *ret_above: what the record that is made or moved is to lie below. false: nothing, or nothing that its author may know of, which its
 * references are refused for, whether it is there or not. */
static bool sees_above(const struct judging *j, const struct jl_record *record, const struct jl_record **ret_above) {
  struct jl_id id;
  uint32_t field = field_above(record->type_number);
  *ret_above = field != 0 && jl_record_id(record->type, record->body, field, &id) ? jl_replica_record(j->raci.plan, &id) : NULL;
  return *ret_above != NULL && (*ret_above)->type != NULL && jl_run_sees(j->run, *ret_above);
}

static bool judge_made(struct judging *j, const struct jl_record *made) {
  const struct jl_record *above;
  return (!sees_above(j, made, &above) && above != NULL) || judge(j, made);
}

/* What moves below another action or line is also an edit of that one's, whoever holds letters of what moves. */
static bool judge_moved(struct judging *j, const struct jl_record *current) {
  uint32_t field = field_above(current->type_number);
  struct jl_id target;
  if (field == 0 || is_refused_anyway(j, current)) return true;
  for (size_t i = 0; i < j->edit->n_fields; i++) {
    const Jalon__FieldEdit *f = j->edit->fields[i];
    const struct jl_record *above;
    if (f->field != field || jl_bytes_equal(jl_record_slice(current->body, field), JL_PB(f->next))) continue;
    /* of what it becomes, the one field that is looked at */
    const struct jl_record moved = {.type_number = current->type_number, .type = current->type, .body = JL_PB(f->next)};
    if (!sees_above(j, &moved, &above) || !jl_raci_target(j->raci.plan, above, &target) ||
        !jl_raci_named(j->raci.plan, &target, JL_LETTERS_WORK))
      continue;
    if (!passes(j, current, &target, JL_LETTERS_WORK, ABOUT_PART)) return false;
  }
  return true;
}

/* The record that the edit is about, when an earlier edit of the group makes it. */
static bool made_before(const struct judging *j, const struct jl_id *id, struct jl_record *ret_made) {
  for (size_t i = j->index; i-- > 0;) {
    const Jalon__Edit *edit = j->run->group->edits[i];
    struct jl_id made;
    if (edit->verb != JALON__VERB__CREATE || edit->type != j->edit->type || !jl_id_from_bytes(JL_PB(edit->id), &made) ||
        !jl_id_equal(&made, id))
      continue;
    *ret_made = (struct jl_record){.type_number = j->type->number, .type = j->type, .id = *id, .body = JL_PB(edit->record)};
    return true;
  }
  return false;
}

/* Whether it may be decided is for approvals.c and launch_rules.c to say; here only in whose place. */
static void note_accountable(struct judging *j, struct jl_id target) {
  const uint32_t accountable = JL_LETTER(JL_RACI_A);
  struct jl_letters letters;
  if (!jl_raci_named(j->raci.plan, &target, accountable)) target = jl_replica_where(j->raci.plan)->space;
  jl_letters_of(&j->raci, &target, &j->run->in->author.person, &letters);
  if ((letters.held & ~letters.own & accountable) != 0) j->gate->instead_of[j->index] = letters.instead_of[JL_RACI_A];
}

static void note_decision(struct judging *j, const struct jl_record *approval) {
  const struct jl_id *author = &j->run->in->author.person;
  struct jl_id target, submitted_by;
  bool own = jl_record_id(approval->type, approval->body, JL_APPROVAL_SUBMITTED_BY, &submitted_by) && jl_id_equal(&submitted_by, author);
  if (own || !changes(j, JL_APPROVAL_STATE) || !jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target)) return;
  note_accountable(j, target);
}

static void note_override(struct judging *j) {
  struct jl_id target;
  if (j->type->number == JL_TYPE_LAUNCH_OVERRIDE && jl_record_id(j->type, JL_PB(j->edit->record), JL_LAUNCH_OVERRIDE_ACTION, &target))
    note_accountable(j, target);
}

static bool judge_edit(struct judging *j) {
  struct jl_id id;
  j->type = jl_record_type_by_number(j->edit->type);
  if (j->type == NULL || !jl_id_from_bytes(JL_PB(j->edit->id), &id)) return true;
  const struct jl_record *current = jl_replica_record(j->raci.plan, &id);
  if (j->edit->verb == JALON__VERB__CREATE) {
    note_override(j);
    if (!j->enforced) return true;
    const struct jl_record made = {.type_number = j->type->number, .type = j->type, .id = id, .body = JL_PB(j->edit->record)};
    return judge_made(j, &made);
  }
  if (current == NULL && j->enforced && j->edit->verb == JALON__VERB__UPDATE && field_above(j->type->number) != 0) {
    struct jl_record made;
    return !made_before(j, &id, &made) || judge_moved(j, &made);
  }
  if (current == NULL || current->type != j->type || only_moves(j)) return true;
  if (current->type_number == JL_TYPE_APPROVAL) note_decision(j, current);
  if (!j->enforced) return true;
  return judge(j, current) && (j->edit->verb != JALON__VERB__UPDATE || judge_moved(j, current));
}

static bool decides(const struct jl_run *run) {
  for (size_t i = 0; i < run->group->n_edits; i++)
    if (run->group->edits[i]->type == JL_TYPE_APPROVAL || run->group->edits[i]->type == JL_TYPE_LAUNCH_OVERRIDE) return true;
  return false;
}

bool jl_gate_judge(struct jl_run *run, struct jl_gate *ret_gate, struct jl_error *err) {
  *ret_gate = (struct jl_gate){.refused = SIZE_MAX};
  bool enforced = jl_raci_enforced(run->space);
  if (!enforced && !decides(run)) return true;
  /* one more than edits: for what follows from all of them together */
  ret_gate->instead_of = jl_arena_array(run->a, run->group->n_edits + 1, sizeof *ret_gate->instead_of);
  if (ret_gate->instead_of == NULL) return jl_no_memory(err);
  struct judging j = {.run = run, .raci = {run->space, run->in->organisation, run->in->today}, .gate = ret_gate, .enforced = enforced};
  for (j.index = 0; j.index < run->group->n_edits && ret_gate->refused == SIZE_MAX; j.index++) {
    j.edit = run->group->edits[j.index];
    (void)judge_edit(&j);
  }
  return true;
}

/* ---- who may write without the right to the section ---- */
static bool is_author(const struct jl_run *run, const struct jl_record *record, uint32_t field, bool otherwise) {
  struct jl_id person;
  return jl_record_id(record->type, record->body, field, &person) ? jl_id_equal(&person, &run->in->author.person) : otherwise;
}

static bool talks_about(const struct jl_run *run, const struct jl_record *record, uint32_t author, uint32_t target_field) {
  const struct jl_raci in = {run->space, run->in->organisation, run->in->today};
  struct jl_id about, target;
  struct jl_letters letters;
  if (!jl_raci_enforced(run->space) || !is_author(run, record, author, true) ||
      !jl_record_id(record->type, record->body, target_field, &about))
    return false;
  const struct jl_record *subject = jl_replica_record(run->space, &about);
  if (subject == NULL || !jl_raci_target(run->space, subject, &target)) return false;
  jl_letters_of(&in, &target, &run->in->author.person, &letters);
  return (letters.held & JL_LETTERS_TALK) != 0;
}

static bool comments(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)new;
  return talks_about(run, record, JL_COMMENT_AUTHOR, JL_COMMENT_TARGET);
}

static bool asks(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)new;
  return talks_about(run, record, JL_ADVICE_AUTHOR, JL_ADVICE_TARGET);
}

static bool own_leave(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)new;
  return is_author(run, record, JL_LEAVE_PERSON, false);
}

/* To decide takes an A (approvals.c), to submit the right to the section. */
static bool decides_on_it(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)run;
  (void)record;
  return !new;
}

/* That takes the A (launch_rules.c), and no right to the section beside it. */
static bool overrides(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)run;
  (void)record;
  (void)new;
  return true;
}

/* A team that only reads the strategy signs its definitions; agreement_rules.c says who signs for it. */
static bool signs(const struct jl_run *run, const struct jl_record *record, bool new) {
  (void)run;
  (void)record;
  (void)new;
  return true;
}

bool jl_gate_lets(const struct jl_run *run, const struct jl_record *record, bool new) {
  static const struct {
    uint32_t type;
    bool (*lets)(const struct jl_run *run, const struct jl_record *record, bool new);
  } ways[] = {{JL_TYPE_COMMENT, comments},
              {JL_TYPE_ADVICE, asks},
              {JL_TYPE_LEAVE, own_leave},
              {JL_TYPE_APPROVAL, decides_on_it},
              {JL_TYPE_LAUNCH_OVERRIDE, overrides},
              {JL_TYPE_SIGNATURE, signs}};
  enum jl_section as = jl_edited_as(run->space, record);
  if (as == JL_SECTION_NONE || (run->in->author.allowed >> as & 1) == 0 || !jl_run_sees(run, record)) return false;
  for (size_t i = 0; i < JL_COUNT(ways); i++)
    if (ways[i].type == record->type_number) return ways[i].lets(run, record, new);
  return false;
}

const char *jl_gate_who(const struct jl_run *run, const struct jl_record *record) {
  const struct jl_raci in = {run->space, jl_names_for(run->in), run->in->today};
  struct jl_id target;
  char handle[JL_HANDLE_MAX];
  uint32_t needed = 0;
  if (!jl_raci_enforced(run->space)) return "";
  if (record->type_number == JL_TYPE_RACI)
    needed = needs_for_raci(run->space, record, &target);
  else if (jl_raci_target(run->space, record, &target) && jl_raci_named(run->space, &target, JL_LETTERS_WORK))
    needed = JL_LETTERS_WORK;
  const struct jl_record *known = needed == 0 ? NULL : jl_replica_record(run->space, &target);
  return known != NULL && jl_run_sees(run, known) ? jl_raci_names(&in, &target, needed, run->in->names != NULL, run->a, handle) : "";
}

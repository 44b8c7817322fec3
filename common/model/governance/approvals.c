#include "common/model/governance/approvals.h"
#include "common/base/money.h"
#include "common/base/mutants.h"
#include "common/model/governance/approver.h"
#include "common/model/governance/snapshot.h"
#include "common/model/review/apply.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdlib.h>

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static const struct jl_record *named(const struct jl_run *run, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(run->space, &id) : NULL;
}

static bool at(struct jl_error *err, const struct jl_record *record, uint32_t field) {
  return jl_error_at(err, record->type_number, &record->id, field);
}
#define REFUSE(record, field, code, message, hint, ...) (jl_fail(err, (code), message, hint, ##__VA_ARGS__), at(err, (record), (field)))

/* ---- writing: what a put replaces may be gone, so a record is looked up again after it ---- */
static const struct jl_record *again(const struct jl_run *run, const struct jl_id *id) { return jl_replica_record(run->space, id); }

static bool put_value(struct jl_run *run, struct jl_bytes *body, const struct jl_record_type *type, uint32_t field,
                      const struct jl_value *value) {
  struct jl_bytes slice = {NULL, 0};
  if (value != NULL) slice = jl_value_encode(run->a, jl_field_by_number(type, field), value);
  if (value != NULL && slice.data == NULL) return false;
  *body = jl_record_with(run->a, *body, field, slice);
  return body->data != NULL;
}

static bool put_number(struct jl_run *run, const struct jl_record *record, uint32_t field, int64_t number, struct jl_error *err) {
  struct jl_bytes body = record->body;
  if (!put_value(run, &body, record->type, field, &(struct jl_value){.number = number})) return jl_no_memory(err);
  return jl_run_put(run, record->type, &record->id, record, body, false, err);
}

/* Who decided and when; nobody where the author is not known (tests). */
static bool stamp(struct jl_run *run, const struct jl_record *approval, int64_t state, struct jl_error *err) {
  struct jl_bytes body = approval->body;
  const struct jl_value who = {.id = run->in->author.person}, when = {.number = run->in->time_us}, what = {.number = state};
  bool known = !jl_id_is_zero(&run->in->author.person);
  if (!put_value(run, &body, approval->type, JL_APPROVAL_STATE, &what) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_DECIDED_BY, known ? &who : NULL) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_DECIDED_AT, &when))
    return jl_no_memory(err);
  return jl_run_put(run, approval->type, &approval->id, approval, body, false, err);
}

static const struct jl_record **others(struct jl_run *run, const struct jl_id *target, size_t *ret_n) {
  return jl_replica_referring(run->space, target, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, run->a, ret_n);
}

/* The plan's own status says where its approval stands. */
static bool plan_status(struct jl_run *run, const struct jl_record *approval, int64_t state, struct jl_error *err) {
  const struct jl_record *plan = named(run, approval, JL_APPROVAL_TARGET);
  size_t n = 0;
  if (number_of(approval, JL_APPROVAL_SECTION) != JL_APPROVAL_OF_PLAN || plan == NULL || plan->type_number != JL_TYPE_PLAN) return true;
  int64_t status = state == JL_APPROVAL_SUBMITTED ? JL_PLAN_SUBMITTED : state == JL_APPROVAL_APPROVED ? JL_PLAN_APPROVED : JL_PLAN_DRAFT;
  const struct jl_record **all = others(run, &plan->id, &n);
  if (n == SIZE_MAX) return jl_no_memory(err);
  for (size_t i = 0; status == JL_PLAN_DRAFT && i < n; i++) /* an earlier version is approved still */
    if (number_of(all[i], JL_APPROVAL_SECTION) == JL_APPROVAL_OF_PLAN && number_of(all[i], JL_APPROVAL_STATE) == JL_APPROVAL_APPROVED)
      status = JL_PLAN_APPROVED;
  if (jl_record_int(plan->type, plan->body, JL_PLAN_STATUS, JL_PLAN_DRAFT) == status) return true;
  return put_number(run, plan, JL_PLAN_STATUS, status, err);
}

/* ---- submitting ---- */
static bool check_transfer(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct jl_transfer t;
  bool gives = jl_approval_transfer(run->space, approval, &t), says_how = false;
  static const uint32_t how[] = {JL_APPROVAL_BASIS, JL_APPROVAL_FIRST_MONTH, JL_APPROVAL_LAST_MONTH, JL_APPROVAL_TO_FIRST_MONTH, JL_APPROVAL_TO_LAST_MONTH};
  for (size_t i = 0; i < JL_COUNT(how); i++) says_how = says_how || jl_record_has(approval->body, how[i]);
  if (gives != (t.amount > 0) || (says_how && !gives) || (gives && jl_record_has(approval->body, JL_APPROVAL_REVIEW)))
    return REFUSE(approval, JL_APPROVAL_AMOUNT, JL_E_INVALID,
                  JL_MSG("a reallocation needs both an amount and the budget line that gets it"),
                  JL_MSG("such as: submit B3 --to B4 --amount 500"));
  if (!gives || t.from == NULL || t.to == NULL || t.from->type_number != JL_TYPE_BUDGET_LINE || t.to->type_number != JL_TYPE_BUDGET_LINE)
    return true; /* the references are checked after this */
  if (t.from == t.to)
    return REFUSE(approval, JL_APPROVAL_TO, JL_E_INVALID, JL_MSG("{1} cannot give money to itself"), JL_MSG("name another budget line"),
                  jl_arg_record(t.from));
  struct jl_moves moves;
  return jl_approval_moves(run->space, approval, run->a, &moves, err);
}

static bool check_subject(struct jl_run *run, const struct jl_record *approval, const struct jl_record *target, struct jl_error *err) {
  int64_t subject = number_of(approval, JL_APPROVAL_SECTION);
  bool gives = jl_record_has(approval->body, JL_APPROVAL_TO);
  uint32_t type = subject == JL_APPROVAL_OF_ACTION ? JL_TYPE_ACTION : gives ? JL_TYPE_BUDGET_LINE : JL_TYPE_PLAN;
  struct jl_id holder;
  if (target->type_number != type || ((gives || jl_record_has(approval->body, JL_APPROVAL_REVIEW)) && subject != JL_APPROVAL_OF_BUDGET))
    return REFUSE(approval, JL_APPROVAL_TARGET, JL_E_INVALID, JL_MSG("{1} cannot be submitted like this"),
                  JL_MSG("submit the plan, its budget, an action, or money that goes from one budget line to another"),
                  jl_arg_record(target));
  if (!check_transfer(run, approval, err) || !jl_review_may_apply(run, approval, true, err)) return false;
  if (jl_approver_holder(run->space, approval, &holder)) return true;
  return REFUSE(approval, JL_APPROVAL_TARGET, JL_E_RULE_VIOLATION,
                JL_MSG("nobody could approve {1}: it has no accountable, and the plan has none"),
                target->type_number == JL_TYPE_PLAN ? JL_MSG("name who decides: raci set \"{1}\" A=...")
                                                    : JL_MSG("name who decides: raci set {1} A=..."),
                jl_arg_record(target));
}

/* One submission of a thing waits at a time; money may be asked for several times. */
static bool withdraw_earlier(struct jl_run *run, const struct jl_record *approval, const struct jl_id *target, struct jl_error *err) {
  size_t n = 0;
  if (jl_approval_reallocates(approval)) return true;
  const struct jl_record **all = others(run, target, &n);
  if (n == SIZE_MAX) return jl_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    if (jl_id_equal(&all[i]->id, &approval->id) || number_of(all[i], JL_APPROVAL_STATE) != JL_APPROVAL_SUBMITTED ||
        jl_approval_reallocates(all[i]) || number_of(all[i], JL_APPROVAL_SECTION) != number_of(approval, JL_APPROVAL_SECTION))
      continue;
    if (!stamp(run, all[i], JL_APPROVAL_WITHDRAWN, err)) return false;
  }
  return true;
}

/* What the author may not read is as if it were not there: the references are checked after this, and say so. */
static bool sees_subject(const struct jl_run *run, const struct jl_record *approval) {
  const struct jl_record *target = named(run, approval, JL_APPROVAL_TARGET), *to = named(run, approval, JL_APPROVAL_TO);
  return target != NULL && jl_run_sees(run, target) && (to == NULL || jl_run_sees(run, to));
}

static bool submit(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  const struct jl_record *target = named(run, approval, JL_APPROVAL_TARGET);
  struct jl_bytes body = approval->body;
  struct jl_value decides = {.number = 0};
  if (!sees_subject(run, approval)) return true;
  if (!check_subject(run, approval, target, err) || !withdraw_earlier(run, approval, &target->id, err)) return false;
  bool held = jl_approver_holder(run->space, approval, &decides.id);
  if (!put_value(run, &body, approval->type, JL_APPROVAL_STATE, &(struct jl_value){.number = JL_APPROVAL_SUBMITTED}) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_DECIDES, held ? &decides : NULL) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_REASON, NULL) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_DECIDED_BY, NULL) ||
      !put_value(run, &body, approval->type, JL_APPROVAL_DECIDED_AT, NULL))
    return jl_no_memory(err);
  const struct jl_id id = approval->id;
  return jl_run_put(run, approval->type, &id, approval, body, false, err) && jl_review_ask(run, again(run, &id), err) &&
         plan_status(run, again(run, &id), JL_APPROVAL_SUBMITTED, err);
}

static bool keep_snapshot(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  uint32_t sections = jl_approval_sections(approval);
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BASELINE);
  if (!sees_subject(run, approval)) return true;
  for (uint32_t section = 1; section < JL_SECTIONS; section++) {
    struct jl_bytes text, body;
    struct jl_id id;
    size_t from = 0;
    if ((sections >> section & 1) == 0) continue;
    if (!jl_snapshot_make(run->space, approval, (enum jl_section)section, true, run->a, &text, err)) return false;
    for (int32_t piece = 1; jl_snapshot_piece(run->space, approval, (enum jl_section)section, text, &from, piece, run->a, &id, &body);
         piece++)
      if (!jl_run_put(run, type, &id, jl_replica_record(run->space, &id), body, false, err)) return false;
    if (body.data == NULL) return jl_no_memory(err);
  }
  return true;
}

/* ---- deciding ---- */
static bool denied(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct jl_id holder;
  struct jl_arg name = jl_arg_text("");
  if (jl_approver_holder(run->space, approval, &holder)) name = jl_arg_holder(jl_names_for(run->in), &holder);
  return REFUSE(approval, JL_APPROVAL_STATE, JL_E_DENIED, JL_MSG("only the accountable decides on {1}"),
                name.text[0] == '\0' ? JL_MSG("raci shows who that is") : JL_MSG("ask {2}, or have yourself named: raci set"),
                jl_arg_record(named(run, approval, JL_APPROVAL_TARGET)), name);
}

static bool is_approver(const struct jl_run *run, const struct jl_record *approval) {
  return jl_mutant(JL_MUTANT_APPROVE_ANYBODY) ||
         jl_approver_is(run->space, run->in->organisation, approval, &run->in->author.person, run->in->today);
}

static bool reads_all(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  uint32_t sections = jl_approval_sections(approval), mine = run->in->author.may_edit | run->in->author.may_read;
  static const struct {
    uint32_t section;
    const char *label;
  } names[] = {{JL_SECTION_STRATEGY, JL_MSG("strategy")},
               {JL_SECTION_ACTIONS, JL_MSG("actions")},
               {JL_SECTION_BUDGET, JL_MSG("budget")},
               {JL_SECTION_PAYROLL, JL_MSG("payroll")}};
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if ((sections & ~mine) >> names[i].section & 1)
      return REFUSE(approval, JL_APPROVAL_STATE, JL_E_DENIED, JL_MSG("you may not read the section {1}, which is part of what is approved"),
                    JL_MSG("the accountable of the plan, or who was given that section, can decide"), jl_arg_label(names[i].label));
  return true;
}

/* An A that is given again to who has it stays as it was given first; taken away and given, it is an administrator's. */
static bool own_eyes(struct jl_run *run, const struct jl_record *approval, const struct jl_record *what, struct jl_error *err) {
  const struct jl_record *letter = jl_approver_letter(run->space, &what->id), *of = letter == NULL ? NULL : named(run, letter, JL_RACI_TARGET);
  bool plan = of != NULL && of->type_number == JL_TYPE_PLAN;
  if (jl_approver_giver(run->space, &what->id, &run->in->author.person) == JL_GIVER_UNKNOWN)
    return REFUSE(approval, JL_APPROVAL_STATE, JL_E_DENIED,
                  JL_MSG("you submitted {1}, and who gave you its A is not known any more: somebody else has to look at it"),
                  plan ? JL_MSG("have somebody else submit it, or give you the A once more: raci set \"{2}\" A=...")
                       : JL_MSG("have somebody else submit it, or give you the A once more: raci set {2} A=..."),
                  jl_arg_record(what), jl_arg_record(of));
  return REFUSE(approval, JL_APPROVAL_STATE, JL_E_DENIED, JL_MSG("you submitted {1} and gave its A yourself: somebody else has to look at it"),
                plan ? JL_MSG("have somebody else submit it, or an administrator take the A away and give it: raci rm \"{2}\" A=..., raci set \"{2}\" A=...")
                     : JL_MSG("have somebody else submit it, or an administrator take the A away and give it: raci rm {2} A=..., raci set {2} A=..."),
                jl_arg_record(what), jl_arg_record(of));
}

/* Naming oneself opens nothing: see approvals.h. */
static bool is_four_eyes(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  enum jl_eyes eyes = jl_approver_eyes(run->space, approval, &run->in->author);
  struct jl_id then;
  if (eyes == JL_EYES_FOUR || jl_mutant(JL_MUTANT_APPROVE_ANYBODY) || jl_mutant(JL_MUTANT_APPROVE_OWN)) return true;
  const struct jl_record *what = named(run, approval, JL_APPROVAL_TARGET);
  if (eyes == JL_EYES_OWN) return own_eyes(run, approval, what, err);
  struct jl_arg name = jl_arg_text("");
  if (jl_record_id(approval->type, approval->body, JL_APPROVAL_DECIDES, &then)) name = jl_arg_holder(jl_names_for(run->in), &then);
  return REFUSE(approval, JL_APPROVAL_STATE, JL_E_DENIED,
                name.text[0] == '\0' ? JL_MSG("{1} was submitted to somebody else, and you gave its A away yourself")
                                     : JL_MSG("{1} was submitted to {2}, whose A you gave away yourself"),
                JL_MSG("have it submitted again, by somebody else"), jl_arg_record(what), name);
}

/* The first record whose figures are not those that were submitted; NULL: the difference lies elsewhere. */
static const struct jl_record *first_moved(const struct jl_run *run, struct jl_bytes then, struct jl_bytes now) {
  size_t from_then = 0, from_now = 0;
  for (;;) {
    struct jl_figures a, b;
    size_t start_then = from_then, start_now = from_now;
    bool more_then = jl_snapshot_next(then, &from_then, &a), more_now = jl_snapshot_next(now, &from_now, &b);
    if (!more_then && !more_now) return NULL;
    bool same = more_then && more_now && from_then - start_then == from_now - start_now &&
                jl_bytes_equal((struct jl_bytes){then.data + start_then, from_then - start_then},
                               (struct jl_bytes){now.data + start_now, from_now - start_now});
    if (same) continue;
    bool gone = more_then && (!more_now || a.type->number < b.type->number || (a.type == b.type && a.number < b.number));
    return jl_replica_numbered(run->space, gone ? a.type->number : b.type->number, gone ? a.number : b.number);
  }
}

static bool changed_since(struct jl_run *run, const struct jl_record *approval, const struct jl_record *moved, struct jl_error *err) {
  const struct jl_record *what = moved != NULL ? moved : named(run, approval, JL_APPROVAL_TARGET);
  struct jl_arg author = what == NULL || moved == NULL ? jl_arg_text("") : jl_arg_first_author(run->in, what, 0);
  const char *hint = JL_MSG("look at it again (drift), have it submitted again, then decide");
  if (moved == NULL)
    return REFUSE(approval, JL_APPROVAL_STATE, JL_E_GUARD_FAILED, JL_MSG("{1} is not any more as it was submitted"), hint,
                  jl_arg_record(what));
  if (author.text[0] == '\0')
    return REFUSE(approval, JL_APPROVAL_STATE, JL_E_GUARD_FAILED, JL_MSG("{1} has changed since it was submitted"), hint,
                  jl_arg_record(what));
  return REFUSE(approval, JL_APPROVAL_STATE, JL_E_GUARD_FAILED, JL_MSG("{1} has changed since it was submitted, by {2}"), hint,
                jl_arg_record(what), author);
}

/* What counts is as it was submitted, in every section that is at hand: a client's copy may lack one, the server lacks none. */
static bool is_as_submitted(struct jl_run *run, const struct jl_record *approval, bool *ret_same, const struct jl_record **ret_moved,
                            struct jl_error *err) {
  uint32_t sections = jl_approval_sections(approval);
  *ret_same = true;
  *ret_moved = NULL;
  for (uint32_t section = 1; section < JL_SECTIONS && *ret_same; section++) {
    struct jl_bytes then, now;
    if ((sections >> section & 1) == 0) continue;
    if (!jl_snapshot_stored(run->space, approval, (enum jl_section)section, run->a, &then, err)) return false;
    if (then.size == 0) continue;
    if (!jl_snapshot_make(run->space, approval, (enum jl_section)section, false, run->a, &now, err)) return false;
    if (jl_bytes_equal(then, now)) continue;
    *ret_same = false;
    *ret_moved = first_moved(run, then, now);
  }
  return true;
}

/* An earlier move of the same approval may have replaced the record: it is looked up again. */
static bool put_part(struct jl_run *run, const struct jl_id *id, int64_t after, struct jl_error *err) {
  const struct jl_record *record = again(run, id);
  return put_number(run, record, record->type_number == JL_TYPE_BUDGET_MONTH ? JL_BUDGET_MONTH_PLANNED : JL_BUDGET_LINE_PLANNED, after, err);
}

static bool put_parts(struct jl_run *run, const struct jl_moves *moves, struct jl_error *err) {
  size_t count = 0, n = 0;
  for (size_t k = 0; k < moves->count; k++) count += moves->works[k].count;
  struct jl_id *ids = jl_arena_array(run->a, count + 1, sizeof *ids);
  if (ids == NULL) return jl_no_memory(err);
  for (size_t k = 0; k < moves->count; k++)
    for (size_t i = 0; i < moves->works[k].count; i++) ids[n++] = moves->works[k].parts[i].record->id;
  n = 0;
  for (size_t k = 0; k < moves->count; k++)
    for (size_t i = 0; i < moves->works[k].count; i++)
      if (!put_part(run, &ids[n++], moves->works[k].parts[i].after, err)) return false;
  return true;
}

static bool cannot_move(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  const struct jl_record **lines;
  size_t n;
  if (err->code == JL_E_NO_MEMORY || !jl_approval_lines(run->space, approval, run->a, &lines, &n)) return jl_no_memory(err);
  return changed_since(run, approval, n > 0 ? lines[0] : NULL, err);
}

static bool move_money(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct jl_moves moves;
  if (!jl_approval_reallocates(approval)) return true;
  if (!jl_review_may_apply(run, approval, false, err)) return false;
  if (!jl_approval_moves(run->space, approval, run->a, &moves, err)) return cannot_move(run, approval, err);
  return put_parts(run, &moves, err);
}

static bool approve(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  const struct jl_record *moved;
  bool same;
  if (!reads_all(run, approval, err) || !move_money(run, approval, err) || !is_as_submitted(run, approval, &same, &moved, err))
    return false;
  return (same || jl_mutant(JL_MUTANT_APPROVE_UNSEEN) || changed_since(run, approval, moved, err)) && jl_review_change_buckets(run, approval, err);
}

/* A weekly arbitration that stays within what the plan lets it move decides by itself. */
static bool decide_by_policy(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  bool decides;
  if (!jl_review_arbitrates(run, approval, &decides, err)) return false;
  const struct jl_id id = approval->id;
  return !decides || (approve(run, approval, err) && stamp(run, again(run, &id), JL_APPROVAL_APPROVED, err));
}

static bool has_words(const struct jl_record *approval) {
  struct jl_bytes text = jl_record_text(approval->type, approval->body, JL_APPROVAL_REASON);
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] > ' ') return true;
  return false;
}

static bool may_withdraw(const struct jl_run *run, const struct jl_record *approval) {
  struct jl_id by;
  return run->in->author.administrator || is_approver(run, approval) ||
         (jl_record_id(approval->type, approval->body, JL_APPROVAL_SUBMITTED_BY, &by) && jl_id_equal(&by, &run->in->author.person));
}

static bool end_approved(struct jl_run *run, const struct jl_record *approval, struct jl_error *err) {
  struct jl_id target;
  size_t n = 0;
  if (number_of(approval, JL_APPROVAL_SECTION) != JL_APPROVAL_OF_ACTION ||
      !jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target))
    return true;
  const struct jl_record **all = others(run, &target, &n);
  if (n == SIZE_MAX) return jl_no_memory(err);
  for (size_t i = 0; i < n; i++)
    if (number_of(all[i], JL_APPROVAL_STATE) == JL_APPROVAL_APPROVED &&
        !put_number(run, all[i], JL_APPROVAL_STATE, JL_APPROVAL_REOPENED, err))
      return false;
  return true;
}

static bool decide(struct jl_run *run, const struct jl_record *before, const struct jl_record *approval, struct jl_error *err) {
  int64_t from = number_of(before, JL_APPROVAL_STATE), to = number_of(approval, JL_APPROVAL_STATE);
  struct jl_bytes reason = jl_record_slice(approval->body, JL_APPROVAL_REASON);
  bool gives_reason = !jl_bytes_equal(jl_record_slice(before->body, JL_APPROVAL_REASON), reason);
  if (from == to && !gives_reason) /* and back: it would pass for a decision of this group */
    return REFUSE(approval, JL_APPROVAL_STATE, JL_E_INVALID, JL_MSG("a group decides on {1} once"), JL_MSG("leave out what it takes back"),
                  jl_arg_record(approval));
  if (from != JL_APPROVAL_SUBMITTED || to < JL_APPROVAL_APPROVED || to > JL_APPROVAL_WITHDRAWN) {
    const struct jl_enum_value *state =
        jl_enum_by_number(jl_field_by_number(approval->type, JL_APPROVAL_STATE)->enumeration, (int32_t)from);
    return REFUSE(approval, JL_APPROVAL_STATE, JL_E_RULE_VIOLATION, JL_MSG("{1} is not waiting for a decision any more: {2}"),
                  JL_MSG("it can be submitted again"), jl_arg_record(approval), jl_arg_label(state == NULL ? "" : state->label));
  }
  if (to == JL_APPROVAL_WITHDRAWN ? !may_withdraw(run, approval) : !is_approver(run, approval)) return denied(run, approval, err);
  if (to == JL_APPROVAL_APPROVED && !is_four_eyes(run, approval, err)) return false;
  if (to == JL_APPROVAL_SENT_BACK && !has_words(approval))
    return REFUSE(approval, JL_APPROVAL_REASON, JL_E_RULE_VIOLATION, JL_MSG("{1} cannot be sent back without a reason"),
                  JL_MSG("say what has to change"), jl_arg_record(approval));
  if (to != JL_APPROVAL_SENT_BACK && gives_reason)
    return REFUSE(approval, JL_APPROVAL_REASON, JL_E_INVALID, JL_MSG("a reason is given when something is sent back"),
                  JL_MSG("leave it out"));
  if (to == JL_APPROVAL_APPROVED && !approve(run, approval, err)) return false;
  if (to == JL_APPROVAL_SENT_BACK && !end_approved(run, approval, err)) return false;
  const struct jl_id id = approval->id;
  return stamp(run, approval, to, err) && plan_status(run, again(run, &id), to, err);
}

/* ---- an action's approval ends with what it was about ---- */
/* That it needs an approval was switched off: whoever approved it as one that does is to hear of it. */
static bool is_freed(const struct jl_run *run, const struct jl_id *action) {
  const struct jl_record *now = jl_replica_record(run->space, action), *was = now == NULL ? NULL : jl_run_before(run, now);
  return was != NULL && was->type_number == JL_TYPE_ACTION && now->type_number == JL_TYPE_ACTION &&
         number_of(was, JL_ACTION_NEEDS_APPROVAL) != 0 && number_of(now, JL_ACTION_NEEDS_APPROVAL) == 0;
}

/* It asks nobody any more: what waited is withdrawn by whoever switched it off, and the inbox says so to who was asked and to who submitted
 * it (inbox_kinds.c). What this group itself submits is meant. */
static bool withdraw_waiting(struct jl_run *run, const struct jl_id *action, struct jl_error *err) {
  size_t n = 0;
  const struct jl_record **all = others(run, action, &n);
  if (n == SIZE_MAX) return jl_no_memory(err);
  for (size_t i = 0; i < n; i++)
    if (number_of(all[i], JL_APPROVAL_SECTION) == JL_APPROVAL_OF_ACTION && number_of(all[i], JL_APPROVAL_STATE) == JL_APPROVAL_SUBMITTED &&
        all[i]->created_revision != run->revision && !stamp(run, all[i], JL_APPROVAL_WITHDRAWN, err))
      return false;
  return true;
}

/* What counts as approved is as it was then, so all of its approvals that count are of the same: however many there were over the years, the
 * newest is compared. */
static bool reopen(struct jl_run *run, const struct jl_id *action, struct jl_error *err) {
  size_t n = 0, kept = 0;
  const struct jl_record **all = others(run, action, &n), *moved;
  bool same = true;
  if (n == SIZE_MAX) return jl_no_memory(err);
  for (size_t i = 0; i < n; i++)
    if (number_of(all[i], JL_APPROVAL_SECTION) == JL_APPROVAL_OF_ACTION && number_of(all[i], JL_APPROVAL_STATE) == JL_APPROVAL_APPROVED)
      all[kept++] = all[i];
  bool freed = is_freed(run, action);
  if (freed && !withdraw_waiting(run, action, err)) return false;
  if (kept == 0) return true;
  if (freed)
    same = false;
  else if (!is_as_submitted(run, all[kept - 1], &same, &moved, err))
    return false;
  for (size_t i = 0; !same && !jl_mutant(JL_MUTANT_APPROVE_UNSEEN) && i < kept; i++)
    if (!put_number(run, all[i], JL_APPROVAL_STATE, JL_APPROVAL_REOPENED, err)) return false;
  return true;
}

/* Each once, however many of its lines the group touches: looking at one takes as long as it has lines. */
struct actions {
  struct jl_id *ids;
  size_t count;
};

static void add_of_line(struct actions *actions, const struct jl_record *line) {
  if (line != NULL && line->type_number == JL_TYPE_BUDGET_LINE &&
      jl_record_id(line->type, line->body, JL_BUDGET_LINE_ACTION, &actions->ids[actions->count]))
    actions->count++;
}

static void add_touched(const struct jl_run *run, struct actions *actions, const struct jl_record *before, const struct jl_record *after) {
  struct jl_id line;
  switch (after->type_number) {
  case JL_TYPE_ACTION:
    actions->ids[actions->count++] = after->id;
    break;
  case JL_TYPE_DEPENDENCY: /* of what waits */
    if (jl_record_id(after->type, after->body, JL_DEPENDENCY_SUCCESSOR, &actions->ids[actions->count])) actions->count++;
    break;
  case JL_TYPE_BUDGET_LINE:
    add_of_line(actions, before);
    add_of_line(actions, after);
    break;
  case JL_TYPE_BUDGET_MONTH:
    if (jl_record_id(after->type, after->body, JL_BUDGET_MONTH_LINE, &line)) add_of_line(actions, jl_replica_record(run->space, &line));
    break;
  default:
    break;
  }
}

static int by_id(const void *left, const void *right) { return jl_id_compare(left, right); }

static bool reopen_touched(struct jl_run *run, struct jl_error *err) {
  struct actions actions = {.ids = jl_arena_array(run->a, run->touch_count * 2, sizeof *actions.ids)};
  if (actions.ids == NULL) return run->touch_count == 0 || jl_no_memory(err);
  for (size_t i = 0; i < run->touch_count; i++)
    add_touched(run, &actions, run->touches[i].before, jl_replica_record(run->space, &run->touches[i].id));
  if (actions.count > 0) qsort(actions.ids, actions.count, sizeof *actions.ids, by_id);
  for (size_t i = 0; i < actions.count; i++)
    if ((i == 0 || !jl_id_equal(&actions.ids[i], &actions.ids[i - 1])) && !reopen(run, &actions.ids[i], err)) return false;
  return true;
}

/* ---- the whole group ---- */
static bool check_edits(const struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0; i < run->group->n_edits; i++) {
    const Jalon__Edit *edit = run->group->edits[i];
    if (edit->type == JL_TYPE_BASELINE)
      return jl_fail(err, JL_E_DENIED, JL_MSG("a baseline is kept by the server, with a submission"),
                     JL_MSG("submit the plan, a budget or an action"));
    if (edit->type == JL_TYPE_APPROVAL && edit->verb != JALON__VERB__CREATE && edit->verb != JALON__VERB__UPDATE)
      return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("an approval stays in the history: it cannot be deleted"),
                     JL_MSG("what still waits can be withdrawn"));
  }
  return true;
}

/* A submission takes the place of an earlier one that waits; within one group that is work for nothing, for each of them a snapshot. */
struct submitted {
  struct jl_id target;
  int64_t subject;
};

static int by_subject(const void *left, const void *right) {
  const struct submitted *a = left, *b = right;
  if (a->subject != b->subject) return a->subject < b->subject ? -1 : 1;
  return jl_id_compare(&a->target, &b->target);
}

static bool check_submitted_once(struct jl_run *run, struct jl_error *err) {
  struct submitted *all = jl_arena_array(run->a, run->touch_count, sizeof *all);
  size_t n = 0;
  if (all == NULL) return run->touch_count == 0 || jl_no_memory(err);
  for (size_t i = 0; i < run->touch_count; i++) {
    const struct jl_record *record = jl_replica_record(run->space, &run->touches[i].id);
    if (record->type_number != JL_TYPE_APPROVAL || run->touches[i].before != NULL || jl_approval_reallocates(record) ||
        !jl_record_id(record->type, record->body, JL_APPROVAL_TARGET, &all[n].target))
      continue;
    all[n++].subject = number_of(record, JL_APPROVAL_SECTION);
  }
  if (n > 0) qsort(all, n, sizeof *all, by_subject);
  for (size_t i = 1; i < n; i++)
    if (by_subject(&all[i], &all[i - 1]) == 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("a group submits the same thing once"), JL_MSG("leave out all but the last submission of it"));
  return true;
}

enum pass { DECISIONS, SUBMISSIONS, SNAPSHOTS, PASSES };

static bool follow(struct jl_run *run, enum pass pass, const struct jl_touch *touch, struct jl_error *err) {
  const struct jl_record *before = touch->before, *after = jl_replica_record(run->space, &touch->id);
  bool approval = after->type_number == JL_TYPE_APPROVAL;
  switch (pass) {
  case DECISIONS:
    return !approval || before == NULL || decide(run, before, after, err);
  case SUBMISSIONS:
    return !approval || before != NULL || submit(run, after, err);
  case SNAPSHOTS:
    return !approval || before != NULL || (keep_snapshot(run, after, err) && decide_by_policy(run, after, err));
  default:
    return true;
  }
}

bool jl_approvals_follow(struct jl_run *run, struct jl_error *err) {
  if (!check_edits(run, err) || !check_submitted_once(run, err)) return false;
  size_t edited = run->touch_count; /* by the group itself; what follows touches more */
  for (int pass = 0; pass < PASSES; pass++)
    for (size_t i = 0; i < edited; i++) {
      const struct jl_touch touch = run->touches[i];
      if (!follow(run, (enum pass)pass, &touch, err)) return false;
    }
  return reopen_touched(run, err);
}

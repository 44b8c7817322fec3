#include "common/model/review/follow.h"
#include "common/model/governance/approver.h"
#include "common/model/review/freeze.h"
#include "common/model/rules.h"
#include "common/record/schema.h"

#define BY_HAND_KEY (INT64_C(1) << 32) /* keys of what people propose begin here */

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static const struct jl_record *named(const struct jl_replica *r, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(r, &id) : NULL;
}

static bool at(struct jl_error *err, const struct jl_record *record, uint32_t field) { return jl_error_at(err, record->type_number, &record->id, field); }
#define REFUSE(record, field, message, hint, ...) (jl_fail(err, JL_E_RULE_VIOLATION, message, hint, ##__VA_ARGS__), at(err, (record), (field)))

const struct jl_record *jl_review_decision(const struct jl_replica *r, const struct jl_id *proposal) {
  const void *next = NULL;
  const struct jl_record *decision, *first = NULL;
  while ((decision = jl_replica_next_referring(r, proposal, JL_TYPE_REVIEW_DECISION, JL_REVIEW_DECISION_PROPOSAL, &next)) != NULL)
    if (first == NULL || decision->created_revision < first->created_revision) first = decision;
  return first;
}

const char *jl_review_limit_label(int64_t bit) {
  static const char *const labels[] = {JL_MSG("what can leave the line"), JL_MSG("a step at a time"), JL_MSG("maximum of the line"), JL_MSG("70/20/10"), JL_MSG("what sales can treat"),
                                       JL_MSG("overloaded people")};
  for (size_t i = 0; i < JL_COUNT(labels); i++)
    if (bit >> i & 1) return labels[i];
  return "";
}

bool jl_review_accepted(const struct jl_replica *r, const struct jl_record *review, const struct jl_id *approval, struct jl_arena *a, struct jl_review_proposal **ret,
                        size_t *ret_n) {
  size_t n = 0, kept = 0;
  bool asked = false;
  if (!jl_review_kept(r, review, UINT32_MAX, a, ret, &n)) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_id with;
    asked = asked || (jl_record_id((*ret)[i].record->type, (*ret)[i].record->body, JL_REVIEW_PROPOSAL_APPROVAL, &with) && jl_id_equal(&with, approval));
  }
  for (size_t i = 0; i < n; i++) {
    const struct jl_review_proposal p = (*ret)[i];
    const struct jl_record *decision = jl_review_decision(r, &p.record->id), *with = named(r, p.record, JL_REVIEW_PROPOSAL_APPROVAL);
    int64_t state = with == NULL ? 0 : number_of(with, JL_APPROVAL_STATE);
    bool mine = asked ? with != NULL && jl_id_equal(&with->id, approval) : state != JL_APPROVAL_SUBMITTED && state != JL_APPROVAL_APPROVED;
    if (mine && p.kind <= JL_PROPOSAL_DEMOTE && decision != NULL && number_of(decision, JL_REVIEW_DECISION_VERDICT) == JL_VERDICT_ACCEPTED) (*ret)[kept++] = p;
  }
  *ret_n = kept;
  return true;
}

bool jl_review_approved(const struct jl_replica *r, const struct jl_record *review, const struct jl_id *but, struct jl_arena *a, struct jl_review_proposal **ret, size_t *ret_n) {
  size_t n = 0, kept = 0;
  if (!jl_review_kept(r, review, UINT32_MAX, a, ret, &n)) return false;
  for (size_t i = 0; i < n; i++) {
    const struct jl_review_proposal p = (*ret)[i];
    const struct jl_record *with = named(r, p.record, JL_REVIEW_PROPOSAL_APPROVAL);
    if (with != NULL && !jl_id_equal(&with->id, but) && number_of(with, JL_APPROVAL_STATE) == JL_APPROVAL_APPROVED) (*ret)[kept++] = p;
  }
  *ret_n = kept;
  return true;
}

/* ---- what may be edited at all ---- */
static bool check_edit(const Jalon__Edit *edit, struct jl_error *err) {
  if (edit->type == JL_TYPE_REVIEW_FACT)
    return jl_fail(err, JL_E_DENIED, JL_MSG("the facts of a review are kept by the server, with its start"), JL_MSG("start another review: jalon review start"));
  if (edit->type == JL_TYPE_REVIEW && edit->verb != JALON__VERB__CREATE && edit->verb != JALON__VERB__UPDATE)
    return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("a review stays in the history: it cannot be deleted"), JL_MSG("one that is not wanted is discarded: jalon review discard"));
  if (edit->type == JL_TYPE_REVIEW_PROPOSAL && edit->verb != JALON__VERB__CREATE)
    return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("a proposal stays as it was made"), JL_MSG("refuse it: jalon review refuse REF --reason \"...\""));
  if (edit->type == JL_TYPE_REVIEW_DECISION && edit->verb != JALON__VERB__CREATE && edit->verb != JALON__VERB__DELETE)
    return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("a decision stays as it was made"), JL_MSG("take it back and decide anew: jalon review reopen REF"));
  return true;
}

static bool is_open(const struct jl_record *review, struct jl_error *err) {
  if (number_of(review, JL_REVIEW_STATE) == JL_REVIEW_OPEN) return true;
  return REFUSE(review, JL_REVIEW_STATE, JL_MSG("{1} is over: nothing of it changes any more"), JL_MSG("start another one: jalon review start"), jl_arg_record(review));
}

/* ---- the review itself ---- */
static bool all_decided(struct jl_run *run, const struct jl_record *review, struct jl_error *err) {
  struct jl_review_proposal *all;
  size_t n, open = 0;
  bool hidden = false;
  const struct jl_record *first = NULL;
  if (!jl_review_kept(run->space, review, UINT32_MAX, run->a, &all, &n)) return jl_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    if (jl_review_decision(run->space, &all[i].record->id) != NULL) continue;
    hidden = hidden || !jl_run_sees(run, all[i].record);
    if (!jl_run_sees(run, all[i].record)) continue;
    if (first == NULL) first = all[i].record;
    open++;
  }
  if (open == 0 && !hidden) return true;
  if (first == NULL)
    return REFUSE(review, JL_REVIEW_STATE, JL_MSG("{1} cannot be closed: what you may not read of it is not decided yet"), JL_MSG("who may read the budget decides it"), jl_arg_record(review));
  return REFUSE(review, JL_REVIEW_STATE, JL_MSG("{1} cannot be closed: proposals to be decided: {2}, first {3}"), JL_MSG("jalon review accept REF, or jalon review refuse REF --reason \"...\""),
                jl_arg_record(review), jl_arg_integer((int64_t)open), jl_arg_record(first));
}

static bool none_waits(struct jl_run *run, const struct jl_record *review, struct jl_error *err) {
  const void *next = NULL;
  const struct jl_record *approval;
  while ((approval = jl_replica_next_referring(run->space, &review->id, JL_TYPE_APPROVAL, JL_APPROVAL_REVIEW, &next)) != NULL)
    if (number_of(approval, JL_APPROVAL_STATE) == JL_APPROVAL_SUBMITTED)
      return REFUSE(review, JL_REVIEW_STATE, JL_MSG("{1} waits to be approved as {2}"), JL_MSG("have it decided, or withdraw it: jalon withdraw {2}"), jl_arg_record(review), jl_arg_record(approval));
  return true;
}

/* Once it is closed nothing of it can be applied or decided anew. */
static bool all_applied(struct jl_run *run, const struct jl_record *review, struct jl_error *err) {
  struct jl_review_proposal *waiting;
  size_t n;
  if (!jl_review_accepted(run->space, review, &(struct jl_id){{0}}, run->a, &waiting, &n)) return jl_no_memory(err);
  return n == 0 || REFUSE(review, JL_REVIEW_STATE, JL_MSG("{1} cannot be closed: what is accepted of it is not applied yet"),
                          JL_MSG("jalon review apply; or jalon review reopen REF, and refuse it with the reason"), jl_arg_record(review));
}

static bool follow_review(struct jl_run *run, const struct jl_record *before, const struct jl_record *after, struct jl_error *err) {
  int64_t was = number_of(before, JL_REVIEW_STATE), is = number_of(after, JL_REVIEW_STATE);
  if (was != JL_REVIEW_OPEN) return is_open(before, err);
  if (is == JL_REVIEW_OPEN) return true;
  if (is == 0) return REFUSE(after, JL_REVIEW_STATE, JL_MSG("a review is open, closed or discarded"), NULL);
  if (!none_waits(run, after, err) || (is == JL_REVIEW_CLOSED && (!all_decided(run, after, err) || !all_applied(run, after, err)))) return false;
  struct jl_making m = {.run = run, .type = after->type, .body = after->body};
  const struct jl_id id = after->id;
  jl_making_int(&m, JL_REVIEW_ENDED, run->in->time_us);
  return jl_making_put(&m, &id, err);
}

/* ---- what people propose ---- */
static bool goes_beyond(const struct jl_record *proposal, int64_t bits, bool refuses, int64_t most, const struct jl_record *from, const char *currency, struct jl_error *err) {
  if (bits & JL_LIMIT_MOVABLE)
    return REFUSE(proposal, JL_REVIEW_PROPOSAL_AMOUNT, JL_MSG("{1} can leave {2}, no more: the rest was ordered or spent, is its minimum, or lies in months that are past or closed"), JL_MSG("move less, or from another line"),
                  jl_arg_money(most, currency), jl_arg_record(from));
  if (!refuses || (bits & JL_LIMITS_OF_PLAN) == 0) return true;
  return REFUSE(proposal, JL_REVIEW_PROPOSAL_AMOUNT, JL_MSG("this passes a limit, and the plan refuses that: {1}"), JL_MSG("move less; the plan's budget control decides whether limits warn or refuse"),
                jl_arg_label(jl_review_limit_label(bits & JL_LIMITS_OF_PLAN)));
}

static bool follow_proposal(struct jl_run *run, const struct jl_record *proposal, struct jl_error *err) {
  const struct jl_record *review = named(run->space, proposal, JL_REVIEW_PROPOSAL_REVIEW), *from = named(run->space, proposal, JL_REVIEW_PROPOSAL_SOURCE),
                         *to = named(run->space, proposal, JL_REVIEW_PROPOSAL_DESTINATION);
  struct jl_review_facts facts;
  int64_t most, bits;
  struct jl_bytes why = jl_record_text(proposal->type, proposal->body, JL_REVIEW_PROPOSAL_WHY);
  if (review == NULL || review->type_number != JL_TYPE_REVIEW) return true; /* the references are checked after this */
  if (!is_open(review, err)) return false;
  if (number_of(proposal, JL_REVIEW_PROPOSAL_KIND) != JL_PROPOSAL_MOVE || number_of(proposal, JL_REVIEW_PROPOSAL_SECTION) != JL_SECTION_BUDGET || number_of(proposal, JL_REVIEW_PROPOSAL_KEY) < BY_HAND_KEY ||
      from == NULL || to == NULL || from == to || number_of(proposal, JL_REVIEW_PROPOSAL_AMOUNT) <= 0 || why.size == 0)
    return REFUSE(proposal, 0, JL_MSG("a proposal of one's own moves an amount from one budget line to another, and says why"), JL_MSG("such as: jalon review add \"...\" --from B3 --to B4 --amount 500"));
  if (!jl_review_read(run->space, review, UINT32_MAX, run->a, &facts)) return jl_no_memory(err);
  const struct jl_review_proposal move = {.kind = JL_PROPOSAL_MOVE, .amount = number_of(proposal, JL_REVIEW_PROPOSAL_AMOUNT), .source = from->id, .destination = to->id};
  if (jl_review_line(&facts, &from->id) == NULL || jl_review_line(&facts, &to->id) == NULL)
    return REFUSE(proposal, 0, JL_MSG("{1} was not there when {2} was started"), JL_MSG("start another review, or move it without one: jalon submit"),
                  jl_arg_record(jl_review_line(&facts, &from->id) == NULL ? from : to), jl_arg_record(review));
  if (!jl_review_beyond(&facts, &move, run->a, &most, &bits)) return jl_no_memory(err);
  if (!goes_beyond(proposal, bits, number_of(review, JL_REVIEW_REFUSES) != 0, most, from, facts.terms.currency, err)) return false;
  struct jl_making m = {.run = run, .type = proposal->type, .body = proposal->body};
  const struct jl_id id = proposal->id;
  jl_making_int(&m, JL_REVIEW_PROPOSAL_HELD_BY, bits);
  jl_making_int(&m, JL_REVIEW_PROPOSAL_BY_HAND, 1);
  return jl_making_put(&m, &id, err);
}

/* ---- decisions ---- */
static bool is_locked(struct jl_run *run, const struct jl_record *proposal, struct jl_error *err) {
  const struct jl_record *approval = named(run->space, proposal, JL_REVIEW_PROPOSAL_APPROVAL);
  int64_t state = approval == NULL ? 0 : number_of(approval, JL_APPROVAL_STATE);
  if (state != JL_APPROVAL_SUBMITTED && state != JL_APPROVAL_APPROVED) return false;
  (void)REFUSE(proposal, JL_REVIEW_PROPOSAL_APPROVAL, state == JL_APPROVAL_APPROVED ? JL_MSG("{1} was approved with {2}: its money has moved") : JL_MSG("{1} waits to be approved with {2}"),
               state == JL_APPROVAL_APPROVED ? JL_MSG("move it back by itself: jalon submit REF --to REF --amount N") : JL_MSG("withdraw it first: jalon withdraw {2}"), jl_arg_record(proposal),
               jl_arg_record(approval));
  return true;
}

static bool is_first(struct jl_run *run, const struct jl_record *decision, const struct jl_record *proposal, struct jl_error *err) {
  const void *next = NULL;
  const struct jl_record *other;
  while ((other = jl_replica_next_referring(run->space, &proposal->id, JL_TYPE_REVIEW_DECISION, JL_REVIEW_DECISION_PROPOSAL, &next)) != NULL) {
    if (jl_id_equal(&other->id, &decision->id)) continue;
    struct jl_bytes name = jl_record_text(other->type, other->body, JL_REVIEW_DECISION_NAME);
    const struct jl_enum_value *verdict = jl_enum_by_number(jl_field_by_number(other->type, JL_REVIEW_DECISION_VERDICT)->enumeration, (int32_t)number_of(other, JL_REVIEW_DECISION_VERDICT));
    return REFUSE(decision, JL_REVIEW_DECISION_PROPOSAL, name.size > 0 ? JL_MSG("{1} is decided already: {2}, by {3}") : JL_MSG("{1} is decided already: {2}"),
                  JL_MSG("take that back first, if you both agree: jalon review reopen REF"), jl_arg_record(proposal), jl_arg_label(verdict == NULL ? "" : verdict->label),
                  jl_arg_textn((const char *)name.data, name.size));
  }
  return true;
}

static bool has_words(const struct jl_record *decision) {
  struct jl_bytes text = jl_record_text(decision->type, decision->body, JL_REVIEW_DECISION_REASON);
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] > ' ') return true;
  return false;
}

static bool name_decider(struct jl_run *run, const struct jl_record *decision, struct jl_error *err) {
  const struct jl_record *person = run->in->organisation == NULL ? NULL : jl_replica_record(run->in->organisation, &run->in->author.person);
  struct jl_making m = {.run = run, .type = decision->type, .body = jl_record_with(run->a, decision->body, JL_REVIEW_DECISION_NAME, (struct jl_bytes){NULL, 0})};
  const struct jl_id id = decision->id;
  if (person != NULL && person->type_number == JL_TYPE_PERSON) jl_making_text(&m, JL_REVIEW_DECISION_NAME, jl_record_text(person->type, person->body, JL_PERSON_NAME));
  return jl_making_put(&m, &id, err);
}

static bool follow_decision(struct jl_run *run, const struct jl_record *decision, bool is_new, struct jl_error *err) {
  const struct jl_record *proposal = named(run->space, decision, JL_REVIEW_DECISION_PROPOSAL), *review = proposal == NULL ? NULL : named(run->space, proposal, JL_REVIEW_PROPOSAL_REVIEW);
  if (proposal == NULL || proposal->type_number != JL_TYPE_REVIEW_PROPOSAL || review == NULL) return true;
  if (!is_open(review, err) || is_locked(run, proposal, err)) return false;
  if (!is_new) return true;
  if (!is_first(run, decision, proposal, err)) return false;
  if (number_of(decision, JL_REVIEW_DECISION_VERDICT) == JL_VERDICT_REFUSED && !has_words(decision))
    return REFUSE(decision, JL_REVIEW_DECISION_REASON, JL_MSG("{1} is refused with a reason"), JL_MSG("say why: --reason \"...\""), jl_arg_record(proposal));
  return name_decider(run, decision, err);
}

/* ---- what a weekly arbitration may move by itself ---- */
static bool follow_policy(struct jl_run *run, const struct jl_record *before, const struct jl_record *plan, struct jl_error *err) {
  const struct jl_author *author = &run->in->author;
  if (number_of(before, JL_PLAN_ARBITRATION) == number_of(plan, JL_PLAN_ARBITRATION) || author->administrator || author->by_system ||
      jl_accountable_is(run->space, run->in->organisation, &plan->id, &author->person, run->in->today))
    return true;
  jl_fail(err, JL_E_DENIED, JL_MSG("only who answers for the plan says what is arbitrated without approval"), JL_MSG("ask the A of the plan (jalon raci shows who that is), or an administrator"));
  return at(err, plan, JL_PLAN_ARBITRATION);
}

static bool follow(struct jl_run *run, const struct jl_touch *touch, struct jl_error *err) {
  const struct jl_record *after = jl_replica_record(run->space, &touch->id);
  bool is_new = touch->before == NULL, deleted = after->deleted_revision != 0;
  switch (after->type_number) {
  case JL_TYPE_REVIEW:
    return is_new ? jl_review_freeze(run, after, err) : follow_review(run, touch->before, after, err);
  case JL_TYPE_REVIEW_PROPOSAL:
    return !is_new || follow_proposal(run, after, err);
  case JL_TYPE_REVIEW_DECISION:
    return follow_decision(run, after, is_new && !deleted, err);
  case JL_TYPE_PLAN:
    return is_new || follow_policy(run, touch->before, after, err);
  default:
    return true;
  }
}

bool jl_reviews_follow(struct jl_run *run, struct jl_error *err) {
  size_t edited = run->touch_count; /* by the group itself; what follows touches more */
  bool any = false;
  for (size_t i = 0; i < run->group->n_edits; i++) {
    uint32_t type = run->group->edits[i]->type;
    any = any || type == JL_TYPE_PLAN || (type >= JL_TYPE_REVIEW && type <= JL_TYPE_REVIEW_DECISION);
    if (!check_edit(run->group->edits[i], err)) return false;
  }
  for (size_t i = 0; any && i < edited; i++) {
    const struct jl_touch touch = run->touches[i];
    if (!follow(run, &touch, err)) return false;
  }
  return true;
}

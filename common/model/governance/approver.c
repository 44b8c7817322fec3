#include "common/model/governance/approver.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"

static const struct jl_record *letter_of(const struct jl_replica *space, const struct jl_id *target) {
  const void *at = NULL;
  const struct jl_record *raci;
  while ((raci = jl_replica_next_referring(space, target, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL)
    if (jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0) == JL_RACI_A && jl_record_has(raci->body, JL_RACI_HOLDER)) return raci;
  return NULL;
}

const struct jl_record *jl_approver_letter(const struct jl_replica *space, const struct jl_id *target) {
  const struct jl_record *own = letter_of(space, target);
  return own != NULL ? own : letter_of(space, &jl_replica_where(space)->space);
}

enum jl_giver jl_approver_giver(const struct jl_replica *space, const struct jl_id *target, const struct jl_id *person) {
  const struct jl_record *letter = jl_approver_letter(space, target);
  struct jl_id by;
  if (letter == NULL) return JL_GIVEN_BY_ANOTHER;
  if (!jl_record_id(letter->type, letter->body, JL_RACI_NAMED_BY, &by)) return JL_GIVER_UNKNOWN;
  return jl_id_equal(&by, person) ? JL_GIVEN_ONESELF : JL_GIVEN_BY_ANOTHER;
}

static bool holder_or_plans(const struct jl_replica *space, const struct jl_id *target, struct jl_id *ret_holder) {
  const struct jl_record *letter = jl_approver_letter(space, target);
  return letter != NULL && jl_record_id(letter->type, letter->body, JL_RACI_HOLDER, ret_holder);
}

/* A letter that is given again to who has it stays as it was given first. */
static bool note_giver(struct jl_run *run, const struct jl_touch *touch, const struct jl_record *after, struct jl_error *err) {
  const struct jl_record *before = touch->before;
  const struct jl_id author = jl_id_is_zero(&touch->on_behalf) ? run->in->author.person : touch->on_behalf;
  const struct jl_field *field = jl_field_by_number(after->type, JL_RACI_NAMED_BY);
  bool kept = before != NULL && before->deleted_revision == 0 &&
              jl_bytes_equal(jl_record_slice(before->body, JL_RACI_HOLDER), jl_record_slice(after->body, JL_RACI_HOLDER));
  struct jl_bytes giver = kept ? jl_record_slice(before->body, JL_RACI_NAMED_BY) : (struct jl_bytes){NULL, 0}, body;
  if (!kept && !jl_id_is_zero(&author)) {
    giver = jl_value_encode(run->a, field, &(struct jl_value){.id = author});
    if (giver.data == NULL) return jl_no_memory(err);
  }
  if (jl_bytes_equal(giver, jl_record_slice(after->body, JL_RACI_NAMED_BY))) return true;
  body = jl_record_with(run->a, after->body, JL_RACI_NAMED_BY, giver);
  return body.data != NULL ? jl_run_put(run, after->type, &after->id, after, body, false, err) : jl_no_memory(err);
}

/* Given once more to who has it, by somebody else: no field of it changes. */
static bool note_confirmed(struct jl_run *run, const Jalon__Edit *edit, struct jl_error *err) {
  const struct jl_id *author = &run->in->author.person;
  struct jl_id id, holder;
  bool names_holder = false;
  if (edit->type != JL_TYPE_RACI || edit->verb != JALON__VERB__UPDATE || !jl_id_from_bytes(JL_PB(edit->id), &id) || jl_id_is_zero(author))
    return true;
  for (size_t i = 0; i < edit->n_fields; i++) names_holder = names_holder || edit->fields[i]->field == JL_RACI_HOLDER;
  const struct jl_record *letter = names_holder ? jl_replica_live(run->space, &id) : NULL;
  if (letter == NULL || jl_record_has(letter->body, JL_RACI_NAMED_BY) || !jl_record_id(letter->type, letter->body, JL_RACI_HOLDER, &holder) ||
      jl_id_equal(&holder, author))
    return true;
  struct jl_bytes giver = jl_value_encode(run->a, jl_field_by_number(letter->type, JL_RACI_NAMED_BY), &(struct jl_value){.id = *author});
  struct jl_bytes body = giver.data == NULL ? giver : jl_record_with(run->a, letter->body, JL_RACI_NAMED_BY, giver);
  return body.data != NULL ? jl_run_put(run, letter->type, &id, letter, body, false, err) : jl_no_memory(err);
}

bool jl_raci_note_givers(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0, edited = run->touch_count; i < edited; i++) {
    const struct jl_record *after = jl_replica_record(run->space, &run->touches[i].id);
    if (after == NULL || after->type_number != JL_TYPE_RACI || after->deleted_revision != 0) continue;
    const struct jl_touch touch = run->touches[i];
    if (!note_giver(run, &touch, after, err)) return false;
  }
  for (size_t i = 0; i < run->group->n_edits; i++)
    if (!note_confirmed(run, run->group->edits[i], err)) return false;
  return true;
}

bool jl_approver_holder(const struct jl_replica *space, const struct jl_record *approval, struct jl_id *ret_holder) {
  struct jl_id target;
  return jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target) && holder_or_plans(space, &target, ret_holder);
}

/* It was held so when it was submitted. Of submissions of before that was kept: nothing of the letter has changed since. */
static bool was_held_so(const struct jl_replica *space, const struct jl_record *approval, const struct jl_id *target) {
  const struct jl_record *letter = jl_approver_letter(space, target);
  struct jl_id then, now;
  if (letter == NULL || !jl_record_id(letter->type, letter->body, JL_RACI_HOLDER, &now)) return true;
  if (jl_record_id(approval->type, approval->body, JL_APPROVAL_DECIDES, &then)) return jl_id_equal(&then, &now);
  return letter->revision < approval->created_revision;
}

/* Administrators are trusted by whoever set up the server; what nobody wrote was judged when it was written. */
enum jl_eyes jl_approver_eyes(const struct jl_replica *space, const struct jl_record *approval, const struct jl_author *author) {
  struct jl_id target, by;
  if (author->administrator || jl_id_is_zero(&author->person) || !jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target) ||
      jl_approver_giver(space, &target, &author->person) == JL_GIVEN_BY_ANOTHER)
    return JL_EYES_FOUR;
  if (jl_record_id(approval->type, approval->body, JL_APPROVAL_SUBMITTED_BY, &by) && jl_id_equal(&by, &author->person)) return JL_EYES_OWN;
  return was_held_so(space, approval, &target) ? JL_EYES_FOUR : JL_EYES_GIVEN;
}

/* In person, through a role or team, or as the substitute of who is away that day. */
static bool holds_a(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                    const struct jl_id *person, int32_t day) {
  const struct jl_raci in = {space, organisation, day};
  struct jl_letters letters;
  bool own = jl_raci_named(space, target, JL_LETTER(JL_RACI_A));
  jl_letters_of(&in, own ? target : &jl_replica_where(space)->space, person, &letters);
  return (letters.held & JL_LETTER(JL_RACI_A)) != 0;
}

bool jl_accountable_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_id *target,
                       const struct jl_id *person, int32_t day) {
  return holds_a(space, organisation, target, person, day);
}

bool jl_approver_is(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *approval,
                    const struct jl_id *person, int32_t day) {
  struct jl_id target;
  return jl_record_id(approval->type, approval->body, JL_APPROVAL_TARGET, &target) && holds_a(space, organisation, &target, person, day);
}

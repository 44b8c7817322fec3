#include "common/model/evaluate.h"
#include "common/base/limits.h"
#include "common/model/automation/firing.h"
#include "common/model/evaluation.h"
#include "common/model/governance/erasure.h"
#include "common/model/governance/approvals.h"
#include "common/model/governance/approver.h"
#include "common/model/governance/rights.h"
#include "common/model/readiness/launch.h"
#include "common/model/budget/closing.h"
#include "common/model/review/follow.h"
#include "common/model/rhythm/follow.h"
#include "common/model/rules.h"
#include "common/model/tentative.h"
#include "common/record/schema.h"
#include <string.h>

/* One edit being evaluated. */
struct step {
  struct jl_run *run;
  const Jalon__Edit *edit;
  const struct jl_record_type *type;
  struct jl_id id;
  const struct jl_record *current; /* tombstones too; NULL: none */
  struct jl_error *err;
};

#define REFUSE(s, field, code, message, hint, ...)                                                                                         \
  (jl_fail((s)->err, (code), message, hint, ##__VA_ARGS__), jl_error_at((s)->err, (s)->type->number, &(s)->id, (field)))

/* ---- touched records ---- */
uint32_t *jl_run_slot(const struct jl_run *run, const struct jl_id *id) {
  size_t at = (size_t)jl_id_hash(id) & (run->slot_count - 1);
  while (run->slots[at] != 0 && !jl_id_equal(&run->touches[run->slots[at] - 1].id, id)) at = (at + 1) & (run->slot_count - 1);
  return &run->slots[at];
}

const struct jl_record *jl_run_before(const struct jl_run *run, const struct jl_record *current) {
  uint32_t slot = *jl_run_slot(run, &current->id);
  return slot == 0 ? current : run->touches[slot - 1].before;
}

/* Records of one type that lie in several sections are numbered apart in each, so that a gap tells nobody of what he may not read: in steps
 * of NUMBER_STEP, from the section's own number on. */
#define NUMBER_STEP 8
_Static_assert(JL_SECTIONS <= NUMBER_STEP, "every section has numbers of its own");

static uint64_t new_number(const struct jl_run *run, const struct jl_record *record) {
  const struct jl_record_type *type = record->type;
  if (type->singleton) return 1;
  uint64_t number = run->in->number_of == NULL ? 0 : run->in->number_of(run->in->context, type->number, &record->id);
  if (number != 0) return number;
  if (type->section < JL_SECTIONS) return jl_replica_last_number(run->space, type->number) + 1;
  uint64_t section = (uint64_t)jl_replica_section(run->space, record);
  uint64_t last = jl_replica_last_number_like(run->space, type->number, section, NUMBER_STEP);
  return last == 0 && section != 0 ? section : last + NUMBER_STEP;
}

static bool reserve_touch(struct jl_run *run) {
  if (run->touch_count < run->touch_capacity) return true;
  struct jl_touch *touches = jl_arena_array(run->a, run->touch_capacity * 2, sizeof *touches);
  uint32_t *slots = jl_arena_array(run->a, run->slot_count * 2, sizeof *slots);
  if (touches == NULL || slots == NULL) return false;
  memcpy(touches, run->touches, run->touch_count * sizeof *touches);
  run->touches = touches;
  run->touch_capacity *= 2;
  run->slots = slots;
  run->slot_count *= 2;
  for (size_t i = 0; i < run->touch_count; i++) *jl_run_slot(run, &touches[i].id) = (uint32_t)(i + 1);
  return true;
}

/* Not by what: its author may not be allowed to know. */
static bool id_is_taken(const struct jl_record_type *type, const struct jl_id *id, struct jl_error *err) {
  jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("another record has this id already"), JL_MSG("a new record needs a new id"));
  return jl_error_at(err, type->number, id, 0);
}

/* The first time keeps what it was. The id of a record that follows from others (a baseline) can be taken by one that was made to have it. */
bool jl_run_put(struct jl_run *run, const struct jl_record_type *type, const struct jl_id *id, const struct jl_record *current,
                struct jl_bytes body, bool deleted, struct jl_error *err) {
  if (current != NULL && current->type_number != type->number) return id_is_taken(type, id, err);
  struct jl_record *after = reserve_touch(run) ? jl_record_new(type->number, id, body) : NULL;
  if (after == NULL) return jl_no_memory(err);
  after->revision = run->revision;
  after->created_revision = current == NULL ? run->revision : current->created_revision;
  after->deleted_revision = !deleted ? 0 : current != NULL && current->deleted_revision != 0 ? current->deleted_revision : run->revision;
  after->number = current != NULL ? current->number : new_number(run, after);
  if (run->tentative && !jl_run_keep(run, id, current)) {
    jl_record_release(after);
    return jl_no_memory(err);
  }
  struct jl_touch touch = {.id = *id, .on_behalf = run->on_behalf};
  if (run->gate.instead_of != NULL) touch.instead_of = run->gate.instead_of[run->at];
  uint32_t *slot = jl_run_slot(run, &touch.id);
  bool first = *slot == 0;
  if (first) touch.before = jl_record_share(current);
  if (!jl_replica_put(run->space, after)) {
    jl_record_release(touch.before);
    if (jl_replica_count(run->space) < JL_SPACE_RECORDS) return jl_no_memory(err);
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the plan holds as many records as it can: {1}"), JL_MSG("archive the plan and continue in a new one"),
                   jl_arg_integer(JL_SPACE_RECORDS));
  }
  if (!first) return true;
  run->touches[run->touch_count] = touch;
  *slot = (uint32_t)++run->touch_count;
  return true;
}

static bool put(const struct step *s, struct jl_bytes body, bool deleted) {
  return jl_run_put(s->run, s->type, &s->id, s->current, body, deleted, s->err);
}

/* The replica as it was. */
static void put_back(struct jl_run *run) {
  for (size_t i = run->touch_count; i-- > 0;) {
    struct jl_touch *touch = &run->touches[i];
    if (touch->before == NULL)
      jl_replica_remove(run->space, &touch->id);
    else
      jl_replica_put_back(run->space, touch->before);
  }
  jl_replica_ranks_back(run->space);
  jl_replica_let_go(run->space);
}

/* ---- rights ---- */
static bool sees(const struct jl_run *run, enum jl_section section) {
  uint32_t mask = run->in->author.may_edit | run->in->author.may_read;
  if (section == JL_SECTION_DIRECTORY) return mask != 0; /* of the plan itself: with any other section */
  return section > JL_SECTION_NONE && section < JL_SECTIONS && (mask >> section & 1) != 0;
}

bool jl_run_sees(const struct jl_run *run, const struct jl_record *record) { return sees(run, jl_replica_section(run->space, record)); }

static bool not_there(const struct step *s) {
  return REFUSE(s, 0, JL_E_NOT_FOUND, JL_MSG("this {1} does not exist"), JL_MSG("it may never have reached the server"),
                jl_arg_label(s->type->label));
}

/* Of people whose names alone are known nobody can say what they may do. */
static const char *who_can(const struct step *s, enum jl_section section) {
  if (s->run->in->names != NULL) return "";
  return jl_rights_who_can(s->run->space, &jl_replica_where(s->run->space)->space, s->run->in->organisation, section, s->run->a);
}

/* Who could: where letters decide, those who hold them. */
static const char *editors_of(const struct step *s, const struct jl_record *record, enum jl_section section) {
  const char *names = jl_gate_who(s->run, record);
  if (names[0] != '\0') return names;
  return who_can(s, section);
}

/* Why not, and who could. */
static bool denied(const struct step *s, const struct jl_record *record, enum jl_section section) {
  enum jl_space_kind kind = jl_replica_kind(s->run->space);
  if (kind == JL_SPACE_PERSONAL) /* nobody gives rights to it */
    return REFUSE(s, 0, JL_E_DENIED, JL_MSG("you may not write into a person's own space: only that person can"), NULL);
  /* The leave would name a substitute: whom a guest knows goes by plan, and the organisation is in none (names.h). */
  if (kind == JL_SPACE_ORGANISATION && s->type->number == JL_TYPE_LEAVE && jl_rights_is_guest(s->run->in->organisation, &s->run->in->author.person))
    return REFUSE(s, 0, JL_E_DENIED, JL_MSG("guests do not enter leaves: those are the organisation's, of which they know names alone"),
                  JL_MSG("an administrator enters yours: leave add --person ... --start ... --end ... --substitute ..."));
  if (kind == JL_SPACE_ORGANISATION)
    return REFUSE(s, 0, JL_E_DENIED, JL_MSG("you may not edit the section {1} of this space"),
                  JL_MSG("ask an administrator for the right to edit it"), jl_arg_label(jl_section_label(section)));
  const char *granters = who_can(s, JL_SECTION_DIRECTORY);
  if (section == JL_SECTION_DIRECTORY)
    return REFUSE(s, 0, JL_E_DENIED, JL_MSG("you may not change who may do what in this plan"),
                  granters[0] == '\0' ? JL_MSG("an administrator can, and the accountable of the plan, when it has one (raci set)")
                                      : JL_MSG("an administrator can, and {1}"),
                  jl_arg_text(granters));
  const char *editors = editors_of(s, record, section);
  return REFUSE(s, 0, JL_E_DENIED, JL_MSG("you may not edit the section {1} of this space"),
                editors[0] == '\0'    ? JL_MSG("ask an administrator for the right to edit it")
                : granters[0] == '\0' ? JL_MSG("{2} can edit it; an administrator can give you the right")
                                      : JL_MSG("{2} can edit it; {3} can give you the right"),
                jl_arg_label(jl_section_label(section)), jl_arg_text(editors), jl_arg_text(granters));
}

/* The record as it is, or as it is to be made. */
static bool may_edit(const struct step *s, const struct jl_record *record) {
  enum jl_section section = jl_replica_section(s->run->space, record), as = jl_edited_as(s->run->space, record);
  bool of_target = s->type->section == JL_SECTION_OF_TARGET, new = s->current == NULL || s->edit->verb == JALON__VERB__CREATE;
  if (section == JL_SECTION_NONE || (new && of_target && !sees(s->run, section)))
    return REFUSE(s, 0, JL_E_PARENT_DELETED, JL_MSG("what this {1} is about does not exist"), JL_MSG("look whether it was deleted"),
                  jl_arg_label(s->type->label));
  if (!new && !sees(s->run, section)) return not_there(s);
  if (new && !sees(s->run, JL_SECTION_DIRECTORY) && jl_replica_kind(s->run->space) != JL_SPACE_PLAN) return denied(s, record, as);
  if (new && !sees(s->run, JL_SECTION_DIRECTORY)) /* the plan is not there */
    return jl_fail(s->err, JL_E_INVALID, JL_MSG("the first group of a plan must create the plan itself"),
                   JL_MSG("create the plan, then its records"));
  if ((s->run->in->author.may_edit >> as & 1) == 0 && !jl_gate_lets(s->run, record, new)) return denied(s, record, as);
  if (s->run->at != s->run->gate.refused) return true;
  if (s->err != NULL) *s->err = s->run->gate.why;
  return false;
}

static bool given(const struct step *s) {
  const struct jl_record *record = jl_replica_record(s->run->space, &s->id);
  Jalon__Given *g = &s->run->given[s->run->given_count++];
  jalon__given__init(g);
  g->has_record = g->has_number = g->has_type = true;
  g->record = jl_pb_dup(s->run->a, (struct jl_bytes){s->id.bytes, sizeof s->id.bytes});
  g->number = record->number;
  g->type = s->type->number;
  return g->record.data != NULL || jl_no_memory(s->err);
}

static bool not_live(const struct step *s) {
  const struct jl_bytes none = {NULL, 0};
  if (s->current->deleted_revision == 0)
    return REFUSE(s, 0, JL_E_PARENT_DELETED, JL_MSG("{1} belongs to a record that was deleted"), JL_MSG("restore that record first"),
                  jl_arg_record(s->current));
  for (size_t i = 0; i < s->edit->n_fields; i++) {
    const Jalon__FieldEdit *f = s->edit->fields[i];
    if (!jl_conflict_add(s->run, JL_E_RECORD_DELETED, s->current, f->field, JL_PB(f->seen), JL_PB(f->next), s->err)) return false;
  }
  return s->edit->n_fields > 0 || jl_conflict_add(s->run, JL_E_RECORD_DELETED, s->current, 0, none, none, s->err);
}

/* ---- create ---- */
/* A new record is the last of its list. */
static bool fill_place(const struct step *s, const struct jl_field *field, struct jl_bytes *body) {
  struct jl_bytes slice;
  if (jl_record_has(*body, field->number))
    return REFUSE(s, field->number, JL_E_DENIED, JL_MSG("{1} is set by the server"), JL_MSG("leave it out"), jl_arg_label(field->label));
  if (!jl_place_last(s->run, s->type, field, &slice, s->err)) return false;
  *body = jl_record_with(s->run->a, *body, field->number, slice);
  return body->data != NULL || jl_no_memory(s->err);
}

static bool names_a_person(const struct jl_field *field) {
  for (size_t i = 0; i < field->reference_count; i++)
    if (field->references[i] == JL_TYPE_PERSON) return true;
  return false;
}

/* Fields that only the server sets: the author, the time, the place in a list, and what it refers to itself (the automation of a day's firing). A client
 * may leave the author out, or must be right. */
static bool fill_by_server(const struct step *s, struct jl_bytes *body) {
  for (size_t i = 0; i < s->type->field_count; i++) {
    const struct jl_field *field = &s->type->fields[i];
    if (field->kind == JL_KIND_RANK && s->current == NULL && !fill_place(s, field, body)) return false;
    if (!field->by_server) continue;
    bool of_person = field->kind == JL_KIND_REFERENCE && names_a_person(field), author = of_person && !jl_id_is_zero(&s->run->in->author.person);
    bool comes_later = (field->kind == JL_KIND_TIME && !field->immutable) || (field->kind == JL_KIND_REFERENCE && !of_person);
    if (comes_later && !s->run->in->author.by_system && jl_record_has(*body, field->number))
      return REFUSE(s, field->number, JL_E_DENIED, JL_MSG("{1} is set by the server"), JL_MSG("leave it out"), jl_arg_label(field->label));
    if (!author && (field->kind != JL_KIND_TIME || !field->immutable)) continue; /* the others come later */
    struct jl_value value = {.number = s->run->in->time_us};
    if (author) value = (struct jl_value){.id = s->run->in->author.person};
    struct jl_bytes slice = jl_value_encode(s->run->a, field, &value), given_slice = jl_record_slice(*body, field->number);
    if (slice.data == NULL) return jl_no_memory(s->err);
    if (given_slice.size > 0 && !jl_bytes_equal(given_slice, slice))
      return REFUSE(s, field->number, JL_E_DENIED, JL_MSG("{1} is set by the server"), JL_MSG("leave it out"), jl_arg_label(field->label));
    *body = jl_record_with(s->run->a, *body, field->number, slice);
    if (body->data == NULL) return jl_no_memory(s->err);
  }
  return true;
}

static bool check_identity(const struct step *s, struct jl_bytes body) {
  const struct jl_id *space = &jl_replica_where(s->run->space)->space;
  struct jl_id natural;
  if (s->type->singleton != jl_id_equal(&s->id, space))
    return REFUSE(s, 0, JL_E_INVALID, JL_MSG("the one {1} of a space has the space's own id, and nothing else has"), NULL,
                  jl_arg_label(s->type->label));
  if (s->type->number != JL_TYPE_GRANT && memcmp(s->id.bytes, JL_GRANT_ID, JL_GRANT_ID_SIZE) == 0)
    return REFUSE(s, 0, JL_E_INVALID, JL_MSG("an id that begins so is kept for rights"), JL_MSG("a new record needs a new id"));
  if (s->type->number != JL_TYPE_RACI && jl_rights_is_accountables(space, &s->id))
    return REFUSE(s, 0, JL_E_INVALID, JL_MSG("this id is kept for the accountable of the plan"), JL_MSG("a new record needs a new id"));
  if (s->type->natural_key[0] == '\0') return true;
  if (jl_record_natural_id(s->type, space, body, &natural) && jl_id_equal(&natural, &s->id)) return true;
  return REFUSE(s, 0, JL_E_INVALID, JL_MSG("the id of this {1} does not follow from its key"),
                JL_MSG("key fields cannot change: remove it and add another"), jl_arg_label(s->type->label));
}

/* Someone made the record of the same key first: what both say alike is one, the rest is merged as if nothing had been seen. */
static bool create_again(const struct step *s, struct jl_bytes body) {
  uint32_t fields[256];
  struct jl_bytes merged = s->current->body;
  s->run->merged = true;
  size_t n = jl_record_diff(merged, body, fields, JL_COUNT(fields));
  if (!jl_rule_same_key(s->run->in, s->current, body, s->err)) return false;
  for (size_t i = 0; i < n; i++) {
    const struct jl_field *field = jl_field_by_number(s->type, fields[i]);
    struct jl_wish wish = {.next = jl_record_slice(body, fields[i])};
    if (field == NULL || field->by_server || wish.next.size == 0) continue; /* who made it first is its author */
    if (!jl_merge_field(s->run, s->current, field, &wish, &merged, s->err)) return false;
  }
  if (!jl_bytes_equal(merged, s->current->body) && !put(s, merged, false)) return false;
  return given(s);
}

static bool create(struct step *s) {
  struct jl_bytes body = JL_PB(s->edit->record);
  const struct jl_record made = {.type_number = s->type->number, .type = s->type, .id = s->id, .body = body};
  if (!may_edit(s, &made) || !fill_by_server(s, &body) || !check_identity(s, body)) return false;
  if (s->current == NULL) return put(s, body, false) && given(s);
  if (s->current->type_number != s->type->number || !jl_run_sees(s->run, s->current)) /* not named */
    return id_is_taken(s->type, &s->id, s->err);
  if (s->type->natural_key[0] == '\0')
    return REFUSE(s, 0, JL_E_ALREADY_EXISTS, JL_MSG("there is a record with this id already: {1}"),
                  JL_MSG("if this came from a file, its records are here already; a new record needs a new id"), jl_arg_record(s->current));
  if (s->current->deleted_revision != 0) return put(s, body, false) && given(s); /* restored with this content */
  if (jl_replica_live(s->run->space, &s->id) == NULL) return not_live(s);
  return create_again(s, body);
}

/* ---- update ---- */
static bool check_fixed(const struct step *s, const struct jl_field *field, struct jl_bytes now, struct jl_bytes next) {
  if ((!field->immutable && !field->by_server) || jl_bytes_equal(now, next)) return true;
  return REFUSE(s, field->number, JL_E_INVALID, JL_MSG("{1} of {2} cannot change once it is made"), JL_MSG("delete it and make a new one"),
                jl_arg_label(field->label), jl_arg_record(s->current));
}

/* Never a conflict: the place is looked for among the neighbours as they are now. */
static bool move(struct step *s, const struct jl_field *field, const Jalon__FieldEdit *edit, struct jl_bytes *body) {
  struct jl_bytes slice;
  bool back = edit->has_next && edit->seen.len > 0; /* undone: not when somebody has moved it on since */
  if (back && !jl_bytes_equal(JL_PB(edit->seen), jl_record_slice(s->current->body, field->number))) {
    s->run->merged = true;
    return true;
  }
  if (!jl_place(s->run, s->current, field, edit, &slice, s->err)) return false;
  *body = jl_record_with(s->run->a, *body, field->number, slice);
  return body->data != NULL || jl_no_memory(s->err);
}

/* No conflict, which would keep what was typed. */
static bool erased(const struct step *s, const struct jl_field *field) {
  return REFUSE(s, field->number, JL_E_RULE_VIOLATION, JL_MSG("the personal values of this {1} were erased, and are not given again"), NULL,
                jl_arg_label(s->type->label));
}

static bool update(struct step *s) {
  struct jl_bytes body = s->current->body;
  if (jl_replica_live(s->run->space, &s->id) == NULL) return not_live(s);
  const struct jl_record *before = jl_run_before(s->run, s->current);
  if (s->edit->seen_revision != 0 && before != NULL && before->revision > s->edit->seen_revision && jl_run_by_another(s->run, before))
    s->run->merged = true;
  for (size_t i = 0; i < s->edit->n_fields; i++) {
    const Jalon__FieldEdit *f = s->edit->fields[i];
    const struct jl_field *field = jl_field_by_number(s->type, f->field);
    if (field == NULL)
      return REFUSE(s, f->field, JL_E_UNKNOWN_FIELD, JL_MSG("{1} has no field number {2} here"), NULL, jl_arg_label(s->type->label),
                    jl_arg_integer(f->field));
    if (field->kind == JL_KIND_RANK) {
      if (!move(s, field, f, &body)) return false;
      continue;
    }
    if (field->personal && jl_record_erased(s->type, s->current->body)) return erased(s, field);
    struct jl_wish wish = {JL_PB(f->seen), JL_PB(f->next), f};
    struct jl_bytes now = jl_record_slice(s->current->body, field->number);
    if (!f->has_add && !f->has_remove && !f->has_add_number && !check_fixed(s, field, now, wish.next)) return false;
    if (!jl_merge_field(s->run, s->current, field, &wish, &body, s->err)) return false;
    if (!check_fixed(s, field, now, jl_record_slice(body, field->number))) return false;
  }
  if (jl_bytes_equal(body, s->current->body)) return true;
  if (s->type->natural_key[0] != '\0' && !check_identity(s, body)) return false;
  return put(s, body, false);
}

/* ---- delete and restore ---- */
/* Live records below the deleted one, breadth first: they go with it, but for what others answered to a comment. What takes a group back
 * deletes what that group brought: nothing that came below it or changed there since, not even by the same person. */
static bool check_below(const struct step *s) {
  struct jl_run *run = s->run;
  bool takes_back = run->group->undoes != 0 || run->group->redoes != 0;
  size_t n, queued = 1, capacity = 64;
  if (jl_leaves_answers(s->type->number)) return true;
  struct jl_id *queue = jl_arena_array(run->a, capacity, sizeof *queue);
  if (queue == NULL) return jl_no_memory(s->err);
  queue[0] = s->id;
  for (size_t at = 0; at < queued; at++) {
    const struct jl_record **below = jl_replica_children(run->space, &queue[at], run->a, &n);
    if (n == SIZE_MAX) return jl_no_memory(s->err);
    if (n > 0 && !s->edit->with_children)
      return REFUSE(s, 0, JL_E_RULE_VIOLATION, JL_MSG("{1} has {2} records below it, such as {3}"),
                    JL_MSG("delete it with its children, or delete or move them first"), jl_arg_record(s->current),
                    jl_arg_integer((int64_t)n), jl_arg_record(below[0]));
    if (queued + n > capacity) {
      struct jl_id *more = jl_arena_array(run->a, (queued + n) * 2, sizeof *more);
      if (more == NULL) return jl_no_memory(s->err);
      memcpy(more, queue, queued * sizeof *queue);
      queue = more;
      capacity = (queued + n) * 2;
    }
    for (size_t i = 0; i < n; i++) {
      const struct jl_record *before = jl_run_before(run, below[i]);
      bool unseen = before != NULL && before->revision > s->edit->seen_revision && (takes_back || jl_run_by_another(run, before));
      if (unseen && !jl_conflict_unseen(run, below[i], before, s->edit->seen_revision, &unseen, s->err)) return false;
      if (jl_rule_keeps_parents(below[i]))
        return REFUSE(s, 0, JL_E_RULE_VIOLATION, JL_MSG("{1} cannot be deleted: the actual expense {2} lies below it"),
                      JL_MSG("move or delete the expense first"), jl_arg_record(s->current), jl_arg_record(below[i]));
      queue[queued++] = below[i]->id;
    }
  }
  return true;
}

static bool delete_record(struct step *s) {
  if (s->current->deleted_revision != 0) {
    s->run->merged = true; /* both wanted it gone */
    return true;
  }
  if (s->type->singleton)
    return REFUSE(s, 0, JL_E_RULE_VIOLATION, JL_MSG("the {1} itself cannot be deleted"), JL_MSG("archive it instead"),
                  jl_arg_label(s->type->label));
  if (jl_replica_live(s->run->space, &s->id) == NULL) return not_live(s);
  const struct jl_record *before = jl_run_before(s->run, s->current);
  if (before == NULL) return REFUSE(s, 0, JL_E_INVALID, JL_MSG("a group cannot delete the record that it makes"), NULL);
  bool unseen = before->revision > s->edit->seen_revision;
  if (unseen && !jl_conflict_unseen(s->run, s->current, before, s->edit->seen_revision, &unseen, s->err)) return false;
  if (unseen) return true;
  return check_below(s) && put(s, s->current->body, true);
}

static bool restore(struct step *s) {
  if (s->current->deleted_revision != 0) return put(s, s->current->body, false);
  s->run->merged = true;
  return true;
}

/* ---- one edit ---- */
bool jl_run_edit(struct jl_run *run, const Jalon__Edit *edit, struct jl_error *err) {
  struct step s = {.run = run, .edit = edit, .type = jl_record_type_by_number(edit->type), .err = err};
  if (s.type == NULL || !jl_id_from_bytes(JL_PB(edit->id), &s.id))
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("there is no record type number {1} here"), NULL, jl_arg_integer(edit->type));
  if (s.type->space != jl_replica_kind(run->space))
    return REFUSE(&s, 0, JL_E_INVALID, JL_MSG("a {1} does not belong into this kind of space"),
                  JL_MSG("send it to the space that holds such records"), jl_arg_label(s.type->label));
  s.current = jl_replica_record(run->space, &s.id);
  if (edit->verb == JALON__VERB__CREATE) return create(&s);
  if (s.current == NULL) return not_there(&s);
  if (!may_edit(&s, s.current)) return false;
  if (s.current->type_number != s.type->number)
    return REFUSE(&s, 0, JL_E_INVALID, JL_MSG("{1} is not a {2}"), NULL, jl_arg_record(s.current), jl_arg_label(s.type->label));
  switch (edit->verb) {
  case JALON__VERB__UPDATE:
    return update(&s);
  case JALON__VERB__DELETE:
    return delete_record(&s);
  case JALON__VERB__RESTORE:
    return restore(&s);
  default:
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("an edit has verb number {1}, which is not known here"), NULL,
                   jl_arg_integer((int64_t)edit->verb));
  }
}

static bool check_guards(const struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0; i < run->group->n_guards; i++) {
    const Jalon__Guard *guard = run->group->guards[i];
    struct jl_id id;
    if (!jl_id_from_bytes(JL_PB(guard->record), &id))
      return jl_fail(err, JL_E_INVALID, JL_MSG("a guard must name a record and a field"), NULL);
    const struct jl_record *record = jl_replica_live(run->space, &id);
    /* Not readable looks the same as not there: a guard is no way to ask. */
    if (record == NULL || !jl_run_sees(run, record)) {
      jl_fail(err, JL_E_GUARD_FAILED, JL_MSG("a record that this edit relied on is no longer there"),
              JL_MSG("look at the plan again, then decide"));
      return jl_error_at(err, 0, &id, guard->field);
    }
    if (jl_bytes_equal(jl_record_slice(record->body, guard->field), JL_PB(guard->expected))) continue;
    const struct jl_field *field = record->type == NULL ? NULL : jl_field_by_number(record->type, guard->field);
    jl_fail(err, JL_E_GUARD_FAILED, JL_MSG("{1} of {2}, which this edit relied on, has changed"),
            JL_MSG("look at its new value, then decide"), field == NULL ? jl_arg_integer(guard->field) : jl_arg_label(field->label),
            jl_arg_record(record));
    return jl_error_at(err, record->type_number, &id, guard->field);
  }
  return true;
}

/* Whatever it is refused for. */
static bool is_of_erased(const struct jl_run *run) {
  struct jl_id id;
  for (size_t i = 0; i < run->group->n_edits + run->group->n_guards; i++) {
    bool guard = i >= run->group->n_edits;
    ProtobufCBinaryData of = guard ? run->group->guards[i - run->group->n_edits]->record : run->group->edits[i]->id;
    const struct jl_record *record = jl_id_from_bytes(JL_PB(of), &id) ? jl_replica_record(run->space, &id) : NULL;
    if (record != NULL && record->type != NULL && jl_record_erased(record->type, record->body)) return true;
  }
  return false;
}

/* What else follows from the edits, and what is to be committed. */
static bool conclude(struct jl_run *run, struct jl_outcome *out, struct jl_error *err) {
  return jl_raci_note_givers(run, err) && jl_reviews_follow(run, err) && jl_approvals_follow(run, err) && jl_launch_follow(run, err) && jl_rhythm_follow(run, err) &&
         jl_closing_follow(run, err) && jl_outcome_build(run, out, err);
}

static bool evaluate_edits(struct jl_run *run, struct jl_outcome *out, struct jl_error *err) {
  if (run->group->has_erases) return jl_erase(run, err) && jl_outcome_build(run, out, err);
  if (!jl_gate_judge(run, &run->gate, err) || !check_guards(run, err)) return false;
  for (run->at = 0; run->at < run->group->n_edits; run->at++)
    if (!jl_run_edit(run, run->group->edits[run->at], err)) return false;
  run->wanting = run->merge_count > 0;
  if (run->wanting) /* conflicts are told when all of them are known */
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("texts that two people changed are being merged"), JL_MSG("try again in a moment"));
  if (run->conflict_count > 0) {
    if (err != NULL) *err = run->first_conflict;
    return false;
  }
  if (!jl_automations_follow(run, err)) return false;
  if (conclude(run, out, err)) return true;
  /* What automations did is taken out again before the edits that they followed are refused. */
  if (!jl_automations_withdraw(run, err) || !conclude(run, out, err)) return false;
  if (err != NULL) *err = (struct jl_error){0};
  return true;
}

bool jl_group_evaluate(const struct jl_evaluation *in, const Jalon__Group *group, struct jl_arena *a, struct jl_outcome *ret_outcome,
                       struct jl_error *err) {
  struct jl_run run = {.in = in,
                       .group = group,
                       .a = a,
                       .space = jl_replica_writable(in->space),
                       .revision = jl_replica_where(in->space)->revision + 1,
                       .slot_count = 16};
  struct jl_id space;
  *ret_outcome = (struct jl_outcome){0};
  if (!jl_id_from_bytes(JL_PB(group->space), &space) || !jl_id_equal(&space, &jl_replica_where(in->space)->space))
    return jl_fail(err, JL_E_INVALID, JL_MSG("the group is for another space"), NULL);
  if (group->n_edits > JL_GROUP_MAX_EDITS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} edits at once, at most {2}"), NULL, jl_arg_integer((int64_t)group->n_edits),
                   jl_arg_integer(JL_GROUP_MAX_EDITS));
  while (run.slot_count < group->n_edits * 2) run.slot_count *= 2;
  run.touch_capacity = run.slot_count / 2;
  run.touches = jl_arena_array(a, run.touch_capacity, sizeof *run.touches);
  run.given = jl_arena_array(a, group->n_edits + 1, sizeof *run.given);
  run.slots = jl_arena_array(a, run.slot_count, sizeof *run.slots);
  if (run.touches == NULL || run.given == NULL || run.slots == NULL) return jl_no_memory(err);
  jl_replica_hold(run.space);
  bool ok = evaluate_edits(&run, ret_outcome, err);
  put_back(&run);
  jl_run_forget(&run);
  if (!ok) {
    *ret_outcome = (struct jl_outcome){.conflicts = run.conflicts,
                                       .conflict_count = run.conflict_count,
                                       .merges = run.merges,
                                       .merge_count = run.wanting ? run.merge_count : 0,
                                       .of_erased = is_of_erased(&run)};
    if (ret_outcome->of_erased) ret_outcome->conflict_count = 0; /* they keep what was typed */
    return false;
  }
  ret_outcome->given = run.given;
  ret_outcome->given_count = run.given_count;
  ret_outcome->merged = run.merged;
  ret_outcome->unsure = run.gate.unsure;
  ret_outcome->erases = group->has_erases && jl_id_from_bytes(JL_PB(group->erases), &ret_outcome->erased);
  return true;
}

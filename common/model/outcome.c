/* From the touched records to what is committed: the checks that need all edits applied, then the log's bodies. */
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/model/actions/circle.h"
#include "common/model/budget/line_sums.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

#define FIELDS_MAX 512 /* different fields in a record of JL_RECORD_MAX that the checks let through */

/* ---- checks over the state with every edit applied ---- */
static bool at(const struct jl_record *record, uint32_t field, struct jl_error *err) {
  return jl_error_at(err, record->type_number, &record->id, field);
}

static bool check_place(const struct jl_run *run, const struct jl_record *after, struct jl_error *err) {
  if (jl_replica_live(run->space, &after->id) != NULL) return true;
  if (jl_replica_rooted(run->space, &after->id))
    jl_fail(err, JL_E_PARENT_DELETED, JL_MSG("{1} belongs to a record that was deleted"), JL_MSG("restore that record first"),
            jl_arg_record(after));
  else
    jl_fail(err, JL_E_INVALID, JL_MSG("{1} lies more than {2} levels deep, or below itself"), JL_MSG("choose another parent"),
            jl_arg_record(after), jl_arg_integer(JL_PARENT_DEPTH));
  return at(after, 0, err);
}

/* The replica that holds what the field points at: this one when it is there, for a field may name records of both; NULL: not at hand, so
 * nothing can be said. */
static const struct jl_replica *target_space(const struct jl_run *run, const struct jl_field *field, const struct jl_id *id) {
  enum jl_space_kind kind = jl_replica_kind(run->space);
  bool here = field->reference_count == 0, elsewhere = false;
  for (size_t i = 0; i < field->reference_count; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(field->references[i]);
    here = here || type == NULL || type->space == kind;
    elsewhere = elsewhere || (type != NULL && type->space == JL_SPACE_ORGANISATION && kind != JL_SPACE_ORGANISATION);
  }
  if (here && (!elsewhere || jl_replica_record(run->space, id) != NULL)) return run->space;
  return elsewhere ? jl_names_for(run->in) : NULL;
}

static bool has_element(struct jl_bytes slice, const struct jl_field *field, const struct jl_id *id) {
  struct jl_iterator it = {slice, field};
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    if (jl_id_equal(&value.id, id)) return true;
  return false;
}

/* A proposal that a review worked out: whoever started it has not named what it is about. */
static bool is_worked_out(const struct jl_record *after) {
  return after->type_number == JL_TYPE_REVIEW_PROPOSAL && !jl_record_has(after->body, JL_REVIEW_PROPOSAL_BY_HAND);
}

/* An automation named it, and was judged by what its own author may know of; the group's author has not. */
static bool named_for_another(const struct jl_run *run, const struct jl_record *after, const struct jl_field *field, const struct jl_id *id) {
  uint32_t slot = *jl_run_slot(run, &after->id);
  const struct jl_touch *touch = slot == 0 ? NULL : &run->touches[slot - 1];
  if (touch == NULL || run->firings == NULL) return false;
  return !jl_id_is_zero(&touch->on_behalf) || (touch->own != NULL && !has_element(jl_record_slice(touch->own->body, field->number), field, id));
}

static bool check_target(const struct jl_run *run, const struct jl_record *after, const struct jl_field *field, const struct jl_id *id,
                         struct jl_error *err) {
  const struct jl_replica *space = target_space(run, field, id);
  if (space == NULL) return true;
  const struct jl_record *target = jl_replica_record(space, id);
  if (target == NULL || (space == run->space && !jl_run_sees(run, target) && !named_for_another(run, after, field, id))) {
    if (field->by_server || is_worked_out(after)) return true; /* its author has not named it, and need not know it */
    jl_fail(err, JL_E_INVALID, JL_MSG("{1} of {2} names a record that does not exist"), JL_MSG("look up the record it should name"),
            jl_arg_label(field->label), jl_arg_record(after));
    return at(after, field->number, err);
  }
  if (!jl_field_refers_to(field, target->type_number)) {
    jl_fail(err, JL_E_INVALID, JL_MSG("{1} cannot name a {2}"), JL_MSG("look up the record it should name"), jl_arg_label(field->label),
            jl_arg_label(target->type == NULL ? "" : target->type->label));
    return at(after, field->number, err);
  }
  if (field->by_server || jl_replica_live(space, id) != NULL) return true; /* what happened to a deleted record is told of it */
  jl_fail(err, JL_E_PARENT_DELETED, JL_MSG("{1} names {2}, which was deleted"), JL_MSG("restore it, or choose another"),
          jl_arg_label(field->label), jl_arg_record(target));
  return at(after, field->number, err);
}

/* Only what the group newly names: an old reference whose target went away must not block other edits. */
static bool check_references(const struct jl_run *run, const struct jl_touched *t, struct jl_error *err) {
  for (size_t i = 0; i < t->field_count; i++) {
    const struct jl_field *field = jl_field_by_number(t->after->type, t->fields[i]);
    if (field == NULL || field->kind != JL_KIND_REFERENCE) continue;
    struct jl_bytes before = t->before == NULL ? (struct jl_bytes){NULL, 0} : jl_record_slice(t->before->body, field->number);
    struct jl_iterator it = jl_record_each(t->after->body, field);
    for (struct jl_value value; jl_iterator_next(&it, &value);)
      if (!has_element(before, field, &value.id) && !check_target(run, t->after, field, &value.id, err)) return false;
  }
  return true;
}

static bool check_touched(const struct jl_run *run, const struct jl_touched *t, struct jl_line_sums *sums, struct jl_error *err) {
  bool alive = t->after->deleted_revision == 0;
  bool erased = run->group->has_erases || (t->before != NULL && jl_record_erased(t->before->type, t->before->body));
  if (alive || t->field_count > 0) { /* what is changed and deleted in one group may come back, so it is checked too */
    bool fine = erased ? jl_record_check_erased(t->after->type, t->after->body, err) : jl_record_check(t->after->type, t->after->body, err);
    if (!fine) return err == NULL ? false : at(t->after, err->field, err);
    if (!check_references(run, t, err)) return false;
  }
  if (alive && !check_place(run, t->after, err)) return false; /* after the references, which say more than that the place is missing */
  if (run->group->has_erases) return true; /* no rule of a plan keeps a person from being erased */
  const struct jl_rule_input in = {run->space, run->in->organisation, t, run->a, run->in, sums, run};
  return jl_mutant(JL_MUTANT_RULES_OFF) || jl_rules_hold(&in, err);
}

/* Rules about all that was touched together. */
static bool check_together(const struct jl_run *run, const struct jl_outcome *out, struct jl_error *err) {
  const struct jl_circles_of circles = {.after = run->space,
                                        .organisation = run->in->organisation,
                                        .touched = out->touched,
                                        .touched_count = out->touched_count,
                                        .arena = run->a,
                                        .evaluation = run->in};
  return jl_mutant(JL_MUTANT_RULES_OFF) || jl_circles_hold(&circles, err);
}

bool jl_run_check(struct jl_run *run, const struct jl_id *ids, size_t n, struct jl_error *err) {
  uint32_t fields[FIELDS_MAX];
  for (size_t i = 0; i < n; i++) {
    uint32_t slot = *jl_run_slot(run, &ids[i]);
    if (slot == 0) continue;
    const struct jl_touch *touch = &run->touches[slot - 1];
    struct jl_touched t = {.before = touch->before, .after = jl_record_share(jl_replica_record(run->space, &ids[i])), .fields = fields};
    t.field_count = jl_record_diff(t.before == NULL ? (struct jl_bytes){NULL, 0} : t.before->body, t.after->body, fields, FIELDS_MAX);
    bool fine = t.field_count < FIELDS_MAX ? check_touched(run, &t, NULL, err)
                                           : jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has too many fields"), NULL, jl_arg_record(t.after));
    jl_record_release(t.after);
    if (!fine) return false;
  }
  return true;
}

static bool check_singleton(const struct jl_run *run, struct jl_error *err) {
  if (jl_replica_kind(run->space) != JL_SPACE_PLAN || jl_replica_live(run->space, &jl_replica_where(run->space)->space) != NULL)
    return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the first group of a plan must create the plan itself"),
                 JL_MSG("create the plan, then its records"));
}

/* ---- what was touched ---- */
static bool without_effect(const struct jl_run *run, const struct jl_record *before, const struct jl_record *after) {
  if (before == NULL || (before->deleted_revision == 0) != (after->deleted_revision == 0)) return false;
  return (before->deleted_revision != 0 && !run->group->has_erases) || jl_bytes_equal(before->body, after->body);
}

static bool collect(struct jl_run *run, struct jl_outcome *out, struct jl_error *err) {
  uint32_t fields[FIELDS_MAX];
  out->touched = jl_arena_array(run->a, run->touch_count, sizeof *out->touched);
  if (out->touched == NULL) return jl_no_memory(err);
  for (size_t i = 0; i < run->touch_count; i++) {
    const struct jl_record *before = run->touches[i].before, *after = jl_replica_record(run->space, &run->touches[i].id);
    if (without_effect(run, before, after)) continue;
    size_t n = jl_record_diff(before == NULL ? (struct jl_bytes){NULL, 0} : before->body, after->body, fields, FIELDS_MAX);
    if (n == FIELDS_MAX) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has too many fields"), NULL, jl_arg_record(after));
    uint32_t *kept = jl_arena_array(run->a, n, sizeof *kept);
    if (kept == NULL) return jl_no_memory(err);
    memcpy(kept, fields, n * sizeof *kept);
    out->touched[out->touched_count++] =
        (struct jl_touched){jl_record_share(before), jl_record_share(after), kept, n, run->touches[i].instead_of};
  }
  return true;
}

/* ---- the log ---- */
struct body {
  Jalon__ChangeBody message;
  Jalon__ChangePrivate private_values;
  size_t private_capacity;
};

static bool add_private(struct jl_run *run, struct body *body, size_t change, Jalon__FieldResult *f, struct jl_error *err) {
  Jalon__ChangePrivate *p = &body->private_values;
  if (p->n_values == body->private_capacity) {
    size_t capacity = body->private_capacity == 0 ? 8 : body->private_capacity * 2;
    Jalon__PrivateValue **values = jl_arena_array(run->a, capacity, sizeof *values);
    if (values == NULL) return jl_no_memory(err);
    if (p->n_values > 0) memcpy(values, p->values, p->n_values * sizeof *values);
    p->values = values;
    body->private_capacity = capacity;
  }
  struct jl_id salt = jl_id_random();
  uint8_t *before = jl_arena_alloc(run->a, JL_CHAIN_SIZE), *after = jl_arena_alloc(run->a, JL_CHAIN_SIZE);
  Jalon__PrivateValue *v = jl_arena_alloc(run->a, sizeof *v);
  if (before == NULL || after == NULL || v == NULL) return jl_no_memory(err);
  jalon__private_value__init(v);
  v->has_change = v->has_field = v->has_salt = true;
  v->change = (uint32_t)change;
  v->field = f->field;
  v->salt = jl_pb_dup(run->a, (struct jl_bytes){salt.bytes, sizeof salt.bytes});
  if (v->salt.data == NULL) return jl_no_memory(err);
  v->has_before = f->has_before;
  v->before = f->before;
  v->has_after = f->has_after;
  v->after = f->after;
  if (f->has_before) jl_personal_hash(JL_PB(v->salt), JL_PB(f->before), before);
  if (f->has_after) jl_personal_hash(JL_PB(v->salt), JL_PB(f->after), after);
  f->has_before_hash = f->has_before;
  f->before_hash = (ProtobufCBinaryData){f->has_before ? JL_CHAIN_SIZE : 0, before};
  f->has_after_hash = f->has_after;
  f->after_hash = (ProtobufCBinaryData){f->has_after ? JL_CHAIN_SIZE : 0, after};
  f->has_before = f->has_after = false;
  if (!run->group->has_erases) p->values[p->n_values++] = v; /* of what is erased only the hash is ever written */
  return true;
}

static bool add_field(struct jl_run *run, struct body *body, size_t change, const struct jl_touched *t, uint32_t number,
                      Jalon__FieldResult *f, struct jl_error *err) {
  struct jl_bytes before = t->before == NULL ? (struct jl_bytes){NULL, 0} : jl_record_slice(t->before->body, number),
                  after = jl_record_slice(t->after->body, number);
  jalon__field_result__init(f);
  f->has_field = true;
  f->field = number;
  f->has_before = before.size > 0;
  f->has_after = after.size > 0;
  if (f->has_before) f->before = jl_pb_dup(run->a, before);
  if (f->has_after) f->after = jl_pb_dup(run->a, after);
  if ((f->has_before && f->before.data == NULL) || (f->has_after && f->after.data == NULL)) return jl_no_memory(err);
  const struct jl_field *field = jl_field_by_number(t->after->type, number);
  return field == NULL || !field->personal || add_private(run, body, change, f, err);
}

static Jalon__Verb verb_of(const struct jl_touched *t) {
  if (t->before == NULL) return JALON__VERB__CREATE;
  if (t->after->deleted_revision != 0) return t->before->deleted_revision != 0 ? JALON__VERB__UPDATE : JALON__VERB__DELETE;
  return t->before->deleted_revision != 0 ? JALON__VERB__RESTORE : JALON__VERB__UPDATE;
}

static bool add_change(struct jl_run *run, struct body *body, const struct jl_touched *t, struct jl_error *err) {
  Jalon__RecordChange *c = jl_arena_alloc(run->a, sizeof *c);
  Jalon__FieldResult *fields = jl_arena_array(run->a, t->field_count, sizeof *fields);
  Jalon__FieldResult **list = jl_arena_array(run->a, t->field_count, sizeof *list);
  if (c == NULL || fields == NULL || list == NULL) return jl_no_memory(err);
  jalon__record_change__init(c);
  c->has_type = c->has_id = c->has_verb = c->has_number = true;
  c->type = t->after->type_number;
  c->id = jl_pb_dup(run->a, (struct jl_bytes){t->after->id.bytes, sizeof t->after->id.bytes});
  if (c->id.data == NULL) return jl_no_memory(err);
  c->verb = verb_of(t);
  c->number = t->after->number;
  c->has_previous_revision = t->before != NULL;
  c->previous_revision = t->before == NULL ? 0 : t->before->revision;
  if (!jl_id_is_zero(&t->instead_of)) {
    c->has_instead_of = true;
    c->instead_of = jl_pb_dup(run->a, (struct jl_bytes){t->instead_of.bytes, sizeof t->instead_of.bytes});
    if (c->instead_of.data == NULL) return jl_no_memory(err);
  }
  c->n_fields = t->field_count;
  c->fields = list;
  for (size_t i = 0; i < t->field_count; i++) {
    list[i] = &fields[i];
    if (!add_field(run, body, body->message.n_changes, t, t->fields[i], &fields[i], err)) return false;
  }
  body->message.changes[body->message.n_changes++] = c;
  return true;
}

static bool pack_section(struct jl_run *run, struct jl_outcome *out, const uint32_t *sections, uint32_t section, struct jl_error *err) {
  struct body body = {.private_capacity = 0};
  Jalon__ChangeBody *m = &body.message;
  jalon__change_body__init(m);
  jalon__change_private__init(&body.private_values);
  m->changes = jl_arena_array(run->a, out->touched_count, sizeof *m->changes);
  if (m->changes == NULL) return jl_no_memory(err);
  for (size_t i = 0; i < out->touched_count; i++)
    if (sections[i] == section && !add_change(run, &body, &out->touched[i], err)) return false;
  if (m->n_changes == 0) return true;
  m->has_revision = m->has_section = m->has_author = m->has_time_us = m->has_replica = m->has_seq = m->has_group_id = true;
  m->revision = run->revision;
  m->section = section;
  m->author = jl_pb_dup(run->a, (struct jl_bytes){run->in->author.person.bytes, sizeof run->in->author.person.bytes});
  if (m->author.data == NULL) return jl_no_memory(err);
  m->time_us = run->in->time_us;
  m->replica = run->group->replica;
  m->seq = run->group->seq;
  m->group_id = run->group->group_id;
  m->has_undoes = run->group->undoes != 0;
  m->undoes = run->group->undoes;
  m->has_redoes = run->group->redoes != 0;
  m->redoes = run->group->redoes;
  m->has_import = run->group->has_import;
  m->import = run->group->import;
  m->import_name = run->group->import_name;
  m->has_import_part = run->group->has_import_part;
  m->import_part = run->group->import_part;
  m->has_erases = run->group->has_erases;
  m->erases = run->group->erases;
  struct jl_change *change = &out->changes[out->change_count];
  change->body = jl_pack(&m->base, run->a, SIZE_MAX);
  if (body.private_values.n_values > 0) change->private_values = jl_pack(&body.private_values.base, run->a, SIZE_MAX);
  if (change->body.data == NULL || (body.private_values.n_values > 0 && change->private_values.data == NULL)) return jl_no_memory(err);
  out->sections[out->change_count++] = section;
  return true;
}

/* A few bytes added to a set write the whole set twice, so a small group can make a revision that no message can carry. */
static bool check_size(const struct jl_outcome *out, struct jl_error *err) {
  size_t size = 0;
  for (size_t i = 0; i < out->change_count; i++) size += out->changes[i].body.size + out->changes[i].private_values.size;
  if (size <= JL_REVISION_BYTES) return true;
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a group of {1}, at most {2}"), JL_MSG("send it in several groups"),
                 jl_arg_bytes((int64_t)size), jl_arg_bytes(JL_REVISION_BYTES));
}

static bool write_log(struct jl_run *run, struct jl_outcome *out, struct jl_error *err) {
  uint32_t *sections = jl_arena_array(run->a, out->touched_count, sizeof *sections);
  out->changes = jl_arena_array(run->a, JL_SECTIONS, sizeof *out->changes);
  out->sections = jl_arena_array(run->a, JL_SECTIONS, sizeof *out->sections);
  if (sections == NULL || out->changes == NULL || out->sections == NULL) return jl_no_memory(err);
  for (size_t i = 0; i < out->touched_count; i++) {
    sections[i] = (uint32_t)jl_replica_section(run->space, out->touched[i].after);
    if (sections[i] == JL_SECTION_NONE || sections[i] >= JL_SECTIONS)
      return jl_fail(err, JL_E_INTERNAL, JL_MSG("{1} has no section"), NULL, jl_arg_record(out->touched[i].after));
  }
  for (uint32_t section = JL_SECTION_NONE + 1; section < JL_SECTIONS; section++)
    if (!pack_section(run, out, sections, section, err)) return false;
  out->takes_back = run->group->undoes != 0 ? run->group->undoes : run->group->redoes;
  if (run->group->import_name != NULL) {
    const char *name = run->group->import_name;
    out->import_name = jl_arena_dup(run->a, (struct jl_bytes){(const uint8_t *)name, strlen(name)});
    if (out->import_name.data == NULL) return jl_no_memory(err);
  }
  return check_size(out, err);
}

bool jl_outcome_build(struct jl_run *run, struct jl_outcome *out, struct jl_error *err) {
  struct jl_line_sums sums = {.lines = NULL}; /* every edit is applied, so a line comes to the same for each of its orders */
  bool ok = collect(run, out, err) && check_singleton(run, err);
  for (size_t i = 0; ok && i < out->touched_count; i++) ok = check_touched(run, &out->touched[i], &sums, err);
  ok = ok && check_together(run, out, err) && write_log(run, out, err);
  if (ok) return true;
  for (size_t i = 0; i < out->touched_count; i++) {
    jl_record_release(out->touched[i].before);
    jl_record_release(out->touched[i].after);
  }
  out->touched_count = 0;
  return false;
}

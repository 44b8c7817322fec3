/* One field of one record: what was seen, what is, what is wanted. */
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include <string.h>

bool jl_no_memory(struct jl_error *err) {
  return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), JL_MSG("send fewer edits at once"));
}

ProtobufCBinaryData jl_pb_dup(struct jl_arena *a, struct jl_bytes bytes) {
  uint8_t *copy = jl_arena_alloc(a, bytes.size);
  if (copy == NULL) return (ProtobufCBinaryData){0, NULL};
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  return (ProtobufCBinaryData){bytes.size, copy};
}

static const struct jl_field *title_of(const struct jl_record *r) { return r->type == NULL ? NULL : jl_title_field(r->type); }

static void tell(const struct jl_run *run, struct jl_id person, int64_t time_us, uint64_t revision, Jalon__Conflict *c) {
  c->revision = revision;
  c->has_time_us = true;
  c->time_us = time_us;
  c->has_author = true;
  c->author = jl_pb_dup(run->a, (struct jl_bytes){person.bytes, sizeof person.bytes});
  struct jl_arg name = jl_arg_holder(jl_names_for(run->in), &person);
  if (name.text[0] != '\0') c->author_name = jl_arena_strdup(run->a, name.text);
}

static void who(const struct jl_run *run, const struct jl_record *record, uint32_t field, Jalon__Conflict *c) {
  struct jl_id person;
  int64_t time_us;
  uint64_t revision;
  const struct jl_record *before = jl_run_before(run, record);
  if (before == NULL) before = record;
  c->has_revision = true;
  c->revision = before->revision;
  if (run->in->who_changed != NULL && run->in->who_changed(run->in->context, before, field, &person, &time_us, &revision))
    tell(run, person, time_us, revision, c);
}

static bool word_conflict(struct jl_run *run, enum jl_code code, const struct jl_record *current, uint32_t field,
                          const Jalon__Conflict *c) {
  struct jl_error *err = &run->first_conflict;
  struct jl_arg record = jl_arg_record(current), name = jl_arg_text(c->author_name);
  const struct jl_field *f = current->type == NULL ? NULL : jl_field_by_number(current->type, field);
  struct jl_arg label = f == NULL ? jl_arg_integer(field) : jl_arg_label(f->label);
  bool known = c->author_name != NULL;
  if (code == JL_E_FIELD_CONFLICT && known)
    jl_fail(err, code, JL_MSG("{1} of {2} was changed by {3} since you saw it"), JL_MSG("look at both values, then repeat the edit"), label,
            record, name);
  else if (code == JL_E_FIELD_CONFLICT)
    jl_fail(err, code, JL_MSG("{1} of {2} was changed since you saw it"), JL_MSG("look at both values, then repeat the edit"), label,
            record);
  else if (code == JL_E_RECORD_DELETED && known)
    jl_fail(err, code, JL_MSG("{1} was deleted by {2}"), JL_MSG("restore it, then repeat the edit"), record, name);
  else if (code == JL_E_RECORD_DELETED)
    jl_fail(err, code, JL_MSG("{1} was deleted"), JL_MSG("restore it, then repeat the edit"), record);
  else if (known)
    jl_fail(err, code, JL_MSG("{1} was changed by {2} since you saw it"), JL_MSG("look at the change, then delete it again"), record, name);
  else
    jl_fail(err, code, JL_MSG("{1} was changed since you saw it"), JL_MSG("look at the change, then delete it again"), record);
  return jl_error_at(err, current->type_number, &current->id, code == JL_E_RECORD_CHANGED ? 0 : field);
}

/* One of several things that were changed; the first one that is added also words the refusal. */
static bool is_change(const struct jl_record *current, const struct jl_unseen *unseen) {
  const struct jl_field *field = current->type == NULL ? NULL : jl_field_by_number(current->type, unseen->field);
  return (field == NULL || field->kind != JL_KIND_RANK) && !jl_bytes_equal(unseen->before, jl_record_slice(current->body, unseen->field));
}

bool jl_conflict_unseen(struct jl_run *run, const struct jl_record *current, const struct jl_record *before, uint64_t seen_revision,
                        bool *ret_any, struct jl_error *err) {
  const struct jl_bytes none = {NULL, 0};
  struct jl_unseen *unseen = NULL;
  size_t n = 0;
  const struct jl_evaluation *in = run->in;
  *ret_any = true;
  if (in->changed_since == NULL || !in->changed_since(in->context, before, seen_revision, run->a, &unseen, &n))
    return jl_conflict_add(run, JL_E_RECORD_CHANGED, current, 0, none, none, err);
  *ret_any = false;
  for (size_t i = 0; i < n; i++) {
    if (!is_change(before, &unseen[i])) continue;
    *ret_any = true;
    if (!jl_conflict_add(run, JL_E_RECORD_CHANGED, current, unseen[i].field, unseen[i].before, none, err)) return false;
  }
  return true;
}

bool jl_conflict_add(struct jl_run *run, enum jl_code code, const struct jl_record *current, uint32_t field, struct jl_bytes seen,
                     struct jl_bytes mine, struct jl_error *err) {
  if (run->conflict_count == JL_CONFLICTS_MAX) return true;
  if (run->conflicts == NULL) run->conflicts = jl_arena_array(run->a, JL_CONFLICTS_MAX, sizeof *run->conflicts);
  if (run->conflicts == NULL) return jl_no_memory(err);
  Jalon__Conflict *c = &run->conflicts[run->conflict_count];
  jalon__conflict__init(c);
  c->has_type = c->has_record = true;
  c->type = current->type_number;
  c->record = jl_pb_dup(run->a, (struct jl_bytes){current->id.bytes, sizeof current->id.bytes});
  c->has_number = current->number != 0;
  c->number = current->number;
  if (field != 0) {
    c->has_field = c->has_seen = c->has_theirs = c->has_mine = true;
    c->field = field;
    c->seen = jl_pb_dup(run->a, seen);
    c->theirs = jl_pb_dup(run->a, jl_record_slice(current->body, field));
    c->mine = jl_pb_dup(run->a, mine);
  }
  const struct jl_field *title = title_of(current);
  struct jl_bytes text = title == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(current->type, current->body, title->number);
  if (text.size > 0) c->title = jl_arena_strndup(run->a, (const char *)text.data, text.size);
  who(run, current, code == JL_E_RECORD_DELETED ? 0 : field, c);
  if (run->conflict_count == 0) word_conflict(run, code, current, field, c);
  run->conflict_count++;
  return true;
}

bool jl_run_by_another(const struct jl_run *run, const struct jl_record *record) {
  struct jl_id person;
  int64_t time_us;
  uint64_t revision;
  if (run->in->who_changed == NULL || !run->in->who_changed(run->in->context, record, 0, &person, &time_us, &revision)) return true;
  return !jl_id_equal(&person, &run->in->author.person);
}

/* Elements wanted beside what others did: a whole new value says what to add and remove by its difference to what was seen. */
static bool merge_set(struct jl_run *run, const struct jl_field *field, const struct jl_wish *wish, struct jl_bytes now,
                      struct jl_bytes *ret_next, struct jl_error *err) {
  const struct jl_bytes none = {NULL, 0};
  struct jl_bytes add, remove;
  if (wish->edit != NULL && (wish->edit->has_add || wish->edit->has_remove)) {
    add = JL_PB(wish->edit->add);
    remove = JL_PB(wish->edit->remove);
  } else {
    add = jl_set_apply(run->a, field, wish->next, none, wish->seen);
    remove = jl_set_apply(run->a, field, wish->seen, none, wish->next);
    if (add.data == NULL || remove.data == NULL) return jl_no_memory(err);
  }
  *ret_next = jl_set_apply(run->a, field, now, add, remove);
  return ret_next->data != NULL || jl_no_memory(err);
}

static bool merge_counter(struct jl_run *run, const struct jl_record *current, const struct jl_field *field, const Jalon__FieldEdit *edit,
                          struct jl_bytes body, struct jl_bytes *ret_next, struct jl_error *err) {
  struct jl_value value = {.number = jl_record_number(body, field, 0)};
  int64_t low = edit->has_minimum ? edit->minimum : INT64_MIN, high = edit->has_maximum ? edit->maximum : INT64_MAX;
  if (field->has_minimum && field->minimum > low) low = field->minimum;
  if (field->has_maximum && field->maximum < high) high = field->maximum;
  bool fits = !__builtin_add_overflow(value.number, edit->add_number, &value.number) && value.number >= low && value.number <= high;
  if (!fits) {
    struct jl_arg now = jl_arg_integer(jl_record_number(body, field, 0));
    jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("{1} of {2} is {3} and cannot change by {4} within its limits"),
            JL_MSG("look at its present value"), jl_arg_label(field->label), jl_arg_record(current), now, jl_arg_integer(edit->add_number));
    return jl_error_at(err, current->type_number, &current->id, field->number);
  }
  *ret_next = jl_value_encode(run->a, field, &value);
  return ret_next->data != NULL || jl_no_memory(err);
}

static struct jl_bytes text_of(struct jl_bytes slice, const struct jl_field *field) {
  struct jl_value value;
  return jl_record_get(slice, field, &value) ? value.text : (struct jl_bytes){NULL, 0};
}

/* Two people changed a long text: *ret_next is the merge of both when it is known. Otherwise it is wanted, or a conflict. */
static bool merge_text(struct jl_run *run, const struct jl_record *current, const struct jl_field *field, const struct jl_wish *wish,
                       struct jl_bytes now, struct jl_bytes *ret_next, struct jl_error *err) {
  const struct jl_evaluation *in = run->in;
  const struct jl_text_merge texts = {text_of(wish->seen, field), text_of(now, field), text_of(wish->next, field)};
  struct jl_value merged = {.text = {NULL, 0}};
  *ret_next = now;
  bool mergeable = texts.base.size > 0 && texts.theirs.size > 0 && texts.mine.size > 0 && texts.base.size <= JL_TEXT_MERGE_MAX &&
                   texts.theirs.size <= JL_TEXT_MERGE_MAX && texts.mine.size <= JL_TEXT_MERGE_MAX;
  enum jl_text_result result = mergeable && in->merge_text != NULL ? in->merge_text(in->context, &texts, &merged.text) : JL_TEXT_OVERLAPS;
  bool fits = merged.text.size <= field->max_bytes && (merged.text.size > 0 || !field->required);
  if (result == JL_TEXT_MERGED && fits) {
    run->merged = true;
    if (merged.text.size == 0)
      *ret_next = (struct jl_bytes){NULL, 0};
    else
      *ret_next = jl_value_encode(run->a, field, &merged);
    return merged.text.size == 0 || ret_next->data != NULL || jl_no_memory(err);
  }
  if (result != JL_TEXT_UNKNOWN) return jl_conflict_add(run, JL_E_FIELD_CONFLICT, current, field->number, wish->seen, wish->next, err);
  if (run->merges == NULL) run->merges = jl_arena_array(run->a, JL_TEXT_MERGES_MAX, sizeof *run->merges);
  if (run->merges == NULL) return jl_no_memory(err);
  if (run->merge_count == JL_TEXT_MERGES_MAX) return true;
  struct jl_bytes theirs = jl_arena_dup(run->a, texts.theirs); /* of a record that this group may have put: it goes with the evaluation */
  if (theirs.data == NULL) return jl_no_memory(err);
  run->merges[run->merge_count++] = (struct jl_text_merge){texts.base, theirs, texts.mine};
  return true;
}

static bool put_field(struct jl_run *run, const struct jl_field *field, struct jl_bytes next, struct jl_bytes *body, struct jl_error *err) {
  struct jl_bytes changed = jl_record_with(run->a, *body, field->number, next);
  if (changed.data == NULL) return jl_no_memory(err);
  *body = changed;
  return true;
}

bool jl_merge_field(struct jl_run *run, const struct jl_record *current, const struct jl_field *field, const struct jl_wish *wish,
                    struct jl_bytes *body, struct jl_error *err) {
  struct jl_bytes now = jl_record_slice(*body, field->number), next = wish->next;
  if (wish->edit != NULL && wish->edit->has_add_number) {
    if (!merge_counter(run, current, field, wish->edit, *body, &next, err)) return false;
    return put_field(run, field, next, body, err);
  }
  bool elements = wish->edit != NULL && (wish->edit->has_add || wish->edit->has_remove);
  bool seen_known = !elements || wish->edit->has_seen;
  if (field->merge == JL_MERGE_SET) {
    if (!merge_set(run, field, wish, now, &next, err)) return false;
    if (seen_known && !jl_bytes_equal(now, wish->seen)) run->merged = true;
    return put_field(run, field, next, body, err);
  }
  if (jl_bytes_equal(now, next)) {
    if (!jl_bytes_equal(now, wish->seen)) run->merged = true; /* somebody wanted the same */
    return true;
  }
  if (jl_mutant(JL_MUTANT_BLIND_WRITE)) return put_field(run, field, next, body, err);
  if (!jl_bytes_equal(now, wish->seen) && field->merge == JL_MERGE_TEXT) {
    if (!merge_text(run, current, field, wish, now, &next, err)) return false;
  } else if (!jl_bytes_equal(now, wish->seen)) {
    return jl_conflict_add(run, JL_E_FIELD_CONFLICT, current, field->number, wish->seen, next, err);
  }
  return put_field(run, field, next, body, err);
}

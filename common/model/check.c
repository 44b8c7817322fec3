/* The shape of a group, before anybody queues it: nothing here needs to know the space. */
#include "common/base/limits.h"
#include "common/model/evaluation.h"
#include <string.h>

static bool bad_shape(struct jl_error *err, const char *message) {
  return jl_fail(err, JL_E_INVALID, message, JL_MSG("the program that sent it is faulty or older"));
}

static bool is_id(ProtobufCBinaryData b) {
  struct jl_id id;
  return jl_id_from_bytes(JL_PB(b), &id) && !jl_id_is_zero(&id);
}

static bool unknown_field(const struct jl_record_type *type, uint32_t number, struct jl_error *err) {
  jl_fail(err, JL_E_UNKNOWN_FIELD, JL_MSG("{1} has no field number {2} here"),
          JL_MSG("the server is older than this program: leave the field out or update the server"), jl_arg_label(type->label),
          jl_arg_integer(number));
  return jl_error_at(err, type->number, NULL, number);
}

static bool check_elements(const struct jl_record_type *type, const struct jl_field *field, const Jalon__FieldEdit *edit,
                           struct jl_error *err) {
  if (field->merge != JL_MERGE_SET || edit->has_next)
    return bad_shape(err, JL_MSG("only a field with several values takes additions and removals"));
  return jl_slice_check(type, field->number, JL_PB(edit->add), err) && jl_slice_check(type, field->number, JL_PB(edit->remove), err);
}

/* after and before are ids, or empty for the first and the last place. */
static bool is_neighbour(protobuf_c_boolean has, ProtobufCBinaryData id) { return !has || id.len == 0 || is_id(id); }

static bool check_place(const struct jl_record_type *type, const struct jl_field *field, const Jalon__FieldEdit *edit,
                        struct jl_error *err) {
  bool placed = edit->has_after || edit->has_before;
  if (edit->has_add || edit->has_remove || edit->has_add_number || placed == edit->has_next)
    return bad_shape(err, JL_MSG("a place in a list is given by its neighbours, or by a key that it had"));
  if (!is_neighbour(edit->has_after, edit->after) || !is_neighbour(edit->has_before, edit->before))
    return bad_shape(err, JL_MSG("an edit names no record"));
  return edit->next.len == 0 || jl_slice_check(type, field->number, JL_PB(edit->next), err);
}

static bool check_field(const struct jl_record_type *type, const Jalon__FieldEdit *edit, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(type, edit->field);
  if (field == NULL) return unknown_field(type, edit->field, err);
  if (field->kind == JL_KIND_RANK) return check_place(type, field, edit, err);
  if (edit->has_after || edit->has_before) return bad_shape(err, JL_MSG("only a place in a list is given by neighbours"));
  if (edit->has_seen && !jl_slice_check(type, edit->field, JL_PB(edit->seen), err)) return false;
  if (edit->has_add_number) {
    if (field->merge != JL_MERGE_COUNTER || edit->has_next || edit->has_add || edit->has_remove)
      return bad_shape(err, JL_MSG("only a counter takes a number to add"));
    return true;
  }
  if (edit->has_add || edit->has_remove) return check_elements(type, field, edit, err);
  if (edit->next.len > 0) return jl_slice_check(type, edit->field, JL_PB(edit->next), err);
  if (!field->required) return true;
  jl_fail(err, JL_E_INVALID, JL_MSG("{1} is required and cannot be cleared"), NULL, jl_arg_label(field->label));
  return jl_error_at(err, type->number, NULL, field->number);
}

static bool check_update(const struct jl_record_type *type, const Jalon__Edit *edit, struct jl_error *err) {
  if (edit->n_fields == 0 || edit->n_fields > type->field_count) return bad_shape(err, JL_MSG("an update names no field, or one twice"));
  uint32_t last = 0;
  for (size_t i = 0; i < edit->n_fields; i++) {
    if (edit->fields[i]->field <= last) return bad_shape(err, JL_MSG("the fields of an update must ascend by number"));
    last = edit->fields[i]->field;
    if (!check_field(type, edit->fields[i], err)) return false;
  }
  return true;
}

static bool check_create(const struct jl_record_type *type, const Jalon__Edit *edit, struct jl_error *err) {
  uint32_t numbers[256];
  struct jl_bytes record = JL_PB(edit->record);
  if (edit->n_fields != 0) return bad_shape(err, JL_MSG("a new record is given whole, without field edits"));
  if (!jl_record_check(type, record, err)) return false;
  size_t n = jl_record_diff((struct jl_bytes){NULL, 0}, record, numbers, JL_COUNT(numbers));
  for (size_t i = 0; i < n; i++)
    if (jl_field_by_number(type, numbers[i]) == NULL) return unknown_field(type, numbers[i], err);
  return true;
}

static bool check_edit(const Jalon__Edit *edit, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(edit->type);
  if (type == NULL)
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("there is no record type number {1} here"),
                   JL_MSG("the server is older than this program: update the server"), jl_arg_integer(edit->type));
  if (!is_id(edit->id)) return bad_shape(err, JL_MSG("an edit names no record"));
  switch (edit->verb) {
  case JALON__VERB__CREATE:
    return check_create(type, edit, err);
  case JALON__VERB__UPDATE:
    return check_update(type, edit, err);
  case JALON__VERB__DELETE:
    if (edit->n_fields != 0 || edit->seen_revision == 0)
      return bad_shape(err, JL_MSG("a delete must say which revision its author saw, and nothing else"));
    return true;
  case JALON__VERB__RESTORE:
    if (edit->n_fields != 0) return bad_shape(err, JL_MSG("a restore takes no fields"));
    return true;
  default:
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("an edit has verb number {1}, which is not known here"),
                   JL_MSG("the server is older than this program: update the server"), jl_arg_integer((int64_t)edit->verb));
  }
}

static bool at_record(const Jalon__Edit *edit, struct jl_error *err) {
  struct jl_id id;
  if (err == NULL || !jl_id_from_bytes(JL_PB(edit->id), &id)) return false;
  return jl_error_at(err, edit->type, &id, err->field);
}

bool jl_group_check(const Jalon__Group *group, struct jl_error *err) {
  if (!is_id(group->replica) || !is_id(group->space) || !is_id(group->group_id))
    return bad_shape(err, JL_MSG("a group must name its replica, its space and itself"));
  if (group->seq == 0 || group->seq > INT64_MAX) return bad_shape(err, JL_MSG("a group must have a sequence number from 1"));
  if (group->depends_on >= group->seq && group->depends_on != 0) return bad_shape(err, JL_MSG("a group can only depend on an earlier one"));
  bool named = group->import_name != NULL && group->import_name[0] != '\0' && strlen(group->import_name) <= JL_IMPORT_NAME_MAX;
  if (group->has_import && (!is_id(group->import) || !named)) return bad_shape(err, JL_MSG("an import must have an id and a short name"));
  if (group->import_name != NULL && !group->has_import) return bad_shape(err, JL_MSG("an import must have an id and a short name"));
  if (group->has_erases && (!is_id(group->erases) || group->n_edits != 0 || group->n_guards != 0))
    return bad_shape(err, JL_MSG("a group that erases names a person, and does nothing else"));
  if (group->n_edits == 0 && !group->has_erases) return bad_shape(err, JL_MSG("a group without edits does nothing"));
  if (group->n_edits > JL_GROUP_MAX_EDITS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} edits at once, at most {2}"), JL_MSG("send them in several groups"),
                   jl_arg_integer((int64_t)group->n_edits), jl_arg_integer(JL_GROUP_MAX_EDITS));
  size_t size = protobuf_c_message_get_packed_size(&group->base);
  if (size > JL_GROUP_MAX_BYTES)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a group of {1}, at most {2}"), JL_MSG("send it in several groups"),
                   jl_arg_bytes((int64_t)size), jl_arg_bytes(JL_GROUP_MAX_BYTES));
  if (group->n_guards > JL_GROUP_MAX_EDITS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} guards, at most {2}"), NULL, jl_arg_integer((int64_t)group->n_guards),
                   jl_arg_integer(JL_GROUP_MAX_EDITS));
  for (size_t i = 0; i < group->n_guards; i++)
    if (!is_id(group->guards[i]->record) || group->guards[i]->field == 0)
      return bad_shape(err, JL_MSG("a guard must name a record and a field"));
  for (size_t i = 0; i < group->n_edits; i++)
    if (!check_edit(group->edits[i], err)) return at_record(group->edits[i], err);
  return true;
}

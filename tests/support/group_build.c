#include "tests/support/group_build.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <string.h>

#define BUILD_FIELDS 8 /* of one update */

static void *room(struct building *b, size_t size) {
  void *p = jl_arena_alloc(b->arena, size);
  JL_ASSERT(p);
  return p;
}

static ProtobufCBinaryData copy(const struct building *b, struct jl_bytes bytes) {
  struct jl_bytes own = bytes.size ? jl_arena_dup(b->arena, bytes) : bytes;
  return jl_to_pb(own);
}

static ProtobufCBinaryData copy_id(const struct building *b, const struct jl_id *id) { return copy(b, (struct jl_bytes){id->bytes, 16}); }

static Jalon__Edit *add_edit(struct building *b, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  Jalon__Edit *edit = room(b, sizeof *edit);
  JL_ASSERT(b->count < BUILD_EDITS);
  jalon__edit__init(edit);
  edit->has_verb = edit->has_type = edit->has_id = true;
  edit->verb = verb;
  edit->type = type;
  edit->id = copy_id(b, id);
  b->edits[b->count++] = edit;
  return edit;
}

void build_create(struct building *b, uint32_t type, const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit *edit = add_edit(b, JALON__VERB__CREATE, type, id);
  edit->has_record = true;
  edit->record = copy(b, record);
}

Jalon__Edit *build_update(struct building *b, uint32_t type, const struct jl_id *id) { return add_edit(b, JALON__VERB__UPDATE, type, id); }

static Jalon__FieldEdit *add_field(struct building *b, Jalon__Edit *edit, uint32_t number) {
  Jalon__FieldEdit *field = room(b, sizeof *field), **fields = room(b, BUILD_FIELDS * sizeof *fields);
  jalon__field_edit__init(field);
  field->has_field = true;
  field->field = number;
  JL_ASSERT(edit->n_fields < BUILD_FIELDS);
  if (edit->n_fields) memcpy(fields, edit->fields, edit->n_fields * sizeof *fields);
  edit->fields = fields;
  edit->fields[edit->n_fields++] = field;
  return field;
}

void build_next(struct building *b, Jalon__Edit *edit, uint32_t number, struct jl_bytes seen, struct jl_bytes next) {
  Jalon__FieldEdit *field = add_field(b, edit, number);
  field->has_seen = field->has_next = true;
  field->seen = copy(b, seen);
  field->next = copy(b, next);
}

void build_add(struct building *b, Jalon__Edit *edit, uint32_t number, struct jl_bytes slice) {
  Jalon__FieldEdit *field = add_field(b, edit, number);
  field->has_add = true;
  field->add = copy(b, slice);
}

void build_remove(struct building *b, Jalon__Edit *edit, uint32_t number, struct jl_bytes slice) {
  Jalon__FieldEdit *field = add_field(b, edit, number);
  field->has_remove = true;
  field->remove = copy(b, slice);
}

void build_count(struct building *b, Jalon__Edit *edit, uint32_t number, int64_t add, int64_t minimum, int64_t maximum) {
  Jalon__FieldEdit *field = add_field(b, edit, number);
  field->has_add_number = field->has_minimum = field->has_maximum = true;
  field->add_number = add;
  field->minimum = minimum;
  field->maximum = maximum;
}

void build_place(struct building *b, Jalon__Edit *edit, uint32_t number, const struct jl_id *after, const struct jl_id *before) {
  Jalon__FieldEdit *field = add_field(b, edit, number);
  field->has_after = after != NULL;
  field->has_before = before != NULL;
  if (after) field->after = copy_id(b, after);
  if (before) field->before = copy_id(b, before);
}

void build_delete(struct building *b, const struct jl_record *record, bool with_children) {
  Jalon__Edit *edit = add_edit(b, JALON__VERB__DELETE, record->type_number, &record->id);
  edit->has_seen_revision = edit->has_with_children = true;
  edit->seen_revision = record->revision;
  edit->with_children = with_children;
}

void build_restore(struct building *b, const struct jl_record *record) { add_edit(b, JALON__VERB__RESTORE, record->type_number, &record->id); }

void build_guard(struct building *b, const struct jl_record *record, uint32_t field) {
  Jalon__Guard *guard = room(b, sizeof *guard);
  JL_ASSERT(b->guard_count < BUILD_EDITS);
  jalon__guard__init(guard);
  guard->has_record = guard->has_field = guard->has_expected = true;
  guard->record = copy_id(b, &record->id);
  guard->field = field;
  guard->expected = copy(b, jl_record_slice(record->body, field));
  b->guards[b->guard_count++] = guard;
}

struct jl_bytes build_pack(const struct building *b, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq) {
  Jalon__Group group = JALON__GROUP__INIT;
  struct jl_id group_id = r ? random_id(r) : jl_id_random();
  Jalon__Edit *edits[BUILD_EDITS];
  Jalon__Guard *guards[BUILD_EDITS];
  memcpy(edits, b->edits, sizeof edits);
  memcpy(guards, b->guards, sizeof guards);
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = copy_id(b, replica);
  group.space = copy_id(b, space);
  group.seq = seq;
  group.group_id = copy_id(b, &group_id);
  group.model_version = jl_model_version;
  group.has_depends_on = b->depends_on != 0;
  group.depends_on = b->depends_on;
  group.has_undoes = b->undoes != 0;
  group.undoes = b->undoes;
  if (!jl_id_is_zero(&b->import)) {
    static char name[] = BUILD_IMPORT;
    group.has_import = group.has_import_part = true;
    group.import = copy_id(b, &b->import);
    group.import_name = name;
    group.import_part = 1;
  }
  group.edits = edits;
  group.n_edits = b->count;
  group.guards = guards;
  group.n_guards = b->guard_count;
  struct jl_bytes packed = jl_pack(&group.base, b->arena, JL_GROUP_MAX_BYTES);
  JL_ASSERT(packed.data);
  return packed;
}

static const struct jl_field *field_of(uint32_t type, uint32_t field) { return jl_field_by_number(jl_record_type_by_number(type), field); }

struct jl_bytes slice_number(struct jl_arena *a, uint32_t type, uint32_t field, int64_t n) {
  struct jl_value value = {.number = n};
  return jl_value_encode(a, field_of(type, field), &value);
}

struct jl_bytes slice_text(struct jl_arena *a, uint32_t type, uint32_t field, const char *text) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  return jl_value_encode(a, field_of(type, field), &value);
}

struct jl_bytes slice_id(struct jl_arena *a, uint32_t type, uint32_t field, const struct jl_id *id) {
  struct jl_value value = {.id = *id};
  return jl_value_encode(a, field_of(type, field), &value);
}

void with_number(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, int64_t n) {
  *record = jl_record_with(a, *record, field, slice_number(a, type, field, n));
}
void with_text(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, const char *text) {
  *record = jl_record_with(a, *record, field, slice_text(a, type, field, text));
}
void with_id(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, const struct jl_id *id) {
  *record = jl_record_with(a, *record, field, slice_id(a, type, field, id));
}

/* All records of one type: reference, title, every field that any of them has. */
#include "common/model/actions/filter.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static int by_number(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  return jl_id_compare(&a->id, &b->id);
}

static bool listed(const struct jl_view_input *in, const struct jl_record *record, const struct jl_record_type *type) {
  return record->type == type && record->deleted_revision != 0 && jl_view_readable(in, record);
}

/* Tombstones of the type. The replica lists them by id only, so they are counted first. */
static const struct jl_record **deleted_ones(const struct jl_view_input *in, struct jl_builder *b, const struct jl_replica *from,
                                             const struct jl_record_type *type, size_t *ret_n) {
  size_t n = 0, kept = 0;
  *ret_n = 0;
  for (const struct jl_record *r = jl_replica_next(from, NULL); r != NULL; r = jl_replica_next(from, &r->id)) n += listed(in, r, type);
  const struct jl_record **records = jl_view_alloc(b, n, sizeof *records);
  if (records == NULL) return NULL;
  for (const struct jl_record *r = jl_replica_next(from, NULL); r != NULL && kept < n; r = jl_replica_next(from, &r->id))
    if (listed(in, r, type)) records[kept++] = r;
  if (kept > 0) qsort(records, kept, sizeof *records, by_number);
  *ret_n = kept;
  return records;
}

static bool used(const struct jl_record **records, size_t n, const struct jl_field *field) {
  if (field->kind == JL_KIND_RANK) return false; /* it shows as the order of the rows */
  if (field->required) return true;
  for (size_t i = 0; i < n; i++)
    if (jl_record_has(records[i]->body, field->number)) return true;
  return false;
}

/* What a record of money is about is its first amount; others go last. */
static int priority_of(const struct jl_record_type *type, const struct jl_field *field, size_t index) {
  const struct jl_field *amount = type->fields;
  while (amount < type->fields + type->field_count && amount->kind != JL_KIND_MONEY) amount++;
  if (field->title || field == amount) return 0;
  if (field->kind == JL_KIND_LONG_TEXT) return 9;
  if (field->required || field->kind == JL_KIND_MONEY) return 1;
  return index < 4 ? 2 + (int)index : JL_COLUMN_SPARE;
}

static void reference_cell(struct jl_builder *b, const struct jl_record *record) {
  char text[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, text);
  jl_cell(b, jl_arg_text(text));
}

static void table(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record_type *type, const struct jl_record **records,
                  size_t n) {
  const struct jl_field **fields = jl_view_alloc(b, type->field_count, sizeof *fields);
  const struct jl_field *title = jl_title_field(type);
  size_t count = 0;
  if (fields == NULL) return;
  if (title != NULL) fields[count++] = title;
  for (size_t i = 0; i < type->field_count; i++)
    if (&type->fields[i] != title && used(records, n, &type->fields[i])) fields[count++] = &type->fields[i];
  jl_block_begin(b, JL_BLOCK_TABLE, type->name, NULL);
  jl_column(b, "reference", JL_MSG("reference"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < count; i++)
    jl_column(b, fields[i]->name, fields[i]->label, jl_view_argument_kind(fields[i]), priority_of(type, fields[i], i));
  for (size_t r = 0; r < n && jl_builder_ok(b); r++) {
    jl_row_begin(b, records[r], 0, records[r]->deleted_revision != 0 ? JL_ROW_MUTED : JL_ROW_NORMAL);
    reference_cell(b, records[r]);
    for (size_t i = 0; i < count; i++) jl_cell_field(b, in->space, in->organisation, records[r], fields[i]);
  }
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("none"), NULL, 0);
}

static bool yes(const char *value) {
  return value != NULL && (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0 || value[0] == '\0');
}

/* Of actions those that the filters leave, in the order that is asked for. */
static bool narrow(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record_type *type, const struct jl_record **records,
                   size_t *io_n, struct jl_error *err) {
  static const char *const names[] = {JL_ACTION_FILTERS, "sort"};
  struct jl_action_filter filter;
  if (type->number != JL_TYPE_ACTION) {
    for (size_t i = 0; i < JL_COUNT(names); i++)
      if (jl_view_value(in, names[i]) != NULL)
        return jl_fail(err, JL_E_INVALID, JL_MSG("--{1} is for lists of actions"), NULL, jl_arg_text(names[i]));
    return true;
  }
  if (!jl_action_filter_read(in, b, &filter, err)) return false;
  *io_n = jl_action_filter_apply(&filter, records, *io_n);
  return jl_action_sort(in, b, records, *io_n, err);
}

bool jl_list_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  const char *name = jl_view_value(in, "type");
  const char *deleted = jl_view_value(in, "deleted");
  if (name == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("which records to list is missing"), JL_MSG("give a type, such as action"));
  const struct jl_record_type *type = jl_record_type_by_name(name);
  if (type == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("there is no record type {1}"), JL_MSG("give a type, such as action or budget-line"),
                   jl_arg_text(name));
  if (deleted != NULL && !yes(deleted) && strcmp(deleted, "no") != 0 && strcmp(deleted, "false") != 0 && strcmp(deleted, "0") != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("deleted is yes or no, not {1}"), NULL, jl_arg_text(deleted));
  bool here = in->space != NULL && jl_replica_kind(in->space) == type->space;
  const struct jl_replica *from = type->space == JL_SPACE_ORGANISATION ? in->organisation : here ? in->space : NULL;
  if (from == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("no plan is chosen"), JL_MSG("choose one with jalon plan use"));
  if (type->section != JL_SECTION_DIRECTORY && type->section != JL_SECTION_OF_TARGET && type->section != JL_SECTION_BY_FIELD &&
      !jl_view_sees(in, type->section))
    return jl_fail(err, JL_E_DENIED, JL_MSG("you may not read {1}"), JL_MSG("an administrator can give your team access to this section"),
                   jl_arg_label(type->plural));
  size_t n = 0;
  const struct jl_record **records;
  if (yes(deleted))
    records = deleted_ones(in, b, from, type, &n);
  else if (from == in->organisation)
    records = jl_view_directory(in, b, type->number, &n);
  else
    records = jl_view_all(in, b, type->number, &n);
  if (!narrow(in, b, type, records, &n, err)) return false;
  const struct jl_arg plural = jl_arg_label(type->plural);
  jl_builder_title(b, yes(deleted) ? JL_MSG("deleted {1}") : "{1}", &plural, 1);
  table(in, b, type, records, n);
  return true;
}

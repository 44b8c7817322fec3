#include "common/model/view_support.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/budget/amounts.h"
#include "common/model/evaluate.h"
#include "common/model/governance/approval_cells.h"
#include "common/model/rank.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define TYPES_MAX 128

bool jl_view_sees(const struct jl_view_input *in, enum jl_section section) {
  return section > JL_SECTION_NONE && section < JL_SECTIONS && ((in->sections >> section) & 1u) != 0;
}

static bool section_readable(const struct jl_view_input *in, const struct jl_record *record) {
  if (record->type == NULL) return false;
  if (record->type->section == JL_SECTION_DIRECTORY) return true;
  return in->space != NULL && jl_view_sees(in, jl_replica_section(in->space, record));
}

bool jl_view_readable(const struct jl_view_input *in, const struct jl_record *record) {
  if (!section_readable(in, record)) return false;
  const struct jl_field *up = jl_parent_field(record->type);
  struct jl_id id;
  if (up == NULL || in->space == NULL || !jl_record_id(record->type, record->body, up->number, &id)) return true;
  const struct jl_record *owner = jl_replica_record(in->space, &id);
  return owner == NULL || section_readable(in, owner);
}

static const struct jl_record **readable_only(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **records,
                                              size_t n, size_t *ret_n) {
  *ret_n = 0;
  if (n == SIZE_MAX) jl_builder_fail(b, JL_E_NO_MEMORY);
  if (n == SIZE_MAX || records == NULL) return NULL;
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (jl_view_readable(in, records[i])) records[kept++] = records[i];
  *ret_n = kept;
  if (kept > 0 && !jl_rank_sort(records, kept, jl_builder_arena(b))) jl_builder_fail(b, JL_E_NO_MEMORY);
  return records;
}

const struct jl_record **jl_view_all(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, size_t *ret_n) {
  size_t n = 0;
  *ret_n = 0;
  if (in->space == NULL || !jl_builder_ok(b)) return NULL;
  const struct jl_record **records = jl_replica_all(in->space, type, jl_builder_arena(b), &n);
  return readable_only(in, b, records, n, ret_n);
}

const struct jl_record **jl_view_referring(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target, uint32_t type,
                                           uint32_t field, size_t *ret_n) {
  size_t n = 0;
  *ret_n = 0;
  if (in->space == NULL || !jl_builder_ok(b)) return NULL;
  const struct jl_record **records = jl_replica_referring(in->space, target, type, field, jl_builder_arena(b), &n);
  return readable_only(in, b, records, n, ret_n);
}

const struct jl_record **jl_view_directory(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, size_t *ret_n) {
  size_t n = 0;
  *ret_n = 0;
  if (in->organisation == NULL || !jl_builder_ok(b)) return NULL;
  const struct jl_record **records = jl_replica_all(in->organisation, type, jl_builder_arena(b), &n);
  return readable_only(in, b, records, n, ret_n);
}

const struct jl_record *jl_view_linked(const struct jl_view_input *in, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  if (in->space == NULL || record == NULL || !jl_record_id(record->type, record->body, field, &id)) return NULL;
  const struct jl_record *found = jl_replica_live(in->space, &id);
  return found != NULL && jl_view_readable(in, found) ? found : NULL;
}

static int by_number_alone(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  return a->number < b->number ? -1 : a->number > b->number;
}

const struct jl_record **jl_view_links(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, uint32_t field,
                                       uint32_t type, size_t *ret_n) {
  const struct jl_field *named = jl_field_by_number(record->type, field);
  struct jl_iterator it = jl_record_each(record->body, named), again = it;
  struct jl_value value;
  size_t most = 0, n = 0;
  *ret_n = 0;
  while (jl_iterator_next(&it, &value)) most++;
  const struct jl_record **records = jl_view_alloc(b, most, sizeof(const struct jl_record *));
  while (records != NULL && jl_iterator_next(&again, &value)) {
    const struct jl_record *found = jl_replica_live(in->space, &value.id);
    if (found != NULL && found->type_number == type) records[n++] = found;
  }
  if (n > 0) qsort(records, n, sizeof *records, by_number_alone);
  return readable_only(in, b, records, n, ret_n);
}

const struct jl_record *jl_view_plan(const struct jl_view_input *in) {
  const struct jl_record *plan = in->space == NULL ? NULL : jl_plan_record(in->space);
  return plan != NULL && jl_view_readable(in, plan) ? plan : NULL;
}

void *jl_view_alloc(struct jl_builder *b, size_t count, size_t item_size) {
  if (!jl_builder_ok(b)) return NULL;
  void *made = jl_arena_array(jl_builder_arena(b), count == 0 ? 1 : count, item_size);
  if (made == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return made;
}

int64_t jl_view_int(const struct jl_record *record, uint32_t field, int64_t otherwise) {
  return jl_record_int(record->type, record->body, field, otherwise);
}

struct jl_bytes jl_view_title(const struct jl_record *record) {
  const struct jl_field *field = record->type == NULL ? NULL : jl_title_field(record->type);
  return field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(record->type, record->body, field->number);
}

const char *jl_view_text(struct jl_builder *b, struct jl_bytes text) {
  if (!jl_builder_ok(b) || text.size == 0) return "";
  char *copy = jl_arena_strndup(jl_builder_arena(b), (const char *)text.data, text.size);
  if (copy == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return copy == NULL ? "" : copy;
}

const char *jl_view_folded(struct jl_builder *b, const char *text) {
  const char *folded = jl_builder_ok(b) ? jl_text_fold(jl_builder_arena(b), text) : "";
  if (folded == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return folded == NULL ? "" : folded;
}

const char *jl_view_holder_name(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *holder) {
  const struct jl_record *record = in->organisation == NULL ? NULL : jl_replica_record(in->organisation, holder);
  if (record != NULL) return jl_record_caption(b, NULL, record);
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(holder, text);
  text[8] = '\0';
  return jl_view_text(b, (struct jl_bytes){(const uint8_t *)text, 8});
}

static const char *add_holder(const struct jl_view_input *in, struct jl_builder *b, const char *names, const struct jl_record *raci,
                              const char *letter /* "": not said */) {
  struct jl_id holder;
  if (!jl_builder_ok(b) || !jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder)) return names;
  const char *name = jl_view_holder_name(in, b, &holder);
  bool says = letter[0] != '\0';
  const char *joined =
      jl_arena_printf(jl_builder_arena(b), "%s%s%s%s%s%s", names, names[0] == '\0' ? "" : ", ", name, says ? " (" : "", letter, says ? ")" : "");
  if (joined == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return joined == NULL ? "" : joined;
}

const char *jl_view_holders(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target) {
  static const struct {
    int64_t letter;
    const char *text;
  } shown[] = {{JL_RACI_R, "R"}, {JL_RACI_A, "A"}};
  size_t n = 0;
  const struct jl_record **assignments = jl_view_referring(in, b, target, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  const char *names = "";
  for (size_t s = 0; s < JL_COUNT(shown); s++)
    for (size_t i = 0; i < n; i++)
      if (jl_view_int(assignments[i], JL_RACI_LETTER, 0) == shown[s].letter)
        names = add_holder(in, b, names, assignments[i], shown[s].text);
  return names;
}

const char *jl_view_responsible(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target) {
  size_t n = 0;
  const struct jl_record **assignments = jl_view_referring(in, b, target, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  const char *names = "";
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(assignments[i], JL_RACI_LETTER, 0) == JL_RACI_R) names = add_holder(in, b, names, assignments[i], "");
  return names;
}

bool jl_action_open(const struct jl_record *action) {
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  return status != JL_DONE && status != JL_DROPPED;
}

bool jl_action_late(const struct jl_record *action, int32_t today) {
  return jl_action_open(action) && jl_view_int(action, JL_ACTION_DUE, INT32_MAX) < today;
}

void jl_cell_by_number(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field) {
  const struct jl_field *described = jl_field_by_number(record->type, field);
  if (described == NULL)
    jl_cell_empty(b);
  else
    jl_cell_field(b, in->space, in->organisation, record, described);
}

/* What holds an action up before it starts is said in place of "to do"; files keep the status. */
static bool cell_approval(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action) {
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  const struct jl_field *field = jl_field_by_number(action->type, JL_ACTION_STATUS);
  const char *text, *label = status == JL_TO_DO || status == JL_READY ? jl_action_approval(in, b, action, &text) : NULL;
  const struct jl_enum_value *value = jl_enum_by_number(field->enumeration, (int32_t)status);
  if (label == NULL || value == NULL || strcmp(text, "approved") == 0) return false;
  jl_cell_label(b, label, value->text);
  jl_cell_tone(b, JL_TONE_WARN);
  return true;
}

/* Under way, and not as it was approved: both are said. */
static bool cell_reopened(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action) {
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  const char *text = "", *label = status == JL_IN_PROGRESS || status == JL_BLOCKED ? jl_action_approval(in, b, action, &text) : NULL;
  const struct jl_enum_value *value =
      jl_enum_by_number(jl_field_by_number(action->type, JL_ACTION_STATUS)->enumeration, (int32_t)status);
  if (label == NULL || value == NULL || strcmp(text, "reopened") != 0) return false;
  const char *both = jl_arena_printf(jl_builder_arena(b), "%s\n%s", value->label, label);
  if (both == NULL)
    jl_builder_fail(b, JL_E_NO_MEMORY);
  else
    jl_cell_label(b, both, value->text);
  jl_cell_tone(b, JL_TONE_WARN);
  return true;
}

void jl_cell_action_status(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action) {
  if (cell_approval(b, in, action) || cell_reopened(b, in, action)) return;
  jl_cell_by_number(b, in, action, JL_ACTION_STATUS);
  switch (jl_view_int(action, JL_ACTION_STATUS, 0)) {
  case JL_DONE:
    jl_cell_tone(b, JL_TONE_GOOD);
    break;
  case JL_BLOCKED:
    jl_cell_tone(b, JL_TONE_BAD);
    break;
  case JL_DROPPED:
    jl_cell_tone(b, JL_TONE_MUTED);
    break;
  default:
    break;
  }
}

void jl_cell_action_due(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action) {
  jl_cell_by_number(b, in, action, JL_ACTION_DUE);
  if (jl_action_late(action, in->today)) jl_cell_tone(b, JL_TONE_BAD);
}

void jl_cell_title(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record) {
  jl_cell_record(b, in->space, record);
}

void jl_cell_empty(struct jl_builder *b) { jl_cell(b, (struct jl_arg){.kind = JL_ARG_NONE}); }

void jl_cell_month(struct jl_builder *b, int32_t day) {
  char iso[11];
  struct jl_date date = jl_date_from_day(day);
  jl_day_format_iso(day, iso);
  iso[7] = '\0';
  const struct jl_arg args[] = {jl_arg_label(jl_month_name(date.month)), jl_arg_textn(iso, 4)};
  jl_cell_words(b, "{1} {2}", args, 2);
  jl_cell_alternative(b, iso);
}

void jl_cells_empty(struct jl_builder *b, int n) {
  for (int i = 0; i < n; i++) jl_cell_empty(b);
}

struct jl_seen {
  size_t capacity, count;
  struct jl_id ids[];
};

struct jl_seen *jl_seen_new(struct jl_builder *b, size_t most) {
  size_t capacity = 16;
  while (capacity < 2 * most && capacity < SIZE_MAX / (4 * sizeof(struct jl_id))) capacity *= 2;
  struct jl_seen *seen = jl_view_alloc(b, sizeof *seen + capacity * sizeof(struct jl_id), 1);
  if (seen != NULL) seen->capacity = capacity;
  return seen;
}

/* Slot of the id, or the empty one where it would stand: the table is never more than half full. */
static size_t slot(const struct jl_seen *seen, const struct jl_id *id) {
  size_t at = (size_t)jl_id_hash(id) & (seen->capacity - 1);
  while (!jl_id_is_zero(&seen->ids[at]) && !jl_id_equal(&seen->ids[at], id)) at = (at + 1) & (seen->capacity - 1);
  return at;
}

bool jl_seen_has(const struct jl_seen *seen, const struct jl_id *id) {
  return seen != NULL && !jl_id_is_zero(id) && jl_id_equal(&seen->ids[slot(seen, id)], id);
}

bool jl_seen_add(struct jl_seen *seen, const struct jl_id *id) {
  if (seen == NULL || jl_id_is_zero(id) || 2 * seen->count >= seen->capacity) return false;
  size_t at = slot(seen, id);
  if (jl_id_equal(&seen->ids[at], id)) return false;
  seen->ids[at] = *id;
  seen->count++;
  return true;
}

static bool wanted(const uint32_t *types, size_t type_count, uint32_t type) {
  for (size_t i = 0; i < type_count; i++)
    if (types[i] == type) return true;
  return type_count == 0;
}

/* "CM3", or a whole id: types whose section is that of their target are found by these only, since a search by title would answer with
 * words of targets that the reader may not see. */
static const struct jl_record *by_number(const struct jl_view_input *in, const char *text, const uint32_t *types, size_t type_count) {
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_id id;
  if (jl_id_parse(text, &id)) {
    const struct jl_record *named = jl_replica_record(in->space, &id);
    return named != NULL && wanted(types, type_count, named->type_number) && jl_view_readable(in, named) ? named : NULL;
  }
  if (!jl_reference_parse(text, &type, &number) || !wanted(types, type_count, type->number)) return NULL;
  const struct jl_record *record = jl_replica_numbered(in->space, type->number, number);
  return record != NULL && jl_view_readable(in, record) ? record : NULL;
}

static size_t searchable(const struct jl_view_input *in, enum jl_space_kind kind, const uint32_t *types, size_t type_count,
                         uint32_t ret_types[TYPES_MAX]) {
  size_t n = 0;
  for (size_t i = 0; i < jl_record_type_count && n < TYPES_MAX; i++) {
    const struct jl_record_type *type = jl_record_types[i];
    bool seen = type->section == JL_SECTION_DIRECTORY || jl_view_sees(in, type->section);
    if (type->space == kind && seen && wanted(types, type_count, type->number)) ret_types[n++] = type->number;
  }
  return n;
}

bool jl_view_named(const struct jl_view_input *in, struct jl_builder *b, const uint32_t *types, size_t type_count,
                   const struct jl_record **ret_record, struct jl_error *err) {
  const char *text = jl_view_value(in, "record");
  *ret_record = NULL;
  if (text == NULL || text[0] == '\0') return true;
  uint32_t allowed[TYPES_MAX];
  struct jl_error first = {.code = JL_E_OK};
  const struct jl_record *found = in->space == NULL ? NULL : by_number(in, text, types, type_count);
  size_t n = in->space == NULL ? 0 : searchable(in, jl_replica_kind(in->space), types, type_count, allowed);
  if (found == NULL && n > 0 && !jl_resolve(in->space, text, allowed, n, true, jl_builder_arena(b), &found, &first)) found = NULL;
  if (found != NULL && !jl_view_readable(in, found)) found = NULL; /* belongs to a record of another section */
  struct jl_error second = {.code = JL_E_OK};
  n = in->organisation == NULL || in->organisation == in->space || first.code == JL_E_AMBIGUOUS
          ? 0
          : searchable(in, JL_SPACE_ORGANISATION, types, type_count, allowed);
  if (found == NULL && n > 0 && !jl_resolve(in->organisation, text, allowed, n, true, jl_builder_arena(b), &found, &second)) found = NULL;
  if (found != NULL) {
    *ret_record = found;
    return true;
  }
  if (first.code != JL_E_OK || second.code != JL_E_OK) {
    if (err != NULL) *err = first.code != JL_E_OK ? first : second;
    return false;
  }
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no record {1} here"), JL_MSG("give a reference such as A12, an id or a title"),
                 jl_arg_text(text));
}

#include "common/model/actions/filter.h"
#include "common/model/evaluate.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define HOLDERS_MAX 1024

/* ---- reading ---- */
typedef bool read_value(struct jl_action_filter *f, const char *value, struct jl_error *err);

static bool full(struct jl_error *err, const char *name) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("--{1} takes at most {2} values"), NULL, jl_arg_text(name), jl_arg_integer(JL_FILTER_VALUES));
}

static bool find(const struct jl_action_filter *f, const struct jl_replica *where, const char *text, const uint32_t *types, size_t n,
                 const struct jl_record **ret, struct jl_error *err) {
  if (where == NULL) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no record {1} here"), NULL, jl_arg_text(text));
  return jl_resolve(where, text, types, n, false, jl_builder_arena(f->b), ret, err);
}

static bool read_lever(struct jl_action_filter *f, const char *value, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_LEVER};
  const struct jl_record *lever = NULL;
  if (f->lever_count == JL_FILTER_VALUES) return full(err, "lever");
  /* nothing of a section that the reader may not see is looked for */
  if (!find(f, jl_view_sees(f->in, JL_SECTION_STRATEGY) ? f->in->space : NULL, value, types, JL_COUNT(types), &lever, err)) return false;
  f->levers[f->lever_count++] = lever->id;
  return true;
}

static bool read_person(struct jl_action_filter *f, const char *value, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_PERSON, JL_TYPE_TEAM, JL_TYPE_ROLE}, groups[] = {JL_PERSON_TEAMS, JL_PERSON_ROLES};
  const struct jl_record *holder = NULL;
  if (!find(f, f->in->organisation, value, types, JL_COUNT(types), &holder, err)) return false;
  if (f->holders == NULL) f->holders = jl_seen_new(f->b, HOLDERS_MAX);
  (void)jl_seen_add(f->holders, &holder->id);
  for (size_t g = 0; holder->type_number == JL_TYPE_PERSON && g < JL_COUNT(groups); g++) {
    struct jl_iterator it = jl_record_each(holder->body, jl_field_by_number(holder->type, groups[g]));
    for (struct jl_value group; jl_iterator_next(&it, &group);) (void)jl_seen_add(f->holders, &group.id);
  }
  return true;
}

static bool read_tag(struct jl_action_filter *f, const char *value, struct jl_error *err) {
  if (f->tag_count == JL_FILTER_VALUES) return full(err, "tag");
  f->tags[f->tag_count++] = jl_view_folded(f->b, value);
  return true;
}

static bool read_enum(uint32_t field, const char *value, uint32_t *io_bits, struct jl_error *err) {
  const struct jl_field *described = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), field);
  const struct jl_enum_value *found = jl_enum_by_text(described->enumeration, value);
  if (found == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: there is no {2}"),
                   field == JL_ACTION_STATUS ? JL_MSG("to-do, ready, in-progress, blocked, done or dropped; several joined by commas") : JL_MSG("low, normal, high or urgent; several joined by commas"),
                   jl_arg_label(described->label), jl_arg_text(value));
  *io_bits |= UINT32_C(1) << found->number;
  return true;
}

static bool read_status(struct jl_action_filter *f, const char *value, struct jl_error *err) { return read_enum(JL_ACTION_STATUS, value, &f->statuses, err); }
static bool read_priority(struct jl_action_filter *f, const char *value, struct jl_error *err) {
  return read_enum(JL_ACTION_PRIORITY, value, &f->priorities, err);
}

/* Each value of a list, without the blanks around it. */
static bool each_value(struct jl_action_filter *f, const char *text, char separator, read_value *read, struct jl_error *err) {
  const char stops[] = {separator, '\0'};
  while (*text != '\0') {
    size_t size = strcspn(text, stops), last = size, first = 0;
    while (first < last && text[first] == ' ') first++;
    while (last > first && text[last - 1] == ' ') last--;
    const char *value = jl_view_text(f->b, (struct jl_bytes){(const uint8_t *)text + first, last - first});
    if (last > first && !read(f, value, err)) return false;
    text += size + (text[size] != '\0');
  }
  return true;
}

static bool read_word(struct jl_action_filter *f, const char *value, struct jl_error *err) {
  if (f->word_count == JL_FILTER_VALUES) return full(err, "text");
  f->words[f->word_count++] = jl_view_folded(f->b, value);
  return true;
}

static bool read_late(struct jl_action_filter *f, struct jl_error *err) {
  const char *late = jl_view_value(f->in, "late");
  if (late == NULL || strcmp(late, "no") == 0) return true;
  f->late_only = true;
  return late[0] == '\0' || strcmp(late, "yes") == 0 || jl_fail(err, JL_E_INVALID, JL_MSG("late is yes or no, not {1}"), NULL, jl_arg_text(late));
}

bool jl_action_filter_read(const struct jl_view_input *in, struct jl_builder *b, struct jl_action_filter *ret, struct jl_error *err) {
  static const struct {
    const char *name;
    char separator;
    read_value *read;
  } filters[] = {{"text", ' ', read_word}, {"lever", ',', read_lever},   {"person", ',', read_person},
                 {"tag", ',', read_tag},   {"status", ',', read_status}, {"priority", ',', read_priority}};
  *ret = (struct jl_action_filter){.in = in, .b = b};
  for (size_t i = 0; i < JL_COUNT(filters); i++) {
    const char *text = jl_view_value(in, filters[i].name);
    if (text != NULL && !each_value(ret, text, filters[i].separator, filters[i].read, err)) return false;
  }
  return read_late(ret, err);
}

/* ---- keeping ---- */
static bool below_lever(const struct jl_action_filter *f, const struct jl_record *action) {
  struct jl_id lever;
  if (f->lever_count == 0) return true;
  if (!jl_record_id(action->type, action->body, JL_ACTION_LEVER, &lever)) return false;
  for (size_t i = 0; i < f->lever_count; i++)
    if (jl_id_equal(&lever, &f->levers[i])) return true;
  return false;
}

static bool tagged(const struct jl_action_filter *f, const struct jl_record *action) {
  struct jl_iterator it = jl_record_each(action->body, jl_field_by_number(action->type, JL_ACTION_TAGS));
  if (f->tag_count == 0) return true;
  for (struct jl_value tag; jl_iterator_next(&it, &tag);) {
    const char *folded = jl_view_folded(f->b, jl_view_text(f->b, tag.text));
    for (size_t i = 0; i < f->tag_count; i++)
      if (strcmp(folded, f->tags[i]) == 0) return true;
  }
  return false;
}

static bool worded(const struct jl_action_filter *f, const struct jl_record *action) {
  if (f->word_count == 0) return true;
  const char *title = jl_view_folded(f->b, jl_view_text(f->b, jl_view_title(action)));
  const char *description = jl_view_folded(f->b, jl_view_text(f->b, jl_record_text(action->type, action->body, JL_ACTION_DESCRIPTION)));
  for (size_t i = 0; i < f->word_count; i++)
    if (strstr(title, f->words[i]) == NULL && strstr(description, f->words[i]) == NULL) return false;
  return true;
}

static bool held(const struct jl_action_filter *f, const struct jl_record *action) {
  const void *at = NULL;
  if (f->holders == NULL) return true;
  for (const struct jl_record *raci; (raci = jl_replica_next_referring(f->in->space, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL;) {
    struct jl_id holder;
    int64_t letter = jl_view_int(raci, JL_RACI_LETTER, 0);
    if ((letter == JL_RACI_R || letter == JL_RACI_A) && jl_view_readable(f->in, raci) && jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder) &&
        jl_seen_has(f->holders, &holder))
      return true;
  }
  return false;
}

bool jl_action_filter_wants(const struct jl_action_filter *f, int64_t status) { return f->statuses != 0 && (f->statuses >> status & 1U) != 0; }

bool jl_action_filter_keeps(const struct jl_action_filter *f, const struct jl_record *action) {
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO), priority = jl_view_int(action, JL_ACTION_PRIORITY, JL_NORMAL);
  return (f->statuses == 0 || jl_action_filter_wants(f, status)) && (f->priorities == 0 || (f->priorities >> priority & 1U) != 0) &&
         (!f->late_only || jl_action_late(action, f->in->today)) && below_lever(f, action) && held(f, action) && tagged(f, action) && worded(f, action);
}

size_t jl_action_filter_apply(const struct jl_action_filter *f, const struct jl_record **actions, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (jl_action_filter_keeps(f, actions[i])) actions[kept++] = actions[i];
  return kept;
}

/* ---- order ---- */
struct keyed {
  const struct jl_record *action;
  int64_t key;
  size_t place; /* what is equal stays as people have put it */
};

static int by_key(const void *left, const void *right) {
  const struct keyed *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return a->place < b->place ? -1 : a->place > b->place;
}

bool jl_action_sort(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **actions, size_t n, struct jl_error *err) {
  static const struct {
    const char *name;
    uint32_t field; /* 0: the number */
    int64_t sign, otherwise;
  } orders[] = {{"due", JL_ACTION_DUE, 1, INT32_MAX}, {"priority", JL_ACTION_PRIORITY, -1, JL_NORMAL}, {"impact", JL_ACTION_IMPACT, -1, 0},
                {"effort", JL_ACTION_EFFORT, 1, INT32_MAX}, {"number", 0, 1, 0}};
  const char *wanted = jl_view_value(in, "sort");
  size_t o = 0;
  if (wanted == NULL || strcmp(wanted, "place") == 0) return true;
  while (o < JL_COUNT(orders) && strcmp(orders[o].name, wanted) != 0) o++;
  if (o == JL_COUNT(orders))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: there is no {2}"), JL_MSG("place, due, priority, impact, effort or number"), jl_arg_text("sort"), jl_arg_text(wanted));
  struct keyed *keyed = jl_view_alloc(b, n, sizeof *keyed);
  if (keyed == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++) {
    int64_t key = orders[o].field == 0 ? (int64_t)actions[i]->number : orders[o].sign * jl_view_int(actions[i], orders[o].field, orders[o].otherwise);
    keyed[i] = (struct keyed){actions[i], key, i};
  }
  if (n > 0) qsort(keyed, n, sizeof *keyed, by_key);
  for (size_t i = 0; i < n; i++) actions[i] = keyed[i].action;
  return true;
}

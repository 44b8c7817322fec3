/* What an automation does, as edits: those that somebody would send who did it by hand. */
#include "common/base/text.h"
#include "common/model/automation/firing.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>

#define EDITS_MAX 40 /* the record, an action, its letters (2 and at most 16 + 16), a comment */

struct making {
  struct jl_setting_of *of;
  const struct jl_automation *automation;
  const struct jl_record *record;
  const struct jl_id *firing;
  Jalon__Group *group;
  struct jl_error *err;
};

static bool no_memory(const struct making *m) { return jl_no_memory(m->err); }
static ProtobufCBinaryData id_of(const struct making *m, const struct jl_id *id) { return jl_pb_dup(m->of->a, (struct jl_bytes){id->bytes, sizeof id->bytes}); }

static Jalon__Edit *add(const struct making *m, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  Jalon__Edit *e = jl_arena_alloc(m->of->a, sizeof *e);
  if (e == NULL || m->group->n_edits == EDITS_MAX) return NULL;
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = true;
  e->verb = verb;
  e->type = type;
  e->id = id_of(m, id);
  if (e->id.data == NULL) return NULL;
  m->group->edits[m->group->n_edits++] = e;
  return e;
}

static bool create(const struct making *m, uint32_t type, const struct jl_id *id, struct jl_bytes body) {
  Jalon__Edit *e = body.data == NULL ? NULL : add(m, JALON__VERB__CREATE, type, id);
  if (e == NULL) return no_memory(m);
  e->has_record = true;
  e->record = jl_to_pb(body);
  return true;
}

/* ---- the record itself ---- */
static Jalon__FieldEdit *field_edit(const struct making *m, Jalon__Edit *e, const struct jl_field *field) {
  Jalon__FieldEdit *f = jl_arena_alloc(m->of->a, sizeof *f);
  if (f == NULL) return NULL;
  jalon__field_edit__init(f);
  f->has_field = true;
  f->field = field->number;
  e->fields[e->n_fields++] = f;
  return f;
}

static bool set_fields(const struct making *m, Jalon__Edit *e) {
  for (size_t i = 0; i < m->automation->set_count; i++) {
    const struct jl_term *term = &m->automation->sets[i];
    struct jl_bytes next, now = jl_record_slice(m->record->body, term->field->number);
    if (!jl_automation_value(m->of, term->field, term->value, &next, m->err)) return false;
    if (jl_bytes_equal(now, next)) continue;
    Jalon__FieldEdit *f = field_edit(m, e, term->field);
    if (f == NULL) return no_memory(m);
    f->has_seen = f->has_next = true;
    f->seen = jl_to_pb(now);
    f->next = jl_to_pb(next);
  }
  return true;
}

static bool add_tags(const struct making *m, Jalon__Edit *e) {
  struct jl_bytes tags = jl_record_slice(m->automation->record->body, JL_AUTOMATION_TAGS);
  const struct jl_field *field = jl_field_by_number(m->record->type, JL_ACTION_TAGS), *from = jl_field_by_number(m->automation->record->type, JL_AUTOMATION_TAGS);
  struct jl_value values[64];
  size_t n = 0;
  struct jl_iterator it = {tags, from};
  if (tags.size == 0) return true;
  while (n < JL_COUNT(values) && jl_iterator_next(&it, &values[n])) n++;
  struct jl_bytes added = jl_values_encode(m->of->a, field, values, n);
  Jalon__FieldEdit *f = added.data == NULL ? NULL : field_edit(m, e, field);
  if (f == NULL) return no_memory(m);
  f->has_add = true;
  f->add = jl_to_pb(added);
  return true;
}

static bool change_record(const struct making *m) {
  bool tags = jl_record_has(m->automation->record->body, JL_AUTOMATION_TAGS);
  if (m->automation->set_count == 0 && !tags) return true;
  Jalon__Edit *e = add(m, JALON__VERB__UPDATE, m->record->type_number, &m->record->id);
  if (e == NULL) return no_memory(m);
  e->fields = jl_arena_array(m->of->a, m->automation->set_count + 1, sizeof *e->fields);
  if (e->fields == NULL) return no_memory(m);
  if (!set_fields(m, e) || (tags && !add_tags(m, e))) return false;
  if (e->n_fields == 0) m->group->n_edits--; /* all is so already */
  return true;
}

/* ---- texts ---- */
/* "{title}" in it is the title of the record; at most `most` bytes. */
static struct jl_bytes filled(const struct making *m, struct jl_bytes text, size_t most) {
  static const char word[] = "{title}";
  const struct jl_field *field = jl_title_field(m->record->type);
  struct jl_bytes title = field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(m->record->type, m->record->body, field->number);
  size_t size = 0, length = sizeof word - 1;
  uint8_t *out = jl_arena_alloc(m->of->a, most + 1);
  for (size_t i = 0; out != NULL && i < text.size && size < most;) {
    bool here = text.size - i >= length && memcmp(text.data + i, word, length) == 0;
    size_t take = here ? title.size : 1;
    if (take > most - size) take = most - size;
    if (take > 0) memcpy(out + size, here ? title.data : text.data + i, take);
    size += take;
    i += here ? length : 1;
  }
  if (out == NULL) return (struct jl_bytes){NULL, 0};
  return (struct jl_bytes){out, jl_text_cut((const char *)out, size, most)};
}

static struct jl_bytes own_text(const struct making *m, uint32_t field) {
  return jl_record_text(m->automation->record->type, m->automation->record->body, field);
}

/* ---- a record being made ---- */
struct draft {
  const struct making *m;
  const struct jl_record_type *type;
  struct jl_bytes body;
  bool failed;
};

static void put(struct draft *d, uint32_t field, const struct jl_value *value) {
  struct jl_bytes slice = jl_value_encode(d->m->of->a, jl_field_by_number(d->type, field), value);
  if (slice.data != NULL) slice = jl_record_with(d->m->of->a, d->body, field, slice);
  d->failed = d->failed || slice.data == NULL;
  d->body = slice;
}

static bool letter(const struct making *m, const struct jl_id *action, int64_t which, const struct jl_id *holder) {
  struct draft d = {.m = m, .type = jl_record_type_by_number(JL_TYPE_RACI)};
  struct jl_id id;
  put(&d, JL_RACI_TARGET, &(struct jl_value){.id = *action});
  put(&d, JL_RACI_LETTER, &(struct jl_value){.number = which});
  put(&d, JL_RACI_HOLDER, &(struct jl_value){.id = *holder});
  if (d.failed || !jl_record_natural_id(d.type, &jl_replica_where(m->of->space)->space, d.body, &id)) return no_memory(m);
  return create(m, JL_TYPE_RACI, &id, d.body);
}

static bool letters(const struct making *m, const struct jl_id *action) {
  static const struct {
    uint32_t field;
    int64_t letter;
  } of[] = {{JL_AUTOMATION_ACCOUNTABLE, JL_RACI_A}, {JL_AUTOMATION_RESPONSIBLE, JL_RACI_R}, {JL_AUTOMATION_CONSULTED, JL_RACI_C}, {JL_AUTOMATION_INFORMED, JL_RACI_I}};
  const struct jl_record *own = m->automation->record;
  for (size_t i = 0; i < JL_COUNT(of); i++) {
    struct jl_iterator it = jl_record_each(own->body, jl_field_by_number(own->type, of[i].field));
    for (struct jl_value holder; jl_iterator_next(&it, &holder);)
      if (!letter(m, action, of[i].letter, &holder.id)) return false;
  }
  return true;
}

/* From the first worked day on; below the lever that is named, or the one of the action it is about. */
static bool make_action(const struct making *m, struct jl_id *ret_made) {
  const struct jl_record *own = m->automation->record;
  struct draft d = {.m = m, .type = jl_record_type_by_number(JL_TYPE_ACTION)};
  struct jl_bytes title = own_text(m, JL_AUTOMATION_CREATES);
  struct jl_id lever, id = jl_automation_makes("action of an automation", m->firing);
  int64_t duration = jl_record_int(own->type, own->body, JL_AUTOMATION_DURATION, 0);
  if (title.size == 0) return true;
  bool has_lever = jl_record_id(own->type, own->body, JL_AUTOMATION_LEVER, &lever) ||
                   (m->record->type_number == JL_TYPE_ACTION && jl_record_id(m->record->type, m->record->body, JL_ACTION_LEVER, &lever));
  put(&d, JL_ACTION_TITLE, &(struct jl_value){.text = filled(m, title, 200)});
  if (has_lever) put(&d, JL_ACTION_LEVER, &(struct jl_value){.id = lever});
  put(&d, JL_ACTION_STATUS, &(struct jl_value){.number = JL_TO_DO});
  put(&d, JL_ACTION_PRIORITY, &(struct jl_value){.number = JL_NORMAL});
  if (duration > 0) {
    if (!jl_automation_days(m->of)) return no_memory(m);
    int32_t start = jl_working_day_from(m->of->days, m->of->today);
    put(&d, JL_ACTION_START, &(struct jl_value){.number = start});
    put(&d, JL_ACTION_DUE, &(struct jl_value){.number = jl_working_day_add(m->of->days, start, duration - 1)});
    put(&d, JL_ACTION_DURATION, &(struct jl_value){.number = duration});
  }
  if (d.failed) return no_memory(m);
  *ret_made = id;
  return create(m, JL_TYPE_ACTION, &id, d.body) && letters(m, &id);
}

/* Whoever is to be told finds it in the inbox, as a comment that mentions them. */
static bool say(const struct making *m) {
  const struct jl_record *own = m->automation->record;
  struct draft d = {.m = m, .type = jl_record_type_by_number(JL_TYPE_COMMENT)};
  struct jl_bytes words = own_text(m, JL_AUTOMATION_COMMENT), told = jl_record_slice(own->body, JL_AUTOMATION_NOTIFY);
  struct jl_id id = jl_automation_makes("comment of an automation", m->firing);
  struct jl_value people[64];
  size_t n = 0;
  if (words.size == 0 && told.size == 0) return true;
  if (words.size == 0) words = own_text(m, JL_AUTOMATION_TITLE);
  put(&d, JL_COMMENT_TARGET, &(struct jl_value){.id = m->record->id});
  put(&d, JL_COMMENT_BODY, &(struct jl_value){.text = filled(m, words, 4000)});
  struct jl_iterator it = {told, jl_field_by_number(own->type, JL_AUTOMATION_NOTIFY)};
  while (n < JL_COUNT(people) && jl_iterator_next(&it, &people[n])) n++;
  if (n > 0) {
    struct jl_bytes slice = jl_values_encode(m->of->a, jl_field_by_number(d.type, JL_COMMENT_MENTIONS), people, n);
    if (slice.data != NULL) d.body = jl_record_with(m->of->a, d.body, JL_COMMENT_MENTIONS, slice);
    d.failed = d.failed || slice.data == NULL;
  }
  return d.failed ? no_memory(m) : create(m, JL_TYPE_COMMENT, &id, d.body);
}

bool jl_firing_edits(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record, const struct jl_id *firing,
                     Jalon__Group *group, struct jl_id *ret_made, struct jl_error *err) {
  const struct making m = {of, automation, record, firing, group, err};
  *ret_made = (struct jl_id){{0}};
  group->n_edits = 0;
  group->edits = jl_arena_array(of->a, EDITS_MAX, sizeof *group->edits);
  if (group->edits == NULL) return jl_no_memory(err);
  return change_record(&m) && make_action(&m, ret_made) && say(&m);
}

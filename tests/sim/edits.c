#include "tests/sim/edits.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdio.h>
#include <string.h>

static const struct jl_field *field_of(uint32_t type, uint32_t field) { return jl_field_by_number(jl_record_type_by_number(type), field); }
static struct jl_bytes number_slice(const struct edit_by *by, uint32_t type, uint32_t field, int64_t n) {
  return jl_value_encode(by->arena, field_of(type, field), &(struct jl_value){.number = n});
}
static struct jl_bytes text_slice(const struct edit_by *by, uint32_t type, uint32_t field, const char *text) {
  return jl_value_encode(by->arena, field_of(type, field), &(struct jl_value){.text = {(const uint8_t *)text, strlen(text)}});
}
static struct jl_bytes id_slice(const struct edit_by *by, uint32_t type, uint32_t field, const struct jl_id *id) {
  return jl_value_encode(by->arena, field_of(type, field), &(struct jl_value){.id = *id});
}
static ProtobufCBinaryData id_pb(const struct jl_id *id) { return jl_to_pb((struct jl_bytes){id->bytes, sizeof id->bytes}); }

/* ---- groups ---- */
#define LARGE 15000 /* bytes */
#define EDITS_MAX 4
struct making {
  const struct edit_by *by;
  Jalon__Edit edits[EDITS_MAX], *list[EDITS_MAX];
  Jalon__FieldEdit fields[EDITS_MAX], *field_lists[EDITS_MAX][1];
  Jalon__Guard guard, *guards[1];
  size_t count, guard_count;
};

static Jalon__Edit *add(struct making *m, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  struct jl_id *kept = jl_arena_alloc(m->by->arena, sizeof *kept);
  Jalon__Edit *e = m->list[m->count] = &m->edits[m->count];
  *kept = *id;
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = true;
  e->verb = verb;
  e->type = type;
  e->id = id_pb(kept);
  m->count++;
  return e;
}
static void create(struct making *m, uint32_t type, const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit *e = add(m, JALON__VERB__CREATE, type, id);
  e->has_record = true;
  e->record = jl_to_pb(record);
}
static Jalon__FieldEdit *change(struct making *m, const struct jl_record *r, uint32_t number) {
  size_t at = m->count;
  Jalon__Edit *e = add(m, JALON__VERB__UPDATE, r->type_number, &r->id);
  Jalon__FieldEdit *f = m->field_lists[at][0] = &m->fields[at];
  jalon__field_edit__init(f);
  f->has_field = true;
  f->field = number;
  e->fields = m->field_lists[at];
  e->n_fields = 1;
  return f;
}
static void set(struct making *m, const struct jl_record *r, uint32_t number, struct jl_bytes next) {
  Jalon__FieldEdit *f = change(m, r, number);
  f->has_seen = f->has_next = true;
  f->seen = jl_to_pb(jl_record_slice(r->body, number));
  f->next = jl_to_pb(next);
}
static struct jl_bytes pack(const struct making *m) {
  const struct edit_by *by = m->by;
  Jalon__Group g = JALON__GROUP__INIT;
  g.has_replica = g.has_space = g.has_seq = g.has_group_id = g.has_model_version = true;
  g.replica = id_pb(&by->replica);
  g.space = id_pb(&by->space);
  g.seq = by->seq;
  g.group_id = id_pb(&by->group);
  g.model_version = jl_model_version;
  g.has_depends_on = by->depends_on != 0;
  g.depends_on = by->depends_on;
  Jalon__Edit *list[EDITS_MAX];
  memcpy(list, m->list, sizeof list);
  g.edits = list;
  g.n_edits = m->count;
  Jalon__Guard *guards[1] = {m->guards[0]};
  g.guards = guards;
  g.n_guards = m->guard_count;
  return jl_pack(&g.base, by->arena, JL_GROUP_MAX_BYTES);
}

/* ---- what people do ---- */
static struct jl_bytes new_action(const struct edit_by *by, const char *title) {
  struct jl_bytes r = {NULL, 0};
  r = jl_record_with(by->arena, r, JL_ACTION_TITLE, text_slice(by, JL_TYPE_ACTION, JL_ACTION_TITLE, title));
  return jl_record_with(by->arena, r, JL_ACTION_STATUS, number_slice(by, JL_TYPE_ACTION, JL_ACTION_STATUS, 1));
}
static struct jl_bytes new_line(const struct edit_by *by, const struct jl_id *action) {
  struct jl_bytes r = {NULL, 0};
  uint32_t type = JL_TYPE_BUDGET_LINE;
  r = jl_record_with(by->arena, r, JL_BUDGET_LINE_TITLE, text_slice(by, type, JL_BUDGET_LINE_TITLE, "ligne"));
  if (action != NULL) r = jl_record_with(by->arena, r, JL_BUDGET_LINE_ACTION, id_slice(by, type, JL_BUDGET_LINE_ACTION, action));
  r = jl_record_with(by->arena, r, JL_BUDGET_LINE_CATEGORY, number_slice(by, type, JL_BUDGET_LINE_CATEGORY, 1));
  return jl_record_with(by->arena, r, JL_BUDGET_LINE_PLANNED,
                        number_slice(by, type, JL_BUDGET_LINE_PLANNED, (int64_t)rng_below(by->random, 100000)));
}

static const struct jl_record *pick(const struct edit_by *by, uint32_t type) {
  size_t n = 0;
  const struct jl_record **all = by->seen == NULL ? NULL : jl_replica_all(by->seen, type, by->arena, &n);
  if (all == NULL || n == 0 || n == SIZE_MAX) return NULL;
  if (n > 4 && rng_chance(by->random, 2, 3)) n = 4; /* people crowd on a few */
  return all[rng_below(by->random, n)];
}

static void raci(struct making *m, const struct jl_record *action) {
  const struct edit_by *by = m->by;
  struct jl_id holder = rng_id(by->random), id;
  uint32_t type = JL_TYPE_RACI;
  bool accountable = rng_chance(by->random, 2, 3);
  struct jl_bytes r = {NULL, 0};
  r = jl_record_with(by->arena, r, JL_RACI_TARGET, id_slice(by, type, JL_RACI_TARGET, &action->id));
  r = jl_record_with(by->arena, r, JL_RACI_LETTER, number_slice(by, type, JL_RACI_LETTER, accountable ? 2 : 3));
  r = jl_record_with(by->arena, r, JL_RACI_HOLDER, id_slice(by, type, JL_RACI_HOLDER, &holder));
  if (jl_record_natural_id(jl_record_type_by_number(type), &by->space, r, &id)) create(m, type, &id, r);
}

static void comment(struct making *m, const struct jl_record *action) {
  struct jl_id id = rng_id(m->by->random);
  struct jl_bytes r = {NULL, 0};
  r = jl_record_with(m->by->arena, r, JL_COMMENT_TARGET, id_slice(m->by, JL_TYPE_COMMENT, JL_COMMENT_TARGET, &action->id));
  r = jl_record_with(m->by->arena, r, JL_COMMENT_BODY, text_slice(m->by, JL_TYPE_COMMENT, JL_COMMENT_BODY, "à voir ensemble"));
  create(m, JL_TYPE_COMMENT, &id, r);
}

static void tag(struct making *m, const struct jl_record *action) {
  char text[16];
  Jalon__FieldEdit *f = change(m, action, JL_ACTION_TAGS);
  snprintf(text, sizeof text, "tag%u", (unsigned)rng_below(m->by->random, 6));
  struct jl_bytes slice = text_slice(m->by, JL_TYPE_ACTION, JL_ACTION_TAGS, text);
  if (rng_chance(m->by->random, 3, 4)) {
    f->has_add = true;
    f->add = jl_to_pb(slice);
  } else {
    f->has_remove = true;
    f->remove = jl_to_pb(slice);
  }
}

static void count(struct making *m, const struct jl_record *action) {
  Jalon__FieldEdit *f = change(m, action, JL_ACTION_QUANTITY_DONE);
  f->has_add_number = f->has_minimum = f->has_maximum = true;
  f->add_number = rng_between(m->by->random, -2, 4);
  f->minimum = 0;
  f->maximum = 20;
}

/* Whoever made it is nobody in the directory of here, so its first firing switches it off: that too is a change that follows from an edit, or from
 * a day that any of the servers finds. */
static void automation(struct making *m) {
  static const char *const whens[] = {"created", "title", "tags", "due+0", "due+0"};
  const struct edit_by *by = m->by;
  struct jl_id id = rng_id(by->random), action = rng_id(by->random);
  const char *when = whens[rng_below(by->random, sizeof whens / sizeof *whens)];
  struct jl_bytes r = {NULL, 0}, due = new_action(by, "échéance");
  uint32_t type = JL_TYPE_AUTOMATION;
  r = jl_record_with(by->arena, r, JL_AUTOMATION_TITLE, text_slice(by, type, JL_AUTOMATION_TITLE, "automatisation"));
  r = jl_record_with(by->arena, r, JL_AUTOMATION_WHEN, text_slice(by, type, JL_AUTOMATION_WHEN, when));
  r = jl_record_with(by->arena, r, JL_AUTOMATION_TAGS, text_slice(by, type, JL_AUTOMATION_TAGS, "auto"));
  create(m, type, &id, r);
  due = jl_record_with(by->arena, due, JL_ACTION_DUE, number_slice(by, JL_TYPE_ACTION, JL_ACTION_DUE, 20454)); /* the world's first day */
  create(m, JL_TYPE_ACTION, &action, due);
}

static void new_records(struct making *m) {
  const struct edit_by *by = m->by;
  struct jl_id action = rng_id(by->random), line = rng_id(by->random);
  char title[40];
  uint64_t dice = rng_below(by->random, 30);
  snprintf(title, sizeof title, "%s %u", dice == 0 ? "poison" : "action é", (unsigned)rng_below(by->random, 1000));
  if (dice == 1) {
    automation(m);
  } else if (dice < 18) {
    create(m, JL_TYPE_ACTION, &action, new_action(by, title));
  } else if (dice < 24) {
    create(m, JL_TYPE_ACTION, &action, new_action(by, title));
    create(m, JL_TYPE_BUDGET_LINE, &line, new_line(by, &action));
  } else {
    create(m, JL_TYPE_BUDGET_LINE, &line, new_line(by, NULL));
  }
}

static void drop(struct making *m, const struct jl_record *r) {
  Jalon__Edit *e = add(m, JALON__VERB__DELETE, r->type_number, &r->id);
  e->has_seen_revision = e->has_with_children = true;
  e->seen_revision = r->revision;
  e->with_children = true;
}

static void rename_action(struct making *m, const struct jl_record *action) {
  char text[40];
  snprintf(text, sizeof text, "titre %u", (unsigned)rng_below(m->by->random, 5));
  set(m, action, JL_ACTION_TITLE, text_slice(m->by, JL_TYPE_ACTION, JL_ACTION_TITLE, text));
}

/* Two people, one date each: each fine alone. */
static void date(struct making *m, const struct jl_record *action) {
  uint32_t field = rng_chance(m->by->random, 1, 2) ? JL_ACTION_START : JL_ACTION_DUE;
  set(m, action, field, number_slice(m->by, JL_TYPE_ACTION, field, 20500 + (int64_t)rng_below(m->by->random, 10)));
}

static void guarded(struct making *m, const struct jl_record *action, const struct jl_record *line) {
  struct jl_id *kept = jl_arena_alloc(m->by->arena, sizeof *kept);
  *kept = line->id;
  jalon__guard__init(&m->guard);
  m->guard.has_record = m->guard.has_field = m->guard.has_expected = true;
  m->guard.record = id_pb(kept);
  m->guard.field = JL_BUDGET_LINE_PLANNED;
  m->guard.expected = jl_to_pb(jl_record_slice(line->body, JL_BUDGET_LINE_PLANNED));
  m->guards[m->guard_count++] = &m->guard;
  rename_action(m, action);
}

struct jl_bytes edit_any(const struct edit_by *by) {
  struct making m = {.by = by};
  const struct jl_record *action = pick(by, JL_TYPE_ACTION), *line = pick(by, JL_TYPE_BUDGET_LINE);
  uint64_t dice = rng_below(by->random, 100);
  if (action != NULL && dice < 22)
    rename_action(&m, action);
  else if (action != NULL && dice < 32)
    raci(&m, action);
  else if (action != NULL && dice < 42)
    tag(&m, action);
  else if (action != NULL && dice < 50)
    count(&m, action);
  else if (line != NULL && dice < 62)
    set(&m, line, JL_BUDGET_LINE_PLANNED, number_slice(by, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)rng_below(by->random, 9)));
  else if (action != NULL && dice < 66)
    comment(&m, action);
  else if (action != NULL && dice < 74)
    date(&m, action);
  else if (action != NULL && dice < 79)
    drop(&m, action);
  else if (action != NULL && line != NULL && dice < 84)
    guarded(&m, action, line);
  else if (action != NULL && line != NULL && dice < 88) {
    rename_action(&m, action);
    set(&m, line, JL_BUDGET_LINE_PLANNED, number_slice(by, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)rng_below(by->random, 9)));
  } else
    new_records(&m);
  if (m.count == 0) new_records(&m);
  return pack(&m);
}

struct jl_bytes edit_large(const struct edit_by *by) {
  struct making m = {.by = by};
  struct jl_id id = rng_id(by->random);
  char *text = jl_arena_alloc(by->arena, LARGE + 1);
  for (size_t i = 0; i < LARGE; i++) text[i] = i % 8 == 7 && i < LARGE - 1 ? ' ' : (char)('a' + (i * 7 + i / 8) % 26);
  text[LARGE] = '\0';
  create(&m, JL_TYPE_ACTION, &id,
         jl_record_with(by->arena, new_action(by, "longue"), JL_ACTION_DESCRIPTION,
                        text_slice(by, JL_TYPE_ACTION, JL_ACTION_DESCRIPTION, text)));
  return pack(&m);
}

struct jl_bytes edit_plan(const struct edit_by *by, const char *name) {
  struct making m = {.by = by};
  struct jl_bytes r = {NULL, 0};
  uint32_t type = JL_TYPE_PLAN;
  r = jl_record_with(by->arena, r, JL_PLAN_NAME, text_slice(by, type, JL_PLAN_NAME, name));
  r = jl_record_with(by->arena, r, JL_PLAN_START, number_slice(by, type, JL_PLAN_START, 20454));
  r = jl_record_with(by->arena, r, JL_PLAN_END, number_slice(by, type, JL_PLAN_END, 20818));
  r = jl_record_with(by->arena, r, JL_PLAN_CURRENCY, text_slice(by, type, JL_PLAN_CURRENCY, "EUR"));
  create(&m, type, &by->space, r);
  return pack(&m);
}

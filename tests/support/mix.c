#include "tests/support/mix.h"
#include "common/record/schema.h"
#include <stdio.h>

#define HOT 48 /* the newest records of a type are worked on; older ones rest */
#define PLAN_START 20454 /* 2026-01-01 */
#define PLAN_END 20818
#define TEXT_MAX 600
#define IMPORTS 24      /* different ones of a space: two people may make the same, or take it back */
#define IMPORT_ROWS 140 /* of one: a large group, which the outbox keeps in one piece */

struct mix { struct building *b; struct jl_arena *a; struct random *r; const struct jl_replica *seen; };

void mix_plan(struct building *b, const struct jl_id *space, const char *name) {
  struct jl_bytes record = {0};
  with_text(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_NAME, name);
  with_number(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_START, PLAN_START);
  with_number(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_END, PLAN_END);
  with_text(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR");
  with_number(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_SINGLE_RESPONSIBLE, 1);
  with_number(b->arena, &record, JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE);
  build_create(b, JL_TYPE_PLAN, space, record);
}

/* Any recent record of the type by its number, without walking all of them; tombstones when asked for. */
static const struct jl_record *pick(const struct mix *m, uint32_t type, bool deleted) {
  uint64_t last = jl_replica_last_number(m->seen, type);
  for (int tries = 0; last > 0 && tries < 6; tries++) {
    const struct jl_record *record = jl_replica_numbered(m->seen, type, last - random_below(m->r, last < HOT ? last : HOT));
    if (record && (deleted ? record->deleted_revision != 0 : jl_replica_live(m->seen, &record->id) != NULL)) return record;
  }
  return NULL;
}

static void words(const struct mix *m, const char *what, char *out, size_t size) {
  snprintf(out, size, "%s été %llx", what, (unsigned long long)random_below(m->r, UINT64_C(1) << 40));
}

struct jl_id mix_person(uint64_t which) {
  struct random people = {1 + which};
  return random_id(&people);
}

static struct jl_id holder(const struct mix *m) { return mix_person(random_below(m->r, MIX_PEOPLE)); }

static void set(const struct mix *m, Jalon__Edit *edit, const struct jl_record *record, uint32_t field, struct jl_bytes next) {
  build_next(m->b, edit, field, jl_record_slice(record->body, field), next);
}

static Jalon__Edit *update(const struct mix *m, const struct jl_record *record) { return build_update(m->b, record->type_number, &record->id); }

/* ---- new records ---- */
static struct jl_id new_titled(const struct mix *m, uint32_t type, uint32_t title, const char *what, struct jl_bytes record) {
  char text[64];
  struct jl_id id = random_id(m->r);
  words(m, what, text, sizeof text);
  with_text(m->a, &record, type, title, text);
  build_create(m->b, type, &id, record);
  return id;
}

static void new_action(const struct mix *m) { new_titled(m, JL_TYPE_ACTION, JL_ACTION_TITLE, "action", (struct jl_bytes){0}); }

static void new_line_for(const struct mix *m, const struct jl_id *action) {
  struct jl_bytes record = {0};
  with_number(m->a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  if (random_below(m->r, 4)) with_number(m->a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)random_below(m->r, 1000000));
  if (action) with_id(m->a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, action);
  new_titled(m, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "ligne", record);
}

static void new_line(const struct mix *m) { new_line_for(m, NULL); }

static void new_pair(const struct mix *m) { /* one group, two sections */
  struct jl_id action = new_titled(m, JL_TYPE_ACTION, JL_ACTION_TITLE, "avec budget", (struct jl_bytes){0});
  new_line_for(m, &action);
}

static void new_comment(const struct mix *m) {
  const struct jl_record *target = pick(m, JL_TYPE_ACTION, false);
  struct jl_bytes record = {0};
  if (!target) return;
  with_id(m->a, &record, JL_TYPE_COMMENT, JL_COMMENT_TARGET, &target->id);
  new_titled(m, JL_TYPE_COMMENT, JL_COMMENT_BODY, "remarque", record);
}

static void new_objective(const struct mix *m) {
  const struct jl_record *parent = pick(m, JL_TYPE_OBJECTIVE, false);
  struct jl_bytes record = {0};
  if (parent) with_id(m->a, &record, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT, &parent->id);
  new_titled(m, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, "objectif", record);
}

static void new_item(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  struct jl_bytes record = {0};
  if (!action) return;
  with_id(m->a, &record, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, &action->id);
  new_titled(m, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_TITLE, "point", record);
}

static void new_month(const struct mix *m) {
  const struct jl_record *line = pick(m, JL_TYPE_BUDGET_LINE, false);
  struct jl_bytes record = {0};
  struct jl_id id;
  for (int tries = 0; line && tries < 6 && jl_record_slice(line->body, JL_BUDGET_LINE_PLANNED).size > 0; tries++) /* it has no months then */
    line = pick(m, JL_TYPE_BUDGET_LINE, false);
  static const int32_t firsts[] = {PLAN_START, PLAN_START + 31, PLAN_START + 59, PLAN_START - 31 /* outside */, PLAN_START + 5 /* no first */};
  if (!line) return;
  with_id(m->a, &record, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, &line->id);
  with_number(m->a, &record, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_MONTH, firsts[random_below(m->r, 10) % JL_COUNT(firsts)]);
  with_number(m->a, &record, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_PLANNED, (int64_t)random_below(m->r, 300000));
  if (jl_record_natural_id(jl_record_type_by_number(JL_TYPE_BUDGET_MONTH), &jl_replica_where(m->seen)->space, record, &id))
    build_create(m->b, JL_TYPE_BUDGET_MONTH, &id, record);
}

static void new_expense(const struct mix *m) {
  const struct jl_record *line = pick(m, JL_TYPE_BUDGET_LINE, false), *order = pick(m, JL_TYPE_EXPENSE, false);
  struct jl_bytes record = {0};
  bool invoice = random_below(m->r, 3) == 0;
  struct jl_id own;
  if (!line) return;
  if (invoice && order && random_below(m->r, 2) && jl_record_id(order->type, order->body, JL_EXPENSE_LINE, &own)) { /* settles an order */
    with_id(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, &own);
    with_id(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, &order->id);
  } else {
    with_id(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, &line->id);
  }
  with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, invoice ? JL_INVOICED : JL_ORDERED);
  with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_DATE, PLAN_START + (int64_t)random_below(m->r, 300));
  with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 1 + (int64_t)random_below(m->r, 400000));
  new_titled(m, JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, "dépense", record);
}

/* ---- imports ---- */
static struct jl_id of_import(const struct mix *m, uint64_t which, uint64_t row) { /* row 0: of the import itself */
  const uint64_t at[2] = {which, row};
  struct jl_bytes parts[] = {{jl_replica_where(m->seen)->space.bytes, sizeof(struct jl_id)}, {(const uint8_t *)at, sizeof at}};
  return jl_id_derive("mix import", parts, JL_COUNT(parts));
}

static void take_import_back(const struct mix *m, uint64_t which) {
  for (uint64_t row = 1; row <= IMPORT_ROWS; row++) {
    struct jl_id id = of_import(m, which, row);
    const struct jl_record *expense = jl_replica_live(m->seen, &id);
    if (expense == NULL) continue;
    m->b->undoes = expense->created_revision;
    build_delete(m->b, expense, false);
  }
}

/* A large group that makes many expenses; when it is there, all that is left of it goes. */
static void import_expenses(const struct mix *m) {
  uint64_t which = random_below(m->r, IMPORTS);
  const struct jl_record *line = pick(m, JL_TYPE_BUDGET_LINE, false);
  struct jl_id first = of_import(m, which, 1);
  if (jl_replica_record(m->seen, &first) != NULL) take_import_back(m, which);
  if (!line || jl_replica_record(m->seen, &first) != NULL) return;
  m->b->import = of_import(m, which, 0);
  for (uint64_t row = 1; row <= IMPORT_ROWS; row++) {
    struct jl_bytes record = {0};
    char text[64];
    struct jl_id id = of_import(m, which, row);
    words(m, "facture", text, sizeof text);
    with_id(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, &line->id);
    with_text(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, text);
    with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, JL_INVOICED);
    with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_DATE, PLAN_START + (int64_t)random_below(m->r, 300));
    with_number(m->a, &record, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 1 + (int64_t)random_below(m->r, 100));
    build_create(m->b, JL_TYPE_EXPENSE, &id, record);
  }
}

/* ---- RACI ---- */
static void new_raci(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  struct jl_bytes record = {0};
  struct jl_id id, who = holder(m);
  if (!action) return;
  static const int64_t letters[] = {JL_RACI_A, JL_RACI_A, JL_RACI_R, JL_RACI_R, JL_RACI_C, JL_RACI_I};
  with_id(m->a, &record, JL_TYPE_RACI, JL_RACI_TARGET, &action->id);
  with_number(m->a, &record, JL_TYPE_RACI, JL_RACI_LETTER, letters[random_below(m->r, JL_COUNT(letters))]);
  with_id(m->a, &record, JL_TYPE_RACI, JL_RACI_HOLDER, &who);
  if (jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &jl_replica_where(m->seen)->space, record, &id)) build_create(m->b, JL_TYPE_RACI, &id, record);
}

static void hand_over(const struct mix *m) { /* another Accountable */
  const struct jl_record *raci = pick(m, JL_TYPE_RACI, false);
  struct jl_id who = holder(m);
  if (raci && jl_record_int(raci->type, raci->body, JL_RACI_LETTER, 0) == JL_RACI_A)
    set(m, update(m, raci), raci, JL_RACI_HOLDER, slice_id(m->a, JL_TYPE_RACI, JL_RACI_HOLDER, &who));
}

/* ---- changes ---- */
static void change_amount(const struct mix *m) {
  const struct jl_record *line = pick(m, JL_TYPE_BUDGET_LINE, false);
  if (!line) return;
  set(m, update(m, line), line, JL_BUDGET_LINE_PLANNED, slice_number(m->a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, (int64_t)random_below(m->r, 2000000)));
  if (random_below(m->r, 8) == 0) build_guard(m->b, line, JL_BUDGET_LINE_TITLE);
}

static void change_expense(const struct mix *m) {
  const struct jl_record *expense = pick(m, JL_TYPE_EXPENSE, false);
  if (!expense) return;
  Jalon__Edit *edit = update(m, expense);
  if (random_below(m->r, 4) == 0)
    set(m, edit, expense, JL_EXPENSE_STATE, slice_number(m->a, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, random_below(m->r, 2) ? JL_INVOICED : JL_ORDERED));
  else
    set(m, edit, expense, JL_EXPENSE_NET, slice_number(m->a, JL_TYPE_EXPENSE, JL_EXPENSE_NET, 1 + (int64_t)random_below(m->r, 400000)));
}

static void rename_action(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  char title[64];
  if (!action) return;
  words(m, "à faire", title, sizeof title);
  set(m, update(m, action), action, JL_ACTION_TITLE, slice_text(m->a, JL_TYPE_ACTION, JL_ACTION_TITLE, title));
}

static void change_status(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  if (!action) return;
  int64_t status = 1 + (int64_t)random_below(m->r, 6);
  Jalon__Edit *edit = update(m, action);
  set(m, edit, action, JL_ACTION_STATUS, slice_number(m->a, JL_TYPE_ACTION, JL_ACTION_STATUS, status));
  if (status == JL_BLOCKED && random_below(m->r, 4)) set(m, edit, action, JL_ACTION_BLOCKED_REASON, slice_text(m->a, JL_TYPE_ACTION, JL_ACTION_BLOCKED_REASON, "on attend"));
  if (status == JL_DROPPED && random_below(m->r, 4)) set(m, edit, action, JL_ACTION_DROPPED_REASON, slice_text(m->a, JL_TYPE_ACTION, JL_ACTION_DROPPED_REASON, "trop cher"));
}

static void change_dates(const struct mix *m) { /* each author one of the two: together they may cross */
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  if (!action) return;
  uint32_t field = random_below(m->r, 2) ? JL_ACTION_START : JL_ACTION_DUE;
  set(m, update(m, action), action, field, slice_number(m->a, JL_TYPE_ACTION, field, PLAN_START + (int64_t)random_below(m->r, 120)));
}

static void change_tags(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  char tag[32];
  struct jl_value first;
  if (!action) return;
  Jalon__Edit *edit = update(m, action);
  const struct jl_field *field = jl_field_by_number(action->type, JL_ACTION_TAGS);
  struct jl_iterator each = jl_record_each(action->body, field);
  if (random_below(m->r, 2) && jl_iterator_next(&each, &first)) {
    build_remove(m->b, edit, JL_ACTION_TAGS, jl_value_encode(m->a, field, &first));
    return;
  }
  words(m, "tag", tag, sizeof tag);
  build_add(m->b, edit, JL_ACTION_TAGS, slice_text(m->a, JL_TYPE_ACTION, JL_ACTION_TAGS, tag));
}

static void count_up(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  if (action) build_count(m->b, update(m, action), JL_ACTION_QUANTITY_DONE, 1 + (int64_t)random_below(m->r, 5), 0, 40);
}

/* A word more at the end, the first one gone when it grows too long. */
static void write_text(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false);
  char text[TEXT_MAX + 64], more[40];
  if (!action) return;
  struct jl_bytes old = jl_record_text(action->type, action->body, JL_ACTION_DESCRIPTION);
  bool whole = old.size > 0 && old.size < TEXT_MAX && random_below(m->r, 10) > 0;
  words(m, "mot", more, sizeof more);
  if (whole && random_below(m->r, 2))
    snprintf(text, sizeof text, "%.*s %s", (int)old.size, (const char *)old.data, more);
  else if (whole)
    snprintf(text, sizeof text, "%s %.*s", more, (int)old.size, (const char *)old.data);
  else
    snprintf(text, sizeof text, "%s", more);
  set(m, update(m, action), action, JL_ACTION_DESCRIPTION, slice_text(m->a, JL_TYPE_ACTION, JL_ACTION_DESCRIPTION, text));
}

static void put_elsewhere(const struct mix *m) {
  const struct jl_record *action = pick(m, JL_TYPE_ACTION, false), *neighbour = pick(m, JL_TYPE_ACTION, false);
  bool behind = random_below(m->r, 2);
  if (action && neighbour && action != neighbour) build_place(m->b, update(m, action), JL_ACTION_RANK, behind ? &neighbour->id : NULL, behind ? NULL : &neighbour->id);
}

static void move_objective(const struct mix *m) { /* two moves may close a circle */
  const struct jl_record *objective = pick(m, JL_TYPE_OBJECTIVE, false), *parent = pick(m, JL_TYPE_OBJECTIVE, false);
  if (objective && parent) set(m, update(m, objective), objective, JL_OBJECTIVE_PARENT, slice_id(m->a, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT, &parent->id));
}

static void change_two(const struct mix *m) { /* both or neither */
  const struct jl_record *line = pick(m, JL_TYPE_BUDGET_LINE, false), *other = pick(m, JL_TYPE_BUDGET_LINE, false);
  int64_t shift = (int64_t)random_below(m->r, 1000), from, to;
  if (!line || !other || line == other) return;
  from = jl_record_int(line->type, line->body, JL_BUDGET_LINE_PLANNED, -1);
  to = jl_record_int(other->type, other->body, JL_BUDGET_LINE_PLANNED, -1);
  if (from < shift || to < 0) return;
  set(m, update(m, line), line, JL_BUDGET_LINE_PLANNED, slice_number(m->a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, from - shift));
  set(m, update(m, other), other, JL_BUDGET_LINE_PLANNED, slice_number(m->a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, to + shift));
}

static void remove_something(const struct mix *m) {
  static const uint32_t types[] = {JL_TYPE_BUDGET_LINE, JL_TYPE_BUDGET_MONTH, JL_TYPE_RACI, JL_TYPE_CHECKLIST_ITEM, JL_TYPE_EXPENSE, JL_TYPE_ACTION, JL_TYPE_OBJECTIVE};
  const struct jl_record *record = pick(m, types[random_below(m->r, JL_COUNT(types))], false);
  if (record) build_delete(m->b, record, random_below(m->r, 2));
}

static void restore_something(const struct mix *m) {
  static const uint32_t types[] = {JL_TYPE_BUDGET_LINE, JL_TYPE_BUDGET_MONTH, JL_TYPE_RACI, JL_TYPE_EXPENSE, JL_TYPE_ACTION};
  const struct jl_record *record = pick(m, types[random_below(m->r, JL_COUNT(types))], true);
  if (record) build_restore(m->b, record);
}

static const struct { unsigned share; void (*work)(const struct mix *m); } works[] = {
    {20, change_amount}, {10, change_tags},  {10, rename_action}, {7, change_status}, {6, change_dates},  {6, write_text},
    {5, count_up},       {3, change_two},    {4, change_expense}, {3, hand_over},     {4, put_elsewhere}, {3, move_objective}, {6, new_raci},
    {4, new_expense},    {2, new_month},     {2, new_comment},    {1, new_objective}, {1, new_item},      {2, new_pair},
    {1, new_action},     {1, new_line},      {2, remove_something}, {1, restore_something}, {1, import_expenses},
};

void mix_work(struct building *b, struct random *r, const struct jl_replica *seen) {
  struct mix m = {b, b->arena, r, seen};
  uint64_t all = 0;
  for (size_t i = 0; i < JL_COUNT(works); i++) all += works[i].share;
  for (int tries = 0; b->count == 0 && tries < 4; tries++) {
    uint64_t dice = random_below(r, all);
    size_t i = 0;
    while (dice >= works[i].share) dice -= works[i++].share;
    works[i].work(&m);
  }
  if (b->count == 0) new_pair(&m); /* nothing to work on yet */
}

void mix_new(struct building *b, struct random *r) {
  const struct mix m = {b, b->arena, r, NULL};
  new_pair(&m);
}

/* The Kanban board (product.md A7): actions as cards in columns, by status, lever, holder of the R or priority. */
#include "common/model/actions/filter.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <string.h>

struct lane {
  int64_t value;            /* of an enum */
  const struct jl_record *record; /* lever or holder */
  const char *label, *text; /* message id and spelling for files; of records both are the caption */
  size_t limit, count;
};
struct board {
  const struct jl_view_input *in;
  struct jl_builder *b;
  enum grouping { BY_STATUS, BY_LEVER, BY_PERSON, BY_PRIORITY } by;
  const struct jl_record **actions;
  size_t *lane_of; /* of each action */
  size_t count;
  struct lane *lanes; /* the last one: without lever, without R */
  size_t lane_count;
  size_t cards; /* shown of each column */
};

static const char *const by_names[] = {"status", "lever", "person", "priority"};

/* ---- columns ---- */
static void add_enum(struct board *d, uint32_t field, const int64_t *values, size_t n, const struct jl_action_filter *f) {
  static const struct {
    int64_t status;
    uint32_t field;
  } limits[] = {{JL_TO_DO, JL_PLAN_WIP_TO_DO}, {JL_READY, JL_PLAN_WIP_READY}, {JL_IN_PROGRESS, JL_PLAN_WIP_IN_PROGRESS}, {JL_BLOCKED, JL_PLAN_WIP_BLOCKED}};
  const struct jl_field *described = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), field);
  const struct jl_record *plan = jl_view_plan(d->in);
  for (size_t i = 0; i < n; i++) {
    const struct jl_enum_value *value = jl_enum_by_number(described->enumeration, (int32_t)values[i]);
    if (field == JL_ACTION_STATUS && (f->statuses != 0 ? !jl_action_filter_wants(f, values[i]) : values[i] == JL_DROPPED)) continue;
    struct lane *lane = &d->lanes[d->lane_count++];
    *lane = (struct lane){.value = values[i], .label = value->label, .text = value->text};
    for (size_t k = 0; field == JL_ACTION_STATUS && plan != NULL && k < JL_COUNT(limits); k++)
      if (limits[k].status == values[i]) lane->limit = (size_t)jl_view_int(plan, limits[k].field, 0);
  }
}

static size_t lane_of_record(struct board *d, const struct jl_record *record) {
  size_t i = 0;
  while (i + 1 < d->lane_count && (record == NULL || d->lanes[i].record != record)) i++;
  return i;
}

static size_t lane_of_value(const struct board *d, int64_t value) {
  size_t i = 0;
  while (i < d->lane_count && d->lanes[i].value != value) i++;
  return i;
}

static void add_record(struct board *d, const struct jl_record *record, const struct jl_replica *space) {
  const char *caption = jl_record_caption(d->b, space, record);
  d->lanes[d->lane_count++] = (struct lane){.record = record, .label = caption, .text = caption};
}

/* Whoever holds the first R. */
static const struct jl_record *holder_of(const struct board *d, const struct jl_record *action) {
  const struct jl_record *first = NULL;
  const void *at = NULL;
  for (const struct jl_record *raci; (raci = jl_replica_next_referring(d->in->space, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &at)) != NULL;)
    if (jl_view_int(raci, JL_RACI_LETTER, 0) == JL_RACI_R && jl_view_readable(d->in, raci) && (first == NULL || raci->number < first->number)) first = raci;
  struct jl_id holder;
  if (first == NULL || d->in->organisation == NULL || !jl_record_id(first->type, first->body, JL_RACI_HOLDER, &holder)) return NULL;
  return jl_replica_record(d->in->organisation, &holder);
}

/* People first, then roles and teams, as the directory numbers them. */
static void add_holders(struct board *d, const struct jl_record **holders) {
  static const uint32_t types[] = {JL_TYPE_PERSON, JL_TYPE_ROLE, JL_TYPE_TEAM};
  struct jl_seen *used = jl_seen_new(d->b, d->count);
  for (size_t i = 0; i < d->count; i++)
    if (holders[i] != NULL) (void)jl_seen_add(used, &holders[i]->id);
  for (size_t t = 0; t < JL_COUNT(types); t++) {
    size_t n = 0;
    const struct jl_record **all = jl_view_directory(d->in, d->b, types[t], &n);
    for (size_t i = 0; i < n; i++)
      if (jl_seen_has(used, &all[i]->id)) add_record(d, all[i], NULL);
  }
}

static bool columns_by_record(struct board *d) {
  size_t lever_count = 0;
  const struct jl_record **levers = d->by == BY_LEVER ? jl_view_all(d->in, d->b, JL_TYPE_LEVER, &lever_count) : NULL;
  const struct jl_record **of = jl_view_alloc(d->b, d->count, sizeof(const struct jl_record *));
  d->lanes = jl_view_alloc(d->b, lever_count + d->count + 1, sizeof *d->lanes);
  if (of == NULL || d->lanes == NULL) return false;
  for (size_t i = 0; i < d->count; i++) of[i] = d->by == BY_LEVER ? jl_view_linked(d->in, d->actions[i], JL_ACTION_LEVER) : holder_of(d, d->actions[i]);
  for (size_t i = 0; i < lever_count; i++) add_record(d, levers[i], d->in->space);
  if (d->by == BY_PERSON) add_holders(d, of);
  d->lanes[d->lane_count++] = d->by == BY_LEVER ? (struct lane){.label = JL_MSG("without lever"), .text = "none"} : (struct lane){.label = JL_MSG("without R"), .text = "none"};
  for (size_t i = 0; i < d->count; i++) d->lane_of[i] = lane_of_record(d, of[i]);
  return true;
}

static bool columns_of(struct board *d, const struct jl_action_filter *f) {
  static const int64_t statuses[] = {JL_TO_DO, JL_READY, JL_IN_PROGRESS, JL_BLOCKED, JL_DONE, JL_DROPPED}, priorities[] = {JL_URGENT, JL_HIGH, JL_NORMAL, JL_LOW};
  uint32_t field = d->by == BY_STATUS ? JL_ACTION_STATUS : JL_ACTION_PRIORITY;
  d->lane_of = jl_view_alloc(d->b, d->count, sizeof *d->lane_of);
  if (d->lane_of == NULL) return false;
  if (d->by == BY_LEVER || d->by == BY_PERSON) return columns_by_record(d);
  d->lanes = jl_view_alloc(d->b, JL_COUNT(statuses), sizeof *d->lanes);
  if (d->lanes == NULL) return false;
  if (d->by == BY_STATUS) add_enum(d, field, statuses, JL_COUNT(statuses), f);
  else add_enum(d, field, priorities, JL_COUNT(priorities), f);
  for (size_t i = 0; i < d->count; i++)
    d->lane_of[i] = lane_of_value(d, jl_view_int(d->actions[i], field, d->by == BY_STATUS ? JL_TO_DO : JL_NORMAL));
  return true;
}

/* ---- cards ---- */
static void cell_lane(struct board *d, const struct lane *lane) {
  const struct jl_arg name = lane->record != NULL ? jl_arg_text(lane->label) : jl_arg_label(lane->label);
  const struct jl_arg args[] = {name, jl_arg_integer((int64_t)lane->count), jl_arg_integer((int64_t)lane->limit)};
  jl_cell_words(d->b, lane->limit > 0 ? JL_MSG("{1} ({2}/{3})") : JL_MSG("{1} ({2})"), args, 3);
  jl_cell_alternative(d->b, lane->text);
  if (lane->limit > 0 && lane->count > lane->limit) jl_cell_tone(d->b, JL_TONE_WARN);
}

static const char *who_holds(struct board *d, const struct jl_record *action) {
  size_t n = 0;
  const char *names = "";
  const struct jl_record **assignments = jl_view_referring(d->in, d->b, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  for (size_t i = 0; i < n && jl_builder_ok(d->b); i++) {
    struct jl_id holder;
    if (jl_view_int(assignments[i], JL_RACI_LETTER, 0) != JL_RACI_R || !jl_record_id(assignments[i]->type, assignments[i]->body, JL_RACI_HOLDER, &holder)) continue;
    names = jl_arena_printf(jl_builder_arena(d->b), "%s%s%s", names, names[0] == '\0' ? "" : ", ", jl_view_holder_name(d->in, d->b, &holder));
    if (names == NULL) {
      jl_builder_fail(d->b, JL_E_NO_MEMORY);
      return "";
    }
  }
  return names;
}

static void cell_light(struct board *d, const struct jl_record *action) {
  bool late = jl_action_late(action, d->in->today), blocked = d->by == BY_STATUS && jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO) == JL_BLOCKED;
  if (!late && !blocked) {
    jl_cell_empty(d->b);
    return;
  }
  jl_cell_label(d->b, late && blocked ? "late\nblocked" : late ? JL_MSG("late") : JL_MSG("blocked"), late && blocked ? "late-blocked" : late ? "late" : "blocked");
  jl_cell_tone(d->b, JL_TONE_BAD);
}

/* So many of so many; for files without words. message NULL: empty. */
static void cell_part(struct board *d, const char *message, const struct jl_arg args[3]) {
  if (message == NULL) {
    jl_cell_empty(d->b);
    return;
  }
  const char *plain = jl_arena_printf(jl_builder_arena(d->b), "%" PRId64 "/%" PRId64, args[0].number, args[1].number);
  jl_cell_words(d->b, message, args, 3);
  if (plain != NULL) jl_cell_alternative(d->b, plain);
  else jl_builder_fail(d->b, JL_E_NO_MEMORY);
}

/* "steps: 2/5": of its checklist. */
static void cell_steps(struct board *d, const struct jl_record *action) {
  size_t n = 0, done = 0;
  const struct jl_record **items = jl_view_referring(d->in, d->b, &action->id, JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, &n);
  for (size_t i = 0; i < n; i++) done += jl_view_int(items[i], JL_CHECKLIST_ITEM_DONE, 0) != 0;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)done), jl_arg_integer((int64_t)n), jl_arg_text("")};
  cell_part(d, n == 0 ? NULL : JL_MSG("steps: {1}/{2}"), args);
}

/* "webinars: 4/6" */
static void cell_quantity(struct board *d, const struct jl_record *action) {
  struct jl_bytes unit = jl_record_text(action->type, action->body, JL_ACTION_QUANTITY_UNIT);
  const struct jl_arg args[] = {jl_arg_integer(jl_view_int(action, JL_ACTION_QUANTITY_DONE, 0)), jl_arg_integer(jl_view_int(action, JL_ACTION_QUANTITY_TARGET, 0)),
                                jl_arg_textn((const char *)unit.data, unit.size)};
  cell_part(d, !jl_record_has(action->body, JL_ACTION_QUANTITY_TARGET) ? NULL : unit.size > 0 ? JL_MSG("{3}: {1}/{2}") : JL_MSG("{1}/{2}"), args);
}

static void card(struct board *d, const struct lane *lane, const struct jl_record *action) {
  const char *who = who_holds(d, action);
  int64_t status = jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO);
  jl_row_begin(d->b, action, 0, JL_ROW_NORMAL);
  cell_lane(d, lane);
  jl_cell_title(d->b, d->in, action);
  if (d->by == BY_STATUS) jl_cell_empty(d->b); /* the column says it */
  else jl_cell_action_status(d->b, d->in, action);
  jl_cell_text(d->b, (struct jl_bytes){(const uint8_t *)who, strlen(who)});
  jl_cell_by_number(d->b, d->in, action, JL_ACTION_DUE);
  cell_quantity(d, action);
  cell_steps(d, action);
  cell_light(d, action);
  if (status == JL_BLOCKED || status == JL_DROPPED)
    jl_cell_by_number(d->b, d->in, action, status == JL_BLOCKED ? JL_ACTION_BLOCKED_REASON : JL_ACTION_DROPPED_REASON);
  else
    jl_cell_empty(d->b);
  jl_cell_by_number(d->b, d->in, action, JL_ACTION_PRIORITY);
  jl_cell_by_number(d->b, d->in, action, JL_ACTION_PROGRESS);
}

static void lane_rows(struct board *d, size_t number) {
  const struct lane *lane = &d->lanes[number];
  size_t shown = 0;
  for (size_t i = 0; i < d->count && shown < d->cards && shown < lane->count && jl_builder_ok(d->b); i++) {
    if (d->lane_of[i] != number) continue;
    card(d, lane, d->actions[i]);
    shown++;
  }
  if (shown == lane->count && shown > 0) return;
  jl_row_begin(d->b, NULL, 0, JL_ROW_MUTED); /* an empty column stands there too */
  cell_lane(d, lane);
  const struct jl_arg more = jl_arg_integer((int64_t)(lane->count - shown));
  if (lane->count > shown) jl_cell_words(d->b, JL_MSG("... {1} more"), &more, 1);
  else jl_cell_empty(d->b);
  jl_cells_empty(d->b, 9);
}

static void columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_BOARD, "board", NULL);
  jl_column(b, "column", JL_MSG("column"), JL_ARG_LABEL, 0);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 1);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 1);
  jl_column(b, "quantity", JL_MSG("quantity"), JL_ARG_TEXT, 1);
  jl_column(b, "steps", JL_MSG("steps"), JL_ARG_TEXT, 1);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 1);
  jl_column(b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 1);
  jl_column(b, "priority", JL_MSG("priority"), JL_ARG_LABEL, JL_COLUMN_FILES);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, JL_COLUMN_FILES);
}

static void notes(struct board *d) {
  bool cut = false;
  jl_block_begin(d->b, JL_BLOCK_NOTES, "notes", NULL);
  for (size_t i = 0; i < d->lane_count; i++) {
    const struct lane *lane = &d->lanes[i];
    const struct jl_arg args[] = {jl_arg_label(lane->label), jl_arg_integer((int64_t)lane->count), jl_arg_integer((int64_t)lane->limit)};
    cut = cut || lane->count > d->cards;
    if (lane->limit > 0 && lane->count > lane->limit)
      jl_note(d->b, JL_TONE_WARN, JL_MSG("{1}: {2} actions, and {3} at most (jalon plan set): finish some before others begin"), args, 3);
  }
  const struct jl_arg cards = jl_arg_integer((int64_t)d->cards);
  if (cut) jl_note(d->b, JL_TONE_MUTED, JL_MSG("{1} cards of a column are shown: --cards all shows them all"), &cards, 1);
  if (d->count == 0) jl_note(d->b, JL_TONE_MUTED, JL_MSG("no actions, or none that fits"), NULL, 0);
}

static bool read_parameters(struct board *d, struct jl_error *err) {
  const char *by = jl_view_value(d->in, "by"), *cards = jl_view_value(d->in, "cards");
  size_t known = 0;
  uint64_t number = 0;
  while (by != NULL && known < JL_COUNT(by_names) && strcmp(by, by_names[known]) != 0) known++;
  if (known == JL_COUNT(by_names))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: there is no {2}"), JL_MSG("status, lever, person or priority"), jl_arg_text("by"), jl_arg_text(by));
  d->by = (enum grouping)known;
  d->cards = SIZE_MAX;
  if (cards == NULL || strcmp(cards, "all") == 0) return true;
  if (!jl_view_number(cards, &number) || number == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is a number or all, not {2}"), NULL, jl_arg_text("cards"), jl_arg_text(cards));
  d->cards = (size_t)number;
  return true;
}

bool jl_board_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct board d = {.in = in, .b = b};
  struct jl_action_filter filter;
  size_t n = 0;
  if (!read_parameters(&d, err) || !jl_action_filter_read(in, b, &filter, err)) return false;
  d.actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  d.count = jl_action_filter_apply(&filter, d.actions, n);
  for (size_t i = 0, all = d.count; filter.statuses == 0 && i < all; i++) { /* what will not be done is asked for by name */
    if (i == 0) d.count = 0;
    if (jl_view_int(d.actions[i], JL_ACTION_STATUS, JL_TO_DO) != JL_DROPPED) d.actions[d.count++] = d.actions[i];
  }
  if (!jl_action_sort(in, b, d.actions, d.count, err)) return false;
  if (!columns_of(&d, &filter)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < d.count; i++)
    if (d.lane_of[i] < d.lane_count) d.lanes[d.lane_of[i]].count++;
  jl_builder_title(b, JL_MSG("board"), NULL, 0);
  columns(b);
  for (size_t i = 0; i < d.lane_count; i++)
    if (d.by == BY_STATUS || d.lanes[i].count > 0) lane_rows(&d, i);
  notes(&d);
  return true;
}

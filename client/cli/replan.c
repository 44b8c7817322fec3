/* replan: the view of this name, and with --apply all that it shows written, in one group: the dates of actions, the months that move with them,
 * the planned amount of a budget line, a rate. The group is guarded by what the answer was worked out from: who changed some of it meanwhile makes
 * it refused, with what changed. */
#include "client/cli/schedule.h"
#include "client/cli/undo.h"
#include "common/record/schema.h"
#include <string.h>

enum { GUARDS_MOST = 60 }; /* a group has 64 at most */

struct applying {
  struct jl_cli *cli;
  const Jalon__Document *document;
  struct jl_group *group;
  const struct jl_lookup *changed; /* a guard of what is edited would only hide the conflict */
  uint32_t changed_field;
  size_t dates, months, values, guards;
};

static struct jl_bytes bytes_of(ProtobufCBinaryData b) { return (struct jl_bytes){b.data, b.len}; }
static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

/* ---- what it was worked out from ---- */
static const struct guarded {
  uint32_t type;
  size_t count;
  uint32_t fields[4];
} guarded[] = {{JL_TYPE_ACTION, 4, {JL_ACTION_DURATION, JL_ACTION_TIMING, JL_ACTION_NOT_BEFORE, JL_ACTION_NO_LATER}},
               {JL_TYPE_FUNNEL, 3, {JL_FUNNEL_REVENUE, JL_FUNNEL_CUSTOMERS, JL_FUNNEL_DEAL}},
               {JL_TYPE_FUNNEL_RATE, 1, {JL_FUNNEL_RATE_RATE}},
               {JL_TYPE_BENCHMARK, 1, {JL_BENCHMARK_RATE}},
               {JL_TYPE_BUDGET_LINE, 1, {JL_BUDGET_LINE_PLANNED}}};

static const struct guarded *guarded_of(uint32_t type) {
  for (size_t i = 0; i < JL_COUNT(guarded); i++)
    if (guarded[i].type == type) return &guarded[i];
  return NULL;
}

static bool add_source(struct jl_cli *cli, struct jl_lookups *l, struct jl_bytes bytes) {
  struct jl_id id;
  if (l->count >= GUARDS_MOST || !jl_id_from_bytes(bytes, &id)) return true;
  for (size_t i = 0; i < l->count; i++)
    if (jl_id_equal(&l->items[i].id, &id)) return true;
  struct jl_lookup *one = jl_lookup_add(cli, l, NULL);
  if (one == NULL) return false;
  one->id = id;
  return true;
}

static bool list_sources(struct applying *a, struct jl_lookups *l) {
  for (size_t i = 0; i < a->document->n_blocks; i++) {
    const Jalon__Block *block = a->document->blocks[i];
    for (size_t r = 0; r < block->n_rows; r++) {
      const Jalon__RecordRef *record = block->rows[r]->record;
      if (record != NULL && guarded_of(record->type) != NULL && !add_source(a->cli, l, bytes_of(record->id))) return false;
      for (size_t c = 0; c < block->rows[r]->n_cells; c++)
        for (size_t s = 0; s < block->rows[r]->cells[c]->n_sources; s++)
          if (!add_source(a->cli, l, bytes_of(block->rows[r]->cells[c]->sources[s]))) return false;
    }
  }
  return true;
}

/* The type of a source is known when it was read; its fields as they were shown with a second reading. */
static bool put_guards(struct applying *a, struct jl_error *err) {
  struct jl_lookups first = {.space = a->cli->plan}, second = {.space = a->cli->plan};
  if (!list_sources(a, &first)) return jl_cli_no_link(err);
  if (first.count == 0) return true;
  if (!jl_lookups_run(a->cli, &first, err)) return false;
  for (size_t i = 0; i < first.count; i++) {
    const struct guarded *g = first.items[i].error.code == JL_E_OK ? guarded_of(first.items[i].record.type) : NULL;
    struct jl_lookup *one = g == NULL ? NULL : jl_lookup_add(a->cli, &second, NULL);
    if (g == NULL) continue;
    if (one == NULL) return jl_cli_no_link(err);
    one->id = first.items[i].id;
    one->type = type_of(g->type);
    one->base_fields = g->fields;
    one->base_field_count = g->count;
  }
  if (second.count > 0 && !jl_lookups_run(a->cli, &second, err)) return false;
  for (size_t i = 0; i < second.count; i++) {
    const struct jl_lookup *one = &second.items[i];
    for (size_t f = 0; one->error.code == JL_E_OK && f < one->base_field_count && a->guards < GUARDS_MOST; f++) {
      bool own = a->changed != NULL && jl_id_equal(&one->id, &a->changed->record.id) && one->base_fields[f] == a->changed_field;
      if (own) continue;
      jl_group_guard(a->group, &one->id, one->base_fields[f], jl_lookup_base(one, one->base_fields[f]));
      a->guards++;
    }
  }
  return true;
}

/* ---- the amount of a line, or a rate ---- */
static bool put_change(struct applying *a, struct jl_error *err) {
  const Jalon__Block *block = jl_cli_block(a->document, "change");
  const Jalon__Row *row = block == NULL || block->n_rows == 0 ? NULL : block->rows[0];
  const Jalon__Cell *then = row == NULL ? NULL : jl_cli_cell(block, row, "then");
  const Jalon__Block *months = jl_cli_block(a->document, "money");
  if (then == NULL || row->record == NULL || !then->has_number) return true;
  bool line = row->record->type == JL_TYPE_BUDGET_LINE;
  if (line && months != NULL) return true; /* planned by month */
  struct jl_lookup *one = jl_arena_alloc(a->cli->arena, sizeof *one);
  static const uint32_t fields[] = {JL_BUDGET_LINE_PLANNED, JL_FUNNEL_RATE_RATE};
  if (one == NULL) return jl_cli_no_link(err);
  a->changed_field = fields[line ? 0 : 1];
  *one = (struct jl_lookup){.type = type_of(row->record->type), .base_fields = &fields[line ? 0 : 1], .base_field_count = 1};
  if (!jl_id_from_bytes(bytes_of(row->record->id), &one->id)) return jl_cli_no_link(err);
  if (!jl_lookup_one(a->cli, one, err)) return false;
  a->changed = one;
  const struct jl_value value = {.number = then->number};
  struct jl_bytes slice = jl_value_encode(a->cli->arena, jl_field_by_number(one->type, a->changed_field), &value);
  if (slice.data == NULL) return jl_cli_no_link(err);
  if (jl_same_bytes(slice, jl_record_slice(one->record.body, a->changed_field))) return true;
  jl_group_update(a->group, one->record.type, &one->record.id);
  jl_group_field(a->group, a->changed_field, jl_lookup_base(one, a->changed_field), slice);
  a->values++;
  return true;
}

/* ---- months ---- */
struct month {
  struct jl_id id;
  struct jl_bytes record; /* as it would be made */
  bool exists;
  int64_t is;
};

static bool month_of(struct applying *a, const Jalon__Block *block, const Jalon__Row *row, struct month *ret, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_BUDGET_MONTH);
  const Jalon__Cell *day = jl_cli_cell(block, row, "month"), *was = jl_cli_cell(block, row, "planned"), *is = jl_cli_cell(block, row, "new_planned");
  struct jl_id line;
  *ret = (struct month){.record = {NULL, 0}};
  if (row->record == NULL || row->record->type != JL_TYPE_BUDGET_LINE || day == NULL || was == NULL || is == NULL || !day->has_number ||
      !is->has_number || (was->has_number && was->number == is->number) || (!was->has_number && is->number == 0))
    return true;
  if (!jl_id_from_bytes(bytes_of(row->record->id), &line)) return jl_cli_no_link(err);
  const struct jl_value month = {.number = day->number}, planned = {.number = is->number};
  struct jl_bytes first = jl_value_encode(a->cli->arena, jl_field_by_number(type, JL_BUDGET_MONTH_MONTH), &month),
                  amount = jl_value_encode(a->cli->arena, jl_field_by_number(type, JL_BUDGET_MONTH_PLANNED), &planned);
  ret->exists = was->has_number;
  ret->is = is->number;
  return jl_record_put_id(a->cli, type, &ret->record, JL_BUDGET_MONTH_LINE, &line, err) &&
         jl_record_put(a->cli, &ret->record, JL_BUDGET_MONTH_MONTH, first, err) && jl_record_put(a->cli, &ret->record, JL_BUDGET_MONTH_PLANNED, amount, err) &&
         (jl_record_natural_id(type, &a->cli->plan, ret->record, &ret->id) || jl_cli_no_link(err));
}

static void put_month(struct applying *a, const struct month *m, const struct jl_lookup *now) {
  if (!m->exists)
    jl_group_create(a->group, JL_TYPE_BUDGET_MONTH, &m->id, m->record);
  else if (m->is == 0)
    jl_group_delete(a->group, JL_TYPE_BUDGET_MONTH, &m->id, jl_lookup_seen(a->cli, &a->cli->plan, now), false);
  else {
    jl_group_update(a->group, JL_TYPE_BUDGET_MONTH, &m->id);
    jl_group_field(a->group, JL_BUDGET_MONTH_PLANNED, jl_lookup_base(now, JL_BUDGET_MONTH_PLANNED), jl_record_slice(m->record, JL_BUDGET_MONTH_PLANNED));
  }
  a->months++;
}

static bool put_months(struct applying *a, struct jl_error *err) {
  static const uint32_t fields[] = {JL_BUDGET_MONTH_PLANNED};
  const Jalon__Block *block = jl_cli_block(a->document, "money");
  struct jl_lookups l = {.space = a->cli->plan};
  struct month *months = block == NULL ? NULL : jl_arena_array(a->cli->arena, block->n_rows + 1, sizeof *months);
  if (block == NULL) return true;
  if (months == NULL) return jl_cli_no_link(err);
  for (size_t r = 0; r < block->n_rows; r++) {
    if (!month_of(a, block, block->rows[r], &months[r], err)) return false;
    if (!months[r].exists || months[r].record.size == 0) continue;
    struct jl_lookup *one = jl_lookup_add(a->cli, &l, NULL);
    if (one == NULL) return jl_cli_no_link(err);
    one->id = months[r].id;
    one->type = type_of(JL_TYPE_BUDGET_MONTH);
    one->base_fields = fields;
    one->base_field_count = 1;
  }
  if (l.count > 0 && !jl_lookups_run(a->cli, &l, err)) return false;
  for (size_t r = 0, k = 0; r < block->n_rows; r++) {
    if (months[r].record.size == 0) continue;
    const struct jl_lookup *now = months[r].exists ? &l.items[k++] : NULL;
    if (now != NULL && now->error.code != JL_E_OK) {
      *err = now->error;
      return false;
    }
    put_month(a, &months[r], now);
  }
  return true;
}

/* ---- all of it ---- */
static void say(struct applying *a, const struct jl_outcome_of *outcome) {
  struct jl_cli *cli = a->cli;
  const struct jl_arg dates = jl_arg_integer((int64_t)a->dates), months = jl_arg_integer((int64_t)a->months), made = jl_cli_made(cli, outcome);
  if (a->values > 0)
    jl_say(cli, cli->dry_run ? JL_MSG("it would be written") : JL_MSG("written{1}; jalon undo takes it back"), made);
  else if (a->dates > 0 && a->months > 0)
    jl_say(cli, cli->dry_run ? JL_MSG("{1} actions would have other dates, {3} months of the budget another amount")
                             : JL_MSG("{1} actions have other dates, {3} months of the budget another amount{2}; jalon undo takes them back"),
           dates, made, months);
  else if (a->months > 0)
    jl_say(cli, cli->dry_run ? JL_MSG("{1} months of the budget would have another amount") : JL_MSG("{1} months of the budget have another amount{2}; jalon undo takes them back"),
           months, made);
  else
    jl_say(cli, cli->dry_run ? JL_MSG("{1} actions would have other dates") : JL_MSG("{1} actions have other dates{2}; jalon undo takes them back"), dates, made);
}

static bool apply(struct applying *a, struct jl_error *err) {
  static const struct jl_dates_of of = {"dates", "write_start", "write_due", NULL, NULL};
  struct jl_cli *cli = a->cli;
  struct jl_outcome_of outcome = {0};
  const Jalon__Block *dates = jl_cli_block(a->document, of.block);
  bool of_action = jl_cli_block(a->document, "change") == NULL;
  if (of_action && dates != NULL && !jl_cli_put_dates(cli, dates, &of, a->group, &a->dates, err)) return false;
  if (!put_change(a, err) || !put_months(a, err)) return false;
  if (a->dates + a->months + a->values == 0) {
    jl_say(cli, of_action ? JL_MSG("these dates stand already: nothing to change") : JL_MSG("it stands so already: nothing to change"));
  } else {
    if (!put_guards(a, err) || (jl_undo_asks(cli) && !jl_undo_agreed(cli, err)) || !jl_cli_submit(cli, a->group, &outcome, err)) return false;
    say(a, &outcome);
  }
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_replan(struct jl_cli *cli, struct jl_error *err) {
  struct applying a = {.cli = cli};
  bool applies;
  if (!jl_cli_schedule_view(cli, "replan", &a.document, &applies, err)) return false;
  if (!applies) return true;
  a.group = jl_group_new(&cli->plan);
  bool ok = (a.group != NULL || jl_cli_no_link(err)) && apply(&a, err);
  jl_group_free(a.group);
  return ok;
}

/* Objective > lever > action > KPI: why each thing is done (product.md A1, P7, P11). */
#include "common/base/money.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/north_star.h"
#include "common/model/strategy/progress.h"
#include "common/model/strategy/serves.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

struct tree {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_seen *shown; /* objectives, levers, actions and KPIs that have had their row */
};

static void kpi_row(struct tree *t, const struct jl_record *kpi, int level) {
  bool first = jl_seen_add(t->shown, &kpi->id);
  struct jl_kpi_state state = jl_view_kpi_state(t->b, t->in, kpi);
  jl_row_begin(t->b, kpi, level, first ? JL_ROW_NORMAL : JL_ROW_MUTED);
  jl_cell_title(t->b, t->in, kpi);
  jl_cell_by_number(t->b, t->in, kpi, JL_KPI_OWNER);
  jl_cells_empty(t->b, 3);
  jl_cells_kpi_target(t->b, t->in, kpi, &state);
  jl_cell_kpi_value(t->b, t->in, kpi, &state);
  jl_cell_kpi_light(t->b, t->in, kpi, &state);
  jl_cells_empty(t->b, 2);
}

static void kpi_rows_of(struct tree *t, const struct jl_record *owner, uint32_t field, int level) {
  size_t n = 0;
  const struct jl_record **kpis = jl_view_referring(t->in, t->b, &owner->id, JL_TYPE_KPI, field, &n);
  for (size_t i = 0; i < n; i++)
    if (!jl_seen_has(t->shown, &kpis[i]->id)) kpi_row(t, kpis[i], level);
}

static void action_rows(struct tree *t, const struct jl_record *action, int level) {
  bool first = jl_seen_add(t->shown, &action->id);
  const char *who = jl_view_holders(t->in, t->b, &action->id);
  jl_row_begin(t->b, action, level, first ? JL_ROW_NORMAL : JL_ROW_MUTED);
  jl_cell_title(t->b, t->in, action);
  jl_cell_text(t->b, (struct jl_bytes){(const uint8_t *)who, strlen(who)});
  jl_cell_action_status(t->b, t->in, action);
  jl_cell_by_number(t->b, t->in, action, JL_ACTION_PROGRESS);
  jl_cell_action_due(t->b, t->in, action);
  jl_cells_empty(t->b, 6);
  if (!first) return;
  size_t n = 0;
  const struct jl_record **kpis = jl_view_links(t->in, t->b, action, JL_ACTION_KPIS, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++) kpi_row(t, kpis[i], level + 1);
}

/* Mean progress of the lever's actions that are not dropped; a done one is complete whatever its progress says. */
static void cell_lever_progress(struct tree *t, const struct jl_record **actions, size_t n) {
  int64_t sum = 0, counted = 0, mean = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t status = jl_view_int(actions[i], JL_ACTION_STATUS, JL_TO_DO);
    if (status == JL_DROPPED) continue;
    sum += status == JL_DONE ? JL_FRACTION_ONE : jl_view_int(actions[i], JL_ACTION_PROGRESS, 0);
    counted++;
  }
  if (counted == 0 || !jl_mul_div_half_even(sum, 1, counted, &mean)) {
    jl_cell_empty(t->b);
    return;
  }
  jl_cell(t->b, jl_arg_fraction(mean, "percent"));
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(actions[i], JL_ACTION_STATUS, JL_TO_DO) != JL_DROPPED) jl_cell_source(t->b, actions[i]);
}

static void lever_rows(struct tree *t, const struct jl_record *lever, int level) {
  size_t n = 0;
  bool first = jl_seen_add(t->shown, &lever->id);
  const struct jl_record **actions = jl_view_referring(t->in, t->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
  jl_row_begin(t->b, lever, level, first ? JL_ROW_NORMAL : JL_ROW_MUTED);
  jl_cell_title(t->b, t->in, lever);
  jl_cell_by_number(t->b, t->in, lever, JL_LEVER_OWNER);
  if (jl_view_int(lever, JL_LEVER_PAUSED, 0) != 0)
    jl_cell_label(t->b, JL_MSG("paused"), "paused");
  else
    jl_cell_by_number(t->b, t->in, lever, JL_LEVER_VERDICT);
  cell_lever_progress(t, actions, n);
  jl_cells_empty(t->b, 2);
  jl_cell_by_number(t->b, t->in, lever, JL_LEVER_TARGET);
  jl_cells_empty(t->b, 4);
  if (!first) return;
  for (size_t i = 0; i < n; i++) action_rows(t, actions[i], level + 1);
  kpi_rows_of(t, lever, JL_KPI_LEVER, level + 1);
}

static void key_result_row(struct tree *t, const struct jl_record *key_result, int level) {
  jl_row_begin(t->b, key_result, level, JL_ROW_NORMAL);
  jl_cell_title(t->b, t->in, key_result);
  jl_cells_empty(t->b, 2);
  jl_cell_key_result_score(t->b, t->in, key_result);
  jl_cells_empty(t->b, 2);
  jl_cell_by_number(t->b, t->in, key_result, JL_KEY_RESULT_TARGET);
  jl_cell_by_number(t->b, t->in, key_result, JL_KEY_RESULT_CURRENT);
  jl_cells_empty(t->b, 3);
}

static void objective_rows(struct tree *t, const struct jl_record *objective, int level) {
  jl_row_begin(t->b, objective, level, JL_ROW_NORMAL);
  jl_cell_objective(t->b, t->in, objective);
  jl_cell_tone(t->b, JL_TONE_STRONG);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_OWNER);
  if (jl_serves_business(t->in, objective))
    jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_KIND);
  else {
    jl_cell_label(t->b, JL_MSG("serves nothing"), "serves-nothing");
    jl_cell_tone(t->b, JL_TONE_WARN);
  }
  jl_cell_objective_progress(t->b, t->in, objective);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_DUE);
  jl_cell_empty(t->b);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_TARGET);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_CURRENT);
  jl_cell_empty(t->b);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_KIND);
  jl_cell_by_number(t->b, t->in, objective, JL_OBJECTIVE_HORIZON);
  size_t n = 0;
  const struct jl_record **key_results = jl_view_referring(t->in, t->b, &objective->id, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) key_result_row(t, key_results[i], level + 1);
  const struct jl_record **levers = jl_view_referring(t->in, t->b, &objective->id, JL_TYPE_LEVER, JL_LEVER_OBJECTIVES, &n);
  for (size_t i = 0; i < n; i++) lever_rows(t, levers[i], level + 1);
  kpi_rows_of(t, objective, JL_KPI_OBJECTIVE, level + 1);
}

struct waiting {
  const struct jl_record *objective;
  int level;
};

/* An objective, then those that serve it: by hand, not by recursion, since data decides the depth. Every objective is shown
 * once, so the stack never holds more than there are. */
static void objective_and_below(struct tree *t, const struct jl_record *root, struct waiting *stack, size_t capacity) {
  size_t depth = 0;
  if (!jl_seen_add(t->shown, &root->id)) return;
  stack[depth++] = (struct waiting){root, 0};
  while (depth > 0 && jl_builder_ok(t->b)) {
    struct waiting next = stack[--depth];
    size_t n = 0;
    objective_rows(t, next.objective, next.level);
    const struct jl_record **below = jl_view_referring(t->in, t->b, &next.objective->id, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT, &n);
    for (size_t i = n; i-- > 0;)
      if (depth < capacity && jl_seen_add(t->shown, &below[i]->id)) stack[depth++] = (struct waiting){below[i], next.level + 1};
  }
}

static void heading_once(struct tree *t, bool *done) {
  if (*done) return;
  *done = true;
  jl_row_begin(t->b, NULL, 0, JL_ROW_HEADING);
  jl_cell_label(t->b, JL_MSG("not linked"), "not-linked");
  jl_cells_empty(t->b, 10);
}

static void not_linked(struct tree *t, const struct jl_record **levers, size_t lever_count, const struct jl_record **actions,
                       size_t action_count) {
  bool headed = false;
  size_t n = 0;
  for (size_t i = 0; i < lever_count; i++) {
    if (jl_seen_has(t->shown, &levers[i]->id)) continue;
    heading_once(t, &headed);
    lever_rows(t, levers[i], 1);
  }
  for (size_t i = 0; i < action_count; i++) {
    if (jl_seen_has(t->shown, &actions[i]->id)) continue;
    heading_once(t, &headed);
    action_rows(t, actions[i], 1);
  }
  const struct jl_record **kpis = jl_view_all(t->in, t->b, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++) {
    if (jl_seen_has(t->shown, &kpis[i]->id)) continue;
    heading_once(t, &headed);
    kpi_row(t, kpis[i], 1);
  }
}

static void columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_TREE, "tree", NULL);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 4);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "progress", JL_MSG("progress"), JL_ARG_FRACTION, 2);
  jl_column(b, "due", JL_MSG("due date"), JL_ARG_DATE, 3);
  jl_columns_kpi_target(b, 5);
  jl_column(b, "value", JL_MSG("current value"), JL_ARG_FRACTION, 6);
  jl_column(b, "light", JL_MSG("light"), JL_ARG_LABEL, 5);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 7);
  jl_column(b, "horizon", JL_MSG("horizon"), JL_ARG_LABEL, 8);
}

bool jl_tree_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  size_t objective_count = 0, lever_count = 0, action_count = 0, kpi_count = 0;
  const struct jl_record **objectives = jl_view_all(in, b, JL_TYPE_OBJECTIVE, &objective_count);
  const struct jl_record **levers = jl_view_all(in, b, JL_TYPE_LEVER, &lever_count);
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &action_count);
  (void)jl_view_all(in, b, JL_TYPE_KPI, &kpi_count);
  struct tree t = {in, b, jl_seen_new(b, objective_count + lever_count + action_count + kpi_count)};
  struct waiting *stack = jl_view_alloc(b, objective_count, sizeof *stack);
  if (t.shown == NULL || stack == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  jl_builder_title(b, JL_MSG("objectives, levers and actions"), NULL, 0);
  columns(b);
  for (size_t i = 0; i < objective_count; i++)
    if (jl_view_linked(in, objectives[i], JL_OBJECTIVE_PARENT) == NULL) objective_and_below(&t, objectives[i], stack, objective_count);
  for (size_t i = 0; i < objective_count; i++)
    objective_and_below(&t, objectives[i], stack, objective_count); /* none left but those of a circle */
  jl_note_north_star(in, b, false);
  not_linked(&t, levers, lever_count, actions, action_count);
  if (objective_count + lever_count + action_count + kpi_count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("nothing planned yet"), NULL, 0);
  return true;
}

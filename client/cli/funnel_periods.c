#include "client/cli/funnel_apply.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- reading the schedule ---- */
static size_t column_named(const Jalon__Block *block, const char *name) {
  size_t c = 0;
  while (c < block->n_columns && (block->columns[c]->name == NULL || strcmp(block->columns[c]->name, name) != 0)) c++;
  return c;
}

static int64_t number_at(const Jalon__Row *row, size_t column) { return column < row->n_cells && row->cells[column]->has_number ? row->cells[column]->number : 0; }

static bool is_period(const Jalon__Row *row, size_t until) { return until < row->n_cells && row->cells[until]->has_number; }

/* The stages' columns follow those of the period, the widest stage first. each: of one that is counted, in millionths. */
static bool read_column(struct jl_applying *a, const Jalon__Block *periods, size_t column, int64_t each, struct jl_figure *f) {
  size_t until = column_named(periods, "until"), n = 0;
  int64_t sum = 0;
  f->targets = jl_arena_array(a->cli->arena, periods->n_rows + 1, sizeof *f->targets);
  if (f->targets == NULL) return false;
  for (size_t r = 0; r < periods->n_rows; r++) {
    const Jalon__Row *row = periods->rows[r];
    int64_t here = number_at(row, column), reached;
    if (!is_period(row, until) || here == 0) continue;
    sum += here;
    if (__builtin_mul_overflow(sum, each, &reached)) return true; /* more than can be told: the whole period's target is there all the same */
    f->targets[n++] = (struct jl_figure_target){(int32_t)row->cells[until]->number, reached};
  }
  if (n > 1) f->target_count = n;
  return true;
}

bool jl_figures_read_periods(struct jl_applying *a, const Jalon__Document *document, struct jl_error *err) {
  const Jalon__Block *periods = jl_cli_block(document, "periods");
  if (periods == NULL || a->count == 0) return true;
  size_t first = column_named(periods, "until") + 1, behind = a->figures[0].is_revenue ? 1 : 0, stages = a->count - behind;
  for (size_t i = 0; i < stages; i++) { /* figures go from the customers to the widest stage */
    struct jl_figure *f = &a->figures[behind + i];
    if (!read_column(a, periods, first + stages - 1 - i, JL_FRACTION_ONE, f)) return jl_cli_no_link(err);
  }
  const struct jl_figure *customers = &a->figures[behind];
  int64_t deal = behind == 1 && customers->target >= JL_FRACTION_ONE ? a->figures[0].target / (customers->target / JL_FRACTION_ONE) : 0;
  return deal == 0 || read_column(a, periods, first + stages - 1, deal, &a->figures[0]) || jl_cli_no_link(err);
}

/* ---- as targets of the KPI ---- */
static bool put_number(struct jl_applying *a, struct jl_bytes *record, uint32_t field, int64_t number, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_KPI_TARGET);
  return jl_record_put(a->cli, record, field, jl_value_encode(a->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = number}), err);
}

static bool make(struct jl_applying *a, const struct jl_figure *f, const struct jl_figure_target *target, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_KPI_TARGET);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id;
  if (!jl_record_put_id(a->cli, type, &record, JL_KPI_TARGET_KPI, &f->kpi, err) || !put_number(a, &record, JL_KPI_TARGET_DUE, target->due, err) ||
      !put_number(a, &record, JL_KPI_TARGET_TARGET, target->target, err) || !jl_record_check(type, record, err))
    return false;
  if (!jl_record_natural_id(type, &a->cli->plan, record, &id)) return jl_cli_no_link(err);
  jl_group_create(a->group, type->number, &id, record);
  a->targets++;
  return true;
}

static const struct jl_record_state *there(const struct jl_applying *a, const struct jl_figure *f, int32_t due) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_KPI_TARGET);
  const struct jl_lookup *kpi = &a->lookups.items[f->kpi_lookup];
  for (size_t i = 0; f->has_kpi && i < kpi->below_count; i++)
    if (kpi->below[i].type == JL_TYPE_KPI_TARGET && jl_record_int(type, kpi->below[i].body, JL_KPI_TARGET_DUE, INT64_MIN) == due) return &kpi->below[i];
  return NULL;
}

/* What is there is set to the funnel's figure, whoever had written another: as the target of the KPI itself is. */
static bool set(struct jl_applying *a, const struct jl_record_state *old, int64_t target, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_KPI_TARGET);
  struct jl_bytes now = jl_record_slice(old->body, JL_KPI_TARGET_TARGET);
  struct jl_bytes next = jl_value_encode(a->cli->arena, jl_field_by_number(type, JL_KPI_TARGET_TARGET), &(struct jl_value){.number = target});
  if (next.data == NULL) return jl_cli_no_link(err);
  if (jl_same_bytes(now, next)) return true;
  jl_group_update(a->group, old->type, &old->id);
  jl_group_field(a->group, JL_KPI_TARGET_TARGET, now, next);
  a->targets++;
  return true;
}

bool jl_figure_put_targets(struct jl_applying *a, const struct jl_figure *f, struct jl_error *err) {
  for (size_t i = 0; i < f->target_count; i++) {
    const struct jl_record_state *old = there(a, f, f->targets[i].due);
    if (old != NULL ? !set(a, old, f->targets[i].target, err) : !make(a, f, &f->targets[i], err)) return false;
  }
  return true;
}

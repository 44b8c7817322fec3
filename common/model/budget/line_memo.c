#include "common/model/budget/line_memo.h"
#include "common/base/money.h"
#include "common/model/memo.h"
#include "common/record/schema.h"
#include <string.h>

struct jl_line_making {
  const struct jl_view_input *in;
  struct jl_line_memo memo;
  const struct jl_record *sources[JL_MONEY_KINDS][JL_CELL_SOURCES];
  struct jl_excess_walk excess;
  bool plain;
};

static bool take(void *context, const struct jl_money_entry *entry) {
  struct jl_line_making *m = context;
  size_t *n = &m->memo.source_count[entry->kind];
  bool expense = entry->record->type_number == JL_TYPE_EXPENSE;
  m->plain = m->plain && entry->part == JL_SHARE_ONE && entry->rate == NULL && !entry->in_document;
  if (!m->plain) return false;
  if (entry->record != entry->line && *n < JL_CELL_SOURCES) m->sources[entry->kind][(*n)++] = entry->record;
  m->memo.vat_costs = m->memo.vat_costs || entry->sum.cost != entry->sum.net;
  bool lacks = expense && jl_lacks_kpi(m->in, entry), late = expense && jl_is_late(entry->record);
  for (int side = 0; side < JL_SIDES; side++) {
    int64_t amount = jl_sum_in(&entry->sum, (enum jl_basis)side);
    if (!jl_amounts_take(&m->memo.amounts[side], entry->kind, amount) ||
        (lacks && !jl_add(m->memo.without_kpi_sums[side], amount, &m->memo.without_kpi_sums[side])) ||
        (late && !jl_add(m->memo.late_sums[side], amount, &m->memo.late_sums[side])))
      return false;
  }
  return jl_excess_entry(&m->excess, entry) && (!lacks || jl_remarked_add(&m->memo.without_kpi, entry->record, 0)) && (!late || jl_remarked_add(&m->memo.late, entry->record, 0));
}

static bool count_above(void *context, const struct jl_excess *excess) {
  ((struct jl_line_making *)context)->memo.above[excess->kind]++;
  return true;
}

static bool apart(void *context, const struct jl_money_entry *entry) {
  (void)entry;
  ((struct jl_line_making *)context)->plain = false;
  return false;
}

struct jl_line_memo *jl_line_memo(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line,
                                  struct jl_line_making **io_making, bool *ret_fits) {
  const void *at = NULL;
  *ret_fits = true;
  if (!jl_view_sees(in, JL_SECTION_STRATEGY)) return NULL; /* whose expenses all lack a KPI */
  struct jl_line_memo *memo = jl_memo_of(in->space, line);
  if (memo != NULL) return memo;
  if (!jl_memo_room(in->space) || jl_record_has(line->body, JL_BUDGET_LINE_CURRENCY) ||
      jl_replica_next_referring(in->space, &line->id, JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_LINE, &at) != NULL)
    return NULL;
  if (*io_making == NULL) {
    *io_making = jl_view_alloc(b, 1, sizeof **io_making);
    if (*io_making == NULL) return NULL;
    jl_excess_begin(&(*io_making)->excess, in->space, jl_builder_arena(b));
  }
  struct jl_line_making *m = *io_making;
  m->memo = (struct jl_line_memo){.vat_costs = false};
  m->in = in;
  m->plain = true;
  jl_excess_line(&m->excess, line);
  bool fits = jl_lines_entries(in->space, &line, 1, jl_builder_arena(b), take, apart, m) && jl_excess_end(&m->excess, count_above, m);
  *ret_fits = fits || !m->plain;
  if (!fits) return NULL;
  size_t count = 0;
  for (int kind = 0; kind < JL_MONEY_KINDS; kind++) count += m->memo.source_count[kind];
  memo = jl_memo_new(in->space, line, sizeof *memo + count * sizeof(const struct jl_record *));
  if (memo == NULL) return NULL;
  *memo = m->memo;
  count = 0;
  for (int kind = 0; kind < JL_MONEY_KINDS; kind++)
    for (size_t i = 0; i < m->memo.source_count[kind]; i++) memo->sources[count++] = m->sources[kind][i];
  return memo;
}

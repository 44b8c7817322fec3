#include "common/model/measures/spend.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define MEMO 256 /* answers that are kept: many KPIs ask for the same */

struct row {
  struct jl_id lever, action; /* zero: none */
  int32_t day;
  int64_t amount;
  bool unrated; /* it has no amount */
  const struct jl_record *record;
};
struct answer {
  bool kept, ok;
  struct jl_spend_ask ask;
  struct jl_spend_sum sum;
};
struct jl_spend {
  struct row *rows; /* by day */
  size_t n;
  struct answer memo[MEMO];
};
struct reading {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_spend *spend;
  size_t capacity;
  struct jl_id line_lever, line_action; /* of the line that is read */
  const struct jl_spend_ask *ask;       /* of jl_spend_entries */
  struct jl_money_entries *entries;
};

static struct jl_id id_of(const struct jl_record *record) { return record == NULL ? (struct jl_id){{0}} : record->id; }

static bool make_room(struct reading *r) {
  struct jl_spend *s = r->spend;
  if (s->n < r->capacity) return true;
  size_t more = r->capacity == 0 ? 256 : r->capacity * 2;
  struct row *rows = jl_view_alloc(r->b, more, sizeof *rows);
  if (rows == NULL) return false;
  if (s->n > 0) memcpy(rows, s->rows, s->n * sizeof *rows);
  s->rows = rows;
  r->capacity = more;
  return true;
}

/* A part of a line that pays for the action of another lever is that lever's, as in the budget. */
static struct row row_of(const struct reading *r, const struct jl_money_entry *entry) {
  bool own = entry->action != NULL && jl_view_readable(r->in, entry->action);
  struct jl_id lever = r->line_lever, of_action = own ? id_of(jl_view_linked(r->in, entry->action, JL_ACTION_LEVER)) : lever;
  if (jl_id_is_zero(&lever) || (entry->part != JL_SHARE_ONE && !jl_id_is_zero(&of_action))) lever = of_action;
  return (struct row){.lever = lever, .action = own ? entry->action->id : r->line_action, .day = entry->day, .amount = entry->currency[0] != '\0' ? 0 : entry->sum.cost,
                      .unrated = entry->currency[0] != '\0', .record = entry->record};
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct reading *r = context;
  if (entry->kind != JL_MONEY_ACTUAL) return true;
  if (!make_room(r)) return false;
  r->spend->rows[r->spend->n++] = row_of(r, entry);
  return true;
}

static int by_day(const void *left, const void *right) {
  const struct row *a = left, *b = right;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  if (a->record->number != b->record->number) return a->record->number < b->record->number ? -1 : 1;
  return jl_id_compare(&a->record->id, &b->record->id);
}

static bool read_lines(struct reading *r, jl_money_entry_function *each) {
  size_t n = 0;
  const struct jl_record **lines = jl_view_all(r->in, r->b, JL_TYPE_BUDGET_LINE, &n);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *action = jl_view_linked(r->in, lines[i], JL_BUDGET_LINE_ACTION), *lever = jl_view_linked(r->in, lines[i], JL_BUDGET_LINE_LEVER);
    r->line_action = id_of(action);
    r->line_lever = id_of(lever != NULL || action == NULL ? lever : jl_view_linked(r->in, action, JL_ACTION_LEVER));
    if (jl_lines_entries(r->in->space, &lines[i], 1, jl_builder_arena(r->b), each, each, r)) continue;
    jl_builder_fail(r->b, JL_E_TOO_LARGE);
    return false;
  }
  return true;
}

struct jl_spend *jl_spend_read(const struct jl_view_input *in, struct jl_builder *b) {
  struct jl_spend *s = jl_view_alloc(b, 1, sizeof *s);
  struct reading r = {.in = in, .b = b, .spend = s};
  if (s == NULL) return NULL;
  memset(s, 0, sizeof *s);
  if (!read_lines(&r, take)) return NULL;
  if (s->n > 0) qsort(s->rows, s->n, sizeof *s->rows, by_day);
  return s;
}

bool jl_spend_days(const struct jl_spend *s, int32_t *ret_first, int32_t *ret_last) {
  if (s == NULL || s->n == 0) return false;
  *ret_first = s->rows[0].day;
  *ret_last = s->rows[s->n - 1].day;
  return true;
}

static size_t first_of(const struct jl_spend *s, int32_t day) {
  size_t low = 0, high = s->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (s->rows[middle].day < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool belongs(const struct row *row, const struct jl_spend_ask *ask) {
  return (ask->lever == NULL || jl_id_equal(&row->lever, &ask->lever->id)) && (ask->action == NULL || jl_id_equal(&row->action, &ask->action->id));
}

const struct jl_record *jl_spend_next(const struct jl_spend *s, const struct jl_spend_ask *ask, size_t *io_at) {
  if (s == NULL) return NULL;
  size_t at = *io_at > 0 ? *io_at : first_of(s, ask->from);
  while (at < s->n && s->rows[at].day < ask->to && !belongs(&s->rows[at], ask)) at++;
  *io_at = at + 1;
  return at < s->n && s->rows[at].day < ask->to ? s->rows[at].record : NULL;
}

static bool take_asked(void *context, const struct jl_money_entry *entry) {
  struct reading *r = context;
  if (entry->kind != JL_MONEY_ACTUAL || entry->day < r->ask->from || entry->day >= r->ask->to) return true;
  const struct row row = row_of(r, entry);
  return !belongs(&row, r->ask) || jl_money_entries_add(r->entries, r->b, entry);
}

bool jl_spend_entries(const struct jl_view_input *in, struct jl_builder *b, const struct jl_spend_ask *ask, struct jl_money_entries *ret) {
  struct reading r = {.in = in, .b = b, .ask = ask, .entries = ret};
  *ret = (struct jl_money_entries){0};
  return read_lines(&r, take_asked);
}

void jl_why_spend_unrated(struct jl_builder *b, const struct jl_view_input *in, const struct jl_spend_ask *ask) {
  struct jl_money_entries all;
  size_t n = 0;
  if (!jl_why_is_shown(b) || !jl_spend_entries(in, b, ask, &all)) return;
  for (size_t i = 0; i < all.count; i++)
    if (all.rows[i].currency[0] != '\0') all.rows[n++] = all.rows[i];
  all.count = n;
  jl_why_unrated(b, in, &all, JL_BASIS_COST);
}

bool jl_spend_of(struct jl_spend *s, const struct jl_spend_ask *ask, struct jl_spend_sum *ret) {
  *ret = (struct jl_spend_sum){0};
  if (s == NULL) return true;
  uint64_t h = ((uint64_t)(uint32_t)ask->from << 32 | (uint32_t)ask->to) * UINT64_C(0x9e3779b97f4a7c15);
  if (ask->lever != NULL) h ^= jl_id_hash(&ask->lever->id);
  if (ask->action != NULL) h ^= jl_id_hash(&ask->action->id) << 1;
  struct answer *a = &s->memo[(h ^ h >> 29) % MEMO];
  if (!a->kept || a->ask.lever != ask->lever || a->ask.action != ask->action || a->ask.from != ask->from || a->ask.to != ask->to) {
    *a = (struct answer){.kept = true, .ok = true, .ask = *ask};
    for (size_t i = first_of(s, ask->from); i < s->n && s->rows[i].day < ask->to && a->ok; i++) {
      if (!belongs(&s->rows[i], ask)) continue;
      a->sum.records++;
      a->sum.unknown = a->sum.unknown || s->rows[i].unrated;
      a->ok = jl_add(a->sum.amount, s->rows[i].amount, &a->sum.amount);
    }
  }
  *ret = a->sum;
  return a->ok;
}

/* ---- people ---- */
static bool before(int64_t cost, int64_t start, int64_t end, int64_t day, int64_t *ret) {
  *ret = day <= start ? 0 : cost;
  return day <= start || day > end || jl_mul_div_half_even(cost, day - start, end - start + 1, ret);
}

bool jl_spend_on_people(const struct jl_view_input *in, struct jl_builder *b, int32_t from, int32_t to, struct jl_spend_sum *ret) {
  size_t n = 0;
  const struct jl_record *plan = jl_view_plan(in), **lines = jl_view_all(in, b, JL_TYPE_PAYROLL_LINE, &n);
  *ret = (struct jl_spend_sum){0};
  for (size_t i = 0; i < n; i++) {
    int64_t start = jl_view_int(lines[i], JL_PAYROLL_LINE_START, plan == NULL ? from : jl_view_int(plan, JL_PLAN_START, from));
    int64_t end = jl_view_int(lines[i], JL_PAYROLL_LINE_END, plan == NULL ? to - 1 : jl_view_int(plan, JL_PLAN_END, to - 1));
    int64_t cost = jl_view_int(lines[i], JL_PAYROLL_LINE_PLANNED, 0), until, since;
    if (end < start || start >= to || end < from) continue;
    if (!before(cost, start, end, to, &until) || !before(cost, start, end, from, &since) || !jl_add(ret->amount, until - since, &ret->amount)) return false;
    ret->records++;
  }
  return true;
}

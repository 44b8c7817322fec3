/* Who is paid: what is ordered and open, and invoiced, by supplier; of one its orders and invoices (product.md B6).
 *
 * A supplier is a name that expenses carry, no record of its own. A record would have to be there before its first invoice is typed or imported,
 * in every plan and on every copy, and would say nothing that the expense and its line do not say better: category, VAT rate and currency are those
 * of the line, and differ from one to the next of the same supplier. What a record would keep together, spellings do too: names that differ only in
 * case, accents and spaces are one (text.h), and `jalon supplier rename` makes one of what is left, in a group that undo takes back. */
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/budget/fiscal.h"
#include "common/model/budget/supplier.h"
#include "common/model/budget/totals.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct paid { /* one expense, all shares of it */
  const struct jl_record *expense;
  const char *name, *folded; /* "": nobody is named */
  int64_t committed, actual;
  unsigned unknown; /* as of jl_money_line */
  size_t order;     /* as it came */
};
struct view {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_money_filter filter;
  struct jl_money_remarks remarks;
  struct jl_amounts known; /* what has a rate comes to; nothing is planned */
  struct paid *rows;
  size_t count, room;
  char currency[4];
  struct jl_error *err;
};
struct supplier {
  const struct paid *first;
  size_t count;
  int64_t committed, actual;
  unsigned unknown;
};

struct jl_bytes jl_supplier_of(const struct jl_view_input *in, const struct jl_record *expense) {
  struct jl_bytes name = jl_record_text(expense->type, expense->body, JL_EXPENSE_SUPPLIER);
  if (name.size == 0) expense = jl_view_linked(in, expense, JL_EXPENSE_PART_OF); /* its document's */
  return name.size == 0 && expense != NULL ? jl_record_text(expense->type, expense->body, JL_EXPENSE_SUPPLIER) : name;
}

/* ---- collected ---- */
static struct paid *row_for(struct view *v, const struct jl_record *expense) {
  if (v->count > 0 && v->rows[v->count - 1].expense == expense) return &v->rows[v->count - 1];
  if (v->count == v->room) {
    size_t more = v->room == 0 ? 64 : v->room * 2;
    struct paid *grown = jl_view_alloc(v->b, more, sizeof *grown);
    if (grown == NULL) return NULL;
    if (v->count > 0) memcpy(grown, v->rows, v->count * sizeof *grown);
    v->rows = grown;
    v->room = more;
  }
  struct paid *row = &v->rows[v->count];
  struct jl_bytes name = jl_supplier_of(v->in, expense);
  *row = (struct paid){.expense = expense, .name = name.size == 0 ? "" : jl_view_text(v->b, name), .order = v->count};
  row->folded = jl_view_folded(v->b, row->name);
  v->count++;
  return row;
}

static bool take(void *context, const struct jl_money_entry *entry) {
  struct view *v = context;
  if (entry->kind == JL_MONEY_PLANNED || !jl_money_filter_has(&v->filter, entry)) return true;
  struct paid *row = row_for(v, entry->record);
  int64_t *to = row == NULL ? NULL : entry->kind == JL_MONEY_COMMITTED ? &row->committed : &row->actual;
  const int64_t amount = jl_sum_in(&entry->sum, v->filter.basis);
  return to != NULL && jl_add(*to, amount, to) && jl_amounts_take(&v->known, entry->kind, amount) && jl_remark(&v->remarks, entry);
}

static bool apart(void *context, const struct jl_money_entry *entry) {
  struct view *v = context;
  if (entry->kind == JL_MONEY_PLANNED || !jl_money_filter_has(&v->filter, entry)) return true;
  struct paid *row = row_for(v, entry->record);
  if (row != NULL) row->unknown |= JL_UNKNOWN(entry->kind);
  return row != NULL && jl_remark(&v->remarks, entry);
}

static int by_name(const void *left, const void *right) {
  const struct paid *a = left, *b = right;
  int order = strcmp(a->folded, b->folded);
  return order != 0 ? order : a->order < b->order ? -1 : a->order > b->order;
}

/* Whoever gets most comes first, nobody last. */
static int by_money(const void *left, const void *right) {
  const struct supplier *a = left, *b = right;
  bool nobody = a->first->folded[0] == '\0', nobody_too = b->first->folded[0] == '\0';
  __int128 x = (__int128)a->actual + a->committed, y = (__int128)b->actual + b->committed;
  if (nobody != nobody_too) return nobody ? 1 : -1;
  return x != y ? (x > y ? -1 : 1) : strcmp(a->first->folded, b->first->folded);
}

static bool collect(struct view *v) {
  size_t n = 0;
  const struct jl_record **lines = jl_view_all(v->in, v->b, JL_TYPE_BUDGET_LINE, &n);
  if (!jl_lines_entries(v->in->space, lines, n, jl_builder_arena(v->b), take, apart, v)) return jl_money_too_large(v->err);
  if (v->count > 0) qsort(v->rows, v->count, sizeof *v->rows, by_name);
  return true;
}

static bool gather(const struct view *v, struct supplier *all, size_t *ret_n, struct supplier *ret_total) {
  size_t n = 0;
  *ret_total = (struct supplier){.count = 0};
  for (size_t i = 0; i < v->count; i++) {
    const struct paid *row = &v->rows[i];
    if (n == 0 || strcmp(all[n - 1].first->folded, row->folded) != 0) all[n++] = (struct supplier){.first = row};
    struct supplier *one = &all[n - 1];
    one->count++;
    ret_total->count++;
    one->unknown |= row->unknown;
    ret_total->unknown |= row->unknown;
    if (!jl_add(one->committed, row->committed, &one->committed) || !jl_add(one->actual, row->actual, &one->actual) ||
        !jl_add(ret_total->committed, row->committed, &ret_total->committed) || !jl_add(ret_total->actual, row->actual, &ret_total->actual))
      return false;
  }
  if (n > 0) qsort(all, n, sizeof *all, by_money);
  *ret_n = n;
  return true;
}

/* ---- shown ---- */
static void money(const struct view *v, int64_t amount, const struct supplier *of, unsigned kinds) {
  jl_cell_money_known(v->b, amount, v->currency, of->unknown & kinds);
  for (size_t i = 0; of->first != NULL && i < of->count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, of->first[i].expense);
}

/* Other ways in which it is written, each once. */
static void spellings(const struct view *v, const struct supplier *of) {
  char text[JL_ARG_TEXT_MAX] = "";
  size_t used = 0;
  for (size_t i = 1; i < of->count; i++) {
    bool known = false;
    for (size_t k = 0; k < i && !known; k++) known = strcmp(of->first[k].name, of->first[i].name) == 0;
    size_t size = strlen(of->first[i].name);
    if (known || used + size + 3 > sizeof text) continue;
    memcpy(text + used, used == 0 ? "" : ", ", used == 0 ? 0 : 2);
    used += used == 0 ? 0 : 2;
    memcpy(text + used, of->first[i].name, size + 1);
    used += size;
    if (i > 64) break; /* enough to see that there are several */
  }
  if (used == 0) jl_cell_empty(v->b);
  else jl_cell(v->b, jl_arg_text(text));
}

static void supplier_row(const struct view *v, const struct supplier *one, bool total) {
  int64_t sum = 0;
  jl_row_begin(v->b, NULL, 0, total ? JL_ROW_TOTAL : JL_ROW_NORMAL);
  if (total) jl_cell_label(v->b, JL_MSG("total"), "total");
  else if (one->first->folded[0] == '\0') jl_cell_label(v->b, JL_MSG("no supplier"), "none");
  else jl_cell(v->b, jl_arg_text(one->first->name));
  jl_cell(v->b, jl_arg_integer((int64_t)one->count));
  for (size_t i = 0; one->first != NULL && i < one->count && i < JL_CELL_SOURCES; i++) jl_cell_source(v->b, one->first[i].expense);
  money(v, one->committed, one, JL_UNKNOWN(JL_MONEY_COMMITTED));
  money(v, one->actual, one, JL_UNKNOWN(JL_MONEY_ACTUAL));
  if (jl_add(one->committed, one->actual, &sum)) money(v, sum, one, JL_UNKNOWN_ANY);
  else jl_cell_empty(v->b);
  if (total) jl_cell_empty(v->b);
  else spellings(v, one);
}

static bool block_all(const struct view *v) {
  struct supplier *all = jl_view_alloc(v->b, v->count, sizeof *all), total;
  size_t n;
  if (all == NULL) return jl_fail(v->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (!gather(v, all, &n, &total)) return jl_money_too_large(v->err);
  jl_block_begin(v->b, JL_BLOCK_TABLE, "suppliers", NULL);
  jl_column(v->b, "supplier", JL_MSG("supplier"), JL_ARG_TEXT, 0);
  jl_column(v->b, "expenses", JL_MSG("expenses"), JL_ARG_INTEGER, 3);
  jl_column(v->b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 0);
  jl_column(v->b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 0);
  jl_column(v->b, "sum", JL_MSG("together"), JL_ARG_MONEY, 2);
  jl_column(v->b, "spellings", JL_MSG("also written"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < n; i++) supplier_row(v, &all[i], false);
  supplier_row(v, &total, true);
  return true;
}

static void expense_row(const struct view *v, const struct paid *row) {
  struct supplier one = {.first = row, .count = 1, .unknown = row->unknown};
  jl_row_begin(v->b, row->expense, 0, JL_ROW_NORMAL);
  jl_cell_title(v->b, v->in, row->expense);
  jl_cell(v->b, jl_arg_text(row->name));
  jl_cell_by_number(v->b, v->in, row->expense, JL_EXPENSE_DATE);
  jl_cell_by_number(v->b, v->in, row->expense, JL_EXPENSE_STATE);
  jl_cell_by_number(v->b, v->in, row->expense, JL_EXPENSE_LINE);
  money(v, row->committed, &one, JL_UNKNOWN(JL_MONEY_COMMITTED));
  money(v, row->actual, &one, JL_UNKNOWN(JL_MONEY_ACTUAL));
}

static bool block_one(const struct view *v, const char *name) {
  const char *folded = jl_view_folded(v->b, name);
  struct supplier total = {.first = NULL};
  for (size_t i = 0; i < v->count; i++) {
    const struct paid *row = &v->rows[i];
    if (strcmp(row->folded, folded) != 0) continue;
    if (total.count++ == 0) {
      total.first = row;
      jl_block_begin(v->b, JL_BLOCK_TABLE, "expenses", NULL);
      jl_column(v->b, "expense", JL_MSG("expense"), JL_ARG_TEXT, 0);
      jl_column(v->b, "supplier", JL_MSG("supplier"), JL_ARG_TEXT, 4);
      jl_column(v->b, "date", JL_MSG("date"), JL_ARG_DATE, 1);
      jl_column(v->b, "state", JL_MSG("state"), JL_ARG_LABEL, 3);
      jl_column(v->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 2);
      jl_column(v->b, "committed", JL_MSG("committed"), JL_ARG_MONEY, 0);
      jl_column(v->b, "actual", JL_MSG("actual"), JL_ARG_MONEY, 0);
    }
    expense_row(v, row);
    total.unknown |= row->unknown;
    if (!jl_add(total.committed, row->committed, &total.committed) || !jl_add(total.actual, row->actual, &total.actual)) return jl_money_too_large(v->err);
  }
  if (total.count == 0)
    return jl_fail(v->err, JL_E_NOT_FOUND, JL_MSG("no expense names the supplier {1}"), JL_MSG("jalon supplier list shows who is named"), jl_arg_text(name));
  jl_row_begin(v->b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(v->b, JL_MSG("total"), "total");
  jl_cells_empty(v->b, 4);
  money(v, total.committed, &total, JL_UNKNOWN(JL_MONEY_COMMITTED));
  money(v, total.actual, &total, JL_UNKNOWN(JL_MONEY_ACTUAL));
  return true;
}

bool jl_suppliers_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  const char *name = jl_view_value(in, "name");
  struct view v = {.in = in, .b = b, .err = err};
  (void)a;
  if (!jl_money_filter_asked(in, &v.filter, err)) return false;
  v.remarks = (struct jl_money_remarks){.in = in, .b = b, .basis = v.filter.basis};
  jl_plan_currency(in->space, v.currency);
  const struct jl_arg title = jl_arg_text(name == NULL ? "" : name);
  jl_builder_title(b, name == NULL ? JL_MSG("suppliers") : JL_MSG("supplier {1}"), &title, name == NULL ? 0 : 1);
  if (!collect(&v) || !(name == NULL ? block_all(&v) : block_one(&v, name))) return false;
  jl_block_apart(&v.remarks, &v.known);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (v.filter.has_days) {
    const struct jl_arg days[] = {jl_arg_date(v.filter.first), jl_arg_date(v.filter.last)};
    jl_note(b, JL_TONE_MUTED, JL_MSG("only amounts of {1} to {2}"), days, 2);
  }
  jl_note_basis(b, &v.filter, v.remarks.vat_costs);
  jl_note(b, JL_TONE_MUTED, JL_MSG("committed: ordered, not yet invoiced; names that differ in case, accents and spaces alone are one"), NULL, 0);
  if (v.count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no expense yet"), NULL, 0);
  return true;
}

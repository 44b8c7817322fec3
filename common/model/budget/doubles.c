#include "common/model/budget/doubles.h"
#include "common/model/budget/amounts.h"
#include "common/model/budget/supplier.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct invoice {
  const char *document, *supplier; /* folded */
  const struct jl_record *expense;
};

static int by_document(const struct invoice *a, const struct invoice *b) {
  int order = strcmp(a->document, b->document);
  return order != 0 ? order : strcmp(a->supplier, b->supplier);
}
static int in_order(const void *left, const void *right) {
  const struct invoice *a = left, *b = right;
  int order = by_document(a, b);
  if (order != 0) return order;
  if (a->expense->number != b->expense->number) return a->expense->number < b->expense->number ? -1 : 1;
  return jl_id_compare(&a->expense->id, &b->expense->id);
}

static bool is_invoice(const struct jl_record *expense) {
  return jl_view_int(expense, JL_EXPENSE_STATE, 0) == JL_INVOICED && jl_record_has(expense->body, JL_EXPENSE_DOCUMENT) &&
         !jl_record_has(expense->body, JL_EXPENSE_PART_OF) && jl_view_int(expense, JL_EXPENSE_NET, 0) >= 0 && jl_view_int(expense, JL_EXPENSE_GROSS, 0) >= 0;
}

static const char *folded(struct jl_builder *b, struct jl_bytes text) { return jl_view_folded(b, jl_view_text(b, text)); }

const struct jl_double *jl_doubles(const struct jl_view_input *in, struct jl_builder *b, size_t *ret_n) {
  size_t all = 0, n = 0;
  const struct jl_record **expenses = jl_view_all(in, b, JL_TYPE_EXPENSE, &all);
  struct invoice *invoices = jl_view_alloc(b, all, sizeof *invoices);
  struct jl_double *doubles = jl_view_alloc(b, all, sizeof *doubles);
  *ret_n = 0;
  if (invoices == NULL || doubles == NULL) return NULL;
  for (size_t i = 0; i < all; i++) {
    struct jl_bytes supplier = jl_supplier_of(in, expenses[i]);
    if (!is_invoice(expenses[i]) || supplier.size == 0) continue;
    invoices[n++] = (struct invoice){folded(b, jl_record_text(expenses[i]->type, expenses[i]->body, JL_EXPENSE_DOCUMENT)), folded(b, supplier), expenses[i]};
  }
  if (!jl_builder_ok(b)) return NULL;
  if (n > 0) qsort(invoices, n, sizeof *invoices, in_order);
  for (size_t i = 1, first = 0; i < n; i++) {
    if (by_document(&invoices[first], &invoices[i]) == 0)
      doubles[(*ret_n)++] = (struct jl_double){invoices[first].expense, invoices[i].expense};
    else
      first = i;
  }
  return *ret_n == 0 ? NULL : doubles;
}

struct jl_arg jl_entered_amount(const struct jl_view_input *in, const struct jl_record *expense) {
  struct jl_bytes text = jl_record_text(expense->type, expense->body, JL_EXPENSE_CURRENCY);
  char currency[4] = "";
  jl_plan_currency(in->space, currency);
  if (text.size == 3) memcpy(currency, text.data, 3);
  return jl_arg_money(jl_view_int(expense, JL_EXPENSE_NET, jl_view_int(expense, JL_EXPENSE_GROSS, 0)), currency);
}

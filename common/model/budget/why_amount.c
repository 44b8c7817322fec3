#include "common/model/budget/why_amount.h"
#include "common/base/money.h"
#include "common/record/schema.h"

struct jl_arg jl_entry_money(const struct jl_entry_why *e, int64_t amount) { return jl_arg_money(amount, e->currency); }

void jl_why_named(const struct jl_entry_why *e, int64_t amount, const struct jl_record *record) {
  if (jl_why_begin(e->b, JL_WHY_RESTS_ON, jl_entry_money(e, amount), NULL)) jl_why_about(e->b, e->in, record);
  jl_why_end(e->b);
}

static bool with_rate(bool gross, int64_t amount, int64_t rate, int64_t *ret) {
  return gross ? jl_vat_gross(amount, rate, ret) : jl_vat_net(amount, rate, ret);
}

static void begin_side(const struct jl_entry_why *e, bool gross, int64_t amount) {
  (void)jl_why_begin(e->b, gross ? JL_WHY_GROSS : JL_WHY_NET, jl_entry_money(e, amount),
                     gross ? JL_MSG("incl. VAT = excl. VAT x (1 + rate)") : JL_MSG("excl. VAT = incl. VAT / (1 + rate)"));
}

static void why_rate(const struct jl_entry_why *e, const struct jl_amount_why *a) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE && jl_record_has(a->record->body, JL_EXPENSE_VAT_RATE))
    jl_why_field(e->b, e->in, a->record, JL_EXPENSE_VAT_RATE);
  else
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RATE, 0);
}

static void why_recoverable(const struct jl_entry_why *e, const struct jl_amount_why *a) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE && jl_record_has(a->record->body, JL_EXPENSE_VAT_RECOVERABLE))
    jl_why_field(e->b, e->in, a->record, JL_EXPENSE_VAT_RECOVERABLE);
  else
    jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_VAT_RECOVERABLE, JL_SHARE_ONE);
}

static int64_t rate_of(const struct jl_entry_why *e, const struct jl_amount_why *a) {
  int64_t rate = jl_view_int(e->line, JL_BUDGET_LINE_VAT_RATE, 0);
  return a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE ? jl_view_int(a->record, JL_EXPENSE_VAT_RATE, rate) : rate;
}

/* The field that holds a side as it was entered; 0: it was not. */
static uint32_t entered(const struct jl_entry_why *e, const struct jl_amount_why *a, bool gross) {
  if (a->record != NULL && a->record->type_number == JL_TYPE_EXPENSE) {
    uint32_t field = gross ? JL_EXPENSE_GROSS : JL_EXPENSE_NET;
    return jl_record_has(a->record->body, field) ? field : 0;
  }
  bool in_gross = jl_view_int(e->line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  return in_gross == gross ? JL_BUDGET_LINE_PLANNED : 0;
}

static void why_entered(const struct jl_entry_why *e, const struct jl_amount_why *a, uint32_t field, int64_t amount) {
  if (a->record != NULL || a->times == 1) {
    jl_why_field_or(e->b, e->in, a->record != NULL ? a->record : e->line, field, 0);
    return;
  }
  if (a->times > 0) {
    if (jl_why_begin(e->b, JL_WHY_PRODUCT, jl_entry_money(e, amount), JL_MSG("planned each time x the times until then"))) {
      jl_why_field_or(e->b, e->in, e->line, JL_BUDGET_LINE_PLANNED, 0);
      jl_why_constant(e->b, jl_arg_integer(a->times), JL_MSG("times until then"));
    }
    jl_why_end(e->b);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_SUM, jl_entry_money(e, amount), JL_MSG("planned in the months until then"))) {
    jl_why_about(e->b, e->in, e->line);
    jl_why_many(e->b, a->month_count);
    for (size_t i = 0; i < a->month_count; i++) jl_why_field(e->b, e->in, a->months[i], JL_BUDGET_MONTH_PLANNED);
  }
  jl_why_end(e->b);
}

/* ---- a line of a document whose VAT is rounded on its total: the total with it, less the total of the lines before it ---- */
static const struct jl_record **document_of(const struct jl_entry_why *e, const struct jl_record *expense, size_t *ret_n) {
  const struct jl_record *head = jl_view_linked(e->in, expense, JL_EXPENSE_PART_OF), **rest;
  size_t n = 0;
  if (head == NULL) head = expense;
  rest = jl_view_referring(e->in, e->b, &head->id, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, &n);
  const struct jl_record **all = n == 0 ? NULL : jl_view_alloc(e->b, n + 1, sizeof *all);
  *ret_n = all == NULL ? 0 : n + 1;
  for (size_t i = 0; i < *ret_n; i++) all[i] = i == 0 ? head : rest[i - 1];
  return all;
}

/* Those of its lines, up to this one, that were entered on the same side at the same rate. */
static size_t alike(const struct jl_entry_why *e, const struct jl_amount_why *a, uint32_t field, const struct jl_record **io_all, size_t n, int64_t *ret_sum) {
  size_t kept = 0;
  *ret_sum = 0;
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *line = jl_view_linked(e->in, io_all[i], JL_EXPENSE_LINE), *one = io_all[i];
    int64_t rate = jl_view_int(one, JL_EXPENSE_VAT_RATE, line == NULL ? 0 : jl_view_int(line, JL_BUDGET_LINE_VAT_RATE, 0));
    bool both = jl_record_has(one->body, JL_EXPENSE_NET) && jl_record_has(one->body, JL_EXPENSE_GROSS);
    if (both || !jl_record_has(one->body, field) || rate != rate_of(e, a) || !jl_add(*ret_sum, jl_view_int(one, field, 0), ret_sum)) continue;
    io_all[kept++] = one;
    if (one == a->record) break;
  }
  return kept;
}

static void why_total(const struct jl_entry_why *e, const struct jl_amount_why *a, bool gross, int64_t amount, uint32_t field, const struct jl_record *const *lines, size_t n, int64_t sum) {
  begin_side(e, gross, amount);
  if (jl_why_begin(e->b, JL_WHY_SUM, jl_entry_money(e, sum), JL_MSG("lines of the document at this rate, until this one"))) {
    jl_why_many(e->b, n);
    for (size_t i = 0; i < n; i++) jl_why_field(e->b, e->in, lines[i], field);
  }
  jl_why_end(e->b);
  why_rate(e, a);
  jl_why_end(e->b);
}

static bool why_document(const struct jl_entry_why *e, const struct jl_amount_why *a, bool gross, int64_t amount) {
  const uint32_t field = gross ? JL_EXPENSE_NET : JL_EXPENSE_GROSS;
  int64_t sum, with, without, before;
  size_t n;
  const struct jl_record **all = a->record == NULL || a->record->type_number != JL_TYPE_EXPENSE ? NULL : document_of(e, a->record, &n);
  if (all == NULL) return false;
  n = alike(e, a, field, all, n, &sum);
  if (n < 2 || all[n - 1] != a->record || __builtin_sub_overflow(sum, jl_view_int(a->record, field, 0), &before)) return false;
  if (!with_rate(gross, sum, rate_of(e, a), &with) || !with_rate(gross, before, rate_of(e, a), &without) || with - without != amount) return false;
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, amount), JL_MSG("VAT is rounded on the total: the lines until this one, less those before it"))) {
    jl_why_about(e->b, e->in, a->record);
    why_total(e, a, gross, with, field, all, n, sum);
    why_total(e, a, gross, without, field, all, n - 1, before);
  }
  jl_why_end(e->b);
  return true;
}

static void why_side(const struct jl_entry_why *e, const struct jl_amount_why *a, bool gross) {
  int64_t amount = gross ? a->sum.gross : a->sum.net, other = gross ? a->sum.net : a->sum.gross, computed;
  uint32_t field = entered(e, a, gross), from = entered(e, a, !gross);
  if (field != 0) {
    why_entered(e, a, field, amount);
  } else if (from == 0 || !with_rate(gross, other, rate_of(e, a), &computed) || computed != amount) {
    if (from != 0 && why_document(e, a, gross, amount)) return;
    jl_why_named(e, amount, a->record != NULL ? a->record : e->line);
  } else {
    begin_side(e, gross, amount);
    if (a->record != NULL) jl_why_about(e->b, e->in, a->record);
    why_entered(e, a, from, other);
    why_rate(e, a);
    jl_why_end(e->b);
  }
}

/* What it costs: all of it, less the part of its VAT that comes back. */
static void why_cost(const struct jl_entry_why *e, const struct jl_amount_why *a) {
  if (a->sum.cost == a->sum.net || a->sum.cost == a->sum.gross) {
    why_side(e, a, a->sum.cost != a->sum.net);
    return;
  }
  if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, a->sum.cost), JL_MSG("cost = incl. VAT - the VAT that comes back"))) {
    jl_why_about(e->b, e->in, a->record);
    why_side(e, a, true);
    if (jl_why_begin(e->b, JL_WHY_VAT_SHARE, jl_entry_money(e, a->sum.gross - a->sum.cost), JL_MSG("VAT x the share that comes back"))) {
      if (jl_why_begin(e->b, JL_WHY_DIFFERENCE, jl_entry_money(e, a->sum.gross - a->sum.net), JL_MSG("VAT = incl. VAT - excl. VAT"))) {
        why_side(e, a, true);
        why_side(e, a, false);
      }
      jl_why_end(e->b);
      why_recoverable(e, a);
    }
    jl_why_end(e->b);
  }
  jl_why_end(e->b);
}

void jl_why_amount(const struct jl_entry_why *e, const struct jl_amount_why *a, enum jl_basis basis) {
  if (basis == JL_BASIS_COST)
    why_cost(e, a);
  else
    why_side(e, a, basis == JL_BASIS_GROSS);
}

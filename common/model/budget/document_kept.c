/* A document whose VAT is rounded on its total gives each line what the lines before it leave of the cents (expense.h): what a line is depends on those
 * before it. A line of a closed month stays what it was, whatever becomes of the others. */
#include "common/model/budget/closing.h"
#include "common/model/budget/expense.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

struct document { /* as it was before the group */
  const struct jl_rule_input *in;
  const struct jl_record **lines; /* the first one first, the others by number */
  size_t count, room;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL); }

static bool names(const struct jl_record *expense, const struct jl_id *head) {
  struct jl_id id;
  return jl_record_id(expense->type, expense->body, JL_EXPENSE_PART_OF, &id) && jl_id_equal(&id, head);
}

static bool is_live(const struct jl_record *expense) { return expense != NULL && expense->type != NULL && expense->deleted_revision == 0; }

static bool add(struct document *d, const struct jl_record *line) {
  if (d->count == d->room) {
    size_t room = d->room == 0 ? 16 : d->room * 2;
    const struct jl_record **grown = jl_arena_array(d->in->arena, room, sizeof *grown);
    if (grown == NULL) return false;
    if (d->count > 0) memcpy(grown, d->lines, d->count * sizeof *grown);
    d->lines = grown;
    d->room = room;
  }
  d->lines[d->count++] = line;
  return true;
}

static int by_number(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  return (a->number > b->number) - (a->number < b->number);
}

/* Those that name the first line now and did, and those that the group took away from it. */
static bool read_before(struct document *d, const struct jl_id *head, struct jl_error *err) {
  const struct jl_run *run = d->in->run;
  const struct jl_record *first = jl_replica_record(d->in->after, head);
  size_t n;
  if (first != NULL) first = jl_run_before(run, first);
  if (!is_live(first) || jl_record_has(first->body, JL_EXPENSE_PART_OF)) return true; /* each of them stood alone */
  const struct jl_record **now = jl_replica_referring(d->in->after, head, JL_TYPE_EXPENSE, JL_EXPENSE_PART_OF, d->in->arena, &n);
  if (n == SIZE_MAX || !add(d, first)) return no_memory(err);
  for (size_t i = 0; i < n; i++) {
    const struct jl_record *was = jl_run_before(run, now[i]);
    if (is_live(was) && names(was, head) && !add(d, was)) return no_memory(err);
  }
  for (size_t i = 0; i < run->touch_count; i++) {
    const struct jl_record *was = run->touches[i].before, *is;
    if (!is_live(was) || was->type_number != JL_TYPE_EXPENSE || !names(was, head)) continue;
    is = jl_replica_record(d->in->after, &was->id);
    if ((!is_live(is) || !names(is, head)) && !add(d, was)) return no_memory(err);
  }
  qsort(d->lines + 1, d->count - 1, sizeof *d->lines, by_number);
  return true;
}

static bool differ(const struct jl_sum *a, const struct jl_sum *b) { return a->net != b->net || a->gross != b->gross || a->cost != b->cost; }

static bool refuse(const struct jl_rule_input *in, const struct jl_record *line, const struct jl_closing_name *name, struct jl_error *err) {
  return jl_break(in, JL_EXPENSE_NET, err,
                  JL_MSG("{4} is a line of the same document, whose VAT is rounded on the total: it would be another amount in {1} {2} ({3}), which is closed"),
                  JL_MSG("book the difference as an expense of its own; who answers for the plan may reopen the month: jalon closed-month set {3} --state reopened --reason ..."),
                  name->month, name->year, name->reference, jl_arg_record(line));
}

/* head: of the document, before or after the group. */
static bool lines_stay(const struct jl_rule_input *in, const struct jl_id *head, struct jl_error *err) {
  struct document before = {.in = in};
  struct jl_money_reader reader;
  if (!read_before(&before, head, err)) return false;
  if (before.count < 2) return true;
  struct jl_sum *was = jl_arena_array(in->arena, before.count, sizeof *was), is;
  if (was == NULL) return no_memory(err);
  jl_money_reader_init(&reader, in->after, in->arena);
  if (!jl_document_own(&reader, before.lines, before.count, was)) return true; /* too large: other rules say so */
  for (size_t i = 0; i < before.count; i++) {
    const struct jl_record *line = jl_replica_live(in->after, &before.lines[i]->id);
    struct jl_closing_name name;
    if (line == NULL || line == in->touched->after || !jl_closing_named(in->after, jl_expense_day(line), &name)) continue;
    if (jl_expense_own(&reader, line, &is) && differ(&was[i], &is)) return refuse(in, line, &name, err);
  }
  return true;
}

static bool head_of(const struct jl_record *expense, struct jl_id *ret) {
  if (expense == NULL || expense->type == NULL) return false;
  if (!jl_record_id(expense->type, expense->body, JL_EXPENSE_PART_OF, ret)) *ret = expense->id;
  return true;
}

static bool document_stays(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t fields[] = {JL_EXPENSE_LINE, JL_EXPENSE_NET, JL_EXPENSE_GROSS, JL_EXPENSE_VAT_RATE, JL_EXPENSE_VAT_RECOVERABLE, JL_EXPENSE_PART_OF, JL_EXPENSE_VAT_METHOD};
  const struct jl_record *before = in->touched->before, *after = in->touched->after;
  struct jl_id was, is;
  bool changed = before == NULL || (before->deleted_revision != 0) != (after->deleted_revision != 0);
  for (size_t i = 0; !changed && i < JL_COUNT(fields); i++)
    changed = !jl_bytes_equal(jl_record_slice(before->body, fields[i]), jl_record_slice(after->body, fields[i]));
  if (in->run == NULL || !changed || jl_closed_until(in->after, in->arena) == INT32_MIN) return true;
  bool had = head_of(before, &was), has = head_of(after, &is);
  return (!had || lines_stay(in, &was, err)) && (!has || (had && jl_id_equal(&was, &is)) || lines_stay(in, &is, err));
}

static const struct jl_rule rules[] = {{"document-stays", JL_TYPE_EXPENSE, document_stays}};
const struct jl_rules jl_document_rules = {rules, JL_COUNT(rules)};

/* What differs between two states of a plan: each record that was made, deleted or changed, field by field, and the money with its totals.
 * in->before is the earlier state, in->space the later one. */
#include "common/model/budget/totals.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

#define FIELDS_MAX 256

struct diff {
  struct jl_view_input then, now; /* the same question put to each state */
  struct jl_builder *b;
  const struct jl_record *only; /* NULL: all of the plan */
  size_t shown;
};
struct pair {
  const struct jl_record *then, *now; /* one of them may be NULL */
};

static const struct jl_record *either(const struct pair *p) { return p->now != NULL ? p->now : p->then; }

/* ---- both states of a type, by number ---- */
struct pairs {
  const struct jl_record **then, **now;
  size_t then_count, now_count, i, k;
};

static struct pairs both(const struct diff *d, uint32_t type) {
  struct pairs p = {.i = 0};
  p.then = jl_view_all(&d->then, d->b, type, &p.then_count);
  p.now = jl_view_all(&d->now, d->b, type, &p.now_count);
  return p;
}

/* Lists that people order come in that order: a record's counterpart is found by its id. */
static bool next(const struct diff *d, struct pairs *p, struct pair *ret) {
  while (p->i < p->then_count) { /* what is gone first, where it was */
    const struct jl_record *then = p->then[p->i++], *now = jl_replica_live(d->now.space, &then->id);
    if (now != NULL && jl_view_readable(&d->now, now)) continue;
    *ret = (struct pair){then, NULL};
    return true;
  }
  if (p->k == p->now_count) return false;
  const struct jl_record *now = p->now[p->k++], *then = jl_replica_live(d->then.space, &now->id);
  *ret = (struct pair){then != NULL && jl_view_readable(&d->then, then) ? then : NULL, now};
  return true;
}

static bool names(const struct jl_record *record, const struct jl_id *id) {
  struct jl_value value;
  for (size_t i = 0; i < record->type->field_count; i++) {
    if (record->type->fields[i].kind != JL_KIND_REFERENCE) continue;
    struct jl_iterator it = jl_record_each(record->body, &record->type->fields[i]);
    while (jl_iterator_next(&it, &value))
      if (jl_id_equal(&value.id, id)) return true;
  }
  return false;
}

/* The record that was asked for, and what names it. */
static bool belongs(const struct diff *d, const struct pair *p) {
  if (d->only == NULL || jl_id_equal(&either(p)->id, &d->only->id)) return true;
  return (p->then != NULL && names(p->then, &d->only->id)) || (p->now != NULL && names(p->now, &d->only->id));
}

/* ---- records ---- */
static void begin_row(struct diff *d, const struct pair *p) {
  jl_row_begin(d->b, either(p), 0, JL_ROW_NORMAL);
  jl_cell_title(d->b, p->now != NULL ? &d->now : &d->then, either(p));
  d->shown++;
}

static void state_row(struct diff *d, const struct pair *p) {
  begin_row(d, p);
  if (p->then == NULL)
    jl_cell_label(d->b, JL_MSG("added"), "added");
  else
    jl_cell_label(d->b, JL_MSG("deleted"), "deleted");
  jl_cell_tone(d->b, p->then == NULL ? JL_TONE_GOOD : JL_TONE_BAD);
  jl_cells_empty(d->b, 2);
}

static void cell_of(const struct diff *d, const struct jl_view_input *in, const struct jl_record *record, const struct jl_field *field) {
  struct jl_bytes slice = jl_record_slice(record->body, field->number);
  if (slice.size == 0)
    jl_cell_empty(d->b);
  else
    jl_cell_slice(d->b, in->space, in->organisation, record, record->type, field, slice);
}

static void field_row(struct diff *d, const struct pair *p, const struct jl_field *field) {
  begin_row(d, p);
  if (field->kind == JL_KIND_RANK) { /* a place means nothing by itself */
    jl_cell_label(d->b, JL_MSG("moved"), "moved");
    jl_cells_empty(d->b, 2);
    return;
  }
  jl_cell_label(d->b, field->label, field->name);
  cell_of(d, &d->then, p->then, field);
  cell_of(d, &d->now, p->now, field);
}

static void rows_of(struct diff *d, const struct pair *p) {
  uint32_t changed[FIELDS_MAX];
  if (p->then == NULL || p->now == NULL) {
    state_row(d, p);
    return;
  }
  if (p->then == p->now || p->then->revision == p->now->revision) return;
  size_t n = jl_record_diff(p->then->body, p->now->body, changed, FIELDS_MAX);
  for (size_t i = 0; i < n && i < FIELDS_MAX; i++) {
    const struct jl_field *field = jl_field_by_number(p->now->type, changed[i]);
    if (field != NULL) field_row(d, p, field);
  }
}

static void block_records(struct diff *d) {
  jl_block_begin(d->b, JL_BLOCK_TABLE, "changes", NULL);
  jl_column(d->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(d->b, "field", JL_MSG("what changed"), JL_ARG_LABEL, 0);
  jl_column(d->b, "before", JL_MSG("before"), JL_ARG_TEXT, 0);
  jl_column(d->b, "after", JL_MSG("after"), JL_ARG_TEXT, 0);
  for (size_t t = 0; t < jl_record_type_count && jl_builder_ok(d->b); t++) {
    struct pair pair;
    if (jl_record_types[t]->number == JL_TYPE_BASELINE) continue; /* the figures of a submission, which has its own line */
    for (struct pairs p = both(d, jl_record_types[t]->number); next(d, &p, &pair);)
      if (belongs(d, &pair)) rows_of(d, &pair);
  }
}

/* ---- money: lines whose amounts differ, and the totals of all ---- */
enum { PLANNED, COMMITTED, ACTUAL, REMAINING, AMOUNTS };
static const char *const amount_labels[AMOUNTS] = {JL_MSG("planned"), JL_MSG("committed"), JL_MSG("actual"), JL_MSG("remaining")};
static const char *const amount_names[AMOUNTS] = {"planned", "committed", "actual", "remaining"};

static int64_t amount(const struct jl_amounts *of, int which) {
  const int64_t amounts[AMOUNTS] = {of->planned, of->committed, of->actual, of->remaining};
  return amounts[which];
}

/* Of one moment: what it comes to, and the kinds of which something has no exchange rate: what is made of them is undefined. */
struct sum {
  struct jl_amounts amounts;
  unsigned unknown;
};

static unsigned lacks(const struct sum *of, int which) {
  static const unsigned kinds[AMOUNTS] = {JL_UNKNOWN(JL_MONEY_PLANNED), JL_UNKNOWN(JL_MONEY_COMMITTED), JL_UNKNOWN(JL_MONEY_ACTUAL), JL_UNKNOWN_ANY};
  return of->unknown & kinds[which];
}

static bool amounts_row(struct diff *d, const struct jl_record *line, int which, const struct sum *then, const struct sum *now) {
  const char *currency = jl_builder_document(d->b)->currency;
  int64_t a = amount(&then->amounts, which), b = amount(&now->amounts, which), difference;
  if (__builtin_sub_overflow(b, a, &difference)) return false;
  const int64_t cells[] = {a, b, difference};
  const unsigned unknown[] = {lacks(then, which), lacks(now, which), lacks(then, which) | lacks(now, which)};
  jl_cell_label(d->b, amount_labels[which], amount_names[which]);
  for (size_t i = 0; i < JL_COUNT(cells); i++) {
    jl_cell_money_known(d->b, cells[i], currency == NULL ? "" : currency, unknown[i]);
    if (line != NULL) jl_cell_source(d->b, line);
  }
  return true;
}

static const struct jl_money_line *line_of(const struct jl_money_line *lines, size_t n, const struct jl_id *id) {
  for (size_t i = 0; i < n; i++)
    if (jl_id_equal(&lines[i].line->id, id)) return &lines[i];
  return NULL;
}

static bool line_rows(struct diff *d, const struct jl_money_line *then, const struct jl_money_line *now) {
  const struct jl_record *line = now != NULL ? now->line : then->line;
  struct sum a = {.unknown = 0}, b = {.unknown = 0};
  if (then != NULL) a = (struct sum){then->amounts, then->unknown};
  if (now != NULL) b = (struct sum){now->amounts, now->unknown};
  if (!belongs(d, &(struct pair){then != NULL ? then->line : NULL, now != NULL ? now->line : NULL})) return true;
  for (int which = PLANNED; which < REMAINING; which++) {
    if (amount(&a.amounts, which) == amount(&b.amounts, which) && lacks(&a, which) == lacks(&b, which)) continue;
    jl_row_begin(d->b, line, 0, JL_ROW_NORMAL);
    jl_cell_title(d->b, now != NULL ? &d->now : &d->then, line);
    if (!amounts_row(d, line, which, &a, &b)) return false;
  }
  return true;
}

static bool too_large(struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

static bool total_rows(struct diff *d, const char *label, const char *name, const struct sum *then, const struct sum *now) {
  for (int which = PLANNED; which < AMOUNTS; which++) {
    if (amount(&then->amounts, which) == 0 && amount(&now->amounts, which) == 0 && lacks(then, which) == 0 && lacks(now, which) == 0) continue;
    jl_row_begin(d->b, NULL, 0, JL_ROW_TOTAL);
    jl_cell_label(d->b, label, name);
    if (!amounts_row(d, NULL, which, then, now)) return false;
  }
  return true;
}

static bool payroll_total(const struct jl_view_input *in, struct jl_builder *b, struct jl_amounts *ret) {
  size_t n = 0;
  const struct jl_record **lines = jl_view_all(in, b, JL_TYPE_PAYROLL_LINE, &n);
  *ret = (struct jl_amounts){0};
  for (size_t i = 0; i < n; i++) {
    int64_t planned = jl_view_int(lines[i], JL_PAYROLL_LINE_PLANNED, 0), actual = jl_view_int(lines[i], JL_PAYROLL_LINE_ACTUAL, 0);
    if (__builtin_add_overflow(ret->planned, planned, &ret->planned) || __builtin_add_overflow(ret->actual, actual, &ret->actual))
      return false;
  }
  return !__builtin_sub_overflow(ret->planned, ret->actual, &ret->remaining);
}

static bool block_money(struct diff *d, struct jl_error *err) {
  static const struct jl_money_filter costs = {.basis = JL_BASIS_COST};
  struct jl_money_remarks then_remarks = {.in = &d->then, .b = d->b, .basis = costs.basis}, remarks = {.in = &d->now, .b = d->b, .basis = costs.basis};
  struct jl_money_line *then, *now;
  struct sum then_total = {.unknown = 0}, now_total = {.unknown = 0};
  size_t then_count = 0, now_count = 0;
  jl_block_begin(d->b, JL_BLOCK_TABLE, "money", JL_MSG("money"));
  jl_column(d->b, "line", JL_MSG("budget line"), JL_ARG_TEXT, 0);
  jl_column(d->b, "amount", JL_MSG("amount"), JL_ARG_LABEL, 0);
  jl_column(d->b, "before", JL_MSG("before"), JL_ARG_MONEY, 0);
  jl_column(d->b, "after", JL_MSG("after"), JL_ARG_MONEY, 0);
  jl_column(d->b, "difference", JL_MSG("difference"), JL_ARG_MONEY, 0);
  if (jl_view_sees(&d->now, JL_SECTION_BUDGET)) {
    if (!jl_money_lines_remarked(&d->then, d->b, &costs, &then, &then_count, &then_total.amounts, &then_remarks, err) ||
        !jl_money_lines_remarked(&d->now, d->b, &costs, &now, &now_count, &now_total.amounts, &remarks, err) || !jl_money_join(then, &then_count, err) ||
        !jl_money_join(now, &now_count, err))
      return false;
    then_total.unknown = jl_money_unknown(then, then_count, NULL, NULL);
    now_total.unknown = jl_money_unknown(now, now_count, NULL, NULL);
    for (size_t i = 0; i < now_count; i++)
      if (!line_rows(d, line_of(then, then_count, &now[i].line->id), &now[i])) return too_large(err);
    for (size_t i = 0; i < then_count; i++)
      if (line_of(now, now_count, &then[i].line->id) == NULL && !line_rows(d, &then[i], NULL)) return too_large(err);
    if (!total_rows(d, JL_MSG("total"), "total", &then_total, &now_total)) return too_large(err);
    if (now_total.unknown != 0) /* the one that can be mended */
      jl_note_apart(&remarks, &now_total.amounts);
    else
      jl_note_apart(&then_remarks, &then_total.amounts);
    then_total.unknown = now_total.unknown = 0;
  }
  if (jl_view_sees(&d->now, JL_SECTION_PAYROLL) &&
      (!payroll_total(&d->then, d->b, &then_total.amounts) || !payroll_total(&d->now, d->b, &now_total.amounts) ||
       !total_rows(d, JL_MSG("payroll"), "payroll", &then_total, &now_total)))
    return too_large(err);
  jl_note(d->b, JL_TONE_MUTED, JL_MSG("amounts excl. VAT"), NULL, 0);
  return true;
}

static bool find_only(struct diff *d, struct jl_error *err) {
  struct jl_error why = {0};
  if (jl_view_named(&d->now, d->b, NULL, 0, &d->only, &why) && (d->only == NULL || d->only->deleted_revision == 0)) return true;
  return jl_view_named(&d->then, d->b, NULL, 0, &d->only, err); /* it was there then */
}

bool jl_diff_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct diff d = {.then = *in, .now = *in, .b = b};
  (void)a;
  if (in->before == NULL)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("past days are kept by the server, and it is not there"),
                   JL_MSG("try again when you are online"));
  d.then.space = in->before;
  if (!find_only(&d, err)) return false;
  const uint64_t from = jl_replica_where(in->before)->revision, to = jl_replica_where(in->space)->revision;
  const struct jl_arg args[] = {
      jl_arg_revision(from), jl_arg_revision(to),
      jl_arg_text(d.only == NULL
                      ? ""
                      : jl_record_caption(
                            b, d.only->deleted_revision == 0 && jl_replica_record(in->space, &d.only->id) != NULL ? in->space : in->before,
                            d.only))};
  if (d.only == NULL)
    jl_builder_title(b, JL_MSG("from r{1} to r{2}"), args, 2);
  else
    jl_builder_title(b, JL_MSG("{3} from r{1} to r{2}"), args, 3);
  if (from > to) return jl_fail(err, JL_E_INVALID, JL_MSG("r{1} is after r{2}"), JL_MSG("give the earlier moment first"), args[0], args[1]);
  block_records(&d);
  if (d.shown == 0) jl_note(b, JL_TONE_GOOD, JL_MSG("nothing differs"), NULL, 0);
  return block_money(&d, err);
}

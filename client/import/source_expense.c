/* The amounts of expenses as files have them: whether they are with VAT or without, and what a column "TVA" is, a rate or an amount. Decided once, for the
 * whole file, by what its rows can only mean; where they say nothing, by a question. An amount of VAT becomes the rate that makes it, to the cent. */
#include "client/import/about.h"
#include "client/import/parts.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

#define SLIPS 10       /* so many times as many rows decide against those that say otherwise */
#define HIGHEST 2700   /* rates of VAT in Europe, in hundredths of a percent, with one decimal at most */

static const int64_t legal[] = {2000, 1000, 550, 210, 0}; /* in France */

struct amounts { bool ready, vat /* the column of rates has amounts */; };

/* How many rows a reading of the column cannot be right for. */
struct evidence { uint64_t no_amount, no_rate, open; size_t line; const char *example; };

static struct jl_slot *slot_of(struct jl_ingest *in, const char *name) {
  const struct jl_slot *s = jl_ingest_slot(in, name);
  return s == NULL ? NULL : &in->slots[s - in->slots];
}

/* ---- rates or amounts ---- */
static bool makes(int64_t net, int64_t rate, int64_t vat, int64_t tolerance) {
  int64_t gross;
  if (!jl_vat_gross(net, rate, &gross)) return false;
  int64_t off = gross - net - vat;
  return off >= -tolerance && off <= tolerance;
}

static bool cents(const struct jl_table_row *row, const struct jl_slot *s, int64_t *ret) {
  const struct jl_table_cell *cell = s == NULL || s->column < 0 ? NULL : &row->cells[s->column];
  return cell != NULL && cell->state == JL_CELL_VALUE && jl_decimal_scaled(cell->number, 2, ret) && *ret > -INT64_MAX / 20000 && *ret < INT64_MAX / 20000;
}

static void weigh(struct evidence *e, bool amount, bool rate, struct jl_arena *a, const struct jl_table_row *row, size_t column) {
  e->no_amount += !amount;
  e->no_rate += !rate;
  e->open += amount && rate;
  if (e->line != 0) return;
  e->line = row->line;
  e->example = jl_arena_strndup(a, row->cells[column].text, row->cells[column].size);
}

static void look_at(struct jl_ingest *in, const struct jl_table_row *row, const struct jl_slot *column, struct evidence *e) {
  int64_t net = 0, gross = 0, vat = 0;
  bool has_net = cents(row, slot_of(in, "net"), &net), has_gross = cents(row, slot_of(in, "gross"), &gross), amount = false;
  if (!cents(row, column, &vat) || (!has_net && !has_gross) || vat == 0) return;
  bool rate = vat > 0 && vat <= HIGHEST && vat % 10 == 0;
  if (has_net && has_gross) {
    amount = net + vat == gross;
    rate = vat > 0 && vat <= 10000 && makes(net, vat, gross - net, 1);
  } else {
    if (!has_net) net = gross - vat;
    for (size_t i = 0; !amount && i < JL_COUNT(legal); i++) amount = makes(net, legal[i], vat, 1);
  }
  if (amount && rate && has_net && makes(net, vat, vat, 0)) return; /* 20 on 100: the same */
  weigh(e, amount, rate, in->cli->arena, row, (size_t)column->column);
}

static bool undecided(const struct jl_ingest *in, size_t column, const struct evidence *e, struct jl_error *err) {
  return jl_fail(err, JL_E_USAGE, JL_MSG("column \"{1}\": are these rates or amounts of VAT? The rows do not say (line {2}: \"{3}\")"),
                 JL_MSG("--map \"{1}=vat-rate\" (rates, in percent) or --map \"{1}=vat\" (amounts)"), jl_arg_text(in->found->columns[column].title), jl_arg_integer((int64_t)e->line),
                 jl_arg_text(e->example != NULL ? e->example : ""));
}

/* "Taux TVA", "VAT rate", "TVA %". */
static bool is_titled_rate(const char *folded) {
  for (const char *at = folded; *at != '\0';) {
    size_t n = strcspn(at, " ()[],/_-");
    if ((n == 4 && (strncmp(at, "taux", n) == 0 || strncmp(at, "rate", n) == 0)) || (n > 0 && memchr(at, '%', n) != NULL)) return true;
    at += n + (at[n] != '\0');
  }
  return false;
}

static bool decide_vat(struct jl_ingest *in, struct amounts *a, struct jl_error *err) {
  struct jl_slot *rate = slot_of(in, "vat-rate"), *vat = slot_of(in, "vat");
  const struct jl_table_row *row;
  struct evidence e = {0};
  if (in->exported || rate->column < 0 || rate->told || is_titled_rate(in->found->columns[rate->column].folded)) return true;
  enum jl_column_kind kind = in->found->columns[rate->column].kind;
  if (kind != JL_COLUMN_MONEY && kind != JL_COLUMN_NUMBER) return true; /* "20 %" */
  a->vat = kind == JL_COLUMN_MONEY;
  while (!a->vat) {
    if (!jl_reader_next(in->reader, &row, err)) return false;
    if (row == NULL) break;
    look_at(in, row, rate, &e);
  }
  if (!a->vat && !jl_reader_begin(in->reader, err)) return false;
  if (e.no_rate > SLIPS * e.no_amount) a->vat = true;
  else if (e.no_amount <= SLIPS * e.no_rate && e.no_amount + e.no_rate + e.open > 0) return undecided(in, (size_t)rate->column, &e, err);
  if (!a->vat) return true;
  vat->column = rate->column;
  in->slot_of[vat->column] = (int)(vat - in->slots);
  rate->column = -1;
  return true;
}

/* ---- with VAT or without ---- */
static bool decide_basis(struct jl_ingest *in, struct jl_error *err) {
  struct jl_slot *net = slot_of(in, "net"), *gross = slot_of(in, "gross");
  int64_t basis = JL_NET;
  if (net->column < 0 || !net->alike || gross->column >= 0 || gross->is_set) return true; /* beside an amount with VAT it is the other one */
  if (!jl_about_basis(in, "net", &basis, err)) return false;
  if (basis != JL_GROSS) return true;
  gross->column = net->column;
  in->slot_of[gross->column] = (int)(gross - in->slots);
  net->column = -1;
  return true;
}

static bool no_amounts(const struct jl_ingest *in, struct jl_error *err) {
  const char *debit = NULL;
  for (size_t i = 0; i < in->found->column_count; i++)
    if (strcmp(in->found->columns[i].folded, "debit") == 0) debit = in->found->columns[i].title;
  return jl_fail(err, JL_E_USAGE, JL_MSG("no column of {1} is taken for the amount"),
                 debit != NULL ? JL_MSG("--map \"{2}=net\" (HT) or --map \"{2}=gross\" (TTC) takes the debits; rows with a credit alone are rejected then")
                               : JL_MSG("--map \"COLUMN=net\" (HT) or --map \"COLUMN=gross\" (TTC) says which one it is"),
                 jl_arg_text(in->file_name), jl_arg_text(debit != NULL ? debit : ""));
}

/* Two columns of one title, of which one is read: which one, only the file can say. */
static bool twins(const struct jl_ingest *in, struct jl_error *err) {
  const struct jl_table_found *f = in->found;
  for (size_t i = 0; !in->exported && i < f->column_count; i++)
    for (size_t k = 0; k < f->column_count; k++)
      if (k != i && in->slot_of[i] >= 0 && in->slot_of[k] < 0 && !in->passed_over[k] && strcmp(f->columns[i].folded, f->columns[k].folded) == 0)
        return jl_fail(err, JL_E_USAGE, JL_MSG("two columns are called \"{1}\": which one counts?"), JL_MSG("give one of them another title in the file"), jl_arg_text(f->columns[k].title));
  return true;
}

bool jl_ingest_expense_begin(struct jl_ingest *in, struct jl_error *err) {
  if (in->type->number != JL_TYPE_EXPENSE) return true;
  struct amounts *a = jl_ingest_state(in, sizeof *a);
  if (a == NULL) return jl_ingest_no_memory(err);
  if (a->ready) return true;
  a->ready = true;
  bool some = jl_ingest_has(in, "net") || jl_ingest_has(in, "gross") || jl_ingest_column(in, JL_INGEST_REF) >= 0;
  return twins(in, err) && (some || no_amounts(in, err)) && decide_basis(in, err) && decide_vat(in, a, err);
}

/* ---- one row ---- */
/* The rate, in hundredths of a percent, that makes this VAT to the cent: one of the law's when there is one. */
static bool rate_of(int64_t net, int64_t vat, int64_t *ret) {
  for (size_t i = 0; i < JL_COUNT(legal); i++) {
    *ret = legal[i];
    if (makes(net, *ret, vat, 0)) return true;
  }
  return net != 0 && jl_mul_div_half_up(vat, 10000, net, ret) && *ret >= 0 && *ret <= 10000 && makes(net, *ret, vat, 0);
}

static int64_t amount_of(const struct jl_ingest_record *r, uint32_t field) { return jl_record_int(r->type, r->body, field, 0); }

static bool put_rate(struct jl_ingest_record *r, const struct jl_ingest_row *row, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, "vat");
  const char *title = jl_ingest_column(in, "vat") >= 0 ? in->found->columns[jl_ingest_column(in, "vat")].title : "vat";
  bool net = jl_ingest_holds(r, JL_EXPENSE_NET), gross = jl_ingest_holds(r, JL_EXPENSE_GROSS);
  struct jl_bytes slice;
  int64_t rate = 0, vat;
  in->bad_column = title;
  if (!jl_ingest_value(r, jl_field_by_number(r->type, JL_EXPENSE_NET), cell, jl_ingest_column(in, "vat"), "vat", &slice, err)) return false;
  if (slice.size == 0 && !(net && gross)) return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\": the amount of VAT is missing"), JL_MSG("write it, or 0 when there is none"), jl_arg_text(title));
  vat = amount_of(r, JL_EXPENSE_GROSS) - amount_of(r, JL_EXPENSE_NET);
  if (slice.size > 0) {
    struct jl_bytes alone = jl_record_with(in->row_arena, (struct jl_bytes){NULL, 0}, JL_EXPENSE_NET, slice);
    if (alone.data == NULL) return jl_ingest_no_memory(err);
    vat = jl_record_int(r->type, alone, JL_EXPENSE_NET, 0);
  }
  if (!rate_of(net ? amount_of(r, JL_EXPENSE_NET) : amount_of(r, JL_EXPENSE_GROSS) - vat, vat, &rate))
    return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\": no rate makes \"{2}\" of VAT of this amount"), JL_MSG("correct it; an invoice with several rates is a row for each of them"), jl_arg_text(title),
                   jl_arg_textn(cell->text, cell->size));
  in->bad_column = NULL;
  return jl_ingest_put_number(r, JL_EXPENSE_VAT_RATE, rate, err);
}

bool jl_ingest_expense_row(struct jl_ingest_record *r, const struct jl_ingest_row *row, struct jl_error *err) {
  if (r->type->number != JL_TYPE_EXPENSE || r->in->notes) return true;
  if (!r->named && !jl_ingest_holds(r, JL_EXPENSE_NET) && !jl_ingest_holds(r, JL_EXPENSE_GROSS))
    return jl_fail(err, JL_E_INVALID, JL_MSG("it has no amount"), JL_MSG("give it excl. or incl. VAT"));
  return !jl_ingest_has(r->in, "vat") || put_rate(r, row, err);
}

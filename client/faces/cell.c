#include "client/faces/cell.h"
#include "common/base/money.h"
#include <string.h>

void jl_words(const Jalon__Words *words, struct jl_buffer *out) {
  if (!words || !words->message) return;
  struct jl_arg args[9];
  int n = 0;
  for (size_t i = 0; i < words->n_arguments && n < 9; i++, n++) {
    const Jalon__ViewArgument *a = words->arguments[i];
    args[n] = jl_arg_text(a->text ? a->text : "");
    args[n].kind = a->has_kind && a->kind <= JL_ARG_REVISION ? (enum jl_arg_kind)a->kind : JL_ARG_NONE;
    args[n].number = a->has_number ? a->number : 0;
  }
  jl_format_words(words->message, args, n, out);
}

const char *jl_column_heading(const Jalon__Column *column) {
  if (!column->label) return "";
  return column->has_label_is_text && column->label_is_text ? column->label : jl_tr(column->label);
}

static const char *money_currency(const Jalon__Cell *cell, const char *currency) { return cell->text && *cell->text ? cell->text : currency ? currency : ""; }

void jl_cell_display(const Jalon__Cell *cell, const char *currency, int money_decimals, struct jl_buffer *out) {
  struct jl_arg arg;
  if (cell->words != NULL) {
    jl_words(cell->words, out);
    return;
  }
  size_t from = out->size;
  switch (cell->has_kind ? cell->kind : JL_ARG_NONE) {
  case JL_ARG_TEXT: jl_buffer_text(out, cell->text ? cell->text : ""); break; /* may be longer than an argument */
  case JL_ARG_LABEL: jl_format_labels(cell->text ? cell->text : "", out); break;
  case JL_ARG_MONEY: jl_format_money(cell->has_number ? cell->number : 0, money_currency(cell, currency), money_decimals, out); break;
  default:
    if (jl_arg_from_cell(cell, &arg)) jl_format_arg(&arg, out);
  }
  jl_tame(out, from, JL_TAME_LINES);
}

void jl_cell_plain(const Jalon__Cell *cell, const char *currency, struct jl_buffer *out) {
  struct jl_arg arg;
  if (cell->alternative && *cell->alternative) {
    jl_buffer_text(out, cell->alternative);
    return;
  }
  if (cell->words != NULL) {
    jl_words(cell->words, out);
    return;
  }
  if (!jl_arg_from_cell(cell, &arg)) return;
  if (arg.kind == JL_ARG_TEXT || arg.kind == JL_ARG_LABEL) {
    jl_buffer_text(out, cell->text ? cell->text : "");
    return;
  }
  if (arg.kind == JL_ARG_MONEY && !*arg.text && currency) {
    struct jl_arg with = jl_arg_money(arg.number, currency);
    jl_plain_arg(&with, out);
    return;
  }
  jl_plain_arg(&arg, out);
}

int jl_column_decimals(const Jalon__Block *block, size_t column, const char *currency) {
  int decimals = 0;
  for (size_t i = 0; i < block->n_rows; i++) {
    if (column >= block->rows[i]->n_cells) continue;
    const Jalon__Cell *cell = block->rows[i]->cells[column];
    if (!cell->has_kind || cell->kind != JL_ARG_MONEY) continue;
    int scale = jl_currency_digits(money_currency(cell, currency));
    if (scale < 0) scale = 2;
    int64_t unit = 1;
    for (int d = 0; d < scale; d++) unit *= 10;
    if (cell->number % unit != 0 && scale > decimals) decimals = scale;
  }
  return decimals;
}

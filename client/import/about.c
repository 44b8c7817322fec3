/* Whose a row of spend or results is, and the records that come of it. */
#include "client/import/about.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }
static const struct jl_field *field_of(uint32_t type, uint32_t field) { return jl_field_by_number(jl_record_type_by_number(type), field); }
static bool creates(const struct jl_ingest *in) { return jl_cli_option(jl_ingest_cli(in), "create") != NULL; }

/* ---- campaign and lever ---- */
static bool make_lever(struct jl_ingest *in, const char *name, struct jl_about *about, struct jl_error *err) {
  struct jl_ingest_record *l = jl_ingest_make(in, JL_TYPE_LEVER);
  if (!jl_ingest_put_words(l, JL_LEVER_NAME, name, err) || !jl_ingest_key(l, name) || !jl_ingest_add_once(l, err)) return false;
  about->has_lever = about->lever_made = true;
  about->lever = *jl_ingest_id(l);
  return true;
}

bool jl_about_lever(struct jl_ingest *in, const char *name, struct jl_about *about, struct jl_error *err) {
  const struct jl_field *field = field_of(JL_TYPE_FIGURE, JL_FIGURE_LEVER);
  const struct jl_record_state *found = NULL;
  bool make = false;
  about->has_lever = about->lever_made = false;
  if (!(creates(in) ? jl_ingest_find_or_make(in, "lever", field, name, &found, &make, err) : jl_ingest_find(in, "lever", field, name, &found, err))) return false;
  if (make) return make_lever(in, name, about, err);
  about->has_lever = found != NULL;
  if (found != NULL) about->lever = found->id;
  return true;
}

static bool make_campaign(struct jl_ingest *in, struct jl_about *about, struct jl_error *err) {
  char *folded = jl_text_fold(jl_ingest_arena(in), about->name);
  if (folded == NULL) return no_memory(err);
  if (!about->has_lever && !about->has_line)
    return jl_fail(err, JL_E_USAGE, JL_MSG("to which lever do the new campaigns belong?"), JL_MSG("--create with --set lever=L1"));
  struct jl_ingest_record *a = jl_ingest_make(in, JL_TYPE_ACTION);
  if (!jl_ingest_put_words(a, JL_ACTION_TITLE, about->name, err) || (about->has_lever && !jl_ingest_put_id(a, JL_ACTION_LEVER, &about->lever, err)) ||
      !jl_ingest_put_number(a, JL_ACTION_CAMPAIGN, 1, err) || !jl_ingest_key(a, folded) || !jl_ingest_add_once(a, err))
    return false;
  about->has_action = true;
  about->action = *jl_ingest_id(a);
  return true;
}

bool jl_about_whose(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  const char *channel = jl_ingest_words(in, row, "channel"), *lever = jl_ingest_words(in, row, "lever"), *line = jl_ingest_words(in, row, "line");
  const struct jl_record_state *found = NULL;
  bool make = false;
  about->name = jl_ingest_words(in, row, "campaign");
  if (channel == NULL || lever == NULL || line == NULL || about->name == NULL) return no_memory(err);
  if (lever[0] == '\0') lever = channel;
  bool said = lever[0] != '\0' || line[0] != '\0'; /* then a campaign may be none of the plan's */
  if (!jl_about_lever(in, lever, about, err)) return false;
  if (about->name[0] == '\0') {
    about->name = lever;
    return true;
  }
  const struct jl_field *campaign = field_of(JL_TYPE_FIGURE, JL_FIGURE_ACTION);
  if (!(creates(in) ? jl_ingest_find_or_make(in, "campaign", campaign, about->name, &found, &make, err)
        : said      ? jl_ingest_look(in, "campaign", campaign, about->name, &found, err)
                    : jl_ingest_find(in, "campaign", campaign, about->name, &found, err)))
    return false;
  if (jl_ingest_notes(in)) return true;
  about->has_action = found != NULL;
  about->left = found == NULL && !said && !make;
  if (found == NULL) return !make || make_campaign(in, about, err);
  about->action = found->id;
  if (!about->has_lever) about->has_lever = jl_record_id(jl_record_type_by_number(JL_TYPE_ACTION), found->body, JL_ACTION_LEVER, &about->lever);
  return true;
}

/* ---- the budget line ---- */
struct paying {
  const struct jl_record_state *line; /* the only one of the campaign, else the only one of the lever that names no action */
  size_t count;                       /* of the first kind that has any */
  bool of_action;
};

static bool paying_line(struct jl_ingest *in, const struct jl_about *about, struct paying *ret, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  const struct jl_record_state *lines;
  const struct jl_record_state *by_action = NULL, *by_lever = NULL;
  size_t n, of_action = 0, of_lever = 0;
  struct jl_id id;
  if (!jl_ingest_all(in, JL_TYPE_BUDGET_LINE, &lines, &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    bool has_action = jl_record_id(type, lines[i].body, JL_BUDGET_LINE_ACTION, &id);
    if (has_action && about->has_action && jl_id_equal(&id, &about->action)) {
      of_action++;
      by_action = &lines[i];
    } else if (!has_action && about->has_lever && jl_record_id(type, lines[i].body, JL_BUDGET_LINE_LEVER, &id) && jl_id_equal(&id, &about->lever)) {
      of_lever++;
      by_lever = &lines[i];
    }
  }
  *ret = of_action > 0 ? (struct paying){by_action, of_action, true} : (struct paying){by_lever, of_lever, false};
  return true;
}

/* What a campaign costs is what stands on its lines (BudgetLine.action). With --create it gets one below the lever's, like that but without a plan.
 * So does a lever that was made, which has none to be like: an advertising platform sells media, of any other table it is not known. */
static bool make_line(struct jl_ingest *in, struct jl_about *about, const struct jl_record_state *levers, struct jl_error *err) {
  static const uint32_t alike[] = {JL_BUDGET_LINE_CATEGORY, JL_BUDGET_LINE_SUBCATEGORY, JL_BUDGET_LINE_BUCKET, JL_BUDGET_LINE_VAT_BASIS, JL_BUDGET_LINE_VAT_RATE};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  struct jl_bytes currency = levers == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(type, levers->body, JL_BUDGET_LINE_CURRENCY);
  const char *folded = jl_text_fold(jl_ingest_arena(in), about->name), *code = jl_arena_strndup(jl_ingest_arena(in), (const char *)currency.data, currency.size);
  struct jl_ingest_record *line = jl_ingest_make(in, JL_TYPE_BUDGET_LINE);
  if (folded == NULL || code == NULL) return no_memory(err);
  if (!jl_ingest_put_words(line, JL_BUDGET_LINE_TITLE, about->name, err) || !jl_ingest_put_id(line, JL_BUDGET_LINE_LEVER, &about->lever, err) ||
      (about->has_action && !jl_ingest_put_id(line, JL_BUDGET_LINE_ACTION, &about->action, err)) || !jl_ingest_put_number(line, JL_BUDGET_LINE_PLANNED, 0, err) ||
      (code[0] != '\0' && !jl_ingest_put_words(line, JL_BUDGET_LINE_CURRENCY, code, err)))
    return false;
  for (size_t i = 0; levers != NULL && i < JL_COUNT(alike); i++)
    if (jl_record_has(levers->body, alike[i]) && !jl_ingest_put_number(line, alike[i], jl_record_int(type, levers->body, alike[i], 0), err)) return false;
  if (levers == NULL && !jl_ingest_put_number(line, JL_BUDGET_LINE_CATEGORY, jl_ingest_table(in)->source[0] != '\0' ? JL_CATEGORY_MEDIA : JL_CATEGORY_OTHER, err)) return false;
  if (!about->has_action) jl_ingest_key(line, "lever");
  if (!jl_ingest_key(line, folded) || !jl_ingest_add_once(line, err)) return false;
  about->line = *jl_ingest_id(line);
  return true;
}

bool jl_about_line(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  const struct jl_field *field = field_of(JL_TYPE_EXPENSE, JL_EXPENSE_LINE);
  const char *line = jl_ingest_words(in, row, "line");
  const struct jl_record_state *found = NULL;
  struct paying pays = {0};
  if (line == NULL) return no_memory(err);
  if (line[0] != '\0' ? !jl_ingest_find(in, "line", field, line, &found, err) : !jl_ingest_look(in, "line", field, about->name, &found, err)) return false;
  if (jl_ingest_notes(in)) return true;
  about->has_line = true;
  if (found != NULL) {
    about->line = found->id;
    return true;
  }
  if (!paying_line(in, about, &pays, err)) return false;
  if (pays.count == 0 && about->lever_made) return make_line(in, about, NULL, err);
  if (pays.count == 1 && !pays.of_action && about->has_action && creates(in)) return make_line(in, about, pays.line, err);
  if (pays.count == 1) about->line = pays.line->id;
  if (pays.count == 1) return true;
  about->has_line = false;
  return jl_fail(err, JL_E_NOT_FOUND, pays.count == 0 ? JL_MSG("no budget line pays for \"{1}\"") : JL_MSG("{2} budget lines may pay for \"{1}\""),
                 JL_MSG("--value \"line:{1}=B3\" says which one, --set line=B3 for all rows"), jl_arg_text(about->name), jl_arg_integer((int64_t)pays.count));
}

/* ---- values ---- */
bool jl_about_count(struct jl_ingest *in, const struct jl_table_cell *cell, int column, int decimals, bool *ret_has, int64_t *ret, struct jl_error *err) {
  enum jl_column_kind kind = column < 0 ? JL_COLUMN_EMPTY : jl_ingest_table(in)->columns[column].kind;
  *ret_has = cell->state == JL_CELL_VALUE && (kind == JL_COLUMN_NUMBER || kind == JL_COLUMN_MONEY || kind == JL_COLUMN_PERCENT);
  if (*ret_has) return jl_decimal_scaled(cell->number, decimals, ret) || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("\"{1}\" is too large"), NULL, jl_arg_textn(cell->text, cell->size));
  return column < 0 || jl_ingest_cell_number(in, cell, (size_t)column, decimals, ret_has, ret, err); /* says what is wrong with it */
}

/* All that name it name one; a sign that several share is none by itself. */
static bool one_currency(const char *const said[4], const char **ret, struct jl_error *err) {
  const char *sign = "";
  for (size_t i = 0; i < 4; i++)
    if (jl_currency_is_shared(said[i]))
      sign = said[i];
    else if ((*ret)[0] == '\0')
      *ret = said[i];
  for (size_t i = 0; i < 4; i++)
    if (said[i][0] != '\0' && (*ret)[0] != '\0' && !jl_currency_may_be(said[i], *ret)) return jl_fail(err, JL_E_INVALID, JL_MSG("it names two currencies: {1} and {2}"), NULL, jl_arg_text(*ret), jl_arg_text(said[i]));
  if ((*ret)[0] != '\0') return true;
  if (sign[0] == '\0') return jl_fail(err, JL_E_INVALID, JL_MSG("in which currency are the amounts? The file does not say"), JL_MSG("--set currency=EUR"));
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is the sign of several currencies: in which one are the amounts?"), JL_MSG("--set currency=USD"), jl_arg_text(sign));
}

bool jl_about_amount(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_table_cell *cell, int column, bool *ret_has, int64_t *ret_minor,
                     char ret_currency[4], struct jl_error *err) {
  const char *named = jl_ingest_words(in, row, "currency");
  char of_row[4] = "";
  if (named == NULL) return no_memory(err);
  if (named[0] != '\0' && !jl_currency_written(named, strlen(named), of_row)) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no currency"), NULL, jl_arg_text(named));
  if (cell->state == JL_CELL_VALUE && memchr(cell->text, '%', cell->size) != NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is a percentage, no amount"), NULL, jl_arg_textn(cell->text, cell->size));
  const char *title = column >= 0 ? jl_ingest_table(in)->columns[column].currency : "", *one = "";
  bool own = column >= 0 && jl_ingest_table(in)->columns[column].currencies[0].line != 0 && cell->currency[0] != '\0' && !jl_currency_is_shared(cell->currency); /* what is said of the others is not said of it */
  if (own && jl_ingest_column(in, "currency") < 0) of_row[0] = '\0';
  if (!one_currency((const char *const[]){cell->currency, of_row, title, own ? "" : f->currency}, &one, err)) return false;
  int digits = jl_currency_digits(one);
  memcpy(ret_currency, one, 4);
  return jl_about_count(in, cell, column, digits < 0 ? 2 : digits, ret_has, ret_minor, err);
}

/* ---- records ---- */
bool jl_about_key_days(struct jl_ingest_record *r, struct jl_ingest *in, const struct jl_about *about) {
  char start[11], end[11];
  jl_day_format_iso(about->start, start);
  jl_day_format_iso(about->end, end);
  const char *days = jl_arena_printf(jl_ingest_arena(in), about->start == about->end ? "%s" : "%s..%s", start, end);
  return jl_ingest_key(r, days == NULL ? "" : days);
}

bool jl_about_expense(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_about *about, int64_t amount, const char *currency, const char *supplier,
                      struct jl_ingest_record **ret, struct jl_error *err) {
  const char *plans = jl_ingest_input(in)->currency;
  struct jl_ingest_record *x = jl_ingest_make(in, JL_TYPE_EXPENSE);
  *ret = x;
  return jl_ingest_put_id(x, JL_EXPENSE_LINE, &about->line, err) && jl_ingest_put_words(x, JL_EXPENSE_TITLE, about->name, err) && jl_ingest_put_number(x, JL_EXPENSE_STATE, JL_INVOICED, err) &&
         jl_ingest_put_number(x, JL_EXPENSE_DATE, about->end, err) && (supplier[0] == '\0' || jl_ingest_put_words(x, JL_EXPENSE_SUPPLIER, supplier, err)) &&
         ((plans != NULL && strcmp(plans, currency) == 0) || jl_ingest_put_words(x, JL_EXPENSE_CURRENCY, currency, err)) &&
         jl_ingest_put_number(x, f->basis == JL_GROSS ? JL_EXPENSE_GROSS : JL_EXPENSE_NET, amount, err) && jl_ingest_put_slot(x, JL_EXPENSE_VAT_RATE, row, "vat-rate", err);
}

bool jl_about_figure(struct jl_ingest *in, const struct jl_about *about, const char *stage, const int64_t *count, const int64_t *amount, struct jl_error *err) {
  static const uint32_t sums[] = {JL_FIGURE_COUNT, JL_FIGURE_AMOUNT, 0};
  if (jl_ingest_notes(in)) return true;
  struct jl_ingest_record *g = jl_ingest_make(in, JL_TYPE_FIGURE);
  if (!jl_about_figure_once(in, about, stage, g, err)) return false;
  return jl_ingest_put_words(g, JL_FIGURE_STAGE, stage, err) && jl_ingest_put_number(g, JL_FIGURE_START, about->start, err) && jl_ingest_put_number(g, JL_FIGURE_END, about->end, err) &&
         (!about->has_lever || jl_ingest_put_id(g, JL_FIGURE_LEVER, &about->lever, err)) && (!about->has_action || jl_ingest_put_id(g, JL_FIGURE_ACTION, &about->action, err)) &&
         (count == NULL || jl_ingest_put_number(g, JL_FIGURE_COUNT, *count, err)) && (amount == NULL || jl_ingest_put_number(g, JL_FIGURE_AMOUNT, *amount, err)) &&
         jl_ingest_put_number(g, JL_FIGURE_SOURCE, JL_FROM_FILE, err) && (about->alone ? jl_ingest_add(g, err) : jl_ingest_add_up(g, sums, err));
}

/* Conversions of one day may be parts of one: rounded once for the campaign, or the lever, and stage. */
static bool count_conversions(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_about *about, const char *stage, const struct jl_table_cell *cell, int column, int64_t *io_n, struct jl_error *err) {
  static const struct jl_id none = {{0}};
  const struct jl_id *of = about->has_action ? &about->action : about->has_lever ? &about->lever : &none;
  const struct jl_bytes parts[] = {{of->bytes, sizeof of->bytes}, {(const uint8_t *)stage, strlen(stage)}, {(const uint8_t *)about->platform, strlen(about->platform)}};
  const struct jl_id key = jl_id_derive("conversions", parts, JL_COUNT(parts));
  if (jl_ingest_notes(in) || column < 0 || cell->state != JL_CELL_VALUE || cell->number.scale == 0) return true;
  return jl_carry_take(f->conversions_left, jl_ingest_cli(in)->arena, &key, cell->number, io_n, err);
}

bool jl_about_results(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_about *about, struct jl_error *err) {
  const bool has_visits = jl_ingest_column(in, "visits") >= 0;
  const struct { const char *slot, *stage; } counts[] = {
      {has_visits ? "visits" : "clicks", JL_STAGE_VISITS}, {"leads", JL_STAGE_LEADS}, {"conversions", f->conversions}, {"impressions", f->impressions}};
  bool worth = f->conversions != NULL && (strcmp(f->conversions, JL_STAGE_CUSTOMERS) == 0 || strcmp(f->conversions, JL_STAGE_OPPORTUNITIES) == 0);
  jl_carry_row(f->conversions_left);
  for (size_t i = 0; i < JL_COUNT(counts); i++) {
    const struct jl_table_cell *cell = jl_ingest_cell(in, row, counts[i].slot);
    int column = jl_ingest_column(in, counts[i].slot);
    bool has = false, has_amount = false;
    int64_t n = 0, amount = 0;
    if (counts[i].stage == NULL) continue;
    if (!jl_about_count(in, cell, column, 0, &has, &n, err)) return false;
    if (has && !count_conversions(in, f, about, counts[i].stage, cell, column, &n, err)) return false;
    if (worth && counts[i].stage == f->conversions && !jl_ingest_money(in, row, "revenue", &has_amount, &amount, err)) return false;
    if ((has || has_amount) && !jl_about_figure(in, about, counts[i].stage, has ? &n : NULL, has_amount ? &amount : NULL, err)) return false;
  }
  return true;
}

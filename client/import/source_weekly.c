/* A wide table of days, weeks or months with a column for each channel and measure, as marketing mix models are fed: tv_S, facebook_S, facebook_I,
 * search_clicks_P (Robyn), Channel0_spend, Channel0_impression (Meridian), "Dépense TV", "SEA (€)". Each cell becomes what its column says: an
 * expense of the channel's budget line, or a figure of its lever. What a column measures is told by the end (or beginning) of its title, the
 * channel by the rest: the name of a lever, or what --value "lever:tv=L3" says. Columns that are neither are passed over, and named. Such tables
 * have more decimals than money has: what rounding leaves over goes to the next row, so that a column adds up to the cent. */
#include "client/import/about.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

enum measure { NOTHING, SPEND, CLICKS, LEADS, IMPRESSIONS };
static const struct { const char *word; enum measure measure; bool first; } words[] = {
    {"_s", SPEND, false},           {"_spend", SPEND, false},       {"_cost", SPEND, false},           {" spend", SPEND, false},       {" cost", SPEND, false},
    {"depense ", SPEND, true},      {"depenses ", SPEND, true},     {"cout ", SPEND, true},            {"couts ", SPEND, true},        {"spend ", SPEND, true},
    {"_clicks_p", CLICKS, false},   {"_clicks", CLICKS, false},     {"_p", CLICKS, false},             {" clicks", CLICKS, false},     {"clics ", CLICKS, true},
    {"_visits", CLICKS, false},     {" visits", CLICKS, false},     {"visites ", CLICKS, true},        {"_leads", LEADS, false},       {" leads", LEADS, false},
    {"leads ", LEADS, true},        {"_impressions", IMPRESSIONS, false}, {"_impression", IMPRESSIONS, false}, {"_i", IMPRESSIONS, false}, {" impressions", IMPRESSIONS, false},
    {"impressions ", IMPRESSIONS, true}};

struct of_column {
  enum measure measure;
  const char *channel; /* folded */
  char currency[4];
  int64_t left; /* of the rows before, in parts of a minor unit; at most half of one */
};
#define PARTS_DIGITS 8
#define PARTS 100000000
struct weekly {
  struct jl_about_file file;
  int32_t step; /* days; 0: months */
  struct of_column *columns;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool is_numeric(const struct jl_column *c) { return c->kind == JL_COLUMN_NUMBER || c->kind == JL_COLUMN_MONEY; }

static bool understand(struct jl_ingest *in, const struct jl_column *c, struct of_column *ret) {
  size_t size = strlen(c->folded);
  *ret = (struct of_column){.measure = NOTHING};
  if (!is_numeric(c)) return true;
  for (size_t i = 0; i < JL_COUNT(words) && ret->measure == NOTHING; i++) {
    size_t n = strlen(words[i].word);
    if (size <= n || strncmp(words[i].first ? c->folded : c->folded + size - n, words[i].word, n) != 0) continue;
    ret->measure = words[i].measure;
    ret->channel = jl_arena_strndup(jl_ingest_cli(in)->arena, words[i].first ? c->folded + n : c->folded, size - n);
  }
  if (ret->measure == NOTHING && c->currency[0] != '\0') { /* "SEA (€)" */
    ret->measure = SPEND;
    ret->channel = jl_arena_strdup(jl_ingest_cli(in)->arena, c->folded);
  }
  return ret->measure == NOTHING || ret->channel != NULL;
}

/* How far the first two rows are from each other. */
static bool find_step(struct jl_ingest *in, struct weekly *w, struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  int column = jl_ingest_column(in, "date");
  struct jl_moment_seen one, other;
  int32_t days = 0;
  if (t->sample_count > 1 && jl_date_read(t->samples[0][column], strlen(t->samples[0][column]), t->columns[column].order, &one) &&
      jl_date_read(t->samples[1][column], strlen(t->samples[1][column]), t->columns[column].order, &other))
    days = other.day > one.day ? other.day - one.day : one.day - other.day;
  w->step = days == 1 || days == 7 ? days : 0;
  if (days == 1 || days == 7 || (days >= 28 && days <= 31)) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("the rows are neither days, weeks nor months: the first two are {1} days apart"), JL_MSG("sort them by their date"), jl_arg_integer(days));
}

static void tell_passed_over(struct jl_ingest *in, const struct weekly *w) {
  const struct jl_table_found *t = jl_ingest_table(in);
  if (jl_ingest_notes(in)) return;
  for (size_t i = 0; i < t->column_count; i++)
    if (w->columns[i].measure == NOTHING && !jl_ingest_fills(in, i) && !jl_ingest_passed_over(in, i))
      jl_talk(jl_ingest_cli(in), JL_MSG("the column \"{1}\" is not read: its title says neither spend, clicks, leads nor impressions of a channel"), jl_arg_text(t->columns[i].title));
}

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  struct weekly *w = jl_ingest_state(in, sizeof *w);
  const struct jl_table_found *t = jl_ingest_table(in);
  if (w == NULL) return no_memory(err);
  if (w->columns == NULL) w->columns = jl_arena_array(jl_ingest_cli(in)->arena, t->column_count + 1, sizeof *w->columns);
  if (w->columns == NULL) return no_memory(err);
  bool spends = false;
  if (!find_step(in, w, err) || !jl_about_begin(in, &w->file, NULL, err)) return false;
  for (size_t i = 0; i < t->column_count; i++) {
    if (jl_ingest_fills(in, i) || jl_ingest_passed_over(in, i)) continue;
    if (!understand(in, &t->columns[i], &w->columns[i])) return no_memory(err);
    if (w->columns[i].measure != SPEND) continue;
    spends = true;
    if (!jl_about_currency(in, (int)i, w->columns[i].currency, err)) return false;
  }
  tell_passed_over(in, w);
  return !spends || jl_about_basis(in, NULL, &w->file.basis, err);
}

/* Minor units of a cell with what was left over; what does not fit so many digits is rounded by itself. */
static void carry(struct of_column *c, const struct jl_table_cell *cell, const char *currency, int64_t *io_amount) {
  int digits = jl_currency_digits(currency);
  int64_t exact = 0;
  if (!jl_decimal_scaled(cell->number, (digits < 0 ? 2 : digits) + PARTS_DIGITS, &exact) || __builtin_add_overflow(exact, c->left, &exact)) return;
  if (!jl_decimal_scaled((struct jl_decimal){exact, PARTS_DIGITS}, 0, io_amount)) return;
  c->left = exact - *io_amount * PARTS;
}

static bool take_spend(struct jl_ingest *in, struct weekly *w, const struct jl_ingest_row *row, size_t column, struct jl_about *about, struct jl_error *err) {
  struct jl_ingest_record *x;
  char currency[4] = "";
  bool has = false;
  int64_t amount = 0;
  memcpy(w->file.currency, w->columns[column].currency, 4);
  if (!jl_about_amount(in, &w->file, row, &row->cells[column], (int)column, &has, &amount, currency, err)) return false;
  if (!has) return true;
  if (!jl_ingest_notes(in)) carry(&w->columns[column], &row->cells[column], currency, &amount);
  if (amount == 0) return true;
  if (!jl_about_line(in, row, about, err)) return false;
  return jl_ingest_notes(in) || (jl_about_expense(in, &w->file, row, about, amount, currency, "", &x, err) && jl_ingest_key(x, about->name) && jl_about_key_days(x, in, about) && jl_ingest_add(x, err));
}

static bool take_cell(struct jl_ingest *in, struct weekly *w, const struct jl_ingest_row *row, size_t column, const struct jl_about *of_row, struct jl_error *err) {
  const struct of_column *c = &w->columns[column];
  const char *stage = c->measure == CLICKS ? JL_STAGE_VISITS : c->measure == LEADS ? JL_STAGE_LEADS : w->file.impressions;
  struct jl_about about = *of_row;
  bool has = false;
  int64_t n = 0;
  if (c->measure != SPEND && stage == NULL) return true;
  about.name = c->channel;
  if (row->cells[column].state == JL_CELL_NONE || jl_no_value(row->cells[column].text, row->cells[column].size)) return true;
  if (!jl_about_lever(in, c->channel, &about, err)) return false;
  if (!about.has_lever && !jl_ingest_notes(in)) return true; /* --value "lever:NAME=": none of it */
  if (c->measure == SPEND) return take_spend(in, w, row, column, &about, err);
  if (!jl_about_count(in, &row->cells[column], (int)column, 0, &has, &n, err)) return false;
  return !has || jl_about_figure(in, &about, stage, &n, NULL, err);
}

/* What is of no channel: the revenue of the period, and conversions that are of a stage. */
static bool take_results(struct jl_ingest *in, struct weekly *w, const struct jl_ingest_row *row, const struct jl_about *about, struct jl_error *err) {
  const char *plans = jl_ingest_input(in)->currency;
  int revenue = jl_ingest_column(in, "revenue"), conversions = jl_ingest_column(in, "conversions");
  char currency[4] = "";
  bool has = false;
  int64_t n = 0;
  if (revenue >= 0) {
    if (w->file.currency[0] == '\0' && !jl_about_currency(in, revenue, w->file.currency, err)) return false;
    if (!jl_about_amount(in, &w->file, row, &row->cells[revenue], revenue, &has, &n, currency, err)) return false;
    if (has && plans != NULL && strcmp(plans, currency) != 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("the revenue is in {1}, the plan in {2}"), JL_MSG("convert it, or pass it over: --map \"{3}=\""), jl_arg_text(currency), jl_arg_text(plans), jl_arg_text(jl_ingest_table(in)->columns[revenue].title));
    if (has && !jl_ingest_notes(in)) carry(&w->columns[revenue], &row->cells[revenue], currency, &n);
    if (has && !jl_about_figure(in, about, JL_STAGE_CUSTOMERS, NULL, &n, err)) return false;
  }
  if (conversions < 0 || w->file.conversions == NULL) return true;
  return jl_about_count(in, &row->cells[conversions], conversions, 0, &has, &n, err) && (!has || jl_about_figure(in, about, w->file.conversions, &n, NULL, err));
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  struct weekly *w = jl_ingest_state(in, sizeof *w);
  struct jl_about about = {.name = ""};
  bool has = false;
  if (w == NULL) return no_memory(err);
  if (!jl_ingest_day(in, row, "date", &has, &about.start, err)) return false;
  if (!has) return jl_fail(err, JL_E_INVALID, JL_MSG("it does not say of which days it is"), NULL);
  if (!jl_about_platform(in, row, &about, err)) return false;
  about.end = w->step > 0 ? about.start + w->step - 1 : jl_day_add_months(about.start, 1) - 1;
  for (size_t i = 0; i < jl_ingest_table(in)->column_count; i++)
    if (w->columns[i].measure != NOTHING && !take_cell(in, w, row, i, &about, err)) return false;
  return take_results(in, w, row, &about, err);
}

static const char *const needs[] = {"date", NULL};
static const char *const reads[] = {"revenue", "conversions", "conversion-stage", JL_ABOUT_MONEY, "line", "platform", "account", "overlap", NULL};
const struct jl_ingest_source jl_source_weekly = {.name = "weekly", .label = JL_MSG("a wide table of weeks (or days, months) with columns for each channel"), .needs = needs, .reads = reads, .every_column = true, .begin = begin, .row = row};

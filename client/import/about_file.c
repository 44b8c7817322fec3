/* What is the same for all rows of a file: its period above the table, the currency of its amounts, whether they have VAT in them. */
#include "client/import/about.h"
#include "client/cli/figures.h"
#include "client/cli/table_file.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- the period ---- */
static bool day_of(const char *text, size_t size, int32_t *ret) {
  struct jl_moment_seen seen;
  while (size > 0 && (*text == ' ' || *text == ':')) text++, size--;
  if (size > 6 && memcmp(text, "\xc2\xa0", 2) == 0) return false;
  if (!jl_date_read(text, size, JL_ORDER_NONE, &seen)) return false;
  *ret = seen.day;
  return true;
}

/* "1 septembre 2026 - 30 septembre 2026", "20260901-20260930". */
static bool range_of(const char *text, int32_t *ret_start, int32_t *ret_end) {
  static const char *const between[] = {" - ", " \xe2\x80\x93 ", " au ", " to ", "-"};
  for (size_t i = 0; i < JL_COUNT(between); i++) {
    const char *at = strstr(text, between[i]), *rest = at == NULL ? NULL : at + strlen(between[i]);
    if (at != NULL && day_of(text, (size_t)(at - text), ret_start) && day_of(rest, strlen(rest), ret_end) && *ret_end >= *ret_start) return true;
  }
  return false;
}

/* "# Start date: 20260901", "Report End: September 30, 2026, 11:59 PM", "# Date de fin : 20260930". */
static bool named_day(const char *text, bool end, int32_t *ret) {
  static const char *const names[2][4] = {{"start date", "report start", "date de début", "début"}, {"end date", "report end", "date de fin", "fin"}};
  for (size_t i = 0; i < 4; i++) {
    size_t size = strlen(names[end][i]);
    if (strncasecmp(text, names[end][i], size) != 0) continue;
    const char *colon = strchr(text + size, ':');
    if (colon != NULL && day_of(colon + 1, strlen(colon + 1), ret)) return true;
  }
  return false;
}

/* The last one above the names of the columns: a file may have several tables, each with its own. */
static void find_period(const struct jl_table_found *t, struct jl_about_file *f) {
  bool start = false, end = false;
  for (size_t i = 0; i < t->skipped_count && t->skipped[i].line < t->header_line; i++) {
    const char *text = t->skipped[i].text;
    int32_t from, to;
    while (*text == '#' || *text == ' ') text++;
    if (range_of(text, &from, &to)) {
      f->start = from, f->end = to;
      start = end = true;
    } else {
      start = named_day(text, false, &f->start) || start;
      end = named_day(text, true, &f->end) || end;
    }
  }
  f->has_span = start && end && f->end >= f->start;
}

bool jl_about_when(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  bool day = false, start = false, end = false;
  if (!jl_ingest_day(in, row, "date", &day, &about->start, err)) return false;
  about->end = about->start;
  if (day) return true;
  if (!jl_ingest_day(in, row, "start", &start, &about->start, err) || !jl_ingest_day(in, row, "end", &end, &about->end, err)) return false;
  if (start && end) return about->end >= about->start || jl_fail(err, JL_E_INVALID, JL_MSG("it ends before it starts"), NULL);
  if (!f->has_span)
    return jl_fail(err, JL_E_INVALID, JL_MSG("it does not say of which days it is"), JL_MSG("--set start=2026-09-01 --set end=2026-09-30, or a column with the day"));
  about->start = f->start;
  about->end = f->end;
  return true;
}

/* ---- amounts ---- */
/* Several currencies, and each amount says its own. */
static bool each_says(const struct jl_column *c) {
  bool all = c->currencies[0].line != 0 && c->unnamed == 0;
  for (size_t i = 0; i < JL_CURRENCIES && c->currencies[i].line != 0; i++) all = all && !jl_currency_is_shared(c->currencies[i].code);
  return all;
}

bool jl_about_currency(struct jl_ingest *in, int column, char ret[4], struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  static const struct jl_ingest_row none = {0};
  memset(ret, 0, 4);
  const char *written = column >= 0 ? t->columns[column].currency : "";
  if (column >= 0 && written[0] == '\0' && each_says(&t->columns[column])) return true;
  if (written[0] != '\0' && !jl_currency_is_shared(written)) {
    memcpy(ret, written, 4);
    return true;
  }
  if (jl_ingest_column(in, "currency") >= 0) return true;
  const char *set = jl_ingest_has(in, "currency") ? jl_ingest_words(in, &none, "currency") : "";
  if (set != NULL && set[0] != '\0' && jl_currency_written(set, strlen(set), ret) && !jl_currency_is_shared(ret)) return true;
  const char *several = column >= 0 ? jl_table_currencies(jl_ingest_cli(in)->arena, &t->columns[column]) : "";
  if (several != NULL && several[0] != '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("column \"{1}\": its amounts are in several currencies: {2}; in which one are the others?"), JL_MSG("--set currency=EUR, for those that name none, or a sign of several; or write the codes"),
                   jl_arg_text(t->columns[column].title), jl_arg_text(several));
  if (written[0] != '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is the sign of several currencies: in which one are the amounts?"), JL_MSG("--set currency=USD"), jl_arg_text(written));
  return jl_fail(err, JL_E_USAGE, JL_MSG("in which currency are the amounts? The file does not say"), JL_MSG("--set currency=EUR"));
}

static bool basis_of(const char *text, int64_t *ret) {
  static const struct { const char *word; int64_t basis; } words[] = {{"net", JL_NET}, {"ht", JL_NET}, {"hors taxes", JL_NET}, {"hors taxe", JL_NET}, {"excl. vat", JL_NET}, {"excl vat", JL_NET},
                                                                      {"gross", JL_GROSS}, {"ttc", JL_GROSS}, {"toutes taxes comprises", JL_GROSS}, {"incl. vat", JL_GROSS}, {"incl vat", JL_GROSS}};
  for (size_t i = 0; i < JL_COUNT(words); i++)
    if (strcmp(text, words[i].word) == 0) {
      *ret = words[i].basis;
      return true;
    }
  return false;
}

/* "Dépense HT (€)": a word of its title. */
static bool basis_in_title(const char *folded, int64_t *ret) {
  char word[16];
  for (const char *at = folded; *at != '\0';) {
    size_t n = strcspn(at, " ()[],/_-");
    if (n > 0 && n < sizeof word) {
      memcpy(word, at, n);
      word[n] = '\0';
      if ((strcmp(word, "ht") == 0 || strcmp(word, "ttc") == 0) && basis_of(word, ret)) return true;
    }
    at += n + (at[n] != '\0');
  }
  return false;
}

static bool basis_above(const struct jl_ingest *in, int64_t *ret) {
  const struct jl_table_found *t = jl_ingest_table(in);
  bool found = false;
  for (size_t i = 0; i < t->skipped_count && t->skipped[i].line < t->header_line; i++) {
    char *folded = jl_text_fold(jl_ingest_cli(in)->arena, t->skipped[i].text);
    found = (folded != NULL && basis_in_title(folded, ret)) || found;
  }
  return found;
}

bool jl_about_basis(struct jl_ingest *in, const char *spend, int64_t *ret_basis, struct jl_error *err) {
  static const struct jl_ingest_row none = {0};
  int column = spend == NULL ? -1 : jl_ingest_column(in, spend);
  if (jl_ingest_column(in, "vat-basis") < 0 && jl_ingest_has(in, "vat-basis")) {
    const char *text = jl_ingest_words(in, &none, "vat-basis"), *folded = text == NULL ? NULL : jl_text_fold(jl_ingest_cli(in)->arena, text);
    if (folded == NULL) return no_memory(err);
    return basis_of(folded, ret_basis) || jl_fail(err, JL_E_USAGE, JL_MSG("--set vat-basis={1}: it is net (HT) or gross (TTC)"), NULL, jl_arg_text(text));
  }
  if (column >= 0 && basis_in_title(jl_ingest_table(in)->columns[column].folded, ret_basis)) return true;
  if (basis_above(in, ret_basis)) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("are the amounts with VAT or without? The file does not say"), JL_MSG("--set vat-basis=net (HT) or --set vat-basis=gross (TTC)"));
}

/* ---- stages of the funnel ---- */
/* As it is kept, of the known ones and those of the plan's funnels; NULL: there is none. */
static bool stage_of(struct jl_ingest *in, const char *name, const char **ret, struct jl_error *err) {
  struct jl_told_figures told = {.cli = jl_ingest_cli(in)};
  const struct jl_record_state *stages;
  bool amount = false;
  size_t n, kept = 0;
  if (!jl_ingest_all(in, JL_TYPE_FUNNEL_STAGE, &stages, &n, err)) return false;
  const char **names = jl_arena_array(told.cli->arena, n + 1, sizeof *names);
  if (names == NULL) return no_memory(err);
  for (size_t i = 0; i < n; i++) {
    names[kept] = jl_title_text(told.cli, JL_TYPE_FUNNEL_STAGE, stages[i].body);
    kept += names[kept] != NULL && names[kept][0] != '\0';
  }
  names[kept] = NULL;
  told.stages = names;
  *ret = jl_told_stage(&told, name, &amount);
  return true;
}

static bool find_stages(struct jl_ingest *in, struct jl_about_file *f, struct jl_error *err) {
  static const struct jl_ingest_row none = {0};
  if (!stage_of(in, "impressions", &f->impressions, err)) return false;
  if (!jl_ingest_has(in, "conversion-stage")) {
    if (!jl_ingest_notes(in) && jl_ingest_column(in, "conversions") >= 0)
      jl_talk(jl_ingest_cli(in), JL_MSG("the conversions are not taken: --set conversion-stage=leads says of which stage they are"));
    return true;
  }
  const char *name = jl_ingest_words(in, &none, "conversion-stage");
  if (name == NULL) return no_memory(err);
  if (!stage_of(in, name, &f->conversions, err)) return false;
  if (f->conversions == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no stage"), JL_MSG("visits, leads, MQL, SQL, opportunities, pipeline, customers, revenue, or a stage of a funnel of the plan"), jl_arg_text(name));
  f->conversions = jl_arena_strdup(jl_ingest_cli(in)->arena, f->conversions);
  bool twice = strcmp(f->conversions, JL_STAGE_LEADS) == 0 && jl_ingest_column(in, "leads") >= 0;
  return f->conversions != NULL && (!twice || jl_fail(err, JL_E_USAGE, JL_MSG("two columns would be leads: \"{1}\" and \"{2}\""), JL_MSG("--map \"{2}=\" passes one of them over"),
                                                      jl_arg_text(jl_ingest_table(in)->columns[jl_ingest_column(in, "leads")].title),
                                                      jl_arg_text(jl_ingest_table(in)->columns[jl_ingest_column(in, "conversions")].title)));
}

bool jl_about_begin(struct jl_ingest *in, struct jl_about_file *f, const char *spend, struct jl_error *err) {
  find_period(jl_ingest_table(in), f);
  if (f->conversions_left == NULL) f->conversions_left = jl_arena_alloc(jl_ingest_cli(in)->arena, sizeof *f->conversions_left);
  if (f->conversions_left == NULL) return no_memory(err);
  jl_carry_begin(f->conversions_left);
  if (!f->has_span && !jl_ingest_has(in, "date") && !(jl_ingest_has(in, "start") && jl_ingest_has(in, "end")))
    return jl_fail(err, JL_E_USAGE, JL_MSG("it does not say of which days it is"), JL_MSG("--set start=2026-09-01 --set end=2026-09-30, or a column with the day"));
  if (!find_stages(in, f, err)) return false;
  return spend == NULL || jl_ingest_column(in, spend) < 0 || (jl_about_currency(in, jl_ingest_column(in, spend), f->currency, err) && jl_about_basis(in, spend, &f->basis, err));
}

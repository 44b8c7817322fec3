/* The reader over exports and tables of the shapes that people bring (tests/data): what it takes for the table, what it passes over, and sums that
 * were made by hand. Those that others wrote down lie in the shared data: test_table_reader.c. */
#include "common/base/calendar.h"
#include "tests/unit/table_files.h"

struct sum { const char *field /* or the title, where the column has no field */; int places; long long total; };
struct export {
  const char *file;
  struct jl_reader_options answers;
  const char *source;
  enum jl_encoding encoding;
  char separator;
  size_t header_line, rows, skips[JL_SKIPS];
  struct sum sums[5];
};
static const struct export exports[] = {
    {"google_ads_en.csv", {0}, "Google Ads", JL_ENCODING_UTF8, ',', 3, 3, {[JL_SKIP_BEFORE] = 2, [JL_SKIP_TOTAL] = 3},
     {{"spend", 2, 10383777}, {"impressions", 0, 2485196}, {"clicks", 0, 1240}, {"conversions", 2, 1450}, {"revenue", 2, 483880}}},
    {"google_ads_en_excel.csv", {0}, "Google Ads", JL_ENCODING_UTF16LE, '\t', 3, 3, {[JL_SKIP_BEFORE] = 2, [JL_SKIP_TOTAL] = 3},
     {{"spend", 2, 10383777}, {"impressions", 0, 2485196}, {"clicks", 0, 1240}, {"conversions", 2, 1450}, {"revenue", 2, 483880}}},
    {"google_ads_keywords_en.csv", {0}, "Google Ads", JL_ENCODING_UTF8, ',', 3, 2, {[JL_SKIP_BEFORE] = 2, [JL_SKIP_TOTAL] = 2}, {{"spend", 2, 1975}, {"clicks", 0, 15}}},
    {"google_ads_fr.csv", {0}, "Google Ads", JL_ENCODING_UTF16LE, '\t', 3, 3, {[JL_SKIP_BEFORE] = 2, [JL_SKIP_TOTAL] = 2},
     {{"spend", 2, 102400}, {"impressions", 0, 1235745}, {"clicks", 0, 2020}, {"conversions", 2, 1000}, {"revenue", 2, 12000}}},
    {"google_ads_daily.csv", {0}, "Google Ads", JL_ENCODING_UTF8, ',', 3, 3, {[JL_SKIP_BEFORE] = 2, [JL_SKIP_TOTAL] = 1}, {{"spend", 2, 3200}, {"impressions", 0, 2700}}},
    {"ga4_report.csv", {0}, "Google Analytics", JL_ENCODING_UTF8, ',', 10, 3, {[JL_SKIP_COMMENT] = 9}, {{"visits", 0, 2300}, {"conversions", 0, 52}, {"revenue", 2, 156050}}},
    {"ga4_snapshot.csv", {.header_row = "10"}, "", JL_ENCODING_UTF8, ',', 10, 2, {[JL_SKIP_COMMENT] = 11, [JL_SKIP_OTHER] = 3}, {{"Active users", 0, 84}}},
    {"ga4_snapshot.csv", {0}, "", JL_ENCODING_UTF8, ',', 16, 2, {[JL_SKIP_COMMENT] = 11, [JL_SKIP_BEFORE] = 3}, /* of its tables the one whose columns are known */ {{"visits", 0, 1800}}},
    {"ga4_exploration.csv", {0}, "", JL_ENCODING_UTF8, ',', 7, 2, {[JL_SKIP_COMMENT] = 5, [JL_SKIP_TOTAL] = 1}, {{"visits", 0, 4311}}},
    {"ga4_fr.csv", {0}, "Google Analytics", JL_ENCODING_UTF8, ';', 7, 2, {[JL_SKIP_COMMENT] = 6}, {{"visits", 0, 2000}, {"conversions", 0, 43}, {"revenue", 2, 125050}}},
    {"search_console.csv", {0}, "Search Console", JL_ENCODING_UTF8, ',', 1, 3, {0}, {{"clicks", 0, 36}, {"impressions", 0, 2924}}},
    {"matomo.csv", {0}, "Matomo", JL_ENCODING_UTF16LE, ',', 1, 2, {0}, {{"visits", 0, 251}}},
    {"meta_en.csv", {0}, "Meta", JL_ENCODING_UTF8, ',', 1, 3, {0}, {{"spend", 2, 98200}, {"leads", 0, 24}}},
    {"meta_empty.csv", {0}, "Meta", JL_ENCODING_UTF8, ',', 1, 0, {[JL_SKIP_NO_DATA] = 1}, {{0}}},
    {"meta_fr.xlsx", {0}, "Meta", JL_ENCODING_UTF8, 0, 1, 2, {0}, {{"spend", 2, 49100}, {"clicks", 0, 354}, {"leads", 0, 12}, {"conversions", 0, 3}, {"impressions", 0, 22600}}},
    {"linkedin.csv", {0}, "LinkedIn", JL_ENCODING_UTF16LE, '\t', 6, 3, {[JL_SKIP_BEFORE] = 4}, {{"spend", 2, 140000}, {"clicks", 0, 240}, {"leads", 0, 5}}},
    {"linkedin_resaved.csv", {0}, "LinkedIn", JL_ENCODING_UTF8, ',', 3, 3, {[JL_SKIP_BEFORE] = 1, [JL_SKIP_TOTAL] = 1}, {{"spend", 2, 140000}, {"clicks", 0, 240}, {"leads", 0, 5}}},
    {"123456789FEC20261231.txt", {0}, "FEC", JL_ENCODING_UTF8, '\t', 1, 10, {0}, {{"debit", 2, 604000}, {"credit", 2, 668000}}},
    {"123456789FEC20261231_latin9.txt", {.encoding = "iso-8859-15"}, "FEC", JL_ENCODING_LATIN9, '|', 1, 10, {0}, {{"debit", 2, 604000}, {"credit", 2, 668000}}},
    {"budget_fr_mois.csv", {0}, "", JL_ENCODING_WINDOWS, ';', 3, 3, {[JL_SKIP_BEFORE] = 1, [JL_SKIP_TOTAL] = 1}, {{"janv. 2026", 2, 165050}, {"avr. 2026", 2, 1415125}, {"Total", 2, 3120675}}},
    {"budget_fr_lignes.csv", {0}, "", JL_ENCODING_WINDOWS, ';', 1, 3, {[JL_SKIP_TOTAL] = 1}, {{"Montant TTC (€)", 2, 295120}}},
    {"weekly_wide.csv", {0}, "", JL_ENCODING_UTF8, ',', 1, 3, {0}, {{"revenue", 2, 450075}, {"tv_S", 2, 20000}, {"print_S", 2, 5050}, {"search_S", 3, 30131}}},
    {"raci_fr.csv", {0}, "", JL_ENCODING_WINDOWS, ';', 1, 4, {0}, {{0}}},
    {"raci_en.xlsx", {0}, "", JL_ENCODING_UTF8, 0, 1, 3, {0}, {{0}}}};

static size_t column_of(const struct table *t, const char *name) {
  int column = jl_reader_column(t->reader, name);
  for (size_t i = 0; column < 0 && i < t->found->column_count; i++)
    if (strcmp(t->found->columns[i].title, name) == 0) column = (int)i;
  if (column < 0) fail_msg("no column %s", name);
  return (size_t)column;
}

static void same_sums(struct table *t, const struct export *x) {
  for (const struct sum *s = x->sums; s < x->sums + JL_COUNT(x->sums) && s->field != NULL; s++) {
    size_t column = column_of(t, s->field);
    long long total = 0;
    table_begin(t);
    for (const struct jl_table_row *row; (row = table_next(t)) != NULL;)
      if (row->cells[column].state == JL_CELL_VALUE) total += scaled(row->cells[column].number, s->places);
    if (total != s->total) fail_msg("%s, %s: %lld, not %lld", x->file, s->field, total, s->total);
  }
}

static void test_exports(void **state) {
  (void)state;
  for (const struct export *x = exports; x < exports + JL_COUNT(exports); x++) {
    struct table t;
    char path[512];
    (void)snprintf(path, sizeof path, SOURCE_DIR "/tests/data/%s", x->file);
    print_message("%s\n", x->file);
    if (!table_file(&t, path, &x->answers)) fail_msg("not read: %s", t.error.message);
    for (size_t i = 0; i < t.found->question_count; i++) print_message("  asks %s\n", t.found->questions[i].option);
    assert_int_equal(t.found->question_count, 0);
    assert_string_equal(t.found->source, x->source);
    assert_int_equal(t.found->header_line, x->header_line);
    assert_int_equal(t.found->row_count, x->rows);
    if (x->separator != 0) {
      assert_int_equal(t.found->encoding, x->encoding);
      assert_int_equal(t.found->separator, x->separator);
    }
    for (size_t i = 0; i < JL_SKIPS; i++)
      if (t.found->skip_counts[i] != x->skips[i]) fail_msg("%s: %d passed over for reason %zu", x->file, (int)t.found->skip_counts[i], i);
    for (size_t i = 0; i < t.found->column_count; i++)
      if (t.found->columns[i].bad > 0) fail_msg("%s: line %zu of %s cannot be read", x->file, t.found->columns[i].bad_line, t.found->columns[i].title);
    same_sums(&t, x);
    table_close(&t);
  }
}

static const struct jl_table_row *first(struct table *t, const char *file) {
  char path[512];
  (void)snprintf(path, sizeof path, SOURCE_DIR "/tests/data/%s", file);
  assert_true(table_file(t, path, NULL));
  table_begin(t);
  return table_next(t);
}

/* Nothing is null, a bound is no number, a result that tells its kind is text, days in either order. */
static void test_cells(void **state) {
  struct table t;
  (void)state;
  const struct jl_table_row *row = first(&t, "google_ads_en.csv");
  assert_int_equal(row->cells[column_of(&t, "Search impr. share")].state, JL_CELL_BOUND);
  row = table_next(&t);
  assert_string_equal(row->cells[column_of(&t, "campaign")].text, "Webinar, HR");
  assert_int_equal(row->cells[column_of(&t, "conversions")].state, JL_CELL_NONE);
  table_close(&t);
  row = first(&t, "google_ads_fr.csv");
  assert_string_equal(row->cells[column_of(&t, "result-kind")].text, "Page vue : 1,00");
  assert_int_equal(t.found->columns[column_of(&t, "click-rate")].kind, JL_COLUMN_PERCENT);
  table_close(&t);
  row = first(&t, "google_ads_keywords_en.csv");
  assert_string_equal(row->cells[column_of(&t, "keyword")].text, "\"solar panels\"");
  table_close(&t);
  row = first(&t, "meta_fr.xlsx");
  assert_string_equal(t.found->columns[column_of(&t, "spend")].currency, "EUR");
  assert_string_equal(t.found->columns[10].title, "J\u2019aime sur Facebook");
  assert_int_equal(row->cells[column_of(&t, "start")].moment.day, jl_day_from_date(2026, 9, 1));
  assert_int_equal(table_next(&t)->cells[column_of(&t, "results")].state, JL_CELL_NONE);
  table_close(&t);
  row = first(&t, "linkedin.csv");
  assert_int_equal(row->cells[0].moment.day, jl_day_from_date(2026, 9, 1)); /* the 13th decides for the column */
  table_close(&t);
  row = first(&t, "123456789FEC20261231.txt");
  assert_string_equal(row->cells[column_of(&t, "ledger-account")].text, "62310000");
  assert_int_equal(row->cells[column_of(&t, "date")].moment.day, jl_day_from_date(2026, 1, 15));
  table_close(&t);
  row = first(&t, "budget_fr_mois.csv");
  assert_string_equal(t.found->columns[column_of(&t, "janv. 2026")].currency, "EUR");
  table_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_exports), cmocka_unit_test(test_cells)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

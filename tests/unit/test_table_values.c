/* Numbers and dates as tables have them, against tables made by hand; columns that are decided and columns that ask; what is passed over;
 * where cells stand; what is refused. */
#include "common/base/calendar.h"
#include "tests/unit/table_files.h"

#define NBSP "\xc2\xa0"
#define NARROW "\xe2\x80\xaf"

struct number_case { const char *text; bool comma, point; long long as_comma, as_point; /* thousandths */ };
static const struct number_case numbers[] = {
    {"1500", true, true, 1500000, 1500000},
    {"1 500,50", true, false, 1500500, 0},
    {"1" NBSP "500,5" NBSP "€", true, false, 1500500, 0},
    {"1" NARROW "234" NARROW "567,80 €", true, false, 1234567800, 0},
    {"1'234.50", false, true, 0, 1234500},
    {"1.234,50", true, false, 1234500, 0},
    {"1,234.50", false, true, 0, 1234500},
    {"1,234,567", false, true, 0, 1234567000},
    {"1.234.567", true, false, 1234567000, 0},
    {"1,234", true, true, 1234, 1234000},
    {"1.234", true, true, 1234000, 1234},
    {"0,123", true, false, 123, 0},
    {"12,5", true, false, 12500, 0},
    {"1234,567", true, false, 1234567, 0},
    {"(1 234,50)", true, false, -1234500, 0},
    {"125,00-", true, false, -125000, 0},
    {"-125,00 €", true, false, -125000, 0},
    {"\xe2\x88\x92" "3", true, true, -3000, -3000},
    {"$1,334.50", false, true, 0, 1334500},
    {"EUR 12.50", false, true, 0, 12500},
    {"12.50 CHF", false, true, 0, 12500},
    {"2,81" NBSP "%", true, false, 2810, 0},
    {"+4", true, true, 4000, 4000},
    {"1.5E+3", false, true, 0, 1500000},
    {"1 50", false, false, 0, 0},
    {"1,50,000", false, false, 0, 0},
    {"12x", false, false, 0, 0},
    {"1.", false, false, 0, 0},
    {",5", false, false, 0, 0},
    {"--1", false, false, 0, 0},
    {"€", false, false, 0, 0},
    {"99999999999999999999", false, false, 0, 0},
    {"2026-01-31", false, false, 0, 0},
    {"Search | 12", false, false, 0, 0},
};

static void test_numbers(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(numbers); i++) {
    const struct number_case *c = &numbers[i];
    struct jl_number_seen seen = {0};
    struct jl_decimal d;
    bool any = jl_number_look(c->text, strlen(c->text), &seen);
    if (any != (c->comma || c->point) || seen.comma != c->comma || seen.point != c->point) fail_msg("%s: comma %d point %d", c->text, seen.comma, seen.point);
    if (c->comma) {
      assert_true(jl_number_read(c->text, strlen(c->text), ',', &d));
      if (scaled(d, 3) != c->as_comma) fail_msg("%s", c->text);
    }
    if (c->point) {
      assert_true(jl_number_read(c->text, strlen(c->text), '.', &d));
      if (scaled(d, 3) != c->as_point) fail_msg("%s", c->text);
    }
    assert_int_equal(seen.differs, c->comma && c->point && c->as_comma != c->as_point);
  }
  struct jl_number_seen seen;
  assert_true(jl_number_look("< 10%", 5, &seen) && seen.bound == '<' && seen.percent);
  assert_true(jl_number_look("007", 3, &seen) && seen.padded);
  assert_true(jl_number_look("3 €", 5, &seen) && seen.money);
  assert_string_equal(seen.currency, "EUR");
  assert_true(jl_number_look("$3", 2, &seen) && seen.money);
  assert_string_equal(seen.currency, "$"); /* of several countries: it is asked for */
  assert_true(jl_currency_may_be("$", "USD") && jl_currency_may_be("$", "CAD") && jl_currency_may_be("EUR", "EUR"));
  assert_false(jl_currency_may_be("$", "EUR") || jl_currency_may_be("USD", "CAD") || jl_currency_is_shared("EUR") || jl_currency_is_shared(""));
  static const char *const none[] = {"", " ", " --", "--", "-", "N/C", "NULL", "na", "n/a", "N/A", NBSP};
  static const char *const some[] = {"0", "nord", "-1", "x", "nul"};
  for (size_t i = 0; i < JL_COUNT(none); i++) assert_true(jl_no_value(none[i], strlen(none[i])));
  for (size_t i = 0; i < JL_COUNT(some); i++) assert_false(jl_no_value(some[i], strlen(some[i])));
}

struct date_case { const char *text; enum jl_date_order order; int year, month, day, seconds; };
static const struct date_case dates[] = {
    {"2026-01-31", JL_ORDER_NONE, 2026, 1, 31, -1},
    {"2026-09-01 14:05", JL_ORDER_NONE, 2026, 9, 1, 50700},
    {"2006-04-15T03:23:15.000Z", JL_ORDER_NONE, 2006, 4, 15, 12195},
    {"2026-04-15T03:23:15+02:00", JL_ORDER_NONE, 2026, 4, 15, 12195},
    {"31/01/2026", JL_ORDER_NONE, 2026, 1, 31, -1},
    {"1/31/2026", JL_ORDER_NONE, 2026, 1, 31, -1},
    {"05/05/2026", JL_ORDER_NONE, 2026, 5, 5, -1},
    {"03/04/2026", JL_ORDER_DAY, 2026, 4, 3, -1},
    {"03/04/2026", JL_ORDER_MONTH, 2026, 3, 4, -1},
    {"05/01/26", JL_ORDER_DAY, 2026, 1, 5, -1},
    {"31.12.2026", JL_ORDER_NONE, 2026, 12, 31, -1},
    {"1 septembre 2026", JL_ORDER_NONE, 2026, 9, 1, -1},
    {"1er sept. 2026", JL_ORDER_NONE, 2026, 9, 1, -1},
    {"27 January 2026", JL_ORDER_NONE, 2026, 1, 27, -1},
    {"January 20, 2026", JL_ORDER_NONE, 2026, 1, 20, -1},
    {"September 3, 2026, 8:15 AM", JL_ORDER_NONE, 2026, 9, 3, 29700},
    {"9/3/2026 12:30 PM", JL_ORDER_MONTH, 2026, 9, 3, 45000},
    {"15-janv-26", JL_ORDER_NONE, 2026, 1, 15, -1},
    {"lundi 5 janvier 2026", JL_ORDER_NONE, 2026, 1, 5, -1},
    {"août 2026", JL_ORDER_NONE, 2026, 8, 1, -1},
    {"juil. 2026", JL_ORDER_NONE, 2026, 7, 1, -1},
    {"févr. 2026", JL_ORDER_NONE, 2026, 2, 1, -1},
    {"2026-01", JL_ORDER_NONE, 2026, 1, 1, -1},
    {"03/2026", JL_ORDER_NONE, 2026, 3, 1, -1},
    {"20260131", JL_ORDER_NONE, 2026, 1, 31, -1},
    {"46044", JL_ORDER_SERIAL, 2026, 1, 22, -1},
    {"44582", JL_ORDER_SERIAL_1904, 2026, 1, 22, -1},
    {"59", JL_ORDER_SERIAL, 1900, 2, 28, -1},
    {"61", JL_ORDER_SERIAL, 1900, 3, 1, -1},
    {"03/04/2026", JL_ORDER_NONE, 0, 0, 0, 0},
    {"31/02/2026", JL_ORDER_DAY, 0, 0, 0, 0},
    {"31/01/2026", JL_ORDER_MONTH, 0, 0, 0, 0},
    {"32 janvier 2026", JL_ORDER_NONE, 0, 0, 0, 0},
    {"60", JL_ORDER_SERIAL, 0, 0, 0, 0}, /* 29 February 1900, which was not */
    {"2026-13", JL_ORDER_NONE, 0, 0, 0, 0},
    {"2026-Q3", JL_ORDER_NONE, 0, 0, 0, 0},
    {"Salon 2026", JL_ORDER_NONE, 0, 0, 0, 0},
    {"2026-01-31 25:00", JL_ORDER_NONE, 0, 0, 0, 0},
};

static void test_dates(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(dates); i++) {
    const struct date_case *c = &dates[i];
    struct jl_moment_seen m = {0, 0};
    bool read = jl_date_read(c->text, strlen(c->text), c->order, &m);
    if (read != (c->year > 0)) fail_msg("%s: %d", c->text, read);
    if (!read) continue;
    struct jl_date d = jl_date_from_day(m.day);
    if (d.year != c->year || d.month != c->month || d.day != c->day || m.seconds != c->seconds) fail_msg("%s: %d-%d-%d %d", c->text, d.year, d.month, d.day, m.seconds);
  }
}

/* ---- what is asked ---- */
static void asks(const char *text, const char *option) {
  struct table t;
  assert_true(table_text(&t, text, NULL));
  if (option == NULL && t.found->question_count != 0) fail_msg("asks %s: %s", t.found->questions[0].option, text);
  if (option != NULL && (t.found->question_count == 0 || strcmp(t.found->questions[0].option, option) != 0)) fail_msg("does not ask %s: %s", option, text);
  if (option != NULL) {
    assert_true(t.found->questions[0].candidate_count >= 2);
    assert_false(jl_reader_begin(t.reader, &t.error));
    assert_int_equal(t.error.code, JL_E_USAGE);
  }
  table_close(&t);
}

/* The answers show a day that both can read, or each its own. */
static void test_answers(void **state) {
  static const struct { const char *text; int32_t day, month; } cases[] = {{"Date;Coût\n13/04/2026;1\n04/13/2026;1\n03/04/2026;1\n", 3, 4}, {"Date;Coût\n13/04/2026;1\n04/12/2026;1\n04/13/2026;1\n", 4, 12}};
  (void)state;
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct table t;
    assert_true(table_text(&t, cases[i].text, NULL));
    assert_int_equal(t.found->question_count, 1);
    const struct jl_question *q = &t.found->questions[0];
    assert_int_equal(q->candidate_count, 2);
    assert_int_equal(q->candidates[0].reading.number, jl_day_from_date(2026, cases[i].month, cases[i].day));
    assert_int_equal(q->candidates[1].reading.number, jl_day_from_date(2026, cases[i].day, cases[i].month));
    table_close(&t);
  }
}

static void test_questions(void **state) {
  (void)state;
  asks("Date;Coût\n2026-01-01;1,234\n", "decimal");
  asks("Date;Coût\n2026-01-01;1,234\n2026-01-02;12,5\n", NULL);
  asks("Date;Coût\n2026-01-01;1.50\n2026-01-02;1,50\n", "decimal");   /* both, in one column */
  asks("Date;Coût;Budget\n2026-01-01;1,234;12,50\n", NULL);          /* another column decides */
  asks("Date;Coût\n03/04/2026;1\n", "date-order");
  asks("Date;Coût\n03/04/2026;1\n13/04/2026;1\n", NULL);
  asks("Date;Coût\n13/04/2026;1\n04/13/2026;1\n", "date-order");
  asks("Date;Coût\n13/04/2026;1\n14/04/2026;1\n15/04/2026;1\n16/04/2026;1\n17/04/2026;1\n18/04/2026;1\n19/04/2026;1\n20/04/2026;1\n21/04/2026;1\n22/04/2026;1\n23/04/2026;1\n04/13/2026;1\n", NULL); /* a slip */
  asks("Date;Début;Coût\n03/04/2026;31/12/2026;1\n", NULL);
  asks("Date;Coût\n46044;1\n46045;2\n", "date-order");
  asks("a;b,c\nx;y,z\n", "separator");
  asks("a;b\nx, y;z\nu;v, w\n", NULL);
  asks("2026-01-01;12\n2026-01-02;13\n", "header-row");
  asks("Name;Note\ncafé;1\n", NULL);
  asks("Name;Note\ncaf\x8e;1\n", "encoding");         /* é of Mac Roman, Ž of Windows */
  asks("Name;Note\nc\xbdur;1\n", "encoding");         /* œ of Latin-9, ½ of Windows */
  asks("Name;Note\ncaf\xe9;1\n", NULL);
  asks("Name;Note\nd\xc3\x83\xc2\xa9j\xc3\x83\xc2\xa0;1\n", "encoding"); /* "déjà", encoded twice */
  asks("Name;Note\nl\xe2\x80\x9a\xc3\x84\xc3\xb4\x61mi;1\n", "encoding");  /* "l’ami" by way of Mac Roman */
}

/* A pipe is in the names of campaigns: it separates only where it is said, or columns of a ledger are named. */
static void test_pipe(void **state) {
  struct table t;
  (void)state;
  assert_true(table_text(&t, "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|Debit|Credit\nHA|Achats|1|20260131|623100|5,00|0,00\n", NULL));
  assert_int_equal(t.found->separator, '|');
  assert_string_equal(t.found->source, "FEC");
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_int_equal(row->cells[3].moment.day, jl_day_from_date(2026, 1, 31));
  assert_string_equal(row->cells[4].text, "623100");
  assert_int_equal(scaled(row->cells[5].number, 2), 500);
  table_close(&t);
  assert_true(table_text(&t, "Campaign,Clicks\nSearch | Brand | FR,1\n", NULL));
  assert_int_equal(t.found->separator, ',');
  table_close(&t);
}

/* ---- places, rows passed over ---- */
static void test_places(void **state) {
  struct table t;
  (void)state;
  assert_true(table_text(&t, "Budget 2026;;\r\n\r\nCanal;Coût;Commentaire\r\nSalon;12,50;\"deux\r\nlignes\"\r\nTotalEnergies;1,00;\r\n;;\r\nTotal général;13,50;\r\nSEA;x;fin\r\n", NULL));
  assert_int_equal(t.found->header_line, 3);
  assert_int_equal(t.found->row_count, 3);
  assert_int_equal(t.found->blank_count, 2);
  assert_int_equal(t.found->skipped_count, 2);
  assert_int_equal(t.found->skipped[0].line, 1);
  assert_int_equal(t.found->skipped[0].reason, JL_SKIP_BEFORE);
  assert_int_equal(t.found->skipped[1].line, 8);
  assert_int_equal(t.found->skipped[1].reason, JL_SKIP_TOTAL);
  assert_int_equal(t.found->columns[1].bad, 1);
  assert_int_equal(t.found->columns[1].bad_line, 9);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_int_equal(row->line, 4);
  assert_string_equal(row->cells[2].text, "deux\r\nlignes");
  row = table_next(&t);
  assert_int_equal(row->line, 6);
  assert_string_equal(row->cells[0].text, "TotalEnergies");
  row = table_next(&t);
  assert_int_equal(row->line, 9);
  assert_int_equal(row->cells[1].state, JL_CELL_BAD);
  assert_false(jl_reader_bad(t.reader, &row->cells[1], 1, &t.error));
  assert_int_equal(t.error.args[0].number, 9);
  assert_null(table_next(&t));
  table_close(&t);
  const struct jl_reader_options keep = {.totals = "keep", .header_row = "3"};
  assert_true(table_text(&t, "x\n\nCanal;Coût\nTotal;1\n", &keep));
  assert_int_equal(t.found->row_count, 1);
  table_close(&t);
}

/* Analytics: comments above, a first row with one value more than names, and another table below. */
static void test_analytics(void **state) {
  struct table t;
  (void)state;
  assert_true(table_text(&t, "# ----\n# Report\n# Start date: 20260101\n\nDay,Sessions\n,4311,Grand total\n20260131,4\n\n# Start date: 20260201\nPage,Views\n/,3\n", NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->header_line, 5);
  assert_int_equal(t.found->row_count, 1);
  assert_int_equal(t.found->skip_counts[JL_SKIP_COMMENT], 4);
  assert_int_equal(t.found->skip_counts[JL_SKIP_TOTAL] + t.found->skip_counts[JL_SKIP_LONG], 1);
  assert_int_equal(t.found->skip_counts[JL_SKIP_OTHER], 2);
  table_close(&t);
  const struct jl_reader_options second = {.header_row = "10"};
  assert_true(table_text(&t, "# ----\n# Report\n# Start date: 20260101\n\nDay,Sessions\n,4311,Grand total\n20260131,4\n\n# Start date: 20260201\nPage,Views\n/,3\n", &second));
  assert_int_equal(t.found->row_count, 1);
  assert_string_equal(t.found->columns[1].title, "Views");
  table_close(&t);
}

/* ---- refused ---- */
static void refused(const char *data, size_t size, enum jl_code code, int64_t line) {
  struct table t;
  if (table_bytes(&t, data, size, NULL)) fail_msg("read: %.40s", data);
  assert_int_equal(t.error.code, code);
  assert_true(t.error.message[0] != '\0');
  if (line > 0) assert_int_equal(t.error.args[0].number, line);
  table_close(&t);
}

static void test_refused(void **state) {
  static const char nul[] = "a,b\nx,\0y\n", open_quote[] = "a,b\nx,y\nz,\"never closed\nmore\n";
  (void)state;
  refused(nul, sizeof nul - 1, JL_E_INVALID, 2);
  refused(open_quote, sizeof open_quote - 1, JL_E_INVALID, 3);
  refused("", 0, JL_E_INVALID, 0);
  refused("\n\n", 2, JL_E_INVALID, 0);
  size_t size = 4U << 20;
  char *large = malloc(size);
  assert_non_null(large);
  memset(large, 'x', size);
  memcpy(large, "a,b\n1,", 6);
  refused(large, size, JL_E_TOO_LARGE, 2); /* a value without end */
  memset(large, ',', size);
  memcpy(large, "a,b\n", 4);
  refused(large, size, JL_E_TOO_LARGE, 2); /* columns without end */
  memset(large, '\n', size);
  memcpy(large, "a,b\n1,\"", 7);
  refused(large, size, JL_E_INVALID, 2); /* a quotation mark that swallows the rest */
  free(large);
  const struct jl_reader_options wrong[] = {{.encoding = "klingon"}, {.separator = "x"}, {.decimal = "dot"}, {.date_order = "french"}, {.header_row = "99"}, {.header_row = "x"}};
  for (size_t i = 0; i < JL_COUNT(wrong); i++) {
    struct table t;
    assert_false(table_text(&t, "Date;Coût\n2026-01-01;1\n", &wrong[i]));
    assert_int_equal(t.error.code, JL_E_USAGE);
    table_close(&t);
  }
}

/* 100,000 rows take no more memory than a few: the source is a file, and the arena of the reader is bounded. */
static void test_long(void **state) {
  char path[] = "/tmp/jalon-table-test-XXXXXX";
  struct table t;
  (void)state;
  int file = mkstemp(path);
  assert_true(file >= 0);
  FILE *out = fdopen(file, "w");
  assert_non_null(out);
  fputs("Date;Canal;Coût\n", out);
  for (int i = 0; i < 100000; i++) fprintf(out, "%02d/01/2026;Salon %d;%d,25\n", i % 28 + 1, i, i);
  assert_int_equal(fclose(out), 0);
  assert_true(table_file(&t, path, NULL));
  (void)remove(path);
  assert_int_equal(t.found->row_count, 100000);
  table_begin(&t);
  __int128 cents = 0;
  size_t rows = 0;
  for (const struct jl_table_row *row; (row = table_next(&t)) != NULL; rows++) cents += scaled(row->cells[2].number, 2);
  assert_int_equal(rows, 100000);
  assert_true(cents == (__int128)4999950000LL * 100 + 2500000); /* 0 + 1 + ... + 99,999, and a quarter for each */
  table_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_dates),     cmocka_unit_test(test_answers), cmocka_unit_test(test_questions), cmocka_unit_test(test_pipe),
                                     cmocka_unit_test(test_places),  cmocka_unit_test(test_analytics), cmocka_unit_test(test_refused),   cmocka_unit_test(test_long)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

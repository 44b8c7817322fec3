/* Numbers, money and dates as people type them, against hand tables. */
#include "client/cli/input.h"
#include "client/faces/face.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct number_case {
  const char *text;
  int digits;
  bool ok;
  int64_t value;
};
static const struct number_case numbers[] = {
    {"1500", 2, true, 150000},
    {"1 500,50", 2, true, 150050},
    {"1,500.50", 2, true, 150050},
    {"1.500,50", 2, true, 150050},
    {"1\xc2\xa0"
     "500",
     0, true, 1500},
    {"1\xe2\x80\xaf"
     "500,5",
     2, true, 150050},
    {"12k", 2, true, 1200000},
    {"1.2M", 0, true, 1200000},
    {"1,2 M", 0, true, 1200000},
    {"-3", 0, true, -3},
    {"+4", 0, true, 4},
    {"0.125", 3, true, 125},
    {"1,500,000", 0, true, 1500000},
    {"1500.125", 3, true, 1500125},
    {"12.5", 0, false, 0},
    {"1,500", 2, false, 0},
    {"1.500", 2, false, 0},
    {"1 50", 0, false, 0},
    {"", 0, false, 0},
    {"abc", 0, false, 0},
    {"1,50,000", 0, false, 0},
    {"1.5.5,0", 0, false, 0},
    {"12x", 0, false, 0},
    {"99999999999999999999", 0, false, 0},
    {"9223372036854775807", 0, true, INT64_MAX},
    {"1.", 0, false, 0},
    {".5", 1, false, 0},
    {"25%", 0, false, 0},
    {"1 2 3", 0, false, 0},
    {"1 000 000", 0, true, 1000000},
    {"1 500.25", 2, true, 150025},
    {"0,5k", 0, true, 500},
    {"--1", 0, false, 0},
    {"1k5", 0, false, 0},
};

static void test_numbers(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(numbers); i++) {
    struct jl_error err = {0};
    int64_t n = 0;
    bool ok = jl_input_decimal(numbers[i].text, numbers[i].digits, &n, &err);
    if (ok != numbers[i].ok || (ok && n != numbers[i].value)) fail_msg("\"%s\": %d %lld", numbers[i].text, ok, (long long)n);
    if (!ok) assert_true(err.code == JL_E_INVALID && err.message[0] != '\0');
  }
}

static void test_money(void **state) {
  (void)state;
  struct jl_error err;
  int64_t n;
  assert_true(jl_input_money("1 500,50 €", "EUR", &n, &err) && n == 150050);
  assert_true(jl_input_money("€12k", "EUR", &n, &err) && n == 1200000);
  assert_true(jl_input_money("1200 EUR", "EUR", &n, &err) && n == 120000);
  assert_true(jl_input_money("1200 eur", "EUR", &n, &err) && n == 120000);
  assert_true(jl_input_money("1500", "JPY", &n, &err) && n == 1500);
  assert_true(jl_input_money("1.2345", "TND", &n, &err) == false);
  assert_false(jl_input_money("12,345 EUR", "EUR", &n, &err)); /* ambiguous */
  assert_false(jl_input_money("12.3456", "EUR", &n, &err));
  assert_false(jl_input_money("12,5", "JPY", &n, &err));
  assert_false(jl_input_money("12 USD", "EUR", &n, &err));
  assert_false(jl_input_money("5%", "EUR", &n, &err));
}

static void test_ambiguity_names_both(void **state) {
  (void)state;
  struct jl_error err;
  int64_t n;
  assert_false(jl_input_decimal("1,500", 2, &n, &err));
  assert_string_equal(err.args[1].text, "1500");
  assert_string_equal(err.args[2].text, "1.500");
}

static void test_fractions(void **state) {
  (void)state;
  struct jl_error err;
  int64_t n;
  assert_true(jl_input_fraction("25%", "percent", &n, &err) && n == 250000);
  assert_true(jl_input_fraction("25", "percent", &n, &err) && n == 250000);
  assert_true(jl_input_fraction("2,5 %", "%", &n, &err) && n == 25000);
  assert_true(jl_input_fraction("120", "leads", &n, &err) && n == 120000000);
  assert_true(jl_input_fraction("100 k€", "EUR", &n, &err) && n == 100000000000);
  assert_false(jl_input_fraction("25%", "leads", &n, &err));
  assert_false(jl_input_fraction("25%", "", &n, &err));
  assert_true(jl_input_share("20%", &n, &err) && n == 2000);
  assert_true(jl_input_share("5,5 %", &n, &err) && n == 550);
  assert_false(jl_input_share("5,555", &n, &err));
}

struct date_case {
  const char *text;
  bool french;
  const char *iso;
};
static const struct date_case dates[] = {
    /* today is Wednesday 2026-06-17, the plan covers 2026 */
    {"2026-01-31", true, "2026-01-31"},
    {"31/01/2026", true, "2026-01-31"},
    {"31/12", true, "2026-12-31"},
    {"31/01", true, "2026-01-31"},
    {"18/06", true, "2026-06-18"},
    {"03/04", true, "2026-04-03"},
    {"03/04", false, NULL},
    {"13/04/2026", false, "2026-04-13"},
    {"04/13/2026", false, "2026-04-13"},
    {"04/13/2026", true, NULL},
    {"04/04", false, "2026-04-04"},
    {"vendredi", true, "2026-06-19"},
    {"FRIDAY", false, "2026-06-19"},
    {"mercredi", true, NULL},
    {"demain", true, "2026-06-18"},
    {"tomorrow", false, "2026-06-18"},
    {"hier", true, "2026-06-16"},
    {"Aujourd'hui", true, "2026-06-17"},
    {"+2w", true, "2026-07-01"},
    {"+10d", true, "2026-06-27"},
    {"+10j", true, "2026-06-27"},
    {"-3d", true, "2026-06-14"},
    {"+1m", true, "2026-07-17"},
    {"31 janvier 2026", true, "2026-01-31"},
    {"1er mars 2027", true, "2027-03-01"},
    {"15 août", true, "2026-08-15"},
    {"31 june", false, NULL},
    {"2026-02-30", true, NULL},
    {"31.01.2026", false, "2026-01-31"},
    {"2026-03", true, "2026-03-01"},
    {"lundi prochain", true, NULL},
    {"", true, NULL},
    {"32/01", true, NULL},
    {"+2x", true, NULL},
    {"+", true, NULL},
    {"29/02", true, "2028-02-29"},
    {"31/01/26", true, "2026-01-31"},
    {"1/2/3/4", true, NULL},
    {"2026-13", true, NULL},
};

static void test_dates(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(dates); i++) {
    struct jl_input in = {.today = jl_day_from_date(2026, 6, 17),
                          .has_period = true,
                          .period_start = jl_day_from_date(2026, 1, 1),
                          .period_end = jl_day_from_date(2026, 12, 31),
                          .day_first = dates[i].french};
    struct jl_error err = {0};
    int32_t day = 0;
    char iso[11] = "";
    bool ok = jl_input_date(&in, dates[i].text, &day, &err);
    if (ok) jl_day_format_iso(day, iso);
    if (ok != (dates[i].iso != NULL) || (ok && strcmp(iso, dates[i].iso) != 0))
      fail_msg("\"%s\" (%s): %s", dates[i].text, dates[i].french ? "fr" : "en", ok ? iso : "refused");
  }
}

/* What the screen shows can be typed: codes and labels, whatever their case, accents and hyphens. */
static void test_choices_by_code_or_label(void **state) {
  (void)state;
  const struct jl_field *status = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), JL_ACTION_STATUS);
  static const char *const good[] = {"in-progress", "In progress", "IN-PROGRESS"};
  struct jl_input in = {.today = 0};
  struct jl_value value;
  struct jl_error err;
  jl_language_init("en");
  for (size_t i = 0; i < JL_COUNT(good); i++) {
    assert_true(jl_input_value(&in, status, good[i], &value, &err));
    assert_int_equal(value.number, JL_IN_PROGRESS);
  }
  assert_false(jl_input_value(&in, status, "in-progres", &value, &err));
  assert_string_equal(err.args[2].text, "in-progress");
  assert_false(jl_input_value(&in, status, "", &value, &err));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_money),
                                     cmocka_unit_test(test_ambiguity_names_both), cmocka_unit_test(test_fractions),
                                     cmocka_unit_test(test_dates), cmocka_unit_test(test_choices_by_code_or_label)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

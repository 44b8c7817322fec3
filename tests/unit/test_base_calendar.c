#include "common/base/calendar.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int32_t day_of(const char *iso) {
  int32_t day;
  assert_true(jl_day_parse_iso(iso, &day));
  return day;
}

static void known_days(void **state) {
  (void)state;
  assert_int_equal(day_of("1970-01-01"), 0);
  assert_int_equal(day_of("2000-02-29"), 11016);
  assert_int_equal(day_of("2026-01-01"), 20454);
  assert_int_equal(day_of("0001-01-01"), JL_DAY_MIN);
  assert_int_equal(day_of("9999-12-31"), JL_DAY_MAX);
  assert_int_equal(jl_weekday(0), 4); /* Thursday */
  assert_int_equal(jl_weekday(day_of("2026-07-27")), 1);
  assert_int_equal(jl_weekday(day_of("0001-01-01")), 1);
}

static void every_day_returns(void **state) {
  (void)state;
  char text[11];
  int32_t back;
  for (int32_t day = JL_DAY_MIN; day <= JL_DAY_MAX; day += day < -1000 || day > 60000 ? 97 : 1) {
    struct jl_date date = jl_date_from_day(day);
    assert_true(jl_date_valid(date.year, date.month, date.day));
    assert_int_equal(jl_day_from_date(date.year, date.month, date.day), day);
    jl_day_format_iso(day, text);
    assert_true(jl_day_parse_iso(text, &back));
    assert_int_equal(back, day);
  }
}

/* Vectors of formulas.md; 2026 has 53 weeks. */
static void iso_weeks(void **state) {
  (void)state;
  static const struct {
    const char *date;
    int year, week, weekday;
  } vectors[] = {
      {"2024-12-30", 2025, 1, 1},  {"2027-01-01", 2026, 53, 5}, {"2022-01-02", 2021, 52, 7},
      {"2022-12-31", 2022, 52, 6}, {"2026-12-31", 2026, 53, 4}, {"2026-01-01", 2026, 1, 4},
  };
  for (size_t i = 0; i < JL_COUNT(vectors); i++) {
    int year, week;
    jl_iso_week(day_of(vectors[i].date), &year, &week);
    assert_int_equal(year, vectors[i].year);
    assert_int_equal(week, vectors[i].week);
    assert_int_equal(jl_weekday(day_of(vectors[i].date)), vectors[i].weekday);
  }
}

static void months(void **state) {
  (void)state;
  assert_int_equal(jl_day_add_months(day_of("2026-01-31"), 1), day_of("2026-02-28"));
  assert_int_equal(jl_day_add_months(day_of("2024-01-31"), 1), day_of("2024-02-29"));
  assert_int_equal(jl_day_add_months(day_of("2026-03-31"), -1), day_of("2026-02-28"));
  assert_int_equal(jl_day_add_months(day_of("2026-01-15"), -13), day_of("2024-12-15"));
  assert_int_equal(jl_day_add_months(day_of("2026-12-01"), 12), day_of("2027-12-01"));
  assert_int_equal(jl_day_add_months(day_of("0001-01-31"), -1), JL_DAY_MIN);
  assert_int_equal(jl_day_add_months(day_of("9999-12-01"), 1), JL_DAY_MAX);
}

static void bad_dates(void **state) {
  (void)state;
  static const char *const bad[] = {"",           "2026",       "2026-1-1",   "2026-02-29",  "2026-13-01", "2026-00-01",
                                    "2026-01-00", "2026-04-31", "0000-01-01", "2026-01-01 ", "2026/01/01", "-026-01-01"};
  int32_t day;
  for (size_t i = 0; i < JL_COUNT(bad); i++) assert_false(jl_day_parse_iso(bad[i], &day));
}

static void times(void **state) {
  (void)state;
  char text[28];
  int64_t us;
  jl_time_format_iso(0, text);
  assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
  jl_time_format_iso(-1, text);
  assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
  jl_time_format_iso(INT64_MAX, text);
  assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
  jl_time_format_iso(INT64_MIN, text);
  assert_string_equal(text, "0001-01-01T00:00:00.000000Z");
  assert_true(jl_time_parse_iso("1970-01-02T00:00:01.5Z", &us));
  assert_true(us == INT64_C(86401500000));
  assert_true(jl_time_parse_iso("1970-01-01T02:00:00+02:00", &us));
  assert_true(us == 0);
  assert_false(jl_time_parse_iso("1970-01-01T24:00:00Z", &us));
  assert_false(jl_time_parse_iso("1970-01-01T00:00:00", &us));
  assert_false(jl_time_parse_iso("1970-01-01T00:00:00.Z", &us));
  assert_false(jl_time_parse_iso("1970-01-01T00:00:00Zx", &us));
  assert_false(jl_time_parse_iso("1970-01-01 00:00:00Z", &us));
}

static void check_zone(const char *zone, const char *instant, const char *expected_day, const char *expected_next) {
  int64_t us, next;
  int32_t day;
  char text[28];
  assert_true(jl_time_parse_iso(instant, &us));
  assert_true(jl_day_in_zone(zone, us, &day, &next));
  assert_int_equal(day, day_of(expected_day));
  jl_time_format_iso(next, text);
  text[19] = '\0';
  assert_string_equal(text, expected_next);
}

static void zones(void **state) {
  (void)state;
  int32_t day;
  if (!jl_day_in_zone("Europe/Paris", 0, &day, NULL)) {
    print_message("SKIPPED: no zone database on this machine\n");
    skip();
  }
  check_zone("UTC", "2026-01-31T23:59:59Z", "2026-01-31", "2026-02-01T00:00:00");
  check_zone("Europe/Paris", "2026-01-31T22:59:59Z", "2026-01-31", "2026-01-31T23:00:00");
  check_zone("Europe/Paris", "2026-01-31T23:00:00Z", "2026-02-01", "2026-02-01T23:00:00");
  check_zone("Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-29", "2026-03-29T22:00:00");      /* 23 hours */
  check_zone("Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25", "2026-10-25T23:00:00");      /* 25 hours */
  check_zone("Europe/Paris", "2090-07-01T22:30:00Z", "2090-07-02", "2090-07-02T22:00:00");      /* by the footer's rule */
  check_zone("America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-03", "2018-11-04T03:00:00"); /* midnight skipped */
  check_zone("Pacific/Apia", "2011-12-29T22:00:00Z", "2011-12-29", "2011-12-30T10:00:00");      /* a whole day skipped */
  check_zone("Asia/Kathmandu", "2026-01-01T18:14:59Z", "2026-01-01", "2026-01-01T18:15:00");
}

static void no_such_zone(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",  "Europe", "Europe/Nowhere", "../../../etc/passwd", "/etc/localtime", "Europe/../Europe/Paris", "zone.tab", "Europe/Paris\n",
      NULL};
  int32_t day = 7;
  for (size_t i = 0; i < JL_COUNT(bad); i++) assert_false(jl_day_in_zone(bad[i], 0, &day, NULL));
  char longer[300];
  memset(longer, 'a', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_false(jl_day_in_zone(longer, 0, &day, NULL));
  assert_int_equal(day, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_days), cmocka_unit_test(every_day_returns), cmocka_unit_test(iso_weeks),
      cmocka_unit_test(months),     cmocka_unit_test(bad_dates),         cmocka_unit_test(times),
      cmocka_unit_test(zones),      cmocka_unit_test(no_such_zone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

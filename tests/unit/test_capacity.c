/* Work and time of people by hand, and the views that show them. 5 May 2026 is a Tuesday; that month 1 and 8 (Fridays), 14 (Thursday) and 25
 * (Monday) are holidays. */
#include "common/base/calendar.h"
#include "common/model/calendar/capacity.h"
#include "view_fixture.h"
#include <stdlib.h>

static int32_t day_of(const char *iso) {
  int32_t day;
  if (!jl_day_parse_iso(iso, &day)) fail_msg("%s is no date", iso);
  return day;
}

static struct jl_id action(struct fixture *fx, const char *title, const char *start, const char *due, int64_t work) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (start != NULL) fx_int(fx, JL_ACTION_START, day_of(start));
  if (due != NULL) fx_int(fx, JL_ACTION_DUE, day_of(due));
  fx_int(fx, JL_ACTION_WORKLOAD, work);
  return fx_put(fx);
}

static struct fixture in_may(void) {
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx.in.today = day_of("2026-05-05");
  return fx;
}

struct asked {
  struct jl_builder *b;
  struct jl_capacity c;
};
static struct asked capacity(struct fixture *fx) {
  struct asked a = {.b = jl_builder_new(fx->arena, "load", fx->in.today, fx->plan)};
  assert_non_null(a.b);
  assert_true(jl_capacity_of(&fx->in, a.b, day_of("2026-05-04"), day_of("2026-05-31"), &a.c));
  return a;
}
static int64_t booked(const struct asked *a, size_t person, const char *first, const char *last) {
  return jl_booked_person(&a->c, person, day_of(first), day_of(last));
}

static void spread(void **state) {
  (void)state;
  struct fixture fx = in_may();
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie");
  /* from today on: 5, 6, 7 May; two a day */
  fx_raci(&fx, action(&fx, "Plaquette", "2026-05-04", "2026-05-07", 6000000), JL_RACI_R, marie, NULL);
  /* 11 12 13 15 | 18 19 20 21 22: nine days for one and a half, so a sixth a day */
  fx_raci(&fx, action(&fx, "Stand", "2026-05-09", "2026-05-22", 1500000), JL_RACI_R, marie, NULL);
  struct asked a = capacity(&fx);
  assert_int_equal(a.c.people_count, 1);
  assert_int_equal(a.c.booking_count, 2);
  assert_int_equal(booked(&a, 0, "2026-05-04", "2026-05-04"), 0);
  assert_int_equal(booked(&a, 0, "2026-05-05", "2026-05-05"), 2000000);
  assert_int_equal(booked(&a, 0, "2026-05-04", "2026-05-10"), 6000000);
  assert_int_equal(booked(&a, 0, "2026-05-11", "2026-05-17"), 666666); /* four ninths of 1.5, down */
  assert_int_equal(booked(&a, 0, "2026-05-18", "2026-05-24"), 833334); /* and the rest */
  assert_int_equal(booked(&a, 0, "2026-05-14", "2026-05-14"), 0);
  assert_int_equal(jl_time_of(&a.c, 0, day_of("2026-05-04"), day_of("2026-05-10")), 4000000); /* 8 May */
  assert_int_equal(jl_time_of(&a.c, 0, day_of("2026-05-11"), day_of("2026-05-17")), 4000000);
  fx_free(&fx);
}

static void who_and_when(void **state) {
  (void)state;
  struct fixture fx = in_may();
  struct jl_id writer = fx_named(&fx, JL_TYPE_ROLE, "Rédacteur"), team = fx_named(&fx, JL_TYPE_TEAM, "Ventes");
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Anne");
  fx_ref(&fx, JL_PERSON_ROLES, writer);
  struct jl_id anne = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Bruno");
  fx_ref(&fx, JL_PERSON_ROLES, writer);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Partie");
  fx_ref(&fx, JL_PERSON_ROLES, writer);
  fx_int(&fx, JL_PERSON_INACTIVE, 1);
  fx_put(&fx);
  struct jl_id article = action(&fx, "Article", NULL, "2026-05-13", 3000000); /* the last three days: 11, 12, 13 */
  fx_raci(&fx, article, JL_RACI_R, writer, NULL);
  fx_raci(&fx, article, JL_RACI_R, anne, NULL); /* named twice, works once */
  fx_raci(&fx, action(&fx, "Sans date", NULL, NULL, 1000000), JL_RACI_R, anne, NULL);
  fx_raci(&fx, action(&fx, "Visites", "2026-05-11", "2026-05-15", 1000000), JL_RACI_R, team, NULL);
  fx_raci(&fx, action(&fx, "Avis", "2026-05-11", "2026-05-15", 9000000), JL_RACI_A, anne, NULL); /* A is no work */
  fx_raci(&fx, action(&fx, "En retard", "2026-04-01", "2026-04-30", 2000000), JL_RACI_R, anne, NULL); /* 5 and 6 May */
  fx_raci(&fx, action(&fx, "Depuis lundi", "2026-05-18", NULL, 2000000), JL_RACI_R, anne, NULL);      /* 18 and 19 */
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "A moitié");
  fx_int(&fx, JL_ACTION_START, day_of("2026-05-26"));
  fx_int(&fx, JL_ACTION_DUE, day_of("2026-05-27"));
  fx_int(&fx, JL_ACTION_DURATION, 2); /* no workload */
  fx_int(&fx, JL_ACTION_PROGRESS, 500000);
  fx_raci(&fx, fx_put(&fx), JL_RACI_R, anne, NULL);
  struct asked a = capacity(&fx);
  assert_int_equal(a.c.people_count, 2);
  assert_int_equal(a.c.undated, 1);
  assert_int_equal(a.c.of_teams, 1);
  assert_int_equal(booked(&a, 0, "2026-05-11", "2026-05-17"), 3000000);
  assert_int_equal(booked(&a, 0, "2026-05-12", "2026-05-12"), 1000000);
  assert_int_equal(booked(&a, 1, "2026-05-04", "2026-05-31"), 3000000);
  assert_int_equal(booked(&a, 0, "2026-05-05", "2026-05-06"), 2000000);
  assert_int_equal(booked(&a, 0, "2026-05-18", "2026-05-19"), 2000000);
  assert_int_equal(booked(&a, 0, "2026-05-26", "2026-05-27"), 1000000);
  fx_free(&fx);
}

static void away(void **state) {
  (void)state;
  struct fixture fx = in_may();
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie");
  fx_begin(&fx, JL_TYPE_LEAVE);
  fx_ref(&fx, JL_LEAVE_PERSON, marie);
  fx_int(&fx, JL_LEAVE_START, day_of("2026-05-18"));
  fx_int(&fx, JL_LEAVE_END, day_of("2026-05-22"));
  fx_put(&fx);
  fx_raci(&fx, action(&fx, "Stand", "2026-05-18", "2026-05-20", 3000000), JL_RACI_R, marie, NULL);
  struct asked a = capacity(&fx);
  assert_int_equal(jl_time_of(&a.c, 0, day_of("2026-05-18"), day_of("2026-05-24")), 0);
  assert_true(a.c.bookings[0].no_day);
  assert_int_equal(booked(&a, 0, "2026-05-18", "2026-05-24"), 3000000); /* all of it is too much */
  Jalon__Document *d = fx_view(&fx, "load", "week", "2026-W21");
  FX_ROWS(fx_block(d, "overload"), "Marie|2026-W21|20591|3000000||3000000|", "  A1 Stand|||3000000|||");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "load", "week", "2026-W22");
  assert_int_equal(fx_block(d, "overload")->n_notes, 1);
  assert_int_equal(fx_block(d, "overload")->n_rows, 0);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Of a large directory only who has work: here one of them in person and one through a role. */
static void of_many(void **state) {
  (void)state;
  struct fixture fx = in_may();
  struct jl_id writer = fx_named(&fx, JL_TYPE_ROLE, "Rédacteur"), one = {{0}};
  for (int i = 0; i < 110; i++) {
    fx_begin(&fx, JL_TYPE_PERSON);
    fx_text(&fx, JL_PERSON_NAME, "Quelqu'un");
    if (i == 70) fx_ref(&fx, JL_PERSON_ROLES, writer);
    struct jl_id id = fx_put(&fx);
    if (i == 40) one = id;
  }
  struct jl_id article = action(&fx, "Article", NULL, "2026-05-13", 1000000);
  fx_raci(&fx, article, JL_RACI_R, writer, NULL);
  fx_raci(&fx, article, JL_RACI_R, one, NULL);
  struct asked a = capacity(&fx);
  assert_int_equal(a.c.people_count, 2);
  assert_int_equal(a.c.people[0].person->number, 41);
  assert_int_equal(a.c.people[1].person->number, 71);
  assert_int_equal(booked(&a, 1, "2026-05-13", "2026-05-13"), 1000000);
  fx_free(&fx);
}

/* ---- calendar and week ---- */
static void month(void **state) {
  (void)state;
  struct fixture fx = in_may();
  (void)action(&fx, "Plaquette", "2026-05-04", "2026-05-07", 0);
  fx_begin(&fx, JL_TYPE_KEY_DATE);
  fx_text(&fx, JL_KEY_DATE_TITLE, "Salon");
  fx_int(&fx, JL_KEY_DATE_START, day_of("2026-05-30"));
  fx_int(&fx, JL_KEY_DATE_END, day_of("2026-06-02"));
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "calendar", "month", "2026-05");
  FX_ROWS(fx_block(d, "month"), "2026-W18|||||1*|2|3", "2026-W19|4 >1|5|6|7 <1|8*|9|10", "2026-W20|11|12|13|14*|15|16|17",
          "2026-W21|18|19|20|21|22|23|24", "2026-W22|25*|26|27|28|29|30!|31!");
  assert_int_equal(fx_block(d, "days")->n_rows, 7);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "calendar", "month", "+1"); /* a date that began in May */
  FX_ROWS(fx_block(d, "month"), "2026-W23|1!|2!|3|4|5|6|7", "2026-W24|8|9|10|11|12|13|14", "2026-W25|15|16|17|18|19|20|21",
          "2026-W26|22|23|24|25|26|27|28", "2026-W27|29|30|||||");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "calendar", "year", "2026");
  const Jalon__Block *year = fx_block(d, "year");
  assert_int_equal(year->n_rows, 13);
  assert_int_equal(year->rows[12]->cells[2]->number, 252); /* data/README.md */
  assert_string_equal(year->rows[4]->cells[1]->text, "    *--....*--...*.--.....--*....!!");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void week(void **state) {
  (void)state;
  struct fixture fx = in_may();
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie"), paul = fx_named(&fx, JL_TYPE_PERSON, "Paul");
  fx.in.reader = paul;
  fx_raci(&fx, action(&fx, "Plaquette", "2026-05-04", "2026-05-07", 6000000), JL_RACI_R, marie, NULL);
  fx_raci(&fx, action(&fx, "Stand", "2026-05-11", "2026-05-12", 1000000), JL_RACI_A, paul, NULL);
  (void)action(&fx, "En retard", NULL, "2026-04-30", 0);
  (void)action(&fx, "Plus tard", "2026-06-01", "2026-06-30", 0);
  Jalon__Document *d = fx_view(&fx, "week", NULL, NULL);
  const Jalon__Block *people = fx_block(d, "people"), *actions = fx_block(d, "actions");
  assert_int_equal(people->n_columns, 9);
  assert_int_equal(people->rows[0]->cells[6]->number, 6000000);
  assert_string_equal(people->rows[0]->cells[8]->text, "overload");
  assert_string_equal(people->rows[1]->cells[5]->text, "holiday"); /* 8 May */
  assert_int_equal(people->rows[1]->cells[7]->number, 4000000);
  assert_int_equal(actions->n_rows, 2);
  assert_string_equal(actions->rows[0]->cells[0]->text, "A3 En retard");
  assert_string_equal(actions->rows[1]->cells[0]->text, "A1 Plaquette");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "week", "person", "marie");
  FX_ROWS(fx_block(d, "days"), "Mon|20577||1000000|", "Tue|20578|2000000||overload", "Wed|20579|2000000||overload", "Thu|20580|2000000||overload",
          "Fri|20581|||holiday", "week||6000000||overload");
  assert_int_equal(fx_block(d, "actions")->n_rows, 1);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "week", "week", "+1");
  assert_int_equal(fx_block(d, "actions")->n_rows, 1); /* what is late now is not of the next week */
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "week", "mine", "");
  assert_int_equal(fx_block(d, "actions")->n_rows, 0); /* Paul is the A of the next week's */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void periods(void **state) {
  (void)state;
  static const struct { const char *view, *parameter, *value, *message; } bad[] = {
      {"week", "week", "2027-W53", "{1} has no week {2}"}, {"week", "week", "2026-W00", "\"{1}\" is no week"}, {"week", "week", "53", "\"{1}\" is no week"},
      {"calendar", "month", "2026-13", "\"{1}\" is no month"}, {"calendar", "year", "26", "\"{1}\" is no year"}, {"calendar", "zone", "d", "there is no school zone {1}"},
      {"load", "weeks", "54", "weeks is a number from 1 to {2}, not {1}"}};
  struct fixture fx = in_may();
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    struct jl_error err = {.code = JL_E_OK};
    assert_null(fx_try(&fx, bad[i].view, bad[i].parameter, bad[i].value, &err));
    assert_string_equal(err.message, bad[i].message);
  }
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spread), cmocka_unit_test(who_and_when), cmocka_unit_test(away), cmocka_unit_test(of_many),
      cmocka_unit_test(month), cmocka_unit_test(week), cmocka_unit_test(periods),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Holidays against the files of the administration (Etalab) and of python-holidays; working days by hand and by properties. */
#include "common/model/calendar/holidays.h"
#include "common/model/calendar/working_days.h"
#include "common/model/evaluate.h"
#include "view_fixture.h"
#include <stdlib.h>

static int32_t day_of(const char *iso) {
  int32_t day;
  if (!jl_day_parse_iso(iso, &day)) fail_msg("%s is no date", iso);
  return day;
}
#define IS_DAY(day, iso)                                                                                                                   \
  do {                                                                                                                                     \
    char is_text[11];                                                                                                                      \
    jl_day_format_iso((day), is_text);                                                                                                     \
    assert_string_equal(is_text, (iso));                                                                                                   \
  } while (0)

/* ---- Easter: formulas.md ---- */
static void easter(void **state) {
  (void)state;
  static const char *const days[] = {"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16",
                                     "2029-04-01", "2030-04-21", "2008-03-23", "2038-04-25"};
  for (size_t i = 0; i < JL_COUNT(days); i++) IS_DAY(jl_easter(jl_date_from_day(day_of(days[i])).year), days[i]);
  IS_DAY(jl_easter(2008) + 39, "2008-05-01"); /* Ascension on Labour Day */
  IS_DAY(jl_easter(2059) + 39, "2059-05-08");
  for (int year = 1; year <= 9999; year++) assert_int_equal(jl_weekday(jl_easter(year)), 7);
}

/* ---- days written by hand: 512 of them, and not one more ---- */
static bool calendar_holds(struct fixture *fx, size_t days, struct jl_error *err) {
  struct jl_value *values = jl_arena_array(fx->arena, days, sizeof *values);
  assert_non_null(values);
  for (size_t i = 0; i < days; i++) {
    char *text = jl_arena_alloc(fx->arena, 32), iso[11];
    jl_day_format_iso(day_of("2027-01-01") + (int32_t)i, iso);
    snprintf(text, 32, "%s Jour", iso);
    values[i] = (struct jl_value){.text = {(const uint8_t *)text, strlen(text)}};
  }
  fx_begin(fx, JL_TYPE_CALENDAR);
  fx_text(fx, JL_CALENDAR_NAME, "calendar");
  fx_slice(fx, JL_CALENDAR_DAYS, values, days);
  if (!jl_record_check(fx->type, fx->body, err)) return false;
  struct jl_id id = fx_put(fx);
  const struct jl_touched touched = {.after = jl_record_share(jl_replica_record(fx->organisation, &id))};
  const struct jl_rule_input in = {.after = fx->organisation, .organisation = fx->organisation, .touched = &touched, .arena = fx->arena};
  bool holds = jl_rules_hold(&in, err);
  jl_record_release(touched.after);
  return holds;
}

static void so_many_days_are_written(void **state) {
  struct fixture fx = fx_new();
  struct jl_error err = {0};
  (void)state;
  assert_true(calendar_holds(&fx, 512, &err));
  assert_false(calendar_holds(&fx, 513, &err));
  assert_int_equal(err.field, JL_CALENDAR_DAYS);
  fx_free(&fx);
}

/* ---- files ---- */
#define FILE_MOST 262144
static char *read_shared(const char *name) {
  char path[1024];
  const char *shared = getenv("SHARED_DIR");
  snprintf(path, sizeof path, "%s/data/calendar/%s", shared != NULL ? shared : SOURCE_DIR "/../shared", name);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    print_message("SKIPPED: there is no %s\n", path);
    return NULL;
  }
  char *text = malloc(FILE_MOST);
  assert_non_null(text);
  size_t size = fread(text, 1, FILE_MOST - 1, file);
  fclose(file);
  assert_true(size < FILE_MOST - 1);
  text[size] = '\0';
  return text;
}

static struct jl_id calendar_of(struct fixture *fx, int64_t territory, bool local) {
  fx_begin(fx, JL_TYPE_CALENDAR);
  fx_text(fx, JL_CALENDAR_NAME, "calendar");
  fx_int(fx, JL_CALENDAR_TERRITORY, territory);
  if (local) fx_int(fx, JL_CALENDAR_LOCAL_DAYS, 1);
  return fx_put(fx);
}

static int ascending(const void *left, const void *right) {
  int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
  return a < b ? -1 : a > b;
}

/* The dates with which lines begin, behind `before`, ascending. */
static size_t dates_in(const char *text, const char *before, int32_t *days, size_t most) {
  size_t n = 0, skip = strlen(before);
  for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
    char iso[11] = "";
    line += *line == '\n';
    if (strncmp(line, before, skip) != 0 || strlen(line) < skip + 10) continue;
    memcpy(iso, line + skip, 10);
    if (n < most && jl_day_parse_iso(iso, &days[n])) n++;
  }
  qsort(days, n, sizeof *days, ascending);
  return n;
}

static void etalab(void **state) {
  (void)state;
  static const struct {
    const char *file;
    int64_t territory;
    bool local; /* its file has Good Friday, which is not everywhere off in Alsace-Moselle */
  } files[] = {{"metropole", JL_TERRITORY_FRANCE, false},
               {"alsace-moselle", JL_TERRITORY_ALSACE_MOSELLE, true},
               {"guadeloupe", JL_TERRITORY_GUADELOUPE, false},
               {"guyane", JL_TERRITORY_GUYANE, false},
               {"la-reunion", JL_TERRITORY_REUNION, false},
               {"martinique", JL_TERRITORY_MARTINIQUE, false},
               {"mayotte", JL_TERRITORY_MAYOTTE, false},
               {"nouvelle-caledonie", JL_TERRITORY_NOUVELLE_CALEDONIE, false},
               {"polynesie-francaise", JL_TERRITORY_POLYNESIE, false},
               {"saint-barthelemy", JL_TERRITORY_SAINT_BARTHELEMY, false},
               {"saint-martin", JL_TERRITORY_SAINT_MARTIN, false},
               {"saint-pierre-et-miquelon", JL_TERRITORY_SAINT_PIERRE_ET_MIQUELON, false},
               {"wallis-et-futuna", JL_TERRITORY_WALLIS_ET_FUTUNA, false}};
  static int32_t days[1000];
  for (size_t i = 0; i < JL_COUNT(files); i++) {
    char name[100];
    snprintf(name, sizeof name, "etalab/jours_feries_%s.csv", files[i].file);
    char *text = read_shared(name);
    if (text == NULL) skip();
    struct fixture fx = fx_new();
    struct jl_id id = calendar_of(&fx, files[i].territory, files[i].local);
    size_t n = dates_in(text, "", days, JL_COUNT(days)), found = 0;
    assert_true(n >= 26 * 11);
    assert_int_equal(jl_date_from_day(days[0]).year, 2006);
    assert_int_equal(jl_date_from_day(days[n - 1]).year, 2031);
    const struct jl_holiday *ours = jl_holidays(jl_replica_live(fx.organisation, &id), 2006, 2031, fx.arena, &found);
    assert_non_null(ours);
    assert_int_equal(found, n); /* 2008-05-01 twice */
    for (size_t k = 0; k < n; k++)
      if (ours[k].day != days[k]) {
        char iso[11];
        jl_day_format_iso(days[k], iso);
        fail_msg("%s: %s is not %s", files[i].file, iso, ours[k].name);
      }
    fx_free(&fx);
    free(text);
  }
}

/* The two known differences with Etalab, and the same one of 2005, before Etalab begins: Whit Monday, which the solidarity day made a worked day. */
static void python_holidays(void **state) {
  (void)state;
  static const struct { const char *file; int64_t territory; } files[] = {
      {"COMMON", JL_TERRITORY_FRANCE},     {"GES", JL_TERRITORY_ALSACE_MOSELLE},    {"GP", JL_TERRITORY_GUADELOUPE}, {"MQ", JL_TERRITORY_MARTINIQUE},
      {"NC", JL_TERRITORY_NOUVELLE_CALEDONIE}, {"PF", JL_TERRITORY_POLYNESIE}, {"RE", JL_TERRITORY_REUNION},    {"YT", JL_TERRITORY_MAYOTTE}};
  static const char *const differ[] = {"2005-05-16", "2006-06-05", "2007-05-28"};
  static int32_t days[2000];
  for (size_t i = 0; i < JL_COUNT(files); i++) {
    char name[100];
    snprintf(name, sizeof name, "python_holidays/FR_%s.json", files[i].file);
    char *text = read_shared(name);
    if (text == NULL) skip();
    struct fixture fx = fx_new();
    struct jl_id id = calendar_of(&fx, files[i].territory, true);
    size_t n = dates_in(text, "    \"", days, JL_COUNT(days)), found = 0, at = 0, differences = 0;
    assert_true(n > 101 * 10);
    const struct jl_holiday *ours = jl_holidays(jl_replica_live(fx.organisation, &id), 1950, 2050, fx.arena, &found);
    assert_non_null(ours);
    for (size_t k = 0; k < found; k++) {
      if (k > 0 && ours[k].day == ours[k - 1].day) continue; /* the file has each day once */
      if (at < n && days[at] == ours[k].day) {
        at++;
        continue;
      }
      assert_true(differences < JL_COUNT(differ));
      IS_DAY(ours[k].day, differ[differences]);
      assert_string_equal(ours[k].name, "Whit Monday");
      differences++;
    }
    assert_int_equal(at, n);
    assert_int_equal(differences, JL_COUNT(differ));
    fx_free(&fx);
    free(text);
  }
}

/* ---- working days ---- */
static struct jl_working_days *working(struct fixture *fx, struct jl_id whose) {
  const struct jl_working_days_of of = {
      .plan = fx->plan, .organisation = fx->organisation, .whose = whose, .first = day_of("2006-01-01"), .last = day_of("2031-12-31")};
  struct jl_working_days *w = jl_working_days_new(&of, fx->arena);
  assert_non_null(w);
  return w;
}

static int64_t of_year(const struct jl_working_days *w, int year) {
  return jl_working_days_between(w, jl_day_from_date(year, 1, 1), jl_day_from_date(year, 12, 31));
}

static void years(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  const struct jl_working_days *w = working(&fx, (struct jl_id){{0}});
  assert_int_equal(of_year(w, 2025), 251); /* data/README.md */
  assert_int_equal(of_year(w, 2026), 252);
  assert_int_equal(of_year(w, 2027), 254);
  assert_int_equal(of_year(w, 2028), 251);
  size_t n = 0, distinct = 0;
  const struct jl_holiday *of_2008 = jl_holidays(NULL, 2008, 2008, fx.arena, &n);
  for (size_t i = 0; i < n; i++) distinct += i == 0 || of_2008[i].day != of_2008[i - 1].day;
  assert_int_equal(n, 11);
  assert_int_equal(distinct, 10); /* formulas.md */
  int year, week;
  jl_iso_week(day_of("2026-12-31"), &year, &week);
  assert_int_equal(week, 53);
  jl_iso_week(day_of("2024-12-30"), &year, &week);
  assert_int_equal(year * 100 + week, 202501);
  jl_iso_week(day_of("2027-01-01"), &year, &week);
  assert_int_equal(year * 100 + week, 202653);
  jl_iso_week(day_of("2022-01-02"), &year, &week);
  assert_int_equal(year * 100 + week, 202152);
  fx_free(&fx);
}

/* By a calendar on the wall: May 2026 has Friday 1, Friday 8, Thursday 14 (Ascension) and Monday 25 (Whit Monday). */
static void by_hand(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  const struct jl_working_days *w = working(&fx, (struct jl_id){{0}});
  assert_true(jl_works_on(w, day_of("2026-04-30")));
  assert_false(jl_works_on(w, day_of("2026-05-01")));
  assert_false(jl_works_on(w, day_of("2026-05-02")));
  IS_DAY(jl_working_day_from(w, day_of("2026-05-01")), "2026-05-04");
  IS_DAY(jl_working_day_from(w, day_of("2026-05-04")), "2026-05-04");
  IS_DAY(jl_working_day_until(w, day_of("2026-05-03")), "2026-04-30");
  IS_DAY(jl_working_day_add(w, day_of("2026-04-30"), 1), "2026-05-04");
  IS_DAY(jl_working_day_add(w, day_of("2026-05-01"), 1), "2026-05-04");
  IS_DAY(jl_working_day_add(w, day_of("2026-05-01"), 0), "2026-05-04");
  IS_DAY(jl_working_day_add(w, day_of("2026-05-01"), -1), "2026-04-30");
  IS_DAY(jl_working_day_add(w, day_of("2026-05-13"), 1), "2026-05-15");
  IS_DAY(jl_working_day_add(w, day_of("2026-05-04"), 10), "2026-05-20"); /* 5 6 7 11 12 13 15 18 19 20 */
  IS_DAY(jl_working_day_add(w, day_of("2026-05-20"), -10), "2026-05-04");
  IS_DAY(jl_working_day_add(w, day_of("2025-12-24"), 1), "2025-12-26");
  assert_int_equal(jl_working_days_between(w, day_of("2026-05-01"), day_of("2026-05-31")), 17); /* 21 weekdays less four */
  assert_int_equal(jl_working_days_between(w, day_of("2026-05-02"), day_of("2026-05-03")), 0);
  assert_int_equal(jl_working_days_between(w, day_of("2026-05-05"), day_of("2026-05-04")), 0);
  assert_string_equal(jl_day_off_name(w, day_of("2026-05-14")), "Ascension Day");
  assert_string_equal(jl_day_off_name(w, day_of("2026-05-16")), "");
  assert_int_equal(jl_day_off(w, day_of("2026-05-16")), JL_DAY_WEEKEND);
  /* outside of the table only the days of the week count: 2100-12-25 is a Saturday, 2101-12-26 a Monday */
  IS_DAY(jl_working_day_from(w, day_of("2100-12-25")), "2100-12-27");
  IS_DAY(jl_working_day_add(w, day_of("2031-12-31"), 262), "2032-12-31"); /* 52 weeks from a Wednesday, and two days */
  fx_free(&fx);
}

static void closure(struct fixture *fx, const char *first, const char *last, const struct jl_id *calendar) {
  fx_begin(fx, JL_TYPE_CLOSURE);
  fx_text(fx, JL_CLOSURE_NAME, "Fermeture d'été");
  fx_int(fx, JL_CLOSURE_START, day_of(first));
  fx_int(fx, JL_CLOSURE_END, day_of(last));
  if (calendar != NULL) fx_ref(fx, JL_CLOSURE_CALENDAR, *calendar);
  fx_put(fx);
}

static void whose(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id reunion = calendar_of(&fx, JL_TERRITORY_REUNION, false);
  fx_begin(&fx, JL_TYPE_TEAM);
  fx_text(&fx, JL_TEAM_NAME, "Saint-Denis");
  fx_ref(&fx, JL_TEAM_CALENDAR, reunion);
  struct jl_id team = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Marie");
  fx_ref(&fx, JL_PERSON_TEAMS, team);
  fx_text(&fx, JL_PERSON_OFF_DAYS, "mercredi");
  fx_int(&fx, JL_PERSON_DAYS_PER_WEEK, 3000000);
  struct jl_id marie = fx_put(&fx);
  closure(&fx, "2026-08-03", "2026-08-14", NULL);
  closure(&fx, "2026-12-28", "2026-12-31", &reunion);
  fx_begin(&fx, JL_TYPE_LEAVE);
  fx_ref(&fx, JL_LEAVE_PERSON, marie);
  fx_int(&fx, JL_LEAVE_START, day_of("2026-07-20"));
  fx_int(&fx, JL_LEAVE_END, day_of("2026-07-24"));
  fx_put(&fx);
  const struct jl_working_days *plan = working(&fx, (struct jl_id){{0}}), *hers = working(&fx, marie);
  assert_int_equal(of_year(plan, 2026), 252 - 10);
  assert_string_equal(jl_day_off_name(plan, day_of("2026-08-05")), "Fermeture d'été");
  assert_true(jl_works_on(plan, day_of("2026-12-29")));
  assert_int_equal(jl_day_off(hers, day_of("2026-12-29")), JL_DAY_CLOSED);
  assert_false(jl_works_on(hers, day_of("2024-12-20"))); /* a Friday, abolition in Réunion */
  assert_int_equal(jl_day_off(hers, day_of("2026-07-21")), JL_DAY_LEAVE);
  assert_int_equal(jl_day_off(hers, day_of("2026-07-15")), JL_DAY_NOT_THIS_DAY);
  assert_int_equal(jl_working_days_between(hers, day_of("2026-07-20"), day_of("2026-07-24")), 0);
  assert_int_equal(jl_working_days_between(hers, day_of("2026-09-07"), day_of("2026-09-11")), 4);
  assert_int_equal(jl_working_time(hers, day_of("2026-09-07"), day_of("2026-09-11")), 3000000); /* three quarters of each of four days */
  fx_free(&fx);
}

/* ---- calendars with settings, and of other countries ---- */
static const struct jl_record *calendar_with(struct fixture *fx, int64_t territory, uint32_t field, const char *const *texts) {
  struct jl_value values[16];
  size_t n = 0;
  for (; texts[n] != NULL; n++) values[n] = (struct jl_value){.text = {(const uint8_t *)texts[n], strlen(texts[n])}};
  fx_begin(fx, JL_TYPE_CALENDAR);
  fx_text(fx, JL_CALENDAR_NAME, "calendar");
  fx_int(fx, JL_CALENDAR_TERRITORY, territory);
  fx_slice(fx, field, values, n);
  struct jl_id id = fx_put(fx);
  return jl_replica_live(fx->organisation, &id);
}

static void holds(const struct jl_record *calendar, struct fixture *fx, int year, const char *const *days) {
  size_t n = 0;
  const struct jl_holiday *found = jl_holidays(calendar, year, year, fx->arena, &n);
  assert_non_null(found);
  for (size_t i = 0; i < n; i++) {
    assert_non_null(days[i]);
    IS_DAY(found[i].day, days[i]);
  }
  assert_null(days[n]);
}

static void settings(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  const struct jl_record *c =
      calendar_with(&fx, JL_TERRITORY_FRANCE, JL_CALENDAR_WORKED, (const char *const[]){"05-08", "easter+39", "2027-07-14", NULL});
  holds(c, &fx, 2027,
        (const char *const[]){"2027-01-01", "2027-03-29", "2027-05-01", "2027-05-17", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25", NULL});
  /* Ascension and Labour Day on one day: the one is worked, the other is not */
  holds(c, &fx, 2008,
        (const char *const[]){"2008-01-01", "2008-03-24", "2008-05-01", "2008-05-12", "2008-07-14", "2008-08-15", "2008-11-01", "2008-11-11",
                              "2008-12-25", NULL});
  fx_begin(&fx, JL_TYPE_CALENDAR);
  fx_text(&fx, JL_CALENDAR_NAME, "solidarité");
  fx_int(&fx, JL_CALENDAR_SOLIDARITY_DAY, 1);
  fx_text(&fx, JL_CALENDAR_WEEKEND, "vendredi, samedi");
  struct jl_id id = fx_put(&fx);
  const struct jl_record *solidarity = jl_replica_live(fx.organisation, &id);
  holds(solidarity, &fx, 2027,
        (const char *const[]){"2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-07-14", "2027-08-15", "2027-11-01",
                              "2027-11-11", "2027-12-25", NULL});
  assert_int_equal(jl_calendar_weekend(solidarity), 1U << 5 | 1U << 6);
  fx_free(&fx);
}

/* England and Wales as gov.uk/bank-holidays lists them for 2026 and 2027; Buß- und Bettag is the Wednesday before 23 November. */
static void countries(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  const struct jl_record *c = calendar_with(&fx, JL_TERRITORY_OTHER, JL_CALENDAR_DAYS,
                                            (const char *const[]){"01-01~ New Year's Day", "easter-2 Good Friday", "easter+1 Easter Monday",
                                                                  "mon>=05-01 Early May", "mon<=05-31 Spring", "mon<=08-31 Summer",
                                                                  "12-25~ Christmas Day", "12-26~ Boxing Day", NULL});
  holds(c, &fx, 2026,
        (const char *const[]){"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28", NULL});
  holds(c, &fx, 2027,
        (const char *const[]){"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28", NULL});
  const struct jl_record *saxony =
      calendar_with(&fx, JL_TERRITORY_OTHER, JL_CALENDAR_DAYS, (const char *const[]){"wed<=11-22 Buß- und Bettag", NULL});
  holds(saxony, &fx, 2026, (const char *const[]){"2026-11-18", NULL});
  holds(saxony, &fx, 2027, (const char *const[]){"2027-11-17", NULL});
  fx_free(&fx);
}

static void written(void **state) {
  (void)state;
  static const char *const good[] = {"12-25", "12-25 Noël", "02-29", "2027-06-04~ once", "easter", "easter+1", "easter-47 Carnival", "Lun>=05-01", "sun<=03-31~"};
  static const char *const bad[] = {"", " 12-25", "25/12", "13-01", "02-30", "2026-02-29", "easter+", "easter*1", "easter+201", "easter+1x", "xyz>=05-01", "mon>05-01", "mon>=5-1", "12-25x", "~"};
  struct jl_day_rule rule;
  struct jl_bytes name;
  for (size_t i = 0; i < JL_COUNT(good); i++)
    if (!jl_day_rule_parse((struct jl_bytes){(const uint8_t *)good[i], strlen(good[i])}, &rule, &name)) fail_msg("\"%s\" is not read", good[i]);
  for (size_t i = 0; i < JL_COUNT(bad); i++)
    if (jl_day_rule_parse((struct jl_bytes){(const uint8_t *)bad[i], strlen(bad[i])}, &rule, &name)) fail_msg("\"%s\" is read", bad[i]);
  unsigned days = 0;
  assert_true(jl_weekdays_parse((struct jl_bytes){(const uint8_t *)"Mer, fri;sunday", 15}, &days));
  assert_int_equal(days, 1U << 3 | 1U << 5 | 1U << 7);
  assert_false(jl_weekdays_parse((struct jl_bytes){(const uint8_t *)"mon xyz", 7}, &days));
}

/* ---- properties: everything is held against counting day by day ---- */
static uint64_t next_random(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *seed >> 33;
}

static void properties(void **state) {
  (void)state;
  uint64_t seed = 20261126;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  closure(&fx, "2026-08-03", "2026-08-21", NULL);
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Marie");
  fx_text(&fx, JL_PERSON_OFF_DAYS, "mon tue thu fri sat");
  struct jl_id marie = fx_put(&fx);
  const struct jl_working_days *all[] = {working(&fx, (struct jl_id){{0}}), working(&fx, marie)};
  for (size_t k = 0; k < JL_COUNT(all); k++)
    for (int i = 0; i < 3000; i++) {
      const struct jl_working_days *w = all[k];
      int32_t day = day_of("2004-01-01") + (int32_t)(next_random(&seed) % 11000); /* also outside of the table */
      int64_t n = (int64_t)(next_random(&seed) % 400) - 200, left = n < 0 ? -n : n;
      int32_t by_step = day;
      while (left > 0) left -= jl_works_on(w, by_step += n < 0 ? -1 : 1);
      if (n != 0) assert_int_equal(jl_working_day_add(w, day, n), by_step);
      int32_t from = jl_working_day_from(w, day), until = jl_working_day_until(w, day);
      assert_true(jl_works_on(w, from) && jl_works_on(w, until) && until <= day && day <= from);
      assert_int_equal(jl_working_days_between(w, until, from), until == from ? 1 : 2);
      assert_int_equal(jl_working_day_add(w, jl_working_day_add(w, from, n), -n), from);
      int32_t to = jl_working_day_add(w, from, n);
      assert_int_equal(n >= 0 ? jl_working_days_between(w, from, to) : jl_working_days_between(w, to, from), (n < 0 ? -n : n) + 1);
    }
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(easter), cmocka_unit_test(so_many_days_are_written),   cmocka_unit_test(etalab),    cmocka_unit_test(python_holidays), cmocka_unit_test(years),
      cmocka_unit_test(by_hand),  cmocka_unit_test(whose),     cmocka_unit_test(settings),        cmocka_unit_test(countries),
      cmocka_unit_test(written),  cmocka_unit_test(properties),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

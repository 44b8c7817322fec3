#include "common/model/calendar/holidays.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* ---- France ---- */
#define ONLY(territory) (1U << JL_TERRITORY_##territory)
#define FRANCE (ONLY(OTHER) - 2U) /* all its territories */
#define FOR_EVER 9999

/* Code du travail L3133-1, L3134-13, L3422-2; days of local law or custom as python-holidays has them. 27 May became 28 May in Saint-Martin in
 * 2018. Whit Monday was never abolished: the solidarity day makes it worked, where it does (2005 to 2007 everywhere). */
static const struct french {
  const char *rule, *name; /* message id */
  unsigned territories;
  int from, until; /* years */
  bool local;
} french[] = {
    {"01-01", JL_MSG("New Year's Day"), FRANCE, 1, FOR_EVER, false},
    {"easter-24", JL_MSG("Mi-Carême"), ONLY(GUADELOUPE), 1, FOR_EVER, true},
    {"easter-2", JL_MSG("Good Friday"), ONLY(ALSACE_MOSELLE) | ONLY(GUADELOUPE) | ONLY(MARTINIQUE) | ONLY(POLYNESIE), 1, FOR_EVER, true},
    {"easter+1", JL_MSG("Easter Monday"), FRANCE, 1, FOR_EVER, false},
    {"03-05", JL_MSG("Missionary Day"), ONLY(POLYNESIE), 1, FOR_EVER, true},
    {"04-27", JL_MSG("Abolition of slavery"), ONLY(MAYOTTE), 1, FOR_EVER, false},
    {"05-01", JL_MSG("Labour Day"), FRANCE, 1, FOR_EVER, false},
    {"05-08", JL_MSG("8 May 1945"), FRANCE, 1953, 1959, false},
    {"05-08", JL_MSG("8 May 1945"), FRANCE, 1982, FOR_EVER, false},
    {"easter+39", JL_MSG("Ascension Day"), FRANCE, 1, FOR_EVER, false},
    {"05-22", JL_MSG("Abolition of slavery"), ONLY(MARTINIQUE), 1, FOR_EVER, false},
    {"05-27", JL_MSG("Abolition of slavery"), ONLY(GUADELOUPE), 1, FOR_EVER, false},
    {"05-27", JL_MSG("Abolition of slavery"), ONLY(SAINT_MARTIN), 1, 2017, false},
    {"05-28", JL_MSG("Abolition of slavery"), ONLY(SAINT_MARTIN), 2018, FOR_EVER, false},
    {"easter+50", JL_MSG("Whit Monday"), FRANCE, 1, FOR_EVER, false},
    {"06-10", JL_MSG("Abolition of slavery"), ONLY(GUYANE), 1, FOR_EVER, false},
    {"06-29", JL_MSG("Autonomy Day"), ONLY(POLYNESIE), 1, FOR_EVER, true},
    {"07-14", JL_MSG("Bastille Day"), FRANCE, 1, FOR_EVER, false},
    {"07-21", JL_MSG("Schœlcher Day"), ONLY(GUADELOUPE) | ONLY(MARTINIQUE), 1, FOR_EVER, true},
    {"08-15", JL_MSG("Assumption Day"), FRANCE, 1, FOR_EVER, false},
    {"09-24", JL_MSG("Citizenship Day"), ONLY(NOUVELLE_CALEDONIE), 1, FOR_EVER, true},
    {"10-09", JL_MSG("Abolition of slavery"), ONLY(SAINT_BARTHELEMY), 1, FOR_EVER, false},
    {"11-01", JL_MSG("All Saints' Day"), FRANCE, 1, FOR_EVER, false},
    {"11-11", JL_MSG("Armistice Day"), FRANCE, 1, FOR_EVER, false},
    {"12-20", JL_MSG("Abolition of slavery"), ONLY(REUNION), 1981, FOR_EVER, false},
    {"12-25", JL_MSG("Christmas Day"), FRANCE, 1, FOR_EVER, false},
    {"12-26", JL_MSG("Second Day of Christmas"), ONLY(ALSACE_MOSELLE), 1, FOR_EVER, false},
};

static int64_t territory_of(const struct jl_record *calendar) {
  if (calendar == NULL) return JL_TERRITORY_FRANCE;
  return jl_record_int(calendar->type, calendar->body, JL_CALENDAR_TERRITORY, JL_TERRITORY_FRANCE);
}

bool jl_calendar_is_french(const struct jl_record *calendar) { return territory_of(calendar) != JL_TERRITORY_OTHER; }

unsigned jl_calendar_weekend(const struct jl_record *calendar) {
  unsigned days = 0;
  if (calendar == NULL || !jl_record_has(calendar->body, JL_CALENDAR_WEEKEND)) return JL_WEEKEND;
  if (!jl_weekdays_parse(jl_record_text(calendar->type, calendar->body, JL_CALENDAR_WEEKEND), &days) || days == JL_WHOLE_WEEK) return JL_WEEKEND;
  return days;
}

/* ---- all of a calendar ---- */
struct named_rule {
  struct jl_day_rule rule;
  const char *name;
  int from, until;
  bool stays; /* never worked: 1 May in France */
};
struct found {
  struct jl_holiday *list;
  size_t count;
};

static bool same_rule(const struct jl_day_rule *a, const struct jl_day_rule *b) {
  return a->kind == b->kind && a->year == b->year && a->month == b->month && a->day == b->day && a->offset == b->offset && a->weekday == b->weekday;
}

/* Which holidays are worked nevertheless: the rules of the field, and Whit Monday where it is the solidarity day. */
static bool is_worked(const struct jl_record *calendar, const struct named_rule *holiday, int32_t day) {
  static const struct jl_day_rule whit_monday = {.kind = JL_DAY_EASTER, .offset = 50};
  if (calendar == NULL || holiday->stays) return false;
  if (same_rule(&holiday->rule, &whit_monday) && jl_record_int(calendar->type, calendar->body, JL_CALENDAR_SOLIDARITY_DAY, 0) != 0) return true;
  struct jl_iterator it = jl_record_each(calendar->body, jl_field_by_number(calendar->type, JL_CALENDAR_WORKED));
  for (struct jl_value value; jl_iterator_next(&it, &value);) {
    struct jl_day_rule worked;
    struct jl_bytes name;
    int32_t that;
    if (!jl_day_rule_parse(value.text, &worked, &name)) continue;
    if (same_rule(&worked, &holiday->rule)) return true;
    if (worked.kind == JL_DAY_ONCE && jl_day_rule_in(&worked, worked.year, &that) && that == day) return true;
  }
  return false;
}

static bool is_taken(const struct found *f, int32_t day) {
  for (size_t i = f->count; i > 0; i--)
    if (f->list[i - 1].day == day) return true;
  return false;
}

static void find_in_year(const struct jl_record *calendar, const struct named_rule *rules, size_t n, unsigned weekend, int year, struct found *f) {
  for (size_t i = 0; i < n; i++) {
    int32_t day;
    if (year < rules[i].from || year > rules[i].until || !jl_day_rule_in(&rules[i].rule, year, &day) || is_worked(calendar, &rules[i], day)) continue;
    while (rules[i].rule.moves && ((weekend >> jl_weekday(day) & 1) != 0 || is_taken(f, day))) day++;
    f->list[f->count++] = (struct jl_holiday){day, rules[i].name};
  }
}

static size_t french_rules(const struct jl_record *calendar, struct named_rule *rules) {
  int64_t territory = territory_of(calendar);
  bool local = calendar != NULL && jl_record_int(calendar->type, calendar->body, JL_CALENDAR_LOCAL_DAYS, 0) != 0;
  size_t n = 0;
  for (size_t i = 0; i < JL_COUNT(french); i++) {
    const struct french *f = &french[i];
    struct jl_bytes none;
    if (territory < 1 || territory > JL_TERRITORY_OTHER || (f->territories >> territory & 1) == 0 || (f->local && !local)) continue;
    rules[n] = (struct named_rule){.name = f->name, .from = f->from, .until = f->until, .stays = strcmp(f->rule, "05-01") == 0};
    bool known = jl_day_rule_parse((struct jl_bytes){(const uint8_t *)f->rule, strlen(f->rule)}, &rules[n].rule, &none);
    JL_ASSERT(known);
    n++;
  }
  return n;
}

static size_t own_rules(const struct jl_record *calendar, struct named_rule *rules, struct jl_arena *a, bool *ret_memory) {
  size_t n = 0;
  struct jl_iterator it = jl_record_each(calendar->body, jl_field_by_number(calendar->type, JL_CALENDAR_DAYS));
  for (struct jl_value value; jl_iterator_next(&it, &value);) {
    struct jl_bytes name;
    if (!jl_day_rule_parse(value.text, &rules[n].rule, &name)) continue;
    rules[n].from = 1;
    rules[n].until = FOR_EVER;
    rules[n].stays = false;
    rules[n].name = name.size == 0 ? JL_MSG("public holiday") : jl_arena_strndup(a, (const char *)name.data, name.size);
    *ret_memory = *ret_memory && rules[n].name != NULL;
    n++;
  }
  return n;
}

static size_t own_count(const struct jl_record *calendar) {
  size_t n = 0;
  if (calendar == NULL) return 0;
  struct jl_iterator it = jl_record_each(calendar->body, jl_field_by_number(calendar->type, JL_CALENDAR_DAYS));
  for (struct jl_value value; jl_iterator_next(&it, &value);) n++;
  return n;
}

static int by_day(const void *left, const void *right) {
  const struct jl_holiday *a = left, *b = right;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  return strcmp(a->name, b->name);
}

struct jl_holiday *jl_holidays(const struct jl_record *calendar, int first_year, int last_year, struct jl_arena *a, size_t *ret_n) {
  size_t most = JL_COUNT(french) + own_count(calendar), years = last_year < first_year ? 0 : (size_t)(last_year - first_year) + 1;
  struct named_rule *rules = jl_arena_array(a, most, sizeof *rules);
  struct found f = {.list = jl_arena_array(a, most * years + 1, sizeof *f.list)};
  bool memory = rules != NULL && f.list != NULL;
  if (!memory) return NULL;
  size_t n = french_rules(calendar, rules);
  if (calendar != NULL) n += own_rules(calendar, rules + n, a, &memory);
  if (!memory) return NULL;
  unsigned weekend = jl_calendar_weekend(calendar);
  for (int year = first_year; year <= last_year; year++) find_in_year(calendar, rules, n, weekend, year, &f);
  qsort(f.list, f.count, sizeof *f.list, by_day);
  *ret_n = f.count;
  return f.list;
}

/* Public holidays, computed for any year: those of France and its territories from a table, those of other countries from the calendar's own
 * list (field `days`), which is data: jalon calendar import fills it from a file, some of which come with the program (client/calendars).
 *
 * How a day off is written, in the table, in a calendar and in such a file:
 *
 *     12-25          every year on that day                2027-06-04     once
 *     easter+39      so many days after Easter Sunday (or before: easter-2), of the Gregorian calendar
 *     mon>=05-01     the first Monday on 1 May or later    mon<=05-31     the last Monday on 31 May or earlier
 *     12-25~         the same, or the next weekday that is free yet when it falls on a weekend
 *
 * and behind it, after a space, its name: "easter+1 Easter Monday". Days of the week are named by their first three letters, in English or
 * French. */
#ifndef JL_MODEL_CALENDAR_HOLIDAYS_H
#define JL_MODEL_CALENDAR_HOLIDAYS_H
#include "common/base/calendar.h"
#include "common/model/replica.h"

enum jl_day_rule_kind { JL_DAY_YEARLY, JL_DAY_ONCE, JL_DAY_EASTER, JL_DAY_WEEKDAY_FROM, JL_DAY_WEEKDAY_UNTIL };
struct jl_day_rule {
  enum jl_day_rule_kind kind;
  int year, month, day; /* year of ONCE */
  int offset;           /* of EASTER */
  int weekday;          /* of WEEKDAY_*; 1 Monday .. 7 Sunday */
  bool moves;           /* off a weekend */
};
/* *ret_name: what follows; empty when nothing does. false: it is written in no such way. */
bool jl_day_rule_parse(struct jl_bytes text, struct jl_day_rule *ret_rule, struct jl_bytes *ret_name);
bool jl_day_rule_in(const struct jl_day_rule *rule, int year, int32_t *ret_day); /* not moved; false: not in that year */

int32_t jl_easter(int year); /* Easter Sunday, Gregorian; year 1 to 9999 */

/* A set of days of the week as bits 1 << 1 (Monday) .. 1 << 7, from words: "sat sun", "ven, sam", "wednesday". false: a word is no such day. */
#define JL_WEEKEND (1U << 6 | 1U << 7)
#define JL_WHOLE_WEEK 0xfeU
bool jl_weekdays_parse(struct jl_bytes text, unsigned *ret_days);

struct jl_holiday {
  int32_t day;
  const char *name; /* message id, or as the calendar has it */
};
/* The holidays of the years first..last, ascending; two may fall on one day. calendar NULL: metropolitan France. NULL: no memory. */
struct jl_holiday *jl_holidays(const struct jl_record *calendar, int first_year, int last_year, struct jl_arena *a, size_t *ret_n);
unsigned jl_calendar_weekend(const struct jl_record *calendar); /* days of the week that are not worked, never all of them */
bool jl_calendar_is_french(const struct jl_record *calendar);
#endif

/* Civil dates as day numbers (days since 1970-01-01, proleptic Gregorian), instants as int64 microseconds UTC.
 * No clock is read here but in jl_now_utc_us, for programs, never for the model. */
#ifndef JL_BASE_CALENDAR_H
#define JL_BASE_CALENDAR_H
#include "common/base/compiler.h"
#include <stdint.h>
#define JL_DAY_MIN (-719162) /* 0001-01-01 */
#define JL_DAY_MAX 2932896   /* 9999-12-31 */
struct jl_date { int year, month, day; };
bool jl_date_valid(int year, int month, int day);
int32_t jl_day_from_date(int year, int month, int day); /* must be valid */
struct jl_date jl_date_from_day(int32_t day);
int jl_weekday(int32_t day);                 /* 1 Monday .. 7 Sunday */
void jl_iso_week(int32_t day, int *ret_iso_year, int *ret_week);
const char *jl_month_name(int month); /* 1..12; a message id: "January" */
int32_t jl_day_add_months(int32_t day, int months); /* clamps to the month's end */
bool jl_day_parse_iso(const char *text, int32_t *ret_day); /* 2026-01-31 */
void jl_day_format_iso(int32_t day, char out[11]);
void jl_time_format_iso(int64_t utc_us, char out[28]);     /* 2026-01-31T12:00:00.123456Z */
bool jl_time_parse_iso(const char *text, int64_t *ret_utc_us);
/* The civil day in a zone of the system's zone database ("Europe/Paris") at an instant; false: no such zone. Also gives
 * the instant at which the zone's next day starts when ret_next_utc_us is not NULL. Thread-safe. */
bool jl_day_in_zone(const char *zone, int64_t utc_us, int32_t *ret_day, int64_t *ret_next_utc_us);
/* The same for many instants that follow each other: the zone's file is read once a day. An unknown zone: days of UTC. */
#define JL_ZONE_MAX 64
struct jl_zone_days { char zone[JL_ZONE_MAX]; int32_t day; int64_t from_us, until_us; };
int32_t jl_zone_day_at(struct jl_zone_days *known, const char *zone, int64_t utc_us);
int64_t jl_now_utc_us(void);
int64_t jl_monotonic_us(void);
#endif

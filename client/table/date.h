/* Dates as tables have them: 2026-01-31, 31/01/2026, 31/01/26, 1/31/2026, 31 janvier 2026, 1 sept. 2026, January 31, 2026, Jan 2026, 2026-01, 01/2026, with a time
 * behind it or none, 20260131, and the serial numbers of spreadsheets. Whether the day or the month stands first is a matter of the whole
 * column; a value alone only tells how it can be read. Pure. */
#ifndef JL_TABLE_DATE_H
#define JL_TABLE_DATE_H
#include "common/base/compiler.h"
#include <stdint.h>

enum jl_date_order { JL_ORDER_NONE /* only what no order is needed for */, JL_ORDER_DAY, JL_ORDER_MONTH, JL_ORDER_SERIAL, JL_ORDER_SERIAL_1904 };
struct jl_moment_seen { int32_t day, seconds /* of the day; -1: no time */; };
struct jl_date_seen {
  bool day_first, month_first; /* it can be read so */
  bool differs;                /* and it is not the same day */
  bool compact;                /* 20260131: may as well be a number */
  bool only_month;             /* "janv. 2026", "2026-01": its first day */
  struct jl_moment_seen by_day, by_month;
};
bool jl_date_look(const char *text, size_t size, struct jl_date_seen *ret); /* false: no date */
bool jl_date_no_such_day(const char *text, size_t size); /* written as one, but the calendar has none: 31/02/2026 */
bool jl_date_read(const char *text, size_t size, enum jl_date_order order, struct jl_moment_seen *ret);
/* Day number and time of a spreadsheet's serial, which counts days from 1900 (with a 29 February that there was not) or 1904. */
bool jl_date_serial(int64_t digits, int scale, bool from_1904, struct jl_moment_seen *ret);
#endif

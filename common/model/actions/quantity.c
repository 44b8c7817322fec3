#include "common/model/actions/quantity.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"

static int64_t int_of(const struct jl_record *record, uint32_t field, int64_t otherwise) {
  return record == NULL ? otherwise : jl_record_int(record->type, record->body, field, otherwise);
}

static int64_t floored(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* Which week, month, quarter or year a day is in, counted on. Weeks begin on Mondays; day 0 was a Thursday. */
static int64_t period_of(int64_t per, int32_t day) {
  struct jl_date date = jl_date_from_day(day);
  if (per == JL_EACH_WEEK) return floored((int64_t)day + 3, 7);
  int64_t month = (int64_t)date.year * 12 + date.month - 1;
  return per == JL_EACH_QUARTER ? floored(month, 3) : per == JL_EACH_YEAR ? date.year : month;
}

static int32_t end_of(int64_t per, int64_t period) {
  if (per == JL_EACH_WEEK) return (int32_t)(period * 7 + 3);
  int64_t next = per == JL_EACH_QUARTER ? (period + 1) * 3 : per == JL_EACH_YEAR ? (period + 1) * 12 : period + 1;
  return jl_day_from_date((int)floored(next, 12), (int)(next - floored(next, 12) * 12) + 1, 1) - 1;
}

/* How much is due after so many of the periods. */
static int64_t due_after(int64_t per, int64_t target, int64_t periods, int64_t n) { return per == 0 ? target * periods / n : target * periods; }

bool jl_quantity_of(const struct jl_record *plan, const struct jl_record *action, int32_t today, struct jl_quantity *ret) {
  int64_t target = int_of(action, JL_ACTION_QUANTITY_TARGET, 0), per = int_of(action, JL_ACTION_QUANTITY_PER, 0);
  int64_t first = int_of(action, JL_ACTION_START, int_of(plan, JL_PLAN_START, today)), last = int_of(action, JL_ACTION_DUE, int_of(plan, JL_PLAN_END, first));
  if (target == 0) return false;
  if (last < first) first = last;
  int64_t begin = period_of(per, (int32_t)first), n = period_of(per, (int32_t)last) - begin + 1, now = period_of(per, today) - begin;
  int64_t over = now < 0 ? 0 : now > n ? n : now, with_this = now < 0 ? 0 : now + 1 > n ? n : now + 1;
  if (today > last) over = n;
  *ret = (struct jl_quantity){.done = int_of(action, JL_ACTION_QUANTITY_DONE, 0),
                              .all = due_after(per, target, n, n),
                              .due = due_after(per, target, with_this, n),
                              .owed = due_after(per, target, over, n),
                              .period_end = now < 0 || now >= n ? INT32_MIN : end_of(per, begin + now)};
  return true;
}

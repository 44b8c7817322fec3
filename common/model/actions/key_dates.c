#include "common/model/actions/key_dates.h"
#include "common/record/schema.h"
#include <stdlib.h>

int32_t jl_key_date_last(const struct jl_record *date) {
  int64_t start = jl_view_int(date, JL_KEY_DATE_START, 0), end = jl_view_int(date, JL_KEY_DATE_END, start);
  return (int32_t)(end < start ? start : end);
}

static int by_day(const void *left, const void *right) {
  const struct jl_record *a = *(const struct jl_record *const *)left, *b = *(const struct jl_record *const *)right;
  int64_t day_a = jl_view_int(a, JL_KEY_DATE_START, 0), day_b = jl_view_int(b, JL_KEY_DATE_START, 0);
  if (day_a != day_b) return day_a < day_b ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

const struct jl_record **jl_view_key_dates(const struct jl_view_input *in, struct jl_builder *b, size_t *ret_n) {
  const struct jl_record *plan = jl_view_plan(in);
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_KEY_DATE, &n);
  int64_t first = plan == NULL ? INT32_MIN : jl_view_int(plan, JL_PLAN_START, INT32_MIN), last = plan == NULL ? INT32_MAX : jl_view_int(plan, JL_PLAN_END, INT32_MAX);
  *ret_n = 0;
  for (size_t i = 0; i < n; i++)
    if (jl_key_date_last(all[i]) >= first && jl_view_int(all[i], JL_KEY_DATE_START, 0) <= last) all[(*ret_n)++] = all[i];
  if (*ret_n > 0) qsort(all, *ret_n, sizeof *all, by_day);
  return all;
}

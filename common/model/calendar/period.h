/* Months, years and weeks as parameters of views name them: 2026-05, 2026, 2026-W53; or counted from today's: +1, -1. */
#ifndef JL_MODEL_CALENDAR_PERIOD_H
#define JL_MODEL_CALENDAR_PERIOD_H
#include "common/model/view_support.h"

struct jl_period { int32_t first, last; };
/* text NULL: the one that today is in. */
JL_MUST_CHECK bool jl_period_month(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_period_year(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_period_week(const char *text, int32_t today, struct jl_period *ret, struct jl_error *err);
#define JL_WEEK_NAME 12
void jl_week_name(int32_t day, char ret_name[JL_WEEK_NAME]); /* "2026-W53", as --week takes it */
/* The person of parameter `name`; NULL when it is not given. */
JL_MUST_CHECK bool jl_view_person(const struct jl_view_input *in, const char *name, struct jl_arena *a, const struct jl_record **ret_person,
                                  struct jl_error *err);
#endif

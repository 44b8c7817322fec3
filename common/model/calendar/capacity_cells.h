/* Time and work as cells: days with their decimals, why a day is not worked, how much of a stretch of days is taken. */
#ifndef JL_MODEL_CALENDAR_CAPACITY_CELLS_H
#define JL_MODEL_CALENDAR_CAPACITY_CELLS_H
#include "common/model/calendar/capacity.h"

const char *jl_weekday_label(int weekday); /* 1 Monday .. 7 Sunday; message id */
void jl_cell_days(struct jl_builder *b, int64_t millionths, bool too_much); /* rounded to hundredths; empty for none */
void jl_cell_day_state(struct jl_builder *b, const struct jl_working_days *days, int32_t day, bool too_much); /* "public holiday", "away" ... */
/* "0.5/1", "2/1 !" when it is too much; the reason where there is neither work nor time. */
void jl_cell_taken(struct jl_builder *b, const struct jl_capacity *c, size_t person, int32_t first, int32_t last);
void jl_cell_over(struct jl_builder *b, int64_t millionths); /* "overload", or empty */
#endif

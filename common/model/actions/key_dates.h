/* The plan's key dates, for pictures of its time. */
#ifndef JL_MODEL_ACTIONS_KEY_DATES_H
#define JL_MODEL_ACTIONS_KEY_DATES_H
#include "common/model/view_support.h"

/* Those within the plan's own time, by day: one that is far away would make a picture of nothing else. */
const struct jl_record **jl_view_key_dates(const struct jl_view_input *in, struct jl_builder *b, size_t *ret_n);
int32_t jl_key_date_last(const struct jl_record *date); /* of one day: that day */
#endif

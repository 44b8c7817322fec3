/* What is worth talking about: blocked actions, late ones, KPIs off target, decisions whose action is late. "Qu'est-ce qui nous empêche
 * d'avancer ?" (seed 004), not what has happened. */
#ifndef JL_MODEL_RHYTHM_AGENDA_H
#define JL_MODEL_RHYTHM_AGENDA_H
#include "common/model/view_support.h"

struct jl_agenda_item {
  int64_t reason; /* JL_POINT_BLOCKED ... */
  const struct jl_record *about;    /* action or KPI */
  const struct jl_record *decision; /* of a follow-up: the point that decided it; NULL */
  int64_t days;                     /* late by so many days; 0 */
};
/* The blocked ones first, then what is late, the latest first, then KPIs; each action once. */
JL_MUST_CHECK bool jl_agenda(const struct jl_view_input *in, struct jl_builder *b, struct jl_agenda_item **ret, size_t *ret_n, struct jl_error *err);

#define JL_MEETING_LENGTH 25 /* minutes at most (seed 004) */
#define JL_POINT_SECONDS_LEAST 120 /* less than that is no discussion */
int64_t jl_meeting_minutes(const struct jl_record *meeting);
const struct jl_record **jl_meeting_points(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *meeting, size_t *ret_n);
bool jl_point_closed(const struct jl_record *point);
#endif

/* Levelling (product.md A4): who has more work than days in which week when everything is done as it is planned, by what, and which actions
 * could be done later within their slack so that less of it collides. Nothing that is critical, fixed, under way or to be done as late as possible
 * moves, no deadline and not the end of everything.
 *
 * One after the other, by their first day, then slack, then number, each takes the first place within its slack where nobody has too much; where
 * there is none, the one with the least too much. The same for the same records, so that every copy proposes the same. */
#ifndef JL_MODEL_ACTIONS_LEVEL_H
#define JL_MODEL_ACTIONS_LEVEL_H
#include "common/model/actions/proposal.h"
#include "common/model/actions/replan.h"
#include "common/model/calendar/capacity.h"

#define JL_LEVEL_MOVES 200 /* actions that are moved at most; each may push all that waits for it */
#define JL_LEVEL_WEEKS 260
#define JL_LEVEL_SHIFT 130 /* days of work that an action is moved by at most */

struct jl_levelling {
  struct jl_network *n;               /* as it would be: whoever gives it has it changed */
  const struct jl_planned *before;    /* dates of its works as they were planned */
  struct jl_what_if planned, levelled; /* the plan with these dates */
  struct jl_capacity was, is;
  int32_t monday; /* of this week */
  int weeks;
  bool more; /* there were more to move than JL_LEVEL_MOVES */
};
/* Ends with jl_level_end, whatever it returns. */
JL_MUST_CHECK bool jl_level(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *n, struct jl_levelling *ret, struct jl_error *err);
void jl_level_end(struct jl_levelling *l);
/* What is too much of a person in a week; 0: nothing. */
int64_t jl_level_over(const struct jl_view_input *in, const struct jl_levelling *l, const struct jl_capacity *c, size_t person, int week);
/* Its blocks: "overload", "moves". */
JL_MUST_CHECK bool jl_level_blocks(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *n, struct jl_error *err);
#endif

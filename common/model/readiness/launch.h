/* The launch gate (product.md C3): what a campaign has to have before it starts, so that what it brings can be told (seed 003), and what the
 * plan has to have before anything of it is launched (the six questions of seed 002, as far as they are about this campaign).
 *
 * - A campaign is an action that says so (its field `campaign`). Other actions start without.
 * - Held up is its start: in progress, blocked or done, from none of these, or made so. What is of the campaign itself (part `traceability`)
 *   stays held while it runs: nobody takes the segment away from one that has started, be it in the same moment. What is of the plan (part
 *   `questions`) is asked at the start alone, for a strategy goes on changing; the view says which running campaigns it has left behind.
 * - Whoever starts one must be able to read strategy and actions: what is missing is told to him, and to nobody else (as who approves must
 *   read all that is approved). So the answer tells nobody of what he may not read.
 * - The accountable (the A of the action, where it has none that of the plan) may let it start all the same, with a reason: a record
 *   (LaunchOverride) for each part that lacks something, which keeps what was missing then. An A of one's own giving does not count, as
 *   in approvals. It covers exactly those things: whatever is missing besides, then or later, holds the campaign up again, and takes
 *   another one. It counts until it is withdrawn (deleted), by the accountable again.
 * - That an action is a campaign is taken back by its accountable alone, as "needs approval" is. */
#ifndef JL_MODEL_READINESS_LAUNCH_H
#define JL_MODEL_READINESS_LAUNCH_H
#include "common/model/evaluate.h"
#include "common/model/readiness/criteria.h"

enum jl_launch {
  JL_LAUNCH_LEVER, /* traceability: of the campaign itself */
  JL_LAUNCH_TRACE,
  JL_LAUNCH_SEGMENT,
  JL_LAUNCH_COST,
  JL_LAUNCH_TARGET,
  JL_LAUNCH_PROMISE, /* questions: of the plan */
  JL_LAUNCH_DIFFERENCE,
  JL_LAUNCH_SEGMENTS,
  JL_LAUNCH_SERVES,
  JL_LAUNCH_TRAINED,
  JL_LAUNCH_KPI,
  JL_LAUNCH_MEASURABLE,
  JL_LAUNCH_ADJUSTABLE,
  JL_LAUNCHES
};
#define JL_LAUNCH_OWN ((1U << JL_LAUNCH_PROMISE) - 1)                    /* mask 1 << enum jl_launch of the campaign itself */
#define JL_LAUNCH_PLAN (((1U << JL_LAUNCHES) - 1) & ~JL_LAUNCH_OWN)      /* of the plan */
#define JL_LAUNCH_READS (1U << JL_SECTION_STRATEGY | 1U << JL_SECTION_ACTIONS)

struct jl_launch_item {
  const char *code, *label; /* as an override keeps it; message id: what is missing */
  enum jl_ready criterion;  /* of the plan's */
  const char *asked;        /* message id: the criterion, said of one campaign */
};
extern const struct jl_launch_item jl_launch_items[JL_LAUNCHES];

bool jl_is_campaign(const struct jl_record *action);
bool jl_has_started(const struct jl_record *action); /* in progress, blocked or done */
/* What is missing, as masks. Of the plan: as the reader of `in` sees it, who must be able to read JL_LAUNCH_READS. */
uint32_t jl_launch_missing_own(const struct jl_record *action);
uint32_t jl_launch_missing_plan(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action);
/* What overrides cover, whatever of it is missing now. */
uint32_t jl_launch_covered(const struct jl_replica *space, const struct jl_id *action);
uint32_t jl_launch_covers(const struct jl_record *override);

/* What is missing of one part, as one argument: "a segment, a target". */
struct jl_arg jl_launch_arg(uint32_t missing);

extern const struct jl_rules jl_launch_rules;
struct jl_run;
/* Overrides get what is missing as the group leaves it. */
JL_MUST_CHECK bool jl_launch_follow(struct jl_run *run, struct jl_error *err);
#endif

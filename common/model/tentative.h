/* Parts of an evaluation that may be taken back while the rest stays: what an automation does is tried in the space itself, like every edit,
 * and a rule that it breaks undoes that automation's work, not the edits that it followed.
 *
 *     struct jl_mark mark = jl_run_mark(run);
 *     if (!try(run, err) && !jl_run_take_back(run, &mark)) ...no memory */
#ifndef JL_MODEL_TENTATIVE_H
#define JL_MODEL_TENTATIVE_H
#include "common/model/evaluation.h"

struct jl_mark {
  size_t touches, replaced;
};
/* From the first mark on what puts replace is kept. */
struct jl_mark jl_run_mark(struct jl_run *run);
/* All records are again what they were at the mark. false: no memory. */
JL_MUST_CHECK bool jl_run_take_back(struct jl_run *run, const struct jl_mark *mark);
/* Of a put: `current` (NULL: new) is about to be replaced. false: no memory. */
JL_MUST_CHECK bool jl_run_keep(struct jl_run *run, const struct jl_id *id, const struct jl_record *current);
/* At the end of the evaluation: gives back what was kept. */
void jl_run_forget(struct jl_run *run);
/* The edits of another group, as another author may make them. What it must leave alone of the run is as it was. A conflict is a refusal. */
JL_MUST_CHECK bool jl_run_apart(struct jl_run *run, const struct jl_evaluation *in, const Jalon__Group *group, struct jl_error *err);
#endif

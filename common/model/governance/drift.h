/* What has moved since something was approved: the stored figures beside those of now, for the sections that the reader may read. */
#ifndef JL_MODEL_GOVERNANCE_DRIFT_H
#define JL_MODEL_GOVERNANCE_DRIFT_H
#include "common/model/governance/snapshot.h"
#include "common/model/view_support.h"

/* One record with what it was and what it is; has_then false: added since, has_now false: gone since. */
struct jl_moved {
  const struct jl_record *record; /* as it is now, also deleted; NULL: not known here */
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_figures then, now;
  bool has_then, has_now;
  const struct jl_record *reallocated; /* the approval that last moved money to or from it: `then` is after it */
};
struct jl_drift {
  const struct jl_record *target;             /* the plan, an action, a budget line */
  bool budget_only;                           /* of the plan */
  const struct jl_record *bases[JL_SECTIONS]; /* the approval that each section is compared with; NULL: none */
  bool moved_only;                            /* nothing but reallocations was approved: the lines that they moved, compared with how they left them */
  struct jl_moved *rows;                      /* every record that has figures then or now, by section, type and number */
  size_t count;
  bool rest_changed[JL_SECTIONS];     /* something that is no figure has changed */
  const struct jl_record **approvals; /* of the target, newest first, undecided ones too */
  size_t approval_count;
};
/* The parameters record ("budget", A12, B3; none: the plan) and baseline (AP2 or 2; none: what was approved last). */
JL_MUST_CHECK bool jl_drift_of(const struct jl_view_input *in, struct jl_builder *b, struct jl_drift *ret, struct jl_error *err);
#endif

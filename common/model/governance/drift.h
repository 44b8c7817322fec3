/* What has moved since something was approved: the stored figures beside those of now, for the sections that the reader may read. */
#ifndef JL_MODEL_GOVERNANCE_DRIFT_H
#define JL_MODEL_GOVERNANCE_DRIFT_H
#include "common/model/budget/totals.h"
#include "common/model/governance/snapshot.h"

/* One record with what it was and what it is; has_then false: added since, has_now false: gone since. */
struct jl_moved {
  const struct jl_record *record; /* as it is now, also deleted; NULL: not known here */
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_figures then, now;
  bool has_then, has_now;
  const struct jl_record *reallocated; /* the approval that last moved money to or from it: `then` is after it */
  bool then_unknown, now_unknown;      /* of a budget line: something that is planned had, or has, no exchange rate, and is not in the figures */
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
/* Says of each budget line what of it is not known; remarks, which begins with in, b and basis: what has no rate now. A baseline says nothing of rates: which were
 * there when it was submitted is told by the records that stand today, so a rate that was deleted before and came back since counts as one of then, and a line that
 * has changed its currency since as one in today's, where what was approved does not prove otherwise. */
JL_MUST_CHECK bool jl_drift_unrated(const struct jl_view_input *in, struct jl_builder *b, struct jl_drift *d, struct jl_money_remarks *remarks, struct jl_error *err);
#endif

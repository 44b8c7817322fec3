/* RACI as a gate for edits (product.md G2), beside the rights to sections: both must let an edit through. Judged for all edits of a group
 * at once, by the letters as they were before it, so that no group gives its author a letter that it uses, and one that gives a letter away
 * may still do the work it belongs with. Only in plans whose policy is to enforce RACI.
 *
 *     the work (raci.h says whose letters)   R and A; anybody when nobody is named R or A
 *     RACI of a target                       its A; without one whoever may do its work, but for an A while it is to be approved: A of the plan
 *     the policy itself                      A of the plan; without one as the plan
 *     a comment                              whoever may edit the section; A, R and C may when they can read it
 *
 * The A of the plan and administrators pass everywhere; who ticks a checklist item that is assigned to him needs no letter, nor does who
 * only moves a record in a list. What is made or moved below an action or a line is work of that one too. Something deleted is judged by
 * the letters that it had. */
#ifndef JL_MODEL_GOVERNANCE_RACI_GATE_H
#define JL_MODEL_GOVERNANCE_RACI_GATE_H
#include "common/model/governance/raci.h"

struct jl_run;
struct jl_gate { /* of one group */
  /* Per edit, and one for what follows from all of them: who is away, when its author may make it only as the substitute. NULL: RACI is
   * not enforced, and nothing is decided. */
  struct jl_id *instead_of;
  bool unsure;    /* letters that this replica has not may decide: only a copy without a section lacks any */
  size_t refused; /* index of the first edit that is refused; SIZE_MAX: none */
  struct jl_error why;
};
/* Before any edit is made. false: no memory. */
JL_MUST_CHECK bool jl_gate_judge(struct jl_run *run, struct jl_gate *ret_gate, struct jl_error *err);
/* The author may write this record without the right to edit its section, as far as he sees it and his login may write: comments and
 * requests for advice by A, R and C, one's own leave, decisions on approvals, overrides of the launch gate, signatures. */
bool jl_gate_lets(const struct jl_run *run, const struct jl_record *record, bool new);
/* The people whose letters let them edit the record; "": letters do not decide about it, or the author may not know whose. */
const char *jl_gate_who(const struct jl_run *run, const struct jl_record *record);
#endif

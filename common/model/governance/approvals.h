/* What follows from a group's edits for approvals, within the same group: a submission gets the figures that it is about, a decision its
 * author and time, and what is decided is exactly what was submitted.
 *
 *     submitted -> approved | sent back | withdrawn       approved -> to be approved again
 *
 * - Submitted: whoever may edit the section submits the state as the group leaves it; an earlier submission of the same that still waits is
 *   withdrawn. Somebody must hold the A that decides.
 * - Approved: by that A alone, who must be able to read every section that it is about, and only while all that counts (snapshot.h) is as
 * it was submitted: an edit in between makes the approval a conflict. The pieces of its snapshot are then a baseline, for ever.
 * - Four eyes: an A that one gave oneself, or gave to somebody in whose place one stands, approves what others submitted while it was held
 *   so already, and nothing else: neither one's own submission nor what waited for somebody else's decision. Who was named by another is
 *   trusted by that one, and an administrator by whoever set up the server, who is often alone with it. Of letters older than the field
 *   that says who gave them the same is held as of one's own (approver.h).
 * - An action's approval ends ("to be approved again") when what counts of the action or of its budget lines changes, when a later
 *   submission is sent back, or when it is switched off that the action needs one, which also withdraws what waits; without one an action
 *   that needs approval does not start (approval_rules.c). Of a plan or a budget it stays: later edits show as drift.
 * - A reallocation moves its amount between the two lines, or months of them, in the group that approves it (transfer.h); that of a review all that
 *   is accepted of it, and the lines that change their bucket (review/apply.h). */
#ifndef JL_MODEL_GOVERNANCE_APPROVALS_H
#define JL_MODEL_GOVERNANCE_APPROVALS_H
#include "common/model/evaluation.h"

JL_MUST_CHECK bool jl_approvals_follow(struct jl_run *run, struct jl_error *err);
#endif

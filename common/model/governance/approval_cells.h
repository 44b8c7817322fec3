/* Approvals as a table: of a record, or any list of them. */
#ifndef JL_MODEL_GOVERNANCE_APPROVAL_CELLS_H
#define JL_MODEL_GOVERNANCE_APPROVAL_CELLS_H
#include "common/model/view_support.h"

void jl_block_approvals(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **approvals, size_t n);
void jl_block_approvals_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *target); /* newest first */
/* Of a reallocation that waits: each line or month that it would change, as it is kept; nothing of any other approval. */
void jl_block_moves(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *approval);
/* Where the approval of an action that needs one stands, as a message id with its text for files: "to be approved", "submitted",
 * "approved" ...; NULL: it needs none and none was asked for. */
const char *jl_action_approval(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action, const char **ret_text);
#endif

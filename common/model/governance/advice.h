/* Requests for advice: what was asked of whom, and who has answered. */
#ifndef JL_MODEL_GOVERNANCE_ADVICE_H
#define JL_MODEL_GOVERNANCE_ADVICE_H
#include "common/model/view_support.h"

/* The first comment that answers it, of anybody but who asked; NULL: none yet. */
const struct jl_record *jl_advice_answer(const struct jl_replica *space, const struct jl_record *advice);
/* Those about a record; nothing when there are none. */
void jl_block_advice(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *about);
#endif

/* What was said about a record, each answer below what it answers. */
#ifndef JL_MODEL_GOVERNANCE_THREAD_H
#define JL_MODEL_GOVERNANCE_THREAD_H
#include "common/model/view_support.h"

/* Nothing when there is none. A comment that was deleted and has answers keeps its place, without its text. */
void jl_block_thread(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *about);
#endif

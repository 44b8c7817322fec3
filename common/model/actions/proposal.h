/* What the schedule proposes for an action's two dates, beside what is typed: jalon schedule shows it, --apply writes it. A due date that
 * lies behind what is planned stays: that is its slack. What is fixed is not moved, and of what has begun only the end. */
#ifndef JL_MODEL_ACTIONS_PROPOSAL_H
#define JL_MODEL_ACTIONS_PROPOSAL_H
#include "common/model/actions/network.h"
#include "common/model/document.h"

struct jl_proposal {
  int32_t start, due;             /* JL_NO_DAY: none */
  int32_t typed_start, typed_due; /* likewise */
  int32_t first, last;            /* as planned */
  int32_t overrun;                /* days of work behind what is due or fixed; 0: it fits */
};
struct jl_proposal jl_propose(const struct jl_network *n, size_t i);
static inline bool jl_proposal_moves(const struct jl_proposal *p) { return p->start != p->typed_start || p->due != p->typed_due; }

/* The network of a view's plan. false: the builder has failed, or err says why. */
JL_MUST_CHECK bool jl_view_network(const struct jl_view_input *in, struct jl_builder *b, struct jl_network *ret, struct jl_error *err);
/* Those that it waits for, and those that wait for it, itself among both; per work of the network. NULL: the builder has failed. */
const bool *jl_network_upstream(struct jl_builder *b, const struct jl_network *n, size_t of);
const bool *jl_network_downstream(struct jl_builder *b, const struct jl_network *n, size_t of);
void jl_cell_day(struct jl_builder *b, int32_t day);                                                          /* JL_NO_DAY: empty */
void jl_cell_waits_for(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i); /* "A3, A5 ss+2" */
void jl_cell_whose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i);
/* "A3 -> A5 -> A7": what brought work i to where it is, from the first that waits for nothing. */
void jl_cell_chain(const struct jl_view_input *in, struct jl_builder *b, const struct jl_network *n, size_t i);
/* The same chain of every work: the one that waits for nothing, and the days from Monday to Friday from there to its own end on which whoever
 * does it does not work (holidays, closures, leave). NULL: the builder has failed. */
struct jl_chain {
  size_t first;
  int32_t off;
};
const struct jl_chain *jl_network_chains(struct jl_builder *b, const struct jl_network *n);
/* event.c: the dates of the steps of an event that is still to be made. */
JL_MUST_CHECK bool jl_event_blocks(const struct jl_view_input *in, struct jl_builder *b, struct jl_error *err);
/* Works by their planned first day, then the last, then the number; count of them. NULL: the builder has failed. */
const size_t *jl_network_by_day(struct jl_builder *b, const struct jl_network *n);
#endif

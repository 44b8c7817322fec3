/* What a reallocation moves, worked out from the two lines as they stand: pure, so that what is submitted, what is approved and what a
 * screen says about it are the same cents.
 *
 * - What leaves is what was typed, in the VAT basis in which it was typed: excl. VAT the line plans exactly so much less excl. VAT; incl. VAT it
 *   plans so much less incl. VAT, at its own rate. Without a basis it is that in which both lines are kept; where they are kept differently
 *   it has to be said.
 * - What arrives is what left excl. VAT, the basis of every total (common/model/budget/totals.h), so no total changes by a cent. A line that is
 *   kept incl. VAT gets the amount incl. VAT at its own rate, a cent more or less where that rate would round to another amount excl. VAT.
 * - A line that is planned by month gives from the months that are named, each in proportion to what it plans (largest remainder); only one
 *   that plans anything need not be named. It gets into the months that are named, in proportion to what they plan, equally when that is
 *   nothing; where none is named and the money came from months, it stays in its months: a line by quarter gets it into the quarter, and
 *   what came from a quarter goes to the months of that quarter. A month that is not there is not made up.
 * - A move of a review takes from each open month in proportion to what that has left, not ordered and not invoiced: what a month has spent stays.
 * - What is left to choose is asked for: the refusal says how to say it. */
#ifndef JL_MODEL_GOVERNANCE_TRANSFER_H
#define JL_MODEL_GOVERNANCE_TRANSFER_H
#include "common/model/replica.h"

/* Money that an approval moves from its target to another line; to NULL: none. */
struct jl_transfer {
  const struct jl_record *from, *to;
  int64_t amount;
};
bool jl_approval_transfer(const struct jl_replica *r, const struct jl_record *approval, struct jl_transfer *ret);

/* A line, or a month of one, and what it plans afterwards, in the VAT basis of its line. */
struct jl_transfer_part {
  const struct jl_record *record;
  int64_t before, after;
};
struct jl_transfer_work {
  struct jl_transfer transfer;
  int64_t net;                     /* what leaves and arrives excl. VAT */
  int64_t from_after, to_after;    /* what each line plans in all afterwards, in its basis */
  struct jl_transfer_part *parts;  /* first those that give */
  size_t count, giving;
};
/* All that an approval moves, one after the other: its own transfer, or those of the accepted proposals of its review (review/follow.h), excl. VAT,
 * from and to the months that were open when the review was started. */
struct jl_moves {
  struct jl_transfer_work *works;
  size_t count; /* 0: it moves nothing */
};
bool jl_approval_reallocates(const struct jl_record *approval); /* it is about money that moves, and about nothing else */
/* false: it cannot be moved; err says why, at the field of the approval. Works and parts are in the arena. */
JL_MUST_CHECK bool jl_approval_moves(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, struct jl_moves *ret,
                                     struct jl_error *err);
/* The budget lines that it is about, whether or not it can still be moved; those of a review by number. */
JL_MUST_CHECK bool jl_approval_lines(const struct jl_replica *r, const struct jl_record *approval, struct jl_arena *a, const struct jl_record ***ret,
                                     size_t *ret_n);
/* What a line, or a month of one, plans after these moves, in the VAT basis of the line. */
int64_t jl_moves_planned(const struct jl_moves *moves, const struct jl_record *line, int64_t now);
int64_t jl_moves_month(const struct jl_moves *moves, const struct jl_record *month, int64_t now);
#endif

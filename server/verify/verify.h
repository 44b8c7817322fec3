/* Holds a database against itself: the log of each space is folded from its beginning, and what comes of it is compared with the head row,
 * the records' tables and the stored past states; and with heads that were exported, if there are any. It only reads, one snapshot, so it
 * is safe beside running servers; memory is that of one space, and twice that where states are stored. */
#ifndef JL_VERIFY_H
#define JL_VERIFY_H
#include "common/model/audit.h"

#define JL_VERIFY_FINDINGS 16 /* of one space that are told */

/* Beside what the log says, where a finding is: a table; past_state has a revision, and its record, if any, is in what. */
struct jl_verify_finding {
  struct jl_finding finding;
  char table[64]; /* "" the log */
};
struct jl_verified {
  struct jl_id space;
  enum jl_space_kind kind;
  char name[JL_ARG_TEXT_MAX]; /* of a plan; "" none */
  uint64_t epoch, revision;   /* of the head */
  struct jl_audit_counts counts;
  uint64_t records, states;                              /* that were compared */
  bool whole;                                            /* the log could be followed to its end, so all of it was compared */
  struct jl_verify_finding findings[JL_VERIFY_FINDINGS]; /* the first is the one of the lowest revision that is known */
  size_t finding_count, more;                            /* more: not told */
};
struct jl_verify_of {
  const char *connection;
  struct jl_id space; /* zero: all */
  const struct jl_heads *heads;
  size_t head_count;
  void (*progress)(void *context, const struct jl_verified *so_far, uint64_t revision); /* now and then; may be NULL */
  void (*verified)(void *context, const struct jl_verified *space);                     /* each */
  void *context;
};
/* false: it could not be done, err; what was found is told to `verified` only. NOT_FOUND: there is no such space. */
JL_MUST_CHECK bool jl_verify(const struct jl_verify_of *of, struct jl_error *err);
#endif

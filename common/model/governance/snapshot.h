/* What an approval is about, as text: the figures of one section, one line for each record that has any, by type and number, and a digest
 * of what else counts. The same state gives the same bytes on every machine, so "is it still what was submitted?" is a comparison.
 *
 *     A12 9=20454 10=20513       reference, then number and value of each figure that is there: dates as days, money in minor units
 *     B3 0=120000                0: what the line plans in all, excl. VAT
 *     DP2 4=3                    a dependency, with its lag; what it joins never changes
 *     = 5f0c...                  the rest that counts (titles, levers, units ...): 32 bytes in hex
 *     + dependencies             they are counted: what was submitted before they were has no such line, and is compared without them
 *
 * What counts is in the tables of snapshot.c: scope, not progress. A status, a progress, a comment, a measurement may go on while an
 * approval waits, and do not reopen one; a date, an amount, a target, a title, what it serves, a record more or less does. */
#ifndef JL_MODEL_GOVERNANCE_SNAPSHOT_H
#define JL_MODEL_GOVERNANCE_SNAPSHOT_H
#include "common/model/governance/transfer.h"

/* The sections that an approval is about, as a mask: who decides must be able to read them all. */
uint32_t jl_approval_sections(const struct jl_record *approval);

/* As the replica is now. before: the transfer of the approval is still to come, and counted in. The text is in the arena. */
JL_MUST_CHECK bool jl_snapshot_make(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, bool before,
                                    struct jl_arena *a, struct jl_bytes *ret_text, struct jl_error *err);
/* As it was submitted, from its pieces; size 0: there are none here. */
JL_MUST_CHECK bool jl_snapshot_stored(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section,
                                      struct jl_arena *a, struct jl_bytes *ret_text, struct jl_error *err);
#define JL_SNAPSHOT_PIECE 61440 /* bytes of one piece (governance.proto) */
/* Body and id of the piece of a snapshot that begins at *io_at; false: it has ended, or no memory (body->data NULL). */
bool jl_snapshot_piece(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, struct jl_bytes text,
                       size_t *io_at, int32_t piece, struct jl_arena *a, struct jl_id *ret_id, struct jl_bytes *ret_body);

/* Reading the text. */
#define JL_FIGURE_PLANNED 0
#define JL_FIGURES_MAX 6
struct jl_figure {
  uint32_t field;
  int64_t value;
};
struct jl_figures {
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_figure figures[JL_FIGURES_MAX];
  size_t count;
};
/* The next line; false at the end (the digest is none). */
bool jl_snapshot_next(struct jl_bytes text, size_t *io_at, struct jl_figures *ret);
/* Value of a figure; false: it had none. */
bool jl_figure_of(const struct jl_figures *figures, uint32_t field, int64_t *ret);
#endif

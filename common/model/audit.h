/* Follows the log of a space from its beginning, row by row, and finds the first row that cannot be what was committed: the chains of its
 * sections, what must follow what, the hashes of personal values, and the heads that somebody has kept outside.
 *
 * What can be told depends on what there is to compare with. A link (or a chain) beside each row tells the very row; heads and stored
 * states tell the rows since the one before them. Whoever writes everything anew, links and head rows too, is found only by a head
 * that he does not hold. */
#ifndef JL_MODEL_AUDIT_H
#define JL_MODEL_AUDIT_H
#include "common/model/heads.h"

struct jl_audit_row {
  uint64_t revision;
  enum jl_section section;
  struct jl_change change;
  struct jl_bytes link; /* what was noted beside it: a link (JL_LINK_SIZE), the beginning of the chain behind it, or nothing */
};
/* Something is wrong at `revision`, or, when `after` is lower than the one before it, at one of those after `after`: what came before was
 * confirmed. section JL_SECTION_NONE: not of one section. what says it in words, with record and field where it is about one. */
struct jl_finding {
  uint64_t after, revision;
  enum jl_section section;
  struct jl_error what;
  bool has_chains;
  uint8_t expected[JL_CHAIN_SIZE], found[JL_CHAIN_SIZE];
};
struct jl_audit_counts {
  uint64_t rows, revisions, personal /* values that met their hashes */, erased, heads /* that were met */,
      unlinked /* rows without link */;
};

struct jl_audit;
/* sections: those that the rows are of. whole: of all of them, so no revision may lack. personal: the personal values are here, so one that
 * is not must have been erased; otherwise only their hashes are. heads may be of other spaces too; they must stay. NULL: no memory. */
struct jl_audit_of {
  struct jl_id space;
  uint32_t sections;
  bool whole, personal;
  const struct jl_heads *heads;
  size_t head_count;
};
struct jl_audit *jl_audit_new(const struct jl_audit_of *of);
void jl_audit_free(struct jl_audit *a); /* NULL is fine */
/* The next row. false: it is the first wrong one, and nothing after it can be judged. */
JL_MUST_CHECK bool jl_audit_row(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret);
/* The state that was noted at a revision, which all rows have come up to: a head row, a stored state. */
JL_MUST_CHECK bool jl_audit_state(struct jl_audit *a, uint64_t revision, const struct jl_section_position sections[JL_SECTIONS],
                                  const char *whose, struct jl_finding *ret);
/* No more rows come: the revision of the space. Heads beyond, and values that were erased without saying so. */
JL_MUST_CHECK bool jl_audit_end(struct jl_audit *a, uint64_t revision, struct jl_finding *ret);
/* The first value so far that is gone without an erasure; false: there is one. */
bool jl_audit_gone(struct jl_audit *a, struct jl_finding *ret);
uint64_t jl_audit_reached(const struct jl_audit *a);   /* revision of the last row */
uint64_t jl_audit_confirmed(const struct jl_audit *a); /* links, heads or states say that all up to this revision is what was committed */
const Jalon__ChangeBody *jl_audit_body(const struct jl_audit *a); /* of the last row, until the next one */
const struct jl_section_position *jl_audit_sections(const struct jl_audit *a);
const struct jl_audit_counts *jl_audit_counts(const struct jl_audit *a);
/* A finding of its own making, for whoever compares more than the log. Always false. */
bool jl_finding_at(struct jl_finding *ret, uint64_t revision, enum jl_section section, const struct jl_error *what);
#endif

/* What takes a group of edits back: the inverse of each of its changes, from the values that the log has of before. Pure: it looks at no
 * state. What others changed since meets what the edits say they saw, as for every edit (evaluate.h). */
#ifndef JL_MODEL_INVERSE_H
#define JL_MODEL_INVERSE_H
#include "common/record/record.h"

/* One revision as its reader has it: the changes of the sections that he may read, personal values in their places. */
struct jl_logged_field {
  uint32_t field;
  struct jl_bytes before, after;
  bool erased; /* personal, and no longer there */
};
struct jl_logged {
  uint32_t type, verb; /* a Verb of proto/wire.proto */
  struct jl_id id;
  uint64_t number, previous_revision;
  const struct jl_logged_field *fields;
  size_t field_count;
};

struct jl_inverse_field {
  uint32_t field;
  struct jl_bytes seen, next; /* also of sets (their difference counts) and places (the key that it had) */
  bool counts;                /* add is what to send */
  bool apart;
  bool gone; /* taken back already */
  int64_t add;
};
struct jl_inverse_edit {
  uint32_t type, verb; /* UPDATE, DELETE or RESTORE */
  struct jl_id id;
  uint64_t number;
  struct jl_id parent;    /* DELETE: of what was made, as it was made; zero: not known */
  uint64_t seen_revision; /* DELETE */
  bool with_children;     /* DELETE: it came back with what is below it, and goes with it */
  bool apart;             /* all of it */
  bool gone;              /* DELETE, RESTORE: made already */
  bool stays;             /* apart, but not in conflict itself: something that belongs to it stays */
  struct jl_inverse_field *fields;
  size_t field_count;
};
struct jl_inverse {
  struct jl_inverse_edit *edits; /* in the order in which they can be made: what comes back, what changes, what goes (the deepest first) */
  size_t count;
  size_t left_out; /* values that were erased or are not known here: they stay as they are */
  bool decided;    /* something was submitted or decided in it, which is taken back by other means */
};
/* Everything in the arena; slices are borrowed from `changes`. */
JL_MUST_CHECK bool jl_inverse_of(const struct jl_logged *changes, size_t n, uint64_t revision, struct jl_arena *a, struct jl_inverse *ret_inverse,
                                 struct jl_error *err);
/* A later group said that it takes this one back (`back`), or makes it again: what of the inverse its changes have really made is marked as
 * gone, or no longer. What it says alone counts for nothing. Groups are given from the oldest on. */
JL_MUST_CHECK bool jl_inverse_taken_back(struct jl_inverse *inverse, const struct jl_logged *changes, size_t n, bool back, struct jl_arena *a,
                                         struct jl_error *err);
void jl_inverse_drop_gone(struct jl_inverse *inverse); /* without what is marked so */
/* What a verdict told to be in conflict is set apart, so that the rest can be made without it: this field of the record, or (0) all that
 * concerns it. With a record that stays, stays what it belongs to. Without `conflict` it is no conflict that can be settled: the record
 * stays for what lies below it. Returns how much was set apart that was not before. */
size_t jl_inverse_set_apart(struct jl_inverse *inverse, const struct jl_id *record, uint32_t field, bool conflict);
#endif

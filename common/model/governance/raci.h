/* Who holds which letter of RACI on what (product.md G1, G2): directly, through a team or a role, or as the substitute of somebody who is
 * away that day. Pure: computed from the plan's assignments and the directory, the same in the writer, in views and in a client's copy.
 *
 * Whose letters decide about a record (jl_raci_target):
 *
 *     action                             its own
 *     checklist item, link               those of its action
 *     dependency                         those of its successor
 *     budget line                        its own; when it has neither R nor A: those of its action; without one, nobody's
 *     budget month, expense              those of their line
 *     approval                           those of the action or line that is submitted; of a plan or its budget, nobody's
 *     plan (name, period, policies)      its own
 *     everything else                    nobody's: the rights to the section alone decide
 *
 * A plan's letters do not come down to its actions and lines: naming the accountable of a plan must not lock out those who work in it.
 * Where nobody holds R or A, whoever may edit the section edits.
 *
 * What was deleted keeps the letters that it had, and has them again when it is restored; a budget line does not ask a deleted action.
 *
 * Somebody inactive holds nothing. Somebody away keeps the letters, and the substitute holds them too, from the first day of the leave
 * to the last; a substitute's own leave passes nothing on (one step), and a substitute gets letters, never rights to sections. */
#ifndef JL_MODEL_GOVERNANCE_RACI_H
#define JL_MODEL_GOVERNANCE_RACI_H
#include "common/model/replica.h"

#define JL_LETTERS 5                       /* one past JL_RACI_I; as an index */
#define JL_LETTER(letter) (1U << (letter)) /* JL_RACI_R, JL_RACI_A, JL_RACI_C, JL_RACI_I */
#define JL_LETTERS_WORK (JL_LETTER(JL_RACI_R) | JL_LETTER(JL_RACI_A))
#define JL_LETTERS_TALK (JL_LETTERS_WORK | JL_LETTER(JL_RACI_C))
#define JL_LETTERS_ALL (JL_LETTERS_TALK | JL_LETTER(JL_RACI_I))

struct jl_raci {
  const struct jl_replica *plan, *organisation; /* organisation NULL: only letters held in person are known */
  int32_t day;                                  /* for leaves; the plan's day */
};
struct jl_letters {
  uint32_t held;                       /* bit mask JL_LETTER(...), by whichever way */
  uint32_t own;                        /* of these: not as a substitute */
  struct jl_id through[JL_LETTERS];    /* per letter held: the holder that the assignment names (person, role, team) */
  struct jl_id instead_of[JL_LETTERS]; /* per letter held, but not own: who is away; zero: own */
};
void jl_letters_of(const struct jl_raci *in, const struct jl_id *target, const struct jl_id *person, struct jl_letters *ret);

/* Somebody, whoever it is, is named with one of these letters. */
bool jl_raci_named(const struct jl_replica *plan, const struct jl_id *target, uint32_t letters);
/* The record whose letters decide about `record` (see above). false: none does. It may have no letters at all. */
bool jl_raci_target(const struct jl_replica *plan, const struct jl_record *record, struct jl_id *ret_target);
/* Letters of a record that this replica has not would decide about `record`: it belongs to what the reader of a copy may not read. */
bool jl_raci_beyond(const struct jl_replica *plan, const struct jl_record *record);
bool jl_raci_enforced(const struct jl_replica *plan); /* policy of the plan */
/* The person holds one of the letters `needed` of the target, or the A of the plan. *ret_instead_of: who is away, when only so; else zero.
 */
bool jl_raci_passes(const struct jl_raci *in, const struct jl_id *person, const struct jl_id *target, uint32_t needed,
                    struct jl_id *ret_instead_of);

/* The active people who hold one of `letters`, each once; those who are named in person first, then through roles, teams, substitution.
 * SIZE_MAX in *ret_count: no memory. */
struct jl_raci_person {
  struct jl_id id;
  uint32_t letters;
  struct jl_id instead_of; /* zero: holds them without being a substitute */
};
void jl_raci_people(const struct jl_raci *in, const struct jl_id *target, uint32_t letters, struct jl_arena *a,
                    struct jl_raci_person **ret_people, size_t *ret_count);
/* "Paul Bernard (A), Marie Dupont (R)": who can be asked, A before R; a team stands for its people, somebody away for whom there is a
 * substitute is left out. "" when nobody is there. groups: they stand for themselves, as in a guest's part of the organisation. ret_handle: how the first of them is mentioned ("@paul", "@sales"), "" likewise. */
#define JL_HANDLE_MAX 64
const char *jl_raci_names(const struct jl_raci *in, const struct jl_id *target, uint32_t letters, bool groups, struct jl_arena *a,
                          char ret_handle[JL_HANDLE_MAX]);
/* The leave of a person on a day, the one with a substitute who is there before another; NULL: none. */
const struct jl_record *jl_leave_of(const struct jl_replica *organisation, const struct jl_id *person, int32_t day);
/* An active person's record; NULL: none. */
const struct jl_record *jl_person_there(const struct jl_replica *organisation, const struct jl_id *person);
#endif

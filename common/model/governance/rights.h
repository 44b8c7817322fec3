/* Who may read and edit which section of a plan (product.md G4). Pure: computed from the grants in the plan's own records and the
 * directory, the same on the server (inside the commit's fence), in the list of plans and in a client's copy.
 *
 * A person's right in a section is that of the own grant; else the best that the teams' grants give; else that of everybody's grant;
 * else edit, but for guests nothing. Administrators and the plan's accountable (the A of RACI on the plan itself) edit every section
 * and are the only ones who change grants. In a plan that has no grant, whoever edits the strategy names its first accountable.
 * Whoever has left, and whoever is not in the directory as it is known here, may do nothing. */
#ifndef JL_MODEL_GOVERNANCE_RIGHTS_H
#define JL_MODEL_GOVERNANCE_RIGHTS_H
#include "common/model/replica.h"

#define JL_ALL_SECTIONS                                                                                                                    \
  (1U << JL_SECTION_STRATEGY | 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET | 1U << JL_SECTION_PAYROLL | 1U << JL_SECTION_PIPELINE)
#define JL_EVERYTHING (JL_ALL_SECTIONS | 1U << JL_SECTION_DIRECTORY)
/* Beside sections that a guest may read: of the organisation he knows what names.h says, and nothing of it when it is asked for itself. No
 * section's bit, so what is kept per mask is kept apart for guests, and whoever becomes one, or is one no more, has other rights. */
#define JL_NAMES_ONLY (1U << 31)

enum jl_right_from {
  JL_RIGHT_DEFAULT,       /* the plan says nothing: everybody edits */
  JL_RIGHT_ADMINISTRATOR, /* of the server */
  JL_RIGHT_ACCOUNTABLE,   /* of the plan; through: who holds the letter */
  JL_RIGHT_PERSON,        /* grant */
  JL_RIGHT_TEAM,          /* grant, through that team */
  JL_RIGHT_EVERYBODY,     /* grant */
  JL_RIGHT_GUEST,         /* nothing is granted to this guest */
  JL_RIGHT_INACTIVE,      /* has left */
  JL_RIGHT_UNKNOWN,       /* nobody in the directory, as far as it is known here */
};
struct jl_right {
  int64_t level; /* JL_RIGHT_NONE, JL_RIGHT_READ, JL_RIGHT_EDIT */
  enum jl_right_from from;
  const struct jl_record *grant; /* NULL: none */
  struct jl_id through;          /* team, role or person; zero: none */
};
struct jl_rights {
  uint32_t readable, editable; /* bit masks 1 << section; DIRECTORY: of the plan itself, its grants; editable: to change grants */
  bool any_grant;              /* the plan says who may do what */
  struct jl_right sections[JL_SECTIONS];
};
struct jl_who {
  struct jl_id person;
  bool administrator;
};
/* replica: the plan's own, or the list of all plans with their grants. A plan that is not there is its maker's. organisation may be
 * NULL, for a copy that has none: nobody is in a team then, and everybody is known. */
void jl_rights_of(const struct jl_replica *replica, const struct jl_id *plan, const struct jl_replica *organisation, const struct jl_who *who,
                  struct jl_rights *ret);
/* What a team as such, or everybody (the plan's id), is given; for the matrix. level 0: nothing is said. */
struct jl_right jl_right_of_holder(const struct jl_replica *replica, const struct jl_id *plan, const struct jl_id *holder,
                                   enum jl_section section);
/* The id that the accountable of a plan has, by its natural key; no other record may take it. */
bool jl_rights_is_accountables(const struct jl_id *plan, const struct jl_id *id);
/* Nobody of whom nothing is known has left. */
bool jl_rights_has_left(const struct jl_replica *organisation, const struct jl_id *person);
bool jl_rights_is_guest(const struct jl_replica *organisation, const struct jl_id *person);
bool jl_rights_knows(const struct jl_replica *organisation, const struct jl_id *person);
/* In any kind of space: the directory's records are read by everybody and edited by administrators; a person's own space is that person's. */
void jl_space_rights(const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_who *who, struct jl_rights *ret);

/* Is the holder, or in that team or role; person NULL: only the id is known. */
bool jl_person_belongs(const struct jl_record *person, const struct jl_id *id, const struct jl_id *holder);
/* The section that one must be able to edit to edit this record (follows OF_TARGET); DIRECTORY: to change grants. */
enum jl_section jl_edited_as(const struct jl_replica *replica, const struct jl_record *record);
/* A change of this record changes what people may do: in this plan, or (a person's teams ...) in every one. before NULL: new. */
bool jl_rights_touched(const struct jl_id *space, const struct jl_record *before, const struct jl_record *after);
/* Up to `max` people, active, who can edit a section (DIRECTORY: change grants); names them in the arena, "" when none is known. */
const char *jl_rights_who_can(const struct jl_replica *replica, const struct jl_id *plan, const struct jl_replica *organisation,
                              enum jl_section section, struct jl_arena *a);
const char *jl_section_label(enum jl_section section); /* message id */
#endif

/* What the commands of sprints, stand-ups and meetings share: one group that they put together, and rows of a view that name records. */
#ifndef JL_CLI_RHYTHM_H
#define JL_CLI_RHYTHM_H
#include "client/cli/cli.h"

struct jl_rhythm {
  struct jl_cli *cli;
  struct jl_group *group;
  struct jl_input input;
};
JL_MUST_CHECK bool jl_rhythm_begin(struct jl_rhythm *r, struct jl_cli *cli, struct jl_error *err);
JL_MUST_CHECK bool jl_rhythm_end(struct jl_rhythm *r, bool ok, struct jl_outcome_of *ret_outcome, struct jl_error *err); /* submits when ok; frees the group in any case */

/* A record that is being made. Nothing is put for a text that is NULL. */
struct jl_draft {
  struct jl_rhythm *r;
  const struct jl_record_type *type;
  struct jl_id id;
  struct jl_bytes body;
};
struct jl_draft jl_draft_of(struct jl_rhythm *r, uint32_t type);
JL_MUST_CHECK bool jl_draft_text(struct jl_draft *d, uint32_t field, const char *text, struct jl_error *err); /* any field that is no reference, as people type it */
JL_MUST_CHECK bool jl_draft_words(struct jl_draft *d, uint32_t field, struct jl_bytes words, struct jl_error *err);
JL_MUST_CHECK bool jl_draft_number(struct jl_draft *d, uint32_t field, int64_t number, struct jl_error *err);
JL_MUST_CHECK bool jl_draft_ids(struct jl_draft *d, uint32_t field, const struct jl_id *ids, size_t n, struct jl_error *err);
JL_MUST_CHECK bool jl_draft_put(struct jl_draft *d, struct jl_error *err); /* with its defaults, into the group */

/* A field of a record that is there, begun with jl_group_update. */
JL_MUST_CHECK bool jl_change_number(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, int64_t number, struct jl_error *err);
JL_MUST_CHECK bool jl_change_text(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, const char *text, struct jl_error *err);
JL_MUST_CHECK bool jl_change_id(struct jl_rhythm *r, const struct jl_lookup *of, uint32_t field, const struct jl_id *id, struct jl_error *err);

bool jl_row_record(const Jalon__Row *row, uint32_t type, struct jl_id *ret_id); /* the row is about a record of this type */
const Jalon__Cell *jl_row_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column);
bool jl_cell_is(const Jalon__Cell *cell, const char *word); /* a label's word in files */
/* "paul,marie" as people of the directory. */
JL_MUST_CHECK bool jl_people_named(struct jl_cli *cli, const char *names, struct jl_id *ret_ids, size_t capacity, size_t *ret_n, struct jl_error *err);
#endif

/* One use of a playbook under way (playbook.c). */
#ifndef JL_CLI_PLAYBOOK_H
#define JL_CLI_PLAYBOOK_H
#include "client/cli/cli.h"

struct jl_playbook_kpi {
  struct jl_bytes name;
  struct jl_id id;
};
struct jl_playbook_use {
  struct jl_cli *cli;
  struct jl_input input;
  struct jl_group *group;
  struct jl_lookup *playbook;
  struct jl_id lever;
  const char *lever_name;
  struct jl_playbook_kpi *kpis; /* below the lever, one of each name: those that were there, then those made */
  size_t kpi_count, kpis_made;
  bool has_money;     /* hints in the currency of the plan */
  int64_t budget;     /* sum of the hints */
  size_t lines_made;
  int64_t bucket;     /* of the lines; 0: none given */
};
/* playbook_shipped.c: the playbook with its steps: of the plan, or one that comes with the program, or of a file. */
JL_MUST_CHECK bool jl_playbook_find(struct jl_cli *cli, const char *name, struct jl_lookup *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_playbook_shipped(struct jl_cli *cli, const char *name, struct jl_lookup *ret, struct jl_error *err);
/* playbook_parts.c: what belongs to the action of a step besides itself. */
JL_MUST_CHECK bool jl_playbook_parts(struct jl_playbook_use *u, const struct jl_record_state *step, const struct jl_id *action, const struct jl_id *kpi,
                                     struct jl_error *err);
/* playbook.c */
JL_MUST_CHECK bool jl_playbook_copy(struct jl_playbook_use *u, const struct jl_record_state *from, uint32_t field, const struct jl_record_type *to,
                                    uint32_t to_field, struct jl_bytes *record, struct jl_error *err);
JL_MUST_CHECK bool jl_playbook_create(struct jl_playbook_use *u, const struct jl_record_type *type, const struct jl_id *id, struct jl_bytes record,
                                      struct jl_error *err);
/* playbook_used.c: reads the KPIs that are there; fails when the steps have been made before and the user does not want them again. */
JL_MUST_CHECK bool jl_playbook_used(struct jl_playbook_use *u, const struct jl_record_state *lever, struct jl_error *err);
#endif

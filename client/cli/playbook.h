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
};
/* playbook_used.c: reads the KPIs that are there; fails when the steps have been made before and the user does not want them again. */
JL_MUST_CHECK bool jl_playbook_used(struct jl_playbook_use *u, const struct jl_record_state *lever, struct jl_error *err);
#endif

/* Pipeline figures on their way into the plan: those that a command or a file gives, each once, then made, changed, or left as they are
 * (figures_put.c). */
#ifndef JL_CLI_FIGURES_H
#define JL_CLI_FIGURES_H
#include "client/cli/cli.h"
#include "common/model/budget/fiscal.h"

struct jl_told_figure {
  const char *stage; /* as it is kept */
  int32_t start, end;
  bool has_lever, has_action, has_count, has_amount;
  struct jl_id lever, action;
  const char *platform; /* as jl_told_platform has it; NULL: none */
  int64_t count, amount;
  struct jl_id id; /* of its record */
  size_t lookup;
};
struct jl_told_figures {
  struct jl_cli *cli;
  struct jl_input input;
  struct jl_fiscal fiscal;
  int64_t source; /* by hand, from a file */
  struct jl_told_figure *items;
  size_t count, capacity;
  struct jl_lookups lookups;
  const char **stages; /* of the plan's funnels, NULL-ended */
  const char *import; /* name of the import; NULL: none */
  size_t made, changed, same;
};
JL_MUST_CHECK bool jl_told_begin(struct jl_told_figures *f, struct jl_cli *cli, int64_t source, struct jl_error *err);
/* How a stage is kept that people call so: visits, leads, MQL, SQL, opportunities, customers in either language, or as a funnel of the plan
 * names it. NULL: there is none. *ret_amount: the name means what is worth there (pipeline, revenue). */
const char *jl_told_stage(struct jl_told_figures *f, const char *name, bool *ret_amount);
/* Who counted, as figures have it: "Google Ads" is google-ads, "Meta: Alpes" meta:alpes. NULL: out of memory. */
const char *jl_told_platform(struct jl_arena *a, const char *text);
/* Counts and amounts of the same stage, period, lever, campaign and platform are added up. */
JL_MUST_CHECK bool jl_told_add(struct jl_told_figures *f, const struct jl_told_figure *one, struct jl_error *err);
JL_MUST_CHECK bool jl_told_read(struct jl_told_figures *f, struct jl_error *err); /* its lookups; each has its own error */
JL_MUST_CHECK bool jl_told_put(struct jl_told_figures *f, struct jl_error *err); /* in as many groups as it takes, and says what came of it */
/* A month, quarter or year, those of the plan, as its days. */
JL_MUST_CHECK bool jl_told_period(struct jl_told_figures *f, const char *text, int32_t *ret_start, int32_t *ret_end, struct jl_error *err);
bool jl_cmd_figures_set(struct jl_cli *cli, struct jl_error *err), jl_cmd_figures_import(struct jl_cli *cli, struct jl_error *err);
#endif

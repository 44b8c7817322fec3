/* What an audit proposes (common/model/measures/judgement.h), read from its view as commands need it: texts in the user's language. */
#ifndef JL_CLI_AUDIT_H
#define JL_CLI_AUDIT_H
#include "client/cli/import.h"

struct jl_audit_finding {
  struct jl_id lever;
  const char *name;               /* "L3 SEA" */
  const char *proposal;           /* keep, improve, stop, start or wait, as files have it */
  const char *label;              /* the same, as it is shown */
  const char *cause;              /* lever, execution or unknown; "": does not matter */
  const char *reason, *figures;
  bool measured;                  /* somebody has told what it brought */
};
struct jl_audit_read {
  const Jalon__Document *document;
  uint64_t revision;
  const char *title; /* "Audit, 1 Jan 2026 to 31 Dec 2026" */
  const struct jl_audit_finding *findings; /* of levers */
  size_t count;
};
/* period NULL: the whole plan. */
JL_MUST_CHECK bool jl_audit_ask(struct jl_cli *cli, const struct jl_id *plan, const char *period, struct jl_audit_read *ret, struct jl_error *err);
/* plan_audit.c: what the audit of an earlier plan says, as notes of the diagnostic of the plan that is being made. *ret_result: "stop: SEA; keep: SEO",
 * "" where there is nothing to judge by, and no notes. */
JL_MUST_CHECK bool jl_plan_audit(struct jl_import *im, const struct jl_id *plan, const char *name, size_t *ret_notes, const char **ret_result, struct jl_error *err);
bool jl_cmd_audit_accept(struct jl_cli *cli, struct jl_error *err);
#endif

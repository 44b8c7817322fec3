/* Findings: what the rules of the seeds say about a plan (product.md C1), one table of rules and one way to ask them. Pure; the same on the
 * server and on a copy.
 *
 * A rule is a row of a table (findings/about_*.c) and a function. It reads sections; one that reads a section that the reader may not see
 * is not asked at all, so nothing of it shows: not in counts either. A rule speaks up only when the plan has come so far that it makes
 * sense: no word on actions of a plan without levers.
 *
 * A finding that people live with is accepted with a reason (record accepted_finding, key: code and record). It counts again when its day
 * has come (`until`), when it has got worse than it was accepted (`extent`), or when the acceptance is withdrawn.
 *
 *     struct jl_findings found;
 *     if (jl_findings_of(in, b, NULL, &found))               // NULL: every rule
 *       for (size_t i = 0; i < found.count; i++) found.list[i].rule->code ...
 *
 *     static const char *const gate[] = {"LEV05", "ACT02", NULL};   // these alone
 *     if (jl_findings_of(in, b, gate, &found)) ... jl_findings_count(&found, "LEV05", &lever->id) */
#ifndef JL_MODEL_FINDINGS_FINDINGS_H
#define JL_MODEL_FINDINGS_FINDINGS_H
#include "common/model/view_support.h"

enum jl_severity { JL_SEVERITY_ERROR = 1, JL_SEVERITY_WARNING, JL_SEVERITY_ADVICE };
#define JL_SEVERITIES 4 /* one past the last; as an index */

struct jl_looking; /* findings/looking.h: what a rule's function works with */
struct jl_finding_rule {
  const char *code; /* "OBJ01": stable for ever, never given to another rule */
  enum jl_severity severity;
  const char *source;         /* "001 §1": seed and section; "": our own */
  uint32_t sections;          /* bit mask of those that it reads */
  const char *finding;        /* message id: what is found: "actions without a KPI" */
  const char *why;            /* message id: the reason, as the seed gives it */
  const char *fix;            /* a command; REF stands for the record */
  void (*look)(struct jl_looking *l);
};
struct jl_finding_rules { const struct jl_finding_rule *rules; size_t count; };
/* All of them, in the order of the page. */
size_t jl_finding_rule_count(void);
const struct jl_finding_rule *jl_finding_rule_at(size_t index);
const struct jl_finding_rule *jl_finding_rule_by_code(const char *code); /* case does not matter; NULL: none */
enum jl_section jl_finding_rule_section(const struct jl_finding_rule *rule); /* that an acceptance belongs to: the narrowest that it reads */

struct jl_finding {
  const struct jl_finding_rule *rule;
  const struct jl_record *record; /* NULL: the plan as a whole */
  int64_t extent;                 /* how bad, where that is a number (active channels, minor units); else 1 */
  const char *detail;             /* message id of a sentence; NULL: none */
  const struct jl_arg *args;      /* of it */
  int arg_count;
  const struct jl_record *accepted; /* by this record; NULL: by nobody */
  bool counts;                      /* not accepted, or again since then */
};
struct jl_findings {
  const struct jl_finding *list; /* by severity, then in the order of the rules, then of the records */
  size_t count;
  size_t counts[JL_SEVERITIES]; /* by severity, of those that count */
  size_t accepted;              /* those that do not */
  size_t unasked;               /* rules that were not asked, for the reader may not see what they read */
};
/* codes NULL: every rule; else these and no others, NULL-ended ("OBJ": all whose code begins so). false: the builder has failed. */
bool jl_findings_of(const struct jl_view_input *in, struct jl_builder *b, const char *const *codes, struct jl_findings *ret);
/* Of those that count, by code (NULL: any) and record (NULL: any). */
size_t jl_findings_count(const struct jl_findings *found, const char *code, const struct jl_id *record);
#endif

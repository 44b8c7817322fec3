/* What a rule of the check works with (findings/about_*.c): the records of a type, read once for all rules, and how it says what it has
 * found. Only records of the sections that the rule's row names may be looked at. Each rule walks each list once, so that the time of all
 * grows with the plan and no faster. */
#ifndef JL_MODEL_FINDINGS_LOOKING_H
#define JL_MODEL_FINDINGS_LOOKING_H
#include "common/model/budget/totals.h"
#include "common/model/findings/findings.h"
#include "common/model/governance/load.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"

struct jl_looking {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_finding_rule *rule; /* whose turn it is */
  struct jl_run_of_rules *run;        /* engine.c */
};
#define JL_IN(section) (1U << JL_SECTION_##section)

const struct jl_record **jl_looked_at(struct jl_looking *l, uint32_t type, size_t *ret_n); /* live and readable; NULL: none */
size_t jl_looked_count(struct jl_looking *l, uint32_t type);
bool jl_has(const struct jl_record *record, uint32_t field);
/* Some live record of `type` names this one in `field` (0: in any). */
bool jl_is_named(const struct jl_looking *l, const struct jl_record *record, uint32_t type, uint32_t field);
/* A reference of the record, one of several too, leads to a live record. */
bool jl_points(const struct jl_looking *l, const struct jl_record *record, uint32_t field);
/* Days of the plan; *ret_end before *ret_start: it has none. */
void jl_plan_days(const struct jl_looking *l, int32_t *ret_start, int32_t *ret_end);

void jl_found(struct jl_looking *l, const struct jl_record *record /* NULL: the plan */);
/* With how bad it is, and a sentence. */
void jl_found_detail(struct jl_looking *l, const struct jl_record *record, int64_t extent, const char *detail, const struct jl_arg *args, int n);

/* The common case: all records of a type that the function finds fault with. */
typedef bool jl_fault_function(struct jl_looking *l, const struct jl_record *record);
void jl_find_faults(struct jl_looking *l, uint32_t type, jl_fault_function *is_fault);

/* facts.c: what several rules ask of the same records. */
struct jl_staffed {
  const struct jl_record *action; /* neither done nor dropped */
  uint16_t letters[JL_LETTERS];   /* how many hold R, A, C, I */
};
const struct jl_staffed *jl_looked_open(struct jl_looking *l, size_t *ret_n);
void jl_find_open(struct jl_looking *l, jl_fault_function *is_fault); /* of open actions alone */
struct jl_money_seen {
  struct jl_money_line *lines;
  size_t count;
  struct jl_amounts total;
  struct jl_money_remarks remarks; /* what of them has no exchange rate */
  int64_t above[JL_ABOVE_KINDS]; /* how many orders, lines, months are above what there was for them */
  bool any;
};
const struct jl_money_seen *jl_looked_money(struct jl_looking *l); /* NULL: no line, or too large to add up, which the budget itself says */
struct jl_gap_seen {
  enum jl_gap gap; /* AWAY, LEFT or NOBODY */
  const struct jl_record *action, *raci;
};
const struct jl_gap_seen *jl_looked_gaps(struct jl_looking *l, size_t *ret_n);

/* The tables of the rules, one a domain, in the order of the page (table.c). */
extern const struct jl_finding_rules jl_findings_on_objectives, jl_findings_on_strategy, jl_findings_on_levers, jl_findings_on_actions,
    jl_findings_on_governance, jl_findings_on_budget, jl_findings_on_measures, jl_findings_on_funnels;
#endif

/* The audit of the past, in parts: the view (audit_view.c), what is held beside earlier periods (audit_past.c), what is made of it (audit_judged.c). */
#ifndef JL_MODEL_MEASURES_AUDIT_PARTS_H
#define JL_MODEL_MEASURES_AUDIT_PARTS_H
#include "common/model/measures/judgement.h"

struct jl_audited {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_span span, span_before; /* the one before: as many days as have passed of this one */
  enum jl_facts_by by;
  struct jl_judging judging;
  struct jl_facts now, before;
  bool over;       /* the period is */
  bool to_come;    /* it has not begun: there is nothing to compare */
  bool has_before; /* anything in the period before */
  struct jl_judged *judged; /* by row */
};
bool jl_audited_is(const struct jl_audited *a, size_t row); /* a lever or a campaign: what is judged */
void jl_audit_column_place(const struct jl_audited *a);
/* audit_past.c */
void jl_block_audit_change(const struct jl_audited *a);
JL_MUST_CHECK bool jl_block_audit_years(const struct jl_audited *a, struct jl_error *err);
/* audit_judged.c */
void jl_block_audit_costly(const struct jl_audited *a);
void jl_block_audit_gaps(const struct jl_audited *a);
void jl_block_audit_proposals(const struct jl_audited *a);
void jl_audit_proposal_cell(const struct jl_audited *a, enum jl_proposal proposal);
/* audit_ideas.c: rows of the proposals */
void jl_audit_ideas(const struct jl_audited *a);
#endif

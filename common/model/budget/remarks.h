/* What has to be said beside the amounts of a budget: what has no rate and is in no total, which rates others were converted at, VAT that is a cost,
 * expenses without a KPI, expenses that count in a later month than their own. Collected on the way, in one pass. */
#ifndef JL_MODEL_BUDGET_REMARKS_H
#define JL_MODEL_BUDGET_REMARKS_H
#include "common/model/budget/excess.h"
#include "common/model/view_support.h"

#define JL_REMARKED_MAX 24 /* expenses that a note names */
/* Expenses of one kind: how many, what they come to, the first of them. */
struct jl_remarked {
  int64_t count, sum;
  const struct jl_record *first[JL_REMARKED_MAX], *last; /* a line's parts follow one another */
};
struct jl_money_remarks {
  const struct jl_view_input *in;
  struct jl_builder *b;
  enum jl_basis basis;
  struct jl_money_entry *apart;
  size_t apart_count, apart_room;
  const struct jl_record **rates; /* each once, in the order in which they were met */
  size_t rate_count, rate_room;
  struct jl_seen *rates_seen;
  bool vat_costs;
  struct jl_remarked without_kpi, late;
  int64_t above[JL_ABOVE_KINDS]; /* orders, lines, months that are above what there was for them; of all days alone */
};
bool jl_lacks_kpi(const struct jl_view_input *in, const struct jl_money_entry *entry);
bool jl_is_late(const struct jl_record *expense);
JL_MUST_CHECK bool jl_remarked_add(struct jl_remarked *to, const struct jl_record *expense, int64_t amount); /* false: overflow */
JL_MUST_CHECK bool jl_remarked_join(struct jl_remarked *to, const struct jl_remarked *more, int64_t sum); /* what they come to */
JL_MUST_CHECK bool jl_remark(struct jl_money_remarks *r, const struct jl_money_entry *entry); /* false: overflow, or no memory */
/* What has no rate, row by row; known: what the amounts with one come to. */
void jl_block_apart(const struct jl_money_remarks *r, const struct jl_amounts *known);
/* What of it is in one currency, of these kinds (JL_UNKNOWN): how many amounts, the records that say them, the day from which on a rate would serve all. */
struct jl_apart_of {
  char currency[4];
  int64_t count;
  int32_t day;
  const struct jl_record *first; /* a line or an expense */
  char records[JL_ARG_TEXT_MAX];
};
/* One currency after the other; *io_at 0 at first. false: no more. */
bool jl_apart_next(const struct jl_money_remarks *r, unsigned kinds, size_t *io_at, struct jl_apart_of *ret);
/* false, where anything is apart: what would rest on an amount that nobody knows is not made; message: how many {1}, the currency {2}, which {3}. */
bool jl_apart_refuse(const struct jl_money_remarks *r, const char *message, struct jl_error *err);
void jl_note_no_rate(const struct jl_money_remarks *r); /* how many, in which currencies, and the commands that mend it */
/* And what is known without them: alone where there is no room for the table. */
void jl_note_apart(const struct jl_money_remarks *r, const struct jl_amounts *known);
void jl_block_rates(const struct jl_money_remarks *r);
void jl_note_remarks(const struct jl_money_remarks *r);
#endif

/* The lines of the budget with their money, what each of them costs and where it belongs; the shares of the buckets. */
#ifndef JL_MODEL_BUDGET_TOTALS_H
#define JL_MODEL_BUDGET_TOTALS_H
#include "common/model/budget/amounts.h"
#include "common/model/budget/remarks.h"
#include "common/model/view_support.h"

JL_MUST_CHECK bool jl_amounts_add(struct jl_amounts *total, const struct jl_amounts *more, struct jl_error *err);

/* Which amounts: with or without VAT, and of which days. What is planned for the whole period, in no month, is only in that without days, and in days that hold the whole plan. */
struct jl_money_filter {
  enum jl_basis basis;
  bool has_days;
  int32_t first, last;
  bool whole; /* with days: what is planned for the whole period is in it too */
  bool as_of; /* an invoice dated after `today` is still to come: committed, not actual. For explanations (why.h): amounts of lines are of all days */
  int32_t today;
};
bool jl_money_to_come(const struct jl_money_entry *entry, int32_t today);
bool jl_money_whole_plan(const struct jl_view_input *in, int32_t first, int32_t last); /* every day of the plan is in these */
bool jl_money_filter_has(const struct jl_money_filter *filter, const struct jl_money_entry *entry);
JL_MUST_CHECK bool jl_money_filter_asked(const struct jl_view_input *in, struct jl_money_filter *ret, struct jl_error *err); /* parameters basis and period */
void jl_note_basis(struct jl_builder *b, const struct jl_money_filter *filter, bool vat_costs); /* excl. VAT, incl. VAT, or what it costs */
bool jl_money_too_large(struct jl_error *err); /* false */

/* One line with its money, or the part of it that pays for one action, and where it belongs. */
struct jl_money_line {
  const struct jl_record *line, *action, *lever; /* as far as the reader may know of them */
  const struct jl_record *whom;                  /* the action, whether it may be known or not: to tell parts */
  int64_t part;                                  /* basis points of the line; 0: all its parts, joined */
  int64_t category, bucket;
  struct jl_amounts amounts;
  int64_t undated;                               /* planned for the whole period, in no month, and so in no amount of a filter with days */
  bool undated_unknown;                          /* something of that has no rate */
  unsigned unknown; /* JL_UNKNOWN of the kinds of which something has no rate: it is in no amount, so nobody knows what they come to */
  const struct jl_record **sources[JL_MONEY_KINDS]; /* months, orders, invoices: the first ones, as many as a cell names */
  size_t source_count[JL_MONEY_KINDS], source_room[JL_MONEY_KINDS];
};
/* All the readable lines with their total, in what they cost and of all days (filter NULL). *ret_lines belongs to the arena. */
JL_MUST_CHECK bool jl_money_lines_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter,
                                     struct jl_money_line **ret_lines, size_t *ret_n, struct jl_amounts *ret_total, struct jl_error *err);
/* remarks (NULL: none are wanted), which begins with in, b and basis: what is to be said beside them. */
JL_MUST_CHECK bool jl_money_lines_remarked(const struct jl_view_input *in, struct jl_builder *b, const struct jl_money_filter *filter,
                                           struct jl_money_line **ret_lines, size_t *ret_n, struct jl_amounts *ret_total,
                                           struct jl_money_remarks *remarks, struct jl_error *err);
/* The parts of each line as one. */
JL_MUST_CHECK bool jl_money_join(struct jl_money_line *lines, size_t *io_n, struct jl_error *err);
void jl_line_currency(const struct jl_view_input *in, const struct jl_record *line, char ret[4]); /* what its amounts and months are planned in */
bool jl_money_line_has(const struct jl_money_line *line, const struct jl_money_entry *entry); /* the entry is one of this part of the line */
JL_MUST_CHECK bool jl_money_lines(const struct jl_view_input *in, struct jl_builder *b, struct jl_money_line **ret_lines, size_t *ret_n,
                                  struct jl_amounts *ret_total, struct jl_error *err);

#define JL_BUCKETS 4 /* proven, optimisation, innovation, none */
struct jl_bucket_share {
  int64_t bucket /* 0: none */;
  int64_t rule;
  struct jl_amounts amounts;
  size_t lines;
  int64_t planned, actual; /* basis points */
};
struct jl_bucket_shares {
  struct jl_bucket_share rows[JL_BUCKETS];
  int64_t tolerance;
  bool has_planned, has_actual;
  unsigned unknown; /* of all lines: a share of what nobody knows is undefined */
  bool part; /* of a part of the plan, which the rule is not of: not held against it. false until said */
};
JL_MUST_CHECK bool jl_bucket_shares(const struct jl_view_input *in, const struct jl_money_line *lines, size_t n,
                                    struct jl_bucket_shares *ret, struct jl_error *err);

const char *jl_bucket_label(int64_t bucket); /* message id */

enum { JL_MONEY_CELLS = 4 };
void jl_columns_money(struct jl_builder *b); /* planned, committed, actual, remaining */
/* Four cells; sources are the lines' own records, given by the caller for planned, or one line for all its records. */
void jl_cells_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *amounts, const struct jl_money_line *lines,
                    size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group);
/* A sum of which something has no rate is undefined, and so is all that follows from it: the part that is known is no total (formulas.md: undefined, never
 * another number). The remark beside it says what is known (jl_note_apart). unknown: of the kinds that the amount is made of; 0: it is known. The cell's
 * sources and explanation follow. */
#define JL_UNKNOWN(kind) (1U << (kind))
#define JL_UNKNOWN_ANY (JL_UNKNOWN(JL_MONEY_KINDS) - 1U) /* what remains is made of all */
unsigned jl_money_unknown(const struct jl_money_line *lines, size_t n, bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group);
void jl_cell_money_known(struct jl_builder *b, int64_t amount, const char *currency, unsigned unknown);
/* "B1 CRM", "B1 (40% for A2) CRM": what a narrow screen cuts off is the end of the title, never whom it pays for. */
void jl_cell_money_line(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_line *line);
void jl_block_buckets(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares,
                      const struct jl_money_line *lines, size_t n);
/* Payroll, and the budget's total with it, for those who may read payroll. by_line: each line too. */
JL_MUST_CHECK bool jl_block_payroll(const struct jl_view_input *in, struct jl_builder *b, const struct jl_amounts *budget, unsigned unknown, bool by_line,
                                    struct jl_error *err);
#endif

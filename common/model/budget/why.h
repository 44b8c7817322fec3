/* Where amounts of the budget come from (common/model/explain.h): down to the entries that a figure sums, and from each of them to the fields
 * of its record. */
#ifndef JL_MODEL_BUDGET_WHY_H
#define JL_MODEL_BUDGET_WHY_H
#include "common/model/budget/totals.h"
#include "common/model/explain.h"

enum jl_money_figure { JL_FIGURE_PLANNED, JL_FIGURE_COMMITTED, JL_FIGURE_ACTUAL, JL_FIGURE_REMAINING };

struct jl_money_entries {
  struct jl_money_entry *rows;
  size_t count, room;
};
JL_MUST_CHECK bool jl_money_entries_add(struct jl_money_entries *io, struct jl_builder *b, const struct jl_money_entry *entry);
/* Of these amounts one figure; by_line: a sum for each line, where there are several. */
void jl_why_entries(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_filter *filter, const struct jl_money_entries *entries,
                    const struct jl_amounts *amounts, enum jl_money_figure figure, bool by_line);
/* The same of the lines that belong to the group (belongs NULL: all). */
void jl_why_money(struct jl_builder *b, const struct jl_view_input *in, const struct jl_amounts *amounts, const struct jl_money_line *lines, size_t n,
                  bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group, enum jl_money_figure figure);
/* Why it is undefined: what of these kinds (JL_UNKNOWN) has no rate in the group's lines, each in its own currency. */
void jl_why_no_rate(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_line *lines, size_t n,
                    bool (*belongs)(const struct jl_money_line *line, const void *group), const void *group, unsigned kinds);
void jl_why_unrated(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entries *entries, enum jl_basis basis); /* the same of these */
/* One of the parts of 100 % that the buckets are of the sum of their weights. */
void jl_why_share(struct jl_builder *b, const struct jl_view_input *in, const struct jl_bucket_shares *shares, const struct jl_bucket_share *row,
                  const struct jl_money_line *lines, size_t n, bool actual);

/* why_entry.c: one entry, in that basis. */
void jl_why_entry(struct jl_builder *b, const struct jl_view_input *in, const struct jl_money_entry *entry, enum jl_basis basis);
#endif

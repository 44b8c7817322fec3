/* Invoices that look as if they had been entered twice: one supplier gives a document number once. Names and numbers are one whatever their case and
 * accents; a credit note may have the number of its invoice, and the lines of one document share theirs. */
#ifndef JL_MODEL_BUDGET_DOUBLES_H
#define JL_MODEL_BUDGET_DOUBLES_H
#include "common/model/view_support.h"

struct jl_double {
  const struct jl_record *first, *again; /* by number */
};
/* Of the invoices that the reader may read, each with the first of its supplier and number. The view's memory. NULL: none, or no memory. */
const struct jl_double *jl_doubles(const struct jl_view_input *in, struct jl_builder *b, size_t *ret_n);
struct jl_arg jl_entered_amount(const struct jl_view_input *in, const struct jl_record *expense); /* as it was entered, in its currency */
#endif

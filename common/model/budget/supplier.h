/* Whom an expense pays: the name on it, else on the first line of its document. Empty: nobody is named. suppliers_view.c says why it is no record. */
#ifndef JL_MODEL_BUDGET_SUPPLIER_H
#define JL_MODEL_BUDGET_SUPPLIER_H
#include "common/model/view_support.h"

struct jl_bytes jl_supplier_of(const struct jl_view_input *in, const struct jl_record *expense);
#endif

/* Whether marketing serves the business: an objective of marketing or of sales should stand below a business one (product.md P7). */
#ifndef JL_MODEL_STRATEGY_SERVES_H
#define JL_MODEL_STRATEGY_SERVES_H
#include "common/model/view_support.h"

/* It is a business objective, or one stands above it. */
bool jl_serves_business(const struct jl_view_input *in, const struct jl_record *objective);
#endif

/* Quantities of an action ("6 webinars a year"): how many are due by now, against how many are done (product.md A1).
 *
 * An action runs from its start to its due date, else over the plan's. Of a quantity per week, month, quarter or year (civil ones) that much is due at
 * the end of each period that it touches; of one in all an even share each month, rounded down, the whole at its end. */
#ifndef JL_MODEL_ACTIONS_QUANTITY_H
#define JL_MODEL_ACTIONS_QUANTITY_H
#include "common/model/replica.h"

struct jl_quantity {
  int64_t done, all; /* all: until the end of the action */
  int64_t due, owed; /* by the end of the present period; by the end of those that are over */
  int32_t period_end; /* of the present one; INT32_MIN before it begins and after it ends */
};
/* false: the action has no quantity. plan may be NULL. */
bool jl_quantity_of(const struct jl_record *plan, const struct jl_record *action, int32_t today, struct jl_quantity *ret);

#endif

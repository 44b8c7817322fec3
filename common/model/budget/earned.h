/* Earned value (product.md B7; formulas.md, Budget control): variances, indices, estimates at completion. Pure; integers only. Money is minor
 * units, an index is millionths, both rounded half to even once, from whole numbers: an estimate is never worked out from a rounded index.
 * What is divided by nothing is undefined, never 0 and never infinite.
 *
 * A function is false when a figure does not fit; the output is untouched then. */
#ifndef JL_MODEL_BUDGET_EARNED_H
#define JL_MODEL_BUDGET_EARNED_H
#include "common/base/compiler.h"
#include <stdint.h>

struct jl_earned {
  int64_t budget;  /* BAC: what is planned in all */
  int64_t planned; /* PV: what was to be done by now */
  int64_t earned;  /* EV: what is done by now, at its planned price */
  int64_t actual;  /* AC: what it cost */
};
struct jl_known {
  bool known; /* false: undefined */
  int64_t value;
};
struct jl_variances {
  int64_t cost;     /* CV = EV - AC */
  int64_t schedule; /* SV = EV - PV */
  struct jl_known cost_index, schedule_index; /* CPI = EV / AC; SPI = EV / PV: millionths */
};
JL_MUST_CHECK bool jl_earned_variances(const struct jl_earned *e, struct jl_variances *ret);

/* Numbers of the wire and of the database: they are stored with a plan. */
enum jl_estimate {
  JL_ESTIMATE_TYPICAL = 1,   /* BAC / CPI: it goes on as it went */
  JL_ESTIMATE_ATYPICAL = 2,  /* AC + (BAC - EV): the rest costs what was planned */
  JL_ESTIMATE_BOTH = 3,      /* AC + (BAC - EV) / (CPI x SPI): cost and delay go on */
  JL_ESTIMATE_BOTTOM_UP = 4, /* AC + ETC: what is still to come was estimated anew */
  JL_ESTIMATE_PACE = 5       /* AC + what the rest of the time costs at the present pace (forecast.h) */
};
/* EAC. to_come: ETC, of the last two; what is not known makes it undefined. */
JL_MUST_CHECK bool jl_estimate_at_end(enum jl_estimate method, const struct jl_earned *e, struct jl_known to_come, struct jl_known *ret);
/* VAC = BAC - EAC */
JL_MUST_CHECK bool jl_variance_at_end(const struct jl_earned *e, struct jl_known at_end, struct jl_known *ret);
/* TCPI = (BAC - EV) / (BAC - AC), or with an estimate / (EAC - AC): what each euro that is left has to earn; millionths. */
JL_MUST_CHECK bool jl_to_complete_index(const struct jl_earned *e, const struct jl_known *at_end /* NULL: against the budget */, struct jl_known *ret);
#endif

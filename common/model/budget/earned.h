/* Earned value (product.md B7; formulas.md, Budget control): variances, indices, estimates at completion. Pure; integers only. Money is minor
 * units, an index is millionths, both rounded half to even once, from exact amounts: an estimate is never worked out from a rounded index, nor from
 * what is earned or was to be done as screens round it to the cent. A difference is one of amounts as they are shown, so that it adds up.
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
  int64_t parts;   /* of a minor unit, in which PV and EV were before they were rounded; 0: nothing was rounded, and the next two are not read */
  int64_t planned_parts, earned_parts;
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
struct jl_estimated {
  bool known; /* false: undefined */
  int64_t value;
  int64_t rest; /* what of it is still to be spent, in parts: exact where the value is rounded */
};
/* EAC. to_come: ETC, of the last two, its value and the same in parts; what is not known makes it undefined. */
JL_MUST_CHECK bool jl_estimate_at_end(enum jl_estimate method, const struct jl_earned *e, struct jl_estimated to_come, struct jl_estimated *ret);
/* VAC = BAC - EAC */
JL_MUST_CHECK bool jl_variance_at_end(const struct jl_earned *e, struct jl_estimated at_end, struct jl_known *ret);
/* TCPI = (BAC - EV) / (BAC - AC), or with an estimate / (EAC - AC): what each euro that is left has to earn; millionths. */
JL_MUST_CHECK bool jl_to_complete_index(const struct jl_earned *e, const struct jl_estimated *at_end /* NULL: against the budget */, struct jl_known *ret);
#endif

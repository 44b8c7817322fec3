/* What a line would have to plan to cost a wanted amount of the plan's currency, as near as its records can say it: its months, or the line itself,
 * in its own currency and VAT basis. What is over or closed stays as it is:
 *
 *   by month      closed months always, months that are over as long as the rest suffices; the others share the rest in proportion (largest remainder)
 *   it recurs     not begun: another amount each time; begun: another last time
 *   whole period  another amount
 *
 * Only plain lines can cost any amount to the cent. Of the others the nearest is told, and whoever shares out or cuts gives what is left elsewhere. */
#ifndef JL_MODEL_BUDGET_FIT_H
#define JL_MODEL_BUDGET_FIT_H
#include "common/model/budget/totals.h"

struct jl_fit_row {
  const struct jl_record *record; /* the month; the line itself */
  int32_t day;                    /* JL_WHOLE_PERIOD: none */
  int64_t now, after;             /* in the line's currency and VAT basis */
  bool closed, over;
};
struct jl_fit {
  const struct jl_record *line;
  char currency[4];       /* of the rows */
  struct jl_fit_row *rows; /* of a recurring line its times */
  size_t n, kept;          /* rows that stay: of a recurring line that has begun */
  bool recurs, ends;       /* ends: its last time moves, no amount */
  bool plain;              /* any cost can be had, but for closed months */
  int64_t least;           /* it costs at least so much: what is closed, or over of a recurring line */
  int32_t last_now, last_after; /* ends */
  int64_t cost;            /* what it would cost, once fitted */
};
enum jl_fit_side { JL_FIT_AT_MOST, JL_FIT_AT_LEAST };
/* Reads the line. *ret_known false: it is in no total, for its currency has no rate. */
JL_MUST_CHECK bool jl_fit_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *line, struct jl_fit *ret, bool *ret_known,
                               struct jl_error *err);
/* The most that is not above `wanted`, or the least that is not below; but never below `least`. */
JL_MUST_CHECK bool jl_fit(const struct jl_view_input *in, struct jl_builder *b, struct jl_fit *fit, int64_t wanted, int64_t least, enum jl_fit_side side,
                          struct jl_error *err);
#endif

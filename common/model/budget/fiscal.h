/* Fiscal years and their quarters. A year has a first and a last day, any of them, and the first one may be shorter or longer than twelve months;
 * the years after and before it have twelve. Quarters end with the year: where a year is not made of whole ones its first quarter is the
 * short one, so that a company's quarters are the same ones every year. */
#ifndef JL_MODEL_BUDGET_FISCAL_H
#define JL_MODEL_BUDGET_FISCAL_H
#include "common/model/view_support.h"

#define JL_FISCAL_MONTHS_MAX 24
struct jl_fiscal { int32_t start, end; }; /* the year that is known; the others follow from it */
struct jl_fiscal_quarter {
  int32_t year_start, year_end, start, end;
  int number; /* of the quarter in its year, from 1 */
};
/* Of a plan: its fiscal year's start, else its own; to its end, else twelve months. plan NULL: the civil year that day is in. */
struct jl_fiscal jl_fiscal_of(const struct jl_record *plan, int32_t day);
void jl_fiscal_at(const struct jl_fiscal *fiscal, int32_t day, struct jl_fiscal_quarter *ret);
#define JL_FISCAL_NAME 24
void jl_fiscal_year_name(const struct jl_fiscal_quarter *at, char ret_name[JL_FISCAL_NAME]); /* "2026", "2026-2027": the civil years that it touches */

/* "2026-07", "2026-07..2026-09", "2026-Q1" (the quarter of the fiscal year that begins in 2026; also "T1 2026", "Q1 2026", "1er trimestre 2026"), "2026" (that
 * year), days in the same way. */
JL_MUST_CHECK bool jl_fiscal_period(const struct jl_fiscal *fiscal, const char *text, int32_t *ret_first, int32_t *ret_last,
                                    struct jl_error *err);
bool jl_fiscal_names_quarter(const char *text); /* one quarter, by whichever name */
#endif

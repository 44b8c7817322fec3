/* Exact arithmetic. Money is int64 minor units and an ISO 4217 currency; fractions are int64 millionths; shares are
 * basis points. All operations are checked: false on overflow, output untouched. */
#ifndef JL_BASE_MONEY_H
#define JL_BASE_MONEY_H
#include "common/base/compiler.h"
#include <stdint.h>
#define JL_UNIT_TENTHS "0.0" /* unit of a score: no word, and one decimal on every screen */
#define JL_FRACTION_ONE 1000000
#define JL_SHARE_ONE 10000
int jl_currency_digits(const char *iso4217);       /* 2 for EUR, 0 for JPY, 3 for TND; -1: no such currency */
JL_MUST_CHECK bool jl_add(int64_t a, int64_t b, int64_t *ret_sum);
/* a * b / c rounded half to even, 128-bit inside; false when c is 0 or the result does not fit. */
JL_MUST_CHECK bool jl_mul_div_half_even(int64_t a, int64_t b, int64_t c, int64_t *ret_result);
JL_MUST_CHECK bool jl_mul_div_half_up(int64_t a, int64_t b, int64_t c, int64_t *ret_result); /* half away from zero: the law's rule for VAT */
/* VAT: gross from net and net from gross (HT = TTC x 100 / (100 + t)), rate in basis points, to the minor unit, half up
 * (formulas.md "VAT rounding"). */
JL_MUST_CHECK bool jl_vat_gross(int64_t net, int64_t rate_basis_points, int64_t *ret_gross);
JL_MUST_CHECK bool jl_vat_net(int64_t gross, int64_t rate_basis_points, int64_t *ret_net);
/* Splits total over weights (>= 0, not all 0) so that the parts add up exactly: largest remainder, ties to the lower
 * index. */
JL_MUST_CHECK bool jl_split(int64_t total, const int64_t *weights, size_t n, int64_t *ret_parts);
#endif

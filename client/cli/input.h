/* Numbers, money and dates as people write them, in French and English. Pure. What can be read in two ways is refused with
 * both readings named; nothing is guessed silently.
 *
 * Numbers: 1500  1 500,50  1,500.50  1.500,50  12k  1.2M  25%  -3  +4. A single separator before exactly three digits
 * ("1,500", "1.500") is ambiguous and refused, unless the digits before it are 0 or more than three.
 * Dates: 2026-01-31, 31/01/2026, 31/01, 31 janvier 2026, 31 january, vendredi, friday, demain, tomorrow, aujourd'hui, today,
 * hier, yesterday, +10d (j), +2w (s, sem), +3m (months), -3d, 2026-03 (its first day). Day before month, always in French; in
 * English 03/04 is refused when both readings exist. A date without year is the first one at or after today; when that
 * falls outside the plan's period and the same day of another year falls inside, the one inside. A weekday's name is its
 * next day; on that very weekday it is refused. */
#ifndef JL_CLI_INPUT_H
#define JL_CLI_INPUT_H
#include "common/record/record.h"

struct jl_input {
  const char *currency; /* for money; NULL: not known */
  const char *unit;     /* of a fraction, or the currency of an amount that is not in the plan's; NULL or "": none */
  int32_t today;
  bool has_period;
  int32_t period_start, period_end;
  bool day_first; /* French */
};
/* value x 10^digits. INVALID names what cannot be read; more decimals than digits are refused. */
JL_MUST_CHECK bool jl_input_decimal(const char *text, int digits, int64_t *ret_scaled, struct jl_error *err);
JL_MUST_CHECK bool jl_input_money(const char *text, const char *currency, int64_t *ret_minor, struct jl_error *err);
JL_MUST_CHECK bool jl_input_fraction(const char *text, const char *unit, int64_t *ret_millionths, struct jl_error *err);
JL_MUST_CHECK bool jl_input_share(const char *text, int64_t *ret_basis_points, struct jl_error *err);
JL_MUST_CHECK bool jl_input_date(const struct jl_input *in, const char *text, int32_t *ret_day, struct jl_error *err);
JL_MUST_CHECK bool jl_input_bool(const char *text, bool *ret_value, struct jl_error *err);
/* One value of a field that is no reference. Texts are borrowed. */
JL_MUST_CHECK bool jl_input_value(const struct jl_input *in, const struct jl_field *field, const char *text, struct jl_value *ret_value,
                                  struct jl_error *err);
#endif

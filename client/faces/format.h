/* Numbers, money and dates: as the user's language writes them (display) and locale-free (files). */
#ifndef JL_FACES_FORMAT_H
#define JL_FACES_FORMAT_H
#include "client/faces/face.h"

#define JL_DECIMALS_SHORT (-1) /* as few decimals as the value needs */
/* value / 10^scale with `decimals` decimals (JL_DECIMALS_SHORT: trailing zeros dropped); grouped and with the language's marks. */
void jl_format_decimal(int64_t value, int scale, int decimals, struct jl_buffer *out);
void jl_format_money(int64_t minor_units, const char *currency, int decimals, struct jl_buffer *out);
void jl_format_fraction(int64_t millionths, const char *unit, struct jl_buffer *out);
void jl_format_date(int64_t day, struct jl_buffer *out);
void jl_format_time(int64_t utc_us, struct jl_buffer *out); /* in the terminal's time zone */
/* The same for files and scripts: point as decimal mark, no grouping, no unit. */
void jl_plain_decimal(int64_t value, int scale, struct jl_buffer *out);
void jl_plain_arg(const struct jl_arg *arg, struct jl_buffer *out);
bool jl_arg_from_cell(const Jalon__Cell *cell, struct jl_arg *ret_arg); /* false: an empty cell; text over the maximum is cut */
bool jl_unit_is_percent(const char *unit);
#endif

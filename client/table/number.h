/* Numbers as tables have them: 1 234,56 €  (1.234,56)  -125,00  125,00-  2,81 %  "1,234.50"  < 10%. Which of comma and point is the
 * decimal mark is a matter of the whole column; a value alone only tells how it can be read. Exact: no binary fractions. Pure. */
#ifndef JL_TABLE_NUMBER_H
#define JL_TABLE_NUMBER_H
#include "common/base/compiler.h"
#include <stdint.h>

struct jl_decimal { int64_t digits; int scale; }; /* digits / 10^scale, scale 0 .. 18 */
struct jl_number_seen {
  bool comma, point; /* it can be read with this decimal mark */
  bool differs;      /* and it is not the same number */
  bool percent, money;
  bool padded;       /* "007": digits, but no number that may lose its zeros */
  char bound;        /* '<' or '>': not a number but a limit of one; else 0 */
  char currency[4];  /* that it names: its code, or a sign that several share ("$"); "" none */
};
bool jl_number_look(const char *text, size_t size, struct jl_number_seen *ret); /* false: no number */
bool jl_number_read(const char *text, size_t size, char mark, struct jl_decimal *ret);
/* value x 10^scale, half to even; false: it does not fit. */
bool jl_decimal_scaled(struct jl_decimal d, int scale, int64_t *ret);
/* What stands for no value: blank, -, --, N/C, NULL, n/a. */
bool jl_no_value(const char *text, size_t size);
/* The code of "€", "EUR"; of a sign that several share the sign. False: no currency. */
bool jl_currency_written(const char *text, size_t size, char ret[4]);
bool jl_currency_is_shared(const char *written);                 /* "$", "¥" */
bool jl_currency_may_be(const char *written, const char *code);  /* "EUR" EUR alone, "$" any dollar or peso */
#endif

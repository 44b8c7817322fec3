/* How a language writes numbers, dates and money: const tables made from CLDR at build time. */
#ifndef JL_FACES_LOCALE_H
#define JL_FACES_LOCALE_H
#include <stddef.h>
struct jl_currency_symbol { const char *code, *symbol; };
struct jl_locale {
  const char *language, *decimal, *group;
  const char *months[12], *short_months[12], *weekdays[7]; /* weekdays from Sunday */
  struct jl_currency_symbol currencies[24];                /* ends with an empty code */
};
extern const struct jl_locale jl_locales[];
extern const size_t jl_locale_count;
const struct jl_locale *jl_locale_current(void); /* of jl_language() */
#endif

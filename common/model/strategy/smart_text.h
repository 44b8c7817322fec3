/* What can be read from the words of an objective, in French and English, by plain rules: a number that measures, a time by which,
 * and whether they say what is to change (product.md P8). Words that no rule knows are only words: nothing is guessed. */
#ifndef JL_MODEL_STRATEGY_SMART_TEXT_H
#define JL_MODEL_STRATEGY_SMART_TEXT_H
#include "common/base/arena.h"

#define JL_SMART_FOUND 64 /* bytes of what was found, as it stands there */
struct jl_smart_words {
  char measure[JL_SMART_FOUND];  /* "30%", "5 000", "doubler"; "" none */
  char deadline[JL_SMART_FOUND]; /* "dans les 6 mois", "within 6 months"; "" none */
  size_t content;                /* words that are neither grammar, number nor time */
  bool vague;                    /* "faire mieux", "do more" */
  bool activity;                 /* says what one is busy with ("tester TikTok"), not what comes of it */
};
/* false: no memory. */
JL_MUST_CHECK bool jl_smart_read(struct jl_arena *a, const char *text, struct jl_smart_words *ret);
#endif

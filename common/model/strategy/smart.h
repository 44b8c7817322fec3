/* The SMART check (product.md P8): each letter with a verdict, the reason and what to do. It judges the fields of an objective and,
 * where they are empty, what its title says (smart_text.h). Letters as in seed 001: spécifique, mesurable, atteignable, réaliste,
 * temporel; A asks for somebody who answers for it too (Doran's assignable), R for what serves it and what it serves. Only S, M and T can
 * be missing; A and R are advice. */
#ifndef JL_MODEL_STRATEGY_SMART_H
#define JL_MODEL_STRATEGY_SMART_H
#include "common/model/strategy/smart_text.h"
#include "common/model/view_support.h"

enum jl_smart_verdict { JL_SMART_YES, JL_SMART_PARTLY, JL_SMART_NO, JL_SMART_UNKNOWN /* words alone do not tell */ };
struct jl_smart_letter {
  enum jl_smart_verdict verdict;
  const char *reason, *code; /* message id; the same for programs, stable */
  const char *fix;           /* options of `jalon objective set`, or a whole command that begins with "jalon"; "" none */
  const char *found;         /* what was read in the title; "" nothing */
};
#define JL_SMART_LETTERS 5
struct jl_smart {
  struct jl_smart_letter letters[JL_SMART_LETTERS]; /* S, M, A, R, T */
  struct jl_smart_words words;
};
extern const char *const jl_smart_names[JL_SMART_LETTERS]; /* message ids: "specific" ... */
/* Of words alone. false: no memory. */
JL_MUST_CHECK bool jl_smart_of_words(struct jl_arena *a, const char *text, struct jl_smart *ret);
bool jl_smart_of_objective(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, struct jl_smart *ret);
#endif

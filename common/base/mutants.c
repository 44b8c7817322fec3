#include "common/base/mutants.h"

#ifdef JALON_MUTANTS
#include <stdlib.h>
#include <string.h>

bool jl_mutant(enum jl_mutant which) {
  static const char *const names[] = {
#define JL_MUTANT_OF(symbol, name) name,
#include "common/base/mutants.def"
#undef JL_MUTANT_OF
  };
  const char *chosen = getenv("JALON_MUTANT");
  return chosen != NULL && strcmp(chosen, names[which]) == 0;
}
#endif

#include "common/base/mutants.h"

#ifdef JALON_MUTANTS
#include <signal.h>
#include <stdlib.h>
#include <string.h>

void jl_point(const char *name) {
  static unsigned long count; /* of the one that is waited for */
  const char *wanted = getenv("JALON_POINT");
  size_t size = strlen(name);
  char *end;
  if (wanted == NULL || strncmp(wanted, name, size) != 0 || wanted[size] != ':' || ++count != strtoul(wanted + size + 1, &end, 10)) return;
  (void)raise(strcmp(end, ":stop") == 0 ? SIGSTOP : SIGKILL);
}

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

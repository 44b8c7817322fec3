#include "server/space/internal.h"

/* Faults on purpose, in builds with JALON_MUTANTS only: the checkers of the test suite must see each of them. */
#ifdef JALON_MUTANTS
#include <stdlib.h>
#include <string.h>
unsigned jl_mutants_from_environment(void) {
  const char *name = getenv("JALON_MUTANT");
  if (name == NULL) return 0;
  if (strcmp(name, "ack-before-commit") == 0) return JL_MUTANT_ACK_BEFORE_COMMIT;
  return strcmp(name, "skip-verdict") == 0 ? JL_MUTANT_SKIP_VERDICT : 0;
}
#endif

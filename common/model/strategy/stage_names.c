/* Names of funnel stages as people write them, so that a benchmark finds its stage. */
#include "common/model/strategy/funnel_sheet.h"
#include <string.h>

/* The same stage in French and in English, as they are when folded and without the s of a plural. */
static const char *const same[][2] = {{"visite", "visit"},     {"client", "customer"},        {"demande", "inquirie"}, {"inquiry", "inquirie"},
                                      {"piste", "lead"},         {"abonne", "subscriber"},   {"evangeliste", "evangelist"}, {"ambassadeur", "evangelist"}, {"opportunite", "opportunity"}, {"opportunitie", "opportunity"}};

void jl_stage_canonical(struct jl_builder *b, const char *name, char out[JL_STAGE_NAME]) {
  const char *folded = jl_view_folded(b, name);
  size_t size = strlen(folded);
  if (size >= JL_STAGE_NAME) size = JL_STAGE_NAME - 1;
  memcpy(out, folded, size);
  if (size > 1 && out[size - 1] == 's') size--;
  out[size] = '\0';
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    if (strcmp(out, same[i][0]) != 0) continue;
    memcpy(out, same[i][1], strlen(same[i][1]) + 1);
    return;
  }
}

bool jl_stage_names_agree(struct jl_builder *b, const char *one, const char *other) {
  char a[JL_STAGE_NAME], z[JL_STAGE_NAME];
  jl_stage_canonical(b, one, a);
  jl_stage_canonical(b, other, z);
  return a[0] != '\0' && strcmp(a, z) == 0;
}

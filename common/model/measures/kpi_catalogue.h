/* The catalogue of KPIs that the program brings along (product.md M1): seed 003's by channel, and those of the business of seeds 000 and 004.
 * Names are message ids; the other texts are what the fields of a KPI take. */
#ifndef JL_MODEL_MEASURES_KPI_CATALOGUE_H
#define JL_MODEL_MEASURES_KPI_CATALOGUE_H
#include "common/base/compiler.h"

struct jl_catalogue_kpi {
  const char *channel, *purpose, *name; /* message ids */
  const char *word;                     /* of the channel, as people may type it in any language, folded */
  const char *unit, *direction, *timing, *nature, *frequency;
  const char *computed, *stage, *next; /* NULL: measured */
};
extern const struct jl_catalogue_kpi jl_catalogue_kpis[];
extern const size_t jl_catalogue_count;
#endif

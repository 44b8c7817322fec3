#include "common/model/measures/figure_cells.h"
#include "common/model/measures/figures.h"
#include <string.h>

/* Stages with names of their own are translated; others are called as people call them. */
static const struct {
  const char *stage, *label, *column;
  int priority;
} known[] = {{JL_STAGE_VISITS, JL_MSG("visits"), "visits", 5},
             {JL_STAGE_LEADS, JL_MSG("leads"), "leads", 1},
             {JL_STAGE_MQL, JL_MSG("MQL"), "mql", 3},
             {JL_STAGE_SQL, JL_MSG("SQL"), "sql", 4},
             {JL_STAGE_OPPORTUNITIES, JL_MSG("opportunities"), "opportunities", 3},
             {JL_STAGE_CUSTOMERS, JL_MSG("customers"), "customers", 1}};
#define OTHERS 6 /* how soon the columns of other stages go when it is narrow */

void jl_column_stage(struct jl_builder *b, const char *stage) {
  for (size_t i = 0; i < JL_COUNT(known); i++)
    if (strcmp(stage, known[i].stage) == 0) {
      jl_column(b, known[i].column, known[i].label, JL_ARG_INTEGER, known[i].priority);
      return;
    }
  jl_column_data(b, stage, stage, JL_ARG_INTEGER, OTHERS);
}

void jl_cell_stage(struct jl_builder *b, const char *stage) {
  for (size_t i = 0; i < JL_COUNT(known); i++)
    if (strcmp(stage, known[i].stage) == 0) {
      jl_cell_label(b, known[i].label, known[i].column);
      return;
    }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)stage, strlen(stage)});
}

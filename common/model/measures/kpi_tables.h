/* KPIs as seed 003 has them: by channel with what it is for, and by activity with target and status. */
#ifndef JL_MODEL_MEASURES_KPI_TABLES_H
#define JL_MODEL_MEASURES_KPI_TABLES_H
#include "common/model/view_support.h"

void jl_block_kpi_channels(const struct jl_view_input *in, struct jl_builder *b); /* channel | purpose | main KPIs */
void jl_block_kpi_actions(const struct jl_view_input *in, struct jl_builder *b);  /* activity | purpose | KPI | target | status */
#endif

#ifndef JL_CLI_KPI_CATALOGUE_H
#define JL_CLI_KPI_CATALOGUE_H
#include "client/cli/cli.h"
bool jl_cmd_kpi_catalogue(struct jl_cli *cli, struct jl_error *err), jl_cmd_kpi_use(struct jl_cli *cli, struct jl_error *err);
#endif

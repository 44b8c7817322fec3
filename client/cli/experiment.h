#ifndef JL_CLI_EXPERIMENT_H
#define JL_CLI_EXPERIMENT_H
#include "client/cli/cli.h"
bool jl_cmd_experiment_conclude(struct jl_cli *cli, struct jl_error *err);
#endif

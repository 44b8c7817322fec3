/* Days off and school holidays from files (calendar_import.c, school_import.c). */
#ifndef JL_CLI_CALENDAR_IMPORT_H
#define JL_CLI_CALENDAR_IMPORT_H
#include "client/cli/cli.h"
bool jl_cmd_calendar_import(struct jl_cli *cli, struct jl_error *err), jl_cmd_school_import(struct jl_cli *cli, struct jl_error *err);
#endif

/* The commands of jalond that do something. Exit statuses. */
#ifndef JL_OPS_SERVE_H
#define JL_OPS_SERVE_H
#include "server/ops/arguments.h"
int jl_print_fingerprint(const struct jl_settings *settings); /* these two: what the command line asks of the server's own authority */
int jl_print_client_certificate(const struct jl_arguments *arguments);
int jl_serve(int argc, char **argv, struct jl_arguments *arguments); /* argv again for a reload */
int jl_scrub(const struct jl_settings *settings);
int jl_setup(const struct jl_arguments *arguments);
int jl_verify_command(const struct jl_arguments *arguments);
int jl_report(const struct jl_error *err); /* to the log and standard error; the exit status */
#endif

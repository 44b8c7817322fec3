/* The command line of jalond. */
#ifndef JL_OPS_ARGUMENTS_H
#define JL_OPS_ARGUMENTS_H
#include "server/ops/settings.h"

enum jl_command { JL_COMMAND_SERVE, JL_COMMAND_SETUP, JL_COMMAND_HELP, JL_COMMAND_VERSION, JL_COMMAND_SHOW, JL_COMMAND_CHECK, JL_COMMAND_FINGERPRINT, JL_COMMAND_CERTIFICATE, JL_COMMAND_VERIFY };
struct jl_arguments {
  bool scrub; /* instead of serving */
  enum jl_command command;
  struct jl_settings settings;
  char administrator[JL_SETTING_MAX], name[JL_SETTING_MAX], password_file[JL_SETTING_MAX]; /* setup */
  char account[JL_SETTING_MAX], days[JL_SETTING_MAX];                                                   /* certificate */
  char space[JL_SETTING_MAX], heads[JL_SETTING_MAX], format[JL_SETTING_MAX]; /* verify */
};
JL_MUST_CHECK bool jl_arguments_parse(int argc, char **argv, struct jl_arguments *ret_arguments, struct jl_error *err);
void jl_arguments_help(void);
void jl_arguments_version(void);
#endif

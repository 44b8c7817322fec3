#include "server/ops/arguments.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIGURATION "/etc/jalon/jalond.conf" /* read when there is one and none is named */

void jl_arguments_help(void) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_buffer_text(&out, "usage: jalond [serve | scrub] [--SETTING=VALUE ...]\n"
                       "       jalond setup --administrator=LOGIN [--name=NAME] [--password-file=FILE] [--SETTING=VALUE ...]\n"
                       "       jalond fingerprint | certificate --account=LOGIN [--days=N] [--SETTING=VALUE ...]\n"
                       "       jalond verify [--space=ID] [--heads=FILE] [--format=json] [--SETTING=VALUE ...]\n\n"
                       "serve runs the server. setup makes the first administrator; the server may be running or not. The password is\n"
                       "read from FILE, or from the standard input. fingerprint prints the one of the server's own authority, for people to compare\n"
                       "when their jalon meets the server for the first time. certificate prints a certificate and its key (PEM) with which that\n"
                       "account can log in. verify folds the log of every space from its beginning and compares what comes of it with the tables of\n"
                       "records, the stored states and the heads that jalon history heads exported; it only reads, the server may be running or not.\n"
                       "It ends with 0 when all is right and 9 when something is not.\n\n"
                       "  --config=FILE     settings, one 'name = value' per line (default " CONFIGURATION " when it exists)\n"
                       "  --check           checks the settings and ends\n"
                       "  --show-config     prints the settings in force and ends\n"
                       "  --version, --help\n\nSettings:\n");
  jl_settings_help(&out);
  jl_buffer_text(&out, "\nscrub writes the tables that people stand in anew, after somebody was erased: PostgreSQL keeps remains of changed rows in its\n"
                       "files otherwise. The server may be running; who edits meanwhile waits.\n");
  jl_buffer_text(&out, "\nexample: jalond --data-directory=/srv/jalon --listen=unix:/run/jalon/jalond.sock\n");
  const char *text = jl_buffer_cstring(&out);
  if (text != NULL) fputs(text, stdout);
  jl_buffer_release(&out);
}

void jl_arguments_version(void) { puts("jalond " JALON_VERSION); }

/* "--name=value" or "--name value"; moves *i over what it took. */
static bool split(int argc, char **argv, int *i, char *ret_name, size_t name_size, const char **ret_value, struct jl_error *err) {
  const char *argument = argv[*i];
  if (strncmp(argument, "--", 2) != 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("unexpected argument {1}"), JL_MSG("jalond --help shows what there is"), jl_arg_text(argument));
  const char *equals = strchr(argument, '=');
  size_t size = equals != NULL ? (size_t)(equals - argument) - 2 : strlen(argument) - 2;
  if (size >= name_size)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no setting {1}"), JL_MSG("jalond --help lists them all"), jl_arg_text(argument));
  memcpy(ret_name, argument + 2, size);
  ret_name[size] = '\0';
  *ret_value = equals != NULL ? equals + 1 : NULL;
  if (*ret_value != NULL) return true;
  if (*i + 1 >= argc) return jl_fail(err, JL_E_USAGE, JL_MSG("{1} needs a value"), NULL, jl_arg_text(argument));
  *ret_value = argv[++*i];
  return true;
}

static bool is_flag(const char *argument, enum jl_command *ret_command) {
  static const struct {
    const char *text;
    enum jl_command command;
  } flags[] = {{"--help", JL_COMMAND_HELP},
               {"-h", JL_COMMAND_HELP},
               {"--version", JL_COMMAND_VERSION},
               {"--show-config", JL_COMMAND_SHOW},
               {"--check", JL_COMMAND_CHECK}};
  for (size_t i = 0; i < JL_COUNT(flags); i++) {
    if (strcmp(argument, flags[i].text) != 0) continue;
    *ret_command = flags[i].command;
    return true;
  }
  return false;
}

static char *own_option(struct jl_arguments *a, const char *name) {
  if (a->command == JL_COMMAND_CERTIFICATE) return strcmp(name, "account") == 0 ? a->account : strcmp(name, "days") == 0 ? a->days : NULL;
  if (a->command == JL_COMMAND_VERIFY)
    return strcmp(name, "space") == 0 ? a->space : strcmp(name, "heads") == 0 ? a->heads : strcmp(name, "format") == 0 ? a->format : NULL;
  if (a->command != JL_COMMAND_SETUP) return NULL;
  if (strcmp(name, "administrator") == 0) return a->administrator;
  if (strcmp(name, "name") == 0) return a->name;
  return strcmp(name, "password-file") == 0 ? a->password_file : NULL;
}

/* Two rounds: the configuration file first, so that the command line wins over it. */
static bool read_all(int argc, char **argv, int first, bool only_config, struct jl_arguments *a, const char **ret_config,
                     struct jl_error *err) {
  char name[128];
  const char *value = NULL;
  enum jl_command command;
  for (int i = first; i < argc; i++) {
    if (is_flag(argv[i], &command)) {
      a->command = command;
      continue;
    }
    if (!split(argc, argv, &i, name, sizeof name, &value, err)) return false;
    if (strcmp(name, "config") == 0) {
      *ret_config = value;
      continue;
    }
    if (only_config) continue;
    char *own = own_option(a, name);
    if (own != NULL)
      snprintf(own, JL_SETTING_MAX, "%s", value);
    else if (!jl_settings_set(&a->settings, name, value, err))
      return false;
  }
  return true;
}

bool jl_arguments_parse(int argc, char **argv, struct jl_arguments *ret_arguments, struct jl_error *err) {
  struct jl_arguments *a = ret_arguments;
  memset(a, 0, sizeof *a);
  jl_settings_defaults(&a->settings);
  int first = 1;
  a->scrub = argc > 1 && strcmp(argv[1], "scrub") == 0;
  if (argc > 1 && (a->scrub || strcmp(argv[1], "serve") == 0)) first = 2;
  static const struct {
    const char *word;
    enum jl_command command;
  } words[] = {{"setup", JL_COMMAND_SETUP}, {"fingerprint", JL_COMMAND_FINGERPRINT}, {"certificate", JL_COMMAND_CERTIFICATE}, {"verify", JL_COMMAND_VERIFY}};
  for (size_t i = 0; argc > 1 && i < JL_COUNT(words); i++) {
    if (strcmp(argv[1], words[i].word) != 0) continue;
    first = 2;
    a->command = words[i].command;
  }
  const char *config = NULL;
  if (!read_all(argc, argv, first, true, a, &config, err)) return false;
  if (a->command == JL_COMMAND_HELP || a->command == JL_COMMAND_VERSION) return true;
  if (config == NULL && access(CONFIGURATION, R_OK) == 0) config = CONFIGURATION;
  if (config != NULL && !jl_settings_read(&a->settings, config, err)) return false;
  if (!read_all(argc, argv, first, false, a, &config, err)) return false;
  if (a->command == JL_COMMAND_SETUP && a->administrator[0] == '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("setup needs the login name of the administrator"),
                   JL_MSG("jalond setup --administrator=LOGIN"));
  if (a->command == JL_COMMAND_CERTIFICATE && a->account[0] == '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("certificate needs the login name of its account"), JL_MSG("jalond certificate --account=LOGIN"));
  return jl_settings_finish(&a->settings, err);
}

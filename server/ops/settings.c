#include "server/ops/settings.h"
#include "common/wire/connection.h"
#include "server/ops/log.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define CONFIGURATION_MAX 65536 /* bytes of the file */

struct setting {
  const char *name, *unit, *help;
  size_t offset;
  bool is_number, reloadable;
  int64_t number, minimum, maximum;
  const char *text;
};
static const struct setting settings[] = {
#define JL_TEXT(name, otherwise, reloadable, help)                                                                                         \
  {#name, "text", help, offsetof(struct jl_settings, name), false, reloadable, 0, 0, 0, otherwise},
#define JL_NUMBER(name, unit, otherwise, minimum, maximum, reloadable, help)                                                               \
  {#name, unit, help, offsetof(struct jl_settings, name), true, reloadable, otherwise, minimum, maximum, NULL},
#include "server/ops/settings.def"
#undef JL_TEXT
#undef JL_NUMBER
};

static char *text_of(struct jl_settings *s, const struct setting *setting) { return (char *)s + setting->offset; }
static int64_t *number_of(struct jl_settings *s, const struct setting *setting) { return (int64_t *)(void *)((char *)s + setting->offset); }
static const char *const_text_of(const struct jl_settings *s, const struct setting *setting) { return (const char *)s + setting->offset; }
static int64_t number_value(const struct jl_settings *s, const struct setting *setting) {
  int64_t n;
  memcpy(&n, (const char *)s + setting->offset, sizeof n);
  return n;
}

void jl_settings_defaults(struct jl_settings *ret_settings) {
  memset(ret_settings, 0, sizeof *ret_settings);
  for (size_t i = 0; i < JL_COUNT(settings); i++) {
    if (settings[i].is_number)
      *number_of(ret_settings, &settings[i]) = settings[i].number;
    else
      snprintf(text_of(ret_settings, &settings[i]), JL_SETTING_MAX, "%s", settings[i].text);
  }
}

static bool same_name(const char *setting, const char *given) {
  for (; *setting != '\0' && *given != '\0'; setting++, given++)
    if (*setting != *given && !(*setting == '_' && *given == '-')) return false;
  return *setting == *given;
}

bool jl_settings_set(struct jl_settings *s, const char *name, const char *value, struct jl_error *err) {
  const struct setting *setting = NULL;
  for (size_t i = 0; i < JL_COUNT(settings) && setting == NULL; i++)
    if (same_name(settings[i].name, name)) setting = &settings[i];
  if (setting == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no setting {1}"), JL_MSG("jalond --help lists them all"), jl_arg_text(name));
  if (!setting->is_number) {
    if (strlen(value) >= JL_SETTING_MAX)
      return jl_fail(err, JL_E_USAGE, JL_MSG("setting {1} is longer than {2} bytes"), NULL, jl_arg_text(name),
                     jl_arg_integer(JL_SETTING_MAX - 1));
    snprintf(text_of(s, setting), JL_SETTING_MAX, "%s", value);
    return true;
  }
  char *end = NULL;
  errno = 0;
  long long n = strtoll(value, &end, 10);
  if (errno != 0 || end == value || *end != '\0' || n < setting->minimum || n > setting->maximum)
    return jl_fail(err, JL_E_USAGE, JL_MSG("setting {1} takes a whole number of {2} from {3} to {4}, not {5}"), NULL, jl_arg_text(name),
                   jl_arg_text(setting->unit), jl_arg_integer(setting->minimum), jl_arg_integer(setting->maximum), jl_arg_text(value));
  *number_of(s, setting) = (int64_t)n;
  return true;
}

static char *trim(char *text) {
  while (isspace((unsigned char)*text)) text++;
  size_t size = strlen(text);
  while (size > 0 && isspace((unsigned char)text[size - 1])) text[--size] = '\0';
  return text;
}

static bool read_line(struct jl_settings *s, char *line, const char *path, int number, struct jl_error *err) {
  char *text = trim(line);
  if (*text == '\0' || *text == '#') return true;
  char *equals = strchr(text, '=');
  if (equals == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1}, line {2}: expected a setting as name = value"), NULL, jl_arg_text(path),
                   jl_arg_integer(number));
  *equals = '\0';
  struct jl_error why = {0};
  if (jl_settings_set(s, trim(text), trim(equals + 1), &why)) return true;
  char described[JL_ARG_TEXT_MAX];
  jl_error_describe(&why, described, sizeof described);
  return jl_fail(err, JL_E_USAGE, JL_MSG("{1}, line {2}: {3}"), NULL, jl_arg_text(path), jl_arg_integer(number), jl_arg_text(described));
}

bool jl_settings_read(struct jl_settings *s, const char *path, struct jl_error *err) {
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("could not read the configuration file {1}: {2}"), NULL, jl_arg_text(path),
                   jl_arg_text(strerror(errno)));
  char line[JL_SETTING_MAX + 128];
  bool ok = true;
  size_t total = 0;
  for (int number = 1; ok && fgets(line, sizeof line, file) != NULL; number++) {
    size_t size = strlen(line);
    total += size;
    if ((size > 0 && line[size - 1] != '\n' && !feof(file)) || total > CONFIGURATION_MAX)
      ok = jl_fail(err, JL_E_USAGE, JL_MSG("{1}, line {2}: the line or the file is too long"), NULL, jl_arg_text(path),
                   jl_arg_integer(number));
    else
      ok = read_line(s, line, path, number, err);
  }
  fclose(file);
  return ok;
}

static void derive_directory(struct jl_settings *s) {
  const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  if (geteuid() == 0)
    snprintf(s->data_directory, sizeof s->data_directory, "/var/lib/jalon");
  else if (data != NULL && data[0] == '/')
    snprintf(s->data_directory, sizeof s->data_directory, "%s/jalon", data);
  else if (home != NULL && home[0] == '/')
    snprintf(s->data_directory, sizeof s->data_directory, "%s/.local/share/jalon", home);
}

bool jl_settings_next_address(const struct jl_settings *s, size_t *cursor, struct jl_address *ret_address, struct jl_error *err) {
  const char *text = s->listen + *cursor;
  text += strspn(text, ", \t");
  size_t size = strcspn(text, ", \t");
  if (size == 0) {
    if (err != NULL) *err = (struct jl_error){0};
    return false;
  }
  char one[JL_SETTING_MAX];
  snprintf(one, sizeof one, "%.*s", (int)size, text);
  *cursor = (size_t)(text - s->listen) + size;
  return jl_address_parse(one, ret_address, err);
}

static bool check_addresses(const struct jl_settings *s, struct jl_error *err) {
  struct jl_address address;
  size_t cursor = 0, count = 0;
  struct jl_error why = {0};
  while (jl_settings_next_address(s, &cursor, &address, &why)) count++;
  if (why.code != JL_E_OK) {
    if (err != NULL) *err = why;
    return false;
  }
  return count > 0 || jl_fail(err, JL_E_USAGE, JL_MSG("setting listen names no address"), NULL);
}

bool jl_settings_finish(struct jl_settings *s, struct jl_error *err) {
  if (s->data_directory[0] == '\0') derive_directory(s);
  if (s->data_directory[0] != '/')
    return jl_fail(err, JL_E_USAGE, JL_MSG("setting data-directory must be an absolute path"),
                   JL_MSG("for example --data-directory=/var/lib/jalon"));
  if (s->listen[0] == '\0') {
    const char *name = "jalond.sock";
    bool fits = strlen(s->data_directory) + 1 + strlen(name) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
    if (fits)
      snprintf(s->listen, sizeof s->listen, "unix:%.200s/%s,127.0.0.1:7400", s->data_directory, name);
    else
      snprintf(s->listen, sizeof s->listen, "127.0.0.1:7400"); /* a socket's path is limited to 107 bytes */
  }
  enum jl_log_level level;
  if (!jl_log_level_by_name(s->log_level, &level))
    return jl_fail(err, JL_E_USAGE, JL_MSG("setting log-level is debug, info, warn or error, not {1}"), NULL, jl_arg_text(s->log_level));
  return check_addresses(s, err);
}

void jl_settings_reload(struct jl_settings *s, const struct jl_settings *fresh) {
  for (size_t i = 0; i < JL_COUNT(settings); i++) {
    if (!settings[i].reloadable) continue;
    if (settings[i].is_number)
      *number_of(s, &settings[i]) = number_value(fresh, &settings[i]);
    else
      snprintf(text_of(s, &settings[i]), JL_SETTING_MAX, "%s", const_text_of(fresh, &settings[i]));
  }
}

static void append_flag(struct jl_buffer *out, const char *name) {
  for (; *name != '\0'; name++) jl_buffer_byte(out, (uint8_t)(*name == '_' ? '-' : *name));
}

void jl_settings_help(struct jl_buffer *out) {
  for (size_t i = 0; i < JL_COUNT(settings); i++) {
    const struct setting *setting = &settings[i];
    jl_buffer_text(out, "  --");
    append_flag(out, setting->name);
    if (setting->is_number)
      jl_buffer_printf(out, "=N\n      %s (%s, %" PRId64 " to %" PRId64 ", default %" PRId64 ")\n", setting->help, setting->unit,
                       setting->minimum, setting->maximum, setting->number);
    else if (setting->text[0] != '\0')
      jl_buffer_printf(out, "=TEXT\n      %s (default %s)\n", setting->help, setting->text);
    else
      jl_buffer_printf(out, "=TEXT\n      %s\n", setting->help);
  }
}

void jl_settings_show(const struct jl_settings *s, struct jl_buffer *out) {
  for (size_t i = 0; i < JL_COUNT(settings); i++) {
    const struct setting *setting = &settings[i];
    const char *text = setting->is_number ? "" : const_text_of(s, setting);
    jl_buffer_printf(out, "# %s\n%s = ", setting->help, setting->name);
    if (setting->is_number)
      jl_buffer_printf(out, "%" PRId64 "\n", number_value(s, setting));
    else if (strcmp(setting->name, "database") == 0 && strstr(text, "password") != NULL)
      jl_buffer_text(out, "(set, holds a password)\n");
    else
      jl_buffer_printf(out, "%s\n", text);
  }
}

/* The command line taken apart: global options anywhere before "--", then the command's own. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>

const struct jl_option jl_global_options[] = {
    {"profile", "NAME", JL_MSG("who asks: account, server and current plan (or JALON_PROFILE)")},
    {"server", "ADDRESS", JL_MSG("host:port or unix:/path, instead of the profile's")},
    {"plan", "NAME", JL_MSG("another plan than the current one")},
    {"lang", "fr|en", JL_MSG("language of the screen")},
    {"json", NULL, JL_MSG("answer as JSON")},
    {"csv", NULL, JL_MSG("answer as CSV")},
    {"markdown", NULL, JL_MSG("answer as Markdown, to paste into a wiki or a mail")},
    {"width", "N", JL_MSG("columns of the screen")},
    {"no-color", NULL, JL_MSG("no colours (or NO_COLOR)")},
    {"dry-run", NULL, JL_MSG("check and show, change nothing")},
    {"today", "DATE", JL_MSG("count from this day")},
    {"at", "DATE|rN", JL_MSG("as it was at the end of that day, at an hour (2026-03-31T14:00), or at a revision")},
    {"base", "rN", JL_MSG("revision that the change is based on, for scripts")},
    {"offline", NULL, JL_MSG("ask only this machine's copy; edits wait to be sent")},
    {"quiet", NULL, JL_MSG("no result line")},
    {"help", NULL, JL_MSG("help on the command")},
    {NULL, NULL, NULL},
};

static bool usage(struct jl_error *err, const char *message, const char *hint, const char *a, const char *b) {
  return jl_fail(err, JL_E_USAGE, message, hint, jl_arg_text(a), jl_arg_text(b));
}

/* "--name=value" or "--name value". Returns the option of the table that `word` names. */
static const struct jl_option *option_named(const struct jl_option *table, const char *word, const char **ret_value) {
  const char *name = word + 2, *equals = strchr(name, '=');
  size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
  *ret_value = equals != NULL ? equals + 1 : NULL;
  for (; table != NULL && table->name != NULL; table++)
    if (strlen(table->name) == size && strncmp(table->name, name, size) == 0) return table;
  return NULL;
}

static bool set_number(const char *name, const char *value, uint64_t most, uint64_t *ret_n, struct jl_error *err) {
  char *end;
  unsigned long long n = strtoull(value, &end, 10);
  if (value[0] < '0' || value[0] > '9' || *end != '\0' || n > most)
    return usage(err, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("give a number"), name, value);
  *ret_n = n;
  return true;
}

static bool set_global(struct jl_cli *cli, const char *name, const char *value, struct jl_error *err) {
  uint64_t n = 0;
  if (value == NULL) value = ""; /* of an option that takes none */
  if (strcmp(name, "profile") == 0)
    cli->profile_name = value;
  else if (strcmp(name, "server") == 0)
    cli->server = value;
  else if (strcmp(name, "plan") == 0)
    cli->plan_name = value;
  else if (strcmp(name, "at") == 0)
    cli->at_text = value;
  else if (strcmp(name, "json") == 0)
    cli->json = true;
  else if (strcmp(name, "csv") == 0)
    cli->csv = true;
  else if (strcmp(name, "markdown") == 0)
    cli->markdown = true;
  else if (strcmp(name, "no-color") == 0)
    cli->no_color = true;
  else if (strcmp(name, "dry-run") == 0)
    cli->dry_run = true;
  else if (strcmp(name, "offline") == 0)
    cli->offline = true;
  else if (strcmp(name, "quiet") == 0)
    cli->quiet = true;
  else if (strcmp(name, "help") == 0)
    cli->help = true;
  else if (strcmp(name, "lang") == 0) {
    if (strcmp(value, "fr") != 0 && strcmp(value, "en") != 0)
      return usage(err, JL_MSG("--lang does not take \"{1}\""), JL_MSG("use fr or en"), value, "");
    cli->lang = value;
  } else if (strcmp(name, "width") == 0) {
    if (!set_number(name, value, 10000, &n, err)) return false;
    cli->has_width = true;
    cli->width = (int)n;
  } else if (strcmp(name, "base") == 0) {
    if (!set_number(name, value[0] == 'r' ? value + 1 : value, UINT64_MAX, &cli->base, err)) return false;
    cli->has_base = true;
  } else if (strcmp(name, "today") == 0) {
    if (!jl_day_parse_iso(value, &cli->today))
      return usage(err, JL_MSG("--today does not take \"{1}\""), JL_MSG("write it like 2026-01-31"), value, "");
    cli->has_today = true;
  }
  return true;
}

bool jl_cli_globals(struct jl_cli *cli, int argc, char **argv, const char ***ret_words, size_t *ret_count, struct jl_error *err) {
  const char **words = jl_arena_array(cli->arena, (size_t)argc + 1, sizeof *words);
  size_t count = 0;
  if (words == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  bool over = false;
  for (int i = 1; i < argc; i++) {
    const char *value, *word = argv[i];
    if (strcmp(word, "-h") == 0 && !over) word = "--help";
    if (strcmp(word, "--") == 0) over = true;
    const struct jl_option *option = !over && strncmp(word, "--", 2) == 0 ? option_named(jl_global_options, word, &value) : NULL;
    if (option == NULL) {
      words[count++] = word;
      continue;
    }
    if (option->value == NULL && value != NULL) return usage(err, JL_MSG("--{1} takes no value"), NULL, option->name, "");
    if (option->value != NULL && value == NULL) {
      if (i + 1 >= argc) return usage(err, JL_MSG("--{1} needs a value: {2}"), NULL, option->name, option->value);
      value = argv[++i];
    }
    if (!set_global(cli, option->name, value, err)) return false;
  }
  if (cli->json && cli->csv) return usage(err, JL_MSG("--json and --csv exclude each other"), NULL, "", "");
  if (cli->markdown && (cli->json || cli->csv)) return usage(err, JL_MSG("--markdown and --{1} exclude each other"), NULL, cli->json ? "json" : "csv", "");
  *ret_words = words;
  *ret_count = count;
  return true;
}

static bool unknown_option(const struct jl_cli *cli, const char *word, struct jl_error *err) {
  char name[64];
  size_t size = strcspn(word + 2, "=");
  if (size >= sizeof name) size = sizeof name - 1;
  memcpy(name, word + 2, size);
  name[size] = '\0';
  const char *near = NULL;
  int best = 4;
  const struct jl_option *tables[] = {cli->command->options, jl_global_options};
  for (size_t t = 0; t < JL_COUNT(tables); t++)
    for (const struct jl_option *o = tables[t]; o != NULL && o->name != NULL; o++) {
      int distance = jl_text_distance(name, o->name);
      if (distance < best) best = distance, near = o->name;
    }
  return jl_fail(err, JL_E_USAGE, JL_MSG("{1} has no option --{2}"),
                 near != NULL ? JL_MSG("did you mean --{3}?") : JL_MSG("see jalon help {1}"), jl_arg_text(cli->command->path),
                 jl_arg_text(name), jl_arg_text(near));
}

bool jl_cli_arguments(struct jl_cli *cli, const char *const *words, size_t count, struct jl_error *err) {
  const char **positional = jl_arena_array(cli->arena, count + 1, sizeof *positional);
  struct jl_given_option *options = jl_arena_array(cli->arena, count + 1, sizeof *options);
  if (positional == NULL || options == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  bool over = false;
  for (size_t i = 0; i < count; i++) {
    const char *value;
    if (!jl_text_valid(words[i], strlen(words[i])))
      return jl_fail(err, JL_E_BAD_UTF8, JL_MSG("an argument is not clean UTF-8"),
                     JL_MSG("check the terminal's character set; control characters are refused"));
    if (!over && strcmp(words[i], "--") == 0) {
      over = true;
      continue;
    }
    if (over || strncmp(words[i], "--", 2) != 0) {
      positional[cli->word_count++] = words[i];
      continue;
    }
    const struct jl_option *option = option_named(cli->command->options, words[i], &value);
    if (option == NULL) return unknown_option(cli, words[i], err);
    if (option->value == NULL && value != NULL) return usage(err, JL_MSG("--{1} takes no value"), NULL, option->name, "");
    if (option->value != NULL && value == NULL) {
      if (i + 1 >= count) return usage(err, JL_MSG("--{1} needs a value: {2}"), NULL, option->name, option->value);
      value = words[++i];
      if (!jl_text_valid(value, strlen(value)))
        return jl_fail(err, JL_E_BAD_UTF8, JL_MSG("an argument is not clean UTF-8"),
                       JL_MSG("check the terminal's character set; control characters are refused"));
    }
    options[cli->option_count++] = (struct jl_given_option){option->name, value != NULL ? value : ""};
  }
  cli->words = positional;
  cli->options = options;
  if (cli->help) return true;
  if (cli->word_count < cli->command->least)
    return usage(err, JL_MSG("{1} needs {2}"), JL_MSG("see jalon help {1}"), cli->command->path, cli->command->arguments);
  if (cli->word_count > cli->command->most)
    return usage(err, JL_MSG("{1} does not know what to do with \"{2}\""), JL_MSG("quote values with spaces; see jalon help {1}"),
                 cli->command->path, positional[cli->command->most]);
  return true;
}

const char *jl_cli_option(const struct jl_cli *cli, const char *name) {
  const char *value = NULL;
  for (size_t i = 0; i < cli->option_count; i++)
    if (strcmp(cli->options[i].name, name) == 0) value = cli->options[i].value;
  return value;
}

/* Help, all of it from the command table. */
#include "client/cli/cli.h"
#include "client/import/ingest.h"
#include "common/base/limits.h"
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Like every other text: folded on a screen, whole lines in a pipe. */
static size_t help_width(void) {
  struct winsize size;
  if (isatty(STDOUT_FILENO) != 1) return SIZE_MAX;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col < 50 ? 50 : size.ws_col > 100 ? 100 : size.ws_col;
}

static void text(struct jl_buffer *out, const char *message) { jl_buffer_text(out, jl_tr(message)); }

static size_t columns(const char *s) {
  size_t n = 0;
  for (; *s != '\0'; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
  return n;
}

static void pad(struct jl_buffer *out, const char *s, size_t width) {
  jl_buffer_text(out, s);
  for (size_t n = columns(s); n < width; n++) jl_buffer_byte(out, ' ');
}

/* From column `at`, within 80 columns. */
static void wrapped(struct jl_buffer *out, const char *words, size_t at) {
  size_t used = at, width = help_width();
  while (*words != '\0') {
    size_t size = strcspn(words, " ");
    char word[256];
    snprintf(word, sizeof word, "%.*s", (int)size, words);
    if (used > at && used + 1 + columns(word) > width) {
      jl_buffer_printf(out, "\n%*s", (int)at, "");
      used = at;
    } else if (used > at) {
      jl_buffer_byte(out, ' ');
      used++;
    }
    jl_buffer_text(out, word);
    used += columns(word);
    words += size + strspn(words + size, " ");
  }
}

static void options_help(const struct jl_option *options, struct jl_buffer *out) {
  for (; options != NULL && options->name != NULL; options++) {
    char left[512];
    snprintf(left, sizeof left, "--%s%s%s", options->name, options->value != NULL ? " " : "", options->value != NULL ? options->value : "");
    jl_buffer_text(out, "  ");
    if (columns(left) > 26) {
      jl_buffer_text(out, left);
      jl_buffer_text(out, "\n  ");
      left[0] = '\0';
    }
    pad(out, left, 28);
    wrapped(out, jl_tr(options->help), 30);
    jl_buffer_byte(out, '\n');
  }
}

static void line(struct jl_buffer *out, const char *left, const char *summary) {
  jl_buffer_text(out, "  ");
  pad(out, left, columns(left) < 24 ? 24 : columns(left) + 2);
  wrapped(out, jl_tr(summary), 26);
  jl_buffer_byte(out, '\n');
}

static void heading(struct jl_buffer *out, const char *message) {
  jl_buffer_byte(out, '\n');
  text(out, message);
  jl_buffer_byte(out, '\n');
}

/* What --as takes besides types of records. */
static void sources_help(struct jl_buffer *out) {
  heading(out, JL_MSG("What rows can become besides records of a type (--as)"));
  for (size_t i = 0; jl_ingest_sources[i] != NULL; i++) line(out, jl_ingest_sources[i]->name, jl_ingest_sources[i]->label);
}

void jl_help_command(const struct jl_command *command, struct jl_buffer *out) {
  jl_buffer_printf(out, "jalon %s%s%s%s\n\n  ", command->path, command->arguments[0] != '\0' ? " " : "", command->arguments,
                   command->options != NULL && command->options->name != NULL ? " [--...]" : "");
  wrapped(out, jl_tr(command->summary), 2);
  jl_buffer_text(out, "\n");
  if (command->options != NULL && command->options->name != NULL) {
    jl_buffer_byte(out, '\n');
    options_help(command->options, out);
  }
  jl_buffer_byte(out, '\n');
  text(out, JL_MSG("Examples"));
  jl_buffer_byte(out, '\n');
  for (size_t i = 0; i < JL_COUNT(command->examples) && command->examples[i] != NULL; i++)
    jl_buffer_printf(out, "  %s\n", command->examples[i]);
  if (command->run == jl_cmd_import) sources_help(out);
}

static void overview(struct jl_buffer *out) {
  text(out, JL_MSG("jalon: marketing plans, shared"));
  jl_buffer_text(out, "\n\n");
  line(out, "jalon start", JL_MSG("a first plan by questions; jalon login first"));
  line(out, "jalon dashboard", JL_MSG("where the plan stands; jalon mine: what waits for you"));
  line(out, "jalon RECORD VERB", JL_MSG("add, set, show, list, rm, restore: jalon help action"));
  line(out, "jalon watch VIEW", JL_MSG("follow what others change, as they change it"));
  heading(out, JL_MSG("Commands"));
  for (const struct jl_command *c = jl_command_next(NULL); c != NULL; c = jl_command_next(c)) line(out, c->path, c->summary);
  heading(out, JL_MSG("Records"));
  for (size_t i = 0; i < jl_record_type_count; i++)
    if (jl_record_types[i]->space != JL_SPACE_PERSONAL) line(out, jl_record_types[i]->command, jl_record_types[i]->plural);
  heading(out, JL_MSG("Views"));
  for (size_t i = 0; i < jl_view_count; i++)
    line(out, jl_views[i].name, jl_views[i].help != NULL && jl_views[i].help[0] != '\0' ? jl_views[i].help : jl_views[i].label);
  heading(out, JL_MSG("Options of every command"));
  options_help(jl_global_options, out);
  heading(out, JL_MSG("Examples"));
  jl_buffer_text(out, "  jalon help budget-line set\n  jalon action add \"Webinar IA\" --impact 8 --due +2w\n  jalon raci set A12 A=paul "
                      "R=marie C=sales I=comex\n  jalon budget --csv\n");
}

static bool is_verb(const char *word) {
  for (size_t i = 0; jl_record_verbs[i] != NULL; i++)
    if (strcmp(word, jl_record_verbs[i]) == 0) return true;
  return false;
}

/* "jalon help user": the commands below a word; of a record those that are not the verbs that every record has. */
static bool below(struct jl_buffer *out, const char *word, bool record) {
  size_t size = strlen(word);
  bool any = false;
  for (const struct jl_command *c = jl_command_next(NULL); c != NULL; c = jl_command_next(c)) {
    if (strncmp(c->path, word, size) != 0 || c->path[size] != ' ' || (record && is_verb(c->path + size + 1))) continue;
    any = true;
    line(out, c->path, c->summary);
  }
  return any;
}

static void record_help(struct jl_cli *cli, const struct jl_record_type *type, struct jl_buffer *out) {
  text(out, type->plural);
  jl_buffer_text(out, "\n\n");
  for (size_t i = 0; jl_record_verbs[i] != NULL; i++) {
    const struct jl_command *c = jl_record_command(cli->arena, type, jl_record_verbs[i]);
    for (const struct jl_command *own = jl_command_next(NULL); c != NULL && own != NULL; own = jl_command_next(own))
      if (strcmp(own->path, c->path) == 0) c = own;
    if (c == NULL) continue;
    char left[160];
    snprintf(left, sizeof left, "%s %s", c->path, c->arguments);
    line(out, left, c->summary);
  }
  (void)below(out, type->command, true);
  const struct jl_command *add = jl_record_command(cli->arena, type, type->singleton ? "set" : "add");
  jl_buffer_byte(out, '\n');
  if (add != NULL) options_help(add->options, out);
}

bool jl_help_topic(struct jl_cli *cli, const char *const *words, size_t count, struct jl_buffer *out, struct jl_error *err) {
  const struct jl_command *command = NULL;
  size_t used = 0;
  if (count == 0) {
    overview(out);
    return true;
  }
  if (count == 2 && strcmp(words[0], "check") == 0 && jl_help_rule(words[1], out)) return true;
  const struct jl_record_type *type = jl_record_type_by_name(words[0]);
  bool found = jl_command_find(cli, words, count, &command, &used, err);
  if (found && (used > 1 || type == NULL)) {
    jl_help_command(command, out);
    if (count > 1) return true;
    size_t end = out->size;
    heading(out, JL_MSG("See also"));
    if (!below(out, words[0], false)) out->size = end;
    return true;
  }
  if (type != NULL && count == 1) {
    record_help(cli, type, out);
    if (found) jl_help_command(command, out);
    return true;
  }
  if (count == 1 && below(out, words[0], false)) return true;
  if (found) jl_help_command(command, out);
  return found;
}

bool jl_cmd_help(struct jl_cli *cli, struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, JL_VIEW_MAX);
  bool ok = jl_help_topic(cli, cli->words, cli->word_count, &out, err);
  if (ok)
    jl_cli_print(cli, &out);
  else
    jl_buffer_release(&out);
  return ok;
}

bool jl_cmd_version(struct jl_cli *cli, struct jl_error *err) {
  (void)cli, (void)err;
  printf("jalon %s\n", JALON_VERSION);
  return true;
}

/* Finding the command that was typed. */
#include "client/cli/commands.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

const struct jl_command *jl_command_next(const struct jl_command *c) {
#define JL_COMMANDS_OF(name) jl_commands_##name,
  static const struct jl_command *const domains[] = {JL_COMMAND_DOMAINS(JL_COMMANDS_OF)};
  if (c == NULL) return domains[0];
  if (c[1].path != NULL) return c + 1;
  for (size_t i = 0; i + 1 < JL_COUNT(domains); i++) {
    const struct jl_command *last = domains[i];
    while (last[1].path != NULL) last++; /* no table is empty */
    if (last == c) return domains[i + 1];
  }
  return NULL;
}

/* "plan new" takes the fields of the plan's table, and a template. */
static const struct jl_command *with_plan_options(struct jl_arena *a, const struct jl_command *command) {
  struct jl_command *c = strcmp(command->path, "plan new") == 0 ? jl_arena_alloc(a, sizeof *c) : NULL;
  const struct jl_option *fields = c == NULL ? NULL : jl_field_options(a, jl_record_type_by_name("plan"), true);
  size_t n = 0;
  while (fields != NULL && fields[n].name != NULL) n++;
  struct jl_option *options = fields == NULL ? NULL : jl_arena_array(a, n + 4, sizeof *options);
  if (options == NULL) return command;
  options[0] = (struct jl_option){"template", "NAME|FILE", JL_MSG("start from a template: jalon template list")};
  options[1] = (struct jl_option){"from", "PLAN", JL_MSG("start from this plan: what it wants and plans, not what was spent, measured and said")};
  options[2] = (struct jl_option){"without", "PART,...", JL_MSG("leave these parts of it out: actions, budget, rights ...")};
  memcpy(options + 3, fields, n * sizeof *options);
  *c = *command;
  c->options = options;
  return c;
}

/* ---- finding ---- */
/* Words of the path that the line starts with: all of them, or 0. */
static size_t path_matches(const char *path, const char *const *words, size_t count) {
  size_t used = 0;
  for (const char *p = path; *p != '\0'; used++) {
    size_t size = strcspn(p, " ");
    if (used >= count || strlen(words[used]) != size || strncmp(words[used], p, size) != 0) return 0;
    p += size;
    if (*p == ' ') p++;
  }
  return used;
}

struct nearest {
  const char *word, *name;
  int distance, shared;
};

/* Letters of a word that stand in another, wherever: "bugdet" is nearer to budget than to bucket. */
static int shared_letters(const char *a, const char *b) {
  int left[256] = {0}, shared = 0;
  for (; *b != '\0'; b++) left[(unsigned char)*b]++;
  for (; *a != '\0'; a++) shared += left[(unsigned char)*a]-- > 0;
  return shared;
}

static void consider(struct nearest *n, const char *name, size_t size) {
  char first[64];
  if (size >= sizeof first) return;
  memcpy(first, name, size);
  first[size] = '\0';
  int distance = jl_text_distance(n->word, first), shared = shared_letters(n->word, first);
  if (distance < n->distance || (distance == n->distance && n->name != NULL && shared > n->shared))
    n->distance = distance, n->shared = shared, n->name = name;
}

static bool unknown_command(struct jl_cli *cli, const char *const *words, size_t count, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_name(words[0]);
  bool second = count > 1 && type != NULL;
  char typed[160], near[160] = "";
  struct nearest n = {second ? words[1] : words[0], NULL, 4, 0};
  for (const struct jl_command *c = jl_command_next(NULL); c != NULL; c = jl_command_next(c)) {
    const char *space = strchr(c->path, ' ');
    size_t first = space != NULL ? (size_t)(space - c->path) : strlen(c->path);
    if (count > 1 && space != NULL && strlen(words[0]) == first && strncmp(words[0], c->path, first) == 0) {
      if (!second) n = (struct nearest){words[1], NULL, 8, 0};
      second = true;
      consider(&n, space + 1, strlen(space + 1));
    } else if (!second)
      consider(&n, c->path, first);
  }
  for (size_t i = 0; second && type != NULL && jl_record_verbs[i] != NULL; i++)
    if (jl_record_verb_fits(type, jl_record_verbs[i])) consider(&n, jl_record_verbs[i], strlen(jl_record_verbs[i]));
  for (size_t i = 0; !second && i < jl_record_type_count; i++)
    consider(&n, jl_record_types[i]->command, strlen(jl_record_types[i]->command));
  for (size_t i = 0; !second && i < jl_view_count; i++) consider(&n, jl_views[i].name, strlen(jl_views[i].name));
  (void)cli;
  snprintf(typed, sizeof typed, "%s%s%s", words[0], count > 1 && second ? " " : "", count > 1 && second ? words[1] : "");
  if (n.name != NULL)
    snprintf(near, sizeof near, "%s%s%.*s", second ? words[0] : "", second ? " " : "",
             (int)(second ? strlen(n.name) : strcspn(n.name, " ")), n.name);
  if (type != NULL && count == 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} needs a verb: add, set, show, list, rm or restore"), JL_MSG("see jalon help {1}"),
                   jl_arg_text(words[0]));
  return jl_fail(err, JL_E_USAGE, JL_MSG("there is no command \"{1}\""),
                 near[0] != '\0' ? JL_MSG("did you mean jalon {2}?") : JL_MSG("see jalon help"), jl_arg_text(typed), jl_arg_text(near));
}

static bool takes_value(const struct jl_option *options, const char *name) {
  for (; options != NULL && options->name != NULL; options++)
    if (strcmp(options->name, name) == 0) return options->value != NULL;
  return true;
}

/* The words after "comment show" or "raci set" are of this form: as many that are no options as it takes. */
static bool form_fits(const struct jl_command *command, const char *const *words, size_t count) {
  size_t positional = 0;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(words[i], "--", 2) != 0)
      positional++;
    else if (words[i][2] == '\0')
      return positional + count - i - 1 >= command->least && positional + count - i - 1 <= command->most;
    else if (strchr(words[i], '=') == NULL && takes_value(command->options, words[i] + 2))
      i++;
  }
  return positional >= command->least && positional <= command->most;
}

/* Some commands stand beside the verbs of a record type: "comment REF TEXT" and "comment show CM1", "raci set A12 A=paul"
 * and "raci set RA20 --task TEXT". The verb is meant when the words fit it and not the command of that very name. NULL: it is not. */
static const struct jl_command *verb_instead(struct jl_cli *cli, const struct jl_command *command, size_t used, const char *const *words,
                                             size_t count) {
  const struct jl_record_type *type = count > 1 ? jl_record_type_by_name(words[0]) : NULL;
  const struct jl_command *verb = type == NULL ? NULL : jl_record_command(cli->arena, type, words[1]);
  if (verb == NULL || type->singleton || (used == 2 && (count == 2 || form_fits(command, words + 2, count - 2)))) return NULL;
  return count == 2 || form_fits(verb, words + 2, count - 2) ? verb : NULL;
}

bool jl_command_find(struct jl_cli *cli, const char *const *words, size_t count, const struct jl_command **ret_command, size_t *ret_used,
                     struct jl_error *err) {
  size_t best = 0;
  for (const struct jl_command *c = jl_command_next(NULL); c != NULL; c = jl_command_next(c)) {
    size_t used = path_matches(c->path, words, count);
    if (used > best) best = used, *ret_command = c;
  }
  *ret_used = best;
  const struct jl_command *verb = best > 0 ? verb_instead(cli, *ret_command, best, words, count) : NULL;
  if (verb != NULL) {
    *ret_command = verb;
    *ret_used = 2;
    return true;
  }
  if (best > 0) {
    *ret_command = jl_with_view_options(cli->arena, with_plan_options(cli->arena, *ret_command), words, count);
    return true;
  }
  const struct jl_record_type *type = jl_record_type_by_name(words[0]);
  if (type != NULL && count > 1 && (*ret_command = jl_record_command(cli->arena, type, words[1])) != NULL) {
    *ret_used = 2;
    return true;
  }
  const struct jl_view *view = jl_view_by_name(words[0]);
  if (view != NULL && (*ret_command = jl_view_command(cli->arena, view)) != NULL) {
    *ret_used = 1;
    return true;
  }
  return unknown_command(cli, words, count, err);
}

/* The commands of record types, made from their descriptions: add, set, list ... */
#include "client/cli/commands.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

static const struct jl_option action_list_options[] = {{"deleted", NULL, JL_MSG("the deleted ones")}, ACTION_FILTERS, ACTION_SORT, {NULL, NULL, NULL}};

const char *const jl_record_verbs[] = {"add", "set", "show", "list", "rm", "restore", "move", NULL};

static const struct {
  const char *verb, *summary;
  bool (*run)(struct jl_cli *cli, struct jl_error *err);
  unsigned flags;
} verbs[] = {
    {"add", JL_MSG("make a record"), jl_cmd_record_add, JL_COMMAND_WRITES},
    {"set", JL_MSG("change fields of a record"), jl_cmd_record_set, JL_COMMAND_WRITES},
    {"show", JL_MSG("show one record with everything below it"), jl_cmd_record_show, JL_COMMAND_PAST},
    {"list", JL_MSG("list the records"), jl_cmd_record_list, JL_COMMAND_PAST},
    {"rm", JL_MSG("delete a record"), jl_cmd_record_rm, JL_COMMAND_WRITES},
    {"restore", JL_MSG("bring a deleted record back"), jl_cmd_record_restore, JL_COMMAND_WRITES},
    {"move", JL_MSG("give a record another place in its list"), jl_cmd_record_move, JL_COMMAND_WRITES},
};

bool jl_record_verb_fits(const struct jl_record_type *type, const char *verb) {
  if (type->space == JL_SPACE_PERSONAL) return false; /* commands of its own keep it */
  if (strcmp(verb, "move") == 0) return jl_rank_field(type) != NULL;
  if (type->number == JL_TYPE_APPROVAL || type->number == JL_TYPE_BASELINE || type->number == JL_TYPE_SPRINT_EVENT || type->number == JL_TYPE_AUTOMATION_FIRING) /* submit, approve ... */
    return strcmp(verb, "show") == 0 || strcmp(verb, "list") == 0;
  if (type->number >= JL_TYPE_REVIEW && type->number <= JL_TYPE_REVIEW_DECISION) return strcmp(verb, "show") == 0 || strcmp(verb, "list") == 0; /* review start, accept ... */
  if (type->number == JL_TYPE_LAUNCH_OVERRIDE) return strcmp(verb, "add") != 0 && strcmp(verb, "set") != 0; /* gate override */
  return !type->singleton ||
         (strcmp(verb, "add") != 0 && strcmp(verb, "rm") != 0 && strcmp(verb, "restore") != 0 && strcmp(verb, "list") != 0);
}

static const char *value_hint(struct jl_arena *a, const struct jl_field *f) {
  switch (f->kind) {
  case JL_KIND_MONEY:
    return "AMOUNT";
  case JL_KIND_FRACTION:
  case JL_KIND_INTEGER:
    return f->merge == JL_MERGE_COUNTER ? "N|+N|-N" : "N";
  case JL_KIND_SHARE:
    return "PERCENT";
  case JL_KIND_DATE:
    return "DATE";
  case JL_KIND_TIME:
    return "TIME";
  case JL_KIND_BOOL:
    return "yes|no";
  case JL_KIND_CURRENCY:
    return "EUR|USD|...";
  case JL_KIND_LINK:
    return "ADDRESS";
  case JL_KIND_REFERENCE:
    return f->repeated ? "REF,...|+REF|-REF" : "REF";
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
    return f->repeated ? "TEXT,...|+TEXT|-TEXT" : "TEXT";
  case JL_KIND_RANK:
    return "PLACE";
  case JL_KIND_ENUM:
    break;
  }
  char *words = jl_arena_strdup(a, "");
  for (size_t i = 0; i < f->enumeration->count && words != NULL; i++)
    words = jl_arena_printf(a, "%s%s%s", words, i > 0 ? "|" : "", f->enumeration->values[i].text);
  return words != NULL ? words : "WORD";
}

static const char *joined(struct jl_arena *a, const char *before, const char *what) {
  char *both = jl_arena_printf(a, "%s%s%s", before, before[0] != '\0' ? ", " : "", what);
  return both != NULL ? both : before;
}

static const char *worded(struct jl_arena *a, const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(message, args, n, &text);
  char *copy = jl_arena_strndup(a, text.size > 0 ? (const char *)text.data : "", text.size);
  jl_buffer_release(&text);
  return copy != NULL ? copy : "";
}

/* "duration; in working days; 0 to 2600": all that the field's description says, in the user's language. */
static const char *field_help(struct jl_arena *a, const struct jl_field *f, bool adding) {
  const char *help = jl_tr(f->label);
  if (f->help[0] != '\0') help = joined(a, help, jl_tr(f->help));
  const struct jl_arg unit = jl_arg_label(f->unit), range[] = {jl_arg_integer(f->minimum), jl_arg_integer(f->maximum)},
                      otherwise = jl_arg_text(f->default_text);
  if (f->unit[0] != '\0') help = joined(a, help, worded(a, JL_MSG("in {1}"), &unit, 1));
  if (f->kind == JL_KIND_INTEGER && f->has_minimum && f->has_maximum) help = joined(a, help, worded(a, JL_MSG("{1} to {2}"), range, 2));
  const struct jl_arg so_far = jl_arg_text(help);
  if (f->kind == JL_KIND_ENUM && f->help[0] == '\0') help = worded(a, JL_MSG("{1}: "), &so_far, 1);
  for (size_t i = 0, n = 0; f->kind == JL_KIND_ENUM && f->help[0] == '\0' && i < f->enumeration->count; i++) {
    const struct jl_enum_value *v = &f->enumeration->values[i];
    bool same = strcmp(v->text, jl_tr(v->label)) == 0;
    char *pair = jl_arena_printf(a, "%s%s%s%s%s", help, n++ > 0 ? ", " : "", v->text, same ? "" : " = ", same ? "" : jl_tr(v->label));
    if (pair != NULL) help = pair;
  }
  if (adding && f->required && f->default_text[0] == '\0') help = joined(a, help, jl_tr(JL_MSG("needed")));
  if (adding && f->default_text[0] != '\0') help = joined(a, help, worded(a, JL_MSG("otherwise {1}"), &otherwise, 1));
  return help;
}

struct jl_option *jl_field_options(struct jl_arena *a, const struct jl_record_type *type, bool adding) {
  struct jl_option *options = jl_arena_array(a, type->field_count + 1, sizeof *options);
  size_t n = 0;
  for (size_t i = 0; options != NULL && i < type->field_count; i++) {
    const struct jl_field *f = &type->fields[i];
    if (f->by_server || (!adding && f->immutable) || jl_names_the_plan(f)) continue;
    options[n++] = (struct jl_option){f->flag, value_hint(a, f), field_help(a, f, adding)};
  }
  return options;
}

static const struct jl_option rm_options[] = {{"with-children", NULL, JL_MSG("delete what belongs to it too")}, {NULL, NULL, NULL}};

static const struct jl_option move_options[] = {{"after", "REF", JL_MSG("behind this one")},
                                                {"before", "REF", JL_MSG("before this one")},
                                                {"first", NULL, JL_MSG("to the beginning of the list")},
                                                {"last", NULL, JL_MSG("to the end of the list")},
                                                {NULL, NULL, NULL}};

static const char *example_value(const struct jl_field *f) {
  switch (f->kind) {
  case JL_KIND_MONEY:
    return "\"1 200\"";
  case JL_KIND_DATE:
    return "+2w";
  case JL_KIND_SHARE:
    return "20%";
  case JL_KIND_BOOL:
    return "yes";
  case JL_KIND_INTEGER:
  case JL_KIND_FRACTION:
    return "3";
  case JL_KIND_ENUM:
    return f->enumeration->values[f->enumeration->count - 1].text;
  case JL_KIND_REFERENCE:
    return "REF";
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_TIME:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_RANK:
    break;
  }
  return "\"...\"";
}

/* What is changed every day. */
static const struct jl_field *example_field(const struct jl_record_type *type, const struct jl_field *title) {
  const struct jl_field *shown = NULL;
  int best = 0;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *f = &type->fields[i];
    int rank = f->kind == JL_KIND_MONEY       ? 5
               : f->kind == JL_KIND_DATE      ? 4
               : f->kind == JL_KIND_ENUM      ? 3
               : f->kind == JL_KIND_REFERENCE ? 0
                                              : 2;
    if (f == title || f->by_server || f->immutable || rank <= best) continue;
    best = rank;
    shown = f;
  }
  if (shown != NULL) return shown;
  return title != NULL ? title : &type->fields[0];
}

static void make_examples(struct jl_arena *a, struct jl_command *c, const char *verb) {
  const struct jl_record_type *type = c->type;
  const struct jl_field *title = jl_title_field(type), *shown = example_field(type, title);
  if (strcmp(verb, "add") == 0) {
    char *required = jl_arena_strdup(a, "");
    for (size_t i = 0; i < type->field_count && required != NULL; i++) {
      const struct jl_field *f = &type->fields[i];
      if (f != title && f->required && f->default_text[0] == '\0' && !jl_names_the_plan(f))
        required = jl_arena_printf(a, "%s --%s %s", required, f->flag, example_value(f));
    }
    c->examples[0] = jl_arena_printf(a, "jalon %s%s%s", c->path, title != NULL ? " \"...\"" : "", required != NULL ? required : "");
    if (!shown->required) c->examples[1] = jl_arena_printf(a, "%s --%s %s", c->examples[0], shown->flag, example_value(shown));
  } else if (strcmp(verb, "set") == 0 && type->singleton)
    c->examples[0] = jl_arena_printf(a, "jalon %s --%s %s", c->path, shown->flag, example_value(shown));
  else if (strcmp(verb, "set") == 0)
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12 --%s %s", c->path, type->letter, shown->flag, example_value(shown));
  else if (strcmp(verb, "move") == 0) {
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12 --after %s3", c->path, type->letter, type->letter);
    c->examples[1] = jl_arena_printf(a, "jalon %s %s12 --first", c->path, type->letter);
  } else if (strcmp(verb, "list") == 0 || type->singleton)
    c->examples[0] = jl_arena_printf(a, "jalon %s", c->path);
  else
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12", c->path, type->letter);
}

const struct jl_command *jl_record_command(struct jl_arena *a, const struct jl_record_type *type, const char *verb) {
  size_t v = 0;
  while (v < JL_COUNT(verbs) && strcmp(verbs[v].verb, verb) != 0) v++;
  if (v == JL_COUNT(verbs) || !jl_record_verb_fits(type, verb)) return NULL;
  struct jl_command *c = jl_arena_alloc(a, sizeof *c);
  if (c == NULL) return NULL;
  bool adding = strcmp(verb, "add") == 0, setting = strcmp(verb, "set") == 0, listing = strcmp(verb, "list") == 0;
  c->path = jl_arena_printf(a, "%s %s", type->command, verb);
  c->summary = verbs[v].summary;
  c->run = verbs[v].run;
  c->type = type;
  c->flags = verbs[v].flags | (type->space == JL_SPACE_PLAN ? (unsigned)JL_COMMAND_PLAN : 0);
  const struct jl_field *title = jl_title_field(type);
  c->most = listing || (adding && title == NULL) ? 0 : 1;
  c->least = type->singleton || adding ? 0 : c->most;
  c->arguments = listing || c->most == 0 ? "" : adding ? "[TITLE]" : type->singleton ? "" : "REF";
  c->options = adding || setting               ? jl_field_options(a, type, adding)
               : listing                       ? (type == jl_record_type_by_name("action") ? action_list_options : list_options)
               : strcmp(verb, "rm") == 0   ? rm_options
               : strcmp(verb, "move") == 0 ? move_options
                                           : NULL;
  make_examples(a, c, verb);
  return c->path == NULL || c->examples[0] == NULL ? NULL : c;
}

/* Mentions: whom "@marie", "@sales" and "@"Content Manager"" in a text mean. They are looked up when the text is written, in the directory as
 * the writer sees it: so suggestions name nobody whom the writer may not see, and a later change of name does not matter. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <ctype.h>
#include <string.h>

#define MENTIONS_MAX 64 /* of one text */

static bool part_of_name(unsigned char c) { return c >= 0x80 || isalnum(c) || c == '-' || c == '_' || c == '.'; }

/* The next name behind an @, in the arena; *at moves behind it. An address (paul@example.com) mentions nobody, nor does "@10h". NULL: no more. */
static char *next_name(struct jl_cli *cli, const char *text, size_t *at) {
  for (size_t i = *at; text[i] != '\0'; i++) {
    bool inside = i > 0 && (part_of_name((unsigned char)text[i - 1]) || text[i - 1] == '@');
    if (text[i] != '@' || inside) continue;
    size_t begin = i + 1, size = 0;
    if (text[begin] == '"') {
      size = strcspn(text + ++begin, "\"\n");
      *at = begin + size + (text[begin + size] == '"');
    } else {
      while (part_of_name((unsigned char)text[begin + size])) size++;
      while (size > 0 && strchr(".-_", text[begin + size - 1]) != NULL) size--; /* the end of the sentence */
      *at = begin + size;
    }
    if (size == 0 || isdigit((unsigned char)text[begin])) continue;
    return jl_arena_strndup(cli->arena, text + begin, size);
  }
  return NULL;
}

/* "content-manager" for "Content Manager". NULL: nothing to replace. */
static char *with_blanks(struct jl_cli *cli, const char *name) {
  if (name == NULL || strpbrk(name, "-_.") == NULL) return NULL;
  char *blanks = jl_arena_strdup(cli->arena, name);
  for (char *p = blanks; p != NULL && *p != '\0'; p++)
    if (strchr("-_.", *p) != NULL) *p = ' ';
  return blanks;
}

static struct jl_lookup *add_name(struct jl_cli *cli, struct jl_lookups *l, const char *name) {
  struct jl_lookup *one = jl_lookup_add(cli, l, name);
  if (one != NULL) one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_COMMENT), JL_COMMENT_MENTIONS);
  return one;
}

/* Not found as it stands: once more with blanks, all in one exchange. */
static bool look_again(struct jl_cli *cli, struct jl_lookups *l, char *const *names, struct jl_error *err) {
  struct jl_lookups again = {.space = l->space};
  size_t which[MENTIONS_MAX] = {0};
  for (size_t i = 0; i < l->count; i++) {
    const char *blanks = l->items[i].error.code == JL_E_NOT_FOUND ? with_blanks(cli, names[i]) : NULL;
    if (blanks == NULL) continue;
    which[again.count] = i;
    if (add_name(cli, &again, blanks) == NULL) return jl_cli_no_link(err);
  }
  if (again.count == 0) return true;
  if (!jl_lookups_run(cli, &again, err)) return false;
  for (size_t i = 0; i < again.count; i++)
    if (again.items[i].error.code != JL_E_NOT_FOUND) l->items[which[i]] = again.items[i];
  return true;
}

/* A name that nearly begins so: people are called by the beginning of theirs, so it is looked for with fewer letters. "": none. */
static const char *nearest(struct jl_cli *cli, const char *name) {
  struct jl_lookups l = {.space = cli->plan};
  struct jl_error ignored;
  size_t size = strlen(name);
  for (size_t less = 1; less <= 2 && size >= less + 3; less++) {
    char *beginning = jl_arena_strndup(cli->arena, name, size - less);
    if (((unsigned char)name[size - less] & 0xc0) == 0x80) continue; /* within a character */
    if (beginning == NULL || add_name(cli, &l, beginning) == NULL) return "";
  }
  if (l.count == 0 || !jl_lookups_run(cli, &l, &ignored)) return "";
  for (size_t i = 0; i < l.count; i++)
    if (l.items[i].error.code == JL_E_OK) return jl_title_text(cli, l.items[i].record.type, l.items[i].record.body);
  return "";
}

static bool unknown(struct jl_cli *cli, const struct jl_lookup *one, const char *name, struct jl_error *err) {
  const struct jl_arg *found = &one->error.args[2];
  if (one->error.code != JL_E_NOT_FOUND) {
    *err = one->error;
    return false;
  }
  const struct jl_arg near = found->kind == JL_ARG_TEXT && found->text[0] != '\0' ? *found : jl_arg_text(nearest(cli, name));
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("nobody is called @{1}: no person, team or role; nothing was written"),
                 near.text[0] != '\0' ? JL_MSG("did you mean @{2}? --no-mentions when nobody is meant")
                                      : JL_MSG("see jalon people; --no-mentions when nobody is meant"),
                 jl_arg_text(name), near);
}

bool jl_cli_mentions(struct jl_cli *cli, const char *text, struct jl_mentions *ret, struct jl_error *err) {
  struct jl_lookups l = {.space = cli->plan};
  char *names[MENTIONS_MAX] = {NULL}, *name;
  *ret = (struct jl_mentions){NULL, 0};
  if (jl_cli_option(cli, "no-mentions") != NULL) return true;
  for (size_t at = 0; (name = next_name(cli, text, &at)) != NULL;) {
    if (l.count == MENTIONS_MAX)
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a comment mentions at most {1} people"), NULL, jl_arg_integer(MENTIONS_MAX));
    names[l.count] = name; /* of the lookup that is added now */
    if (add_name(cli, &l, name) == NULL) return jl_cli_no_link(err);
  }
  if (l.count == 0) return true;
  ret->ids = jl_arena_array(cli->arena, l.count, sizeof *ret->ids);
  if (ret->ids == NULL) return jl_cli_no_link(err);
  if (!jl_lookups_run(cli, &l, err) || !look_again(cli, &l, names, err)) return false;
  for (size_t i = 0; i < l.count; i++) {
    if (l.items[i].error.code != JL_E_OK) return unknown(cli, &l.items[i], names[i], err);
    ret->ids[ret->count++] = l.items[i].record.id;
  }
  return true;
}

bool jl_mentions_slice(struct jl_cli *cli, const struct jl_mentions *m, struct jl_bytes *ret_slice, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_COMMENT), JL_COMMENT_MENTIONS);
  struct jl_value *values = jl_arena_array(cli->arena, m->count + 1, sizeof *values);
  *ret_slice = (struct jl_bytes){NULL, 0};
  if (values == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < m->count; i++) values[i] = (struct jl_value){.id = m->ids[i]};
  if (m->count == 0) return true;
  *ret_slice = jl_values_encode(cli->arena, field, values, m->count);
  return ret_slice->data != NULL || jl_cli_no_link(err);
}

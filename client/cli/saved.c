/* view save, view use: what is typed behind "jalon", kept by a name and shown again, with what is typed now beside it. The record is carried with
 * the plan, so both work without the server. */
#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <string.h>

#define SETTINGS_MAX 32
#define SETTINGS_BYTES 2000

/* ---- save ---- */
/* A line for each option of the view; those of the command itself are not. */
static const char *settings_of(struct jl_cli *cli, const struct jl_view *view, struct jl_error *err) {
  const char *all = "";
  for (size_t i = 0; all != NULL && i < cli->option_count; i++) {
    const struct jl_given_option *o = &cli->options[i];
    if (strchr(o->value, '\n') != NULL) {
      (void)jl_fail(err, JL_E_USAGE, JL_MSG("--{1} must be a single line"), NULL, jl_arg_text(o->name));
      return NULL;
    }
    if (jl_view_takes(view, o->name) && strcmp(o->name, "shared") != 0)
      all = jl_arena_printf(cli->arena, "%s%s%s=%s", all, all[0] == '\0' ? "" : "\n", o->name, o->value);
  }
  if (all == NULL) (void)jl_cli_no_link(err);
  return all;
}

bool jl_cmd_view_save(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_view *view = jl_view_by_name(cli->words[1]);
  struct jl_rhythm r;
  struct jl_outcome_of outcome;
  if (view == NULL || !view->needs_space)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no view {1} of a plan"), JL_MSG("jalon help lists the views"), jl_arg_text(cli->words[1]));
  const char *settings = settings_of(cli, view, err);
  if (settings == NULL || !jl_rhythm_begin(&r, cli, err)) return false;
  struct jl_draft d = jl_draft_of(&r, JL_TYPE_VIEW);
  bool ok = jl_draft_text(&d, JL_VIEW_NAME, cli->words[0], err) && jl_draft_text(&d, JL_VIEW_VIEW, view->name, err) &&
            jl_draft_text(&d, JL_VIEW_RECORD, cli->word_count > 2 ? cli->words[2] : NULL, err) &&
            (settings[0] == '\0' || jl_draft_words(&d, JL_VIEW_SETTINGS, (struct jl_bytes){(const uint8_t *)settings, strlen(settings)}, err)) &&
            (jl_cli_option(cli, "shared") == NULL || jl_draft_number(&d, JL_VIEW_SHARED, 1, err)) && jl_draft_put(&d, err);
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be saved") : JL_MSG("{1} is saved: jalon view use \"{1}\"{2}"), jl_arg_text(cli->words[0]), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- use ---- */
/* 2: one's own, 1: for everybody, 0: somebody else's, which goes by its number. */
static int claim(struct jl_cli *cli, const struct jl_lookup *saved) {
  struct jl_id owner;
  bool own = jl_record_id(saved->type, saved->record.body, JL_VIEW_OWNER, &owner) && jl_id_equal(&owner, &jl_profile_identity(cli->profile)->person);
  return own ? 2 : jl_record_int(saved->type, saved->record.body, JL_VIEW_SHARED, 0) != 0;
}

static bool is_called(const Jalon__Row *row, const char *name) {
  for (size_t k = 0; k < row->n_cells; k++)
    if (row->cells[k]->text != NULL && strcmp(row->cells[k]->text, name) == 0) return true;
  return false;
}

/* Two people may each have their own of one name. */
static bool find(struct jl_cli *cli, struct jl_lookup *ret, struct jl_error *err) {
  const struct jl_parameter type = {"type", "view"};
  struct jl_view_ask ask = {.space = cli->plan, .view = "list", .parameters = &type, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  int best = 0;
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *list = document->n_blocks > 0 ? document->blocks[0] : NULL;
  for (size_t i = 0; list != NULL && i < list->n_rows; i++) {
    struct jl_lookup one = {.type = jl_record_type_by_number(JL_TYPE_VIEW)};
    if (!is_called(list->rows[i], cli->words[0]) || !jl_row_record(list->rows[i], JL_TYPE_VIEW, &one.id)) continue;
    if (!jl_lookup_one(cli, &one, err)) return false;
    if (claim(cli, &one) <= best) continue;
    best = claim(cli, &one);
    *ret = one;
  }
  if (best > 0) return true;
  *ret = (struct jl_lookup){.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_VIEW)}; /* VW3, or the beginning of a name */
  return jl_lookup_one(cli, ret, err);
}

static const char *text_of(struct jl_cli *cli, const struct jl_lookup *saved, uint32_t field) {
  struct jl_bytes text = jl_record_text(saved->type, saved->record.body, field);
  const char *copy = jl_arena_strndup(cli->arena, text.size == 0 ? "" : (const char *)text.data, text.size);
  return copy == NULL ? "" : copy;
}

/* What is saved, then what is typed now, which counts where both say something. */
static bool take_settings(struct jl_cli *cli, const char *settings, struct jl_error *err) {
  struct jl_given_option *options = jl_arena_array(cli->arena, SETTINGS_MAX + cli->option_count, sizeof *options);
  size_t n = 0;
  if (options == NULL) return jl_cli_no_link(err);
  for (const char *at = settings; *at != '\0' && n < SETTINGS_MAX;) {
    size_t size = strcspn(at, "\n"), key = strcspn(at, "=\n");
    const char *name = jl_arena_strndup(cli->arena, at, key), *value = key < size ? jl_arena_strndup(cli->arena, at + key + 1, size - key - 1) : "";
    if (name == NULL || value == NULL) return jl_cli_no_link(err);
    if (jl_cli_option(cli, name) == NULL) options[n++] = (struct jl_given_option){name, value};
    at += size + (at[size] == '\n');
  }
  if (cli->option_count > 0) memcpy(options + n, cli->options, cli->option_count * sizeof *options);
  cli->options = options;
  cli->option_count += n;
  return true;
}

bool jl_cmd_view_use(struct jl_cli *cli, struct jl_error *err) {
  struct jl_lookup saved;
  if (!find(cli, &saved, err)) return false;
  const char *name = text_of(cli, &saved, JL_VIEW_VIEW), *record = text_of(cli, &saved, JL_VIEW_RECORD);
  struct jl_command *command = jl_arena_alloc(cli->arena, sizeof *command);
  const char **words = jl_arena_array(cli->arena, 1, sizeof *words);
  const struct jl_view *view = jl_view_by_name(name);
  if (command == NULL || words == NULL) return jl_cli_no_link(err);
  if (view == NULL)
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("this program has no view {1}: a newer one saved it"), JL_MSG("bring this machine to the newer version"), jl_arg_text(name));
  if (!take_settings(cli, text_of(cli, &saved, JL_VIEW_SETTINGS), err)) return false;
  words[0] = record;
  *command = *cli->command;
  command->view = view;
  cli->command = command;
  cli->words = words;
  cli->word_count = record[0] != '\0';
  return jl_cmd_view(cli, err);
}

/* Mappings that a team keeps by a name: what jalon import was told for files of one kind, told again for the next one. What is typed now counts
 * where both say something. */
#include "client/import/parts.h"
#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <string.h>

#define SETTINGS_BYTES 8000

/* What a mapping remembers; the rest is of one import. */
static const char *const kept[] = {"map", "set", "value", "key", "create", "encoding", "separator", "decimal", "date-order", "header-row", "sheet", "totals", "hidden", "empty"};

static bool is_kept(const char *name) {
  for (size_t i = 0; i < JL_COUNT(kept); i++)
    if (strcmp(kept[i], name) == 0) return true;
  return false;
}

static bool look_up(struct jl_cli *cli, const char *name, struct jl_lookup *ret, struct jl_error *err) {
  *ret = (struct jl_lookup){.text = name, .type = jl_record_type_by_number(JL_TYPE_IMPORT_MAPPING)};
  return jl_lookup_one(cli, ret, err);
}

static const char *text_of(struct jl_cli *cli, const struct jl_lookup *saved, uint32_t field) {
  struct jl_bytes text = jl_record_text(saved->type, saved->record.body, field);
  return jl_arena_strndup(cli->arena, text.size == 0 ? "" : (const char *)text.data, text.size);
}

/* "map=Coût HT=net", a line each, before the options that were typed. */
static bool put_before(struct jl_cli *cli, const char *settings, size_t *ret_n, struct jl_error *err) {
  size_t lines = 1, n = 0;
  for (const char *c = settings; *c != '\0'; c++) lines += *c == '\n';
  struct jl_given_option *options = jl_arena_array(cli->arena, lines + cli->option_count, sizeof *options);
  if (options == NULL) return jl_ingest_no_memory(err);
  for (const char *at = settings; *at != '\0';) {
    size_t size = strcspn(at, "\n"), key = strcspn(at, "=\n");
    options[n].name = jl_arena_strndup(cli->arena, at, key);
    options[n].value = key < size ? jl_arena_strndup(cli->arena, at + key + 1, size - key - 1) : "";
    if (options[n].name == NULL || options[n].value == NULL) return jl_ingest_no_memory(err);
    n += is_kept(options[n].name); /* what a newer program keeps besides is not for this one */
    at += size + (at[size] == '\n');
  }
  if (cli->option_count > 0) memcpy(options + n, cli->options, cli->option_count * sizeof *options);
  cli->options = options;
  cli->option_count += n;
  *ret_n = n;
  return true;
}

bool jl_ingest_mapping_use(struct jl_cli *cli, const char **io_as, size_t *ret_options, struct jl_error *err) {
  struct jl_lookup saved;
  const char *name = jl_cli_option(cli, "mapping");
  *ret_options = 0;
  if (name == NULL) return true;
  if (!jl_cli_ready(cli, JL_COMMAND_PLAN | JL_COMMAND_WRITES, err) || !look_up(cli, name, &saved, err)) return false;
  const char *settings = text_of(cli, &saved, JL_IMPORT_MAPPING_SETTINGS), *rows = text_of(cli, &saved, JL_IMPORT_MAPPING_ROWS);
  if (settings == NULL || rows == NULL) return jl_ingest_no_memory(err);
  if (*io_as == NULL) *io_as = rows;
  return put_before(cli, settings, ret_options, err);
}

/* ---- save ---- */
static const char *settings_of(struct jl_cli *cli, struct jl_error *err) {
  const char *all = "";
  for (size_t i = 0; all != NULL && i < cli->option_count; i++) {
    const struct jl_given_option *o = &cli->options[i];
    if (!is_kept(o->name)) continue;
    if (strchr(o->value, '\n') != NULL) {
      (void)jl_fail(err, JL_E_USAGE, JL_MSG("--{1} must be a single line"), NULL, jl_arg_text(o->name));
      return NULL;
    }
    all = jl_arena_printf(cli->arena, "%s%s%s=%s", all, all[0] == '\0' ? "" : "\n", o->name, o->value);
  }
  if (all != NULL && strlen(all) <= SETTINGS_BYTES) return all;
  if (all == NULL) (void)jl_ingest_no_memory(err);
  else (void)jl_fail(err, JL_E_TOO_LARGE, JL_MSG("--save-mapping: what was told is too long to be kept"), NULL);
  return NULL;
}

static bool make(struct jl_rhythm *r, const char *name, const char *rows, const char *settings, struct jl_error *err) {
  struct jl_draft d = jl_draft_of(r, JL_TYPE_IMPORT_MAPPING);
  return jl_draft_text(&d, JL_IMPORT_MAPPING_NAME, name, err) && jl_draft_text(&d, JL_IMPORT_MAPPING_ROWS, rows, err) &&
         (settings[0] == '\0' || jl_draft_words(&d, JL_IMPORT_MAPPING_SETTINGS, (struct jl_bytes){(const uint8_t *)settings, strlen(settings)}, err)) && jl_draft_put(&d, err);
}

/* Its base is what it was when the import began. */
static bool change(struct jl_rhythm *r, const struct jl_lookup *old, const char *rows, const char *settings, struct jl_error *err) {
  const struct { uint32_t field; const char *text; } fields[] = {{JL_IMPORT_MAPPING_ROWS, rows}, {JL_IMPORT_MAPPING_SETTINGS, settings}};
  if (old->record.deleted_revision != 0) jl_group_restore(r->group, JL_TYPE_IMPORT_MAPPING, &old->record.id);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    struct jl_bytes next, now = jl_record_slice(old->record.body, fields[i].field);
    if (!jl_value_slice(r->cli, jl_field_by_number(old->type, fields[i].field), fields[i].text, &r->input, &next, err)) return false;
    if (jl_same_bytes(now, next)) continue;
    jl_group_update(r->group, JL_TYPE_IMPORT_MAPPING, &old->record.id);
    jl_group_field(r->group, fields[i].field, now, next);
  }
  return true;
}

static bool existing(struct jl_cli *cli, const char *name, struct jl_lookup *ret, bool *ret_there, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_IMPORT_MAPPING);
  struct jl_bytes key = {NULL, 0};
  const struct jl_input input = {.today = jl_cli_today(cli)};
  *ret = (struct jl_lookup){.type = type, .deleted = true};
  if (!jl_record_put_text(cli, type, &key, JL_IMPORT_MAPPING_NAME, name, &input, err)) return false;
  if (!jl_record_natural_id(type, &cli->plan, key, &ret->id)) return jl_ingest_no_memory(err);
  *ret_there = jl_lookup_one(cli, ret, err);
  return *ret_there || err->code == JL_E_NOT_FOUND;
}

static bool is_same(const struct jl_lookup *old, const char *rows, const char *settings) {
  struct jl_bytes r = jl_record_text(old->type, old->record.body, JL_IMPORT_MAPPING_ROWS), s = jl_record_text(old->type, old->record.body, JL_IMPORT_MAPPING_SETTINGS);
  return jl_same_bytes(r, (struct jl_bytes){(const uint8_t *)rows, strlen(rows)}) && jl_same_bytes(s, (struct jl_bytes){(const uint8_t *)settings, strlen(settings)});
}

/* Whether --mapping names the same one, so that what is saved builds on it. */
static bool is_used(struct jl_cli *cli, const struct jl_lookup *old, bool *ret_used, struct jl_error *err) {
  struct jl_lookup used;
  const char *name = jl_cli_option(cli, "mapping");
  *ret_used = false;
  if (name == NULL) return true;
  if (!look_up(cli, name, &used, err)) return false;
  *ret_used = jl_id_equal(&used.record.id, &old->record.id);
  return true;
}

bool jl_ingest_mapping_look(struct jl_ingest *in, struct jl_error *err) {
  const char *name = jl_cli_option(in->cli, "save-mapping"), *settings = name == NULL ? NULL : settings_of(in->cli, err);
  bool used;
  if (name == NULL) return true;
  if (settings == NULL || !existing(in->cli, name, &in->mapping, &in->has_mapping, err)) return false;
  *err = (struct jl_error){0};
  if (!in->has_mapping || in->mapping.record.deleted_revision != 0 || is_same(&in->mapping, in->source->name, settings)) return true;
  if (!is_used(in->cli, &in->mapping, &used, err)) return false;
  return used || jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("there is a mapping \"{1}\" already, which says something else"),
                         JL_MSG("--mapping \"{1}\" --save-mapping \"{1}\" builds on it; another name keeps both"), jl_arg_text(name));
}

bool jl_ingest_mapping_save(struct jl_ingest *in, struct jl_error *err) {
  struct jl_cli *cli = in->cli;
  const char *name = jl_cli_option(cli, "save-mapping"), *settings = name == NULL ? NULL : settings_of(cli, err);
  struct jl_rhythm r;
  struct jl_outcome_of outcome = {0};
  if (name == NULL) return true;
  if (settings == NULL || !jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = in->has_mapping ? change(&r, &in->mapping, in->source->name, settings, err) : make(&r, name, in->source->name, settings, err);
  if (ok && jl_group_edits(r.group) == 0) {
    jl_group_free(r.group);
    return true;
  }
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_talk(cli, JL_MSG("the mapping is saved: jalon import FILE --mapping \"{1}\""), jl_arg_text(name));
  return true;
}

/* Files that come with the program: which there are, and what is in one (shipped.h). */
#include "client/cli/shipped.h"
#include "common/record/schema.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".json"

const struct jl_shelf jl_shelf_templates = {JALON_TEMPLATES_SOURCE, JALON_TEMPLATES_INSTALLED, JL_MSG("there is no template {1}"),
                                            JL_MSG("see jalon template list, or give the path of a file")};
const struct jl_shelf jl_shelf_playbooks = {JALON_PLAYBOOKS_SOURCE, JALON_PLAYBOOKS_INSTALLED, JL_MSG("there is no playbook {1}"),
                                            JL_MSG("see jalon playbook catalogue and jalon playbook list, or give the path of a file")};

static const char *folder(const struct jl_shelf *shelf) { return access(shelf->source, R_OK) == 0 ? shelf->source : shelf->installed; }

/* A path, or a file of this folder by its whole name. */
static bool is_file(const char *name) {
  size_t size = strlen(name), suffix = strlen(SUFFIX);
  return strchr(name, '/') != NULL || (size > suffix && strcmp(name + size - suffix, SUFFIX) == 0 && access(name, R_OK) == 0);
}

static const char *path_of(struct jl_cli *cli, const struct jl_shelf *shelf, const char *name) {
  return is_file(name) ? name : jl_arena_printf(cli->arena, "%s/%s" SUFFIX, folder(shelf), name);
}

bool jl_shelf_has(struct jl_cli *cli, const struct jl_shelf *shelf, const char *name) {
  const char *path = path_of(cli, shelf, name);
  return path != NULL && access(path, R_OK) == 0;
}

struct jl_import *jl_shelf_take(struct jl_cli *cli, const struct jl_shelf *shelf, const char *name, const char **ret_path, struct jl_error *err) {
  struct jl_import *im = jl_arena_alloc(cli->arena, sizeof *im);
  *ret_path = path_of(cli, shelf, name);
  if (im == NULL || *ret_path == NULL) {
    (void)jl_cli_no_link(err);
    return NULL;
  }
  if (access(*ret_path, R_OK) != 0) {
    (void)jl_fail(err, JL_E_NOT_FOUND, shelf->missing, shelf->hint, jl_arg_text(name));
    return NULL;
  }
  im->cli = cli;
  return im;
}

/* ---- list ---- */
static int is_of_shelf(const struct dirent *entry) {
  size_t size = strlen(entry->d_name), suffix = strlen(SUFFIX);
  return size > suffix && strcmp(entry->d_name + size - suffix, SUFFIX) == 0;
}

static void cell_words(struct jl_builder *b, const char *words) {
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)words, words == NULL ? 0 : strlen(words)});
}

static bool list_row(struct jl_cli *cli, const struct jl_shelf *shelf, struct jl_builder *b, const char *file, struct jl_error *err) {
  const char *path, *name = jl_arena_strndup(cli->arena, file, strlen(file) - strlen(SUFFIX));
  if (name == NULL) return jl_cli_no_link(err);
  struct jl_import *im = jl_shelf_take(cli, shelf, name, &path, err);
  if (im == NULL || !jl_import_read(im, path, err)) return false;
  const struct jl_json *about = jl_json_member(im->root, "template");
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  cell_words(b, name);
  cell_words(b, jl_import_words(about, "title"));
  jl_cell(b, jl_arg_integer((int64_t)im->total));
  cell_words(b, jl_import_words(about, "description"));
  return true;
}

static bool print(struct jl_cli *cli, struct jl_builder *b, struct jl_error *err) {
  return jl_builder_ok(b) ? jl_cli_print_document(cli, jl_builder_document(b), err) : jl_cli_no_link(err);
}

bool jl_shelf_list(struct jl_cli *cli, const struct jl_shelf *shelf, const char *view, const char *title, const char *note, struct jl_error *err) {
  struct dirent **files = NULL;
  int n = scandir(folder(shelf), &files, is_of_shelf, alphasort);
  if (n < 0) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(folder(shelf)), jl_arg_text(strerror(errno)));
  struct jl_builder *b = jl_builder_new(cli->arena, view, jl_cli_today(cli), NULL);
  bool ok = b != NULL || jl_cli_no_link(err);
  if (ok) {
    jl_builder_title(b, title, NULL, 0);
    jl_block_begin(b, JL_BLOCK_ITEMS, view, NULL);
    jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
    jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 0);
    jl_column(b, "records", JL_MSG("records"), JL_ARG_INTEGER, 2);
    jl_column(b, "description", JL_MSG("description"), JL_ARG_TEXT, 1);
  }
  for (int i = 0; i < n; i++) {
    ok = ok && list_row(cli, shelf, b, files[i]->d_name, err);
    free(files[i]);
  }
  free(files);
  if (!ok) return false;
  jl_note(b, JL_TONE_MUTED, note, NULL, 0);
  return print(cli, b, err);
}

/* ---- show ---- */
static void field_row(struct jl_builder *b, const char *label, const char *name, const char *words) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, label, name);
  cell_words(b, words);
}

/* The records of a type: how many, and those that have a title by it. */
static void type_rows(struct jl_builder *b, const struct jl_import *im, const struct jl_record_type *type) {
  const struct jl_field *title = jl_title_field(type);
  int64_t count = 0;
  const struct jl_json *first = im->records == NULL ? NULL : im->records->first;
  for (const struct jl_json *r = first; r != NULL; r = r->next) {
    const char *name = jl_import_text(r, "type");
    count += name != NULL && jl_record_type_by_name(name) == type;
  }
  if (count == 0) return;
  jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
  jl_cell_label(b, type->plural, type->name);
  jl_cell(b, jl_arg_integer(count));
  for (const struct jl_json *r = first; r != NULL && title != NULL; r = r->next) {
    const char *name = jl_import_text(r, "type"), *words = jl_import_words(r, title->name);
    if (name == NULL || jl_record_type_by_name(name) != type || words == NULL) continue;
    jl_row_begin(b, NULL, 1, JL_ROW_NORMAL);
    cell_words(b, words);
    jl_cell(b, (struct jl_arg){0});
  }
}

bool jl_shelf_show(struct jl_cli *cli, const struct jl_shelf *shelf, const char *view, const char *title, struct jl_error *err) {
  const char *path;
  struct jl_import *im = jl_shelf_take(cli, shelf, cli->words[0], &path, err);
  if (im == NULL || !jl_import_read(im, path, err)) return false;
  struct jl_builder *b = jl_builder_new(cli->arena, view, jl_cli_today(cli), NULL);
  if (b == NULL) return jl_cli_no_link(err);
  const struct jl_json *about = jl_json_member(im->root, "template");
  jl_builder_title(b, title, NULL, 0);
  jl_builder_subtitle(b, cli->words[0]);
  jl_block_begin(b, JL_BLOCK_FIELDS, "fields", NULL);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  field_row(b, JL_MSG("title"), "title", jl_import_words(about, "title"));
  field_row(b, JL_MSG("description"), "description", jl_import_words(about, "description"));
  jl_block_begin(b, JL_BLOCK_TREE, "records", NULL);
  jl_column(b, "title", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(b, "count", JL_MSG("how many"), JL_ARG_INTEGER, 1);
  for (size_t t = 0; t < jl_record_type_count; t++) type_rows(b, im, jl_record_types[t]);
  return print(cli, b, err);
}

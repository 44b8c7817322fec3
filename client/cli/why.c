/* why VIEW ROW COLUMN: where a figure on a screen comes from. The view is read as it is shown, the cell found by what its row and column are
 * called there, and the view asked what it is made of (common/model/explain.h). */
#include "client/cli/cli.h"
#include "client/cli/why.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TRIES 5
#define SCREEN_OPERANDS "12" /* of a list */

static bool view_named(const char *name, const struct jl_view **ret_view, struct jl_error *err) {
  *ret_view = jl_view_by_name(name);
  return *ret_view != NULL || jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no view {1}"), JL_MSG("jalon --help lists the views"), jl_arg_text(name));
}

static bool same_cell(const Jalon__Cell *shown, const Jalon__Cell *explained) {
  if (!shown->has_kind || (shown->kind != JL_ARG_MONEY && shown->kind != JL_ARG_FRACTION && shown->kind != JL_ARG_SHARE && shown->kind != JL_ARG_INTEGER))
    return true;
  return explained->kind == shown->kind && explained->number == shown->number;
}

/* The explanation of the cell, as of the revision that was shown; *ret_document NULL: somebody changed something between the two. */
static bool ask_why(struct jl_cli *cli, const struct jl_view_ask *shown, const struct jl_why_cell *cell, uint64_t revision,
                    const Jalon__Document **ret_document, struct jl_error *err) {
  struct jl_parameter parameters[JL_WHY_PARAMETERS + 3];
  struct jl_view_ask ask = *shown;
  char name[64];
  uint64_t now = 0;
  size_t n = ask.parameter_count;
  jl_why_cell_name(cell, name);
  if (n > 0) memcpy(parameters, ask.parameters, n * sizeof *parameters);
  parameters[n++] = (struct jl_parameter){"explain", name};
  const char *operands = jl_cli_option(cli, "operands"), *operand = jl_cli_option(cli, "operand");
  if (operands == NULL && cli->face.face == JL_FACE_TERMINAL) operands = SCREEN_OPERANDS;
  if (operands != NULL) parameters[n++] = (struct jl_parameter){"operands", operands};
  if (operand != NULL) parameters[n++] = (struct jl_parameter){"operand", operand};
  ask.parameters = parameters;
  ask.parameter_count = n;
  if (!jl_cli_document(cli, &ask, ret_document, &now, err)) return false;
  const Jalon__Block *block = jl_cli_block(*ret_document, "explanation");
  bool same = now == revision && block != NULL && block->n_rows > 0 && block->rows[0]->n_cells > 1 && same_cell(cell->cell, block->rows[0]->cells[1]);
  if (!same) *ret_document = NULL;
  return true;
}

/* In memory of its own: a view may have thousands of figures. *ret_told: it is as it was shown. */
static bool explain_one(struct jl_cli *cli, const struct jl_view_ask *ask, const struct jl_why_cell *cell, uint64_t revision, bool *ret_told, struct jl_error *err) {
  struct jl_arena *run = cli->arena, *own = jl_arena_new(JL_CLI_ARENA);
  const Jalon__Document *why = NULL;
  if (own == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  cli->arena = own;
  bool ok = ask_why(cli, ask, cell, revision, &why, err);
  *ret_told = why != NULL;
  ok = ok && (why == NULL || jl_why_print(cli, why, err));
  cli->arena = run;
  jl_arena_free(own);
  return ok;
}

/* Every figure of the view, or of a row, one explanation after the other. *ret_again: somebody changed something meanwhile. */
static bool explain_all(struct jl_cli *cli, const struct jl_view_ask *ask, const Jalon__Document *document, uint64_t revision, bool *ret_again,
                        struct jl_error *err) {
  const char *row = cli->word_count > 1 ? jl_text_fold(cli->arena, cli->words[1]) : NULL;
  *ret_again = false;
  for (size_t b = 0; b < document->n_blocks; b++) {
    const Jalon__Block *block = document->blocks[b];
    uint64_t next[2] = {0, 0};
    for (size_t r = 0; r < block->n_rows; r++) {
      bool total = block->rows[r]->style == JL_ROW_TOTAL;
      struct jl_why_cell cell = {.block = b, .total = total, .row = next[total]++};
      if (!jl_why_table_matches(cli, block) || (row != NULL && !jl_why_row_matches(cli, document, block->rows[r], row, true))) continue;
      for (cell.column = 0; cell.column < block->n_columns; cell.column++) {
        bool told = false;
        if (!jl_why_can_ask(block, block->rows[r], cell.column)) continue;
        cell.cell = block->rows[r]->cells[cell.column];
        if (!explain_one(cli, ask, &cell, revision, &told, err)) return false;
        *ret_again = !told;
        if (*ret_again) return true;
      }
    }
  }
  return true;
}

/* A figure, or one after the other those of all parts of a record. *ret_told: they are as they were shown. */
static bool explain_found(struct jl_cli *cli, const struct jl_view_ask *ask, const Jalon__Document *document, const struct jl_why_cells *cells, uint64_t revision,
                          bool *ret_told, struct jl_error *err) {
  const Jalon__Document *why[JL_WHY_PARTS];
  *ret_told = true;
  for (size_t i = 0; *ret_told && i < cells->count; i++) {
    if (!ask_why(cli, ask, &cells->all[i], revision, &why[i], err)) return false;
    *ret_told = why[i] != NULL;
  }
  for (size_t i = 0; *ret_told && i < cells->count; i++) {
    if (cells->count > 1) jl_say(cli, "{1}", jl_arg_text(jl_why_row_text(cli, document, cells->rows[i])));
    if (!jl_why_print(cli, why[i], err)) return false;
  }
  return true;
}

bool jl_cmd_why(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_view *view;
  struct jl_parameter parameters[JL_WHY_PARAMETERS];
  size_t n = 0;
  if (!view_named(cli->words[0], &view, err)) return false;
  const char *record = jl_cli_option(cli, "record");
  if (record != NULL && view->by_record) parameters[n++] = (struct jl_parameter){"record", record};
  if (!jl_cli_view_options(cli, view, parameters, JL_COUNT(parameters), &n, err)) return false;
  struct jl_view_ask ask = {.view = view->name, .parameters = parameters, .parameter_count = n};
  if (view->needs_space) ask.space = cli->plan;
  if (strcmp(view->name, "people") == 0) ask.space = jl_profile_identity(cli->profile)->organisation;
  for (int tries = 0; tries < TRIES; tries++) {
    const Jalon__Document *document;
    struct jl_why_cells cells;
    bool told;
    uint64_t revision = 0;
    if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
    if (jl_cli_option(cli, "all") != NULL) {
      bool again = false;
      if (!explain_all(cli, &ask, document, revision, &again, err)) return false;
      if (!again) return true;
      break;
    }
    if (cli->word_count < 3) return jl_why_list(cli, view, document, cli->word_count > 1 ? cli->words[1] : NULL, err);
    if (!jl_why_find(cli, view, document, cli->words[1], cli->words[2], &cells, err) || !explain_found(cli, &ask, document, &cells, revision, &told, err)) return false;
    if (told) return true;
  }
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the view changes while it is read"), JL_MSG("try again in a moment"));
}

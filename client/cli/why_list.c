/* What can be asked of a view: its rows with their columns, or the columns of a row with their values. */
#include "client/cli/why.h"
#include "client/faces/cell.h"
#include "common/base/text.h"
#include <string.h>

static void put_text(struct jl_builder *b, const char *text) { jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)}); }

static const char *with(struct jl_cli *cli, const char *list, const char *name) {
  const char *longer = jl_arena_printf(cli->arena, "%s%s%s", list, list[0] != '\0' ? ", " : "", name);
  return longer != NULL ? longer : list;
}

/* Headings, or names, of the columns in which any row has something. */
static const char *columns_of(struct jl_cli *cli, const Jalon__Block *block, bool names) {
  const char *list = "";
  for (size_t c = 0; c < block->n_columns; c++) {
    const char *heading = names ? block->columns[c]->name : jl_column_heading(block->columns[c]);
    bool any = false;
    for (size_t r = 0; r < block->n_rows && !any; r++) any = jl_why_can_ask(block, block->rows[r], c);
    if (any && heading != NULL && heading[0] != '\0') list = with(cli, list, heading);
  }
  return list;
}

static void put_block(struct jl_cli *cli, struct jl_builder *b, const Jalon__Document *document, const Jalon__Block *block) {
  if (block->n_rows == 0 || block->n_columns == 0) return;
  jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
  put_text(b, jl_why_table_text(cli, block));
  put_text(b, columns_of(cli, block, false));
  put_text(b, block->name != NULL ? block->name : "");
  put_text(b, columns_of(cli, block, true));
  for (size_t r = 0; r < block->n_rows; r++) {
    const char *name = jl_why_row_text(cli, document, block->rows[r]);
    if (name[0] == '\0') continue;
    jl_row_begin(b, NULL, 1, JL_ROW_NORMAL);
    put_text(b, name);
  }
}

static void put_row(struct jl_cli *cli, struct jl_builder *b, const Jalon__Document *document, const Jalon__Block *block, const Jalon__Row *row) {
  jl_row_begin(b, NULL, 0, JL_ROW_HEADING);
  put_text(b, jl_why_row_text(cli, document, row));
  put_text(b, jl_why_table_text(cli, block));
  for (size_t c = 0; c < block->n_columns; c++) {
    if (!jl_why_can_ask(block, row, c)) continue;
    struct jl_buffer text;
    jl_buffer_init(&text, 65536);
    jl_cell_display(row->cells[c], document->currency, JL_DECIMALS_SHORT, &text);
    const char *heading = jl_column_heading(block->columns[c]);
    jl_row_begin(b, NULL, 1, JL_ROW_NORMAL);
    put_text(b, heading[0] != '\0' ? heading : block->columns[c]->name);
    put_text(b, text.size > 0 ? jl_buffer_cstring(&text) : "");
    put_text(b, block->columns[c]->name);
    jl_buffer_release(&text);
  }
}

static size_t put_rows(struct jl_cli *cli, struct jl_builder *b, const Jalon__Document *document, const char *folded, bool whole) {
  size_t n = 0;
  for (size_t i = 0; i < document->n_blocks; i++)
    for (size_t r = 0; r < document->blocks[i]->n_rows; r++) {
      const Jalon__Block *block = document->blocks[i];
      if (!jl_why_table_matches(cli, block) || !jl_why_row_matches(cli, document, block->rows[r], folded, whole)) continue;
      put_row(cli, b, document, block, block->rows[r]);
      n++;
    }
  return n;
}

bool jl_why_list(struct jl_cli *cli, const struct jl_view *view, const Jalon__Document *document, const char *row, struct jl_error *err) {
  struct jl_builder *b = jl_builder_new(cli->arena, "why", document->as_of, NULL);
  const char *folded = row == NULL ? NULL : jl_text_fold(cli->arena, row);
  if (b == NULL || (row != NULL && folded == NULL)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  const struct jl_arg args[] = {jl_arg_label(view->label), jl_arg_text(view->name)};
  jl_builder_title(b, JL_MSG("what can be asked: {1}"), args, 1);
  jl_block_begin(b, JL_BLOCK_TREE, "cells", NULL);
  jl_column(b, "row", row == NULL ? JL_MSG("row") : JL_MSG("column"), JL_ARG_TEXT, 0);
  jl_column(b, "columns", row == NULL ? JL_MSG("columns") : JL_MSG("value"), JL_ARG_TEXT, 0);
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, JL_COLUMN_FILES);
  if (row == NULL) jl_column(b, "column_names", JL_MSG("name"), JL_ARG_TEXT, JL_COLUMN_FILES);
  for (size_t i = 0; row == NULL && i < document->n_blocks; i++)
    if (jl_why_table_matches(cli, document->blocks[i])) put_block(cli, b, document, document->blocks[i]);
  if (row != NULL && put_rows(cli, b, document, folded, true) == 0 && put_rows(cli, b, document, folded, false) == 0)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("view {1} has no row {2}"), JL_MSG("jalon why {1} lists what can be asked"), jl_arg_text(view->name), jl_arg_text(row));
  jl_note(b, JL_TONE_MUTED, JL_MSG("jalon why {2} ROW COLUMN explains a figure"), args, 2);
  if (!jl_builder_ok(b)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("this view is too large to be shown"), JL_MSG("narrow it, or use --csv"));
  Jalon__Document *list = jl_builder_document(b);
  list->as_of = document->as_of;
  list->has_as_of = document->has_as_of;
  list->has_revision = document->has_revision;
  list->revision = document->revision;
  return jl_cli_print_document(cli, list, err);
}

/* Cells by what their rows and columns are called: by number and title, by the words of the user's language or of files. */
#include "client/cli/why.h"
#include "client/faces/cell.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTED 12 /* possible meanings that are told */

void jl_why_cell_name(const struct jl_why_cell *cell, char out[64]) {
  snprintf(out, 64, "%zu.%c%" PRIu64 ".%zu", cell->block, cell->total ? 't' : 'r', cell->row, cell->column);
}

/* The same words, or with `whole` false a part of them. Names that nobody gave match nothing. */
static bool matches(struct jl_cli *cli, const char *name, const char *folded, bool whole) {
  if (name == NULL || name[0] == '\0') return false;
  const char *own = jl_text_fold(cli->arena, name);
  return own != NULL && folded[0] != '\0' && (whole ? strcmp(own, folded) == 0 : strstr(own, folded) != NULL);
}

static const char *kept(struct jl_cli *cli, struct jl_buffer *text) {
  const char *copy = jl_arena_printf(cli->arena, "%s", text->size > 0 ? jl_buffer_cstring(text) : "");
  jl_buffer_release(text);
  return copy != NULL ? copy : "";
}

static const char *cell_text(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Cell *cell) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_cell_display(cell, document->currency, JL_DECIMALS_SHORT, &text);
  return kept(cli, &text);
}

static const Jalon__Cell *naming_cell(const Jalon__Row *row) {
  for (size_t c = 0; c < row->n_cells; c++)
    if (row->cells[c]->has_kind && row->cells[c]->kind != JL_ARG_NONE) return row->cells[c];
  return NULL;
}

const char *jl_why_row_text(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Row *row) {
  const Jalon__Cell *cell = naming_cell(row);
  return cell == NULL ? "" : cell_text(cli, document, cell);
}

const char *jl_why_table_text(struct jl_cli *cli, const Jalon__Block *block) {
  struct jl_buffer text;
  if (block->title == NULL) return block->name != NULL ? block->name : "";
  jl_buffer_init(&text, 4096);
  jl_words(block->title, &text);
  return kept(cli, &text);
}

bool jl_why_table_matches(struct jl_cli *cli, const Jalon__Block *block) {
  const char *wanted = jl_cli_option(cli, "table"), *folded = wanted == NULL ? NULL : jl_text_fold(cli->arena, wanted);
  return folded == NULL || matches(cli, block->name, folded, true) || matches(cli, jl_why_table_text(cli, block), folded, false);
}

bool jl_why_row_matches(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Row *row, const char *folded, bool whole) {
  char reference[JL_REFERENCE_SIZE] = "";
  const Jalon__Cell *cell = naming_cell(row);
  if (row->record != NULL) jl_reference_format(jl_record_type_by_number(row->record->type), row->record->number, reference);
  if (matches(cli, reference, folded, true)) return true;
  if (cell == NULL) return false;
  const char *text = cell_text(cli, document, cell);
  size_t prefix = strlen(reference);
  bool numbered = prefix > 0 && strncmp(text, reference, prefix) == 0 && text[prefix] == ' ';
  if (matches(cli, text, folded, whole) || (numbered && matches(cli, text + prefix + 1, folded, whole))) return true;
  /* a label is also called what files and English call it */
  return cell->kind == JL_ARG_LABEL && (matches(cli, cell->text, folded, whole) || matches(cli, cell->alternative, folded, true));
}

bool jl_why_can_ask(const Jalon__Block *block, const Jalon__Row *row, size_t column) {
  return column < row->n_cells && column < block->n_columns && !block->columns[column]->drawn && row->cells[column]->has_kind &&
         row->cells[column]->kind != JL_ARG_NONE;
}

static bool column_matches(struct jl_cli *cli, const Jalon__Column *column, const char *folded, bool whole) {
  bool data = column->has_label_is_text && column->label_is_text;
  return matches(cli, column->name, folded, true) || matches(cli, jl_column_heading(column), folded, whole) || (!data && matches(cli, column->label, folded, whole));
}

struct found {
  struct jl_why_cell first;
  struct jl_why_cells parts; /* the first cell, and those that are other parts of its record */
  const Jalon__Block *block;
  size_t rows, cells; /* that are called so */
  bool differ;        /* not all of the cells say the same, those of the parts aside */
  bool row_whole, column_whole;
};

static bool same_value(const Jalon__Cell *a, const Jalon__Cell *b) {
  const char *x = a->text != NULL ? a->text : "", *y = b->text != NULL ? b->text : "";
  return a->kind == b->kind && a->number == b->number && strcmp(x, y) == 0;
}

static bool is_part(const struct found *found, const Jalon__Row *row, const struct jl_why_cell *cell) {
  const Jalon__RecordRef *one = found->parts.rows[0]->record, *other = row->record;
  return cell->block == found->first.block && cell->column == found->first.column && cell->total == found->first.total && one != NULL && other != NULL &&
         one->id.len == other->id.len && memcmp(one->id.data, other->id.data, one->id.len) == 0;
}

static void take(struct found *found, const Jalon__Block *block, const Jalon__Row *row, const struct jl_why_cell *cell) {
  struct jl_why_cells *parts = &found->parts;
  if (found->cells++ == 0) {
    found->first = *cell;
    found->block = block;
  } else if (!is_part(found, row, cell)) {
    found->differ = found->differ || !same_value(found->first.cell, cell->cell);
    return;
  }
  if (parts->count == JL_WHY_PARTS) return;
  parts->rows[parts->count] = row;
  parts->all[parts->count++] = *cell;
}

typedef void on_cell(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Block *block, const Jalon__Row *row, const struct jl_why_cell *cell);

/* Every cell whose row and column are called so. */
static void search(struct jl_cli *cli, const Jalon__Document *document, const char *row, const char *column, struct found *found, on_cell *tell) {
  *found = (struct found){.row_whole = found->row_whole, .column_whole = found->column_whole};
  for (size_t b = 0; b < document->n_blocks; b++) {
    const Jalon__Block *block = document->blocks[b];
    uint64_t next[2] = {0, 0};
    bool in_table = jl_why_table_matches(cli, block);
    for (size_t r = 0; r < block->n_rows; r++) {
      bool total = block->rows[r]->style == JL_ROW_TOTAL;
      struct jl_why_cell cell = {.block = b, .total = total, .row = next[total]++};
      if (!in_table || !jl_why_row_matches(cli, document, block->rows[r], row, found->row_whole)) continue;
      found->rows++;
      for (cell.column = 0; cell.column < block->n_columns; cell.column++) {
        if (!jl_why_can_ask(block, block->rows[r], cell.column) || !column_matches(cli, block->columns[cell.column], column, found->column_whole)) continue;
        cell.cell = block->rows[r]->cells[cell.column];
        take(found, block, block->rows[r], &cell);
        if (tell != NULL && found->cells <= NOTED) tell(cli, document, block, block->rows[r], &cell);
      }
    }
  }
}

static void tell_cell(struct jl_cli *cli, const Jalon__Document *document, const Jalon__Block *block, const Jalon__Row *row, const struct jl_why_cell *cell) {
  jl_talk(cli, JL_MSG("  {1}: {2}, {3}: {4}"), jl_arg_text(jl_why_table_text(cli, block)), jl_arg_text(jl_why_row_text(cli, document, row)),
          jl_arg_text(jl_column_heading(block->columns[cell->column])), jl_arg_text(cell_text(cli, document, cell->cell)));
}

/* The columns of the rows that are called so, or some rows. */
static void tell_names(struct jl_cli *cli, const Jalon__Document *document, const char *row, bool whole) {
  size_t told = 0;
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows && told < NOTED; r++) {
      const Jalon__Block *block = document->blocks[b];
      const char *name = jl_why_row_text(cli, document, block->rows[r]);
      if (name[0] == '\0' || !jl_why_table_matches(cli, block)) continue;
      if (row == NULL) {
        jl_talk(cli, JL_MSG("  {1}: {2}"), jl_arg_text(jl_why_table_text(cli, block)), jl_arg_text(name));
        told++;
      }
      if (row == NULL || !jl_why_row_matches(cli, document, block->rows[r], row, whole)) continue;
      for (size_t c = 0; c < block->n_columns; c++)
        if (jl_why_can_ask(block, block->rows[r], c) && *jl_column_heading(block->columns[c]))
          jl_talk(cli, JL_MSG("  {1}: {2}"), jl_arg_text(name), jl_arg_text(jl_column_heading(block->columns[c])));
      told++;
    }
}

bool jl_why_find(struct jl_cli *cli, const struct jl_view *view, const Jalon__Document *document, const char *row, const char *column,
                 struct jl_why_cells *ret_cells, struct jl_error *err) {
  const char *row_folded = jl_text_fold(cli->arena, row), *column_folded = jl_text_fold(cli->arena, column);
  struct found found = {0};
  bool known = false, known_whole = false; /* the row is */
  if (row_folded == NULL || column_folded == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  for (int loose = 0; loose < 4 && found.cells == 0; loose++) { /* both whole names first */
    found.row_whole = loose < 2;
    found.column_whole = loose % 2 == 0;
    search(cli, document, row_folded, column_folded, &found, NULL);
    known_whole = known_whole || (found.rows > 0 && found.row_whole);
    known = known || found.rows > 0;
  }
  *ret_cells = found.parts;
  if (found.cells == 0) {
    tell_names(cli, document, known ? row_folded : NULL, known_whole);
    return jl_fail(err, JL_E_NOT_FOUND, known ? JL_MSG("{1}: in the row {2} there is no {3}") : JL_MSG("view {1} has no row {2}"),
                   JL_MSG("jalon why {1} lists what can be asked"), jl_arg_text(view->name), jl_arg_text(row), jl_arg_text(column));
  }
  if (found.differ) {
    search(cli, document, row_folded, column_folded, &found, tell_cell);
    return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("{1}: {2}, {3} may mean several figures"), JL_MSG("say more of the row's name, or --table NAME"),
                   jl_arg_text(view->name), jl_arg_text(row), jl_arg_text(column));
  }
  return true;
}

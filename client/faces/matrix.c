/* Matrices of the terminal face: a picture of four parts in which the rows stand by their references, and the table below it as its
 * legend. Where there is no room for a picture, or no screen, the table says the same. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <stdlib.h>
#include <string.h>

#define CELL_LEAST 5  /* columns of one place, the blank before included: "A123" */
#define CELL_MOST 9
#define CELL_LINES 3  /* of the references in one place; what does not fit is counted */
#define LABEL_LEAST 3 /* "A1 " */
#define STEPS_MAX 20
#define PARTS 4

struct picture {
  const Jalon__Block *block;
  const struct jl_face_options *options;
  size_t up, across;          /* columns of the block */
  const Jalon__Row *parts[PARTS];
  int cell, gutter;
  struct jl_buffer *out;
};

static const Jalon__Axis *axis(const struct picture *p, size_t column) { return p->block->columns[column]->axis; }
static int steps(const Jalon__Axis *a) { return (int)(a->high - a->low) + 1; }

/* What has no picture: too few columns, headings or steps, which no view of ours has. */
static bool prepare(struct picture *p) {
  size_t axes = 0, parts = 0;
  for (size_t c = 0; c < p->block->n_columns; c++) {
    const Jalon__Axis *a = p->block->columns[c]->axis;
    if (a == NULL) continue;
    if (a->high < a->low || a->high - a->low >= STEPS_MAX || a->split <= a->low || a->split > a->high) return false;
    if (axes == 0) p->up = c;
    if (axes == 1) p->across = c;
    axes++;
  }
  for (size_t r = 0; r < p->block->n_rows && parts < PARTS; r++)
    if (p->block->rows[r]->style == JL_ROW_HEADING && p->block->rows[r]->n_cells > 0) p->parts[parts++] = p->block->rows[r];
  if (axes != 2 || parts < PARTS) return false;
  p->gutter = axis(p, p->up)->high > 9 ? 3 : 2;
  p->cell = (p->options->width - p->gutter - 3) / steps(axis(p, p->across));
  if (p->cell > CELL_MOST) p->cell = CELL_MOST;
  return p->cell >= CELL_LEAST;
}

static bool stands_at(const struct picture *p, const Jalon__Row *row, int64_t up, int64_t across) {
  if (row->record == NULL || row->n_cells <= p->up || row->n_cells <= p->across) return false;
  const Jalon__Cell *y = row->cells[p->up], *x = row->cells[p->across];
  return y->has_number && x->has_number && y->number == up && x->number == across;
}

/* The references of one place in lines, each ended by a line feed; at most so many, then "+12". */
static void put_labels(const struct picture *p, int64_t up, int64_t across, size_t most, struct jl_buffer *out) {
  size_t count = 0;
  int used = 0;
  for (size_t r = 0; r < p->block->n_rows; r++) {
    if (!stands_at(p, p->block->rows[r], up, across)) continue;
    if (count++ >= most) continue;
    char reference[JL_REFERENCE_SIZE];
    jl_reference_format(jl_record_type_by_number(p->block->rows[r]->record->type), p->block->rows[r]->record->number, reference);
    int size = (int)strlen(reference);
    bool beside = used > 0 && used + 1 + size <= p->cell;
    if (used > 0 && !beside) jl_buffer_byte(out, '\n');
    jl_buffer_printf(out, " %s", reference);
    used = beside ? used + 1 + size : 1 + size;
  }
  if (count > most) jl_buffer_printf(out, "%s +%zu", used > 0 ? "\n" : "", count - most);
  if (count > 0) jl_buffer_byte(out, '\n');
}

static int lines_of(struct jl_buffer *text) {
  int lines = 0;
  for (size_t i = 0; i < text->size; i++) lines += text->data[i] == '\n';
  return lines;
}

/* As many as fit in the lines. Returns how many lines they take. */
static int fill(const struct picture *p, int64_t up, int64_t across, struct jl_buffer *out) {
  put_labels(p, up, across, SIZE_MAX, out);
  for (size_t most = CELL_LINES * CELL_MOST / LABEL_LEAST; lines_of(out) > CELL_LINES && most > 0; most--) {
    jl_buffer_clear(out);
    put_labels(p, up, across, most - 1, out);
  }
  return lines_of(out);
}

static void repeat(const char *piece, int n, struct jl_buffer *out) {
  for (int i = 0; i < n; i++) jl_buffer_text(out, piece);
}

static const char *colour_of(const struct picture *p, const Jalon__Cell *cell) {
  static const char *const sequences[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[90m", "\033[1m"};
  return p->options->colour && cell->has_tone && cell->tone < JL_COUNT(sequences) ? sequences[cell->tone] : "";
}

/* ├─ Fillers ────┼─ Time sinks ───┤; parts NULL: no names. */
static void put_rule(const struct picture *p, const Jalon__Row *const *parts, const char *const corners[3]) {
  const Jalon__Axis *a = axis(p, p->across);
  int widths[2] = {(int)(a->split - a->low) * p->cell, (int)(a->high - a->split + 1) * p->cell};
  struct jl_buffer name;
  jl_buffer_init(&name, 4096);
  repeat(" ", p->gutter, p->out);
  for (size_t i = 0; i < 2; i++) {
    int left = widths[i];
    jl_buffer_text(p->out, corners[i]);
    if (parts != NULL && left > 4) {
      const Jalon__Cell *cell = parts[i]->cells[0];
      const char *colour = colour_of(p, cell);
      jl_buffer_clear(&name);
      jl_cell_display(cell, "", JL_DECIMALS_SHORT, &name);
      jl_tame(&name, 0, "");
      jl_capital(&name);
      jl_cut(&name, left - 3);
      jl_buffer_printf(p->out, "─ %s%s%s ", colour, jl_text_of(&name), *colour ? "\033[m" : "");
      left -= 3 + jl_display_width(jl_text_of(&name));
    }
    repeat("─", left, p->out);
  }
  jl_buffer_printf(p->out, "%s\n", corners[2]);
  jl_buffer_release(&name);
}

static void put_piece(const struct picture *p, struct jl_buffer *cell, size_t *io_at) {
  const char *text = jl_text_of(cell) + *io_at;
  size_t size = strcspn(text, "\n");
  *io_at += size + (text[size] == '\n');
  jl_buffer_append(p->out, text, size);
  repeat(" ", p->cell - (int)size, p->out);
}

/* One step up: the places across, as many lines as the fullest of them takes. */
static void put_step(const struct picture *p, int64_t up) {
  const Jalon__Axis *a = axis(p, p->across);
  struct jl_buffer cells[STEPS_MAX];
  size_t at[STEPS_MAX] = {0};
  int n = steps(a), height = 1;
  for (int i = 0; i < n; i++) {
    jl_buffer_init(&cells[i], 1u << 20);
    int lines = fill(p, up, a->low + i, &cells[i]);
    if (lines > height) height = lines;
  }
  for (int line = 0; line < height; line++) {
    if (line == 0) jl_buffer_printf(p->out, "%*lld ", p->gutter - 1, (long long)up);
    else repeat(" ", p->gutter, p->out);
    for (int i = 0; i < n; i++) {
      if (i == 0 || a->low + i == a->split) jl_buffer_text(p->out, "│");
      put_piece(p, &cells[i], &at[i]);
    }
    jl_buffer_text(p->out, "│\n");
  }
  for (int i = 0; i < n; i++) jl_buffer_release(&cells[i]);
}

static void put_axis_name(const struct picture *p, size_t column, int width) {
  struct jl_buffer name;
  jl_buffer_init(&name, 4096);
  jl_buffer_text(&name, jl_column_heading(p->block->columns[column]));
  jl_tame(&name, 0, "");
  jl_capital(&name);
  jl_buffer_printf(p->out, "%*s%s\n", width > 0 ? width - jl_display_width(jl_text_of(&name)) : 0, "", jl_text_of(&name));
  jl_buffer_release(&name);
}

/* The steps below the frame, each where its places begin. */
static void put_steps(const struct picture *p) {
  const Jalon__Axis *a = axis(p, p->across);
  repeat(" ", p->gutter, p->out);
  for (int64_t step = a->low; step <= a->high; step++) {
    jl_buffer_text(p->out, step == a->low || step == a->split ? "  " : " ");
    if (step == a->high) jl_buffer_printf(p->out, "%lld", (long long)step);
    else jl_buffer_printf(p->out, "%-*lld", p->cell - 1, (long long)step);
  }
  jl_buffer_byte(p->out, '\n');
}

static void put_picture(const struct picture *p) {
  static const char *const top[] = {"┌", "┬", "┐"}, *const middle[] = {"├", "┼", "┤"}, *const bottom[] = {"└", "┴", "┘"};
  const Jalon__Axis *up = axis(p, p->up), *across = axis(p, p->across);
  put_axis_name(p, p->up, 0);
  put_rule(p, p->parts, top);
  for (int64_t step = up->high; step >= up->low; step--) {
    put_step(p, step);
    if (step == up->split) put_rule(p, p->parts + 2, middle);
  }
  put_rule(p, NULL, bottom);
  put_steps(p);
  put_axis_name(p, p->across, p->gutter + 3 + steps(across) * p->cell);
}

/* What the picture says is for files, and so are the names of parts in which nothing stands. */
static bool put_legend(const struct picture *p, const char *currency, bool *ret_hidden) {
  Jalon__Block legend = *p->block;
  size_t columns = 0, rows = 0;
  Jalon__Column **kept = calloc(legend.n_columns, sizeof *kept);
  Jalon__Row **some = calloc(legend.n_rows, sizeof *some), *copies = calloc(legend.n_rows, sizeof *copies);
  Jalon__Cell **cells = calloc(legend.n_rows * legend.n_columns, sizeof *cells);
  bool ok = kept != NULL && some != NULL && copies != NULL && cells != NULL;
  for (size_t c = 0; ok && c < legend.n_columns; c++)
    if (legend.columns[c]->priority != JL_COLUMN_FILES) kept[columns++] = legend.columns[c];
  for (size_t r = 0; ok && r < legend.n_rows; r++) {
    const Jalon__Row *row = legend.rows[r];
    if (row->style == JL_ROW_HEADING && (r + 1 == legend.n_rows || legend.rows[r + 1]->style == JL_ROW_HEADING)) continue;
    Jalon__Row *copy = &copies[rows];
    *copy = *row;
    copy->cells = cells + rows * legend.n_columns;
    copy->n_cells = 0;
    for (size_t c = 0; c < row->n_cells && c < legend.n_columns; c++)
      if (legend.columns[c]->priority != JL_COLUMN_FILES) copy->cells[copy->n_cells++] = row->cells[c];
    if (row->style != JL_ROW_HEADING) copy->has_level = true, copy->level = 1;
    some[rows++] = copy;
  }
  legend.columns = kept;
  legend.n_columns = columns;
  legend.rows = some;
  legend.n_rows = rows;
  if (ok && rows > 0) ok = jl_terminal_table(&legend, currency, p->options, p->out, ret_hidden);
  free(kept);
  free(some);
  free(copies);
  free(cells);
  return ok;
}

bool jl_terminal_matrix(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out,
                        bool *ret_hidden) {
  struct picture p = {.block = block, .options = options, .out = out};
  if (options->width > 0 && prepare(&p)) {
    put_picture(&p);
    jl_buffer_byte(out, '\n');
  }
  return put_legend(&p, currency, ret_hidden);
}

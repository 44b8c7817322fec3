/* Canvases of the terminal face: boxes with their names in the frame, two side by side where there is room for it; in a pipe one below
 * the other, without frames. Rows that follow one another under the same label are one box. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <string.h>

#define ACROSS 2
#define BOXES_MAX 64
#define TEXT_LEAST 26 /* columns inside a box: narrower ones do not stand side by side */
#define FOR_FILES 8   /* columns of this priority are for files */

struct box {
  struct jl_buffer label, text; /* text: lines, each ended by a line feed */
  size_t at;                    /* drawn so far */
};

static bool filled(const Jalon__Row *row, size_t c) {
  return c < row->n_cells && row->cells[c]->has_kind && row->cells[c]->kind != JL_ARG_NONE;
}

static void put_value(const Jalon__Block *block, const Jalon__Row *row, size_t c, const char *currency, int width, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 1u << 20);
  if (c > 1) {
    const struct jl_arg heading = jl_arg_text(jl_column_heading(block->columns[c]));
    jl_format_words(JL_MSG("{1}:"), &heading, 1, &text);
    jl_buffer_byte(&text, ' ');
  }
  jl_cell_display(row->cells[c], currency, JL_DECIMALS_SHORT, &text);
  jl_tame(&text, 0, "\n");
  jl_face_wrap(jl_text_of(&text), c > 1 ? 2 : 0, width, out);
  jl_buffer_release(&text);
}

static void put_row(const Jalon__Block *block, const Jalon__Row *row, const char *currency, int width, struct jl_buffer *out) {
  for (size_t c = 1; c < block->n_columns; c++)
    if (filled(row, c) && block->columns[c]->priority < FOR_FILES) put_value(block, row, c, currency, width, out);
}

static bool same_box(const Jalon__Row *a, const Jalon__Row *b) {
  return a->style == b->style && a->n_cells > 0 && b->n_cells > 0 && a->cells[0]->text != NULL && b->cells[0]->text != NULL &&
         strcmp(a->cells[0]->text, b->cells[0]->text) == 0;
}

/* The boxes from a row on, up to the next heading. */
static size_t fill(const Jalon__Block *block, size_t *io_row, const char *currency, int width, struct box boxes[BOXES_MAX]) {
  size_t n = 0;
  for (; *io_row < block->n_rows && block->rows[*io_row]->style != JL_ROW_HEADING; (*io_row)++) {
    const Jalon__Row *row = block->rows[*io_row];
    if (row->n_cells == 0) continue;
    if (n == 0 || !same_box(block->rows[*io_row - 1], row)) {
      if (n == BOXES_MAX) break;
      struct box *made = &boxes[n++];
      made->at = 0;
      jl_buffer_init(&made->label, 4096);
      jl_buffer_init(&made->text, 4u << 20);
      jl_cell_display(row->cells[0], currency, JL_DECIMALS_SHORT, &made->label);
      jl_tame(&made->label, 0, "\n");
      jl_capital(&made->label);
    }
    put_row(block, row, currency, width, &boxes[n - 1].text);
  }
  return n;
}

static void repeat(const char *piece, int n, struct jl_buffer *out) {
  for (int i = 0; i < n; i++) jl_buffer_text(out, piece);
}

struct frame {
  const struct jl_face_options *options;
  int text[ACROSS]; /* columns of text in each */
};

static void put_rule(const struct frame *f, struct box *boxes, size_t n, bool first, struct jl_buffer *out) {
  const char *bold = f->options->colour ? "\033[1m" : "", *plain = f->options->colour ? "\033[m" : "";
  for (size_t i = 0; i < ACROSS; i++) {
    jl_buffer_text(out, i == 0 ? (first ? "┌" : n > 0 ? "├" : "└") : first ? "┬" : n > 0 ? "┼" : "┴");
    int left = f->text[i] + 2;
    if (i < n) {
      jl_cut(&boxes[i].label, left - 4);
      jl_buffer_printf(out, "─ %s%s%s ", bold, jl_text_of(&boxes[i].label), plain);
      left -= 3 + jl_display_width(jl_text_of(&boxes[i].label));
    }
    repeat("─", left, out);
  }
  jl_buffer_text(out, first ? "┐\n" : n > 0 ? "┤\n" : "┘\n");
}

/* The next line of a box; "" when there is none. */
static size_t next_line(struct box *box, const char **ret_line) {
  const char *text = jl_text_of(&box->text) + box->at;
  size_t size = strcspn(text, "\n");
  *ret_line = text;
  box->at += size + (text[size] == '\n');
  return size;
}

static bool drawn(const struct box *boxes, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (boxes[i].at < boxes[i].text.size) return false;
  return true;
}

static void put_line(const struct frame *f, struct box *boxes, size_t n, struct jl_buffer *out) {
  struct jl_buffer piece;
  jl_buffer_init(&piece, 65536);
  for (size_t i = 0; i < ACROSS; i++) {
    const char *line = "";
    size_t size = i < n ? next_line(&boxes[i], &line) : 0;
    jl_buffer_clear(&piece);
    jl_buffer_append(&piece, line, size);
    int width = jl_display_width(jl_text_of(&piece));
    jl_buffer_printf(out, "│ %s%*s ", jl_text_of(&piece), width < f->text[i] ? f->text[i] - width : 0, "");
  }
  jl_buffer_text(out, "│\n");
  jl_buffer_release(&piece);
}

static void put_framed(const struct jl_face_options *options, struct box *boxes, size_t n, struct jl_buffer *out) {
  int rest = options->width - 3 * ACROSS - 1;
  struct frame f = {options, {rest - rest / ACROSS, rest / ACROSS}};
  for (size_t from = 0; from < n; from += ACROSS) {
    size_t here = n - from < ACROSS ? n - from : ACROSS;
    put_rule(&f, boxes + from, here, from == 0, out);
    do put_line(&f, boxes + from, here, out);
    while (!drawn(boxes + from, here));
  }
  put_rule(&f, NULL, 0, false, out);
}

static void put_listed(const struct jl_face_options *options, struct box *boxes, size_t n, struct jl_buffer *out) {
  const char *bold = options->colour ? "\033[1m" : "", *plain = options->colour ? "\033[m" : "";
  for (size_t i = 0; i < n; i++) {
    if (options->width > 0) jl_cut(&boxes[i].label, options->width);
    jl_buffer_printf(out, "%s%s%s\n", bold, jl_text_of(&boxes[i].label), plain);
    while (boxes[i].at < boxes[i].text.size) {
      const char *line;
      size_t size = next_line(&boxes[i], &line);
      jl_buffer_printf(out, "  %.*s\n", (int)size, line);
    }
  }
}

static void put_caption(const Jalon__Block *block, const Jalon__Row *row, const char *currency, const struct jl_face_options *options,
                        struct jl_buffer *out) {
  struct jl_buffer text, piece;
  jl_buffer_init(&text, 1u << 20);
  jl_buffer_init(&piece, 1u << 20);
  for (size_t c = 0; c < block->n_columns; c++) {
    if (!filled(row, c) || block->columns[c]->priority >= FOR_FILES) continue;
    jl_buffer_clear(&piece);
    jl_cell_display(row->cells[c], currency, JL_DECIMALS_SHORT, &piece);
    jl_tame(&piece, 0, "\n");
    jl_buffer_printf(&text, "%s%s", text.size > 0 ? " · " : "", jl_text_of(&piece));
  }
  jl_buffer_text(out, options->colour ? "\033[1m" : "");
  jl_face_wrap(jl_text_of(&text), 0, options->width, out);
  jl_buffer_text(out, options->colour ? "\033[m" : "");
  jl_buffer_release(&text);
  jl_buffer_release(&piece);
}

void jl_terminal_canvas(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct box boxes[BOXES_MAX];
  bool framed = options->width >= ACROSS * (TEXT_LEAST + 3) + 1;
  int width = framed ? (options->width - 3 * ACROSS - 1) / ACROSS : options->width > 2 ? options->width - 2 : 0;
  for (size_t row = 0; row < block->n_rows;) {
    if (block->rows[row]->style == JL_ROW_HEADING) {
      if (row > 0) jl_buffer_byte(out, '\n');
      put_caption(block, block->rows[row++], currency, options, out);
    }
    size_t n = fill(block, &row, currency, width, boxes);
    if (framed && n > 0) put_framed(options, boxes, n, out);
    else put_listed(options, boxes, n, out);
    for (size_t i = 0; i < n; i++) {
      jl_buffer_release(&boxes[i].label);
      jl_buffer_release(&boxes[i].text);
    }
  }
}

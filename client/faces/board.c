/* Boards of the terminal face: columns of cards side by side, as many as the screen has room for, the others below them; in a pipe and on
 * a narrow screen one column below the other, a card a line. Rows that follow one another with the same first cell are one column. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <string.h>

#define COLUMN_LEAST 14 /* columns of text: "À lancer (12)", "31/01/2027" */
#define BETWEEN 2
#define LANES_MAX 256
#define ACROSS_MAX 16
#define TONE '0' /* before each line of a column: a digit */

struct lane {
  size_t from, until;    /* rows */
  struct jl_buffer text; /* lines, each a byte for its tone before and a line feed behind */
  size_t at;             /* drawn so far */
};
struct board {
  const Jalon__Block *block;
  const char *currency;
  const struct jl_face_options *options;
  struct jl_buffer *out;
  int width; /* of a column */
};

static const char *said(const Jalon__Row *row) {
  const Jalon__Cell *cell = row->n_cells > 0 ? row->cells[0] : NULL;
  return cell == NULL ? "" : cell->alternative != NULL ? cell->alternative : cell->text != NULL ? cell->text : "";
}

static size_t find_lanes(const Jalon__Block *block, struct lane lanes[LANES_MAX]) {
  size_t n = 0;
  for (size_t r = 0; r < block->n_rows; r++) {
    if (n == 0 || (strcmp(said(block->rows[r]), said(block->rows[r - 1])) != 0 && n < LANES_MAX)) lanes[n++] = (struct lane){.from = r};
    lanes[n - 1].until = r + 1;
  }
  return n;
}

static bool filled(const Jalon__Row *row, size_t c) { return c < row->n_cells && row->cells[c]->has_kind && row->cells[c]->kind != JL_ARG_NONE; }

static void put_cell(const struct board *b, const Jalon__Cell *cell, struct jl_buffer *out) {
  size_t start = out->size;
  jl_cell_display(cell, b->currency, JL_DECIMALS_SHORT, out);
  jl_tame(out, start, "");
}

static const char *tone_sequence(uint32_t tone) {
  static const char *const sequences[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[90m", "\033[1m"};
  return tone < JL_COUNT(sequences) ? sequences[tone] : "";
}

static uint32_t tone_of(const Jalon__Row *row, size_t c) {
  uint32_t tone = row->cells[c]->has_tone ? row->cells[c]->tone : JL_TONE_NONE;
  return tone == JL_TONE_NONE && row->style == JL_ROW_MUTED ? JL_TONE_MUTED : tone;
}

/* ---- side by side ---- */
static void put_lines(const struct board *b, struct jl_buffer *text, uint32_t tone, struct jl_buffer *out) {
  struct jl_buffer lines;
  jl_buffer_init(&lines, 1u << 20);
  jl_face_wrap(jl_text_of(text), 0, b->width, &lines);
  for (const char *line = jl_text_of(&lines); *line != '\0';) {
    size_t size = strcspn(line, "\n");
    jl_buffer_byte(out, (uint8_t)(TONE + (tone < 8 ? tone : 0)));
    jl_buffer_append(out, line, size + (line[size] == '\n'));
    line += size + (line[size] == '\n');
  }
  jl_buffer_release(&lines);
  jl_buffer_clear(text);
}

/* The title, what is said in plain words joined by dots, and on lines of their own what has a colour. */
static void put_card(const struct board *b, const Jalon__Row *row, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 1u << 20);
  for (size_t c = 1; c < b->block->n_columns; c++) {
    if (!filled(row, c) || b->block->columns[c]->priority >= JL_COLUMN_FILES) continue;
    uint32_t tone = tone_of(row, c);
    bool alone = c == 1 || tone != JL_TONE_NONE;
    if (alone && text.size > 0) put_lines(b, &text, JL_TONE_NONE, out);
    if (!alone && text.size > 0) jl_buffer_text(&text, " · ");
    put_cell(b, row->cells[c], &text);
    if (alone) put_lines(b, &text, c == 1 && tone == JL_TONE_NONE ? JL_TONE_STRONG : tone, out);
  }
  if (text.size > 0) put_lines(b, &text, JL_TONE_NONE, out);
  jl_buffer_release(&text);
}

static void fill(const struct board *b, struct lane *lane) {
  jl_buffer_init(&lane->text, 16u << 20);
  lane->at = 0;
  for (size_t r = lane->from; r < lane->until; r++) {
    if (r > lane->from) jl_buffer_printf(&lane->text, "%c\n", TONE); /* an empty line */
    put_card(b, b->block->rows[r], &lane->text);
  }
}

/* A piece of a line in its colour, with the blanks up to the next column; none at the end of a line. */
static void put_piece(const struct board *b, struct jl_buffer *piece, uint32_t tone, int *io_owed) {
  int width = jl_display_width(jl_text_of(piece));
  if (width > 0) {
    const char *colour = b->options->colour ? tone_sequence(tone) : "";
    jl_buffer_printf(b->out, "%*s%s%s%s", *io_owed, "", colour, jl_text_of(piece), *colour ? "\033[m" : "");
    *io_owed = 0;
  }
  *io_owed += b->width - width + BETWEEN;
}

static bool put_line(const struct board *b, struct lane *lanes, size_t n) {
  struct jl_buffer piece;
  int owed = 0;
  bool any = false;
  for (size_t i = 0; i < n; i++) any = any || lanes[i].at < lanes[i].text.size;
  if (!any) return false;
  jl_buffer_init(&piece, 65536);
  for (size_t i = 0; i < n; i++) {
    const char *line = jl_text_of(&lanes[i].text) + lanes[i].at;
    uint32_t tone = lanes[i].at < lanes[i].text.size ? (uint32_t)(unsigned char)line[0] - TONE : 0;
    size_t size = lanes[i].at < lanes[i].text.size ? strcspn(line, "\n") : 0;
    jl_buffer_clear(&piece);
    if (size > 1) jl_buffer_append(&piece, line + 1, size - 1);
    lanes[i].at += size + (size > 0 && line[size] == '\n');
    put_piece(b, &piece, tone, &owed);
  }
  jl_buffer_byte(b->out, '\n');
  jl_buffer_release(&piece);
  return true;
}

/* Names that are wider than their columns are folded: a count is never cut. */
static void put_captions(const struct board *b, struct lane *lanes, size_t n) {
  struct jl_buffer name;
  jl_buffer_init(&name, 65536);
  for (size_t i = 0; i < n; i++) {
    const Jalon__Cell *cell = b->block->rows[lanes[i].from]->cells[0];
    jl_buffer_init(&lanes[i].text, 65536);
    lanes[i].at = 0;
    put_cell(b, cell, &name);
    jl_capital(&name);
    put_lines(b, &name, cell->has_tone ? cell->tone : JL_TONE_STRONG, &lanes[i].text);
  }
  while (put_line(b, lanes, n)) continue;
  for (size_t i = 0; i < n; i++) {
    jl_buffer_release(&lanes[i].text);
    if (i > 0) jl_buffer_printf(b->out, "%*s", BETWEEN, "");
    for (int k = 0; k < b->width; k++) jl_buffer_text(b->out, "─");
  }
  jl_buffer_byte(b->out, '\n');
  jl_buffer_release(&name);
}

/* Bands of about as many columns each. */
static void put_bands(struct board *b, struct lane *lanes, size_t n) {
  size_t room = (size_t)(b->options->width + BETWEEN) / (COLUMN_LEAST + BETWEEN), most = room < ACROSS_MAX ? room : ACROSS_MAX;
  size_t bands = (n + most - 1) / most, across = (n + bands - 1) / bands;
  b->width = (b->options->width + BETWEEN) / (int)across - BETWEEN;
  for (size_t from = 0; from < n; from += across) {
    size_t here = n - from < across ? n - from : across;
    if (from > 0) jl_buffer_byte(b->out, '\n');
    put_captions(b, lanes + from, here);
    for (size_t i = 0; i < here; i++) fill(b, &lanes[from + i]);
    while (put_line(b, lanes + from, here)) continue;
    for (size_t i = 0; i < here; i++) jl_buffer_release(&lanes[from + i].text);
  }
}

/* ---- one below the other ---- */
static void put_listed_card(const struct board *b, const Jalon__Row *row) {
  struct jl_buffer text;
  jl_buffer_init(&text, 1u << 20);
  jl_buffer_text(&text, "  ");
  for (size_t c = 1; c < b->block->n_columns; c++) {
    if (!filled(row, c) || b->block->columns[c]->priority >= JL_COLUMN_FILES) continue;
    if (text.size > 2) jl_buffer_text(&text, " · ");
    put_cell(b, row->cells[c], &text);
  }
  if (text.size > 2 && b->options->width > 4) jl_face_wrap(jl_text_of(&text) + 2, 2, b->options->width, b->out);
  else if (text.size > 2) jl_buffer_printf(b->out, "%s\n", jl_text_of(&text));
  jl_buffer_release(&text);
}

static void put_listed(const struct board *b, const struct lane *lanes, size_t n) {
  struct jl_buffer name;
  jl_buffer_init(&name, 65536);
  for (size_t i = 0; i < n; i++) {
    jl_buffer_clear(&name);
    put_cell(b, b->block->rows[lanes[i].from]->cells[0], &name);
    jl_capital(&name);
    jl_buffer_printf(b->out, "%s%s%s\n", b->options->colour ? "\033[1m" : "", jl_text_of(&name), b->options->colour ? "\033[m" : "");
    for (size_t r = lanes[i].from; r < lanes[i].until; r++) put_listed_card(b, b->block->rows[r]);
  }
  jl_buffer_release(&name);
}

void jl_terminal_board(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct board b = {.block = block, .currency = currency, .options = options, .out = out};
  struct lane lanes[LANES_MAX];
  size_t n = find_lanes(block, lanes);
  if (n == 0) return;
  if (options->width >= 2 * COLUMN_LEAST + BETWEEN) put_bands(&b, lanes, n);
  else put_listed(&b, lanes, n);
}

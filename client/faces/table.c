/* Tables and trees of the terminal face, by libsmartcols. What does not fit the screen's width gives way in this order:
 * headings are folded, the least important columns go, texts are cut. A figure is never cut: a wrong number is worse than
 * none. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR 2     /* columns between two columns */
#define FIRST_TEXT 28   /* the first column names the row: others go before it gets narrower */
#define FIRST_SHORT 20  /* but down to this before a column of priority 1 goes, or where each further column is a person */
#define OTHER_TEXT 18   /* another text column goes before it gets narrower */
#define SHORT_TEXT 12   /* down to this before a column of priority 1 goes */
#define LEAST_TEXT 8    /* when nothing is left to go */
#define SLIM 4          /* a column of single letters or small numbers may have its heading cut */
#define HEADING_LINES 3
#define TEXT_LINES 8
#define COLUMNS_MAX 256

struct column {
  size_t index;
  int width, data, word, least; /* now; widest value; longest word of the heading; it goes rather than get narrower */
  bool shown, right, text, matrix;
  int priority, decimals;
};

static const char *tone_colour(uint32_t tone) {
  switch ((enum jl_tone)tone) {
  case JL_TONE_GOOD: return "green";
  case JL_TONE_WARN: return "yellow";
  case JL_TONE_BAD: return "red";
  case JL_TONE_MUTED: return "darkgray";
  case JL_TONE_STRONG: return "bold";
  case JL_TONE_NONE: break;
  }
  return NULL;
}

/* Is there a later row on this level before the branch ends? */
static bool branch_goes_on(const Jalon__Block *block, size_t row, uint32_t level) {
  for (size_t r = row + 1; r < block->n_rows; r++) {
    if (block->rows[r]->level < level) return false;
    if (block->rows[r]->level == level) return true;
  }
  return false;
}

static void put_branches(const Jalon__Block *block, size_t row, struct jl_buffer *out) {
  uint32_t level = block->rows[row]->level;
  for (uint32_t l = 1; l < level && l < 32; l++) jl_buffer_text(out, branch_goes_on(block, row, l) ? "│ " : "  ");
  if (level > 0) jl_buffer_text(out, branch_goes_on(block, row, level) ? "├ " : "└ ");
}

static void cell_text(const Jalon__Block *block, size_t row, const struct column *column, const char *currency, struct jl_buffer *out) {
  jl_buffer_clear(out);
  const Jalon__Row *r = block->rows[row];
  if (column->index == 0 && block->kind == JL_BLOCK_TREE) put_branches(block, row, out);
  else if (column->index == 0)
    for (uint32_t l = 0; l < r->level && l < 16; l++) jl_buffer_text(out, "  ");
  if (column->index < r->n_cells) jl_cell_display(r->cells[column->index], currency, column->decimals, out);
  for (size_t i = 0; i < out->size; i++)
    if (out->data[i] == '\n' || out->data[i] == '\t' || out->data[i] == '\r') out->data[i] = ' ';
}

/* ---- widths ---- */
static int longest_word(const char *heading) {
  int longest = 0;
  char word[128];
  while (*heading) {
    size_t size = strcspn(heading, " ");
    if (size < sizeof word) {
      memcpy(word, heading, size);
      word[size] = '\0';
      int width = jl_display_width(word);
      if (width > longest) longest = width;
    }
    heading += size + strspn(heading + size, " ");
  }
  return longest;
}

static void least_width(struct column *column, size_t at) {
  int keep = at > 0 ? OTHER_TEXT : column->matrix ? FIRST_SHORT : FIRST_TEXT, heading = column->word;
  if (at > 0 && column->matrix && column->data <= SLIM && heading > SLIM) heading = SLIM;
  column->least = column->data > heading ? column->data : heading;
  if (column->text && column->least > keep) column->least = keep;
}

static size_t measure(const Jalon__Block *block, const char *currency, struct column *columns, size_t max) {
  size_t n = block->n_columns < max ? block->n_columns : max;
  bool matrix = false;
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  for (size_t c = 1; c < n; c++) matrix = matrix || (block->columns[c]->label_is_text && *jl_column_heading(block->columns[c]));
  for (size_t c = 0; c < n; c++) {
    const Jalon__Column *column = block->columns[c];
    uint32_t kind = column->kind;
    struct column *made = &columns[c];
    *made = (struct column){.index = c, .shown = true, .priority = (int)column->priority, .matrix = matrix};
    made->decimals = jl_column_decimals(block, c, currency);
    made->right = (column->has_right && column->right) || kind == JL_ARG_INTEGER || kind == JL_ARG_MONEY || kind == JL_ARG_FRACTION ||
                  kind == JL_ARG_SHARE;
    made->text = kind == JL_ARG_TEXT || kind == JL_ARG_LABEL || kind == JL_ARG_NONE;
    bool empty = true;
    for (size_t r = 0; r < block->n_rows; r++) {
      cell_text(block, r, made, currency, &text);
      int width = jl_display_width(jl_text_of(&text));
      if (width > made->data) made->data = width;
      if (c < block->rows[r]->n_cells && block->rows[r]->cells[c]->has_kind && block->rows[r]->cells[c]->kind) {
        const Jalon__Cell *cell = block->rows[r]->cells[c];
        empty = false;
        /* what is typed by the row (a history's values) may be a figure in a column of texts */
        if (cell->kind != JL_ARG_TEXT && cell->kind != JL_ARG_LABEL && width > made->least) made->least = width;
      }
    }
    int heading = jl_display_width(jl_column_heading(column)), figure = made->least;
    made->word = longest_word(jl_column_heading(column));
    made->width = heading > made->data ? heading : made->data;
    least_width(made, c);
    if (figure > made->least) made->least = figure;
    if (empty && c > 0 && made->priority > 0) made->shown = false; /* a column with nothing in it says nothing */
  }
  jl_buffer_release(&text);
  return n;
}

static int total(const struct column *columns, size_t n, bool least) {
  int sum = -SEPARATOR;
  for (size_t c = 0; c < n; c++)
    if (columns[c].shown) sum += (least ? columns[c].least : columns[c].width) + SEPARATOR;
  return sum;
}

static void fold_headings(struct column *columns, size_t n, int width) {
  while (total(columns, n, false) > width) {
    size_t most = n;
    int saves = 0;
    for (size_t c = 0; c < n; c++) {
      int folded = columns[c].data > columns[c].word ? columns[c].data : columns[c].word;
      if (columns[c].shown && columns[c].width - folded > saves) saves = columns[c].width - folded, most = c;
    }
    if (most == n) return;
    columns[most].width -= saves;
  }
}

/* Only columns of at least this priority go. */
static bool hide_worst(struct column *columns, size_t n, const Jalon__Block *block, int least_priority) {
  size_t worst = 0;
  for (size_t c = 1; c < n; c++)
    if (columns[c].shown && (worst == 0 || columns[c].priority >= columns[worst].priority)) worst = c;
  if (worst == 0 || columns[worst].priority < least_priority) return false;
  columns[worst].shown = false;
  /* a column without heading ("<") belongs to the one after it */
  if (worst > 1 && !*jl_column_heading(block->columns[worst - 1])) columns[worst - 1].shown = false;
  return true;
}

static bool lower_texts(struct column *columns, size_t n, size_t from, int down_to) {
  bool lowered = false;
  for (size_t c = from; c < n; c++)
    if (columns[c].text && columns[c].shown && columns[c].least > down_to && (c == 0 || columns[c].data > SLIM)) {
      columns[c].least--;
      lowered = true;
    }
  return lowered;
}

static bool fit(struct column *columns, size_t n, const Jalon__Block *block, int width) {
  bool hidden = false;
  fold_headings(columns, n, width);
  while (total(columns, n, true) > width && hide_worst(columns, n, block, 2)) hidden = true;
  if (total(columns, n, true) > width && columns[0].text && columns[0].least > FIRST_SHORT) columns[0].least = FIRST_SHORT;
  while (total(columns, n, true) > width && lower_texts(columns, n, 1, SHORT_TEXT)) continue;
  while (total(columns, n, true) > width && hide_worst(columns, n, block, 1)) hidden = true;
  while (total(columns, n, true) > width && lower_texts(columns, n, 0, LEAST_TEXT)) continue;
  while (total(columns, n, true) > width && hide_worst(columns, n, block, 0)) hidden = true;
  while (total(columns, n, false) > width) {
    size_t widest = n;
    int most = -1;
    for (size_t c = 0; c < n; c++) {
      int width_of = c == 0 ? columns[c].width * 2 / 3 : columns[c].width; /* what names the row gives way last */
      if (columns[c].shown && columns[c].width > columns[c].least && width_of > most) most = width_of, widest = c;
    }
    if (widest == n) break;
    columns[widest].width--;
  }
  return hidden;
}

/* ---- drawing ---- */
/* The heading in lines of at most `width` columns, at its blanks. Returns how many. */
static int fold(const char *heading, int width, struct jl_buffer lines[HEADING_LINES]) {
  int n = 0;
  for (int i = 0; i < HEADING_LINES; i++) jl_buffer_clear(&lines[i]);
  while (*heading) {
    size_t size = strcspn(heading, " ");
    char word[512];
    if (size >= sizeof word) size = sizeof word - 1;
    memcpy(word, heading, size);
    word[size] = '\0';
    int used = jl_display_width(jl_text_of(&lines[n]));
    if (used > 0 && used + 1 + jl_display_width(word) > width && n < HEADING_LINES - 1) n++;
    else if (used > 0) jl_buffer_byte(&lines[n], ' ');
    jl_buffer_text(&lines[n], word);
    heading += size + strspn(heading + size, " ");
  }
  for (int i = 0; i <= n; i++)
    if (jl_display_width(jl_text_of(&lines[i])) > width) {
      jl_cut(&lines[i], width);
      lines[i].size -= strlen("…");
      jl_buffer_byte(&lines[i], '.'); /* "Benoit" is easier told from "Ben." than from "Be…" */
    }
  return n + 1;
}

/* Headings are lines of the table, since libsmartcols has no folded ones. */
static bool put_headings(struct libscols_table *table, const Jalon__Block *block, const struct column *columns, size_t n, bool colour) {
  struct jl_buffer lines[HEADING_LINES];
  struct libscols_line *rows[HEADING_LINES] = {NULL};
  int height = 1;
  bool ok = true;
  for (int i = 0; i < HEADING_LINES; i++) jl_buffer_init(&lines[i], 4096);
  for (size_t c = 0; c < n; c++) {
    int folded = columns[c].shown ? fold(jl_column_heading(block->columns[c]), columns[c].width, lines) : 0;
    if (folded > height) height = folded;
  }
  for (int i = 0; i < height; i++) ok = ok && (rows[i] = scols_table_new_line(table, NULL)) != NULL;
  size_t at = 0;
  for (size_t c = 0; ok && c < n; c++) {
    if (!columns[c].shown) continue;
    int folded = fold(jl_column_heading(block->columns[c]), columns[c].width, lines);
    for (int i = 0; ok && i < folded; i++) {
      struct libscols_line *row = rows[height - folded + i]; /* the last line stands above the values */
      ok = scols_line_set_data(row, at, jl_text_of(&lines[i])) == 0;
      if (ok && colour) scols_cell_set_color(scols_line_get_cell(row, at), "halfbright");
    }
    at++;
  }
  for (int i = 0; i < HEADING_LINES; i++) jl_buffer_release(&lines[i]);
  return ok;
}

/* How much of a text stands on one line of this width: at a blank when there is one. */
static size_t line_of(const char *text, int width) {
  char piece[4096];
  size_t last = 0, size = strlen(text);
  if (jl_display_width(text) <= width) return size;
  for (size_t i = 1; i <= size && i < sizeof piece; i++) {
    if (((unsigned char)text[i] & 0xC0) == 0x80) continue;
    memcpy(piece, text, i);
    piece[i] = '\0';
    if (jl_display_width(piece) > width) break;
    if (text[i] == ' ' || text[i] == '\0') last = i;
  }
  return last;
}

/* A long text in the last column goes on below itself. */
static bool put_rest(struct libscols_table *table, const char *rest, size_t at, int width) {
  bool ok = true;
  for (int lines = 1; ok && *rest && lines < TEXT_LINES; lines++) {
    struct jl_buffer piece;
    size_t size = lines < TEXT_LINES - 1 ? line_of(rest, width) : 0;
    struct libscols_line *line = scols_table_new_line(table, NULL);
    jl_buffer_init(&piece, 65536);
    jl_buffer_append(&piece, rest, size > 0 ? size : strlen(rest));
    jl_cut(&piece, width);
    ok = line != NULL && scols_line_set_data(line, at, jl_text_of(&piece)) == 0;
    jl_buffer_release(&piece);
    rest += size > 0 ? size : strlen(rest);
    rest += strspn(rest, " ");
  }
  return ok;
}

static bool put_line(struct libscols_table *table, const Jalon__Block *block, size_t row, const struct column *columns, size_t n,
                     const char *currency, bool colour) {
  struct libscols_line *line = scols_table_new_line(table, NULL);
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  bool ok = line != NULL;
  char *rest = NULL;
  size_t at = 0, last_shown = 0;
  for (size_t c = 0; c < n; c++)
    if (columns[c].shown) last_shown = c;
  for (size_t c = 0; ok && c < n; c++) {
    if (!columns[c].shown) continue;
    cell_text(block, row, &columns[c], currency, &text);
    size_t first = 0;
    if (c > 0 && c == last_shown && block->columns[c]->kind == JL_ARG_TEXT) first = line_of(jl_text_of(&text), columns[c].width);
    if (first > 0 && first < text.size) {
      rest = strdup(jl_text_of(&text) + first + 1);
      text.size = first;
    }
    jl_cut(&text, columns[c].width);
    ok = scols_line_set_data(line, at, jl_text_of(&text)) == 0;
    const Jalon__Row *r = block->rows[row];
    const char *name = colour && c < r->n_cells && r->cells[c]->has_tone ? tone_colour(r->cells[c]->tone) : NULL;
    if (colour && !name && r->style == JL_ROW_MUTED) name = "darkgray";
    if (colour && !name && (r->style == JL_ROW_TOTAL || r->style == JL_ROW_HEADING)) name = "bold";
    if (ok && name) scols_cell_set_color(scols_line_get_cell(line, at), name);
    at++;
  }
  jl_buffer_release(&text);
  if (ok && rest) ok = put_rest(table, rest, at - 1, columns[last_shown].width);
  free(rest);
  return ok;
}

bool jl_terminal_table(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out,
                       bool *ret_hidden) {
  struct column *columns = calloc(COLUMNS_MAX, sizeof *columns);
  struct libscols_table *table = columns ? scols_new_table() : NULL;
  if (!table) {
    free(columns);
    return false;
  }
  size_t n = measure(block, currency, columns, COLUMNS_MAX);
  if (options->width > 0 && fit(columns, n, block, options->width)) *ret_hidden = true;
  scols_table_set_column_separator(table, "  ");
  scols_table_enable_colors(table, options->colour);
  scols_table_enable_minout(table, 1);
  scols_table_enable_nowrap(table, 1);
  scols_table_enable_noheadings(table, 1);
  scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
  scols_table_set_termwidth(table, 100000); /* the widths are decided here */
  bool ok = true;
  for (size_t c = 0; ok && c < n; c++)
    if (columns[c].shown) ok = scols_table_new_column(table, "", columns[c].width, columns[c].right ? SCOLS_FL_RIGHT : 0) != NULL;
  ok = ok && put_headings(table, block, columns, n, options->colour);
  for (size_t r = 0; ok && r < block->n_rows; r++) ok = put_line(table, block, r, columns, n, currency, options->colour);
  char *text = NULL;
  ok = ok && scols_print_table_to_string(table, &text) == 0;
  if (ok && text) jl_buffer_text(out, text);
  if (ok && text && *text && text[strlen(text) - 1] != '\n') jl_buffer_byte(out, '\n');
  free(text);
  scols_unref_table(table);
  free(columns);
  return ok;
}

/* Tables and trees of the terminal face. What does not fit the screen's width gives way in this order:
 * headings are folded, the least important columns go, texts are cut. A figure is never cut: a wrong number is worse than
 * none. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include "common/model/document.h"
#include <stdlib.h>
#include <string.h>

#define SEPARATOR 2     /* columns between two columns */
#define FIRST_TEXT 28   /* the first column names the row: others go before it gets narrower */
#define FIRST_SHORT 20  /* but down to this before a column of priority 1 goes, or where each further column is a person */
#define NAMING_TEXT 40  /* up to this before a spare column goes */
#define OTHER_TEXT 18   /* another text column goes before it gets narrower */
#define SHORT_TEXT 12   /* down to this before a column of priority 1 goes */
#define LEAST_TEXT 8    /* when nothing is left to go */
#define SLIM 4          /* a column of single letters or small numbers may have its heading cut */
#define HEADING_LINES 3
#define TEXT_LINES 8
#define COLUMNS_MAX 256

#define LABELS 8

struct column {
  size_t index;
  int width, data, word, least; /* now; widest value; least of the heading; it goes rather than get narrower */
  bool shown, right, text, matrix;
  int priority, decimals;
  struct label {
    const char *label, *said;
  } labels[LABELS]; /* the last ones */
  unsigned next_label;
};

/* What the cells say, row by row: formatted and measured once. */
struct texts {
  struct jl_buffer bytes; /* each ended by NUL */
  struct text {
    size_t at;
    int width;
  } *of;
  size_t columns;
};
#define TEXTS_MAX (64u << 20)

static const char *tone_colour(uint32_t tone) {
  switch ((enum jl_tone)tone) {
  case JL_TONE_GOOD: return "\033[32m";
  case JL_TONE_WARN: return "\033[33m";
  case JL_TONE_BAD: return "\033[31m";
  case JL_TONE_MUTED: return "\033[1;30m";
  case JL_TONE_STRONG: return "\033[1m";
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

/* The same few words stand in a column again and again. */
static const char *label_said(struct column *column, const char *label) {
  for (size_t i = 0; i < LABELS; i++)
    if (column->labels[i].label && strcmp(column->labels[i].label, label) == 0) return column->labels[i].said;
  const char *said = jl_tr(label);
  column->labels[column->next_label++ % LABELS] = (struct label){label, said};
  return said;
}

/* At the end of `out`. */
static void cell_text(const Jalon__Block *block, size_t row, struct column *column, const char *currency, struct jl_buffer *out) {
  size_t start = out->size;
  const Jalon__Row *r = block->rows[row];
  if (column->index == 0 && block->kind == JL_BLOCK_TREE) put_branches(block, row, out);
  else if (column->index == 0)
    for (uint32_t l = 0; l < r->level && l < 16; l++) jl_buffer_text(out, "  ");
  const Jalon__Cell *cell = column->index < r->n_cells ? r->cells[column->index] : NULL;
  if (cell && cell->has_kind && cell->kind == JL_ARG_LABEL && cell->text && !strchr(cell->text, '\n'))
    jl_buffer_text(out, label_said(column, cell->text));
  else if (cell) jl_cell_display(cell, currency, column->decimals, out);
  jl_tame(out, start, "");
}

/* ---- widths ---- */
/* The next word of a heading, and how wide it is; false: there is none. */
static bool next_word(const char **io_heading, int *ret_width) {
  char word[512];
  size_t size = strcspn(*io_heading, " ");
  if (size == 0) return false;
  size_t copied = size < sizeof word ? size : sizeof word - 1;
  memcpy(word, *io_heading, copied);
  word[copied] = '\0';
  *ret_width = jl_display_width(word);
  *io_heading += size + strspn(*io_heading + size, " ");
  return true;
}

static bool folds_within(const char *heading, int width) {
  int lines = 1, used = 0, word;
  while (next_word(&heading, &word)) {
    if (used > 0 && used + 1 + word > width) {
      lines++;
      used = word;
    } else {
      used += (used > 0) + word;
    }
    if (used > width || lines > HEADING_LINES) return false;
  }
  return true;
}

/* The least width in which nothing of a heading is cut. */
static int folded_width(const char *heading) {
  const char *rest = heading;
  int width = 0, word;
  while (next_word(&rest, &word))
    if (word > width) width = word;
  while (!folds_within(heading, width)) width++;
  return width;
}

static void least_width(struct column *column, size_t at) {
  int keep = at > 0 ? OTHER_TEXT : column->matrix ? FIRST_SHORT : FIRST_TEXT, heading = column->word;
  if (at > 0 && column->matrix && column->data <= SLIM && heading > SLIM) heading = SLIM;
  column->least = column->data > heading ? column->data : heading;
  if (column->text && column->least > keep) column->least = keep;
}

static const char *text_at(const struct texts *texts, size_t row, size_t column) {
  return (const char *)texts->bytes.data + texts->of[row * texts->columns + column].at;
}

static int keep_text(const Jalon__Block *block, size_t row, struct column *column, const char *currency, struct texts *texts) {
  struct text *text = &texts->of[row * texts->columns + column->index];
  text->at = texts->bytes.size;
  cell_text(block, row, column, currency, &texts->bytes);
  jl_buffer_byte(&texts->bytes, '\0');
  text->width = jl_buffer_ok(&texts->bytes) ? jl_display_width(text_at(texts, row, column->index)) : 0;
  return text->width;
}

static void measure(const Jalon__Block *block, const char *currency, struct column *columns, size_t n, struct texts *texts) {
  bool matrix = false;
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
      int width = keep_text(block, r, made, currency, texts);
      if (width > made->data) made->data = width;
      if (c < block->rows[r]->n_cells && block->rows[r]->cells[c]->has_kind && block->rows[r]->cells[c]->kind) {
        const Jalon__Cell *cell = block->rows[r]->cells[c];
        empty = false;
        /* what is typed by the row (a history's values) may be a figure in a column of texts */
        if (cell->kind != JL_ARG_TEXT && cell->kind != JL_ARG_LABEL && width > made->least) made->least = width;
      }
    }
    int heading = jl_display_width(jl_column_heading(column)), figure = made->least;
    made->word = folded_width(jl_column_heading(column));
    made->width = heading > made->data ? heading : made->data;
    least_width(made, c);
    if (figure > made->least) made->least = figure;
    if (empty && c > 0 && made->priority > 0) made->shown = false; /* a column with nothing in it says nothing */
    if (made->priority == JL_COLUMN_FILES && block->kind == JL_BLOCK_TREE) made->shown = false;
  }
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

/* What names the row: the first column, or the one after its reference. */
static size_t naming(const Jalon__Block *block) {
  return block->n_columns > 1 && strcmp(block->columns[0]->name, "reference") == 0 ? 1 : 0;
}

/* Spare columns make room for the names of the rows. */
static bool hide_spare(struct column *columns, size_t n, const Jalon__Block *block, int width) {
  struct column *name = &columns[naming(block)];
  int room = name->data < NAMING_TEXT ? name->data : NAMING_TEXT;
  bool hidden = false;
  while (name->text && total(columns, n, true) - name->least + room > width && hide_worst(columns, n, block, JL_COLUMN_SPARE)) hidden = true;
  return hidden;
}

static bool fit(struct column *columns, size_t n, const Jalon__Block *block, int width) {
  fold_headings(columns, n, width);
  bool hidden = hide_spare(columns, n, block, width);
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
  for (int i = 0; i <= n; i++) jl_tame(&lines[i], 0, "");
  for (int i = 0; i <= n; i++)
    if (jl_display_width(jl_text_of(&lines[i])) > width) {
      jl_cut(&lines[i], width);
      lines[i].size -= strlen("…");
      jl_buffer_byte(&lines[i], '.'); /* "Benoit" is easier told from "Ben." than from "Be…" */
    }
  return n + 1;
}

/* A line as it is drawn: blanks are owed until something follows them, so none stand at its end. */
struct drawing {
  struct jl_buffer *out;
  int owed;
};

static void put_cell(struct drawing *d, const char *text, int width, const struct column *column, const char *colour) {
  int blank = column->width > width ? column->width - width : 0;
  if (column->right || width == 0) d->owed += blank;
  if (width > 0) {
    for (; d->owed > 0; d->owed--) jl_buffer_byte(d->out, ' ');
    if (colour) jl_buffer_text(d->out, colour);
    jl_buffer_text(d->out, text);
    if (colour) jl_buffer_text(d->out, "\033[0m");
    if (!column->right) d->owed = blank;
  }
  d->owed += SEPARATOR;
}

static void end_line(struct drawing *d) {
  jl_buffer_byte(d->out, '\n');
  d->owed = 0;
}

static void put_headings(struct jl_buffer *out, const Jalon__Block *block, const struct column *columns, size_t n, bool colour) {
  struct jl_buffer lines[HEADING_LINES];
  struct drawing d = {.out = out};
  int height = 1;
  for (int i = 0; i < HEADING_LINES; i++) jl_buffer_init(&lines[i], 4096);
  for (size_t c = 0; c < n; c++) {
    int folded = columns[c].shown ? fold(jl_column_heading(block->columns[c]), columns[c].width, lines) : 0;
    if (folded > height) height = folded;
  }
  for (int i = 0; i < height; i++) {
    for (size_t c = 0; c < n; c++) {
      if (!columns[c].shown) continue;
      int line = i - height + fold(jl_column_heading(block->columns[c]), columns[c].width, lines); /* the last one stands above the values */
      const char *text = line >= 0 ? jl_text_of(&lines[line]) : "";
      put_cell(&d, text, jl_display_width(text), &columns[c], colour ? "\033[2m" : NULL);
    }
    end_line(&d);
  }
  for (int i = 0; i < HEADING_LINES; i++) jl_buffer_release(&lines[i]);
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

/* A long text in the last column goes on below itself. before: what stands left of it. */
static void put_rest(struct jl_buffer *out, const char *rest, const struct column *column, int before) {
  struct jl_buffer piece;
  jl_buffer_init(&piece, 65536);
  for (int lines = 1; *rest && lines < TEXT_LINES; lines++) {
    struct drawing d = {.out = out, .owed = before};
    size_t size = lines < TEXT_LINES - 1 ? line_of(rest, column->width) : 0;
    jl_buffer_clear(&piece);
    jl_buffer_append(&piece, rest, size > 0 ? size : strlen(rest));
    jl_cut(&piece, column->width);
    put_cell(&d, jl_text_of(&piece), jl_display_width(jl_text_of(&piece)), column, NULL);
    end_line(&d);
    rest += size > 0 ? size : strlen(rest);
    rest += strspn(rest, " ");
  }
  jl_buffer_release(&piece);
}

static const char *colour_of(const Jalon__Row *r, size_t c) {
  const char *colour = c < r->n_cells && r->cells[c]->has_tone ? tone_colour(r->cells[c]->tone) : NULL;
  if (!colour && r->style == JL_ROW_MUTED) colour = tone_colour(JL_TONE_MUTED);
  if (!colour && (r->style == JL_ROW_TOTAL || r->style == JL_ROW_HEADING)) colour = tone_colour(JL_TONE_STRONG);
  return colour;
}

/* A text that is wider than its column: cut, or, when it may go on below, its first line. Returns what is to stand below; NULL: nothing. */
static const char *put_wide(struct drawing *d, const char *text, const struct column *column, bool goes_on, const char *colour) {
  size_t size = strlen(text), first = goes_on ? line_of(text, column->width) : 0;
  bool folded = first > 0 && first < size;
  struct jl_buffer piece;
  jl_buffer_init(&piece, 65536);
  jl_buffer_append(&piece, text, folded ? first : size);
  jl_cut(&piece, column->width);
  put_cell(d, jl_text_of(&piece), jl_display_width(jl_text_of(&piece)), column, colour);
  jl_buffer_release(&piece);
  return folded ? text + first + 1 : NULL;
}

static void put_line(struct jl_buffer *out, const Jalon__Block *block, size_t row, const struct column *columns, size_t n,
                     const struct texts *texts, bool coloured) {
  struct drawing d = {.out = out};
  const char *rest = NULL;
  int before = 0; /* the last shown column */
  size_t last_shown = 0;
  for (size_t c = 0; c < n; c++)
    if (columns[c].shown) last_shown = c;
  for (size_t c = 0; c <= last_shown && c < n; c++) {
    if (!columns[c].shown) continue;
    const char *text = text_at(texts, row, c), *colour = coloured ? colour_of(block->rows[row], c) : NULL;
    int width = texts->of[row * texts->columns + c].width;
    if (width <= columns[c].width) put_cell(&d, text, width, &columns[c], colour);
    else rest = put_wide(&d, text, &columns[c], c > 0 && c == last_shown && block->columns[c]->kind == JL_ARG_TEXT, colour);
    if (c < last_shown) before += columns[c].width + SEPARATOR;
  }
  end_line(&d);
  if (rest) put_rest(out, rest, &columns[last_shown], before);
}

/* Whole: with every column and no text cut. */
bool jl_terminal_fits(const Jalon__Block *block, const char *currency, int width) {
  size_t n = block->n_columns < COLUMNS_MAX ? block->n_columns : COLUMNS_MAX;
  struct column *columns = calloc(n, sizeof *columns);
  struct texts texts = {.of = calloc(block->n_rows * n, sizeof *texts.of), .columns = n};
  bool fits = false;
  jl_buffer_init(&texts.bytes, TEXTS_MAX);
  if (columns && texts.of) {
    measure(block, currency, columns, n, &texts);
    fold_headings(columns, n, width);
    fits = jl_buffer_ok(&texts.bytes) && total(columns, n, false) <= width;
  }
  jl_buffer_release(&texts.bytes);
  free(texts.of);
  free(columns);
  return fits;
}

bool jl_terminal_table(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out,
                       bool *ret_hidden) {
  size_t n = block->n_columns < COLUMNS_MAX ? block->n_columns : COLUMNS_MAX;
  struct column *columns = calloc(n, sizeof *columns);
  struct texts texts = {.of = calloc(block->n_rows * n, sizeof *texts.of), .columns = n};
  jl_buffer_init(&texts.bytes, TEXTS_MAX);
  if (columns && texts.of) measure(block, currency, columns, n, &texts);
  bool ok = columns && texts.of && jl_buffer_ok(&texts.bytes);
  if (ok && options->width > 0 && fit(columns, n, block, options->width)) *ret_hidden = true;
  if (ok) put_headings(out, block, columns, n, options->colour);
  for (size_t r = 0; ok && r < block->n_rows; r++) put_line(out, block, r, columns, n, &texts, options->colour);
  jl_buffer_release(&texts.bytes);
  free(texts.of);
  free(columns);
  return ok;
}

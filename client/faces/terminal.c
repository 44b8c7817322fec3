/* The terminal face: tables by libsmartcols, cut to the screen's width (least important columns go first), whole in a pipe.
 * Colour only repeats what a word already says. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define SEPARATOR 2      /* columns between two columns */
#define NARROW_TEXT 14   /* a text column may be cut down to this */

struct column { size_t index; int natural, least; bool shown, right; int priority, decimals; };

int jl_display_width(const char *text) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  int width = 0;
  for (size_t left = strlen(text); left > 0;) {
    wchar_t c;
    size_t n = mbrtowc(&c, text, left, &state);
    if (n == (size_t)-1 || n == (size_t)-2 || n == 0) return width + (int)left;
    int w = wcwidth(c);
    width += w > 0 ? w : 0;
    text += n;
    left -= n;
  }
  return width;
}

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

static const char *tone_sequence(uint32_t tone) {
  static const char *const sequences[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[90m", "\033[1m"};
  return tone < JL_COUNT(sequences) ? sequences[tone] : "";
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

static const char *text_of(struct jl_buffer *b) {
  const char *text = b->size ? jl_buffer_cstring(b) : "";
  return text ? text : "";
}

static size_t measure(const Jalon__Block *block, const char *currency, struct column *columns, size_t max) {
  size_t n = block->n_columns < max ? block->n_columns : max;
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  for (size_t c = 0; c < n; c++) {
    const Jalon__Column *column = block->columns[c];
    columns[c] = (struct column){.index = c, .shown = true, .priority = (int)column->priority, .decimals = jl_column_decimals(block, c, currency)};
    bool empty = true;
    int heading = jl_display_width(jl_column_heading(column));
    columns[c].natural = heading;
    uint32_t kind = column->kind;
    columns[c].right = (column->has_right && column->right) || (kind == JL_ARG_INTEGER || kind == JL_ARG_MONEY || kind == JL_ARG_FRACTION || kind == JL_ARG_SHARE);
    for (size_t r = 0; r < block->n_rows; r++) {
      cell_text(block, r, &columns[c], currency, &text);
      int width = jl_display_width(text_of(&text));
      if (c < block->rows[r]->n_cells && block->rows[r]->cells[c]->has_kind && block->rows[r]->cells[c]->kind) empty = false;
      if (width > columns[c].natural) columns[c].natural = width;
    }
    bool is_text = kind == JL_ARG_TEXT || kind == JL_ARG_LABEL || kind == JL_ARG_NONE;
    columns[c].least = is_text && columns[c].natural > NARROW_TEXT ? NARROW_TEXT : columns[c].natural;
    if (c == 0 && columns[c].natural > 24) columns[c].least = 24;
    if (empty && c > 0 && columns[c].priority > 0) columns[c].shown = false; /* a column with nothing in it says nothing */
  }
  jl_buffer_release(&text);
  return n;
}

static int total(const struct column *columns, size_t n, bool least) {
  int sum = 0;
  for (size_t c = 0; c < n; c++)
    if (columns[c].shown) sum += (least ? columns[c].least : columns[c].natural) + SEPARATOR;
  return sum - SEPARATOR;
}

/* Hides the least important columns until the rest fits, then shares what is missing among the columns that can be cut. */
static bool fit(struct column *columns, size_t n, int width) {
  bool hidden = false;
  while (total(columns, n, true) > width) {
    size_t worst = 0;
    for (size_t c = 1; c < n; c++)
      if (columns[c].shown && (worst == 0 || columns[c].priority >= columns[worst].priority)) worst = c;
    if (worst == 0 || columns[worst].priority == 0) break;
    columns[worst].shown = false;
    hidden = true;
  }
  while (total(columns, n, false) > width) {
    size_t widest = n;
    for (size_t c = 0; c < n; c++)
      if (columns[c].shown && columns[c].natural > columns[c].least && (widest == n || columns[c].natural > columns[widest].natural)) widest = c;
    if (widest == n) break;
    columns[widest].natural--;
  }
  return hidden;
}

/* Cuts to a display width at a character boundary, with an ellipsis. */
static void cut(struct jl_buffer *text, int width) {
  const char *s = text_of(text);
  if (jl_display_width(s) <= width) return;
  mbstate_t state;
  memset(&state, 0, sizeof state);
  int used = 0;
  size_t at = 0;
  while (s[at]) {
    wchar_t c;
    size_t n = mbrtowc(&c, s + at, strlen(s + at), &state);
    if (n == (size_t)-1 || n == (size_t)-2 || n == 0) break;
    int w = wcwidth(c);
    if (used + (w > 0 ? w : 0) > width - 1) break;
    used += w > 0 ? w : 0;
    at += n;
  }
  text->size = at;
  jl_buffer_text(text, "…");
}

static bool fill_line(struct libscols_table *table, const Jalon__Block *block, size_t row, const struct column *columns, size_t n, const char *currency, bool colour) {
  struct libscols_line *line = scols_table_new_line(table, NULL);
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  bool ok = line != NULL;
  size_t at = 0;
  for (size_t c = 0; ok && c < n; c++) {
    if (!columns[c].shown) continue;
    cell_text(block, row, &columns[c], currency, &text);
    cut(&text, columns[c].natural);
    ok = scols_line_set_data(line, at, text_of(&text)) == 0;
    const Jalon__Row *r = block->rows[row];
    const char *name = colour && c < r->n_cells && r->cells[c]->has_tone ? tone_colour(r->cells[c]->tone) : NULL;
    if (colour && !name && r->style == JL_ROW_MUTED) name = "darkgray";
    if (colour && !name && (r->style == JL_ROW_TOTAL || r->style == JL_ROW_HEADING)) name = "bold";
    if (ok && name) scols_cell_set_color(scols_line_get_cell(line, at), name);
    at++;
  }
  jl_buffer_release(&text);
  return ok;
}

/* Words of `text` within `width` columns; later lines start after `indent` blanks. */
static void put_wrapped(const char *text, int indent, int width, struct jl_buffer *out) {
  int at = indent;
  for (const char *p = text; *p;) {
    size_t blank = strspn(p, " "), word = strcspn(p + blank, " \n");
    char piece[512];
    size_t size = blank + word < sizeof piece - 1 ? blank + word : sizeof piece - 1;
    if (size < blank + word)
      while (size > 0 && ((unsigned char)p[size] & 0xC0) == 0x80) size--;
    memcpy(piece, p, size);
    piece[size] = '\0';
    int w = jl_display_width(piece);
    if (width > 0 && at + w > width && at > indent) {
      jl_buffer_printf(out, "\n%*s", indent, "");
      at = indent;
      p += blank;
      continue;
    }
    jl_buffer_text(out, piece);
    at += w;
    p += size;
    if (*p == '\n') {
      p++;
      if (*p) jl_buffer_printf(out, "\n%*s", indent, "");
      at = indent;
    }
  }
  jl_buffer_byte(out, '\n');
}

static bool put_table(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct column columns[64];
  size_t n = measure(block, currency, columns, JL_COUNT(columns));
  bool hidden = options->width > 0 && fit(columns, n, options->width);
  struct libscols_table *table = scols_new_table();
  if (!table) return false;
  scols_table_set_column_separator(table, "  ");
  scols_table_enable_colors(table, options->colour);
  scols_table_enable_minout(table, 1);
  scols_table_enable_nowrap(table, 1);
  scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
  scols_table_set_termwidth(table, options->width > 0 ? (size_t)options->width + 1 : 100000);
  bool ok = true;
  struct jl_buffer heading;
  jl_buffer_init(&heading, 4096);
  for (size_t c = 0; ok && c < n; c++) {
    if (!columns[c].shown) continue;
    jl_buffer_clear(&heading);
    jl_buffer_text(&heading, jl_column_heading(block->columns[c]));
    cut(&heading, columns[c].natural);
    struct libscols_column *column = scols_table_new_column(table, text_of(&heading), columns[c].natural, columns[c].right ? SCOLS_FL_RIGHT : 0);
    ok = column != NULL;
    if (ok && options->colour) scols_cell_set_color(scols_column_get_header(column), "halfbright");
  }
  jl_buffer_release(&heading);
  for (size_t r = 0; ok && r < block->n_rows; r++) ok = fill_line(table, block, r, columns, n, currency, options->colour);
  char *text = NULL;
  ok = ok && scols_print_table_to_string(table, &text) == 0;
  if (ok && text) jl_buffer_text(out, text);
  if (ok && text && *text && text[strlen(text) - 1] != '\n') jl_buffer_byte(out, '\n');
  free(text);
  scols_unref_table(table);
  if (ok && hidden) {
    jl_buffer_text(out, options->colour ? "\033[90m" : "");
    put_wrapped(jl_tr(JL_MSG("(some columns do not fit this width; --csv and --json have them all)")), 0, options->width, out);
    jl_buffer_text(out, options->colour ? "\033[m" : "");
  }
  return ok;
}

static void put_fields(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  int label_width = 0;
  for (size_t r = 0; r < block->n_rows; r++) {
    if (block->rows[r]->n_cells == 0) continue;
    jl_buffer_clear(&text);
    jl_cell_display(block->rows[r]->cells[0], currency, JL_DECIMALS_SHORT, &text);
    int w = jl_display_width(text_of(&text));
    if (w > label_width) label_width = w;
  }
  if (label_width > 32) label_width = 32;
  for (size_t r = 0; r < block->n_rows; r++) {
    const Jalon__Row *row = block->rows[r];
    if (row->n_cells == 0) continue;
    jl_buffer_clear(&text);
    jl_cell_display(row->cells[0], currency, JL_DECIMALS_SHORT, &text);
    int w = jl_display_width(text_of(&text));
    jl_buffer_printf(out, "%s%s%s%*s", options->colour ? "\033[2m" : "", text_of(&text), options->colour ? "\033[m" : "", label_width - w > 0 ? label_width - w + 2 : 2, "");
    jl_buffer_clear(&text);
    if (row->n_cells > 1) jl_cell_display(row->cells[1], currency, JL_DECIMALS_SHORT, &text);
    const char *colour = options->colour && row->n_cells > 1 && row->cells[1]->has_tone ? tone_sequence(row->cells[1]->tone) : "";
    jl_buffer_text(out, colour);
    put_wrapped(text_of(&text), label_width + 2, options->width, out);
    if (*colour) jl_buffer_text(out, "\033[m");
  }
  jl_buffer_release(&text);
}

static void put_series(const Jalon__Series *series, struct jl_buffer *out) {
  static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (series->n_points == 0) return;
  int64_t low = series->points[0]->value, high = low;
  size_t from = series->n_points > 40 ? series->n_points - 40 : 0;
  for (size_t i = from; i < series->n_points; i++) {
    if (series->points[i]->value < low) low = series->points[i]->value;
    if (series->points[i]->value > high) high = series->points[i]->value;
  }
  jl_words(series->title, out);
  jl_buffer_text(out, "  ");
  for (size_t i = from; i < series->n_points; i++) {
    __int128 part = high == low ? 3 : (__int128)((__int128)series->points[i]->value - low) * 7 / ((__int128)high - low);
    jl_buffer_text(out, bars[(int)part]);
  }
  jl_buffer_text(out, "  ");
  jl_format_fraction(series->points[series->n_points - 1]->value, series->unit, out);
  jl_buffer_byte(out, '\n');
}

static void put_notes(const Jalon__Block *block, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  for (size_t i = 0; i < block->n_notes; i++) {
    uint32_t tone = i < block->n_note_tones ? block->note_tones[i] : JL_TONE_NONE;
    jl_buffer_clear(&text);
    jl_words(block->notes[i], &text);
    const char *sequence = options->colour ? tone_sequence(tone) : "";
    jl_buffer_text(out, sequence);
    jl_buffer_text(out, tone == JL_TONE_WARN || tone == JL_TONE_BAD ? "! " : "  ");
    put_wrapped(text_of(&text), 2, options->width, out);
    if (*sequence) jl_buffer_text(out, "\033[m");
  }
  jl_buffer_release(&text);
}

static void put_title(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer title, as_of;
  jl_buffer_init(&title, 65536);
  jl_buffer_init(&as_of, 4096);
  jl_words(document->title, &title);
  struct jl_arg args[2] = {jl_arg_date(document->as_of), jl_arg_integer((int64_t)document->revision)};
  if (document->has_as_of) jl_format_words(document->revision ? JL_MSG("as of {1}, r{2}") : JL_MSG("as of {1}"), args, 2, &as_of);
  bool one_line = options->width == 0 || jl_display_width(text_of(&title)) + 2 + jl_display_width(text_of(&as_of)) <= options->width;
  jl_buffer_text(out, options->colour ? "\033[1m" : "");
  if (one_line) jl_buffer_text(out, text_of(&title));
  else put_wrapped(text_of(&title), 0, options->width, out);
  jl_buffer_text(out, options->colour ? "\033[m\033[90m" : "");
  if (one_line && as_of.size) jl_buffer_text(out, "  ");
  jl_buffer_text(out, text_of(&as_of));
  jl_buffer_text(out, options->colour ? "\033[m\n" : "\n");
  jl_buffer_clear(&title);
  jl_words(document->subtitle, &title);
  if (title.size) put_wrapped(text_of(&title), 0, options->width, out);
  jl_buffer_release(&title);
  jl_buffer_release(&as_of);
}

bool jl_render_terminal(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out) {
  const char *bold = options->colour ? "\033[1m" : "", *end = options->colour ? "\033[m" : "";
  put_title(document, options, out);
  bool ok = true;
  for (size_t i = 0; ok && i < document->n_blocks; i++) {
    const Jalon__Block *block = document->blocks[i];
    if (block->n_rows == 0 && block->n_series == 0 && block->n_notes == 0) continue;
    if (block->title && block->title->message) {
      jl_buffer_printf(out, "\n%s", bold);
      jl_words(block->title, out);
      jl_buffer_printf(out, "%s\n", end);
    } else if (block->n_rows) jl_buffer_byte(out, '\n');
    if (block->kind == JL_BLOCK_FIELDS) put_fields(block, document->currency, options, out);
    else if (block->n_columns && block->n_rows) ok = put_table(block, document->currency, options, out);
    for (size_t s = 0; s < block->n_series; s++) put_series(block->series[s], out);
    put_notes(block, options, out);
  }
  return ok && jl_buffer_ok(out);
}

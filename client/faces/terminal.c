/* The terminal face: within the screen's width, whole in a pipe. Colour only repeats what a word already says. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int jl_display_width(const char *text) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  int width = 0;
  for (size_t left = strlen(text); left > 0;) {
    if ((unsigned char)*text < 0x7f) { /* most of it */
      width += (unsigned char)*text >= ' ';
      text++;
      left--;
      continue;
    }
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

static const char *tone_sequence(uint32_t tone) {
  static const char *const sequences[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[90m", "\033[1m"};
  return tone < JL_COUNT(sequences) ? sequences[tone] : "";
}

const char *jl_text_of(struct jl_buffer *b) {
  const char *text = b->size ? jl_buffer_cstring(b) : "";
  return text ? text : "";
}

/* Cuts to a display width at a character boundary, with an ellipsis. */
void jl_cut(struct jl_buffer *text, int width) {
  const char *s = jl_text_of(text);
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

/* As many bytes of a piece that is too wide as fit, at a character; one character at least. */
static size_t fitting(const char *piece, int width) {
  char part[512];
  size_t size = 0;
  for (size_t i = 1; piece[i - 1] != '\0'; i++) {
    if (((unsigned char)piece[i] & 0xC0) == 0x80) continue;
    memcpy(part, piece, i);
    part[i] = '\0';
    if (size > 0 && jl_display_width(part) > width) break;
    size = i;
  }
  return size;
}

/* Words of `text` within `width` columns; later lines start after `indent` blanks. A word wider than that is cut. */
static void put_wrapped(const char *text, int indent, int width, struct jl_buffer *out) {
  size_t from = out->size;
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
    if (width > indent && at + w > width) {
      size = fitting(piece, width - at);
      piece[size] = '\0';
      w = jl_display_width(piece);
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
  jl_tame(out, from, "\n");
}

void jl_face_wrap(const char *text, int indent, int width, struct jl_buffer *out) {
  jl_buffer_printf(out, "%*s", indent, "");
  if (width > 0 && indent + jl_display_width(text) > width) {
    put_wrapped(text, indent, width, out);
    return;
  }
  size_t from = out->size;
  jl_buffer_text(out, text);
  jl_buffer_byte(out, '\n');
  jl_tame(out, from, JL_TAME_LINES);
}

static void put_fields(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  int label_width = 0;
  for (size_t r = 0; r < block->n_rows; r++) {
    if (block->rows[r]->n_cells == 0) continue;
    jl_buffer_clear(&text);
    jl_cell_display(block->rows[r]->cells[0], currency, JL_DECIMALS_SHORT, &text);
    int w = jl_display_width(jl_text_of(&text));
    if (w > label_width) label_width = w;
  }
  if (label_width > 32) label_width = 32;
  if (options->width > 0 && label_width > options->width / 2 - 2) label_width = options->width > 12 ? options->width / 2 - 2 : 4;
  for (size_t r = 0; r < block->n_rows; r++) {
    const Jalon__Row *row = block->rows[r];
    if (row->n_cells == 0) continue;
    jl_buffer_clear(&text);
    jl_cell_display(row->cells[0], currency, JL_DECIMALS_SHORT, &text);
    jl_tame(&text, 0, "");
    if (options->width > 0) jl_cut(&text, label_width);
    int w = jl_display_width(jl_text_of(&text));
    const char *dim = options->colour ? "\033[2m" : "", *plain = options->colour ? "\033[m" : "";
    jl_buffer_printf(out, "%s%s%s%*s", dim, jl_text_of(&text), plain, label_width - w > 0 ? label_width - w + 2 : 2, "");
    jl_buffer_clear(&text);
    if (row->n_cells > 1) jl_cell_display(row->cells[1], currency, JL_DECIMALS_SHORT, &text);
    const char *colour = options->colour && row->n_cells > 1 && row->cells[1]->has_tone ? tone_sequence(row->cells[1]->tone) : "";
    jl_buffer_text(out, colour);
    put_wrapped(jl_text_of(&text), label_width + 2, options->width, out);
    if (*colour) jl_buffer_text(out, "\033[m");
  }
  jl_buffer_release(&text);
}

static bool is_filled(const Jalon__Row *row, size_t c) {
  return c < row->n_cells && row->cells[c]->has_kind && row->cells[c]->kind != JL_ARG_NONE;
}

static void put_card_heading(const Jalon__Block *block, const Jalon__Row *row, const char *currency, const struct jl_face_options *options,
                             struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 1u << 20);
  for (size_t c = 0; c < block->n_columns; c++) {
    if (block->columns[c]->priority != 0 || !is_filled(row, c)) continue;
    if (text.size > 0) jl_buffer_text(&text, "  ");
    jl_cell_display(row->cells[c], currency, JL_DECIMALS_SHORT, &text);
  }
  jl_tame(&text, 0, "");
  if (options->width > 0) jl_cut(&text, options->width);
  jl_buffer_printf(out, "%s%s%s\n", options->colour ? "\033[1m" : "", jl_text_of(&text), options->colour ? "\033[m" : "");
  jl_buffer_release(&text);
}

static void put_card(const Jalon__Block *block, const Jalon__Row *row, const char *currency, const struct jl_face_options *options, int labels,
                     struct jl_buffer *out) {
  struct jl_buffer text, heading;
  jl_buffer_init(&text, 1u << 20);
  jl_buffer_init(&heading, 65536);
  put_card_heading(block, row, currency, options, out);
  for (size_t c = 0; c < block->n_columns; c++) {
    if (block->columns[c]->priority == 0 || !is_filled(row, c)) continue;
    jl_buffer_clear(&text);
    jl_cell_display(row->cells[c], currency, JL_DECIMALS_SHORT, &text);
    const char *colour = options->colour && row->cells[c]->has_tone ? tone_sequence(row->cells[c]->tone) : "";
    jl_buffer_clear(&heading);
    jl_buffer_text(&heading, jl_column_heading(block->columns[c]));
    int wide = jl_display_width(jl_text_of(&heading)); /* as it was measured */
    jl_tame(&heading, 0, "");
    jl_buffer_printf(out, "  %s%s%s%*s%s", options->colour ? "\033[2m" : "", jl_text_of(&heading), options->colour ? "\033[m" : "", labels - wide + 2, "", colour);
    put_wrapped(jl_text_of(&text), labels + 4, options->width, out);
    if (*colour) jl_buffer_text(out, "\033[m");
  }
  jl_buffer_release(&heading);
  jl_buffer_release(&text);
}

/* Each row by itself: its columns of priority 0 are its heading, the others stand below with their own headings beside. */
static void put_cards(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  int labels = 0;
  for (size_t c = 0; c < block->n_columns; c++) {
    int w = block->columns[c]->priority == 0 ? 0 : jl_display_width(jl_column_heading(block->columns[c]));
    if (w > labels) labels = w;
  }
  for (size_t r = 0; r < block->n_rows; r++) {
    if (r > 0) jl_buffer_byte(out, '\n');
    put_card(block, block->rows[r], currency, options, labels, out);
  }
}

/* "text: which leads?": the heading before the value. */
static void put_named(const Jalon__Column *column, const Jalon__Cell *cell, const char *currency, struct jl_buffer *out) {
  const struct jl_arg heading = jl_arg_text(jl_column_heading(column));
  jl_format_words(JL_MSG("{1}:"), &heading, 1, out);
  jl_buffer_byte(out, ' ');
  jl_cell_display(cell, currency, JL_DECIMALS_SHORT, out); /* may be longer than an argument */
}

/* blank: how much of the indent is still to be written. */
static void end_item_line(struct jl_buffer *line, int blank, int indent, int width, struct jl_buffer *out) {
  if (line->size == 0) return;
  jl_tame(line, 0, "");
  jl_buffer_printf(out, "%*s", blank, "");
  put_wrapped(jl_text_of(line), indent, width, out);
  jl_buffer_clear(line);
}

#define NOT_NEEDED 8 /* columns of this priority are for files */

/* The number, what stands in the columns of priority 0; below it the others, as many on a line as fit. */
static void put_item(const Jalon__Block *block, const Jalon__Row *row, const char *currency, const struct jl_face_options *options, int indent,
                     struct jl_buffer *out) {
  struct jl_buffer line, piece;
  size_t first = block->columns[0]->kind == JL_ARG_INTEGER ? 1 : 0;
  jl_buffer_init(&line, 1u << 20);
  jl_buffer_init(&piece, 1u << 20);
  if (first == 1 && is_filled(row, 0)) jl_cell_display(row->cells[0], currency, JL_DECIMALS_SHORT, &piece);
  if (first == 1) jl_buffer_printf(out, "%*s%s  ", indent - 2 - jl_display_width(jl_text_of(&piece)), "", jl_text_of(&piece));
  for (size_t c = first; c < block->n_columns; c++) {
    if (block->columns[c]->priority != 0 || !is_filled(row, c)) continue;
    if (line.size > 0) jl_buffer_text(&line, "  ");
    jl_cell_display(row->cells[c], currency, JL_DECIMALS_SHORT, &line);
  }
  jl_buffer_text(out, options->colour ? "\033[1m" : "");
  end_item_line(&line, 0, first == 1 ? indent : 0, options->width, out);
  jl_buffer_text(out, options->colour ? "\033[m" : "");
  for (size_t c = first; c < block->n_columns; c++) {
    if (block->columns[c]->priority == 0 || block->columns[c]->priority >= NOT_NEEDED || !is_filled(row, c)) continue;
    jl_buffer_clear(&piece);
    put_named(block->columns[c], row->cells[c], currency, &piece);
    int wide = jl_display_width(jl_text_of(&line)) + 3 + jl_display_width(jl_text_of(&piece));
    if (line.size > 0 && indent + wide > options->width) end_item_line(&line, indent, indent, options->width, out);
    jl_buffer_printf(&line, "%s%s", line.size > 0 ? " · " : "", jl_text_of(&piece));
  }
  end_item_line(&line, indent, indent, options->width, out);
  jl_buffer_release(&piece);
  jl_buffer_release(&line);
}

static void put_items(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer number;
  int indent = 2;
  jl_buffer_init(&number, 4096);
  for (size_t r = 0; r < block->n_rows && block->columns[0]->kind == JL_ARG_INTEGER; r++) {
    jl_buffer_clear(&number);
    if (is_filled(block->rows[r], 0)) jl_cell_display(block->rows[r]->cells[0], currency, JL_DECIMALS_SHORT, &number);
    int wide = jl_display_width(jl_text_of(&number)) + 2;
    if (wide > indent) indent = wide;
  }
  for (size_t r = 0; r < block->n_rows; r++) put_item(block, block->rows[r], currency, options, indent, out);
  jl_buffer_release(&number);
}

static void put_bars(const Jalon__Series *series, size_t from, struct jl_buffer *out) {
  static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  int64_t low = series->points[from]->value, high = low;
  for (size_t i = from; i < series->n_points; i++) {
    if (series->points[i]->value < low) low = series->points[i]->value;
    if (series->points[i]->value > high) high = series->points[i]->value;
  }
  for (size_t i = from; i < series->n_points; i++) {
    __int128 part = high == low ? 3 : (__int128)((__int128)series->points[i]->value - low) * 7 / ((__int128)high - low);
    jl_buffer_text(out, bars[(int)part]);
  }
}

/* One line each: title, bars, last value; the three stand below each other. Titles give way when it is narrow. */
static void put_all_series(const Jalon__Block *block, int width, struct jl_buffer *out) {
  struct jl_buffer title, value;
  jl_buffer_init(&title, 65536);
  jl_buffer_init(&value, 4096);
  size_t most_points = 1, points_max = width == 0 || width >= 80 ? 40 : 10;
  int titles = 0, values = 0;
  for (size_t s = 0; s < block->n_series; s++) {
    const Jalon__Series *series = block->series[s];
    if (series->n_points == 0) continue;
    jl_buffer_clear(&title);
    jl_buffer_clear(&value);
    jl_words(series->title, &title);
    jl_format_fraction(series->points[series->n_points - 1]->value, series->unit, &value);
    int t = jl_display_width(jl_text_of(&title)), v = jl_display_width(jl_text_of(&value));
    if (t > titles) titles = t;
    if (v > values) values = v;
    size_t points = series->n_points < points_max ? series->n_points : points_max;
    if (points > most_points) most_points = points;
  }
  if (width > 0 && titles + 4 + (int)most_points + values > width) titles = width - 4 - (int)most_points - values;
  if (titles < 1) titles = 1;
  for (size_t s = 0; s < block->n_series; s++) {
    const Jalon__Series *series = block->series[s];
    if (series->n_points == 0) continue;
    size_t from = series->n_points > most_points ? series->n_points - most_points : 0;
    jl_buffer_clear(&title);
    jl_buffer_clear(&value);
    jl_words(series->title, &title);
    jl_tame(&title, 0, "");
    jl_cut(&title, titles);
    jl_format_fraction(series->points[series->n_points - 1]->value, series->unit, &value);
    jl_buffer_printf(out, "%s%*s", jl_text_of(&title), titles - jl_display_width(jl_text_of(&title)) + 2, "");
    put_bars(series, from, out);
    int pad = (int)(most_points - (series->n_points - from)) + 2 + values - jl_display_width(jl_text_of(&value));
    jl_buffer_printf(out, "%*s%s\n", pad, "", jl_text_of(&value));
  }
  jl_buffer_release(&title);
  jl_buffer_release(&value);
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
    put_wrapped(jl_text_of(&text), 2, options->width, out);
    if (*sequence) jl_buffer_text(out, "\033[m");
  }
  jl_buffer_release(&text);
}

/* Words of French and English only, so Latin-1's letters are enough beside ASCII. */
void jl_capital(struct jl_buffer *text) {
  if (text->size > 0 && text->data[0] >= 'a' && text->data[0] <= 'z') text->data[0] = (uint8_t)(text->data[0] - 32);
  else if (text->size > 1 && text->data[0] == 0xC3 && text->data[1] >= 0xA0 && text->data[1] != 0xB7 && text->data[1] != 0xBF)
    text->data[1] = (uint8_t)(text->data[1] - 32);
}

void jl_capital_words(const Jalon__Words *words, struct jl_buffer *text) {
  const char *said = words->message == NULL ? "" : jl_tr(words->message);
  size_t first = said[0] == '{' && said[1] >= '1' && said[1] <= '9' ? (size_t)(said[1] - '1') : SIZE_MAX;
  bool named = first < words->n_arguments && words->arguments[first]->has_kind && words->arguments[first]->kind == JL_ARG_TEXT;
  if (!named) jl_capital(text);
}

static void put_heading(const Jalon__Words *words, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_words(words, &text);
  jl_tame(&text, 0, "");
  jl_capital_words(words, &text);
  jl_buffer_append(out, text.data, text.size);
  jl_buffer_release(&text);
}

/* "Budget — Plan marketing 2027  as of 23/11/2026, r12" */
static void put_title(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out) {
  struct jl_buffer title, as_of;
  jl_buffer_init(&title, 65536);
  jl_buffer_init(&as_of, 4096);
  put_heading(document->title, &title);
  if (document->subtitle && document->subtitle->message) {
    jl_buffer_text(&title, " — ");
    jl_words(document->subtitle, &title);
    jl_tame(&title, 0, "");
  }
  struct jl_arg args[2] = {jl_arg_date(document->as_of), jl_arg_revision(document->revision)};
  if (document->has_as_of) jl_format_words(document->revision ? JL_MSG("as of {1}, r{2}") : JL_MSG("as of {1}"), args, 2, &as_of);
  bool one_line = options->width == 0 || jl_display_width(jl_text_of(&title)) + 2 + jl_display_width(jl_text_of(&as_of)) <= options->width;
  jl_buffer_text(out, options->colour ? "\033[1m" : "");
  if (one_line) jl_buffer_text(out, jl_text_of(&title));
  else put_wrapped(jl_text_of(&title), 0, options->width, out);
  jl_buffer_text(out, options->colour ? "\033[m\033[90m" : "");
  if (one_line && as_of.size) jl_buffer_text(out, "  ");
  jl_buffer_text(out, jl_text_of(&as_of));
  jl_buffer_text(out, options->colour ? "\033[m\n" : "\n");
  jl_buffer_release(&title);
  jl_buffer_release(&as_of);
}

bool jl_render_terminal(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out) {
  const char *bold = options->colour ? "\033[1m" : "", *end = options->colour ? "\033[m" : "";
  bool ok = true, hidden = false;
  put_title(document, options, out);
  for (size_t i = 0; ok && i < document->n_blocks; i++) {
    const Jalon__Block *block = document->blocks[i];
    if (block->n_rows == 0 && block->n_series == 0 && block->n_notes == 0) continue;
    if (block->title && block->title->message) {
      jl_buffer_printf(out, "\n%s", bold);
      put_heading(block->title, out);
      jl_buffer_printf(out, "%s\n", end);
    } else if (block->n_rows) jl_buffer_byte(out, '\n');
    if (block->kind == JL_BLOCK_FIELDS) put_fields(block, document->currency, options, out);
    else if (block->kind == JL_BLOCK_CARDS) put_cards(block, document->currency, options, out);
    else if (block->kind == JL_BLOCK_CANVAS) jl_terminal_canvas(block, document->currency, options, out);
    else if (block->kind == JL_BLOCK_MATRIX) ok = jl_terminal_matrix(block, document->currency, options, out, &hidden);
    else if (block->kind == JL_BLOCK_GANTT) jl_terminal_gantt(block, document, options, out);
    else if (block->kind == JL_BLOCK_BOARD) jl_terminal_board(block, document->currency, options, out);
    else if (block->kind == JL_BLOCK_ITEMS && block->n_columns && options->width > 0 && !jl_terminal_fits(block, document->currency, options->width))
      put_items(block, document->currency, options, out);
    else if (block->n_columns && block->n_rows) ok = jl_terminal_table(block, document->currency, options, out, &hidden);
    if (block->n_series) put_all_series(block, options->width, out);
    put_notes(block, options, out);
  }
  if (ok && hidden) {
    jl_buffer_text(out, options->colour ? "\033[90m" : "");
    put_wrapped(jl_tr(JL_MSG("(some columns do not fit this width; --csv and --json have them all)")), 0, options->width, out);
    jl_buffer_text(out, options->colour ? "\033[m" : "");
  }
  return ok && jl_buffer_ok(out);
}

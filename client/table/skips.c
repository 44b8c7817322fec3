/* Rows that stand in a file beside those of its table: titles, totals, footers, other tables (formats.md, reader rules 3 and 4). */
#include "client/table/characters.h"
#include "client/table/parts.h"
#include "common/base/text.h"
#include <string.h>

#define FOLDED 48

/* The beginning of a value, lower case without accents, one blank for several. */
static size_t fold(const struct jl_raw_cell *cell, char out[FOLDED]) {
  size_t n = 0;
  for (size_t at = 0; at < cell->size && n < FOLDED - 1;) {
    uint32_t c;
    size_t length = jl_text_decode(cell->text + at, cell->size - at, &c);
    if (length == 0) break;
    at += length;
    if (jl_is_blank(c) && (n == 0 || out[n - 1] == ' ')) continue;
    out[n++] = jl_is_blank(c) ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c < 0x80 ? (char)c : c == 0xe9 || c == 0xc9 ? 'e' : '?';
  }
  while (n > 0 && out[n - 1] == ' ') n--;
  out[n] = '\0';
  return n;
}

static bool begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

/* "Total", "Total :", "Total: Campaigns", "Total 2026", "Grand total"; not "TotalEnergies", which is a name. */
static bool is_total(const struct jl_raw_cell *cell) {
  static const char *const words[] = {"total", "totaux", "totals", "grand total", "grand totals", "sous-total", "subtotal", "gesamt", "total general"};
  char text[FOLDED] = "";
  size_t n = fold(cell, text);
  for (size_t i = 0; n > 0 && i < JL_COUNT(words); i++) {
    size_t size = strlen(words[i]);
    if (!begins(text, words[i])) continue;
    if (text[size] == '\0' || text[size] == ' ' || text[size] == ':' || text[size] == '(' || text[size] == '-') return true;
  }
  return false;
}

static bool is_no_data(const struct jl_raw_cell *cell) {
  char text[FOLDED] = "";
  (void)fold(cell, text);
  return begins(text, "no data available") || begins(text, "aucune donnee disponible");
}

static bool is_comment(const struct jl_raw_row *row, size_t filled) {
  const char *text = row->cells[0].text;
  return text[0] == '#' && (text[1] == '\0' || text[1] == ' ' || text[1] == '-' || text[1] == '#') && filled == 1;
}

static bool has_value(const struct jl_raw_cell *cell) {
  for (size_t i = 0; i < cell->size; i++)
    if (cell->text[i] != ' ' && cell->text[i] != '\t') return true;
  return false;
}

static bool another_header(struct jl_reading_of *r, const struct jl_raw_row *row) {
  const char *cells[JL_TABLE_COLUMNS_MAX];
  size_t sizes[JL_TABLE_COLUMNS_MAX];
  for (size_t i = 0; i < row->count; i++) {
    cells[i] = row->cells[i].text;
    sizes[i] = row->cells[i].size;
  }
  size_t known = row->count < 2 ? 0 : jl_known_titles(r, cells, sizes, row->count);
  return known >= 2 && known * 2 > row->count;
}

enum jl_row_is jl_skip_row(struct jl_skipping *s, struct jl_reading_of *r, const struct jl_raw_row *row, enum jl_skip *ret_reason) {
  size_t filled = 0, last = 0;
  for (size_t i = 0; i < row->count; i++)
    if (has_value(&row->cells[i])) {
      filled++;
      last = i + 1;
    }
  if (filled == 0) {
    s->after_blank = s->after_blank || s->any_row;
    return JL_ROW_IS_BLANK;
  }
  if (row->line == s->header_line) return JL_ROW_IS_HEADER;
  if (row->line < s->header_line) {
    *ret_reason = row->line == 1 && begins(row->cells[0].text, "sep=") ? JL_SKIP_HINT : is_comment(row, filled) ? JL_SKIP_COMMENT : JL_SKIP_BEFORE;
    return JL_ROW_IS_SKIPPED;
  }
  bool alone = !s->sheet && row->count == 1 && s->width > 2;
  bool after_blank = s->after_blank;
  s->after_blank = false;
  if (s->ended || (s->footer && !alone) || (after_blank && another_header(r, row))) {
    s->ended = true;
    *ret_reason = JL_SKIP_OTHER;
    return JL_ROW_IS_SKIPPED;
  }
  if (is_comment(row, filled)) {
    s->footer = s->any_row; /* what comes behind it is another table */
    *ret_reason = JL_SKIP_COMMENT;
    return JL_ROW_IS_SKIPPED;
  }
  if (filled == 1 && is_no_data(&row->cells[last - 1])) {
    *ret_reason = JL_SKIP_NO_DATA;
    return JL_ROW_IS_SKIPPED;
  }
  bool record = s->own && row->cells[0].size > 0; /* a reference: whatever its title */
  for (size_t i = 0; !s->keep_totals && !record && i < row->count && i < 3; i++)
    if (is_total(&row->cells[i])) {
      *ret_reason = JL_SKIP_TOTAL;
      return JL_ROW_IS_SKIPPED;
    }
  if (last > s->width) {
    *ret_reason = JL_SKIP_LONG;
    return JL_ROW_IS_SKIPPED;
  }
  if (alone) {
    s->footer = s->footer || after_blank;
    *ret_reason = JL_SKIP_FOOTER;
    return JL_ROW_IS_SKIPPED;
  }
  s->any_row = true;
  *ret_reason = JL_SKIP_HIDDEN;
  return row->hidden && s->skip_hidden ? JL_ROW_IS_SKIPPED : JL_ROW_IS_DATA;
}

#include "client/cli/calendar_file.h"
#include <string.h>

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static struct jl_bytes trimmed(struct jl_bytes text) {
  while (text.size > 0 && is_blank(text.data[0])) text.data++, text.size--;
  while (text.size > 0 && is_blank(text.data[text.size - 1])) text.size--;
  return text;
}

bool jl_calendar_line(struct jl_bytes text, size_t *io_at, struct jl_bytes *ret_line) {
  static const uint8_t mark[] = {0xef, 0xbb, 0xbf}; /* that Excel writes before UTF-8 */
  if (*io_at == 0 && text.size >= sizeof mark && memcmp(text.data, mark, sizeof mark) == 0) *io_at = sizeof mark;
  if (*io_at >= text.size) return false;
  const uint8_t *start = text.data + *io_at, *end = memchr(start, '\n', text.size - *io_at);
  size_t size = end == NULL ? text.size - *io_at : (size_t)(end - start);
  *io_at += size + 1;
  *ret_line = trimmed((struct jl_bytes){start, size});
  return true;
}

static bool is_separator(uint8_t c) { return c == ';' || c == ',' || c == '\t'; }

/* The bytes of a column from `at` on: in quotation marks a separator is none. */
static size_t column_size(struct jl_bytes line, size_t at) {
  size_t size = 0;
  bool quoted = false;
  for (; at + size < line.size && (quoted || !is_separator(line.data[at + size])); size++) quoted = quoted != (line.data[at + size] == '"');
  return size;
}

bool jl_calendar_column(struct jl_bytes line, size_t n, struct jl_bytes *ret_column) {
  size_t at = 0, size = column_size(line, 0);
  for (; n > 0; n--) {
    at += size + 1;
    if (at > line.size) return false;
    size = column_size(line, at);
  }
  struct jl_bytes column = trimmed((struct jl_bytes){line.data + at, size});
  if (column.size >= 2 && column.data[0] == '"' && column.data[column.size - 1] == '"') column = (struct jl_bytes){column.data + 1, column.size - 2};
  *ret_column = column;
  return true;
}

bool jl_calendar_columns(struct jl_bytes line, struct jl_bytes *ret_first, struct jl_bytes *ret_last) {
  size_t n = 0;
  if (!jl_calendar_column(line, 0, ret_first) || !jl_calendar_column(line, 1, ret_last)) return false;
  for (struct jl_bytes column; jl_calendar_column(line, n, &column); n++) *ret_last = column;
  return true;
}

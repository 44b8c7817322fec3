#include "client/cli/table_file.h"
#include "client/cli/history.h"
#include "common/base/text.h"
#include <string.h>

#define FILE_MOST (64U << 20)

/* What Windows-1252 has where Latin-1 has control characters; 0: nothing. */
static const uint16_t windows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static bool is_utf8(struct jl_bytes text) {
  for (size_t at = 0; at < text.size;) {
    uint32_t character;
    size_t size = jl_text_decode(text.data + at, text.size - at, &character);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

static bool from_windows(struct jl_cli *cli, struct jl_bytes *io_text, struct jl_error *err) {
  uint8_t *out = jl_arena_array(cli->arena, io_text->size * 3 + 1, 1);
  size_t n = 0;
  if (out == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < io_text->size; i++) {
    uint32_t c = io_text->data[i];
    if (c >= 0x80 && c < 0xa0) c = windows[c - 0x80] != 0 ? windows[c - 0x80] : 0xfffd;
    n += jl_text_encode(c, out + n);
  }
  *io_text = (struct jl_bytes){out, n};
  return true;
}

static char separator_of(struct jl_bytes text) {
  const uint8_t *end = text.size == 0 ? NULL : memchr(text.data, '\n', text.size);
  size_t size = end == NULL ? text.size : (size_t)(end - text.data);
  if (size == 0 || memchr(text.data, ';', size) != NULL) return ';';
  return memchr(text.data, '\t', size) != NULL ? '\t' : ',';
}

/* One value from t->at on, and what ended it: the separator, '\n', or '\0' at the end of the file. */
static const char *value(struct jl_table_file *t, char *ret_end) {
  const char *text = (const char *)t->text.data;
  size_t at = t->at, size = t->text.size, n = 0;
  bool quoted = false;
  while (at < size && (text[at] == ' ' || text[at] == '\r')) at++;
  size_t start = at;
  while (at < size && (quoted || (text[at] != t->separator && text[at] != '\n'))) quoted = quoted != (text[at++] == '"');
  char *out = jl_arena_array(t->cli->arena, at - start + 1, 1);
  bool in_marks = start < at && text[start] == '"';
  for (size_t i = start + in_marks; out != NULL && i < at; i++) {
    if (in_marks && text[i] == '"') {
      if (i + 1 >= at || text[i + 1] != '"') break;
      i++;
    }
    if (text[i] != '\r') out[n++] = text[i];
  }
  while (out != NULL && n > 0 && out[n - 1] == ' ') n--;
  if (out != NULL) out[n] = '\0';
  *ret_end = at < size ? text[at] : '\0';
  t->at = at < size ? at + 1 : at;
  for (size_t i = start; i < at; i++) t->line += text[i] == '\n';
  return out;
}

static bool row(struct jl_table_file *t, const char *cells[JL_TABLE_COLUMNS], size_t *ret_n, struct jl_error *err) {
  char end = '\0';
  *ret_n = 0;
  do {
    const char *cell = value(t, &end);
    if (cell == NULL) return jl_cli_no_link(err);
    if (*ret_n == JL_TABLE_COLUMNS)
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has more than {2} columns"), NULL, jl_arg_text(t->path), jl_arg_integer(JL_TABLE_COLUMNS));
    cells[(*ret_n)++] = cell;
  } while (end != '\n' && end != '\0');
  return true;
}

bool jl_table_open(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_error *err) {
  static const uint8_t mark[] = {0xef, 0xbb, 0xbf}; /* that Excel writes before UTF-8 */
  *t = (struct jl_table_file){.cli = cli, .path = path, .line = 1};
  if (!jl_history_read_file(cli, path, FILE_MOST, &t->text, err)) return false;
  if (t->text.size >= sizeof mark && memcmp(t->text.data, mark, sizeof mark) == 0) t->text = (struct jl_bytes){t->text.data + sizeof mark, t->text.size - sizeof mark};
  if (!is_utf8(t->text) && !from_windows(cli, &t->text, err)) return false;
  if (t->text.size > 0 && memchr(t->text.data, '\0', t->text.size) != NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no text"), JL_MSG("save it as CSV"), jl_arg_text(path));
  t->separator = separator_of(t->text);
  if (!row(t, t->heads, &t->columns, err)) return false;
  for (size_t i = 0; i < t->columns; i++) {
    t->names[i] = jl_text_fold(cli->arena, t->heads[i]);
    if (t->names[i] == NULL) return jl_cli_no_link(err);
  }
  return t->columns > 1 || jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no table"), JL_MSG("its first line names the columns, with ; or , or a tab between them"), jl_arg_text(path));
}

bool jl_table_next(struct jl_table_file *t, const char *cells[JL_TABLE_COLUMNS], bool *ret_more, struct jl_error *err) {
  size_t n = 0;
  *ret_more = false;
  while (t->at < t->text.size && !*ret_more) {
    t->line++;
    size_t line = t->line;
    if (!row(t, cells, &n, err)) return false;
    if (n > t->columns)
      return jl_fail(err, JL_E_INVALID, JL_MSG("{1}, line {2}: more values than columns"), JL_MSG("a value that holds the separator stands in quotation marks"),
                     jl_arg_text(t->path), jl_arg_integer((int64_t)line));
    for (size_t i = 0; i < n; i++) *ret_more = *ret_more || cells[i][0] != '\0';
  }
  for (size_t i = n; i < t->columns; i++) cells[i] = "";
  return true;
}

int jl_table_column(const struct jl_table_file *t, const char *const *names) {
  for (size_t i = 0; i < t->columns; i++)
    for (size_t k = 0; names[k] != NULL; k++)
      if (strcmp(t->names[i], names[k]) == 0) return (int)i;
  return -1;
}

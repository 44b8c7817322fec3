/* Separator and header line: looked for by the names of columns that are known, else by the shape of the first rows. */
#include "client/table/characters.h"
#include "client/table/parts.h"
#include <stdlib.h>
#include <string.h>

#define HEADS (JL_TABLE_HEADER_LINES + 20) /* rows that are looked at */

bool jl_heads_read(struct jl_reading_of *r, struct jl_rows *rows, struct jl_heads *ret, struct jl_error *err) {
  ret->count = 0;
  ret->rows = jl_arena_array(r->arena, HEADS, sizeof *ret->rows);
  if (ret->rows == NULL) return jl_table_no_memory(err);
  while (ret->count < HEADS) {
    const struct jl_raw_row *row;
    if (!rows->next(rows->self, &row, err)) return ret->count > 0; /* the error comes again when all rows are read */
    if (row == NULL) return true;
    struct jl_head_row *head = &ret->rows[ret->count++];
    *head = (struct jl_head_row){row->line, row->count, jl_arena_array(r->arena, row->count + 1, sizeof *head->cells), jl_arena_array(r->arena, row->count + 1, sizeof *head->sizes)};
    if (head->cells == NULL || head->sizes == NULL) return jl_table_no_memory(err);
    for (size_t i = 0; i < row->count; i++) {
      struct jl_bytes copy = jl_arena_dup(r->arena, (struct jl_bytes){(const uint8_t *)row->cells[i].text, row->cells[i].size + 1});
      if (copy.data == NULL) return jl_table_no_memory(err);
      head->cells[i] = (const char *)copy.data;
      head->sizes[i] = row->cells[i].size;
    }
  }
  return true;
}

static bool is_empty(const struct jl_head_row *row) {
  for (size_t i = 0; i < row->count; i++)
    if (row->sizes[i] > 0) return false;
  return true;
}

/* "janv. 2026" over amounts; over months it is a value like them. */
static bool is_month_over(const struct jl_head_row *row, size_t column, const struct jl_head_row *end) {
  struct jl_date_seen date;
  if (column == 0 || !jl_date_look(row->cells[column], row->sizes[column], &date) || !date.only_month) return false;
  for (const struct jl_head_row *below = row + 1; below < end; below++)
    if (column < below->count && jl_date_look(below->cells[column], below->sizes[column], &date)) return false;
  return true;
}

/* Names of columns: words or months, no numbers or days, none twice. */
static bool could_name(const struct jl_head_row *row, const struct jl_heads *heads) {
  size_t count = row->count;
  while (count > 0 && row->sizes[count - 1] == 0) count--;
  for (size_t i = 0; i < count; i++) {
    struct jl_number_seen number;
    struct jl_date_seen date;
    bool is_value = jl_number_look(row->cells[i], row->sizes[i], &number) || jl_date_look(row->cells[i], row->sizes[i], &date);
    if (row->sizes[i] == 0 || (is_value && !is_month_over(row, i, heads->rows + heads->count))) return false;
    for (size_t k = 0; k < i; k++)
      if (strcmp(row->cells[i], row->cells[k]) == 0) return false;
  }
  return count > 0 && strncmp(row->cells[0], "sep=", 4) != 0 && row->cells[0][0] != '#';
}

struct layout {
  char separator;
  struct jl_heads heads;
  const struct jl_head_row *header;
  size_t known, width, rows; /* rows: those that are as wide as the header, itself among them */
  bool even, clean; /* the rows below the header are as wide; and it looks like one */
};

static void find_header(struct jl_reading_of *r, struct layout *l) {
  size_t wide = 0;
  for (size_t i = 0; i < l->heads.count && i < JL_TABLE_HEADER_LINES; i++) {
    const struct jl_head_row *row = &l->heads.rows[i];
    size_t known = jl_known_titles(r, row->cells, row->sizes, row->count);
    if (known > l->known) {
      l->known = known;
      l->header = row;
    }
    if (row->count > wide) wide = row->count;
  }
  if (l->known < 2 && !(l->known == 1 && l->header->count <= 2 && could_name(l->header, &l->heads))) {
    l->known = 0;
    l->header = NULL;
    for (size_t i = 0; l->header == NULL && i < l->heads.count && i < JL_TABLE_HEADER_LINES; i++) /* the first row that is as wide as any */
      if (l->heads.rows[i].count == wide && !is_empty(&l->heads.rows[i])) l->header = &l->heads.rows[i];
  }
  if (l->header == NULL) return;
  size_t same = 0, rows = 0;
  l->width = l->header->count;
  for (const struct jl_head_row *row = l->header + 1; row < l->heads.rows + l->heads.count; row++) {
    if (is_empty(row)) continue;
    rows++;
    same += row->count == l->width;
  }
  l->rows = same + 1;
  l->even = same * 5 >= rows * 4;
  l->clean = l->even && could_name(l->header, &l->heads);
}

bool jl_layout_of_rows(struct jl_reading_of *r, const struct jl_heads *heads, const struct jl_head_row **ret_header, struct jl_error *err) {
  const char *given = r->options->header_row;
  struct layout l = {.heads = *heads};
  *ret_header = NULL;
  if (given != NULL) {
    char *end = NULL;
    unsigned long line = strtoul(given, &end, 10);
    bool number = given[0] >= '0' && given[0] <= '9' && *end == '\0';
    for (size_t i = 0; number && i < heads->count; i++)
      if (heads->rows[i].line == line) *ret_header = &heads->rows[i];
    if (number && (line == 0 || *ret_header != NULL)) return true;
    return jl_fail(err, JL_E_USAGE, JL_MSG("--header-row {1}: there is no such row among the first {2}"), JL_MSG("give the line of the names of the columns, 0 when there are none"),
                   jl_arg_text(given), jl_arg_integer(HEADS));
  }
  find_header(r, &l);
  *ret_header = l.header;
  if (l.header == NULL || l.known > 0 || could_name(l.header, heads) || r->found->is_workbook) return true;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)l.header->line), jl_arg_textn(l.header->cells[0], l.header->sizes[0]), jl_arg_textn(l.header->count > 1 ? l.header->cells[1] : "", l.header->count > 1 ? l.header->sizes[1] : 0)};
  struct jl_question *q = jl_question_add(r, "header-row", JL_MSG("which line names the columns? Line {1} ({2}, {3}, ...) looks like values"), args, 3);
  jl_question_candidate(q, "0", jl_arg_label(JL_MSG("none: it begins with values")));
  jl_question_candidate(q, jl_arena_printf(r->arena, "%zu", l.header->line), jl_arg_label(JL_MSG("that line")));
  return true;
}

static bool look(struct jl_reading_of *r, struct layout *l, struct jl_error *err) {
  struct jl_rows rows;
  if (!jl_csv_open(r->source, &(struct jl_csv_form){r->found->encoding, r->found->cr_rows, l->separator}, &rows, err)) return false;
  bool ok = jl_heads_read(r, &rows, &l->heads, err);
  jl_rows_free(&rows);
  if (ok) find_header(r, l);
  return ok;
}

static bool by_name(const char *name, char *ret) {
  static const struct { const char *name; char separator; } names[] = {{";", ';'}, {",", ','}, {"|", '|'}, {"tab", '\t'}, {"\t", '\t'}, {"\\t", '\t'}, {"semicolon", ';'}, {"comma", ','}, {"pipe", '|'}};
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (strcmp(names[i].name, name) == 0) {
      *ret = names[i].separator;
      return true;
    }
  return false;
}

static const char *name_of(char separator) { return separator == '\t' ? "tab" : separator == ';' ? ";" : separator == '|' ? "|" : ","; }

/* "sep=;" as the first line; 0: none. */
static char hint(const struct layout *l) {
  const struct jl_head_row *first = l->heads.count > 0 ? &l->heads.rows[0] : NULL;
  if (first == NULL || first->count == 0 || strncmp(first->cells[0], "sep=", 4) != 0) return '\0';
  if (first->sizes[0] == 5) return first->cells[0][4];
  return first->sizes[0] == 4 && first->count == 2 && first->sizes[1] == 0 ? l->separator : '\0';
}

static bool has_comma(const struct jl_head_row *row, size_t i) { return memchr(row->cells[i], ',', row->sizes[i]) != NULL; }

/* There are commas below the header, all of them inside numbers. */
static bool commas_are_marks(const struct layout *l) {
  size_t marks = 0;
  for (const struct jl_head_row *row = l->header + 1; row < l->heads.rows + l->heads.count; row++)
    for (size_t i = 0; i < row->count; i++) {
      struct jl_number_seen number;
      if (!has_comma(row, i)) continue;
      if (!jl_number_look(row->cells[i], row->sizes[i], &number)) return false;
      marks++;
    }
  return marks > 0;
}

/* "Poste;janv. 2026" over "Salon;80,00 €": another separator makes a table of the rows, from a header on that commas split otherwise than these rows,
 * or leaves no comma but decimal marks. A header of commas that stands above that of the other separator is one, though: "Id,Contacts" over "12,34;56". */
static bool is_decimal_mark(const struct layout *comma, const struct layout *other) {
  if (!other->even || other->width < 2 || other->rows < 2 || comma->header == NULL) return false;
  const struct jl_head_row *row = comma->heads.rows, *end = row + comma->heads.count;
  while (row < end && row->line != other->header->line) row++;
  bool apart = row < end && row->count != comma->width;
  if (apart && other->header->line < comma->header->line) return true;
  return (apart || other->header->line <= comma->header->line) && commas_are_marks(other);
}

/* How much of a table it makes: names above even rows before even rows before any, and the more the better. */
static size_t table_of(const struct layout *l) {
  enum { LEVEL = 1 << 20 };
  if (l->width < 2) return 0;
  return l->clean ? 2 * LEVEL + l->rows : l->even ? LEVEL + l->rows : l->width;
}

/* Several separators make as much of a table of it. */
static void ask(struct jl_reading_of *r, const struct layout *layouts, size_t n, size_t best) {
  const struct jl_arg args[] = {jl_arg_integer((int64_t)layouts[best].header->line)};
  struct jl_question *q = jl_question_add(r, "separator", JL_MSG("what stands between the columns? Line {1} can be read in several ways"), args, 1);
  for (size_t i = 0; i < n; i++)
    if (table_of(&layouts[i]) == table_of(&layouts[best])) jl_question_candidate(q, name_of(layouts[i].separator), jl_arg_integer((int64_t)layouts[i].width));
}

static bool look_all(struct jl_reading_of *r, struct layout *layouts, size_t n, bool *ret_told, size_t *ret_best, struct jl_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (!look(r, &layouts[i], err)) return false;
    char told = hint(&layouts[i]);
    *ret_told = told != '\0' && told == layouts[i].separator;
    *ret_best = i;
    if (*ret_told) return true;
    if (layouts[i].separator == '|' && layouts[i].known < 4) layouts[i] = (struct layout){.separator = '|'}; /* names of campaigns are full of it */
  }
  return true;
}

/* layouts[0] is that of the comma. */
static bool choose(struct jl_reading_of *r, struct layout *layouts, size_t n, size_t *ret_best, struct jl_error *err) {
  size_t best = 0, as_many = 0;
  bool told = false;
  if (!look_all(r, layouts, n, &told, ret_best, err)) return false;
  if (told) return true;
  for (size_t i = 1; i < n; i++)
    if (is_decimal_mark(&layouts[0], &layouts[i])) layouts[0] = (struct layout){.separator = ',', .heads = layouts[0].heads};
  for (size_t i = 0; i < n; i++)
    if (layouts[i].known > layouts[best].known) best = i;
  for (size_t i = 0; i < n; i++) as_many += layouts[i].known == layouts[best].known && layouts[i].known > 0 && layouts[i].width > 1;
  *ret_best = best;
  if (as_many == 1 && layouts[best].width > 1) return true;
  as_many = 0;
  for (size_t i = 0; i < n; i++)
    if (table_of(&layouts[i]) > table_of(&layouts[best])) best = i;
  for (size_t i = 0; i < n; i++) as_many += table_of(&layouts[i]) > 0 && table_of(&layouts[i]) == table_of(&layouts[best]);
  *ret_best = best;
  if (as_many > 1) ask(r, layouts, n, best);
  return true;
}

bool jl_layout_of_text(struct jl_reading_of *r, struct jl_heads *ret_heads, const struct jl_head_row **ret_header, struct jl_error *err) {
  struct layout layouts[] = {{.separator = ','}, {.separator = ';'}, {.separator = '\t'}, {.separator = '|'}};
  size_t best = 0;
  if (r->options->separator != NULL) {
    if (!by_name(r->options->separator, &layouts[0].separator))
      return jl_fail(err, JL_E_USAGE, JL_MSG("--separator {1}: it is one of ; , tab |"), NULL, jl_arg_text(r->options->separator));
    if (!look(r, &layouts[0], err)) return false;
  } else if (!choose(r, layouts, JL_COUNT(layouts), &best, err))
    return false;
  r->found->separator = layouts[best].separator;
  *ret_heads = layouts[best].heads;
  return jl_layout_of_rows(r, ret_heads, ret_header, err);
}

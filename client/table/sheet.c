/* Rows of a sheet. A number whose format is a date's is that day; one of a percentage is so many percent, as it is seen; one with a currency names it; a cell that was
 * merged over several rows has its value in each of them. */
#include "client/table/workbook_parts.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNIFICANT 1000000000000000LL /* spreadsheets count in 15 digits; what they write beyond is noise of binary fractions */

struct fill { size_t until; char *text; size_t size; enum jl_cell_form form; };
struct sheet {
  struct jl_workbook *w;
  struct jl_xml xml;
  bool open, has_row, ended, pending; /* pending: the row is read, a blank one goes before it */
  size_t line, merged_at, starts[JL_TABLE_COLUMNS_MAX]; /* starts: last row of a range that begins in this row */
  struct fill fills[JL_TABLE_COLUMNS_MAX];
  struct jl_buffer value;
  struct jl_raw_row blank;
  struct jl_row_maker maker;
};

bool jl_cell_place(const char *reference, size_t *ret_row, size_t *ret_column) {
  size_t column = 0, row = 0;
  const char *at = reference;
  for (; *at >= 'A' && *at <= 'Z' && column < 100000; at++) column = column * 26 + (size_t)(*at - 'A') + 1;
  for (; *at >= '0' && *at <= '9' && row < 100000000; at++) row = row * 10 + (size_t)(*at - '0');
  if (column == 0 || row == 0 || *at != '\0') return false;
  *ret_row = row;
  *ret_column = column - 1;
  return true;
}

/* ---- hidden columns, which stand before the rows, and merged cells, behind them ---- */
static int by_row(const void *left, const void *right) {
  const struct jl_merged *l = left, *r = right;
  return (l->row > r->row) - (l->row < r->row);
}

static bool take_merged(struct jl_workbook *w, const struct jl_xml *x, struct jl_error *err) {
  char range[64];
  struct jl_merged m;
  size_t last_column;
  char *colon = jl_xml_attribute(x, "ref", range, sizeof range) ? strchr(range, ':') : NULL;
  if (colon == NULL) return true;
  *colon = '\0';
  if (!jl_cell_place(range, &m.row, &m.column) || !jl_cell_place(colon + 1, &m.last_row, &last_column)) return jl_xml_damaged(x, err);
  if (m.last_row <= m.row || m.column >= JL_TABLE_COLUMNS_MAX) return true;
  if (w->merged_count == JL_WORKBOOK_MERGED)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the sheet has more than {1} merged cells"), JL_MSG("undo the merging, or save the sheet as CSV"), jl_arg_integer(JL_WORKBOOK_MERGED));
  w->merged[w->merged_count++] = m;
  return true;
}

static bool is_hidden(const struct jl_xml *x) {
  char text[8];
  return jl_xml_attribute(x, "hidden", text, sizeof text) && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

static void take_columns(struct jl_workbook *w, const struct jl_xml *x) {
  char text[16];
  unsigned long least = jl_xml_attribute(x, "min", text, sizeof text) ? strtoul(text, NULL, 10) : 0, most = jl_xml_attribute(x, "max", text, sizeof text) ? strtoul(text, NULL, 10) : 0;
  for (unsigned long i = least; is_hidden(x) && i > 0 && i <= most && i <= JL_TABLE_COLUMNS_MAX; i++) w->hidden[i - 1] = true;
}

bool jl_sheet_around(struct jl_workbook *w, struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  w->merged = jl_arena_array(w->arena, JL_WORKBOOK_MERGED, sizeof *w->merged);
  w->hidden = jl_arena_array(w->arena, JL_TABLE_COLUMNS_MAX, sizeof *w->hidden);
  if (w->merged == NULL || w->hidden == NULL) return jl_table_no_memory(err);
  if (!jl_xml_open(w->package, w->sheets[w->chosen].part, &x, err)) return false;
  bool ok = true;
  while (ok && node != JL_XML_END_OF_FILE) {
    ok = jl_xml_next(&x, &node, err);
    if (ok && node == JL_XML_START && jl_xml_is(&x, "col")) take_columns(w, &x);
    if (ok && node == JL_XML_START && jl_xml_is(&x, "mergeCell")) ok = take_merged(w, &x, err);
  }
  jl_xml_close(&x);
  if (ok && w->merged_count > 1) qsort(w->merged, w->merged_count, sizeof *w->merged, by_row);
  return ok;
}

bool jl_sheet_is_empty(struct jl_workbook *w, const struct jl_sheet *sheet, bool *ret, struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  *ret = true;
  if (!jl_xml_open(w->package, sheet->part, &x, err)) return false;
  bool ok = true;
  while (ok && *ret && node != JL_XML_END_OF_FILE) {
    ok = jl_xml_next(&x, &node, err);
    if (ok && node == JL_XML_START && (jl_xml_is(&x, "v") || jl_xml_is(&x, "is"))) *ret = false;
  }
  jl_xml_close(&x);
  return ok;
}

/* ---- values ---- */
static bool write_decimal(struct jl_decimal d, const char *behind, struct jl_buffer *out) {
  int64_t power = 1;
  while (d.scale > 0 && (d.digits >= SIGNIFICANT || d.digits <= -SIGNIFICANT)) {
    if (!jl_mul_div_half_even(d.digits, 1, 10, &d.digits)) return false;
    d.scale--;
  }
  for (; d.scale > 0 && d.digits % 10 == 0; d.scale--) d.digits /= 10;
  for (int i = 0; i < d.scale; i++) power *= 10;
  int64_t whole = d.digits / power, rest = d.digits % power;
  jl_buffer_clear(out);
  jl_buffer_printf(out, "%s%" PRId64, d.digits < 0 && whole == 0 ? "-" : "", whole);
  if (d.scale > 0) jl_buffer_printf(out, ".%0*" PRId64, d.scale, rest < 0 ? -rest : rest);
  jl_buffer_text(out, behind);
  return true;
}

static void number(struct sheet *s, unsigned long format, enum jl_cell_form *ret_form) {
  struct jl_decimal d;
  struct jl_moment_seen m;
  char iso[11];
  enum jl_style style = format < s->w->style_count ? (enum jl_style)s->w->styles[format].style : JL_STYLE_PLAIN;
  const char *currency = format < s->w->style_count ? s->w->styles[format].currency : "";
  char behind[8] = "%";
  *ret_form = JL_FORM_TEXT;
  if (!jl_number_read((const char *)s->value.data, s->value.size, '.', &d)) return;
  *ret_form = JL_FORM_NUMBER;
  if (style == JL_STYLE_DATE && jl_date_serial(d.digits, d.scale, s->w->from_1904, &m)) {
    jl_day_format_iso(m.day, iso);
    jl_buffer_clear(&s->value);
    jl_buffer_text(&s->value, iso);
    if (m.seconds >= 0) jl_buffer_printf(&s->value, " %02d:%02d:%02d", m.seconds / 3600, m.seconds / 60 % 60, m.seconds % 60);
    *ret_form = JL_FORM_DATE;
    return;
  }
  for (int i = 0; style == JL_STYLE_PERCENT && i < 2; i++) { /* 0.0281 is seen, and read in texts, as 2.81 % */
    if (d.scale > 0)
      d.scale--;
    else if (d.digits < INT64_MAX / 10 && d.digits > INT64_MIN / 10)
      d.digits *= 10;
  }
  if (style != JL_STYLE_PERCENT) (void)snprintf(behind, sizeof behind, "%s%s", currency[0] != '\0' ? " " : "", currency);
  (void)write_decimal(d, behind, &s->value);
}

static bool shared(struct sheet *s, struct jl_error *err) {
  char *end = NULL;
  const char *text = jl_buffer_cstring(&s->value);
  unsigned long place = text == NULL ? 0 : strtoul(text, &end, 10);
  size_t ends[2] = {0, 0};
  if (text == NULL || end == text || *end != '\0' || place >= s->w->ends.size / sizeof ends[0]) return jl_xml_damaged(&s->xml, err);
  if (place > 0) memcpy(&ends[0], s->w->ends.data + (place - 1) * sizeof ends[0], sizeof ends[0]);
  memcpy(&ends[1], s->w->ends.data + place * sizeof ends[0], sizeof ends[0]);
  jl_buffer_clear(&s->value);
  if (ends[1] > ends[0]) jl_buffer_append(&s->value, s->w->texts.data + ends[0], ends[1] - ends[0]);
  return true;
}

/* Everything of a cell up to its end. */
static bool read_value(struct sheet *s, struct jl_error *err) {
  bool value = false, phonetic = false;
  enum jl_xml_node node;
  jl_buffer_clear(&s->value);
  while (true) {
    if (!jl_xml_next(&s->xml, &node, err)) return false;
    if (node == JL_XML_END_OF_FILE) return jl_xml_damaged(&s->xml, err);
    if (node == JL_XML_TEXT) {
      if (value && !phonetic) jl_buffer_text(&s->value, jl_xml_text(&s->xml));
      continue;
    }
    if (node == JL_XML_END && jl_xml_is(&s->xml, "c")) return true;
    if (jl_xml_is(&s->xml, "v") || jl_xml_is(&s->xml, "t")) value = node == JL_XML_START;
    if (jl_xml_is(&s->xml, "rPh")) phonetic = node == JL_XML_START;
  }
}

/* ---- one row ---- */
static bool put_empty(struct sheet *s, size_t until, struct jl_error *err) {
  while (s->maker.row.count < until) {
    struct fill *f = &s->fills[s->maker.row.count];
    bool filled = s->maker.row.count < JL_TABLE_COLUMNS_MAX && f->text != NULL && f->until >= s->line;
    if (!jl_row_maker_cell(&s->maker, filled ? f->text : NULL, filled ? f->size : 0, s->line, filled ? f->form : JL_FORM_TEXT, err)) return false;
  }
  return true;
}

static bool keep_fill(struct sheet *s, size_t column, enum jl_cell_form form, struct jl_error *err) {
  struct fill *f = &s->fills[column];
  free(f->text);
  *f = (struct fill){s->starts[column], malloc(s->value.size + 1), s->value.size, form};
  s->starts[column] = 0;
  if (f->text == NULL) return jl_table_no_memory(err);
  if (s->value.size > 0) memcpy(f->text, s->value.data, s->value.size);
  return true;
}

static bool read_cell(struct sheet *s, struct jl_error *err) {
  char reference[32], kind[16] = "n", style[16];
  size_t row = s->line, column = s->maker.row.count;
  if (jl_xml_attribute(&s->xml, "r", reference, sizeof reference) && !jl_cell_place(reference, &row, &column)) return jl_xml_damaged(&s->xml, err);
  (void)jl_xml_attribute(&s->xml, "t", kind, sizeof kind);
  unsigned long format = jl_xml_attribute(&s->xml, "s", style, sizeof style) ? strtoul(style, NULL, 10) : 0;
  enum jl_cell_form form = JL_FORM_TEXT;
  if (!read_value(s, err)) return false;
  if (row != s->line || column < s->maker.row.count) return jl_xml_damaged(&s->xml, err);
  if (s->value.size == 0 && jl_buffer_ok(&s->value)) return true; /* formatted, and nothing in it */
  if (strcmp(kind, "s") == 0 && !shared(s, err)) return false;
  if (strcmp(kind, "n") == 0) number(s, format, &form);
  if (strcmp(kind, "b") == 0) {
    bool is = s->value.size == 1 && s->value.data[0] == '1';
    jl_buffer_clear(&s->value);
    jl_buffer_text(&s->value, is ? "TRUE" : "FALSE");
    form = JL_FORM_BOOLEAN;
  }
  if (strcmp(kind, "e") == 0) form = JL_FORM_ERROR;
  size_t size = jl_buffer_ok(&s->value) ? s->value.size : JL_TABLE_CELL_MAX + 1;
  if (column > JL_TABLE_COLUMNS_MAX) column = JL_TABLE_COLUMNS_MAX; /* says that there are too many */
  if (!put_empty(s, column, err) || !jl_row_maker_cell(&s->maker, s->value.data, size, s->line, form, err)) return false;
  return s->starts[column] == 0 || keep_fill(s, column, form, err);
}

static bool begin_row(struct sheet *s, struct jl_error *err) {
  char text[16], *end = NULL;
  size_t line = s->line + 1;
  if (jl_xml_attribute(&s->xml, "r", text, sizeof text)) {
    line = strtoul(text, &end, 10);
    if (*end != '\0' || line <= s->line || line > 100000000) return jl_xml_damaged(&s->xml, err);
  }
  s->pending = line > s->line + 1 && s->has_row;
  s->blank.line = s->line + 1;
  s->has_row = true;
  s->line = line;
  for (; s->merged_at < s->w->merged_count && s->w->merged[s->merged_at].row <= line; s->merged_at++) {
    const struct jl_merged *m = &s->w->merged[s->merged_at];
    if (m->row == line) s->starts[m->column] = m->last_row;
  }
  jl_row_maker_begin(&s->maker, line);
  s->maker.row.hidden = is_hidden(&s->xml);
  return true;
}

static bool end_row(struct sheet *s, struct jl_error *err) {
  size_t last = s->maker.row.count;
  for (size_t i = last; i < JL_TABLE_COLUMNS_MAX; i++)
    if (s->fills[i].text != NULL && s->fills[i].until >= s->line && s->fills[i].size > 0) last = i + 1;
  memset(s->starts, 0, sizeof s->starts);
  return put_empty(s, last, err) && jl_row_maker_end(&s->maker, err);
}

static bool next(void *self, const struct jl_raw_row **ret_row, struct jl_error *err) {
  struct sheet *s = self;
  enum jl_xml_node node;
  bool in_row = false;
  *ret_row = NULL;
  if (s->pending) {
    s->pending = false;
    *ret_row = &s->maker.row;
    return true;
  }
  while (!s->ended) {
    if (!jl_xml_next(&s->xml, &node, err)) return false;
    s->ended = node == JL_XML_END_OF_FILE || (node == JL_XML_END && jl_xml_is(&s->xml, "sheetData"));
    if (node == JL_XML_START && jl_xml_is(&s->xml, "row")) {
      if (!begin_row(s, err)) return false;
      in_row = true;
    } else if (node == JL_XML_START && in_row && jl_xml_is(&s->xml, "c")) {
      if (!read_cell(s, err)) return false;
    } else if (node == JL_XML_END && in_row && jl_xml_is(&s->xml, "row")) {
      if (!end_row(s, err)) return false;
      *ret_row = s->pending ? &s->blank : &s->maker.row;
      return true;
    }
  }
  return true;
}

static void free_sheet(void *self) {
  struct sheet *s = self;
  if (s == NULL) return;
  if (s->open) jl_xml_close(&s->xml);
  for (size_t i = 0; i < JL_TABLE_COLUMNS_MAX; i++) free(s->fills[i].text);
  jl_buffer_release(&s->value);
  jl_row_maker_release(&s->maker);
  free(s);
}

bool jl_workbook_rows(struct jl_workbook *w, struct jl_rows *ret, struct jl_error *err) {
  struct sheet *s = calloc(1, sizeof *s);
  jl_rows_free(ret);
  if (s == NULL) return jl_table_no_memory(err);
  s->w = w;
  jl_row_maker_init(&s->maker);
  jl_buffer_init(&s->value, JL_TABLE_CELL_MAX);
  s->open = jl_xml_open(w->package, w->sheets[w->chosen].part, &s->xml, err);
  if (!s->open) {
    free_sheet(s);
    return false;
  }
  *ret = (struct jl_rows){next, free_sheet, s};
  return true;
}

#include "client/table/below.h"
#include "client/table/workbook.h"
#include <stdlib.h>
#include <string.h>

#define ARENA (32U << 20) /* what is known of a table, whatever its length */
#define SAMPLE_TEXT 200   /* bytes of a value that is shown */

struct jl_reader {
  struct jl_reading_of of;
  struct jl_reader_options options;
  struct jl_table_found found;
  struct jl_workbook *workbook; /* NULL: it is a text */
  struct jl_rows rows;
  struct jl_skipping skipping;
  struct jl_table_row row;
  struct jl_table_cell *cells;
  struct jl_below *below;
};

bool jl_table_no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

struct jl_question *jl_question_add(struct jl_reading_of *r, const char *option, const char *message, const struct jl_arg *args, int n) {
  if (r->found->question_count == JL_QUESTIONS) return NULL;
  struct jl_question *q = &r->found->questions[r->found->question_count++];
  *q = (struct jl_question){.option = option, .message = message, .arg_count = n};
  if (n > 0) memcpy(q->args, args, (size_t)n * sizeof *args);
  return q;
}

void jl_question_candidate(struct jl_question *q, const char *value, struct jl_arg reading) {
  if (q != NULL && value != NULL && q->candidate_count < JL_CANDIDATES) q->candidates[q->candidate_count++] = (struct jl_candidate){value, reading};
}

/* ---- encoding ---- */
static struct jl_arg decoded(const struct jl_encoding_found *found, enum jl_encoding e) {
  struct jl_error ignored = {0};
  struct jl_bytes text = {NULL, 0};
  struct jl_source *s = jl_source_memory((struct jl_bytes){found->sample, found->sample_size}, &ignored);
  struct jl_decoder *d = s == NULL ? NULL : jl_decoder_new(s, e, &ignored);
  struct jl_arg arg = d != NULL && jl_decoder_next(d, &text, &ignored) ? jl_arg_textn((const char *)text.data, text.size) : jl_arg_text("");
  jl_decoder_free(d);
  jl_source_free(s);
  return arg;
}

static bool find_encoding(struct jl_reader *r, struct jl_error *err) {
  struct jl_encoding_found found;
  if (!jl_encoding_detect(r->of.source, &found, err)) return false;
  r->found.encoding = found.encoding;
  r->found.has_mark = found.has_mark;
  r->found.cr_rows = found.cr_rows;
  if (r->options.encoding != NULL)
    return jl_encoding_by_name(r->options.encoding, &r->found.encoding) ||
           jl_fail(err, JL_E_USAGE, JL_MSG("--encoding {1}: there is no such encoding here"), JL_MSG("one of {2}"), jl_arg_text(r->options.encoding), jl_arg_text(jl_encoding_names()));
  if (!found.undecided) return true;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)found.line)};
  struct jl_question *q = jl_question_add(&r->of, "encoding", JL_MSG("in which encoding is the file? Line {1} can be read in several ways"), args, 1);
  for (size_t i = 0; i < found.candidate_count; i++) jl_question_candidate(q, jl_encoding_name(found.candidates[i]), decoded(&found, found.candidates[i]));
  return true;
}

/* ---- looking through ---- */
static bool open_rows(struct jl_reader *r, struct jl_error *err) {
  jl_rows_free(&r->rows);
  r->skipping = (struct jl_skipping){.width = r->found.column_count, .header_line = r->found.header_line, .sheet = r->found.is_workbook, .own = r->found.own,
                                     .keep_totals = r->options.totals != NULL && strcmp(r->options.totals, "keep") == 0,
                                     .skip_hidden = r->options.hidden != NULL && strcmp(r->options.hidden, "skip") == 0};
  return r->workbook != NULL ? jl_workbook_rows(r->workbook, &r->rows, err) : jl_csv_open(r->of.source, &(struct jl_csv_form){r->found.encoding, r->found.cr_rows, r->found.separator}, &r->rows, err);
}

static const char *shown(struct jl_reader *r, const char *text, size_t size) {
  size_t n = size < SAMPLE_TEXT ? size : SAMPLE_TEXT;
  while (n > 0 && n < size && ((unsigned char)text[n] & 0xc0) == 0x80) n--;
  return jl_arena_strndup(r->of.arena, text, n);
}

static bool note_skipped(struct jl_reader *r, const struct jl_raw_row *row, enum jl_skip reason, struct jl_error *err) {
  struct jl_table_found *f = &r->found;
  char text[SAMPLE_TEXT + 8];
  size_t n = 0;
  f->skip_counts[reason]++;
  if (f->skipped_count == JL_TABLE_SKIPPED) return true;
  for (size_t i = 0; i < row->count && n < SAMPLE_TEXT; i++) {
    if (row->cells[i].size == 0) continue;
    size_t size = row->cells[i].size < SAMPLE_TEXT - n ? row->cells[i].size : SAMPLE_TEXT - n;
    while (size > 0 && size < row->cells[i].size && ((unsigned char)row->cells[i].text[size] & 0xc0) == 0x80) size--;
    if (n > 0) {
      if (n + 3 + size > SAMPLE_TEXT) break;
      text[n++] = ' ';
      text[n++] = '|';
      text[n++] = ' ';
    }
    memcpy(text + n, row->cells[i].text, size);
    n += size;
  }
  const char *kept = jl_arena_strndup(r->of.arena, text, n);
  if (kept == NULL) return jl_table_no_memory(err);
  f->skipped[f->skipped_count++] = (struct jl_skipped){row->line, reason, kept};
  return true;
}

static bool note_sample(struct jl_reader *r, const struct jl_raw_row *row, struct jl_error *err) {
  struct jl_table_found *f = &r->found;
  if (f->sample_count == JL_SAMPLE_ROWS) return true;
  const char **cells = jl_arena_array(r->of.arena, f->column_count + 1, sizeof *cells);
  for (size_t i = 0; cells != NULL && i < f->column_count; i++) {
    cells[i] = i < row->count ? shown(r, row->cells[i].text, row->cells[i].size) : "";
    if (cells[i] == NULL) return jl_table_no_memory(err);
  }
  if (cells == NULL) return jl_table_no_memory(err);
  f->samples[f->sample_count] = cells;
  f->sample_lines[f->sample_count++] = row->line;
  return true;
}

/* Rows that a filter or a hand hides are seen by nobody who looks at the sheet; whether they are meant is not for us to say. */
static bool ask_hidden(struct jl_reader *r, size_t line, struct jl_error *err) {
  const char *given = r->options.hidden;
  if (given != NULL && strcmp(given, "keep") != 0 && strcmp(given, "skip") != 0) return jl_fail(err, JL_E_USAGE, JL_MSG("--hidden {1}: it is keep or skip"), NULL, jl_arg_text(given));
  if (given != NULL || r->found.hidden_count == 0) return true;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)r->found.hidden_count), jl_arg_integer((int64_t)r->found.row_count), jl_arg_integer((int64_t)line)};
  struct jl_question *q = jl_question_add(&r->of, "hidden", JL_MSG("{1} of {2} rows are hidden in the sheet, by a filter or by hand, from line {3} on; are they to be taken?"), args, 3);
  jl_question_candidate(q, "keep", jl_arg_label(JL_MSG("they are rows as the others")));
  jl_question_candidate(q, "skip", jl_arg_label(JL_MSG("they are passed over")));
  return true;
}

static bool look_through(struct jl_reader *r, struct jl_error *err) {
  struct jl_column_seen *seen = jl_columns_begin(r->of.arena, r->found.column_count);
  const struct jl_raw_row *row;
  enum jl_skip reason = JL_SKIP_BEFORE;
  size_t hidden_line = 0;
  r->below = jl_below_begin(r->of.arena, r->found.column_count);
  if (seen == NULL || r->below == NULL) return jl_table_no_memory(err);
  if (!open_rows(r, err)) return false;
  while (true) {
    if (!r->rows.next(r->rows.self, &row, err)) return false;
    if (row == NULL) break;
    enum jl_row_is is = jl_skip_row(&r->skipping, &r->of, row, &reason);
    r->found.blank_count += is == JL_ROW_IS_BLANK;
    if (is == JL_ROW_IS_SKIPPED && !note_skipped(r, row, reason, err)) return false;
    bool hidden = row->hidden && (is == JL_ROW_IS_DATA || (is == JL_ROW_IS_SKIPPED && reason == JL_SKIP_HIDDEN));
    if (hidden && r->found.hidden_count++ == 0) hidden_line = row->line;
    if (hidden || is == JL_ROW_IS_DATA) jl_below_take(r->below, &r->found, row);
    if (is != JL_ROW_IS_DATA) continue;
    r->found.row_count++;
    r->found.short_count += row->count < r->found.column_count && !r->found.is_workbook;
    jl_columns_take(seen, row, r->found.column_count);
    if (!note_sample(r, row, err)) return false;
  }
  return jl_columns_decide(&r->of, seen, err) && jl_below_decide(&r->of, r->below, err) && ask_hidden(r, hidden_line, err);
}

static bool find_layout(struct jl_reader *r, struct jl_error *err) {
  struct jl_heads heads = {0};
  const struct jl_head_row *header = NULL;
  size_t width = 0;
  if (r->workbook == NULL) {
    if (!jl_layout_of_text(&r->of, &heads, &header, err)) return false;
  } else {
    if (!jl_workbook_rows(r->workbook, &r->rows, err) || !jl_heads_read(&r->of, &r->rows, &heads, err) || !jl_layout_of_rows(&r->of, &heads, &header, err)) return false;
  }
  for (size_t i = 0; i < heads.count; i++)
    if (heads.rows[i].count > width) width = heads.rows[i].count;
  if (width == 0) return jl_fail(err, JL_E_INVALID, JL_MSG("there is no table: the file is empty"), NULL);
  r->found.header_line = header != NULL ? header->line : 0;
  if (!jl_columns_name(&r->of, header, width, err)) return false;
  for (size_t i = 0; r->workbook != NULL && i < r->found.column_count; i++) r->found.columns[i].hidden = jl_workbook_hides(r->workbook, i);
  return true;
}

static bool is_workbook(const struct jl_source *s, bool *ret, struct jl_error *err) {
  uint8_t head[4] = {0};
  size_t n;
  if (!jl_source_read(s, 0, head, sizeof head, &n, err)) return false;
  if (n == 4 && memcmp(head, "\xd0\xcf\x11\xe0", 4) == 0)
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("this is a workbook of the old kind (.xls)"), JL_MSG("save it as .xlsx or CSV"));
  *ret = n == 4 && memcmp(head, "PK\x03\x04", 4) == 0;
  return true;
}

static bool look(struct jl_reader *r, struct jl_error *err) {
  r->of.vocabulary = jl_vocabulary_new(r->of.arena);
  r->found.questions = jl_arena_array(r->of.arena, JL_QUESTIONS, sizeof *r->found.questions);
  r->found.skipped = jl_arena_array(r->of.arena, JL_TABLE_SKIPPED, sizeof *r->found.skipped);
  if (r->of.vocabulary == NULL || r->found.questions == NULL || r->found.skipped == NULL) return jl_table_no_memory(err);
  if (!is_workbook(r->of.source, &r->found.is_workbook, err)) return false;
  if (r->found.is_workbook ? (r->workbook = jl_workbook_open(&r->of, err)) == NULL : !find_encoding(r, err)) return false;
  if (!find_layout(r, err) || !look_through(r, err)) return false;
  r->cells = jl_arena_array(r->of.arena, r->found.column_count + 1, sizeof *r->cells);
  return r->cells != NULL || jl_table_no_memory(err);
}

struct jl_reader *jl_reader_open(const struct jl_source *s, const struct jl_reader_options *options, struct jl_error *err) {
  struct jl_reader *r = calloc(1, sizeof *r);
  if (r != NULL) {
    if (options != NULL) r->options = *options;
    r->of = (struct jl_reading_of){.source = s, .options = &r->options, .arena = jl_arena_new(ARENA), .found = &r->found};
    r->found.source = "";
  }
  bool ok = r != NULL && r->of.arena != NULL ? look(r, err) : jl_table_no_memory(err);
  if (ok) return r;
  jl_reader_free(r);
  return NULL;
}

void jl_reader_free(struct jl_reader *r) {
  if (r == NULL) return;
  jl_rows_free(&r->rows);
  jl_workbook_free(r->workbook);
  jl_below_release(r->below, r->found.column_count);
  jl_arena_free(r->of.arena);
  free(r);
}

const struct jl_table_found *jl_reader_found(const struct jl_reader *r) { return &r->found; }

int jl_reader_column(const struct jl_reader *r, const char *field) {
  for (size_t i = 0; i < r->found.column_count; i++)
    if (r->found.columns[i].field != NULL && strcmp(r->found.columns[i].field->name, field) == 0) return (int)i;
  return -1;
}

/* ---- rows ---- */
bool jl_reader_begin(struct jl_reader *r, struct jl_error *err) {
  if (r->found.question_count > 0) {
    const struct jl_question *q = &r->found.questions[0];
    struct jl_arg args[JL_ERROR_ARGS] = {q->args[0], q->args[1], q->args[2], q->args[3], jl_arg_text(q->option)};
    jl_error_fill(err, JL_E_USAGE, q->message, JL_MSG("say so with --{5}; jalon import FILE --preview shows what it would make of it"), args, JL_ERROR_ARGS);
    return false;
  }
  jl_below_rewind(r->below, r->found.column_count);
  return open_rows(r, err);
}

bool jl_reader_next(struct jl_reader *r, const struct jl_table_row **ret_row, struct jl_error *err) {
  const struct jl_raw_row *row;
  enum jl_row_is is;
  enum jl_skip reason = JL_SKIP_BEFORE;
  *ret_row = NULL;
  do {
    if (!r->rows.next(r->rows.self, &row, err)) return false;
    if (row == NULL) return true;
    is = jl_skip_row(&r->skipping, &r->of, row, &reason);
    if (is == JL_ROW_IS_DATA || (is == JL_ROW_IS_SKIPPED && reason == JL_SKIP_HIDDEN)) jl_below_keep(r->below, &r->found, row); /* who hides the first of several rows does not rename the others */
  } while (is != JL_ROW_IS_DATA);
  for (size_t i = 0; i < r->found.column_count; i++) {
    const struct jl_raw_cell cell = jl_below_cell(r->below, &r->found.columns[i], i, row);
    jl_cell_read(&r->found, &r->found.columns[i], &cell, &r->cells[i]);
  }
  r->row = (struct jl_table_row){row->line, r->cells};
  *ret_row = &r->row;
  return true;
}

bool jl_reader_bad(const struct jl_reader *r, const struct jl_table_cell *cell, size_t column, struct jl_error *err) {
  const struct jl_column *c = &r->found.columns[column];
  const struct jl_arg line = jl_arg_integer((int64_t)cell->line), title = jl_arg_text(c->title), text = jl_arg_textn(cell->text, cell->size);
  if (c->kind == JL_COLUMN_DATE && jl_date_no_such_day(cell->text, cell->size))
    return jl_fail(err, JL_E_INVALID, JL_MSG("line {1}, column \"{2}\": there is no day {3}"), JL_MSG("correct it"), line, title, text);
  if (c->kind == JL_COLUMN_DATE)
    return jl_fail(err, JL_E_INVALID, c->order == JL_ORDER_DAY     ? JL_MSG("line {1}, column \"{2}\": \"{3}\" is no date with the day first, as in the rest of the column")
                                      : c->order == JL_ORDER_MONTH ? JL_MSG("line {1}, column \"{2}\": \"{3}\" is no date with the month first, as in the rest of the column")
                                                                   : JL_MSG("line {1}, column \"{2}\": \"{3}\" is no date"),
                   JL_MSG("correct it, or write 2026-01-31"), line, title, text);
  return jl_fail(err, JL_E_INVALID, c->mark == ',' ? JL_MSG("line {1}, column \"{2}\": \"{3}\" is no number with a decimal comma, as in the rest of the column")
                                    : c->mark == '.' ? JL_MSG("line {1}, column \"{2}\": \"{3}\" is no number with a decimal point, as in the rest of the column")
                                                     : JL_MSG("line {1}, column \"{2}\": \"{3}\" is no number"),
                 JL_MSG("correct it, or leave it empty"), line, title, text);
}

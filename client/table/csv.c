/* Rows of a text. libcsv takes it apart; it is given one line at a time, so that each value's line is known, and a blank line is a row
 * without cells. Nothing is trimmed. */
#include "client/table/rows.h"
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define IN_VALUE 2 /* state of libcsv 3.0.3 in a value whose closing quotation mark has not come; it refuses such an end only with all of its strictness */

struct csv {
  struct jl_decoder *decoder;
  struct csv_parser parser;
  bool has_parser, cr_rows, begun /* the row has cells */, fresh /* between two rows */, whole /* a row is there */, after_cr, row_ended_by_cr, ended, failed;
  struct jl_bytes text; /* what is left of the piece */
  size_t line, cell_line; /* cell_line: where the value begins that is read now */
  struct jl_error error;
  struct jl_row_maker maker;
};

static int nothing(unsigned char c) {
  (void)c;
  return 0;
}

static int is_cr(unsigned char c) { return c == '\r'; }

static void take_cell(void *text, size_t size, void *context) {
  struct csv *c = context;
  if (c->failed) return;
  if (!c->begun) jl_row_maker_begin(&c->maker, c->cell_line);
  c->begun = true;
  c->failed = !jl_row_maker_cell(&c->maker, text, size, c->cell_line, JL_FORM_TEXT, &c->error);
  c->cell_line = c->line;
}

static void take_row(int end, void *context) {
  struct csv *c = context;
  (void)end;
  if (c->failed) return;
  if (!c->begun) jl_row_maker_begin(&c->maker, c->line);
  c->begun = false;
  c->whole = c->fresh = true;
  c->failed = !jl_row_maker_end(&c->maker, &c->error);
}

static bool failed(struct csv *c, struct jl_error *err) {
  *err = c->error;
  return false;
}

static bool never_closed(const struct csv *c, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("line {1}, column {2}: a quotation mark is opened and never closed"), JL_MSG("close it behind the value, or double it where it is part of it"),
                 jl_arg_integer((int64_t)c->cell_line), jl_arg_integer((int64_t)(c->begun ? c->maker.row.count : 0) + 1));
}

static bool parse(struct csv *c, size_t size, struct jl_error *err) {
  const uint8_t *text = c->text.data;
  c->text = (struct jl_bytes){text + size, c->text.size - size};
  if (c->fresh) c->cell_line = c->line;
  c->fresh = false;
  if (csv_parse(&c->parser, text, size, take_cell, take_row, c) != size)
    return c->failed ? failed(c, err) : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (c->failed) return failed(c, err);
  if (c->parser.entry_pos <= JL_TABLE_CELL_MAX) return true;
  if (c->parser.quoted != 0 && c->line > c->cell_line) return never_closed(c, err);
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("line {1}, column {2}: a value of more than {3}"), JL_MSG("look whether a quotation mark is missing there, or shorten it"),
                 jl_arg_integer((int64_t)c->cell_line), jl_arg_integer((int64_t)(c->begun ? c->maker.row.count : 0) + 1), jl_arg_bytes(JL_TABLE_CELL_MAX));
}

/* What stands before the end of a line, or that end: a row can only end there. */
static bool take_part(struct csv *c, struct jl_error *err) {
  size_t n = 0;
  while (n < c->text.size && c->text.data[n] != '\n' && c->text.data[n] != '\r') n++;
  if (n > 0) {
    c->after_cr = c->row_ended_by_cr = false;
    return parse(c, n, err);
  }
  uint8_t end = c->text.data[0];
  bool second = end == '\n' && c->after_cr; /* of CR and LF */
  c->after_cr = end == '\r';
  if (second && c->row_ended_by_cr && !c->cr_rows) {
    c->row_ended_by_cr = false;
    c->text = (struct jl_bytes){c->text.data + 1, c->text.size - 1};
    return true;
  }
  if (!parse(c, 1, err)) return false;
  c->line += !second;
  c->row_ended_by_cr = c->whole && c->after_cr;
  return true;
}

static bool finish(struct csv *c, struct jl_error *err) {
  c->ended = true;
  if (c->parser.quoted != 0 && c->parser.pstate == IN_VALUE) return never_closed(c, err);
  if (csv_fini(&c->parser, take_cell, take_row, c) != 0) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  return !c->failed || failed(c, err);
}

static bool next(void *self, const struct jl_raw_row **ret_row, struct jl_error *err) {
  struct csv *c = self;
  *ret_row = NULL;
  for (c->whole = false; !c->ended && !c->whole;) {
    if (c->text.size == 0 && !jl_decoder_next(c->decoder, &c->text, err)) return false;
    if (!(c->text.size == 0 ? finish(c, err) : take_part(c, err))) return false;
  }
  if (c->whole) *ret_row = &c->maker.row;
  return true;
}

static void free_csv(void *self) {
  struct csv *c = self;
  if (c == NULL) return;
  if (c->has_parser) csv_free(&c->parser);
  jl_decoder_free(c->decoder);
  jl_row_maker_release(&c->maker);
  free(c);
}

bool jl_csv_open(const struct jl_source *s, const struct jl_csv_form *form, struct jl_rows *ret, struct jl_error *err) {
  struct csv *c = calloc(1, sizeof *c);
  if (c == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  jl_row_maker_init(&c->maker);
  c->line = 1;
  c->fresh = true;
  c->cr_rows = form->cr_rows;
  c->decoder = jl_decoder_new(s, form->encoding, err);
  c->has_parser = c->decoder != NULL && csv_init(&c->parser, CSV_REPALL_NL) == 0;
  if (!c->has_parser) {
    bool told = c->decoder == NULL;
    free_csv(c);
    return told ? false : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  }
  csv_set_delim(&c->parser, (unsigned char)form->separator);
  csv_set_space_func(&c->parser, nothing);
  if (form->cr_rows) csv_set_term_func(&c->parser, is_cr);
  csv_set_blk_size(&c->parser, 4096);
  *ret = (struct jl_rows){next, free_csv, c};
  return true;
}

#include "client/table/below.h"
#include "client/table/characters.h"
#include "common/base/text.h"
#include <string.h>

#define EXAMPLE 64 /* bytes of a value that is shown */

static bool is_filled(const struct jl_raw_row *row, size_t column) {
  const struct jl_raw_cell *cell = column < row->count ? &row->cells[column] : NULL;
  uint32_t c;
  for (size_t at = 0, n; cell != NULL && at < cell->size; at += n) {
    n = jl_text_decode(cell->text + at, cell->size - at, &c);
    if (n == 0 || !jl_is_blank(c)) return true;
  }
  return false;
}

static uint64_t hash_of(const struct jl_raw_cell *cell) {
  uint64_t h = 1469598103934665603u;
  for (size_t i = 0; i < cell->size; i++) h = (h ^ (uint8_t)cell->text[i]) * 1099511628211u;
  return h == 0 ? 1 : h;
}

static void keep_value(struct jl_below *b, const struct jl_raw_cell *cell, size_t most) {
  size_t n = cell->size < most ? cell->size : most;
  while (n > 0 && n < cell->size && ((unsigned char)cell->text[n] & 0xc0) == 0x80) n--;
  jl_buffer_clear(&b->value);
  jl_buffer_append(&b->value, cell->text, n);
}

struct jl_below *jl_below_begin(struct jl_arena *a, size_t columns) {
  struct jl_below *b = jl_arena_array(a, columns + 1, sizeof *b);
  for (size_t i = 0; b != NULL && i < columns; i++) jl_buffer_init(&b[i].value, JL_TABLE_CELL_MAX + 1);
  return b;
}

void jl_below_release(struct jl_below *b, size_t columns) {
  for (size_t i = 0; b != NULL && i < columns; i++) jl_buffer_release(&b[i].value);
}

/* apart: a column before it says something else than in the row above, so that a cell over both rows would be of two groups. Returns whether this one does. */
static bool take(struct jl_below *b, const struct jl_raw_cell *cell, size_t line, bool apart) {
  const uint64_t hash = cell == NULL ? 0 : hash_of(cell);
  bool other = cell != NULL && hash != b->last;
  if (!b->looked) b->starts = cell != NULL;
  b->looked = true;
  if (cell != NULL) {
    b->repeats = b->repeats || !other;
    b->last = hash;
    if (b->line == 0) keep_value(b, cell, EXAMPLE);
  } else if (b->last != 0) {
    if (b->empty++ == 0) b->line = line;
  }
  b->open = cell != NULL || (b->open && !apart);
  b->within += cell == NULL && b->open;
  return other;
}

void jl_below_take(struct jl_below *b, const struct jl_table_found *f, const struct jl_raw_row *row) {
  bool apart = false;
  for (size_t i = 0; i < f->column_count; i++) apart = (take(&b[i], is_filled(row, i) ? &row->cells[i] : NULL, row->line, apart) && f->columns[i].groups) || apart;
}

/* ---- what follows ---- */
/* *ret: what --empty says of the column, the last time; NULL nothing. */
static bool said(struct jl_reading_of *r, const struct jl_column *c, const char **ret, struct jl_error *err) {
  *ret = NULL;
  for (size_t i = 0; i < r->options->empty_count; i++) {
    const char *given = r->options->empty[i], *equals = strrchr(given, '=');
    char currency[4];
    bool money;
    if (equals == NULL || (strcmp(equals, "=same") != 0 && strcmp(equals, "=none") != 0))
      return jl_fail(err, JL_E_USAGE, JL_MSG("--empty {1}: it is the title of a column, = and same or none"), JL_MSG("such as --empty \"Lever=same\": its empty cells say the same as the one above"), jl_arg_text(given));
    const char *folded = jl_title_fold(r->arena, given, (size_t)(equals - given), currency, &money);
    if (folded == NULL) return jl_table_no_memory(err);
    if (strcmp(folded, c->folded) == 0) *ret = equals + 1;
  }
  return true;
}

static void ask(struct jl_reading_of *r, struct jl_column *c, const struct jl_below *b) {
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)b->empty), jl_arg_integer((int64_t)b->line), jl_arg_textn((const char *)b->value.data, b->value.size)};
  struct jl_question *q = jl_question_add(r, "empty", JL_MSG("column \"{1}\": cells that are empty below a filled one: {2} (the first in line {3}, below \"{4}\"); do they say the same as above?"), args, 4);
  if (q == NULL) return;
  q->of_column = true;
  jl_question_candidate(q, jl_arena_printf(r->arena, "%s=same", c->title), jl_arg_label(JL_MSG("the same as above")));
  jl_question_candidate(q, jl_arena_printf(r->arena, "%s=none", c->title), jl_arg_label(JL_MSG("no value")));
}

bool jl_below_decide(struct jl_reading_of *r, const struct jl_below *b, struct jl_error *err) {
  struct jl_table_found *f = r->found;
  const char *given;
  for (size_t i = 0; i < f->column_count; i++) {
    struct jl_column *c = &f->columns[i];
    if (!said(r, c, &given, err)) return false;
    bool may = c->groups && !f->own && f->source[0] == '\0' && b[i].starts; /* programs leave nothing out */
    if (b[i].empty == 0 || (given == NULL && !may)) continue;
    c->same_above = given != NULL && strcmp(given, "same") == 0;
    c->below = b[i].empty;
    c->below_line = b[i].line;
    if (given == NULL && b[i].within > 0 && !b[i].repeats) ask(r, c, &b[i]);
    if (!c->same_above) continue;
    c->values += c->below;
    c->missing -= c->below;
  }
  return true;
}

/* ---- rows ---- */
void jl_below_rewind(struct jl_below *b, size_t columns) {
  for (size_t i = 0; i < columns; i++) jl_buffer_clear(&b[i].value);
}

void jl_below_keep(struct jl_below *b, const struct jl_table_found *f, const struct jl_raw_row *row) {
  for (size_t i = 0; i < f->column_count; i++) {
    if (!f->columns[i].same_above || !is_filled(row, i)) continue;
    b[i].form = row->cells[i].form;
    keep_value(&b[i], &row->cells[i], JL_TABLE_CELL_MAX);
    (void)jl_buffer_cstring(&b[i].value);
  }
}

struct jl_raw_cell jl_below_cell(const struct jl_below *b, const struct jl_column *c, size_t column, const struct jl_raw_row *row) {
  static const struct jl_raw_cell none = {"", 0, 0, JL_FORM_TEXT};
  struct jl_raw_cell cell = column < row->count ? row->cells[column] : none;
  if (!c->same_above || is_filled(row, column) || b[column].value.size == 0) return cell;
  return (struct jl_raw_cell){(const char *)b[column].value.data, b[column].value.size, row->line, b[column].form};
}

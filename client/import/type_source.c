/* --as expense, --as action ...: rows that are records of one type, field by field. A first column "ref", as tables have it that jalon itself
 * writes, says which record a row is. */
#include "client/cli/figures.h"
#include "client/import/parts.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

/* What tells records of a type apart where nobody says it with --key. Other types: their title. */
static const struct { uint32_t type; const char *keys[4]; } by_fields[] = {{JL_TYPE_EXPENSE, {"document", "supplier", "line", NULL}}, {JL_TYPE_MEASUREMENT, {"kpi", "date", NULL}}};

const char *const *jl_ingest_type_keys(const struct jl_record_type *type) {
  for (size_t i = 0; i < JL_COUNT(by_fields); i++)
    if (by_fields[i].type == type->number) return by_fields[i].keys;
  return NULL;
}

/* A reference by what it means, however it is written. One that means nothing yet has no place: its row will not be taken. */
static void put_key(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, const char *name, bool *io_known) {
  const struct jl_slot *s = jl_ingest_slot(in, name);
  const struct jl_field *f = s == NULL ? NULL : s->field;
  const struct jl_record_state *found = NULL;
  struct jl_error why = {0};
  char id[JL_ID_TEXT_SIZE] = "";
  const char *words = f == NULL || f->kind != JL_KIND_REFERENCE || f->repeated ? NULL : jl_ingest_words(in, row, name);
  if (words == NULL) {
    (void)jl_ingest_key_slot(r, row, name);
    return;
  }
  *io_known = (jl_no_value(words, strlen(words)) || jl_ingest_find(in, name, f, words, &found, &why)) && *io_known;
  if (found != NULL) jl_id_format(&found->id, id);
  (void)jl_ingest_key(r, id);
}

/* Of an expense: its document's number. Without one rows are told apart by all they say. */
static bool put_keys(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row) {
  const char *const *keys = in->keys != NULL ? in->keys : jl_ingest_type_keys(in->type);
  const struct jl_field *title = jl_title_field(in->type);
  bool known = true;
  if (jl_ingest_notes(in)) return true;
  if (keys == NULL && title != NULL) return jl_ingest_key_slot(r, row, title->flag) && jl_ingest_reserve(r);
  if (keys == NULL) return true;
  const char *first = jl_ingest_words(in, row, keys[0]);
  if (in->keys == NULL && (first == NULL || first[0] == '\0')) return true;
  for (; *keys != NULL; keys++) put_key(in, r, row, *keys, &known);
  return !known || jl_ingest_reserve(r);
}

/* ---- which record the file says that it is ---- */
static bool no_reference(struct jl_ingest *in, const char *text, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" names no record of this type: {2}"), JL_MSG("\"new\" or nothing makes one; --map \"ref=FIELD\" says what else the column is, --map \"ref=\" passes it over"), jl_arg_text(text),
                 jl_arg_label(in->type->label));
}

static bool says_new(struct jl_ingest *in, const char *text) {
  static const char *const words[] = {"new", "nouveau", "nouvelle"};
  const char *folded = jl_text_fold(in->row_arena, text);
  for (size_t i = 0; folded != NULL && i < JL_COUNT(words); i++)
    if (strcmp(folded, words[i]) == 0) return true;
  return false;
}

/* A row without a reference beside an id that is one of ours: a copy that is to be a new record, or one whose reference was lost. */
static bool lost_ref(struct jl_ingest *in, const char *id, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  uint64_t number = in->notes || jl_no_value(id, strlen(id)) ? 0 : jl_ingest_known_id_of(in, id);
  if (number == 0) return false;
  jl_reference_text(in->type->number, number, reference);
  (void)jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("\"ref\" is empty, but \"id\" is that of {1}"), JL_MSG("\"ref\" says which record the row is: {1}, or \"new\""), jl_arg_text(reference));
  return true;
}

/* Of a view: its headings have a word and nothing else, its sums are called so. Anything else may be a row that somebody added. */
static bool is_heading(struct jl_ingest *in, const struct jl_ingest_row *row) {
  static const char *const sums[] = {"total", "none", "load"};
  size_t values = 0;
  for (size_t i = 0; i < in->found->column_count; i++) {
    const struct jl_table_cell *cell = &row->cells[i];
    if (cell->state == JL_CELL_NONE || cell->size == 0) continue;
    values++;
    for (size_t k = 0; values == 1 && k < JL_COUNT(sums); k++)
      if (cell->size == strlen(sums[k]) && memcmp(cell->text, sums[k], cell->size) == 0) return true;
  }
  return values <= 1;
}

/* A list may be made longer; of a view it is not known. */
static bool without_ref(struct jl_ingest *in, const struct jl_ingest_row *row, bool *ret_leave, struct jl_error *err) {
  if (jl_ingest_column(in, JL_INGEST_REF) < 0 || !in->exported || in->listed) return true;
  *ret_leave = is_heading(in, row);
  return *ret_leave || jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("\"ref\" is empty: a new record, or a sum?"), JL_MSG("\"new\" in \"ref\" makes a record of the row; else leave the row out"));
}

/* *ret_size: of the reference that the words begin with; 0: there is none. */
static bool read_ref(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, size_t *ret_size, bool *ret_leave, struct jl_error *err) {
  const char *words = jl_ingest_column(in, JL_INGEST_REF) >= 0 ? jl_ingest_words(in, row, JL_INGEST_REF) : "", *id = jl_ingest_column(in, JL_INGEST_ID) >= 0 ? jl_ingest_words(in, row, JL_INGEST_ID) : "";
  const struct jl_record_type *type = NULL;
  uint64_t number = 0;
  *ret_size = 0;
  if (words == NULL || id == NULL) return jl_ingest_no_memory(err);
  if (words[0] == '\0') return !lost_ref(in, id, err) && without_ref(in, row, ret_leave, err);
  if (says_new(in, words)) {
    if (!in->notes) jl_ingest_known_new(r);
    return true;
  }
  size_t size = jl_reference_scan(words, &type, &number);
  if (size == 0 || (words[size] != '\0' && words[size] != ' ') || type == NULL) return no_reference(in, words, err);
  *ret_leave = type != in->type && in->exported;
  if (*ret_leave) return true;
  if (type != in->type) return no_reference(in, words, err);
  *ret_size = size;
  r->named = true;
  if (in->notes) return true;
  if (!jl_ingest_known_is(r, number, err)) return false;
  if (!jl_no_value(id, strlen(id))) jl_ingest_known_beside(r, id);
  return true;
}

/* "L1 Site web" where the title is asked for. */
static bool put_title(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, const struct jl_field *title, size_t size, struct jl_error *err) {
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, title->flag), *ref = jl_ingest_cell(in, row, JL_INGEST_REF);
  struct jl_table_cell own = *cell;
  int column = jl_ingest_column(in, title->flag);
  if (column < 0 || size == 0 || own.size <= size + 1 || strncasecmp(own.text, ref->text, size) != 0 || own.text[size] != ' ') return jl_ingest_put_slot(r, title->number, row, title->flag, err);
  own.text += size + 1;
  own.size -= size + 1;
  return jl_ingest_put_cell(r, title->number, &own, (size_t)column, err);
}

/* ---- a measurement of a quarter: of its last day ---- */
struct quarters { struct jl_told_figures told; bool ready; };

static bool type_begin(struct jl_ingest *in, struct jl_error *err) {
  if (in->type->number != JL_TYPE_MEASUREMENT) return jl_ingest_expense_begin(in, err);
  struct quarters *q = jl_ingest_state(in, sizeof *q);
  if (q == NULL) return jl_ingest_no_memory(err);
  if (!q->ready && !jl_told_begin(&q->told, in->cli, JL_FROM_FILE, err)) return false;
  return q->ready = true;
}

static bool put_quarter(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, bool *ret_is, struct jl_error *err) {
  struct quarters *q = jl_ingest_state(in, sizeof *q);
  const char *flag = jl_field_by_number(in->type, JL_MEASUREMENT_DATE)->flag, *words = jl_ingest_words(in, row, flag);
  int32_t start, end;
  if (q == NULL || words == NULL) return jl_ingest_no_memory(err);
  *ret_is = jl_fiscal_names_quarter(words);
  return !*ret_is || in->notes || (jl_told_period(&q->told, words, &start, &end, err) && jl_ingest_put_number(r, JL_MEASUREMENT_DATE, end, err));
}

static bool put_field(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, const struct jl_field *f, struct jl_error *err) {
  bool quarter = false;
  if (in->type->number == JL_TYPE_MEASUREMENT && f->number == JL_MEASUREMENT_DATE && !put_quarter(in, r, row, &quarter, err)) return false;
  return quarter || jl_ingest_put_slot(r, f->number, row, f->flag, err);
}

/* Units, currencies and what a record hangs below come before the figures that are read by them. */
static bool type_row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  struct jl_ingest_record *r = jl_ingest_make(in, in->type->number);
  const struct jl_field *title = jl_title_field(in->type);
  size_t size = 0;
  bool leave = false;
  if (!in->notes && !jl_ingest_known_row(in, err)) return false;
  if (!read_ref(in, r, row, &size, &leave, err)) return false;
  if (leave) return jl_ingest_leave(in, JL_MSG("rows without a reference, as headings and sums are (\"new\" in the column \"ref\" makes a record), or of other records"));
  if (!r->named) (void)put_keys(in, r, row); /* before values that may be none: the rows alike keep their places */
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < in->slot_count; i++) {
      const struct jl_field *f = in->slots[i].field;
      bool figure = f != NULL && (f->kind == JL_KIND_FRACTION || f->kind == JL_KIND_MONEY);
      if (f == NULL || figure != (pass == 1)) continue;
      if (f == title ? !put_title(in, r, row, f, size, err) : !put_field(in, r, row, f, err)) return false;
    }
  return jl_ingest_expense_row(r, row, err) && jl_ingest_add(r, err);
}

const struct jl_ingest_source jl_ingest_type_source = {.name = "", .label = "", .begin = type_begin, .row = type_row};

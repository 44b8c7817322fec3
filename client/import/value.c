/* One value of a file as the value of a field: by the field's kind, exactly, in either language. What stands for no value gives an empty slice. */
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <string.h>

#define DAY_US 86400000000LL
#define LIST_MAX 256 /* values in one cell */

bool jl_ingest_no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static const char *title_of(const struct jl_ingest *in, int column, const char *slot) { return column >= 0 ? in->found->columns[column].title : slot; }

static bool bad(const struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, const char *message, const char *hint, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, message, hint, jl_arg_text(title_of(in, column, slot)), jl_arg_textn(cell->text, cell->size));
}

char *jl_ingest_trimmed(struct jl_arena *a, const struct jl_table_cell *cell) {
  const char *text = cell->text;
  size_t size = cell->state == JL_CELL_NONE ? 0 : cell->size;
  for (; size > 0 && (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r'); size--) text++;
  for (; size > 1 && memcmp(text, "\xc2\xa0", 2) == 0; size -= 2) text += 2;
  while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL) size--;
  while (size > 1 && memcmp(text + size - 2, "\xc2\xa0", 2) == 0) size -= 2;
  size_t length;
  const char *one = jl_text_composed(a, text, size, &length);
  return one == NULL ? NULL : jl_arena_strndup(a, one, length);
}

/* ---- numbers ---- */
static bool is_exact(struct jl_decimal d, int decimals) {
  int64_t digits = d.digits;
  for (int scale = d.scale; scale > decimals; scale--, digits /= 10)
    if (digits % 10 != 0) return false;
  return true;
}

/* What a sheet has beyond fifteen digits is noise of binary fractions, which its reader leaves out (client/table/sheet.c); a decimal that is there is one that
 * somebody computed, as in any file. */
static bool too_exact(const struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, int decimals, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, decimals == 0 ? JL_MSG("column \"{1}\": \"{2}\" is no whole number") : JL_MSG("column \"{1}\": \"{2}\" has too many decimals"),
                 in->found->is_workbook ? JL_MSG("round it in the sheet, to {3} decimals: ROUND there") : JL_MSG("round it"), jl_arg_text(title_of(in, column, slot)), jl_arg_textn(cell->text, cell->size),
                 jl_arg_integer(decimals));
}

static bool scaled(const struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, int decimals, int64_t *ret, struct jl_error *err) {
  if (cell->state == JL_CELL_BAD && column >= 0) return jl_reader_bad(in->reader, cell, (size_t)column, err);
  if (cell->state == JL_CELL_BOUND) return bad(in, cell, column, slot, JL_MSG("column \"{1}\": \"{2}\" is a limit, not a number"), JL_MSG("write the number, or leave it empty"), err);
  if (!is_exact(cell->number, decimals)) return too_exact(in, cell, column, slot, decimals, err);
  return jl_decimal_scaled(cell->number, decimals, ret) || bad(in, cell, column, slot, JL_MSG("column \"{1}\": \"{2}\" is too large"), NULL, err);
}

static bool is_number(const struct jl_ingest *in, const struct jl_table_cell *cell, int column) {
  if (column < 0) return false;
  enum jl_column_kind kind = in->found->columns[column].kind;
  (void)cell;
  return kind == JL_COLUMN_NUMBER || kind == JL_COLUMN_MONEY || kind == JL_COLUMN_PERCENT;
}

static const char *currency_of(const struct jl_ingest *in, const struct jl_table_cell *cell, int column) {
  return cell->currency[0] != '\0' ? cell->currency : column >= 0 ? in->found->columns[column].currency : "";
}

static bool has_percent(const struct jl_table_cell *cell) { return memchr(cell->text, '%', cell->size) != NULL; }

static bool no_percentage(const struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, struct jl_error *err) {
  return !has_percent(cell) || bad(in, cell, column, slot, JL_MSG("column \"{1}\": \"{2}\" is a percentage, no amount"), NULL, err);
}

static bool same_currency(const struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, const char *currency, struct jl_error *err) {
  const char *own = currency_of(in, cell, column), *titles = column >= 0 ? in->found->columns[column].currency : "";
  if (titles[0] != '\0' && !jl_currency_may_be(own, titles) && !jl_currency_may_be(titles, own))
    return jl_fail(err, JL_E_INVALID, JL_MSG("it names two currencies: {1} and {2}"), NULL, jl_arg_text(own), jl_arg_text(titles));
  if (jl_currency_is_shared(own) && titles[0] != '\0') own = titles;
  if (own[0] == '\0' || currency == NULL || jl_currency_may_be(own, currency)) return true;
  if (jl_currency_is_shared(own))
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is the sign of several currencies: in which one are the amounts?"), JL_MSG("--set currency=USD, where records have one; or convert them"), jl_arg_text(own));
  return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\": \"{2}\" is in {3}, which is not the currency here: {4}"), JL_MSG("--set currency={3}, where records have one; or convert it"),
                 jl_arg_text(title_of(in, column, slot)), jl_arg_textn(cell->text, cell->size), jl_arg_text(own), jl_arg_text(currency));
}

static int digits_of(const char *currency) {
  int digits = jl_currency_digits(currency != NULL ? currency : "EUR");
  return digits < 0 ? 2 : digits;
}

static bool is_percent(const char *unit) { return unit != NULL && (strcmp(unit, "percent") == 0 || strcmp(unit, "%") == 0); }

const char *jl_ingest_unit(struct jl_ingest *in, const struct jl_record_type *type, struct jl_bytes record, const struct jl_field *field) {
  struct jl_id id;
  if (!jl_unit_of_parent(type, field)) return jl_unit_of(in->cli, type, field, record);
  if (!jl_record_id(type, record, jl_parent_field(type)->number, &id)) return "";
  for (size_t i = 0; i < in->names.lookups.count; i++) {
    const struct jl_lookup *one = &in->names.lookups.items[i];
    if (one->error.code == JL_E_OK && jl_id_equal(&one->record.id, &id)) return jl_unit_from_parent(in->cli, &one->record);
  }
  return "";
}

/* What it is a unit of stands behind it: fields are put in that order (type_source.c). */
static const char *unit_of(struct jl_ingest_record *r, const struct jl_field *field) { return jl_ingest_unit(r->in, r->type, r->body, field); }

static bool number_value(struct jl_ingest_record *r, const struct jl_field *field, const struct jl_table_cell *cell, int column, const char *slot, struct jl_value *ret, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  const char *unit = field->kind == JL_KIND_MONEY || field->kind == JL_KIND_FRACTION ? unit_of(r, field) : "";
  bool money_unit = unit[0] != '\0' && jl_currency_digits(unit) >= 0;
  const char *currency = money_unit ? unit : in->input.currency;
  if (field->kind == JL_KIND_INTEGER) return scaled(in, cell, column, slot, 0, &ret->number, err);
  bool fraction = in->exported && !has_percent(cell);
  if (field->kind == JL_KIND_SHARE) return scaled(in, cell, column, slot, fraction ? 4 : 2, &ret->number, err);
  if (field->kind == JL_KIND_MONEY) return no_percentage(in, cell, column, slot, err) && same_currency(in, cell, column, slot, currency, err) && scaled(in, cell, column, slot, digits_of(currency), &ret->number, err);
  if (has_percent(cell) && !is_percent(unit))
    return bad(in, cell, column, slot, JL_MSG("column \"{1}\": \"{2}\" is a percentage, but the unit of this value is not percent"), NULL, err);
  return scaled(in, cell, column, slot, is_percent(unit) && !fraction ? 4 : 6, &ret->number, err);
}

/* ---- one value ---- */
static bool takes_numbers(const struct jl_field *field) {
  return field->kind == JL_KIND_INTEGER || field->kind == JL_KIND_SHARE || field->kind == JL_KIND_MONEY || field->kind == JL_KIND_FRACTION;
}

/* What other tools and tables call the values of our lists. */
static const struct { const char *word, *text; } synonyms[] = {{"a faire", "to-do"},  {"todo", "to-do"},     {"not started", "to-do"}, {"doing", "in-progress"}, {"started", "in-progress"}, {"fait", "done"},
                                                               {"termine", "done"},   {"finished", "done"},  {"complete", "done"},     {"completed", "done"},    {"en attente", "blocked"},  {"on hold", "blocked"},
                                                               {"annule", "dropped"}, {"cancelled", "dropped"}, {"canceled", "dropped"}};

static const char *our_word(struct jl_ingest *in, const struct jl_field *field, const char *text) {
  const char *folded = field->kind == JL_KIND_ENUM ? jl_text_fold(in->row_arena, text) : NULL;
  for (size_t i = 0; folded != NULL && i < JL_COUNT(synonyms); i++)
    if (strcmp(folded, synonyms[i].word) == 0 && jl_enum_by_text(field->enumeration, synonyms[i].text) != NULL) return synonyms[i].text;
  return NULL;
}

static bool as_typed(struct jl_ingest_record *r, const struct jl_field *field, const char *text, int column, const char *slot, struct jl_value *ret, struct jl_error *err) {
  struct jl_input input = r->in->input;
  char currency[4];
  if (field->kind == JL_KIND_MONEY || field->kind == JL_KIND_FRACTION) input.unit = unit_of(r, field);
  if (field->kind == JL_KIND_CURRENCY && jl_currency_written(text, strlen(text), currency) && !jl_currency_is_shared(currency)) {
    text = jl_arena_strdup(r->in->row_arena, currency);
    if (text == NULL) return jl_ingest_no_memory(err);
  }
  if (jl_input_value(&input, field, text, ret, err)) return true;
  if ((field->kind == JL_KIND_DATE || field->kind == JL_KIND_TIME) && jl_date_no_such_day(text, strlen(text)))
    return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\": there is no day {2}"), JL_MSG("correct it"), jl_arg_text(title_of(r->in, column, slot)), jl_arg_text(text));
  const char *ours = our_word(r->in, field, text);
  if (ours != NULL) return jl_input_value(&input, field, ours, ret, err);
  struct jl_error why = *err;
  return jl_fail(err, why.code, JL_MSG("column \"{4}\": \"{1}\" is no value for {5}"), why.hint, why.args[0], why.args[1], why.args[2], jl_arg_text(title_of(r->in, column, slot)), jl_arg_label(field->label));
}

/* A long text stays as it is, with the blanks around it, but for the ends of lines, which are line feeds; blanks alone are none. */
static const char *long_text(struct jl_arena *a, const struct jl_table_cell *cell) {
  const char *trimmed = jl_ingest_trimmed(a, cell);
  char *text = trimmed == NULL ? NULL : jl_arena_strndup(a, cell->text, trimmed[0] == '\0' ? 0 : cell->size);
  size_t n = 0;
  for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
    if (text[i] == '\r' && text[i + 1] == '\n') continue;
    text[n++] = (char)(text[i] == '\r' ? '\n' : text[i]);
  }
  if (text != NULL) text[n] = '\0';
  return text;
}

static bool one_value(struct jl_ingest_record *r, const struct jl_field *field, const struct jl_table_cell *cell, int column, const char *slot, struct jl_value *ret, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  bool date = column >= 0 && in->found->columns[column].kind == JL_COLUMN_DATE && (field->kind == JL_KIND_DATE || field->kind == JL_KIND_TIME);
  if (takes_numbers(field) && is_number(in, cell, column)) return number_value(r, field, cell, column, slot, ret, err);
  if (date && cell->state == JL_CELL_BAD) return jl_reader_bad(in->reader, cell, (size_t)column, err);
  if (date) {
    ret->number = cell->moment.day;
    if (field->kind == JL_KIND_TIME) ret->number = cell->moment.day * DAY_US + (cell->moment.seconds > 0 ? cell->moment.seconds : 0) * INT64_C(1000000);
    return true;
  }
  const char *text = field->kind == JL_KIND_LONG_TEXT ? long_text(in->row_arena, cell) : jl_ingest_trimmed(in->row_arena, cell);
  return text == NULL ? jl_ingest_no_memory(err) : as_typed(r, field, text, column, slot, ret, err);
}

/* ---- lists and references ---- */
static bool put_name(struct jl_ingest_record *r, const struct jl_field *field, const char *text, const char *slot, struct jl_value *values, size_t *io_n, struct jl_error *err) {
  const struct jl_record_state *found;
  if (!jl_ingest_find(r->in, slot, field, text, &found, err)) return false;
  if (found != NULL) values[(*io_n)++].id = found->id;
  return true;
}

/* "K1 Conversion, K2 Calls": a title may have commas itself, so what separates is one before a reference. */
static char *next_named(char **io_rest) {
  char *word = *io_rest, *at = word;
  const struct jl_record_type *type;
  uint64_t number;
  while (at != NULL && (at = strstr(at, ", ")) != NULL) {
    size_t size = jl_reference_scan(at + 2, &type, &number);
    if (size > 0 && type != NULL && (at[2 + size] == ' ' || at[2 + size] == ',' || at[2 + size] == '\0')) break;
    at++;
  }
  *io_rest = at == NULL ? NULL : at + 2;
  if (at != NULL) *at = '\0';
  return word;
}

static bool is_named(const struct jl_field *field, const char *text) {
  const struct jl_record_type *type = NULL;
  uint64_t number;
  size_t size = field->kind == JL_KIND_REFERENCE ? jl_reference_scan(text, &type, &number) : 0;
  return size > 0 && type != NULL && text[size] == ' ';
}

/* "SEO; SEA": separated by semicolons or line feeds, by commas where there is none of these. */
static bool list_value(struct jl_ingest_record *r, const struct jl_field *field, const struct jl_table_cell *cell, int column, const char *slot, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  struct jl_value *values = jl_arena_array(in->row_arena, LIST_MAX, sizeof *values);
  char *text = jl_ingest_trimmed(in->row_arena, cell), *rest = text;
  const char *separators = text != NULL && strpbrk(text, ";\n") != NULL ? ";\n" : ",";
  size_t n = 0;
  if (values == NULL || text == NULL) return jl_ingest_no_memory(err);
  bool named = separators[0] == ',' && is_named(field, text);
  for (char *word; (word = named ? next_named(&rest) : strsep(&rest, separators)) != NULL;) {
    const struct jl_table_cell part = {.state = JL_CELL_VALUE, .text = word, .size = strlen(word), .line = cell->line};
    const char *one = jl_ingest_trimmed(in->row_arena, &part);
    if (one == NULL) return jl_ingest_no_memory(err);
    if (one[0] == '\0') continue;
    if (n == LIST_MAX) return bad(in, cell, column, slot, JL_MSG("column \"{1}\": there are too many values"), NULL, err);
    if (field->kind == JL_KIND_REFERENCE ? !put_name(r, field, one, slot, values, &n, err) : !as_typed(r, field, one, column, slot, &values[n++], err)) return false;
  }
  *ret_slice = n == 0 ? (struct jl_bytes){NULL, 0} : jl_values_encode(in->row_arena, field, values, n);
  return n == 0 || ret_slice->data != NULL || jl_ingest_no_memory(err);
}

bool jl_ingest_value(struct jl_ingest_record *r, const struct jl_field *field, const struct jl_table_cell *cell, int column, const char *slot, struct jl_bytes *ret_slice,
                     struct jl_error *err) {
  struct jl_value value = {0};
  bool words = field->kind == JL_KIND_TEXT || field->kind == JL_KIND_LONG_TEXT;
  *ret_slice = (struct jl_bytes){NULL, 0};
  if (cell->state == JL_CELL_NONE || (!words && jl_no_value(cell->text, cell->size))) return true;
  if (r->in->notes && field->kind != JL_KIND_REFERENCE) return true;
  if (field->repeated) return list_value(r, field, cell, column, slot, ret_slice, err);
  if (field->kind == JL_KIND_REFERENCE) {
    size_t n = 0;
    const char *text = jl_ingest_trimmed(r->in->row_arena, cell);
    if (text == NULL) return jl_ingest_no_memory(err);
    if (text[0] == '\0') return true;
    if (!put_name(r, field, text, slot, &value, &n, err)) return false;
    if (n == 0) return true;
  } else {
    if (!one_value(r, field, cell, column, slot, &value, err)) return false;
    if (words && value.text.size == 0) return true;
  }
  *ret_slice = jl_value_encode(r->in->row_arena, field, &value);
  return ret_slice->data != NULL || jl_ingest_no_memory(err);
}

/* ---- what a source asks of a row ---- */
static const struct jl_table_cell none = {.text = ""};

const struct jl_table_cell *jl_ingest_cell(const struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot) {
  const struct jl_slot *s = jl_ingest_slot(in, slot);
  if (s == NULL) return &none;
  return s->column >= 0 ? &row->cells[s->column] : s->is_set ? &s->set : &none;
}

const char *jl_ingest_words(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot) { return jl_ingest_trimmed(in->row_arena, jl_ingest_cell(in, row, slot)); }

bool jl_ingest_day(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, bool *ret_has, int32_t *ret_day, struct jl_error *err) {
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, slot);
  int column = jl_ingest_column(in, slot);
  *ret_has = cell->state != JL_CELL_NONE && !jl_no_value(cell->text, cell->size);
  if (!*ret_has) return true;
  if (cell->state == JL_CELL_BAD) in->bad_column = title_of(in, column, slot);
  if (cell->state == JL_CELL_BAD) return jl_reader_bad(in->reader, cell, (size_t)column, err);
  if (column < 0 || in->found->columns[column].kind == JL_COLUMN_DATE) {
    *ret_day = cell->moment.day;
    return true;
  }
  const char *text = jl_ingest_trimmed(in->row_arena, cell);
  return text == NULL ? jl_ingest_no_memory(err) : jl_input_date(&in->input, text, ret_day, err);
}

static bool cell_number(struct jl_ingest *in, const struct jl_table_cell *cell, int column, const char *slot, int decimals, bool *ret_has, int64_t *ret, struct jl_error *err) {
  *ret_has = cell->state != JL_CELL_NONE && !jl_no_value(cell->text, cell->size);
  if (!*ret_has) return true;
  if (column < 0 || is_number(in, cell, column)) return scaled(in, cell, column, slot, decimals, ret, err);
  const char *text = jl_ingest_trimmed(in->row_arena, cell);
  return text == NULL ? jl_ingest_no_memory(err) : jl_input_decimal(text, decimals, ret, err);
}

bool jl_ingest_number(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, int decimals, bool *ret_has, int64_t *ret_scaled, struct jl_error *err) {
  return cell_number(in, jl_ingest_cell(in, row, slot), jl_ingest_column(in, slot), slot, decimals, ret_has, ret_scaled, err);
}

bool jl_ingest_cell_number(struct jl_ingest *in, const struct jl_table_cell *cell, size_t column, int decimals, bool *ret_has, int64_t *ret_scaled, struct jl_error *err) {
  return cell_number(in, cell, (int)column, "", decimals, ret_has, ret_scaled, err);
}

bool jl_ingest_money(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, bool *ret_has, int64_t *ret_minor, struct jl_error *err) {
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, slot), *named = jl_ingest_cell(in, row, "currency");
  int column = jl_ingest_column(in, slot);
  struct jl_table_cell with = *cell;
  if (cell->state == JL_CELL_VALUE && named->state == JL_CELL_VALUE && with.currency[0] == '\0') (void)jl_currency_written(named->text, named->size, with.currency);
  if (cell->state != JL_CELL_NONE && (!no_percentage(in, cell, column, slot, err) || !same_currency(in, &with, column, slot, in->input.currency, err))) return false;
  return cell_number(in, cell, column, slot, digits_of(in->input.currency), ret_has, ret_minor, err);
}

bool jl_ingest_cell_money(struct jl_ingest *in, const struct jl_table_cell *cell, size_t column, bool *ret_has, int64_t *ret_minor, struct jl_error *err) {
  if (cell->state != JL_CELL_NONE && (!no_percentage(in, cell, (int)column, "", err) || !same_currency(in, cell, (int)column, "", in->input.currency, err))) return false;
  return cell_number(in, cell, (int)column, "", digits_of(in->input.currency), ret_has, ret_minor, err);
}

/* What kind of values a column has, its decimal mark and the order of its dates: each decided once, for the whole column, by what can only
 * be read one way; where nothing decides, by the other columns of the file, which the same program wrote, and if these say nothing by a
 * question. */
#include "client/table/parts.h"
#include "common/base/text.h"
#include <string.h>

#define EXAMPLE 48
#define SLIPS 10 /* so many times as many values decide against those that say otherwise */
struct example { size_t line; char text[EXAMPLE]; };

struct jl_column_seen {
  uint64_t values, missing, bounds, numbers, comma, point, differs, percent, money, padded, named, dates, day, month, date_differs, compact, impossible /* 31/02/2026 */, serials, sheet_numbers;
  struct example of_comma, of_point, of_differs, of_day, of_month, of_date_differs, of_serial, no_number, no_date;
  struct jl_currency_seen currencies[JL_CURRENCIES]; /* named: values that name one. What few of them name is not said of the others */
};

struct jl_column_seen *jl_columns_begin(struct jl_arena *a, size_t count) { return jl_arena_array(a, count + 1, sizeof(struct jl_column_seen)); }

static void keep(struct example *e, const struct jl_raw_cell *cell) {
  if (e->line != 0) return;
  e->line = cell->line;
  size_t n = cell->size < EXAMPLE - 1 ? cell->size : EXAMPLE - 1;
  while (n > 0 && n < cell->size && ((unsigned char)cell->text[n] & 0xc0) == 0x80) n--;
  memcpy(e->text, cell->text, n);
}

static void count(uint64_t *n, bool is, struct example *e, const struct jl_raw_cell *cell) {
  if (!is) return;
  (*n)++;
  keep(e, cell);
}

static void take_currency(struct jl_column_seen *s, const char code[4], size_t line) {
  size_t i = 0;
  while (i < JL_CURRENCIES && s->currencies[i].line != 0 && strcmp(s->currencies[i].code, code) != 0) i++;
  if (i == JL_CURRENCIES || s->currencies[i].line != 0) return;
  memcpy(s->currencies[i].code, code, 4);
  s->currencies[i].line = line;
}

static void take_number(struct jl_column_seen *s, const struct jl_raw_cell *cell) {
  struct jl_number_seen seen;
  struct jl_decimal whole;
  struct jl_moment_seen moment;
  if (!jl_number_look(cell->text, cell->size, &seen)) {
    keep(&s->no_number, cell);
    return;
  }
  s->numbers++;
  s->bounds += seen.bound != 0;
  s->percent += seen.percent;
  s->money += seen.money;
  s->padded += seen.padded && !seen.percent && !seen.money;
  if (seen.currency[0] != '\0') {
    s->named++;
    take_currency(s, seen.currency, cell->line);
  }
  if (cell->form == JL_FORM_NUMBER) {
    s->sheet_numbers++;
  } else {
    count(&s->comma, seen.comma && !seen.point, &s->of_comma, cell);
    count(&s->point, seen.point && !seen.comma, &s->of_point, cell);
    count(&s->differs, seen.differs, &s->of_differs, cell);
  }
  bool serial = !seen.differs && jl_number_read(cell->text, cell->size, '.', &whole) && whole.digits >= 0 && jl_date_serial(whole.digits, whole.scale, false, &moment) && moment.day > 7000 && moment.day < 47000;
  count(&s->serials, serial, &s->of_serial, cell); /* 1989 to 2098 */
}

static void take_date(struct jl_column_seen *s, const struct jl_raw_cell *cell) {
  struct jl_date_seen seen;
  if (!jl_date_look(cell->text, cell->size, &seen)) {
    keep(&s->no_date, cell);
    s->impossible += jl_date_no_such_day(cell->text, cell->size);
    return;
  }
  s->dates++;
  s->compact += seen.compact;
  count(&s->day, seen.day_first && !seen.month_first, &s->of_day, cell);
  count(&s->month, seen.month_first && !seen.day_first, &s->of_month, cell);
  count(&s->date_differs, seen.differs, &s->of_date_differs, cell);
}

void jl_columns_take(struct jl_column_seen *seen, const struct jl_raw_row *row, size_t columns) {
  for (size_t i = 0; i < columns; i++) {
    static const struct jl_raw_cell none = {"", 0, 0, JL_FORM_TEXT};
    const struct jl_raw_cell *cell = i < row->count ? &row->cells[i] : &none;
    if (jl_no_value(cell->text, cell->size)) {
      seen[i].missing++;
      continue;
    }
    seen[i].values++;
    take_number(&seen[i], cell);
    take_date(&seen[i], cell);
  }
}

/* ---- decisions ---- */
static enum jl_column_kind kind_of(const struct jl_column *c, const struct jl_column_seen *s) {
  enum jl_column_kind expected = c->field != NULL ? c->field->kind : c->kind;
  uint64_t dates = s->dates - s->compact;
  if (s->values == 0) return JL_COLUMN_EMPTY;
  if (expected == JL_COLUMN_TEXT) return JL_COLUMN_TEXT;
  if (expected == JL_COLUMN_DATE && ((s->dates + s->impossible) * 2 > s->values || s->serials == s->values)) return JL_COLUMN_DATE;
  if (dates * 10 >= s->values * 9) return JL_COLUMN_DATE;
  bool one_slip = s->values > 3 && s->numbers + 1 == s->values, signs = (s->money + s->percent) * 2 > s->values;
  bool numeric = expected == JL_COLUMN_NUMBER || expected == JL_COLUMN_MONEY || expected == JL_COLUMN_PERCENT || one_slip || signs;
  if (s->numbers * 10 < s->values * (numeric ? 5 : 9) || (s->padded > 0 && expected != JL_COLUMN_NUMBER && expected != JL_COLUMN_MONEY && expected != JL_COLUMN_PERCENT)) return JL_COLUMN_TEXT;
  if (s->percent > 0) return JL_COLUMN_PERCENT;
  return s->money > 0 || expected == JL_COLUMN_MONEY ? JL_COLUMN_MONEY : JL_COLUMN_NUMBER;
}

static bool has_numbers(const struct jl_column *c) { return c->kind == JL_COLUMN_NUMBER || c->kind == JL_COLUMN_MONEY || c->kind == JL_COLUMN_PERCENT; }

static struct jl_arg read_as(struct jl_reading_of *r, const char *text, char mark) {
  struct jl_decimal d;
  int64_t millionths;
  (void)r;
  if (!jl_number_read(text, strlen(text), mark, &d) || !jl_decimal_scaled(d, 6, &millionths)) return jl_arg_text(text);
  return jl_arg_fraction(millionths, "");
}

static struct jl_arg date_as(const char *text, enum jl_date_order order) {
  struct jl_moment_seen m;
  return jl_date_read(text, strlen(text), order, &m) ? jl_arg_date(m.day) : jl_arg_text(text);
}

static void ask_mark(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s, bool both) {
  const struct example *e = both ? &s->of_comma : &s->of_differs;
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)e->line), jl_arg_text(e->text), jl_arg_text(s->of_point.text)};
  struct jl_question *q = both ? jl_question_add(r, "decimal", JL_MSG("column \"{1}\", line {2}: \"{3}\" has a decimal comma, \"{4}\" a decimal point; which holds?"), args, 4)
                               : jl_question_add(r, "decimal", JL_MSG("column \"{1}\", line {2}: is the comma or point of \"{3}\" decimal, or between thousands?"), args, 3);
  c->undecided = true;
  const struct example *other = both ? &s->of_point : e, *either = s->of_differs.line != 0 ? &s->of_differs : NULL;
  jl_question_candidate(q, "comma", read_as(r, either != NULL ? either->text : e->text, ','));
  jl_question_candidate(q, "point", read_as(r, either != NULL ? either->text : other->text, '.'));
}

static void ask_order(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s, bool both) {
  const struct example *e = both ? &s->of_day : &s->of_date_differs;
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)e->line), jl_arg_text(e->text), jl_arg_text(s->of_month.text)};
  struct jl_question *q = both ? jl_question_add(r, "date-order", JL_MSG("column \"{1}\", line {2}: \"{3}\" has the day first, \"{4}\" the month; which holds?"), args, 4)
                               : jl_question_add(r, "date-order", JL_MSG("column \"{1}\", line {2}: what stands first in \"{3}\", the day or the month?"), args, 3);
  c->undecided = true;
  const struct example *other = both ? &s->of_month : e, *either = s->of_date_differs.line != 0 ? &s->of_date_differs : NULL; /* what either makes of a day that both can read */
  jl_question_candidate(q, "day", date_as(either != NULL ? either->text : e->text, JL_ORDER_DAY));
  jl_question_candidate(q, "month", date_as(either != NULL ? either->text : other->text, JL_ORDER_MONTH));
}

static void ask_serial(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s) {
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)s->of_serial.line), jl_arg_text(s->of_serial.text)};
  struct jl_question *q = jl_question_add(r, "date-order", JL_MSG("column \"{1}\", line {2}: is \"{3}\" the serial number of a day?"), args, 3);
  c->undecided = true;
  jl_question_candidate(q, "serial", date_as(s->of_serial.text, JL_ORDER_SERIAL));
  jl_question_candidate(q, "serial-1904", date_as(s->of_serial.text, JL_ORDER_SERIAL_1904));
}

static char given_mark(const struct jl_reader_options *o) { return o->decimal == NULL ? '\0' : o->decimal[0] == 'c' || o->decimal[0] == ',' ? ',' : '.'; }

static enum jl_date_order given_order(const struct jl_reader_options *o) {
  static const struct { const char *name; enum jl_date_order order; } names[] = {
      {"day", JL_ORDER_DAY}, {"dmy", JL_ORDER_DAY}, {"month", JL_ORDER_MONTH}, {"mdy", JL_ORDER_MONTH}, {"serial", JL_ORDER_SERIAL}, {"serial-1904", JL_ORDER_SERIAL_1904}};
  for (size_t i = 0; o->date_order != NULL && i < JL_COUNT(names); i++)
    if (strcmp(names[i].name, o->date_order) == 0) return names[i].order;
  return JL_ORDER_NONE;
}

static bool good_answers(const struct jl_reader_options *o, struct jl_error *err) {
  if (o->decimal != NULL && strcmp(o->decimal, "comma") != 0 && strcmp(o->decimal, "point") != 0 && strcmp(o->decimal, ",") != 0 && strcmp(o->decimal, ".") != 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--decimal {1}: it is comma or point"), NULL, jl_arg_text(o->decimal));
  if (o->date_order != NULL && given_order(o) == JL_ORDER_NONE)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--date-order {1}: it is one of day, month, serial, serial-1904"), NULL, jl_arg_text(o->date_order));
  return true;
}

/* The one mark (order) of all columns that decided it themselves; 0: none did, or they differ. */
static int common(const struct jl_table_found *f, bool dates, const char **ret_by) {
  int one = 0;
  for (size_t i = 0; i < f->column_count; i++) {
    const struct jl_column *c = &f->columns[i];
    int own = dates ? (c->kind == JL_COLUMN_DATE ? (int)c->order : 0) : has_numbers(c) ? c->mark : 0;
    if (own == 0) continue;
    if (one != 0 && one != own) return 0;
    if (one == 0) *ret_by = c->title;
    one = own;
  }
  return one;
}

static void decide_order(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s) {
  enum jl_date_order order = given_order(r->options);
  if (s->dates < s->values && s->serials + s->dates == s->values && s->serials > 0) {
    c->order = order;
    if (order == JL_ORDER_NONE) ask_serial(r, c, s);
    return;
  }
  bool needs = s->day + s->month + s->date_differs > 0;
  bool day = s->day > s->month * SLIPS, month = s->month > s->day * SLIPS; /* a slip of the pen rejects its row, not the file */
  c->order = !needs ? JL_ORDER_NONE : order != JL_ORDER_NONE ? order : day ? JL_ORDER_DAY : month ? JL_ORDER_MONTH : JL_ORDER_NONE;
  if (needs && order == JL_ORDER_NONE && !day && !month && s->day + s->month > 0) ask_order(r, c, s, true);
}

static void decide_alone(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s) {
  char mark = given_mark(r->options);
  c->kind = kind_of(c, s);
  c->values = s->values;
  c->missing = s->missing;
  c->bounds = s->bounds;
  bool several = s->currencies[1].line != 0;
  if (c->currency[0] == '\0' && !several && s->named * 2 > s->values) memcpy(c->currency, s->currencies[0].code, sizeof c->currency);
  if (several) memcpy(c->currencies, s->currencies, sizeof c->currencies);
  c->unnamed = several ? s->numbers - s->named : 0;
  if (has_numbers(c)) {
    bool needs = s->comma + s->point + s->differs > 0;
    c->mark = !needs ? '\0' : mark != '\0' ? mark : s->comma > 0 && s->point == 0 ? ',' : s->point > 0 && s->comma == 0 ? '.' : '\0';
    if (needs && mark == '\0' && s->comma > 0 && s->point > 0) ask_mark(r, c, s, true);
  }
  if (c->kind == JL_COLUMN_DATE) decide_order(r, c, s);
}

static void decide_together(struct jl_reading_of *r, struct jl_column *c, const struct jl_column_seen *s, int mark, const char *mark_by, int order, const char *order_by) {
  if (has_numbers(c) && c->mark == '\0' && s->differs > 0 && !c->undecided) {
    c->mark = (char)mark;
    c->decided_by = mark_by;
    if (mark == 0) ask_mark(r, c, s, false);
  }
  if (c->kind == JL_COLUMN_DATE && c->order == JL_ORDER_NONE && s->date_differs > 0 && !c->undecided) {
    c->order = (enum jl_date_order)order;
    c->decided_by = order_by;
    if (order == 0) ask_order(r, c, s, false);
  }
}

/* What the decision makes of the values that it does not fit. */
static void count_bad(struct jl_column *c, const struct jl_column_seen *s) {
  const struct example *first = NULL;
  if (has_numbers(c)) {
    c->bad = s->values - s->numbers + (c->mark == ',' ? s->point : c->mark == '.' ? s->comma : 0);
    first = s->values > s->numbers ? &s->no_number : c->mark == ',' ? &s->of_point : &s->of_comma;
  } else if (c->kind == JL_COLUMN_DATE && c->order != JL_ORDER_SERIAL && c->order != JL_ORDER_SERIAL_1904) {
    c->bad = s->values - s->dates + (c->order == JL_ORDER_DAY ? s->month : c->order == JL_ORDER_MONTH ? s->day : 0);
    first = s->values > s->dates ? &s->no_date : c->order == JL_ORDER_DAY ? &s->of_month : &s->of_day;
  }
  if (c->undecided) c->bad = 0;
  if (c->bad > 0) c->bad_line = first->line;
}

bool jl_columns_decide(struct jl_reading_of *r, struct jl_column_seen *seen, struct jl_error *err) {
  struct jl_table_found *f = r->found;
  const char *mark_by = NULL, *order_by = NULL;
  if (!good_answers(r->options, err)) return false;
  for (size_t i = 0; i < f->column_count; i++) decide_alone(r, &f->columns[i], &seen[i]);
  int mark = common(f, false, &mark_by), order = common(f, true, &order_by);
  for (size_t i = 0; i < f->column_count; i++) {
    decide_together(r, &f->columns[i], &seen[i], mark, mark_by, order, order_by);
    count_bad(&f->columns[i], &seen[i]);
  }
  return !jl_arena_full(r->arena) || jl_table_no_memory(err);
}

/* ---- one cell, as its column was decided ---- */
static void read_number(const struct jl_column *c, const struct jl_raw_cell *raw, struct jl_table_cell *ret) {
  struct jl_number_seen seen;
  char mark = raw->form == JL_FORM_NUMBER || c->mark == '\0' ? '.' : c->mark;
  ret->state = JL_CELL_BAD;
  if (!jl_number_look(raw->text, raw->size, &seen)) return;
  memcpy(ret->currency, seen.currency, sizeof ret->currency);
  if (seen.bound != 0)
    ret->state = JL_CELL_BOUND;
  else if (jl_number_read(raw->text, raw->size, mark, &ret->number))
    ret->state = JL_CELL_VALUE;
}

void jl_cell_read(const struct jl_table_found *f, const struct jl_column *c, const struct jl_raw_cell *raw, struct jl_table_cell *ret) {
  bool armed = f->own && jl_text_armed(raw->text, raw->size);
  *ret = (struct jl_table_cell){.state = JL_CELL_NONE, .text = raw->text + armed, .size = raw->size - armed, .line = raw->line};
  if (c->kind == JL_COLUMN_TEXT || c->kind == JL_COLUMN_EMPTY) {
    ret->state = raw->size > 0 ? JL_CELL_VALUE : JL_CELL_NONE;
  } else if (!jl_no_value(raw->text, raw->size)) {
    if (c->kind == JL_COLUMN_DATE)
      ret->state = jl_date_read(raw->text, raw->size, c->order, &ret->moment) ? JL_CELL_VALUE : JL_CELL_BAD;
    else
      read_number(c, raw, ret);
  }
}

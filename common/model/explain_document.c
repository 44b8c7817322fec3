/* The explanation of a figure as a document: which cell was meant, and the tree as rows. */
#include "common/base/calendar.h"
#include "common/model/explain_tree.h"
#include "common/model/view_support.h"
#include <string.h>

static const struct {
  const char *text, *label, *rounding;
} operations[] = {
    [JL_WHY_FIELD] = {"field", JL_MSG("field"), ""},
    [JL_WHY_CONSTANT] = {"constant", JL_MSG("constant"), ""},
    [JL_WHY_SUM] = {"sum", JL_MSG("sum"), ""},
    [JL_WHY_DIFFERENCE] = {"difference", JL_MSG("difference"), ""},
    [JL_WHY_PRODUCT] = {"product", JL_MSG("product"), "half-even"},
    [JL_WHY_RATIO] = {"ratio", JL_MSG("ratio"), "half-even"},
    [JL_WHY_PROPORTION] = {"proportion", JL_MSG("proportion"), "half-even"},
    [JL_WHY_SCALED] = {"scaled", JL_MSG("times those marked, divided by the others"), "half-even"},
    [JL_WHY_ROUNDED_UP] = {"rounded-up", JL_MSG("ratio, rounded up"), "up"},
    [JL_WHY_PORTION] = {"portion", JL_MSG("part by weight"), "largest-remainder"},
    [JL_WHY_COUNT] = {"count", JL_MSG("number of"), ""},
    [JL_WHY_MINIMUM] = {"minimum", JL_MSG("lowest of"), ""},
    [JL_WHY_MAXIMUM] = {"maximum", JL_MSG("highest of"), ""},
    [JL_WHY_CHOICE] = {"choice", JL_MSG("choice"), ""},
    [JL_WHY_LAST] = {"last", JL_MSG("last of"), ""},
    [JL_WHY_NET] = {"net", JL_MSG("excl. VAT"), "half-up"},
    [JL_WHY_GROSS] = {"gross", JL_MSG("incl. VAT"), "half-up"},
    [JL_WHY_VAT_SHARE] = {"vat-share", JL_MSG("share of VAT"), "half-up"},
    [JL_WHY_COMPARED] = {"compared", JL_MSG("comparison"), ""},
    [JL_WHY_UNDEFINED] = {"undefined", JL_MSG("undefined"), ""},
    [JL_WHY_RESTS_ON] = {"rests-on", JL_MSG("rests on"), ""},
    [JL_WHY_REST] = {"rest", JL_MSG("not listed"), ""},
};

/* ---- which cell ---- */
static bool part(const char **at, char until, uint64_t *ret_number) {
  char digits[20] = "";
  size_t size = strcspn(*at, ".");
  if ((*at)[size] != until || size >= sizeof digits) return false;
  memcpy(digits, *at, size);
  *at += size + (until != '\0');
  return jl_view_number(digits, ret_number);
}

static bool amount(const char *text, uint64_t otherwise, uint64_t most, uint64_t *ret, struct jl_error *err) {
  *ret = otherwise;
  if (text == NULL || (jl_view_number(text, ret) && *ret <= most)) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no number of operands"), JL_MSG("at most {2}"), jl_arg_text(text), jl_arg_integer((int64_t)most));
}

struct jl_explanation *jl_explanation_new(struct jl_arena *a, const char *cell, const char *operands, const char *first, struct jl_error *err) {
  struct jl_explanation *e = jl_arena_alloc(a, sizeof *e);
  uint64_t block = 0, row = 0, column = 0;
  if (e == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
    return NULL;
  }
  *e = (struct jl_explanation){.last = SIZE_MAX};
  const char *at = cell;
  bool named = part(&at, '.', &block) && (*at == 'r' || *at == 't');
  e->total = named && *at++ == 't';
  named = named && part(&at, '.', &row) && part(&at, '\0', &column) && block < SIZE_MAX && column < SIZE_MAX;
  if (!named) (void)jl_fail(err, JL_E_INVALID, JL_MSG("{1} names no cell"), JL_MSG("block, row and column in numbers, as in 0.r3.2"), jl_arg_text(cell));
  if (!named || !amount(operands, JL_WHY_OPERANDS, JL_WHY_OPERANDS, &e->operands, err) || !amount(first, 0, INT64_MAX, &e->first, err)) return NULL;
  e->block = (size_t)block;
  e->row = row;
  e->column = (size_t)column;
  e->name = cell;
  return e;
}

/* ---- the document ---- */
static struct jl_arg arg_of(const Jalon__Cell *cell) {
  struct jl_arg arg = jl_arg_text(cell->text);
  if (cell->words != NULL && cell->words->n_arguments > 0 && cell->alternative != NULL) return jl_arg_text(cell->alternative); /* one argument has no room for others */
  if (cell->words != NULL && cell->words->n_arguments == 0 && cell->words->message != NULL) return jl_arg_label(cell->words->message);
  arg.kind = cell->has_kind ? (enum jl_arg_kind)cell->kind : JL_ARG_NONE;
  arg.number = cell->number;
  return arg;
}

static struct jl_arg column_label(const struct jl_explanation *e) {
  const Jalon__Column *column = e->of_block->columns[e->column];
  bool labelled = column->label != NULL && column->label[0] != '\0', data = column->has_label_is_text && column->label_is_text;
  return !labelled ? jl_arg_text(column->name) : data ? jl_arg_text(column->label) : jl_arg_label(column->label);
}

static const char *kind_text(enum jl_arg_kind kind) {
  static const char *const kinds[] = {[JL_ARG_TEXT] = "text",   [JL_ARG_INTEGER] = "integer", [JL_ARG_MONEY] = "money",     [JL_ARG_FRACTION] = "fraction",
                                      [JL_ARG_DATE] = "date",   [JL_ARG_TIME] = "time",       [JL_ARG_LABEL] = "label",     [JL_ARG_BYTES] = "bytes",
                                      [JL_ARG_SHARE] = "share", [JL_ARG_BOOL] = "boolean",    [JL_ARG_REVISION] = "revision"};
  return (size_t)kind < JL_COUNT(kinds) && kinds[kind] != NULL ? kinds[kind] : "";
}

/* What has no title is told apart by its day. */
static bool day_of(const struct jl_record *record, struct jl_arg *ret_day) {
  if (jl_title_field(record->type) != NULL) return false;
  for (size_t i = 0; i < record->type->field_count; i++) {
    const struct jl_field *field = &record->type->fields[i];
    if (field->kind != JL_KIND_DATE || !jl_record_has(record->body, field->number)) continue;
    *ret_day = jl_arg_date(jl_record_number(record->body, field, 0));
    return true;
  }
  return false;
}

/* "B3 Chat plug-in: planned", "M3, 25 Nov 2026: value"; the field's name alone where the one above is about the same record. */
static void record_cell(const struct jl_view_input *in, struct jl_builder *b, const struct jl_explanation *e, const struct jl_node *node) {
  struct jl_arg args[] = {jl_arg_text(jl_record_caption(b, in->space, node->record)), jl_arg_label(node->field != NULL ? node->field->label : ""),
                          {.kind = JL_ARG_NONE}};
  bool known = node->parent != SIZE_MAX && e->nodes[node->parent].record == node->record, dated = day_of(node->record, &args[2]);
  if (args[1].text[0] == '\0')
    jl_cell_words(b, dated ? JL_MSG("{1}, {3}") : JL_MSG("{1}"), args, 3);
  else if (known)
    jl_cell_words(b, node->empty ? JL_MSG("{2}, not entered") : JL_MSG("{2}"), args, 3);
  else if (dated)
    jl_cell_words(b, node->empty ? JL_MSG("{1}, {3}: {2}, not entered") : JL_MSG("{1}, {3}: {2}"), args, 3);
  else
    jl_cell_words(b, node->empty ? JL_MSG("{1}: {2}, not entered") : JL_MSG("{1}: {2}"), args, 3);
}

static void what_cell(const struct jl_view_input *in, struct jl_builder *b, const struct jl_explanation *e, const struct jl_node *node) {
  const struct jl_arg count = jl_arg_integer((int64_t)node->count);
  bool known = node->parent != SIZE_MAX && e->nodes[node->parent].record == node->record;
  if (node->operation == JL_WHY_REST)
    jl_cell_words(b, JL_MSG("not listed here: {1}"), &count, 1);
  else if (node->parent == SIZE_MAX) /* its formula stands above */
    jl_cell(b, column_label(e));
  else if (node->record != NULL && (node->formula == NULL || !known))
    record_cell(in, b, e, node);
  else if (node->formula != NULL)
    jl_cell_words(b, node->formula, node->args, node->arg_count);
  else
    jl_cell_label(b, operations[node->operation].label, operations[node->operation].text);
}

/* Words of a field as the field has them: an argument is cut, and knows no spelling for files. */
static void value_cell(const struct jl_view_input *in, struct jl_builder *b, const struct jl_explanation *e, const struct jl_node *node) {
  if (node->parent == SIZE_MAX && node->value.kind == JL_ARG_LABEL && e->of_cell->text != NULL) {
    jl_cell_label(b, e->of_cell->text, e->of_cell->alternative);
    return;
  }
  bool worded = node->value.kind == JL_ARG_NONE || node->value.kind == JL_ARG_LABEL || node->value.kind == JL_ARG_TEXT;
  if (node->operation == JL_WHY_FIELD && node->field != NULL && !node->empty && worded)
    jl_cell_field(b, in->space, in->organisation, node->record, node->field);
  else
    jl_cell(b, node->value);
}

static void file_text(struct jl_builder *b, const char *text) { jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, strlen(text)}); }

static void node_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_explanation *e, size_t i) {
  const struct jl_node *node = &e->nodes[i];
  jl_row_begin(b, node->record, (int)node->level, i == 0 ? JL_ROW_HEADING : node->operation == JL_WHY_REST ? JL_ROW_MUTED : JL_ROW_NORMAL);
  what_cell(in, b, e, node);
  value_cell(in, b, e, node);
  jl_cell(b, jl_arg_integer((int64_t)i));
  jl_cell(b, node->parent == SIZE_MAX ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_integer((int64_t)node->parent));
  file_text(b, operations[node->operation].text);
  file_text(b, operations[node->operation].rounding);
  file_text(b, kind_text(node->value.kind));
  file_text(b, node->value.kind == JL_ARG_MONEY || node->value.kind == JL_ARG_FRACTION ? node->value.text : "");
  file_text(b, node->field != NULL ? node->field->name : "");
  jl_cell(b, node->operation == JL_WHY_REST ? jl_arg_integer((int64_t)node->count) : (struct jl_arg){.kind = JL_ARG_NONE});
  struct jl_arg yes = jl_arg_integer(1);
  yes.kind = JL_ARG_BOOL;
  jl_cell(b, node->taken ? yes : (struct jl_arg){.kind = JL_ARG_NONE});
  file_text(b, i == 0 ? e->name : "");
}

static void columns(struct jl_builder *b, enum jl_arg_kind kind) {
  static const struct {
    const char *name, *label;
    enum jl_arg_kind kind;
  } files[] = {{"node", JL_MSG("node"), JL_ARG_INTEGER},     {"of", JL_MSG("operand of"), JL_ARG_INTEGER}, {"operation", JL_MSG("operation"), JL_ARG_TEXT},
               {"rounding", JL_MSG("rounding"), JL_ARG_TEXT}, {"kind", JL_MSG("kind"), JL_ARG_TEXT},        {"unit", JL_MSG("unit"), JL_ARG_TEXT},
               {"field", JL_MSG("field"), JL_ARG_TEXT},       {"count", JL_MSG("number of"), JL_ARG_INTEGER}, {"taken", JL_MSG("taken"), JL_ARG_BOOL},
               {"cell", JL_MSG("cell"), JL_ARG_TEXT}};
  jl_block_begin(b, JL_BLOCK_TREE, "explanation", NULL);
  jl_column(b, "what", JL_MSG("why"), JL_ARG_TEXT, 0);
  jl_column(b, "value", JL_MSG("value"), kind == JL_ARG_NONE ? JL_ARG_TEXT : kind, 0);
  for (size_t i = 0; i < JL_COUNT(files); i++) jl_column(b, files[i].name, files[i].label, files[i].kind, JL_COLUMN_FILES);
}

static bool is_withheld(const Jalon__Cell *cell) { return cell->kind == JL_ARG_LABEL && cell->text != NULL && strcmp(cell->text, JL_LABEL_WITHHELD) == 0; }

/* A cell that nobody explained: what it was made from, as far as it says. */
static void from_sources(const struct jl_view_input *in, struct jl_builder *b, struct jl_explanation *e, struct jl_arena *a) {
  const Jalon__Cell *cell = e->of_cell;
  size_t n = cell->n_sources;
  if (e->count > 0) return;
  e->nodes = jl_arena_array(a, n + 1, sizeof *e->nodes);
  if (e->nodes == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return;
  }
  e->nodes[e->count++] = (struct jl_node){.parent = SIZE_MAX, .operation = n > 0 ? JL_WHY_RESTS_ON : JL_WHY_CONSTANT, .value = arg_of(cell),
                                          .formula = is_withheld(cell)            ? JL_MSG("not yours to read")
                                                     : n > 0                      ? JL_MSG("rests on these records")
                                                     : cell->kind == JL_ARG_LABEL ? JL_MSG("words of the view itself, of no record")
                                                                                  : JL_MSG("put together by the view, which does not say of what")};
  for (size_t i = 0; i < n; i++) {
    struct jl_id id;
    if (!jl_id_from_bytes((struct jl_bytes){cell->sources[i].data, cell->sources[i].len}, &id)) continue;
    const struct jl_record *record = in->space == NULL ? NULL : jl_replica_record(in->space, &id);
    if (record == NULL && in->organisation != NULL) record = jl_replica_record(in->organisation, &id);
    if (record == NULL || record->type == NULL || (record->type->section != JL_SECTION_DIRECTORY && !jl_view_readable(in, record))) continue;
    e->nodes[e->count++] = (struct jl_node){.parent = 0, .level = 1, .operation = JL_WHY_FIELD, .record = record};
  }
}

static void title(const struct jl_view *view, const struct jl_explanation *e, struct jl_builder *b) {
  const struct jl_arg args[] = {jl_arg_label(view->label), arg_of(e->of_row->cells[0]), column_label(e)};
  jl_builder_title(b, JL_MSG("why: {1}, {2}, {3}"), args, 3);
}

/* The sentence above the tree: the formula, or which field of which record it is. */
static void formula(const struct jl_view_input *in, const struct jl_explanation *e, struct jl_builder *b) {
  const struct jl_node *root = &e->nodes[0];
  jl_block_begin(b, JL_BLOCK_NOTES, "formula", NULL);
  if (root->formula != NULL) {
    jl_note(b, JL_TONE_NONE, root->formula, root->args, root->arg_count);
    return;
  }
  const struct jl_arg args[] = {jl_arg_text(jl_record_caption(b, in->space, root->record)), jl_arg_label(root->field != NULL ? root->field->label : "")};
  jl_note(b, JL_TONE_NONE, root->empty ? JL_MSG("{1}: {2}, not entered") : JL_MSG("{1}: {2}, as it was entered"), args, 2);
}

bool jl_explanation_document(struct jl_explanation *e, const struct jl_view *view, const struct jl_view_input *in, struct jl_builder *b,
                             struct jl_error *err) {
  if (e->of_cell == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("view {1} has no such cell now"), JL_MSG("jalon why {1} lists what can be asked"), jl_arg_text(view->name));
  from_sources(in, b, e, jl_builder_arena(b));
  if (!jl_builder_ok(b)) return true; /* said when it is packed */
  title(view, e, b);
  formula(in, e, b);
  columns(b, e->nodes[0].value.kind);
  for (size_t i = 0; i < e->count; i++) node_row(in, b, e, i);
  return true;
}

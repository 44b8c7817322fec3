#include "common/model/explain.h"
#include "common/base/money.h"
#include "common/model/explain_tree.h"
#include "common/model/view_support.h"
#include <string.h>

bool jl_explanation_row(struct jl_explanation *e, size_t block, bool total, uint64_t row) {
  e->here = false;
  return block == e->block && total == e->total && row == e->row;
}

void jl_explanation_cell(struct jl_explanation *e, const Jalon__Block *block, const Jalon__Row *row, const Jalon__Cell *cell) {
  size_t column = row->n_cells - 1;
  e->here = column == e->column && column < block->n_columns;
  if (!e->here) return;
  e->of_block = block;
  e->of_row = row;
  e->of_cell = cell;
}

bool jl_explaining(const struct jl_builder *b) {
  const struct jl_explanation *e = b == NULL ? NULL : jl_builder_explanation(b);
  return e != NULL && e->here && !jl_builder_withheld(b) && jl_builder_ok(b);
}

void jl_why_asked(const struct jl_builder *b, const void *what) {
  if (jl_builder_explanation(b) != NULL) jl_builder_explanation(b)->asked = what;
}

const void *jl_why_asked_for(const struct jl_builder *b) { return jl_builder_explanation(b) == NULL ? NULL : jl_builder_explanation(b)->asked; }

/* Operands of the open one that are not listed become one: counted, and combined as the open one combines them. */
static void combine(struct jl_open *open, enum jl_operation operation, const struct jl_arg *value) {
  struct jl_rest *rest = &open->rest;
  bool first = rest->count++ == 0, from_first = rest->count == open->operands, fits = true;
  if (first) rest->value = *value;
  if (first || value->kind == JL_ARG_NONE || rest->value.kind == JL_ARG_NONE) return;
  switch (operation) {
  case JL_WHY_SUM: fits = jl_add(rest->value.number, value->number, &rest->value.number); break;
  case JL_WHY_DIFFERENCE: /* the first is what the others are taken from */
    fits = from_first ? !__builtin_sub_overflow(rest->value.number, value->number, &rest->value.number)
                      : jl_add(rest->value.number, value->number, &rest->value.number);
    break;
  case JL_WHY_MINIMUM:
    if (value->number < rest->value.number) rest->value.number = value->number;
    return;
  case JL_WHY_MAXIMUM:
    if (value->number > rest->value.number) rest->value.number = value->number;
    return;
  default: fits = false;
  }
  if (!fits) rest->value.kind = JL_ARG_NONE;
}

static struct jl_node *add(struct jl_builder *b, struct jl_explanation *e) {
  if (e->count == e->capacity) {
    size_t capacity = e->capacity == 0 ? 64 : 2 * e->capacity;
    struct jl_node *nodes = jl_arena_array(jl_builder_arena(b), capacity, sizeof *nodes);
    if (nodes == NULL) {
      jl_builder_fail(b, JL_E_NO_MEMORY);
      return NULL;
    }
    if (e->count > 0) memcpy(nodes, e->nodes, e->count * sizeof *nodes);
    e->nodes = nodes;
    e->capacity = capacity;
  }
  struct jl_node *node = &e->nodes[e->count++];
  *node = (struct jl_node){.level = (uint32_t)e->depth, .parent = e->depth > 0 ? e->open[e->depth - 1].node : SIZE_MAX};
  return node;
}

static void put_rest(struct jl_builder *b, struct jl_explanation *e, struct jl_open *open) {
  struct jl_node *node = open->rest.count == 0 ? NULL : add(b, e);
  if (node == NULL) return;
  node->operation = JL_WHY_REST;
  node->value = open->rest.value;
  node->count = open->rest.count;
  open->rest = (struct jl_rest){0};
}

/* Whether the operand that begins is listed. */
static bool listed(struct jl_builder *b, struct jl_explanation *e, const struct jl_arg *value) {
  struct jl_open *open = e->depth == 0 ? NULL : &e->open[e->depth - 1];
  if (open == NULL) return true;
  uint64_t at = open->operands++;
  bool cut = open->many > e->operands, window = at >= e->first && at - e->first < e->operands;
  bool leads = at == 0 && e->nodes[open->node].operation == JL_WHY_DIFFERENCE;
  window = window || leads;
  bool full = e->count >= JL_NODES_HARD || (open->many > 0 && e->count >= JL_NODES_SOFT && !leads);
  if (full || (cut && !window)) {
    combine(open, e->nodes[open->node].operation, value);
    return false;
  }
  put_rest(b, e, open);
  return true;
}

static struct jl_node *begin(struct jl_builder *b, struct jl_explanation *e, enum jl_operation operation, const struct jl_arg *value) {
  e->last = SIZE_MAX;
  if (e->muted > 0 || !listed(b, e, value)) return NULL;
  if (e->depth == 0) e->count = 0; /* another one at the top replaces it */
  struct jl_node *node = add(b, e);
  if (node == NULL) return NULL;
  node->operation = operation;
  node->value = *value;
  e->last = e->count - 1;
  return node;
}

bool jl_why_begin_words(struct jl_builder *b, enum jl_operation operation, struct jl_arg value, const char *formula, const struct jl_arg *args, int n) {
  if (!jl_explaining(b)) return false;
  struct jl_explanation *e = jl_builder_explanation(b);
  struct jl_node *node = e->depth == JL_NODE_DEPTH ? NULL : begin(b, e, operation, &value);
  if (node == NULL) {
    e->muted++;
    return false;
  }
  node->formula = formula;
  struct jl_arg *kept = n == 0 ? NULL : jl_arena_array(jl_builder_arena(b), (size_t)n, sizeof *kept);
  if (kept != NULL) memcpy(kept, args, (size_t)n * sizeof *kept);
  node->args = kept;
  node->arg_count = kept == NULL ? 0 : n;
  e->open[e->depth++] = (struct jl_open){.node = e->count - 1};
  return true;
}

bool jl_why_begin(struct jl_builder *b, enum jl_operation operation, struct jl_arg value, const char *formula) {
  return jl_why_begin_words(b, operation, value, formula, NULL, 0);
}

void jl_why_end(struct jl_builder *b) {
  if (!jl_explaining(b)) return;
  struct jl_explanation *e = jl_builder_explanation(b);
  if (e->muted > 0) {
    e->muted--;
    e->last = SIZE_MAX;
    return;
  }
  JL_ASSERT(e->depth > 0);
  put_rest(b, e, &e->open[e->depth - 1]);
  e->last = e->open[--e->depth].node;
}

bool jl_why_is_shown(const struct jl_builder *b) { return jl_explaining(b) && jl_builder_explanation(b)->muted == 0; }

/* The open one, when it is written down. */
static struct jl_open *opened(struct jl_builder *b) {
  struct jl_explanation *e = jl_explaining(b) ? jl_builder_explanation(b) : NULL;
  return e == NULL || e->muted > 0 || e->depth == 0 ? NULL : &e->open[e->depth - 1];
}

void jl_why_many(struct jl_builder *b, size_t n) {
  struct jl_open *open = opened(b);
  if (open != NULL) open->many = n;
}

static bool readable(const struct jl_view_input *in, const struct jl_record *record) {
  return record != NULL && record->type != NULL && (record->type->section == JL_SECTION_DIRECTORY || jl_view_readable(in, record));
}

void jl_why_about(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record) {
  struct jl_open *open = opened(b);
  if (open != NULL && readable(in, record)) jl_builder_explanation(b)->nodes[open->node].record = record;
}

void jl_why_taken(struct jl_builder *b) {
  struct jl_explanation *e = jl_explaining(b) ? jl_builder_explanation(b) : NULL;
  if (e != NULL && e->muted == 0 && e->last < e->count) e->nodes[e->last].taken = true;
}

/* The number that stands in a field, or the one that holds where it is empty; texts have none and are shown by the field itself. */
static struct jl_arg value_of(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, const struct jl_field *field,
                              bool has_otherwise, int64_t otherwise) {
  const struct jl_setting s = {b, in->space, in->organisation, record, record->type, field};
  bool numeric = field->kind != JL_KIND_TEXT && field->kind != JL_KIND_LONG_TEXT && field->kind != JL_KIND_REFERENCE && field->kind != JL_KIND_ENUM;
  if (jl_record_has(record->body, field->number)) return jl_arg_slice(&s, record->body, (struct jl_bytes){NULL, 0});
  return has_otherwise && numeric ? jl_arg_number(&s, otherwise) : (struct jl_arg){.kind = JL_ARG_NONE};
}

static void leaf(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t number, bool has_otherwise,
                 int64_t otherwise) {
  const struct jl_field *field = record == NULL || record->type == NULL ? NULL : jl_field_by_number(record->type, number);
  if (!jl_explaining(b) || field == NULL || !readable(in, record)) return;
  struct jl_arg value = value_of(b, in, record, field, has_otherwise, otherwise);
  struct jl_node *node = begin(b, jl_builder_explanation(b), JL_WHY_FIELD, &value);
  if (node == NULL) return;
  node->record = record;
  node->field = field;
  node->empty = !jl_record_has(record->body, number);
}

void jl_why_field(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field) {
  leaf(b, in, record, field, false, 0);
}

void jl_why_field_or(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field, int64_t otherwise) {
  leaf(b, in, record, field, true, otherwise);
}

void jl_why_constant(struct jl_builder *b, struct jl_arg value, const char *what) {
  if (!jl_explaining(b)) return;
  struct jl_node *node = begin(b, jl_builder_explanation(b), JL_WHY_CONSTANT, &value);
  if (node != NULL) node->formula = what;
}

void jl_why_record(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record) {
  const struct jl_arg none = {.kind = JL_ARG_NONE};
  struct jl_node *node = jl_explaining(b) && readable(in, record) ? begin(b, jl_builder_explanation(b), JL_WHY_FIELD, &none) : NULL;
  if (node != NULL) node->record = record;
}

void jl_explanation_field(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *record,
                          const struct jl_field *field) {
  const Jalon__Document *document = jl_explaining(b) ? jl_builder_document(b) : NULL;
  if (document == NULL || record == NULL || field == NULL) return;
  const struct jl_view_input in = {.space = space, .organisation = organisation, .sections = document->has_sections ? document->sections : UINT32_MAX};
  jl_why_field(b, &in, record, field->number);
}

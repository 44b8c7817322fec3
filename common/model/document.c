#include "common/model/document.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/model/explain.h"
#include <string.h>

/* Rows stop here, so that totals and notes, which come after them, still fit, and the reader can unpack it all. */
#define PAGE_BYTES (JL_VIEW_MAX - 131072)
#define PAGE_MEMORY (JL_UNPACK_MAX / 4 * 3)

struct jl_builder {
  struct jl_arena *arena;
  const struct jl_replica *space;
  uint32_t sections;
  enum jl_code failed; /* JL_OK: none yet */
  size_t estimate;     /* bytes of the packed document so far, so that a huge view stops early */
  size_t memory;       /* that its rows take when they are unpacked */
  uint64_t from, rows; /* the first row shown, and how many there are so far; totals are not counted */
  uint64_t next;       /* the first row that is left out behind those shown; 0: none */
  bool skipping;       /* the row being written is left out */
  bool withholding;    /* figures are of what the reader may not read */
  bool withheld;       /* the last cell is one of them */
  struct jl_explanation *explanation;     /* NULL: nobody asks for one */
  uint64_t block_rows, block_totals;      /* of the block so far: the others, and totals */
  Jalon__Document *document;
  Jalon__Block *block;
  Jalon__Row *row;
  Jalon__Cell *cell;
  Jalon__Series *series;
  void *kept;
};

void jl_builder_fail(struct jl_builder *b, enum jl_code code) {
  if (b != NULL && b->failed == JL_E_OK) b->failed = code;
}

bool jl_builder_ok(const struct jl_builder *b) { return b != NULL && b->failed == JL_E_OK; }

void jl_builder_figures_of(struct jl_builder *b, uint32_t sections) { b->withholding = (sections & ~b->sections) != 0; }

bool jl_builder_withheld(const struct jl_builder *b) { return b->withheld; }

void jl_builder_explain(struct jl_builder *b, struct jl_explanation *e) { b->explanation = e; }

struct jl_explanation *jl_builder_explanation(const struct jl_builder *b) { return b->explanation; }

void **jl_builder_kept(struct jl_builder *b) { return &b->kept; }

struct jl_arena *jl_builder_arena(const struct jl_builder *b) {
  return b->arena;
}

Jalon__Document *jl_builder_document(struct jl_builder *b) { return b->document; }

static void *make(struct jl_builder *b, size_t size, size_t packed_estimate) {
  if (!jl_builder_ok(b)) return NULL;
  b->estimate += packed_estimate;
  if (b->estimate > JL_VIEW_MAX) {
    jl_builder_fail(b, JL_E_TOO_LARGE);
    return NULL;
  }
  void *made = jl_arena_alloc(b->arena, size);
  if (made == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
  return made;
}

/* Message ids are constants of the program; the generated structs just do not say const. */
static char *borrowed(const char *text) {
  union {
    const char *in;
    char *out;
  } u = {.in = text};
  return u.out;
}

static char *copy_text(struct jl_builder *b, const char *text, size_t size) {
  char *copy = make(b, size + 1, size + 2);
  if (copy != NULL && size > 0) memcpy(copy, text, size);
  return copy;
}

/* Room for one more item: arrays grow at 4, 8, 16 ..., so the count alone tells when. false: failed. */
static bool grow(struct jl_builder *b, void *array_of_pointers, size_t n, size_t item) {
  void **array = array_of_pointers;
  if (n != 0 && (n < 4 || (n & (n - 1)) != 0)) return jl_builder_ok(b);
  size_t capacity = n == 0 ? 4 : 2 * n;
  void *bigger = jl_builder_ok(b) ? jl_arena_array(b->arena, capacity, item) : NULL;
  if (bigger == NULL) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return false;
  }
  if (n > 0) memcpy(bigger, *array, n * item);
  *array = bigger;
  return true;
}

struct jl_builder *jl_builder_new(struct jl_arena *a, const char *view, int32_t as_of, const struct jl_replica *space) {
  struct jl_builder *b = jl_arena_alloc(a, sizeof *b);
  Jalon__Document *document = jl_arena_alloc(a, sizeof *document);
  if (b == NULL || document == NULL) return NULL;
  jalon__document__init(document);
  *b = (struct jl_builder){.arena = a, .space = space, .sections = UINT32_MAX, .failed = JL_E_OK, .document = document};
  document->view = borrowed(view);
  document->has_as_of = true;
  document->as_of = as_of;
  if (space != NULL) {
    document->has_revision = true;
    document->revision = jl_replica_where(space)->revision;
  }
  return b;
}

void jl_builder_reader(struct jl_builder *b, uint32_t sections) {
  if (b == NULL) return;
  b->sections = sections;
  b->document->has_sections = true;
  b->document->sections = sections;
}

static Jalon__Words *words(struct jl_builder *b, const char *message, const struct jl_arg *args, int n) {
  Jalon__Words *w = make(b, sizeof *w, strlen(message) + 4);
  if (w == NULL) return NULL;
  jalon__words__init(w);
  w->message = borrowed(message);
  for (int i = 0; i < n; i++) {
    Jalon__ViewArgument *argument = make(b, sizeof *argument, 12);
    if (argument == NULL || !grow(b, &w->arguments, w->n_arguments, sizeof *w->arguments)) return NULL;
    jalon__view_argument__init(argument);
    argument->has_kind = true;
    argument->kind = (uint32_t)args[i].kind;
    argument->has_number = args[i].number != 0;
    argument->number = args[i].number;
    if (args[i].text[0] != '\0') argument->text = copy_text(b, args[i].text, strlen(args[i].text));
    w->arguments[w->n_arguments++] = argument;
  }
  return w;
}

void jl_builder_title(struct jl_builder *b, const char *message, const struct jl_arg *args, int n) {
  if (jl_builder_ok(b)) b->document->title = words(b, message, args, n);
}

void jl_builder_subtitle(struct jl_builder *b, const char *text) {
  const struct jl_arg whole = jl_arg_text(text);
  if (jl_builder_ok(b)) b->document->subtitle = words(b, "{1}", &whole, 1);
}

void jl_builder_currency(struct jl_builder *b, const char *iso4217) {
  if (jl_builder_ok(b) && iso4217[0] != '\0') b->document->currency = copy_text(b, iso4217, strlen(iso4217));
}

void jl_block_begin(struct jl_builder *b, enum jl_block_kind kind, const char *name, const char *title_message) {
  Jalon__Block *block = make(b, sizeof *block, strlen(name) + 12);
  if (block == NULL || !grow(b, &b->document->blocks, b->document->n_blocks, sizeof *b->document->blocks)) return;
  jalon__block__init(block);
  block->has_kind = true;
  block->kind = (uint32_t)kind;
  block->name = borrowed(name);
  if (title_message != NULL) block->title = words(b, title_message, NULL, 0);
  b->document->blocks[b->document->n_blocks++] = block;
  b->block = block;
  b->block_rows = b->block_totals = 0;
  b->skipping = false;
  b->row = NULL;
  b->cell = NULL;
  b->series = NULL;
}

static Jalon__Column *add_column(struct jl_builder *b, enum jl_arg_kind kind, int priority) {
  if (!jl_builder_ok(b)) return NULL;
  JL_ASSERT(b->block != NULL);
  Jalon__Column *column = make(b, sizeof *column, 24);
  if (column == NULL || !grow(b, &b->block->columns, b->block->n_columns, sizeof *b->block->columns)) return NULL;
  jalon__column__init(column);
  column->has_kind = true;
  column->kind = (uint32_t)kind;
  column->has_priority = true;
  column->priority = (uint32_t)priority;
  column->has_right = true;
  column->right = kind == JL_ARG_INTEGER || kind == JL_ARG_MONEY || kind == JL_ARG_FRACTION || kind == JL_ARG_SHARE || kind == JL_ARG_BYTES ||
                  kind == JL_ARG_REVISION;
  b->block->columns[b->block->n_columns++] = column;
  return column;
}

void jl_column(struct jl_builder *b, const char *name, const char *label_message, enum jl_arg_kind kind, int priority) {
  Jalon__Column *column = add_column(b, kind, priority);
  if (column == NULL) return;
  column->name = borrowed(name);
  column->label = borrowed(label_message);
  b->estimate += strlen(name) + strlen(label_message);
}

void jl_column_axis(struct jl_builder *b, int64_t low, int64_t split, int64_t high) {
  const Jalon__Document *document = jl_builder_document(b);
  Jalon__Axis *axis = make(b, sizeof *axis, 24);
  if (axis == NULL) return;
  const Jalon__Block *block = document->blocks[document->n_blocks - 1];
  jalon__axis__init(axis);
  axis->has_low = axis->has_split = axis->has_high = true;
  axis->low = low;
  axis->split = split;
  axis->high = high;
  block->columns[block->n_columns - 1]->axis = axis;
}

void jl_column_text(struct jl_builder *b, const char *name, const char *label, int priority) {
  jl_column_data(b, name, label, JL_ARG_TEXT, priority);
}

void jl_column_data(struct jl_builder *b, const char *name, const char *label, enum jl_arg_kind kind, int priority) {
  Jalon__Column *column = add_column(b, kind, priority);
  if (column == NULL) return;
  column->name = copy_text(b, name, strlen(name));
  column->label = copy_text(b, label, strlen(label));
  column->has_label_is_text = true;
  column->label_is_text = true;
}

void jl_column_drawn(struct jl_builder *b, const char *name, int priority) {
  Jalon__Column *column = add_column(b, JL_ARG_TEXT, priority);
  if (column == NULL) return;
  column->name = copy_text(b, name, strlen(name));
  column->label = copy_text(b, "", 0);
  column->has_label_is_text = column->label_is_text = true;
  column->has_drawn = column->drawn = true;
}

static Jalon__RecordRef *reference(struct jl_builder *b, const struct jl_record *record) {
  Jalon__RecordRef *ref = make(b, sizeof *ref, 30);
  uint8_t *id = make(b, sizeof record->id.bytes, 0);
  if (ref == NULL || id == NULL) return NULL;
  jalon__record_ref__init(ref);
  memcpy(id, record->id.bytes, sizeof record->id.bytes);
  ref->has_type = ref->has_id = ref->has_number = ref->has_revision = true;
  ref->type = record->type_number;
  ref->id = (ProtobufCBinaryData){sizeof record->id.bytes, id};
  ref->number = record->number;
  ref->revision = record->revision;
  return ref;
}

void jl_builder_from(struct jl_builder *b, uint64_t row) { b->from = row; }

void jl_builder_page(struct jl_builder *b) {
  if (!jl_builder_ok(b) || b->next == 0) return;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)(b->rows - b->next)), jl_arg_text(b->document->view)};
  jl_block_begin(b, JL_BLOCK_NOTES, JL_BLOCK_PAGE, NULL);
  jl_note(b, JL_TONE_WARN, JL_MSG("{1} more rows are not shown here; jalon {2} shows them all"), args, 2);
  b->document->has_next_row = true;
  b->document->next_row = b->next;
}

/* Whether the row that begins is on this page, or the one that is to be explained. */
static bool on_page(struct jl_builder *b, enum jl_row_style style) {
  uint64_t in_block = style == JL_ROW_TOTAL ? b->block_totals++ : b->block_rows++;
  if (b->explanation != NULL) return jl_explanation_row(b->explanation, b->document->n_blocks - 1, style == JL_ROW_TOTAL, in_block);
  if (style == JL_ROW_TOTAL) return true;
  uint64_t at = b->rows++;
  if (at < b->from || b->next != 0) return false;
  if (at == b->from || (b->estimate < PAGE_BYTES && b->memory < PAGE_MEMORY)) return true;
  b->next = at;
  return false;
}

void jl_row_begin(struct jl_builder *b, const struct jl_record *record, int level, enum jl_row_style style) {
  if (!jl_builder_ok(b)) return;
  JL_ASSERT(b->block != NULL);
  b->skipping = !on_page(b, style);
  b->row = NULL;
  b->cell = NULL;
  if (b->skipping) return;
  b->memory += sizeof(Jalon__Row) + sizeof(Jalon__RecordRef) + 32;
  Jalon__Row *row = make(b, sizeof *row, 8);
  if (row == NULL || !grow(b, &b->block->rows, b->block->n_rows, sizeof *b->block->rows)) return;
  jalon__row__init(row);
  if (record != NULL) row->record = reference(b, record);
  row->has_level = level > 0;
  row->level = (uint32_t)level;
  row->has_style = style != JL_ROW_NORMAL;
  row->style = (uint32_t)style;
  b->block->rows[b->block->n_rows++] = row;
  b->row = row;
  b->cell = NULL;
}

static Jalon__Cell *add_cell(struct jl_builder *b) {
  if (!jl_builder_ok(b) || b->skipping) return NULL;
  JL_ASSERT(b->row != NULL);
  b->memory += sizeof(Jalon__Cell) + 2 * sizeof(void *);
  Jalon__Cell *cell = make(b, sizeof *cell, 4);
  if (cell == NULL || !grow(b, &b->row->cells, b->row->n_cells, sizeof *b->row->cells)) return NULL;
  jalon__cell__init(cell);
  b->row->cells[b->row->n_cells++] = cell;
  b->cell = cell;
  b->withheld = false;
  if (b->explanation != NULL) jl_explanation_cell(b->explanation, b->block, b->row, cell);
  return cell;
}

void jl_cell_withheld(struct jl_builder *b) {
  jl_cell_label(b, JL_LABEL_WITHHELD, "hidden");
  jl_cell_tone(b, JL_TONE_MUTED);
  b->withheld = true;
}

void jl_cell_undefined(struct jl_builder *b) {
  if (b->withholding) {
    jl_cell_withheld(b);
    return;
  }
  jl_cell_label(b, JL_MSG("undefined"), "undefined");
  jl_cell_tone(b, JL_TONE_MUTED);
}

void jl_cell(struct jl_builder *b, struct jl_arg value) {
  const bool figure = value.kind == JL_ARG_MONEY || value.kind == JL_ARG_INTEGER || value.kind == JL_ARG_FRACTION || value.kind == JL_ARG_SHARE;
  if (figure && b->withholding) {
    jl_cell_withheld(b);
    return;
  }
  bool worded = value.kind == JL_ARG_TEXT || value.kind == JL_ARG_LABEL;
  Jalon__Cell *cell = add_cell(b);
  if (cell == NULL || value.kind == JL_ARG_NONE || (worded && value.text[0] == '\0')) return;
  cell->has_kind = true;
  cell->kind = (uint32_t)value.kind;
  cell->has_number = !worded;
  cell->number = worded ? 0 : value.number;
  b->estimate += worded ? 2 : 9;
  if (value.text[0] != '\0') cell->text = copy_text(b, value.text, strlen(value.text));
}

void jl_cell_text(struct jl_builder *b, struct jl_bytes text) {
  Jalon__Cell *cell = add_cell(b);
  if (cell == NULL || text.size == 0) return;
  cell->has_kind = true;
  cell->kind = JL_ARG_TEXT;
  cell->text = make(b, text.size + 1, text.size + 2);
  if (cell->text == NULL) return;
  memcpy(cell->text, text.data, text.size);
  if (jl_text_valid(text.data, text.size)) return;
  /* Records are checked before they get here; this keeps a damaged one from breaking the whole document. */
  for (size_t i = 0; i < text.size; i++)
    if (cell->text[i] < 0x20 || cell->text[i] > 0x7e) cell->text[i] = '?';
}

void jl_cell_label(struct jl_builder *b, const char *message_id, const char *alternative) {
  Jalon__Cell *cell = add_cell(b);
  if (cell == NULL || message_id[0] == '\0') return;
  cell->has_kind = true;
  cell->kind = JL_ARG_LABEL;
  cell->text = borrowed(message_id);
  cell->alternative = alternative == NULL ? NULL : borrowed(alternative);
  b->estimate += strlen(message_id) + (alternative == NULL ? 0 : strlen(alternative)) + 4;
}

void jl_cell_words(struct jl_builder *b, const char *message, const struct jl_arg *args, int n) {
  Jalon__Cell *cell = add_cell(b);
  if (cell == NULL) return;
  cell->has_kind = true;
  cell->kind = JL_ARG_TEXT;
  cell->words = words(b, message, args, n);
}

void jl_cell_alternative(struct jl_builder *b, const char *text) {
  if (!jl_builder_ok(b) || b->skipping) return;
  JL_ASSERT(b->cell != NULL);
  if (text == NULL) { /* there was no memory to word it */
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return;
  }
  b->cell->alternative = copy_text(b, text, strlen(text));
}

void jl_cell_tone(struct jl_builder *b, enum jl_tone tone) {
  if (!jl_builder_ok(b) || b->skipping) return;
  JL_ASSERT(b->cell != NULL);
  b->cell->has_tone = tone != JL_TONE_NONE;
  b->cell->tone = (uint32_t)tone;
}

void jl_cell_source(struct jl_builder *b, const struct jl_record *record) {
  if (!jl_builder_ok(b) || b->skipping) return;
  JL_ASSERT(b->cell != NULL);
  Jalon__Cell *cell = b->cell;
  if (record == NULL || cell->n_sources >= JL_CELL_SOURCES) return;
  uint8_t *id = make(b, sizeof record->id.bytes, 18);
  b->memory += sizeof(ProtobufCBinaryData) + sizeof record->id.bytes;
  if (id == NULL || !grow(b, &cell->sources, cell->n_sources, sizeof *cell->sources)) return;
  memcpy(id, record->id.bytes, sizeof record->id.bytes);
  cell->sources[cell->n_sources++] = (ProtobufCBinaryData){sizeof record->id.bytes, id};
}

void jl_series_begin(struct jl_builder *b, const struct jl_record *record, struct jl_bytes title, const char *unit) {
  if (!jl_builder_ok(b)) return;
  JL_ASSERT(b->block != NULL);
  struct jl_arg name = jl_arg_textn((const char *)title.data, title.size);
  Jalon__Series *series = make(b, sizeof *series, 8);
  if (series == NULL || !grow(b, &b->block->series, b->block->n_series, sizeof *b->block->series)) return;
  jalon__series__init(series);
  series->title = words(b, "{1}", &name, 1);
  if (unit != NULL && unit[0] != '\0') series->unit = copy_text(b, unit, strlen(unit));
  if (record != NULL) series->record = reference(b, record);
  b->block->series[b->block->n_series++] = series;
  b->series = series;
}

void jl_series_point(struct jl_builder *b, int32_t day, int64_t value) {
  if (!jl_builder_ok(b)) return;
  JL_ASSERT(b->series != NULL);
  Jalon__Point *point = make(b, sizeof *point, 14);
  if (point == NULL || !grow(b, &b->series->points, b->series->n_points, sizeof *b->series->points)) return;
  jalon__point__init(point);
  point->has_day = point->has_value = true;
  point->day = day;
  point->value = value;
  b->series->points[b->series->n_points++] = point;
}

void jl_note(struct jl_builder *b, enum jl_tone tone, const char *message, const struct jl_arg *args, int n) {
  if (!jl_builder_ok(b)) return;
  if (b->block == NULL) jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  Jalon__Words *note = words(b, message, args, n);
  if (note == NULL || !grow(b, &b->block->notes, b->block->n_notes, sizeof *b->block->notes)) return;
  if (!grow(b, &b->block->note_tones, b->block->n_note_tones, sizeof *b->block->note_tones)) return;
  b->block->notes[b->block->n_notes++] = note;
  b->block->note_tones[b->block->n_note_tones++] = (uint32_t)tone;
}

bool jl_document_pack(struct jl_builder *b, struct jl_bytes *ret_packed, struct jl_error *err) {
  if (b == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  if (jl_arena_short(b->arena)) jl_builder_fail(b, JL_E_NO_MEMORY); /* whatever went on without it may say what is not so */
  size_t size = jl_builder_ok(b) ? jalon__document__get_packed_size(b->document) : 0;
  if (b->failed == JL_E_TOO_LARGE || size > JL_VIEW_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("view {1} would be larger than {2}"),
                   JL_MSG("ask for one record, as with jalon show REF"), jl_arg_text(b->document->view),
                   jl_arg_bytes(JL_VIEW_MAX));
  if (b->failed == JL_E_NO_MEMORY)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for view {1}"), NULL, jl_arg_text(b->document->view));
  if (b->failed != JL_E_OK) return jl_fail(err, b->failed, JL_MSG("view {1} could not be computed"), NULL, jl_arg_text(b->document->view));
  uint8_t *packed = jl_arena_alloc(b->arena, size == 0 ? 1 : size);
  if (packed == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for view {1}"), NULL, jl_arg_text(b->document->view));
  jalon__document__pack(b->document, packed);
  *ret_packed = (struct jl_bytes){packed, size};
  return true;
}

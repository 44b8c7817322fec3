/* Who said what an explanation rests on, and when: of each field that it names the newest change in the history of its record. */
#include "client/cli/why.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <string.h>
#include <time.h>

#define RECORDS_MAX 16 /* whose history is asked for */
#define CHANGES "200"  /* of each */

static size_t column_of(const Jalon__Block *block, const char *name) {
  for (size_t c = 0; block != NULL && c < block->n_columns; c++)
    if (strcmp(block->columns[c]->name, name) == 0) return c;
  return SIZE_MAX;
}

static const Jalon__Cell *cell_at(const Jalon__Row *row, size_t column) { return column < row->n_cells ? row->cells[column] : NULL; }

static bool called(const Jalon__Cell *cell, const char *name) {
  return cell != NULL && ((cell->alternative != NULL && strcmp(cell->alternative, name) == 0) || (cell->text != NULL && strcmp(cell->text, name) == 0));
}

/* The newest change of the field, else the making of the record. */
static const Jalon__Row *change_of(const Jalon__Block *history, const char *field) {
  size_t at = column_of(history, "field");
  const Jalon__Row *made = NULL;
  for (size_t r = 0; history != NULL && r < history->n_rows; r++) {
    const Jalon__Cell *cell = cell_at(history->rows[r], at);
    if (called(cell, field)) return history->rows[r];
    if (called(cell, "created")) made = history->rows[r];
  }
  return made;
}

static Jalon__Cell *empty_cell(struct jl_cli *cli) {
  Jalon__Cell *cell = jl_arena_alloc(cli->arena, sizeof *cell);
  if (cell != NULL) jalon__cell__init(cell);
  return cell;
}

static bool add_column(struct jl_cli *cli, Jalon__Block *block, const char *name, const char *label, enum jl_arg_kind kind) {
  Jalon__Column *column = jl_arena_alloc(cli->arena, sizeof *column), **columns = jl_arena_array(cli->arena, block->n_columns + 1, sizeof *columns);
  char *own_name = jl_arena_printf(cli->arena, "%s", name), *own_label = jl_arena_printf(cli->arena, "%s", label);
  if (column == NULL || columns == NULL || own_name == NULL || own_label == NULL) return false;
  jalon__column__init(column);
  column->name = own_name;
  column->label = own_label;
  column->has_kind = column->has_priority = true;
  column->kind = (uint32_t)kind;
  column->priority = JL_COLUMN_SPARE;
  memcpy(columns, block->columns, block->n_columns * sizeof *columns);
  columns[block->n_columns++] = column;
  block->columns = columns;
  return true;
}

/* A screen has room for the day. */
static Jalon__Cell *when_cell(struct jl_cli *cli, Jalon__Cell *time) {
  Jalon__Cell *day = cli->face.face == JL_FACE_TERMINAL ? empty_cell(cli) : NULL;
  time_t seconds = (time_t)(time->number / 1000000);
  struct tm local;
  if (day == NULL || localtime_r(&seconds, &local) == NULL) return time;
  day->has_kind = day->has_number = true;
  day->kind = JL_ARG_DATE;
  day->number = jl_day_from_date(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  return day;
}

static bool add_cells(struct jl_cli *cli, Jalon__Row *row, Jalon__Cell *who, Jalon__Cell *when) {
  Jalon__Cell **cells = jl_arena_array(cli->arena, row->n_cells + 2, sizeof *cells);
  if (cells == NULL || who == NULL || when == NULL) return false;
  memcpy(cells, row->cells, row->n_cells * sizeof *cells);
  cells[row->n_cells++] = who;
  cells[row->n_cells++] = when;
  row->cells = cells;
  return true;
}

struct told {
  const Jalon__RecordRef *of;
  const Jalon__Block *history;
};

static bool same_record(const Jalon__RecordRef *a, const Jalon__RecordRef *b) { return a->id.len == b->id.len && memcmp(a->id.data, b->id.data, a->id.len) == 0; }

/* NULL: none can be had, or too many were asked for. */
static const Jalon__Block *history_of(struct jl_cli *cli, struct told *told, size_t *n, const Jalon__RecordRef *of) {
  for (size_t i = 0; i < *n; i++)
    if (same_record(told[i].of, of)) return told[i].history;
  const struct jl_record_type *type = jl_record_type_by_number(of->type);
  struct jl_id id;
  if (*n == RECORDS_MAX || type == NULL || type->space != JL_SPACE_PLAN || !jl_id_from_bytes((struct jl_bytes){of->id.data, of->id.len}, &id)) return NULL;
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(&id, text);
  const struct jl_parameter parameters[] = {{"record", text}, {"limit", CHANGES}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "history", .parameters = parameters, .parameter_count = JL_COUNT(parameters)};
  const Jalon__Document *document = NULL;
  struct jl_error none;
  uint64_t revision;
  told[*n] = (struct told){of, jl_cli_document(cli, &ask, &document, &revision, &none) ? jl_cli_block(document, "history") : NULL};
  return told[(*n)++].history;
}

bool jl_why_who(struct jl_cli *cli, Jalon__Block *block, struct jl_error *err) {
  struct told told[RECORDS_MAX];
  size_t n = 0, field = column_of(block, "field");
  bool ok = add_column(cli, block, "who", JL_MSG("who"), JL_ARG_TEXT) && add_column(cli, block, "when", JL_MSG("when"), JL_ARG_TIME);
  for (size_t r = 0; ok && r < block->n_rows; r++) {
    Jalon__Row *row = block->rows[r];
    const Jalon__Cell *name = cell_at(row, field);
    bool leaf = row->record != NULL && name != NULL && name->text != NULL && name->text[0] != '\0';
    const Jalon__Block *history = leaf ? history_of(cli, told, &n, row->record) : NULL;
    const Jalon__Row *change = history == NULL ? NULL : change_of(history, name->text);
    size_t who = column_of(history, "who"), when = column_of(history, "time");
    bool known = change != NULL && who < change->n_cells && when < change->n_cells;
    ok = add_cells(cli, row, known ? change->cells[who] : empty_cell(cli), known ? when_cell(cli, change->cells[when]) : empty_cell(cli));
  }
  return ok || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
}

#include "client/cli/table_file.h"
#include "common/base/calendar.h"
#include <inttypes.h>
#include <string.h>

struct jl_reader_options jl_table_options(const struct jl_cli *cli) {
  const char **empty = jl_arena_array(cli->arena, cli->option_count + 1, sizeof *empty);
  size_t n = 0;
  for (size_t i = 0; empty != NULL && i < cli->option_count; i++)
    if (strcmp(cli->options[i].name, "empty") == 0) empty[n++] = cli->options[i].value;
  return (struct jl_reader_options){.encoding = jl_cli_option(cli, "encoding"),     .separator = jl_cli_option(cli, "separator"),
                                    .decimal = jl_cli_option(cli, "decimal"),       .date_order = jl_cli_option(cli, "date-order"),
                                    .header_row = jl_cli_option(cli, "header-row"), .sheet = jl_cli_option(cli, "sheet"),
                                    .totals = jl_cli_option(cli, "totals"),         .hidden = jl_cli_option(cli, "hidden"),
                                    .empty = empty,                                 .empty_count = n};
}

bool jl_table_open(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_error *err) {
  *t = (struct jl_table_file){.cli = cli, .path = path};
  struct jl_source *source = jl_source_open(path, err);
  return source != NULL && jl_table_open_source(t, cli, path, source, err);
}

bool jl_table_open_source(struct jl_table_file *t, struct jl_cli *cli, const char *path, struct jl_source *source, struct jl_error *err) {
  const struct jl_reader_options options = jl_table_options(cli);
  *t = (struct jl_table_file){.cli = cli, .path = path, .source = source};
  t->reader = jl_reader_open(t->source, &options, err);
  if (t->reader == NULL) return false;
  const struct jl_table_found *f = jl_reader_found(t->reader);
  if (f->column_count > JL_TABLE_COLUMNS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has more than {2} columns"), NULL, jl_arg_text(path), jl_arg_integer(JL_TABLE_COLUMNS));
  for (t->columns = 0; t->columns < f->column_count; t->columns++) {
    t->names[t->columns] = f->columns[t->columns].folded;
    t->heads[t->columns] = f->columns[t->columns].title;
  }
  if (t->columns < 2)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no table"), JL_MSG("its first line names the columns, with ; or , or a tab between them"), jl_arg_text(path));
  return jl_reader_begin(t->reader, err);
}

void jl_table_close(struct jl_table_file *t) {
  jl_reader_free(t->reader);
  jl_source_free(t->source);
  t->reader = NULL;
  t->source = NULL;
}

/* 1.234 as 1.2340: before three digits a mark could stand between thousands. */
static const char *plain_number(struct jl_arena *a, struct jl_decimal d) {
  int64_t power = 1;
  for (int i = 0; i < d.scale; i++) power *= 10;
  int64_t whole = d.digits / power, rest = d.digits % power;
  const char *sign = d.digits < 0 && whole == 0 ? "-" : "";
  if (d.scale == 0) return jl_arena_printf(a, "%" PRId64, whole);
  return jl_arena_printf(a, "%s%" PRId64 ".%0*" PRId64 "%s", sign, whole, d.scale, rest < 0 ? -rest : rest, d.scale == 3 ? "0" : "");
}

/* As it was typed where that is clear, so that messages show what stands in the file. */
static const char *text_of(struct jl_table_file *t, const struct jl_table_cell *cell, const struct jl_column *c) {
  struct jl_number_seen seen;
  char day[11];
  if (cell->state == JL_CELL_NONE) return "";
  if (cell->state == JL_CELL_VALUE && c->kind == JL_COLUMN_DATE) {
    jl_day_format_iso(cell->moment.day, day);
    return jl_arena_strdup(t->cli->arena, day);
  }
  bool number = cell->state == JL_CELL_VALUE && c->kind != JL_COLUMN_TEXT && jl_number_look(cell->text, cell->size, &seen);
  if (number && (seen.differs || seen.money || seen.percent || strpbrk(cell->text, "()'") != NULL)) return plain_number(t->cli->arena, cell->number);
  const char *text = cell->text + strspn(cell->text, " ");
  size_t size = strlen(text);
  while (size > 0 && text[size - 1] == ' ') size--;
  return jl_arena_strndup(t->cli->arena, text, size);
}

bool jl_table_next(struct jl_table_file *t, const char *cells[JL_TABLE_COLUMNS], bool *ret_more, struct jl_error *err) {
  const struct jl_table_row *row;
  *ret_more = false;
  if (!jl_reader_next(t->reader, &row, err)) return false;
  if (row == NULL) return true;
  const struct jl_column *columns = jl_reader_found(t->reader)->columns;
  t->line = row->line;
  for (size_t i = 0; i < t->columns; i++) {
    if (row->cells[i].state == JL_CELL_BAD) return jl_reader_bad(t->reader, &row->cells[i], i, err);
    cells[i] = text_of(t, &row->cells[i], &columns[i]);
    if (cells[i] == NULL) return jl_cli_no_link(err);
  }
  *ret_more = true;
  return true;
}

int jl_table_column(const struct jl_table_file *t, const char *const *names) {
  for (size_t i = 0; i < t->columns; i++)
    for (size_t k = 0; names[k] != NULL; k++)
      if (strcmp(t->names[i], names[k]) == 0) return (int)i;
  return -1;
}

const char *jl_table_currencies(struct jl_arena *a, const struct jl_column *c) {
  const char *words = "";
  for (size_t i = 0; i < JL_CURRENCIES && words != NULL && c->currencies[i].line != 0; i++)
    words = jl_arena_printf(a, "%s%s%s (%s %zu)", words, i > 0 ? ", " : "", c->currencies[i].code, jl_tr(JL_MSG("line")), c->currencies[i].line);
  return words;
}

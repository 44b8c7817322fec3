/* calendar import: the days off of another country, as a record. The file is one that came with the program (client/calendars), named without its
 * folder, or anybody's: a line for each day as common/model/calendar/holidays.h has them ("easter+1 Easter Monday"), with "name: ..." and
 * "weekend: fri sat" on lines of their own, # before a comment; or a table in whatever form (client/table/reader.h): a column with the date,
 * another with the name, such as the administration's jours_feries_metropole.csv. */
#include "client/cli/calendar_import.h"
#include "client/cli/table_file.h"
#include "common/base/calendar.h"
#include "common/model/calendar/holidays.h"
#include "common/record/schema.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".days"
#define DAYS_MOST 512
#define FILE_MOST (1U << 20)

struct reading {
  struct jl_cli *cli;
  const char *path, *name, *weekend;
  struct jl_value days[DAYS_MOST];
  size_t count, line;
};

static const char *folder(void) { return access(JALON_CALENDARS_SOURCE, R_OK) == 0 ? JALON_CALENDARS_SOURCE : JALON_CALENDARS_INSTALLED; }

static int is_calendar(const struct dirent *entry) {
  size_t size = strlen(entry->d_name), suffix = strlen(SUFFIX);
  return size > suffix && strcmp(entry->d_name + size - suffix, SUFFIX) == 0;
}

/* "belgium, germany, ...", for the message. */
static const char *known(struct jl_cli *cli) {
  struct dirent **files = NULL;
  char *names = jl_arena_strdup(cli->arena, "");
  int n = scandir(folder(), &files, is_calendar, alphasort);
  for (int i = 0; i < n; i++) {
    if (names != NULL)
      names = jl_arena_printf(cli->arena, "%s%s%.*s", names, i > 0 ? ", " : "", (int)(strlen(files[i]->d_name) - strlen(SUFFIX)), files[i]->d_name);
    free(files[i]);
  }
  free(files);
  return names != NULL ? names : "";
}

static const char *path_of(struct jl_cli *cli, const char *name) {
  if (strchr(name, '/') != NULL || strcmp(name, "-") == 0 || access(name, R_OK) == 0) return name;
  return jl_arena_printf(cli->arena, "%s/%s" SUFFIX, folder(), name);
}

/* What stands behind "name:", NULL when the line does not begin so. */
static const char *after(struct jl_cli *cli, struct jl_bytes line, const char *word) {
  size_t size = strlen(word);
  if (line.size <= size || memcmp(line.data, word, size) != 0) return NULL;
  while (size < line.size && line.data[size] == ' ') size++;
  return jl_arena_strndup(cli->arena, (const char *)line.data + size, line.size - size);
}

static bool put_day(struct reading *r, struct jl_bytes day, struct jl_error *err) {
  if (r->count == DAYS_MOST)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has more than {2} days"), JL_MSG("leave out the years that are past"), jl_arg_text(r->path),
                   jl_arg_integer(DAYS_MOST));
  r->days[r->count++].text = day;
  return true;
}

/* ---- lines of rules ---- */
static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

/* The next line, without blanks around it; *io_at 0 at first. false: there is no more. */
static bool next_line(struct jl_bytes text, size_t *io_at, struct jl_bytes *ret) {
  if (*io_at == 0 && text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) *io_at = 3; /* that Excel writes before UTF-8 */
  if (*io_at >= text.size) return false;
  const uint8_t *start = text.data + *io_at, *end = memchr(start, '\n', text.size - *io_at);
  size_t size = end == NULL ? text.size - *io_at : (size_t)(end - start);
  *io_at += size + 1;
  while (size > 0 && is_blank(*start)) start++, size--;
  while (size > 0 && is_blank(start[size - 1])) size--;
  *ret = (struct jl_bytes){start, size};
  return true;
}

static bool take_line(struct reading *r, struct jl_bytes line, struct jl_error *err) {
  struct jl_day_rule rule;
  struct jl_bytes name;
  const char *of_name = after(r->cli, line, "name:"), *weekend = after(r->cli, line, "weekend:");
  if (line.size == 0 || line.data[0] == '#') return true;
  if (of_name != NULL) r->name = of_name;
  if (weekend != NULL) r->weekend = weekend;
  if (of_name != NULL || weekend != NULL) return true;
  if (!jl_day_rule_parse(line, &rule, &name))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}, line {2}: \"{3}\" is no day off"),
                   JL_MSG("write it like 12-25 Christmas, 2027-06-04, easter+1, mon>=05-01, or 12-25~ when it moves off a weekend"),
                   jl_arg_text(r->path), jl_arg_integer((int64_t)r->line), jl_arg_textn((const char *)line.data, line.size));
  return put_day(r, line, err);
}

/* The first line that says something is a rule, or has no separator: it is no table. */
static bool has_rules(struct reading *r, struct jl_bytes text) {
  struct jl_day_rule rule;
  struct jl_bytes line, name;
  if (text.size > 1 && (memcmp(text.data, "PK", 2) == 0 || memchr(text.data, '\0', text.size) != NULL)) return false; /* a workbook, UTF-16 */
  for (size_t at = 0; next_line(text, &at, &line);) {
    if (line.size == 0 || line.data[0] == '#') continue;
    if (after(r->cli, line, "name:") != NULL || after(r->cli, line, "weekend:") != NULL || jl_day_rule_parse(line, &rule, &name)) return true;
    return memchr(line.data, ';', line.size) == NULL && memchr(line.data, ',', line.size) == NULL && memchr(line.data, '\t', line.size) == NULL;
  }
  return true;
}

static bool read_rules(struct reading *r, struct jl_bytes text, struct jl_error *err) {
  struct jl_bytes line;
  for (size_t at = 0; next_line(text, &at, &line);) {
    r->line++;
    if (!take_line(r, line, err)) return false;
  }
  return true;
}

/* ---- a table ---- */
static bool find_columns(const struct jl_table_file *t, int *ret_date, int *ret_name, struct jl_error *err) {
  static const char *const names[] = {"nom_jour_ferie", "jour ferie", "nom", "name", "fete", "libelle", "label", "holiday", NULL};
  const struct jl_column *columns = jl_reader_found(t->reader)->columns;
  *ret_date = jl_reader_column(t->reader, "date");
  *ret_name = jl_table_column(t, names);
  for (size_t i = 0; i < t->columns; i++) {
    if (*ret_date < 0 && columns[i].kind == JL_COLUMN_DATE) *ret_date = (int)i;
    if (jl_table_column(t, names) < 0 && columns[i].kind == JL_COLUMN_TEXT) *ret_name = (int)i; /* the last one */
  }
  if (*ret_date >= 0 && columns[*ret_date].kind == JL_COLUMN_DATE) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no column with dates"), JL_MSG("jalon import FILE --preview shows how it is read"), jl_arg_text(t->path));
}

static bool read_table(struct reading *r, struct jl_table_file *t, struct jl_error *err) {
  const char *cells[JL_TABLE_COLUMNS];
  int date, name;
  if (!find_columns(t, &date, &name, err)) return false;
  for (bool more = true; more;) {
    if (!jl_table_next(t, cells, &more, err)) return false;
    if (!more || cells[date][0] == '\0') continue;
    const char *text = jl_arena_printf(r->cli->arena, "%s%s%s", cells[date], name < 0 ? "" : " ", name < 0 ? "" : cells[name]);
    if (text == NULL) return jl_cli_no_link(err);
    if (!put_day(r, (struct jl_bytes){(const uint8_t *)text, strlen(text)}, err)) return false;
  }
  return true;
}

static bool read_days(struct reading *r, struct jl_error *err) {
  struct jl_source *source = jl_source_open(r->path, err);
  uint8_t *bytes = jl_arena_alloc(r->cli->arena, FILE_MOST);
  size_t n = 0;
  if (source == NULL) return false;
  bool ok = bytes != NULL ? jl_source_read(source, 0, bytes, FILE_MOST, &n, err) : jl_cli_no_link(err);
  if (ok && !has_rules(r, (struct jl_bytes){bytes, n})) {
    struct jl_table_file t;
    ok = jl_table_open_source(&t, r->cli, r->path, source, err) && read_table(r, &t, err);
    jl_table_close(&t);
  } else {
    if (ok && jl_source_size(source) > FILE_MOST)
      ok = jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} is larger than {2}"), NULL, jl_arg_text(r->path), jl_arg_bytes(FILE_MOST));
    ok = ok && read_rules(r, (struct jl_bytes){bytes, n}, err);
    jl_source_free(source);
  }
  return ok && (r->count > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no days"), NULL, jl_arg_text(r->path)));
}

static bool days_slice(struct reading *r, struct jl_bytes *ret_slice, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_CALENDAR);
  *ret_slice = jl_values_encode(r->cli->arena, jl_field_by_number(type, JL_CALENDAR_DAYS), r->days, r->count);
  if (ret_slice->data == NULL) return jl_cli_no_link(err);
  return jl_slice_check(type, JL_CALENDAR_DAYS, *ret_slice, err);
}

static bool make_new(struct reading *r, struct jl_group *g, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_CALENDAR);
  const char *given = jl_cli_option(r->cli, "name"), *name = given != NULL ? given : r->name;
  struct jl_bytes record = {NULL, 0}, days;
  struct jl_id id = jl_id_random();
  if (name == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("the calendar needs a name"), JL_MSG("give --name, or a line \"name: ...\" in the file"));
  if (!days_slice(r, &days, err) || !jl_record_put_text(r->cli, type, &record, JL_CALENDAR_NAME, name, &(struct jl_input){0}, err) ||
      !jl_record_put_text(r->cli, type, &record, JL_CALENDAR_TERRITORY, "other", &(struct jl_input){0}, err) ||
      !jl_record_put(r->cli, &record, JL_CALENDAR_DAYS, days, err))
    return false;
  if (r->weekend != NULL && !jl_record_put_text(r->cli, type, &record, JL_CALENDAR_WEEKEND, r->weekend, &(struct jl_input){0}, err)) return false;
  if (!jl_record_check(type, record, err)) return false;
  r->name = name;
  jl_group_create(g, JL_TYPE_CALENDAR, &id, record);
  return true;
}

/* The days of the file in place of those that the calendar has. */
static bool replace(struct reading *r, struct jl_group *g, const char *reference, struct jl_error *err) {
  struct jl_lookup one = {.text = reference, .type = jl_record_type_by_number(JL_TYPE_CALENDAR)};
  struct jl_bytes days;
  if (!jl_lookup_one(r->cli, &one, err) || !days_slice(r, &days, err)) return false;
  jl_group_update(g, JL_TYPE_CALENDAR, &one.record.id);
  jl_group_set(g, JL_CALENDAR_DAYS, days, jl_set_apply(r->cli->arena, jl_field_by_number(one.type, JL_CALENDAR_DAYS), jl_record_slice(one.record.body, JL_CALENDAR_DAYS), (struct jl_bytes){NULL, 0}, days));
  r->name = jl_title_text(r->cli, JL_TYPE_CALENDAR, one.record.body);
  return true;
}

bool jl_cmd_calendar_import(struct jl_cli *cli, struct jl_error *err) {
  struct reading *r = jl_arena_alloc(cli->arena, sizeof *r);
  const char *into = jl_cli_option(cli, "into");
  if (r == NULL) return jl_cli_no_link(err);
  r->cli = cli;
  r->path = path_of(cli, cli->words[0]);
  if (r->path == NULL) return jl_cli_no_link(err);
  if (strcmp(r->path, "-") != 0 && access(r->path, R_OK) != 0)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no calendar file {1}"), JL_MSG("give the path of a file, or one of: {2}"),
                   jl_arg_text(cli->words[0]), jl_arg_text(known(cli)));
  if (!read_days(r, err)) return false;
  struct jl_id space = jl_cli_space(cli, jl_record_type_by_number(JL_TYPE_CALENDAR));
  struct jl_group *g = jl_group_new(&space);
  struct jl_outcome_of outcome;
  if (g == NULL) return jl_cli_no_link(err);
  bool ok = (into != NULL ? replace(r, g, into, err) : make_new(r, g, err)) && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("calendar \"{1}\" would have {2} days off") : JL_MSG("calendar {1}: {2} days off{3}"),
         jl_arg_text(r->name), jl_arg_integer((int64_t)r->count), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* calendar import: the days off of another country, as a record. The file is one that came with the program (client/calendars), named without its
 * folder, or anybody's: a line for each day as common/model/calendar/holidays.h has them ("easter+1 Easter Monday"), or a table with the date in
 * its first column and the name in its last one ("2027-06-04;...;Name"). "name: ..." and "weekend: fri sat" stand on lines of their own, # begins
 * a comment, and a first line of headings is passed over. */
#include "client/cli/calendar_file.h"
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

/* "2027-06-04;Métropole;Fête" as "2027-06-04 Fête"; a line that is no table stays. */
static struct jl_bytes of_table(struct jl_cli *cli, struct jl_bytes line) {
  struct jl_bytes first, last;
  if (!jl_calendar_columns(line, &first, &last)) return line;
  char *text = jl_arena_printf(cli->arena, "%.*s %.*s", (int)first.size, (const char *)first.data, (int)last.size, (const char *)last.data);
  return text == NULL ? line : (struct jl_bytes){(const uint8_t *)text, strlen(text)};
}

static bool take_line(struct reading *r, struct jl_bytes line, struct jl_error *err) {
  struct jl_day_rule rule;
  struct jl_bytes name;
  const char *of_name = after(r->cli, line, "name:"), *weekend = after(r->cli, line, "weekend:");
  if (line.size == 0 || line.data[0] == '#') return true;
  if (of_name != NULL) r->name = of_name;
  if (weekend != NULL) r->weekend = weekend;
  if (of_name != NULL || weekend != NULL) return true;
  struct jl_bytes day = of_table(r->cli, line);
  if (!jl_day_rule_parse(day, &rule, &name)) {
    if (r->count == 0 && day.data != line.data) return true; /* headings */
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}, line {2}: \"{3}\" is no day off"),
                   JL_MSG("write it like 12-25 Christmas, 2027-06-04, easter+1, mon>=05-01, or 12-25~ when it moves off a weekend"),
                   jl_arg_text(r->path), jl_arg_integer((int64_t)r->line), jl_arg_textn((const char *)line.data, line.size));
  }
  if (r->count == DAYS_MOST)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has more than {2} days"), JL_MSG("leave out the years that are past"), jl_arg_text(r->path),
                   jl_arg_integer(DAYS_MOST));
  r->days[r->count++].text = day;
  return true;
}

static bool read_days(struct reading *r, struct jl_error *err) {
  struct jl_bytes text, line;
  if (!jl_history_read_file(r->cli, r->path, FILE_MOST, &text, err)) return false;
  for (size_t at = 0; jl_calendar_line(text, &at, &line);) {
    r->line++;
    if (!take_line(r, line, err)) return false;
  }
  return r->count > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no days"), NULL, jl_arg_text(r->path));
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

/* school-holiday import: the holidays of zones A, B and C from a table with a line a day, as the open data of the administration have them:
 * date, vacances_zone_a, vacances_zone_b, vacances_zone_c (True or False), nom_vacances. Columns are found by these names, in whatever form the table
 * is (client/table/reader.h). Days in a row are one record, for a zone, or for all of them where they have the same days. What is there already is
 * not made again. */
#include "client/cli/calendar_import.h"
#include "client/cli/table_file.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/document.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MOST 100
enum { ZONES = 3, COLUMNS = 2 + ZONES };

struct period {
  int32_t first, last;
  int64_t zone; /* 0: all */
  struct jl_bytes name;
};
struct school {
  struct jl_cli *cli;
  const char *path;
  int columns[COLUMNS]; /* date, zones, name */
  int32_t since;
  struct period open[ZONES]; /* last < first: none */
  struct period *list;
  size_t count, capacity, there;
};

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

/* ---- reading ---- */
static bool find_columns(struct school *s, const struct jl_table_file *t, struct jl_error *err) {
  static const char *const names[COLUMNS] = {"date", "vacances_zone_a", "vacances_zone_b", "vacances_zone_c", "nom_vacances"};
  for (size_t k = 0; k < COLUMNS; k++) {
    const char *const wanted[] = {names[k], NULL};
    s->columns[k] = jl_table_column(t, wanted);
    if (s->columns[k] < 0)
      return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no column {2}"), JL_MSG("its first line names the columns: date, vacances_zone_a, vacances_zone_b, vacances_zone_c, nom_vacances"),
                     jl_arg_text(s->path), jl_arg_text(names[k]));
  }
  return true;
}

static bool keep(struct school *s, const struct period *period, struct jl_error *err) {
  if (period->last < s->since) return true;
  if (s->count == s->capacity) {
    size_t more = s->capacity == 0 ? 256 : s->capacity * 2;
    struct period *list = jl_arena_array(s->cli->arena, more, sizeof *list);
    if (list == NULL) return jl_cli_no_link(err);
    if (s->count > 0) memcpy(list, s->list, s->count * sizeof *list);
    s->list = list;
    s->capacity = more;
  }
  s->list[s->count++] = *period;
  return true;
}

static bool close_zone(struct school *s, size_t zone, struct jl_error *err) {
  struct period *open = &s->open[zone];
  bool ok = open->last < open->first || keep(s, open, err);
  open->last = open->first - 1;
  return ok;
}

static bool is_true(const char *text) { return strcasecmp(text, "true") == 0 || strcasecmp(text, "vrai") == 0 || strcmp(text, "1") == 0; }

static bool take_day(struct school *s, const char *const *cells, size_t line, struct jl_error *err) {
  const char *text = cells[s->columns[COLUMNS - 1]];
  const struct jl_bytes name = {(const uint8_t *)text, strlen(text)};
  int32_t day;
  if (!jl_day_parse_iso(cells[s->columns[0]], &day))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}, line {2}: no date"), NULL, jl_arg_text(s->path), jl_arg_integer((int64_t)line));
  for (size_t z = 0; z < ZONES; z++) {
    struct period *open = &s->open[z];
    bool off = is_true(cells[s->columns[z + 1]]), goes_on = off && open->last == day - 1 && open->last >= open->first && same(open->name, name);
    if (goes_on) {
      open->last = day;
      continue;
    }
    if (!close_zone(s, z, err)) return false;
    if (off) *open = (struct period){.first = day, .last = day, .zone = (int64_t)z + 1, .name = name};
  }
  return true;
}

static int by_days(const void *left, const void *right) {
  const struct period *a = left, *b = right;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  if (a->last != b->last) return a->last < b->last ? -1 : 1;
  return a->zone < b->zone ? -1 : a->zone > b->zone;
}

/* The same days in all zones are one record. */
static void join_zones(struct school *s) {
  size_t kept = 0;
  qsort(s->list, s->count, sizeof *s->list, by_days);
  for (size_t i = 0; i < s->count;) {
    struct period *p = &s->list[i];
    bool all = i + 2 < s->count && p[1].first == p->first && p[2].first == p->first && p[1].last == p->last && p[2].last == p->last &&
               same(p[1].name, p->name) && same(p[2].name, p->name);
    s->list[kept] = *p;
    if (all) s->list[kept].zone = 0;
    kept++;
    i += all ? ZONES : 1;
  }
  s->count = kept;
}

static bool read_rows(struct school *s, struct jl_table_file *t, struct jl_error *err) {
  const char *cells[JL_TABLE_COLUMNS];
  for (bool more = true; more;) {
    if (!jl_table_next(t, cells, &more, err)) return false;
    if (more && !take_day(s, cells, t->line, err)) return false;
  }
  return true;
}

static bool read_school(struct school *s, struct jl_error *err) {
  struct jl_table_file t;
  for (size_t z = 0; z < ZONES; z++) s->open[z].last = s->open[z].first - 1;
  bool ok = jl_table_open(&t, s->cli, s->path, err) && find_columns(s, &t, err) && read_rows(s, &t, err);
  jl_table_close(&t);
  if (!ok) return false;
  for (size_t z = 0; z < ZONES; z++)
    if (!close_zone(s, z, err)) return false;
  if (s->count == 0)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} has no school holidays from {2} on"), JL_MSG("give an earlier day: --since 2025-01-01"),
                   jl_arg_text(s->path), jl_arg_date(s->since));
  join_zones(s);
  return true;
}

/* ---- what is there ---- */
static const Jalon__Cell *cell_of(const Jalon__Block *block, const Jalon__Row *row, const char *name) {
  for (size_t c = 0; c < block->n_columns && c < row->n_cells; c++)
    if (strcmp(block->columns[c]->name, name) == 0) return row->cells[c];
  return NULL;
}

static bool is_it(const Jalon__Block *block, const Jalon__Row *row, const struct period *p) {
  static const char *const zones[] = {"", "zone A", "zone B", "zone C"};
  const Jalon__Cell *name = cell_of(block, row, "name"), *start = cell_of(block, row, "start"), *end = cell_of(block, row, "end"),
                    *zone = cell_of(block, row, "zone");
  if (name == NULL || start == NULL || end == NULL || start->number != p->first || end->number != p->last) return false;
  return strcmp(zone == NULL || zone->text == NULL ? "" : zone->text, zones[p->zone]) == 0;
}

static bool leave_out_known(struct school *s, const struct jl_id *space, struct jl_error *err) {
  struct jl_parameter type = {"type", "school_holiday"};
  const struct jl_view_ask ask = {.space = *space, .view = "list", .parameters = &type, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  size_t kept = 0;
  if (!jl_cli_document(s->cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(document, "school_holiday");
  for (size_t i = 0; i < s->count; i++) {
    bool known = false;
    for (size_t r = 0; block != NULL && r < block->n_rows && !known; r++) known = is_it(block, block->rows[r], &s->list[i]);
    s->there += known;
    if (!known) s->list[kept++] = s->list[i];
  }
  s->count = kept;
  return true;
}

/* ---- making ---- */
static bool put_number(struct school *s, struct jl_bytes *record, uint32_t field, int64_t number, struct jl_error *err) {
  const struct jl_value value = {.number = number};
  const struct jl_field *of = jl_field_by_number(jl_record_type_by_number(JL_TYPE_SCHOOL_HOLIDAY), field);
  struct jl_bytes slice = jl_value_encode(s->cli->arena, of, &value);
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(s->cli, record, field, slice, err);
}

static bool make(struct school *s, struct jl_group *g, const struct period *p, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_SCHOOL_HOLIDAY);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  size_t size = p->name.size < NAME_MOST ? p->name.size : NAME_MOST;
  const char *name = size == 0 ? jl_tr(JL_MSG("school holidays")) : jl_arena_strndup(s->cli->arena, (const char *)p->name.data, size);
  if (name == NULL) return jl_cli_no_link(err);
  if (!jl_record_put_text(s->cli, type, &record, JL_SCHOOL_HOLIDAY_NAME, name, &(struct jl_input){0}, err) ||
      !put_number(s, &record, JL_SCHOOL_HOLIDAY_START, p->first, err) || !put_number(s, &record, JL_SCHOOL_HOLIDAY_END, p->last, err) ||
      (p->zone != 0 && !put_number(s, &record, JL_SCHOOL_HOLIDAY_ZONE, p->zone, err)) || !jl_record_check(type, record, err))
    return false;
  jl_group_create(g, JL_TYPE_SCHOOL_HOLIDAY, &id, record);
  return true;
}

static bool submit(struct school *s, const struct jl_id *space, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  struct jl_group *g = jl_group_new(space);
  bool ok = g != NULL || jl_cli_no_link(err);
  for (size_t i = 0; ok && i < s->count; i++) ok = make(s, g, &s->list[i], err);
  ok = ok && jl_cli_submit(s->cli, g, ret_outcome, err);
  jl_group_free(g);
  return ok;
}

bool jl_cmd_school_import(struct jl_cli *cli, struct jl_error *err) {
  struct school s = {.cli = cli, .path = cli->words[0]};
  struct jl_input input = jl_plan_input(cli, (struct jl_bytes){NULL, 0});
  const char *since = jl_cli_option(cli, "since");
  struct jl_id space = jl_cli_space(cli, jl_record_type_by_number(JL_TYPE_SCHOOL_HOLIDAY));
  struct jl_outcome_of outcome = {0};
  s.since = jl_day_from_date(jl_date_from_day(input.today).year, 1, 1);
  if (since != NULL && !jl_input_date(&input, since, &s.since, err)) return false;
  if (!read_school(&s, err) || !leave_out_known(&s, &space, err)) return false;
  if (s.count > JL_GROUP_MAX_EDITS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has more than {2} periods"), JL_MSG("begin later: --since 2025-01-01"), jl_arg_text(s.path),
                   jl_arg_integer(JL_GROUP_MAX_EDITS));
  if (s.count == 0) {
    jl_say(cli, JL_MSG("nothing new: {1} periods are there"), jl_arg_integer((int64_t)s.there));
    return true;
  }
  if (!submit(&s, &space, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("school holidays: {1} periods would be made, {2} are there") : JL_MSG("school holidays: {1} new periods, {2} were there{3}"),
         jl_arg_integer((int64_t)s.count), jl_arg_integer((int64_t)s.there), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* schedule: the view of this name, and with --apply its dates written, in one group (and what replan.c shares with it). Only what the person was
 * shown is written: a date that somebody changed meanwhile is a conflict. */
#include "client/cli/schedule.h"
#include "client/cli/undo.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <string.h>

#define PARAMETERS 16

/* ---- the question ---- */
static bool iso_date(struct jl_cli *cli, const struct jl_input *input, const char **io_text, struct jl_error *err) {
  char *iso = jl_arena_alloc(cli->arena, 11);
  int32_t day;
  if (iso == NULL) return jl_cli_no_link(err);
  if (!jl_input_date(input, *io_text, &day, err)) return false;
  jl_day_format_iso(day, iso);
  *io_text = iso;
  return true;
}

/* An amount in minor units, or a rate in millionths. */
static bool plain_number(struct jl_cli *cli, const struct jl_input *input, bool money, const char **io_text, struct jl_error *err) {
  int64_t number;
  if (!(money ? jl_input_money(*io_text, input->currency, &number, err) : jl_input_fraction(*io_text, "percent", &number, err))) return false;
  if (number < 0) return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is less than nothing"), NULL, jl_arg_text(*io_text));
  *io_text = jl_arena_printf(cli->arena, "%" PRId64, number);
  return *io_text != NULL || jl_cli_no_link(err);
}

static bool parameters_of(struct jl_cli *cli, struct jl_parameter *ret, size_t *ret_count, struct jl_error *err) {
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  size_t n = 0;
  if (cli->word_count > 0) ret[n++] = (struct jl_parameter){"record", cli->words[0]};
  for (size_t i = 0; i < cli->option_count && n < PARAMETERS; i++) {
    const char *name = cli->options[i].name, *text = cli->options[i].value;
    bool date = strcmp(name, "due") == 0 || strcmp(name, "start") == 0;
    if (strcmp(name, "apply") == 0 || strcmp(name, "yes") == 0) continue;
    if (date && !iso_date(cli, &input, &text, err)) return false;
    if ((strcmp(name, "planned") == 0 || strcmp(name, "rate") == 0) && !plain_number(cli, &input, name[0] == 'p', &text, err)) return false;
    if (strcmp(name, "person") == 0) text = jl_cli_people_of(cli, text);
    ret[n++] = (struct jl_parameter){name, text == NULL || text[0] == '\0' ? "yes" : text}; /* a switch */
  }
  *ret_count = n;
  return true;
}

/* ---- writing ---- */
const Jalon__Cell *jl_cli_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  for (size_t i = 0; i < block->n_columns && i < row->n_cells; i++)
    if (block->columns[i]->name != NULL && strcmp(block->columns[i]->name, column) == 0) return row->cells[i];
  return NULL;
}

static int32_t day_of(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  const Jalon__Cell *cell = jl_cli_cell(block, row, column);
  return cell != NULL && cell->has_kind && cell->kind == JL_ARG_DATE && cell->has_number ? (int32_t)cell->number : INT32_MIN;
}

static bool wanted(const Jalon__Block *block, const Jalon__Row *row, const struct jl_dates_of *of) {
  const Jalon__Cell *change = of->change == NULL ? NULL : jl_cli_cell(block, row, of->change);
  return row->record != NULL && row->record->type == JL_TYPE_ACTION && (of->change == NULL || (change != NULL && change->has_number && change->number != 0));
}

static struct jl_lookup *look_up(struct jl_cli *cli, struct jl_lookups *l, const Jalon__Row *row) {
  static const uint32_t fields[] = {JL_ACTION_START, JL_ACTION_DUE, JL_ACTION_NOT_BEFORE};
  struct jl_lookup *one = jl_lookup_add(cli, l, NULL);
  if (one == NULL || !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &one->id)) return NULL;
  one->type = jl_record_type_by_number(JL_TYPE_ACTION);
  one->base_fields = fields;
  one->base_field_count = JL_COUNT(fields);
  return one;
}

static bool put_date(struct jl_cli *cli, struct jl_group *g, const struct jl_lookup *of, uint32_t field, int32_t day, bool *io_begun, struct jl_error *err) {
  if (day == INT32_MIN) return true;
  struct jl_value value = {.number = day};
  struct jl_bytes slice = jl_value_encode(cli->arena, jl_field_by_number(of->type, field), &value);
  if (slice.data == NULL) return jl_cli_no_link(err);
  if (jl_same_bytes(slice, jl_record_slice(of->record.body, field))) return true;
  if (!*io_begun) jl_group_update(g, of->record.type, &of->record.id);
  *io_begun = true;
  jl_group_field(g, field, jl_lookup_base(of, field), slice);
  return true;
}

bool jl_cli_put_dates(struct jl_cli *cli, const Jalon__Block *block, const struct jl_dates_of *of, struct jl_group *g, size_t *ret_count, struct jl_error *err) {
  struct jl_lookups l = {.space = cli->plan};
  const Jalon__Row **rows = jl_arena_array(cli->arena, block->n_rows + 1, sizeof(const Jalon__Row *));
  size_t n = 0;
  *ret_count = 0;
  if (rows == NULL) return jl_cli_no_link(err);
  for (size_t r = 0; r < block->n_rows; r++) {
    if (!wanted(block, block->rows[r], of)) continue;
    if (look_up(cli, &l, block->rows[r]) == NULL) return jl_cli_no_link(err);
    rows[n++] = block->rows[r];
  }
  if (n > 0 && !jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < n; i++) {
    bool begun = false;
    if (l.items[i].error.code != JL_E_OK) {
      *err = l.items[i].error;
      return false;
    }
    if (!put_date(cli, g, &l.items[i], JL_ACTION_START, day_of(block, rows[i], of->start), &begun, err) ||
        !put_date(cli, g, &l.items[i], JL_ACTION_DUE, day_of(block, rows[i], of->due), &begun, err) ||
        (of->not_before != NULL && !put_date(cli, g, &l.items[i], JL_ACTION_NOT_BEFORE, day_of(block, rows[i], of->not_before), &begun, err)))
      return false;
    *ret_count += begun;
  }
  return true;
}

bool jl_cli_write_dates(struct jl_cli *cli, const Jalon__Document *document, const struct jl_dates_of *of, bool asks, struct jl_error *err) {
  const Jalon__Block *block = jl_cli_block(document, of->block);
  struct jl_group *g = jl_group_new(&cli->plan);
  struct jl_outcome_of outcome = {0};
  size_t count = 0;
  bool ok = g != NULL || jl_cli_no_link(err);
  if (ok && block != NULL) ok = jl_cli_put_dates(cli, block, of, g, &count, err);
  if (ok && count == 0) jl_say(cli, JL_MSG("these dates stand already: nothing to change"));
  if (ok && count > 0) {
    ok = (!asks || !jl_undo_asks(cli) || jl_undo_agreed(cli, err)) && jl_cli_submit(cli, g, &outcome, err);
    if (ok)
      jl_say(cli, cli->dry_run ? JL_MSG("{1} actions would have other dates") : JL_MSG("{1} actions have other dates{2}; jalon undo takes them back"),
             jl_arg_integer((int64_t)count), jl_cli_made(cli, &outcome));
  }
  if (ok) jl_cli_done(cli, &outcome);
  jl_group_free(g);
  return ok;
}

bool jl_cli_schedule_view(struct jl_cli *cli, const char *view, const Jalon__Document **ret_document, bool *ret_applies, struct jl_error *err) {
  struct jl_parameter parameters[PARAMETERS + 1];
  uint64_t revision;
  size_t n = 0;
  *ret_applies = jl_cli_option(cli, "apply") != NULL;
  if (*ret_applies && cli->at_text != NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} and --{2} do not go together"), JL_MSG("leave one of them out"), jl_arg_text("apply"), jl_arg_text("at"));
  if (!parameters_of(cli, parameters, &n, err)) return false;
  struct jl_view_ask ask = {.space = cli->plan, .view = view, .parameters = parameters, .parameter_count = n};
  if (!*ret_applies) return jl_cli_view(cli, &ask, err);
  if (!jl_cli_document(cli, &ask, ret_document, &revision, err)) return false;
  if (cli->face.face == JL_FACE_TERMINAL && !cli->quiet && !jl_cli_print_document(cli, *ret_document, err)) return false;
  return jl_cli_mark_document(cli, &cli->plan, *ret_document, revision, err);
}

bool jl_cmd_schedule(struct jl_cli *cli, struct jl_error *err) {
  static const struct jl_dates_of dates = {"schedule", "proposed_start", "proposed_due", "change", NULL},
                                  levelled = {"moves", "write_start", "write_due", NULL, "write_not_before"};
  const Jalon__Document *document;
  bool applies;
  if (!jl_cli_schedule_view(cli, "schedule", &document, &applies, err)) return false;
  return !applies || jl_cli_write_dates(cli, document, jl_cli_option(cli, "level") != NULL ? &levelled : &dates, true, err);
}

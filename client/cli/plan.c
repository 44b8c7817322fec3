/* plan new and plan use. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

bool jl_cli_plans(struct jl_cli *cli, struct jl_plan_named **ret_plans, size_t *ret_n, struct jl_error *err) {
  struct jl_view_ask view = {.view = "plans"};
  const Jalon__Document *document;
  uint64_t revision;
  size_t rows = 0;
  *ret_n = 0;
  if (!jl_cli_document(cli, &view, &document, &revision, err)) return false;
  for (size_t b = 0; b < document->n_blocks; b++) rows += document->blocks[b]->n_rows;
  struct jl_plan_named *plans = *ret_plans = jl_arena_array(cli->arena, rows + 1, sizeof *plans);
  if (plans == NULL) return jl_cli_no_link(err);
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows; r++) {
      const Jalon__Row *row = document->blocks[b]->rows[r];
      if (row->record == NULL || row->record->type != JL_TYPE_PLAN) continue;
      if (!jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &plans[*ret_n].id)) continue;
      plans[(*ret_n)++].name = row->n_cells > 0 && row->cells[0]->text != NULL ? row->cells[0]->text : "";
    }
  return true;
}

bool jl_cli_choose_plan(struct jl_cli *cli, const struct jl_id *plan, const char *name, struct jl_error *err) {
  bool was_locked = jl_profile_locked(cli->profile);
  if (!jl_cli_lock(cli, err)) return false;
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  id->plan = *plan;
  snprintf(id->plan_name, sizeof id->plan_name, "%s", name);
  bool ok = jl_profile_save(cli->profile, err);
  if (!was_locked) jl_profile_unlock(cli->profile);
  cli->plan = *plan;
  return ok;
}

bool jl_cmd_plan_use(struct jl_cli *cli, struct jl_error *err) {
  struct jl_id plan;
  char name[256];
  if (!jl_cli_resolve_plan(cli, cli->words[0], &plan, name, sizeof name, err) || !jl_cli_choose_plan(cli, &plan, name, err)) return false;
  jl_say(cli, JL_MSG("current plan: {1}"), jl_arg_text(name));
  return jl_cli_make_available(cli, &plan, name, err);
}

/* Without dates a plan covers the civil year of today; with one date a year from or up to it. */
static void year_around(const struct jl_record_type *type, struct jl_bytes record, int32_t today, char first[11], char last[11]) {
  int year = jl_date_from_day(today).year;
  int32_t from = jl_day_from_date(year, 1, 1), to = jl_day_from_date(year, 12, 31);
  if (jl_record_has(record, JL_PLAN_START))
    to = jl_day_add_months((int32_t)jl_record_int(type, record, JL_PLAN_START, 0), 12) - 1;
  else if (jl_record_has(record, JL_PLAN_END))
    from = jl_day_add_months((int32_t)jl_record_int(type, record, JL_PLAN_END, 0), -12) + 1;
  if (to > JL_DAY_MAX) to = JL_DAY_MAX;
  if (from < JL_DAY_MIN) from = JL_DAY_MIN;
  jl_day_format_iso(from, first);
  jl_day_format_iso(to, last);
}

bool jl_new_plan_record(struct jl_cli *cli, const char *name, const struct jl_given_option *options, size_t n, struct jl_bytes *ret_record,
                        struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAN);
  struct jl_bytes record = {NULL, 0};
  struct jl_input input = jl_plan_input(cli, record);
  char first[11], last[11];
  if (!jl_record_put_text(cli, type, &record, JL_PLAN_NAME, name, &input, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (!jl_record_put_text(cli, type, &record, jl_field_by_name(type, options[i].name)->number, options[i].value, &input, err))
      return false;
  year_around(type, record, input.today, first, last);
  if (!jl_record_has(record, JL_PLAN_START) && !jl_record_put_text(cli, type, &record, JL_PLAN_START, first, &input, err)) return false;
  if (!jl_record_has(record, JL_PLAN_END) && !jl_record_put_text(cli, type, &record, JL_PLAN_END, last, &input, err)) return false;
  if (!jl_record_has(record, JL_PLAN_LANGUAGE) && !jl_record_put_text(cli, type, &record, JL_PLAN_LANGUAGE, jl_language(), &input, err))
    return false;
  if (!jl_record_defaults(cli, type, &input, &record, err) || !jl_record_check(type, record, err)) return false;
  *ret_record = record;
  return true;
}

bool jl_cmd_plan_new(struct jl_cli *cli, struct jl_error *err) {
  struct jl_id plan = jl_id_random();
  struct jl_bytes record;
  const char *from = jl_cli_option(cli, "from");
  if (from != NULL && jl_cli_option(cli, "template") != NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} and --{2} do not go together"), JL_MSG("leave one of them out"), jl_arg_text("from"), jl_arg_text("template"));
  if (from == NULL && jl_cli_option(cli, "without") != NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--without says what is not taken along from another plan"), JL_MSG("add --from \"Plan 2027\""));
  if (from != NULL) return jl_plan_from_plan(cli, from, err);
  if (jl_cli_option(cli, "template") != NULL) return jl_plan_from_template(cli, jl_cli_option(cli, "template"), err);
  if (!jl_new_plan_record(cli, cli->words[0], cli->options, cli->option_count, &record, err)) return false;
  struct jl_group *g = jl_group_new(&plan);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_create(g, JL_TYPE_PLAN, &plan, record);
  struct jl_outcome_of outcome;
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  if (!cli->dry_run && !jl_cli_choose_plan(cli, &plan, cli->words[0], err)) return false;
  if (!cli->dry_run) jl_say(cli, JL_MSG("plan {1} made{2}; it is the current plan"), jl_arg_text(cli->words[0]), jl_cli_made(cli, &outcome));
  struct jl_record_state made = {.type = JL_TYPE_PLAN, .id = plan, .number = 1, .revision = outcome.revision};
  jl_cli_done(cli, &outcome);
  return cli->dry_run || jl_cli_mark(cli, &plan, &made, 1, err);
}

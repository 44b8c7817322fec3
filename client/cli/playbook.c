/* playbook use: the steps of a playbook become actions of the plan, below a lever, each with the KPI that measures it (product.md P14). */
#include "client/cli/playbook.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <string.h>

static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

static bool put_number(struct jl_playbook_use *u, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t n, struct jl_error *err) {
  return jl_record_put(u->cli, record, field, jl_value_encode(u->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = n}), err);
}

/* A field of one record as the field of another, where it has a value. */
bool jl_playbook_copy(struct jl_playbook_use *u, const struct jl_record_state *from, uint32_t field, const struct jl_record_type *to,
                      uint32_t to_field, struct jl_bytes *record, struct jl_error *err) {
  struct jl_value value;
  const struct jl_field *source = jl_field_by_number(type_of(from->type), field);
  if (!jl_record_get(from->body, source, &value)) return true;
  return jl_record_put(u->cli, record, to_field, jl_value_encode(u->cli->arena, jl_field_by_number(to, to_field), &value), err);
}

bool jl_playbook_create(struct jl_playbook_use *u, const struct jl_record_type *type, const struct jl_id *id, struct jl_bytes record,
                        struct jl_error *err) {
  if (!jl_record_defaults(u->cli, type, &u->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(u->group, type->number, id, record);
  return true;
}

static bool into(struct jl_playbook_use *u, const struct jl_record_state *lever, struct jl_error *err) {
  u->lever = lever->id;
  u->lever_name = jl_title_text(u->cli, JL_TYPE_LEVER, lever->body);
  return jl_playbook_used(u, lever, err);
}

/* Made when it was used before. */
static bool find_lever(struct jl_playbook_use *u, struct jl_lookup *one, bool *ret_found, struct jl_error *err) {
  struct jl_bytes name = jl_record_text(type_of(JL_TYPE_PLAYBOOK), u->playbook->record.body, JL_PLAYBOOK_NAME);
  *one = (struct jl_lookup){.text = u->lever_name, .type = type_of(JL_TYPE_LEVER)};
  *ret_found = false;
  if (!jl_lookup_one(u->cli, one, err)) {
    if (err->code != JL_E_NOT_FOUND) return false;
    *err = (struct jl_error){0};
    return true;
  }
  *ret_found = jl_same_bytes(jl_record_text(type_of(JL_TYPE_LEVER), one->record.body, JL_LEVER_NAME), name);
  return true;
}

/* The one that was named, or one of the playbook's name. */
static bool put_lever(struct jl_playbook_use *u, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_LEVER);
  const char *named = jl_cli_option(u->cli, "lever");
  struct jl_bytes record = {NULL, 0};
  struct jl_lookup *one = jl_arena_alloc(u->cli->arena, sizeof *one);
  bool found = false;
  if (one == NULL) return jl_cli_no_link(err);
  if (named != NULL) {
    *one = (struct jl_lookup){.text = named, .type = type};
    return jl_lookup_one(u->cli, one, err) && into(u, &one->record, err);
  }
  u->lever_name = jl_title_text(u->cli, JL_TYPE_PLAYBOOK, u->playbook->record.body);
  if (!find_lever(u, one, &found, err)) return false;
  if (found) return into(u, &one->record, err);
  u->lever = jl_id_random();
  return jl_playbook_copy(u, &u->playbook->record, JL_PLAYBOOK_NAME, type, JL_LEVER_NAME, &record, err) &&
         jl_playbook_copy(u, &u->playbook->record, JL_PLAYBOOK_CHANNEL, type, JL_LEVER_CHANNEL, &record, err) && jl_playbook_create(u, type, &u->lever, record, err);
}

/* A target and its comparator go together. */
static bool copy_target(struct jl_playbook_use *u, const struct jl_record_state *step, struct jl_bytes *record, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_KPI);
  if (!jl_record_has(step->body, JL_PLAYBOOK_STEP_TARGET) || !jl_record_has(step->body, JL_PLAYBOOK_STEP_COMPARATOR)) return true;
  return jl_playbook_copy(u, step, JL_PLAYBOOK_STEP_TARGET, type, JL_KPI_TARGET, record, err) &&
         jl_playbook_copy(u, step, JL_PLAYBOOK_STEP_COMPARATOR, type, JL_KPI_COMPARATOR, record, err);
}

static bool put_kpi(struct jl_playbook_use *u, const struct jl_record_state *step, struct jl_id *ret_id, struct jl_error *err) {
  static const uint32_t copied[][2] = {{JL_PLAYBOOK_STEP_KPI, JL_KPI_NAME},
                                       {JL_PLAYBOOK_STEP_UNIT, JL_KPI_UNIT},
                                       {JL_PLAYBOOK_STEP_DIRECTION, JL_KPI_DIRECTION},
                                       {JL_PLAYBOOK_STEP_TIMING, JL_KPI_TIMING},
                                       {JL_PLAYBOOK_STEP_FREQUENCY, JL_KPI_FREQUENCY}};
  const struct jl_record_type *type = type_of(JL_TYPE_KPI);
  struct jl_bytes name = jl_record_text(type_of(JL_TYPE_PLAYBOOK_STEP), step->body, JL_PLAYBOOK_STEP_KPI), record = {NULL, 0};
  for (size_t i = 0; i < u->kpi_count; i++)
    if (jl_same_bytes(u->kpis[i].name, name)) {
      *ret_id = u->kpis[i].id;
      return true;
    }
  *ret_id = u->kpis[u->kpi_count].id = jl_id_random();
  u->kpis[u->kpi_count++].name = name;
  u->kpis_made++;
  for (size_t i = 0; i < JL_COUNT(copied); i++)
    if (!jl_playbook_copy(u, step, copied[i][0], type, copied[i][1], &record, err)) return false;
  return copy_target(u, step, &record, err) && jl_playbook_copy(u, &u->playbook->record, JL_PLAYBOOK_CHANNEL, type, JL_KPI_CHANNEL, &record, err) &&
         jl_record_put_id(u->cli, type, &record, JL_KPI_LEVER, &u->lever, err) && jl_playbook_create(u, type, ret_id, record, err);
}

/* Monday to Friday, without regard to public holidays. */
static int64_t working_day(int64_t day) {
  while (jl_weekday((int32_t)day) > 5) day++;
  return day;
}

/* The last of so many working days from a day on. */
static int64_t last_working_day(int64_t start, int64_t days) {
  int64_t day = start;
  for (int64_t left = days; left > 1; left--) day = working_day(day + 1);
  return day;
}

static bool put_dates(struct jl_playbook_use *u, const struct jl_record_state *step, struct jl_bytes *record, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_ACTION), *of = type_of(JL_TYPE_PLAYBOOK_STEP);
  int64_t start = working_day(u->input.today + jl_record_int(of, step->body, JL_PLAYBOOK_STEP_AFTER, 0));
  int64_t days = jl_record_int(of, step->body, JL_PLAYBOOK_STEP_DURATION, 0);
  return put_number(u, type, record, JL_ACTION_START, start, err) &&
         put_number(u, type, record, JL_ACTION_DUE, last_working_day(start, days), err);
}

static bool put_action(struct jl_playbook_use *u, const struct jl_record_state *step, struct jl_error *err) {
  static const uint32_t copied[][2] = {{JL_PLAYBOOK_STEP_TITLE, JL_ACTION_TITLE},
                                       {JL_PLAYBOOK_STEP_DESCRIPTION, JL_ACTION_DESCRIPTION},
                                       {JL_PLAYBOOK_STEP_DURATION, JL_ACTION_DURATION},
                                       {JL_PLAYBOOK_STEP_IMPACT, JL_ACTION_IMPACT},
                                       {JL_PLAYBOOK_STEP_EFFORT, JL_ACTION_EFFORT},
                                       {JL_PLAYBOOK_STEP_QUANTITY_TARGET, JL_ACTION_QUANTITY_TARGET},
                                       {JL_PLAYBOOK_STEP_QUANTITY_UNIT, JL_ACTION_QUANTITY_UNIT}};
  const struct jl_record_type *type = type_of(JL_TYPE_ACTION);
  struct jl_bytes record = {NULL, 0};
  struct jl_value kpi = {0};
  struct jl_id id = jl_id_random();
  for (size_t i = 0; i < JL_COUNT(copied); i++)
    if (!jl_playbook_copy(u, step, copied[i][0], type, copied[i][1], &record, err)) return false;
  if (!put_dates(u, step, &record, err) || !jl_record_put_id(u->cli, type, &record, JL_ACTION_LEVER, &u->lever, err)) return false;
  if (jl_record_has(step->body, JL_PLAYBOOK_STEP_KPI) &&
      (!put_kpi(u, step, &kpi.id, err) ||
       !jl_record_put(u->cli, &record, JL_ACTION_KPIS, jl_values_encode(u->cli->arena, jl_field_by_number(type, JL_ACTION_KPIS), &kpi, 1), err)))
    return false;
  return jl_playbook_create(u, type, &id, record, err) && jl_playbook_parts(u, step, &id, &kpi.id, err);
}

/* What it costs as a rule is told in the currency in which it was written: that of the plan, of a file that comes with the program euros. */
static void look_at_money(struct jl_playbook_use *u) {
  bool of_plan = u->playbook->record.number != 0, euros = u->input.currency != NULL && strcmp(u->input.currency, "EUR") == 0;
  u->has_money = of_plan || euros;
  for (size_t i = 0; u->has_money && i < u->playbook->below_count; i++)
    u->budget += jl_record_int(type_of(JL_TYPE_PLAYBOOK_STEP), u->playbook->below[i].body, JL_PLAYBOOK_STEP_BUDGET, 0);
}

static bool read_bucket(struct jl_playbook_use *u, struct jl_error *err) {
  const char *text = jl_cli_option(u->cli, "bucket");
  struct jl_value value;
  if (text == NULL) return true;
  if (jl_cli_option(u->cli, "budget") == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--bucket is of the budget lines, and none are made"), JL_MSG("add --budget"));
  if (!jl_input_value(&u->input, jl_field_by_number(type_of(JL_TYPE_BUDGET_LINE), JL_BUDGET_LINE_BUCKET), text, &value, err)) return false;
  u->bucket = value.number;
  return true;
}

static void say_money(const struct jl_playbook_use *u) {
  struct jl_arg sum = jl_arg_money(u->budget, u->input.currency != NULL ? u->input.currency : "EUR"), lines = jl_arg_integer((int64_t)u->lines_made);
  if (u->lines_made > 0)
    jl_say(u->cli, u->cli->dry_run ? JL_MSG("budget lines that would be made: {2}, planned {1}") : JL_MSG("budget lines made: {2}, planned {1}"), sum, lines);
  else if (u->budget > 0)
    jl_say(u->cli, JL_MSG("what it costs as a rule: {1}; --budget makes budget lines of it"), sum);
}

bool jl_cmd_playbook_use(struct jl_cli *cli, struct jl_error *err) {
  const char *start = jl_cli_option(cli, "start");
  struct jl_playbook_use u = {.cli = cli, .input = jl_plan_input_of(cli, &cli->plan), .playbook = jl_arena_alloc(cli->arena, sizeof *u.playbook)};
  struct jl_outcome_of outcome;
  if (u.playbook == NULL) return jl_cli_no_link(err);
  if (!jl_playbook_find(cli, cli->words[0], u.playbook, err) || !read_bucket(&u, err)) return false;
  if (start != NULL && !jl_input_date(&u.input, start, &u.input.today, err)) return false;
  if (u.playbook->below_count == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the playbook {1} has no steps"), JL_MSG("jalon playbook-step add \"...\" --playbook {1}"),
                   jl_arg_text(cli->words[0]));
  look_at_money(&u);
  u.kpis = jl_arena_array(cli->arena, u.playbook->below_count, sizeof *u.kpis);
  u.group = u.kpis == NULL ? NULL : jl_group_new(&cli->plan);
  bool ok = u.group != NULL || jl_cli_no_link(err);
  ok = ok && put_lever(&u, err);
  for (size_t i = 0; ok && i < u.playbook->below_count; i++) ok = put_action(&u, &u.playbook->below[i], err);
  ok = ok && jl_cli_submit(cli, u.group, &outcome, err);
  jl_group_free(u.group);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} actions and {2} KPIs would be made below {3}") : JL_MSG("{1} actions and {2} KPIs are below {3}{4}"),
         jl_arg_integer((int64_t)u.playbook->below_count), jl_arg_integer((int64_t)u.kpis_made), jl_arg_text(u.lever_name),
         jl_cli_made(cli, &outcome));
  say_money(&u);
  jl_cli_done(cli, &outcome);
  return true;
}

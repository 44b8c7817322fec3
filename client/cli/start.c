/* start: a first plan by questions, in a terminal only: name, period, main objective, levers, a budget split 70/20/10. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWER 400

struct start {
  struct jl_cli *cli;
  struct jl_input input;
  struct jl_group *group;
  struct jl_id plan, objective, levers[3];
  size_t lever_count;
  char name[ANSWER], first[ANSWER], last[ANSWER], title[ANSWER], target[ANSWER], unit[ANSWER], due[ANSWER], lever_names[3][ANSWER],
      budget[ANSWER];
};

/* One question; Enter takes the answer in brackets. */
static bool question(const char *text, const char *otherwise, char out[ANSWER], struct jl_error *err) {
  printf("%s%s%s%s ", jl_tr(text), otherwise[0] != '\0' ? " [" : "", otherwise, otherwise[0] != '\0' ? "]" : "");
  fflush(stdout);
  if (fgets(out, ANSWER, stdin) == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("stopped: nothing was made"), NULL);
  out[strcspn(out, "\r\n")] = '\0';
  if (out[0] == '\0') snprintf(out, ANSWER, "%s", otherwise);
  return true;
}

static void complain(struct jl_cli *cli, const struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_face_error(err, &cli->error_face, &out);
  if (jl_buffer_ok(&out) && out.size > 0) (void)!fwrite(out.data, 1, out.size, stderr);
  jl_buffer_release(&out);
}

/* Asks until the answer can be read as the field's value; it is left in out as typed. */
static bool ask_field(struct start *s, const char *text, const char *otherwise, uint32_t type, uint32_t field, char out[ANSWER],
                      struct jl_error *err) {
  for (;;) {
    struct jl_error bad;
    struct jl_value value;
    if (!question(text, otherwise, out, err)) return false;
    if (out[0] != '\0' && jl_input_value(&s->input, jl_field_by_number(jl_record_type_by_number(type), field), out, &value, &bad))
      return true;
    if (out[0] == '\0') (void)jl_fail(&bad, JL_E_INVALID, JL_MSG("an answer is needed here"), NULL);
    complain(s->cli, &bad);
  }
}

/* As people of this language type it. */
static void offered_day(const struct start *s, int year, int month, int day, char out[ANSWER]) {
  char iso[11];
  jl_day_format_iso(jl_day_from_date(year, month, day), iso);
  if (s->input.day_first) snprintf(out, ANSWER, "%02d/%02d/%04d", day, month, year);
  else snprintf(out, ANSWER, "%s", iso);
}

static int year_of(const struct start *s, const char *typed) {
  int32_t day = 0;
  struct jl_error ignored;
  return jl_date_from_day(jl_input_date(&s->input, typed, &day, &ignored) ? day : s->input.today).year;
}

static bool ask_all(struct start *s, struct jl_error *err) {
  char first[ANSWER], last[ANSWER];
  offered_day(s, year_of(s, ""), 1, 1, first);
  if (!ask_field(s, JL_MSG("Name of the plan?"), "Marketing", JL_TYPE_PLAN, JL_PLAN_NAME, s->name, err) ||
      !ask_field(s, JL_MSG("First day?"), first, JL_TYPE_PLAN, JL_PLAN_START, s->first, err))
    return false;
  offered_day(s, year_of(s, s->first), 12, 31, last);
  if (!ask_field(s, JL_MSG("Last day?"), last, JL_TYPE_PLAN, JL_PLAN_END, s->last, err) ||
      !ask_field(s, JL_MSG("Main objective?"), "", JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TITLE, s->title, err) ||
      !question(JL_MSG("Counted in (EUR, leads, percent ...)?"), "EUR", s->unit, err))
    return false;
  s->input.unit = s->unit;
  if (!ask_field(s, JL_MSG("Target?"), "", JL_TYPE_OBJECTIVE, JL_OBJECTIVE_TARGET, s->target, err) ||
      !ask_field(s, JL_MSG("Reached when?"), s->last, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_DUE, s->due, err))
    return false;
  static const char *const asks[3] = {JL_MSG("First lever (SEO, events, e-mailing ...)?"), JL_MSG("Second lever?"),
                                      JL_MSG("Third lever (Enter: none)?")};
  for (size_t i = 0; i < 3; i++) {
    if (i < 2 ? !ask_field(s, asks[i], "", JL_TYPE_LEVER, JL_LEVER_NAME, s->lever_names[i], err)
              : !question(asks[i], "", s->lever_names[i], err))
      return false;
    if (s->lever_names[i][0] != '\0') s->lever_count++;
  }
  return ask_field(s, JL_MSG("Total budget, excl. VAT?"), "", JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, s->budget, err);
}

static bool put(struct start *s, uint32_t type_number, const struct jl_id *id, struct jl_bytes record, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  if (!jl_record_defaults(s->cli, type, &s->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(s->group, type_number, id, record);
  return true;
}

static bool put_strategy(struct start *s, struct jl_error *err) {
  const struct jl_record_type *objective = jl_record_type_by_number(JL_TYPE_OBJECTIVE), *lever = jl_record_type_by_number(JL_TYPE_LEVER);
  struct jl_given_option dates[] = {{"start", s->first}, {"end", s->last}, {"currency", "EUR"}};
  struct jl_bytes record = {NULL, 0};
  if (!jl_new_plan_record(s->cli, s->name, dates, 3, &record, err)) return false;
  jl_group_create(s->group, JL_TYPE_PLAN, &s->plan, record);
  record = (struct jl_bytes){NULL, 0};
  s->input.unit = s->unit;
  if (!jl_record_put_text(s->cli, objective, &record, JL_OBJECTIVE_TITLE, s->title, &s->input, err) ||
      !jl_record_put_text(s->cli, objective, &record, JL_OBJECTIVE_UNIT, s->unit, &s->input, err) ||
      !jl_record_put_text(s->cli, objective, &record, JL_OBJECTIVE_TARGET, s->target, &s->input, err) ||
      !jl_record_put_text(s->cli, objective, &record, JL_OBJECTIVE_DUE, s->due, &s->input, err) ||
      !put(s, JL_TYPE_OBJECTIVE, &s->objective, record, err))
    return false;
  for (size_t i = 0; i < s->lever_count; i++) {
    struct jl_value value = {.id = s->objective};
    record = (struct jl_bytes){NULL, 0};
    s->levers[i] = jl_id_random();
    if (!jl_record_put_text(s->cli, lever, &record, JL_LEVER_NAME, s->lever_names[i], &s->input, err) ||
        !jl_record_put(s->cli, &record, JL_LEVER_OBJECTIVES,
                       jl_values_encode(s->cli->arena, jl_field_by_number(lever, JL_LEVER_OBJECTIVES), &value, 1), err) ||
        !put(s, JL_TYPE_LEVER, &s->levers[i], record, err))
      return false;
  }
  return true;
}

/* 70/20/10 to the cent: what is proven, what is improved, what is tried. */
static bool put_budget(struct start *s, struct jl_error *err) {
  static const int64_t weights[3] = {70, 20, 10};
  static const char *const titles[3] = {JL_MSG("Proven: what works"), JL_MSG("Optimisation: what can work better"),
                                        JL_MSG("Innovation: what is tried")};
  static const char *const buckets[3] = {"70", "20", "10"};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  int64_t total, parts[3];
  if (!jl_input_money(s->budget, "EUR", &total, err)) return false;
  if (!jl_split(total, weights, 3, parts)) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is too large"), NULL, jl_arg_text(s->budget));
  for (size_t i = 0; i < 3; i++) {
    struct jl_bytes record = {NULL, 0};
    struct jl_value planned = {.number = parts[i]};
    struct jl_id id = jl_id_random();
    if (!jl_record_put_text(s->cli, type, &record, JL_BUDGET_LINE_TITLE, jl_tr(titles[i]), &s->input, err) ||
        !jl_record_put_text(s->cli, type, &record, JL_BUDGET_LINE_CATEGORY, "other", &s->input, err) ||
        !jl_record_put_text(s->cli, type, &record, JL_BUDGET_LINE_BUCKET, buckets[i], &s->input, err) ||
        !jl_record_put(s->cli, &record, JL_BUDGET_LINE_PLANNED,
                       jl_value_encode(s->cli->arena, jl_field_by_number(type, JL_BUDGET_LINE_PLANNED), &planned), err) ||
        !put(s, JL_TYPE_BUDGET_LINE, &id, record, err))
      return false;
  }
  return true;
}

bool jl_cmd_start(struct jl_cli *cli, struct jl_error *err) {
  if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("start asks questions, so it needs a terminal"),
                   JL_MSG("use jalon plan new NAME, or jalon plan import FILE"));
  struct start *s = jl_arena_alloc(cli->arena, sizeof *s);
  if (s == NULL) return jl_cli_no_link(err);
  s->cli = cli;
  s->input = jl_plan_input(cli, (struct jl_bytes){NULL, 0});
  s->input.currency = "EUR";
  s->plan = jl_id_random();
  s->objective = jl_id_random();
  jl_cli_let_others(cli);
  if (!ask_all(s, err)) return false;
  s->group = jl_group_new(&s->plan);
  struct jl_outcome_of outcome;
  bool ok = s->group != NULL || jl_cli_no_link(err);
  ok = ok && put_strategy(s, err) && put_budget(s, err) && jl_cli_submit(cli, s->group, &outcome, err);
  jl_group_free(s->group);
  if (!ok) return false;
  if (cli->dry_run) {
    jl_cli_done(cli, &outcome);
    return true;
  }
  if (!jl_cli_choose_plan(cli, &s->plan, s->name, err)) return false;
  jl_say(cli, JL_MSG("plan {1} made{2}; it is the current plan"), jl_arg_text(s->name), jl_cli_made(cli, &outcome));
  struct jl_view_ask ask = {.space = s->plan, .view = "dashboard"};
  if (!jl_cli_view(cli, &ask, err)) return false;
  jl_say(cli, JL_MSG("\nnext: jalon action add TITLE --lever L1 --due DATE, jalon raci set A1 A=WHO R=WHO, jalon tree"));
  return true;
}

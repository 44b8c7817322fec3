/* event new: an event with what goes before it and what follows (product.md A4, seed 001: "prévoir toute la partie nurturing en amont ... et
 * toutes les actions de suivi après le jour J"). The event's date is fixed; what goes before is done as late as possible and so many days
 * of work ahead of it, what follows as early as possible: dependencies say so, and when the event moves (jalon replan A5 --due ... --apply)
 * all of it moves. Its dates are asked for before it is made (view schedule, common/model/actions/event.c), so that all of it is one group: all
 * or none, and one undo. */
#include "client/cli/schedule.h"
#include "client/faces/face.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <string.h>

struct step {
  const char *title; /* message id with {1}: the event */
  int32_t offset;    /* days of work between it and the event; negative: it goes before */
  int32_t duration;
};
#define STEPS_MAX 10
static const struct package {
  const char *name;
  int32_t days; /* of the event itself */
  struct step steps[STEPS_MAX];
} packages[] = {
    {"event",
     1,
     {{JL_MSG("{1}: programme, venue and speakers"), -40, 10},
      {JL_MSG("{1}: invitation page and registration form"), -25, 3},
      {JL_MSG("{1}: newsletter that announces it"), -20, 1},
      {JL_MSG("{1}: personal invitations"), -15, 3},
      {JL_MSG("{1}: reminder to those who are registered"), -2, 1},
      {JL_MSG("{1}: thanks, and what was shown"), 1, 1},
      {JL_MSG("{1}: calls to participants"), 2, 5},
      {JL_MSG("{1}: review: leads, cost per lead, what to do again"), 10, 1}}},
    {"webinar",
     1,
     {{JL_MSG("{1}: subject, speaker and outline"), -30, 3},
      {JL_MSG("{1}: registration page"), -20, 2},
      {JL_MSG("{1}: newsletter that announces it"), -15, 1},
      {JL_MSG("{1}: posts on social networks"), -10, 2},
      {JL_MSG("{1}: rehearsal"), -3, 1},
      {JL_MSG("{1}: reminder to those who are registered"), -1, 1},
      {JL_MSG("{1}: recording and thanks to those who came and those who did not"), 1, 1},
      {JL_MSG("{1}: calls to the warmest participants"), 2, 3},
      {JL_MSG("{1}: review: leads, cost per lead, what to do again"), 10, 1}}},
    {"trade-show",
     3,
     {{JL_MSG("{1}: stand, objectives and budget"), -60, 10},
      {JL_MSG("{1}: newsletter that announces it"), -20, 1},
      {JL_MSG("{1}: personal invitations, appointments at the stand"), -15, 5},
      {JL_MSG("{1}: brief the team, material and lead form"), -5, 2},
      {JL_MSG("{1}: thanks to visitors"), 1, 1},
      {JL_MSG("{1}: leads into the CRM, scored"), 1, 2},
      {JL_MSG("{1}: calls to visitors"), 3, 10},
      {JL_MSG("{1}: review: leads, cost per lead, what to do again"), 15, 1}}},
};

struct making {
  struct jl_cli *cli;
  struct jl_input input;
  struct jl_group *group;
  const char *title;
  struct jl_id lever, event;
  bool has_lever;
  size_t made;
  const Jalon__Block *dates; /* of the steps, in their order */
};

static const struct jl_record_type *type_of(uint32_t number) { return jl_record_type_by_number(number); }

static bool put_number(struct making *m, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t n, struct jl_error *err) {
  struct jl_bytes slice = jl_value_encode(m->cli->arena, jl_field_by_number(type, field), &(struct jl_value){.number = n});
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(m->cli, record, field, slice, err);
}

static bool create(struct making *m, const struct jl_record_type *type, const struct jl_id *id, struct jl_bytes record, struct jl_error *err) {
  if (!jl_record_defaults(m->cli, type, &m->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(m->group, type->number, id, record);
  return true;
}

static const char *worded(struct making *m, const char *message) {
  const struct jl_arg title = jl_arg_text(m->title);
  struct jl_buffer out;
  jl_buffer_init(&out, 4096);
  jl_format_words(message, &title, 1, &out);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(m->cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text == NULL ? m->title : text;
}

static bool put_event(struct making *m, int32_t start, int32_t due, int32_t days, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_ACTION);
  struct jl_bytes record = {NULL, 0};
  m->event = jl_id_random();
  return jl_record_put_text(m->cli, type, &record, JL_ACTION_TITLE, m->title, &m->input, err) &&
         (!m->has_lever || jl_record_put_id(m->cli, type, &record, JL_ACTION_LEVER, &m->lever, err)) &&
         put_number(m, type, &record, JL_ACTION_START, start, err) && put_number(m, type, &record, JL_ACTION_DUE, due, err) &&
         put_number(m, type, &record, JL_ACTION_DURATION, days, err) && put_number(m, type, &record, JL_ACTION_TIMING, JL_FIXED, err) &&
         create(m, type, &m->event, record, err);
}

static bool put_date(struct making *m, struct jl_bytes *record, uint32_t field, const char *column, struct jl_error *err) {
  const Jalon__Row *row = m->dates != NULL && m->made < m->dates->n_rows ? m->dates->rows[m->made] : NULL;
  const Jalon__Cell *cell = row == NULL ? NULL : jl_cli_cell(m->dates, row, column);
  return cell == NULL || !cell->has_number || put_number(m, type_of(JL_TYPE_ACTION), record, field, cell->number, err);
}

static bool put_step(struct making *m, const struct step *step, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_ACTION), *dependency = type_of(JL_TYPE_DEPENDENCY);
  struct jl_bytes record = {NULL, 0}, link = {NULL, 0};
  struct jl_id id = jl_id_random(), link_id;
  bool before = step->offset < 0;
  int32_t lag = before ? -step->offset - 1 : step->offset - 1; /* the next day of work is a day away, with none between */
  bool ok = jl_record_put_text(m->cli, type, &record, JL_ACTION_TITLE, worded(m, step->title), &m->input, err) &&
            (!m->has_lever || jl_record_put_id(m->cli, type, &record, JL_ACTION_LEVER, &m->lever, err)) &&
            put_date(m, &record, JL_ACTION_START, "start", err) && put_date(m, &record, JL_ACTION_DUE, "due", err) &&
            put_number(m, type, &record, JL_ACTION_DURATION, step->duration, err) &&
            put_number(m, type, &record, JL_ACTION_TIMING, before ? JL_LATEST : JL_EARLIEST, err) && create(m, type, &id, record, err) &&
            jl_record_put_id(m->cli, dependency, &link, JL_DEPENDENCY_PREDECESSOR, before ? &id : &m->event, err) &&
            jl_record_put_id(m->cli, dependency, &link, JL_DEPENDENCY_SUCCESSOR, before ? &m->event : &id, err) &&
            put_number(m, dependency, &link, JL_DEPENDENCY_KIND, JL_FINISH_TO_START, err) &&
            (lag == 0 || put_number(m, dependency, &link, JL_DEPENDENCY_LAG, lag, err));
  if (!ok || !jl_record_natural_id(dependency, &m->cli->plan, link, &link_id)) return ok && jl_cli_no_link(err);
  m->made++;
  return create(m, dependency, &link_id, link, err);
}

static const struct package *find_package(const struct jl_cli *cli, struct jl_error *err) {
  const char *name = jl_cli_option(cli, "package");
  for (size_t i = 0; i < JL_COUNT(packages); i++)
    if (name == NULL || strcmp(packages[i].name, name) == 0) return &packages[i];
  (void)jl_fail(err, JL_E_USAGE, JL_MSG("there is no package {1}"), JL_MSG("event, webinar or trade-show"), jl_arg_text(name));
  return NULL;
}

static bool take_lever(struct making *m, struct jl_error *err) {
  const char *named = jl_cli_option(m->cli, "lever");
  struct jl_lookup one = {.text = named, .type = type_of(JL_TYPE_LEVER)};
  if (named == NULL) return true;
  if (!jl_lookup_one(m->cli, &one, err)) return false;
  m->lever = one.record.id;
  m->has_lever = true;
  return true;
}

/* When each step would be done, as the plan is now. */
static bool ask_dates(struct making *m, const struct package *package, int32_t start, int32_t due, struct jl_error *err) {
  struct jl_cli *cli = m->cli;
  struct jl_buffer steps;
  char days[2][11];
  const Jalon__Document *document;
  uint64_t revision;
  jl_buffer_init(&steps, 4096);
  for (size_t i = 0; i < STEPS_MAX && package->steps[i].title != NULL; i++)
    jl_buffer_printf(&steps, "%s%" PRId32 ":%" PRId32, i > 0 ? "," : "", package->steps[i].offset, package->steps[i].duration);
  jl_day_format_iso(start, days[0]);
  jl_day_format_iso(due, days[1]);
  const char *event = jl_arena_printf(cli->arena, "%s..%s", days[0], days[1]),
             *list = jl_buffer_ok(&steps) ? jl_arena_strndup(cli->arena, (const char *)steps.data, steps.size) : NULL;
  jl_buffer_release(&steps);
  if (event == NULL || list == NULL) return jl_cli_no_link(err);
  struct jl_parameter parameters[] = {{"event", event}, {"steps", list}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "schedule", .parameters = parameters, .parameter_count = 2};
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  m->dates = jl_cli_block(document, "steps");
  return true;
}

bool jl_cmd_event_new(struct jl_cli *cli, struct jl_error *err) {
  struct making m = {.cli = cli, .title = cli->words[0], .input = jl_plan_input_of(cli, &cli->plan)};
  const struct package *package = find_package(cli, err);
  const char *date = jl_cli_option(cli, "date"), *until = jl_cli_option(cli, "until");
  struct jl_outcome_of outcome = {0};
  int32_t start, due;
  if (package == NULL) return false;
  if (date == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("say when it takes place: --date"), JL_MSG("jalon event new \"Salon\" --date 11/06"));
  if (!jl_input_date(&m.input, date, &start, err)) return false;
  due = start + (until == NULL ? package->days - 1 : 0);
  if (until != NULL && !jl_input_date(&m.input, until, &due, err)) return false;
  if (!take_lever(&m, err)) return false;
  m.group = jl_group_new(&cli->plan);
  bool ok = m.group != NULL || jl_cli_no_link(err);
  ok = ok && ask_dates(&m, package, start, due, err) && put_event(&m, start, due, due - start + 1, err);
  for (size_t i = 0; ok && i < STEPS_MAX && package->steps[i].title != NULL; i++) ok = put_step(&m, &package->steps[i], err);
  ok = ok && jl_cli_submit(cli, m.group, &outcome, err);
  jl_group_free(m.group);
  if (!ok) return false;
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome.given_count; i++)
    if (jl_id_equal(&outcome.given[i].record, &m.event)) jl_reference_text(JL_TYPE_ACTION, outcome.given[i].number, reference);
  jl_say(cli, cli->dry_run ? JL_MSG("{3} actions would be made around \"{2}\"") : JL_MSG("{1} {2}: {3} actions are around it{4}"), jl_arg_text(reference), jl_arg_text(m.title),
         jl_arg_integer((int64_t)m.made), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

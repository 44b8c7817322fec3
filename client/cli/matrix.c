/* matrix apply: what seed 004 has a team decide from its matrix, in one group: quick wins that nobody has begun are made ready and put into the
 * next sprint, time sinks are stopped with their reason. What it would do is shown first. */
#include "client/cli/rhythm.h"
#include "client/cli/undo.h"
#include "client/faces/format.h"
#include "common/model/actions/matrix.h"
#include "common/record/schema.h"
#include <string.h>

struct deciding {
  struct jl_cli *cli;
  struct jl_lookups lookups;
  struct decision {
    bool stops, waits /* nobody has begun it, or made it ready */, enters /* the sprint */, done /* nothing is to be decided of it */;
    const char *title; /* "A3 ..." */
    int64_t impact, effort;
  } *decisions; /* one for each lookup */
  size_t ready, stopped, entering;
  struct jl_id sprint; /* the next one; zero: there is none */
  const char *sprint_name;
};

/* ---- the next sprint ---- */
static bool name_sprint(struct deciding *d, const struct jl_lookup *sprint, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(sprint->record.type, sprint->record.number, reference);
  d->sprint = sprint->record.id;
  d->sprint_name = jl_arena_printf(d->cli->arena, "%s %s", reference, jl_title_text(d->cli, sprint->record.type, sprint->record.body));
  return d->sprint_name != NULL || jl_cli_no_link(err);
}

/* The one that --into names, else the first that has not begun yet and is open. Two teams that begin on one day have to be told apart. */
static bool find_sprint(struct deciding *d, struct jl_error *err) {
  struct jl_cli *cli = d->cli;
  struct jl_parameter type = {"type", "sprint"};
  struct jl_view_ask ask = {.space = cli->plan, .view = "list", .parameters = &type, .parameter_count = 1};
  struct jl_lookup next = {.text = jl_cli_option(cli, "into"), .type = jl_record_type_by_number(JL_TYPE_SPRINT)};
  const Jalon__Document *document;
  uint64_t revision;
  int64_t first = INT64_MAX;
  size_t alike = 0;
  if (next.text != NULL) return jl_lookup_one(cli, &next, err) && name_sprint(d, &next, err);
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(document, "sprint");
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Cell *start = jl_row_cell(block, block->rows[i], "start"), *closed = jl_row_cell(block, block->rows[i], "closed");
    bool open = closed == NULL || closed->number == 0;
    if (start == NULL || !open || start->number <= jl_cli_today(cli) || start->number > first) continue;
    alike = start->number == first ? alike + 1 : 1;
    first = start->number;
    if (!jl_row_record(block->rows[i], JL_TYPE_SPRINT, &next.id)) return jl_cli_no_link(err);
  }
  if (alike > 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} sprints begin on {2}"), JL_MSG("choose one: --into SP2"), jl_arg_integer((int64_t)alike), jl_arg_date((int32_t)first));
  return alike == 0 || (jl_lookup_one(cli, &next, err) && name_sprint(d, &next, err));
}

/* ---- decisions ---- */
/* What is under way stays where it is. */
static bool decide(struct deciding *d, const Jalon__Block *block, const Jalon__Row *row) {
  static const uint32_t fields[] = {JL_ACTION_STATUS, JL_ACTION_DROPPED_REASON, JL_ACTION_SPRINT};
  const char *only = jl_cli_option(d->cli, "only");
  const Jalon__Cell *quadrant = jl_row_cell(block, row, "quadrant"), *title = jl_row_cell(block, row, "action"), *impact = jl_row_cell(block, row, "impact"),
                    *effort = jl_row_cell(block, row, "effort");
  const Jalon__Cell *status = jl_row_cell(block, row, "status");
  bool stops = jl_cell_is(quadrant, jl_quadrant_text(JL_TIME_SINK)), waits = jl_cell_is(status, "to-do"),
       starts = jl_cell_is(quadrant, jl_quadrant_text(JL_QUICK_WIN)) && (waits || (jl_cell_is(status, "ready") && !jl_id_is_zero(&d->sprint)));
  if (row->record == NULL || (!stops && !starts) || title == NULL || impact == NULL || effort == NULL) return true;
  if (only != NULL && strcmp(only, jl_quadrant_text(stops ? JL_TIME_SINK : JL_QUICK_WIN)) != 0) return true;
  struct jl_lookup *one = jl_lookup_add(d->cli, &d->lookups, NULL);
  if (one == NULL || !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &one->id)) return false;
  one->type = jl_record_type_by_number(JL_TYPE_ACTION);
  one->base_fields = fields;
  one->base_field_count = JL_COUNT(fields);
  d->decisions[d->lookups.count - 1] = (struct decision){.stops = stops, .waits = waits, .title = title->text, .impact = impact->number, .effort = effort->number};
  return true;
}

/* A quick win that has a sprint keeps it. */
static void count(struct deciding *d) {
  for (size_t i = 0; i < d->lookups.count; i++) {
    struct decision *one = &d->decisions[i];
    one->enters = !one->stops && !jl_id_is_zero(&d->sprint) && !jl_record_has(d->lookups.items[i].record.body, JL_ACTION_SPRINT);
    one->done = !one->stops && !one->waits && !one->enters;
    d->stopped += one->stops;
    d->ready += !one->stops && !one->done;
    d->entering += one->enters;
  }
}

static bool read_view(struct deciding *d, struct jl_error *err) {
  struct jl_cli *cli = d->cli;
  const char *only = jl_cli_option(cli, "only");
  struct jl_parameter parameters[16];
  size_t n = 0;
  if (!jl_cli_view_options(cli, jl_view_by_name("matrix"), parameters, JL_COUNT(parameters), &n, err)) return false;
  struct jl_view_ask ask = {.space = cli->plan, .view = "matrix", .parameters = parameters, .parameter_count = n};
  const Jalon__Document *document;
  uint64_t revision;
  if (only != NULL && strcmp(only, jl_quadrant_text(JL_QUICK_WIN)) != 0 && strcmp(only, jl_quadrant_text(JL_TIME_SINK)) != 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("quick-wins or time-sinks"), jl_arg_text("only"), jl_arg_text(only));
  if (!find_sprint(d, err) || !jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(document, "matrix");
  d->decisions = jl_arena_array(cli->arena, block == NULL ? 1 : block->n_rows + 1, sizeof *d->decisions);
  if (d->decisions == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; block != NULL && i < block->n_rows; i++)
    if (!decide(d, block, block->rows[i])) return jl_cli_no_link(err);
  if (d->lookups.count > 0 && !jl_lookups_run(cli, &d->lookups, err)) return false;
  for (size_t i = 0; i < d->lookups.count; i++)
    if (d->lookups.items[i].error.code != JL_E_OK) {
      *err = d->lookups.items[i].error;
      return false;
    }
  count(d);
  return jl_cli_mark_document(cli, &cli->plan, document, revision, err);
}

static const char *reason_of(const struct deciding *d, const struct decision *decision) {
  const char *given = jl_cli_option(d->cli, "reason");
  const struct jl_arg args[] = {jl_arg_integer(decision->impact), jl_arg_integer(decision->effort)};
  struct jl_buffer out;
  if (given != NULL) return given;
  jl_buffer_init(&out, 4096);
  jl_format_words(JL_MSG("time sink: impact {1}, effort {2}"), args, 2, &out);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(d->cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text;
}

static bool put_field(struct jl_group *group, struct jl_arena *a, const struct jl_lookup *one, uint32_t field, struct jl_value value) {
  struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(one->type, field), &value);
  if (slice.data == NULL) return false;
  if (!jl_same_bytes(slice, jl_record_slice(one->record.body, field))) jl_group_field(group, field, jl_lookup_base(one, field), slice);
  return true;
}

static bool put(const struct deciding *d, struct jl_group *group, size_t i, struct jl_error *err) {
  const struct jl_lookup *one = &d->lookups.items[i];
  const struct decision *decision = &d->decisions[i];
  struct jl_arena *a = d->cli->arena;
  const char *reason = decision->stops ? reason_of(d, decision) : NULL;
  if (decision->done) return true;
  jl_group_update(group, one->record.type, &one->record.id);
  bool ok = put_field(group, a, one, JL_ACTION_STATUS, (struct jl_value){.number = decision->stops ? JL_DROPPED : JL_READY}) &&
            (!decision->enters || put_field(group, a, one, JL_ACTION_SPRINT, (struct jl_value){.id = d->sprint}));
  if (decision->stops)
    ok = ok && reason != NULL &&
         put_field(group, a, one, JL_ACTION_DROPPED_REASON, (struct jl_value){.text = {(const uint8_t *)reason, strlen(reason)}});
  return ok || jl_cli_no_link(err);
}

static void say(const struct deciding *d, bool stops) {
  if ((stops ? d->stopped : d->ready) == 0) return;
  jl_say(d->cli,
         stops                  ? JL_MSG("time sinks, to be stopped:")
         : d->entering > 0 ? JL_MSG("quick wins, to be made ready for {1}:")
                                : JL_MSG("quick wins, to be made ready for the next sprint:"),
         jl_arg_text(d->entering > 0 ? d->sprint_name : ""));
  for (size_t i = 0; i < d->lookups.count; i++) {
    const struct decision *one = &d->decisions[i];
    if (one->stops == stops && !one->done)
      jl_say(d->cli, JL_MSG("  {1} (impact {2}, effort {3})"), jl_arg_text(one->title), jl_arg_integer(one->impact), jl_arg_integer(one->effort));
  }
}

bool jl_cmd_matrix_apply(struct jl_cli *cli, struct jl_error *err) {
  struct deciding d = {.cli = cli, .lookups = {.space = cli->plan}};
  struct jl_outcome_of outcome = {0};
  if (!read_view(&d, err)) return false;
  if (d.ready + d.stopped == 0) {
    jl_say(cli, JL_MSG("nothing to decide: no quick win waits, and no time sink is open"));
    if (cli->json) jl_cli_done(cli, &outcome);
    return true;
  }
  say(&d, false);
  say(&d, true);
  struct jl_group *group = jl_group_new(&cli->plan);
  bool ok = group != NULL || jl_cli_no_link(err);
  for (size_t i = 0; ok && i < d.lookups.count; i++) ok = put(&d, group, i, err);
  ok = ok && (!jl_undo_asks(cli) || jl_undo_agreed(cli, err)) && jl_cli_submit(cli, group, &outcome, err);
  jl_group_free(group);
  if (!ok) return false;
  jl_say(cli,
         d.entering > 0 ? (cli->dry_run ? JL_MSG("{1} actions would be made ready and {2} stopped; in {4}: {5}")
                                        : JL_MSG("{1} actions made ready and {2} stopped; in {4}: {5}{3}; jalon undo takes it back"))
         : cli->dry_run ? JL_MSG("{1} actions would be made ready and {2} stopped")
                        : JL_MSG("{1} actions made ready and {2} stopped{3}; jalon undo takes it back"),
         jl_arg_integer((int64_t)d.ready), jl_arg_integer((int64_t)d.stopped), jl_cli_made(cli, &outcome), jl_arg_text(d.entering > 0 ? d.sprint_name : ""),
         jl_arg_integer((int64_t)d.entering));
  if (d.ready > 0 && jl_id_is_zero(&d.sprint))
    jl_say(cli, JL_MSG("no sprint is to come yet: jalon sprint add \"Sprint 1\" --start monday --end +2w, then jalon matrix apply again puts them into it"));
  jl_cli_done(cli, &outcome);
  return true;
}

/* meeting new: a meeting with the points of the agenda. */
#include "client/cli/meeting.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define PEOPLE_MAX 64
#define POINTS_MAX 12 /* two minutes each in 25 (common/model/rhythm/agenda.h) */

static bool point_limit(struct jl_cli *cli, size_t *ret, struct jl_error *err) {
  const char *text = jl_cli_option(cli, "points");
  char *end = NULL;
  *ret = POINTS_MAX;
  if (text == NULL) return true;
  long n = strtol(text, &end, 10);
  if (*end != '\0' || n < 0 || n > 100)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("give a number"), jl_arg_text("points"), jl_arg_text(text));
  *ret = (size_t)n;
  return true;
}

/* The reason's number from the word that files have for it. */
static int64_t reason_of(const Jalon__Cell *cell) {
  const struct jl_enum *reasons = jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING_POINT), JL_MEETING_POINT_REASON)->enumeration;
  for (size_t i = 0; i < reasons->count; i++)
    if (jl_cell_is(cell, reasons->values[i].text)) return reasons->values[i].number;
  return JL_POINT_OTHER;
}

static bool put_point(struct jl_rhythm *r, const struct jl_id *meeting, const Jalon__Block *block, const Jalon__Row *row, struct jl_error *err) {
  struct jl_draft d = jl_draft_of(r, JL_TYPE_MEETING_POINT);
  const Jalon__Cell *about = jl_row_cell(block, row, "about");
  struct jl_id id;
  size_t size = about == NULL || about->text == NULL ? 0 : jl_text_cut(about->text, strlen(about->text), JL_MEETING_TITLE_MAX);
  bool has_about = row->record != NULL && jl_row_record(row, row->record->type, &id);
  return jl_draft_ids(&d, JL_MEETING_POINT_MEETING, meeting, 1, err) &&
         jl_draft_words(&d, JL_MEETING_POINT_TITLE, (struct jl_bytes){(const uint8_t *)(size > 0 ? about->text : "-"), size > 0 ? size : 1}, err) &&
         jl_draft_number(&d, JL_MEETING_POINT_REASON, reason_of(jl_row_cell(block, row, "reason")), err) &&
         jl_draft_ids(&d, JL_MEETING_POINT_ABOUT, &id, has_about ? 1 : 0, err) && jl_draft_put(&d, err);
}

static bool put_meeting(struct jl_rhythm *r, const Jalon__Block *points, size_t most, size_t *ret_n, struct jl_error *err) {
  struct jl_cli *cli = r->cli;
  struct jl_draft d = jl_draft_of(r, JL_TYPE_MEETING);
  struct jl_id people[PEOPLE_MAX], leader;
  size_t n = 0, leaders = 0;
  const char *date = jl_cli_option(cli, "date"), *title = cli->word_count > 0 ? cli->words[0] : jl_tr(JL_MSG("weekly meeting"));
  if (!jl_people_named(cli, jl_cli_option(cli, "with"), people, PEOPLE_MAX, &n, err) ||
      !jl_people_named(cli, jl_cli_option(cli, "leader"), &leader, 1, &leaders, err))
    return false;
  if (!jl_draft_text(&d, JL_MEETING_TITLE, title, err) ||
      !(date != NULL ? jl_draft_text(&d, JL_MEETING_DATE, date, err) : jl_draft_number(&d, JL_MEETING_DATE, jl_cli_today(cli), err)) ||
      !jl_draft_text(&d, JL_MEETING_MINUTES, jl_cli_option(cli, "minutes"), err) || !jl_draft_ids(&d, JL_MEETING_PARTICIPANTS, people, n, err) ||
      !jl_draft_ids(&d, JL_MEETING_LEADER, &leader, leaders, err) || !jl_draft_put(&d, err))
    return false;
  for (*ret_n = 0; points != NULL && *ret_n < points->n_rows && *ret_n < most; (*ret_n)++)
    if (!put_point(r, &d.id, points, points->rows[*ret_n], err)) return false;
  return true;
}

static void say_made(struct jl_cli *cli, size_t n, const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_MEETING) jl_reference_text(JL_TYPE_MEETING, outcome->given[i].number, reference);
  jl_say(cli,
         cli->dry_run              ? JL_MSG("a meeting would be made, with points: {1}")
         : reference[0] == '\0' ? JL_MSG("meeting, points: {1}{3}")
                                : JL_MSG("{2}: meeting, points: {1}{3}; jalon meeting start {2} begins it"),
         jl_arg_integer((int64_t)n), jl_arg_text(reference), jl_cli_made(cli, outcome));
}

bool jl_cmd_meeting_new(struct jl_cli *cli, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_view_ask ask = {.space = cli->plan, .view = "agenda"};
  struct jl_outcome_of outcome;
  const Jalon__Document *d;
  uint64_t revision;
  size_t most, n = 0;
  if (!point_limit(cli, &most, err) || !jl_cli_document(cli, &ask, &d, &revision, err) || !jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = put_meeting(&r, jl_cli_block(d, "points"), most, &n, err);
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  say_made(cli, n, &outcome);
  jl_cli_done(cli, &outcome);
  return true;
}


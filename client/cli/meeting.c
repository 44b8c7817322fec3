/* meeting start and close; what has no decision yet goes to another meeting. And the edits of a meeting's turns, for these and for meeting run. */
#include "client/cli/meeting.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"

bool jl_meeting_read(struct jl_rhythm *r, const char *reference, struct jl_held *ret, struct jl_error *err) {
  static const uint32_t fields[] = {JL_MEETING_STATUS, JL_MEETING_CURRENT, JL_MEETING_RUNNING_SINCE, JL_MEETING_SPENT}, points[] = {JL_TYPE_MEETING_POINT};
  *ret = (struct jl_held){.lookup = {.text = reference,
                                        .type = jl_record_type_by_number(JL_TYPE_MEETING),
                                        .base_fields = fields,
                                        .base_field_count = JL_COUNT(fields),
                                        .children = points,
                                        .child_count = JL_COUNT(points)}};
  if (!jl_lookup_one(r->cli, &ret->lookup, err)) return false;
  for (size_t i = 0; i < ret->lookup.below_count; i++) ret->open += jl_point_is_open(&ret->lookup.below[i]);
  return true;
}

bool jl_point_is_open(const struct jl_record_state *point) {
  return point->type == JL_TYPE_MEETING_POINT && point->deleted_revision == 0 &&
         jl_record_int(jl_record_type_by_number(point->type), point->body, JL_MEETING_POINT_CLOSED, 0) == 0;
}

/* ---- its time ---- */
static int64_t number_of(const struct jl_held *m, uint32_t field) { return jl_record_int(m->lookup.type, m->lookup.record.body, field, 0); }

int64_t jl_meeting_seconds(const struct jl_held *m, int64_t now_us) {
  int64_t since = number_of(m, JL_MEETING_RUNNING_SINCE), us = now_us - since;
  return since == 0 || us < 0 ? 0 : us / 1000000 < JL_MEETING_SECONDS_MAX ? us / 1000000 : JL_MEETING_SECONDS_MAX;
}

static bool clear(struct jl_rhythm *r, const struct jl_held *m, uint32_t field) {
  if (jl_record_has(m->lookup.record.body, field)) jl_group_field(r->group, field, jl_lookup_base(&m->lookup, field), (struct jl_bytes){NULL, 0});
  return true;
}

/* What has run is kept as spent; the rest of a second goes on running. Last of the meeting's fields. */
static bool put_time(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, bool runs, struct jl_error *err) {
  int64_t seconds = jl_meeting_seconds(m, now_us), spent = number_of(m, JL_MEETING_SPENT) + seconds, since = number_of(m, JL_MEETING_RUNNING_SINCE);
  bool ran = since != 0 && since <= now_us;
  if (runs ? !jl_change_number(r, &m->lookup, JL_MEETING_RUNNING_SINCE, ran ? since + seconds * 1000000 : now_us, err) : !clear(r, m, JL_MEETING_RUNNING_SINCE))
    return false;
  return seconds == 0 || jl_change_number(r, &m->lookup, JL_MEETING_SPENT, spent < JL_MEETING_SECONDS_MAX ? spent : JL_MEETING_SECONDS_MAX, err);
}

static bool begin_edit(struct jl_rhythm *r, const struct jl_held *m) {
  jl_group_update(r->group, JL_TYPE_MEETING, &m->lookup.record.id);
  return true;
}

bool jl_meeting_put_turn(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, bool runs, const struct jl_id *point, struct jl_error *err) {
  return begin_edit(r, m) && (jl_id_is_zero(point) ? clear(r, m, JL_MEETING_CURRENT) : jl_change_id(r, &m->lookup, JL_MEETING_CURRENT, point, err)) &&
         put_time(r, m, now_us, runs, err);
}

/* ---- start ---- */
bool jl_meeting_put_start(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, struct jl_error *err) {
  if (!begin_edit(r, m) || !jl_change_number(r, &m->lookup, JL_MEETING_STATUS, JL_MEETING_RUNNING, err)) return false;
  for (size_t i = 0; i < m->lookup.below_count && !jl_record_has(m->lookup.record.body, JL_MEETING_CURRENT); i++) {
    if (!jl_point_is_open(&m->lookup.below[i])) continue;
    if (!jl_change_id(r, &m->lookup, JL_MEETING_CURRENT, &m->lookup.below[i].id, err)) return false;
    break;
  }
  return put_time(r, m, now_us, true, err);
}

/* ---- close ---- */
/* The next meeting, a week later, of the same people: it gets the points that are open. */
static bool postpone(struct jl_rhythm *r, const struct jl_held *m, struct jl_error *err) {
  const struct jl_record_state *meeting = &m->lookup.record;
  struct jl_draft d = jl_draft_of(r, JL_TYPE_MEETING);
  static const uint32_t copied[] = {JL_MEETING_TITLE, JL_MEETING_MINUTES, JL_MEETING_PARTICIPANTS, JL_MEETING_LEADER};
  const struct jl_field *of = jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEETING_POINT), JL_MEETING_POINT_MEETING);
  for (size_t i = 0; i < JL_COUNT(copied); i++) {
    struct jl_bytes slice = jl_record_slice(meeting->body, copied[i]);
    if (slice.size > 0 && !jl_record_put(r->cli, &d.body, copied[i], slice, err)) return false;
  }
  if (!jl_draft_number(&d, JL_MEETING_DATE, jl_record_int(d.type, meeting->body, JL_MEETING_DATE, 0) + 7, err) || !jl_draft_put(&d, err)) return false;
  struct jl_bytes from = jl_value_encode(r->cli->arena, of, &(struct jl_value){.id = meeting->id}),
                  to = jl_value_encode(r->cli->arena, of, &(struct jl_value){.id = d.id});
  if (from.data == NULL || to.data == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < m->lookup.below_count; i++) {
    if (!jl_point_is_open(&m->lookup.below[i])) continue;
    jl_group_update(r->group, JL_TYPE_MEETING_POINT, &m->lookup.below[i].id);
    jl_group_field(r->group, JL_MEETING_POINT_MEETING, from, to);
  }
  return true;
}

bool jl_meeting_put_close(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, bool postpones, struct jl_error *err) {
  return (!postpones || m->open == 0 || postpone(r, m, err)) && begin_edit(r, m) &&
         jl_change_number(r, &m->lookup, JL_MEETING_STATUS, JL_MEETING_CLOSED, err) && clear(r, m, JL_MEETING_CURRENT) && put_time(r, m, now_us, false, err);
}

/* ---- commands ---- */
static bool is_so(const struct jl_rhythm *r, const struct jl_held *m, int64_t status, struct jl_error *err) {
  if (number_of(m, JL_MEETING_STATUS) != status) return false;
  (void)jl_fail(err, JL_E_INVALID, status == JL_MEETING_CLOSED ? JL_MSG("{1} is closed already") : JL_MSG("{1} is under way already"), NULL,
                jl_cli_called(r->cli, &m->lookup.record));
  return true;
}

static bool hold(struct jl_cli *cli, int64_t status, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_held m = {.open = 0};
  struct jl_outcome_of outcome;
  bool closes = status == JL_MEETING_CLOSED, postpones = closes && jl_cli_option(cli, "postpone") != NULL;
  if (!jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = jl_meeting_read(&r, cli->words[0], &m, err) && !is_so(&r, &m, status, err) &&
            (closes ? jl_meeting_put_close(&r, &m, jl_now_utc_us(), postpones, err) : jl_meeting_put_start(&r, &m, jl_now_utc_us(), err));
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_say(cli,
         cli->dry_run                   ? JL_MSG("{1} would be so")
         : !closes                      ? JL_MSG("{1} is under way, open points: {2}{3}")
         : postpones && m.open > 0 ? JL_MSG("{1} is closed; points that go to the next one: {2}{3}")
                                        : JL_MSG("{1} is closed{3}; jalon minutes {1}"),
         jl_cli_called(cli, &m.lookup.record), jl_arg_integer((int64_t)m.open), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_meeting_start(struct jl_cli *cli, struct jl_error *err) { return hold(cli, JL_MEETING_RUNNING, err); }
bool jl_cmd_meeting_close(struct jl_cli *cli, struct jl_error *err) { return hold(cli, JL_MEETING_CLOSED, err); }

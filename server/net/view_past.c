/* Views as of another moment (the parameter "at"): the space and the directory as they were then, and the same view over them.
 *
 * Rights: who reads the past must be allowed to read it today, and have been allowed to read it then. Today's alone would show what was
 * hidden from somebody who has been let in since (what the payroll was when only others read it); then's alone would show everything to
 * whoever has lost the right. Then's are those of the plan and of the teams as they were; whoever was not in the directory yet is
 * judged as everybody was, guests as nobody. Whether somebody administrated then is in no record: it counts if it does today. */
#include "common/base/calendar.h"
#include "server/net/views.h"

#define CLOCKS_US INT64_C(300000000) /* a client's clock may be ahead of ours by so much */

static void fail(struct jl_view_question *q, const struct jl_error *err) { jl_view_answer(q, NULL, err); }

static uint32_t readable_then(const struct jl_view_question *q, const struct jl_past *past, const struct jl_past *past_directory) {
  const struct jl_replica *directory = jl_past_whole(past_directory), *today = jl_spaces_directory(q->server->spaces);
  const struct jl_who who = {q->reader, q->administrator};
  struct jl_rights rights;
  bool known = jl_rights_knows(directory, &q->reader) || q->administrator;
  if (!known && jl_rights_is_guest(today, &q->reader)) return 0;
  jl_space_rights(jl_past_whole(past), known ? directory : NULL, &who, &rights);
  return rights.readable;
}

/* The plan's day when its revision was made; of an instant, the day that it is in. */
static int32_t day_then(const struct jl_view_question *q) {
  struct jl_zone_days days = {.day = 0};
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(jl_past_whole(q->past), zone);
  return jl_zone_day_at(&days, zone, q->moment.revision != 0 ? jl_past_time(q->past) : q->moment.before_us - 1);
}

/* ---- what is compared with first, then the moment itself; each is a space and the directory of that time ---- */
static void open_moment(struct jl_view_question *q, const char *text);

static void directory_found(void *context, struct jl_past *past, const struct jl_error *err) {
  struct jl_view_question *q = context;
  struct jl_error why = {0};
  if (err != NULL) {
    fail(q, err);
    return;
  }
  uint32_t then = readable_then(q, q->past != NULL ? q->past : q->before, past);
  uint32_t names_only = (q->sections | then) & JL_NAMES_ONLY; /* a guest today, or then */
  q->sections &= then & JL_EVERYTHING;
  if (q->sections != 0) q->sections |= names_only;
  if (q->past != NULL)
    q->past_directory = past;
  else
    jl_past_release(past);
  if (q->sections == 0) {
    jl_fail(&why, JL_E_DENIED, JL_MSG("you could not read this plan then"), NULL);
    fail(q, &why);
  } else if (q->past == NULL && jl_view_parameter(q, "at") != NULL) {
    open_moment(q, jl_view_parameter(q, "at"));
  } else {
    jl_view_begin(q);
  }
}

static void space_found(void *context, struct jl_past *past, const struct jl_error *err) {
  struct jl_view_question *q = context;
  if (err != NULL) {
    fail(q, err);
    return;
  }
  bool before = q->view->compares && q->before == NULL;
  *(before ? &q->before : &q->past) = past;
  if (!before) q->past_today = day_then(q);
  q->ask = (struct jl_past_ask){.space = *jl_spaces_organisation(q->server->spaces),
                                .at = q->moment.revision != 0 ? (struct jl_moment){.before_us = jl_past_time(past) + 1} : q->moment,
                                .empty = true,
                                .done = directory_found,
                                .context = q};
  jl_past_open(q->server->pasts, &q->ask);
}

static void open_moment(struct jl_view_question *q, const char *text) {
  struct jl_error err = {0};
  if (!jl_moment_parse(text, &q->moment, &err)) {
    fail(q, &err);
    return;
  }
  if (q->moment.revision == 0 && q->moment.before_us > jl_now_utc_us() + CLOCKS_US)
    jl_fail(&err, JL_E_INVALID, JL_MSG("{1} is still to come"), JL_MSG("give a moment of the past"), jl_arg_time(q->moment.before_us - 1));
  else if (q->space == NULL)
    jl_fail(&err, JL_E_INVALID, JL_MSG("the list of plans is known only as it is now"),
            JL_MSG("ask each plan: jalon plan show --plan NAME --at DATE"));
  if (err.code != JL_E_OK) {
    fail(q, &err);
    return;
  }
  q->ask = (struct jl_past_ask){
      .space = jl_replica_where(jl_space_committed(q->space))->space, .at = q->moment, .done = space_found, .context = q};
  jl_past_open(q->server->pasts, &q->ask);
}

static void begin(void *context, const struct jl_error *err) {
  struct jl_view_question *q = context;
  q->under_way = err == NULL;
  if (err != NULL)
    fail(q, err);
  else
    open_moment(q, jl_view_parameter(q, q->view->compares ? "since" : "at"));
}

static bool gone(void *context) {
  const struct jl_view_question *q = context;
  return q->gone(q->context);
}

void jl_view_past(struct jl_view_question *q) {
  const char *since = q->view->compares ? jl_view_parameter(q, "since") : NULL;
  struct jl_error err = {0};
  if (q->view->compares && since == NULL) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("since when?"), JL_MSG("give the earlier moment: jalon diff 2026-03-01"));
    fail(q, &err);
    return;
  }
  q->turn = (struct jl_past_turn){.begin = begin, .gone = gone, .context = q};
  jl_past_enter(q->server->pasts, &q->turn);
}

/* The server goes while rows are on their way. What the local copy answers meanwhile is of an earlier day and may lack what was just imported, so it
 * counts for nothing: what was asked is asked again once the server is back, at the pace of every client that comes back. The ids of rows make that
 * harmless. An import that began without the server is the local copy's from the first row, until the server answers. */
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <time.h>

#define PATIENCE_MS 60000 /* unless JALON_PATIENCE says how long */

struct asked { struct jl_ingest *in; struct jl_error error; };

static bool is_absence(const struct jl_error *why) {
  enum jl_class class = jl_code_class(why->code);
  return class == JL_CLASS_RETRY || class == JL_CLASS_UNKNOWN;
}

void jl_ingest_heard(struct jl_ingest *in, const struct jl_reply *reply) {
  jl_cli_heard(in->cli, reply);
  in->unheard = in->unheard || is_absence(&reply->error);
}

static bool is_away(const struct jl_ingest *in) { return in->cli->heard.online && (in->cli->heard.local || in->unheard); }

static bool away(const struct jl_ingest *in, struct jl_error *err) {
  const char *hint = in->cli->dry_run ? JL_MSG("nothing was changed; the same command tries again, once it is back") : JL_MSG("the same command goes on from there, once it is back");
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the server is away since row {1} of {2}"), hint, jl_arg_integer((int64_t)in->done), jl_arg_integer((int64_t)in->found->row_count));
}

/* Said once, however often it is tried. */
static void tell(struct jl_ingest *in) {
  if (!in->told_away) jl_talk(in->cli, JL_MSG("the server is away since row {1} of {2}: waiting for it"), jl_arg_integer((int64_t)in->done), jl_arg_integer((int64_t)in->found->row_count));
  in->told_away = true;
}

/* Groups that were sent wait for the next connection by themselves (client/sync): the person in front of it is told at once. */
static void on_link(void *context, enum jl_link link, const struct jl_error *reason) {
  struct jl_ingest *in = context;
  (void)reason;
  if (link == JL_LINK_DOWN && in->cli->heard.online && !in->cli->dry_run) tell(in);
}

void jl_ingest_listen(struct jl_ingest *in, bool on) {
  if (in->cli->client != NULL) jl_client_on_link(in->cli->client, on ? on_link : NULL, in);
}

static void on_reply(void *context, const struct jl_reply *reply) {
  struct asked *a = context;
  jl_ingest_heard(a->in, reply);
  a->error = reply->error;
}

/* Whether it answers. What it refuses is told by what is asked next. */
static bool answers(struct jl_ingest *in, struct jl_error *err) {
  static const uint32_t type = JL_TYPE_PLAN;
  const struct jl_query query = {.id = in->cli->plan, .types = &type, .type_count = 1};
  struct asked a = {.in = in};
  in->cli->heard.local = in->unheard = false;
  if (jl_client_read(in->cli->client, &in->cli->plan, &query, 1, on_reply, &a) == 0) return jl_cli_no_link(err);
  return jl_cli_wait(in->cli, err) && !in->cli->heard.local && !in->unheard;
}

/* The groups that are under way are decided first; one that is refused is made anew of its rows. */
static bool settle(struct jl_ingest *in, struct jl_error *err) {
  const struct jl_sync_ask ask = {.no_receive = true};
  struct asked a = {.in = in};
  struct jl_error ignored;
  if (!jl_cli_has_outbox(in->cli)) return true;
  if (jl_client_sync(in->cli->client, &ask, on_reply, &a) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(in->cli, err) || in->cli->heard.local || in->unheard) return false;
  while (in->under_way_count > 0) (void)!jl_local_drop(in->cli->local, in->under_way[--in->under_way_count], false, &ignored); /* applied ones stay */
  return true;
}

static bool wait_for_it(struct jl_ingest *in, struct jl_error *err) {
  uint32_t given = jl_cli_patience_ms();
  int64_t until = jl_monotonic_us() + (int64_t)(given != 0 ? given : PATIENCE_MS) * 1000;
  tell(in);
  for (unsigned attempt = 0;; attempt++) {
    uint32_t pause = jl_client_pause_ms(attempt);
    const struct timespec some = {(time_t)(pause / 1000), (long)(pause % 1000) * 1000000};
    *err = (struct jl_error){0};
    if (answers(in, err) && settle(in, err)) break;
    if (err->code != JL_E_OK && !is_absence(err)) return false;
    if (jl_monotonic_us() + (int64_t)pause * 1000 >= until) return away(in, err);
    (void)nanosleep(&some, NULL); /* shorter when it is interrupted */
    if (!jl_ingest_go_on(in, err)) return false;
  }
  in->outcome.queued = 0;
  return true;
}

bool jl_ingest_with_server(struct jl_ingest *in, bool (*step)(struct jl_ingest *in, void *context, struct jl_error *err), void *context, struct jl_error *err) {
  while (true) {
    *err = (struct jl_error){0};
    bool ok = step(in, context, err);
    if (!is_away(in) && in->told_away) jl_talk(in->cli, JL_MSG("the server is back: it goes on"));
    if (!is_away(in)) in->told_away = false;
    if (!is_away(in)) return ok;
    if (in->cli->dry_run) return away(in, err); /* what the server kept of it is gone with the connection */
    if (!wait_for_it(in, err)) return false;
  }
}

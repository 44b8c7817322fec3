/* Reading records: common/model/query_read.c answers; here the rows of the log that it wants are fetched. */
#include "common/model/query.h"
#include "server/net/session.h"

struct reading {
  const Jalon__Read *in;
  struct jl_asker query;
  struct jl_reading *now;
};

static void go_on(struct jl_request *r);
static bool begin(struct jl_request *r);

static void history_found(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *problem) {
  struct jl_request *r = context;
  struct reading *reading = r->state;
  struct jl_error err = {0};
  if (jl_reading_give(reading->now, &(struct jl_log_rows){rows, n, false}, problem, &err)) {
    go_on(r);
    return;
  }
  jl_reading_end(reading->now);
  jl_request_fail(r, &err);
}

static void go_on(struct jl_request *r) {
  struct reading *reading = r->state;
  do {
    const struct jl_log_want *want = jl_reading_wants(reading->now);
    if (want != NULL) {
      jl_store_history(r->session->server->store, &want->space, &want->record, want->revision, want->down_to, want->limit, NULL, history_found, r);
      return;
    }
    jl_reading_end(reading->now);
    if (reading->query.sections == jl_session_readable(r->session, r->space)) {
      jl_request_reply(r, &jl_reading_reply(reading->now)->base);
      return;
    }
  } while (begin(r)); /* rights have changed while the log was read */
}

static void public_error(void *context, struct jl_error *err) { jl_error_public(context, err, "read"); }

/* false: the request is answered. */
static bool begin(struct jl_request *r) {
  struct reading *reading = r->state;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  struct jl_replica *own = NULL, *known = NULL;
  uint32_t sections = jl_session_readable(s, r->space);
  const struct jl_replica *space = r->space == NULL || sections == 0 ? NULL : jl_space_seen(r->space, sections);
  if (r->space != NULL && space == NULL) {
    if (sections == 0)
      jl_request_no_space(r);
    else
      jl_request_out_of_memory(r);
    return false;
  }
  const struct jl_replica *directory = jl_session_directory(s, r->space, sections, &known);
  if (directory == NULL) {
    jl_request_out_of_memory(r);
    return false;
  }
  reading->query = (struct jl_asker){.space = space,
                                     .organisation = directory,
                                     .plans = space == NULL ? jl_session_plans(s, &own) : NULL,
                                     .sections = sections,
                                     .person = s->person,
                                     .replica = s->replica,
                                     .public_error = public_error,
                                     .context = s};
  bool begun = jl_reading_begin(&reading->query, reading->in, r->arena, &reading->now, &why);
  jl_replica_free(known);
  jl_replica_free(own); /* replicas are looked at in begin only */
  if (!begun) jl_request_fail(r, &why);
  return begun;
}

static void read_now(struct jl_request *r, const struct jl_error *err) {
  if (err != NULL)
    jl_request_fail(r, err);
  else if (begin(r))
    go_on(r);
}

void jl_handle_read(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Read *in = (const Jalon__Read *)message;
  struct jl_error err = {0};
  struct reading *reading = jl_arena_alloc(r->arena, sizeof *reading);
  if (reading == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  if (!jl_read_check(in, &err)) {
    jl_request_fail(r, &err);
    return;
  }
  reading->in = in;
  r->state = reading;
  if (in->has_space && !jl_session_asks_nowhere(r->session, in->space))
    jl_request_open_space(r, in->space, false, read_now);
  else
    read_now(r, NULL);
}

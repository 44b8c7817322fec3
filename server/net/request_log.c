/* Reading the log: whole revisions, near half a message at a time. */
#include "common/model/query.h"
#include "server/net/session.h"

static struct jl_asker query_of(const struct jl_request *r) {
  return (struct jl_asker){.space = jl_space_committed(r->space),
                           .organisation = jl_spaces_directory(r->session->server->spaces),
                           .sections = jl_session_readable(r->session, r->space)};
}

static void rows_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *problem) {
  struct jl_request *r = context;
  const struct jl_asker query = query_of(r);
  const struct jl_log_rows found = {rows, n, has_more};
  Jalon__ReadLogReply reply;
  struct jl_error err = {0};
  if (problem != NULL && problem->code != JL_E_OK)
    jl_request_fail(r, problem);
  else if (jl_read_log_reply(&query, r->state, &found, r->arena, &reply, &err))
    jl_request_reply(r, &reply.base);
  else
    jl_request_fail(r, &err);
}

static void read_rows(struct jl_request *r, const struct jl_error *err) {
  struct jl_log_want want;
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  const struct jl_asker query = query_of(r);
  bool any = jl_read_log_wants(&query, r->state, &want);
  if (any && jl_log_wants_some(&want)) {
    jl_store_log_some(r->session->server->store, &want, rows_found, r);
  } else if (any) {
    jl_space_rows(r->space, want.from, want.to, want.max_bytes, rows_found, r);
  } else {
    Jalon__ReadLogReply reply = JALON__READ_LOG_REPLY__INIT;
    jl_request_reply(r, &reply.base);
  }
}

void jl_handle_read_log(struct jl_request *r, const ProtobufCMessage *message) {
  Jalon__ReadLog *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *(const Jalon__ReadLog *)message;
  r->state = kept;
  jl_request_open_space(r, kept->space, false, read_rows);
}

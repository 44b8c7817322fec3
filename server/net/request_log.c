/* Reading the log: whole revisions, near half a message at a time. */
#include "common/base/limits.h"
#include "server/net/session.h"

#define LOG_BYTES 524288
#define LOG_ROWS 2000

static bool fill(struct jl_request *r, const struct jl_log_row *rows, size_t n, size_t limit, Jalon__ReadLogReply *reply) {
  uint32_t sections = jl_session_readable(r->session);
  uint64_t revisions = 0, last = 0;
  reply->changes = jl_arena_array(r->arena, n + 1, sizeof(Jalon__Change *));
  if (reply->changes == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    if (rows[i].revision != last) {
      if (revisions == limit) {
        reply->has_more = true;
        break;
      }
      revisions++;
      last = rows[i].revision;
    }
    if (rows[i].section >= JL_SECTIONS || (sections & 1U << rows[i].section) == 0) continue;
    Jalon__Change *change = jl_arena_alloc(r->arena, sizeof *change);
    if (change == NULL) return false;
    jalon__change__init(change);
    change->has_body = true;
    change->body = jl_to_pb(rows[i].change.body);
    change->has_private_values = rows[i].change.private_values.size > 0;
    change->private_values = jl_to_pb(rows[i].change.private_values);
    reply->changes[reply->n_changes++] = change;
  }
  return true;
}

static void rows_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct jl_request *r = context;
  const Jalon__ReadLog *in = r->state;
  if (err != NULL && err->code != JL_E_OK) {
    jl_request_fail(r, err);
    return;
  }
  Jalon__ReadLogReply reply = JALON__READ_LOG_REPLY__INIT;
  reply.has_has_more = true;
  reply.has_more = has_more;
  size_t limit = in->has_limit && in->limit > 0 && in->limit < LOG_ROWS ? in->limit : LOG_ROWS;
  if (fill(r, rows, n, limit, &reply))
    jl_request_reply(r, &reply.base);
  else
    jl_request_out_of_memory(r);
}

static void read_rows(struct jl_request *r, const struct jl_error *err) {
  const Jalon__ReadLog *in = r->state;
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  uint64_t head = jl_replica_where(jl_space_committed(r->space))->revision;
  uint64_t from = in->from > 0 ? in->from : 1, to = in->has_to && in->to < head ? in->to : head;
  if (from > to) {
    Jalon__ReadLogReply reply = JALON__READ_LOG_REPLY__INIT;
    jl_request_reply(r, &reply.base);
    return;
  }
  jl_space_rows(r->space, from, to, LOG_BYTES, rows_found, r);
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

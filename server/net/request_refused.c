/* REFUSED_READ: the groups of the caller's account that were refused in a space, whole, so that what somebody wrote is not lost
 * with the laptop it was written on. */
#include "common/base/limits.h"
#include "server/net/session.h"
#include <string.h>

#define PAGE_MAX 100
#define PAGE_BYTES (JL_MESSAGE_MAX / 2) /* before the last one of a page, which may be large itself */
#define ROOM (JL_MESSAGE_MAX - 4096)    /* for the bytes of a page */

struct page {
  struct jl_id space, after_replica, account;
  int64_t after_seq, limit;
};

static ProtobufCBinaryData keep(struct jl_arena *a, struct jl_bytes bytes, bool *io_fine) {
  struct jl_bytes copy = jl_arena_dup(a, bytes);
  *io_fine = *io_fine && (copy.data != NULL || bytes.size == 0);
  return jl_to_pb(copy);
}

/* A group and its verdict may be too much for one message: then the group goes alone, for it is nowhere else. */
static Jalon__Refused *refused_of(const struct jl_request *r, const struct jl_rows *rows, size_t row) {
  struct jl_arena *a = r->arena;
  Jalon__Refused *out = jl_arena_alloc(a, sizeof *out);
  bool fine = out != NULL;
  if (!fine) return NULL;
  struct jl_id replica = jl_rows_id(rows, row, 0);
  struct jl_bytes group = jl_rows_bytes(rows, row, 2), verdict = jl_verdict_cut(r, jl_rows_bytes(rows, row, 3));
  jalon__refused__init(out);
  out->has_replica = out->has_seq = out->has_group = out->has_time_us = true;
  out->replica = keep(a, (struct jl_bytes){replica.bytes, sizeof replica.bytes}, &fine);
  out->seq = (uint64_t)jl_rows_integer(rows, row, 1);
  out->group = keep(a, group, &fine);
  out->has_verdict = group.size + verdict.size < ROOM;
  if (out->has_verdict) out->verdict = keep(a, verdict, &fine);
  out->time_us = jl_rows_integer(rows, row, 4);
  return fine ? out : NULL;
}

static void listed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  const struct page *page = r->state;
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  size_t count = jl_rows_count(rows), bytes = 0;
  Jalon__RefusedReply reply = JALON__REFUSED_REPLY__INIT;
  reply.groups = jl_arena_array(r->arena, count + 1, sizeof(Jalon__Refused *));
  bool fine = reply.groups != NULL;
  for (size_t i = 0; fine && i < count; i++) {
    Jalon__Refused *one = refused_of(r, rows, i);
    fine = one != NULL;
    if (!fine) break;
    bytes += one->group.len + one->verdict.len + 64;
    if (i > 0 && bytes > ROOM) break;
    reply.groups[reply.n_groups++] = one;
  }
  if (!fine) {
    jl_request_out_of_memory(r);
    return;
  }
  reply.has_has_more = true;
  reply.has_more = reply.n_groups > 0 && ((int64_t)count == page->limit || reply.n_groups < count || bytes >= PAGE_BYTES);
  jl_request_reply(r, &reply.base);
}

static void ask(struct jl_request *r, const struct jl_error *err) {
  const struct page *page = r->state;
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  const struct jl_param params[] = {{.kind = JL_PARAM_ID, .bytes = {page->space.bytes, sizeof page->space.bytes}},
                                    {.kind = JL_PARAM_ID, .bytes = {page->account.bytes, sizeof page->account.bytes}},
                                    {.kind = JL_PARAM_ID, .bytes = {page->after_replica.bytes, sizeof page->after_replica.bytes}},
                                    {.kind = JL_PARAM_INTEGER, .number = page->after_seq},
                                    {.kind = JL_PARAM_INTEGER, .number = page->limit},
                                    {.kind = JL_PARAM_INTEGER, .number = PAGE_BYTES}};
  jl_store_query(r->session->server->store, "refused_list", params, JL_COUNT(params), listed, r);
}

void jl_handle_refused_read(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__RefusedRead *in = (const Jalon__RefusedRead *)message;
  struct jl_error err = {0};
  struct page *page = jl_arena_alloc(r->arena, sizeof *page);
  if (page == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *page = (struct page){.account = r->session->account, .limit = PAGE_MAX};
  if (in->has_limit && in->limit > 0 && in->limit < PAGE_MAX) page->limit = in->limit;
  if (in->has_after_seq) page->after_seq = in->after_seq > INT64_MAX ? INT64_MAX : (int64_t)in->after_seq;
  if (!jl_id_from_bytes(JL_PB(in->space), &page->space) || jl_id_is_zero(&page->space) ||
      (in->has_after_replica && !jl_id_from_bytes(JL_PB(in->after_replica), &page->after_replica))) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("the request names no space"), NULL);
    jl_request_fail(r, &err);
    return;
  }
  if (!jl_session_may_use(r->session, &page->space, &err)) {
    jl_request_fail(r, &err);
    return;
  }
  r->state = page;
  jl_request_open_space(r, in->space, true, ask); /* also of a plan that is not there for its writer any more */
}

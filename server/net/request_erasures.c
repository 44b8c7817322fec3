/* Certificates of erasure: what was erased of whom, when, by whom, and how much. Nothing of what it was. For administrators. */
#include "server/net/session.h"

#define PAGE 1000 /* some 150 bytes each */

static ProtobufCBinaryData id_bytes(struct jl_request *r, struct jl_id id) {
  struct jl_id *copy = jl_arena_alloc(r->arena, sizeof *copy);
  if (copy == NULL) return (ProtobufCBinaryData){0, NULL};
  *copy = id;
  return (ProtobufCBinaryData){sizeof copy->bytes, copy->bytes};
}

static Jalon__ErasureState *state_of(struct jl_request *r, const struct jl_rows *rows, size_t i) {
  Jalon__ErasureState *e = jl_arena_alloc(r->arena, sizeof *e);
  if (e == NULL) return NULL;
  jalon__erasure_state__init(e);
  e->has_person = e->has_space = e->has_revision = e->has_by = e->has_time_us = e->has_section = true;
  e->has_chain_before = e->has_chain_after = e->has_records = e->has_changes = e->has_refused = e->has_logins = true;
  e->has_account = e->has_own = e->has_texts_left = true;
  e->person = id_bytes(r, jl_rows_id(rows, i, 0));
  e->space = id_bytes(r, jl_rows_id(rows, i, 1));
  e->revision = (uint64_t)jl_rows_integer(rows, i, 2);
  e->by = id_bytes(r, jl_rows_id(rows, i, 3));
  e->time_us = jl_rows_integer(rows, i, 4);
  e->section = (uint32_t)jl_rows_integer(rows, i, 5);
  struct jl_bytes before = jl_arena_dup(r->arena, jl_rows_bytes(rows, i, 6)), after = jl_arena_dup(r->arena, jl_rows_bytes(rows, i, 7));
  e->chain_before = jl_to_pb(before);
  e->chain_after = jl_to_pb(after);
  e->records = (uint64_t)jl_rows_integer(rows, i, 8);
  e->changes = (uint64_t)jl_rows_integer(rows, i, 9);
  e->refused = (uint64_t)jl_rows_integer(rows, i, 10);
  e->logins = (uint64_t)jl_rows_integer(rows, i, 11);
  e->account = jl_rows_integer(rows, i, 12) != 0;
  e->own = (uint64_t)jl_rows_integer(rows, i, 13);
  e->texts_left = (uint64_t)jl_rows_integer(rows, i, 14);
  bool whole = e->person.data != NULL && e->space.data != NULL && e->by.data != NULL && before.data != NULL && after.data != NULL;
  return whole ? e : NULL;
}

static void listed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  if (rows == NULL) {
    jl_request_fail(r, err);
    return;
  }
  size_t n = jl_rows_count(rows);
  bool more = n > PAGE;
  if (more) n = PAGE;
  Jalon__AccountReply reply = JALON__ACCOUNT_REPLY__INIT;
  reply.has_has_more = reply.has_more = more;
  reply.erasures = jl_arena_array(r->arena, n + 1, sizeof(Jalon__ErasureState *));
  for (size_t i = 0; reply.erasures != NULL && i < n; i++) {
    Jalon__ErasureState *e = state_of(r, rows, i);
    if (e == NULL) break;
    reply.erasures[reply.n_erasures++] = e;
  }
  if (reply.n_erasures == n)
    jl_request_reply(r, &reply.base);
  else
    jl_request_out_of_memory(r);
}

bool jl_handle_erasures(struct jl_request *r, const Jalon__AccountRequest *in) {
  struct jl_error err = {0};
  struct jl_id *person = jl_arena_alloc(r->arena, sizeof *person);
  if (in->verb != JALON__ACCOUNT_VERB__ERASURE_LIST) return false;
  if (!r->session->administrator) {
    jl_fail(&err, JL_E_DENIED, JL_MSG("only an administrator sees what was erased"), JL_MSG("ask an administrator"));
    jl_request_fail(r, &err);
    return true;
  }
  if (person == NULL) {
    jl_request_out_of_memory(r);
    return true;
  }
  bool one = jl_id_from_bytes(JL_PB(in->person), person);
  const struct jl_param params[] = {{.kind = one ? JL_PARAM_ID : JL_PARAM_NULL, .bytes = {person->bytes, sizeof person->bytes}},
                                    {.kind = JL_PARAM_INTEGER, .number = in->skip},
                                    {.kind = JL_PARAM_INTEGER, .number = PAGE + 1}};
  jl_store_query(r->session->server->store, "erasure_list", params, JL_COUNT(params), listed, r);
  return true;
}

/* A verdict is kept for months and told again, to the one whose group it was. Rights may have changed since: what it says of records
 * that are not readable any more is left out; the reader's own values stay. */
#include "server/net/session.h"

static bool hidden(const struct jl_request *r, uint32_t sections, protobuf_c_boolean has, ProtobufCBinaryData bytes) {
  struct jl_id id;
  const struct jl_replica *space = jl_space_committed(r->space);
  const struct jl_record *record = has && jl_id_from_bytes(JL_PB(bytes), &id) ? jl_replica_record(space, &id) : NULL;
  return record != NULL && !jl_record_readable(space, record, sections);
}

static void cut_conflict(Jalon__Conflict *c) {
  c->has_seen = c->has_theirs = c->has_author = c->has_number = c->has_time_us = c->has_revision = false;
  c->title = c->author_name = NULL;
}

static bool cut(const struct jl_request *r, uint32_t sections, Jalon__Verdict *v, struct jl_error *why, Jalon__Error *wire) {
  bool any = false;
  for (size_t i = 0; i < v->n_conflicts; i++) {
    if (!hidden(r, sections, v->conflicts[i]->has_record, v->conflicts[i]->record)) continue;
    cut_conflict(v->conflicts[i]);
    any = true;
  }
  if (v->error == NULL || !hidden(r, sections, v->error->has_record, v->error->record)) return any;
  jl_fail(why, (enum jl_code)v->error->code, JL_MSG("this was refused, for a record that you may not read any more"),
          JL_MSG("jalon rights shows who may"));
  jl_error_to_wire(why, r->arena, wire);
  v->error = wire;
  return true;
}

struct jl_bytes jl_verdict_cut(const struct jl_request *r, struct jl_bytes packed) {
  uint32_t sections = r->space == NULL ? 0 : jl_session_readable(r->session, r->space);
  struct jl_error why = {0};
  Jalon__Error wire = JALON__ERROR__INIT;
  if (r->space == NULL || packed.size == 0 || (sections & JL_EVERYTHING) == JL_EVERYTHING) return packed;
  Jalon__Verdict *verdict = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, packed, r->arena, &why);
  if (verdict == NULL) return (struct jl_bytes){NULL, 0};
  return cut(r, sections, verdict, &why, &wire) ? jl_pack(&verdict->base, r->arena, JL_MESSAGE_MAX) : packed;
}

struct jl_bytes jl_verdicts_cut(const struct jl_request *r, struct jl_bytes packed) {
  uint32_t sections = r->space == NULL ? 0 : jl_session_readable(r->session, r->space);
  struct jl_error why[1] = {{0}};
  if (r->space == NULL || packed.size == 0 || (sections & JL_EVERYTHING) == JL_EVERYTHING) return packed;
  Jalon__VerdictReply *reply = (Jalon__VerdictReply *)jl_unpack(&jalon__verdict_reply__descriptor, packed, r->arena, why);
  Jalon__Error *errors = reply == NULL ? NULL : jl_arena_array(r->arena, reply->n_verdicts + 1, sizeof *errors);
  if (errors == NULL) return (struct jl_bytes){NULL, 0};
  for (size_t i = 0; i < reply->n_verdicts; i++) {
    jalon__error__init(&errors[i]);
    (void)cut(r, sections, reply->verdicts[i], why, &errors[i]);
  }
  return jl_pack(&reply->base, r->arena, JL_MESSAGE_MAX);
}

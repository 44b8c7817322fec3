/* Submitting groups and asking for their verdicts. */
#include "common/base/limits.h"
#include "server/net/session.h"
#include "server/space/head.h"
#include <string.h>

static void decided(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_request *r = context;
  if (verdict.data != NULL) {
    struct jl_bytes shown = jl_verdict_cut(r, verdict);
    if (shown.data == NULL)
      jl_request_out_of_memory(r);
    else
      jl_request_send(r, shown);
    return;
  }
  if (err->code == JL_E_OVERLOADED || err->code == JL_E_UNAVAILABLE) r->retry_after_ms = 1000;
  jl_request_fail(r, err);
}

/* What cannot be read of it counts as not searched. */
static struct jl_position position_of(const Jalon__Position *in) {
  struct jl_position position = {.epoch = in->epoch, .revision = in->revision};
  for (size_t i = 0; i < in->n_sections; i++) {
    const Jalon__SectionPosition *s = in->sections[i];
    if (s->section >= JL_SECTIONS || s->chain.len != JL_CHAIN_SIZE) return (struct jl_position){.revision = 0};
    position.sections[s->section].revision = s->revision;
    memcpy(position.sections[s->section].chain, s->chain.data, JL_CHAIN_SIZE);
  }
  return position;
}

static void submit_to_space(struct jl_request *r, const struct jl_error *err) {
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  const Jalon__Submit *in = r->state;
  struct jl_author author = jl_session_author(r->session);
  if (in->searched == NULL) {
    jl_space_submit(r->space, &author, &r->session->account, JL_PB(in->group), in->confirmed, decided, r);
  } else {
    struct jl_position searched = position_of(in->searched);
    jl_space_submit_again(r->space, &author, &r->session->account, JL_PB(in->group), in->confirmed, &searched, decided, r);
  }
}

/* Whose lane it is in. Shape and size are the writer's to judge: it refuses with a verdict, which takes the group's number. */
static bool check_group(const struct jl_request *r, const Jalon__Submit *in, struct jl_group_head *ret_head, struct jl_error *err) {
  if (!in->has_group) return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a submission without a group"), NULL);
  if (!jl_group_head(JL_PB(in->group), ret_head, err)) return false;
  if (jl_id_equal(&ret_head->replica, &r->session->replica)) return true;
  return jl_fail(err, JL_E_DENIED, JL_MSG("the group belongs to another replica than this login"),
                 JL_MSG("log in with the replica that wrote the group"));
}

void jl_handle_submit(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Submit *in = (const Jalon__Submit *)message;
  struct jl_group_head head;
  struct jl_error err = {0};
  if (r->session->server->draining) {
    jl_fail(&err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
    jl_request_fail(r, &err);
    return;
  }
  if (!check_group(r, in, &head, &err)) {
    jl_request_fail(r, &err);
    return;
  }
  const struct jl_token_limits *limits = r->session->limits;
  if (limits != NULL && limits->space_count > 0 && jl_id_equal(&head.space, jl_spaces_organisation(r->session->server->spaces))) {
    jl_fail(&err, JL_E_DENIED, JL_MSG("this token is not for that plan"), JL_MSG("jalon token list shows what it is for"));
    jl_request_fail(r, &err);
    return;
  }
  Jalon__Submit *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *in;
  r->state = kept;
  jl_request_open_space(r, jl_to_pb((struct jl_bytes){head.space.bytes, sizeof head.space.bytes}), true, submit_to_space);
}

static void verdicts_found(void *context, struct jl_bytes reply, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_bytes shown = err != NULL && err->code != JL_E_OK ? (struct jl_bytes){NULL, 0} : jl_verdicts_cut(r, reply);
  if (err != NULL && err->code != JL_E_OK)
    jl_request_fail(r, err);
  else if (shown.data == NULL && reply.size > 0)
    jl_request_out_of_memory(r);
  else
    jl_request_send(r, shown);
}

static void ask_verdicts(struct jl_request *r, const struct jl_error *err) {
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  const Jalon__VerdictQuery *in = r->state;
  struct jl_space *space = r->space;
  jl_space_verdicts(space, &r->session->replica, &r->session->account, in->from_seq, in->to_seq, verdicts_found, r);
}

void jl_handle_verdict_query(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__VerdictQuery *in = (const Jalon__VerdictQuery *)message;
  struct jl_error err = {0};
  struct jl_id replica;
  Jalon__VerdictQuery *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *in;
  if (!kept->has_from_seq) kept->from_seq = 1;
  if (!kept->has_to_seq) kept->to_seq = UINT64_MAX;
  r->state = kept;
  if (!jl_id_from_bytes(JL_PB(in->replica), &replica) || jl_id_is_zero(&replica) || !jl_id_equal(&replica, &r->session->replica)) {
    jl_fail(&err, JL_E_DENIED, JL_MSG("verdicts are told only to the replica that sent the groups"), JL_MSG("log in with that replica"));
    jl_request_fail(r, &err);
    return;
  }
  jl_request_open_space(r, in->space, true, ask_verdicts);
}

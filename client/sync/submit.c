/* Lanes. Order of a submit: reserve the seq and keep the packed group (one durable save) -> send -> verdict -> forget the
 * group (one durable save). A crash after the first save is healed by jl_client_resume: same bytes, same verdict. */
#include "client/sync/client.h"
#include "client/sync/group.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <stdlib.h>

static struct jl_request *send_group(struct jl_client *c, const struct jl_id *space, uint64_t seq, struct jl_bytes group,
                                     uint64_t confirmed, jl_done *done, void *context) {
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  submit.has_group = true;
  submit.group = jl_to_pb(group);
  submit.has_confirmed = true;
  submit.confirmed = confirmed;
  struct jl_request *r = jl_client_ask(c, JALON__FRAME_TYPE__SUBMIT, &submit.base, done, context);
  if (r == NULL) return NULL;
  r->space = *space;
  r->seq = seq;
  return r;
}

/* A dry run takes no number of the lane: the server evaluates it after what it has. */
static uint64_t try_only(struct jl_client *c, const struct jl_group *g, jl_done *done, void *context, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4 * JL_GROUP_MAX_BYTES);
  struct jl_id group_id = jl_id_random();
  if (a == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return 0;
  }
  struct jl_bytes packed = jl_group_pack(g, &jl_profile_identity(c->profile)->replica, 1, &group_id, true, a, err);
  struct jl_request *r = packed.data == NULL ? NULL : send_group(c, jl_group_space(g), 1, packed, 0, done, context);
  if (packed.data != NULL && r == NULL) (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (r != NULL) r->dry_run = true;
  return r == NULL ? 0 : 1;
}

uint64_t jl_client_submit(struct jl_client *c, const struct jl_group *g, bool dry_run, jl_done *done, void *context, struct jl_error *err) {
  const struct jl_id *space = jl_group_space(g);
  uint64_t seq = 0, confirmed = 0;
  if (c->local != NULL) return dry_run ? try_only(c, g, done, context, err) : jl_client_put(c, g, done, context, err);
  if (!jl_profile_reserve(c->profile, space, &seq, &confirmed, err)) return 0;
  struct jl_arena *a = jl_arena_new(4 * JL_GROUP_MAX_BYTES);
  if (a == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return 0;
  }
  struct jl_id group_id = jl_id_random();
  struct jl_bytes packed = jl_group_pack(g, &jl_profile_identity(c->profile)->replica, seq, &group_id, dry_run, a, err);
  struct jl_request *r = NULL;
  if (packed.data != NULL && (dry_run || jl_profile_put_in_flight(c->profile, space, seq, packed, err))) {
    r = send_group(c, space, seq, packed, confirmed, done, context);
    if (r == NULL) {
      (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
      if (!dry_run) {
        struct jl_error ignored; /* the group stays in flight then, and is resumed later */
        (void)!jl_profile_unreserve(c->profile, space, seq, &ignored);
      }
    } else
      r->dry_run = dry_run;
  }
  jl_arena_free(a);
  return r == NULL ? 0 : seq;
}

uint64_t jl_client_resume(struct jl_client *c, const struct jl_id *space, jl_done *done, void *context) {
  struct jl_id where;
  uint64_t seq = 0;
  struct jl_bytes group = jl_profile_in_flight(c->profile, space, &where, &seq);
  if (group.size == 0) return 0;
  struct jl_request *r = send_group(c, &where, seq, group, seq - 1, done, context);
  if (r == NULL) return 0;
  r->times_sent = 1; /* an earlier run may have sent it: its outcome is open until a verdict comes */
  return seq;
}

/* Refusals without a verdict that certainly changed nothing free the number; anything else keeps the group in flight. */
static bool certainly_not_done(const struct jl_request *r, const struct jl_error *err) {
  if (r->times_sent == 0) return true;
  if (r->times_sent > 1) return false;
  switch (jl_code_class(err->code)) {
  case JL_CLASS_INVALID:
    return err->code != JL_E_BAD_FRAME;
  case JL_CLASS_AUTH:
    return true;
  case JL_CLASS_RETRY:
    return !jl_id_is_zero(&err->record) || err->code == JL_E_OVERLOADED || err->code == JL_E_DRAINING;
  case JL_CLASS_NONE:
  case JL_CLASS_CONFLICT:
  case JL_CLASS_RESYNC:
  case JL_CLASS_UNKNOWN:
  case JL_CLASS_INTERNAL:
    return false;
  }
  return false;
}

void jl_submit_settle(struct jl_client *c, struct jl_request *r, struct jl_reply *reply) {
  if (r->dry_run || c->local != NULL || !jl_profile_locked(c->profile)) return;
  struct jl_error err = {0};
  bool saved = true;
  const struct jl_error *why = reply->verdict != NULL ? &reply->verdict->error : &reply->error;
  if (why->code == JL_E_REPLICA_FORKED)
    saved = jl_profile_new_replica(c->profile, &err);
  else if (why->code == JL_E_DECIDED || reply->verdict != NULL)
    saved = jl_profile_decided(c->profile, &r->space, r->seq, reply->verdict != NULL ? reply->verdict->revision : 0, &err);
  else if (certainly_not_done(r, why))
    saved = jl_profile_unreserve(c->profile, &r->space, r->seq, &err);
  else if (jl_code_class(why->code) == JL_CLASS_RETRY && r->times_sent > 0)
    (void)jl_fail(&reply->error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the connection broke before the answer came"),
                  JL_MSG("it is not known whether the change was made; the next command asks"));
  /* The verdict stands whatever the disk says: the group is resumed and answered the same way. */
  (void)saved;
}

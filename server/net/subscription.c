/* The life of subscriptions; what flows on them is in feed.c and view_watch.c. */
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "server/net/names.h"
#include "server/net/presence.h"
#include <stdlib.h>

void jl_subscription_unreference(struct jl_subscription *sub) {
  if (--sub->references > 0) return;
  jl_view_watch_free(sub);
  free(sub->snapshot);
  free(sub);
}

struct jl_subscription *jl_subscription_by_stream(struct jl_session *s, uint32_t stream) {
  struct jl_subscription *sub = s->subscriptions;
  while (sub != NULL && sub->stream != stream) sub = sub->next;
  return sub;
}

void jl_subscription_end(struct jl_subscription *sub, uint8_t event, const struct jl_error *reason) {
  struct jl_session *s = sub->session;
  if (s == NULL) return;
  sub->session = NULL;
  if (sub->previous != NULL)
    sub->previous->next = sub->next;
  else
    s->subscriptions = sub->next;
  if (sub->next != NULL) sub->next->previous = sub->previous;
  s->subscription_count--;
  if (s->account_usage != NULL) s->account_usage->subscriptions--;
  if (sub->listening) jl_space_unlisten(sub->space, &sub->listener);
  sub->listening = false;
  jl_presence_unwatch(sub);
  if (sub->space != NULL) jl_space_release(sub->space);
  sub->space = NULL;
  if (reason != NULL) {
    struct jl_error shown = *reason;
    jl_error_public(s, &shown, "subscription");
    jl_session_send_error(s, event, sub->stream, &shown, 0);
  }
  jl_subscription_unreference(sub);
}

void jl_subscriptions_end(struct jl_session *s) {
  for (struct jl_subscription *sub = s->subscriptions, *next; sub != NULL; sub = next) {
    next = sub->next;
    jl_subscription_end(sub, 0, NULL);
  }
}

/* Sending may end the one that is looked at, or, when the session closes, all. */
void jl_subscriptions_drained(struct jl_session *s) {
  for (struct jl_subscription *sub = s->subscriptions, *next; sub != NULL; sub = next) {
    next = sub->next;
    jl_names_tell(sub);
    if (s->closing || s->subscriptions == NULL) return;
    if (sub->watch != NULL)
      jl_view_watch_mark(sub);
    else
      jl_feed_drained(sub);
    if (s->closing || s->subscriptions == NULL) return;
    if (sub->session == s) jl_presence_drained(sub);
    if (s->closing || s->subscriptions == NULL) return;
  }
}

void jl_subscription_bookmark(struct jl_subscription *sub) {
  Jalon__Bookmark bookmark = JALON__BOOKMARK__INIT;
  uint8_t packed[16];
  bookmark.has_revision = true;
  bookmark.revision = sub->sent;
  size_t size = jalon__bookmark__pack(&bookmark, packed);
  jl_session_send(sub->session, JALON__FRAME_TYPE__BOOKMARK, 0, sub->stream, (struct jl_bytes){packed, size});
}

void jl_subscriptions_heartbeat(struct jl_session *s) {
  if (jl_session_congested(s)) return; /* what waits is sign of life enough */
  for (struct jl_subscription *sub = s->subscriptions, *next; sub != NULL && !s->closing; sub = next) {
    next = sub->next; /* sending may close the session, which ends all of them */
    if (sub->state == JL_FEED_LIVE) jl_subscription_bookmark(sub);
  }
}

size_t jl_sections_list(uint32_t sections, uint32_t ret_list[JL_SECTIONS]) {
  size_t n = 0;
  for (uint32_t i = JL_SECTION_NONE + 1; i < JL_SECTIONS; i++)
    if ((sections >> i & 1) != 0) ret_list[n++] = i;
  return n;
}

/* ---- rights ---- */
bool jl_subscription_still_may(struct jl_subscription *sub) {
  if (sub->session == NULL) return false;
  uint32_t now = jl_session_readable(sub->session, sub->space);
  struct jl_error err = {0};
  if (now == sub->rights || (jl_mutant(JL_MUTANT_RIGHTS_LATE) && sub->late++ < 2)) return true; /* the revoking one, and one more */
  sub->rights = now;
  if (sub->watch != NULL && now != 0) {
    jl_view_watch_rights(sub);
    return true;
  }
  if (sub->watch != NULL)
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("there is no such plan"), JL_MSG("jalon plan list shows the plans there are"));
  else
    jl_fail(&err, JL_E_RIGHTS_CHANGED, JL_MSG("what you may read here has changed"), JL_MSG("subscribe again from your position"));
  jl_log(JL_LOG_INFO, "feed.rights", JL_F_TEXT("login", sub->session->login), JL_F_NUMBER("sections", now));
  jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, &err);
  return false;
}

/* false: none is left to end. The one that has ended is gone, and perhaps its session: nothing is looked at after it. */
static bool end_one(const struct jl_server *server) {
  for (const struct jl_session *s = server->sessions; s != NULL; s = s->next)
    for (struct jl_subscription *sub = s->subscriptions; sub != NULL; sub = sub->next)
      if (sub->space != NULL && !jl_subscription_still_may(sub)) return true;
  return false;
}

/* Ending one may close a session, and with it others: each round begins anew. */
void jl_subscriptions_look_at_rights(struct jl_server *server) {
  while (end_one(server)) continue;
}

static struct jl_subscription *new_subscription(struct jl_request *r) {
  struct jl_subscription *sub = calloc(1, sizeof *sub);
  if (sub == NULL) return NULL;
  struct jl_session *s = r->session;
  sub->references = 1;
  sub->session = s;
  sub->server = s->server;
  sub->stream = r->stream;
  sub->space = r->space;
  r->space = NULL;
  sub->listener.advanced = jl_feed_advanced;
  sub->listener.context = sub;
  if (sub->space != NULL) {
    jl_space_listen(sub->space, &sub->listener);
    sub->listening = true;
  }
  sub->next = s->subscriptions;
  if (sub->next != NULL) sub->next->previous = sub;
  s->subscriptions = sub;
  s->subscription_count++;
  if (s->account_usage != NULL) s->account_usage->subscriptions++;
  return sub;
}

static void start(struct jl_request *r, const struct jl_error *err);
static void start_after_look(void *context, const struct jl_error *err) { start(context, err); }

/* A copy that has seen more than our memory has: from another node, or of a history that is gone. The database tells. */
static bool looks_first(struct jl_request *r, const Jalon__Subscribe *in) {
  if (in->from == NULL || r->space == NULL || r->looked) return false;
  const struct jl_position *here = jl_replica_where(jl_space_committed(r->space));
  if (in->from->epoch == here->epoch && in->from->revision <= here->revision) return false;
  r->looked = true;
  jl_space_look(r->space, start_after_look, r);
  return true;
}

static void start(struct jl_request *r, const struct jl_error *err) {
  const Jalon__Subscribe *in = r->state;
  struct jl_session *s = r->session;
  struct jl_error why = {0};
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  if (s->connection == NULL || s->closing || s->server->detached) {
    jl_fail(&why, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
    jl_request_fail(r, &why);
    return;
  }
  if (looks_first(r, in)) return;
  Jalon__SubscribeReply reply = JALON__SUBSCRIBE_REPLY__INIT;
  Jalon__Position position;
  struct jl_subscription *sub = NULL;
  struct jl_id after = {{0}};
  struct jl_rights rights;
  jl_session_rights(s, r->space, &rights);
  if (rights.readable == 0 && in->from != NULL) { /* who comes with a copy is told that it is to go, not that the plan is gone */
    jl_fail(&why, JL_E_RIGHTS_CHANGED, JL_MSG("you may not read anything of this plan any more"), JL_MSG("ask whoever is accountable for it"));
    jl_request_fail(r, &why);
    return;
  }
  if (rights.readable == 0) {
    jl_request_no_space(r);
    return;
  }
  uint32_t held = in->from == NULL || in->n_sections == 0 ? rights.readable : 0, readable[JL_SECTIONS], editable[JL_SECTIONS];
  for (size_t i = 0; i < in->n_sections; i++)
    if (in->from != NULL && in->sections[i] < JL_SECTIONS) held |= 1U << in->sections[i];
  (void)(in->has_snapshot_after && jl_id_from_bytes(JL_PB(in->snapshot_after), &after)); /* checked before */
  const struct jl_position where = jl_session_position(s, r->space, rights.readable);
  if (jl_position_to_wire(&where, held & rights.readable & JL_EVERYTHING, r->arena, &position)) sub = new_subscription(r);
  if (sub == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  sub->rights = rights.readable;
  sub->sections = held & rights.readable & JL_EVERYTHING;
  sub->adding = rights.readable & ~held & JL_EVERYTHING;
  if (in->view != NULL && !jl_view_watch_start(sub, in->view, &why)) {
    jl_subscription_end(sub, 0, NULL);
    jl_request_fail(r, &why);
    return;
  }
  if (in->presence && !jl_presence_watch(sub)) {
    jl_subscription_end(sub, 0, NULL);
    jl_request_out_of_memory(r);
    return;
  }
  reply.position = &position;
  reply.readable = readable;
  reply.n_readable = jl_sections_list(rights.readable, readable);
  reply.editable = editable;
  reply.n_editable = jl_sections_list(rights.editable, editable);
  sub->references++;
  struct jl_bytes packed = jl_pack(&reply.base, r->arena, JL_MESSAGE_MAX);
  if (packed.data != NULL) jl_session_send(s, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, 0, r->stream, packed);
  jl_names_tell(sub);
  if (sub->session != NULL) jl_presence_begin(sub);
  if (sub->session != NULL) {
    if (sub->watch != NULL)
      jl_view_watch_mark(sub);
    else
      jl_feed_start(sub, in->from, in->has_snapshot_after ? &after : NULL);
  }
  jl_subscription_unreference(sub);
  jl_request_drop(r);
}

void jl_handle_subscribe(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Subscribe *in = (const Jalon__Subscribe *)message;
  struct jl_session *s = r->session;
  struct jl_error err = {0};
  Jalon__Subscribe *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *in;
  r->state = kept;
  r->has_copy = in->from != NULL;
  size_t waiting = 0;
  bool taken = jl_subscription_by_stream(s, r->stream) != NULL;
  for (const struct jl_request *other = s->requests; other != NULL; other = other->next) {
    if (other == r || other->type != r->type) continue;
    waiting++;
    taken = taken || other->stream == r->stream; /* its space is being opened */
  }
  if (s->subscription_count + waiting >= JL_SUBSCRIPTIONS)
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("a connection has at most {1} subscriptions"), JL_MSG("end one first"),
            jl_arg_integer(JL_SUBSCRIPTIONS));
  else if (s->account_usage != NULL && s->account_usage->subscriptions >= JL_ACCOUNT_SUBSCRIPTIONS)
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("an account has at most {1} subscriptions"), JL_MSG("end one first"),
            jl_arg_integer(JL_ACCOUNT_SUBSCRIPTIONS));
  else if (in->view == NULL && in->from == NULL && s->account_usage != NULL && ++s->account_usage->snapshots > JL_ACCOUNT_SNAPSHOTS)
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("an account copies at most {1} spaces in an hour"), JL_MSG("go on from the position that you have"),
            jl_arg_integer(JL_ACCOUNT_SNAPSHOTS));
  else if (r->stream == 0 || taken)
    jl_fail(&err, JL_E_INVALID, JL_MSG("a subscription needs a stream of its own"), NULL);
  else if (in->has_snapshot_after && (in->view != NULL || in->from == NULL || in->snapshot_after.len != sizeof(struct jl_id)))
    jl_fail(&err, JL_E_INVALID, JL_MSG("a snapshot goes on from the position that it began with, after a record's id"), NULL);
  if (err.code != JL_E_OK) {
    jl_request_fail(r, &err);
    return;
  }
  struct jl_id space;
  bool has_space = in->has_space && jl_id_from_bytes(JL_PB(in->space), &space) && !jl_id_is_zero(&space);
  ProtobufCBinaryData id = in->space;
  if (!has_space && in->view != NULL && in->view->has_space && in->view->space.len > 0) {
    id = in->view->space;
    has_space = jl_id_from_bytes(JL_PB(id), &space) && !jl_id_is_zero(&space);
  }
  if (in->view != NULL && jl_session_asks_nowhere(s, id)) has_space = false;
  if (in->presence && !has_space) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("who is there is told of one plan, not of all"), NULL);
    jl_request_fail(r, &err);
    return;
  }
  if (has_space || in->view == NULL)
    jl_request_open_space(r, id, false, start);
  else if (jl_session_may_use(s, &(struct jl_id){{0}}, &err))
    start(r, NULL);
  else
    jl_request_fail(r, &err);
}

void jl_handle_unsubscribe(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Cancel *in = (const Jalon__Cancel *)message;
  struct jl_subscription *sub = jl_subscription_by_stream(r->session, in->has_stream ? in->stream : r->stream);
  struct jl_error err = {0};
  if (sub == NULL) {
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("there is no such subscription"), NULL);
    jl_request_fail(r, &err);
    return;
  }
  jl_subscription_end(sub, 0, NULL);
  Jalon__Empty reply = JALON__EMPTY__INIT;
  jl_request_reply(r, &reply.base);
}

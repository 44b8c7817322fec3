/* The client with its local copy: groups go through the outbox, the engine sends and receives on the client's connection, and
 * what the server cannot answer the local copy does. */
#include "client/sync/answer.h"
#include "client/sync/engine.h"
#include "client/sync/group.h"
#include "client/sync/local.h"
#include "client/sync/sync.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define REPLY_ARENA (JL_CLIENT_ARENA + JL_UNPACK_MAX)
#define ANSWER_ARENA (2U * JL_VIEW_ARENA)

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static struct jl_request *request_for(const struct jl_client *c, uint64_t entry) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next)
    if (r->kind == JL_FOR_GROUP && r->entry == entry && !r->done_with) return r;
  return NULL;
}

/* ---- what the engine needs of a client ---- */
static uint32_t on_send(void *context, uint8_t type, struct jl_bytes payload) {
  struct jl_client *c = context;
  uint32_t stream = c->next_stream++;
  if (c->connection != NULL && !c->connection_dead) jl_connection_send(c->connection, type, 0, stream, payload);
  return stream;
}

static bool on_waited(void *context, uint64_t entry) { return request_for(context, entry) != NULL; }
static int64_t on_now(void *context) {
  (void)context;
  return jl_now_utc_us();
}
static int64_t on_monotonic(void *context) {
  (void)context;
  return jl_monotonic_us();
}

static void note_own(struct jl_client *c, const struct jl_id *space, uint64_t revision) {
  struct jl_error ignored;
  if (revision == 0 || revision <= jl_profile_last_own(c->profile, space)) return;
  jl_profile_set_last_own(c->profile, space, revision);
  if (jl_profile_locked(c->profile)) (void)!jl_profile_save(c->profile, &ignored); /* the outbox knows it as well */
}

static void finish_group(struct jl_client *c, struct jl_request *r, const Jalon__Verdict *v) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(REPLY_ARENA);
  struct jl_verdict verdict;
  struct jl_reply reply = {.verdict = &verdict};
  if (a == NULL || !jl_verdict_convert(a, v, &verdict)) {
    reply.verdict = NULL;
    reply.queued = r->entry;
    (void)no_memory(&reply.error);
  }
  jl_request_finish(c, r, &reply);
}

/* Applied, as the log shows: what is left of the verdict. */
static void finish_found(struct jl_client *c, struct jl_request *r) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(REPLY_ARENA);
  struct jl_entry e;
  struct jl_error err = {0};
  struct jl_verdict verdict = {.repeated = true};
  struct jl_reply reply = {.verdict = &verdict};
  if (a == NULL || !jl_outbox_get(&c->local->outbox, r->entry, a, &e, &err)) {
    reply.verdict = NULL;
    reply.error = err;
    if (err.code == JL_E_OK) (void)no_memory(&reply.error);
  } else {
    const Jalon__Verdict *v =
        e.verdict.size == 0 ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e.verdict, a, &err);
    if (v == NULL || !jl_verdict_convert(a, v, &verdict)) verdict = (struct jl_verdict){.repeated = true};
    verdict.space = e.space;
    verdict.group_id = e.group_id;
    verdict.revision = e.revision;
  }
  jl_request_finish(c, r, &reply);
}

static void fail_groups(struct jl_client *c, const struct jl_error *err) {
  for (struct jl_request *r = c->requests; r != NULL; r = r->next) {
    if (r->done_with || r->kind != JL_FOR_GROUP) continue;
    struct jl_reply reply = {.error = *err, .queued = r->entry};
    jl_request_finish(c, r, &reply);
  }
}

/* Who the outbox is, is who logs in next. */
static void take_replica(struct jl_client *c) {
  struct jl_error ignored;
  struct jl_id *replica = &jl_profile_identity(c->profile)->replica;
  if (jl_id_equal(replica, &c->local->outbox.replica)) return;
  *replica = c->local->outbox.replica;
  if (jl_profile_locked(c->profile)) (void)!jl_profile_save(c->profile, &ignored); /* taken from the outbox again with the next opening */
}

static void new_replica(struct jl_client *c) {
  struct jl_error err = {0};
  take_replica(c);
  (void)jl_fail(&c->local->note, JL_E_REPLICA_FORKED,
                JL_MSG("this is a copy of another folder, or the server lost changes: this machine has a new identity now, and what waits is checked "
                       "against the plan's history before it is sent"),
                NULL);
  jl_engine_set_base(c->engine, jl_local_base(c->local, &err));
  (void)jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the connection was closed"), NULL);
  jl_client_come_back(c, &err, true);
}

static void on_event(void *context, const struct jl_engine_event *event) {
  struct jl_client *c = context;
  struct jl_request *r = event->entry == 0 ? NULL : request_for(c, event->entry);
  jl_sync_event(c, event);
  switch (event->kind) {
  case JL_ENGINE_VERDICT:
    note_own(c, &event->space, event->verdict->revision);
    if (r != NULL) finish_group(c, r, event->verdict);
    break;
  case JL_ENGINE_FOUND:
    if (r != NULL) finish_found(c, r);
    break;
  case JL_ENGINE_UNDECIDED:
    if (r != NULL && jl_code_class(event->error.code) == JL_CLASS_AUTH) {
      struct jl_reply reply = {.error = event->error, .queued = event->entry};
      jl_request_finish(c, r, &reply);
    }
    break;
  case JL_ENGINE_NEW_REPLICA:
    new_replica(c);
    break;
  case JL_ENGINE_COME_BACK:
    jl_client_come_back(c, &event->error, false);
    break;
  case JL_ENGINE_NEEDS_LOG: {
    struct jl_error ignored;
    jl_engine_set_base(c->engine, jl_local_base(c->local, &ignored));
    break;
  }
  case JL_ENGINE_FAILED:
    take_replica(c);
    fail_groups(c, &event->error);
    break;
  case JL_ENGINE_PROGRESS:
  case JL_ENGINE_AT_HEAD:
  case JL_ENGINE_ENDED:
  case JL_ENGINE_AGAIN:
    break;
  }
  jl_client_step_soon(c);
}

static const struct jl_engine_calls calls = {
    .send = on_send, .event = on_event, .waited = on_waited, .now_us = on_now, .monotonic_us = on_monotonic};

/* A connection that logged in as another replica than the outbox's is of no use to it. */
void jl_client_engine_up(struct jl_client *c) {
  if (c->engine == NULL || !c->logged_in || !c->offer_token) return;
  if (jl_id_equal(&c->login_replica, &c->local->outbox.replica)) {
    jl_engine_up(c->engine);
    return;
  }
  struct jl_error err;
  (void)jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the connection was closed"), NULL);
  jl_client_come_back(c, &err, true);
}

bool jl_client_engine(struct jl_client *c, bool base, struct jl_error *err) {
  struct jl_base *opened = NULL;
  if (c->local == NULL) return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("there is no local copy to work with"), NULL);
  if (!jl_local_open(c->local, JL_LOCAL_WAIT_MS, err)) return false;
  if (base && (opened = jl_local_base(c->local, err)) == NULL) return false;
  if (c->engine == NULL) {
    c->engine = jl_engine_new(opened, &c->local->outbox, &jl_profile_identity(c->profile)->organisation, &calls, c);
    if (c->engine == NULL) return no_memory(err);
    jl_engine_of_person(c->engine, &jl_profile_identity(c->profile)->person);
    jl_client_engine_up(c);
  } else if (base) {
    jl_engine_set_base(c->engine, opened);
  }
  return true;
}

void jl_client_engine_free(struct jl_client *c) {
  if (c->engine == NULL) return;
  jl_engine_down(c->engine);
  jl_engine_free(c->engine);
  c->engine = NULL;
}

/* ---- submitting ---- */
uint64_t jl_client_put(struct jl_client *c, const struct jl_group *g, jl_done *done, void *context, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  struct jl_id group_id = jl_id_random();
  struct jl_entry entry;
  if (a == NULL) {
    (void)no_memory(err);
    return 0;
  }
  if (!jl_client_engine(c, false, err)) return 0;
  if (c->local->mode == JL_LOCAL_READ_ONLY) {
    *err = *jl_local_note(c->local);
    return 0;
  }
  struct jl_bytes packed = jl_group_pack(g, &c->local->outbox.replica, 1, &group_id, false, a, err);
  const Jalon__Group *group = packed.data == NULL ? NULL : (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, packed, a, err);
  if (group == NULL) return 0;
  struct jl_request *r = jl_client_request(c, JL_FOR_GROUP, done, context); /* first: what is kept must not be told as failed */
  if (r == NULL) {
    (void)no_memory(err);
    return 0;
  }
  struct jl_outbox_new in = {.group = group, .now_us = jl_now_utc_us()};
  if (!jl_engine_put(c->engine, &in, &entry, err)) {
    r->done_with = true;
    return 0;
  }
  r->entry = entry.id;
  r->space = entry.space;
  if (jl_engine_failure(c->engine) != NULL) jl_client_step_soon(c); /* it sends nothing more */
  return entry.id;
}

size_t jl_client_settle(struct jl_client *c, jl_done *done, void *context) {
  struct jl_error err;
  struct jl_entry *entries;
  size_t n, count = 0;
  if (c->local == NULL || !jl_local_is_there(c->local) || !jl_client_engine(c, false, &err)) return 0;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  if (a == NULL || !jl_outbox_list(&c->local->outbox, NULL, 1U << JL_OUTBOX_SENT, a, &entries, &n, &err)) return 0;
  for (size_t i = 0; i < n; i++) {
    struct jl_request *r = request_for(c, entries[i].id) != NULL ? NULL : jl_client_request(c, JL_FOR_GROUP, done, context);
    if (r == NULL) continue;
    r->entry = entries[i].id;
    r->space = entries[i].space;
    count++;
  }
  return count;
}

/* ---- without the server ---- */
static void foresee(struct jl_client *c, const struct jl_entry *e, struct jl_arena *a, struct jl_reply *reply) {
  struct jl_overlays overlays;
  struct jl_error ignored = {0};
  if (!jl_overlay_open(c->local, &e->space, 0, a, &overlays, &ignored)) return;
  for (size_t i = 0; i < overlays.foresight_count; i++)
    if (overlays.foresights[i].entry == e->id) reply->foreseen = overlays.foresights[i].error;
  jl_overlay_close(&overlays);
}

/* The group stays in the outbox: what can be said about it now. */
static void finish_queued(struct jl_client *c, struct jl_request *r, const struct jl_error *why) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_reply reply = {.queued = r->entry, .local = true};
  struct jl_entry e;
  struct jl_error err = {0};
  struct jl_given *given = NULL;
  if (a == NULL || !jl_outbox_get(&c->local->outbox, r->entry, a, &e, &err)) {
    reply.error = *why;
    jl_request_finish(c, r, &reply);
    return;
  }
  if (c->local->mode == JL_LOCAL_ONLINE_ONLY) { /* nothing is kept there, so nobody will ask again */
    reply.error = *why;
    if (e.state == JL_OUTBOX_SENT)
      (void)jl_fail(&reply.error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the connection broke before the answer came"),
                    JL_MSG("it is not known whether the change was made: look before you make it again"));
    reply.queued = 0;
    jl_request_finish(c, r, &reply);
    return;
  }
  if (jl_code_class(why->code) == JL_CLASS_AUTH) reply.error = *why;
  if (e.state == JL_OUTBOX_SENT)
    (void)jl_fail(&reply.error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the connection broke before the answer came"),
                  JL_MSG("it is not known whether the change was made; the next command asks"));
  if (jl_outbox_numbers(&c->local->outbox, e.id, a, &given, &reply.given_count, &err)) reply.given = given;
  reply.offline_since_us = jl_local_heard_us(c->local);
  if (e.state == JL_OUTBOX_PARKED)
    (void)jl_fail(&reply.foreseen, JL_E_DEPENDS, JL_MSG("it needs a record that a refused change was to make"),
                  JL_MSG("jalon conflicts lists the refused ones"));
  else if (e.state == JL_OUTBOX_QUEUED)
    foresee(c, &e, a, &reply);
  jl_request_finish(c, r, &reply);
}

static bool finish_answer(struct jl_client *c, struct jl_request *r, const struct jl_error *why) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ANSWER_ARENA);
  struct jl_reply reply = {0};
  struct jl_error err = {0};
  if (a == NULL) {
    (void)no_memory(&reply.error);
  } else if (!jl_answer_locally(c->local, r->type, r->payload, a, &reply, &err)) {
    /* Without a copy the reason is that the server is not there; what the copy says about the question itself is the answer. */
    bool no_copy = !reply.local;
    reply.error = no_copy && !c->offline && err.code != JL_E_NO_MEMORY ? *why : err;
  }
  jl_request_finish(c, r, &reply);
  return true;
}

/* Only a server that is not there: one that says no is to be heard. */
static bool is_absence(const struct jl_error *why) {
  enum jl_class class = jl_code_class(why->code);
  return class == JL_CLASS_RETRY || class == JL_CLASS_UNKNOWN;
}

bool jl_client_without_server(struct jl_client *c, struct jl_request *r, const struct jl_error *why) {
  if (r->kind == JL_FOR_GROUP) {
    finish_queued(c, r, why);
    return true;
  }
  if (r->kind == JL_FOR_SYNC) {
    jl_sync_fail(c, r, why);
    return true;
  }
  if (c->local == NULL || r->event != NULL || !is_absence(why) || !jl_local_is_there(c->local)) return false;
  if (r->dry_run) return jl_answer_dry_run(c, r);
  return jl_answer_can(r->type) && finish_answer(c, r, why);
}

/* A group that may have been taken in waits for the next connection, one that was never sent does not. */
bool jl_client_waits(const struct jl_client *c, const struct jl_request *r) {
  struct jl_entry e;
  struct jl_error ignored;
  if (c->closing || jl_monotonic_us() >= r->deadline_us) return false;
  if (r->kind == JL_FOR_SYNC) return jl_sync_goes_on(r);
  return jl_outbox_get(&c->local->outbox, r->entry, NULL, &e, &ignored) && (e.state == JL_OUTBOX_SENT || (e.flags & JL_ENTRY_DOUBT) != 0);
}

void jl_client_step(struct jl_client *c) {
  const struct jl_error *failure = c->engine != NULL && c->logged_in ? jl_engine_failure(c->engine) : NULL;
  if (failure != NULL) fail_groups(c, failure);
  if (c->engine != NULL) jl_engine_flush(c->engine, false);
  jl_sync_step(c);
}

int64_t jl_client_due_us(const struct jl_client *c) { return c->engine == NULL ? INT64_MAX : jl_engine_due_us(c->engine); }

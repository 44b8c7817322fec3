#include "server/net/snapshot.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include <stdlib.h>

#define CHUNK_BYTES 131072 /* of records in one message: large enough to compress well */
#define CHUNK_RECORDS 2048
#define RECORD_OVERHEAD 64

bool jl_snapshot_start(struct jl_subscription *sub, const struct jl_position *origin, const struct jl_id *after) {
  struct jl_snapshot *snapshot = calloc(1, sizeof *snapshot);
  if (snapshot == NULL) return false;
  snapshot->origin = *origin;
  snapshot->started = after != NULL;
  if (after != NULL) snapshot->cursor = *after;
  sub->snapshot = snapshot;
  return true;
}

/* Records that the reader may see; counted one by one only when there are others. */
static uint64_t count_readable(const struct jl_replica *replica, uint32_t sections) {
  if ((sections & JL_EVERYTHING) == JL_EVERYTHING) return jl_replica_count(replica);
  uint64_t n = 0;
  for (const struct jl_record *r = jl_replica_next(replica, NULL); r != NULL; r = jl_replica_next(replica, &r->id))
    n += jl_record_readable(replica, r, sections);
  return n;
}

/* Takes records from the cursor on until the message is full. false: no memory. */
static bool fill(struct jl_subscription *sub, struct jl_arena *a, Jalon__Snapshot *message, uint32_t sections) {
  struct jl_snapshot *at = sub->snapshot;
  const struct jl_replica *replica = jl_space_committed(sub->space);
  const struct jl_record *record = jl_replica_next(replica, at->started ? &at->cursor : NULL);
  message->records = jl_arena_array(a, CHUNK_RECORDS, sizeof(Jalon__RecordState *));
  if (message->records == NULL) return false;
  for (size_t bytes = 0; record != NULL && message->n_records < CHUNK_RECORDS; record = jl_replica_next(replica, &record->id)) {
    if (message->n_records > 0 && bytes + record->body.size > CHUNK_BYTES) break;
    at->cursor = record->id;
    at->started = true;
    if (!jl_record_readable(replica, record, sections)) continue;
    if (!jl_record_to_wire(record, a, &message->records[message->n_records])) return false;
    message->n_records++;
    bytes += record->body.size + RECORD_OVERHEAD;
  }
  message->has_last = true;
  message->last = record == NULL;
  return true;
}

static bool send_message(struct jl_subscription *sub, struct jl_arena *a, bool *ret_last) {
  struct jl_snapshot *at = sub->snapshot;
  const struct jl_replica *replica = jl_space_committed(sub->space);
  uint32_t sections = sub->adding != 0 ? sub->adding : sub->sections, added[JL_SECTIONS];
  Jalon__Snapshot message = JALON__SNAPSHOT__INIT;
  Jalon__Position position;
  if (!fill(sub, a, &message, sections) || !jl_position_to_wire(&at->origin, sections, a, &position)) return false;
  if (!at->told || message.last) message.position = &position;
  message.sections = added;
  message.n_sections = jl_sections_list(sub->adding, added);
  message.has_total = !at->told;
  if (!at->told) message.total = count_readable(replica, sections);
  message.has_whole_at = message.last;
  if (message.last) message.whole_at = jl_replica_where(replica)->revision;
  struct jl_bytes packed = jl_pack(&message.base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL) return false;
  struct jl_message *m = sub->session->compress ? jl_message_new_compressed(JALON__FRAME_TYPE__SNAPSHOT, 0, packed)
                                                : jl_message_new(JALON__FRAME_TYPE__SNAPSHOT, 0, packed);
  if (m == NULL) return false;
  at->told = true;
  *ret_last = message.last;
  jl_session_send_shared(sub->session, sub->stream, m);
  jl_message_release(m);
  return true;
}

/* true: there is more to send, and room for it. */
static bool step(struct jl_subscription *sub, struct jl_arena *a) {
  if (sub->session == NULL || sub->snapshot == NULL || jl_session_congested(sub->session)) return false;
  bool last = false;
  if (a == NULL || !send_message(sub, a, &last)) {
    struct jl_error err = {0};
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the server has not enough memory for a snapshot"), JL_MSG("try again in a moment"));
    jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, &err);
    return false;
  }
  if (!last || sub->session == NULL) return sub->session != NULL;
  sub->sent = sub->snapshot->origin.revision + jl_mutant(JL_MUTANT_SNAPSHOT_OFF_BY_ONE);
  free(sub->snapshot);
  sub->snapshot = NULL;
  sub->sections |= sub->adding;
  sub->adding = 0;
  sub->state = JL_FEED_TAIL;
  jl_feed_continue(sub);
  return false;
}

/* ---- in turn ---- */
static struct jl_subscription *take_first(struct jl_server *server) {
  struct jl_subscription *sub = server->snapshots;
  server->snapshots = sub->next_snapshot;
  if (server->snapshots == NULL) server->snapshots_last = NULL;
  sub->next_snapshot = NULL;
  sub->in_snapshots = false;
  return sub;
}

void jl_snapshot_continue(struct jl_subscription *sub) {
  struct jl_server *server = sub->server;
  if (sub->in_snapshots) return;
  sub->in_snapshots = true;
  sub->references++;
  if (server->snapshots == NULL)
    server->snapshots = sub;
  else
    server->snapshots_last->next_snapshot = sub;
  server->snapshots_last = sub;
  if (!uv_is_active((const uv_handle_t *)&server->snapshot_timer)) uv_timer_start(&server->snapshot_timer, jl_snapshots_turn, 0, 0);
}

void jl_snapshots_turn(uv_timer_t *timer) {
  struct jl_server *server = timer->data;
  struct jl_arena *a = jl_arena_new(4U * JL_MESSAGE_MAX);
  int64_t end_us = jl_monotonic_us() + 1000 * JL_SNAPSHOT_TURN_MS;
  while (server->snapshots != NULL) {
    struct jl_subscription *sub = take_first(server);
    if (a != NULL) jl_arena_reset(a);
    if (step(sub, a)) jl_snapshot_continue(sub);
    jl_subscription_unreference(sub);
    if (jl_monotonic_us() >= end_us) break;
  }
  jl_arena_free(a);
  if (server->snapshots != NULL) uv_timer_start(&server->snapshot_timer, jl_snapshots_turn, 0, 0);
}

void jl_snapshots_forget(struct jl_server *server) {
  while (server->snapshots != NULL) jl_subscription_unreference(take_first(server));
}

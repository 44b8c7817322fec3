#include "server/net/names.h"
#include "common/base/limits.h"
#include "common/model/query.h"
#include <string.h>

#define CHUNK_BYTES 131072
#define CHUNK_RECORDS 1024

/* Takes records from *io_record on until the message is full. */
static bool fill(const struct jl_replica *names, const struct jl_record **io_record, struct jl_arena *a, Jalon__Names *message) {
  message->records = jl_arena_array(a, CHUNK_RECORDS, sizeof(Jalon__RecordState *));
  if (message->records == NULL) return false;
  for (size_t bytes = 0; *io_record != NULL && message->n_records < CHUNK_RECORDS && bytes < CHUNK_BYTES;
       *io_record = jl_replica_next(names, &(*io_record)->id)) {
    if (!jl_record_to_wire(*io_record, a, &message->records[message->n_records])) return false;
    message->n_records++;
    bytes += (*io_record)->body.size;
  }
  message->has_last = true;
  message->last = *io_record == NULL;
  return true;
}

static bool send_all(const struct jl_subscription *sub, const struct jl_replica *names) {
  struct jl_session *s = sub->session;
  const struct jl_record *record = jl_replica_next(names, NULL);
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4U * JL_MESSAGE_MAX);
  bool last = false;
  while (a != NULL && !last) {
    Jalon__Names message = JALON__NAMES__INIT;
    if (!fill(names, &record, a, &message)) return false;
    last = message.last;
    struct jl_bytes packed = jl_pack(&message.base, a, JL_MESSAGE_MAX);
    if (packed.data == NULL) return false;
    jl_session_send(s, JALON__FRAME_TYPE__NAMES, 0, sub->stream, packed);
    jl_arena_reset(a);
  }
  return a != NULL;
}

/* Without memory the old ones stay until the next time: who has fewer names than he may know has read nothing that he may not. */
void jl_names_tell(struct jl_subscription *sub) {
  struct jl_replica *own = NULL;
  uint8_t hash[sizeof sub->names];
  if (sub->session == NULL || !sub->session->takes_names || sub->watch != NULL || (sub->rights & JL_NAMES_ONLY) == 0) return;
  if (jl_session_congested(sub->session)) return; /* when the line has drained */
  const struct jl_replica *names = jl_session_directory(sub->session, sub->space, sub->rights, &own);
  if (names == NULL) return;
  jl_replica_state_hash(names, hash);
  sub->references++;
  if (!sub->names_told || memcmp(hash, sub->names, sizeof hash) != 0) {
    sub->names_told = send_all(sub, names);
    memcpy(sub->names, hash, sizeof hash);
  }
  jl_subscription_unreference(sub);
  jl_replica_free(own);
}

void jl_names_look(struct jl_server *server) {
  for (struct jl_session *s = server->sessions, *following; s != NULL; s = following) {
    following = s->next; /* closing completes later, so it stays */
    for (struct jl_subscription *sub = s->subscriptions, *next; sub != NULL && !s->closing; sub = next) {
      next = sub->next;
      jl_names_tell(sub);
    }
  }
}

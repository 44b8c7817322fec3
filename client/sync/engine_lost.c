/* Does the server still have what it acknowledged? An older copy of its data may have been put back. Our copy of the records need not
 * show it: it may stand before the point where the histories part, and the other one may have grown longer since. The lane
 * does: its numbers at the server end before ours. It is asked for once per connection and space, before the space counts as being at
 * the head and before our lanes are numbered anew under another replica id. */
#include "client/sync/engine_state.h"
#include "common/base/mutants.h"
#include "common/wire/unpack.h"

#define AGAIN_US INT64_C(300000) /* after an error that asks for patience */

static void ask(struct jl_engine *e, struct jl_engine_lane *lane) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
  Jalon__VerdictQuery query = JALON__VERDICT_QUERY__INIT;
  if (a == NULL) return;
  query.has_space = query.has_replica = query.has_from_seq = query.has_to_seq = true;
  query.space = (ProtobufCBinaryData){sizeof lane->space.bytes, lane->space.bytes};
  query.replica = (ProtobufCBinaryData){sizeof e->outbox->replica.bytes, e->outbox->replica.bytes};
  query.from_seq = query.to_seq = lane->lost_through + 1; /* only the high water is wanted */
  lane->lost_stream = e->calls.send(e->context, JALON__FRAME_TYPE__VERDICT_QUERY, jl_pack(&query.base, a, JL_MESSAGE_MAX));
}

bool jl_lost_known(struct jl_engine *e, struct jl_engine_lane *lane) {
  if (lane->lost_known || lane->lost_stream != 0) return lane->lost_known;
  if (!e->up || jl_engine_monotonic(e) < lane->lost_us) return false;
  lane->lost_through = jl_outbox_done_through(e->outbox, &lane->space);
  lane->lost_known = lane->lost_through == 0 || jl_mutant(JL_MUTANT_LOSS_UNSEEN);
  if (!lane->lost_known) ask(e, lane);
  return lane->lost_known;
}

/* In the order in which they were made, for later ones may build on earlier ones. */
static bool offer_again(struct jl_engine *e, const struct jl_engine_lane *lane, uint64_t high_water, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_entry *entries = NULL;
  size_t n = 0;
  if (a == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!jl_outbox_list(e->outbox, &lane->space, 1U << JL_OUTBOX_DONE, a, &entries, &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_engine_event event = {.kind = JL_ENGINE_AGAIN, .entry = entries[i].id, .space = lane->space};
    if (entries[i].seq <= high_water || entries[i].seq > lane->lost_through) continue;
    if (!jl_outbox_again(e->outbox, entries[i].id, err)) return false;
    jl_engine_tell(e, &event);
  }
  return true;
}

static bool take_high_water(struct jl_engine *e, struct jl_engine_lane *lane, uint8_t type, struct jl_bytes payload, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(4U * JL_MESSAGE_MAX);
  if (a == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (type == JALON__FRAME_TYPE__VERDICT_REPLY) {
    const Jalon__VerdictReply *reply = (const Jalon__VerdictReply *)jl_unpack(&jalon__verdict_reply__descriptor, payload, a, err);
    return reply != NULL && (reply->high_water >= lane->lost_through || offer_again(e, lane, reply->high_water, err));
  }
  const Jalon__Error *wire =
      type != JALON__FRAME_TYPE__ERROR ? NULL : (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, err);
  if (wire == NULL) return jl_fail(err, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server's answer cannot be read"), NULL);
  if (wire->code == JL_E_NOT_FOUND) return offer_again(e, lane, 0, err); /* the copy is from before the space was made */
  jl_error_from_wire(wire, err);
  return jl_code_class(err->code) != JL_CLASS_RETRY; /* a space that may not be read any more has no high water for us */
}

bool jl_lost_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct jl_engine_lane *lane = e->lanes;
  struct jl_error err = {0};
  while (lane != NULL && (lane->lost_stream != stream || stream == 0)) lane = lane->next;
  if (lane == NULL) return false;
  lane->lost_stream = 0;
  lane->lost_known = take_high_water(e, lane, type, payload, &err);
  lane->lost_us = jl_engine_monotonic(e) + AGAIN_US;
  return true;
}

/* Does the server still have what it acknowledged? An older copy of its data may have been put back. Our copy of the records need not
 * show it: it may stand before the point where the histories part, and the other one may have grown longer since. The lane
 * does: its numbers at the server end before ours. It is asked for once per connection and space, before the space counts as being at
 * the head and before our lanes are numbered anew under another replica id.
 *
 * Groups for which neither vouches any more (outbox_vouch.c) are looked for in the log, where they stand at their revision, when our copy is
 * at the head; what is not there is offered again. From then on one or the other vouches for each: our copy for those that were found, our
 * lane for the others. A group without effect stands in no log. It is offered too, and gets its verdict once more. */
#include "client/sync/engine_state.h"
#include "common/base/mutants.h"
#include "common/wire/unpack.h"

#define AGAIN_US INT64_C(300000) /* after an error that asks for patience */
#define LOOK_REVISIONS 1000      /* at a time: others' changes that lie between come too */

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

/* ---- what neither lane nor copy vouches for ---- */
static bool vouch(struct jl_engine *e, struct jl_bytes change, struct jl_arena *scratch, uint64_t *ret_revision, struct jl_error *err) {
  struct jl_id group_id;
  jl_arena_reset(scratch);
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, change, scratch, err);
  if (body == NULL) return false;
  *ret_revision = body->revision;
  return !jl_id_from_bytes(JL_PB(body->group_id), &group_id) || jl_outbox_vouch(e->outbox, &group_id, body->revision, err);
}

/* What was found vouches for itself; what was not is offered again: in one durable step, and then it is told. through: as
 * far as was asked; less, when there is more. false: the subscription has ended. */
static bool offer_missing(struct jl_engine *e, struct jl_follow *f, uint64_t from, uint64_t through, const Jalon__ReadLogReply *found,
                          struct jl_arena *a) {
  struct jl_arena *scratch JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX + 2U * JL_MESSAGE_MAX);
  struct jl_error err = {0};
  struct jl_entry *missing = NULL;
  size_t n = 0;
  if (scratch == NULL) (void)jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (scratch == NULL || !jl_sql_begin(&e->outbox->sql, &err)) {
    jl_follow_end(e, f, &err);
    return false;
  }
  bool ok = true;
  uint64_t came = from;
  for (size_t i = 0; ok && found != NULL && i < found->n_changes; i++) ok = vouch(e, JL_PB(found->changes[i]->body), scratch, &came, &err);
  if (found != NULL && found->has_more && found->n_changes > 0 && came >= from && came < through) through = came;
  ok = ok && jl_outbox_unvouched(e->outbox, &f->s.id, from, through, a, &missing, &n, &err);
  for (size_t i = 0; ok && i < n; i++) ok = jl_outbox_again(e->outbox, missing[i].id, &err);
  if (!ok) jl_sql_rollback(&e->outbox->sql);
  if (!ok || !jl_sql_commit(&e->outbox->sql, &err)) {
    jl_follow_end(e, f, &err);
    return false;
  }
  for (size_t i = 0; i < n; i++) {
    struct jl_engine_event event = {.kind = JL_ENGINE_AGAIN, .entry = missing[i].id, .space = f->s.id};
    jl_engine_tell(e, &event);
  }
  return true;
}

/* ---- what only a number vouches for ---- */
/* A number vouches for a group as long as the lane is ours alone. After a loss a copy of this folder may go on in it, past that number, with
 * groups of which the log shows nothing: they were refused, or our copy has jumped over them. So what our copy had not come to is believed
 * only when the log shows it on the way, at its revision; what it does not show loses its number before our copy stands behind it. */
void jl_lost_end(struct jl_follow *f) {
  jl_arena_free(f->numbered_in);
  f->numbered_in = NULL;
  f->numbered = NULL;
  f->numbered_n = f->numbered_at = 0;
}

bool jl_lost_begin(struct jl_engine *e, struct jl_follow *f, uint64_t after, struct jl_error *err) {
  jl_lost_end(f);
  f->numbered_in = jl_arena_new(2U * JL_OUTBOX_BYTES);
  if (f->numbered_in == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  bool ok = jl_outbox_numbered(e->outbox, &f->s.id, after, f->numbered_in, &f->numbered, &f->numbered_n, err);
  if (!ok || f->numbered_n == 0) jl_lost_end(f);
  return ok;
}

void jl_lost_shown(struct jl_follow *f, const struct jl_id *group_id, uint64_t revision) {
  size_t from = f->numbered_at, to = f->numbered_n;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (f->numbered[middle].revision < revision)
      from = middle + 1;
    else
      to = middle;
  }
  for (; from < f->numbered_n && f->numbered[from].revision == revision; from++)
    if (jl_id_equal(&f->numbered[from].group_id, group_id)) f->numbered[from].flags |= JL_ENTRY_VOUCHED;
}

bool jl_lost_passed(struct jl_engine *e, struct jl_follow *f, uint64_t revision, struct jl_error *err) {
  size_t end = f->numbered_at, unshown = 0;
  for (; end < f->numbered_n && f->numbered[end].revision <= revision; end++) unshown += (f->numbered[end].flags & JL_ENTRY_VOUCHED) == 0;
  if (unshown > 0 && !jl_outbox_unnumber_unvouched(e->outbox, f->numbered + f->numbered_at, end - f->numbered_at, err)) return false;
  if (unshown > 0) f->vouched = false;
  f->numbered_at = end;
  if (end == f->numbered_n) jl_lost_end(f);
  return true;
}

/* At the head: what would come behind it is not there. The lane is asked first: with that the server looks whether it is behind another. */
static bool passed_all(struct jl_engine *e, struct jl_follow *f) {
  struct jl_error err = {0};
  if (f->numbered_n == 0) return true;
  struct jl_engine_lane *lane = jl_engine_lane(e, &f->s.id, false);
  if (lane != NULL && !jl_lost_known(e, lane)) return false;
  if (jl_lost_passed(e, f, UINT64_MAX, &err)) return true;
  jl_follow_end(e, f, &err);
  return false;
}

/* ---- looking ---- */
/* What lies beyond the server's head is lost without asking. */
static bool look(struct jl_engine *e, struct jl_follow *f, struct jl_arena *a) {
  struct jl_error err = {0};
  struct jl_entry *entries = NULL;
  size_t n = 0;
  uint64_t head = f->s.live.position.revision, first = UINT64_MAX, last = 0, at_most = f->look_at_most > 0 ? f->look_at_most : LOOK_REVISIONS;
  if (!jl_outbox_unvouched(e->outbox, &f->s.id, 0, UINT64_MAX, a, &entries, &n, &err)) {
    jl_follow_end(e, f, &err);
    return false;
  }
  f->vouched = n == 0;
  if (f->vouched) return true;
  if (!offer_missing(e, f, head + 1, UINT64_MAX, NULL, a)) return false;
  for (size_t i = 0; i < n; i++)
    if (entries[i].revision < first) first = entries[i].revision;
  f->vouched = first > head;
  if (f->vouched) return true;
  for (size_t i = 0; i < n; i++)
    if (entries[i].revision > last && entries[i].revision <= head && entries[i].revision - first < at_most)
      last = entries[i].revision;
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  read.has_space = read.has_from = read.has_to = true;
  read.space = (ProtobufCBinaryData){sizeof f->s.id.bytes, f->s.id.bytes};
  read.from = f->look_from = first;
  read.to = f->look_to = last;
  f->looking = jl_engine_send(e, JALON__FRAME_TYPE__READ_LOG, &read.base);
  return false;
}

bool jl_lost_look(struct jl_engine *e, struct jl_follow *f) {
  if (e->outbox->read_only || jl_mutant(JL_MUTANT_LOSS_UNSEEN)) return true;
  if (!passed_all(e, f)) return false;
  if (f->vouched) return true;
  if (f->looking != 0 || jl_engine_monotonic(e) < f->look_us) return false;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  if (a == NULL) f->look_us = jl_engine_monotonic(e) + AGAIN_US;
  return a != NULL && look(e, f, a);
}

/* All of the page was of sections that we may not read: it does not tell how far it came. */
static bool told_nothing(struct jl_follow *f, const Jalon__ReadLogReply *reply) {
  uint64_t asked = f->look_to - f->look_from + 1;
  bool nothing = reply->has_more && reply->n_changes == 0 && asked > 1;
  f->look_at_most = nothing ? asked / 2 : 0;
  return nothing;
}

void jl_lost_looked(struct jl_engine *e, struct jl_follow *f, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0}, why = {0};
  f->looking = 0;
  f->look_us = jl_engine_monotonic(e) + AGAIN_US; /* when this answer says nothing */
  if (type == JALON__FRAME_TYPE__ERROR) {
    const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
    if (wire != NULL) jl_error_from_wire(wire, &why);
    f->vouched = wire != NULL && jl_code_class(why.code) != JL_CLASS_RETRY; /* it may not be read: asked again by the next connection */
  }
  const Jalon__ReadLogReply *reply = type != JALON__FRAME_TYPE__READ_LOG_REPLY
                                         ? NULL
                                         : (const Jalon__ReadLogReply *)jl_unpack(&jalon__read_log_reply__descriptor, payload, a, &err);
  if (reply == NULL) return;
  f->look_us = 0;
  if (!told_nothing(f, reply)) (void)offer_missing(e, f, f->look_from, f->look_to, reply, a); /* then the rest is looked for */
}

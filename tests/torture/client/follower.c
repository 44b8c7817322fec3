/* What a follower was told, for the checker; one line per message, all names of one process in one file:
 *
 *   subscribe NAME SPACE REVISION|-|+   from that position, with a snapshot, or with the rest of one that was cut off
 *   sections  NAME MASK HEAD TIME       what it may read (bits), as the reply says, and where the server stood
 *   snapshot  NAME REVISION             complete; the tail follows
 *   added     NAME REVISION MASK TIME   complete: of sections that have become readable
 *   revisions NAME THROUGH TIME ITEM... ITEM: revision.section.crc32 of body and private values
 *   bookmark  NAME REVISION
 *   lagging   NAME REVISION
 *   resync    NAME CODE                 or ended
 *   digest    NAME REVISION DIGEST      of the whole replica
 *
 * TIME: of the machine's clock, in microseconds, when it came. */
#include "common/model/governance/rights.h"
#include "common/model/query.h"
#include "tests/torture/client/client.h"
#include "tests/torture/shared/digest.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define NAP_REVISIONS 12000 /* how far a lazy one lets itself fall behind */

static Jalon__Position *position_of(const struct jl_replica *r, Jalon__Position *position, Jalon__SectionPosition *sections, Jalon__SectionPosition **list) {
  const struct jl_position *where = jl_replica_where(r);
  jalon__position__init(position);
  position->has_space = position->has_epoch = position->has_revision = true;
  position->space = jl_to_pb((struct jl_bytes){where->space.bytes, 16});
  position->epoch = where->epoch;
  position->revision = where->revision;
  for (int s = 1; s < JL_SECTIONS; s++) {
    jalon__section_position__init(&sections[s]);
    sections[s].has_section = sections[s].has_revision = sections[s].has_chain = true;
    sections[s].section = (uint32_t)s;
    sections[s].revision = where->sections[s].revision;
    sections[s].chain = jl_to_pb((struct jl_bytes){where->sections[s].chain, JL_CHAIN_SIZE});
    list[s - 1] = &sections[s];
  }
  position->sections = list;
  position->n_sections = JL_SECTIONS - 1;
  return position;
}

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void start_anew(struct follower *f) {
  f->loading = true;
  f->resumable = f->adding = false;
  f->whole_at = 0;
  jl_replica_free(f->replica);
  f->replica = jl_replica_new(&f->process->progress->spaces[f->space], JL_SPACE_PLAN);
  JL_ASSERT(f->replica);
}

/* What is left when only these sections may be read, or only these had come whole. */
static void keep_sections(struct follower *f, uint32_t sections) {
  struct jl_replica *kept = jl_replica_new(&f->process->progress->spaces[f->space], JL_SPACE_PLAN);
  JL_ASSERT(kept);
  *jl_replica_position(kept) = *jl_replica_where(f->replica);
  for (const struct jl_record *r = jl_replica_next(f->replica, NULL); r; r = jl_replica_next(f->replica, &r->id))
    if (jl_record_readable(f->replica, r, sections)) JL_ASSERT(jl_replica_put(kept, jl_record_share(r)));
  for (uint32_t s = 0; s < JL_SECTIONS; s++)
    if ((sections >> s & 1) == 0) jl_replica_position(kept)->sections[s] = (struct jl_section_position){0};
  jl_replica_free(f->replica);
  f->replica = kept;
  f->sections &= sections;
}

static void subscribe(struct follower *f) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  Jalon__Position position;
  Jalon__SectionPosition sections[JL_SECTIONS], *list[JL_SECTIONS];
  char from[24] = "-";
  uint32_t held[JL_SECTIONS];
  if (f->adding) keep_sections(f, f->sections);
  f->adding = false;
  message.has_space = true;
  message.space = jl_to_pb((struct jl_bytes){f->process->progress->spaces[f->space].bytes, 16});
  if (f->loading && !f->resumable) start_anew(f);
  else message.from = position_of(f->replica, &position, sections, list);
  message.sections = held;
  for (uint32_t s = 1; message.from && s < JL_SECTIONS; s++)
    if (f->sections >> s & 1) held[message.n_sections++] = s;
  message.has_snapshot_after = f->loading && f->resumable;
  if (message.has_snapshot_after) message.snapshot_after = jl_to_pb((struct jl_bytes){f->last.bytes, 16});
  if (f->resumable) snprintf(from, sizeof from, "+");
  else if (!f->loading) snprintf(from, sizeof from, "%" PRIu64, position.revision);
  fprintf(f->process->stream, "subscribe %s %d %s\n", f->name, f->space, from);
  f->stream = peer_send(&f->peer, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
}

static void take_position(struct jl_replica *r, const Jalon__Position *p) {
  struct jl_position *where = jl_replica_position(r);
  where->epoch = p->epoch;
  where->revision = p->revision;
  for (size_t i = 0; i < p->n_sections; i++) {
    uint32_t s = p->sections[i]->section;
    JL_ASSERT(s < JL_SECTIONS && p->sections[i]->chain.len == JL_CHAIN_SIZE);
    where->sections[s].revision = p->sections[i]->revision;
    memcpy(where->sections[s].chain, p->sections[i]->chain.data, JL_CHAIN_SIZE);
  }
}

/* What may not be read any more goes; what may be read now comes when the tail has reached the head. */
static void take_rights(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  uint32_t readable = 0;
  const Jalon__SubscribeReply *reply = (const Jalon__SubscribeReply *)jl_unpack(&jalon__subscribe_reply__descriptor, payload, a, &err);
  if (!reply || !reply->position) process_fail("the reply to a subscription cannot be read");
  for (size_t i = 0; i < reply->n_readable; i++) readable |= 1U << reply->readable[i];
  f->readable = readable;
  f->gone = false;
  if (f->loading && !f->resumable) f->sections = readable;
  else if (f->sections & ~readable) keep_sections(f, readable);
  fprintf(f->process->stream, "sections %s %u %" PRIu64 " %lld\n", f->name, readable, reply->position->revision, now_us());
}

/* Beside the rest of the replica, which stands where it begins. */
static void take_added(struct follower *f, const Jalon__Snapshot *s) {
  uint32_t added = 0;
  f->adding = !s->last;
  if (!s->last) return;
  for (size_t i = 0; i < s->n_sections; i++) added |= 1U << s->sections[i];
  f->sections |= added;
  if (s->whole_at > f->whole_at) f->whole_at = s->whole_at;
  fprintf(f->process->stream, "added %s %" PRIu64 " %u %lld\n", f->name, jl_replica_where(f->replica)->revision, added, now_us());
}

static void take_snapshot(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__Snapshot *s = (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, payload, a, &err);
  if (!s) process_fail("a snapshot cannot be read");
  for (size_t i = 0; i < s->n_records; i++) {
    const Jalon__RecordState *state = s->records[i];
    struct jl_id id;
    JL_ASSERT(jl_id_from_bytes(JL_PB(state->id), &id));
    struct jl_record *record = jl_record_new(state->type, &id, JL_PB(state->body));
    record->number = state->number;
    record->revision = state->revision;
    record->created_revision = state->created_revision;
    record->deleted_revision = state->deleted_revision;
    JL_ASSERT(jl_replica_put(f->replica, record));
    f->last = id;
    if (state->revision > f->whole_at) f->whole_at = state->revision;
  }
  if (s->position) take_position(f->replica, s->position);
  if (s->n_sections > 0) {
    take_added(f, s);
    return;
  }
  f->resumable = f->resumable || (s->position && s->n_records > 0);
  if (!s->last) return;
  f->loading = f->resumable = false;
  if (s->whole_at > f->whole_at) f->whole_at = s->whole_at;
  fprintf(f->process->stream, "snapshot %s %" PRIu64 "\n", f->name, jl_replica_where(f->replica)->revision);
}

static void applied(struct follower *f) {
  uint64_t revision = jl_replica_where(f->replica)->revision, every = f->process->progress->checkpoint;
  f->process->slot->seen++;
  if (revision % every == 0 && revision >= f->whole_at) fprintf(f->process->stream, "digest %s %" PRIu64 " %" PRIu64 "\n", f->name, revision, replica_digest(f->replica));
}

/* Revisions without a section that may be read do not come. */
static void move_to(struct follower *f, uint64_t revision) {
  struct jl_position *where = jl_replica_position(f->replica);
  if ((f->sections & JL_EVERYTHING) != JL_EVERYTHING && revision > where->revision) where->revision = revision;
}

/* The changes of one revision are applied together. */
static void apply(struct follower *f, const struct jl_change *changes, size_t n, uint64_t revision, struct jl_arena *a) {
  struct jl_error err;
  char text[400];
  if (revision <= jl_replica_where(f->replica)->revision) return; /* the checker sees that it came twice */
  move_to(f, revision - 1);
  if (jl_replica_apply(f->replica, changes, n, a, &err)) {
    applied(f);
    return;
  }
  jl_error_describe(&err, text, sizeof text);
  process_fail("follower %s of space %d cannot apply revision %" PRIu64 " after %" PRIu64 ": %s", f->name, f->space, revision, jl_replica_where(f->replica)->revision, text);
}

static void take_revisions(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__Revisions *r = (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, payload, a, &err);
  if (!r) process_fail("revisions cannot be read");
  const Jalon__ChangeBody **bodies = jl_arena_array(a, r->n_changes + 1, sizeof *bodies);
  fprintf(f->process->stream, "revisions %s %" PRIu64 " %lld", f->name, r->through, now_us());
  for (size_t i = 0; i < r->n_changes; i++) {
    const Jalon__Change *change = r->changes[i];
    bodies[i] = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(change->body), a, &err);
    if (!bodies[i]) process_fail("a change cannot be read");
    fprintf(f->process->stream, " %" PRIu64 ".%u.%08x", bodies[i]->revision, bodies[i]->section, crc32_of(crc32_of(0, JL_PB(change->body)), JL_PB(change->private_values)));
  }
  fputc('\n', f->process->stream);
  struct jl_change changes[JL_SECTIONS];
  size_t n = 0;
  uint64_t revision = 0;
  for (size_t i = 0; i < r->n_changes; i++) {
    const Jalon__Change *change = r->changes[i];
    const Jalon__ChangeBody *body = bodies[i];
    if (n > 0 && (body->revision != revision || n == JL_SECTIONS)) {
      apply(f, changes, n, revision, a);
      n = 0;
    }
    revision = body->revision;
    changes[n++] = (struct jl_change){JL_PB(change->body), JL_PB(change->private_values)};
  }
  if (n > 0) apply(f, changes, n, revision, a);
  move_to(f, r->through);
}

static uint32_t code_of(const Jalon__Error *error) { return error ? error->code : 0; }

static void sent_away(struct follower *f, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__Resync *resync = (const Jalon__Resync *)jl_unpack(&jalon__resync__descriptor, payload, a, &err); /* ENDED has the same shape */
  enum jl_code code = (enum jl_code)(resync ? code_of(resync->error) : 0);
  fprintf(f->process->stream, "%s %s %d\n", type == JALON__FRAME_TYPE__RESYNC ? "resync" : "ended", f->name, (int)code);
  if (type == JALON__FRAME_TYPE__RESYNC) start_anew(f);
  for (uint32_t i = 0; code == JL_E_HISTORY_FORKED && i < f->process->progress->clients; i++) submitter_doubt(&f->process->submitters[i], f->space);
  enum jl_class class = jl_code_class(code);
  if (class != JL_CLASS_RETRY && class != JL_CLASS_RESYNC && code != JL_E_RIGHTS_CHANGED) process_fail("follower %s of space %d was sent away: %s", f->name, f->space, jl_code_symbol(code));
  subscribe(f);
}

/* The space could not be opened yet, or nothing of it may be read: the next tick tries again. */
static void refused(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
  uint32_t code = code_of(wire);
  f->stream = 0;
  f->gone = code == JL_E_RIGHTS_CHANGED || code == JL_E_NOT_FOUND;
  if (f->gone) start_anew(f);
}

static void on_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct follower *f = peer->context;
  struct jl_error err;
  if (stream != f->stream) return;
  struct jl_arena *a = jl_arena_new(64 << 20);
  if (type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY) take_rights(f, payload, a);
  else if (type == JALON__FRAME_TYPE__SNAPSHOT) take_snapshot(f, payload, a);
  else if (type == JALON__FRAME_TYPE__REVISIONS) take_revisions(f, payload, a);
  else if (type == JALON__FRAME_TYPE__RESYNC || type == JALON__FRAME_TYPE__ENDED) sent_away(f, type, payload, a);
  else if (type == JALON__FRAME_TYPE__ERROR) refused(f, payload, a);
  else if (type == JALON__FRAME_TYPE__BOOKMARK || type == JALON__FRAME_TYPE__LAGGING) {
    const Jalon__Bookmark *mark = (const Jalon__Bookmark *)jl_unpack(&jalon__bookmark__descriptor, payload, a, &err); /* LAGGING has the same shape */
    if (mark) fprintf(f->process->stream, "%s %s %" PRIu64 "\n", type == JALON__FRAME_TYPE__BOOKMARK ? "bookmark" : "lagging", f->name, mark->revision);
  }
  jl_arena_free(a);
}

static void on_ready(struct peer *peer) { subscribe(peer->context); }

void follower_start(struct follower *f, struct process *p, const char *kind, int space, bool lazy) {
  struct jl_id replica = jl_id_random();
  *f = (struct follower){.process = p, .space = space, .lazy = lazy};
  snprintf(f->name, sizeof f->name, "%s%d.%u.%d", kind, p->index, (unsigned)p->slot->starts, space);
  start_anew(f);
  f->peer = (struct peer){.context = f, .on_ready = on_ready, .on_message = on_message};
  process_peer(p, &f->peer, &replica);
  peer_start(&f->peer);
}

void follower_tick(struct follower *f) {
  if (!f->peer.ready) return;
  if (f->stream == 0) subscribe(f);
  if (!f->lazy) return;
  uint64_t head = jl_replica_where(f->process->followers[f->space].replica)->revision, here = jl_replica_where(f->replica)->revision;
  if (here >= head) f->sleeping = true;
  if (here + NAP_REVISIONS < head) f->sleeping = false;
  bool naps = f->process->progress->asleep || f->sleeping;
  jl_connection_pause(f->peer.connection, naps && !f->process->settling && !f->loading);
}

uint64_t follower_at(const struct follower *f) { return f->loading || f->sections != f->readable ? 0 : jl_replica_where(f->replica)->revision; }

/* Everything that it may read, as of that revision or later. */
bool follower_reached(const struct follower *f, uint64_t head) { return !f->loading && follower_at(f) >= head; }

static void hex(FILE *out, const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++) fprintf(out, "%02x", data[i]);
}

void follower_dump(const struct follower *f, FILE *out) {
  const struct jl_position *where = jl_replica_where(f->replica);
  fprintf(out, "replica %s %d %" PRIu64 " %u", f->name, f->space, where->revision, f->sections);
  for (int section = 1; section < JL_SECTIONS; section++) {
    fputc(' ', out);
    hex(out, where->sections[section].chain, JL_CHAIN_SIZE);
  }
  fprintf(out, " %zu %" PRIu64 "\n", jl_replica_count(f->replica), replica_digest(f->replica));
}

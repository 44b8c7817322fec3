/* A small server in memory that keeps the protocol's promises (lanes, verdicts, log, chains, snapshots, horizon, forks), and devices
 * with the real engine, base and outbox. Messages are delivered one by one, so a test decides what arrives and when a device dies. */
#ifndef JL_TESTS_SYNC_WORLD_H
#define JL_TESTS_SYNC_WORLD_H
#include "client/sync/engine.h"
#include "common/base/limits.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include "tests/unit/model_fixture.h"
#include "tests/support/folder.h"
#include <unistd.h>

#define WORLD_ROWS 4096
#define WORLD_LANES 64
struct world_verdict {
  struct jl_id group_id;
  struct jl_bytes packed;
  bool refused, nothing; /* nothing: without effect, so that it is not in the log */
};
struct world_lane {
  struct jl_id replica;
  uint64_t seq, confirmed; /* verdicts up to there are not told any more */
  struct world_verdict verdicts[512];
};
struct world {
  struct fx *f; /* its space is the server's */
  struct world_verdict again[WORLD_ROWS]; /* of groups that were marked as perhaps sent in another lane */
  size_t again_count, again_given;        /* given: to one that came in another lane */
  struct jl_log_row rows[WORLD_ROWS];
  size_t row_count;
  struct jl_position at[WORLD_ROWS]; /* by revision */
  struct world_lane lanes[WORLD_LANES];
  size_t lane_count;
  uint64_t horizon; /* older positions are COMPACTED */
  uint64_t hidden_from, hidden_to; /* revisions whose sections nobody may read any more: the log tells nothing of them */
  size_t snapshot_chunk, log_page; /* rows; 0: nine */
  size_t applied, refused; /* groups */
  int64_t now_us;
};
struct message {
  struct message *next;
  uint8_t type;
  uint32_t stream;
  struct jl_bytes payload; /* behind the struct */
};
struct device {
  struct world *w;
  char folder[64];
  struct jl_base base;
  struct jl_outbox outbox;
  struct jl_engine *engine;
  struct message *to_device, **to_device_end;
  uint32_t next_stream, live_stream; /* live: 0 none */
  uint64_t live_sent;
  bool up, new_replica;
  size_t verdicts, refusals, parked, undecided, found, heads, ended, again, kept /* of these: in vain */, failed, come_back, needs_log;
  struct jl_error last_error;
  struct jl_error ended_error;
};

static struct message *world_message(uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct message *m = malloc(sizeof *m + payload.size);
  assert_non_null(m);
  *m = (struct message){NULL, type, stream, {(uint8_t *)(m + 1), payload.size}};
  if (payload.size > 0) memcpy(m + 1, payload.data, payload.size);
  return m;
}
static void world_send(struct device *d, uint8_t type, uint32_t stream, const ProtobufCMessage *message) {
  struct jl_bytes packed = jl_pack(message, d->w->f->a, 2 * JL_MESSAGE_MAX);
  struct message *m = world_message(type, stream, packed);
  *d->to_device_end = m;
  d->to_device_end = &m->next;
}
static void world_error(struct device *d, uint32_t stream, enum jl_code code, const char *message) {
  struct jl_error err;
  Jalon__Error wire = JALON__ERROR__INIT;
  (void)jl_fail(&err, code, message, NULL);
  jl_error_to_wire(&err, d->w->f->a, &wire);
  world_send(d, JALON__FRAME_TYPE__ERROR, stream, &wire.base);
}

/* ---- groups ---- */
static struct world_lane *world_lane(struct world *w, const struct jl_id *replica) {
  for (size_t i = 0; i < w->lane_count; i++)
    if (jl_id_equal(&w->lanes[i].replica, replica)) return &w->lanes[i];
  assert_true(w->lane_count < WORLD_LANES);
  w->lanes[w->lane_count] = (struct world_lane){.replica = *replica};
  return &w->lanes[w->lane_count++];
}

static void world_keep_rows(struct world *w, const struct jl_outcome *out) {
  uint64_t revision = jl_replica_where(w->f->space)->revision;
  for (size_t i = 0; i < out->change_count; i++) {
    assert_true(w->row_count < WORLD_ROWS);
    w->rows[w->row_count++] = (struct jl_log_row){revision, (enum jl_section)out->sections[i], out->changes[i], 0, {0}, NULL};
  }
  assert_true(revision < WORLD_ROWS);
  w->at[revision] = *jl_replica_where(w->f->space);
}

/* Decides a group as the writer would; the verdict is kept for ever. */
static struct world_verdict *world_decide(struct world *w, struct world_lane *lane, Jalon__Group *group) {
  struct fx *f = w->f;
  struct jl_outcome out = {0};
  struct jl_error err = {0};
  struct world_verdict *kept = &lane->verdicts[++lane->seq];
  Jalon__Verdict v = JALON__VERDICT__INIT;
  Jalon__Error wire = JALON__ERROR__INIT;
  struct jl_evaluation in = {.space = f->space, .organisation = f->org, .author = {f->author, f->rights, f->administrator, 0}, .time_us = ++w->now_us,
                             .who_changed = fx_who, .context = f};
  bool ok = jl_group_check(group, &err);
  if (ok && group->depends_on != 0 && lane->verdicts[group->depends_on].refused) ok = jl_fail(&err, JL_E_DEPENDS, "it depends", NULL);
  ok = ok && jl_group_evaluate(&in, group, f->a, &out, &err);
  for (size_t i = 0; i < out.touched_count; i++) {
    jl_record_release(out.touched[i].before);
    jl_record_release(out.touched[i].after);
  }
  if (ok && out.change_count > 0) {
    assert_true(jl_replica_apply(f->space, out.changes, out.change_count, f->a, &err));
    world_keep_rows(w, &out);
  }
  v.has_space = v.has_seq = v.has_group_id = v.has_revision = v.has_merged = true;
  v.space = fx_pb_id(f, f->plan);
  v.seq = lane->seq;
  v.group_id = group->group_id;
  v.merged = out.merged;
  v.revision = ok ? jl_replica_where(f->space)->revision : 0;
  jl_error_to_wire(&err, f->a, &wire);
  if (!ok) v.error = &wire;
  size_t n = ok ? out.given_count : out.conflict_count;
  void **list = jl_arena_array(f->a, n + 1, sizeof *list);
  for (size_t i = 0; i < n; i++) list[i] = ok ? (void *)&out.given[i] : (void *)&out.conflicts[i];
  if (ok) {
    v.given = (Jalon__Given **)list;
    v.n_given = n;
    w->applied++;
  } else {
    v.conflicts = (Jalon__Conflict **)list;
    v.n_conflicts = n;
    w->refused++;
  }
  *kept = (struct world_verdict){.packed = jl_pack(&v.base, f->a, JL_MESSAGE_MAX), .refused = !ok, .nothing = ok && out.change_count == 0};
  assert_true(jl_id_from_bytes(JL_PB(group->group_id), &kept->group_id));
  return kept;
}

/* The verdict that a group got in another lane, under this lane's next number. */
static struct world_verdict *world_give(struct world *w, struct world_lane *lane, const struct world_verdict *known) {
  struct jl_error err;
  struct world_verdict *kept = &lane->verdicts[++lane->seq];
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, known->packed, w->f->a, &err);
  v->has_seq = v->has_repeated = v->repeated = true;
  v->seq = lane->seq;
  *kept = (struct world_verdict){known->group_id, jl_pack(&v->base, w->f->a, JL_MESSAGE_MAX), known->refused, known->nothing};
  w->again_given++;
  return kept;
}

static const Jalon__ChangeBody *world_body(const struct world *w, size_t row) {
  struct jl_error err;
  return (const void *)jl_unpack(&jalon__change_body__descriptor, w->rows[row].change.body, w->f->a, &err);
}

static bool world_knows(const struct world *w, const Jalon__Position *from);

/* A marked group is looked for where its client has not looked: in the log after that, and among the verdicts that are kept whole. */
static struct world_verdict *world_find(struct world *w, struct world_lane *lane, const struct jl_id *group_id, const Jalon__Position *searched) {
  uint64_t after = searched->has_revision && world_knows(w, searched) ? searched->revision : 0;
  for (size_t i = 0; i < w->lane_count; i++)
    for (uint64_t seq = 1; seq <= w->lanes[i].seq; seq++)
      if ((w->lanes[i].verdicts[seq].refused || w->lanes[i].verdicts[seq].nothing) && jl_id_equal(&w->lanes[i].verdicts[seq].group_id, group_id))
        return world_give(w, lane, &w->lanes[i].verdicts[seq]);
  for (size_t i = 0; i < w->row_count; i++) {
    const Jalon__ChangeBody *body = w->rows[i].revision <= after ? NULL : world_body(w, i);
    if (body == NULL || memcmp(body->group_id.data, group_id->bytes, sizeof group_id->bytes) != 0) continue;
    Jalon__Verdict v = JALON__VERDICT__INIT;
    Jalon__Given *given = jl_arena_array(w->f->a, body->n_changes + 1, sizeof *given);
    v.given = jl_arena_array(w->f->a, body->n_changes + 1, sizeof *v.given);
    v.has_space = v.has_group_id = v.has_revision = true;
    v.space = fx_pb_id(w->f, w->f->plan);
    v.group_id = body->group_id;
    v.revision = body->revision;
    for (size_t k = 0; k < body->n_changes; k++) {
      if (body->changes[k]->verb != JALON__VERB__CREATE) continue;
      jalon__given__init(&given[v.n_given]);
      given[v.n_given].has_record = given[v.n_given].has_number = true;
      given[v.n_given].record = body->changes[k]->id;
      given[v.n_given].number = body->changes[k]->number;
      v.given[v.n_given] = &given[v.n_given];
      v.n_given++;
    }
    return world_give(w, lane, &(struct world_verdict){*group_id, jl_pack(&v.base, w->f->a, JL_MESSAGE_MAX), false, false});
  }
  return NULL;
}

/* As proto/README.md E14 and E15 say. */
static struct world_verdict *world_decide_once(struct world *w, struct world_lane *lane, Jalon__Group *group, const Jalon__Position *searched) {
  struct jl_id group_id;
  assert_true(jl_id_from_bytes(JL_PB(group->group_id), &group_id));
  for (size_t i = 0; i < w->again_count; i++)
    if (jl_id_equal(&w->again[i].group_id, &group_id)) return world_give(w, lane, &w->again[i]);
  for (uint64_t seq = lane->confirmed + 1; seq <= lane->seq; seq++)
    if (jl_id_equal(&lane->verdicts[seq].group_id, &group_id)) return world_give(w, lane, &lane->verdicts[seq]);
  struct world_verdict *found = searched == NULL ? NULL : world_find(w, lane, &group_id, searched);
  if (found == NULL) found = world_decide(w, lane, group);
  assert_true(w->again_count < WORLD_ROWS);
  if (searched != NULL) w->again[w->again_count++] = *found;
  return found;
}

static void world_reply(struct device *d, uint32_t stream, const struct world_verdict *v) {
  struct message *m = world_message(JALON__FRAME_TYPE__SUBMIT_REPLY, stream, v->packed);
  *d->to_device_end = m;
  d->to_device_end = &m->next;
}

static void world_submit(struct device *d, uint32_t stream, const Jalon__Submit *in) {
  struct world *w = d->w;
  struct jl_error err;
  struct jl_id replica, group_id;
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, JL_PB(in->group), w->f->a, &err);
  assert_non_null(group);
  assert_true(jl_id_from_bytes(JL_PB(group->replica), &replica) && jl_id_from_bytes(JL_PB(group->group_id), &group_id));
  assert_true(jl_id_equal(&replica, &d->outbox.replica));
  struct world_lane *lane = world_lane(w, &replica);
  const Jalon__Position nowhere = JALON__POSITION__INIT;
  if (in->confirmed > lane->confirmed && in->confirmed <= lane->seq) lane->confirmed = in->confirmed;
  if (group->seq <= lane->confirmed) {
    world_error(d, stream, JL_E_DECIDED, "decided long ago");
  } else if (group->seq <= lane->seq) {
    if (jl_id_equal(&lane->verdicts[group->seq].group_id, &group_id))
      world_reply(d, stream, &lane->verdicts[group->seq]);
    else
      world_error(d, stream, JL_E_REPLICA_FORKED, "another group already stands there");
  } else if (group->seq > lane->seq + 1) {
    if (in->confirmed > lane->seq || lane->seq == 0)
      world_error(d, stream, JL_E_REPLICA_FORKED, "this server has lost what came before");
    else
      world_error(d, stream, JL_E_LANE_GAP, "group {1} is not the next one of this replica: {2} is expected");
  } else {
    world_reply(d, stream, world_decide_once(w, lane, group, in->searched == NULL && in->confirmed < lane->confirmed ? &nowhere : in->searched));
  }
}

/* ---- subscriptions ---- */
static bool world_knows(const struct world *w, const Jalon__Position *from) {
  if (from->revision > jl_replica_where(w->f->space)->revision || from->revision >= WORLD_ROWS) return false;
  const struct jl_position *here = &w->at[from->revision];
  size_t sections = 0;
  for (size_t i = 0; i < JL_SECTIONS; i++) sections += here->sections[i].revision != 0;
  if (sections != from->n_sections || from->epoch != here->epoch) return false;
  for (size_t i = 0; i < from->n_sections; i++) {
    const struct jl_section_position *s = &here->sections[from->sections[i]->section];
    if (s->revision != from->sections[i]->revision || memcmp(s->chain, from->sections[i]->chain.data, JL_CHAIN_SIZE) != 0) return false;
  }
  return true;
}

static void world_tail(struct device *d) {
  struct world *w = d->w;
  uint64_t head = jl_replica_where(w->f->space)->revision;
  for (size_t i = 0; i < w->row_count;) {
    Jalon__Revisions message = JALON__REVISIONS__INIT;
    Jalon__Change changes[16], *list[16];
    message.changes = list;
    for (; i < w->row_count && message.n_changes + JL_SECTIONS < 16; i++) {
      if (w->rows[i].revision <= d->live_sent) continue;
      if (message.n_changes >= 8 && w->rows[i].revision != w->rows[i - 1].revision) break;
      jalon__change__init(&changes[message.n_changes]);
      changes[message.n_changes].has_body = true;
      changes[message.n_changes].body = jl_to_pb(w->rows[i].change.body);
      changes[message.n_changes].has_private_values = w->rows[i].change.private_values.size > 0;
      changes[message.n_changes].private_values = jl_to_pb(w->rows[i].change.private_values);
      list[message.n_changes] = &changes[message.n_changes];
      message.n_changes++;
      message.through = w->rows[i].revision;
    }
    if (message.n_changes == 0) break;
    message.has_through = true;
    d->live_sent = message.through;
    world_send(d, JALON__FRAME_TYPE__REVISIONS, d->live_stream, &message.base);
  }
  assert_int_equal(d->live_sent, head);
}
static void world_bookmark(struct device *d) {
  Jalon__Bookmark bookmark = JALON__BOOKMARK__INIT;
  bookmark.has_revision = true;
  bookmark.revision = d->live_sent;
  world_send(d, JALON__FRAME_TYPE__BOOKMARK, d->live_stream, &bookmark.base);
}
/* New revisions reach who follows live; a bookmark comes with the tail and then only as a sign of life. */
static void world_tell(struct device *d) {
  if (d->live_stream != 0 && d->live_sent < jl_replica_where(d->w->f->space)->revision) world_tail(d);
}

static void world_snapshot(struct device *d, uint32_t stream, const struct jl_id *after, const struct jl_position *origin) {
  struct world *w = d->w;
  const struct jl_record *record = jl_replica_next(w->f->space, after);
  bool first = true;
  do {
    Jalon__Snapshot message = JALON__SNAPSHOT__INIT;
    Jalon__Position position;
    Jalon__RecordState *list[64];
    message.records = list;
    for (; record != NULL && message.n_records < w->snapshot_chunk; record = jl_replica_next(w->f->space, &record->id))
      assert_true(jl_record_to_wire(record, w->f->a, &list[message.n_records++]));
    message.has_last = true;
    message.last = record == NULL;
    assert_true(jl_position_to_wire(origin, UINT32_MAX, w->f->a, &position));
    if (first || message.last) message.position = &position;
    if (message.last) {
      message.has_whole_at = true;
      message.whole_at = jl_replica_where(w->f->space)->revision;
    }
    first = false;
    world_send(d, JALON__FRAME_TYPE__SNAPSHOT, stream, &message.base);
  } while (record != NULL);
}

static void world_subscribe(struct device *d, uint32_t stream, const Jalon__Subscribe *in) {
  struct world *w = d->w;
  Jalon__SubscribeReply reply = JALON__SUBSCRIBE_REPLY__INIT;
  Jalon__Position position;
  assert_true(jl_position_to_wire(jl_replica_where(w->f->space), UINT32_MAX, w->f->a, &position));
  reply.position = &position;
  world_send(d, JALON__FRAME_TYPE__SUBSCRIBE_REPLY, stream, &reply.base);
  if (in->from != NULL && (!world_knows(w, in->from) || in->from->revision < w->horizon)) {
    Jalon__Resync resync = JALON__RESYNC__INIT;
    Jalon__Error wire = JALON__ERROR__INIT;
    struct jl_error err;
    (void)jl_fail(&err, world_knows(w, in->from) ? JL_E_COMPACTED : JL_E_HISTORY_FORKED, "take a snapshot", NULL);
    jl_error_to_wire(&err, w->f->a, &wire);
    resync.error = &wire;
    world_send(d, JALON__FRAME_TYPE__RESYNC, stream, &resync.base);
    return;
  }
  d->live_stream = stream;
  d->live_sent = in->from != NULL ? in->from->revision : jl_replica_where(w->f->space)->revision;
  if (in->from == NULL || in->has_snapshot_after) {
    struct jl_id after;
    /* A snapshot that goes on is of now, its position the old one: the tail brings what lies between. */
    world_snapshot(d, stream, in->has_snapshot_after && jl_id_from_bytes(JL_PB(in->snapshot_after), &after) ? &after : NULL,
                   &w->at[d->live_sent]);
  }
  world_tail(d);
  world_bookmark(d);
}

static void world_read_log(struct device *d, uint32_t stream, const Jalon__ReadLog *in) {
  Jalon__ReadLogReply reply = JALON__READ_LOG_REPLY__INIT;
  Jalon__Change changes[16], *list[16];
  reply.changes = list;
  for (size_t i = 0, looked = 0; i < d->w->row_count; i++) {
    uint64_t revision = d->w->rows[i].revision;
    if (revision < in->from || revision > in->to) continue;
    bool whole = i == 0 || revision != d->w->rows[i - 1].revision;
    if (whole && looked >= (d->w->log_page > 0 ? d->w->log_page : 9)) {
      reply.has_has_more = reply.has_more = true;
      break;
    }
    looked++;
    if (revision >= d->w->hidden_from && revision <= d->w->hidden_to) continue;
    jalon__change__init(&changes[reply.n_changes]);
    changes[reply.n_changes].has_body = true;
    changes[reply.n_changes].body = jl_to_pb(d->w->rows[i].change.body);
    list[reply.n_changes] = &changes[reply.n_changes];
    reply.n_changes++;
  }
  world_send(d, JALON__FRAME_TYPE__READ_LOG_REPLY, stream, &reply.base);
}

static void world_verdicts(struct device *d, uint32_t stream, const Jalon__VerdictQuery *in) {
  Jalon__VerdictReply reply = JALON__VERDICT_REPLY__INIT;
  struct jl_id replica;
  assert_true(jl_id_from_bytes(JL_PB(in->replica), &replica));
  reply.has_high_water = true;
  reply.high_water = world_lane(d->w, &replica)->seq;
  world_send(d, JALON__FRAME_TYPE__VERDICT_REPLY, stream, &reply.base);
}

/* ---- devices ---- */
static uint32_t device_send(void *context, uint8_t type, struct jl_bytes payload) {
  struct device *d = context;
  struct jl_error err;
  struct jl_arena *a = d->w->f->a;
  uint32_t stream = ++d->next_stream;
  if (!d->up) return stream;
  if (type == JALON__FRAME_TYPE__SUBMIT) world_submit(d, stream, (const Jalon__Submit *)jl_unpack(&jalon__submit__descriptor, payload, a, &err));
  if (type == JALON__FRAME_TYPE__SUBSCRIBE)
    world_subscribe(d, stream, (const Jalon__Subscribe *)jl_unpack(&jalon__subscribe__descriptor, payload, a, &err));
  if (type == JALON__FRAME_TYPE__VERDICT_QUERY)
    world_verdicts(d, stream, (const Jalon__VerdictQuery *)jl_unpack(&jalon__verdict_query__descriptor, payload, a, &err));
  if (type == JALON__FRAME_TYPE__READ_LOG) world_read_log(d, stream, (const Jalon__ReadLog *)jl_unpack(&jalon__read_log__descriptor, payload, a, &err));
  if (type == JALON__FRAME_TYPE__UNSUBSCRIBE) d->live_stream = 0;
  return stream;
}
static void device_event(void *context, const struct jl_engine_event *event) {
  struct device *d = context;
  d->parked += event->parked;
  d->kept += event->again;
  switch (event->kind) {
  case JL_ENGINE_VERDICT:
    d->verdicts++;
    d->refusals += event->verdict->error != NULL && event->verdict->error->code != JL_E_OK;
    break;
  case JL_ENGINE_UNDECIDED: d->undecided++; break;
  case JL_ENGINE_FOUND: d->found++; break;
  case JL_ENGINE_NEW_REPLICA: d->new_replica = true; break;
  case JL_ENGINE_AT_HEAD: d->heads++; break;
  case JL_ENGINE_ENDED:
    d->ended++;
    d->ended_error = event->error;
    break;
  case JL_ENGINE_AGAIN: d->again++; break;
  case JL_ENGINE_COME_BACK: d->come_back++; break;
  case JL_ENGINE_FAILED:
    d->failed++;
    d->last_error = event->error;
    break;
  case JL_ENGINE_NEEDS_LOG: d->needs_log++; break;
  case JL_ENGINE_PROGRESS: break;
  }
}
static bool device_waited(void *context, uint64_t entry) {
  (void)context, (void)entry;
  return false;
}
static int64_t device_now(void *context) { return ((struct device *)context)->w->now_us; }
static const struct jl_engine_calls device_calls = {device_send, device_event, device_waited, device_now, device_now};

static void device_files(struct device *d, const char *vfs) {
  char path[128];
  struct jl_error err = {0};
  struct jl_id replica = jl_id_random();
  bool made;
  snprintf(path, sizeof path, "%s/outbox.db", d->folder);
  bool ok = jl_outbox_open(&d->outbox, path, vfs, false, &replica, &made, &err);
  snprintf(path, sizeof path, "%s/replica.db", d->folder);
  ok = ok && jl_base_open(&d->base, path, vfs, false, &err);
  if (vfs == NULL) /* devices die here, machines do not: nothing need reach the disk */
    ok = ok && jl_sql_run(&d->outbox.sql, "PRAGMA synchronous = OFF", &err) && jl_sql_run(&d->base.sql, "PRAGMA synchronous = OFF", &err);
  char words[600] = "";
  if (!ok) jl_error_describe(&err, words, sizeof words);
  assert_string_equal(words, "");
  struct jl_id org = fx_id(8000);
  d->engine = jl_engine_new(&d->base, &d->outbox, &org, &device_calls, d);
  assert_non_null(d->engine);
}
static void device_forget_messages(struct device *d) {
  for (struct message *m = d->to_device, *next; m != NULL; m = next) {
    next = m->next;
    free(m);
  }
  d->to_device = NULL;
  d->to_device_end = &d->to_device;
}
JL_UNUSED static void device_start(struct device *d, struct world *w) {
  *d = (struct device){.w = w};
  d->to_device_end = &d->to_device;
  snprintf(d->folder, sizeof d->folder, "/tmp/jalon-device.XXXXXX");
  assert_non_null(mkdtemp(d->folder));
  device_files(d, NULL);
}
/* Dies: what was not committed is gone, and what was under way as well. */
static void device_die(struct device *d) {
  d->up = false;
  d->live_stream = 0;
  jl_engine_free(d->engine);
  d->engine = NULL;
  jl_base_close(&d->base);
  jl_outbox_close(&d->outbox);
  device_forget_messages(d);
}
JL_UNUSED static void device_again(struct device *d) {
  device_die(d);
  device_files(d, NULL);
}
JL_UNUSED static void device_end(struct device *d) {
  device_die(d);
  assert_true(folder_remove(d->folder));
}
static void device_up(struct device *d) {
  d->up = true;
  d->live_stream = 0;
  jl_engine_up(d->engine);
  jl_engine_flush(d->engine, false);
}
static void device_down(struct device *d) {
  d->up = false;
  d->live_stream = 0;
  jl_engine_down(d->engine);
  device_forget_messages(d);
}
/* Delivers one message; false: there is none. */
static bool device_step(struct device *d) {
  struct message *m = d->to_device;
  if (m == NULL) return false;
  d->to_device = m->next;
  if (d->to_device == NULL) d->to_device_end = &d->to_device;
  (void)jl_engine_message(d->engine, m->type, m->stream, m->payload);
  free(m);
  return true;
}
/* Until nothing is to be said any more; a new replica logs in again. */
static void device_run(struct device *d) {
  for (int rounds = 0; rounds < 2000; rounds++) {
    bool any = device_step(d);
    d->w->now_us += any ? 1 : 200000; /* so that what is collected is due */
    jl_engine_flush(d->engine, false);
    world_tell(d);
    if (d->new_replica) {
      d->new_replica = false;
      device_down(d);
      device_up(d);
      any = true;
    }
    if (!any && d->to_device == NULL && !jl_engine_sending(d->engine)) return;
  }
  fail_msg("never quiet");
}
static void device_follow(struct device *d, bool once) {
  struct jl_error err = {0};
  assert_true(jl_engine_follow(d->engine, &d->w->f->plan, once, 0, &err));
}
/* The base is the server's, byte for byte. */
JL_UNUSED static void device_same(struct device *d) {
  struct jl_base_space s;
  struct jl_error err = {0};
  assert_true(jl_base_find(&d->base, &d->w->f->plan, &s, &err));
  struct jl_replica *replica = jl_base_load(&d->base, &s, &err);
  assert_non_null(replica);
  fx_same(replica, d->w->f->space);
  jl_replica_free(replica);
}
/* Puts the fixture's group into the outbox. */
static uint64_t device_put(struct device *d) {
  struct jl_error err = {0};
  struct jl_entry entry;
  struct jl_id group_id = jl_id_random();
  d->w->f->group.group_id = fx_pb_id(d->w->f, group_id);
  struct jl_outbox_new in = {.group = &d->w->f->group, .now_us = d->w->now_us};
  char words[600] = "";
  if (!jl_engine_put(d->engine, &in, &entry, &err)) jl_error_describe(&err, words, sizeof words);
  assert_string_equal(words, "");
  return entry.id;
}
JL_UNUSED static enum jl_outbox_state device_state(struct device *d, uint64_t id) {
  struct jl_error err;
  struct jl_entry entry;
  return jl_outbox_get(&d->outbox, id, NULL, &entry, &err) ? entry.state : 0;
}
static void world_start(struct world *w, struct fx *f) {
  memset(w, 0, sizeof *w);
  w->f = f;
  w->snapshot_chunk = 3;
  w->now_us = 1000000000;
  /* The fixture's first group is revision 1: its row is made here as it was. */
  f->space = (jl_replica_free(f->space), jl_replica_new(&f->plan, JL_SPACE_PLAN));
  jl_replica_position(f->space)->epoch = 1;
  struct draft plan = d_new(f, JL_TYPE_PLAN);
  d_text(d_text(&plan, JL_PLAN_NAME, "2026"), JL_PLAN_CURRENCY, "EUR");
  d_int(d_int(&plan, JL_PLAN_START, jl_day_from_date(2026, 1, 1)), JL_PLAN_END, jl_day_from_date(2026, 12, 31));
  fx_begin(f);
  fx_create(f, &plan, f->plan);
  struct jl_id founder = fx_id(9999);
  f->group.replica = fx_pb_id(f, founder);
  f->group.seq = 1;
  assert_false(world_decide(w, world_lane(w, &founder), &f->group)->refused);
}

JL_UNUSED static struct world *world_of(void **state) {
  struct world *w = malloc(sizeof *w);
  assert_non_null(w);
  world_start(w, *state);
  return w;
}

JL_UNUSED static struct world *one_in_world(void **state, struct device *d) {
  struct world *w = world_of(state);
  device_start(d, w);
  return w;
}

JL_UNUSED static struct world *two_in_world(void **state, struct device *d, struct device *other) {
  struct world *w = one_in_world(state, d);
  device_start(other, w);
  return w;
}

/* ---- groups of the tests ---- */
JL_UNUSED static struct jl_id put_action(struct device *d, const char *title, uint64_t *ret_entry) {
  struct fx *f = d->w->f;
  struct jl_id id = jl_id_random();
  struct draft action = fx_action(f, title);
  fx_begin(f);
  fx_create(f, &action, id);
  uint64_t entry = device_put(d);
  if (ret_entry != NULL) *ret_entry = entry;
  return id;
}
JL_UNUSED static uint64_t put_title(struct device *d, struct jl_id id, const char *from, const char *to) {
  struct fx *f = d->w->f;
  fx_update(f, JL_TYPE_ACTION, id, JL_ACTION_TITLE, fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, from), fx_text(f, JL_TYPE_ACTION, JL_ACTION_TITLE, to));
  return device_put(d);
}
JL_UNUSED static uint64_t put_count(struct device *d, struct jl_id id, int64_t add) {
  struct fx *f = d->w->f;
  fx_begin(f);
  Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, id), JL_ACTION_QUANTITY_DONE, NONE, NONE);
  x->has_seen = x->has_next = false;
  x->has_add_number = true;
  x->add_number = add;
  return device_put(d);
}
JL_UNUSED static int64_t world_count(const struct world *w, struct jl_id id) {
  const struct jl_record *r = fx_record(w->f, id);
  return jl_record_int(r->type, r->body, JL_ACTION_QUANTITY_DONE, 0);
}
JL_UNUSED static const char *world_title(const struct world *w, struct jl_id id) {
  const struct jl_record *r = fx_record(w->f, id);
  struct jl_bytes text = jl_record_text(r->type, r->body, JL_ACTION_TITLE);
  return jl_arena_strndup(w->f->a, (const char *)text.data, text.size);
}
#endif

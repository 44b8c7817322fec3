#include "tests/sim/client.h"
#include "common/base/limits.h"
#include "common/wire/connection.h"
#include "common/wire/unpack.h"
#include "tests/sim/database.h"
#include "tests/sim/edits.h"
#include "tests/sim/history.h"
#include "tests/sim/net.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTBOX_MAX 1536 /* ten bursts, and what it makes by itself */
#define IN_FLIGHT 6
#define PENDING_MAX 64
#define HEARTBEAT_MS 1500

struct item { /* on disk */
  uint64_t seq;
  struct jl_bytes group;
  bool decided;
};
struct run;
struct client { /* what survives the process */
  int number;
  char name[16], login[16];
  struct client_plan plan;
  struct rng random;
  struct process *process;
  struct run *run;
  uint8_t token[STATE_SIZE];
  struct jl_id account, person;
  int64_t back_us, offline_until_us;
  unsigned made, large_left, large_made;
  /* its disk */
  struct jl_id replica;
  uint64_t next_seq, confirmed;
  struct item outbox[OUTBOX_MAX];
  size_t count, decided; /* all before decided are */
};
struct pending {
  uint32_t stream;
  uint64_t seq;
};
struct run { /* its memory */
  struct client *c;
  uv_loop_t loop;
  uv_timer_t think, tick;
  struct jl_connection *connection;
  bool connected, ready, broken;
  uint32_t next_stream, login_stream, feed_stream;
  int64_t heard_us, opened_us, next_try_us, resend_us;
  struct pending pending[PENDING_MAX];
  size_t pending_count;
  uint64_t sent_through; /* on this connection */
  /* the feed */
  struct jl_replica *base, *incoming; /* incoming: a snapshot that is not whole yet */
  bool snapshot_ended;
  uint64_t whole_at;
  bool subscribed;
};
static struct client clients[CLIENTS_MAX];
static const struct jl_connection_handler handler;

/* ---- disk ---- */
static uint64_t first_undecided(const struct client *c) { return c->decided < c->count ? c->outbox[c->decided].seq : c->next_seq; }

static struct item *item_of(struct client *c, uint64_t seq) {
  for (size_t i = 0; i < c->count; i++)
    if (c->outbox[i].seq == seq) return &c->outbox[i];
  return NULL;
}

static void put_item(struct client *c, uint64_t seq, struct jl_bytes group) {
  uint8_t *copy = world_alloc(group.size + 1);
  memcpy(copy, group.data, group.size);
  c->outbox[c->count++] = (struct item){seq, {copy, group.size}, false};
}
static void drop_items(struct client *c) {
  for (size_t i = 0; i < c->count; i++) {
    void *p;
    memcpy(&p, &c->outbox[i].group.data, sizeof p);
    world_free(p);
  }
  c->count = c->decided = 0;
}

/* ---- sending ---- */
static struct jl_bytes id_bytes(const struct jl_id *id) { return (struct jl_bytes){id->bytes, sizeof id->bytes}; }

static void send_message(struct run *r, uint8_t type, uint32_t stream, const ProtobufCMessage *message) {
  uint8_t small[4096], *packed = small;
  size_t size = protobuf_c_message_get_packed_size(message);
  if (size > sizeof small && (packed = malloc(size)) == NULL) abort();
  protobuf_c_message_pack(message, packed);
  jl_connection_send(r->connection, type, 0, stream, (struct jl_bytes){packed, size});
  if (packed != small) free(packed);
}

static void send_item(struct run *r, const struct item *item) {
  struct client *c = r->c;
  if (r->pending_count == PENDING_MAX) return;
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  submit.has_group = submit.has_confirmed = true;
  submit.group = jl_to_pb(item->group);
  submit.confirmed = c->confirmed;
  r->pending[r->pending_count++] = (struct pending){r->next_stream, item->seq};
  send_message(r, JALON__FRAME_TYPE__SUBMIT, r->next_stream++, &submit.base);
}

static void send_groups(struct run *r) {
  struct client *c = r->c;
  if (!r->ready || r->resend_us > world->now_us) return;
  for (size_t i = c->decided; i < c->count && r->pending_count < IN_FLIGHT; i++) {
    if (c->outbox[i].seq <= r->sent_through || c->outbox[i].decided) continue;
    send_item(r, &c->outbox[i]);
    r->sent_through = c->outbox[i].seq;
  }
}

/* A client that does not trust the line sends a group twice, or one that was decided long ago. */
static void send_once_more(struct run *r) {
  struct client *c = r->c;
  if (r->ready && c->count > 0 && rng_chance(&c->random, 1, 4)) send_item(r, &c->outbox[rng_below(&c->random, c->count)]);
}

static void send_again_later(struct run *r) {
  r->resend_us = world->now_us + rng_between(&r->c->random, 20000, 400000);
  r->sent_through = first_undecided(r->c) - 1;
  r->c->confirmed = r->sent_through;
  history.counts.retried++;
}

static void subscribe(struct run *r) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  Jalon__Position position = JALON__POSITION__INIT;
  Jalon__SectionPosition sections[JL_SECTIONS], *list[JL_SECTIONS];
  message.has_space = true;
  message.space = jl_to_pb(id_bytes(&r->c->plan.space));
  if (r->base != NULL) {
    const struct jl_position *at = jl_replica_where(r->base);
    position.has_space = position.has_epoch = position.has_revision = true;
    position.space = message.space;
    position.epoch = at->epoch;
    position.revision = at->revision;
    position.sections = list;
    for (uint32_t i = 0; i < JL_SECTIONS; i++) {
      if (at->sections[i].revision == 0) continue;
      Jalon__SectionPosition *s = list[position.n_sections++] = &sections[i];
      jalon__section_position__init(s);
      s->has_section = s->has_revision = s->has_chain = true;
      s->section = i;
      s->revision = at->sections[i].revision;
      s->chain = jl_to_pb((struct jl_bytes){at->sections[i].chain, JL_CHAIN_SIZE});
    }
    message.from = &position;
    history.counts.tails++;
  } else
    history.counts.snapshots++;
  r->feed_stream = r->next_stream++;
  r->subscribed = true;
  r->snapshot_ended = false;
  jl_replica_free(r->incoming);
  r->incoming = NULL;
  send_message(r, JALON__FRAME_TYPE__SUBSCRIBE, r->feed_stream, &message.base);
}

/* ---- verdicts ---- */
static void decided(struct run *r, uint64_t seq) {
  struct client *c = r->c;
  struct item *item = item_of(c, seq);
  if (item == NULL) return;
  effect(); /* the write */
  item->decided = true;
  while (c->decided < c->count && c->outbox[c->decided].decided) c->decided++;
  uint64_t through = first_undecided(c) - 1;
  if (through > c->confirmed && rng_chance(&c->random, 1, 3)) c->confirmed = through; /* at the next one is early enough */
}

/* The outbox becomes that of another replica; what has no verdict is sent again under the new name. */
static void become_another(struct run *r) {
  struct client *c = r->c;
  struct jl_arena *a = jl_arena_new(1u << 24);
  struct jl_error err;
  history.counts.forks++;
  world_say("%s: becomes another replica", c->name);
  effect();
  struct item old[OUTBOX_MAX];
  size_t n = c->count;
  memcpy(old, c->outbox, sizeof old);
  c->replica = rng_id(&c->random);
  c->count = c->decided = 0;
  c->next_seq = 1;
  c->confirmed = 0;
  for (size_t i = 0; i < n; i++) {
    Jalon__Group *g = old[i].decided ? NULL : (Jalon__Group *)jl_unpack(&jalon__group__descriptor, old[i].group, a, &err);
    if (g != NULL) {
      for (struct sent_group *s = history.groups; s != NULL; s = s->next)
        if (memcmp(s->id.bytes, g->group_id.data, 16) == 0) s->given_up = true;
      struct jl_id id = rng_id(&c->random);
      g->replica = jl_to_pb(id_bytes(&c->replica));
      g->group_id = jl_to_pb(id_bytes(&id));
      g->seq = c->next_seq++;
      put_item(c, g->seq, jl_pack(&g->base, a, JL_GROUP_MAX_BYTES));
    }
    void *p;
    memcpy(&p, &old[i].group.data, sizeof p);
    world_free(p);
  }
  jl_arena_free(a);
  r->pending_count = 0; /* what else is answered was the old one's */
  r->ready = false;
  r->broken = true; /* log in with the new one */
}

static void take_submit_error(struct run *r, uint64_t seq, const struct jl_error *err) {
  struct client *c = r->c;
  const struct item *item = item_of(c, seq);
  world_say("%s: seq %llu: %s", c->name, (unsigned long long)seq, jl_code_symbol(err->code));
  if (err->code == JL_E_UNKNOWN_OUTCOME) history.counts.unknown++;
  if (item == NULL || item->decided) return; /* one of the extra ones */
  switch (err->code) {
  case JL_E_REPLICA_FORKED:
    become_another(r);
    return;
  case JL_E_DECIDED:
    world_fail("%s: seq %llu was decided, but its verdict is gone before it was confirmed", c->name, (unsigned long long)seq);
    return;
  case JL_E_LANE_GAP: /* the one before it was turned away */
  case JL_E_UNAVAILABLE:
  case JL_E_OVERLOADED:
  case JL_E_DRAINING:
  case JL_E_UNKNOWN_OUTCOME:
  case JL_E_TIMEOUT:
  case JL_E_NOT_FOUND: /* the space is not made yet */
    send_again_later(r);
    return;
  default:
    world_fail("%s: seq %llu was answered with %s", c->name, (unsigned long long)seq, jl_code_symbol(err->code));
  }
}

static bool take_pending(struct run *r, uint32_t stream, uint64_t *ret_seq) {
  for (size_t i = 0; i < r->pending_count; i++)
    if (r->pending[i].stream == stream) {
      *ret_seq = r->pending[i].seq;
      r->pending[i] = r->pending[--r->pending_count];
      return true;
    }
  return false;
}

/* ---- the feed ---- */
static void drop_base(struct run *r) {
  jl_replica_free(r->base);
  jl_replica_free(r->incoming);
  r->base = r->incoming = NULL;
}

static void take_position(struct jl_replica *into, const Jalon__Position *wire) {
  struct jl_position *at = jl_replica_position(into);
  at->epoch = wire->epoch;
  at->revision = wire->revision;
  for (size_t i = 0; i < wire->n_sections; i++) {
    const Jalon__SectionPosition *s = wire->sections[i];
    if (s->section >= JL_SECTIONS || s->chain.len != JL_CHAIN_SIZE) continue;
    at->sections[s->section].revision = s->revision;
    memcpy(at->sections[s->section].chain, s->chain.data, JL_CHAIN_SIZE);
  }
}

static void swap_in(struct run *r) {
  jl_replica_free(r->base);
  r->base = r->incoming;
  r->incoming = NULL;
  world_say("%s: has a snapshot at r%llu", r->c->name, (unsigned long long)jl_replica_where(r->base)->revision);
  history_saw(r->c->name, r->base);
}

static void take_snapshot(struct run *r, const Jalon__Snapshot *m) {
  if (r->base != NULL || r->snapshot_ended) {
    world_fail("%s: records of a snapshot that was not asked for", r->c->name);
    return;
  }
  if (r->incoming == NULL) r->incoming = jl_replica_new(&r->c->plan.space, JL_SPACE_PLAN);
  for (size_t i = 0; i < m->n_records; i++) {
    const Jalon__RecordState *w = m->records[i];
    struct jl_id id;
    (void)!jl_id_from_bytes(JL_PB(w->id), &id);
    struct jl_record *record = jl_record_new(w->type, &id, JL_PB(w->body));
    record->number = w->number;
    record->revision = w->revision;
    record->created_revision = w->created_revision;
    record->deleted_revision = w->deleted_revision;
    if (!jl_replica_put(r->incoming, record)) abort();
  }
  if (m->position != NULL) take_position(r->incoming, m->position);
  r->snapshot_ended = m->last;
  r->whole_at = m->has_whole_at ? m->whole_at : UINT64_MAX;
  if (m->last && m->has_whole_at && m->whole_at <= jl_replica_where(r->incoming)->revision) swap_in(r);
}

/* What a record has already, because it was sent after it had changed, is skipped. */
static void apply_loosely(struct jl_replica *to, const struct jl_change *change, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, change->body, a, &err);
  const Jalon__ChangePrivate *values =
      (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, change->private_values, a, &err);
  struct jl_position *at = jl_replica_position(to);
  if (body == NULL || body->section >= JL_SECTIONS) return;
  jl_chain_next(at->sections[body->section].chain, change->body, at->sections[body->section].chain);
  at->sections[body->section].revision = body->revision;
  for (size_t i = 0; i < body->n_changes; i++) {
    const Jalon__RecordChange *c = body->changes[i];
    struct jl_id id;
    (void)!jl_id_from_bytes(JL_PB(c->id), &id);
    const struct jl_record *before = jl_replica_record(to, &id);
    if (before != NULL && before->revision >= body->revision) continue;
    struct jl_bytes bytes = before == NULL ? (struct jl_bytes){NULL, 0} : before->body;
    for (size_t k = 0; k < c->n_fields; k++) {
      struct jl_bytes after = JL_PB(c->fields[k]->after);
      for (size_t v = 0; values != NULL && v < values->n_values; v++)
        if (values->values[v]->change == i && values->values[v]->field == c->fields[k]->field) after = JL_PB(values->values[v]->after);
      bytes = jl_record_with(a, bytes, c->fields[k]->field, after);
    }
    struct jl_record *record = jl_record_new(c->type, &id, bytes);
    record->number = before == NULL ? c->number : before->number;
    record->created_revision = before == NULL ? body->revision : before->created_revision;
    record->revision = body->revision;
    record->deleted_revision = c->verb == JALON__VERB__DELETE                      ? body->revision
                               : c->verb == JALON__VERB__RESTORE || before == NULL ? 0
                                                                                   : before->deleted_revision;
    if (!jl_replica_put(to, record)) abort();
  }
}

static uint64_t revision_of(const Jalon__Change *change, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(change->body), a, &err);
  return body == NULL ? 0 : body->revision;
}

static void take_revision(struct run *r, const struct jl_change *changes, size_t n, uint64_t revision, struct jl_arena *a) {
  struct jl_error err = {0};
  struct jl_replica *to = r->incoming != NULL ? r->incoming : r->base;
  if (jl_replica_where(to)->revision + 1 != revision) {
    world_fail("%s: after r%llu comes r%llu", r->c->name, (unsigned long long)jl_replica_where(to)->revision, (unsigned long long)revision);
  } else if (r->incoming != NULL) {
    for (size_t i = 0; i < n; i++) apply_loosely(to, &changes[i], a);
    jl_replica_position(to)->revision = revision;
    if (r->snapshot_ended && revision >= r->whole_at) swap_in(r);
  } else if (jl_replica_apply(to, changes, n, a, &err)) {
    history_saw(r->c->name, to);
  } else {
    world_fail("%s: r%llu cannot be applied: %s", r->c->name, (unsigned long long)revision, err.message);
  }
}

static void take_revisions(struct run *r, const Jalon__Revisions *m, struct jl_arena *a) {
  if (r->base == NULL && (r->incoming == NULL || !r->snapshot_ended)) {
    world_fail("%s: revisions before the end of the snapshot", r->c->name);
    return;
  }
  for (size_t i = 0; i < m->n_changes && !world->failed;) {
    struct jl_change changes[JL_SECTIONS];
    size_t n = 0;
    uint64_t revision = revision_of(m->changes[i], a);
    for (; i < m->n_changes && n < JL_SECTIONS && revision_of(m->changes[i], a) == revision; i++)
      changes[n++] = (struct jl_change){JL_PB(m->changes[i]->body), JL_PB(m->changes[i]->private_values)};
    take_revision(r, changes, n, revision, a);
  }
  const struct jl_replica *at = r->incoming != NULL ? r->incoming : r->base;
  if (!world->failed && jl_replica_where(at)->revision != m->through)
    world_fail("%s: told through r%llu, but r%llu is the last that came", r->c->name, (unsigned long long)m->through,
               (unsigned long long)jl_replica_where(at)->revision);
}

static void take_bookmark(struct run *r, uint64_t revision) {
  history.counts.bookmarks++;
  if (r->incoming != NULL && r->snapshot_ended && r->whole_at == UINT64_MAX) swap_in(r);
  const struct jl_replica *at = r->incoming != NULL ? r->incoming : r->base;
  if (at == NULL || jl_replica_where(at)->revision != revision)
    world_fail("%s: a bookmark at r%llu, but r%llu is the last that came", r->c->name, (unsigned long long)revision,
               at == NULL ? 0 : (unsigned long long)jl_replica_where(at)->revision);
}

static void take_resync(struct run *r, const struct jl_error *err) {
  world_say("%s: resync %s", r->c->name, jl_code_symbol(err->code));
  drop_base(r);
  subscribe(r);
}

static void take_feed(struct run *r, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0};
  switch (type) {
  case JALON__FRAME_TYPE__SUBSCRIBE_REPLY:
    return;
  case JALON__FRAME_TYPE__SNAPSHOT:
    take_snapshot(r, (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, payload, a, &err));
    return;
  case JALON__FRAME_TYPE__REVISIONS:
    take_revisions(r, (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, payload, a, &err), a);
    return;
  case JALON__FRAME_TYPE__BOOKMARK:
    take_bookmark(r, ((const Jalon__Bookmark *)jl_unpack(&jalon__bookmark__descriptor, payload, a, &err))->revision);
    return;
  case JALON__FRAME_TYPE__LAGGING:
    history.counts.lags++;
    return;
  case JALON__FRAME_TYPE__RESYNC: {
    const Jalon__Resync *m = (const Jalon__Resync *)jl_unpack(&jalon__resync__descriptor, payload, a, &err);
    jl_error_from_wire(m->error, &err);
    take_resync(r, &err);
    return;
  }
  default: /* ENDED, or an error instead of a reply: tried again */
    r->subscribed = false;
    r->feed_stream = 0;
    r->resend_us = world->now_us + rng_between(&r->c->random, 20000, 300000);
  }
}

/* ---- the session ---- */
static void take_error(struct run *r, uint32_t stream, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0}, wire_error = {0};
  const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
  uint64_t seq;
  if (wire != NULL) jl_error_from_wire(wire, &wire_error);
  if (take_pending(r, stream, &seq))
    take_submit_error(r, seq, &wire_error);
  else
    r->broken = true; /* of the session: come back later */
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  struct run *r = context;
  struct jl_arena *a = jl_arena_new(1u << 27);
  uint64_t seq;
  (void)flags;
  r->heard_us = world->now_us;
  if (stream != 0 && stream == r->feed_stream)
    take_feed(r, type, payload, a);
  else if (type == JALON__FRAME_TYPE__LOGIN_REPLY)
    r->ready = true;
  else if (type == JALON__FRAME_TYPE__ERROR)
    take_error(r, stream, payload, a);
  else if (type == JALON__FRAME_TYPE__SUBMIT_REPLY && take_pending(r, stream, &seq)) {
    history_verdict(r->c->name, &r->c->replica, payload);
    decided(r, seq);
  }
  jl_arena_free(a);
}

static void on_open(void *context) {
  struct run *r = context;
  Jalon__Hello hello = JALON__HELLO__INIT;
  Jalon__Login login = JALON__LOGIN__INIT;
  r->connected = true;
  hello.has_protocol_minimum = hello.has_protocol_maximum = true;
  hello.protocol_minimum = hello.protocol_maximum = 1;
  hello.has_model_version = true;
  hello.model_version = jl_model_version;
  jl_connection_limit(r->connection, JL_MESSAGE_MAX + JL_FRAME_PAYLOAD_MAX);
  send_message(r, JALON__FRAME_TYPE__HELLO, r->next_stream++, &hello.base);
  login.has_token = login.has_replica = true;
  login.token = (ProtobufCBinaryData){sizeof r->c->token, r->c->token};
  login.replica = jl_to_pb(id_bytes(&r->c->replica));
  r->login_stream = r->next_stream++;
  send_message(r, JALON__FRAME_TYPE__LOGIN, r->login_stream, &login.base);
}

static void on_close(void *context, const struct jl_error *reason) {
  struct run *r = context;
  (void)reason;
  struct jl_connection *gone = r->connection;
  r->connection = NULL;
  r->connected = r->ready = r->broken = r->subscribed = false;
  r->feed_stream = 0;
  r->pending_count = 0;
  jl_replica_free(r->incoming);
  r->incoming = NULL;
  r->next_try_us = world->now_us + rng_between(&r->c->random, 5000, 300000);
  jl_connection_free(gone);
}
static const struct jl_connection_handler handler = {.on_open = on_open, .on_message = on_message, .on_close = on_close};

static void connect_now(struct run *r) {
  struct jl_address address = {.kind = JL_ADDRESS_TCP, .host = "127.0.0.1", .port = NET_BALANCER_PORT};
  r->next_stream = 1;
  r->sent_through = first_undecided(r->c) - 1;
  r->heard_us = r->opened_us = world->now_us;
  r->connection = jl_connection_connect(&r->loop, &address, 3000, &handler, r);
}

/* ---- what it does by itself ---- */
static void make_group(struct run *r) {
  struct client *c = r->c;
  bool plan = c->plan.founder && c->made == 0 && c->count == 0;
  if (!plan && r->base == NULL) return; /* nothing to look at yet */
  if (c->count == OUTBOX_MAX || (c->made >= c->plan.groups && c->large_left == 0)) return;
  struct jl_arena *a = jl_arena_new(1u << 24);
  struct rng random = rng_of(world->seed, FOR_EDITS, (uint64_t)c->number << 32 | c->large_made << 16 | c->made);
  struct edit_by by = {a, &random, r->base, c->replica, c->plan.space, c->next_seq, 0, {{0}}};
  by.group = rng_id(&random);
  if (c->next_seq > 1 && rng_chance(&random, 1, 10)) by.depends_on = c->next_seq - 1;
  bool skip = !plan && c->large_left == 0 && c->made < 32 && (c->plan.skip >> c->made & 1) != 0;
  struct jl_bytes group = plan ? edit_plan(&by, "Plan 2026") : c->large_left > 0 ? edit_large(&by) : edit_any(&by);
  if (!skip) {
    effect(); /* the write */
    put_item(c, c->next_seq++, group);
  }
  if (c->large_left > 0)
    c->large_left--, c->large_made++;
  else
    c->made++;
  jl_arena_free(a);
}

static void on_think(uv_timer_t *timer) {
  struct run *r = timer->data;
  struct client *c = r->c;
  make_group(r);
  send_groups(r);
  if (c->made < c->plan.groups) send_once_more(r);
  int64_t wait = c->large_left > 0 ? 1000 : rng_between(&c->random, 1000, 2 * c->plan.think_us);
  uv_timer_start(timer, on_think, (uint64_t)(wait / 1000), 0);
}

static void on_tick(uv_timer_t *timer) {
  struct run *r = timer->data;
  struct client *c = r->c;
  bool offline = c->offline_until_us > world->now_us;
  int64_t silent_us = world->now_us - r->heard_us;
  if (r->connection != NULL && (r->broken || offline || silent_us > 2 * HEARTBEAT_MS * INT64_C(1000) + 1000000))
    jl_connection_close(r->connection, false);
  else if (r->connection == NULL && !offline && r->next_try_us <= world->now_us)
    connect_now(r);
  else if (r->ready && !r->subscribed && r->resend_us <= world->now_us && (!c->plan.founder || c->decided > 0 || r->base != NULL))
    subscribe(r);
  send_groups(r);
  uv_timer_start(timer, on_tick, 20, 0);
}

static bool turn(void *context) {
  struct client *c = context;
  return uv_run(&c->run->loop, UV_RUN_NOWAIT) != 0;
}

/* ---- outside ---- */
static void start_process(struct client *c);
static void start_again(void *context) { start_process(context); }
static void died(void *context) {
  struct client *c = context;
  c->process = NULL;
  c->run = NULL;
  world_say("%s is gone", c->name);
  if (c->back_us >= 0) event_at(c->back_us, start_again, c);
}

static void start_process(struct client *c) {
  if (c->process != NULL || c->back_us < 0) return;
  c->process = process_start(c->name, died, c);
  process_turn_with(c->process, turn);
  struct process *before = process_enter(c->process);
  struct run *r = c->run = calloc(1, sizeof *r);
  if (r == NULL) abort();
  r->c = c;
  uv_loop_init(&r->loop);
  uv_timer_init(&r->loop, &r->think);
  uv_timer_init(&r->loop, &r->tick);
  r->think.data = r->tick.data = r;
  uv_timer_start(&r->think, on_think, rng_below(&c->random, 50), 0);
  uv_timer_start(&r->tick, on_tick, 0, 0);
  process_enter(before);
}

void client_start(int n, const struct client_plan *plan) {
  struct client *c = &clients[n];
  c->plan = *plan;
  start_process(c);
}
void client_kill(int n, int64_t back_us) {
  struct client *c = &clients[n];
  if (c->process == NULL) return;
  c->back_us = back_us;
  process_kill(c->process);
}
void client_kill_at(int n, int effects, int64_t back_us) {
  struct client *c = &clients[n];
  if (c->process == NULL) return;
  c->back_us = back_us;
  process_kill_at(c->process, effects);
}
void client_offline(int n, int64_t until_us) { clients[n].offline_until_us = until_us; }
void client_burst(int n, unsigned large) { clients[n].large_left += large; }
struct process *client_process(int n) {
  return clients[n].process;
}

void clients_write_once_more(int founders) {
  for (int i = 0; i < founders; i++) clients[i].plan.groups = clients[i].made + 1;
}
void clients_hurry(void) {
  for (int i = 0; i < CLIENTS_MAX; i++) {
    clients[i].offline_until_us = 0;
    if (clients[i].process != NULL) process_kill_at(clients[i].process, 0);
  }
}

static bool on_its_history(const struct jl_replica *base, const struct fake_space *space) {
  return memcmp(jl_replica_where(base)->sections, space->position.sections, sizeof space->position.sections) == 0;
}

bool clients_settled(char *why, size_t size) {
  for (int i = 0; i < CLIENTS_MAX; i++) {
    const struct client *c = &clients[i];
    if (c->plan.groups == 0) continue;
    const struct fake_space *space = fake_space(database_now(), &c->plan.space);
    uint64_t head = space == NULL ? 0 : space->position.revision;
    const struct jl_replica *base = c->run == NULL ? NULL : c->run->base;
    snprintf(why, size, "%s: %zu of %zu groups decided, %u of %u made, %s at r%llu of r%llu", c->name, c->decided, c->count, c->made,
             c->plan.groups,
             c->run == NULL  ? "not running"
             : c->run->ready ? "connected"
                             : "not connected",
             base == NULL ? 0 : (unsigned long long)jl_replica_where(base)->revision, (unsigned long long)head);
    if (c->run == NULL || base == NULL || c->decided < c->count || c->made < c->plan.groups || c->large_left > 0 ||
        jl_replica_where(base)->revision != head || !on_its_history(base, space)) /* it may not have been told yet */
      return false;
  }
  return true;
}

void clients_check(void) {
  for (int i = 0; i < CLIENTS_MAX; i++) {
    const struct client *c = &clients[i];
    if (c->plan.groups == 0 || c->run == NULL) continue;
    const struct fake_space *space = fake_space(database_now(), &c->plan.space);
    uint8_t here[STATE_SIZE], there[STATE_SIZE];
    struct process *before = process_enter(c->process);
    history_state(c->run->base, here);
    process_enter(before);
    history_state(space->records, there);
    if (!on_its_history(c->run->base, space))
      world_fail("%s follows another history than the database's, and nobody told it", c->name);
    if (memcmp(here, there, sizeof here) != 0) world_fail("%s holds other bytes than the database", c->name);
  }
}

void clients_begin(uint64_t seed) {
  memset(clients, 0, sizeof clients);
  for (int i = 0; i < CLIENTS_MAX; i++) {
    struct client *c = &clients[i];
    c->number = i;
    c->random = rng_of(seed, FOR_CLIENT, (uint64_t)i);
    c->next_seq = 1;
    c->replica = rng_id(&c->random);
    c->person = rng_id(&c->random);
    snprintf(c->name, sizeof c->name, "client%d", i + 1);
    snprintf(c->login, sizeof c->login, "user%d", i + 1);
    memset(c->token, i + 1, sizeof c->token);
    database_account(c->login, &c->person, c->token);
  }
}
void clients_end(void) {
  for (int i = 0; i < CLIENTS_MAX; i++) {
    clients[i].back_us = -1;
    drop_items(&clients[i]);
  }
}

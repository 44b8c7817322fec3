#include "tests/support/mix.h"
#include "tests/torture/client/client.h"
#include <stdlib.h>
#include <string.h>

#define AGAIN_IN 24        /* one decided group in so many is asked again */
#define SILENCE_MS 4000    /* with groups under way: the line is taken for dead */
#define DEPEND_IN 16       /* one group in so many depends on the one before */

/* ---- what it remembers ---- */
struct jl_id submitter_replica(const struct submitter *s) {
  struct random r = {s->process->progress->seed ^ (uint64_t)(s->process->index * CLIENTS_MAX + s->index + 1) << 32 ^ s->generation};
  random_next(&r);
  return random_id(&r);
}

static void keep(struct asked *a, struct jl_bytes group, uint64_t seq) {
  uint8_t *copy = malloc(group.size);
  JL_ASSERT(copy);
  memcpy(copy, group.data, group.size);
  *a = (struct asked){.group = {copy, group.size}, .seq = seq};
}

static void forget(struct asked *a) {
  free((void *)(uintptr_t)a->group.data);
  *a = (struct asked){0};
}

static void add_pending(struct submitter *s, int space, uint64_t seq, struct jl_bytes group) {
  struct lane *lane = &s->lanes[space];
  JL_ASSERT(lane->pending_count < WINDOW);
  keep(&lane->pending[lane->pending_count++], group, seq);
  lane->last_seq = seq;
  s->in_window++;
  s->sent++;
}

/* Counts and moves it among the decided ones; a verdict of one that was decided before changes nothing. */
static bool decide(struct submitter *s, int space, uint64_t seq, bool acknowledged) {
  struct lane *lane = &s->lanes[space];
  size_t i = 0;
  while (i < lane->pending_count && lane->pending[i].seq != seq) i++;
  if (i == lane->pending_count) return false;
  struct asked *old = &lane->decided[lane->next_decided++ % REMEMBERED];
  forget(old);
  *old = (struct asked){.group = lane->pending[i].group, .seq = seq};
  memmove(&lane->pending[i], &lane->pending[i + 1], (lane->pending_count - i - 1) * sizeof *lane->pending);
  lane->pending[--lane->pending_count] = (struct asked){0};
  s->in_window--;
  s->decided++;
  s->acknowledged += acknowledged;
  s->conflicts += !acknowledged;
  return true;
}

void submitter_empty_lane(struct submitter *s, int space) {
  struct lane *lane = &s->lanes[space];
  s->sent -= lane->pending_count;
  s->in_window -= lane->pending_count;
  for (size_t i = 0; i < WINDOW; i++) forget(&lane->pending[i]);
  for (size_t i = 0; i < REMEMBERED; i++) forget(&lane->decided[i]);
  *lane = (struct lane){0};
}

static void recall_login(void *context, int client, const struct jl_id *replica) {
  struct process *p = context;
  struct submitter *s = &p->submitters[client];
  struct jl_id known = submitter_replica(s);
  if (jl_id_equal(&known, replica)) return;
  s->generation++; /* after a fork: lanes from 1 again; what was under way is offered again by what follows */
  for (int space = 0; space < SPACES; space++) submitter_empty_lane(s, space);
}
static void recall_invoke(void *context, int client, int space, uint64_t seq, struct jl_bytes group) {
  struct process *p = context;
  add_pending(&p->submitters[client], space, seq, group);
}
static void recall_verdict(void *context, int client, int space, uint64_t seq, uint64_t revision) {
  struct process *p = context;
  decide(&p->submitters[client], space, seq, revision != 0);
}
const struct history_reader submitter_memory = {.login = recall_login, .invoke = recall_invoke, .verdict = recall_verdict};

/* ---- sending ---- */
static uint64_t confirmed(const struct lane *lane) { /* verdicts that it will not ask for again */
  uint64_t seen = lane->pending_count ? lane->pending[0].seq - 1 : lane->last_seq;
  return seen > REMEMBERED ? seen - REMEMBERED : 0;
}

static void submit(struct submitter *s, struct lane *lane, struct asked *a) {
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(a->group);
  message.confirmed = confirmed(lane);
  message.has_confirmed = message.confirmed > 0;
  if (message.confirmed > lane->told) lane->told = message.confirmed;
  a->stream = peer_send(&s->peer, JALON__FRAME_TYPE__SUBMIT, &message.base);
  a->waiting = true;
}

void submitter_send(struct submitter *s, int space, struct jl_bytes group, uint64_t offers_again) {
  struct lane *lane = &s->lanes[space];
  uint64_t seq = lane->last_seq + 1;
  history_invoke(s->process->history, s->index, space, seq, group, offers_again);
  add_pending(s, space, seq, group);
  submit(s, lane, &lane->pending[lane->pending_count - 1]);
}

static void new_group(struct submitter *s, int space) {
  struct lane *lane = &s->lanes[space];
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct building b = {.arena = a};
  mix_work(&b, &s->random, s->process->followers[space].replica);
  if (lane->pending_count > 0 && random_below(&s->random, DEPEND_IN) == 0) b.depends_on = lane->pending[lane->pending_count - 1].seq;
  struct jl_bytes group = build_pack(&b, &s->random, &s->peer.replica, &s->process->progress->spaces[space], lane->last_seq + 1);
  submitter_send(s, space, group, 0);
  jl_arena_free(a);
}

static bool all_waiting(const struct lane *lane) {
  for (size_t i = 0; i < lane->pending_count; i++)
    if (!lane->pending[i].waiting) return false;
  return true;
}

void submitter_work(struct submitter *s) {
  const struct process *p = s->process;
  uint64_t gate = p->progress->gate, most = gate >= GATE_OPEN ? p->progress->edits_each : p->progress->edits_each * gate / GATE_OPEN + 2;
  if (!s->peer.ready || submitter_forking(s)) return;
  while (s->in_window < WINDOW && submitter_offer(s)) continue;
  for (int tries = 0; tries < 3 * WINDOW && s->in_window < WINDOW && s->sent < most; tries++) {
    bool elsewhere = !p->progress->asleep && random_below(&s->random, 3); /* half of it on space 0, for the lazy follower */
    int space = elsewhere ? (int)random_below(&s->random, SPACES) : 0;
    if ((!p->followers[space].loading || p->followers[space].gone) && all_waiting(&s->lanes[space])) new_group(s, space);
  }
}

/* The whole lane from the first that has no answer: it wants its groups in order. */
static void send_again(struct submitter *s) {
  for (int space = 0; space < SPACES; space++) {
    struct lane *lane = &s->lanes[space];
    if (lane->forked || all_waiting(lane)) continue;
    for (size_t i = 0; i < lane->pending_count; i++) submit(s, lane, &lane->pending[i]);
  }
}

/* Old groups too: their verdicts must not have changed. */
static void ask_again(struct submitter *s, int space) {
  struct lane *lane = &s->lanes[space];
  size_t known = lane->next_decided < REMEMBERED ? lane->next_decided : REMEMBERED;
  if (known == 0 || s->process->progress->restores || random_below(&s->random, AGAIN_IN)) return;
  struct asked *a = &lane->decided[random_below(&s->random, known)];
  if (a->seq > confirmed(lane)) submit(s, lane, a);
}

void submitter_ask_verdicts(struct submitter *s, int space, uint64_t from) {
  const struct lane *lane = &s->lanes[space];
  Jalon__VerdictQuery query = JALON__VERDICT_QUERY__INIT;
  if (lane->last_seq == 0) return;
  query.has_space = query.has_replica = query.has_from_seq = query.has_to_seq = true;
  query.space = jl_to_pb((struct jl_bytes){s->process->progress->spaces[space].bytes, 16});
  query.replica = jl_to_pb((struct jl_bytes){s->peer.replica.bytes, 16});
  query.from_seq = from;
  query.to_seq = lane->last_seq;
  s->query_streams[space] = peer_send(&s->peer, JALON__FRAME_TYPE__VERDICT_QUERY, &query.base);
}

/* ---- hearing ---- */
static struct asked *find(struct submitter *s, uint32_t stream, int *ret_space, bool *ret_decided) {
  for (*ret_space = 0; *ret_space < SPACES; ++*ret_space) {
    struct lane *lane = &s->lanes[*ret_space];
    *ret_decided = false;
    for (size_t i = 0; i < lane->pending_count; i++)
      if (lane->pending[i].stream == stream && lane->pending[i].waiting) return &lane->pending[i];
    *ret_decided = true;
    for (size_t i = 0; i < REMEMBERED; i++)
      if (lane->decided[i].stream == stream && lane->decided[i].waiting) return &lane->decided[i];
  }
  return NULL;
}

static bool is_about(const struct submitter *s, const Jalon__Verdict *v, int space, const struct asked *a, struct jl_arena *arena) {
  struct jl_error err;
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, a->group, arena, &err);
  return group && v->seq == a->seq && v->space.len == 16 && memcmp(v->space.data, s->process->progress->spaces[space].bytes, 16) == 0 &&
         v->group_id.len == group->group_id.len && memcmp(v->group_id.data, group->group_id.data, v->group_id.len) == 0;
}

static void heard_verdict(struct submitter *s, struct asked *a, int space, struct jl_bytes payload, struct jl_arena *arena) {
  struct jl_error err;
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, arena, &err);
  if (!v || !is_about(s, v, space, a, arena)) process_fail("the verdict of seq %llu is about another group", (unsigned long long)a->seq);
  history_verdict(s->process->history, s->index, space, v);
  a->waiting = false;
  if (decide(s, space, v->seq, v->error == NULL)) ask_again(s, space);
}

static void heard_verdicts(struct submitter *s, int space, struct jl_bytes payload, struct jl_arena *arena) {
  struct jl_error err;
  const Jalon__VerdictReply *reply = (const Jalon__VerdictReply *)jl_unpack(&jalon__verdict_reply__descriptor, payload, arena, &err);
  if (!reply) process_fail("a list of verdicts cannot be read");
  for (size_t i = 0; i < reply->n_verdicts; i++) {
    history_verdict(s->process->history, s->index, space, reply->verdicts[i]);
    decide(s, space, reply->verdicts[i]->seq, reply->verdicts[i]->error == NULL);
  }
  submitter_heard_water(s, space, reply->high_water);
}

/* No verdict: the same group again later, until there is one. One that came before the earlier ones of its lane was out of turn. */
static void heard_error(struct submitter *s, struct asked *a, bool decided, int space, struct jl_bytes payload, struct jl_arena *arena) {
  struct jl_error err;
  const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, arena, &err);
  if (!wire) process_fail("an error cannot be read");
  enum jl_code code = (enum jl_code)wire->code;
  enum jl_class class = jl_code_class(code);
  bool out_of_turn = code == JL_E_LANE_GAP && !decided && a != &s->lanes[space].pending[0];
  a->waiting = false;
  s->unknown += class == JL_CLASS_UNKNOWN;
  if (code == JL_E_DECIDED && decided && a->seq <= s->lanes[space].told) return; /* confirmed meanwhile */
  if (code == JL_E_REPLICA_FORKED && s->process->progress->restores) {
    submitter_fork(s, space, (int)code);
    return;
  }
  if (code == JL_E_LANE_GAP && !decided && s->process->progress->restores) { /* the first of the lane, yet not the next one: or is it? */
    submitter_doubt(s, space);
    return;
  }
  if (class == JL_CLASS_RETRY || class == JL_CLASS_UNKNOWN || out_of_turn) return;
  process_fail("seq %llu of a lane is answered %s: %s", (unsigned long long)a->seq, jl_code_symbol(code), wire->message ? wire->message : "");
}

static void on_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct submitter *s = peer->context;
  struct jl_arena *arena = jl_arena_new(4 << 20);
  int space;
  bool decided;
  s->heard_ms = uv_now(&s->process->loop);
  struct asked *a = find(s, stream, &space, &decided);
  if (a && type == JALON__FRAME_TYPE__SUBMIT_REPLY) heard_verdict(s, a, space, payload, arena);
  if (a && type == JALON__FRAME_TYPE__ERROR) heard_error(s, a, decided, space, payload, arena);
  for (space = 0; space < SPACES; space++) {
    if (stream != s->query_streams[space]) continue;
    s->query_streams[space] = 0;
    if (type == JALON__FRAME_TYPE__VERDICT_REPLY) heard_verdicts(s, space, payload, arena);
  }
  jl_arena_free(arena);
  submitter_work(s);
}

static void on_lost(struct peer *peer) {
  struct submitter *s = peer->context;
  for (int space = 0; space < SPACES; space++) {
    struct lane *lane = &s->lanes[space];
    for (size_t i = 0; i < lane->pending_count; i++) lane->pending[i].waiting = false;
    for (size_t i = 0; i < REMEMBERED; i++) lane->decided[i].waiting = false;
    s->query_streams[space] = 0;
  }
}

void submitter_doubt(struct submitter *s, int space) {
  if (s->process->progress->restores && s->lanes[space].last_seq > 0) s->lanes[space].doubted = true;
}

static void on_ready(struct peer *peer) {
  struct submitter *s = peer->context;
  s->heard_ms = uv_now(&s->process->loop);
  send_again(s);
  for (int space = 0; space < SPACES; space++)
    if (!s->process->progress->restores) submitter_ask_verdicts(s, space, confirmed(&s->lanes[space]) + 1);
  submitter_work(s);
}

/* ---- life ---- */
void submitter_prepare(struct submitter *s, struct process *p, int index) {
  s->process = p;
  s->index = index;
}

void submitter_start(struct submitter *s) {
  struct process *p = s->process;
  struct jl_id replica = submitter_replica(s);
  s->random.state = p->progress->seed ^ (uint64_t)(p->index * CLIENTS_MAX + s->index) * 0x9e3779b97f4a7c15u ^ s->sent << 20 ^ (uint64_t)p->slot->starts << 50;
  s->peer = (struct peer){.context = s, .on_ready = on_ready, .on_message = on_message, .on_lost = on_lost};
  process_peer(p, &s->peer, &replica);
  if (s->sent == 0) history_login(p->history, s->index, &replica, &p->slot->person);
  peer_start(&s->peer);
}

bool submitter_done(const struct submitter *s) { return s->decided >= s->process->progress->edits_each && s->in_window == 0 && !submitter_forking(s) && s->offers_sent == s->offer_count; }

void submitter_tick(struct submitter *s) {
  if (!s->peer.ready) {
    s->heard_ms = uv_now(&s->process->loop);
    return;
  }
  send_again(s);
  submitter_fork_tick(s);
  if (!s->peer.ready) return;
  submitter_work(s);
  if (s->in_window > 0 && uv_now(&s->process->loop) - s->heard_ms > SILENCE_MS) jl_connection_close(s->peer.connection, false);
}

/* The promise under fire: many clients edit several spaces at random while the server and PostgreSQL are killed with SIGKILL
 * at chosen counts of acknowledgements. Everything that a client asked and heard goes to a history file, everything that replicas
 * ended with to a dump; check.py judges both against the log in the database.
 *
 * torture FOLDER BUILD SEED CLIENTS EDITS SERVER_KILLS POSTGRES_KILLS [MUTANT] */
#include "common/base/calendar.h"
#include "tests/support/edits.h"
#include "tests/support/peer.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACES 4
#define WINDOW 8
#define MAX_CLIENTS 64

struct pending { struct jl_bytes group; struct jl_id group_id, record; Jalon__Verb verb; uint64_t seq; int space; uint32_t stream; };
struct client {
  struct peer peer;
  struct random random;
  int index;
  uint64_t sent, decided, next_seq[SPACES];
  struct pending window[WINDOW];
  int in_window;
};
struct follower { /* one per space: a replica that follows the feed over every crash */
  struct peer peer;
  int space;
  struct jl_replica *replica;
  bool loading; /* a first snapshot is on its way */
  uint32_t stream;
};

static uv_loop_t loop;
static struct server_process server;
static struct client clients[MAX_CLIENTS];
static struct follower followers[SPACES], fresh[SPACES];
static struct follower slow; /* of space 0: stops reading while the load lasts */
static struct jl_id spaces[SPACES];
static FILE *history;
static uint64_t client_count, edits_each, acknowledged, decided_total, kills_done, kill_count;
static struct { uint64_t at; bool postgres; } kills[64];
static bool load_over;
static struct peer maker; /* makes the spaces; its login serves all */
static int made;
static uv_timer_t watchdog, killer;
static uint64_t seen_by_watchdog;

static void hex(FILE *f, const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++) fprintf(f, "%02x", data[i]);
}

static void note(const char *what, const struct client *c, const struct pending *p, uint64_t revision, int code) {
  fprintf(history, "%s ", what);
  hex(history, c->peer.replica.bytes, 16);
  fputc(' ', history);
  hex(history, spaces[p->space].bytes, 16);
  fprintf(history, " %llu ", (unsigned long long)p->seq);
  hex(history, p->group_id.bytes, 16);
  fprintf(history, " %llu %d", (unsigned long long)revision, code);
  if (*what == 'i') { /* what it is about: deleting what someone else has deleted is accepted without effect */
    fprintf(history, " %d ", (int)p->verb);
    hex(history, p->record.bytes, 16);
  }
  fputc('\n', history);
}

static void use_token(struct peer *p) {
  memcpy(p->token, maker.token, maker.token_size);
  p->token_size = maker.token_size;
}

static Jalon__Group *group_of(struct jl_bytes packed, struct jl_arena *a) {
  struct jl_error err;
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, packed, a, &err);
  JL_ASSERT(group);
  return group;
}

static void send_pending(struct client *c, struct pending *p) {
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  submit.has_group = true;
  submit.group = jl_to_pb(p->group);
  p->stream = peer_send(&c->peer, JALON__FRAME_TYPE__SUBMIT, &submit.base);
}

static void fill_window(struct client *c) {
  while (c->peer.ready && c->in_window < WINDOW && c->sent < edits_each) {
    struct jl_arena *a = jl_arena_new(4 << 20);
    int s = random_below(&c->random, 3) ? (int)random_below(&c->random, SPACES) : 0; /* half of it on space 0, for the slow follower */
    if (followers[s].loading) s = c->index % SPACES;
    struct pending *p = &c->window[c->in_window++];
    struct jl_bytes group = edits_random(a, &c->random, followers[s].replica, &c->peer.replica, &spaces[s], c->next_seq[s] + 1);
    uint8_t *copy = malloc(group.size);
    JL_ASSERT(copy);
    memcpy(copy, group.data, group.size);
    *p = (struct pending){.group = {copy, group.size}, .seq = ++c->next_seq[s], .space = s};
    const Jalon__Group *unpacked = group_of(group, a);
    jl_id_from_bytes(JL_PB(unpacked->group_id), &p->group_id);
    jl_id_from_bytes(JL_PB(unpacked->edits[0]->id), &p->record);
    p->verb = unpacked->edits[0]->verb;
    jl_arena_free(a);
    c->sent++;
    note("invoke", c, p, 0, 0);
    send_pending(c, p);
  }
}

static void start_again(uv_timer_t *timer) {
  (void)timer;
  server_start(&server);
  kills_done++;
}

/* Every second time PostgreSQL goes with the server, as in a power cut, after having stood still for a moment: a server that
 * acknowledges before it commits goes on acknowledging then, and has lost what it promised. */
static void cut_power(uv_timer_t *timer) {
  server_signal_postgres(&server, SIGKILL);
  server_kill(&server);
  start_again(timer);
}

static void kill_now(void) {
  fprintf(stderr, "kill %s at %llu decided\n", kills[kills_done].postgres ? "postgres" : kills_done % 2 == 0 ? "both" : "server", (unsigned long long)decided_total);
  if (kills[kills_done].postgres) {
    server_kill_postgres(&server);
    kills_done++;
  } else if (kills_done % 2 == 0) {
    server_signal_postgres(&server, SIGSTOP);
    uv_timer_start(&killer, cut_power, 50, 0);
  } else {
    server_kill(&server);
    uv_timer_start(&killer, start_again, 0, 0);
  }
}

static bool same(ProtobufCBinaryData bytes, const struct jl_id *id) { return bytes.len == 16 && memcmp(bytes.data, id->bytes, 16) == 0; }

static void decided(struct client *c, int slot, const Jalon__Verdict *v) {
  struct pending *p = &c->window[slot];
  if (v->seq != p->seq || !same(v->space, &spaces[p->space]) || !same(v->group_id, &p->group_id)) {
    printf("not ok the verdict of seq %llu is about another group\n", (unsigned long long)p->seq);
    exit(1);
  }
  bool refused = v->error != NULL;
  note(refused ? "refused" : "ok", c, p, v->revision, refused ? (int)v->error->code : 0);
  free((void *)(uintptr_t)p->group.data);
  c->window[slot] = c->window[--c->in_window];
  c->decided++;
  decided_total++;
  if (!refused) acknowledged++;
  if (kills_done < kill_count && decided_total >= kills[kills_done].at && !uv_is_active((uv_handle_t *)&killer)) kill_now();
}

static void client_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct client *c = peer->context;
  int slot = 0;
  while (slot < c->in_window && c->window[slot].stream != stream) slot++;
  if (slot == c->in_window) return;
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct jl_error err;
  if (type == JALON__FRAME_TYPE__SUBMIT_REPLY) {
    Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, a, &err);
    JL_ASSERT(v);
    decided(c, slot, v);
  } else if (type == JALON__FRAME_TYPE__ERROR) { /* no verdict: the same group again, until there is one */
    Jalon__Error *wire = (Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
    JL_ASSERT(wire);
    enum jl_class class = jl_code_class((enum jl_code)wire->code);
    if (class != JL_CLASS_RETRY && class != JL_CLASS_UNKNOWN) {
      printf("not ok seq %llu of a lane is answered %s: %s\n", (unsigned long long)c->window[slot].seq, jl_code_symbol((enum jl_code)wire->code), wire->message);
      exit(1);
    }
    send_pending(c, &c->window[slot]);
  }
  jl_arena_free(a);
  fill_window(c);
}

static int by_seq(const void *a, const void *b) {
  const struct pending *x = a, *y = b;
  return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void client_ready(struct peer *peer) {
  struct client *c = peer->context;
  qsort(c->window, (size_t)c->in_window, sizeof *c->window, by_seq); /* lanes want their groups in order */
  for (int i = 0; i < c->in_window; i++) send_pending(c, &c->window[i]);
  fill_window(c);
}

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

static void follower_ready(struct peer *peer) {
  struct follower *f = peer->context;
  Jalon__Subscribe subscribe = JALON__SUBSCRIBE__INIT;
  Jalon__Position position;
  Jalon__SectionPosition sections[JL_SECTIONS], *list[JL_SECTIONS];
  subscribe.has_space = true;
  subscribe.space = jl_to_pb((struct jl_bytes){spaces[f->space].bytes, 16});
  if (!f->loading) subscribe.from = position_of(f->replica, &position, sections, list);
  else { /* a snapshot that a crash cut off starts anew */
    jl_replica_free(f->replica);
    f->replica = jl_replica_new(&spaces[f->space], JL_SPACE_PLAN);
  }
  f->stream = peer_send(peer, JALON__FRAME_TYPE__SUBSCRIBE, &subscribe.base);
  if (f == &slow && !f->loading && !load_over) jl_connection_pause(peer->connection, true);
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

static void take_snapshot(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  Jalon__Snapshot *s = (Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, payload, a, &err);
  JL_ASSERT(s);
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
  }
  if (s->position) take_position(f->replica, s->position);
  if (s->last) f->loading = false;
  if (s->last && f == &slow && !load_over) jl_connection_pause(f->peer.connection, true);
}

static void take_revisions(struct follower *f, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err;
  Jalon__Revisions *r = (Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, payload, a, &err);
  JL_ASSERT(r);
  for (size_t i = 0; i < r->n_changes;) { /* the changes of one revision are applied together */
    struct jl_change changes[JL_SECTIONS];
    size_t n = 0;
    uint64_t revision = 0;
    for (; i < r->n_changes && n < JL_SECTIONS; i++) {
      Jalon__ChangeBody *body = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(r->changes[i]->body), a, &err);
      JL_ASSERT(body);
      if (n > 0 && body->revision != revision) break;
      revision = body->revision;
      changes[n++] = (struct jl_change){JL_PB(r->changes[i]->body), JL_PB(r->changes[i]->private_values)};
    }
    if (revision <= jl_replica_where(f->replica)->revision) continue;
    if (!jl_replica_apply(f->replica, changes, n, a, &err)) {
      char text[400];
      jl_error_describe(&err, text, sizeof text);
      printf("not ok follower of space %d cannot apply revision %llu after %llu: %s\n", f->space, (unsigned long long)revision,
             (unsigned long long)jl_replica_where(f->replica)->revision, text);
      exit(1);
    }
  }
}

static void follower_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct follower *f = peer->context;
  if (stream != f->stream) return;
  struct jl_arena *a = jl_arena_new(64 << 20);
  if (type == JALON__FRAME_TYPE__SNAPSHOT) take_snapshot(f, payload, a);
  else if (type == JALON__FRAME_TYPE__REVISIONS) take_revisions(f, payload, a);
  else if (type == JALON__FRAME_TYPE__RESYNC || type == JALON__FRAME_TYPE__ENDED || type == JALON__FRAME_TYPE__ERROR) {
    if (type == JALON__FRAME_TYPE__ERROR) follower_ready(peer); /* the space could not be opened yet */
    else {
      printf("not ok follower of space %d was sent away (%u)\n", f->space, type);
      exit(1);
    }
  }
  jl_arena_free(a);
}

static void start_follower(struct follower *f, int space, const char *login_name) {
  f->space = space;
  f->loading = true;
  f->replica = jl_replica_new(&spaces[space], JL_SPACE_PLAN);
  struct peer *p = &f->peer;
  *p = (struct peer){.loop = &loop, .account = login_name, .password = ADMIN_PASSWORD, .address = maker.address, .replica = jl_id_random(), .context = f, .on_ready = follower_ready, .on_message = follower_message};
  use_token(p);
  peer_start(p);
}

static void make_next(struct peer *p) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  submit.has_group = true;
  submit.group = jl_to_pb(edits_plan(a, &p->replica, &spaces[made], 1, "torture"));
  peer_send(p, JALON__FRAME_TYPE__SUBMIT, &submit.base);
  jl_arena_free(a);
}

static void made_one(struct peer *p, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  (void)stream;
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_error err;
  Jalon__Verdict *v = type == JALON__FRAME_TYPE__SUBMIT_REPLY ? (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, a, &err) : NULL;
  if (!v || v->error) {
    printf("not ok the plan of space %d was refused\n", made);
    exit(1);
  }
  jl_arena_free(a);
  if (++made < SPACES) make_next(p);
  else peer_stop(p);
}

/* ---- end ---- */
static bool all_decided(void) {
  for (uint64_t i = 0; i < client_count; i++)
    if (clients[i].decided < edits_each) return false;
  return true;
}

static bool caught_up(const struct follower *f, uint64_t head) { return !f->loading && jl_replica_where(f->replica)->revision >= head; }

static void dump(const char *path) {
  FILE *f = fopen(path, "we");
  JL_ASSERT(f);
  for (int pass = 0; pass < 3; pass++)
    for (int s = 0; s < (pass == 2 ? 1 : SPACES); s++) {
      const struct follower *from = pass == 2 ? &slow : pass ? &fresh[s] : &followers[s];
      const struct jl_position *where = jl_replica_where(from->replica);
      fprintf(f, "replica %s ", pass == 2 ? "slow" : pass ? "memory" : "follower");
      hex(f, spaces[s].bytes, 16);
      fprintf(f, " %llu", (unsigned long long)where->revision);
      for (int section = 1; section < JL_SECTIONS; section++) {
        fputc(' ', f);
        hex(f, where->sections[section].chain, JL_CHAIN_SIZE);
      }
      fputc('\n', f);
      for (const struct jl_record *r = jl_replica_next(from->replica, NULL); r; r = jl_replica_next(from->replica, &r->id)) {
        fprintf(f, "record ");
        hex(f, r->id.bytes, 16);
        fprintf(f, " %u %llu %llu %llu ", r->type_number, (unsigned long long)r->number, (unsigned long long)r->revision, (unsigned long long)r->deleted_revision);
        hex(f, r->body.data, r->body.size);
        fputc('\n', f);
      }
    }
  fclose(f);
}

static void watch(uv_timer_t *timer) {
  static int quiet;
  uint64_t progress = decided_total;
  for (int s = 0; s < SPACES; s++) progress += jl_replica_where(followers[s].replica)->revision + (load_over && fresh[s].replica ? jl_replica_where(fresh[s].replica)->revision : 0);
  progress += jl_replica_where(slow.replica)->revision;
  quiet = progress == seen_by_watchdog ? quiet + 1 : 0;
  seen_by_watchdog = progress;
  if (quiet > 1200) { /* two minutes without a single step forward */
    printf("not ok stalled at %llu decided, %llu kills\n", (unsigned long long)decided_total, (unsigned long long)kills_done);
    exit(1);
  }
  if (!all_decided() || kills_done < kill_count) return;
  uint64_t head = 0;
  bool all = true;
  if (!load_over) {
    load_over = true;
    for (int s = 0; s < SPACES; s++) start_follower(&fresh[s], s, "admin");
    if (slow.peer.connection) jl_connection_pause(slow.peer.connection, false);
    return;
  }
  for (int s = 0; s < SPACES; s++) {
    if (fresh[s].loading) return;
    head = jl_replica_where(fresh[s].replica)->revision;
    all = all && caught_up(&followers[s], head);
  }
  if (!all || !caught_up(&slow, jl_replica_where(fresh[0].replica)->revision)) return;
  peer_stop(&slow.peer);
  for (uint64_t i = 0; i < client_count; i++) peer_stop(&clients[i].peer);
  for (int s = 0; s < SPACES; s++) {
    peer_stop(&followers[s].peer);
    peer_stop(&fresh[s].peer);
  }
  uv_close((uv_handle_t *)timer, NULL);
  uv_close((uv_handle_t *)&killer, NULL);
}

static int by_count(const void *a, const void *b) {
  const uint64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static void plan_kills(struct random *r, uint64_t server_kills, uint64_t postgres_kills) {
  uint64_t total = client_count * edits_each, at[64];
  kill_count = server_kills + postgres_kills;
  JL_ASSERT(kill_count <= 64);
  for (uint64_t i = 0; i < kill_count; i++) at[i] = total / 50 + random_below(r, total - total / 10) ;
  qsort(at, kill_count, sizeof *at, by_count);
  for (uint64_t i = 0; i < kill_count; i++) {
    if (i > 0 && at[i] <= at[i - 1]) at[i] = at[i - 1] + 1;
    kills[i].at = at[i];
    kills[i].postgres = false;
  }
  for (uint64_t i = 0; i < postgres_kills; i++) kills[(i + 1) * kill_count / (postgres_kills + 1)].postgres = true;
}

int main(int argc, char **argv) {
  if (argc < 8) return 2;
  signal(SIGPIPE, SIG_IGN);
  uint64_t seed = strtoull(argv[3], NULL, 10);
  struct random random = {seed};
  client_count = strtoull(argv[4], NULL, 10);
  edits_each = strtoull(argv[5], NULL, 10);
  JL_ASSERT(client_count <= MAX_CLIENTS);
  plan_kills(&random, strtoull(argv[6], NULL, 10), strtoull(argv[7], NULL, 10));
  server_set_up(&server, argv[1], argv[2]);
  server.mutant = argc > 8 ? argv[8] : NULL;
  server_start(&server);
  char path[600];
  snprintf(path, sizeof path, "%s/history", argv[1]);
  history = fopen(path, "we");
  JL_ASSERT(history);
  uv_loop_init(&loop);
  for (int s = 0; s < SPACES; s++) spaces[s] = random_id(&random);
  struct jl_error err;
  maker = (struct peer){.loop = &loop, .account = "admin", .password = ADMIN_PASSWORD, .replica = random_id(&random), .on_ready = make_next, .on_message = made_one};
  JL_ASSERT(jl_address_parse(server.address, &maker.address, &err));
  peer_start(&maker);
  uv_run(&loop, UV_RUN_DEFAULT);
  for (int s = 0; s < SPACES; s++) start_follower(&followers[s], s, "admin");
  start_follower(&slow, 0, "admin");
  for (uint64_t i = 0; i < client_count; i++) {
    struct client *c = &clients[i];
    c->index = (int)i;
    c->random.state = random_next(&random);
    c->peer = (struct peer){.loop = &loop, .account = "admin", .password = ADMIN_PASSWORD, .address = maker.address, .replica = random_id(&random), .context = c,
                            .on_ready = client_ready, .on_message = client_message};
    use_token(&c->peer);
    peer_start(&c->peer);
  }
  uv_timer_init(&loop, &killer);
  uv_timer_init(&loop, &watchdog);
  uv_timer_start(&watchdog, watch, 100, 100);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  fclose(history);
  snprintf(path, sizeof path, "%s/dump", argv[1]);
  dump(path);
  jl_replica_free(slow.replica);
  for (int s = 0; s < SPACES; s++) {
    jl_replica_free(followers[s].replica);
    jl_replica_free(fresh[s].replica);
  }
  fprintf(stderr, "%llu decided, %llu acknowledged, %llu kills\n", (unsigned long long)decided_total, (unsigned long long)acknowledged, (unsigned long long)kills_done);
  return 0; /* the server is left running for the checker; the script stops it */
}

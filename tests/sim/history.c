#include "tests/sim/history.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "server/space/head.h"
#include "server/space/space.h"
#include <stdlib.h>
#include <string.h>

struct history history;

static struct jl_bytes keep(struct jl_bytes b) {
  uint8_t *copy = world_alloc(b.size + 1);
  if (b.size > 0) memcpy(copy, b.data, b.size);
  return (struct jl_bytes){copy, b.size};
}
static void drop(struct jl_bytes b) {
  void *p;
  memcpy(&p, &b.data, sizeof p);
  world_free(p);
}

void history_begin(void) {
  memset(&history, 0, sizeof history);
  history.groups_end = &history.groups;
  history.sightings_end = &history.sightings;
}

void history_end(void) {
  for (struct sent_group *g = history.groups, *next; g != NULL; g = next) {
    next = g->next;
    drop(g->bytes);
    drop(g->verdict);
    world_free(g);
  }
  for (struct sighting *s = history.sightings, *next; s != NULL; s = next) {
    next = s->next;
    world_free(s);
  }
}

/* Every server numbers in this one what days fire (server/net/automations.c): of two that take the same number one is refused. */
static bool of_all_servers(const struct jl_id *replica) {
  struct jl_id lane = jl_account_id("/automations/lane");
  return jl_id_equal(replica, &lane);
}

static struct sent_group *find(const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *id) {
  struct sent_group *g = history.groups;
  while (g != NULL && (g->seq != seq || !jl_id_equal(&g->replica, replica) || !jl_id_equal(&g->space, space) ||
                       ((history.copied || of_all_servers(replica)) && !jl_id_equal(&g->id, id))))
    g = g->next;
  return g;
}

struct sent_group *history_sent(const struct jl_id *account, const struct jl_id *person, struct jl_bytes group) {
  struct jl_group_head head;
  struct jl_error err;
  if (!jl_group_head(group, &head, &err)) {
    world_fail("a client sends a group whose head cannot be read");
    return NULL;
  }
  struct sent_group *g = find(&head.replica, &head.space, head.seq, &head.group);
  history.counts.sent++;
  if (g != NULL) {
    if (!jl_id_equal(&g->id, &head.group)) {
      if (!g->turned_away) world_fail("seq %llu of a lane is given to two groups", (unsigned long long)head.seq);
      g->id = head.group;
      g->sent_us = world->now_us;
    }
    g->turned_away = false;
    if (g->answered_us == 0 && (g->bytes.size != group.size || memcmp(g->bytes.data, group.data, group.size) != 0)) {
      drop(g->bytes); /* packed anew: it names what its author has seen by now */
      g->bytes = keep(group);
    }
    return g;
  }
  g = world_alloc(sizeof *g);
  *g = (struct sent_group){.id = head.group,
                           .replica = head.replica,
                           .space = head.space,
                           .account = *account,
                           .person = *person,
                           .seq = head.seq,
                           .bytes = keep(group),
                           .sent_us = world->now_us};
  *history.groups_end = g;
  history.groups_end = &g->next;
  history.counts.groups++;
  return g;
}

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

static void first_verdict(struct sent_group *g, const Jalon__Verdict *v, struct jl_bytes bytes) {
  if (g->answered_us == 0 || g->era != history.era) g->answered_us = world->now_us; /* the former answer was of another history */
  drop(g->verdict);
  g->verdict = keep(bytes);
  g->era = history.era;
  g->revision = v->revision;
  g->merged = v->merged;
  g->code = v->error == NULL ? 0 : v->error->code;
  g->conflicts = (uint32_t)v->n_conflicts;
}

void history_verdict(const char *who, const struct jl_id *replica, struct jl_bytes verdict) {
  struct jl_arena *a = jl_arena_new(1u << 26);
  struct jl_error err;
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, a, &err);
  struct jl_id space, id;
  history.counts.answers++;
  if (v == NULL || !jl_id_from_bytes(JL_PB(v->space), &space) || !jl_id_from_bytes(JL_PB(v->group_id), &id)) {
    world_fail("%s: a verdict that cannot be read", who);
    jl_arena_free(a);
    return;
  }
  struct sent_group *g = find(replica, &space, v->seq, &id);
  bool repeated = v->repeated;
  v->has_repeated = v->repeated = false;
  struct jl_bytes bytes = jl_pack(&v->base, a, JL_MESSAGE_MAX);
  history.counts.repeated += repeated;
  if (g == NULL || v->group_id.len != 16 || memcmp(v->group_id.data, g->id.bytes, 16) != 0) {
    world_fail("%s: a verdict for a group that was not sent (seq %llu)", who, (unsigned long long)v->seq);
  } else if (g->answered_us == 0 || (g->era != history.era && !same(bytes, g->verdict))) {
    /* The same again may come from a client's memory: its disk was full when it heard it, before the older copy was put back. */
    world_say("%s: seq %llu of %02x (group %02x%02x) %s r%llu code %u%s", who, (unsigned long long)v->seq, replica->bytes[0], id.bytes[0], id.bytes[1], v->error == NULL ? "applied" : "refused",
              (unsigned long long)v->revision, v->error == NULL ? 0 : v->error->code, repeated ? " (repeated)" : "");
    first_verdict(g, v, bytes);
  } else if (!same(bytes, g->verdict)) {
    world_fail("%s: the verdict of seq %llu changed: r%llu code %u, then r%llu code %u", who, (unsigned long long)v->seq,
               (unsigned long long)g->revision, g->code, (unsigned long long)v->revision, v->error == NULL ? 0 : v->error->code);
  }
  jl_arena_free(a);
}

/* Four sums side by side, so that they do not wait for each other; each step can be undone, so a single difference always shows. */
struct state_sums {
  uint64_t sum[4];
};
static void add_words(struct state_sums *s, const uint64_t words[4]) {
  for (size_t i = 0; i < 4; i++) {
    s->sum[i] = (s->sum[i] ^ words[i]) * 0x9e3779b97f4a7c15u;
    s->sum[i] ^= s->sum[i] >> 29;
  }
}
static void add_bytes(struct state_sums *s, struct jl_bytes b) {
  uint64_t words[4];
  size_t i = 0;
  for (; i + sizeof words <= b.size; i += sizeof words) {
    memcpy(words, b.data + i, sizeof words);
    add_words(s, words);
  }
  if (i == b.size) return;
  memset(words, 0, sizeof words);
  memcpy(words, b.data + i, b.size - i);
  add_words(s, words);
}

void history_state(const struct jl_replica *r, uint8_t ret_state[STATE_SIZE]) {
  struct state_sums s = {{1, 2, 3, 4}};
  for (const struct jl_record *record = jl_replica_next(r, NULL); record != NULL; record = jl_replica_next(r, &record->id)) {
    uint64_t id[2];
    memcpy(id, record->id.bytes, sizeof id);
    add_words(&s, (uint64_t[4]){id[0], id[1], record->number, record->body.size});
    add_words(&s, (uint64_t[4]){record->type_number, record->deleted_revision != 0, 0, 0});
    add_bytes(&s, record->body);
  }
  for (size_t i = 0; i < 4; i++) add_words(&s, (uint64_t[4]){s.sum[1], s.sum[2], s.sum[3], s.sum[0]});
  memcpy(ret_state, s.sum, STATE_SIZE);
}

bool history_hashes_large(uint64_t revision) { return revision % 16 == 0; }

static void saw(const char *who, const struct jl_position *at, const struct jl_replica *base) {
  struct sighting *s = world_alloc(sizeof *s);
  *s = (struct sighting){.who = who, .position = *at, .hashed = base != NULL, .era = history.era};
  if (s->hashed) history_state(base, s->state);
  world_note((struct jl_bytes){s->state, sizeof s->state});
  *history.sightings_end = s;
  history.sightings_end = &s->next;
  history.counts.sightings++;
}
void history_stood(const char *who, const struct jl_position *at) { saw(who, at, NULL); }
void history_saw(const char *who, const struct jl_replica *base) {
  const struct jl_position *at = jl_replica_where(base);
  saw(who, at, jl_replica_memory(base) < HISTORY_LARGE || history_hashes_large(at->revision) ? base : NULL);
}

/* ---- what arrives at the servers from clients that keep their groups to themselves (linked in place of the calls) ---- */
void __real_jl_space_submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                            uint64_t confirmed, jl_submit_done *done, void *context);
void __wrap_jl_space_submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                            uint64_t confirmed, jl_submit_done *done, void *context);
void __real_jl_space_submit_again(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                                  uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context);
void __wrap_jl_space_submit_again(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                                  uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context);
struct first_time { /* that a group came; the server's memory */
  jl_submit_done *done;
  void *context;
  struct sent_group *group;
};
static void on_first_answer(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct first_time first = *(struct first_time *)context;
  free(context);
  if (err != NULL && (err->code == JL_E_DRAINING || err->code == JL_E_OVERLOADED)) first.group->turned_away = true;
  first.done(first.context, verdict, err);
}

/* *done and *context become those of the first time, if it is that. */
static void note(const struct jl_author *author, const struct jl_id *account, struct jl_bytes group, jl_submit_done **done, void **context) {
  struct jl_group_head head;
  struct jl_error err;
  struct process *before = process_enter(NULL);
  uint64_t known = history.counts.groups;
  bool readable = jl_group_head(group, &head, &err);
  struct sent_group *g = readable && !head.dry_run ? history_sent(account, &author->person, group) : NULL;
  process_enter(before);
  struct first_time *first = g != NULL && history.counts.groups > known ? malloc(sizeof *first) : NULL;
  if (first == NULL) return;
  *first = (struct first_time){*done, *context, g};
  *done = on_first_answer;
  *context = first;
}

void __wrap_jl_space_submit(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                            uint64_t confirmed, jl_submit_done *done, void *context) {
  note(author, account, group, &done, &context);
  __real_jl_space_submit(space, author, account, group, confirmed, done, context);
}

void __wrap_jl_space_submit_again(struct jl_space *space, const struct jl_author *author, const struct jl_id *account, struct jl_bytes group,
                                  uint64_t confirmed, const struct jl_position *searched, jl_submit_done *done, void *context) {
  note(author, account, group, &done, &context);
  __real_jl_space_submit_again(space, author, account, group, confirmed, searched, done, context);
}

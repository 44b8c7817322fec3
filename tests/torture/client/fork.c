/* The server's history turned out to be an older one: a copy of its database was put back. What it has lost of this client is offered again
 * under a new replica id: what it had acknowledged since, and what was under way. */
#include "tests/torture/client/client.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

bool submitter_forking(const struct submitter *s) {
  for (int space = 0; space < SPACES; space++)
    if (s->lanes[space].forked || s->lanes[space].doubted) return true;
  return false;
}

void submitter_fork(struct submitter *s, int space, int code) {
  struct lane *lane = &s->lanes[space];
  if (lane->forked) return;
  history_forked(s->process->history, s->index, space, code, 0);
  lane->forked = true;
  for (int other = 0; other < SPACES; other++) /* nobody can ask for them any more under another replica id */
    if (!s->lanes[other].forked) submitter_doubt(s, other);
}

void submitter_heard_water(struct submitter *s, int space, uint64_t water) {
  struct lane *lane = &s->lanes[space];
  uint64_t decided = lane->pending_count ? lane->pending[0].seq - 1 : lane->last_seq;
  lane->water_known = lane->forked || lane->doubted;
  lane->water = water;
  if (lane->doubted && water < decided) submitter_fork(s, space, JL_E_HISTORY_FORKED);
  lane->doubted = false;
}

/* ---- what was lost ---- */
struct search { struct submitter *s; uint64_t waters[SPACES]; };

static void found_login(void *context, int client, const struct jl_id *replica) {
  struct search *search = context;
  struct submitter *s = search->s;
  (void)replica;
  if (client == s->index) s->offer_count = s->offers_sent; /* an earlier identity's */
}

static void found_invoke(void *context, int client, int space, uint64_t seq, struct jl_bytes group) {
  const struct search *search = context;
  struct submitter *s = search->s;
  if (client != s->index || !s->lanes[space].forked || seq <= search->waters[space]) return;
  s->offers = realloc(s->offers, (s->offer_count + 1) * sizeof *s->offers);
  uint8_t *copy = malloc(group.size);
  JL_ASSERT(s->offers && copy);
  memcpy(copy, group.data, group.size);
  s->offers[s->offer_count++] = (struct offer){space, seq, {copy, group.size}};
}

static void found_verdict(void *context, int client, int space, uint64_t seq, uint64_t revision) { /* what was refused stays so */
  const struct search *search = context;
  struct submitter *s = search->s;
  if (client != s->index || revision != 0) return;
  for (size_t i = s->offers_sent; i < s->offer_count; i++)
    if (s->offers[i].space == space && s->offers[i].seq == seq) s->offers[i].space = -1;
}

static void mint(struct submitter *s) {
  struct search search = {.s = s};
  for (int space = 0; space < SPACES; space++) search.waters[space] = s->lanes[space].water;
  const struct history_reader reader = {&search, found_login, found_invoke, found_verdict};
  history_again(s->process->history, &reader);
  for (int space = 0; space < SPACES; space++) submitter_empty_lane(s, space);
  s->generation++;
  s->peer.replica = submitter_replica(s);
  history_login(s->process->history, s->index, &s->peer.replica, &s->process->slot->person);
  s->process->slot->forked++;
  jl_connection_close(s->peer.connection, false); /* and logs in with the new one */
}

void submitter_fork_tick(struct submitter *s) {
  bool ready = submitter_forking(s);
  if (!ready) return;
  for (int space = 0; space < SPACES; space++) {
    const struct lane *lane = &s->lanes[space];
    bool asking = (lane->forked || lane->doubted) && !lane->water_known;
    if (asking && s->query_streams[space] == 0) submitter_ask_verdicts(s, space, lane->last_seq + 1 - lane->pending_count);
    ready = ready && !asking && (lane->forked || lane->pending_count == 0); /* the other lanes end first: they are not renumbered under way */
  }
  if (ready) mint(s);
}

bool submitter_offer(struct submitter *s) {
  while (s->offers_sent < s->offer_count && s->offers[s->offers_sent].space < 0) free((void *)(uintptr_t)s->offers[s->offers_sent++].group.data);
  if (s->offers_sent == s->offer_count) return false;
  const struct offer *offer = &s->offers[s->offers_sent++];
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct jl_error err;
  struct jl_id id = random_id(&s->random);
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, offer->group, a, &err);
  JL_ASSERT(group);
  group->replica = jl_to_pb((struct jl_bytes){s->peer.replica.bytes, 16});
  group->seq = s->lanes[offer->space].last_seq + 1;
  group->group_id = jl_to_pb((struct jl_bytes){id.bytes, 16});
  group->has_depends_on = false;
  group->depends_on = 0;
  submitter_send(s, offer->space, jl_pack(&group->base, a, JL_GROUP_MAX_BYTES), offer->seq);
  s->process->slot->offered++;
  jl_arena_free(a);
  free((void *)(uintptr_t)offer->group.data);
  return true;
}

/* Accounts with their persons, tokens and plans, made through the server as an administrator would. */
#include "common/record/schema.h"
#include "tests/support/mix.h"
#include "tests/support/peer.h"
#include "tests/torture/conductor/world.h"
#include <stdio.h>
#include <string.h>

struct maker { uv_loop_t loop; struct peer peer; struct jl_arena *arena; uint32_t stream; uint8_t type; struct jl_bytes reply; uint64_t seq; /* in the organisation */ };

static void on_ready(struct peer *peer) {
  struct maker *m = peer->context;
  uv_stop(&m->loop);
}

static void on_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct maker *m = peer->context;
  if (stream != m->stream) return;
  m->type = type;
  m->reply = jl_arena_dup(m->arena, payload);
  uv_stop(&m->loop);
}

static void log_in(struct maker *m, const struct world *w, const char *account) {
  struct jl_error err;
  uv_loop_init(&m->loop);
  m->peer = (struct peer){.loop = &m->loop, .account = account, .password = ADMIN_PASSWORD, .replica = jl_id_random(), .context = m, .on_ready = on_ready, .on_message = on_message};
  JL_ASSERT(jl_address_parse(w->server.address, &m->peer.address, &err));
  peer_start(&m->peer);
  uv_run(&m->loop, UV_RUN_DEFAULT);
}

static void log_out(struct maker *m) {
  peer_stop(&m->peer);
  uv_run(&m->loop, UV_RUN_DEFAULT);
  uv_loop_close(&m->loop);
}

static void ask(struct maker *m, uint8_t type, const ProtobufCMessage *message) {
  m->stream = peer_send(&m->peer, type, message);
  uv_run(&m->loop, UV_RUN_DEFAULT);
  if (m->type != type + 64) world_fail("the set-up was answered by a message of type %u", m->type);
}

static void submit(struct maker *m, struct jl_bytes group) {
  struct jl_error err;
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = true;
  message.group = jl_to_pb(group);
  ask(m, JALON__FRAME_TYPE__SUBMIT, &message.base);
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, m->reply, m->arena, &err);
  if (!v || v->error) world_fail("a group of the set-up was refused: %s", v ? v->error->message : "");
}

static void make_person(struct maker *m, const struct jl_id *id, const char *name) {
  struct building b = {.arena = m->arena};
  struct jl_bytes record = {0};
  with_text(m->arena, &record, JL_TYPE_PERSON, JL_PERSON_NAME, name);
  build_create(&b, JL_TYPE_PERSON, id, record);
  submit(m, build_pack(&b, NULL, &m->peer.replica, &m->peer.organisation, ++m->seq));
}

static void make_account(struct maker *m, struct process_slot *slot) {
  slot->person = jl_id_random();
  make_person(m, &slot->person, slot->login);
  Jalon__AccountRequest request = JALON__ACCOUNT_REQUEST__INIT;
  char password[] = ADMIN_PASSWORD;
  request.has_verb = request.has_person = true;
  request.verb = JALON__ACCOUNT_VERB__ACCOUNT_ADD;
  request.account = slot->login;
  request.password = password;
  request.person = jl_to_pb((struct jl_bytes){slot->person.bytes, 16});
  ask(m, JALON__FRAME_TYPE__ACCOUNT, &request.base);
}

static void take_token(struct world *w, struct process_slot *slot, struct jl_arena *a) {
  struct maker m = {.arena = a};
  log_in(&m, w, slot->login);
  JL_ASSERT(m.peer.token_size == sizeof slot->token);
  memcpy(slot->token, m.peer.token, sizeof slot->token);
  log_out(&m);
}

void world_account(struct world *w, struct process_slot *slot) {
  struct jl_arena *a = jl_arena_new(16 << 20);
  struct maker m = {.arena = a};
  log_in(&m, w, "admin");
  make_account(&m, slot);
  log_out(&m);
  jl_arena_free(a);
}

void world_people(struct world *w) {
  struct jl_arena *a = jl_arena_new(64 << 20);
  struct maker m = {.arena = a};
  log_in(&m, w, "admin");
  for (uint32_t i = 0; i < world_processes(w); i++) {
    struct process_slot *slot = &w->progress->slots[i];
    snprintf(slot->login, sizeof slot->login, "team%u", i);
    make_account(&m, slot);
  }
  for (uint64_t i = 0; i < MIX_PEOPLE; i++) {
    struct jl_id id = mix_person(i);
    char name[32];
    snprintf(name, sizeof name, "holder %d", (int)i);
    make_person(&m, &id, name);
  }
  for (int s = 0; s < SPACES; s++) {
    struct building b = {.arena = a};
    char name[32];
    w->progress->spaces[s] = random_id(&w->random);
    snprintf(name, sizeof name, "torture %d", s);
    mix_plan(&b, &w->progress->spaces[s], name);
    submit(&m, build_pack(&b, &w->random, &m.peer.replica, &w->progress->spaces[s], 1));
  }
  log_out(&m);
  for (uint32_t i = 0; i < world_processes(w); i++) take_token(w, &w->progress->slots[i], a);
  jl_arena_free(a);
}

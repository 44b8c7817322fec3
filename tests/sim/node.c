#include "tests/sim/node.h"
#include "server/net/server.h"
#include "tests/sim/database.h"
#include "tests/sim/net.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PORT 7401
#define DRAIN_LOOK_MS 20

struct serving { /* the process's memory */
  int number;
  uv_loop_t loop;
  uv_timer_t drain;
  struct jl_store *store;
  struct jl_spaces *spaces;
  struct jl_server *server;
  struct jl_settings settings;
  bool stopping, ended;
};
static struct node {
  int number;
  char name[24];
  struct process *process;
  struct serving *serving;
  int64_t back_us; /* started again then; 0: not known yet */
  bool wanted;
} nodes[NODES_MAX];
static int node_count;
static bool short_tails;

/* ---- inside the process: what server/ops/serve.c does ---- */
static bool turn(void *context) {
  struct node *n = context;
  struct serving *s = n->serving;
  uv_run(&s->loop, UV_RUN_NOWAIT);
  if (s->ended) process_kill(n->process);
  return true;
}

static void on_trouble(void *context, const char *event, const struct jl_id *space, const struct jl_error *err) {
  const struct node *n = context;
  (void)space;
  world_say("%s: %s %s", n->name, event, err == NULL ? "" : jl_code_symbol(err->code));
}

static void server_closed(void *context) { ((struct node *)context)->serving->ended = true; }
static void spaces_closed(void *context) {
  struct node *n = context;
  jl_server_close(n->serving->server, server_closed, n);
}
static void on_drain(uv_timer_t *timer) {
  struct node *n = timer->data;
  if (jl_server_requests(n->serving->server) > 0 && uv_now(&n->serving->loop) < (uint64_t)(n->back_us / 1000)) return;
  uv_timer_stop(timer);
  jl_server_detach(n->serving->server);
  jl_spaces_close(n->serving->spaces, spaces_closed, n);
}

static void on_ready(void *context, const struct jl_error *err) {
  struct node *n = context;
  struct serving *s = n->serving;
  struct jl_error why = {0};
  struct jl_address address = {.kind = JL_ADDRESS_TCP, .host = "127.0.0.1", .port = (uint16_t)(FIRST_PORT + n->number)};
  if (err == NULL) s->server = jl_server_new(&s->loop, s->store, s->spaces, &s->settings, &why);
  if (s->server != NULL && jl_server_listen(s->server, &address, &why)) return;
  world_say("%s: does not start: %s", n->name, jl_code_symbol(err == NULL ? why.code : err->code));
  s->ended = true; /* a supervisor starts it again */
}

/* ---- outside ---- */
static void start_again(void *context);

static void died(void *context) {
  struct node *n = context;
  struct process *gone = n->process;
  n->process = NULL;
  n->serving = NULL;
  database_node_died(gone);
  world_say("%s is gone", n->name);
  if (n->wanted) event_at(n->back_us > world->now_us ? n->back_us : world->now_us + 200000, start_again, n);
}

void node_start(int number) {
  struct node *n = &nodes[number];
  if (n->process != NULL || !n->wanted) return;
  n->process = process_start(n->name, died, n);
  process_turn_with(n->process, turn);
  struct process *before = process_enter(n->process);
  struct serving *s = n->serving = calloc(1, sizeof *s);
  if (s == NULL) abort();
  n->back_us = 0;
  uv_loop_init(&s->loop);
  uv_timer_init(&s->loop, &s->drain);
  s->drain.data = n;
  jl_settings_defaults(&s->settings);
  s->settings.heartbeat_ms = 1500;
  s->settings.automation_look_s = 1;
  s->settings.past_step = 0; /* the store of here has no past */
  s->store = database_connect(n->process, &s->loop);
  s->spaces = jl_spaces_new(&s->loop, s->store, on_ready, n);
  if (s->spaces == NULL) abort();
  jl_spaces_on_trouble(s->spaces, on_trouble, n);
  jl_spaces_merge_at_once(s->spaces);
  if (short_tails) jl_spaces_keep_tail(s->spaces, 0, 0);
  process_enter(before);
}
static void start_again(void *context) { node_start(((struct node *)context)->number); }

void node_stop(int number, int64_t back_us) {
  struct node *n = &nodes[number];
  struct serving *s = n->serving;
  if (n->process == NULL || s->stopping || s->server == NULL) return;
  world_say("%s is stopped", n->name);
  s->stopping = true;
  n->back_us = back_us;
  struct process *before = process_enter(n->process);
  jl_server_drain(s->server);
  uv_timer_start(&s->drain, on_drain, DRAIN_LOOK_MS, DRAIN_LOOK_MS);
  process_enter(before);
}

void node_kill(int number, int64_t back_us) {
  struct node *n = &nodes[number];
  if (n->process == NULL) return;
  world_say("%s is killed", n->name);
  n->back_us = back_us;
  process_kill(n->process);
}

void node_kill_at(int number, int effects, int64_t back_us) {
  struct node *n = &nodes[number];
  if (n->process == NULL) return;
  n->back_us = back_us;
  process_kill_at(n->process, effects);
}

struct process *node_process(int number) {
  return number < node_count ? nodes[number].process : NULL;
}
bool nodes_all_up(void) {
  for (int i = 0; i < node_count; i++)
    if (nodes[i].wanted && (nodes[i].process == NULL || nodes[i].serving->server == NULL || nodes[i].serving->stopping)) return false;
  return true;
}

void nodes_begin(int count, bool short_tail) {
  memset(nodes, 0, sizeof nodes);
  short_tails = short_tail;
  node_count = count;
  for (int i = 0; i < count; i++) {
    nodes[i].number = i;
    nodes[i].wanted = true;
    snprintf(nodes[i].name, sizeof nodes[i].name, "server%d", i + 1);
    node_start(i);
  }
}
void nodes_only_one(void) {
  for (int i = 0; i < node_count; i++) {
    nodes[i].wanted = i == 0;
    node_kill(i, world->now_us + 100000);
  }
}
void nodes_end(void) {
  for (int i = 0; i < node_count; i++) nodes[i].wanted = false;
}

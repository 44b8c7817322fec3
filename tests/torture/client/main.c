/* torture_client FOLDER PROCESS: see client.h. Ends with status 0 when the run is over and its replicas have reached the heads. It may be
 * killed at any moment and started again. */
#include "tests/torture/client/client.h"
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TICK_MS 50

void process_fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  printf("not ok ");
  vprintf(format, args); // NOLINT(clang-diagnostic-format-nonliteral)
  printf("\n");
  va_end(args);
  fflush(stdout);
  _exit(1); /* a detected fault is the result: nothing is cleaned up */
}

void process_peer(struct process *p, struct peer *peer, const struct jl_id *replica) {
  peer->loop = &p->loop;
  peer->address = p->address;
  peer->account = p->slot->login;
  peer->replica = *replica;
  memcpy(peer->token, p->slot->token, sizeof p->slot->token);
  peer->token_size = sizeof p->slot->token;
}

static void publish(struct process *p) {
  uint64_t sent = 0, decided = 0, acknowledged = 0, conflicts = 0, unknown = 0, open = 0;
  for (uint32_t i = 0; i < p->progress->clients; i++) {
    const struct submitter *s = &p->submitters[i];
    sent += s->sent;
    decided += s->decided;
    acknowledged += s->acknowledged;
    conflicts += s->conflicts;
    unknown += s->unknown;
    open += s->in_window + s->offer_count - s->offers_sent + submitter_forking(s);
  }
  for (int s = 0; s < SPACES; s++) p->slot->reached[s] = follower_at(&p->followers[s]);
  p->slot->sent = sent;
  p->slot->decided = decided;
  p->slot->acknowledged = acknowledged;
  p->slot->conflicts = conflicts;
  p->slot->open = open;
  if (unknown > p->slot->unknown) p->slot->unknown = unknown;
}

static void on_turn(uv_prepare_t *turn) { publish(turn->data); }

static bool caught_up(const struct process *p) {
  for (int s = 0; s < SPACES; s++) {
    uint64_t head = p->progress->heads[s];
    if (!follower_reached(&p->followers[s], head) || !follower_reached(&p->fresh[s], head)) return false;
  }
  return p->lazy.process == NULL || follower_reached(&p->lazy, p->progress->heads[0]);
}

static void end_line(struct follower *f) {
  if (f->process) peer_stop(&f->peer);
}

static void dump(const struct process *p, const char *folder) {
  char path[400];
  snprintf(path, sizeof path, "%s/dump.%d", folder, p->index);
  FILE *out = fopen(path, "we");
  if (!out) process_fail("%s cannot be written", path);
  for (int s = 0; s < SPACES; s++) {
    follower_dump(&p->followers[s], out);
    follower_dump(&p->fresh[s], out);
  }
  if (p->lazy.process) follower_dump(&p->lazy, out);
  fclose(out);
}

static void on_tick(uv_timer_t *tick) {
  struct process *p = tick->data;
  for (uint32_t i = 0; i < p->progress->clients; i++) submitter_tick(&p->submitters[i]);
  for (int s = 0; s < SPACES; s++) {
    follower_tick(&p->followers[s]);
    if (p->settling) follower_tick(&p->fresh[s]);
  }
  if (p->lazy.process) follower_tick(&p->lazy);
  if (!p->settling && p->progress->phase == PHASE_SETTLE) {
    p->settling = true;
    for (int s = 0; s < SPACES; s++) follower_start(&p->fresh[s], p, "fresh", s, false);
  }
  if (!p->settling || !caught_up(p)) return;
  uv_timer_stop(tick);
  uv_stop(&p->loop);
}

static void free_all(struct process *p, uv_prepare_t *turn) {
  uv_close((uv_handle_t *)&p->tick, NULL);
  uv_close((uv_handle_t *)turn, NULL);
  for (uint32_t i = 0; i < p->progress->clients; i++) peer_stop(&p->submitters[i].peer);
  for (int s = 0; s < SPACES; s++) {
    end_line(&p->followers[s]);
    end_line(&p->fresh[s]);
  }
  end_line(&p->lazy);
  uv_run(&p->loop, UV_RUN_DEFAULT);
  uv_loop_close(&p->loop);
  for (int s = 0; s < SPACES; s++) {
    jl_replica_free(p->followers[s].replica);
    jl_replica_free(p->fresh[s].replica);
  }
  jl_replica_free(p->lazy.replica);
  for (uint32_t i = 0; i < p->progress->clients; i++)
    for (int s = 0; s < SPACES; s++)
      for (int k = 0; k < REMEMBERED; k++) free((void *)(uintptr_t)p->submitters[i].lanes[s].decided[k].group.data);
  for (uint32_t i = 0; i < p->progress->clients; i++) free(p->submitters[i].offers);
  history_close(p->history);
  fclose(p->stream);
}

int main(int argc, char **argv) {
  static struct process process;
  struct process *p = &process;
  struct jl_error err;
  char path[400];
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* the conductor is gone: nobody needs us */
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  p->progress = progress_map(argv[1], false);
  p->index = atoi(argv[2]);
  p->slot = &p->progress->slots[p->index];
  if (!jl_address_parse(p->slot->address, &p->address, &err)) process_fail("bad address %s", p->slot->address);
  for (uint32_t i = 0; i < p->progress->clients; i++) submitter_prepare(&p->submitters[i], p, (int)i);
  struct history_reader memory = submitter_memory;
  memory.context = p;
  snprintf(path, sizeof path, "%s/history.%d", argv[1], p->index);
  p->history = history_open(path, &memory);
  snprintf(path, sizeof path, "%s/stream.%d.%u", argv[1], p->index, (unsigned)p->slot->starts);
  p->stream = fopen(path, "we");
  if (!p->stream) process_fail("%s cannot be written", path);
  uv_loop_init(&p->loop);
  for (int s = 0; s < SPACES; s++) follower_start(&p->followers[s], p, "f", s, false);
  if (p->index == 0) follower_start(&p->lazy, p, "lazy", 0, true);
  for (uint32_t i = 0; i < p->progress->clients; i++) submitter_start(&p->submitters[i]);
  uv_prepare_t turn;
  uv_prepare_init(&p->loop, &turn);
  turn.data = p;
  uv_prepare_start(&turn, on_turn);
  uv_timer_init(&p->loop, &p->tick);
  p->tick.data = p;
  uv_timer_start(&p->tick, on_tick, TICK_MS, TICK_MS);
  uv_run(&p->loop, UV_RUN_DEFAULT);
  dump(p, argv[1]);
  free_all(p, &turn);
  return 0;
}

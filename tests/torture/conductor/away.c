#include "tests/torture/conductor/away.h"
#include <signal.h>

#define DAYS_AWAY 3
#define PROCESS 1

void away_before(struct world *w) {
  if (!w->server.clock) world_fail("libfaketime is not installed (package faketime)");
  w->server.option = "--horizon-days=1";
  world_clock(w, -DAYS_AWAY * 86400L);
}

/* The load waits until they have left, so that it does not depend on anyone's speed; what those who are away have not sent comes later. */
void away_gate(const struct away *a, struct world *w) {
  if (a->total == 0 || a->stage != AWAY_NOT) return;
  uint64_t gate = a->leave_at * GATE_OPEN / a->total + GATE_OPEN / 50;
  if (gate < w->progress->gate) w->progress->gate = gate;
}

static void leave(struct world *w, uint32_t process) {
  kill(w->clients[process].pid, SIGSTOP);
  link_refuse(w->client_links[process], true);
  link_cut(w->client_links[process]);
}

static void come_back(struct world *w, uint32_t process) {
  link_heal(w->client_links[process]);
  kill(w->clients[process].pid, SIGCONT);
}

/* The server looks at its horizon when it opens a space. */
static void days_pass(struct world *w) {
  world_clock(w, 0);
  server_kill(&w->server);
  w->server_up = w->server_ends = false;
}

void away_look(struct away *a, struct world *w) {
  uint64_t decided = world_decided(w);
  uint32_t laptop = w->progress->processes;
  if (a->total == 0) return;
  if (a->stage == AWAY_NOT && decided >= a->leave_at && w->progress->slots[laptop].stands) {
    leave(w, PROCESS);
    leave(w, laptop);
    a->stage = AWAY_GONE;
  } else if (a->stage == AWAY_GONE && decided >= a->pass_at && world_settled(w)) {
    days_pass(w);
    a->stage = AWAY_LONG;
  } else if (a->stage == AWAY_LONG && decided >= a->return_at && world_settled(w)) {
    come_back(w, PROCESS);
    come_back(w, laptop);
    a->stage = AWAY_BACK;
  }
}

/* tls_crowd ADDRESS COUNT: logs COUNT connections in (over TLS when AUTHORITY names a file) and keeps them, for the figure of
 * memory. Prints "ready=COUNT" when all stand, and ends when its input does. */
#include "tests/support/peer.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 64 /* handshakes */

static uv_loop_t loop;
static struct peer *peers;
static size_t count, started, ready;

static void start_one(void) {
  struct peer *p = &peers[started++];
  p->token_size = peers[0].token_size;
  memcpy(p->token, peers[0].token, sizeof p->token);
  peer_start(p);
}

/* The first one's password gives the token that the others log in with. */
static void on_ready(struct peer *p) {
  (void)p;
  ready++;
  while (started < count && started < ready + AT_ONCE) start_one();
  if (ready != count) return;
  printf("ready=%zu\n", count);
  fflush(stdout);
}

static void input_ended(uv_poll_t *handle, int status, int events) {
  (void)handle, (void)status, (void)events;
  exit(0);
}

int main(int argc, char **argv) {
  struct jl_address address;
  struct jl_error err;
  uv_poll_t input;
  if (argc < 3 || !jl_address_parse(argv[1], &address, &err)) return 2;
  signal(SIGPIPE, SIG_IGN);
  count = strtoul(argv[2], NULL, 10);
  peers = calloc(count, sizeof *peers);
  JL_ASSERT(peers && count > 0);
  uv_loop_init(&loop);
  for (size_t i = 0; i < count; i++)
    peers[i] = (struct peer){.loop = &loop, .address = address, .over = peer_tls(), .account = "admin", .password = ADMIN_PASSWORD, .replica = jl_id_random(), .on_ready = on_ready};
  uv_poll_init(&loop, &input, 0);
  uv_poll_start(&input, UV_READABLE | UV_DISCONNECT, input_ended);
  start_one();
  return uv_run(&loop, UV_RUN_DEFAULT);
}

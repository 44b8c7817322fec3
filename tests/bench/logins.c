/* logins ADDRESS RATE MS: RATE attempts to log in a second for MS, each on a connection of its own (over TLS when AUTHORITY names a
 * file): of ten, eight are of accounts that do not exist, one of an account that does with a wrong password, one with the right
 * one. Prints what became of them, and the processor time that this program took, which is the attacker's. */
#include "common/base/calendar.h"
#include "tests/support/peer.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define VISITOR "visitor" /* an account of the right password */

struct attempt { struct jl_connection *c; unsigned number; bool answered; };

static uv_loop_t loop;
static uv_timer_t pace, end;
static struct jl_address address;
static unsigned rate, begun, open_count, admitted, refused, limited, overloaded, lost;
static int64_t begin_us;

static void say(struct jl_connection *c, uint8_t type, uint32_t stream, const ProtobufCMessage *message) {
  struct jl_arena *a = jl_arena_new(1 << 16);
  jl_connection_send(c, type, 0, stream, jl_pack(message, a, 4096));
  jl_arena_free(a);
}

static void on_open(void *context) {
  struct attempt *t = context;
  peer_hello(t->c);
  char account[32], right[] = ADMIN_PASSWORD, wrong[] = "a password that is wrong";
  unsigned kind = t->number % 10;
  if (kind < 8) snprintf(account, sizeof account, "nobody%u", t->number);
  else snprintf(account, sizeof account, "%s", kind == 8 ? "admin" : VISITOR);
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = account;
  login.password = kind == 9 ? right : wrong;
  say(t->c, JALON__FRAME_TYPE__LOGIN, 2, &login.base);
}

static void on_message(void *context, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  (void)flags;
  struct attempt *t = context;
  if (stream != 2 && type != JALON__FRAME_TYPE__ERROR) return;
  Jalon__Error *error = type == JALON__FRAME_TYPE__ERROR ? jalon__error__unpack(NULL, payload.size, payload.data) : NULL;
  t->answered = true;
  if (type == JALON__FRAME_TYPE__LOGIN_REPLY) admitted++;
  else if (error && error->code == JL_E_OVERLOADED) overloaded++;
  else if (error && error->code == JL_E_LOGIN_LIMITED) limited++;
  else refused++;
  jalon__error__free_unpacked(error, NULL);
  jl_connection_close(t->c, false);
}

static void on_close(void *context, const struct jl_error *reason) {
  (void)reason;
  struct attempt *t = context;
  if (!t->answered) lost++;
  open_count--;
  jl_connection_free(t->c);
  free(t);
}

static const struct jl_connection_handler handler = {.on_open = on_open, .on_message = on_message, .on_close = on_close};

static void attempt(void) {
  struct attempt *t = calloc(1, sizeof *t);
  JL_ASSERT(t);
  t->number = begun++;
  t->c = peer_tls() ? jl_connection_connect_over(peer_tls(), &loop, &address, 10000, &handler, t)
                    : jl_connection_connect(&loop, &address, 10000, &handler, t);
  JL_ASSERT(t->c);
  open_count++;
}

static void on_pace(uv_timer_t *timer) {
  (void)timer;
  while (begun < (uint64_t)(jl_monotonic_us() - begin_us) * rate / 1000000) attempt();
}

static void time_is_up(uv_timer_t *timer) {
  (void)timer;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double seconds = (double)(jl_monotonic_us() - begin_us) / 1e6;
  double processor = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("attempts=%u rate=%.1f admitted=%u refused=%u limited=%u overloaded=%u lost=%u unanswered=%u processor=%.3f\n", begun, begun / seconds, admitted,
         refused, limited, overloaded, lost, open_count, processor / seconds);
  exit(0);
}

int main(int argc, char **argv) {
  struct jl_error err;
  if (argc < 4 || !jl_address_parse(argv[1], &address, &err)) return 2;
  signal(SIGPIPE, SIG_IGN);
  rate = (unsigned)strtoul(argv[2], NULL, 10);
  uv_loop_init(&loop);
  uv_timer_init(&loop, &pace);
  uv_timer_init(&loop, &end);
  begin_us = jl_monotonic_us();
  uv_timer_start(&pace, on_pace, 1, 5);
  uv_timer_start(&end, time_is_up, strtoull(argv[3], NULL, 10), 0);
  return uv_run(&loop, UV_RUN_DEFAULT);
}

/* The load of the benchmarks. Prints one line of figures on stdout: name=value pairs.
 *
 *   load make ADDRESS SEED SPACES LINES                   makes spaces with budget lines of 0
 * (the others take LINES from the environment; SEED names the spaces, so that each measurement starts from lines of 0)
 *   load edits ADDRESS SEED SPACES CONNECTIONS WINDOW MS [COUNT]  durable edits: acknowledged per second, latency percentiles; COUNT:
 *                                                         so many in all, whenever they are done. EVERY_MS in the environment: one
 *                                                         each so many ms, of each connection, until SIGTERM or MS
 *   load fanout ADDRESS SEED SUBSCRIBERS RATE MS [SPACES] one space (or more, each with its own editor and subscribers), RATE edits a
 *                                                         second (0: lockstep, the next when all have the last)
 *   load views ADDRESS SEED CONNECTIONS MS VIEW [EDIT]    views a second of space 0; EDIT=1: an edit before each one (cold)
 *
 * ADDRESS may be a reference server (reference.c): it speaks the same frames and does no work. */
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "tests/support/edits.h"
#include "tests/support/peer.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MAX_PEERS 256
#define MAX_SPACES 64
#define MAX_LINES 1024 /* of one peer, all spaces together */
#define MAX_WINDOW 64
#define MAX_SAMPLES 2000000

struct slot { uint32_t stream; int64_t asked_us; int space, line; int64_t next; };
struct load_peer { struct peer peer; struct random random; uint64_t seq[MAX_SPACES]; struct slot window[MAX_WINDOW]; int in_window, first_line, lines; uint32_t stream; };

static uv_loop_t loop;
static struct load_peer peers[MAX_PEERS];
static int peer_count, space_count, window_size, ready_count;
static struct jl_address address;
static struct random seeded;
static struct jl_id spaces[MAX_SPACES];
static int64_t amounts[MAX_PEERS][MAX_LINES]; /* what the peer last wrote, by space and line */
static int lines_each; /* lines of a space */
static uint32_t *samples;
static size_t sample_count;
static uint64_t done_count, refused_count, delivered, message_count;
static uint64_t edits_left = UINT64_MAX, edits_wanted = UINT64_MAX;
static int64_t begin_us, begin_processor_us, length_us; /* logins and handshakes are over */
static long long begin_calls[2];
static bool over;
static uint64_t every_ms; /* 0: as fast as they are answered */
static uv_timer_t clock_timer, pace;
static uv_signal_t stopped;

static struct jl_id line_id(int space, int line) {
  struct jl_bytes parts[2] = {{spaces[space].bytes, 16}, {(const uint8_t *)&line, sizeof line}};
  return jl_id_derive("bench line", parts, 2);
}

static void sample(int64_t since_us) {
  if (sample_count < MAX_SAMPLES) samples[sample_count++] = (uint32_t)(jl_monotonic_us() - since_us);
}

static int by_value(const void *a, const void *b) {
  const uint32_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static int64_t processor_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

/* Calls that read and that wrote so far: nearly all of them a socket. */
static void calls(long long ret[2]) {
  char line[64];
  FILE *file = fopen("/proc/self/io", "re");
  ret[0] = ret[1] = 0;
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "syscr: ", 7) == 0) ret[0] = strtoll(line + 7, NULL, 10);
    if (strncmp(line, "syscw: ", 7) == 0) ret[1] = strtoll(line + 7, NULL, 10);
  }
  if (file != NULL) fclose(file);
}

static uint32_t percentile(int p) { return sample_count ? samples[(sample_count - 1) * (size_t)p / 100] : 0; }

static void finish(void) {
  if (over) return;
  over = true;
  int64_t took = jl_monotonic_us() - begin_us;
  long long end_calls[2];
  calls(end_calls);
  qsort(samples, sample_count, sizeof *samples, by_value);
  printf("rate=%.0f p50_us=%u p99_us=%u count=%llu refused=%llu deliveries=%.0f delivered=%llu messages=%llu processor_us=%lld reads=%lld writes=%lld\n", (double)done_count * 1e6 / (double)took,
         percentile(50), percentile(99), (unsigned long long)done_count, (unsigned long long)refused_count, (double)delivered * 1e6 / (double)took,
         (unsigned long long)delivered, (unsigned long long)message_count, (long long)(processor_us() - begin_processor_us),
         end_calls[0] - begin_calls[0], end_calls[1] - begin_calls[1]);
  for (int i = 0; i < peer_count; i++) peer_stop(&peers[i].peer);
  uv_close((uv_handle_t *)&clock_timer, NULL);
  uv_close((uv_handle_t *)&stopped, NULL);
}

static void stop(uv_signal_t *signal, int number) {
  (void)signal;
  (void)number;
  finish();
}

static void time_is_up(uv_timer_t *timer) {
  (void)timer;
  finish();
}

static void begin(void) {
  begin_us = jl_monotonic_us();
  begin_processor_us = processor_us();
  calls(begin_calls);
  uv_timer_start(&clock_timer, time_is_up, (uint64_t)length_us / 1000, 0);
}

static void submit(struct load_peer *p, struct jl_bytes group, struct slot slot) {
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(group);
  message.confirmed = p->seq[slot.space] > (uint64_t)window_size ? p->seq[slot.space] - (uint64_t)window_size : 0;
  slot.asked_us = jl_monotonic_us();
  slot.stream = peer_send(&p->peer, JALON__FRAME_TYPE__SUBMIT, &message.base);
  p->window[p->in_window++] = slot;
}

/* ---- edits ---- */
static void edit_more(struct load_peer *p) {
  struct jl_arena *a = jl_arena_new(4 << 20);
  while (!over && p->in_window < window_size && p->in_window < p->lines * space_count && edits_left > 0) {
    int space = (int)random_below(&p->random, (uint64_t)space_count), line = p->first_line + (int)random_below(&p->random, (uint64_t)p->lines);
    bool busy = false; /* a line has one edit in flight, so that none is refused */
    for (int i = 0; i < p->in_window; i++) busy = busy || (p->window[i].line == line && p->window[i].space == space);
    if (busy) continue;
    struct jl_id id = line_id(space, line);
    struct slot slot = {.space = space, .line = line, .next = (int64_t)random_below(&p->random, 1ull << 40)};
    int64_t *seen = &amounts[p - peers][space * p->lines + line - p->first_line];
    submit(p, edits_amount(a, &p->peer.replica, &spaces[space], ++p->seq[space], &id, *seen, slot.next, &p->random), slot);
    *seen = slot.next;
    edits_left--;
    jl_arena_reset(a);
  }
  jl_arena_free(a);
}

static bool take_slot(struct load_peer *p, uint32_t stream, struct slot *ret) {
  for (int i = 0; i < p->in_window; i++)
    if (p->window[i].stream == stream) {
      *ret = p->window[i];
      p->window[i] = p->window[--p->in_window];
      return true;
    }
  return false;
}

static bool accepted(uint8_t type, struct jl_bytes payload, uint64_t *ret_revision) {
  static struct jl_arena *a;
  if (!a) a = jl_arena_new(4 << 20);
  jl_arena_reset(a);
  struct jl_error err;
  if (type != JALON__FRAME_TYPE__SUBMIT_REPLY) return false;
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, a, &err);
  *ret_revision = v ? v->revision : 0;
  return v && !v->error;
}

static void edits_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct load_peer *p = peer->context;
  struct slot slot;
  uint64_t revision;
  if (over || !take_slot(p, stream, &slot)) return;
  if (accepted(type, payload, &revision)) done_count++;
  else refused_count++;
  sample(slot.asked_us);
  if (every_ms == 0) edit_more(p);
  if (done_count + refused_count == edits_wanted) finish();
}

/* Whether those before are answered or not: a slow one does not hide the next. */
static void edits_pace(uv_timer_t *timer) {
  (void)timer;
  for (int i = 0; i < peer_count; i++) {
    window_size = peers[i].in_window < MAX_WINDOW ? peers[i].in_window + 1 : MAX_WINDOW;
    edit_more(&peers[i]);
  }
}

static void edits_ready(struct peer *peer) {
  (void)peer;
  if (++ready_count < peer_count) return;
  begin();
  if (every_ms > 0) uv_timer_start(&pace, edits_pace, every_ms, every_ms);
  for (int i = 0; i < peer_count; i++) edit_more(&peers[i]);
}

/* ---- making ---- */
static int make_space, make_line;

static void make_more(struct load_peer *p) {
  struct jl_arena *a = jl_arena_new(4 << 20);
  while (p->in_window < 32 && make_space < space_count) {
    struct slot slot = {.space = make_space, .line = make_line};
    struct jl_bytes group;
    if (make_line < 0) group = edits_plan(a, &p->peer.replica, &spaces[make_space], ++p->seq[make_space], "bench");
    else {
      struct jl_id id = line_id(make_space, make_line);
      group = edits_line(a, &p->peer.replica, &spaces[make_space], ++p->seq[make_space], &id, "ligne", 0, &p->random);
    }
    if (make_line < 0 && p->in_window > 0) { /* a space's first group goes alone */
      p->seq[make_space]--;
      break;
    }
    submit(p, group, slot);
    jl_arena_reset(a);
    bool first = make_line < 0;
    if (++make_line == lines_each) {
      make_line = -1;
      make_space++;
    }
    if (first) break;
  }
  jl_arena_free(a);
}

static void make_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct load_peer *p = peer->context;
  struct slot slot;
  uint64_t revision;
  if (!take_slot(p, stream, &slot)) return;
  if (accepted(type, payload, &revision)) done_count++;
  else refused_count++;
  make_more(p);
  if (p->in_window == 0 && make_space == space_count) finish();
}

static void make_ready(struct peer *peer) {
  make_line = -1;
  begin();
  make_more(peer->context);
}

/* ---- fan-out: the first peers edit one space each, the others follow one each ---- */
#define FAN_SPACES 8
#define FAN_ASKED (1 << 18) /* edits of a space whose times are kept */
static int fan_rate, fan_spaces = 1, fan_followers;
static struct fan { int heard; int64_t asked[FAN_ASKED]; uint64_t sent; } fans[FAN_SPACES];

static int fan_space(const struct load_peer *p) { return (int)(p - peers) % fan_spaces; }

static void fan_edit(int space) {
  struct load_peer *p = &peers[space];
  struct fan *fan = &fans[space];
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_id id = line_id(space, 0);
  struct slot slot = {.space = space, .line = 0, .next = (int64_t)random_below(&p->random, 1ull << 40)};
  fan->heard = 0;
  fan->asked[fan->sent++ & (FAN_ASKED - 1)] = jl_monotonic_us();
  if (p->in_window < MAX_WINDOW)
    submit(p, edits_amount(a, &p->peer.replica, &spaces[space], ++p->seq[space], &id, amounts[space][0], slot.next, &p->random), slot);
  amounts[space][0] = slot.next;
  jl_arena_free(a);
}

static void fan_pace(uv_timer_t *timer) {
  (void)timer;
  int64_t due = (jl_monotonic_us() - begin_us) * fan_rate / 1000000;
  for (int i = 0; i < fan_spaces; i++)
    while (!over && (int64_t)fans[i].sent < due && peers[i].in_window < MAX_WINDOW) fan_edit(i);
}

static void fan_one_ready(void) {
  if (++ready_count < peer_count) return;
  begin();
  if (fan_rate) uv_timer_start(&pace, fan_pace, 1, 1);
  for (int i = 0; !fan_rate && i < fan_spaces; i++) fan_edit(i);
}

static void fan_verdict(struct load_peer *p, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct slot slot;
  uint64_t revision;
  if (!take_slot(p, stream, &slot)) return;
  if (accepted(type, payload, &revision)) done_count++;
  else refused_count++;
}

static void fan_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct load_peer *p = peer->context;
  struct fan *fan = &fans[fan_space(p)];
  if (over) return;
  if (p - peers < fan_spaces) {
    fan_verdict(p, type, stream, payload);
    return;
  }
  if (type == JALON__FRAME_TYPE__SUBSCRIBE_REPLY && p->stream == stream) fan_one_ready();
  if (type != JALON__FRAME_TYPE__REVISIONS) return;
  static struct jl_arena *a;
  if (!a) a = jl_arena_new(16 << 20);
  jl_arena_reset(a);
  struct jl_error err;
  Jalon__Revisions *r = (Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, payload, a, &err);
  message_count++;
  for (size_t i = 0; r && i < r->n_changes; i++) {
    delivered++;
    if (p->first_line >= 0 && (uint64_t)p->first_line < fan->sent) sample(fan->asked[(uint64_t)p->first_line & (FAN_ASKED - 1)]);
    p->first_line++;
    fan->heard++;
  }
  if (!fan_rate && fan->heard == fan_followers) fan_edit(fan_space(p));
}

static void fan_ready(struct peer *peer) {
  struct load_peer *p = peer->context;
  if (p - peers < fan_spaces) {
    fan_one_ready();
    return;
  }
  Jalon__Subscribe subscribe = JALON__SUBSCRIBE__INIT;
  subscribe.has_space = true;
  subscribe.space = jl_to_pb((struct jl_bytes){spaces[fan_space(p)].bytes, 16});
  p->first_line = 0;
  p->stream = peer_send(peer, JALON__FRAME_TYPE__SUBSCRIBE, &subscribe.base);
}

/* ---- views ---- */
static const char *view_name;
static bool view_edits;

static void ask_view(struct load_peer *p) {
  Jalon__ViewRequest request = JALON__VIEW_REQUEST__INIT;
  char name[64];
  snprintf(name, sizeof name, "%s", view_name);
  request.has_space = true;
  request.space = jl_to_pb((struct jl_bytes){spaces[0].bytes, 16});
  request.view = name;
  struct slot slot = {.space = -1, .asked_us = jl_monotonic_us()};
  slot.stream = peer_send(&p->peer, JALON__FRAME_TYPE__VIEW, &request.base);
  p->window[p->in_window++] = slot;
}

static void view_next(struct load_peer *p) {
  if (over) return;
  if (view_edits) edit_more(p);
  else ask_view(p);
}

static void view_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct load_peer *p = peer->context;
  struct slot slot;
  uint64_t revision;
  if (over || !take_slot(p, stream, &slot)) return;
  if (slot.space >= 0) {
    if (!accepted(type, payload, &revision)) refused_count++;
    ask_view(p);
    return;
  }
  if (type == JALON__FRAME_TYPE__VIEW_REPLY) done_count++;
  else refused_count++;
  delivered += payload.size;
  sample(slot.asked_us);
  view_next(p);
}

static void view_ready(struct peer *peer) {
  (void)peer;
  if (++ready_count < peer_count) return;
  begin();
  for (int i = 0; i < peer_count; i++) view_next(&peers[i]);
}

/* The first one logs in by its password, the others with the token that it got: the server counts passwords tried at once. */
static void (*told_ready)(struct peer *peer);

static void first_ready(struct peer *first) {
  first->on_ready = told_ready;
  for (int i = 1; i < peer_count; i++) {
    struct peer *p = &peers[i].peer;
    memcpy(p->token, first->token, sizeof p->token);
    p->token_size = first->token_size;
    peer_start(p);
  }
  told_ready(first);
}

static void start(int count, void (*ready)(struct peer *), void (*message)(struct peer *, uint8_t, uint32_t, struct jl_bytes)) {
  peer_count = count;
  told_ready = ready;
  JL_ASSERT(count <= MAX_PEERS);
  for (int i = 0; i < count; i++) {
    struct load_peer *p = &peers[i];
    p->random.state = random_next(&seeded) ^ (uint64_t)jl_now_utc_us();
    p->peer = (struct peer){.loop = &loop, .account = "admin", .password = ADMIN_PASSWORD, .address = address, .over = peer_tls(), .replica = jl_id_random(), .context = p, .on_ready = ready, .on_message = message};
    p->lines = lines_each / count > 0 ? lines_each / count : 1;
    p->first_line = i * p->lines;
    JL_ASSERT(message == make_message || p->lines * space_count <= MAX_LINES);
  }
  peers[0].peer.on_ready = first_ready;
  peer_start(&peers[0].peer);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  signal(SIGPIPE, SIG_IGN);
  uv_loop_init(&loop);
  uv_timer_init(&loop, &clock_timer);
  uv_timer_init(&loop, &pace);
  uv_unref((uv_handle_t *)&pace);
  uv_signal_init(&loop, &stopped);
  uv_signal_start(&stopped, stop, SIGTERM);
  uv_unref((uv_handle_t *)&stopped);
  struct jl_error err;
  if (!jl_address_parse(argv[2], &address, &err)) return 2;
  seeded.state = strtoull(argv[3], NULL, 10);
  samples = calloc(MAX_SAMPLES, sizeof *samples);
  JL_ASSERT(samples);
  for (int s = 0; s < MAX_SPACES; s++) spaces[s] = random_id(&seeded);
  const char *mode = argv[1];
  length_us = 600000000;
  space_count = (int)strtol(argv[4], NULL, 10);
  if (space_count > MAX_SPACES) space_count = MAX_SPACES;
  const char *lines = argc > 5 && strcmp(mode, "make") == 0 ? argv[5] : getenv("LINES");
  lines_each = lines ? (int)strtol(lines, NULL, 10) : 512;
  if (strcmp(mode, "make") == 0) start(1, make_ready, make_message);
  else if (strcmp(mode, "edits") == 0 && argc >= 8) {
    window_size = (int)strtol(argv[6], NULL, 10);
    length_us = strtoll(argv[7], NULL, 10) * 1000;
    const char *every = getenv("EVERY_MS");
    every_ms = every ? strtoull(every, NULL, 10) : 0;
    if (argc > 8) edits_left = edits_wanted = strtoull(argv[8], NULL, 10);
    start((int)strtol(argv[5], NULL, 10), edits_ready, edits_message);
  } else if (strcmp(mode, "fanout") == 0 && argc >= 7) {
    fan_followers = (int)strtol(argv[4], NULL, 10);
    fan_rate = (int)strtol(argv[5], NULL, 10);
    length_us = strtoll(argv[6], NULL, 10) * 1000;
    if (argc > 7) fan_spaces = (int)strtol(argv[7], NULL, 10);
    JL_ASSERT(fan_spaces > 0 && fan_spaces <= FAN_SPACES);
    space_count = fan_spaces;
    window_size = MAX_WINDOW;
    start(fan_spaces * (1 + fan_followers), fan_ready, fan_message);
  } else if (strcmp(mode, "views") == 0 && argc >= 7) {
    length_us = strtoll(argv[5], NULL, 10) * 1000;
    view_name = argv[6];
    view_edits = argc > 7;
    window_size = 1;
    space_count = 1;
    start((int)strtol(argv[4], NULL, 10), view_ready, view_message);
  } else return 2;
  uv_run(&loop, UV_RUN_DEFAULT);
  free(samples);
  return 0;
}

/* Time, chance, processes and their turns. */
#include "tests/sim/world.h"
#include "common/base/calendar.h"
#include "server/ops/log.h"
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- randomness ---- */
static uint64_t mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
struct rng rng_of(uint64_t seed, uint64_t purpose, uint64_t number) {
  return (struct rng){mix(mix(mix(seed) ^ purpose) ^ number)};
}
uint64_t rng_next(struct rng *r) {
  r->state += 0x9e3779b97f4a7c15u;
  return mix(r->state);
}
uint64_t rng_below(struct rng *r, uint64_t n) { return n == 0 ? 0 : rng_next(r) % n; }
bool rng_chance(struct rng *r, unsigned part, unsigned whole) { return rng_below(r, whole) < part; }
int64_t rng_between(struct rng *r, int64_t low, int64_t high) { return low + (int64_t)rng_below(r, (uint64_t)(high - low + 1)); }
struct jl_id rng_id(struct rng *r) {
  struct jl_id id;
  uint64_t halves[2] = {rng_next(r), rng_next(r)};
  memcpy(id.bytes, halves, sizeof id.bytes);
  return id;
}

/* ---- the world ---- */
struct event {
  int64_t when_us;
  uint64_t order;
  event_function *function;
  void *context;
  size_t at; /* in the heap */
};
static struct {
  struct event **heap;
  size_t count, capacity;
  uint64_t order;
  struct process *processes, *current;
  uint64_t digest;
} s;
struct world *world;

/* ---- time and random bytes, as the code under test asks for them ---- */
int64_t __wrap_jl_now_utc_us(void);
int64_t __wrap_jl_monotonic_us(void);
void __wrap_randombytes_buf(void *out, size_t size);
ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags);
struct jl_id __wrap_jl_id_random(void);
int __wrap_crypto_pwhash_str(char out[crypto_pwhash_STRBYTES], const char *password, unsigned long long size, unsigned long long ops,
                             size_t memory);

int64_t __wrap_jl_now_utc_us(void) { return WORLD_EPOCH_US + world->now_us + (s.current != NULL ? s.current->clock_us : 0); }
int64_t __wrap_jl_monotonic_us(void) { return world->now_us + 1000000; }
void __wrap_randombytes_buf(void *out, size_t size) {
  uint8_t *bytes = out;
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)rng_next(&world->ids);
}
ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags) {
  (void)flags;
  __wrap_randombytes_buf(out, size);
  return (ssize_t)size;
}
struct jl_id __wrap_jl_id_random(void) {
  return rng_id(&world->ids);
}
/* Logins go by token here; the server hashes a password at its start that nobody has. */
int __wrap_crypto_pwhash_str(char out[crypto_pwhash_STRBYTES], const char *password, unsigned long long size, unsigned long long ops,
                             size_t memory) {
  (void)password, (void)size, (void)ops, (void)memory;
  snprintf(out, crypto_pwhash_STRBYTES, "$argon2id$nobody");
  return 0;
}

void __wrap_jl_log_write(enum jl_log_level level, const char *event, const struct jl_log_field *fields, size_t n);
void __wrap_jl_log_write(enum jl_log_level level, const char *event, const struct jl_log_field *fields, size_t n) {
  (void)level, (void)fields, (void)n;
  if (s.current != NULL) world_say("%s: log %s", s.current->name, event);
}

/* A broken contract ends the process, as abort() would, and the history with it. */
JL_NORETURN void __wrap_jl_assert_failed(const char *condition, const char *file, int line);
void __wrap_jl_assert_failed(const char *condition, const char *file, int line) {
  struct process *p = s.current;
  const char *short_name = strstr(file, "server/") != NULL ? strstr(file, "server/") : file;
  if (p == NULL || !p->turning) {
    fprintf(stderr, "contract broken in the world: %s (%s:%d)\n", condition, file, line);
    abort();
  }
  world_fail("%s: contract broken: %s (%s:%d)", p->name, condition, short_name, line);
  longjmp(p->end, 1);
}

/* ---- events: a heap by time, then by order ---- */
static bool sooner(const struct event *a, const struct event *b) {
  return a->when_us != b->when_us ? a->when_us < b->when_us : a->order < b->order;
}
static void put(size_t at, struct event *e) {
  s.heap[at] = e;
  e->at = at;
}
static void sift(struct event *e) {
  size_t at = e->at;
  for (; at > 0 && sooner(e, s.heap[(at - 1) / 2]); at = (at - 1) / 2) put(at, s.heap[(at - 1) / 2]);
  for (size_t child; (child = at * 2 + 1) < s.count; at = child) {
    if (child + 1 < s.count && sooner(s.heap[child + 1], s.heap[child])) child++;
    if (!sooner(s.heap[child], e)) break;
    put(at, s.heap[child]);
  }
  put(at, e);
}
struct event *event_at(int64_t when_us, event_function *function, void *context) {
  struct event *e = world_alloc(sizeof *e);
  if (s.count == s.capacity) s.heap = world_resize(s.heap, (s.capacity = s.capacity * 2 + 64) * sizeof *s.heap);
  *e = (struct event){when_us < world->now_us ? world->now_us : when_us, s.order++, function, context, s.count};
  s.heap[s.count++] = e;
  sift(e);
  return e;
}
static void take_out(struct event *e) {
  struct event *last = s.heap[--s.count];
  if (last == e) return;
  put(e->at, last);
  sift(last);
}
void event_cancel(struct event *e) {
  if (e == NULL) return;
  take_out(e);
  world_free(e);
}

/* ---- processes ---- */
struct process *process_current(void) {
  return s.current;
}
struct process *process_enter(struct process *p) {
  struct process *before = s.current;
  s.current = p;
  return before;
}
struct process *process_start(const char *name, void (*died)(void *context), void *context) {
  struct process *p = world_alloc(sizeof *p), **last = &s.processes;
  *p = (struct process){.name = name, .alive = true, .died = died, .context = context};
  while (*last != NULL) last = &(*last)->next;
  *last = p;
  return p;
}
void process_turn_with(struct process *p, bool (*turn)(void *context)) { p->turn = turn; }
void process_pause(struct process *p, int64_t until_us) {
  if (until_us > p->paused_until_us) p->paused_until_us = until_us;
}

void process_owns(int fd, bool owns) {
  for (size_t i = 0; s.current != NULL && i < JL_COUNT(s.current->files); i++)
    if (s.current->files[i] == (owns ? 0 : fd)) {
      s.current->files[i] = owns ? fd : 0;
      return;
    }
}

int __real_close(int fd);
static void bury(struct process *p) {
  struct process *before = process_enter(NULL);
  p->alive = false;
  sim_loops_dead(p);
  for (size_t i = 0; i < JL_COUNT(p->files); i++)
    if (p->files[i] != 0) __real_close(p->files[i]);
  heap_free(p);
  void (*died)(void *) = p->died;
  void *context = p->context;
  for (struct process **at = &s.processes; *at != NULL; at = &(*at)->next)
    if (*at == p) {
      *at = p->next;
      break;
    }
  if (died != NULL) died(context);
  world_free(p);
  process_enter(before == p ? NULL : before);
}
void process_kill(struct process *p) {
  if (p->turning) {
    p->doomed = true;
    p->effects_left = 1;
  } else
    bury(p);
}
void process_kill_at(struct process *p, int effects) { p->effects_left = effects; }
void effect(void) {
  struct process *p = s.current;
  if (p == NULL || p->effects_left == 0 || !p->turning) return;
  if (--p->effects_left == 0) longjmp(p->end, 1);
}

static void give_turn(struct process *p) {
  process_enter(p);
  p->turning = true;
  if (setjmp(p->end) == 0) {
    (void)p->turn(p->context);
    p->turning = false;
    process_enter(NULL);
    if (p->doomed) bury(p);
  } else {
    p->turning = false;
    process_enter(NULL);
    bury(p);
  }
  world->turns++;
  world->now_us += 1 + (int64_t)rng_below(&world->schedule, 40);
}

static bool may_run(const struct process *p) {
  return p->alive && !p->turning && p->turn != NULL && p->paused_until_us <= world->now_us && sim_loops_ready(p);
}

static void run_events(void) {
  while (s.count > 0 && s.heap[0]->when_us <= world->now_us) {
    struct event *e = s.heap[0];
    take_out(e);
    e->function(e->context);
    world_free(e);
  }
}

/* To the next moment at which anything happens. */
static bool pass_time(const struct process *waiting) {
  int64_t next = s.count > 0 ? s.heap[0]->when_us : INT64_MAX;
  for (const struct process *p = s.processes; p != NULL; p = p->next) {
    if (!p->alive || p->turn == NULL || (p->turning && p != waiting)) continue;
    int64_t when = sim_loops_ready(p) ? world->now_us : sim_loops_next_us(p);
    if (when < p->paused_until_us) when = p->paused_until_us;
    if (when < next) next = when;
  }
  if (next == INT64_MAX) return false;
  if (next > world->now_us) world->now_us = next;
  return true;
}

static bool step(const struct process *waiting) {
  process_enter(NULL);
  run_events();
  size_t n = 0;
  for (const struct process *p = s.processes; p != NULL; p = p->next) n += may_run(p);
  if (n == 0) return pass_time(waiting);
  size_t chosen = rng_below(&world->schedule, n);
  for (struct process *p = s.processes; p != NULL; p = p->next)
    if (may_run(p) && chosen-- == 0) {
      give_turn(p);
      return true;
    }
  return true;
}
bool world_step(void) { return step(NULL); }

void world_wait(struct process *for_whom) {
  while (!sim_loops_ready(for_whom) && step(for_whom)) {
  }
  process_enter(for_whom);
}

/* ---- beginning, end, and what is said ---- */
void world_begin(uint64_t seed, bool verbose) {
  world = world_alloc(sizeof *world);
  *world = (struct world){.seed = seed, .verbose = verbose, .schedule = rng_of(seed, FOR_SCHEDULE, 0), .ids = rng_of(seed, FOR_IDS, 0)};
  s.digest = 0xcbf29ce484222325u;
  s.order = 0;
}
void world_end(void) {
  while (s.processes != NULL) bury(s.processes);
  while (s.count > 0) { /* what is under way ends, and frees what it carries */
    world->now_us = s.heap[0]->when_us > world->now_us ? s.heap[0]->when_us : world->now_us;
    run_events();
  }
}
void world_release(void) {
  world_free(s.heap);
  s.heap = NULL;
  s.capacity = 0;
  heap_release();
  world_free(world);
  world = NULL;
}

void world_say(const char *format, ...) {
  char line[1400];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  for (int i = 0; i < n && i < (int)sizeof line - 1; i++) s.digest = (s.digest ^ (uint8_t)line[i]) * 0x100000001b3u;
  s.digest = (s.digest ^ (uint64_t)world->now_us) * 0x100000001b3u;
  if (world->verbose) printf("%9.3f ms  %s\n", (double)world->now_us / 1000, line);
}
void world_note(struct jl_bytes bytes) {
  for (size_t i = 0; i + 8 <= bytes.size; i += 8) {
    uint64_t part;
    memcpy(&part, bytes.data + i, sizeof part);
    s.digest = (s.digest ^ part) * 0x9e3779b97f4a7c15u;
  }
  for (size_t i = bytes.size & ~(size_t)7; i < bytes.size; i++) s.digest = (s.digest ^ bytes.data[i]) * 0x100000001b3u;
}
uint64_t world_digest(void) { return s.digest; }

void world_fail(const char *format, ...) {
  if (world->failed) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(world->failure, sizeof world->failure, format, arguments);
  va_end(arguments);
  world->failed = true;
  world_say("FAILED: %s", world->failure);
}

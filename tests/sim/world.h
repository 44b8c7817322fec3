/* A world of its own for server and clients: its time, its randomness, its processes, its network. Nothing real enters, so one
 * seed is one history, byte for byte.
 *
 * The code under test is the real one, unchanged. It is linked with stand-ins: uv.c and net.c for libuv, world.c for the clock
 * and random bytes, heap.c for the heap (--wrap, see tests/CMakeLists.txt), database.c for server/store. A process is what would be
 * one in reality: its loops, its sockets, its memory. Killing it frees its memory and closes its sockets, at any moment, also in
 * the middle of a callback: nothing of it runs any more, nothing of it is told.
 *
 * Interposed functions have no context, so there is one world: `world`. */
#ifndef JL_SIM_WORLD_H
#define JL_SIM_WORLD_H
#include "common/base/buffer.h"
#include "common/base/id.h"
#include <setjmp.h>
#include <uv.h>

/* ---- randomness: streams that do not disturb each other ---- */
struct rng {
  uint64_t state;
};
struct rng rng_of(uint64_t seed, uint64_t purpose, uint64_t number);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* n 0: 0 */
bool rng_chance(struct rng *r, unsigned part, unsigned whole);
int64_t rng_between(struct rng *r, int64_t low, int64_t high); /* both included */
struct jl_id rng_id(struct rng *r);
enum { FOR_SCHEDULE = 1, FOR_IDS, FOR_NETWORK, FOR_DATABASE, FOR_CLIENT, FOR_FAULTS, FOR_SCENARIO, FOR_EDITS };

/* ---- events ---- */
typedef void event_function(void *context);
struct event;
struct event *event_at(int64_t when_us, event_function *function, void *context);
void event_cancel(struct event *e); /* not after it has run */

/* ---- processes ---- */
struct connection;
struct heap;
struct sim_loop;
struct process {
  const char *name;
  bool alive, turning, doomed;
  int64_t paused_until_us, clock_us; /* clock_us: its wall clock is wrong by this */
  bool (*turn)(void *context);       /* lets it do what it can do now */
  void *context;
  void (*died)(void *context); /* world's context; after its memory and sockets are gone */
  struct heap *heap; /* its memory; NULL: it has none yet */
  struct connection *connections; /* connections.c: in its memory */
  struct sim_loop *loops;
  struct process *next;
  int files[8];     /* descriptors, closed with it; 0: none */
  int effects_left; /* kill it at the n-th thing of it that the world could see; 0: do not */
  jmp_buf end;
};
struct process *process_start(const char *name, void (*died)(void *context), void *context);
void process_turn_with(struct process *p, bool (*turn)(void *context));
void process_kill(struct process *p); /* now; from its own callbacks: at the next effect */
void process_kill_at(struct process *p, int effects);
void process_pause(struct process *p, int64_t until_us);
struct process *process_enter(struct process *p); /* NULL: the world; gives what was before */
struct process *process_current(void);
void process_owns(int fd, bool owns); /* the current one */
void effect(void);                    /* about to do something that the world can see: the process may end here */

/* ---- the world ---- */
struct world {
  uint64_t seed;
  int64_t now_us;
  uint64_t turns;
  struct rng schedule, ids;
  bool verbose, failed;
  char failure[1024];
};
extern struct world *world;
#define WORLD_EPOCH_US INT64_C(1767225600000000) /* 2026-01-01: wall clock at virtual time 0 */
void world_begin(uint64_t seed, bool verbose);
void world_end(void);                      /* kills every process */
void world_release(void);                  /* and frees everything; nothing of the world may be asked any more */
bool world_step(void);                     /* false: nothing can happen any more */
void world_wait(struct process *for_whom); /* a call that blocks: the rest of the world goes on until it has something to do */
void world_fail(const char *format, ...) JL_PRINTF(1, 2); /* a promise is broken; the first one counts */
void world_say(const char *format, ...) JL_PRINTF(1, 2);  /* a line of the history; also what byte-for-byte means */
void world_note(struct jl_bytes bytes);                   /* part of the history, though not a line of it */
uint64_t world_digest(void);                              /* of all lines so far */

/* heap.c: memory of the world, whatever the process */
void *world_alloc(size_t size);
void *world_resize(void *p, size_t size);
void world_free(void *p);
void heap_free(struct process *p); /* all that is the process's */
void heap_release(void);           /* what is kept for the next one */

/* uv.c */
bool sim_loops_ready(const struct process *p);
int64_t sim_loops_next_us(const struct process *p);
void sim_loops_dead(struct process *p); /* the process has been killed */
#endif

/* What uv.c (loops, timers and the like) and net.c (streams) share. */
#ifndef JL_SIM_UV_INTERNAL_H
#define JL_SIM_UV_INTERNAL_H
#include "tests/sim/world.h"

struct socket;
struct sim_handle { /* the process's memory; found by the handle's reserved[0] */
  uv_handle_t *uv;
  struct sim_loop *loop;
  struct sim_handle *next, *previous, *next_closing;
  bool active, closing, unreferenced;
  uv_close_cb close_cb;
  void (*run)(void); /* the callback of idle, check, prepare, timer, async */
  uint64_t due_ms, repeat_ms, order;
  bool sent; /* async */
  struct socket *socket;
};
struct sim_task { /* something whose time has come: told when the loop looks at its input */
  struct sim_task *next;
  void (*run)(void *context);
  void *context;
};
struct sim_loop {
  uv_loop_t *uv;
  struct process *process;
  struct sim_loop *next; /* of the process */
  struct sim_handle *timers, *handles /* the others */, *closing;
  int64_t next_timer_ms; /* INT64_MAX: none */
  bool timers_moved;     /* it is to be found anew */
  struct sim_task *tasks, **tasks_end;
  size_t requests; /* under way */
  bool stopped;
  uint64_t order;
};
struct sim_loop *sim_loop_of(const uv_loop_t *loop);
struct sim_handle *sim_handle_of(const void *handle);
struct sim_handle *sim_handle_new(uv_loop_t *loop, void *handle, uv_handle_type type);
/* From the world: runs in the loop's process, in its next turn. Nothing when the loop is gone meanwhile. */
void sim_task(struct sim_loop *loop, void (*run)(void *context), void *context);

/* net.c */
bool net_ready(const struct sim_handle *h); /* it has something to tell */
void net_poll(struct sim_handle *h);
void net_close(struct sim_handle *h);
void net_closed(struct sim_handle *h); /* its closing turn: requests under way end cancelled */
void net_dead(struct sim_handle *h);   /* the process was killed */
#endif

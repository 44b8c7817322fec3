/* libuv's loops, timers, idle, check, prepare and async handles and its thread pool, in the world's time. The order of a turn is
 * libuv's: timers, idle, prepare, input, check, closing. */
#include "tests/sim/uv_internal.h"
#include <stdlib.h>
#include <string.h>

/* ---- loops ---- */
struct sim_loop *sim_loop_of(const uv_loop_t *loop) {
  return loop->internal_fields;
}
struct sim_handle *sim_handle_of(const void *handle) {
  const uv_handle_t *h = handle;
  return h->u.reserved[0];
}
static uint64_t now_ms(void) { return (uint64_t)(world->now_us / 1000) + 1000; }

int uv_loop_init(uv_loop_t *loop) {
  struct process *p = process_current();
  struct sim_loop *l = calloc(1, sizeof *l);
  if (l == NULL) return UV_ENOMEM;
  memset(loop, 0, sizeof *loop);
  loop->internal_fields = l;
  loop->time = now_ms();
  *l = (struct sim_loop){.uv = loop, .process = p, .next = p->loops};
  l->tasks_end = &l->tasks;
  l->next_timer_ms = INT64_MAX;
  p->loops = l;
  return 0;
}

int uv_loop_close(uv_loop_t *loop) {
  struct sim_loop *l = sim_loop_of(loop);
  if (l->timers != NULL || l->handles != NULL || l->requests > 0) return UV_EBUSY;
  for (struct sim_loop **at = &l->process->loops; *at != NULL; at = &(*at)->next)
    if (*at == l) {
      *at = l->next;
      break;
    }
  free(l);
  loop->internal_fields = NULL;
  return 0;
}

void uv_update_time(uv_loop_t *loop) { loop->time = now_ms(); }
uint64_t uv_now(const uv_loop_t *loop) { return loop->time; }
uint64_t uv_hrtime(void) { return (uint64_t)world->now_us * 1000; }
unsigned uv_available_parallelism(void) { return 2; }
void uv_stop(uv_loop_t *loop) { sim_loop_of(loop)->stopped = true; }
int uv_backend_fd(const uv_loop_t *loop) {
  (void)loop;
  return -1;
}

void sim_task(struct sim_loop *loop, void (*run)(void *context), void *context) {
  struct process *before = process_enter(loop->process);
  struct sim_task *t = calloc(1, sizeof *t);
  if (t == NULL) abort();
  *t = (struct sim_task){.run = run, .context = context};
  *loop->tasks_end = t;
  loop->tasks_end = &t->next;
  process_enter(before);
}

static bool handle_ready(const struct sim_handle *h) {
  switch (h->uv->type) {
  case UV_IDLE:
    return h->active;
  case UV_ASYNC:
    return h->sent;
  case UV_TCP:
  case UV_NAMED_PIPE:
    return net_ready(h);
  default:
    return false;
  }
}

static void timer_set(struct sim_handle *h, bool active) {
  h->active = active;
  h->loop->timers_moved = true;
}

static int64_t loop_next_ms(struct sim_loop *l) {
  if (!l->timers_moved) return l->next_timer_ms;
  l->timers_moved = false;
  l->next_timer_ms = INT64_MAX;
  for (const struct sim_handle *h = l->timers; h != NULL; h = h->next)
    if (h->active && (int64_t)h->due_ms < l->next_timer_ms) l->next_timer_ms = (int64_t)h->due_ms;
  return l->next_timer_ms;
}

static bool loop_ready(struct sim_loop *l) {
  if (l->closing != NULL || l->tasks != NULL || loop_next_ms(l) <= (int64_t)now_ms()) return true;
  for (const struct sim_handle *h = l->handles; h != NULL; h = h->next)
    if (!h->closing && handle_ready(h)) return true;
  return false;
}

bool sim_loops_ready(const struct process *p) {
  for (struct sim_loop *l = p->loops; l != NULL; l = l->next)
    if (loop_ready(l)) return true;
  return false;
}

int64_t sim_loops_next_us(const struct process *p) {
  int64_t next = INT64_MAX;
  for (struct sim_loop *l = p->loops; l != NULL; l = l->next) {
    int64_t ms = loop_next_ms(l);
    if (ms < next) next = ms;
  }
  return next == INT64_MAX ? next : (next - 1000) * 1000;
}

int uv_backend_timeout(const uv_loop_t *loop) {
  struct sim_loop *l = sim_loop_of(loop);
  if (loop_ready(l)) return 0;
  int64_t next = loop_next_ms(l), now = (int64_t)loop->time;
  return next == INT64_MAX ? -1 : next <= now ? 0 : (int)(next - now);
}

void sim_loops_dead(struct process *p) {
  for (struct sim_loop *l = p->loops; l != NULL; l = l->next)
    for (struct sim_handle *h = l->handles; h != NULL; h = h->next)
      if (h->socket != NULL) net_dead(h);
  p->loops = NULL;
}

/* ---- handles ---- */
static struct sim_handle **list_of(struct sim_loop *l, uv_handle_type type) { return type == UV_TIMER ? &l->timers : &l->handles; }

struct sim_handle *sim_handle_new(uv_loop_t *loop, void *handle, uv_handle_type type) {
  struct sim_loop *l = sim_loop_of(loop);
  struct sim_handle *h = calloc(1, sizeof *h), **list = list_of(l, type), *last = *list;
  uv_handle_t *uv = handle;
  if (h == NULL) abort();
  *h = (struct sim_handle){.uv = uv, .loop = l};
  uv->loop = loop;
  uv->type = type;
  uv->flags = 0;
  uv->u.reserved[0] = h;
  while (last != NULL && last->next != NULL) last = last->next;
  h->previous = last;
  if (last == NULL)
    *list = h;
  else
    last->next = h;
  return h;
}

int uv_is_active(const uv_handle_t *handle) {
  const struct sim_handle *h = sim_handle_of(handle);
  return h->active && !h->closing;
}
int uv_is_closing(const uv_handle_t *handle) {
  const struct sim_handle *h = handle->u.reserved[0];
  return h == NULL || h->closing;
}
void uv_ref(uv_handle_t *handle) { sim_handle_of(handle)->unreferenced = false; }
void uv_unref(uv_handle_t *handle) { sim_handle_of(handle)->unreferenced = true; }
int uv_has_ref(const uv_handle_t *handle) { return !sim_handle_of(handle)->unreferenced; }

void uv_close(uv_handle_t *handle, uv_close_cb close_cb) {
  struct sim_handle *h = sim_handle_of(handle);
  if (h->closing) abort();
  h->closing = true;
  timer_set(h, false);
  h->close_cb = close_cb;
  if (h->socket != NULL) net_close(h);
  h->next_closing = h->loop->closing; /* the last one first, as libuv does */
  h->loop->closing = h;
}

static void run_closing(struct sim_loop *l) {
  struct sim_handle *list = l->closing;
  l->closing = NULL;
  for (struct sim_handle *h = list, *next; h != NULL; h = next) {
    next = h->next_closing;
    uv_handle_t *uv = h->uv;
    uv_close_cb done = h->close_cb;
    if (h->previous != NULL)
      h->previous->next = h->next;
    else
      *list_of(l, uv->type) = h->next;
    if (h->next != NULL) h->next->previous = h->previous;
    if (h->socket != NULL) net_closed(h);
    free(h);
    uv->u.reserved[0] = NULL;
    if (done != NULL) done(uv);
  }
}

static bool any_alive(const struct sim_handle *h) {
  for (; h != NULL; h = h->next)
    if ((h->active || h->closing) && !h->unreferenced) return true;
  return false;
}
static bool loop_alive(const struct sim_loop *l) {
  return l->closing != NULL || l->requests > 0 || l->tasks != NULL || any_alive(l->timers) || any_alive(l->handles);
}
int uv_loop_alive(const uv_loop_t *loop) { return loop_alive(sim_loop_of(loop)); }

/* ---- timers, idle, check, prepare, async ---- */
#define AS(type, h) ((type)(h)->run)
int uv_timer_init(uv_loop_t *loop, uv_timer_t *timer) { return sim_handle_new(loop, timer, UV_TIMER), 0; }
int uv_timer_start(uv_timer_t *timer, uv_timer_cb cb, uint64_t timeout, uint64_t repeat) {
  struct sim_handle *h = sim_handle_of(timer);
  if (h->closing || cb == NULL) return UV_EINVAL;
  h->run = (void (*)(void))cb;
  h->due_ms = timer->loop->time + timeout;
  h->repeat_ms = repeat;
  h->order = h->loop->order++;
  timer_set(h, true);
  return 0;
}
int uv_timer_stop(uv_timer_t *timer) { return timer_set(sim_handle_of(timer), false), 0; }
int uv_timer_again(uv_timer_t *timer) {
  struct sim_handle *h = sim_handle_of(timer);
  if (h->run == NULL) return UV_EINVAL;
  return h->repeat_ms == 0 ? 0 : uv_timer_start(timer, AS(uv_timer_cb, h), h->repeat_ms, h->repeat_ms);
}
uint64_t uv_timer_get_due_in(const uv_timer_t *timer) {
  const struct sim_handle *h = sim_handle_of(timer);
  return h->due_ms <= timer->loop->time ? 0 : h->due_ms - timer->loop->time;
}

static void run_timers(struct sim_loop *l) {
  uint64_t now = l->uv->time, before = l->order; /* one started meanwhile with 0 waits for the next turn */
  for (;;) {
    struct sim_handle *next = NULL;
    for (struct sim_handle *h = loop_next_ms(l) > (int64_t)now ? NULL : l->timers; h != NULL; h = h->next) {
      if (!h->active || h->due_ms > now || h->order >= before) continue;
      if (next == NULL || h->due_ms < next->due_ms || (h->due_ms == next->due_ms && h->order < next->order)) next = h;
    }
    if (next == NULL) return;
    uv_timer_t *timer = (uv_timer_t *)next->uv;
    uv_timer_cb cb = AS(uv_timer_cb, next);
    timer_set(next, false);
    if (next->repeat_ms > 0) uv_timer_start(timer, cb, next->repeat_ms, next->repeat_ms);
    cb(timer);
  }
}

#define WATCHER(name, TYPE)                                                                                                                \
  int uv_##name##_init(uv_loop_t *loop, uv_##name##_t *handle) { return sim_handle_new(loop, handle, UV_##TYPE), 0; }                      \
  int uv_##name##_start(uv_##name##_t *handle, uv_##name##_cb cb) {                                                                        \
    struct sim_handle *h = sim_handle_of(handle);                                                                                          \
    if (h->closing || h->active) return 0;                                                                                                 \
    h->run = (void (*)(void))cb;                                                                                                           \
    h->active = true;                                                                                                                      \
    return 0;                                                                                                                              \
  }                                                                                                                                        \
  int uv_##name##_stop(uv_##name##_t *handle) { return sim_handle_of(handle)->active = false, 0; }                                         \
  static void run_##name(struct sim_handle *h) { AS(uv_##name##_cb, h)((uv_##name##_t *)h->uv); }
WATCHER(idle, IDLE)
WATCHER(check, CHECK)
WATCHER(prepare, PREPARE)

int uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb cb) {
  struct sim_handle *h = sim_handle_new(loop, async, UV_ASYNC);
  h->run = (void (*)(void))cb;
  h->active = true;
  return 0;
}
int uv_async_send(uv_async_t *async) { return sim_handle_of(async)->sent = true, 0; }

/* Handles that are closed on the way stay in the list until their close callback. */
static void run_kind(struct sim_loop *l, uv_handle_type type, void (*run)(struct sim_handle *h)) {
  size_t n = 0;
  struct sim_handle **list = NULL;
  for (struct sim_handle *h = l->handles; h != NULL; h = h->next) n += h->uv->type == type && h->active;
  if (n == 0 || (list = malloc(n * sizeof(struct sim_handle *))) == NULL) return;
  n = 0;
  for (struct sim_handle *h = l->handles; h != NULL; h = h->next)
    if (h->uv->type == type && h->active) list[n++] = h;
  for (size_t i = 0; i < n; i++)
    if (list[i]->active && !list[i]->closing) run(list[i]);
  free(list);
}

static void run_async(struct sim_handle *h) {
  if (!h->sent) return;
  h->sent = false;
  AS(uv_async_cb, h)((uv_async_t *)h->uv);
}

static void run_tasks(struct sim_loop *l) {
  struct sim_task *list = l->tasks;
  l->tasks = NULL;
  l->tasks_end = &l->tasks;
  for (struct sim_task *t = list, *next; t != NULL; t = next) {
    next = t->next;
    struct sim_task now = *t;
    free(t);
    now.run(now.context);
  }
}

static void run_input(struct sim_loop *l) {
  run_tasks(l);
  run_kind(l, UV_ASYNC, run_async);
  run_kind(l, UV_TCP, net_poll);
  run_kind(l, UV_NAMED_PIPE, net_poll);
}

static void run_once(struct sim_loop *l) {
  uv_update_time(l->uv);
  run_timers(l);
  run_kind(l, UV_IDLE, run_idle);
  run_kind(l, UV_PREPARE, run_prepare);
  uv_update_time(l->uv);
  run_input(l);
  run_kind(l, UV_CHECK, run_check);
  run_closing(l);
}

int uv_run(uv_loop_t *loop, uv_run_mode mode) {
  struct sim_loop *l = sim_loop_of(loop);
  do {
    if (mode != UV_RUN_NOWAIT && loop_alive(l) && !loop_ready(l)) world_wait(l->process);
    run_once(l);
    if (mode == UV_RUN_ONCE) {
      uv_update_time(loop);
      run_timers(l);
    }
  } while (mode == UV_RUN_DEFAULT && !l->stopped && loop_alive(l));
  l->stopped = false;
  return loop_alive(l);
}

/* ---- threads: what they would do is done by nobody (password checks) or at its time (the pool) ---- */
int uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *argument) {
  (void)entry, (void)argument;
  memset(thread, 0, sizeof *thread);
  return 0;
}
int uv_thread_join(uv_thread_t *thread) {
  (void)thread;
  return 0;
}

static void work_done(void *context) {
  uv_work_t *w = context;
  struct sim_loop *l = sim_loop_of(w->loop);
  l->requests--;
  if (w->work_cb != NULL) w->work_cb(w);
  if (w->after_work_cb != NULL) w->after_work_cb(w, w->work_cb == NULL ? UV_ECANCELED : 0);
}
int uv_queue_work(uv_loop_t *loop, uv_work_t *work, uv_work_cb work_cb, uv_after_work_cb after) {
  struct sim_loop *l = sim_loop_of(loop);
  work->loop = loop;
  work->type = UV_WORK;
  work->work_cb = work_cb;
  work->after_work_cb = after;
  l->requests++;
  sim_task(l, work_done, work);
  return 0;
}
int uv_cancel(uv_req_t *request) {
  if (request->type != UV_WORK) return UV_EBUSY;
  ((uv_work_t *)request)->work_cb = NULL;
  return 0;
}

#include "common/base/reserve.h"
#include "server/space/internal.h"
#include <stdlib.h>

static void tell(struct jl_space *space, const struct jl_listener_rows *rows) {
  jl_space_hold(space);
  for (struct jl_space_listener *l = space->listeners; l != NULL; l = space->listening) {
    space->listening = l->next; /* unlisten moves it on when that one goes */
    l->advanced(l->context, rows);
  }
  space->listening = NULL;
  jl_space_release(space);
}

void jl_feed_advance(struct jl_space *space, const struct jl_store_log *log, size_t count, uint64_t through) {
  const struct jl_log_row *rows;
  struct jl_listener_rows told = {.through = through};
  for (size_t i = 0; i < count; i++)
    if ((log[i].outcome & JL_VERDICT_ERASED) != 0) jl_ring_release(&space->ring); /* the rows before it are others now: they are read again */
  space->told = through;
  if (jl_ring_append(&space->ring, log, count, &rows)) told = (struct jl_listener_rows){rows, count, through, false};
  tell(space, &told);
}

static void jump(struct jl_space *space, bool broken) {
  jl_ring_release(&space->ring);
  space->told = jl_replica_where(space->committed)->revision;
  tell(space, &(struct jl_listener_rows){.through = space->told, .broken = broken});
}
void jl_feed_jumped(struct jl_space *space) { jump(space, false); }
void jl_feed_broke(struct jl_space *space) { jump(space, true); }

void jl_space_listen(struct jl_space *space, struct jl_space_listener *listener) {
  listener->previous = NULL;
  listener->next = space->listeners;
  if (listener->next != NULL) listener->next->previous = listener;
  space->listeners = listener;
  jl_space_idle(space);
}

void jl_space_unlisten(struct jl_space *space, struct jl_space_listener *listener) {
  if (space->listening == listener) space->listening = listener->next;
  if (listener->previous != NULL)
    listener->previous->next = listener->next;
  else
    space->listeners = listener->next;
  if (listener->next != NULL) listener->next->previous = listener->previous;
  listener->next = listener->previous = NULL;
  jl_space_idle(space);
}

/* ---- reading rows ---- */
struct rows_read {
  struct jl_later later; /* first */
  struct jl_space *space;
  uint64_t from, to;
  size_t max_bytes;
  void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
  void *context;
};

static void rows_done(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct rows_read *r = context;
  struct jl_space *space = r->space;
  r->done(r->context, rows, n, has_more, err);
  jl_reserve_give(r);
  jl_spaces_operation_done(space->owner);
  jl_space_release(space);
}

static void rows_look(struct jl_later *later) {
  struct rows_read *r = (struct rows_read *)later;
  uint64_t head = jl_replica_where(r->space->committed)->revision;
  size_t count = 0;
  bool more = false;
  if (r->to > head) r->to = head;
  if (r->from > r->to) {
    rows_done(r, NULL, 0, false, NULL);
    return;
  }
  const struct jl_log_row *rows = jl_ring_rows(&r->space->ring, r->from, r->to, r->max_bytes, &count, &more);
  if (rows != NULL)
    rows_done(r, rows, count, more, NULL);
  else
    jl_store_log(r->space->owner->store, &r->space->id, r->from, r->to, r->max_bytes, rows_done, r);
}

static void rows_failed(struct jl_later *later) {
  struct jl_error err;
  jl_writer_error(JL_E_UNAVAILABLE, &err);
  rows_done(later, NULL, 0, false, &err);
}

void jl_space_rows(struct jl_space *space, uint64_t from, uint64_t to, size_t max_bytes,
                   void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err),
                   void *context) {
  struct rows_read *r = jl_reserve_take(space->owner->reserve, sizeof *r);
  *r = (struct rows_read){{NULL, space->owner->draining ? rows_failed : rows_look}, space, from, to, max_bytes, done, context};
  jl_space_hold(space);
  space->owner->operations++;
  jl_spaces_later(space->owner, &r->later);
}

#include "server/past/fold.h"
#include "server/ops/log.h"
#include "server/past/state.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (4U << 20) /* of the log, handed to the worker at a time */
#define ROWS_BYTES (4U * CHUNK_BYTES)
#define SCRATCH_BYTES (64U << 20) /* of one revision */
#define FOLDED_BYTES (8U << 20)   /* of the log since the last stored state; imports make few revisions and many bytes */
#define RECORD_BYTES 100          /* and this much for each record, so that states take no more room than the log */
#define RECORDS_A_REVISION 8      /* a state is stored after at least one revision for so many records: as in state_due.sql */

struct fold {
  uv_work_t work;
  struct jl_fold_of of;
  struct jl_replica *replica;
  struct jl_stored_state found, made;
  bool loading, is_made;
  struct jl_arena *memory; /* of the rows */
  struct jl_log_row *rows;
  size_t count;
  uint64_t stored, stored_records;
  uint64_t began_from; /* the stored state of this revision; 0: none */
  size_t folded;
  struct jl_error err;
};

static void go_on(struct fold *f);
static void begin_without(struct fold *f);

static void end(struct fold *f) {
  struct jl_replica *replica = f->replica;
  struct jl_error err = f->err;
  struct jl_fold_of of = f->of;
  jl_state_release(&f->found);
  jl_state_release(&f->made);
  jl_arena_free(f->memory);
  free(f);
  if (err.code != JL_E_OK) {
    jl_replica_free(replica);
    replica = NULL;
  }
  of.done(of.context, replica, err.code == JL_E_OK ? NULL : &err);
}

static void no_memory(struct fold *f) { jl_fail(&f->err, JL_E_NO_MEMORY, JL_MSG("not enough memory for a past state"), NULL); }

static uint64_t due(const struct fold *f) {
  uint64_t step = f->stored_records / RECORDS_A_REVISION;
  return f->stored + (step > f->of.step ? step : f->of.step);
}

/* ---- in the worker: nothing but the fold is looked at ---- */
static bool apply_revision(struct fold *f, size_t *io_at, struct jl_arena *scratch) {
  struct jl_change changes[JL_SECTIONS];
  uint64_t revision = f->rows[*io_at].revision;
  size_t n = 0;
  jl_arena_reset(scratch);
  for (; *io_at < f->count && f->rows[*io_at].revision == revision && n < JL_SECTIONS; n++, (*io_at)++) {
    changes[n] = f->rows[*io_at].change;
    f->folded += changes[n].body.size + changes[n].private_values.size;
  }
  return jl_replica_apply(f->replica, changes, n, scratch, &f->err);
}

static void apply(struct fold *f) {
  struct jl_arena *scratch = jl_arena_new(SCRATCH_BYTES);
  size_t at = 0;
  if (scratch == NULL) no_memory(f);
  while (f->err.code == JL_E_OK && at < f->count)
    if (!apply_revision(f, &at, scratch)) break;
  jl_arena_free(scratch);
  if (f->err.code != JL_E_OK || f->of.step == 0) return;
  bool much = f->folded >= FOLDED_BYTES && f->folded / RECORD_BYTES >= jl_replica_count(f->replica);
  if (!much && jl_replica_where(f->replica)->revision < due(f)) return;
  struct jl_error ignored = {0}; /* it is only not stored */
  f->is_made = jl_state_pack(f->replica, &f->made, &ignored);
  if (!f->is_made) jl_state_release(&f->made);
  f->made.erasures = f->of.erasures;
  f->made.last_section = f->rows[f->count - 1].section; /* the rows stay until it is stored */
  f->made.last_body = f->rows[f->count - 1].change.body;
}

static void work(uv_work_t *request) {
  struct fold *f = request->data;
  if (f->loading)
    (void)!jl_state_unpack(&f->found, f->replica, &f->err);
  else
    apply(f);
}

static void worked(uv_work_t *request, int status) {
  struct fold *f = request->data;
  (void)status; /* never cancelled */
  if (f->loading) jl_state_release(&f->found);
  f->loading = false;
  if (f->err.code != JL_E_OK && f->err.code != JL_E_NO_MEMORY && f->began_from > 0)
    begin_without(f);
  else
    go_on(f);
}

static void start_work(struct fold *f) {
  f->work.data = f;
  int queued = uv_queue_work(f->of.loop, &f->work, work, worked);
  JL_ASSERT(queued == 0); /* it fails without a function only */
}

/* ---- on the loop ---- */
static void rows_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct fold *f = context;
  (void)has_more;
  jl_arena_reset(f->memory);
  f->count = 0;
  f->rows = err == NULL ? jl_arena_array(f->memory, n + 1, sizeof *f->rows) : NULL;
  bool ok = f->rows != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_log_row *row = &f->rows[f->count++];
    *row = rows[i];
    row->change.body = jl_arena_dup(f->memory, rows[i].change.body);
    row->change.private_values = jl_arena_dup(f->memory, rows[i].change.private_values);
    ok = row->change.body.data != NULL && (row->change.private_values.data != NULL || row->change.private_values.size == 0);
  }
  if (err != NULL)
    f->err = *err;
  else if (!ok)
    no_memory(f);
  else if (n == 0)
    jl_fail(&f->err, JL_E_INTERNAL, JL_MSG("the log of this space lacks revision {1}"), NULL,
            jl_arg_revision(jl_replica_where(f->replica)->revision + 1));
  if (f->err.code == JL_E_OK)
    start_work(f);
  else
    end(f);
}

static void state_added(void *context, const struct jl_error *err) {
  struct fold *f = context;
  (void)err; /* another server has stored it, or it will be stored another time */
  f->stored = f->made.revision;
  f->stored_records = f->made.records;
  f->folded = 0;
  jl_state_release(&f->made);
  f->is_made = false;
  go_on(f);
}

static void go_on(struct fold *f) {
  uint64_t at = jl_replica_where(f->replica)->revision, to = f->of.revision;
  if (*f->of.stopping) jl_fail(&f->err, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
  if (f->err.code != JL_E_OK || (at >= to && !f->is_made)) {
    end(f);
  } else if (f->is_made) {
    jl_store_state_add(f->of.store, &f->of.space, &f->made, state_added, f);
  } else {
    if (f->of.step > 0 && due(f) > at && due(f) < to) to = due(f);
    jl_store_log(f->of.store, &f->of.space, at + 1, to, CHUNK_BYTES, rows_found, f);
  }
}

static void state_found(void *context, const struct jl_stored_state *state, const struct jl_error *err) {
  struct fold *f = context;
  if (err != NULL) f->err = *err;
  bool there = err == NULL && state->revision > 0;
  if (there && !jl_state_copy(state, &f->found)) no_memory(f);
  if (!there || f->err.code != JL_E_OK) {
    go_on(f);
    return;
  }
  f->began_from = f->stored = state->revision;
  f->stored_records = state->records;
  f->loading = true;
  start_work(f);
}

static bool begin_anew(struct fold *f) {
  jl_replica_free(f->replica);
  f->replica = jl_replica_new(&f->of.space, f->of.kind);
  if (f->replica != NULL) *jl_replica_position(f->replica) = (struct jl_position){.space = f->of.space, .epoch = f->of.epoch};
  return f->replica != NULL;
}

static void state_removed(void *context, const struct jl_error *err) {
  struct fold *f = context;
  uint64_t before = f->began_from - 1;
  f->began_from = f->stored = f->stored_records = f->folded = 0;
  if (err != NULL) { /* then why it was to be removed is told */
    go_on(f);
    return;
  }
  f->err = (struct jl_error){0};
  if (!begin_anew(f)) {
    no_memory(f);
    end(f);
  } else if (before > 0) {
    jl_store_state_find(f->of.store, &f->of.space, before, state_found, f);
  } else {
    go_on(f);
  }
}

/* The log does not go on from the state that it began with: that one is not of this log, or damaged. From an earlier one, then. */
static void begin_without(struct fold *f) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&f->of.space, id);
  jl_log(JL_LOG_WARN, "past.removed", JL_F_TEXT("space", id), JL_F_ERROR(&f->err));
  jl_state_release(&f->made);
  f->is_made = false;
  jl_store_state_remove(f->of.store, &f->of.space, f->began_from, state_removed, f);
}

void jl_fold_begin(const struct jl_fold_of *of) {
  struct fold *f = calloc(1, sizeof *f);
  struct jl_error err = {0};
  if (f != NULL) {
    f->of = *of;
    f->memory = jl_arena_new(ROWS_BYTES);
  }
  if (f == NULL || f->memory == NULL || !begin_anew(f)) {
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory for a past state"), NULL);
    if (f != NULL) {
      jl_arena_free(f->memory);
      free(f);
    }
    of->done(of->context, NULL, &err);
    return;
  }
  if (of->revision == 0)
    end(f);
  else
    jl_store_state_find(of->store, &of->space, of->revision, state_found, f);
}

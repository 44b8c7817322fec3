/* What past states are made from: moments of the log, and states that were stored. */
#include "server/store/rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATE_BYTES (256u << 20)
#define PARTS_FIRST 16

/* ---- moments ---- */
struct moment {
  void (*done)(void *context, const struct jl_store_moment *moment, const struct jl_error *err);
  void *context;
};

static void moment_done(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct moment *m = context;
  struct jl_store_moment found = {.revision = 0};
  struct jl_error why = {0};
  bool ok = err == NULL && jl_rows_count(rows) == 1;
  if (ok)
    found = (struct jl_store_moment){.revision = (uint64_t)jl_rows_integer(rows, 0, 0),
                                     .time_us = jl_rows_null(rows, 0, 1) ? 0 : jl_rows_integer(rows, 0, 1),
                                     .first_us = jl_rows_null(rows, 0, 2) ? 0 : jl_rows_integer(rows, 0, 2),
                                     .newest = (uint64_t)jl_rows_integer(rows, 0, 3),
                                     .kind = (enum jl_space_kind)jl_rows_integer(rows, 0, 4),
                                     .epoch = (uint64_t)jl_rows_integer(rows, 0, 5),
                                     .erasures = (uint64_t)jl_rows_integer(rows, 0, 6)};
  if (err == NULL && !ok) jl_fail(&why, JL_E_NOT_FOUND, JL_MSG("no such space"), NULL);
  m->done(m->context, ok ? &found : NULL, ok ? NULL : err != NULL ? err : &why);
  jl_reserve_give(m);
}

void jl_store_moment(struct jl_store *s, const struct jl_id *space, uint64_t revision, int64_t before_us,
                     void (*done)(void *context, const struct jl_store_moment *moment, const struct jl_error *err), void *context) {
  struct moment *m = jl_reserve_take(s->reserve, sizeof *m);
  *m = (struct moment){done, context};
  const struct jl_param params[] = {{.kind = JL_PARAM_ID, .bytes = {space->bytes, sizeof space->bytes}},
                                    {.kind = JL_PARAM_INTEGER, .number = revision > INT64_MAX ? INT64_MAX : (int64_t)revision},
                                    {.kind = JL_PARAM_TIME, .number = before_us}};
  jl_store_query(s, "log_moment", params, JL_COUNT(params), moment_done, m);
}

/* ---- reading a state ---- */
struct find {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space;
  uint64_t revision;
  struct jl_arena *arena;
  struct jl_stored_state state;
  struct jl_bytes *parts;
  size_t capacity;
  bool no_memory, broken;
  void (*done)(void *context, const struct jl_stored_state *state, const struct jl_error *err);
  void *context;
};

static void find_free(struct find *f) {
  jl_arena_free(f->arena);
  free(f->parts);
  jl_reserve_give(f);
}

static void find_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct find *f = unit->context;
  (void)command;
  for (int row = 0; row < PQntuples(r) && !f->no_memory; row++) {
    if (f->state.part_count == f->capacity) {
      size_t capacity = f->capacity == 0 ? PARTS_FIRST : f->capacity * 2;
      struct jl_bytes *parts = realloc(f->parts, capacity * sizeof *parts);
      if (parts == NULL) {
        f->no_memory = true;
        return;
      }
      f->parts = parts;
      f->capacity = capacity;
    }
    f->state.revision = (uint64_t)jl_cell_number(r, row, 0);
    f->state.records = (uint64_t)jl_cell_number(r, row, 1);
    if (f->state.part_count == 0) jl_cells_sections(r, row, 2, 3, f->state.sections);
    f->broken = f->broken || (size_t)jl_cell_number(r, row, 4) != f->state.part_count;
    struct jl_bytes part = jl_arena_dup(f->arena, jl_cell_bytes(r, row, 5));
    f->no_memory = part.data == NULL;
    f->parts[f->state.part_count++] = part;
  }
}

static void find_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct find *f = unit->context;
  struct jl_error err = {0};
  if (failure != NULL) {
    jl_job_failed(&f->job, failure);
    return;
  }
  jl_job_finish(&f->job);
  f->state.parts = f->parts;
  if (f->broken) f->state = (struct jl_stored_state){.revision = 0}; /* parts were deleted: the log has it all */
  if (f->no_memory) jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to read a past state"), NULL);
  f->done(f->context, f->no_memory ? NULL : &f->state, f->no_memory ? &err : NULL);
  find_free(f);
}

static void find_start(struct jl_job *job, struct jl_pg *c) {
  struct find *f = (struct find *)job;
  struct jl_number revision;
  struct jl_pg_param params[] = {jl_param_id(&f->space), jl_param_bigint((int64_t)f->revision, &revision)};
  f->state = (struct jl_stored_state){.revision = 0};
  f->no_memory = f->broken = false;
  jl_arena_reset(f->arena);
  f->unit = (struct jl_pg_unit){.result = find_result, .done = find_done, .context = f, .row_by_row = true};
  jl_pg_unit_open(c, &f->unit);
  jl_send_named(c, &f->unit, "state_find", params, JL_COUNT(params));
  jl_pg_unit_close(c, &f->unit);
}

static void find_fail(struct jl_job *job, const struct jl_error *err) {
  struct find *f = (struct find *)job;
  f->done(f->context, NULL, err);
  find_free(f);
}

void jl_store_state_find(struct jl_store *s, const struct jl_id *space, uint64_t revision,
                         void (*done)(void *context, const struct jl_stored_state *state, const struct jl_error *err), void *context) {
  struct find *f = jl_reserve_take(s->reserve, sizeof *f);
  f->job = (struct jl_job){.start = find_start, .fail = find_fail};
  f->space = *space;
  f->revision = revision > INT64_MAX ? INT64_MAX : revision;
  f->done = done;
  f->context = context;
  f->arena = jl_arena_new(STATE_BYTES);
  if (f->arena != NULL)
    jl_job_submit(&s->readers, &f->job);
  else
    jl_job_refuse(&s->readers, &f->job, JL_E_NO_MEMORY);
}

/* ---- storing one ---- */
struct add {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space;
  const struct jl_stored_state *state;
  void (*done)(void *context, const struct jl_error *err);
  void *context;
};

static void add_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct add *a = unit->context;
  struct jl_error err = {0};
  if (failure != NULL) err = failure->error; /* not tried again: whoever needs it makes it again */
  jl_job_finish(&a->job);
  a->done(a->context, failure == NULL ? NULL : &err);
  jl_reserve_give(a);
}

static void add_start(struct jl_job *job, struct jl_pg *c) {
  struct add *a = (struct add *)job;
  const struct jl_stored_state *state = a->state;
  char revisions[JL_SECTIONS * 21 + 3] = "{";
  uint8_t chains[JL_SECTIONS * JL_CHAIN_SIZE];
  struct jl_number revision, epoch, records, part, section, erasures;
  size_t used = 1;
  for (size_t i = 0; i < JL_SECTIONS; i++) {
    used += (size_t)snprintf(revisions + used, sizeof revisions - used, "%s%" PRIu64, i == 0 ? "" : ",", state->sections[i].revision);
    memcpy(chains + i * JL_CHAIN_SIZE, state->sections[i].chain, JL_CHAIN_SIZE);
  }
  snprintf(revisions + used, sizeof revisions - used, "}");
  struct jl_pg_param head[] = {jl_param_id(&a->space),
                               jl_param_bigint((int64_t)state->revision, &revision),
                               jl_param_bigint((int64_t)state->epoch, &epoch),
                               jl_param_bigint((int64_t)state->records, &records),
                               jl_param_text(revisions),
                               {.data = chains, .size = sizeof chains},
                               jl_param_bigint((int64_t)state->last_section, &section),
                               {.data = state->last_body.data, .size = state->last_body.size}};
  struct jl_pg_param end[] = {head[0], jl_param_bigint((int64_t)state->erasures, &erasures)};
  a->unit = (struct jl_pg_unit){.done = add_done, .context = a};
  jl_pg_unit_open(c, &a->unit);
  jl_send_named(c, &a->unit, "state_add", head, JL_COUNT(head));
  for (size_t i = 0; i < state->part_count; i++) {
    struct jl_pg_param params[] = {
        head[0], head[1], jl_param_bigint((int64_t)i, &part), {.data = state->parts[i].data, .size = state->parts[i].size}};
    jl_send_named(c, &a->unit, "state_add_part", params, JL_COUNT(params));
  }
  jl_send_named(c, &a->unit, "state_add_end", end, JL_COUNT(end));
  jl_pg_unit_close(c, &a->unit);
}

static void add_fail(struct jl_job *job, const struct jl_error *err) {
  struct add *a = (struct add *)job;
  a->done(a->context, err);
  jl_reserve_give(a);
}

void jl_store_state_add(struct jl_store *s, const struct jl_id *space, const struct jl_stored_state *state,
                        void (*done)(void *context, const struct jl_error *err), void *context) {
  struct add *a = jl_reserve_take(s->reserve, sizeof *a);
  *a = (struct add){.job = {.start = add_start, .fail = add_fail}, .space = *space, .state = state, .done = done, .context = context};
  jl_job_submit(&s->statements, &a->job);
}

/* ---- taking some away ---- */
struct removal {
  void (*done)(void *context, const struct jl_error *err);
  void *context;
};

static void removed(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct removal *r = context;
  (void)rows;
  r->done(r->context, err);
  jl_reserve_give(r);
}

void jl_store_state_remove(struct jl_store *s, const struct jl_id *space, uint64_t revision,
                           void (*done)(void *context, const struct jl_error *err), void *context) {
  struct removal *r = jl_reserve_take(s->reserve, sizeof *r);
  *r = (struct removal){done, context};
  const struct jl_param params[] = {{.kind = JL_PARAM_ID, .bytes = {space->bytes, sizeof space->bytes}},
                                    {.kind = JL_PARAM_INTEGER, .number = (int64_t)revision}};
  jl_store_query(s, "state_remove", params, JL_COUNT(params), removed, r);
}

/* ---- what is to be stored next ---- */
struct due {
  void (*done)(void *context, const struct jl_id *space, uint64_t revision, const struct jl_error *err);
  void *context;
};

static void due_done(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct due *d = context;
  bool found = err == NULL && jl_rows_count(rows) == 1;
  struct jl_id space = found ? jl_rows_id(rows, 0, 0) : (struct jl_id){{0}};
  d->done(d->context, &space, found ? (uint64_t)jl_rows_integer(rows, 0, 1) : 0, err);
  jl_reserve_give(d);
}

void jl_store_state_due(struct jl_store *s, uint64_t step, const struct jl_id *except,
                        void (*done)(void *context, const struct jl_id *space, uint64_t revision, const struct jl_error *err),
                        void *context) {
  struct due *d = jl_reserve_take(s->reserve, sizeof *d);
  *d = (struct due){done, context};
  const struct jl_param params[] = {{.kind = JL_PARAM_INTEGER, .number = (int64_t)step},
                                    {.kind = JL_PARAM_ID, .bytes = {except->bytes, sizeof except->bytes}}};
  jl_store_query(s, "state_due", params, JL_COUNT(params), due_done, d);
}

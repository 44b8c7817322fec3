/* What happened to a space after a revision: its head, its log from there on and its lanes, all of one moment. */
#include "server/store/rows.h"
#include <stdlib.h>

#define LANES_BYTES (256u << 20)
#define MOST_ROWS 4096
#define MOST_BYTES (16u << 20) /* of the log; whoever is further behind reads the space again */

struct catch_up {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space;
  uint64_t after;
  struct jl_head_row head;
  bool found, no_memory;
  struct jl_kept_rows log;
  struct jl_kept_lanes lanes;
  struct jl_kept_again again;
  struct jl_kept_decided decided;
  void (*done)(void *context, const struct jl_caught_up *news, const struct jl_error *err);
  void *context;
};

static void catch_up_free(struct catch_up *c) {
  jl_kept_rows_release(&c->log);
  free(c->lanes.lanes);
  free(c->again.groups);
  free(c->decided.groups);
  jl_arena_free(c->lanes.arena);
  jl_reserve_give(c);
}

static void catch_up_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct catch_up *c = unit->context;
  for (int row = 0; row < PQntuples(r) && !c->no_memory; row++) {
    if (command == 0) {
      jl_head_row_read(&c->head, &c->space, r, row);
      c->found = true;
    } else if (command == 1)
      c->no_memory = !jl_kept_lanes_add(&c->lanes, r, row);
    else if (command == 2)
      c->no_memory = !jl_kept_again_add(&c->again, r, row);
    else if (command == 3)
      c->no_memory = !jl_kept_decided_add(&c->decided, r, row);
    else if (command == 4)
      c->no_memory = !jl_kept_rows_add(&c->log, r, row);
  }
}

/* A limit may have cut the tail off, inside a revision too. */
static bool is_whole(const struct catch_up *c) {
  size_t n = c->log.count;
  if (n >= MOST_ROWS) return false;
  return c->head.position.revision <= c->after || (n > 0 && c->log.rows[n - 1].revision == c->head.position.revision);
}

static void catch_up_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct catch_up *c = unit->context;
  struct jl_error err = {0};
  if (failure != NULL) {
    jl_job_failed(&c->job, failure);
    return;
  }
  jl_job_finish(&c->job);
  if (c->no_memory)
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to read the log"), NULL);
  else if (!c->found)
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("no such space"), NULL);
  else if (!is_whole(c))
    jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("the history is too large to read at once"), NULL);
  const struct jl_caught_up news = {.position = c->head.position,
                                    .time_us = c->head.time_us,
                                    .horizon = c->head.horizon,
                                    .commits = c->head.commits,
                                    .rights_epoch = c->head.rights_epoch,
                                    .rows = c->log.rows,
                                    .row_count = c->log.count,
                                    .lanes = c->lanes.lanes,
                                    .lane_count = c->lanes.count,
                                    .again = c->again.groups,
                                    .again_count = c->again.count,
                                    .decided = {c->decided.groups, c->decided.count, c->head.lanes_revision}};
  c->done(c->context, err.code == JL_E_OK ? &news : NULL, err.code == JL_E_OK ? NULL : &err);
  catch_up_free(c);
}

static void catch_up_start(struct jl_job *job, struct jl_pg *connection) {
  struct catch_up *c = (struct catch_up *)job;
  jl_kept_rows_clear(&c->log);
  jl_arena_reset(c->lanes.arena);
  c->lanes.count = c->again.count = c->decided.count = 0;
  c->found = c->no_memory = false;
  c->unit = (struct jl_pg_unit){.result = catch_up_result, .done = catch_up_done, .context = c, .row_by_row = true};
  struct jl_number from, to, rows, bytes;
  struct jl_pg_param space = jl_param_id(&c->space);
  struct jl_pg_param range[] = {space, jl_param_bigint((int64_t)c->after + 1, &from), jl_param_bigint(INT64_MAX, &to),
                                jl_param_bigint(MOST_ROWS, &rows), jl_param_bigint(MOST_BYTES, &bytes)};
  jl_pg_unit_open(connection, &c->unit);
  jl_send_named(connection, &c->unit, "load_head", &space, 1);
  jl_send_named(connection, &c->unit, "load_lanes", &space, 1);
  jl_send_named(connection, &c->unit, "load_again", &space, 1);
  jl_send_named(connection, &c->unit, "load_decided", &space, 1);
  jl_send_named(connection, &c->unit, "log_range", range, 5);
  jl_send_named(connection, &c->unit, "resolve_barrier", NULL, 0); /* what was read may be another session's lost commit */
  jl_pg_unit_close(connection, &c->unit);
}

static void catch_up_fail(struct jl_job *job, const struct jl_error *err) {
  struct catch_up *c = (struct catch_up *)job;
  c->done(c->context, NULL, err);
  catch_up_free(c);
}

void jl_store_catch_up(struct jl_store *s, const struct jl_id *space, uint64_t after,
                       void (*done)(void *context, const struct jl_caught_up *news, const struct jl_error *err), void *context) {
  struct catch_up *c = jl_reserve_take(s->reserve, sizeof *c);
  bool memory = jl_kept_rows_init(&c->log, 4u * MOST_BYTES) && (c->lanes.arena = jl_arena_new(LANES_BYTES)) != NULL;
  c->job = (struct jl_job){.start = catch_up_start, .fail = catch_up_fail};
  c->space = *space;
  c->after = after;
  c->done = done;
  c->context = context;
  if (memory)
    jl_job_submit(&s->readers, &c->job);
  else
    jl_job_refuse(&s->readers, &c->job, JL_E_NO_MEMORY);
}

#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "server/store/rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGE_ROWS 4096         /* rows looked at for one answer */
#define RANGE_BYTES (64u << 20) /* most that one answer may ask for; whatever the caller says */
#define HISTORY_BYTES (64u << 20)
#define CHAIN_REVISIONS 256 /* of a record, asked for together: a history's page; a larger one lets others have the connection's process in between */
#define UNPACK_BYTES (16u << 20)

/* ---- a range ---- */

struct range {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space;
  uint64_t from, to;
  size_t max_bytes;
  const char *statement;
  char import[JL_IMPORT_NAME_MAX + 1]; /* log_of_import */
  uint64_t after;                      /* log_takers */
  uint32_t sections;                   /* of both: no others are looked at */
  struct jl_kept_rows rows;
  size_t looked;
  void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);
  void *context;
};

static void range_free(struct range *l) {
  jl_kept_rows_release(&l->rows);
  jl_reserve_give(l);
}

static void range_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct range *l = unit->context;
  (void)command;
  for (int row = 0; row < PQntuples(r) && !l->rows.no_memory; row++) {
    l->looked = (size_t)jl_cell_number(r, row, 4);
    l->rows.no_memory = !jl_kept_rows_add(&l->rows, r, row);
  }
}

/* A look that ended at its limit may have ended inside a revision: that one is left for the next question. */
static bool range_trim(struct range *l) {
  bool has_more = l->looked > l->rows.count;
  if (l->looked == RANGE_ROWS && l->rows.count == RANGE_ROWS) {
    uint64_t last = l->rows.rows[l->rows.count - 1].revision;
    while (l->rows.count > 0 && l->rows.rows[l->rows.count - 1].revision == last) l->rows.count--;
    has_more = true;
  }
  return has_more;
}

static void range_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct range *l = unit->context;
  if (failure != NULL) {
    jl_job_failed(&l->job, failure);
    return;
  }
  struct jl_error err = {0};
  jl_job_finish(&l->job);
  if (l->rows.no_memory) {
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to read the log"), NULL);
    l->done(l->context, NULL, 0, false, &err);
  } else {
    bool has_more = range_trim(l);
    l->done(l->context, l->rows.rows, l->rows.count, has_more, NULL);
  }
  range_free(l);
}

static int64_t clamp(uint64_t n) { return n > INT64_MAX ? INT64_MAX : (int64_t)n; }

static void range_start(struct jl_job *job, struct jl_pg *c) {
  struct range *l = (struct range *)job;
  jl_kept_rows_clear(&l->rows);
  l->looked = 0;
  l->unit = (struct jl_pg_unit){.result = range_result, .done = range_done, .context = l, .row_by_row = true};
  struct jl_number from, to, rows, bytes, after, sections;
  bool whole = strcmp(l->statement, "log_range") == 0;
  struct jl_pg_param params[] = {jl_param_id(&l->space),
                                 jl_param_bigint(clamp(l->from), &from),
                                 jl_param_bigint(clamp(l->to), &to),
                                 jl_param_bigint(RANGE_ROWS, &rows),
                                 jl_param_bigint((int64_t)l->max_bytes, &bytes),
                                 strcmp(l->statement, "log_takers") == 0 ? jl_param_bigint(clamp(l->after), &after)
                                                                         : jl_param_text(l->import),
                                 jl_param_bigint(l->sections, &sections)};
  jl_pg_unit_open(c, &l->unit);
  jl_send_named(c, &l->unit, l->statement, params, whole ? 5 : JL_COUNT(params));
  jl_pg_unit_close(c, &l->unit);
}

static void range_fail(struct jl_job *job, const struct jl_error *err) {
  struct range *l = (struct range *)job;
  l->done(l->context, NULL, 0, false, err);
  range_free(l);
}

void jl_store_log(struct jl_store *s, const struct jl_id *space, uint64_t from, uint64_t to, size_t max_bytes,
                  void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err),
                  void *context) {
  jl_store_log_some(s, &(struct jl_log_want){.space = *space, .from = from, .to = to, .max_bytes = max_bytes}, done, context);
}

void jl_store_log_some(struct jl_store *s, const struct jl_log_want *want,
                       void (*done)(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err),
                       void *context) {
  struct range *l = jl_reserve_take(s->reserve, sizeof *l);
  bool memory = jl_kept_rows_init(&l->rows, 2 * (size_t)RANGE_BYTES);
  l->job = (struct jl_job){.start = range_start, .fail = range_fail};
  l->space = want->space;
  l->from = want->from;
  l->to = want->to;
  l->max_bytes = want->max_bytes > RANGE_BYTES ? RANGE_BYTES : want->max_bytes == 0 ? 1 : want->max_bytes;
  l->statement = want->takers ? "log_takers" : want->import != NULL ? "log_of_import" : "log_range";
  if (want->import != NULL) snprintf(l->import, sizeof l->import, "%s", want->import); /* a longer one is of no import */
  l->after = want->after;
  l->sections = want->sections;
  l->done = done;
  l->context = context;
  if (memory)
    jl_job_submit(&s->readers, &l->job);
  else
    jl_job_refuse(&s->readers, &l->job, JL_E_NO_MEMORY);
}

/* ---- the history of a record: from change to change before it ---- */

struct history {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space, record;
  uint64_t revision, at, down_to; /* at: where the question under way begins */
  size_t limit;
  struct jl_kept_rows rows;
  struct jl_arena *scratch, *memory; /* memory: the asker's, for unpacked bodies; NULL: they are not kept */
  uint64_t next; /* the one that is looked for */
  bool found;
  void (*done)(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err);
  void *context;
};

static void history_free(struct history *l) {
  jl_kept_rows_release(&l->rows);
  jl_arena_free(l->scratch);
  jl_reserve_give(l);
}

static const Jalon__RecordChange *find_change(const Jalon__ChangeBody *body, const struct jl_id *record) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    if (jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) && jl_id_equal(&id, record)) return body->changes[i];
  }
  return NULL;
}

static const Jalon__ChangeBody *unpack(const PGresult *r, int row, struct jl_arena *a) {
  return (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, jl_cell_bytes(r, row, 2), a, NULL);
}

static void history_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct history *l = unit->context;
  (void)command;
  for (int row = 0; row < PQntuples(r) && !l->rows.no_memory && l->rows.count < l->limit; row++) {
    /* The statement is only good at guessing: what was changed by each revision decides which one was before it. */
    if ((uint64_t)jl_cell_number(r, row, 0) != l->next) continue;
    const Jalon__ChangeBody *kept = l->memory == NULL ? NULL : unpack(r, row, l->memory), *body = kept;
    if (body == NULL) {
      jl_arena_reset(l->scratch);
      body = unpack(r, row, l->scratch);
    }
    const Jalon__RecordChange *change = body == NULL ? NULL : find_change(body, &l->record);
    if (change == NULL) continue;
    l->found = true;
    l->next = change->previous_revision;
    l->rows.no_memory = !jl_kept_rows_add(&l->rows, r, row);
    if (!l->rows.no_memory) l->rows.rows[l->rows.count - 1].unpacked = kept;
  }
}

static void history_ask(struct history *l, struct jl_pg *c) {
  struct jl_number revision, down_to, most;
  size_t left = l->limit - l->rows.count;
  struct jl_pg_param params[] = {jl_param_id(&l->space), jl_param_bigint(clamp(l->at), &revision), jl_param_id(&l->record),
                                 jl_param_bigint(clamp(l->down_to), &down_to),
                                 jl_param_bigint(left < CHAIN_REVISIONS ? (int64_t)left : CHAIN_REVISIONS, &most)};
  l->found = false;
  l->next = l->at;
  void (*done)(struct jl_pg_unit *, const struct jl_pg_failure *) = l->unit.done;
  l->unit = (struct jl_pg_unit){.result = history_result, .done = done, .context = l, .row_by_row = true};
  jl_pg_unit_open(c, &l->unit);
  jl_send_named(c, &l->unit, "log_chain", params, JL_COUNT(params));
  jl_pg_unit_close(c, &l->unit);
}

static void history_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct history *l = unit->context;
  if (failure != NULL) {
    jl_job_failed(&l->job, failure);
    return;
  }
  /* The chain goes down only; a log that says otherwise is damaged and ends here. */
  bool more = l->found && !l->rows.no_memory && l->next > l->down_to && l->next < l->at && l->rows.count < l->limit;
  if (more && jl_pg_up(l->job.seat->connection)) {
    l->at = l->next;
    history_ask(l, l->job.seat->connection);
    return;
  }
  struct jl_error err = {0};
  bool failed = l->rows.no_memory && l->rows.count == 0; /* otherwise the newest are there: the rest is asked for again */
  if (failed) jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("the history is too large to read at once"), JL_MSG("ask for a part of it"));
  jl_job_finish(&l->job);
  l->done(l->context, l->rows.rows, l->rows.count, failed ? &err : NULL);
  history_free(l);
}

static void history_start(struct jl_job *job, struct jl_pg *c) {
  struct history *l = (struct history *)job;
  jl_kept_rows_clear(&l->rows);
  l->at = l->revision;
  l->unit.done = history_done;
  history_ask(l, c);
}

static void history_fail(struct jl_job *job, const struct jl_error *err) {
  struct history *l = (struct history *)job;
  l->done(l->context, NULL, 0, err);
  history_free(l);
}

void jl_store_history(struct jl_store *s, const struct jl_id *space, const struct jl_id *record, uint64_t revision, uint64_t down_to,
                      size_t limit, struct jl_arena *memory,
                      void (*done)(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err), void *context) {
  struct history *l = jl_reserve_take(s->reserve, sizeof *l);
  bool room = jl_kept_rows_init(&l->rows, HISTORY_BYTES) && (l->scratch = jl_arena_new(UNPACK_BYTES)) != NULL;
  l->job = (struct jl_job){.start = history_start, .fail = history_fail};
  l->space = *space;
  l->record = *record;
  l->revision = revision;
  l->down_to = down_to;
  l->limit = limit;
  l->memory = memory;
  l->done = done;
  l->context = context;
  if (room)
    jl_job_submit(&s->readers, &l->job);
  else
    jl_job_refuse(&s->readers, &l->job, JL_E_NO_MEMORY);
}

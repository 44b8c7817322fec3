#include "server/store/columns.h"
#include "server/store/rows.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_BYTES (256u << 20) /* lanes of a space, or summaries of all */
#define ROW_BYTES (4u << 20)    /* one record while it is put together */

/* ---- records of a type ---- */

static void send_select(struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_record_type *type, bool every_space,
                        const struct jl_id *space) {
  char key[64];
  snprintf(key, sizeof key, "%s %" PRIu32, every_space ? "select all" : "select", type->number);
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (!jl_pg_known(c, key)) jl_statement_select(type, every_space, &text);
  const char *sql = jl_buffer_cstring(&text); /* NULL: no memory, and the connection breaks */
  struct jl_pg_param param = every_space ? (struct jl_pg_param){0} : jl_param_id(space);
  jl_pg_send(c, unit, key, sql, &param, every_space ? 0 : 1);
  jl_buffer_release(&text);
}

/* Of every space, those that say who may do what, and those that said it: whoever has missed the end of one is told by its tombstone. */
static void send_rights_select(struct jl_pg *c, struct jl_pg_unit *unit, const char *name, const char *where) {
  char key[64];
  snprintf(key, sizeof key, "select rights %s", name);
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (!jl_pg_known(c, key)) {
    jl_statement_select(jl_record_type_by_name(name), true, &text);
    jl_buffer_printf(&text, "%s", where);
  }
  jl_pg_send(c, unit, key, jl_buffer_cstring(&text), NULL, 0); /* NULL: no memory, which ends the connection */
  jl_buffer_release(&text);
}

static struct jl_record *row_record(struct jl_arena *a, const struct jl_record_type *type, const PGresult *r, int row) {
  jl_arena_reset(a);
  struct jl_id id = jl_cell_id(r, row, 0);
  struct jl_bytes body = jl_row_body(a, type, r, row);
  struct jl_record *record = body.data == NULL ? NULL : jl_record_new(type->number, &id, body);
  if (record == NULL) return NULL;
  record->number = (uint64_t)jl_cell_number(r, row, 1);
  record->revision = (uint64_t)jl_cell_number(r, row, 2);
  record->created_revision = (uint64_t)jl_cell_number(r, row, 3);
  record->deleted_revision = (uint64_t)jl_cell_number(r, row, 4);
  return record;
}

/* ---- one space ---- */

struct load {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_id space;
  struct jl_arena *row;
  struct jl_loaded_space result;
  struct jl_kept_lanes lanes;
  struct jl_kept_again again;
  struct jl_kept_decided decided;
  bool no_memory;
  void (*done)(void *context, struct jl_loaded_space *space, const struct jl_error *err);
  void *context;
};

static void clear_load(struct load *l) {
  jl_replica_free(l->result.replica);
  l->lanes.count = l->again.count = l->decided.count = 0;
  l->result = (struct jl_loaded_space){0};
  l->no_memory = false;
  if (l->lanes.arena != NULL) jl_arena_reset(l->lanes.arena);
}

static void free_load(struct load *l) {
  clear_load(l);
  free(l->lanes.lanes);
  free(l->again.groups);
  free(l->decided.groups);
  jl_arena_free(l->row);
  jl_arena_free(l->lanes.arena);
  jl_reserve_give(l);
}

static void load_head(struct load *l, const PGresult *r, int row) {
  struct jl_head_row head;
  jl_head_row_read(&head, &l->space, r, row);
  l->result.replica = jl_replica_new(&l->space, head.kind);
  if (l->result.replica == NULL) return;
  *jl_replica_position(l->result.replica) = head.position;
  l->result.time_us = head.time_us;
  l->result.horizon = head.horizon;
  l->result.commits = head.commits;
  l->result.rights_epoch = head.rights_epoch;
  l->result.decided.lanes_revision = head.lanes_revision;
}

static void load_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct load *l = unit->context;
  for (int row = 0; row < PQntuples(r) && !l->no_memory; row++) {
    if (command == 0) {
      load_head(l, r, row);
      l->no_memory = l->result.replica == NULL;
    } else if (l->result.replica == NULL)
      return;
    else if (command == 1)
      l->no_memory = !jl_kept_lanes_add(&l->lanes, r, row);
    else if (command == 2)
      l->no_memory = !jl_kept_again_add(&l->again, r, row);
    else if (command == 3)
      l->no_memory = !jl_kept_decided_add(&l->decided, r, row);
    else if (command - 4 < jl_record_type_count) {
      struct jl_record *record = row_record(l->row, jl_record_types[command - 4], r, row);
      if (record == NULL || !jl_replica_put(l->result.replica, record)) l->no_memory = true; /* which releases it then */
    }
  }
}

static void load_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct load *l = unit->context;
  if (failure != NULL) {
    jl_job_failed(&l->job, failure);
    return;
  }
  struct jl_error err = {0};
  if (l->no_memory)
    jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to open the space, or it has too many records"), NULL);
  else if (l->result.replica == NULL)
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("no such space"), NULL);
  l->result.lanes = l->lanes.lanes;
  l->result.lane_count = l->lanes.count;
  l->result.again = l->again.groups;
  l->result.again_count = l->again.count;
  l->result.decided.groups = l->decided.groups;
  l->result.decided.count = l->decided.count;
  jl_job_finish(&l->job);
  bool ok = err.code == JL_E_OK;
  l->done(l->context, ok ? &l->result : NULL, ok ? NULL : &err);
  if (ok) l->result.replica = NULL; /* taken */
  free_load(l);
}

static void load_start(struct jl_job *job, struct jl_pg *c) {
  struct load *l = (struct load *)job;
  clear_load(l);
  l->unit = (struct jl_pg_unit){.result = load_result, .done = load_done, .context = l, .row_by_row = true};
  jl_pg_unit_open(c, &l->unit);
  struct jl_pg_param space = jl_param_id(&l->space);
  jl_send_named(c, &l->unit, "load_head", &space, 1);
  jl_send_named(c, &l->unit, "load_lanes", &space, 1);
  jl_send_named(c, &l->unit, "load_again", &space, 1);
  jl_send_named(c, &l->unit, "load_decided", &space, 1);
  for (size_t i = 0; i < jl_record_type_count; i++) send_select(c, &l->unit, jl_record_types[i], false, &l->space);
  jl_send_named(c, &l->unit, "resolve_barrier", NULL, 0); /* what was read may be another session's lost commit */
  jl_pg_unit_close(c, &l->unit);
}

static void load_fail(struct jl_job *job, const struct jl_error *err) {
  struct load *l = (struct load *)job;
  l->done(l->context, NULL, err);
  free_load(l);
}

void jl_store_load(struct jl_store *s, const struct jl_id *space,
                   void (*done)(void *context, struct jl_loaded_space *space, const struct jl_error *err), void *context) {
  struct load *l = jl_reserve_take(s->reserve, sizeof *l);
  bool memory = (l->row = jl_arena_new(ROW_BYTES)) != NULL && (l->lanes.arena = jl_arena_new(KEEP_BYTES)) != NULL;
  l->job = (struct jl_job){.start = load_start, .fail = load_fail};
  l->space = *space;
  l->done = done;
  l->context = context;
  if (memory)
    jl_job_submit(&s->readers, &l->job);
  else
    jl_job_refuse(&s->readers, &l->job, JL_E_NO_MEMORY);
}

/* ---- every space ---- */

struct summaries {
  struct jl_job job;
  struct jl_pg_unit unit;
  struct jl_arena *row;
  struct jl_space_summary *spaces; /* by id */
  size_t count, capacity;
  bool no_memory;
  void (*done)(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err);
  void *context;
};

static void clear_summaries(struct summaries *l) {
  for (size_t i = 0; i < l->count; i++) {
    jl_record_release(l->spaces[i].plan);
    for (size_t k = 0; k < l->spaces[i].right_count; k++) jl_record_release(l->spaces[i].rights[k]);
    free(l->spaces[i].rights);
  }
  l->count = 0;
  l->no_memory = false;
}

static void free_summaries(struct summaries *l) {
  clear_summaries(l);
  free(l->spaces);
  jl_arena_free(l->row);
  jl_reserve_give(l);
}

static bool add_space(struct summaries *l, const PGresult *r, int row) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    struct jl_space_summary *spaces = realloc(l->spaces, capacity * sizeof *spaces);
    if (spaces == NULL) return false;
    l->spaces = spaces;
    l->capacity = capacity;
  }
  l->spaces[l->count++] = (struct jl_space_summary){.id = jl_cell_id(r, row, 0), .kind = (enum jl_space_kind)jl_cell_number(r, row, 1)};
  return true;
}

static int by_id(const void *a, const void *b) {
  const struct jl_space_summary *x = a, *y = b;
  return jl_id_compare(&x->id, &y->id);
}

static bool add_right(struct jl_space_summary *space, struct jl_record *record) {
  struct jl_record **rights = record == NULL ? NULL : realloc(space->rights, (space->right_count + 1) * sizeof(struct jl_record *));
  if (rights == NULL) {
    jl_record_release(record);
    return false;
  }
  space->rights = rights;
  rights[space->right_count++] = record;
  return true;
}

static void spaces_result(struct jl_pg_unit *unit, size_t command, const PGresult *r) {
  struct summaries *l = unit->context;
  static const char *const names[] = {"", "plan", "grant", "raci"};
  const struct jl_record_type *type = jl_record_type_by_name(names[command]);
  for (int row = 0; row < PQntuples(r) && !l->no_memory; row++) {
    if (command == 0) {
      l->no_memory = !add_space(l, r, row);
      continue;
    }
    struct jl_space_summary key = {.id = jl_cell_id(r, row, (int)(5 + type->field_count + 1))};
    struct jl_space_summary *space = l->count == 0 ? NULL : bsearch(&key, l->spaces, l->count, sizeof *l->spaces, by_id);
    if (space == NULL || (command == 1 && space->plan != NULL)) continue;
    struct jl_record *record = row_record(l->row, type, r, row);
    if (command == 1) space->plan = record;
    l->no_memory = command == 1 ? record == NULL : !add_right(space, record);
  }
}

static void spaces_done(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct summaries *l = unit->context;
  if (failure != NULL) {
    jl_job_failed(&l->job, failure);
    return;
  }
  struct jl_error err = {0};
  if (l->no_memory) jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory to list the spaces"), NULL);
  jl_job_finish(&l->job);
  l->done(l->context, l->spaces, l->no_memory ? 0 : l->count, l->no_memory ? &err : NULL);
  free_summaries(l);
}

static void spaces_start(struct jl_job *job, struct jl_pg *c) {
  struct summaries *l = (struct summaries *)job;
  clear_summaries(l);
  l->unit = (struct jl_pg_unit){.result = spaces_result, .done = spaces_done, .context = l, .row_by_row = true};
  jl_pg_unit_open(c, &l->unit);
  jl_send_named(c, &l->unit, "spaces", NULL, 0);
  send_select(c, &l->unit, jl_record_type_by_name("plan"), true, NULL);
  send_rights_select(c, &l->unit, "grant", "");
  send_rights_select(c, &l->unit, "raci", " WHERE target = space_id AND letter = 2");
  jl_pg_unit_close(c, &l->unit);
}

static void spaces_fail(struct jl_job *job, const struct jl_error *err) {
  struct summaries *l = (struct summaries *)job;
  l->done(l->context, NULL, 0, err);
  free_summaries(l);
}

void jl_store_spaces(struct jl_store *s,
                     void (*done)(void *context, const struct jl_space_summary *spaces, size_t n, const struct jl_error *err),
                     void *context) {
  struct summaries *l = jl_reserve_take(s->reserve, sizeof *l);
  bool memory = (l->row = jl_arena_new(ROW_BYTES)) != NULL;
  l->job = (struct jl_job){.start = spaces_start, .fail = spaces_fail};
  l->done = done;
  l->context = context;
  if (memory)
    jl_job_submit(&s->readers, &l->job);
  else
    jl_job_refuse(&s->readers, &l->job, JL_E_NO_MEMORY);
}

/* The history view: the log first, newest changes before older ones, as much as fits; then as any view. */
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "server/net/views.h"
#include <string.h>

#define HISTORY_ROWS 200 /* shown by a history view, newest first */
#define HISTORY_BYTES (2U * 1024U * 1024U)
#define ROUNDS_MAX 50 /* of HISTORY_ROWS changes of a record, to find those before a revision */

struct found {
  struct jl_arena *memory; /* of what was unpacked */
  struct jl_view_log log;
  size_t bytes;
  uint64_t reached; /* the oldest revision that was looked at, shown or not */
};

/* false: no room for it, or it cannot be read; then *err says why. */
static bool add_row(const struct jl_view_question *q, struct found *f, const struct jl_log_row *row, struct jl_error *err) {
  struct jl_view_log *log = &f->log;
  f->bytes += row->change.body.size + row->change.private_values.size;
  if (log->count == HISTORY_ROWS || (log->count > 0 && f->bytes > HISTORY_BYTES)) return false;
  f->reached = row->revision;
  if (row->section >= JL_SECTIONS || (q->sections & 1U << row->section) == 0) return true;
  log->bodies[log->count] = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, f->memory, err);
  if (log->bodies[log->count] == NULL) return false;
  log->private_values[log->count] =
      (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, row->change.private_values, f->memory, err);
  if (log->private_values[log->count] == NULL) return false;
  log->count++;
  return true;
}

static bool begin(struct found *f) {
  *f = (struct found){.memory = jl_arena_new(JL_VIEW_ARENA)};
  if (f->memory == NULL) return false;
  f->log.bodies = jl_arena_array(f->memory, HISTORY_ROWS, sizeof *f->log.bodies);
  f->log.private_values = jl_arena_array(f->memory, HISTORY_ROWS, sizeof *f->log.private_values);
  return f->log.bodies != NULL && f->log.private_values != NULL;
}

static void show(struct jl_view_question *q, const struct found *f) {
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  if (a == NULL)
    jl_view_out_of_memory(q);
  else
    jl_view_build_and_answer(q, &f->log, a);
}

/* ---- of the whole space: the revisions before q->before, fewer and fewer until their rows fit an answer ---- */
static void ask_window(struct jl_view_question *q);

static void window_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct jl_view_question *q = context;
  struct jl_error why = {0};
  struct found f;
  if (err != NULL && err->code != JL_E_OK) {
    jl_view_answer(q, NULL, err);
    return;
  }
  if (has_more && q->window > 1) { /* these are the oldest of it: the newest are wanted */
    q->window /= 2;
    ask_window(q);
    return;
  }
  if (!begin(&f)) {
    jl_view_out_of_memory(q);
    jl_arena_free(f.memory);
    return;
  }
  size_t i = n;
  while (i > 0 && add_row(q, &f, &rows[i - 1], &why)) i--;
  if (f.reached == 0 && why.code != JL_E_OK) {
    jl_view_answer(q, NULL, &why); /* not even the newest */
  } else {
    uint64_t first = q->before > q->window ? q->before - q->window : 1;
    if (i > 0) {
      f.log.older = rows[i - 1].revision + 1;
      if (f.log.older >= q->before) f.log.older = f.reached; /* one revision alone is too much: on to what is before it */
    } else if (first > 1) {
      f.log.older = first;
    }
    show(q, &f);
  }
  jl_arena_free(f.memory);
}

static void ask_window(struct jl_view_question *q) {
  uint64_t from = q->before > q->window ? q->before - q->window : 1;
  jl_space_rows(q->space, from, q->before - 1, HISTORY_BYTES, window_found, q);
}

/* ---- of one record: from change to change before it ---- */
static const Jalon__RecordChange *change_of(const Jalon__ChangeBody *body, const struct jl_id *record) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    if (jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) && jl_id_equal(&id, record)) return body->changes[i];
  }
  return NULL;
}

static uint64_t revision_before(const struct jl_view_question *q, const struct jl_log_row *row) {
  struct jl_arena *a = jl_arena_new(JL_UNPACK_MAX);
  struct jl_error err;
  const Jalon__ChangeBody *body =
      a == NULL ? NULL : (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, a, &err);
  const Jalon__RecordChange *change = body == NULL ? NULL : change_of(body, &q->record);
  uint64_t revision = change == NULL ? 0 : change->previous_revision;
  jl_arena_free(a);
  return revision < row->revision ? revision : 0;
}

static void ask_record(struct jl_view_question *q, uint64_t revision);

static void record_found(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  struct jl_view_question *q = context;
  struct jl_error why = {0};
  struct found f;
  if (err != NULL && err->code != JL_E_OK) {
    jl_view_answer(q, NULL, err);
    return;
  }
  size_t i = 0;
  while (i < n && rows[i].revision >= q->before) i++;
  const struct jl_record *record = jl_replica_record(jl_view_replica(q), &q->record);
  uint64_t next = n == 0 ? 0 : revision_before(q, &rows[n - 1]);
  if (n == 0 && q->rounds == 0 && record != NULL && q->before <= record->revision)
    next = record->revision; /* nothing changed it right before that: from its last change on */
  if (i == n && next != 0 && q->rounds < ROUNDS_MAX) {
    q->rounds++;
    ask_record(q, next);
    return;
  }
  if (!begin(&f)) {
    jl_view_out_of_memory(q);
    jl_arena_free(f.memory);
    return;
  }
  while (i < n && add_row(q, &f, &rows[i], &why)) i++;
  if (f.reached == 0 && why.code != JL_E_OK) {
    jl_view_answer(q, NULL, &why);
  } else {
    if (i < n)
      f.log.older = rows[i].revision + 1;
    else if (next != 0)
      f.log.older = next + 1;
    show(q, &f);
  }
  jl_arena_free(f.memory);
}

static void ask_record(struct jl_view_question *q, uint64_t revision) {
  const struct jl_position *position = jl_replica_where(jl_view_replica(q));
  jl_store_history(q->server->store, &position->space, &q->record, revision, 0, HISTORY_ROWS, record_found, q);
}

/* ---- what is asked for ---- */
static const char *parameter(const Jalon__ViewRequest *request, const char *name) {
  for (size_t i = 0; i < request->n_parameters; i++)
    if (strcmp(request->parameters[i]->name, name) == 0) return request->parameters[i]->value;
  return NULL;
}

/* "r123" or "123"; more than there are means all. */
static bool read_before(struct jl_view_question *q, uint64_t head, struct jl_error *err) {
  const char *text = parameter(q->request, "before");
  q->before = head + 1;
  if (text == NULL || text[0] == '\0') return true;
  uint64_t before = 0;
  if (!jl_view_number(text[0] == 'r' ? text + 1 : text, &before) || before == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a revision"), JL_MSG("give one such as r123"), jl_arg_text(text));
  if (before <= head) q->before = before;
  return true;
}

static bool find_record(struct jl_view_question *q, const char *named, const struct jl_record **ret_record, struct jl_error *err) {
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  const struct jl_replica *replica = jl_view_replica(q);
  bool found =
      a != NULL && jl_resolve(replica, named, NULL, 0, true, a, ret_record, err) && jl_record_readable(replica, *ret_record, q->sections);
  if (!found && err->code == JL_E_OK) jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no record {1}"), NULL, jl_arg_text(named));
  jl_arena_free(a);
  return found;
}

void jl_view_history(struct jl_view_question *q) {
  const struct jl_replica *replica = jl_view_replica(q);
  const char *named = parameter(q->request, "record");
  const struct jl_record *record = NULL;
  uint64_t head = replica != NULL ? jl_replica_where(replica)->revision : 0;
  struct jl_error err = {0};
  q->window = HISTORY_ROWS;
  q->rounds = 0;
  q->record = (struct jl_id){{0}};
  if (!read_before(q, head, &err)) { // NOLINT(bugprone-branch-clone): the questions must be asked in this order
    jl_view_answer(q, NULL, &err);
  } else if (head == 0 || q->before == 1) {
    window_found(q, NULL, 0, false, NULL);
  } else if (named == NULL || named[0] == '\0') {
    ask_window(q);
  } else if (!find_record(q, named, &record, &err)) {
    jl_view_answer(q, NULL, &err);
  } else {
    q->record = record->id;
    ask_record(q, q->before <= record->revision ? q->before - 1 : record->revision);
  }
}

/* The log that the views history and inbox show: newest changes before older ones, as much as fits. */
#include "common/base/limits.h"
#include "common/model/evaluate.h"
#include "common/model/moment.h"
#include "common/model/query.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define HISTORY_ROWS 200 /* shown by a history view, newest first; a view may want more */
#define HISTORY_BYTES (2U * 1024U * 1024U)
#define ROWS_MAX 1000
#define WINDOW_FILTERED 4000 /* revisions looked at together for the few of a person or a period */
#define ROUNDS_MAX 50        /* of so many changes, to find those before a revision, or of a person; then the rest is asked for again */

struct jl_history {
  struct jl_arena *memory;  /* of what was unpacked */
  struct jl_arena *scratch; /* of what is only looked at; NULL: nothing is filtered */
  struct jl_view_log log;
  uint32_t sections;
  struct jl_log_want want;
  bool wanting;
  size_t bytes;
  size_t rows;                               /* at most */
  uint64_t after;                            /* only changes after this revision; */
  uint64_t reached;                          /* the oldest revision that was looked at, shown or not */
  uint64_t before;                           /* only changes before this revision, */
  uint64_t window;                           /* of so many revisions, */
  struct jl_id record;                       /* or of this record, */
  uint64_t last_changed;                     /* at this revision, */
  unsigned rounds;                           /* found by asking so often */
  int64_t since_us, until_us;                /* only changes of this time; until 0: up to now */
  struct jl_id by;                           /* only this person's; zero: everybody's */
  const char *import;                        /* only of imports of this name, in the request; NULL: all */
  uint64_t window_most;                      /* of a window that holds little of what is wanted */
  bool filtered;                             /* what is looked at is not all shown: more is looked at */
  bool over;                                 /* what comes now is before the period */
  struct jl_log_point points[JL_LOG_POINTS]; /* single changes that are wanted besides, */
  size_t point_count;                        /* so many of them are still to be asked for, the last one first */
  bool asks_point;                           /* is being asked for */
};

/* A source that follows a record has looked into it already. */
static const Jalon__ChangeBody *body_of(const struct jl_log_row *row, struct jl_arena *a, struct jl_error *err) {
  if (row->unpacked != NULL) return row->unpacked;
  return (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, a, err);
}

/* Of the period, the person and the import that were asked for. One that cannot be read is: then it is said. */
static bool wanted(struct jl_history *h, const struct jl_log_row *row) {
  struct jl_id author = {{0}};
  int64_t time_us = 0;
  struct jl_error unreadable = {0};
  jl_arena_reset(h->scratch);
  const Jalon__ChangeBody *body = body_of(row, h->scratch, &unreadable);
  if (body == NULL) return true;
  (void)jl_id_from_bytes(JL_PB(body->author), &author);
  time_us = body->time_us;
  h->over = h->over || time_us < h->since_us;
  if (h->import != NULL && (body->import_name == NULL || strcmp(body->import_name, h->import) != 0)) return false;
  return !h->over && (h->until_us == 0 || time_us < h->until_us) && (jl_id_is_zero(&h->by) || jl_id_equal(&h->by, &author));
}

/* false: no room for it, or it cannot be read; then *err says why. */
static bool add_row(struct jl_history *h, const struct jl_log_row *row, struct jl_error *err) {
  struct jl_view_log *log = &h->log;
  size_t bytes = row->change.body.size + row->change.private_values.size;
  bool seen = row->section < JL_SECTIONS && (h->sections & 1U << row->section) != 0;
  if (h->filtered && seen) seen = wanted(h, row);
  if (h->over) return true;
  if (!h->filtered || seen) h->bytes += bytes;
  if (log->count == h->rows || (log->count > 0 && h->bytes > HISTORY_BYTES)) return false;
  h->reached = row->revision;
  if (!seen) return true;
  log->bodies[log->count] = body_of(row, h->memory, err);
  if (log->bodies[log->count] == NULL) return false;
  log->private_values[log->count] =
      (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, row->change.private_values, h->memory, err);
  if (log->private_values[log->count] == NULL) return false;
  log->count++;
  return true;
}

/* ---- of the whole space: the revisions before h->before, fewer and fewer until their rows fit an answer ---- */
static uint64_t window_begins(const struct jl_history *h) {
  uint64_t first = h->before > h->window ? h->before - h->window : 1;
  return first > h->after ? first : h->after + 1;
}

static void want_window(struct jl_history *h) {
  h->want.from = window_begins(h);
  h->want.to = h->before - 1;
  h->want.max_bytes = HISTORY_BYTES;
  h->want.import = h->import;
  h->want.sections = h->sections;
  h->wanting = true;
}

static bool take_window(struct jl_history *h, const struct jl_log_rows *found, struct jl_error *err) {
  const struct jl_log_row *rows = found->rows;
  struct jl_error why = {0};
  if (found->has_more && h->window > 1) { /* these are the oldest of it: the newest are wanted */
    if (h->rounds++ >= ROUNDS_MAX) {
      h->log.older = h->before;
      return true;
    }
    h->window /= 2;
    want_window(h);
    return true;
  }
  size_t i = found->count;
  while (i > 0 && add_row(h, &rows[i - 1], &why)) i--;
  if (h->reached == 0 && why.code != JL_E_OK) { /* not even the newest */
    *err = why;
    return false;
  }
  uint64_t first = window_begins(h);
  if (i > 0) {
    h->log.older = rows[i - 1].revision + 1;
    if (h->log.older >= h->before) h->log.older = h->reached; /* one revision alone is too much: on to what is before it */
  } else if (first > h->after + 1) {
    h->log.older = first;
  }
  if (h->over) h->log.older = 0;
  if (!h->filtered || i > 0 || h->log.older == 0 || h->log.count == h->rows || h->rounds >= ROUNDS_MAX) return true;
  h->rounds++;
  h->before = h->log.older;
  h->log.older = 0;
  h->window = h->window < h->window_most / 2 ? h->window * 2 : h->window_most; /* it fitted: about twice as many may */
  want_window(h);
  return true;
}

/* ---- of one record: from change to change before it ---- */
static const Jalon__RecordChange *change_of(const Jalon__ChangeBody *body, const struct jl_id *record) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    if (jl_id_from_bytes(JL_PB(body->changes[i]->id), &id) && jl_id_equal(&id, record)) return body->changes[i];
  }
  return NULL;
}

static uint64_t revision_before(const struct jl_history *h, const struct jl_log_row *row) {
  struct jl_arena *a = row->unpacked != NULL ? NULL : jl_arena_new(JL_UNPACK_MAX);
  struct jl_error err;
  const Jalon__ChangeBody *body = a == NULL ? row->unpacked : body_of(row, a, &err);
  const Jalon__RecordChange *change = body == NULL ? NULL : change_of(body, &h->record);
  uint64_t revision = change == NULL ? 0 : change->previous_revision;
  jl_arena_free(a);
  return revision < row->revision ? revision : 0;
}

static void want_record(struct jl_history *h, uint64_t revision) {
  h->want.of_record = true;
  h->want.record = h->record;
  h->want.revision = revision;
  h->want.down_to = h->after;
  h->want.limit = h->rows;
  h->want.memory = h->memory;
  h->wanting = true;
}

static bool take_record(struct jl_history *h, const struct jl_log_rows *found, struct jl_error *err) {
  const struct jl_log_row *rows = found->rows;
  size_t i = 0, n = found->count;
  struct jl_error why = {0};
  while (i < n && rows[i].revision >= h->before) i++;
  uint64_t next = n == 0 ? 0 : revision_before(h, &rows[n - 1]);
  if (next <= h->after) next = 0;
  if (n == 0 && h->rounds == 0 && h->before <= h->last_changed)
    next = h->last_changed; /* nothing changed it right before that: from its last change on */
  if (i == n && next != 0 && h->rounds < ROUNDS_MAX) {
    h->rounds++;
    want_record(h, next);
    return true;
  }
  while (i < n && add_row(h, &rows[i], &why)) i++;
  if (h->reached == 0 && why.code != JL_E_OK) {
    *err = why;
    return false;
  }
  if (h->over) return true;
  if (h->filtered && i == n && next != 0 && h->log.count < h->rows && h->rounds < ROUNDS_MAX) {
    h->rounds++;
    want_record(h, next);
    return true;
  }
  if (i < n)
    h->log.older = rows[i].revision + 1;
  else if (next != 0)
    h->log.older = next + 1;
  return true;
}

/* ---- single changes besides: what waits for somebody may be older than what is new ---- */
static bool has_revision(const struct jl_history *h, uint64_t revision) {
  for (size_t i = 0; i < h->log.count; i++)
    if (h->log.bodies[i]->revision == revision) return true;
  return false;
}

static void want_point(struct jl_history *h) {
  h->asks_point = false;
  while (h->point_count > 0 && has_revision(h, h->points[h->point_count - 1].revision)) h->point_count--;
  if (h->point_count == 0) return;
  const struct jl_log_point *point = &h->points[--h->point_count];
  h->want.of_record = h->asks_point = h->wanting = true;
  h->want.record = point->record;
  h->want.revision = point->revision;
  h->want.down_to = point->revision - 1;
  h->want.limit = 1;
}

/* In its place; that it cannot be had is no failure: the item says less. */
static void take_point(struct jl_history *h, const struct jl_log_rows *found) {
  uint64_t reached = h->reached;
  size_t before = h->log.count, bytes = h->bytes;
  struct jl_error ignored = {0};
  h->bytes = 0;
  h->rows++; /* there is room for all of them */
  if (found->count > 0 && add_row(h, &found->rows[0], &ignored) && h->log.count > before) {
    const Jalon__ChangeBody *body = h->log.bodies[before];
    const Jalon__ChangePrivate *values = h->log.private_values[before];
    size_t at = before;
    for (; at > 0 && h->log.bodies[at - 1]->revision < body->revision; at--) {
      h->log.bodies[at] = h->log.bodies[at - 1];
      h->log.private_values[at] = h->log.private_values[at - 1];
    }
    h->log.bodies[at] = body;
    h->log.private_values[at] = values;
  }
  h->bytes = bytes;
  h->reached = reached;
}

static void find_points(struct jl_history *h, const struct jl_asker *query, const Jalon__ViewRequest *request, const struct jl_view *view) {
  struct jl_view_input in = {.space = query->space,
                             .organisation = query->organisation,
                             .sections = query->sections,
                             .reader = query->person,
                             .today = request->has_today ? request->today : query->today};
  struct jl_arena *a = view->log_points == NULL || query->space == NULL ? NULL : jl_arena_new(JL_VIEW_ARENA);
  if (a == NULL) return;
  h->point_count = view->log_points(&in, a, h->points);
  jl_arena_free(a);
}

/* ---- what is asked for ---- */
static const char *parameter(const Jalon__ViewRequest *request, const char *name) {
  for (size_t i = 0; i < request->n_parameters; i++)
    if (strcmp(request->parameters[i]->name, name) == 0) return request->parameters[i]->value;
  return NULL;
}

/* "r123" or "123"; more than there are means all. */
static bool read_before(struct jl_history *h, const char *text, uint64_t head, struct jl_error *err) {
  h->before = head + 1;
  if (text == NULL || text[0] == '\0') return true;
  uint64_t before = 0;
  if (!jl_view_number(text[0] == 'r' ? text + 1 : text, &before) || before == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a revision"), JL_MSG("give one such as r123"), jl_arg_text(text));
  if (before <= head) h->before = before;
  return true;
}

static bool find_record(const struct jl_asker *query, const char *named, const struct jl_record **ret_record, struct jl_error *err) {
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  struct jl_error why = {0};
  bool found = a != NULL && jl_resolve(query->space, named, NULL, 0, true, a, ret_record, &why) &&
               jl_record_readable(query->space, *ret_record, query->sections);
  if (a == NULL || jl_arena_short(a)) found = jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (!found && why.code == JL_E_OK) jl_fail(&why, JL_E_NOT_FOUND, JL_MSG("there is no record {1}"), NULL, jl_arg_text(named));
  jl_arena_free(a);
  if (!found && err != NULL) *err = why;
  return found;
}

static bool moment(const char *text, uint64_t *ret_revision, int64_t *ret_us, struct jl_error *err) {
  struct jl_moment at;
  if (text == NULL || text[0] == '\0') return true;
  if (!jl_moment_parse(text, &at, err)) return false;
  *ret_revision = at.revision;
  *ret_us = at.before_us;
  return true;
}

static bool find_person(struct jl_history *h, const struct jl_asker *query, const char *named, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_PERSON};
  const struct jl_record *person = NULL;
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  bool found = a != NULL
                   ? query->organisation != NULL && jl_resolve(query->organisation, named, types, JL_COUNT(types), true, a, &person, err)
                   : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (found) h->by = person->id;
  jl_arena_free(a);
  return found;
}

/* The period, the person and the import. Revisions that the asker knows to be the ends of the period spare looking at what is outside. */
static bool read_filters(struct jl_history *h, const struct jl_asker *query, const Jalon__ViewRequest *request, struct jl_error *err) {
  const char *by = parameter(request, "by"), *import = parameter(request, "import");
  uint64_t since = 0, until = 0;
  if (!moment(parameter(request, "since"), &since, &h->since_us, err) || !moment(parameter(request, "until"), &until, &h->until_us, err))
    return false;
  if (by != NULL && by[0] != '\0' && !find_person(h, query, by, err)) return false;
  if (since == 0) since = query->since;
  if (until == 0) until = query->until;
  if (since > h->after) h->after = since;
  if (until != 0 && until < h->before) h->before = until + 1;
  if (query->nothing_until) h->before = 1;
  if (import != NULL && import[0] != '\0') h->import = import;
  if (h->import != NULL && strlen(h->import) > JL_IMPORT_NAME_MAX) h->before = 1; /* no import has such a name */
  h->filtered = h->since_us != 0 || h->until_us != 0 || !jl_id_is_zero(&h->by) || h->import != NULL;
  if (!h->filtered) return true;
  h->scratch = jl_arena_new(JL_UNPACK_MAX);
  h->window_most = h->import != NULL ? h->before : WINDOW_FILTERED; /* an import's are found without the others */
  if (!jl_id_is_zero(&h->by) || h->import != NULL) h->window = h->window_most;
  return h->scratch != NULL || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
}

static bool begin(struct jl_history *h, const struct jl_asker *query, const Jalon__ViewRequest *request, struct jl_error *err) {
  const char *named = parameter(request, "record");
  const struct jl_record *record = NULL;
  uint64_t head = query->space != NULL ? jl_replica_where(query->space)->revision : 0;
  const char *since = parameter(request, "since");
  h->window = h->rows;
  h->sections = query->sections;
  if (query->space != NULL) h->want.space = jl_replica_where(query->space)->space;
  if (!read_before(h, parameter(request, "before"), head, err)) return false;
  bool of_period = jl_view_takes(jl_view_by_name(request->view), "until");
  if (of_period && !read_filters(h, query, request, err)) return false;
  if (!of_period && since != NULL && since[0] == 'r' && !jl_view_number(since + 1, &h->after))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a revision"), JL_MSG("give one such as r123"), jl_arg_text(since));
  if (h->before <= h->after + 1) return true; /* nothing since */
  if (named == NULL || named[0] == '\0') {
    want_window(h);
    return true;
  }
  if (!find_record(query, named, &record, err)) return false;
  h->record = record->id;
  h->last_changed = record->revision;
  if (record->revision <= h->after) return true; /* not since */
  want_record(h, h->before <= record->revision ? h->before - 1 : record->revision);
  return true;
}

bool jl_history_begin(const struct jl_asker *query, const Jalon__ViewRequest *request, struct jl_history **ret_history,
                      struct jl_error *err) {
  struct jl_history *h = calloc(1, sizeof *h);
  *ret_history = h;
  if (h != NULL) h->memory = jl_arena_new(JL_VIEW_ARENA);
  const struct jl_view *view = jl_view_by_name(request->view);
  const char *limit = parameter(request, "limit");
  uint64_t rows = 0;
  if (h != NULL) h->rows = view != NULL && view->log_rows > 0 ? view->log_rows : HISTORY_ROWS;
  if (limit != NULL && (!jl_view_number(limit, &rows) || rows == 0 || rows > ROWS_MAX))
    return jl_fail(err, JL_E_INVALID, JL_MSG("limit is a number from 1 to {1}, not {2}"), NULL, jl_arg_integer(ROWS_MAX),
                   jl_arg_text(limit));
  if (h != NULL && rows > 0) h->rows = (size_t)rows;
  if (h != NULL && view != NULL) find_points(h, query, request, view);
  if (h != NULL && h->memory != NULL) {
    h->log.bodies = jl_arena_array(h->memory, h->rows + h->point_count, sizeof *h->log.bodies);
    h->log.private_values = jl_arena_array(h->memory, h->rows + h->point_count, sizeof *h->log.private_values);
  }
  if (h == NULL || h->log.bodies == NULL || h->log.private_values == NULL)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (!begin(h, query, request, err)) return false;
  if (!h->wanting) want_point(h);
  return true;
}

const struct jl_log_want *jl_history_wants(const struct jl_history *history) { return history->wanting ? &history->want : NULL; }

bool jl_history_give(struct jl_history *history, const struct jl_log_rows *rows, struct jl_error *err) {
  history->wanting = false;
  bool ok = true;
  if (history->asks_point)
    take_point(history, rows);
  else
    ok = history->want.of_record ? take_record(history, rows, err) : take_window(history, rows, err);
  if (ok && !history->wanting) want_point(history);
  return ok;
}

const struct jl_view_log *jl_history_log(const struct jl_history *history) { return &history->log; }

void jl_history_end(struct jl_history *history) {
  if (history == NULL) return;
  jl_arena_free(history->memory);
  jl_arena_free(history->scratch);
  free(history);
}

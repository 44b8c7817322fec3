/* The history view: the log first, then as any view. The ends of a period are found in the log beforehand, so that nothing outside of it
 * is read.
 *
 * Rights: what may be read now decides. A past state asks for the rights of then too (view_past.c), but whoever may read a section holds
 * its log, on the disk of his copy as well: leaving lines out here would hide nothing. What one may not read now is in no line. */
#include "server/net/views.h"

static void go_on(struct jl_view_question *q);

static void give(struct jl_view_question *q, const struct jl_log_rows *rows, const struct jl_error *problem) {
  struct jl_error err = {0};
  bool failed = problem != NULL && problem->code != JL_E_OK;
  if (!failed && jl_history_give(q->history, rows, &err)) {
    go_on(q);
    return;
  }
  jl_history_end(q->history);
  jl_view_answer(q, NULL, failed ? problem : &err);
}

static void window_found(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  give(context, &(struct jl_log_rows){rows, n, has_more}, err);
}

static void record_found(void *context, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  give(context, &(struct jl_log_rows){rows, n, false}, err);
}

static void show(struct jl_view_question *q) {
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  struct jl_history *history = q->history;
  if (a == NULL)
    jl_view_out_of_memory(q);
  else
    jl_view_build_and_answer(q, jl_history_log(history), a);
  jl_history_end(history);
}

static void go_on(struct jl_view_question *q) {
  const struct jl_log_want *want = jl_history_wants(q->history);
  if (want == NULL)
    show(q);
  else if (want->of_record)
    jl_store_history(q->server->store, &want->space, &want->record, want->revision, want->down_to, want->limit, want->memory, record_found, q);
  else if (jl_log_wants_some(want))
    jl_store_log_some(q->server->store, want, window_found, q);
  else
    jl_space_rows(q->space, want->from, want->to, want->max_bytes, window_found, q);
}

static void begin(struct jl_view_question *q) {
  const struct jl_asker query = jl_view_query(q);
  struct jl_error err = {0};
  if (jl_history_begin(&query, q->request, &q->history, &err)) {
    go_on(q);
    return;
  }
  jl_history_end(q->history);
  jl_view_answer(q, NULL, &err);
}

/* ---- the ends of a period ---- */
typedef void moment_found(void *context, const struct jl_store_moment *moment, const struct jl_error *err);

/* Only of an instant: a revision is one already, and what cannot be read is refused when the history begins. false: not asked. */
static bool ask_end(struct jl_view_question *q, const char *name, moment_found *found) {
  const char *text = jl_view_takes(q->view, "until") ? jl_view_parameter(q, name) : NULL;
  struct jl_moment at;
  struct jl_error ignored;
  if (text == NULL || !jl_moment_parse(text, &at, &ignored) || at.revision != 0) return false;
  jl_store_moment(q->server->store, &jl_replica_where(jl_space_committed(q->space))->space, 0, at.before_us, found, q);
  return true;
}

static void until_found(void *context, const struct jl_store_moment *moment, const struct jl_error *err) {
  struct jl_view_question *q = context;
  if (err != NULL) {
    jl_view_answer(q, NULL, err);
    return;
  }
  q->until = moment->revision;
  q->nothing_until = moment->revision == 0;
  begin(q);
}

static void find_until(struct jl_view_question *q) {
  if (!ask_end(q, "until", until_found)) begin(q);
}

static void since_found(void *context, const struct jl_store_moment *moment, const struct jl_error *err) {
  struct jl_view_question *q = context;
  if (err != NULL) {
    jl_view_answer(q, NULL, err);
    return;
  }
  q->since = moment->revision;
  find_until(q);
}

void jl_view_history(struct jl_view_question *q) {
  if (!ask_end(q, "since", since_found)) find_until(q);
}

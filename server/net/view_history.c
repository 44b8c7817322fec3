/* The history view: the log first, then as any view. */
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
    jl_store_history(q->server->store, &want->space, &want->record, want->revision, want->down_to, want->limit, record_found, q);
  else
    jl_space_rows(q->space, want->from, want->to, want->max_bytes, window_found, q);
}

void jl_view_history(struct jl_view_question *q) {
  const struct jl_asker query = jl_view_query(q);
  struct jl_error err = {0};
  if (jl_history_begin(&query, q->request, &q->history, &err)) {
    go_on(q);
    return;
  }
  jl_history_end(q->history);
  jl_view_answer(q, NULL, &err);
}

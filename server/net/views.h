/* Asking for a view document, through the cache. */
#ifndef JL_NET_VIEWS_H
#define JL_NET_VIEWS_H
#include "common/model/document.h"
#include "server/net/session.h"
#include "server/net/view_cache.h"

/* All borrowed; must stay until done. space: held by the asker; NULL for a view over the organisation or all plans. */
struct jl_view_question {
  struct jl_server *server;
  struct jl_space *space;
  const Jalon__ViewRequest *request;
  uint32_t sections;
  struct jl_id reader;
  void (*done)(void *context, const struct jl_view_entry *entry, const struct jl_error *err); /* once, perhaps within jl_view_ask */
  void *context;
  /* inside */
  const struct jl_view *view;
  struct jl_buffer key;
  uint64_t before;     /* history: only changes before this revision, */
  uint64_t window;     /* of so many revisions, */
  struct jl_id record; /* or of this record, */
  unsigned rounds;     /* found by asking so often */
};
JL_MUST_CHECK bool jl_view_request_check(const Jalon__ViewRequest *request, bool has_space,
                                         struct jl_error *err); /* view known, parameters known */
void jl_view_ask(struct jl_view_question *q);

/* ---- between views.c and view_history.c ---- */
#define JL_VIEW_ARENA (64U * 1024U * 1024U)
struct jl_view_log { /* newest first */
  const Jalon__ChangeBody **bodies;
  const Jalon__ChangePrivate **private_values;
  size_t count;
  uint64_t older; /* there are changes before this revision; 0: none */
};
const struct jl_replica *jl_view_replica(const struct jl_view_question *q); /* NULL: not of a space */
void jl_view_history(struct jl_view_question *q);                           /* reads the log, then as any view */
void jl_view_build_and_answer(struct jl_view_question *q, const struct jl_view_log *log, struct jl_arena *a); /* frees the arena */
void jl_view_answer(struct jl_view_question *q, const struct jl_view_entry *entry, const struct jl_error *err);
void jl_view_out_of_memory(struct jl_view_question *q);
#endif

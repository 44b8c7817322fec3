/* Asking for a view document, through the cache. */
#ifndef JL_NET_VIEWS_H
#define JL_NET_VIEWS_H
#include "common/model/query.h"
#include "server/net/session.h"
#include "server/net/view_cache.h"
#include "server/past/past.h"

/* All borrowed; must stay until done. space: held by the asker; NULL for a view over the organisation or all plans. */
struct jl_view_question {
  struct jl_server *server;
  struct jl_space *space;
  const Jalon__ViewRequest *request;
  const struct jl_session *session; /* whose plans it is about, when it has no space; may end meanwhile: then done is all that is called */
  uint32_t sections;
  struct jl_id reader;
  bool administrator;
  void (*done)(void *context, const struct jl_view_entry *entry, const struct jl_error *err); /* once, perhaps within jl_view_ask */
  bool (*gone)(void *context); /* nobody waits for the answer any more: done will be called with an error all the same */
  void *context;
  /* inside */
  const struct jl_view *view;
  struct jl_buffer key;
  struct jl_history *history;
  uint64_t since, until; /* of a history: the ends of its period as revisions; 0: not known */
  bool nothing_until;    /* the period was over before the plan began */
  struct jl_replica *plans; /* own, when not all are for the reader */
  struct jl_past *past, *past_directory; /* as they were at the moment that is asked for; NULL: as they are */
  struct jl_past *before;                /* what it is compared with; NULL: with nothing */
  struct jl_past_turn turn;
  bool under_way; /* among the questions that hold past states */
  struct jl_past_ask ask;
  struct jl_moment moment; /* the one being looked for */
  int32_t past_today;
  struct jl_replica *names; /* own: what a guest knows of it */
};
void jl_view_ask(struct jl_view_question *q); /* of a checked request */

/* ---- between views.c, view_past.c and view_history.c ---- */
const char *jl_view_parameter(const struct jl_view_question *q, const char *name); /* NULL: not given */
void jl_view_past(struct jl_view_question *q); /* finds what it is of, then as any view */
void jl_view_begin(struct jl_view_question *q);
struct jl_asker jl_view_query(const struct jl_view_question *q); /* over what is committed now */
void jl_view_history(struct jl_view_question *q);                /* reads the log, then as any view */
void jl_view_build_and_answer(struct jl_view_question *q, const struct jl_view_log *log, struct jl_arena *a); /* frees the arena */
void jl_view_answer(struct jl_view_question *q, const struct jl_view_entry *entry, const struct jl_error *err);
void jl_view_out_of_memory(struct jl_view_question *q);
#endif

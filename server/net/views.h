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
};
JL_MUST_CHECK bool jl_view_request_check(const Jalon__ViewRequest *request, bool has_space,
                                         struct jl_error *err); /* view known, parameters known */
void jl_view_ask(struct jl_view_question *q);
#endif

/* One view, once. */
#include "server/net/views.h"

static void ask(struct jl_request *r, const struct jl_error *err);

static void answered(void *context, const struct jl_view_entry *entry, const struct jl_error *err) {
  struct jl_request *r = context;
  if (r->mask != jl_session_readable(r->session, r->space)) /* rights have changed while its log was read */
    ask(r, NULL);
  else if (entry != NULL)
    jl_request_send_shared(r, entry->reply);
  else
    jl_request_fail(r, err);
}

static bool gone(void *context) {
  const struct jl_request *r = context;
  return r->cancelled || r->session->connection == NULL;
}

/* Of the organisation, which a guest sees as himself alone. */
static bool needs_no_space(const Jalon__ViewRequest *in) {
  const struct jl_view *view = in->has_space && in->view != NULL ? jl_view_by_name(in->view) : NULL;
  return view != NULL && view->of_organisation;
}

static void ask(struct jl_request *r, const struct jl_error *err) {
  const Jalon__ViewRequest *in = r->state;
  struct jl_error why = {0};
  struct jl_view_question *q = jl_arena_alloc(r->arena, sizeof *q);
  if (err != NULL) {
    jl_request_fail(r, err);
  } else if ((r->mask = jl_session_readable(r->session, r->space)) == 0) {
    jl_request_no_space(r);
  } else if (q == NULL) {
    jl_request_out_of_memory(r);
  } else if (!jl_view_request_check(in, r->space != NULL || needs_no_space(in), &why)) {
    jl_request_fail(r, &why);
  } else {
    *q = (struct jl_view_question){.server = r->session->server,
                                   .space = r->space,
                                   .request = in,
                                   .session = r->session,
                                   .sections = r->mask,
                                   .reader = r->session->person,
                                   .done = answered,
                                   .gone = gone,
                                   .context = r};
    jl_view_ask(q);
  }
}

void jl_handle_view(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__ViewRequest *in = (const Jalon__ViewRequest *)message;
  Jalon__ViewRequest *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *in;
  r->state = kept;
  if (in->has_space && !jl_session_asks_nowhere(r->session, in->space))
    jl_request_open_space(r, in->space, false, ask);
  else
    ask(r, NULL); /* of the plans it lists those that this session may see */
}

/* Connections that nobody has logged in on: they cost as much as others, and anybody can make them. Those of strangers (auth/attempts.h)
 * and those of addresses where somebody got in have places of their own, so that no number of either keeps the others out, and one
 * address has only its share of them. This machine's own are not counted: who is on it has other means. */
#include "server/net/session.h"

static bool too_many_of_source(int64_t most, struct jl_error *err) {
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("too many connections come from your address: at most {1}"), JL_MSG("close some, then try again"),
                 jl_arg_integer(most));
}

bool jl_entrance_admit(struct jl_session *s, const char *peer, int64_t now_us, struct jl_error *err) {
  struct jl_usage *source = s->source_usage;
  char address[JL_SOURCE_SIZE];
  if (!jl_address_source(peer, address)) return true;
  s->lane = jl_attempts_lane(s->server->attempts, peer, now_us);
  if (source != NULL && source->references > JL_SOURCE_CONNECTIONS) return too_many_of_source(JL_SOURCE_CONNECTIONS, err);
  if (source != NULL && source->in_entrance >= JL_SOURCE_UNAUTHENTICATED) return too_many_of_source(JL_SOURCE_UNAUTHENTICATED, err);
  if (s->server->in_entrance[s->lane] >= JL_SESSIONS_UNAUTHENTICATED)
    return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the server has too many connections"),
                   JL_MSG("try again in a minute, or raise the setting sessions"));
  s->in_entrance = true;
  s->server->in_entrance[s->lane]++;
  if (source != NULL) source->in_entrance++;
  return true;
}

void jl_entrance_leave(struct jl_session *s) {
  if (!s->in_entrance) return;
  s->in_entrance = false;
  s->server->in_entrance[s->lane]--;
  if (s->source_usage != NULL) s->source_usage->in_entrance--;
}

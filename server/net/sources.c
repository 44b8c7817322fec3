/* A node that starts learns from where accounts got in lately, so that a flood of strangers (server/auth/turns.h) finds it as it found
 * the one before. Until the answer is there, and if it never comes, everybody outside is a stranger. */
#include "common/base/calendar.h"
#include "server/net/session.h"
#include <string.h>

static bool text_of(const struct jl_rows *rows, size_t row, int column, char *out, size_t size) {
  struct jl_bytes text = jl_rows_bytes(rows, row, column);
  if (text.size == 0 || text.size >= size) return false;
  memcpy(out, text.data, text.size);
  out[text.size] = '\0';
  return true;
}

static void learnt(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  int64_t now_us = jl_monotonic_us();
  char login[JL_LOGIN_MAX + 1], source[128];
  server->auth_questions--;
  if (rows == NULL) jl_log(JL_LOG_WARN, "login.sources_unknown", JL_F_ERROR(err));
  for (size_t i = rows == NULL ? 0 : jl_rows_count(rows); i-- > 0;) /* the newest last: it may take an older one's place */
    if (text_of(rows, i, 0, login, sizeof login) && text_of(rows, i, 1, source, sizeof source))
      jl_attempts_got_in(server->attempts, login, source, now_us - 1000000 * jl_rows_integer(rows, i, 2));
}

void jl_sources_learn(struct jl_server *server) {
  const struct jl_param params[] = {{.kind = JL_PARAM_INTEGER, .number = JL_LOGIN_KNOWN_S},
                                    {.kind = JL_PARAM_INTEGER, .number = JL_LOGIN_KNOWN_SOURCES / 2}}; /* each is noted twice */
  server->auth_questions++;
  jl_store_query(server->store, "session_sources", params, JL_COUNT(params), learnt, server);
}

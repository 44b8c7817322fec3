/* Retention (RGPD): accounts that were closed long ago, and their people, are erased by the server itself, when the settings say so. It is
 * announced first: the time begins when the account comes near its end for the first time, so that turning the setting on erases nobody
 * without warning; administrators hear of it with each login, and the log says it. Opening the account again ends it. Texts that the person
 * wrote in plans stay: those are the plan's, and an administrator's to erase (jalon person erase). Every node may do it: the second one has
 * nothing left to erase. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "server/net/session.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_US INT64_C(3600000000)
#define AT_ONCE 20 /* erased of one look */

struct erasing {
  struct jl_server *server;
  struct jl_id person;
};

static void erased(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct erasing *e = context;
  struct jl_error why;
  bool more;
  if (jl_erased_by_system(verdict, err, &more, &why))
    jl_log(JL_LOG_INFO, "retention.erased", JL_F_ID("person", &e->person));
  else
    jl_log(JL_LOG_WARN, "retention.failed", JL_F_ID("person", &e->person), JL_F_ERROR(&why)); /* the next look tries again */
  e->server->auth_questions--;
  free(e);
}

/* By nobody: the history says that it was the system. */
static void erase(struct jl_server *server, struct jl_id person) {
  struct erasing *e = malloc(sizeof *e);
  if (e == NULL) return;
  *e = (struct erasing){server, person};
  server->auth_questions++;
  if (jl_erase_by_system(jl_spaces_organisation_space(server->spaces), &person, erased, e)) return;
  server->auth_questions--;
  free(e);
}

static void looked(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  (void)err; /* asked again */
  server->auth_questions--;
  server->retention.asking = false;
  if (rows == NULL || server->closing || server->draining) return;
  server->retention.announced = 0;
  for (size_t i = 0, n = jl_rows_count(rows), done = 0; i < n; i++) {
    bool due = jl_rows_integer(rows, i, 2) != 0;
    if (due && done++ < AT_ONCE)
      erase(server, jl_rows_id(rows, i, 0));
    else if (server->retention.announced++ == 0)
      server->retention.first_us = jl_rows_integer(rows, i, 1);
  }
  if (server->retention.announced > 0)
    jl_log(JL_LOG_INFO, "retention.announced", JL_F_NUMBER("accounts", server->retention.announced));
}

void jl_retention_watch(struct jl_server *server) {
  int64_t now_us = jl_monotonic_us(), months = server->settings->erase_closed_months;
  if (server->retention.asking || server->closing || server->draining || now_us < server->retention.look_us) return;
  server->retention.look_us = now_us + LOOK_US;
  if (months == 0) return;
  const struct jl_param params[] = {{.kind = JL_PARAM_INTEGER, .number = months},
                                    {.kind = JL_PARAM_INTEGER, .number = server->settings->erase_notice_days}};
  server->retention.asking = true;
  server->auth_questions++;
  jl_store_query(server->store, "retention_due", params, JL_COUNT(params), looked, server);
}

size_t jl_retention_announced(const struct jl_server *server, int64_t *ret_first_us) {
  *ret_first_us = server->retention.first_us;
  return server->settings->erase_closed_months == 0 ? 0 : server->retention.announced;
}

/* Retention (RGPD): accounts that were closed long ago, and their people, are erased by the server itself, when the settings say so. It is
 * announced first: the time begins when the account comes near its end for the first time, so that turning the setting on erases nobody
 * without warning; administrators hear of it with each login, and the log says it. Opening the account again ends it. Texts that the person
 * wrote in plans stay: those are the plan's, and an administrator's to erase (jalon person erase). Every node may do it: the second one has
 * nothing left to erase. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "server/net/session.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_US INT64_C(3600000000)
#define AT_ONCE 20 /* erased of one look */
#define ACCOUNT "/retention" /* no login begins so */
#define LANE "/retention/lane"

struct erasing {
  struct jl_server *server;
  struct jl_id person;
};

static void erased(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct erasing *e = context;
  struct jl_server *server = e->server;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX);
  struct jl_error why = {0};
  const Jalon__Verdict *v =
      verdict.data == NULL || a == NULL ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, a, &why);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, &why);
  if (err != NULL && verdict.data == NULL) why = *err;
  if (why.code == JL_E_OK)
    jl_log(JL_LOG_INFO, "retention.erased", JL_F_ID("person", &e->person));
  else
    jl_log(JL_LOG_WARN, "retention.failed", JL_F_ID("person", &e->person), JL_F_ERROR(&why)); /* the next look tries again */
  server->auth_questions--;
  free(e);
}

/* One lane for ever, on every node the same: of two that take the same number one is told so, and its next look begins behind the other. */
static struct jl_bytes group_of(const struct jl_server *server, struct jl_id *person, uint64_t seq, struct jl_arena *a) {
  struct jl_id space = *jl_spaces_organisation(server->spaces), replica = jl_account_id(LANE), group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = group.has_erases = true;
  group.replica = jl_to_pb((struct jl_bytes){replica.bytes, sizeof replica.bytes});
  group.space = jl_to_pb((struct jl_bytes){space.bytes, sizeof space.bytes});
  group.seq = seq;
  group.group_id = jl_to_pb((struct jl_bytes){group_id.bytes, sizeof group_id.bytes});
  group.model_version = jl_model_version;
  group.erases = jl_to_pb((struct jl_bytes){person->bytes, sizeof person->bytes});
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

/* By nobody: the history says that it was the system. */
static void erase(struct jl_server *server, struct jl_id person) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(65536);
  struct erasing *e = a == NULL ? NULL : malloc(sizeof *e);
  struct jl_author author = {.may_edit = JL_EVERYTHING, .administrator = true};
  struct jl_id account = jl_account_id(ACCOUNT), lane = jl_account_id(LANE);
  struct jl_space *organisation = jl_spaces_organisation_space(server->spaces);
  uint64_t seen = jl_space_lane_through(organisation, &lane);
  if (e == NULL) return;
  *e = (struct erasing){server, person};
  struct jl_bytes group = group_of(server, &person, seen + 1, a);
  if (group.data == NULL) {
    free(e);
    return;
  }
  server->auth_questions++;
  jl_space_submit(organisation, &author, &account, group, seen, erased, e);
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

/* ---- an administrator's erasure that was interrupted between the plans and the person ---- */
static void unfinished(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  (void)err; /* asked again */
  server->auth_questions--;
  for (size_t i = 0, n = rows == NULL ? 0 : jl_rows_count(rows); i < n; i++) {
    char command[64];
    struct jl_id person = jl_rows_id(rows, i, 0);
    snprintf(command, sizeof command, "jalon person erase P%lld", (long long)jl_rows_integer(rows, i, 1));
    jl_log(JL_LOG_WARN, "erasure.unfinished", JL_F_ID("person", &person), JL_F_TEXT("ends_it", command));
  }
}

void jl_retention_watch(struct jl_server *server) {
  int64_t now_us = jl_monotonic_us(), months = server->settings->erase_closed_months;
  if (server->retention.asking || server->closing || server->draining || now_us < server->retention.look_us) return;
  server->auth_questions++;
  jl_store_query(server->store, "erasures_unfinished", NULL, 0, unfinished, server);
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

/* Erasures that the server makes by itself, and those of an administrator that were interrupted: jalon person erase goes from plan to plan and
 * ends with the person's record, a transaction each, so that whoever is killed between two of them leaves a person erased in part. What was begun
 * is ended here, when the server starts and some minutes after the last of it: every plan again, which finds nothing where it was, then the
 * person. Every node may do it, beside the command itself too: the second one has nothing left to erase. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "server/net/session.h"
#include <stdlib.h>

#define LOOK_US INT64_C(300000000)
#define QUIET_S 300 /* since the last certificate: the command may be at work still. Not when the server starts: then it was interrupted */
#define ACCOUNT "/retention" /* no login begins so */
#define LANE "/retention/lane"

/* One lane for ever, on every node the same: of two that take the same number one is told so, and its next look begins behind the other. */
static struct jl_bytes group_of(struct jl_id space, struct jl_id person, uint64_t seq, struct jl_arena *a) {
  struct jl_id replica = jl_account_id(LANE), group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = group.has_erases = true;
  group.replica = jl_to_pb((struct jl_bytes){replica.bytes, sizeof replica.bytes});
  group.space = jl_to_pb((struct jl_bytes){space.bytes, sizeof space.bytes});
  group.seq = seq;
  group.group_id = jl_to_pb((struct jl_bytes){group_id.bytes, sizeof group_id.bytes});
  group.model_version = jl_model_version;
  group.erases = jl_to_pb((struct jl_bytes){person.bytes, sizeof person.bytes});
  return jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

bool jl_erase_by_system(struct jl_space *space, const struct jl_id *person, jl_submit_done *done, void *context) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(65536);
  struct jl_author author = {.may_edit = JL_EVERYTHING, .administrator = true};
  struct jl_id account = jl_account_id(ACCOUNT), lane = jl_account_id(LANE);
  uint64_t seen = jl_space_lane_through(space, &lane);
  struct jl_bytes group = a == NULL ? (struct jl_bytes){NULL, 0} : group_of(jl_replica_where(jl_space_committed(space))->space, *person, seen + 1, a);
  if (group.data != NULL) jl_space_submit(space, &author, &account, group, seen, done, context);
  return group.data != NULL;
}

bool jl_erased_by_system(struct jl_bytes verdict, const struct jl_error *err, bool *ret_more, struct jl_error *ret_why) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX);
  *ret_why = (struct jl_error){0};
  const Jalon__Verdict *v =
      verdict.data == NULL || a == NULL ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, a, ret_why);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, ret_why);
  if (v == NULL && err != NULL) *ret_why = *err;
  if (v == NULL && ret_why->code == JL_E_OK) jl_fail(ret_why, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  *ret_more = v != NULL && v->has_merged && v->merged;
  return ret_why->code == JL_E_OK;
}

/* ---- what was interrupted: for each person every plan, then the organisation ---- */
static void next(struct jl_server *server);

static struct jl_erasing_left *at(const struct jl_server *server) { return &server->erasures.left[server->erasures.at]; }

/* The person stays as he is: the next look tries again. */
static void give_up(struct jl_server *server, const struct jl_error *why) {
  struct jl_id person = at(server)->person;
  jl_log(JL_LOG_WARN, "erasure.unfinished", JL_F_ID("person", &person), JL_F_ID("space", &at(server)->space), JL_F_ERROR(why));
  while (server->erasures.at < server->erasures.count && jl_id_equal(&at(server)->person, &person)) server->erasures.at++;
  next(server);
}

static void erased(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_server *server = context;
  struct jl_error why;
  bool more;
  if (!jl_erased_by_system(verdict, err, &more, &why)) {
    give_up(server, &why);
    return;
  }
  if (!more && jl_id_equal(&at(server)->space, jl_spaces_organisation(server->spaces)))
    jl_log(JL_LOG_INFO, "erasure.ended", JL_F_ID("person", &at(server)->person));
  server->erasures.at += !more;
  next(server);
}

static void opened(void *context, struct jl_space *space, const struct jl_error *err) {
  struct jl_server *server = context;
  struct jl_error why = {.code = JL_E_NO_MEMORY};
  if (space != NULL && jl_erase_by_system(space, &at(server)->person, erased, server)) return;
  give_up(server, space == NULL && err != NULL ? err : &why);
}

static void next(struct jl_server *server) {
  if (server->erasures.at < server->erasures.count && !server->closing && !server->draining) {
    jl_space_open(server->spaces, &at(server)->space, false, opened, server);
    return;
  }
  free(server->erasures.left);
  server->erasures.left = NULL;
  server->erasures.looking = false;
  server->auth_questions--;
}

static void looked(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  size_t n = rows == NULL ? 0 : jl_rows_count(rows);
  (void)err; /* asked again */
  server->erasures.looked = server->erasures.looked || rows != NULL;
  server->erasures.left = calloc(n + 1, sizeof *server->erasures.left);
  server->erasures.count = server->erasures.left == NULL ? 0 : n;
  server->erasures.at = 0;
  for (size_t i = 0; i < server->erasures.count; i++)
    server->erasures.left[i] = (struct jl_erasing_left){.person = jl_rows_id(rows, i, 0), .space = jl_rows_id(rows, i, 1)};
  next(server);
}

void jl_erasures_watch(struct jl_server *server) {
  int64_t now_us = jl_monotonic_us();
  const struct jl_param quiet = {.kind = JL_PARAM_INTEGER, .number = server->erasures.looked ? QUIET_S : 0};
  if (server->erasures.looking || server->closing || server->draining || now_us < server->erasures.look_us) return;
  server->erasures.look_us = now_us + LOOK_US;
  server->erasures.looking = true;
  server->auth_questions++;
  jl_store_query(server->store, "erasures_unfinished", &quiet, 1, looked, server);
}

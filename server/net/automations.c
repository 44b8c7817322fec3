/* Automations that a day fires (common/model/automation/automation.h): every node looks now and then at the plans that have some, and makes a group
 * of what it finds due. What follows from it is worked out by the plan's writer, like anything that follows from an edit.
 *
 * Once, however many nodes look and whenever one of them dies: the firing's id follows from automation, record and day, so that a second group with
 * it is refused, whole, and what else was in it is found by the next look. Nothing is remembered here: what is due and not there is what is to be
 * done, also when no node ran on that day. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/automation/automation.h"
#include "common/record/schema.h"
#include "server/net/session.h"
#include <stdlib.h>
#include <string.h>

#define ACCOUNT "/automations" /* no login begins so */
#define LANE "/automations/lane"

static void next(struct jl_server *server);

static void ended(struct jl_server *server) {
  free(server->automations.plans);
  server->automations.plans = NULL;
  server->automations.count = server->automations.at = 0;
  server->automations.looking = false;
  server->automations.place = (struct jl_due_place){0};
}

/* To the next plan; or on in this one, when the loop has turned. */
static void go_on(struct jl_server *server, bool here) {
  if (!here || !server->automations.place.more) {
    server->automations.at++;
    server->automations.place = (struct jl_due_place){0};
  }
  next(server);
}

/* ---- one plan ---- */
static int32_t day_of(const struct jl_space *space) {
  struct jl_zone_days days = {.zone = ""};
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(jl_space_committed(space), zone);
  return jl_zone_day_at(&days, zone, jl_now_utc_us());
}

static ProtobufCBinaryData id_of(struct jl_arena *a, const struct jl_id *id) { return jl_to_pb(jl_arena_dup(a, (struct jl_bytes){id->bytes, sizeof id->bytes})); }

static Jalon__Edit *firing(const struct jl_firing_due *due, struct jl_arena *a) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_AUTOMATION_FIRING);
  const struct {
    uint32_t field;
    struct jl_value value;
  } fields[] = {{JL_AUTOMATION_FIRING_AUTOMATION, {.id = due->automation}}, {JL_AUTOMATION_FIRING_RECORD, {.id = due->record}}, {JL_AUTOMATION_FIRING_DUE, {.number = due->day}},
                {JL_AUTOMATION_FIRING_OUTCOME, {.number = JL_FIRING_DUE}}};
  struct jl_bytes body = {NULL, 0};
  Jalon__Edit *e = jl_arena_alloc(a, sizeof *e);
  for (size_t i = 0; e != NULL && i < JL_COUNT(fields); i++) {
    struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(type, fields[i].field), &fields[i].value);
    body = slice.data == NULL ? slice : jl_record_with(a, body, fields[i].field, slice);
    if (body.data == NULL) return NULL;
  }
  if (e == NULL) return NULL;
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = e->has_record = true;
  e->verb = JALON__VERB__CREATE;
  e->type = type->number;
  e->id = id_of(a, &due->id);
  e->record = jl_to_pb(body);
  return e;
}

/* One lane for ever, on every node the same: of two that take the same number one is told so, and its next look begins behind the other. */
static struct jl_bytes group_of(const struct jl_id *space, uint64_t seq, const struct jl_firing_due *due, size_t n, struct jl_arena *a) {
  struct jl_id replica = jl_account_id(LANE), group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_of(a, &replica);
  group.space = id_of(a, space);
  group.seq = seq;
  group.group_id = id_of(a, &group_id);
  group.model_version = jl_model_version;
  group.edits = jl_arena_array(a, n, sizeof *group.edits);
  for (size_t i = 0; group.edits != NULL && i < n; i++)
    if ((group.edits[group.n_edits++] = firing(&due[i], a)) == NULL) return (struct jl_bytes){NULL, 0};
  return group.edits == NULL ? (struct jl_bytes){NULL, 0} : jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
}

static void fired(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_server *server = context;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX);
  struct jl_error why = {0};
  const Jalon__Verdict *v = verdict.data == NULL || a == NULL ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, a, &why);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, &why);
  if (err != NULL && verdict.data == NULL) why = *err;
  if (why.code == JL_E_OK)
    jl_log(JL_LOG_INFO, "automations.fired", JL_F_ID("plan", &server->automations.plans[server->automations.at]), JL_F_NUMBER("firings", server->automations.firings));
  else /* another node was first, or somebody changed what was due: the next look finds what is left */
    jl_log(JL_LOG_INFO, "automations.later", JL_F_ID("plan", &server->automations.plans[server->automations.at]), JL_F_ERROR(&why));
  go_on(server, why.code == JL_E_OK);
}

static void opened(void *context, struct jl_space *space, const struct jl_error *err) {
  struct jl_server *server = context;
  struct jl_firing_due due[JL_AUTOMATION_DUE];
  struct jl_author author = {.may_edit = JL_EVERYTHING, .administrator = true, .by_system = true};
  struct jl_id account = jl_account_id(ACCOUNT), lane = jl_account_id(LANE);
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = space == NULL ? NULL : jl_arena_new(JL_REQUEST_ARENA);
  (void)err; /* looked at again the next time */
  size_t n = a == NULL || server->closing || server->draining
                 ? 0
                 : jl_automations_due(jl_space_committed(space), jl_spaces_directory(server->spaces), day_of(space), a, &server->automations.place, JL_AUTOMATION_DUE, due);
  uint64_t seen = n == 0 ? 0 : jl_space_lane_through(space, &lane);
  struct jl_bytes group = n == 0 ? (struct jl_bytes){NULL, 0} : group_of(&server->automations.plans[server->automations.at], seen + 1, due, n, a);
  server->automations.firings = n;
  if (group.data != NULL) {
    jl_space_submit(space, &author, &account, group, seen, fired, server);
    return;
  }
  go_on(server, a != NULL && n == 0);
}

static void next(struct jl_server *server) {
  if (server->automations.at < server->automations.count && !server->closing && !server->draining) {
    jl_space_open(server->spaces, &server->automations.plans[server->automations.at], false, opened, server);
    return;
  }
  ended(server);
  server->auth_questions--;
}

/* ---- which plans ---- */
static void looked(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_server *server = context;
  size_t n = rows == NULL ? 0 : jl_rows_count(rows);
  (void)err; /* asked again */
  server->automations.plans = calloc(n + 1, sizeof *server->automations.plans);
  for (size_t i = 0; server->automations.plans != NULL && i < n; i++) server->automations.plans[server->automations.count++] = jl_rows_id(rows, i, 0);
  next(server);
}

void jl_automations_watch(struct jl_server *server) {
  int64_t now_us = jl_monotonic_us();
  if (server->automations.looking || server->closing || server->draining || now_us < server->automations.look_us) return;
  server->automations.look_us = now_us + (int64_t)server->settings->automation_look_s * 1000000;
  server->automations.looking = true;
  server->auth_questions++;
  jl_store_query(server->store, "automation_plans", NULL, 0, looked, server);
}

/* Answers without the server: the request's own bytes, put to the overlay by the code that the server answers with. */
#include "client/sync/answer.h"
#include "client/sync/local.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/evaluate.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

struct asked {
  struct jl_local *l;
  struct jl_overlays overlays;
  struct jl_asker query;
  struct jl_log_source log;
  struct jl_arena *rows; /* of the last want */
  bool shows;            /* for people to read: what the copy lacks is left out; the base of an edit must be whole */
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- the log: rows of the base, then those that wait ---- */
static const struct jl_overlay *overlay_of(const struct asked *q, const struct jl_id *space) {
  if (q->overlays.space.replica != NULL && jl_id_equal(space, &jl_replica_where(q->overlays.space.replica)->space)) return &q->overlays.space;
  return &q->overlays.organisation;
}

struct row_list {
  struct jl_log_row *rows;
  size_t count, capacity;
};

static bool add_row(struct asked *q, struct row_list *list, const struct jl_log_row *row) {
  if (list->count == list->capacity) {
    size_t wanted = list->capacity == 0 ? 32 : list->capacity * 2;
    struct jl_log_row *larger = jl_arena_array(q->rows, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (list->count > 0) memcpy(larger, list->rows, list->count * sizeof *larger);
    list->rows = larger;
    list->capacity = wanted;
  }
  list->rows[list->count++] = *row;
  return true;
}

static bool not_so_far_back(uint64_t revision, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the local copy does not hold change r{1}"), JL_MSG("it needs the server"),
                 jl_arg_revision(revision));
}

/* The rows of one revision. */
static bool revision_rows(struct asked *q, const struct jl_id *space, uint64_t revision, struct row_list *list, struct jl_error *err) {
  const struct jl_overlay *o = overlay_of(q, space);
  size_t before = list->count;
  if (revision > o->base_revision) {
    for (size_t i = 0; i < o->pending_count; i++)
      if (o->pending[i].revision == revision && !add_row(q, list, &o->pending[i])) return no_memory(err);
  } else {
    struct jl_base *base = jl_local_base(q->l, err);
    struct jl_base_space s;
    struct jl_base_row *rows;
    size_t n;
    if (base == NULL || !jl_base_find(base, space, &s, err) || !jl_base_revision(base, &s, revision, q->rows, &rows, &n, err)) return false;
    for (size_t i = 0; i < n; i++) {
      struct jl_log_row row = {rows[i].revision, rows[i].section, rows[i].change, 0, {0}, NULL};
      if (!add_row(q, list, &row)) return no_memory(err);
    }
  }
  return list->count > before || not_so_far_back(revision, err);
}

/* Of those rows, the one that touched the record; *ret_previous: the revision that touched it before. */
static bool keep_touching(struct asked *q, struct row_list *list, size_t first, const struct jl_id *record, uint64_t *ret_previous,
                          struct jl_error *err) {
  for (size_t i = first; i < list->count; i++) {
    const Jalon__ChangeBody *body =
        (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, list->rows[i].change.body, q->rows, err);
    if (body == NULL) return false;
    for (size_t k = 0; k < body->n_changes; k++) {
      struct jl_id id;
      if (!jl_id_from_bytes(JL_PB(body->changes[k]->id), &id) || !jl_id_equal(&id, record)) continue;
      *ret_previous = body->changes[k]->previous_revision;
      list->rows[first] = list->rows[i];
      list->count = first + 1;
      return true;
    }
  }
  list->count = first;
  *ret_previous = 0;
  return true;
}

static bool record_rows(struct asked *q, const struct jl_log_want *want, struct row_list *list, struct jl_error *err) {
  uint64_t revision = want->revision;
  while (revision > want->down_to && list->count < want->limit) {
    size_t first = list->count;
    uint64_t previous = 0;
    if (!revision_rows(q, &want->space, revision, list, err)) {
      bool left_out = q->shows && err->code == JL_E_UNAVAILABLE;
      if (left_out) *err = (struct jl_error){0};
      return left_out;
    }
    if (!keep_touching(q, list, first, &want->record, &previous, err)) return false;
    if (previous >= revision) break; /* a log that goes in circles */
    revision = previous;
  }
  return true;
}

static bool range_rows(struct asked *q, const struct jl_log_want *want, struct row_list *list, bool *ret_more, struct jl_error *err) {
  const struct jl_overlay *o = overlay_of(q, &want->space);
  struct jl_base *base = jl_local_base(q->l, err);
  struct jl_base_space s;
  struct jl_base_row *rows;
  size_t n, bytes = 0;
  uint64_t to = want->to < o->base_revision ? want->to : o->base_revision;
  if (base == NULL || !jl_base_find(base, &want->space, &s, err) ||
      !jl_base_changes(base, &s, want->from, to, want->max_bytes, q->rows, &rows, &n, ret_more, err))
    return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_log_row row = {rows[i].revision, rows[i].section, rows[i].change, 0, {0}, NULL};
    bytes += row.change.body.size + row.change.private_values.size;
    if (!add_row(q, list, &row)) return no_memory(err);
  }
  for (size_t i = 0; !*ret_more && i < o->pending_count; i++) {
    const struct jl_log_row *row = &o->pending[i];
    if (row->revision < want->from || row->revision > want->to) continue;
    if (bytes >= want->max_bytes && list->count > 0 && list->rows[list->count - 1].revision != row->revision) {
      *ret_more = true;
      break;
    }
    bytes += row->change.body.size;
    if (!add_row(q, list, row)) return no_memory(err);
  }
  return true;
}

/* ---- those of an import, or those that take others back: found by looking at what the copy holds, which is not much ---- */
#define LOOKED_BYTES (1U << 20) /* of the base, at a time */
struct looking {
  struct asked *q;
  const struct jl_log_want *want;
  struct row_list *list;
  struct jl_arena *scratch;
  uint64_t *takers; /* so far, ascending */
  size_t taker_count, taker_capacity, bytes;
  bool full;
};

static bool takes_one_back(const struct looking *x, uint64_t target) {
  if (target >= x->want->from && target <= x->want->to) return true;
  for (size_t i = x->taker_count; i-- > 0;)
    if (x->takers[i] == target) return true;
  return false;
}

static bool note_taker(struct looking *x, uint64_t revision) {
  if (x->taker_count > 0 && x->takers[x->taker_count - 1] == revision) return true; /* another section of it */
  if (x->taker_count == x->taker_capacity) {
    size_t wanted = x->taker_capacity == 0 ? 32 : x->taker_capacity * 2;
    uint64_t *larger = jl_arena_array(x->q->rows, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (x->taker_count > 0) memcpy(larger, x->takers, x->taker_count * sizeof *larger);
    x->takers = larger;
    x->taker_capacity = wanted;
  }
  x->takers[x->taker_count++] = revision;
  return true;
}

static bool look_at(struct looking *x, const struct jl_log_row *row, struct jl_error *err) {
  struct jl_log_row kept = *row;
  const Jalon__ChangeBody *body =
      (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, x->scratch, err);
  if (body == NULL) return false;
  if (x->want->takers) {
    uint64_t target = body->undoes != 0 ? body->undoes : body->redoes;
    if (target == 0 || !takes_one_back(x, target)) return true;
    if (!note_taker(x, row->revision)) return no_memory(err);
    if (row->revision <= x->want->after) return true;
  } else if (body->import_name == NULL || strcmp(body->import_name, x->want->import) != 0) {
    return true;
  }
  x->full = x->bytes >= x->want->max_bytes && x->list->count > 0 && x->list->rows[x->list->count - 1].revision != row->revision;
  if (x->full) return true;
  kept.change.body = jl_arena_dup(x->q->rows, row->change.body);
  kept.change.private_values = jl_arena_dup(x->q->rows, row->change.private_values);
  x->bytes += kept.change.body.size + kept.change.private_values.size;
  bool copied = kept.change.body.data != NULL && (kept.change.private_values.data != NULL || kept.change.private_values.size == 0);
  return (copied && add_row(x->q, x->list, &kept)) || no_memory(err);
}

static bool look_at_base(struct looking *x, uint64_t from, uint64_t to, struct jl_error *err) {
  struct jl_base *base = jl_local_base(x->q->l, err);
  struct jl_base_space s;
  bool more = true;
  if (base == NULL || !jl_base_find(base, &x->want->space, &s, err)) return false;
  while (more && !x->full && from <= to) {
    struct jl_base_row *rows;
    size_t n;
    jl_arena_reset(x->scratch);
    if (!jl_base_changes(base, &s, from, to, LOOKED_BYTES, x->scratch, &rows, &n, &more, err)) return false;
    for (size_t i = 0; i < n && !x->full; i++)
      if (!look_at(x, &(struct jl_log_row){rows[i].revision, rows[i].section, rows[i].change, 0, {0}, NULL}, err)) return false;
    if (n > 0) from = rows[n - 1].revision + 1;
  }
  return true;
}

static bool some_rows(struct asked *q, const struct jl_log_want *want, struct row_list *list, bool *ret_more, struct jl_error *err) {
  const struct jl_overlay *o = overlay_of(q, &want->space);
  struct looking x = {.q = q, .want = want, .list = list, .scratch = jl_arena_new(JL_REQUEST_ARENA + JL_UNPACK_MAX)};
  uint64_t from = want->takers ? want->from + 1 : want->from, to = want->takers || want->to > o->base_revision ? o->base_revision : want->to;
  bool ok = x.scratch != NULL ? look_at_base(&x, from, to, err) : no_memory(err);
  for (size_t i = 0; ok && !x.full && i < o->pending_count; i++) {
    const struct jl_log_row *row = &o->pending[i];
    if (row->revision < from || (!want->takers && row->revision > want->to)) continue;
    jl_arena_reset(x.scratch);
    ok = look_at(&x, row, err);
  }
  *ret_more = x.full;
  jl_arena_free(x.scratch);
  return ok;
}

static bool rows_of(void *context, const struct jl_log_want *want, struct jl_log_rows *ret_rows, struct jl_error *err) {
  struct asked *q = context;
  struct row_list list = {0};
  jl_arena_reset(q->rows);
  *ret_rows = (struct jl_log_rows){0};
  bool ok = want->of_record           ? record_rows(q, want, &list, err)
            : jl_log_wants_some(want) ? some_rows(q, want, &list, &ret_rows->has_more, err)
                                      : range_rows(q, want, &list, &ret_rows->has_more, err);
  ret_rows->rows = list.rows;
  ret_rows->count = list.count;
  return ok;
}

/* ---- the three requests ---- */
/* Positions and revisions as the server knows them: what waits has none yet. */
static void as_the_base_has_it(const struct asked *q, Jalon__ReadReply *reply) {
  uint64_t base = q->query.space != NULL && q->overlays.space.replica != NULL ? q->overlays.space.base_revision : q->overlays.organisation.base_revision;
  if (reply->position != NULL && reply->position->revision > base) reply->position->revision = base;
  for (size_t i = 0; i < reply->n_found; i++)
    for (size_t k = 0; k < reply->found[i]->n_records; k++) {
      Jalon__RecordState *r = reply->found[i]->records[k];
      if (r->revision > base) r->revision = base;
      if (r->created_revision > base) r->created_revision = base;
    }
}

static bool answer_read(struct asked *q, const ProtobufCMessage *request, struct jl_arena *a, struct jl_reply *ret, struct jl_error *err) {
  Jalon__ReadReply *reply = jl_arena_alloc(a, sizeof *reply);
  if (reply == NULL) return no_memory(err);
  if (!jl_query_read(&q->query, (const Jalon__Read *)request, &q->log, a, reply, err)) return false;
  as_the_base_has_it(q, reply);
  return jl_reply_convert(JALON__FRAME_TYPE__READ_REPLY, &reply->base, a, ret, err);
}

static bool answer_view(struct asked *q, const ProtobufCMessage *request, struct jl_arena *a, struct jl_reply *ret, struct jl_error *err) {
  const Jalon__ViewRequest *in = (const Jalon__ViewRequest *)request;
  const struct jl_overlay *at = q->query.space != NULL && q->overlays.space.replica != NULL ? &q->overlays.space : &q->overlays.organisation;
  if (!jl_query_view(&q->query, in, &q->log, a, &ret->document, err)) return false;
  const struct jl_position *where = jl_replica_where(at->replica);
  ret->position = (struct jl_position_at){where->space, where->epoch, at->base_revision};
  return true;
}

static bool answer_log(struct asked *q, const ProtobufCMessage *request, struct jl_arena *a, struct jl_reply *ret, struct jl_error *err) {
  Jalon__ReadLogReply *reply = jl_arena_alloc(a, sizeof *reply);
  if (reply == NULL) return no_memory(err);
  if (q->query.space == NULL) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no such plan"), NULL);
  if (!jl_query_read_log(&q->query, (const Jalon__ReadLog *)request, &q->log, a, reply, err)) return false;
  return jl_reply_convert(JALON__FRAME_TYPE__READ_LOG_REPLY, &reply->base, a, ret, err);
}

static const struct {
  uint8_t type;
  const ProtobufCMessageDescriptor *descriptor;
  bool (*answer)(struct asked *q, const ProtobufCMessage *request, struct jl_arena *a, struct jl_reply *ret, struct jl_error *err);
} answers[] = {
    {JALON__FRAME_TYPE__READ, &jalon__read__descriptor, answer_read},
    {JALON__FRAME_TYPE__VIEW, &jalon__view_request__descriptor, answer_view},
    {JALON__FRAME_TYPE__READ_LOG, &jalon__read_log__descriptor, answer_log},
};

bool jl_answer_can(uint8_t type) {
  for (size_t i = 0; i < JL_COUNT(answers); i++)
    if (answers[i].type == type) return true;
  return false;
}

static struct jl_id space_of(uint8_t type, const ProtobufCMessage *request) {
  ProtobufCBinaryData bytes = type == JALON__FRAME_TYPE__READ   ? ((const Jalon__Read *)request)->space
                              : type == JALON__FRAME_TYPE__VIEW ? ((const Jalon__ViewRequest *)request)->space
                                                                : ((const Jalon__ReadLog *)request)->space;
  struct jl_id id;
  return jl_id_from_bytes(JL_PB(bytes), &id) ? id : (struct jl_id){{0}};
}

static int32_t today_of(const struct jl_replica *plan) {
  char zone[JL_ZONE_MAX];
  int32_t day = 0;
  int64_t now_us = jl_now_utc_us();
  jl_plan_time_zone(plan, zone);
  return jl_day_in_zone(zone, now_us, &day, NULL) ? day : (int32_t)(now_us / INT64_C(86400000000));
}

bool jl_answer_locally(struct jl_local *l, uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_reply *ret, struct jl_error *err) {
  size_t which = 0;
  while (which < JL_COUNT(answers) && answers[which].type != type) which++;
  JL_ASSERT(which < JL_COUNT(answers));
  if (!jl_local_open(l, JL_LOCAL_WAIT_MS, err)) return false;
  if (l->mode == JL_LOCAL_ONLINE_ONLY) {
    *err = l->note;
    return false;
  }
  const ProtobufCMessage *request = jl_unpack(answers[which].descriptor, payload, a, err);
  struct asked q = {.l = l, .rows = jl_arena_new(JL_REQUEST_ARENA + JL_UNPACK_MAX), .shows = type == JALON__FRAME_TYPE__VIEW};
  if (request == NULL || q.rows == NULL) {
    jl_arena_free(q.rows);
    return request == NULL ? false : no_memory(err);
  }
  struct jl_id space = space_of(type, request);
  const struct jl_profile_identity *id = jl_profile_identity(l->profile);
  bool organisation = jl_id_equal(&space, &id->organisation);
  bool ok = jl_overlay_open(l, &space, jl_id_is_zero(&space) ? JL_OVERLAY_PLANS : 0, a, &q.overlays, err);
  if (ok) {
    q.query = (struct jl_asker){.space = organisation ? q.overlays.organisation.replica : q.overlays.space.replica,
                                .organisation = q.overlays.organisation.replica,
                                .plans = q.overlays.plans,
                                .sections = organisation || q.overlays.space.replica == NULL ? UINT32_MAX : q.overlays.space.sections,
                                .person = id->person,
                                .administrator = id->administrator,
                                .replica = l->outbox.replica,
                                .today = today_of(organisation ? NULL : q.overlays.space.replica)};
    q.log = (struct jl_log_source){rows_of, &q};
    ret->local = true;
    ret->offline_since_us = jl_local_heard_us(l);
    ret->as_of_us = q.overlays.space.replica != NULL ? q.overlays.space.as_of_us : q.overlays.organisation.as_of_us;
    ok = answers[which].answer(&q, request, a, ret, err);
  }
  bool starved = l->outbox.sql.starved || (l->base_open && l->base.sql.starved); /* what was not found may be there */
  l->outbox.sql.starved = l->base.sql.starved = false;
  if (ok && starved) ok = jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!ok) (void)jl_local_mend(l);
  jl_overlay_close(&q.overlays);
  jl_arena_free(q.rows);
  return ok;
}

/* ---- a dry run ---- */
static struct jl_bytes try_group(struct jl_client *c, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err) {
  struct jl_overlays overlays;
  struct jl_outcome outcome = {0};
  struct jl_error why = {0};
  struct jl_id space;
  Jalon__Verdict verdict = JALON__VERDICT__INIT;
  Jalon__Error wire = JALON__ERROR__INIT;
  struct jl_bytes none = {NULL, 0};
  if (!jl_id_from_bytes(JL_PB(group->space), &space) || !jl_overlay_open(c->local, &space, 0, a, &overlays, err)) return none;
  const struct jl_replica *replica = overlays.space.replica != NULL ? overlays.space.replica : overlays.organisation.replica;
  struct jl_evaluation in = {.space = replica,
                             .organisation = overlays.organisation.replica,
                             .author = jl_overlay_author(c->local, &overlays, overlays.space.replica != NULL ? &overlays.space : &overlays.organisation),
                             .time_us = jl_now_utc_us(),
                             .foresees = true,
                             .today = today_of(overlays.space.replica)};
  bool ok = jl_group_check(group, &why) && jl_group_evaluate(&in, group, a, &outcome, &why);
  if (ok && outcome.unsure) jl_overlay_unsure(&why);
  if (!ok) jl_overlay_stands_in(in.space, in.organisation, &in.author, &why);
  ok = ok && !outcome.unsure;
  verdict.has_space = verdict.has_seq = verdict.has_revision = verdict.has_merged = true;
  verdict.space = group->space;
  verdict.seq = group->seq;
  verdict.revision = ok ? jl_replica_where(replica)->revision : 0;
  verdict.merged = outcome.merged;
  jl_error_to_wire(&why, a, &wire);
  if (!ok) verdict.error = &wire;
  Jalon__Conflict **conflicts = jl_arena_array(a, outcome.conflict_count + 1, sizeof *conflicts);
  for (size_t i = 0; conflicts != NULL && i < outcome.conflict_count; i++) conflicts[i] = &outcome.conflicts[i];
  verdict.conflicts = conflicts;
  verdict.n_conflicts = conflicts == NULL ? 0 : outcome.conflict_count;
  struct jl_bytes packed = jl_pack(&verdict.base, a, JL_MESSAGE_MAX);
  for (size_t i = 0; i < outcome.touched_count; i++) {
    jl_record_release(outcome.touched[i].before);
    jl_record_release(outcome.touched[i].after);
  }
  jl_overlay_close(&overlays);
  return packed;
}

bool jl_answer_dry_run(struct jl_client *c, struct jl_request *r) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_error err = {0};
  struct jl_reply reply = {.local = true};
  if (a == NULL || !jl_local_open(c->local, JL_LOCAL_WAIT_MS, &err)) return false;
  const Jalon__Submit *submit = (const Jalon__Submit *)jl_unpack(&jalon__submit__descriptor, r->payload, a, &err);
  const Jalon__Group *group =
      submit == NULL ? NULL : (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, JL_PB(submit->group), a, &err);
  struct jl_bytes verdict = group == NULL ? (struct jl_bytes){NULL, 0} : try_group(c, group, a, &err);
  if (verdict.data == NULL || !jl_reply_decode(JALON__FRAME_TYPE__SUBMIT_REPLY, verdict, a, &reply, &err)) return false;
  reply.offline_since_us = jl_local_heard_us(c->local);
  jl_request_finish(c, r, &reply);
  return true;
}

#include "client/sync/engine_state.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define ENTRY_ARENA (JL_UNPACK_MAX + 8U * JL_MESSAGE_MAX)
#define COLLECT_US INT64_C(100000) /* a transaction of the base is open no longer than this, */
#define COLLECT_BYTES (4U << 20)   /* nor does it take more */
#define FORKS_IN_VAIN 3            /* with nothing decided between: then the caller is told */
#define PAUSE_US INT64_C(1000000)  /* after an error that asks for patience; doubled up to 32 times this */

int64_t jl_engine_monotonic(const struct jl_engine *e) { return e->calls.monotonic_us(e->context); }
void jl_engine_tell(struct jl_engine *e, const struct jl_engine_event *event) { e->calls.event(e->context, event); }

/* ---- life ---- */
struct jl_engine *jl_engine_new(struct jl_base *base, struct jl_outbox *outbox, const struct jl_id *organisation,
                                const struct jl_engine_calls *calls, void *context) {
  struct jl_engine *e = calloc(1, sizeof *e);
  if (e == NULL) return NULL;
  e->base = base;
  e->generation = base == NULL ? 0 : base->generation;
  e->outbox = outbox;
  e->organisation = *organisation;
  e->calls = *calls;
  e->context = context;
  e->answers_end = &e->answers;
  return e;
}

void jl_engine_of_person(struct jl_engine *e, const struct jl_id *person) { e->person = *person; }

static void drop_answers(struct jl_engine *e) {
  for (struct jl_answer *answer = e->answers, *next; answer != NULL; answer = next) {
    next = answer->next;
    free(answer);
  }
  e->answers = NULL;
  e->answers_end = &e->answers;
}

void jl_engine_free(struct jl_engine *e) {
  if (e == NULL) return;
  drop_answers(e);
  if (e->open) jl_sql_rollback(&e->base->sql);
  for (struct jl_engine_lane *lane = e->lanes, *next; lane != NULL; lane = next) {
    next = lane->next;
    free(lane);
  }
  for (struct jl_follow *f = e->follows, *next; f != NULL; f = next) {
    next = f->next;
    jl_replica_free(f->sparse);
    jl_replica_free(f->names);
    jl_lost_end(f);
    free(f);
  }
  free(e);
}

void jl_engine_look(struct jl_engine *e) {
  if (e->base == NULL || e->generation == e->base->generation) return;
  e->generation = e->base->generation;
  e->open = false;
  jl_follow_reset(e);
}

void jl_engine_set_base(struct jl_engine *e, struct jl_base *base) {
  e->base = base;
  jl_engine_look(e);
}
void jl_engine_hold(struct jl_engine *e, bool hold) { e->held = hold; }

struct jl_engine_lane *jl_engine_lane(struct jl_engine *e, const struct jl_id *space, bool again) {
  struct jl_engine_lane **at = &e->lanes;
  while (*at != NULL && !jl_id_equal(&(*at)->space, space)) at = &(*at)->next;
  if (*at != NULL) return *at;
  struct jl_engine_lane *lane = calloc(1, sizeof *lane);
  if (lane == NULL) return NULL;
  lane->space = *space;
  lane->again = again;
  return *at = lane;
}

const struct jl_error *jl_engine_failure(const struct jl_engine *e) { return e->failed ? &e->failure : NULL; }

static struct jl_engine_lane *lane_of(struct jl_engine *e, const struct jl_id *space) { return jl_engine_lane(e, space, e->up); }

static void failed(struct jl_engine *e, const struct jl_error *err) {
  struct jl_engine_event event = {.kind = JL_ENGINE_FAILED, .error = *err};
  if (e->failed) return;
  if (err->code == JL_E_OK) (void)jl_fail(&event.error, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  e->failed = true;
  e->failure = event.error;
  jl_engine_tell(e, &event);
}

/* ---- sending ---- */
static bool send_entry(struct jl_engine *e, struct jl_engine_lane *lane, const struct jl_entry *entry, bool first, struct jl_arena *a,
                       struct jl_error *err) {
  Jalon__Submit submit = JALON__SUBMIT__INIT;
  struct jl_bytes group = jl_outbox_pack(e->outbox, entry, a, err);
  if (group.data == NULL || !jl_outbox_confirmed(e->outbox, &lane->space, &submit.confirmed, err)) return false;
  submit.has_group = submit.has_confirmed = true;
  submit.group = jl_to_pb(group);
  Jalon__Position searched = JALON__POSITION__INIT;
  if ((entry->flags & JL_ENTRY_DOUBT) != 0) {
    if (!jl_prepare_searched(e, lane, a, &searched)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    submit.searched = &searched;
  }
  struct jl_bytes packed = jl_pack(&submit.base, a, JL_MESSAGE_MAX);
  if (packed.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  struct jl_under_way *way = &lane->under_way[lane->count++];
  *way = (struct jl_under_way){.entry = entry->id, .seq = entry->seq, .first = first};
  way->stream = e->calls.send(e->context, JALON__FRAME_TYPE__SUBMIT, packed);
  return true;
}

static bool is_under_way(const struct jl_engine_lane *lane, uint64_t entry) {
  for (size_t i = 0; i < lane->count; i++)
    if (lane->under_way[i].entry == entry) return true;
  return false;
}

static bool comes_later(const struct jl_entry *entry, uint64_t seq, uint64_t id) { return entry->seq > seq || (entry->seq == seq && entry->id > id); }

/* What was sent before and has no answer, in order of its numbers. Two with one number must not be, and the server says so: both are sent. */
static bool send_again(struct jl_engine *e, struct jl_engine_lane *lane, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry *entries;
  size_t n;
  if (!jl_outbox_list(e->outbox, &lane->space, 1U << JL_OUTBOX_SENT, a, &entries, &n, err)) return false;
  for (;;) {
    const struct jl_entry *next = NULL;
    for (size_t i = 0; i < n; i++)
      if (!is_under_way(lane, entries[i].id) && comes_later(&entries[i], lane->sent_again, lane->sent_again_entry) &&
          (next == NULL || comes_later(next, entries[i].seq, entries[i].id)))
        next = &entries[i];
    if (next == NULL) {
      lane->again = false;
      return true;
    }
    if (lane->count == JL_COUNT(lane->under_way)) return true;
    if (!send_entry(e, lane, next, false, a, err)) return false;
    lane->sent_again = next->seq;
    lane->sent_again_entry = next->id;
  }
}

static bool caught_up(const struct jl_engine *e, const struct jl_id *space) {
  const struct jl_follow *f = jl_follow_of(e, space);
  return f != NULL && f->state == JL_FOLLOW_AT_HEAD;
}

/* Takes several in one durable step, then sends them. */
static bool send_new(struct jl_engine *e, struct jl_engine_lane *lane, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry taken[JL_OUTBOX_WINDOW];
  size_t n = 0, room = JL_COUNT(lane->under_way) - lane->count;
  if (room == 0 || e->outbox->read_only) return true;
  if (!jl_sql_begin(&e->outbox->sql, err)) return false;
  bool ok = true, wait = false, hold = false;
  lane->waits_for_log = false;
  for (; ok && n < room; n++) {
    ok = jl_engine_prepare(e, lane, &wait, &hold, a, err);
    lane->waits_for_log = wait;
    if (!ok || wait || hold) break;
    ok = jl_outbox_take(e->outbox, &lane->space, caught_up(e, &lane->space), a, &taken[n], err);
    if (ok && taken[n].id == 0) break;
  }
  if (!ok) jl_sql_rollback(&e->outbox->sql);
  if (!ok || !jl_sql_commit(&e->outbox->sql, err)) { /* also when none was taken: the search may have found some */
    lane->searched = 0;                              /* what it found is not written */
    return false;
  }
  for (size_t i = 0; ok && i < n; i++) ok = send_entry(e, lane, &taken[i], true, a, err);
  return ok;
}

/* What waits for the log has it followed. */
static bool follow_for(struct jl_engine *e, struct jl_engine_lane *lane, struct jl_error *err) {
  if (!lane->waits_for_log || e->held || e->forking) return true;
  if (e->base == NULL) {
    struct jl_engine_event event = {.kind = JL_ENGINE_NEEDS_LOG, .space = lane->space};
    jl_engine_tell(e, &event);
  }
  if (e->base == NULL || e->base->read_only || jl_follow_of(e, &lane->space) != NULL) return true;
  return jl_engine_follow(e, &lane->space, false, 0, err);
}

bool jl_engine_put(struct jl_engine *e, struct jl_outbox_new *in, struct jl_entry *ret_entry, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ENTRY_ARENA);
  struct jl_id space;
  struct jl_engine_lane *lane = jl_id_from_bytes(JL_PB(in->group->space), &space) ? lane_of(e, &space) : NULL;
  if (a == NULL || lane == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  in->number = e->up && !e->held && !e->forking && !e->failed && !lane->again && lane->failed == 0 && lane->count < JL_COUNT(lane->under_way) &&
               lane->pause_us <= jl_engine_monotonic(e);
  if (!jl_outbox_put(e->outbox, in, a, ret_entry, err)) return false;
  if (ret_entry->state != JL_OUTBOX_SENT) return true;
  struct jl_error why = {0};
  if (!send_entry(e, lane, ret_entry, true, a, &why)) lane->again = true; /* kept all the same */
  return true;
}

static bool send_lane(struct jl_engine *e, struct jl_engine_lane *lane, struct jl_error *err) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  if (a == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (lane->failed != 0 || lane->pause_us > jl_engine_monotonic(e)) return true;
  if (lane->again && !send_again(e, lane, a, err)) return false;
  return lane->again || e->held || e->forking || send_new(e, lane, a, err);
}

static void send_all(struct jl_engine *e) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_OUTBOX_BYTES);
  struct jl_error err = {0};
  struct jl_id *spaces = NULL;
  size_t n = 0;
  bool ok = a != NULL && jl_outbox_spaces(e->outbox, 1U << JL_OUTBOX_QUEUED | 1U << JL_OUTBOX_SENT, a, &spaces, &n, &err);
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_engine_lane *lane = lane_of(e, &spaces[i]);
    ok = lane != NULL && send_lane(e, lane, &err) && follow_for(e, lane, &err);
  }
  for (struct jl_engine_lane *lane = e->lanes; ok && lane != NULL; lane = lane->next) { /* lanes without groups have nothing to send again */
    bool any = false;
    for (size_t i = 0; !any && i < n; i++) any = jl_id_equal(&spaces[i], &lane->space);
    if (!any) lane->again = false;
  }
  if (!ok) failed(e, &err);
}

/* ---- answers ---- */
static void done_with(struct jl_engine_lane *lane, uint64_t entry) {
  size_t kept = 0;
  for (size_t i = 0; i < lane->count; i++)
    if (lane->under_way[i].entry != entry) lane->under_way[kept++] = lane->under_way[i];
  lane->count = kept;
}

static void undecided(struct jl_engine *e, const struct jl_engine_lane *lane, uint64_t entry, const struct jl_error *err) {
  struct jl_engine_event event = {.kind = JL_ENGINE_UNDECIDED, .entry = entry, .space = lane->space, .error = *err};
  jl_engine_tell(e, &event);
}

static void keep_verdict(struct jl_engine *e, struct jl_engine_lane *lane, uint64_t entry, struct jl_bytes payload) {
  struct jl_answer *answer = malloc(sizeof *answer + payload.size);
  if (answer == NULL) { /* asked for again with the next connection */
    done_with(lane, entry);
    return;
  }
  uint8_t *copy = (uint8_t *)(answer + 1);
  if (payload.size > 0) memcpy(copy, payload.data, payload.size);
  *answer = (struct jl_answer){NULL, lane, entry, {copy, payload.size}};
  *e->answers_end = answer;
  e->answers_end = &answer->next;
}

/* What an error instead of a verdict means. Numbers that the server did not expect are as good as another copy's, and so is a verdict
 * that was confirmed, though not by us: what became of the group is found by its id, under another replica id. */
enum meaning { MEANS_REFUSED, MEANS_NOT_TAKEN, MEANS_UNKNOWN, MEANS_FORKED };
static enum meaning meaning_of(const struct jl_error *err, bool first) {
  switch (jl_code_class(err->code)) {
  case JL_CLASS_CONFLICT:
    return MEANS_REFUSED;
  case JL_CLASS_INVALID:
    return err->code == JL_E_UPGRADE_REQUIRED ? first ? MEANS_NOT_TAKEN : MEANS_UNKNOWN : MEANS_REFUSED;
  case JL_CLASS_AUTH:
    return err->code == JL_E_DENIED ? MEANS_REFUSED : first ? MEANS_NOT_TAKEN : MEANS_UNKNOWN;
  case JL_CLASS_RESYNC:
    return err->code == JL_E_REPLICA_FORKED || err->code == JL_E_LANE_GAP || err->code == JL_E_DECIDED ? MEANS_FORKED : MEANS_UNKNOWN;
  case JL_CLASS_RETRY:
    return first && (!jl_id_is_zero(&err->record) || err->code == JL_E_OVERLOADED || err->code == JL_E_DRAINING) ? MEANS_NOT_TAKEN : MEANS_UNKNOWN;
  case JL_CLASS_NONE:
  case JL_CLASS_UNKNOWN:
  case JL_CLASS_INTERNAL:
    break;
  }
  return MEANS_UNKNOWN;
}

static void take_error(struct jl_engine *e, struct jl_engine_lane *lane, const struct jl_under_way *way, const struct jl_error *err) {
  enum meaning meaning = meaning_of(err, way->first);
  uint64_t entry = way->entry;
  bool first = way->first;
  done_with(lane, entry);
  if (lane->failed != 0) return; /* those behind one that failed have nothing to follow */
  if (meaning == MEANS_FORKED) {
    e->forking = true;
    lane->forked = true;
    undecided(e, lane, entry, err);
    return;
  }
  lane->failed = entry;
  lane->failed_first = first && meaning == MEANS_NOT_TAKEN;
  lane->refuse = meaning == MEANS_REFUSED;
  lane->failure = *err;
}

/* All answers of the lane are here: what failed is numbered anew, or counts as refused; later ones follow. */
static void repair_lane(struct jl_engine *e, struct jl_engine_lane *lane) {
  struct jl_error err = {0};
  uint64_t entry = lane->failed;
  struct jl_error why = lane->failure;
  if (entry == 0 || lane->count > 0) return;
  lane->failed = 0;
  bool ok = true;
  if (lane->refuse) {
    struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ENTRY_ARENA);
    Jalon__Verdict verdict = JALON__VERDICT__INIT;
    Jalon__Error wire = JALON__ERROR__INIT;
    struct jl_entry known;
    size_t parked = 0;
    bool waited = e->calls.waited(e->context, entry);
    ok = a != NULL && jl_outbox_get(e->outbox, entry, NULL, &known, &err);
    if (ok) {
      jl_error_to_wire(&why, a, &wire);
      verdict.error = &wire;
      verdict.has_space = verdict.has_seq = verdict.has_group_id = true;
      verdict.space = jl_to_pb((struct jl_bytes){known.space.bytes, sizeof known.space.bytes});
      verdict.seq = known.seq;
      verdict.group_id = jl_to_pb((struct jl_bytes){known.group_id.bytes, sizeof known.group_id.bytes});
      /* The number was not used up. */
      ok = jl_outbox_settle(e->outbox, entry, &verdict, e->calls.now_us(e->context), &parked, &err) &&
           jl_outbox_free_numbers(e->outbox, &lane->space, known.seq, &err);
    }
    lane->again = true;
    lane->sent_again = 0;
    if (ok) {
      struct jl_engine_event event = {.kind = JL_ENGINE_VERDICT, .entry = entry, .space = lane->space, .verdict = &verdict, .parked = parked};
      jl_engine_tell(e, &event);
      if (waited) ok = jl_outbox_told(e->outbox, entry, &err);
    }
  } else {
    if (lane->failed_first) ok = jl_outbox_untake(e->outbox, entry, &err);
    lane->again = true;
    lane->sent_again = 0;
    int64_t pause = PAUSE_US << (lane->pauses < 5 ? lane->pauses : 5);
    lane->pauses++;
    lane->pause_us = jl_engine_monotonic(e) + pause;
    undecided(e, lane, entry, &why);
  }
  if (!ok) failed(e, &err);
}

static bool lane_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct jl_engine_lane *lane = e->lanes;
  struct jl_under_way *way = NULL;
  for (; lane != NULL && way == NULL; lane = way == NULL ? lane->next : lane)
    for (size_t i = 0; i < lane->count; i++)
      if (lane->under_way[i].stream == stream && !lane->under_way[i].answered) way = &lane->under_way[i];
  if (way == NULL) return false;
  struct jl_error err = {0};
  if (type == JALON__FRAME_TYPE__SUBMIT_REPLY) {
    way->answered = true;
    keep_verdict(e, lane, way->entry, payload);
    return true;
  }
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(ENTRY_ARENA);
  const Jalon__Error *wire =
      a == NULL || type != JALON__FRAME_TYPE__ERROR ? NULL : (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, a, &err);
  if (wire != NULL) jl_error_from_wire(wire, &err);
  if (err.code == JL_E_OK) (void)jl_fail(&err, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server's answer cannot be read"), NULL);
  take_error(e, lane, way, &err);
  return true;
}

bool jl_engine_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  return lane_message(e, type, stream, payload) || jl_lost_message(e, type, stream, payload) ||
         jl_prepare_message(e, type, stream, payload) || jl_follow_message(e, type, stream, payload);
}

/* ---- settling: all verdicts that came, in one durable step ---- */
struct settled {
  const Jalon__Verdict *verdict;
  struct jl_engine_lane *lane;
  uint64_t entry;
  size_t parked;
  bool fits, waited, again;
};

/* A verdict about another group must not settle this one: a server that gives one is not to be sent anything. */
static bool is_its_verdict(struct jl_engine *e, const struct jl_answer *answer, const Jalon__Verdict *v, bool *ret_again, struct jl_error *why) {
  struct jl_entry entry;
  struct jl_id space, group_id;
  if (v == NULL || !jl_outbox_get(e->outbox, answer->entry, NULL, &entry, why)) return false;
  *ret_again = v->repeated && entry.state == JL_OUTBOX_SENT && (entry.flags & JL_ENTRY_AGAIN) != 0;
  if (entry.state == JL_OUTBOX_SENT && v->seq != entry.seq) return false; /* else it was found in the log meanwhile */
  return jl_id_from_bytes(JL_PB(v->space), &space) && jl_id_equal(&space, &entry.space) && jl_id_from_bytes(JL_PB(v->group_id), &group_id) &&
         jl_id_equal(&group_id, &entry.group_id);
}

static bool settle_all(struct jl_engine *e, struct settled *list, size_t n, struct jl_arena *a, struct jl_error *err) {
  size_t i = 0;
  if (!jl_sql_begin(&e->outbox->sql, err)) return false;
  bool ok = true;
  for (struct jl_answer *answer = e->answers; ok && answer != NULL && i < n; answer = answer->next, i++) {
    struct jl_error why = {0};
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, answer->payload, a, &why);
    list[i] = (struct settled){.verdict = v, .lane = answer->lane, .entry = answer->entry, .waited = e->calls.waited(e->context, answer->entry)};
    list[i].fits = is_its_verdict(e, answer, v, &list[i].again, &why);
    if (why.code == JL_E_NO_MEMORY) { /* it may well be the right one */
      *err = why;
      ok = false;
    }
    /* What came after a group that has no place in this lane was judged without it. */
    bool moot = ok && list[i].fits && answer->lane->forked && v->error != NULL && v->error->code != JL_E_OK;
    if (moot) {
      list[i].fits = false;
      ok = jl_outbox_retry(e->outbox, answer->entry, err);
    } else if (ok && list[i].fits) {
      ok = jl_outbox_settle(e->outbox, answer->entry, v, e->calls.now_us(e->context), &list[i].parked, err);
    }
  }
  if (ok) return jl_sql_commit(&e->outbox->sql, err);
  jl_sql_rollback(&e->outbox->sql);
  return false;
}

static void settle_answers(struct jl_engine *e) {
  size_t n = 0;
  struct jl_error err = {0};
  for (const struct jl_answer *answer = e->answers; answer != NULL; answer = answer->next) n++;
  if (n == 0) return;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(n * JL_UNPACK_MAX);
  struct settled *list = a == NULL ? NULL : jl_arena_array(a, n, sizeof *list);
  if (list == NULL || !settle_all(e, list, n, a, &err)) { /* the server gives the same verdicts again */
    failed(e, &err);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    done_with(list[i].lane, list[i].entry);
    list[i].lane->pauses = 0;
  }
  struct jl_answer *settled = e->answers;
  e->answers = NULL;
  e->answers_end = &e->answers;
  for (size_t i = 0; i < n; i++) {
    struct jl_engine_event event = {.kind = JL_ENGINE_VERDICT,
                                    .entry = list[i].entry,
                                    .space = list[i].lane->space,
                                    .verdict = list[i].verdict,
                                    .parked = list[i].parked,
                                    .again = list[i].again};
    if (!list[i].fits && !list[i].lane->forked) {
      struct jl_error broken;
      (void)jl_fail(&broken, JL_E_BAD_FRAME, JL_MSG("the server answered with a verdict about another group"),
                    JL_MSG("check that client and server are of the same version"));
      failed(e, &broken);
    } else if (list[i].fits) {
      e->forks_in_vain = 0;
      jl_engine_tell(e, &event);
      if (list[i].waited && list[i].verdict->error != NULL && !jl_outbox_told(e->outbox, list[i].entry, &err)) failed(e, &err);
      if (!jl_follow_decided(e, &list[i].lane->space, list[i].entry, list[i].verdict->error != NULL, &err)) failed(e, &err);
    }
  }
  for (struct jl_answer *answer = settled, *next; answer != NULL; answer = next) {
    next = answer->next;
    free(answer);
  }
}

/* ---- a copied folder, or a server that lost its past ---- */
/* Our lanes as the server has them: nobody can ask for them any more under another replica id. */
static bool lanes_known(struct jl_engine *e) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
  struct jl_error err = {0};
  struct jl_id *spaces = NULL;
  size_t n = 0;
  bool known = a != NULL && jl_outbox_spaces(e->outbox, 1U << JL_OUTBOX_DONE, a, &spaces, &n, &err);
  for (size_t i = 0; i < n; i++) {
    struct jl_engine_lane *lane = jl_engine_lane(e, &spaces[i], false);
    known = lane != NULL && jl_lost_known(e, lane) && known; /* all are asked at once */
  }
  return known;
}

static void finish_fork(struct jl_engine *e) {
  struct jl_error err = {0};
  if (!e->forking || !e->up) return;
  for (const struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next)
    if (lane->count > 0 || lane->again || lane->failed != 0) return;
  if (!lanes_known(e)) return;
  if (!jl_outbox_fork(e->outbox, &err)) {
    failed(e, &err);
    return;
  }
  e->forking = false;
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next) lane->forked = false;
  struct jl_engine_event event = {.kind = JL_ENGINE_NEW_REPLICA};
  if (++e->forks_in_vain < FORKS_IN_VAIN) {
    jl_engine_tell(e, &event);
    return;
  }
  (void)jl_fail(&err, JL_E_REPLICA_FORKED, JL_MSG("the server says again and again that the numbers of this machine's changes are taken; what waits is kept"),
                JL_MSG("is a copy of this folder in use elsewhere? jalon sync tries again"));
  failed(e, &err);
}

/* ---- up, down, flush ---- */
void jl_engine_up(struct jl_engine *e) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
  struct jl_error err = {0};
  struct jl_id *spaces;
  size_t n = 0;
  jl_engine_look(e);
  e->up = true;
  e->failed = false;
  e->plans_stream = 0;
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next) {
    lane->again = true;
    lane->sent_again = 0;
    lane->pause_us = 0;
    lane->lost_known = false;
    lane->lost_us = 0;
  }
  bool ok = a != NULL && jl_outbox_spaces(e->outbox, 1U << JL_OUTBOX_SENT, a, &spaces, &n, &err);
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_engine_lane *lane = lane_of(e, &spaces[i]);
    if (lane != NULL) lane->again = true;
    ok = lane != NULL;
  }
  if (!ok) failed(e, &err); /* what was sent before cannot be asked about */
  for (struct jl_follow *f = e->follows; f != NULL; f = f->next)
    if (f->state != JL_FOLLOW_GONE) jl_follow_start(e, f);
}

void jl_engine_down(struct jl_engine *e) {
  struct jl_error err = {0};
  if (!e->up) return;
  jl_engine_look(e);
  settle_answers(e);
  e->up = false;
  if (!jl_engine_commit(e, &err)) e->open = false;
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next) {
    lane->count = 0;
    lane->failed = 0;
    lane->lost_stream = 0;
    lane->search_stream = 0;
    lane->search_next = 0;
  }
  for (struct jl_follow *f = e->follows; f != NULL; f = f->next) {
    f->stream = f->looking = 0;
    if (f->state != JL_FOLLOW_GONE) f->state = JL_FOLLOW_IDLE;
  }
  drop_answers(e);
}

static bool is_due(const struct jl_engine *e) {
  bool receiving = false;
  for (const struct jl_follow *f = e->follows; f != NULL; f = f->next) receiving = receiving || (f->state == JL_FOLLOW_ASKED && !f->caught_up);
  return !receiving || e->collected >= COLLECT_BYTES || jl_engine_monotonic(e) - e->opened_us >= COLLECT_US;
}

void jl_engine_flush(struct jl_engine *e, bool all) {
  if (e->in_flush) return;
  e->in_flush = true;
  jl_engine_look(e);
  settle_answers(e);
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next) repair_lane(e, lane);
  struct jl_error err = {0};
  if (e->open && (all || is_due(e)) && !jl_engine_commit(e, &err))
    for (struct jl_follow *f = e->follows; f != NULL; f = f->next)
      if (f->state != JL_FOLLOW_GONE) jl_follow_end(e, f, &err);
  jl_follow_sweep(e);
  if (e->up && !e->failed) send_all(e);
  finish_fork(e);
  e->in_flush = false;
}

int64_t jl_engine_due_us(const struct jl_engine *e) {
  int64_t due = e->open ? e->opened_us + COLLECT_US : INT64_MAX;
  if (e->answers != NULL) due = 0;
  for (const struct jl_engine_lane *lane = e->lanes; e->up && lane != NULL; lane = lane->next) {
    if (lane->pause_us > jl_engine_monotonic(e) && lane->pause_us < due) due = lane->pause_us;
    if (!lane->lost_known && lane->lost_us > jl_engine_monotonic(e) && lane->lost_us < due) due = lane->lost_us;
  }
  for (const struct jl_follow *f = e->follows; e->up && f != NULL; f = f->next)
    if (f->state == JL_FOLLOW_ASKED && f->look_us > jl_engine_monotonic(e) && f->look_us < due) due = f->look_us;
  return due;
}

bool jl_engine_sending(const struct jl_engine *e) {
  if (e->answers != NULL || e->forking) return !e->failed;
  for (const struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next)
    if (lane->count > 0 || lane->failed != 0 || lane->search_stream != 0 || (e->up && lane->again)) return !e->failed;
  return false;
}

bool jl_engine_idle(const struct jl_engine *e) {
  if (jl_engine_sending(e) || e->open || e->plans_stream != 0) return false;
  for (const struct jl_follow *f = e->follows; f != NULL; f = f->next)
    if (f->state != JL_FOLLOW_GONE && f->state != JL_FOLLOW_AT_HEAD) return false;
  return true;
}

#include "common/base/reserve.h"
#include "server/space/internal.h"
#include <string.h>

/* ---- an error that is known at once ---- */
struct late {
  struct jl_later later;
  struct jl_space *space;
  struct jl_waiter waiter;
  struct jl_error err;
};

static void answer_late(struct jl_later *later) {
  struct late *l = (struct late *)later;
  if (l->waiter.done != NULL) l->waiter.done(l->waiter.context, (struct jl_bytes){NULL, 0}, &l->err);
  jl_space_release(l->space);
  jl_reserve_give(l);
}

void jl_answer_later(struct jl_space *space, struct jl_waiter waiter, const struct jl_error *err) {
  struct late *l = jl_reserve_take(space->owner->reserve, sizeof *l);
  *l = (struct late){{NULL, answer_late}, space, waiter, *err};
  jl_space_hold(space);
  jl_spaces_later(space->owner, &l->later);
}

/* ---- the verdict of a group that was decided ----
 * refused: stored whole. Applied: the note says all but the numbers that were given, and those stand in the log. */
struct find {
  struct jl_later later; /* first */
  struct jl_space *space;
  struct jl_id replica;
  uint64_t seq;
  bool known;
  struct jl_verdict_note note;
  jl_verdict_found *done;
  void *context;
};

static void found(struct find *f, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_space *space = f->space;
  struct jl_error failure;
  if (err == NULL && verdict.data == NULL) {
    jl_writer_error(JL_E_UNAVAILABLE, &failure);
    err = &failure;
  }
  f->done(f->context, err == NULL ? verdict : (struct jl_bytes){NULL, 0}, err);
  jl_reserve_give(f);
  jl_spaces_operation_done(space->owner);
  jl_space_release(space);
}

static bool already_decided(const struct find *f, struct jl_error *err) {
  return jl_fail(err, JL_E_DECIDED, JL_MSG("group {1} of this replica was decided long ago; its outcome is no longer kept"),
                 JL_MSG("look at the plan's history to see whether it is in"), jl_arg_integer((int64_t)f->seq));
}

static struct jl_bytes applied(const struct find *f, struct jl_arena *a, Jalon__Given **given, size_t given_count) {
  Jalon__Verdict v = JALON__VERDICT__INIT;
  v.has_space = v.has_seq = v.has_group_id = v.has_revision = v.has_repeated = v.repeated = true;
  v.space = jl_to_pb((struct jl_bytes){f->space->id.bytes, sizeof f->space->id.bytes});
  v.seq = f->seq;
  v.group_id = jl_to_pb((struct jl_bytes){f->note.group.bytes, sizeof f->note.group.bytes});
  v.revision = f->note.revision;
  v.has_merged = v.merged = (f->note.flags & JL_VERDICT_MERGED) != 0;
  v.given = given;
  v.n_given = given_count;
  return jl_pack(&v.base, a, JL_MESSAGE_MAX);
}

static void found_refusal(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct find *f = context;
  struct jl_error failure;
  if (err != NULL) {
    if (err->code == JL_E_NOT_FOUND)
      already_decided(f, &failure);
    else
      failure = *err;
    found(f, verdict, &failure);
    return;
  }
  static const uint8_t repeated[] = {9 << 3, 1}; /* field 9, a bool: behind the others, where protobuf wants it */
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2 * JL_MESSAGE_MAX);
  uint8_t *copy = a == NULL ? NULL : jl_arena_alloc(a, verdict.size + sizeof repeated);
  if (copy != NULL) {
    memcpy(copy, verdict.data, verdict.size);
    memcpy(copy + verdict.size, repeated, sizeof repeated);
  }
  found(f, (struct jl_bytes){copy, verdict.size + sizeof repeated}, NULL);
}

static size_t collect_given(const Jalon__ChangeBody *body, struct jl_arena *a, Jalon__Given **list, size_t max) {
  size_t n = 0;
  for (size_t i = 0; i < body->n_changes && n < max; i++) {
    const Jalon__RecordChange *change = body->changes[i];
    if (change->verb != JALON__VERB__CREATE || change->number == 0) continue;
    Jalon__Given *given = jl_arena_alloc(a, sizeof *given);
    if (given == NULL) return n;
    jalon__given__init(given);
    given->has_record = given->has_number = given->has_type = true;
    given->record = change->id;
    given->number = change->number;
    given->type = change->type;
    list[n++] = given;
  }
  return n;
}

struct jl_bytes jl_verdict_of_rows(struct jl_space *space, const struct jl_id *group, uint64_t revision, const struct jl_log_row *rows, size_t n,
                                   struct jl_arena *a) {
  struct find f = {.space = space, .note = {.group = *group, .revision = revision}};
  Jalon__Given **list = jl_arena_array(a, JL_GROUP_MAX_EDITS, sizeof *list);
  struct jl_error ignored;
  size_t count = 0;
  for (size_t i = 0; list != NULL && i < n; i++) {
    if (rows[i].revision != revision) continue;
    f.note.flags = rows[i].outcome;
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, a, &ignored);
    if (body == NULL) return (struct jl_bytes){NULL, 0};
    count += collect_given(body, a, list + count, JL_GROUP_MAX_EDITS - count);
  }
  return list == NULL ? (struct jl_bytes){NULL, 0} : applied(&f, a, list, count);
}

static void found_rows(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct find *f = context;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
  Jalon__Given **list = a == NULL ? NULL : jl_arena_array(a, JL_GROUP_MAX_EDITS, sizeof *list);
  struct jl_error failure = {0};
  size_t count = 0;
  (void)has_more; /* a revision comes whole */
  for (size_t i = 0; err == NULL && list != NULL && i < n; i++) {
    if (rows[i].revision != f->note.revision) continue;
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, a, &failure);
    if (body == NULL)
      err = &failure;
    else
      count += collect_given(body, a, list + count, JL_GROUP_MAX_EDITS - count);
  }
  found(f, list == NULL || err != NULL ? (struct jl_bytes){NULL, 0} : applied(f, a, list, count), err);
}

static void find_now(struct jl_later *later) {
  struct find *f = (struct find *)later;
  struct jl_error err;
  if (!f->known) {
    already_decided(f, &err);
    found(f, (struct jl_bytes){NULL, 0}, &err);
  } else if (f->note.revision == 0 || (f->note.flags & JL_VERDICT_KEPT) != 0) {
    jl_store_refusal(f->space->owner->store, &f->space->id, &f->replica, f->seq, found_refusal, f);
  } else if ((f->note.flags & JL_VERDICT_GAVE_NUMBERS) != 0) {
    jl_space_rows(f->space, f->note.revision, f->note.revision, JL_MESSAGE_MAX, found_rows, f);
  } else {
    struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_MESSAGE_MAX);
    found(f, a == NULL ? (struct jl_bytes){NULL, 0} : applied(f, a, NULL, 0), NULL);
  }
}

void jl_verdict_find(struct jl_space *space, const struct jl_edit_lane *lane, uint64_t seq, jl_verdict_found *done, void *context) {
  struct find *f = jl_reserve_take(space->owner->reserve, sizeof *f);
  const struct jl_verdict_note *note = jl_edit_lane_note(lane, seq);
  *f = (struct find){.later = {NULL, find_now},
                     .space = space,
                     .replica = lane->replica,
                     .seq = seq,
                     .known = note != NULL && !jl_mutant(JL_MUTANT_FORGET_VERDICT),
                     .done = done,
                     .context = context};
  if (note != NULL) f->note = *note;
  jl_space_hold(space);
  space->owner->operations++;
  jl_spaces_later(space->owner, &f->later);
}

/* ---- many verdicts ---- */
#define REPLY_MAX (JL_MESSAGE_MAX / 2)
struct query {
  struct jl_later later; /* first */
  struct jl_space *space;
  struct jl_id replica, account;
  uint64_t next, to;
  bool looked;
  struct jl_buffer reply; /* VerdictReply, field 2 one by one */
  void (*done)(void *context, struct jl_bytes packed_verdict_reply, const struct jl_error *err);
  void *context;
};

static void query_done(struct query *q, const struct jl_error *err) {
  struct jl_space *space = q->space;
  q->done(q->context, err == NULL ? jl_buffer_bytes(&q->reply) : (struct jl_bytes){NULL, 0}, err);
  jl_buffer_release(&q->reply);
  jl_reserve_give(q);
  jl_spaces_operation_done(space->owner);
  jl_space_release(space);
}

static void query_step(struct jl_later *later);

static void query_found(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct query *q = context;
  if (err != NULL && err->code != JL_E_DECIDED) {
    query_done(q, err);
    return;
  }
  if (err == NULL && q->reply.size + verdict.size > REPLY_MAX) {
    query_done(q, NULL); /* the rest is asked for again */
    return;
  }
  if (err == NULL) {
    jl_buffer_byte(&q->reply, 2 << 3 | 2);
    jl_buffer_varint(&q->reply, verdict.size);
    jl_buffer_append(&q->reply, verdict.data, verdict.size);
  }
  q->next++;
  jl_spaces_later(q->space->owner, &q->later);
}

static void query_looked(void *context, const struct jl_error *err) {
  struct query *q = context;
  q->looked = true;
  if (err != NULL)
    query_done(q, err);
  else
    jl_spaces_later(q->space->owner, &q->later);
}

/* A client that finds its lane shorter than it was takes that for a loss: so a memory that knows less than the client, or that may be
 * of another database, is no answer. */
static bool looks_first(struct query *q, const struct jl_edit_lane *lane) {
  if (q->looked || (!q->space->suspect && (lane == NULL ? 0 : lane->seq) + 1 >= q->next)) return false;
  jl_space_look(q->space, query_looked, q);
  return true;
}

static void query_step(struct jl_later *later) {
  struct query *q = (struct query *)later;
  const struct jl_edit_lane *lane = jl_idmap_find(&q->space->lanes, &q->replica);
  struct jl_error err;
  if (looks_first(q, lane)) return;
  if (lane != NULL && !jl_id_is_zero(&lane->account) && !jl_id_equal(&lane->account, &q->account)) {
    jl_fail(&err, JL_E_DENIED, JL_MSG("this replica belongs to another account"), JL_MSG("use a profile of your own"));
    query_done(q, &err);
    return;
  }
  if (q->reply.size == 0) {
    jl_buffer_byte(&q->reply, 1 << 3);
    jl_buffer_varint(&q->reply, lane == NULL ? 0 : lane->seq);
  }
  if (lane != NULL && q->next < lane->first_seq) q->next = lane->first_seq; /* pruned: the high water tells that they are decided */
  if (lane == NULL || q->next > q->to || q->next > lane->seq)
    query_done(q, NULL);
  else
    jl_verdict_find(q->space, lane, q->next, query_found, q);
}

void jl_space_verdicts(struct jl_space *space, const struct jl_id *replica, const struct jl_id *account, uint64_t from_seq, uint64_t to_seq,
                       void (*done)(void *context, struct jl_bytes packed_verdict_reply, const struct jl_error *err), void *context) {
  struct query *q = jl_reserve_take(space->owner->reserve, sizeof *q);
  *q = (struct query){.later = {NULL, query_step},
                      .space = space,
                      .replica = *replica,
                      .account = *account,
                      .next = from_seq,
                      .to = to_seq,
                      .done = done,
                      .context = context};
  jl_buffer_init(&q->reply, JL_MESSAGE_MAX);
  jl_space_hold(space);
  space->owner->operations++;
  jl_spaces_later(space->owner, &q->later);
}

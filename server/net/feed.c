/* The feed of one record subscription: check, snapshot, tail, live, lag. */
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "server/net/names.h"
#include "server/net/snapshot.h"
#include <stdlib.h>
#include <string.h>

#define TAIL_BYTES 524288 /* rows read at once */
#define ROW_OVERHEAD 64   /* what packing adds to a row, at most */

static void read_more(struct jl_subscription *sub);
static void follow(struct jl_subscription *sub);

static uint64_t head_of(const struct jl_subscription *sub) { return jl_replica_where(jl_space_committed(sub->space))->revision; }
static bool readable(uint32_t sections, enum jl_section section) { return section < JL_SECTIONS && (sections & 1U << section) != 0; }

/* ---- REVISIONS: rows first..last (whole revisions), packed by hand into messages of at most JL_MESSAGE_MAX ---- */
static void pack_change(struct jl_buffer *out, const struct jl_log_row *row) {
  struct jl_bytes body = row->change.body, private_values = row->change.private_values;
  struct jl_buffer inner;
  jl_buffer_init(&inner, 2 * JL_MESSAGE_MAX);
  jl_buffer_byte(&inner, 1 << 3 | 2); /* Change.body */
  jl_buffer_varint(&inner, body.size);
  jl_buffer_append(&inner, body.data, body.size);
  if (private_values.size > 0) {
    jl_buffer_byte(&inner, 2 << 3 | 2); /* Change.private_values */
    jl_buffer_varint(&inner, private_values.size);
    jl_buffer_append(&inner, private_values.data, private_values.size);
  }
  struct jl_bytes packed = jl_buffer_bytes(&inner);
  if (!jl_buffer_ok(&inner)) out->failed = true;
  jl_buffer_byte(out, 1 << 3 | 2); /* Revisions.changes */
  jl_buffer_varint(out, packed.size);
  jl_buffer_append(out, packed.data, packed.size);
  jl_buffer_release(&inner);
}

static size_t rows_of_revision(const struct jl_log_row *rows, size_t n) {
  size_t count = 1;
  while (count < n && rows[count].revision == rows[0].revision) count++;
  return count;
}

static struct jl_message *finish_message(struct jl_buffer *b, uint64_t through, bool has_more, bool compress) {
  jl_buffer_byte(b, 2 << 3); /* Revisions.through */
  jl_buffer_varint(b, through);
  jl_buffer_byte(b, 3 << 3); /* Revisions.has_more */
  jl_buffer_byte(b, has_more);
  if (!jl_buffer_ok(b)) return NULL;
  return compress ? jl_message_new_compressed(JALON__FRAME_TYPE__REVISIONS, 0, jl_buffer_bytes(b))
                  : jl_message_new(JALON__FRAME_TYPE__REVISIONS, 0, jl_buffer_bytes(b));
}

/* Makes messages of rows; count 0 when a revision is too large for any message or memory is short. */
static void make_messages(const struct jl_log_row *rows, size_t n, uint64_t through, uint32_t sections, bool compress,
                          struct jl_broadcast *ret) {
  ret->messages = calloc(n + 1, sizeof(struct jl_message *));
  ret->throughs = calloc(n + 1, sizeof *ret->throughs);
  ret->count = 0;
  if (ret->messages == NULL || ret->throughs == NULL) {
    jl_broadcast_clear(ret);
    return;
  }
  struct jl_buffer b;
  jl_buffer_init(&b, JL_MESSAGE_MAX);
  bool ok = true;
  for (size_t i = 0; ok && i < n;) {
    size_t count = rows_of_revision(rows + i, n - i), size = 0;
    for (size_t k = i; k < i + count; k++) size += rows[k].change.body.size + rows[k].change.private_values.size + ROW_OVERHEAD;
    if (b.size > 0 && b.size + size + ROW_OVERHEAD > JL_MESSAGE_MAX) {
      ret->messages[ret->count] = finish_message(&b, rows[i].revision - 1, true, compress);
      ret->throughs[ret->count] = rows[i].revision - 1;
      ok = ret->messages[ret->count] != NULL;
      ret->count += ok;
      jl_buffer_clear(&b);
    }
    for (size_t k = i; k < i + count; k++)
      if (readable(sections, rows[k].section)) pack_change(&b, &rows[k]);
    i += count;
  }
  struct jl_message *last = ok ? finish_message(&b, through, false, compress) : NULL;
  if (last != NULL) {
    ret->throughs[ret->count] = through;
    ret->messages[ret->count++] = last;
  } else {
    jl_broadcast_clear(ret);
  }
  jl_buffer_release(&b);
}

void jl_broadcast_clear(struct jl_broadcast *b) {
  for (size_t i = 0; i < b->count; i++) jl_message_release(b->messages[i]);
  free(b->messages);
  free(b->throughs);
  *b = (struct jl_broadcast){0};
}

static void too_large(struct jl_subscription *sub) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_COMPACTED, JL_MSG("a change is too large to be told one by one"), JL_MSG("take a snapshot"));
  jl_subscription_end(sub, JALON__FRAME_TYPE__RESYNC, &err);
}

static bool go_lagging(struct jl_subscription *sub) {
  if (!jl_session_congested(sub->session)) return false;
  if (sub->state != JL_FEED_LAGGING) {
    sub->state = JL_FEED_LAGGING;
    Jalon__Lagging event = JALON__LAGGING__INIT;
    uint8_t packed[16];
    event.has_revision = true;
    event.revision = sub->sent;
    size_t size = jalon__lagging__pack(&event, packed);
    jl_session_send(sub->session, JALON__FRAME_TYPE__LAGGING, 0, sub->stream, (struct jl_bytes){packed, size});
    jl_log(JL_LOG_INFO, "feed.lagging", JL_F_TEXT("login", sub->session != NULL ? sub->session->login : ""),
           JL_F_NUMBER("revision", sub->sent));
  }
  return true;
}

/* The messages of one batch may be more than a line takes at once: then the rest comes from the log when it has drained. */
static void send_messages(struct jl_subscription *sub, const struct jl_broadcast *b) {
  for (size_t i = 0; i < b->count; i++) {
    jl_session_send_shared(sub->session, sub->stream, b->messages[i]);
    if (sub->session == NULL) return; /* ended on the way */
    sub->sent = b->throughs[i];
    if (i + 1 < b->count && go_lagging(sub)) return;
  }
}

/* Sends rows that follow `sent`. The caller looks at sub->session afterwards. */
static void send_rows(struct jl_subscription *sub, const struct jl_log_row *rows, size_t n, uint64_t through) {
  struct jl_broadcast own = {0};
  make_messages(rows, n, through, sub->sections, sub->session->compress, &own);
  if (own.count == 0) {
    too_large(sub);
    return;
  }
  send_messages(sub, &own);
  jl_broadcast_clear(&own);
}

/* ---- live ---- */
static const struct jl_broadcast *shared_messages(struct jl_subscription *sub, const struct jl_listener_rows *rows) {
  struct jl_broadcast *b = &sub->server->broadcast;
  const struct jl_position *here = jl_replica_where(jl_space_committed(sub->space));
  uint32_t sections = sub->sections;
  if (b->count > 0 && jl_id_equal(&b->space, &here->space) && b->epoch == here->epoch && b->sections == sections &&
      b->first == rows->rows[0].revision && b->through == rows->through && memcmp(b->at, here->sections, sizeof b->at) == 0)
    return b;
  jl_broadcast_clear(b);
  make_messages(rows->rows, rows->count, rows->through, sections, false, b);
  b->space = here->space;
  b->epoch = here->epoch;
  b->sections = sections;
  b->first = rows->rows[0].revision;
  b->through = rows->through;
  memcpy(b->at, here->sections, sizeof b->at);
  return b;
}

/* Its client knows the chains that it stands at; we keep none of a live subscription. It asks again, and is checked. */
static void broke(struct jl_subscription *sub) {
  if (sub->session == NULL) return;
  struct jl_error err = {0};
  jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the plan was read again from the database"), JL_MSG("subscribe again from your position"));
  jl_log(JL_LOG_WARN, "feed.broken", JL_F_TEXT("login", sub->session->login), JL_F_NUMBER("revision", sub->sent));
  jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, &err);
}

static void advance(struct jl_subscription *sub, const struct jl_listener_rows *rows) {
  if (rows->broken) {
    broke(sub);
    return;
  }
  if (sub->state != JL_FEED_LIVE || rows->through <= sub->sent) return;
  if (go_lagging(sub)) return;
  if (rows->count == 0 || rows->rows[0].revision != sub->sent + 1) { /* another node wrote, or part of it is sent already */
    sub->state = JL_FEED_TAIL;
    read_more(sub);
    return;
  }
  const struct jl_broadcast *b = shared_messages(sub, rows);
  if (b->count == 0)
    too_large(sub);
  else
    send_messages(sub, b);
}

void jl_feed_advanced(void *context, const struct jl_listener_rows *rows) {
  struct jl_subscription *sub = context;
  sub->references++;
  if (!jl_subscription_still_may(sub)) {
    /* ended, at this revision */
  } else if (sub->watch != NULL) {
    jl_view_watch_advanced(sub, rows);
  } else {
    jl_names_tell(sub);
    if (sub->session != NULL) advance(sub, rows);
  }
  jl_subscription_unreference(sub);
}

/* ---- tail and check ---- */
static void caught_up(struct jl_subscription *sub) {
  sub->state = JL_FEED_LIVE;
  jl_subscription_bookmark(sub);
}

static void forked(struct jl_subscription *sub) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_HISTORY_FORKED, JL_MSG("the server's history is not the one that this copy followed"),
          JL_MSG("take a snapshot; groups that were not confirmed are offered again"));
  jl_log(JL_LOG_WARN, "feed.forked", JL_F_TEXT("login", sub->session->login), JL_F_ID("space", &sub->origin.space),
         JL_F_NUMBER("revision", sub->sent));
  jl_subscription_end(sub, JALON__FRAME_TYPE__RESYNC, &err);
}

/* A copy's chains, taken through the rows after its position, must meet ours at the head. */
static bool chains_meet(const struct jl_subscription *sub) {
  const struct jl_position *here = jl_replica_where(jl_space_committed(sub->space));
  uint32_t sections = sub->sections;
  if (jl_mutant(JL_MUTANT_FORK_UNSEEN)) return true;
  for (uint32_t i = 0; i < JL_SECTIONS; i++) {
    if (!readable(sections, (enum jl_section)i)) continue;
    const struct jl_section_position *theirs = &sub->origin.sections[i], *ours = &here->sections[i];
    if (theirs->revision != ours->revision || (ours->revision != 0 && memcmp(theirs->chain, ours->chain, JL_CHAIN_SIZE) != 0)) return false;
  }
  return true;
}

static void fold(struct jl_position *p, const struct jl_log_row *rows, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (rows[i].section >= JL_SECTIONS) continue;
    struct jl_section_position *section = &p->sections[rows[i].section];
    jl_chain_next(section->chain, rows[i].change.body, section->chain);
    section->revision = rows[i].revision;
  }
}

static void check_rows(struct jl_subscription *sub, const struct jl_log_row *rows, size_t n, uint64_t through) {
  bool whole_tail = sub->origin.revision == sub->sent;
  fold(&sub->origin, rows, n);
  sub->origin.revision = through;
  if (through < head_of(sub)) {
    read_more(sub);
  } else if (!chains_meet(sub)) {
    forked(sub);
  } else if (sub->snapshot != NULL) {
    follow(sub);
  } else {
    sub->state = JL_FEED_TAIL;
    if (whole_tail) send_rows(sub, rows, n, through); /* all of it came at once */
    if (sub->session != NULL) jl_feed_continue(sub);
  }
}

static void take_rows(struct jl_subscription *sub, const struct jl_log_row *rows, size_t n, const struct jl_error *err) {
  uint64_t expected = (sub->state == JL_FEED_CHECKING ? sub->origin.revision : sub->sent) + 1;
  if (err != NULL && err->code != JL_E_OK) {
    jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, err);
  } else if (n == 0 || rows[0].revision != expected) {
    forked(sub); /* the log does not hold what follows */
  } else if (sub->state == JL_FEED_CHECKING) {
    check_rows(sub, rows, n, rows[n - 1].revision);
  } else if (sub->state == JL_FEED_TAIL) {
    send_rows(sub, rows, n, rows[n - 1].revision);
    if (sub->session != NULL) jl_feed_continue(sub);
  }
}

static void rows_read(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct jl_subscription *sub = context;
  (void)has_more; /* the head says whether there is more */
  sub->reading = false;
  if (sub->session != NULL) take_rows(sub, rows, n, err);
  jl_subscription_unreference(sub);
}

static void no_memory(struct jl_subscription *sub, const char *message) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_UNAVAILABLE, message, JL_MSG("try again in a moment"));
  jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, &err);
}

static void no_snapshot(struct jl_subscription *sub) { no_memory(sub, JL_MSG("the server has not enough memory for a snapshot")); }

static void read_more(struct jl_subscription *sub) {
  if (sub->reading) return;
  if (jl_server_scarce(sub->server)) { /* it comes back with its position */
    no_memory(sub, JL_MSG("the server is short of memory"));
    return;
  }
  sub->reading = true;
  sub->references++;
  uint64_t after = sub->state == JL_FEED_CHECKING ? sub->origin.revision : sub->sent;
  jl_space_rows(sub->space, after + 1, head_of(sub), jl_server_pressed(sub->server) ? JL_SESSION_QUEUE_SHARE : TAIL_BYTES, rows_read, sub);
}

/* ---- going on ---- */
/* At the head with what the copy holds: now a snapshot of the sections that it does not hold yet. */
static void add_sections(struct jl_subscription *sub) {
  if (!jl_snapshot_start(sub, jl_replica_where(jl_space_committed(sub->space)), NULL)) {
    no_snapshot(sub);
    return;
  }
  sub->state = JL_FEED_SNAPSHOT;
  jl_snapshot_continue(sub);
}

/* Does what the state allows now; called again when the queue has drained. */
void jl_feed_continue(struct jl_subscription *sub) {
  sub->references++;
  if (sub->state == JL_FEED_SNAPSHOT) jl_snapshot_continue(sub);
  if (sub->session != NULL && sub->state == JL_FEED_TAIL) {
    if (sub->sent >= head_of(sub) && sub->adding != 0)
      add_sections(sub);
    else if (sub->sent >= head_of(sub))
      caught_up(sub);
    else if (!go_lagging(sub))
      read_more(sub);
  }
  jl_subscription_unreference(sub);
}

void jl_feed_drained(struct jl_subscription *sub) {
  if (sub->state == JL_FEED_LAGGING) {
    sub->state = JL_FEED_TAIL;
    if (jl_mutant(JL_MUTANT_SKIP_CHANGE_ON_LAG) && sub->sent < head_of(sub)) sub->sent++;
  }
  if (sub->state == JL_FEED_TAIL || sub->state == JL_FEED_SNAPSHOT) jl_feed_continue(sub);
}

static bool read_position(const Jalon__Position *wire, struct jl_position *ret_position) {
  *ret_position = (struct jl_position){.epoch = wire->epoch, .revision = wire->revision};
  if (!jl_id_from_bytes(JL_PB(wire->space), &ret_position->space)) return false;
  for (size_t i = 0; i < wire->n_sections; i++) {
    const Jalon__SectionPosition *section = wire->sections[i];
    if (section->section >= JL_SECTIONS || section->chain.len != JL_CHAIN_SIZE) return false;
    ret_position->sections[section->section].revision = section->revision;
    memcpy(ret_position->sections[section->section].chain, section->chain.data, JL_CHAIN_SIZE);
  }
  return true;
}

static void compacted(struct jl_subscription *sub) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_COMPACTED, JL_MSG("this copy stands at revision {1}; what came after it can be followed from {2} on only"),
          JL_MSG("take a snapshot; groups that wait to be sent stay as they are"), jl_arg_integer((int64_t)sub->sent),
          jl_arg_integer((int64_t)jl_space_horizon(sub->space)));
  jl_subscription_end(sub, JALON__FRAME_TYPE__RESYNC, &err);
}

/* The position is at the head, or its chains have been followed to it. */
static void follow(struct jl_subscription *sub) {
  sub->state = sub->snapshot != NULL ? JL_FEED_SNAPSHOT : JL_FEED_TAIL;
  jl_feed_continue(sub);
}

static void start_at(struct jl_subscription *sub, const Jalon__Position *from, const struct jl_id *snapshot_after) {
  const struct jl_position *here = jl_replica_where(jl_space_committed(sub->space));
  bool ok = read_position(from, &sub->origin) && jl_id_equal(&sub->origin.space, &here->space) && sub->origin.epoch == here->epoch;
  sub->sent = sub->origin.revision;
  sub->state = JL_FEED_CHECKING;
  if (!ok || sub->sent > here->revision || (sub->sent == here->revision && !chains_meet(sub)))
    forked(sub);
  else if ((snapshot_after != NULL && sub->adding != 0) || /* it began with other rights */
           sub->sent + jl_mutant(JL_MUTANT_COMPACTION_OFF_BY_ONE) < jl_space_horizon(sub->space))
    compacted(sub);
  else if (snapshot_after != NULL && !jl_snapshot_start(sub, &sub->origin, snapshot_after))
    no_snapshot(sub);
  else if (sub->sent < here->revision) {
    if (jl_mutant(JL_MUTANT_COMPACTION_OFF_BY_ONE) && sub->sent < jl_space_horizon(sub->space)) sub->sent++;
    read_more(sub);
  } else
    follow(sub);
}

void jl_feed_start(struct jl_subscription *sub, const Jalon__Position *from, const struct jl_id *snapshot_after) {
  sub->references++;
  if (from != NULL)
    start_at(sub, from, snapshot_after);
  else if (jl_snapshot_start(sub, jl_replica_where(jl_space_committed(sub->space)), NULL))
    follow(sub);
  else
    no_snapshot(sub);
  jl_subscription_unreference(sub);
}

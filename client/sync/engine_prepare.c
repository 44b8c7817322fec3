/* What is done to a group right before it gets its number.
 *
 * A group in doubt is looked for in the log, which must have been followed to the head; the server, which is told how far that was, sees to
 * what comes after.
 *
 * A deletion says up to which revision its author saw the record. When the author's own earlier groups of this outbox changed the
 * record since, their revisions were not known yet: they count as seen, as far as nobody else's change lies between. That is
 * read from the log, so such a deletion waits until the base has come to those revisions. */
#include "client/sync/engine_state.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define CHANGES_MAX 256 /* of one record since it was seen; more: the server says what was not seen */

struct change_of {
  uint64_t revision;
  bool own;
};

/* Changes of a record after `since`, newest first, from the base's log. false: a row is missing, nothing can be said. */
static bool changes_since(struct jl_engine *e, const struct jl_base_space *s, const struct jl_id *id, uint64_t since, struct jl_arena *a,
                          struct change_of *list, size_t *ret_n) {
  struct jl_record *record = NULL;
  struct jl_error ignored;
  size_t n = 0;
  if (!jl_base_record(e->base, &s->live, id, &record, &ignored) || record == NULL) return false;
  uint64_t revision = record->revision;
  jl_record_release(record);
  while (revision > since) {
    struct jl_base_row *rows;
    size_t count;
    uint64_t previous = revision;
    if (n == CHANGES_MAX || !jl_base_revision(e->base, s, revision, a, &rows, &count, &ignored)) return false;
    for (size_t i = 0; i < count; i++) {
      const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].change.body, a, &ignored);
      for (size_t k = 0; body != NULL && k < body->n_changes; k++) {
        struct jl_id touched, group_id;
        if (!jl_id_from_bytes(JL_PB(body->changes[k]->id), &touched) || !jl_id_equal(&touched, id)) continue;
        bool own = jl_id_from_bytes(JL_PB(body->group_id), &group_id) && jl_outbox_applied_here(e->outbox, &group_id);
        list[n++] = (struct change_of){revision, own};
        previous = body->changes[k]->previous_revision;
        k = body->n_changes - 1;
        i = count - 1;
      }
    }
    if (previous >= revision) return false;
    revision = previous;
  }
  *ret_n = n;
  return true;
}

struct deletion {
  struct jl_own_change own;
  Jalon__Edit *edit;
};

static int by_record(const void *left, const void *right) {
  const struct deletion *a = left, *b = right;
  return jl_id_compare(&a->own.record, &b->own.record);
}

/* *ret_wait: the base has not come so far yet. */
static bool see_one(struct jl_engine *e, const struct jl_base_space *s, const struct deletion *d, struct jl_arena *a, bool *ret_wait, bool *ret_changed) {
  size_t n = 0;
  if (d->own.revision <= d->own.since) return true;
  if (e->base == NULL || s->live.number == 0 || s->live.position.revision < d->own.revision) {
    *ret_wait = true;
    return true;
  }
  struct change_of *list = jl_arena_array(a, CHANGES_MAX, sizeof *list);
  if (list == NULL) return false;
  if (!changes_since(e, s, &d->own.record, d->own.since, a, list, &n)) return true;
  while (n > 0 && list[n - 1].own) {
    d->edit->has_seen_revision = true;
    d->edit->seen_revision = list[n - 1].revision;
    *ret_changed = true;
    n--;
  }
  return true;
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool see_own(struct jl_engine *e, const struct jl_base_space *s, const Jalon__Group *group, struct jl_arena *a, bool *ret_wait, bool *ret_changed,
                    struct jl_error *err) {
  struct deletion *list = jl_arena_array(a, group->n_edits + 1, sizeof *list);
  struct jl_own_change *own = jl_arena_array(a, group->n_edits + 1, sizeof *own);
  size_t n = 0;
  if (list == NULL || own == NULL) return no_memory(err);
  for (size_t i = 0; i < group->n_edits; i++) {
    Jalon__Edit *edit = group->edits[i];
    if (edit->verb != JALON__VERB__DELETE || !jl_id_from_bytes(JL_PB(edit->id), &list[n].own.record)) continue;
    list[n].own.since = edit->seen_revision;
    list[n++].edit = edit;
  }
  if (n > 0) qsort(list, n, sizeof *list, by_record);
  for (size_t i = 0; i < n; i++) own[i] = list[i].own;
  if (!jl_outbox_own_changes(e->outbox, own, n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    list[i].own = own[i];
    if (!see_one(e, s, &list[i], a, ret_wait, ret_changed)) return no_memory(err);
  }
  return true;
}

/* Perhaps another copy of this folder has sent it already. The base's own log is looked through, and what lies before it is asked
 * of the server, page by page. */
static void ask_page(struct jl_engine *e, struct jl_engine_lane *lane) {
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  read.has_space = read.has_from = read.has_to = true;
  read.space = jl_to_pb((struct jl_bytes){lane->space.bytes, sizeof lane->space.bytes});
  uint64_t left = lane->search_end - lane->search_next + 1;
  lane->search_to = lane->search_at_most == 0 || lane->search_at_most >= left ? lane->search_end : lane->search_next + lane->search_at_most - 1;
  read.from = lane->search_next;
  read.to = lane->search_to;
  lane->search_stream = jl_engine_send(e, JALON__FRAME_TYPE__READ_LOG, &read.base);
}

static bool search_log(struct jl_engine *e, struct jl_engine_lane *lane, bool *ret_wait, struct jl_error *err) {
  const struct jl_follow *f = jl_follow_of(e, &lane->space);
  uint64_t oldest;
  *ret_wait = f == NULL || f->state != JL_FOLLOW_AT_HEAD;
  while (!*ret_wait && lane->searched != e->outbox->renamed + 1) { /* once more, when some got another id meanwhile */
    if (lane->search_stream == 0 && lane->search_next == 0) {
      lane->search_for = e->outbox->renamed + 1;
      if (!jl_follow_search(e, &f->s, err) || !jl_base_oldest(e->base, &f->s, &oldest, err)) return false;
      lane->search_next = 1;
      lane->search_at_most = 0;
      lane->search_end = oldest - 1;
    }
    *ret_wait = lane->search_next <= lane->search_end;
    if (*ret_wait && lane->search_stream == 0) ask_page(e, lane);
    if (*ret_wait) return true;
    lane->search_next = 0;
    lane->searched = lane->search_for;
  }
  return true;
}

/* What follows live is noticed change by change, so the search goes on with the base for as long as that is at the head. */
bool jl_prepare_searched(const struct jl_engine *e, const struct jl_engine_lane *lane, struct jl_arena *a, Jalon__Position *ret_position) {
  const struct jl_follow *f = jl_follow_of(e, &lane->space);
  jalon__position__init(ret_position);
  if (f == NULL || f->state != JL_FOLLOW_AT_HEAD || lane->searched != e->outbox->renamed + 1) return true;
  return jl_position_to_wire(&f->s.live.position, UINT32_MAX, a, ret_position);
}

bool jl_prepare_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct jl_engine_lane *lane = e->lanes;
  struct jl_error err = {0};
  while (lane != NULL && (lane->search_stream == 0 || lane->search_stream != stream)) lane = lane->next;
  if (lane == NULL) return false;
  lane->search_stream = 0;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2U * JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX);
  const Jalon__ReadLogReply *reply =
      a == NULL || type != JALON__FRAME_TYPE__READ_LOG_REPLY ? NULL : (const Jalon__ReadLogReply *)jl_unpack(&jalon__read_log_reply__descriptor, payload, a, &err);
  if (reply == NULL) { /* asked again after a while */
    lane->pause_us = jl_engine_monotonic(e) + INT64_C(1000000);
    return true;
  }
  uint64_t last = lane->search_to, asked = last - lane->search_next + 1;
  if (reply->has_more && reply->n_changes == 0 && asked > 1) { /* all of it is of sections that we may not read: how far it came is not told */
    lane->search_at_most = asked / 2;
    return true;
  }
  if (lane->search_at_most > 0) lane->search_at_most = asked * 2;
  for (size_t i = 0; i < reply->n_changes; i++) {
    const Jalon__ChangeBody *body =
        (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(reply->changes[i]->body), a, &err);
    if (body == NULL || !jl_follow_notice(e, &lane->space, body, &err)) return true;
    if (reply->has_more) last = body->revision;
  }
  lane->search_next = last + 1;
  return true;
}

bool jl_engine_prepare(struct jl_engine *e, struct jl_engine_lane *lane, bool *ret_wait, bool *ret_hold, struct jl_arena *a, struct jl_error *err) {
  const struct jl_id *space = &lane->space;
  struct jl_entry entry, *undecided;
  struct jl_base_space s = {0};
  bool changed = false;
  size_t n;
  *ret_wait = *ret_hold = false;
  if (!jl_outbox_peek(e->outbox, space, a, &entry, err)) return false;
  if (entry.id != 0 && (entry.flags & JL_ENTRY_DOUBT) != 0) {
    if (!search_log(e, lane, ret_wait, err) || !jl_outbox_peek(e->outbox, space, a, &entry, err)) return false;
    if (*ret_wait) return true;
  }
  if (entry.id == 0) return true;
  if (!entry.deletes) return true;
  if (!jl_outbox_depends(e->outbox, entry.id, a, &undecided, &n, err)) return false;
  *ret_hold = n > 0; /* their revisions are not known yet */
  if (*ret_hold) return true;
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, entry.group, a, err);
  if (group == NULL) return false;
  const struct jl_follow *f = jl_follow_of(e, space);
  if (f != NULL)
    s = f->s;
  else if (e->base != NULL && !jl_base_find(e->base, space, &s, err))
    return false;
  if (!see_own(e, &s, group, a, ret_wait, &changed, err)) return false;
  return *ret_wait || !changed || jl_outbox_rewrite(e->outbox, entry.id, group, a, err);
}

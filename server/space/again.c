#include "common/base/reserve.h"
#include "server/space/head.h"
#include "server/space/internal.h"
#include <stdlib.h>
#include <string.h>

/* A group is applied at most once, in whichever lane it comes. Lanes see to that by their numbers; but a copied home directory brings the
 * same waiting groups in two lanes: the copy that was told so takes a new replica id and sends them under it, marked as perhaps sent
 * before, and the other one, which knows nothing, sends them later in the old lane. So:
 *
 *   - a marked group is looked for before it is evaluated: in the lanes' windows, among the verdicts that are kept whole, and in the log
 *     from where its client has looked to on;
 *   - its verdict is recorded by its id, in the same transaction, and every group that comes is looked up among those recorded ones.
 *
 * Before the copies know of each other they share a lane, and may number the same groups differently: whoever comes with fewer verdicts
 * confirmed than the lane has seen is not the one that confirmed them, so his groups count as marked; what was not confirmed yet is
 * in the lane's window.
 *
 * What is found gets that verdict, under its own number. Nothing else pays for it: without copies there is nothing recorded. Ids of groups
 * are public, verdicts are not: only groups of one account are taken for the same. What a node does not know yet of another node's is
 * seen by the fence: the log, or the key of the record, has moved. */
#define PAGE_BYTES JL_MESSAGE_MAX

struct recorded {
  struct jl_id key; /* first: found by it */
};

static struct jl_id key_of(const struct jl_id *account, const struct jl_id *group) {
  const struct jl_bytes parts[] = {{account->bytes, sizeof account->bytes}, {group->bytes, sizeof group->bytes}};
  return jl_id_derive("sent again", parts, JL_COUNT(parts));
}

/* ---- what is recorded ---- */
static bool record(struct jl_space *space, const struct jl_id *account, const struct jl_id *group) {
  struct jl_id key = key_of(account, group);
  if (jl_idmap_find(&space->again, &key) != NULL) return true;
  struct recorded *r = malloc(sizeof *r);
  if (r == NULL) return false;
  r->key = key;
  if (jl_idmap_add(&space->again, r)) return true;
  free(r);
  return false;
}

static bool is_recorded(const struct jl_space *space, const struct jl_submission *s) {
  if (space->again.count == 0) return false;
  struct jl_id key = key_of(&s->account, &s->group_id);
  return jl_idmap_find(&space->again, &key) != NULL;
}

static void forget(struct jl_space *space, const struct jl_submission *s) {
  struct jl_id key = key_of(&s->account, &s->group_id);
  void *r = jl_idmap_find(&space->again, &key);
  if (r == NULL) return;
  jl_idmap_remove(&space->again, &key);
  free(r);
}

static bool is_in_batch(const struct jl_batch *b, const struct jl_submission *s) {
  for (size_t i = 0; b != NULL && i < b->again_count; i++)
    if (jl_id_equal(&b->again[i].group, &s->group_id) && jl_id_equal(&b->again[i].account, &s->account)) return true;
  return false;
}

static bool is_on_its_way(const struct jl_space *space, const struct jl_submission *s) {
  return is_in_batch(space->open, s) || is_in_batch(space->flying, s);
}

bool jl_again_recorded(const struct jl_space *space, const struct jl_submission *s) {
  return is_on_its_way(space, s) || is_recorded(space, s);
}

bool jl_again_durable(struct jl_space *space, const struct jl_batch *b) {
  for (size_t i = 0; i < b->again_count; i++)
    if (!record(space, &b->again[i].account, &b->again[i].group)) return false;
  return true;
}

void jl_again_release(struct jl_space *space) {
  void *r;
  for (size_t at = 0; (r = jl_idmap_each(&space->again, &at)) != NULL;) free(r);
  jl_idmap_release(&space->again);
  jl_idmap_init(&space->again);
}

bool jl_again_restore(struct jl_space *space, const struct jl_loaded_again *loaded, size_t count) {
  jl_again_release(space);
  for (size_t i = 0; i < count; i++)
    if (!record(space, &loaded[i].account, &loaded[i].group)) return false;
  return true;
}

/* ---- looking for a group ---- */
struct jl_again_search {
  struct jl_space *space;           /* held */
  struct jl_submission *submission; /* NULL: it is gone */
  struct jl_id account;             /* whose it is */
  uint64_t history, reading, unlogged;
  bool recorded; /* it was, when this began: not there means that it was pruned */
  uint64_t next, to;                             /* revisions of the log */
  bool proving;                                  /* that the position is one of this history: its chains, taken on, must meet ours */
  uint32_t sections;                             /* 1 << section: those of the position */
  uint8_t chains[JL_SECTIONS][JL_CHAIN_SIZE];
};

/* What is refused leaves nothing in the log, and its verdict may be confirmed and out of its lane's window while the log is looked through. */
static uint64_t unlogged_of(const struct jl_space *space, const struct jl_id *account) {
  const struct jl_edit_lane *lane;
  uint64_t n = 0;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;)
    if (jl_id_equal(&lane->account, account)) n += lane->unlogged;
  return n;
}

/* Another may begin. */
static void make_room(struct jl_again_search *search) {
  struct jl_space *space = search->space;
  space->searches--;
  for (size_t i = 0; i < JL_AGAIN_SEARCHES; i++)
    if (space->searching[i] == search) space->searching[i] = NULL;
}

static void leave(struct jl_again_search *search) {
  struct jl_space *space = search->space;
  jl_reserve_give(search);
  jl_spaces_operation_done(space->owner);
  jl_space_release(space);
}

static void end(struct jl_again_search *search) {
  struct jl_space *space = search->space;
  make_room(search);
  if (search->submission != NULL) {
    search->submission->search = NULL;
    jl_space_merged(space, search->submission); /* it may go on */
  }
  jl_space_waits_over(space);
  jl_space_wake(space); /* another may have waited for this search to end */
  leave(search);
}

/* The database is away: its lane is looked at again with the others that wait. */
static void end_for_now(struct jl_again_search *search) {
  struct jl_space *space = search->space;
  if (search->submission != NULL) search->submission->search = NULL;
  search->submission = NULL;
  make_room(search);
  space->again_waits = true;
  jl_spaces_watch(space->owner);
  leave(search);
}

static void forget_known(struct jl_submission *s) {
  void *p;
  memcpy(&p, &s->known.data, sizeof p);
  free(p);
  s->known = (struct jl_bytes){NULL, 0};
}

static void end_known(struct jl_again_search *search, struct jl_bytes verdict) {
  struct jl_submission *s = search->submission;
  uint8_t *copy = s == NULL || verdict.data == NULL ? NULL : malloc(verdict.size + 1);
  if (copy == NULL) {
    end_for_now(search);
    return;
  }
  memcpy(copy, verdict.data, verdict.size);
  forget_known(s);
  s->known = (struct jl_bytes){copy, verdict.size};
  s->known_history = search->history;
  end(search);
}

static bool is_over(const struct jl_again_search *search) {
  return search->submission == NULL || search->history != search->space->histories;
}

/* ---- the log ---- */
static bool proven(const struct jl_again_search *search) {
  const struct jl_position *head = jl_replica_where(search->space->committed);
  for (size_t i = 0; i < JL_SECTIONS; i++)
    if ((search->sections >> i & 1) != 0 && memcmp(search->chains[i], head->sections[i].chain, JL_CHAIN_SIZE) != 0) return false;
  return true;
}

static void rows_came(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err);

static void go_on(struct jl_again_search *search) {
  for (;;) {
    search->to = jl_replica_where(search->space->committed)->revision;
    if (search->next <= search->to) {
      jl_space_rows(search->space, search->next, search->to, PAGE_BYTES, rows_came, search);
      return;
    }
    if (!search->proving || proven(search)) break;
    search->proving = false; /* of another history: what its client saw there says nothing of this one */
    search->next = 1;
  }
  search->submission->cleared = true;
  search->submission->clear_history = search->history;
  search->submission->clear_through = search->to;
  search->submission->clear_reading = search->reading;
  search->submission->clear_unlogged = search->unlogged;
  end(search);
}

static bool is_ours(const struct jl_submission *s, const struct jl_log_row *row) {
  struct jl_id author, group;
  return jl_change_head(row->change.body, &author, &group) && jl_id_equal(&group, &s->group_id) &&
         jl_id_equal(&author, &s->author.person);
}

static void rows_came(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct jl_again_search *search = context;
  if (is_over(search)) {
    end(search);
    return;
  }
  if (err != NULL) {
    end_for_now(search);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    uint8_t *chain = search->chains[rows[i].section];
    if (is_ours(search->submission, &rows[i])) {
      struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_BATCH_ARENA_BYTES);
      const struct jl_id *group = &search->submission->group_id;
      end_known(search, a == NULL ? (struct jl_bytes){NULL, 0} : jl_verdict_of_rows(search->space, group, rows[i].revision, rows, n, a));
      return;
    }
    if (search->proving) jl_chain_next(chain, rows[i].change.body, chain);
  }
  search->next = (has_more && n > 0 ? rows[n - 1].revision : search->to) + 1;
  go_on(search);
}

/* From where its client has looked to, or this search before; a position that cannot be one of ours counts for nothing. */
static void search_log(struct jl_again_search *search) {
  const struct jl_submission *s = search->submission;
  const struct jl_position *head = jl_replica_where(search->space->committed), *from = s->searched;
  bool unseen = false;
  search->next = 1;
  if (s->clear_through > 0 && s->clear_history == search->history) {
    search->next = s->clear_through + 1;
  } else if (from->revision > 0 && from->revision <= head->revision && from->epoch == head->epoch) {
    search->next = from->revision + 1;
    search->proving = true;
    for (size_t i = 0; i < JL_SECTIONS; i++) {
      if (from->sections[i].revision == 0) {
        unseen = unseen || head->sections[i].revision != 0; /* its client may not read it, or did not when it looked */
        continue;
      }
      search->sections |= UINT32_C(1) << i;
      memcpy(search->chains[i], from->sections[i].chain, JL_CHAIN_SIZE);
    }
    if (search->sections == 0 || unseen) { /* nothing to prove it by, or not all of the log was looked at */
      search->next = 1;
      search->proving = false;
    }
  }
  go_on(search);
}

/* ---- verdicts that are kept ---- */
static void decided(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_again_search *search = context;
  if (is_over(search)) {
    end(search);
  } else if (err == NULL) {
    end_known(search, verdict);
  } else if (err->code != JL_E_NOT_FOUND && err->code != JL_E_DECIDED) {
    end_for_now(search);
  } else { /* there is none, or it was pruned */
    search->submission->verdict_gone = err->code == JL_E_DECIDED;
    if (search->recorded) forget(search->space, search->submission); /* else it is recorded since: another copy came first */
    if (search->submission->searched != NULL)
      search_log(search);
    else
      end(search);
  }
}

/* The account's turn, in place of its earlier one or of the longest ago. */
static void note_turn(struct jl_space *space, const struct jl_id *account) {
  size_t at = 0;
  for (size_t i = 0; i < JL_COUNT(space->searched); i++) {
    bool own = jl_id_equal(&space->searched[i].account, account);
    if (own || space->searched[i].turn < space->searched[at].turn) at = i;
    if (own) break;
  }
  space->searched[at].account = *account;
  space->searched[at].turn = ++space->search_turns;
}

static struct jl_again_search *begin(struct jl_space *space, struct jl_submission *s) {
  struct jl_again_search *search = jl_reserve_take(space->owner->reserve, sizeof *search);
  search->space = space;
  search->submission = s;
  search->history = space->histories;
  search->reading = space->readings;
  search->unlogged = unlogged_of(space, &s->account);
  search->account = s->account;
  space->searches++;
  for (size_t i = 0; i < JL_AGAIN_SEARCHES; i++)
    if (space->searching[i] == NULL) {
      space->searching[i] = search;
      break;
    }
  note_turn(space, &s->account);
  s->search = search;
  jl_space_hold(space);
  space->owner->operations++;
  return search;
}

void jl_again_forget(struct jl_submission *s) {
  if (s->search != NULL) s->search->submission = NULL;
  forget_known(s);
  free(s->searched);
}

/* ---- whose search is next ---- */
/* An account may have any number of lanes. So of those that wait, one goes first that was looked for already and needs only what was
 * written since; then one whose account has none under way, then whose had its last one longest ago, then the longest waiting: however
 * many lanes somebody has, others get every second turn. */
struct claim {
  bool anew;
  unsigned under_way;
  uint64_t last, since;
};

static const struct jl_submission *in_front(const struct jl_edit_lane *lane) {
  return lane->ahead < lane->queued ? jl_edit_lane_waiting(lane, lane->ahead + 1) : NULL;
}

static struct claim claim_of(const struct jl_space *space, const struct jl_submission *s) {
  struct claim c = {.anew = !s->cleared || s->clear_history != space->histories, .since = s->search_turn};
  for (size_t i = 0; i < JL_COUNT(space->searched); i++)
    if (jl_id_equal(&space->searched[i].account, &s->account) && space->searched[i].turn > c.last) c.last = space->searched[i].turn;
  for (size_t i = 0; i < JL_AGAIN_SEARCHES; i++)
    if (space->searching[i] != NULL && jl_id_equal(&space->searching[i]->account, &s->account)) c.under_way++;
  return c;
}

static bool comes_before(const struct claim *a, const struct claim *b) {
  if (a->anew != b->anew) return !a->anew;
  if (!a->anew) return a->since < b->since;
  if (a->under_way != b->under_way) return a->under_way < b->under_way;
  if (a->last != b->last) return a->last < b->last;
  return a->since < b->since;
}

/* Whether it may begin. Who gives way is looked at again when the other's has begun or ended, and in a moment. */
static bool takes_turn(struct jl_space *space, struct jl_submission *s) {
  if (s->search_turn == 0) s->search_turn = ++space->search_turns;
  if (space->searches >= JL_AGAIN_SEARCHES) return false;
  const struct claim own = claim_of(space, s);
  const struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) {
    const struct jl_submission *other = in_front(lane);
    if (other == NULL || other == s || other->search_turn == 0) continue;
    struct claim theirs = claim_of(space, other);
    if (!comes_before(&theirs, &own)) continue;
    jl_spaces_watch(space->owner);
    return false;
  }
  return true;
}

/* ---- the question ---- */
static const struct jl_edit_lane *lane_with(const struct jl_space *space, const struct jl_submission *s, uint64_t *ret_seq) {
  const struct jl_edit_lane *lane;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;)
    if (jl_id_equal(&lane->account, &s->account) && (*ret_seq = jl_edit_lane_find(lane, &s->group_id)) != 0) return lane;
  return NULL;
}

static enum jl_again wait(struct jl_space *space) {
  space->again_waits = true;
  return JL_AGAIN_WAITS;
}

static enum jl_again look(struct jl_space *space, struct jl_submission *s, bool *ret_waits_for_turn) {
  uint64_t seq = 0;
  if (jl_mutant(JL_MUTANT_AGAIN_UNSEEN)) return JL_AGAIN_NEW;
  if (s->known.data != NULL && s->known_history == space->histories) return JL_AGAIN_KNOWN;
  if (is_on_its_way(space, s)) return wait(space);
  bool recorded = is_recorded(space, s);
  const struct jl_edit_lane *lane = recorded ? NULL : s->lane;
  if (lane != NULL && (seq = jl_edit_lane_find(lane, &s->group_id)) == 0) lane = NULL;
  if (!recorded && lane == NULL && s->searched == NULL) return JL_AGAIN_NEW; /* nearly always */
  if (!recorded && lane == NULL) lane = lane_with(space, s, &seq);
  if (lane != NULL && seq > lane->seq) return wait(space);
  if (s->verdict_gone) lane = NULL;
  if (!recorded && lane == NULL && s->searched == NULL) return JL_AGAIN_NEW;
  bool asked = s->cleared && s->clear_history == space->histories && s->clear_reading == space->readings &&
               s->clear_unlogged == unlogged_of(space, &s->account);
  bool clear = asked && s->clear_through == jl_replica_where(space->committed)->revision;
  if (!recorded && lane == NULL && clear) return JL_AGAIN_NEW;
  if (!takes_turn(space, s)) {
    *ret_waits_for_turn = true;
    return wait(space);
  }
  struct jl_again_search *search = begin(space, s);
  search->recorded = recorded;
  if (lane != NULL)
    jl_verdict_find(space, lane, seq, decided, search);
  else if (!recorded && asked)
    search_log(search); /* the rest of it */
  else
    jl_store_decided(space->owner->store, &space->id, &s->account, &s->group_id, decided, search);
  return JL_AGAIN_WAITS; /* also when it was over at once: the lane is in turn already */
}

enum jl_again jl_again_look(struct jl_space *space, struct jl_submission *s) {
  bool waits_for_turn = false;
  enum jl_again found = look(space, s, &waits_for_turn);
  if (!waits_for_turn) s->search_turn = 0;
  return found;
}

#include "tests/sim/laptop.h"
#include "client/sync/local.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "server/space/space.h"
#include "tests/sim/checks.h"
#include "tests/sim/database.h"
#include "tests/sim/disk.h"
#include "tests/sim/edits.h"
#include "tests/sim/history.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MACHINES (LAPTOPS_MAX + LAPTOP_COPIES)
#define ENTRIES_MAX 128
#define MADE_MAX 64

enum fate { WAITS, APPLIED, REFUSED };
struct entry_fate { /* of an entry of the outbox, as far as we were told */
  uint64_t id;
  enum fate fate;
  struct jl_id group;
  bool stood; /* APPLIED: the log had it when we were told */
  bool may_go; /* its author gives it up, or a refusal is written down: said before, for the process may die of it */
};
struct run;
struct laptop { /* what survives the process, besides its disk */
  int number;
  char name[16], login[16], data[200], folder[300];
  struct laptop_plan plan;
  struct rng random;
  struct process *process;
  struct run *run;
  uint8_t token[32];
  struct jl_id person;
  int64_t back_us, offline_until_us;
  unsigned made, resolved, synced_era; /* of the last sync: an older copy of the database may have been restored since */
  bool at_head, power, base_is_large;
  size_t waiting;
  struct entry_fate fates[ENTRIES_MAX];
  size_t fate_count;
  struct made_record { /* that it must see from then on, unless it was refused */
    struct jl_id id;
    uint64_t entry;
  } records[MADE_MAX];
  size_t record_count;
  uint64_t base_revision;
};
struct run { /* its memory */
  struct laptop *l;
  uv_loop_t loop;
  uv_timer_t think;
  struct jl_profile *profile;
  struct jl_local *local;
  struct jl_client *client;
  bool session_over, syncing;
  unsigned sync_era;
  int looked_at; /* changes of the copy until it was looked at; -1: not in this session */
  unsigned to_make;
};
static struct laptop laptops[MACHINES];
static struct laptop_counts counts;
static bool hurry;

struct laptop_counts laptop_counts(void) {
  return counts;
}

/* ---- what the outbox is told (linked in place of the calls) ---- */
bool __real_jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *v, int64_t now_us, size_t *ret_parked,
                             struct jl_error *err);
bool __wrap_jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *v, int64_t now_us, size_t *ret_parked,
                             struct jl_error *err);
_Static_assert(__builtin_types_compatible_p(__typeof__(jl_outbox_settle), __typeof__(__wrap_jl_outbox_settle)), "it takes the place of it");
static struct laptop *whose(const struct process *p) {
  for (int i = 0; i < MACHINES; i++)
    if (laptops[i].process == p) return &laptops[i];
  return NULL;
}
static struct entry_fate *fate_of(struct laptop *l, uint64_t id) {
  for (size_t i = 0; i < l->fate_count; i++)
    if (l->fates[i].id == id) return &l->fates[i];
  if (l->fate_count == ENTRIES_MAX) return NULL;
  l->fates[l->fate_count] = (struct entry_fate){.id = id, .fate = WAITS};
  return &l->fates[l->fate_count++];
}

bool __wrap_jl_outbox_settle(struct jl_outbox *o, uint64_t id, const Jalon__Verdict *v, int64_t now_us, size_t *ret_parked,
                             struct jl_error *err) {
  struct laptop *l = whose(process_current());
  struct process *before = process_enter(NULL);
  struct jl_arena *a = jl_arena_new(1u << 26);
  struct jl_bytes packed = jl_pack(&v->base, a, JL_MESSAGE_MAX);
  if (l != NULL) history_verdict(l->name, &o->replica, packed);
  jl_arena_free(a);
  process_enter(before);
  struct entry_fate *f = l != NULL ? fate_of(l, id) : NULL;
  if (f != NULL) f->may_go = v->error != NULL;
  bool ok = __real_jl_outbox_settle(o, id, v, now_us, ret_parked, err);
  if (f != NULL) f->may_go = false;
  if (ok && f != NULL) {
    f->fate = v->error == NULL ? APPLIED : REFUSED;
    f->stood = f->fate == APPLIED && jl_id_from_bytes(JL_PB(v->group_id), &f->group) && log_has(&l->plan.space, &f->group);
  }
  counts.settled += ok;
  counts.refused += ok && v->error != NULL;
  return ok;
}

/* ---- a session ---- */
static bool online(const struct laptop *l) { return l->offline_until_us <= world->now_us; }

static bool open_session(struct run *r) {
  struct laptop *l = r->l;
  struct jl_error err = {0};
  r->looked_at = -1;
  r->profile = jl_profile_open(l->name, &err);
  if (r->profile == NULL) return false;
  struct jl_profile_identity *id = jl_profile_identity(r->profile);
  snprintf(id->account, sizeof id->account, "%s", l->login);
  memcpy(id->token, l->token, sizeof id->token);
  id->has_token = true;
  id->person = l->person;
  id->account_id = jl_account_id(l->login);
  id->server_id = database_now()->cluster;
  id->plan = l->plan.space;
  setenv("XDG_DATA_HOME", l->data, 1); /* each machine has its own */
  r->local = jl_local_new(r->profile, &err);
  if (r->local == NULL) return false;
  r->local->vfs = DISK_VFS;
  struct jl_client_options options = {.server = "127.0.0.1:7400",
                                      .program = "sim",
                                      .profile = r->profile,
                                      .local = r->local,
                                      .offline = !online(l),
                                      .timeout_ms = 4000,
                                      .offer_token = true};
  if (!jl_local_open(r->local, 0, &err)) {
    world_say("%s: local copy: %s", l->name, err.message);
    return false;
  }
  r->client = jl_client_new(&options, &err);
  counts.sessions++;
  counts.offline += !online(l);
  return r->client != NULL;
}

static void close_session(struct run *r) {
  jl_client_free(r->client);
  jl_local_free(r->local);
  jl_profile_free(r->profile);
  r->client = NULL;
  r->local = NULL;
  r->profile = NULL;
  r->session_over = r->syncing = false;
}

/* ---- making groups ---- */
static struct jl_group *group_from(const Jalon__Group *in, const struct jl_id *space) {
  struct jl_group *g = jl_group_new(space);
  for (size_t i = 0; i < in->n_edits; i++) {
    const Jalon__Edit *e = in->edits[i];
    struct jl_id id;
    (void)!jl_id_from_bytes(JL_PB(e->id), &id);
    if (e->verb == JALON__VERB__CREATE) jl_group_create(g, e->type, &id, JL_PB(e->record));
    if (e->verb == JALON__VERB__DELETE) jl_group_delete(g, e->type, &id, e->seen_revision, e->with_children);
    if (e->verb == JALON__VERB__UPDATE) jl_group_update(g, e->type, &id);
    for (size_t k = 0; k < e->n_fields; k++) {
      const Jalon__FieldEdit *f = e->fields[k];
      if (f->has_add_number)
        jl_group_count(g, f->field, f->add_number, f->has_minimum ? &f->minimum : NULL, f->has_maximum ? &f->maximum : NULL);
      else if (f->has_add || f->has_remove)
        jl_group_set(g, f->field, JL_PB(f->add), JL_PB(f->remove));
      else
        jl_group_field(g, f->field, JL_PB(f->seen), JL_PB(f->next));
    }
  }
  for (size_t i = 0; i < in->n_guards; i++) {
    struct jl_id record;
    (void)!jl_id_from_bytes(JL_PB(in->guards[i]->record), &record);
    jl_group_guard(g, &record, in->guards[i]->field, JL_PB(in->guards[i]->expected));
  }
  return g;
}

static void on_reply(void *context, const struct jl_reply *reply) {
  struct run *r = context;
  if (reply->verdict == NULL) world_say("%s: a group waits: %s", r->l->name, jl_code_symbol(reply->error.code));
}

static void note_made(struct laptop *l, const Jalon__Group *group, uint64_t entry) {
  (void)fate_of(l, entry);
  for (size_t i = 0; i < group->n_edits; i++) {
    if (group->edits[i]->verb != JALON__VERB__CREATE || l->record_count == MADE_MAX) continue;
    struct made_record *m = &l->records[l->record_count++];
    (void)!jl_id_from_bytes(JL_PB(group->edits[i]->id), &m->id);
    m->entry = entry;
  }
}

static bool foreseen_refused(const struct jl_overlays *view, uint64_t entry) {
  for (size_t i = 0; i < view->foresight_count; i++)
    if (view->foresights[i].entry == entry) return view->foresights[i].error.code != JL_E_OK;
  return false;
}

/* An edit leaves the overlay only when the base has it: what was made stays in sight, unless it is refused, here or there; here it may be
 * although the server has applied it, as long as the base has not come to what made it possible (a comment on what was deleted, and
 * restored meanwhile). A copy that went with the power, which the outbox survives, shows nothing of a plan until it is whole again. */
static void check_sight(struct laptop *l, const struct jl_overlays *view, struct jl_arena *a) {
  if (view->space.base_revision == 0) return;
  for (size_t i = 0; i < l->record_count && history.era == 0; i++) {
    struct jl_entry entry;
    struct jl_error err = {0};
    uint64_t id = l->records[i].entry;
    if (jl_replica_record(view->space.replica, &l->records[i].id) != NULL) continue;
    if (!jl_outbox_get(&l->run->local->outbox, id, a, &entry, &err)) continue; /* refused, and told */
    bool here = entry.state == JL_OUTBOX_SENT || entry.state == JL_OUTBOX_QUEUED || entry.state == JL_OUTBOX_DONE;
    if (here && !foreseen_refused(view, id))
      world_fail("%s: what group %llu made is out of sight before the base has it", l->name, (unsigned long long)id);
  }
}

/* What its copy holds, as it stands on the disk. NULL: nothing, or nothing that can be read. */
static struct jl_replica *base_of(struct run *r, const struct jl_base_space *space) {
  struct jl_error err = {0};
  struct jl_replica *replica = jl_base_load(jl_local_base(r->local, &err), space, &err);
  if (replica == NULL)
    world_fail("%s: its copy cannot be read: %s", r->l->name, err.message);
  else
    *jl_replica_position(replica) = space->live.position;
  return replica;
}

static void look_at_base(struct run *r) {
  struct laptop *l = r->l;
  struct jl_error err = {0};
  struct jl_base_space space;
  struct jl_base *base = jl_local_base(r->local, &err);
  if (base == NULL || sqlite3_total_changes(base->sql.db) == r->looked_at) return;
  r->looked_at = sqlite3_total_changes(base->sql.db);
  if (!jl_base_find(base, &l->plan.space, &space, &err) || space.live.number == 0) return;
  l->base_revision = space.live.position.revision;
  struct process *before;
  if (l->base_is_large && !history_hashes_large(l->base_revision)) { /* once in a while is enough, it takes long */
    before = process_enter(NULL);
    history_stood(l->name, &space.live.position);
    process_enter(before);
    return;
  }
  struct jl_replica *replica = base_of(r, &space);
  if (replica == NULL) return;
  l->base_is_large = jl_replica_memory(replica) > 2 * HISTORY_LARGE; /* whatever it loses to an older copy of the database */
  before = process_enter(NULL);
  history_saw(l->name, replica);
  process_enter(before);
  jl_replica_free(replica);
}

static void make_group(struct run *r) {
  struct laptop *l = r->l;
  struct jl_error err = {0};
  struct jl_arena *a = jl_arena_new(1u << 27);
  struct jl_overlays view;
  if (!jl_overlay_open(r->local, &l->plan.space, 0, a, &view, &err)) {
    jl_arena_free(a);
    return; /* nothing to look at yet */
  }
  check_sight(l, &view, a);
  struct rng random = rng_of(world->seed, FOR_EDITS, (uint64_t)(100 + l->number) << 32 | l->made);
  struct edit_by by = {a, &random, view.space.replica, r->local->outbox.replica, l->plan.space, 1, 0, {{1}}};
  const Jalon__Group *in = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, edit_any(&by), a, &err);
  bool skip = l->made < 32 && (l->plan.skip >> l->made & 1) != 0;
  struct jl_group *g = in == NULL || skip ? NULL : group_from(in, &l->plan.space);
  jl_overlay_close(&view);
  if (g != NULL) {
    uint64_t entry = jl_client_submit(r->client, g, false, on_reply, r, &err);
    if (entry == 0)
      world_say("%s: not kept: %s", l->name, jl_code_symbol(err.code));
    else
      note_made(l, in, entry);
    counts.groups += entry != 0;
    l->at_head = false;
    jl_group_free(g);
    if (entry != 0) l->made++;
  } else {
    l->made++;
  }
  jl_arena_free(a);
}

/* Does it name what the other one was to make? Looked for in its bytes, not in what the outbox has noted of it. */
static bool needs(const struct jl_entry *e, const struct jl_entry *other, struct jl_arena *a) {
  struct jl_error err;
  const Jalon__Group *made = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, other->group, a, &err);
  for (size_t i = 0; made != NULL && i < made->n_edits; i++)
    if (made->edits[i]->verb == JALON__VERB__CREATE && memmem(e->group.data, e->group.size, made->edits[i]->id.data, made->edits[i]->id.len) != NULL)
      return true;
  return false;
}

/* Who gives a refused group up does so with what needs it, whatever he was told of that before: what was applied in a history that is lost
 * is offered again, and lies behind what is refused in this one. Nothing else may go with it. */
static bool resolve(struct run *r, uint64_t id, const struct jl_resolution *how, struct jl_arena *a, uint64_t *ret_left) {
  struct laptop *l = r->l;
  struct jl_outbox *o = &r->local->outbox;
  struct jl_error err = {0};
  struct jl_entry *entries, now;
  size_t n;
  uint32_t waiting = 1u << JL_OUTBOX_QUEUED | 1u << JL_OUTBOX_REFUSED | 1u << JL_OUTBOX_PARKED;
  if (!jl_outbox_list(o, &l->plan.space, waiting, a, &entries, &n, &err)) return false;
  struct entry_fate **fates = jl_arena_array(a, n + 1, sizeof(struct entry_fate *));
  if (fates == NULL) return false;
  for (size_t i = 0; i < n; i++) {
    bool goes = entries[i].id == id;
    for (size_t k = 0; k < i && !goes; k++) goes = fates[k] != NULL && fates[k]->may_go && needs(&entries[i], &entries[k], a);
    fates[i] = fate_of(l, entries[i].id);
    if (fates[i] == NULL) continue;
    fates[i]->may_go = goes;
    if (entries[i].state == JL_OUTBOX_REFUSED) fates[i]->fate = REFUSED; /* with a copied disk it came so, and we were not told */
  }
  bool ok = jl_local_resolve(r->local, id, how, ret_left, &err);
  for (size_t i = 0; i < n; i++) {
    if (fates[i] == NULL || !jl_outbox_get(o, entries[i].id, a, &now, &err)) continue;
    fates[i]->may_go = false;
    if (now.state == JL_OUTBOX_QUEUED && fates[i]->fate == REFUSED) fates[i]->fate = WAITS;
  }
  return ok;
}

static void resolve_some(struct run *r) {
  struct laptop *l = r->l;
  struct jl_error err = {0};
  struct jl_arena *a = jl_arena_new(1u << 27);
  const struct jl_outbox_group *groups;
  size_t n = 0;
  struct jl_outbox_ask ask = {.states = 1u << JL_OUTBOX_REFUSED};
  if (jl_local_outbox(r->local, &ask, a, &groups, &n, &err) && n > 0) {
    uint64_t id = groups[rng_below(&l->random, n)].id, left = 0;
    struct jl_resolution how = {.choice = rng_chance(&l->random, 2, 3) ? JL_CHOICE_MINE : JL_CHOICE_THEIRS, .with_dependents = true};
    if (resolve(r, id, &how, a, &left)) {
      counts.resolved++;
      l->at_head = false;
      l->resolved++;
    }
  }
  jl_arena_free(a);
}

static void on_sync(void *context, const struct jl_reply *reply) {
  struct run *r = context;
  struct laptop *l = r->l;
  world_say("%s: synced: %s, %zu wait", l->name, jl_code_symbol(reply->error.code), reply->sync == NULL ? 0 : reply->sync->waiting);
  l->at_head = reply->error.code == JL_E_OK && reply->sync->space_error.code == JL_E_OK;
  l->synced_era = r->sync_era;
  l->waiting = reply->sync == NULL ? 1 : reply->sync->waiting;
  if (reply->sync != NULL) counts.again += reply->sync->again;
  r->session_over = true;
}

/* What it was told when it had synced is not the last word: its engine follows for as long as the session does, and when it comes back to a
 * server it may find groups that it has to offer again. */
static size_t waiting_now(struct run *r) {
  struct jl_outbox_counts c;
  struct jl_error err = {0};
  return r->local == NULL ? r->l->waiting : !jl_outbox_counts(&r->local->outbox, &c, &err) ? 1 : c.queued + c.sent;
}

static void go_on(struct run *r) {
  struct laptop *l = r->l;
  if (r->to_make > 0) {
    r->to_make--;
    if (l->made < l->plan.groups) make_group(r);
    return;
  }
  if (!r->syncing && !rng_chance(&l->random, 1, 6)) {
    struct jl_sync_ask ask = {.spaces = &l->plan.space, .space_count = 1};
    r->syncing = true;
    r->sync_era = history.era;
    if (jl_client_sync(r->client, &ask, on_sync, r) == 0) r->session_over = true;
  } else if (!r->syncing) {
    r->session_over = true; /* in a hurry: what it made waits for the next session */
  }
}

static void on_think(uv_timer_t *timer) {
  struct run *r = timer->data;
  struct laptop *l = r->l;
  int64_t wait = rng_between(&l->random, 1000, 60000);
  if (r->client == NULL) {
    l->at_head = false;
    if (open_session(r)) {
      r->to_make = (unsigned)rng_below(&l->random, 4);
      if (l->resolved < 12 && rng_chance(&l->random, 1, 2)) resolve_some(r);
    } else
      close_session(r);
  } else if (r->session_over) {
    bool done = l->at_head, stays = !hurry && online(l) && rng_chance(&l->random, 3, 4);
    look_at_base(r);
    l->at_head = done;
    l->waiting = waiting_now(r);
    if (stays) {
      r->session_over = r->syncing = false;
      r->to_make = (unsigned)rng_below(&l->random, 4);
      if (l->resolved < 12 && rng_chance(&l->random, 1, 3)) resolve_some(r);
    } else {
      close_session(r);
      l->at_head = done;
    }
    bool rests = l->made >= l->plan.groups && l->waiting == 0;
    wait = hurry ? rng_between(&l->random, 5000, 300000) : rng_between(&l->random, 5000, 2 * l->plan.think_us) * (rests ? 8 : 1);
    if (!hurry && rng_chance(&l->random, 1, 8)) l->offline_until_us = world->now_us + rng_between(&l->random, 300000, 4000000);
  } else {
    look_at_base(r); /* while its engine is at work */
    go_on(r);
  }
  uv_timer_start(timer, on_think, (uint64_t)(wait / 1000), 0);
}

static bool turn(void *context) {
  struct laptop *l = context;
  uv_run(&l->run->loop, UV_RUN_NOWAIT);
  if (l->run->client != NULL) (void)jl_client_turn(l->run->client);
  return true;
}

/* ---- outside ---- */
static void start_process(struct laptop *l);
static void start_again(void *context) { start_process(context); }
static void died(void *context) {
  struct laptop *l = context;
  l->process = NULL;
  l->run = NULL;
  l->at_head = false;
  if (l->power) disk_power_off(l->folder);
  l->power = false;
  world_say("%s is gone", l->name);
  if (l->back_us >= 0) event_at(l->back_us, start_again, l);
}

static void start_process(struct laptop *l) {
  if (l->process != NULL || l->back_us < 0) return;
  l->process = process_start(l->name, died, l);
  process_turn_with(l->process, turn);
  struct process *before = process_enter(l->process);
  struct run *r = l->run = calloc(1, sizeof *r);
  if (r == NULL) abort();
  r->l = l;
  uv_loop_init(&r->loop);
  uv_timer_init(&r->loop, &r->think);
  r->think.data = r;
  uv_timer_start(&r->think, on_think, rng_below(&l->random, 300), 0);
  process_enter(before);
}

void laptop_start(int n, const struct laptop_plan *plan) {
  laptops[n].plan = *plan;
  start_process(&laptops[n]);
}
void laptop_kill(int n, int64_t back_us, bool power) {
  struct laptop *l = &laptops[n];
  if (l->process == NULL) return;
  l->back_us = back_us;
  l->power = power;
  counts.power += power;
  process_kill(l->process);
}
void laptop_kill_at(int n, int effects, int64_t back_us) {
  if (laptops[n].process == NULL) return;
  laptops[n].back_us = back_us;
  process_kill_at(laptops[n].process, effects);
}

static void plain_id(const struct jl_id *id, char out[33]) {
  for (size_t i = 0; i < sizeof id->bytes; i++) snprintf(out + 2 * i, 3, "%02x", id->bytes[i]);
}

/* Where the library puts the local copy of this account. */
static void place_folder(struct laptop *l) {
  struct jl_id account = jl_account_id(l->login);
  char server[33], plain[33];
  plain_id(&database_now()->cluster, server);
  plain_id(&account, plain);
  snprintf(l->folder, sizeof l->folder, "%s/jalon/%s-%s/", l->data, server, plain);
}

bool laptop_copy(int n, int64_t start_us) {
  const struct laptop *from = &laptops[n];
  struct laptop *to = NULL;
  for (int i = LAPTOPS_MAX; i < MACHINES && to == NULL; i++)
    if (laptops[i].plan.groups == 0) to = &laptops[i];
  if (to == NULL || from->plan.groups == 0 || from->made == 0) return false;
  memcpy(to->login, from->login, sizeof to->login);
  memcpy(to->token, from->token, sizeof to->token);
  to->person = from->person;
  place_folder(to);
  disk_copy(from->folder, to->folder);
  to->plan = from->plan;
  to->plan.skip = 0;
  counts.copies++;
  history.copied = true;
  world_say("%s is a copy of %s", to->name, from->name);
  event_at(start_us, start_again, to);
  return true;
}
void laptop_offline(int n, int64_t until_us) { laptops[n].offline_until_us = until_us; }
void laptop_full(int n, int64_t until_us) { disk_full(laptops[n].folder, until_us); }
struct process *laptop_process(int n) {
  return laptops[n].process;
}

void laptops_hurry(void) {
  hurry = true;
  for (int i = 0; i < MACHINES; i++) {
    laptops[i].offline_until_us = 0;
    if (laptops[i].process != NULL) process_kill_at(laptops[i].process, 0);
  }
}

bool laptops_settled(char *why, size_t size) {
  for (int i = 0; i < MACHINES; i++) {
    const struct laptop *l = &laptops[i];
    if (l->plan.groups == 0) continue;
    const struct fake_space *space = fake_space(database_now(), &l->plan.space);
    uint64_t head = space == NULL ? 0 : space->position.revision;
    bool at_head = l->at_head && l->synced_era == history.era;
    snprintf(why, size, "%s: %u of %u groups made, %zu wait, at r%llu of r%llu%s", l->name, l->made, l->plan.groups, l->waiting,
             (unsigned long long)l->base_revision, (unsigned long long)head, at_head ? "" : ", not synced");
    if (l->made < l->plan.groups || l->waiting > 0 || !at_head || l->base_revision != head || l->run == NULL) return false;
    struct process *before = process_enter(l->process);
    size_t waiting = waiting_now(l->run);
    process_enter(before);
    snprintf(why, size, "%s: %zu wait since it had synced", l->name, waiting);
    if (waiting > 0) return false;
  }
  return true;
}

/* Every group ended applied, refused, or as a conflict that its author can see; nothing is forgotten. */
static void check_outbox(struct laptop *l, struct jl_local *local) {
  struct jl_error err = {0};
  struct jl_arena *a = jl_arena_new(1u << 27);
  for (size_t i = 0; i < l->fate_count && !world->failed; i++) {
    struct jl_entry entry;
    const struct entry_fate *f = &l->fates[i];
    jl_arena_reset(a);
    bool there = jl_outbox_get(&local->outbox, f->id, a, &entry, &err);
    bool decided = f->fate == REFUSED || (f->fate == WAITS && l->resolved > 0);
    if (!there && !decided && !f->may_go)
      world_fail("%s: group %llu is gone from the outbox, undecided", l->name, (unsigned long long)f->id);
    if (there && (entry.state == JL_OUTBOX_QUEUED || entry.state == JL_OUTBOX_SENT))
      world_fail("%s: group %llu is undecided at the end", l->name, (unsigned long long)f->id);
    if (there && entry.state == JL_OUTBOX_PARKED) counts.parked++;
    if (there && entry.state == JL_OUTBOX_DONE && entry.revision > fake_space(database_now(), &l->plan.space)->position.revision)
      world_fail("%s: group %llu was applied at r%llu, which the database does not have", l->name, (unsigned long long)f->id,
                 (unsigned long long)entry.revision);
    if (there && entry.state == JL_OUTBOX_DONE && f->fate == APPLIED && f->stood && !log_has(&l->plan.space, &f->group))
      world_fail("%s: group %llu was acknowledged, and is lost with an older copy of the database", l->name, (unsigned long long)f->id);
  }
  jl_arena_free(a);
}

/* The copy is the database's, byte for byte: as it is read from the disk by a session of its own. */
static void check_base(struct run *r, const struct fake_space *in_database) {
  struct jl_error err = {0};
  struct jl_base_space space;
  uint8_t here[STATE_SIZE], there[STATE_SIZE];
  struct jl_base *base = jl_local_base(r->local, &err);
  bool found = base != NULL && jl_base_find(base, &r->l->plan.space, &space, &err) && space.live.number != 0;
  struct jl_replica *replica = found ? base_of(r, &space) : NULL;
  if (replica == NULL) {
    world_fail("%s: its copy is gone at the end: %s", r->l->name, err.message);
    return;
  }
  history_state(replica, here);
  jl_replica_free(replica);
  struct process *before = process_enter(NULL);
  history_state(in_database->records, there);
  process_enter(before);
  if (memcmp(space.live.position.sections, in_database->position.sections, sizeof space.live.position.sections) != 0)
    world_fail("%s follows another history than the database's, and nobody told it", r->l->name);
  else if (memcmp(here, there, sizeof here) != 0)
    world_fail("%s holds other bytes than the database", r->l->name);
}

void laptops_check(void) {
  for (int i = 0; i < MACHINES && !world->failed; i++) {
    struct laptop *l = &laptops[i];
    if (l->plan.groups == 0 || l->run == NULL) continue;
    const struct fake_space *space = fake_space(database_now(), &l->plan.space);
    struct process *before = process_enter(l->process);
    if (l->run->client != NULL) close_session(l->run);
    if (open_session(l->run)) {
      check_base(l->run, space);
      check_outbox(l, l->run->local);
    } else
      world_fail("%s: its copy cannot be opened at the end", l->name);
    close_session(l->run);
    process_enter(before);
  }
}

void laptops_begin(uint64_t seed) {
  memset(laptops, 0, sizeof laptops);
  memset(&counts, 0, sizeof counts);
  hurry = false;
  disk_begin();
  for (int i = 0; i < MACHINES; i++) {
    struct laptop *l = &laptops[i];
    l->number = i;
    l->random = rng_of(seed, FOR_CLIENT, (uint64_t)(100 + i));
    l->person = rng_id(&l->random);
    snprintf(l->name, sizeof l->name, "laptop%d", i + 1);
    snprintf(l->login, sizeof l->login, "laptop%d", i + 1);
    snprintf(l->data, sizeof l->data, "%s/jalon/machine%d", getenv("XDG_CONFIG_HOME"), i + 1);
    place_folder(l);
    memset(l->token, 200 + i, sizeof l->token);
    if (i < LAPTOPS_MAX) database_account(l->login, &l->person, l->token);
  }
}
void laptops_end(void) {
  for (int i = 0; i < MACHINES; i++) laptops[i].back_us = -1;
}

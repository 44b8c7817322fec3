#include "tests/torture/conductor/rights.h"
#include "common/record/schema.h"
#include "tests/support/group_build.h"
#include "tests/support/peer.h"
#include "tests/torture/shared/history.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEAMS 3
#define AT_ONCE 3        /* changes of one step */
#define QUIET_TURNS 10   /* so often in a row nothing is under way */
#define ORGANISATION SPACES /* its place among the lanes of an actor */
enum { HERE /* the administrator at the server that faults happen to */, THERE /* and at the second one */, CLERK, ACTORS };
enum { EVERYBODY = TEAMS, PERSONS, THE_CLERKS = PERSONS + PROCESSES_MAX, HOLDERS };

struct actor {
  struct rights *rights;
  struct peer peer;
  int index;
  uint64_t seqs[SPACES + 1];
  int space;             /* of what it asks; SPACES: the organisation */
  struct jl_bytes group; /* what it asks; data NULL: nothing */
  bool dry;
  uint32_t stream;
  bool waiting /* sent, no answer yet */, answered;
  uint64_t revision;
};
struct rights {
  struct world *w;
  struct plan *plan;
  uv_loop_t loop;
  struct jl_arena *arena;
  struct history *history;
  struct actor actors[ACTORS];
  struct process_slot clerk;
  struct jl_id teams[TEAMS], clerks;
  bool in_team[PROCESSES_MAX][TEAMS], guests[PROCESSES_MAX];
  uint8_t levels[SPACES][HOLDERS][JL_SECTIONS];
  uint64_t total, steps, done, grants, moves, invitations;
  bool held; /* the load */
};

/* ---- asking ---- */
static const struct jl_id *space_of(const struct actor *a) {
  return a->space == ORGANISATION ? &a->peer.organisation : &a->rights->w->progress->spaces[a->space];
}

static void on_message(struct peer *peer, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  struct actor *a = peer->context;
  struct jl_error err;
  if (!a->waiting || stream != a->stream) return;
  struct jl_arena *arena = jl_arena_new(4 << 20);
  a->waiting = false;
  if (type == JALON__FRAME_TYPE__SUBMIT_REPLY) {
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, payload, arena, &err);
    if (!v) world_wrong("a verdict cannot be read");
    if (v->error && a->index != CLERK) world_wrong("a group of the administrator is refused: %s", v->error->message);
    if (!a->dry && a->space < SPACES) history_verdict(a->rights->history, a->index, a->space, v);
    a->revision = v->revision;
    a->answered = true;
  } else {
    const Jalon__Error *wire = (const Jalon__Error *)jl_unpack(&jalon__error__descriptor, payload, arena, &err);
    enum jl_class class = wire ? jl_code_class((enum jl_code)wire->code) : JL_CLASS_INTERNAL;
    if (class != JL_CLASS_RETRY && class != JL_CLASS_UNKNOWN) world_wrong("a group that changes rights is answered %s", wire ? wire->message : "nothing");
  }
  jl_arena_free(arena);
}

static void on_lost(struct peer *peer) {
  struct actor *a = peer->context;
  a->waiting = false;
}

static void send_again(struct actor *a) {
  Jalon__Submit message = JALON__SUBMIT__INIT;
  if (!a->peer.ready || a->waiting || a->answered || !a->group.data) return;
  message.has_group = true;
  message.group = jl_to_pb(a->group);
  a->stream = peer_send(&a->peer, JALON__FRAME_TYPE__SUBMIT, &message.base);
  a->waiting = true;
}

static void turn(struct rights *r, bool faults) {
  if (faults) {
    plan_look(r->plan, r->w);
    rights_gate(r);
  }
  world_look(r->w);
  uv_run(&r->loop, UV_RUN_NOWAIT);
  for (int i = 0; i < ACTORS; i++) send_again(&r->actors[i]);
}

static void ask(struct actor *a, int space, const struct building *b) {
  struct rights *r = a->rights;
  a->space = space;
  a->dry = a->answered = false;
  a->group = build_pack(b, &r->w->random, &a->peer.replica, space_of(a), ++a->seqs[space]);
  if (space < SPACES) history_invoke(r->history, a->index, space, a->seqs[space], a->group, 0);
  send_again(a);
}

/* The same under the next number, to be judged and not to be done: it is answered when what came before it has been judged. */
static void ask_dry(struct actor *a, const struct building *b) {
  struct rights *r = a->rights;
  struct jl_error err;
  struct jl_bytes packed = build_pack(b, &r->w->random, &a->peer.replica, space_of(a), a->seqs[a->space] + 1);
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, packed, r->arena, &err);
  JL_ASSERT(group);
  group->has_dry_run = group->dry_run = true;
  a->group = jl_pack(&group->base, r->arena, JL_GROUP_MAX_BYTES);
  a->dry = true;
  a->waiting = a->answered = false;
  send_again(a);
}

static uint64_t decided(struct actor *a, bool faults) {
  while (!a->answered) turn(a->rights, faults);
  a->group = (struct jl_bytes){0};
  return a->revision;
}

static uint64_t done(struct actor *a, int space, const struct building *b, bool faults) {
  ask(a, space, b);
  return decided(a, faults);
}

/* ---- changes ---- */
static struct jl_id holder_of(const struct rights *r, int space, int holder) {
  if (holder < TEAMS) return r->teams[holder];
  if (holder == EVERYBODY) return r->w->progress->spaces[space];
  return holder == THE_CLERKS ? r->clerks : r->w->progress->slots[holder - PERSONS].person;
}

static uint64_t grant(struct rights *r, struct actor *a, int space, int holder, int section, int level, bool faults) {
  struct building b = {.arena = r->arena};
  struct jl_bytes record = {0};
  const struct jl_id *plan = &r->w->progress->spaces[space];
  struct jl_id who = holder_of(r, space, holder), id;
  uint8_t *now = &r->levels[space][holder][section];
  with_id(r->arena, &record, JL_TYPE_GRANT, JL_GRANT_PLAN, plan);
  with_id(r->arena, &record, JL_TYPE_GRANT, JL_GRANT_HOLDER, &who);
  with_number(r->arena, &record, JL_TYPE_GRANT, JL_GRANT_SECTION, section);
  with_number(r->arena, &record, JL_TYPE_GRANT, JL_GRANT_LEVEL, level);
  JL_ASSERT(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), plan, record, &id));
  if (*now == 0)
    build_create(&b, JL_TYPE_GRANT, &id, record);
  else
    build_next(&b, build_update(&b, JL_TYPE_GRANT, &id), JL_GRANT_LEVEL, slice_number(r->arena, JL_TYPE_GRANT, JL_GRANT_LEVEL, *now),
               slice_number(r->arena, JL_TYPE_GRANT, JL_GRANT_LEVEL, level));
  *now = (uint8_t)level;
  r->grants++;
  return done(a, space, &b, faults);
}

static void move(struct rights *r, struct actor *a, const struct jl_id *person, const struct jl_id *team, bool in, bool faults) {
  struct building b = {.arena = r->arena};
  Jalon__Edit *edit = build_update(&b, JL_TYPE_PERSON, person);
  struct jl_bytes slice = slice_id(r->arena, JL_TYPE_PERSON, JL_PERSON_TEAMS, team);
  if (in) build_add(&b, edit, JL_PERSON_TEAMS, slice);
  else build_remove(&b, edit, JL_PERSON_TEAMS, slice);
  r->moves++;
  (void)done(a, ORGANISATION, &b, faults);
}

/* To a guest a plan is not there, unless something of it is granted. */
static void make_guest(struct rights *r, struct actor *a, int process, bool guest, bool faults) {
  struct building b = {.arena = r->arena};
  struct jl_bytes was = {0}, is = {0};
  *(guest ? &is : &was) = slice_number(r->arena, JL_TYPE_PERSON, JL_PERSON_GUEST, 1);
  if (r->guests[process] == guest) return;
  r->guests[process] = guest;
  build_next(&b, build_update(&b, JL_TYPE_PERSON, &r->w->progress->slots[process].person), JL_PERSON_GUEST, was, is);
  r->invitations++;
  (void)done(a, ORGANISATION, &b, faults);
}

static struct actor *anywhere(struct rights *r) { return &r->actors[random_below(&r->w->random, 4) == 0 ? THERE : HERE]; }

static void change_something(struct rights *r) {
  static const uint8_t sections[] = {JL_SECTION_STRATEGY, JL_SECTION_ACTIONS, JL_SECTION_BUDGET}, levels[] = {JL_RIGHT_NONE, JL_RIGHT_READ, JL_RIGHT_EDIT, JL_RIGHT_EDIT, JL_RIGHT_EDIT};
  struct random *random = &r->w->random;
  int process = (int)random_below(random, r->w->progress->processes), team = (int)random_below(random, TEAMS);
  if (random_below(random, 6) == 0) {
    int guest = 0; /* one at a time: the others have something to do */
    while (guest < PROCESSES_MAX && !r->guests[guest]) guest++;
    make_guest(r, anywhere(r), guest < PROCESSES_MAX ? guest : process, guest == PROCESSES_MAX, true);
    return;
  }
  if (random_below(random, 4) == 0) {
    r->in_team[process][team] = !r->in_team[process][team];
    move(r, anywhere(r), &r->w->progress->slots[process].person, &r->teams[team], r->in_team[process][team], true);
    return;
  }
  int space = (int)random_below(random, SPACES), section = sections[random_below(random, JL_COUNT(sections))], level = levels[random_below(random, JL_COUNT(levels))];
  uint64_t dice = random_below(random, 6);
  int holder = dice == 0 ? EVERYBODY : dice == 1 ? PERSONS + process : team;
  if (r->levels[space][holder][section] == level) level = level == JL_RIGHT_EDIT ? JL_RIGHT_NONE : JL_RIGHT_EDIT;
  (void)grant(r, anywhere(r), space, holder, section, level, true);
}

/* ---- the forced ones ---- */
/* No fault lasts, nobody's group is under way, and none will come before `held` ends. */
static void quiet(struct rights *r) {
  r->held = true;
  for (int turns = 0; turns < QUIET_TURNS; turns++) {
    turn(r, true);
    if (plan_active(r->plan) || world_open(r->w) > 0 || !world_settled(r->w)) turns = 0;
  }
}

static struct building new_line(struct rights *r, uint32_t type, uint32_t title, uint32_t required, int64_t value) {
  struct building b = {.arena = r->arena};
  struct jl_bytes record = {0};
  struct jl_id id = random_id(&r->w->random);
  with_text(r->arena, &record, type, title, "ligne d'un droit");
  with_number(r->arena, &record, type, required, value);
  build_create(&b, type, &id, record);
  return b;
}

static struct building new_salary(struct rights *r) { return new_line(r, JL_TYPE_PAYROLL_LINE, JL_PAYROLL_LINE_TITLE, JL_PAYROLL_LINE_PLANNED, 300000); }

static void wait_for(struct rights *r, int process, int space, uint64_t revision) {
  while (r->w->progress->slots[process].reached[space] < revision) turn(r, false);
}

/* The budget ends for a person whose followers are at the head; the next change is of the budget. Nothing more is changed before they are
 * through it, so whatever came to them came while they had no right to it. */
static void end_and_do_more(struct rights *r) {
  int process = (int)random_below(&r->w->random, r->w->progress->processes), space = (int)random_below(&r->w->random, SPACES);
  struct actor *admin = &r->actors[HERE];
  make_guest(r, admin, process, false, true); /* it sees the rest of the plan all the time */
  quiet(r);
  wait_for(r, process, space, grant(r, admin, space, PERSONS + process, JL_SECTION_BUDGET, JL_RIGHT_EDIT, false));
  (void)grant(r, admin, space, PERSONS + process, JL_SECTION_BUDGET, JL_RIGHT_NONE, false);
  struct building b = new_line(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  wait_for(r, process, space, done(admin, space, &b, false));
  (void)grant(r, admin, space, PERSONS + process, JL_SECTION_BUDGET, JL_RIGHT_EDIT, false);
  r->held = false;
}

/* A clerk's group has been judged, and its server's line to the database stands still, when the second server takes the clerk out of the
 * team that may do it. */
static void end_before_commit(struct rights *r) {
  struct actor *clerk = &r->actors[CLERK];
  int space = (int)(r->done % SPACES);
  quiet(r);
  if (r->levels[space][EVERYBODY][JL_SECTION_PAYROLL] == 0) {
    (void)grant(r, &r->actors[HERE], space, EVERYBODY, JL_SECTION_PAYROLL, JL_RIGHT_NONE, false);
    (void)grant(r, &r->actors[HERE], space, THE_CLERKS, JL_SECTION_PAYROLL, JL_RIGHT_EDIT, false);
  }
  move(r, &r->actors[HERE], &r->clerk.person, &r->clerks, true, false);
  struct building first = new_salary(r), more = new_salary(r);
  if (done(clerk, space, &first, false) == 0) world_wrong("a group that the rights allow is refused");
  while (!clerk->peer.ready) turn(r, false);
  link_set(r->w->database_link, LINK_UP, LINK_HOLD, 0);
  link_set(r->w->database_link, LINK_DOWN, LINK_HOLD, 0);
  ask(clerk, space, &more);
  struct jl_bytes group = clerk->group;
  ask_dry(clerk, &first);
  (void)decided(clerk, false);
  move(r, &r->actors[THERE], &r->clerk.person, &r->clerks, false, false);
  link_heal(r->w->database_link);
  clerk->group = group;
  clerk->dry = clerk->answered = clerk->waiting = false; /* sent again: one group, one verdict */
  (void)decided(clerk, false);
  r->held = false;
}

/* ---- when ---- */
static uint64_t next_at(const struct rights *r) { return (r->done + 1) * r->total / (r->steps + 2); }

void rights_gate(const struct rights *r) {
  if (!r || (r->done == r->steps && !r->held)) return;
  uint64_t gate = r->held ? 0 : next_at(r) * GATE_OPEN / r->total + GATE_OPEN / 50;
  if (gate < r->w->progress->gate) r->w->progress->gate = gate;
}

bool rights_over(const struct rights *r) { return !r || r->done == r->steps; }

void rights_look(struct rights *r) {
  if (rights_over(r)) return;
  uv_run(&r->loop, UV_RUN_NOWAIT);
  if (world_decided(r->w) < next_at(r)) return;
  if (r->done % 4 == 1) end_and_do_more(r);
  else if (r->done % 4 == 3) end_before_commit(r);
  else
    for (int i = 0; i < AT_ONCE; i++) change_something(r);
  if (r->done + 1 == r->steps) /* or they would never see how it ends */
    for (uint32_t i = 0; i < r->w->progress->processes; i++) make_guest(r, &r->actors[HERE], (int)i, false, true);
  r->done++;
  jl_arena_reset(r->arena);
}

/* ---- beginning and end ---- */
static void make_team(struct rights *r, struct actor *a, struct jl_id *ret_id, const char *name) {
  struct building b = {.arena = r->arena};
  struct jl_bytes record = {0};
  *ret_id = random_id(&r->w->random);
  with_text(r->arena, &record, JL_TYPE_TEAM, JL_TEAM_NAME, name);
  build_create(&b, JL_TYPE_TEAM, ret_id, record);
  (void)done(a, ORGANISATION, &b, false);
}

static void start_actor(struct rights *r, int index, const char *account, const char *address) {
  struct actor *a = &r->actors[index];
  struct jl_error err;
  *a = (struct actor){.rights = r, .index = index};
  a->peer = (struct peer){.loop = &r->loop, .account = account, .password = ADMIN_PASSWORD, .replica = random_id(&r->w->random), .context = a, .on_message = on_message, .on_lost = on_lost};
  JL_ASSERT(jl_address_parse(address, &a->peer.address, &err));
  peer_start(&a->peer);
  while (!a->peer.ready) turn(r, false);
  history_login(r->history, index, &a->peer.replica, &a->peer.person);
}

struct rights *rights_begin(struct world *w, struct plan *p, uint64_t total, uint64_t steps) {
  static const struct history_reader nobody;
  struct rights *r = calloc(1, sizeof *r);
  char path[300], name[32];
  JL_ASSERT(r);
  r->w = w;
  r->plan = p;
  r->total = total;
  r->steps = steps;
  r->arena = jl_arena_new(64 << 20);
  snprintf(path, sizeof path, "%s/history.rights", w->folder);
  r->history = history_open(path, &nobody);
  uv_loop_init(&r->loop);
  snprintf(r->clerk.login, sizeof r->clerk.login, "clerk");
  world_account(w, &r->clerk);
  start_actor(r, HERE, "admin", w->server.address);
  start_actor(r, THERE, "admin", w->second.address);
  start_actor(r, CLERK, r->clerk.login, w->server.address);
  for (int t = 0; t < TEAMS; t++) {
    snprintf(name, sizeof name, "équipe %d", t);
    make_team(r, &r->actors[HERE], &r->teams[t], name);
  }
  make_team(r, &r->actors[THERE], &r->clerks, "paie"); /* who writes to the organisation knows all that was written before: both know all teams */
  for (uint32_t i = 0; i < w->progress->processes; i++) {
    r->in_team[i][i % TEAMS] = true;
    move(r, &r->actors[HERE], &w->progress->slots[i].person, &r->teams[i % TEAMS], true, false);
  }
  jl_arena_reset(r->arena);
  return r;
}

static void write_id(FILE *f, const char *what, const struct jl_id *id) {
  fprintf(f, "%s ", what);
  for (int i = 0; i < 16; i++) fprintf(f, "%02x", id->bytes[i]);
  fprintf(f, "\n");
}

void rights_end(struct rights *r) {
  char path[300];
  if (!r) return;
  printf("# rights changed %" PRIu64 " times: %" PRIu64 " grants, %" PRIu64 " times somebody's team, %" PRIu64 " times who is a guest; two servers\n",
         r->grants + r->moves + r->invitations, r->grants, r->moves, r->invitations);
  snprintf(path, sizeof path, "%s/facts", r->w->folder);
  FILE *f = fopen(path, "ae");
  if (!f) world_fail("%s cannot be written", path);
  write_id(f, "organisation", &r->actors[HERE].peer.organisation);
  write_id(f, "administrator", &r->actors[HERE].peer.person);
  for (uint32_t i = 0; i < r->w->progress->processes; i++) {
    char what[32];
    snprintf(what, sizeof what, "reader %u", i);
    write_id(f, what, &r->w->progress->slots[i].person);
  }
  fclose(f);
  for (int i = 0; i < ACTORS; i++) peer_stop(&r->actors[i].peer);
  uv_run(&r->loop, UV_RUN_DEFAULT);
  uv_loop_close(&r->loop);
  history_close(r->history);
  jl_arena_free(r->arena);
  free(r);
}

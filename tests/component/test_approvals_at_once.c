/* Many people submit, approve, send back, edit and reassign at once, over real connections. Then the log alone is folded, by code that
 * knows nothing of the server's: never two A on a target, never an approved state that nobody with the A approved as it was submitted,
 * never by an A of one's own giving what one submitted oneself or what was submitted to another, nothing started that needs an approval and
 * has none, nor freed of needing it by such an A. A history prints its seed; JALON_SEED runs that one alone. */
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 5, ACTIONS = 3, TARGETS = ACTIONS + 1 /* the plan's budget */, ROUNDS = 12, IN_FLIGHT = 4, RECORDS = 4096 };
#define PLAN ACTIONS
#define PASSWORD "a password of theirs"
#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})

static struct jl_arena *arena;
static struct jl_id people[PEOPLE];

struct random {
  uint64_t state;
};
static uint64_t random_below(struct random *r, uint64_t n) { /* splitmix64 */
  uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (z ^ z >> 31) % n;
}

/* ---- the fold: what the log says, revision by revision ---- */
struct scope {
  int64_t due, title, planned[ACTIONS];
};
struct assignment {
  struct jl_id id, holder, giver;
  int target;
  bool accountable, alive;
};
struct approval {
  struct jl_id id;
  struct jl_id submitter, decider; /* who held the A then */
  int target;                      /* -1: not one of ours */
  int64_t state;
  struct scope submitted;
};
struct fold {
  struct jl_id plan, actions[ACTIONS], lines[ACTIONS];
  int64_t due[ACTIONS], title[ACTIONS], status[ACTIONS], planned[ACTIONS];
  bool free[ACTIONS]; /* needs no approval */
  struct jl_id admin;
  struct assignment assignments[RECORDS];
  size_t assignment_count;
  struct approval approvals[RECORDS];
  size_t approval_count;
  uint64_t revision;
  size_t approved, sent_back, reopened, started, freed, violations;
  char violation[200]; /* the first */
};

static void violated(struct fold *f, const char *what) {
  if (f->violations++ == 0) snprintf(f->violation, sizeof f->violation, "r%llu: %s", (unsigned long long)f->revision, what);
}

static bool same(const struct jl_id *a, const struct jl_id *b) { return memcmp(a->bytes, b->bytes, 16) == 0; }
static int target_of(const struct fold *f, const struct jl_id *id) {
  for (int i = 0; i < ACTIONS; i++)
    if (same(&f->actions[i], id)) return i;
  return same(&f->plan, id) ? PLAN : -1;
}
static struct scope scope_of(const struct fold *f, int target) {
  struct scope s = {0};
  if (target == PLAN) {
    memcpy(s.planned, f->planned, sizeof s.planned);
  } else if (target >= 0) {
    s.due = f->due[target];
    s.title = f->title[target];
    s.planned[0] = f->planned[target];
  }
  return s;
}
static bool same_scope(const struct scope *a, const struct scope *b) {
  return a->due == b->due && a->title == b->title && memcmp(a->planned, b->planned, sizeof a->planned) == 0;
}
static const struct assignment *letter_of(const struct fold *f, int target) {
  for (int at = target;; at = PLAN) {
    for (size_t i = 0; i < f->assignment_count; i++)
      if (f->assignments[i].alive && f->assignments[i].accountable && f->assignments[i].target == at) return &f->assignments[i];
    if (at == PLAN) return NULL;
  }
}
static const struct jl_id *accountable(const struct fold *f, int target) {
  const struct assignment *a = letter_of(f, target);
  return a == NULL ? NULL : &a->holder;
}
/* As it was before the revision that is folded. */
struct decider {
  bool any;
  struct jl_id holder, giver;
};

static bool value_in(const Jalon__RecordChange *c, uint32_t field, struct jl_value *ret) {
  *ret = (struct jl_value){.number = 0};
  for (size_t i = 0; i < c->n_fields; i++) {
    if (c->fields[i]->field != field) continue;
    (void)jl_record_get(JL_PB(c->fields[i]->after), jl_field_by_number(jl_record_type_by_number(c->type), field), ret);
    return true;
  }
  return false;
}

static void fold_approval(struct fold *f, const Jalon__RecordChange *c, const struct jl_id *id, const struct jl_id *author,
                          const struct decider deciders[TARGETS], bool *ret_submitted) {
  struct jl_value v;
  struct approval *a = NULL;
  for (size_t i = 0; i < f->approval_count; i++)
    if (same(&f->approvals[i].id, id)) a = &f->approvals[i];
  if (a == NULL) {
    assert_true(f->approval_count < RECORDS);
    a = &f->approvals[f->approval_count++];
    *a = (struct approval){.id = *id, .target = -1};
    if (value_in(c, JL_APPROVAL_TARGET, &v)) a->target = target_of(f, &v.id);
    a->submitter = *author;
    if (a->target >= 0) a->decider = deciders[a->target].holder;
    *ret_submitted = true;
  }
  if (!value_in(c, JL_APPROVAL_STATE, &v)) return;
  if (v.number == JL_APPROVAL_APPROVED) {
    f->approved++;
    if (a->state != JL_APPROVAL_SUBMITTED) violated(f, "approved what did not wait");
    const struct decider *by = a->target < 0 ? NULL : &deciders[a->target];
    if (by != NULL && (!by->any || !same(&by->holder, author))) violated(f, "approved by somebody without the A");
    bool own = by != NULL && by->any && same(&by->giver, author) && !same(author, &f->admin);
    if (own && same(&a->submitter, author)) violated(f, "approved own work by an A of own giving");
    if (own && !same(&a->decider, author)) violated(f, "approved by an A of own giving what waited for another");
  }
  f->sent_back += v.number == JL_APPROVAL_SENT_BACK;
  f->reopened += v.number == JL_APPROVAL_REOPENED;
  a->state = v.number;
}

static void fold_change(struct fold *f, const Jalon__RecordChange *c, const struct jl_id *author,
                        const struct decider deciders[TARGETS], bool *submitted) {
  struct jl_id id;
  struct jl_value v;
  assert_true(jl_id_from_bytes(JL_PB(c->id), &id));
  int at = target_of(f, &id);
  if (c->type == JL_TYPE_ACTION && at >= 0 && at < ACTIONS) {
    if (value_in(c, JL_ACTION_DUE, &v)) f->due[at] = v.number;
    if (value_in(c, JL_ACTION_TITLE, &v)) f->title[at] = v.text.size > 1 ? strtol((const char *)v.text.data + 1, NULL, 10) : 0;
    if (value_in(c, JL_ACTION_STATUS, &v)) f->status[at] = v.number;
    if (value_in(c, JL_ACTION_NEEDS_APPROVAL, &v) && f->free[at] != (v.number == 0)) {
      f->free[at] = v.number == 0;
      f->freed += f->free[at];
      bool may = same(author, &f->admin);
      for (int i = 0; i < 2; i++) {
        const struct decider *by = &deciders[i == 0 ? at : PLAN];
        may = may || (by->any && same(&by->holder, author) && !same(&by->giver, author));
      }
      if (f->free[at] && !may) violated(f, "freed of needing an approval by nobody who was named for it");
    }
  }
  for (int i = 0; c->type == JL_TYPE_BUDGET_LINE && i < ACTIONS; i++)
    if (same(&f->lines[i], &id) && value_in(c, JL_BUDGET_LINE_PLANNED, &v)) f->planned[i] = v.number;
  if (c->type == JL_TYPE_APPROVAL) fold_approval(f, c, &id, author, deciders, submitted);
  if (c->type != JL_TYPE_RACI) return;
  struct assignment *r = NULL;
  for (size_t i = 0; i < f->assignment_count; i++)
    if (same(&f->assignments[i].id, &id)) r = &f->assignments[i];
  if (r == NULL) {
    assert_true(f->assignment_count < RECORDS);
    r = &f->assignments[f->assignment_count++];
    *r = (struct assignment){.id = id, .target = -1};
    if (value_in(c, JL_RACI_TARGET, &v)) r->target = target_of(f, &v.id);
    if (value_in(c, JL_RACI_LETTER, &v)) r->accountable = v.number == JL_RACI_A;
  }
  bool there = r->alive;
  struct jl_id held = r->holder;
  if (value_in(c, JL_RACI_HOLDER, &v)) r->holder = v.id;
  r->alive = c->verb != JALON__VERB__DELETE;
  if (r->alive && (!there || !same(&held, &r->holder))) r->giver = *author;
}

static void check_state(struct fold *f, const int64_t status_before[ACTIONS]) {
  for (int t = 0; t < TARGETS; t++) {
    int holders = 0;
    for (size_t i = 0; i < f->assignment_count; i++)
      holders += f->assignments[i].alive && f->assignments[i].accountable && f->assignments[i].target == t;
    if (holders > 1) violated(f, "two A");
  }
  bool ok[ACTIONS] = {false};
  for (size_t i = 0; i < f->approval_count; i++) {
    const struct approval *a = &f->approvals[i];
    if (a->state != JL_APPROVAL_APPROVED || a->target < 0 || a->target == PLAN) continue;
    const struct scope now = scope_of(f, a->target);
    ok[a->target] = true;
    if (!same_scope(&now, &a->submitted)) violated(f, "an action counts as approved and is not what was submitted");
  }
  for (int i = 0; i < ACTIONS; i++) {
    bool starts = f->status[i] == JL_IN_PROGRESS && status_before[i] != JL_IN_PROGRESS;
    f->started += starts;
    if (starts && !ok[i] && !f->free[i]) violated(f, "an action started without the approval that it needs");
  }
}

/* All changes of one revision. */
static void fold_revision(struct fold *f, Jalon__ChangeBody *const *bodies, size_t n) {
  struct decider deciders[TARGETS];
  struct jl_id author;
  int64_t status[ACTIONS];
  size_t first_new = f->approval_count;
  int64_t states[RECORDS];
  bool submitted = false;
  for (size_t i = 0; i < f->approval_count; i++) states[i] = f->approvals[i].state;
  memcpy(status, f->status, sizeof status);
  for (int t = 0; t < TARGETS; t++) {
    const struct assignment *letter = letter_of(f, t);
    deciders[t] = letter == NULL ? (struct decider){.any = false} : (struct decider){true, letter->holder, letter->giver};
  }
  f->revision = bodies[0]->revision;
  if (f->revision == 1) assert_true(jl_id_from_bytes(JL_PB(bodies[0]->author), &f->admin)); /* who made the plan */
  for (size_t i = 0; i < n; i++) {
    assert_true(jl_id_from_bytes(JL_PB(bodies[i]->author), &author));
    for (size_t k = 0; k < bodies[i]->n_changes; k++) fold_change(f, bodies[i]->changes[k], &author, deciders, &submitted);
  }
  for (size_t i = first_new; i < f->approval_count; i++) f->approvals[i].submitted = scope_of(f, f->approvals[i].target);
  for (size_t i = 0; i < first_new; i++) {
    const struct approval *a = &f->approvals[i];
    const struct scope now = scope_of(f, a->target);
    if (a->state == JL_APPROVAL_APPROVED && states[i] != JL_APPROVAL_APPROVED && !same_scope(&now, &a->submitted))
      violated(f, "approved in another state than was submitted");
  }
  check_state(f, status);
}

static void read_on(struct fold *f, struct planner *p) {
  for (bool more = true; more;) {
    Jalon__ReadLog ask = JALON__READ_LOG__INIT;
    ask.has_space = ask.has_from = ask.has_to = ask.has_limit = true;
    ask.space = (ProtobufCBinaryData){16, p->space.bytes};
    ask.from = f->revision + 1;
    ask.to = INT64_MAX;
    ask.limit = 200;
    const Jalon__ReadLogReply *reply = wire_expect(&p->wire, wire_send(&p->wire, JALON__FRAME_TYPE__READ_LOG, &ask.base),
                                                   JALON__FRAME_TYPE__READ_LOG_REPLY, &jalon__read_log_reply__descriptor);
    Jalon__ChangeBody *bodies[JL_SECTIONS];
    size_t n = 0;
    struct jl_error err;
    for (size_t i = 0; i <= reply->n_changes; i++) {
      Jalon__ChangeBody *body = i == reply->n_changes ? NULL
                                                      : (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor,
                                                                                       JL_PB(reply->changes[i]->body), arena, &err);
      assert_true(body != NULL || i == reply->n_changes);
      if (n > 0 && (body == NULL || body->revision != bodies[0]->revision)) {
        assert_true(bodies[0]->revision == f->revision + 1); /* without a gap */
        fold_revision(f, bodies, n);
        n = 0;
      }
      if (body != NULL) bodies[n++] = body;
    }
    more = reply->has_more && reply->n_changes > 0;
  }
}

/* ---- people ---- */
struct person {
  struct wire wire;
  struct jl_id replica;
  uint64_t seq, confirmed;
};

static struct jl_bytes encode(uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  struct jl_value v = {.number = number};
  if (id != NULL) v.id = *id;
  if (text != NULL) v.text = (struct jl_bytes){(const uint8_t *)text, strlen(text)};
  return jl_value_encode(arena, jl_field_by_number(jl_record_type_by_number(type), field), &v);
}
static struct jl_bytes with(struct jl_bytes r, uint32_t type, uint32_t field, int64_t number, const struct jl_id *id, const char *text) {
  return jl_record_with(arena, r, field, encode(type, field, number, id, text));
}
static ProtobufCBinaryData bytes_of(const struct jl_id *id) {
  struct jl_id *copy = jl_arena_alloc(arena, sizeof *copy);
  *copy = *id;
  return (ProtobufCBinaryData){16, copy->bytes};
}

static uint32_t submit_edit(struct person *p, const struct jl_id *space, Jalon__Edit *edit) {
  struct jl_id group_id = jl_id_random();
  Jalon__Group group = JALON__GROUP__INIT;
  Jalon__Submit message = JALON__SUBMIT__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = bytes_of(&p->replica);
  group.space = bytes_of(space);
  group.seq = ++p->seq;
  group.group_id = bytes_of(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = &edit;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(jl_pack(&group.base, arena, JL_GROUP_MAX_BYTES));
  message.confirmed = p->confirmed;
  return wire_send(&p->wire, JALON__FRAME_TYPE__SUBMIT, &message.base);
}
static uint32_t send_create(struct person *p, const struct jl_id *space, uint32_t type, struct jl_id id, struct jl_bytes record) {
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = type;
  edit.id = bytes_of(&id);
  edit.record = jl_to_pb(record);
  return submit_edit(p, space, &edit);
}
static uint32_t send_update(struct person *p, const struct jl_id *space, uint32_t type, const struct jl_id *id, uint32_t number,
                            struct jl_bytes seen, struct jl_bytes next, uint32_t second, struct jl_bytes second_next) {
  Jalon__FieldEdit fields[2] = {JALON__FIELD_EDIT__INIT, JALON__FIELD_EDIT__INIT}, *list[] = {&fields[0], &fields[1]};
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = type;
  edit.id = bytes_of(id);
  edit.fields = list;
  edit.n_fields = second == 0 ? 1 : 2;
  for (int i = 0; i < 2; i++) fields[i].has_field = fields[i].has_seen = fields[i].has_next = true;
  fields[0].field = number;
  fields[0].seen = jl_to_pb(seen);
  fields[0].next = jl_to_pb(next);
  fields[1].field = second;
  fields[1].next = jl_to_pb(second_next);
  return submit_edit(p, space, &edit);
}
static uint32_t verdict(struct person *p, uint32_t stream) { /* code; 0: applied */
  const Jalon__Verdict *v = wire_expect(&p->wire, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  p->confirmed = v->seq;
  return v->error == NULL ? 0 : v->error->code;
}

static uint32_t send_number(struct person *p, const struct fold *f, uint32_t type, const struct jl_id *id, uint32_t field, int64_t from,
                            int64_t to) {
  return send_update(p, &f->plan, type, id, field, from == 0 ? EMPTY : encode(type, field, from, NULL, NULL),
                     encode(type, field, to, NULL, NULL), 0, EMPTY);
}
static uint32_t send_need(struct person *p, const struct fold *f, int action, bool from, bool to) {
  struct jl_bytes yes = encode(JL_TYPE_ACTION, JL_ACTION_NEEDS_APPROVAL, 1, NULL, NULL);
  return send_update(p, &f->plan, JL_TYPE_ACTION, &f->actions[action], JL_ACTION_NEEDS_APPROVAL, from ? yes : EMPTY, to ? yes : EMPTY, 0, EMPTY);
}
static uint32_t send_submission(struct person *p, const struct fold *f, int target) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, 0, target == PLAN ? &f->plan : &f->actions[target], NULL);
  r = with(r, JL_TYPE_APPROVAL, JL_APPROVAL_SECTION, target == PLAN ? JL_APPROVAL_OF_BUDGET : JL_APPROVAL_OF_ACTION, NULL, NULL);
  return send_create(p, &f->plan, JL_TYPE_APPROVAL, jl_id_random(), r);
}
static uint32_t send_decision(struct person *p, const struct fold *f, const struct approval *a, int64_t state) {
  struct jl_bytes seen = encode(JL_TYPE_APPROVAL, JL_APPROVAL_STATE, JL_APPROVAL_SUBMITTED, NULL, NULL),
                  next = encode(JL_TYPE_APPROVAL, JL_APPROVAL_STATE, state, NULL, NULL);
  bool back = state == JL_APPROVAL_SENT_BACK;
  return send_update(p, &f->plan, JL_TYPE_APPROVAL, &a->id, JL_APPROVAL_STATE, seen, next, back ? JL_APPROVAL_REASON : 0,
                     back ? encode(JL_TYPE_APPROVAL, JL_APPROVAL_REASON, 0, NULL, "not like this") : EMPTY);
}
static struct jl_bytes letter_record(const struct fold *f, int target, int64_t letter, const struct jl_id *holder) {
  struct jl_bytes r = with(EMPTY, JL_TYPE_RACI, JL_RACI_TARGET, 0, target == PLAN ? &f->plan : &f->actions[target], NULL);
  r = with(r, JL_TYPE_RACI, JL_RACI_LETTER, letter, NULL, NULL);
  return with(r, JL_TYPE_RACI, JL_RACI_HOLDER, 0, holder, NULL);
}
static uint32_t send_letter(struct person *p, const struct fold *f, int target, int64_t letter, const struct jl_id *holder) {
  struct jl_bytes r = letter_record(f, target, letter, holder);
  struct jl_id id;
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_RACI), &f->plan, r, &id));
  return send_create(p, &f->plan, JL_TYPE_RACI, id, r);
}
static uint32_t send_reassign(struct person *p, const struct fold *f, int target, const struct jl_id *to) {
  for (size_t i = 0; i < f->assignment_count; i++) {
    const struct assignment *a = &f->assignments[i];
    if (a->alive && a->accountable && a->target == target)
      return send_update(p, &f->plan, JL_TYPE_RACI, &a->id, JL_RACI_HOLDER, encode(JL_TYPE_RACI, JL_RACI_HOLDER, 0, &a->holder, NULL),
                         encode(JL_TYPE_RACI, JL_RACI_HOLDER, 0, to, NULL), 0, EMPTY);
  }
  return send_letter(p, f, target, JL_RACI_A, to);
}

/* Something that waits, rather what this person can decide; of one target (-1: any). */
static const struct approval *some_open(const struct fold *f, struct random *r, int target, const struct jl_id *decider) {
  size_t open[RECORDS], n = 0, mine[RECORDS], mine_count = 0;
  for (size_t i = 0; i < f->approval_count; i++) {
    const struct approval *a = &f->approvals[i];
    if (a->state != JL_APPROVAL_SUBMITTED || a->target < 0 || (target >= 0 && a->target != target)) continue;
    const struct jl_id *holder = accountable(f, a->target);
    open[n++] = i;
    if (holder != NULL && same(holder, decider)) mine[mine_count++] = i;
  }
  if (mine_count > 0 && random_below(r, 4) > 0) return &f->approvals[mine[random_below(r, mine_count)]];
  return n == 0 ? NULL : &f->approvals[open[random_below(r, n)]];
}

/* One thing that somebody does, from what everybody saw before this round. */
static uint32_t act(struct person *p, const struct jl_id *me, const struct fold *f, struct random *r) {
  int target = (int)random_below(r, TARGETS), action = (int)random_below(r, ACTIONS);
  const struct approval *open = some_open(f, r, -1, me);
  const struct jl_id *to = &people[random_below(r, PEOPLE)];
  char from[24], title[24];
  switch (random_below(r, 12)) {
  case 10: /* names oneself, and decides what waits */
    if (random_below(r, 2) == 0) return send_reassign(p, f, target, me);
    return open != NULL ? send_decision(p, f, open, JL_APPROVAL_APPROVED) : send_submission(p, f, target);
  case 11: /* switches the need for an approval off and on */
    return send_need(p, f, action, !f->free[action], f->free[action]);
  case 0:
  case 1:
    if (some_open(f, r, target, me) == NULL || random_below(r, 4) == 0) return send_submission(p, f, target);
    return send_decision(p, f, some_open(f, r, target, me), JL_APPROVAL_APPROVED);
  case 2:
  case 3:
  case 4:
    if (open != NULL) return send_decision(p, f, open, JL_APPROVAL_APPROVED);
    return send_submission(p, f, target);
  case 5:
    if (open != NULL) return send_decision(p, f, open, JL_APPROVAL_SENT_BACK);
    return send_submission(p, f, target);
  case 6:
    return send_number(p, f, JL_TYPE_ACTION, &f->actions[action], JL_ACTION_DUE, f->due[action], 20500 + (int64_t)random_below(r, 3));
  case 7:
    return send_number(p, f, JL_TYPE_BUDGET_LINE, &f->lines[action], JL_BUDGET_LINE_PLANNED, f->planned[action],
                       1000 + (int64_t)random_below(r, 3));
  case 8:
    if (random_below(r, 2) == 0) {
      snprintf(from, sizeof from, "t%lld", (long long)f->title[action]);
      snprintf(title, sizeof title, "t%llu", (unsigned long long)random_below(r, 3));
      return send_update(p, &f->plan, JL_TYPE_ACTION, &f->actions[action], JL_ACTION_TITLE,
                         encode(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, from), encode(JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, title), 0,
                         EMPTY);
    }
    return send_number(p, f, JL_TYPE_ACTION, &f->actions[action], JL_ACTION_STATUS, f->status[action],
                       f->status[action] == JL_IN_PROGRESS ? JL_TO_DO : JL_IN_PROGRESS);
  default:
    return random_below(r, 2) == 0 ? send_reassign(p, f, target, to) : send_letter(p, f, target, JL_RACI_A, to);
  }
}

/* ---- one history ---- */
static void make_plan(struct fold *f, struct person *admin, struct planner *p) {
  f->plan = p->space;
  for (int i = 0; i < ACTIONS; i++) {
    f->actions[i] = jl_id_random();
    f->lines[i] = jl_id_random();
    struct jl_bytes a = with(EMPTY, JL_TYPE_ACTION, JL_ACTION_TITLE, 0, NULL, "t0");
    a = with(with(a, JL_TYPE_ACTION, JL_ACTION_DUE, 20500, NULL, NULL), JL_TYPE_ACTION, JL_ACTION_NEEDS_APPROVAL, 1, NULL, NULL);
    planner_create(p, JL_TYPE_ACTION, f->actions[i], a);
    struct jl_bytes l = with(EMPTY, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, 0, NULL, "line");
    l = with(with(l, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA, NULL, NULL), JL_TYPE_BUDGET_LINE,
             JL_BUDGET_LINE_PLANNED, 1000, NULL, NULL);
    planner_create(p, JL_TYPE_BUDGET_LINE, f->lines[i], with(l, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, 0, &f->actions[i], NULL));
    for (int k = 0; k < PEOPLE; k++) assert_int_equal(verdict(admin, send_letter(admin, f, i, JL_RACI_R, &people[k])), 0);
  }
  assert_int_equal(verdict(admin, send_letter(admin, f, PLAN, JL_RACI_A, &people[0])), 0);
}

/* In order, so that it happens in every history: what is edited is not approved, nor by who has not the A; what is, counts until an edit.
 */
static void directed(struct fold *f, struct planner *p, struct person *who, struct person *admin, bool strict) {
  uint32_t code;
#define EXPECT(expected, sent)                                                                                                             \
  code = verdict(&who[by], sent);                                                                                                          \
  if (strict) assert_int_equal(code, expected);                                                                                            \
  read_on(f, p)
  int by = 0;
  for (int i = 1; i >= 0; i--) { /* named by the administrator, whoever named them before */
    if (!same(accountable(f, 0), &people[i])) assert_int_equal(verdict(admin, send_reassign(admin, f, 0, &people[i])), 0);
    read_on(f, p);
  }
  /* The plan's may switch the need for an approval off: whoever is asked below is not that one by the chance of what went before. */
  const struct jl_id *plans = accountable(f, PLAN);
  if (plans == NULL || !same(plans, &people[0])) assert_int_equal(verdict(admin, send_reassign(admin, f, PLAN, &people[0])), 0);
  read_on(f, p);
  if (f->free[0]) {
    EXPECT(0, send_need(&who[by], f, 0, false, true));
  }
  EXPECT(0, send_submission(&who[by], f, 0));
  const struct approval *a = &f->approvals[f->approval_count - 1];
  by = 1;
  EXPECT(0, send_number(&who[by], f, JL_TYPE_ACTION, &f->actions[0], JL_ACTION_DUE, f->due[0], 20600));
  by = 0;
  EXPECT(JL_E_GUARD_FAILED, send_decision(&who[by], f, a, JL_APPROVAL_APPROVED));
  EXPECT(0, send_submission(&who[by], f, 0));
  a = &f->approvals[f->approval_count - 1];
  by = 1;
  EXPECT(JL_E_DENIED, send_decision(&who[by], f, a, JL_APPROVAL_APPROVED));
  if (f->status[0] == JL_IN_PROGRESS) {
    EXPECT(0, send_number(&who[by], f, JL_TYPE_ACTION, &f->actions[0], JL_ACTION_STATUS, f->status[0], JL_TO_DO));
  }
  EXPECT(JL_E_RULE_VIOLATION, send_number(&who[by], f, JL_TYPE_ACTION, &f->actions[0], JL_ACTION_STATUS, f->status[0], JL_IN_PROGRESS));
  by = 0;
  EXPECT(0, send_decision(&who[by], f, a, JL_APPROVAL_APPROVED));
  by = 1;
  EXPECT(0, send_number(&who[by], f, JL_TYPE_BUDGET_LINE, &f->lines[0], JL_BUDGET_LINE_PLANNED, f->planned[0], 7000));
  if (strict) assert_int_equal(a->state, JL_APPROVAL_REOPENED);
  EXPECT(JL_E_RULE_VIOLATION, send_number(&who[by], f, JL_TYPE_ACTION, &f->actions[0], JL_ACTION_STATUS, f->status[0], JL_IN_PROGRESS));
  /* Takes the A, and with it neither what waits for another, nor one's own, nor the need for an approval. */
  by = 2;
  EXPECT(0, send_submission(&who[by], f, 0));
  EXPECT(0, send_reassign(&who[by], f, 0, &people[by]));
  EXPECT(JL_E_DENIED, send_decision(&who[by], f, &f->approvals[f->approval_count - 1], JL_APPROVAL_APPROVED));
  EXPECT(0, send_submission(&who[by], f, 0));
  EXPECT(JL_E_DENIED, send_decision(&who[by], f, &f->approvals[f->approval_count - 1], JL_APPROVAL_APPROVED));
  EXPECT(JL_E_DENIED, send_need(&who[by], f, 0, true, false));
  by = 3; /* but what somebody else submits to it */
  EXPECT(0, send_submission(&who[by], f, 0));
  by = 2;
  EXPECT(0, send_decision(&who[by], f, &f->approvals[f->approval_count - 1], JL_APPROVAL_APPROVED));
#undef EXPECT
}

static void history(const struct daemon *d, uint64_t seed, bool strict, struct fold *f) {
  struct random r = {seed};
  struct planner p;
  struct person who[PEOPLE], admin = {.replica = jl_id_random()};
  uint32_t streams[PEOPLE][IN_FLIGHT];
  *f = (struct fold){.revision = 0};
  printf("# seed %llu\n", (unsigned long long)seed);
  planner_open(&p, d);
  wire_open(&admin.wire, d, true);
  wire_login(&admin.wire, "admin", DAEMON_PASSWORD, &admin.replica, NULL);
  make_plan(f, &admin, &p);
  for (int i = 0; i < PEOPLE; i++) {
    char login[16];
    snprintf(login, sizeof login, "person%d", i);
    who[i] = (struct person){.replica = jl_id_random()};
    wire_open(&who[i].wire, d, i % 2 == 0);
    wire_login(&who[i].wire, login, PASSWORD, &who[i].replica, NULL);
  }
  read_on(f, &p);
  for (int round = 0; round < ROUNDS; round++) {
    for (int k = 0; k < IN_FLIGHT; k++)
      for (int i = 0; i < PEOPLE; i++) streams[i][k] = act(&who[i], &people[i], f, &r);
    for (int i = 0; i < PEOPLE; i++)
      for (int k = 0; k < IN_FLIGHT; k++) (void)verdict(&who[i], streams[i][k]);
    read_on(f, &p);
  }
  directed(f, &p, who, &admin, strict);
  printf("#   %llu revisions, %zu submitted, %zu approved, %zu sent back, %zu reopened, %zu started, %zu violations%s%s\n",
         (unsigned long long)f->revision, f->approval_count, f->approved, f->sent_back, f->reopened, f->started, f->violations,
         f->violations > 0 ? ": " : "", f->violation);
  for (int i = 0; i < PEOPLE; i++) wire_close(&who[i].wire);
  wire_close(&admin.wire);
  planner_close(&p);
}

static void with_people(struct daemon *d) {
  daemon_start(d);
  for (int i = 0; i < PEOPLE; i++) {
    char name[16], login[16];
    snprintf(name, sizeof name, "Person %d", i);
    snprintf(login, sizeof login, "person%d", i);
    people[i] = planner_colleague(d, name, login, PASSWORD);
  }
}

static void nobody_approves_what_was_not_submitted(void **state) {
  struct daemon d;
  static struct fold f;
  const char *one = getenv("JALON_SEED"), *many = getenv("JALON_SEEDS");
  uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1, count = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : 4;
  (void)state;
  arena = jl_arena_new(1U << 30);
  with_people(&d);
  for (uint64_t seed = first; seed < first + count; seed++) {
    history(&d, seed, true, &f);
    if (f.violations > 0) fail_msg("seed %llu, %s", (unsigned long long)seed, f.violation);
    jl_arena_reset(arena);
  }
  assert_int_equal(daemon_stop(&d), 0);
  jl_arena_free(arena);
}

#ifdef JALON_MUTANTS
static void must_be_caught(const char *mutant) {
  struct daemon d;
  static struct fold f;
  arena = jl_arena_new(1U << 30);
  setenv("JALON_MUTANT", mutant, 1);
  with_people(&d);
  history(&d, 1, false, &f);
  if (f.violations == 0) fail_msg("the fold did not notice the mutant %s", mutant);
  (void)daemon_stop(&d);
  unsetenv("JALON_MUTANT");
  jl_arena_free(arena);
}
static void the_fold_notices_an_approval_of_something_else(void **state) {
  (void)state;
  must_be_caught("approve-unseen");
}
static void the_fold_notices_an_approval_by_anybody(void **state) {
  (void)state;
  must_be_caught("approve-anybody");
}

static void the_fold_notices_an_approval_of_own_giving(void **state) {
  (void)state;
  must_be_caught("approve-own");
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_approves_what_was_not_submitted),
#ifdef JALON_MUTANTS
      cmocka_unit_test(the_fold_notices_an_approval_of_something_else),
      cmocka_unit_test(the_fold_notices_an_approval_by_anybody),
      cmocka_unit_test(the_fold_notices_an_approval_of_own_giving),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Several people order against the same remaining budget at once, over real connections, in a plan that refuses what does not fit; others invoice,
 * settle orders and change them meanwhile. Then the log alone is folded, by code that knows nothing of the server's: no order is made or
 * grows beyond what then remained, and every invoice was recorded. A history prints its seed; JALON_SEED runs that one alone. */
#include "common/record/schema.h"
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 4, LINES = 2, ROUNDS = 10, IN_FLIGHT = 4, EXPENSES = 1024 };
#define EMPTY ((struct jl_bytes){(const uint8_t *)"", 0})
#define PLANNED 100000

static struct jl_arena *arena;

struct random {
  uint64_t state;
};
static int64_t below(struct random *r, uint64_t n) { /* splitmix64 */
  uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (int64_t)((z ^ z >> 31) % n);
}

/* ---- the fold ---- */
struct one {
  struct jl_id id;
  int line, settles; /* -1: no order */
  bool order;
  int64_t net;
};
struct fold {
  struct jl_id space, lines[LINES];
  struct one all[EXPENSES];
  size_t count;
  uint64_t revision;
  size_t orders, invoices, refused, exceeded;
};

static bool same(const struct jl_id *a, const struct jl_id *b) { return memcmp(a->bytes, b->bytes, 16) == 0; }

static int64_t remaining(const struct fold *f, int line) {
  int64_t left = PLANNED;
  for (size_t i = 0; i < f->count; i++) {
    const struct one *e = &f->all[i];
    int64_t open = e->net;
    if (e->line != line) continue;
    for (size_t k = 0; e->order && k < f->count; k++)
      if (!f->all[k].order && f->all[k].settles == (int)i) open -= f->all[k].net;
    left -= e->order && open < 0 ? 0 : open;
  }
  return left;
}

static bool value_in(const Jalon__RecordChange *c, uint32_t field, struct jl_value *ret) {
  for (size_t i = 0; i < c->n_fields; i++)
    if (c->fields[i]->field == field)
      return jl_record_get(JL_PB(c->fields[i]->after), jl_field_by_number(jl_record_type_by_number(c->type), field), ret);
  return false;
}

static void fold_change(struct fold *f, const Jalon__RecordChange *c) {
  struct jl_id id;
  struct jl_value v;
  size_t at = 0;
  if (c->type != JL_TYPE_EXPENSE) return;
  assert_true(jl_id_from_bytes(JL_PB(c->id), &id));
  while (at < f->count && !same(&f->all[at].id, &id)) at++;
  bool is_new = at == f->count;
  int64_t before = is_new ? 0 : f->all[at].net;
  struct one *e = &f->all[at];
  if (is_new) {
    assert_true(f->count < EXPENSES);
    *e = (struct one){.id = id, .settles = -1};
    assert_true(value_in(c, JL_EXPENSE_LINE, &v));
    e->line = same(&v.id, &f->lines[0]) ? 0 : 1;
    e->order = value_in(c, JL_EXPENSE_STATE, &v) && v.number == JL_ORDERED;
    for (size_t i = 0; value_in(c, JL_EXPENSE_SETTLES, &v) && i < f->count; i++)
      if (same(&f->all[i].id, &v.id)) e->settles = (int)i;
    f->count++;
    *(e->order ? &f->orders : &f->invoices) += 1;
  }
  if (value_in(c, JL_EXPENSE_NET, &v)) e->net = v.number;
  if (e->order && e->net > before && remaining(f, e->line) < 0) f->exceeded++;
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
    for (size_t i = 0; i < reply->n_changes; i++) {
      struct jl_error err;
      const Jalon__ChangeBody *body =
          (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(reply->changes[i]->body), arena, &err);
      assert_non_null(body);
      f->revision = body->revision;
      for (size_t k = 0; k < body->n_changes; k++) fold_change(f, body->changes[k]);
    }
    more = reply->has_more && reply->n_changes > 0;
  }
}

/* ---- people ---- */
struct person {
  struct wire wire;
  struct jl_id replica;
  uint64_t seq, confirmed;
  bool invoices[IN_FLIGHT]; /* what was sent was one, which is never refused */
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

static uint32_t submit(struct person *p, const struct jl_id *space, Jalon__Edit *edit) {
  struct one_edit of = {.replica = &p->replica, .space = space, .seq = ++p->seq};
  Jalon__Submit message = JALON__SUBMIT__INIT;
  message.has_group = message.has_confirmed = true;
  message.group = jl_to_pb(planner_pack(&of, edit, arena));
  message.confirmed = p->confirmed;
  return wire_send(&p->wire, JALON__FRAME_TYPE__SUBMIT, &message.base);
}

static uint32_t verdict(struct person *p, uint32_t stream) {
  const Jalon__Verdict *v = wire_expect(&p->wire, stream, JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor);
  p->confirmed = v->seq;
  return v->error == NULL ? 0 : v->error->code;
}

static uint32_t send_expense(struct person *p, const struct fold *f, int line, bool order, int64_t net, const struct one *settles) {
  struct jl_id *id = jl_arena_alloc(arena, sizeof *id);
  *id = jl_id_random();
  struct jl_bytes r = with(EMPTY, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, 0, &f->lines[line], NULL);
  r = with(with(r, JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, 0, NULL, "expense"), JL_TYPE_EXPENSE, JL_EXPENSE_STATE, order ? JL_ORDERED : JL_INVOICED, NULL, NULL);
  r = with(with(r, JL_TYPE_EXPENSE, JL_EXPENSE_DATE, 20500, NULL, NULL), JL_TYPE_EXPENSE, JL_EXPENSE_NET, net, NULL, NULL);
  if (settles != NULL) r = with(r, JL_TYPE_EXPENSE, JL_EXPENSE_SETTLES, 0, &settles->id, NULL);
  Jalon__Edit edit = planner_creation(JL_TYPE_EXPENSE, id, r);
  return submit(p, &f->space, &edit);
}

static uint32_t send_amount(struct person *p, const struct fold *f, const struct one *of, int64_t net) {
  Jalon__FieldEdit field = JALON__FIELD_EDIT__INIT, *list[] = {&field};
  Jalon__Edit edit = JALON__EDIT__INIT;
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.verb = JALON__VERB__UPDATE;
  edit.type = JL_TYPE_EXPENSE;
  edit.id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)of->id.bytes};
  edit.fields = list;
  edit.n_fields = 1;
  field.has_field = field.has_seen = field.has_next = true;
  field.field = JL_EXPENSE_NET;
  field.seen = jl_to_pb(encode(JL_TYPE_EXPENSE, JL_EXPENSE_NET, of->net, NULL, NULL));
  field.next = jl_to_pb(encode(JL_TYPE_EXPENSE, JL_EXPENSE_NET, net, NULL, NULL));
  return submit(p, &f->space, &edit);
}

static const struct one *some_order(const struct fold *f, struct random *r, int line) {
  for (int tries = 0; tries < 20 && f->count > 0; tries++) {
    const struct one *e = &f->all[below(r, f->count)];
    if (e->order && e->line == line) return e;
  }
  return NULL;
}

/* From what everybody saw before this round: what remains then is wanted by all of them. */
static uint32_t act(struct person *p, const struct fold *f, struct random *r, bool *ret_invoice) {
  int line = (int)below(r, LINES);
  const struct one *order = some_order(f, r, line);
  int64_t left = remaining(f, line);
  *ret_invoice = false;
  switch (below(r, 8)) {
  case 0:
    *ret_invoice = true;
    return send_expense(p, f, line, false, 1 + below(r, 3000), NULL);
  case 1:
    *ret_invoice = order != NULL;
    return order == NULL ? send_expense(p, f, line, true, 1, NULL) : send_expense(p, f, line, false, 1 + below(r, (uint64_t)order->net), order);
  case 2:
    return order == NULL ? send_expense(p, f, line, true, 1, NULL) : send_amount(p, f, order, 1 + below(r, 30000));
  case 3:
    return send_expense(p, f, line, true, left > 0 ? left : 1, NULL); /* the rest, to the cent */
  default:
    return send_expense(p, f, line, true, 1 + below(r, left > 10 ? (uint64_t)left : 10), NULL);
  }
}

static void history(const struct daemon *d, uint64_t seed, struct fold *f) {
  struct random r = {seed};
  struct planner p;
  static struct person who[PEOPLE];
  uint32_t streams[PEOPLE][IN_FLIGHT];
  *f = (struct fold){.revision = 0};
  printf("# seed %llu\n", (unsigned long long)seed);
  planner_open(&p, d);
  f->space = p.space;
  (void)planner_update(&p, JL_TYPE_PLAN, p.space, JL_PLAN_CONTROL, EMPTY, encode(JL_TYPE_PLAN, JL_PLAN_CONTROL, JL_CONTROL_REFUSE, NULL, NULL));
  for (int i = 0; i < LINES; i++) {
    f->lines[i] = jl_id_random();
    struct jl_bytes l = with(EMPTY, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, 0, NULL, "line");
    l = with(l, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA, NULL, NULL);
    planner_create(&p, JL_TYPE_BUDGET_LINE, f->lines[i], with(l, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, PLANNED, NULL, NULL));
  }
  for (int i = 0; i < PEOPLE; i++) {
    who[i] = (struct person){.replica = jl_id_random()};
    wire_open(&who[i].wire, d, i % 2 == 0);
    wire_login(&who[i].wire, "admin", DAEMON_PASSWORD, &who[i].replica, NULL);
  }
  read_on(f, &p);
  for (int round = 0; round < ROUNDS; round++) {
    for (int k = 0; k < IN_FLIGHT; k++)
      for (int i = 0; i < PEOPLE; i++) streams[i][k] = act(&who[i], f, &r, &who[i].invoices[k]);
    for (int i = 0; i < PEOPLE; i++)
      for (int k = 0; k < IN_FLIGHT; k++) {
        uint32_t code = verdict(&who[i], streams[i][k]);
        f->refused += code == JL_E_RULE_VIOLATION;
        if (who[i].invoices[k]) assert_int_equal(code, 0); /* a received invoice can always be recorded */
      }
    read_on(f, &p);
  }
  printf("#   %zu orders, %zu invoices, %zu refused, %zu beyond what remained\n", f->orders, f->invoices, f->refused, f->exceeded);
  for (int i = 0; i < PEOPLE; i++) wire_close(&who[i].wire);
  planner_close(&p);
}

static void nothing_is_committed_twice(void **state) {
  struct daemon d;
  static struct fold f;
  const char *one = getenv("JALON_SEED"), *many = getenv("JALON_SEEDS");
  uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1, count = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : 4;
  (void)state;
  arena = jl_arena_new(1U << 30);
  daemon_start(&d);
  for (uint64_t seed = first; seed < first + count; seed++) {
    history(&d, seed, &f);
    if (f.exceeded > 0) fail_msg("seed %llu: %zu orders beyond what remained", (unsigned long long)seed, f.exceeded);
    assert_true(f.orders > 0 && f.invoices > 0 && f.refused > 0);
    jl_arena_reset(arena);
  }
  assert_int_equal(daemon_stop(&d), 0);
  jl_arena_free(arena);
}

#ifdef JALON_MUTANTS
static void the_fold_notices_orders_that_do_not_fit(void **state) {
  struct daemon d;
  static struct fold f;
  (void)state;
  arena = jl_arena_new(1U << 30);
  setenv("JALON_MUTANT", "rules-off", 1);
  daemon_start(&d);
  history(&d, 1, &f);
  assert_true(f.exceeded > 0);
  (void)daemon_stop(&d);
  unsetenv("JALON_MUTANT");
  jl_arena_free(arena);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_committed_twice),
#ifdef JALON_MUTANTS
      cmocka_unit_test(the_fold_notices_orders_that_do_not_fit),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Trying an import: its groups as dry runs, one after the other, are answered as they are when they are sent for good, and nothing of them stays. */
#include "tests/component/support/writer_world.h"
#include "tests/support/random.h"

enum { LINES = 4, PARTS = 12, ROUNDS = 40, EDITS = 800, MANY = 30 * EDITS /* many times what is copied in a turn */ };

struct draft { /* what one part of the import says: a few edits, some of which cannot be */
  Jalon__Edit edits[EDITS], *edit_list[EDITS];
  Jalon__FieldEdit field, *field_list[1];
  size_t count;
  struct jl_id group;
};
struct import {
  struct world *w;
  struct client c;
  struct random chance;
  struct jl_id lines[LINES], made[PARTS * 6], id;
  size_t made_count;
  struct draft parts[PARTS];
};

static struct jl_bytes with_number(struct jl_bytes record, uint32_t type, uint32_t field, int64_t n) {
  return jl_record_with(answers, record, field, number_slice(answers, type, field, n));
}
static struct jl_bytes with_text(struct jl_bytes record, uint32_t type, uint32_t field, const char *text) {
  return jl_record_with(answers, record, field, text_slice(answers, type, field, text));
}
static struct jl_bytes with_id(struct jl_bytes record, uint32_t type, uint32_t field, const struct jl_id *id) {
  const struct jl_value value = {.id = *id};
  return jl_record_with(answers, record, field, jl_value_encode(answers, jl_field_by_number(jl_record_type_by_number(type), field), &value));
}
static ProtobufCBinaryData kept(const struct jl_id *id) { return jl_to_pb(jl_arena_dup(answers, (struct jl_bytes){id->bytes, sizeof id->bytes})); }

static Jalon__Edit *add(struct draft *d, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  Jalon__Edit *e = &d->edits[d->count];
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = true;
  e->verb = verb;
  e->type = type;
  e->id = kept(id);
  d->edit_list[d->count++] = e;
  return e;
}

static void add_made(struct draft *d, uint32_t type, const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit *e = add(d, JALON__VERB__CREATE, type, id);
  e->has_record = true;
  e->record = jl_to_pb(record);
}

static struct jl_bytes line_record(int64_t planned) {
  struct jl_bytes r = with_text((struct jl_bytes){NULL, 0}, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "Ligne");
  r = with_number(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  return with_number(r, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, planned);
}

static struct jl_bytes expense_record(const struct jl_id *line, int64_t state, int64_t net, int64_t gross) {
  struct jl_bytes r = with_id((struct jl_bytes){NULL, 0}, JL_TYPE_EXPENSE, JL_EXPENSE_LINE, line);
  r = with_text(r, JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, "Facture");
  r = with_number(r, JL_TYPE_EXPENSE, JL_EXPENSE_STATE, state);
  r = with_number(r, JL_TYPE_EXPENSE, JL_EXPENSE_DATE, 20500);
  r = with_number(r, JL_TYPE_EXPENSE, JL_EXPENSE_NET, net);
  r = with_number(r, JL_TYPE_EXPENSE, JL_EXPENSE_VAT_RATE, 2000);
  return gross < 0 ? r : with_number(r, JL_TYPE_EXPENSE, JL_EXPENSE_GROSS, gross);
}

/* An expense on a line, on an expense of an earlier part, on nothing; an order above what remains; VAT that does not fit; a line that an earlier
 * part made; an id that is taken. */
static void draw_edit(struct import *im, struct draft *d) {
  struct jl_id id = random_id(&im->chance);
  const struct jl_id *line = &im->lines[random_below(&im->chance, LINES)];
  int64_t net = 100 * (1 + (int64_t)random_below(&im->chance, 400));
  uint64_t kind = random_below(&im->chance, 12);
  const struct jl_id *earlier = im->made_count == 0 ? line : &im->made[random_below(&im->chance, im->made_count)];
  if (kind == 0) line = earlier;
  if (kind == 1) {
    add_made(d, JL_TYPE_BUDGET_LINE, &id, line_record(net));
  } else if (kind == 2 && im->made_count > 0) {
    add_made(d, JL_TYPE_EXPENSE, earlier, expense_record(line, JL_INVOICED, net, -1));
    return;
  } else {
    add_made(d, JL_TYPE_EXPENSE, &id, expense_record(line, kind < 8 ? JL_INVOICED : JL_ORDERED, net, kind == 3 ? net + 1 : kind == 4 ? net + net / 5 : -1));
  }
  im->made[im->made_count++] = id;
}

static void draw(struct import *im) {
  im->made_count = 0;
  im->id = random_id(&im->chance);
  for (size_t p = 0; p < PARTS; p++) {
    struct draft *d = &im->parts[p];
    d->count = 0;
    d->group = random_id(&im->chance);
    for (uint64_t n = 1 + random_below(&im->chance, 4); n > 0; n--) draw_edit(im, d);
  }
}

static struct jl_bytes pack(struct import *im, size_t p, uint32_t part, bool dry) {
  Jalon__Group g = JALON__GROUP__INIT;
  const struct draft *d = &im->parts[p];
  g.has_replica = g.has_space = g.has_seq = g.has_group_id = g.has_dry_run = g.has_import = g.has_import_part = true;
  g.replica = kept(&im->c.replica);
  g.space = kept(&im->w->space);
  g.group_id = kept(&d->group);
  g.seq = dry ? 1 : ++im->c.seq;
  g.dry_run = dry;
  g.import = kept(&im->id);
  g.import_name = (char *)(uintptr_t) "factures.csv";
  g.import_part = part;
  g.edits = (Jalon__Edit **)(uintptr_t)d->edit_list;
  g.n_edits = d->count;
  return jl_pack(&g.base, answers, JL_MESSAGE_MAX);
}

static void begin(struct import *im, struct world *w, uint64_t seed, bool refuses) {
  *im = (struct import){.w = w, .c = new_client(), .chance = {seed}};
  create_plan(w, &im->c);
  struct draft *d = &im->parts[0];
  struct jl_id plan = w->space;
  d->group = random_id(&im->chance);
  for (size_t i = 0; i < LINES; i++) {
    im->lines[i] = random_id(&im->chance);
    add_made(d, JL_TYPE_BUDGET_LINE, &im->lines[i], line_record(30000));
  }
  Jalon__Edit *control = add(d, JALON__VERB__UPDATE, JL_TYPE_PLAN, &plan);
  d->field_list[0] = &d->field;
  jalon__field_edit__init(&d->field);
  d->field.has_field = d->field.has_next = true;
  d->field.field = JL_PLAN_CONTROL;
  d->field.next = jl_to_pb(number_slice(answers, JL_TYPE_PLAN, JL_PLAN_CONTROL, refuses ? JL_CONTROL_REFUSE : JL_CONTROL_WARN));
  control->fields = d->field_list;
  control->n_fields = 1;
  im->id = random_id(&im->chance);
  struct answer a = ask(w, &im->c, pack(im, 0, 1, false));
  expect(&a, JL_E_OK);
}

struct standing {
  uint8_t hash[32];
  struct jl_position position;
  uint64_t through;
};
static struct standing standing(struct import *im) {
  struct standing s;
  struct jl_space *space = the_space(im->w);
  memset(&s, 0, sizeof s);
  jl_replica_state_hash(jl_space_committed(space), s.hash);
  s.position = *jl_replica_where(jl_space_committed(space));
  s.through = jl_space_lane_through(space, &im->c.replica);
  return s;
}

/* Everything that a client is told, but the lane's number. */
static struct jl_bytes without_seq(const struct answer *a) {
  assert_non_null(a->verdict);
  Jalon__Verdict v = *a->verdict;
  v.has_seq = false;
  v.seq = 0;
  return jl_pack(&v.base, answers, JL_MESSAGE_MAX);
}

static void try_all(struct import *im, struct answer *ret, size_t n) {
  int done = 0;
  for (size_t p = 0; p < n; p++) {
    ret[p] = (struct answer){0};
    submit(im->w, &im->c, pack(im, p, (uint32_t)p + 1, true), &ret[p]); /* all under way at once */
  }
  while (done < (int)n) {
    uv_run(&im->w->loop, UV_RUN_NOWAIT);
    done = 0;
    for (size_t p = 0; p < n; p++) done += ret[p].count;
  }
}

static void as_for_good(void **state, bool refuses) {
  struct import im;
  struct answer tried[PARTS];
  size_t refused = 0, applied = 0;
  begin(&im, *state, refuses ? 7 : 3, refuses);
  for (int round = 0; round < ROUNDS; round++) {
    draw(&im);
    struct standing before = standing(&im);
    for (int again = 0; again < 2; again++) try_all(&im, tried, PARTS);
    struct standing after = standing(&im);
    assert_memory_equal(&before, &after, sizeof before);
    for (size_t p = 0; p < PARTS; p++) {
      struct answer real = ask(im.w, &im.c, pack(&im, p, (uint32_t)p + 1, false));
      struct jl_bytes a = without_seq(&tried[p]), b = without_seq(&real);
      if (!jl_bytes_equal(a, b))
        fail_msg("round %d part %zu: %s tried, %s for good", round, p + 1, jl_code_symbol(code_of(&tried[p])), jl_code_symbol(code_of(&real)));
      if (real.verdict->error != NULL)
        refused++;
      else
        applied++;
    }
  }
  assert_true(refused > ROUNDS && applied > ROUNDS);
  check_log(im.w, the_space(im.w));
}

static void test_as_for_good(void **state) { as_for_good(state, false); }
static void test_as_for_good_with_control(void **state) { as_for_good(state, true); }

/* A part that is not the next one, one of an import that is not there any more, and two imports of one client. */
static void test_parts(void **state) {
  struct import im;
  begin(&im, *state, 11, false);
  draw(&im);
  struct answer a = ask(im.w, &im.c, pack(&im, 1, 2, true));
  assert_null(a.verdict);
  expect(&a, JL_E_INVALID); /* nobody began */
  a = ask(im.w, &im.c, pack(&im, 0, 1, true));
  assert_non_null(a.verdict);
  a = ask(im.w, &im.c, pack(&im, 2, 3, true));
  assert_null(a.verdict);
  expect(&a, JL_E_INVALID); /* 2 is the next one, still: */
  a = ask(im.w, &im.c, pack(&im, 1, 2, true));
  assert_non_null(a.verdict);
  jl_spaces_rehearsals_end(im.w->node.spaces, &im.c.replica); /* its connection is over */
  a = ask(im.w, &im.c, pack(&im, 2, 3, true));
  assert_null(a.verdict);
  expect(&a, JL_E_INVALID);
  a = ask(im.w, &im.c, pack(&im, 0, 1, true));
  assert_non_null(a.verdict);
  struct jl_id first = im.id;
  im.id = random_id(&im.chance);
  a = ask(im.w, &im.c, pack(&im, 0, 1, true)); /* another one: the first is over */
  assert_non_null(a.verdict);
  im.id = first;
  a = ask(im.w, &im.c, pack(&im, 1, 2, true));
  assert_null(a.verdict);
}

/* No more than the server has room for, whoever asks. */
static void test_room(void **state) {
  struct import im;
  struct client people[JL_REHEARSALS + 1];
  begin(&im, *state, 13, false);
  draw(&im);
  for (size_t i = 0; i <= JL_REHEARSALS; i++) {
    people[i] = new_client();
    im.c = people[i];
    struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true));
    if (i < JL_REHEARSALS)
      assert_non_null(a.verdict);
    else
      expect(&a, JL_E_OVERLOADED);
  }
  jl_spaces_rehearsals_end(im.w->node.spaces, &people[1].replica);
  struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true));
  assert_non_null(a.verdict);
}

/* Others' edits go on while a large plan is copied, and what they make until then is part of what is tried. */
static void test_others_meanwhile(void **state) {
  struct import im;
  begin(&im, *state, 17, false);
  struct client other = new_client();
  struct answer a = {0};
  for (size_t made = 0; made < MANY; made += EDITS) {
    struct draft *d = &im.parts[0];
    d->count = 0;
    d->group = random_id(&im.chance);
    for (int i = 0; i < EDITS; i++) {
      struct jl_id id = random_id(&im.chance);
      add_made(d, JL_TYPE_EXPENSE, &id, expense_record(&im.lines[0], JL_INVOICED, 100, -1));
    }
    a = ask(im.w, &im.c, pack(&im, 0, 1, false));
    expect(&a, JL_E_OK);
  }
  draw(&im);
  struct jl_id action = jl_id_random(), late = jl_id_random();
  struct answer tried = {0}, behind = {0}, edited = {0};
  submit(im.w, &im.c, pack(&im, 0, 1, true), &tried);
  submit(im.w, &im.c, pack(&im, 2, 2, true), &behind); /* under way too: it waits for the first */
  submit(im.w, &other, create_group(im.w, &other, &action, "Salon"), &edited);
  until(im.w, &edited.count, 1);
  expect(&edited, JL_E_OK);
  assert_int_equal(tried.count, 0); /* it is still being copied: more records than a turn takes */
  until(im.w, &tried.count, 1);
  assert_non_null(tried.verdict);
  until(im.w, &behind.count, 1);
  assert_non_null(behind.verdict);
  struct draft *d = &im.parts[1];
  d->count = 0;
  add_made(d, JL_TYPE_ACTION, &action, with_text((struct jl_bytes){NULL, 0}, JL_TYPE_ACTION, JL_ACTION_TITLE, "Salon"));
  a = ask(im.w, &im.c, pack(&im, 1, 3, true));
  expect(&a, JL_E_ALREADY_EXISTS);
  edited = ask(im.w, &other, create_group(im.w, &other, &late, "Trop tard"));
  expect(&edited, JL_E_OK);
  check_log(im.w, the_space(im.w));
}

/* One of an account at a time, on whichever of its devices: the newer one ends the other. */
static void test_one_of_an_account(void **state) {
  struct import im;
  begin(&im, *state, 19, false);
  draw(&im);
  struct client laptop = im.c, desk = new_client();
  desk.account = laptop.account;
  for (size_t i = 0; i < 2 * JL_REHEARSALS; i++) {
    im.c = i % 2 == 0 ? laptop : desk;
    struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true));
    assert_non_null(a.verdict); /* never more than one of the places */
    im.c = i % 2 == 0 ? desk : laptop;
    a = ask(im.w, &im.c, pack(&im, 1, 2, true));
    assert_null(a.verdict);
    expect(&a, JL_E_INVALID);
  }
  for (size_t i = 0; i + 1 < JL_REHEARSALS; i++) { /* there is room for as many others as before */
    im.c = new_client();
    struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true));
    assert_non_null(a.verdict);
  }
}

/* A copy holds the rights of the time when it was made: when any have been taken away since, it answers nothing any more. */
static void test_rights_moved(void **state) {
  struct import im;
  struct client admin = new_client();
  struct jl_id id;
  begin(&im, *state, 23, false);
  draw(&im);
  const struct jl_id plan = im.w->space;
  struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true));
  assert_non_null(a.verdict);
  struct jl_bytes r = with_id((struct jl_bytes){NULL, 0}, JL_TYPE_GRANT, JL_GRANT_PLAN, &plan);
  r = with_id(r, JL_TYPE_GRANT, JL_GRANT_HOLDER, &plan);
  r = with_number(r, JL_TYPE_GRANT, JL_GRANT_SECTION, JL_SECTION_BUDGET);
  r = with_number(r, JL_TYPE_GRANT, JL_GRANT_LEVEL, JL_RIGHT_NONE);
  assert_true(jl_record_natural_id(jl_record_type_by_number(JL_TYPE_GRANT), &plan, r, &id));
  struct import theirs = im; /* another client's group, in a draft of its own */
  theirs.c = admin;
  theirs.parts[0].count = 0;
  theirs.parts[0].group = random_id(&im.chance);
  Jalon__Edit grant;
  jalon__edit__init(&grant);
  grant.has_verb = grant.has_type = grant.has_id = grant.has_record = true;
  grant.verb = JALON__VERB__CREATE;
  grant.type = JL_TYPE_GRANT;
  grant.id = kept(&id);
  grant.record = jl_to_pb(r);
  theirs.parts[0].edit_list[0] = &grant;
  theirs.parts[0].count = 1;
  a = ask(im.w, &theirs.c, pack(&theirs, 0, 1, false));
  expect(&a, JL_E_OK);
  a = ask(im.w, &im.c, pack(&im, 1, 2, true));
  assert_null(a.verdict);
  expect(&a, JL_E_INVALID);
  a = ask(im.w, &im.c, pack(&im, 0, 1, true)); /* a new copy knows them */
  assert_non_null(a.verdict);
}

static void on_looked(void *context, const struct jl_error *err) {
  assert_null(err);
  ++*(int *)context;
}

/* What another node writes ends only copies that are still being made. */
static void test_another_node_writes(void **state) {
  struct import im;
  begin(&im, *state, 29, false);
  draw(&im);
  struct client other = new_client();
  struct jl_store *store = fake_store_node(im.w->node.store);
  struct jl_spaces *spaces = start(im.w, store);
  struct jl_space *there = open_space(im.w, spaces, &im.w->space, false), *here = the_space(im.w);
  jl_space_hold(there);
  struct answer a = ask(im.w, &im.c, pack(&im, 0, 1, true)), written = {0};
  assert_non_null(a.verdict);
  struct jl_id action = jl_id_random();
  uint64_t before = jl_replica_where(jl_space_committed(here))->revision;
  jl_space_submit(there, &other.author, &other.account, create_group(im.w, &other, &action, "Salon"), 0, on_answer, &written);
  until(im.w, &written.count, 1);
  expect(&written, JL_E_OK);
  int looked = 0;
  jl_space_look(here, on_looked, &looked);
  until(im.w, &looked, 1);
  assert_true(jl_replica_where(jl_space_committed(here))->revision > before);
  a = ask(im.w, &im.c, pack(&im, 1, 2, true));
  assert_non_null(a.verdict);
  jl_space_release(there);
  stop(im.w, spaces);
  fake_store_free(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_as_for_good), TEST(test_as_for_good_with_control), TEST(test_parts), TEST(test_room), TEST(test_others_meanwhile),
      TEST(test_one_of_an_account), TEST(test_rights_moved), TEST(test_another_node_writes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists that people order: the keys, what an edit's neighbours mean, and many moves on several replicas. JALON_SEED repeats a run. */
#include "model_fixture.h"

#include "common/model/rank.h"

static uint64_t random_state;
static uint32_t pick(uint32_t n) { /* splitmix64 */
  uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) % n);
}
static void seed_random(void) {
  const char *seed = getenv("JALON_SEED");
  random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)jl_now_utc_us();
  print_message("JALON_SEED=%llu\n", (unsigned long long)random_state);
}

/* ---- keys ---- */
static struct jl_rank key(const char *hex) {
  struct jl_rank rank = {.size = (uint8_t)(strlen(hex) / 2)};
  for (size_t i = 0; i < rank.size; i++) {
    char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
    rank.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
  return rank;
}
static const char *text_of(const struct jl_rank *rank) {
  static char text[2 * JL_RANK_MAX + 1];
  for (size_t i = 0; i < rank->size; i++) snprintf(text + 2 * i, 3, "%02x", rank->bytes[i]);
  text[2 * rank->size] = '\0';
  return text;
}

static void keys_between(void **state) {
  (void)state;
  static const struct {
    const char *low, *high, *between; /* NULL: none */
  } cases[] = {
      {"", "", "80"},           {"80", "", "c0"},       {"", "80", "40"},       {"40", "80", "60"},
      {"40", "42", "41"},       {"40", "41", "4080"},   {"40", "4180", "41"},   {"40", "4001", "400080"},
      {"40ff", "41", "40ff80"}, {"40", "4002", "4001"}, {"ff", "", "ff80"},     {"ffff", "", "ffff80"},
      {"", "01", "0080"},       {"", "0001", "000080"}, {"4080", "41", "40c0"}, {"40ffff80", "41", "40ffffc0"},
      {"40", "40", NULL},       {"41", "40", NULL},     {"4001", "40", NULL},
  };
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct jl_rank low = key(cases[i].low), high = key(cases[i].high), between = {.size = 0};
    bool found = jl_rank_between(&low, &high, &between);
    if (found != (cases[i].between != NULL) || (found && strcmp(text_of(&between), cases[i].between) != 0))
      fail_msg("between %s and %s: %s instead of %s", cases[i].low, cases[i].high, text_of(&between), cases[i].between);
  }
  struct jl_rank none = {.size = 0}, behind, before, first = key("400001"), last = key("400002");
  assert_true(jl_rank_behind(&none, &behind) && jl_rank_before(&none, &before));
  assert_true(jl_rank_compare(&before, &behind) < 0);
  assert_true(jl_rank_behind(&last, &behind));
  assert_string_equal(text_of(&behind), "400003");
  assert_true(jl_rank_before(&first, &before));
  assert_string_equal(text_of(&before), "40");
}

/* A longest key leaves no room, and says so. */
static void keys_have_an_end(void **state) {
  (void)state;
  struct jl_rank low = key("40"), high = key("41"), between;
  size_t steps = 0;
  while (jl_rank_between(&low, &high, &between)) {
    assert_true(jl_rank_compare(&low, &between) < 0 && jl_rank_compare(&between, &high) < 0);
    assert_true(between.size <= JL_RANK_MAX && between.bytes[between.size - 1] != 0);
    if (steps++ % 2 == 0)
      low = between;
    else
      high = between;
  }
  assert_true(steps > 400);
  low = high = key("");
  struct jl_rank spread[1000];
  low = key("40ff");
  high = key("4101");
  assert_true(jl_rank_spread(&low, &high, spread, JL_COUNT(spread)));
  for (size_t i = 0; i < JL_COUNT(spread); i++) {
    assert_true(jl_rank_compare(i == 0 ? &low : &spread[i - 1], &spread[i]) < 0);
    assert_true(spread[i].size <= 5);
  }
  assert_true(jl_rank_compare(&spread[JL_COUNT(spread) - 1], &high) < 0);
}

static void any_keys(void **state) {
  (void)state;
  seed_random();
  for (int i = 0; i < 20000; i++) {
    struct jl_rank a = {.size = (uint8_t)(1 + pick(5))}, b = {.size = (uint8_t)(1 + pick(5))}, c;
    for (size_t k = 0; k < a.size; k++) a.bytes[k] = (uint8_t)(pick(3) == 0 ? pick(2) * 255 : pick(256));
    for (size_t k = 0; k < b.size; k++) b.bytes[k] = pick(2) == 0 && k < a.size ? a.bytes[k] : (uint8_t)pick(256);
    a.bytes[a.size - 1] |= 1;
    b.bytes[b.size - 1] |= 1;
    int order = jl_rank_compare(&a, &b);
    bool found = jl_rank_between(order < 0 ? &a : &b, order < 0 ? &b : &a, &c);
    assert_int_equal(found, order != 0);
    if (!found) continue;
    assert_true(jl_rank_compare(order < 0 ? &a : &b, &c) < 0 && jl_rank_compare(&c, order < 0 ? &b : &a) < 0);
    assert_true(c.bytes[c.size - 1] != 0 && c.size <= (a.size > b.size ? a.size : b.size) + 1);
  }
}

/* ---- lists ---- */
static void make(struct fx *f, unsigned n) {
  struct draft d = fx_action(f, "An action");
  fx_create_ok(f, &d, fx_id(n));
}

/* A move as a group; 0: nothing on that side (first or last), -1: not said. */
static void move(struct fx *f, unsigned n, int after, int before) {
  fx_begin(f);
  Jalon__Edit *e = fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(n));
  Jalon__FieldEdit *x = fx_set(f, e, JL_ACTION_RANK, NONE, NONE);
  x->has_seen = x->has_next = false;
  x->has_after = after >= 0;
  x->has_before = before >= 0;
  if (after > 0) x->after = fx_pb_id(f, fx_id((unsigned)after));
  if (before > 0) x->before = fx_pb_id(f, fx_id((unsigned)before));
}

static size_t order_of(struct jl_arena *a, const struct jl_replica *r, unsigned *ret_order) {
  size_t n;
  const struct jl_record **all = jl_replica_all(r, JL_TYPE_ACTION, a, &n);
  assert_true(jl_rank_sort(all, n, a));
  for (size_t i = 0; i < n; i++) ret_order[i] = (unsigned)all[i]->id.bytes[14] << 8 | all[i]->id.bytes[15];
  return n;
}

static void expect_order(struct fx *f, const char *wanted) {
  unsigned order[64];
  char text[512] = "";
  size_t n = order_of(f->a, f->space, order);
  for (size_t i = 0; i < n; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", i == 0 ? "" : " ", order[i] - 100);
  assert_string_equal(text, wanted);
}

static void moved_by_neighbours(void **state) {
  struct fx *f = *state;
  for (unsigned i = 1; i <= 5; i++) make(f, 100 + i);
  expect_order(f, "1 2 3 4 5");
  move(f, 104, 101, -1);
  fx_ok(f);
  expect_order(f, "1 4 2 3 5");
  move(f, 105, -1, 104);
  fx_ok(f);
  expect_order(f, "1 5 4 2 3");
  move(f, 103, 0, -1);
  fx_ok(f);
  expect_order(f, "3 1 5 4 2");
  move(f, 103, -1, 0);
  fx_ok(f);
  expect_order(f, "1 5 4 2 3");
  make(f, 106);
  expect_order(f, "1 5 4 2 3 6");
  move(f, 106, -1, 0); /* it is there */
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
  move(f, 105, 101, 104); /* it is there */
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
  move(f, 101, 104, 105); /* these are neighbours the other way round: behind the first one named */
  fx_ok(f);
  expect_order(f, "5 4 1 2 3 6");
  move(f, 101, 101, -1); /* behind itself says nothing: the end */
  fx_ok(f);
  expect_order(f, "5 4 2 3 6 1");
}

static void neighbours_that_are_gone(void **state) {
  struct fx *f = *state;
  for (unsigned i = 1; i <= 5; i++) make(f, 100 + i);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, fx_id(103), 100, false);
  fx_ok(f);
  move(f, 101, 103, -1); /* where it stood */
  fx_ok(f);
  expect_order(f, "2 1 4 5");
  move(f, 102, 103, 105); /* the one that is still there */
  fx_ok(f);
  expect_order(f, "1 4 2 5");
  move(f, 104, 999, 101); /* never came here */
  fx_ok(f);
  expect_order(f, "4 1 2 5");
  move(f, 104, 999, -1);
  fx_ok(f);
  expect_order(f, "1 2 5 4");
  fx_begin(f);
  fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(103));
  fx_ok(f);
  expect_order(f, "3 1 2 5 4"); /* back between what was before and behind it when it went */
}

/* Two people move the same one, and two put theirs behind the same one: never a conflict, the later one wins or stands nearer. */
static void at_the_same_time(void **state) {
  struct fx *f = *state;
  for (unsigned i = 1; i <= 5; i++) make(f, 100 + i);
  move(f, 105, 101, 102);
  fx_ok(f);
  f->author = f->marie;
  move(f, 105, 103, 104); /* she saw it at the end */
  fx_ok(f);
  expect_order(f, "1 2 3 5 4");
  move(f, 104, 101, 102);
  fx_ok(f);
  f->author = f->paul;
  move(f, 105, 101, 102);
  fx_ok(f);
  expect_order(f, "1 5 4 2 3");
}

static void what_is_no_place(void **state) {
  struct fx *f = *state;
  make(f, 101);
  make(f, 102);
  struct draft d = fx_action(f, "With a place of its own");
  d.body = jl_record_with(f->a, d.body, JL_ACTION_RANK, fx_text(f, JL_TYPE_ACTION, JL_ACTION_RANK, "A"));
  fx_begin(f);
  fx_create(f, &d, fx_id(103));
  fx_refused(f, JL_E_DENIED, "place");
  move(f, 101, 102, -1);
  f->edits[0]->fields[0]->field = JL_ACTION_IMPACT;
  fx_refused(f, JL_E_INVALID, "neighbours");
  move(f, 101, -1, -1);
  fx_refused(f, JL_E_INVALID, "neighbours");
  move(f, 101, 102, -1);
  f->edits[0]->fields[0]->after.len = 5;
  fx_refused(f, JL_E_INVALID, "names no record");
  fx_update(f, JL_TYPE_ACTION, fx_id(101), JL_ACTION_RANK, NONE,
            jl_value_encode(f->a, fx_field(JL_TYPE_ACTION, JL_ACTION_RANK), &(struct jl_value){.text = {(const uint8_t *)"A\0", 2}}));
  fx_refused(f, JL_E_INVALID, NULL); /* ends in a zero byte */
}

/* Undone: the record has the very key that it had, so the state is what it was. */
static void undone(void **state) {
  struct fx *f = *state;
  uint8_t before[32], after[32];
  for (unsigned i = 1; i <= 5; i++) make(f, 100 + i);
  jl_replica_state_hash(f->space, before);
  struct jl_bytes old = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(104))->body, JL_ACTION_RANK));
  move(f, 104, 101, -1);
  fx_ok(f);
  struct jl_bytes new = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(104))->body, JL_ACTION_RANK));
  fx_update(f, JL_TYPE_ACTION, fx_id(104), JL_ACTION_RANK, new, old);
  fx_ok(f);
  jl_replica_state_hash(f->space, after);
  assert_memory_equal(before, after, 32);
  move(f, 104, 101, -1);
  fx_ok(f);
  /* Somebody else has that key meanwhile: beside it. */
  fx_update(f, JL_TYPE_ACTION, fx_id(105), JL_ACTION_RANK, NONE, old);
  fx_ok(f);
  fx_update(f, JL_TYPE_ACTION, fx_id(104), JL_ACTION_RANK, new, old);
  fx_ok(f);
  expect_order(f, "1 2 3 4 5");
}

/* Records from before lists had an order stand by number, and can be moved. */
static void older_records(void **state) {
  struct fx *f = *state;
  for (unsigned i = 1; i <= 4; i++) {
    struct draft d = fx_action(f, "Older");
    struct jl_id id = fx_id(100 + i);
    for (int k = 0; k < 2; k++) {
      struct jl_record *r = jl_record_new(JL_TYPE_ACTION, &id, d.body);
      r->number = i;
      r->revision = r->created_revision = 1;
      assert_true(jl_replica_put(k == 0 ? f->space : f->mirror, r));
    }
  }
  expect_order(f, "1 2 3 4");
  move(f, 104, 101, -1);
  fx_ok(f);
  expect_order(f, "1 4 2 3");
  make(f, 105);
  move(f, 101, -1, 0);
  fx_ok(f);
  make(f, 106);
  expect_order(f, "4 2 3 5 1 6");
}

static void keys_are_short(const struct jl_replica *r) {
  struct jl_rank rank;
  for (const struct jl_record *record = jl_replica_next(r, NULL); record != NULL; record = jl_replica_next(r, &record->id))
    if (record->type_number == JL_TYPE_ACTION) assert_true(jl_rank_of(record, &rank) && rank.size <= JL_RANK_MAX);
}

/* Always to the same place: keys get longer there, until the neighbourhood gets new ones in the same revision. */
static void room_is_made(void **state) {
  struct fx *f = *state;
  enum { FIRST = 2000, MANY = 700 };
  static unsigned order[MANY], wanted[MANY];
  size_t rebalanced = 0;
  make(f, FIRST);
  make(f, FIRST + 1);
  for (unsigned i = 2; i < MANY; i++) {
    make(f, FIRST + i);
    move(f, FIRST + i, FIRST, -1);
    fx_ok(f);
    rebalanced += f->out.touched_count > 1;
    assert_true(f->out.touched_count <= MANY);
    wanted[i] = FIRST + MANY + 1 - i;
  }
  assert_true(rebalanced > 0 && rebalanced < 10);
  keys_are_short(f->space);
  wanted[0] = FIRST;
  for (unsigned i = 1; i < MANY - 1; i++) wanted[i] = FIRST + MANY - i;
  wanted[MANY - 1] = FIRST + 1;
  assert_int_equal(order_of(f->a, f->space, order), MANY);
  assert_memory_equal(order, wanted, sizeof wanted);
  for (int i = 0; i < 600; i++) { /* two change places for ever */
    unsigned moved = wanted[2];
    move(f, moved, (int)wanted[0], -1);
    fx_ok(f);
    rebalanced += f->out.touched_count > 1;
    wanted[2] = wanted[1];
    wanted[1] = moved;
  }
  keys_are_short(f->space);
  assert_int_equal(order_of(f->a, f->space, order), MANY);
  assert_memory_equal(order, wanted, sizeof wanted);
  print_message("%zu times room was made\n", rebalanced);
}

/* Groups that make records, move them and others, and make room, all at once. */
static void many_in_one_group(void **state) {
  struct fx *f = *state;
  enum { FIRST = 3000, GROUPS = 250 };
  unsigned made = 2;
  size_t rebalanced = 0;
  seed_random();
  make(f, FIRST);
  make(f, FIRST + 1);
  for (int i = 0; i < GROUPS; i++) {
    struct draft d = fx_action(f, "Another");
    fx_begin(f);
    fx_create(f, &d, fx_id(FIRST + made));
    for (unsigned k = 0; k < 4; k++) {
      unsigned n = k == 0 ? made : 1 + pick(made);
      Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(FIRST + n)), JL_ACTION_RANK, NONE, NONE);
      x->has_seen = x->has_next = false;
      x->has_after = true;
      x->after = fx_pb_id(f, fx_id(FIRST)); /* all crowd behind one */
    }
    made++;
    f->log_count = 0;
    fx_ok(f);
    rebalanced += f->out.touched_count > 5;
  }
  keys_are_short(f->space);
  assert_true(rebalanced > 0);
}

/* A long list, whose order is kept and searched. */
static void a_long_list(void **state) {
  struct fx *f = *state;
  enum { RECORDS = 20000, MOVES = 5000 };
  struct draft d = fx_action(f, "An action of a very large plan");
  for (unsigned i = 0; i < RECORDS; i++) {
    struct jl_id id = {{9}};
    memcpy(id.bytes + 8, &i, sizeof i);
    struct jl_record *r = jl_record_new(JL_TYPE_ACTION, &id, d.body);
    r->number = i + 1;
    r->revision = r->created_revision = 1;
    assert_true(jl_replica_put(f->space, r));
  }
  struct jl_arena *whole = f->a, *a = jl_arena_new(64u << 20);
  seed_random();
  for (int i = 0; i < MOVES; i++) {
    struct jl_id ids[2] = {{{9}}, {{9}}};
    uint32_t n = pick(RECORDS), m = pick(RECORDS);
    memcpy(ids[0].bytes + 8, &n, sizeof n);
    memcpy(ids[1].bytes + 8, &m, sizeof m);
    f->a = a;
    fx_begin(f);
    Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, ids[0]), JL_ACTION_RANK, NONE, NONE);
    x->has_seen = x->has_next = false;
    x->has_after = true;
    x->after = fx_pb_id(f, ids[1]);
    struct jl_evaluation in = {.space = f->space, .organisation = f->org, .author = {f->author, f->rights, false, 0}};
    struct jl_outcome out;
    assert_true(jl_group_check(&f->group, &f->err) && jl_group_evaluate(&in, &f->group, a, &out, &f->err));
    for (size_t k = 0; k < out.touched_count; k++) {
      jl_record_release(out.touched[k].before);
      jl_record_release(out.touched[k].after);
    }
    if (out.change_count > 0) assert_true(jl_replica_apply(f->space, out.changes, out.change_count, a, &f->err));
    if (n != m) {
      struct jl_rank first, second;
      assert_true(jl_rank_of(jl_replica_record(f->space, &ids[0]), &first) && jl_rank_of(jl_replica_record(f->space, &ids[1]), &second));
      assert_true(jl_rank_compare(&second, &first) < 0);
    }
    jl_arena_reset(a);
  }
  f->a = whole;
  jl_arena_free(a);
  keys_are_short(f->space);
}

/* 10,000 moves by two people who each look at a replica of their own that lags behind: what they name is found as it is now, a list
 * kept by hand says how; in the end all replicas show the same order. */
static void ten_thousand_moves(void **state) {
  struct fx *f = *state;
  enum { RECORDS = 40, MOVES = 10000 };
  unsigned list[RECORDS], shown[RECORDS], server[RECORDS];
  struct jl_change changes[2][64];
  size_t waiting[2] = {0, 0}, rebalanced = 0;
  seed_random();
  for (unsigned i = 0; i < RECORDS; i++) {
    make(f, 100 + i);
    list[i] = 100 + i;
  }
  struct jl_replica *people[2] = {jl_replica_copy(f->space), jl_replica_copy(f->space)};
  struct jl_arena *whole = f->a;
  for (int i = 0; i < MOVES; i++) {
    unsigned who = pick(2);
    struct jl_arena *a = jl_arena_new(64u << 20);
    assert_int_equal(order_of(a, people[who], shown), RECORDS);
    unsigned from = pick(RECORDS), to = pick(RECORDS), mode = pick(20);
    unsigned moved = shown[from], anchor = pick(2) == 0 ? 100 : shown[to]; /* crowded about the first one */
    if (moved == 100) {
      jl_arena_free(a);
      i--;
      continue;
    }
    f->a = a;
    bool behind = mode % 2 == 0;
    if (moved == anchor) mode = 0;
    if (mode < 2)
      move(f, moved, mode == 0 ? 0 : -1, mode == 1 ? 0 : -1);
    else
      move(f, moved, behind ? (int)anchor : -1, behind ? -1 : (int)anchor);
    f->author = who == 0 ? f->paul : f->marie;
    f->log_count = 0;
    fx_ok(f);
    rebalanced += f->out.touched_count > 1;
    /* the list kept by hand */
    size_t at = 0, n = 0;
    for (size_t k = 0; k < RECORDS; k++)
      if (list[k] != moved) server[n++] = list[k];
    if (mode == 1) at = n;
    for (size_t k = 0; mode >= 2 && k < n; k++)
      if (server[k] == anchor) at = behind ? k + 1 : k;
    memcpy(list, server, at * sizeof *list);
    list[at] = moved;
    memcpy(list + at + 1, server + at, (n - at) * sizeof *list);
    assert_int_equal(order_of(a, f->space, server), RECORDS);
    assert_memory_equal(server, list, sizeof list);
    /* each person's replica takes what came when it likes */
    for (int p = 0; p < 2; p++) {
      if (f->out.change_count == 1) changes[p][waiting[p]++] = (struct jl_change){jl_arena_dup(whole, f->out.changes[0].body), {NULL, 0}};
      if (waiting[p] < JL_COUNT(changes[p]) && pick(4) != 0 && i + 1 < MOVES) continue;
      for (size_t k = 0; k < waiting[p]; k++) {
        struct jl_error err;
        assert_true(jl_replica_apply(people[p], &changes[p][k], 1, a, &err));
      }
      waiting[p] = 0;
    }
    f->a = whole;
    jl_arena_free(a);
  }
  keys_are_short(f->space);
  for (int p = 0; p < 2; p++) {
    assert_int_equal(order_of(f->a, people[p], shown), RECORDS);
    assert_memory_equal(shown, list, sizeof list);
    fx_same(people[p], f->space);
    jl_replica_free(people[p]);
  }
  print_message("%zu times room was made\n", rebalanced);
  assert_true(rebalanced > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_between),
      cmocka_unit_test(keys_have_an_end),
      cmocka_unit_test(any_keys),
      FX_TEST(moved_by_neighbours),
      FX_TEST(neighbours_that_are_gone),
      FX_TEST(at_the_same_time),
      FX_TEST(what_is_no_place),
      FX_TEST(undone),
      FX_TEST(older_records),
      FX_TEST(room_is_made),
      FX_TEST(a_long_list),
      FX_TEST(many_in_one_group),
      FX_TEST(ten_thousand_moves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

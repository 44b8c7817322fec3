/* The writer when commits are fenced, refused, fail or end unknown, alone and in random schedules; and its speed. */
#include "tests/component/support/writer_world.h"

/* ---- what a commit can end in ---- */
static void test_two_nodes(void **state) {
  struct world *w = *state;
  struct client c[2] = {new_client(), new_client()};
  struct node other = {fake_store_node(w->node.store), NULL};
  struct answer a[2][60] = {{{0}}};
  create_plan(w, &c[0]);
  other.spaces = start(w, other.store);
  struct jl_space *spaces[2] = {the_space(w), open_space(w, other.spaces, &w->space, false)};
  for (int i = 0; i < 60; i++)
    for (int k = 0; k < 2; k++) {
      struct jl_id id = jl_id_random();
      jl_space_submit(spaces[k], &c[k].author, &c[k].account, create_group(w, &c[k], &id, "x"), 0, on_answer, &a[k][i]);
      uv_run(&w->loop, UV_RUN_NOWAIT);
    }
  for (int i = 0; i < 60; i++)
    for (int k = 0; k < 2; k++) {
      until(w, &a[k][i].count, 1);
      expect(&a[k][i], JL_E_OK);
    }
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), 121);
  /* the same group through both nodes: once */
  struct jl_id id = jl_id_random();
  struct jl_bytes group = create_group(w, &c[0], &id, "both");
  struct answer twice[2] = {{0}};
  for (int k = 0; k < 2; k++) jl_space_submit(spaces[k], &c[0].author, &c[0].account, group, 0, on_answer, &twice[k]);
  for (int k = 0; k < 2; k++) until(w, &twice[k].count, 1);
  bool gap = code_of(&twice[1]) == JL_E_LANE_GAP; /* that node has not heard of this lane's groups */
  if (!gap) assert_int_equal(twice[0].verdict->revision, twice[1].verdict->revision);
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), 122);
  stop(w, other.spaces);
  fake_store_free(other.store);
  restart(w);
  check_log(w, the_space(w));
}

static void constraint(struct world *w, bool names) {
  struct client c[2] = {new_client(), new_client()};
  struct answer a[20] = {{0}};
  create_plan(w, &c[0]);
  fake_store_poison(w->node.store, "poison", names);
  fake_store_hold(w->node.store, true);
  for (int i = 0; i < 20; i++) {
    struct jl_id id = jl_id_random();
    submit(w, &c[i % 2], create_group(w, &c[i % 2], &id, i == 7 ? "poison" : "fine"), &a[i]);
  }
  fake_store_hold(w->node.store, false);
  for (int i = 0; i < 20; i++) {
    until(w, &a[i].count, 1);
    expect(&a[i], i == 7 ? JL_E_INVALID : JL_E_OK);
  }
  assert_non_null(a[7].verdict);
  assert_null(strstr(a[7].verdict->error->message, "SELECT"));
  check_log(w, the_space(w));
}
static void test_constraint_named(void **state) { constraint(*state, true); }
static void test_constraint_unnamed(void **state) { constraint(*state, false); }

struct script {
  enum jl_commit_result result;
  bool applied;
  int times;
};
static void follow(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d) {
  struct script *s = context;
  (void)batches, (void)n;
  if (s->times-- > 0) *d = (struct fake_decision){s->result, s->applied, SIZE_MAX};
}

static void test_failed_is_tried_again(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct script script = {JL_COMMIT_FAILED, false, 3};
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  fake_store_decide(w->node.store, follow, &script);
  struct answer a = ask(w, &c, create_group(w, &c, &action, "Webinar"));
  expect(&a, JL_E_OK);
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), 2);
  script = (struct script){JL_COMMIT_FAILED, false, 1000000};
  jl_spaces_wait_at_most(w->node.spaces, 300);
  struct jl_bytes group = title_group(w, &c, &action, "Webinar", "May");
  a = ask(w, &c, group);
  expect(&a, JL_E_UNAVAILABLE);
  script.times = 0;
  a = ask(w, &c, group);
  expect(&a, JL_E_OK);
  fake_store_healthy(w->node.store, false);
  group = title_group(w, &c, &action, "May", "June");
  a = ask(w, &c, group);
  expect(&a, JL_E_UNAVAILABLE);
  fake_store_healthy(w->node.store, true);
  a = ask(w, &c, group);
  expect(&a, JL_E_OK);
  check_log(w, the_space(w));
}

static void test_unknown(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  create_plan(w, &c);
  for (int applied = 0; applied < 2; applied++) {
    struct script script = {JL_COMMIT_UNKNOWN, applied != 0, 1};
    struct jl_id action = jl_id_random();
    size_t rows = fake_store_log_count(w->node.store, &w->space);
    fake_store_decide(w->node.store, follow, &script);
    struct jl_bytes group = create_group(w, &c, &action, "Webinar");
    struct answer a = ask(w, &c, group);
    expect(&a, JL_E_UNKNOWN_OUTCOME);
    a = ask(w, &c, group);
    expect(&a, JL_E_OK);
    assert_int_equal(a.verdict->repeated, applied);
    assert_int_equal(fake_store_log_count(w->node.store, &w->space), rows + 1);
  }
  check_log(w, the_space(w));
}

static void test_draining(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct answer first = {0}, second = {0}, late = {0};
  struct jl_id one = jl_id_random(), two = jl_id_random(), three = jl_id_random();
  int closed_count = 0;
  create_plan(w, &c);
  struct jl_space *space = the_space(w);
  fake_store_hold(w->node.store, true);
  jl_space_submit(space, &c.author, &c.account, create_group(w, &c, &one, "x"), 0, on_answer, &first);
  for (int i = 0; i < 5; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  jl_space_submit(space, &c.author, &c.account, create_group(w, &c, &two, "y"), 0, on_answer, &second);
  uv_run(&w->loop, UV_RUN_NOWAIT);
  jl_spaces_close(w->node.spaces, on_closed, &closed_count);
  jl_space_submit(space, &c.author, &c.account, create_group(w, &c, &three, "z"), 0, on_answer, &late);
  for (int i = 0; i < 5; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  expect(&late, JL_E_DRAINING);
  assert_int_equal(first.count + closed_count, 0);
  fake_store_hold(w->node.store, false);
  until(w, &closed_count, 1);
  expect(&first, JL_E_OK);
  expect(&second, JL_E_DRAINING);
  assert_int_equal(first.count + second.count + late.count, 3);
  w->node.spaces = start(w, w->node.store);
  check_log(w, the_space(w));
}

/* ---- random schedules ---- */
#define CLIENTS 5
#define TASKS 12
static uint64_t chance_state;
static uint64_t chance(uint64_t below) {
  chance_state ^= chance_state << 13;
  chance_state ^= chance_state >> 7;
  chance_state ^= chance_state << 17;
  return chance_state % below;
}
static void misfortune(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d) {
  (void)context, (void)batches;
  uint64_t x = chance(20);
  if (x == 0) *d = (struct fake_decision){JL_COMMIT_UNKNOWN, true, SIZE_MAX};
  if (x == 1) *d = (struct fake_decision){JL_COMMIT_UNKNOWN, false, SIZE_MAX};
  if (x == 2) d->result = JL_COMMIT_FAILED;
  if (x == 3)
    *d = (struct fake_decision){JL_COMMIT_REFUSED, false, chance(2) == 0 ? SIZE_MAX : chance(n)}; /* a constraint that comes and goes */
}
struct pending {
  struct jl_bytes group;
  struct answer answer;
  struct jl_bytes seen;
  bool sent, decided;
};
struct player {
  struct client c;
  struct pending groups[40];
  size_t made, decided;
};

static void play(struct world *w, struct player *p, struct jl_space *space) {
  for (size_t i = p->decided; i < p->made; i++) {
    struct pending *g = &p->groups[i];
    if (g->sent && g->answer.count > 0) {
      g->sent = false;
      if (g->answer.verdict != NULL) {
        size_t size = g->answer.bytes.size - (g->answer.verdict->repeated ? 2 : 0);
        if (g->seen.data != NULL) { /* a verdict never changes */
          assert_int_equal(g->seen.size, size);
          assert_memory_equal(g->seen.data, g->answer.bytes.data, size);
        }
        g->seen = (struct jl_bytes){g->answer.bytes.data, size};
        g->decided = true;
      }
      g->answer.count = 0;
    }
  }
  while (p->decided < p->made && p->groups[p->decided].decided) p->decided++;
  if (p->made < JL_COUNT(p->groups) && chance(2) == 0) {
    char title[20];
    struct jl_id id = {{0}};
    id.bytes[0] = (uint8_t)(1 + chance(TASKS));
    snprintf(title, sizeof title, "%u", (unsigned)chance(4));
    const struct jl_record *r = jl_replica_record(jl_space_committed(space), &id);
    struct jl_bytes seen = r == NULL ? (struct jl_bytes){NULL, 0} : jl_arena_dup(answers, jl_record_slice(r->body, JL_ACTION_TITLE));
    struct jl_id group = jl_id_random();
    p->groups[p->made++].group = group_of(&p->c, &w->space, ++p->c.seq, &group,
                                          &(struct edit){.verb = r == NULL ? JALON__VERB__CREATE : JALON__VERB__UPDATE,
                                                         .id = id,
                                                         .title = title,
                                                         .seen = seen,
                                                         .next = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, title)});
  }
  for (size_t i = chance(4) == 0 ? 0 : p->decided; i < p->made; i++) { /* sometimes old ones again */
    struct pending *g = &p->groups[i];
    if (g->sent || (g->decided && chance(3) != 0)) continue;
    g->sent = true;
    jl_space_submit(space, &p->c.author, &p->c.account, g->group, 0, on_answer, &g->answer);
  }
}

static bool busy_players(const struct player *p) {
  for (int k = 0; k < CLIENTS; k++)
    for (size_t i = 0; i < p[k].made; i++)
      if (p[k].groups[i].sent && p[k].groups[i].answer.count == 0) return true;
  return false;
}

static void check_once(struct world *w, const struct player *p) {
  size_t applied = 0, rows = fake_store_log_count(w->node.store, &w->space);
  for (int k = 0; k < CLIENTS; k++)
    for (size_t i = 0; i < p[k].made; i++) {
      struct jl_error err;
      const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, p[k].groups[i].seen, answers, &err);
      size_t found = 0;
      assert_non_null(v);
      for (size_t r = 0; r < rows; r++) {
        const struct jl_store_log *row = fake_store_log_row(w->node.store, &w->space, r);
        if (row->seq != i + 1 || !jl_id_equal(&row->replica, &p[k].c.replica)) continue;
        found++;
        assert_int_equal(row->revision, v->revision);
      }
      if (v->error != NULL) assert_int_equal(found, 0);
      assert_true(found <= 1);
      applied += found;
    }
  assert_int_equal(applied + 1, rows); /* nothing else is in the log */
}

static void one_schedule(struct world *w, uint64_t seed) {
  struct player *p = calloc(CLIENTS, sizeof *p);
  struct client founder = new_client();
  chance_state = seed * 0x9e3779b97f4a7c15u + 1;
  w->space = jl_id_random();
  fake_store_decide(w->node.store, NULL, NULL);
  create_plan(w, &founder);
  fake_store_decide(w->node.store, misfortune, NULL);
  for (int k = 0; k < CLIENTS; k++) p[k].c = new_client();
  for (int round = 0; round < 4000; round++) {
    struct jl_space *space = the_space(w);
    size_t decided = 0;
    if (chance(200) == 0) {
      fake_store_hold(w->node.store, false);
      restart(w);
      continue;
    }
    fake_store_hold(w->node.store, chance(4) == 0);
    if (round > 300) fake_store_decide(w->node.store, NULL, NULL), fake_store_hold(w->node.store, false);
    for (int k = 0; k < CLIENTS; k++) {
      play(w, &p[k], space);
      decided += p[k].decided;
    }
    uv_run(&w->loop, UV_RUN_NOWAIT);
    if (decided == CLIENTS * JL_COUNT(p[0].groups)) break;
  }
  fake_store_hold(w->node.store, false);
  for (int i = 0; i < 100000 && busy_players(p); i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  assert_false(busy_players(p));
  for (int k = 0; k < CLIENTS; k++) assert_int_equal(p[k].decided, p[k].made);
  check_once(w, p);
  check_log(w, the_space(w));
  free(p);
}

static void test_random_schedules(void **state) {
  struct world *w = *state;
  const char *given = getenv("JALON_SEED");
  uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)jl_now_utc_us();
  int rounds = given != NULL ? 1 : 20;
  for (int i = 0; i < rounds; i++) {
    print_message("seed %llu\n", (unsigned long long)(seed + (uint64_t)i));
    one_schedule(w, seed + (uint64_t)i);
    jl_arena_reset(answers);
  }
}

/* ---- speed, when asked: JALON_BENCH=groups ---- */
static void count_answer(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  (void)verdict;
  assert_null(err);
  ++*(int *)context;
}
static void test_speed(void **state) {
  struct world *w = *state;
  struct client c[8];
  struct jl_id actions[64];
  const char *asked = getenv("JALON_BENCH");
  int n = asked == NULL ? 2000 : (int)strtol(asked, NULL, 10), done = 0;
  struct jl_bytes *groups = calloc((size_t)n, sizeof *groups);
  for (size_t i = 0; i < JL_COUNT(c); i++) c[i] = new_client();
  create_plan(w, &c[0]);
  for (size_t i = 0; i < JL_COUNT(actions); i++) {
    actions[i] = jl_id_random();
    ask(w, &c[0], create_group(w, &c[0], &actions[i], "0"));
  }
  for (int i = 0; i < n; i++) {
    char seen[20], next[20];
    snprintf(seen, sizeof seen, "%d", i / 64);
    snprintf(next, sizeof next, "%d", i / 64 + 1);
    groups[i] = title_group(w, &c[i % 8], &actions[i % 64], seen, next);
  }
  struct jl_space *space = the_space(w);
  int64_t begin = jl_monotonic_us();
  for (int i = 0; i < n; i++) {
    jl_space_submit(space, &c[i % 8].author, &c[i % 8].account, groups[i], (uint64_t)(done / 8 > 16 ? done / 8 - 16 : 0), count_answer,
                    &done);
    if (i % 128 == 127) uv_run(&w->loop, UV_RUN_NOWAIT);
    while (i - done > 2000) uv_run(&w->loop, UV_RUN_NOWAIT);
  }
  until(w, &done, n);
  int64_t took = jl_monotonic_us() - begin;
  print_message("%d groups in %.1f ms: %.0f a second\n", n, (double)took / 1000, (double)n * 1e6 / (double)took);
  free(groups);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_two_nodes), TEST(test_constraint_named), TEST(test_constraint_unnamed), TEST(test_failed_is_tried_again),
      TEST(test_unknown),   TEST(test_draining),         TEST(test_random_schedules),   TEST(test_speed),
  };
  return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}

/* The sync engine over random histories, with copies of folders and older copies of the server's data. */
#include "tests/unit/sync_copies.h"

/* Seeded histories: devices that go up, down, die, edit and resolve at random, and whose folders are copied while they do: then both
 * copies go on. At the end every addition stands once, every group at most once, no device says of a group what the log does not,
 * and every base is the server's. JALON_TEST_SEED: the first seed, JALON_TEST_ROUNDS: how many. */
#define DEVICES 6
struct random_history {
  struct world *w;
  unsigned seed;
  uint64_t state;
  struct device devices[DEVICES];
  size_t device_count, copies;
  struct jl_id ids[4];
  uint64_t first_revision; /* has them all */
  bool lost;
  int64_t expected;
};
static uint32_t chance(struct random_history *h, uint32_t n) {
  h->state = h->state * 6364136223846793005U + 1442695040888963407U;
  return (uint32_t)(h->state >> 33) % n;
}

static void check_rows(struct random_history *h) {
  const struct world *w = h->w;
  for (size_t i = 0; i < w->row_count; i++) {
    const Jalon__ChangeBody *body = world_body(w, i);
    struct jl_id group_id;
    size_t times;
    assert_true(jl_id_from_bytes(JL_PB(body->group_id), &group_id));
    uint64_t last = revision_of(w, &group_id, &times);
    if (times > 1)
      fail_msg("seed %u: a group stands at r%llu and r%llu (seq %llu of %02x)", h->seed, (unsigned long long)body->revision,
               (unsigned long long)last, (unsigned long long)body->seq, body->replica.data[0]);
  }
}

/* What each copy says of its groups is what the log says. */
static void check_words(struct random_history *h, struct device *d) {
  struct jl_arena *a = jl_arena_new(256U << 20);
  struct jl_entry *entries;
  size_t n, times;
  struct jl_error err = {0};
  assert_true(jl_outbox_list(&d->outbox, NULL, UINT32_MAX, a, &entries, &n, &err));
  for (size_t i = 0; i < n; i++) {
    uint64_t revision = revision_of(h->w, &entries[i].group_id, &times);
    if (entries[i].state != JL_OUTBOX_DONE || (times > 0 && revision != entries[i].revision))
      fail_msg("seed %u: a copy says %d, r%llu of what is %s at r%llu", h->seed, (int)entries[i].state, (unsigned long long)entries[i].revision,
               times > 0 ? "applied" : "not", (unsigned long long)revision);
  }
  jl_arena_free(a);
}

static size_t resolve_refused(struct random_history *h, struct device *d, bool all) {
  struct jl_arena *a = jl_arena_new(256U << 20);
  struct jl_entry *refused;
  size_t n;
  struct jl_error err = {0};
  assert_true(jl_outbox_list(&d->outbox, NULL, 1U << JL_OUTBOX_REFUSED, a, &refused, &n, &err));
  for (size_t i = 0; i < n; i++) {
    struct jl_resolution how = {.choice = all || chance(h, 2) == 0 ? JL_CHOICE_THEIRS : JL_CHOICE_MINE};
    uint64_t id;
    if (all || chance(h, 3) == 0) assert_true(jl_outbox_resolve(&d->outbox, refused[i].id, &how, &id, &err));
  }
  jl_arena_free(a);
  return n;
}

static void hear_some(struct random_history *h, struct device *x) {
  for (uint32_t i = chance(h, 6); i > 0 && x->up && device_step(x); i--) {
    if (chance(h, 2) == 0) jl_engine_flush(x->engine, false);
    if (!x->new_replica) continue;
    x->new_replica = false;
    device_down(x);
    device_up(x);
  }
}

/* An older copy of the server's data is put back: every line is cut, and some of what was acknowledged never was. */
static void lose_some(struct random_history *h) {
  for (size_t i = 0; i < h->device_count; i++)
    if (h->devices[i].up) device_down(&h->devices[i]);
  uint64_t head = jl_replica_where(h->w->f->space)->revision, most = head - h->first_revision;
  lose_tail(h->w, head - chance(h, (uint32_t)(most < 12 ? most : 12) + 1));
  if (h->w->horizon > jl_replica_where(h->w->f->space)->revision) h->w->horizon = 0;
  h->lost = true;
}

/* Its copy of the plan goes, the outbox stays. */
static void lose_copy(struct device *x) {
  char path[128];
  device_die(x);
  snprintf(path, sizeof path, "%s/replica.db", x->folder);
  assert_int_equal(unlink(path), 0);
  device_files(x, NULL);
}

static void random_step(struct random_history *h, bool copying) {
  struct device *x = &h->devices[chance(h, (uint32_t)h->device_count)];
  switch (chance(h, copying ? 13 : 9)) {
  case 0:
    if (x->up) break;
    device_follow(x, chance(h, 2) == 0);
    device_up(x);
    break;
  case 1:
    if (x->up) device_down(x);
    break;
  case 2:
    device_again(x);
    break;
  case 3:
  case 4: {
    int64_t add = 1 + chance(h, 1000);
    put_count(x, h->ids[chance(h, 4)], add);
    h->expected += add;
    break;
  }
  case 5:
    put_title(x, h->ids[chance(h, 4)], "N", chance(h, 2) == 0 ? "X" : "Y"); /* often a conflict */
    break;
  case 9:
    if (h->device_count == DEVICES || chance(h, 3) != 0) break;
    device_again(x);
    copy_folder(x, &h->devices[h->device_count++], h->w);
    h->copies++;
    break;
  case 10:
    (void)resolve_refused(h, x, false);
    break;
  case 11:
    if (chance(h, 4) == 0) h->w->horizon = jl_replica_where(h->w->f->space)->revision;
    break;
  case 12:
    if (chance(h, 4) == 0) lose_copy(x);
    break;
  default:
    hear_some(h, x);
  }
  for (size_t i = 0; i < h->device_count; i++) {
    if (h->devices[i].up) world_tell(&h->devices[i]);
    if (!h->lost) (void)looked_at(&h->devices[i]); /* afterwards some stand in a history that is gone */
  }
}

static void random_history(void **state, unsigned seed, bool copying, bool losing) {
  static struct random_history history;
  struct random_history *h = &history;
  *h = (struct random_history){.w = world_of(state), .seed = seed, .state = seed * 7919U, .device_count = copying ? 2 : 3};
  for (size_t i = 0; i < h->device_count; i++) device_start(&h->devices[i], h->w);
  for (int i = 0; i < 4; i++) h->ids[i] = put_action(&h->devices[0], "N", NULL);
  device_up(&h->devices[0]);
  device_run(&h->devices[0]);
  h->first_revision = jl_replica_where(h->w->f->space)->revision;
  for (int step = 0; step < 120; step++) {
    if (losing && step % 40 == 39) lose_some(h);
    random_step(h, copying);
  }
  for (int pass = 0; pass < 4; pass++)
    for (size_t i = 0; i < h->device_count; i++) {
      struct device *d = &h->devices[i];
      device_again(d);
      device_follow(d, false);
      device_up(d);
      do /* what was parked behind it may be refused in its turn */
        device_run(d);
      while (resolve_refused(h, d, true) > 0);
    }
  int64_t reached = 0;
  check_rows(h);
  for (int i = 0; i < 4; i++) reached += world_count(h->w, h->ids[i]);
  if (reached != h->expected) fail_msg("seed %u: %lld of %lld", seed, (long long)reached, (long long)h->expected);
  for (size_t i = 0; i < h->device_count; i++) {
    device_run(&h->devices[i]);
    device_same(&h->devices[i]);
    check_words(h, &h->devices[i]);
    device_end(&h->devices[i]);
  }
  free(h->w);
}

static void random_histories_of(void **state, bool copying, bool losing, unsigned otherwise) {
  const char *from = getenv("JALON_TEST_SEED"), *count = getenv("JALON_TEST_ROUNDS");
  unsigned first = from != NULL ? (unsigned)strtoul(from, NULL, 10) : 1, rounds = count != NULL ? (unsigned)strtoul(count, NULL, 10) : otherwise;
  for (unsigned seed = first; seed < first + rounds; seed++) {
    random_history(state, seed, copying, losing);
    assert_int_equal(fx_teardown(state) + fx_setup(state), 0); /* its memory */
  }
}
static void random_histories(void **state) { random_histories_of(state, false, false, 8); }
static void random_copies(void **state) { random_histories_of(state, true, false, 12); }
static void random_losses(void **state) { random_histories_of(state, false, true, 8); }
static void random_copies_and_losses(void **state) { random_histories_of(state, true, true, 12); }

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(random_histories),
      FX_TEST(random_copies),
      FX_TEST(random_losses),
      FX_TEST(random_copies_and_losses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

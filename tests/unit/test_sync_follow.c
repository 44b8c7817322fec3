/* The sync engine's copy of a space: snapshots that are cut off, a log that is compacted, what is seen before it is committed. */
#include "tests/unit/sync_copies.h"

static void many_actions(struct device *d, int n) {
  for (int i = 0; i < n; i++) {
    char title[32];
    snprintf(title, sizeof title, "Action %d", i);
    put_action(d, title, NULL);
  }
  if (!d->up) device_up(d);
  device_run(d);
}

/* Dies after each number of messages of a snapshot while others write; goes on where it was. */
static void snapshot_that_is_cut_off(void **state) {
  size_t resumed = 0;
  for (int n = 0; n < 14; n++) {
    struct world *w = world_of(state);
    struct device d, other;
    device_start(&d, w);
    device_start(&other, w);
    struct jl_id a = put_action(&other, "first", NULL);
    many_actions(&other, 25);
    device_follow(&d, true);
    device_up(&d);
    for (int i = 0; i < n && device_step(&d); i++) {
      put_count(&other, a, 1);
      device_run(&other);
      put_action(&other, "later", NULL);
      device_run(&other);
      jl_engine_flush(d.engine, true);
      world_tell(&d);
    }
    struct jl_base_space s;
    struct jl_error err = {0};
    device_again(&d);
    assert_true(jl_base_find(&d.base, &w->f->plan, &s, &err));
    resumed += s.shadow.number != 0 && !s.shadow_whole && !jl_id_is_zero(&s.shadow_cursor);
    d.heads = 0;
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    assert_int_equal(d.heads, 1);
    device_same(&d);
    device_end(&d);
    device_end(&other);
    free(w);
  }
  assert_true(resumed >= 5);
}

static void compacted(void **state) {
  struct device d, other;
  struct world *w = two_in_world(state, &d, &other);
  many_actions(&other, 5);
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  device_down(&d);
  many_actions(&other, 5);
  w->horizon = jl_replica_where(w->f->space)->revision - 1;
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  device_same(&d);
  assert_int_equal(d.again, 0);
  device_end(&d);
  device_end(&other);
  free(w);
}

/* Several messages wait for one commit: what they brought is seen at once through the same connection, by views of the local copy
 * and by the next one who follows the space. */
static void seen_before_it_is_committed(void **state) {
  struct device d, other;
  struct world *w = two_in_world(state, &d, &other);
  size_t ahead = 0;
  struct jl_id a = put_action(&other, "A", NULL);
  many_actions(&other, 4);
  device_follow(&d, false);
  device_up(&d);
  device_run(&d);
  uint64_t committed = looked_at(&d);
  device_down(&d);
  for (int i = 0; i < 30; i++) put_count(&other, a, 1);
  device_run(&other);
  device_up(&d);
  while (device_step(&d)) { /* never flushed */
    uint64_t at = looked_at(&d);
    ahead += at > committed && at < jl_replica_where(w->f->space)->revision;
    if (ahead != 2) continue;
    jl_engine_unfollow(d.engine, &w->f->plan);
    device_follow(&d, true);
    ahead++;
  }
  assert_true(ahead > 2);
  device_again(&d); /* nothing was committed */
  assert_int_equal(looked_at(&d), committed);
  device_follow(&d, true);
  device_up(&d);
  for (int i = 0; i < 3; i++) assert_true(device_step(&d));
  jl_engine_unfollow(d.engine, &w->f->plan); /* in the middle: one who waited has given up */
  jl_engine_flush(d.engine, true);
  device_again(&d);
  assert_true(looked_at(&d) > committed);
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  device_same(&d);
  device_end(&d);
  device_end(&other);
  free(w);
}

/* Somebody reads the copy, finds it damaged and makes it anew, while the engine follows and has something collected. */
static void made_anew_while_it_is_followed(void **state) {
  for (int collected = 0; collected < 2; collected++) {
    struct world *w = world_of(state);
    struct device d, other;
    char path[128];
    struct jl_error err = {0};
    device_start(&d, w);
    device_start(&other, w);
    many_actions(&other, 4);
    device_follow(&d, false);
    device_up(&d);
    device_run(&d);
    put_action(&other, "collected", NULL);
    device_run(&other);
    world_tell(&d);
    if (collected) assert_true(device_step(&d));
    uint64_t generation = d.base.generation + 1;
    jl_base_close(&d.base);
    snprintf(path, sizeof path, "%s/replica.db", d.folder);
    assert_int_equal(unlink(path), 0);
    assert_true(jl_base_open(&d.base, path, NULL, false, &err));
    d.base.generation = generation;
    put_action(&other, "new, so it needs nothing that was there", NULL);
    device_run(&other);
    device_run(&d);
    device_same(&d);
    device_end(&d);
    device_end(&other);
    free(w);
  }
}

/* A change is left out on the way: it is noticed at once, and asked for again. */
static void a_change_is_missing(void **state) {
  struct device d, other;
  struct world *w = two_in_world(state, &d, &other);
  many_actions(&other, 3);
  device_follow(&d, false);
  device_up(&d);
  device_run(&d);
  put_action(&other, "left out", NULL);
  device_run(&other);
  d.live_sent = jl_replica_where(w->f->space)->revision;
  put_action(&other, "told", NULL);
  device_run(&other);
  device_run(&d);
  device_same(&d);
  device_end(&d);
  device_end(&other);
  free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(snapshot_that_is_cut_off),
      FX_TEST(compacted),
      FX_TEST(seen_before_it_is_committed),
      FX_TEST(made_anew_while_it_is_followed),
      FX_TEST(a_change_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

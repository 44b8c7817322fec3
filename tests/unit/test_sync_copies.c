/* The sync engine when folders are copied and the server's data is put back: every group that was acknowledged is there once at the end. */
#include "tests/unit/sync_copies.h"

/* The copy is made with groups waiting, and one whose verdict never came. Both go on; what both hold is applied once. */
static void copied_folder(void **state) {
  for (int received = 0; received < 8; received++) {
    struct world *w = world_of(state);
    struct device first, second;
    device_start(&first, w);
    struct jl_id a = put_action(&first, "A", NULL);
    device_follow(&first, false);
    device_up(&first);
    device_run(&first);
    put_count(&first, a, 1);
    put_count(&first, a, 10); /* sent, and no answer is heard */
    jl_engine_flush(first.engine, false);
    device_down(&first);
    put_count(&first, a, 100);
    device_again(&first);
    copy_folder(&first, &second, w);
    put_count(&first, a, 1000);
    put_count(&second, a, 10000);
    device_follow(&first, false);
    device_up(&first);
    for (int i = 0; i < received && device_step(&first); i++) jl_engine_flush(first.engine, false);
    put_count(&second, a, 100000);
    device_follow(&second, false);
    device_up(&second);
    device_run(&second);
    device_run(&first);
    device_run(&second);
    device_again(&first);
    device_follow(&first, false);
    device_up(&first);
    device_run(&first);
    assert_int_equal(world_count(w, a), 111111);
    device_run(&second);
    device_same(&first);
    device_same(&second);
    assert_false(jl_id_equal(&first.outbox.replica, &second.outbox.replica));
    struct jl_outbox_counts counts;
    struct jl_error err;
    assert_true(jl_outbox_counts(&first.outbox, &counts, &err) && counts.queued + counts.sent + counts.refused + counts.parked == 0);
    assert_true(jl_outbox_counts(&second.outbox, &counts, &err) && counts.queued + counts.sent + counts.refused + counts.parked == 0);
    device_end(&first);
    device_end(&second);
    free(w);
  }
}

static void the_server_loses_its_tail(void **state) {
  for (uint64_t lost = 1; lost < 6; lost++) {
    struct world *w = world_of(state);
    struct device d, other;
    device_start(&d, w);
    device_start(&other, w);
    struct jl_id a = put_action(&other, "A", NULL);
    device_up(&other);
    device_run(&other);
    int64_t expected = 0;
    for (int i = 0; i < 6; i++) {
      int64_t add = INT64_C(1) << i;
      put_count(&d, a, add);
      expected += add;
    }
    device_follow(&d, false);
    device_up(&d);
    device_run(&d);
    assert_int_equal(world_count(w, a), expected);
    device_down(&d);
    device_down(&other);
    lose_tail(w, jl_replica_where(w->f->space)->revision - lost);
    put_count(&other, a, 1000); /* history goes another way */
    device_again(&other);
    device_up(&other);
    device_run(&other);
    put_count(&d, a, 100000);
    device_again(&d);
    device_follow(&d, false);
    device_up(&d);
    device_run(&d);
    device_run(&d);
    assert_int_equal(d.again, lost);
    assert_int_equal(world_count(w, a), expected + 101000);
    device_same(&d);
    device_end(&d);
    device_end(&other);
    free(w);
  }
}

/* Takes a new replica id with `last` as the newest of what was applied under the former one, and does not follow the plan meanwhile. */
static void fork_after(struct device *d, struct device *copy, struct jl_id a, uint64_t (*last)(struct device *d, struct jl_id a), uint64_t *ret_last) {
  device_follow(d, true);
  device_up(d);
  device_run(d);
  device_again(d);
  copy_folder(d, copy, d->w);
  put_count(copy, a, 10); /* takes the number of the next one */
  device_up(copy);
  device_run(copy);
  put_count(d, a, 100);
  *ret_last = last(d, a);
  device_up(d);
  while (!d->new_replica) {
    bool any = device_step(d);
    jl_engine_flush(d->engine, false);
    assert_true(any || d->new_replica);
  }
  d->new_replica = false;
  device_down(d);
  assert_int_equal(device_state(d, *ret_last), JL_OUTBOX_DONE);
}

static uint64_t adds_a_thousand(struct device *d, struct jl_id a) { return put_count(d, a, 1000); }
static uint64_t says_b_again(struct device *d, struct jl_id a) { return put_title(d, a, "A", "B"); }

/* What was applied under a former replica id is lost with an older copy of the data, before our copy had come to it: our lane does not
 * tell, our copy does not either. */
static void lost_under_a_former_replica(void **state) {
  for (int longer = 0; longer < 2; longer++) { /* than the history that was lost */
    struct device d, copy, other;
    struct world *w = two_in_world(state, &d, &other);
    uint64_t lost, times;
    struct jl_id a = put_action(&other, "A", NULL);
    device_up(&other);
    device_run(&other);
    put_count(&d, a, 1); /* before the copy was made; it is not lost */
    fork_after(&d, &copy, a, adds_a_thousand, &lost);
    lose_tail(w, jl_replica_where(w->f->space)->revision - 1);
    for (int i = 0; i < 3 * longer; i++) put_count(&other, a, 10000);
    device_run(&other);
    for (int session = 0; session < 3; session++) {
      device_again(&d);
      device_follow(&d, true);
      device_up(&d);
      device_run(&d);
      assert_int_equal(world_count(w, a), 1111 + 30000 * longer);
      assert_int_equal(d.again, 1); /* by the first of these sessions */
      assert_int_equal(d.kept, 0);
    }
    device_run(&copy);
    device_same(&d);
    assert_int_equal(device_state(&d, lost), JL_OUTBOX_DONE);
    times = w->applied;
    device_again(&copy);
    device_follow(&copy, true);
    device_up(&copy);
    device_run(&copy);
    device_same(&copy);
    assert_int_equal(w->applied, times);
    device_end(&d);
    device_end(&copy);
    device_end(&other);
    free(w);
  }
}

/* A page of the log in which all is of sections that may not be read says that there is more and not how far it came: what lies behind is
 * not taken for lost. */
static void a_page_that_tells_nothing(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct jl_error err;
  struct jl_id a = put_action(&d, "A", NULL);
  for (int i = 0; i < 5; i++) put_count(&d, a, 1);
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  device_again(&d);
  assert_true(jl_outbox_unnumber(&d.outbox, &w->f->plan, &err)); /* as under a former replica id, before our copy has come so far */
  w->log_page = 3;
  w->hidden_to = jl_replica_where(w->f->space)->revision - 3; /* of the six the first three */
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  assert_int_equal(d.again, 3); /* that these are there is learned by offering them, as always; the others were seen */
  assert_int_equal(world_count(w, a), 5);
  device_same(&d);
  device_end(&d);
  free(w);
}

/* Nothing is lost, but the newest of what was applied under the former id had no effect, so that the log does not show it: it is asked
 * about once, and not done a second time when it would have an effect by now. */
static void nothing_to_show_under_a_former_replica(void **state) {
  struct device d, copy, other;
  struct world *w = two_in_world(state, &d, &other);
  uint64_t nothing;
  struct jl_id a = put_action(&other, "A", NULL);
  device_up(&other);
  put_title(&other, a, "A", "B");
  device_run(&other);
  put_count(&d, a, 1);
  fork_after(&d, &copy, a, says_b_again, &nothing);
  put_title(&other, a, "B", "A");
  device_run(&other);
  for (int session = 0; session < 3; session++) {
    device_again(&d);
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    assert_int_equal(d.again, 1); /* once, in the first of these sessions */
    assert_int_equal(d.kept, 1);
    assert_string_equal(world_title(w, a), "A");
    assert_int_equal(world_count(w, a), 111);
  }
  device_same(&d);
  device_end(&d);
  device_end(&copy);
  device_end(&other);
  free(w);
}

/* Two copies share a lane. One has something applied in it, which is lost with an older copy of the data; then the other one goes on in the
 * lane, past that number: with the same group, which it had waiting too, or with one of its own. The lane does not show the loss. */
static void a_copy_goes_on_in_the_lane(void **state) {
  for (int same = 0; same < 2; same++) {
    struct device d, copy, other;
    struct world *w = two_in_world(state, &d, &other);
    uint64_t lost = 0, times;
    struct jl_error err;
    struct jl_entry entry;
    struct jl_id a = put_action(&other, "A", NULL);
    device_up(&other);
    device_run(&other);
    put_count(&d, a, 1);
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    device_down(&d);
    if (same) lost = put_count(&d, a, 10);
    device_again(&d);
    copy_folder(&d, &copy, w);
    if (!same) lost = put_count(&d, a, 10);
    device_up(&d); /* not to follow it: our copy stays where it is */
    device_run(&d);
    assert_int_equal(device_state(&d, lost), JL_OUTBOX_DONE);
    device_down(&d);
    lose_tail(w, jl_replica_where(w->f->space)->revision - 1);
    put_count(&other, a, 100);
    device_run(&other);
    put_count(&copy, a, 1000);
    device_up(&copy);
    device_run(&copy);
    device_again(&d);
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    device_run(&copy);
    assert_int_equal(world_count(w, a), 1111);
    assert_int_equal(d.again, !same);
    assert_true(jl_outbox_get(&d.outbox, lost, NULL, &entry, &err));
    assert_int_equal(entry.revision, revision_of(w, &entry.group_id, &times));
    assert_int_equal(times, 1);
    device_end(&d);
    device_end(&copy);
    device_end(&other);
    free(w);
  }
}

/* The same, and our copy sees nothing of what the other one did: it is taken anew past it (the log was compacted, or the file went), or the
 * groups of the other one stand in no log, since they were refused or had no effect. Our number is taken all the same. */
enum way { FOLLOWED, COMPACTED, FILE_GONE, WAYS };
enum doing { ADDS, IS_REFUSED, CHANGES_NOTHING, DOINGS };
struct unseen {
  enum way way;
  enum doing doing;
  bool longer; /* than the history that was lost */
  int dies_after; /* messages; -1: never */
};

static void the_copy_goes_on(struct device *copy, enum doing doing, struct jl_id a) {
  if (doing == ADDS) put_count(copy, a, 1000);
  if (doing == IS_REFUSED) put_title(copy, a, "not A", "B");
  if (doing == CHANGES_NOTHING) put_title(copy, a, "not A", "A");
  device_up(copy);
  device_run(copy);
  device_down(copy);
}

static void our_copy_is_taken_anew(struct device *d, enum way way) {
  char path[128];
  device_die(d);
  if (way == COMPACTED) d->w->horizon = jl_replica_where(d->w->f->space)->revision;
  snprintf(path, sizeof path, "%s/replica.db", d->folder);
  if (way == FILE_GONE) assert_int_equal(unlink(path), 0);
  device_files(d, NULL);
}

static void goes_on_unseen(void **state, const struct unseen *how) {
  struct device d, copy, other;
  struct world *w = two_in_world(state, &d, &other);
  size_t times;
  struct jl_error err;
  struct jl_entry entry;
  struct jl_id a = put_action(&other, "A", NULL);
  device_up(&other);
  device_run(&other);
  put_count(&d, a, 1);
  device_follow(&d, true);
  device_up(&d);
  device_run(&d);
  device_again(&d);
  copy_folder(&d, &copy, w);
  uint64_t lost = put_count(&d, a, 10);
  device_up(&d); /* not to follow it */
  device_run(&d);
  device_down(&d);
  assert_int_equal(device_state(&d, lost), JL_OUTBOX_DONE);
  lose_tail(w, jl_replica_where(w->f->space)->revision - 1);
  for (int i = 0; how->longer && i < 3; i++) put_count(&other, a, 100);
  device_run(&other);
  the_copy_goes_on(&copy, how->doing, a);
  assert_true(jl_id_equal(&copy.outbox.replica, &d.outbox.replica));
  our_copy_is_taken_anew(&d, how->way);
  device_follow(&d, true);
  device_up(&d);
  for (int i = 0; i < how->dies_after && device_step(&d); i++) jl_engine_flush(d.engine, true);
  if (how->dies_after >= 0) device_again(&d);
  for (int session = 0; session < 2; session++) {
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    device_again(&d);
  }
  assert_int_equal(world_count(w, a), 11 + (how->longer ? 300 : 0) + (how->doing == ADDS ? 1000 : 0));
  assert_true(jl_outbox_get(&d.outbox, lost, NULL, &entry, &err));
  assert_int_equal(entry.state, JL_OUTBOX_DONE);
  assert_int_equal(entry.revision, revision_of(w, &entry.group_id, &times));
  assert_int_equal(times, 1);
  if (how->dies_after < 0) assert_int_equal(d.again - d.kept, 1);
  device_same(&d);
  device_end(&d);
  device_end(&copy);
  device_end(&other);
  free(w);
}

static void a_copy_goes_on_unseen(void **state) {
  for (int way = 0; way < WAYS; way++)
    for (int doing = 0; doing < DOINGS; doing++)
      for (int longer = 0; longer < 2; longer++)
        for (int dies_after = -1; dies_after < (doing == IS_REFUSED ? 8 : 0); dies_after++) {
          struct unseen how = {(enum way)way, (enum doing)doing, longer, dies_after};
          goes_on_unseen(state, &how);
          assert_int_equal(fx_teardown(state) + fx_setup(state), 0); /* its memory */
        }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(copied_folder),
      FX_TEST(the_server_loses_its_tail),
      FX_TEST(lost_under_a_former_replica),
      FX_TEST(a_page_that_tells_nothing),
      FX_TEST(nothing_to_show_under_a_former_replica),
      FX_TEST(a_copy_goes_on_in_the_lane),
      FX_TEST(a_copy_goes_on_unseen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The sync engine with real files against a small server: every group once, whatever dies when; copies, losses, snapshots. */
#include "tests/unit/sync_world.h"

static struct world *world_of(void **state) {
  struct world *w = malloc(sizeof *w);
  assert_non_null(w);
  world_start(w, *state);
  return w;
}

static struct world *one_in_world(void **state, struct device *d) {
  struct world *w = world_of(state);
  device_start(d, w);
  return w;
}

static struct world *two_in_world(void **state, struct device *d, struct device *other) {
  struct world *w = one_in_world(state, d);
  device_start(other, w);
  return w;
}

static void waits_then_goes(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct jl_id id = put_action(&d, "Blog", NULL);
  put_title(&d, id, "Blog", "Blog 2");
  put_count(&d, id, 2);
  put_count(&d, id, 3);
  assert_int_equal(w->applied, 1); /* the plan: nothing is sent without a connection */
  device_follow(&d, false);
  device_up(&d);
  device_run(&d);
  assert_int_equal(d.verdicts, 4);
  assert_int_equal(d.refusals, 0);
  assert_string_equal(world_title(w, id), "Blog 2");
  assert_int_equal(world_count(w, id), 5);
  device_same(&d);
  device_again(&d);
  device_same(&d);
  device_end(&d);
  free(w);
}

/* A device that dies after each number of messages, at each of several moments of a busy session. */
static void dies_at_any_message(void **state) {
  for (int n = 0;; n++) {
    struct world *w = world_of(state);
    struct device d;
    int delivered = 0;
    device_start(&d, w);
    struct jl_id id = put_action(&d, "A", NULL);
    for (int i = 1; i <= 5; i++) put_count(&d, id, i);
    device_follow(&d, false);
    device_up(&d);
    while (delivered < n && device_step(&d)) {
      if (++delivered % 3 == 0) jl_engine_flush(d.engine, false);
      world_tell(&d);
    }
    bool all = delivered < n;
    device_again(&d);
    put_count(&d, id, 100);
    device_follow(&d, false);
    device_up(&d);
    device_run(&d);
    assert_int_equal(world_count(w, id), 115);
    assert_int_equal(w->refused, 0);
    device_same(&d);
    device_end(&d);
    free(w);
    if (all && n > 10) break;
  }
}

static void refused_and_what_depends_on_it(void **state) {
  struct device d, other;
  struct world *w = two_in_world(state, &d, &other);
  struct jl_id a = put_action(&other, "A", NULL), b = put_action(&other, "B", NULL);
  device_up(&other);
  device_run(&other);
  put_title(&other, a, "A", "A theirs");
  device_run(&other);
  uint64_t refused, parked, free_one;
  refused = put_title(&d, a, "A", "A mine");
  parked = put_count(&d, a, 7);
  free_one = put_count(&d, b, 1);
  device_up(&d);
  device_run(&d);
  assert_int_equal(device_state(&d, refused), JL_OUTBOX_REFUSED);
  assert_int_equal(device_state(&d, parked), JL_OUTBOX_PARKED);
  assert_int_equal(device_state(&d, free_one), JL_OUTBOX_DONE);
  assert_int_equal(world_count(w, a), 0);
  struct jl_error err = {0};
  struct jl_resolution mine = {.choice = JL_CHOICE_MINE};
  uint64_t id = 0;
  assert_true(jl_outbox_resolve(&d.outbox, refused, &mine, &id, &err));
  device_run(&d);
  assert_string_equal(world_title(w, a), "A mine");
  assert_int_equal(world_count(w, a), 7);
  /* theirs: nothing is left of the group, what was parked goes on its own */
  refused = put_title(&d, b, "not B", "B mine");
  parked = put_count(&d, b, 5);
  device_run(&d);
  struct jl_resolution theirs = {.choice = JL_CHOICE_THEIRS};
  assert_true(jl_outbox_resolve(&d.outbox, refused, &theirs, &id, &err) && id == 0);
  device_run(&d);
  assert_string_equal(world_title(w, b), "B");
  assert_int_equal(world_count(w, b), 6);
  /* a value of one's own, field by field */
  refused = put_title(&d, b, "not B", "B mine");
  device_run(&d);
  struct jl_field_choice choice = {.record = b, .field = JL_ACTION_TITLE, .choice = JL_CHOICE_VALUE,
                                   .value = fx_text(w->f, JL_TYPE_ACTION, JL_ACTION_TITLE, "B both")};
  struct jl_resolution fields = {.choice = JL_CHOICE_FIELDS};
  assert_false(jl_outbox_resolve(&d.outbox, refused, &fields, &id, &err));
  assert_int_equal(err.code, JL_E_USAGE);
  fields.fields = &choice;
  fields.field_count = 1;
  assert_true(jl_outbox_resolve(&d.outbox, refused, &fields, &id, &err));
  device_run(&d);
  assert_string_equal(world_title(w, b), "B both");
  /* an edit right after it, before anything was sent: both go, on this connection, in their order */
  refused = put_title(&d, b, "not B", "B mine");
  device_run(&d);
  assert_true(jl_outbox_resolve(&d.outbox, refused, &mine, &id, &err));
  uint64_t after = put_count(&d, b, 9);
  assert_int_equal(device_state(&d, id), JL_OUTBOX_QUEUED); /* whoever sends numbers both */
  device_run(&d);
  assert_int_equal(device_state(&d, id), JL_OUTBOX_DONE);
  assert_int_equal(device_state(&d, after), JL_OUTBOX_DONE);
  assert_string_equal(world_title(w, b), "B mine");
  device_end(&d);
  device_end(&other);
  free(w);
}

static void a_record_that_is_never_made(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct fx *f = w->f;
  struct jl_error err = {0};
  fx_begin(f);
  struct draft action = fx_action(f, "under nothing");
  d_ref(&action, JL_ACTION_LEVER, fx_id(4711)); /* no such lever */
  struct jl_id id = jl_id_random();
  fx_create(f, &action, id);
  uint64_t refused = device_put(&d), behind = put_count(&d, id, 1);
  device_up(&d);
  device_run(&d);
  assert_int_equal(device_state(&d, refused), JL_OUTBOX_REFUSED);
  assert_int_equal(device_state(&d, behind), JL_OUTBOX_PARKED);
  uint64_t later = put_count(&d, id, 1); /* needs it as well */
  assert_int_equal(device_state(&d, later), JL_OUTBOX_PARKED);
  assert_false(jl_outbox_drop(&d.outbox, refused, false, &err));
  assert_int_equal(err.code, JL_E_DEPENDS);
  assert_true(jl_outbox_drop(&d.outbox, refused, true, &err));
  assert_int_equal(device_state(&d, behind), 0);
  assert_int_equal(device_state(&d, later), 0);
  device_end(&d);
  free(w);
}

static void deleted_meanwhile(void **state) {
  struct device d, other;
  struct world *w = two_in_world(state, &d, &other);
  struct fx *f = w->f;
  struct jl_error err = {0};
  uint64_t id = 0;
  struct jl_id a = put_action(&other, "A", NULL);
  device_up(&other);
  device_run(&other);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, a, jl_replica_where(f->space)->revision, false);
  device_put(&other);
  device_run(&other);
  assert_true(fx_record(f, a)->deleted_revision != 0);
  uint64_t refused = put_title(&d, a, "A", "A lives");
  device_up(&d);
  device_run(&d);
  assert_int_equal(device_state(&d, refused), JL_OUTBOX_REFUSED);
  struct jl_resolution mine = {.choice = JL_CHOICE_MINE};
  assert_true(jl_outbox_resolve(&d.outbox, refused, &mine, &id, &err));
  device_run(&d);
  assert_string_equal(world_title(w, a), "A lives");
  assert_true(fx_record(f, a)->deleted_revision == 0);
  /* and a deletion of what others changed */
  uint64_t seen = fx_record(f, a)->revision;
  put_title(&other, a, "A lives", "A changed");
  device_run(&other);
  fx_begin(f);
  fx_delete(f, JL_TYPE_ACTION, a, seen, false);
  refused = device_put(&d);
  device_run(&d);
  assert_int_equal(device_state(&d, refused), JL_OUTBOX_REFUSED);
  assert_true(jl_outbox_resolve(&d.outbox, refused, &mine, &id, &err));
  device_run(&d);
  assert_true(fx_record(f, a)->deleted_revision != 0);
  device_end(&d);
  device_end(&other);
  free(w);
}

/* Edit, then delete, both without the server: the deletion does not stumble over the edit, but it does over somebody else's. */
static void deletes_what_it_edited(void **state) {
  for (int foreign = 0; foreign < 2; foreign++) {
    struct world *w = world_of(state);
    struct fx *f = w->f;
    struct device d, other;
    device_start(&d, w);
    device_start(&other, w);
    struct jl_id a = put_action(&other, "A", NULL);
    device_up(&other);
    device_run(&other);
    uint64_t seen = fx_record(f, a)->revision;
    device_follow(&d, true);
    device_up(&d);
    device_run(&d);
    device_down(&d);
    put_title(&d, a, "A", "A mine");
    fx_begin(f);
    fx_delete(f, JL_TYPE_ACTION, a, seen, false);
    uint64_t deletion = device_put(&d);
    if (foreign) put_count(&other, a, 9);
    device_run(&other);
    device_up(&d);
    device_run(&d);
    device_run(&d);
    assert_int_equal(device_state(&d, deletion), foreign ? JL_OUTBOX_REFUSED : JL_OUTBOX_DONE);
    assert_int_equal(fx_record(f, a)->deleted_revision != 0, !foreign);
    device_end(&d);
    device_end(&other);
    free(w);
  }
}

static void copy_folder(const struct device *from, struct device *to, struct world *w) {
  *to = (struct device){.w = w};
  to->to_device_end = &to->to_device;
  snprintf(to->folder, sizeof to->folder, "/tmp/jalon-device.XXXXXX");
  assert_non_null(mkdtemp(to->folder));
  assert_true(folder_copy(from->folder, to->folder));
  device_files(to, NULL);
}

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

/* What the log makes, as far as `revision`. */
static struct jl_replica *folded(const struct world *w, uint64_t revision, size_t *ret_rows) {
  struct jl_error err;
  struct jl_replica *replica = jl_replica_new(&w->f->plan, JL_SPACE_PLAN);
  size_t rows = 0;
  jl_replica_position(replica)->epoch = 1;
  while (rows < w->row_count && w->rows[rows].revision <= revision) {
    struct jl_change changes[JL_SECTIONS];
    size_t n = 0;
    uint64_t of = w->rows[rows].revision;
    while (rows < w->row_count && w->rows[rows].revision == of) changes[n++] = w->rows[rows++].change;
    assert_true(jl_replica_apply(replica, changes, n, w->f->a, &err));
  }
  *ret_rows = rows;
  return replica;
}

/* An older copy of the server's data is restored: revisions after `keep` never were. */
static void lose_tail(struct world *w, uint64_t keep) {
  struct fx *f = w->f;
  struct jl_error err;
  struct jl_replica *older = folded(w, keep, &w->row_count);
  jl_replica_free(f->space);
  f->space = older;
  for (size_t i = 0; i < w->lane_count; i++) {
    struct world_lane *lane = &w->lanes[i];
    while (lane->seq > 0) {
      const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, lane->verdicts[lane->seq].packed, f->a, &err);
      if (v->revision <= keep && v->revision != 0) break;
      lane->seq--;
    }
    if (lane->confirmed > lane->seq) lane->confirmed = lane->seq;
  }
  size_t kept = 0;
  for (size_t i = 0; i < w->again_count; i++) {
    const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, w->again[i].packed, f->a, &err);
    if (v->revision <= keep && v->revision != 0) w->again[kept++] = w->again[i];
  }
  w->again_count = kept;
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

static uint64_t revision_of(const struct world *w, const struct jl_id *group_id, size_t *ret_times) {
  uint64_t revision = 0;
  *ret_times = 0;
  for (size_t i = 0; i < w->row_count; i++) {
    const struct jl_bytes body = w->rows[i].change.body;
    if (w->rows[i].revision == revision || memmem(body.data, body.size < 120 ? body.size : 120, group_id->bytes, 16) == NULL) continue;
    revision = w->rows[i].revision;
    ++*ret_times;
  }
  return revision;
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

/* Whoever looks at the base, whenever: its records are those of its position. */
static uint64_t looked_at(struct device *d) {
  struct jl_base_space s;
  struct jl_error err = {0};
  size_t rows;
  assert_true(jl_base_find(&d->base, &d->w->f->plan, &s, &err));
  if (s.live.number == 0) return 0;
  struct jl_replica *base = jl_base_load(&d->base, &s, &err), *made = folded(d->w, s.live.position.revision, &rows);
  assert_non_null(base);
  assert_memory_equal(s.live.position.sections, jl_replica_where(made)->sections, sizeof s.live.position.sections);
  fx_same(base, made);
  jl_replica_free(base);
  jl_replica_free(made);
  return s.live.position.revision;
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
  h->lost = true;
}

static void random_step(struct random_history *h, bool copying) {
  struct device *x = &h->devices[chance(h, (uint32_t)h->device_count)];
  switch (chance(h, copying ? 11 : 9)) {
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

/* The number of a group is given out twice, by whatever mistake: the server says so, and nothing waits for ever or goes twice. */
static void two_with_one_number(void **state) {
  struct device d;
  struct world *w = one_in_world(state, &d);
  struct jl_error err = {0};
  device_follow(&d, false);
  device_up(&d);
  device_run(&d);
  struct jl_id before = d.outbox.replica;
  uint64_t first, second;
  struct jl_id a = put_action(&d, "A", &first), b = put_action(&d, "B", &second);
  device_down(&d); /* no answer came */
  assert_true(jl_sql_run(&d.outbox.sql, "UPDATE entry SET seq = 1 WHERE state = 2", &err));
  device_up(&d);
  device_run(&d);
  assert_int_equal(d.failed, 0);
  assert_int_equal(device_state(&d, first), JL_OUTBOX_DONE);
  assert_int_equal(device_state(&d, second), JL_OUTBOX_DONE);
  assert_false(jl_id_equal(&before, &d.outbox.replica));
  assert_string_equal(world_title(w, a), "A");
  assert_string_equal(world_title(w, b), "B");
  assert_int_equal(w->applied, 3);
  device_same(&d);
  device_end(&d);
  free(w);
}

/* An answer that is another group's settles nothing: it is told, and nothing more is sent to such a server. */
static void verdict_of_another_group(void **state) {
  struct world *w = world_of(state);
  struct device d;
  struct jl_error err = {0};
  uint64_t entry;
  device_start(&d, w);
  device_up(&d);
  put_action(&d, "A", &entry);
  jl_engine_flush(d.engine, false);
  struct message *answer = d.to_device;
  while (answer != NULL && answer->type != JALON__FRAME_TYPE__SUBMIT_REPLY) answer = answer->next;
  assert_non_null(answer);
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, answer->payload, w->f->a, &err);
  assert_non_null(v);
  v->group_id = fx_pb_id(w->f, fx_id(4711));
  struct jl_bytes packed = jl_pack(&v->base, w->f->a, JL_MESSAGE_MAX);
  assert_int_equal(packed.size, answer->payload.size);
  memcpy((uint8_t *)(answer + 1), packed.data, packed.size);
  device_run(&d);
  assert_int_equal(d.verdicts, 0);
  assert_int_equal(d.failed, 1);
  assert_int_equal(d.last_error.code, JL_E_BAD_FRAME);
  assert_int_equal(device_state(&d, entry), JL_OUTBOX_SENT);
  device_down(&d); /* the next server knows better */
  device_up(&d);
  device_run(&d);
  assert_int_equal(device_state(&d, entry), JL_OUTBOX_DONE);
  assert_int_equal(w->applied, 2);
  device_end(&d);
  free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FX_TEST(waits_then_goes),     FX_TEST(dies_at_any_message),      FX_TEST(refused_and_what_depends_on_it),
      FX_TEST(a_record_that_is_never_made), FX_TEST(deleted_meanwhile), FX_TEST(deletes_what_it_edited),
      FX_TEST(copied_folder),       FX_TEST(the_server_loses_its_tail), FX_TEST(snapshot_that_is_cut_off),
      FX_TEST(lost_under_a_former_replica), FX_TEST(a_page_that_tells_nothing), FX_TEST(nothing_to_show_under_a_former_replica),
      FX_TEST(a_copy_goes_on_in_the_lane),
      FX_TEST(compacted),           FX_TEST(a_change_is_missing),      FX_TEST(random_histories),
      FX_TEST(random_copies),       FX_TEST(random_losses),            FX_TEST(random_copies_and_losses),
      FX_TEST(seen_before_it_is_committed), FX_TEST(made_anew_while_it_is_followed),
      FX_TEST(two_with_one_number), FX_TEST(verdict_of_another_group),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

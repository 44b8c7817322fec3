/* The sync engine with real files against a small server: every group once, whatever dies when; what was refused and what depends on it. */
#include "tests/unit/sync_world.h"

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
      FX_TEST(waits_then_goes),
      FX_TEST(dies_at_any_message),
      FX_TEST(refused_and_what_depends_on_it),
      FX_TEST(a_record_that_is_never_made),
      FX_TEST(deleted_meanwhile),
      FX_TEST(deletes_what_it_edited),
      FX_TEST(two_with_one_number),
      FX_TEST(verdict_of_another_group),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The writer against a store in memory: every rule about verdicts, batches, and the feed. */
#include "common/base/buffer.h"
#include "server/space/lane.h"
#include "tests/component/support/writer_world.h"

/* ---- verdicts ---- */
static void test_applied_and_retried(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  struct jl_bytes group = create_group(w, &c, &action, "Webinar");
  struct answer first = ask(w, &c, group);
  expect(&first, JL_E_OK);
  assert_int_equal(first.verdict->revision, 2);
  assert_int_equal(first.verdict->n_given, 1);
  assert_int_equal(first.verdict->given[0]->number, 1);
  for (int round = 0; round < 2; round++) {
    struct answer again = ask(w, &c, group);
    expect(&again, JL_E_OK);
    assert_true(again.verdict->repeated);
    assert_int_equal(again.bytes.size, first.bytes.size + 2);
    assert_memory_equal(again.bytes.data, first.bytes.data, first.bytes.size);
    restart(w); /* and from what the store holds */
  }
  assert_int_equal(jl_replica_where(jl_space_committed(the_space(w)))->revision, 2);
  assert_int_equal(jl_replica_count(jl_spaces_plans(w->node.spaces)), 1);
  check_log(w, the_space(w));
}

static void test_conflict_is_kept(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  struct jl_id action = jl_id_random();
  create_plan(w, &ana);
  struct answer a = ask(w, &ana, create_group(w, &ana, &action, "Webinar"));
  a = ask(w, &ana, title_group(w, &ana, &action, "Webinar", "Webinar in May"));
  expect(&a, JL_E_OK);
  struct jl_bytes group = title_group(w, &bob, &action, "Webinar", "Webinar in June");
  struct answer first = ask(w, &bob, group);
  expect(&first, JL_E_FIELD_CONFLICT);
  assert_int_equal(first.verdict->revision, 0);
  assert_int_equal(first.verdict->n_conflicts, 1);
  const Jalon__Conflict *conflict = first.verdict->conflicts[0];
  assert_memory_equal(conflict->author.data, ana.author.person.bytes, 16);
  assert_int_equal(conflict->revision, 3);
  assert_true(conflict->time_us > 0);
  struct answer again = ask(w, &bob, group);
  assert_int_equal(again.bytes.size, first.bytes.size + 2);
  assert_memory_equal(again.bytes.data, first.bytes.data, first.bytes.size);
  restart(w);
  again = ask(w, &bob, group);
  assert_memory_equal(again.bytes.data, first.bytes.data, first.bytes.size);
  assert_true(again.verdict->repeated);
  /* what depends on it */
  struct jl_id id = jl_id_random(), other = jl_id_random();
  a = ask(
      w, &bob,
      group_of(&bob, &w->space, ++bob.seq, &id, &(struct edit){.verb = JALON__VERB__CREATE, .id = other, .title = "x", .depends_on = 1}));
  expect(&a, JL_E_DEPENDS);
  id = jl_id_random();
  a = ask(
      w, &bob,
      group_of(&bob, &w->space, ++bob.seq, &id, &(struct edit){.verb = JALON__VERB__CREATE, .id = other, .title = "x", .depends_on = 3}));
  expect(&a, JL_E_INVALID); /* on itself: a refusal that takes its number */
  a = ask(w, &bob, title_group(w, &bob, &action, "Webinar in May", "Webinar in June"));
  expect(&a, JL_E_OK);
  check_log(w, the_space(w));
}

/* ---- depends_on ---- */
static struct answer ask_confirmed(struct world *w, const struct client *c, struct jl_bytes group, uint64_t confirmed) {
  struct answer answer = {0};
  jl_space_submit(the_space(w), &c->author, &c->account, group, confirmed, on_answer, &answer);
  until(w, &answer.count, 1);
  return answer;
}
static struct answer ask_dependent(struct world *w, struct client *c, uint64_t depends_on, uint64_t confirmed) {
  struct jl_id group = jl_id_random(), id = jl_id_random();
  const struct edit edit = {.verb = JALON__VERB__CREATE, .id = id, .title = "dependent", .depends_on = depends_on};
  return ask_confirmed(w, c, group_of(c, &w->space, ++c->seq, &group, &edit), confirmed);
}

/* A refusal counts for what depends on it, also when the client has confirmed it and when the server was restarted. */
static void test_dependent_of_a_confirmed_refusal(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  struct answer a = ask(w, &c, create_group(w, &c, &action, "Webinar"));
  expect(&a, JL_E_OK);
  a = ask(w, &c, title_group(w, &c, &action, "not its title", "x"));
  expect(&a, JL_E_FIELD_CONFLICT);
  a = ask_dependent(w, &c, 3, 3);
  expect(&a, JL_E_DEPENDS);
  a = ask_dependent(w, &c, 2, 4);
  expect(&a, JL_E_OK);
  restart(w);
  a = ask_dependent(w, &c, 3, 5);
  expect(&a, JL_E_DEPENDS);
  a = ask_dependent(w, &c, 2, 6);
  expect(&a, JL_E_OK);
  for (int i = 0; i < 70; i++) {
    a = ask_confirmed(w, &c, title_group(w, &c, &action, "not its title", "x"), c.seq);
    expect(&a, JL_E_FIELD_CONFLICT);
  }
  a = ask_dependent(w, &c, 2, c.seq); /* too long ago to be sure of */
  expect(&a, JL_E_DEPENDS);
  restart(w);
  a = ask_dependent(w, &c, 2, c.seq);
  expect(&a, JL_E_DEPENDS);
  a = ask_dependent(w, &c, 40, c.seq);
  expect(&a, JL_E_DEPENDS);
  check_log(w, the_space(w));
}

/* The window as it is stored: what is cut off at its beginning, and the form before refusals were remembered. */
static void test_stored_window(void **state) {
  struct world *w = *state;
  struct jl_id replica = jl_id_random();
  struct jl_edit_lane *lane = jl_edit_lane_new(&replica), *copy = jl_edit_lane_new(&replica);
  for (uint64_t seq = 1; seq <= 2000; seq++) {
    struct jl_verdict_note note = {replica, seq % 10 == 0 ? 0 : seq, 0};
    assert_true(jl_edit_lane_evaluated(lane, &note));
    if (seq % 700 == 0) jl_edit_lane_decided(lane, seq);
    if (seq == 1500) jl_edit_lane_confirm(lane, 1400);
  }
  struct jl_bytes stored = jl_edit_lane_pack(lane, 2000, w->a);
  assert_non_null(stored.data);
  assert_true(jl_edit_lane_restore(copy, &replica, 2000, stored));
  jl_edit_lane_decided(lane, 2000);
  for (uint64_t seq = 1; seq <= 2000; seq++) {
    assert_int_equal(jl_edit_lane_verdict(copy, seq), jl_edit_lane_verdict(lane, seq));
    enum jl_lane_verdict is = seq % 10 == 0 ? JL_LANE_REFUSED : JL_LANE_APPLIED;
    assert_true(jl_edit_lane_verdict(lane, seq) == is || (seq <= 840 && jl_edit_lane_verdict(lane, seq) == JL_LANE_FORGOTTEN));
  }
  assert_int_equal(jl_edit_lane_verdict(lane, 850), JL_LANE_REFUSED); /* the first of the last 64 before the window */
  for (size_t size = 0; size < stored.size; size++)
    assert_false(jl_edit_lane_restore(copy, &replica, 2000, (struct jl_bytes){stored.data, size}));
  assert_int_equal(jl_edit_lane_verdict(copy, 1999), JL_LANE_FORGOTTEN);
  assert_true(jl_edit_lane_restore(copy, &replica, 7, (struct jl_bytes){(const uint8_t *)"\1\10\0", 3}));
  assert_int_equal(jl_edit_lane_verdict(copy, 7), JL_LANE_FORGOTTEN);
  jl_edit_lane_free(lane);
  jl_edit_lane_free(copy);
}

/* ---- a server that knows less than its clients ---- */
static void test_lost_history(void **state) {
  struct world *w = *state;
  struct client c = new_client(), elsewhere = new_client();
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  c.seq = 4; /* 2 to 4 were decided by the database that this one is an older copy of */
  struct answer a = ask_confirmed(w, &c, create_group(w, &c, &action, "Webinar"), 4);
  expect(&a, JL_E_REPLICA_FORKED);
  assert_null(a.verdict);
  assert_int_equal(a.err.args[0].number, 2);
  elsewhere.seq = 7; /* all of its groups were lost */
  struct answer many[3] = {{0}};
  for (int i = 0; i < 3; i++) submit(w, &elsewhere, create_group(w, &elsewhere, &action, "Webinar"), &many[i]);
  for (int i = 0; i < 3; i++) {
    until(w, &many[i].count, 1);
    expect(&many[i], JL_E_REPLICA_FORKED);
  }
  c.seq = 6; /* a client that counts wrongly */
  a = ask_confirmed(w, &c, create_group(w, &c, &action, "Webinar"), 1);
  expect(&a, JL_E_LANE_GAP);
  c.replica = jl_id_random(); /* what the client does about it */
  c.seq = 0;
  a = ask(w, &c, create_group(w, &c, &action, "Webinar"));
  expect(&a, JL_E_OK);
  struct client nowhere = new_client();
  w->space = jl_id_random();
  nowhere.seq = 3;
  a = ask_confirmed(w, &nowhere, create_group(w, &nowhere, &action, "Webinar"), 3);
  expect(&a, JL_E_NOT_FOUND);
}

/* What another node decided is not lost: the database is looked at before anything is said. */
static void test_decided_elsewhere(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct node other = {fake_store_node(w->node.store), NULL};
  create_plan(w, &c);
  struct jl_space *here = the_space(w);
  jl_space_hold(here);
  other.spaces = start(w, other.store);
  struct jl_space *there = open_space(w, other.spaces, &w->space, false);
  for (int i = 0; i < 3; i++) {
    struct jl_id id = jl_id_random();
    struct answer a = {0};
    jl_space_submit(there, &c.author, &c.account, create_group(w, &c, &id, "there"), c.seq - 1, on_answer, &a);
    until(w, &a.count, 1);
    expect(&a, JL_E_OK);
  }
  struct answer back[2] = {{0}};
  for (int i = 0; i < 2; i++) {
    struct jl_id id = jl_id_random();
    struct jl_bytes group = create_group(w, &c, &id, "here");
    jl_space_submit(here, &c.author, &c.account, group, 4, on_answer, &back[i]);
  }
  for (int i = 0; i < 2; i++) {
    until(w, &back[i].count, 1);
    expect(&back[i], JL_E_OK);
  }
  jl_space_release(here);
  stop(w, other.spaces);
  fake_store_free(other.store);
  check_log(w, the_space(w));
}

static void test_numbers(void **state) {
  struct world *w = *state;
  struct client c = new_client(), thief = new_client();
  struct jl_id action = jl_id_random(), group = jl_id_random(), other = jl_id_random(), unread = jl_id_random();
  create_plan(w, &c);
  const struct edit edit = {.verb = JALON__VERB__CREATE, .id = action, .title = "Webinar"};
  struct answer a = ask(w, &c, group_of(&c, &w->space, 4, &group, &edit));
  expect(&a, JL_E_LANE_GAP);
  assert_null(a.verdict);
  assert_int_equal(a.err.args[1].number, 2);
  a = ask(w, &c, group_of(&c, &w->space, 2, &group, &edit));
  expect(&a, JL_E_OK);
  a = ask(w, &c, group_of(&c, &w->space, 2, &other, &edit));
  expect(&a, JL_E_REPLICA_FORKED);
  thief.replica = c.replica;
  a = ask(w, &thief, group_of(&thief, &w->space, 3, &other, &edit));
  expect(&a, JL_E_DENIED);
  a = ask(w, &c, (struct jl_bytes){(const uint8_t *)"\xff\xff\xff", 3});
  expect(&a, JL_E_BAD_FRAME);
  struct jl_id elsewhere = jl_id_random();
  a = ask(w, &c, group_of(&c, &elsewhere, 3, &other, &edit));
  expect(&a, JL_E_BAD_FRAME);
  /* a bad shape takes its number, like any refusal */
  struct edit shapeless = edit;
  shapeless.shapeless = true;
  a = ask(w, &c, group_of(&c, &w->space, 3, &other, &shapeless));
  assert_non_null(a.verdict);
  expect(&a, JL_E_INVALID);
  /* so does one whose body cannot be read behind its head */
  struct jl_bytes head = group_of(&c, &w->space, 4, &unread, &edit);
  struct jl_buffer garbled;
  static const uint8_t no_edit[] = {8 << 3 | 2, 2, 0xff, 0xff};
  jl_buffer_init(&garbled, JL_MESSAGE_MAX);
  jl_buffer_append(&garbled, head.data, head.size);
  jl_buffer_append(&garbled, no_edit, sizeof no_edit);
  a = ask(w, &c, jl_buffer_bytes(&garbled));
  jl_buffer_release(&garbled);
  assert_non_null(a.verdict);
  expect(&a, JL_E_BAD_FRAME);
  assert_int_equal(a.verdict->seq, 4);
  /* confirmed verdicts are forgotten, never applied again */
  struct answer last = {0};
  struct jl_id fresh = jl_id_random(), fresh_group = jl_id_random();
  jl_space_submit(the_space(w), &c.author, &c.account,
                  group_of(&c, &w->space, 5, &fresh_group, &(struct edit){.verb = JALON__VERB__CREATE, .id = fresh, .title = "y"}), 3,
                  on_answer, &last);
  until(w, &last.count, 1);
  expect(&last, JL_E_OK);
  a = ask(w, &c, group_of(&c, &w->space, 2, &group, &edit));
  expect(&a, JL_E_DECIDED);
  /* ... also by a server that reads the log, which knows it still */
  size_t rows = fake_store_log_count(w->node.store, &w->space);
  restart(w);
  a = ask(w, &c, group_of(&c, &w->space, 2, &group, &edit));
  expect(&a, JL_E_OK);
  assert_true(a.verdict->repeated);
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), rows);
}

/* ---- lanes whose rows are behind ---- */
static void count_lane_rows(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d) {
  size_t *rows = context;
  (void)d;
  for (size_t i = 0; i < n; i++) *rows += batches[i]->lane_count;
}

/* Rows of lanes are written when a lane begins, when a group leaves nothing in the log, and all of them every JL_LANES_TAIL revisions.
 * A server that is started anywhere in between knows every verdict. */
static void test_lanes_are_completed_from_the_log(void **state) {
  struct world *w = *state;
  enum { CLIENTS = 3, ROUNDS = JL_LANES_TAIL / CLIENTS + 40 };
  struct client c[CLIENTS];
  static struct jl_bytes sent[CLIENTS][ROUNDS + 2];
  static uint64_t revisions[CLIENTS][ROUNDS + 2];
  struct jl_id ids[CLIENTS], missing = jl_id_random();
  size_t rows = 0;
  for (int i = 0; i < CLIENTS; i++) c[i] = new_client();
  create_plan(w, &c[0]);
  fake_store_decide(w->node.store, count_lane_rows, &rows);
  for (int i = 0; i < CLIENTS; i++) {
    ids[i] = jl_id_random();
    sent[i][0] = create_group(w, &c[i], &ids[i], "0");
    struct answer a = ask(w, &c[i], sent[i][0]);
    expect(&a, JL_E_OK);
    revisions[i][0] = a.verdict->revision;
  }
  assert_int_equal(rows, CLIENTS - 1); /* the first one has its row since it made the plan */
  bool all = false;
  for (int round = 1; round < ROUNDS; round++) {
    char seen[16], next[16];
    snprintf(seen, sizeof seen, "%d", round - 1);
    snprintf(next, sizeof next, "%d", round);
    for (int i = 0; i < CLIENTS; i++) {
      size_t before = rows;
      bool refuse = round % 50 == 7 && i == 1; /* leaves the title as it is */
      sent[i][round] = title_group(w, &c[i], refuse ? &missing : &ids[i], seen, next);
      struct answer a = ask(w, &c[i], sent[i][round]);
      expect(&a, refuse ? JL_E_NOT_FOUND : JL_E_OK);
      revisions[i][round] = a.verdict->revision;
      assert_true(rows - before == (refuse ? 1 : 0) || (!all && rows - before == CLIENTS));
      all = all || rows - before == CLIENTS;
      if (refuse) { /* so that the next one's base is right */
        a = ask(w, &c[i], title_group(w, &c[i], &ids[i], seen, next));
        expect(&a, JL_E_OK);
      }
    }
    if (round % 60 != 59 && round + 1 < ROUNDS) continue;
    restart(w);
    for (int i = 0; i < CLIENTS; i++)
      for (int k = round > 100 ? round - 100 : 0; k <= round; k++) {
        struct answer a = ask(w, &c[i], sent[i][k]);
        expect(&a, i == 1 && k % 50 == 7 ? JL_E_NOT_FOUND : JL_E_OK);
        assert_true(a.verdict->repeated);
        assert_int_equal(a.verdict->revision, revisions[i][k]);
      }
  }
  assert_true(all);
}

static void store_lanes(struct world *w, const struct jl_id *account, size_t n) {
  static const uint8_t window[] = {2, 2, 0, 0, 0}; /* version 2, from seq 2 on nothing, nothing refused */
  struct fake_space *space = fake_space(w->node.store->db, &w->space);
  space->lanes = fake_grow(space->lanes, space->lane_count + n, sizeof *space->lanes);
  for (size_t i = 0; i < n; i++)
    space->lanes[space->lane_count++] =
        (struct fake_lane){jl_id_random(), account == NULL ? jl_id_random() : *account, 1, fake_keep((struct jl_bytes){window, sizeof window})};
}

/* What is stored is read, however much it is, or a second node could not go on with the plan; new ones are counted where they are made. */
static void test_lanes_are_counted_where_they_are_made(void **state) {
  struct world *w = *state;
  struct client c = new_client(), greedy = new_client(), other = new_client();
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  struct answer a = ask(w, &c, create_group(w, &c, &action, "a"));
  expect(&a, JL_E_OK);
  store_lanes(w, &greedy.account, JL_ACCOUNT_LANES);
  restart(w);
  a = ask(w, &greedy, title_group(w, &greedy, &action, "never so", "x")); /* not even one that is refused */
  expect(&a, JL_E_OVERLOADED);
  a = ask(w, &other, title_group(w, &other, &action, "a", "b"));
  expect(&a, JL_E_OK);
  store_lanes(w, NULL, JL_SPACE_LANES);
  restart(w);
  a = ask(w, &c, title_group(w, &c, &action, "b", "c"));
  expect(&a, JL_E_OK);
  struct client late = new_client();
  a = ask(w, &late, title_group(w, &late, &action, "c", "d"));
  expect(&a, JL_E_OVERLOADED);
}

static void test_dry_run(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_id action = jl_id_random(), group = jl_id_random();
  create_plan(w, &c);
  struct answer a =
      ask(w, &c,
          group_of(&c, &w->space, 2, &group, &(struct edit){.verb = JALON__VERB__CREATE, .id = action, .title = "Webinar", .dry = true}));
  expect(&a, JL_E_OK);
  assert_int_equal(a.verdict->revision, 2);
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), 1);
  a = ask(w, &c, group_of(&c, &w->space, 2, &group, &(struct edit){.verb = JALON__VERB__CREATE, .id = action, .title = "Webinar"}));
  expect(&a, JL_E_OK);
  /* sees the groups of its lane that wait */
  struct answer queued = {0}, dry = {0};
  fake_store_hold(w->node.store, true);
  c.seq = 2;
  submit(w, &c, title_group(w, &c, &action, "Webinar", "Webinar in May"), &queued);
  submit(w, &c,
         group_of(&c, &w->space, 4, &group,
                  &(struct edit){.verb = JALON__VERB__UPDATE,
                                 .id = action,
                                 .dry = true,
                                 .seen = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"),
                                 .next = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, "z")}),
         &dry);
  until(w, &dry.count, 1);
  expect(&dry, JL_E_FIELD_CONFLICT); /* with the group before it in its lane, which is not decided yet */
  assert_int_equal(queued.count, 0);
  fake_store_hold(w->node.store, false);
  until(w, &queued.count, 1);
}

static void test_refused_creation_leaves_nothing(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_id action = jl_id_random();
  struct answer a = ask(w, &c, create_group(w, &c, &action, "no plan yet"));
  expect(&a, JL_E_INVALID);
  assert_non_null(a.verdict);
  assert_null(fake_store_replica(w->node.store, &w->space));
  assert_null(open_space(w, w->node.spaces, &w->space, false));
  c.seq = 0;
  create_plan(w, &c);
}

static void test_sent_twice_while_waiting(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_id action = jl_id_random(), other = jl_id_random();
  create_plan(w, &c);
  struct answer first = {0}, second = {0}, forked = {0};
  fake_store_hold(w->node.store, true);
  struct jl_bytes group = create_group(w, &c, &action, "Webinar");
  submit(w, &c, group, &first);
  submit(w, &c, group, &second);
  submit(w, &c, group_of(&c, &w->space, 2, &other, &(struct edit){.verb = JALON__VERB__CREATE, .id = other, .title = "y"}), &forked);
  until(w, &forked.count, 1);
  expect(&forked, JL_E_REPLICA_FORKED);
  assert_int_equal(first.count + second.count, 0);
  fake_store_hold(w->node.store, false);
  until(w, &first.count, 1);
  until(w, &second.count, 1);
  assert_int_equal(first.verdict->revision, second.verdict->revision);
  assert_int_equal(fake_store_log_count(w->node.store, &w->space), 2);
}

static void on_verdicts(void *context, struct jl_bytes reply, const struct jl_error *err) {
  struct {
    int count;
    Jalon__VerdictReply *reply;
    struct jl_error err;
  } *r = context;
  r->count++;
  if (err != NULL)
    r->err = *err;
  else
    r->reply = (Jalon__VerdictReply *)jl_unpack(&jalon__verdict_reply__descriptor, jl_arena_dup(answers, reply), answers, &r->err);
}
static void test_verdict_query(void **state) {
  struct world *w = *state;
  struct client c = new_client(), other = new_client();
  struct {
    int count;
    Jalon__VerdictReply *reply;
    struct jl_error err;
  } r = {0};
  struct jl_id action = jl_id_random();
  create_plan(w, &c);
  ask(w, &c, create_group(w, &c, &action, "Webinar"));
  ask(w, &c, title_group(w, &c, &action, "Webinar", "May"));
  ask(w, &c, create_group(w, &c, &action, "again"));
  jl_space_verdicts(the_space(w), &c.replica, &c.account, 1, 100, on_verdicts, &r);
  until(w, &r.count, 1);
  assert_non_null(r.reply);
  assert_int_equal(r.reply->high_water, 4);
  assert_int_equal(r.reply->n_verdicts, 4);
  assert_int_equal(r.reply->verdicts[1]->given[0]->number, 1);
  assert_int_equal(r.reply->verdicts[3]->error->code, JL_E_ALREADY_EXISTS);
  jl_space_verdicts(the_space(w), &c.replica, &other.account, 1, 100, on_verdicts, &r);
  until(w, &r.count, 2);
  assert_int_equal(r.err.code, JL_E_DENIED);
  jl_space_verdicts(the_space(w), &other.replica, &other.account, 1, 100, on_verdicts, &r);
  until(w, &r.count, 3);
  assert_int_equal(r.reply->n_verdicts, 0);
}

/* ---- batches ---- */
#define MANY 900
static void test_batches_grow_and_coalesce(void **state) {
  struct world *w = *state;
  struct client c[3] = {new_client(), new_client(), new_client()};
  struct answer a[MANY] = {{0}};
  struct jl_id actions[3] = {jl_id_random(), jl_id_random(), jl_id_random()};
  char title[2][40];
  create_plan(w, &c[0]);
  for (int i = 0; i < 3; i++) ask(w, &c[i], create_group(w, &c[i], &actions[i], "0"));
  struct fake_counts before = fake_store_counts(w->node.store);
  fake_store_hold(w->node.store, true);
  for (int i = 0; i < MANY; i++) {
    snprintf(title[0], sizeof title[0], "%d", i / 3);
    snprintf(title[1], sizeof title[1], "%d", i / 3 + 1);
    submit(w, &c[i % 3], title_group(w, &c[i % 3], &actions[i % 3], title[0], title[1]), &a[i]);
  }
  for (int i = 0; i < 20; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  fake_store_hold(w->node.store, false);
  for (int i = 0; i < MANY; i++) {
    until(w, &a[i].count, 1);
    expect(&a[i], JL_E_OK);
  }
  struct fake_counts now = fake_store_counts(w->node.store);
  assert_true(now.transactions - before.transactions <= MANY / JL_BATCH_GROUPS + 2);
  assert_true(now.largest_batch <= JL_BATCH_GROUPS);
  assert_true(now.records - before.records <=
              3 * (now.transactions - before.transactions)); /* touched hundreds of times, written once a batch */
  check_log(w, the_space(w));
}

static void test_lanes_take_turns(void **state) {
  struct world *w = *state;
  struct client busy = new_client(), quiet = new_client();
  struct answer a[200] = {{0}}, b = {0};
  create_plan(w, &busy);
  struct jl_space *space = the_space(w);
  for (int i = 0; i < 200; i++) {
    struct jl_id id = jl_id_random();
    jl_space_submit(space, &busy.author, &busy.account, create_group(w, &busy, &id, "busy"), 0, on_answer, &a[i]);
  }
  struct jl_id id = jl_id_random();
  jl_space_submit(space, &quiet.author, &quiet.account, create_group(w, &quiet, &id, "quiet"), 0, on_answer, &b);
  until(w, &b.count, 1);
  until(w, &a[199].count, 1);
  assert_true(b.verdict->revision <= 4);
}

static void test_overloaded(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct answer *a = calloc(JL_QUEUE_GROUPS + 1, sizeof *a);
  create_plan(w, &c);
  struct jl_space *space = the_space(w);
  fake_store_hold(w->node.store, true);
  for (int i = 0; i <= JL_QUEUE_GROUPS; i++) {
    struct jl_id id = jl_id_random();
    jl_space_submit(space, &c.author, &c.account, create_group(w, &c, &id, "x"), 0, on_answer, &a[i]);
  }
  until(w, &a[JL_QUEUE_GROUPS].count, 1);
  expect(&a[JL_QUEUE_GROUPS], JL_E_OVERLOADED);
  fake_store_hold(w->node.store, false);
  for (int i = 0; i < JL_QUEUE_GROUPS; i++) {
    until(w, &a[i].count, 1);
    expect(&a[i], JL_E_OK);
  }
  free(a);
}

/* ---- many spaces ---- */
#define SPACES 40
static void test_many_spaces_in_one_transaction(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct answer a[2][SPACES] = {{{0}}};
  struct jl_space *spaces[SPACES];
  for (int i = 0; i < SPACES; i++) {
    w->space = jl_id_random();
    spaces[i] = the_space(w);
    jl_space_hold(spaces[i]);
  }
  fake_store_poison(w->node.store, "poison", false);
  for (int round = 0; round < 2; round++) {
    fake_store_hold(w->node.store, true);
    for (int i = 0; i < SPACES; i++) {
      struct jl_id group = jl_id_random(), action = jl_id_random();
      struct jl_id space = jl_replica_where(jl_space_committed(spaces[i]))->space;
      struct edit edit = {
          .verb = JALON__VERB__CREATE, .id = round == 0 ? space : action, .title = round == 1 && i == 5 ? "poison" : "fine"};
      jl_space_submit(spaces[i], &c.author, &c.account, group_of(&c, &space, (uint64_t)round + 1, &group, &edit), 0, on_answer,
                      &a[round][i]);
    }
    fake_store_hold(w->node.store, false);
    for (int i = 0; i < SPACES; i++) {
      until(w, &a[round][i].count, 1);
      expect(&a[round][i], round == 1 && i == 5 ? JL_E_INVALID : JL_E_OK);
    }
  }
  assert_true(fake_store_counts(w->node.store).largest_transaction >= SPACES / 4);
  assert_int_equal(jl_replica_count(jl_spaces_plans(w->node.spaces)), SPACES);
  for (int i = 0; i < SPACES; i++) jl_space_release(spaces[i]);
}

static void test_idle_spaces_are_closed(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_space *held[JL_SPACES_OPEN];
  create_plan(w, &c);
  struct jl_id kept = w->space;
  for (int i = 0; i < JL_SPACES_OPEN + 50; i++) {
    struct jl_id id = jl_id_random();
    assert_non_null(open_space(w, w->node.spaces, &id, true));
  }
  assert_non_null(open_space(w, w->node.spaces, &kept, false)); /* closed meanwhile, read again */
  for (int i = 0; i < JL_SPACES_OPEN - 1; i++) {                /* with the organisation: all there may be */
    struct jl_id id = jl_id_random();
    held[i] = open_space(w, w->node.spaces, &id, true);
    assert_non_null(held[i]);
    jl_space_hold(held[i]);
  }
  struct jl_id id = jl_id_random();
  struct opened o = {0};
  jl_space_open(w->node.spaces, &id, true, on_open, &o);
  until(w, &o.count, 1);
  assert_int_equal(o.err.code, JL_E_OVERLOADED);
  for (int i = 0; i < JL_SPACES_OPEN - 1; i++) jl_space_release(held[i]);
}

/* ---- the feed ---- */
struct reader {
  struct jl_space_listener listener;
  struct jl_replica *replica;
  int calls;
};
static void follow_rows(struct jl_replica *r, const struct jl_log_row *rows, size_t count) {
  struct jl_arena *scratch = jl_arena_new(1u << 26);
  for (size_t i = 0, n; i < count; i += n) {
    struct jl_change changes[JL_SECTIONS];
    struct jl_error err;
    for (n = 0; i + n < count && rows[i + n].revision == rows[i].revision; n++) changes[n] = rows[i + n].change;
    assert_true(jl_replica_apply(r, changes, n, scratch, &err));
    jl_arena_reset(scratch);
  }
  jl_arena_free(scratch);
}
static void on_advanced(void *context, const struct jl_listener_rows *rows) {
  struct reader *r = context;
  r->calls++;
  follow_rows(r->replica, rows->rows, rows->count);
  assert_int_equal(jl_replica_where(r->replica)->revision, rows->through);
}
struct page {
  int count;
  struct jl_replica *replica;
  bool more;
};
static void on_rows(void *context, const struct jl_log_row *rows, size_t n, bool has_more, const struct jl_error *err) {
  struct page *p = context;
  assert_null(err);
  p->count++;
  p->more = has_more;
  follow_rows(p->replica, rows, n);
}
static void read_all(struct world *w, struct jl_space *space) {
  struct page p = {0, jl_replica_new(&w->space, JL_SPACE_PLAN), true};
  uint8_t a[32], b[32];
  *jl_replica_position(p.replica) = (struct jl_position){.space = w->space, .epoch = 1, .acl_epoch = 1};
  for (int pages = 1; p.more; pages++) {
    jl_space_rows(space, jl_replica_where(p.replica)->revision + 1, UINT64_MAX, 500, on_rows, &p);
    until(w, &p.count, pages);
  }
  jl_replica_state_hash(p.replica, a);
  jl_replica_state_hash(jl_space_committed(space), b);
  assert_memory_equal(a, b, 32);
  jl_replica_free(p.replica);
}
static void test_feed(void **state) {
  struct world *w = *state;
  struct client c = new_client();
  struct jl_space *space = the_space(w);
  struct reader r = {{.advanced = on_advanced}, jl_replica_new(&w->space, JL_SPACE_PLAN), 0};
  r.listener.context = &r;
  *jl_replica_position(r.replica) = (struct jl_position){.space = w->space, .epoch = 1, .acl_epoch = 1};
  jl_space_listen(space, &r.listener);
  create_plan(w, &c);
  for (int i = 0; i < 50; i++) {
    struct jl_id id = jl_id_random();
    ask(w, &c, create_group(w, &c, &id, "x"));
  }
  assert_int_equal(r.calls, 51);
  assert_memory_equal(jl_replica_where(r.replica), jl_replica_where(jl_space_committed(space)), sizeof(struct jl_position));
  jl_space_unlisten(space, &r.listener);
  jl_replica_free(r.replica);
  read_all(w, space); /* from the ring */
  restart(w);
  read_all(w, the_space(w)); /* from the log */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_applied_and_retried),
      TEST(test_conflict_is_kept),
      TEST(test_dependent_of_a_confirmed_refusal),
      TEST(test_stored_window),
      TEST(test_lost_history),
      TEST(test_decided_elsewhere),
      TEST(test_numbers),
      TEST(test_lanes_are_completed_from_the_log),
      TEST(test_lanes_are_counted_where_they_are_made), TEST(test_dry_run),
      TEST(test_refused_creation_leaves_nothing),
      TEST(test_sent_twice_while_waiting),
      TEST(test_verdict_query),
      TEST(test_batches_grow_and_coalesce),
      TEST(test_lanes_take_turns),
      TEST(test_overloaded),
      TEST(test_many_spaces_in_one_transaction),
      TEST(test_idle_spaces_are_closed),
      TEST(test_feed),
  };
  return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}

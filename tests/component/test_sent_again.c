/* Groups that come in two lanes, because the folder that they waited in was copied: applied once, one verdict, whoever comes first, on
 * whichever node, before and after a restart. */
#include "tests/component/support/writer_world.h"
#include "tests/support/random.h"

#include "server/space/internal.h"

/* Two copies of one folder: the same person and account; the second one has taken a new replica id. */
struct copies {
  struct client original, copy, other;
  struct jl_id action;
};

static void begin(struct world *w, struct copies *k) {
  *k = (struct copies){.original = new_client(), .other = new_client(), .action = jl_id_random()};
  create_plan(w, &k->other);
  struct answer a = ask(w, &k->other, create_group(w, &k->other, &k->action, "Webinar"));
  expect(&a, JL_E_OK);
  k->copy = k->original;
  k->copy.replica = jl_id_random();
}

static struct jl_bytes adding(struct world *w, struct client *c, const struct copies *k, const struct jl_id *group) {
  struct jl_bytes bytes = group_of(c, &w->space, ++c->seq, group, &(struct edit){.verb = JALON__VERB__UPDATE, .id = k->action});
  struct jl_error err;
  Jalon__Group *g = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, bytes, answers, &err);
  Jalon__FieldEdit *f = g->edits[0]->fields[0];
  *f = (Jalon__FieldEdit)JALON__FIELD_EDIT__INIT;
  f->has_field = f->has_add_number = true;
  f->field = JL_ACTION_QUANTITY_DONE;
  f->add_number = 5;
  return jl_pack(&g->base, answers, JL_MESSAGE_MAX);
}

static struct jl_bytes making(struct world *w, struct client *c, const struct jl_id *group, const struct jl_id *id) {
  return group_of(c, &w->space, ++c->seq, group, &(struct edit){.verb = JALON__VERB__CREATE, .id = *id, .title = "Made twice?"});
}

static struct jl_bytes retitling(struct world *w, struct client *c, const struct copies *k, const struct jl_id *group) {
  return group_of(c, &w->space, ++c->seq, group,
                  &(struct edit){.verb = JALON__VERB__UPDATE,
                                 .id = k->action,
                                 .seen = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar"),
                                 .next = text_slice(answers, JL_TYPE_ACTION, JL_ACTION_TITLE, "Webinar in May")});
}

static const struct jl_position nowhere;
static void submit_again(struct world *w, const struct client *c, struct jl_bytes group, const struct jl_position *searched,
                         struct answer *a) {
  jl_space_submit_again(the_space(w), &c->author, &c->account, group, 0, searched, on_answer, a);
}
static struct answer ask_again(struct world *w, const struct client *c, struct jl_bytes group, const struct jl_position *searched) {
  struct answer a = {0};
  submit_again(w, c, group, searched, &a);
  until(w, &a.count, 1);
  return a;
}

static int64_t done(struct world *w, const struct copies *k) {
  const struct jl_record *r = jl_replica_record(jl_space_committed(the_space(w)), &k->action);
  return jl_record_int(r->type, r->body, JL_ACTION_QUANTITY_DONE, 0);
}

static void expect_same(const struct answer *first, const struct answer *second) {
  assert_non_null(first->verdict);
  assert_non_null(second->verdict);
  assert_int_equal(code_of(first), code_of(second));
  assert_int_equal(first->verdict->revision, second->verdict->revision);
  assert_memory_equal(first->verdict->group_id.data, second->verdict->group_id.data, 16);
  assert_int_equal(first->verdict->n_given, second->verdict->n_given);
  for (size_t i = 0; i < first->verdict->n_given; i++)
    assert_int_equal(first->verdict->given[i]->number, second->verdict->given[i]->number);
  assert_int_equal(first->verdict->n_conflicts, second->verdict->n_conflicts);
  assert_true(second->verdict->repeated);
}

/* The original came first: the copy's group is found in the log, or in the window of the other lane. */
static void original_first(void **state) {
  for (int confirmed = 0; confirmed < 2; confirmed++)
    for (int restarted = 0; restarted < 2; restarted++) {
      struct world *w = *state;
      struct copies k;
      w->space = jl_id_random();
      begin(w, &k);
      struct jl_id adds = jl_id_random(), makes = jl_id_random(), made = jl_id_random();
      struct answer first = ask(w, &k.original, adding(w, &k.original, &k, &adds));
      struct answer second = ask(w, &k.original, making(w, &k.original, &makes, &made));
      expect(&first, JL_E_OK);
      expect(&second, JL_E_OK);
      assert_int_equal(second.verdict->n_given, 1);
      if (confirmed) { /* nothing is left in its window */
        struct jl_id more = jl_id_random();
        struct answer a = {0};
        jl_space_submit(the_space(w), &k.original.author, &k.original.account, adding(w, &k.original, &k, &more), 2, on_answer, &a);
        until(w, &a.count, 1);
        expect(&a, JL_E_OK);
      }
      int64_t expected = done(w, &k);
      if (restarted) restart(w);
      struct jl_bytes bytes = adding(w, &k.copy, &k, &adds);
      struct answer again = ask_again(w, &k.copy, bytes, &nowhere);
      expect_same(&first, &again);
      assert_int_equal(again.verdict->seq, 1);
      struct answer other = ask_again(w, &k.copy, making(w, &k.copy, &makes, &made), &nowhere);
      expect_same(&second, &other);
      assert_int_equal(other.verdict->seq, 2);
      assert_int_equal(done(w, &k), expected);
      for (int i = 0; i < 2; i++) { /* asked once more, under the same number */
        struct answer repeat = ask_again(w, &k.copy, bytes, &nowhere);
        expect_same(&first, &repeat);
        restart(w);
      }
      assert_int_equal(done(w, &k), expected);
      check_log(w, the_space(w));
    }
}

/* The copy came first: the original knows nothing and says nothing. */
static void copy_first(void **state) {
  for (int restarted = 0; restarted < 2; restarted++) {
    struct world *w = *state;
    struct copies k;
    w->space = jl_id_random();
    begin(w, &k);
    struct jl_id adds = jl_id_random(), makes = jl_id_random(), made = jl_id_random(), own = jl_id_random();
    struct answer first = ask_again(w, &k.copy, adding(w, &k.copy, &k, &adds), &nowhere);
    struct answer second = ask_again(w, &k.copy, making(w, &k.copy, &makes, &made), &nowhere);
    expect(&first, JL_E_OK);
    expect(&second, JL_E_OK);
    if (restarted) restart(w);
    struct answer mine = ask(w, &k.original, adding(w, &k.original, &k, &own)); /* nobody else's */
    expect(&mine, JL_E_OK);
    assert_false(mine.verdict->repeated);
    struct answer again = ask(w, &k.original, adding(w, &k.original, &k, &adds));
    struct answer other = ask(w, &k.original, making(w, &k.original, &makes, &made));
    expect_same(&first, &again);
    expect_same(&second, &other);
    assert_int_equal(again.verdict->seq, 2);
    assert_int_equal(done(w, &k), 10);
    check_log(w, the_space(w));
  }
}

static void refusals_are_the_groups_too(void **state) {
  for (int way = 0; way < 4; way++) {
    bool copy_is_first = way % 2 != 0, confirmed = way / 2 != 0; /* confirmed: nothing is left in its window */
    struct world *w = *state;
    struct copies k;
    w->space = jl_id_random();
    begin(w, &k);
    struct answer a = ask(w, &k.other, title_group(w, &k.other, &k.action, "Webinar", "Webinar in June"));
    expect(&a, JL_E_OK);
    struct jl_id group = jl_id_random();
    struct client *one = copy_is_first ? &k.copy : &k.original, *two = copy_is_first ? &k.original : &k.copy;
    struct jl_bytes bytes = retitling(w, one, &k, &group);
    struct answer first = copy_is_first ? ask_again(w, one, bytes, &nowhere) : ask(w, one, bytes);
    expect(&first, JL_E_FIELD_CONFLICT);
    a = ask(w, &k.other, title_group(w, &k.other, &k.action, "Webinar in June", "Webinar")); /* now it would go through */
    expect(&a, JL_E_OK);
    if (confirmed) {
      struct jl_id more = jl_id_random();
      a = (struct answer){0};
      jl_space_submit(the_space(w), &one->author, &one->account, adding(w, one, &k, &more), 1, on_answer, &a);
      until(w, &a.count, 1);
      expect(&a, JL_E_OK);
    } else
      restart(w);
    bytes = retitling(w, two, &k, &group);
    struct answer second = copy_is_first ? ask(w, two, bytes) : ask_again(w, two, bytes, &nowhere);
    expect(&second, JL_E_FIELD_CONFLICT);
    expect_same(&first, &second);
    /* what depends on it is refused in both lanes */
    struct jl_id next = jl_id_random();
    struct edit edit = {.verb = JALON__VERB__CREATE, .id = jl_id_random(), .title = "x", .depends_on = 1};
    a = ask(w, two, group_of(two, &w->space, ++two->seq, &next, &edit));
    expect(&a, JL_E_DEPENDS);
  }
}

static void turn_loop(struct world *w, int times) {
  while (times-- > 0) uv_run(&w->loop, UV_RUN_NOWAIT);
}

/* Both at once: in one batch, in either order, and with the first of them on its way to the database. */
static void at_once(void **state) {
  for (int how = 0; how < 4; how++) {
    struct world *w = *state;
    struct copies k;
    struct answer a[2] = {{0}}, before = {0};
    bool copy_is_first = how & 1, flying = how & 2;
    w->space = jl_id_random();
    begin(w, &k);
    struct jl_id group = jl_id_random(), own = jl_id_random();
    struct jl_bytes original = adding(w, &k.original, &k, &group), copy = adding(w, &k.copy, &k, &group);
    jl_space_hold(the_space(w));
    fake_store_hold(w->node.store, true);
    if (!flying) { /* so that both are evaluated into the batch behind this one */
      submit(w, &k.other, adding(w, &k.other, &k, &own), &before);
      turn_loop(w, 5);
    }
    for (int i = 0; i < 2; i++) {
      if ((i == 0) == copy_is_first)
        submit_again(w, &k.copy, copy, &nowhere, &a[i]);
      else
        submit(w, &k.original, original, &a[i]);
      turn_loop(w, 5);
    }
    fake_store_hold(w->node.store, false);
    for (int i = 0; i < 2; i++) until(w, &a[i].count, 1);
    expect(&a[0], JL_E_OK);
    expect(&a[1], JL_E_OK);
    assert_int_equal(a[0].verdict->revision, a[1].verdict->revision);
    assert_int_equal(done(w, &k), flying ? 5 : 10);
    jl_space_release(the_space(w));
    check_log(w, the_space(w));
  }
}

/* The commit's outcome is not known: whatever it was, the other copy does not apply it again. */
static void decide_unknown(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d) {
  int *left = context;
  (void)batches, (void)n;
  if (*left == 0) return;
  *d = (struct fake_decision){JL_COMMIT_UNKNOWN, *left == 1, SIZE_MAX};
  *left = 0;
}
static void outcome_unknown(void **state) {
  for (int applied = 0; applied < 2; applied++) {
    struct world *w = *state;
    struct copies k;
    w->space = jl_id_random();
    begin(w, &k);
    struct jl_id group = jl_id_random();
    struct jl_bytes copy = adding(w, &k.copy, &k, &group);
    int left = applied ? 1 : 2;
    fake_store_decide(w->node.store, decide_unknown, &left);
    struct answer first = ask_again(w, &k.copy, copy, &nowhere);
    expect(&first, JL_E_UNKNOWN_OUTCOME);
    fake_store_decide(w->node.store, NULL, NULL);
    struct answer second = ask(w, &k.original, adding(w, &k.original, &k, &group));
    expect(&second, JL_E_OK);
    assert_int_equal(second.verdict->repeated, applied);
    first = ask_again(w, &k.copy, copy, &nowhere);
    expect(&first, JL_E_OK);
    assert_int_equal(first.verdict->revision, second.verdict->revision);
    assert_int_equal(done(w, &k), 5);
  }
}

/* What its client has looked through is believed when the chains of that position lead to ours. */
static void searched_from_a_position(void **state) {
  struct world *w = *state;
  struct copies k;
  begin(w, &k);
  struct jl_id early = jl_id_random(), late = jl_id_random(), fresh = jl_id_random();
  struct answer a = ask(w, &k.original, adding(w, &k.original, &k, &early));
  struct jl_position at = *jl_replica_where(jl_space_committed(the_space(w))), false_one = at;
  struct answer b = ask(w, &k.original, adding(w, &k.original, &k, &late));
  expect(&b, JL_E_OK);
  struct answer confirms = {0};
  struct jl_id own = jl_id_random();
  jl_space_submit(the_space(w), &k.original.author, &k.original.account, adding(w, &k.original, &k, &own), 2, on_answer, &confirms);
  until(w, &confirms.count, 1);
  restart(w); /* the log is read from the database */
  struct answer c = ask_again(w, &k.copy, adding(w, &k.copy, &k, &late), &at);
  expect_same(&b, &c);
  c = ask_again(w, &k.copy, adding(w, &k.copy, &k, &fresh), &at);
  expect(&c, JL_E_OK);
  assert_false(c.verdict->repeated);
  for (size_t i = 0; i < JL_SECTIONS; i++) false_one.sections[i].chain[0] ^= 1;
  c = ask_again(w, &k.copy, adding(w, &k.copy, &k, &early), &false_one); /* all of it, then */
  expect_same(&a, &c);
  assert_int_equal(done(w, &k), 20);
}

/* The position says nothing of the section that the group is in: its client could not read it when it looked through the log. */
static void searched_without_the_section(void **state) {
  struct world *w = *state;
  struct copies k;
  w->space = jl_id_random();
  begin(w, &k);
  struct jl_id adds = jl_id_random(), more = jl_id_random();
  struct answer first = ask(w, &k.original, adding(w, &k.original, &k, &adds)), a = {0};
  expect(&first, JL_E_OK);
  jl_space_submit(the_space(w), &k.original.author, &k.original.account, adding(w, &k.original, &k, &more), 1, on_answer,
                  &a); /* confirms it */
  until(w, &a.count, 1);
  expect(&a, JL_E_OK);
  struct jl_position searched = *jl_replica_where(jl_space_committed(the_space(w)));
  assert_true(searched.sections[JL_SECTION_ACTIONS].revision > 0);
  memset(&searched.sections[JL_SECTION_ACTIONS], 0, sizeof searched.sections[0]);
  struct answer again = ask_again(w, &k.copy, adding(w, &k.copy, &k, &adds), &searched);
  expect_same(&first, &again);
  assert_int_equal(done(w, &k), 10);
}

/* Ids of groups can be read in the log; verdicts are their author's. */
static void of_another_account(void **state) {
  struct world *w = *state;
  struct copies k;
  begin(w, &k);
  struct jl_id group = jl_id_random();
  struct client stranger = new_client();
  struct answer a = ask_again(w, &k.copy, adding(w, &k.copy, &k, &group), &nowhere);
  expect(&a, JL_E_OK);
  a = ask(w, &stranger, adding(w, &stranger, &k, &group));
  expect(&a, JL_E_OK);
  assert_false(a.verdict->repeated);
  struct client second = new_client();
  a = ask_again(w, &second, adding(w, &second, &k, &group), &nowhere);
  expect(&a, JL_E_OK);
  assert_false(a.verdict->repeated);
  assert_int_equal(done(w, &k), 15);
  a = ask(w, &k.original, adding(w, &k.original, &k, &group));
  expect(&a, JL_E_OK);
  assert_true(a.verdict->repeated);
}

/* Without copies nothing is asked and nothing is kept. */
/* The log tells that it was merged as well. */
static void merged_is_told_from_the_log(void **state) {
  struct world *w = *state;
  struct copies k;
  struct answer seen = {0}, a;
  struct jl_id group = jl_id_random(), next = jl_id_random();
  struct jl_error err;
  begin(w, &k);
  a = ask(w, &k.other, title_group(w, &k.other, &k.action, "Webinar", "Webinar in June")); /* since the folder saw it */
  expect(&a, JL_E_OK);
  Jalon__Group *g = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, adding(w, &k.original, &k, &group), answers, &err);
  g->edits[0]->has_seen_revision = true;
  g->edits[0]->seen_revision = 2;
  struct answer first = ask(w, &k.original, jl_pack(&g->base, answers, JL_MESSAGE_MAX));
  expect(&first, JL_E_OK);
  assert_true(first.verdict->merged);
  jl_space_submit(the_space(w), &k.original.author, &k.original.account, adding(w, &k.original, &k, &next), 1, on_answer, &seen);
  until(w, &seen.count, 1); /* the verdict is confirmed, and not in the window any more */
  a = ask_again(w, &k.copy, adding(w, &k.copy, &k, &group), &nowhere);
  expect(&a, JL_E_OK);
  assert_true(a.verdict->merged && a.verdict->revision == first.verdict->revision);
}

/* While the log is looked through for the copy's group, the original's is refused, and its verdict confirmed and out of the window: it is in
 * no log. By then it would be applied. */
static void refused_while_it_is_looked_for(void **state) {
  struct world *w = *state;
  struct copies k;
  struct answer looked = {0}, seen = {0}, a;
  struct jl_id group = jl_id_random(), next = jl_id_random();
  begin(w, &k);
  a = ask(w, &k.other, title_group(w, &k.other, &k.action, "Webinar", "Something else"));
  expect(&a, JL_E_OK);
  restart(w); /* the log is with the store */
  struct jl_space *space = the_space(w);
  jl_space_hold(space);
  size_t asked = fake_store_counts(w->node.store).decided;
  fake_store_hold_loads(w->node.store, true);
  submit_again(w, &k.copy, retitling(w, &k.copy, &k, &group), &nowhere, &looked);
  while (fake_store_counts(w->node.store).decided == asked) uv_run(&w->loop, UV_RUN_NOWAIT);
  a = ask(w, &k.original, retitling(w, &k.original, &k, &group));
  expect(&a, JL_E_FIELD_CONFLICT);
  a = ask(w, &k.other, title_group(w, &k.other, &k.action, "Something else", "Webinar"));
  expect(&a, JL_E_OK);
  jl_space_submit(space, &k.original.author, &k.original.account, adding(w, &k.original, &k, &next), 1, on_answer, &seen);
  until(w, &seen.count, 1);
  assert_int_equal(looked.count, 0);
  fake_store_hold_loads(w->node.store, false);
  until(w, &looked.count, 1);
  expect(&looked, JL_E_FIELD_CONFLICT);
  jl_space_release(space);
}

/* A few at a time read the log; the others wait for them. */
static void few_are_looked_for_at_once(void **state) {
  enum { MANY = 9 };
  struct world *w = *state;
  struct copies k;
  struct client c[MANY];
  struct answer a[MANY] = {{0}};
  size_t most = 0;
  begin(w, &k);
  restart(w);
  struct jl_space *space = the_space(w);
  jl_space_hold(space);
  for (int i = 0; i < MANY; i++) {
    struct jl_id group = jl_id_random();
    c[i] = k.original;
    c[i].replica = jl_id_random();
    submit_again(w, &c[i], adding(w, &c[i], &k, &group), &nowhere, &a[i]);
  }
  for (int done_count = 0; done_count < MANY;) {
    uv_run(&w->loop, UV_RUN_NOWAIT);
    if (space->searches > most) most = space->searches;
    done_count = 0;
    for (int i = 0; i < MANY; i++) done_count += a[i].count;
  }
  for (int i = 0; i < MANY; i++) expect(&a[i], JL_E_OK);
  assert_int_equal(done(w, &k), 5 * MANY);
  assert_int_equal(most, 2);
  jl_space_release(space);
}

/* However many lanes somebody has: another one's group is looked for as soon as one of his searches ends. */
static void nobody_takes_every_search(void **state) {
  enum { MANY = 40 };
  struct world *w = *state;
  struct copies k;
  struct client c[MANY], stranger = new_client();
  static struct answer a[MANY], his; /* a failure leaves some of them to come */
  int before = 0;
  begin(w, &k);
  restart(w);
  struct jl_space *space = the_space(w);
  jl_space_hold(space);
  struct jl_id group = jl_id_random();
  for (int i = 0; i < MANY; i++) {
    struct jl_id many = jl_id_random();
    c[i] = k.original;
    c[i].replica = jl_id_random();
    jl_space_submit_again(space, &c[i].author, &c[i].account, adding(w, &c[i], &k, &many), 0, &nowhere, on_answer, &a[i]);
  }
  jl_space_submit_again(space, &stranger.author, &stranger.account, adding(w, &stranger, &k, &group), 0, &nowhere, on_answer, &his);
  until(w, &his.count, 1);
  for (int i = 0; i < MANY; i++) before += a[i].count;
  assert_true(before <= 4); /* the two under way when he came, and who was looked for beside him */
  for (int i = 0; i < MANY; i++) until(w, &a[i].count, 1);
  assert_int_equal(done(w, &k), 5 * (MANY + 1));
  jl_space_release(space);
}

/* As many as are remembered: what is decided is told all the same, new ones come later. */
static void no_more_than_are_remembered(void **state) {
  struct world *w = *state;
  struct copies k;
  struct answer again = {0}, other = {0};
  struct jl_id group = jl_id_random(), next = jl_id_random();
  begin(w, &k);
  struct jl_bytes first = adding(w, &k.copy, &k, &group);
  struct answer a = ask_again(w, &k.copy, first, &nowhere);
  expect(&a, JL_E_OK);
  struct jl_space *space = the_space(w);
  jl_space_hold(space);
  size_t count = space->again.count;
  space->again.count = JL_SPACE_AGAIN;
  jl_space_submit_again(space, &k.copy.author, &k.copy.account, first, 0, &nowhere, on_answer, &again);
  jl_space_submit_again(space, &k.copy.author, &k.copy.account, adding(w, &k.copy, &k, &next), 0, &nowhere, on_answer, &other);
  space->again.count = count;
  until(w, &again.count, 1);
  until(w, &other.count, 1);
  expect(&again, JL_E_OK);
  assert_true(again.verdict->repeated && again.verdict->revision == a.verdict->revision);
  expect(&other, JL_E_OVERLOADED);
  k.copy.seq--;
  a = ask_again(w, &k.copy, adding(w, &k.copy, &k, &next), &nowhere); /* later */
  expect(&a, JL_E_OK);
  jl_space_release(space);
}

static void costs_nothing(void **state) {
  struct world *w = *state;
  struct copies k;
  begin(w, &k);
  for (int i = 0; i < 50; i++) {
    struct jl_id group = jl_id_random();
    struct answer a = ask(w, &k.original, adding(w, &k.original, &k, &group));
    expect(&a, JL_E_OK);
  }
  assert_int_equal(fake_store_counts(w->node.store).decided, 0);
}

/* ---- histories: both copies send the same groups, in lanes of their own, to two nodes that do not know of each other; commits fail, and
 * their outcome is not known. A failing one prints its seed; JALON_SEED runs that one alone, JALON_SEEDS so many. ---- */
enum { GROUPS = 12, NODES = 2, COPIES = 3 };
struct sender {
  struct client client;
  struct jl_bytes bytes[GROUPS];
  struct answer answers[GROUPS];
  int next;
  bool waiting, marked;
};
struct history {
  struct world *w;
  struct jl_space *space[NODES];
  struct copies k;
  struct jl_id groups[GROUPS];
  struct sender senders[COPIES];
  struct random random;
};

static uint32_t pick(struct history *h, uint32_t n) { return (uint32_t)random_below(&h->random, n); }

static void disturb(void *context, const struct jl_store_batch *const *batches, size_t n, struct fake_decision *d) {
  struct history *h = context;
  (void)batches, (void)n;
  uint32_t what = pick(h, 20);
  if (what == 0) *d = (struct fake_decision){JL_COMMIT_UNKNOWN, pick(h, 2) == 0, SIZE_MAX};
  if (what == 1) d->result = JL_COMMIT_FAILED;
}

static void step(struct history *h, struct sender *s) {
  if (s->next == GROUPS) return;
  struct answer *a = &s->answers[s->next];
  if (s->waiting && a->count == 0) return;
  if (s->waiting && a->verdict != NULL) {
    s->waiting = false;
    s->next++;
    return;
  }
  struct jl_space *space = h->space[pick(h, NODES)];
  const struct client *c = &s->client;
  *a = (struct answer){0};
  s->waiting = true;
  if (s->marked)
    jl_space_submit_again(space, &c->author, &c->account, s->bytes[s->next], 0, &nowhere, on_answer, a);
  else
    jl_space_submit(space, &c->author, &c->account, s->bytes[s->next], 0, on_answer, a);
}

static void check_history(struct history *h) {
  struct jl_store *store = h->w->node.store;
  for (int i = 0; i < GROUPS; i++) {
    size_t times = 0;
    uint64_t revision = 0;
    for (size_t r = 0; r < fake_store_log_count(store, &h->w->space); r++) {
      const struct jl_store_log *row = fake_store_log_row(store, &h->w->space, r);
      if (memmem(row->body.data, row->body.size < 120 ? row->body.size : 120, h->groups[i].bytes, 16) == NULL) continue;
      times++;
      revision = row->revision;
    }
    assert_int_equal(times, 1);
    for (int c = 0; c < COPIES; c++) {
      expect(&h->senders[c].answers[i], JL_E_OK);
      assert_int_equal(h->senders[c].answers[i].verdict->revision, revision);
    }
  }
}

static void run_history(struct world *w, uint64_t seed) {
  static struct history h;
  struct node second = {fake_store_node(w->node.store), NULL};
  h = (struct history){.w = w, .random = {seed}};
  w->space = jl_id_random();
  begin(w, &h.k);
  second.spaces = start(w, second.store);
  h.space[0] = the_space(w);
  h.space[1] = open_space(w, second.spaces, &w->space, false);
  for (int i = 0; i < NODES; i++) jl_space_hold(h.space[i]);
  jl_spaces_lease_wait(w->node.spaces, 1); /* waits are real time: short here */
  jl_spaces_lease_wait(second.spaces, 1);
  for (int i = 0; i < COPIES; i++) {
    h.senders[i].client = h.k.original;
    h.senders[i].marked = i > 0;
    if (i > 0) h.senders[i].client.replica = jl_id_random();
    for (int g = 0; g < GROUPS; g++) {
      if (i == 0) h.groups[g] = jl_id_random();
      h.senders[i].bytes[g] = adding(w, &h.senders[i].client, &h.k, &h.groups[g]);
    }
  }
  fake_store_decide(w->node.store, disturb, &h);
  fake_store_decide(second.store, disturb, &h);
  bool all = false;
  for (int64_t end = jl_monotonic_us() + PATIENCE_US; !all;) {
    if (jl_monotonic_us() > end) fail_msg("it does not come to rest");
    step(&h, &h.senders[pick(&h, COPIES)]);
    if (pick(&h, 3) == 0) turn_loop(w, 1 + (int)pick(&h, 3));
    all = true;
    for (int i = 0; i < COPIES; i++) all = all && h.senders[i].next == GROUPS;
  }
  fake_store_decide(w->node.store, NULL, NULL);
  check_history(&h);
  for (int i = 0; i < NODES; i++) jl_space_release(h.space[i]);
  stop(w, second.spaces);
  fake_store_free(second.store);
}

static void on_two_nodes(void **state) {
  const char *one = getenv("JALON_SEED"), *many = getenv("JALON_SEEDS");
  uint64_t seed = one != NULL ? strtoull(one, NULL, 10) : 1, count = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : 20;
  for (uint64_t i = 0; i < count; i++) {
    print_message("seed %llu\n", (unsigned long long)(seed + i));
    run_history(*state, seed + i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(original_first),
      TEST(copy_first),
      TEST(refusals_are_the_groups_too),
      TEST(at_once),
      TEST(outcome_unknown),
      TEST(searched_from_a_position),
      TEST(searched_without_the_section),
      TEST(of_another_account),
      TEST(merged_is_told_from_the_log), TEST(refused_while_it_is_looked_for), TEST(few_are_looked_for_at_once), TEST(nobody_takes_every_search), TEST(no_more_than_are_remembered), TEST(costs_nothing),
      TEST(on_two_nodes),
  };
  return cmocka_run_group_tests_name("sent again", tests, NULL, NULL);
}

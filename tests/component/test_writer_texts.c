/* Long texts that two people changed, through the writer: who waits, who does not, and what the log ships. */
#include "tests/component/support/writer_world.h"

#define WORKERS 2

/* ---- workers that do nothing until they may ---- */
struct gate {
  uv_work_t work[WORKERS];
  uv_sem_t open;
  int closed, done;
};
static void hold(uv_work_t *work) {
  struct gate *gate = work->data;
  uv_sem_wait(&gate->open);
}
static void held(uv_work_t *work, int status) {
  struct gate *gate = work->data;
  (void)status;
  gate->done++;
}
static void close_gate(struct world *w, struct gate *gate) {
  *gate = (struct gate){.closed = WORKERS};
  assert_int_equal(uv_sem_init(&gate->open, 0), 0);
  for (int i = 0; i < WORKERS; i++) {
    gate->work[i].data = gate;
    assert_int_equal(uv_queue_work(&w->loop, &gate->work[i], hold, held), 0);
  }
}
static void open_gate(struct world *w, struct gate *gate) {
  for (int i = 0; i < WORKERS; i++) uv_sem_post(&gate->open);
  until(w, &gate->done, WORKERS);
  uv_sem_destroy(&gate->open);
}

/* ---- texts ---- */
static struct jl_bytes text_of(const char *text) {
  return text == NULL ? (struct jl_bytes){NULL, 0} : text_slice(answers, JL_TYPE_ACTION, JL_ACTION_DESCRIPTION, text);
}

static struct jl_bytes text_group(struct world *w, struct client *c, const struct jl_id *id, const char *seen, const char *next) {
  struct jl_id group = jl_id_random();
  return group_of(
      c, &w->space, ++c->seq, &group,
      &(struct edit){.verb = JALON__VERB__UPDATE, .id = *id, .field = JL_ACTION_DESCRIPTION, .seen = text_of(seen), .next = text_of(next)});
}

static void expect_text(struct world *w, const struct jl_id *id, const char *text) {
  const struct jl_record *record = jl_replica_record(jl_space_committed(the_space(w)), id);
  struct jl_bytes is = jl_record_text(record->type, record->body, JL_ACTION_DESCRIPTION);
  if (is.size != strlen(text) || memcmp(is.data, text, is.size) != 0) fail_msg("\"%.*s\" instead of \"%s\"", (int)is.size, is.data, text);
}

/* An action whose text Ana has changed since Bob saw "one two three". */
static struct jl_id changed_by_ana(struct world *w, struct client *ana, const char *text) {
  struct jl_id action = jl_id_random();
  struct answer a = ask(w, ana, create_group(w, ana, &action, "Webinar"));
  expect(&a, JL_E_OK);
  a = ask(w, ana, text_group(w, ana, &action, NULL, "one two three"));
  expect(&a, JL_E_OK);
  a = ask(w, ana, text_group(w, ana, &action, "one two three", text));
  expect(&a, JL_E_OK);
  return action;
}

static void merged_and_shipped(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "1 two three");
  struct jl_bytes group = text_group(w, &bob, &action, "one two three", "one two 3");
  struct answer a = ask(w, &bob, group);
  expect(&a, JL_E_OK);
  assert_true(a.verdict->merged);
  expect_text(w, &action, "1 two 3");
  size_t rows = fake_store_log_count(w->node.store, &w->space);
  const struct jl_store_log *row = fake_store_log_row(w->node.store, &w->space, rows - 1);
  assert_non_null(memmem(row->body.data, row->body.size, "1 two 3", 7)); /* replicas merge nothing themselves */
  struct answer again = ask(w, &bob, group);
  expect(&again, JL_E_OK);
  assert_true(again.verdict->repeated && again.verdict->revision == a.verdict->revision);
  check_log(w, the_space(w));
}

static void overlapping_is_a_conflict(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "one zwei three");
  struct answer a = ask(w, &bob, text_group(w, &bob, &action, "one two three", "one deux three"));
  expect(&a, JL_E_FIELD_CONFLICT);
  assert_int_equal(a.verdict->n_conflicts, 1);
  const Jalon__Conflict *c = a.verdict->conflicts[0];
  struct jl_bytes seen = text_of("one two three"), theirs = text_of("one zwei three"), mine = text_of("one deux three");
  assert_true(c->seen.len == seen.size && memcmp(c->seen.data, seen.data, seen.size) == 0);
  assert_true(c->theirs.len == theirs.size && memcmp(c->theirs.data, theirs.data, theirs.size) == 0);
  assert_true(c->mine.len == mine.size && memcmp(c->mine.data, mine.data, mine.size) == 0);
  assert_memory_equal(c->author.data, ana.author.person.bytes, 16);
  expect_text(w, &action, "one zwei three");
  check_log(w, the_space(w));
}

/* While no worker works: everybody else goes on, in this space too; what follows the text in its own lane waits. */
static void only_its_lane_waits(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  struct gate gate;
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "1 two three"), other = jl_id_random();
  close_gate(w, &gate);
  struct answer text = {0}, twice = {0}, next = {0};
  struct jl_bytes group = text_group(w, &bob, &action, "one two three", "one two 3");
  submit(w, &bob, group, &text);
  submit(w, &bob, group, &twice);
  submit(w, &bob, create_group(w, &bob, &other, "After the text"), &next);
  int turns = 0;
  for (int i = 0; i < 50; i++) {
    struct jl_id id = jl_id_random();
    struct answer a = {0};
    submit(w, &ana, create_group(w, &ana, &id, "Meanwhile"), &a);
    for (; a.count == 0; turns++) uv_run(&w->loop, UV_RUN_NOWAIT);
    expect(&a, JL_E_OK);
  }
  assert_true(turns >= 50);
  assert_int_equal(text.count + twice.count + next.count, 0);
  open_gate(w, &gate);
  until(w, &next.count, 1);
  assert_true(text.count == 1 && twice.count == 1);
  expect(&text, JL_E_OK);
  expect(&twice, JL_E_OK);
  expect(&next, JL_E_OK);
  assert_true(next.verdict->revision > text.verdict->revision);
  expect_text(w, &action, "1 two 3");
  check_log(w, the_space(w));
}

/* The text changes again while its merge is worked out: that merge is of no use, the next one is. */
static void merged_again_when_it_changed_meanwhile(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  struct gate gate;
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "1 two three");
  close_gate(w, &gate);
  struct answer text = {0};
  submit(w, &bob, text_group(w, &bob, &action, "one two three", "one two 3"), &text);
  struct answer a = ask(w, &ana, text_group(w, &ana, &action, "1 two three", "1 2 three"));
  expect(&a, JL_E_OK);
  open_gate(w, &gate);
  until(w, &text.count, 1);
  expect(&text, JL_E_OK);
  expect_text(w, &action, "1 2 3");
  check_log(w, the_space(w));
}

/* A text that never stands still: after so many rounds it is a conflict. */
static void not_for_ever(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "0 one two three");
  struct answer text = {0};
  char seen[64] = "0 one two three", next[64];
  submit(w, &bob, text_group(w, &bob, &action, "one two three", "one two 3"), &text);
  int changes = 0;
  for (; text.count == 0 && changes < 50000; changes++) {
    struct gate gate;
    struct answer a = {0};
    snprintf(next, sizeof next, "%d one two three", changes + 1);
    close_gate(w, &gate);
    submit(w, &ana, text_group(w, &ana, &action, seen, next), &a);
    while (a.count + text.count == 0) uv_run(&w->loop, UV_RUN_NOWAIT);
    memcpy(seen, next, sizeof seen);
    open_gate(w, &gate);
    until(w, &a.count, 1); /* when Bob was quicker, it is Ana's text that had to be merged */
    expect(&a, JL_E_OK);
  }
  assert_int_equal(text.count, 1); /* not each change meets a merge: a worker takes its time */
  assert_true(code_of(&text) == JL_E_OK || code_of(&text) == JL_E_FIELD_CONFLICT); /* it may be quicker than Ana */
  check_log(w, the_space(w));
}

static void more_texts_than_workers(void **state) {
  struct world *w = *state;
  enum { CLIENTS = 20 };
  struct client ana = new_client(), many[CLIENTS];
  struct jl_id actions[CLIENTS];
  struct answer texts[CLIENTS] = {{0}}, dry = {0};
  struct gate gate;
  create_plan(w, &ana);
  for (int i = 0; i < CLIENTS; i++) actions[i] = changed_by_ana(w, &ana, "1 two three");
  close_gate(w, &gate);
  for (int i = 0; i < CLIENTS; i++) {
    many[i] = new_client();
    submit(w, &many[i], text_group(w, &many[i], &actions[i], "one two three", "one two 3"), &texts[i]);
  }
  struct client bob = new_client();
  struct jl_id group = jl_id_random();
  submit(w, &bob,
         group_of(&bob, &w->space, 1, &group,
                  &(struct edit){.verb = JALON__VERB__UPDATE,
                                 .id = actions[0],
                                 .field = JL_ACTION_DESCRIPTION,
                                 .seen = text_of("one two three"),
                                 .next = text_of("one two three four"),
                                 .dry = true}),
         &dry);
  for (int i = 0; i < 20; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  assert_int_equal(dry.count, 0);
  open_gate(w, &gate);
  for (int i = 0; i < CLIENTS; i++) {
    until(w, &texts[i].count, 1);
    expect(&texts[i], JL_E_OK);
    expect_text(w, &actions[i], "1 two 3");
  }
  until(w, &dry.count, 1);
  assert_true(code_of(&dry) == JL_E_OK || code_of(&dry) == JL_E_FIELD_CONFLICT); /* with "three" as it is, or when it is "3" */
  check_log(w, the_space(w));
}

static void stopping_does_not_wait_for_a_verdict(void **state) {
  struct world *w = *state;
  enum { CLIENTS = 5 };
  struct client ana = new_client(), many[CLIENTS];
  struct answer texts[CLIENTS] = {{0}};
  struct gate gate;
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "1 two three");
  close_gate(w, &gate);
  for (int i = 0; i < CLIENTS; i++) {
    many[i] = new_client();
    submit(w, &many[i], text_group(w, &many[i], &action, "one two three", "one two 3"), &texts[i]);
  }
  for (int i = 0; i < 20; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
  int closed_count = 0;
  jl_spaces_close(w->node.spaces, on_closed, &closed_count);
  for (int i = 0; i < CLIENTS; i++) {
    until(w, &texts[i].count, 1);
    assert_int_equal(texts[i].err.code, JL_E_DRAINING);
  }
  open_gate(w, &gate);
  until(w, &closed_count, 1);
  w->node.spaces = start(w, w->node.store);
  struct answer a = ask(w, &many[0], text_group(w, &many[0], &action, "one two three", "one two 3"));
  (void)a; /* its seq 1 was never used: a gap */
  many[0].seq = 0;
  a = ask(w, &many[0], text_group(w, &many[0], &action, "one two three", "one two 3"));
  expect(&a, JL_E_OK);
  check_log(w, the_space(w));
}

static void at_once_without_workers(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  struct gate gate;
  jl_spaces_merge_at_once(w->node.spaces);
  create_plan(w, &ana);
  struct jl_id action = changed_by_ana(w, &ana, "1 two three");
  close_gate(w, &gate);
  struct answer a = ask(w, &bob, text_group(w, &bob, &action, "one two three", "one two 3"));
  expect(&a, JL_E_OK);
  expect_text(w, &action, "1 two 3");
  open_gate(w, &gate);
}

/* The longest text there is, with a character a line: others are decided while a worker has it. */
static void a_long_text(void **state) {
  struct world *w = *state;
  struct client ana = new_client(), bob = new_client();
  const int size = (int)jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), JL_ACTION_DESCRIPTION)->max_bytes / 8 * 8;
  char *base = malloc((size_t)size + 1), *theirs = malloc((size_t)size + 1), *mine = malloc((size_t)size + 1),
       *merged = malloc((size_t)size + 1);
  for (int i = 0; i < size; i += 2) {
    base[i] = (char)('a' + i / 2 * 7 % 26);
    base[i + 1] = '\n';
  }
  base[size] = '\0';
  memcpy(theirs, base, (size_t)size + 1);
  memcpy(mine, base, (size_t)size + 1);
  memcpy(merged, base, (size_t)size + 1);
  for (int i = 0; i + 8 < size; i += 8) {
    theirs[i] = merged[i] = 'X';
    mine[i + 4] = merged[i + 4] = 'Y';
  }
  create_plan(w, &ana);
  struct jl_id action = jl_id_random();
  struct answer a = ask(w, &ana, create_group(w, &ana, &action, "Webinar"));
  a = ask(w, &ana, text_group(w, &ana, &action, NULL, base));
  expect(&a, JL_E_OK);
  a = ask(w, &ana, text_group(w, &ana, &action, base, theirs));
  expect(&a, JL_E_OK);
  struct answer text = {0};
  submit(w, &bob, text_group(w, &bob, &action, base, mine), &text);
  int decided = 0;
  while (text.count == 0) {
    struct jl_id id = jl_id_random();
    a = ask(w, &ana, create_group(w, &ana, &id, "Meanwhile"));
    expect(&a, JL_E_OK);
    decided++;
  }
  expect(&text, JL_E_OK);
  print_message("%d other groups decided meanwhile\n", decided);
  expect_text(w, &action, merged);
  free(base);
  free(theirs);
  free(mine);
  free(merged);
  check_log(w, the_space(w));
}

int main(void) {
  char workers[8];
  snprintf(workers, sizeof workers, "%d", WORKERS);
  setenv("UV_THREADPOOL_SIZE", workers, 1);
  const struct CMUnitTest tests[] = {
      TEST(merged_and_shipped),
      TEST(overlapping_is_a_conflict),
      TEST(only_its_lane_waits),
      TEST(merged_again_when_it_changed_meanwhile),
      TEST(not_for_ever),
      TEST(more_texts_than_workers),
      TEST(at_once_without_workers),
      TEST(stopping_does_not_wait_for_a_verdict),
      TEST(a_long_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

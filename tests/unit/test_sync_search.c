/* Looking through the server's log for what may have been lost: pages in which everything is of sections that one may not read say that there
 * is more, and not how far they came. What is asked for is halved until a page says it all, and doubled again behind it: hardly more questions
 * than there are pages, and nothing is taken for looked at that was not. */
#include "sync_world.h"

enum { OTHERS = 300, OWN = 6, PAGE = 9 };

/* As device_run; gives how many pages of the log came. */
static size_t run_counting(struct device *d) {
  size_t pages = 0;
  for (int rounds = 0; rounds < 20000; rounds++) {
    pages += d->to_device != NULL && d->to_device->type == JALON__FRAME_TYPE__READ_LOG_REPLY;
    bool any = device_step(d);
    d->w->now_us += any ? 1 : 200000;
    jl_engine_flush(d->engine, false);
    world_tell(d);
    if (!any && d->to_device == NULL && !jl_engine_sending(d->engine)) return pages;
  }
  fail_msg("never quiet");
  return 0;
}

static void put_counts(struct device *d, struct jl_id id, int n) {
  for (int i = 1; i <= n; i++) {
    put_count(d, id, 1);
    if (i % 20 == 0 || i == n) device_run(d);
  }
}

static void search(void **state, bool before) {
  struct device d, other;
  struct world *w = calloc(1, sizeof *w);
  struct jl_error err;
  assert_non_null(w);
  world_start(w, *state);
  device_start(&d, w);
  device_start(&other, w);
  device_up(&other);
  struct jl_id theirs = put_action(&other, "theirs", NULL);
  put_counts(&other, theirs, OTHERS / 2 - 1);
  uint64_t entries[OWN];
  struct jl_id mine = put_action(&d, "mine", &entries[0]);
  for (int i = 1; i < OWN; i++) entries[i] = put_count(&d, mine, 1);
  device_up(&d); /* it follows nothing yet: its copy begins behind all of this */
  device_run(&d);
  uint64_t ours_end = jl_replica_where(w->f->space)->revision;
  put_counts(&other, theirs, OTHERS / 2);
  device_again(&d);
  for (int i = 0; i < OWN; i++) assert_true(jl_outbox_again(&d.outbox, entries[i], &err)); /* taken for lost; another copy may have sent them */
  size_t applied = w->applied;
  w->log_page = PAGE;
  w->hidden_from = before ? 0 : ours_end + 1; /* nothing of theirs may be read any more, before ours or behind it */
  w->hidden_to = before ? ours_end - OWN : UINT64_MAX;
  device_follow(&d, false);
  device_up(&d);
  size_t pages = run_counting(&d), whole = (1 + OTHERS + OWN) / PAGE + 1;
  assert_int_equal(d.found, OWN); /* all of ours were seen in the log, and none was sent once more */
  assert_int_equal(w->again_count, 0);
  assert_int_equal(w->applied, applied);
  assert_int_equal(world_count(w, mine), OWN - 1);
  /* 307 revisions are 35 pages. Halved from 307 it takes five questions to come below a page of nine, and behind a hidden page every second one
   * is halved again. */
  if (pages > whole + 12) fail_msg("%zu questions for a log of %zu pages", pages, whole);
  device_same(&d);
  device_end(&d);
  device_end(&other);
  free(w);
}

static void hidden_before(void **state) { search(state, true); }
static void hidden_behind(void **state) { search(state, false); }

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(hidden_before), FX_TEST(hidden_behind)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

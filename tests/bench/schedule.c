/* schedule: how long the model takes, in ms, the median of many, for a plan of 5,000 actions with 8,000 dependencies. `all`: from its
 * records to every date; `arithmetic`: the passes alone; `one`: an action in the middle becomes longer, and what hangs on it is worked out
 * again, the dearest of a hundred such actions. */
#include "common/base/calendar.h"
#include "common/model/actions/network.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTIONS 5000
#define DEPENDENCIES 8000
#define ROUNDS 40
#define CHANGED 100
#define TODAY 20580

struct making {
  struct jl_arena *arena;
  struct jl_replica *plan;
  const struct jl_record_type *type;
  struct jl_bytes body;
  uint64_t number, chance;
};

static void fail(const char *what) {
  fprintf(stderr, "schedule: %s\n", what);
  exit(1);
}

static uint32_t any(struct making *m, uint32_t below) {
  m->chance ^= m->chance << 13, m->chance ^= m->chance >> 7, m->chance ^= m->chance << 17;
  return (uint32_t)(m->chance >> 33) % below;
}

static void put(struct making *m, uint32_t field, struct jl_value value) {
  m->body = jl_record_with(m->arena, m->body, field, jl_value_encode(m->arena, jl_field_by_number(m->type, field), &value));
}

static struct jl_id made(struct making *m) {
  struct jl_id id = jl_id_random();
  struct jl_error err;
  struct jl_record *record = jl_record_check(m->type, m->body, &err) ? jl_record_new(m->type->number, &id, m->body) : NULL;
  if (record == NULL) fail("a record cannot be made");
  record->number = ++m->number;
  record->revision = record->created_revision = 1;
  if (!jl_replica_put(m->plan, record)) fail("no memory");
  m->body = (struct jl_bytes){NULL, 0};
  return id;
}

/* Long enough chains: an action waits for some of the two hundred before it. */
static void make(struct making *m) {
  static const int64_t kinds[] = {JL_FINISH_TO_START, JL_FINISH_TO_START, JL_FINISH_TO_START, JL_START_TO_START, JL_FINISH_TO_FINISH};
  struct jl_id *ids = jl_arena_array(m->arena, ACTIONS, sizeof *ids);
  if (ids == NULL) fail("no memory");
  m->type = jl_record_type_by_number(JL_TYPE_ACTION);
  for (size_t i = 0; i < ACTIONS; i++) {
    put(m, JL_ACTION_TITLE, (struct jl_value){.text = {(const uint8_t *)"action", 6}});
    put(m, JL_ACTION_DURATION, (struct jl_value){.number = 1 + any(m, 10)});
    if (any(m, 4) == 0) put(m, JL_ACTION_DUE, (struct jl_value){.number = TODAY + 30 + any(m, 700)});
    ids[i] = made(m);
  }
  m->type = jl_record_type_by_number(JL_TYPE_DEPENDENCY);
  m->number = 0;
  for (size_t i = 0; i < DEPENDENCIES; i++) {
    uint32_t after = 1 + any(m, ACTIONS - 1), span = after < 200 ? after : 200;
    put(m, JL_DEPENDENCY_PREDECESSOR, (struct jl_value){.id = ids[after - 1 - any(m, span)]});
    put(m, JL_DEPENDENCY_SUCCESSOR, (struct jl_value){.id = ids[after]});
    put(m, JL_DEPENDENCY_KIND, (struct jl_value){.number = kinds[any(m, JL_COUNT(kinds))]});
    if (any(m, 5) == 0) put(m, JL_DEPENDENCY_LAG, (struct jl_value){.number = any(m, 6)});
    (void)made(m);
  }
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static double median_ms(int64_t *us, size_t n) {
  qsort(us, n, sizeof *us, by_size);
  return (double)us[n / 2] / 1000;
}

int main(void) {
  struct jl_id space = jl_id_random();
  struct making m = {.arena = jl_arena_new(64u << 20), .plan = jl_replica_new(&space, JL_SPACE_PLAN), .chance = 20261126};
  struct jl_arena *a = jl_arena_new(64u << 20);
  const struct jl_network_of of = {.today = TODAY, .plan = m.plan};
  struct jl_network n;
  struct jl_schedule again;
  struct jl_error err;
  int64_t all[ROUNDS], passes[ROUNDS], one[ROUNDS], dearest = 0;
  if (m.arena == NULL || m.plan == NULL || a == NULL) fail("no memory");
  make(&m);
  for (size_t i = 0; i < ROUNDS; i++) {
    jl_arena_reset(a);
    int64_t start = jl_monotonic_us();
    if (!jl_network_new(&of, a, &n, &err)) fail(err.message);
    all[i] = jl_monotonic_us() - start;
    struct jl_dependence *links = jl_arena_array(a, n.schedule.link_count, sizeof *links);
    if (links == NULL) fail("no memory");
    memcpy(links, n.schedule.links, n.schedule.link_count * sizeof *links);
    start = jl_monotonic_us();
    if (!jl_schedule_new(a, n.schedule.works, n.count, links, n.schedule.link_count, n.days, TODAY, &again, &err)) fail(err.message);
    passes[i] = jl_monotonic_us() - start;
  }
  for (size_t c = 0; c < CHANGED; c++) {
    size_t at = any(&m, ACTIONS);
    for (size_t i = 0; i < ROUNDS; i++) {
      struct jl_work now = n.schedule.works[at];
      now.duration += i % 2 == 0 ? 1 : -1;
      int64_t start = jl_monotonic_us();
      jl_schedule_change(&n.schedule, at, &now);
      one[i] = jl_monotonic_us() - start;
    }
    qsort(one, ROUNDS, sizeof *one, by_size);
    if (one[ROUNDS / 2] > dearest) dearest = one[ROUNDS / 2];
  }
  printf("all=%.3f arithmetic=%.3f one=%.3f\n", median_ms(all, ROUNDS), median_ms(passes, ROUNDS), (double)dearest / 1000);
  jl_arena_free(a);
  jl_arena_free(m.arena);
  jl_replica_free(m.plan);
  return 0;
}

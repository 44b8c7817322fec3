/* funnel: how long the model takes for the view of a funnel, in ms, the median of many: `usual` as in a plan (4 stages, 3 channels, 4
 * quarters with lags), `largest` with as much of everything as there may be, and the arithmetic of the usual one alone. */
#include "common/base/calendar.h"
#include "common/model/document.h"
#include "common/model/strategy/funnel.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 400

struct making {
  struct jl_arena *arena;
  struct jl_replica *plan;
  const struct jl_record_type *type;
  struct jl_bytes body;
  uint64_t number;
};

static void fail(const char *what) {
  fprintf(stderr, "funnel: %s\n", what);
  exit(1);
}

static void begin(struct making *m, uint32_t type) {
  m->type = jl_record_type_by_number(type);
  m->body = (struct jl_bytes){NULL, 0};
}

static void put(struct making *m, uint32_t field, struct jl_value value) {
  m->body = jl_record_with(m->arena, m->body, field, jl_value_encode(m->arena, jl_field_by_number(m->type, field), &value));
}

static void number(struct making *m, uint32_t field, int64_t n) { put(m, field, (struct jl_value){.number = n}); }
static void text(struct making *m, uint32_t field, const char *t) { put(m, field, (struct jl_value){.text = {(const uint8_t *)t, strlen(t)}}); }

static struct jl_id made(struct making *m) {
  struct jl_id id = jl_id_random();
  struct jl_error err;
  struct jl_record *record = jl_record_check(m->type, m->body, &err) ? jl_record_new(m->type->number, &id, m->body) : NULL;
  if (record == NULL) fail("a record cannot be made");
  record->number = ++m->number;
  record->revision = record->created_revision = 1;
  if (!jl_replica_put(m->plan, record)) fail("no memory");
  return id;
}

static void make(struct making *m, size_t stages, size_t channels, int64_t period, int64_t periods) {
  char name[32];
  begin(m, JL_TYPE_FUNNEL);
  text(m, JL_FUNNEL_NAME, "funnel");
  number(m, JL_FUNNEL_CUSTOMERS, 100);
  number(m, JL_FUNNEL_DEAL, 10000000);
  number(m, JL_FUNNEL_PERIOD, period);
  number(m, JL_FUNNEL_PERIODS, periods);
  number(m, JL_FUNNEL_START, 20819);
  number(m, JL_FUNNEL_REPS, 3);
  struct jl_id funnel = made(m);
  for (size_t i = 0; i < stages; i++) {
    begin(m, JL_TYPE_FUNNEL_STAGE);
    put(m, JL_FUNNEL_STAGE_FUNNEL, (struct jl_value){.id = funnel});
    snprintf(name, sizeof name, "stage %zu", i);
    text(m, JL_FUNNEL_STAGE_NAME, name);
    number(m, JL_FUNNEL_STAGE_LAG, 2);
    if (i + 1 == stages) number(m, JL_FUNNEL_STAGE_CAPACITY, 20);
    struct jl_id stage = made(m);
    begin(m, JL_TYPE_FUNNEL_RATE);
    put(m, JL_FUNNEL_RATE_STAGE, (struct jl_value){.id = stage});
    number(m, JL_FUNNEL_RATE_RATE, 333333);
    made(m);
  }
  for (size_t i = 0; i < channels; i++) {
    begin(m, JL_TYPE_FUNNEL_CHANNEL);
    put(m, JL_FUNNEL_CHANNEL_FUNNEL, (struct jl_value){.id = funnel});
    snprintf(name, sizeof name, "channel %zu", i);
    text(m, JL_FUNNEL_CHANNEL_NAME, name);
    number(m, JL_FUNNEL_CHANNEL_SHARE, (int64_t)(9000 / channels));
    made(m);
  }
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static double median_ms(int64_t *us) {
  qsort(us, ROUNDS, sizeof *us, by_size);
  return (double)us[ROUNDS / 2] / 1000;
}

static double view_ms(size_t stages, size_t channels, int64_t period, int64_t periods) {
  struct jl_id space = jl_id_random();
  struct making m = {.arena = jl_arena_new(16u << 20), .plan = jl_replica_new(&space, JL_SPACE_PLAN)};
  struct jl_arena *a = jl_arena_new(32u << 20);
  int64_t us[ROUNDS];
  if (m.arena == NULL || m.plan == NULL || a == NULL) fail("no memory");
  make(&m, stages, channels, period, periods);
  struct jl_view_input in = {.space = m.plan, .sections = 1U << JL_SECTION_STRATEGY, .today = 20780};
  for (size_t i = 0; i < ROUNDS; i++) {
    struct jl_bytes packed;
    struct jl_error err;
    jl_arena_reset(a);
    int64_t start = jl_monotonic_us();
    if (!jl_view_build(jl_view_by_name("funnel"), &in, a, &packed, &err)) fail(err.message);
    us[i] = jl_monotonic_us() - start;
  }
  jl_arena_free(a);
  jl_arena_free(m.arena);
  jl_replica_free(m.plan);
  return median_ms(us);
}

/* A hundred at a time: one is too short for the clock. */
static double arithmetic_ms(void) {
  static const struct jl_funnel_step steps[] = {{"a", 333333, 2, 0}, {"b", 333333, 2, 0}, {"c", 333333, 2, 0}, {"d", 333333, 2, 0}};
  const struct jl_funnel_plan plan = {.steps = steps, .count = 4, .rounding = JL_FUNNEL_EACH, .revenue = -1, .customers = 100, .deal = 10000000};
  int64_t us[ROUNDS];
  for (size_t i = 0; i < ROUNDS; i++) {
    int64_t start = jl_monotonic_us();
    for (int n = 0; n < 100; n++) {
      struct jl_funnel_result result;
      struct jl_error err;
      if (!jl_funnel_backwards(&plan, &result, &err)) fail(err.message);
    }
    us[i] = jl_monotonic_us() - start;
  }
  return median_ms(us) / 100;
}

int main(void) {
  printf("usual=%.4f ", view_ms(4, 3, JL_FUNNEL_QUARTER, 4));
  printf("largest=%.4f ", view_ms(JL_FUNNEL_STAGES, JL_FUNNEL_CHANNELS - 1, JL_FUNNEL_MONTH, JL_SPREAD_PERIODS));
  printf("arithmetic=%.6f\n", arithmetic_ms());
  return 0;
}

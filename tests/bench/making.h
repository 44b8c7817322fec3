/* Records made straight into replicas, for programs that measure the model: begin, fields, made. Whatever fails ends the program. */
#ifndef JL_TESTS_BENCH_MAKING_H
#define JL_TESTS_BENCH_MAKING_H
#include "common/model/replica.h"
#include "common/record/schema.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START 20454 /* of the plan: 2026-01-01 */
#define END 20818

struct making {
  struct jl_arena *arena;
  struct jl_replica *plan, *organisation;
  const struct jl_record_type *type;
  struct jl_bytes body;
  uint64_t numbers[128];
};

static inline void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
  exit(1);
}

static inline void begin(struct making *m, uint32_t type) {
  m->type = jl_record_type_by_number(type);
  m->body = (struct jl_bytes){NULL, 0};
}

static inline void put(struct making *m, uint32_t field, struct jl_value value) {
  m->body = jl_record_with(m->arena, m->body, field, jl_value_encode(m->arena, jl_field_by_number(m->type, field), &value));
}
static inline void number(struct making *m, uint32_t field, int64_t n) { put(m, field, (struct jl_value){.number = n}); }
static inline void reference(struct making *m, uint32_t field, struct jl_id id) { put(m, field, (struct jl_value){.id = id}); }
static inline void text(struct making *m, uint32_t field, const char *t) { put(m, field, (struct jl_value){.text = {(const uint8_t *)t, strlen(t)}}); }
static inline void title(struct making *m, const char *what, size_t n) {
  char name[64];
  snprintf(name, sizeof name, "%s %zu", what, n);
  text(m, jl_title_field(m->type)->number, name);
}

static inline struct jl_id made_as(struct making *m, struct jl_id id) {
  struct jl_error err;
  struct jl_record *record = jl_record_check(m->type, m->body, &err) ? jl_record_new(m->type->number, &id, m->body) : NULL;
  if (record == NULL) fail("a record cannot be made");
  record->number = ++m->numbers[m->type->number];
  record->revision = record->created_revision = 1;
  if (!jl_replica_put(m->type->space == JL_SPACE_ORGANISATION ? m->organisation : m->plan, record)) fail("no memory");
  return id;
}
static inline struct jl_id made(struct making *m) { return made_as(m, jl_id_random()); }

static inline void make_plan(struct making *m, struct jl_id id) {
  begin(m, JL_TYPE_PLAN);
  text(m, JL_PLAN_NAME, "Plan");
  number(m, JL_PLAN_START, START);
  number(m, JL_PLAN_END, END);
  text(m, JL_PLAN_CURRENCY, "EUR");
  made_as(m, id);
}
#endif

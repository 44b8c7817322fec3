#include "common/base/calendar.h"
#include "tests/torture/conductor/faults.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_US 1000000 /* for what a fault waits to see */

static bool is_possible(const struct fault_kind *kind, const struct world *w, const char **ret_why_not) { return kind->possible == NULL || kind->possible(w, ret_why_not); }

static bool is_named(const char *only, const char *name) {
  size_t size = strlen(name);
  if (!only) return true;
  for (const char *at = only; (at = strstr(at, name)) != NULL; at += size)
    if ((at == only || at[-1] == ',') && (at[size] == ',' || at[size] == '\0')) return true;
  return false;
}

static void shuffle(struct plan *p, struct random *r) {
  for (size_t i = p->count; i > 1; i--) {
    size_t k = random_below(r, i);
    struct fault swap = p->faults[i - 1];
    p->faults[i - 1] = p->faults[k];
    p->faults[k] = swap;
  }
}

/* Process 0 is never killed: its followers live through everything. */
static void choose_process(struct fault *f, struct world *w) {
  bool killed = strncmp(f->kind->name, "kill", 4) == 0, laptop = strstr(f->kind->name, "laptop") != NULL;
  uint32_t first = laptop ? w->progress->processes : killed ? 1 : 0;
  f->process = (int)(first + random_below(&w->random, world_processes(w) - first));
  f->hurts = f->kind->hurts == HURTS_CLIENTS ? (unsigned)HURTS_CLIENTS << f->process : f->kind->hurts;
}

void plan_make(struct plan *p, struct world *w, uint64_t total, unsigned rounds, const char *only) {
  const char *why_not;
  p->total = total;
  for (unsigned round = 0; round < rounds; round++)
    for (size_t i = 0; i < fault_kind_count; i++)
      if (p->count < FAULTS_MAX && is_named(only, fault_kinds[i].name) && is_possible(&fault_kinds[i], w, &why_not))
        p->faults[p->count++] = (struct fault){.kind = &fault_kinds[i]};
  shuffle(p, &w->random);
  uint64_t first = total / 50, span = p->count ? (total - total / 10 - first) / p->count : 0;
  for (size_t i = 0; i < p->count; i++) {
    p->faults[i].at = first + i * span + (span ? random_below(&w->random, span) : 0);
    choose_process(&p->faults[i], w);
  }
}

static unsigned busy(const struct plan *p) {
  unsigned hurts = 0;
  for (size_t i = 0; i < p->count; i++)
    if (p->faults[i].state == FAULT_ACTIVE) hurts |= p->faults[i].hurts;
  return hurts;
}

static void begin(struct fault *f, struct world *w, int64_t now) {
  unsigned between = f->kind->most_ms - f->kind->least_ms;
  int64_t lasts_ms = f->kind->least_ms + (between ? (int64_t)random_below(&w->random, between) : 0);
  fprintf(stderr, "%s %d at %llu decided\n", f->kind->name, f->process, (unsigned long long)world_decided(w));
  f->decided = world_decided(w);
  f->kind->begin(w, f);
  f->state = f->kind->end ? FAULT_ACTIVE : FAULT_OVER;
  f->end_us = now + lasts_ms * 1000;
}

void plan_look(struct plan *p, struct world *w) {
  int64_t now = jl_monotonic_us();
  uint64_t decided = world_decided(w), next = p->total;
  for (size_t i = 0; i < p->count; i++) {
    struct fault *f = &p->faults[i];
    if (f->state != FAULT_ACTIVE || now < f->end_us) continue;
    if (f->kind->enough && !f->kind->enough(w, f) && now < f->end_us + WAIT_US) continue;
    f->kind->end(w, f);
    f->state = FAULT_OVER;
  }
  for (size_t i = 0; i < p->count; i++) {
    struct fault *f = &p->faults[i];
    if (f->state != FAULT_DUE) continue;
    if (decided < f->at || (busy(p) & f->hurts)) { /* the load does not run ahead of it */
      next = f->at;
      break;
    }
    begin(f, w, now);
  }
  w->progress->gate = next >= p->total ? GATE_OPEN : next * GATE_OPEN / p->total + GATE_OPEN / 50;
}

bool plan_active(const struct plan *p) { return busy(p) != 0; }

bool plan_over(const struct plan *p) {
  for (size_t i = 0; i < p->count; i++)
    if (p->faults[i].state != FAULT_OVER) return false;
  return true;
}

void plan_report(const struct plan *p, const struct world *w) {
  const char *why_not = NULL;
  printf("# %zu faults:", p->count);
  for (size_t i = 0; i < fault_kind_count; i++) {
    unsigned n = 0;
    for (size_t k = 0; k < p->count; k++) n += p->faults[k].kind == &fault_kinds[i];
    if (n) printf(" %s %u", fault_kinds[i].name, n);
  }
  printf("\n");
  for (size_t i = 0; i < fault_kind_count; i++)
    if (!is_possible(&fault_kinds[i], w, &why_not) && why_not) printf("skip %s: %s\n", fault_kinds[i].name, why_not);
}

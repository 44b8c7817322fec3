/* What can go wrong, one line each in faults.c, and the plan that says when: every kind equally often, in a random order, at chosen
 * counts of decided groups. */
#ifndef JL_TORTURE_FAULTS_H
#define JL_TORTURE_FAULTS_H
#include "tests/torture/conductor/world.h"

#define FAULTS_MAX 1024
enum { HURTS_SERVER = 1, HURTS_DATABASE = 2, HURTS_DATABASE_LINK = 4, HURTS_CLIENTS = 8 /* shifted by the process */ };
struct fault;
struct fault_kind {
  const char *name;
  unsigned hurts; /* what it uses: two faults at once never share one */
  bool (*possible)(const struct world *w, const char **ret_why_not); /* why_not NULL: it does not belong to such a run */
  void (*begin)(struct world *w, struct fault *f);
  void (*end)(struct world *w, struct fault *f); /* NULL: over at once */
  unsigned least_ms, most_ms;                    /* between the two */
  bool (*enough)(const struct world *w, const struct fault *f); /* NULL: time is enough; else it lasts a second longer at most */
};
enum fault_state { FAULT_DUE, FAULT_ACTIVE, FAULT_OVER };
struct fault { const struct fault_kind *kind; uint64_t at; enum fault_state state; int64_t end_us; int process; unsigned hurts; uint64_t decided; /* when it began */ };
struct plan { struct fault faults[FAULTS_MAX]; size_t count; uint64_t total; };

extern const struct fault_kind fault_kinds[];
extern const size_t fault_kind_count;
/* `rounds` of every kind that is possible here, within the first nine tenths of the load. `only`: names, comma-separated; NULL: all. */
void plan_make(struct plan *p, struct world *w, uint64_t total, unsigned rounds, const char *only);
void plan_look(struct plan *p, struct world *w); /* begins and ends what is due; moves the gate of the load */
bool plan_active(const struct plan *p);
bool plan_over(const struct plan *p);
void plan_report(const struct plan *p, const struct world *w); /* faults by kind, kinds that are not possible here */
#endif

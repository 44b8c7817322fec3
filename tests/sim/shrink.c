#include "tests/sim/scenario.h"
#include <string.h>

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* The same words, whatever the numbers. */
static bool same_failure(const char *a, const char *b) {
  for (size_t n = 0;; n++) {
    while (digit(*a)) a++;
    while (digit(*b)) b++;
    if (*a != *b) return false;
    if (*a == '\0' || (*a == ':' && n > 20)) return true; /* what follows are the circumstances */
    a++, b++;
  }
}

static char failure[1024]; /* the one that is looked for */

/* Takes the smaller one when it fails in the same way. */
static bool take(struct scenario *s, const struct scenario *smaller, int *tries) {
  struct outcome o;
  if (*tries <= 0) return false;
  --*tries;
  scenario_run(smaller, false, &o);
  if (!o.failed || !same_failure(o.failure, failure)) return false;
  *s = *smaller;
  return true;
}

static bool fewer_faults(struct scenario *s, int *tries) {
  bool any = false;
  for (size_t i = s->fault_count; i-- > 0;) {
    struct scenario t = *s;
    memmove(&t.faults[i], &t.faults[i + 1], (--t.fault_count - i) * sizeof *t.faults);
    any = take(s, &t, tries) || any;
  }
  return any;
}

static bool fewer_clients(struct scenario *s, int *tries) {
  struct scenario t = *s;
  if (s->clients - 1 < s->spaces) return false;
  t.clients--;
  for (size_t i = 0; i < t.fault_count; i++) t.faults[i].whom %= t.clients;
  return take(s, &t, tries);
}

static bool fewer_groups(struct scenario *s, int *tries) {
  bool any = false;
  for (int c = 0; c < s->clients; c++) {
    struct scenario t = *s;
    if (t.plans[c].groups > 1) {
      t.plans[c].groups /= 2;
      any = take(s, &t, tries) || any;
    }
    for (unsigned i = 0; c < s->clients && i < s->plans[c].groups && i < 32; i++) {
      if ((s->plans[c].skip >> i & 1) != 0) continue;
      t = *s;
      t.plans[c].skip |= 1u << i;
      any = take(s, &t, tries) || any;
    }
  }
  return any;
}

static bool fewer_laptops(struct scenario *s, int *tries) {
  struct scenario t = *s;
  bool any = false;
  if (s->laptops > 0) {
    t.laptops--;
    any = take(s, &t, tries);
  }
  for (int c = 0; c < s->laptops; c++)
    for (unsigned i = 0; i < s->laptop_plans[c].groups && i < 32; i++) {
      if ((s->laptop_plans[c].skip >> i & 1) != 0) continue;
      t = *s;
      t.laptop_plans[c].skip |= 1u << i;
      any = take(s, &t, tries) || any;
    }
  return any;
}

static bool fewer_servers(struct scenario *s, int *tries) {
  struct scenario t = *s;
  if (s->nodes == 1) return false;
  t.nodes--;
  for (size_t i = 0; i < t.fault_count; i++) t.faults[i].whom %= t.nodes < t.clients ? t.nodes : t.clients;
  return take(s, &t, tries);
}

void scenario_shrink(struct scenario *s, const char *what, int tries) {
  bool any = true;
  strncpy(failure, what, sizeof failure - 1);
  while (any && tries > 0) {
    any = fewer_faults(s, &tries);
    any = fewer_servers(s, &tries) || any;
    any = fewer_clients(s, &tries) || any;
    any = fewer_laptops(s, &tries) || any;
    any = fewer_groups(s, &tries) || any;
  }
}

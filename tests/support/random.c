#include "tests/support/random.h"
#include <string.h>

uint64_t random_next(struct random *r) { /* splitmix64 */
  uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t random_below(struct random *r, uint64_t n) { return random_next(r) % n; }

struct jl_id random_id(struct random *r) {
  struct jl_id id;
  uint64_t parts[2] = {random_next(r), random_next(r)};
  memcpy(id.bytes, parts, 16);
  return id;
}

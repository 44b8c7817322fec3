/* Numbers from a printed seed. */
#ifndef JL_TESTS_RANDOM_H
#define JL_TESTS_RANDOM_H
#include "common/base/id.h"
#include <stdint.h>
struct random { uint64_t state; };
uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t n);
struct jl_id random_id(struct random *r);
#endif

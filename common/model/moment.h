/* A moment in the life of a space, as requests name it: "r1234", the state after that revision; or an instant in UTC
 * ("2026-03-31T22:00:00.000000Z"), the state right before it. Days and hours of a clock are the business of who asks. */
#ifndef JL_MODEL_MOMENT_H
#define JL_MODEL_MOMENT_H
#include "common/base/error.h"

struct jl_moment {
  uint64_t revision; /* 0: by time */
  int64_t before_us;
};
JL_MUST_CHECK bool jl_moment_parse(const char *text, struct jl_moment *ret, struct jl_error *err);
#endif

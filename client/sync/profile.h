/* The profile in memory, shared by profile.c (what it means) and profile_file.c (how it is kept). */
#ifndef JL_SYNC_PROFILE_H
#define JL_SYNC_PROFILE_H
#include "client/include/jalon.h"

struct jl_shown {
  struct jl_id record;
  uint32_t type;
  uint64_t number, revision;
};
struct jl_lane { /* what this profile knows of one space */
  struct jl_id space;
  uint64_t next_seq, confirmed, position, last_own;
  uint64_t in_flight_seq; /* 0: none */
  uint8_t *in_flight;
  size_t in_flight_size;
  struct jl_shown *shown;
  size_t shown_count, shown_capacity;
};
struct jl_profile {
  struct jl_profile_identity identity;
  struct jl_lane *lanes;
  size_t lane_count;
  char path[4096], lock_path[4096];
  int lock_fd; /* -1: not locked */
};
#define JL_PROFILE_LANES_MAX 1024
#define JL_PROFILE_FILE_MAX (16u << 20)

struct jl_lane *jl_profile_lane(struct jl_profile *p, const struct jl_id *space); /* makes it; NULL: no memory or too many */
const struct jl_lane *jl_profile_find_lane(const struct jl_profile *p, const struct jl_id *space);
bool jl_profile_add_shown(struct jl_lane *lane, struct jl_shown shown); /* a record that is not listed yet */
void jl_profile_clear_lanes(struct jl_profile *p);
void jl_profile_drop_in_flight(struct jl_lane *lane);
JL_MUST_CHECK bool jl_profile_read_file(struct jl_profile *p, struct jl_error *err); /* no file: an empty profile */
JL_MUST_CHECK bool jl_profile_parse(struct jl_profile *p, char *text, struct jl_error *err);
#endif

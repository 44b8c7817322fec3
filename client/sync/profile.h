/* The profile in memory, shared by profile.c (what it means) and profile_file.c (how it is kept). */
#ifndef JL_SYNC_PROFILE_H
#define JL_SYNC_PROFILE_H
#include "client/include/jalon.h"

struct jl_shown {
  struct jl_id record;
  uint32_t type;
  uint64_t number, revision;
};
struct jl_seen { /* what this profile was shown of one space */
  struct jl_id space;
  uint64_t position, last_own;
  struct jl_shown *shown;
  size_t shown_count, shown_capacity;
  uint32_t *heads, *next; /* by record: 1 + the first of a chain, as many chains as there is room; 0: none */
};
struct jl_profile {
  struct jl_profile_identity identity;
  struct jl_seen *seen;
  size_t seen_count;
  char path[4096], lock_path[4096];
  int lock_fd; /* -1: not locked */
};
#define JL_PROFILE_SPACES_MAX 1024
#define JL_PROFILE_FILE_MAX (16u << 20)

struct jl_seen *jl_profile_seen(struct jl_profile *p, const struct jl_id *space); /* makes it; NULL: no memory or too many */
bool jl_profile_add_shown(struct jl_seen *seen, struct jl_shown shown); /* a record that is not listed yet */
void jl_profile_clear_seen(struct jl_profile *p);
JL_MUST_CHECK bool jl_profile_read_file(struct jl_profile *p, struct jl_error *err); /* no file: an empty profile */
JL_MUST_CHECK bool jl_profile_parse(struct jl_profile *p, char *text, struct jl_error *err);
#endif

/* The profile in memory, shared by profile.c (what it means), profile_file.c (how it is kept) and profile_lines.c (how it is written). */
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
  char path[4096], lock_path[4096], shown_path[4096];
  char *saved; /* what the profile's file holds; NULL: there is none */
  int lock_fd; /* -1: not locked */
};
#define JL_PROFILE_SPACES_MAX 1024
#define JL_PROFILE_FILE_MAX (16u << 20)

struct jl_seen *jl_profile_seen(struct jl_profile *p, const struct jl_id *space); /* makes it; NULL: no memory or too many */
bool jl_profile_add_shown(struct jl_seen *seen, struct jl_shown shown); /* a record that is not listed yet */
void jl_profile_clear_seen(struct jl_profile *p);
JL_MUST_CHECK bool jl_profile_read_file(struct jl_profile *p, struct jl_error *err); /* no file: an empty profile */
JL_MUST_CHECK bool jl_profile_parse(struct jl_profile *p, char *text, struct jl_error *err);
/* The file of what was shown. One that is not whole (it is replaced without waiting for the disk) is passed over: what it held counts as
 * never shown, so that an edit meets a conflict instead of overwriting unseen work. False: no memory. */
JL_MUST_CHECK bool jl_profile_parse_shown(struct jl_profile *p, char *text, size_t size);
void jl_profile_put(struct jl_buffer *b, const struct jl_profile *p);       /* what must survive a power failure */
void jl_profile_put_shown(struct jl_buffer *b, const struct jl_profile *p); /* positions and shown records */
#endif

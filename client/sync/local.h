/* Inside libjalon: the local copy's files and lock, shared by local.c (opening), local_outbox.c (what the outbox shows),
 * overlay.c (base with the outbox on top) and answer.c (answers from it). */
#ifndef JL_SYNC_LOCAL_H
#define JL_SYNC_LOCAL_H
#include "client/include/jalon.h"
#include "client/sync/base.h"
#include "client/sync/folder.h"
#include "common/model/evaluate.h"
#include "common/model/query.h"
#include "client/sync/outbox.h"

#define JL_HINTS_MAX 8192
struct jl_local {
  struct jl_profile *profile;
  char data[JL_FOLDER_MAX]; /* where this user's copies lie, as the environment said when this began */
  struct jl_folder folder;
  const char *vfs; /* tests */
  int lock_fd;     /* -1: not locked */
  enum jl_local_mode mode;
  struct jl_error note;
  char hints[JL_HINTS_MAX]; /* as they were found at the opening */
  struct jl_outbox outbox;
  struct jl_base base;
  bool base_open;
  void (*waiting)(void *context, int64_t process);
  void *waiting_context;
  int64_t signed_us; /* monotonic: jl_local_sign */
};
/* Who waits for the lock waits on while who has it gives a sign now and then: something came of what it does. */
void jl_local_sign(struct jl_local *l);
bool jl_local_is_wanted(const struct jl_local *l); /* somebody waits for the lock that we have */
/* The base is opened when it is first needed. NULL with err (NOT_FOUND: a folder that cannot be written has none). */
struct jl_base *jl_local_base(struct jl_local *l, struct jl_error *err);
bool jl_local_is_there(const struct jl_local *l); /* the folder has an outbox */
/* Made anew when it was found damaged; true: it was. */
bool jl_local_mend(struct jl_local *l);

/* One space as the user sees it: the base with what waits on top. */
struct jl_overlay {
  struct jl_replica *replica;  /* stands at the base's revision plus one for each pending group that applies */
  uint64_t base_revision;
  uint32_t sections;           /* that the copy holds */
  int64_t as_of_us;
  bool known;                  /* there is a copy of it; of the organisation also when only a guest's names are here */
  struct jl_log_row *pending;  /* what the groups change, ascending; in the arena */
  size_t pending_count;
};
/* What the local copy thinks of one pending group. */
struct jl_foresight {
  uint64_t entry;
  struct jl_error error; /* OK: it applies */
};
struct jl_overlays { /* everything a local answer looks at */
  struct jl_arena *a;
  struct jl_overlay space, organisation;
  struct jl_replica *plans; /* NULL when not asked for */
  struct jl_foresight *foresights;
  size_t foresight_count, foresight_capacity;
};
enum jl_overlay_needs { JL_OVERLAY_PLANS = 1 };
/* The account as the author of a group, with the rights that the copy says it has: a forecast, as all of it. */
struct jl_author jl_overlay_author(const struct jl_local *l, const struct jl_overlays *overlays, const struct jl_overlay *overlay);
/* What is said of a group that applies, but that letters may forbid which are in a section that the reader may not read: nothing is
 * promised, and nothing told of them. */
void jl_overlay_unsure(struct jl_error *why);
/* What letters forbid a guest, whose copy holds no leaves of others: whether he stands in for somebody is not known here. */
void jl_overlay_stands_in(const struct jl_replica *plan, const struct jl_replica *organisation, const struct jl_author *author, struct jl_error *why);
/* space zero: only the organisation. NOT_FOUND: there is no copy of it here. */
JL_MUST_CHECK bool jl_overlay_open(struct jl_local *l, const struct jl_id *space, unsigned needs, struct jl_arena *a, struct jl_overlays *ret_view,
                                   struct jl_error *err);
void jl_overlay_close(struct jl_overlays *view);
#endif

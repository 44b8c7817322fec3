/* replica.db: what the server told, exactly as it told it. Per space a set of records at a position with its chains, the
 * changes that led there as far as they are kept, and, while a snapshot comes in, a second set (the shadow) that takes the
 * first one's place in one transaction. Everything here can be fetched again, so a damaged or older file is made anew. */
#ifndef JL_SYNC_BASE_H
#define JL_SYNC_BASE_H
#include "client/sync/sql.h"
#include "common/model/replica.h"

#define JL_BASE_APPLICATION 0x4a4c7270 /* "JLrp" */
#define JL_BASE_VERSION 2

struct jl_base {
  struct jl_sql sql;
  bool read_only;
  bool to_sweep; /* see jl_base_sweep */
  bool remade; /* it was damaged or of an older form: made anew when opened */
  uint64_t generation; /* set by who opens it again in the same place: who knew it before must look anew */
};
/* One set of records and where it stands. */
#define JL_EVERY_SECTION UINT32_MAX /* of a server that does not say */
struct jl_base_set {
  int64_t number; /* 0: none */
  uint32_t sections; /* bit mask of those that it holds: all that its account could read when it was last told */
  struct jl_position position;
};
struct jl_base_space {
  int64_t number; /* 0: not in the file yet */
  struct jl_id id;
  enum jl_space_kind kind;
  struct jl_base_set live;
  uint64_t head;    /* the server's as last heard */
  int64_t as_of_us; /* when live was last known to be at the head */
  struct jl_base_set shadow;
  struct jl_id shadow_cursor; /* last record received; zero: none */
  bool shadow_whole;          /* its last record came: what is missing comes with the tail, through whole_at */
  uint64_t whole_at;          /* 0: not said: whole when the server says that it is at the head */
  uint64_t shadow_count, shadow_total, shadow_origin /* the revision that it began at */;
};
/* UPGRADE_REQUIRED: written by a newer version. */
JL_MUST_CHECK bool jl_base_open(struct jl_base *b, const char *path, const char *vfs, bool read_only, struct jl_error *err);
void jl_base_close(struct jl_base *b);
JL_MUST_CHECK bool jl_base_find(struct jl_base *b, const struct jl_id *space, struct jl_base_space *ret_space, struct jl_error *err); /* number 0: unknown */
/* Every space, ascending by number. */
JL_MUST_CHECK bool jl_base_spaces(struct jl_base *b, struct jl_arena *a, struct jl_base_space **ret_spaces, size_t *ret_n, struct jl_error *err);
JL_MUST_CHECK bool jl_base_save(struct jl_base *b, struct jl_base_space *space, struct jl_error *err); /* all but the records */
JL_MUST_CHECK bool jl_base_forget(struct jl_base *b, const struct jl_id *space, struct jl_error *err);

/* The records of the live set in memory. NULL with err. */
struct jl_replica *jl_base_load(struct jl_base *b, const struct jl_base_space *space, struct jl_error *err);
/* What is of none of these sections goes from records, changes and, after the commit, from the disk (jl_base_sweep). */
JL_MUST_CHECK bool jl_base_keep_sections(struct jl_base *b, struct jl_base_space *space, uint32_t sections, struct jl_error *err);
/* The live set holds these too now, at the position of its chains. The log that led there does not: it begins anew. */
JL_MUST_CHECK bool jl_base_add_sections(struct jl_base *b, struct jl_base_space *space, uint32_t sections, const struct jl_position *at,
                                        struct jl_error *err);
/* After a commit in which something was dropped that must not stay behind in free pages. */
JL_MUST_CHECK bool jl_base_erased(struct jl_base *b, const struct jl_base_space *space, uint64_t before, struct jl_error *err); /* the changes that are kept of it go for good */
JL_MUST_CHECK bool jl_base_sweep(struct jl_base *b, struct jl_error *err);
JL_MUST_CHECK bool jl_base_count(struct jl_base *b, const struct jl_base_set *set, uint64_t *ret_n, struct jl_error *err);
/* One record of a set; *ret_record NULL: not there. The caller releases it. */
JL_MUST_CHECK bool jl_base_record(struct jl_base *b, const struct jl_base_set *set, const struct jl_id *id, struct jl_record **ret_record,
                                  struct jl_error *err);
JL_MUST_CHECK bool jl_base_put(struct jl_base *b, const struct jl_base_set *set, const struct jl_record *record, struct jl_error *err);

/* What a guest knows of the organisation beside his copy of a plan, in place of what was known; what is not among it goes for good. */
JL_MUST_CHECK bool jl_base_put_names(struct jl_base *b, const struct jl_base_space *space, const struct jl_replica *names, struct jl_error *err);
JL_MUST_CHECK bool jl_base_drop_names(struct jl_base *b, struct jl_error *err); /* of all plans: the organisation itself is here */
JL_MUST_CHECK bool jl_base_names(struct jl_base *b, const struct jl_base_space *space, struct jl_replica *into, bool *ret_any, struct jl_error *err);

/* Snapshots. begin: an empty shadow that will stand at origin; swap: the shadow becomes the live set, what was there goes. */
JL_MUST_CHECK bool jl_base_shadow_begin(struct jl_base *b, struct jl_base_space *space, const struct jl_position *origin, struct jl_error *err);
JL_MUST_CHECK bool jl_base_shadow_drop(struct jl_base *b, struct jl_base_space *space, struct jl_error *err);
JL_MUST_CHECK bool jl_base_shadow_swap(struct jl_base *b, struct jl_base_space *space, struct jl_error *err);

/* The log as far as it is kept. */
struct jl_base_row {
  uint64_t revision;
  enum jl_section section;
  struct jl_change change;
};
JL_MUST_CHECK bool jl_base_put_change(struct jl_base *b, const struct jl_base_space *space, const struct jl_base_row *row, int64_t time_us,
                                      struct jl_error *err);
/* Rows from..to ascending, whole revisions, at most about max_bytes; in the arena. */
JL_MUST_CHECK bool jl_base_changes(struct jl_base *b, const struct jl_base_space *space, uint64_t from, uint64_t to, size_t max_bytes,
                                   struct jl_arena *a, struct jl_base_row **ret_rows, size_t *ret_n, bool *ret_more, struct jl_error *err);
/* The rows of one revision, in the arena. */
JL_MUST_CHECK bool jl_base_revision(struct jl_base *b, const struct jl_base_space *space, uint64_t revision, struct jl_arena *a,
                                    struct jl_base_row **ret_rows, size_t *ret_n, struct jl_error *err);
JL_MUST_CHECK bool jl_base_oldest(struct jl_base *b, const struct jl_base_space *space, uint64_t *ret_revision, struct jl_error *err); /* change kept; past the live position when none is */
JL_MUST_CHECK bool jl_base_trim(struct jl_base *b, const struct jl_base_space *space, int64_t now_us, struct jl_error *err);

/* Every plan's own record, as the list of plans was last told: for views over all plans. */
JL_MUST_CHECK bool jl_base_put_plans(struct jl_base *b, struct jl_record *const *plans, size_t n, struct jl_error *err);
JL_MUST_CHECK bool jl_base_plans(struct jl_base *b, struct jl_replica *into, struct jl_error *err);
/* Numbers of the whole file, by name. */
JL_MUST_CHECK bool jl_base_set_number(struct jl_base *b, const char *name, int64_t value, struct jl_error *err);
int64_t jl_base_number(struct jl_base *b, const char *name, int64_t otherwise);
#endif

/* Building a packed Group edit by edit, below the client library: for tests that must be able to send anything. Everything
 * lives in the arena of the building. */
#ifndef JL_TESTS_GROUP_BUILD_H
#define JL_TESTS_GROUP_BUILD_H
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "tests/support/random.h"

#define BUILD_EDITS 160
struct building {
  struct jl_arena *arena;
  Jalon__Edit *edits[BUILD_EDITS];
  Jalon__Guard *guards[BUILD_EDITS];
  size_t count, guard_count;
  uint64_t depends_on, undoes;
  struct jl_id import; /* zero: of none; else its only part */
};
#define BUILD_IMPORT "factures.csv"
void build_create(struct building *b, uint32_t type, const struct jl_id *id, struct jl_bytes record);
Jalon__Edit *build_update(struct building *b, uint32_t type, const struct jl_id *id); /* its fields in ascending order */
void build_next(struct building *b, Jalon__Edit *edit, uint32_t field, struct jl_bytes seen, struct jl_bytes next);
void build_add(struct building *b, Jalon__Edit *edit, uint32_t field, struct jl_bytes slice);
void build_remove(struct building *b, Jalon__Edit *edit, uint32_t field, struct jl_bytes slice);
void build_count(struct building *b, Jalon__Edit *edit, uint32_t field, int64_t add, int64_t minimum, int64_t maximum);
void build_place(struct building *b, Jalon__Edit *edit, uint32_t field, const struct jl_id *after, const struct jl_id *before); /* either may be NULL */
void build_delete(struct building *b, const struct jl_record *record, bool with_children);
void build_restore(struct building *b, const struct jl_record *record);
void build_guard(struct building *b, const struct jl_record *record, uint32_t field); /* it must still be what `record` says */
/* group_id random from r; NULL: from the system. */
struct jl_bytes build_pack(const struct building *b, struct random *r, const struct jl_id *replica, const struct jl_id *space, uint64_t seq);

struct jl_bytes slice_number(struct jl_arena *a, uint32_t type, uint32_t field, int64_t n);
struct jl_bytes slice_text(struct jl_arena *a, uint32_t type, uint32_t field, const char *text);
struct jl_bytes slice_id(struct jl_arena *a, uint32_t type, uint32_t field, const struct jl_id *id);
/* `record` with a field set; for new records. */
void with_number(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, int64_t n);
void with_text(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, const char *text);
void with_id(struct jl_arena *a, struct jl_bytes *record, uint32_t type, uint32_t field, const struct jl_id *id);
#endif

/* What the files of the outbox share: outbox.c (the file), outbox_entries.c (reading), outbox_put.c (what goes in), outbox_lane.c
 * (numbers and sending), outbox_verdict.c (what became of it), outbox_vouch.c (whether it stays so), outbox_resolve.c (the user's choice), outbox_forget.c (erasure), outbox_numbers.c (A?3),
 * outbox_made.c (what groups of an import make). */
#ifndef JL_SYNC_OUTBOX_PARTS_H
#define JL_SYNC_OUTBOX_PARTS_H
#include "client/sync/outbox.h"

#define JL_ENTRY_DELETES 256 /* beside enum jl_entry_flag */
#define JL_ENTRY_COLUMNS                                                                                                                   \
  "id, space, group_id, state, flags, seq, depends_on, revision, created_us, decided_us, behind, body, verdict"

/* Steps are transactions of their own, or parts of the caller's, who then ends it by what they return. */
JL_MUST_CHECK bool jl_outbox_begin(struct jl_outbox *o, bool *ret_inside, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_end(struct jl_outbox *o, bool inside, bool ok, struct jl_error *err);
bool jl_outbox_damaged(struct jl_outbox *o, struct jl_error *err); /* says so, if that was the last trouble */
bool jl_outbox_cannot_write(const struct jl_outbox *o, struct jl_error *err); /* false */
static inline bool jl_outbox_no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }
JL_MUST_CHECK bool jl_outbox_write_replica(struct jl_outbox *o, const struct jl_id *replica, struct jl_error *err);

/* A row of JL_ENTRY_COLUMNS, and all rows of such a query. a NULL, bytes false: without group and verdict. */
JL_MUST_CHECK bool jl_outbox_row(sqlite3_stmt *q, struct jl_arena *a, struct jl_entry *e);
JL_MUST_CHECK bool jl_outbox_rows(struct jl_outbox *o, sqlite3_stmt *q, struct jl_arena *a, bool bytes, struct jl_entry **ret_entries,
                                  size_t *ret_n, struct jl_error *err);

/* What a group of many makes is one row of `made`, with all ids in one ascending piece, instead of a row of `touch` for each: those would lie
 * all over the file, and each commit would write most of it. In statements made_has(records, record), made_meet(records, records)
 * and made_record(name of a fact). */
#define JL_MADE_FROM 128 /* records that a group makes */
JL_MUST_CHECK bool jl_made_functions(struct jl_sql *s, struct jl_error *err);
bool jl_made_has(struct jl_bytes records, const struct jl_id *record);

/* The rest is for use inside a transaction. */
JL_MUST_CHECK bool jl_outbox_set_state(struct jl_outbox *o, const struct jl_entry *e, struct jl_error *err); /* all but the bytes */
JL_MUST_CHECK bool jl_outbox_touch(struct jl_outbox *o, uint64_t entry, const Jalon__Group *group, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_untouch(struct jl_outbox *o, uint64_t entry, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_set_last_own(struct jl_outbox *o, const struct jl_id *space, uint64_t revision, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_replace(struct jl_outbox *o, uint64_t id, const Jalon__Group *group, struct jl_arena *a, struct jl_error *err); /* queued again with other content */
JL_MUST_CHECK bool jl_outbox_remove(struct jl_outbox *o, uint64_t id, struct jl_error *err);
JL_MUST_CHECK bool jl_outbox_forget_decided(struct jl_outbox *o, struct jl_error *err); /* what was erased while entries were under way that are not any more */
JL_MUST_CHECK bool jl_outbox_unpark(struct jl_outbox *o, uint64_t behind, struct jl_error *err); /* what lay behind it, or behind nothing that is there, is queued */
#endif

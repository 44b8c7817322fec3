/* Inside of the store: what is kept of results while a read is under way. */
#ifndef JL_STORE_ROWS_H
#define JL_STORE_ROWS_H
#include "server/store/internal.h"

/* Rows of the log. */
struct jl_kept_rows { struct jl_log_row *rows; size_t count, capacity; struct jl_arena *arena; bool no_memory; };
JL_MUST_CHECK bool jl_kept_rows_init(struct jl_kept_rows *l, size_t max_bytes);
void jl_kept_rows_clear(struct jl_kept_rows *l);
void jl_kept_rows_release(struct jl_kept_rows *l);
bool jl_kept_rows_add(struct jl_kept_rows *l, const PGresult *r, int row); /* columns: revision, section, body, private values; outcome and link, if there are, as in log_range.sql */

/* Lanes of a space. */
struct jl_kept_lanes { struct jl_loaded_lane *lanes; size_t count, capacity; struct jl_arena *arena; };
bool jl_kept_lanes_add(struct jl_kept_lanes *l, const PGresult *r, int row); /* columns of load_lanes.sql */

/* Groups of a space that were sent again (again.c). */
struct jl_kept_again { struct jl_loaded_again *groups; size_t count, capacity; };
bool jl_kept_again_add(struct jl_kept_again *l, const PGresult *r, int row); /* columns of load_again.sql */

/* Groups applied since lanes were complete. */
struct jl_kept_decided { struct jl_decided *groups; size_t count, capacity; };
bool jl_kept_decided_add(struct jl_kept_decided *l, const PGresult *r, int row); /* columns of load_decided.sql */

/* Where each section stands: a column of their revisions and one of their chains, one behind the other. */
void jl_cells_sections(const PGresult *r, int row, int revisions, int chains, struct jl_section_position ret_sections[JL_SECTIONS]);

/* Columns of load_head.sql. */
struct jl_head_row { enum jl_space_kind kind; struct jl_position position; int64_t time_us; uint64_t horizon, commits, lanes_revision, rights_epoch; };
void jl_head_row_read(struct jl_head_row *ret_head, const struct jl_id *space, const PGresult *r, int row);
#endif

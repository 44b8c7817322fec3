/* PostgreSQL's binary array parameters, one element at a time, and binary results read back. */
#ifndef JL_STORE_ARRAYS_H
#define JL_STORE_ARRAYS_H
#include "server/store/connection.h"

enum jl_sql_type { JL_SQL_BOOL = 16, JL_SQL_BYTEA = 17, JL_SQL_BIGINT = 20, JL_SQL_SMALLINT = 21, JL_SQL_INTEGER = 23, JL_SQL_TEXT = 25,
                   JL_SQL_DATE = 1082, JL_SQL_TIME = 1184, JL_SQL_UUID = 2950 }; /* their OIDs */
const char *jl_sql_type_name(enum jl_sql_type type); /* as format_type spells it */

/* One-dimensional. count is set when it is finished. */
struct jl_array { struct jl_buffer bytes; uint32_t count; };
void jl_array_start(struct jl_array *a, enum jl_sql_type element, size_t max_bytes); /* reuses the memory of a zeroed or finished one */
void jl_array_null(struct jl_array *a);
void jl_array_number(struct jl_array *a, enum jl_sql_type element, int64_t number); /* dates as day numbers, times as us UTC */
void jl_array_bytes(struct jl_array *a, const void *data, size_t size);              /* bytea, text, uuid */
struct jl_pg_param jl_array_param(struct jl_array *a); /* data NULL when it did not fit: check jl_array_ok */
struct jl_pg_param jl_array_single(const struct jl_array *a); /* of an array of one: its element alone */
bool jl_array_ok(const struct jl_array *a);
void jl_array_release(struct jl_array *a);

/* Results, by the type the column has. */
int64_t jl_cell_number(const PGresult *r, int row, int column);
struct jl_bytes jl_cell_bytes(const PGresult *r, int row, int column);
struct jl_id jl_cell_id(const PGresult *r, int row, int column);
/* Walks a binary array: *at starts at 0. Elements that are null are skipped. */
bool jl_cell_next(struct jl_bytes cell, size_t *at, struct jl_bytes *ret_element);
#endif

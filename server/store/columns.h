/* Which SQL column a field has, and the statements made from the record tables. */
#ifndef JL_STORE_COLUMNS_H
#define JL_STORE_COLUMNS_H
#include "common/record/record.h"
#include "server/store/arrays.h"

#define JL_COLUMN_UNKNOWN 63 /* bit of a mask: the column `unknown`; bits below it are the type's fields by index */
#define JL_COLUMNS_MAX 62
enum jl_sql_type jl_column_type(const struct jl_field *field); /* of one element when repeated */
bool jl_column_possible(const struct jl_field *field);         /* false: this kind cannot be repeated in SQL */
bool jl_column_not_null(const struct jl_field *field);

/* Statement texts, into out. Parameters of update: space ids, ids, numbers, revisions, deleted revisions, then the columns
 * of the mask in order, all arrays, and how many rows; of insert: the same with created revisions before deleted ones and
 * every column, and no count. */
void jl_statement_update(const struct jl_record_type *type, uint64_t mask, struct jl_buffer *out);
void jl_statement_insert(const struct jl_record_type *type, struct jl_buffer *out);
/* The same statement for one row: every unnest($1::type[]) becomes $1::type, and it does not want the count. An edit alone then
 * pays neither for joins nor for aggregates. */
void jl_statement_single(const char *text, struct jl_buffer *out);
/* Columns: id, number, revision, created, deleted, every field, unknown, space. $1 the space, unless every space is asked for. */
void jl_statement_select(const struct jl_record_type *type, bool every_space, struct jl_buffer *out);

/* A record's value for one column, appended. */
void jl_column_append(struct jl_array *a, const struct jl_field *field, struct jl_bytes body, struct jl_buffer *scratch);
void jl_column_append_unknown(struct jl_array *a, const struct jl_record_type *type, struct jl_bytes body, struct jl_buffer *scratch);
/* A row of jl_statement_select as canonical bytes. NULL data: no memory. */
struct jl_bytes jl_row_body(struct jl_arena *a, const struct jl_record_type *type, const PGresult *r, int row);
#endif

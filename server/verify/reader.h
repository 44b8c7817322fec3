/* Inside of the verifier: a connection that reads one snapshot of the database, row by row, in the memory of one row. Blocking on purpose:
 * the verifier is a program of its own and has nothing else to do. */
#ifndef JL_VERIFY_READER_H
#define JL_VERIFY_READER_H
#include "server/store/arrays.h"

struct jl_reader;
/* A read-only transaction. snapshot: of another reader, so that both see the same; NULL: a new one. NULL: err. */
struct jl_reader *jl_reader_open(const char *connection, const char *snapshot, struct jl_error *err);
void jl_reader_close(struct jl_reader *r); /* NULL is fine */
const char *jl_reader_snapshot(const struct jl_reader *r);
/* Begins a statement; what is left of the one before is passed over. id: its parameter, if it has one; number: another. */
JL_MUST_CHECK bool jl_reader_ask(struct jl_reader *r, const char *sql, const struct jl_id *id, const uint64_t *number,
                                 struct jl_error *err);
/* The next row, valid until the next call: row 0 of the result. NULL: there is none, or err is set. */
const PGresult *jl_reader_next(struct jl_reader *r, struct jl_error *err);
#endif

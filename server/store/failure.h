/* PostgreSQL's errors as ours: one table of SQLSTATE classes. */
#ifndef JL_STORE_FAILURE_H
#define JL_STORE_FAILURE_H
#include "server/store/connection.h"
void jl_failure_from_result(const PGresult *result, struct jl_pg_failure *ret_failure);
bool jl_failure_is_constraint(const struct jl_pg_failure *f); /* class 23 */
bool jl_failure_is_transient(const struct jl_pg_failure *f);  /* deadlock, serialization: the same again may work */
#endif

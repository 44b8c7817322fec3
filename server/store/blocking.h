/* The only blocking database work there is: what start-up does before the loop serves (migrations, readiness of the embedded
 * server), and what tests need. Everything here has a deadline. */
#ifndef JL_STORE_BLOCKING_H
#define JL_STORE_BLOCKING_H
#include "common/base/error.h"
#include <libpq-fe.h>
PGconn *jl_blocking_connect(const char *conninfo, int64_t timeout_us, struct jl_error *err); /* NULL: err */
/* Runs text (several statements when there are no parameters) and gives the last result, in text; NULL: err. Parameters are text. */
PGresult *jl_blocking_run(PGconn *connection, const char *text, const char *const *params, int n, int64_t timeout_us, struct jl_error *err);
JL_MUST_CHECK bool jl_blocking_do(PGconn *connection, const char *text, int64_t timeout_us, struct jl_error *err);
#endif

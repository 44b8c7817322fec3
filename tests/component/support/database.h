/* One private PostgreSQL per test program, in a temporary folder, as the unprivileged user when we are root; and as many
 * fresh databases with the schema as tests ask for. Every function fails the program loudly. */
#ifndef JL_TESTS_DATABASE_H
#define JL_TESTS_DATABASE_H
#include <libpq-fe.h>
#include <sys/types.h>
#include <uv.h>
void jl_database_start(uv_loop_t *loop); /* its supervision runs on the loop */
void jl_database_stop(void);             /* turns the loop until it has stopped; removes the folder */
const char *jl_database_fresh(void);     /* a libpq string; valid until the next call */
const char *jl_database_empty(void);     /* the same without the schema */
pid_t jl_database_pid(void);
unsigned jl_database_restarts(void);
PGconn *jl_database_connect(const char *conninfo); /* for looking at what the store did; PQfinish it */
void jl_database_do(const char *conninfo, const char *sql);
long long jl_database_number(const char *conninfo, const char *sql); /* one integer */
#endif

/* Compares the tables of a database with the record tables built into the program, both ways. */
#ifndef JL_STORE_SCHEMA_H
#define JL_STORE_SCHEMA_H
#include "server/store/connection.h"
/* rows: the answer of sql/schema_columns.sql. Strict: nothing may be there that we do not know. Else a column that may stay
 * empty and more enum values are tolerated (a newer schema). err names table.column, what was expected and what was found. */
JL_MUST_CHECK bool jl_schema_check(const PGresult *rows, bool strict, struct jl_error *err);
#endif

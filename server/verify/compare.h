/* Inside of the verifier: the records that the log makes, beside those that stand somewhere. */
#ifndef JL_VERIFY_COMPARE_H
#define JL_VERIFY_COMPARE_H
#include "server/verify/reader.h"
#include "server/verify/verify.h"

/* Adds to the findings of the space; the table is where it stands. */
void jl_verify_found(struct jl_verified *v, const char *table, const struct jl_finding *finding);
/* Every table of records, at the head. false: err. */
JL_MUST_CHECK bool jl_verify_tables(struct jl_reader *reader, const struct jl_replica *made, struct jl_verified *v, struct jl_error *err);
/* The stored state of the revision at which the replica stands. */
JL_MUST_CHECK bool jl_verify_stored_state(struct jl_reader *reader, const struct jl_replica *made, struct jl_audit *audit,
                                          struct jl_verified *v, struct jl_error *err);
#endif

/* Answers from the local copy, for client.c. */
#ifndef JL_SYNC_ANSWER_H
#define JL_SYNC_ANSWER_H
#include "client/sync/client.h"

bool jl_answer_can(uint8_t type); /* READ, VIEW, READ_LOG */
/* The reply lives in the arena. May wait for the local copy (JL_LOCAL_WAIT_MS). */
JL_MUST_CHECK bool jl_answer_locally(struct jl_local *l, uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_reply *ret_reply,
                                     struct jl_error *err);
/* A dry run (SUBMIT) without the server: what the local copy thinks of the group. false: it cannot say. */
bool jl_answer_dry_run(struct jl_client *c, struct jl_request *r);
#endif

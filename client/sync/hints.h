/* What stands in the note beside the local copy (hints.c). */
#ifndef JL_SYNC_HINTS_H
#define JL_SYNC_HINTS_H
#include "client/sync/local.h"
void jl_hints_take(struct jl_local *l);  /* the copy was opened: the note counts no more */
void jl_hints_leave(struct jl_local *l); /* it is about to be closed */
#endif

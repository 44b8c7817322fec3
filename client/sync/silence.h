/* Whether the server said nothing when it was last asked; a note in the folder of the local copy, for all who share it. */
#ifndef JL_SYNC_SILENCE_H
#define JL_SYNC_SILENCE_H
#include "client/include/jalon.h"
#define JL_SILENCE_US (30 * 1000000LL) /* how long a note counts */
bool jl_silence_noted(const struct jl_local *l, const char *server);
void jl_silence_note(const struct jl_local *l, const char *server);
void jl_silence_over(const struct jl_local *l);
#endif

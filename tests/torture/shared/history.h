/* The history of one client process: a line for everything it asks and hears, written before it goes on. It is also the process's
 * memory: started again after a kill it reads what it had sent and not heard the outcome of. Times are of the monotonic clock, which all
 * processes of the machine share.
 *
 *   login   TIME CLIENT REPLICA PERSON            the identity that follows
 *   invoke  TIME CLIENT SPACE SEQ GROUP [SEQ]     GROUP: packed, in hex; SEQ: of the lost group that it offers again
 *   verdict TIME CLIENT SPACE SEQ REVISION CODE MERGED DIGEST REPEATED [ID=NUMBER,...]    numbers that new records got
 *   forked  TIME CLIENT SPACE CODE HIGH_WATER     told that the server's history is older than what it knows */
#ifndef JL_TORTURE_HISTORY_H
#define JL_TORTURE_HISTORY_H
#include "common/base/id.h"
#include "proto/wire.pb-c.h"

struct history;
struct history_reader {
  void *context;
  void (*login)(void *context, int client, const struct jl_id *replica);
  void (*invoke)(void *context, int client, int space, uint64_t seq, struct jl_bytes group);
  void (*verdict)(void *context, int client, int space, uint64_t seq, uint64_t revision);
};
struct history *history_open(const char *path, const struct history_reader *reader); /* reads what is there */
void history_again(struct history *h, const struct history_reader *reader);           /* all of it once more */
void history_login(struct history *h, int client, const struct jl_id *replica, const struct jl_id *person);
void history_invoke(struct history *h, int client, int space, uint64_t seq, struct jl_bytes group, uint64_t offers_again /* 0: new */);
void history_verdict(struct history *h, int client, int space, const Jalon__Verdict *v);
void history_forked(struct history *h, int client, int space, int code, uint64_t high_water);
void history_close(struct history *h);
#endif

/* What clients sent, what they were told, and what they saw of every space: the material of the checks. */
#ifndef JL_SIM_HISTORY_H
#define JL_SIM_HISTORY_H
#include "common/model/replica.h"
#include "tests/sim/world.h"

#define STATE_SIZE 32
struct sent_group {
  struct sent_group *next;
  struct jl_id id, replica, space, account, person;
  uint64_t seq;
  struct jl_bytes bytes;
  int64_t sent_us, answered_us; /* first time each; answered 0: never */
  uint64_t revision;            /* 0: refused */
  uint32_t code, conflicts;
  bool merged, given_up;   /* given_up: its replica was forked, the client sent it again under another name */
  bool turned_away;        /* the only time that it came, and its number with it: that may be another one's next */
  unsigned era;            /* of the verdict */
  struct jl_bytes verdict; /* without `repeated` */
};
struct sighting { /* a client's base stood there, and was this */
  struct sighting *next;
  const char *who;
  struct jl_position position;
  uint8_t state[STATE_SIZE];
  bool hashed; /* of a large base only now and then */
  unsigned era;
};
struct history_counts {
  uint64_t groups, sent, answers, repeated, applied, nothing, merged, refused, conflicts, retried, unknown, forks, sightings, snapshots,
      tails, lags, bookmarks;
};
struct history {
  struct sent_group *groups, **groups_end;
  struct sighting *sightings, **sightings_end;
  struct history_counts counts;
  unsigned era; /* grows when an older copy of the database is restored */
  bool copied;  /* a disk was: two machines number different groups alike, and send the same one in two lanes */
};
extern struct history history;
void history_begin(void);
void history_end(void);
/* The group as it is known from now on; NULL: it cannot be read. */
struct sent_group *history_sent(const struct jl_id *account, const struct jl_id *person, struct jl_bytes group);
/* Told to its client. Fails when it differs from what was told before. */
void history_verdict(const char *who, const struct jl_id *replica, struct jl_bytes verdict);
void history_saw(const char *who, const struct jl_replica *base);
void history_stood(const char *who, const struct jl_position *at); /* what it held there was not looked at */
#define HISTORY_LARGE 100000                                       /* bytes: of such a base only some revisions are looked at, */
bool history_hashes_large(uint64_t revision);                      /* these */
/* Of all records, as jl_replica_state_hash() hashes them, but quick: nobody looks for two states that have the same. */
void history_state(const struct jl_replica *r, uint8_t ret_state[STATE_SIZE]);
#endif

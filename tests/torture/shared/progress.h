/* What the processes of a fault run tell each other: one page of memory that all of them map. Counts are what one client process
 * found in its own files, so they are right again after it was killed. */
#ifndef JL_TORTURE_PROGRESS_H
#define JL_TORTURE_PROGRESS_H
#include "common/base/id.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SPACES 4
#define PROCESSES_MAX 12
#define CLIENTS_MAX 8 /* of one process */
#define RISKED_LEAST 4 /* groups of that laptop which the restored copy loses */

/* Between the copy and its putting back one laptop works with a copy of its own that stands before both: it must find out from its lane. */
enum restore_stage { RESTORE_FAR, RESTORE_NEAR /* that laptop catches up and then only sends */, RESTORE_COPIED /* what is acknowledged now will be lost */, RESTORE_DONE };
enum phase { PHASE_LOAD, PHASE_CALM /* laptops begin nothing new */, PHASE_SETTLE /* heads are known: catch up, write the dump, end */ };
struct process_slot {
  char login[32], address[256];
  uint8_t token[32];
  struct jl_id person;
  _Atomic uint64_t sent, decided, acknowledged, conflicts, unknown, forked, offered, open /* groups under way or to be offered again */;
  _Atomic uint64_t seen; /* revisions taken by its followers: progress while it catches up */
  _Atomic uint32_t starts;
  _Atomic uint64_t reached[SPACES]; /* by its follower of that space; 0 while it loads */
  _Atomic bool stands;     /* a laptop: it has copies of all spaces */
  _Atomic uint64_t snapshots; /* that it took although it had copies */
  _Atomic bool behind;     /* a laptop: from now on its copy follows no log */
  _Atomic uint64_t risked; /* and so many of its acknowledged groups are in no copy, neither its own nor the one that will be put back */
  _Atomic bool calm; /* a laptop: nothing of it waits any more, and nothing will come */
};
struct progress {
  uint64_t seed, edits_each, laptop_edits; /* groups of one client, of one laptop */
  uint32_t clients;          /* of one process */
  uint32_t processes; /* of clients below the library; the slots of the laptops follow */
  uint32_t laptops;
  bool asleep;         /* the lazy follower does not read at all while the load lasts, which is all on its space */
  bool restores;       /* an older copy of the database will be put back: nobody asks for old verdicts, which may be gone */
  _Atomic uint32_t restore_stage;
  _Atomic uint64_t copied[SPACES]; /* the heads of the copy */
  uint64_t checkpoint; /* replicas tell their digest at multiples of it */
  struct jl_id spaces[SPACES];
  _Atomic uint64_t gate; /* millionths of its groups that a client may send now: the load waits for the faults that are to fall into it */
  _Atomic uint32_t phase;
  _Atomic uint64_t heads[SPACES];
  struct process_slot slots[PROCESSES_MAX];
};
#define GATE_OPEN UINT64_C(1000000)
struct progress *progress_map(const char *folder, bool create); /* ends the program when it cannot */
#endif

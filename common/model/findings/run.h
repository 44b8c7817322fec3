/* What one run of the rules has read and found: engine.c and facts.c alone. */
#ifndef JL_MODEL_FINDINGS_RUN_H
#define JL_MODEL_FINDINGS_RUN_H
#include "common/model/findings/looking.h"

#define JL_RUN_TYPES 128 /* numbers of record types are below */

struct jl_run_of_rules {
  struct {
    const struct jl_record **records;
    size_t count;
    bool known;
  } lists[JL_RUN_TYPES];
  struct jl_finding *found;
  size_t count, capacity;
  /* facts.c */
  bool staffed_known, money_known, gaps_known;
  struct jl_staffed *staffed;
  size_t staffed_count;
  struct jl_money_seen money;
  struct jl_gap_seen *gaps;
  size_t gap_count, gap_capacity;
};
#endif

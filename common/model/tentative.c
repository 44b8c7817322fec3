#include "common/model/tentative.h"
#include <string.h>

struct jl_mark jl_run_mark(struct jl_run *run) {
  run->tentative = true;
  return (struct jl_mark){run->touch_count, run->replaced_count};
}

bool jl_run_keep(struct jl_run *run, const struct jl_id *id, const struct jl_record *current) {
  if (run->replaced_count == run->replaced_capacity) {
    size_t wanted = run->replaced_capacity == 0 ? 64 : run->replaced_capacity * 2;
    struct jl_replaced *larger = jl_arena_array(run->a, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (run->replaced_count > 0) memcpy(larger, run->replaced, run->replaced_count * sizeof *larger);
    run->replaced = larger;
    run->replaced_capacity = wanted;
  }
  uint32_t slot = *jl_run_slot(run, id);
  struct jl_replaced *kept = &run->replaced[run->replaced_count++];
  *kept = (struct jl_replaced){*id, jl_record_share(current)};
  if (slot != 0 && !jl_id_is_zero(&run->on_behalf) && run->touches[slot - 1].own == NULL) run->touches[slot - 1].own = kept->was;
  return true;
}

/* Touches are only ever added, so those that go are the last ones. */
static void forget_touches(struct jl_run *run, size_t from) {
  if (run->touch_count == from) return;
  while (run->touch_count > from) jl_record_release(run->touches[--run->touch_count].before);
  memset(run->slots, 0, run->slot_count * sizeof *run->slots);
  for (size_t i = 0; i < run->touch_count; i++) *jl_run_slot(run, &run->touches[i].id) = (uint32_t)(i + 1);
}

bool jl_run_take_back(struct jl_run *run, const struct jl_mark *mark) {
  while (run->replaced_count > mark->replaced) {
    struct jl_replaced *last = &run->replaced[--run->replaced_count];
    if (last->was == NULL)
      jl_replica_remove(run->space, &last->id);
    else if (!jl_replica_put(run->space, last->was)) /* its reference is the replica's again */
      return false;
  }
  forget_touches(run, mark->touches);
  return true;
}

void jl_run_forget(struct jl_run *run) {
  while (run->replaced_count > 0) jl_record_release(run->replaced[--run->replaced_count].was);
}

bool jl_run_apart(struct jl_run *run, const struct jl_evaluation *in, const Jalon__Group *group, struct jl_error *err) {
  const struct jl_run was = *run;
  struct jl_error why = {0};
  run->in = in;
  run->group = group;
  run->conflict_count = 0;
  run->given = jl_arena_array(run->a, group->n_edits + 1, sizeof *run->given);
  run->given_count = 0;
  bool ok = run->given != NULL ? jl_gate_judge(run, &run->gate, &why) : jl_no_memory(&why);
  for (run->at = 0; ok && run->at < group->n_edits; run->at++) ok = jl_run_edit(run, group->edits[run->at], &why);
  if (ok && run->conflict_count > 0) {
    why = run->first_conflict;
    ok = false;
  }
  if (ok && run->merge_count > was.merge_count) ok = jl_fail(&why, JL_E_FIELD_CONFLICT, JL_MSG("a text that somebody else changes too"), NULL);
  run->in = was.in;
  run->group = was.group;
  run->gate = was.gate;
  run->at = was.at;
  run->given = was.given;
  run->given_count = was.given_count;
  run->conflicts = was.conflicts;
  run->conflict_count = was.conflict_count;
  run->first_conflict = was.first_conflict;
  run->merges = was.merges;
  run->merge_count = was.merge_count;
  run->merged = was.merged;
  run->wanting = was.wanting;
  if (!ok && err != NULL) *err = why;
  return ok;
}

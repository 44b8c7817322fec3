/* What days have come for: looked for by the server, in what was committed (automation.h). */
#include "common/base/limits.h"
#include "common/model/automation/automation.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"

static bool is_due(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record, struct jl_firing_due *ret) {
  if (record->deleted_revision != 0 || !jl_automation_day(of, automation, record, &ret->day) || ret->day > of->today) return false;
  ret->automation = automation->record->id;
  ret->record = record->id;
  ret->id = jl_firing_id(&ret->automation, &ret->record, ret->day);
  return jl_replica_record(of->space, &ret->id) == NULL && jl_replica_live(of->space, &record->id) != NULL &&
         !(jl_automation_made(&record->id) && jl_record_has(automation->record->body, JL_AUTOMATION_CREATES)) && jl_automation_holds(of, automation, record);
}

size_t jl_automations_due(const struct jl_replica *space, const struct jl_replica *organisation, int32_t today, struct jl_arena *a, struct jl_due_place *io_at, size_t most,
                          struct jl_firing_due *ret) {
  struct jl_automation *automations = jl_arena_array(a, JL_AUTOMATIONS, sizeof *automations);
  struct jl_setting_of of = {space, organisation, NULL, today, a, 0};
  size_t n = 0, looked = 0, all = automations == NULL || !jl_automation_days(&of) ? 0 : jl_automations_on(space, a, automations);
  for (io_at->more = false; io_at->automation < all; io_at->automation++, io_at->record = 0) {
    if (automations[io_at->automation].trigger != JL_TRIGGER_DATE) continue;
    uint32_t type = automations[io_at->automation].of->number;
    for (size_t records = jl_replica_of_type(space, type); io_at->record < records; io_at->record++) {
      io_at->more = n == most || looked++ == JL_AUTOMATION_LOOKED;
      if (io_at->more) return n;
      n += is_due(&of, &automations[io_at->automation], jl_replica_of_type_at(space, type, io_at->record), &ret[n]);
    }
  }
  return n;
}

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

size_t jl_automations_due(const struct jl_replica *space, const struct jl_replica *organisation, int32_t today, struct jl_arena *a, size_t most, struct jl_firing_due *ret) {
  struct jl_automation *automations = jl_arena_array(a, JL_AUTOMATIONS, sizeof *automations);
  struct jl_setting_of of = {space, organisation, NULL, today, a};
  size_t n = 0, all = automations == NULL || !jl_automation_days(&of) ? 0 : jl_automations_on(space, a, automations);
  for (size_t i = 0; i < all && n < most; i++) {
    if (automations[i].trigger != JL_TRIGGER_DATE) continue;
    uint32_t type = automations[i].of->number;
    for (size_t k = 0, records = jl_replica_of_type(space, type); k < records && n < most; k++)
      n += is_due(&of, &automations[i], jl_replica_of_type_at(space, type, k), &ret[n]);
  }
  return n;
}

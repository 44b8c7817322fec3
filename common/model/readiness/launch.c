#include "common/model/readiness/launch.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

const struct jl_launch_item jl_launch_items[JL_LAUNCHES] = {
    [JL_LAUNCH_LEVER] = {"lever", JL_MSG("a lever"), JL_READY_CRITERIA, ""},
    [JL_LAUNCH_TRACE] = {"link-or-code", JL_MSG("a tracked link or a promotion code"), JL_READY_CRITERIA, ""},
    [JL_LAUNCH_SEGMENT] = {"segment", JL_MSG("a segment"), JL_READY_CRITERIA, ""},
    [JL_LAUNCH_COST] = {"cost", JL_MSG("a cost per conversion"), JL_READY_CRITERIA, ""},
    [JL_LAUNCH_TARGET] = {"target", JL_MSG("a target"), JL_READY_CRITERIA, ""},
    [JL_LAUNCH_PROMISE] = {"promise", JL_MSG("a promise"), JL_READY_PROMISE, JL_MSG("there is a promise")},
    [JL_LAUNCH_DIFFERENCE] = {"differentiation", JL_MSG("a differentiation"), JL_READY_DIFFERENTIATION, JL_MSG("a criterion tells us from competitors")},
    [JL_LAUNCH_SEGMENTS] = {"segments", JL_MSG("a segment of the plan"), JL_READY_SEGMENTS, JL_MSG("there are segments")},
    [JL_LAUNCH_SERVES] = {"objective", JL_MSG("a served objective"), JL_READY_LEVERS_SERVE, JL_MSG("its lever serves an objective")},
    [JL_LAUNCH_TRAINED] = {"training", JL_MSG("trained teams"), JL_READY_TRAINED, JL_MSG("the teams are trained")},
    [JL_LAUNCH_KPI] = {"kpi", JL_MSG("a KPI"), JL_READY_KPIS, JL_MSG("it or its lever has a KPI with a target")},
    [JL_LAUNCH_MEASURABLE] = {"measure", JL_MSG("measurability"), JL_READY_MEASURABLE, JL_MSG("the objectives it serves can be measured")},
    [JL_LAUNCH_ADJUSTABLE] = {"rhythm", JL_MSG("a rhythm"), JL_READY_ADJUSTABLE, JL_MSG("it is agreed when it is adjusted, and by whom")},
};

bool jl_is_campaign(const struct jl_record *action) { return jl_record_int(action->type, action->body, JL_ACTION_CAMPAIGN, 0) != 0; }

bool jl_has_started(const struct jl_record *action) {
  int64_t status = jl_record_int(action->type, action->body, JL_ACTION_STATUS, JL_TO_DO);
  return status == JL_IN_PROGRESS || status == JL_BLOCKED || status == JL_DONE;
}

/* ---- what is missing ---- */
uint32_t jl_launch_missing_own(const struct jl_record *action) {
  static const struct {
    enum jl_launch item;
    uint32_t field, or_field;
  } needed[] = {{JL_LAUNCH_LEVER, JL_ACTION_LEVER, 0},
                {JL_LAUNCH_TRACE, JL_ACTION_TRACKED_LINK, JL_ACTION_PROMOTION_CODE},
                {JL_LAUNCH_SEGMENT, JL_ACTION_SEGMENTS, 0},
                {JL_LAUNCH_COST, JL_ACTION_TARGET_COST, 0},
                {JL_LAUNCH_TARGET, JL_ACTION_TARGET_CONVERSIONS, 0}};
  uint32_t missing = 0;
  for (size_t i = 0; i < JL_COUNT(needed); i++)
    if (!jl_record_has(action->body, needed[i].field) && (needed[i].or_field == 0 || !jl_record_has(action->body, needed[i].or_field)))
      missing |= 1U << needed[i].item;
  return missing;
}

uint32_t jl_launch_missing_plan(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action) {
  struct jl_scope scope;
  uint32_t missing = 0;
  jl_scope_of(in, b, action, &scope);
  for (uint32_t item = JL_LAUNCH_PROMISE; item < JL_LAUNCHES; item++) {
    struct jl_found found;
    jl_ready_find(&scope, jl_launch_items[item].criterion, &found);
    if (found.verdict == JL_FOUND_NO || found.verdict == JL_FOUND_UNASKED) missing |= 1U << item;
  }
  return missing;
}

/* ---- overrides ---- */
uint32_t jl_launch_covers(const struct jl_record *override) {
  struct jl_iterator it = jl_record_each(override->body, jl_field_by_number(override->type, JL_LAUNCH_OVERRIDE_MISSING));
  bool own = jl_record_int(override->type, override->body, JL_LAUNCH_OVERRIDE_SECTION, 0) == JL_LAUNCH_ACTIONS;
  uint32_t covered = 0;
  for (struct jl_value value; jl_iterator_next(&it, &value);)
    for (uint32_t item = 0; item < JL_LAUNCHES; item++)
      if (value.text.size == strlen(jl_launch_items[item].code) && memcmp(value.text.data, jl_launch_items[item].code, value.text.size) == 0)
        covered |= 1U << item;
  return covered & (own ? JL_LAUNCH_OWN : JL_LAUNCH_PLAN);
}

uint32_t jl_launch_covered(const struct jl_replica *space, const struct jl_id *action) {
  const struct jl_record *override;
  const void *at = NULL;
  uint32_t covered = 0;
  while ((override = jl_replica_next_referring(space, action, JL_TYPE_LAUNCH_OVERRIDE, JL_LAUNCH_OVERRIDE_ACTION, &at)) != NULL)
    if (override->deleted_revision == 0) covered |= jl_launch_covers(override);
  return covered;
}

struct jl_arg jl_launch_arg(uint32_t missing) {
  char labels[JL_ARG_TEXT_MAX] = "";
  size_t used = 0;
  for (uint32_t item = 0; item < JL_LAUNCHES; item++) {
    size_t size = strlen(jl_launch_items[item].label);
    if ((missing >> item & 1) == 0 || used + size + 2 > sizeof labels) continue;
    used += (size_t)snprintf(labels + used, sizeof labels - used, "%s%s", used > 0 ? "\n" : "", jl_launch_items[item].label);
  }
  return jl_arg_label(labels);
}

/* ---- what follows from a group ---- */
static bool put_missing(struct jl_run *run, const struct jl_record *override, uint32_t missing, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(override->type, JL_LAUNCH_OVERRIDE_MISSING);
  struct jl_value codes[JL_LAUNCHES];
  size_t n = 0;
  for (uint32_t item = 0; item < JL_LAUNCHES; item++)
    if ((missing >> item & 1) != 0)
      codes[n++].text = (struct jl_bytes){(const uint8_t *)jl_launch_items[item].code, strlen(jl_launch_items[item].code)};
  struct jl_bytes slice = jl_values_encode(run->a, field, codes, n);
  struct jl_bytes body = slice.data == NULL ? slice : jl_record_with(run->a, override->body, field->number, slice);
  if (body.data == NULL) return jl_no_memory(err);
  const struct jl_id id = override->id;
  return jl_run_put(run, override->type, &id, override, body, false, err);
}

static uint32_t missing_of(struct jl_run *run, const struct jl_record *action, bool own, struct jl_error *err) {
  const struct jl_view_input in = {.space = run->space,
                                   .organisation = run->in->organisation,
                                   .sections = run->in->author.may_edit | run->in->author.may_read,
                                   .reader = run->in->author.person,
                                   .today = run->in->today};
  if (own) return jl_launch_missing_own(action);
  struct jl_builder *b = jl_builder_new(run->a, "gate", run->in->today, run->space);
  uint32_t missing = b == NULL ? 0 : jl_launch_missing_plan(&in, b, action);
  if (b == NULL || !jl_builder_ok(b)) (void)jl_no_memory(err);
  return b == NULL || !jl_builder_ok(b) ? UINT32_MAX : missing;
}

static bool follow(struct jl_run *run, const struct jl_record *override, struct jl_error *err) {
  struct jl_id target;
  const struct jl_record *action =
      jl_record_id(override->type, override->body, JL_LAUNCH_OVERRIDE_ACTION, &target) ? jl_replica_live(run->space, &target) : NULL;
  bool own = jl_record_int(override->type, override->body, JL_LAUNCH_OVERRIDE_SECTION, 0) == JL_LAUNCH_ACTIONS;
  if (action == NULL || action->type_number != JL_TYPE_ACTION || !jl_run_sees(run, action)) return true; /* the references are checked after this */
  if (!jl_is_campaign(action)) {
    jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("{1} is no campaign: nothing holds it up"), NULL, jl_arg_record(action));
    return jl_error_at(err, override->type_number, &override->id, JL_LAUNCH_OVERRIDE_ACTION);
  }
  uint32_t missing = missing_of(run, action, own, err);
  if (missing == UINT32_MAX) return false;
  missing &= own ? JL_LAUNCH_OWN : JL_LAUNCH_PLAN;
  if (missing == 0) {
    jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("nothing of this part is missing for {1}: there is nothing to override"), NULL, jl_arg_record(action));
    return jl_error_at(err, override->type_number, &override->id, JL_LAUNCH_OVERRIDE_SECTION);
  }
  return put_missing(run, override, missing, err);
}

bool jl_launch_follow(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0, edited = run->touch_count; i < edited; i++) {
    const struct jl_record *after = jl_replica_record(run->space, &run->touches[i].id);
    if (after == NULL || after->type_number != JL_TYPE_LAUNCH_OVERRIDE || run->touches[i].before != NULL) continue;
    if (!follow(run, after, err)) return false;
  }
  return true;
}

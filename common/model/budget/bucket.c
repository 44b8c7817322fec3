#include "common/model/budget/bucket.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/rules.h"
#include "common/record/schema.h"

int64_t jl_bucket_above(int64_t bucket) { return bucket == JL_INNOVATION ? JL_OPTIMISATION : bucket == JL_OPTIMISATION ? JL_PROVEN : 0; }
int64_t jl_bucket_below(int64_t bucket) { return bucket == JL_PROVEN ? JL_OPTIMISATION : bucket == JL_OPTIMISATION ? JL_INNOVATION : 0; }
bool jl_bucket_is_up(int64_t before, int64_t after) { return after < before; } /* 1 proven, 2 optimisation, 3 innovation */

static bool names(const struct jl_record *record, uint32_t field, const struct jl_id *id) {
  struct jl_id named;
  return jl_record_id(record->type, record->body, field, &named) && jl_id_equal(&named, id);
}

static const struct jl_record *linked(const struct jl_replica *r, const struct jl_record *record, uint32_t field) {
  struct jl_id id;
  return jl_record_id(record->type, record->body, field, &id) ? jl_replica_live(r, &id) : NULL;
}

static bool lists(const struct jl_replica *r, const struct jl_record *action, const struct jl_record *kpi) {
  const void *at = NULL;
  const struct jl_record *naming;
  while ((naming = jl_replica_next_referring(r, &kpi->id, JL_TYPE_ACTION, JL_ACTION_KPIS, &at)) != NULL)
    if (naming == action) return true;
  return false;
}

bool jl_bucket_kpi_tells(const struct jl_replica *r, const struct jl_record *line, const struct jl_record *kpi) {
  const struct jl_record *action = linked(r, line, JL_BUDGET_LINE_ACTION), *lever = linked(r, line, JL_BUDGET_LINE_LEVER);
  if (lever == NULL && action != NULL) lever = linked(r, action, JL_ACTION_LEVER);
  return names(line, JL_BUDGET_LINE_KPI, &kpi->id) || (lever != NULL && names(kpi, JL_KPI_LEVER, &lever->id)) || (action != NULL && lists(r, action, kpi));
}

/* ---- rules ---- */
static bool with_reason(const struct jl_rule_input *in, struct jl_error *err) {
  struct jl_bytes reason = jl_record_text(in->touched->after->type, in->touched->after->body, JL_BUCKET_CHANGE_REASON);
  for (size_t i = 0; i < reason.size; i++)
    if (reason.data[i] > ' ') return true;
  return jl_break(in, JL_BUCKET_CHANGE_REASON, err, JL_MSG("a move between buckets needs a reason"), JL_MSG("say why: --reason"));
}

/* An experiment proves what it tested: the line's action, or what a KPI of the line measures. */
static bool with_experiment(const struct jl_rule_input *in, const struct jl_record *line, const struct jl_record *experiment, struct jl_error *err) {
  const struct jl_record *action = linked(in->after, line, JL_BUDGET_LINE_ACTION), *tested = linked(in->after, experiment, JL_EXPERIMENT_ACTION),
                         *kpi = linked(in->after, experiment, JL_EXPERIMENT_KPI);
  bool tells = (action != NULL && tested != NULL && jl_id_equal(&action->id, &tested->id)) || (kpi != NULL && jl_bucket_kpi_tells(in->after, line, kpi));
  if (!tells)
    return jl_break(in, JL_BUCKET_CHANGE_EVIDENCE, err, JL_MSG("{2} tells nothing of {1}: it tested neither its action nor a KPI of it"),
                    JL_MSG("say what it tested: jalon experiment set REF --action REF, or --kpi REF"), jl_arg_record(line), jl_arg_record(experiment));
  if (jl_record_int(experiment->type, experiment->body, JL_EXPERIMENT_VERDICT, 0) == JL_EXPERIMENT_WON) return true;
  return jl_break(in, JL_BUCKET_CHANGE_EVIDENCE, err, JL_MSG("{2} was not won: it proves nothing of {1}"), JL_MSG("conclude it first: jalon experiment conclude REF \"...\""),
                  jl_arg_record(line), jl_arg_record(experiment));
}

/* Judged as the views show it to the author, computed KPIs too: what the author may not read proves nothing. false: no memory. */
static bool proves(const struct jl_rule_input *in, const struct jl_record *kpi, bool *ret) {
  const struct jl_author *author = in->evaluation == NULL ? NULL : &in->evaluation->author;
  const struct jl_view_input view = {.space = in->after,
                                     .organisation = in->organisation,
                                     .sections = author == NULL || author->administrator ? UINT32_MAX : author->may_read | author->may_edit,
                                     .today = in->evaluation == NULL ? 0 : in->evaluation->today};
  struct jl_builder *b = jl_builder_new(in->arena, "bucket", view.today, in->after);
  if (b == NULL) return false;
  *ret = jl_view_kpi_state(b, &view, kpi).light == JL_LIGHT_GOOD;
  return jl_builder_ok(b);
}

static bool with_evidence(const struct jl_rule_input *in, const struct jl_record *line, struct jl_error *err) {
  const struct jl_record *change = in->touched->after, *kpi = linked(in->after, change, JL_BUCKET_CHANGE_EVIDENCE);
  bool good = false;
  if (kpi != NULL && kpi->type_number == JL_TYPE_EXPERIMENT) return with_experiment(in, line, kpi, err);
  if (kpi == NULL || kpi->type_number != JL_TYPE_KPI)
    return jl_break(in, JL_BUCKET_CHANGE_EVIDENCE, err, JL_MSG("{1} goes up with evidence, not by habit"),
                    JL_MSG("name a KPI that is measured and on target: --evidence K2; jalon bucket shows which are"), jl_arg_record(line));
  if (!jl_bucket_kpi_tells(in->after, line, kpi))
    return jl_break(in, JL_BUCKET_CHANGE_EVIDENCE, err, JL_MSG("{2} tells nothing of {1}: it is no KPI of the line, of its lever or of its action"),
                    JL_MSG("name another one, or set the line's KPI first"), jl_arg_record(line), jl_arg_record(kpi));
  if (!proves(in, kpi, &good))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL);
  return good || jl_break(in, JL_BUCKET_CHANGE_EVIDENCE, err, JL_MSG("{2} is not on target, or not measured: it proves nothing of {1}"),
                          JL_MSG("wait for a measurement on target, or name another KPI"), jl_arg_record(line), jl_arg_record(kpi));
}

static bool step_is_right(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *change = in->touched->after, *line = linked(in->after, change, JL_BUCKET_CHANGE_LINE);
  int64_t before = jl_rule_int(in, JL_BUCKET_CHANGE_BEFORE, 0), after = jl_rule_int(in, JL_BUCKET_CHANGE_AFTER, 0);
  if (in->touched->before != NULL || !jl_rule_alive(in) || line == NULL) return true;
  if (before == after)
    return jl_break(in, JL_BUCKET_CHANGE_AFTER, err, JL_MSG("{1} is in that bucket already"), NULL, jl_arg_record(line));
  if (jl_record_int(line->type, line->body, JL_BUDGET_LINE_BUCKET, 0) != after)
    return jl_break(in, JL_BUCKET_CHANGE_AFTER, err, JL_MSG("the change of {1} says another bucket than the line itself"), JL_MSG("set both in one group"),
                    jl_arg_record(line));
  if (!jl_bucket_is_up(before, after)) return true;
  if (jl_bucket_above(before) != after)
    return jl_break(in, JL_BUCKET_CHANGE_AFTER, err, JL_MSG("{1} goes up one bucket at a time: 10, 20, 70"), JL_MSG("the next step needs evidence of its own"),
                    jl_arg_record(line));
  return with_evidence(in, line, err);
}

static const struct jl_rule rules[] = {
    {"bucket-change-reason", JL_TYPE_BUCKET_CHANGE, with_reason},
    {"bucket-change-step", JL_TYPE_BUCKET_CHANGE, step_is_right},
};
const struct jl_rules jl_bucket_rules = {rules, JL_COUNT(rules)};

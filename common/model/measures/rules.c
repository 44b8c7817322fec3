#include "common/model/rules.h"
#include "common/record/schema.h"

static bool kpi_target(const struct jl_rule_input *in, struct jl_error *err) {
  bool target = jl_rule_has(in, JL_KPI_TARGET), comparator = jl_rule_has(in, JL_KPI_COMPARATOR);
  if (target == comparator || in->touched->after->deleted_revision != 0) return true;
  if (target)
    return jl_break(in, JL_KPI_COMPARATOR, err, JL_MSG("the target of {1} needs a comparator"),
                    JL_MSG("say one of >, >=, <, <=, = and between with it"), jl_arg_record(in->touched->after));
  return jl_break(in, JL_KPI_TARGET, err, JL_MSG("the comparator of {1} needs a target"),
                  JL_MSG("give the target in the same edit, or clear the comparator too"), jl_arg_record(in->touched->after));
}

static bool kpi_direction(const struct jl_rule_input *in, struct jl_error *err) {
  int64_t comparator = jl_rule_int(in, JL_KPI_COMPARATOR, 0);
  if (jl_rule_int(in, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) != JL_LOWER_IS_BETTER ||
      (comparator != JL_GREATER && comparator != JL_AT_LEAST))
    return true;
  return jl_break(in, JL_KPI_COMPARATOR, err, JL_MSG("{1}: lower is better, so its target cannot be a least value"),
                  JL_MSG("use < or <=, or say that higher is better"), jl_arg_record(in->touched->after));
}

static bool kpi_range(const struct jl_rule_input *in, struct jl_error *err) {
  bool between = jl_rule_int(in, JL_KPI_COMPARATOR, 0) == JL_BETWEEN, upper = jl_rule_has(in, JL_KPI_UPPER);
  if (!jl_rule_alive(in) || (!between && !upper)) return true;
  if (between != upper)
    return jl_break(in, JL_KPI_UPPER, err, between ? JL_MSG("the range of {1} has no upper end") : JL_MSG("the upper end of {1} is one of a range"),
                    JL_MSG("between goes from the target to the upper end: --comparator between --target 20 --upper 30"), jl_arg_record(in->touched->after));
  if (jl_rule_int(in, JL_KPI_TARGET, INT64_MIN) < jl_rule_int(in, JL_KPI_UPPER, 0)) return true;
  return jl_break(in, JL_KPI_UPPER, err, JL_MSG("the range of {1} ends before it begins"), JL_MSG("between goes from the target to the upper end: --comparator between --target 20 --upper 30"),
                  jl_arg_record(in->touched->after));
}

static bool figure_days(const struct jl_rule_input *in, struct jl_error *err) {
  if (jl_rule_int(in, JL_FIGURE_START, 0) <= jl_rule_int(in, JL_FIGURE_END, INT32_MAX)) return true;
  return jl_break(in, JL_FIGURE_END, err, JL_MSG("the period of {1} ends before it starts"), JL_MSG("correct one of the two dates"), jl_arg_record(in->touched->after));
}

static bool figure_says_something(const struct jl_rule_input *in, struct jl_error *err) {
  if (jl_rule_has(in, JL_FIGURE_COUNT) || jl_rule_has(in, JL_FIGURE_AMOUNT) || !jl_rule_alive(in)) return true;
  return jl_break(in, JL_FIGURE_COUNT, err, JL_MSG("{1} has neither a count nor an amount"), JL_MSG("say how many there were, or what they are worth; 0 when there were none"),
                  jl_arg_record(in->touched->after));
}

static bool experiment_days(const struct jl_rule_input *in, struct jl_error *err) {
  if (jl_rule_int(in, JL_EXPERIMENT_START, INT32_MIN) <= jl_rule_int(in, JL_EXPERIMENT_END, INT32_MAX)) return true;
  return jl_break(in, JL_EXPERIMENT_END, err, JL_MSG("{1} ends before it starts"), JL_MSG("correct one of the two dates"), jl_arg_record(in->touched->after));
}

static bool variant_counts(const struct jl_rule_input *in, struct jl_error *err) {
  if (jl_rule_int(in, JL_VARIANT_COUNTED, 0) <= jl_rule_int(in, JL_VARIANT_SHOWN, 0)) return true;
  return jl_break(in, JL_VARIANT_COUNTED, err, JL_MSG("{1} counts more than saw it"), JL_MSG("--shown says how many saw it, --counted how many of them did it"),
                  jl_arg_record(in->touched->after));
}

static const struct jl_rule rules[] = {
    {"kpi-target", JL_TYPE_KPI, kpi_target},
    {"kpi-direction", JL_TYPE_KPI, kpi_direction},
    {"kpi-range", JL_TYPE_KPI, kpi_range},
    {"experiment-days", JL_TYPE_EXPERIMENT, experiment_days},
    {"variant-counts", JL_TYPE_VARIANT, variant_counts},
    {"figure-days", JL_TYPE_FIGURE, figure_days},
    {"figure-value", JL_TYPE_FIGURE, figure_says_something},
};
const struct jl_rules jl_measures_rules = {rules, JL_COUNT(rules)};

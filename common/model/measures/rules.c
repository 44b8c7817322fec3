#include "common/model/budget/amounts.h"
#include "common/model/rules.h"
#include "common/record/schema.h"
#include <string.h>
#include <strings.h>

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

static bool one_of(struct jl_bytes unit, const char *const *words) {
  for (; *words != NULL; words++)
    if (unit.size == strlen(*words) && strncasecmp((const char *)unit.data, *words, unit.size) == 0) return true;
  return false;
}

static bool unit_fits(const char *implied, struct jl_bytes unit, const char *currency) {
  static const char *const percent[] = {"percent", "%", "pourcent", NULL}, *const months[] = {"months", "month", "mois", NULL}, *const ratio[] = {"ratio", NULL};
  const char *const money[] = {currency, "currency", NULL};
  if (unit.size == 0 || implied[0] == '\0') return true;
  if (strcmp(implied, "percent") == 0) return one_of(unit, percent);
  if (strcmp(implied, "months") == 0) return one_of(unit, months);
  if (strcmp(implied, "ratio") == 0) return one_of(unit, ratio);
  if (implied[8] != '\0' && unit.size > 4 && unit.data[3] == '/') unit.size = 3; /* EUR/day */
  return one_of(unit, money);
}

/* A computed KPI brings its unit along. What was written before that was so stays until somebody touches it, and is shown in the right one. */
static bool kpi_unit(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_record *kpi = in->touched->after;
  char currency[4], out[JL_UNIT_SIZE];
  if (!jl_rule_alive(in) || (!jl_rule_changed(in, JL_KPI_UNIT) && !jl_rule_changed(in, JL_KPI_COMPUTED))) return true;
  jl_plan_currency(in->after, currency);
  const char *implied = jl_record_unit_implied(kpi->type, kpi->body);
  if (unit_fits(implied, jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT), currency)) return true;
  const struct jl_enum_value *computed = jl_enum_by_number(jl_field_by_number(kpi->type, JL_KPI_COMPUTED)->enumeration, (int32_t)jl_rule_int(in, JL_KPI_COMPUTED, 0));
  struct jl_bytes fits = jl_record_unit(kpi->type, kpi->body, JL_KPI_UNIT, currency, out);
  return jl_break(in, JL_KPI_UNIT, err, fits.size > 0 ? JL_MSG("{1} is computed as {2}, so its unit is {3}") : JL_MSG("{1} is computed as {2}, which is a number without a unit"),
                  JL_MSG("leave --unit out, or clear it with --unit \"\""), jl_arg_record(kpi), jl_arg_label(computed->label), jl_arg_label(fits.size > 0 ? (const char *)fits.data : ""));
}

/* Its numbers are kept as what they are worth (20 % as 0.2): where another unit comes they have to be said again. */
static bool kpi_numbers(const struct jl_rule_input *in, struct jl_error *err) {
  static const uint32_t numbers[] = {JL_KPI_TARGET, JL_KPI_UPPER, JL_KPI_BASELINE};
  const struct jl_record *before = in->touched->before, *kpi = in->touched->after;
  if (before == NULL || !jl_rule_alive(in) || before->deleted_revision != 0 || !jl_rule_changed(in, JL_KPI_COMPUTED)) return true;
  char was[JL_UNIT_SIZE], is[JL_UNIT_SIZE], currency[4];
  jl_plan_currency(in->after, currency);
  struct jl_bytes old_unit = jl_record_unit(before->type, before->body, JL_KPI_UNIT, currency, was), unit = jl_record_unit(kpi->type, kpi->body, JL_KPI_UNIT, currency, is);
  static const char *const percent[] = {"percent", "%", "pourcent", NULL};
  if (one_of(old_unit, percent) == one_of(unit, percent)) return true;
  for (size_t i = 0; i < JL_COUNT(numbers); i++)
    if (jl_rule_has(in, numbers[i]) && !jl_rule_changed(in, numbers[i]))
      return jl_break(in, numbers[i], err, JL_MSG("{1} counts in another unit then, and its {2} is still in the old one"), JL_MSG("say it again in the same edit, or clear it"),
                      jl_arg_record(kpi), jl_arg_label(jl_field_by_number(kpi->type, numbers[i])->label));
  return true;
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

/* It is a part of the figure's identity, so one platform is written in one way. */
static bool figure_platform(const struct jl_rule_input *in, struct jl_error *err) {
  const struct jl_bytes platform = jl_record_text(in->touched->after->type, in->touched->after->body, JL_FIGURE_PLATFORM);
  for (size_t i = 0; i < platform.size; i++)
    if (platform.data[i] <= ' ' || (platform.data[i] >= 'A' && platform.data[i] <= 'Z'))
      return jl_break(in, JL_FIGURE_PLATFORM, err, JL_MSG("the platform \"{1}\" has capitals or blanks"), JL_MSG("write it as imports do: google-ads, meta:alpes"), jl_arg_textn((const char *)platform.data, platform.size));
  return true;
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
    {"kpi-unit", JL_TYPE_KPI, kpi_unit},
    {"kpi-numbers", JL_TYPE_KPI, kpi_numbers},
    {"experiment-days", JL_TYPE_EXPERIMENT, experiment_days},
    {"variant-counts", JL_TYPE_VARIANT, variant_counts},
    {"figure-days", JL_TYPE_FIGURE, figure_days},
    {"figure-value", JL_TYPE_FIGURE, figure_says_something},
    {"figure-platform", JL_TYPE_FIGURE, figure_platform},
};
const struct jl_rules jl_measures_rules = {rules, JL_COUNT(rules)};

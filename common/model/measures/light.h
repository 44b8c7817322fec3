/* Where a KPI stands: its last measurement against its target, as a light and as a reached ratio. Integers only. */
#ifndef JL_MODEL_MEASURES_LIGHT_H
#define JL_MODEL_MEASURES_LIGHT_H
#include "common/model/replica.h"

enum jl_light {
  JL_LIGHT_NONE /* no target or nothing measured */,
  JL_LIGHT_GOOD,
  JL_LIGHT_WARN /* missed within the tolerance */,
  JL_LIGHT_BAD
};
/* value, target in millionths; tolerance in basis points of the target's size. */
enum jl_light jl_light_of(int32_t comparator, int64_t value, int64_t target, int64_t tolerance);
/* Of a range: within it on target, else held against the nearer end. */
enum jl_light jl_light_between(int64_t value, int64_t low, int64_t high, int64_t tolerance);
/* Reached part of the target in millionths: value / target for > >= =, target / value for < <=. false: undefined (a
 * denominator of zero, signs that differ, overflow). */
JL_MUST_CHECK bool jl_reached(int32_t comparator, int64_t value, int64_t target, int64_t *ret_millionths);
/* Of a range: a whole within it; below it value / low, above it high / value. */
JL_MUST_CHECK bool jl_reached_between(int64_t value, int64_t low, int64_t high, int64_t *ret_millionths);

#define JL_KPI_TOLERANCE_DEFAULT 1000 /* 10 %, as the field's default says; for records that have none */

struct jl_computed; /* common/model/measures/computed.h */
struct jl_kpi_state {
  const struct jl_record *last; /* measurement; NULL: none, or it is computed */
  const struct jl_computed *computed; /* NULL: it is measured */
  bool has_value;               /* of the measurement, or computed */
  int64_t value;
  int32_t day;                  /* of the value */
  bool has_reached;
  int64_t reached; /* millionths */
  enum jl_light light;
  bool has_target;
  int64_t target;                 /* that it is held against */
  bool has_upper;                 /* a range, up to this */
  int64_t upper;
  bool to_come;                   /* asked of a period that has not begun */
  const struct jl_record *period; /* the target of a period that this is; NULL: the KPI's own */
};
/* What a KPI is to have reached by what is measured on that day: the target of the first period that has not ended then, else its own. false:
 * no memory. */
JL_MUST_CHECK bool jl_kpi_target_on(const struct jl_replica *r, const struct jl_record *kpi, int64_t day, struct jl_arena *a, struct jl_kpi_state *io_state);
/* What follows from value and target: light and reached part. */
void jl_kpi_judge(const struct jl_record *kpi, struct jl_kpi_state *io_state);
/* The target is that of the day of the last measurement; where nothing is measured the KPI's own. The last measurement dated as_of or before (INT32_MAX: any); of one day the one recorded last. A KPI that is computed has nothing here: jl_view_kpi_state. false: no memory. */
JL_MUST_CHECK bool jl_kpi_state(const struct jl_replica *r, const struct jl_record *kpi, int32_t as_of, struct jl_arena *a,
                                struct jl_kpi_state *ret);
#endif

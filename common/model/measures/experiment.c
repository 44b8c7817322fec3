#include "common/model/measures/experiment.h"
#include "common/base/money.h"
#include "common/model/measures/returns.h"
#include "common/record/schema.h"

static void read_size(const struct jl_record *experiment, struct jl_experiment *e) {
  struct jl_value rate, effect;
  e->has_size = jl_record_get(experiment->body, jl_field_by_number(experiment->type, JL_EXPERIMENT_EXPECTED), &rate) &&
                jl_record_get(experiment->body, jl_field_by_number(experiment->type, JL_EXPERIMENT_EFFECT), &effect) &&
                jl_sample_size(rate.number, effect.number, &e->size);
}

static void read_variants(const struct jl_view_input *in, struct jl_builder *b, struct jl_experiment *e) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(in, b, &e->record->id, JL_TYPE_VARIANT, JL_VARIANT_EXPERIMENT, &n);
  for (size_t i = 0; i < n && e->count < JL_VARIANTS_MOST; i++) {
    struct jl_variant *v = &e->variants[e->count++];
    *v = (struct jl_variant){.record = all[i], .share = {jl_view_int(all[i], JL_VARIANT_COUNTED, 0), jl_view_int(all[i], JL_VARIANT_SHOWN, 0)}};
    v->has_rate = jl_conversion(v->share.shown, v->share.counted, &v->rate);
    if (e->control == NULL && jl_view_int(all[i], JL_VARIANT_CONTROL, 0) != 0) e->control = all[i];
  }
  if (e->control == NULL && e->count > 0) e->control = e->variants[0].record;
}

/* Against the control, each by itself: with many variants one of them looks good by chance, so they are few. */
static void compare(struct jl_experiment *e) {
  const struct jl_variant *control = NULL;
  e->enough = e->has_size && e->count > 1;
  for (size_t i = 0; i < e->count; i++) {
    if (e->variants[i].record == e->control) control = &e->variants[i];
    e->enough = e->enough && e->variants[i].share.shown >= e->size;
  }
  for (size_t i = 0; control != NULL && i < e->count; i++) {
    struct jl_variant *v = &e->variants[i];
    if (v == control) continue;
    v->has_difference = v->has_rate && control->has_rate;
    v->difference = v->has_difference ? v->rate - control->rate : 0;
    v->significance = v->has_difference ? jl_significance(v->share, control->share) : JL_TOO_FEW;
  }
}

/* Won: a variant is better with 95 % confidence. Lost: none is, and one is as surely worse. */
static void judge(struct jl_experiment *e) {
  e->verdict = JL_EXPERIMENT_UNCLEAR;
  for (size_t i = 0; i < e->count; i++) {
    const struct jl_variant *v = &e->variants[i];
    if (!v->has_difference || v->significance < JL_SIGNIFICANT_95) continue;
    bool better = (v->difference > 0) != e->lower_is_better;
    bool more = e->best == NULL || (v->difference > e->best->difference) != e->lower_is_better;
    if (better && (e->verdict != JL_EXPERIMENT_WON || more)) {
      e->verdict = JL_EXPERIMENT_WON;
      e->best = v;
    } else if (!better && e->verdict == JL_EXPERIMENT_UNCLEAR) {
      e->verdict = JL_EXPERIMENT_LOST;
      e->best = v;
    }
  }
}

void jl_experiment_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *experiment, struct jl_experiment *ret) {
  const struct jl_record *kpi = jl_view_linked(in, experiment, JL_EXPERIMENT_KPI);
  *ret = (struct jl_experiment){.record = experiment};
  ret->lower_is_better = kpi != NULL && jl_view_int(kpi, JL_KPI_DIRECTION, JL_HIGHER_IS_BETTER) == JL_LOWER_IS_BETTER;
  read_size(experiment, ret);
  read_variants(in, b, ret);
  compare(ret);
  judge(ret);
}

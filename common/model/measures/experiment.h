/* Where an experiment stands: its variants held against the control. */
#ifndef JL_MODEL_MEASURES_EXPERIMENT_H
#define JL_MODEL_MEASURES_EXPERIMENT_H
#include "common/model/measures/significance.h"
#include "common/model/view_support.h"

#define JL_VARIANTS_MOST 24 /* of one experiment that are read */
struct jl_variant {
  const struct jl_record *record;
  struct jl_share_of share;
  bool has_rate;
  int64_t rate;                     /* millionths */
  bool has_difference;              /* from the control */
  int64_t difference;               /* millionths of a whole: points of percent */
  enum jl_significance significance; /* of the difference */
};
struct jl_experiment {
  const struct jl_record *record, *control; /* control: the variant that says so, else the first one; NULL: none */
  bool lower_is_better, has_size, enough; /* enough: each variant was shown to as many as it takes */
  int64_t size;                           /* how many must see each */
  struct jl_variant variants[JL_VARIANTS_MOST];
  size_t count;
  int64_t verdict;                  /* ExperimentVerdict that the counts speak for */
  const struct jl_variant *best;    /* the variant that it is about; NULL: none */
};
void jl_experiment_read(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *experiment, struct jl_experiment *ret);
#endif

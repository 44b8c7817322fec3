/* Experiments: how many must see them, what was counted of each variant, and whether that is more than chance (product.md M8). */
#include "common/model/measures/experiment.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static const struct {
  int64_t verdict;
  const char *label, *text;
  enum jl_tone tone;
} verdicts[] = {{JL_EXPERIMENT_WON, JL_MSG("won"), "won", JL_TONE_GOOD}, {JL_EXPERIMENT_LOST, JL_MSG("lost"), "lost", JL_TONE_BAD}, {JL_EXPERIMENT_UNCLEAR, JL_MSG("unclear"), "unclear", JL_TONE_MUTED}};

static void cell_verdict(struct jl_builder *b, int64_t verdict) {
  for (size_t i = 0; i < JL_COUNT(verdicts); i++)
    if (verdicts[i].verdict == verdict) {
      jl_cell_label(b, verdicts[i].label, verdicts[i].text);
      jl_cell_tone(b, verdicts[i].tone);
      return;
    }
  jl_cell_empty(b);
}

static void cell_number(struct jl_builder *b, bool has, struct jl_arg value) { jl_cell(b, has ? value : (struct jl_arg){.kind = JL_ARG_NONE}); }

static void cell_significance(struct jl_builder *b, const struct jl_variant *v) {
  static const struct {
    const char *words, *text;
  } said[] = {[JL_TOO_FEW] = {JL_MSG("too few to say"), "too-few"},
              [JL_NOT_SIGNIFICANT] = {JL_MSG("may be chance"), "none"},
              [JL_SIGNIFICANT_90] = {JL_MSG("90 % sure"), "90"},
              [JL_SIGNIFICANT_95] = {JL_MSG("95 % sure"), "95"},
              [JL_SIGNIFICANT_99] = {JL_MSG("99 % sure"), "99"}};
  if (!v->has_difference) {
    jl_cell_empty(b);
    return;
  }
  jl_cell_label(b, said[v->significance].words, said[v->significance].text);
  if (v->significance < JL_SIGNIFICANT_95) jl_cell_tone(b, JL_TONE_MUTED);
}

static void block_experiments(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *const *all, size_t n) {
  jl_block_begin(b, JL_BLOCK_TABLE, "experiments", NULL);
  jl_column(b, "experiment", JL_MSG("experiment"), JL_ARG_TEXT, 0);
  jl_column(b, "metric", JL_MSG("metric"), JL_ARG_TEXT, 3);
  jl_column(b, "start", JL_MSG("start"), JL_ARG_DATE, 5);
  jl_column(b, "end", JL_MSG("end"), JL_ARG_DATE, 4);
  jl_column(b, "needed", JL_MSG("needed of each"), JL_ARG_INTEGER, 2);
  jl_column(b, "says", JL_MSG("the counts say"), JL_ARG_LABEL, 1);
  jl_column(b, "verdict", JL_MSG("verdict"), JL_ARG_LABEL, 0);
  jl_column(b, "hypothesis", JL_MSG("hypothesis"), JL_ARG_TEXT, 9);
  for (size_t i = 0; i < n; i++) {
    struct jl_experiment e;
    jl_experiment_read(in, b, all[i], &e);
    jl_row_begin(b, all[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, all[i]);
    jl_cell_by_number(b, in, all[i], JL_EXPERIMENT_METRIC);
    jl_cell_by_number(b, in, all[i], JL_EXPERIMENT_START);
    jl_cell_by_number(b, in, all[i], JL_EXPERIMENT_END);
    cell_number(b, e.has_size, jl_arg_integer(e.size));
    jl_cell_source(b, all[i]);
    cell_verdict(b, e.verdict);
    for (size_t v = 0; v < e.count; v++) jl_cell_source(b, e.variants[v].record);
    cell_verdict(b, jl_view_int(all[i], JL_EXPERIMENT_VERDICT, 0));
    jl_cell_by_number(b, in, all[i], JL_EXPERIMENT_HYPOTHESIS);
  }
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no experiment yet: jalon experiment add \"...\" --hypothesis \"...\" --metric clicks --expected 2% --effect 0.5%"), NULL, 0);
}

static void variant_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_experiment *e, const struct jl_variant *v) {
  jl_row_begin(b, v->record, 0, JL_ROW_NORMAL);
  jl_cell_title(b, in, e->record);
  jl_cell_title(b, in, v->record);
  jl_cell_by_number(b, in, v->record, JL_VARIANT_SHOWN);
  jl_cell_by_number(b, in, v->record, JL_VARIANT_COUNTED);
  if (v->has_rate)
    jl_cell(b, jl_arg_fraction(v->rate, "percent"));
  else
    jl_cell_label(b, JL_MSG("undefined"), "undefined");
  jl_cell_source(b, v->record);
  cell_number(b, v->has_difference, jl_arg_fraction(v->difference, "percent"));
  if (v->has_difference && v->difference != 0 && v->significance >= JL_SIGNIFICANT_95) jl_cell_tone(b, (v->difference > 0) != e->lower_is_better ? JL_TONE_GOOD : JL_TONE_BAD);
  jl_cell_source(b, v->record);
  jl_cell_source(b, v->has_difference ? e->control : NULL);
  cell_significance(b, v);
}

static void block_variants(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *const *all, size_t n) {
  bool thin = false;
  jl_block_begin(b, JL_BLOCK_TABLE, "variants", JL_MSG("variants"));
  jl_column(b, "experiment", JL_MSG("experiment"), JL_ARG_TEXT, n == 1 ? 9 : 2);
  jl_column(b, "variant", JL_MSG("variant"), JL_ARG_TEXT, 0);
  jl_column(b, "shown", JL_MSG("shown to"), JL_ARG_INTEGER, 1);
  jl_column(b, "counted", JL_MSG("counted"), JL_ARG_INTEGER, 1);
  jl_column(b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 0);
  jl_column(b, "difference", JL_MSG("difference in points"), JL_ARG_FRACTION, 0);
  jl_column(b, "significance", JL_MSG("how sure"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < n; i++) {
    struct jl_experiment e;
    jl_experiment_read(in, b, all[i], &e);
    for (size_t v = 0; v < e.count; v++) variant_row(in, b, &e, &e.variants[v]);
    thin = thin || (e.has_size && !e.enough && e.count > 1);
  }
  if (n == 0) return;
  jl_note(b, JL_TONE_MUTED, JL_MSG("against the control: two-proportion z test, two-sided, normal approximation; too few: under 5 expected in a cell"), NULL, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("needed of each: to find the expected effect with 95 % confidence in four of five cases"), NULL, 0);
  if (thin) jl_note(b, JL_TONE_WARN, JL_MSG("not everybody who is needed has seen it yet: who looks at it before finds what is not there"), NULL, 0);
}

bool jl_experiments_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_EXPERIMENT};
  const struct jl_record *one = NULL;
  size_t n = 0;
  (void)a;
  if (!jl_view_named(in, b, types, JL_COUNT(types), &one, err)) return false;
  const struct jl_record *const *all = jl_view_all(in, b, JL_TYPE_EXPERIMENT, &n);
  jl_builder_title(b, JL_MSG("experiments"), NULL, 0);
  block_experiments(in, b, one != NULL ? &one : all, one != NULL ? 1 : n);
  block_variants(in, b, one != NULL ? &one : all, one != NULL ? 1 : n);
  return true;
}

#include "common/model/strategy/progress.h"
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/record/schema.h"

bool jl_progress(int64_t start, int64_t target, int64_t value, int64_t *ret_millionths) {
  int64_t done, whole, score;
  if (__builtin_sub_overflow(value, start, &done) || __builtin_sub_overflow(target, start, &whole) || whole == 0) return false;
  if (whole < 0) {
    if (whole == INT64_MIN || done == INT64_MIN) return false;
    whole = -whole;
    done = -done;
  }
  if (done <= 0)
    score = 0;
  else if (done >= whole)
    score = JL_FRACTION_ONE;
  else if (!jl_mul_div_half_even(done, JL_FRACTION_ONE, whole, &score))
    return false;
  *ret_millionths = score;
  return true;
}

static bool score_of(const struct jl_record *record, uint32_t start, uint32_t target, uint32_t current, int64_t *ret_millionths) {
  if (!jl_record_has(record->body, target) || !jl_record_has(record->body, current)) return false;
  return jl_progress(jl_view_int(record, start, 0), jl_view_int(record, target, 0), jl_view_int(record, current, 0), ret_millionths);
}

bool jl_key_result_score(const struct jl_record *key_result, int64_t *ret_millionths) {
  return score_of(key_result, JL_KEY_RESULT_START, JL_KEY_RESULT_TARGET, JL_KEY_RESULT_CURRENT, ret_millionths);
}

static bool undefined(const struct jl_record *record, uint32_t start, uint32_t target, uint32_t current) {
  int64_t score;
  return jl_record_has(record->body, target) && jl_record_has(record->body, current) && !score_of(record, start, target, current, &score);
}

bool jl_key_result_undefined(const struct jl_record *key_result) {
  return undefined(key_result, JL_KEY_RESULT_START, JL_KEY_RESULT_TARGET, JL_KEY_RESULT_CURRENT);
}

/* A key result that nobody has measured counts as 0: it is not reached. One that starts at its target says nothing and does not count. */
static bool weighted_mean(const struct jl_record **key_results, size_t n, int64_t *ret_millionths) {
  int64_t sum = 0, weights = 0;
  for (size_t i = 0; i < n; i++) {
    int64_t score = 0, weight = jl_view_int(key_results[i], JL_KEY_RESULT_WEIGHT, 1);
    if (jl_key_result_undefined(key_results[i])) continue;
    if (!jl_key_result_score(key_results[i], &score)) score = 0;
    if (__builtin_mul_overflow(score, weight, &score) || !jl_add(sum, score, &sum) || !jl_add(weights, weight, &weights)) return false;
  }
  return weights > 0 && jl_mul_div_half_even(sum, 1, weights, ret_millionths);
}

static const struct jl_record **key_results_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective,
                                               size_t *ret_n) {
  return jl_view_referring(in, b, &objective->id, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE, ret_n);
}

bool jl_objective_undefined(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective) {
  size_t n = 0;
  const struct jl_record **key_results = key_results_of(in, b, objective, &n);
  for (size_t i = 0; i < n; i++)
    if (!jl_key_result_undefined(key_results[i])) return false;
  return n > 0 || undefined(objective, JL_OBJECTIVE_BASELINE, JL_OBJECTIVE_TARGET, JL_OBJECTIVE_CURRENT);
}

bool jl_objective_progress(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective,
                           int64_t *ret_millionths) {
  size_t n = 0;
  const struct jl_record **key_results = key_results_of(in, b, objective, &n);
  if (n > 0) return weighted_mean(key_results, n, ret_millionths);
  return score_of(objective, JL_OBJECTIVE_BASELINE, JL_OBJECTIVE_TARGET, JL_OBJECTIVE_CURRENT, ret_millionths);
}

#define TENTH (JL_FRACTION_ONE / 10)

int64_t jl_okr_score(int64_t millionths) {
  int64_t tenths = 0;
  return jl_mul_div_half_even(millionths, 1, TENTH, &tenths) ? tenths * TENTH : 0;
}

enum jl_okr_colour jl_okr_colour(int64_t millionths) {
  int64_t tenths = jl_okr_score(millionths) / TENTH;
  return tenths >= 7 ? JL_OKR_GREEN : tenths >= 4 ? JL_OKR_YELLOW : JL_OKR_RED;
}

/* ---- where it comes from ---- */
struct measured {
  const struct jl_record *record;
  uint32_t start, target, current;
};

static struct jl_arg percent(int64_t millionths) { return jl_arg_fraction(millionths, "percent"); }

static void why_way(struct jl_builder *b, const struct jl_view_input *in, const struct measured *m, uint32_t to, const char *formula) {
  int64_t way = 0;
  bool fits = !__builtin_sub_overflow(jl_view_int(m->record, to, 0), jl_view_int(m->record, m->start, 0), &way);
  const struct jl_setting s = {b, in->space, in->organisation, m->record, m->record->type, jl_field_by_number(m->record->type, to)};
  if (jl_why_begin(b, JL_WHY_DIFFERENCE, fits ? jl_arg_number(&s, way) : (struct jl_arg){.kind = JL_ARG_NONE}, formula)) {
    jl_why_about(b, in, m->record);
    jl_why_field(b, in, m->record, to);
    jl_why_field_or(b, in, m->record, m->start, 0);
  }
  jl_why_end(b);
}

static void why_ratio(struct jl_builder *b, const struct jl_view_input *in, const struct measured *m, int64_t ratio, bool fits) {
  if (jl_why_begin(b, JL_WHY_RATIO, fits ? percent(ratio) : (struct jl_arg){.kind = JL_ARG_NONE}, JL_MSG("(current - start) / (target - start)"))) {
    jl_why_about(b, in, m->record);
    why_way(b, in, m, m->current, JL_MSG("current - start"));
    why_way(b, in, m, m->target, JL_MSG("target - start"));
  }
  jl_why_end(b);
}

/* (current - start) / (target - start), never below 0 nor above 1. */
static void why_score(struct jl_builder *b, const struct jl_view_input *in, const struct measured *m, int64_t score) {
  int64_t done = 0, whole = 0, ratio = 0;
  bool fits = !__builtin_sub_overflow(jl_view_int(m->record, m->current, 0), jl_view_int(m->record, m->start, 0), &done) &&
              !__builtin_sub_overflow(jl_view_int(m->record, m->target, 0), jl_view_int(m->record, m->start, 0), &whole) &&
              jl_mul_div_half_even(done, JL_FRACTION_ONE, whole, &ratio);
  if (fits && ratio == score) {
    why_ratio(b, in, m, ratio, true);
    return;
  }
  bool low = score == 0;
  if (jl_why_begin(b, low ? JL_WHY_MAXIMUM : JL_WHY_MINIMUM, percent(score), low ? JL_MSG("progress is not below 0") : JL_MSG("progress is not above 100 %"))) {
    jl_why_about(b, in, m->record);
    why_ratio(b, in, m, ratio, fits);
    jl_why_constant(b, percent(score), low ? JL_MSG("the least") : JL_MSG("the most"));
  }
  jl_why_end(b);
}

static struct measured of_key_result(const struct jl_record *key_result) {
  return (struct measured){key_result, JL_KEY_RESULT_START, JL_KEY_RESULT_TARGET, JL_KEY_RESULT_CURRENT};
}

/* What a key result brings to the mean: its score as often as its weight says. false: it does not count. */
static bool product_of(const struct jl_record *key_result, int64_t *ret_score, int64_t *ret_product) {
  *ret_score = 0;
  if (jl_key_result_undefined(key_result)) return false;
  if (!jl_key_result_score(key_result, ret_score)) *ret_score = 0;
  return !__builtin_mul_overflow(*ret_score, jl_view_int(key_result, JL_KEY_RESULT_WEIGHT, 1), ret_product);
}

static void why_products(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record **key_results, size_t n) {
  int64_t score, product;
  jl_why_many(b, n);
  for (size_t i = 0; i < n; i++) {
    if (!product_of(key_results[i], &score, &product)) continue;
    if (jl_why_begin(b, JL_WHY_PRODUCT, percent(product), JL_MSG("score x weight"))) {
      const struct measured m = of_key_result(key_results[i]);
      jl_why_about(b, in, key_results[i]);
      if (jl_key_result_score(key_results[i], &score))
        why_score(b, in, &m, score);
      else
        jl_why_constant(b, percent(0), JL_MSG("nobody has measured it: it counts as 0"));
      jl_why_field_or(b, in, key_results[i], JL_KEY_RESULT_WEIGHT, 1);
    }
    jl_why_end(b);
  }
}

static void why_mean(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record **key_results, size_t n, int64_t mean) {
  int64_t score, product, products = 0, weights = 0;
  for (size_t i = 0; i < n; i++)
    if (product_of(key_results[i], &score, &product) &&
        (!jl_add(products, product, &products) || !jl_add(weights, jl_view_int(key_results[i], JL_KEY_RESULT_WEIGHT, 1), &weights)))
      return;
  if (jl_why_begin(b, JL_WHY_RATIO, percent(mean), JL_MSG("progress = mean of its key results by their weights"))) {
    if (jl_why_begin(b, JL_WHY_SUM, percent(products), JL_MSG("scores x weights"))) why_products(b, in, key_results, n);
    jl_why_end(b);
    if (jl_why_begin(b, JL_WHY_SUM, jl_arg_integer(weights), JL_MSG("weights"))) {
      jl_why_many(b, n);
      for (size_t i = 0; i < n; i++)
        if (product_of(key_results[i], &score, &product)) jl_why_field_or(b, in, key_results[i], JL_KEY_RESULT_WEIGHT, 1);
    }
    jl_why_end(b);
  }
  jl_why_end(b);
}

void jl_cell_objective_progress(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *objective) {
  int64_t score = 0;
  if (!jl_objective_progress(in, b, objective, &score)) {
    jl_cell_empty(b);
    return;
  }
  size_t n = 0;
  const struct jl_record **key_results = key_results_of(in, b, objective, &n);
  jl_cell(b, jl_arg_fraction(score, "percent"));
  if (n == 0) jl_cell_source(b, objective);
  for (size_t i = 0; i < n; i++) jl_cell_source(b, key_results[i]);
  if (!jl_explaining(b)) return;
  const struct measured own = {objective, JL_OBJECTIVE_BASELINE, JL_OBJECTIVE_TARGET, JL_OBJECTIVE_CURRENT};
  if (n == 0)
    why_score(b, in, &own, score);
  else
    why_mean(b, in, key_results, n, score);
}

void jl_cell_key_result_score(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *key_result) {
  int64_t score = 0;
  if (!jl_key_result_score(key_result, &score)) {
    jl_cell_empty(b);
    return;
  }
  jl_cell(b, jl_arg_fraction(score, "percent"));
  jl_cell_source(b, key_result);
  const struct measured m = of_key_result(key_result);
  if (jl_explaining(b)) why_score(b, in, &m, score);
}

/* The report of a month, a quarter or a year: one page for who reads it without having learned anything (product.md M5). */
#include "common/model/measures/period_blocks.h"
#include "common/model/view_table.h"
#include <stdlib.h>
#include <string.h>

#define KPIS_MOST 12
#define STEPS_MOST 400

/* "2026-Q1" as it is; "+1", "-1" quarters or years from the present one. */
static bool of_kind(const struct jl_view_input *in, enum jl_span_kind kind, const char *text, struct jl_span *ret, struct jl_error *err) {
  const struct jl_fiscal fiscal = jl_span_fiscal(in);
  char *end;
  if (text[0] != '+' && text[0] != '-') return jl_span_parse(in, text, ret, err);
  long n = strtol(text, &end, 10);
  if (*end != '\0' || n < -STEPS_MOST || n > STEPS_MOST) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no period"), JL_MSG("write it like +1, -1 or 2026-Q1"), jl_arg_text(text));
  *ret = jl_span_at(&fiscal, kind, in->today);
  for (; n < 0; n++) *ret = jl_span_before(&fiscal, ret);
  for (; n > 0; n--) *ret = jl_span_at(&fiscal, kind, ret->last + 1);
  return true;
}

static bool asked(const struct jl_view_input *in, struct jl_span *ret, struct jl_error *err) {
  static const struct {
    const char *name;
    enum jl_span_kind kind;
  } names[] = {{"month", JL_SPAN_MONTH}, {"quarter", JL_SPAN_QUARTER}, {"year", JL_SPAN_YEAR}};
  const char *period = jl_view_value(in, "period");
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    const char *text = jl_view_value(in, names[i].name);
    if (text != NULL) return of_kind(in, names[i].kind, text, ret, err);
  }
  return period != NULL ? jl_span_parse(in, period, ret, err) : of_kind(in, JL_SPAN_MONTH, "+0", ret, err);
}

bool jl_report_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_span span;
  (void)a;
  if (!asked(in, &span, err)) return false;
  const struct jl_reported p = jl_reported_of(in, &span);
  jl_period_title(b, JL_MSG("report, {1} to {2}"), &p);
  if (!jl_block_summary(in, b, &p, err) || !jl_block_results(in, b, &p, err)) return false;
  jl_block_period_kpis(in, b, &p, KPIS_MOST);
  jl_block_objectives(in, b);
  return jl_block_period_budget(in, b, &p, err);
}

/* Where a sum of figures comes from: those that are whole in the time asked for, and of longer ones their part by days. */
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/explain.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"

struct part {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *record;
  uint32_t field;
  int64_t whole;
  int32_t start, end;
  bool exact; /* counts in millionths */
  char currency[4];
};

static struct jl_arg value_of(const struct part *p, int64_t value) {
  if (p->exact) return jl_arg_fraction(value, "");
  return p->field == JL_FIGURE_COUNT ? jl_arg_integer(value) : jl_arg_money(value, p->currency);
}

/* What lies before a day that is one of the figure's. */
static void why_before(const struct part *p, int32_t day) {
  if (day > p->end) {
    jl_why_field(p->b, p->in, p->record, p->field);
    return;
  }
  if (jl_why_begin(p->b, JL_WHY_PROPORTION, value_of(p, jl_figure_before(p->whole, p->start, p->end, day)), JL_MSG("its days of those of the whole figure"))) {
    jl_why_field(p->b, p->in, p->record, p->field);
    jl_why_constant(p->b, jl_arg_integer((int64_t)day - p->start), JL_MSG("days until then"));
    jl_why_constant(p->b, jl_arg_integer((int64_t)p->end - p->start + 1), JL_MSG("days of the whole figure"));
  }
  jl_why_end(p->b);
}

static void why_part(const struct part *p, int32_t from, int32_t to) {
  if (from <= p->start) {
    why_before(p, to);
    return;
  }
  int64_t part = jl_figure_before(p->whole, p->start, p->end, to) - jl_figure_before(p->whole, p->start, p->end, from);
  if (jl_why_begin(p->b, JL_WHY_DIFFERENCE, value_of(p, part), JL_MSG("until its end, less what lies before its beginning"))) {
    jl_why_about(p->b, p->in, p->record);
    why_before(p, to);
    why_before(p, from);
  }
  jl_why_end(p->b);
}

void jl_why_figures(const struct jl_view_input *in, struct jl_builder *b, struct jl_figures *f, const struct jl_figure_ask *ask, bool amount, struct jl_arg value, const char *words) {
  struct part p = {.in = in, .b = b, .field = amount ? JL_FIGURE_AMOUNT : JL_FIGURE_COUNT, .exact = !amount && value.kind == JL_ARG_FRACTION};
  size_t at = 0, n = 0;
  jl_plan_currency(in->space, p.currency);
  while ((p.record = jl_figures_next(f, ask, &at)) != NULL) n += jl_record_has(p.record->body, p.field);
  at = 0;
  if (jl_why_begin(b, JL_WHY_SUM, value, words)) {
    jl_why_many(b, n);
    while ((p.record = jl_figures_next(f, ask, &at)) != NULL) {
      if (!jl_record_has(p.record->body, p.field)) continue;
      p.whole = jl_view_int(p.record, p.field, 0) * (p.exact ? JL_FRACTION_ONE : 1); /* it was added up before */
      p.start = (int32_t)jl_view_int(p.record, JL_FIGURE_START, 0);
      p.end = (int32_t)jl_view_int(p.record, JL_FIGURE_END, 0);
      why_part(&p, ask->from, ask->to);
    }
  }
  jl_why_end(b);
}

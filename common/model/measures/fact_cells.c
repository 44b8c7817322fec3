/* Facts and their ratios as cells, with where they come from. */
#include "common/base/money.h"
#include "common/model/measures/facts.h"
#include "common/model/measures/figure_cells.h"
#include "common/model/measures/spend.h"
#include "common/record/schema.h"

static bool is_amount(enum jl_fact fact) { return fact == JL_FACT_POTENTIAL || fact == JL_FACT_SIGNED; }

static struct jl_arg value_of(const struct jl_facts *f, enum jl_fact fact, int64_t value) {
  return is_amount(fact) ? jl_arg_money(value, f->currency) : jl_arg_integer(value);
}
static bool is_money(enum jl_ratio ratio) { return ratio == JL_RATIO_COST_PER_LEAD || ratio == JL_RATIO_COST_PER_CUSTOMER; }
static struct jl_arg ratio_value(const struct jl_facts *f, enum jl_ratio ratio, int64_t value) {
  return is_money(ratio) ? jl_arg_money(value, f->currency) : jl_arg_fraction(value, "percent");
}
static struct jl_fact_value spend_of(const struct jl_facts_row *row) {
  return (struct jl_fact_value){row->invoiced, row->money.actual, row->money.actual, false, jl_spend_unknown(row)};
}

void jl_cell_fact_place(const struct jl_facts *f, const struct jl_facts_row *row) {
  switch (row->place.kind) {
  case JL_PLACE_LEVER:
    jl_cell_title(f->b, f->in, row->place.lever);
    break;
  case JL_PLACE_CAMPAIGN:
    jl_cell_title(f->b, f->in, row->place.action);
    break;
  case JL_PLACE_APART:
    jl_cell_label(f->b, JL_MSG("no campaign"), "none");
    break;
  case JL_PLACE_REST:
    jl_cell_label(f->b, row->place.no_lever ? JL_MSG("no lever") : JL_MSG("no campaign"), "none");
    break;
  case JL_PLACE_TOTAL:
    jl_cell_label(f->b, JL_MSG("total"), "total");
    break;
  }
}

/* ---- operands ---- */
static void why_unknown(const struct jl_facts *f, const struct jl_facts_row *row, unsigned kinds) {
  jl_why_asked(f->b, &f->filter);
  jl_why_no_rate(f->b, f->in, f->lines, f->line_count, jl_fact_place_has, &row->place, kinds);
}
void jl_why_spend_unknown(const struct jl_facts *f, const struct jl_facts_row *row) { why_unknown(f, row, JL_UNKNOWN(JL_MONEY_ACTUAL)); }

void jl_why_spend(const struct jl_facts *f, const struct jl_facts_row *row) {
  if (jl_spend_unknown(row)) {
    jl_why_spend_unknown(f, row);
    return;
  }
  jl_why_asked(f->b, &f->filter);
  jl_why_money(f->b, f->in, &row->money, f->lines, f->line_count, jl_fact_place_has, &row->place, JL_FIGURE_ACTUAL);
}

static const char *const words[JL_FACTS] = {[JL_FACT_VISITS] = JL_MSG("visits"),
                                            [JL_FACT_LEADS] = JL_MSG("leads"),
                                            [JL_FACT_MQL] = JL_MSG("MQL"),
                                            [JL_FACT_SQL] = JL_MSG("SQL"),
                                            [JL_FACT_OPPORTUNITIES] = JL_MSG("opportunities"),
                                            [JL_FACT_CUSTOMERS] = JL_MSG("customers"),
                                            [JL_FACT_POTENTIAL] = JL_MSG("potential revenue"),
                                            [JL_FACT_SIGNED] = JL_MSG("signed revenue")};

void jl_why_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact) {
  const struct jl_figure_ask ask = jl_fact_ask(f, row, fact);
  jl_why_figures(f->in, f->b, f->figures, &ask, is_amount(fact), value_of(f, fact, row->facts[fact].value), words[fact]);
}

/* As a ratio is of it. */
static void why_exact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact, bool split) {
  const struct jl_figure_ask ask = jl_fact_ask(f, row, fact);
  const struct jl_fact_value *of = &row->facts[fact];
  jl_why_figures(f->in, f->b, f->figures, &ask, is_amount(fact), split ? jl_arg_fraction(of->exact, "") : value_of(f, fact, of->value), words[fact]);
}

void jl_sources_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact) {
  const struct jl_figure_ask ask = jl_fact_ask(f, row, fact);
  jl_figures_sources(f->figures, &ask);
}

static void money_sources(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_money_kind kind) {
  size_t named = 0;
  for (size_t i = 0; i < f->line_count; i++) {
    const struct jl_money_line *line = &f->lines[i];
    if (!jl_fact_place_has(line, &row->place)) continue;
    for (size_t k = 0; k < line->source_count[kind] && named < JL_CELL_SOURCES; k++, named++) jl_cell_source(f->b, line->sources[kind][k]);
    if (line->source_count[kind] == 0 && kind == JL_MONEY_PLANNED && named++ < JL_CELL_SOURCES) jl_cell_source(f->b, line->line);
  }
}
void jl_sources_spend(const struct jl_facts *f, const struct jl_facts_row *row) { money_sources(f, row, JL_MONEY_ACTUAL); }

/* ---- facts ---- */
void jl_column_fact(struct jl_builder *b, enum jl_fact fact, int priority) {
  static const char *const names[JL_FACTS] = {"visits", "leads", "mql", "sql", "opportunities", "customers", "potential", "signed"};
  jl_column(b, names[fact], words[fact], is_amount(fact) ? JL_ARG_MONEY : JL_ARG_INTEGER, priority);
}

void jl_cell_fact(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_fact fact) {
  if (!row->facts[fact].told) {
    jl_cell_empty(f->b);
    return;
  }
  jl_cell(f->b, value_of(f, fact, row->facts[fact].value));
  jl_sources_fact(f, row, fact);
  if (jl_explaining(f->b)) jl_why_fact(f, row, fact);
}

void jl_cell_fact_money(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_money_figure figure) {
  const int64_t amounts[] = {row->money.planned, row->money.committed, row->money.actual, row->money.remaining};
  bool planned = figure == JL_FIGURE_PLANNED || figure == JL_FIGURE_REMAINING;
  if (!f->sees_money || (figure == JL_FIGURE_ACTUAL ? !row->invoiced : !row->budgeted) || (planned && (row->undated != 0 || row->undated_unknown))) {
    jl_cell_empty(f->b);
    return;
  }
  const unsigned unknown = row->unknown & (figure == JL_FIGURE_REMAINING ? JL_UNKNOWN_ANY : JL_UNKNOWN(figure)); /* figures are in the order of the kinds */
  jl_cell_money_known(f->b, amounts[figure], f->currency, unknown);
  for (int kind = 0; kind < JL_MONEY_KINDS; kind++)
    if (figure == JL_FIGURE_REMAINING || (int)figure == kind) money_sources(f, row, (enum jl_money_kind)kind);
  if (!jl_explaining(f->b)) return;
  if (unknown != 0) {
    why_unknown(f, row, unknown);
    return;
  }
  jl_why_asked(f->b, &f->filter);
  jl_why_money(f->b, f->in, &row->money, f->lines, f->line_count, jl_fact_place_has, &row->place, figure);
}

/* ---- ratios ---- */
/* What is divided, and by what. */
static void why_above(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  int64_t gain = 0;
  if (ratio == JL_RATIO_CONVERSION)
    why_exact(f, row, JL_FACT_CUSTOMERS, row->facts[JL_FACT_CUSTOMERS].split);
  else if (ratio != JL_RATIO_RETURN)
    jl_why_spend(f, row);
  else if (!__builtin_sub_overflow(row->facts[JL_FACT_SIGNED].value, row->money.actual, &gain)) {
    if (jl_why_begin(f->b, JL_WHY_DIFFERENCE, jl_arg_money(gain, f->currency), JL_MSG("gain = signed revenue - spend"))) {
      jl_why_fact(f, row, JL_FACT_SIGNED);
      jl_why_spend(f, row);
    }
    jl_why_end(f->b);
  }
}
static void why_below(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  enum jl_fact fact = ratio == JL_RATIO_COST_PER_CUSTOMER ? JL_FACT_CUSTOMERS : f->qualified;
  if (ratio == JL_RATIO_RETURN)
    jl_why_spend(f, row);
  else
    why_exact(f, row, fact, row->facts[fact].split);
}

static void why_ratio(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  static const char *const formulas[JL_RATIOS] = {[JL_RATIO_COST_PER_LEAD] = JL_MSG("cost per lead = spend / leads"),
                                                  [JL_RATIO_COST_PER_CUSTOMER] = JL_MSG("cost per customer = spend / customers"),
                                                  [JL_RATIO_CONVERSION] = JL_MSG("conversion = customers / qualified leads"),
                                                  [JL_RATIO_RETURN] = JL_MSG("ROI = (revenue - cost) / cost")};
  const struct jl_ratio_of of = jl_facts_ratio(f, row, ratio);
  bool defined = of.state == JL_RATIO_VALUE;
  if (ratio != JL_RATIO_CONVERSION && jl_spend_unknown(row)) {
    jl_why_spend_unknown(f, row);
    return;
  }
  const char *formula = ratio == JL_RATIO_COST_PER_LEAD && f->qualified == JL_FACT_MQL ? JL_MSG("cost per MQL = spend / MQL") : formulas[ratio];
  if (jl_why_begin(f->b, defined ? JL_WHY_RATIO : JL_WHY_UNDEFINED, defined ? ratio_value(f, ratio, of.value) : jl_arg_label(JL_MSG("undefined")), formula)) {
    why_above(f, row, ratio);
    why_below(f, row, ratio);
  }
  jl_why_end(f->b);
}

static void ratio_sources(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  if (ratio != JL_RATIO_CONVERSION) jl_sources_spend(f, row);
  if (ratio == JL_RATIO_RETURN) jl_sources_fact(f, row, JL_FACT_SIGNED);
  if (ratio == JL_RATIO_CONVERSION || ratio == JL_RATIO_COST_PER_CUSTOMER) jl_sources_fact(f, row, JL_FACT_CUSTOMERS);
  if (ratio == JL_RATIO_CONVERSION || ratio == JL_RATIO_COST_PER_LEAD) jl_sources_fact(f, row, f->qualified);
}

void jl_cell_ratio(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  const struct jl_ratio_of of = jl_facts_ratio(f, row, ratio);
  if (of.state == JL_RATIO_UNTOLD) {
    jl_cell_empty(f->b);
    return;
  }
  if (of.state == JL_RATIO_VALUE)
    jl_cell(f->b, ratio_value(f, ratio, of.value));
  else
    jl_cell_undefined(f->b);
  ratio_sources(f, row, ratio);
  if (jl_explaining(f->b)) why_ratio(f, row, ratio);
}

/* ---- changes ---- */
/* One figure in two periods. */
struct both {
  const struct jl_facts *now, *before;
  const struct jl_facts_row *row[2];
  struct jl_fact_value value[2];
  void (*why)(const struct both *both, int which);
  void (*sources)(const struct both *both, int which);
  enum jl_fact fact;
  enum jl_ratio ratio;
  struct jl_arg (*shown)(const struct both *both, int64_t value);
};
static const struct jl_facts *facts_of(const struct both *both, int which) { return which == 0 ? both->now : both->before; }

static void why_change(const struct both *both, const struct jl_ratio_of *of) {
  for (int i = 0; i < 2; i++) {
    if (!both->value[i].unknown) continue;
    both->why(both, i);
    return;
  }
  struct jl_builder *b = both->now->b;
  int64_t difference = 0;
  bool fits = !__builtin_sub_overflow(both->value[0].exact, both->value[1].exact, &difference), defined = fits && of->state == JL_RATIO_VALUE;
  if (jl_why_begin(b, defined ? JL_WHY_RATIO : JL_WHY_UNDEFINED, defined ? jl_arg_fraction(of->value, "percent") : jl_arg_label(JL_MSG("undefined")),
                   JL_MSG("change = (this period - the one before) / the one before"))) {
    if (jl_why_begin(b, JL_WHY_DIFFERENCE, both->shown(both, difference), JL_MSG("this period - the one before"))) {
      both->why(both, 0);
      both->why(both, 1);
    }
    jl_why_end(b);
    both->why(both, 1);
  }
  jl_why_end(b);
}

/* good: whether more of it is better (1), worse (-1), or neither. */
static void change_cell(const struct both *both, int good) {
  const struct jl_ratio_of of = jl_change_of(&both->value[0], &both->value[1]);
  struct jl_builder *b = both->now->b;
  if (of.state == JL_RATIO_UNTOLD) {
    jl_cell_empty(b);
    return;
  }
  if (of.state == JL_RATIO_VALUE) {
    jl_cell(b, jl_arg_fraction(of.value, "percent"));
    if (good != 0 && of.value != 0) jl_cell_tone(b, (of.value > 0) == (good > 0) ? JL_TONE_GOOD : JL_TONE_BAD);
  } else
    jl_cell_undefined(b);
  both->sources(both, 0);
  both->sources(both, 1);
  if (jl_explaining(b)) why_change(both, &of);
}

static bool is_split(const struct both *both) { return both->value[0].split || both->value[1].split; }
static void of_fact_why(const struct both *both, int which) { why_exact(facts_of(both, which), both->row[which], both->fact, is_split(both)); }
static void of_fact_sources(const struct both *both, int which) { jl_sources_fact(facts_of(both, which), both->row[which], both->fact); }
static struct jl_arg of_fact_shown(const struct both *both, int64_t value) {
  if (is_split(both)) return jl_arg_fraction(value, "");
  return value_of(both->now, both->fact, is_amount(both->fact) ? value : value / JL_FRACTION_ONE);
}
static void of_spend_why(const struct both *both, int which) { jl_why_spend(facts_of(both, which), both->row[which]); }
static void of_spend_sources(const struct both *both, int which) { jl_sources_spend(facts_of(both, which), both->row[which]); }
static struct jl_arg of_spend_shown(const struct both *both, int64_t value) { return jl_arg_money(value, both->now->currency); }
static void of_ratio_why(const struct both *both, int which) { why_ratio(facts_of(both, which), both->row[which], both->ratio); }
static void of_ratio_sources(const struct both *both, int which) { ratio_sources(facts_of(both, which), both->row[which], both->ratio); }
static struct jl_arg of_ratio_shown(const struct both *both, int64_t value) { return ratio_value(both->now, both->ratio, value); }

void jl_cell_fact_change(const struct jl_facts *now, const struct jl_facts *before, size_t row, enum jl_fact fact) {
  const struct jl_facts_row *rows[] = {&now->rows[row], &before->rows[row]};
  const struct both both = {.now = now, .before = before, .row = {rows[0], rows[1]}, .value = {rows[0]->facts[fact], rows[1]->facts[fact]}, .fact = fact,
                            .why = of_fact_why, .sources = of_fact_sources, .shown = of_fact_shown};
  change_cell(&both, 1);
}

void jl_cell_spend_change(const struct jl_facts *now, const struct jl_facts *before, size_t row) {
  const struct jl_facts_row *rows[] = {&now->rows[row], &before->rows[row]};
  const struct both both = {.now = now, .before = before, .row = {rows[0], rows[1]}, .value = {spend_of(rows[0]), spend_of(rows[1])},
                            .why = of_spend_why, .sources = of_spend_sources, .shown = of_spend_shown};
  change_cell(&both, 0);
}

/* One that is undefined because its cost has no rate is told, and nobody knows it. */
static struct jl_fact_value ratio_as_value(const struct jl_facts_row *row, enum jl_ratio ratio, const struct jl_ratio_of *of) {
  const bool unknown = ratio != JL_RATIO_CONVERSION && of->state == JL_RATIO_UNDEFINED && jl_spend_unknown(row);
  return (struct jl_fact_value){of->state == JL_RATIO_VALUE || unknown, of->value, of->value, false, unknown};
}

void jl_cell_ratio_change(const struct jl_facts *now, const struct jl_facts *before, size_t row, enum jl_ratio ratio) {
  const struct jl_facts_row *rows[] = {&now->rows[row], &before->rows[row]};
  const struct jl_ratio_of of[] = {jl_facts_ratio(now, rows[0], ratio), jl_facts_ratio(before, rows[1], ratio)};
  const struct both both = {.now = now, .before = before, .row = {rows[0], rows[1]}, .ratio = ratio,
                            .value = {ratio_as_value(rows[0], ratio, &of[0]), ratio_as_value(rows[1], ratio, &of[1])},
                            .why = of_ratio_why, .sources = of_ratio_sources, .shown = of_ratio_shown};
  change_cell(&both, is_money(ratio) ? -1 : 1);
}

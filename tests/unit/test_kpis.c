/* KPIs: ranges, trend and pace, KPIs computed from figures and budget, the tables of seed 003. Worked out by hand. */
#include "common/model/measures/course.h"
#include "common/model/measures/kpi_cells.h"
#include "plan_words.h"

#define TIMES(n) ((int64_t)((n) * 1000000LL))
/* Today is day 20500, 16 February 2026; January is 20454 to 20484, February 20485 to 20512. */

static void ranges(void **state) {
  int64_t reached;
  (void)state;
  assert_int_equal(jl_light_between(TIMES(25), TIMES(20), TIMES(30), 1000), JL_LIGHT_GOOD);
  assert_int_equal(jl_light_between(TIMES(20), TIMES(20), TIMES(30), 1000), JL_LIGHT_GOOD);
  assert_int_equal(jl_light_between(TIMES(30), TIMES(20), TIMES(30), 1000), JL_LIGHT_GOOD);
  assert_int_equal(jl_light_between(TIMES(18), TIMES(20), TIMES(30), 1000), JL_LIGHT_WARN); /* 10 % below the lower end */
  assert_int_equal(jl_light_between(17999999, TIMES(20), TIMES(30), 1000), JL_LIGHT_BAD);
  assert_int_equal(jl_light_between(TIMES(33), TIMES(20), TIMES(30), 1000), JL_LIGHT_WARN); /* 10 % above the upper one */
  assert_int_equal(jl_light_between(33000001, TIMES(20), TIMES(30), 1000), JL_LIGHT_BAD);
  assert_int_equal(jl_light_between(TIMES(25), TIMES(30), TIMES(20), 1000), JL_LIGHT_NONE);
  assert_true(jl_reached_between(TIMES(25), TIMES(20), TIMES(30), &reached));
  assert_int_equal(reached, TIMES(1));
  assert_true(jl_reached_between(TIMES(15), TIMES(20), TIMES(30), &reached));
  assert_int_equal(reached, 750000);
  assert_true(jl_reached_between(TIMES(40), TIMES(20), TIMES(30), &reached));
  assert_int_equal(reached, 750000);
  assert_false(jl_reached_between(TIMES(5), 0, 0, &reached) && reached != 0);
}

static void trend_and_pace(void **state) {
  const int64_t straight[] = {10, 20, 30, 40}, noisy[] = {1, 3, 2, 5}, flat[] = {7, 7, 7}, falling[] = {9, 4};
  int64_t value;
  (void)state;
  assert_true(jl_trend_slope(straight, 4, &value));
  assert_int_equal(value, 10);
  assert_true(jl_trend_slope(noisy, 4, &value)); /* (4 x 22 - 6 x 11) / (4 x 14 - 36) = 22 / 20 = 1.1 */
  assert_int_equal(value, 1);
  assert_true(jl_trend_slope(flat, 3, &value));
  assert_int_equal(value, 0);
  assert_true(jl_trend_slope(falling, 2, &value));
  assert_int_equal(value, -5);
  assert_false(jl_trend_slope(flat, 1, &value));
  assert_true(jl_at_this_pace(100, 10, 110, 30, 120, &value)); /* 2 a day */
  assert_int_equal(value, 50);
  assert_true(jl_at_this_pace(100, 10, 103, 11, 104, &value)); /* 11 + 1/3 */
  assert_int_equal(value, 11);
  assert_false(jl_at_this_pace(100, 10, 100, 30, 120, &value));
  assert_true(jl_run_rate(160, 16, 28, &value)); /* 10 a day for 28 days */
  assert_int_equal(value, 280);
  assert_false(jl_run_rate(160, 0, 28, &value));
}

static const char *row_of(struct fixture *fx, const Jalon__Document *d, size_t row, const char *columns[], size_t n) {
  const Jalon__Block *block = fx_block(d, "kpis");
  char *out = jl_arena_array(fx->arena, 1000, 1);
  size_t used = 0;
  assert_true(row < block->n_rows);
  for (size_t c = 0; c < n; c++)
    for (size_t k = 0; k < block->n_columns; k++) {
      char cell[400];
      if (strcmp(block->columns[k]->name, columns[c]) != 0) continue;
      fx_cell_text(block->rows[row]->cells[k], cell, sizeof cell);
      used += (size_t)snprintf(out + used, 1000 - used, "%s%s", c == 0 ? "" : "|", cell);
    }
  return out;
}

/* Spend: 4,200 on SEA in January, 900 in February; 100 and 30 MQL. */
#define MONEY                                                                                                                             \
  "lever:sea name=SEA; lever:seo name=SEO; budget-line:b title=Ads category=media planned=9000 lever=sea; budget-line:s title=Redaction category=people planned=900 lever=seo; " \
  "expense title=Google line=b state=invoiced date=20460 net=4200; expense title=Google line=b state=invoiced date=20490 net=900; "     \
  "expense title=Commande line=b state=ordered date=20491 net=77; expense title=Plume line=s state=invoiced date=20461 net=300; "
#define FIGURES                                                                                                                           \
  "figure stage=MQL start=20454 end=20484 lever=sea count=100; figure stage=MQL start=20485 end=20500 lever=sea count=30; "              \
  "figure stage=leads start=20454 end=20484 lever=sea count=400; figure stage=clients start=20454 end=20484 lever=sea count=6 amount=12600; " \
  "figure stage=opportunités start=20454 end=20484 lever=sea count=20 amount=60000; "

static void computed(void **state) {
  static const char *columns[] = {"kpi", "value", "date", "trend", "light"};
  static const char *const expected[] = {
      "K1 CPL|30000000 EUR|20500|-12000000 EUR|green",          /* February so far: 900 / 30; January: 4,200 / 100 = 42 */
      "K2 CAC|700000000 EUR|20484||none",                       /* no customer is told of in February; January: 4,200 / 6 */
      "K3 ROI|2000000 percent|20484||none",                     /* (12,600 - 4,200) / 4,200 = 2 */
      "K4 Conversion|250000 percent|20484||none",               /* 100 of 400 */
      "K5 CLV|1600000000 EUR|20500|0 EUR|none",                 /* 100 / 5 % x 80 % */
      "K6 LTV CAC|2285714|20484||none",                         /* 1,600 / 700 */
      "K7 Retour|8750000 months|20484||none",                   /* 700 / (100 x 80 %) */
      "K8 ROMI|500000 percent|20484||none",                     /* (12,600 x 50 % - 4,200) / 4,200 */
      "K9 Vitesse|300000000 EUR/day|20484||none",                   /* 60,000 x 6 / 20 / 60 days */
      "K10 MQL|30000000 MQL|20500|-70000000 MQL|none",
      "K11 Dépense|900000000 EUR|20500|-3300000000 EUR|none",
      "K12 Pipeline|60000000000 EUR|20484||none",
  };
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, MONEY FIGURES
             "kpi name=CPL lever=sea computed=cpl unit=EUR direction=down comparator=< target=42; kpi name=CAC lever=sea computed=cac; kpi name=ROI lever=sea computed=roi; "
             "kpi name=Conversion lever=sea computed=conversion stage=leads next_stage=mql; kpi name=CLV computed=clv arpu=100 churn=0.05 margin=0.8; "
             "kpi name='LTV CAC' lever=sea computed=ltv-cac arpu=100 churn=0.05 margin=0.8; kpi name=Retour lever=sea computed=payback arpu=100 margin=0.8; "
             "kpi name=ROMI lever=sea computed=romi margin=0.5; kpi name=Vitesse lever=sea computed=velocity cycle=60; kpi name=MQL lever=sea computed=count stage=MQL; "
             "kpi name=Dépense lever=sea computed=spend; kpi name=Pipeline lever=sea computed=amount stage=opportunities");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  for (size_t i = 0; i < JL_COUNT(expected); i++) {
    char alternative[500];
    const char *row = row_of(&fx, d, i, columns, JL_COUNT(columns));
    const Jalon__Block *block = fx_block(d, "kpis");
    const Jalon__Cell *light = NULL;
    for (size_t k = 0; k < block->n_columns; k++)
      if (strcmp(block->columns[k]->name, "light") == 0) light = block->rows[i]->cells[k];
    snprintf(alternative, sizeof alternative, "%.*s|%s", (int)(strrchr(row, '|') - row), row, light->alternative);
    assert_string_equal(alternative, expected[i]);
  }
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Whoever divides by nobody gets no figure. */
static void undefined(void **state) {
  static const char *columns[] = {"value", "light"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, MONEY "figure stage=MQL start=20485 end=20500 lever=sea count=0; figure stage=clients start=20485 end=20500 lever=seo count=0 amount=0; "
             "kpi name=CPL lever=sea computed=cpl unit=EUR direction=down comparator=< target=42; kpi name=CAC lever=seo computed=cac; "
             "kpi name=CLV computed=clv arpu=100 churn=0; kpi name=ROI lever=seo computed=roi; kpi name=SQL lever=seo computed=count stage=SQL");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 2), "undefined|undefined");
  assert_string_equal(row_of(&fx, d, 1, columns, 2), "undefined|undefined");
  assert_string_equal(row_of(&fx, d, 2, columns, 2), "undefined|undefined");
  assert_string_equal(row_of(&fx, d, 3, columns, 2), "undefined|undefined"); /* nothing spent on SEO in February */
  assert_string_equal(row_of(&fx, d, 4, columns, 2), "|no figures");
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections &= ~(1u << JL_SECTION_BUDGET);
  d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 2), "|not yours to read");
  assert_string_equal(row_of(&fx, d, 2, columns, 2), "undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Figures of the present month are what came of it so far: 28 of all its days, not 16 of 28. Leads without an invoice cost nobody knows what. */
static void present_month(void **state) {
  static const char *columns[] = {"value", "date", "projection", "light"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:seo name=SEO; figure stage=MQL start=20485 end=20512 lever=seo count=28; kpi name=MQL computed=count stage=MQL; kpi name=CPL lever=seo computed=cpl");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 4), "28000000 MQL|20500|49000000 MQL|no target"); /* 28 in 16 days are 49 in 28 */
  assert_string_equal(row_of(&fx, d, 1, columns, 4), "|||no figures");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Salaries and tools belong to the plan's cost of acquisition: 5,400 + a month of 36,500 a year, 365 days: 100 a day, 31 days. */
static void of_the_plan(void **state) {
  static const char *columns[] = {"value", "date"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, MONEY "payroll-line title=Salaires planned=36500; figure stage=clients start=20454 end=20484 lever=sea count=4; kpi name=CAC computed=cac");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 2), "1900000000 EUR|20484"); /* (4,200 + 300 + 3,100) / 4 */
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections &= ~(1u << JL_SECTION_PAYROLL);
  d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 2), "|");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void course_of_the_measured(void **state) {
  static const char *columns[] = {"value", "trend", "projection", "until", "reached"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "kpi:k name=Leads comparator=>= target=300; measurement kpi=k date=20460 value=100; measurement kpi=k date=20470 value=150; measurement kpi=k date=20480 value=200; "
             "kpi-target kpi=k due=20500 target=300; kpi-target kpi=k due=20520 target=400");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  /* 5 a day; the target of what is measured on day 20480 is that until 20500, which is today: nothing is left to come */
  assert_string_equal(row_of(&fx, d, 0, columns, 5), "200000000|50000000|||666667 percent");
  jalon__document__free_unpacked(d, NULL);
  fx.in.today = 20490;
  d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 5), "200000000|50000000|300000000|20500|666667 percent"); /* 200 + 20 days x 5 */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* A line of SEA pays for an action of SEO with three quarters: these are spent on SEO, in the KPI as in the budget. */
static void shared_lines(void **state) {
  static const char *columns[] = {"kpi", "value"};
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; lever:seo name=SEO; action:a title=Annonces lever=sea; action:r title=Article lever=seo; "
             "budget-line:b title=Ads category=media planned=9000 lever=sea; budget-share line=b action=a share=25; budget-share line=b action=r share=75; "
             "expense title=Google line=b state=invoiced date=20460 net=4000; expense title=Google line=b state=invoiced date=20470 net=400; "
             "figure stage=leads start=20454 end=20484 lever=sea count=100; figure stage=leads start=20454 end=20484 lever=seo count=100; "
             "kpi name=SEA lever=sea computed=cpl stage=leads unit=EUR; kpi name=SEO lever=seo computed=cpl stage=leads unit=EUR");
  Jalon__Document *d = fx_view(&fx, "kpi", NULL, NULL);
  assert_string_equal(row_of(&fx, d, 0, columns, 2), "K1 SEA|11000000 EUR"); /* 4,400 x 25 % / 100 */
  assert_string_equal(row_of(&fx, d, 1, columns, 2), "K2 SEO|33000000 EUR");
  jalon__document__free_unpacked(d, NULL);
  /* and it is explained by what was paid of each invoice */
  char cell[32];
  d = fx_view(&fx, "kpi", NULL, NULL);
  for (size_t k = 0; k < fx_block(d, "kpis")->n_columns; k++)
    if (strcmp(fx_block(d, "kpis")->columns[k]->name, "value") == 0) snprintf(cell, sizeof cell, "0.r1.%zu", k);
  assert_ptr_equal(fx_block(d, "kpis"), d->blocks[0]);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "kpi", "explain", cell);
  Jalon__Row **rows = fx_block(d, "explanation")->rows;
  int64_t sum = 0;
  for (size_t i = 0; i < fx_block(d, "explanation")->n_rows; i++)
    if (rows[i]->cells[3]->has_number && rows[i]->cells[3]->number == 2) sum += rows[i]->cells[1]->number;
  assert_string_equal(rows[1]->cells[4]->text, "ratio"); /* to the cent, below the value in millionths */
  assert_string_equal(rows[2]->cells[4]->text, "sum");
  assert_int_equal(rows[2]->cells[1]->number, 330000);
  assert_int_equal(sum, 330000);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* What was measured in February is no value of the second quarter, whatever its target until 30 September; of the first one it is. */
static void period_to_come(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "kpi:k name=Leads comparator=> target=300; measurement kpi=k date=20490 value=320; kpi-target kpi=k due=20726 target=400; "
             "lever:l name=SEO; kpi name=CPL lever=l computed=cpl direction=down comparator=< target=30");
  Jalon__Document *d = fx_view(&fx, "report", "period", "2026-Q2");
  FX_ROWS(fx_block(d, "kpis"), "K1 Leads|>|400000000|no value yet|320000000||to come", "K2 CPL|<|30000000 EUR|no value yet|||to come");
  assert_true(fx_noted(d, "this period has not begun: there are no results yet"));
  assert_false(fx_noted(d, "on target: {1} of {2} KPIs"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "report", "period", "2026-Q4");
  FX_ROWS(fx_block(d, "kpis"), "K1 Leads|>|300000000|no value yet|no value yet||to come", "K2 CPL|<|30000000 EUR|no value yet|no value yet||to come");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "report", "period", "2026-Q1");
  FX_ROWS(fx_block(d, "kpis"), "K1 Leads|>|400000000|320000000|||off target", "K2 CPL|<|30000000 EUR||||no figures");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* A week inside a month of the same stage and lever, and a day that two figures of a campaign share; a campaign and its lever's rest do not overlap. */
static void counted_twice(void **state) {
  static const char *both = "{1} and {2} both count {3} to {4}: these days are in the sums twice";
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:l name=SEA; lever:s name=SEO; action:a title=Annonces lever=l; figure stage=leads start=20454 end=20484 lever=l count=310; "
             "figure stage=Lead start=20458 end=20464 lever=l count=70; figure stage=leads start=20454 end=20484 lever=l action=a count=31; "
             "figure stage=leads start=20484 end=20490 lever=l action=a count=7; figure stage=leads start=20485 end=20512 lever=l count=28; "
             "figure stage=leads start=20454 end=20484 lever=s count=310; figure stage=MQL start=20454 end=20484 lever=l count=31");
  Jalon__Document *d = fx_view(&fx, "figures", NULL, NULL);
  const Jalon__Block *notes = fx_block(d, "notes");
  size_t found = 0;
  for (size_t i = 0; i < notes->n_notes; i++) {
    if (strcmp(notes->notes[i]->message, both) != 0) continue;
    const char *first = notes->notes[i]->arguments[0]->text, *second = notes->notes[i]->arguments[1]->text;
    assert_string_equal(first, found == 0 ? "FG1 leads" : "FG3 leads");
    assert_string_equal(second, found == 0 ? "FG2 Lead" : "FG4 leads");
    assert_int_equal(notes->notes[i]->arguments[2]->number, found == 0 ? 20458 : 20484);
    assert_int_equal(notes->notes[i]->arguments[3]->number, found == 0 ? 20464 : 20484);
    found++;
  }
  assert_int_equal(found, 2);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* What has no rate is no amount of nothing. */
static void no_rate(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:l name=SEA; action:a title=Annonces lever=l; budget-line:b title=Ads category=media lever=l currency=USD planned=1000; budget-line title=Outil category=tools lever=l planned=300; "
             "budget-line:s title='Un salon' category=other lever=l planned=100; budget-share line=s action=a share=40; expense title=Ads line=b currency=USD state=invoiced date=20460 net=50");
  Jalon__Document *d = fx_view(&fx, "budget", NULL, NULL);
  FX_ROWS(fx_block(d, "levers"), "L1 SEA||||undefined|0|undefined|undefined|", "  B1 Ads|media|||undefined|0|undefined|undefined|", "  B2 Outil|tools|||30000|0|0|30000|",
          "  B3 Un salon|other|||4000|0|0|4000|", "  B3 Un salon|other|||6000|0|0|6000|", "total||||undefined|0|undefined|undefined|");
  assert_int_equal(fx_block(d, "apart")->n_rows, 2);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "budget", "by", "line");
  FX_ROWS(fx_block(d, "lines"), "B1 Ads|undefined|0|undefined|undefined", "B2 Outil|30000|0|0|30000", "B3 Un salon|10000|0|0|10000", "total|undefined|0|undefined|undefined");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void tables(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "kpi:a name=Trafic channel=SEO channel_objective='Visibilité organique'; kpi:b name=CPC channel=SEA channel_objective=Acquisition unit=EUR direction=down comparator=< target=3; "
             "kpi name='Position moyenne' channel=seo channel_objective='Visibilité organique'; kpi:c name=Ouverture unit=percent comparator=between target=0.2 upper=0.3; "
             "action title='Campagne produit' kpis=b,c status=in-progress; action title='Sans KPI'");
  Jalon__Document *d = fx_view(&fx, "kpi", "by", "channel");
  FX_ROWS(fx_block(d, "channels"), "SEO|Visibilité organique|Trafic, Position moyenne", "SEA|Acquisition|CPC", "||Ouverture");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "kpi", "by", "action");
  assert_int_equal(fx_block(d, "actions")->n_rows, 2);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Each section that a view counts from and its reader may not read is named, so that nobody takes a part for the whole. */
static void hidden_sections_are_named(void **state) {
  (void)state;
  static const struct {
    const char *view, *section;
    uint32_t hidden;
  } cases[] = {{"kpi", "actions", JL_SECTION_ACTIONS},     {"kpi", "pipeline", JL_SECTION_PIPELINE},         {"report", "actions", JL_SECTION_ACTIONS},
               {"figures", "pipeline", JL_SECTION_PIPELINE}, {"dashboard", "pipeline", JL_SECTION_PIPELINE}};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct fixture fx = fx_new();
    fx_plan(&fx);
    fx.in.sections &= ~(1U << cases[i].hidden);
    Jalon__Document *d = fx_view(&fx, cases[i].view, NULL, NULL);
    const Jalon__Block *rights = fx_block(d, "rights");
    assert_int_equal(rights->n_notes, 1);
    assert_string_equal(rights->notes[0]->arguments[0]->text, cases[i].section);
    jalon__document__free_unpacked(d, NULL);
    fx_free(&fx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ranges),      cmocka_unit_test(trend_and_pace),         cmocka_unit_test(computed), cmocka_unit_test(undefined),
      cmocka_unit_test(present_month), cmocka_unit_test(of_the_plan), cmocka_unit_test(course_of_the_measured), cmocka_unit_test(tables), cmocka_unit_test(hidden_sections_are_named),
      cmocka_unit_test(shared_lines), cmocka_unit_test(period_to_come), cmocka_unit_test(counted_twice), cmocka_unit_test(no_rate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

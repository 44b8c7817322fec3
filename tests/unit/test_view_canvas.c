/* The views of the strategy: SWOT, PESTEL, the differentiation table of seed 002, targets, messages, mix, levers, stack, lessons, the road
 * map; and how a canvas is drawn. Figures are worked out by hand beside them. */
#include "view_drawn.h"

static struct jl_id note(struct fixture *fx, int64_t kind, const char *title, int64_t importance) {
  fx_begin(fx, JL_TYPE_DIAGNOSTIC);
  fx_text(fx, JL_DIAGNOSTIC_TITLE, title);
  fx_int(fx, JL_DIAGNOSTIC_KIND, kind);
  if (importance > 0) fx_int(fx, JL_DIAGNOSTIC_IMPORTANCE, importance);
  return fx_put(fx);
}

static bool view_notes(struct fixture *fx, const char *view, const char *message) {
  Jalon__Document *d = fx_view(fx, view, NULL, NULL);
  bool there = fx_noted(d, message);
  jalon__document__free_unpacked(d, NULL);
  return there;
}

#define UNANSWERED "weaknesses and threats that no objective or lever answers: {1}"

static void swot(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  Jalon__Document *d = fx_view(&fx, "swot", NULL, NULL);
  FX_ROWS(fx_block(d, "swot"), "strengths|||||||", "weaknesses|||||||", "opportunities|||||||", "threats|||||||"); /* empty boxes are shown */
  assert_true(fx_noted(d, "nothing noted yet: jalon diagnostic add \"...\" --kind {1}"));
  jalon__document__free_unpacked(d, NULL);
  (void)note(&fx, JL_WEAKNESS, "Unknown", 0);
  (void)note(&fx, JL_STRENGTH, "Fast", 3);
  (void)note(&fx, JL_STRENGTH, "Close", 9);
  (void)note(&fx, JL_LEGAL, "Law", 9);
  d = fx_view(&fx, "swot", NULL, NULL);
  FX_ROWS(fx_block(d, "swot"), "strengths|DG3 Close|9|||||", "strengths|DG2 Fast|3|||||", "weaknesses|DG1 Unknown||||||", "opportunities|||||||",
          "threats|||||||");
  assert_true(fx_noted(d, UNANSWERED));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "pestel", NULL, NULL);
  FX_ROWS(fx_block(d, "pestel"), "political|||||||", "economic|||||||", "social|||||||", "technological|||||||", "environmental|||||||",
          "legal|DG4 Law|9|||||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void answered(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id lever = fx_named(&fx, JL_TYPE_LEVER, "SEO");
  fx_begin(&fx, JL_TYPE_DIAGNOSTIC);
  fx_text(&fx, JL_DIAGNOSTIC_TITLE, "Unknown");
  fx_int(&fx, JL_DIAGNOSTIC_KIND, JL_WEAKNESS);
  fx_ref(&fx, JL_DIAGNOSTIC_ANSWERS, lever);
  fx_put(&fx);
  assert_false(view_notes(&fx, "swot", UNANSWERED));
  fx_free(&fx);
}

static struct jl_id criterion(struct fixture *fx, const char *title, const char *ours, int64_t score, int64_t weight) {
  fx_begin(fx, JL_TYPE_CRITERION);
  fx_text(fx, JL_CRITERION_TITLE, title);
  fx_text(fx, JL_CRITERION_OURS, ours);
  if (score > 0) fx_int(fx, JL_CRITERION_SCORE, score);
  if (weight > 0) fx_int(fx, JL_CRITERION_WEIGHT, weight);
  return fx_put(fx);
}

static void rating(struct fixture *fx, struct jl_id criterion_id, struct jl_id competitor, const char *value, int64_t score) {
  fx_begin(fx, JL_TYPE_RATING);
  fx_ref(fx, JL_RATING_CRITERION, criterion_id);
  fx_ref(fx, JL_RATING_COMPETITOR, competitor);
  fx_text(fx, JL_RATING_VALUE, value);
  if (score > 0) fx_int(fx, JL_RATING_SCORE, score);
  fx_put(fx);
}

/* Seed 002, word for word. */
static void differentiation(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id them = fx_named(&fx, JL_TYPE_COMPETITOR, "Concurrents");
  static const char *const rows[][3] = {{"Prix", "Moyen", "Bas/Moyen"}, {"Qualité", "Haute", "Moyenne"}, {"Service client", "Personnalisé", "Standard"},
                                        {"Innovation", "Forte", "Faible"}};
  for (size_t i = 0; i < JL_COUNT(rows); i++) rating(&fx, criterion(&fx, rows[i][0], rows[i][1], 0, 0), them, rows[i][2], 0);
  Jalon__Document *d = fx_view(&fx, "competitors", NULL, NULL);
  const Jalon__Block *t = fx_block(d, "differentiation");
  FX_ROWS(t, "Prix|Moyen|Bas/Moyen", "Qualité|Haute|Moyenne", "Service client|Personnalisé|Standard", "Innovation|Forte|Faible");
  assert_string_equal(t->columns[0]->label, "criterion");
  assert_string_equal(t->columns[1]->label, "our company");
  assert_string_equal(t->columns[2]->label, "Concurrents");
  assert_int_equal(t->rows[0]->cells[2]->n_sources, 1);
  assert_null(fx_block(d, "scores"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* What they promise and where they are strong and weak stands below the table. */
static void competitors(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx_begin(&fx, JL_TYPE_COMPETITOR);
  fx_text(&fx, JL_COMPETITOR_NAME, "Durand");
  fx_text(&fx, JL_COMPETITOR_PROMISE, "Moins cher");
  fx_text(&fx, JL_COMPETITOR_STRENGTHS, "Stock");
  fx_text(&fx, JL_COMPETITOR_WEAKNESSES, "Service");
  fx_put(&fx);
  (void)fx_named(&fx, JL_TYPE_COMPETITOR, "Petit");
  Jalon__Document *d = fx_view(&fx, "competitors", NULL, NULL);
  FX_ROWS(fx_block(d, "competitors"), "CP1 Durand|Moins cher|Stock|Service||", "CP2 Petit|||||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Ours: (3 x 5 + 1 x 8) / 4 = 5.75, half to even with one decimal 5.8; Durand: only the price is scored: 7; Petit: nothing. */
static void scores(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id durand = fx_named(&fx, JL_TYPE_COMPETITOR, "Durand");
  (void)fx_named(&fx, JL_TYPE_COMPETITOR, "Petit");
  struct jl_id price = criterion(&fx, "Price", "medium", 5, 3);
  (void)criterion(&fx, "Service", "at once", 8, 0);
  rating(&fx, price, durand, "low", 7);
  Jalon__Document *d = fx_view(&fx, "competitors", NULL, NULL);
  FX_ROWS(fx_block(d, "scores"), "Price|3|5000000|7000000|", "Service|1|8000000||", "weighted mean||5800000 0.0|7000000 0.0|",
          "criteria scored||2|1|0");
  assert_int_equal(fx_block(d, "scores")->rows[3]->cells[3]->tone, JL_TONE_WARN); /* a mean over another criterion than ours */
  assert_int_equal(fx_block(d, "scores")->columns[3]->priority, 1);
  assert_int_equal(fx_block(d, "scores")->columns[4]->priority, 0); /* Petit is seen all the same */
  assert_int_equal(fx_block(d, "scores")->rows[0]->cells[3]->tone, JL_TONE_WARN); /* they are better there */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void targets(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id factories = fx_named(&fx, JL_TYPE_SEGMENT, "Factories");
  (void)fx_named(&fx, JL_TYPE_SEGMENT, "Towns");
  fx_begin(&fx, JL_TYPE_SEGMENT);
  fx_text(&fx, JL_SEGMENT_NAME, "Shops");
  fx_int(&fx, JL_SEGMENT_SET_ASIDE, 1);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_PERSONA);
  fx_text(&fx, JL_PERSONA_NAME, "Director");
  fx_ref(&fx, JL_PERSONA_SEGMENTS, factories);
  fx_int(&fx, JL_PERSONA_REVIEW, 20499); /* today is 20500 */
  struct jl_id director = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_PERSONA);
  fx_text(&fx, JL_PERSONA_NAME, "Gone");
  fx_ref(&fx, JL_PERSONA_SEGMENTS, factories);
  fx_int(&fx, JL_PERSONA_RETIRED, 1);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Visit");
  fx_ref(&fx, JL_ACTION_PERSONAS, director);
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "targets", NULL, NULL);
  FX_ROWS(fx_block(d, "segments"), "S1 Factories||||||PS1 Director", "S2 Towns||||||no persona", "S3 Shops||||||");
  FX_ROWS(fx_block(d, "personas"), "PS1 Director|S1 Factories|||20499|1", "PS2 Gone|S1 Factories||||0");
  assert_true(fx_noted(d, "personas whose review is due: {1}"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "persona", "record", "PS1");
  const Jalon__Block *t = fx_block(d, "personas");
  assert_int_equal(t->rows[0]->style, JL_ROW_HEADING);
  assert_int_equal(t->n_rows, 11); /* the caption, nine boxes, messages */
  assert_true(fx_noted(d, "{1}: its review was due on {2}"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void message(struct fixture *fx, const char *text, const struct jl_id *persona, const char *theme, int64_t start, int64_t end) {
  fx_begin(fx, JL_TYPE_KEY_MESSAGE);
  fx_text(fx, JL_KEY_MESSAGE_TEXT, text);
  if (persona != NULL) fx_ref(fx, JL_KEY_MESSAGE_PERSONAS, *persona);
  fx_text(fx, JL_KEY_MESSAGE_THEME, theme);
  if (start > 0) fx_int(fx, JL_KEY_MESSAGE_START, start);
  if (end > 0) fx_int(fx, JL_KEY_MESSAGE_END, end);
  fx_put(fx);
}

#define CLASH "two messages on the same theme ({3}) reach the same persona at the same time: {1} / {2}"
static void clashes(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id a = fx_named(&fx, JL_TYPE_PERSONA, "A"), b = fx_named(&fx, JL_TYPE_PERSONA, "B");
  message(&fx, "The cheapest", &a, "Prix", 20500, 20510);
  message(&fx, "Worth its price", &a, "prix", 20511, 20520); /* afterwards */
  message(&fx, "For others", &b, "prix", 0, 0);
  message(&fx, "In an hour", &a, "délai", 0, 0);
  assert_false(view_notes(&fx, "messages", CLASH));
  message(&fx, "Dear and good", NULL, "PRIX", 20510, 20510); /* to everybody, on the last day of the first */
  assert_true(view_notes(&fx, "messages", CLASH));
  fx_free(&fx);
}

static void mix(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_error err = {.code = JL_E_OK};
  fx_plan(&fx);
  fx_begin(&fx, JL_TYPE_MIX_ITEM);
  fx_text(&fx, JL_MIX_ITEM_TITLE, "Yearly price");
  fx_int(&fx, JL_MIX_ITEM_ELEMENT, JL_MIX_PRICE);
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "mix", NULL, NULL);
  FX_ROWS(fx_block(d, "mix"), "product||||", "price|MX1 Yearly price|||", "place||||", "promotion||||");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "mix", "size", "10");
  assert_int_equal(fx_block(d, "mix")->n_rows, 10);
  jalon__document__free_unpacked(d, NULL);
  assert_null(fx_try(&fx, "mix", "size", "5", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

#define DISPERSION "dispersion: {1} active channels; {2} done well bring more than many done by half"
static void lever(struct fixture *fx, const char *name, const char *channel, int64_t verdict) {
  fx_begin(fx, JL_TYPE_LEVER);
  fx_text(fx, JL_LEVER_NAME, name);
  fx_text(fx, JL_LEVER_CHANNEL, channel);
  if (verdict != 0) fx_int(fx, JL_LEVER_VERDICT, verdict);
  fx_put(fx);
}

static void levers(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  lever(&fx, "Pages", "SEO", JL_VERDICT_KEEP);
  lever(&fx, "Ads", "SEA", JL_VERDICT_STOP);
  lever(&fx, "Links", "seo", 0); /* the same channel */
  lever(&fx, "Posts", "Social", JL_VERDICT_START);
  lever(&fx, "Mails", "E-mail", 0);
  assert_false(view_notes(&fx, "levers", DISPERSION)); /* SEO, Social, E-mail */
  lever(&fx, "Stand", "Trade show", 0);
  Jalon__Document *d = fx_view(&fx, "levers", NULL, NULL);
  const Jalon__Block *t = fx_block(d, "levers");
  static const char *const expected[] = {"keep", "L1 Pages", "stop", "L2 Ads", "start (lever)", "L4 Posts", "no verdict", "L3 Links", "L5 Mails", "L6 Stand"};
  assert_int_equal(t->n_rows, JL_COUNT(expected));
  for (size_t i = 0; i < JL_COUNT(expected); i++) assert_string_equal(t->rows[i]->cells[0]->text, expected[i]);
  assert_true(fx_noted(d, DISPERSION));
  assert_true(fx_noted(d, "verdicts without a reason or evidence: {1}"));
  assert_true(fx_noted(d, "levers to be stopped of which nobody has said whether lever or execution was wrong: {2}"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void tool(struct fixture *fx, const char *name, int64_t cost, int64_t billing, const char *purpose) {
  fx_begin(fx, JL_TYPE_TOOL);
  fx_text(fx, JL_TOOL_NAME, name);
  fx_int(fx, JL_TOOL_COST, cost);
  fx_int(fx, JL_TOOL_BILLING, billing);
  if (purpose != NULL) fx_text(fx, JL_TOOL_PURPOSE, purpose);
  fx_put(fx);
}

/* 89.00 a month is 1,068.00 a year; with 120.00 a year 1,188.00; what is paid once is no cost of a year. */
static void stack(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  tool(&fx, "CRM", 8900, JL_BILLED_MONTHLY, "each lead");
  tool(&fx, "Pictures", 12000, JL_BILLED_YEARLY, NULL);
  tool(&fx, "Camera", 90000, JL_BILLED_ONCE, "films");
  Jalon__Document *d = fx_view(&fx, "stack", NULL, NULL);
  FX_ROWS(fx_block(d, "tools"), "TL1 CRM||each lead||||106800", "TL2 Pictures||no purpose||||12000", "TL3 Camera||films||||", "total||||||118800");
  assert_true(fx_noted(d, "tools without a purpose: {1}"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void lessons(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  (void)fx_named(&fx, JL_TYPE_LESSON, "Annoncer le prix");
  fx_begin(&fx, JL_TYPE_LESSON);
  fx_text(&fx, JL_LESSON_TITLE, "Relancer");
  fx_text(&fx, JL_LESSON_TAGS, "Délai");
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "lessons", "about", "DELAI");
  assert_int_equal(fx_block(d, "lessons")->n_rows, 1);
  assert_string_equal(fx_block(d, "lessons")->rows[0]->cells[0]->text, "LS2 Relancer");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "lessons", NULL, NULL);
  assert_int_equal(fx_block(d, "lessons")->n_rows, 2);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void budget_line(struct fixture *fx, const struct jl_id *of, int64_t planned) {
  fx_begin(fx, JL_TYPE_BUDGET_LINE);
  fx_text(fx, JL_BUDGET_LINE_TITLE, "line");
  fx_int(fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  fx_int(fx, JL_BUDGET_LINE_PLANNED, planned);
  if (of != NULL) fx_ref(fx, JL_BUDGET_LINE_LEVER, *of);
  fx_put(fx);
}

static void objective(struct fixture *fx, const char *title, int64_t horizon) {
  fx_begin(fx, JL_TYPE_OBJECTIVE);
  fx_text(fx, JL_OBJECTIVE_TITLE, title);
  if (horizon != 0) fx_int(fx, JL_OBJECTIVE_HORIZON, horizon);
  fx_put(fx);
}

/* Of 4,000.00 planned, 3,000.00 are for SEO: 75 %; the rest has no lever. Far horizons first. */
static void road_map(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  objective(&fx, "Soon", JL_HORIZON_QUARTER);
  objective(&fx, "Far", JL_HORIZON_FIVE_YEARS);
  objective(&fx, "Whenever", 0);
  struct jl_id seo = fx_named(&fx, JL_TYPE_LEVER, "SEO");
  budget_line(&fx, &seo, 300000);
  budget_line(&fx, NULL, 100000);
  (void)fx_named(&fx, JL_TYPE_PROMISE, "In an hour");
  Jalon__Document *d = fx_view(&fx, "strategy", NULL, NULL);
  const Jalon__Block *t = fx_block(d, "objectives");
  static const char *const expected[] = {"5 years", "O2 Far", "quarter", "O1 Soon", "no horizon", "O3 Whenever"};
  assert_int_equal(t->n_rows, JL_COUNT(expected));
  for (size_t i = 0; i < JL_COUNT(expected); i++) assert_string_equal(t->rows[i]->cells[0]->text, expected[i]);
  FX_ROWS(fx_block(d, "brand"), "promise|PR1 In an hour");
  FX_ROWS(fx_block(d, "levers"), "L1 SEO||||300000|7500", "without lever||||100000|2500");
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections &= ~(1u << JL_SECTION_BUDGET);
  d = fx_view(&fx, "strategy", NULL, NULL); /* nothing of the money for who may not read it */
  FX_ROWS(fx_block(d, "levers"), "L1 SEO|||||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* 3,000.00 euros and 1,000.00 dollars for a lever, 1,000.00 euros for none: without a rate nobody knows what the lever has, nor a part of the whole; what was
 * planned before the dollars came is known, what differs is not. At two dollars for a euro it is 3,500 of 4,500. */
static void money_without_a_rate(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id seo = fx_named(&fx, JL_TYPE_LEVER, "SEO");
  budget_line(&fx, &seo, 300000);
  budget_line(&fx, NULL, 100000);
  struct jl_replica *before = jl_replica_copy(fx.plan);
  assert_non_null(before);
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Semrush");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_TOOLS);
  fx_ref(&fx, JL_BUDGET_LINE_LEVER, seo);
  fx_int(&fx, JL_BUDGET_LINE_PLANNED, 100000);
  fx_text(&fx, JL_BUDGET_LINE_CURRENCY, "USD");
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "strategy", NULL, NULL);
  FX_ROWS(fx_block(d, "levers"), "L1 SEO||||undefined|undefined", "without lever||||100000|undefined");
  assert_true(fx_noted(d, "known without them: planned {1}, committed {2}, actual {3}"));
  jalon__document__free_unpacked(d, NULL);
  fx.in.before = before;
  d = fx_view(&fx, "diff", NULL, NULL);
  FX_ROWS(fx_block(d, "money"), "B3 Semrush|planned|0|undefined|undefined", "total|planned|400000|undefined|undefined", "total|remaining|400000|undefined|undefined");
  assert_true(fx_noted(d, "known without them: planned {1}, committed {2}, actual {3}"));
  jalon__document__free_unpacked(d, NULL);
  fx_begin(&fx, JL_TYPE_EXCHANGE_RATE);
  fx_text(&fx, JL_EXCHANGE_RATE_CURRENCY, "USD");
  fx_int(&fx, JL_EXCHANGE_RATE_DAY, 20454);
  fx_int(&fx, JL_EXCHANGE_RATE_RATE, 2000000);
  fx_int(&fx, JL_EXCHANGE_RATE_WORTH, 1000000);
  fx_put(&fx);
  d = fx_view(&fx, "diff", NULL, NULL);
  FX_ROWS(fx_block(d, "money"), "B3 Semrush|planned|0|50000|50000", "total|planned|400000|450000|50000", "total|remaining|400000|450000|50000");
  jalon__document__free_unpacked(d, NULL);
  fx.in.before = NULL;
  d = fx_view(&fx, "strategy", NULL, NULL);
  FX_ROWS(fx_block(d, "levers"), "L1 SEO||||350000|7778", "without lever||||100000|2222");
  jalon__document__free_unpacked(d, NULL);
  jl_replica_free(before);
  fx_free(&fx);
}

/* Progress (2 x 50 % + 1 x 100 %) / 3 = 66.6667 %: the objective below another one does not count, nor the one without figures. One of the
 * two actions that are not dropped is done, one is late. */
static void summary(void **state) {
  (void)state;
  static const struct {
    int64_t weight, current;
  } tops[] = {{2, 5000000}, {1, 12000000}};
  struct fixture fx = fx_new();
  struct jl_id top = fx_id(9);
  fx_plan(&fx);
  for (size_t i = 0; i < JL_COUNT(tops); i++) {
    fx_begin(&fx, JL_TYPE_OBJECTIVE);
    fx_text(&fx, JL_OBJECTIVE_TITLE, "top");
    fx_int(&fx, JL_OBJECTIVE_TARGET, 10000000);
    fx_int(&fx, JL_OBJECTIVE_CURRENT, tops[i].current);
    fx_int(&fx, JL_OBJECTIVE_WEIGHT, tops[i].weight);
    top = fx_put(&fx);
  }
  fx_begin(&fx, JL_TYPE_OBJECTIVE);
  fx_text(&fx, JL_OBJECTIVE_TITLE, "below");
  fx_ref(&fx, JL_OBJECTIVE_PARENT, top);
  fx_int(&fx, JL_OBJECTIVE_TARGET, 10000000);
  fx_int(&fx, JL_OBJECTIVE_CURRENT, 0);
  fx_put(&fx);
  objective(&fx, "words", 0);
  for (int64_t i = 0; i < 3; i++) {
    fx_begin(&fx, JL_TYPE_ACTION);
    fx_text(&fx, JL_ACTION_TITLE, "action");
    fx_int(&fx, JL_ACTION_STATUS, i == 0 ? JL_DONE : i == 1 ? JL_DROPPED : JL_TO_DO);
    fx_int(&fx, JL_ACTION_DUE, 20499);
    fx_put(&fx);
  }
  budget_line(&fx, NULL, 300000);
  Jalon__Document *d = fx_view(&fx, "summary", NULL, NULL);
  FX_ROWS(fx_block(d, "summary"), "Plan 2026||20454|20818|666667 percent|2|500000 percent|1|0|0|300000|0|0|300000");
  assert_int_equal(fx_block(d, "summary")->rows[0]->cells[4]->n_sources, 2);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void drawn(struct fixture *fx, const char *view, int width, const char *expected) {
  jl_language_init("en");
  const char *body = strstr(fx_drawn(fx, view, width), "\n\n"); /* behind the title */
  assert_non_null(body);
  assert_string_equal(body + 1, expected);
}

static void drawing(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  (void)note(&fx, JL_STRENGTH, "Support that answers within an hour", 0);
  (void)note(&fx, JL_OPPORTUNITY, "Aides\tpubliques été", 0);
  drawn(&fx, "swot", 59,
        "\n"
        "┌─ Strengths ────────────────┬─ Weaknesses ───────────────┐\n"
        "│ DG1 Support that answers   │                            │\n"
        "│ within an hour             │                            │\n"
        "├─ Opportunities ────────────┼─ Threats ──────────────────┤\n"
        "│ DG2 Aides publiques été    │                            │\n"
        "└────────────────────────────┴────────────────────────────┘\n");
  drawn(&fx, "swot", 0,
        "\nStrengths\n  DG1 Support that answers within an hour\nWeaknesses\nOpportunities\n  DG2 Aides publiques été\nThreats\n");
  drawn(&fx, "swot", 30, "\nStrengths\n  DG1 Support that answers\n  within an hour\nWeaknesses\nOpportunities\n  DG2 Aides publiques été\nThreats\n");
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(swot),   cmocka_unit_test(answered), cmocka_unit_test(differentiation), cmocka_unit_test(scores), cmocka_unit_test(competitors),
      cmocka_unit_test(targets), cmocka_unit_test(clashes), cmocka_unit_test(mix),             cmocka_unit_test(levers),
      cmocka_unit_test(stack),  cmocka_unit_test(lessons),  cmocka_unit_test(road_map),        cmocka_unit_test(drawing),
      cmocka_unit_test(money_without_a_rate), cmocka_unit_test(summary),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

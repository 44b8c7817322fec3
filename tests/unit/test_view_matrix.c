/* The matrix and the scores. Quadrants at the midpoint 5/6, and every score as worked out by hand or in its source's own example. */
#include "common/model/actions/matrix.h"
#include "common/model/actions/score.h"
#include "view_drawn.h"

static struct jl_id action(struct fixture *fx, const char *title, int64_t impact, int64_t effort, int64_t status) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (status != 0) fx_int(fx, JL_ACTION_STATUS, status);
  if (impact != 0) fx_int(fx, JL_ACTION_IMPACT, impact);
  if (effort != 0) fx_int(fx, JL_ACTION_EFFORT, effort);
  if (status == JL_DROPPED) fx_text(fx, JL_ACTION_DROPPED_REASON, "x");
  return fx_put(fx);
}

/* Every place of the matrix, for each midpoint: high is the midpoint and above. */
static void quadrants(void **state) {
  (void)state;
  assert_int_equal(jl_quadrant_of(6, 5, 6), JL_QUICK_WIN);
  assert_int_equal(jl_quadrant_of(6, 6, 6), JL_BIG_PROJECT);
  assert_int_equal(jl_quadrant_of(5, 5, 6), JL_FILLER);
  assert_int_equal(jl_quadrant_of(5, 6, 6), JL_TIME_SINK);
  assert_int_equal(jl_quadrant_of(0, 6, 6), JL_QUADRANT_NONE);
  assert_int_equal(jl_quadrant_of(6, 0, 6), JL_QUADRANT_NONE);
  for (int64_t midpoint = 2; midpoint <= 10; midpoint++) {
    size_t counts[JL_QUADRANTS] = {0};
    for (int64_t impact = 1; impact <= 10; impact++)
      for (int64_t effort = 1; effort <= 10; effort++) counts[jl_quadrant_of(impact, effort, midpoint)]++;
    size_t low = (size_t)midpoint - 1, high = 10 - low;
    assert_int_equal(counts[JL_QUICK_WIN], high * low);
    assert_int_equal(counts[JL_BIG_PROJECT], high * high);
    assert_int_equal(counts[JL_FILLER], low * low);
    assert_int_equal(counts[JL_TIME_SINK], low * high);
  }
}

static void matrix_rows(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  (void)action(&fx, "Chat", 8, 3, JL_TO_DO);
  (void)action(&fx, "Site", 9, 9, 0);
  (void)action(&fx, "Tri", 5, 5, JL_READY);
  (void)action(&fx, "Salon", 2, 8, JL_IN_PROGRESS);
  (void)action(&fx, "Idée", 0, 0, 0);
  (void)action(&fx, "Fini", 8, 2, JL_DONE);
  (void)action(&fx, "Jamais", 2, 9, JL_DROPPED);
  (void)action(&fx, "SEO", 8, 2, JL_TO_DO);
  Jalon__Document *d = fx_view(&fx, "matrix", NULL, NULL);
  FX_ROWS(fx_block(d, "matrix"), "quick wins||||||", "A8 SEO|8|2|quick wins|to do||", "A1 Chat|8|3|quick wins|to do||", "big projects||||||",
          "A2 Site|9|9|big projects|||", "fillers||||||", "A3 Tri|5|5|fillers|ready||", "time sinks||||||", "A4 Salon|2|8|time sinks|in progress||",
          "not assessed||||||", "A5 Idée|||not assessed|||");
  jalon__document__free_unpacked(d, NULL);
  fx_begin(&fx, JL_TYPE_PLAN); /* 5 is high from here on */
  fx_text(&fx, JL_PLAN_NAME, "Plan 2026");
  fx_int(&fx, JL_PLAN_START, 20454);
  fx_int(&fx, JL_PLAN_END, 20818);
  fx_text(&fx, JL_PLAN_CURRENCY, "EUR");
  fx_int(&fx, JL_PLAN_MATRIX_MIDPOINT, 5);
  fx_put_as(&fx, fx_id(1), 0);
  d = fx_view(&fx, "matrix", NULL, NULL);
  FX_ROWS(fx_block(d, "matrix"), "quick wins||||||", "A8 SEO|8|2|quick wins|to do||", "A1 Chat|8|3|quick wins|to do||", "big projects||||||",
          "A2 Site|9|9|big projects|||", "A3 Tri|5|5|big projects|ready||", "fillers||||||", "time sinks||||||", "A4 Salon|2|8|time sinks|in progress||",
          "not assessed||||||", "A5 Idée|||not assessed|||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* Line by line: names of the parts in the frame, each reference in the place of its two figures. */
static void picture(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  jl_language_init("en");
  fx_plan(&fx);
  (void)action(&fx, "Chat", 8, 3, 0);
  (void)action(&fx, "Site", 10, 10, 0);
  (void)action(&fx, "Tri", 5, 5, 0);
  (void)action(&fx, "Salon", 1, 6, 0);
  for (int i = 0; i < 9; i++) (void)action(&fx, "Same", 8, 3, 0);
  char *text = fx_drawn(&fx, "matrix", 60); /* (60 - 3 - 3) / 10 = 5 columns a place */
  assert_non_null(strstr(text, "Impact\n"
                               "   ┌─ Quick wins ────────────┬─ Big projects ──────────┐\n"
                               "10 │                         │                     A2  │\n"
                               " 9 │                         │                         │\n"
                               " 8 │           A1            │                         │\n"
                               "   │           A5            │                         │\n"
                               "   │           +8            │                         │\n"
                               " 7 │                         │                         │\n"
                               " 6 │                         │                         │\n"
                               "   ├─ Fillers ───────────────┼─ Time sinks ────────────┤\n"
                               " 5 │                     A3  │                         │\n"
                               " 4 │                         │                         │\n"
                               " 3 │                         │                         │\n"
                               " 2 │                         │                         │\n"
                               " 1 │                         │ A4                      │\n"
                               "   └─────────────────────────┴─────────────────────────┘\n"
                               "     1    2    3    4    5     6    7    8    9    10\n"
                               "                                                  Effort\n"));
  assert_null(strstr(fx_drawn(&fx, "matrix", 40), "┌")); /* no room */
  assert_null(strstr(fx_drawn(&fx, "matrix", 0), "┌"));  /* a pipe */
  assert_non_null(strstr(fx_drawn(&fx, "matrix", 0), "A13 Same"));
  fx_free(&fx);
}

static void score_fields(struct fixture *fx, const uint32_t *fields, const int64_t *values, size_t n) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, "x");
  for (size_t i = 0; i < n; i++) fx_int(fx, fields[i], values[i]);
}

/* In hundredths, as shown. */
static int64_t scored(struct fixture *fx, enum jl_score_method method, int64_t form) {
  struct jl_score score;
  struct jl_id id = fx_put(fx);
  return jl_score_of(method, jl_replica_record(fx->plan, &id), form, &score) ? jl_score_hundredths(&score) / 10000 : -1;
}

static void scores_by_hand(void **state) {
  (void)state;
  static const uint32_t ice[] = {JL_ACTION_IMPACT, JL_ACTION_EFFORT, JL_ACTION_CONFIDENCE};
  static const uint32_t rice[] = {JL_ACTION_REACH, JL_ACTION_RICE_IMPACT, JL_ACTION_RICE_CONFIDENCE, JL_ACTION_PERSON_MONTHS};
  static const uint32_t wsjf[] = {JL_ACTION_BUSINESS_VALUE, JL_ACTION_TIME_CRITICALITY, JL_ACTION_RISK_REDUCTION, JL_ACTION_JOB_SIZE};
  struct fixture fx = fx_new();
  fx_plan(&fx);
#define SCORE(method, form, fields, ...) (score_fields(&fx, (fields), (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), scored(&fx, (method), (form)))
  /* impact 8, effort 3 (ease 8), confidence 7: 23 / 3 = 7.67; 8 x 7 x 8 = 448 */
  assert_int_equal(SCORE(JL_SCORE_ICE, JL_ICE_MEAN, ice, 8, 3, 7), 767);
  assert_int_equal(SCORE(JL_SCORE_ICE, JL_ICE_PRODUCT, ice, 8, 3, 7), 44800);
  assert_int_equal(SCORE(JL_SCORE_ICE, JL_ICE_MEAN, ice, 1, 10, 1), 100);      /* the least: 1, 1, 1 */
  assert_int_equal(SCORE(JL_SCORE_ICE, JL_ICE_PRODUCT, ice, 10, 1, 10), 100000); /* the most: 10, 10, 10 */
  assert_int_equal(SCORE(JL_SCORE_ICE, JL_ICE_MEAN, ice, 8, 3), -1);
  /* 500 x 2 x 80 % / 2 = 400; 1,200 x 0.25 x 50 % / 0.5 = 300; 10 x 3 x 20 % / 1.5 = 4; 7 x 0.5 x 100 % / 3 = 1.1667 */
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 500, JL_RICE_LARGE, 8000, 2000000), 40000);
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 1200, JL_RICE_MINIMAL, 5000, 500000), 30000);
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 10, JL_RICE_MASSIVE, 2000, 1500000), 400);
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 7, JL_RICE_SMALL, 10000, 3000000), 117);
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 0, JL_RICE_MEDIUM, 10000, 1000000), 0);
  /* the largest that the fields take: 10^9 x 3 x 100 % / 0.5 = 6 x 10^9 */
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 1000000000, JL_RICE_MASSIVE, 10000, 500000), 600000000000);
  assert_int_equal(SCORE(JL_SCORE_RICE, 0, rice, 500, JL_RICE_LARGE, 8000), -1);
  /* (8 + 5 + 3) / 5 = 3.2; (20 + 20 + 20) / 1 = 60; (1 + 1 + 1) / 20 = 0.15; (13 + 8 + 2) / 8 = 2.875, half to even 2.88 */
  assert_int_equal(SCORE(JL_SCORE_WSJF, 0, wsjf, 8, 5, 3, 5), 320);
  assert_int_equal(SCORE(JL_SCORE_WSJF, 0, wsjf, 20, 20, 20, 1), 6000);
  assert_int_equal(SCORE(JL_SCORE_WSJF, 0, wsjf, 1, 1, 1, 20), 15);
  assert_int_equal(SCORE(JL_SCORE_WSJF, 0, wsjf, 13, 8, 2, 8), 288);
  assert_int_equal(SCORE(JL_SCORE_WSJF, 0, wsjf, 13, 8, 2), -1);
  fx_free(&fx);
}

/* The order is that of the exact fractions: 23/3 and 46/6 are one place, and 2.875 is above 2.874 although both show as 2.88 or 2.87. */
static void order_of_scores(void **state) {
  (void)state;
  struct jl_score a = {23, 3}, b = {46, 6}, c = {7666666, 1000000};
  assert_int_equal(jl_score_compare(&a, &b), 0);
  assert_true(jl_score_compare(&a, &c) > 0);
  assert_true(jl_score_compare(&c, &a) < 0);
  struct jl_score half = {1, 200}, odd = {3, 200}; /* 0.005 to 0.00, 0.015 to 0.02: half to even */
  assert_int_equal(jl_score_hundredths(&half), 0);
  assert_int_equal(jl_score_hundredths(&odd), 20000);
}

static void scores_rows(void **state) {
  (void)state;
  static const uint32_t fields[] = {JL_ACTION_IMPACT, JL_ACTION_EFFORT, JL_ACTION_CONFIDENCE};
  struct fixture fx = fx_new();
  struct jl_error err = {.code = JL_E_OK};
  fx_plan(&fx);
  static const int64_t values[][3] = {{5, 5, 5}, {8, 3, 7}, {7, 3, 8}, {9, 1, 9}};
  for (size_t i = 0; i < 4; i++) {
    score_fields(&fx, fields, values[i], 3);
    (void)fx_put(&fx);
  }
  score_fields(&fx, fields + 2, values[0], 1); /* A5: confidence only */
  (void)fx_put(&fx);
  (void)action(&fx, "Matrix only", 9, 2, 0); /* is no ICE that somebody began */
  Jalon__Document *d = fx_view(&fx, "scores", NULL, NULL);
  const Jalon__Block *block = fx_block(d, "ice");
  assert_non_null(block);
  assert_int_equal(block->n_rows, 4);
  static const struct {
    int64_t place, score;
    const char *title, *how;
  } expected[] = {{1, 9330000, "A4 x", "(9+9+10)/3"}, {2, 7670000, "A2 x", "(8+7+8)/3"}, {2, 7670000, "A3 x", "(7+8+8)/3"}, {4, 5330000, "A1 x", "(5+5+6)/3"}};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(block->rows[i]->cells[0]->number, expected[i].place);
    assert_string_equal(block->rows[i]->cells[1]->text, expected[i].title);
    assert_int_equal(block->rows[i]->cells[2]->number, expected[i].score);
    assert_string_equal(block->rows[i]->cells[3]->alternative, expected[i].how);
  }
  assert_int_equal(block->n_notes, 1); /* A5 */
  assert_true(fx_noted(d, "{1} has no score: {2} missing"));
  assert_null(fx_block(d, "rice"));
  jalon__document__free_unpacked(d, NULL);
  assert_null(fx_try(&fx, "scores", "method", "moscow", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quadrants),       cmocka_unit_test(matrix_rows), cmocka_unit_test(picture), cmocka_unit_test(scores_by_hand),
      cmocka_unit_test(order_of_scores), cmocka_unit_test(scores_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

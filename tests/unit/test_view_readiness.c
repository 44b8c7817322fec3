/* The alignment score, the questions of seeds 002 and 004, the view of the launch gate: figures worked out by hand beside them. */
#include "common/model/readiness/alignment.h"
#include "common/model/readiness/questions.h"
#include "view_fixture.h"
#include <stdlib.h>

enum { C_NUMBER, C_QUESTION, C_ANSWER, C_FOUND, C_EVIDENCE, C_LACKING, C_FIX };

static const char *alternative(const Jalon__Cell *cell) { return cell->alternative != NULL ? cell->alternative : cell->text != NULL ? cell->text : ""; }
/* The row whose second cell has that text for files. */
static const Jalon__Row *row_of(const Jalon__Block *block, size_t column, const char *code) {
  assert_non_null(block);
  for (size_t i = 0; i < block->n_rows; i++)
    if (strcmp(alternative(block->rows[i]->cells[column]), code) == 0) return block->rows[i];
  fail_msg("no row %s", code);
  return NULL;
}
static void expect(Jalon__Document *d, const char *block, size_t column, const char *code, size_t answer_column, const char *answer) {
  const Jalon__Row *row = row_of(fx_block(d, block), column, code);
  assert_string_equal(alternative(row->cells[answer_column]), answer);
}
static void answers(struct fixture *fx, const char *code, const char *answer) {
  Jalon__Document *d = fx_view(fx, "questions", NULL, NULL);
  expect(d, strncmp(code, "004", 3) == 0 ? "steps" : "questions", C_QUESTION, code, C_ANSWER, answer);
  jalon__document__free_unpacked(d, NULL);
}
/* The first row of a criterion, in either set. */
static void criterion(struct fixture *fx, const char *block, const char *code, const char *answer, int64_t have, int64_t of, const char *evidence,
                      const char *lacking, const char *fix) {
  Jalon__Document *d = fx_view(fx, "questions", NULL, NULL);
  const Jalon__Row *row = row_of(fx_block(d, block), C_QUESTION, code);
  assert_string_equal(alternative(row->cells[C_ANSWER]), answer);
  if (of > 0) {
    assert_int_equal(row->cells[C_FOUND]->words->arguments[0]->number, have);
    assert_int_equal(row->cells[C_FOUND]->words->arguments[1]->number, of);
  } else
    assert_false(row->cells[C_FOUND]->has_kind);
  assert_string_equal(row->cells[C_EVIDENCE]->text == NULL ? "" : row->cells[C_EVIDENCE]->text, evidence);
  assert_string_equal(row->cells[C_LACKING]->text == NULL ? "" : row->cells[C_LACKING]->text, lacking);
  assert_string_equal(row->cells[C_FIX]->text == NULL ? "" : row->cells[C_FIX]->text, fix);
  jalon__document__free_unpacked(d, NULL);
}

/* ---- the arithmetic ---- */
static struct jl_found found(enum jl_found_verdict verdict, int64_t have, int64_t of) {
  return (struct jl_found){.verdict = verdict, .have = have, .of = of, .fix = ""};
}

static void nothing_judged_is_undefined(void **state) {
  struct jl_found all[JL_ALIGNMENT_LINES];
  struct jl_alignment score;
  (void)state;
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) all[i] = found(i % 2 == 0 ? JL_FOUND_UNASKED : JL_FOUND_NOTHING, 0, 0);
  jl_alignment_of(all, &score);
  assert_false(score.defined[0] || score.defined[1] || score.has_scale);
  assert_int_equal(score.all[JL_AXIS_ORGANISATION], 100000000); /* 100 points each */
  assert_int_equal(score.all[JL_AXIS_COMMERCIAL], 100000000);
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++)
    if (jl_alignment_lines[i].axis == JL_AXIS_COMMERCIAL) all[i] = found(JL_FOUND_YES, 1, 1);
  jl_alignment_of(all, &score);
  assert_true(score.defined[JL_AXIS_COMMERCIAL] && !score.defined[JL_AXIS_ORGANISATION] && !score.has_scale);
  assert_int_equal(score.score[JL_AXIS_COMMERCIAL], 1000000);
}

/* Organisation: shared objectives 2 of 3 of 20 points = 13.3, owners 15 of 15, the rest not judged: 28.3 of 35 = 80.857143 %.
 * Commercial: promise 10 of 10, tracked 1 of 2 of 10 = 5, KPIs none of 15: 15 of 35 = 42.857143 %. Scale: 34.653062 %. */
static void worked_out(void **state) {
  struct jl_found all[JL_ALIGNMENT_LINES];
  struct jl_alignment score;
  (void)state;
  for (size_t i = 0; i < JL_ALIGNMENT_LINES; i++) {
    all[i] = found(JL_FOUND_HIDDEN, 0, 0);
    switch (jl_alignment_lines[i].criterion) {
    case JL_READY_SHARED:
      all[i] = found(JL_FOUND_PARTLY, 2, 3);
      break;
    case JL_READY_OWNERS:
    case JL_READY_PROMISE:
      all[i] = found(JL_FOUND_YES, 4, 4);
      break;
    case JL_READY_TRACKED:
      all[i] = found(JL_FOUND_PARTLY, 1, 2);
      break;
    case JL_READY_KPIS:
      all[i] = found(JL_FOUND_NO, 0, 2);
      break;
    default:
      break;
    }
  }
  jl_alignment_of(all, &score);
  assert_int_equal(score.gained[JL_AXIS_ORGANISATION], 28300000);
  assert_int_equal(score.judged[JL_AXIS_ORGANISATION], 35000000);
  assert_int_equal(score.score[JL_AXIS_ORGANISATION], 808571);
  assert_int_equal(score.gained[JL_AXIS_COMMERCIAL], 15000000);
  assert_int_equal(score.score[JL_AXIS_COMMERCIAL], 428571);
  assert_true(score.has_scale);
  assert_int_equal(score.scale, 346530);
}

static void an_answer_of_people_is_half_when_it_is_partly(void **state) {
  const struct jl_alignment_line line = {JL_AXIS_ORGANISATION, JL_READY_TRAINED, 15};
  struct jl_found half = found(JL_FOUND_PARTLY, 0, 0);
  int64_t points;
  (void)state;
  assert_true(jl_alignment_points(&line, &half, &points));
  assert_int_equal(points, 7500000);
}

/* ---- an empty plan: nothing is claimed ---- */
static void empty_plan(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  Jalon__Document *d = fx_view(&fx, "alignment", NULL, NULL);
  const Jalon__Block *score = fx_block(d, "score");
  assert_string_equal(alternative(score->rows[JL_AXIS_ORGANISATION]->cells[1]), "unknown"); /* nobody and nothing to tell of */
  assert_true(score->rows[JL_AXIS_COMMERCIAL]->cells[1]->kind == JL_ARG_FRACTION && score->rows[JL_AXIS_COMMERCIAL]->cells[1]->number == 0); /* no promise is a no */
  assert_string_equal(alternative(score->rows[2]->cells[1]), "unknown");
  const Jalon__Block *position = fx_block(d, "position");
  assert_int_equal(position->n_rows, 4); /* the four boxes, and no plan in any */
  jalon__document__free_unpacked(d, NULL);
  answers(&fx, "002-1", "no");
  answers(&fx, "002-4", "needs-answer");
  answers(&fx, "004-1", "no");
  answers(&fx, "004-2", "unknown");
  answers(&fx, "004-5", "unknown");
  fx_free(&fx);
}

static struct jl_id action(struct fixture *fx, const char *title, struct jl_id lever, int64_t impact, int64_t effort, int64_t status) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (!jl_id_is_zero(&lever)) fx_ref(fx, JL_ACTION_LEVER, lever);
  if (impact > 0) fx_int(fx, JL_ACTION_IMPACT, impact);
  if (effort > 0) fx_int(fx, JL_ACTION_EFFORT, effort);
  fx_int(fx, JL_ACTION_STATUS, status);
  return fx_put(fx);
}

/* ---- seed 004, step by step ---- */
static void five_steps(void **state) {
  const struct jl_id none = {{0}};
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id objective = fx_named(&fx, JL_TYPE_OBJECTIVE, "Leads");
  fx_begin(&fx, JL_TYPE_LEVER);
  fx_text(&fx, JL_LEVER_NAME, "SEO");
  fx_ref(&fx, JL_LEVER_OBJECTIVES, objective);
  struct jl_id seo = fx_put(&fx);
  struct jl_id fairs = fx_named(&fx, JL_TYPE_LEVER, "Fairs"); /* serves nothing */
  action(&fx, "Win", seo, 8, 2, JL_TO_DO);
  action(&fx, "Sink", fairs, 3, 8, JL_TO_DO);
  action(&fx, "Loose", none, 0, 0, JL_IN_PROGRESS);
  fx_named(&fx, JL_TYPE_LEVER, "Social"); /* without an action */
  criterion(&fx, "steps", "listed", "partly", 2, 3, "L1, L2", "L3", "jalon action add \"...\" --lever L3");
  criterion(&fx, "steps", "actions-serve", "partly", 1, 3, "A1", "A2, A3", "jalon action set A2 --lever L1");
  criterion(&fx, "steps", "efforts", "partly", 2, 3, "A1, A2", "A3", "jalon action set A3 --effort 5");
  criterion(&fx, "steps", "results", "no", 0, 3, "", "A1, A2, A3", "jalon action set A1 --kpis K1");
  criterion(&fx, "steps", "rated", "partly", 2, 3, "A1, A2", "A3", "jalon action set A3 --impact 5 --effort 5");
  criterion(&fx, "steps", "sinks", "no", 0, 1, "", "A2", "jalon action set A2 --status dropped --dropped-reason \"...\"");
  criterion(&fx, "steps", "wins", "no", 0, 1, "", "A1", "jalon action set A1 --start ...");
  answers(&fx, "004-1", "partly");
  answers(&fx, "004-5", "no");
  fx_begin(&fx, JL_TYPE_ACTION); /* what was decided */
  fx_text(&fx, JL_ACTION_TITLE, "Another sink");
  fx_int(&fx, JL_ACTION_IMPACT, 5);
  fx_int(&fx, JL_ACTION_EFFORT, 6);
  fx_int(&fx, JL_ACTION_STATUS, JL_DROPPED);
  fx_text(&fx, JL_ACTION_DROPPED_REASON, "brings nothing");
  fx_put(&fx);
  criterion(&fx, "steps", "sinks", "partly", 1, 2, "A4", "A2", "jalon action set A2 --status dropped --dropped-reason \"...\"");
  criterion(&fx, "steps", "efforts", "partly", 2, 3, "A1, A2", "A3", "jalon action set A3 --effort 5"); /* what is given up is asked no more */
  answers(&fx, "004-5", "partly");
  fx_free(&fx);
}

static struct jl_id team(struct fixture *fx, const char *name, int64_t kind) {
  fx_begin(fx, JL_TYPE_TEAM);
  fx_text(fx, JL_TEAM_NAME, name);
  fx_int(fx, JL_TEAM_KIND, kind);
  return fx_put(fx);
}
static void assess(struct fixture *fx, int64_t question, int64_t answer) {
  fx_begin(fx, JL_TYPE_ASSESSMENT);
  fx_text(fx, JL_ASSESSMENT_REASON, "said so");
  fx_int(fx, JL_ASSESSMENT_QUESTION, question);
  fx_int(fx, JL_ASSESSMENT_ANSWER, answer);
  fx_put(fx);
}

/* ---- seed 002's fourth question: letters, through teams, people and roles, and what people say ---- */
static void aligned_and_trained(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id marketing = team(&fx, "Marketing", JL_TEAM_MARKETING), sales = team(&fx, "Sales", JL_TEAM_SALES);
  team(&fx, "Board", JL_TEAM_MANAGEMENT);
  team(&fx, "Agency", JL_TEAM_AGENCY); /* not one of the three */
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Marie");
  fx_ref(&fx, JL_PERSON_TEAMS, marketing);
  struct jl_id marie = fx_put(&fx), one = action(&fx, "One", (struct jl_id){{0}}, 0, 0, JL_TO_DO);
  action(&fx, "Two", (struct jl_id){{0}}, 0, 0, JL_TO_DO);
  fx_raci(&fx, one, JL_RACI_A, marie, NULL);
  fx_raci(&fx, one, JL_RACI_R, marie, NULL);
  fx_raci(&fx, one, JL_RACI_C, sales, NULL);
  criterion(&fx, "questions", "owners", "partly", 1, 2, "A1", "A2", "jalon raci set A2 A=... R=...");
  criterion(&fx, "questions", "teams", "partly", 2, 3, "Marketing, Sales", "Board", "jalon raci add A1 C=\"Board\"");
  answers(&fx, "002-4", "partly");
  assess(&fx, JL_ASKED_TRAINED, JL_ASSESSED_YES);
  assess(&fx, JL_ASKED_ADJUSTABLE, JL_ASSESSED_NO);
  assess(&fx, JL_ASKED_TRAINED, JL_ASSESSED_NO); /* the last one counts */
  Jalon__Document *d = fx_view(&fx, "questions", NULL, NULL);
  const Jalon__Row *row = row_of(fx_block(d, "questions"), C_QUESTION, "trained");
  assert_string_equal(alternative(row->cells[C_ANSWER]), "no");
  assert_string_equal(row->cells[C_FOUND]->text, "said so");
  assert_string_equal(row->cells[C_EVIDENCE]->words->arguments[0]->text, "AS3");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* ---- who may not read a section ---- */
static void hidden(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx_named(&fx, JL_TYPE_PROMISE, "Zorglub");
  action(&fx, "One", (struct jl_id){{0}}, 0, 0, JL_TO_DO);
  fx.in.sections = 1u << JL_SECTION_ACTIONS;
  Jalon__Document *d = fx_view(&fx, "alignment", NULL, NULL);
  expect(d, "commercial", 0, "promise", 3, "hidden");
  expect(d, "organisation", 0, "owners", 3, "no");
  const Jalon__Block *score = fx_block(d, "score");
  assert_string_equal(alternative(score->rows[JL_AXIS_COMMERCIAL]->cells[1]), "unknown");
  assert_true(fx_noted(d, "you may not read the section {1}: nothing of it is shown or counted here"));
  jalon__document__free_unpacked(d, NULL);
  answers(&fx, "002-1", "hidden");
  d = fx_view(&fx, "gate", "record", "A1");
  assert_null(fx_block(d, "questions"));
  assert_non_null(fx_block(d, "traceability"));
  jalon__document__free_unpacked(d, NULL);
  fx.in.sections = 1u << JL_SECTION_STRATEGY;
  answers(&fx, "004-4", "hidden");
  struct jl_error err = {.code = JL_E_OK};
  assert_null(fx_try(&fx, "gate", "record", "A1", &err)); /* the action is not there */
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  fx_free(&fx);
}

/* ---- the gate ---- */
static void gate(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Spring");
  fx_int(&fx, JL_ACTION_CAMPAIGN, 1);
  fx_text(&fx, JL_ACTION_PROMOTION_CODE, "SPRING27");
  fx_int(&fx, JL_ACTION_TARGET_COST, 2500);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION); /* priced like one */
  fx_text(&fx, JL_ACTION_TITLE, "Ads");
  fx_int(&fx, JL_ACTION_TARGET_COST, 100);
  fx_put(&fx);
  Jalon__Document *d = fx_view(&fx, "gate", "record", "A1");
  static const char *const expected[][2] = {{"lever", "no"}, {"tracked_link", "not-needed"}, {"promotion_code", "yes"}, {"segments", "no"}, {"target_cost", "yes"}, {"target_conversions", "no"}};
  for (size_t i = 0; i < JL_COUNT(expected); i++) expect(d, "traceability", 1, expected[i][0], 2, expected[i][1]);
  static const char *const codes[][2] = {{"promise", "no"}, {"differentiation", "no"}, {"segments", "no"}, {"objective", "unknown"}, {"training", "needs-answer"},
                                         {"kpi", "no"},     {"measure", "no"},         {"rhythm", "needs-answer"}};
  for (size_t i = 0; i < JL_COUNT(codes); i++) expect(d, "questions", 1, codes[i][0], 2, codes[i][1]);
  assert_true(fx_noted(d, "{1} cannot start; missing: {2}. Its accountable (A) may override it: jalon gate override {1} REASON"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "gate", NULL, NULL);
  const Jalon__Block *all = fx_block(d, "campaigns");
  assert_int_equal(all->n_rows, 1);
  assert_string_equal(alternative(all->rows[0]->cells[2]), "held-up");
  assert_true(fx_noted(d, "actions that look like campaigns and are not marked as such: {1}; the first: jalon action set {2} --campaign yes"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_judged_is_undefined),
                                     cmocka_unit_test(worked_out),
                                     cmocka_unit_test(an_answer_of_people_is_half_when_it_is_partly),
                                     cmocka_unit_test(empty_plan),
                                     cmocka_unit_test(five_steps),
                                     cmocka_unit_test(aligned_and_trained),
                                     cmocka_unit_test(hidden),
                                     cmocka_unit_test(gate)};
  return cmocka_run_group_tests_name("readiness", tests, NULL, NULL);
}

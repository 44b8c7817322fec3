/* RACI views: the table of seed 000 as written there, the matrix, its gaps, and what waits for a reader. */
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include "view_fixture.h"
#include <stdlib.h>

static void seed_table(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id content = fx_named(&fx, JL_TYPE_ROLE, "Content Manager"), director = fx_named(&fx, JL_TYPE_ROLE, "Directeur Marketing");
  struct jl_id sales = fx_named(&fx, JL_TYPE_TEAM, "Sales"), product = fx_named(&fx, JL_TYPE_TEAM, "Product"),
               comex = fx_named(&fx, JL_TYPE_TEAM, "COMEX");
  struct jl_id action = fx_named(&fx, JL_TYPE_ACTION, "Livre blanc");
  /* in another order than they are shown */
  fx_raci(&fx, action, JL_RACI_I, comex, "Information");
  fx_raci(&fx, action, JL_RACI_C, sales, "Avis");
  fx_raci(&fx, action, JL_RACI_C, product, "Avis");
  fx_raci(&fx, action, JL_RACI_A, director, "Validation");
  fx_raci(&fx, action, JL_RACI_R, content, "Création de contenu");
  Jalon__Document *d = fx_view(&fx, "raci", "record", "A1");
  const Jalon__Block *table = fx_block(d, "raci");
  assert_string_equal(table->columns[0]->label, "task");
  assert_string_equal(table->columns[1]->label, "owner (RACI)");
  assert_string_equal(table->columns[2]->label, "RACI");
  FX_ROWS(table, "Création de contenu|Content Manager|R", "Validation|Directeur Marketing|A", "Avis|Sales / Product|C",
          "Information|COMEX|I");
  assert_int_equal(table->rows[2]->cells[1]->n_sources, 2);
  assert_int_equal(table->n_notes, 0);
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void matrix(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id marie = fx_named(&fx, JL_TYPE_PERSON, "Marie"), paul = fx_named(&fx, JL_TYPE_PERSON, "Paul"),
               sales = fx_named(&fx, JL_TYPE_TEAM, "Sales");
  (void)fx_named(&fx, JL_TYPE_PERSON, "Nobody");
  struct jl_id first = fx_named(&fx, JL_TYPE_ACTION, "Webinar"), second = fx_named(&fx, JL_TYPE_ACTION, "SEO");
  (void)fx_named(&fx, JL_TYPE_ACTION, "Salon");
  fx_raci(&fx, first, JL_RACI_R, paul, NULL);
  fx_raci(&fx, first, JL_RACI_A, paul, NULL);
  fx_raci(&fx, first, JL_RACI_C, sales, NULL);
  fx_raci(&fx, second, JL_RACI_R, marie, NULL);
  Jalon__Document *d = fx_view(&fx, "raci", NULL, NULL);
  const Jalon__Block *table = fx_block(d, "matrix");
  assert_string_equal(table->columns[1]->label, "Marie");
  assert_true(table->columns[1]->label_is_text);
  FX_ROWS(table, "A1 Webinar||A/R|C|", "A2 SEO|R|||no A", "A3 Salon||||no A, no R", "load|1|1|0|");
  assert_int_equal(table->rows[0]->cells[2]->n_sources, 2);
  assert_int_equal(table->notes[0]->arguments[0]->number, 2); /* two rows without A */
  assert_int_equal(table->notes[1]->arguments[0]->number, 1); /* one without R */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* ---- load and gaps, by hand: Paul is A of four (one of them done) and R of one, the director's letters are his too ---- */
static struct jl_id person(struct fixture *fx, const char *name, struct jl_id role, bool inactive) {
  fx_begin(fx, JL_TYPE_PERSON);
  fx_text(fx, JL_PERSON_NAME, name);
  if (!jl_id_is_zero(&role)) fx_ref(fx, JL_PERSON_ROLES, role);
  if (inactive) fx_int(fx, JL_PERSON_INACTIVE, 1);
  return fx_put(fx);
}

static struct jl_id action_of(struct fixture *fx, const char *title, int64_t days, int64_t status) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  fx_int(fx, JL_ACTION_STATUS, status);
  if (days > 0) fx_int(fx, JL_ACTION_DURATION, days);
  return fx_put(fx);
}

static void away(struct fixture *fx, struct jl_id who, int32_t first, int32_t last, const struct jl_id *substitute) {
  fx_begin(fx, JL_TYPE_LEAVE);
  fx_ref(fx, JL_LEAVE_PERSON, who);
  fx_int(fx, JL_LEAVE_START, first);
  fx_int(fx, JL_LEAVE_END, last);
  if (substitute != NULL) fx_ref(fx, JL_LEAVE_SUBSTITUTE, *substitute);
  fx_put(fx);
}

static void load_and_gaps(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_begin(&fx, JL_TYPE_PLAN);
  fx_text(&fx, JL_PLAN_NAME, "Plan 2026");
  fx_int(&fx, JL_PLAN_START, 20454);
  fx_int(&fx, JL_PLAN_END, 20818);
  fx_text(&fx, JL_PLAN_CURRENCY, "EUR");
  fx_int(&fx, JL_PLAN_LOAD_LIMIT, 2);
  fx_int(&fx, JL_PLAN_LOAD_DAYS, 20);
  fx_put_as(&fx, fx_id(1), 0);
  struct jl_id director = fx_named(&fx, JL_TYPE_ROLE, "Directeur"), empty = fx_named(&fx, JL_TYPE_ROLE, "Personne"),
               sales = fx_named(&fx, JL_TYPE_TEAM, "Sales"), none = {{0}};
  struct jl_id paul = person(&fx, "Paul", director, false), marie = person(&fx, "Marie", none, false),
               ines = person(&fx, "Ines", none, true), anne = person(&fx, "Anne", none, false), luc = person(&fx, "Luc", none, false);
  fx_begin(&fx, JL_TYPE_PERSON); /* the team has somebody */
  fx_text(&fx, JL_PERSON_NAME, "Zoe");
  fx_ref(&fx, JL_PERSON_TEAMS, sales);
  fx_put(&fx);
  struct jl_id one = action_of(&fx, "Un", 5, JL_TO_DO), two = action_of(&fx, "Deux", 21, JL_IN_PROGRESS),
               three = action_of(&fx, "Trois", 3, JL_READY), four = action_of(&fx, "Quatre", 0, JL_TO_DO),
               done = action_of(&fx, "Fini", 90, JL_DONE);
  fx_raci(&fx, one, JL_RACI_A, director, NULL);
  fx_raci(&fx, one, JL_RACI_R, paul, NULL); /* one action, both letters */
  fx_raci(&fx, two, JL_RACI_A, paul, NULL);
  fx_raci(&fx, two, JL_RACI_R, marie, NULL);
  fx_raci(&fx, three, JL_RACI_A, anne, NULL);
  fx_raci(&fx, three, JL_RACI_R, sales, NULL);
  fx_raci(&fx, three, JL_RACI_I, ines, NULL);
  fx_raci(&fx, four, JL_RACI_A, luc, NULL);
  fx_raci(&fx, four, JL_RACI_R, empty, NULL);
  fx_raci(&fx, four, JL_RACI_C, paul, NULL);
  (void)action_of(&fx, "Cinq", 0, JL_TO_DO);
  fx_raci(&fx, done, JL_RACI_A, paul, NULL);
  fx_raci(&fx, done, JL_RACI_R, ines, NULL);
  away(&fx, anne, 20499, 20500, NULL);   /* today is 20500 */
  away(&fx, luc, 20500, 20510, &ines);   /* who has left stands in for nobody */
  away(&fx, paul, 20490, 20510, &marie); /* covered */
  away(&fx, marie, 20501, 20510, NULL);  /* not yet */
  Jalon__Document *d = fx_view(&fx, "raci", NULL, NULL);
  FX_ROWS(fx_block(d, "load"), "Paul|2|2|1|5|", "Marie|1|0|1|21|overload", "Sales|1|0|1|3|team", "Anne|1|1|0|0|", "Luc|1|1|0|0|");
  FX_ROWS(fx_block(d, "gaps"), "A3 Trois|A is away, without a substitute|Anne|20500", "A3 Trois|held by somebody who has left|Ines|",
          "A4 Quatre|A is away, without a substitute|Luc|20510", "A4 Quatre|held by a role or team without people|Personne|",
          "A6 Cinq|no A||", "A6 Cinq|no R||");
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "dashboard", NULL, NULL);
  const Jalon__Block *next = fx_block(d, "next");
  const struct {
    const char *words;
    int64_t count;
  } notes[] = {{"without an accountable", 1}, {"without a responsible", 1}, {"away without a substitute", 2},
               {"who have left", 1},          {"without people", 1},        {"overload", 1}};
  for (size_t i = 0; i < JL_COUNT(notes); i++) {
    size_t k = 0;
    while (k < next->n_notes && strstr(next->notes[k]->message, notes[i].words) == NULL) k++;
    if (k == next->n_notes) fail_msg("no note about %s", notes[i].words);
    assert_int_equal(next->notes[k]->arguments[0]->number, notes[i].count);
  }
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

static void mine(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id sales = fx_named(&fx, JL_TYPE_TEAM, "Sales"), paul = fx_named(&fx, JL_TYPE_PERSON, "Paul");
  fx_begin(&fx, JL_TYPE_PERSON);
  fx_text(&fx, JL_PERSON_NAME, "Marie");
  fx_ref(&fx, JL_PERSON_TEAMS, sales);
  struct jl_id marie = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Soon");
  fx_int(&fx, JL_ACTION_DUE, 20510);
  struct jl_id soon = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Late");
  fx_int(&fx, JL_ACTION_DUE, 20499);
  struct jl_id late = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Done");
  fx_int(&fx, JL_ACTION_STATUS, JL_DONE);
  struct jl_id done = fx_put(&fx);
  fx_raci(&fx, soon, JL_RACI_R, marie, NULL);
  fx_raci(&fx, late, JL_RACI_C, sales, NULL); /* through her team */
  fx_raci(&fx, done, JL_RACI_R, marie, NULL);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Later");
  fx_int(&fx, JL_ACTION_DUE, 20520);
  struct jl_id later = fx_put(&fx);
  fx_raci(&fx, later, JL_RACI_R, marie, NULL);
  struct {
    struct jl_id author;
    const char *text;
  } said[] = {{paul, "answered?"}, {marie, "yes"}, {paul, "and now?"}};
  for (size_t i = 0; i < 3; i++) {
    fx_begin(&fx, JL_TYPE_COMMENT);
    fx_ref(&fx, JL_COMMENT_TARGET, soon);
    fx_text(&fx, JL_COMMENT_BODY, said[i].text);
    fx_ref(&fx, JL_COMMENT_AUTHOR, said[i].author);
    fx_put(&fx);
  }
  fx.in.reader = marie;
  Jalon__Document *d = fx_view(&fx, "mine", NULL, NULL);
  FX_ROWS(fx_block(d, "actions"), "A1 Soon|R||20510||", "A4 Later|R||20520||", "A2 Late|C||20499||"); /* where only advice is wanted: last */
  assert_int_equal(fx_block(d, "actions")->rows[0]->cells[3]->tone, 0);
  assert_int_equal(fx_block(d, "actions")->rows[2]->cells[3]->tone, JL_TONE_BAD);
  FX_ROWS(fx_block(d, "comments"), "A1 Soon|Paul|and now?");
  assert_false(fx_noted(d, "nothing waits for you here"));
  jalon__document__free_unpacked(d, NULL);
  fx.in.reader = paul;
  d = fx_view(&fx, "mine", NULL, NULL);
  assert_true(fx_noted(d, "nothing waits for you here"));
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* A reader of actions only: nothing of a budget line or a lever shows, not even its title or how a wrong name is answered. */
static void rights(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_error err = {.code = JL_E_OK};
  fx_plan(&fx);
  struct jl_id lever = fx_named(&fx, JL_TYPE_LEVER, "Secret lever"), paul = fx_named(&fx, JL_TYPE_PERSON, "Paul");
  fx_begin(&fx, JL_TYPE_BUDGET_LINE);
  fx_text(&fx, JL_BUDGET_LINE_TITLE, "Secret line");
  fx_int(&fx, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  struct jl_id line = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_ACTION);
  fx_text(&fx, JL_ACTION_TITLE, "Open");
  fx_ref(&fx, JL_ACTION_LEVER, lever);
  (void)fx_put(&fx);
  fx_raci(&fx, line, JL_RACI_A, paul, "Secret task");
  fx_begin(&fx, JL_TYPE_COMMENT);
  fx_ref(&fx, JL_COMMENT_TARGET, line);
  fx_text(&fx, JL_COMMENT_BODY, "Secret words");
  (void)fx_put(&fx);
  fx.in.sections = 1u << JL_SECTION_ACTIONS;
  static const char *const views[] = {"dashboard", "tree", "raci", "mine", "budget", "kpi"};
  for (size_t i = 0; i < JL_COUNT(views); i++) {
    Jalon__Document *d = fx_view(&fx, views[i], NULL, NULL);
    uint8_t *packed = malloc(jalon__document__get_packed_size(d));
    size_t size = jalon__document__pack(d, packed);
    assert_null(memmem(packed, size, "Secret", 6));
    free(packed);
    jalon__document__free_unpacked(d, NULL);
  }
  static const char *const named[] = {"B1", "L1", "RA1", "CM1", "Secret line", "Secret words", "Secret lever"};
  for (size_t i = 0; i < JL_COUNT(named); i++) {
    assert_null(fx_try(&fx, "show", "record", named[i], &err));
    assert_int_equal(err.code, JL_E_NOT_FOUND);
    assert_null(strstr(err.hint, "Secret"));
  }
  Jalon__Document *d = fx_view(&fx, "list", "type", "comment");
  assert_int_equal(fx_block(d, "comment")->n_rows, 0);
  jalon__document__free_unpacked(d, NULL);
  assert_null(fx_try(&fx, "list", "type", "budget-line", &err));
  assert_int_equal(err.code, JL_E_DENIED);
  fx_free(&fx);
}

/* Many columns, nearly all cells empty: such a document takes far more memory than bytes, and must be readable all the same. */
static void a_wide_matrix_can_be_unpacked(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  struct jl_id people[60];
  fx_plan(&fx);
  for (size_t i = 0; i < 60; i++) people[i] = fx_named(&fx, JL_TYPE_PERSON, "p");
  for (size_t i = 0; i < 120; i++) {
    struct jl_id action = fx_named(&fx, JL_TYPE_ACTION, "a");
    if (i < 60) fx_raci(&fx, action, JL_RACI_R, people[i], NULL);
  }
  struct jl_error err = {.code = JL_E_OK};
  struct jl_bytes packed;
  assert_true(jl_view_build(jl_view_by_name("raci"), &fx.in, fx.arena, &packed, &err));
  struct jl_arena *a = jl_arena_new(64u << 20);
  const Jalon__Document *d = (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, packed, JL_UNPACK_MAX, a, &err);
  if (d == NULL) fail_msg("%s %s %s %s", err.message, err.args[1].text, err.args[2].text, err.args[3].text);
  assert_int_equal(fx_block(d, "matrix")->n_columns, 62);
  jl_arena_free(a);
  fx_free(&fx);
}

/* Whatever order ids and numbers have: every holder's load is the own one. */
static void load_of_many(void **state) {
  enum { PEOPLE = 40 };
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id action = action_of(&fx, "Un", 5, JL_TO_DO), holder;
  for (uint8_t i = 0; i < PEOPLE; i++) { /* ids go down and jump while numbers go up; each third one is a team */
    char name[20];
    snprintf(name, sizeof name, "N%02u", i);
    fx_begin(&fx, i % 3 == 2 ? JL_TYPE_TEAM : JL_TYPE_PERSON);
    fx_text(&fx, i % 3 == 2 ? JL_TEAM_NAME : JL_PERSON_NAME, name);
    holder = fx_put_as(&fx, fx_id((uint8_t)(250 - i * 27 % 128)), 0);
    if (i < 5) fx_raci(&fx, action, JL_RACI_R, holder, NULL);
    if (i == 4) fx_raci(&fx, action, JL_RACI_A, holder, NULL);
  }
  Jalon__Document *d = fx_view(&fx, "raci", NULL, NULL);
  FX_ROWS(fx_block(d, "load"), "N00|1|0|1|5|", "N01|1|0|1|5|", "N03|1|0|1|5|", "N04|1|1|1|5|", "N02|1|0|1|5|team");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(seed_table),
                                     cmocka_unit_test(matrix),
                                     cmocka_unit_test(load_and_gaps),
                                     cmocka_unit_test(load_of_many),
                                     cmocka_unit_test(mine),
                                     cmocka_unit_test(a_wide_matrix_can_be_unpacked),
                                     cmocka_unit_test(rights)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

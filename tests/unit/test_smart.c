/* The SMART check. What each sentence says was judged by hand, from the seeds; S, M and T are read from the words, A and R cannot be. */
#include "common/model/strategy/smart.h"
#include "common/model/strategy/smart_text.h"
#include "view_fixture.h"

static const struct {
  const char *text;
  const char *verdicts; /* S M A R T: y yes, p partly, n no, ? cannot be told */
} judged[] = {
    /* product.md P8 and seed 001 */
    {"Augmenter les ventes", "yn??n"},
    {"augmenter le chiffre d'affaires de 30 % dans les 6 mois", "yy??y"},
    {"augmenter le chiffre d’affaires de 30% dans les 6 mois à venir", "yy??y"},
    /* ten more from the seeds */
    {"Générer 5 000 leads qualifiés via une campagne SEA d’ici la fin du trimestre", "yy??y"},       /* 003 */
    {"augmenter le trafic du site web de 50% dans les 6 mois", "yy??y"},                              /* 001 */
    {"augmenter de 50% le trafic organique du site", "yy??n"},                                        /* 001 */
    {"doubler la fréquence de publication de contenus premium", "yy??n"},                             /* 001 */
    {"créer 6 webinars dans l’année", "yy??y"},                                                       /* 001 */
    {"passer de 4 à 5% de taux de conversion", "yy??n"},                                              /* 001 */
    {"augmenter la génération de leads", "yn??n"},                                                    /* 001 */
    {"augmentation du chiffre d’affaires", "yn??n"},                                                  /* 000 */
    {"fidélisation…", "nn??n"},                                                                       /* 000: of whom, by how much, by when? */
    {"on va faire plus de contenu", "nn??n"},                                                         /* 000 names it as no objective */
    {"on va tester TikTok", "pn??n"},                                                                 /* 000: what one does, not what comes of it */
    {"+20 % de CA", "yy??n"},                                                                         /* 000 */
    {"viser une augmentation de 10 % de la notoriété sur un segment précis", "yy??n"},                /* 002 */
    /* English, and what is easily taken for a number or a time */
    {"increase revenue by 30% within 6 months", "yy??y"},
    {"Increase sales", "yn??n"},
    {"generate 5,000 qualified leads by the end of the quarter", "yy??y"},
    {"reduce the cost per lead to 40 € before June 2027", "yy??y"},
    {"12 webinars in 2027", "yy??y"},
    {"publier deux articles par semaine", "yy??n"}, /* how often, not by when */
    {"définir les 4P du mix", "yn??n"},
    {"campagne B2B en septembre", "yn??y"},
    {"atteindre 450 leads au T2", "yy??y"},
    {"avoir 3 000 abonnés d'ici 6 mois", "yy??y"},
    {"réduire le délai de réponse à 2 jours", "yy??n"},
    /* amounts with the sign in front */
    {"Grow revenue by €3M in 2027", "yy??y"},
    {"Reduce CPL below €3", "yy??n"},
    {"Grow revenue by $3M", "yy??n"},
    /* numbers that are names */
    {"Plan marketing 2027", "yn??n"},
    {"Stratégie 2027", "nn??n"},
    {"Web 3.0", "nn??n"},
    {"Lancer la version 2 du site", "pn??n"},
    {"générer 2000 leads", "yy??n"},
    /* parts of a whole */
    {"baisser le coût par lead d'un tiers", "yy??n"},
    {"diminuer de moitié le taux de rebond", "yy??n"},
    {"cut churn in half", "yy??n"},
    {"reduce churn by a third this year", "yy??y"},
    {"grow the newsletter in the second half of 2027", "yn??y"},
    {"win 40 accounts by EOY", "yy??y"},
    {"win 40 accounts by H1", "yy??y"},
    {"gain by 200 this year", "yy??y"},
    {"Être cité spontanément par les prescripteurs", "yn??n"},
    {"avoir été cité par les médias", "yn??n"},
};

static char sign(enum jl_smart_verdict v) { return "ypn?"[v]; }

static void sentences(void **state) {
  (void)state;
  size_t differ = 0;
  for (size_t i = 0; i < JL_COUNT(judged); i++) {
    struct jl_arena *a = jl_arena_new(1u << 20);
    struct jl_smart smart;
    char said[JL_SMART_LETTERS + 1] = "";
    assert_non_null(a);
    assert_true(jl_smart_of_words(a, judged[i].text, &smart));
    for (size_t l = 0; l < JL_SMART_LETTERS; l++) said[l] = sign(smart.letters[l].verdict);
    if (strcmp(said, judged[i].verdicts) != 0) {
      differ++;
      print_error("\"%s\": %s, by hand %s (measure \"%s\", time \"%s\")\n", judged[i].text, said, judged[i].verdicts, smart.words.measure,
                  smart.words.deadline);
    }
    jl_arena_free(a);
  }
  assert_int_equal(differ, 0);
}

/* What was found is what was typed. */
static void as_typed(void **state) {
  (void)state;
  static const struct {
    const char *text, *measure, *deadline;
  } found[] = {
      {"créer 6 webinars dans l’année", "6", "dans l’année"},
      {"Générer 5 000 leads d'ici la fin du trimestre", "5 000", "d'ici la fin du trimestre"},
      {"Ouvrir 3 boutiques avant l'été", "3", "avant l'été"},
      {"passer de 4 à 5 % de conversion", "de 4 à 5 %", ""},
      {"Passer de 40 à 55 % de notoriété en 2027", "de 40 à 55 %", "en 2027"},
      {"grow from 200 to 300 leads by Q3", "from 200 to 300", "by Q3"},
      {"Grow revenue by €3M in 2027", "€3M", "in 2027"},
      {"Doubler le CA", "Doubler", ""},
      {"Increase NPS from 30 to 45 by end of Q2 2027", "from 30 to 45", "by end of Q2 2027"},
      {"gagner 10 k€ au T2 2027", "10 k€", "au T2 2027"},
  };
  for (size_t i = 0; i < JL_COUNT(found); i++) {
    struct jl_arena *a = jl_arena_new(1u << 20);
    struct jl_smart_words words;
    assert_non_null(a);
    assert_true(jl_smart_read(a, found[i].text, &words));
    assert_string_equal(words.measure, found[i].measure);
    assert_string_equal(words.deadline, found[i].deadline);
    jl_arena_free(a);
  }
}

static void expect_letters(struct fixture *fx, const char *reference, const char *verdicts, const char *codes) {
  Jalon__Document *d = fx_view(fx, "smart", "record", reference);
  const Jalon__Block *t = fx_block(d, "letters");
  char said[16] = "", why[400] = "";
  for (size_t i = 0; i < t->n_rows; i++) {
    const Jalon__Row *r = t->rows[i];
    const char *letter = strcmp(r->cells[2]->alternative, "unknown") == 0 ? "?" : r->cells[2]->alternative;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%.1s", letter);
    snprintf(why + strlen(why), sizeof why - strlen(why), "%s%s", i > 0 ? " " : "", r->cells[3]->alternative);
  }
  if (strcmp(said, verdicts) != 0 || strcmp(why, codes) != 0) fail_msg("%s: %s %s", reference, said, why);
  jalon__document__free_unpacked(d, NULL);
}

/* Its fields say what the words do not. */
static void fields(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id claire = fx_named(&fx, JL_TYPE_PERSON, "Claire");
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O1 */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Augmenter les ventes");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_BUSINESS);
  struct jl_id business = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O2: all there */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Augmenter la génération de leads");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING);
  fx_ref(&fx, JL_OBJECTIVE_PARENT, business);
  fx_text(&fx, JL_OBJECTIVE_METRIC, "leads");
  fx_int(&fx, JL_OBJECTIVE_BASELINE, 300000000);
  fx_int(&fx, JL_OBJECTIVE_TARGET, 450000000);
  fx_int(&fx, JL_OBJECTIVE_DUE, 20600);
  fx_ref(&fx, JL_OBJECTIVE_OWNER, claire);
  struct jl_id leads = fx_put(&fx);
  fx_begin(&fx, JL_TYPE_LEVER);
  fx_text(&fx, JL_LEVER_NAME, "Site web");
  fx_ref(&fx, JL_LEVER_OBJECTIVES, leads);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O3: nothing is to change, it is late, serves nothing */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Notoriété");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING);
  fx_int(&fx, JL_OBJECTIVE_BASELINE, 10000000);
  fx_int(&fx, JL_OBJECTIVE_TARGET, 10000000);
  fx_int(&fx, JL_OBJECTIVE_DUE, 20400);
  fx_put(&fx);
  expect_letters(&fx, "O1", "ynpyn", "names-it no-measure no-owner means no-date");
  expect_letters(&fx, "O2", "yyyyy", "names-it measured owner serves dated");
  expect_letters(&fx, "O3", "nnppp", "one-word no-change no-owner serves-nothing overdue");
  fx_free(&fx);
}

/* 20 in 100 days so far; 400 more in 100 days are twenty times that. What another KPI did says nothing of it. */
static void against_history(void **state) {
  (void)state;
  static const struct {
    int64_t day, value;
  } measured[] = {{20400, 100000000}, {20500, 120000000}};
  struct fixture fx = fx_new();
  fx_plan(&fx);
  struct jl_id claire = fx_named(&fx, JL_TYPE_PERSON, "Claire");
  for (int i = 0; i < 3; i++) {
    fx_begin(&fx, JL_TYPE_OBJECTIVE);
    fx_text(&fx, JL_OBJECTIVE_TITLE, "Augmenter les leads");
    fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_BUSINESS);
    fx_text(&fx, JL_OBJECTIVE_METRIC, "leads");
    fx_int(&fx, JL_OBJECTIVE_BASELINE, 100000000);
    fx_int(&fx, JL_OBJECTIVE_TARGET, i != 1 ? 520000000 : 150000000); /* 30 more are within twice the pace */
    fx_int(&fx, JL_OBJECTIVE_DUE, 20600);
    fx_ref(&fx, JL_OBJECTIVE_OWNER, claire);
    struct jl_id objective = fx_put(&fx);
    fx_begin(&fx, JL_TYPE_KPI);
    fx_text(&fx, JL_KPI_NAME, i == 2 ? "taux de conversion" : "leads");
    fx_ref(&fx, JL_KPI_OBJECTIVE, objective);
    struct jl_id kpi = fx_put(&fx);
    for (size_t m = 0; m < JL_COUNT(measured); m++) {
      fx_begin(&fx, JL_TYPE_MEASUREMENT);
      fx_ref(&fx, JL_MEASUREMENT_KPI, kpi);
      fx_int(&fx, JL_MEASUREMENT_DATE, measured[m].day);
      fx_int(&fx, JL_MEASUREMENT_VALUE, measured[m].value);
      fx_put(&fx);
    }
    fx_begin(&fx, JL_TYPE_LEVER);
    fx_text(&fx, JL_LEVER_NAME, "SEA");
    fx_ref(&fx, JL_LEVER_OBJECTIVES, objective);
    fx_put(&fx);
  }
  expect_letters(&fx, "O1", "yypyy", "names-it measured too-fast means dated");
  expect_letters(&fx, "O2", "yyyyy", "names-it measured pace means dated");
  expect_letters(&fx, "O3", "yyyyy", "names-it measured owner means dated");
  fx_free(&fx);
}

static void expect_fix(struct fixture *fx, const char *reference, size_t letter, const char *fix) {
  Jalon__Document *d = fx_view(fx, "smart", "record", reference);
  const Jalon__Row *r = fx_block(d, "letters")->rows[letter];
  assert_string_equal(r->cells[5]->text, fix);
  jalon__document__free_unpacked(d, NULL);
}

/* The command that is offered is about the record that lacks something, and names an objective that is there. */
static void fixes_name_the_right_record(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  fx_plan(&fx);
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O1 serves nothing, and there is nothing yet that it could serve */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Augmenter les leads");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING);
  struct jl_id leads = fx_put(&fx);
  for (int i = 1; i <= 5; i++) { /* KR5 alone has no target */
    fx_begin(&fx, JL_TYPE_KEY_RESULT);
    fx_text(&fx, JL_KEY_RESULT_TITLE, "Leads");
    fx_ref(&fx, JL_KEY_RESULT_OBJECTIVE, leads);
    if (i < 5) fx_int(&fx, JL_KEY_RESULT_TARGET, 100000000);
    fx_put(&fx);
  }
  expect_fix(&fx, "O1", 1, "jalon key-result set KR5 --start 0 --target 100");
  expect_fix(&fx, "O1", 3, "jalon objective add \"...\" --kind business");
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O2 serves O1: O1 cannot serve it */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Croissance");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_BUSINESS);
  fx_ref(&fx, JL_OBJECTIVE_PARENT, leads);
  fx_put(&fx);
  fx_begin(&fx, JL_TYPE_OBJECTIVE); /* O3 */
  fx_text(&fx, JL_OBJECTIVE_TITLE, "Chiffre d'affaires");
  fx_int(&fx, JL_OBJECTIVE_KIND, JL_OBJECTIVE_BUSINESS);
  fx_put(&fx);
  expect_fix(&fx, "O1", 3, "jalon objective set O1 --parent O3");
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sentences), cmocka_unit_test(as_typed), cmocka_unit_test(fields), cmocka_unit_test(against_history), cmocka_unit_test(fixes_name_the_right_record)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

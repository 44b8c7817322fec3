/* Experiments: the test of two proportions against published cases, the sample that is needed, verdicts; a report of a month. */
#include "common/model/measures/experiment.h"
#include "plan_words.h"

static int64_t z(int64_t x1, int64_t n1, int64_t x2, int64_t n2) {
  int64_t value = -1;
  assert_true(jl_z_squared((struct jl_share_of){x1, n1}, (struct jl_share_of){x2, n2}, &value));
  return value;
}

static void published(void **state) {
  (void)state;
  /* R: prop.test(c(15, 25), c(50, 50), correct = FALSE): X-squared = 4.1667, p-value = 0.04123 */
  assert_int_equal(z(15, 50, 25, 50), 4166667);
  assert_int_equal(jl_significance((struct jl_share_of){15, 50}, (struct jl_share_of){25, 50}), JL_SIGNIFICANT_95);
  /* 20 % and 25 % of 1,000 each: 50,000^2 x 2,000 / (1,000 x 1,000 x 450 x 1,550) = 7.168459; p = 0.0074 */
  assert_int_equal(z(200, 1000, 250, 1000), 7168459);
  assert_int_equal(jl_significance((struct jl_share_of){200, 1000}, (struct jl_share_of){250, 1000}), JL_SIGNIFICANT_99);
  /* 38 and 51 of 200: 2,600^2 x 400 / (40,000 x 89 x 311) = 2.4422848; p = 0.118 */
  assert_int_equal(z(38, 200, 51, 200), 2442285);
  assert_int_equal(jl_significance((struct jl_share_of){38, 200}, (struct jl_share_of){51, 200}), JL_NOT_SIGNIFICANT);
  /* The order of the two does not matter. */
  assert_int_equal(z(25, 50, 15, 50), z(15, 50, 25, 50));
  assert_int_equal(z(25, 50, 25, 50), 0);
}

/* Against the rational number itself, where it fits: z^2 = (x1 n2 - x2 n1)^2 N / (n1 n2 X (N - X)). */
static void exact(void **state) {
  uint64_t seed = 7;
  (void)state;
  for (int i = 0; i < 20000; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int64_t n1 = 1 + (int64_t)(seed >> 40 & 0x3ff), n2 = 1 + (int64_t)(seed >> 30 & 0x3ff), x1 = (int64_t)(seed >> 17 & 0x1fff) % (n1 + 1), x2 = (int64_t)(seed >> 3 & 0x1fff) % (n2 + 1), got;
    if (!jl_z_squared((struct jl_share_of){x1, n1}, (struct jl_share_of){x2, n2}, &got)) continue;
    __int128 d = (__int128)x1 * n2 - (__int128)x2 * n1, below = (__int128)n1 * n2 * (x1 + x2) * (n1 + n2 - x1 - x2);
    __int128 off = (__int128)got * below - d * d * (n1 + n2) * 1000000;
    assert_true((off < 0 ? -off : off) <= below); /* within a millionth */
  }
}

static void few(void **state) {
  int64_t value;
  (void)state;
  assert_int_equal(jl_significance((struct jl_share_of){0, 0}, (struct jl_share_of){3, 10}), JL_TOO_FEW);
  assert_int_equal(jl_significance((struct jl_share_of){1, 20}, (struct jl_share_of){6, 20}), JL_TOO_FEW); /* 3.5 expected */
  assert_int_equal(jl_significance((struct jl_share_of){0, 100}, (struct jl_share_of){0, 100}), JL_TOO_FEW);
  assert_int_equal(jl_significance((struct jl_share_of){100, 100}, (struct jl_share_of){100, 100}), JL_TOO_FEW);
  assert_false(jl_z_squared((struct jl_share_of){5, 4}, (struct jl_share_of){1, 4}, &value));
  /* as large as they may be */
  assert_int_equal(jl_significance((struct jl_share_of){500000000, 1000000000}, (struct jl_share_of){500100000, 1000000000}), JL_SIGNIFICANT_99);
  assert_int_equal(jl_significance((struct jl_share_of){500000000, 1000000000}, (struct jl_share_of){500010000, 1000000000}), JL_NOT_SIGNIFICANT);
}

static void samples(void **state) {
  int64_t n;
  (void)state;
  /* 10 % to 12 %: 7.848879 x (0.09 + 0.1056) / 0.0004 = 3,838.10; R's power.prop.test (pooled) says 3,841 */
  assert_true(jl_sample_size(100000, 20000, &n));
  assert_int_equal(n, 3839);
  /* 50 % to 60 %: 7.848879 x (0.25 + 0.24) / 0.01 = 384.595 */
  assert_true(jl_sample_size(500000, 100000, &n));
  assert_int_equal(n, 385);
  assert_true(jl_sample_size(120000, -20000, &n)); /* downwards as upwards */
  assert_int_equal(n, 3839);
  assert_false(jl_sample_size(100000, 0, &n));
  assert_false(jl_sample_size(950000, 100000, &n));
}

static void verdicts(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "kpi:k name=CPL direction=down; "
             "experiment:a title=Titre hypothesis='Un chiffre attire' metric=clics expected=0.2 effect=0.05; variant experiment=a name=Sans control=yes shown=1000 counted=200; variant experiment=a name=Avec shown=1000 counted=250; "
             "experiment:b title=Bouton hypothesis=x metric=clics; variant experiment=b name=Vert shown=200 counted=38; variant experiment=b name=Rouge shown=200 counted=51; "
             "experiment:c title=Prix hypothesis=x metric=refus kpi=k; variant experiment=c name=Avant shown=1000 counted=200; variant experiment=c name=Après shown=1000 counted=250; "
             "experiment title=Vide hypothesis=x metric=clics expected=0.1 effect=0.02");
  Jalon__Document *d = fx_view(&fx, "experiments", NULL, NULL);
  /* 20 % to 25 %: 7.848879 x (0.16 + 0.1875) / 0.0025 = 1,090.99 */
  FX_ROWS(fx_block(d, "experiments"), "EX1 Titre|clics|||1091|won||Un chiffre attire", "EX2 Bouton|clics||||unclear||x", "EX3 Prix|refus||||lost||x", "EX4 Vide|clics|||3839|unclear||x");
  FX_ROWS(fx_block(d, "variants"), "EX1 Titre|EV1 Sans|1000|200|200000 percent||", "EX1 Titre|EV2 Avec|1000|250|250000 percent|50000 percent|99 % sure",
          "EX2 Bouton|EV3 Vert|200|38|190000 percent||", "EX2 Bouton|EV4 Rouge|200|51|255000 percent|65000 percent|may be chance", "EX3 Prix|EV5 Avant|1000|200|200000 percent||",
          "EX3 Prix|EV6 Après|1000|250|250000 percent|50000 percent|99 % sure");
  assert_true(fx_noted(d, "not everybody who is needed has seen it yet: who looks at it before finds what is not there")); /* 1,000 of 1,091 */
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* January beside December: 4,200 and 2,000 spent, 100 and 80 leads, 12,600 and nothing signed. */
static void report(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  words_read(&fx, "lever:sea name=SEA; budget-line:b title=Ads category=media lever=sea; budget-month line=b month=20454 planned=5000; "
             "expense title=Google line=b state=invoiced date=20460 net=4200; expense title=Google line=b state=invoiced date=20440 net=2000; "
             "figure stage=leads start=20423 end=20453 lever=sea count=80; figure stage=leads start=20454 end=20484 lever=sea count=100; figure stage=clients start=20454 end=20484 lever=sea count=0 amount=12600; "
             "kpi:k name=CPL unit=EUR direction=down comparator=< target=30; measurement kpi=k date=20450 value=25; measurement kpi=k date=20480 value=42");
  Jalon__Document *d = fx_view(&fx, "report", "month", "2026-01");
  FX_ROWS(fx_block(d, "results"), "spend|420000|200000|1100000 percent", "leads|100|80|250000 percent", "customers|0||", "signed revenue|1260000||",
          "cost per lead|4200|2500|680000 percent", "cost per customer|undefined||", "ROI|2000000 percent||");
  FX_ROWS(fx_block(d, "kpis"), "K1 CPL|<|30000000 EUR|42000000 EUR|25000000 EUR|17000000 EUR|off target");
  FX_ROWS(fx_block(d, "budget"), "this period|500000|0|420000|80000", "the one before|0|0|200000|-200000", "the whole plan|500000|0|620000|-120000");
  assert_true(fx_noted(d, "spent: {1} of {2} planned for this period"));
  assert_true(fx_noted(d, "on target: {1} of {2} KPIs"));
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "dashboard", "period", "2026-01");
  assert_int_equal(fx_block(d, "results")->n_rows, 7);
  jalon__document__free_unpacked(d, NULL);
  d = fx_view(&fx, "report", "quarter", "-1"); /* the fourth one of 2025 */
  FX_ROWS(fx_block(d, "results"), "spend|200000||", "leads|80||", "cost per lead|2500||");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published), cmocka_unit_test(exact), cmocka_unit_test(few), cmocka_unit_test(samples), cmocka_unit_test(verdicts), cmocka_unit_test(report),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

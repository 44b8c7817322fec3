/* Looking titles up: against a scan that folds and compares everything; and how much is done for a request of 64 misspelt ones over
 * 10,000 records, counted, not timed. */
#include "model_fixture.h"

#include "common/base/text.h"
#include "common/model/query.h"
#include "common/model/titles.h"
#include "common/model/replica_internal.h"

#define ACTIONS 10000
#define QUERIES 64

static uint32_t random_state;
static unsigned pick(unsigned n) {
  random_state = random_state * 1664525 + 1013904223;
  return (random_state >> 8) % n;
}

/* Titles like those of plans, many with the same beginning; some with accents, capitals and spaces. */
static void title_of(char out[200]) {
  static const char *const words[] = {"Campagne",   "SEO",        "Été",    "Événement", "de", "l’été", "Webinar", "Salon professionnel",
                                      "  Newsletter", "Campagne SEO", "Ad",     "naïve",     "ŒUVRE", "d'automne", "2027"};
  int used = 0;
  out[0] = '\0';
  for (unsigned n = 1 + pick(4); n > 0; n--) used += snprintf(out + used, (size_t)(200 - used), "%s%s", used > 0 ? (pick(5) == 0 ? "  " : " ") : "", words[pick(JL_COUNT(words))]);
  if (pick(3) > 0) snprintf(out + used, (size_t)(200 - used), " %u", pick(400));
}

static void fill(struct fx *f, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    char title[200];
    title_of(title);
    struct draft d = d_new(f, JL_TYPE_ACTION);
    d_text(&d, JL_ACTION_TITLE, title);
    struct jl_id id = jl_id_derive("titles", &(struct jl_bytes){(const uint8_t *)&i, sizeof i}, 1);
    struct jl_record *r = jl_record_new(JL_TYPE_ACTION, &id, d.body);
    r->number = i + 1;
    r->revision = 1;
    assert_true(jl_replica_put(f->space, r));
  }
}

/* ---- the plain way ---- */
static const char *folded_title(struct fx *f, const struct jl_record *r) {
  struct jl_bytes text = jl_record_text(r->type, r->body, JL_ACTION_TITLE);
  return jl_text_fold(f->a, jl_arena_strndup(f->a, (const char *)text.data, text.size));
}
static int plain_distance(const uint32_t *x, size_t nx, const uint32_t *y, size_t ny) {
  static int m[JL_DISTANCE_MAX + 1][JL_DISTANCE_MAX + 1];
  for (size_t i = 0; i <= nx; i++)
    for (size_t j = 0; j <= ny; j++) {
      int best = i == 0 ? (int)j : j == 0 ? (int)i : m[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
      if (i > 0 && m[i - 1][j] + 1 < best) best = m[i - 1][j] + 1;
      if (j > 0 && m[i][j - 1] + 1 < best) best = m[i][j - 1] + 1;
      m[i][j] = best;
    }
  return m[nx][ny];
}

struct seen {
  size_t whole, beginning;
};
static void count_found(void *context, const struct jl_record *record, bool whole) {
  struct seen *seen = context;
  (void)record;
  seen->whole += whole;
  seen->beginning++;
}

static void same_as_a_scan(void **state) {
  struct fx *f = *state;
  const uint32_t action = JL_TYPE_ACTION;
  random_state = 7;
  fill(f, 1500);
  struct jl_titles *titles = jl_titles_new(f->space);
  size_t found = 0;
  for (int turn = 0; turn < 150; turn++) {
    char asked[200];
    title_of(asked);
    if (turn % 2 == 0) asked[jl_text_cut(asked, strlen(asked), 1 + pick(30))] = '\0';
    const char *word = jl_text_fold(f->a, asked);
    if (word[0] == '\0') continue;
    struct seen plain = {0}, seen = {0};
    for (size_t i = 0; i < jl_replica_of_type(f->space, action); i++) {
      const char *title = folded_title(f, jl_replica_of_type_at(f->space, action, i));
      plain.whole += strcmp(title, word) == 0;
      plain.beginning += strncmp(title, word, strlen(word)) == 0;
    }
    assert_true(jl_titles_beginning(titles, word, &action, 1, count_found, &seen));
    if (seen.whole != plain.whole || seen.beginning != plain.beginning)
      fail_msg("\"%s\": %zu and %zu, not %zu and %zu", word, seen.whole, seen.beginning, plain.whole, plain.beginning);
    found += plain.beginning;
  }
  assert_true(found > 1000);
  jl_titles_free(titles);
}

static bool any(void *context, const struct jl_record *record) { return (void)context, (void)record, true; }

static void nearest_is_the_nearest(void **state) {
  struct fx *f = *state;
  const uint32_t action = JL_TYPE_ACTION;
  size_t hits = 0;
  random_state = 11;
  fill(f, 600);
  for (int turn = 0; turn < 60; turn++) {
    struct jl_titles *titles = jl_titles_new(f->space); /* fresh: no budget was used */
    char asked[200];
    title_of(asked);
    if (asked[0] != '\0') asked[pick((unsigned)strlen(asked))] = 'x';
    uint32_t x[JL_DISTANCE_MAX], y[JL_DISTANCE_MAX];
    size_t nx = jl_text_letters(asked, x);
    int most = (int)pick(9), best = most + 1;
    const struct jl_record *expected = NULL;
    for (size_t i = 0; i < jl_replica_of_type(f->space, action); i++) {
      const struct jl_record *r = jl_replica_of_type_at(f->space, action, i);
      int distance = plain_distance(x, nx, y, jl_text_letters(folded_title(f, r), y));
      if (distance < best) best = distance, expected = r;
    }
    assert_ptr_equal(jl_titles_nearest(titles, asked, most, &action, 1, any, NULL), expected);
    assert_true(jl_titles_steps(titles) < JL_NEAREST_STEPS);
    hits += expected != NULL;
    jl_titles_free(titles);
  }
  assert_true(hits > 10);
}

static void bands_are_distances(void **state) {
  (void)state;
  random_state = 3;
  for (int turn = 0; turn < 20000; turn++) {
    uint32_t x[JL_DISTANCE_MAX], y[JL_DISTANCE_MAX];
    size_t nx = pick(turn % 100 == 0 ? JL_DISTANCE_MAX + 1 : 12), ny = pick(turn % 100 == 0 ? JL_DISTANCE_MAX + 1 : 12);
    for (size_t i = 0; i < nx; i++) x[i] = pick(3);
    for (size_t i = 0; i < ny; i++) y[i] = pick(3);
    int most = (int)pick(turn % 100 == 0 ? 70 : 14), plain = plain_distance(x, nx, y, ny);
    uint64_t steps = 0;
    int banded = jl_text_distance_within(x, nx, y, ny, most, &steps);
    assert_int_equal(banded > most, plain > most);
    if (plain <= most) assert_int_equal(banded, plain);
    assert_true(steps <= nx * (2 * (size_t)most + 1));
  }
}

/* One READ of 64 titles that nobody has: answered, and the work of it bounded whatever the titles are. */
static void a_request_is_bounded(void **state) {
  struct fx *f = *state;
  const uint32_t action = JL_TYPE_ACTION;
  random_state = 5;
  fill(f, ACTIONS);
  struct jl_titles *titles = jl_titles_new(f->space);
  size_t hints = 0;
  for (int i = 0; i < QUERIES; i++) {
    char asked[200];
    const struct jl_record *record;
    struct jl_error err = {0};
    snprintf(asked, sizeof asked, i % 2 == 0 ? "Campahne SEO d'automne numero %d" : "Webinra %d", i);
    assert_false(jl_resolve_among(titles, asked, &action, 1, false, f->a, &record, &err));
    assert_int_equal(err.code, JL_E_NOT_FOUND);
    hints += strstr(err.hint, "did you mean") != NULL;
  }
  assert_true(hints > 0);
  /* The last comparison may pass the bound. */
  assert_true(jl_titles_steps(titles) <= JL_NEAREST_STEPS + JL_DISTANCE_MAX * JL_DISTANCE_MAX);
  print_message("64 misspelt titles over %d records: %llu steps, %zu hints\n", ACTIONS, (unsigned long long)jl_titles_steps(titles), hints);
  jl_titles_free(titles);
}

int main(void) {
  const struct CMUnitTest tests[] = {FX_TEST(same_as_a_scan), FX_TEST(nearest_is_the_nearest), cmocka_unit_test(bands_are_distances),
                                     FX_TEST(a_request_is_bounded)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

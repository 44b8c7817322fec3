/* The board and the filters that all lists of actions have. */
#include "common/model/actions/filter.h"
#include "view_drawn.h"
#include <locale.h>

struct made {
  struct jl_id seo, events, claire, paul, sales;
};

static struct made people_and_levers(struct fixture *fx) {
  struct made m;
  fx_plan(fx);
  m.seo = fx_named(fx, JL_TYPE_LEVER, "SEO");
  m.events = fx_named(fx, JL_TYPE_LEVER, "Événements");
  m.sales = fx_named(fx, JL_TYPE_TEAM, "Sales");
  m.claire = fx_named(fx, JL_TYPE_PERSON, "Claire");
  fx_begin(fx, JL_TYPE_PERSON);
  fx_text(fx, JL_PERSON_NAME, "Paul");
  fx_slice(fx, JL_PERSON_TEAMS, &(struct jl_value){.id = m.sales}, 1);
  m.paul = fx_put(fx);
  return m;
}

static struct jl_id action(struct fixture *fx, const char *title, const struct jl_id *lever, int64_t status, int32_t due) {
  fx_begin(fx, JL_TYPE_ACTION);
  fx_text(fx, JL_ACTION_TITLE, title);
  if (lever != NULL) fx_ref(fx, JL_ACTION_LEVER, *lever);
  if (status != 0) fx_int(fx, JL_ACTION_STATUS, status);
  if (due != 0) fx_int(fx, JL_ACTION_DUE, due);
  if (status == JL_BLOCKED) fx_text(fx, JL_ACTION_BLOCKED_REASON, "no texts");
  if (status == JL_DROPPED) fx_text(fx, JL_ACTION_DROPPED_REASON, "too dear");
  return fx_put(fx);
}

/* Today is 20500 in the fixture. */
static struct made six(struct fixture *fx) {
  struct made m = people_and_levers(fx);
  fx_raci(fx, action(fx, "Article", &m.seo, JL_TO_DO, 20510), JL_RACI_R, m.claire, NULL);
  fx_raci(fx, action(fx, "Audit", &m.seo, JL_IN_PROGRESS, 20499), JL_RACI_R, m.sales, NULL);
  fx_raci(fx, action(fx, "Salon été", &m.events, JL_BLOCKED, 0), JL_RACI_A, m.paul, NULL);
  (void)action(fx, "Bilan", NULL, JL_DONE, 20400);
  (void)action(fx, "TikTok", NULL, JL_DROPPED, 0);
  (void)action(fx, "Newsletter", NULL, 0, 20500);
  return m;
}

static void by_status(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  (void)six(&fx);
  Jalon__Document *d = fx_view(&fx, "board", NULL, NULL);
  const Jalon__Block *block = fx_block(d, "board");
  static const char *const expected[][2] = {{"to-do", "A1 Article"}, {"to-do", "A6 Newsletter"}, {"ready", NULL}, {"in-progress", "A2 Audit"},
                                            {"blocked", "A3 Salon été"}, {"done", "A4 Bilan"}};
  assert_int_equal(block->n_rows, JL_COUNT(expected));
  for (size_t i = 0; i < JL_COUNT(expected); i++) {
    assert_string_equal(block->rows[i]->cells[0]->alternative, expected[i][0]);
    if (expected[i][1] == NULL) assert_false(block->rows[i]->cells[1]->has_kind);
    else assert_string_equal(block->rows[i]->cells[1]->text, expected[i][1]);
  }
  assert_string_equal(block->rows[0]->cells[3]->text, "Claire");
  assert_string_equal(block->rows[3]->cells[7]->text, "late");   /* due yesterday */
  assert_false(block->rows[1]->cells[7]->has_kind);              /* due today is not late */
  assert_string_equal(block->rows[4]->cells[7]->text, "blocked");
  assert_string_equal(block->rows[4]->cells[8]->text, "no texts");
  jalon__document__free_unpacked(d, NULL);
  fx_free(&fx);
}

/* The titles of the cards, as "1 2 6". */
static const char *cards(struct fixture *fx, const char *parameter, const char *value) {
  struct jl_buffer out;
  Jalon__Document *d = fx_view(fx, "board", parameter, value);
  const Jalon__Block *block = fx_block(d, "board");
  jl_buffer_init(&out, 65536);
  for (size_t i = 0; i < block->n_rows; i++)
    if (block->rows[i]->record != NULL) jl_buffer_printf(&out, "%s%d", out.size > 0 ? " " : "", (int)block->rows[i]->record->number);
  const char *text = jl_arena_strndup(fx->arena, out.size > 0 ? (const char *)out.data : "", out.size);
  jl_buffer_release(&out);
  jalon__document__free_unpacked(d, NULL);
  return text;
}

static void filters(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  (void)six(&fx);
  assert_string_equal(cards(&fx, "lever", "SEO"), "1 2");
  assert_string_equal(cards(&fx, "lever", "seo, L2"), "1 2 3");
  assert_string_equal(cards(&fx, "person", "Claire"), "1");
  assert_string_equal(cards(&fx, "person", "paul"), "2 3"); /* by the team, and A */
  assert_string_equal(cards(&fx, "person", "Sales"), "2");
  assert_string_equal(cards(&fx, "status", "dropped"), "5");
  assert_string_equal(cards(&fx, "status", "done,to-do"), "1 6 4");
  assert_string_equal(cards(&fx, "late", ""), "2");
  assert_string_equal(cards(&fx, "late", "no"), "1 6 2 3 4");
  assert_string_equal(cards(&fx, "text", "ETE salon"), "3");
  assert_string_equal(cards(&fx, "text", "nothing"), "");
  assert_string_equal(cards(&fx, "sort", "due"), "6 1 2 3 4");
  assert_string_equal(cards(&fx, "by", "lever"), "1 2 3 4 6");
  assert_string_equal(cards(&fx, "cards", "1"), "1 2 3 4");
  static const char *const refused[][2] = {{"status", "never"}, {"priority", "9"}, {"late", "maybe"}, {"sort", "colour"}, {"by", "moon"}, {"cards", "0"}, {"lever", "none"}, {"person", "nobody"}};
  for (size_t i = 0; i < JL_COUNT(refused); i++) {
    struct jl_error err = {.code = JL_E_OK};
    assert_null(fx_try(&fx, "board", refused[i][0], refused[i][1], &err));
    assert_true(err.code == JL_E_INVALID || err.code == JL_E_NOT_FOUND);
  }
  fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_STRATEGY); /* nothing of it is found, by whatever name */
  struct jl_error err = {.code = JL_E_OK};
  assert_null(fx_try(&fx, "board", "lever", "SEO", &err));
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  fx_free(&fx);
}

static uint64_t below(uint64_t *state, uint64_t n) { /* xorshift, from a fixed seed */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state % n;
}

/* What a filter keeps is what holds of the fields, whatever they are; with two of them what both keep; in one order. */
static void filters_at_random(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  uint64_t seed = 20261126;
  fx_plan(&fx);
  enum { N = 200 };
  int64_t statuses[N + 1], priorities[N + 1], dues[N + 1];
  for (size_t i = 1; i <= N; i++) {
    statuses[i] = 1 + (int64_t)below(&seed, 6);
    priorities[i] = 1 + (int64_t)below(&seed, 4);
    dues[i] = 20490 + (int64_t)below(&seed, 20);
    fx_begin(&fx, JL_TYPE_ACTION);
    fx_text(&fx, JL_ACTION_TITLE, "x");
    fx_int(&fx, JL_ACTION_STATUS, statuses[i]);
    fx_int(&fx, JL_ACTION_PRIORITY, priorities[i]);
    fx_int(&fx, JL_ACTION_DUE, dues[i]);
    if (statuses[i] == JL_BLOCKED) fx_text(&fx, JL_ACTION_BLOCKED_REASON, "x");
    if (statuses[i] == JL_DROPPED) fx_text(&fx, JL_ACTION_DROPPED_REASON, "x");
    struct jl_id id = {{1, (uint8_t)i, 9}};
    fx_put_as(&fx, id, 0);
  }
  for (size_t run = 0; run < 20; run++) {
    struct jl_view_parameter parameters[3];
    static const char *const words[] = {"to-do", "ready", "in-progress", "blocked", "done", "dropped"}, *const levels[] = {"low", "normal", "high", "urgent"};
    int64_t status = 1 + (int64_t)below(&seed, 6), priority = 1 + (int64_t)below(&seed, 4);
    bool late = below(&seed, 2) == 1;
    parameters[0] = (struct jl_view_parameter){"status", words[status - 1]};
    parameters[1] = (struct jl_view_parameter){"priority", levels[priority - 1]};
    parameters[2] = (struct jl_view_parameter){"late", "yes"};
    fx.in.parameters = parameters;
    fx.in.parameter_count = late ? 3 : 2;
    struct jl_error err = {.code = JL_E_OK};
    struct jl_bytes packed;
    assert_true(jl_view_build(jl_view_by_name("board"), &fx.in, fx.arena, &packed, &err));
    Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
    const Jalon__Block *block = fx_block(d, "board");
    size_t row = 0;
    for (size_t i = 1; i <= N; i++) {
      bool open = statuses[i] != JL_DONE && statuses[i] != JL_DROPPED;
      if (statuses[i] != status || priorities[i] != priority || (late && !(open && dues[i] < 20500))) continue;
      assert_true(row < block->n_rows && block->rows[row]->record != NULL);
      assert_int_equal(block->rows[row++]->record->number, i);
    }
    assert_true(row == block->n_rows || block->rows[row]->record == NULL);
    jalon__document__free_unpacked(d, NULL);
  }
  fx_free(&fx);
}

/* Five columns of 14 at 80; wide characters count twice; in a pipe a card is a line. */
static void screen(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  jl_language_init("en");
  (void)six(&fx);
  (void)action(&fx, "会議の準備をする人", NULL, JL_READY, 0);
  char *text = fx_drawn(&fx, "board", 80);
  assert_non_null(strstr(text, "To do (2)       Ready (1)       In progress     Blocked (1)     Done (1)\n"
                               "                                (1)\n"
                               "──────────────  ──────────────  ──────────────  ──────────────  ──────────────\n"
                               "A1 Article      A7              A2 Audit        A3 Salon été    A4 Bilan\n"));
  for (const char *line = text; *line != '\0';) {
    size_t size = strcspn(line, "\n"), wide = 0;
    for (size_t i = 0; i < size; i++) wide += ((unsigned char)line[i] & 0xC0) != 0x80;
    assert_true(wide <= 80);
    line += size + (line[size] == '\n');
  }
  assert_non_null(strstr(fx_drawn(&fx, "board", 0), "In progress (1)\n  A2 Audit · Sales · 15 Feb 2026 · late\n"));
  fx_free(&fx);
}

int main(void) {
  if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) return 1; /* widths of characters */
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_status), cmocka_unit_test(filters), cmocka_unit_test(filters_at_random), cmocka_unit_test(screen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

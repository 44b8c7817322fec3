/* Numbers, money and dates in both languages (expected spellings: CLDR 42, typed by hand), and the three faces of a document. */
#include "common/base/money.h"
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include "common/base/calendar.h"
#include "common/record/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NNBSP "\u202f"
#define NBSP "\u00a0"

static void expect_arg(struct jl_arg arg, const char *expected) {
  struct jl_buffer out;
  jl_buffer_init(&out, 4096);
  jl_format_arg(&arg, &out);
  assert_string_equal(jl_buffer_cstring(&out), expected);
  jl_buffer_release(&out);
}

static void test_french(void **state) {
  (void)state;
  jl_language_init("fr");
  expect_arg(jl_arg_money(120000, "EUR"), "1" NNBSP "200" NBSP "€");
  expect_arg(jl_arg_money(-123456789, "EUR"), "-1" NNBSP "234" NNBSP "567,89" NBSP "€");
  expect_arg(jl_arg_money(5, "EUR"), "0,05" NBSP "€");
  expect_arg(jl_arg_money(1500, "JPY"), "1" NNBSP "500" NBSP "JPY");
  expect_arg(jl_arg_money(INT64_MIN, "EUR"), "-92" NNBSP "233" NNBSP "720" NNBSP "368" NNBSP "547" NNBSP "758,08" NBSP "€");
  expect_arg(jl_arg_fraction(50000, "percent"), "5" NBSP "%");
  expect_arg(jl_arg_fraction(45500, "percent"), "4,55" NBSP "%");
  expect_arg(jl_arg_fraction(2900000, "EUR"), "2,90" NBSP "€");
  expect_arg(jl_arg_fraction(64000000, "leads"), "64" NBSP "leads");
  expect_arg(jl_arg_fraction(1000000, JL_UNIT_TENTHS), "1,0");
  expect_arg(jl_arg_bytes(200), "200" NBSP "octets");
  expect_arg(jl_arg_bytes(9933), "9,7" NBSP "Kio"); /* 9.7002 */
  expect_arg(jl_arg_fraction(0, JL_UNIT_TENTHS), "0,0");
  expect_arg(jl_arg_share(7000), "70" NBSP "%");
  expect_arg(jl_arg_share(555), "5,55" NBSP "%");
  expect_arg(jl_arg_date(jl_day_from_date(2026, 1, 31)), "31/01/2026");
  expect_arg(jl_arg_integer(1234567), "1" NNBSP "234" NNBSP "567");
}

static void test_english(void **state) {
  (void)state;
  jl_language_init("en_GB.UTF-8");
  expect_arg(jl_arg_money(120050, "EUR"), "€1,200.50");
  expect_arg(jl_arg_money(-120000, "EUR"), "-€1,200");
  expect_arg(jl_arg_money(100000, "CHF"), "1,000" NBSP "CHF");
  expect_arg(jl_arg_fraction(50000, "percent"), "5%");
  expect_arg(jl_arg_fraction(1000000, JL_UNIT_TENTHS), "1.0");
  expect_arg(jl_arg_date(jl_day_from_date(2026, 1, 31)), "31 Jan 2026");
}

static void test_words_fill_in_their_arguments(void **state) {
  (void)state;
  jl_language_init("en");
  struct jl_arg args[] = {jl_arg_text("A12"), jl_arg_money(100000, "EUR")};
  struct jl_buffer out;
  jl_buffer_init(&out, 4096);
  jl_format_words("{2} for {1}, {3}{", args, 2, &out);
  assert_string_equal(jl_buffer_cstring(&out), "€1,000 for A12, {");
  jl_buffer_release(&out);
}

static struct jl_bytes sample(struct jl_arena *a) {
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  jl_builder_title(b, "a title", NULL, 0);
  jl_builder_currency(b, "EUR");
  jl_block_begin(b, JL_BLOCK_TREE, "lines", "lines");
  jl_column(b, "title", "title", JL_ARG_TEXT, 0);
  jl_column(b, "note", "note", JL_ARG_TEXT, 5);
  jl_column(b, "planned", "planned", JL_ARG_MONEY, 1);
  for (int i = 0; i < 3; i++) {
    jl_row_begin(b, NULL, i == 0 ? 0 : 1, i == 2 ? JL_ROW_TOTAL : JL_ROW_NORMAL);
    jl_cell(b, jl_arg_text(i == 1 ? "=1+2, \"été\" très très long pour la colonne du titre" : "ligne"));
    jl_cell(b, jl_arg_text("une remarque assez longue"));
    jl_cell(b, jl_arg_money(100050 * (i + 1), "EUR"));
  }
  struct jl_bytes packed;
  struct jl_error err;
  assert_true(jl_document_pack(b, &packed, &err));
  return packed;
}

static void render(enum jl_face face, int width, struct jl_buffer *out) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_bytes packed = sample(a);
  Jalon__Document *document = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(document);
  struct jl_face_options options = {.face = face, .width = width};
  struct jl_error err;
  jl_buffer_init(out, 1 << 20);
  assert_true(jl_face_render(document, &options, out, &err));
  jalon__document__free_unpacked(document, NULL);
  jl_arena_free(a);
}

static void test_no_line_is_wider_than_the_terminal(void **state) {
  (void)state;
  jl_language_init("fr");
  for (int width = 36; width < 120; width++) {
    struct jl_buffer out;
    render(JL_FACE_TERMINAL, width, &out);
    char *text = strdup(jl_buffer_cstring(&out)), *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) assert_in_range(jl_display_width(line), 0, (uintmax_t)width);
    free(text);
    jl_buffer_release(&out);
  }
}

static void test_figures_are_whole_or_not_there(void **state) {
  (void)state;
  jl_language_init("fr");
  for (int width = 16; width < 120; width++) {
    struct jl_buffer out;
    render(JL_FACE_TERMINAL, width, &out);
    const char *text = jl_buffer_cstring(&out);
    bool whole = strstr(text, "1" NNBSP "000,50" NBSP "€") && strstr(text, "2" NNBSP "001,00" NBSP "€") && strstr(text, "3" NNBSP "001,50" NBSP "€");
    assert_true(whole || !strstr(text, "000")); /* cut: neither */
    if (width >= 32) assert_true(whole);
    jl_buffer_release(&out);
  }
}

static void test_titles_begin_with_a_capital(void **state) {
  (void)state;
  jl_language_init("en");
  struct jl_buffer out;
  render(JL_FACE_TERMINAL, 80, &out);
  assert_memory_equal(jl_buffer_cstring(&out), "A title  as of 1 Mar 2026", 24);
  assert_non_null(strstr(jl_buffer_cstring(&out), "\nLines\n"));
  jl_buffer_release(&out);
}

/* A file is called what it is called. */
static void test_names_in_front_stay(void **state) {
  (void)state;
  jl_language_init("en");
  struct jl_arena *a = jl_arena_new(1u << 20);
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  const struct jl_arg file = jl_arg_text("google_ads.csv");
  struct jl_error err;
  struct jl_buffer out;
  jl_builder_title(b, "{1} is imported", &file, 1);
  jl_buffer_init(&out, 1u << 16);
  assert_true(jl_face_render(jl_builder_document(b), &(struct jl_face_options){.face = JL_FACE_TERMINAL, .width = 80}, &out, &err));
  assert_memory_equal(jl_buffer_cstring(&out), "google_ads.csv is imported", 26);
  jl_buffer_clear(&out);
  assert_true(jl_face_render(jl_builder_document(b), &(struct jl_face_options){.face = JL_FACE_MARKDOWN}, &out, &err));
  assert_memory_equal(jl_buffer_cstring(&out), "# google\\_ads.csv is imported", 29);
  jl_buffer_release(&out);
  jl_arena_free(a);
}

static void test_a_pipe_gets_everything(void **state) {
  (void)state;
  jl_language_init("fr");
  struct jl_buffer out;
  render(JL_FACE_TERMINAL, 0, &out);
  assert_non_null(strstr(jl_buffer_cstring(&out), "très très long pour la colonne du titre"));
  assert_non_null(strstr(jl_buffer_cstring(&out), "2" NNBSP "001,00" NBSP "€"));
  assert_null(strchr(jl_buffer_cstring(&out), '\033'));
  jl_buffer_release(&out);
}

static void test_csv_quotes_and_disarms_formulas(void **state) {
  (void)state;
  struct jl_buffer out;
  render(JL_FACE_CSV, 0, &out);
  assert_string_equal(jl_buffer_cstring(&out), "ref,title,note,planned\r\n"
                                               ",ligne,une remarque assez longue,1000.50\r\n"
                                               ",\"'=1+2, \"\"été\"\" très très long pour la colonne du titre\",une remarque assez longue,2001.00\r\n"
                                               ",ligne,une remarque assez longue,3001.50\r\n");
  jl_buffer_release(&out);
}

static void test_json_is_json(void **state) {
  (void)state;
  struct jl_buffer out;
  render(JL_FACE_JSON, 0, &out);
  struct jl_arena *a = jl_arena_new(1 << 20);
  const struct jl_json *root;
  struct jl_error err;
  assert_true(jl_json_parse(a, jl_buffer_bytes(&out), &root, &err));
  const struct jl_json *block = jl_json_member(root, "blocks")->first;
  const struct jl_json *cells = jl_json_member(jl_json_member(block, "rows")->first->next, "cells");
  assert_string_equal(jl_json_member(cells, "planned")->text, "2001.00");
  assert_int_equal(jl_json_member(cells, "planned")->kind, JL_JSON_NUMBER);
  assert_string_equal(jl_json_member(root, "as_of")->text, "2026-03-01");
  jl_arena_free(a);
  jl_buffer_release(&out);
}

/* The same rows as cards: every value under its heading, a word without blanks cut at the edge. */
static void render_cards(int width, struct jl_buffer *out) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  jl_builder_title(b, "a title", NULL, 0);
  jl_block_begin(b, JL_BLOCK_CARDS, "conflicts", NULL);
  jl_column(b, "number", "number", JL_ARG_TEXT, 0);
  jl_column(b, "record", "record", JL_ARG_TEXT, 0);
  jl_column(b, "base", "you saw", JL_ARG_MONEY, 1);
  jl_column(b, "mine", "yours", JL_ARG_TEXT, 1);
  for (int i = 0; i < 2; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_text(i == 0 ? "C1" : "C2"));
    jl_cell(b, jl_arg_text("B3 Plugin de chat"));
    jl_cell(b, i == 0 ? jl_arg_money(100000, "EUR") : (struct jl_arg){0});
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)"https://example.org/very/long/address/without/any/blank/été", 61});
  }
  struct jl_face_options options = {.face = JL_FACE_TERMINAL, .width = width};
  struct jl_error err;
  jl_buffer_init(out, 1 << 20);
  assert_true(jl_face_render(jl_builder_document(b), &options, out, &err));
  jl_arena_free(a);
}

static void test_cards(void **state) {
  (void)state;
  jl_language_init("en");
  struct jl_buffer out;
  render_cards(0, &out);
  assert_string_equal(jl_buffer_cstring(&out), "A title  as of 1 Mar 2026\n\n"
                                               "C1  B3 Plugin de chat\n"
                                               "  you saw  €1,000\n"
                                               "  yours    https://example.org/very/long/address/without/any/blank/été\n\n"
                                               "C2  B3 Plugin de chat\n"
                                               "  yours    https://example.org/very/long/address/without/any/blank/été\n");
  jl_buffer_release(&out);
  for (int width = 16; width < 100; width++) {
    render_cards(width, &out);
    char *text = strdup(jl_buffer_cstring(&out)), *save = NULL;
    size_t letters = 0;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
      assert_in_range(jl_display_width(line), 0, (uintmax_t)width);
      for (const char *c = line; *c; c++) letters += *c == '/';
    }
    assert_int_equal(letters, 2 * 9); /* nothing of the address is lost */
    free(text);
    jl_buffer_release(&out);
  }
}

/* A table where it fits; else one row below the other, with everything that it says. */
static void render_items(int width, bool numbered, struct jl_buffer *out) {
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  jl_builder_title(b, "a title", NULL, 0);
  jl_block_begin(b, JL_BLOCK_ITEMS, "news", NULL);
  if (numbered) jl_column(b, "n", "#", JL_ARG_INTEGER, 0);
  jl_column(b, "from", "from", JL_ARG_TEXT, 0);
  jl_column(b, "record", "record", JL_ARG_TEXT, 0);
  jl_column(b, "text", "text", JL_ARG_TEXT, 2);
  jl_column(b, "due", "due date", JL_ARG_DATE, 1);
  jl_column(b, "revision", "revision", JL_ARG_INTEGER, 8);
  for (int i = 9; i <= 10; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    if (numbered) jl_cell(b, jl_arg_integer(i));
    jl_cell(b, jl_arg_text("Zoé"));
    jl_cell(b, jl_arg_text("A1 Webinar"));
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)"which\nleads first?", i == 9 ? 18 : 0});
    jl_cell(b, jl_arg_date(jl_day_from_date(2026, 3, i)));
    jl_cell(b, jl_arg_integer(7));
  }
  struct jl_face_options options = {.face = JL_FACE_TERMINAL, .width = width};
  struct jl_error err;
  jl_buffer_init(out, 1 << 20);
  assert_true(jl_face_render(jl_builder_document(b), &options, out, &err));
  jl_arena_free(a);
}

static void test_items(void **state) {
  (void)state;
  static const struct {
    int width;
    bool numbered;
    const char *expected;
  } cases[] = {
      {80, true,
       "A title  as of 1 Mar 2026\n\n"
       " #  from  record      text                due date     revision\n"
       " 9  Zoé   A1 Webinar  which leads first?  9 Mar 2026          7\n"
       "10  Zoé   A1 Webinar                      10 Mar 2026         7\n"},
      {60, true,
       "A title  as of 1 Mar 2026\n\n"
       " 9  Zoé  A1 Webinar\n"
       "    text: which leads first? · due date: 9 Mar 2026\n"
       "10  Zoé  A1 Webinar\n"
       "    due date: 10 Mar 2026\n"},
      {40, false,
       "A title  as of 1 Mar 2026\n\n"
       "Zoé  A1 Webinar\n"
       "  text: which leads first?\n"
       "  due date: 9 Mar 2026\n"
       "Zoé  A1 Webinar\n"
       "  due date: 10 Mar 2026\n"},
      {24, true,
       "A title\nas of 1 Mar 2026\n\n"
       " 9  Zoé  A1 Webinar\n"
       "    text: which leads\n"
       "    first?\n"
       "    due date: 9 Mar 2026\n"
       "10  Zoé  A1 Webinar\n"
       "    due date: 10 Mar\n"
       "    2026\n"}};
  jl_language_init("en");
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    struct jl_buffer out;
    render_items(cases[i].width, cases[i].numbered, &out);
    assert_string_equal(jl_buffer_cstring(&out), cases[i].expected);
    jl_buffer_release(&out);
  }
}

/* What people have typed makes no cell, link, picture, heading, list or HTML of its own. */
static void test_markdown(void **state) {
  (void)state;
  jl_language_init("en");
  struct jl_arena *a = jl_arena_new(1u << 20);
  struct jl_error err;
  struct jl_buffer out;
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  const struct jl_arg typed = jl_arg_text("1. <b>bold</b> & [x](javascript:y)");
  jl_builder_title(b, "{1}", &typed, 1);
  jl_builder_currency(b, "EUR");
  jl_block_begin(b, JL_BLOCK_FIELDS, "head", NULL);
  jl_column(b, "field", "field", JL_ARG_TEXT, 0);
  jl_column(b, "value", "value", JL_ARG_TEXT, 0);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_text("leader"));
  jl_cell(b, jl_arg_text("Paul\n# heading"));
  jl_block_begin(b, JL_BLOCK_TABLE, "lines", "lines");
  jl_column(b, "title", "title", JL_ARG_TEXT, 0);
  jl_column(b, "planned", "planned", JL_ARG_MONEY, 0);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_text("a | b `c` *d* _e_ ~f~ ![g] \\"));
  jl_cell(b, jl_arg_money(150050, "EUR"));
  jl_row_begin(b, NULL, 1, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_text("below"));
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell(b, jl_arg_text("total"));
  jl_cell(b, jl_arg_money(150050, "EUR"));
  jl_note(b, JL_TONE_WARN, "- no list", NULL, 0);
  const Jalon__Document *document = jl_builder_document(b);
  jl_buffer_init(&out, 1u << 16);
  assert_non_null(document);
  assert_true(jl_face_render(document, &(struct jl_face_options){.face = JL_FACE_MARKDOWN}, &out, &err));
  assert_string_equal(jl_buffer_cstring(&out), "# 1\\. &lt;b&gt;bold&lt;/b&gt; &amp; \\[x\\](javascript:y)\n\nas of 1 Mar 2026\n\n"
                                               "- **leader**: Paul \\# heading\n\n"
                                               "## Lines\n\n"
                                               "| title | planned |\n| --- | ---: |\n"
                                               "| a \\| b \\`c\\` \\*d\\* \\_e\\_ \\~f\\~ \\!\\[g\\] \\\\ | €1,500.50 |\n"
                                               "| \u2003below |  |\n"
                                               "| **total** | **€1,500.50** |\n\n"
                                               "- \\- no list\n\n");
  jl_buffer_release(&out);
  jl_arena_free(a);
}

/* Neither titles of a file's columns nor what stands in records, series, notes and errors steers a terminal: no control character of ASCII but our
 * line feeds, none of Latin-1. */
#define STEERS "\033]0;owned\007\033[2J\r\b\xc2\x9b" "31m\x7f"

static void assert_steers_nothing(struct jl_buffer *out) {
  assert_true(jl_buffer_ok(out));
  for (size_t i = 0; i < out->size; i++) {
    assert_true(out->data[i] >= ' ' || out->data[i] == '\n');
    assert_int_not_equal(out->data[i], 0x7f);
    assert_false(out->data[i] == 0xc2 && i + 1 < out->size && out->data[i + 1] < 0xa0);
  }
}

static void test_nothing_steers_the_terminal(void **state) {
  static const enum jl_block_kind kinds[] = {JL_BLOCK_TABLE, JL_BLOCK_FIELDS, JL_BLOCK_CARDS, JL_BLOCK_ITEMS, JL_BLOCK_TREE, JL_BLOCK_CANVAS, JL_BLOCK_MATRIX, JL_BLOCK_BOARD, JL_BLOCK_GANTT};
  static const int widths[] = {0, 20, 80, 200};
  (void)state;
  jl_language_init("en");
  for (size_t k = 0; k < JL_COUNT(kinds); k++)
    for (size_t w = 0; w < JL_COUNT(widths); w++) {
      struct jl_arena *a = jl_arena_new(1u << 20);
      struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
      const struct jl_arg typed = jl_arg_text("a " STEERS);
      struct jl_buffer out;
      struct jl_error err;
      jl_builder_title(b, "{1}", &typed, 1);
      jl_block_begin(b, kinds[k], "block", "{1} " STEERS);
      for (int c = 0; c < 4; c++) jl_column_text(b, "name", "head " STEERS " ing", c);
      for (int r = 0; r < 2; r++) {
        jl_row_begin(b, NULL, r, JL_ROW_NORMAL);
        for (int c = 0; c < 3; c++) jl_cell(b, jl_arg_text("text " STEERS " text"));
        jl_cell(b, jl_arg_label("label " STEERS));
      }
      jl_note(b, JL_TONE_WARN, "{1}", &typed, 1);
      jl_buffer_init(&out, 1u << 20);
      assert_true(jl_face_render(jl_builder_document(b), &(struct jl_face_options){.face = JL_FACE_TERMINAL, .width = widths[w]}, &out, &err));
      assert_steers_nothing(&out);
      jl_buffer_clear(&out);
      (void)jl_fail(&err, JL_E_INVALID, "{1} is not {2}", "say {1}", typed, typed);
      jl_face_error(&err, &(struct jl_face_options){.face = JL_FACE_TERMINAL, .width = widths[w]}, &out);
      assert_steers_nothing(&out);
      jl_buffer_release(&out);
      jl_arena_free(a);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_markdown),
      cmocka_unit_test(test_french),
      cmocka_unit_test(test_english),
      cmocka_unit_test(test_words_fill_in_their_arguments),
      cmocka_unit_test(test_no_line_is_wider_than_the_terminal),
      cmocka_unit_test(test_figures_are_whole_or_not_there),
      cmocka_unit_test(test_titles_begin_with_a_capital),
      cmocka_unit_test(test_names_in_front_stay),
      cmocka_unit_test(test_a_pipe_gets_everything),
      cmocka_unit_test(test_csv_quotes_and_disarms_formulas),
      cmocka_unit_test(test_json_is_json),
      cmocka_unit_test(test_cards),
      cmocka_unit_test(test_nothing_steers_the_terminal),
      cmocka_unit_test(test_items),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Three-way merge of long texts over words: hand-made cases, and what must hold for any texts. JALON_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/calendar.h"
#include "server/space/text_merge.h"

static struct jl_bytes bytes(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

/* The merge, both ways round; NULL: it overlaps. */
static char *merge(const char *base, const char *theirs, const char *mine) {
  struct jl_buffer one, two;
  enum jl_text_result first = jl_text_merge(bytes(base), bytes(theirs), bytes(mine), &one);
  enum jl_text_result second = jl_text_merge(bytes(base), bytes(mine), bytes(theirs), &two);
  assert_int_not_equal(first, JL_TEXT_UNKNOWN);
  assert_int_equal(first, second);
  char *text = NULL;
  if (first == JL_TEXT_MERGED) {
    assert_int_equal(one.size, two.size);
    if (one.size > 0) assert_memory_equal(one.data, two.data, one.size);
    text = strndup(one.size > 0 ? (const char *)one.data : "", one.size);
  }
  jl_buffer_release(&one);
  jl_buffer_release(&two);
  return text;
}

static void by_hand(void **state) {
  (void)state;
  static const struct {
    const char *name, *base, *theirs, *mine, *merged; /* merged NULL: overlaps */
  } cases[] = {
      {"words of one line", "we call the leads on Monday", "we phone the leads on Monday", "we call the leads on Friday",
       "we phone the leads on Friday"},
      {"adjacent words", "red green blue", "pink green blue", "red lime blue", "pink lime blue"},
      {"adjacent words, all three", "red green blue", "pink green navy", "red lime blue", "pink lime navy"},
      {"paragraphs", "One.\n\nTwo.\n\nThree.", "One, first.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree, last.",
       "One, first.\n\nTwo.\n\nThree, last."},
      {"a paragraph each at either end", "Middle.", "Before.\n\nMiddle.", "Middle.\n\nAfter.", "Before.\n\nMiddle.\n\nAfter."},
      {"a word gone, another changed", "a b c d e", "a c d e", "a b c d E", "a c d E"},
      {"a word gone, the next changed", "a b c d e", "a c d e", "a b C d e", "a C d e"},
      {"a word gone, the one before changed", "a b c d e", "a c d e", "A b c d e", "A c d e"},
      {"the same word gone", "a b c", "a c", "a c", "a c"},
      {"a paragraph gone, a word changed", "One.\n\nTwo.\n\nThree here.", "One.\n\nThree here.", "One.\n\nTwo.\n\nThree there.",
       "One.\n\nThree there."},
      {"all gone but for one word", "a b c", "c", "a b c d", "c d"},
      {"line ends of Windows on one side", "one two\nthree four\n", "one two\r\nthree 4\r\n", "1 two\nthree four\n", "1 two\nthree 4\n"},
      {"old line ends of the Mac", "one two\nthree four", "one two\rthree 4", "1 two\nthree four", "1 two\nthree 4"},
      {"line end at the end lost by one", "one two\n", "one two", "1 two\n", "1 two"},
      {"line end at the end lost with the last word changed", "one two\n", "one two", "one 2\n", "one 2"},
      {"line end at the end added", "one two", "one two\n", "one 2", "one 2\n"},
      {"accents", "été à la plage", "été à la montagne", "hiver à la plage", "hiver à la montagne"},
      {"accents written in two ways", "\u00e9t\u00e9 \u00e0 la plage", "\u00e9t\u00e9 \u00e0 la montagne", "hiver a\u0300 la plage",
       "hiver \u00e0 la montagne"},
      {"Hangul written in two ways", "\ud55c\uae00 one two", "\ud55c\uae00 1 two", "\u1112\u1161\u11ab\u1100\u1173\u11af one 2",
       "\ud55c\uae00 1 2"},
      {"emoji", "🎉 party 🥳 now", "🎊 party 🥳 now", "🎉 party 🥳 later", "🎊 party 🥳 later"},
      {"combined emoji stay whole", "👩‍👩‍👧 meet 👍🏽", "👩‍👧 meet 👍🏽", "👩‍👩‍👧 meet 👍🏿",
       "👩‍👧 meet 👍🏿"},
      {"no-break space is part of a number", "costs 1\u00a0000 EUR", "costs 2\u00a0000 EUR", "costs 1\u00a0500 EUR", NULL},
      {"two halves of one number", "costs 1,000 now", "costs 2,000 now", "costs 1,500 now", NULL},
      {"the same change", "a b c", "a x c", "a x c", "a x c"},
      {"the same change and another", "a b c d e", "a x c d e", "a x c d y", "a x c d y"},
      {"the same word otherwise", "a b c", "a x c", "a y c", NULL},
      {"changed and gone", "a b c", "a x c", "a c", NULL},
      {"other words at the same place", "a b", "a x b", "a y b", NULL},
      {"both at the end", "note", "note one", "note two", NULL},
      {"indentation", "- a\n- b", "  - a\n- b", "- a\n- c", "  - a\n- c"},
      {"words that look like marks", "a <<<<<<< b\n=======\nc >>>>>>> d", "a <<<<<<< B\n=======\nc >>>>>>> d",
       "a <<<<<<< b\n=======\nc >>>>>>> D", "a <<<<<<< B\n=======\nc >>>>>>> D"},
  };
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    char *merged = merge(cases[i].base, cases[i].theirs, cases[i].mine);
    bool right = (merged == NULL) == (cases[i].merged == NULL) && (merged == NULL || strcmp(merged, cases[i].merged) == 0);
    if (!right) fail_msg("%s: \"%s\" instead of \"%s\"", cases[i].name, merged, cases[i].merged);
    free(merged);
  }
}

static void too_long(void **state) {
  (void)state;
  char *text = malloc(JL_TEXT_MERGE_MAX + 2);
  struct jl_buffer out;
  memset(text, 'a', JL_TEXT_MERGE_MAX + 1);
  text[JL_TEXT_MERGE_MAX + 1] = '\0';
  assert_int_equal(jl_text_merge(bytes(text), bytes("a"), bytes("b"), &out), JL_TEXT_OVERLAPS);
  jl_buffer_release(&out);
  free(text);
}

/* ---- for any texts ---- */
static uint64_t random_state;
static uint32_t pick(uint32_t n) { /* splitmix64 */
  uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) % n);
}
static const char *const words[] = {"a", "plan", "the", "lead", "été", "🎉", "x", "1,500", "B2B", "€", "<<<<<<<", "-"};
static const char *const spaces[] = {" ", " ", " ", "\n", "\n\n", "\t", "  "};

static void make(char *out, size_t size, size_t count) {
  out[0] = '\0';
  for (size_t i = 0; i < count && strlen(out) + 32 < size; i++) {
    strcat(out, words[pick(JL_COUNT(words))]);
    if (i + 1 < count || pick(3) == 0) strcat(out, spaces[pick(JL_COUNT(spaces))]);
  }
}

/* The text with some words changed, added or gone. */
static void edit(const char *from, char *out, size_t size) {
  uint32_t seldom = 2 + pick(12);
  out[0] = '\0';
  for (const char *at = from; *at != '\0' && strlen(out) + 64 < size;) {
    size_t n = strcspn(at, " \t\n");
    n += strspn(at + n, " \t\n");
    uint32_t what = pick(seldom);
    if (what != 0) strncat(out, at, n);
    if (what == 1 || (what == 0 && pick(2) == 0)) {
      strcat(out, words[pick(JL_COUNT(words))]);
      strcat(out, spaces[pick(JL_COUNT(spaces))]);
    }
    at += n;
  }
}

static bool has_word(const char *text, const char *word, size_t size) {
  for (const char *at = text; *at != '\0';) {
    at += strspn(at, " \t\n");
    size_t n = strcspn(at, " \t\n");
    if (n == size && memcmp(at, word, size) == 0) return true;
    at += n;
  }
  return false;
}

static void same(const char *what, const char *base, const char *x, const char *merged, const char *expected) {
  if (merged == NULL || strcmp(merged, expected) != 0) fail_msg("%s of \"%s\" and \"%s\": \"%s\"", what, base, x, merged);
}

static void of_any_texts(void **state) {
  (void)state;
  char base[4096], x[8192], y[8192];
  unsigned merged_count = 0, overlapping = 0;
  const char *seed = getenv("JALON_SEED");
  random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)jl_now_utc_us();
  print_message("JALON_SEED=%llu\n", (unsigned long long)random_state);
  jl_text_merge_open();
  for (int i = 0; i < 3000; i++) {
    make(base, sizeof base, 1 + pick(40));
    edit(base, x, sizeof x);
    edit(base, y, sizeof y);
    char *merged = merge(base, base, x);
    same("merge(b,b,x)", base, x, merged, x);
    free(merged);
    merged = merge(base, x, x);
    same("merge(b,x,x)", base, x, merged, x);
    free(merged);
    merged = merge(base, x, y); /* looks that it is the same the other way round */
    merged_count += merged != NULL;
    overlapping += merged == NULL;
    for (const char *at = merged; at != NULL && *at != '\0';) { /* nobody wrote a word of it that is not in one of the texts */
      at += strspn(at, " \t\n");
      size_t n = strcspn(at, " \t\n");
      if (n > 0 && !has_word(base, at, n) && !has_word(x, at, n) && !has_word(y, at, n)) fail_msg("invented \"%.*s\"", (int)n, at);
      at += n;
    }
    free(merged);
  }
  jl_text_merge_close();
  print_message("%u merged, %u overlapping\n", merged_count, overlapping);
  assert_true(merged_count > 300 && overlapping > 300);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(too_long), cmocka_unit_test(of_any_texts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

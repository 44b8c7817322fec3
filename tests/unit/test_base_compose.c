/* Accents behind their letter, made one with it. Expected values: Unicode's NFC, as Python's unicodedata gives it. */
#include "common/base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is(const char *text, const char *expected) {
  struct jl_arena *a = jl_arena_new(65536);
  size_t size;
  const char *one = jl_text_composed(a, text, strlen(text), &size);
  assert_non_null(one);
  assert_int_equal(size, strlen(expected));
  assert_memory_equal(one, expected, size);
  jl_arena_free(a);
}

static void accents(void **state) {
  (void)state;
  is("", "");
  is("Ete", "Ete");
  is("\xc3\x89t\xc3\xa9", "\xc3\x89t\xc3\xa9");                             /* is so already */
  is("E\xcc\x81t\xcc\x81", "\xc3\x89t\xcc\x81");                           /* no letter is a t with an acute accent */
  is("re\xcc\x81""fe\xcc\x81rences\xcc\xa7", "r\xc3\xa9""f\xc3\xa9rence\xc5\x9f");
  is("c\xcc\xa7""a", "\xc3\xa7""a");
  is("\xcc\x81", "\xcc\x81");       /* nothing before it */
  is("e\xcc\x81\xcc\x82", "\xc3\xa9\xcc\x82"); /* two: the first is taken */
  is("\xff\xcc\x81", "\xff\xcc\x81");         /* no text */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accents)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Arena, buffer, ids, text and errors. */
#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void arena(void **state) {
  (void)state;
  JL_CLEANUP(jl_arena_freep) struct jl_arena *a = jl_arena_new(100000);
  size_t used = 0;
  for (size_t size = 0; size < 300; size += 7) {
    uint8_t *p = jl_arena_alloc(a, size);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
    memset(p, 0xff, size);
    assert_true(jl_arena_used(a) > used);
    used = jl_arena_used(a);
  }
  assert_null(jl_arena_alloc(a, 100000));
  assert_null(jl_arena_alloc(a, SIZE_MAX));
  assert_null(jl_arena_array(a, SIZE_MAX / 2, 3));
  assert_non_null(jl_arena_alloc(a, 80000)); /* larger than a chunk */
  jl_arena_reset(a);
  assert_int_equal(jl_arena_used(a), 0);
  const uint8_t *p = jl_arena_alloc(a, 100);
  for (size_t i = 0; i < 100; i++) assert_int_equal(p[i], 0);
  assert_string_equal(jl_arena_printf(a, "%d-%s", 7, "x"), "7-x");
  assert_string_equal(jl_arena_strndup(a, "abcdef", 3), "abc");
  struct jl_bytes full = jl_arena_dup(a, (struct jl_bytes){p, 1000000});
  assert_null(full.data);
  assert_true(full.size > 0);
  for (int round = 0; round < 3; round++) { /* at most one chunk stays, none above the limit */
    assert_non_null(jl_arena_alloc(a, 5000));
    assert_non_null(jl_arena_alloc(a, 20000));
    assert_non_null(jl_arena_alloc(a, 60000));
    jl_arena_recycle(a, round < 2 ? 65536 : 100);
    assert_int_equal(jl_arena_used(a), 0);
    const uint8_t *again = jl_arena_alloc(a, 6000);
    for (size_t i = 0; i < 6000; i++) assert_int_equal(again[i], 0);
  }
  jl_arena_recycle(a, 65536);
  jl_arena_free(NULL);
}

static void buffer(void **state) {
  (void)state;
  struct jl_buffer b;
  jl_buffer_init(&b, 8);
  jl_buffer_text(&b, "abcd");
  jl_buffer_printf(&b, "%d", 1234);
  assert_true(jl_buffer_ok(&b));
  assert_string_equal(jl_buffer_cstring(&b), "abcd1234");
  jl_buffer_byte(&b, 'x');
  assert_false(jl_buffer_ok(&b));
  assert_null(jl_buffer_cstring(&b));
  assert_int_equal(b.size, 8);
  jl_buffer_clear(&b);
  jl_buffer_varint(&b, 300);
  assert_int_equal(b.size, 2);
  assert_memory_equal(b.data, "\xac\x02", 2);
  jl_buffer_consume(&b, 1);
  assert_int_equal(b.data[0], 2);
  jl_buffer_consume(&b, 1);
  assert_string_equal(jl_buffer_cstring(&b), "");
  jl_buffer_release(&b);
  jl_buffer_release(NULL);
}

static void ids(void **state) {
  (void)state;
  struct jl_id a, b = jl_id_random(), c = jl_id_random();
  char text[JL_ID_TEXT_SIZE];
  assert_false(jl_id_equal(&b, &c));
  assert_true(jl_id_parse("00112233-4455-6677-8899-AABBCCDDEEFF", &a));
  jl_id_format(&a, text);
  assert_string_equal(text, "00112233-4455-6677-8899-aabbccddeeff");
  assert_true(jl_id_parse("00112233445566778899aabbccddeeff", &c));
  assert_true(jl_id_equal(&a, &c));
  static const char *const bad[] = {"",
                                    "0",
                                    "00112233445566778899aabbccddeef",
                                    "00112233445566778899aabbccddeeffa",
                                    "0011223344-55-6677-8899-aabbccddeeff",
                                    "g0112233445566778899aabbccddeeff"};
  for (size_t i = 0; i < JL_COUNT(bad); i++) assert_false(jl_id_parse(bad[i], &c));
  const struct jl_bytes one[] = {{(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
                        two[] = {{(const uint8_t *)"a", 1}, {(const uint8_t *)"bc", 2}};
  a = jl_id_derive("test", one, 2);
  b = jl_id_derive("test", two, 2);
  c = jl_id_derive("tess", one, 2);
  assert_false(jl_id_equal(&a, &b));
  assert_false(jl_id_equal(&a, &c));
  b = jl_id_derive("test", one, 2);
  assert_true(jl_id_equal(&a, &b));
  assert_int_equal(jl_id_hash(&a), jl_id_hash(&b));
}

static void text_validity(void **state) {
  (void)state;
  assert_true(jl_text_valid("Été\t\n€😀", strlen("Été\t\n€😀")));
  static const struct {
    const char *bytes;
    size_t size;
  } bad[] = {
      {"\xff", 1},
      {"\xc0\x80", 2},
      {"\xc1\xbf", 2},
      {"\xe0\x80\x80", 3},
      {"\xe0\x9f\xbf", 3},
      {"\xed\xa0\x80", 3},
      {"\xf0\x8f\xbf\xbf", 4},
      {"\xf4\x90\x80\x80", 4},
      {"\xf5\x80\x80\x80", 4},
      {"\xe2\x82", 2},
      {"\x80", 1},
      {"a\0b", 3},
      {"\x1b[2J", 4},
      {"\r\n", 2},
      {"\x7f", 1},
      {"\xc2\x9b", 2},
  };
  for (size_t i = 0; i < JL_COUNT(bad); i++) assert_false(jl_text_valid(bad[i].bytes, bad[i].size));
  for (uint32_t c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 13) {
    uint8_t bytes[4];
    uint32_t back;
    if (c >= 0xd800 && c <= 0xdfff) continue;
    size_t size = jl_text_encode(c, bytes);
    assert_int_equal(jl_text_decode(bytes, size, &back), size);
    assert_int_equal(back, c);
    assert_int_equal(jl_text_decode(bytes, size - 1, &back), 0);
  }
}

static void text_help(void **state) {
  (void)state;
  JL_CLEANUP(jl_arena_freep) struct jl_arena *a = jl_arena_new(10000);
  assert_string_equal(jl_text_fold(a, "  Été \xc2\xa0 À L’ŒUVRE  "), "ete a l'oeuvre");
  assert_string_equal(jl_text_fold(a, "e\xcc\x81t\xc3\xa9"), "ete"); /* combining accent */
  assert_string_equal(jl_text_fold(a, "ΑΘΗΝΑ Москва"), "αθηνα москва");
  assert_string_equal(jl_text_fold(a, ""), "");
  assert_int_equal(jl_text_cut("aé", 3, 2), 1);
  assert_int_equal(jl_text_cut("aé", 3, 3), 3);
  assert_int_equal(jl_text_cut("é", 2, 0), 0);
  assert_int_equal(jl_text_distance("kitten", "sitting"), 3);
  assert_int_equal(jl_text_distance("été", "ete"), 2);
  assert_int_equal(jl_text_distance("", "abc"), 3);
}

static void errors(void **state) {
  (void)state;
  struct jl_error err;
  char text[300], tiny[8];
  assert_false(jl_fail(&err, JL_E_INVALID, JL_MSG("{1} of {2}, {3}, {4}"), JL_MSG("ask {5}"), jl_arg_label("due date"),
                       jl_arg_money(-5, "EUR"), jl_arg_fraction(50000, "percent"), jl_arg_share(550), jl_arg_text("\x1b[2J\xff")));
  jl_error_at(&err, 20, NULL, 10);
  assert_int_equal(err.record_type, 20);
  assert_int_equal(err.field, 10);
  jl_error_describe(&err, text, sizeof text);
  assert_string_equal(text, "INVALID: due date of -0.05 EUR, 5 %, 5.5 %; ask ?[2J?");
  jl_error_describe(&err, tiny, sizeof tiny);
  assert_string_equal(tiny, "INVALID");
  jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("{1} {2} {6} {"), NULL, jl_arg_date(0), jl_arg_integer(INT64_MIN));
  jl_error_describe(&err, text, sizeof text);
  assert_string_equal(text, "NOT_FOUND: 1970-01-01 -9223372036854775808 {6} {");
  char longer[400];
  memset(longer, 'a', sizeof longer);
  memcpy(longer + 115, "é", 2);
  struct jl_arg arg = jl_arg_textn(longer, sizeof longer);
  assert_int_equal(strlen(arg.text), 115 + 3); /* é does not fit before the ellipsis */
  assert_string_equal(arg.text + 115, "…");
  assert_false(jl_fail(NULL, JL_E_INVALID, "x", NULL));
  assert_string_equal(jl_code_symbol(JL_E_FIELD_CONFLICT), "FIELD_CONFLICT");
  assert_string_equal(jl_code_symbol((enum jl_code)9999), "INTERNAL");
  assert_int_equal(jl_code_exit_status(JL_E_NOT_FOUND), 8);
  assert_int_equal(jl_code_class(JL_E_UNAVAILABLE), JL_CLASS_RETRY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arena),         cmocka_unit_test(buffer),    cmocka_unit_test(ids),
      cmocka_unit_test(text_validity), cmocka_unit_test(text_help), cmocka_unit_test(errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

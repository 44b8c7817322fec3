/* Records as bytes: reading, writing, sets, checks, natural keys. Expected bytes are worked out by hand. */
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define BYTES(literal) ((struct jl_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})
/* title "Hi", status in progress, progress 0.05 (zigzag 100000), due -1 (zigzag 1), tags "a" and "b", field 99 = 5 */
#define ACTION                                                                                                                             \
  "\x0a\x02Hi"                                                                                                                             \
  "\x20\x03"                                                                                                                               \
  "\x28\xa0\x8d\x06"                                                                                                                       \
  "\x50\x01"                                                                                                                               \
  "\x72\x01"                                                                                                                               \
  "a"                                                                                                                                      \
  "\x72\x01"                                                                                                                               \
  "b"                                                                                                                                      \
  "\x98\x06\x05"

static struct jl_arena *arena;
static const struct jl_record_type *action;

static int set_up(void **state) {
  (void)state;
  arena = jl_arena_new(1 << 22);
  action = jl_record_type_by_number(JL_TYPE_ACTION);
  return arena == NULL || action == NULL;
}

static int tear_down(void **state) {
  (void)state;
  jl_arena_free(arena);
  return 0;
}

static const struct jl_field *field(uint32_t number) {
  const struct jl_field *f = jl_field_by_number(action, number);
  assert_non_null(f);
  return f;
}

static void assert_bytes(struct jl_bytes actual, struct jl_bytes expected) {
  assert_non_null(actual.data);
  assert_int_equal(actual.size, expected.size);
  if (expected.size > 0) assert_memory_equal(actual.data, expected.data, expected.size);
}

static void tables(void **state) {
  (void)state;
  for (size_t i = 0; i < jl_record_type_count; i++) {
    const struct jl_record_type *t = jl_record_types[i];
    assert_ptr_equal(jl_record_type_by_number(t->number), t);
    assert_ptr_equal(jl_record_type_by_name(t->name), t);
    assert_ptr_equal(jl_record_type_by_name(t->command), t);
    assert_ptr_equal(jl_record_type_by_letter(t->letter, strlen(t->letter)), t);
    for (size_t k = 0; k < t->field_count; k++) {
      assert_ptr_equal(jl_field_by_number(t, t->fields[k].number), &t->fields[k]);
      assert_ptr_equal(jl_field_by_name(t, t->fields[k].name), &t->fields[k]);
      if (k > 0) assert_true(t->fields[k].number > t->fields[k - 1].number);
    }
  }
  assert_null(jl_record_type_by_number(0));
  assert_null(jl_record_type_by_name("nothing"));
  assert_null(jl_field_by_number(action, 99));
  assert_string_equal(action->command, "action");
  assert_string_equal(jl_record_type_by_number(JL_TYPE_BUDGET_LINE)->command, "budget-line");
  assert_string_equal(jl_title_field(action)->name, "title");
  assert_null(jl_parent_field(action));
  assert_string_equal(jl_enum_by_number(field(JL_ACTION_STATUS)->enumeration, JL_IN_PROGRESS)->text, "in-progress");
  assert_int_equal(jl_enum_by_text(field(JL_ACTION_STATUS)->enumeration, "In_Progress")->number, 3);
  assert_int_equal(field(JL_ACTION_TAGS)->max_items, 32);
  assert_int_equal(field(JL_ACTION_QUANTITY_DONE)->merge, JL_MERGE_COUNTER);
  const struct jl_record_type *comment = jl_record_type_by_number(JL_TYPE_COMMENT);
  assert_true(jl_field_refers_to(jl_field_by_number(comment, JL_COMMENT_TARGET), JL_TYPE_KPI));
  assert_false(jl_field_refers_to(field(JL_ACTION_LEVER), JL_TYPE_KPI));
  const struct jl_record_type *kpi = jl_record_type_by_number(JL_TYPE_KPI);
  assert_int_equal(jl_field_by_number(kpi, JL_KPI_TARGET)->unit_field, JL_KPI_UNIT);
  assert_true(jl_model_version != 0);
}

static void reading(void **state) {
  (void)state;
  struct jl_bytes record = BYTES(ACTION);
  struct jl_value value;
  assert_true(jl_record_canonical(record));
  assert_true(jl_record_get(record, field(JL_ACTION_TITLE), &value));
  assert_bytes(value.text, BYTES("Hi"));
  assert_int_equal(jl_record_int(action, record, JL_ACTION_STATUS, 0), JL_IN_PROGRESS);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_PROGRESS, 0), 50000);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_DUE, 7), -1);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_START, 7), 7);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_TITLE, 7), 7);
  assert_int_equal(jl_record_int(action, record, 99, 7), 7);
  assert_true(jl_record_has(record, 99));
  assert_false(jl_record_has(record, 98));
  assert_bytes(jl_record_text(action, record, JL_ACTION_TITLE), BYTES("Hi"));
  assert_int_equal(jl_record_text(action, record, JL_ACTION_STATUS).size, 0);
  assert_bytes(jl_record_slice(record, JL_ACTION_TAGS), BYTES("\x72\x01"
                                                              "a"
                                                              "\x72\x01"
                                                              "b"));
  assert_bytes(jl_record_slice(record, 99), BYTES("\x98\x06\x05"));
  assert_int_equal(jl_record_slice(record, 2).size, 0);
  struct jl_iterator it = jl_record_each(record, field(JL_ACTION_TAGS));
  assert_true(jl_iterator_next(&it, &value));
  assert_bytes(value.text, BYTES("a"));
  assert_true(jl_iterator_next(&it, &value));
  assert_bytes(value.text, BYTES("b"));
  assert_false(jl_iterator_next(&it, &value));
  assert_false(jl_iterator_next(&it, &value));
  assert_false(jl_record_has((struct jl_bytes){NULL, 0}, 1));
}

static void writing(void **state) {
  (void)state;
  struct jl_bytes record = BYTES("");
  struct jl_value value = {.text = BYTES("Hi")};
  record = jl_record_with(arena, record, 99, BYTES("\x98\x06\x05"));
  record = jl_record_with(arena, record, JL_ACTION_TITLE, jl_value_encode(arena, field(JL_ACTION_TITLE), &value));
  value.number = -1;
  record = jl_record_with(arena, record, JL_ACTION_DUE, jl_value_encode(arena, field(JL_ACTION_DUE), &value));
  value.number = 50000;
  record = jl_record_with(arena, record, JL_ACTION_PROGRESS, jl_value_encode(arena, field(JL_ACTION_PROGRESS), &value));
  value.number = JL_IN_PROGRESS;
  record = jl_record_with(arena, record, JL_ACTION_STATUS, jl_value_encode(arena, field(JL_ACTION_STATUS), &value));
  const struct jl_value tags[] = {{.text = BYTES("b")}, {.text = BYTES("a")}, {.text = BYTES("b")}};
  record = jl_record_with(arena, record, JL_ACTION_TAGS, jl_values_encode(arena, field(JL_ACTION_TAGS), tags, 3));
  assert_bytes(record, BYTES(ACTION));
  record = jl_record_with(arena, record, JL_ACTION_TITLE, BYTES("\x0a\x01X"));
  assert_bytes(jl_record_text(action, record, JL_ACTION_TITLE), BYTES("X"));
  record = jl_record_with(arena, record, JL_ACTION_TITLE, BYTES(""));
  assert_false(jl_record_has(record, JL_ACTION_TITLE));
  assert_true(jl_record_has(record, 99)); /* unknown fields stay */
  assert_bytes(jl_values_encode(arena, field(JL_ACTION_TAGS), NULL, 0), BYTES(""));
  assert_bytes(jl_record_with(arena, BYTES("\x0a\x01X"), 1, BYTES("")), BYTES(""));
  value.number = INT64_MIN; /* zigzag: all ones */
  assert_bytes(jl_value_encode(arena, field(JL_ACTION_PROGRESS), &value), BYTES("\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  assert_int_equal(jl_record_int(action, BYTES("\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), JL_ACTION_PROGRESS, 0), INT64_MIN);
  struct jl_arena *small = jl_arena_new(16);
  assert_null(jl_record_with(small, BYTES(ACTION), 1, BYTES("\x0a\x01X")).data);
  jl_arena_free(small);
}

static void differences(void **state) {
  (void)state;
  uint32_t numbers[8];
  struct jl_bytes a = BYTES(ACTION);
  struct jl_bytes b = BYTES("\x0a\x02Ho"
                            "\x20\x03"
                            "\x48\x02"
                            "\x50\x01"
                            "\x72\x01"
                            "a"
                            "\x98\x06\x06");
  assert_int_equal(jl_record_diff(a, a, numbers, 8), 0);
  assert_int_equal(jl_record_diff(a, b, numbers, 8), 5);
  const uint32_t expected[] = {JL_ACTION_TITLE, JL_ACTION_PROGRESS, JL_ACTION_START, JL_ACTION_TAGS, 99};
  assert_memory_equal(numbers, expected, sizeof expected);
  assert_int_equal(jl_record_diff(b, a, numbers, 2), 2);
  assert_int_equal(jl_record_diff(a, (struct jl_bytes){NULL, 0}, numbers, 8), 6);
}

static struct jl_bytes tag_slice(const char *letters) {
  struct jl_value values[26];
  size_t n = strlen(letters);
  for (size_t i = 0; i < n; i++) values[i] = (struct jl_value){.text = {(const uint8_t *)letters + i, 1}};
  return jl_values_encode(arena, field(JL_ACTION_TAGS), values, n);
}

/* (current + add) - remove against sets of letters as bit masks. */
static void sets(void **state) {
  (void)state;
  assert_bytes(jl_set_apply(arena, field(JL_ACTION_TAGS), tag_slice("ac"), tag_slice("b"), tag_slice("c")), tag_slice("ab"));
  assert_bytes(jl_set_apply(arena, field(JL_ACTION_TAGS), tag_slice("a"), tag_slice("a"), tag_slice("a")), BYTES(""));
  assert_bytes(jl_set_apply(arena, field(JL_ACTION_TAGS), (struct jl_bytes){NULL, 0}, tag_slice("ba"), (struct jl_bytes){NULL, 0}),
               tag_slice("ab"));
  unsigned seed = (unsigned)time(NULL);
  print_message("seed %u\n", seed);
  srand(seed);
  for (int round = 0; round < 500; round++) {
    unsigned mask[3], result;
    struct jl_bytes slice[3];
    char letters[4][9] = {"", "", "", ""};
    for (int k = 0; k < 3; k++) mask[k] = (unsigned)rand() & 0xff;
    result = (mask[0] | mask[1]) & ~mask[2];
    for (int k = 0; k < 4; k++) {
      size_t n = 0;
      for (unsigned bit = 0; bit < 8; bit++)
        if (((k < 3 ? mask[k] : result) >> bit & 1) != 0) letters[k][n++] = (char)('a' + bit);
    }
    jl_arena_reset(arena);
    for (int k = 0; k < 3; k++) slice[k] = tag_slice(letters[k]);
    assert_bytes(jl_set_apply(arena, field(JL_ACTION_TAGS), slice[0], slice[1], slice[2]), tag_slice(letters[3]));
  }
}

static void check_refused(struct jl_bytes record, enum jl_code code, uint32_t number) {
  struct jl_error err = {0};
  char text[400];
  bool ok = jl_record_check(action, record, &err);
  if (!ok) jl_error_describe(&err, text, sizeof text);
  if (ok || err.code != code || err.field != number)
    fail_msg("expected %s on field %u, got %s on field %u", jl_code_symbol(code), number, ok ? "success" : text, err.field);
  assert_int_equal(err.record_type, JL_TYPE_ACTION);
}

#define TITLE "\x0a\x01T"
static void checks(void **state) {
  (void)state;
  struct jl_error err;
  assert_true(jl_record_check(action, BYTES(TITLE), &err));
  assert_true(jl_record_check(action, BYTES(ACTION), &err));
}

static void refusals(void **state) {
  (void)state;
  check_refused(BYTES(""), JL_E_INVALID, JL_ACTION_TITLE);         /* required */
  check_refused(BYTES("\x0a\x00"), JL_E_INVALID, JL_ACTION_TITLE); /* empty */
  check_refused(BYTES("\x0a\x03"
                      "a\nb"),
                JL_E_INVALID, JL_ACTION_TITLE); /* two lines */
  check_refused(BYTES("\x0a\x01\xff"), JL_E_BAD_UTF8, JL_ACTION_TITLE);
  check_refused(BYTES(TITLE TITLE), JL_E_INVALID, JL_ACTION_TITLE);       /* twice */
  check_refused(BYTES("\x08\x01"), JL_E_INVALID, JL_ACTION_TITLE);        /* wrong wire type */
  check_refused(BYTES("\x20\x01" TITLE), JL_E_INVALID, 0);                /* order */
  check_refused(BYTES("\x0a\x81\x00T"), JL_E_INVALID, 0);                 /* varint not minimal */
  check_refused(BYTES(TITLE "\x20\x00"), JL_E_INVALID, JL_ACTION_STATUS); /* unspecified */
  check_refused(BYTES(TITLE "\x20\x07"), JL_E_INVALID, JL_ACTION_STATUS); /* unknown */
  check_refused(BYTES(TITLE "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), JL_E_INVALID, JL_ACTION_STATUS);
  check_refused(BYTES(TITLE "\x28\x01"), JL_E_INVALID, JL_ACTION_PROGRESS);              /* -1 millionth */
  check_refused(BYTES(TITLE "\x28\x82\x89\x7a"), JL_E_INVALID, JL_ACTION_PROGRESS);      /* 1000001 */
  check_refused(BYTES(TITLE "\x38\x16"), JL_E_INVALID, JL_ACTION_IMPACT);                /* 11 of 10 */
  check_refused(BYTES(TITLE "\x48\xff\xff\xff\xff\x1f"), JL_E_INVALID, JL_ACTION_START); /* over 32 bits */
  check_refused(BYTES(TITLE "\x48\xfe\xff\xff\xff\x0f"), JL_E_INVALID, JL_ACTION_START); /* after 9999 */
  check_refused(BYTES(TITLE "\x72\x01"
                            "b"
                            "\x72\x01"
                            "a"),
                JL_E_INVALID, JL_ACTION_TAGS);
  check_refused(BYTES(TITLE "\x72\x01"
                            "a"
                            "\x72\x01"
                            "a"),
                JL_E_INVALID, JL_ACTION_TAGS);
  check_refused(BYTES(TITLE "\xa8\x01\x02"), JL_E_INVALID, JL_ACTION_NEEDS_APPROVAL); /* bool 2 */
  check_refused(BYTES(TITLE "\x12\x03"
                            "abc"),
                JL_E_INVALID, JL_ACTION_LEVER); /* an id of 3 bytes */
  check_refused(BYTES(TITLE "\x12\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), JL_E_INVALID, JL_ACTION_LEVER);
  check_refused(BYTES(TITLE "\x9b\x06"), JL_E_INVALID, 0); /* group */
  uint8_t large[300] = {0x0a, 0xc9, 0x01};
  memset(large + 3, 'x', 201);
  check_refused((struct jl_bytes){large, 204}, JL_E_TOO_LARGE, JL_ACTION_TITLE);
}

static void other_kinds(void **state) {
  (void)state;
  const struct jl_record_type *link = jl_record_type_by_number(JL_TYPE_LINK), *plan = jl_record_type_by_number(JL_TYPE_PLAN);
  struct jl_error err;
  assert_true(jl_slice_check(link, JL_LINK_ADDRESS,
                             BYTES("\x1a\x09"
                                   "https://x"),
                             &err));
  assert_true(jl_slice_check(link, JL_LINK_ADDRESS,
                             BYTES("\x1a\x08"
                                   "mailto:x"),
                             &err));
  assert_false(jl_slice_check(link, JL_LINK_ADDRESS,
                              BYTES("\x1a\x0c"
                                    "javascript:x"),
                              &err));
  assert_false(jl_slice_check(link, JL_LINK_ADDRESS,
                              BYTES("\x1a\x08"
                                    "https://"),
                              &err));
  assert_true(jl_slice_check(plan, JL_PLAN_CURRENCY,
                             BYTES("\x32\x03"
                                   "EUR"),
                             &err));
  assert_false(jl_slice_check(plan, JL_PLAN_CURRENCY,
                              BYTES("\x32\x03"
                                    "EUX"),
                              &err));
  assert_false(jl_slice_check(plan, JL_PLAN_CURRENCY,
                              BYTES("\x32\x04"
                                    "EURO"),
                              &err));
  assert_true(jl_slice_check(plan, JL_PLAN_DESCRIPTION,
                             BYTES("\x12\x03"
                                   "a\nb"),
                             &err));
  assert_true(jl_slice_check(plan, JL_PLAN_DESCRIPTION, BYTES(""), &err)); /* cleared */
  assert_false(jl_slice_check(plan, JL_PLAN_DESCRIPTION,
                              BYTES("\x0a\x01"
                                    "a"),
                              &err)); /* another field's */
  assert_true(jl_slice_check(plan, 99, BYTES("\x98\x06\x05\x98\x06\x05"), &err));
  assert_false(jl_slice_check(plan, 99, BYTES("\x98\x06\x85\x00"), &err));
  uint8_t *huge = calloc(1, JL_RECORD_MAX + 1);
  assert_non_null(huge);
  assert_false(jl_record_check(plan, (struct jl_bytes){huge, JL_RECORD_MAX + 1}, &err));
  assert_int_equal(err.code, JL_E_TOO_LARGE);
  free(huge);
}

/* Everything that takes bytes must be safe on any; the copy has the exact size so that a sanitizer sees an over-read. */
static void exercise(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  assert_non_null(copy);
  if (size > 0) memcpy(copy, data, size);
  struct jl_bytes record = {copy, size};
  struct jl_error err;
  struct jl_value value;
  struct jl_id id = {{1}}, ret;
  struct jl_buffer out;
  uint32_t numbers[64];
  jl_arena_reset(arena);
  for (size_t t = 0; t < jl_record_type_count; t++) {
    const struct jl_record_type *type = jl_record_types[t];
    bool valid = jl_record_check(type, record, &err);
    if (valid) assert_true(jl_record_canonical(record));
    for (size_t i = 0; i < type->field_count; i++) {
      const struct jl_field *f = &type->fields[i];
      bool slice_valid = jl_slice_check(type, f->number, jl_record_slice(record, f->number), &err);
      if (valid) assert_true(slice_valid);
      jl_record_get(record, f, &value);
      for (struct jl_iterator it = jl_record_each(record, f); jl_iterator_next(&it, &value);) continue;
      if (f->repeated) jl_set_apply(arena, f, record, record, record);
    }
    jl_record_natural_id(type, &id, record, &ret);
    jl_buffer_init(&out, 1 << 20);
    jl_record_to_json(type, record, &out);
    jl_buffer_release(&out);
  }
  jl_record_diff(record, BYTES(ACTION), numbers, 64);
  assert_non_null(jl_record_with(arena, record, 10, BYTES("\x50\x01")).data);
  free(copy);
}

static void hostile_bytes(void **state) {
  (void)state;
  uint8_t bytes[64];
  for (size_t size = 0; size < sizeof ACTION; size++) exercise((const uint8_t *)ACTION, size);
  for (size_t i = 0; i < sizeof ACTION - 1; i++) {
    memcpy(bytes, ACTION, sizeof ACTION - 1);
    for (unsigned value = 0; value < 256; value += 5) {
      bytes[i] = (uint8_t)value;
      exercise(bytes, sizeof ACTION - 1);
    }
  }
  unsigned seed = (unsigned)time(NULL);
  print_message("seed %u\n", seed);
  srand(seed);
  for (int round = 0; round < 2000; round++) {
    size_t size = (size_t)rand() % sizeof bytes;
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)rand();
    exercise(bytes, size);
  }
}

static struct jl_bytes raci(uint8_t target, uint8_t letter, uint8_t holder) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  struct jl_value value = {.number = letter, .id = {{target}}};
  struct jl_bytes record =
      jl_record_with(arena, BYTES(""), JL_RACI_TARGET, jl_value_encode(arena, jl_field_by_number(type, JL_RACI_TARGET), &value));
  record = jl_record_with(arena, record, JL_RACI_LETTER, jl_value_encode(arena, jl_field_by_number(type, JL_RACI_LETTER), &value));
  value.id.bytes[0] = holder;
  return jl_record_with(arena, record, JL_RACI_HOLDER, jl_value_encode(arena, jl_field_by_number(type, JL_RACI_HOLDER), &value));
}

static bool same_key(struct jl_bytes a, struct jl_bytes b) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  const struct jl_id space = {{9}};
  struct jl_id x, y;
  assert_true(jl_record_natural_id(type, &space, a, &x));
  assert_true(jl_record_natural_id(type, &space, b, &y));
  return jl_id_equal(&x, &y);
}

static void natural_keys(void **state) {
  (void)state;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  const struct jl_id space = {{9}}, other = {{8}};
  struct jl_id x, y;
  assert_true(same_key(raci(1, JL_RACI_A, 2), raci(1, JL_RACI_A, 3))); /* a second A meets the first */
  assert_false(same_key(raci(1, JL_RACI_A, 2), raci(2, JL_RACI_A, 2)));
  assert_true(same_key(raci(1, JL_RACI_C, 2), raci(1, JL_RACI_C, 2)));
  assert_false(same_key(raci(1, JL_RACI_C, 2), raci(1, JL_RACI_C, 3)));
  assert_false(same_key(raci(1, JL_RACI_C, 2), raci(1, JL_RACI_I, 2)));
  assert_false(same_key(raci(1, JL_RACI_A, 2), raci(1, JL_RACI_R, 2)));
  assert_true(jl_record_natural_id(type, &space, raci(1, JL_RACI_R, 2), &x));
  assert_true(jl_record_natural_id(type, &other, raci(1, JL_RACI_R, 2), &y));
  assert_false(jl_id_equal(&x, &y));
  assert_false(jl_record_natural_id(type, &space, BYTES("\x10\x02"), &x)); /* no target */
  assert_false(jl_record_natural_id(action, &space, BYTES(ACTION), &x));
  const struct jl_record_type *month = jl_record_type_by_number(JL_TYPE_BUDGET_MONTH);
  struct jl_bytes record = BYTES("\x0a\x10"
                                 "0123456789abcdef"
                                 "\x10\x02\x18\x04"),
                  replanned = BYTES("\x0a\x10"
                                    "0123456789abcdef"
                                    "\x10\x02\x18\x06");
  assert_true(jl_record_natural_id(month, &space, record, &x));
  assert_true(jl_record_natural_id(month, &space, replanned, &y));
  assert_true(jl_id_equal(&x, &y));
  for (size_t i = 0; i < jl_record_type_count; i++) { /* every rule named in a description exists */
    const char *rule = jl_record_types[i]->natural_key;
    assert_true(rule[0] == '\0' || strcmp(rule, "fields") == 0 || strcmp(rule, "raci") == 0 || strcmp(rule, "figure") == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables),        cmocka_unit_test(reading),      cmocka_unit_test(writing),  cmocka_unit_test(differences),
      cmocka_unit_test(sets),          cmocka_unit_test(checks),       cmocka_unit_test(refusals), cmocka_unit_test(other_kinds),
      cmocka_unit_test(hostile_bytes), cmocka_unit_test(natural_keys),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

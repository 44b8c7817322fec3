/* The JSON reader against the JSON test suite, and records to JSON and back. */
#include "common/record/json.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define BYTES(literal) ((struct jl_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

static struct jl_arena *arena;
static const struct jl_record_type *action;

static int set_up(void **state) {
  (void)state;
  arena = jl_arena_new(1 << 24);
  action = jl_record_type_by_number(JL_TYPE_ACTION);
  return arena == NULL;
}

static int tear_down(void **state) {
  (void)state;
  jl_arena_free(arena);
  return 0;
}

static struct jl_bytes bytes_of(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static const struct jl_json *parse(const char *text) {
  const struct jl_json *root = NULL;
  struct jl_error err;
  assert_true(jl_json_parse(arena, bytes_of(text), &root, &err));
  return root;
}

static void values(void **state) {
  (void)state;
  const struct jl_json *root = parse(" {\"a\": [1, -2.50e+3, true, null],\n  \"b\" : \"\\u00e9\\ud83d\\ude00\\n\"} ");
  const struct jl_json *a = jl_json_member(root, "a"), *b = jl_json_member(root, "b");
  int64_t n;
  assert_int_equal(a->kind, JL_JSON_ARRAY);
  assert_true(jl_json_integer(a->first, &n));
  assert_int_equal(n, 1);
  assert_string_equal(a->first->next->text, "-2.50e+3");
  assert_false(jl_json_integer(a->first->next, &n));
  assert_true(a->first->next->next->boolean);
  assert_int_equal(a->first->next->next->next->kind, JL_JSON_NULL);
  assert_null(a->first->next->next->next->next);
  assert_string_equal(b->text, "é😀\n");
  assert_int_equal(b->line, 2);
  assert_int_equal(b->column, 9);
  assert_null(jl_json_member(root, "c"));
  assert_null(jl_json_member(a, "a"));
  assert_true(jl_json_integer(parse("-9223372036854775808"), &n));
  assert_true(n == INT64_MIN);
  assert_false(jl_json_integer(parse("9223372036854775808"), &n));
  assert_string_equal(jl_json_member(parse("{\"x\\u0000y\": 1, \"x\": 2}"), "x")->text, "2");
}

static void positions_of_errors(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t line, column;
  } bad[] = {
      {"{\"a\": 1,\n \"é\": x}", 2, 7}, {"[1 2]", 1, 4}, {"", 1, 1}, {"{\"a\":1, \"b\":2,\n\"a\":3}", 2, 5}, {"[1]x", 1, 4},
  };
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    const struct jl_json *root;
    struct jl_error err;
    assert_false(jl_json_parse(arena, bytes_of(bad[i].text), &root, &err));
    assert_int_equal(err.code, JL_E_INVALID);
    assert_int_equal(err.args[0].number, bad[i].line);
    assert_int_equal(err.args[1].number, bad[i].column);
  }
}

static void depth(void **state) {
  (void)state;
  char text[70];
  const struct jl_json *root;
  struct jl_error err;
  memset(text, '[', 32);
  memset(text + 32, ']', 32);
  assert_true(jl_json_parse(arena, (struct jl_bytes){(const uint8_t *)text, 64}, &root, &err));
  memset(text, '[', 33);
  memset(text + 33, ']', 33);
  assert_false(jl_json_parse(arena, (struct jl_bytes){(const uint8_t *)text, 66}, &root, &err));
}

/* Duplicate keys are allowed by the suite and refused by us: a record would silently lose a value. */
static bool stricter(const char *name) { return strncmp(name, "y_object_duplicated_key", 23) == 0; }

static void check_suite_file(const char *folder, const char *name, unsigned *ret_wrong) {
  char path[1400];
  static uint8_t data[1 << 18];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  size_t size = fread(data, 1, sizeof data, in);
  fclose(in);
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  assert_non_null(copy);
  memcpy(copy, data, size);
  const struct jl_json *root;
  jl_arena_reset(arena);
  bool accepted = jl_json_parse(arena, (struct jl_bytes){copy, size}, &root, NULL);
  free(copy);
  bool expected = name[0] == 'y' && !stricter(name);
  if (name[0] == 'i' || accepted == expected) return;
  print_message("%s: %s\n", name, accepted ? "accepted" : "refused");
  (*ret_wrong)++;
}

static void test_suite(void **state) {
  (void)state;
  char folder[1024];
  const char *shared = getenv("SHARED_DIR");
  snprintf(folder, sizeof folder, "%s/data/testsuites/JSONTestSuite/test_parsing", shared != NULL ? shared : SOURCE_DIR "/../shared");
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    print_message("SKIPPED: no JSON test suite in %s\n", folder);
    skip();
  }
  unsigned files = 0, wrong = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    if (strlen(entry->d_name) < 6 || entry->d_name[1] != '_') continue;
    check_suite_file(folder, entry->d_name, &wrong);
    files++;
  }
  closedir(dir);
  print_message("%u files\n", files);
  assert_int_equal(wrong, 0);
  assert_true(files > 100);
}

static void escaping(void **state) {
  (void)state;
  struct jl_buffer out;
  jl_buffer_init(&out, 200);
  jl_json_write_string(&out, "a\"\\\n\x01\xc3\xa9\xff\0z", 10);
  assert_string_equal(jl_buffer_cstring(&out), "\"a\\\"\\\\\\n\\u0001é\xef\xbf\xbd\\u0000z\"");
  jl_buffer_release(&out);
}

#define LEVER "00112233-4455-6677-8899-aabbccddeeff"
#define WHOLE                                                                                                                              \
  "{\"title\":\"Été\",\"lever\":\"" LEVER                                                                                                  \
  "\",\"description\":\"two\\nlines\",\"status\":\"in-progress\",\"progress\":\"0.05\",\"impact\":7,"                                      \
  "\"due\":\"2026-01-31\",\"tags\":[\"a\",\"b\"],\"needs_approval\":true,\"conversion_from\":\"-12.000001\",\"conversion_to\":\"3\",\"#"   \
  "99\":\"mAYF\"}"

static bool from_json(const struct jl_record_type *type, const char *text, struct jl_bytes *ret_record, struct jl_error *err) {
  return jl_record_from_json(type, parse(text), arena, NULL, NULL, ret_record, err);
}

static void round_trip(void **state) {
  (void)state;
  struct jl_bytes record, again;
  struct jl_error err;
  struct jl_buffer out;
  assert_true(from_json(action, WHOLE, &record, &err));
  assert_true(jl_record_check(action, record, &err));
  assert_int_equal(jl_record_int(action, record, JL_ACTION_PROGRESS, 0), 50000);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_CONVERSION_FROM, 0), -12000001);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_DUE, 0), 20484); /* 20454 on 1 January */
  assert_int_equal(jl_record_slice(record, 99).size, 3);
  jl_buffer_init(&out, 10000);
  jl_record_to_json(action, record, &out);
  assert_string_equal(jl_buffer_cstring(&out), WHOLE);
  assert_true(from_json(action, jl_buffer_cstring(&out), &again, &err));
  assert_int_equal(again.size, record.size);
  assert_memory_equal(again.data, record.data, record.size);
  jl_buffer_release(&out);
}

static void spellings(void **state) {
  (void)state;
  struct jl_bytes record;
  struct jl_error err;
  assert_true(from_json(
      action, "{\"progress\": 0.25, \"needs-approval\": false, \"due\": null, \"tags\": [\"b\", \"a\", \"b\"], \"status\": \"DONE\"}",
      &record, &err));
  assert_int_equal(jl_record_int(action, record, JL_ACTION_PROGRESS, 0), 250000);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_NEEDS_APPROVAL, 7), 0);
  assert_int_equal(jl_record_int(action, record, JL_ACTION_STATUS, 0), JL_DONE);
  assert_false(jl_record_has(record, JL_ACTION_DUE));
  assert_int_equal(jl_record_slice(record, JL_ACTION_TAGS).size, 6);
  const struct jl_record_type *line = jl_record_type_by_number(JL_TYPE_BUDGET_LINE);
  assert_true(from_json(line, "{\"planned\": 120000, \"vat_rate\": 2000}", &record, &err));
  assert_int_equal(jl_record_int(line, record, JL_BUDGET_LINE_PLANNED, 0), 120000);
  assert_true(from_json(action, "{}", &record, &err));
  assert_int_equal(record.size, 0);
}

static void refusals(void **state) {
  (void)state;
  static const struct {
    const char *text;
    enum jl_code code;
    uint32_t field;
  } bad[] = {
      {"[]", JL_E_INVALID, 0},
      {"{\"titel\": \"x\"}", JL_E_UNKNOWN_FIELD, 0},
      {"{\"title\": 1}", JL_E_INVALID, JL_ACTION_TITLE},
      {"{\"title\": \"a\\u0000b\"}", JL_E_INVALID, JL_ACTION_TITLE},
      {"{\"title\": \"a\\u001bb\"}", JL_E_BAD_UTF8, JL_ACTION_TITLE},
      {"{\"due\": \"2026-02-30\"}", JL_E_INVALID, JL_ACTION_DUE},
      {"{\"due\": 20000}", JL_E_INVALID, JL_ACTION_DUE},
      {"{\"status\": \"finished\"}", JL_E_INVALID, JL_ACTION_STATUS},
      {"{\"progress\": 1e-1}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"progress\": \"0.0000001\"}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"progress\": \".5\"}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"progress\": \"1.\"}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"progress\": \"99999999999999\"}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"progress\": \"1.5\"}", JL_E_INVALID, JL_ACTION_PROGRESS},
      {"{\"impact\": 1.0}", JL_E_INVALID, JL_ACTION_IMPACT},
      {"{\"impact\": 11}", JL_E_INVALID, JL_ACTION_IMPACT},
      {"{\"impact\": 4294967297}", JL_E_INVALID, JL_ACTION_IMPACT},
      {"{\"tags\": \"a\"}", JL_E_INVALID, JL_ACTION_TAGS},
      {"{\"tags\": [1]}", JL_E_INVALID, JL_ACTION_TAGS},
      {"{\"lever\": \"L1\"}", JL_E_INVALID, JL_ACTION_LEVER},
      {"{\"needs_approval\": true, \"needs-approval\": true}", JL_E_INVALID, 0},
      {"{\"#4\": \"IAM=\"}", JL_E_UNKNOWN_FIELD, 0}, /* a field we know */
      {"{\"#99\": \"IAM=\"}", JL_E_INVALID, 99},     /* the bytes of another field */
      {"{\"#99\": \"!\"}", JL_E_UNKNOWN_FIELD, 0},
      {"{\"#\": \"\"}", JL_E_UNKNOWN_FIELD, 0},
  };
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    struct jl_bytes record;
    struct jl_error err = {0};
    bool ok = from_json(action, bad[i].text, &record, &err);
    if (ok || err.code != bad[i].code || err.field != bad[i].field)
      fail_msg("%s: %s on field %u", bad[i].text, ok ? "accepted" : err.message, err.field);
  }
}

static bool resolve_l1(void *context, const struct jl_field *field, const char *text, struct jl_id *ret_id, struct jl_error *err) {
  assert_int_equal(field->number, JL_ACTION_LEVER);
  if (strcmp(text, "L1") != 0) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("no {1}"), NULL, jl_arg_text(text));
  *ret_id = *(const struct jl_id *)context;
  return true;
}

static void references(void **state) {
  (void)state;
  struct jl_id id = {{5}}, found;
  struct jl_bytes record;
  struct jl_error err;
  assert_true(jl_record_from_json(action, parse("{\"lever\": \"L1\"}"), arena, resolve_l1, &id, &record, &err));
  assert_true(jl_record_id(action, record, JL_ACTION_LEVER, &found));
  assert_true(jl_id_equal(&id, &found));
  assert_false(jl_record_from_json(action, parse("{\"lever\": \"L2\"}"), arena, resolve_l1, &id, &record, &err));
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  assert_int_equal(err.field, JL_ACTION_LEVER);
}

static void hostile_text(void **state) {
  (void)state;
  static const char alphabet[] = "{}[]\",:\\u0019ed.-+ \n\xc3\xa9";
  unsigned seed = (unsigned)time(NULL);
  print_message("seed %u\n", seed);
  srand(seed);
  for (int round = 0; round < 20000; round++) {
    size_t size = (size_t)rand() % 40;
    uint8_t *text = malloc(size == 0 ? 1 : size);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = (uint8_t)alphabet[(size_t)rand() % (sizeof alphabet - 1)];
    const struct jl_json *root;
    struct jl_bytes record;
    struct jl_error err;
    jl_arena_reset(arena);
    if (jl_json_parse(arena, (struct jl_bytes){text, size}, &root, &err) &&
        jl_record_from_json(action, root, arena, NULL, NULL, &record, &err))
      assert_true(jl_record_canonical(record));
    free(text);
  }
  for (size_t size = 0; size < sizeof WHOLE - 1; size++) {
    const struct jl_json *root;
    assert_false(jl_json_parse(arena, (struct jl_bytes){(const uint8_t *)WHOLE, size}, &root, NULL));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values),     cmocka_unit_test(positions_of_errors), cmocka_unit_test(depth),     cmocka_unit_test(test_suite),
      cmocka_unit_test(escaping),   cmocka_unit_test(round_trip),          cmocka_unit_test(spellings), cmocka_unit_test(refusals),
      cmocka_unit_test(references), cmocka_unit_test(hostile_text),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

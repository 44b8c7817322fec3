/* Our bytes against proto/vectors, which a second implementation made. */
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/model/replica.h"
#include "common/record/record.h"
#include "common/wire/splitter.h"
#include "common/wire/unpack.h"
#include "wire_messages.h"
#include <inttypes.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE_MAX_SIZE 65536
#define WORDS 64

/* One line of a vector file cut at blanks; words after '=' start at expected. */
struct line {
  char text[LINE_MAX_SIZE];
  char *word[WORDS];
  size_t words, expected;
};

static bool next_line(FILE *file, struct line *l) {
  while (fgets(l->text, sizeof l->text, file) != NULL) {
    assert_non_null(strchr(l->text, '\n'));
    if (l->text[0] == '#') continue;
    char *save = NULL;
    l->words = 0;
    for (char *word = strtok_r(l->text, " \n", &save); word != NULL && l->words < WORDS; word = strtok_r(NULL, " \n", &save)) {
      if (strcmp(word, "=") == 0)
        l->expected = l->words;
      else
        l->word[l->words++] = word;
    }
    return true;
  }
  return false;
}

static FILE *vectors(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, SOURCE_DIR "/proto/vectors/%s", name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("cannot open %s", path);
  return file;
}

static unsigned digit(char c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10; }

/* In heap memory of exactly its size, so that a sanitizer sees every byte too many. */
static struct jl_bytes unhex(const char *text) {
  if (strcmp(text, "-") == 0) return (struct jl_bytes){malloc(1), 0};
  size_t size = strlen(text) / 2;
  uint8_t *out = malloc(size > 0 ? size : 1);
  assert_non_null(out);
  for (size_t i = 0; i < size; i++) out[i] = (uint8_t)(digit(text[2 * i]) * 16 + digit(text[2 * i + 1]));
  return (struct jl_bytes){out, size};
}

static void release(struct jl_bytes bytes) {
  union {
    const uint8_t *in;
    void *out;
  } data = {bytes.data};
  free(data.out);
}

static void put_hex(struct jl_buffer *out, const void *data, size_t size) {
  for (size_t i = 0; i < size; i++) jl_buffer_printf(out, "%02x", ((const uint8_t *)data)[i]);
}

static void assert_error(const struct line *l, const struct jl_error *err) {
  if (strcmp(l->word[l->expected], "error") != 0 || strcmp(l->word[l->expected + 1], jl_code_symbol(err->code)) != 0)
    fail_msg("%s %s: %s", l->word[0], l->word[1], jl_code_symbol(err->code));
}

static void check_header(const struct line *l, struct jl_bytes bytes) {
  struct jl_frame frame;
  struct jl_error err;
  char seen[100];
  uint8_t again[12];
  if (!jl_frame_decode(bytes.data, &frame, &err)) {
    assert_error(l, &err);
    return;
  }
  snprintf(seen, sizeof seen, "%u %u %u %u", frame.length, frame.type, frame.flags, frame.stream);
  char want[100];
  assert_int_equal(l->words - l->expected, 4);
  snprintf(want, sizeof want, "%s %s %s %s", l->word[3], l->word[4], l->word[5], l->word[6]);
  assert_string_equal(seen, want);
  jl_frame_encode(&frame, again);
  assert_memory_equal(again, bytes.data, sizeof again);
}

/* step: bytes handed over at once. */
static void check_stream(const struct line *l, struct jl_bytes bytes, size_t step, bool agreed) {
  struct jl_splitter splitter;
  struct jl_error err;
  enum jl_split split = JL_SPLIT_WANTS_MORE;
  size_t at = l->expected;
  jl_splitter_init(&splitter, !agreed, JL_MESSAGE_MAX_BEFORE_LOGIN);
  splitter.compressed = agreed;
  for (size_t from = 0; from < bytes.size && split != JL_SPLIT_BAD; from += step) {
    struct jl_bytes input = {bytes.data + from, bytes.size - from < step ? bytes.size - from : step};
    struct jl_arrival arrival;
    while ((split = jl_splitter_next(&splitter, &input, &arrival, &err)) == JL_SPLIT_MESSAGE) {
      struct jl_buffer seen;
      jl_buffer_init(&seen, LINE_MAX_SIZE);
      jl_buffer_printf(&seen, "%u/%u/%u/", arrival.type, arrival.flags, arrival.stream);
      put_hex(&seen, arrival.payload.data, arrival.payload.size);
      if (arrival.payload.size == 0) jl_buffer_text(&seen, "-");
      assert_string_equal(jl_buffer_cstring(&seen), l->word[at++]);
      jl_buffer_release(&seen);
    }
  }
  assert_string_equal(l->word[at++], "then");
  assert_string_equal(l->word[at++], split == JL_SPLIT_BAD ? "error" : "more");
  if (split == JL_SPLIT_BAD) assert_string_equal(l->word[at], jl_code_symbol(err.code));
  jl_splitter_release(&splitter);
}

static void test_frames(void **state) {
  (void)state;
  static struct line l;
  FILE *file = vectors("frames.txt");
  size_t count = 0;
  for (; next_line(file, &l); count++) {
    struct jl_bytes bytes = unhex(l.word[2]);
    if (strcmp(l.word[0], "header") == 0)
      check_header(&l, bytes);
    else
      for (size_t step = 1; step <= bytes.size; step += 1 + step / 4) check_stream(&l, bytes, step, strcmp(l.word[0], "agreed") == 0);
    release(bytes);
  }
  assert_true(count >= 50);
  fclose(file);
}

/* ---- messages: the text of the fields by number ---- */

static void dump(const ProtobufCMessage *message, struct jl_buffer *out);

static void dump_value(const ProtobufCFieldDescriptor *f, const void *value, struct jl_buffer *out) {
  jl_buffer_printf(out, "%s%u:", out->data[out->size - 1] == '{' ? "" : " ", f->id);
  const ProtobufCBinaryData *data = value;
  const char *text;
  switch (f->type) {
  case PROTOBUF_C_TYPE_ENUM:
  case PROTOBUF_C_TYPE_UINT32:
    jl_buffer_printf(out, "%" PRIu32, *(const uint32_t *)value);
    break;
  case PROTOBUF_C_TYPE_BOOL:
    jl_buffer_printf(out, "%d", *(const protobuf_c_boolean *)value);
    break;
  case PROTOBUF_C_TYPE_UINT64:
    jl_buffer_printf(out, "%" PRIu64, *(const uint64_t *)value);
    break;
  case PROTOBUF_C_TYPE_SINT32:
    jl_buffer_printf(out, "%" PRId32, *(const int32_t *)value);
    break;
  case PROTOBUF_C_TYPE_SINT64:
    jl_buffer_printf(out, "%" PRId64, *(const int64_t *)value);
    break;
  case PROTOBUF_C_TYPE_STRING:
    text = *(char *const *)value;
    jl_buffer_text(out, "t");
    put_hex(out, text, strlen(text));
    break;
  case PROTOBUF_C_TYPE_BYTES:
    jl_buffer_text(out, "h");
    put_hex(out, data->data, data->len);
    break;
  default:
    dump(*(ProtobufCMessage *const *)value, out);
    break;
  }
}

static size_t element_size(ProtobufCType type) {
  switch (type) {
  case PROTOBUF_C_TYPE_SINT64:
  case PROTOBUF_C_TYPE_UINT64:
    return 8;
  case PROTOBUF_C_TYPE_BYTES:
    return sizeof(ProtobufCBinaryData);
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_MESSAGE:
    return sizeof(void *);
  default:
    return 4;
  }
}

static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *f) {
  const uint8_t *base = (const uint8_t *)message;
  if (f->type == PROTOBUF_C_TYPE_MESSAGE || f->type == PROTOBUF_C_TYPE_STRING)
    return *(void *const *)(const void *)(base + f->offset) != NULL;
  return *(const protobuf_c_boolean *)(const void *)(base + f->quantifier_offset);
}

static void dump(const ProtobufCMessage *message, struct jl_buffer *out) {
  const uint8_t *base = (const uint8_t *)message;
  jl_buffer_text(out, "{");
  for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *f = &message->descriptor->fields[i];
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
      if (is_present(message, f)) dump_value(f, base + f->offset, out);
      continue;
    }
    size_t n = *(const size_t *)(const void *)(base + f->quantifier_offset);
    const uint8_t *items = *(uint8_t *const *)(const void *)(base + f->offset);
    for (size_t k = 0; k < n; k++) dump_value(f, items + k * element_size(f->type), out);
  }
  jl_buffer_text(out, "}");
}

static const ProtobufCMessageDescriptor *find(const char *name) {
  for (size_t i = 0; i < JL_COUNT(wire_messages); i++)
    if (strcmp(wire_messages[i]->short_name, name) == 0) return wire_messages[i];
  fail_msg("no message %s", name);
  return NULL;
}

static void check_message(const struct line *l, struct jl_arena *a, const char *want) {
  struct jl_bytes bytes = unhex(l->word[2]);
  struct jl_error err;
  ProtobufCMessage *message = jl_unpack(find(l->word[1]), bytes, a, &err);
  if (message == NULL) {
    char symbol[64];
    snprintf(symbol, sizeof symbol, "error %s", jl_code_symbol(err.code));
    if (strcmp(symbol, want) != 0) fail_msg("%s: %s (%s) instead of %s", l->word[0], symbol, err.message, want);
    assert_true(strstr(want, "TOO_LARGE") != NULL || err.args[0].text[0] != '\0'); /* names the message and the field */
    release(bytes);
    return;
  }
  struct jl_buffer seen;
  jl_buffer_init(&seen, LINE_MAX_SIZE);
  dump(message, &seen);
  assert_string_equal(jl_buffer_cstring(&seen), want);
  jl_buffer_release(&seen);
  struct jl_bytes packed = jl_pack(message, a, JL_MESSAGE_MAX);
  if (strncmp(l->word[0], "packed", 6) != 0) {
    assert_int_equal(packed.size, bytes.size);
    assert_memory_equal(packed.data, bytes.data, bytes.size);
  }
  release(bytes);
}

static void test_messages(void **state) {
  (void)state;
  static struct { char text[LINE_MAX_SIZE]; } raw;
  static struct line l;
  FILE *file = vectors("messages.txt");
  size_t count = 0;
  while (fgets(raw.text, sizeof raw.text, file) != NULL) {
    if (raw.text[0] == '#') continue;
    char *equals = strstr(raw.text, " = ");
    assert_non_null(equals);
    equals[strcspn(equals, "\n")] = '\0';
    *equals = '\0';
    char *save = NULL;
    for (size_t i = 0; i < 3; i++) l.word[i] = strtok_r(i == 0 ? raw.text : NULL, " ", &save);
    struct jl_arena *a = jl_arena_new(1 << 22);
    check_message(&l, a, equals + 3);
    jl_arena_free(a);
    count++;
  }
  assert_true(count >= 35);
  fclose(file);
}

/* A message that needs more than its arena has is refused, at every size, and nothing is left behind. */
static void test_small_arenas(void **state) {
  (void)state;
  static struct line l;
  FILE *file = vectors("messages.txt");
  while (next_line(file, &l)) {
    if (strcmp(l.word[0], "group") != 0) continue;
    struct jl_bytes bytes = unhex(l.word[2]);
    size_t refused = 0;
    for (size_t size = 16; size <= 4096; size += 16) {
      struct jl_arena *a = jl_arena_new(size);
      struct jl_error err;
      if (jl_unpack(&jalon__group__descriptor, bytes, a, &err) == NULL) {
        assert_int_equal(err.code, JL_E_TOO_LARGE);
        refused++;
      }
      jl_arena_free(a);
    }
    assert_in_range(refused, 20, 250);
    release(bytes);
  }
  fclose(file);
}

static void test_error_round_trip(void **state) {
  (void)state;
  struct jl_arena *a = jl_arena_new(1 << 20);
  struct jl_error err, back;
  struct jl_id id = jl_id_random();
  jl_fail(&err, JL_E_FIELD_CONFLICT, JL_MSG("{1} was changed"), JL_MSG("look at {2}"), jl_arg_label("title"), jl_arg_money(-5, "EUR"));
  jl_error_at(&err, 20, &id, 1);
  Jalon__Error wire;
  jl_error_to_wire(&err, a, &wire);
  jl_error_from_wire(&wire, &back);
  assert_memory_equal(&err, &back, sizeof err);
  char huge[1000], control[] = "a\x1b[2J";
  memset(huge, 'x', sizeof huge - 1);
  huge[sizeof huge - 1] = '\0';
  Jalon__Argument argument = JALON__ARGUMENT__INIT;
  Jalon__Argument *arguments[20];
  for (size_t i = 0; i < JL_COUNT(arguments); i++) arguments[i] = &argument;
  argument.has_kind = true;
  argument.kind = 4000000000u;
  argument.text = huge;
  Jalon__Error hostile = JALON__ERROR__INIT;
  hostile.has_code = true;
  hostile.message = huge;
  hostile.hint = control;
  hostile.n_arguments = JL_COUNT(arguments);
  hostile.arguments = arguments;
  jl_error_from_wire(&hostile, &back);
  assert_int_equal(back.code, JL_E_INTERNAL); /* an error without a code is no success */
  assert_int_equal(strlen(back.message), JL_ERROR_MESSAGE_MAX - 1);
  assert_string_equal(back.hint, "");
  assert_int_equal(back.args[4].kind, JL_ARG_TEXT);
  jl_arena_free(a);
}

/* ---- records, chains, ids ---- */

static void test_records(void **state) {
  (void)state;
  static struct line l;
  FILE *file = vectors("records.txt");
  while (next_line(file, &l)) {
    const struct jl_record_type *type = jl_record_type_by_name(l.word[1]);
    assert_non_null(type);
    struct jl_bytes record = unhex(l.word[2]);
    struct jl_error err;
    if (jl_record_check(type, record, &err)) {
      if (strcmp(l.word[l.expected], "ok") != 0) fail_msg("%s was accepted", l.word[0]);
    } else {
      assert_error(&l, &err);
      char field[16];
      snprintf(field, sizeof field, "%u", err.field);
      if (strcmp(field, l.word[l.expected + 2]) != 0) fail_msg("%s: field %s", l.word[0], field);
    }
    release(record);
  }
  fclose(file);
}

static void assert_hex(const char *want, const uint8_t *data, size_t size) {
  struct jl_bytes bytes = unhex(want);
  assert_int_equal(bytes.size, size);
  assert_memory_equal(bytes.data, data, size);
  release(bytes);
}

static void test_chains(void **state) {
  (void)state;
  static struct line l;
  FILE *file = vectors("chains.txt");
  while (next_line(file, &l)) {
    struct jl_bytes a = unhex(l.word[1]), b = unhex(l.word[2]);
    uint8_t hash[JL_CHAIN_SIZE];
    if (strcmp(l.word[0], "chain") == 0)
      jl_chain_next(a.data, b, hash);
    else {
      crypto_generichash_state salted;
      crypto_generichash_init(&salted, NULL, 0, sizeof hash);
      crypto_generichash_update(&salted, a.data, a.size);
      crypto_generichash_update(&salted, b.data, b.size);
      crypto_generichash_final(&salted, hash, sizeof hash);
    }
    assert_hex(l.word[3], hash, sizeof hash);
    release(a);
    release(b);
  }
  fclose(file);
}

static struct jl_id derive(char *purpose, char *list) {
  struct jl_bytes parts[8];
  size_t n = 0;
  char *save = NULL;
  for (char *p = purpose; *p != '\0'; p++)
    if (*p == '_') *p = ' ';
  for (char *part = strtok_r(list, ",", &save); part != NULL; part = strtok_r(NULL, ",", &save)) parts[n++] = unhex(part);
  struct jl_id id = jl_id_derive(purpose, parts, n);
  while (n > 0) release(parts[--n]);
  return id;
}

static void test_ids(void **state) {
  (void)state;
  static struct line l;
  FILE *file = vectors("ids.txt");
  while (next_line(file, &l)) {
    struct jl_id id;
    if (strcmp(l.word[0], "derive") == 0)
      id = derive(l.word[1], l.word[2]);
    else {
      struct jl_bytes space_bytes = unhex(l.word[2]), record = unhex(l.word[3]);
      struct jl_id space;
      assert_true(jl_id_from_bytes(space_bytes, &space));
      assert_true(jl_record_natural_id(jl_record_type_by_name(l.word[1]), &space, record, &id));
      release(space_bytes);
      release(record);
    }
    assert_hex(l.word[l.expected], id.bytes, sizeof id.bytes);
  }
  fclose(file);
}

static void test_generator_agrees(void **state) {
  (void)state;
  pid_t child = fork();
  if (child == 0) {
    execlp("python3", "python3", SOURCE_DIR "/proto/vectors/generate.py", "--check", (char *)NULL);
    _exit(127);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 127) skip(); /* no python3 here */
  assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames),       cmocka_unit_test(test_messages),
      cmocka_unit_test(test_small_arenas), cmocka_unit_test(test_error_round_trip),
      cmocka_unit_test(test_records),      cmocka_unit_test(test_chains),
      cmocka_unit_test(test_ids),          cmocka_unit_test(test_generator_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

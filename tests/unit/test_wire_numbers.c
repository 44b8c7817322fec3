/* What may never change: numbers, names, types of wire.proto, frozen in proto/vectors/wire_numbers.txt. And what the hard
 * shell relies on: no message contains itself, no maps, floats or required fields, few fields and little depth. */
#include "common/wire/prescan.h"
#include "proto/view.pb-c.h"
#include "wire_messages.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include <cmocka.h>

static const ProtobufCMessageDescriptor *find(const char *name) {
  for (size_t i = 0; i < JL_COUNT(wire_messages); i++)
    if (strcmp(wire_messages[i]->short_name, name) == 0) return wire_messages[i];
  return NULL;
}

static const char *last_part(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot == NULL ? name : dot + 1;
}

static const char *type_name(const ProtobufCFieldDescriptor *f) {
  switch (f->type) {
  case PROTOBUF_C_TYPE_UINT32:
    return "uint32";
  case PROTOBUF_C_TYPE_UINT64:
    return "uint64";
  case PROTOBUF_C_TYPE_SINT32:
    return "sint32";
  case PROTOBUF_C_TYPE_SINT64:
    return "sint64";
  case PROTOBUF_C_TYPE_BOOL:
    return "bool";
  case PROTOBUF_C_TYPE_STRING:
    return "string";
  case PROTOBUF_C_TYPE_BYTES:
    return "bytes";
  case PROTOBUF_C_TYPE_ENUM:
    return ((const ProtobufCEnumDescriptor *)f->descriptor)->short_name;
  case PROTOBUF_C_TYPE_MESSAGE:
    return ((const ProtobufCMessageDescriptor *)f->descriptor)->short_name;
  default:
    return "not allowed";
  }
}

static void check_field(const char *message, unsigned number, const char *name, const char *label, const char *type) {
  const ProtobufCMessageDescriptor *d = find(message);
  const ProtobufCFieldDescriptor *f = d == NULL ? NULL : protobuf_c_message_descriptor_get_field(d, number);
  if (f == NULL) fail_msg("%s %u is gone", message, number);
  assert_string_equal(f->name, name);
  assert_string_equal(f->label == PROTOBUF_C_LABEL_REPEATED ? "repeated" : "optional", label);
  assert_string_equal(type_name(f), type);
}

static const ProtobufCEnumDescriptor *find_enum(const char *name) {
  static const ProtobufCEnumDescriptor *const enums[] = {&jalon__frame_type__descriptor, &jalon__verb__descriptor, &jalon__doing__descriptor,
                                                         &jalon__account_verb__descriptor};
  for (size_t i = 0; i < JL_COUNT(enums); i++)
    if (strcmp(last_part(enums[i]->name), name) == 0) return enums[i];
  return NULL;
}

static void check_value(const char *name, int number, const char *value) {
  const ProtobufCEnumDescriptor *e = find_enum(name);
  const ProtobufCEnumValue *v = e == NULL ? NULL : protobuf_c_enum_descriptor_get_value(e, number);
  if (v == NULL) fail_msg("%s %d is gone", name, number);
  assert_string_equal(v->name, value);
}

static void test_frozen(void **state) {
  (void)state;
  FILE *file = fopen(SOURCE_DIR "/proto/vectors/wire_numbers.txt", "r");
  assert_non_null(file);
  char line[400], a[100], b[100], c[100], d[100];
  unsigned number;
  size_t messages = 0, fields = 0, expected = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "field %99s %u %99s %99s %99s", a, &number, b, c, d) == 5) {
      check_field(a, number, b, c, d);
      fields++;
    } else if (sscanf(line, "enum %99s %u %99s", a, &number, b) == 3)
      check_value(a, (int)number, b);
    else if (sscanf(line, "message %99s", a) == 1) {
      if (find(a) == NULL) fail_msg("message %s is missing in wire_messages.h", a);
      messages++;
    } else
      assert_int_equal(line[0], '#');
  }
  fclose(file);
  for (size_t i = 0; i < JL_COUNT(wire_messages); i++) expected += wire_messages[i]->n_fields;
  assert_int_equal(messages, JL_COUNT(wire_messages));
  if (fields != expected) fail_msg("%zu fields are frozen, %zu exist: run proto/vectors/generate.py", fields, expected);
}

/* Levels of messages below and with this one; a message that contained itself would pass every limit. */
static unsigned depth(const ProtobufCMessageDescriptor *root) {
  const ProtobufCMessageDescriptor *level[JL_COUNT(wire_messages) + 1] = {root}, *next[JL_COUNT(wire_messages) + 1];
  size_t n = 1;
  unsigned levels = 0;
  for (; n > 0 && levels <= JL_COUNT(wire_messages); levels++) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
      for (unsigned f = 0; f < level[i]->n_fields; f++) {
        if (level[i]->fields[f].type != PROTOBUF_C_TYPE_MESSAGE) continue;
        const ProtobufCMessageDescriptor *child = level[i]->fields[f].descriptor;
        bool known = false;
        for (size_t k = 0; k < found; k++) known = known || next[k] == child;
        if (!known) next[found++] = child;
      }
    memcpy(level, next, sizeof *next * found);
    n = found;
  }
  return levels;
}

static void test_shape(void **state) {
  (void)state;
  assert_true(depth(&jalon__document__descriptor) <= JL_PRESCAN_DEPTH); /* view documents are unpacked by the same shell */
  for (size_t i = 0; i < JL_COUNT(wire_messages); i++) {
    const ProtobufCMessageDescriptor *d = wire_messages[i];
    unsigned levels = depth(d);
    if (levels > JL_PRESCAN_DEPTH) fail_msg("%s is %u levels deep or contains itself", d->short_name, levels);
    if (d->n_fields > JL_PRESCAN_FIELDS) fail_msg("%s has %u fields", d->short_name, d->n_fields);
    for (unsigned f = 0; f < d->n_fields; f++) {
      if (strcmp(type_name(&d->fields[f]), "not allowed") == 0)
        fail_msg("%s.%s has a type that is not allowed", d->short_name, d->fields[f].name);
      if (d->fields[f].label == PROTOBUF_C_LABEL_REQUIRED) fail_msg("%s.%s is required", d->short_name, d->fields[f].name);
      if (d->fields[f].type == PROTOBUF_C_TYPE_ENUM)
        assert_int_equal(((const ProtobufCEnumDescriptor *)d->fields[f].descriptor)->values[0].value, 0);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_frozen), cmocka_unit_test(test_shape)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

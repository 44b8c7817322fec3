#include "common/wire/unpack.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/wire/prescan.h"
#include <string.h>

/* The last line of defence: the prescan has already refused what would not fit. */
struct capped {
  struct jl_arena *arena;
  size_t left;
};

static void *capped_alloc(void *data, size_t size) {
  struct capped *c = data;
  if (size > c->left) return NULL;
  c->left -= size;
  return jl_arena_alloc(c->arena, size);
}

static void capped_free(void *data, void *pointer) { /* the arena frees as a whole */
  (void)data;
  (void)pointer;
}

ProtobufCMessage *jl_unpack(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, struct jl_arena *a, struct jl_error *err) {
  size_t cap = bytes.size > JL_UNPACK_MAX / JL_UNPACK_FACTOR ? JL_UNPACK_MAX : JL_UNPACK_FACTOR * bytes.size + JL_UNPACK_SLACK;
  return jl_unpack_within(descriptor, bytes, cap, a, err);
}

ProtobufCMessage *jl_unpack_within(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, size_t cap, struct jl_arena *a,
                                   struct jl_error *err) {
  size_t need;
  if (!jl_prescan(descriptor, bytes, &need, err)) return NULL;
  if (need > cap) {
    jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} of {2} would need {3} of memory; {4} are allowed"), JL_MSG("send less at once"),
            jl_arg_text(descriptor->short_name), jl_arg_bytes((int64_t)bytes.size), jl_arg_bytes((int64_t)need),
            jl_arg_bytes((int64_t)cap));
    return NULL;
  }
  struct capped capped = {a, cap};
  ProtobufCAllocator allocator = {capped_alloc, capped_free, &capped};
  ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, bytes.size, bytes.data);
  if (message == NULL && jl_arena_short(a))
    jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  else if (message == NULL)
    jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} of {2} does not fit the memory of its request"), JL_MSG("send less at once"),
            jl_arg_text(descriptor->short_name), jl_arg_bytes((int64_t)bytes.size));
  return message;
}

struct jl_bytes jl_pack(const ProtobufCMessage *message, struct jl_arena *a, size_t max) {
  size_t size = protobuf_c_message_get_packed_size(message);
  uint8_t *out = size > max ? NULL : jl_arena_alloc(a, size);
  if (out == NULL) return (struct jl_bytes){NULL, size};
  return (struct jl_bytes){out, protobuf_c_message_pack(message, out)};
}

ProtobufCBinaryData jl_to_pb(struct jl_bytes bytes) {
  union {
    const uint8_t *in;
    uint8_t *out;
  } data = {bytes.data}; /* protobuf-c has no const here; packing does not write */
  return (ProtobufCBinaryData){bytes.size, data.out};
}

static void arguments_to_wire(const struct jl_error *err, struct jl_arena *a, Jalon__Error *wire) {
  size_t n = JL_ERROR_ARGS;
  while (n > 0 && err->args[n - 1].kind == JL_ARG_NONE) n--;
  Jalon__Argument **list = n == 0 ? NULL : jl_arena_array(a, n, sizeof *list);
  Jalon__Argument *items = n == 0 ? NULL : jl_arena_array(a, n, sizeof *items);
  if (list == NULL || items == NULL) return;
  for (size_t i = 0; i < n; i++) {
    const struct jl_arg *arg = &err->args[i];
    jalon__argument__init(&items[i]);
    items[i].has_kind = true;
    items[i].kind = arg->kind;
    items[i].has_number = arg->number != 0;
    items[i].number = arg->number;
    if (arg->text[0] != '\0') items[i].text = jl_arena_strdup(a, arg->text);
    list[i] = &items[i];
  }
  wire->n_arguments = n;
  wire->arguments = list;
}

void jl_error_to_wire(const struct jl_error *err, struct jl_arena *a, Jalon__Error *ret_wire) {
  Jalon__Error wire = JALON__ERROR__INIT;
  wire.has_code = true;
  wire.code = (uint32_t)err->code;
  wire.has_record_type = err->record_type != 0;
  wire.record_type = err->record_type;
  if (!jl_id_is_zero(&err->record)) {
    struct jl_bytes id = jl_arena_dup(a, (struct jl_bytes){err->record.bytes, sizeof err->record.bytes});
    wire.has_record = id.data != NULL;
    if (id.data != NULL) wire.record = jl_to_pb(id);
  }
  wire.has_field = err->field != 0;
  wire.field = err->field;
  if (err->message[0] != '\0') wire.message = jl_arena_strdup(a, err->message);
  if (err->hint[0] != '\0') wire.hint = jl_arena_strdup(a, err->hint);
  arguments_to_wire(err, a, &wire);
  *ret_wire = wire;
}

/* A template is shown to a person: anything but clean text is dropped, what is too long is cut at a character. */
static void copy_template(char out[JL_ERROR_MESSAGE_MAX], const char *text) {
  size_t size = text == NULL ? 0 : strlen(text);
  if (size == 0 || !jl_text_valid(text, size)) return;
  size = jl_text_cut(text, size, JL_ERROR_MESSAGE_MAX - 1);
  memcpy(out, text, size);
  out[size] = '\0';
}

void jl_error_from_wire(const Jalon__Error *wire, struct jl_error *ret_err) {
  struct jl_error err = {.code =
                             wire->has_code && wire->code != JL_E_OK && wire->code <= INT32_MAX ? (enum jl_code)wire->code : JL_E_INTERNAL};
  err.record_type = wire->has_record_type ? wire->record_type : 0;
  if (wire->has_record) (void)!jl_id_from_bytes(JL_PB(wire->record), &err.record);
  err.field = wire->has_field ? wire->field : 0;
  copy_template(err.message, wire->message);
  copy_template(err.hint, wire->hint);
  for (size_t i = 0; i < wire->n_arguments && i < JL_ERROR_ARGS; i++) {
    const Jalon__Argument *arg = wire->arguments[i];
    err.args[i] = jl_arg_text(arg->text);
    err.args[i].kind = arg->has_kind && arg->kind <= JL_ARG_REVISION ? (enum jl_arg_kind)arg->kind : JL_ARG_TEXT;
    err.args[i].number = arg->has_number ? arg->number : 0;
  }
  *ret_err = err;
}

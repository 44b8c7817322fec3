#include "common/wire/prescan.h"
#include "common/base/text.h"
#include <stdio.h>

#define ALIGN 16          /* of the arena */
#define SCANNED_MEMBER 32 /* protobuf-c's note per field; the first 16 are on its stack, then slabs that double */
#define UNKNOWN_FIELD sizeof(ProtobufCMessageUnknownField)

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct level {
  const ProtobufCMessageDescriptor *descriptor;
  const uint8_t *at, *end;
  uint64_t seen;  /* bit per field of the descriptor */
  size_t members; /* fields on the wire */
};
struct scan {
  struct level levels[JL_PRESCAN_DEPTH];
  size_t depth, need;
  struct jl_error *err;
};

static size_t aligned(size_t size) { return size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN; }

static bool bad(struct scan *s, enum jl_code code, const char *message, const char *hint, const ProtobufCFieldDescriptor *field) {
  char name[JL_ARG_TEXT_MAX];
  const struct level *l = &s->levels[s->depth - 1];
  snprintf(name, sizeof name, "%s%s%s", l->descriptor->short_name, field == NULL ? "" : ".", field == NULL ? "" : field->name);
  jl_fail(s->err, code, message, hint, jl_arg_text(name));
  return jl_error_at(s->err, 0, NULL, field == NULL ? 0 : field->id);
}

static bool malformed(struct scan *s, const ProtobufCFieldDescriptor *field) {
  return bad(s, JL_E_BAD_FRAME, JL_MSG("{1} is not well-formed"), JL_MSG("the other side has a defect or the data was damaged on its way"),
             field);
}

/* Minimal, at most 64 bits. */
static inline bool read_varint(const uint8_t **io_at, const uint8_t *end, uint64_t *ret_n) {
  uint64_t n = 0;
  const uint8_t *p = *io_at;
  if (p < end && *p < 0x80) { /* most are */
    *ret_n = *p;
    *io_at = p + 1;
    return true;
  }
  for (unsigned shift = 0; shift < 64 && p < end; shift += 7) {
    uint8_t byte = *p++;
    if (shift == 63 && byte > 1) return false;
    n |= (uint64_t)(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && shift > 0) return false;
    *io_at = p;
    *ret_n = n;
    return true;
  }
  return false;
}

static enum wire_type wire_type_of(ProtobufCType type) {
  switch (type) {
  case PROTOBUF_C_TYPE_FIXED32:
  case PROTOBUF_C_TYPE_SFIXED32:
  case PROTOBUF_C_TYPE_FLOAT:
    return WIRE_FIXED32;
  case PROTOBUF_C_TYPE_FIXED64:
  case PROTOBUF_C_TYPE_SFIXED64:
  case PROTOBUF_C_TYPE_DOUBLE:
    return WIRE_FIXED64;
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_BYTES:
  case PROTOBUF_C_TYPE_MESSAGE:
    return WIRE_BYTES;
  default:
    return WIRE_VARINT;
  }
}

static bool check_varint(struct scan *s, const ProtobufCFieldDescriptor *field, uint64_t n) {
  switch (field->type) {
  case PROTOBUF_C_TYPE_ENUM:
    if (n <= INT32_MAX && protobuf_c_enum_descriptor_get_value(field->descriptor, (int)n) != NULL) return true;
    return bad(s, JL_E_UNSUPPORTED, JL_MSG("{1} has a value that this version does not know"),
               JL_MSG("the other side is newer: upgrade this one"), field);
  case PROTOBUF_C_TYPE_BOOL:
    return n <= 1 || malformed(s, field);
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_SINT32:
    return n <= UINT32_MAX || malformed(s, field);
  case PROTOBUF_C_TYPE_INT32:
    return (int64_t)n == (int32_t)n || malformed(s, field);
  default:
    return true;
  }
}

static bool skip(const uint8_t **io_at, const uint8_t *end, size_t size) {
  if ((size_t)(end - *io_at) < size) return false;
  *io_at += size;
  return true;
}

static bool scan_varint(struct scan *s, struct level *l, const ProtobufCFieldDescriptor *field) {
  uint64_t n;
  if (!read_varint(&l->at, l->end, &n)) return malformed(s, field);
  return check_varint(s, field, n);
}

/* Several numbers in one piece: allowed for every repeated number. */
static bool scan_packed(struct scan *s, const ProtobufCFieldDescriptor *field, struct jl_bytes bytes) {
  enum wire_type type = wire_type_of(field->type);
  const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
  while (at < end) {
    uint64_t n = 0;
    bool ok = type == WIRE_VARINT ? read_varint(&at, end, &n) : skip(&at, end, type == WIRE_FIXED32 ? 4 : 8);
    if (!ok) return malformed(s, field);
    if (type == WIRE_VARINT && !check_varint(s, field, n)) return false;
    s->need += sizeof(uint64_t);
  }
  return true;
}

static bool enter(struct scan *s, const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes) {
  if (s->depth == JL_PRESCAN_DEPTH) return malformed(s, NULL);
  s->levels[s->depth++] =
      (struct level){.descriptor = descriptor, .at = bytes.data, .end = bytes.size == 0 ? bytes.data : bytes.data + bytes.size};
  s->need += aligned(descriptor->sizeof_message);
  return true;
}

/* A text, bytes, sub-message or packed numbers. */
static bool scan_bytes(struct scan *s, struct level *l, const ProtobufCFieldDescriptor *field) {
  uint64_t size;
  if (!read_varint(&l->at, l->end, &size) || size > (size_t)(l->end - l->at)) return malformed(s, field);
  struct jl_bytes bytes = {l->at, (size_t)size};
  l->at += size;
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    s->need += aligned(bytes.size + 1);
    if (jl_text_valid(bytes.data, bytes.size)) return true;
    return bad(s, JL_E_BAD_UTF8, JL_MSG("{1} is not clean text"), JL_MSG("send UTF-8 without control characters"), field);
  case PROTOBUF_C_TYPE_BYTES:
    s->need += aligned(bytes.size);
    return true;
  case PROTOBUF_C_TYPE_MESSAGE:
    return enter(s, field->descriptor, bytes);
  default:
    return scan_packed(s, field, bytes);
  }
}

static bool scan_known(struct scan *s, struct level *l, const ProtobufCFieldDescriptor *field, enum wire_type type) {
  uint64_t bit = UINT64_C(1) << (field - l->descriptor->fields);
  bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  enum wire_type wanted = wire_type_of(field->type);
  if ((l->seen & bit) != 0 && !repeated)
    return bad(s, JL_E_BAD_FRAME, JL_MSG("{1} is there twice"), JL_MSG("send a field that is not repeated once"), field);
  if (repeated) s->need += sizeof(uint64_t) + ((l->seen & bit) == 0 ? ALIGN : 0);
  l->seen |= bit;
  if (type != wanted && !(repeated && type == WIRE_BYTES && wanted != WIRE_BYTES)) return malformed(s, field);
  if (type == WIRE_VARINT) return scan_varint(s, l, field);
  if (type == WIRE_BYTES) return scan_bytes(s, l, field);
  return skip(&l->at, l->end, type == WIRE_FIXED32 ? 4 : 8) || malformed(s, field);
}

static bool scan_unknown(struct scan *s, struct level *l, unsigned type) {
  const uint8_t *start = l->at;
  uint64_t n;
  bool ok;
  switch (type) {
  case WIRE_VARINT:
    ok = read_varint(&l->at, l->end, &n);
    break;
  case WIRE_BYTES:
    ok = read_varint(&l->at, l->end, &n) && n <= (size_t)(l->end - l->at) && skip(&l->at, l->end, (size_t)n);
    break;
  case WIRE_FIXED32:
    ok = skip(&l->at, l->end, 4);
    break;
  case WIRE_FIXED64:
    ok = skip(&l->at, l->end, 8);
    break;
  default:
    ok = false; /* groups, which nobody uses any more */
  }
  s->need += UNKNOWN_FIELD + ALIGN + aligned((size_t)(l->at - start));
  return ok || malformed(s, NULL);
}

/* Adds the slab that protobuf-c takes when the fields of one message outgrow the last one. */
static void count_member(struct scan *s, struct level *l) {
  size_t filled = 16;
  l->members++;
  for (size_t slab = 32; filled < l->members; slab *= 2) {
    if (filled + 1 == l->members) s->need += slab * SCANNED_MEMBER;
    filled += slab;
  }
}

bool jl_prescan(const ProtobufCMessageDescriptor *descriptor, struct jl_bytes bytes, size_t *ret_need, struct jl_error *err) {
  struct scan s = {.err = err};
  if (!enter(&s, descriptor, bytes)) return false;
  while (s.depth > 0) {
    struct level *l = &s.levels[s.depth - 1];
    if (l->at == l->end) {
      s.depth--;
      continue;
    }
    uint64_t tag;
    if (!read_varint(&l->at, l->end, &tag) || tag > UINT32_MAX || tag >> 3 == 0) return malformed(&s, NULL);
    count_member(&s, l);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(l->descriptor, (unsigned)(tag >> 3));
    bool ok = field == NULL ? scan_unknown(&s, l, tag & 7) : scan_known(&s, l, field, (enum wire_type)(tag & 7));
    if (!ok) return false;
  }
  *ret_need = s.need;
  return true;
}

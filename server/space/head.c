#include "server/space/head.h"
#include <stddef.h>

enum {
  FIELD_REPLICA = 1,
  FIELD_SPACE = 2,
  FIELD_SEQ = 3,
  FIELD_GROUP_ID = 4,
  FIELD_MODEL_VERSION = 5,
  FIELD_DRY_RUN = 9,
  FIELD_IMPORT = 12,
  FIELD_IMPORT_PART = 14
}; /* of Group in wire.proto */
enum { FIELD_AUTHOR = 3, FIELD_GROUP = 7 }; /* of ChangeBody */
enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

static bool take_varint(struct jl_bytes *rest, uint64_t *ret_n) {
  uint64_t n = 0;
  for (unsigned shift = 0; shift < 64 && rest->size > 0; shift += 7) {
    uint8_t byte = *rest->data;
    *rest = (struct jl_bytes){rest->data + 1, rest->size - 1};
    n |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *ret_n = n;
      return true;
    }
  }
  return false;
}

/* The next field; a number, or bytes. */
static bool take_field(struct jl_bytes *rest, uint64_t *ret_tag, uint64_t *ret_n, struct jl_bytes *ret_bytes) {
  if (!take_varint(rest, ret_tag)) return false;
  size_t size = 0;
  switch (*ret_tag & 7) {
  case WIRE_VARINT:
    return take_varint(rest, ret_n);
  case WIRE_FIXED64:
    size = 8;
    break;
  case WIRE_FIXED32:
    size = 4;
    break;
  case WIRE_BYTES:
    if (!take_varint(rest, ret_n) || *ret_n > rest->size) return false;
    size = (size_t)*ret_n;
    break;
  default:
    return false;
  }
  if (size > rest->size) return false;
  *ret_bytes = (struct jl_bytes){rest->data, size};
  *rest = (struct jl_bytes){rest->data + size, rest->size - size};
  return true;
}

static bool unreadable(struct jl_error *err) {
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("{1} is not well-formed"),
                 JL_MSG("the other side has a defect or the data was damaged on its way"), jl_arg_text("Group"));
}

bool jl_group_head(struct jl_bytes group, struct jl_group_head *ret_head, struct jl_error *err) {
  struct jl_group_head head = {.seq = 0};
  unsigned seen = 0;
  while (group.size > 0) {
    uint64_t tag, n = 0;
    struct jl_bytes bytes = {NULL, 0};
    if (!take_field(&group, &tag, &n, &bytes)) return unreadable(err);
    uint64_t field = tag >> 3;
    bool ok = true;
    if (field == FIELD_REPLICA) ok = jl_id_from_bytes(bytes, &head.replica);
    if (field == FIELD_SPACE) ok = jl_id_from_bytes(bytes, &head.space);
    if (field == FIELD_GROUP_ID) ok = jl_id_from_bytes(bytes, &head.group);
    if (field == FIELD_SEQ) head.seq = n;
    if (field == FIELD_MODEL_VERSION && (tag & 7) == WIRE_VARINT && n <= UINT32_MAX) head.model_version = (uint32_t)n;
    if (field == FIELD_DRY_RUN) head.dry_run = n != 0;
    if (field == FIELD_IMPORT && (tag & 7) == WIRE_BYTES && !jl_id_from_bytes(bytes, &head.import)) head.import = (struct jl_id){{0}};
    if (field == FIELD_IMPORT_PART && (tag & 7) == WIRE_VARINT && n <= UINT32_MAX) head.import_part = (uint32_t)n;
    bool of_head = field >= FIELD_REPLICA && (field <= FIELD_GROUP_ID || field == FIELD_DRY_RUN);
    if (!of_head) continue;
    bool is_number = field == FIELD_SEQ || field == FIELD_DRY_RUN;
    if (!ok || (seen >> field & 1) != 0 || (tag & 7) != (is_number ? WIRE_VARINT : WIRE_BYTES)) return unreadable(err);
    seen |= 1u << field;
  }
  const unsigned needed = 1u << FIELD_REPLICA | 1u << FIELD_SPACE | 1u << FIELD_SEQ | 1u << FIELD_GROUP_ID;
  if ((seen & needed) != needed || jl_id_is_zero(&head.replica) || head.seq == 0 || head.seq > INT64_MAX)
    return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a group needs a replica, a number from 1 and an id of its own"), NULL);
  *ret_head = head;
  return true;
}

bool jl_change_head(struct jl_bytes body, struct jl_id *ret_author, struct jl_id *ret_group) {
  bool author = false;
  while (body.size > 0) { /* both stand before the changes */
    uint64_t tag, n = 0;
    struct jl_bytes bytes = {NULL, 0};
    if (!take_field(&body, &tag, &n, &bytes)) return false;
    if (tag == (FIELD_AUTHOR << 3 | WIRE_BYTES)) author = jl_id_from_bytes(bytes, ret_author);
    if (tag == (FIELD_GROUP << 3 | WIRE_BYTES)) return author && jl_id_from_bytes(bytes, ret_group);
  }
  return false;
}

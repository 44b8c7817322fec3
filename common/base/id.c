#include "common/base/id.h"
#include <sodium.h>
#include <string.h>

struct jl_id jl_id_random(void) {
  struct jl_id id;
  if (sodium_init() < 0) jl_assert_failed("the system has no randomness", __FILE__, __LINE__);
  randombytes_buf(id.bytes, sizeof id.bytes);
  return id;
}

/* Every part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ. */
static void hash_part(crypto_generichash_state *state, const void *data, size_t size) {
  uint8_t length[8];
  for (size_t i = 0; i < sizeof length; i++) length[i] = (uint8_t)((uint64_t)size >> (8 * i));
  crypto_generichash_update(state, length, sizeof length);
  if (size > 0) crypto_generichash_update(state, data, size);
}

struct jl_id jl_id_derive(const char *purpose, const struct jl_bytes *parts, size_t nparts) {
  struct jl_id id;
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof id.bytes);
  hash_part(&state, purpose, strlen(purpose));
  for (size_t i = 0; i < nparts; i++) hash_part(&state, parts[i].data, parts[i].size);
  crypto_generichash_final(&state, id.bytes, sizeof id.bytes);
  return id;
}

bool jl_id_is_zero(const struct jl_id *id) {
  static const struct jl_id zero;
  return memcmp(id, &zero, sizeof zero) == 0;
}

bool jl_id_equal(const struct jl_id *a, const struct jl_id *b) { return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0; }
int jl_id_compare(const struct jl_id *a, const struct jl_id *b) { return memcmp(a->bytes, b->bytes, sizeof a->bytes); }

void jl_id_format(const struct jl_id *id, char out[JL_ID_TEXT_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  size_t used = 0;
  for (size_t i = 0; i < sizeof id->bytes; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out[used++] = '-';
    out[used++] = digits[id->bytes[i] >> 4];
    out[used++] = digits[id->bytes[i] & 15];
  }
  out[used] = '\0';
}

static int hex_digit(char c) {
  static const int8_t values[256] = {['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
                                     ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
                                     ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};
  return values[(uint8_t)c] - 1;
}

bool jl_id_parse(const char *text, struct jl_id *ret_id) {
  struct jl_id id;
  size_t size = strnlen(text, JL_ID_TEXT_SIZE);
  if (size != 32 && size != 36) return false;
  const char *p = text;
  for (size_t i = 0; i < sizeof id.bytes; i++) {
    if (size == 36 && (i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-') return false;
    int high = hex_digit(p[0]);
    int low = high < 0 ? -1 : hex_digit(p[1]);
    if (low < 0) return false;
    id.bytes[i] = (uint8_t)(high * 16 + low);
    p += 2;
  }
  *ret_id = id;
  return true;
}

bool jl_id_from_bytes(struct jl_bytes bytes, struct jl_id *ret_id) {
  if (bytes.size != sizeof ret_id->bytes) return false;
  memcpy(ret_id->bytes, bytes.data, sizeof ret_id->bytes);
  return true;
}

/* Ids are random or hashed already; both halves are mixed because a client may choose one of them. */
uint64_t jl_id_hash(const struct jl_id *id) {
  uint64_t a, b;
  memcpy(&a, id->bytes, sizeof a);
  memcpy(&b, id->bytes + sizeof a, sizeof b);
  uint64_t h = a ^ (b * 0x9e3779b97f4a7c15u);
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  return h;
}

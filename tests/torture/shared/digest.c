#include "tests/torture/shared/digest.h"
#include <sodium.h>
#include <string.h>

uint32_t crc32_of(uint32_t crc, struct jl_bytes bytes) {
  static uint32_t table[256];
  if (table[1] == 0)
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t c = i;
      for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
      table[i] = c;
    }
  crc = ~crc;
  for (size_t i = 0; i < bytes.size; i++) crc = table[(crc ^ bytes.data[i]) & 255] ^ (crc >> 8);
  return ~crc;
}

static void put(uint8_t *out, uint64_t n) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)(n >> (8 * i));
}

/* libsodium makes 16 bytes at least: the first 8 of them. */
static uint64_t record_digest(const struct jl_record *r) {
  uint8_t head[16 + 4 * 8], hash[crypto_generichash_BYTES_MIN];
  crypto_generichash_state state;
  memcpy(head, r->id.bytes, 16);
  const uint64_t numbers[] = {r->type_number, r->number, r->revision, r->deleted_revision};
  for (size_t i = 0; i < JL_COUNT(numbers); i++) put(head + 16 + 8 * i, numbers[i]);
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  crypto_generichash_update(&state, head, sizeof head);
  crypto_generichash_update(&state, r->body.data, r->body.size);
  crypto_generichash_final(&state, hash, sizeof hash);
  uint64_t n = 0;
  for (int i = 0; i < 8; i++) n |= (uint64_t)hash[i] << (8 * i);
  return n;
}

uint64_t replica_digest(const struct jl_replica *r) {
  uint64_t sum = 0;
  for (const struct jl_record *record = jl_replica_next(r, NULL); record; record = jl_replica_next(r, &record->id)) sum += record_digest(record);
  return sum;
}

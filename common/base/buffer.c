#include "common/base/buffer.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jl_buffer_init(struct jl_buffer *b, size_t max_bytes) { *b = (struct jl_buffer){.max = max_bytes}; }

void jl_buffer_release(struct jl_buffer *b) {
  if (b == NULL) return;
  free(b->data);
  *b = (struct jl_buffer){.max = b->max};
}

void jl_buffer_clear(struct jl_buffer *b) {
  b->size = 0;
  b->failed = b->starved = false;
}

bool jl_buffer_ok(const struct jl_buffer *b) { return !b->failed; }

/* Makes room for size more bytes and a terminator. */
static bool reserve(struct jl_buffer *b, size_t size) {
  if (b->failed) return false;
  if (size > b->max - b->size || b->max == SIZE_MAX) return !(b->failed = true);
  size_t need = b->size + size + 1;
  if (need <= b->capacity) return true;
  size_t capacity = b->capacity < 64 ? 64 : b->capacity;
  while (capacity < need) capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
  if (capacity > b->max + 1) capacity = b->max + 1;
  uint8_t *data = realloc(b->data, capacity);
  if (data == NULL) return !(b->failed = b->starved = true);
  b->data = data;
  b->capacity = capacity;
  return true;
}

void jl_buffer_append(struct jl_buffer *b, const void *data, size_t size) {
  if (size == 0 || !reserve(b, size)) return;
  memcpy(b->data + b->size, data, size);
  b->size += size;
}

void jl_buffer_text(struct jl_buffer *b, const char *text) { jl_buffer_append(b, text, strlen(text)); }
void jl_buffer_byte(struct jl_buffer *b, uint8_t byte) { jl_buffer_append(b, &byte, 1); }

void jl_buffer_printf(struct jl_buffer *b, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  if (size < 0)
    b->failed = true;
  else if (reserve(b, (size_t)size)) {
    vsnprintf((char *)b->data + b->size, (size_t)size + 1, format, again);
    b->size += (size_t)size;
  }
  va_end(again);
  va_end(args);
}

void jl_buffer_number(struct jl_buffer *b, uint64_t n) {
  char digits[20];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + n % 10);
  while ((n /= 10) != 0);
  jl_buffer_append(b, digits + at, sizeof digits - at);
}

void jl_buffer_varint(struct jl_buffer *b, uint64_t n) {
  uint8_t bytes[10];
  size_t size = 0;
  for (; n >= 0x80; n >>= 7) bytes[size++] = (uint8_t)(n | 0x80);
  bytes[size++] = (uint8_t)n;
  jl_buffer_append(b, bytes, size);
}

void jl_buffer_consume(struct jl_buffer *b, size_t size) {
  JL_ASSERT(size <= b->size);
  b->size -= size;
  if (b->size > 0 && size > 0) memmove(b->data, b->data + size, b->size);
}

const char *jl_buffer_cstring(struct jl_buffer *b) {
  if (!reserve(b, 0)) return NULL;
  b->data[b->size] = '\0';
  return (const char *)b->data;
}

struct jl_bytes jl_buffer_bytes(const struct jl_buffer *b) {
  return (struct jl_bytes){b->data, b->size};
}

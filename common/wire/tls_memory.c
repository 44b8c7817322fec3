/* The memory that OpenSSL takes: whether it got it, and a few buffers that are kept for it.
 *
 * OpenSSL takes a buffer of a record's length from the heap for nearly every record and gives it back, so that idle connections hold
 * none (SSL_MODE_RELEASE_BUFFERS). To malloc that is a large block: each makes it tidy up what small ones left behind. A few are kept
 * here instead; the one that was used last, which is in the processor's cache, is the next one used. */
#include "common/wire/tls_internal.h"
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#define RECORD_MIN 16384   /* bytes: what a buffer for a record has at least, */
#define RECORD_BLOCK 18432 /* at most, and always when it comes from here */
#define KEPT 16            /* few are in use at a time: one for each record that came in part, and two */

static _Thread_local bool keeps; /* one thread does: the loop's */
static void *kept[KEPT];
static size_t kept_count;

static void *take(size_t size, const char *file, int line) {
  (void)file, (void)line;
  if (size == 0) return NULL;
  if (size < RECORD_MIN || size > RECORD_BLOCK) return malloc(size);
  return keeps && kept_count > 0 ? kept[--kept_count] : malloc(RECORD_BLOCK);
}

static void give(void *memory, const char *file, int line) {
  (void)file, (void)line;
  size_t size = keeps && kept_count < KEPT ? malloc_usable_size(memory) : 0;
  if (size >= RECORD_BLOCK && size < 2 * RECORD_MIN)
    kept[kept_count++] = memory;
  else
    free(memory);
}

/* ---- whether it got it ---- */
static bool missed;

static void *noted(void *memory) {
  missed = missed || memory == NULL;
  return memory;
}
static void *take_noted(size_t size, const char *file, int line) {
  (void)file, (void)line;
  return size == 0 ? NULL : noted(malloc(size));
}
static void *resize_noted(void *memory, size_t size, const char *file, int line) {
  (void)file, (void)line;
  if (size > 0) return noted(realloc(memory, size));
  free(memory);
  return NULL;
}
static void give_noted(void *memory, const char *file, int line) {
  (void)file, (void)line;
  free(memory);
}

#ifdef JL_TLS_LOADED
static bool notes;
void jl_tls_note_memory(void) { notes = true; }
void jl_tls_memory_begin(void) {
  if (notes) (void)CRYPTO_set_mem_functions(take_noted, resize_noted, give_noted);
}
#else
void jl_tls_note_memory(void) { (void)CRYPTO_set_mem_functions(take_noted, resize_noted, give_noted); }
#endif
bool jl_tls_starved(void) { return missed; }

void jl_tls_keep_buffers(void) { keeps = CRYPTO_set_mem_functions(take, NULL, give) == 1; }

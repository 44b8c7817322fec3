#include "server/auth/attempts.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define ENTRIES 4096
#define PROBES 16
#define SOURCE_FAILURES 100 /* per address that is not this machine, in one window */
#define WINDOW_US (INT64_C(1000000) * JL_LOGIN_WINDOW_S)

struct entry {
  struct jl_id key;
  int64_t ends_us;
  uint32_t count;
};
struct jl_attempts {
  struct entry entries[ENTRIES];
};

struct jl_attempts *jl_attempts_new(void) {
  return calloc(1, sizeof(struct jl_attempts));
}
void jl_attempts_free(struct jl_attempts *a) { free(a); }

static struct jl_id key_of(const char *purpose, const char *text, size_t size) {
  struct jl_bytes part = {(const uint8_t *)text, size};
  return jl_id_derive(purpose, &part, 1);
}

/* The entry of a key: its own, or a free one, or the one nearest to its end. */
static struct entry *find(struct jl_attempts *a, const struct jl_id *key, int64_t now_us) {
  struct entry *best = NULL;
  uint64_t start = jl_id_hash(key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *entry = &a->entries[(start + i) % ENTRIES];
    if (entry->ends_us > now_us && jl_id_equal(&entry->key, key)) return entry;
    if (best == NULL || entry->ends_us < best->ends_us) best = entry;
  }
  *best = (struct entry){.key = *key, .ends_us = now_us + WINDOW_US};
  return best;
}

/* Without the port; NULL for this machine, whose people share one address. */
static bool remote_source(const char *source, size_t *ret_size) {
  if (strcmp(source, "unix") == 0 || strncmp(source, "127.", 4) == 0 || strncmp(source, "[::1]", 5) == 0) return false;
  const char *colon = strrchr(source, ':');
  *ret_size = colon != NULL ? (size_t)(colon - source) : strlen(source);
  return true;
}

static bool limited(const struct entry *entry, uint32_t most, int64_t now_us, int64_t *ret_retry_after_ms, struct jl_error *err) {
  if (entry->count < most) return false;
  int64_t wait_us = entry->ends_us - now_us;
  *ret_retry_after_ms = wait_us / 1000 + 1;
  jl_fail(err, JL_E_LOGIN_LIMITED, JL_MSG("too many failed logins; the next try is possible in {1} minutes"),
          JL_MSG("an administrator can set a new password meanwhile"), jl_arg_integer(wait_us / 60000000 + 1));
  return true;
}

bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us, int64_t *ret_retry_after_ms,
                       struct jl_error *err) {
  struct jl_id key = key_of("login attempts of an account", login, strlen(login));
  struct entry *account = find(a, &key, now_us);
  if (limited(account, JL_LOGIN_FAILURES, now_us, ret_retry_after_ms, err)) return false;
  size_t size;
  if (remote_source(source, &size)) {
    key = key_of("login attempts of a source", source, size);
    struct entry *from = find(a, &key, now_us);
    if (limited(from, SOURCE_FAILURES, now_us, ret_retry_after_ms, err)) return false;
    from->count++;
  }
  account->count++;
  return true;
}

void jl_attempts_succeeded(struct jl_attempts *a, const char *login, const char *source) {
  struct jl_id key = key_of("login attempts of an account", login, strlen(login));
  uint64_t start = jl_id_hash(&key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *entry = &a->entries[(start + i) % ENTRIES];
    if (jl_id_equal(&entry->key, &key)) *entry = (struct entry){0};
  }
  size_t size;
  if (!remote_source(source, &size)) return;
  key = key_of("login attempts of a source", source, size);
  start = jl_id_hash(&key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *entry = &a->entries[(start + i) % ENTRIES];
    if (jl_id_equal(&entry->key, &key) && entry->count > 0) entry->count--;
  }
}

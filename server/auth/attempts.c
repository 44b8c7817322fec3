#include "server/auth/attempts.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define ENTRIES 4096
#define PROBES 16
#define SOURCE_FAILURES 100 /* per address that is not this machine, in one window */
#define SOURCE_PENDING (JL_LOGIN_QUEUE / 2) /* of them checked at once: no single address fills the queue */
#define BUSY_RETRY_MS 1000
#define WINDOW_US (INT64_C(1000000) * JL_LOGIN_WINDOW_S)

struct entry {
  struct jl_id key;
  int64_t ends_us;
  uint32_t failed, pending; /* pending: being checked */
};
struct jl_attempts {
  struct jl_id secret; /* places in the table cannot be computed from outside */
  struct entry entries[ENTRIES];
};

struct jl_attempts *jl_attempts_new(void) {
  struct jl_attempts *a = calloc(1, sizeof *a);
  if (a != NULL) a->secret = jl_id_random();
  return a;
}
void jl_attempts_free(struct jl_attempts *a) { free(a); }

static struct jl_id key_of(const struct jl_attempts *a, const char *purpose, const char *text, size_t size) {
  struct jl_bytes parts[] = {{a->secret.bytes, sizeof a->secret.bytes}, {(const uint8_t *)text, size}};
  return jl_id_derive(purpose, parts, JL_COUNT(parts));
}

static bool by_socket(const char *source) { return strcmp(source, "unix") == 0; }

static struct jl_id account_key(const struct jl_attempts *a, const char *login, bool socket) {
  return key_of(a, socket ? "logins of an account by socket" : "logins of an account by network", login, strlen(login));
}

/* Without the port; false for this machine, whose people share one address. */
static bool source_key(const struct jl_attempts *a, const char *source, struct jl_id *ret_key) {
  if (by_socket(source) || strncmp(source, "127.", 4) == 0 || strncmp(source, "[::1]", 5) == 0) return false;
  const char *colon = strrchr(source, ':');
  *ret_key = key_of(a, "logins of a source", source, colon != NULL ? (size_t)(colon - source) : strlen(source));
  return true;
}

static struct entry *known(struct jl_attempts *a, const struct jl_id *key) {
  uint64_t start = jl_id_hash(key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *entry = &a->entries[(start + i) % ENTRIES];
    if (entry->ends_us != 0 && jl_id_equal(&entry->key, key)) return entry;
  }
  return NULL;
}

static bool makes_room_before(const struct entry *x, const struct entry *y, int64_t now_us) {
  bool x_over = x->ends_us <= now_us, y_over = y->ends_us <= now_us;
  if (x_over != y_over) return x_over;
  return x->failed != y->failed ? x->failed < y->failed : x->ends_us < y->ends_us;
}

/* Its own entry, or the place of the one that can best be missed; NULL: all of them are in use at this moment. */
static struct entry *find(struct jl_attempts *a, const struct jl_id *key, int64_t now_us) {
  struct entry *entry = known(a, key);
  if (entry != NULL) {
    if (entry->ends_us <= now_us) *entry = (struct entry){.key = *key, .ends_us = now_us + WINDOW_US, .pending = entry->pending};
    return entry;
  }
  uint64_t start = jl_id_hash(key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *other = &a->entries[(start + i) % ENTRIES];
    if (other->pending == 0 && (entry == NULL || makes_room_before(other, entry, now_us))) entry = other;
  }
  if (entry != NULL) *entry = (struct entry){.key = *key, .ends_us = now_us + WINDOW_US};
  return entry;
}

static bool may_begin(const struct entry *entry, uint32_t most, uint32_t most_pending, int64_t now_us, int64_t *ret_retry_after_ms, struct jl_error *err) {
  if (entry != NULL && entry->failed >= most) {
    int64_t wait_us = entry->ends_us - now_us;
    *ret_retry_after_ms = wait_us / 1000 + 1;
    return jl_fail(err, JL_E_LOGIN_LIMITED, JL_MSG("too many failed logins; the next try is possible in {1} minutes"),
                   JL_MSG("an administrator can set a new password meanwhile"), jl_arg_integer(wait_us / 60000000 + 1));
  }
  if (entry != NULL && entry->failed + entry->pending < most && entry->pending < most_pending) return true;
  *ret_retry_after_ms = BUSY_RETRY_MS;
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("too many people are logging in at this moment"), JL_MSG("try again in a few seconds"));
}

bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us, int64_t *ret_retry_after_ms,
                       struct jl_error *err) {
  struct jl_id key = account_key(a, login, by_socket(source));
  struct entry *account = find(a, &key, now_us);
  if (!may_begin(account, JL_LOGIN_FAILURES, JL_LOGIN_FAILURES, now_us, ret_retry_after_ms, err)) return false;
  account->pending++; /* first: it must not make room for the source */
  if (source_key(a, source, &key)) {
    struct entry *from = find(a, &key, now_us);
    if (!may_begin(from, SOURCE_FAILURES, SOURCE_PENDING, now_us, ret_retry_after_ms, err)) {
      account->pending--;
      return false;
    }
    from->pending++;
  }
  return true;
}

static void end(struct jl_attempts *a, const struct jl_id *key, int64_t now_us, bool failed) {
  struct entry *entry = known(a, key);
  JL_ASSERT(entry != NULL && entry->pending > 0);
  entry->pending--;
  if (!failed) return;
  if (entry->ends_us <= now_us) *entry = (struct entry){.key = *key, .ends_us = now_us + WINDOW_US, .pending = entry->pending};
  entry->failed++;
}

void jl_attempts_end(struct jl_attempts *a, const char *login, const char *source, int64_t now_us, enum jl_attempt_end how) {
  struct jl_id key = account_key(a, login, by_socket(source));
  end(a, &key, now_us, how == JL_ATTEMPT_FAILED);
  if (how == JL_ATTEMPT_SUCCEEDED) known(a, &key)->failed = 0;
  if (source_key(a, source, &key)) end(a, &key, now_us, how == JL_ATTEMPT_FAILED);
}

void jl_attempts_forgive(struct jl_attempts *a, const char *login) {
  for (int socket = 0; socket < 2; socket++) {
    struct jl_id key = account_key(a, login, socket != 0);
    struct entry *entry = known(a, &key);
    if (entry != NULL) entry->failed = 0;
  }
}

#include "server/auth/attempts.h"
#include "common/base/limits.h"
#include "common/wire/connection.h"
#include <stdlib.h>
#include <string.h>

#define ENTRIES 4096
#define PROBES 16
#define SOURCE_FAILURES 100 /* per address that is not this machine, in one window */
#define SOURCE_PENDING (JL_LOGIN_QUEUE / 2) /* of them checked at once: no single address fills the queue */
#define STRANGERS_PENDING (JL_LOGIN_QUEUE / 8) /* of an address where nobody got in lately */
#define BUSY_RETRY_MS 1000
#define WINDOW_US (INT64_C(1000000) * JL_LOGIN_WINDOW_S)
#define KNOWN_US (INT64_C(1000000) * JL_LOGIN_KNOWN_S)

struct entry {
  struct jl_id key, login; /* login: of an account, however it is counted; zero: of a source */
  int64_t ends_us;
  uint32_t failed, pending; /* pending: being checked */
};
struct jl_attempts {
  struct jl_id secret; /* places in the table cannot be computed from outside */
  struct entry entries[ENTRIES];
  struct known { struct jl_id key; int64_t until_us; } known[JL_LOGIN_KNOWN_SOURCES]; /* 0: free */
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

static struct jl_id name_of(const struct jl_attempts *a, const char *login) { return account_key(a, login, false); }

/* false for this machine, whose people share one address. */
static bool source_key(const struct jl_attempts *a, const char *source, struct jl_id *ret_key) {
  char text[JL_SOURCE_SIZE];
  if (!jl_address_source(source, text)) return false;
  *ret_key = key_of(a, "logins of a source", text, strlen(text));
  return true;
}

static struct jl_id pair_key(const struct jl_attempts *a, const char *login, const struct jl_id *source) {
  struct jl_bytes parts[] = {{a->secret.bytes, sizeof a->secret.bytes}, {source->bytes, sizeof source->bytes}, {(const uint8_t *)login, strlen(login)}};
  return jl_id_derive("logins of an account from a source", parts, JL_COUNT(parts));
}

/* ---- where somebody got in lately. Only whoever gets in writes here ---- */
static bool is_known(const struct jl_attempts *a, const struct jl_id *key, int64_t now_us) {
  uint64_t start = jl_id_hash(key);
  for (uint64_t i = 0; i < PROBES; i++) {
    const struct known *k = &a->known[(start + i) % JL_LOGIN_KNOWN_SOURCES];
    if (k->until_us > now_us && jl_id_equal(&k->key, key)) return true;
  }
  return false;
}

static void note_known(struct jl_attempts *a, const struct jl_id *key, int64_t until_us) {
  uint64_t start = jl_id_hash(key);
  struct known *place = NULL;
  for (uint64_t i = 0; i < PROBES; i++) {
    struct known *k = &a->known[(start + i) % JL_LOGIN_KNOWN_SOURCES];
    if (k->until_us != 0 && jl_id_equal(&k->key, key)) {
      place = k;
      break;
    }
    if (place == NULL || k->until_us < place->until_us) place = k;
  }
  if (place->until_us < until_us) *place = (struct known){*key, until_us};
}

void jl_attempts_got_in(struct jl_attempts *a, const char *login, const char *source, int64_t now_us) {
  struct jl_id from, pair;
  if (!source_key(a, source, &from)) return;
  pair = pair_key(a, login, &from);
  note_known(a, &from, now_us + KNOWN_US);
  note_known(a, &pair, now_us + KNOWN_US);
}

enum jl_login_lane jl_attempts_lane(const struct jl_attempts *a, const char *source, int64_t now_us) {
  struct jl_id from;
  return !source_key(a, source, &from) || is_known(a, &from, now_us) ? JL_LOGIN_KNOWN : JL_LOGIN_STRANGER;
}

/* ---- failures ---- */
static struct entry *entry_of(struct jl_attempts *a, const struct jl_id *key) {
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

static void begin_window(struct entry *entry, int64_t now_us) {
  entry->failed = 0;
  entry->ends_us = now_us + WINDOW_US;
}

/* Its own entry, or the place of the one that can best be missed; NULL: all of them are in use at this moment. */
static struct entry *find(struct jl_attempts *a, const struct jl_id *key, const struct jl_id *login, int64_t now_us) {
  struct entry *entry = entry_of(a, key);
  if (entry != NULL) {
    if (entry->ends_us <= now_us) begin_window(entry, now_us);
    return entry;
  }
  uint64_t start = jl_id_hash(key);
  for (uint64_t i = 0; i < PROBES; i++) {
    struct entry *other = &a->entries[(start + i) % ENTRIES];
    if (other->pending == 0 && (entry == NULL || makes_room_before(other, entry, now_us))) entry = other;
  }
  if (entry == NULL) return NULL;
  *entry = (struct entry){.key = *key, .login = *login};
  begin_window(entry, now_us);
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

bool jl_attempts_begin(struct jl_attempts *a, const char *login, const char *source, int64_t now_us, struct jl_attempt *ret_attempt,
                       int64_t *ret_retry_after_ms, struct jl_error *err) {
  struct jl_attempt attempt = {.account = account_key(a, login, by_socket(source)), .lane = jl_attempts_lane(a, source, now_us)};
  const struct jl_id name = name_of(a, login), none = {{0}};
  attempt.has_source = source_key(a, source, &attempt.source);
  if (attempt.has_source) {
    struct jl_id pair = pair_key(a, login, &attempt.source);
    if (is_known(a, &pair, now_us)) attempt.account = pair;
  }
  struct entry *account = find(a, &attempt.account, &name, now_us);
  if (!may_begin(account, JL_LOGIN_FAILURES, JL_LOGIN_FAILURES, now_us, ret_retry_after_ms, err)) return false;
  account->pending++; /* first: it must not make room for the source */
  if (attempt.has_source) {
    struct entry *from = find(a, &attempt.source, &none, now_us);
    uint32_t at_once = attempt.lane == JL_LOGIN_STRANGER ? STRANGERS_PENDING : SOURCE_PENDING;
    if (!may_begin(from, SOURCE_FAILURES, at_once, now_us, ret_retry_after_ms, err)) {
      account->pending--;
      return false;
    }
    from->pending++;
  }
  *ret_attempt = attempt;
  return true;
}

static void end(struct jl_attempts *a, const struct jl_id *key, int64_t now_us, bool failed) {
  struct entry *entry = entry_of(a, key);
  JL_ASSERT(entry != NULL && entry->pending > 0);
  entry->pending--;
  if (!failed) return;
  if (entry->ends_us <= now_us) begin_window(entry, now_us);
  entry->failed++;
}

void jl_attempts_end(struct jl_attempts *a, const struct jl_attempt *attempt, int64_t now_us, enum jl_attempt_end how) {
  end(a, &attempt->account, now_us, how == JL_ATTEMPT_FAILED);
  if (how == JL_ATTEMPT_SUCCEEDED) entry_of(a, &attempt->account)->failed = 0;
  if (attempt->has_source) end(a, &attempt->source, now_us, how == JL_ATTEMPT_FAILED);
}

void jl_attempts_forgive(struct jl_attempts *a, const char *login) {
  const struct jl_id name = name_of(a, login);
  for (size_t i = 0; i < ENTRIES; i++)
    if (jl_id_equal(&a->entries[i].login, &name)) a->entries[i].failed = 0;
}

#include "server/auth/password.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define GIVES_WAY 5 /* steps of nice: a third of what the loop and the database get when they want it too */
#define OPERATIONS 2 /* passes; OWASP: 19 MiB with 2 passes */
#define MEMORY_BYTES (19U * 1024U * 1024U)
#define THREADS_MAX 16

_Static_assert(JL_PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "hash does not fit");

struct job {
  struct jl_waiting waiting; /* first */
  struct job *next;          /* finished */
  bool makes_hash; /* or has made one */
  enum jl_password_result result;
  char password[JL_PASSWORD_BYTES_MAX + 1];
  char hash[JL_PASSWORD_HASH_SIZE];
  jl_password_done *done;
  void *context;
};
struct job_list {
  struct job *first, **end;
};

struct jl_passwords {
  uv_async_t wake;
  uv_mutex_t mutex;
  uv_cond_t work;
  uv_thread_t threads[THREADS_MAX];
  int thread_count;
  bool stopping; /* under mutex, as both queues */
  struct jl_turns queue;
  struct job_list finished;
  int64_t credit_us, counted_us; /* processor time that checks may take now, and when that was reckoned */
  char dummy[JL_PASSWORD_HASH_SIZE]; /* what unknown accounts are compared with */
  void (*closed)(void *context);
  void *closed_context;
};

static void list_init(struct job_list *list) {
  list->first = NULL;
  list->end = &list->first;
}
static void list_push(struct job_list *list, struct job *job) {
  job->next = NULL;
  *list->end = job;
  list->end = &job->next;
}

bool jl_password_hash_now(const char *password, char ret_hash[JL_PASSWORD_HASH_SIZE]) {
  return crypto_pwhash_str(ret_hash, password, strlen(password), OPERATIONS, MEMORY_BYTES) == 0;
}

static bool take(const char **at, const char *text) {
  size_t size = strlen(text);
  if (strncmp(*at, text, size) != 0) return false;
  *at += size;
  return true;
}

static bool take_number(const char **at, unsigned long *ret) {
  char *end;
  errno = 0;
  *ret = strtoul(*at, &end, 10);
  bool ok = end != *at && errno == 0 && *ret > 0 && *ret <= UINT32_MAX;
  *at = end;
  return ok;
}

static bool take_bytes(const char **at, uint8_t *out, size_t size) {
  size_t got = 0;
  return sodium_base642bin(out, size, *at, strlen(*at), NULL, &got, at, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 && got == size;
}

/* crypto_pwhash_str_verify calls it a mismatch when there is no memory to hash, which nobody is to be told or counted for: so the hash
 * is made here again, as its text says ($argon2id$v=19$m=19456,t=2,p=1$salt$hash), and compared. */
static enum jl_password_result compare(const char *hash, const char *password) {
  uint8_t salt[crypto_pwhash_SALTBYTES], stored[32], made[32];
  unsigned long kib, passes;
  if (!take(&hash, "$argon2id$v=19$m=") || !take_number(&hash, &kib) || !take(&hash, ",t=") || !take_number(&hash, &passes) ||
      !take(&hash, ",p=1$") || !take_bytes(&hash, salt, sizeof salt) || !take(&hash, "$") || !take_bytes(&hash, stored, sizeof stored))
    return JL_PASSWORD_WRONG; /* "!": nobody's */
  if (crypto_pwhash(made, sizeof made, password, strlen(password), salt, passes, (size_t)kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return JL_PASSWORD_UNCHECKED;
  bool same = sodium_memcmp(made, stored, sizeof made) == 0;
  sodium_memzero(made, sizeof made);
  return same ? JL_PASSWORD_RIGHT : JL_PASSWORD_WRONG;
}

/* Only now is the password at hand. Without memory the old one stays until the next login. */
static bool renew(struct job *job) {
  char fresh[JL_PASSWORD_HASH_SIZE];
  if (crypto_pwhash_str_needs_rehash(job->hash, OPERATIONS, MEMORY_BYTES) != 1 || !jl_password_hash_now(job->password, fresh)) return false;
  memcpy(job->hash, fresh, sizeof fresh);
  return true;
}

static void run_job(struct job *job) {
  if (job->makes_hash) {
    job->result = jl_password_hash_now(job->password, job->hash) ? JL_PASSWORD_RIGHT : JL_PASSWORD_UNCHECKED;
  } else {
    job->result = compare(job->hash, job->password);
    job->makes_hash = job->result == JL_PASSWORD_RIGHT && renew(job);
  }
  sodium_memzero(job->password, sizeof job->password);
}

/* How long until checks may take processor time again; 0: now. Under the mutex. */
static int64_t pause_us(struct jl_passwords *p) {
  int64_t now_us = jl_monotonic_us(), share = (int64_t)uv_available_parallelism() * JL_LOGIN_SHARE_PERCENT;
  p->credit_us += (now_us - p->counted_us) * share / 100;
  p->counted_us = now_us;
  if (p->credit_us > JL_LOGIN_BURST_MS * 1000) p->credit_us = JL_LOGIN_BURST_MS * 1000;
  return p->credit_us > 0 ? 0 : (1 - p->credit_us) * 100 / share + 1;
}

static int64_t thread_us(void) {
  struct timespec used = {0};
  return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0 ? (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000 : 0;
}

static void worker(void *argument) {
  struct jl_passwords *p = argument;
  (void)!nice(GIVES_WAY); /* Linux: of this thread alone; where it is refused the share still holds */
  uv_mutex_lock(&p->mutex);
  for (;;) {
    while (jl_turns_empty(&p->queue) && !p->stopping) uv_cond_wait(&p->work, &p->mutex);
    if (p->stopping) break;
    int64_t pause = pause_us(p);
    if (pause > 0) {
      (void)uv_cond_timedwait(&p->work, &p->mutex, (uint64_t)pause * 1000);
      continue;
    }
    struct job *job = (struct job *)jl_turns_next(&p->queue);
    uv_mutex_unlock(&p->mutex);
    int64_t before_us = thread_us();
    run_job(job);
    int64_t used_us = thread_us() - before_us;
    uv_mutex_lock(&p->mutex);
    p->credit_us -= used_us;
    list_push(&p->finished, job);
    uv_async_send(&p->wake);
  }
  uv_mutex_unlock(&p->mutex);
}

static void finish_jobs(struct jl_passwords *p) {
  uv_mutex_lock(&p->mutex);
  struct job *job = p->finished.first;
  list_init(&p->finished);
  uv_mutex_unlock(&p->mutex);
  while (job != NULL) {
    struct job *next = job->next;
    job->done(job->context, job->result, job->makes_hash && job->result == JL_PASSWORD_RIGHT ? job->hash : NULL);
    sodium_memzero(job, sizeof *job);
    free(job);
    job = next;
  }
}
static void on_wake(uv_async_t *wake) { finish_jobs(wake->data); }

struct jl_passwords *jl_passwords_new(uv_loop_t *loop, int threads, struct jl_error *err) {
  struct jl_passwords *p = calloc(1, sizeof *p);
  if (p == NULL || sodium_init() < 0 || !jl_password_hash_now("an account that does not exist", p->dummy)) {
    free(p);
    jl_fail(err, JL_E_NO_MEMORY, JL_MSG("could not start the password check: it needs 19 MiB"), NULL);
    return NULL;
  }
  jl_turns_init(&p->queue, JL_LOGIN_QUEUE);
  list_init(&p->finished);
  p->credit_us = JL_LOGIN_BURST_MS * 1000;
  p->counted_us = jl_monotonic_us();
  uv_mutex_init(&p->mutex);
  uv_cond_init(&p->work);
  uv_async_init(loop, &p->wake, on_wake);
  p->wake.data = p;
  for (int i = 0; i < threads && i < THREADS_MAX; i++)
    if (uv_thread_create(&p->threads[p->thread_count], worker, p) == 0) p->thread_count++;
  JL_ASSERT(p->thread_count > 0);
  return p;
}

static void wake_closed(uv_handle_t *handle) {
  struct jl_passwords *p = handle->data;
  void (*closed)(void *context) = p->closed;
  void *context = p->closed_context;
  uv_mutex_destroy(&p->mutex);
  uv_cond_destroy(&p->work);
  free(p);
  if (closed != NULL) closed(context);
}

void jl_passwords_close(struct jl_passwords *p, void (*closed)(void *context), void *context) {
  p->closed = closed;
  p->closed_context = context;
  uv_mutex_lock(&p->mutex);
  p->stopping = true;
  uv_cond_broadcast(&p->work);
  uv_mutex_unlock(&p->mutex);
  for (int i = 0; i < p->thread_count; i++) uv_thread_join(&p->threads[i]);
  for (struct job *job; (job = (struct job *)jl_turns_next(&p->queue)) != NULL;) {
    job->result = JL_PASSWORD_UNCHECKED;
    list_push(&p->finished, job);
  }
  finish_jobs(p);
  uv_close((uv_handle_t *)&p->wake, wake_closed);
}

static bool too_many(struct jl_error *err) {
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("too many people are logging in at this moment"), JL_MSG("try again in a few seconds"));
}

bool jl_passwords_room(struct jl_passwords *p, enum jl_login_lane lane, struct jl_error *err) {
  uv_mutex_lock(&p->mutex);
  bool room = jl_turns_room(&p->queue, lane);
  uv_mutex_unlock(&p->mutex);
  return room || too_many(err);
}

static bool submit(struct jl_passwords *p, enum jl_login_lane lane, struct job *job, struct jl_error *err) {
  uv_mutex_lock(&p->mutex);
  bool fits = !p->stopping && jl_turns_wait(&p->queue, lane, &job->waiting);
  if (fits) uv_cond_signal(&p->work);
  uv_mutex_unlock(&p->mutex);
  if (fits) return true;
  sodium_memzero(job, sizeof *job);
  free(job);
  return too_many(err);
}

static struct job *new_job(const char *password, bool makes_hash, struct jl_error *err) {
  size_t size = strlen(password);
  struct job *job = size <= JL_PASSWORD_BYTES_MAX ? calloc(1, sizeof *job) : NULL;
  if (job == NULL) {
    jl_fail(err, size <= JL_PASSWORD_BYTES_MAX ? JL_E_NO_MEMORY : JL_E_INVALID, JL_MSG("the password could not be checked"), NULL);
    return NULL;
  }
  memcpy(job->password, password, size + 1);
  job->makes_hash = makes_hash;
  return job;
}

bool jl_passwords_verify(struct jl_passwords *p, enum jl_login_lane lane, const char *password, const char *hash,
                         jl_password_done *done, void *context, struct jl_error *err) {
  struct job *job = new_job(password, false, err);
  if (job == NULL) return false;
  const char *compared = hash != NULL && strlen(hash) < sizeof job->hash ? hash : p->dummy;
  memcpy(job->hash, compared, strlen(compared) + 1);
  job->done = done;
  job->context = context;
  return submit(p, lane, job, err);
}

bool jl_passwords_hash(struct jl_passwords *p, const char *password, jl_password_done *done, void *context, struct jl_error *err) {
  struct job *job = new_job(password, true, err);
  if (job == NULL) return false;
  job->done = done;
  job->context = context;
  return submit(p, JL_LOGIN_KNOWN, job, err); /* who asks for it has logged in */
}

bool jl_password_policy(const char *password, const char *login, struct jl_error *err) {
  size_t characters = 0;
  for (const char *c = password; *c != '\0'; c++) characters += ((uint8_t)*c & 0xc0) != 0x80;
  if (characters >= JL_PASSWORD_MIN && jl_password_is_common(password))
    return jl_fail(err, JL_E_INVALID, JL_MSG("this password is one of those that are tried first"),
                   JL_MSG("a few words that do not belong together make a good one"));
  if (characters >= JL_PASSWORD_MIN && strcasecmp(password, login) == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the password is the login name"), JL_MSG("a few words that do not belong together make a good one"));
  if (characters >= JL_PASSWORD_MIN && characters <= JL_PASSWORD_MAX) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("a password has {1} to {2} characters, this one has {3}"),
                 JL_MSG("any characters will do: a few words make a good one"), jl_arg_integer(JL_PASSWORD_MIN),
                 jl_arg_integer(JL_PASSWORD_MAX), jl_arg_integer((int64_t)characters));
}

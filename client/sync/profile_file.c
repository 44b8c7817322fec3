/* The profile's file: lines of "key value", a space's lines after its "space" line. Replaced as a whole (temporary file,
 * sync, rename, sync of the folder). The lock is a file of its own, because the state file is another one after each save. */
#include "client/sync/profile.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT_LINE "jalon-profile 1"

static bool file_error(struct jl_error *err, const char *path) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot use the profile file {1}: {2}"),
                 JL_MSG("check the folder's owner and rights, or set XDG_CONFIG_HOME"), jl_arg_text(path), jl_arg_text(strerror(errno)));
}

/* ---- reading ---- */
static bool bad_line(struct jl_error *err, const struct jl_profile *p, int line) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("line {1} of the profile {2} cannot be read"), JL_MSG("move the file away and log in again"),
                 jl_arg_integer(line), jl_arg_text(p->path));
}

static bool parse_number(const char *text, uint64_t *ret_n) {
  uint64_t n = 0;
  if (text[0] == '\0') return false;
  for (; *text != '\0'; text++)
    if (*text < '0' || *text > '9' || __builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, (uint64_t)(*text - '0'), &n)) return false;
  *ret_n = n;
  return true;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool parse_hex(const char *text, uint8_t *out, size_t size) {
  if (strlen(text) != size * 2) return false;
  for (size_t i = 0; i < size; i++) {
    int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

static bool parse_text(const char *value, char *out, size_t size) {
  if (strlen(value) >= size || !jl_text_valid(value, strlen(value))) return false;
  memcpy(out, value, strlen(value) + 1);
  return true;
}

/* What stands before the next blank; *io_text NULL: there was none. Thousands of lines are read at each start. */
static const char *next_word(char **io_text) {
  char *word = *io_text, *blank = word == NULL ? NULL : strchr(word, ' ');
  *io_text = blank == NULL ? NULL : blank + 1;
  if (blank != NULL) *blank = '\0';
  return word;
}

static bool parse_shown(struct jl_seen *seen, char *value) {
  struct jl_shown shown = {0};
  uint64_t type = 0;
  const char *id = next_word(&value), *type_text = next_word(&value), *number = next_word(&value);
  if (value == NULL || !jl_id_parse(id, &shown.record) || !parse_number(type_text, &type) || type > UINT32_MAX ||
      !parse_number(number, &shown.number) || !parse_number(value, &shown.revision))
    return false;
  shown.type = (uint32_t)type;
  return jl_profile_add_shown(seen, shown);
}

static bool parse_space_line(struct jl_seen *seen, const char *key, char *value) {
  if (strcmp(key, "shown") == 0) return parse_shown(seen, value);
  if (strcmp(key, "position") == 0) return parse_number(value, &seen->position);
  if (strcmp(key, "last-own") == 0) return parse_number(value, &seen->last_own);
  return strcmp(key, "next-seq") == 0 || strcmp(key, "confirmed") == 0; /* of before the outbox, which numbers by itself */
}

static bool parse_identity_line(struct jl_profile_identity *id, const char *key, const char *value) {
  if (strcmp(key, "server") == 0) return parse_text(value, id->server, sizeof id->server);
  if (strcmp(key, "server-id") == 0) return jl_id_parse(value, &id->server_id);
  if (strcmp(key, "account") == 0) return parse_text(value, id->account, sizeof id->account);
  if (strcmp(key, "account-id") == 0) return jl_id_parse(value, &id->account_id);
  if (strcmp(key, "administrator") == 0) return id->administrator = true;
  if (strcmp(key, "token") == 0) return id->has_token = parse_hex(value, id->token, sizeof id->token);
  if (strcmp(key, "replica") == 0) return jl_id_parse(value, &id->replica);
  if (strcmp(key, "person") == 0) return jl_id_parse(value, &id->person);
  if (strcmp(key, "organisation") == 0) return jl_id_parse(value, &id->organisation);
  if (strcmp(key, "plan") == 0) return jl_id_parse(value, &id->plan);
  if (strcmp(key, "plan-name") == 0) return parse_text(value, id->plan_name, sizeof id->plan_name);
  return false;
}

bool jl_profile_parse(struct jl_profile *p, char *text, struct jl_error *err) {
  struct jl_seen *seen = NULL;
  char *rest = text;
  errno = 0; /* a line that cannot be read, or no memory for it */
  for (int line = 1; rest != NULL && *rest != '\0'; line++) {
    char *current = strsep(&rest, "\n");
    if (line == 1) {
      if (strcmp(current, FORMAT_LINE) == 0) continue;
      return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("the profile {1} was written by another version of jalon"),
                     JL_MSG("use that version, or move the file away and log in again"), jl_arg_text(p->path));
    }
    if (current[0] == '\0') continue;
    char *value = strchr(current, ' ');
    if (value == NULL) return bad_line(err, p, line);
    *value++ = '\0';
    bool good;
    struct jl_id space;
    if (strcmp(current, "space") == 0)
      good = jl_id_parse(value, &space) && (seen = jl_profile_seen(p, &space)) != NULL;
    else
      good = seen == NULL ? parse_identity_line(&p->identity, current, value) : parse_space_line(seen, current, value);
    if (!good) return errno == ENOMEM ? jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL) : bad_line(err, p, line);
  }
  return true;
}

static void reset(struct jl_profile *p) {
  char name[sizeof p->identity.name];
  memcpy(name, p->identity.name, sizeof name);
  struct jl_id replica = p->identity.replica;
  jl_profile_clear_seen(p);
  p->identity = (struct jl_profile_identity){.replica = replica};
  memcpy(p->identity.name, name, sizeof name);
}

bool jl_profile_read_file(struct jl_profile *p, struct jl_error *err) {
  reset(p);
  int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    if (errno != ENOENT) return file_error(err, p->path);
    if (jl_id_is_zero(&p->identity.replica)) p->identity.replica = jl_id_random();
    return true;
  }
  struct stat st;
  char *text = NULL;
  bool ok = false;
  if (fstat(fd, &st) != 0)
    (void)file_error(err, p->path);
  else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0 || st.st_size > (off_t)JL_PROFILE_FILE_MAX)
    (void)jl_fail(err, JL_E_INVALID, JL_MSG("the profile {1} must be a plain file that only you can read"),
                  JL_MSG("chmod 600 it, and check its owner"), jl_arg_text(p->path));
  else if ((text = malloc((size_t)st.st_size + 1)) == NULL)
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  else {
    size_t size = 0;
    ssize_t n = 1;
    while (size < (size_t)st.st_size && (n = read(fd, text + size, (size_t)st.st_size - size)) > 0) size += (size_t)n;
    text[size] = '\0';
    ok = n < 0 ? file_error(err, p->path) : jl_profile_parse(p, text, err);
    explicit_bzero(text, size);
  }
  free(text);
  close(fd);
  if (ok && jl_id_is_zero(&p->identity.replica)) p->identity.replica = jl_id_random();
  return ok;
}

/* ---- opening and locking ---- */
static bool name_ok(const char *name) {
  if (name[0] == '\0' || name[0] == '.' || strlen(name) >= sizeof((struct jl_profile_identity *)0)->name) return false;
  for (const char *c = name; *c != '\0'; c++)
    if (!isalnum((unsigned char)*c) && strchr("-_.@", *c) == NULL) return false;
  return true;
}

/* Makes the folder private when it makes it; one that exists must be ours. */
static bool make_folder(char *folder, struct jl_error *err) {
  for (char *slash = folder + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    bool made = mkdir(folder, 0700) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made) return file_error(err, folder);
  }
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return file_error(err, folder);
  return true;
}

struct jl_profile *jl_profile_open(const char *name, struct jl_error *err) {
  if (name == NULL || name[0] == '\0') name = "default";
  if (!name_ok(name)) {
    (void)jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no profile name"), JL_MSG("use letters, digits, - _ . and @, at most 63"),
                  jl_arg_text(name));
    return NULL;
  }
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  char folder[3900];
  int n = config != NULL && config[0] == '/' ? snprintf(folder, sizeof folder, "%s/jalon", config)
          : home != NULL && home[0] == '/'   ? snprintf(folder, sizeof folder, "%s/.config/jalon", home)
                                             : -1;
  if (n < 0 || (size_t)n >= sizeof folder) {
    (void)jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("there is no place for the profile"),
                  JL_MSG("set HOME or XDG_CONFIG_HOME to an absolute folder"));
    return NULL;
  }
  struct jl_profile *p = calloc(1, sizeof *p);
  if (p == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  p->lock_fd = -1;
  snprintf(p->path, sizeof p->path, "%s/%s.profile", folder, name);
  snprintf(p->lock_path, sizeof p->lock_path, "%s/%s.lock", folder, name);
  snprintf(p->identity.name, sizeof p->identity.name, "%s", name);
  if (!make_folder(folder, err) || !jl_profile_read_file(p, err)) {
    jl_profile_free(p);
    return NULL;
  }
  return p;
}

/* What the server has just told about the account of this login is newer than the file. */
static void keep_account(struct jl_profile *p, const struct jl_profile_identity *told) {
  struct jl_profile_identity *id = &p->identity;
  if (jl_id_is_zero(&told->account_id) || !told->has_token || !id->has_token || memcmp(told->token, id->token, sizeof id->token) != 0) return;
  id->account_id = told->account_id;
  memcpy(id->account, told->account, sizeof id->account);
}

bool jl_profile_lock(struct jl_profile *p, uint32_t timeout_ms, struct jl_error *err) {
  if (p->lock_fd >= 0) return true;
  int fd = open(p->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return file_error(err, p->lock_path);
  int64_t end_us = jl_monotonic_us() + (int64_t)timeout_ms * 1000;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      (void)file_error(err, p->lock_path);
      close(fd);
      return false;
    }
    if (jl_monotonic_us() >= end_us) {
      close(fd);
      return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("another jalon command is using the profile {1}"),
                     JL_MSG("wait for it, or use another profile with --profile"), jl_arg_text(p->identity.name));
    }
    usleep(5000);
  }
  p->lock_fd = fd;
  struct jl_profile_identity before = p->identity;
  bool ok = jl_profile_read_file(p, err);
  if (ok) keep_account(p, &before);
  explicit_bzero(before.token, sizeof before.token);
  if (!ok) jl_profile_unlock(p);
  return ok;
}

void jl_profile_unlock(struct jl_profile *p) {
  if (p->lock_fd >= 0) close(p->lock_fd);
  p->lock_fd = -1;
}

/* ---- writing ---- */
static void put_id(struct jl_buffer *b, const char *key, const struct jl_id *id) {
  if (jl_id_is_zero(id)) return;
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(id, text);
  jl_buffer_printf(b, "%s %s\n", key, text);
}

static void put_hex(struct jl_buffer *b, const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    jl_buffer_byte(b, (uint8_t)digits[data[i] >> 4]);
    jl_buffer_byte(b, (uint8_t)digits[data[i] & 15]);
  }
}

static void put_text(struct jl_buffer *b, const char *key, const char *value) {
  size_t size = strcspn(value, "\n"); /* a line of the file: no line feed may enter it */
  if (size > 0) jl_buffer_printf(b, "%s %.*s\n", key, (int)size, value);
}

static void put_seen(struct jl_buffer *b, const struct jl_seen *seen) {
  put_id(b, "space", &seen->space);
  jl_buffer_printf(b, "position %" PRIu64 "\nlast-own %" PRIu64 "\n", seen->position, seen->last_own);
  for (size_t i = 0; i < seen->shown_count; i++) {
    const struct jl_shown *s = &seen->shown[i];
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&s->record, id);
    jl_buffer_text(b, "shown ");
    jl_buffer_text(b, id);
    const uint64_t numbers[] = {s->type, s->number, s->revision};
    for (size_t k = 0; k < JL_COUNT(numbers); k++) {
      jl_buffer_byte(b, ' ');
      jl_buffer_number(b, numbers[k]);
    }
    jl_buffer_byte(b, '\n');
  }
}

static void put_profile(struct jl_buffer *b, const struct jl_profile *p) {
  const struct jl_profile_identity *id = &p->identity;
  jl_buffer_text(b, FORMAT_LINE "\n");
  put_text(b, "server", id->server);
  put_id(b, "server-id", &id->server_id);
  put_text(b, "account", id->account);
  put_id(b, "account-id", &id->account_id);
  if (id->administrator) jl_buffer_text(b, "administrator yes\n");
  if (id->has_token) {
    jl_buffer_text(b, "token ");
    put_hex(b, id->token, sizeof id->token);
    jl_buffer_byte(b, '\n');
  }
  put_id(b, "replica", &id->replica);
  put_id(b, "person", &id->person);
  put_id(b, "organisation", &id->organisation);
  put_id(b, "plan", &id->plan);
  put_text(b, "plan-name", id->plan_name);
  for (size_t i = 0; i < p->seen_count; i++) put_seen(b, &p->seen[i]);
}

static bool write_all(int fd, const uint8_t *data, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= (size_t)n;
  }
  return true;
}

static bool sync_folder(const char *path) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (slash == NULL) return true;
  *slash = '\0';
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  bool ok = fsync(fd) == 0;
  close(fd);
  return ok;
}

static bool replace_file(const struct jl_profile *p, struct jl_bytes bytes) {
  char temporary[4200];
  snprintf(temporary, sizeof temporary, "%s.new", p->path); /* one writer at a time: the lock */
  if (unlink(temporary) != 0 && errno != ENOENT) return false;
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  bool ok = write_all(fd, bytes.data, bytes.size) && fsync(fd) == 0;
  int saved = errno;
  if (close(fd) != 0 && ok) {
    ok = false;
    saved = errno;
  }
  if (ok && rename(temporary, p->path) == 0) return sync_folder(p->path);
  if (ok) saved = errno;
  unlink(temporary);
  errno = saved;
  return false;
}

bool jl_profile_save(struct jl_profile *p, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_buffer b;
  jl_buffer_init(&b, JL_PROFILE_FILE_MAX);
  put_profile(&b, p);
  bool ok = jl_buffer_ok(&b) ? replace_file(p, jl_buffer_bytes(&b)) || file_error(err, p->path)
            : b.starved      ? jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL)
                             : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("the profile {1} has grown too large"),
                                       JL_MSG("use another one with --profile"), jl_arg_text(p->path));
  if (b.data != NULL) explicit_bzero(b.data, b.size);
  jl_buffer_release(&b);
  return ok;
}

/* The profile's files. NAME.profile: who we are; replaced as a whole (temporary file, sync, rename, sync of the folder) when something
 * of it changed. NAME.shown: what was displayed, after each command that displays; replaced as a whole too, but nobody waits for the
 * disk: one that a power failure tore is passed over. The lock is a file of its own, because the others are other files after each save. */
#include "client/sync/profile.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_error(struct jl_error *err, const char *path) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot use the profile file {1}: {2}"),
                 JL_MSG("check the folder's owner and rights, or set XDG_CONFIG_HOME"), jl_arg_text(path), jl_arg_text(strerror(errno)));
}

/* ---- reading ---- */
static void forget_text(char **io_text) { /* it holds the token */
  if (*io_text != NULL) explicit_bzero(*io_text, strlen(*io_text));
  free(*io_text);
  *io_text = NULL;
}

static void reset(struct jl_profile *p) {
  char name[sizeof p->identity.name];
  memcpy(name, p->identity.name, sizeof name);
  struct jl_id replica = p->identity.replica;
  jl_profile_clear_seen(p);
  forget_text(&p->saved);
  p->identity = (struct jl_profile_identity){.replica = replica};
  memcpy(p->identity.name, name, sizeof name);
}

/* *ret_text NULL: there is no such file. */
static bool read_text(const char *path, char **ret_text, size_t *ret_size, struct jl_error *err) {
  *ret_text = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT || file_error(err, path);
  struct stat st;
  char *text = NULL;
  bool ok = false;
  if (fstat(fd, &st) != 0)
    (void)file_error(err, path);
  else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0 || st.st_size > (off_t)JL_PROFILE_FILE_MAX)
    (void)jl_fail(err, JL_E_INVALID, JL_MSG("the profile {1} must be a plain file that only you can read"),
                  JL_MSG("chmod 600 it, and check its owner"), jl_arg_text(path));
  else if ((text = malloc((size_t)st.st_size + 1)) == NULL)
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  else {
    size_t size = 0;
    ssize_t n = 1;
    while (size < (size_t)st.st_size && (n = read(fd, text + size, (size_t)st.st_size - size)) > 0) size += (size_t)n;
    text[size] = '\0';
    *ret_text = text;
    *ret_size = size;
    ok = n >= 0 || file_error(err, path);
  }
  close(fd);
  return ok;
}

static bool read_shown(struct jl_profile *p, struct jl_error *err) {
  char *text;
  size_t size = 0;
  if (!read_text(p->shown_path, &text, &size, err)) return false;
  bool ok = text == NULL || jl_profile_parse_shown(p, text, size) || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  free(text);
  return ok;
}

bool jl_profile_read_file(struct jl_profile *p, struct jl_error *err) {
  char *text;
  size_t size = 0;
  reset(p);
  if (!read_text(p->path, &text, &size, err)) {
    forget_text(&text);
    return false;
  }
  p->saved = text == NULL ? NULL : strdup(text); /* reading takes it apart */
  bool ok = text == NULL || p->saved != NULL ? true : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  ok = ok && (text == NULL || (jl_profile_parse(p, text, err) && read_shown(p, err)));
  if (text != NULL) explicit_bzero(text, size);
  free(text);
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
  snprintf(p->shown_path, sizeof p->shown_path, "%s/%s.shown", folder, name);
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

/* A file that takes another's place has its blocks found and written at once by some file systems (ext4's auto_da_alloc), which a command waits
 * for. What need not be durable changes places with it instead: as much at once for whoever reads it, and without that. */
static bool take_place(const char *temporary, const char *path, bool durable) {
  if (!durable && renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
    (void)unlink(temporary); /* what was there before; what is left of it goes with the next one */
    return true;
  }
  return rename(temporary, path) == 0;
}

static bool replace_file(const char *path, struct jl_bytes bytes, bool durable) {
  char temporary[4200];
  snprintf(temporary, sizeof temporary, "%s.new", path); /* one writer at a time: the lock */
  if (unlink(temporary) != 0 && errno != ENOENT) return false;
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  bool ok = write_all(fd, bytes.data, bytes.size) && (!durable || fsync(fd) == 0);
  int saved = errno;
  if (close(fd) != 0 && ok) {
    ok = false;
    saved = errno;
  }
  if (ok && take_place(temporary, path, durable)) return !durable || sync_folder(path);
  if (ok) saved = errno;
  unlink(temporary);
  errno = saved;
  return false;
}

static bool save_file(const char *path, const struct jl_buffer *b, bool durable, struct jl_error *err) {
  return jl_buffer_ok(b) ? replace_file(path, jl_buffer_bytes(b), durable) || file_error(err, path)
         : b->starved    ? jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL)
                         : jl_fail(err, JL_E_NO_MEMORY, JL_MSG("the profile {1} has grown too large"), JL_MSG("use another one with --profile"),
                                   jl_arg_text(path));
}

/* What was shown comes first, so that it never stands for longer than the account that it was shown to. */
bool jl_profile_save(struct jl_profile *p, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_buffer b, shown;
  jl_buffer_init(&b, JL_PROFILE_FILE_MAX);
  jl_buffer_init(&shown, JL_PROFILE_FILE_MAX);
  jl_profile_put(&b, p);
  jl_profile_put_shown(&shown, p);
  jl_buffer_byte(&b, '\0'); /* not of the file */
  bool changed = !jl_buffer_ok(&b) || p->saved == NULL || strcmp(p->saved, (const char *)b.data) != 0;
  if (jl_buffer_ok(&b)) b.size--;
  bool ok = save_file(p->shown_path, &shown, changed, err) && (!changed || save_file(p->path, &b, true, err));
  if (ok && changed) {
    forget_text(&p->saved);
    p->saved = strndup((const char *)b.data, b.size); /* without memory for it the next one is written again */
  }
  if (b.data != NULL) explicit_bzero(b.data, b.size);
  jl_buffer_release(&b);
  jl_buffer_release(&shown);
  return ok;
}

#include "server/ops/process.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_folders(const char *path, struct jl_error *err) {
  char part[JL_SETTING_MAX];
  for (size_t i = 1; path[i - 1] != '\0'; i++) {
    if (path[i] != '/' && path[i] != '\0') continue;
    snprintf(part, sizeof part, "%.*s", (int)i, path);
    /* Parents must let the unprivileged user through; the data directory itself is closed to others. */
    if (mkdir(part, path[i] == '\0' ? 0700 : 0755) != 0 && errno != EEXIST)
      return jl_fail(err, JL_E_INVALID, JL_MSG("could not make the folder {1}: {2}"), JL_MSG("choose another one with --data-directory"),
                     jl_arg_text(part), jl_arg_text(strerror(errno)));
    if (path[i] == '\0') break;
  }
  return true;
}

static bool become(const struct passwd *user, const char *data_directory, struct jl_error *err) {
  if (chown(data_directory, user->pw_uid, user->pw_gid) != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("could not give {1} to user {2}: {3}"), NULL, jl_arg_text(data_directory),
                   jl_arg_text(user->pw_name), jl_arg_text(strerror(errno)));
  if (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("could not become user {1}: {2}"), NULL, jl_arg_text(user->pw_name),
                   jl_arg_text(strerror(errno)));
  if (setenv("HOME", data_directory, 1) != 0 || setenv("USER", user->pw_name, 1) != 0)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  if (chdir("/") != 0 || access(data_directory, R_OK | W_OK | X_OK) != 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("user {1} cannot reach {2}: {3}"),
                   JL_MSG("choose a data directory whose parent folders are open to that user, such as /var/lib/jalon"),
                   jl_arg_text(user->pw_name), jl_arg_text(data_directory), jl_arg_text(strerror(errno)));
  return true;
}

bool jl_process_prepare(const struct jl_settings *s, struct jl_error *err) {
  if (!make_folders(s->data_directory, err)) return false;
  if (geteuid() != 0) return true;
  errno = 0;
  const struct passwd *user = getpwnam(s->user);
  if (user != NULL && user->pw_uid != 0) return become(user, s->data_directory, err);
  if (s->database[0] != '\0') return true; /* only the embedded PostgreSQL refuses root */
  return jl_fail(err, JL_E_INVALID, JL_MSG("PostgreSQL does not run as root and there is no system user {1} to become"),
                 JL_MSG("adduser --system --group {1}, or start jalond as an ordinary user"), jl_arg_text(s->user));
}

bool jl_process_lock(const struct jl_settings *s, bool *ret_running, struct jl_error *err) {
  char path[JL_SETTING_MAX + 16];
  snprintf(path, sizeof path, "%s/jalond.lock", s->data_directory);
  *ret_running = false;
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("could not open {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true; /* stays open for the life of the process */
  *ret_running = errno == EWOULDBLOCK;
  close(fd);
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("another server uses {1}"), JL_MSG("stop it, or choose another --data-directory"),
                 jl_arg_text(s->data_directory));
}

bool jl_process_open_file(const char *path, int *ret_fd, struct jl_error *err) {
  *ret_fd = -1;
  if (path[0] == '\0') return true;
  *ret_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  return *ret_fd >= 0 ||
         jl_fail(err, JL_E_INVALID, JL_MSG("could not write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
}

void jl_process_write_file(int fd, int64_t number) {
  if (fd >= 0) dprintf(fd, "%" PRId64 "\n", number);
}

void jl_process_empty_file(int fd) {
  if (fd >= 0 && ftruncate(fd, 0) != 0) return; /* a stale file then names a process that is gone */
}

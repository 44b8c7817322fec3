#include "server/store/process.h"
#include "common/base/calendar.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool find_user(struct jl_user *ret_user) {
  struct passwd entry, *found = NULL;
  char memory[4096];
  if (getpwnam_r(JL_SERVICE_USER, &entry, memory, sizeof memory, &found) != 0 || found == NULL) return false;
  *ret_user = (struct jl_user){.uid = found->pw_uid, .gid = found->pw_gid};
  return true;
}

static bool fail_system(struct jl_error *err, const char *message, const char *what) {
  return jl_fail(err, JL_E_UNAVAILABLE, message, NULL, jl_arg_text(what), jl_arg_text(strerrordesc_np(errno)));
}

bool jl_process_user(struct jl_user *ret_user, struct jl_error *err) {
  if (geteuid() != 0) {
    *ret_user = (struct jl_user){.uid = geteuid(), .gid = getegid()};
    return true;
  }
  if (find_user(ret_user)) return true;
  const char *const argv[] = {"/usr/sbin/useradd", "--system", "--user-group",      "--no-create-home", "--home-dir",
                              "/var/lib/jalon",    "--shell",  "/usr/sbin/nologin", JL_SERVICE_USER,    NULL};
  pid_t pid = jl_process_start(argv, "/", "/dev/null", (struct jl_user){0, 0}, err);
  if (pid < 0) return false;
  struct jl_error ignored;
  bool made = jl_process_wait(pid, argv[0], 10000000, &ignored);
  if (find_user(ret_user)) return true; /* another start may have made it meanwhile */
  return jl_fail(err, JL_E_UNAVAILABLE, made ? JL_MSG("the system user {1} cannot be found") : JL_MSG("could not make the system user {1}"),
                 JL_MSG("make it with: useradd --system {1}"), jl_arg_text(JL_SERVICE_USER));
}

/* Between fork and exec: only what is safe there. */
static void become(const char *const *argv, const char *directory, int log, struct jl_user user) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int i = 1; i < 32; i++) sigaction(i, &standard, NULL);
  setsid();
  if (dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(126);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || (null == 0 ? fcntl(0, F_SETFD, 0) : dup2(null, 0)) < 0) _exit(126);
  close_range(3, ~0u, 0);
  if (geteuid() == 0 && user.uid != 0 && (setgroups(0, NULL) != 0 || setgid(user.gid) != 0 || setuid(user.uid) != 0)) _exit(126);
  if (chdir(directory) != 0) _exit(125);
  static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", locale[] = "LC_ALL=C", zone[] = "TZ=UTC";
  /* Without these the C library gives memory back to the kernel at the end of every statement and asks for it at the next. */
  static char keep[] = "MALLOC_TRIM_THRESHOLD_=67108864", ahead[] = "MALLOC_TOP_PAD_=1048576";
  char *const environment[] = {path, locale, zone, keep, ahead, NULL};
  execve(argv[0], (char *const *)(uintptr_t)argv, environment);
  _exit(127);
}

pid_t jl_process_start(const char *const *argv, const char *directory, const char *log_path, struct jl_user user, struct jl_error *err) {
  int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (log < 0) {
    fail_system(err, JL_MSG("could not open {1}: {2}"), log_path);
    return -1;
  }
  pid_t pid = fork();
  if (pid == 0) become(argv, directory, log, user);
  if (pid < 0) fail_system(err, JL_MSG("could not start {1}: {2}"), argv[0]);
  close(log);
  return pid;
}

bool jl_process_wait(pid_t pid, const char *name, int64_t timeout_us, struct jl_error *err) {
  int64_t until = jl_monotonic_us() + timeout_us;
  int status = 0;
  for (;;) {
    pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) return fail_system(err, JL_MSG("could not wait for {1}: {2}"), name);
    if (jl_monotonic_us() > until) {
      kill(pid, SIGKILL);
      (void)waitpid(pid, &status, 0);
      return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} took too long and was ended"), NULL, jl_arg_text(name));
    }
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} failed with status {2}"), NULL, jl_arg_text(name),
                 jl_arg_integer(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)));
}

bool jl_process_folder(const char *path, struct jl_user user, struct jl_error *err) {
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return fail_system(err, JL_MSG("could not make the folder {1}: {2}"), path);
  struct stat info;
  if (lstat(path, &info) != 0) return fail_system(err, JL_MSG("could not look at {1}: {2}"), path);
  if (!S_ISDIR(info.st_mode))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a folder"), JL_MSG("remove it or choose another data folder"), jl_arg_text(path));
  if (info.st_uid != user.uid && geteuid() == 0 && lchown(path, user.uid, user.gid) == 0) info.st_uid = user.uid;
  if (info.st_uid != user.uid)
    return jl_fail(err, JL_E_DENIED, JL_MSG("{1} belongs to another user"), JL_MSG("give it to the user that the server runs as"),
                   jl_arg_text(path));
  if ((info.st_mode & 077) != 0 && chmod(path, 0700) != 0) return fail_system(err, JL_MSG("could not protect {1}: {2}"), path);
  return true;
}

bool jl_process_drop_root(const char *data_dir, struct jl_error *err) {
  if (geteuid() != 0) return true;
  struct jl_user user;
  if (!jl_process_user(&user, err) || !jl_process_folder(data_dir, user, err)) return false;
  if (setgroups(0, NULL) != 0 || setgid(user.gid) != 0 || setuid(user.uid) != 0)
    return fail_system(err, JL_MSG("could not become user {1}: {2}"), JL_SERVICE_USER);
  if (setuid(0) == 0) return jl_fail(err, JL_E_INTERNAL, JL_MSG("rights of root could not be given up"), NULL);
  return true;
}

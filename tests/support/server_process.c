#include "tests/support/server_process.h"
#include "tests/support/tree.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "not ok %s: %s\n", what, strerror(errno));
  exit(1);
}

/* Its clock can be moved by writing to a file; waiting is by the monotonic clock, which stays true. */
static void fake_clock(const char *file) {
  char asan[400];
  const char *given = getenv("ASAN_OPTIONS");
  snprintf(asan, sizeof asan, "%s%sverify_asan_link_order=0", given ? given : "", given && *given ? ":" : "");
  setenv("ASAN_OPTIONS", asan, 1);
  setenv("LD_PRELOAD", SERVER_FAKETIME, 1);
  setenv("FAKETIME_TIMESTAMP_FILE", file, 1);
  setenv("FAKETIME_NO_CACHE", "1", 1);
  setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
  setenv("DONT_FAKE_MONOTONIC", "1", 1);
  setenv("NO_FAKE_STAT", "1", 1);
}

static int spawn(struct server_process *s, char *const arguments[], const char *clock) {
  int pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  setpgid(0, 0);
  dup2(s->log_fd, 1);
  dup2(s->log_fd, 2);
  if (s->mutant) setenv("JALON_MUTANT", s->mutant, 1);
  if (clock) fake_clock(clock);
  execv(s->program, arguments);
  _exit(127);
}

void server_open(struct server_process *s, const char *folder, const char *build) {
  static char program[512];
  char path[600];
  snprintf(s->folder, sizeof s->folder, "%s", folder);
  snprintf(s->address, sizeof s->address, "unix:%s/s", folder);
  snprintf(program, sizeof program, "%s/server/jalond", build);
  s->program = program;
  mkdir(folder, 0755);
  chmod(folder, 0777); /* the server may become another user; this folder is the test's own */
  snprintf(path, sizeof path, "%s/log", folder);
  s->log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (s->log_fd < 0) fail(path);
}

void server_make(struct server_process *s) {
  char path[600], data[400], password[640], database[600], program[512], command[] = "setup", administrator[] = "--administrator=admin";
  snprintf(path, sizeof path, "%s/password", s->folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, ADMIN_PASSWORD "\n", sizeof ADMIN_PASSWORD) < 0) fail(path);
  close(fd);
  snprintf(program, sizeof program, "%s", s->program);
  snprintf(data, sizeof data, "--data-directory=%s/data", s->folder);
  snprintf(password, sizeof password, "--password-file=%s", path);
  snprintf(database, sizeof database, "--database=%s", s->database ? s->database : "");
  char *const arguments[] = {program, command, data, administrator, password, s->database ? database : NULL, NULL};
  int pid = spawn(s, arguments, NULL), status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    fprintf(stderr, "not ok jalond setup failed (%d): see %s/log\n", status, s->folder);
    exit(1);
  }
}

void server_set_up(struct server_process *s, const char *folder, const char *build) {
  server_open(s, folder, build);
  server_make(s);
}

bool server_answers(const struct server_process *s) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", s->address + 5);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  if (fd >= 0) close(fd);
  return ok;
}

void server_launch(struct server_process *s) {
  char data[400], listen[400], program[512], database[600];
  snprintf(program, sizeof program, "%s", s->program);
  snprintf(data, sizeof data, "--data-directory=%s/data", s->folder);
  snprintf(database, sizeof database, "--database=%s", s->database ? s->database : "");
  int used = snprintf(listen, sizeof listen, "--listen=%s", s->address);
  if (s->port) snprintf(listen + used, sizeof listen - (size_t)used, ",127.0.0.1:%d", s->port);
  char *arguments[6] = {program, data, listen}, option[100];
  size_t n = 3;
  if (s->database) arguments[n++] = database;
  if (s->option) {
    snprintf(option, sizeof option, "%s", s->option);
    arguments[n] = option;
  }
  s->pid = spawn(s, arguments, s->clock);
}

void server_start(struct server_process *s) {
  server_launch(s);
  for (int i = 0; i < 6000; i++) { /* poll for the socket: there is no other sign from another process */
    if (server_answers(s)) return;
    int status = 0;
    if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
      fprintf(stderr, "not ok jalond ended at start (%d): see %s/log\n", status, s->folder);
      exit(1);
    }
    poll(NULL, 0, 50);
  }
  fprintf(stderr, "not ok jalond does not listen after five minutes: see %s/log\n", s->folder);
  exit(1);
}

void server_kill(struct server_process *s) {
  if (kill(s->pid, SIGKILL) != 0) fail("kill jalond");
  waitpid(s->pid, NULL, 0);
  s->pid = 0;
}

void server_stop(struct server_process *s) {
  int status = 0;
  kill(s->pid, SIGTERM);
  if (waitpid(s->pid, &status, 0) != s->pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "not ok jalond did not end cleanly (%d): see %s/log\n", status, s->folder);
    exit(1);
  }
  s->pid = 0;
}

static long read_postmaster(const struct server_process *s) { /* the first line of its pid file; 0: there is none */
  char path[400], line[64];
  snprintf(path, sizeof path, "%s/data/postgres/postmaster.pid", s->folder);
  FILE *file = fopen(path, "re");
  long pid = 0;
  if (file && fgets(line, sizeof line, file)) pid = strtol(line, NULL, 10);
  if (file) fclose(file);
  return pid < 2 ? 0 : pid;
}

static long postmaster(const struct server_process *s) {
  long pid = read_postmaster(s);
  if (pid == 0) fail("no postmaster");
  return pid;
}

/* Only when it really works in this folder: its number may belong to another program by now. */
void server_kill_left(const struct server_process *s) {
  char link[64], folder[400], expected[400];
  long pid = read_postmaster(s);
  snprintf(link, sizeof link, "/proc/%ld/cwd", pid);
  snprintf(expected, sizeof expected, "%s/data/postgres", s->folder);
  ssize_t n = pid ? readlink(link, folder, sizeof folder - 1) : -1;
  if (n < 0) return;
  folder[n] = '\0';
  if (strcmp(folder, expected) == 0) tree_signal(pid, SIGKILL);
}

void server_kill_postgres(const struct server_process *s) { kill((int)postmaster(s), SIGKILL); }
void server_signal_postgres(const struct server_process *s, int number) { tree_signal(postmaster(s), number); }

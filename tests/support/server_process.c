#include "tests/support/peer.h"
#include <dirent.h>
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

static int spawn(struct server_process *s, char *const arguments[]) {
  int pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  setpgid(0, 0);
  dup2(s->log_fd, 1);
  dup2(s->log_fd, 2);
  if (s->mutant) setenv("JALON_MUTANT", s->mutant, 1);
  execv(s->program, arguments);
  _exit(127);
}

void server_set_up(struct server_process *s, const char *folder, const char *build) {
  static char program[512];
  snprintf(s->folder, sizeof s->folder, "%s", folder);
  snprintf(s->address, sizeof s->address, "unix:%s/s", folder);
  snprintf(program, sizeof program, "%s/server/jalond", build);
  s->program = program;
  char path[600], data[400], password[640];
  mkdir(folder, 0755);
  chmod(folder, 0777); /* the server may become another user; this folder is the test's own */
  snprintf(path, sizeof path, "%s/log", folder);
  s->log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (s->log_fd < 0) fail(path);
  snprintf(path, sizeof path, "%s/password", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, ADMIN_PASSWORD "\n", sizeof ADMIN_PASSWORD) < 0) fail(path);
  close(fd);
  snprintf(data, sizeof data, "--data-directory=%s/data", folder);
  snprintf(password, sizeof password, "--password-file=%s", path);
  char command[] = "setup", administrator[] = "--administrator=admin";
  char *const arguments[] = {program, command, data, administrator, password, NULL};
  int pid = spawn(s, arguments), status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    fprintf(stderr, "not ok jalond setup failed (%d): see %s/log\n", status, folder);
    exit(1);
  }
}

static bool answers(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  if (fd >= 0) close(fd);
  return ok;
}

void server_start(struct server_process *s) {
  char data[400], listen[400], program[512];
  snprintf(program, sizeof program, "%s", s->program);
  snprintf(data, sizeof data, "--data-directory=%s/data", s->folder);
  snprintf(listen, sizeof listen, "--listen=%s", s->address);
  char *const arguments[] = {program, data, listen, NULL};
  s->pid = spawn(s, arguments);
  for (int i = 0; i < 1200; i++) { /* poll for the socket: there is no other sign from another process */
    if (answers(s->address + 5)) return;
    int status = 0;
    if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
      fprintf(stderr, "not ok jalond ended at start (%d): see %s/log\n", status, s->folder);
      exit(1);
    }
    poll(NULL, 0, 50);
  }
  fprintf(stderr, "not ok jalond does not listen after a minute: see %s/log\n", s->folder);
  exit(1);
}

void server_kill(struct server_process *s) {
  if (kill(s->pid, SIGKILL) != 0) fail("kill jalond");
  waitpid(s->pid, NULL, 0);
}

void server_stop(struct server_process *s) {
  int status = 0;
  kill(s->pid, SIGTERM);
  if (waitpid(s->pid, &status, 0) != s->pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "not ok jalond did not end cleanly (%d): see %s/log\n", status, s->folder);
    exit(1);
  }
}

static long postmaster(const struct server_process *s) { /* the first line of its pid file */
  char path[400];
  snprintf(path, sizeof path, "%s/data/postgres/postmaster.pid", s->folder);
  FILE *file = fopen(path, "re");
  long pid = 0;
  char line[64];
  if (file && fgets(line, sizeof line, file)) pid = strtol(line, NULL, 10);
  if (file) fclose(file);
  if (pid < 2) fail(path);
  return pid;
}

void server_kill_postgres(const struct server_process *s) { kill((pid_t)postmaster(s), SIGKILL); }

static long parent_of(const char *pid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  size_t n = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[n] = '\0';
  const char *end = strrchr(text, ')'); /* the name before it may hold anything */
  return end && strlen(end) > 4 ? strtol(end + 4, NULL, 10) : 0;
}

void server_signal_postgres(const struct server_process *s, int number) {
  long parent = postmaster(s);
  DIR *processes = opendir("/proc");
  if (!processes) fail("/proc");
  kill((pid_t)parent, number == SIGKILL ? SIGSTOP : number); /* so that it starts no more children meanwhile */
  for (const struct dirent *entry = readdir(processes); entry; entry = readdir(processes))
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && parent_of(entry->d_name) == parent) kill((pid_t)strtol(entry->d_name, NULL, 10), number);
  closedir(processes);
  kill((pid_t)parent, number);
}

/* The private PostgreSQL: made, restarted when killed, taken over after a crash of the server, stale pid files, long paths. */
#include "server/store/blocking.h"
#include "server/store/embedded.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static uv_loop_t loop;
static char folder[800];

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
  (void)info, (void)type, (void)walk;
  return remove(path);
}
static struct jl_embedded *start(void) {
  struct jl_error err = {0};
  struct jl_embedded *e = jl_embedded_start(&loop, folder, &err);
  if (e == NULL) {
    char text[600];
    jl_error_describe(&err, text, sizeof text);
    fail_msg("%s", text);
  }
  return e;
}
static void mark(void *context) { *(bool *)context = true; }
static void stop(struct jl_embedded *e) {
  bool done = false;
  pid_t pid = jl_embedded_pid(e);
  jl_embedded_stop(e, mark, &done);
  while (!done) uv_run(&loop, UV_RUN_ONCE);
  assert_true(pid == 0 || kill(pid, 0) != 0);
}
static bool answers(struct jl_embedded *e) {
  struct jl_error err;
  PGconn *connection = jl_blocking_connect(jl_embedded_connection(e), 60000000, &err);
  bool ok = connection != NULL && jl_blocking_do(connection, "SELECT 1", 60000000, &err);
  PQfinish(connection);
  return ok;
}
static void tick(uv_timer_t *timer) { (void)timer; }
static void turn_until_answers(struct jl_embedded *e, pid_t not_pid) {
  uv_timer_t timer;
  uv_timer_init(&loop, &timer);
  uv_timer_start(&timer, tick, 50, 50);
  bool up = false;
  for (int i = 0; i < 6000 && !up; i++) {
    uv_run(&loop, UV_RUN_ONCE);
    up = jl_embedded_pid(e) != 0 && jl_embedded_pid(e) != not_pid && answers(e);
  }
  uv_close((uv_handle_t *)&timer, NULL);
  uv_run(&loop, UV_RUN_NOWAIT);
  assert_true(up);
}

static void it_starts_and_stops_and_keeps_its_data(void **state) {
  (void)state;
  struct jl_error err;
  struct jl_embedded *e = start();
  struct stat info;
  char path[900];
  snprintf(path, sizeof path, "%s/postgres", folder);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0700);
  assert_true(info.st_uid != 0);
  PGconn *connection = jl_blocking_connect(jl_embedded_connection(e), 60000000, &err);
  assert_non_null(connection);
  assert_true(jl_blocking_do(connection, "CREATE TABLE kept (x integer)", 60000000, &err));
  PQfinish(connection);
  stop(e);
  e = start();
  connection = jl_blocking_connect(jl_embedded_connection(e), 60000000, &err);
  assert_true(jl_blocking_do(connection, "SELECT * FROM kept", 60000000, &err));
  PQfinish(connection);
  stop(e);
}

static void it_is_started_again_when_killed(void **state) {
  (void)state;
  struct jl_embedded *e = start();
  pid_t pid = jl_embedded_pid(e);
  kill(pid, SIGKILL);
  turn_until_answers(e, pid);
  assert_true(jl_embedded_restarts(e) >= 1);
  stop(e);
}

static void an_orphan_is_taken_over(void **state) {
  (void)state;
  struct jl_embedded *e = start();
  pid_t pid = jl_embedded_pid(e);
  jl_embedded_leave(e); /* as after kill -9 of the server */
  uv_run(&loop, UV_RUN_NOWAIT);
  e = start();
  assert_int_equal(jl_embedded_pid(e), pid);
  assert_true(jl_embedded_adopted(e));
  stop(e);
}

static void a_stale_pid_file_does_no_harm(void **state) {
  (void)state;
  char path[900], line[64];
  snprintf(path, sizeof path, "%s/postgres/postmaster.pid", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  assert_true(fd >= 0);
  int n = snprintf(line, sizeof line, "%d\n", (int)getppid()); /* a live process that is no PostgreSQL */
  assert_int_equal(write(fd, line, (size_t)n), n);
  close(fd);
  struct jl_embedded *e = start();
  assert_true(answers(e));
  stop(e);
}

static void a_long_path_gets_a_short_socket(void **state) {
  (void)state;
  char before[600];
  snprintf(before, sizeof before, "%.400s", folder);
  snprintf(folder, sizeof folder, "%s/a-folder-with-a-name-so-long-that-no-socket-can-be-bound-below-it-because-107-bytes-are-all-there-is",
           before);
  struct jl_embedded *e = start();
  assert_true(answers(e));
  stop(e);
  snprintf(folder, sizeof folder, "%s", before);
}

static void what_is_wrong_is_said(void **state) {
  (void)state;
  struct jl_error err = {0};
  assert_null(jl_embedded_start(&loop, "relative/path", &err));
  assert_int_equal(err.code, JL_E_INVALID);
  char path[900];
  snprintf(path, sizeof path, "%s/a-file", folder);
  int fd = open(path, O_WRONLY | O_CREAT, 0600);
  close(fd);
  assert_null(jl_embedded_start(&loop, path, &err));
  assert_int_equal(err.code, JL_E_INVALID);
}

static int start_all(void **state) {
  (void)state;
  uv_loop_init(&loop);
  snprintf(folder, sizeof folder, "/tmp/jalon-test-XXXXXX");
  if (mkdtemp(folder) == NULL) return -1;
  return chmod(folder, 0755);
}
static int stop_all(void **state) {
  (void)state;
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return uv_loop_close(&loop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_starts_and_stops_and_keeps_its_data),
      cmocka_unit_test(it_is_started_again_when_killed),
      cmocka_unit_test(an_orphan_is_taken_over),
      cmocka_unit_test(a_stale_pid_file_does_no_harm),
      cmocka_unit_test(a_long_path_gets_a_short_socket),
      cmocka_unit_test(what_is_wrong_is_said),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}

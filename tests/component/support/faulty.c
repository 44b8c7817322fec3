#include "tests/component/support/faulty.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fail_alloc *faulty_map(char ret_path[64]) {
  snprintf(ret_path, 64, "/tmp/jalon-faults-XXXXXX");
  int fd = mkstemp(ret_path);
  assert_true(fd >= 0 && ftruncate(fd, sizeof(struct fail_alloc)) == 0 && fchmod(fd, 0666) == 0);
  struct fail_alloc *faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert_true(faults != MAP_FAILED);
  close(fd);
  return faults;
}

void faulty_sanitizer(void) {
  char all[400];
  const char *given = getenv("ASAN_OPTIONS");
  snprintf(all, sizeof all, "%s%sverify_asan_link_order=0", given != NULL ? given : "", given != NULL ? ":" : "");
  setenv("ASAN_OPTIONS", all, 1);
}

struct fail_alloc *faulty_daemon(struct daemon *d, bool tls, const char *const *options) {
  char path[64];
  struct fail_alloc *faults = faulty_map(path);
  faulty_sanitizer();
  setenv("JALON_FAIL_ALLOC", path, 1);
  setenv("LD_PRELOAD", FAIL_ALLOC, 1);
  if (tls)
    daemon_start_tls(d, options);
  else
    daemon_start_with(d, options);
  unsetenv("LD_PRELOAD");
  unsetenv("JALON_FAIL_ALLOC");
  unlink(path);
  return faults;
}

#include "tests/torture/shared/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct progress *progress_map(const char *folder, bool create) {
  char path[400];
  snprintf(path, sizeof path, "%s/progress", folder);
  int fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_TRUNC : 0), 0600);
  void *memory = MAP_FAILED;
  if (fd >= 0 && (!create || ftruncate(fd, sizeof(struct progress)) == 0)) memory = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) {
    printf("not ok %s: %s\n", path, strerror(errno));
    exit(1);
  }
  close(fd);
  return memory;
}

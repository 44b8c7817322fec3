/* A server that takes connections and says nothing, or whose address swallows everything, costs patience once: that it was
 * silent is noted in the folder of the local copy, and until the note is old nobody asks it again. A refused connection costs
 * nothing and is not noted. */
#include "client/sync/local.h"
#include "client/sync/silence.h"
#include "common/base/calendar.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE "silent"

static void path_of(const struct jl_local *l, char out[4096]) { snprintf(out, 4096, "%s/" NOTE, l->folder.path); }

bool jl_silence_noted(const struct jl_local *l, const char *server) {
  char path[4096], text[256] = "";
  struct stat st;
  path_of(l, path);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  bool ok = fstat(fd, &st) == 0 && read(fd, text, sizeof text - 1) >= 0;
  close(fd);
  int64_t age_us = jl_now_utc_us() - ((int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000);
  return ok && age_us >= 0 && age_us < JL_SILENCE_US && strcmp(text, server) == 0; /* a clock that was put back: it is asked */
}

void jl_silence_note(const struct jl_local *l, const char *server) {
  char path[4096];
  path_of(l, path);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return; /* then the next command waits as well */
  (void)!write(fd, server, strlen(server));
  close(fd);
}

void jl_silence_over(const struct jl_local *l) {
  char path[4096];
  path_of(l, path);
  (void)unlink(path);
}

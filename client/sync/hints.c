/* A note beside the files for those who only want to know that there is nothing to do: how much waits, and where the copy of
 * each space stands. It is there only while nobody has the copy open: who opens it takes it away, who closes it writes it
 * anew. So after a crash there is none, and the next one looks for itself. */
#include "client/sync/hints.h"
#include "common/base/limits.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_LINE "jalon-hints 1\n"
#define BASE_ARENA (16U << 20)

static void path_of(const struct jl_local *l, const char *name, char out[4096]) { snprintf(out, 4096, "%s/%s", l->folder.path, name); }

static bool read_all(const struct jl_local *l, char out[JL_HINTS_MAX]) {
  char path[4096];
  path_of(l, "hints", path);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  ssize_t n = fd < 0 ? -1 : read(fd, out, JL_HINTS_MAX - 1);
  if (fd >= 0) close(fd);
  out[n > 0 ? n : 0] = '\0';
  return strncmp(out, FIRST_LINE, strlen(FIRST_LINE)) == 0;
}

/* The line of a space: "ID REVISION AS_OF". */
static char *line_of(char *text, const struct jl_id *space) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(space, id);
  char *at = strstr(text, id);
  return at != NULL && at > text && at[-1] == '\n' ? at + strlen(id) : NULL;
}

bool jl_local_hint(struct jl_local *l, const struct jl_id *space, struct jl_local_hint *ret_hint) {
  char text[JL_HINTS_MAX];
  struct jl_local_hint hint = {0};
  char *end = text;
  if (l->mode != JL_LOCAL_CLOSED || !read_all(l, text) || strncmp(text + strlen(FIRST_LINE), "waiting ", 8) != 0) return false;
  hint.waiting = (size_t)strtoull(text + strlen(FIRST_LINE) + 8, &end, 10);
  if (*end != '\n') return false;
  char *line = line_of(text, space);
  if (line != NULL) {
    hint.revision = strtoull(line, &end, 10);
    hint.as_of_us = strtoll(end, &end, 10);
    if (*end != '\n') return false;
  }
  *ret_hint = hint;
  return true;
}

void jl_hints_take(struct jl_local *l) {
  char path[4096];
  if (!read_all(l, l->hints)) l->hints[0] = '\0';
  path_of(l, "hints", path);
  (void)unlink(path);
}

/* The spaces as they stand, or, when the base was not looked at, as they stood. */
static bool put_spaces(struct jl_local *l, char *out, size_t size) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = l->base_open ? jl_arena_new(BASE_ARENA) : NULL;
  struct jl_base_space *spaces;
  struct jl_error ignored;
  size_t n = 0, used = 0;
  if (!l->base_open) {
    const char *waiting = l->hints[0] == '\0' ? NULL : strchr(l->hints + strlen(FIRST_LINE), '\n');
    return snprintf(out, size, "%s", waiting == NULL ? "" : waiting + 1) < (int)size;
  }
  if (a == NULL || !jl_base_spaces(&l->base, a, &spaces, &n, &ignored)) return false;
  out[0] = '\0';
  for (size_t i = 0; i < n; i++) {
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&spaces[i].id, id);
    int added = snprintf(out + used, size - used, "%s %" PRIu64 " %" PRId64 "\n", id, spaces[i].live.position.revision, spaces[i].as_of_us);
    if (added < 0 || used + (size_t)added >= size) {
      out[used] = '\0';
      break; /* whoever asks for one of the rest is not told */
    }
    used += (size_t)added;
  }
  return true;
}

void jl_hints_leave(struct jl_local *l) {
  char spaces[JL_HINTS_MAX - 64], text[JL_HINTS_MAX], path[4096], fresh[4096];
  struct jl_outbox_counts counts;
  struct jl_error ignored;
  if (l->mode != JL_LOCAL_OPEN || l->outbox.sql.db == NULL || !jl_outbox_counts(&l->outbox, &counts, &ignored) ||
      !put_spaces(l, spaces, sizeof spaces))
    return;
  int size = snprintf(text, sizeof text, FIRST_LINE "waiting %zu\n%s", counts.queued + counts.sent, spaces);
  path_of(l, "hints", path);
  path_of(l, "hints.new", fresh);
  int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  bool ok = write(fd, text, (size_t)size) == size;
  close(fd);
  if (!ok || rename(fresh, path) != 0) (void)unlink(fresh);
}

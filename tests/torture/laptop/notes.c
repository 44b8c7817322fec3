#include "tests/torture/laptop/laptop.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_line(struct laptop *l, const char *line) {
  uint64_t id = 0;
  if (sscanf(line, "keep %" SCNu64, &id) == 1) l->kept++;
  if (id == 0 && sscanf(line, "found %" SCNu64, &id) != 1) return;
  if (id > l->last_id) l->last_id = id;
}

/* A kill may have cut the last line: the outbox knows that group all the same. */
void notes_open(struct laptop *l, const char *folder) {
  char path[400], *line = NULL;
  size_t capacity = 0;
  off_t whole = 0;
  snprintf(path, sizeof path, "%s/laptop.%d", folder, l->index);
  l->notes = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  FILE *f = l->notes < 0 ? NULL : fdopen(dup(l->notes), "r");
  if (!f) laptop_fail(path, NULL);
  for (ssize_t n; (n = getline(&line, &capacity, f)) > 0 && line[n - 1] == '\n'; whole += n) read_line(l, line);
  free(line);
  fclose(f);
  if (ftruncate(l->notes, whole) != 0 || lseek(l->notes, whole, SEEK_SET) != whole) laptop_fail(path, NULL);
}

static void put(struct laptop *l, const char *text, size_t size) {
  if (write(l->notes, text, size) != (ssize_t)size) laptop_fail(strerror(errno), NULL);
}

void notes_write(struct laptop *l, const char *format, ...) {
  char line[400];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  line[n] = '\n';
  put(l, line, (size_t)n + 1);
}

void notes_id(const struct jl_id *id, char out[33]) {
  for (int i = 0; i < 16; i++) snprintf(out + 2 * i, 3, "%02x", id->bytes[i]);
}

void notes_keep(struct laptop *l, uint64_t id, const struct jl_id *group_id, int space, struct jl_bytes group) {
  char name[33], *line = malloc(group.size * 2 + 200);
  JL_ASSERT(line);
  notes_id(group_id, name);
  size_t n = (size_t)snprintf(line, 200, "keep %" PRIu64 " %s %d ", id, name, space);
  for (size_t i = 0; i < group.size; i++, n += 2) snprintf(line + n, 3, "%02x", group.data[i]);
  line[n++] = '\n';
  put(l, line, n);
  free(line);
  l->kept++;
  l->last_id = id;
}

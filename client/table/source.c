#include "client/table/source.h"
#include "common/base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct jl_source {
  int file; /* -1: memory */
  struct jl_bytes bytes;
  uint64_t size;
  char name[JL_ARG_TEXT_MAX];
};

static bool cannot_read(const char *path, int number, struct jl_error *err) {
  return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(number)));
}

static bool too_large(const char *path, struct jl_error *err) {
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} is larger than {2}"), JL_MSG("cut it into several files, each with the line that names the columns"), jl_arg_text(path),
                 jl_arg_bytes(JL_TABLE_FILE_MAX));
}

/* Into a file that has no name any more. */
static int keep_input(struct jl_error *err) {
  char part[65536], path[] = "/tmp/jalon-table-XXXXXX";
  uint64_t total = 0;
  int file = mkostemp(path, O_CLOEXEC);
  if (file < 0) return cannot_read("-", errno, err), -1;
  (void)unlink(path);
  for (ssize_t n; (n = read(STDIN_FILENO, part, sizeof part)) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    bool ok = n > 0 || cannot_read("-", errno, err);
    total += ok ? (uint64_t)n : 0;
    ok = ok && (total <= JL_TABLE_FILE_MAX || too_large("-", err));
    for (ssize_t done = 0, one; ok && done < n; done += one)
      if ((one = write(file, part + done, (size_t)(n - done))) < 0) {
        one = 0;
        ok = errno == EINTR || cannot_read("-", errno, err);
      }
    if (ok) continue;
    (void)close(file);
    return -1;
  }
  return file;
}

struct jl_source *jl_source_memory(struct jl_bytes bytes, struct jl_error *err) {
  struct jl_source *s = calloc(1, sizeof *s);
  if (s == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  *s = (struct jl_source){.file = -1, .bytes = bytes, .size = bytes.size};
  return s;
}

struct jl_source *jl_source_open(const char *path, struct jl_error *err) {
  struct stat about;
  bool input = strcmp(path, "-") == 0;
  int file = input ? keep_input(err) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) {
    if (!input) (void)cannot_read(path, errno, err);
    return NULL;
  }
  bool ok = fstat(file, &about) == 0 || cannot_read(path, errno, err);
  ok = ok && (S_ISREG(about.st_mode) || jl_fail(err, JL_E_USAGE, JL_MSG("{1} is no file"), JL_MSG("- reads standard input"), jl_arg_text(path)));
  ok = ok && (about.st_size <= (off_t)JL_TABLE_FILE_MAX || too_large(path, err));
  struct jl_source *s = ok ? jl_source_memory((struct jl_bytes){NULL, 0}, err) : NULL;
  if (s == NULL) {
    (void)close(file);
    return NULL;
  }
  s->file = file;
  s->size = (uint64_t)about.st_size;
  const char *name = strrchr(path, '/');
  (void)snprintf(s->name, sizeof s->name, "%s", name != NULL && name[1] != '\0' ? name + 1 : path);
  return s;
}

void jl_source_free(struct jl_source *s) {
  if (s != NULL && s->file >= 0) (void)close(s->file);
  free(s);
}

uint64_t jl_source_size(const struct jl_source *s) { return s->size; }
const char *jl_source_name(const struct jl_source *s) { return s->name; }

bool jl_source_read(const struct jl_source *s, uint64_t at, void *to, size_t size, size_t *ret_read, struct jl_error *err) {
  if (at > s->size) at = s->size;
  if (size > s->size - at) size = (size_t)(s->size - at);
  if (s->file < 0) {
    if (size > 0) memcpy(to, s->bytes.data + at, size);
    *ret_read = size;
    return true;
  }
  size_t done = 0;
  while (done < size) {
    ssize_t n = pread(s->file, (char *)to + done, size - done, (off_t)(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_read(s->name, errno, err);
    if (n == 0) break; /* it was cut meanwhile */
    done += (size_t)n;
  }
  *ret_read = done;
  return true;
}

/* Folders that a test made for itself. */
#ifndef JL_TESTS_FOLDER_H
#define JL_TESTS_FOLDER_H
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static inline int folder_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st, (void)kind, (void)at;
  return remove(path);
}
/* With all that is in it; links are not followed. */
static inline bool folder_remove(const char *path) { return nftw(path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0; }

static inline bool folder_copy_file(int from, int to, const char *name) {
  char bytes[65536];
  ssize_t n = -1;
  int in = openat(from, name, O_RDONLY | O_CLOEXEC), out = openat(to, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  while (in >= 0 && out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0)
    if (write(out, bytes, (size_t)n) != n) break;
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  return n == 0;
}
/* The files of one folder into another that is there. */
static inline bool folder_copy(const char *from, const char *to) {
  DIR *files = opendir(from), *place = opendir(to);
  bool ok = files != NULL && place != NULL;
  for (const struct dirent *entry; ok && (entry = readdir(files)) != NULL;)
    if (entry->d_type == DT_REG) ok = folder_copy_file(dirfd(files), dirfd(place), entry->d_name);
  if (files != NULL) closedir(files);
  if (place != NULL) closedir(place);
  return ok;
}
#endif

#include "tests/support/tree.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

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

void tree_signal(long parent, int number) {
  DIR *processes = opendir("/proc");
  if (!processes) abort();
  kill((pid_t)parent, number == SIGKILL ? SIGSTOP : number); /* so that it starts no more children meanwhile */
  for (const struct dirent *entry = readdir(processes); entry; entry = readdir(processes))
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && parent_of(entry->d_name) == parent) kill((pid_t)strtol(entry->d_name, NULL, 10), number);
  closedir(processes);
  kill((pid_t)parent, number);
}

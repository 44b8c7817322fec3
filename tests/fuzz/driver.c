/* Runs a fuzz target over files, as a normal test where libFuzzer is not at hand: every file as it is, cut at every
 * length, and with every byte changed a few ways. Names of corpus files and folders are the arguments. */
#include "tests/fuzz/fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 65536
#define MUTATE_MAX 2048 /* longer files are only run as they are */

static size_t runs;

/* In memory of exactly its size, so that a sanitizer sees every byte read too many. */
static void run(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size > 0 ? size : 1);
  if (copy == NULL) abort();
  if (size > 0) memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
  runs++;
}

static void run_variants(uint8_t *data, size_t size) {
  static const uint8_t flips[] = {0x01, 0x80, 0xff, 0x08, 0x02};
  run(data, size);
  if (size > MUTATE_MAX) return;
  for (size_t cut = 0; cut < size; cut++) run(data, cut);
  for (size_t i = 0; i < size; i++)
    for (size_t f = 0; f < sizeof flips; f++) {
      data[i] ^= flips[f];
      run(data, size);
      data[i] ^= flips[f];
    }
}

static void run_file(const char *path) {
  static uint8_t data[FILE_MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return;
  size_t size = fread(data, 1, sizeof data, file);
  fclose(file);
  run_variants(data, size);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    DIR *folder = opendir(argv[i]);
    if (folder == NULL) {
      run_file(argv[i]);
      continue;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
      char path[4096];
      if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name) >= (int)sizeof path) continue;
      run_file(path);
    }
    closedir(folder);
  }
  printf("%sok %zu inputs\n", runs > 0 ? "" : "not ", runs);
  return runs > 0 ? 0 : 1; /* a run over nothing proves nothing */
}

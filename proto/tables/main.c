/* tables GENERATION SET HEADER SOURCE MESSAGES: reads a descriptor set of the domain's .proto files and writes the
 * constants, the const tables of common/record/record.h and the list of message ids for the translators. */
#include "model.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SET_MAX (8u << 20)

static uint8_t *read_all(const char *path, size_t *ret_size) {
  FILE *in = fopen(path, "rbe");
  uint8_t *data = in == NULL ? NULL : malloc(SET_MAX);
  size_t size = data == NULL ? 0 : fread(data, 1, SET_MAX, in);
  if (data == NULL || ferror(in) || size == SET_MAX) {
    fprintf(stderr, "tables: could not read %s: %s\n", path, size == SET_MAX ? "too large" : strerror(errno));
    free(data);
    data = NULL;
  }
  if (in != NULL) fclose(in);
  *ret_size = size;
  return data;
}

static bool write_file(const char *path, const struct model *m, unsigned generation, int part) {
  FILE *out = fopen(path, "wbe");
  bool ok = out != NULL;
  if (ok && part == 0) ok = emit_header(m, out);
  if (ok && part == 1) emit_tables(m, generation, out);
  if (ok && part == 2) emit_messages(m, out);
  if (out == NULL || ferror(out)) ok = false;
  if (out != NULL && fclose(out) != 0) ok = false;
  if (!ok) {
    fprintf(stderr, "tables: could not write %s\n", path);
    remove(path);
  }
  return ok;
}

int main(int argc, char **argv) {
  static struct model model;
  unsigned long generation = argc == 6 ? strtoul(argv[1], NULL, 10) : 0;
  if (generation == 0 || generation > 0xffff) {
    fprintf(stderr, "usage: tables GENERATION SET HEADER SOURCE MESSAGES\n");
    return 2;
  }
  size_t size;
  uint8_t *data = read_all(argv[2], &size);
  if (data == NULL) return 1;
  Jalon__Tables__FileSet *set = jalon__tables__file_set__unpack(NULL, size, data);
  free(data);
  if (set == NULL) {
    fprintf(stderr, "tables: %s is not a descriptor set\n", argv[2]);
    return 1;
  }
  bool ok = model_build(&model, set) == 0;
  for (int part = 0; ok && part < 3; part++) ok = write_file(argv[3 + part], &model, (unsigned)generation, part);
  jalon__tables__file_set__free_unpacked(set, NULL);
  return ok ? 0 : 1;
}

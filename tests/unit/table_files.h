/* Tables for the tests of the reader: files of the shared data, texts, and their rows. Included by its tests. */
#ifndef JL_TESTS_TABLE_FILES_H
#define JL_TESTS_TABLE_FILES_H
#include "client/table/reader.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline const char *shared_path(const char *name, char out[512]) {
  const char *shared = getenv("SHARED_DIR");
  if (shared == NULL) return NULL;
  (void)snprintf(out, 512, "%s/data/%s", shared, name);
  FILE *file = fopen(out, "re");
  if (file == NULL) return NULL;
  (void)fclose(file);
  return out;
}

struct table {
  struct jl_source *source;
  struct jl_reader *reader;
  const struct jl_table_found *found;
  struct jl_error error;
};

static inline void table_close(struct table *t) {
  jl_reader_free(t->reader);
  jl_source_free(t->source);
  *t = (struct table){0};
}

static inline bool table_of(struct table *t, struct jl_source *source, const struct jl_reader_options *options) {
  *t = (struct table){.source = source};
  if (source == NULL) return false;
  t->reader = jl_reader_open(source, options, &t->error);
  t->found = t->reader == NULL ? NULL : jl_reader_found(t->reader);
  return t->reader != NULL;
}

static inline bool table_bytes(struct table *t, const void *data, size_t size, const struct jl_reader_options *options) {
  struct jl_error err = {0};
  return table_of(t, jl_source_memory((struct jl_bytes){data, size}, &err), options);
}
static inline bool table_text(struct table *t, const char *text, const struct jl_reader_options *options) { return table_bytes(t, text, strlen(text), options); }
static inline bool table_file(struct table *t, const char *path, const struct jl_reader_options *options) {
  struct jl_error err = {0};
  struct jl_source *s = jl_source_open(path, &err);
  assert_non_null(s);
  return table_of(t, s, options);
}

static inline void table_begin(struct table *t) {
  if (!jl_reader_begin(t->reader, &t->error)) {
    char text[600];
    jl_error_describe(&t->error, text, sizeof text);
    fail_msg("%s", text);
  }
}
static inline const struct jl_table_row *table_next(struct table *t) {
  const struct jl_table_row *row;
  assert_true(jl_reader_next(t->reader, &row, &t->error));
  return row;
}
/* digits / 10^scale in units of 10^-places, half to even. */
static inline long long scaled(struct jl_decimal d, int places) {
  int64_t n = 0;
  assert_true(jl_decimal_scaled(d, places, &n));
  return n;
}
#endif

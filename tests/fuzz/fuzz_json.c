/* The JSON reader: a tree or an error with a place, in bounded memory; a string that was read is written and read again. */
#include "common/record/json.h"
#include "tests/fuzz/fuzz.h"
#include <string.h>

#define ARENA (4u << 20)
#define DEPTH 33

static void again(const struct jl_json *string) {
  struct jl_arena *a = jl_arena_new(ARENA);
  struct jl_buffer out;
  const struct jl_json *copy = NULL;
  struct jl_error err = {0};
  jl_buffer_init(&out, ARENA);
  jl_json_write_string(&out, string->text, string->text_size);
  JL_ASSERT(a != NULL && jl_buffer_ok(&out) && jl_json_parse(a, jl_buffer_bytes(&out), &copy, &err));
  JL_ASSERT(copy->kind == JL_JSON_STRING && copy->text_size == string->text_size && memcmp(copy->text, string->text, copy->text_size) == 0);
  jl_buffer_release(&out);
  jl_arena_free(a);
}

/* Level by level, without recursion: the path down is kept. */
static void walk(const struct jl_json *root) {
  const struct jl_json *path[DEPTH + 1] = {root};
  int depth = 0;
  while (depth >= 0) {
    const struct jl_json *at = path[depth];
    if (at == NULL) {
      if (--depth >= 0) path[depth] = path[depth]->next;
      continue;
    }
    JL_ASSERT(at->line > 0 && at->column > 0);
    if (at->kind == JL_JSON_STRING) again(at);
    int64_t n;
    (void)jl_json_integer(at, &n);
    if (at->key != NULL) JL_ASSERT(strlen(at->key) < ARENA);
    JL_ASSERT(depth < DEPTH);
    path[++depth] = at->first;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct jl_arena *a = jl_arena_new(ARENA);
  const struct jl_json *root = NULL;
  struct jl_error err = {0};
  JL_ASSERT(a != NULL);
  if (jl_json_parse(a, (struct jl_bytes){data, size}, &root, &err))
    walk(root);
  else
    JL_ASSERT(err.code != JL_E_OK && err.message[0] != '\0');
  jl_arena_free(a);
  return 0;
}

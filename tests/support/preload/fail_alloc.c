#include "tests/support/preload/fail_alloc.h"
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
static struct fail_alloc *state;
static int traced; /* where it failed goes to stderr */
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static int (*next_memalign)(void **, size_t, size_t);

/* Only this program: what it starts (PostgreSQL) is another's. */
__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("JALON_FAIL_ALLOC");
  int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd >= 0) close(fd);
  unsetenv("LD_PRELOAD");
  unsetenv("JALON_FAIL_ALLOC");
  void *frame;
  traced = getenv("JALON_FAIL_TRACE") != NULL && backtrace(&frame, 1) > 0; /* its first call allocates */
  if (map != MAP_FAILED) state = map;
}

static int refuse(size_t size) {
  if (state == NULL || atomic_load_explicit(&state->armed, memory_order_relaxed) == 0) return 0;
  uint64_t n = atomic_fetch_add(&state->count, 1) + 1;
  int of_that_size = size <= atomic_load(&state->largest) && size >= atomic_load(&state->smallest) && n <= atomic_load(&state->last);
  if (n != atomic_load(&state->fail_at) && !of_that_size) return 0;
  atomic_fetch_add(&state->failed, 1);
  void *frames[40];
  if (traced) backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
  errno = ENOMEM;
  return 1;
}

/* libuv ends the program when its table of descriptors cannot grow: that is its own decision, and not tried. dladdr allocates nothing. */
static int is_libuv(const void *caller) {
  Dl_info info;
  return dladdr(caller, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, "libuv.so") != NULL;
}

/* dlsym itself allocates nothing where the name is found. */
static void find(void *function, const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) abort();
  memcpy(function, &found, sizeof found);
}

VISIBLE void *malloc(size_t size);
VISIBLE void *calloc(size_t n, size_t size);
VISIBLE void *realloc(void *old, size_t size);
VISIBLE int posix_memalign(void **out, size_t alignment, size_t size);
VISIBLE char *strdup(const char *text);
VISIBLE char *strndup(const char *text, size_t size);

void *malloc(size_t size) {
  if (next_malloc == NULL) find(&next_malloc, "malloc");
  return refuse(size) ? NULL : next_malloc(size);
}
void *calloc(size_t n, size_t size) {
  if (next_calloc == NULL) find(&next_calloc, "calloc");
  return refuse(n * size) ? NULL : next_calloc(n, size);
}
void *realloc(void *old, size_t size) {
  if (next_realloc == NULL) find(&next_realloc, "realloc");
  return size > 0 && !is_libuv(__builtin_return_address(0)) && refuse(size) ? NULL : next_realloc(old, size);
}
int posix_memalign(void **out, size_t alignment, size_t size) {
  if (next_memalign == NULL) find(&next_memalign, "posix_memalign");
  return refuse(size) ? ENOMEM : next_memalign(out, alignment, size);
}
char *strndup(const char *text, size_t size) {
  size_t n = strnlen(text, size);
  char *copy = malloc(n + 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, n);
  copy[n] = '\0';
  return copy;
}
char *strdup(const char *text) { return strndup(text, strlen(text)); }

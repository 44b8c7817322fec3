/* The n-th allocation fails: fail_alloc.c is preloaded (LD_PRELOAD) into a program that a test starts, or that the test itself is,
 * and stands before every malloc of ours and of the libraries: libpq, SQLite, OpenSSL, libuv, protobuf-c. Told through a file that
 * both map (JALON_FAIL_ALLOC names it). */
#ifndef JL_TESTS_FAIL_ALLOC_H
#define JL_TESTS_FAIL_ALLOC_H
#include <stdatomic.h>
#include <stdint.h>

struct fail_alloc {
  _Atomic uint64_t armed;   /* 0: nothing is counted */
  _Atomic uint64_t count;   /* allocations since */
  _Atomic uint64_t fail_at; /* which of them fails */
  _Atomic uint64_t failed;  /* how many did */
  _Atomic uint64_t smallest, largest, last; /* bytes: instead, all of these sizes fail, through the last-th allocation; largest 0: none */
};
static inline void fail_alloc_sizes(struct fail_alloc *f, uint64_t smallest, uint64_t largest, uint64_t last) {
  atomic_store(&f->count, 0);
  atomic_store(&f->failed, 0);
  atomic_store(&f->fail_at, 0);
  atomic_store(&f->smallest, smallest);
  atomic_store(&f->largest, largest);
  atomic_store(&f->last, last);
  atomic_store(&f->armed, 1);
}
static inline void fail_alloc_arm(struct fail_alloc *f, uint64_t n) {
  atomic_store(&f->count, 0);
  atomic_store(&f->failed, 0);
  atomic_store(&f->fail_at, n);
  atomic_store(&f->largest, 0);
  atomic_store(&f->armed, 1);
}
static inline int fail_alloc_disarm(struct fail_alloc *f) { /* whether it failed */
  atomic_store(&f->armed, 0);
  atomic_store(&f->largest, 0);
  return atomic_load(&f->failed) != 0;
}
#endif

/* For tests whose programs are preloaded with fail_alloc.c. */
#ifndef JL_TESTS_FAULTY_H
#define JL_TESTS_FAULTY_H
#include "tests/component/support/daemon.h"
#include "tests/support/preload/fail_alloc.h"

struct fail_alloc *faulty_map(char ret_path[64]); /* what tells a program, through a file for JALON_FAIL_ALLOC; unlink it in the end */
void faulty_sanitizer(void);                      /* it is not the first library of the programs that are preloaded */
struct fail_alloc *faulty_daemon(struct daemon *d, bool tls, const char *const *options); /* a server with it */
#endif

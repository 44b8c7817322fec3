/* Command lines whose n-th allocation fails, whether it is ours or that of SQLite, libuv, OpenSSL or the C library: the program is
 * preloaded with fail_alloc.c. A command ends as it would have, or says that there was no memory; nothing it said is untrue, and the
 * next one works. A spread of n; all of them with JALON_EVERY_ALLOCATION=1 (tests/run long). One set-up a program. */
#ifndef JL_TESTS_STARVED_H
#define JL_TESTS_STARVED_H
#include "tests/component/support/daemon.h"

/* A server with TLS, and a folder for HOME where profile "default" is its administrator by the socket, and "Plan 2026" chosen. */
int starved_start(void **state);
int starved_stop(void **state);
struct daemon *starved_server(void);
const char *starved_file(const char *name); /* a path in its folder; of the last eight asked for */
const char *starved_profile(const char *name); /* its file, as a name in the folder */
const char *starved_address(void); /* by TLS */
void starved_forget(const char *profile); /* as if it had never been */

#define STARVED_WORDS 14
typedef const char *const starved_words[STARVED_WORDS]; /* end with NULL */
int starved_run(starved_words words);  /* with all the memory there is; its status */
void starved_must(starved_words words); /* and status 0 */
size_t starved_answer(char *out, size_t size); /* what the last command said on stdout */
bool starved_reached(void); /* the last command came to the allocation that was to fail */

/* One command with its n-th allocation failing (0: none); `clean` is its status when nothing fails. Its status; -1: it did not end as it
 * should, which starved_many tells and fails for after all others were tried. */
int starved_try(uint64_t n, int clean, starved_words words);
void starved_bad(uint64_t n, const char *what); /* the caller has found something else that is wrong after the last command */
/* command gives what starved_try gave. How many of the commands did not end with their clean status. */
uint64_t starved_many(const char *name, int clean, int (*command)(uint64_t n));
#endif

/* A jalond with its private database under `folder`, or with one that the caller gives. Functions end the program with "not ok" when
 * they cannot do their work. */
#ifndef JL_TESTS_SERVER_PROCESS_H
#define JL_TESTS_SERVER_PROCESS_H
#include <stdbool.h>
#include <stdint.h>

#define ADMIN_PASSWORD "correct horse battery"
struct server_process {
  char folder[256];
  char address[300];
  const char *program;
  const char *mutant;   /* NULL: none */
  const char *database; /* libpq connection string; NULL: the server runs its own PostgreSQL */
  const char *clock;    /* file for libfaketime: "+0" or an offset; NULL: the machine's clock */
  const char *option;   /* one more for the server; NULL: none */
  uint16_t port;        /* also listens there on 127.0.0.1; 0: only on its unix socket */
  int pid;
  int log_fd;
};
#define SERVER_FAKETIME "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
void server_open(struct server_process *s, const char *folder, const char *build);   /* names things */
void server_make(struct server_process *s);                                          /* setup with administrator admin */
void server_set_up(struct server_process *s, const char *folder, const char *build); /* both, with a PostgreSQL of its own */
void server_launch(struct server_process *s);                                        /* does not wait */
bool server_answers(const struct server_process *s);                                 /* it listens */
void server_start(struct server_process *s);                                         /* launches and waits until it listens */
void server_kill(struct server_process *s);                                          /* SIGKILL */
void server_stop(struct server_process *s);                                          /* SIGTERM; aborts unless it ends cleanly */
void server_kill_postgres(const struct server_process *s);                           /* SIGKILL to the postmaster; its children end by themselves */
void server_kill_left(const struct server_process *s);                               /* a postmaster that a killed server left, if any */
void server_signal_postgres(const struct server_process *s, int number);             /* to the postmaster and every child of it */
#endif

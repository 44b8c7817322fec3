/* A PostgreSQL of the tests, started and hurt by them and not by the server. Functions end the program with "broken" when they
 * cannot do their work: that says nothing about the product. */
#ifndef JL_TESTS_CLUSTER_H
#define JL_TESTS_CLUSTER_H
#include "server/store/process.h"
#include <stdbool.h>

struct cluster {
  char folder[256]; /* data/, run/ (socket) and log */
  char database[400]; /* libpq connection string, past any proxy */
  struct jl_user user;
  pid_t pid; /* 0: not running */
};
void cluster_open(struct cluster *c, const char *folder); /* names things; makes run/ */
void cluster_make(struct cluster *c);                     /* initdb into data/ */
void cluster_launch(struct cluster *c);                   /* does not wait */
void cluster_start(struct cluster *c);                    /* launched again until it answers; makes the database "jalon" if need be */
bool cluster_running(struct cluster *c);                  /* reaps it when it has ended */
void cluster_kill(struct cluster *c);                     /* SIGKILL to the postmaster; its children end by themselves */
void cluster_signal(const struct cluster *c, int number); /* to the postmaster and every child of it */
void cluster_stop(struct cluster *c, const char *mode);   /* pg_ctl stop -m fast or immediate */
void cluster_copy(const char *from, const char *to);      /* a folder and all below it */
#endif

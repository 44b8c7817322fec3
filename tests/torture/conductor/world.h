/* The world of one fault run: a PostgreSQL, a server, client processes, and a proxy with a link for each client process and one
 * between server and PostgreSQL. It keeps all of them running: what was killed is started again, what ended by itself is a failure. */
#ifndef JL_TORTURE_WORLD_H
#define JL_TORTURE_WORLD_H
#include "tests/support/cluster.h"
#include "tests/support/proxy.h"
#include "tests/support/random.h"
#include "tests/support/server_process.h"
#include "tests/torture/shared/progress.h"

struct client_process { int pid; bool finished; };
struct world {
  char folder[200], programs[512];
  struct random random;
  bool embedded;          /* the server runs its PostgreSQL itself; the cluster is not used */
  struct cluster cluster;
  struct server_process server, second; /* on the same database, and nothing happens to it; pid 0: there is none */
  struct proxy *proxy;
  struct link *database_link, *client_links[PROCESSES_MAX];
  struct progress *progress;
  struct client_process clients[PROCESSES_MAX];
  char server_database[400], clock_file[300];
  bool mounted;                       /* the cluster's folder and the laptops' homes are file systems of their own, which can be filled */
  bool server_up, server_ends;        /* listening; told to end */
  bool server_held, cluster_held;     /* a fault wants it down */
  int64_t server_launched_us, cluster_launched_us, moved_us;
  uint64_t moved;                     /* progress when it last moved */
  uint64_t server_starts, cluster_starts;
};
/* With a template folder (made by world_template) nothing is set up anew. */
struct world_options { const char *build, *template_folder; bool embedded, with_disk; void (*before)(struct world *w); /* the server starts; or NULL */ };
void world_template(const char *folder, const char *build, bool embedded);
void world_make(struct world *w, const char *folder, const struct world_options *o);
void world_mutate(struct world *w, const char *mutant); /* the server once more, with a fault built in */
void world_people(struct world *w); /* accounts, tokens and spaces, through the server */
void world_account(struct world *w, struct process_slot *slot); /* one more, by its login; with ADMIN_PASSWORD */
void world_second(struct world *w, const char *build, const char *template_folder); /* starts it */
void world_clients(struct world *w);
void world_look(struct world *w); /* to be called all the time */
void world_heads(struct world *w); /* asks the database */
bool world_finished(const struct world *w);
bool world_settled(struct world *w); /* server and PostgreSQL are up again */
const char *world_database(const struct world *w); /* libpq connection string, past any proxy */
void world_reload(struct world *w); /* the server ends well and starts again */
void world_end(struct world *w);  /* stops the server, which must end well, and the proxy */
void world_clean(void);          /* kills and unmounts whatever is left; also at exit */

uint32_t world_processes(const struct world *w); /* clients and laptops */
uint64_t world_decided(const struct world *w);
bool world_calm(const struct world *w);     /* no laptop will send anything any more */
uint64_t world_open(const struct world *w); /* groups under way */
void world_start_client(struct world *w, int index);
void world_fill_disk(const char *folder);
void world_free_disk(const char *folder);
void world_home(const struct world *w, int index, char path[300]); /* of a laptop */
void world_clock(struct world *w, long offset_s);
/* The run cannot go on: says nothing about the product. And: the product did wrong. */
_Noreturn void world_wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void world_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif

/* A real jalond in a temporary folder, and a blocking client below the client library, for tests of the server's outside. No
 * fixed ports, no sleeping: the port comes through a pipe, and every wait has a deadline that fails the test. */
#ifndef JL_TESTS_DAEMON_H
#define JL_TESTS_DAEMON_H
#include "common/wire/connection.h"
#include "common/wire/unpack.h"
#include <libpq-fe.h>
#include <sys/types.h>

#define DAEMON_PASSWORD "correct horse battery"
struct daemon {
  char folder[64], socket[96];
  pid_t pid;
  uint16_t port;
  bool tls; /* on its port; the socket is plain */
};
void daemon_start(struct daemon *d);          /* set up with administrator "admin", then started */
void daemon_start_with(struct daemon *d, const char *const *options); /* and settings; ends with NULL, at most 8 */
void daemon_start_tls(struct daemon *d, const char *const *options);
void daemon_again(struct daemon *d, const char *const *options); /* after SIGTERM and its end: the same data, another process */
void daemon_join(struct daemon *d, const struct daemon *first); /* another node on the first one's database: stop it before that */
long long daemon_number(const struct daemon *d, const char *sql); /* asks its database: one integer */
void daemon_until(const struct daemon *d, const char *sql);       /* asks it again and again, until the one boolean is true */
void daemon_sql(const struct daemon *d, const char *sql);
PGconn *daemon_database(const struct daemon *d);           /* for many questions; of the caller: PQfinish */
PGresult *daemon_ask(PGconn *database, const char *sql);   /* of the caller: PQclear */
int daemon_terminate(struct daemon *d);       /* SIGTERM; its exit status; the folder stays */
int daemon_stop(struct daemon *d);            /* SIGTERM; its exit status; removes the folder */
size_t daemon_memory(const struct daemon *d); /* resident bytes */

struct wire {
  int fd;
  uint32_t last_stream;
  const char *const *features; /* named in hello; NULL: none. Ends with NULL */
  uint8_t *data;
  size_t used, capacity;
  struct jl_arena *arena;
};
struct received {
  bool closed;
  bool compressed; /* it came so; payload is plain */
  size_t size;     /* of the payload on the line */
  uint8_t type, flags;
  uint32_t stream;
  struct jl_bytes payload;
};                                                                      /* payload valid until the next one */
void wire_open(struct wire *w, const struct daemon *d, bool by_socket); /* connects and sends the preface */
void wire_close(struct wire *w);
bool wire_write(struct wire *w, const void *data, size_t size);                    /* false: the other side closed */
uint32_t wire_send(struct wire *w, uint8_t type, const ProtobufCMessage *message); /* on a new stream; NULL: empty */
void wire_frame(struct wire *w, uint8_t type, uint32_t stream, const void *payload, size_t size);
struct received wire_next(struct wire *w); /* 120 s at most */
/* The next message on a stream (others are dropped), unpacked; fails when it has another type. */
const void *wire_expect(struct wire *w, uint32_t stream, uint8_t type, const ProtobufCMessageDescriptor *descriptor);
uint32_t wire_expect_error(struct wire *w, uint32_t stream); /* its code */
void wire_expect_closed(struct wire *w);                     /* whatever comes before */
void wire_hello(struct wire *w);
void wire_login(struct wire *w, const char *account, const char *password, const struct jl_id *replica,
                uint8_t ret_token[32]); /* hello included */
void wire_ping(struct wire *w);         /* and waits for the answer */
#endif

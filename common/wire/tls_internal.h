/* Inside of the wire folder: what the files of TLS share. The only ones that know OpenSSL, with server/auth/authority.c. */
#ifndef JL_WIRE_TLS_INTERNAL_H
#define JL_WIRE_TLS_INTERNAL_H
#include "common/wire/tls.h"
#ifdef JL_TLS_LOADED
#include "common/wire/tls_calls.h"
#else
#include <openssl/ssl.h>
#endif

#define JL_TLS_HANDSHAKE_MAX 65536 /* bytes that a peer may send before its handshake is done */
#define JL_TLS_AUTHORITIES_MAX 1048576 /* bytes */
#define JL_TLS_NO_AUTHORITY X509_V_ERR_APPLICATION_VERIFICATION /* the trusted file holds none */
#define JL_TLS_ALPN "\x07jalon/1"

struct jl_tls {
  struct jl_transport transport;
  SSL_CTX *ssl;
  BIO_METHOD *bio;
  bool client, meeting; /* meeting: no authority is known yet */
  int64_t expires;
  char *ticket_file;
  struct jl_buffer authorities; /* PEM; read into the context by the first handshake that shows a certificate */
  bool authorities_read;
  int authority_count;
  uint8_t ticket_key[32]; /* whom the tickets are for: authorities and our certificate */
  int64_t (*now_s)(void); /* seconds since 1970; tests give another one */
  STACK_OF(X509) *seen;
};
struct jl_tls_link { /* one connection */
  struct jl_tls *tls;
  SSL *ssl;
  char *host; /* clients */
  struct jl_bytes input;
  struct jl_buffer *output; /* NULL outside of a call */
  size_t handshake_bytes;
  int64_t resume_until; /* as the ticket says */
  bool ready, ended, started;
};
extern const struct jl_filter jl_tls_filter;

#ifdef JL_TLS_LOADED
JL_MUST_CHECK bool jl_tls_load(struct jl_error *err); /* before anything of OpenSSL; again: nothing more */
void jl_tls_memory_begin(void);                       /* what jl_tls_note_memory asked for, now that it is loaded */
#else
static inline bool jl_tls_load(struct jl_error *err) { return (void)err, true; } /* the program was linked with it */
#endif
struct jl_tls *jl_tls_new(bool client, struct jl_error *err);
SSL_CTX *jl_tls_context(bool client); /* what both sides agree on; NULL: no memory */
bool jl_tls_fail(const struct jl_tls_link *link, int reason, struct jl_error *err); /* words what OpenSSL's queue says; false */
void jl_tls_put_seconds(int64_t seconds, uint8_t out[8]); /* little-endian */
int64_t jl_tls_get_seconds(const uint8_t in[8]);
bool jl_tls_starved(void); /* OpenSSL got no memory: jl_tls_note_memory */
bool jl_tls_no_memory(struct jl_error *err); /* words it; false */
/* tls_ticket.c */
void jl_tls_ticket_offer(struct jl_tls_link *link);
int jl_tls_ticket_came(SSL *ssl, SSL_SESSION *session); /* OpenSSL's callback */
#endif

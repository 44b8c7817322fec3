/* TLS 1.3 over the TCP socket, ALPN jalon/1, no early data. A struct jl_tls is what one side brings along: its certificate,
 * the authorities that it believes, its tickets. It makes a transport (transport.h) and must outlive the connections over it;
 * a server's certificate may be changed meanwhile, connections keep what they began with. One thread, as the loop.
 *
 * A client believes the authorities that it was given and no others: no system store is read. Without any (a first meeting)
 * the peer is not verified but looked at: jl_tls_seen then says who signed for it, for a person to compare, and nothing
 * secret may be sent on that connection.
 *
 * OpenSSL's own buffering is never used for backpressure: it reads the bytes of this call and writes into the buffer of this
 * call (a BIO over both), so nothing is left behind in it after a call. */
#ifndef JL_WIRE_TLS_H
#define JL_WIRE_TLS_H
#include "common/wire/transport.h"

#define JL_FINGERPRINT_SIZE 104 /* "SHA256:" and 32 pairs of digits with colons */

struct jl_tls;
struct jl_tls *jl_tls_server_new(struct jl_error *err);
/* Certificate chain and key, PEM. client_authority: file of those who sign certificates of clients; "": none is asked for.
 * Again: for connections to come; when it fails nothing changes. */
JL_MUST_CHECK bool jl_tls_server_use(struct jl_tls *t, const char *certificate_file, const char *key_file, const char *client_authority,
                                     struct jl_error *err);
int64_t jl_tls_server_expires(const struct jl_tls *t); /* seconds since 1970; of the first certificate of the chain that does */

struct jl_tls_client_options {
  struct jl_bytes authorities;        /* PEM; empty: a first meeting */
  struct jl_bytes certificate;        /* PEM of ours and its key; empty: none */
  const char *ticket_file;            /* kept 0600; NULL: no resumption */
};
/* For a program that uses OpenSSL for these connections only and ends soon, before anything else of it: OpenSSL starts without
 * what they do not need (names of its errors, algorithms by name, configuration, cleaning up at exit), in half the time. */
void jl_tls_alone(void);
/* For a program of one thread that ends soon, before anything of OpenSSL: when OpenSSL gets no memory, what fails from then on is said to
 * fail for that. By itself it calls that many things: a wrong certificate, an unknown algorithm, an internal error. */
void jl_tls_note_memory(void);
/* For a server's program, before anything of OpenSSL and in the thread of its loop: what it takes for each record is kept at hand. */
void jl_tls_keep_buffers(void);
struct jl_tls *jl_tls_client_new(const struct jl_tls_client_options *options, struct jl_error *err);
/* After a first meeting: the topmost certificate that the peer showed. Whether it signed for the peer is for the next
 * connection to find, with this one as its authority. ret_pem: initialised by the caller. */
JL_MUST_CHECK bool jl_tls_seen(const struct jl_tls *t, struct jl_buffer *ret_pem, char ret_fingerprint[JL_FINGERPRINT_SIZE],
                               char ret_name[256], struct jl_error *err);

const struct jl_transport *jl_tls_transport(const struct jl_tls *t);
void jl_tls_free(struct jl_tls *t);

/* Of the first certificate in a PEM text. */
JL_MUST_CHECK bool jl_tls_fingerprint(struct jl_bytes pem, char ret_fingerprint[JL_FINGERPRINT_SIZE], struct jl_error *err);
bool jl_tls_same_fingerprint(const char *a, const char *b); /* with or without SHA256: and colons, upper or lower case */
/* What a client proved with its certificate: the common name of its subject and when that certificate was made (seconds
 * since 1970). false: none, or not over TLS. */
bool jl_tls_peer_name(const struct jl_connection *c, char *ret_name, size_t size, int64_t *ret_made);
bool jl_tls_resumed(const struct jl_connection *c); /* the handshake was short */
#endif

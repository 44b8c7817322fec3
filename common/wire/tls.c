/* The filter: bytes through OpenSSL. Every call clears OpenSSL's error queue before and looks at the result right after, as
 * a stale entry changes what SSL_get_error says. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/wire/connection_state.h"
#include "common/wire/tls_internal.h"
#include "common/wire/unpack.h"
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define READ_STEP 16384 /* bytes: the most that a record holds */

/* Clearing costs as much as a tenth of a short record, and mostly there is nothing to clear. */
static void no_stale_errors(void) {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

/* ---- the BIO over this call's bytes ---- */
static int bio_read(BIO *bio, char *out, size_t wanted, size_t *ret_read) {
  struct jl_tls_link *link = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  size_t size = wanted < link->input.size ? wanted : link->input.size;
  if (size == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  memcpy(out, link->input.data, size);
  link->input.data += size;
  link->input.size -= size;
  *ret_read = size;
  return 1;
}

static int bio_write(BIO *bio, const char *data, size_t size, size_t *ret_written) {
  const struct jl_tls_link *link = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (link->output == NULL) return 0;
  jl_buffer_append(link->output, data, size);
  *ret_written = size;
  return jl_buffer_ok(link->output) ? 1 : 0;
}

static long bio_control(BIO *bio, int command, long number, void *data) {
  (void)bio, (void)number, (void)data;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/* ---- one connection ---- */
static void link_free(void *filter) {
  struct jl_tls_link *link = filter;
  if (link == NULL) return;
  SSL_free(link->ssl);
  free(link->host);
  free(link);
}

static bool prepare_client(struct jl_tls_link *link, const char *host) {
  link->host = strdup(host);
  if (link->host == NULL) return false;
  X509_VERIFY_PARAM *verify = SSL_get0_param(link->ssl);
  char numeric[256];
  snprintf(numeric, sizeof numeric, "%.*s", (int)strcspn(host, "%"), host); /* fe80::1%eth0 */
  SSL_set_connect_state(link->ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(verify, numeric) == 1) return true; /* names of a certificate, not of the peer's machine */
  return SSL_set1_host(link->ssl, host) == 1 && SSL_set_tlsext_host_name(link->ssl, host) == 1;
}

static void *link_new(void *context, bool client, const char *host, struct jl_error *err) {
  struct jl_tls *t = context;
  struct jl_tls_link *link = calloc(1, sizeof *link);
  BIO *bio = link != NULL && t->ssl != NULL ? BIO_new(t->bio) : NULL;
  if (bio != NULL) link->ssl = SSL_new(t->ssl);
  if (bio == NULL || link->ssl == NULL) {
    BIO_free(bio);
    free(link);
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("no memory for an encrypted connection"), NULL);
    return NULL;
  }
  link->tls = t;
  BIO_set_data(bio, link);
  BIO_set_init(bio, 1);
  SSL_set_bio(link->ssl, bio, bio); /* takes it over */
  SSL_set_app_data(link->ssl, link);
  if (!client)
    SSL_set_accept_state(link->ssl);
  else if (!prepare_client(link, host)) {
    link_free(link);
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("no memory for an encrypted connection"), NULL);
    return NULL;
  } else
    jl_tls_ticket_offer(link);
  return link;
}

/* The protocol that both named. Without it the peer is something else: it gets no further than the handshake. */
static bool speaks_jalon(const struct jl_tls_link *link, struct jl_error *err) {
  const unsigned char *name = NULL;
  unsigned size = 0;
  SSL_get0_alpn_selected(link->ssl, &name, &size);
  if (size == sizeof JL_TLS_ALPN - 2 && memcmp(name, JL_TLS_ALPN + 1, size) == 0) return true;
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the other side speaks TLS but not jalon/1"), JL_MSG("check the address and its port"));
}

/* A client without TLS met a server with it: it is told in the frames that it understands. */
static bool answer_plain(struct jl_tls_link *link, struct jl_error *err) {
  jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("this server speaks only TLS on this address"), JL_MSG("write the address as tls:host:port"));
  struct jl_arena *a = jl_arena_new(16384);
  Jalon__Error wire = JALON__ERROR__INIT;
  if (a == NULL) return false;
  jl_error_to_wire(err, a, &wire);
  struct jl_bytes packed = jl_pack(&wire.base, a, 8192);
  uint8_t header[JL_FRAME_HEADER];
  struct jl_frame frame = {.length = (uint32_t)packed.size, .type = JALON__FRAME_TYPE__ERROR};
  jl_frame_encode(&frame, header);
  if (packed.data != NULL) {
    jl_buffer_append(link->output, header, sizeof header);
    jl_buffer_append(link->output, packed.data, packed.size);
  }
  jl_arena_free(a);
  return false;
}

static bool shake(struct jl_tls_link *link, struct jl_error *err) {
  link->handshake_bytes += link->input.size;
  if (link->handshake_bytes > JL_TLS_HANDSHAKE_MAX + READ_STEP)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the other side sent {1} without finishing its handshake"), NULL,
                   jl_arg_bytes((int64_t)link->handshake_bytes));
  if (!link->started && !link->tls->client && link->input.size > 0 && link->input.data[0] == (uint8_t)JL_PREFACE[0])
    return answer_plain(link, err);
  link->started = link->started || link->input.size > 0;
  no_stale_errors();
  int result = SSL_do_handshake(link->ssl);
  int reason = SSL_get_error(link->ssl, result);
  if (result == 1) {
    link->ready = true;
    return speaks_jalon(link, err);
  }
  return reason == SSL_ERROR_WANT_READ || jl_tls_fail(link, reason, err);
}

static bool read_all(struct jl_tls_link *link, struct jl_buffer *ret_plain, struct jl_error *err) {
  uint8_t step[READ_STEP];
  while (!link->ended) {
    size_t size = 0;
    no_stale_errors();
    int result = SSL_read_ex(link->ssl, step, sizeof step, &size);
    int reason = SSL_get_error(link->ssl, result);
    if (result == 1) {
      jl_buffer_append(ret_plain, step, size);
      if (link->input.size == 0 && SSL_has_pending(link->ssl) == 0) return true; /* all is read: to ask again costs as much as it did */
      continue;
    }
    if (reason == SSL_ERROR_WANT_READ) return true;
    if (reason != SSL_ERROR_ZERO_RETURN) return jl_tls_fail(link, reason, err);
    link->ended = true; /* close_notify: the end of the socket follows */
  }
  return true;
}

static bool link_open(void *filter, struct jl_bytes wire, struct jl_buffer *ret_plain, struct jl_buffer *ret_wire, struct jl_error *err) {
  struct jl_tls_link *link = filter;
  link->input = wire;
  link->output = ret_wire;
  bool ok = link->ready || shake(link, err);
  if (ok && link->ready) ok = read_all(link, ret_plain, err);
  link->input = (struct jl_bytes){NULL, 0};
  link->output = NULL;
  return ok;
}

static bool link_seal(void *filter, struct jl_bytes plain, struct jl_buffer *ret_wire, struct jl_error *err) {
  struct jl_tls_link *link = filter;
  size_t written = 0;
  link->output = ret_wire;
  no_stale_errors();
  int result = SSL_write_ex(link->ssl, plain.data, plain.size, &written);
  int reason = SSL_get_error(link->ssl, result);
  link->output = NULL;
  return (result == 1 && written == plain.size) || jl_tls_fail(link, reason, err);
}

static bool link_ready(const void *filter) { return ((const struct jl_tls_link *)filter)->ready; }

static void link_finish(void *filter, struct jl_buffer *ret_wire) {
  struct jl_tls_link *link = filter;
  if (!link->ready) return;
  link->output = ret_wire;
  no_stale_errors();
  (void)SSL_shutdown(link->ssl); /* ours only: nobody waits for the answer */
  no_stale_errors();
  link->output = NULL;
}

const struct jl_filter jl_tls_filter = {"tls", link_new, link_open, link_seal, link_ready, link_finish, link_free};

/* ---- what both sides agree on ---- */
SSL_CTX *jl_tls_context(bool client) {
  SSL_CTX *ssl = SSL_CTX_new(client ? TLS_client_method() : TLS_server_method());
  if (ssl == NULL) return NULL;
  SSL_CTX_set_mode(ssl, SSL_MODE_AUTO_RETRY | (client ? 0 : SSL_MODE_RELEASE_BUFFERS)); /* a server has thousands that are idle */
  SSL_CTX_set_options(ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_timeout(ssl, JL_TLS_RESUME_S); /* of one ticket; a renewed one begins anew, so both sides look at the whole age too */
  SSL_CTX_set_max_cert_list(ssl, READ_STEP);
  bool ok = SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) == 1 && SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) == 1 &&
            SSL_CTX_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
            SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") == 1 && SSL_CTX_set_max_early_data(ssl, 0) == 1;
  if (ok) return ssl;
  SSL_CTX_free(ssl);
  return NULL;
}

static int64_t now_s(void) { return jl_now_utc_us() / 1000000; }

int64_t jl_tls_get_seconds(const uint8_t in[8]) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; i--) value = value << 8 | in[i];
  return (int64_t)value;
}
void jl_tls_put_seconds(int64_t seconds, uint8_t out[8]) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)seconds >> (8 * i));
}

struct jl_tls *jl_tls_new(bool client, struct jl_error *err) {
  if (!jl_tls_load(err)) return NULL;
  struct jl_tls *t = calloc(1, sizeof *t);
  /* A client reads no configuration of the system: all that matters is decided here, and it starts a millisecond sooner. */
  if (client) (void)OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
  if (t != NULL) t->bio = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "jalon");
  if (t == NULL || t->bio == NULL) {
    free(t);
    (void)jl_tls_no_memory(err);
    return NULL;
  }
  (void)BIO_meth_set_read_ex(t->bio, bio_read);
  (void)BIO_meth_set_write_ex(t->bio, bio_write);
  (void)BIO_meth_set_ctrl(t->bio, bio_control);
  t->client = client;
  t->now_s = now_s;
  jl_buffer_init(&t->authorities, JL_TLS_AUTHORITIES_MAX);
  t->transport = jl_transport_tcp;
  t->transport.name = "tls";
  t->transport.filter = &jl_tls_filter;
  t->transport.filter_context = t;
  return t;
}

const struct jl_transport *jl_tls_transport(const struct jl_tls *t) { return &t->transport; }

void jl_tls_free(struct jl_tls *t) {
  if (t == NULL) return;
  SSL_CTX_free(t->ssl);
  BIO_meth_free(t->bio);
  sk_X509_pop_free(t->seen, X509_free);
  jl_buffer_release(&t->authorities);
  free(t->ticket_file);
  free(t);
}

static const struct jl_tls_link *link_of(const struct jl_connection *c) { return c->filter == &jl_tls_filter ? c->filter_state : NULL; }

bool jl_tls_resumed(const struct jl_connection *c) {
  const struct jl_tls_link *link = link_of(c);
  return link != NULL && SSL_session_reused(link->ssl) == 1;
}

bool jl_tls_peer_name(const struct jl_connection *c, char *ret_name, size_t size, int64_t *ret_made) {
  const struct jl_tls_link *link = link_of(c);
  const X509 *certificate = link != NULL && link->ready ? SSL_get0_peer_certificate(link->ssl) : NULL;
  if (certificate == NULL || SSL_get_verify_result(link->ssl) != X509_V_OK) return false;
  struct tm made, until;
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) return false; /* a resumption does not look at it */
  if (ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &made) != 1 || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
    return false;
  *ret_made = (int64_t)timegm(&made);
  int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, ret_name, (int)size);
  return length > 0 && (size_t)length < size - 1 && strlen(ret_name) == (size_t)length; /* no NUL inside, and not cut */
}

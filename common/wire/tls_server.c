#include "common/base/limits.h"
#include "common/wire/tls_internal.h"
#include <openssl/err.h>
#include <string.h>

static int choose_protocol(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_size, const unsigned char *offered, unsigned size,
                           void *context) {
  (void)ssl, (void)context;
  for (unsigned at = 0; at < size; at += 1U + offered[at]) {
    unsigned length = offered[at];
    if (length + 1 != sizeof JL_TLS_ALPN - 1 || size - at < sizeof JL_TLS_ALPN - 1 || memcmp(offered + at, JL_TLS_ALPN, length + 1) != 0)
      continue;
    *ret_name = offered + at + 1;
    *ret_size = (unsigned char)length;
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* ---- tickets: OpenSSL counts the age of each from its own making, and every short handshake makes a new one. So the time of the
 * whole handshake goes along inside, encrypted as the rest, and ends them all ---- */
static bool whole_handshake(SSL_SESSION *session, int64_t *ret_s) {
  void *noted = NULL;
  size_t size = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &noted, &size) != 1 || noted == NULL || size != 8) return false;
  *ret_s = jl_tls_get_seconds(noted);
  return true;
}

static int ticket_made(SSL *ssl, void *context) {
  const struct jl_tls *t = context;
  SSL_SESSION *session = SSL_get_session(ssl);
  uint8_t now[8];
  int64_t began;
  if (SSL_session_reused(ssl) == 1 && whole_handshake(session, &began)) return 1; /* it came along */
  jl_tls_put_seconds(t->now_s(), now);
  return SSL_SESSION_set1_ticket_appdata(session, now, sizeof now);
}

static SSL_TICKET_RETURN ticket_came(SSL *ssl, SSL_SESSION *session, const unsigned char *name, size_t size, SSL_TICKET_STATUS status,
                                     void *context) {
  const struct jl_tls *t = context;
  int64_t began, now = t->now_s();
  (void)ssl, (void)name, (void)size;
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_IGNORE_RENEW;
  if (!whole_handshake(session, &began) || now < began || now - began >= JL_TLS_RESUME_S) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return SSL_TICKET_RETURN_USE_RENEW;
}

struct jl_tls *jl_tls_server_new(struct jl_error *err) { return jl_tls_new(false, err); }

static bool cannot_use(const char *file, const char *what, struct jl_error *err) {
  unsigned long first = ERR_peek_error();
  const char *text = ERR_reason_error_string(first);
  (void)jl_fail(err, JL_E_INVALID, what, JL_MSG("it must be PEM that the server's user can read"), jl_arg_text(file),
                jl_arg_text(text != NULL ? text : ""));
  ERR_clear_error();
  return false;
}

static void note_expiry(const X509 *certificate, int64_t *io_expires) {
  struct tm until;
  if (certificate == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1) return;
  int64_t at = (int64_t)timegm(&until);
  if (*io_expires == 0 || at < *io_expires) *io_expires = at;
}

static bool ask_for_certificates(SSL_CTX *ssl, const char *file, struct jl_error *err) {
  STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
  if (names == NULL || SSL_CTX_load_verify_file(ssl, file) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return cannot_use(file, JL_MSG("the authority of clients {1} cannot be used: {2}"), err);
  }
  SSL_CTX_set_client_CA_list(ssl, names);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL); /* a client may come without one; a wrong one is refused */
  X509_STORE_set_flags(SSL_CTX_get_cert_store(ssl), X509_V_FLAG_PARTIAL_CHAIN);
  return true;
}

static bool fill(struct jl_tls *t, SSL_CTX *ssl, const char *certificate_file, const char *key_file, const char *client_authority, struct jl_error *err) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(ssl, certificate_file) != 1)
    return cannot_use(certificate_file, JL_MSG("the certificate {1} cannot be used: {2}"), err);
  if (SSL_CTX_use_PrivateKey_file(ssl, key_file, SSL_FILETYPE_PEM) != 1)
    return cannot_use(key_file, JL_MSG("the key {1} cannot be used: {2}"), err);
  if (SSL_CTX_check_private_key(ssl) != 1) return cannot_use(key_file, JL_MSG("the key {1} does not belong to the certificate: {2}"), err);
  if (client_authority != NULL && client_authority[0] != '\0' && !ask_for_certificates(ssl, client_authority, err)) return false;
  static const unsigned char name[] = "jalon/1";
  (void)SSL_CTX_set_session_id_context(ssl, name, sizeof name - 1);
  SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, NULL);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF); /* tickets are the client's to keep */
  SSL_CTX_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  return SSL_CTX_set_num_tickets(ssl, 1) == 1 && SSL_CTX_set_session_ticket_cb(ssl, ticket_made, ticket_came, t) == 1;
}

bool jl_tls_server_use(struct jl_tls *t, const char *certificate_file, const char *key_file, const char *client_authority,
                       struct jl_error *err) {
  SSL_CTX *ssl = jl_tls_context(false);
  if (ssl == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for TLS"), NULL);
  if (!fill(t, ssl, certificate_file, key_file, client_authority, err)) {
    SSL_CTX_free(ssl);
    return false;
  }
  int64_t expires = 0;
  STACK_OF(X509) *chain = NULL;
  note_expiry(SSL_CTX_get0_certificate(ssl), &expires);
  if (SSL_CTX_get0_chain_certs(ssl, &chain) == 1)
    for (int i = 0; i < sk_X509_num(chain); i++) note_expiry(sk_X509_value(chain, i), &expires);
  SSL_CTX_free(t->ssl); /* connections hold on to what they use */
  t->ssl = ssl;
  t->expires = expires;
  return true;
}

int64_t jl_tls_server_expires(const struct jl_tls *t) { return t->expires; }

#include "common/wire/tls_internal.h"
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PEM_CERTIFICATES 16

static BIO *text_bio(struct jl_bytes text) { return text.size > INT32_MAX ? NULL : BIO_new_mem_buf(text.data, (int)text.size); }

/* ---- fingerprints ---- */
static bool fingerprint_of(const X509 *certificate, char ret_fingerprint[JL_FINGERPRINT_SIZE]) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), hash, &size) != 1 || size != 32) return false;
  char *at = ret_fingerprint + snprintf(ret_fingerprint, JL_FINGERPRINT_SIZE, "SHA256");
  for (unsigned i = 0; i < size; i++) at += snprintf(at, 4, ":%02X", hash[i]);
  return true;
}

bool jl_tls_fingerprint(struct jl_bytes pem, char ret_fingerprint[JL_FINGERPRINT_SIZE], struct jl_error *err) {
  if (!jl_tls_load(err)) return false;
  BIO *bio = text_bio(pem);
  X509 *certificate = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
  bool ok = certificate != NULL && fingerprint_of(certificate, ret_fingerprint);
  X509_free(certificate);
  BIO_free(bio);
  ERR_clear_error();
  if (!ok && jl_tls_starved()) return jl_tls_no_memory(err);
  return ok || jl_fail(err, JL_E_INVALID, JL_MSG("there is no certificate in it (PEM)"), NULL);
}

static const char *next_digit(const char *text) {
  while (*text == ':' || *text == ' ') text++;
  return text;
}

static const char *after_name(const char *text) { return strncasecmp(text, "SHA256:", 7) == 0 ? text + 7 : text; }

bool jl_tls_same_fingerprint(const char *a, const char *b) {
  size_t digits = 0;
  for (a = next_digit(after_name(a)), b = next_digit(after_name(b)); *a != '\0' && *b != '\0'; digits++) {
    if ((*a | 0x20) != (*b | 0x20)) return false;
    a = next_digit(a + 1);
    b = next_digit(b + 1);
  }
  return *a == *b && digits == 64;
}

/* ---- a first meeting: nobody is believed, the chain is kept ---- */
static int look_only(X509_STORE_CTX *store, void *context) {
  struct jl_tls *t = context;
  sk_X509_pop_free(t->seen, X509_free);
  t->seen = X509_STORE_CTX_get0_untrusted(store) != NULL ? X509_chain_up_ref(X509_STORE_CTX_get0_untrusted(store)) : NULL;
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

bool jl_tls_seen(const struct jl_tls *t, struct jl_buffer *ret_pem, char ret_fingerprint[JL_FINGERPRINT_SIZE], char ret_name[256],
                 struct jl_error *err) {
  int n = t->seen != NULL ? sk_X509_num(t->seen) : 0;
  if (n == 0 && jl_tls_starved()) return jl_tls_no_memory(err);
  if (n == 0) return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the server showed no certificate"), NULL);
  X509 *top = sk_X509_value(t->seen, n - 1);
  BIO *bio = BIO_new(BIO_s_mem());
  char *text = NULL;
  bool ok = bio != NULL && PEM_write_bio_X509(bio, top) == 1 && fingerprint_of(top, ret_fingerprint);
  long size = ok ? BIO_get_mem_data(bio, &text) : 0;
  if (ok) jl_buffer_append(ret_pem, text, (size_t)size);
  BIO_free(bio);
  if (X509_NAME_get_text_by_NID(X509_get_subject_name(top), NID_commonName, ret_name, 256) < 0) ret_name[0] = '\0';
  for (char *c = ret_name; *c != '\0'; c++) /* it goes to a terminal */
    if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e) *c = '?';
  ERR_clear_error();
  return (ok && jl_buffer_ok(ret_pem)) || jl_tls_no_memory(err);
}

/* ---- life ---- */
static void read_authorities(struct jl_tls *t) {
  BIO *bio = text_bio(jl_buffer_bytes(&t->authorities));
  X509_STORE *store = SSL_CTX_get_cert_store(t->ssl);
  int n = 0;
  for (; bio != NULL && n < PEM_CERTIFICATES; n++) {
    X509 *one = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    bool added = one != NULL && X509_STORE_add_cert(store, one) == 1;
    X509_free(one);
    if (!added) break;
  }
  BIO_free(bio);
  ERR_clear_error();
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN); /* what was pinned is believed, be it a root or not */
  t->authorities_read = true;
  t->authority_count = n;
}

/* Only a long handshake shows a certificate: a short one need not know the authorities, and reading them takes as long as
 * the rest of it. */
static int verify(X509_STORE_CTX *store, void *context) {
  struct jl_tls *t = context;
  if (!t->authorities_read) read_authorities(t);
  if (t->authority_count > 0) return X509_verify_cert(store);
  X509_STORE_CTX_set_error(store, JL_TLS_NO_AUTHORITY);
  return 0;
}

static bool show(SSL_CTX *ssl, struct jl_bytes pem, struct jl_error *err) {
  BIO *bio = text_bio(pem), *again = text_bio(pem);
  X509 *ours = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
  EVP_PKEY *key = again != NULL ? PEM_read_bio_PrivateKey(again, NULL, NULL, NULL) : NULL;
  bool ok = ours != NULL && key != NULL && SSL_CTX_use_certificate(ssl, ours) == 1 && SSL_CTX_use_PrivateKey(ssl, key) == 1;
  X509_free(ours);
  EVP_PKEY_free(key);
  BIO_free(bio);
  BIO_free(again);
  ERR_clear_error();
  if (!ok && jl_tls_starved()) return jl_tls_no_memory(err);
  return ok || jl_fail(err, JL_E_INVALID, JL_MSG("the client certificate of this profile cannot be used"),
                       JL_MSG("its file needs the certificate and its key without a passphrase, in PEM"));
}

/* Tickets are of no use with other authorities or another certificate of ours. */
static void make_ticket_key(struct jl_tls *t, const struct jl_tls_client_options *o) {
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  unsigned size = sizeof t->ticket_key;
  if (hash == NULL || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1 || EVP_DigestUpdate(hash, o->authorities.data, o->authorities.size) != 1 ||
      EVP_DigestUpdate(hash, o->certificate.data, o->certificate.size) != 1 || EVP_DigestFinal_ex(hash, t->ticket_key, &size) != 1) {
    free(t->ticket_file);
    t->ticket_file = NULL;
  }
  EVP_MD_CTX_free(hash);
}

void jl_tls_alone(void) {
  struct jl_error missing; /* said when a connection is made */
  if (!jl_tls_load(&missing)) return;
  (void)OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_SSL_STRINGS |
                             OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT,
                         NULL);
  const EVP_MD *signed_with[] = {EVP_sha256(), EVP_sha384(), EVP_sha512()}; /* certificates are: these are looked up by name */
  for (size_t i = 0; i < JL_COUNT(signed_with); i++) (void)EVP_add_digest(signed_with[i]);
}

struct jl_tls *jl_tls_client_new(const struct jl_tls_client_options *options, struct jl_error *err) {
  static const unsigned char protocols[] = JL_TLS_ALPN;
  struct jl_tls *t = jl_tls_new(true, err);
  if (t == NULL) return NULL;
  t->meeting = options->authorities.size == 0;
  t->ssl = jl_tls_context(true);
  jl_buffer_append(&t->authorities, options->authorities.data, options->authorities.size);
  bool ok = t->ssl != NULL && SSL_CTX_set_alpn_protos(t->ssl, protocols, sizeof protocols - 1) == 0 && jl_buffer_ok(&t->authorities);
  if (!ok) (void)jl_tls_no_memory(err);
  if (ok && options->certificate.size > 0) ok = show(t->ssl, options->certificate, err);
  if (!ok) {
    jl_tls_free(t);
    return NULL;
  }
  SSL_CTX_set_cert_verify_callback(t->ssl, t->meeting ? look_only : verify, t);
  SSL_CTX_set_verify(t->ssl, SSL_VERIFY_PEER, NULL);
  if (t->meeting || options->ticket_file == NULL) return t;
  t->ticket_file = strdup(options->ticket_file);
  make_ticket_key(t, options);
  SSL_CTX_set_session_cache_mode(t->ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(t->ssl, jl_tls_ticket_came);
  return t;
}

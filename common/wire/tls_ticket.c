/* The client's ticket: what makes the next handshake short. One file, for one host, one set of authorities and one
 * certificate of ours; anything wrong with it only costs a whole handshake. Readable by its owner alone: who has it can
 * speak as this client once more, as with the token beside it.
 *
 * The file: the mark (whom it is for), until when it may be used, the session as OpenSSL writes it but without the server's
 * certificate. Reading one is a third of a resumed handshake. A ticket is renewed by each handshake; until when it may be used is not:
 * that is decided by the whole handshake at its beginning, by its age and by the end of the certificate that it showed. */
#include "common/base/limits.h"
#include "common/wire/tls_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TICKET_MAX 16384 /* bytes of the file */
#define MARK_SIZE 32     /* the hash that it begins with */
#define HEAD_SIZE (MARK_SIZE + 8) /* and until when it may be used, seconds since 1970, little-endian */
#define PEER_TAG 3 /* of the certificate in a session */
#define FORMAT "3" /* of the file: another one is no ticket */

static bool make_mark(const struct jl_tls_link *link, uint8_t ret_mark[MARK_SIZE]) {
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  unsigned size = MARK_SIZE;
  bool ok = hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
            EVP_DigestUpdate(hash, FORMAT, sizeof FORMAT) == 1 &&
            EVP_DigestUpdate(hash, link->tls->ticket_key, sizeof link->tls->ticket_key) == 1 &&
            EVP_DigestUpdate(hash, link->host, strlen(link->host)) == 1 && EVP_DigestFinal_ex(hash, ret_mark, &size) == 1;
  EVP_MD_CTX_free(hash);
  return ok;
}

static size_t read_file(const char *path, uint8_t *out, size_t size) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return 0;
  ssize_t n = 0;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && (info.st_mode & 077) == 0) n = read(fd, out, size);
  close(fd);
  return n > 0 ? (size_t)n : 0;
}

void jl_tls_ticket_offer(struct jl_tls_link *link) {
  uint8_t data[TICKET_MAX], mark[MARK_SIZE];
  if (link->tls->ticket_file == NULL || !make_mark(link, mark)) return;
  size_t size = read_file(link->tls->ticket_file, data, sizeof data);
  if (size <= HEAD_SIZE || memcmp(data, mark, MARK_SIZE) != 0) return;
  const unsigned char *at = data + HEAD_SIZE;
  link->resume_until = jl_tls_get_seconds(data + MARK_SIZE);
  /* A short handshake shows no certificate: the one of the long handshake must still be good. */
  int64_t left_s = link->resume_until - link->tls->now_s();
  SSL_SESSION *session = left_s > 0 && left_s <= JL_TLS_RESUME_S ? d2i_SSL_SESSION(NULL, &at, (long)(size - HEAD_SIZE)) : NULL;
  if (session != NULL) (void)SSL_set_session(link->ssl, session);
  SSL_SESSION_free(session);
  OPENSSL_cleanse(data, size);
  ERR_clear_error();
}

/* Of the whole handshake, this one or that which the ticket came from: its certificate and its age both end what may follow it. */
static int64_t resume_until(const struct jl_tls_link *link) {
  struct tm until;
  const X509 *server = SSL_session_reused(link->ssl) == 1 ? NULL : SSL_get0_peer_certificate(link->ssl);
  if (server == NULL) return link->resume_until;
  int64_t oldest = link->tls->now_s() + JL_TLS_RESUME_S;
  int64_t certificate = ASN1_TIME_to_tm(X509_get0_notAfter(server), &until) == 1 ? (int64_t)timegm(&until) : 0;
  return certificate < oldest ? certificate : oldest;
}

/* Takes the certificate out of a session's DER; what is left stands at the beginning of out. 0: it is not as expected. */
static size_t without_peer(const uint8_t *der, size_t size, uint8_t *out, size_t max) {
  const unsigned char *at = der, *end = der + size;
  uint8_t parts[TICKET_MAX];
  size_t used = 0;
  long length;
  int tag, kind;
  if ((ASN1_get_object(&at, &length, &tag, &kind, (long)size) & 0x80) != 0 || tag != V_ASN1_SEQUENCE || at + length != end) return 0;
  while (at < end) {
    const unsigned char *part = at;
    if ((ASN1_get_object(&at, &length, &tag, &kind, (long)(end - at)) & 0x80) != 0) return 0;
    at += length;
    if (kind == V_ASN1_CONTEXT_SPECIFIC && tag == PEER_TAG) continue;
    memcpy(parts + used, part, (size_t)(at - part));
    used += (size_t)(at - part);
  }
  int whole = ASN1_object_size(1, (int)used, V_ASN1_SEQUENCE);
  if (whole <= 0 || (size_t)whole > max) return 0;
  unsigned char *to = out;
  ASN1_put_object(&to, 1, (int)used, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
  memcpy(to, parts, used);
  OPENSSL_cleanse(parts, used);
  return (size_t)whole;
}

static bool write_file(const char *path, const uint8_t *data, size_t size) {
  char fresh[4200];
  int length = snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
  if (length < 0 || (size_t)length >= sizeof fresh) return false;
  int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  bool ok = write(fd, data, size) == (ssize_t)size;
  ok = close(fd) == 0 && ok && rename(fresh, path) == 0; /* not synced: after a crash it is one whole handshake more */
  if (!ok) (void)unlink(fresh);
  return ok;
}

int jl_tls_ticket_came(SSL *ssl, SSL_SESSION *session) {
  const struct jl_tls_link *link = SSL_get_app_data(ssl);
  uint8_t data[TICKET_MAX], der[TICKET_MAX];
  unsigned char *at = der;
  int size = i2d_SSL_SESSION(session, NULL);
  if (link->tls->ticket_file == NULL || size <= 0 || (size_t)size > sizeof der || !make_mark(link, data)) return 0;
  jl_tls_put_seconds(resume_until(link), data + MARK_SIZE);
  size_t left = i2d_SSL_SESSION(session, &at) == size ? without_peer(der, (size_t)size, data + HEAD_SIZE, sizeof data - HEAD_SIZE) : 0;
  if (left > 0) (void)write_file(link->tls->ticket_file, data, HEAD_SIZE + left);
  OPENSSL_cleanse(der, (size_t)size);
  OPENSSL_cleanse(data, HEAD_SIZE + left);
  return 0; /* we keep no reference */
}

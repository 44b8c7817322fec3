/* The client's ticket: what makes the next handshake short. One file, for one host, one set of authorities and one
 * certificate of ours; anything wrong with it only costs a whole handshake. Readable by its owner alone: who has it can
 * speak as this client once more, as with the token beside it. */
#include "common/wire/tls_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICKET_MAX 16384 /* bytes of the file */
#define MARK_SIZE 32     /* the hash that it begins with */

static bool make_mark(const struct jl_tls_link *link, uint8_t ret_mark[MARK_SIZE]) {
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  unsigned size = MARK_SIZE;
  bool ok = hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
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
  if (size <= MARK_SIZE || memcmp(data, mark, MARK_SIZE) != 0) return;
  const unsigned char *at = data + MARK_SIZE;
  SSL_SESSION *session = d2i_SSL_SESSION(NULL, &at, (long)(size - MARK_SIZE));
  const X509 *server = session != NULL ? SSL_SESSION_get0_peer(session) : NULL;
  /* A short handshake shows no certificate: the one of the long handshake must still be good. */
  if (server != NULL && X509_cmp_current_time(X509_get0_notAfter(server)) > 0) (void)SSL_set_session(link->ssl, session);
  SSL_SESSION_free(session);
  OPENSSL_cleanse(data, sizeof data);
  ERR_clear_error();
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
  uint8_t data[TICKET_MAX];
  unsigned char *at = data + MARK_SIZE;
  int size = i2d_SSL_SESSION(session, NULL);
  if (link->tls->ticket_file == NULL || size <= 0 || (size_t)size > sizeof data - MARK_SIZE || !make_mark(link, data)) return 0;
  if (i2d_SSL_SESSION(session, &at) == size) (void)write_file(link->tls->ticket_file, data, MARK_SIZE + (size_t)size);
  OPENSSL_cleanse(data, sizeof data);
  return 0; /* we keep no reference */
}

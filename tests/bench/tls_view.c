/* The least that a command over TLS can cost: OpenSSL, a blocking socket, a resumed handshake, one request and its answer.
 *
 *   tls_view PORT AUTHORITY TICKET   of a reference server (reference.c) on 127.0.0.1; TICKET: the file of its session, made by the
 *                                    first run. Prints resumed=0 or 1. */
#include "common/base/compiler.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 12 /* of a frame: length, type, flags, zero, stream */
#define VIEW 9    /* JALON__FRAME_TYPE__VIEW */

static const char *ticket;

static int keep(SSL *ssl, SSL_SESSION *session) {
  unsigned char bytes[16384], *at = bytes;
  (void)ssl;
  int size = i2d_SSL_SESSION(session, NULL);
  FILE *file = size > 0 && size <= (int)sizeof bytes ? fopen(ticket, "we") : NULL;
  if (file == NULL) return 0;
  i2d_SSL_SESSION(session, &at);
  (void)!fwrite(bytes, 1, (size_t)size, file);
  fclose(file);
  return 0;
}

static void offer(SSL *ssl) {
  unsigned char bytes[16384];
  const unsigned char *at = bytes;
  FILE *file = fopen(ticket, "re");
  if (file == NULL) return;
  size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  SSL_SESSION *session = d2i_SSL_SESSION(NULL, &at, (long)size);
  if (session != NULL) SSL_set_session(ssl, session);
  SSL_SESSION_free(session);
}

static void read_whole(SSL *ssl, uint8_t *out, size_t size) {
  size_t n = 0;
  for (size_t got = 0; got < size; got += n)
    if (SSL_read_ex(ssl, out + got, size - got, &n) != 1) exit(1);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  ticket = argv[3];
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  static const unsigned char protocol[] = "\x07jalon/1";
  if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 || SSL_CTX_set_alpn_protos(context, protocol, 8) != 0) return 1;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  if (access(ticket, R_OK) != 0 && SSL_CTX_load_verify_file(context, argv[2]) != 1) return 1;
  SSL *ssl = SSL_new(context);
  if (ssl == NULL) return 1;
  offer(ssl);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof at) != 0) return 1;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) != 1) return 1;
  uint8_t request[8 + HEADER] = "JALON/1\n", header[HEADER], answer[65536];
  request[8 + 4] = VIEW;
  request[8 + 11] = 1;
  if (SSL_write(ssl, request, sizeof request) != (int)sizeof request) return 1;
  read_whole(ssl, header, sizeof header);
  size_t length = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
  if (length > sizeof answer) return 1;
  read_whole(ssl, answer, length);
  printf("resumed=%d\n", SSL_session_reused(ssl));
  return 0;
}

#include "common/wire/transport.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define KEEPALIVE_S 30
#define USER_TIMEOUT_MS 30000u /* data unacknowledged for so long: the connection is dead */

void jl_sockaddr_format(const struct sockaddr *address, char *out, size_t size) {
  char host[INET6_ADDRSTRLEN] = "";
  if (uv_ip_name(address, host, sizeof host) != 0) {
    snprintf(out, size, "unknown");
    return;
  }
  struct sockaddr_in6 six = {0};
  struct sockaddr_in four = {0};
  if (address->sa_family == AF_INET6) {
    memcpy(&six, address, sizeof six);
    snprintf(out, size, "[%s]:%u", host, (unsigned)ntohs(six.sin6_port));
  } else {
    memcpy(&four, address, sizeof four);
    snprintf(out, size, "%s:%u", host, (unsigned)ntohs(four.sin_port));
  }
}

bool jl_address_numeric(const struct jl_address *address, struct sockaddr_storage *ret_resolved) {
  struct sockaddr_storage storage = {0};
  struct sockaddr_in four;
  struct sockaddr_in6 six;
  if (uv_ip4_addr(address->host, address->port, &four) == 0)
    memcpy(&storage, &four, sizeof four);
  else if (uv_ip6_addr(address->host, address->port, &six) == 0)
    memcpy(&storage, &six, sizeof six);
  else
    return false;
  *ret_resolved = storage;
  return true;
}

static int tcp_init(uv_loop_t *loop, union jl_socket *s) { return uv_tcp_init(loop, &s->tcp); }

static int tcp_connect(uv_connect_t *request, union jl_socket *s, const struct jl_address *address, const struct sockaddr *resolved,
                       uv_connect_cb done) {
  (void)address;
  return uv_tcp_connect(request, &s->tcp, resolved, done);
}

/* Each of these only makes a connection better; one that refuses still works. */
static void tcp_tune(union jl_socket *s) {
  uv_os_fd_t fd;
  unsigned timeout = USER_TIMEOUT_MS;
  (void)uv_tcp_nodelay(&s->tcp, 1);
  (void)uv_tcp_keepalive(&s->tcp, 1, KEEPALIVE_S);
  if (uv_fileno(&s->handle, &fd) == 0) (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

static void tcp_peer(const union jl_socket *s, char *out, size_t size) {
  struct sockaddr_storage address = {0};
  int length = sizeof address;
  struct sockaddr *generic = (struct sockaddr *)&address;
  if (uv_tcp_getpeername(&s->tcp, generic, &length) == 0)
    jl_sockaddr_format(generic, out, size);
  else
    snprintf(out, size, "unknown");
}

static int unix_init(uv_loop_t *loop, union jl_socket *s) { return uv_pipe_init(loop, &s->pipe, 0); }

static int unix_connect(uv_connect_t *request, union jl_socket *s, const struct jl_address *address, const struct sockaddr *resolved,
                        uv_connect_cb done) {
  (void)resolved;
  uv_pipe_connect(request, &s->pipe, address->host, done);
  return 0;
}

static void unix_tune(union jl_socket *s) { (void)s; }

static void unix_peer(const union jl_socket *s, char *out, size_t size) {
  (void)s;
  snprintf(out, size, "unix");
}

const struct jl_transport jl_transport_tcp = {"tcp", tcp_init, tcp_connect, tcp_tune, tcp_peer, NULL, NULL};
const struct jl_transport jl_transport_unix = {"unix", unix_init, unix_connect, unix_tune, unix_peer, NULL, NULL};

const struct jl_transport *jl_transport_of(const struct jl_address *address) {
  JL_ASSERT(!address->tls); /* never in clear what was to be encrypted: TLS has a transport of its own, made with its keys */
  return address->kind == JL_ADDRESS_UNIX ? &jl_transport_unix : &jl_transport_tcp;
}

const struct jl_transport *jl_transport_of_listener(const uv_stream_t *listener) {
  return listener->type == UV_NAMED_PIPE ? &jl_transport_unix : &jl_transport_tcp;
}

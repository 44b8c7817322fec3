#include "common/wire/transport.h"
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 511
#define AGAIN_MS 100

struct jl_listener {
  union jl_socket socket;
  uv_timer_t again;
  int open; /* handles */
  struct jl_address address;
  bool (*on_connection)(void *context, uv_stream_t *listener);
  void *context;
  void (*closed)(void *context);
  void *closed_context;
};

static void on_again(uv_timer_t *timer);

/* libuv hears of no other connection while one is not accepted, so one that there is no memory for is tried again. */
static void take(struct jl_listener *l) {
  if (!l->on_connection(l->context, &l->socket.stream)) uv_timer_start(&l->again, on_again, AGAIN_MS, 0);
}
static void on_again(uv_timer_t *timer) { take(timer->data); }

static void on_incoming(uv_stream_t *stream, int status) {
  if (status == 0) take(stream->data); /* otherwise: out of descriptors for a moment; libuv sheds the caller */
}

static bool listen_failed(const struct jl_address *address, int status, struct jl_error *err) {
  const char *hint = status == UV_EADDRINUSE ? JL_MSG("another program uses this address: stop it or choose another one")
                     : status == UV_EACCES   ? JL_MSG("the user of this program may not use this address: choose another folder or port")
                     : status == UV_EADDRNOTAVAIL ? JL_MSG("use an address of this machine")
                                                  : NULL;
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("could not listen on {1}: {2}"), hint, jl_arg_text(address->host),
                 jl_arg_text(uv_strerror(status)));
}

/* At start, once: asking the resolver may wait. */
static int resolve_now(uv_loop_t *loop, const struct jl_address *address, struct sockaddr_storage *ret_resolved) {
  if (jl_address_numeric(address, ret_resolved)) return 0;
  uv_getaddrinfo_t request;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
  int status = uv_getaddrinfo(loop, &request, NULL, address->host, NULL, &hints);
  if (status != 0) return status;
  memset(ret_resolved, 0, sizeof *ret_resolved);
  memcpy(ret_resolved, request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
  uint16_t port = htons(address->port);
  if (ret_resolved->ss_family == AF_INET6)
    memcpy((uint8_t *)ret_resolved + offsetof(struct sockaddr_in6, sin6_port), &port, sizeof port);
  else
    memcpy((uint8_t *)ret_resolved + offsetof(struct sockaddr_in, sin_port), &port, sizeof port);
  uv_freeaddrinfo(request.addrinfo);
  return 0;
}

static int bind_tcp(struct jl_listener *l) {
  struct sockaddr_storage resolved;
  int status = resolve_now(l->socket.handle.loop, &l->address, &resolved);
  return status != 0 ? status : uv_tcp_bind(&l->socket.tcp, (const struct sockaddr *)&resolved, 0); /* sets SO_REUSEADDR */
}

/* A socket file that nobody listens on is left over from a killed server. Anything else there is not ours to remove. */
static bool is_stale(const char *path) {
  struct stat info;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (lstat(path, &info) != 0 || !S_ISSOCK(info.st_mode) || strlen(path) >= sizeof address.sun_path) return false;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  memcpy(address.sun_path, path, strlen(path));
  bool refused = connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 && errno == ECONNREFUSED;
  close(fd);
  return refused;
}

static int bind_unix(struct jl_listener *l) {
  int status = uv_pipe_bind(&l->socket.pipe, l->address.host);
  if (status == UV_EADDRINUSE && is_stale(l->address.host) && unlink(l->address.host) == 0)
    status = uv_pipe_bind(&l->socket.pipe, l->address.host);
  if (status != 0) return status;
  return chmod(l->address.host, 0600) == 0 ? 0 : uv_translate_sys_error(errno); /* nobody can connect before listen */
}

static void free_listener(uv_handle_t *handle) {
  struct jl_listener *l = handle->data;
  if (--l->open > 0) return;
  if (l->closed != NULL) l->closed(l->closed_context);
  free(l);
}

struct jl_listener *jl_listener_new(uv_loop_t *loop, const struct jl_address *address,
                                    bool (*on_connection)(void *context, uv_stream_t *listener), void *context, struct jl_error *err) {
  struct jl_listener *l = calloc(1, sizeof *l);
  int status = l == NULL ? UV_ENOMEM : (address->kind == JL_ADDRESS_UNIX ? &jl_transport_unix : &jl_transport_tcp)->init(loop, &l->socket);
  if (status != 0) {
    free(l);
    listen_failed(address, status, err);
    return NULL;
  }
  l->address = *address;
  l->on_connection = on_connection;
  l->context = context;
  l->socket.handle.data = l->again.data = l;
  l->open = 2;
  (void)uv_timer_init(loop, &l->again); /* never fails */
  status = address->kind == JL_ADDRESS_UNIX ? bind_unix(l) : bind_tcp(l);
  if (status == 0) status = uv_listen(&l->socket.stream, BACKLOG, on_incoming);
  if (status == 0) return l;
  listen_failed(address, status, err);
  jl_listener_close(l, NULL, NULL);
  return NULL;
}

uint16_t jl_listener_port(const struct jl_listener *l) {
  struct sockaddr_storage name = {0};
  int size = sizeof name;
  if (l->address.kind == JL_ADDRESS_UNIX || uv_tcp_getsockname(&l->socket.tcp, (struct sockaddr *)&name, &size) != 0) return 0;
  uint16_t port;
  size_t at = name.ss_family == AF_INET6 ? offsetof(struct sockaddr_in6, sin6_port) : offsetof(struct sockaddr_in, sin_port);
  memcpy(&port, (const uint8_t *)&name + at, sizeof port);
  return ntohs(port);
}

void jl_listener_close(struct jl_listener *l, void (*closed)(void *context), void *context) {
  l->closed = closed;
  l->closed_context = context;
  uv_close(&l->socket.handle, free_listener);
  uv_close((uv_handle_t *)&l->again, free_listener);
}

/* Finding the peer's address and connecting to it: every address of a name is tried, one after the other. */
#include "common/wire/connection_state.h"
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static void connect_next(struct jl_connection *c);

/* Those that people meet, in their language; the rest as the system words it. */
static struct jl_arg why(int status) {
  switch (status) {
  case UV_ECONNREFUSED:
    return jl_arg_label(JL_MSG("connection refused"));
  case UV_ETIMEDOUT:
    return jl_arg_label(JL_MSG("no answer in time"));
  case UV_EHOSTUNREACH:
  case UV_ENETUNREACH:
    return jl_arg_label(JL_MSG("no way to this machine"));
  case UV_ENOENT:
    return jl_arg_label(JL_MSG("there is no such socket"));
  case UV_EACCES:
    return jl_arg_label(JL_MSG("you may not use it"));
  default:
    return jl_arg_text(uv_strerror(status));
  }
}

static void connect_failed(struct jl_connection *c, int status) {
  struct jl_error err;
  const char *hint = c->dial->address.kind == JL_ADDRESS_UNIX ? JL_MSG("check that the server runs and that you may use its socket")
                                                        : JL_MSG("check that the server runs, its address and its port");
  if (c->dial->address.kind == JL_ADDRESS_UNIX)
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("could not connect to {1}: {2}"), hint, jl_arg_text(c->dial->address.host),
            why(status));
  else
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("could not connect to {1} port {2}: {3}"), hint, jl_arg_text(c->dial->address.host),
            jl_arg_revision(c->dial->address.port), why(status));
  jl_connection_fail(c, &err);
}

/* A socket that failed to connect cannot be used again: the next address gets a new one. */
static void on_socket_closed(uv_handle_t *handle) {
  struct jl_connection *c = handle->data;
  c->handles--;
  c->socket_open = false;
  if (c->state != CLOSING)
    connect_next(c);
  else if (c->handles == 0)
    jl_connection_finished(c);
}

static void failed(struct jl_connection *c, int status) {
  if (c->dial->next_resolved != NULL && c->socket_open)
    uv_close(&c->socket.handle, on_socket_closed);
  else
    connect_failed(c, status);
}

static void on_connected(uv_connect_t *request, int status) {
  struct jl_connection *c = request->handle->data;
  if (status == UV_ECANCELED || c->state != CONNECTING) return;
  if (status == 0)
    jl_connection_connected(c);
  else
    failed(c, status);
}

static int connect_to(struct jl_connection *c, const struct sockaddr *resolved) {
  c->state = CONNECTING;
  int status = c->transport->init(c->loop, &c->socket);
  if (status != 0) return status;
  c->handles++;
  c->socket_open = true;
  c->socket.handle.data = c;
  return c->transport->connect(&c->dial->request, &c->socket, &c->dial->address, resolved, on_connected);
}

static void connect_next(struct jl_connection *c) {
  int status;
  do {
    struct sockaddr_storage address = {0};
    const struct addrinfo *found = c->dial->next_resolved;
    c->dial->next_resolved = found->ai_next;
    memcpy(&address, found->ai_addr, found->ai_addrlen);
    uint16_t port = htons(c->dial->address.port);
    size_t at = address.ss_family == AF_INET6 ? offsetof(struct sockaddr_in6, sin6_port) : offsetof(struct sockaddr_in, sin_port);
    memcpy((uint8_t *)&address + at, &port, sizeof port);
    status = connect_to(c, (const struct sockaddr *)&address);
  } while (status != 0 && !c->socket_open && c->dial->next_resolved != NULL);
  if (status != 0) failed(c, status);
}

static void resolve_failed(struct jl_connection *c, int status) {
  struct jl_error err;
  jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("could not find the host {1}: {2}"), JL_MSG("check the name of the server"),
          jl_arg_text(c->dial->address.host), jl_arg_text(uv_strerror(status)));
  jl_connection_fail(c, &err);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
  struct resolution *r = request->data;
  struct jl_connection *c = r->owner;
  free(r);
  if (c == NULL) {
    uv_freeaddrinfo(found);
    return;
  }
  c->dial->resolution = NULL;
  if (status != 0 || found == NULL) {
    resolve_failed(c, status == 0 ? UV_EAI_NONAME : status);
    return;
  }
  c->dial->resolved = c->dial->next_resolved = found;
  connect_next(c);
}

void jl_dial_start(struct jl_connection *c) {
  struct sockaddr_storage numeric;
  bool local = c->dial->address.kind == JL_ADDRESS_UNIX;
  if (local || jl_address_numeric(&c->dial->address, &numeric)) {
    int connecting = connect_to(c, local ? NULL : (const struct sockaddr *)&numeric);
    if (connecting != 0) failed(c, connecting);
    return;
  }
  c->state = RESOLVING;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  c->dial->resolution = calloc(1, sizeof *c->dial->resolution);
  if (c->dial->resolution == NULL) {
    resolve_failed(c, UV_ENOMEM);
    return;
  }
  c->dial->resolution->owner = c;
  c->dial->resolution->request.data = c->dial->resolution;
  int status = uv_getaddrinfo(c->loop, &c->dial->resolution->request, on_resolved, c->dial->address.host, NULL, &hints);
  if (status == 0) return;
  free(c->dial->resolution);
  c->dial->resolution = NULL;
  resolve_failed(c, status);
}

void jl_dial_cancel(struct jl_connection *c) {
  if (c->dial == NULL || c->dial->resolution == NULL) return;
  c->dial->resolution->owner = NULL;
  (void)uv_cancel((uv_req_t *)&c->dial->resolution->request); /* when it already runs, its callback finds no owner */
  c->dial->resolution = NULL;
}

void jl_dial_free(struct jl_connection *c) {
  if (c->dial != NULL && c->dial->resolved != NULL) uv_freeaddrinfo(c->dial->resolved);
  free(c->dial);
  c->dial = NULL;
}

#include "server/store/resolve.h"
#include "common/base/buffer.h"
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS_MAX 16
#define ADDRESSES_MAX 4 /* of one host */
#define LIST_BYTES 16384

struct jl_resolve {
  uv_getaddrinfo_t request;
  uv_loop_t *loop;
  char *hosts[HOSTS_MAX], *ports[HOSTS_MAX]; /* an empty port: the default one */
  size_t count, next;
  struct jl_buffer host, hostaddr, port;
  int status; /* of the last one that failed */
  bool dropped;
  void (*done)(void *context, const struct jl_resolved *resolved, const struct jl_error *err);
  void *context;
};

static void free_resolve(struct jl_resolve *r) {
  for (size_t i = 0; i < r->count; i++) {
    free(r->hosts[i]);
    free(r->ports[i]);
  }
  jl_buffer_release(&r->host);
  jl_buffer_release(&r->hostaddr);
  jl_buffer_release(&r->port);
  free(r);
}

static bool is_name(const char *host) {
  struct in6_addr ignored;
  return host[0] != '\0' && host[0] != '/' && host[0] != '@' && inet_pton(AF_INET, host, &ignored) != 1 &&
         inet_pton(AF_INET6, host, &ignored) != 1;
}

static char *item(const char *list, size_t n) {
  for (; n > 0 && list != NULL; n--) {
    list = strchr(list, ',');
    if (list != NULL) list++;
  }
  return list == NULL ? strdup("") : strndup(list, strcspn(list, ","));
}

static size_t items(const char *list) {
  size_t n = 1;
  for (; *list != '\0'; list++) n += *list == ',';
  return n;
}

/* false: nothing to ask about, or more hosts than anybody has. */
static bool take_hosts(struct jl_resolve *r, const char *hosts, const char *ports) {
  size_t n = items(hosts), port_count = ports == NULL ? 0 : items(ports);
  bool names = false;
  if (n > HOSTS_MAX || (port_count > 1 && port_count != n)) return false; /* libpq words that one */
  for (; r->count < n; r->count++) {
    r->hosts[r->count] = item(hosts, r->count);
    r->ports[r->count] = item(ports, port_count == 1 ? 0 : r->count);
    if (r->hosts[r->count] == NULL || r->ports[r->count] == NULL) {
      r->count++;
      return false;
    }
    names = names || is_name(r->hosts[r->count]);
  }
  return names;
}

static void add(struct jl_resolve *r, const char *address) {
  const char *comma = r->host.size > 0 || r->hostaddr.size > 0 ? "," : "";
  jl_buffer_printf(&r->host, "%s%s", comma, r->hosts[r->next]);
  jl_buffer_printf(&r->hostaddr, "%s%s", comma, address);
  jl_buffer_printf(&r->port, "%s%s", comma, r->ports[r->next]);
}

static void finish(struct jl_resolve *r) {
  struct jl_error err = {0};
  const char *texts[] = {jl_buffer_cstring(&r->host), jl_buffer_cstring(&r->hostaddr), jl_buffer_cstring(&r->port)};
  bool fine = r->host.size > 0 && texts[0] != NULL && texts[1] != NULL && texts[2] != NULL;
  struct jl_resolved out = {texts[0], texts[1], texts[2]};
  if (!fine)
    jl_fail(&err, JL_E_UNAVAILABLE, JL_MSG("the database's host {1} is not known: {2}"), JL_MSG("check the name and the resolver"),
            jl_arg_text(r->hosts[r->count - 1]), jl_arg_text(uv_strerror(r->status == 0 ? UV_ENOMEM : r->status)));
  r->done(r->context, fine ? &out : NULL, fine ? NULL : &err);
  free_resolve(r);
}

static bool ask(struct jl_resolve *r);

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *list) {
  struct jl_resolve *r = request->data;
  if (r->dropped) {
    uv_freeaddrinfo(list);
    free_resolve(r);
    return;
  }
  if (status != 0) r->status = status;
  size_t n = 0;
  for (const struct addrinfo *a = list; status == 0 && a != NULL && n < ADDRESSES_MAX; a = a->ai_next, n++) {
    char address[INET6_ADDRSTRLEN];
    if (uv_ip_name(a->ai_addr, address, sizeof address) == 0) add(r, address);
  }
  uv_freeaddrinfo(list);
  r->next++;
  if (!ask(r)) finish(r);
}

/* false: there is nothing more to wait for. */
static bool ask(struct jl_resolve *r) {
  static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  for (; r->next < r->count; r->next++) {
    const char *host = r->hosts[r->next];
    if (!is_name(host)) {
      add(r, host[0] == '/' || host[0] == '@' ? "" : host);
      continue;
    }
    r->status = uv_getaddrinfo(r->loop, &r->request, on_answer, host, NULL, &hints);
    if (r->status == 0) return true;
  }
  return false;
}

static const char *option(const PQconninfoOption *options, const char *key) {
  for (; options != NULL && options->keyword != NULL; options++)
    if (strcmp(options->keyword, key) == 0) return options->val;
  return NULL;
}

struct jl_resolve *jl_resolve_start(uv_loop_t *loop, const char *conninfo,
                                    void (*done)(void *context, const struct jl_resolved *resolved, const struct jl_error *err),
                                    void *context) {
  PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
  const char *hosts = option(options, "host");
  struct jl_resolve *r = hosts == NULL || option(options, "hostaddr") != NULL ? NULL : calloc(1, sizeof *r);
  if (r != NULL) {
    *r = (struct jl_resolve){.loop = loop, .done = done, .context = context};
    r->request.data = r;
    jl_buffer_init(&r->host, LIST_BYTES);
    jl_buffer_init(&r->hostaddr, LIST_BYTES);
    jl_buffer_init(&r->port, LIST_BYTES);
    bool names = take_hosts(r, hosts, option(options, "port"));
    if (!names || !ask(r)) { /* libpq finds the words for a name that cannot even be asked for */
      free_resolve(r);
      r = NULL;
    }
  }
  PQconninfoFree(options);
  return r;
}

void jl_resolve_drop(struct jl_resolve *r) {
  if (r == NULL) return;
  r->dropped = true;
  uv_cancel((uv_req_t *)&r->request);
}

/* libuv's streams over a network that delays, drops, cuts and goes silent. Bytes of one direction stay in order, as TCP's do;
 * nothing else is promised. */
#include "tests/sim/net.h"
#include "tests/sim/uv_internal.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define GIVE_UP_US INT64_C(30000000) /* keepalive and TCP_USER_TIMEOUT of both ends */
#define READ_AT_ONCE 65536
#define FIRST_PORT 50000

struct pipe {    /* one direction */
  uint8_t *data; /* arrived, not read */
  size_t size, capacity, under_way;
  struct segment *first, *last; /* under way; whenever one may arrive, it is the first */
  int64_t last_us;
  bool ended;     /* the writer will write no more */
  int end_status; /* what the reader gets when all is read: UV_EOF, UV_ECONNRESET; 0: not yet */
};
struct link {
  struct link *next;
  struct socket *ends[2]; /* NULL: closed */
  struct pipe pipes[2];   /* from side 0, from side 1 */
  int64_t latency_us, stalled_until_us;
  size_t window;
  bool cut, silent;
  int references; /* ends and events */
};
struct write_request {
  struct write_request *next;
  uv_write_t *request;
  uv_write_cb done;
  size_t count, at, offset;
  uv_buf_t buffers[];
};
struct socket {        /* the world's memory */
  struct socket *next; /* of all */
  struct process *process;
  struct sim_handle *handle;
  struct link *link;
  int side;
  uint16_t port, peer_port;
  bool listening, reading, told_end;
  struct link *backlog[64];
  size_t waiting;
  uv_connection_cb on_connection;
  uv_alloc_cb alloc;
  uv_read_cb read;
  struct write_request *writes, **writes_end; /* the process's memory */
  uv_connect_t *connect;
  bool connect_done;
  int connect_status;
  uv_shutdown_t *shutdown;
  uv_shutdown_cb shutdown_done;
  int references; /* the handle and a SYN under way */
};
static struct {
  struct rng random;
  struct link *links;
  struct socket *sockets;
  uint16_t next_port;
  struct net_counts counts;
  struct {
    struct process *of;
    int64_t until_us;
  } partitions[16];
} net;

void net_begin(uint64_t seed) {
  memset(&net, 0, sizeof net);
  net.random = rng_of(seed, FOR_NETWORK, 0);
  net.next_port = FIRST_PORT;
}
struct net_counts net_counts(void) {
  return net.counts;
}

/* ---- links ---- */
static void drop_link(struct link *l) {
  if (--l->references > 0) return;
  for (struct link **at = &net.links; *at != NULL; at = &(*at)->next)
    if (*at == l) {
      *at = l->next;
      break;
    }
  for (int i = 0; i < 2; i++) world_free(l->pipes[i].data);
  world_free(l);
}

static struct link *new_link(void) {
  struct link *l = world_alloc(sizeof *l), **last = &net.links;
  bool far = rng_chance(&net.random, 1, 6);
  l->latency_us = far ? rng_between(&net.random, 10000, 80000) : rng_between(&net.random, 30, 3000);
  l->window =
      rng_chance(&net.random, 1, 4) ? (size_t)rng_between(&net.random, 2000, 16000) : (size_t)rng_between(&net.random, 65536, 262144);
  while (*last != NULL) last = &(*last)->next;
  *last = l;
  net.counts.connections++;
  return l;
}

static bool partitioned(const struct process *p) {
  for (size_t i = 0; i < JL_COUNT(net.partitions); i++)
    if (net.partitions[i].of == p && net.partitions[i].until_us > world->now_us) return true;
  return false;
}

struct segment {
  struct segment *next;
  size_t size;
  int end_status;
  uint8_t data[];
};
struct arrival {
  struct link *link;
  int side; /* of the writer */
};

static void reset(struct link *l, int side_that_hears, int status);

static void arrive(void *context) {
  struct arrival *a = context;
  struct link *l = a->link;
  struct pipe *p = &l->pipes[a->side];
  if (!l->cut && !l->silent && l->stalled_until_us > world->now_us) {
    event_at(l->stalled_until_us, arrive, a);
    return;
  }
  struct segment *g = p->first;
  p->first = g->next;
  if (p->first == NULL) p->last = NULL;
  p->under_way -= g->size;
  struct socket *reader = l->ends[1 - a->side];
  if (l->silent) {
    p->under_way += g->size; /* never acknowledged */
  } else if (!l->cut && reader == NULL && g->size > 0) {
    reset(l, a->side, UV_ECONNRESET); /* nobody is there */
  } else if (!l->cut && reader != NULL && p->end_status == 0) {
    if (p->size + g->size > p->capacity) p->data = world_resize(p->data, p->capacity = (p->size + g->size) * 2);
    if (g->size > 0) memcpy(p->data + p->size, g->data, g->size);
    p->size += g->size;
    p->end_status = g->end_status;
    if (g->end_status == UV_ECONNRESET) p->size = 0;
  }
  drop_link(l);
  world_free(g);
  world_free(a);
}

static void send_segment(struct link *l, int side, const struct iovec *parts, size_t n, size_t size, int end_status) {
  struct segment *g = world_alloc(sizeof *g + size);
  struct arrival *a = world_alloc(sizeof *a);
  *g = (struct segment){.size = size, .end_status = end_status};
  *a = (struct arrival){l, side};
  size_t done = 0;
  for (size_t i = 0; i < n && done < size; i++) {
    size_t take = parts[i].iov_len < size - done ? parts[i].iov_len : size - done;
    memcpy(g->data + done, parts[i].iov_base, take);
    done += take;
  }
  world_note((struct jl_bytes){g->data, size});
  struct pipe *p = &l->pipes[side];
  int64_t when = world->now_us + l->latency_us + (int64_t)rng_below(&net.random, (uint64_t)l->latency_us / 2 + 1);
  if (rng_chance(&net.random, 1, 100)) when += rng_between(&net.random, 1000, 200000); /* sent again below */
  if (when < p->last_us) when = p->last_us;
  p->last_us = when;
  p->under_way += size;
  if (p->last == NULL)
    p->first = g;
  else
    p->last->next = g;
  p->last = g;
  l->references++;
  net.counts.bytes += size;
  event_at(when, arrive, a);
}

/* One end hears that the line is gone. */
struct bad_news {
  struct link *link;
  int side, status;
};
static void tell_end(void *context) {
  struct bad_news *b = context;
  struct pipe *p = &b->link->pipes[1 - b->side];
  if (b->link->ends[b->side] != NULL && p->end_status == 0) {
    p->end_status = b->status;
    p->size = 0;
    b->link->pipes[b->side].ended = true;
  }
  drop_link(b->link);
  world_free(b);
}
static void tell_end_at(struct link *l, int side, int status, int64_t when_us) {
  struct bad_news *b = world_alloc(sizeof *b);
  *b = (struct bad_news){l, side, status};
  l->references++;
  event_at(when_us, tell_end, b);
}
static void reset(struct link *l, int side_that_hears, int status) {
  net.counts.resets++;
  tell_end_at(l, side_that_hears, status, world->now_us + l->latency_us);
}

/* What the kernel does for a socket that is closed, by its process or by its death. */
static void leave_link(struct link *l, int side) {
  struct pipe *in = &l->pipes[1 - side];
  l->ends[side] = NULL;
  if (in->size > 0)
    send_segment(l, side, NULL, 0, 0, UV_ECONNRESET);
  else if (!l->pipes[side].ended)
    send_segment(l, side, NULL, 0, 0, UV_EOF);
  l->pipes[side].ended = true;
  drop_link(l);
}

/* ---- faults ---- */
static struct link *any_link(const struct process *of, struct rng *r) {
  size_t n = 0;
  struct link *found = NULL;
  for (struct link *l = net.links; l != NULL; l = l->next) {
    if (l->cut || l->silent || l->ends[0] == NULL || l->ends[1] == NULL) continue;
    if (of != NULL && l->ends[0]->process != of && l->ends[1]->process != of) continue;
    if (rng_below(r, ++n) == 0) found = l;
  }
  return found;
}

static void name_ends(const struct link *l, const char *what) {
  world_say("%s the connection of %s and %s", what, l->ends[0]->process->name, l->ends[1]->process->name);
}

bool net_cut(struct process *of, struct rng *r) {
  struct link *l = any_link(of, r);
  if (l == NULL) return false;
  name_ends(l, "cut");
  l->cut = true;
  net.counts.cuts++;
  for (int i = 0; i < 2; i++) tell_end_at(l, i, UV_ECONNRESET, world->now_us + (int64_t)rng_below(r, 50000));
  return true;
}

bool net_stall(struct process *of, struct rng *r, int64_t until_us) {
  struct link *l = any_link(of, r);
  if (l == NULL) return false;
  name_ends(l, "stall");
  if (until_us > l->stalled_until_us) l->stalled_until_us = until_us;
  net.counts.stalls++;
  return true;
}

static void silence(struct link *l) {
  l->silent = true;
  for (int i = 0; i < 2; i++) tell_end_at(l, i, UV_ETIMEDOUT, world->now_us + GIVE_UP_US + (int64_t)rng_below(&net.random, 10000000));
}
bool net_silence(struct process *of, struct rng *r) {
  struct link *l = any_link(of, r);
  if (l == NULL) return false;
  name_ends(l, "silence");
  silence(l);
  net.counts.silences++;
  return true;
}

void net_partition(struct process *of, int64_t until_us) {
  for (struct link *l = net.links; l != NULL; l = l->next) {
    bool its = (l->ends[0] != NULL && l->ends[0]->process == of) || (l->ends[1] != NULL && l->ends[1]->process == of);
    if (its && until_us > l->stalled_until_us) l->stalled_until_us = until_us;
  }
  for (size_t i = 0; i < JL_COUNT(net.partitions); i++)
    if (net.partitions[i].until_us <= world->now_us) {
      net.partitions[i].of = of;
      net.partitions[i].until_us = until_us;
      break;
    }
  net.counts.stalls++;
}

void net_cut_all(void) {
  for (struct link *l = net.links; l != NULL; l = l->next) {
    if (l->cut) continue;
    l->cut = true;
    for (int i = 0; i < 2; i++) tell_end_at(l, i, UV_ECONNRESET, world->now_us);
  }
}

void net_power_off(struct process *of) {
  for (struct link *l = net.links; l != NULL; l = l->next) {
    bool its = (l->ends[0] != NULL && l->ends[0]->process == of) || (l->ends[1] != NULL && l->ends[1]->process == of);
    if (its && !l->silent) silence(l);
  }
}

/* ---- sockets ---- */
static struct socket *new_socket(uv_loop_t *loop, void *handle, uv_handle_type type) {
  struct sim_handle *h = sim_handle_new(loop, handle, type);
  struct socket *k = world_alloc(sizeof *k), **last = &net.sockets;
  *k = (struct socket){.process = h->loop->process, .handle = h, .references = 1};
  k->writes_end = &k->writes;
  while (*last != NULL) last = &(*last)->next;
  *last = k;
  h->socket = k;
  h->active = true;
  return k;
}
static struct socket *socket_of(const void *stream) { return sim_handle_of(stream)->socket; }

static void drop_socket(struct socket *k) {
  if (--k->references > 0) return;
  for (struct socket **at = &net.sockets; *at != NULL; at = &(*at)->next)
    if (*at == k) {
      *at = k->next;
      break;
    }
  world_free(k);
}

static void leave(struct socket *k) {
  for (size_t i = 0; i < k->waiting; i++) leave_link(k->backlog[i], 1);
  k->waiting = 0;
  k->listening = false;
  if (k->link != NULL) leave_link(k->link, k->side);
  k->link = NULL;
  k->handle = NULL;
}

static void attach(struct socket *k, struct link *l, int side) {
  k->link = l;
  k->side = side;
  l->ends[side] = k;
}

void net_dead(struct sim_handle *h) {
  struct socket *k = h->socket;
  for (size_t i = 0; i < JL_COUNT(net.partitions); i++)
    if (net.partitions[i].of == k->process) net.partitions[i].until_us = 0;
  leave(k);
  k->process = NULL;
  drop_socket(k);
}

void net_end(void) {
  while (net.links != NULL) {
    net.links->references = 1;
    drop_link(net.links);
  }
  while (net.sockets != NULL) {
    net.sockets->references = 1;
    drop_socket(net.sockets);
  }
}

/* ---- tcp and pipes ---- */
int uv_tcp_init(uv_loop_t *loop, uv_tcp_t *tcp) { return new_socket(loop, tcp, UV_TCP), 0; }
int uv_pipe_init(uv_loop_t *loop, uv_pipe_t *pipe, int ipc) {
  (void)ipc;
  return new_socket(loop, pipe, UV_NAMED_PIPE), 0;
}
int uv_tcp_nodelay(uv_tcp_t *tcp, int enable) { return (void)tcp, (void)enable, 0; }
int uv_tcp_keepalive(uv_tcp_t *tcp, int enable, unsigned delay) { return (void)tcp, (void)enable, (void)delay, 0; }
int uv_fileno(const uv_handle_t *handle, uv_os_fd_t *fd) { return (void)handle, (void)fd, UV_EBADF; }

static uint16_t port_of(const struct sockaddr *address) {
  struct sockaddr_in four;
  memcpy(&four, address, sizeof four);
  return ntohs(four.sin_port);
}
static int fill_name(struct sockaddr *name, int *length, uint16_t port) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (*length < (int)sizeof four) return UV_ENOBUFS;
  memcpy(name, &four, sizeof four);
  *length = sizeof four;
  return 0;
}
int uv_tcp_getsockname(const uv_tcp_t *tcp, struct sockaddr *name, int *length) { return fill_name(name, length, socket_of(tcp)->port); }
int uv_tcp_getpeername(const uv_tcp_t *tcp, struct sockaddr *name, int *length) {
  return fill_name(name, length, socket_of(tcp)->peer_port);
}

int uv_tcp_bind(uv_tcp_t *tcp, const struct sockaddr *address, unsigned flags) {
  (void)flags;
  struct socket *k = socket_of(tcp);
  k->port = port_of(address);
  for (const struct socket *other = net.sockets; other != NULL; other = other->next)
    if (other != k && other->listening && other->port == k->port) return UV_EADDRINUSE;
  return 0;
}

int uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb) {
  (void)backlog;
  struct socket *k = socket_of(stream);
  k->listening = true;
  k->on_connection = cb;
  world_say("%s listens on port %u", k->process->name, (unsigned)k->port);
  return 0;
}

static struct socket *listener(uint16_t port) {
  size_t n = 0;
  struct socket *found = NULL;
  for (struct socket *k = net.sockets; k != NULL; k = k->next) {
    if (!k->listening || (port != NET_BALANCER_PORT && k->port != port)) continue;
    if (rng_below(&net.random, ++n) == 0) found = k;
  }
  return found;
}

/* The caller's first packet has arrived, or has found nobody. */
static void syn(void *context) {
  struct socket *k = context;
  struct socket *to = listener(k->peer_port);
  if (k->handle != NULL && to != NULL && (partitioned(to->process) || partitioned(k->process))) {
    drop_socket(k); /* no answer: its own timer will tell */
    return;
  }
  if (k->handle != NULL) {
    k->connect_done = true;
    k->connect_status = to == NULL || to->waiting == JL_COUNT(to->backlog) ? UV_ECONNREFUSED : 0;
  }
  if (k->handle != NULL && k->connect_status == 0) {
    struct link *l = new_link();
    l->references = 2;
    attach(k, l, 0);
    to->backlog[to->waiting++] = l;
  } else if (k->handle != NULL) {
    net.counts.refused++;
  }
  drop_socket(k);
}

int uv_tcp_connect(uv_connect_t *request, uv_tcp_t *tcp, const struct sockaddr *address, uv_connect_cb cb) {
  effect();
  struct socket *k = socket_of(tcp);
  request->handle = (uv_stream_t *)tcp;
  request->cb = cb;
  request->type = UV_CONNECT;
  k->connect = request;
  k->port = net.next_port++;
  k->peer_port = port_of(address);
  k->references++;
  event_at(world->now_us + rng_between(&net.random, 50, 4000), syn, k);
  return 0;
}

int uv_accept(uv_stream_t *server, uv_stream_t *client) {
  struct socket *from = socket_of(server), *k = socket_of(client);
  if (from->waiting == 0) return UV_EAGAIN;
  struct link *l = from->backlog[0];
  memmove(from->backlog, from->backlog + 1, --from->waiting * sizeof *from->backlog);
  attach(k, l, 1);
  k->port = from->port;
  k->peer_port = l->ends[0] != NULL ? l->ends[0]->port : 0;
  return 0;
}

/* ---- reading ---- */
int uv_read_start(uv_stream_t *stream, uv_alloc_cb alloc, uv_read_cb read) {
  struct socket *k = socket_of(stream);
  if (k->link == NULL) return UV_ENOTCONN;
  k->alloc = alloc;
  k->read = read;
  k->reading = true;
  return 0;
}
int uv_read_stop(uv_stream_t *stream) { return socket_of(stream)->reading = false, 0; }

static struct pipe *incoming(const struct socket *k) { return &k->link->pipes[1 - k->side]; }
static bool can_read(const struct socket *k) {
  return k->reading && k->link != NULL && (incoming(k)->size > 0 || (incoming(k)->end_status != 0 && !k->told_end));
}

static void read_some(struct sim_handle *h, struct socket *k) {
  struct pipe *p = incoming(k);
  uv_buf_t buffer = {NULL, 0};
  /* The connections of a thread share what they read into. All processes here are one thread, so it is the world's: it would go
   * with the process that happened to read first. */
  struct process *reader = process_enter(NULL);
  k->alloc(h->uv, READ_AT_ONCE, &buffer);
  process_enter(reader);
  ssize_t n = p->end_status;
  if (p->size > 0) {
    size_t take = p->size < buffer.len ? p->size : buffer.len;
    if (rng_chance(&net.random, 1, 4)) take = 1 + rng_below(&net.random, take);
    memcpy(buffer.base, p->data, take);
    memmove(p->data, p->data + take, p->size -= take);
    n = (ssize_t)take;
  } else {
    k->told_end = true;
    k->reading = false;
  }
  k->read((uv_stream_t *)h->uv, n, &buffer);
}

/* ---- writing ---- */
static size_t room(const struct link *l, int side) {
  const struct pipe *p = &l->pipes[side];
  size_t taken = p->size + p->under_way;
  return taken >= l->window ? 0 : l->window - taken;
}

/* Bytes taken, or why none. */
static ssize_t put_bytes(struct socket *k, const struct iovec *parts, size_t n) {
  if (k->link == NULL) return UV_ENOTCONN;
  if (k->link->pipes[k->side].ended) return incoming(k)->end_status == UV_ETIMEDOUT ? UV_ETIMEDOUT : UV_EPIPE;
  size_t size = 0, free_bytes = room(k->link, k->side);
  for (size_t i = 0; i < n; i++) size += parts[i].iov_len;
  if (size == 0) return 0;
  if (free_bytes == 0) {
    net.counts.full++;
    return UV_EAGAIN;
  }
  if (size > free_bytes) size = free_bytes;
  if (rng_chance(&net.random, 1, 16)) size = 1 + rng_below(&net.random, size);
  effect();
  send_segment(k->link, k->side, parts, n, size, 0);
  return (ssize_t)size;
}

int uv_try_write(uv_stream_t *stream, const uv_buf_t buffers[], unsigned n) {
  struct socket *k = socket_of(stream);
  struct iovec parts[64];
  if (k->writes != NULL) return UV_EAGAIN;
  if (n > JL_COUNT(parts)) n = JL_COUNT(parts);
  for (unsigned i = 0; i < n; i++) parts[i] = (struct iovec){buffers[i].base, buffers[i].len};
  return (int)put_bytes(k, parts, n);
}

int uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t buffers[], unsigned n, uv_write_cb cb) {
  struct socket *k = socket_of(stream);
  struct write_request *w = malloc(sizeof *w + n * sizeof *buffers);
  if (w == NULL) return UV_ENOMEM;
  *w = (struct write_request){.request = request, .done = cb, .count = n};
  memcpy(w->buffers, buffers, n * sizeof *buffers);
  request->handle = stream;
  request->type = UV_WRITE;
  *k->writes_end = w;
  k->writes_end = &w->next;
  return 0;
}
size_t uv_stream_get_write_queue_size(const uv_stream_t *stream) {
  size_t size = 0;
  for (const struct write_request *w = socket_of(stream)->writes; w != NULL; w = w->next)
    for (size_t i = w->at; i < w->count; i++) size += w->buffers[i].len - (i == w->at ? w->offset : 0);
  return size;
}

static void end_write(struct socket *k, int status) {
  struct write_request *w = k->writes;
  k->writes = w->next;
  if (k->writes == NULL) k->writes_end = &k->writes;
  uv_write_t *request = w->request;
  uv_write_cb done = w->done;
  free(w);
  if (done != NULL) done(request, status);
}

static void write_some(struct sim_handle *h, struct socket *k) {
  while (!h->closing && k->writes != NULL) {
    struct write_request *w = k->writes;
    for (; w->at < w->count && w->offset == w->buffers[w->at].len; w->at++) w->offset = 0;
    if (w->at == w->count) {
      end_write(k, 0);
      continue;
    }
    struct iovec part = {w->buffers[w->at].base + w->offset, w->buffers[w->at].len - w->offset};
    ssize_t n = put_bytes(k, &part, 1);
    if (n == UV_EAGAIN) return;
    if (n < 0)
      end_write(k, (int)n);
    else
      w->offset += (size_t)n;
  }
}

int uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb cb) {
  struct socket *k = socket_of(stream);
  if (k->link == NULL) return UV_ENOTCONN;
  request->handle = stream;
  request->type = UV_SHUTDOWN;
  k->shutdown = request;
  k->shutdown_done = cb;
  return 0;
}

static void finish_shutdown(struct socket *k, int status) {
  uv_shutdown_t *request = k->shutdown;
  k->shutdown = NULL;
  if (status == 0 && !k->link->pipes[k->side].ended) {
    effect();
    k->link->pipes[k->side].ended = true;
    send_segment(k->link, k->side, NULL, 0, 0, UV_EOF);
  }
  if (k->shutdown_done != NULL) k->shutdown_done(request, status);
}

static void finish_connect(struct socket *k, int status) {
  uv_connect_t *request = k->connect;
  k->connect = NULL;
  if (request->cb != NULL) request->cb(request, status);
}

/* ---- the loop's view ---- */
static bool can_write(const struct socket *k) {
  return k->writes != NULL && k->link != NULL && (room(k->link, k->side) > 0 || k->link->pipes[k->side].ended);
}

bool net_ready(const struct sim_handle *h) {
  const struct socket *k = h->socket;
  if (k->listening) return k->waiting > 0;
  if (k->connect != NULL) return k->connect_done;
  return can_read(k) || can_write(k) || (k->shutdown != NULL && k->writes == NULL);
}

void net_poll(struct sim_handle *h) {
  struct socket *k = h->socket;
  for (size_t n = k->listening ? k->waiting : 0, before; n > 0 && !h->closing; n--) {
    before = k->waiting;
    k->on_connection((uv_stream_t *)h->uv, 0);
    if (k->waiting == before) return;
  }
  if (!h->closing && k->connect != NULL && k->connect_done) finish_connect(k, k->connect_status);
  if (!h->closing && can_read(k)) read_some(h, k);
  if (!h->closing && can_write(k)) write_some(h, k);
  if (!h->closing && k->shutdown != NULL && k->writes == NULL) finish_shutdown(k, 0);
}

void net_close(struct sim_handle *h) {
  effect();
  leave(h->socket);
}

/* In the closing turn, before the close callback. */
void net_closed(struct sim_handle *h) {
  struct socket *k = h->socket;
  if (k->connect != NULL) finish_connect(k, UV_ECANCELED);
  while (k->writes != NULL) end_write(k, UV_ECANCELED);
  if (k->shutdown != NULL) finish_shutdown(k, UV_ECANCELED);
  drop_socket(k);
}

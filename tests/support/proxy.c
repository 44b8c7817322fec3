#include "tests/support/proxy.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BUFFER 65536
#define PAIRS_MAX 512
#define LINKS_MAX 32
#define TICK_MS 5 /* while something is slowed */

/* fds[LINK_UP] is the client's end: what is read there goes up. */
struct pair {
  struct pair *next;
  int fds[LINK_WAYS];
  size_t used[LINK_WAYS];
  bool ended[LINK_WAYS]; /* no more to read in this direction */
  bool lossy;            /* bytes of it were swallowed */
  unsigned cuts;         /* of the link, when it was accepted */
  uint8_t buffers[LINK_WAYS][BUFFER];
};
struct link {
  struct proxy *owner;
  int listener;
  uint16_t port, target_port; /* 0: unix */
  char target[108];
  struct pair *pairs;
  _Atomic(enum link_mode) modes[LINK_WAYS];
  _Atomic uint32_t rates[LINK_WAYS];
  double allowances[LINK_WAYS];
  _Atomic unsigned cuts, heals;
  unsigned healed;
  _Atomic bool refuse;
  _Atomic uint64_t accepted, bytes[LINK_WAYS];
};
struct proxy {
  pthread_t thread;
  int wake;
  _Atomic bool stopping;
  struct link links[LINKS_MAX];
  size_t count;
  struct pollfd polls[LINKS_MAX + PAIRS_MAX * 2 + 1];
};

static void fail(const char *what) {
  fprintf(stderr, "broken: proxy: %s: %s\n", what, strerror(errno));
  exit(1);
}

struct proxy *proxy_new(void) {
  struct proxy *p = calloc(1, sizeof *p);
  if (!p) fail("memory");
  p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (p->wake < 0) fail("eventfd");
  return p;
}

static struct link *add(struct proxy *p, int listener) {
  if (p->count == LINKS_MAX || listener < 0) fail("a link");
  struct link *l = &p->links[p->count++];
  l->owner = p;
  l->listener = listener;
  return l;
}

static struct sockaddr_un unix_address(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) fail(path);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  return address;
}

static struct sockaddr_in tcp_address(uint16_t port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

struct link *proxy_link_unix(struct proxy *p, const char *listen_path, const char *target_path) {
  struct sockaddr_un address = unix_address(listen_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  unlink(listen_path);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 128) != 0) fail(listen_path);
  if (chmod(listen_path, 0777) != 0) fail(listen_path); /* the server may be another user */
  struct link *l = add(p, fd);
  snprintf(l->target, sizeof l->target, "%s", target_path);
  return l;
}

struct link *proxy_link_tcp(struct proxy *p, uint16_t target_port) {
  struct sockaddr_in address = tcp_address(0);
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 128) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
    fail("a TCP link");
  struct link *l = add(p, fd);
  l->port = ntohs(address.sin_port);
  l->target_port = target_port;
  return l;
}

uint16_t link_port(const struct link *l) { return l->port; }
uint64_t link_connections(const struct link *l) { return l->accepted; }
uint64_t link_bytes(const struct link *l, enum link_way way) { return l->bytes[way]; }

static void wake(const struct proxy *p) {
  uint64_t one = 1;
  if (write(p->wake, &one, sizeof one) < 0 && errno != EAGAIN) fail("wake");
}

void link_set(struct link *l, enum link_way way, enum link_mode mode, uint32_t bytes_per_second) {
  l->rates[way] = bytes_per_second;
  l->modes[way] = mode;
  wake(l->owner);
}

void link_heal(struct link *l) {
  for (int way = 0; way < LINK_WAYS; way++) {
    l->modes[way] = LINK_PASS;
    l->rates[way] = 0;
  }
  l->refuse = false;
  l->heals++;
  wake(l->owner);
}

void link_cut(struct link *l) {
  l->cuts++;
  wake(l->owner);
}

void link_refuse(struct link *l, bool refuse) {
  l->refuse = refuse;
  wake(l->owner);
}

/* ---- the thread ---- */
static int dial(const struct link *l) {
  struct sockaddr_un path;
  struct sockaddr_in port = tcp_address(l->target_port);
  int fd = socket(l->target_port ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket");
  if (!l->target_port) path = unix_address(l->target);
  const struct sockaddr *address = l->target_port ? (const struct sockaddr *)&port : (const struct sockaddr *)&path;
  if (connect(fd, address, l->target_port ? sizeof port : sizeof path) == 0 || errno == EINPROGRESS) return fd;
  close(fd);
  return -1;
}

static void accept_one(struct link *l) {
  int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  int target = l->refuse ? -1 : dial(l);
  struct pair *pair = target < 0 ? NULL : malloc(sizeof *pair);
  if (!pair) {
    close(fd);
    if (target >= 0) close(target);
    return;
  }
  memset(pair, 0, offsetof(struct pair, buffers));
  pair->fds[LINK_UP] = fd;
  pair->fds[LINK_DOWN] = target;
  pair->cuts = l->cuts;
  pair->next = l->pairs;
  l->pairs = pair;
  l->accepted++;
}

/* An abrupt end is a reset on both sides, over TCP. */
static void drop(const struct link *l, struct pair *pair, bool abruptly) {
  struct linger reset = {.l_onoff = 1};
  for (int way = 0; way < LINK_WAYS; way++) {
    if (abruptly && l->target_port && setsockopt(pair->fds[way], SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0) fail("SO_LINGER");
    close(pair->fds[way]);
  }
  free(pair);
}

static bool wants_read(const struct link *l, const struct pair *pair, int way) {
  enum link_mode mode = l->modes[way];
  if (pair->ended[way] || mode == LINK_HOLD) return false;
  return mode == LINK_SWALLOW || (pair->used[way] < BUFFER && (l->rates[way] == 0 || l->allowances[way] >= 1));
}

static bool wants_write(const struct link *l, const struct pair *pair, int way) { return pair->used[way] > 0 && l->modes[way] == LINK_PASS; }

/* False: the direction is over, with an error or its end. */
static bool read_some(struct link *l, struct pair *pair, int way) {
  bool swallow = l->modes[way] == LINK_SWALLOW;
  size_t room = swallow ? BUFFER : BUFFER - pair->used[way];
  if (!swallow && l->rates[way] > 0 && (double)room > l->allowances[way]) room = (size_t)l->allowances[way];
  if (room == 0) return true;
  ssize_t n = read(pair->fds[way], swallow ? pair->buffers[way] : pair->buffers[way] + pair->used[way], room);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  if (swallow) {
    pair->used[way] = 0;
    pair->lossy = true;
    return true;
  }
  pair->used[way] += (size_t)n;
  l->allowances[way] -= (double)n;
  return true;
}

static bool write_some(struct link *l, struct pair *pair, int way) {
  ssize_t n = send(pair->fds[1 - way], pair->buffers[way], pair->used[way], MSG_NOSIGNAL);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  pair->used[way] -= (size_t)n;
  memmove(pair->buffers[way], pair->buffers[way] + n, pair->used[way]);
  l->bytes[way] += (uint64_t)n;
  return true;
}

/* False: the pair is to end. */
static bool serve(struct link *l, struct pair *pair, const short ready[LINK_WAYS]) {
  for (int way = 0; way < LINK_WAYS; way++) {
    if ((ready[way] & (POLLIN | POLLHUP | POLLERR)) && wants_read(l, pair, way) && !read_some(l, pair, way)) pair->ended[way] = true;
    if (wants_write(l, pair, way) && !write_some(l, pair, way)) return false;
  }
  for (int way = 0; way < LINK_WAYS; way++) /* one side is gone and everything it said has arrived */
    if (pair->ended[way] && (pair->used[way] == 0 || l->modes[way] == LINK_SWALLOW)) return false;
  return true;
}

static short events_of(const struct link *l, const struct pair *pair, int way) {
  return (short)((wants_read(l, pair, way) ? POLLIN : 0) | (wants_write(l, pair, 1 - way) ? POLLOUT : 0));
}

static size_t collect(struct proxy *p, bool *ret_slow) {
  size_t n = 0;
  p->polls[n++] = (struct pollfd){.fd = p->wake, .events = POLLIN};
  for (size_t i = 0; i < p->count; i++) {
    struct link *l = &p->links[i];
    p->polls[n++] = (struct pollfd){.fd = l->listener, .events = POLLIN};
    *ret_slow = *ret_slow || l->rates[LINK_UP] || l->rates[LINK_DOWN];
    for (struct pair *pair = l->pairs; pair; pair = pair->next)
      for (int way = 0; way < LINK_WAYS; way++) {
        short events = events_of(l, pair, way);
        if (n == sizeof p->polls / sizeof *p->polls) fail("too many connections");
        p->polls[n++] = (struct pollfd){.fd = events ? pair->fds[way] : -1, .events = events}; /* a held one must not report its hang-up */
      }
  }
  return n;
}

static void dispatch(struct proxy *p) {
  size_t n = 1;
  for (size_t i = 0; i < p->count; i++) {
    struct link *l = &p->links[i];
    bool arrived = p->polls[n++].revents & POLLIN, healed = l->healed != l->heals;
    l->healed = l->heals;
    for (struct pair **at = &l->pairs; *at;) {
      struct pair *pair = *at;
      short ready[LINK_WAYS] = {p->polls[n].revents, p->polls[n + 1].revents};
      n += LINK_WAYS;
      bool cut = pair->cuts != l->cuts || (healed && pair->lossy);
      if (!cut && serve(l, pair, ready)) {
        at = &pair->next;
        continue;
      }
      *at = pair->next;
      drop(l, pair, cut);
    }
    if (arrived) accept_one(l);
  }
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void allow(struct proxy *p, double elapsed) {
  for (size_t i = 0; i < p->count; i++)
    for (int way = 0; way < LINK_WAYS; way++) {
      struct link *l = &p->links[i];
      double most = (double)l->rates[way] / 10 + 1;
      l->allowances[way] += (double)l->rates[way] * elapsed;
      if (l->allowances[way] > most) l->allowances[way] = most;
    }
}

static void *work(void *context) {
  struct proxy *p = context;
  double before = seconds();
  while (!p->stopping) {
    bool slow = false;
    size_t n = collect(p, &slow);
    if (poll(p->polls, (nfds_t)n, slow ? TICK_MS : -1) < 0 && errno != EINTR) fail("poll");
    uint64_t ignored;
    if (p->polls[0].revents && read(p->wake, &ignored, sizeof ignored) < 0 && errno != EAGAIN) fail("wake");
    double now = seconds();
    allow(p, now - before);
    before = now;
    dispatch(p);
  }
  return NULL;
}

void proxy_start(struct proxy *p) {
  if (pthread_create(&p->thread, NULL, work, p) != 0) fail("thread");
}

void proxy_stop(struct proxy *p) {
  p->stopping = true;
  wake(p);
  pthread_join(p->thread, NULL);
  for (size_t i = 0; i < p->count; i++) {
    while (p->links[i].pairs) {
      struct pair *pair = p->links[i].pairs;
      p->links[i].pairs = pair->next;
      drop(&p->links[i], pair, true);
    }
    close(p->links[i].listener);
  }
  close(p->wake);
  free(p);
}

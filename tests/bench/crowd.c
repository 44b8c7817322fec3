/* Many connections that do little, for the figures of memory. Raw sockets, no loop.
 *
 *   crowd idle ADDRESS COUNT             logs COUNT connections in and keeps them
 *   crowd slow ADDRESS SPACE COUNT RATE  COUNT subscribers of a space (hex id), each reading RATE bytes a second
 *
 * ADDRESS is a unix socket's path. Prints "ready=COUNT" when all stand, goes on until its input ends, then prints read=BYTES. */
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "tests/support/peer.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static uint8_t hello[4096], token[64]; /* hello: all that a connection says, the same for each */
static size_t hello_size, token_size;
static uint32_t last_stream;

static void fail(const char *what) {
  fprintf(stderr, "crowd: %s: %s\n", what, strerrordesc_np(errno));
  exit(1);
}

static void say(uint8_t type, const ProtobufCMessage *message) {
  size_t size = protobuf_c_message_get_packed_size(message);
  JL_ASSERT(hello_size + JL_FRAME_HEADER + size <= sizeof hello);
  struct jl_frame frame = {.length = (uint32_t)size, .type = type, .stream = ++last_stream};
  jl_frame_encode(&frame, hello + hello_size);
  protobuf_c_message_pack(message, hello + hello_size + JL_FRAME_HEADER);
  hello_size += JL_FRAME_HEADER + size;
}

static void say_hello(void) {
  hello_size = sizeof JL_PREFACE - 1;
  memcpy(hello, JL_PREFACE, hello_size);
  last_stream = 0;
  Jalon__Hello message = JALON__HELLO__INIT;
  message.has_protocol_minimum = message.has_protocol_maximum = message.has_model_version = true;
  message.protocol_minimum = message.protocol_maximum = 1;
  message.model_version = jl_model_version;
  say(JALON__FRAME_TYPE__HELLO, &message.base);
  Jalon__Login login = JALON__LOGIN__INIT;
  char account[] = "admin", password[] = ADMIN_PASSWORD;
  login.has_token = token_size > 0;
  login.token = jl_to_pb((struct jl_bytes){token, token_size});
  if (token_size == 0) {
    login.account = account;
    login.password = password;
  }
  say(JALON__FRAME_TYPE__LOGIN, &login.base);
}

static int dial(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  if (write(fd, hello, hello_size) != (ssize_t)hello_size) fail("write");
  return fd;
}

static void read_whole(int fd, uint8_t *out, size_t size) {
  for (size_t got = 0; got < size;) {
    ssize_t n = read(fd, out + got, size - got);
    if (n <= 0) fail("the server hung up");
    got += (size_t)n;
  }
}

/* Reads to the message of this type; its payload, at most max bytes of it. */
static size_t await(int fd, uint8_t type, uint8_t *out, size_t max) {
  static uint8_t header[JL_FRAME_HEADER], payload[JL_FRAME_PAYLOAD_MAX];
  struct jl_frame frame;
  struct jl_error err;
  do {
    read_whole(fd, header, sizeof header);
    if (!jl_frame_decode(header, &frame, &err)) fail("not a frame");
    read_whole(fd, payload, frame.length);
    if (frame.type == JALON__FRAME_TYPE__ERROR) fail("the server refused");
  } while (frame.type != type);
  size_t size = frame.length < max ? frame.length : max;
  if (size > 0) memcpy(out, payload, size);
  return size;
}

/* One login by password; its token serves for all. */
static void get_token(void) {
  uint8_t reply[1024];
  say_hello();
  int fd = dial();
  size_t size = await(fd, JALON__FRAME_TYPE__LOGIN_REPLY, reply, sizeof reply);
  close(fd);
  Jalon__LoginReply *login = jalon__login_reply__unpack(NULL, size, reply);
  if (!login || login->token.len > sizeof token) fail("login");
  token_size = login->token.len;
  memcpy(token, login->token.data, token_size);
  jalon__login_reply__free_unpacked(login, NULL);
  say_hello();
}

static void raise_descriptors(size_t count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
  if (limit.rlim_cur >= count + 64) return;
  limit.rlim_cur = count + 64;
  if (limit.rlim_max < limit.rlim_cur) limit.rlim_max = limit.rlim_cur;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("open files");
}

static bool input_ended(int timeout_ms) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, timeout_ms) > 0;
}

static void ready(size_t count) {
  printf("ready=%zu\n", count);
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  bool slow = strcmp(argv[1], "slow") == 0;
  if (slow && argc < 6) return 2;
  size_t count = strtoul(argv[slow ? 4 : 3], NULL, 10), rate = slow ? strtoul(argv[5], NULL, 10) : 0;
  snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[2]);
  raise_descriptors(count);
  get_token();
  if (slow) {
    struct jl_id space;
    if (!jl_id_parse(argv[3], &space)) return 2;
    Jalon__Subscribe subscribe = JALON__SUBSCRIBE__INIT;
    subscribe.has_space = true;
    subscribe.space = jl_to_pb((struct jl_bytes){space.bytes, sizeof space.bytes});
    say(JALON__FRAME_TYPE__SUBSCRIBE, &subscribe.base);
  }
  int *fds = calloc(count, sizeof *fds);
  JL_ASSERT(fds);
  for (size_t i = 0; i < count; i++) {
    fds[i] = dial();
    await(fds[i], slow ? JALON__FRAME_TYPE__SUBSCRIBE_REPLY : JALON__FRAME_TYPE__LOGIN_REPLY, NULL, 0);
  }
  ready(count);
  unsigned long long total = 0;
  uint8_t *bytes = malloc(rate + 1);
  JL_ASSERT(bytes);
  while (!input_ended(1000))
    for (size_t i = 0; slow && i < count; i++) {
      ssize_t n = recv(fds[i], bytes, rate, MSG_DONTWAIT);
      if (n > 0) total += (unsigned long long)n;
      if (n == 0) fail("the server hung up");
    }
  printf("read=%llu\n", total);
  free(bytes);
  free(fds);
  return 0;
}

#include "common/wire/connection.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define UNIX_PATH_MAX (sizeof((struct sockaddr_un *)0)->sun_path - 1)

static bool parse_unix(const char *path, struct jl_address *ret_address, struct jl_error *err) {
  size_t size = strlen(path);
  if (path[0] != '/')
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no absolute path of a socket"), JL_MSG("write unix:/path/to/socket"),
                   jl_arg_text(path));
  if (size > UNIX_PATH_MAX)
    return jl_fail(err, JL_E_INVALID, JL_MSG("the path of the socket is {1} long; the system allows {2}: {3}"),
                   JL_MSG("choose a shorter folder"), jl_arg_bytes((int64_t)size), jl_arg_bytes((int64_t)UNIX_PATH_MAX), jl_arg_text(path));
  *ret_address = (struct jl_address){.kind = JL_ADDRESS_UNIX};
  memcpy(ret_address->host, path, size + 1);
  return true;
}

static bool parse_port(const char *text, uint16_t *ret_port) {
  uint32_t n = 0;
  size_t digits = 0;
  for (; text[digits] >= '0' && text[digits] <= '9' && digits < 6; digits++) n = n * 10 + (uint32_t)(text[digits] - '0');
  if (digits == 0 || text[digits] != '\0' || n > 65535) return false;
  *ret_port = (uint16_t)n;
  return true;
}

static bool host_valid(const char *host, size_t size, bool bracketed) {
  if (size == 0) return false;
  for (size_t i = 0; i < size; i++) {
    char c = host[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    if (!plain && !(bracketed && (c == ':' || c == '%'))) return false;
  }
  return true;
}

bool jl_address_parse(const char *text, struct jl_address *ret_address, struct jl_error *err) {
  if (strncmp(text, "unix:", 5) == 0) return parse_unix(text + 5, ret_address, err);
  const char *whole = text;
  bool tls = strncmp(text, "tls:", 4) == 0;
  if (tls) text += 4;
  bool bracketed = text[0] == '[';
  const char *host = bracketed ? text + 1 : text;
  const char *end = strchr(text, bracketed ? ']' : ':');
  const char *port = end == NULL ? NULL : bracketed ? end + 1 : end;
  struct jl_address address = {.kind = JL_ADDRESS_TCP};
  size_t size = end == NULL ? 0 : (size_t)(end - host);
  if (end == NULL || *port != ':' || size >= sizeof address.host || !host_valid(host, size, bracketed) ||
      !parse_port(port + 1, &address.port))
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no address"), JL_MSG("write host:port, [::1]:port, tls:host:port or unix:/path"),
                   jl_arg_text(whole));
  memcpy(address.host, host, size);
  address.tls = tls || !jl_address_is_local(&address);
  *ret_address = address;
  return true;
}

/* A name other than localhost could resolve to anything, so only what is local by itself counts. */
bool jl_address_is_local(const struct jl_address *address) {
  struct in_addr four;
  struct in6_addr six;
  if (address->kind == JL_ADDRESS_UNIX || strcmp(address->host, "localhost") == 0) return true;
  if (inet_pton(AF_INET, address->host, &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  return inet_pton(AF_INET6, address->host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool jl_address_source(const char *peer, char ret_source[JL_SOURCE_SIZE]) {
  bool bracketed = peer[0] == '[';
  const char *host = bracketed ? peer + 1 : peer, *end = bracketed ? strchr(host, ']') : strrchr(host, ':');
  struct in6_addr six;
  snprintf(ret_source, JL_SOURCE_SIZE, "%.*s", end == NULL ? JL_SOURCE_SIZE - 1 : (int)(end - host), host);
  if (inet_pton(AF_INET6, ret_source, &six) == 1) {
    if (IN6_IS_ADDR_LOOPBACK(&six)) return false;
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
      (void)inet_ntop(AF_INET, &six.s6_addr[12], ret_source, JL_SOURCE_SIZE);
    } else if (!IN6_IS_ADDR_LINKLOCAL(&six)) { /* those are machines of one cable, all in one network */
      memset(&six.s6_addr[8], 0, 8);
      (void)inet_ntop(AF_INET6, &six, ret_source, JL_SOURCE_SIZE - 3);
      snprintf(ret_source + strlen(ret_source), 4, "/64");
    }
  }
  return strncmp(ret_source, "127.", 4) != 0 && strcmp(ret_source, "unix") != 0;
}

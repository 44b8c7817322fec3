/* The configuration file: read or refused with file and line; what was read is shown, and shows the same when read again. */
#include "common/wire/connection.h"
#include "server/ops/settings.h"
#include "tests/fuzz/fuzz.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool read_back(struct jl_settings *s, const void *data, size_t size, struct jl_error *err) {
  char path[64];
  int fd = memfd_create("settings", MFD_CLOEXEC);
  JL_ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  jl_settings_defaults(s);
  bool ok = jl_settings_read(s, path, err);
  close(fd);
  return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct jl_settings first, second;
  struct jl_buffer one, two;
  struct jl_error err = {0};
  if (!read_back(&first, data, size, &err)) {
    JL_ASSERT(err.code == JL_E_USAGE && err.message[0] != '\0');
    return 0;
  }
  if (strstr(first.database, "password") != NULL) return 0; /* is shown masked */
  jl_buffer_init(&one, 1 << 20);
  jl_buffer_init(&two, 1 << 20);
  jl_settings_show(&first, &one);
  JL_ASSERT(jl_buffer_ok(&one) && read_back(&second, one.data, one.size, &err));
  jl_settings_show(&second, &two);
  JL_ASSERT(one.size == two.size && memcmp(one.data, two.data, one.size) == 0);
  jl_buffer_release(&one);
  jl_buffer_release(&two);
  struct jl_address address;
  size_t cursor = 0;
  (void)!jl_settings_finish(&first, &err);
  while (jl_settings_next_address(&first, &cursor, &address, NULL)) JL_ASSERT(memchr(address.host, 0, sizeof address.host) != NULL);
  return 0;
}

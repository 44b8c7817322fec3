/* What tls_calls.h lists, found in OpenSSL's libraries. Only in programs that are not linked with them. */
#include "common/wire/tls_internal.h"
#include <dlfcn.h>
#include <string.h>

struct jl_openssl_calls jl_openssl;

static const struct {
  const char *name;
  void *call;
} calls[] = {
#define JL_CALL(name) {#name, &(name)},
    JL_OPENSSL_CALLS(JL_CALL)
#undef JL_CALL
};

/* libssl brings libcrypto, which is looked through as well. They stay until the program ends. */
bool jl_tls_load(struct jl_error *err) {
  static bool loaded;
  if (loaded) return true;
  void *library = dlopen("libssl.so." OPENSSL_MSTR(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL);
  loaded = library != NULL;
  for (size_t i = 0; i < JL_COUNT(calls) && loaded; i++) {
    void *symbol = dlsym(library, calls[i].name);
    memcpy(calls[i].call, &symbol, sizeof symbol); /* a function behind a pointer to data, as POSIX has it */
    loaded = symbol != NULL;
  }
  if (!loaded) return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("encrypted connections cannot be made here: OpenSSL is missing"), JL_MSG("install libssl3"));
  jl_tls_memory_begin();
  return true;
}

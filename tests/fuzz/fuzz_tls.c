/* The feed of TLS records into the server's filter: in one piece and in many, before and after the handshake. Nothing plain
 * comes out of what was not sealed, what is answered is bounded, and an end is an error with words. */
#include "common/wire/tls.h"
#include "server/auth/authority.h"
#include "tests/fuzz/fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct jl_tls *server, *client;

static void remove_files(const char *folder) {
  static const char *const names[] = {"authority.pem", "authority.key", "server.pem"};
  char path[128];
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  rmdir(folder);
}

static void make_server(void) {
  char folder[] = "/tmp/jalon-fuzz-XXXXXX", path[64];
  struct jl_authority_names names = {.count = 0};
  struct jl_error err = {0};
  struct jl_tls_client_options nobody = {.ticket_file = NULL};
  bool made_authority, made_certificate;
  jl_authority_add_name(&names, "localhost");
  JL_ASSERT(mkdtemp(folder) != NULL && jl_authority_ensure(folder, &names, &made_authority, &made_certificate, &err));
  snprintf(path, sizeof path, "%s/server.pem", folder);
  server = jl_tls_server_new(&err);
  client = jl_tls_client_new(&nobody, &err);
  JL_ASSERT(server != NULL && client != NULL && jl_tls_server_use(server, path, path, path, &err));
  remove_files(folder);
}

static bool give(const struct jl_filter *f, void *to, struct jl_bytes wire, struct jl_buffer *plain, struct jl_buffer *answer, struct jl_error *err) {
  jl_buffer_clear(answer);
  bool ok = f->open(to, wire, plain, answer, err);
  JL_ASSERT(jl_buffer_ok(answer) && answer->size < 131072);
  return ok;
}

static void shake(const struct jl_filter *f, void *us) {
  struct jl_error err = {0};
  struct jl_buffer plain, up, down;
  jl_buffer_init(&plain, 65536);
  jl_buffer_init(&up, 262144);
  jl_buffer_init(&down, 262144);
  void *them = f->new (jl_tls_transport(client)->filter_context, true, "localhost", &err);
  JL_ASSERT(them != NULL && give(f, them, (struct jl_bytes){NULL, 0}, &plain, &up, &err));
  for (int i = 0; i < 4 && !f->ready(us); i++)
    JL_ASSERT(give(f, us, jl_buffer_bytes(&up), &plain, &down, &err) && give(f, them, jl_buffer_bytes(&down), &plain, &up, &err));
  JL_ASSERT(f->ready(us));
  f->free(them);
  jl_buffer_release(&plain);
  jl_buffer_release(&up);
  jl_buffer_release(&down);
}

static void feed(const uint8_t *data, size_t size, size_t step, bool shaken) {
  const struct jl_transport *t = jl_tls_transport(server);
  struct jl_error err = {0};
  struct jl_buffer plain, answer;
  void *us = t->filter->new (t->filter_context, false, NULL, &err);
  bool ok = us != NULL;
  JL_ASSERT(ok);
  jl_buffer_init(&plain, 65536);
  jl_buffer_init(&answer, 262144);
  if (shaken) shake(t->filter, us);
  for (size_t at = 0; ok && at < size; at += step)
    ok = give(t->filter, us, (struct jl_bytes){data + at, size - at < step ? size - at : step}, &plain, &answer, &err);
  JL_ASSERT(plain.size == 0); /* nobody here knows the keys */
  JL_ASSERT(ok || (err.code != JL_E_OK && err.message[0] != '\0'));
  jl_buffer_clear(&answer);
  t->filter->finish(us, &answer);
  t->filter->free(us);
  jl_buffer_release(&plain);
  jl_buffer_release(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (server == NULL) make_server();
  feed(data, size, size + 1, false);
  if (size % 4 == 1) feed(data, size, 7, false);
  if (size < 64 || size % 16 == 1) feed(data, size, size + 1, true);
  return 0;
}

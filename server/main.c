/* jalond: the server of Jalon. */
#include "common/base/buffer.h"
#include "common/wire/tls.h"
#include "server/ops/certificates.h"
#include "server/ops/serve.h"
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

static int show(const struct jl_settings *settings) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_settings_show(settings, &out);
  const char *text = jl_buffer_cstring(&out);
  if (text != NULL) fputs(text, stdout);
  jl_buffer_release(&out);
  return 0;
}

int main(int argc, char **argv) {
  static struct jl_arguments arguments; /* large */
  struct jl_error err = {0};
  signal(SIGPIPE, SIG_IGN);
  /* What a batch frees, the next one needs: without this the heap's end goes to the kernel and back many times a second. */
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  jl_tls_keep_buffers();
  if (sodium_init() < 0) return 1;
  if (!jl_arguments_parse(argc, argv, &arguments, &err)) return jl_report(&err);
  if (arguments.scrub && arguments.command == JL_COMMAND_SERVE) return jl_scrub(&arguments.settings);
  switch (arguments.command) {
  case JL_COMMAND_SERVE:
    return jl_serve(argc, argv, &arguments);
  case JL_COMMAND_SETUP:
    return jl_setup(&arguments);
  case JL_COMMAND_FINGERPRINT:
    return jl_print_fingerprint(&arguments.settings);
  case JL_COMMAND_CERTIFICATE:
    return jl_print_client_certificate(&arguments);
  case JL_COMMAND_VERIFY:
    return jl_verify_command(&arguments);
  case JL_COMMAND_HELP:
    jl_arguments_help();
    return 0;
  case JL_COMMAND_VERSION:
    jl_arguments_version();
    return 0;
  case JL_COMMAND_SHOW:
    return show(&arguments.settings);
  case JL_COMMAND_CHECK:
    puts("the settings are correct");
    return 0;
  }
  return 1;
}

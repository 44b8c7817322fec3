/* jalond fingerprint, jalond certificate. */
#include "common/wire/tls.h"
#include "server/auth/authority.h"
#include "server/auth/token.h"
#include "server/ops/certificates.h"
#include "server/ops/serve.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS "90"
#define DAYS_MAX 825

int jl_print_fingerprint(const struct jl_settings *settings) {
  char folder[JL_SETTING_MAX + 8], path[JL_SETTING_MAX + 32], text[65536], fingerprint[JL_FINGERPRINT_SIZE];
  struct jl_error err = {0};
  jl_certificates_folder(settings, folder);
  snprintf(path, sizeof path, "%s/authority.pem", folder);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    jl_fail(&err, JL_E_NOT_FOUND, JL_MSG("the server has no authority of its own yet: {1}: {2}"),
            JL_MSG("it makes one when it first listens on an address with TLS"), jl_arg_text(path), jl_arg_text(strerror(errno)));
    return jl_report(&err);
  }
  size_t size = fread(text, 1, sizeof text, file);
  fclose(file);
  if (!jl_tls_fingerprint((struct jl_bytes){(const uint8_t *)text, size}, fingerprint, &err)) return jl_report(&err);
  puts(fingerprint);
  return 0;
}

int jl_print_client_certificate(const struct jl_arguments *arguments) {
  char folder[JL_SETTING_MAX + 8], login[JL_LOGIN_MAX + 1], *end = NULL;
  struct jl_error err = {0};
  struct jl_buffer pem;
  long days = strtol(arguments->days[0] != '\0' ? arguments->days : DAYS, &end, 10);
  if (*end != '\0' || days < 1 || days > DAYS_MAX) {
    jl_fail(&err, JL_E_USAGE, JL_MSG("setting {1} takes a whole number of {2} from {3} to {4}, not {5}"), NULL, jl_arg_text("days"),
            jl_arg_text("days"), jl_arg_integer(1), jl_arg_integer(DAYS_MAX), jl_arg_text(arguments->days));
    return jl_report(&err);
  }
  if (!jl_login_normalise(arguments->account, login)) {
    jl_fail(&err, JL_E_USAGE, JL_MSG("{1} is no login name: letters a to z, digits, dots, hyphens, underscores or @, at most {2}"), NULL,
            jl_arg_text(arguments->account), jl_arg_integer(JL_LOGIN_MAX));
    return jl_report(&err);
  }
  jl_certificates_folder(&arguments->settings, folder);
  jl_buffer_init(&pem, 65536);
  bool ok = jl_authority_sign_client(folder, login, (int)days, &pem, &err);
  if (ok) ok = fwrite(pem.data, 1, pem.size, stdout) == pem.size && fflush(stdout) == 0;
  jl_buffer_release(&pem);
  return ok ? 0 : err.code != JL_E_OK ? jl_report(&err) : 1;
}

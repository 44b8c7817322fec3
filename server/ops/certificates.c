#include "server/ops/certificates.h"
#include "common/base/calendar.h"
#include "server/auth/authority.h"
#include "server/ops/log.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY_S 86400
#define AUTHORITY_FILE_MAX 65536

void jl_certificates_folder(const struct jl_settings *s, char ret_folder[JL_SETTING_MAX + 8]) {
  snprintf(ret_folder, JL_SETTING_MAX + 8, "%s/tls", s->data_directory);
}

/* ---- names: this machine's, the addresses listened on, and what the setting says ---- */
static void add_interfaces(struct jl_authority_names *names) {
  uv_interface_address_t *found = NULL;
  int n = 0;
  char text[64];
  if (uv_interface_addresses(&found, &n) != 0) return;
  for (int i = 0; i < n; i++) {
    bool six = found[i].address.address4.sin_family == AF_INET6;
    if (six && IN6_IS_ADDR_LINKLOCAL(&found[i].address.address6.sin6_addr)) continue;
    int status = six ? uv_ip6_name(&found[i].address.address6, text, sizeof text) : uv_ip4_name(&found[i].address.address4, text, sizeof text);
    if (status == 0) jl_authority_add_name(names, text);
  }
  uv_free_interface_addresses(found, n);
}

static void collect_names(const struct jl_settings *s, struct jl_authority_names *ret_names) {
  struct jl_address address;
  size_t cursor = 0;
  ret_names->count = 0;
  for (const char *at = s->tls_names; *at != '\0';) {
    at += strspn(at, ", \t");
    size_t size = strcspn(at, ", \t");
    char one[256];
    if (size > 0 && size < sizeof one) {
      snprintf(one, sizeof one, "%.*s", (int)size, at);
      jl_authority_add_name(ret_names, one);
    }
    at += size;
  }
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) == 0) jl_authority_add_name(ret_names, host);
  jl_authority_add_name(ret_names, "localhost");
  while (jl_settings_next_address(s, &cursor, &address, NULL)) {
    if (!address.tls) continue;
    if (strcmp(address.host, "0.0.0.0") == 0 || strcmp(address.host, "::") == 0)
      add_interfaces(ret_names);
    else
      jl_authority_add_name(ret_names, address.host);
  }
}

/* ---- loading ---- */
static bool note_fingerprint(struct jl_certificates *c, const char *path, struct jl_error *err) {
  char text[AUTHORITY_FILE_MAX];
  FILE *file = fopen(path, "re");
  size_t size = file != NULL ? fread(text, 1, sizeof text, file) : 0;
  if (file != NULL) fclose(file);
  return jl_tls_fingerprint((struct jl_bytes){(const uint8_t *)text, size}, c->fingerprint, err);
}

static bool use_own(struct jl_certificates *c, const struct jl_settings *s, bool only_new, struct jl_error *err) {
  struct jl_authority_names names;
  char folder[JL_SETTING_MAX + 8], certificate[JL_SETTING_MAX + 32], authority[JL_SETTING_MAX + 32];
  bool made_authority = false, made_certificate = false;
  collect_names(s, &names);
  jl_certificates_folder(s, folder);
  snprintf(certificate, sizeof certificate, "%s/server.pem", folder);
  snprintf(authority, sizeof authority, "%s/authority.pem", folder);
  if (!jl_authority_ensure(folder, &names, &made_authority, &made_certificate, err) || !note_fingerprint(c, authority, err)) return false;
  if (made_authority || made_certificate)
    jl_log(JL_LOG_INFO, made_authority ? "tls.authority.made" : "tls.certificate.made", JL_F_TEXT("authority", c->fingerprint));
  if (only_new && !made_certificate) return true; /* what is in use stays, its tickets too */
  const char *clients = s->tls_client_authority[0] != '\0' ? s->tls_client_authority : authority;
  return jl_tls_server_use(c->tls, certificate, certificate, clients, err);
}

static bool use(struct jl_certificates *c, const struct jl_settings *s, struct jl_error *err) {
  bool given = s->tls_certificate[0] != '\0';
  if (given != (s->tls_key[0] != '\0'))
    return jl_fail(err, JL_E_USAGE, JL_MSG("the settings tls-certificate and tls-key belong together"), NULL);
  if (!given) return use_own(c, s, false, err);
  c->fingerprint[0] = '\0';
  return jl_tls_server_use(c->tls, s->tls_certificate, s->tls_key, s->tls_client_authority, err);
}

static bool is_wanted(const struct jl_settings *s) {
  struct jl_address address;
  size_t cursor = 0;
  while (jl_settings_next_address(s, &cursor, &address, NULL))
    if (address.tls) return true;
  return false;
}

bool jl_certificates_open(struct jl_certificates *c, const struct jl_settings *s, struct jl_error *err) {
  *c = (struct jl_certificates){.tls = NULL};
  if (!is_wanted(s)) return true;
  c->tls = jl_tls_server_new(err);
  if (c->tls == NULL) return false;
  if (!use(c, s, err)) {
    jl_certificates_close(c);
    return false;
  }
  jl_log(JL_LOG_INFO, "tls.ready", JL_F_TEXT("authority", c->fingerprint), JL_F_NUMBER("days_left", jl_certificates_days_left(c)));
  jl_certificates_look(c, s);
  return true;
}

bool jl_certificates_reload(struct jl_certificates *c, const struct jl_settings *s, struct jl_error *err) {
  if (c->tls == NULL) return true;
  if (!use(c, s, err)) return false;
  c->warned_day = 0;
  jl_log(JL_LOG_INFO, "tls.reloaded", JL_F_NUMBER("days_left", jl_certificates_days_left(c)));
  jl_certificates_look(c, s);
  return true;
}

int64_t jl_certificates_days_left(const struct jl_certificates *c) {
  if (c->tls == NULL || jl_tls_server_expires(c->tls) == 0) return INT64_MAX;
  return (jl_tls_server_expires(c->tls) - jl_now_utc_us() / 1000000) / DAY_S;
}

void jl_certificates_look(struct jl_certificates *c, const struct jl_settings *s) {
  struct jl_error err = {0};
  if (c->tls == NULL) return;
  /* Also after the first start: an interface may have another address by now. */
  if (s->tls_certificate[0] == '\0' && !use_own(c, s, true, &err)) jl_log(JL_LOG_ERROR, "tls.renewal.failed", JL_F_ERROR(&err));
  int64_t today = jl_now_utc_us() / 1000000 / DAY_S;
  if (jl_certificates_days_left(c) > JL_CERTIFICATE_WARN_DAYS || c->warned_day == today) return;
  c->warned_day = today;
  jl_log(JL_LOG_WARN, "tls.certificate.ends", JL_F_NUMBER("days_left", jl_certificates_days_left(c)));
}

void jl_certificates_close(struct jl_certificates *c) {
  jl_tls_free(c->tls);
  c->tls = NULL;
}

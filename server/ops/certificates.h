/* The server's certificate: from the files that the settings name, or by its own authority (auth/authority.h). Loaded at the
 * start and again by SIGHUP; looked at every hour: renewed when it is ours to renew, its end warned of when it is not. */
#ifndef JL_OPS_CERTIFICATES_H
#define JL_OPS_CERTIFICATES_H
#include "common/wire/tls.h"
#include "server/ops/settings.h"

#define JL_CERTIFICATE_WARN_DAYS 14

struct jl_certificates {
  struct jl_tls *tls; /* NULL: no address listened on is encrypted */
  char fingerprint[JL_FINGERPRINT_SIZE]; /* of our own authority; "": files of yours */
  int64_t warned_day;
};
JL_MUST_CHECK bool jl_certificates_open(struct jl_certificates *c, const struct jl_settings *s, struct jl_error *err);
JL_MUST_CHECK bool jl_certificates_reload(struct jl_certificates *c, const struct jl_settings *s, struct jl_error *err); /* failed: all stays */
void jl_certificates_look(struct jl_certificates *c, const struct jl_settings *s); /* renews, warns */
int64_t jl_certificates_days_left(const struct jl_certificates *c);                 /* INT64_MAX: nothing ends */
void jl_certificates_close(struct jl_certificates *c);
/* Where our own authority keeps its files. */
void jl_certificates_folder(const struct jl_settings *s, char ret_folder[JL_SETTING_MAX + 8]);
#endif

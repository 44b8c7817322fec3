/* The server's own certificate authority, for installations that have none: made at the first start in a folder of the data
 * directory (ECDSA P-256, 10 years), it signs the server's certificate (90 days, renewed a month before its end) and those of
 * clients. Clients pin authority.pem. Files: authority.pem for everybody; authority.key and server.pem (certificate, authority,
 * key) for the server alone. Called at start, by signals and from a timer: never while anybody waits. */
#ifndef JL_AUTH_AUTHORITY_H
#define JL_AUTH_AUTHORITY_H
#include "common/base/buffer.h"
#include "common/base/error.h"

#define JL_AUTHORITY_NAMES 64
struct jl_authority_names { /* host names and addresses that the server's certificate is for */
  char text[JL_AUTHORITY_NAMES][256];
  size_t count;
};
void jl_authority_add_name(struct jl_authority_names *names, const char *text); /* twice is once; too many: the last are left out */
/* Makes what is missing. A server certificate that ends within a month, or lacks one of the names, is made anew. */
JL_MUST_CHECK bool jl_authority_ensure(const char *folder, const struct jl_authority_names *names, bool *ret_made_authority,
                                       bool *ret_made_certificate, struct jl_error *err);
/* A certificate for a client and its key, as PEM, whose common name is the account's. */
JL_MUST_CHECK bool jl_authority_sign_client(const char *folder, const char *login, int days, struct jl_buffer *ret_pem, struct jl_error *err);
#endif

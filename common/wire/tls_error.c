/* OpenSSL's reasons in our words: what is wrong, and what its reader can do. */
#include "common/wire/tls_internal.h"
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>

bool jl_tls_no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for TLS"), NULL); }

static bool verify_failed(const struct jl_tls_link *link, long result, struct jl_error *err) {
  struct jl_arg host = jl_arg_text(link->host);
  switch (result) {
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return jl_fail(err, JL_E_DENIED, JL_MSG("the server's certificate is not for the name {1}"),
                   JL_MSG("use a name that is in it; an administrator adds names with the setting tls-names"), host);
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return jl_fail(err, JL_E_DENIED, JL_MSG("the certificate of {1} has expired"),
                   JL_MSG("check this machine's clock; otherwise an administrator of the server must renew it"), host);
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return jl_fail(err, JL_E_DENIED, JL_MSG("the certificate of {1} is not valid yet"), JL_MSG("check this machine's clock"), host);
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    return jl_fail(err, JL_E_DENIED,
                   JL_MSG("{1} shows a certificate of another authority than the one this profile trusts: somebody may be in between"),
                   JL_MSG("ask your administrator whether the server's authority changed; if so: jalon login --fingerprint SHA256:..."), host);
  case JL_TLS_NO_AUTHORITY:
    return jl_fail(err, JL_E_INVALID, JL_MSG("the file of the trusted authority holds no certificate (PEM)"),
                   JL_MSG("jalon login --authority FILE, or --fingerprint SHA256:..."));
  default:
    return jl_fail(err, JL_E_DENIED, JL_MSG("the certificate of {1} cannot be trusted: {2}"), JL_MSG("tell the server's administrator"),
                   host, jl_arg_text(X509_verify_cert_error_string(result)));
  }
}

static const struct {
  int reason;
  const char *message, *hint;
} known[] = {
    {SSL_R_WRONG_VERSION_NUMBER, JL_MSG("the other side does not speak TLS 1.3"), JL_MSG("check the address and its port")},
    {SSL_R_HTTP_REQUEST, JL_MSG("the other side speaks HTTP, not jalon/1"), NULL},
    {SSL_R_NO_APPLICATION_PROTOCOL, JL_MSG("the other side speaks TLS but not jalon/1"), JL_MSG("check the address and its port")},
    {SSL_R_UNSUPPORTED_PROTOCOL, JL_MSG("the other side does not speak TLS 1.3"), JL_MSG("check the address and its port")},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, JL_MSG("the other side does not trust our certificate"), JL_MSG("check the authority that it was given")},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, JL_MSG("the other side does not speak TLS 1.3"), JL_MSG("check the address and its port")},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, JL_MSG("the other side does not trust our certificate"),
     JL_MSG("check the authority that it was given")},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, JL_MSG("the other side says that our certificate has expired"), NULL},
};

bool jl_tls_fail(const struct jl_tls_link *link, int reason, struct jl_error *err) {
  unsigned long first = ERR_peek_error();
  long verified = link->tls->client ? SSL_get_verify_result(link->ssl) : X509_V_OK;
  ERR_clear_error();
  if (jl_tls_starved()) return jl_tls_no_memory(err);
  if (verified != X509_V_OK && !link->ready) return verify_failed(link, verified, err);
  if (reason == SSL_ERROR_SYSCALL && first == 0) return jl_tls_no_memory(err);
  for (size_t i = 0; i < JL_COUNT(known); i++)
    if (ERR_GET_LIB(first) == ERR_LIB_SSL && ERR_GET_REASON(first) == known[i].reason)
      return jl_fail(err, JL_E_UNAVAILABLE, known[i].message, known[i].hint);
  const char *text = ERR_reason_error_string(first);
  char number[32];
  snprintf(number, sizeof number, "OpenSSL %lX", first); /* jl_tls_alone left the words out */
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the encrypted connection failed: {1}"), NULL, jl_arg_text(text != NULL ? text : number));
}

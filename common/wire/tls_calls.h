/* OpenSSL for a program that often runs without it: found when the first encrypted connection is wanted, so that a command over the machine's
 * own socket, or without a server, does not pay for it (design.md, section 9): it was nearly half of a command's start. Compiled with
 * JL_TLS_LOADED the files of TLS make their calls through this table; otherwise the program is linked with OpenSSL. A call that is not
 * in both lists does not link. */
#ifndef JL_WIRE_TLS_CALLS_H
#define JL_WIRE_TLS_CALLS_H
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define JL_OPENSSL_CALLS(X) X(ASN1_TIME_to_tm) X(ASN1_get_object) X(ASN1_object_size) X(ASN1_put_object) X(BIO_clear_flags) X(BIO_ctrl) \
  X(BIO_free) X(BIO_get_data) X(BIO_get_new_index) X(BIO_meth_free) X(BIO_meth_new) X(BIO_meth_set_ctrl) X(BIO_meth_set_read_ex) \
  X(BIO_meth_set_write_ex) X(BIO_new) X(BIO_new_mem_buf) X(BIO_s_mem) X(BIO_set_data) X(BIO_set_flags) X(BIO_set_init) \
  X(CRYPTO_set_mem_functions) X(ERR_clear_error) X(ERR_peek_error) X(ERR_reason_error_string) X(EVP_DigestFinal_ex) X(EVP_DigestInit_ex) \
  X(EVP_DigestUpdate) X(EVP_MD_CTX_free) X(EVP_MD_CTX_new) X(EVP_PKEY_free) X(EVP_add_digest) X(EVP_sha256) X(EVP_sha384) X(EVP_sha512) \
  X(OPENSSL_cleanse) X(OPENSSL_init_ssl) X(OPENSSL_sk_num) X(OPENSSL_sk_pop_free) X(OPENSSL_sk_value) X(PEM_read_bio_PrivateKey) \
  X(PEM_read_bio_X509) X(PEM_write_bio_X509) X(SSL_CTX_ctrl) X(SSL_CTX_free) X(SSL_CTX_get_cert_store) X(SSL_CTX_new) \
  X(SSL_CTX_sess_set_new_cb) X(SSL_CTX_set_alpn_protos) X(SSL_CTX_set_cert_verify_callback) X(SSL_CTX_set_ciphersuites) \
  X(SSL_CTX_set_max_early_data) X(SSL_CTX_set_options) X(SSL_CTX_set_timeout) X(SSL_CTX_set_verify) X(SSL_CTX_use_PrivateKey) \
  X(SSL_CTX_use_certificate) X(SSL_SESSION_free) X(SSL_ctrl) X(SSL_do_handshake) X(SSL_free) X(SSL_get0_alpn_selected) X(SSL_get0_param) \
  X(SSL_get0_peer_certificate) X(SSL_get_error) X(SSL_get_ex_data) X(SSL_get_verify_result) X(SSL_has_pending) X(SSL_new) X(SSL_read_ex) \
  X(SSL_session_reused) X(SSL_set1_host) X(SSL_set_accept_state) X(SSL_set_bio) X(SSL_set_connect_state) X(SSL_set_ex_data) \
  X(SSL_set_session) X(SSL_shutdown) X(SSL_write_ex) X(TLS_client_method) X(TLS_server_method) X(X509_NAME_get_text_by_NID) \
  X(X509_STORE_CTX_get0_untrusted) X(X509_STORE_CTX_set_error) X(X509_STORE_add_cert) X(X509_STORE_set_flags) \
  X(X509_VERIFY_PARAM_set1_ip_asc) X(X509_chain_up_ref) X(X509_cmp_current_time) X(X509_digest) X(X509_free) X(X509_get0_notAfter) \
  X(X509_get0_notBefore) X(X509_get_subject_name) X(X509_verify_cert) X(X509_verify_cert_error_string) X(d2i_SSL_SESSION) \
  X(i2d_SSL_SESSION)

struct jl_openssl_calls {
#define JL_CALL(name) __typeof__(name) *(name);
  JL_OPENSSL_CALLS(JL_CALL)
#undef JL_CALL
};
extern struct jl_openssl_calls jl_openssl;

#define ASN1_TIME_to_tm jl_openssl.ASN1_TIME_to_tm
#define ASN1_get_object jl_openssl.ASN1_get_object
#define ASN1_object_size jl_openssl.ASN1_object_size
#define ASN1_put_object jl_openssl.ASN1_put_object
#define BIO_clear_flags jl_openssl.BIO_clear_flags
#define BIO_ctrl jl_openssl.BIO_ctrl
#define BIO_free jl_openssl.BIO_free
#define BIO_get_data jl_openssl.BIO_get_data
#define BIO_get_new_index jl_openssl.BIO_get_new_index
#define BIO_meth_free jl_openssl.BIO_meth_free
#define BIO_meth_new jl_openssl.BIO_meth_new
#define BIO_meth_set_ctrl jl_openssl.BIO_meth_set_ctrl
#define BIO_meth_set_read_ex jl_openssl.BIO_meth_set_read_ex
#define BIO_meth_set_write_ex jl_openssl.BIO_meth_set_write_ex
#define BIO_new jl_openssl.BIO_new
#define BIO_new_mem_buf jl_openssl.BIO_new_mem_buf
#define BIO_s_mem jl_openssl.BIO_s_mem
#define BIO_set_data jl_openssl.BIO_set_data
#define BIO_set_flags jl_openssl.BIO_set_flags
#define BIO_set_init jl_openssl.BIO_set_init
#define CRYPTO_set_mem_functions jl_openssl.CRYPTO_set_mem_functions
#define ERR_clear_error jl_openssl.ERR_clear_error
#define ERR_peek_error jl_openssl.ERR_peek_error
#define ERR_reason_error_string jl_openssl.ERR_reason_error_string
#define EVP_DigestFinal_ex jl_openssl.EVP_DigestFinal_ex
#define EVP_DigestInit_ex jl_openssl.EVP_DigestInit_ex
#define EVP_DigestUpdate jl_openssl.EVP_DigestUpdate
#define EVP_MD_CTX_free jl_openssl.EVP_MD_CTX_free
#define EVP_MD_CTX_new jl_openssl.EVP_MD_CTX_new
#define EVP_PKEY_free jl_openssl.EVP_PKEY_free
#define EVP_add_digest jl_openssl.EVP_add_digest
#define EVP_sha256 jl_openssl.EVP_sha256
#define EVP_sha384 jl_openssl.EVP_sha384
#define EVP_sha512 jl_openssl.EVP_sha512
#define OPENSSL_cleanse jl_openssl.OPENSSL_cleanse
#define OPENSSL_init_ssl jl_openssl.OPENSSL_init_ssl
#define OPENSSL_sk_num jl_openssl.OPENSSL_sk_num
#define OPENSSL_sk_pop_free jl_openssl.OPENSSL_sk_pop_free
#define OPENSSL_sk_value jl_openssl.OPENSSL_sk_value
#define PEM_read_bio_PrivateKey jl_openssl.PEM_read_bio_PrivateKey
#define PEM_read_bio_X509 jl_openssl.PEM_read_bio_X509
#define PEM_write_bio_X509 jl_openssl.PEM_write_bio_X509
#define SSL_CTX_ctrl jl_openssl.SSL_CTX_ctrl
#define SSL_CTX_free jl_openssl.SSL_CTX_free
#define SSL_CTX_get_cert_store jl_openssl.SSL_CTX_get_cert_store
#define SSL_CTX_new jl_openssl.SSL_CTX_new
#define SSL_CTX_sess_set_new_cb jl_openssl.SSL_CTX_sess_set_new_cb
#define SSL_CTX_set_alpn_protos jl_openssl.SSL_CTX_set_alpn_protos
#define SSL_CTX_set_cert_verify_callback jl_openssl.SSL_CTX_set_cert_verify_callback
#define SSL_CTX_set_ciphersuites jl_openssl.SSL_CTX_set_ciphersuites
#define SSL_CTX_set_max_early_data jl_openssl.SSL_CTX_set_max_early_data
#define SSL_CTX_set_options jl_openssl.SSL_CTX_set_options
#define SSL_CTX_set_timeout jl_openssl.SSL_CTX_set_timeout
#define SSL_CTX_set_verify jl_openssl.SSL_CTX_set_verify
#define SSL_CTX_use_PrivateKey jl_openssl.SSL_CTX_use_PrivateKey
#define SSL_CTX_use_certificate jl_openssl.SSL_CTX_use_certificate
#define SSL_SESSION_free jl_openssl.SSL_SESSION_free
#define SSL_ctrl jl_openssl.SSL_ctrl
#define SSL_do_handshake jl_openssl.SSL_do_handshake
#define SSL_free jl_openssl.SSL_free
#define SSL_get0_alpn_selected jl_openssl.SSL_get0_alpn_selected
#define SSL_get0_param jl_openssl.SSL_get0_param
#define SSL_get0_peer_certificate jl_openssl.SSL_get0_peer_certificate
#define SSL_get_error jl_openssl.SSL_get_error
#define SSL_get_ex_data jl_openssl.SSL_get_ex_data
#define SSL_get_verify_result jl_openssl.SSL_get_verify_result
#define SSL_has_pending jl_openssl.SSL_has_pending
#define SSL_new jl_openssl.SSL_new
#define SSL_read_ex jl_openssl.SSL_read_ex
#define SSL_session_reused jl_openssl.SSL_session_reused
#define SSL_set1_host jl_openssl.SSL_set1_host
#define SSL_set_accept_state jl_openssl.SSL_set_accept_state
#define SSL_set_bio jl_openssl.SSL_set_bio
#define SSL_set_connect_state jl_openssl.SSL_set_connect_state
#define SSL_set_ex_data jl_openssl.SSL_set_ex_data
#define SSL_set_session jl_openssl.SSL_set_session
#define SSL_shutdown jl_openssl.SSL_shutdown
#define SSL_write_ex jl_openssl.SSL_write_ex
#define TLS_client_method jl_openssl.TLS_client_method
#define TLS_server_method jl_openssl.TLS_server_method
#define X509_NAME_get_text_by_NID jl_openssl.X509_NAME_get_text_by_NID
#define X509_STORE_CTX_get0_untrusted jl_openssl.X509_STORE_CTX_get0_untrusted
#define X509_STORE_CTX_set_error jl_openssl.X509_STORE_CTX_set_error
#define X509_STORE_add_cert jl_openssl.X509_STORE_add_cert
#define X509_STORE_set_flags jl_openssl.X509_STORE_set_flags
#define X509_VERIFY_PARAM_set1_ip_asc jl_openssl.X509_VERIFY_PARAM_set1_ip_asc
#define X509_chain_up_ref jl_openssl.X509_chain_up_ref
#define X509_cmp_current_time jl_openssl.X509_cmp_current_time
#define X509_digest jl_openssl.X509_digest
#define X509_free jl_openssl.X509_free
#define X509_get0_notAfter jl_openssl.X509_get0_notAfter
#define X509_get0_notBefore jl_openssl.X509_get0_notBefore
#define X509_get_subject_name jl_openssl.X509_get_subject_name
#define X509_verify_cert jl_openssl.X509_verify_cert
#define X509_verify_cert_error_string jl_openssl.X509_verify_cert_error_string
#define d2i_SSL_SESSION jl_openssl.d2i_SSL_SESSION
#define i2d_SSL_SESSION jl_openssl.i2d_SSL_SESSION
#endif

#include "server/auth/authority.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUTHORITY_DAYS 3650
#define SERVER_DAYS 90
#define RENEW_DAYS 30
#define DAY_S 86400L
#define EARLIER_S 3600L /* clocks of clients that are late */
#define PATH_SIZE 1200

void jl_authority_add_name(struct jl_authority_names *names, const char *text) {
  if (text[0] == '\0' || strlen(text) >= sizeof names->text[0] || names->count == JL_AUTHORITY_NAMES) return;
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->text[i], text) == 0) return;
  snprintf(names->text[names->count++], sizeof names->text[0], "%s", text);
}

static bool openssl_failed(struct jl_error *err) {
  const char *text = ERR_reason_error_string(ERR_peek_error());
  (void)jl_fail(err, JL_E_INTERNAL, JL_MSG("a certificate could not be made: {1}"), NULL, jl_arg_text(text != NULL ? text : "OpenSSL"));
  ERR_clear_error();
  return false;
}

static bool file_failed(const char *path, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("the file {1} cannot be used: {2}"), JL_MSG("check its owner and the disk"), jl_arg_text(path),
                 jl_arg_text(strerror(errno)));
}

static bool is_address(const char *text) {
  struct in6_addr any;
  return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

/* ---- files: whole or not at all ---- */
static bool write_file(const char *path, mode_t mode, BIO *pem, struct jl_error *err) {
  char fresh[PATH_SIZE + 8], *data = NULL;
  long size = BIO_get_mem_data(pem, &data);
  snprintf(fresh, sizeof fresh, "%s.new", path);
  (void)unlink(fresh);
  int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return file_failed(fresh, err);
  bool ok = fchmod(fd, mode) == 0 && write(fd, data, (size_t)size) == size && fsync(fd) == 0;
  ok = close(fd) == 0 && ok && rename(fresh, path) == 0;
  return ok || file_failed(path, err);
}

static EVP_PKEY *read_key(const char *path) {
  FILE *file = fopen(path, "re");
  EVP_PKEY *key = file != NULL ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
  if (file != NULL) fclose(file);
  return key;
}

static X509 *read_certificate(const char *path) {
  FILE *file = fopen(path, "re");
  X509 *certificate = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
  if (file != NULL) fclose(file);
  return certificate;
}

/* ---- making a certificate ---- */
struct wish {
  const char *name, *purpose; /* common name; extended key usage, NULL: an authority */
  int days;
  const struct jl_authority_names *names; /* may be NULL */
};

static bool add_extension(X509 *certificate, X509V3_CTX *context, int nid, const char *value) {
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
  bool ok = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return ok;
}

static bool add_names(X509 *certificate, X509V3_CTX *context, const struct jl_authority_names *names) {
  if (names == NULL || names->count == 0) return true;
  char value[JL_AUTHORITY_NAMES * 264] = "";
  size_t size = 0;
  for (size_t i = 0; i < names->count; i++)
    size += (size_t)snprintf(value + size, sizeof value - size, "%s%s:%s", i > 0 ? "," : "", is_address(names->text[i]) ? "IP" : "DNS",
                             names->text[i]);
  return add_extension(certificate, context, NID_subject_alt_name, value);
}

static bool add_extensions(X509 *certificate, X509 *authority, const struct wish *wish) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, authority, certificate, NULL, NULL, 0);
  bool is_authority = wish->purpose == NULL;
  return add_extension(certificate, &context, NID_basic_constraints, is_authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
         add_extension(certificate, &context, NID_key_usage, is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
         add_extension(certificate, &context, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, &context, NID_authority_key_identifier, "keyid:always") &&
         (is_authority || add_extension(certificate, &context, NID_ext_key_usage, wish->purpose)) &&
         add_names(certificate, &context, wish->names);
}

static bool set_serial(X509 *certificate) {
  BIGNUM *number = BN_new();
  bool ok = number != NULL && BN_rand(number, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
  BN_free(number);
  return ok;
}

/* authority NULL: signed by itself. */
static X509 *make_certificate(const struct wish *wish, EVP_PKEY *key, X509 *authority, EVP_PKEY *authority_key) {
  X509 *certificate = X509_new();
  X509_NAME *subject = certificate != NULL ? X509_get_subject_name(certificate) : NULL;
  const unsigned char *name = (const unsigned char *)wish->name;
  bool ok = subject != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
            X509_gmtime_adj(X509_getm_notBefore(certificate), wish->purpose != NULL && strcmp(wish->purpose, "clientAuth") == 0 ? 0 : -EARLIER_S) != NULL &&
            X509_gmtime_adj(X509_getm_notAfter(certificate), DAY_S * wish->days) != NULL && X509_set_pubkey(certificate, key) == 1 &&
            X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name, -1, -1, 0) == 1 &&
            X509_set_issuer_name(certificate, authority != NULL ? X509_get_subject_name(authority) : subject) == 1 &&
            add_extensions(certificate, authority != NULL ? authority : certificate, wish) &&
            X509_sign(certificate, authority != NULL ? authority_key : key, EVP_sha256()) > 0;
  if (ok) return certificate;
  X509_free(certificate);
  return NULL;
}

/* ---- the authority ---- */
struct authority {
  X509 *certificate;
  EVP_PKEY *key;
};

static void release(struct authority *a) {
  X509_free(a->certificate);
  EVP_PKEY_free(a->key);
}

static bool write_key(const char *path, EVP_PKEY *key, struct jl_error *err) {
  BIO *pem = BIO_new(BIO_s_mem());
  bool ok = (pem != NULL && PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) == 1) || openssl_failed(err);
  ok = ok && write_file(path, 0600, pem, err);
  BIO_free(pem);
  return ok;
}

static bool write_certificate(const char *path, X509 *certificate, struct jl_error *err) {
  BIO *pem = BIO_new(BIO_s_mem());
  bool ok = (pem != NULL && PEM_write_bio_X509(pem, certificate) == 1) || openssl_failed(err);
  ok = ok && write_file(path, 0644, pem, err);
  BIO_free(pem);
  return ok;
}

/* The key is written first: a certificate without its key would be of no use, a key without one gets another. */
static bool make_authority(const char *folder, struct authority *ret, struct jl_error *err) {
  char path[PATH_SIZE], name[320] = "Jalon", host[256] = "";
  if (gethostname(host, sizeof host - 1) == 0 && host[0] != '\0') snprintf(name, sizeof name, "Jalon %.50s", host); /* 64 is the most */
  struct wish wish = {.name = name, .days = AUTHORITY_DAYS};
  if (ret->key == NULL) ret->key = EVP_EC_gen("P-256");
  if (ret->key == NULL) return openssl_failed(err);
  snprintf(path, sizeof path, "%s/authority.key", folder);
  if (!write_key(path, ret->key, err)) return false;
  ret->certificate = make_certificate(&wish, ret->key, NULL, NULL);
  if (ret->certificate == NULL) return openssl_failed(err);
  snprintf(path, sizeof path, "%s/authority.pem", folder);
  return write_certificate(path, ret->certificate, err);
}

static bool open_authority(const char *folder, struct authority *ret, struct jl_error *err) {
  char path[PATH_SIZE];
  *ret = (struct authority){NULL, NULL};
  snprintf(path, sizeof path, "%s/authority.key", folder);
  ret->key = read_key(path);
  snprintf(path, sizeof path, "%s/authority.pem", folder);
  ret->certificate = read_certificate(path);
  ERR_clear_error();
  if (ret->certificate == NULL || ret->key == NULL) return true;
  if (X509_check_private_key(ret->certificate, ret->key) == 1) return true;
  release(ret);
  ERR_clear_error();
  return jl_fail(err, JL_E_INVALID, JL_MSG("authority.key does not belong to authority.pem in {1}"),
                 JL_MSG("put back the files that belong together, or move both away: clients then pin the new authority"), jl_arg_text(folder));
}

/* ---- the server's certificate ---- */
static bool still_good(const char *path, const struct authority *a, const struct jl_authority_names *names) {
  X509 *certificate = read_certificate(path);
  time_t later = time(NULL) + RENEW_DAYS * DAY_S;
  bool good = certificate != NULL && X509_cmp_time(X509_get0_notAfter(certificate), &later) > 0 &&
              X509_verify(certificate, a->key) == 1;
  for (size_t i = 0; good && i < names->count; i++)
    good = is_address(names->text[i]) ? X509_check_ip_asc(certificate, names->text[i], 0) == 1
                                      : X509_check_host(certificate, names->text[i], 0, 0, NULL) == 1;
  X509_free(certificate);
  ERR_clear_error();
  return good;
}

/* Signs for a fresh key; all that its owner needs goes into pem. */
static bool sign(const struct authority *a, const struct wish *wish, BIO *pem) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = key != NULL ? make_certificate(wish, key, a->certificate, a->key) : NULL;
  bool ok = certificate != NULL && PEM_write_bio_X509(pem, certificate) == 1 && PEM_write_bio_X509(pem, a->certificate) == 1 &&
            PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) == 1;
  X509_free(certificate);
  EVP_PKEY_free(key);
  return ok;
}

bool jl_authority_ensure(const char *folder, const struct jl_authority_names *names, bool *ret_made_authority, bool *ret_made_certificate,
                         struct jl_error *err) {
  struct authority a;
  char path[PATH_SIZE], common[65];
  *ret_made_authority = *ret_made_certificate = false;
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return file_failed(folder, err);
  if (!open_authority(folder, &a, err)) return false;
  bool ok = true;
  if (a.certificate == NULL || a.key == NULL) {
    ok = a.certificate == NULL ? make_authority(folder, &a, err)
                               : jl_fail(err, JL_E_INVALID, JL_MSG("authority.pem is in {1}, but its key is not"),
                                         JL_MSG("put authority.key back, or move authority.pem away"), jl_arg_text(folder));
    *ret_made_authority = ok;
  }
  snprintf(path, sizeof path, "%s/server.pem", folder);
  if (ok && !still_good(path, &a, names)) {
    snprintf(common, sizeof common, "%.64s", names->count > 0 ? names->text[0] : "jalond");
    struct wish wish = {common, "serverAuth", SERVER_DAYS, names};
    BIO *pem = BIO_new(BIO_s_mem());
    ok = (pem != NULL && sign(&a, &wish, pem)) || openssl_failed(err);
    ok = ok && write_file(path, 0600, pem, err);
    BIO_free(pem);
    *ret_made_certificate = ok;
  }
  release(&a);
  return ok;
}

bool jl_authority_sign_client(const char *folder, const char *login, int days, struct jl_buffer *ret_pem, struct jl_error *err) {
  struct authority a;
  struct wish wish = {login, "clientAuth", days, NULL};
  if (!open_authority(folder, &a, err)) return false;
  bool ok = (a.certificate != NULL && a.key != NULL) ||
            jl_fail(err, JL_E_NOT_FOUND, JL_MSG("this server has no authority of its own in {1}"),
                    JL_MSG("have the certificate signed by the authority that the setting tls-client-authority names"), jl_arg_text(folder));
  BIO *pem = ok ? BIO_new(BIO_s_mem()) : NULL;
  if (ok) ok = (pem != NULL && sign(&a, &wish, pem)) || openssl_failed(err);
  char *data = NULL;
  long size = ok ? BIO_get_mem_data(pem, &data) : 0;
  if (ok) jl_buffer_append(ret_pem, data, (size_t)size);
  BIO_free(pem);
  release(&a);
  return ok;
}

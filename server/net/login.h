/* Inside server/net: a login under way, shared by request_session.c (passwords, tokens, certificates) and directory_login.c. */
#ifndef JL_NET_LOGIN_H
#define JL_NET_LOGIN_H
#include "server/auth/directory.h"
#include "server/net/session.h"

#define JL_DEVICE_MAX 100

struct jl_login {
  char login[JL_LOGIN_MAX + 1], device[JL_DEVICE_MAX + 1];
  char *password, password_hash[JL_PASSWORD_HASH_SIZE]; /* the hash that it was checked with */
  char renewed_hash[JL_PASSWORD_HASH_SIZE]; /* the same password's, with today's parameters */
  struct jl_id replica;
  int64_t certificate_made; /* seconds since 1970 */
  bool known, disabled, by_certificate, by_directory, by_token, counted; /* counted: attempt has not ended */
  struct jl_attempt attempt;
  bool bound_again; /* the replica's owner was asked for twice */
  bool looked;      /* at the directory's records, for a person who was not known here */
  bool found;       /* the session's account was taken from the database */
  uint8_t token[JL_TOKEN_SIZE], token_hash[JL_TOKEN_HASH_SIZE];
  const char *peer;
  uint64_t ends; /* of the server when the account was looked at */
  struct jl_directory_answer *directory; /* in the request's arena */
  struct jl_id person;                   /* of the organisation, for an account from the directory */
};
void jl_login_refuse(struct jl_request *r, const struct jl_error *err);
void jl_login_wrong(struct jl_request *r);                                 /* account or password: one answer */
void jl_login_attempt_ended(struct jl_request *r, enum jl_attempt_end how);
void jl_login_proved(struct jl_request *r);                                /* who it is is settled: the session is opened */
void jl_login_by_directory(struct jl_request *r);                          /* directory_login.c */
#endif

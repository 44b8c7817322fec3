/* Inside server/net: what each account, and each address that connections come from, uses of this server; so that one of them
 * leaves room for the others. Counters for a second are set back by the server's tick. */
#ifndef JL_NET_USAGE_H
#define JL_NET_USAGE_H
#include "common/base/error.h"
#include <stdint.h>

struct jl_usage {
  struct jl_usage *next;
  struct jl_id key;
  size_t references;  /* connections */
  size_t in_entrance; /* of them, without login (entrance.c) */
  size_t requests;   /* in this second */
  size_t subscriptions, snapshots /* in this hour */;
};
struct jl_usages;
struct jl_usages *jl_usages_new(void);
void jl_usages_free(struct jl_usages *u);
void jl_usages_second(struct jl_usages *u, int64_t now_us); /* a new second begins */
/* Shared by all who ask with the same key, until each released it. NULL: no memory. */
struct jl_usage *jl_usage_of_account(struct jl_usages *u, const struct jl_id *account);
struct jl_usage *jl_usage_of_source(struct jl_usages *u, const char *peer); /* jl_address_source; NULL too for this machine */
void jl_usage_release(struct jl_usages *u, struct jl_usage *usage);
#endif

/* Host names of a connection string, asked for on the thread pool: libpq itself would ask on the loop and stop it for as
 * long as the resolver takes. The answer goes to libpq as hostaddr beside host, which certificates are checked against. */
#ifndef JL_STORE_RESOLVE_H
#define JL_STORE_RESOLVE_H
#include "common/base/error.h"
#include <uv.h>

struct jl_resolved {
  const char *host, *hostaddr, *port; /* lists with one item per address */
};
struct jl_resolve;
/* NULL: no names in it (or no memory for asking): connect with what there is. done comes later, once, unless dropped. */
struct jl_resolve *jl_resolve_start(uv_loop_t *loop, const char *conninfo,
                                    void (*done)(void *context, const struct jl_resolved *resolved, const struct jl_error *err),
                                    void *context);
void jl_resolve_drop(struct jl_resolve *r); /* done is not called any more */
#endif

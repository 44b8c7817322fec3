/* The network side of the server: listeners, sessions, subscriptions. It owns neither the store nor the spaces. One loop,
 * one thread (but for the password checks). */
#ifndef JL_NET_SERVER_H
#define JL_NET_SERVER_H
#include "common/wire/connection.h"
#include "server/ops/settings.h"
#include "server/space/space.h"

struct jl_server;
struct jl_server *jl_server_new(uv_loop_t *loop, struct jl_store *store, struct jl_spaces *spaces, const struct jl_settings *settings,
                                struct jl_error *err); /* settings are borrowed and may be changed by a reload */
struct jl_certificates;
void jl_server_use_certificates(struct jl_server *server, const struct jl_certificates *c); /* for addresses that ask for TLS; borrowed */
/* Called when a newer server has changed the database's tables: this one is to stop. */
void jl_server_on_outdated(struct jl_server *server, void (*outdated)(void *context), void *context);
JL_MUST_CHECK bool jl_server_listen(struct jl_server *server, const struct jl_address *address, struct jl_error *err);
uint16_t jl_server_port(const struct jl_server *server); /* of the first TCP listener; 0: none */
void jl_server_drain(struct jl_server *server);          /* stops listening, tells every client; requests under way go on */
size_t jl_server_session_count(const struct jl_server *server);
size_t jl_server_requests(const struct jl_server *server); /* under way */
void jl_server_detach(struct jl_server *server);           /* ends every subscription and lets go of every space: before jl_spaces_close */
void jl_server_close(struct jl_server *server, void (*closed)(void *context),
                     void *context); /* closes every session, frees once the last request has its answer */
#endif

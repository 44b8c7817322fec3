/* Every request there is. A new one is a line here and a handler. */
#include "server/net/session.h"

#define FRAME(name) ((uint8_t)JALON__FRAME_TYPE__##name)
static const struct jl_request_type types[] = {
    {FRAME(HELLO), "hello", &jalon__hello__descriptor, FRAME(HELLO_REPLY), false, jl_handle_hello},
    {FRAME(LOGIN), "login", &jalon__login__descriptor, FRAME(LOGIN_REPLY), false, jl_handle_login},
    {FRAME(LOGOUT), "logout", &jalon__logout__descriptor, FRAME(LOGOUT_REPLY), true, jl_handle_logout},
    {FRAME(SUBMIT), "submit", &jalon__submit__descriptor, FRAME(SUBMIT_REPLY), true, jl_handle_submit},
    {FRAME(VERDICT_QUERY), "verdict query", &jalon__verdict_query__descriptor, FRAME(VERDICT_REPLY), true, jl_handle_verdict_query},
    {FRAME(SUBSCRIBE), "subscribe", &jalon__subscribe__descriptor, FRAME(SUBSCRIBE_REPLY), true, jl_handle_subscribe},
    {FRAME(UNSUBSCRIBE), "unsubscribe", &jalon__cancel__descriptor, FRAME(UNSUBSCRIBE_REPLY), true, jl_handle_unsubscribe},
    {FRAME(READ), "read", &jalon__read__descriptor, FRAME(READ_REPLY), true, jl_handle_read},
    {FRAME(VIEW), "view", &jalon__view_request__descriptor, FRAME(VIEW_REPLY), true, jl_handle_view},
    {FRAME(READ_LOG), "read log", &jalon__read_log__descriptor, FRAME(READ_LOG_REPLY), true, jl_handle_read_log},
    {FRAME(ACCOUNT), "account", &jalon__account_request__descriptor, FRAME(ACCOUNT_REPLY), true, jl_handle_account},
    {FRAME(PING), "ping", &jalon__empty__descriptor, FRAME(PONG), false, jl_handle_ping},
    {FRAME(PRESENCE), "presence", &jalon__presence__descriptor, FRAME(PRESENCE_REPLY), true, jl_handle_presence},
    {FRAME(REFUSED_READ), "refused read", &jalon__refused_read__descriptor, FRAME(REFUSED_READ_REPLY), true, jl_handle_refused_read},
    {FRAME(CANCEL), "cancel", &jalon__cancel__descriptor, 0, true, jl_handle_cancel},
};

const struct jl_request_type *jl_request_type(uint8_t type) {
  for (size_t i = 0; i < JL_COUNT(types); i++)
    if (types[i].type == type) return &types[i];
  return NULL;
}

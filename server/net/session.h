/* Inside server/net: sessions, requests and what their handlers use.
 *
 * A session is one client connection: new -> hello -> greeted -> login -> ready. Requests may be pipelined; while a login is
 * being checked the connection is paused, so that what follows it is handled after it. A session lives until its connection
 * is closed and its last request has finished; sending on a closed one does nothing. */
#ifndef JL_NET_SESSION_H
#define JL_NET_SESSION_H
#include "common/base/limits.h"
#include "common/model/automation/automation.h"
#include "common/model/governance/rights.h"
#include "common/model/query.h"
#include "common/wire/transport.h"
#include "common/wire/unpack.h"
#include "server/auth/attempts.h"
#include "server/auth/password.h"
#include "server/auth/token.h"
#include "server/net/server.h"
#include "server/net/usage.h"
#include "server/ops/certificates.h"
#include "server/ops/log.h"
#include "server/space/idmap.h"

#define JL_LISTENERS_MAX 16

struct jl_request;
struct jl_space;
struct jl_subscription;
struct jl_view_cache;
struct jl_pasts;
struct jl_presence;

struct jl_zone_day {
  char zone[JL_ZONE_MAX];
  int32_t day;
  int64_t until_us;
};
#define JL_ZONE_DAYS 16

/* The last batch of a space as messages, shared by its subscribers. */
struct jl_broadcast {
  struct jl_id space; /* by id: another space may come to lie at a closed one's address */
  uint64_t epoch, first, through;
  struct jl_section_position at[JL_SECTIONS]; /* the same revision exists twice when an older copy was restored */
  uint32_t sections;
  struct jl_message **messages;
  uint64_t *throughs; /* the last revision that each of them covers */
  size_t count;
};

/* What a token for scripts may do less than its account. */
struct jl_token_limits {
  bool read_only;
  size_t space_count; /* 0: every plan */
  struct jl_id spaces[JL_TOKEN_SPACES];
};

/* Who was connected for less time than a turn of the directory takes. */
struct jl_left {
  char login[JL_LOGIN_MAX + 1];
  bool waits;           /* for being looked up */
  int64_t looked_up_us; /* 0: not yet */
};

struct jl_server {
  uv_loop_t *loop;
  struct jl_space_listener directory_listener; /* of the organisation: who is in which team */
  bool directory_listening;
  struct jl_store *store;
  struct jl_spaces *spaces;
  const struct jl_settings *settings;
  struct jl_passwords *passwords;
  struct jl_attempts *attempts;
  struct jl_usages *usages;
  struct jl_view_cache *views;
  struct jl_pasts *pasts;
  struct jl_listener *listeners[JL_LISTENERS_MAX];
  const struct jl_certificates *certificates; /* NULL: none */
  struct jl_directory *directory;              /* NULL: none */
  struct {
    int64_t look_us, first_us; /* first_us: when the first of those that were announced is to be erased */
    size_t announced;
    bool asking;
  } retention;
  struct {
    int64_t look_us;
    bool looking, looked; /* looked: since the server started */
    struct jl_erasing_left { struct jl_id person, space; } *left; /* to be erased, from `at` on */
    size_t count, at;
  } erasures;
  struct {
    int64_t look_us;
    bool looking;
    struct jl_id *plans; /* to be looked at, from `at` on */
    size_t count, at, firings; /* firings: of the group under way */
    struct jl_due_place place; /* in the one at `at` */
  } automations;
  bool looking_up;                             /* somebody in it */
  struct jl_left left[256];
  size_t listener_count, listeners_open;
  uint16_t port;
  struct jl_session *sessions;
  size_t session_count, request_count, request_bytes;
  size_t in_entrance[JL_LOGIN_LANES]; /* connections from outside without login */
  size_t queued_bytes; /* waiting to be sent, in all sessions */
  uint64_t last_number;
  uint64_t ends; /* how often logins were ended: one that is being checked meanwhile is checked again */
  uv_timer_t tick, view_timer, snapshot_timer, presence_timer, auth_timer;
  int64_t auth_epoch;    /* changes of accounts that this node has heard of; -1: none yet */
  size_t auth_questions; /* to the database, under way */
  bool auth_asking;
  struct jl_subscription *dirty, *dirty_last; /* views to look at again, the longest waiting first */
  struct jl_idmap rooms; /* of presence.c, by space */
  struct jl_subscription *snapshots, *snapshots_last; /* those that have more to send, in turn */
  struct jl_broadcast broadcast;
  struct jl_arena *spare_arenas[256]; /* of requests */
  size_t spare_arena_count;
  struct jl_zone_day zone_days[JL_ZONE_DAYS];
  size_t next_zone_day;
  bool draining, detached, closing;
  void (*outdated)(void *context);
  void *outdated_context;
  int handles_open;
  void (*closed)(void *context);
  void *closed_context;
};

enum jl_session_state { JL_SESSION_NEW, JL_SESSION_GREETED, JL_SESSION_READY };
struct jl_session {
  struct jl_session *next, *previous;
  struct jl_server *server;
  struct jl_connection *connection; /* NULL once closed */
  uint64_t number;                  /* in the log */
  uint32_t references;              /* the connection and each request */
  enum jl_session_state state;
  bool login_pending, paused, over_limit, closing;
  bool compress; /* snapshots and log tails: the client named the feature */
  bool takes_names; /* NAMES too: the same */
  int64_t opened_us, heartbeat_us;
  char login[JL_LOGIN_MAX + 1];
  struct jl_id account, person, replica; /* replica zero: this login cannot submit */
  bool administrator, has_token, is_token /* for scripts */, must_change /* its password, before anything else */;
  bool look_again, looking; /* its account or login may have changed */
  bool by_directory;        /* its account is a directory's */
  int64_t looked_up_us;     /* there; 0: not yet on this connection */
  struct jl_token_limits *limits; /* NULL: none */
  struct jl_usage *account_usage, *source_usage; /* NULL: not counted */
  enum jl_login_lane lane; /* when it was admitted */
  bool in_entrance;
  uint8_t token_hash[JL_TOKEN_HASH_SIZE];
  int64_t expires_us;
  struct jl_request *requests;
  size_t request_count, request_bytes;
  struct jl_subscription *subscriptions;
  size_t subscription_count;
  struct jl_space *space; /* the last one used: most requests need no opening */
  struct jl_id space_id;
  size_t opening;
  struct jl_presence *presence; /* where its person is; NULL: not told */
  int64_t presence_second_us;
  uint32_t presence_count; /* told since then */
};

struct jl_request_type {
  uint8_t type;
  const char *name;
  const ProtobufCMessageDescriptor *descriptor;
  uint8_t reply;
  bool needs_login;
  void (*handle)(struct jl_request *r, const ProtobufCMessage *message);
};
/* One request under way. Its handler answers exactly once with jl_request_reply, _send or _fail; then it is gone. */
struct jl_request {
  struct jl_request *next, *previous;
  struct jl_session *session;
  const struct jl_request_type *type;
  uint32_t stream;
  size_t bytes;
  int64_t started_us;
  struct jl_arena *arena;
  struct jl_space *space; /* held; set by jl_request_open_space */
  bool cancelled, create, looked; /* looked: the space has been read again for it */
  bool has_copy; /* of the space, as it says: it is told when that is to go */
  struct jl_id space_id; /* that it asked for */
  void (*then)(struct jl_request *r, const struct jl_error *err);
  void *state; /* of the handler, in the arena */
  uint32_t mask; /* sections that it was answered for, when that takes a while */
  int64_t retry_after_ms;
};

/* ---- session.c ---- */
bool jl_session_accept(struct jl_server *server, uv_stream_t *listener, const struct jl_transport *transport); /* false: no memory now */
void jl_session_tick(struct jl_session *s, int64_t now_us);                 /* deadlines, stalls, heartbeats: once a second */
void jl_session_close(struct jl_session *s, const struct jl_error *reason); /* sends the error when there is one */
void jl_session_send(struct jl_session *s, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload);
void jl_session_send_shared(struct jl_session *s, uint32_t stream, struct jl_message *m);
void jl_session_send_error(struct jl_session *s, uint8_t type, uint32_t stream, const struct jl_error *err,
                           int64_t retry_after_ms);    /* ERROR, RESYNC or ENDED */
bool jl_session_congested(const struct jl_session *s); /* more waits to be sent than it may have now; on_drain tells the end */
bool jl_server_scarce(const struct jl_server *server);  /* memory is short, and what was kept for that is half used: nothing new begins */
bool jl_server_pressed(const struct jl_server *server); /* more waits in all sessions than the server wants */
void jl_session_let_go_of_space(struct jl_session *s);
void jl_session_unreference(struct jl_session *s);
void jl_session_update_pause(struct jl_session *s);
/* The one place where rights come from. */
struct jl_author jl_session_author(const struct jl_session *s);
/* In a space as it is committed now; NULL: of the organisation and the list of plans. */
void jl_session_rights(const struct jl_session *s, const struct jl_space *space, struct jl_rights *ret);
uint32_t jl_session_readable(const struct jl_session *s, const struct jl_space *space); /* bit mask of sections; 0: the plan is not there for it */
/* The plans that its person may see anything of; *ret_own is to be freed after use. NULL: no memory. */
const struct jl_replica *jl_session_plans(const struct jl_session *s, struct jl_replica **ret_own);
/* The organisation as its person may see it who reads these sections of a plan (NULL: of none): whole, or a guest's part of it, which is to be
 * freed after use. NULL: no memory. */
const struct jl_replica *jl_session_directory(const struct jl_session *s, struct jl_space *space, uint32_t sections,
                                              struct jl_replica **ret_own);
/* The same for naming others, borrowed until the loop turns: a guest's part without himself. */
const struct jl_replica *jl_session_names(const struct jl_session *s, struct jl_space *space, uint32_t sections);
/* The request names no space, or a guest asks the organisation: what he may know of it is in every answer. */
/* What an answer is of: a plan, or the organisation, whose own position is not a guest's to know (names.h). */
struct jl_position jl_session_position(const struct jl_session *s, const struct jl_space *space, uint32_t sections);
bool jl_session_asks_nowhere(const struct jl_session *s, ProtobufCBinaryData space);
bool jl_session_sees_plan(const struct jl_session *s, const struct jl_id *plan); /* it is in that list */

/* ---- entrance.c: connections without login ---- */
/* Counts it until it leaves; false: there are too many, and it does not count. Once, with its source_usage; peer: jl_connection_peer. */
JL_MUST_CHECK bool jl_entrance_admit(struct jl_session *s, const char *peer, int64_t now_us, struct jl_error *err);
void jl_entrance_leave(struct jl_session *s); /* logged in, or gone; more than once is fine */

/* ---- request.c ---- */
void jl_request_begin(struct jl_session *s, const struct jl_request_type *type, uint32_t stream, struct jl_bytes payload);
void jl_request_reply(struct jl_request *r, const ProtobufCMessage *message);
void jl_request_send(struct jl_request *r, struct jl_bytes payload); /* already packed */
void jl_request_send_shared(struct jl_request *r, struct jl_message *m);
void jl_request_fail(struct jl_request *r, const struct jl_error *err);
void jl_request_out_of_memory(struct jl_request *r);
void jl_request_no_space(struct jl_request *r); /* there is none for its person (any more) */
void jl_request_drop(struct jl_request *r); /* answered by other means */
/* Opens and holds the space, then calls `then`, perhaps at once. */
void jl_request_open_space(struct jl_request *r, ProtobufCBinaryData id, bool create,
                           void (*then)(struct jl_request *r, const struct jl_error *err));
void jl_error_public(const struct jl_session *s, struct jl_error *err, const char *during); /* internal details go to the log only */

/* ---- dispatch.c ---- */
const struct jl_request_type *jl_request_type(uint8_t type);

/* ---- handlers, one file per group of requests ---- */
void jl_handle_hello(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_login(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_logout(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_ping(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_cancel(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_submit(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_verdict_query(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_read(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_read_log(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_view(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_subscribe(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_unsubscribe(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_presence(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_refused_read(struct jl_request *r, const ProtobufCMessage *message);
void jl_handle_account(struct jl_request *r, const ProtobufCMessage *message);
bool jl_handle_logins(struct jl_request *r, const Jalon__AccountRequest *in); /* those account requests that are about logins and tokens */
/* retention.c: now and then; and how many closed accounts are to be erased soon, for administrators. */
void jl_retention_watch(struct jl_server *server);
size_t jl_retention_announced(const struct jl_server *server, int64_t *ret_first_us);
/* erasures.c: now and then; a person is erased in a space by nobody (false: no memory, done is not called), and what came of it: whether it is
 * done (else ret_why), and whether there is more to be erased. */
void jl_erasures_watch(struct jl_server *server);
bool jl_erase_by_system(struct jl_space *space, const struct jl_id *person, jl_submit_done *done, void *context);
bool jl_erased_by_system(struct jl_bytes verdict, const struct jl_error *err, bool *ret_more, struct jl_error *ret_why);
/* automations.c: now and then. */
void jl_automations_watch(struct jl_server *server);
bool jl_handle_erasures(struct jl_request *r, const Jalon__AccountRequest *in); /* the one about what was erased */

/* ---- verdict_cut.c: what the reader may see of stored verdicts now. r->space is the space; data NULL: no memory ---- */
struct jl_bytes jl_verdict_cut(const struct jl_request *r, struct jl_bytes packed);
struct jl_bytes jl_verdicts_cut(const struct jl_request *r, struct jl_bytes packed); /* a VerdictReply */

/* ---- positions.c ---- */
int32_t jl_server_today(struct jl_server *server, const struct jl_replica *plan); /* the plan's day; UTC's without a plan */

/* ---- revocation.c: changes of accounts and logins, whoever made them, reach live connections within a second ---- */
void jl_revocation_start(struct jl_server *server);
void jl_revocation_look(struct jl_server *server); /* now */
/* From a row of session_find: login, person, administrator, expiry, account id, limits. UNAUTHENTICATED: no such row; NO_MEMORY. */
JL_MUST_CHECK enum jl_code jl_session_take_account(struct jl_session *s, const struct jl_rows *rows);
JL_MUST_CHECK bool jl_session_may_use(const struct jl_session *s, const struct jl_id *space, struct jl_error *err); /* zero: no plan at all */

void jl_directory_watch(struct jl_server *server); /* directory_watch.c */
void jl_directory_left(struct jl_session *s);      /* directory_watch.c: its connection ends */
void jl_sources_learn(struct jl_server *server);   /* sources.c */

/* ---- account sessions that must end (in this process) ---- */
void jl_server_end_sessions(struct jl_server *server, const char *login, const struct jl_session *except, const struct jl_error *reason);
void jl_server_end_token(struct jl_server *server, const uint8_t token_hash[JL_TOKEN_HASH_SIZE], const struct jl_session *except,
                         const struct jl_error *reason);
#endif

/* libjalon: a client of a Jalon server, for any program.
 *
 * One `struct jl_client` is one connection to one server with one account. It belongs to one thread: call it only from
 * there. It never blocks, except in jl_client_wait. It runs inside your own event loop: poll jl_client_fd for reading, at
 * most jl_client_timeout_ms, then call jl_client_turn. All callbacks run inside jl_client_turn or jl_client_wait, never
 * inside the call that started the request, and exactly once per request (events of a subscription: any number). What a
 * callback receives is borrowed until it returns; copy what you keep. A callback may start requests and may call
 * jl_client_close; it must not free the client.
 *
 * Errors are values (struct jl_error): a stable code, its class, the record and field concerned, a message id with typed
 * arguments. The library prints nothing and words nothing.
 *
 * Writing: build a group, submit it. The call returns at once with the group's seq; the callback brings the verdict. A
 * group is first written to the profile and synced, then sent, so after a crash at any moment jl_client_resume sends the
 * same bytes again and the server answers with the one verdict that it gave. A group is applied at most once.
 *
 * Records are canonical bytes: read and write their fields with common/record/record.h. */
#ifndef JALON_H
#define JALON_H
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/id.h"

#define JL_API __attribute__((visibility("default")))

struct jl_client;
struct jl_profile;
struct jl_group;

/* ---- profiles: who we are, and what we have seen (client/sync/profile.c) ---- */
/* A profile is one text file, private to its owner. Reading takes a copy and no lock. Every change is made between
 * jl_profile_lock and jl_profile_unlock; jl_profile_save replaces the file atomically and durably. */
#define JL_PROFILE_SHOWN_MAX 4096 /* records per space whose shown revision is kept; the oldest go and count as never shown again */
struct jl_profile_identity {
  char name[64];
  char server[256];  /* address */
  char account[128]; /* empty: not logged in */
  uint8_t token[32];
  bool has_token;
  struct jl_id replica, person, organisation, server_id;
  bool administrator;
  struct jl_id plan; /* current one; zero: none */
  char plan_name[256];
};
/* name NULL: "default". Reads $XDG_CONFIG_HOME/jalon/NAME.profile or $HOME/.config/jalon/NAME.profile; no such file is an
 * empty profile with a new replica id. */
JL_API struct jl_profile *jl_profile_open(const char *name, struct jl_error *err);
JL_API void jl_profile_free(struct jl_profile *p);                            /* unlocks; NULL is fine */
JL_API struct jl_profile_identity *jl_profile_identity(struct jl_profile *p); /* change it under the lock, then save */
/* Takes the exclusive lock (at most timeout_ms; 0: only if free) and reads the file again. UNAVAILABLE when another program holds it. */
JL_API JL_MUST_CHECK bool jl_profile_lock(struct jl_profile *p, uint32_t timeout_ms, struct jl_error *err);
JL_API void jl_profile_unlock(struct jl_profile *p);
JL_API bool jl_profile_locked(const struct jl_profile *p);
JL_API JL_MUST_CHECK bool jl_profile_save(struct jl_profile *p, struct jl_error *err); /* locked */
JL_API void jl_profile_forget_account(
    struct jl_profile *p); /* on logout or another account: token, account, replica (a lane is bound to its account), lanes */

/* What this profile last displayed of a record: the base of its edits. 0: never. */
JL_API uint64_t jl_profile_shown(const struct jl_profile *p, const struct jl_id *space, const struct jl_id *record);
JL_API uint64_t jl_profile_shown_number(const struct jl_profile *p, const struct jl_id *space, uint32_t type, uint64_t number,
                                        struct jl_id *ret_record);
/* number 0: not known here. */
JL_API JL_MUST_CHECK bool jl_profile_mark_shown(struct jl_profile *p, const struct jl_id *space, const struct jl_id *record, uint32_t type,
                                                uint64_t number, uint64_t revision);
JL_API uint64_t jl_profile_position(const struct jl_profile *p, const struct jl_id *space); /* highest revision displayed of a space */
JL_API uint64_t jl_profile_last_own(const struct jl_profile *p, const struct jl_id *space); /* revision of our last group; 0: none */
JL_API void jl_profile_set_last_own(struct jl_profile *p, const struct jl_id *space, uint64_t revision);
/* The group that was reserved and has no verdict yet; bytes empty: none. Any space when space is NULL. */
JL_API struct jl_bytes jl_profile_in_flight(const struct jl_profile *p, const struct jl_id *space, struct jl_id *ret_space,
                                            uint64_t *ret_seq);
/* The steps of a lane, used by jl_client_submit. Locked; each is durable when it returns true. */
JL_API JL_MUST_CHECK bool jl_profile_reserve(struct jl_profile *p, const struct jl_id *space, uint64_t *ret_seq, uint64_t *ret_confirmed,
                                             struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_profile_put_in_flight(struct jl_profile *p, const struct jl_id *space, uint64_t seq, struct jl_bytes group,
                                                   struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_profile_decided(struct jl_profile *p, const struct jl_id *space, uint64_t seq, uint64_t revision,
                                             struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_profile_unreserve(struct jl_profile *p, const struct jl_id *space, uint64_t seq,
                                               struct jl_error *err);                         /* only when it certainly was not sent */
JL_API JL_MUST_CHECK bool jl_profile_new_replica(struct jl_profile *p, struct jl_error *err); /* REPLICA_FORKED: this file was copied */

/* ---- replies ---- */
struct jl_position_at {
  struct jl_id space;
  uint64_t epoch, revision;
};
struct jl_record_state {
  uint32_t type;
  struct jl_id id;
  uint64_t number, revision, created_revision, deleted_revision;
  struct jl_bytes body;
};
struct jl_field_base {
  uint32_t field;
  struct jl_bytes value;
};
struct jl_found {        /* answer to one query */
  struct jl_error error; /* NOT_FOUND, AMBIGUOUS ...; code OK: records[0] is the record, its children follow */
  const struct jl_record_state *records;
  size_t record_count;
  const struct jl_field_base *bases;
  size_t base_count;
};
struct jl_given {
  uint32_t type;
  struct jl_id record;
  uint64_t number;
};
struct jl_conflict {
  uint32_t type, field;
  struct jl_id record, author;
  uint64_t number, revision;
  int64_t time_us;
  struct jl_bytes base, theirs, mine;
  const char *title, *author_name;
};
struct jl_verdict {
  struct jl_id space;
  uint64_t seq;
  struct jl_id group_id;
  uint64_t revision; /* 0: refused */
  bool merged, repeated;
  const struct jl_given *given;
  size_t given_count;
  struct jl_error error;
  const struct jl_conflict *conflicts;
  size_t conflict_count;
};
struct jl_account {
  const char *account, *name;
  struct jl_id person;
  bool administrator, disabled;
  int64_t last_login_us;
};
struct jl_log_change {
  uint32_t type;
  struct jl_id id;
  uint32_t verb /* enum jl_verb */;
  uint64_t number;
  const struct jl_log_field *fields;
  size_t field_count;
};
struct jl_log_field {
  uint32_t field;
  struct jl_bytes before, after;
  bool erased; /* personal and no longer there */
};
struct jl_log_entry {
  uint64_t revision;
  uint32_t section;
  struct jl_id author;
  int64_t time_us;
  const struct jl_log_change *changes;
  size_t change_count;
};
struct jl_changed_by {
  const char *name, *title;
  uint32_t type, field, verb;
  uint64_t number, revision;
  struct jl_id record, person;
  struct jl_bytes before, after;
};
enum jl_verb { JL_VERB_CREATE = 1, JL_VERB_UPDATE, JL_VERB_DELETE, JL_VERB_RESTORE };

struct jl_reply {
  struct jl_error error; /* code OK unless the request as a whole failed */
  uint32_t retry_after_ms;
  struct jl_position_at position;
  const struct jl_found *found;
  size_t found_count;               /* read */
  struct jl_bytes document;         /* view: packed Document of proto/view.proto */
  const struct jl_verdict *verdict; /* submit; NULL: no verdict, see error (UNKNOWN_OUTCOME: resume later) */
  const struct jl_verdict *verdicts;
  size_t verdict_count;
  uint64_t high_water; /* verdict query */
  const struct jl_log_entry *log;
  size_t log_count;
  bool has_more;
  const struct jl_account *accounts;
  size_t account_count;
};
typedef void jl_done(void *context, const struct jl_reply *reply);

/* ---- the client ---- */
enum jl_link { JL_LINK_DOWN, JL_LINK_CONNECTING, JL_LINK_UP };
struct jl_client_options {
  const char *server;         /* "unix:/path", "host:7400" */
  const char *program;        /* "jalon 0.1.0" */
  struct jl_profile *profile; /* identity and lanes; borrowed, outlives the client */
  uint32_t timeout_ms;        /* bounds every wait; 0: 10000. It does not undo a group that was sent */
  bool offer_token;           /* log in with the profile's token at once */
};
JL_API struct jl_client *jl_client_new(const struct jl_client_options *options, struct jl_error *err);
JL_API void jl_client_free(struct jl_client *c); /* open requests are dropped without a callback; a group in flight stays in the profile */
JL_API void jl_client_close(struct jl_client *c);
JL_API int jl_client_fd(const struct jl_client *c);         /* readable: call jl_client_turn */
JL_API int jl_client_timeout_ms(const struct jl_client *c); /* -1: none */
JL_API bool jl_client_turn(struct jl_client *c);            /* does what can be done without waiting; false: nothing is open any more */
/* Runs until no request is open (subscriptions do not count) or timeout_ms (0: no limit). true: nothing is open. */
JL_API bool jl_client_wait(struct jl_client *c, uint32_t timeout_ms);
JL_API enum jl_link jl_client_link(const struct jl_client *c);
JL_API void jl_client_on_link(struct jl_client *c, void (*changed)(void *context, enum jl_link link, const struct jl_error *reason),
                              void *context);

/* Requests: each returns its stream (not 0), to cancel or unsubscribe. All requests made before the first turn leave
 * together with hello and login in one write. */
JL_API uint32_t jl_client_login(struct jl_client *c, const char *account, const char *password, jl_done *done,
                                void *context); /* on success the identity of the profile is filled in memory: save it */
JL_API uint32_t jl_client_logout(struct jl_client *c, bool all_sessions, jl_done *done, void *context);

struct jl_query {
  const char *text; /* "A12", an id prefix, a title; or NULL with id */
  struct jl_id id;
  const uint32_t *types;
  size_t type_count;
  const uint32_t *children;
  size_t child_count;
  uint64_t shown_revision;
  const uint32_t *base_fields;
  size_t base_field_count;
  bool deleted, all;
};
JL_API uint32_t jl_client_read(struct jl_client *c, const struct jl_id *space, const struct jl_query *queries, size_t n, jl_done *done,
                               void *context);
struct jl_parameter {
  const char *name, *value;
};
struct jl_view_ask {
  struct jl_id space; /* zero: a view over all plans */
  const char *view;
  const struct jl_parameter *parameters;
  size_t parameter_count;
  bool has_today;
  int32_t today;
};
JL_API uint32_t jl_client_view(struct jl_client *c, const struct jl_view_ask *ask, jl_done *done, void *context);
JL_API uint32_t jl_client_read_log(struct jl_client *c, const struct jl_id *space, uint64_t from, uint64_t to, uint32_t limit,
                                   jl_done *done, void *context);
JL_API uint32_t jl_client_verdicts(struct jl_client *c, const struct jl_id *space, uint64_t from_seq, uint64_t to_seq, jl_done *done,
                                   void *context);
enum jl_account_verb { JL_ACCOUNT_ADD = 1, JL_ACCOUNT_DISABLE, JL_ACCOUNT_ENABLE, JL_ACCOUNT_PASSWORD, JL_ACCOUNT_LIST, JL_ACCOUNT_WHO };
struct jl_account_ask {
  enum jl_account_verb verb;
  const char *account, *password, *old_password;
  struct jl_id person;
  bool administrator;
};
JL_API uint32_t jl_client_account(struct jl_client *c, const struct jl_account_ask *ask, jl_done *done, void *context);

/* ---- writing ---- */
/* A group of edits, all or none. Slices and records are copied. The first failure sticks and is reported by submit. */
JL_API struct jl_group *jl_group_new(const struct jl_id *space); /* NULL: no memory */
JL_API void jl_group_free(struct jl_group *g);
JL_API void jl_group_create(struct jl_group *g, uint32_t type, const struct jl_id *id, struct jl_bytes record);
JL_API void jl_group_update(struct jl_group *g, uint32_t type, const struct jl_id *id); /* then its fields: */
JL_API void jl_group_field(struct jl_group *g, uint32_t field, struct jl_bytes base, struct jl_bytes next);
JL_API void jl_group_set(struct jl_group *g, uint32_t field, struct jl_bytes add, struct jl_bytes remove);
JL_API void jl_group_count(struct jl_group *g, uint32_t field, int64_t add, const int64_t *minimum,
                           const int64_t *maximum); /* bounds may be NULL */
JL_API void jl_group_delete(struct jl_group *g, uint32_t type, const struct jl_id *id, uint64_t seen_revision, bool with_children);
JL_API void jl_group_restore(struct jl_group *g, uint32_t type, const struct jl_id *id);
JL_API void jl_group_guard(struct jl_group *g, const struct jl_id *record, uint32_t field, struct jl_bytes expected);
JL_API size_t jl_group_edits(const struct jl_group *g);
JL_API size_t jl_group_bytes(const struct jl_group *g); /* roughly what it takes on the wire, to cut imports */
/* Reserves a seq in the profile, keeps the packed group there, sends it. The profile must be locked, and stays so until
 * the verdict. Returns the seq at once; 0 with err when nothing was sent. A dry run reserves nothing. */
JL_API uint64_t jl_client_submit(struct jl_client *c, const struct jl_group *g, bool dry_run, jl_done *done, void *context,
                                 struct jl_error *err);
/* Sends the profile's group in flight again. Returns its seq; 0: there is none. */
JL_API uint64_t jl_client_resume(struct jl_client *c, const struct jl_id *space, jl_done *done, void *context);

/* ---- subscriptions ---- */
enum jl_event_kind {
  JL_EVENT_STATE,
  JL_EVENT_SNAPSHOT,
  JL_EVENT_CHANGES,
  JL_EVENT_BOOKMARK,
  JL_EVENT_LAGGING,
  JL_EVENT_RESYNC,
  JL_EVENT_ENDED
};
struct jl_event {
  enum jl_event_kind kind;
  struct jl_position_at position;
  struct jl_bytes document; /* STATE */
  const struct jl_changed_by *changes;
  size_t change_count; /* STATE: who changed what since the last one */
  const struct jl_record_state *records;
  size_t record_count;
  bool last; /* SNAPSHOT */
  const struct jl_log_entry *log;
  size_t log_count;      /* CHANGES */
  struct jl_error error; /* RESYNC, ENDED */
};
typedef void jl_on_event(void *context, const struct jl_event *event);
/* Lives until ENDED or jl_client_unsubscribe. When the link breaks it comes back by itself (full jitter, 0.1 to 30 s) and
 * asks again: a view gives its state, records continue from the last position seen. RESYNC: drop what this subscription has
 * told so far; a snapshot follows. */
JL_API uint32_t jl_client_subscribe_view(struct jl_client *c, const struct jl_view_ask *ask, jl_on_event *event, void *context);
JL_API uint32_t jl_client_subscribe(struct jl_client *c, const struct jl_id *space, jl_on_event *event, void *context);
JL_API void jl_client_unsubscribe(struct jl_client *c, uint32_t stream);
#endif

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
 * Writing: build a group, submit it. A group is first written to the outbox of the local copy and synced, then sent, so
 * after a crash at any moment the next client sends the same bytes again and the server answers with the one verdict that
 * it gave. A group is applied at most once. Without the server it waits in the outbox: the callback says so (queued).
 *
 * Reading: the server answers; when it cannot be reached, or when asked for, the local copy does, by the same code, with
 * what waits in the outbox on top (reply.local).
 *
 * Records are canonical bytes: read and write their fields with common/record/record.h. */
#ifndef JALON_H
#define JALON_H
#include "common/base/buffer.h"
#include "common/base/error.h"
#include "common/base/id.h"

struct jl_arena;
struct jl_client;
struct jl_profile;
struct jl_local;
struct jl_group;

/* ---- profiles: who we are, and what we have seen (client/sync/profile.c) ---- */
/* A profile is a text file, private to its owner, and another one of what was shown. Reading takes a copy and no lock. Every change is made
 * between jl_profile_lock and jl_profile_unlock; jl_profile_save replaces the files atomically, and durably but for what was shown: what a
 * power failure takes of that counts as never shown. */
#define JL_PROFILE_SHOWN_MAX 16384 /* records per space whose shown revision is kept; the oldest go and count as never shown again */
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
  struct jl_id account_id; /* of the account, whatever it is called; zero: no login has told it yet */
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
    struct jl_profile *p); /* on logout or another account: token, account, replica (a lane is bound to its account), what was shown */

/* ---- whom a profile believes: servers that are not of this machine speak TLS ---- */
JL_API bool jl_address_encrypted(const char *server); /* "tls:host:port", and every host that is not this machine */
/* Who signed for the server that answers at this address. Nothing is believed and nothing is sent: compare the fingerprint. */
struct jl_meeting {
  char fingerprint[104]; /* "SHA256:AB:CD..." */
  char name[256];        /* what it calls itself */
  char authority[16384]; /* PEM */
};
JL_API JL_MUST_CHECK bool jl_meet(const char *server, uint32_t timeout_ms, struct jl_meeting *ret_meeting, struct jl_error *err);
JL_API bool jl_fingerprints_match(const char *a, const char *b); /* with or without SHA256: and colons */
/* From now on this profile believes these certificates (PEM) and no others. Kept beside the profile's file. */
JL_API JL_MUST_CHECK bool jl_profile_pin(struct jl_profile *p, const char *server, struct jl_bytes authority, struct jl_error *err);
JL_API bool jl_profile_pinned(const struct jl_profile *p, char ret_server[256], char ret_fingerprint[104]); /* false: nothing is pinned. Fingerprint: may be NULL */

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
  bool must_change; /* its password was given by an administrator */
  const char *provider; /* "local", "ldap"; NULL: not said */
};
struct jl_session_state { /* a login, or a token for scripts */
  struct jl_id id;
  const char *account, *device, *source, *token_name; /* NULL: not known; token_name NULL: a login */
  int64_t created_us, last_used_us, expires_us;
  bool current, read_only;
  const struct jl_id *spaces; /* plans that a token is for */
  size_t space_count;         /* 0: all */
};
struct jl_erasure { /* what one revision erased of a person, in one section of one space */
  struct jl_id person, space, by;
  uint64_t revision;
  uint32_t section;
  int64_t time_us;
  struct jl_bytes chain_before, chain_after; /* of that section */
  uint64_t records, changes, refused, logins, own, texts_left;
  bool account;
};
struct jl_log_change {
  uint32_t type;
  struct jl_id id;
  uint32_t verb /* enum jl_verb */;
  uint64_t number;
  const struct jl_log_field *fields;
  size_t field_count;
  uint64_t previous_revision; /* that touched the record; 0: none */
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
  uint64_t undoes, redoes; /* the revision that it was made to take back; the undoing that it took back; 0: neither */
  struct jl_id import;     /* zero: of none */
  const char *import_name; /* "" none */
  uint32_t import_part;
  bool erases; /* a person's personal values */
};
struct jl_log_bytes {
  struct jl_bytes body;           /* as the chain of its section covers it */
  struct jl_bytes private_values; /* personal values and their salts */
  struct jl_bytes link;           /* beginning of the chain behind it as it was committed; empty: not kept */
};
struct jl_section_at {
  uint32_t section;
  uint64_t revision;
  uint8_t chain[32]; /* behind that revision */
};
struct jl_changed_by {
  const char *name, *title;
  uint32_t type, field, verb;
  uint64_t number, revision;
  struct jl_id record, person;
  struct jl_bytes before, after;
};
enum jl_verb { JL_VERB_CREATE = 1, JL_VERB_UPDATE, JL_VERB_DELETE, JL_VERB_RESTORE };

struct jl_refused { /* a group of the account's that was refused within 90 days, whichever machine sent it */
  struct jl_id replica;
  uint64_t seq;
  int64_t time_us;
  struct jl_bytes group, verdict; /* packed Group and Verdict of proto/wire.proto; verdict empty: too much for one message */
};

struct jl_sync_summary;
struct jl_reply {
  struct jl_error error; /* code OK unless the request as a whole failed */
  uint32_t retry_after_ms;
  bool local;               /* the local copy answered, not the server */
  int64_t offline_since_us; /* local: when this machine last heard from the server; 0: never */
  int64_t as_of_us;         /* local: when what was read was last known to be the newest; 0: never */
  uint64_t queued;          /* submit: number in the outbox of a group that waits there. verdict is NULL then. error OK: kept for
                               later; UNKNOWN_OUTCOME: it was sent, its verdict will come with a later connection */
  const struct jl_given *given;
  size_t given_count;       /* queued: provisional numbers (A?3) of the records that it makes */
  struct jl_error foreseen; /* queued: what the local copy thinks the server will say; only advice. OK: nothing against it */
  const struct jl_sync_summary *sync;    /* sync */
  const struct jl_present *present;
  size_t present_count, present_total;   /* who is there */
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
  uint64_t log_last; /* the last revision looked at, readable or not: what is more comes after it; 0: none */
  const struct jl_account *accounts;
  size_t account_count;
  const struct jl_session_state *sessions;
  size_t session_count;
  struct jl_bytes token;          /* of JL_TOKEN_ADD: shown once */
  bool must_change;               /* login: only the password can be changed now */
  const struct jl_error *notices; /* login: what an administrator should know */
  size_t notice_count;
  const struct jl_section_at *section_positions; /* read, view: where the readable sections that were ever touched stand at `position` */
  size_t section_position_count;
  const struct jl_log_bytes *log_bytes; /* read log: what each of `log` was made from */
  uint32_t log_sections;                /* bit mask of those that may be read; 0: not said */
  const struct jl_erasure *erasures;
  size_t erasure_count;
  const struct jl_refused *refused;
  size_t refused_count;
};
typedef void jl_done(void *context, const struct jl_reply *reply);

/* ---- the local copy (client/sync/local.c) ---- */
/* What this machine holds of one server for one account, shared by all profiles of that account: the folder
 * $XDG_DATA_HOME/jalon/SERVER-ACCOUNT/ or $HOME/.local/share/jalon/... with replica.db (what the server told; can always be
 * fetched again), outbox.db (what we want of the server; never thrown away) and lock. One process at a time has it open. */
#define JL_LOCAL_WAIT_MS 5000
/* Names the folder; touches nothing. The profile must be logged in (UNAUTHENTICATED). Borrowed, outlives the copy. */
JL_API struct jl_local *jl_local_new(struct jl_profile *profile, struct jl_error *err);
JL_API void jl_local_free(struct jl_local *l); /* closes; NULL is fine */
/* Takes the lock (waiting at most wait_ms, and on while who has it is seen to get on; 0: only when free) and opens both files, making what is missing. true at once when
 * it is open. UNAVAILABLE: another process has it (its id is in the text), or the disk fails. UPGRADE_REQUIRED: a newer jalon
 * wrote it; nothing is touched. INVALID: outbox.db is damaged: it is kept, the text says what to do. A damaged or older
 * replica.db is made anew; an older outbox.db is migrated. */
JL_API JL_MUST_CHECK bool jl_local_open(struct jl_local *l, uint32_t wait_ms, struct jl_error *err);
JL_API void jl_local_close(struct jl_local *l); /* lets others in; can be opened again */
/* Called once when opening has waited for a second, with the id of the process that has it (0: not known). */
JL_API void jl_local_on_wait(struct jl_local *l, void (*waiting)(void *context, int64_t process), void *context);
enum jl_local_mode {
  JL_LOCAL_CLOSED,
  JL_LOCAL_OPEN,
  JL_LOCAL_READ_ONLY,   /* the folder cannot be written: reading works, submit says why not */
  JL_LOCAL_ONLINE_ONLY, /* the folder cannot be locked (some network homes): nothing is kept, edits work only while the server answers */
};
JL_API enum jl_local_mode jl_local_mode(const struct jl_local *l);
/* Something to tell about the opening: why it is READ_ONLY or ONLINE_ONLY, that replica.db was made anew, that the folder is a
 * copy. Code OK: nothing. Not a failure. */
JL_API const struct jl_error *jl_local_note(const struct jl_local *l);
/* Without opening anything, from a note that whoever had the copy open last has left: what there is to do. false: not known. */
struct jl_local_hint {
  size_t waiting;    /* groups queued and sent */
  uint64_t revision; /* where the copy of the space stands; 0: there is none */
  int64_t as_of_us;  /* when that was last known to be the head */
};
JL_API bool jl_local_hint(struct jl_local *l, const struct jl_id *space, struct jl_local_hint *ret_hint);
JL_API int64_t jl_local_heard_us(const struct jl_local *l); /* when the server was last heard; 0: never. Open */

/* All below: open (or READ_ONLY); results live in the arena. */
struct jl_local_space {
  struct jl_id space;
  uint32_t kind; /* enum jl_space_kind */
  const char *title; /* of a plan; "" when not known */
  uint64_t epoch, revision; /* where the copy stands; 0: no records yet */
  uint64_t head;            /* the server's, as last heard; never less than revision */
  int64_t as_of_us;         /* when revision was last known to be the head */
  bool fetching;            /* a snapshot was begun and goes on with the next sync */
  size_t waiting, refused, parked; /* groups of the outbox */
};
JL_API JL_MUST_CHECK bool jl_local_spaces(struct jl_local *l, struct jl_arena *a, const struct jl_local_space **ret_spaces, size_t *ret_n,
                                          struct jl_error *err);
/* Where the sections of the copy stand: what the server once told this machine. *ret_n 0: there is no copy. */
JL_API JL_MUST_CHECK bool jl_local_sections(struct jl_local *l, const struct jl_id *space, struct jl_section_at ret_sections[16], size_t *ret_n,
                                            uint64_t *ret_revision, struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_local_forget_space(struct jl_local *l, const struct jl_id *space, struct jl_error *err); /* its records; not its groups */
JL_API uint64_t jl_local_last_own(struct jl_local *l, const struct jl_id *space); /* revision of our last applied group there; 0: none */
/* A?3 -> A14: the number that a provisional one was given; number 0: not decided yet. false: never made here. */
JL_API bool jl_local_given(struct jl_local *l, uint32_t type, uint64_t provisional, struct jl_id *ret_space, struct jl_id *ret_record,
                           uint64_t *ret_number);

/* ---- the outbox ---- */
enum jl_outbox_state {
  JL_OUTBOX_QUEUED = 1, /* waits for the server, or for what it depends on */
  JL_OUTBOX_SENT,       /* went out; no verdict yet */
  JL_OUTBOX_REFUSED,    /* waits for you: resolve or drop */
  JL_OUTBOX_PARKED,     /* depends on a refused one */
  JL_OUTBOX_DONE,       /* applied; kept for 7 days, to be offered again should the server lose it */
};
struct jl_outbox_field {
  uint32_t field;
  struct jl_bytes base, next, add, remove;
  bool counts;
  int64_t add_number;
};
struct jl_outbox_edit {
  uint32_t verb /* enum jl_verb */, type;
  struct jl_id record;
  uint64_t number; /* provisional (bit 62) when not given yet; 0: not known here */
  const char *title;
  const struct jl_outbox_field *fields;
  size_t field_count; /* create: the fields of the record, in next */
};
struct jl_outbox_group {
  uint64_t id; /* ascending in the order of submitting */
  enum jl_outbox_state state;
  struct jl_id space, group_id;
  uint64_t seq, revision; /* 0: none yet */
  int64_t created_us, decided_us;
  bool merged;
  bool again;             /* the server had lost it (an older copy of its data was restored): offered again */
  bool seen;              /* refused, and whoever submitted it got the verdict */
  uint64_t conflict;      /* REFUSED: its number for people, as in C4. It stays when the group is refused again */
  const uint64_t *depends_on;
  size_t depends_count;   /* groups here that must be decided first */
  const struct jl_outbox_edit *edits;
  size_t edit_count;
  struct jl_error error;  /* REFUSED, PARKED: why. QUEUED: what the local copy foresees */
  const struct jl_conflict *conflicts;
  size_t conflict_count;
};
struct jl_outbox_ask {
  const struct jl_id *space; /* NULL: all */
  uint64_t id;               /* one group; 0: all */
  uint32_t states;           /* bits 1 << enum jl_outbox_state; 0: all but DONE */
};
JL_API JL_MUST_CHECK bool jl_local_outbox(struct jl_local *l, const struct jl_outbox_ask *ask, struct jl_arena *a,
                                          const struct jl_outbox_group **ret_groups, size_t *ret_n, struct jl_error *err);
struct jl_outbox_counts {
  size_t queued, sent, refused, parked, done, seen /* of the refused */;
  uint64_t bytes;    /* of all but done */
  int64_t oldest_us; /* of queued and sent; 0: none */
};
/* What was typed of personal values that were erased meanwhile (RGPD) is taken out of groups that wait, or were refused; it is noted until
 * somebody has told it. Groups of which nothing is left are refused ones. In the arena. */
struct jl_erased_edit {
  uint32_t type;
  uint64_t number;
  uint32_t field; /* 0: the record's making */
  uint64_t count; /* edits */
};
JL_API JL_MUST_CHECK bool jl_local_erased(struct jl_local *l, struct jl_arena *a, const struct jl_erased_edit **ret_edits, size_t *ret_n, struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_local_erased_told(struct jl_local *l, struct jl_error *err);
JL_API JL_MUST_CHECK bool jl_local_counts(struct jl_local *l, struct jl_outbox_counts *ret_counts, struct jl_error *err);

/* Resolving a refused group puts another one in its place (same number here, queued; the next submit or sync sends it). Nothing
 * is sent here. What was parked behind it follows: behind the new one, or, when nothing is left of the group, on its own.
 * MINE: what is in conflict is written over what the conflict showed (that is the new base, so a third change since meets a
 *   new conflict). A record that was deleted meanwhile is restored first, a deletion takes the unseen change with it, guards
 *   that failed are given up, a broken rule is tried again as it is.
 * THEIRS: what is in conflict stays as the server has it; the rest of the group goes on. Whole-group refusals (a rule, a
 *   guard, rights, a deleted record): the group is dropped.
 * FIELDS: one choice for each conflict; a conflict without a choice is USAGE. MINE and THEIRS as above, VALUE: this value. */
enum jl_choice { JL_CHOICE_MINE = 1, JL_CHOICE_THEIRS, JL_CHOICE_VALUE, JL_CHOICE_FIELDS };
struct jl_field_choice {
  struct jl_id record;
  uint32_t field;
  enum jl_choice choice;
  struct jl_bytes value; /* VALUE: a slice; empty clears */
};
struct jl_resolution {
  enum jl_choice choice;
  const struct jl_field_choice *fields; /* FIELDS */
  size_t field_count;
  bool with_dependents; /* when records that it was to make are given up: the groups that need them go as well; else DEPENDS */
};
/* *ret_id: the group to be sent; 0: nothing was left. NOT_FOUND: no such refused group. */
JL_API JL_MUST_CHECK bool jl_local_resolve(struct jl_local *l, uint64_t id, const struct jl_resolution *resolution, uint64_t *ret_id,
                                           struct jl_error *err);
/* Takes a queued, refused or parked group away. UNKNOWN_OUTCOME for one that was sent: it must be decided first. */
JL_API JL_MUST_CHECK bool jl_local_drop(struct jl_local *l, uint64_t id, bool with_dependents, struct jl_error *err);

/* ---- the client ---- */
enum jl_link { JL_LINK_DOWN, JL_LINK_CONNECTING, JL_LINK_UP };
struct jl_client_options {
  const char *server;         /* "unix:/path", "host:7400", "tls:host:7400" */
  const char *program;        /* "jalon 0.1.0" */
  struct jl_profile *profile; /* identity; borrowed, outlives the client */
  struct jl_local *local;     /* local copy and outbox; borrowed, outlives the client. It is opened when it is needed (a submit, an
                                 answer without the server, a sync), which may wait for another program up to JL_LOCAL_WAIT_MS;
                                 open it before where that matters. NULL: no outbox, no answers without the server */
  bool offline;               /* connect to nothing: reads and views come from the local copy, groups wait in the outbox */
  uint32_t timeout_ms;        /* bounds every wait; 0: 10000. It does not undo a group that was sent */
  uint32_t patience_ms;       /* with local: a server that has not said a word for so long counts as away for this client, and for 30 s
                                 for every other one that has patience_ms; 0: the timeout, and whatever others noted */
  bool offer_token;           /* log in with the profile's token at once */
  struct jl_bytes certificate; /* PEM of a client certificate and its key, for a login by it; empty: none */
};
JL_API struct jl_client *jl_client_new(const struct jl_client_options *options, struct jl_error *err);
JL_API void jl_client_free(struct jl_client *c); /* open requests are dropped without a callback; a group without verdict stays in the outbox */
JL_API void jl_client_close(struct jl_client *c);
JL_API int jl_client_fd(const struct jl_client *c);         /* readable: call jl_client_turn */
JL_API int jl_client_timeout_ms(const struct jl_client *c); /* -1: none */
/* How long a client that comes back waits before its next attempt, after so many that failed; drawn anew each time. For programs that ask again
 * themselves. */
JL_API uint32_t jl_client_pause_ms(unsigned attempts);
JL_API void jl_client_patience(struct jl_client *c, uint32_t timeout_ms); /* for what is asked from now on takes longer than most */
JL_API bool jl_client_turn(struct jl_client *c);            /* does what can be done without waiting; false: nothing is open any more */
/* Runs until no request is open (subscriptions do not count) or timeout_ms (0: no limit). true: nothing is open. */
JL_API bool jl_client_wait(struct jl_client *c, uint32_t timeout_ms);
JL_API enum jl_link jl_client_link(const struct jl_client *c);
JL_API void jl_client_on_link(struct jl_client *c, void (*changed)(void *context, enum jl_link link, const struct jl_error *reason),
                              void *context);

/* Requests: each returns its stream (not 0), to cancel or unsubscribe. All requests made before the first turn leave
 * together with hello and login in one write. */
JL_API uint32_t jl_client_login(struct jl_client *c, const char *account, const char *password, jl_done *done,
                                void *context); /* on success the identity of the profile is filled in memory: save it.
                                                   password NULL: by options.certificate */
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
/* All records of a type, page after page, ascending by id: found[0] has as many as an answer holds, `has_more` whether there are others
 * behind its last one. after NULL: from the beginning. */
JL_API uint32_t jl_client_read_page(struct jl_client *c, const struct jl_id *space, uint32_t type, const struct jl_id *after, bool deleted,
                                    jl_done *done, void *context);
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
/* Single groups of the log, which the server finds without reading the rest. */
struct jl_log_ask {
  struct jl_id space;
  uint64_t from, to;       /* revisions, inclusive; */
  const char *import_name; /* of them only those of imports of this name; NULL: all */
  bool takers;             /* instead of them those that undo or redo one of them, or one that does so; */
  uint64_t after;          /* of these only those after this revision */
};
JL_API uint32_t jl_client_find_log(struct jl_client *c, const struct jl_log_ask *ask, jl_done *done, void *context);
JL_API uint32_t jl_client_verdicts(struct jl_client *c, const struct jl_id *space, uint64_t from_seq, uint64_t to_seq, jl_done *done,
                                   void *context);
enum jl_account_verb {
  JL_ACCOUNT_ADD = 1, JL_ACCOUNT_DISABLE, JL_ACCOUNT_ENABLE, JL_ACCOUNT_PASSWORD, JL_ACCOUNT_LIST, JL_ACCOUNT_WHO,
  JL_ACCOUNT_RENAME, JL_ACCOUNT_RESET, JL_SESSION_LIST, JL_SESSION_END, JL_TOKEN_ADD, JL_TOKEN_LIST,
  JL_ERASURE_LIST /* of `person`, or of everybody; administrators */
};
struct jl_account_ask {
  enum jl_account_verb verb;
  const char *account, *password, *old_password;
  struct jl_id person;
  bool administrator;
  const char *new_account; /* RENAME */
  const char *session;     /* SESSION_END: id, its first digits, or a token's name */
  const char *token_name;  /* TOKEN_ADD, with: */
  bool read_only;
  uint32_t days;
  const struct jl_id *spaces;
  size_t space_count; /* 0: all plans */
  bool everybody;     /* SESSION_LIST, TOKEN_LIST */
  uint32_t skip;      /* ERASURE_LIST: so many came already; has_more of the reply says that there are more */
};
/* Ascending by replica and seq, after the last one of the page before; after NULL: from the first. */
JL_API uint32_t jl_client_refused(struct jl_client *c, const struct jl_id *space, const struct jl_refused *after, jl_done *done, void *context);
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
/* A place in its list (a field of kind RANK): behind one record or before another, as these stand when the server decides. NULL: not
 * said; a zero id: nothing is on that side (after nothing: the first; before nothing: the last). */
JL_API void jl_group_place(struct jl_group *g, uint32_t field, const struct jl_id *after, const struct jl_id *before);
JL_API void jl_group_delete(struct jl_group *g, uint32_t type, const struct jl_id *id, uint64_t seen_revision, bool with_children);
JL_API void jl_group_restore(struct jl_group *g, uint32_t type, const struct jl_id *id);
JL_API void jl_group_guard(struct jl_group *g, const struct jl_id *record, uint32_t field, struct jl_bytes expected);
/* For who reads the log: the group takes back what this revision did; or it takes back the undoing of that revision. */
JL_API void jl_group_undoes(struct jl_group *g, uint64_t revision);
JL_API void jl_group_redoes(struct jl_group *g, uint64_t revision);
/* It is one of the groups of an import, which has an id of its own and a name that people know it by (cut to 120 bytes); part: from 1. */
JL_API void jl_group_import(struct jl_group *g, const struct jl_id *import, const char *name, uint32_t part);
/* It erases the personal values of a person in its space, here and in the log, for ever, and has no edits. Administrators. `merged` of its
 * verdict: there is more, to be erased with another one. */
JL_API void jl_group_erases(struct jl_group *g, const struct jl_id *person);
JL_API size_t jl_group_edits(const struct jl_group *g);
JL_API size_t jl_group_bytes(const struct jl_group *g); /* roughly what it takes on the wire, to cut imports */
/* Puts the group into the outbox of options.local (durable when this returns) and sends it when those before it allow. Returns
 * its number there at once; 0 with err when nothing was kept (the disk is full or read-only, the outbox holds all it may). The
 * callback brings the verdict; or, when the server cannot be reached or what it depends on is not decided, reply.queued; or,
 * when it went out and no answer came in time, queued with UNKNOWN_OUTCOME. A refused group whose verdict the callback brought
 * stays in the outbox only when it has conflicts to resolve (seen is true then). A dry run keeps nothing; without the server it
 * is evaluated against the local copy. Dry runs of the groups of one import (jl_group_import), sent one behind the other from part 1 on over one
 * connection, are each judged with those before them: so the verdicts are those that the import would get if nobody else edited meanwhile.
 * Several may be under way. OVERLOADED: the server has no room for it now; INVALID without a verdict: begin with part 1 again.
 * Without options.local only a dry run is possible. */
JL_API uint64_t jl_client_submit(struct jl_client *c, const struct jl_group *g, bool dry_run, jl_done *done, void *context,
                                 struct jl_error *err);
/* Sends what an earlier run sent without getting an answer (state SENT), all of it. The callback comes once per group, with
 * its verdict or why there is none. Returns how many; 0: nothing to settle. Makes no local copy that is not there. */
JL_API size_t jl_client_settle(struct jl_client *c, jl_done *done, void *context);

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

/* ---- bringing the local copy and the server together ---- */
enum jl_sync_stage { JL_SYNC_SENDING, JL_SYNC_SNAPSHOT, JL_SYNC_CHANGES };
struct jl_sync_progress {
  enum jl_sync_stage stage;
  struct jl_id space;
  uint64_t done, total; /* groups, records or revisions; total 0: not known */
};
struct jl_sync_ask {
  const struct jl_id *spaces;
  size_t space_count;  /* 0: the organisation, the profile's plan and all that the copy holds */
  bool no_send;        /* leave the outbox alone */
  bool no_receive;     /* only send */
  bool gives_way;      /* ends with UNAVAILABLE, between two pages, when another process waits for the local copy; what came stays */
  uint64_t tail_limit; /* leave a space alone that is more than this many revisions behind or needs a snapshot; 0: no limit */
  void (*progress)(void *context, const struct jl_sync_progress *progress); /* may be NULL; same context as done */
};
struct jl_sync_summary {
  size_t sent, applied, merged, refused, parked; /* groups, of this run */
  size_t waiting;   /* left in the outbox: queued and sent */
  size_t again;     /* groups that the server had lost, queued again */
  size_t spaces, snapshots;
  size_t left;      /* spaces left alone because of tail_limit */
  uint64_t revisions, records; /* received */
  const struct jl_outbox_counts *counts; /* afterwards */
  struct jl_error space_error; /* the first space that could not be brought to the head (not readable any more ...); OK: none */
  struct jl_id space;          /* that one */
};
/* Sends what waits, then brings the spaces to the head. The callback comes once, with reply.sync; error: what ended it early
 * (UNAVAILABLE ...), the summary tells how far it came. The list of plans is refreshed as well. */
JL_API uint32_t jl_client_sync(struct jl_client *c, const struct jl_sync_ask *ask, jl_done *done, void *context);

/* ---- presence: who is on a space; never stored ---- */
enum jl_doing { JL_DOING_LOOKING = 1, JL_DOING_EDITING, JL_DOING_LEAVING };
struct jl_present {
  struct jl_id person, record; /* record zero: the space as a whole */
  const char *name;
  enum jl_doing doing;
  uint32_t type, field;
  uint64_t number, revision;
  int64_t since_us;
};
/* Says what we are doing (ends by itself when not repeated, or with the connection) and asks who else is there: reply.present,
 * editing before looking. doing 0: only asks. Offline it fails with UNAVAILABLE. */
JL_API uint32_t jl_client_presence(struct jl_client *c, const struct jl_id *space, enum jl_doing doing, const struct jl_id *record /* NULL: none */,
                                   uint32_t field, uint64_t revision, jl_done *done, void *context);
#endif

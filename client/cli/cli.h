/* One run of the command line: what was asked, who asks, the connection, where the answer goes. Everything lives in the
 * run's arena. A command returns false with an error, which main prints once; its code is the exit status. */
#ifndef JL_CLI_H
#define JL_CLI_H
#include "client/cli/input.h"
#include "client/faces/face.h"
#include "client/include/jalon.h"
#include "common/model/document.h"
#include <stdio.h>

#define JL_MOMENT_SIZE 32
#define JL_CLI_ARENA (256u << 20) /* a full import with its records */

struct jl_option {
  const char *name, *value /* what it takes, for help; NULL: a switch */, *help;
};
struct jl_given_option {
  const char *name, *value;
};

struct jl_cli;
enum jl_command_flag {
  JL_COMMAND_PLAN = 1 /* needs a current plan */,
  JL_COMMAND_LOCAL = 2 /* no connection */,
  JL_COMMAND_WRITES = 4,
  JL_COMMAND_NO_LOGIN = 8,
  JL_COMMAND_SERVER = 16 /* means nothing without the server */,
  JL_COMMAND_OUTBOX = 32 /* about what waits: nothing is sent before it */,
  JL_COMMAND_PAST = 64 /* shows what is, so it can show what was: --at */,
  JL_COMMAND_ALONE = 128 /* may need no plan, no server and no login; when it does it says so itself: jl_cli_ready */
};
struct jl_command {
  const char *path;      /* "budget-line set" */
  const char *summary;   /* message id */
  const char *arguments; /* "REF [--FIELD VALUE]..." */
  unsigned least, most;  /* positional arguments */
  unsigned flags;
  const struct jl_option *options; /* ended by name NULL; NULL: none */
  bool (*run)(struct jl_cli *cli, struct jl_error *err);
  const char *examples[4];
  const struct jl_record_type *type; /* generic record commands */
  const struct jl_view *view;        /* generic view commands */
};

/* Where the answers of this run came from. */
struct jl_heard {
  bool local, online;
  int64_t offline_since_us, as_of_us; /* of the local ones; 0: never */
  struct jl_position_at position;     /* the last one told */
};

struct jl_cli {
  struct jl_arena *arena;
  const struct jl_command *command;
  const char *const *words;
  size_t word_count; /* positional arguments */
  const struct jl_given_option *options;
  size_t option_count;
  const char *profile_name, *server, *lang, *plan_name;
  bool json, csv, markdown, no_color, dry_run, quiet, help, offline;
  bool has_width;
  int width;
  bool has_today;
  int32_t today;
  const char *at_text; /* --at as it was typed; NULL: now */
  char at[JL_MOMENT_SIZE];
  bool has_base;
  uint64_t base;
  struct jl_profile *profile;
  struct jl_local *local; /* the copy of this machine, and what waits; NULL: there is no place for one, no_local says why */
  struct jl_error no_local;
  struct jl_client *client;
  struct jl_heard heard;
  struct jl_bytes certificate; /* of a login by it */
  struct jl_id plan;
  struct jl_face_options face, error_face;
  char currency[8]; /* of the plan, once known */
  bool settles;     /* the command goes on with the conflicts of its group, and shows them itself */
  bool line_drawn;  /* how far it is stands on the terminal's last line: whoever writes there clears it */
  bool submitted;   /* a change was given out of hand: kept, or sent */
  bool told_note;   /* what the opening of the local copy had to say */
  bool printed;     /* the command has worded its failure itself */
  bool unprinted;   /* there was no memory for (a part of) the answer */
  bool prepared;    /* for an answer, while the first was waited for */
};

/* options.c */
JL_MUST_CHECK bool jl_cli_globals(struct jl_cli *cli, int argc, char **argv, const char ***ret_words, size_t *ret_count,
                                  struct jl_error *err);
JL_MUST_CHECK bool jl_cli_arguments(struct jl_cli *cli, const char *const *words, size_t count, struct jl_error *err); /* by cli->command */
const char *jl_cli_option(const struct jl_cli *cli, const char *name); /* last value; "" for a switch; NULL: not given */
extern const struct jl_option jl_global_options[];
/* moment.c: "2026-03-31" (the end of that day here), "2026-03-31T14:00", "r1234" as requests name it (common/model/moment.h).
 * ret_day: of a day or an hour, what was asked for; INT32_MIN for a revision. */
JL_MUST_CHECK bool jl_cli_moment(struct jl_cli *cli, const char *text, char ret_moment[JL_MOMENT_SIZE], int32_t *ret_day, struct jl_error *err);
bool jl_cmd_diff(struct jl_cli *cli, struct jl_error *err);
/* The same of the beginning of a period: a day is meant from its start. */
JL_MUST_CHECK bool jl_cli_since(struct jl_cli *cli, const char *text, char ret_moment[JL_MOMENT_SIZE], struct jl_error *err);
JL_MUST_CHECK bool jl_cli_take_at(struct jl_cli *cli, struct jl_error *err); /* --at, when it was given */
/* commands.c */
const struct jl_command *jl_command_next(const struct jl_command *c); /* c NULL: the first one; NULL: no more of them */
size_t jl_record_command_count(void);
JL_MUST_CHECK bool jl_command_find(struct jl_cli *cli, const char *const *words, size_t count, const struct jl_command **ret_command,
                                   size_t *ret_used, struct jl_error *err);
/* Record and view commands made from the tables; the result lives in the arena. NULL: no such one. */
const struct jl_command *jl_record_command(struct jl_arena *a, const struct jl_record_type *type, const char *verb);
const struct jl_command *jl_view_command(struct jl_arena *a, const struct jl_view *view);
extern const char *const jl_record_verbs[]; /* ended by NULL */
bool jl_record_verb_fits(const struct jl_record_type *type, const char *verb);
/* help.c */
void jl_help_command(const struct jl_command *command, struct jl_buffer *out);
JL_MUST_CHECK bool jl_help_topic(struct jl_cli *cli, const char *const *words, size_t count, struct jl_buffer *out, struct jl_error *err);
bool jl_cmd_help(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_version(struct jl_cli *cli, struct jl_error *err);
/* run.c */
int jl_cli_main(int argc, char **argv);
/* Profile, connection and plan, as a command with these flags needs them. */
JL_MUST_CHECK bool jl_cli_ready(struct jl_cli *cli, unsigned flags, struct jl_error *err);
JL_MUST_CHECK bool jl_cli_connect(struct jl_cli *cli, bool with_token, struct jl_error *err);
JL_MUST_CHECK bool jl_cli_lock(struct jl_cli *cli, struct jl_error *err); /* says so when it waits */
uint32_t jl_cli_patience_ms(void); /* JALON_PATIENCE, for slow lines and machines; 0: nobody said how long */
JL_MUST_CHECK bool jl_cli_wait(struct jl_cli *cli, struct jl_error *err);
bool jl_cli_no_link(struct jl_error *err); /* out of memory for a request */
int32_t jl_cli_today(const struct jl_cli *cli);
struct jl_id jl_cli_space(const struct jl_cli *cli, const struct jl_record_type *type);
void jl_cli_print(struct jl_cli *cli, struct jl_buffer *out); /* to stdout, and releases */
void jl_cli_say(struct jl_cli *cli, const char *message, const struct jl_arg *args,
                int n); /* a result line on stdout, unless --quiet or a machine face */
void jl_cli_note(const struct jl_cli *cli, const char *message, const struct jl_arg *args, int n); /* talk, on stderr */
void jl_cli_line(const struct jl_cli *cli, FILE *stream, struct jl_buffer *text); /* folded on a screen */
#define jl_say(cli, message, ...)                                                                                                          \
  jl_cli_say(cli, message, (const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__} + 1,                                               \
             (int)(sizeof((const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__}) / sizeof(struct jl_arg)) - 1)
#define jl_talk(cli, message, ...)                                                                                                         \
  jl_cli_note(cli, message, (const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__} + 1,                                              \
              (int)(sizeof((const struct jl_arg[]){{JL_ARG_NONE, 0, ""}, ##__VA_ARGS__}) / sizeof(struct jl_arg)) - 1)
/* logins.c */
JL_MUST_CHECK bool jl_cli_read_token(const char *path, uint8_t ret_token[32], struct jl_error *err);
bool jl_cmd_session_list(struct jl_cli *cli, struct jl_error *err), jl_cmd_session_end(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_token_add(struct jl_cli *cli, struct jl_error *err), jl_cmd_user_rename(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_user_reset(struct jl_cli *cli, struct jl_error *err);
/* trust.c: the address that this run is for; the authority of an encrypted server is known to the profile, or becomes so. */
const char *jl_cli_server(const struct jl_cli *cli);
JL_MUST_CHECK bool jl_cli_read_certificate(struct jl_cli *cli, const char *path, struct jl_error *err); /* into cli->certificate */
JL_MUST_CHECK bool jl_cli_trust(struct jl_cli *cli, const char *server, struct jl_error *err);
/* password.c: from --password-file (F or -), else asked in a terminal, else USAGE. */
JL_MUST_CHECK bool jl_cli_password(struct jl_cli *cli, const char *prompt, bool twice, char out[130], struct jl_error *err);
void jl_cli_password_advice(struct jl_cli *cli, const char *password); /* of one that was taken */
bool jl_cli_password_random(char out[24]);
/* resolve.c: references to records, all in one exchange. */
struct jl_lookup {
  const char *text;
  struct jl_id id;                   /* text NULL: by id */
  const struct jl_field *field;      /* reference field it is for: its types; NULL: type */
  const struct jl_record_type *type; /* NULL with field NULL: any of the plan */
  const uint32_t *base_fields;
  size_t base_field_count;
  const uint32_t *children;
  size_t child_count;
  bool deleted;
  struct jl_error error; /* of this one */
  struct jl_record_state record;
  const struct jl_record_state *below;
  size_t below_count;
  const struct jl_field_base *bases;
  size_t base_count;
};
struct jl_lookups {
  struct jl_lookup *items;
  size_t count, capacity;
  struct jl_id space /* of references that are not of the directory */;
};
struct jl_lookup *jl_lookup_add(struct jl_cli *cli, struct jl_lookups *l, const char *text); /* NULL: no memory */
JL_MUST_CHECK bool jl_lookups_run(struct jl_cli *cli, struct jl_lookups *l,
                                  struct jl_error *err); /* of the exchange; each item has its own error */
JL_MUST_CHECK bool jl_lookup_one(struct jl_cli *cli, struct jl_lookup *one, struct jl_error *err); /* alone; its error too */
/* What a delete of it may say to have seen, the bases of its fields having been asked for: its present revision when only
 * this profile changed it since it was shown, else what was shown; 0: never. */
uint64_t jl_lookup_seen(const struct jl_cli *cli, const struct jl_id *space, const struct jl_lookup *one);
JL_MUST_CHECK bool jl_lookup_all_fields(struct jl_cli *cli, const struct jl_record_type *type, struct jl_lookup *one, struct jl_error *err);
bool jl_same_bytes(struct jl_bytes a, struct jl_bytes b);
struct jl_bytes jl_lookup_base(const struct jl_lookup *one, uint32_t field);
JL_MUST_CHECK bool jl_cli_resolve_plan(struct jl_cli *cli, const char *name, struct jl_id *ret_plan, char *ret_name, size_t size,
                                       struct jl_error *err);
bool jl_cli_given(const struct jl_cli *cli, const char *text, struct jl_id *ret_record); /* "A?3" of this machine */
bool jl_type_is_directory(uint32_t type_number);
void jl_reference_text(uint32_t type, uint64_t number, char out[JL_REFERENCE_SIZE]); /* "A12" */
/* left_behind.c: what a lever or action that is to be deleted leaves without one: asked before, told after. */
#define JL_LEFT_LINES 256 /* told apart, of those with several shares */
struct jl_left_behind {
  uint32_t of;
  size_t lines;
  struct jl_id line[JL_LEFT_LINES];
  char first[JL_REFERENCE_SIZE], currency[4];
  int64_t planned, ordered; /* excl. VAT */
};
void jl_cli_find_left_behind(struct jl_cli *cli, const struct jl_record_state *record, struct jl_left_behind *ret);
void jl_cli_tell_left_behind(const struct jl_cli *cli, const struct jl_left_behind *left);
/* verdict.c: submitting and wording what came of it. */
struct jl_outcome_of {
  bool decided;
  uint64_t revision;
  const struct jl_given *given;
  size_t given_count;
  bool merged;
  uint64_t queued; /* kept in the outbox under this number, to be sent; 0: decided */
  bool parked;     /* queued behind a conflict that waits for its author */
  uint64_t conflict; /* refused, and kept under this number until it is resolved */
};
JL_MUST_CHECK bool jl_cli_submit(struct jl_cli *cli, const struct jl_group *group, struct jl_outcome_of *ret_outcome, struct jl_error *err);
/* What would come of it: nothing is said and nothing is kept. */
struct jl_tried {
  struct jl_error error; /* why it would be refused */
  const struct jl_conflict *conflicts;
  size_t conflict_count;
};
JL_MUST_CHECK bool jl_cli_try(struct jl_cli *cli, const struct jl_group *group, struct jl_tried *ret_tried, struct jl_error *err);
JL_MUST_CHECK bool jl_cli_mark(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state *records, size_t n,
                               struct jl_error *err);
void jl_cli_done(struct jl_cli *cli, const struct jl_outcome_of *outcome); /* machine faces: the outcome as JSON */
/* offline.c */
void jl_cli_heard(struct jl_cli *cli, const struct jl_reply *reply); /* every reply passes here: where it came from */
void jl_cli_tell_offline(const struct jl_cli *cli);
bool jl_cli_needs_server(const struct jl_cli *cli, struct jl_error *err); /* words the failure so; always false */
struct jl_arg jl_cli_clock(int64_t utc_us);                               /* "14:02" */
struct jl_arg jl_cli_age(int64_t utc_us);                                 /* "5 min ago" */
/* How a result line ends: ", r812", or ": kept, will be sent (offline since 14:02)". */
struct jl_arg jl_cli_made(const struct jl_cli *cli, const struct jl_outcome_of *outcome);
/* sync.c */
void jl_cli_let_others(struct jl_cli *cli); /* before a person is asked, or for as long as nothing is done: closes the local copy */
bool jl_cli_has_outbox(const struct jl_cli *cli); /* open */
JL_MUST_CHECK bool jl_cli_open_local(struct jl_cli *cli, uint32_t wait_ms, struct jl_error *err);
JL_MUST_CHECK bool jl_cli_send_waiting(struct jl_cli *cli, struct jl_error *err); /* and reports */
void jl_cli_refresh_behind(const struct jl_cli *cli); /* by a process of its own, while this one goes on */
void jl_cli_refresh_own(struct jl_cli *cli); /* what the person keeps for oneself, so that it is here offline */
void jl_cli_refresh(struct jl_cli *cli);                                          /* the local copy, when the answer is out */
/* The plan is copied to this machine, if it is not there yet, and that is said once. */
JL_MUST_CHECK bool jl_cli_make_available(struct jl_cli *cli, const struct jl_id *plan, const char *name, struct jl_error *err);
/* names.c */
struct jl_names {
  struct jl_cli *cli;
  struct jl_lookups lookups;
  struct jl_id space; /* of the values being put; zero: the current plan, whose currency they have */
};
void jl_names_want(struct jl_names *n, const struct jl_field *field, struct jl_bytes slice); /* field may be NULL */
void jl_names_learn(struct jl_names *n, const struct jl_id *space);
struct jl_arg jl_cli_called(struct jl_cli *cli, const struct jl_record_state *record); /* "A12"; a plan, a person by the name */
void jl_names_put(const struct jl_names *n, const struct jl_field *field, struct jl_bytes slice, struct jl_buffer *out);
/* conflicts.c: refused groups and what is parked behind them. */
struct jl_outbox_list {
  const struct jl_outbox_group *groups;
  size_t count;
  struct jl_names names;
};
JL_MUST_CHECK bool jl_conflicts_read(struct jl_cli *cli, struct jl_outbox_list *ret_list, struct jl_error *err);
void jl_conflicts_put(struct jl_builder *b, struct jl_outbox_list *list, const struct jl_outbox_group *g); /* all when g is NULL */
/* settle.c: one conflict now, asked in the terminal, or all of it as this group wanted it. *ret_settled false: its author left it for later. */
JL_MUST_CHECK bool jl_cli_settle(struct jl_cli *cli, uint64_t conflict, bool mine, bool *ret_settled, struct jl_error *err);
/* editor.c: the text starts as mine; theirs and the one both began from stand beside it. */
JL_MUST_CHECK bool jl_cli_edit_text(struct jl_cli *cli, const struct jl_conflict *c, const struct jl_field *field, const char **ret_text,
                                    struct jl_error *err);
/* outbox_words.c */
void jl_group_number_text(const struct jl_outbox_group *g, char out[32]);                                 /* "W12", "C12" when refused */
void jl_outbox_caption(uint32_t type, uint64_t number, const char *title, struct jl_buffer *out);         /* "B3 Plugin de chat" */
void jl_group_names(const struct jl_outbox_group *g, struct jl_names *names);                             /* that its words need */
void jl_group_words(const struct jl_outbox_group *g, const struct jl_names *names, struct jl_buffer *out); /* in one line */
bool jl_cmd_why(struct jl_cli *cli, struct jl_error *err);
/* view.c */
JL_MUST_CHECK bool jl_cli_print_document(struct jl_cli *cli, const Jalon__Document *document, struct jl_error *err);
/* One more note below everything else of a document; left out when there is no memory for it. */
void jl_cli_add_note(struct jl_cli *cli, Jalon__Document *document, const char *block, const char *message, const struct jl_arg *args, int n);
JL_MUST_CHECK bool jl_cli_view(struct jl_cli *cli, const struct jl_view_ask *ask, struct jl_error *err); /* asks, prints, marks as shown */
/* The options of this run that are parameters of the view, and those that a screen has without asking, behind what is there. */
const char *jl_cli_people_of(struct jl_cli *cli, const char *value); /* "me" among the people of a filter is who is logged in */
JL_MUST_CHECK bool jl_cli_view_options(struct jl_cli *cli, const struct jl_view *view, struct jl_parameter *parameters, size_t capacity,
                                       size_t *io_n, struct jl_error *err);
JL_MUST_CHECK bool jl_cli_document(struct jl_cli *cli, const struct jl_view_ask *ask, const Jalon__Document **ret_document,
                                   uint64_t *ret_revision, struct jl_error *err);
Jalon__Block *jl_cli_block(const Jalon__Document *document, const char *name); /* NULL: it has none, as a document that is NULL */
JL_MUST_CHECK bool jl_cli_add_rows(struct jl_cli *cli, Jalon__Block *block, const Jalon__Block *more); /* behind its own; false: no memory */
void jl_cli_currency(struct jl_cli *cli, const Jalon__Document *document); /* keeps the document's currency for later wording */
JL_MUST_CHECK bool jl_cli_mark_document(struct jl_cli *cli, const struct jl_id *space, const Jalon__Document *document, uint64_t revision,
                                        struct jl_error *err);
/* plan.c */
struct jl_plan_named {
  struct jl_id id;
  const char *name;
};
JL_MUST_CHECK bool jl_cli_plans(struct jl_cli *cli, struct jl_plan_named **ret_plans, size_t *ret_n, struct jl_error *err); /* all that may be seen */
JL_MUST_CHECK bool jl_cli_choose_plan(struct jl_cli *cli, const struct jl_id *plan, const char *name, struct jl_error *err);
JL_MUST_CHECK bool jl_new_plan_record(struct jl_cli *cli, const char *name, const struct jl_given_option *options, size_t n,
                                      struct jl_bytes *ret_record, struct jl_error *err);
/* mentions.c: @marie, @sales, @"Content Manager" in a text, as the records that are meant. */
struct jl_mentions {
  struct jl_id *ids;
  size_t count;
};
JL_MUST_CHECK bool jl_cli_mentions(struct jl_cli *cli, const char *text, struct jl_mentions *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_mentions_slice(struct jl_cli *cli, const struct jl_mentions *m, struct jl_bytes *ret_slice,
                                     struct jl_error *err); /* of a comment's field */
/* advice.c: a comment on a record, which may answer a request or another comment (zero: it does not). */
struct jl_comment_of {
  struct jl_id target, answers, reply_to;
  const char *text;
};
JL_MUST_CHECK bool jl_cli_put_comment(struct jl_cli *cli, const struct jl_id *plan, const struct jl_comment_of *of,
                                      struct jl_outcome_of *ret_outcome, struct jl_error *err);
/* Answers the request or the comment that the record is; USAGE for any other. Says what was done. */
JL_MUST_CHECK bool jl_cli_answer(struct jl_cli *cli, const struct jl_id *plan, const struct jl_record_state *to, const char *text,
                                 struct jl_error *err);
/* inbox_list.c: the list that was shown last, so that its numbers mean what was seen. */
struct jl_inbox_entry {
  struct jl_id plan, record;
  uint64_t number, first; /* in the list; revision of its first change */
  bool waits;
};
struct jl_inbox_plan {
  struct jl_id plan;
  uint64_t revision; /* as it was shown */
};
struct jl_inbox_list {
  struct jl_inbox_plan *plans;
  size_t plan_count;
  struct jl_inbox_entry *entries;
  size_t entry_count;
};
/* The path of a file of this profile, "NAME.ending"; false: there is no place for one. */
bool jl_cli_beside_profile(const struct jl_cli *cli, const char *ending, char out[4096]);
void jl_inbox_list_keep(const struct jl_cli *cli, const struct jl_inbox_list *list); /* one that cannot be kept is only not known later */
uint64_t jl_inbox_first(const Jalon__Block *block, const Jalon__Row *row); /* revision of a row's first change; 0: not told */
JL_MUST_CHECK bool jl_inbox_list_of(const Jalon__Document *document, const struct jl_id *plan, uint64_t revision, struct jl_arena *a,
                                    struct jl_inbox_list *ret);
bool jl_inbox_list_last(struct jl_cli *cli, struct jl_inbox_list *ret);              /* false: none is known */
/* inbox_marks.c: how far each plan was read, in the person's own space. */
struct jl_inbox_marks {
  const struct jl_record_state *marks;
  size_t count;
};
JL_MUST_CHECK bool jl_inbox_marks_read(struct jl_cli *cli, struct jl_inbox_marks *ret, struct jl_error *err);
JL_MUST_CHECK bool jl_inbox_marks_ask(struct jl_cli *cli, jl_done *done, void *context); /* without waiting; */
bool jl_inbox_marks_of(struct jl_cli *cli, const struct jl_reply *reply, struct jl_inbox_marks *ret); /* from the answer; false: none in it */
const char *jl_inbox_marks_since(struct jl_cli *cli, const struct jl_inbox_marks *m, const struct jl_id *plan); /* "r812"; NULL: never read */
const char *jl_inbox_marks_single(struct jl_cli *cli, const struct jl_inbox_marks *m, const struct jl_id *plan); /* "RECORD@812,..."; NULL: none */
/* The chosen entries of this plan (NULL: all of it) have been read as they were shown. */
JL_MUST_CHECK bool jl_inbox_marks_put(struct jl_cli *cli, struct jl_group *g, const struct jl_inbox_marks *m, const struct jl_inbox_list *list,
                                      const struct jl_inbox_plan *plan, const bool *chosen, struct jl_error *err);
/* inbox_follow.c: how far a plan's inbox was read, as parameters of its view, and as it changes. */
struct jl_read_so_far {
  struct jl_cli *cli;
  struct jl_id plan;
  struct jl_parameter parameters[2];
  size_t parameter_count;
  const char *since, *single;
  int64_t own_again_us; /* monotonic: when the own space is to be followed again; INT64_MAX: it is */
  void (*changed)(void *context);
  void *context;
};
JL_MUST_CHECK bool jl_read_begin(struct jl_read_so_far *read, struct jl_error *err); /* asks once, and waits */
void jl_read_follow(struct jl_read_so_far *read);  /* now and then: calls `changed` when it did; *read stays where it is */
/* "3 new in your inbox"; NULL: nothing. */
const char *jl_inbox_line(const Jalon__Document *inbox, struct jl_arg ret_args[2], int *ret_n);
void jl_inbox_note(struct jl_cli *cli, const struct jl_id *plan, Jalon__Document *document); /* that line below a dashboard */
void jl_audit_note(struct jl_cli *cli, const struct jl_id *plan, Jalon__Document *document); /* plan_audit.c: what the audit of the plan before says, below a diagnostic */
/* commands by file */
bool jl_cmd_login(struct jl_cli *cli, struct jl_error *err), jl_cmd_logout(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_passwd(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_whoami(struct jl_cli *cli, struct jl_error *err), jl_cmd_user_add(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_user_state(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_template_list(struct jl_cli *cli, struct jl_error *err), jl_cmd_template_show(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_portfolio(struct jl_cli *cli, struct jl_error *err), jl_cmd_playbook_use(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_playbook_catalogue(struct jl_cli *cli, struct jl_error *err), jl_cmd_playbook_take(struct jl_cli *cli, struct jl_error *err);
bool jl_plan_from_template(struct jl_cli *cli, const char *name, struct jl_error *err); /* template.c: plan new --template */
bool jl_plan_from_plan(struct jl_cli *cli, const char *name, struct jl_error *err);     /* plan_from.c: plan new --from */
bool jl_cmd_user_list(struct jl_cli *cli, struct jl_error *err), jl_cmd_plan_new(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_plan_list(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_plan_use(struct jl_cli *cli, struct jl_error *err), jl_cmd_plan_show(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_plan_import(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_plan_export(struct jl_cli *cli, struct jl_error *err), jl_cmd_show(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_undo(struct jl_cli *cli, struct jl_error *err), jl_cmd_redo(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_restore(struct jl_cli *cli, struct jl_error *err);
/* export.c: every record of a space, deleted ones too, from the server. */
JL_MUST_CHECK bool jl_cli_read_space(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state **ret_records, size_t *ret_n,
                                     struct jl_error *err);
/* living.c: leaves out of all records of a space those that were deleted, and what lies below them or is nothing without them; whoever else
 * named one of them names it no more. false: no memory. */
JL_MUST_CHECK bool jl_keep_living(struct jl_cli *cli, enum jl_space_kind kind, struct jl_record_state *records, size_t *io_n);
/* The records of a plan that live, each list in its order; from this machine's copy when the server is away. Not the signatures. */
JL_MUST_CHECK bool jl_cli_read_plan(struct jl_cli *cli, const struct jl_id *plan, const struct jl_record_state **ret_records, size_t *ret_n,
                                    struct jl_error *err);
bool jl_cmd_person_export(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_person_erase(struct jl_cli *cli, struct jl_error *err), jl_cmd_person_erasures(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_rights_set(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_history_heads(struct jl_cli *cli, struct jl_error *err), jl_cmd_history_export(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_history_verify(struct jl_cli *cli, struct jl_error *err);
/* approval.c: says so when this edit of an action made an end of its approval. */
void jl_cli_tell_reopened(struct jl_cli *cli, const struct jl_record_state *action, const struct jl_outcome_of *outcome);
bool jl_cmd_submit(struct jl_cli *cli, struct jl_error *err), jl_cmd_approve(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_send_back(struct jl_cli *cli, struct jl_error *err), jl_cmd_withdraw(struct jl_cli *cli, struct jl_error *err);
/* gate.c */
bool jl_cmd_gate_override(struct jl_cli *cli, struct jl_error *err);
/* view.c: worked out here, over an empty plan, by the same code as the server's. */
JL_MUST_CHECK bool jl_cli_view_here(struct jl_cli *cli, const char *view, const struct jl_parameter *parameters, size_t n, struct jl_error *err);
/* schedule.c, event.c */
bool jl_cmd_schedule(struct jl_cli *cli, struct jl_error *err), jl_cmd_replan(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_event_new(struct jl_cli *cli, struct jl_error *err);
/* funnel.c: the stages that --rates or --benchmark give. */
struct jl_given_rate {
  const char *name; /* "" none */
  int64_t rate;
};
/* USAGE: both of these options are given, and only one of them can hold. */
JL_MUST_CHECK bool jl_funnel_one_of(const struct jl_cli *cli, const char *one, const char *other, struct jl_error *err);
JL_MUST_CHECK bool jl_given_rates(struct jl_cli *cli, const char *text, struct jl_given_rate *ret, size_t capacity, size_t *ret_count,
                                  struct jl_error *err);
/* check_rules.c: a rule of the check in words, false: there is none; all of them as a page in Markdown. */
bool jl_help_rule(const char *code, struct jl_buffer *out);
JL_MUST_CHECK bool jl_cli_rules_page(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_check(struct jl_cli *cli, struct jl_error *err), jl_cmd_check_accept(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_check_withdraw(struct jl_cli *cli, struct jl_error *err), jl_cmd_check_accepted(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_view_save(struct jl_cli *cli, struct jl_error *err), jl_cmd_view_use(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_automation_test(struct jl_cli *cli, struct jl_error *err), jl_cmd_automation_on(struct jl_cli *cli, struct jl_error *err), jl_cmd_automation_off(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_sprint_close(struct jl_cli *cli, struct jl_error *err), jl_cmd_stand_up(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_meeting_new(struct jl_cli *cli, struct jl_error *err), jl_cmd_meeting_decide(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_meeting_run(struct jl_cli *cli, struct jl_error *err), jl_cmd_meeting_start(struct jl_cli *cli, struct jl_error *err), jl_cmd_meeting_close(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_funnel(struct jl_cli *cli, struct jl_error *err), jl_cmd_funnel_new(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_funnel_apply(struct jl_cli *cli, struct jl_error *err);
/* review.c */
bool jl_cmd_review_start(struct jl_cli *cli, struct jl_error *err), jl_cmd_review_accept(struct jl_cli *cli, struct jl_error *err), jl_cmd_review_refuse(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_review_reopen(struct jl_cli *cli, struct jl_error *err), jl_cmd_review_add(struct jl_cli *cli, struct jl_error *err), jl_cmd_review_apply(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_review_close(struct jl_cli *cli, struct jl_error *err), jl_cmd_review_discard(struct jl_cli *cli, struct jl_error *err);
/* allocation.c, scenario.c, bucket.c */
/* expense.c: what is said of expenses that were recorded; on stderr. */
void jl_cli_tell_expense(struct jl_cli *cli, const struct jl_id *expense);
void jl_cli_tell_overspent(struct jl_cli *cli); /* of many: how much of the plan is above what there was */
bool jl_cmd_supplier_list(struct jl_cli *cli, struct jl_error *err), jl_cmd_supplier_rename(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_allocation(struct jl_cli *cli, struct jl_error *err), jl_cmd_allocation_apply(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_scenario_new(struct jl_cli *cli, struct jl_error *err), jl_cmd_scenario_refresh(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_scenario_compare(struct jl_cli *cli, struct jl_error *err), jl_cmd_scenario_accept(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_bucket_promote(struct jl_cli *cli, struct jl_error *err), jl_cmd_bucket_demote(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_import(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_matrix_apply(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_action_count(struct jl_cli *cli, struct jl_error *err), jl_cmd_action_carry(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_raci_set(struct jl_cli *cli, struct jl_error *err), jl_cmd_raci_add(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_raci_rm(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_ask(struct jl_cli *cli, struct jl_error *err), jl_cmd_answer(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_definition_sign(struct jl_cli *cli, struct jl_error *err), jl_cmd_definition_list(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_inbox(struct jl_cli *cli, struct jl_error *err), jl_cmd_inbox_read(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_inbox_answer(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_comment(struct jl_cli *cli, struct jl_error *err), jl_cmd_watch(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_start(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_record_add(struct jl_cli *cli, struct jl_error *err), jl_cmd_record_set(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_record_show(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_record_list(struct jl_cli *cli, struct jl_error *err), jl_cmd_record_rm(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_record_restore(struct jl_cli *cli, struct jl_error *err), jl_cmd_record_move(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_view(struct jl_cli *cli, struct jl_error *err), jl_cmd_sync(struct jl_cli *cli, struct jl_error *err),
    jl_cmd_status(struct jl_cli *cli, struct jl_error *err);
bool jl_cmd_conflicts(struct jl_cli *cli, struct jl_error *err), jl_cmd_resolve(struct jl_cli *cli, struct jl_error *err);
/* values.c: what people typed for a record's fields, as slices. */
struct jl_typed {
  const struct jl_field *field;
  const char **texts;
  size_t text_count;   /* a scalar has one; "" clears */
  const char *signs;   /* sets and counters: '+', '-' or '=' per text */
  size_t first_lookup; /* references: of texts[0], one per text that is not "" */
};
/* From the command's options, ascending by field number; references are added to the lookups. */
JL_MUST_CHECK bool jl_typed_collect(struct jl_cli *cli, const struct jl_record_type *type, struct jl_lookups *lookups,
                                    struct jl_typed **ret_typed, size_t *ret_count, struct jl_error *err);
/* The slice of the texts with this sign. */
JL_MUST_CHECK bool jl_typed_slice(struct jl_cli *cli, const struct jl_typed *typed, char sign, const struct jl_lookups *lookups,
                                  const struct jl_input *input, struct jl_bytes *ret_slice, struct jl_error *err);
JL_MUST_CHECK bool jl_value_slice(struct jl_cli *cli, const struct jl_field *field, const char *text, const struct jl_input *input,
                                  struct jl_bytes *ret_slice, struct jl_error *err); /* no reference */
/* Currency, period and language for reading input; also kept in cli->currency. The plan's record may be empty (not known). */
struct jl_input jl_plan_input(struct jl_cli *cli, struct jl_bytes plan_record);
struct jl_input jl_plan_input_of(struct jl_cli *cli, const struct jl_id *plan); /* the plan is asked for; not known: nothing of it */
bool jl_names_the_plan(const struct jl_field *field); /* and nothing else: it is the plan that the command works in */
JL_MUST_CHECK bool jl_record_defaults(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_input *input,
                                      struct jl_bytes *record, struct jl_error *err);
JL_MUST_CHECK bool jl_record_put(struct jl_cli *cli, struct jl_bytes *record, uint32_t field, struct jl_bytes slice, struct jl_error *err);
JL_MUST_CHECK bool jl_record_put_text(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field,
                                      const char *text, const struct jl_input *input, struct jl_error *err);
JL_MUST_CHECK bool jl_record_put_id(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field,
                                    const struct jl_id *id, struct jl_error *err);
const char *jl_unit_of(struct jl_cli *cli, const struct jl_record_type *type, const struct jl_field *field,
                       struct jl_bytes record);                                              /* unit field, else the field's own */
bool jl_unit_of_parent(const struct jl_record_type *type, const struct jl_field *field); /* a measurement's is that of its KPI */
const char *jl_unit_from_parent(struct jl_cli *cli, const struct jl_record_state *parent);
const char *jl_title_text(struct jl_cli *cli, uint32_t type_number, struct jl_bytes record); /* "" none */
#endif

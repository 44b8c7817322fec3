/* Bringing this machine and the server together: what waits is sent before any command's own work, the local copy is
 * refreshed after it, and jalon sync does both for everything. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/record/schema.h"
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WITHIN_REACH 64            /* revisions that are fetched before the command ends; more are fetched behind its back */
#define FRESH_US (60 * 1000000LL)  /* a copy that was the newest within this time is not asked about again */
#define TOLD_NUMBERS 3             /* new numbers named in a report */

struct syncing {
  struct jl_cli *cli;
  struct jl_error error;
  struct jl_sync_summary summary;
  bool done, shows, drawn;
  enum jl_sync_stage stage;
};

/* ---- progress ---- */
static void on_progress(void *context, const struct jl_sync_progress *p) {
  struct syncing *s = context;
  jl_point("sync.page");
  if (!s->shows) return;
  static const char *const stages[] = {JL_MSG("sending"), JL_MSG("fetching the plan"), JL_MSG("fetching changes")};
  const struct jl_arg args[] = {jl_arg_label(stages[p->stage < JL_COUNT(stages) ? p->stage : 0]), jl_arg_integer((int64_t)p->done),
                                jl_arg_integer((int64_t)p->total)};
  struct jl_buffer line;
  jl_buffer_init(&line, 4096);
  jl_buffer_text(&line, "\r");
  jl_format_words(p->total != 0 ? JL_MSG("{1}: {2} of {3}") : JL_MSG("{1}: {2}"), args, 3, &line);
  jl_buffer_text(&line, "\033[K");
  if (jl_buffer_ok(&line)) (void)!fwrite(line.data, 1, line.size, stderr);
  fflush(stderr);
  jl_buffer_release(&line);
  s->drawn = true;
}

static void on_synced(void *context, const struct jl_reply *reply) {
  struct syncing *s = context;
  jl_cli_heard(s->cli, reply);
  s->error = reply->error;
  s->done = true;
  if (s->drawn) fputs("\r\033[K", stderr);
  s->drawn = false;
  if (reply->sync == NULL) return;
  s->summary = *reply->sync;
  s->summary.counts = NULL; /* borrowed */
}

/* ---- what came of what waited ---- */
struct waited {
  const struct jl_outbox_group *groups; /* as they stood before they were sent */
  size_t count;
};

static bool list_waiting(struct jl_cli *cli, struct waited *ret_waited, struct jl_error *err) {
  struct jl_outbox_counts counts;
  *ret_waited = (struct waited){0};
  if (!jl_local_counts(cli->local, &counts, err)) return false;
  if (counts.queued + counts.sent == 0) return true;
  struct jl_outbox_ask ask = {.states = 1u << JL_OUTBOX_QUEUED | 1u << JL_OUTBOX_SENT};
  return jl_local_outbox(cli->local, &ask, cli->arena, &ret_waited->groups, &ret_waited->count, err);
}

/* " (A?3 is now A14, A?4 is now A15)" */
static void put_numbers(struct jl_cli *cli, const struct waited *w, struct jl_buffer *out) {
  size_t told = 0;
  for (size_t g = 0; g < w->count; g++)
    for (size_t e = 0; e < w->groups[g].edit_count; e++) {
      const struct jl_outbox_edit *edit = &w->groups[g].edits[e];
      struct jl_id space, record;
      uint64_t number = 0;
      char before[32], after[32];
      const struct jl_record_type *type = jl_record_type_by_number(edit->type);
      bool called_by_it = type != NULL && type->natural_key[0] == '\0' && edit->type != JL_TYPE_COMMENT;
      if (edit->verb != JL_VERB_CREATE || !called_by_it || !jl_number_provisional(edit->number) ||
          !jl_local_given(cli->local, edit->type, edit->number, &space, &record, &number) || number == 0)
        continue;
      if (told++ == TOLD_NUMBERS) jl_buffer_text(out, ", ...");
      if (told > TOLD_NUMBERS) continue;
      jl_reference_text(edit->type, edit->number, before);
      jl_reference_text(edit->type, number, after);
      const struct jl_arg args[] = {jl_arg_text(before), jl_arg_text(after)};
      jl_buffer_text(out, told > 1 ? ", " : " (");
      jl_format_words(JL_MSG("{1} is now {2}"), args, 2, out);
    }
  if (told > 0) jl_buffer_byte(out, ')');
}

static void put_part(struct jl_buffer *out, bool *first, const char *one, const char *many, size_t n) {
  const struct jl_arg count = jl_arg_integer((int64_t)n);
  if (n == 0) return;
  jl_buffer_text(out, *first ? " " : ", ");
  jl_format_words(n == 1 ? one : many, &count, 1, out);
  *first = false;
}

/* "3 waiting changes sent: 2 applied (A?3 is now A14), 1 conflict: jalon conflicts" */
static void tell_report(struct jl_cli *cli, const struct waited *w, const struct jl_sync_summary *s) {
  struct jl_buffer line;
  bool first = true;
  if (s->applied + s->refused + s->parked == 0 && s->again == 0) return;
  jl_buffer_init(&line, 65536);
  const struct jl_arg sent = jl_arg_integer((int64_t)s->sent);
  jl_format_words(s->sent == 1 ? JL_MSG("1 waiting change sent:") : JL_MSG("{1} waiting changes sent:"), &sent, 1, &line);
  put_part(&line, &first, JL_MSG("1 applied"), JL_MSG("{1} applied"), s->applied);
  if (s->applied > 0) put_numbers(cli, w, &line);
  put_part(&line, &first, JL_MSG("1 of them merged with another's change"), JL_MSG("{1} of them merged with others' changes"), s->merged);
  put_part(&line, &first, JL_MSG("1 waits for a conflict"), JL_MSG("{1} wait for a conflict"), s->parked);
  put_part(&line, &first, JL_MSG("1 still waits"), JL_MSG("{1} still wait"), s->waiting);
  put_part(&line, &first, JL_MSG("1 conflict: jalon conflicts"), JL_MSG("{1} conflicts: jalon conflicts"), s->refused);
  jl_cli_line(cli, stderr, &line);
  jl_buffer_release(&line);
  if (s->again > 0)
    jl_talk(cli, JL_MSG("the server had lost {1} of your changes (an older copy of its data was put back): offered again"),
            jl_arg_integer((int64_t)s->again));
}

/* ---- opening the local copy ---- */
static void on_wait(void *context, int64_t process) {
  if (process != 0)
    jl_talk((struct jl_cli *)context, JL_MSG("waiting for another jalon command (process {1})"), jl_arg_revision((uint64_t)process));
  else
    jl_talk((struct jl_cli *)context, JL_MSG("waiting for another jalon command"));
}

/* What went from the outbox with what was erased, whenever that was: behind the user's back mostly. */
static void tell_erased(struct jl_cli *cli) {
  const struct jl_erased_edit *gone;
  struct jl_error ignored;
  size_t n = 0;
  if (cli->quiet || jl_local_mode(cli->local) != JL_LOCAL_OPEN || !jl_local_erased(cli->local, cli->arena, &gone, &n, &ignored) || n == 0) return;
  for (size_t i = 0; i < n; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(gone[i].type);
    const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, gone[i].field);
    char reference[JL_REFERENCE_SIZE];
    jl_reference_text(gone[i].type, gone[i].number, reference);
    if (field != NULL)
      jl_talk(cli, JL_MSG("{1} of {2} was erased: what you had typed and was not sent is gone"), jl_arg_label(field->label), jl_arg_text(reference));
    else
      jl_talk(cli, JL_MSG("{1} was erased: what you had typed to make it is gone"), jl_arg_text(reference));
  }
  (void)!jl_local_erased_told(cli->local, &ignored); /* else once more */
}

/* What the opening found is told once a run. */
static void tell_note(struct jl_cli *cli) {
  tell_erased(cli);
  const struct jl_error *note = jl_local_note(cli->local);
  if (note->code == JL_E_OK || cli->told_note) return;
  cli->told_note = true;
  jl_cli_note(cli, note->message, note->args, JL_ERROR_ARGS);
}

void jl_cli_let_others(struct jl_cli *cli) {
  if (cli->local != NULL) jl_local_close(cli->local);
}

bool jl_cli_has_outbox(const struct jl_cli *cli) {
  enum jl_local_mode mode = cli->local == NULL ? JL_LOCAL_CLOSED : jl_local_mode(cli->local);
  return mode == JL_LOCAL_OPEN || mode == JL_LOCAL_READ_ONLY;
}

bool jl_cli_open_local(struct jl_cli *cli, uint32_t wait_ms, struct jl_error *err) {
  if (cli->local == NULL) {
    *err = cli->no_local;
    return false;
  }
  jl_local_on_wait(cli->local, on_wait, cli);
  if (!jl_local_open(cli->local, wait_ms, err)) return false;
  tell_note(cli);
  return true;
}

/* ---- before the command ---- */
/* Reading goes on when another program has the copy: that one sends. */
bool jl_cli_send_waiting(struct jl_cli *cli, struct jl_error *err) {
  struct jl_local_hint hint;
  bool writes = cli->local != NULL && (cli->command->flags & JL_COMMAND_WRITES) != 0 && !cli->dry_run;
  struct waited waited;
  struct jl_error ignored;
  if (!writes && cli->local != NULL && jl_local_hint(cli->local, &cli->plan, &hint) && hint.waiting == 0) return true; /* the common case */
  if (!jl_cli_open_local(cli, writes ? JL_LOCAL_WAIT_MS : 0, err)) return !writes;
  if (cli->offline || jl_local_mode(cli->local) != JL_LOCAL_OPEN || !list_waiting(cli, &waited, &ignored) || waited.count == 0) return true;
  struct syncing s = {.cli = cli};
  struct jl_sync_ask ask = {.no_receive = true};
  if (jl_client_sync(cli->client, &ask, on_synced, &s) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  tell_report(cli, &waited, &s.summary);
  return true; /* what still waits goes with a later command; this one finds out by itself why */
}

/* ---- after it ---- */
/* Behind the user's back: the shell has its prompt while it works. */
void jl_cli_refresh_behind(const struct jl_cli *cli) {
  char *program = jl_arena_alloc(cli->arena, 4096);
  ssize_t size = program == NULL ? -1 : readlink("/proc/self/exe", program, 4095);
  const char *name = jl_profile_identity(cli->profile)->name;
  if (size <= 0) return;
  program[size] = '\0';
  char *arguments[] = {jl_arena_strdup(cli->arena, "jalon"), jl_arena_strdup(cli->arena, "sync"), jl_arena_strdup(cli->arena, "--behind"),
                       jl_arena_strdup(cli->arena, "--quiet"), jl_arena_strdup(cli->arena, "--profile"), jl_arena_strdup(cli->arena, name),
                       cli->server != NULL ? jl_arena_strdup(cli->arena, "--server") : NULL,
                       cli->server != NULL ? jl_arena_strdup(cli->arena, cli->server) : NULL, NULL};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  pid_t pid;
  if (posix_spawn_file_actions_init(&files) != 0) return;
  if (posix_spawnattr_init(&attributes) == 0) {
    bool ok = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID) == 0;
    for (int fd = 0; fd <= 2; fd++) ok = ok && posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0) == 0;
    if (ok) (void)posix_spawn(&pid, program, &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
}

static const struct jl_local_space *space_in(const struct jl_local_space *spaces, size_t n, const struct jl_id *space) {
  for (size_t i = 0; i < n; i++)
    if (jl_id_equal(&spaces[i].space, space)) return &spaces[i];
  return NULL;
}

/* Where the copy of the plan stands. It is opened only when the note beside it does not say that it is fresh. */
static bool stands_at(struct jl_cli *cli, uint64_t told, uint64_t *ret_revision, bool *ret_fresh) {
  const struct jl_local_space *spaces;
  struct jl_local_hint hint;
  struct jl_error ignored;
  size_t n = 0;
  if (jl_local_hint(cli->local, &cli->plan, &hint)) {
    *ret_revision = hint.revision;
    *ret_fresh = hint.revision != 0 && hint.revision >= told && jl_now_utc_us() - hint.as_of_us < FRESH_US;
    return true;
  }
  if (!jl_local_open(cli->local, 0, &ignored) || jl_local_mode(cli->local) != JL_LOCAL_OPEN ||
      !jl_local_spaces(cli->local, cli->arena, &spaces, &n, &ignored))
    return false;
  const struct jl_local_space *plan = space_in(spaces, n, &cli->plan);
  *ret_revision = plan == NULL || plan->fetching ? 0 : plan->revision;
  *ret_fresh = *ret_revision != 0 && *ret_revision >= told && jl_now_utc_us() - plan->as_of_us < FRESH_US;
  return true;
}

void jl_cli_refresh(struct jl_cli *cli) {
  uint64_t revision = 0, told = jl_id_equal(&cli->heard.position.space, &cli->plan) ? cli->heard.position.revision : 0;
  struct jl_error ignored;
  bool fresh = false;
  if (cli->local == NULL || !cli->heard.online || cli->heard.local || cli->offline || jl_id_is_zero(&cli->plan)) return;
  if (!stands_at(cli, told, &revision, &fresh) || fresh) return;
  bool short_tail = revision != 0 && (told <= revision || told - revision <= WITHIN_REACH);
  if (short_tail && jl_local_open(cli->local, 0, &ignored) && jl_local_mode(cli->local) == JL_LOCAL_OPEN) {
    struct syncing s = {.cli = cli};
    struct jl_sync_ask ask = {.spaces = &cli->plan, .space_count = 1, .no_send = true, .tail_limit = WITHIN_REACH};
    if (jl_client_sync(cli->client, &ask, on_synced, &s) == 0 || !jl_cli_wait(cli, &ignored) || s.summary.left == 0) return;
  }
  jl_local_close(cli->local); /* for the one that is started now */
  jl_cli_refresh_behind(cli);
}

void jl_cli_refresh_own(struct jl_cli *cli) {
  struct jl_id person = jl_profile_identity(cli->profile)->person;
  struct jl_error ignored;
  if (cli->local == NULL || !cli->heard.online || cli->heard.local || cli->offline || jl_id_is_zero(&person)) return;
  if (!jl_local_open(cli->local, 0, &ignored) || jl_local_mode(cli->local) != JL_LOCAL_OPEN) return;
  struct syncing s = {.cli = cli};
  struct jl_sync_ask ask = {.spaces = &person, .space_count = 1, .no_send = true};
  if (jl_client_sync(cli->client, &ask, on_synced, &s) != 0) (void)!jl_cli_wait(cli, &ignored);
}

/* ---- the first time ---- */
bool jl_cli_make_available(struct jl_cli *cli, const struct jl_id *plan, const char *name, struct jl_error *err) {
  const struct jl_local_space *spaces;
  struct jl_error ignored;
  size_t n = 0;
  if (cli->offline || !cli->heard.online || !jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, &ignored) || jl_local_mode(cli->local) != JL_LOCAL_OPEN)
    return true; /* online it works all the same */
  if (!jl_local_spaces(cli->local, cli->arena, &spaces, &n, &ignored)) return true;
  const struct jl_local_space *known = space_in(spaces, n, plan);
  if (known != NULL && known->revision != 0) return true;
  struct jl_id wanted[] = {jl_profile_identity(cli->profile)->organisation, *plan};
  struct syncing s = {.cli = cli, .shows = isatty(STDERR_FILENO) == 1 && !cli->quiet};
  struct jl_sync_ask ask = {.spaces = wanted, .space_count = JL_COUNT(wanted), .no_send = true, .progress = on_progress};
  if (jl_client_sync(cli->client, &ask, on_synced, &s) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (s.error.code == JL_E_OK && s.summary.space_error.code == JL_E_OK)
    jl_say(cli, JL_MSG("{1} is now on this machine too: it can be read and edited offline"), jl_arg_text(name));
  return true;
}

/* ---- jalon sync ---- */
static void say_received(struct jl_cli *cli, const struct jl_sync_summary *s) {
  const struct jl_arg spaces = jl_arg_integer((int64_t)s->spaces), revisions = jl_arg_integer((int64_t)s->revisions),
                      records = jl_arg_integer((int64_t)s->records);
  if (s->snapshots > 0)
    jl_say(cli, JL_MSG("up to date: {1} spaces, {2} records fetched"), spaces, records);
  else if (s->revisions > 0)
    jl_say(cli, JL_MSG("up to date: {1} spaces, {2} revisions fetched"), spaces, revisions);
  else
    jl_say(cli, JL_MSG("up to date: {1} spaces, nothing new"), spaces);
}

static void print_machine(const struct jl_cli *cli, const struct jl_sync_summary *s) {
  if (cli->json)
    printf("{\"sent\":%zu,\"applied\":%zu,\"merged\":%zu,\"refused\":%zu,\"parked\":%zu,\"waiting\":%zu,\"spaces\":%zu,\"revisions\":%llu,"
           "\"records\":%llu}\n",
           s->sent, s->applied, s->merged, s->refused, s->parked, s->waiting, s->spaces, (unsigned long long)s->revisions,
           (unsigned long long)s->records);
  if (cli->csv)
    printf("sent,applied,merged,refused,parked,waiting,spaces,revisions,records\r\n%zu,%zu,%zu,%zu,%zu,%zu,%zu,%llu,%llu\r\n", s->sent,
           s->applied, s->merged, s->refused, s->parked, s->waiting, s->spaces, (unsigned long long)s->revisions,
           (unsigned long long)s->records);
}

bool jl_cmd_sync(struct jl_cli *cli, struct jl_error *err) {
  bool behind = jl_cli_option(cli, "behind") != NULL;
  struct waited waited;
  struct syncing s = {.cli = cli, .shows = isatty(STDERR_FILENO) == 1 && !cli->quiet && !behind};
  struct jl_sync_ask ask = {.no_send = behind, .gives_way = behind, .progress = on_progress};
  if (!jl_cli_open_local(cli, behind ? 0 : JL_LOCAL_WAIT_MS, err) || !list_waiting(cli, &waited, err)) return false;
  if (jl_client_sync(cli->client, &ask, on_synced, &s) == 0) return jl_cli_no_link(err);
  while (!jl_client_wait(cli->client, 1000)) continue; /* it shows its progress */
  if (!cli->quiet) tell_report(cli, &waited, &s.summary);
  tell_erased(cli);
  if (s.error.code != JL_E_OK) {
    *err = s.error;
    return false;
  }
  if (s.summary.space_error.code != JL_E_OK && !behind) {
    *err = s.summary.space_error;
    return false;
  }
  say_received(cli, &s.summary);
  print_machine(cli, &s.summary);
  if (s.summary.refused == 0) return true;
  return jl_fail(err, JL_E_FIELD_CONFLICT, JL_MSG("changes of yours met changes of others"), JL_MSG("see jalon conflicts"));
}

/* undo and redo: what still waits to be sent is simply taken back; else the inverse of a group, as a new group. It expects to find what
 * that group left behind: what others changed since stays, and its author is asked about it as about any other conflict.
 *
 * Whose: one's own; administrators may take back anybody's. That is no right of its own: the new group is judged as any other one, by the
 * rights of today, so nobody writes by undoing what he may not write otherwise, and history names who did it. */
#include "client/cli/undo.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- what waits ---- */
/* The newest group of this plan, when it was not decided yet. */
static const struct jl_outbox_group *newest_waiting(struct jl_cli *cli) {
  struct jl_outbox_ask ask = {.space = &cli->plan, .states = 1u << JL_OUTBOX_QUEUED | 1u << JL_OUTBOX_SENT | 1u << JL_OUTBOX_PARKED | 1u << JL_OUTBOX_DONE};
  const struct jl_outbox_group *groups;
  size_t n = 0;
  struct jl_error ignored;
  if (!jl_cli_has_outbox(cli) || !jl_local_outbox(cli->local, &ask, cli->arena, &groups, &n, &ignored)) return NULL;
  return n == 0 || groups[n - 1].state == JL_OUTBOX_DONE ? NULL : &groups[n - 1];
}

/* ---- asking ---- */
static bool in_terminal(void) { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

static bool says_yes(const char *answer) {
  const char *yes = jl_tr(JL_MSG("yes"));
  return strcasecmp(answer, "yes") == 0 || strcasecmp(answer, yes) == 0 ||
         (answer[0] != '\0' && answer[1] == '\0' && (strncasecmp(answer, "y", 1) == 0 || strncasecmp(answer, yes, 1) == 0));
}

bool jl_undo_asks(const struct jl_cli *cli) { return in_terminal() && !cli->dry_run && jl_cli_option(cli, "yes") == NULL; }

bool jl_undo_agreed(struct jl_cli *cli, struct jl_error *err) {
  char answer[16] = "";
  if (!jl_undo_asks(cli)) return true;
  jl_cli_let_others(cli);
  fprintf(stderr, "%s", jl_tr(JL_MSG("Do it? [yes/no] ")));
  fflush(stderr);
  if (fgets(answer, sizeof answer, stdin) == NULL) answer[0] = '\0';
  answer[strcspn(answer, "\r\n")] = '\0';
  return says_yes(answer) || jl_fail(err, JL_E_USAGE, JL_MSG("nothing was changed"), NULL);
}

static bool take_back(struct jl_cli *cli, const struct jl_outbox_group *g, struct jl_error *err) {
  struct jl_buffer words;
  struct jl_names names = {.cli = cli};
  jl_buffer_init(&words, 65536);
  names.space = g->space;
  (void)jl_plan_input_of(cli, &cli->plan); /* its currency */
  jl_group_names(g, &names);
  jl_names_learn(&names, &g->space);
  jl_group_words(g, &names, &words);
  const struct jl_arg what = jl_arg_textn((const char *)words.data, words.size);
  jl_buffer_release(&words);
  if (jl_undo_asks(cli)) jl_talk(cli, JL_MSG("not sent yet, and taken back: {1}"), what);
  if (!jl_undo_agreed(cli, err)) return false;
  if (!cli->dry_run && (!jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, err) || !jl_local_drop(cli->local, g->id, false, err))) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("would be taken back, it was not sent: {1}") : JL_MSG("taken back, it was not sent: {1}"), what);
  if (cli->json)
    printf("{\"revision\":null,\"taken_back\":\"W%" PRIu64 "\",\"dry_run\":%s}\n", g->id, cli->dry_run ? "true" : "false");
  return true;
}

/* ---- a group of the log ---- */
static struct jl_arg words_of(const struct jl_undo *u, bool apart) {
  struct jl_buffer words;
  jl_buffer_init(&words, 65536);
  jl_undo_words(u, apart, &words);
  struct jl_arg arg = jl_arg_textn((const char *)words.data, words.size);
  jl_buffer_release(&words);
  return arg;
}

/* What it takes back, in a sentence, and what of it others have changed. */
static bool explain(const struct jl_undo *u, struct jl_error *err) {
  struct jl_cli *cli = u->cli;
  bool asks = jl_undo_asks(cli);
  if ((asks || cli->dry_run) && jl_undo_edits(u, false) > 0)
    jl_talk(cli, u->redo ? JL_MSG("what r{1} ({2}) took back is made again: {3}") : JL_MSG("r{1} ({2}) is taken back: {3}"),
            jl_arg_revision(u->of.revision), jl_cli_age(u->of.time_us), words_of(u, false));
  if (jl_undo_stay(u) > 0)
    jl_talk(cli, JL_MSG("{1} records stay, because something that belongs to them does"), jl_arg_integer((int64_t)jl_undo_stay(u)));
  if (jl_undo_edits(u, true) > 0 && jl_undo_edits(u, false) > 0)
    jl_talk(cli, jl_cli_option(cli, "force") != NULL ? JL_MSG("changed by others since, and written over: {1}")
                                                     : JL_MSG("changed by others since, and left to you: {1}"),
            words_of(u, true));
  return jl_undo_edits(u, false) == 0 || jl_undo_agreed(cli, err);
}

static void say_done(const struct jl_undo *u, size_t edits, const struct jl_outcome_of *outcome) {
  struct jl_cli *cli = u->cli;
  const struct jl_arg args[] = {jl_arg_revision(u->of.revision), jl_cli_made(cli, outcome), jl_arg_integer((int64_t)edits)};
  const char *message = cli->dry_run ? (u->redo ? JL_MSG("what r{1} took back would be made again ({3} changes)") : JL_MSG("r{1} would be undone ({3} changes)"))
                        : u->redo    ? (edits == 1 ? JL_MSG("what r{1} took back is made again{2}") : JL_MSG("what r{1} took back is made again ({3} changes){2}"))
                        : edits == 1 ? JL_MSG("r{1} is undone{2}")
                                     : JL_MSG("r{1} is undone ({3} changes){2}");
  jl_cli_say(cli, message, args, 3);
  if (u->inverse.left_out > 0)
    jl_talk(cli, JL_MSG("{1} values were erased or are not known to this program and stay as they are"), jl_arg_integer((int64_t)u->inverse.left_out));
  jl_cli_done(cli, outcome);
}

/* Refused, as was to be expected: it is a conflict like others, and can be settled at once. */
static bool send_apart(const struct jl_undo *u, struct jl_error *err) {
  struct jl_outcome_of outcome = {0};
  bool settled = false, force = jl_cli_option(u->cli, "force") != NULL;
  bool asks = jl_undo_asks(u->cli) && isatty(STDOUT_FILENO) == 1;
  u->cli->settles = force || asks;
  if (jl_undo_send(u, true, &outcome, err)) {
    say_done(u, jl_undo_edits(u, true), &outcome);
    return true;
  }
  if (u->cli->dry_run || outcome.conflict == 0 || !(force || asks)) return false;
  struct jl_error why = {0};
  if (jl_cli_settle(u->cli, outcome.conflict, force, &settled, &why) && settled) return true;
  if (why.code != JL_E_OK) *err = why;
  return false;
}

/* Accepted without a change: others have done the same meanwhile. */
static bool nothing_left(const struct jl_undo *u, struct jl_error *err) {
  return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("nothing was left of r{1} to take back: others have done the same since"), JL_MSG("see jalon history"),
                 jl_arg_revision(u->of.revision));
}

static bool undo_revision(struct jl_cli *cli, uint64_t revision, bool redo, struct jl_error *err) {
  struct jl_undo u;
  struct jl_outcome_of outcome;
  uint64_t head;
  const struct jl_profile_identity *me = jl_profile_identity(cli->profile);
  if (!jl_undo_read(cli, revision, &u, err)) return false;
  u.redo = redo || u.of.undoes != 0;
  if (!jl_id_equal(&u.of.author, &me->person) && !me->administrator)
    return jl_fail(err, JL_E_DENIED, JL_MSG("r{1} is somebody else's change"), JL_MSG("its author or an administrator can undo it; jalon history names the author"),
                   jl_arg_revision(revision));
  if (!jl_undo_invert(&u, err) || !jl_undo_drop_gone(&u, err) || !jl_undo_sift(&u, err) || !explain(&u, err)) return false;
  size_t edits = jl_undo_edits(&u, false);
  head = jl_undo_head(cli);
  if (edits > 0) {
    if (!jl_undo_send(&u, false, &outcome, err)) return false;
    bool as_it_was = outcome.revision != 0 && outcome.revision <= head && !cli->dry_run;
    if (as_it_was && jl_undo_edits(&u, true) == 0) return nothing_left(&u, err);
    if (!as_it_was) say_done(&u, edits, &outcome);
  }
  return jl_undo_edits(&u, true) == 0 || send_apart(&u, err);
}

static bool read_number(const char *text, uint64_t *ret_revision, const char **ret_end) {
  char *end;
  const char *digits = text[0] == 'r' || text[0] == 'R' ? text + 1 : text;
  *ret_revision = digits[0] >= '0' && digits[0] <= '9' ? strtoull(digits, &end, 10) : 0;
  if (*ret_revision == 0 || *ret_revision >= INT64_MAX) return false;
  *ret_end = end;
  return true;
}

/* "r123", or "r100..r123". */
static bool read_revisions(const char *text, uint64_t *ret_from, uint64_t *ret_to, struct jl_error *err) {
  const char *end;
  bool good = read_number(text, ret_from, &end);
  *ret_to = *ret_from;
  if (good && strncmp(end, "..", 2) == 0) good = read_number(end + 2, ret_to, &end);
  return (good && *end == '\0') || jl_fail(err, JL_E_USAGE, JL_MSG("{1} is not a revision"), JL_MSG("give one such as r123, or several as r100..r123"),
                                          jl_arg_text(text));
}

/* An import is one action, whatever number of groups it took. */
static bool undo_last(struct jl_cli *cli, uint64_t revision, struct jl_error *err) {
  struct jl_undo u;
  bool several = false;
  if (!jl_undo_read(cli, revision, &u, err)) return false;
  if (!jl_id_is_zero(&u.of.import) && u.of.undoes == 0 && !jl_undo_run(cli, &u.of, &several, err)) return false;
  return several || undo_revision(cli, revision, false, err);
}

/* It knows what was last. */
static bool open_outbox(struct jl_cli *cli, struct jl_error *err) { return cli->local == NULL || jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, err); }

bool jl_cmd_undo(struct jl_cli *cli, struct jl_error *err) {
  uint64_t revision, to;
  const char *import = jl_cli_option(cli, "import");
  if (import != NULL && cli->word_count > 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--import and a revision exclude each other"), NULL);
  if (import == NULL && jl_cli_option(cli, "all") != NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--all goes with --import"), NULL);
  if (import != NULL) return jl_undo_import(cli, import, err);
  if (cli->word_count > 0 && !read_revisions(cli->words[0], &revision, &to, err)) return false;
  if (cli->word_count > 0) return revision == to ? undo_revision(cli, revision, false, err) : jl_undo_range(cli, revision, to, err);
  if (!open_outbox(cli, err)) return false;
  const struct jl_outbox_group *waiting = newest_waiting(cli);
  if (waiting != NULL) return take_back(cli, waiting, err);
  return jl_undo_last(cli, false, &revision, err) && undo_last(cli, revision, err);
}

bool jl_cmd_redo(struct jl_cli *cli, struct jl_error *err) {
  uint64_t revision;
  return open_outbox(cli, err) && jl_undo_last(cli, true, &revision, err) && undo_revision(cli, revision, true, err);
}

/* A run: options -> command -> profile -> connection -> the command -> one error line. The connection is made by the
 * first request, so what needs no server costs nothing. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "common/wire/tls.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 2000 /* of a server that says nothing; then the local copy answers. JALON_PATIENCE: in seconds */
#define PATIENCE_MAX_S 3600
#define LOCK_PATIENCE_MS 1000
#define LOCK_TIMEOUT_MS 30000

int32_t jl_cli_today(const struct jl_cli *cli) {
  if (cli->has_today) return cli->today;
  int32_t day = 0;
  int64_t now_us = jl_now_utc_us();
  time_t seconds = (time_t)(now_us / 1000000);
  struct tm local;
  if (localtime_r(&seconds, &local) != NULL) return jl_day_from_date(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  day = (int32_t)(now_us / 1000000 / 86400);
  return day;
}

struct jl_id jl_cli_space(const struct jl_cli *cli, const struct jl_record_type *type) {
  if (type != NULL && type->space == JL_SPACE_PERSONAL) return jl_profile_identity(cli->profile)->person;
  return type != NULL && type->space == JL_SPACE_ORGANISATION ? jl_profile_identity(cli->profile)->organisation : cli->plan;
}

void jl_cli_print(struct jl_cli *cli, struct jl_buffer *out) {
  cli->unprinted = cli->unprinted || !jl_buffer_ok(out);
  if (jl_buffer_ok(out)) (void)!fwrite(out->data != NULL ? (const void *)out->data : "", 1, out->size, stdout);
  fflush(stdout);
  jl_buffer_release(out);
}

/* On a screen at blanks, in a pipe one line. */
void jl_cli_line(const struct jl_cli *cli, FILE *stream, struct jl_buffer *text) {
  struct jl_buffer out;
  const char *words = jl_buffer_cstring(text);
  int width = stream == stdout ? cli->face.width : isatty(STDERR_FILENO) == 1 ? cli->error_face.width : 0;
  jl_buffer_init(&out, 1u << 20);
  if (cli->line_drawn) (void)fputs("\r\033[K", stderr); /* how far it is, drawn again after this */
  if (words != NULL) jl_face_wrap(words, 0, width, &out);
  if (jl_buffer_ok(&out) && out.size > 0) (void)!fwrite(out.data, 1, out.size, stream);
  fflush(stream);
  jl_buffer_release(&out);
}

static void say_to(const struct jl_cli *cli, FILE *stream, const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_format_words(message, args, n, &text);
  jl_cli_line(cli, stream, &text);
  jl_buffer_release(&text);
}

void jl_cli_say(struct jl_cli *cli, const char *message, const struct jl_arg *args, int n) {
  if (!cli->quiet && !cli->json && !cli->csv && !cli->markdown) say_to(cli, stdout, message, args, n);
}
void jl_cli_note(const struct jl_cli *cli, const char *message, const struct jl_arg *args, int n) {
  say_to(cli, stderr, message, args, n);
}

bool jl_cli_no_link(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* It bounds every wait for the server and how long it may say nothing, and is how long one waits for another command without a word. */
uint32_t jl_cli_patience_ms(void) {
  const char *text = getenv("JALON_PATIENCE");
  char *end = NULL;
  unsigned long seconds = text == NULL || text[0] < '0' || text[0] > '9' ? 0 : strtoul(text, &end, 10);
  return seconds == 0 || *end != '\0' ? 0 : 1000 * (uint32_t)(seconds > PATIENCE_MAX_S ? PATIENCE_MAX_S : seconds);
}

bool jl_cli_lock(struct jl_cli *cli, struct jl_error *err) {
  uint32_t given = jl_cli_patience_ms();
  if (jl_profile_lock(cli->profile, given != 0 ? given : LOCK_PATIENCE_MS, err)) return true;
  if (err->code != JL_E_UNAVAILABLE) return false;
  jl_talk(cli, JL_MSG("waiting for another jalon command of this profile"));
  return jl_profile_lock(cli->profile, LOCK_TIMEOUT_MS, err);
}

/* What means nothing without the server waits for it, and a watch for as long as it takes. */
static bool waits_long(const struct jl_cli *cli) {
  return (cli->command->flags & JL_COMMAND_SERVER) != 0 || cli->command->run == jl_cmd_watch;
}

bool jl_cli_connect(struct jl_cli *cli, bool with_token, struct jl_error *err) {
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  /* Whoever logged out keeps what is on this machine. */
  if (id->account[0] != '\0' && cli->local == NULL && (cli->local = jl_local_new(cli->profile, &cli->no_local)) == NULL &&
      cli->no_local.code != JL_E_UNAVAILABLE) {
    *err = cli->no_local;
    return false;
  }
  if (with_token && !id->has_token && !cli->offline)
    return jl_fail(err, JL_E_UNAUTHENTICATED, JL_MSG("profile {1} is not logged in"), JL_MSG("run jalon login ACCOUNT --server ADDRESS"),
                   jl_arg_text(id->name));
  const char *server = jl_cli_server(cli);
  if (!cli->offline && jl_address_encrypted(server)) jl_tls_alone();
  uint32_t given = jl_cli_patience_ms();
  struct jl_client_options options = {.server = server,
                                      .program = "jalon " JALON_VERSION,
                                      .profile = cli->profile,
                                      .local = cli->local,
                                      .offline = cli->offline,
                                      .patience_ms = waits_long(cli) ? 0 : given != 0 ? given : PATIENCE_MS,
                                      .timeout_ms = given,
                                      .offer_token = with_token,
                                      .certificate = cli->certificate};
  cli->client = jl_client_new(&options, err);
  return cli->client != NULL;
}

/* The files that faces need are read while the server is at work, and not when its answer is there. */
static void prepare_for_answer(struct jl_cli *cli) {
  if (cli->prepared || cli->offline) return;
  cli->prepared = true;
  for (int i = 0; i < 2 && jl_client_turn(cli->client); i++) continue; /* connects, and sends the question */
  jl_face_prepare();
}

bool jl_cli_wait(struct jl_cli *cli, struct jl_error *err) {
  prepare_for_answer(cli);
  if (jl_client_wait(cli->client, 1000)) return true;
  if (isatty(STDERR_FILENO)) jl_talk(cli, JL_MSG("waiting for the server"));
  if (jl_client_wait(cli->client, 0)) return true;
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the server did not answer"), NULL);
}

static void choose_faces(struct jl_cli *cli) {
  struct winsize size;
  int columns = 0, rows = 0;
  bool terminal = isatty(STDOUT_FILENO) == 1;
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    columns = size.ws_col, rows = size.ws_row;
  else if (terminal)
    columns = 80, rows = 24;
  if (cli->has_width) columns = cli->width;
  const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
  bool colour = terminal && !cli->no_color && (no_color == NULL || no_color[0] == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
  cli->face = (struct jl_face_options){cli->json ? JL_FACE_JSON : cli->csv ? JL_FACE_CSV : cli->markdown ? JL_FACE_MARKDOWN : JL_FACE_TERMINAL, columns, colour, rows};
  bool read_there = isatty(STDERR_FILENO) == 1;
  cli->error_face = (struct jl_face_options){cli->json ? JL_FACE_JSON : JL_FACE_TERMINAL, read_there ? columns : 0, colour && read_there, rows};
}

bool jl_cli_ready(struct jl_cli *cli, unsigned flags, struct jl_error *err) {
  if ((flags & (JL_COMMAND_LOCAL | JL_COMMAND_ALONE)) != 0) return true;
  const char *name = cli->profile_name != NULL ? cli->profile_name : getenv("JALON_PROFILE");
  cli->profile = jl_profile_open(name, err);
  if (cli->profile == NULL) return false;
  cli->plan = jl_profile_identity(cli->profile)->plan;
  if ((flags & JL_COMMAND_SERVER) != 0 && cli->offline) return jl_cli_needs_server(cli, err);
  if ((flags & JL_COMMAND_NO_LOGIN) != 0) return true;
  if (!jl_cli_connect(cli, true, err)) return false;
  if ((flags & JL_COMMAND_OUTBOX) == 0 && !jl_cli_send_waiting(cli, err)) return false;
  if (cli->plan_name != NULL) {
    char found[256];
    if (!jl_cli_resolve_plan(cli, cli->plan_name, &cli->plan, found, sizeof found, err)) return false;
  }
  if ((flags & JL_COMMAND_PLAN) != 0 && jl_id_is_zero(&cli->plan))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  return true;
}

static bool show_help(struct jl_cli *cli, const char *const *words, size_t used, struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, JL_VIEW_MAX);
  bool ok = jl_help_topic(cli, words, used, &out, err);
  if (ok)
    jl_cli_print(cli, &out);
  else
    jl_buffer_release(&out);
  return ok;
}

static bool run(struct jl_cli *cli, int argc, char **argv, struct jl_error *err) {
  const char **words;
  size_t count = 0, used = 0;
  bool good = jl_cli_globals(cli, argc, argv, &words, &count, err);
  jl_language_init(cli->lang);
  choose_faces(cli);
  if (!good) return false;
  if (count == 0) return show_help(cli, words, 0, err);
  if (cli->help && count == 1) return show_help(cli, words, 1, err);
  if (!jl_command_find(cli, words, count, &cli->command, &used, err)) return false;
  if (cli->help) return show_help(cli, words, used, err);
  return jl_cli_arguments(cli, words + used, count - used, err) && jl_cli_take_at(cli, err) && jl_cli_ready(cli, cli->command->flags, err) && cli->command->run(cli, err);
}

/* Reading that came from this machine says so; an edit has said it in its own line. */
static void tell_where(struct jl_cli *cli, bool ok, struct jl_error *err) {
  unsigned flags = cli->command != NULL ? cli->command->flags : JL_COMMAND_LOCAL;
  bool down = cli->client != NULL && jl_client_link(cli->client) != JL_LINK_UP;
  if (!ok && down && !cli->offline && !cli->heard.local && (flags & JL_COMMAND_SERVER) != 0) (void)jl_cli_needs_server(cli, err);
  if ((flags & (JL_COMMAND_LOCAL | JL_COMMAND_OUTBOX)) == 0 && (!ok || (flags & JL_COMMAND_WRITES) == 0)) jl_cli_tell_offline(cli);
}

/* A reader that left (head, less) needs no word about it. */
static bool reader_left(void) {
  struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0;
}

/* When there is not even memory to translate it. */
static void say_no_memory(void) { fputs("jalon: out of memory\n", stderr); }

static void print_error(const struct jl_cli *cli, const struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_face_error(err, &cli->error_face, &out);
  if (jl_buffer_ok(&out) && out.size > 0)
    (void)!fwrite(out.data, 1, out.size, stderr);
  else
    say_no_memory();
  jl_buffer_release(&out);
}

int jl_cli_main(int argc, char **argv) {
  jl_tls_note_memory();
  struct jl_cli cli = {.arena = jl_arena_new(JL_CLI_ARENA)};
  struct jl_error err = {0};
  if (cli.arena == NULL) {
    say_no_memory();
    return 1;
  }
  bool ok = run(&cli, argc, argv, &err);
  bool reads = cli.command != NULL && (cli.command->flags & JL_COMMAND_WRITES) == 0; /* what was written stays written */
  if (ok && (cli.unprinted || (reads && jl_arena_short(cli.arena)))) ok = jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!ok && err.code == JL_E_NO_MEMORY && cli.submitted)
    (void)jl_fail(&err, JL_E_UNKNOWN_OUTCOME, JL_MSG("out of memory"), JL_MSG("it is not known whether the change was made: look before you make it again"));
  tell_where(&cli, ok, &err);
  /* The answer must have reached its reader, or the exit status says so. */
  if (ok && (fflush(stdout) != 0 || ferror(stdout))) {
    ok = jl_fail(&err, JL_E_INTERNAL, JL_MSG("the answer could not be written"), JL_MSG("look whether the disk is full"));
    cli.printed = reader_left();
  }
  if (!ok && !cli.printed) print_error(&cli, &err);
  if (ok || err.code == JL_E_FINDINGS) jl_cli_refresh(&cli);
  jl_client_free(cli.client);
  jl_local_free(cli.local);
  jl_profile_free(cli.profile);
  jl_arena_free(cli.arena);
  return ok ? 0 : jl_code_exit_status(err.code);
}

/* watch: a view that follows every change. In a terminal it is redrawn in place, with who changed what below it; when the
 * server goes the last screen stays under a banner. In a pipe each new state follows a line of "---". */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define CHANGES_SHOWN 5

struct watch {
  struct jl_cli *cli;
  struct jl_id space;
  bool terminal, raw, ended, drawn;
  struct termios old;
  struct jl_bytes document; /* the last one, owned */
  uint64_t revision;
  char changes[CHANGES_SHOWN][512];
  size_t change_count;
  int64_t down_since_us; /* 0: connected */
  long states, states_wanted;
  struct jl_error error;
};

static volatile sig_atomic_t resized, stopped;
static void on_signal(int number) {
  if (number == SIGWINCH)
    resized = 1;
  else
    stopped = 1;
}

/* ---- drawing ---- */
static void banner(const struct watch *w, struct jl_buffer *out) {
  time_t seconds = (time_t)(w->down_since_us / 1000000);
  struct tm local;
  char text[16] = "";
  if (localtime_r(&seconds, &local) != NULL) (void)strftime(text, sizeof text, "%H:%M", &local);
  struct jl_arg since = jl_arg_text(text);
  if (w->cli->face.colour) jl_buffer_text(out, "\033[7m");
  jl_format_words(JL_MSG("no connection since {1}; trying again"), &since, 1, out);
  if (w->cli->face.colour) jl_buffer_text(out, "\033[0m");
  jl_buffer_byte(out, '\n');
}

static int lines_of(const struct jl_buffer *b) {
  int n = 0;
  for (size_t i = 0; i < b->size; i++) n += b->data[i] == '\n';
  return n;
}

/* Each line is cleared to its end, so nothing of the old screen is left. At most `rows` lines. */
static void put_lines(const struct jl_buffer *b, int rows) {
  for (size_t i = 0; i < b->size && rows > 0; i++) {
    if (b->data[i] == '\n') {
      fputs("\033[K", stdout);
      rows--;
    }
    putchar(b->data[i]);
  }
}

/* A view that is longer than the screen is cut, never what changed below it. */
static void put_screen(struct watch *w, const struct jl_buffer *body, const struct jl_buffer *footer) {
  if (!w->terminal) {
    if (w->drawn) fputs("---\n", stdout);
    (void)!fwrite(body->data, 1, body->size, stdout);
    if (footer->size > 0) (void)!fwrite(footer->data, 1, footer->size, stdout);
  } else {
    int rows = w->cli->face.height > 0 ? w->cli->face.height - lines_of(footer) - 1 : lines_of(body);
    fputs("\033[?25l\033[H", stdout);
    put_lines(body, rows > 0 ? rows : 1);
    if (lines_of(body) > rows) fputs("\033[0m", stdout);
    put_lines(footer, lines_of(footer));
    fputs(lines_of(footer) > 0 ? "\033[J" : "\033[K\033[J", stdout);
  }
  fflush(stdout);
  w->drawn = true;
}

static bool draw(struct watch *w) {
  struct jl_arena *a = jl_arena_new(64u << 20);
  struct jl_error err = {0};
  struct jl_buffer out, footer;
  jl_buffer_init(&out, 64u << 20);
  jl_buffer_init(&footer, 65536);
  const Jalon__Document *document =
      a == NULL || w->document.size == 0 ? NULL : (const Jalon__Document *)jl_unpack(&jalon__document__descriptor, w->document, a, &err);
  bool ok = document != NULL;
  if (w->down_since_us != 0 && w->terminal) banner(w, &out);
  ok = ok && jl_face_render(document, &w->cli->face, &out, &err);
  for (size_t i = 0; ok && w->cli->face.face == JL_FACE_TERMINAL && i < w->change_count; i++)
    jl_buffer_printf(&footer, "%s\n", w->changes[i]);
  if (ok && w->terminal) {
    struct jl_arg revision = jl_arg_integer((int64_t)w->revision);
    jl_format_words(JL_MSG("r{1}; q ends"), &revision, 1, &footer);
    jl_buffer_byte(&footer, '\n');
  }
  if (ok && jl_buffer_ok(&out) && jl_buffer_ok(&footer))
    put_screen(w, &out, &footer);
  else if (err.code != JL_E_OK)
    w->error = err;
  jl_buffer_release(&out);
  jl_buffer_release(&footer);
  jl_arena_free(a);
  return ok;
}

/* "Paul: B3 planned 1 000 EUR -> 1 200 EUR" */
static void word_change(const struct watch *w, const struct jl_changed_by *c, char *out, size_t size) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
  struct jl_buffer before, after, line;
  char reference[32];
  jl_reference_text(c->type, c->number, reference);
  jl_buffer_init(&before, 4096);
  jl_buffer_init(&after, 4096);
  jl_buffer_init(&line, 4096);
  if (field != NULL && field->kind != JL_KIND_REFERENCE) {
    jl_format_slice(field, c->before, w->cli->currency, NULL, &before);
    jl_format_slice(field, c->after, w->cli->currency, NULL, &after);
  }
  const char *b = jl_buffer_cstring(&before), *a = jl_buffer_cstring(&after);
  struct jl_arg args[] = {jl_arg_text(c->name), jl_arg_text(reference), field != NULL ? jl_arg_label(field->label) : jl_arg_text(c->title),
                          jl_arg_text(b), jl_arg_text(a)};
  const char *message = c->verb == JL_VERB_CREATE    ? JL_MSG("{1} made {2} {3}")
                        : c->verb == JL_VERB_DELETE  ? JL_MSG("{1} deleted {2} {3}")
                        : c->verb == JL_VERB_RESTORE ? JL_MSG("{1} brought {2} {3} back")
                        : before.size > 0            ? JL_MSG("{1}: {2} {3} {4} -> {5}")
                                                     : JL_MSG("{1}: {2} {3} {5}");
  jl_format_words(message, args, 5, &line);
  const char *text = jl_buffer_cstring(&line);
  snprintf(out, size, "%s", text != NULL ? text : "");
  jl_buffer_release(&before);
  jl_buffer_release(&after);
  jl_buffer_release(&line);
}

static void keep_changes(struct watch *w, const struct jl_event *event) {
  if (event->change_count == 0) return;
  size_t first = event->change_count > CHANGES_SHOWN ? event->change_count - CHANGES_SHOWN : 0;
  w->change_count = 0;
  for (size_t i = first; i < event->change_count; i++)
    word_change(w, &event->changes[i], w->changes[w->change_count++], sizeof w->changes[0]);
}

/* What stands on the screen is what this person's next edit is based on. */
static void mark(struct watch *w) {
  struct jl_arena *a = jl_arena_new(64u << 20);
  struct jl_error err;
  const Jalon__Document *document =
      a == NULL ? NULL : (const Jalon__Document *)jl_unpack(&jalon__document__descriptor, w->document, a, &err);
  if (document != NULL) jl_cli_currency(w->cli, document);
  if (document != NULL) (void)!jl_cli_mark_document(w->cli, &w->space, document, w->revision, &err);
  jl_arena_free(a);
}

static void on_event(void *context, const struct jl_event *event) {
  struct watch *w = context;
  if (event->kind == JL_EVENT_ENDED) {
    w->error = event->error;
    w->ended = true;
    return;
  }
  if (event->kind != JL_EVENT_STATE || event->document.size == 0) return;
  uint8_t *copy = malloc(event->document.size);
  if (copy == NULL) return;
  memcpy(copy, event->document.data, event->document.size);
  free((void *)(uintptr_t)w->document.data);
  w->document = (struct jl_bytes){copy, event->document.size};
  w->revision = event->position.revision;
  w->down_since_us = 0;
  keep_changes(w, event);
  if (!draw(w)) return;
  mark(w); /* after the screen, never before */
  if (w->states_wanted > 0 && ++w->states >= w->states_wanted) w->ended = true;
}

static void on_link(void *context, enum jl_link link, const struct jl_error *reason) {
  struct watch *w = context;
  (void)reason;
  if (link != JL_LINK_DOWN || w->down_since_us != 0 || !w->drawn) return;
  w->down_since_us = jl_now_utc_us();
  if (w->terminal)
    (void)draw(w);
  else
    jl_talk(w->cli, JL_MSG("the connection is gone; trying again"));
}

/* ---- the terminal ---- */
static void enter(struct watch *w) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  if (!w->terminal || isatty(STDIN_FILENO) != 1 || tcgetattr(STDIN_FILENO, &w->old) != 0) return;
  struct termios raw = w->old;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  w->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  fputs("\033[2J", stdout);
}

static void leave(struct watch *w) {
  if (w->raw) (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &w->old);
  if (w->terminal && w->drawn) fputs("\033[?25h\n", stdout);
  fflush(stdout);
}

static void take_size(struct watch *w) {
  struct winsize size;
  resized = 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  if (!w->cli->has_width) w->cli->face.width = size.ws_col;
  w->cli->face.height = size.ws_row;
  if (w->drawn) (void)draw(w);
}

static void loop(struct watch *w) {
  while (!w->ended && !stopped) {
    if (!jl_client_turn(w->cli->client) || w->ended) break;
    struct pollfd fds[] = {{.fd = jl_client_fd(w->cli->client), .events = POLLIN}, {.fd = w->raw ? STDIN_FILENO : -1, .events = POLLIN}};
    (void)poll(fds, 2, jl_client_timeout_ms(w->cli->client));
    if (resized) take_size(w);
    char key = 0;
    if ((fds[1].revents & (POLLIN | POLLHUP)) == 0) continue;
    ssize_t n = read(STDIN_FILENO, &key, 1);
    if (n == 0 || key == 'q' || key == 'Q' || key == 3) break;
  }
}

bool jl_cmd_watch(struct jl_cli *cli, struct jl_error *err) {
  const char *name = cli->word_count > 0 ? cli->words[0] : "dashboard",
             *record = cli->word_count > 1 ? cli->words[1] : jl_cli_option(cli, "record"), *times = jl_cli_option(cli, "times");
  const struct jl_view *view = jl_view_by_name(name);
  struct watch w = {.cli = cli,
                    .terminal = cli->face.face == JL_FACE_TERMINAL && isatty(STDOUT_FILENO) == 1,
                    .states_wanted = times != NULL ? strtol(times, NULL, 10) : 0};
  if (view == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("there is no view \"{1}\""), JL_MSG("see jalon help"), jl_arg_text(name));
  if (times != NULL && w.states_wanted <= 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("give a number"), jl_arg_text("times"),
                   jl_arg_text(times));
  if (view->needs_space && jl_id_is_zero(&cli->plan))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  struct jl_parameter parameter = {"record", record};
  if (view->needs_space || view->by_record) w.space = cli->plan;
  struct jl_view_ask ask = {.space = w.space,
                            .view = name,
                            .parameters = &parameter,
                            .parameter_count = record != NULL ? 1 : 0,
                            .has_today = cli->has_today,
                            .today = cli->today};
  jl_client_on_link(cli->client, on_link, &w);
  if (jl_client_subscribe_view(cli->client, &ask, on_event, &w) == 0) return jl_cli_no_link(err);
  enter(&w);
  loop(&w);
  leave(&w);
  jl_client_on_link(cli->client, NULL, NULL);
  free((void *)(uintptr_t)w.document.data);
  if (w.error.code == JL_E_OK) return true;
  *err = w.error;
  return false;
}

/* meeting run: a meeting held in front of a terminal. Its time runs before everybody's eyes, each point is closed with its decision, its owner, its
 * date and its action as `meeting decide` does it, with the server or without, and stands in the plan from then on: whatever ends this
 * program, only what was being typed is lost. Whoever takes the meeting up again finds it where it was, its time too. */
#include "client/cli/meeting.h"
#include "client/cli/meeting_screen.h"
#include "client/faces/terminal.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define LOOK_AGAIN_US 2000000LL /* for what others change */
#define SEND_AGAIN_US 5000000LL /* what waits */
#define TICK_MS 1000
#define SHORTEST 6 /* lines */

struct running {
  struct jl_cli *cli;
  const char *reference; /* "MT1" */
  struct jl_view_ask ask;
  struct jl_bytes document; /* the last one, owned */
  uint64_t revision;
  struct jl_arena *arena; /* of what is shown */
  struct jl_meeting_shown shown;
  struct jl_meeting_form form;
  struct jl_id about; /* the point that the form is for */
  bool asked, changed, ended, asks_to_postpone, bad;
  bool queued, opened; /* something waits to be sent; the copy of this machine has answered */
  int64_t send_again_us; /* monotonic */
  int64_t ask_again_us; /* monotonic */
  char message[512], advice[512];
  struct jl_error error; /* that ends it */
};

static volatile sig_atomic_t resized, stopped;
static void on_signal(int number) {
  if (number == SIGWINCH)
    resized = 1;
  else
    stopped = 1;
}

/* ---- what came of something ---- */
static void put_text(char out[512], const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (message[0] != '\0') jl_format_words(message, args, n, &text);
  size_t size = jl_text_cut(jl_text_of(&text), text.size, 511);
  memcpy(out, jl_text_of(&text), size);
  out[size] = '\0';
  jl_buffer_release(&text);
}

static void tell(struct running *w, bool bad, const char *message, const struct jl_arg *args, int n) {
  put_text(w->message, message, args, n);
  w->advice[0] = '\0';
  w->bad = bad;
}

static void tell_error(struct running *w, const struct jl_error *err) {
  tell(w, true, err->message, err->args, JL_ERROR_ARGS);
  put_text(w->advice, err->hint, err->args, JL_ERROR_ARGS);
}

static void tell_nothing(struct running *w) { w->message[0] = w->advice[0] = '\0'; }

/* ---- what is shown ---- */
static void on_minutes(void *context, const struct jl_reply *reply) {
  struct running *w = context;
  w->asked = false;
  w->ask_again_us = jl_monotonic_us() + LOOK_AGAIN_US;
  jl_cli_heard(w->cli, reply);
  if (reply->error.code != JL_E_OK && jl_code_class(reply->error.code) == JL_CLASS_RETRY) return;
  if (reply->error.code != JL_E_OK) {
    w->error = reply->error;
    w->ended = true;
    return;
  }
  w->opened = reply->local;
  uint8_t *copy = reply->document.size == 0 ? NULL : malloc(reply->document.size);
  if (copy == NULL || jl_same_bytes(reply->document, w->document)) {
    free(copy);
    return;
  }
  memcpy(copy, reply->document.data, reply->document.size);
  free((void *)(uintptr_t)w->document.data);
  w->document = (struct jl_bytes){copy, reply->document.size};
  w->revision = reply->position.revision;
  w->changed = true;
}

static void ask_minutes(struct running *w) {
  if (w->asked || jl_monotonic_us() < w->ask_again_us) return;
  w->asked = jl_client_view(w->cli->client, &w->ask, on_minutes, w) != 0;
}

/* What came is taken, and is what this person's next edit is based on. */
static bool take(struct running *w) {
  struct jl_error err = {0};
  struct jl_arena *a = jl_arena_new(64u << 20);
  struct jl_meeting_shown shown;
  const Jalon__Document *d =
      a == NULL ? NULL : (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, w->document, JL_UNPACK_MAX, a, &err);
  w->changed = false;
  if (d == NULL || !jl_meeting_shown_of(d, a, &shown)) {
    jl_arena_free(a);
    return false;
  }
  jl_arena_free(w->arena);
  w->arena = a;
  w->shown = shown;
  (void)!jl_cli_mark_document(w->cli, &w->cli->plan, d, w->revision, &err);
  if (shown.closed) w->ended = true;
  return true;
}

static void draw(struct running *w) {
  struct jl_buffer out;
  const struct jl_meeting_screen screen = {.shown = &w->shown,
                                           .form = &w->form,
                                           .now_us = jl_now_utc_us(),
                                           .message = w->message[0] != '\0' ? w->message : NULL,
                                           .advice = w->advice[0] != '\0' ? w->advice : NULL,
                                           .bad = w->bad,
                                           .asks_to_postpone = w->asks_to_postpone,
                                           .width = w->cli->face.width > 0 ? w->cli->face.width : 80,
                                           .height = w->cli->face.height > SHORTEST ? w->cli->face.height : SHORTEST,
                                           .colour = w->cli->face.colour};
  if (w->arena == NULL) return;
  jl_buffer_init(&out, 1u << 20);
  jl_buffer_text(&out, "\033[?25l\033[H");
  jl_meeting_draw(&screen, &out);
  jl_buffer_text(&out, "\033[0m\033[J");
  if (jl_buffer_ok(&out)) (void)!fwrite(out.data, 1, out.size, stdout); /* one write: a screen that is drawn in pieces flickers */
  fflush(stdout);
  jl_buffer_release(&out);
}

/* ---- edits ---- */
/* Between two edits the copy of this machine is free for other commands; with it goes the line, which knows what is in there. */
static void let_go(struct running *w) {
  struct jl_cli *cli = w->cli;
  jl_client_free(cli->client);
  cli->client = NULL;
  w->asked = false;
  w->ask_again_us = 0;
  jl_cli_let_others(cli);
  if (!jl_cli_connect(cli, true, &w->error)) w->ended = true;
}

/* The group is sent, or kept for later; then what the meeting has become is looked at. */
static bool end_edit(struct running *w, struct jl_rhythm *r, struct jl_outcome_of *ret_outcome) {
  struct jl_error err = {0};
  bool done = jl_rhythm_end(r, true, ret_outcome, &err);
  tell_nothing(w);
  if (!done) tell_error(w, &err);
  if (done && ret_outcome->queued != 0) w->queued = true, w->send_again_us = jl_monotonic_us() + SEND_AGAIN_US;
  if (done && ret_outcome->queued != 0) tell(w, false, JL_MSG("kept on this machine, will be sent: the server does not answer"), NULL, 0);
  let_go(w);
  if (w->ended) return done;
  ask_minutes(w);
  (void)jl_client_wait(w->cli->client, TICK_MS);
  if (w->changed) (void)take(w);
  return done;
}

/* While something waits the copy of this machine answers, so only trying tells whether the server is back. */
static void send_waiting(struct running *w) {
  struct jl_error err = {0};
  struct jl_local_hint hint = {.waiting = 0};
  w->send_again_us = jl_monotonic_us() + SEND_AGAIN_US;
  if (!jl_cli_send_waiting(w->cli, &err)) tell_error(w, &err);
  let_go(w);
  w->queued = !w->ended && w->cli->local != NULL && jl_local_hint(w->cli->local, &w->cli->plan, &hint) && hint.waiting > 0;
  if (!w->queued && err.code == JL_E_OK) tell(w, false, JL_MSG("the server is back: what was kept is sent"), NULL, 0);
}

/* One is talked about until now, another from now on; its share of the time stays with the first. */
static bool put_spent(struct jl_rhythm *r, const char *point, int64_t seconds, struct jl_error *err) {
  static const uint32_t fields[] = {JL_MEETING_POINT_SPENT};
  struct jl_lookup one = {.text = point, .type = jl_record_type_by_number(JL_TYPE_MEETING_POINT), .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  if (point == NULL || seconds <= 0) return true;
  if (!jl_lookup_one(r->cli, &one, err)) return false;
  int64_t spent = jl_record_int(one.type, one.record.body, JL_MEETING_POINT_SPENT, 0) + seconds;
  jl_group_update(r->group, JL_TYPE_MEETING_POINT, &one.record.id);
  return jl_change_number(r, &one, JL_MEETING_POINT_SPENT, spent < JL_MEETING_SECONDS_MAX ? spent : JL_MEETING_SECONDS_MAX, err);
}

static void turn_to(struct running *w, const struct jl_meeting_point *to, bool runs) {
  const struct jl_meeting_point *from = jl_meeting_current(&w->shown);
  struct jl_id none = {{0}};
  struct jl_rhythm r;
  struct jl_held m;
  struct jl_outcome_of outcome;
  struct jl_error err = {0};
  int64_t now_us = jl_now_utc_us();
  if (!jl_rhythm_begin(&r, w->cli, &err)) return tell_error(w, &err);
  bool ok = jl_meeting_read(&r, w->reference, &m, &err) && jl_meeting_put_turn(&r, &m, now_us, runs, to != NULL ? &to->id : &none, &err) &&
            put_spent(&r, from == NULL ? NULL : from->reference, jl_meeting_seconds(&m, now_us), &err);
  if (!ok) {
    jl_group_free(r.group);
    return tell_error(w, &err);
  }
  (void)end_edit(w, &r, &outcome);
}

static bool start(struct running *w, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_held m;
  struct jl_outcome_of outcome;
  if (!jl_rhythm_begin(&r, w->cli, err)) return false;
  bool ok = jl_meeting_read(&r, w->cli->words[0], &m, err);
  int64_t status = ok ? jl_record_int(m.lookup.type, m.lookup.record.body, JL_MEETING_STATUS, JL_MEETING_PLANNED) : 0;
  char reference[JL_REFERENCE_SIZE];
  if (ok) jl_reference_text(m.lookup.record.type, m.lookup.record.number, reference);
  /* One that waits to be sent has no number yet: it is called as it was. */
  if (ok) w->reference = m.lookup.record.number == 0 ? w->cli->words[0] : jl_arena_strdup(w->cli->arena, reference);
  if (ok && status == JL_MEETING_CLOSED)
    ok = jl_fail(err, JL_E_INVALID, JL_MSG("{1} is closed already"), NULL, jl_cli_called(w->cli, &m.lookup.record));
  if (ok && status != JL_MEETING_RUNNING) return jl_rhythm_end(&r, jl_meeting_put_start(&r, &m, jl_now_utc_us(), err), &outcome, err);
  jl_group_free(r.group);
  return ok;
}

/* ---- keys ---- */
/* The one behind it, or before it; of those without a decision when it is decided itself. */
static const struct jl_meeting_point *beside(const struct jl_meeting_shown *shown, int step) {
  const struct jl_meeting_point *current = jl_meeting_current(shown);
  size_t at = current == NULL ? 0 : (size_t)(current - shown->points);
  if (shown->count == 0) return NULL;
  if (current == NULL) return &shown->points[step > 0 ? 0 : shown->count - 1];
  return &shown->points[step > 0 ? (at + 1) % shown->count : (at + shown->count - 1) % shown->count];
}

static const struct jl_meeting_point *next_open(const struct jl_meeting_shown *shown, const struct jl_id *after) {
  size_t at = 0;
  for (size_t i = 0; i < shown->count; i++)
    if (jl_id_equal(&shown->points[i].id, after)) at = i;
  for (size_t i = 1; i < shown->count; i++)
    if (!shown->points[(at + i) % shown->count].closed) return &shown->points[(at + i) % shown->count];
  return NULL;
}

/* The point is closed, and the next one that is open is taken up, in one group. */
static void decide(struct running *w) {
  const struct jl_meeting_point *point = jl_meeting_current(&w->shown), *next = point == NULL ? NULL : next_open(&w->shown, &point->id);
  struct jl_id none = {{0}};
  struct jl_rhythm r;
  struct jl_held m;
  struct jl_decided decided = {.has_action = false};
  struct jl_outcome_of outcome;
  struct jl_error err = {0};
  int64_t now_us = jl_now_utc_us();
  char action[JL_REFERENCE_SIZE];
  if (point == NULL || !jl_id_equal(&point->id, &w->about)) {
    w->form.open = false;
    return tell(w, true, JL_MSG("another point is under discussion now"), NULL, 0);
  }
  if (!jl_rhythm_begin(&r, w->cli, &err)) return tell_error(w, &err);
  bool ok = jl_meeting_read(&r, w->reference, &m, &err);
  const struct jl_decision what = {.point = point->reference,
                                   .decision = w->form.typed[0],
                                   .owner = w->form.typed[1],
                                   .due = w->form.typed[2],
                                   .action = w->form.typed[3],
                                   .seconds = ok ? jl_meeting_seconds(&m, now_us) : 0};
  bool runs = ok && jl_record_has(m.lookup.record.body, JL_MEETING_RUNNING_SINCE);
  ok = ok && jl_decision_put(&r, &what, &decided, &err) && jl_meeting_put_turn(&r, &m, now_us, runs, next != NULL ? &next->id : &none, &err);
  if (!ok) {
    jl_group_free(r.group);
    return tell_error(w, &err);
  }
  char closed[JL_REFERENCE_SIZE];
  snprintf(closed, sizeof closed, "%s", point->reference); /* what is shown goes with the edit */
  if (!end_edit(w, &r, &outcome)) return;
  w->form = (struct jl_meeting_form){.open = false};
  jl_decided_action(&decided, &outcome, action);
  const struct jl_arg args[] = {jl_arg_text(closed), jl_arg_text(action)};
  if (outcome.queued == 0) tell(w, false, action[0] == '\0' ? JL_MSG("{1} is decided") : JL_MSG("{1} is decided: {2}"), args, 2);
}

static void close_meeting(struct running *w, bool postpones) {
  const struct jl_meeting_point *from = jl_meeting_current(&w->shown);
  struct jl_rhythm r;
  struct jl_held m;
  struct jl_outcome_of outcome;
  struct jl_error err = {0};
  int64_t now_us = jl_now_utc_us();
  if (!jl_rhythm_begin(&r, w->cli, &err)) return tell_error(w, &err);
  /* A point that goes to another meeting is edited there already. */
  bool ok = jl_meeting_read(&r, w->reference, &m, &err) && jl_meeting_put_close(&r, &m, now_us, postpones, &err) &&
            (postpones || put_spent(&r, from == NULL ? NULL : from->reference, jl_meeting_seconds(&m, now_us), &err));
  if (!ok) {
    jl_group_free(r.group);
    return tell_error(w, &err);
  }
  if (end_edit(w, &r, &outcome)) w->ended = w->shown.closed = true;
}

static void begin_form(struct running *w) {
  const struct jl_meeting_point *current = jl_meeting_current(&w->shown);
  if (current == NULL) return tell(w, true, JL_MSG("no point is under discussion: n takes one up"), NULL, 0);
  if (current->closed) return tell(w, true, JL_MSG("this point is decided already"), NULL, 0);
  if (!jl_id_equal(&current->id, &w->about)) w->form = (struct jl_meeting_form){.open = true};
  w->form.open = true;
  w->about = current->id;
}

static size_t open_points(const struct jl_meeting_shown *shown) {
  size_t n = 0;
  for (size_t i = 0; i < shown->count; i++) n += !shown->points[i].closed;
  return n;
}

static bool is(const char *keys, const char *a, const char *b) { return strcmp(keys, a) == 0 || strcmp(keys, b) == 0; }

static void on_command(struct running *w, const char *keys) {
  bool runs = w->shown.running_since != 0;
  tell_nothing(w);
  if (w->asks_to_postpone) {
    w->asks_to_postpone = false;
    if (is(keys, "y", "Y") || is(keys, "o", "O")) close_meeting(w, true);
    return;
  }
  if (is(keys, "q", "Q")) w->ended = true;
  else if (is(keys, "d", "\r") || is(keys, "D", "\n")) begin_form(w);
  else if (is(keys, "n", "\033[B") || is(keys, "N", "\033[C")) turn_to(w, beside(&w->shown, 1), runs);
  else if (is(keys, "p", "\033[A") || is(keys, "P", "\033[D")) turn_to(w, beside(&w->shown, -1), runs);
  else if (is(keys, " ", " ")) turn_to(w, jl_meeting_current(&w->shown), !runs);
  else if (is(keys, "e", "E") && open_points(&w->shown) > 0) w->asks_to_postpone = true;
  else if (is(keys, "e", "E")) close_meeting(w, false);
}

static void on_keys(struct running *w) {
  char keys[512];
  ssize_t n = read(STDIN_FILENO, keys, sizeof keys - 1);
  if (n <= 0) {
    w->ended = n == 0;
    return;
  }
  keys[n] = '\0';
  if (!w->form.open) {
    on_command(w, keys);
  } else {
    tell_nothing(w);
    enum jl_typed_key came = jl_meeting_type(&w->form, keys, (size_t)n);
    if (came == JL_TYPED_AWAY) w->form.open = false;
    if (came == JL_TYPED_DONE) decide(w);
  }
  draw(w);
}

/* ---- the terminal ---- */
static bool enter(struct termios *old) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  if (tcgetattr(STDIN_FILENO, old) != 0) return false;
  struct termios raw = *old;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  raw.c_iflag &= ~(tcflag_t)ICRNL;
  if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return false;
  fputs("\033[?1049h\033[2J", stdout); /* what stood there comes back at the end */
  return true;
}

static void leave(const struct termios *old) {
  (void)tcsetattr(STDIN_FILENO, TCSADRAIN, old);
  fputs("\033[0m\033[?25h\033[?1049l", stdout);
  fflush(stdout);
}

static void take_size(struct running *w) {
  struct winsize size;
  resized = 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  if (!w->cli->has_width) w->cli->face.width = size.ws_col;
  w->cli->face.height = size.ws_row;
}

/* Wakes with the second that is shown. */
static int until_next_second(const struct running *w) {
  int64_t since = w->shown.running_since != 0 ? w->shown.running_since : 0, ms = (jl_now_utc_us() - since) / 1000 % 1000;
  return ms < 0 || ms > TICK_MS ? TICK_MS : TICK_MS - (int)ms;
}

static void loop(struct running *w) {
  while (!w->ended && !stopped) {
    (void)jl_client_turn(w->cli->client);
    if (w->opened) jl_cli_let_others(w->cli);
    w->opened = false;
    if (w->queued && jl_monotonic_us() >= w->send_again_us) send_waiting(w);
    else if (w->changed) (void)take(w);
    if (w->ended) break;
    ask_minutes(w);
    if (resized) take_size(w);
    draw(w);
    struct pollfd fds[] = {{.fd = jl_client_fd(w->cli->client), .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    int ms = jl_client_timeout_ms(w->cli->client), tick = until_next_second(w);
    (void)poll(fds, 2, ms < 0 || ms > tick ? tick : ms);
    if ((fds[1].revents & (POLLIN | POLLHUP)) != 0) on_keys(w);
  }
}

bool jl_cmd_meeting_run(struct jl_cli *cli, struct jl_error *err) {
  struct running w = {.cli = cli};
  struct termios old;
  if (cli->face.face != JL_FACE_TERMINAL || isatty(STDOUT_FILENO) != 1 || isatty(STDIN_FILENO) != 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a meeting is run in a terminal"),
                   JL_MSG("elsewhere: jalon meeting start {1}, jalon meeting decide MP1 \"...\" --owner paul --due friday, jalon meeting close {1}"),
                   jl_arg_text(cli->words[0]));
  if (cli->dry_run) return jl_fail(err, JL_E_USAGE, JL_MSG("a meeting is not run for a try"), NULL);
  if (!start(&w, err)) return false;
  struct jl_parameter record = {"record", w.reference};
  w.ask = (struct jl_view_ask){
      .space = cli->plan, .view = "minutes", .parameters = &record, .parameter_count = 1, .has_today = cli->has_today, .today = cli->today};
  let_go(&w); /* a meeting lasts */
  if (!enter(&old)) return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("a meeting is run in a terminal"), NULL);
  bool quiet = cli->quiet, closed;
  cli->quiet = true; /* nothing is written beside the screen */
  loop(&w);
  cli->quiet = quiet;
  leave(&old);
  closed = w.shown.closed;
  jl_arena_free(w.arena);
  free((void *)(uintptr_t)w.document.data);
  if (w.error.code != JL_E_OK) {
    *err = w.error;
    return false;
  }
  jl_say(cli, closed ? JL_MSG("{1} is closed; jalon minutes {1}") : JL_MSG("{1} goes on, and its time runs: jalon meeting run {1} takes it up again, jalon meeting close {1} ends it"),
         jl_arg_text(w.reference));
  return true;
}

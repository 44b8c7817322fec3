/* watch portfolio: the summaries of all plans are followed, each by a subscription of its own, and their rows redrawn together when one changes.
 * Plans that come are followed from then on, those that go leave. In a pipe each state follows a line of "---". */
#include "client/cli/portfolio.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PLANS_MAX 1000
#define GATHER_MS 200 /* what changes together is drawn once */

struct followed {
  struct watching *of;
  struct jl_id id;
  uint32_t stream;
  struct jl_bytes document; /* owned; empty: no state yet */
  bool gone;
};
struct watching {
  struct jl_cli *cli;
  struct followed *plans; /* room for PLANS_MAX, so that they stay where they are */
  size_t count;
  bool terminal, changed, ended, drawn;
  int64_t changed_us;
  long states, states_wanted;
  struct jl_error error;
};

static volatile sig_atomic_t stopped;
static void on_signal(int number) {
  (void)number;
  stopped = 1;
}

static void touch(struct watching *w) {
  if (!w->changed) w->changed_us = jl_monotonic_us();
  w->changed = true;
}

static void on_summary(void *context, const struct jl_event *event) {
  struct followed *f = context;
  if (event->kind == JL_EVENT_ENDED) {
    f->gone = true;
    f->stream = 0;
    touch(f->of);
  }
  if (event->kind != JL_EVENT_STATE || event->document.size == 0) return;
  uint8_t *copy = malloc(event->document.size);
  if (copy == NULL) return;
  memcpy(copy, event->document.data, event->document.size);
  free((void *)(uintptr_t)f->document.data);
  f->document = (struct jl_bytes){copy, event->document.size};
  touch(f->of);
}

static bool follow(struct watching *w, const struct jl_id *plan) {
  for (size_t i = 0; i < w->count; i++)
    if (jl_id_equal(&w->plans[i].id, plan) && !w->plans[i].gone) return true;
  if (w->count == PLANS_MAX) return true;
  struct followed *f = &w->plans[w->count++];
  const struct jl_view_ask ask = {.space = *plan, .view = "summary", .has_today = w->cli->has_today, .today = w->cli->today};
  *f = (struct followed){.of = w, .id = *plan};
  f->stream = jl_client_subscribe_view(w->cli->client, &ask, on_summary, f);
  return f->stream != 0;
}

/* Plans that have come since are followed too. */
static void on_plans(void *context, const struct jl_event *event) {
  struct watching *w = context;
  struct jl_arena *a;
  struct jl_error ignored;
  if (event->kind == JL_EVENT_ENDED) {
    w->error = event->error;
    w->ended = true;
  }
  if (event->kind != JL_EVENT_STATE || event->document.size == 0 || (a = jl_arena_new(64u << 20)) == NULL) return;
  const Jalon__Document *plans = (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, event->document, JL_UNPACK_MAX, a, &ignored);
  for (size_t b = 0; plans != NULL && b < plans->n_blocks; b++)
    for (size_t r = 0; r < plans->blocks[b]->n_rows; r++) {
      const Jalon__RecordRef *ref = plans->blocks[b]->rows[r]->record;
      struct jl_id plan;
      if (ref != NULL && ref->type == JL_TYPE_PLAN && jl_id_from_bytes((struct jl_bytes){ref->id.data, ref->id.len}, &plan)) (void)!follow(w, &plan);
    }
  jl_arena_free(a);
}

static bool all_known(const struct watching *w) {
  for (size_t i = 0; i < w->count; i++)
    if (!w->plans[i].gone && w->plans[i].document.size == 0) return false;
  return w->count > 0;
}

static bool put_together(struct watching *w, struct jl_cli *cli, struct jl_portfolio *p, struct jl_error *err) {
  for (size_t i = 0; i < w->count; i++) {
    if (w->plans[i].gone || w->plans[i].document.size == 0) continue;
    const Jalon__Document *one =
        (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, w->plans[i].document, JL_UNPACK_MAX, cli->arena, err);
    if (one == NULL) return false;
    if (!jl_portfolio_take(p, one)) return jl_cli_no_link(err);
  }
  return p->whole == NULL || jl_portfolio_put_together(p) || jl_cli_no_link(err);
}

static void draw(struct watching *w) {
  struct jl_cli once = *w->cli; /* what is made for one state goes with it */
  struct jl_portfolio p = {.cli = &once};
  struct jl_buffer out;
  once.arena = jl_arena_new(JL_CLI_ARENA);
  w->changed = false;
  if (once.arena == NULL) return;
  jl_buffer_init(&out, 64u << 20);
  if (w->terminal) jl_buffer_text(&out, "\033[?25l\033[H\033[J");
  else if (w->drawn) jl_buffer_text(&out, "---\n");
  bool ok = put_together(w, &once, &p, &w->error) && (p.whole == NULL || jl_face_render(p.whole, &w->cli->face, &out, &w->error));
  if (ok && jl_buffer_ok(&out)) {
    (void)!fwrite(out.data, 1, out.size, stdout);
    fflush(stdout);
    w->drawn = true;
    w->ended = w->ended || (w->states_wanted > 0 && ++w->states >= w->states_wanted);
  }
  jl_buffer_release(&out);
  jl_arena_free(once.arena);
}

static void loop(struct watching *w, bool keys) {
  while (!w->ended && !stopped && w->error.code == JL_E_OK) {
    if (!jl_client_turn(w->cli->client) || w->ended) break;
    bool due = w->changed && all_known(w) && (!w->drawn || jl_monotonic_us() - w->changed_us >= GATHER_MS * 1000);
    if (due) draw(w);
    struct pollfd fds[] = {{.fd = jl_client_fd(w->cli->client), .events = POLLIN}, {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN}};
    int ms = jl_client_timeout_ms(w->cli->client);
    if (w->changed && (ms < 0 || ms > GATHER_MS)) ms = GATHER_MS;
    (void)poll(fds, 2, ms < 0 ? 1000 : ms);
    char key = 0;
    if ((fds[1].revents & (POLLIN | POLLHUP)) != 0 && (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q' || key == 3)) break;
  }
}

bool jl_watch_portfolio(struct jl_cli *cli, long states_wanted, struct jl_error *err) {
  struct watching w = {.cli = cli, .states_wanted = states_wanted, .terminal = cli->face.face == JL_FACE_TERMINAL && isatty(STDOUT_FILENO) == 1};
  const struct jl_view_ask plans = {.view = "plans"};
  struct sigaction stop = {.sa_handler = on_signal};
  struct termios old, raw;
  w.plans = jl_arena_array(cli->arena, PLANS_MAX, sizeof *w.plans);
  if (w.plans == NULL) return jl_cli_no_link(err);
  jl_cli_let_others(cli); /* a watch may last for days */
  uint32_t stream = jl_client_subscribe_view(cli->client, &plans, on_plans, &w);
  if (stream == 0) return jl_cli_no_link(err);
  sigaction(SIGINT, &stop, NULL);
  sigaction(SIGTERM, &stop, NULL);
  bool keys = w.terminal && isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &old) == 0;
  if (keys) {
    raw = old;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  }
  if (w.terminal) fputs("\033[?1049h\033[2J", stdout);
  loop(&w, keys);
  if (keys) (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
  if (w.terminal) fputs("\033[0m\033[?25h\033[?1049l", stdout);
  fflush(stdout);
  jl_client_unsubscribe(cli->client, stream);
  for (size_t i = 0; i < w.count; i++) {
    if (w.plans[i].stream != 0) jl_client_unsubscribe(cli->client, w.plans[i].stream);
    free((void *)(uintptr_t)w.plans[i].document.data);
  }
  if (w.error.code == JL_E_OK) return true;
  *err = w.error;
  return false;
}

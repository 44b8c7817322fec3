/* watch: a view that follows every change. In a terminal it is redrawn in place, with who changed what below it; when the
 * server goes the last screen stays under a banner. In a pipe each new state follows a line of "---". */
#include "client/cli/portfolio.h"
#include "client/faces/terminal.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <errno.h>
#include <limits.h>
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
#define CHANGES_SHORT 2 /* on a low screen */
#define PRESENCE_MS 10000 /* how often we say that we are here, and ask who else is */
#define PRESENT_NAMED 3
#define ASK_AGAIN_US 1000000LL
#define KEEP_US 10000000LL /* how often what was seen is brought into the copy of this machine */

struct watch {
  struct jl_cli *cli;
  struct jl_id space;
  bool terminal, raw, ended, drawn;
  struct termios old;
  struct jl_bytes document; /* the last one, owned */
  uint64_t revision;
  char changes[CHANGES_SHOWN][512];
  size_t change_count, fresh; /* the last `fresh` ones came with this state */
  char *visible;              /* what stands on the screen */
  int top, rows;              /* first line shown; lines of the view that fit */
  char present[512];          /* who else is here; "": nobody */
  struct jl_id about;         /* the record that is watched; zero: the plan */
  int64_t presence_due_us;    /* monotonic */
  uint64_t kept;              /* the copy of this machine is known to have this revision */
  int64_t keep_due_us;        /* monotonic: when it may be brought up to date again */
  struct jl_view_ask *ask;
  uint32_t stream;            /* of the view */
  struct jl_read_so_far read; /* of an inbox, or of the one that a dashboard tells of */
  bool reads, tells;          /* is one; tells of one */
  uint32_t inbox_stream;      /* 0: not asked for, or it ended */
  int64_t inbox_due_us;       /* monotonic: when it may be asked for again */
  char inbox[512];            /* "3 new in your inbox"; "": nothing, or nothing known */
  int64_t ask_again_us;       /* monotonic: when to subscribe again, the server not having been there; 0: subscribed */
  bool asked_local;           /* the copy of this machine was asked, since the server did not answer */
  int64_t down_since_us; /* 0: connected */
  long states, states_wanted;
  struct jl_error error, absence; /* absence: why the server was not there at the beginning */
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
  const struct jl_arg since = jl_cli_clock(w->down_since_us);
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(JL_MSG("no connection since {1}; trying again"), &since, 1, &text);
  if (w->cli->face.width > 0) jl_cut(&text, w->cli->face.width);
  if (w->cli->face.colour) jl_buffer_text(out, "\033[7m");
  jl_buffer_text(out, jl_text_of(&text));
  if (w->cli->face.colour) jl_buffer_text(out, "\033[0m");
  jl_buffer_byte(out, '\n');
  jl_buffer_release(&text);
}

/* "here: Paul Bernard edits B3, Marie Dupont" */
static void put_present(const struct watch *w, struct jl_buffer *out) {
  struct jl_buffer text;
  if (w->present[0] == '\0') return;
  jl_buffer_init(&text, 4096);
  jl_buffer_text(&text, w->present);
  if (w->cli->face.width > 0) jl_cut(&text, w->cli->face.width);
  jl_buffer_printf(out, "%s%s%s\n", w->cli->face.colour ? "\033[36m" : "", jl_text_of(&text), w->cli->face.colour ? "\033[0m" : "");
  jl_buffer_release(&text);
}

/* "3 new in your inbox" */
static void put_inbox(const struct watch *w, struct jl_buffer *out) {
  struct jl_buffer text;
  if (w->inbox[0] == '\0') return;
  jl_buffer_init(&text, 4096);
  jl_buffer_text(&text, w->inbox);
  if (w->cli->face.width > 0) jl_cut(&text, w->cli->face.width);
  jl_buffer_printf(out, "%s%s%s\n", w->cli->face.colour ? "\033[1m" : "", jl_text_of(&text), w->cli->face.colour ? "\033[0m" : "");
  jl_buffer_release(&text);
}

/* "r12; lines 1-20 of 45, arrow keys; q ends" */
static void status_line(const struct watch *w, int lines, int rows, struct jl_buffer *out) {
  struct jl_arg args[] = {jl_arg_revision(w->revision), jl_arg_integer(w->top + 1),
                          jl_arg_integer(w->top + rows < lines ? w->top + rows : lines),
                          jl_arg_integer(lines)};
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(rows < lines ? JL_MSG("r{1}; lines {2}-{3} of {4}, arrow keys; q ends") : JL_MSG("r{1}; q ends"), args, 4, &text);
  if (w->cli->face.width > 0) jl_cut(&text, w->cli->face.width);
  if (w->cli->face.colour) jl_buffer_text(out, "\033[2m");
  jl_buffer_text(out, jl_text_of(&text));
  jl_buffer_release(&text);
}

static int lines_of(const struct jl_buffer *b) {
  int n = 0;
  for (size_t i = 0; i < b->size; i++) n += b->data[i] == '\n';
  return n;
}

/* Lines from..from+rows of b. Each is cleared to its end, so nothing of the old screen is left. */
static void put_lines(const struct jl_buffer *b, int from, int rows, struct jl_buffer *out) {
  int line = 0;
  for (size_t i = 0; i < b->size && line < from + rows; i++) {
    bool shown = line >= from;
    line += b->data[i] == '\n';
    if (!shown) continue;
    if (b->data[i] == '\n') jl_buffer_text(out, "\033[0m\033[K");
    jl_buffer_byte(out, b->data[i]);
  }
}

/* What a person can have read: the base of their next edit. */
static void keep_visible(struct watch *w, const struct jl_buffer *body, int from, int rows) {
  struct jl_buffer seen;
  jl_buffer_init(&seen, 64u << 20);
  put_lines(body, from, rows, &seen);
  free(w->visible);
  w->visible = jl_buffer_ok(&seen) ? strdup(jl_text_of(&seen)) : NULL;
  jl_buffer_release(&seen);
}

/* One write per state: a screen that is drawn in pieces flickers. */
static void put_screen(struct watch *w, const struct jl_buffer *body, struct jl_buffer *footer) {
  struct jl_buffer out;
  jl_buffer_init(&out, 64u << 20);
  int lines = lines_of(body), rows = lines;
  if (!w->terminal) {
    if (w->drawn) jl_buffer_text(&out, "---\n");
    jl_buffer_append(&out, body->data, body->size);
    jl_buffer_append(&out, footer->data, footer->size);
  } else {
    if (w->cli->face.height > 0) rows = w->cli->face.height - lines_of(footer) - 1;
    if (rows < 1) rows = 1;
    if (w->top > lines - rows) w->top = lines - rows;
    if (w->top < 0) w->top = 0;
    status_line(w, lines, rows, footer);
    jl_buffer_text(&out, "\033[?25l\033[H");
    put_lines(body, w->top, rows, &out);
    put_lines(footer, 0, lines_of(footer) + 1, &out); /* no line feed after the last line: it would scroll */
    jl_buffer_text(&out, "\033[0m\033[K\033[J");
  }
  keep_visible(w, body, w->top, rows);
  w->rows = rows;
  if (jl_buffer_ok(&out)) (void)!fwrite(out.data, 1, out.size, stdout);
  fflush(stdout);
  jl_buffer_release(&out);
  w->drawn = true;
}

/* In a terminal the newest ones that leave room for the view, in a pipe those of this state. */
static void put_changes(const struct watch *w, struct jl_buffer *out) {
  int height = w->cli->face.height;
  size_t most = !w->terminal ? w->fresh : height >= 36 || height == 0 ? CHANGES_SHOWN : height >= 20 ? CHANGES_SHORT : 1;
  for (size_t i = w->change_count > most ? w->change_count - most : 0; i < w->change_count; i++) {
    struct jl_buffer line;
    jl_buffer_init(&line, 4096);
    jl_buffer_text(&line, w->changes[i]);
    if (w->terminal && w->cli->face.width > 0) jl_cut(&line, w->cli->face.width);
    bool fresh = w->cli->face.colour && i >= w->change_count - w->fresh;
    jl_buffer_printf(out, "%s%s%s\n", fresh ? "\033[1m" : "", jl_text_of(&line), fresh ? "\033[0m" : "");
    jl_buffer_release(&line);
  }
}

static bool draw(struct watch *w) {
  struct jl_arena *a = jl_arena_new(64u << 20);
  struct jl_error err = {0};
  struct jl_buffer out, footer;
  jl_buffer_init(&out, 64u << 20);
  jl_buffer_init(&footer, 65536);
  const ProtobufCMessageDescriptor *type = &jalon__document__descriptor;
  Jalon__Document *document =
      a == NULL || w->document.size == 0 ? NULL : (Jalon__Document *)jl_unpack_within(type, w->document, JL_UNPACK_MAX, a, &err);
  bool ok = document != NULL;
  if (ok && document->has_revision && w->asked_local) document->revision = w->revision; /* what waits has none yet */
  if (w->down_since_us != 0 && w->terminal) banner(w, &out);
  else if (w->terminal) put_present(w, &out);
  if (w->terminal) put_inbox(w, &out);
  ok = ok && jl_face_render(document, &w->cli->face, &out, &err);
  if (ok && w->cli->face.face == JL_FACE_TERMINAL) put_changes(w, &footer);
  if (ok && jl_buffer_ok(&out) && jl_buffer_ok(&footer))
    put_screen(w, &out, &footer);
  else if (err.code != JL_E_OK)
    w->error = err;
  jl_buffer_release(&out);
  jl_buffer_release(&footer);
  jl_arena_free(a);
  return ok;
}

/* "10:42 Paul Bernard: B3 Plugin de chat, planned 1 000 EUR -> 1 200 EUR" */
static void word_change(const struct watch *w, const struct jl_changed_by *c, char *out, size_t size) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
  struct jl_buffer before, after, line;
  char reference[JL_REFERENCE_SIZE], named[300], now[16] = "";
  time_t seconds = (time_t)(jl_now_utc_us() / 1000000);
  struct tm local;
  if (localtime_r(&seconds, &local) != NULL) (void)strftime(now, sizeof now, "%H:%M", &local);
  jl_reference_text(c->type, c->number, reference);
  const char *title = c->title != NULL ? c->title : "";
  snprintf(named, sizeof named, "%s%s%s", c->number != 0 ? reference : "", c->number != 0 && title[0] != '\0' ? " " : "", title);
  jl_buffer_init(&before, 4096);
  jl_buffer_init(&after, 4096);
  jl_buffer_init(&line, 4096);
  bool worded = field != NULL && field->kind != JL_KIND_REFERENCE && field->unit_field == 0;
  if (worded) {
    jl_format_slice(field, c->before, w->cli->currency, NULL, &before);
    jl_format_slice(field, c->after, w->cli->currency, NULL, &after);
  }
  struct jl_arg args[] = {jl_arg_text(c->name), jl_arg_text(named), field != NULL ? jl_arg_label(field->label) : jl_arg_text(""),
                          jl_arg_text(jl_text_of(&before)), jl_arg_text(jl_text_of(&after))};
  const char *message = c->verb == JL_VERB_CREATE    ? JL_MSG("{1} made {2}")
                        : c->verb == JL_VERB_DELETE  ? JL_MSG("{1} deleted {2}")
                        : c->verb == JL_VERB_RESTORE ? JL_MSG("{1} brought {2} back")
                        : worded                     ? JL_MSG("{1}: {2}, {3} {4} -> {5}")
                                                     : JL_MSG("{1} changed {2}: {3}");
  jl_buffer_printf(&line, "%s ", now);
  jl_format_words(message, args, 5, &line);
  snprintf(out, size, "%s", jl_text_of(&line));
  jl_buffer_release(&before);
  jl_buffer_release(&after);
  jl_buffer_release(&line);
}

static void keep_changes(struct watch *w, const struct jl_event *event) {
  size_t first = event->change_count > CHANGES_SHOWN ? event->change_count - CHANGES_SHOWN : 0;
  w->fresh = event->change_count - first;
  for (size_t i = first; i < event->change_count; i++) {
    if (w->change_count == CHANGES_SHOWN) memmove(w->changes[0], w->changes[1], sizeof w->changes[0] * --w->change_count);
    word_change(w, &event->changes[i], w->changes[w->change_count++], sizeof w->changes[0]);
  }
}

/* "B3" as a word of its own in what is on the screen. */
static bool on_screen(const char *visible, uint32_t type, uint64_t number) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(type, number, reference);
  size_t size = strlen(reference);
  for (const char *at = strstr(visible, reference); at != NULL && number != 0; at = strstr(at + 1, reference)) {
    bool begins = at == visible || ((at[-1] < 'A' || at[-1] > 'Z') && (at[-1] < '0' || at[-1] > '9'));
    if (begins && (at[size] < '0' || at[size] > '9')) return true;
  }
  return false;
}

/* Rows that the screen has no room for were not displayed. */
static void drop_unseen(const struct watch *w, const Jalon__Document *document) {
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows; r++) {
      Jalon__Row *row = document->blocks[b]->rows[r];
      if (row->record != NULL && (w->visible == NULL || !on_screen(w->visible, row->record->type, row->record->number))) row->record = NULL;
    }
}

/* "jalon inbox answer 2" means what stood there last. */
static void keep_numbers(const struct watch *w, const Jalon__Document *document, struct jl_arena *a) {
  struct jl_inbox_list list;
  if (jl_inbox_list_of(document, &w->space, w->revision, a, &list)) jl_inbox_list_keep(w->cli, &list);
}

/* What stands on the screen is what this person's next edit is based on. */
static void mark(struct watch *w) {
  struct jl_arena *a = jl_arena_new(64u << 20);
  struct jl_error err;
  const Jalon__Document *document =
      a == NULL ? NULL : (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, w->document, JL_UNPACK_MAX, a, &err);
  if (document != NULL) jl_cli_currency(w->cli, document);
  if (document != NULL && w->reads) keep_numbers(w, document, a);
  if (document != NULL && w->terminal) drop_unseen(w, document);
  if (document != NULL) (void)!jl_cli_mark_document(w->cli, &w->space, document, w->revision, &err);
  jl_arena_free(a);
}

/* ---- who else is here ---- */
static void word_present(const struct watch *w, const struct jl_present *p, struct jl_buffer *out) {
  char reference[JL_REFERENCE_SIZE] = "";
  (void)w;
  if (!jl_id_is_zero(&p->record)) jl_reference_text(p->type, p->number, reference);
  const struct jl_arg args[] = {jl_arg_text(p->name), jl_arg_text(reference)};
  jl_format_words(reference[0] == '\0'                ? JL_MSG("{1}")
                  : p->doing == JL_DOING_EDITING      ? JL_MSG("{1} edits {2}")
                                                      : JL_MSG("{1} looks at {2}"),
                  args, 2, out);
}

static void on_present(void *context, const struct jl_reply *reply) {
  struct watch *w = context;
  struct jl_id me = jl_profile_identity(w->cli->profile)->person;
  struct jl_buffer text;
  size_t named = 0, others = 0;
  if (reply->error.code != JL_E_OK) return;
  jl_buffer_init(&text, 4096);
  for (size_t i = 0; i < reply->present_count; i++) {
    if (jl_id_equal(&reply->present[i].person, &me)) continue;
    if (others++ >= PRESENT_NAMED) continue;
    if (named++ > 0) jl_buffer_text(&text, ", ");
    word_present(w, &reply->present[i], &text);
  }
  const struct jl_arg args[] = {jl_arg_text(jl_text_of(&text)), jl_arg_integer((int64_t)(others - named))};
  struct jl_buffer line;
  jl_buffer_init(&line, 4096);
  if (others > 0) jl_format_words(others > named ? JL_MSG("here: {1} and {2} more") : JL_MSG("here: {1}"), args, 2, &line);
  bool changed = strcmp(w->present, jl_text_of(&line)) != 0;
  snprintf(w->present, sizeof w->present, "%s", jl_text_of(&line));
  jl_buffer_release(&line);
  jl_buffer_release(&text);
  if (changed && w->drawn && w->terminal) (void)draw(w);
}

/* Only whoever has a screen says so. */
static void be_present(struct watch *w) {
  if (!w->terminal || jl_id_is_zero(&w->space) || jl_monotonic_us() < w->presence_due_us || w->down_since_us != 0) return;
  w->presence_due_us = jl_monotonic_us() + PRESENCE_MS * 1000LL;
  (void)jl_client_presence(w->cli->client, &w->space, JL_DOING_LOOKING, jl_id_is_zero(&w->about) ? NULL : &w->about, 0,
                                 w->revision, on_present, w);
}

/* Whoever watched and then loses the line finds in the copy what stood on the screen. The process that fetches it yields to any other
 * command, so whether it came is read from the note beside the copy, and it is sent again until it did. */
static void keep_copy(struct watch *w) {
  struct jl_local_hint hint;
  if (w->cli->local == NULL || w->cli->offline || w->down_since_us != 0 || w->revision <= w->kept || jl_monotonic_us() < w->keep_due_us ||
      jl_id_is_zero(&w->space))
    return;
  if (jl_local_hint(w->cli->local, &w->space, &hint) && hint.revision > w->kept) w->kept = hint.revision;
  if (w->revision <= w->kept) return;
  w->keep_due_us = jl_monotonic_us() + KEEP_US;
  jl_cli_refresh_behind(w->cli);
}

/* ---- states ---- */
static bool take_document(struct watch *w, struct jl_bytes document, uint64_t revision) {
  uint8_t *copy = document.size == 0 ? NULL : malloc(document.size);
  if (copy == NULL) return false;
  memcpy(copy, document.data, document.size);
  free((void *)(uintptr_t)w->document.data);
  w->document = (struct jl_bytes){copy, document.size};
  w->revision = revision;
  return true;
}

/* What this machine has, until the server answers. */
static void on_local(void *context, const struct jl_reply *reply) {
  struct watch *w = context;
  if (w->drawn) return;
  if (reply->error.code != JL_E_OK || !reply->local) { /* nothing is here either */
    w->error = jl_code_class(reply->error.code) == JL_CLASS_RETRY && w->absence.code != JL_E_OK ? w->absence : reply->error;
    w->ended = reply->error.code != JL_E_OK;
    return;
  }
  if (!take_document(w, reply->document, reply->position.revision)) return;
  jl_cli_heard(w->cli, reply);
  if (reply->offline_since_us != 0) w->down_since_us = reply->offline_since_us;
  if (!w->terminal) jl_cli_tell_offline(w->cli);
  jl_cli_let_others(w->cli);
  if (draw(w)) mark(w);
}

static void on_event(void *context, const struct jl_event *event) {
  struct watch *w = context;
  if (event->kind == JL_EVENT_ENDED && jl_code_class(event->error.code) == JL_CLASS_RETRY && w->cli->local != NULL) {
    if (w->down_since_us == 0) w->down_since_us = jl_now_utc_us();
    w->absence = event->error;
    w->ask_again_us = jl_monotonic_us() + ASK_AGAIN_US;
    return;
  }
  if (event->kind == JL_EVENT_ENDED) {
    w->error = event->error;
    w->ended = true;
    return;
  }
  if (event->kind != JL_EVENT_STATE || event->document.size == 0) return;
  if (!take_document(w, event->document, event->position.revision)) return;
  w->down_since_us = 0;
  keep_changes(w, event);
  if (!draw(w)) return;
  mark(w); /* after the screen, never before */
  if (w->states_wanted > 0 && ++w->states >= w->states_wanted) w->ended = true;
}

/* ---- the inbox ---- */
static void on_inbox(void *context, const struct jl_event *event) {
  struct watch *w = context;
  struct jl_arena *a = NULL;
  struct jl_error ignored;
  struct jl_buffer line;
  struct jl_arg args[2];
  int n = 0;
  if (event->kind == JL_EVENT_ENDED) {
    w->inbox_stream = 0;
    w->inbox_due_us = jl_monotonic_us() + PRESENCE_MS * 1000LL;
  }
  if (event->kind != JL_EVENT_STATE || event->document.size == 0 || (a = jl_arena_new(64u << 20)) == NULL) return;
  const Jalon__Document *inbox =
      (const Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, event->document, JL_UNPACK_MAX, a, &ignored);
  const char *message = inbox == NULL ? NULL : jl_inbox_line(inbox, args, &n);
  jl_buffer_init(&line, 4096);
  if (message != NULL) jl_format_words(message, args, n, &line);
  bool changed = strcmp(w->inbox, jl_text_of(&line)) != 0;
  snprintf(w->inbox, sizeof w->inbox, "%s", jl_text_of(&line));
  jl_buffer_release(&line);
  jl_arena_free(a);
  if (changed && w->drawn) (void)draw(w);
}

static void ask_inbox(struct watch *w) {
  const struct jl_view_ask ask = {.space = w->space,
                                  .view = "inbox",
                                  .parameters = w->read.parameters,
                                  .parameter_count = w->read.parameter_count,
                                  .has_today = w->cli->has_today,
                                  .today = w->cli->today};
  if (w->inbox_stream != 0) jl_client_unsubscribe(w->cli->client, w->inbox_stream);
  w->inbox_stream = jl_client_subscribe_view(w->cli->client, &ask, on_inbox, w);
}

static bool subscribe(struct watch *w) {
  if (w->reads) w->ask->parameters = w->read.parameters, w->ask->parameter_count = w->read.parameter_count;
  w->stream = jl_client_subscribe_view(w->cli->client, w->ask, on_event, w);
  return w->stream != 0;
}

/* Something was read, here or elsewhere: the view begins after it. */
static void on_read_on(void *context) {
  struct watch *w = context;
  if (w->tells) ask_inbox(w);
  if (!w->reads || w->ask_again_us != 0) return;
  jl_client_unsubscribe(w->cli->client, w->stream);
  if (!subscribe(w)) w->ask_again_us = jl_monotonic_us() + ASK_AGAIN_US;
}

static void follow_inbox(struct watch *w) {
  if ((!w->reads && !w->tells) || w->down_since_us != 0) return;
  jl_read_follow(&w->read);
  if (w->tells && w->inbox_stream == 0 && jl_monotonic_us() >= w->inbox_due_us) ask_inbox(w);
}

static void begin_reading(struct watch *w, const struct jl_view *view) {
  struct jl_error ignored;
  bool inbox = jl_view_takes(view, "read"), tells = view->tells_inbox && w->terminal;
  if (!inbox && !tells) return;
  w->read = (struct jl_read_so_far){.cli = w->cli, .plan = w->space, .changed = on_read_on, .context = w};
  if (!jl_read_begin(&w->read, &ignored)) return; /* as if nothing had been read */
  w->reads = inbox;
  w->tells = tells;
}

static void on_link(void *context, enum jl_link link, const struct jl_error *reason) {
  struct watch *w = context;
  (void)reason;
  if (link != JL_LINK_DOWN || w->down_since_us != 0) return;
  w->down_since_us = jl_now_utc_us();
  w->presence_due_us = 0;
  w->present[0] = '\0';
  if (!w->drawn) return;
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
  struct sigaction nobody = {.sa_handler = SIG_IGN, .sa_flags = SA_NOCLDWAIT}; /* who brings the copy up to date is not waited for */
  sigaction(SIGCHLD, &nobody, NULL);
  if (w->terminal) fputs("\033[?1049h\033[2J", stdout); /* what stood there comes back at the end */
  if (!w->terminal || isatty(STDIN_FILENO) != 1 || tcgetattr(STDIN_FILENO, &w->old) != 0) return;
  struct termios raw = w->old;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  w->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void leave(struct watch *w) {
  if (w->raw) (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &w->old);
  if (w->terminal) fputs("\033[0m\033[?25h\033[?1049l", stdout);
  fflush(stdout);
}

static void take_size(struct watch *w) {
  struct winsize size;
  resized = 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  if (!w->cli->has_width) w->cli->face.width = size.ws_col;
  w->cli->face.height = size.ws_row;
  if (w->drawn && draw(w)) mark(w);
}

static bool is(const char *keys, const char *a, const char *b) { return strcmp(keys, a) == 0 || strcmp(keys, b) == 0; }

/* false: the end. */
static bool on_key(struct watch *w) {
  char keys[16] = "";
  ssize_t n = read(STDIN_FILENO, keys, sizeof keys - 1);
  int top = w->top;
  if (n == 0 || keys[0] == 'q' || keys[0] == 'Q' || keys[0] == 3) return false;
  if (is(keys, "\033[A", "k") || is(keys, "\033OA", "k")) top--;
  if (is(keys, "\033[B", "j") || is(keys, "\033OB", "j")) top++;
  if (is(keys, "\033[5~", "b")) top -= w->rows;
  if (is(keys, "\033[6~", " ")) top += w->rows;
  if (is(keys, "\033[H", "g") || is(keys, "\033[1~", "g")) top = 0;
  if (is(keys, "\033[F", "G") || is(keys, "\033[4~", "G")) top = INT_MAX / 2;
  if (top == w->top || !w->drawn) return true;
  w->top = top;
  if (draw(w)) mark(w);
  return true;
}

/* For the others to know. */
static void find_record(struct watch *w, const char *record) {
  struct jl_lookup one = {.text = record};
  struct jl_error ignored;
  if (record != NULL && w->terminal && !jl_id_is_zero(&w->space) && jl_lookup_one(w->cli, &one, &ignored)) w->about = one.record.id;
}

static void loop(struct watch *w) {
  while (!w->ended && !stopped) {
    bool open = jl_client_turn(w->cli->client);
    if (w->ended || (!open && w->ask_again_us == 0)) break;
    if (w->ask_again_us != 0 && jl_monotonic_us() >= w->ask_again_us) {
      w->ask_again_us = 0;
      if (!subscribe(w)) break;
    }
    if (w->down_since_us != 0 && !w->drawn && !w->asked_local)
      w->asked_local = jl_client_view(w->cli->client, w->ask, on_local, w) != 0;
    follow_inbox(w);
    if (w->drawn) be_present(w);
    if (w->drawn) keep_copy(w);
    struct pollfd fds[] = {{.fd = jl_client_fd(w->cli->client), .events = POLLIN}, {.fd = w->raw ? STDIN_FILENO : -1, .events = POLLIN}};
    int ms = jl_client_timeout_ms(w->cli->client);
    bool present = w->terminal && w->down_since_us == 0 && !jl_id_is_zero(&w->space);
    if (w->ask_again_us != 0 && (ms < 0 || ms > ASK_AGAIN_US / 1000)) ms = ASK_AGAIN_US / 1000;
    if (w->revision > w->kept && w->cli->local != NULL && (ms < 0 || ms > KEEP_US / 1000)) ms = KEEP_US / 1000;
    (void)poll(fds, 2, present && (ms < 0 || ms > PRESENCE_MS) ? PRESENCE_MS : ms);
    if (resized) take_size(w);
    if ((fds[1].revents & (POLLIN | POLLHUP)) != 0 && !on_key(w)) break;
  }
}

bool jl_cmd_watch(struct jl_cli *cli, struct jl_error *err) {
  const char *name = cli->word_count > 0 ? cli->words[0] : "dashboard",
             *record = cli->word_count > 1 ? cli->words[1] : jl_cli_option(cli, "record"), *times = jl_cli_option(cli, "times");
  const struct jl_view *view = jl_view_by_name(name);
  struct watch w = {.cli = cli,
                    .terminal = cli->face.face == JL_FACE_TERMINAL && isatty(STDOUT_FILENO) == 1,
                    .states_wanted = times != NULL ? strtol(times, NULL, 10) : 0};
  bool portfolio = view == NULL && strcmp(name, "portfolio") == 0; /* of all plans, put together here */
  if (view == NULL && !portfolio) return jl_fail(err, JL_E_USAGE, JL_MSG("there is no view \"{1}\""), JL_MSG("see jalon help"), jl_arg_text(name));
  if (times != NULL && w.states_wanted <= 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("give a number"), jl_arg_text("times"),
                   jl_arg_text(times));
  if (portfolio) return jl_watch_portfolio(cli, w.states_wanted, err);
  if (view->needs_space && jl_id_is_zero(&cli->plan))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  struct jl_parameter parameters[16];
  size_t n = 0;
  if (record != NULL) parameters[n++] = (struct jl_parameter){"record", record};
  for (size_t i = 0; i < cli->option_count; i++)
    if (strcmp(cli->options[i].name, "times") != 0 && strcmp(cli->options[i].name, "record") != 0 && !jl_view_takes(view, cli->options[i].name))
      return jl_fail(err, JL_E_USAGE, JL_MSG("view {1} has no parameter {2}"), NULL, jl_arg_text(view->name), jl_arg_text(cli->options[i].name));
  if (!jl_cli_view_options(cli, view, parameters, JL_COUNT(parameters), &n, err)) return false;
  if (view->needs_space || view->by_record) w.space = cli->plan;
  struct jl_view_ask ask = {.space = w.space,
                            .view = name,
                            .parameters = parameters,
                            .parameter_count = n,
                            .has_today = cli->has_today,
                            .today = cli->today};
  w.ask = &ask;
  find_record(&w, record);
  jl_cli_let_others(cli); /* a watch may last for days */
  if (jl_client_link(cli->client) == JL_LINK_DOWN && cli->heard.local) w.down_since_us = jl_now_utc_us();
  jl_client_on_link(cli->client, on_link, &w);
  begin_reading(&w, view);
  if (!subscribe(&w)) return jl_cli_no_link(err);
  enter(&w);
  loop(&w);
  leave(&w);
  jl_client_on_link(cli->client, NULL, NULL);
  free((void *)(uintptr_t)w.document.data);
  free(w.visible);
  if (w.error.code == JL_E_OK) return true;
  *err = w.error;
  return false;
}

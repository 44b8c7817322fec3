#include "client/cli/meeting_screen.h"
#include "client/cli/rhythm.h"
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define LAST_MINUTES 5 /* then the time is coloured */
#define DIGIT_ROWS 5

/* ---- from the minutes ---- */
static const char *text_of(struct jl_arena *a, const Jalon__Cell *cell) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  if (cell != NULL && cell->has_kind) jl_cell_display(cell, "", JL_DECIMALS_SHORT, &out);
  const char *text = jl_arena_strdup(a, jl_text_of(&out));
  jl_buffer_release(&out);
  return text != NULL ? text : "";
}

static int64_t seconds_of(const Jalon__Cell *cell) { return cell == NULL || cell->alternative == NULL ? 0 : strtoll(cell->alternative, NULL, 10); }

static void read_head(const Jalon__Block *head, struct jl_meeting_shown *shown) {
  for (size_t i = 0; i < head->n_rows; i++) {
    const Jalon__Row *row = head->rows[i];
    if (row->n_cells < 2) continue;
    const Jalon__Cell *name = row->cells[0], *value = row->cells[1];
    if (jl_cell_is(name, "status")) shown->planned = jl_cell_is(value, "planned"), shown->closed = jl_cell_is(value, "closed");
    if (jl_cell_is(name, "minutes")) shown->minutes = value->number / JL_FRACTION_ONE;
    if (jl_cell_is(name, "running_since")) shown->running_since = value->number;
    if (jl_cell_is(name, "spent")) shown->seconds = seconds_of(value);
  }
}

static void read_point(const Jalon__Block *block, const Jalon__Row *row, struct jl_arena *a, struct jl_meeting_point *ret) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(row->record->type, row->record->number, reference);
  const char *kept = jl_arena_strdup(a, reference), *title = text_of(a, jl_row_cell(block, row, "point"));
  size_t named = strlen(reference);
  if (strncmp(title, reference, named) == 0 && title[named] == ' ') title += named + 1;
  *ret = (struct jl_meeting_point){.id = ret->id,
                                   .reference = kept != NULL ? kept : "",
                                   .title = title,
                                   .reason = text_of(a, jl_row_cell(block, row, "reason")),
                                   .decision = text_of(a, jl_row_cell(block, row, "decision")),
                                   .action = text_of(a, jl_row_cell(block, row, "action")),
                                   .owner = text_of(a, jl_row_cell(block, row, "owner")),
                                   .due = text_of(a, jl_row_cell(block, row, "due")),
                                   .closed = jl_cell_is(jl_row_cell(block, row, "state"), "decided"),
                                   .current = jl_cell_is(jl_row_cell(block, row, "state"), "current"),
                                   .seconds = seconds_of(jl_row_cell(block, row, "spent"))};
}

bool jl_meeting_shown_of(const Jalon__Document *minutes, struct jl_arena *a, struct jl_meeting_shown *ret) {
  const Jalon__Block *head = jl_cli_block(minutes, "meeting"), *points = jl_cli_block(minutes, "points");
  struct jl_buffer title;
  *ret = (struct jl_meeting_shown){.minutes = 25};
  if (head == NULL || points == NULL) return false;
  jl_buffer_init(&title, 65536);
  if (minutes->title != NULL && minutes->title->n_arguments > 0) jl_buffer_text(&title, minutes->title->arguments[0]->text != NULL ? minutes->title->arguments[0]->text : "");
  ret->title = jl_arena_strdup(a, jl_text_of(&title));
  jl_buffer_release(&title);
  ret->points = jl_arena_array(a, points->n_rows + 1, sizeof *ret->points);
  if (ret->title == NULL || ret->points == NULL) return false;
  read_head(head, ret);
  for (size_t i = 0; i < points->n_rows; i++)
    if (jl_row_record(points->rows[i], JL_TYPE_MEETING_POINT, &ret->points[ret->count].id)) read_point(points, points->rows[i], a, &ret->points[ret->count++]);
  return true;
}

const struct jl_meeting_point *jl_meeting_current(const struct jl_meeting_shown *shown) {
  for (size_t i = 0; i < shown->count; i++)
    if (shown->points[i].current) return &shown->points[i];
  return NULL;
}

/* ---- lines ---- */
struct page {
  const struct jl_meeting_screen *s;
  struct jl_buffer *out;
  int line; /* written so far */
};

/* One line, cut to the width; what would not fit on the screen is left out. */
static void put(struct page *p, const char *sequence, const char *text) {
  struct jl_buffer line;
  if (p->line >= p->s->height) return;
  jl_buffer_init(&line, 65536);
  jl_buffer_text(&line, text);
  jl_tame(&line, 0, "");
  jl_cut(&line, p->s->width);
  if (p->line++ > 0) jl_buffer_text(p->out, "\r\n");
  bool coloured = p->s->colour && sequence[0] != '\0';
  jl_buffer_printf(p->out, "%s%s%s\033[K", coloured ? sequence : "", jl_text_of(&line), coloured ? "\033[0m" : "");
  jl_buffer_release(&line);
}

static void put_words(struct page *p, const char *sequence, const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_format_words(message, args, n, &text);
  put(p, sequence, jl_text_of(&text));
  jl_buffer_release(&text);
}

/* "3:05"; "-3:05" when it is over. */
static void clock_text(int64_t seconds, char out[32]) {
  int64_t left = seconds < 0 ? -seconds : seconds;
  snprintf(out, 32, "%s%d:%02d", seconds < 0 ? "-" : "", (int)(left / 60), (int)(left % 60));
}

/* ---- the time ---- */
static int64_t runs(const struct jl_meeting_screen *s) {
  int64_t us = s->now_us - s->shown->running_since;
  return s->shown->running_since == 0 || us < 0 ? 0 : us / 1000000;
}

static const char *tone_of(int64_t left) { return left < 0 ? "\033[1;31m" : left <= LAST_MINUTES * 60 ? "\033[1;33m" : "\033[1m"; }

static void put_digits(struct page *p, const char *text, const char *tone) {
  static const char *const pictures[] = {"####.##.##.####", ".#.##..#..#.###", "###..#####..###", "###..#.##..####", "#.##.####..#..#", "####..###..####",
                                         "####..####.####", "###..#..#.#..#.", "####.#####.####", "####.####..####"};
  for (int row = 0; row < DIGIT_ROWS; row++) {
    struct jl_buffer line;
    jl_buffer_init(&line, 4096);
    jl_buffer_text(&line, "    ");
    for (const char *c = text; *c != '\0'; c++) {
      if (*c == ':') jl_buffer_text(&line, row == 1 || row == 3 ? "██  " : "    ");
      if (*c == '-') jl_buffer_text(&line, row == 2 ? "████  " : "      ");
      for (int column = 0; *c >= '0' && *c <= '9' && column < 3; column++)
        jl_buffer_text(&line, pictures[*c - '0'][row * 3 + column] == '#' ? "██" : "  ");
      if (*c >= '0' && *c <= '9') jl_buffer_text(&line, "  ");
    }
    while (line.size > 0 && line.data[line.size - 1] == ' ') line.size--;
    put(p, tone, jl_text_of(&line));
    jl_buffer_release(&line);
  }
}

static void put_bar(struct page *p, int64_t gone, int64_t all, const char *tone) {
  struct jl_buffer line;
  int64_t width = p->s->width > 60 ? 56 : p->s->width - 4, full = all > 0 ? gone * width / all : width;
  if (width < 10) return;
  jl_buffer_init(&line, 4096);
  jl_buffer_text(&line, "    ");
  for (int64_t i = 0; i < width; i++) jl_buffer_text(&line, i < full ? "█" : "░");
  put(p, tone, jl_text_of(&line));
  jl_buffer_release(&line);
}

static void put_time(struct page *p) {
  const struct jl_meeting_shown *shown = p->s->shown;
  int64_t gone = shown->seconds + runs(p->s), all = shown->minutes * 60, left = all - gone;
  char text[32], over[32];
  clock_text(left, text);
  clock_text(-left, over);
  const struct jl_arg args[] = {jl_arg_integer(shown->minutes), jl_arg_text(over), jl_arg_text(text), jl_arg_integer(LAST_MINUTES)};
  const char *state = shown->closed           ? JL_MSG("closed; planned: {1} min")
                      : shown->running_since == 0 ? JL_MSG("it pauses; planned: {1} min")
                      : left < 0                  ? JL_MSG("over by {2}; planned: {1} min")
                      : left <= LAST_MINUTES * 60 ? JL_MSG("less than {4} minutes are left of {1}")
                                                  : JL_MSG("left of {1} minutes");
  if (p->s->height >= 20 && p->s->width >= 48) {
    put(p, "", "");
    put_digits(p, text, tone_of(left));
    put(p, "", "");
    put_bar(p, gone, all, tone_of(left));
    struct jl_buffer indented, words;
    jl_buffer_init(&indented, 4096);
    jl_buffer_init(&words, 4096);
    jl_format_words(state, args, 4, &words);
    jl_buffer_printf(&indented, "    %s", jl_text_of(&words));
    put(p, left < 0 ? tone_of(left) : "", jl_text_of(&indented));
    jl_buffer_release(&words);
    jl_buffer_release(&indented);
    put(p, "", "");
    return;
  }
  struct jl_buffer line;
  jl_buffer_init(&line, 4096);
  jl_buffer_printf(&line, "%s  ", text);
  jl_format_words(state, args, 4, &line);
  put(p, tone_of(left), jl_text_of(&line));
  jl_buffer_release(&line);
}

/* ---- points ---- */
static void put_current(struct page *p, const struct jl_meeting_point *point) {
  const struct jl_meeting_shown *shown = p->s->shown;
  int64_t share = shown->count == 0 ? 0 : shown->minutes * 60 / (int64_t)shown->count, spent = point->seconds + runs(p->s);
  char used[32], planned[32], over[32];
  clock_text(spent, used);
  clock_text(share, planned);
  clock_text(spent - share, over);
  const struct jl_arg named[] = {jl_arg_text(point->reference), jl_arg_text(point->title), jl_arg_text(point->reason)},
                      times[] = {jl_arg_text(used), jl_arg_text(planned), jl_arg_text(over)};
  put_words(p, "\033[1m", point->reason[0] != '\0' ? JL_MSG("{1}  {2} ({3})") : JL_MSG("{1}  {2}"), named, 3);
  put_words(p, spent > share ? "\033[31m" : "", spent > share ? JL_MSG("  this point: {1} of {2}, over by {3}") : JL_MSG("  this point: {1} of {2}"), times, 3);
}

static void put_point(struct page *p, const struct jl_meeting_point *point) {
  char used[32];
  clock_text(point->seconds + (point->current ? runs(p->s) : 0), used);
  const struct jl_arg args[] = {jl_arg_text(point->reference), jl_arg_text(point->title), jl_arg_text(point->decision),
                                jl_arg_text(point->owner),     jl_arg_text(point->due),   jl_arg_text(used)};
  struct jl_buffer line;
  jl_buffer_init(&line, 65536);
  jl_buffer_text(&line, point->closed ? "✓ " : point->current ? "▶ " : "  ");
  jl_format_words(point->closed ? JL_MSG("{1} {2}: {4}, {5}: {3}") : point->seconds > 0 || point->current ? JL_MSG("{1} {2}  {6}") : JL_MSG("{1} {2}"), args, 6, &line);
  put(p, point->closed ? "\033[32m" : point->current ? "\033[1m" : "", jl_text_of(&line));
  jl_buffer_release(&line);
}

/* As many as fit, with the one that is talked about among them. */
static void put_points(struct page *p, int room) {
  const struct jl_meeting_shown *shown = p->s->shown;
  size_t first = 0, fit = room < 1 ? 0 : (size_t)room;
  for (size_t i = 0; i < shown->count; i++)
    if (shown->points[i].current && fit > 0 && i >= fit) first = i - fit + 1;
  for (size_t i = first; i < shown->count && i - first < fit; i++) put_point(p, &shown->points[i]);
}

/* ---- what is typed, and what may be ---- */
static const char *const labels[JL_MEETING_FIELDS] = {JL_MSG("decision"), JL_MSG("assigned to"), JL_MSG("due date"), JL_MSG("action (empty: a new one)")};

static void put_form(struct page *p) {
  for (size_t i = 0; i < JL_MEETING_FIELDS; i++) {
    struct jl_buffer line;
    const struct jl_arg heading = jl_arg_label(labels[i]);
    const char *typed = p->s->form->typed[i];
    bool here = p->s->form->at == i;
    jl_buffer_init(&line, 65536);
    jl_buffer_text(&line, here ? "> " : "  ");
    jl_format_words(JL_MSG("{1}:"), &heading, 1, &line);
    int room = p->s->width - jl_display_width(jl_text_of(&line)) - 3;
    while (room > 0 && jl_display_width(typed) > room) /* the end is what one is at */
      for (typed++; ((unsigned char)*typed & 0xc0) == 0x80;) typed++;
    jl_buffer_printf(&line, " %s%s", typed, here ? "_" : "");
    put(p, here ? "\033[1m" : "", jl_text_of(&line));
    jl_buffer_release(&line);
  }
  put_words(p, "\033[2m", JL_MSG("Enter: next field, at the end the point is closed; Esc: leave it"), NULL, 0);
}

static void put_foot(struct page *p) {
  const struct jl_meeting_shown *shown = p->s->shown;
  size_t open = 0;
  for (size_t i = 0; i < shown->count; i++) open += !shown->points[i].closed;
  const struct jl_arg left = jl_arg_integer((int64_t)open);
  if (p->s->message != NULL) put(p, p->s->bad ? "\033[31m" : "\033[32m", p->s->message);
  if (p->s->advice != NULL) put(p, "\033[2m", p->s->advice);
  if (p->s->form->open)
    put_form(p);
  else if (p->s->asks_to_postpone)
    put_words(p, "\033[1m", JL_MSG("points without a decision: {1}; y leaves them to a meeting in a week and ends"), &left, 1);
  else
    put_words(p, "\033[2m",
              shown->running_since == 0 ? JL_MSG("d decide  n next  p previous  space go on  e end  q leave") : JL_MSG("d decide  n next  p previous  space pause  e end  q leave"),
              NULL, 0);
}

void jl_meeting_draw(const struct jl_meeting_screen *s, struct jl_buffer *out) {
  struct page p = {.s = s, .out = out};
  const struct jl_meeting_point *current = jl_meeting_current(s->shown);
  int foot = (s->form->open ? JL_MEETING_FIELDS + 1 : 1) + (s->message != NULL) + (s->advice != NULL);
  put(&p, "\033[1m", s->shown->title);
  put_time(&p);
  if (current != NULL)
    put_current(&p, current);
  else
    put_words(&p, "\033[1m", s->shown->count == 0 ? JL_MSG("no points") : JL_MSG("every point that was talked about is decided"), NULL, 0);
  if (s->height - foot - p.line > 2) put(&p, "", "");
  put_points(&p, s->height - foot - p.line - 1);
  while (p.line < s->height - foot) put(&p, "", "");
  put_foot(&p);
}

/* ---- typing ---- */
static void erase_last(char *typed) {
  size_t size = strlen(typed);
  while (size > 0 && ((unsigned char)typed[size - 1] & 0xc0) == 0x80) size--;
  typed[size > 0 ? size - 1 : 0] = '\0';
}

enum jl_typed_key jl_meeting_type(struct jl_meeting_form *form, const char *keys, size_t size) {
  bool back = (size == 3 && strncmp(keys, "\033[A", 3) == 0) || (size == 3 && strncmp(keys, "\033[Z", 3) == 0),
       forward = size == 3 && strncmp(keys, "\033[B", 3) == 0;
  if (size > 0 && keys[0] == '\033' && !back && !forward) return size == 1 ? JL_TYPED_AWAY : JL_TYPED_ON;
  if (back || forward) {
    if (back && form->at > 0) form->at--;
    if (forward && form->at + 1 < JL_MEETING_FIELDS) form->at++;
    return JL_TYPED_ON;
  }
  for (size_t i = 0; i < size; i++) {
    char *typed = form->typed[form->at];
    size_t used = strlen(typed);
    if (keys[i] == '\r' || keys[i] == '\n') {
      if (form->at + 1 == JL_MEETING_FIELDS) return JL_TYPED_DONE;
      form->at++;
    } else if (keys[i] == '\t')
      form->at = (form->at + 1) % JL_MEETING_FIELDS;
    else if (keys[i] == 0x7f || keys[i] == 8)
      erase_last(typed);
    else if (keys[i] == 21) /* Ctrl-U */
      typed[0] = '\0';
    else if ((unsigned char)keys[i] >= ' ' && used < JL_MEETING_TYPED)
      typed[used] = keys[i], typed[used + 1] = '\0';
  }
  return JL_TYPED_ON;
}

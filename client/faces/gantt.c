/* Gantt charts of the terminal face: a line per row with its name, what it waits for, its bar and its last day; above them the months.
 *
 *     █ critical   ▒ planned   ─ done   · slack   ◆ milestone   │ today
 *
 * The columns of the block are found by their names (common/model/actions/gantt_view.c); it is a table where there is no picture. In a pipe
 * the bars have the room that they have on a screen of 100 columns. */
#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include "common/base/calendar.h"
#include <string.h>

#define IN_A_PIPE 100
#define NAMES_MOST 30 /* columns of the names, and of what they wait for */
#define WAITS_MOST 9
#define BARS_LEAST 20
#define WITHOUT_WAITS 70 /* narrower screens leave out what is waited for */
#define LAST_DAY 12
#define WITHOUT_DAYS 60 /* narrower ones leave out the last days too */

struct bar {
  int32_t start, end, latest; /* latest: NONE without slack */
  bool exists, critical, done, milestone;
};
#define NONE INT32_MIN
struct chart {
  const Jalon__Block *block;
  const struct jl_face_options *options;
  const char *currency;
  int names, waits, bars; /* columns of the screen */
  int32_t first, step, today;
  bool days; /* the last ones stand behind the bars */
};

static const Jalon__Cell *cell_of(const struct chart *c, const Jalon__Row *row, const char *name) {
  for (size_t i = 0; i < c->block->n_columns && i < row->n_cells; i++)
    if (c->block->columns[i]->name != NULL && strcmp(c->block->columns[i]->name, name) == 0 && row->cells[i]->has_kind && row->cells[i]->kind != JL_ARG_NONE)
      return row->cells[i];
  return NULL;
}

static int32_t day_of(const struct chart *c, const Jalon__Row *row, const char *name) {
  const Jalon__Cell *cell = cell_of(c, row, name);
  return cell == NULL || !cell->has_number ? NONE : (int32_t)cell->number;
}

static struct bar bar_of(const struct chart *c, const Jalon__Row *row) {
  const Jalon__Cell *critical = cell_of(c, row, "critical"), *days = cell_of(c, row, "days");
  struct bar bar = {.start = day_of(c, row, "start"), .end = day_of(c, row, "end"), .latest = day_of(c, row, "latest")};
  bar.exists = bar.start != NONE && bar.end != NONE;
  bar.critical = critical != NULL && critical->number != 0;
  bar.done = row->has_style && row->style == JL_ROW_MUTED;
  bar.milestone = days != NULL && days->has_number && days->number == 0;
  return bar;
}

/* ---- scale ---- */
static void find_scale(struct chart *c) {
  static const int32_t steps[] = {1, 2, 3, 7, 14, 28};
  int32_t first = NONE, last = NONE;
  for (size_t r = 0; r < c->block->n_rows; r++) {
    struct bar bar = bar_of(c, c->block->rows[r]);
    if (!bar.exists) continue;
    if (first == NONE || bar.start < first) first = bar.start;
    if (last == NONE || bar.end > last) last = bar.end;
  }
  if (first == NONE) first = last = c->today;
  if (c->today < first && first - c->today < 60) first = c->today;
  if (c->today > last && c->today - last < 60) last = c->today;
  c->first = first - (jl_weekday(first) - 1); /* a Monday */
  int64_t span = (int64_t)last - c->first + 1;
  c->step = 0;
  for (size_t i = 0; i < JL_COUNT(steps) && c->step == 0; i++)
    if (span <= (int64_t)steps[i] * c->bars) c->step = steps[i];
  if (c->step == 0) c->step = (int32_t)((span + c->bars - 1) / c->bars);
}

static int place_of(const struct chart *c, int32_t day) {
  int64_t place = ((int64_t)day - c->first) / c->step;
  return place < 0 ? -1 : place >= c->bars ? c->bars : (int)place;
}

/* ---- drawing ---- */
static void repeat(const char *piece, int n, struct jl_buffer *out) {
  for (int i = 0; i < n; i++) jl_buffer_text(out, piece);
}

static void put_padded(const char *text, int width, struct jl_buffer *out) {
  struct jl_buffer cut;
  jl_buffer_init(&cut, 65536);
  jl_buffer_text(&cut, text);
  jl_tame(&cut, 0, "");
  jl_cut(&cut, width);
  jl_buffer_text(out, jl_text_of(&cut));
  repeat(" ", width - jl_display_width(jl_text_of(&cut)), out);
  jl_buffer_release(&cut);
}

static void trim(struct jl_buffer *out, size_t from) {
  while (out->size > from && out->data[out->size - 1] == ' ') out->size--;
  jl_buffer_byte(out, '\n');
}

static const char *month_name(int month) {
  static const char *const names[] = {JL_MSG("Jan"), JL_MSG("Feb"), JL_MSG("Mar"), JL_MSG("Apr"), JL_MSG("May"), JL_MSG("Jun"),
                                      JL_MSG("Jul"), JL_MSG("Aug"), JL_MSG("Sep"), JL_MSG("Oct"), JL_MSG("Nov"), JL_MSG("Dec")};
  return jl_tr(names[month - 1]);
}

/* The months where they begin, as far as there is room, the first one and each January with the year where it fits: "Jan 26". */
static void put_months(const struct chart *c, struct jl_buffer *out) {
  size_t from = out->size;
  int at = 0;
  repeat(" ", c->names + c->waits, out);
  for (int32_t month = c->first; at < c->bars;) {
    struct jl_date date = jl_date_from_day(month);
    int place = date.day == 1 || month == c->first ? place_of(c, month) : c->bars;
    struct jl_buffer name;
    jl_buffer_init(&name, 256);
    int32_t next = jl_day_from_date(date.month == 12 ? date.year + 1 : date.year, date.month == 12 ? 1 : date.month + 1, 1);
    int until = place_of(c, next);
    jl_buffer_text(&name, month_name(date.month));
    bool with_year = (at == 0 || date.month == 1) && place + jl_display_width(jl_text_of(&name)) + 3 < until;
    if (with_year) jl_buffer_printf(&name, " %02d", date.year % 100);
    int width = jl_display_width(jl_text_of(&name));
    bool fits = place >= at && place + width <= c->bars && (month != c->first || date.day == 1 || place + width < until);
    if (fits) {
      repeat(" ", place - at, out);
      jl_buffer_text(out, jl_text_of(&name));
      at = place + width;
      if (at < c->bars) jl_buffer_byte(out, ' '), at++;
    }
    jl_buffer_release(&name);
    if (place >= c->bars) break;
    month = next;
  }
  trim(out, from);
}

static void put_bar(const struct chart *c, struct bar bar, struct jl_buffer *out) {
  bool colour = c->options->colour;
  int today = place_of(c, c->today), start = place_of(c, bar.start), end = place_of(c, bar.end);
  int latest = bar.latest == NONE || bar.done ? end : place_of(c, bar.latest);
  const char *fill = bar.done ? "─" : bar.critical ? "█" : "▒", *tone = bar.done ? "\033[90m" : bar.critical ? "\033[31m" : "\033[36m";
  for (int at = 0; at < c->bars; at++) {
    bool inside = bar.exists && at >= start && at <= end, behind = bar.exists && at > end && at <= latest;
    if (inside) {
      if (colour) jl_buffer_text(out, tone);
      jl_buffer_text(out, bar.milestone ? "◆" : fill);
      if (colour) jl_buffer_text(out, "\033[m");
    } else jl_buffer_text(out, at == today ? "│" : behind ? "·" : " ");
  }
}

static void put_row(const struct chart *c, const Jalon__Row *row, struct jl_buffer *out) {
  bool heading = row->has_style && row->style == JL_ROW_HEADING;
  const char *strong = c->options->colour && heading ? "\033[1m" : "", *plain = *strong ? "\033[m" : "";
  size_t from = out->size;
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (!heading) jl_buffer_text(&text, "  ");
  if (row->n_cells > 0) jl_cell_display(row->cells[0], c->currency, JL_DECIMALS_SHORT, &text);
  jl_buffer_text(out, strong);
  put_padded(jl_text_of(&text), c->names - 2, out);
  jl_buffer_text(out, plain);
  jl_buffer_text(out, "  ");
  const Jalon__Cell *waits = c->waits > 0 ? cell_of(c, row, "after") : NULL;
  if (c->waits > 0) {
    put_padded(waits != NULL && waits->text != NULL ? waits->text : "", c->waits - 2, out);
    jl_buffer_text(out, "  ");
  }
  put_bar(c, bar_of(c, row), out);
  const Jalon__Cell *end = cell_of(c, row, "end");
  bool late = end != NULL && end->has_tone && end->tone == JL_TONE_BAD, red = late && c->options->colour && c->days;
  if (end != NULL && c->days) {
    jl_buffer_text(out, red ? "  \033[31m" : "  ");
    jl_cell_display(end, c->currency, JL_DECIMALS_SHORT, out);
    if (red) jl_buffer_text(out, "\033[m");
  }
  if (late) jl_buffer_byte(out, '!');
  trim(out, from);
  jl_buffer_release(&text);
}

static void put_legend(const struct chart *c, struct jl_buffer *out) {
  const struct jl_arg step = jl_arg_integer(c->step);
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(c->step == 1 ? JL_MSG("█ critical  ▒ planned  ─ done  · slack  ◆ milestone  │ today; 1 column = 1 day")
                               : JL_MSG("█ critical  ▒ planned  ─ done  · slack  ◆ milestone  │ today; 1 column = {1} days"),
                  &step, 1, &text);
  if (c->options->colour) jl_buffer_text(out, "\033[90m");
  jl_face_wrap(jl_text_of(&text), 0, c->options->width, out);
  if (c->options->colour) jl_buffer_text(out, "\033[m");
  jl_buffer_release(&text);
}

static int widest(const struct chart *c, const char *name, int most) {
  struct jl_buffer text;
  int width = 0;
  jl_buffer_init(&text, 65536);
  for (size_t r = 0; r < c->block->n_rows; r++) {
    const Jalon__Cell *cell = cell_of(c, c->block->rows[r], name);
    jl_buffer_clear(&text);
    if (cell != NULL) jl_cell_display(cell, c->currency, JL_DECIMALS_SHORT, &text);
    int w = jl_display_width(jl_text_of(&text));
    if (w > width) width = w;
  }
  jl_buffer_release(&text);
  return width < most ? width : most;
}

void jl_terminal_gantt(const Jalon__Block *block, const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out) {
  struct chart c = {.block = block, .options = options, .currency = document->currency, .today = document->has_as_of ? document->as_of : 0};
  int width = options->width > 0 ? options->width : IN_A_PIPE;
  c.waits = width >= WITHOUT_WAITS ? widest(&c, "after", WAITS_MOST) : 0;
  if (c.waits > 0) c.waits += 2;
  c.days = width >= WITHOUT_DAYS;
  c.names = widest(&c, "action", c.days ? NAMES_MOST - 2 : width / 2 - 4) + 4; /* two before it, two behind it */
  c.bars = width - c.names - c.waits - (c.days ? 2 + LAST_DAY : 0) - 1;           /* the last one for what is late: ! */
  if (c.bars < BARS_LEAST) {
    c.names -= BARS_LEAST - c.bars;
    c.bars = BARS_LEAST;
    if (c.names < 8) c.names = 8;
  }
  find_scale(&c);
  put_months(&c, out);
  for (size_t r = 0; r < block->n_rows; r++) put_row(&c, block->rows[r], out);
  put_legend(&c, out);
}

/* How far an import is, on a terminal: rows, rows a second, how long it will take. */
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include <stdio.h>
#include <unistd.h>

#define BEGIN_US 1000000 /* what takes less needs none */
#define EVERY_US 200000
#define BAR 20

static void bar(struct jl_buffer *line, uint64_t done, uint64_t all) {
  size_t filled = all == 0 ? 0 : (size_t)(done * BAR / all);
  jl_buffer_byte(line, '[');
  for (size_t i = 0; i < BAR; i++) jl_buffer_byte(line, i < filled ? '#' : ' ');
  jl_buffer_text(line, "] ");
}

void jl_ingest_progress(struct jl_ingest *in) {
  int64_t now = jl_monotonic_us(), since = now - in->begun_us;
  uint64_t all = in->found->row_count;
  if (since < BEGIN_US || now - in->drawn_us < EVERY_US || in->cli->quiet || isatty(STDERR_FILENO) != 1) return;
  uint64_t speed = in->done * 1000000 / (uint64_t)since, rest = speed == 0 || all < in->done ? 0 : (all - in->done) / speed;
  const struct jl_arg args[] = {jl_arg_integer((int64_t)in->done), jl_arg_integer((int64_t)all), jl_arg_integer((int64_t)speed), jl_arg_integer((int64_t)rest)};
  struct jl_buffer line;
  jl_buffer_init(&line, 4096);
  jl_buffer_byte(&line, '\r');
  bar(&line, in->done, all);
  jl_format_words(in->done == 0 ? JL_MSG("{1} of {2} rows") : JL_MSG("{1} of {2} rows, {3} a second, {4} s left"), args, 4, &line);
  jl_buffer_text(&line, "\033[K");
  if (jl_buffer_ok(&line)) (void)!fwrite(line.data, 1, line.size, stderr);
  (void)fflush(stderr);
  jl_buffer_release(&line);
  in->drawn = in->cli->line_drawn = true;
  in->drawn_us = now;
}

void jl_ingest_progress_end(struct jl_ingest *in) {
  if (in->drawn) (void)fputs("\r\033[K", stderr);
  in->drawn = in->cli->line_drawn = false;
}

#include "tests/torture/shared/history.h"
#include "common/wire/unpack.h"
#include "tests/torture/shared/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GROUP_MAX 65536 /* packed: imports have the largest, about 100 bytes a row */
struct history { int fd; size_t size; char line[2 * GROUP_MAX + 4096]; };

static void fail(const char *what) {
  printf("not ok history: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* ---- reading ---- */
static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static size_t unhex(char *text, uint8_t *out, size_t size) {
  size_t n = 0;
  for (; n < size && text[2 * n] > ' ' && text[2 * n + 1] > ' '; n++) out[n] = (uint8_t)(digit(text[2 * n]) << 4 | digit(text[2 * n + 1]));
  return n;
}

static void read_line(const struct history_reader *reader, char *line) {
  char *words[12] = {0}, *rest = line;
  size_t n = 0;
  for (char *word; n < 12 && (word = strsep(&rest, " ")) != NULL;) words[n++] = word;
  if (n < 5) return;
  int client = atoi(words[2]), space = atoi(words[3]);
  uint64_t seq = strtoull(words[4], NULL, 10);
  if (*words[0] == 'l') {
    struct jl_id replica;
    if (unhex(words[3], replica.bytes, 16) == 16) reader->login(reader->context, client, &replica);
  } else if (*words[0] == 'i') {
    static uint8_t group[GROUP_MAX];
    reader->invoke(reader->context, client, space, seq, (struct jl_bytes){group, unhex(words[5], group, sizeof group)});
  } else if (*words[0] == 'v') {
    reader->verdict(reader->context, client, space, seq, strtoull(words[5], NULL, 10));
  }
}

/* A kill may have cut the last line: what it was about was not sent yet. */
static void read_all(struct history *h, const struct history_reader *reader) {
  FILE *f = fdopen(dup(h->fd), "r");
  char *line = NULL;
  size_t capacity = 0;
  off_t whole = 0;
  if (!f) fail("fdopen");
  for (ssize_t n; (n = getline(&line, &capacity, f)) > 0 && line[n - 1] == '\n';) {
    whole += n;
    line[n - 1] = '\0';
    read_line(reader, line);
  }
  free(line);
  fclose(f);
  if (ftruncate(h->fd, whole) != 0 || lseek(h->fd, whole, SEEK_SET) != whole) fail("cut line");
}

void history_again(struct history *h, const struct history_reader *reader) {
  if (lseek(h->fd, 0, SEEK_SET) != 0) fail("seek");
  read_all(h, reader);
}

struct history *history_open(const char *path, const struct history_reader *reader) {
  struct history *h = calloc(1, sizeof *h);
  if (!h) fail("memory");
  h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (h->fd < 0) fail(path);
  read_all(h, reader);
  return h;
}

void history_close(struct history *h) {
  close(h->fd);
  free(h);
}

/* ---- writing ---- */
static void add(struct history *h, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct history *h, const char *format, ...) {
  va_list args;
  va_start(args, format);
  h->size += (size_t)vsnprintf(h->line + h->size, sizeof h->line - h->size, format, args);
  va_end(args);
  JL_ASSERT(h->size < sizeof h->line);
}

static void add_hex(struct history *h, const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  JL_ASSERT(h->size + 2 * size < sizeof h->line);
  for (size_t i = 0; i < size; i++) {
    h->line[h->size++] = digits[data[i] >> 4];
    h->line[h->size++] = digits[data[i] & 15];
  }
}

static void start(struct history *h, const char *what, int client) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  h->size = 0;
  add(h, "%s %lld%09ld %d ", what, (long long)now.tv_sec, now.tv_nsec, client);
}

static void finish(struct history *h) {
  add(h, "\n");
  if (write(h->fd, h->line, h->size) != (ssize_t)h->size) fail("write");
}

void history_login(struct history *h, int client, const struct jl_id *replica, const struct jl_id *person) {
  start(h, "login", client);
  add_hex(h, replica->bytes, 16);
  add(h, " ");
  add_hex(h, person->bytes, 16);
  finish(h);
}

void history_invoke(struct history *h, int client, int space, uint64_t seq, struct jl_bytes group, uint64_t offers_again) {
  start(h, "invoke", client);
  add(h, "%d %llu ", space, (unsigned long long)seq);
  add_hex(h, group.data, group.size);
  if (offers_again) add(h, " %llu", (unsigned long long)offers_again);
  finish(h);
}

/* What a verdict says besides revision and code: the same each time it is asked for. */
static uint32_t digest_of(const Jalon__Verdict *v) {
  uint32_t crc = crc32_of(0, JL_PB(v->group_id));
  for (size_t i = 0; i < v->n_given; i++) /* in no particular order */
    crc += crc32_of(crc32_of(0, JL_PB(v->given[i]->record)), (struct jl_bytes){(const uint8_t *)&v->given[i]->number, sizeof v->given[i]->number});
  for (size_t i = 0; i < v->n_conflicts; i++) {
    crc = crc32_of(crc, JL_PB(v->conflicts[i]->record));
    crc = crc32_of(crc, JL_PB(v->conflicts[i]->theirs));
    crc = crc32_of(crc, JL_PB(v->conflicts[i]->mine));
  }
  return crc;
}

void history_verdict(struct history *h, int client, int space, const Jalon__Verdict *v) {
  start(h, "verdict", client);
  add(h, "%d %llu %llu %d %d %08x %d", space, (unsigned long long)v->seq, (unsigned long long)v->revision, v->error ? (int)v->error->code : 0, v->merged, digest_of(v), v->repeated);
  for (size_t i = 0; i < v->n_given; i++) {
    add(h, "%c", i == 0 ? ' ' : ',');
    add_hex(h, v->given[i]->record.data, v->given[i]->record.len);
    add(h, "=%llu", (unsigned long long)v->given[i]->number);
  }
  finish(h);
}

void history_forked(struct history *h, int client, int space, int code, uint64_t high_water) {
  start(h, "forked", client);
  add(h, "%d %d %llu", space, code, (unsigned long long)high_water);
  finish(h);
}

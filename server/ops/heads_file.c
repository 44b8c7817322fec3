#include "server/ops/heads_file.h"
#include "common/base/calendar.h"
#include "common/model/heads.h"
#include "server/ops/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_BYTES (64u << 20)
#define OVERLAP_US INT64_C(3600000000) /* a group may have been given its time a while before it was committed */
#define DAY_US INT64_C(86400000000)
#define TAIL_BYTES 65536
#define CHECK "\ncheck "
#define WHOLE "# whole " /* server and time: all heads up to then stand before this line */

bool jl_heads_file_open(struct jl_heads_file *h, const char *path, struct jl_error *err) {
  *h = (struct jl_heads_file){.fd = -1, .day = INT32_MIN};
  if (path[0] == '\0') return true;
  h->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (h->fd < 0 && errno == EACCES) h->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600); /* not readable */
  jl_buffer_init(&h->text, TEXT_BYTES);
  return h->fd >= 0 ||
         jl_fail(err, JL_E_INVALID, JL_MSG("could not write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
}

void jl_heads_file_close(struct jl_heads_file *h) {
  if (h->fd < 0) return;
  close(h->fd);
  h->fd = -1;
  jl_buffer_release(&h->text);
}

/* ---- writing: not on the loop's thread, for the disk may be slow ---- */
/* Nothing is ever cut off: another node may have appended behind it. What stands there of a block is not read as one (heads.h). */
static void failed(struct jl_heads_file *h, const char *why) {
  h->busy = false; /* the next look tries again */
  jl_log(JL_LOG_ERROR, "heads.failed", JL_F_TEXT("error", why));
}

static void finished(struct jl_heads_file *h) {
  h->busy = false;
  h->since_us = h->began_us - OVERLAP_US;
  h->day = (int32_t)(h->began_us / DAY_US);
  jl_buffer_clear(&h->text);
  jl_log(JL_LOG_INFO, "heads.exported", JL_F_NUMBER("spaces", (int64_t)h->spaces));
}

static void synced(uv_fs_t *request) {
  struct jl_heads_file *h = request->data;
  ssize_t result = request->result;
  uv_fs_req_cleanup(request);
  if (result < 0)
    failed(h, uv_strerror((int)result));
  else
    finished(h);
}

/* One block, with the empty line before it; or what is behind the last one. */
static size_t block_size(const struct jl_heads_file *h) {
  const uint8_t *from = h->text.data + h->written;
  size_t left = h->text.size - h->written;
  const uint8_t *check = memmem(from, left, CHECK, sizeof CHECK - 1);
  const uint8_t *end = check == NULL ? NULL : memmem(check + 1, left - (size_t)(check + 1 - from), "\n\n", 2);
  return end == NULL ? left : (size_t)(end + 2 - from);
}

static void write_block(struct jl_heads_file *h);

static void written(uv_fs_t *request) {
  struct jl_heads_file *h = request->data;
  ssize_t result = request->result;
  uv_fs_req_cleanup(request);
  if (result <= 0) {
    failed(h, uv_strerror(result < 0 ? (int)result : UV_EIO));
    return;
  }
  if ((size_t)result < block_size(h)) { /* another node's may stand behind this part now: the whole block once more, or never */
    failed(h, "no room for a whole block");
    return;
  }
  h->written += (size_t)result;
  write_block(h);
}

static void write_block(struct jl_heads_file *h) {
  if (h->written == h->text.size) {
    (void)uv_fs_fdatasync(h->loop, &h->request, h->fd, synced);
    return;
  }
  uv_buf_t block = uv_buf_init((char *)h->text.data + h->written, (unsigned)block_size(h));
  (void)uv_fs_write(h->loop, &h->request, h->fd, &block, 1, -1, written);
}

/* ---- what there is ---- */
static void put_space(struct jl_heads_file *h, const struct jl_rows *rows, size_t row) {
  struct jl_heads heads = {.server = *jl_store_cluster(h->store), .time_us = h->began_us};
  struct jl_bytes revisions = jl_rows_bytes(rows, row, 3), chains = jl_rows_bytes(rows, row, 4), name = jl_rows_bytes(rows, row, 5);
  char text[512];
  heads.space = jl_rows_id(rows, row, 0);
  heads.epoch = (uint64_t)jl_rows_integer(rows, row, 1);
  heads.revision = (uint64_t)jl_rows_integer(rows, row, 2);
  struct jl_arg cut = jl_arg_textn((const char *)name.data, name.size);
  memcpy(heads.name, cut.text, sizeof heads.name);
  snprintf(text, sizeof text, "%.*s", (int)revisions.size, (const char *)revisions.data);
  const char *at = text;
  for (size_t s = 0; s < JL_SECTIONS && (s + 1) * JL_CHAIN_SIZE <= chains.size && *at != '\0'; s++) {
    char *end = NULL;
    heads.section[s].revision = strtoull(at, &end, 10);
    at = *end == ',' ? end + 1 : end;
    memcpy(heads.section[s].chain, chains.data + s * JL_CHAIN_SIZE, JL_CHAIN_SIZE);
    if (heads.section[s].revision > 0) heads.sections |= 1U << s;
  }
  jl_buffer_byte(&h->text, '\n'); /* ends half a line, if one stands there */
  jl_heads_put(&heads, &h->text);
}

/* For the next start: what was exported up to here need not be once more. */
static void put_whole(struct jl_heads_file *h) {
  char server[JL_ID_TEXT_SIZE], time[28];
  jl_id_format(jl_store_cluster(h->store), server);
  jl_time_format_iso(h->began_us, time);
  jl_buffer_printf(&h->text, WHOLE "%s %s\n", server, time);
}

/* The last whole export of this server; 0: none is near the end of the file. */
static int64_t last_whole_us(int fd, const struct jl_id *server) {
  char tail[TAIL_BYTES + 1], id[JL_ID_TEXT_SIZE], word[sizeof WHOLE + JL_ID_TEXT_SIZE + 1];
  int64_t newest_us = 0;
  off_t size = lseek(fd, 0, SEEK_END);
  ssize_t n = size <= 0 ? 0 : pread(fd, tail, TAIL_BYTES, size > TAIL_BYTES ? size - TAIL_BYTES : 0);
  if (n <= 0) return 0;
  tail[n] = '\0';
  jl_id_format(server, id);
  snprintf(word, sizeof word, "\n" WHOLE "%s ", id);
  for (const char *at = tail, *end = tail + n; (at = memmem(at, (size_t)(end - at), word, strlen(word))) != NULL;) {
    char time[28];
    int64_t time_us;
    at += strlen(word);
    snprintf(time, sizeof time, "%.*s", (int)strcspn(at, "\n"), at);
    if (jl_time_parse_iso(time, &time_us) && time_us > newest_us) newest_us = time_us;
  }
  return newest_us;
}

static void heads_found(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_heads_file *h = context;
  char text[512];
  if (err != NULL) {
    jl_error_describe(err, text, sizeof text);
    failed(h, text);
    return;
  }
  h->spaces = jl_rows_count(rows);
  jl_buffer_clear(&h->text);
  if (lseek(h->fd, 0, SEEK_END) == 0) jl_heads_explain(&h->text);
  for (size_t row = 0; row < h->spaces; row++) put_space(h, rows, row);
  put_whole(h);
  if (!jl_buffer_ok(&h->text))
    failed(h, "not enough memory");
  else if (h->spaces == 0)
    finished(h);
  else
    write_block(h);
}

void jl_heads_file_look(struct jl_heads_file *h, uv_loop_t *loop, struct jl_store *store) {
  int64_t now_us = jl_now_utc_us();
  if (h->fd < 0 || h->busy || h->day == (int32_t)(now_us / DAY_US)) return;
  h->loop = loop;
  h->store = store;
  h->busy = true;
  h->began_us = now_us;
  h->written = 0;
  memset(&h->request, 0, sizeof h->request);
  h->request.data = h;
  if (h->since_us == 0) {
    int64_t whole_us = last_whole_us(h->fd, jl_store_cluster(store));
    if (whole_us > 0 && whole_us <= now_us) h->since_us = whole_us - OVERLAP_US;
  }
  const struct jl_param since = {.kind = JL_PARAM_INTEGER, .number = h->since_us};
  jl_store_query(store, "heads_export", &since, 1, heads_found, h);
}

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

bool jl_heads_file_open(struct jl_heads_file *h, const char *path, struct jl_error *err) {
  *h = (struct jl_heads_file){.fd = -1, .day = INT32_MIN};
  if (path[0] == '\0') return true;
  h->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
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
static void failed(struct jl_heads_file *h, const char *why) {
  if (h->written > 0 && ftruncate(h->fd, h->end) != 0) why = "a part of them stands in the file"; /* half a block cannot be read */
  h->busy = false;                                                                                /* the next look tries again */
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

static void write_rest(struct jl_heads_file *h);

static void written(uv_fs_t *request) {
  struct jl_heads_file *h = request->data;
  ssize_t result = request->result;
  uv_fs_req_cleanup(request);
  if (result <= 0) {
    failed(h, uv_strerror(result < 0 ? (int)result : UV_EIO));
    return;
  }
  h->written += (size_t)result;
  write_rest(h);
}

static void write_rest(struct jl_heads_file *h) {
  if (h->written == h->text.size) {
    (void)uv_fs_fdatasync(h->loop, &h->request, h->fd, synced);
    return;
  }
  uv_buf_t rest = uv_buf_init((char *)h->text.data + h->written, (unsigned)(h->text.size - h->written));
  (void)uv_fs_write(h->loop, &h->request, h->fd, &rest, 1, -1, written);
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
  jl_heads_put(&heads, &h->text);
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
  h->end = lseek(h->fd, 0, SEEK_END);
  jl_buffer_clear(&h->text);
  if (h->end == 0) jl_heads_explain(&h->text);
  for (size_t row = 0; row < h->spaces; row++) put_space(h, rows, row);
  if (!jl_buffer_ok(&h->text))
    failed(h, "not enough memory");
  else if (h->spaces == 0)
    finished(h);
  else
    write_rest(h);
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
  const struct jl_param since = {.kind = JL_PARAM_INTEGER, .number = h->since_us};
  jl_store_query(store, "heads_export", &since, 1, heads_found, h);
}

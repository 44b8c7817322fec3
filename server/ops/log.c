#include "server/ops/log.h"
#include "common/base/buffer.h"
#include "common/base/calendar.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096 /* a longer line is cut, so one write stays one line */
#define VALUE_MAX_BYTES 600

static const char *const names[] = {"debug", "info", "warn", "error"};
static atomic_int lowest_level = JL_LOG_INFO;
static atomic_int output = STDERR_FILENO;

bool jl_log_open(const char *path, struct jl_error *err) {
  if (path == NULL || path[0] == '\0') return true;
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("could not open the log file {1}: {2}"),
                   JL_MSG("give a file that the server may write with --log-file"), jl_arg_text(path), jl_arg_text(strerror(errno)));
  int previous = atomic_exchange(&output, fd);
  if (previous != STDERR_FILENO) close(previous);
  return true;
}

void jl_log_level(enum jl_log_level lowest) { atomic_store(&lowest_level, (int)lowest); }

bool jl_log_level_by_name(const char *name, enum jl_log_level *ret_level) {
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    if (strcasecmp(names[i], name) != 0) continue;
    *ret_level = (enum jl_log_level)i;
    return true;
  }
  return false;
}

/* Quotes, backslashes and control bytes are escaped, so a value can forge neither a field nor a line. */
static void append_text(struct jl_buffer *out, const char *text) {
  size_t size = strnlen(text, VALUE_MAX_BYTES);
  jl_buffer_byte(out, '"');
  for (size_t i = 0; i < size; i++) {
    uint8_t c = (uint8_t)text[i];
    if (c == '"' || c == '\\') {
      jl_buffer_byte(out, '\\');
      jl_buffer_byte(out, c);
    } else if (c < 0x20 || c == 0x7f) {
      jl_buffer_printf(out, "\\x%02x", (unsigned)c);
    } else {
      jl_buffer_byte(out, c);
    }
  }
  jl_buffer_byte(out, '"');
}

static void append_field(struct jl_buffer *out, const struct jl_log_field *field) {
  char text[VALUE_MAX_BYTES];
  jl_buffer_printf(out, " %s=", field->name);
  switch (field->kind) {
  case JL_FIELD_NUMBER:
    jl_buffer_printf(out, "%" PRId64, field->number);
    return;
  case JL_FIELD_TEXT:
    append_text(out, field->value != NULL ? (const char *)field->value : "");
    return;
  case JL_FIELD_ID: {
    char id[JL_ID_TEXT_SIZE];
    jl_id_format((const struct jl_id *)field->value, id);
    jl_buffer_text(out, id);
    return;
  }
  case JL_FIELD_ERROR: {
    const struct jl_error *err = (const struct jl_error *)field->value;
    jl_error_describe(err, text, sizeof text);
    append_text(out, text);
    jl_buffer_printf(out, " code=%s", jl_code_symbol(err->code));
    return;
  }
  }
}

void jl_log_write(enum jl_log_level level, const char *event, const struct jl_log_field *fields, size_t n) {
  if ((int)level < atomic_load(&lowest_level)) return;
  struct jl_buffer line;
  jl_buffer_init(&line, LINE_MAX_BYTES);
  char time[28];
  jl_time_format_iso(jl_now_utc_us(), time);
  jl_buffer_printf(&line, "%s %s %s", time, names[level], event);
  for (size_t i = 0; i < n; i++) append_field(&line, &fields[i]);
  jl_buffer_byte(&line, '\n');
  if (jl_buffer_ok(&line)) {
    struct jl_bytes bytes = jl_buffer_bytes(&line);
    ssize_t written = write(atomic_load(&output), bytes.data, bytes.size);
    (void)written; /* a log that cannot be written has nowhere to say so */
  }
  jl_buffer_release(&line);
}

/* The server's log: one line per event, an event name and fields, UTC, values escaped. Never payloads, passwords or tokens.
 * To stderr or a file. Thread-safe: one write per line. */
#ifndef JL_OPS_LOG_H
#define JL_OPS_LOG_H
#include "common/base/error.h"

enum jl_log_level { JL_LOG_DEBUG, JL_LOG_INFO, JL_LOG_WARN, JL_LOG_ERROR };
struct jl_log_field {
  const char *name;
  enum { JL_FIELD_TEXT, JL_FIELD_NUMBER, JL_FIELD_ID, JL_FIELD_ERROR } kind;
  int64_t number;
  const void *value;
};

JL_MUST_CHECK bool jl_log_open(const char *path /* NULL or "": stderr */, struct jl_error *err); /* again: reopens (rotation) */
void jl_log_level(enum jl_log_level lowest);
bool jl_log_level_by_name(const char *name, enum jl_log_level *ret_level);
void jl_log_write(enum jl_log_level level, const char *event, const struct jl_log_field *fields, size_t n);

#define JL_F_TEXT(name, text)                                                                                                              \
  { (name), JL_FIELD_TEXT, 0, (text) } /* const char *; NULL: empty */
#define JL_F_NUMBER(name, n)                                                                                                               \
  { (name), JL_FIELD_NUMBER, (int64_t)(n), NULL }
#define JL_F_ID(name, id)                                                                                                                  \
  { (name), JL_FIELD_ID, 0, (id) } /* const struct jl_id * */
#define JL_F_ERROR(error)                                                                                                                  \
  { "error", JL_FIELD_ERROR, 0, (error) } /* const struct jl_error * */
/* jl_log(JL_LOG_INFO, "session.open", JL_F_TEXT("peer", peer)); */
#define jl_log(level, event, ...)                                                                                                          \
  jl_log_write((level), (event), (const struct jl_log_field[]){{NULL, JL_FIELD_TEXT, 0, NULL}, ##__VA_ARGS__} + 1,                         \
               sizeof((const struct jl_log_field[]){{NULL, JL_FIELD_TEXT, 0, NULL}, ##__VA_ARGS__}) / sizeof(struct jl_log_field) - 1)
#endif

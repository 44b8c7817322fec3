/* A log as a file that needs no program of ours to be read. One JSON object a line, in this order:
 *
 *   {"jalon-log":1,"server":ID,"space":ID,"name":"Plan 2027","time":"2026-11-26T05:11:55.000000Z","epoch":1,"revision":812,
 *    "sections":["strategy",...],"whole":true,"personal":false}
 *   {"revision":1,"section":"strategy","body":BASE64,"chain":HEX,"private":BASE64}     a change: body is a ChangeBody of proto/wire.proto,
 *                                                                   chain = BLAKE2b-256(chain of the section before || body); private, a
 *                                                                   ChangePrivate, only in a file with personal values
 *   ...
 *   {"end":812,"section":{"strategy":{"revision":810,"chain":HEX},...}}                where the server stood: what the rows come to. It is
 *                                                                   after the first line's revision when somebody was erased meanwhile
 *
 * What is not known is passed over. Personal values are left out unless they are asked for: chains cover their hashes, and what has
 * left the server cannot be erased any more. */
#include "client/cli/history.h"
#include "common/base/calendar.h"
#include "common/model/governance/rights.h"
#include "common/record/json.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES (8u << 20) /* a message's worth of body and private values in base64 */
#define HEX_SIZE (2 * JL_CHAIN_SIZE + 1)

/* ---- writing ---- */
struct jl_history_writer {
  struct jl_cli *cli;
  FILE *file;
  bool personal;
  uint8_t chains[JL_SECTIONS][JL_CHAIN_SIZE];
  struct jl_buffer line;
  const struct jl_log_taker *beside;
  const struct jl_history_of *of;
  struct jl_logged_space before; /* what stood in the file that is gone on with, up to its end */
};

static void put_base64(struct jl_buffer *out, struct jl_bytes bytes) {
  size_t size = sodium_base64_ENCODED_LEN(bytes.size, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(size);
  if (text == NULL) {
    out->failed = true;
    return;
  }
  sodium_bin2base64(text, size, bytes.data, bytes.size, sodium_base64_VARIANT_ORIGINAL);
  jl_buffer_printf(out, "\"%s\"", text);
  free(text);
}

static void put_chain(struct jl_buffer *out, const uint8_t chain[JL_CHAIN_SIZE]) {
  char hex[HEX_SIZE];
  sodium_bin2hex(hex, sizeof hex, chain, JL_CHAIN_SIZE);
  jl_buffer_printf(out, "\"chain\":\"%s\"", hex);
}

static bool write_line(struct jl_history_writer *w, struct jl_error *err) {
  jl_buffer_byte(&w->line, '\n');
  if (!jl_buffer_ok(&w->line)) return jl_cli_no_link(err);
  if (fwrite(w->line.data, 1, w->line.size, w->file) == w->line.size) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(w->cli->words[0]), jl_arg_text(strerror(errno)));
}

static bool write_begin(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct jl_history_writer *w = context;
  char server[JL_ID_TEXT_SIZE], id[JL_ID_TEXT_SIZE], time[28];
  const char *comma = "";
  jl_id_format(&space->at.server, server);
  jl_id_format(&space->at.space, id);
  jl_time_format_iso(space->at.time_us, time);
  jl_buffer_clear(&w->line);
  jl_buffer_printf(&w->line, "{\"jalon-log\":1,\"server\":\"%s\",\"space\":\"%s\",\"name\":", server, id);
  jl_json_write_string(&w->line, space->at.name, strlen(space->at.name));
  jl_buffer_printf(&w->line, ",\"time\":\"%s\",\"epoch\":%" PRIu64 ",\"revision\":%" PRIu64 ",\"sections\":[", time, space->at.epoch,
                   space->at.revision);
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    if ((space->sections >> s & 1) == 0) continue;
    jl_buffer_printf(&w->line, "%s\"%s\"", comma, jl_section_label((enum jl_section)s));
    comma = ",";
  }
  jl_buffer_printf(&w->line, "],\"whole\":%s,\"personal\":%s}", space->whole ? "true" : "false", w->personal ? "true" : "false");
  return write_line(w, err) && w->beside->begin(w->beside->context, space, err);
}

static bool write_row(void *context, const struct jl_audit_row *row, struct jl_error *err) {
  struct jl_history_writer *w = context;
  if (row->section <= JL_SECTION_NONE || row->section >= JL_SECTIONS) return true;
  uint8_t *chain = w->chains[row->section];
  jl_chain_next(chain, row->change.body, chain);
  jl_buffer_clear(&w->line);
  jl_buffer_printf(&w->line, "{\"revision\":%" PRIu64 ",\"section\":\"%s\",\"body\":", row->revision, jl_section_label(row->section));
  put_base64(&w->line, row->change.body);
  jl_buffer_byte(&w->line, ',');
  put_chain(&w->line, chain);
  if (w->personal && row->change.private_values.size > 0) {
    jl_buffer_text(&w->line, ",\"private\":");
    put_base64(&w->line, row->change.private_values);
  }
  jl_buffer_byte(&w->line, '}');
  return write_line(w, err) && w->beside->row(w->beside->context, row, err);
}

static bool write_unsettled(void *context) {
  const struct jl_history_writer *w = context;
  return w->beside->unsettled(w->beside->context);
}

static bool write_end(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct jl_history_writer *w = context;
  const char *comma = "";
  jl_buffer_clear(&w->line);
  jl_buffer_printf(&w->line, "{\"end\":%" PRIu64 ",\"section\":{", space->at.revision);
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    if ((space->at.sections >> s & 1) == 0) continue;
    jl_buffer_printf(&w->line, "%s\"%s\":{\"revision\":%" PRIu64 ",", comma, jl_section_label((enum jl_section)s),
                     space->at.section[s].revision);
    put_chain(&w->line, space->at.section[s].chain);
    jl_buffer_byte(&w->line, '}');
    comma = ",";
  }
  jl_buffer_text(&w->line, "}}");
  return write_line(w, err) && w->beside->end(w->beside->context, space, err);
}

/* ---- going on with a file: its own rows first, then what the server has behind them ---- */
static bool old_begin(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct jl_history_writer *w = context;
  if (!jl_id_equal(&space->at.space, &w->of->space) || space->personal != w->of->with_personal)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is not such an export: another plan, or with other values"),
                   JL_MSG("export it anew, without --continue"), jl_arg_text(w->of->path));
  return write_begin(w, space, err);
}

static bool old_end(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct jl_history_writer *w = context;
  w->before = *space;
  for (uint32_t s = 1; s < JL_SECTIONS; s++) /* chains are written anew: what was changed in the file must not become right by it */
    if ((space->at.sections >> s & 1) != 0 && memcmp(w->chains[s], space->at.section[s].chain, JL_CHAIN_SIZE) != 0)
      return jl_fail(err, JL_E_TAMPERED, JL_MSG("{1} is not as it was exported"), JL_MSG("jalon history verify says where; export it anew"),
                     jl_arg_text(w->of->path));
  return true;
}

static bool goes_on_with(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  const struct jl_history_writer *w = context;
  bool nothing_came = space->sections == 0;
  if (jl_id_equal(&space->at.server, &w->before.at.server) && (nothing_came || space->sections == w->before.sections)) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("{1} cannot be gone on with: it is of another server, or of other sections than you may read now"),
                 JL_MSG("export it anew, without --continue"), jl_arg_text(w->of->path));
}

static bool write_all(struct jl_history_writer *w, struct jl_error *err) {
  const struct jl_log_taker anew = {write_begin, write_row, write_unsettled, write_end, w},
                            old = {old_begin, write_row, write_unsettled, old_end, w},
                            behind = {goes_on_with, write_row, write_unsettled, write_end, w};
  if (!w->of->continued || access(w->of->path, F_OK) != 0) return jl_history_fetch(w->cli, &w->of->space, 1, &anew, err);
  return jl_history_read(w->cli, w->of->path, &old, err) &&
         jl_history_fetch(w->cli, &w->of->space, w->before.at.revision + 1, &behind, err);
}

/* Whole or not at all: a new file beside, then renamed. */
bool jl_history_write(struct jl_cli *cli, const struct jl_history_of *of, const struct jl_log_taker *beside, struct jl_error *err) {
  struct jl_history_writer w = {.cli = cli, .personal = of->with_personal, .beside = beside, .of = of};
  const char *path = of->path;
  bool standard = strcmp(path, "-") == 0;
  if (standard && of->continued)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--continue goes on with a file"), JL_MSG("name it instead of -"));
  const char *temporary = jl_arena_printf(cli->arena, "%s.new", path);
  if (temporary == NULL) return jl_cli_no_link(err);
  int fd = standard ? -1 : open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  w.file = standard ? stdout : fd < 0 ? NULL : fdopen(fd, "w");
  if (w.file == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  jl_buffer_init(&w.line, 2 * LINE_MAX_BYTES);
  bool ok = write_all(&w, err);
  jl_buffer_release(&w.line);
  if (standard) return ok;
  bool kept = fflush(w.file) == 0 && fsync(fileno(w.file)) == 0;
  kept = fclose(w.file) == 0 && kept;
  if (ok && kept && rename(temporary, path) == 0) return true;
  if (ok) ok = jl_fail(err, JL_E_USAGE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  (void)unlink(temporary);
  return ok;
}

/* ---- reading ---- */
struct reader {
  struct jl_cli *cli;
  const struct jl_log_taker *taker;
  const char *path;
  struct jl_logged_space space;
  struct jl_arena *arena; /* of a line */
  int64_t line;
  bool begun, ended;
};

static bool unreadable(const struct reader *r, struct jl_error *err) {
  if (r->begun)
    return jl_fail(err, JL_E_TAMPERED, JL_MSG("line {1} of {2} is not as it was exported"),
                   JL_MSG("what is before it fits; export it again"), jl_arg_integer(r->line), jl_arg_text(r->path));
  return jl_fail(err, JL_E_USAGE, JL_MSG("line {1} of {2} is not one of an exported history"), JL_MSG("jalon history export writes them"),
                 jl_arg_integer(r->line), jl_arg_text(r->path));
}

static const char *text_of(const struct jl_json *object, const char *key) {
  const struct jl_json *value = jl_json_member(object, key);
  return value != NULL && value->kind == JL_JSON_STRING ? value->text : NULL;
}

static bool number_of(const struct jl_json *object, const char *key, uint64_t *ret) {
  int64_t n = -1;
  const struct jl_json *value = jl_json_member(object, key);
  if (value == NULL || !jl_json_integer(value, &n) || n < 0) return false;
  *ret = (uint64_t)n;
  return true;
}

static bool is_true(const struct jl_json *object, const char *key) {
  const struct jl_json *value = jl_json_member(object, key);
  return value != NULL && value->kind == JL_JSON_BOOL && value->boolean;
}

static enum jl_section section_of(const char *name) {
  for (uint32_t s = 1; name != NULL && s < JL_SECTIONS; s++)
    if (strcmp(name, jl_section_label((enum jl_section)s)) == 0) return (enum jl_section)s;
  return JL_SECTION_NONE;
}

static bool chain_of(const struct jl_json *object, uint8_t ret_chain[JL_CHAIN_SIZE]) {
  const char *hex = text_of(object, "chain");
  size_t size = 0;
  return hex != NULL && sodium_hex2bin(ret_chain, JL_CHAIN_SIZE, hex, strlen(hex), NULL, &size, NULL) == 0 && size == JL_CHAIN_SIZE;
}

/* false: it is there and no base64. */
static bool bytes_of(struct reader *r, const struct jl_json *object, const char *key, struct jl_bytes *ret) {
  const char *text = text_of(object, key);
  *ret = (struct jl_bytes){NULL, 0};
  if (text == NULL) return jl_json_member(object, key) == NULL;
  size_t size = strlen(text), got = 0;
  uint8_t *bytes = jl_arena_alloc(r->arena, size + 1);
  const char *end = NULL;
  if (bytes == NULL || sodium_base642bin(bytes, size + 1, text, size, NULL, &got, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      *end != '\0')
    return false;
  *ret = (struct jl_bytes){bytes, got};
  return true;
}

static bool read_begin(struct reader *r, const struct jl_json *object, struct jl_error *err) {
  uint64_t form = 0;
  const char *server = text_of(object, "server"), *space = text_of(object, "space"), *time = text_of(object, "time"),
             *name = text_of(object, "name");
  const struct jl_json *sections = jl_json_member(object, "sections");
  if (!number_of(object, "jalon-log", &form)) return unreadable(r, err);
  if (form != 1)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("{1} is of a form that this program does not know"), JL_MSG("use a newer one"),
                   jl_arg_text(r->path));
  struct jl_heads *at = &r->space.at;
  if (server == NULL || !jl_id_parse(server, &at->server) || space == NULL || !jl_id_parse(space, &at->space) || time == NULL ||
      !jl_time_parse_iso(time, &at->time_us) || !number_of(object, "revision", &at->revision) || sections == NULL)
    return unreadable(r, err);
  (void)number_of(object, "epoch", &at->epoch);
  snprintf(at->name, sizeof at->name, "%s", jl_arg_text(name).text);
  for (const struct jl_json *s = sections->first; s != NULL; s = s->next)
    if (s->kind == JL_JSON_STRING) r->space.sections |= 1U << section_of(s->text);
  r->space.sections &= JL_EVERYTHING;
  r->space.whole = is_true(object, "whole");
  r->space.personal = is_true(object, "personal");
  r->begun = true;
  return r->taker->begin(r->taker->context, &r->space, err);
}

static bool read_end(struct reader *r, const struct jl_json *object, struct jl_error *err) {
  uint64_t revision = 0;
  const struct jl_json *sections = jl_json_member(object, "section");
  if (!number_of(object, "end", &revision) || revision < r->space.at.revision || sections == NULL) return unreadable(r, err);
  r->space.at.revision = revision;
  for (const struct jl_json *s = sections->first; s != NULL; s = s->next) {
    enum jl_section section = section_of(s->key);
    if (section == JL_SECTION_NONE) continue;
    r->space.at.sections |= 1U << section;
    if (!number_of(s, "revision", &r->space.at.section[section].revision) || !chain_of(s, r->space.at.section[section].chain))
      return unreadable(r, err);
  }
  r->ended = true;
  return r->taker->end(r->taker->context, &r->space, err);
}

static bool read_row(struct reader *r, const struct jl_json *object, struct jl_error *err) {
  struct jl_audit_row row = {.section = section_of(text_of(object, "section"))};
  uint8_t chain[JL_CHAIN_SIZE];
  if (jl_json_member(object, "revision") == NULL) return true; /* of a later program */
  if (!number_of(object, "revision", &row.revision) || !chain_of(object, chain) || !bytes_of(r, object, "body", &row.change.body) ||
      !bytes_of(r, object, "private", &row.change.private_values))
    return unreadable(r, err);
  if (row.section == JL_SECTION_NONE) return true; /* one that this program does not know */
  row.link = (struct jl_bytes){chain, sizeof chain};
  return r->taker->row(r->taker->context, &row, err);
}

static bool read_line(struct reader *r, struct jl_bytes line, struct jl_error *err) {
  const struct jl_json *object;
  struct jl_error why = {0};
  jl_arena_reset(r->arena);
  if (r->ended || !jl_json_parse(r->arena, line, &object, &why) || object->kind != JL_JSON_OBJECT) return unreadable(r, err);
  if (!r->begun) return read_begin(r, object, err);
  if (jl_json_member(object, "end") != NULL) return read_end(r, object, err);
  return read_row(r, object, err);
}

static FILE *open_for_reading(const char *path, struct jl_error *err) {
  FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
  if (file == NULL) jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  return file;
}

bool jl_history_read(struct jl_cli *cli, const char *path, const struct jl_log_taker *taker, struct jl_error *err) {
  struct reader r = {.cli = cli, .taker = taker, .path = path};
  FILE *file = open_for_reading(path, err);
  if (file == NULL) return false;
  char *line = NULL;
  size_t capacity = 0;
  bool ok = (r.arena = jl_arena_new(4u * LINE_MAX_BYTES)) != NULL || jl_cli_no_link(err);
  for (ssize_t size; ok && (size = getline(&line, &capacity, file)) > 0;) {
    r.line++;
    if (size > 0 && line[size - 1] == '\n') size--;
    ok = (size_t)size <= LINE_MAX_BYTES ? read_line(&r, (struct jl_bytes){(const uint8_t *)line, (size_t)size}, err) : unreadable(&r, err);
  }
  if (ok && ferror(file) != 0)
    ok = jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  if (ok && !r.begun) ok = unreadable(&r, err);
  if (ok && !r.ended)
    ok = jl_fail(err, JL_E_TAMPERED, JL_MSG("{1} has no end: it was cut off after line {2}"), JL_MSG("export it again"), jl_arg_text(path),
                 jl_arg_integer(r.line));
  free(line);
  jl_arena_free(r.arena);
  if (file != stdin) fclose(file);
  return ok;
}

bool jl_history_read_file(struct jl_cli *cli, const char *path, size_t max, struct jl_bytes *ret_text, struct jl_error *err) {
  struct jl_buffer text;
  char part[65536];
  FILE *file = open_for_reading(path, err);
  if (file == NULL) return false;
  jl_buffer_init(&text, max);
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) jl_buffer_append(&text, part, n);
  bool ok =
      ferror(file) == 0 || jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  if (file != stdin) fclose(file);
  *ret_text = jl_arena_dup(cli->arena, jl_buffer_bytes(&text));
  if (ok && (!jl_buffer_ok(&text) || (ret_text->data == NULL && text.size > 0)))
    ok = jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} is too large"), NULL, jl_arg_text(path));
  jl_buffer_release(&text);
  return ok;
}

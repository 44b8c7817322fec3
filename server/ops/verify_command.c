/* jalond verify: holds the database against itself and against exported heads (server/verify). It may run beside a server. */
#include "common/base/buffer.h"
#include "common/record/json.h"
#include "common/record/record.h"
#include "server/ops/log.h"
#include "server/ops/process.h"
#include "server/ops/serve.h"
#include "server/store/embedded.h"
#include "server/verify/verify.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEADS_BYTES (256u << 20)

struct command {
  struct jl_heads *known; /* heads that were exported */
  size_t known_count;
  struct jl_id space;
  bool json, shows, drawn;
  uint64_t spaces, rows, records, states, heads, erased, wrong;
};

static const char *const kinds[] = {"space", "organisation", "plan", "pipeline", "personal space"};

static const char *kind_of(const struct jl_verified *v) { return (size_t)v->kind < JL_COUNT(kinds) ? kinds[v->kind] : kinds[0]; }

static void wipe(struct command *c) {
  if (c->drawn) fputs("\r\033[K", stderr);
  c->drawn = false;
}

static void on_progress(void *context, const struct jl_verified *v, uint64_t revision) {
  struct command *c = context;
  char space[JL_ID_TEXT_SIZE];
  if (!c->shows) return;
  jl_id_format(&v->space, space);
  fprintf(stderr, "\r%s %.8s: r%" PRIu64 " of r%" PRIu64 "\033[K", kind_of(v), space, revision, v->revision);
  fflush(stderr);
  c->drawn = true;
}

/* ---- in words ---- */
static void hex(const uint8_t bytes[JL_CHAIN_SIZE], char out[2 * JL_CHAIN_SIZE + 1]) {
  for (size_t i = 0; i < JL_CHAIN_SIZE; i++) snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void print_finding(const struct jl_verify_finding *found) {
  const struct jl_finding *f = &found->finding;
  char text[1024], id[JL_ID_TEXT_SIZE], expected[2 * JL_CHAIN_SIZE + 1], was[2 * JL_CHAIN_SIZE + 1];
  const struct jl_record_type *type = jl_record_type_by_number(f->what.record_type);
  const struct jl_field *field = type != NULL && f->what.field != 0 ? jl_field_by_number(type, f->what.field) : NULL;
  jl_error_describe(&f->what, text, sizeof text);
  if (f->after + 1 < f->revision)
    printf("  WRONG between r%" PRIu64 " and r%" PRIu64, f->after + 1, f->revision);
  else
    printf("  WRONG at r%" PRIu64, f->revision);
  printf(", table %s", found->table[0] != '\0' ? found->table : "log");
  if (!jl_id_is_zero(&f->what.record)) {
    jl_id_format(&f->what.record, id);
    printf(", %s %s", type != NULL ? type->label : "record", id);
  }
  if (field != NULL) printf(", %s", field->name);
  printf(":\n    %s\n", text);
  if (!f->has_chains) return;
  hex(f->expected, expected);
  hex(f->found, was);
  printf("    expected %s\n    found    %s\n", expected, was);
}

static void print_words(const struct jl_verified *v) {
  char space[JL_ID_TEXT_SIZE];
  jl_id_format(&v->space, space);
  printf("%s %s%s%s: r%" PRIu64 ", %" PRIu64 " rows, %" PRIu64 " records, %" PRIu64 " stored states", kind_of(v), space,
         v->name[0] != '\0' ? " " : "", v->name, v->revision, v->counts.rows, v->records, v->states);
  if (v->counts.heads > 0) printf(", %" PRIu64 " exported heads", v->counts.heads);
  if (v->counts.erased > 0) printf(", %" PRIu64 " erased values", v->counts.erased);
  if (v->counts.unlinked > 0) printf(", %" PRIu64 " rows of before there were links", v->counts.unlinked);
  puts(v->finding_count == 0 ? ": right" : "");
  for (size_t i = 0; i < v->finding_count; i++) print_finding(&v->findings[i]);
  if (v->more > 0) printf("  and %" PRIu64 " more\n", (uint64_t)v->more);
  if (v->finding_count > 0 && !v->whole) puts("  what comes after it in the log, and the tables of records, were not compared");
}

/* ---- for programs: one object a line ---- */
static void put_text(struct jl_buffer *out, const char *key, const char *text) {
  jl_buffer_printf(out, "\"%s\":", key);
  jl_json_write_string(out, text, strlen(text));
}

static void put_finding(struct jl_buffer *out, const struct jl_verify_finding *found) {
  const struct jl_finding *f = &found->finding;
  char text[1024], id[JL_ID_TEXT_SIZE], chain[2 * JL_CHAIN_SIZE + 1];
  jl_error_describe(&f->what, text, sizeof text);
  jl_buffer_printf(out, "{\"after\":%" PRIu64 ",\"revision\":%" PRIu64 ",\"section\":%d,", f->after, f->revision, (int)f->section);
  put_text(out, "table", found->table[0] != '\0' ? found->table : "log");
  if (!jl_id_is_zero(&f->what.record)) {
    jl_id_format(&f->what.record, id);
    jl_buffer_printf(out, ",\"type\":%" PRIu32 ",\"record\":\"%s\"", f->what.record_type, id);
  }
  if (f->what.field != 0) jl_buffer_printf(out, ",\"field\":%" PRIu32, f->what.field);
  if (f->has_chains) {
    hex(f->expected, chain);
    jl_buffer_printf(out, ",\"expected\":\"%s\"", chain);
    hex(f->found, chain);
    jl_buffer_printf(out, ",\"found\":\"%s\"", chain);
  }
  jl_buffer_byte(out, ',');
  put_text(out, "text", text);
  jl_buffer_byte(out, '}');
}

static void print_json(const struct jl_verified *v) {
  struct jl_buffer out;
  char space[JL_ID_TEXT_SIZE];
  jl_buffer_init(&out, 1048576);
  jl_id_format(&v->space, space);
  jl_buffer_printf(&out, "{\"space\":\"%s\",\"kind\":\"%s\",", space, kind_of(v));
  put_text(&out, "name", v->name);
  jl_buffer_printf(&out,
                   ",\"revision\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"records\":%" PRIu64 ",\"states\":%" PRIu64 ",\"heads\":%" PRIu64
                   ",\"erased\":%" PRIu64 ",\"unlinked\":%" PRIu64 ",\"whole\":%s,\"more\":%" PRIu64 ",\"wrong\":[",
                   v->revision, v->counts.rows, v->records, v->states, v->counts.heads, v->counts.erased, v->counts.unlinked,
                   v->whole ? "true" : "false", (uint64_t)v->more);
  for (size_t i = 0; i < v->finding_count; i++) {
    if (i > 0) jl_buffer_byte(&out, ',');
    put_finding(&out, &v->findings[i]);
  }
  jl_buffer_text(&out, "]}");
  const char *line = jl_buffer_cstring(&out);
  if (line != NULL) puts(line);
  jl_buffer_release(&out);
}

static void on_verified(void *context, const struct jl_verified *v) {
  struct command *c = context;
  wipe(c);
  c->spaces++;
  c->rows += v->counts.rows;
  c->records += v->records;
  c->states += v->states;
  c->heads += v->counts.heads;
  c->wrong += v->finding_count > 0;
  if (c->json)
    print_json(v);
  else
    print_words(v);
  fflush(stdout);
}

/* ---- what it needs ---- */
static bool read_heads(const char *path, struct jl_arena *a, struct jl_heads **ret_heads, size_t *ret_n, struct jl_error *err) {
  struct jl_buffer text;
  char part[65536];
  size_t n, torn = 0;
  FILE *file = fopen(path, "re");
  if (file == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  jl_buffer_init(&text, HEADS_BYTES / 4);
  while ((n = fread(part, 1, sizeof part, file)) > 0) jl_buffer_append(&text, part, n);
  bool ok = ferror(file) == 0;
  fclose(file);
  if (!ok || !jl_buffer_ok(&text))
    ok = jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path),
                 jl_arg_text(ok ? "it is too large" : strerror(errno)));
  ok = ok && jl_heads_parse(jl_buffer_bytes(&text), a, ret_heads, ret_n, &torn, err);
  if (ok && torn > 0) fprintf(stderr, "%s: %zu blocks were not written whole, and are left out\n", path, torn);
  jl_buffer_release(&text);
  return ok;
}

static bool verify(struct command *c, const char *connection, struct jl_error *err) {
  const struct jl_verify_of of = {.connection = connection,
                                  .space = c->space,
                                  .heads = c->known,
                                  .head_count = c->known_count,
                                  .progress = on_progress,
                                  .verified = on_verified,
                                  .context = c};
  bool ok = jl_verify(&of, err);
  wipe(c);
  return ok;
}

/* Before the process becomes the server's user, who may not be allowed to read the file. */
static bool take_arguments(struct command *c, const struct jl_arguments *arguments, struct jl_arena *a, struct jl_error *err) {
  c->json = strcmp(arguments->format, "json") == 0;
  if (!c->json && arguments->format[0] != '\0' && strcmp(arguments->format, "text") != 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no format {1}"), JL_MSG("text or json"), jl_arg_text(arguments->format));
  if (arguments->space[0] != '\0' && !jl_id_parse(arguments->space, &c->space))
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is not the id of a space"), JL_MSG("jalond verify without --space names them all"),
                   jl_arg_text(arguments->space));
  return arguments->heads[0] == '\0' || read_heads(arguments->heads, a, &c->known, &c->known_count, err);
}

static void stopped(void *context) { uv_stop(context); }

/* The embedded PostgreSQL runs with its server; without one it is started for as long as this lasts. */
static bool with_embedded(struct command *c, const struct jl_arguments *arguments, struct jl_error *err) {
  uv_loop_t loop;
  bool running = false;
  struct jl_error locked = {0};
  if (!jl_process_prepare(&arguments->settings, err)) return false;
  if (!jl_process_lock(&arguments->settings, &running, &locked) && !running) {
    *err = locked;
    return false;
  }
  uv_loop_init(&loop);
  struct jl_embedded *embedded = jl_embedded_start(&loop, arguments->settings.data_directory, err);
  bool ok = embedded != NULL && verify(c, jl_embedded_connection(embedded), err);
  if (embedded != NULL && running) jl_embedded_leave(embedded);
  if (embedded != NULL && !running) {
    jl_embedded_stop(embedded, stopped, &loop);
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  uv_run(&loop, UV_RUN_DEFAULT); /* close callbacks */
  (void)uv_loop_close(&loop);
  return ok;
}

int jl_verify_command(const struct jl_arguments *arguments) {
  struct command c = {.shows = isatty(STDERR_FILENO) == 1};
  struct jl_error err = {0};
  enum jl_log_level level;
  if (jl_log_level_by_name(arguments->settings.log_level, &level)) jl_log_level(level);
  struct jl_arena *a = jl_arena_new(HEADS_BYTES);
  bool ok = a != NULL ? take_arguments(&c, arguments, a, &err) : jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  ok =
      ok && (arguments->settings.database[0] != '\0' ? verify(&c, arguments->settings.database, &err) : with_embedded(&c, arguments, &err));
  jl_arena_free(a);
  if (!ok) return jl_report(&err);
  if (!c.json)
    printf(c.wrong == 0 ? "%" PRIu64 " spaces, %" PRIu64 " rows of the log, %" PRIu64 " records: nothing is wrong\n"
                        : "%" PRIu64 " spaces, %" PRIu64 " rows of the log, %" PRIu64 " records: SOMETHING IS WRONG\n",
           c.spaces, c.rows, c.records);
  return fflush(stdout) != 0 ? 1 : c.wrong > 0 ? jl_code_exit_status(JL_E_TAMPERED) : 0;
}

/* jalond serve: start, signals, stop.
 *
 *   running -> draining (no new connections, clients told, requests finish) -> spaces closed -> sessions closed -> store closed */
#include "server/ops/serve.h"
#include "common/base/calendar.h"
#include "server/net/server.h"
#include "server/ops/certificates.h"
#include "server/ops/heads_file.h"
#include "server/ops/log.h"
#include "server/ops/node.h"
#include "server/ops/process.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DRAIN_LOOK_MS 20
#define HOUR_MS 3600000

struct serving {
  struct jl_node node;
  struct jl_server *server;
  struct jl_arguments *arguments;
  int argc;
  char **argv;
  uv_signal_t signals[3];
  uv_timer_t drain, hour;
  struct jl_certificates certificates;
  struct jl_heads_file heads;
  int64_t drain_until_us;
  bool draining, hurry, outdated;
  int port_fd, pid_fd;
};

int jl_report(const struct jl_error *err) {
  char text[1024];
  jl_error_describe(err, text, sizeof text);
  fprintf(stderr, "jalond: %s\n", text);
  return jl_code_exit_status(err->code);
}

static void server_closed(void *context) {
  struct serving *s = context;
  s->server = NULL;
  uv_stop(&s->node.loop);
}
static void spaces_closed(void *context) {
  struct serving *s = context;
  s->node.spaces = NULL;
  jl_server_close(s->server, server_closed, s);
}

static void on_drain(uv_timer_t *timer) {
  struct serving *s = timer->data;
  if (!s->hurry && jl_server_requests(s->server) > 0 && jl_monotonic_us() < s->drain_until_us) return;
  uv_timer_stop(timer);
  jl_server_detach(s->server);
  jl_spaces_close(s->node.spaces, spaces_closed, s);
}

static void stop(struct serving *s) {
  if (s->draining) {
    s->hurry = true; /* a second signal: do not wait for clients */
    return;
  }
  s->draining = true;
  s->drain_until_us = jl_monotonic_us() + 1000 * s->arguments->settings.drain_ms;
  jl_log(JL_LOG_INFO, "server.stopping", JL_F_NUMBER("sessions", jl_server_session_count(s->server)));
  jl_server_drain(s->server);
  uv_timer_start(&s->drain, on_drain, DRAIN_LOOK_MS, DRAIN_LOOK_MS);
}

static void on_outdated(void *context) {
  struct serving *s = context;
  s->outdated = true;
  stop(s);
}

static void reload(struct serving *s) {
  static struct jl_arguments fresh; /* large */
  struct jl_error err = {0};
  enum jl_log_level level;
  if (!jl_arguments_parse(s->argc, s->argv, &fresh, &err)) {
    jl_log(JL_LOG_ERROR, "settings.refused", JL_F_ERROR(&err));
    return;
  }
  jl_settings_reload(&s->arguments->settings, &fresh.settings);
  if (jl_log_level_by_name(s->arguments->settings.log_level, &level)) jl_log_level(level);
  if (!jl_certificates_reload(&s->certificates, &s->arguments->settings, &err) ||
      !jl_log_open(s->arguments->settings.log_file, &err))
    jl_log(JL_LOG_ERROR, "settings.refused", JL_F_ERROR(&err));
  else
    jl_log(JL_LOG_INFO, "settings.reloaded");
}

static void on_signal(uv_signal_t *handle, int number) {
  if (number == SIGHUP)
    reload(handle->data);
  else
    stop(handle->data);
}

static void on_hour(uv_timer_t *timer) {
  struct serving *s = timer->data;
  if (!s->draining) jl_heads_file_look(&s->heads, &s->node.loop, s->node.store);
  jl_certificates_look(&s->certificates, &s->arguments->settings);
}

static bool listen_all(struct serving *s, struct jl_error *err) {
  struct jl_address address;
  size_t cursor = 0;
  struct jl_error why = {0};
  while (jl_settings_next_address(&s->arguments->settings, &cursor, &address, &why)) {
    if (!jl_server_listen(s->server, &address, err)) return false;
    bool tcp = address.kind == JL_ADDRESS_TCP;
    jl_log(JL_LOG_INFO, "server.listening", JL_F_TEXT("address", address.host), JL_F_NUMBER("port", tcp ? jl_server_port(s->server) : 0),
           JL_F_TEXT("as", address.tls ? "tls" : "plain"));
  }
  if (why.code == JL_E_OK) return true;
  if (err != NULL) *err = why;
  return false;
}

static void close_handle(uv_handle_t *handle, void *context) {
  (void)context;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void run(struct serving *s) {
  static const int numbers[3] = {SIGTERM, SIGINT, SIGHUP};
  for (size_t i = 0; i < JL_COUNT(numbers); i++) {
    uv_signal_init(&s->node.loop, &s->signals[i]);
    s->signals[i].data = s;
    uv_signal_start(&s->signals[i], on_signal, numbers[i]);
  }
  uv_timer_init(&s->node.loop, &s->drain);
  uv_timer_init(&s->node.loop, &s->hour);
  s->drain.data = s->hour.data = s;
  uv_timer_start(&s->hour, on_hour, HOUR_MS, HOUR_MS);
  jl_process_write_file(s->pid_fd, getpid());
  if (jl_server_port(s->server) != 0) jl_process_write_file(s->port_fd, jl_server_port(s->server));
  jl_heads_file_look(&s->heads, &s->node.loop, s->node.store);
  jl_log(JL_LOG_INFO, "server.ready", JL_F_NUMBER("port", jl_server_port(s->server)), JL_F_TEXT("version", JALON_VERSION));
  uv_run(&s->node.loop, UV_RUN_DEFAULT); /* until server_closed */
  for (size_t i = 0; i < JL_COUNT(numbers); i++) close_handle((uv_handle_t *)&s->signals[i], NULL);
  close_handle((uv_handle_t *)&s->drain, NULL);
  close_handle((uv_handle_t *)&s->hour, NULL);
  jl_process_empty_file(s->port_fd);
  jl_process_empty_file(s->pid_fd);
}

static bool prepare(struct serving *s, struct jl_error *err) {
  const struct jl_settings *settings = &s->arguments->settings;
  enum jl_log_level level;
  bool running;
  if (jl_log_level_by_name(settings->log_level, &level)) jl_log_level(level);
  if (!jl_log_open(settings->log_file, err)) return false;
  /* Opened before the user changes, so that they may stand in a folder of root's. */
  return jl_process_open_file(settings->port_file, &s->port_fd, err) && jl_process_open_file(settings->pid_file, &s->pid_fd, err) &&
         jl_heads_file_open(&s->heads, settings->heads_file, err) &&
         jl_process_prepare(settings, err) && jl_process_lock(settings, &running, err);
}

int jl_serve(int argc, char **argv, struct jl_arguments *arguments) {
  static struct serving s;
  s = (struct serving){.arguments = arguments, .argc = argc, .argv = argv, .port_fd = -1, .pid_fd = -1};
  struct jl_error err = {0};
  if (!prepare(&s, &err)) return jl_report(&err);
  bool ok = jl_certificates_open(&s.certificates, &arguments->settings, &err) && jl_node_open(&s.node, &arguments->settings, false, &err);
  if (ok) {
    s.server = jl_server_new(&s.node.loop, s.node.store, s.node.spaces, &arguments->settings, &err);
    ok = s.server != NULL;
    if (ok) jl_server_on_outdated(s.server, on_outdated, &s);
    if (ok && s.certificates.tls != NULL) jl_server_use_certificates(s.server, &s.certificates);
  }
  if (ok && listen_all(&s, &err)) {
    run(&s);
  } else {
    ok = false;
    if (s.server != NULL) { /* the port is taken */
      jl_server_close(s.server, server_closed, &s);
      uv_run(&s.node.loop, UV_RUN_DEFAULT);
    }
  }
  if (ok && s.outdated)
    ok = jl_fail(&err, JL_E_UPGRADE_REQUIRED, JL_MSG("a newer server has changed the database, and this one has stopped"),
                 JL_MSG("install the newer server"));
  jl_node_close(&s.node);
  jl_certificates_close(&s.certificates);
  jl_heads_file_close(&s.heads);
  if (!ok)
    jl_log(JL_LOG_ERROR, "server.failed", JL_F_ERROR(&err));
  else
    jl_log(JL_LOG_INFO, "server.stopped");
  return ok ? 0 : jl_report(&err);
}

#include "server/ops/node.h"
#include "server/ops/log.h"
#include "server/store/embedded.h"
#include "server/store/migrate.h"
#include <string.h>

static void step_done(void *context, const struct jl_error *err) {
  struct jl_node *node = context;
  node->ready = true;
  if (err != NULL) node->error = *err;
  uv_stop(&node->loop);
}

/* Turns the loop until the step has answered. */
static bool wait_ready(struct jl_node *node, struct jl_error *err) {
  while (!node->ready) uv_run(&node->loop, UV_RUN_DEFAULT);
  node->ready = false;
  if (node->error.code == JL_E_OK) return true;
  *err = node->error;
  return false;
}

static void trouble(void *context, const char *event, const struct jl_id *space, const struct jl_error *err) {
  (void)context;
  jl_log(JL_LOG_WARN, event, JL_F_ID("space", space), JL_F_ERROR(err));
}

bool jl_node_open(struct jl_node *node, const struct jl_settings *s, bool embedded_runs, struct jl_error *err) {
  memset(node, 0, sizeof *node);
  uv_loop_init(&node->loop);
  node->opened = true;
  node->leave = embedded_runs;
  const char *connection = s->database;
  if (connection[0] == '\0') {
    node->embedded = jl_embedded_start(&node->loop, s->data_directory, err);
    if (node->embedded == NULL) return false;
    connection = jl_embedded_connection(node->embedded);
    jl_log(JL_LOG_INFO, "database.embedded", JL_F_TEXT("state", jl_embedded_adopted(node->embedded) ? "taken over" : "started"));
  }
  if (!jl_migrate(connection, err)) return false;
  struct jl_store_settings settings = {
      .connection = connection, .commit_lanes = (int)s->commit_lanes, .readers = (int)s->readers, .wait_ms = (uint64_t)s->database_wait_ms / 2};
  node->store = jl_store_open(&node->loop, &settings, step_done, node);
  if (node->store == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL);
  if (!wait_ready(node, err)) return false;
  node->spaces = jl_spaces_new(&node->loop, node->store, step_done, node);
  if (node->spaces == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL);
  jl_spaces_on_trouble(node->spaces, trouble, NULL);
  jl_spaces_wait_at_most(node->spaces, s->database_wait_ms);
  jl_spaces_oldest_model(node->spaces, (uint32_t)s->oldest_model);
  jl_spaces_keep_tail(node->spaces, (uint64_t)s->horizon_bytes, (int)s->horizon_days);
  return wait_ready(node, err);
}

static void closed(void *context) {
  struct jl_node *node = context;
  node->ready = true;
  uv_stop(&node->loop);
}
static void wait_closed(struct jl_node *node) {
  while (!node->ready) uv_run(&node->loop, UV_RUN_DEFAULT);
  node->ready = false;
}

void jl_node_close(struct jl_node *node) {
  if (!node->opened) return;
  node->ready = false;
  if (node->spaces != NULL) {
    jl_spaces_close(node->spaces, closed, node);
    wait_closed(node);
  }
  if (node->store != NULL) {
    jl_store_close(node->store, closed, node);
    wait_closed(node);
  }
  if (node->embedded != NULL && node->leave) {
    jl_embedded_leave(node->embedded);
  } else if (node->embedded != NULL) {
    jl_embedded_stop(node->embedded, closed, node);
    wait_closed(node);
  }
  uv_run(&node->loop, UV_RUN_DEFAULT); /* close callbacks */
  if (uv_loop_close(&node->loop) != 0) jl_log(JL_LOG_DEBUG, "loop.busy");
  *node = (struct jl_node){.opened = false};
}

#include "server/store/connection.h"
#include "common/base/id.h"
#include "server/store/failure.h"
#include "server/store/resolve.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 5000
#define STATEMENTS_MAX 512 /* prepared per connection; the one not used longest goes */

/* WAITING -(timer)-> CONNECTING -> UP -(failure)-> BROKEN -(timer, at once)-> WAITING ...; CLOSED from any. BROKEN exists
 * because a failure met while sending must not call anybody back. */
enum state { STATE_WAITING, STATE_RESOLVING, STATE_CONNECTING, STATE_UP, STATE_BROKEN, STATE_CLOSED };
struct statement {
  char key[64];
  uint64_t hash, used, number;
  bool confirmed;
};
struct jl_pg {
  uv_loop_t *loop;
  struct jl_pg_settings settings;
  char *conninfo, *options;
  char label[16];
  char session[64];
  enum state state;
  PGconn *connection;
  uv_poll_t *poll; /* its own memory: the handle outlives the socket by one turn */
  int events;
  struct jl_resolve *resolve;
  uv_timer_t timer;
  uint64_t backoff_ms;
  struct jl_pg_unit *first, *last; /* in flight, oldest first */
  bool in_command, warned, pumping;
  struct jl_buffer wire; /* one letter per command in flight: x runs for its unit, a is aside (prepares) */
  size_t wire_taken;
  struct statement *statements;
  size_t statement_count;
  uint64_t clock, statement_number;
  struct jl_error last_error;
  void (*closed)(void *context);
  void *closed_context;
};

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_timer(uv_timer_t *timer);
static void settle_statements(struct jl_pg *c, bool failed);
static void step_connect(struct jl_pg *c, PostgresPollingStatusType next);

static void free_handle(uv_handle_t *handle) { free(handle); }
static void drop_poll(struct jl_pg *c) {
  if (c->poll != NULL) uv_close((uv_handle_t *)c->poll, free_handle);
  c->poll = NULL;
  c->events = 0;
}

/* libpq may close the socket inside its next call and get the same number for another, so during connect the handle is
 * always a new one. */
static bool watch(struct jl_pg *c, int events) {
  if (c->poll == NULL) {
    int fd = PQsocket(c->connection);
    uv_poll_t *poll = fd < 0 ? NULL : calloc(1, sizeof *poll);
    if (poll == NULL) return false;
    if (uv_poll_init(c->loop, poll, fd) != 0) {
      free(poll);
      return false;
    }
    poll->data = c;
    c->poll = poll;
  }
  if (c->events == events) return true;
  c->events = events;
  return uv_poll_start(c->poll, events, on_poll) == 0;
}

static void set_lost(struct jl_pg *c) {
  const char *text = c->connection == NULL ? "out of memory" : PQerrorMessage(c->connection);
  char line[JL_ARG_TEXT_MAX];
  snprintf(line, sizeof line, "%s", text);
  for (char *p = line; *p != '\0'; p++)
    if (*p == '\n' || *p == '\t') *p = ' ';
  for (size_t n = strlen(line); n > 0 && line[n - 1] == ' '; n--) line[n - 1] = '\0';
  jl_fail(&c->last_error, JL_E_UNAVAILABLE, JL_MSG("no connection to the database: {1}"),
          JL_MSG("check that PostgreSQL runs and that the connection setting is right"), jl_arg_text(line));
}

static void break_off(struct jl_pg *c) {
  if (c->state == STATE_BROKEN || c->state == STATE_CLOSED) return;
  set_lost(c);
  drop_poll(c);
  c->state = STATE_BROKEN;
  uv_timer_start(&c->timer, on_timer, 0, 0);
}

static void fail_units(struct jl_pg *c) {
  struct jl_pg_unit *unit = c->first;
  c->first = c->last = NULL;
  while (unit != NULL) {
    struct jl_pg_unit *next = unit->next;
    struct jl_pg_failure failure = {.lost = true, .sent = unit->closed, .command = JL_PG_NO_COMMAND, .error = c->last_error};
    unit->done(unit, &failure);
    unit = next;
  }
}

static void end_connection(struct jl_pg *c) {
  drop_poll(c);
  if (c->connection != NULL) PQfinish(c->connection);
  c->connection = NULL;
  c->statement_count = 0;
  c->in_command = c->warned = false;
  jl_buffer_clear(&c->wire);
  c->wire_taken = 0;
}

static void finish_broken(struct jl_pg *c) {
  end_connection(c);
  c->state = STATE_WAITING;
  uv_timer_start(&c->timer, on_timer, c->backoff_ms, 0);
  c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : c->backoff_ms * 2;
  fail_units(c);
  if (c->state != STATE_CLOSED && c->settings.down != NULL) c->settings.down(c->settings.context, &c->last_error);
}

/* A commit that succeeded with a warning (waiting for the standby was cancelled) is not known to be durable. */
static void on_notice(void *context, const PGresult *result) {
  struct jl_pg *c = context;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state != NULL && strcmp(state, "01000") == 0) c->warned = true;
}

static void connect_to(struct jl_pg *c, const struct jl_resolved *resolved) {
  struct jl_id id = jl_id_random();
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(&id, text);
  snprintf(c->session, sizeof c->session, "jalond %s %s", c->label, text);
  const char *keys[] = {"dbname", "application_name", "client_encoding", "options", "target_session_attrs", "host", "hostaddr", "port", NULL};
  const char *values[] = {c->conninfo, c->session, "UTF8", c->options, "primary", NULL, NULL, NULL, NULL};
  if (resolved != NULL) {
    values[5] = resolved->host;
    values[6] = resolved->hostaddr;
    values[7] = resolved->port;
  }
  c->connection = PQconnectStartParams(keys, values, 1);
  c->state = STATE_CONNECTING;
  if (c->connection == NULL || PQstatus(c->connection) == CONNECTION_BAD) {
    break_off(c);
    return;
  }
  PQsetNoticeReceiver(c->connection, on_notice, c);
  (void)PQsetErrorVerbosity(c->connection, PQERRORS_TERSE); /* no detail, which may quote what users wrote: lost_an_answer looks through the message */
  uv_timer_start(&c->timer, on_timer, CONNECT_TIMEOUT_MS, 0);
  step_connect(c, PGRES_POLLING_WRITING);
}

static void on_resolved(void *context, const struct jl_resolved *resolved, const struct jl_error *err) {
  struct jl_pg *c = context;
  c->resolve = NULL;
  if (resolved != NULL) {
    connect_to(c, resolved);
    return;
  }
  break_off(c);
  c->last_error = *err;
}

static void start_connect(struct jl_pg *c) {
  c->state = STATE_RESOLVING;
  c->resolve = jl_resolve_start(c->loop, c->conninfo, on_resolved, c);
  if (c->resolve == NULL) connect_to(c, NULL);
}

static void connected(struct jl_pg *c) {
  uv_timer_stop(&c->timer);
  if (PQsetnonblocking(c->connection, 1) != 0 || PQenterPipelineMode(c->connection) != 1 || !watch(c, UV_READABLE)) {
    break_off(c);
    return;
  }
  c->state = STATE_UP;
  c->backoff_ms = BACKOFF_MIN_MS;
  c->settings.up(c->settings.context);
}

static void step_connect(struct jl_pg *c, PostgresPollingStatusType next) {
  if (next == PGRES_POLLING_OK)
    connected(c);
  else if (next == PGRES_POLLING_FAILED || !watch(c, next == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE))
    break_off(c);
}

static void on_timer(uv_timer_t *timer) {
  struct jl_pg *c = timer->data;
  if (c->state == STATE_WAITING)
    start_connect(c);
  else if (c->state == STATE_BROKEN)
    finish_broken(c);
  else if (c->state == STATE_CONNECTING)
    break_off(c);
}

/* One result off the wire. Per command: its result, then NULL. A sync has no NULL behind it. A deferred constraint gives
 * one more error after the last command. */
static void take_result(struct jl_pg *c, PGresult *result) {
  struct jl_pg_unit *unit = c->first;
  if (result == NULL) {
    if (c->in_command && unit->seen < unit->commands) {
      if (c->wire.data[c->wire_taken++] == 'x') unit->runs++;
      unit->seen++;
    }
    c->in_command = false;
    return;
  }
  ExecStatusType status = PQresultStatus(result);
  bool at_sync = unit->seen >= unit->commands;
  if (status == PGRES_PIPELINE_SYNC) {
    c->first = unit->next;
    if (c->first == NULL) c->last = NULL;
    c->in_command = false;
    if (!unit->failed && c->warned) {
      unit->failed = true;
      unit->failure = (struct jl_pg_failure){.warned = true, .sent = true, .command = JL_PG_NO_COMMAND};
      jl_fail(&unit->failure.error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the database committed with a warning"), NULL);
    }
    c->warned = false;
    unit->failure.sent = true;
    if (c->first == NULL) {
      jl_buffer_clear(&c->wire);
      c->wire_taken = 0;
    }
    settle_statements(c, unit->failed);
    unit->done(unit, unit->failed ? &unit->failure : NULL);
  } else if (status == PGRES_FATAL_ERROR) {
    if (PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL) { /* libpq's own: it had no memory for an answer, and what that was is not known */
      break_off(c);
      return;
    }
    if (!unit->failed) {
      jl_failure_from_result(result, &unit->failure);
      unit->failure.command = at_sync ? JL_PG_NO_COMMAND : unit->runs;
      unit->failed = true;
    }
    c->in_command = !at_sync;
  } else {
    c->in_command = true;
    if ((status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE || status == PGRES_COMMAND_OK) && unit->result != NULL &&
        c->wire.data[c->wire_taken] == 'x')
      unit->result(unit, unit->runs, result);
  }
}

/* libpq dropped an answer that it had no memory for. Of some it says so in the result; of a sync it does not: then nothing is under
 * way any more although the unit has not ended, or it believes itself busy for ever and only its message tells (English: the server
 * sets no locale). */
static bool lost_an_answer(const struct jl_pg *c, bool nothing_comes) {
  if (c->first == NULL || !c->first->closed) return false;
  if (PQisBusy(c->connection) == 0) return nothing_comes;
  return strstr(PQerrorMessage(c->connection), "out of memory") != NULL;
}

/* Runs after every send too: flushing may have read input, so results can be there without a readable event. */
static void pump(struct jl_pg *c) {
  if (c->pumping) return;
  c->pumping = true;
  int flush = PQflush(c->connection);
  int nulls = 0;
  for (; flush >= 0 && c->state == STATE_UP && c->first != NULL && nulls < 3;) {
    if (c->first->row_by_row && !c->in_command) PQsetSingleRowMode(c->connection); /* heard only before libpq looks at the first row */
    if (PQisBusy(c->connection)) break;
    PGresult *result = PQgetResult(c->connection);
    nulls = result == NULL ? nulls + 1 : 0;
    take_result(c, result);
    PQclear(result);
    if (c->state == STATE_UP) flush = PQflush(c->connection);
  }
  c->pumping = false;
  if (c->state != STATE_UP) return;
  if (lost_an_answer(c, flush == 0 && nulls >= 3)) {
    break_off(c);
    return;
  }
  if (flush < 0 || PQstatus(c->connection) == CONNECTION_BAD || !watch(c, flush == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE))
    break_off(c);
}

void jl_pg_look_again(struct jl_pg *c) {
  if (c->state == STATE_UP && c->first != NULL) pump(c);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct jl_pg *c = poll->data;
  if (c->state == STATE_CONNECTING) { /* a refused connect arrives as a bad status: libpq knows what to do next */
    drop_poll(c);
    step_connect(c, PQconnectPoll(c->connection));
    return;
  }
  if (c->state != STATE_UP) return;
  if (status < 0) c->events = 0; /* libuv has stopped the handle: what was sent before the end is read first, so it must go on */
  if ((status < 0 || (events & UV_READABLE) != 0) && PQconsumeInput(c->connection) != 1) {
    pump(c); /* results that came before the end still count */
    break_off(c);
    return;
  }
  pump(c);
}

struct jl_pg *jl_pg_new(uv_loop_t *loop, const struct jl_pg_settings *settings) {
  struct jl_pg *c = calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  c->loop = loop;
  c->settings = *settings;
  snprintf(c->label, sizeof c->label, "%s", settings->label);
  c->conninfo = strdup(settings->conninfo);
  c->options = strdup(settings->options);
  c->statements = calloc(STATEMENTS_MAX, sizeof *c->statements);
  if (c->conninfo == NULL || c->options == NULL || c->statements == NULL || uv_timer_init(loop, &c->timer) != 0) {
    free(c->conninfo);
    free(c->options);
    free(c->statements);
    free(c);
    return NULL;
  }
  jl_buffer_init(&c->wire, 1 << 20);
  c->timer.data = c;
  c->backoff_ms = BACKOFF_MIN_MS;
  uv_timer_start(&c->timer, on_timer, 0, 0);
  return c;
}

static void on_closed(uv_handle_t *handle) {
  struct jl_pg *c = handle->data;
  end_connection(c);
  fail_units(c);
  if (c->closed != NULL) c->closed(c->closed_context);
  jl_buffer_release(&c->wire);
  free(c->conninfo);
  free(c->options);
  free(c->statements);
  free(c);
}

void jl_pg_close(struct jl_pg *c, void (*closed)(void *context), void *context) {
  if (c->state == STATE_CLOSED) return;
  c->closed = closed;
  c->closed_context = context;
  jl_fail(&c->last_error, JL_E_DRAINING, JL_MSG("the server is stopping"), NULL);
  c->state = STATE_CLOSED;
  jl_resolve_drop(c->resolve);
  drop_poll(c); /* before libpq closes the socket, which on_closed does: a result callback may stand above us */
  uv_close((uv_handle_t *)&c->timer, on_closed);
}

bool jl_pg_up(const struct jl_pg *c) { return c->state == STATE_UP; }
const char *jl_pg_session(const struct jl_pg *c) { return c->session; }

/* ---- units ---- */

void jl_pg_unit_open(struct jl_pg *c, struct jl_pg_unit *unit) {
  unit->next = NULL;
  unit->commands = unit->seen = unit->runs = 0;
  unit->closed = unit->failed = false;
  unit->failure = (struct jl_pg_failure){.command = JL_PG_NO_COMMAND};
  if (c->last == NULL)
    c->first = unit;
  else
    c->last->next = unit;
  c->last = unit;
}

static uint64_t key_hash(const char *key) {
  uint64_t h = 14695981039346656037u;
  for (; *key != '\0'; key++) h = (h ^ (uint8_t)*key) * 1099511628211u;
  return h;
}

static struct statement *find_statement(const struct jl_pg *c, const char *key) {
  uint64_t hash = key_hash(key);
  for (size_t i = 0; i < c->statement_count; i++)
    if (c->statements[i].hash == hash && strcmp(c->statements[i].key, key) == 0) return &c->statements[i];
  return NULL;
}
bool jl_pg_known(const struct jl_pg *c, const char *key) { return find_statement(c, key) != NULL; }

/* Sends without a result for the unit: preparing, or forgetting, a statement. */
static void send_aside(struct jl_pg *c, struct jl_pg_unit *unit, int sent) {
  if (sent != 1) {
    break_off(c);
    return;
  }
  unit->commands++;
  jl_buffer_byte(&c->wire, 'a');
  if (!jl_buffer_ok(&c->wire)) break_off(c);
}

/* Preparing is a command of the unit itself, so a unit that fails may not have reached it: what it prepared is forgotten
 * then (names are never used twice). This holds because the store runs one unit that prepares at a time. */
static struct statement *add_statement(struct jl_pg *c, struct jl_pg_unit *unit, const char *key, const char *text) {
  struct statement *s = &c->statements[c->statement_count];
  char command[64];
  if (c->statement_count < STATEMENTS_MAX)
    c->statement_count++;
  else {
    s = &c->statements[0];
    for (size_t i = 1; i < c->statement_count; i++)
      if (c->statements[i].used < s->used) s = &c->statements[i];
    snprintf(command, sizeof command, "DEALLOCATE s%llu", (unsigned long long)s->number);
    send_aside(c, unit, PQsendQueryParams(c->connection, command, 0, NULL, NULL, NULL, NULL, 1));
  }
  *s = (struct statement){.hash = key_hash(key), .number = ++c->statement_number};
  snprintf(s->key, sizeof s->key, "%s", key);
  snprintf(command, sizeof command, "s%llu", (unsigned long long)s->number);
  if (c->state == STATE_UP) send_aside(c, unit, PQsendPrepare(c->connection, command, text, 0, NULL));
  return s;
}

static void settle_statements(struct jl_pg *c, bool failed) {
  for (size_t i = 0; i < c->statement_count;) {
    if (!failed || c->statements[i].confirmed)
      c->statements[i++].confirmed = true;
    else
      c->statements[i] = c->statements[--c->statement_count];
  }
}

void jl_pg_send(struct jl_pg *c, struct jl_pg_unit *unit, const char *key, const char *text, const struct jl_pg_param *params, size_t n) {
  JL_ASSERT(unit == c->last && !unit->closed && n <= JL_PG_PARAMS_MAX && strlen(key) < sizeof c->statements->key);
  if (c->state != STATE_UP) return;
  struct statement *s = find_statement(c, key);
  if (s == NULL) {
    if (text == NULL) {
      break_off(c);
      return;
    }
    s = add_statement(c, unit, key, text);
  }
  if (c->state != STATE_UP) return;
  s->used = ++c->clock;
  char name[32];
  snprintf(name, sizeof name, "s%llu", (unsigned long long)s->number);
  const char *values[JL_PG_PARAMS_MAX];
  int sizes[JL_PG_PARAMS_MAX], formats[JL_PG_PARAMS_MAX];
  for (size_t i = 0; i < n; i++) {
    if (params[i].size > INT32_MAX) {
      break_off(c);
      return;
    }
    values[i] = params[i].data;
    sizes[i] = (int)params[i].size;
    formats[i] = params[i].text ? 0 : 1;
  }
  if (PQsendQueryPrepared(c->connection, name, (int)n, values, sizes, formats, 1) != 1) {
    break_off(c);
    return;
  }
  unit->commands++;
  jl_buffer_byte(&c->wire, 'x');
  if (!jl_buffer_ok(&c->wire)) break_off(c);
}

void jl_pg_unit_close(struct jl_pg *c, struct jl_pg_unit *unit) {
  JL_ASSERT(unit == c->last && !unit->closed);
  if (c->state != STATE_UP) return;
  if (!jl_buffer_ok(&c->wire) || PQpipelineSync(c->connection) != 1) {
    break_off(c);
    return;
  }
  unit->closed = true;
  pump(c);
}

void jl_pg_unit_abandon(struct jl_pg *c, struct jl_pg_unit *unit) {
  JL_ASSERT(unit == c->last && !unit->closed);
  break_off(c);
}

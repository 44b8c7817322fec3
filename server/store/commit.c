#include "common/base/mutants.h"
#include "server/ops/log.h"
#include "server/store/commit_send.h"
#include "server/store/failure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS_MAX 5 /* of a transaction that met a deadlock */
#define RESOLVE_PAUSE_MS 200
#define UNRESOLVED_LOG_MS 10000 /* between two lines about the same commit */

/* One transaction at a time:
 *   IDLE -> (up?) SENDING -> done | FENCE_HEADS -> fenced | lost: ENDING -> BARRIER -> LOOKING -> done or failed
 * WAITING is before SENDING when there is no connection (at most patience_ms). ENDING to LOOKING start over for as
 * long as they cannot be answered: nobody may be told anything before. ANSWERING exists because an answer comes later. */
enum state { STATE_IDLE, STATE_WAITING, STATE_SENDING, STATE_FENCE_HEADS, STATE_ENDING, STATE_BARRIER, STATE_LOOKING, STATE_ANSWERING };
struct jl_lane {
  struct jl_store *store;
  struct jl_pg *connection;
  uv_timer_t timer;
  enum state state;
  struct jl_sender sender;
  struct jl_pg_unit unit;
  const struct jl_store_batch **batches; /* by space id */
  size_t *order;                         /* the caller's index of each */
  bool *fenced;                          /* by the caller's index */
  size_t count;
  int attempts;
  char session[64]; /* that the transaction ran in */
  bool in_unit;
  bool ended, proven, disproven; /* what the resolving steps found */
  uint64_t lost_ms, logged_ms; /* since when the outcome is unknown; 0: it is known */
  enum jl_commit_step failed_step;
  enum jl_commit_result result;
  size_t failed_batch;
  struct jl_error error;
  void (*done)(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch, const struct jl_error *err);
  void *context;
};

static void on_timer(uv_timer_t *timer);
static void on_unit(struct jl_pg_unit *unit, const struct jl_pg_failure *failure);
static void on_result(struct jl_pg_unit *unit, size_t command, const PGresult *result);

static void free_transaction(struct jl_lane *lane) {
  free(lane->batches);
  free(lane->order);
  free(lane->fenced);
  lane->batches = NULL;
  lane->order = NULL;
  lane->fenced = NULL;
}

static void answer(struct jl_lane *lane) {
  bool *fenced = lane->fenced;
  lane->fenced = NULL;
  free_transaction(lane);
  lane->state = STATE_IDLE; /* before the call: it may commit again at once */
  lane->lost_ms = 0;
  uv_timer_stop(&lane->timer);
  struct jl_error err = lane->error;
  lane->done(lane->context, lane->result, fenced, lane->failed_batch, lane->result == JL_COMMIT_DONE ? NULL : &err);
  free(fenced);
}

static void settle(struct jl_lane *lane, enum jl_commit_result result, const struct jl_error *err) {
  lane->result = result;
  if (err != NULL) lane->error = *err;
}

static void send_transaction(struct jl_lane *lane) {
  lane->state = STATE_SENDING;
  snprintf(lane->session, sizeof lane->session, "%s", jl_pg_session(lane->connection));
  lane->unit = (struct jl_pg_unit){.done = on_unit, .context = lane};
  struct jl_error err = {0};
  lane->in_unit = true;
  if (jl_sender_send(&lane->sender, lane->connection, &lane->unit, lane->batches, lane->count, &err)) return;
  lane->in_unit = false;
  settle(lane, err.code == JL_E_NO_MEMORY ? JL_COMMIT_FAILED : JL_COMMIT_REFUSED, &err);
  if (lane->count == 1) lane->failed_batch = 0;
  lane->state = STATE_ANSWERING;
  uv_timer_start(&lane->timer, on_timer, 0, 0);
}

static void begin_unit(struct jl_lane *lane) {
  lane->unit = (struct jl_pg_unit){.done = on_unit, .result = on_result, .context = lane};
  lane->in_unit = true;
  jl_pg_unit_open(lane->connection, &lane->unit);
}

static void ask_heads(struct jl_lane *lane) {
  struct jl_array spaces = {0};
  jl_array_start(&spaces, JL_SQL_UUID, JL_ARRAY_MAX);
  for (size_t i = 0; i < lane->count; i++) {
    lane->fenced[lane->order[i]] = !lane->batches[i]->creates_space; /* a head that is gone differs too */
    jl_array_bytes(&spaces, lane->batches[i]->space.bytes, sizeof lane->batches[i]->space.bytes);
  }
  lane->state = STATE_FENCE_HEADS;
  begin_unit(lane);
  struct jl_pg_param param = jl_array_param(&spaces);
  jl_send_named(lane->connection, &lane->unit, "heads", &param, 1);
  jl_pg_unit_close(lane->connection, &lane->unit);
  jl_array_release(&spaces);
}

/* What proves that the transaction happened. All happened or nothing; but what is there of one space may be another transaction's, which
 * wrote the same: the refusal that another node has kept meanwhile. So each space that has log rows or refusals is asked for its own. */
static bool is_proof(const struct jl_store_batch *b) { return b->log_count > 0 || b->refusal_count > 0; }

/* Where there is neither, a lane: that proves little, its row may have been the same before, when it is written because it might be behind. */
static const struct jl_store_batch *proof_lane(const struct jl_lane *lane) {
  const struct jl_store_batch *found = NULL;
  for (size_t i = 0; i < lane->count; i++) {
    if (is_proof(lane->batches[i])) return NULL;
    if (lane->batches[i]->lane_count > 0) found = lane->batches[i];
  }
  return found;
}

static void look_at(struct jl_lane *lane, const struct jl_store_batch *b) {
  struct jl_number revision, section, seq;
  if (b->log_count > 0) {
    const struct jl_store_log *l = &b->log[b->log_count - 1];
    struct jl_pg_param params[] = {jl_param_id(&b->space), jl_param_bigint((int64_t)l->revision, &revision),
                                   jl_param_smallint(l->section, &section)};
    jl_send_named(lane->connection, &lane->unit, "resolve_log", params, 3);
  } else if (b->refusal_count > 0) {
    const struct jl_store_refusal *kept = &b->refusals[b->refusal_count - 1];
    struct jl_pg_param params[] = {jl_param_id(&b->space), jl_param_id(&kept->replica), jl_param_bigint((int64_t)kept->seq, &seq)};
    jl_send_named(lane->connection, &lane->unit, "resolve_refusal", params, 3);
  } else {
    struct jl_pg_param params[] = {jl_param_id(&b->space), jl_param_id(&b->lanes[0].replica)};
    jl_send_named(lane->connection, &lane->unit, "resolve_lane", params, 2);
  }
}

static void look(struct jl_lane *lane) {
  const struct jl_store_batch *by_lane = proof_lane(lane);
  for (size_t i = 0; i < lane->count; i++)
    if (is_proof(lane->batches[i])) look_at(lane, lane->batches[i]);
  if (by_lane != NULL) look_at(lane, by_lane); /* else nothing to see: an empty transaction is as good as failed */
}

/* The batch that a question of `look` was about. */
static const struct jl_store_batch *looked_at(const struct jl_lane *lane, size_t question) {
  for (size_t i = 0; i < lane->count; i++)
    if (is_proof(lane->batches[i]) && question-- == 0) return lane->batches[i];
  return proof_lane(lane);
}

static void resolve_step(struct jl_lane *lane, enum state state) {
  lane->state = state;
  if (!jl_pg_up(lane->connection)) return; /* on_up goes on */
  lane->ended = lane->proven = lane->disproven = false;
  begin_unit(lane);
  if (state == STATE_ENDING) {
    struct jl_pg_param param = jl_param_text(lane->session);
    jl_send_named(lane->connection, &lane->unit, "resolve_end", &param, 1);
  } else if (state == STATE_BARRIER)
    jl_send_named(lane->connection, &lane->unit, "resolve_barrier", NULL, 0);
  else
    look(lane);
  jl_pg_unit_close(lane->connection, &lane->unit);
}

static void see_head(struct jl_lane *lane, const PGresult *result, int row) {
  struct jl_id space = jl_cell_id(result, row, 0);
  for (size_t i = 0; i < lane->count; i++) {
    const struct jl_store_batch *b = lane->batches[i];
    if (!jl_id_equal(&b->space, &space)) continue;
    lane->fenced[lane->order[i]] = b->creates_space || jl_cell_number(result, row, 1) != (int64_t)b->epoch ||
                                   jl_cell_number(result, row, 2) != (int64_t)b->old_revision ||
                                   jl_cell_number(result, row, 3) != (int64_t)b->old_commits ||
                                   jl_cell_number(result, row, 4) != (int64_t)b->acl_epoch;
  }
}

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

static bool is_written(const struct jl_store_batch *b, const PGresult *found) {
  if (b->log_count > 0) return same(jl_cell_bytes(found, 0, 0), b->log[b->log_count - 1].body);
  if (b->refusal_count > 0) return same(jl_cell_bytes(found, 0, 0), b->refusals[b->refusal_count - 1].verdict);
  return jl_cell_number(found, 0, 0) == (int64_t)b->lanes[0].seq && same(jl_cell_bytes(found, 0, 1), b->lanes[0].verdicts);
}

static void on_result(struct jl_pg_unit *unit, size_t command, const PGresult *result) {
  struct jl_lane *lane = unit->context;
  int rows = PQntuples(result);
  if (lane->state == STATE_FENCE_HEADS)
    for (int i = 0; i < rows; i++) see_head(lane, result, i);
  if (lane->state == STATE_ENDING) lane->ended = rows == 1 && jl_cell_number(result, 0, 0) == 0;
  if (lane->state == STATE_LOOKING) {
    if (rows == 1 && is_written(looked_at(lane, command), result))
      lane->proven = true;
    else
      lane->disproven = true;
  }
}

/* The heads may all look unmoved when the fence was a lane or a refusal, or the other writer touched no head. */
static void mark_fenced(struct jl_lane *lane) {
  for (size_t i = 0; i < lane->count; i++)
    if (lane->fenced[i]) return;
  for (size_t i = 0; i < lane->count; i++) {
    const struct jl_store_batch *b = lane->batches[i];
    lane->fenced[lane->order[i]] =
        lane->failed_step == JL_STEP_REFUSALS ? b->refusal_count > 0 : lane->failed_step < JL_STEP_LANES_NEW || b->lane_count > 0;
  }
}

static bool is_fence(const struct jl_lane *lane, const struct jl_pg_failure *f) {
  if (f->command == JL_PG_NO_COMMAND) return false;
  enum jl_commit_step step = jl_sender_step(&lane->sender, f->command);
  bool divided = strcmp(f->sqlstate, "22012") == 0, exists = strcmp(f->sqlstate, "23505") == 0;
  if (step == JL_STEP_FENCE || step == JL_STEP_LANES || (step == JL_STEP_CREATE && divided)) return divided;
  return exists && (step == JL_STEP_CREATE || step == JL_STEP_LANES_NEW || step == JL_STEP_REFUSALS || step == JL_STEP_AGAIN ||
                    step == JL_STEP_LOG);
}

static void transaction_failed(struct jl_lane *lane, const struct jl_pg_failure *f) {
  bool unknown = f->warned || (f->lost && f->sent) || strncmp(f->sqlstate, "57", 2) == 0 || strncmp(f->sqlstate, "08", 2) == 0;
  lane->error = f->error;
  if (unknown) {
    if (lane->store->closing) {
      settle(lane, JL_COMMIT_UNKNOWN, NULL);
      jl_fail(&lane->error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server stopped before the database answered"), NULL);
      answer(lane);
    } else {
      lane->lost_ms = lane->logged_ms = uv_now(lane->store->loop);
      resolve_step(lane, STATE_ENDING);
    }
  } else if (f->lost) {
    settle(lane, JL_COMMIT_FAILED, NULL);
    answer(lane);
  } else if (is_fence(lane, f)) {
    lane->failed_step = jl_sender_step(&lane->sender, f->command);
    ask_heads(lane);
  } else if (jl_failure_is_transient(f) && ++lane->attempts < ATTEMPTS_MAX)
    send_transaction(lane);
  else {
    settle(lane, f->error.code == JL_E_UNAVAILABLE ? JL_COMMIT_FAILED : JL_COMMIT_REFUSED, NULL);
    if (lane->count == 1) lane->failed_batch = 0;
    answer(lane);
  }
}

static void resolving(struct jl_lane *lane, const struct jl_pg_failure *f) {
  if (lane->store->closing) {
    settle(lane, JL_COMMIT_UNKNOWN, NULL);
    jl_fail(&lane->error, JL_E_UNKNOWN_OUTCOME, JL_MSG("the server stopped before the database answered"), NULL);
    answer(lane);
  } else if (f != NULL || (lane->state == STATE_ENDING && !lane->ended)) {
    if (f != NULL) lane->error = f->error;
    lane->state = STATE_ENDING;
    uv_timer_start(&lane->timer, on_timer, RESOLVE_PAUSE_MS, 0);
  } else if (lane->state == STATE_ENDING)
    resolve_step(lane, jl_mutant(JL_MUTANT_NO_BARRIER) ? STATE_LOOKING : STATE_BARRIER);
  else if (lane->state == STATE_BARRIER)
    resolve_step(lane, STATE_LOOKING);
  else {
    settle(lane, lane->proven && !lane->disproven ? JL_COMMIT_DONE : JL_COMMIT_FAILED, NULL);
    answer(lane);
  }
}

static void on_unit(struct jl_pg_unit *unit, const struct jl_pg_failure *failure) {
  struct jl_lane *lane = unit->context;
  struct jl_pg_failure copy = failure == NULL ? (struct jl_pg_failure){0} : *failure; /* the unit may be used again below */
  const struct jl_pg_failure *f = failure == NULL ? NULL : &copy;
  lane->in_unit = false;
  if (lane->state == STATE_SENDING) {
    if (f != NULL) {
      transaction_failed(lane, f);
      return;
    }
    settle(lane, JL_COMMIT_DONE, NULL);
    answer(lane);
  } else if (lane->state == STATE_FENCE_HEADS) {
    if (f == NULL) mark_fenced(lane); /* else nothing happened either, and which heads moved is for a next try to find */
    settle(lane, f == NULL ? JL_COMMIT_FENCED : JL_COMMIT_FAILED, f == NULL ? NULL : &f->error);
    if (f == NULL) jl_fail(&lane->error, JL_E_UNAVAILABLE, JL_MSG("another server wrote first"), JL_MSG("try again"));
    answer(lane);
  } else
    resolving(lane, f);
}

static void on_timer(uv_timer_t *timer) {
  struct jl_lane *lane = timer->data;
  if (lane->state == STATE_ANSWERING)
    answer(lane);
  else if (lane->state == STATE_ENDING)
    resolve_step(lane, STATE_ENDING);
  else if (lane->state == STATE_WAITING) {
    settle(lane, JL_COMMIT_FAILED, &lane->store->last_error);
    if (lane->error.code == JL_E_OK) jl_fail(&lane->error, JL_E_UNAVAILABLE, JL_MSG("no connection to the database"), JL_MSG("try again"));
    answer(lane);
  }
}

static void on_up(void *context) {
  struct jl_lane *lane = context;
  lane->store->connections++;
  if (lane->state == STATE_WAITING) {
    uv_timer_stop(&lane->timer);
    send_transaction(lane);
  } else if (lane->state == STATE_ENDING && !uv_is_active((uv_handle_t *)&lane->timer))
    resolve_step(lane, STATE_ENDING);
}

static void on_down(void *context, const struct jl_error *err) {
  struct jl_lane *lane = context;
  lane->store->last_error = *err;
}

static int by_space(const void *a, const void *b, void *context) {
  const struct jl_store_batch *const *batches = context;
  return jl_id_compare(&batches[*(const size_t *)a]->space, &batches[*(const size_t *)b]->space);
}

static bool take(struct jl_lane *lane, const struct jl_store_batch *const *batches, size_t n) {
  lane->count = n;
  lane->batches = calloc(n, sizeof *lane->batches);
  lane->order = calloc(n, sizeof *lane->order);
  lane->fenced = calloc(n, sizeof *lane->fenced);
  if (lane->batches == NULL || lane->order == NULL || lane->fenced == NULL) return false;
  for (size_t i = 0; i < n; i++) lane->order[i] = i;
  const struct jl_store_batch **source = lane->batches;
  memcpy(source, batches, n * sizeof *source);
  qsort_r(lane->order, n, sizeof *lane->order, by_space, source); /* heads are locked in id order on every node */
  for (size_t i = 0; i < n; i++) lane->batches[i] = batches[lane->order[i]];
  return true;
}

void jl_store_commit(struct jl_store *s, int number, const struct jl_store_batch *const *batches, size_t n,
                     void (*done)(void *context, enum jl_commit_result result, const bool *fenced, size_t failed_batch,
                                  const struct jl_error *err),
                     void *context) {
  JL_ASSERT(number >= 0 && number < s->lane_count && n > 0);
  struct jl_lane *lane = s->lanes[number];
  JL_ASSERT(lane->state == STATE_IDLE);
  lane->done = done;
  lane->context = context;
  lane->attempts = 0;
  lane->failed_batch = SIZE_MAX;
  lane->error = (struct jl_error){0};
  bool taken = take(lane, batches, n);
  if (taken && !s->closing && jl_pg_up(lane->connection)) {
    send_transaction(lane);
    return;
  }
  lane->state = STATE_WAITING;
  if (!taken || s->closing) {
    jl_fail(&lane->error, taken ? JL_E_DRAINING : JL_E_NO_MEMORY,
            taken ? JL_MSG("the server is stopping") : JL_MSG("not enough memory to save"), NULL);
    lane->result = JL_COMMIT_FAILED;
    lane->state = STATE_ANSWERING;
  }
  uv_timer_start(&lane->timer, on_timer, lane->state == STATE_WAITING ? s->patience_ms : 0, 0);
}

bool jl_store_lane_busy(const struct jl_store *s, int lane) { return s->lanes[lane]->state != STATE_IDLE; }
int jl_store_lane_count(const struct jl_store *s) { return s->lane_count; }
bool jl_lane_up(const struct jl_lane *lane) { return jl_pg_up(lane->connection); }

void jl_lane_watch(struct jl_lane *lane, uint64_t now_ms) {
  jl_pg_look_again(lane->connection);
  if (lane->lost_ms == 0 || now_ms - lane->logged_ms < UNRESOLVED_LOG_MS) return;
  lane->logged_ms = now_ms;
  const struct jl_error *err = jl_pg_up(lane->connection) ? &lane->error : &lane->store->last_error;
  jl_log(JL_LOG_ERROR, "store.commit_unresolved", JL_F_ID("space", &lane->batches[0]->space), JL_F_NUMBER("spaces", lane->count),
         JL_F_NUMBER("seconds", (now_ms - lane->lost_ms) / 1000), JL_F_ERROR(err));
}

struct jl_lane *jl_lane_new(struct jl_store *s, const char *conninfo, int number) {
  struct jl_lane *lane = calloc(1, sizeof *lane);
  if (lane == NULL) return NULL;
  lane->store = s;
  static const char *const labels[] = {"lane 0", "lane 1", "lane 2", "lane 3"}; /* kept by the connection */
  const char *label = number < (int)JL_COUNT(labels) ? labels[number] : "lane";
  /* Statements are prepared while tables are still small; such a plan must not stay a scan of the whole table. And they are
   * planned once: for short arrays a plan made anew each time looks cheaper than the general one, and costs more than it runs. */
  struct jl_pg_settings settings = {.conninfo = conninfo,
                                    .label = label,
                                    .up = on_up,
                                    .down = on_down,
                                    .context = lane,
                                    .options =
                                        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
                                        "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC "
                                        "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=0"};
  if (!jl_sender_init(&lane->sender) || (lane->connection = jl_pg_new(s->loop, &settings)) == NULL) {
    jl_sender_release(&lane->sender);
    free(lane);
    return NULL;
  }
  uv_timer_init(s->loop, &lane->timer);
  lane->timer.data = lane;
  s->open += 2;
  return lane;
}

/* What waits without a unit is answered here; a unit in flight fails when its connection closes, and answers then. */
static void on_timer_closed(uv_handle_t *handle) {
  struct jl_lane *lane = handle->data;
  if (lane->state != STATE_IDLE && !lane->in_unit) {
    bool resolving_it = lane->state == STATE_ENDING || lane->state == STATE_BARRIER || lane->state == STATE_LOOKING;
    if (lane->state != STATE_ANSWERING) settle(lane, resolving_it ? JL_COMMIT_UNKNOWN : JL_COMMIT_FAILED, NULL);
    if (lane->state != STATE_ANSWERING)
      jl_fail(&lane->error, resolving_it ? JL_E_UNKNOWN_OUTCOME : JL_E_DRAINING, JL_MSG("the server stopped before the database answered"),
              NULL);
    answer(lane);
  }
  jl_store_part_closed(lane->store);
}

void jl_lane_close(struct jl_lane *lane) {
  jl_pg_close(lane->connection, jl_store_part_closed, lane->store);
  uv_close((uv_handle_t *)&lane->timer, on_timer_closed);
}

void jl_lane_free(struct jl_lane *lane) {
  jl_sender_release(&lane->sender);
  free_transaction(lane);
  free(lane);
}

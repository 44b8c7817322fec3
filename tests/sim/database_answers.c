/* What the node that asked is told, in its loop. */
#include "tests/sim/database_parts.h"
#include <stdlib.h>
#include <string.h>

#define CALL(o, type)                                                                                                                      \
  type *done;                                                                                                                              \
  memcpy(&done, &(o)->done, sizeof done)

void db_drop_operation(struct operation *o) {
  for (struct operation **at = &db.operations; *at != NULL; at = &(*at)->next)
    if (*at == o) {
      *at = o->next;
      break;
    }
  event_cancel(o->event);
  db_drop_transaction(o->transaction);
  db_drop_transaction(o->barrier);
  if (o->copy != NULL) fake_space_free(o->copy);
  for (size_t i = 0; i < JL_COUNT(o->parameters); i++) fake_drop(o->parameters[i]);
  world_free(o->rows);
  world_free(o);
}

static void tell_commit(struct operation *o, const struct jl_error *err) {
  CALL(o, commit_done);
  o->node->store->busy[o->lane] = false;
  done(o->context, o->result, o->fenced, o->failed_batch, o->result == JL_COMMIT_DONE ? NULL : err);
}

static void tell_load(const struct operation *o, const struct jl_error *err) {
  CALL(o, load_done);
  if (o->copy == NULL) {
    done(o->context, NULL, err);
    return;
  }
  struct jl_loaded_lane *lanes = fake_read_lanes(o->copy);
  struct jl_replica *replica = jl_replica_new(&o->copy->id, o->copy->kind);
  if (replica == NULL) abort();
  for (const struct jl_record *r = jl_replica_next(o->copy->records, NULL); r != NULL; r = jl_replica_next(o->copy->records, &r->id))
    if (!jl_replica_put(replica, fake_record_copy(r))) abort();
  *jl_replica_position(replica) = o->copy->position;
  struct jl_loaded_again *again = fake_read_again(o->copy);
  struct jl_loaded_space loaded = {.replica = replica,
                                    .time_us = o->copy->time_us,
                                    .lanes = lanes,
                                    .lane_count = o->copy->lane_count,
                                    .horizon = o->copy->horizon,
                                    .commits = o->copy->commits,
                                    .rights_epoch = o->copy->rights_epoch,
                                    .again = again,
                                    .again_count = o->copy->again_count};
  struct jl_decided *decided = fake_read_decided(o->copy, &loaded.decided);
  done(o->context, &loaded, NULL);
  free(decided);
  free(lanes);
  free(again);
}

static void tell_catch_up(const struct operation *o, const struct jl_error *err) {
  CALL(o, catch_up_done);
  struct jl_caught_up news;
  struct jl_log_row *rows;
  struct jl_decided *decided;
  struct jl_loaded_lane *lanes;
  struct jl_loaded_again *again;
  struct jl_error much = {0};
  bool found = fake_read_news(o->copy, o->from, &news, &rows, &lanes, &again, &decided);
  (void)jl_fail(&much, JL_E_TOO_LARGE, "much was written", NULL);
  if (found && news.row_count > 100)
    done(o->context, NULL, &much);
  else
    done(o->context, found ? &news : NULL, found ? NULL : err);
  free(rows);
  free(decided);
  free(lanes);
  free(again);
}

static void tell_upkeep(const struct operation *o, const struct jl_error *err) {
  if (o->kind == HORIZON) {
    CALL(o, horizon_done);
    done(o->context, o->from, o->unavailable ? err : NULL);
  } else if (o->kind == LEASE) {
    CALL(o, lease_done);
    done(o->context, o->unavailable ? NULL : &o->lease, o->unavailable ? err : NULL);
  } else {
    CALL(o, release_done);
    done(o->context);
  }
}

static void tell_spaces(const struct operation *o, const struct jl_error *err) {
  CALL(o, spaces_done);
  struct jl_space_summary *list = calloc(db.standby->spaces.count + 1, sizeof *list);
  const struct fake_space *space;
  size_t n = 0;
  if (list == NULL) abort();
  for (size_t at = 0; !o->unavailable && (space = jl_idmap_each(&db.standby->spaces, &at)) != NULL; n++) {
    list[n] = (struct jl_space_summary){.id = space->id, .kind = space->kind};
    const struct jl_record *plan = jl_replica_record(space->records, &space->id);
    if (space->kind == JL_SPACE_PLAN && plan != NULL) list[n].plan = fake_record_copy(plan);
  }
  done(o->context, list, n, o->unavailable ? err : NULL);
  for (size_t i = 0; i < n; i++) jl_record_release(list[i].plan);
  free(list);
}

static void tell_log(const struct operation *o, const struct jl_error *err) {
  CALL(o, log_done);
  size_t n;
  bool more;
  if (o->copy == NULL) {
    done(o->context, NULL, 0, false, o->unavailable ? err : NULL);
    return;
  }
  struct jl_log_row *rows = fake_read_log(o->copy, o->from, o->to, o->max_bytes, &n, &more);
  done(o->context, rows, n, more, NULL);
  free(rows);
}

static void tell(void *context) {
  struct operation *o = context;
  struct jl_error err = {0};
  (void)jl_fail(&err, o->unavailable || o->kind == COMMIT ? JL_E_UNAVAILABLE : JL_E_NOT_FOUND, "the database cannot be reached", NULL);
  switch (o->kind) {
  case COMMIT:
    tell_commit(o, &err);
    break;
  case LOAD:
    tell_load(o, &err);
    break;
  case CATCH_UP:
    tell_catch_up(o, &err);
    break;
  case HORIZON:
  case LEASE:
  case RELEASE:
    tell_upkeep(o, &err);
    break;
  case SPACES:
    tell_spaces(o, &err);
    break;
  case LOG:
    tell_log(o, &err);
    break;
  case HISTORY: {
    CALL(o, history_done);
    done(o->context, NULL, 0, o->unavailable ? &err : NULL); /* texts of conflicts and old versions: not asked for here */
    break;
  }
  case REFUSAL: {
    CALL(o, refusal_done);
    const struct fake_refusal *found = o->copy == NULL ? NULL : fake_find_refusal(o->copy, &o->record, o->from);
    done(o->context, found == NULL ? (struct jl_bytes){NULL, 0} : found->verdict, found == NULL ? &err : NULL);
    break;
  }
  case DECIDED: {
    CALL(o, refusal_done);
    struct jl_bytes found = fake_find_decided(o->copy, &o->record, &o->group);
    done(o->context, found, found.data == NULL ? &err : NULL);
    break;
  }
  case QUERY: {
    CALL(o, query_done);
    done(o->context, o->unavailable ? NULL : o->rows, o->unavailable ? &err : NULL);
    break;
  }
  }
  struct process *before = process_enter(NULL);
  db_drop_operation(o);
  process_enter(before);
}

static void answer(void *context) {
  struct operation *o = context;
  o->event = NULL;
  o->told = true;
  if (o->node->process == NULL)
    db_drop_operation(o);
  else
    sim_task(o->node->loop, tell, o);
}

void db_answer_at(struct operation *o, int64_t when_us) {
  event_cancel(o->event);
  o->event = event_at(when_us, answer, o);
}

#include "common/model/rhythm/follow.h"
#include "common/record/schema.h"

static int64_t number_of(const struct jl_record *record, uint32_t field) {
  return record == NULL ? 0 : jl_record_int(record->type, record->body, field, 0);
}

/* A field of a record becomes this value; NULL: none. */
static bool set(struct jl_run *run, const struct jl_id *id, uint32_t field, const struct jl_value *value, struct jl_error *err) {
  const struct jl_record *record = jl_replica_record(run->space, id);
  struct jl_bytes slice = {NULL, 0};
  if (value != NULL) slice = jl_value_encode(run->a, jl_field_by_number(record->type, field), value);
  if (value != NULL && slice.data == NULL) return jl_no_memory(err);
  if (jl_bytes_equal(slice, jl_record_slice(record->body, field))) return true;
  struct jl_bytes body = jl_record_with(run->a, record->body, field, slice);
  return body.data != NULL ? jl_run_put(run, record->type, id, record, body, false, err) : jl_no_memory(err);
}

static bool set_now(struct jl_run *run, const struct jl_id *id, uint32_t field, struct jl_error *err) {
  return set(run, id, field, &(struct jl_value){.number = run->in->time_us}, err);
}

/* Taken up for the first time: how long it took is counted from then. */
static bool begin(struct jl_run *run, const struct jl_id *point, struct jl_error *err) {
  const struct jl_record *record = jl_replica_live(run->space, point);
  if (record == NULL || record->type_number != JL_TYPE_MEETING_POINT || jl_record_has(record->body, JL_MEETING_POINT_BEGUN)) return true;
  return set_now(run, point, JL_MEETING_POINT_BEGUN, err);
}

static bool meeting(struct jl_run *run, const struct jl_id *id, const struct jl_record *before, struct jl_error *err) {
  const struct jl_record *after = jl_replica_record(run->space, id);
  int64_t was = number_of(before, JL_MEETING_STATUS), is = number_of(after, JL_MEETING_STATUS);
  struct jl_id point, earlier = {{0}};
  if (before != NULL) (void)jl_record_id(before->type, before->body, JL_MEETING_CURRENT, &earlier);
  bool moves = jl_record_id(after->type, after->body, JL_MEETING_CURRENT, &point) && !jl_id_equal(&point, &earlier);
  bool starts = is == JL_MEETING_RUNNING && !jl_record_has(after->body, JL_MEETING_STARTED);
  if (starts && !set_now(run, id, JL_MEETING_STARTED, err)) return false;
  if (was != is && is == JL_MEETING_CLOSED && !set_now(run, id, JL_MEETING_ENDED, err)) return false;
  if (was == JL_MEETING_CLOSED && is != JL_MEETING_CLOSED && !set(run, id, JL_MEETING_ENDED, NULL, err)) return false;
  return !moves || begin(run, &point, err);
}

static bool point(struct jl_run *run, const struct jl_id *id, const struct jl_record *before, struct jl_error *err) {
  bool was = number_of(before, JL_MEETING_POINT_CLOSED) != 0, is = number_of(jl_replica_record(run->space, id), JL_MEETING_POINT_CLOSED) != 0;
  struct jl_value who = {.id = run->in->author.person};
  if (before != NULL && was == is) return true;
  if (is && !jl_id_is_zero(&who.id))
    return set_now(run, id, JL_MEETING_POINT_DECIDED_AT, err) && set(run, id, JL_MEETING_POINT_DECIDED_BY, &who, err);
  return (is ? set_now(run, id, JL_MEETING_POINT_DECIDED_AT, err) : set(run, id, JL_MEETING_POINT_DECIDED_AT, NULL, err)) &&
         set(run, id, JL_MEETING_POINT_DECIDED_BY, NULL, err);
}

bool jl_meetings_follow(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0, edited = run->touch_count; i < edited; i++) {
    const struct jl_touch touch = run->touches[i];
    const struct jl_record *after = jl_replica_record(run->space, &touch.id);
    uint32_t type = after->deleted_revision != 0 ? 0 : after->type_number; /* what is put replaces the record */
    if (type == JL_TYPE_MEETING && !meeting(run, &touch.id, touch.before, err)) return false;
    if (type == JL_TYPE_MEETING_POINT && !point(run, &touch.id, touch.before, err)) return false;
  }
  return true;
}

bool jl_rhythm_follow(struct jl_run *run, struct jl_error *err) {
  for (size_t i = 0; i < run->group->n_edits; i++)
    if (run->group->edits[i]->type == JL_TYPE_SPRINT_EVENT)
      return jl_fail(err, JL_E_DENIED, JL_MSG("sprint events are kept by the server, with what happens to an action"),
                     JL_MSG("change the action: its status, its sprint or its workload"));
  return jl_sprints_follow(run, err) && jl_meetings_follow(run, err);
}

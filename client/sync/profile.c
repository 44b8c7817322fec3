#include "client/sync/profile.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

const struct jl_lane *jl_profile_find_lane(const struct jl_profile *p, const struct jl_id *space) {
  for (size_t i = 0; i < p->lane_count; i++)
    if (jl_id_equal(&p->lanes[i].space, space)) return &p->lanes[i];
  return NULL;
}

struct jl_lane *jl_profile_lane(struct jl_profile *p, const struct jl_id *space) {
  for (size_t i = 0; i < p->lane_count; i++)
    if (jl_id_equal(&p->lanes[i].space, space)) return &p->lanes[i];
  if (p->lane_count >= JL_PROFILE_LANES_MAX) return NULL;
  struct jl_lane *lanes = realloc(p->lanes, (p->lane_count + 1) * sizeof *lanes);
  if (lanes == NULL) return NULL;
  p->lanes = lanes;
  struct jl_lane *lane = &lanes[p->lane_count++];
  *lane = (struct jl_lane){.space = *space, .next_seq = 1};
  return lane;
}

void jl_profile_drop_in_flight(struct jl_lane *lane) {
  free(lane->in_flight);
  lane->in_flight = NULL;
  lane->in_flight_size = 0;
  lane->in_flight_seq = 0;
}

void jl_profile_clear_lanes(struct jl_profile *p) {
  for (size_t i = 0; i < p->lane_count; i++) {
    jl_profile_drop_in_flight(&p->lanes[i]);
    free(p->lanes[i].shown);
  }
  free(p->lanes);
  p->lanes = NULL;
  p->lane_count = 0;
}

struct jl_profile_identity *jl_profile_identity(struct jl_profile *p) {
  return &p->identity;
}
bool jl_profile_locked(const struct jl_profile *p) { return p->lock_fd >= 0; }

void jl_profile_free(struct jl_profile *p) {
  if (p == NULL) return;
  jl_profile_unlock(p);
  jl_profile_clear_lanes(p);
  explicit_bzero(p->identity.token, sizeof p->identity.token);
  free(p);
}

/* A lane belongs to the account that used it first, so another account starts with a replica of its own. */
void jl_profile_forget_account(struct jl_profile *p) {
  struct jl_profile_identity *id = &p->identity;
  explicit_bzero(id->token, sizeof id->token);
  id->has_token = false;
  id->account[0] = '\0';
  id->administrator = false;
  id->person = (struct jl_id){{0}};
  id->replica = jl_id_random();
  jl_profile_clear_lanes(p);
}

uint64_t jl_profile_shown(const struct jl_profile *p, const struct jl_id *space, const struct jl_id *record) {
  const struct jl_lane *lane = jl_profile_find_lane(p, space);
  if (lane == NULL) return 0;
  for (size_t i = 0; i < lane->shown_count; i++)
    if (jl_id_equal(&lane->shown[i].record, record)) return lane->shown[i].revision;
  return 0;
}

uint64_t jl_profile_shown_number(const struct jl_profile *p, const struct jl_id *space, uint32_t type, uint64_t number,
                                 struct jl_id *ret_record) {
  const struct jl_lane *lane = jl_profile_find_lane(p, space);
  if (lane == NULL || number == 0) return 0;
  for (size_t i = 0; i < lane->shown_count; i++)
    if (lane->shown[i].type == type && lane->shown[i].number == number) {
      *ret_record = lane->shown[i].record;
      return lane->shown[i].revision;
    }
  return 0;
}

/* A record that is dropped here counts as never shown: its next edit meets a conflict instead of overwriting unseen work. */
static struct jl_shown *shown_slot(struct jl_lane *lane) {
  if (lane->shown_count < lane->shown_capacity) return &lane->shown[lane->shown_count++];
  if (lane->shown_capacity < JL_PROFILE_SHOWN_MAX) {
    size_t capacity = lane->shown_capacity == 0 ? 64 : lane->shown_capacity * 2;
    struct jl_shown *grown = realloc(lane->shown, capacity * sizeof *grown);
    if (grown == NULL) return NULL;
    lane->shown = grown;
    lane->shown_capacity = capacity;
    return &lane->shown[lane->shown_count++];
  }
  size_t oldest = 0;
  for (size_t i = 1; i < lane->shown_count; i++)
    if (lane->shown[i].revision < lane->shown[oldest].revision) oldest = i;
  return &lane->shown[oldest];
}

bool jl_profile_add_shown(struct jl_lane *lane, struct jl_shown shown) {
  struct jl_shown *slot = shown_slot(lane);
  if (slot != NULL) *slot = shown;
  return slot != NULL;
}

bool jl_profile_mark_shown(struct jl_profile *p, const struct jl_id *space, const struct jl_id *record, uint32_t type, uint64_t number,
                           uint64_t revision) {
  struct jl_lane *lane = jl_profile_lane(p, space);
  if (lane == NULL) return false;
  if (revision > lane->position) lane->position = revision;
  if (record == NULL || jl_id_is_zero(record)) return true;
  struct jl_shown *slot = NULL;
  for (size_t i = 0; i < lane->shown_count && slot == NULL; i++)
    if (jl_id_equal(&lane->shown[i].record, record)) slot = &lane->shown[i];
  if (slot != NULL && slot->revision >= revision) return true;
  struct jl_shown shown = {.record = *record, .type = type, .number = number, .revision = revision};
  if (slot == NULL) return jl_profile_add_shown(lane, shown);
  if (number == 0) shown.number = slot->number;
  *slot = shown;
  return true;
}

uint64_t jl_profile_position(const struct jl_profile *p, const struct jl_id *space) {
  const struct jl_lane *lane = jl_profile_find_lane(p, space);
  return lane == NULL ? 0 : lane->position;
}

uint64_t jl_profile_last_own(const struct jl_profile *p, const struct jl_id *space) {
  const struct jl_lane *lane = jl_profile_find_lane(p, space);
  return lane == NULL ? 0 : lane->last_own;
}

void jl_profile_set_last_own(struct jl_profile *p, const struct jl_id *space, uint64_t revision) {
  struct jl_lane *lane = jl_profile_lane(p, space);
  if (lane != NULL) lane->last_own = revision;
}

struct jl_bytes jl_profile_in_flight(const struct jl_profile *p, const struct jl_id *space, struct jl_id *ret_space, uint64_t *ret_seq) {
  for (size_t i = 0; i < p->lane_count; i++) {
    const struct jl_lane *lane = &p->lanes[i];
    if (lane->in_flight_seq == 0 || (space != NULL && !jl_id_equal(&lane->space, space))) continue;
    if (ret_space != NULL) *ret_space = lane->space;
    if (ret_seq != NULL) *ret_seq = lane->in_flight_seq;
    return (struct jl_bytes){lane->in_flight, lane->in_flight_size};
  }
  return (struct jl_bytes){NULL, 0};
}

/* The number is used up only with its group (put_in_flight): the server refuses gaps, so a crash in between must not
 * leave one. */
bool jl_profile_reserve(struct jl_profile *p, const struct jl_id *space, uint64_t *ret_seq, uint64_t *ret_confirmed, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_lane *lane = jl_profile_lane(p, space);
  if (lane == NULL)
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("this profile knows too many plans"), JL_MSG("use another one with --profile"));
  if (lane->in_flight_seq != 0)
    return jl_fail(err, JL_E_UNKNOWN_OUTCOME, JL_MSG("an earlier change of this profile has no answer yet"),
                   JL_MSG("run the command again when the server can be reached"));
  *ret_seq = lane->next_seq;
  *ret_confirmed = lane->confirmed;
  return true;
}

bool jl_profile_put_in_flight(struct jl_profile *p, const struct jl_id *space, uint64_t seq, struct jl_bytes group, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_lane *lane = jl_profile_lane(p, space);
  uint8_t *copy = malloc(group.size > 0 ? group.size : 1);
  if (lane == NULL || copy == NULL) {
    free(copy);
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  }
  memcpy(copy, group.data, group.size);
  free(lane->in_flight);
  lane->in_flight = copy;
  lane->in_flight_size = group.size;
  lane->in_flight_seq = seq;
  if (lane->next_seq <= seq) lane->next_seq = seq + 1;
  if (jl_profile_save(p, err)) return true;
  /* Nothing was sent, so the number is free again. */
  lane->next_seq = seq;
  jl_profile_drop_in_flight(lane);
  return false;
}

bool jl_profile_unreserve(struct jl_profile *p, const struct jl_id *space, uint64_t seq, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_lane *lane = jl_profile_lane(p, space);
  if (lane == NULL || lane->in_flight_seq != seq) return true;
  jl_profile_drop_in_flight(lane);
  lane->next_seq = seq;
  return jl_profile_save(p, err);
}

bool jl_profile_decided(struct jl_profile *p, const struct jl_id *space, uint64_t seq, uint64_t revision, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  struct jl_lane *lane = jl_profile_lane(p, space);
  if (lane == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (lane->in_flight_seq == seq) jl_profile_drop_in_flight(lane);
  if (seq > lane->confirmed) lane->confirmed = seq;
  if (revision != 0) lane->last_own = revision;
  return jl_profile_save(p, err);
}

bool jl_profile_new_replica(struct jl_profile *p, struct jl_error *err) {
  JL_ASSERT(jl_profile_locked(p));
  p->identity.replica = jl_id_random();
  for (size_t i = 0; i < p->lane_count; i++) {
    struct jl_lane *lane = &p->lanes[i];
    jl_profile_drop_in_flight(lane);
    lane->next_seq = 1;
    lane->confirmed = 0;
    lane->last_own = 0; /* that number may be another's revision now: nothing to undo */
  }
  return jl_profile_save(p, err);
}

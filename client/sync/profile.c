#include "client/sync/profile.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

static const struct jl_seen *find(const struct jl_profile *p, const struct jl_id *space) {
  for (size_t i = 0; i < p->seen_count; i++)
    if (jl_id_equal(&p->seen[i].space, space)) return &p->seen[i];
  return NULL;
}

struct jl_seen *jl_profile_seen(struct jl_profile *p, const struct jl_id *space) {
  for (size_t i = 0; i < p->seen_count; i++)
    if (jl_id_equal(&p->seen[i].space, space)) return &p->seen[i];
  if (p->seen_count >= JL_PROFILE_SPACES_MAX) return NULL;
  struct jl_seen *grown = realloc(p->seen, (p->seen_count + 1) * sizeof *grown);
  if (grown == NULL) return NULL;
  p->seen = grown;
  struct jl_seen *seen = &grown[p->seen_count++];
  *seen = (struct jl_seen){.space = *space};
  return seen;
}

void jl_profile_clear_seen(struct jl_profile *p) {
  for (size_t i = 0; i < p->seen_count; i++) free(p->seen[i].shown);
  free(p->seen);
  p->seen = NULL;
  p->seen_count = 0;
}

struct jl_profile_identity *jl_profile_identity(struct jl_profile *p) {
  return &p->identity;
}
bool jl_profile_locked(const struct jl_profile *p) { return p->lock_fd >= 0; }

void jl_profile_free(struct jl_profile *p) {
  if (p == NULL) return;
  jl_profile_unlock(p);
  jl_profile_clear_seen(p);
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
  jl_profile_clear_seen(p);
}

uint64_t jl_profile_shown(const struct jl_profile *p, const struct jl_id *space, const struct jl_id *record) {
  const struct jl_seen *seen = find(p, space);
  if (seen == NULL) return 0;
  for (size_t i = 0; i < seen->shown_count; i++)
    if (jl_id_equal(&seen->shown[i].record, record)) return seen->shown[i].revision;
  return 0;
}

uint64_t jl_profile_shown_number(const struct jl_profile *p, const struct jl_id *space, uint32_t type, uint64_t number,
                                 struct jl_id *ret_record) {
  const struct jl_seen *seen = find(p, space);
  if (seen == NULL || number == 0) return 0;
  for (size_t i = 0; i < seen->shown_count; i++)
    if (seen->shown[i].type == type && seen->shown[i].number == number) {
      *ret_record = seen->shown[i].record;
      return seen->shown[i].revision;
    }
  return 0;
}

/* A record that is dropped here counts as never shown: its next edit meets a conflict instead of overwriting unseen work. */
static struct jl_shown *shown_slot(struct jl_seen *seen) {
  if (seen->shown_count < seen->shown_capacity) return &seen->shown[seen->shown_count++];
  if (seen->shown_capacity < JL_PROFILE_SHOWN_MAX) {
    size_t capacity = seen->shown_capacity == 0 ? 64 : seen->shown_capacity * 2;
    struct jl_shown *grown = realloc(seen->shown, capacity * sizeof *grown);
    if (grown == NULL) return NULL;
    seen->shown = grown;
    seen->shown_capacity = capacity;
    return &seen->shown[seen->shown_count++];
  }
  size_t oldest = 0;
  for (size_t i = 1; i < seen->shown_count; i++)
    if (seen->shown[i].revision < seen->shown[oldest].revision) oldest = i;
  return &seen->shown[oldest];
}

bool jl_profile_add_shown(struct jl_seen *seen, struct jl_shown shown) {
  struct jl_shown *slot = shown_slot(seen);
  if (slot != NULL) *slot = shown;
  return slot != NULL;
}

bool jl_profile_mark_shown(struct jl_profile *p, const struct jl_id *space, const struct jl_id *record, uint32_t type, uint64_t number,
                           uint64_t revision) {
  struct jl_seen *seen = jl_profile_seen(p, space);
  if (seen == NULL) return false;
  if (revision > seen->position) seen->position = revision;
  if (record == NULL || jl_id_is_zero(record)) return true;
  struct jl_shown *slot = NULL;
  for (size_t i = 0; i < seen->shown_count && slot == NULL; i++)
    if (jl_id_equal(&seen->shown[i].record, record)) slot = &seen->shown[i];
  if (slot != NULL && slot->revision >= revision) return true;
  struct jl_shown shown = {.record = *record, .type = type, .number = number, .revision = revision};
  if (slot == NULL) return jl_profile_add_shown(seen, shown);
  if (number == 0) shown.number = slot->number;
  *slot = shown;
  return true;
}

uint64_t jl_profile_position(const struct jl_profile *p, const struct jl_id *space) {
  const struct jl_seen *seen = find(p, space);
  return seen == NULL ? 0 : seen->position;
}

uint64_t jl_profile_last_own(const struct jl_profile *p, const struct jl_id *space) {
  const struct jl_seen *seen = find(p, space);
  return seen == NULL ? 0 : seen->last_own;
}

void jl_profile_set_last_own(struct jl_profile *p, const struct jl_id *space, uint64_t revision) {
  struct jl_seen *seen = jl_profile_seen(p, space);
  if (seen != NULL) seen->last_own = revision;
}

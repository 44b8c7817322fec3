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
  for (size_t i = 0; i < p->seen_count; i++) {
    free(p->seen[i].shown);
    free(p->seen[i].heads);
    free(p->seen[i].next);
  }
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
  if (p->saved != NULL) explicit_bzero(p->saved, strlen(p->saved));
  free(p->saved);
  free(p);
}

/* A lane belongs to the account that used it first, so another account starts with a replica of its own. */
void jl_profile_forget_account(struct jl_profile *p) {
  struct jl_profile_identity *id = &p->identity;
  explicit_bzero(id->token, sizeof id->token);
  id->has_token = false;
  id->account[0] = '\0';
  id->account_id = (struct jl_id){{0}};
  id->administrator = false;
  id->person = (struct jl_id){{0}};
  id->replica = jl_id_random();
  jl_profile_clear_seen(p);
}

/* ---- what was shown, by record ---- */
static uint32_t *chain_of(const struct jl_seen *seen, const struct jl_id *record) { /* its capacity is a power of two */
  return &seen->heads[jl_id_hash(record) & (seen->shown_capacity - 1)];
}

static struct jl_shown *shown_of(const struct jl_seen *seen, const struct jl_id *record) {
  if (seen->shown_capacity == 0) return NULL;
  for (uint32_t i = *chain_of(seen, record); i != 0; i = seen->next[i - 1])
    if (jl_id_equal(&seen->shown[i - 1].record, record)) return &seen->shown[i - 1];
  return NULL;
}

static void link_shown(const struct jl_seen *seen, size_t i) {
  uint32_t *head = chain_of(seen, &seen->shown[i].record);
  seen->next[i] = *head;
  *head = (uint32_t)i + 1;
}

static void unlink_shown(const struct jl_seen *seen, size_t i) {
  uint32_t *at = chain_of(seen, &seen->shown[i].record);
  while (*at != i + 1) at = &seen->next[*at - 1];
  *at = seen->next[i];
}

uint64_t jl_profile_shown(const struct jl_profile *p, const struct jl_id *space, const struct jl_id *record) {
  const struct jl_seen *seen = find(p, space);
  const struct jl_shown *shown = seen == NULL ? NULL : shown_of(seen, record);
  return shown == NULL ? 0 : shown->revision;
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

static bool grow_shown(struct jl_seen *seen) {
  size_t capacity = seen->shown_capacity == 0 ? 64 : seen->shown_capacity * 2;
  struct jl_shown *shown = realloc(seen->shown, capacity * sizeof *shown);
  if (shown != NULL) seen->shown = shown;
  uint32_t *heads = calloc(capacity, sizeof *heads), *next = calloc(capacity, sizeof *next);
  if (shown == NULL || heads == NULL || next == NULL) {
    free(heads);
    free(next);
    return false;
  }
  free(seen->heads);
  free(seen->next);
  seen->heads = heads;
  seen->next = next;
  seen->shown_capacity = capacity;
  for (size_t i = 0; i < seen->shown_count; i++) link_shown(seen, i);
  return true;
}

/* A record that is dropped here counts as never shown: its next edit meets a conflict instead of overwriting unseen work. */
bool jl_profile_add_shown(struct jl_seen *seen, struct jl_shown shown) {
  size_t at = seen->shown_count;
  if (at == seen->shown_capacity && at < JL_PROFILE_SHOWN_MAX && !grow_shown(seen)) return false;
  JL_ASSERT(seen->shown != NULL); /* there is room, or it is full */
  if (at < seen->shown_capacity) {
    seen->shown_count++;
  } else {
    at = 0;
    for (size_t i = 1; i < seen->shown_count; i++)
      if (seen->shown[i].revision < seen->shown[at].revision) at = i;
    unlink_shown(seen, at);
  }
  seen->shown[at] = shown;
  link_shown(seen, at);
  return true;
}

bool jl_profile_mark_shown(struct jl_profile *p, const struct jl_id *space, const struct jl_id *record, uint32_t type, uint64_t number,
                           uint64_t revision) {
  struct jl_seen *seen = jl_profile_seen(p, space);
  if (seen == NULL) return false;
  if (revision > seen->position) seen->position = revision;
  if (record == NULL || jl_id_is_zero(record)) return true;
  struct jl_shown *slot = shown_of(seen, record);
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

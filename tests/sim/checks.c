#include "tests/sim/checks.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/evaluate.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include "tests/sim/database.h"
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 200 /* of a change: revision, author, time, replica, seq and group come first */
#define NUMBER(n) ((unsigned long long)(n))

/* ---- one space: its log is folded from nothing, revision by revision ---- */
struct field_state { /* the last `after` of a field: kept apart from the model's own records */
  struct jl_id record;
  uint32_t field;
  struct jl_bytes after;
};
struct fold {
  const struct fake_space *space;
  struct jl_replica *replica;
  struct field_state *fields;
  size_t field_count;
  struct jl_arena *arena, *kept; /* of one revision; of the fold */
};
static const struct jl_replica *organisation(void) {
  struct fake_database *db = database_now();
  const struct fake_space *space;
  for (size_t at = 0; (space = jl_idmap_each(&db->spaces, &at)) != NULL;)
    if (space->kind == JL_SPACE_ORGANISATION) return space->records;
  return NULL;
}

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

/* No lost update: every `before` is the `after` before it. */
static void check_befores(struct fold *f, const Jalon__ChangeBody *body) {
  for (size_t i = 0; i < body->n_changes; i++)
    for (size_t k = 0; k < body->changes[i]->n_fields; k++) {
      const Jalon__FieldResult *result = body->changes[i]->fields[k];
      struct jl_id record;
      bool personal = result->has_before_hash || result->has_after_hash;
      (void)!jl_id_from_bytes(JL_PB(body->changes[i]->id), &record);
      struct field_state *state = NULL;
      for (size_t n = 0; n < f->field_count; n++)
        if (f->fields[n].field == result->field && jl_id_equal(&f->fields[n].record, &record)) state = &f->fields[n];
      if (state == NULL) {
        f->fields = world_resize(f->fields, (f->field_count + 1) * sizeof *f->fields);
        state = &f->fields[f->field_count++];
        *state = (struct field_state){record, result->field, {NULL, 0}};
      }
      struct jl_bytes before = personal ? JL_PB(result->before_hash) : JL_PB(result->before);
      if (!personal && !same(before, state->after))
        world_fail("lost update: r%llu changes field %u from another value than the one it had", NUMBER(body->revision), result->field);
      state->after = jl_arena_dup(f->kept, personal ? JL_PB(result->after_hash) : JL_PB(result->after));
    }
}

/* What must hold of any state, whoever wrote it; said here again, apart from the rules themselves. */
static void check_invariants(const struct fold *f, uint64_t revision) {
  uint64_t last_number = 0;
  uint32_t last_type = 0;
  for (size_t t = 0; t < jl_record_type_count; t++) {
    size_t n = 0;
    uint32_t type = jl_record_types[t]->number;
    const struct jl_record **all = jl_replica_all(f->replica, type, f->arena, &n);
    for (size_t i = 0; all != NULL && n != SIZE_MAX && i < n; i++) {
      if (type == last_type && all[i]->number <= last_number)
        world_fail("r%llu: two records of type %u have number %llu", NUMBER(revision), type, NUMBER(all[i]->number));
      last_type = type;
      last_number = all[i]->number;
      int64_t start = jl_record_int(jl_record_types[t], all[i]->body, type == JL_TYPE_ACTION ? JL_ACTION_START : 0, INT64_MIN);
      int64_t due = jl_record_int(jl_record_types[t], all[i]->body, type == JL_TYPE_ACTION ? JL_ACTION_DUE : 0, INT64_MAX);
      if (type == JL_TYPE_ACTION && start > due) world_fail("r%llu: an action ends before it starts", NUMBER(revision));
      if (type != JL_TYPE_RACI || jl_record_int(jl_record_types[t], all[i]->body, JL_RACI_LETTER, 0) != 2) continue;
      struct jl_id target, other;
      (void)!jl_record_id(jl_record_types[t], all[i]->body, JL_RACI_TARGET, &target);
      for (size_t k = 0; k < i; k++)
        if (jl_record_int(jl_record_types[t], all[k]->body, JL_RACI_LETTER, 0) == 2 &&
            jl_record_id(jl_record_types[t], all[k]->body, JL_RACI_TARGET, &other) && jl_id_equal(&target, &other))
          world_fail("r%llu: an action has two who are accountable", NUMBER(revision));
    }
  }
}

/* The rules' own table over what the revision touched. */
static void check_rules(const struct fold *f, const struct jl_replica *before, const Jalon__ChangeBody *body) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id;
    struct jl_error err = {0};
    (void)!jl_id_from_bytes(JL_PB(body->changes[i]->id), &id);
    const struct jl_record *after = jl_replica_record(f->replica, &id), *old = jl_replica_record(before, &id);
    if (after == NULL) continue;
    struct jl_touched touched = {.before = old == NULL ? NULL : jl_record_share(old), .after = jl_record_share(after)};
    struct jl_evaluation in = {
        .space = f->replica, .organisation = organisation(), .author = {.may_edit = UINT32_MAX, .administrator = true}};
    struct jl_rule_input rule = {f->replica, in.organisation, &touched, f->arena, &in, NULL, NULL};
    if (!jl_rules_hold(&rule, &err)) world_fail("r%llu breaks a rule: %s", NUMBER(body->revision), err.message);
    jl_record_release(touched.before);
    jl_record_release(touched.after);
  }
}

/* Nobody's typing is overwritten unseen: what a group replaced is what its author saw. */
static void check_seen(const struct fold *f, const struct sent_group *g, const Jalon__ChangeBody *body) {
  struct jl_error err;
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, g->bytes, f->arena, &err);
  for (size_t e = 0; group != NULL && e < group->n_edits; e++)
    for (size_t k = 0; k < group->edits[e]->n_fields; k++) {
      const Jalon__Edit *edit = group->edits[e];
      const Jalon__FieldEdit *field = edit->fields[k];
      if (!field->has_seen) continue;
      for (size_t i = 0; i < body->n_changes; i++)
        for (size_t n = 0; n < body->changes[i]->n_fields; n++) {
          const Jalon__FieldResult *result = body->changes[i]->fields[n];
          if (!same(JL_PB(body->changes[i]->id), JL_PB(edit->id)) || result->field != field->field) continue;
          if (!same(JL_PB(result->before), JL_PB(field->seen)))
            world_fail("r%llu overwrites a value of field %u that its author had not seen", NUMBER(body->revision), field->field);
        }
    }
}

static bool is_row_of(const struct jl_store_log *row, const struct jl_id *group) {
  return memmem(row->body.data, row->body.size < HEAD_BYTES ? row->body.size : HEAD_BYTES, group->bytes, sizeof group->bytes) != NULL;
}

bool log_has(const struct jl_id *space, const struct jl_id *group) {
  const struct fake_space *s = fake_space(database_now(), space);
  bool has = false;
  for (size_t i = 0; s != NULL && !has && i < s->log_count; i++) has = is_row_of(&s->log[i], group);
  return has;
}

static struct sent_group *group_of(const struct jl_store_log *row, const struct jl_id *space) {
  for (struct sent_group *g = history.groups; g != NULL; g = g->next)
    if (g->seq == row->seq && jl_id_equal(&g->replica, &row->replica) && jl_id_equal(&g->space, space) && is_row_of(row, &g->id)) return g;
  return NULL;
}

/* Who changed a record last, as the log says. */
static bool who_changed(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time_us,
                        uint64_t *ret_revision) {
  const struct fold *f = context;
  (void)field;
  for (size_t i = 0; i < f->space->log_count; i++) {
    const struct jl_store_log *row = &f->space->log[i];
    if (row->revision != record->revision) continue;
    *ret_person = row->author;
    *ret_time_us = row->time_us;
    *ret_revision = row->revision;
    return true;
  }
  return false;
}

static int32_t plan_day(const struct jl_replica *plan, int64_t time_us) {
  struct jl_zone_days days = {.zone = ""};
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(plan, zone);
  return jl_zone_day_at(&days, zone, time_us);
}

/* Replay: the group does to the state before it just what the log says that it did; nothing, when it is not in the log. */
static void check_replay(struct fold *f, const struct sent_group *g, const struct jl_change *changes, size_t n, int64_t time_us) {
  struct jl_error err = {0};
  struct jl_outcome outcome = {0};
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, g->bytes, f->arena, &err);
  struct jl_evaluation in = {.space = f->replica,
                             .organisation = organisation(),
                             .author = {.person = g->person, .may_edit = UINT32_MAX, .administrator = true, .by_system = jl_id_is_zero(&g->person)},
                             .time_us = time_us,
                             .today = plan_day(f->replica, time_us),
                             .who_changed = who_changed,
                             .context = f};
  if (group == NULL || !jl_group_evaluate(&in, group, f->arena, &outcome, &err)) {
    /* Whether the changes that a deletion had not seen were its author's own is found in the log, which is not replayed here. */
    if (group != NULL && err.code == JL_E_RECORD_CHANGED) return;
    world_fail("seq %llu was applied, but replayed on the same state it is refused: %s", NUMBER(g->seq), err.message);
    return;
  }
  if (outcome.change_count != n)
    world_fail("seq %llu touches %zu sections when replayed, %zu in the log", NUMBER(g->seq), outcome.change_count, n);
  for (size_t i = 0; i < n && i < outcome.change_count; i++) {
    Jalon__ChangeBody *theirs = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, changes[i].body, f->arena, &err);
    Jalon__ChangeBody *ours = (Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, outcome.changes[i].body, f->arena, &err);
    if (theirs == NULL || ours == NULL) continue;
    bool salted = changes[i].private_values.size > 0;
    if (!salted && !same(changes[i].body, outcome.changes[i].body))
      world_fail("seq %llu does something else when replayed", NUMBER(g->seq));
    if (salted && theirs->n_changes != ours->n_changes) world_fail("seq %llu changes other records when replayed", NUMBER(g->seq));
  }
  for (size_t i = 0; i < outcome.touched_count; i++) {
    jl_record_release(outcome.touched[i].before);
    jl_record_release(outcome.touched[i].after);
  }
}

/* Groups that were applied without changing anything: on the state of the revision that their verdict names. */
static void replay_without_effect(struct fold *f, uint64_t revision, int64_t time_us) {
  for (const struct sent_group *g = history.groups; g != NULL && !world->failed; g = g->next) {
    if (g->revision != revision || g->answered_us == 0 || g->era != history.era || !jl_id_equal(&g->space, &f->space->id)) continue;
    bool logged = false;
    for (size_t i = 0; i < f->space->log_count; i++)
      logged = logged || is_row_of(&f->space->log[i], &g->id); /* in whichever lane */
    if (!logged) {
      check_replay(f, g, NULL, 0, time_us);
      history.counts.nothing++;
    }
  }
}

static void check_sightings(const struct fold *f) {
  const struct jl_position *at = jl_replica_where(f->replica);
  uint8_t state[STATE_SIZE];
  bool hashed = false;
  for (const struct sighting *s = history.sightings; s != NULL; s = s->next) {
    if (!jl_id_equal(&s->position.space, &at->space) || s->position.revision != at->revision) continue;
    bool followed = memcmp(s->position.sections, at->sections, sizeof at->sections) == 0;
    if (!followed && history.era == 0) /* a server that nobody writes to learns late that an older copy was restored */
      world_fail("%s stood at r%llu of a history that is not this one", s->who, NUMBER(at->revision));
    if (!followed || !s->hashed) continue;
    if (!hashed) history_state(f->replica, state);
    hashed = true;
    if (memcmp(state, s->state, sizeof state) != 0) world_fail("%s at r%llu is not what the log makes", s->who, NUMBER(at->revision));
  }
}

static void fold_revision(struct fold *f, size_t first, size_t n) {
  const struct jl_store_log *rows = &f->space->log[first];
  struct jl_change changes[JL_SECTIONS];
  struct jl_error err = {0};
  for (size_t i = 0; i < n; i++) changes[i] = (struct jl_change){rows[i].body, rows[i].private_values};
  const struct sent_group *g = group_of(rows, &f->space->id);
  if (g == NULL)
    world_fail("r%llu is of a group that nobody sent", NUMBER(rows[0].revision));
  else if (rows[0].revision > 0)
    check_replay(f, g, changes, n, rows[0].time_us);
  struct jl_replica *before = jl_replica_copy(f->replica);
  if (!jl_replica_apply(f->replica, changes, n, f->arena, &err))
    world_fail("r%llu of the log cannot be applied: %s", NUMBER(rows[0].revision), err.message);
  for (size_t i = 0; i < n && !world->failed; i++) {
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, rows[i].body, f->arena, &err);
    if (body == NULL) continue;
    check_befores(f, body);
    if (g != NULL) check_seen(f, g, body);
    check_rules(f, before, body);
  }
  jl_replica_free(before);
  check_invariants(f, rows[0].revision);
  check_sightings(f);
  if (!world->failed) replay_without_effect(f, rows[0].revision, rows[0].time_us);
}

static void check_end(const struct fold *f) {
  uint8_t folded[STATE_SIZE], stored[STATE_SIZE];
  const struct jl_position *at = jl_replica_where(f->replica), *head = &f->space->position;
  history_state(f->replica, folded);
  history_state(f->space->records, stored);
  if (memcmp(folded, stored, sizeof folded) != 0) world_fail("the records are not what the log makes");
  if (at->revision != head->revision || memcmp(at->sections, head->sections, sizeof head->sections) != 0)
    world_fail("the head is not where the log ends (r%llu, r%llu)", NUMBER(head->revision), NUMBER(at->revision));
}

static void fold_space(const struct fake_space *space) {
  struct fold f = {
      .space = space, .replica = jl_replica_new(&space->id, space->kind), .arena = jl_arena_new(1u << 28), .kept = jl_arena_new(1u << 28)};
  struct jl_position *at = jl_replica_position(f.replica);
  at->epoch = space->position.epoch;
  at->acl_epoch = space->position.acl_epoch;
  at->space = space->id;
  for (size_t i = 0, n; i < space->log_count && !world->failed; i += n) {
    for (n = 1; i + n < space->log_count && space->log[i + n].revision == space->log[i].revision; n++) {
    }
    fold_revision(&f, i, n);
    jl_arena_reset(f.arena);
  }
  if (!world->failed) check_end(&f);
  world_free(f.fields);
  jl_replica_free(f.replica);
  jl_arena_free(f.arena);
  jl_arena_free(f.kept);
}

/* ---- groups and their verdicts ---- */
static size_t times_in_log(const struct sent_group *g, const struct fake_space *space, uint64_t *ret_revision) {
  size_t n = 0;
  uint64_t last = 0;
  for (size_t i = 0; space != NULL && i < space->log_count; i++) {
    const struct jl_store_log *row = &space->log[i];
    if (!is_row_of(row, &g->id) || row->revision == last) continue;
    last = *ret_revision = row->revision;
    n++;
  }
  return n;
}

static void check_group(const struct sent_group *g) {
  uint64_t revision = 0;
  size_t n = times_in_log(g, fake_space(database_now(), &g->space), &revision);
  if (n > 1) world_fail("seq %llu stands %zu times in the log", NUMBER(g->seq), n);
  if (g->answered_us == 0 || g->era != history.era) return;
  if (g->code != 0) {
    history.counts.refused++;
    history.counts.conflicts += g->conflicts > 0;
    if (n > 0) world_fail("seq %llu was refused, and is in the log at r%llu", NUMBER(g->seq), NUMBER(revision));
  } else {
    history.counts.applied++;
    history.counts.merged += g->merged;
    if (n == 1 && revision != g->revision)
      world_fail("seq %llu was acknowledged at r%llu and is in the log at r%llu", NUMBER(g->seq), NUMBER(g->revision), NUMBER(revision));
    if (n == 0 && g->revision > fake_space(database_now(), &g->space)->position.revision)
      world_fail("seq %llu was acknowledged at r%llu, which is lost", NUMBER(g->seq), NUMBER(g->revision));
  }
}

/* The same group may have gone out before, in a lane that was given up since: it is applied where that one was. */
static bool came_before(const struct sent_group *g, int64_t us) {
  for (const struct sent_group *other = history.groups; other != NULL; other = other->next)
    if (jl_id_equal(&other->id, &g->id) && other->sent_us <= us) return true;
  return false;
}

/* What was sent after another was acknowledged comes after it. */
static void check_real_time(void) {
  for (const struct sent_group *b = history.groups; b != NULL; b = b->next)
    for (const struct sent_group *a = history.groups; a != NULL; a = a->next)
      if (a->revision > b->revision && b->revision > 0 && a->answered_us != 0 && a->answered_us < b->sent_us && a->era == b->era &&
          jl_id_equal(&a->space, &b->space) && !came_before(b, a->answered_us))
        world_fail("seq %llu was sent after r%llu had been acknowledged, and became r%llu", NUMBER(b->seq), NUMBER(a->revision),
                   NUMBER(b->revision));
}

void check_history(const struct jl_id *spaces, size_t n) {
  for (const struct sent_group *g = history.groups; g != NULL && !world->failed; g = g->next) check_group(g);
  if (!world->failed) check_real_time();
  for (size_t i = 0; i < n && !world->failed; i++) {
    const struct fake_space *space = fake_space(database_now(), &spaces[i]);
    if (space == NULL)
      world_fail("a space was never made");
    else
      fold_space(space);
  }
}

/* What the user sees without the server: the base, and on top of it the groups of the outbox that it does not hold yet, each
 * evaluated by the same code as on the server. That is a forecast: what is refused here is marked and stays in the outbox. */
#include "client/sync/local.h"
#include "common/base/limits.h"
#include "common/base/mutants.h"
#include "common/model/evaluate.h"
#include "common/model/governance/raci.h"
#include "common/model/governance/rights.h"
#include "common/model/query.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define SCRATCH (JL_REQUEST_ARENA + JL_UNPACK_MAX)
#define PENDING_STATES (1U << JL_OUTBOX_QUEUED | 1U << JL_OUTBOX_SENT | 1U << JL_OUTBOX_DONE)

struct building {
  struct jl_local *l;
  struct jl_overlays *out;
  struct jl_overlay *overlay;
  const struct jl_entry *entry;
  const Jalon__Verdict *verdict; /* of an applied one: the numbers that it gave */
  size_t pending_capacity;
  struct jl_zone_days days;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static uint64_t number_of(void *context, uint32_t type, const struct jl_id *record) {
  const struct building *b = context;
  (void)type;
  for (size_t i = 0; b->verdict != NULL && i < b->verdict->n_given; i++) {
    struct jl_id given;
    if (jl_id_from_bytes(JL_PB(b->verdict->given[i]->record), &given) && jl_id_equal(&given, record)) return b->verdict->given[i]->number;
  }
  return jl_outbox_provisional(&b->l->outbox, record);
}

/* A deletion counts what our own waiting groups made of the record as seen; a record of the base keeps its word. */
static void see_own(const struct building *b, const Jalon__Group *group) {
  for (size_t i = 0; i < group->n_edits; i++) {
    Jalon__Edit *edit = group->edits[i];
    struct jl_id id;
    if (edit->verb != JALON__VERB__DELETE || !jl_id_from_bytes(JL_PB(edit->id), &id)) continue;
    const struct jl_record *record = jl_replica_record(b->overlay->replica, &id);
    if (record == NULL || record->revision <= b->overlay->base_revision) continue;
    edit->has_seen_revision = true;
    edit->seen_revision = record->revision;
  }
}

static bool keep_row(struct building *b, const struct jl_change *change, enum jl_section section, uint64_t revision) {
  struct jl_overlay *o = b->overlay;
  if (o->pending_count == b->pending_capacity) {
    size_t wanted = b->pending_capacity == 0 ? 16 : b->pending_capacity * 2;
    struct jl_log_row *larger = jl_arena_array(b->out->a, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (o->pending_count > 0) memcpy(larger, o->pending, o->pending_count * sizeof *larger);
    o->pending = larger;
    b->pending_capacity = wanted;
  }
  struct jl_log_row *row = &o->pending[o->pending_count++];
  *row = (struct jl_log_row){revision, section, {jl_arena_dup(b->out->a, change->body), jl_arena_dup(b->out->a, change->private_values)}, 0, {0}, NULL};
  return row->change.body.data != NULL && (row->change.private_values.data != NULL || change->private_values.size == 0);
}

static bool foresee(struct building *b, const struct jl_error *why) {
  struct jl_overlays *out = b->out;
  if (out->foresight_count == out->foresight_capacity) {
    size_t wanted = out->foresight_capacity == 0 ? 16 : out->foresight_capacity * 2;
    struct jl_foresight *larger = jl_arena_array(out->a, wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (out->foresight_count > 0) memcpy(larger, out->foresights, out->foresight_count * sizeof *larger);
    out->foresights = larger;
    out->foresight_capacity = wanted;
  }
  out->foresights[out->foresight_count++] = (struct jl_foresight){b->entry->id, *why};
  return true;
}

static bool apply_outcome(struct building *b, const struct jl_outcome *outcome, struct jl_arena *scratch, struct jl_error *err) {
  struct jl_replica *replica = b->overlay->replica;
  if (outcome->change_count == 0) return true;
  if (!jl_replica_apply(replica, outcome->changes, outcome->change_count, scratch, err)) return false;
  uint64_t revision = jl_replica_where(replica)->revision;
  for (size_t i = 0; i < outcome->change_count; i++)
    if (!keep_row(b, &outcome->changes[i], (enum jl_section)outcome->sections[i], revision)) return no_memory(err);
  return true;
}

struct jl_author jl_overlay_author(const struct jl_local *l, const struct jl_overlays *overlays, const struct jl_overlay *overlay) {
  const struct jl_profile_identity *id = jl_profile_identity(l->profile);
  struct jl_rights rights;
  if (jl_replica_kind(overlay->replica) == JL_SPACE_ORGANISATION) /* who may change the directory is the server's to say */
    return (struct jl_author){
        .person = id->person, .may_edit = UINT32_MAX, .administrator = id->administrator, .may_read = UINT32_MAX, .allowed = UINT32_MAX};
  /* Without a copy of the organisation nobody is known, which says nothing of this one: the server knows. */
  const struct jl_replica *organisation = !overlays->organisation.known ? NULL : overlays->organisation.replica;
  jl_space_rights(overlay->replica, organisation, &(struct jl_who){id->person, id->administrator}, &rights);
  return (struct jl_author){.person = id->person,
                            .may_edit = rights.editable,
                            .administrator = id->administrator,
                            .may_read = overlay->sections,
                            .allowed = UINT32_MAX};
}

void jl_overlay_unsure(struct jl_error *why) {
  (void)jl_fail(why, JL_E_UNKNOWN_OUTCOME, JL_MSG("it belongs to what you may not read, so whether you may change it is not known on this machine"),
                JL_MSG("the server says so when it is sent"));
}

void jl_overlay_stands_in(const struct jl_replica *plan, const struct jl_replica *organisation, const struct jl_author *author, struct jl_error *why) {
  const struct jl_record *record = jl_replica_record(plan, &why->record);
  const struct jl_record_type *type = jl_record_type_by_number(why->record_type);
  if (why->code != JL_E_DENIED || jl_replica_kind(plan) != JL_SPACE_PLAN || !jl_raci_enforced(plan) || !jl_rights_is_guest(organisation, &author->person)) return;
  enum jl_section section = record != NULL ? jl_edited_as(plan, record) : type != NULL ? type->edited_as : JL_SECTION_NONE;
  if (section >= JL_SECTIONS || (author->may_edit >> section & 1) == 0) return; /* of the section itself: that is known */
  (void)jl_fail(why, JL_E_UNKNOWN_OUTCOME, JL_MSG("whether you stand in for somebody who may change it is not known on this machine"),
                JL_MSG("the server says so when it is sent"));
}

static int32_t day_of(struct building *b, int64_t time_us) {
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(b->overlay->replica, zone);
  return jl_zone_day_at(&b->days, zone, time_us);
}

/* false: no memory, or the outbox cannot be read. */
static bool add_pending(struct building *b, struct jl_arena *scratch, struct jl_error *err) {
  struct jl_error why = {0};
  struct jl_outcome outcome = {0};
  Jalon__Group *group = (Jalon__Group *)jl_unpack(&jalon__group__descriptor, b->entry->group, scratch, &why);
  b->verdict = NULL;
  if (group != NULL && b->entry->state == JL_OUTBOX_DONE && b->entry->verdict.size > 0)
    b->verdict = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, b->entry->verdict, scratch, &why);
  struct jl_evaluation in = {.space = b->overlay->replica,
                             .organisation = b->out->organisation.replica,
                             .author = jl_overlay_author(b->l, b->out, b->overlay),
                             .time_us = b->entry->created_us,
                             .foresees = true,
                             .today = day_of(b, b->entry->created_us),
                             .context = b,
                             .number_of = number_of};
  bool ok = group != NULL;
  if (ok) {
    group->has_replica = group->has_group_id = true;
    group->replica = jl_to_pb((struct jl_bytes){b->l->outbox.replica.bytes, sizeof b->l->outbox.replica.bytes});
    group->group_id = jl_to_pb((struct jl_bytes){b->entry->group_id.bytes, sizeof b->entry->group_id.bytes});
    group->has_seq = true;
    group->seq = b->entry->seq != 0 ? b->entry->seq : 1;
    see_own(b, group);
    ok = jl_group_check(group, &why) && jl_group_evaluate(&in, group, scratch, &outcome, &why);
  }
  if (ok) ok = apply_outcome(b, &outcome, scratch, &why);
  if (!ok && b->entry->state != JL_OUTBOX_DONE) jl_overlay_stands_in(in.space, in.organisation, &in.author, &why);
  if (ok && outcome.unsure && b->entry->state != JL_OUTBOX_DONE) jl_overlay_unsure(&why);
  for (size_t i = 0; i < outcome.touched_count; i++) {
    jl_record_release(outcome.touched[i].before);
    jl_record_release(outcome.touched[i].after);
  }
  if (!ok && why.code == JL_E_NO_MEMORY) {
    *err = why;
    return false;
  }
  return foresee(b, &why) || no_memory(err);
}

static bool give_numbers(struct jl_local *l, const struct jl_entry *entry, struct jl_arena *scratch, struct jl_error *err) {
  struct jl_given *given;
  size_t n;
  return entry->state == JL_OUTBOX_DONE || jl_outbox_numbers(&l->outbox, entry->id, scratch, &given, &n, err);
}

static bool build(struct jl_local *l, struct jl_base *base, const struct jl_id *space, enum jl_space_kind kind, struct jl_overlays *out,
                  struct jl_overlay *overlay, bool *ret_known, struct jl_error *err) {
  struct jl_arena *scratch JL_CLEANUP(jl_arena_freep) = jl_arena_new(SCRATCH);
  struct building b = {.l = l, .out = out, .overlay = overlay};
  struct jl_base_space s;
  struct jl_entry *entries;
  size_t n;
  if (scratch == NULL) return no_memory(err);
  if (!jl_base_find(base, space, &s, err)) return false;
  s.kind = kind;
  overlay->replica = jl_base_load(base, &s, err);
  overlay->base_revision = s.live.position.revision;
  overlay->sections = s.live.number != 0 && kind == JL_SPACE_PLAN ? s.live.sections : JL_EVERY_SECTION;
  overlay->as_of_us = s.as_of_us;
  if (overlay->replica == NULL || !jl_outbox_beyond(&l->outbox, space, overlay->base_revision, out->a, &entries, &n, err)) return false;
  *ret_known = overlay->known = s.live.number != 0;
  for (size_t i = 0; i < n; i++) {
    if (entries[i].state == JL_OUTBOX_DONE && jl_mutant(JL_MUTANT_OVERLAY_EARLY)) continue;
    *ret_known = true;
    b.entry = &entries[i];
    jl_arena_reset(scratch);
    if (!give_numbers(l, b.entry, scratch, err)) return false;
    jl_arena_reset(scratch);
    if (!add_pending(&b, scratch, err)) return false;
  }
  return true;
}

/* ---- every plan there is: as last told, newer where we hold the plan itself, and those made here ---- */
static bool put_newer(struct jl_replica *plans, struct jl_record *record) {
  const struct jl_record *known = jl_replica_record(plans, &record->id);
  if (known == NULL || known->revision <= record->revision) return jl_replica_put(plans, record);
  jl_record_release(record);
  return true;
}

static bool plans_of_copies(struct jl_base *base, struct jl_replica *plans, struct jl_arena *a, struct jl_error *err) {
  struct jl_base_space *spaces;
  size_t n;
  if (!jl_base_spaces(base, a, &spaces, &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    struct jl_record *plan;
    if (spaces[i].kind != JL_SPACE_PLAN || spaces[i].live.number == 0) continue;
    if (!jl_base_record(base, &spaces[i].live, &spaces[i].id, &plan, err)) return false;
    if (plan != NULL && !put_newer(plans, plan)) return no_memory(err);
  }
  return true;
}

static bool plans_made_here(struct jl_local *l, struct jl_replica *plans, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry *entries;
  size_t n;
  if (!jl_outbox_list(&l->outbox, NULL, PENDING_STATES, a, &entries, &n, err)) return false;
  struct jl_arena *scratch JL_CLEANUP(jl_arena_freep) = jl_arena_new(JL_UNPACK_MAX);
  if (scratch == NULL) return no_memory(err);
  for (size_t i = 0; i < n; i++) {
    struct jl_error ignored;
    jl_arena_reset(scratch);
    const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, entries[i].group, scratch, &ignored);
    for (size_t k = 0; group != NULL && k < group->n_edits; k++) {
      const Jalon__Edit *edit = group->edits[k];
      struct jl_id id;
      if (edit->verb != JALON__VERB__CREATE || edit->type != JL_TYPE_PLAN || !jl_id_from_bytes(JL_PB(edit->id), &id) ||
          jl_replica_record(plans, &id) != NULL)
        continue;
      struct jl_record *record = jl_record_new(edit->type, &id, JL_PB(edit->record));
      if (record == NULL) return no_memory(err);
      record->number = 1;
      if (!jl_replica_put(plans, record)) return no_memory(err);
    }
  }
  return true;
}

static bool build_plans(struct jl_local *l, struct jl_base *base, struct jl_overlays *out, struct jl_error *err) {
  static const struct jl_id none = {{0}};
  out->plans = jl_replica_new(&none, JL_SPACE_PLAN);
  if (out->plans == NULL) return no_memory(err);
  if (!jl_base_plans(base, out->plans, err) || !plans_of_copies(base, out->plans, out->a, err) ||
      !plans_made_here(l, out->plans, out->a, err))
    return false;
  if (out->space.replica == NULL) return true;
  const struct jl_record *plan = jl_replica_record(out->space.replica, &jl_replica_where(out->space.replica)->space);
  return plan == NULL || jl_replica_put(out->plans, jl_record_share(plan)) || no_memory(err);
}

/* Who has no copy of the organisation may have the names that came with the plan. */
static bool add_names(struct jl_base *base, const struct jl_id *plan, struct jl_overlay *organisation, struct jl_error *err) {
  struct jl_base_space s;
  return organisation->known || (jl_base_find(base, plan, &s, err) && jl_base_names(base, &s, organisation->replica, &organisation->known, err));
}

bool jl_overlay_open(struct jl_local *l, const struct jl_id *space, unsigned needs, struct jl_arena *a, struct jl_overlays *out,
                     struct jl_error *err) {
  const struct jl_id *organisation = &jl_profile_identity(l->profile)->organisation, *person = &jl_profile_identity(l->profile)->person;
  struct jl_base *base = jl_local_base(l, err);
  bool known = false, ignored, wanted = space != NULL && !jl_id_is_zero(space) && !jl_id_equal(space, organisation);
  *out = (struct jl_overlays){.a = a};
  if (base == NULL) return false;
  bool ok = build(l, base, organisation, JL_SPACE_ORGANISATION, out, &out->organisation, &ignored, err) &&
            (!wanted || add_names(base, space, &out->organisation, err)) &&
            (!wanted || build(l, base, space, jl_id_equal(space, person) ? JL_SPACE_PERSONAL : JL_SPACE_PLAN, out, &out->space, &known, err)) &&
            ((needs & JL_OVERLAY_PLANS) == 0 || build_plans(l, base, out, err));
  if (ok && wanted && !known)
    ok = jl_fail(err, JL_E_NOT_FOUND, JL_MSG("this plan is not on this machine: there is no local copy of it"),
                 JL_MSG("open it once with the server at hand, or run jalon sync then"));
  if (!ok) jl_overlay_close(out);
  return ok;
}

void jl_overlay_close(struct jl_overlays *out) {
  jl_replica_free(out->space.replica);
  jl_replica_free(out->organisation.replica);
  jl_replica_free(out->plans);
  out->space.replica = out->organisation.replica = out->plans = NULL;
}

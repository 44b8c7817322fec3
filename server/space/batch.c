#include "common/model/governance/names.h"
#include "common/model/query.h"
#include "server/space/internal.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define VERDICT_MAX (JL_MESSAGE_MAX / 2)
#define SPARE_BATCHES 128
#define SPARE_BYTES 65536 /* that a spare one keeps */

/* Batches come and go with every transaction: a few are kept with their memory. */
static struct jl_batch *take_spare(struct jl_spaces *s) {
  struct jl_batch *b = s->spare_batches;
  if (b == NULL) return NULL;
  s->spare_batches = b->next_spare;
  s->spare_count--;
  return b;
}

static struct jl_batch *make(void) {
  struct jl_batch *b = malloc(sizeof *b);
  if (b == NULL) return NULL;
  b->arena = jl_arena_new(JL_BATCH_ARENA_BYTES);
  if (b->arena != NULL) return b;
  free(b);
  return NULL;
}

struct jl_batch *jl_batch_new(struct jl_space *space) {
  struct jl_batch *b = take_spare(space->owner);
  if (b == NULL) b = make();
  if (b == NULL) return NULL;
  struct jl_arena *arena = b->arena;
  memset(b, 0, offsetof(struct jl_batch, entries));
  memset(&b->count, 0, sizeof *b - offsetof(struct jl_batch, count)); /* entries are written before they are read */
  b->space = space;
  b->arena = arena;
  b->position = *jl_replica_where(space->ahead);
  b->time_us = space->ahead_time_us;
  const struct jl_space *organisation = space->owner->organisation;
  b->rights_epoch = organisation == NULL ? 0 : jl_replica_where(organisation->committed)->acl_epoch;
  return b;
}

void jl_batch_free(struct jl_batch *b) {
  if (b == NULL) return;
  struct jl_spaces *s = b->space->owner;
  for (size_t i = 0; i < b->record_count; i++) {
    struct jl_record *record;
    memcpy(&record, &b->records[i].record, sizeof record); /* ours again */
    jl_record_release(record);
  }
  if (s->spare_count < SPARE_BATCHES) {
    jl_arena_recycle(b->arena, SPARE_BYTES);
    b->next_spare = s->spare_batches;
    s->spare_batches = b;
    s->spare_count++;
    return;
  }
  jl_arena_free(b->arena);
  free(b);
}

void jl_batches_release(struct jl_spaces *s) {
  for (struct jl_batch *b; (b = take_spare(s)) != NULL;) {
    jl_arena_free(b->arena);
    free(b);
  }
}

bool jl_batch_worth(const struct jl_batch *b) { return b != NULL && b->count > 0; }

/* Room for one more item in an array of the arena. */
static bool reserve(struct jl_arena *a, void **array, size_t count, size_t *capacity, size_t item_size) {
  if (count < *capacity) return true;
  size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
  void *larger = jl_arena_array(a, wanted, item_size);
  if (larger == NULL) return false;
  if (*array != NULL && count > 0) memcpy(larger, *array, count * item_size);
  *array = larger;
  *capacity = wanted;
  return true;
}
#define RESERVE(b, array, count, capacity) reserve((b)->arena, (void **)&(b)->array, (b)->count, &(b)->capacity, sizeof *(b)->array)

/* ---- records: touched several times in a batch, written once ---- */
static uint32_t *slot_of(struct jl_batch *b, const struct jl_id *id) {
  size_t mask = b->index_capacity - 1, i = (size_t)jl_id_hash(id) & mask;
  while (b->index[i] != 0 && !jl_id_equal(&b->records[b->index[i] - 1].record->id, id)) i = (i + 1) & mask;
  return &b->index[i];
}

static bool reserve_index(struct jl_batch *b) {
  if ((b->record_count + 1) * 2 <= b->index_capacity) return true;
  size_t capacity = b->index_capacity == 0 ? 64 : b->index_capacity * 2;
  uint32_t *index = jl_arena_array(b->arena, capacity, sizeof *index);
  if (index == NULL) return false;
  b->index = index;
  b->index_capacity = capacity;
  for (size_t i = 0; i < b->record_count; i++) *slot_of(b, &b->records[i].record->id) = (uint32_t)(i + 1);
  return true;
}

static bool add_fields(struct jl_batch *b, struct jl_store_record *r, const uint32_t *fields, size_t count) {
  size_t known = 0, i = 0, k = 0, n = 0;
  while (i < r->field_count && k < count) {
    if (r->fields[i] == fields[k])
      known++, k++;
    else if (r->fields[i] > fields[k])
      break;
    else
      i++;
  }
  if (known == count) return true;
  uint32_t *both = jl_arena_array(b->arena, r->field_count + count, sizeof *both);
  if (both == NULL) return false;
  for (i = k = 0; i < r->field_count || k < count; n++) {
    bool mine = k == count || (i < r->field_count && r->fields[i] <= fields[k]);
    both[n] = mine ? r->fields[i] : fields[k];
    if (k < count && fields[k] == both[n]) k++;
    if (i < r->field_count && r->fields[i] == both[n]) i++;
  }
  r->fields = both;
  r->field_count = n;
  return true;
}

/* Takes over the reference of touched->after when it succeeds. */
static bool add_record(struct jl_batch *b, const struct jl_touched *touched) {
  if (jl_mutant(JL_MUTANT_TABLE_BEHIND) && touched->before != NULL && touched->after->type_number == JL_TYPE_RACI) {
    jl_record_release(touched->after);
    return true;
  }
  if (!reserve_index(b) || !RESERVE(b, records, record_count, record_capacity)) return false;
  uint32_t *slot = slot_of(b, &touched->after->id);
  if (*slot == 0) {
    struct jl_store_record *r = &b->records[b->record_count++];
    *r = (struct jl_store_record){
        .record = touched->after, .is_new = touched->before == NULL, .fields = touched->fields, .field_count = touched->field_count};
    *slot = (uint32_t)b->record_count;
    return true;
  }
  struct jl_store_record *r = &b->records[*slot - 1];
  if (!r->is_new && !add_fields(b, r, touched->fields, touched->field_count)) return false;
  struct jl_record *older;
  memcpy(&older, &r->record, sizeof older);
  r->record = touched->after;
  jl_record_release(older);
  return true;
}

/* ---- verdicts ---- */
struct jl_bytes jl_verdict_pack(struct jl_arena *a, const struct jl_space *space, const struct jl_submission *s, uint64_t revision,
                                struct jl_outcome *outcome, const struct jl_error *err) {
  Jalon__Verdict v = JALON__VERDICT__INIT;
  Jalon__Error wire = JALON__ERROR__INIT;
  v.has_space = v.has_seq = v.has_group_id = v.has_revision = true;
  v.space = jl_to_pb((struct jl_bytes){space->id.bytes, sizeof space->id.bytes});
  v.seq = s->seq;
  v.group_id = jl_to_pb((struct jl_bytes){s->group_id.bytes, sizeof s->group_id.bytes});
  v.revision = revision;
  size_t listed = err == NULL ? outcome->given_count : outcome->conflict_count;
  void **list = listed == 0 ? NULL : jl_arena_array(a, listed, sizeof *list);
  if (listed > 0 && list == NULL) return (struct jl_bytes){NULL, 0};
  if (err == NULL) {
    v.has_merged = v.merged = outcome->merged;
    for (size_t i = 0; i < listed; i++) {
      outcome->given[i].number += jl_mutant(JL_MUTANT_WRONG_NUMBER);
      list[i] = &outcome->given[i];
    }
    v.n_given = listed;
    v.given = (Jalon__Given **)list;
    return jl_pack(&v.base, a, VERDICT_MAX);
  }
  jl_error_to_wire(err, a, &wire);
  v.error = &wire;
  for (size_t i = 0; i < listed; i++) list[i] = &outcome->conflicts[i];
  v.conflicts = (Jalon__Conflict **)list;
  struct jl_bytes packed = {NULL, 0};
  for (v.n_conflicts = listed;; v.n_conflicts /= 2) { /* long texts: as many as fit */
    packed = jl_pack(&v.base, a, VERDICT_MAX);
    if (packed.data != NULL || v.n_conflicts == 0) return packed;
  }
}

void jl_outcome_release(struct jl_outcome *outcome, size_t taken) {
  for (size_t i = 0; i < outcome->touched_count; i++) {
    jl_record_release(outcome->touched[i].before);
    if (i >= taken) jl_record_release(outcome->touched[i].after);
  }
}

/* ---- evaluating ---- */
static bool check_here(const struct jl_space *space, const struct jl_submission *s, const Jalon__Group *group, struct jl_error *err) {
  if (s->forced != NULL) {
    *err = *s->forced;
    return false;
  }
  if (group == NULL) /* only its head was looked at */
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the group is larger than {1}"), JL_MSG("send it in several groups"),
                   jl_arg_bytes(JL_GROUP_MAX_BYTES));
  if (!jl_group_check(group, err)) return false;
  if (!group->has_depends_on || group->depends_on == 0) return true;
  if (group->depends_on >= s->seq)
    return jl_fail(err, JL_E_INVALID, JL_MSG("group {1} cannot depend on group {2}, which is not before it"), NULL,
                   jl_arg_integer((int64_t)s->seq), jl_arg_integer((int64_t)group->depends_on));
  (void)space;
  enum jl_lane_verdict verdict = jl_edit_lane_verdict(s->lane, group->depends_on);
  if (verdict == JL_LANE_APPLIED) return true;
  if (verdict == JL_LANE_FORGOTTEN)
    return jl_fail(err, JL_E_DEPENDS, JL_MSG("whether group {1}, on which this one depends, was refused is not known any more"),
                   JL_MSG("look whether its change is there, then apply this one again"), jl_arg_integer((int64_t)group->depends_on));
  return jl_fail(err, JL_E_DEPENDS, JL_MSG("group {1}, on which this one depends, was refused"),
                 JL_MSG("settle that one first, then apply this one again"), jl_arg_integer((int64_t)group->depends_on));
}

/* What an evaluation asks about while it runs. */
struct asked {
  struct jl_space *space;
  const struct jl_submission *submission;
  const struct jl_rehearsal *rehearsal;
};

/* A rehearsal's own revisions are its author's, and are nowhere else. */
static bool is_rehearsed(const struct asked *asked, const struct jl_record *record) {
  return asked->rehearsal != NULL && record->revision > jl_rehearsal_base(asked->rehearsal);
}

static bool who_changed(void *context, const struct jl_record *record, uint32_t field, struct jl_id *ret_person, int64_t *ret_time_us,
                        uint64_t *ret_revision) {
  const struct asked *asked = context;
  if (is_rehearsed(asked, record)) {
    *ret_person = asked->submission->author.person;
    *ret_time_us = asked->space->ahead_time_us;
    *ret_revision = record->revision;
    return true;
  }
  return jl_space_who_changed(asked->space, record, field, ret_person, ret_time_us, ret_revision);
}

static bool changed_since(void *context, const struct jl_record *record, uint64_t since, struct jl_arena *a, struct jl_unseen **ret_unseen,
                          size_t *ret_count) {
  const struct asked *asked = context;
  if (is_rehearsed(asked, record)) return false;
  return jl_space_changed_since(asked->space, record, since, a, ret_unseen, ret_count);
}

static enum jl_text_result merge_text(void *context, const struct jl_text_merge *texts, struct jl_bytes *ret_text) {
  const struct asked *asked = context;
  return jl_merge_known(asked->submission, texts, ret_text);
}

/* What the author may do now: with every group that stands before this one, within what the login allows. The fence keeps it true. */
static struct jl_author author_now(const struct jl_replica *on, const struct jl_replica *directory, const struct jl_author *login) {
  struct jl_author author = *login;
  struct jl_rights rights;
  jl_space_rights(on, directory, &(struct jl_who){login->person, login->administrator}, &rights);
  author.allowed = author.may_edit;
  author.may_edit &= rights.editable;
  author.may_read = rights.readable;
  return author;
}

/* The plan's day of the group's display time: rules have no other clock. */
static int32_t plan_day(struct jl_space *space, const struct jl_replica *on, int64_t time_us) {
  char zone[JL_ZONE_MAX];
  jl_plan_time_zone(on, zone);
  return jl_zone_day_at(&space->days, zone, time_us);
}

/* Guests name, and are told of, only whom they know; *ret_names NULL: everybody. The caller frees them. */
static bool names_for(struct jl_space *space, const struct jl_replica *directory, const struct jl_author *author, struct jl_replica **ret_names) {
  *ret_names = NULL;
  if ((author->may_read & JL_NAMES_ONLY) == 0 || directory == NULL) return true;
  const struct jl_replica *known = jl_space_names(space, author->may_read);
  *ret_names = known == NULL ? NULL : jl_names_with(known, directory, &author->person);
  return *ret_names != NULL;
}

static bool evaluate(struct jl_space *space, struct jl_replica *on, const struct jl_rehearsal *rehearsal, const struct jl_submission *s,
                     struct jl_arena *a, int64_t time_us, struct jl_outcome *outcome, struct jl_error *err) {
  *outcome = (struct jl_outcome){0};
  const Jalon__Group *group = NULL;
  bool alone = space->open == NULL || space->open->count == 0;
  if (s->size > 0) {
    group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, (struct jl_bytes){s->bytes, s->size}, a, err);
    if (group == NULL && err->code == JL_E_TOO_LARGE && !alone)
      return jl_fail(err, JL_E_NO_MEMORY, "", NULL); /* perhaps alone in a batch */
    if (group == NULL) return false; /* its head was readable: refused like any group that cannot be */
  }
  if (!check_here(space, s, group, err)) return false;
  const struct jl_space *organisation = space->owner->organisation;
  const struct jl_replica *directory = organisation == NULL ? NULL : organisation == space ? on : organisation->committed;
  if (rehearsal != NULL && organisation != space) directory = jl_rehearsal_directory(organisation, rehearsal, directory);
  const struct jl_author author = author_now(on, directory,
                                             jl_mutant(JL_MUTANT_WRONG_AUTHOR) && !alone ? &space->open->entries[0].submission->author
                                                                                         : &s->author);
  struct asked asked = {space, s, rehearsal};
  struct jl_replica *names;
  if (!names_for(space, directory, &author, &names)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  struct jl_evaluation in = {
      .space = on,
      .organisation = directory,
      .names = names,
      .author = author,
      .time_us = time_us,
      .today = plan_day(space, on, time_us),
      .who_changed = who_changed,
      .changed_since = changed_since,
      .merge_text = merge_text,
      .context = &asked};
  bool fine = jl_group_evaluate(&in, group, a, outcome, err);
  jl_replica_free(names);
  return fine;
}

bool jl_evaluate_on(struct jl_space *space, struct jl_replica *on, const struct jl_rehearsal *rehearsal, struct jl_submission *s, struct jl_arena *a,
                    int64_t time_us, struct jl_outcome *outcome, struct jl_error *err) {
  for (;;) {
    bool fine = evaluate(space, on, rehearsal, s, a, time_us, outcome, err);
    if (fine || outcome->merge_count == 0 || jl_merge_start(space, s, outcome->merges, outcome->merge_count)) return fine;
  }
}

static int64_t display_time(const struct jl_space *space) {
  int64_t now = jl_now_utc_us();
  return jl_mutant(JL_MUTANT_TIME_GOES_BACK) || now > space->ahead_time_us ? now : space->ahead_time_us;
}

static bool note_entry(struct jl_batch *b, struct jl_submission *s, struct jl_bytes verdict, uint64_t revision, uint32_t flags,
                       bool in_log) {
  struct jl_verdict_note note = {s->group_id, revision, flags};
  if (verdict.data == NULL || !jl_edit_lane_evaluated(s->lane, &note)) return false;
  b->entries[b->count++] = (struct jl_batch_entry){s, s->lane, s->seq, verdict};
  b->bytes += s->size;
  if (!in_log) s->lane->row_due = true;
  if (!s->lane->in_open_batch) {
    s->lane->in_open_batch = true;
    b->lanes[b->lane_count++] = s->lane;
  }
  return true;
}

/* What may come in another lane as well is remembered by its id. RESERVE before. */
static void note_again(struct jl_batch *b, const struct jl_submission *s, struct jl_bytes verdict, int64_t time_us) {
  if (s->searched == NULL || jl_again_recorded(b->space, s)) return;
  b->again[b->again_count++] = (struct jl_store_again){s->account, s->group_id, verdict, time_us};
}

static bool reserve_kept(struct jl_batch *b) {
  return RESERVE(b, refusals, refusal_count, refusal_capacity) && RESERVE(b, again, again_count, again_capacity);
}

/* What is about a person who was erased is refused without being kept. */
static bool add_refused(struct jl_batch *b, struct jl_submission *s, struct jl_bytes verdict, bool keep, int64_t time_us) {
  if (!reserve_kept(b) || !note_entry(b, s, verdict, 0, 0, false)) return false;
  b->refusals[b->refusal_count++] = (struct jl_store_refusal){s->lane->replica, s->seq, {s->bytes, keep ? s->size : 0}, verdict, time_us};
  note_again(b, s, verdict, time_us);
  return true;
}

/* The limits are reached. Otherwise it was the system that gave no memory, which says nothing of the group. */
static bool is_full(const struct jl_batch *b) {
  return !jl_arena_short(b->arena) && (jl_arena_full(b->arena) || jl_replica_count(b->space->ahead) >= JL_SPACE_RECORDS);
}

static enum jl_added no_room(const struct jl_batch *b) { return b->count > 0 ? JL_ADD_FULL : is_full(b) ? JL_ADD_BROKEN : JL_ADD_SHORT; }

/* Decided before, in another lane: the same verdict under its own number. Its group is kept there. */
static enum jl_added add_known(struct jl_batch *b, struct jl_submission *s) {
  struct jl_error err;
  Jalon__Verdict *v = (Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, s->known, b->arena, &err);
  if (v == NULL || !reserve_kept(b)) return no_room(b);
  v->has_seq = true;
  v->seq = s->seq;
  v->has_repeated = v->repeated = false;
  struct jl_bytes kept = jl_pack(&v->base, b->arena, VERDICT_MAX);
  v->has_repeated = v->repeated = true;
  struct jl_bytes answer = jl_pack(&v->base, b->arena, VERDICT_MAX + 16);
  if (kept.data == NULL || answer.data == NULL ||
      !note_entry(b, s, answer, v->revision, (v->merged ? JL_VERDICT_MERGED : 0u) | JL_VERDICT_KEPT, false))
    return no_room(b);
  b->refusals[b->refusal_count++] = (struct jl_store_refusal){s->lane->replica, s->seq, {NULL, 0}, kept, display_time(b->space)};
  note_again(b, s, kept, display_time(b->space));
  return JL_ADDED;
}

/* The numbers that a verdict gave are found in the log again, but for records that were there already (natural keys). A group without
 * effect is not in the log at all. */
static bool log_says_less(const struct jl_outcome *outcome) {
  size_t created = 0;
  if (outcome->change_count == 0) return true;
  for (size_t i = 0; i < outcome->touched_count; i++) created += outcome->touched[i].before == NULL;
  return outcome->given_count != created;
}

/* One step of acl_epoch for the batch, whatever its groups changed. */
static void note_rights(struct jl_batch *b, const struct jl_outcome *outcome) {
  struct jl_position *at = jl_replica_position(b->space->ahead);
  for (size_t i = 0; b->rights == JL_RIGHTS_KEPT && i < outcome->touched_count; i++) {
    if (!jl_rights_touched(&at->space, outcome->touched[i].before, outcome->touched[i].after)) continue;
    bool everywhere = jl_replica_kind(b->space->ahead) == JL_SPACE_ORGANISATION;
    if (everywhere && jl_mutant(JL_MUTANT_RIGHTS_UNFENCED)) continue;
    b->rights = everywhere ? JL_RIGHTS_EVERYWHERE : JL_RIGHTS_HERE;
    b->alone = b->alone || everywhere; /* it locks the heads of all plans */
    at->acl_epoch++;
  }
}

/* Moves `ahead`. When this fails, the batch must be given up. */
static bool apply(struct jl_batch *b, const struct jl_submission *s, struct jl_outcome *outcome, uint32_t flags, int64_t time_us) {
  struct jl_space *space = b->space;
  struct jl_position *at = jl_replica_position(space->ahead);
  size_t taken = 0;
  bool fine = true;
  uint64_t revision = outcome->change_count > 0 ? at->revision + 1 : at->revision;
  uint32_t sections = 0;
  for (size_t i = 0; i < outcome->change_count; i++) sections |= 1U << outcome->sections[i];
  for (size_t i = 0; fine && i < outcome->change_count; i++) {
    enum jl_section section = (enum jl_section)outcome->sections[i];
    JL_ASSERT(section > JL_SECTION_NONE && section < JL_SECTIONS);
    fine = RESERVE(b, log, log_count, log_capacity);
    if (!fine) break;
    b->log[b->log_count++] = (struct jl_store_log){.revision = revision,
                                                   .section = section,
                                                   .author = s->author.person,
                                                   .replica = s->lane->replica,
                                                   .seq = s->seq,
                                                   .group = jl_mutant(JL_MUTANT_SKIP_VERDICT) ? (struct jl_id){{0}} : s->group_id,
                                                   .outcome = flags,
                                                   .time_us = time_us,
                                                   .body = outcome->changes[i].body,
                                                   .private_values = outcome->changes[i].private_values,
                                                   .import_name = outcome->import_name,
                                                   .takes_back = outcome->takes_back};
    struct jl_section_position *position = &at->sections[section];
    uint8_t chain[JL_CHAIN_SIZE];
    jl_chain_next(position->chain, outcome->changes[i].body, chain);
    memcpy(position->chain, chain, sizeof chain);
    jl_link_make(sections, chain, b->log[b->log_count - 1].link);
    position->revision = revision;
  }
  at->revision = revision;
  note_rights(b, outcome);
  for (size_t i = 0; fine && i < outcome->touched_count; i++) {
    fine = jl_replica_put(space->ahead, jl_record_share(outcome->touched[i].after)) && add_record(b, &outcome->touched[i]);
    if (fine) taken++;
  }
  jl_outcome_release(outcome, taken);
  b->position = *at;
  b->time_us = space->ahead_time_us = time_us;
  return fine;
}

static enum jl_added add_applied(struct jl_batch *b, struct jl_submission *s, struct jl_outcome *outcome, int64_t time_us) {
  uint64_t at = jl_replica_where(b->space->ahead)->revision, revision = outcome->change_count > 0 ? at + 1 : at;
  uint32_t flags = (outcome->merged ? JL_VERDICT_MERGED : 0u) | (outcome->given_count > 0 ? JL_VERDICT_GAVE_NUMBERS : 0u) |
                   (log_says_less(outcome) ? JL_VERDICT_KEPT : 0u) | (outcome->erases ? JL_VERDICT_ERASED : 0u);
  struct jl_bytes verdict = jl_verdict_pack(b->arena, b->space, s, revision, outcome, NULL);
  if (!reserve_kept(b) || !note_entry(b, s, verdict, revision, flags, outcome->change_count > 0)) {
    jl_outcome_release(outcome, 0);
    return no_room(b);
  }
  if ((flags & JL_VERDICT_KEPT) != 0)
    b->refusals[b->refusal_count++] =
        (struct jl_store_refusal){s->lane->replica, s->seq, {NULL, 0}, verdict, time_us}; /* no group: it is no refusal */
  note_again(b, s, verdict, time_us);
  if (apply(b, s, outcome, flags, time_us)) return JL_ADDED;
  return is_full(b) ? JL_ADD_BROKEN : JL_ADD_SHORT; /* it was begun: the batch must be given up */
}

enum jl_added jl_batch_add(struct jl_batch *b, struct jl_submission *s, struct jl_bytes *ret_verdict) {
  struct jl_space *space = b->space;
  if (b->erases) return JL_ADD_FULL;
  struct jl_outcome outcome;
  struct jl_error err = {0};
  int64_t time_us = display_time(space);
  enum jl_again again = jl_again_look(space, s);
  if (again != JL_AGAIN_NEW) return again == JL_AGAIN_WAITS ? JL_ADD_WAITS : add_known(b, s);
  bool fine = jl_evaluate_on(space, space->ahead, NULL, s, b->arena, time_us, &outcome, &err);
  if (!fine && jl_merging(s)) return JL_ADD_WAITS;
  if (jl_arena_short(b->arena) || jl_arena_full(b->arena)) { /* a rule that could not look is no judgement, whatever it said */
    fine = false;
    jl_fail(&err, JL_E_NO_MEMORY, "", NULL);
  }
  /* Its certificate tells the chains right before it. Without effect on a person it still ends an account that was opened since. */
  if (fine && outcome.erases && (outcome.change_count > 0 || jl_replica_kind(space->ahead) == JL_SPACE_ORGANISATION)) {
    if (b->count > 0) {
      jl_outcome_release(&outcome, 0);
      return JL_ADD_FULL;
    }
    b->erases = b->alone = true;
    b->erased = outcome.erased;
  }
  if (fine) return add_applied(b, s, &outcome, time_us);
  jl_outcome_release(&outcome, 0);
  if (err.code == JL_E_NO_MEMORY) {
    if (b->count > 0) return JL_ADD_FULL;
    if (!is_full(b)) return JL_ADD_SHORT;
    outcome = (struct jl_outcome){0};
    jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("this change needs more than {1} of memory at once"), JL_MSG("send it in several groups"),
            jl_arg_bytes(JL_BATCH_ARENA_BYTES));
    jl_arena_reset(b->arena); /* the batch is empty, so nothing in it is needed */
    b->log = NULL, b->records = NULL, b->index = NULL, b->refusals = NULL, b->again = NULL;
    b->log_capacity = b->record_capacity = b->index_capacity = b->refusal_capacity = b->again_capacity = 0;
  }
  struct jl_bytes verdict = jl_verdict_pack(b->arena, space, s, 0, &outcome, &err);
  if (verdict.data == NULL) return no_room(b);
  *ret_verdict = verdict;
  if (!space->exists && jl_replica_where(space->ahead)->revision == 0) return JL_ADD_NOTHING;
  if (!add_refused(b, s, verdict, !outcome.of_erased, time_us)) return no_room(b);
  return JL_ADDED;
}

struct jl_bytes jl_dry_run(struct jl_space *space, struct jl_submission *s, struct jl_arena *a) {
  struct jl_outcome outcome;
  struct jl_error err = {0};
  bool fine = jl_evaluate_on(space, space->ahead, NULL, s, a, display_time(space), &outcome, &err);
  if (!fine && jl_merging(s)) return (struct jl_bytes){NULL, 0};
  struct jl_bytes verdict =
      jl_verdict_pack(a, space, s, fine ? jl_replica_where(space->ahead)->revision + 1 : 0, &outcome, fine ? NULL : &err);
  jl_outcome_release(&outcome, 0);
  return jl_arena_short(a) ? (struct jl_bytes){NULL, 0} : verdict; /* a rule without memory judges nothing */
}

/* ---- handing over ---- */
static bool write_lane(struct jl_batch *b, struct jl_edit_lane *lane, struct jl_store_lane *lanes) {
  struct jl_bytes verdicts = jl_edit_lane_pack(lane, lane->ahead, b->arena);
  if (verdicts.data == NULL) return false;
  lanes[b->written_count] = (struct jl_store_lane){lane->replica, lane->account, lane->ahead, verdicts, !lane->stored};
  b->written[b->written_count++] = lane;
  return true;
}

/* Every lane whose row would be behind. NULL: no memory, and then it may wait: the log has it all. */
static struct jl_store_lane *write_all(struct jl_batch *b) {
  const struct jl_space *space = b->space;
  struct jl_edit_lane *lane;
  size_t count = b->lane_count;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;) count += lane->behind && !lane->in_open_batch;
  struct jl_store_lane *lanes = jl_arena_array(b->arena, count, sizeof *lanes);
  b->written = jl_arena_array(b->arena, count, sizeof(struct jl_edit_lane *));
  b->written_count = 0;
  if (lanes == NULL || b->written == NULL) return NULL;
  for (size_t at = 0; (lane = jl_idmap_each(&space->lanes, &at)) != NULL;)
    if ((lane->behind || lane->in_open_batch) && !write_lane(b, lane, lanes)) return NULL;
  return lanes;
}

/* Those of which the log would not tell everything. */
static struct jl_store_lane *write_due(struct jl_batch *b) {
  struct jl_store_lane *lanes = jl_arena_array(b->arena, b->lane_count, sizeof *lanes);
  b->written = jl_arena_array(b->arena, b->lane_count, sizeof(struct jl_edit_lane *));
  b->written_count = 0;
  if (lanes == NULL || b->written == NULL) return NULL;
  for (size_t i = 0; i < b->lane_count; i++)
    if ((!b->lanes[i]->stored || b->lanes[i]->row_due) && !write_lane(b, b->lanes[i], lanes)) return NULL;
  return lanes;
}

bool jl_batch_seal(struct jl_batch *b) {
  struct jl_space *space = b->space;
  const struct jl_position *from = jl_replica_where(space->committed);
  bool complete = !space->exists || b->position.revision - space->lanes_revision >= JL_LANES_TAIL;
  struct jl_store_lane *lanes = complete ? write_all(b) : NULL;
  complete = lanes != NULL;
  if (lanes == NULL && (lanes = write_due(b)) == NULL) return false;
  for (size_t i = 0; i < b->lane_count; i++) b->lanes[i]->in_open_batch = b->lanes[i]->row_due = false;
  b->alone = b->alone || !space->exists; /* it locks the organisation's head */
  bool skip = jl_mutant(JL_MUTANT_SKIP_VERDICT);
  b->store = (struct jl_store_batch){.space = space->id,
                                     .kind = jl_replica_kind(space->committed),
                                     .creates_space = !space->exists,
                                     .epoch = from->epoch,
                                     .acl_epoch = from->acl_epoch,
                                     .rights = b->rights,
                                     .organisation = space->owner->organisation_id,
                                     .rights_epoch = b->rights_epoch,
                                     .old_revision = from->revision,
                                     .old_commits = space->commits,
                                     .new_revision = b->position.revision,
                                     .lanes_revision = complete ? b->position.revision : space->lanes_revision,
                                     .sections = b->position.sections,
                                     .time_us = b->time_us,
                                     .log = b->log,
                                     .log_count = b->log_count,
                                     .records = b->records,
                                     .record_count = b->record_count,
                                     .lanes = lanes,
                                     .lane_count = skip ? 0 : b->written_count,
                                     .refusals = b->refusals,
                                     .refusal_count = b->refusal_count,
                                     .again = b->again,
                                     .again_count = b->again_count,
                                     .erases = b->erases ? from->sections : NULL,
                                     .erased = b->erased};
  return true;
}

/* Following spaces: subscribe from where the base stands, take snapshot, tail and bookmarks, begin again when something does
 * not fit. */
#include "client/sync/engine_state.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define MESSAGE_ARENA (JL_UNPACK_MAX + 4U * JL_MESSAGE_MAX)

static ProtobufCBinaryData id_pb(const struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, (uint8_t *)(uintptr_t)id->bytes}; }

struct jl_follow *jl_follow_of(const struct jl_engine *e, const struct jl_id *space) {
  for (struct jl_follow *f = e->follows; f != NULL; f = f->next)
    if (f->state != JL_FOLLOW_GONE && jl_id_equal(&f->s.id, space)) return f;
  return NULL;
}

uint32_t jl_engine_send(struct jl_engine *e, uint8_t type, const ProtobufCMessage *message) {
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(2 * JL_MESSAGE_MAX);
  struct jl_bytes packed = a == NULL ? (struct jl_bytes){NULL, 0} : jl_pack(message, a, JL_MESSAGE_MAX);
  return packed.data == NULL && protobuf_c_message_get_packed_size(message) > 0 ? 0 : e->calls.send(e->context, type, packed);
}

static void unsubscribe(struct jl_engine *e, struct jl_follow *f) {
  Jalon__Cancel cancel = JALON__CANCEL__INIT;
  if (f->stream == 0 || !e->up) return;
  cancel.has_stream = true;
  cancel.stream = f->stream;
  f->stream = 0;
  (void)jl_engine_send(e, JALON__FRAME_TYPE__UNSUBSCRIBE, &cancel.base);
}

void jl_follow_end(struct jl_engine *e, struct jl_follow *f, const struct jl_error *err) {
  struct jl_engine_event event = {
      .kind = JL_ENGINE_ENDED, .space = f->s.id, .revisions = f->revisions, .records = f->records, .resynced = f->swapped, .error = *err};
  unsubscribe(e, f);
  f->state = JL_FOLLOW_GONE;
  jl_engine_tell(e, &event);
}

/* ---- subscribing ---- */
static void position_pb(const struct jl_position *in, Jalon__Position *out, Jalon__SectionPosition sections[JL_SECTIONS],
                        Jalon__SectionPosition *list[JL_SECTIONS]) {
  jalon__position__init(out);
  out->has_space = out->has_epoch = out->has_revision = true;
  out->space = id_pb(&in->space);
  out->epoch = in->epoch;
  out->revision = in->revision;
  out->sections = list;
  for (uint32_t i = 0; i < JL_SECTIONS; i++) {
    if (in->sections[i].revision == 0) continue;
    Jalon__SectionPosition *section = list[out->n_sections++] = &sections[i];
    jalon__section_position__init(section);
    section->has_section = section->has_revision = section->has_chain = true;
    section->section = i;
    section->revision = in->sections[i].revision;
    section->chain = (ProtobufCBinaryData){JL_CHAIN_SIZE, (uint8_t *)(uintptr_t)in->sections[i].chain};
  }
}

static bool position_of(const Jalon__Position *in, const struct jl_id *space, struct jl_position *out) {
  *out = (struct jl_position){.space = *space, .epoch = in->epoch, .revision = in->revision};
  for (size_t i = 0; i < in->n_sections; i++) {
    const Jalon__SectionPosition *section = in->sections[i];
    if (section->section >= JL_SECTIONS || section->chain.len != JL_CHAIN_SIZE) return false;
    out->sections[section->section].revision = section->revision;
    memcpy(out->sections[section->section].chain, section->chain.data, JL_CHAIN_SIZE);
  }
  return true;
}

/* A copy that is taken anew vouches for nothing until it is there; one that the power took part of, as far as it stands. */
static bool unvouch(struct jl_engine *e, struct jl_follow *f, uint64_t after) {
  struct jl_error err = {0};
  if (e->outbox->read_only || (jl_outbox_unvouch(e->outbox, &f->s.id, after, &err) && jl_lost_begin(e, f, after, &err))) return true;
  jl_follow_end(e, f, &err);
  return false;
}

void jl_follow_start(struct jl_engine *e, struct jl_follow *f) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  Jalon__Position from;
  Jalon__SectionPosition sections[JL_SECTIONS], *list[JL_SECTIONS];
  message.has_space = true;
  message.space = id_pb(&f->s.id);
  f->resumed = f->s.shadow.number != 0 && !f->s.shadow_whole && !jl_id_is_zero(&f->s.shadow_cursor) && f->s.shadow.position.revision != 0;
  const struct jl_position *where = f->s.shadow.number != 0 && (f->s.shadow_whole || f->resumed) ? &f->s.shadow.position
                                    : f->s.live.number != 0 && !f->fresh                         ? &f->s.live.position
                                                                                                 : NULL;
  if (!unvouch(e, f, where == &f->s.live.position ? where->revision : 0)) return;
  if (where != NULL) {
    position_pb(where, &from, sections, list);
    message.from = &from;
  }
  uint32_t held = where == &f->s.shadow.position ? f->s.shadow.sections : f->s.live.sections, sections_held[JL_SECTIONS];
  message.sections = sections_held;
  for (uint32_t i = JL_SECTION_NONE + 1; where != NULL && held != JL_EVERY_SECTION && i < JL_SECTIONS; i++)
    if ((held >> i & 1) != 0) sections_held[message.n_sections++] = i;
  if (f->resumed) {
    message.has_snapshot_after = true;
    message.snapshot_after = id_pb(&f->s.shadow_cursor);
  }
  jl_replica_free(f->names);
  f->names = NULL;
  f->began = f->caught_up = f->live = false;
  f->readable = JL_EVERY_SECTION;
  f->adding = 0;
  f->gap_asked = true;
  f->told = (struct jl_position){0};
  f->vouched = false;
  f->look_us = 0;
  f->look_at_most = 0;
  f->stream = jl_engine_send(e, JALON__FRAME_TYPE__SUBSCRIBE, &message.base);
  f->state = JL_FOLLOW_ASKED;
}

/* ---- when something does not fit ---- */
static void begin_again(struct jl_engine *e, struct jl_follow *f, bool snapshot) {
  struct jl_error err = {0};
  unsubscribe(e, f);
  jl_replica_free(f->sparse);
  f->sparse = NULL;
  if (snapshot) {
    f->fresh = true;
    if (f->s.shadow.number != 0 && !(jl_engine_begin(e, &err) && jl_base_shadow_drop(e->base, &f->s, &err))) {
      jl_follow_end(e, f, &err);
      return;
    }
  }
  if (f->tail_limit != 0 && snapshot) {
    (void)jl_fail(&err, JL_E_OVERLOADED, JL_MSG("the local copy is too far behind for a quick refresh"), JL_MSG("run jalon sync"));
    jl_follow_end(e, f, &err);
    return;
  }
  if (e->up)
    jl_follow_start(e, f);
  else
    f->state = JL_FOLLOW_IDLE;
}

/* Asks once more from where we stand, then takes a snapshot. A failing disk ends it. */
static void did_not_fit(struct jl_engine *e, struct jl_follow *f, const struct jl_error *err) {
  const struct jl_position *at = f->s.shadow.number != 0 ? &f->s.shadow.position : &f->s.live.position;
  if (e->base->sql.trouble != JL_SQL_FINE || (err->code != JL_E_HISTORY_FORKED && jl_code_class(err->code) != JL_CLASS_INVALID)) {
    jl_sql_rollback(&e->base->sql);
    e->open = false;
    jl_follow_reset(e);
    jl_follow_end(e, f, err);
    return;
  }
  bool twice = f->broken_at == at->revision;
  f->broken_at = at->revision;
  begin_again(e, f, twice);
}

void jl_follow_reset(struct jl_engine *e) {
  struct jl_error ignored;
  for (struct jl_follow *f = e->follows; f != NULL; f = f->next) {
    jl_replica_free(f->sparse);
    f->sparse = NULL;
    if (f->state == JL_FOLLOW_GONE) continue;
    struct jl_id id = f->s.id;
    enum jl_space_kind kind = f->s.kind;
    if (!jl_base_find(e->base, &id, &f->s, &ignored)) continue;
    f->s.kind = kind;
    if (f->stream == 0) continue;
    unsubscribe(e, f);
    if (e->up) jl_follow_start(e, f);
  }
}

/* ---- rights: what may be read has come with the reply ---- */
/* What is no longer readable goes at once, from the disk too. */
static bool take_rights(struct jl_engine *e, struct jl_follow *f, const Jalon__SubscribeReply *in, struct jl_error *err) {
  if (in->n_readable == 0) return true;
  f->readable = 0;
  for (size_t i = 0; i < in->n_readable; i++)
    if (in->readable[i] < JL_SECTIONS) f->readable |= 1U << in->readable[i];
  uint32_t known = (1U << JL_SECTIONS) - 1, held = (f->s.live.number != 0 ? f->s.live.sections : 0) | (f->s.shadow.number != 0 ? f->s.shadow.sections : 0);
  if (f->s.live.number == 0 && f->s.shadow.number == 0) {
    f->s.shadow.sections = f->readable;
    return true;
  }
  /* An older copy, and all of it may be read; the directory is readable to everybody. */
  bool all_said = held == JL_EVERY_SECTION && (f->readable == (known & ~1U) || f->s.kind != JL_SPACE_PLAN);
  if ((held & ~f->readable) == 0) return true;
  if (!jl_engine_begin(e, err)) return false;
  if (all_said) {
    f->s.live.sections &= f->readable;
    f->s.shadow.sections &= f->readable;
    return jl_base_save(e->base, &f->s, err);
  }
  jl_replica_free(f->sparse);
  f->sparse = NULL;
  return jl_base_keep_sections(e->base, &f->s, f->readable, err) && jl_engine_commit(e, err);
}

/* A section that has become readable comes beside the rest of the copy, which stands where the section's snapshot begins. */
static bool take_added(struct jl_engine *e, struct jl_follow *f, const Jalon__Snapshot *in, struct jl_error *err) {
  struct jl_position at;
  bool has_position = in->position != NULL;
  if (f->s.live.number == 0 || f->s.shadow.number != 0 || (in->last && !has_position) ||
      (has_position && (!position_of(in->position, &f->s.id, &at) || at.revision != f->s.live.position.revision)))
    return jl_fail(err, JL_E_INVALID, JL_MSG("a part of a plan came that does not fit what is here"), NULL);
  for (size_t i = 0; i < in->n_sections; i++)
    if (in->sections[i] < JL_SECTIONS) f->adding |= 1U << in->sections[i];
  if (!jl_follow_records(e, f, in, err)) return false;
  if (!in->last) return true;
  jl_replica_free(f->sparse);
  f->sparse = NULL;
  f->s.whole_at = in->has_whole_at ? in->whole_at : 0;
  bool ok = jl_base_add_sections(e->base, &f->s, f->adding, &at, err);
  f->adding = 0;
  f->swapped = true;
  for (struct jl_engine_lane *lane = e->lanes; lane != NULL; lane = lane->next)
    if (jl_id_equal(&lane->space, &f->s.id)) lane->searched = lane->search_for = 0; /* the log of these sections was not looked through */
  return ok;
}

/* ---- snapshot ---- */
static bool take_snapshot(struct jl_engine *e, struct jl_follow *f, const Jalon__Snapshot *in, struct jl_error *err) {
  struct jl_position at;
  bool has_position = in->position != NULL;
  if (has_position && !position_of(in->position, &f->s.id, &at)) return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a position of the server is malformed"), NULL);
  if (in->n_sections > 0) return take_added(e, f, in, err);
  if (!f->began && !f->resumed) {
    struct jl_position nowhere = {.space = f->s.id};
    if (!jl_engine_begin(e, err)) return false;
    f->s.shadow.sections = f->readable;
    if (!jl_base_shadow_begin(e->base, &f->s, has_position ? &at : &nowhere, err)) return false;
  }
  f->began = true;
  if (!jl_follow_records(e, f, in, err)) return false;
  struct jl_engine_event event = {
      .kind = JL_ENGINE_PROGRESS, .space = f->s.id, .snapshot = true, .done = f->s.shadow_count, .total = f->s.shadow_total};
  jl_engine_tell(e, &event);
  if (!in->last) return true;
  if (!has_position) return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a snapshot ended without a position"), NULL);
  f->s.shadow.position = at;
  f->s.shadow_origin = at.revision;
  f->s.shadow_whole = true;
  f->s.whole_at = in->has_whole_at ? in->whole_at : 0;
  return f->s.whole_at == 0 || f->s.whole_at > at.revision ? jl_base_save(e->base, &f->s, err) : jl_follow_swap(e, f, err);
}

/* ---- tail ---- */
/* The chains of a position that the server told, once we have come to it. */
static bool chains_agree(const struct jl_follow *f, const struct jl_position *here) {
  if (f->told.revision == 0 || f->told.revision != here->revision) return true;
  if (f->told.epoch != here->epoch) return false;
  for (size_t i = 0; i < JL_SECTIONS; i++)
    if (f->told.sections[i].revision != 0 && (f->told.sections[i].revision != here->sections[i].revision ||
                                              memcmp(f->told.sections[i].chain, here->sections[i].chain, JL_CHAIN_SIZE) != 0))
      return false;
  return true;
}

static bool came_to_head(struct jl_engine *e, struct jl_follow *f, struct jl_error *err) {
  f->s.head = f->s.live.position.revision;
  f->s.as_of_us = e->calls.now_us(e->context);
  f->caught_up = true;
  if (f->s.kind == JL_SPACE_ORGANISATION && !jl_base_drop_names(e->base, err)) return false;
  return jl_base_save(e->base, &f->s, err);
}

static bool take_changes(struct jl_engine *e, struct jl_follow *f, const Jalon__Revisions *in, struct jl_arena *a, struct jl_error *err) {
  if (f->s.shadow.number != 0 && !f->s.shadow_whole) return jl_fail(err, JL_E_INVALID, JL_MSG("changes came before the snapshot was whole"), NULL);
  if (f->s.head < in->through) f->s.head = in->through;
  if (!jl_follow_apply(e, f, in, a, err)) return false;
  const struct jl_position *here = f->s.shadow.number != 0 ? &f->s.shadow.position : &f->s.live.position;
  if (!chains_agree(f, here)) return jl_fail(err, JL_E_HISTORY_FORKED, JL_MSG("the server's history is not the one that this copy followed"), NULL);
  if (f->s.shadow.number != 0 && f->s.whole_at != 0 && here->revision >= f->s.whole_at && !jl_follow_swap(e, f, err)) return false;
  struct jl_engine_event event = {.kind = JL_ENGINE_PROGRESS, .space = f->s.id, .done = f->revisions, .total = 0};
  if (f->told.revision > in->through) event.total = f->revisions + (f->told.revision - in->through);
  f->state = JL_FOLLOW_ASKED;
  f->caught_up = false;
  if (f->live && !in->has_more && !came_to_head(e, f, err)) return false;
  jl_engine_tell(e, &event);
  return true;
}

static bool take_bookmark(struct jl_engine *e, struct jl_follow *f, uint64_t revision, struct jl_error *err) {
  if (f->s.shadow.number != 0) {
    if (!f->s.shadow_whole) return jl_fail(err, JL_E_INVALID, JL_MSG("the server is at its head before the snapshot was whole"), NULL);
    if (!jl_follow_swap(e, f, err)) return false;
  }
  struct jl_base_set *live = &f->s.live;
  if (live->position.revision < revision)
    return jl_fail(err, JL_E_HISTORY_FORKED, JL_MSG("revisions after {1} are missing"), NULL, jl_arg_integer((int64_t)live->position.revision));
  if (!jl_engine_begin(e, err)) return false;
  f->live = true;
  f->broken_at = UINT64_MAX;
  f->fresh = false;
  return came_to_head(e, f, err);
}

/* ---- messages ---- */
static void resync(struct jl_engine *e, struct jl_follow *f, const Jalon__Resync *in) {
  struct jl_error why = {0};
  if (in->error != NULL) jl_error_from_wire(in->error, &why);
  f->stream = 0; /* over on the server */
  if (why.code == JL_E_HISTORY_FORKED && !e->outbox->read_only && !jl_outbox_unnumber(e->outbox, &f->s.id, &why)) {
    jl_follow_end(e, f, &why);
    return;
  }
  begin_again(e, f, true);
}

/* ---- a guest's names: there is no copy of the organisation beside them ---- */
static bool keep_names(struct jl_engine *e, struct jl_follow *f, struct jl_error *err) {
  struct jl_base_space organisation;
  if (!jl_engine_begin(e, err) || !jl_base_find(e->base, &e->organisation, &organisation, err)) return false;
  if (f->s.number == 0 && !jl_base_save(e->base, &f->s, err)) return false;
  if (organisation.number != 0 && jl_follow_of(e, &e->organisation) == NULL && !jl_base_forget(e->base, &e->organisation, err)) return false;
  return jl_base_put_names(e->base, &f->s, f->names, err);
}

static bool take_names(struct jl_engine *e, struct jl_follow *f, const Jalon__Names *in, struct jl_error *err) {
  if (f->names == NULL) f->names = jl_replica_new(&e->organisation, JL_SPACE_ORGANISATION);
  for (size_t i = 0; f->names != NULL && i < in->n_records; i++) {
    struct jl_record *record = jl_follow_record(in->records[i], err);
    if (record == NULL) return false;
    if (!jl_replica_put(f->names, record)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  }
  if (f->names == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!in->last) return true;
  bool ok = keep_names(e, f, err);
  jl_replica_free(f->names);
  f->names = NULL;
  return ok;
}

static bool take_event(struct jl_engine *e, struct jl_follow *f, uint8_t type, const ProtobufCMessage *message, struct jl_arena *a,
                       struct jl_error *err) {
  switch (type) {
  case JALON__FRAME_TYPE__SUBSCRIBE_REPLY: {
    const Jalon__SubscribeReply *in = (const Jalon__SubscribeReply *)message;
    if (!take_rights(e, f, in, err)) return false;
    if (in->position == NULL) return true;
    if (!position_of(in->position, &f->s.id, &f->told)) return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("a position of the server is malformed"), NULL);
    uint64_t here = f->s.live.position.revision;
    if (f->s.head < f->told.revision) f->s.head = f->told.revision;
    if (f->tail_limit == 0 || (f->s.live.number != 0 && f->told.revision <= here + f->tail_limit)) return true;
    return jl_fail(err, JL_E_OVERLOADED, JL_MSG("the local copy is too far behind for a quick refresh"), JL_MSG("run jalon sync"));
  }
  case JALON__FRAME_TYPE__SNAPSHOT:
    return take_snapshot(e, f, (const Jalon__Snapshot *)message, err);
  case JALON__FRAME_TYPE__REVISIONS:
    return take_changes(e, f, (const Jalon__Revisions *)message, a, err);
  case JALON__FRAME_TYPE__NAMES:
    return take_names(e, f, (const Jalon__Names *)message, err);
  case JALON__FRAME_TYPE__BOOKMARK:
    return take_bookmark(e, f, ((const Jalon__Bookmark *)message)->revision, err);
  case JALON__FRAME_TYPE__LAGGING: /* the rest comes from the log, and then a bookmark */
    f->live = f->caught_up = false;
    f->state = JL_FOLLOW_ASKED;
    return true;
  default:
    return true;
  }
}

static const struct {
  uint8_t type;
  const ProtobufCMessageDescriptor *descriptor;
} events[] = {
    {JALON__FRAME_TYPE__SUBSCRIBE_REPLY, &jalon__subscribe_reply__descriptor}, {JALON__FRAME_TYPE__SNAPSHOT, &jalon__snapshot__descriptor},
    {JALON__FRAME_TYPE__REVISIONS, &jalon__revisions__descriptor},             {JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor},
    {JALON__FRAME_TYPE__NAMES, &jalon__names__descriptor},
    {JALON__FRAME_TYPE__LAGGING, &jalon__lagging__descriptor},                 {JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor},
    {JALON__FRAME_TYPE__ENDED, &jalon__ended__descriptor},                     {JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor},
};

/* Nothing of the plan may be read any more: its copy goes. What was written and waits stays in the outbox. */
static void forget(struct jl_engine *e, struct jl_follow *f) {
  struct jl_error ignored;
  if (!jl_engine_begin(e, &ignored)) return;
  jl_replica_free(f->sparse);
  f->sparse = NULL;
  if (jl_base_forget(e->base, &f->s.id, &ignored)) {
    f->s.number = f->s.live.number = f->s.shadow.number = 0;
    if (jl_engine_commit(e, &ignored)) return;
  }
  jl_sql_rollback(&e->base->sql);
  e->open = false;
  jl_follow_reset(e);
}

static void ended(struct jl_engine *e, struct jl_follow *f, const Jalon__Error *wire, bool had_begun) {
  struct jl_error why = {0};
  if (wire != NULL) jl_error_from_wire(wire, &why);
  if (why.code == JL_E_OK) (void)jl_fail(&why, JL_E_UNAVAILABLE, JL_MSG("the server ended the subscription"), NULL);
  f->stream = 0;
  if (why.code == JL_E_RIGHTS_CHANGED && had_begun && e->up) { /* with what may be read now */
    jl_follow_start(e, f);
    return;
  }
  if (why.code == JL_E_RIGHTS_CHANGED && !had_begun && f->s.number != 0) forget(e, f);
  if (jl_code_class(why.code) != JL_CLASS_RETRY) {
    jl_follow_end(e, f, &why);
    return;
  }
  struct jl_engine_event event = {.kind = JL_ENGINE_COME_BACK, .space = f->s.id, .error = why};
  f->state = JL_FOLLOW_IDLE;
  jl_engine_tell(e, &event);
}

static void follow_message(struct jl_engine *e, struct jl_follow *f, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0};
  const ProtobufCMessageDescriptor *descriptor = NULL;
  for (size_t i = 0; i < JL_COUNT(events); i++)
    if (events[i].type == type) descriptor = events[i].descriptor;
  const ProtobufCMessage *message = descriptor == NULL ? NULL : jl_unpack(descriptor, payload, a, &err);
  if (descriptor == NULL) return; /* newer than we are */
  e->base->sql.trouble = JL_SQL_FINE;
  if (message == NULL)
    did_not_fit(e, f, &err);
  else if (type == JALON__FRAME_TYPE__RESYNC)
    resync(e, f, (const Jalon__Resync *)message);
  else if (type == JALON__FRAME_TYPE__ENDED)
    ended(e, f, ((const Jalon__Ended *)message)->error, true);
  else if (type == JALON__FRAME_TYPE__ERROR)
    ended(e, f, (const Jalon__Error *)message, false);
  else if (!take_event(e, f, type, message, a, &err)) {
    if (err.code == JL_E_OVERLOADED)
      jl_follow_end(e, f, &err);
    else
      did_not_fit(e, f, &err);
  }
}

/* ---- the list of plans ---- */
void jl_engine_plans(struct jl_engine *e) {
  Jalon__Read read = JALON__READ__INIT;
  Jalon__Query query = JALON__QUERY__INIT, *list[] = {&query};
  uint32_t types[] = {JL_TYPE_PLAN};
  if (!e->up || e->base == NULL || e->plans_stream != 0) return;
  query.n_types = 1;
  query.types = types;
  query.has_all = query.all = true;
  read.n_queries = 1;
  read.queries = list;
  e->plans_stream = jl_engine_send(e, JALON__FRAME_TYPE__READ, &read.base);
}

static bool put_plans(struct jl_engine *e, const Jalon__Found *found, struct jl_arena *a, struct jl_error *err) {
  struct jl_record **plans = jl_arena_array(a, found->n_records + 1, sizeof(struct jl_record *));
  size_t n = 0;
  for (size_t i = 0; plans != NULL && i < found->n_records; i++) {
    const Jalon__RecordState *in = found->records[i];
    struct jl_id id;
    if (!jl_id_from_bytes(JL_PB(in->id), &id) || in->type != JL_TYPE_PLAN || (plans[n] = jl_record_new(in->type, &id, JL_PB(in->body))) == NULL)
      continue;
    plans[n]->number = in->number;
    plans[n]->revision = in->revision;
    plans[n]->created_revision = in->created_revision;
    plans[n++]->deleted_revision = in->deleted_revision;
  }
  bool ok = plans != NULL && jl_engine_begin(e, err) && jl_base_put_plans(e->base, plans, n, err);
  for (size_t i = 0; i < n; i++) jl_record_release(plans[i]);
  return ok;
}

/* The list is a convenience: when it does not come, the old one stays. */
static void take_plans(struct jl_engine *e, uint8_t type, struct jl_bytes payload, struct jl_arena *a) {
  struct jl_error err = {0};
  e->plans_stream = 0;
  if (type != JALON__FRAME_TYPE__READ_REPLY) return;
  const Jalon__ReadReply *reply = (const Jalon__ReadReply *)jl_unpack(&jalon__read_reply__descriptor, payload, a, &err);
  if (reply == NULL || reply->n_found != 1 || reply->found[0]->error != NULL || put_plans(e, reply->found[0], a, &err)) return;
  jl_sql_rollback(&e->base->sql);
  e->open = false;
  jl_follow_reset(e);
}

bool jl_follow_message(struct jl_engine *e, uint8_t type, uint32_t stream, struct jl_bytes payload) {
  jl_engine_look(e);
  struct jl_follow *f = e->follows;
  while (f != NULL && (f->state == JL_FOLLOW_GONE || (f->stream != stream && f->looking != stream))) f = f->next;
  if (f == NULL && e->plans_stream != stream) return false;
  struct jl_arena *a JL_CLEANUP(jl_arena_freep) = jl_arena_new(MESSAGE_ARENA);
  if (a == NULL) return true;
  if (f == NULL)
    take_plans(e, type, payload, a);
  else if (f->looking == stream)
    jl_lost_looked(e, f, type, payload, a);
  else
    follow_message(e, f, type, payload, a);
  return true;
}

/* ---- what is due when all that came is committed ---- */
static void at_head(struct jl_engine *e, struct jl_follow *f) {
  struct jl_engine_lane *lane = jl_engine_lane(e, &f->s.id, false);
  f->caught_up = false;
  bool vouched = jl_lost_look(e, f);
  if (f->state == JL_FOLLOW_GONE) return;
  if (!vouched || (lane != NULL && !jl_lost_known(e, lane))) { /* goes on when the search is over */
    f->caught_up = true;
    return;
  }
  struct jl_engine_event event = {
      .kind = JL_ENGINE_AT_HEAD, .space = f->s.id, .revisions = f->revisions, .records = f->records, .resynced = f->swapped};
  f->state = JL_FOLLOW_AT_HEAD;
  if (f->once) {
    unsubscribe(e, f);
    f->state = JL_FOLLOW_GONE;
  }
  jl_engine_tell(e, &event);
}

void jl_follow_sweep(struct jl_engine *e) {
  for (struct jl_follow *f = e->follows; f != NULL; f = f->next)
    if (f->state == JL_FOLLOW_ASKED && f->caught_up && !e->open && f->looking == 0) at_head(e, f);
  for (struct jl_follow **at = &e->follows; *at != NULL;) {
    struct jl_follow *f = *at;
    if (f->state != JL_FOLLOW_GONE) {
      at = &f->next;
      continue;
    }
    *at = f->next;
    jl_replica_free(f->sparse);
    jl_replica_free(f->names);
    jl_lost_end(f);
    free(f);
  }
}

/* ---- from outside ---- */
bool jl_engine_follow(struct jl_engine *e, const struct jl_id *space, bool once, uint64_t tail_limit, struct jl_error *err) {
  jl_engine_look(e);
  struct jl_follow *f = jl_follow_of(e, space);
  JL_ASSERT(e->base != NULL);
  if (f != NULL) {
    f->once = f->once && once;
    f->tail_limit = tail_limit == 0 ? 0 : f->tail_limit;
    if (f->state == JL_FOLLOW_AT_HEAD) f->state = JL_FOLLOW_ASKED, f->caught_up = true;
    return true;
  }
  f = calloc(1, sizeof *f);
  if (f == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (!jl_base_find(e->base, space, &f->s, err)) {
    free(f);
    return false;
  }
  f->s.kind = jl_id_equal(space, &e->organisation) ? JL_SPACE_ORGANISATION : jl_id_equal(space, &e->person) ? JL_SPACE_PERSONAL : JL_SPACE_PLAN;
  f->once = once;
  f->tail_limit = tail_limit;
  f->broken_at = UINT64_MAX;
  f->next = e->follows;
  e->follows = f;
  if (e->up) jl_follow_start(e, f);
  return true;
}

void jl_engine_unfollow(struct jl_engine *e, const struct jl_id *space) {
  struct jl_follow *f = jl_follow_of(e, space);
  if (f == NULL) return;
  unsubscribe(e, f);
  f->state = JL_FOLLOW_GONE;
}

/* What the server answers: messages into public structs, all in one arena. Nothing here trusts the sender. */
#include "client/sync/client.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <string.h>

static bool no_memory(const struct jl_arena *a, struct jl_error *err) {
  if (jl_arena_short(a)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the server's answer is too large"), JL_MSG("ask for less at once"));
}

/* Ids of a wrong size become the zero id, which names nothing. */
static struct jl_id id_of(ProtobufCBinaryData data) {
  struct jl_id id;
  return jl_id_from_bytes(JL_PB(data), &id) ? id : (struct jl_id){{0}};
}
static struct jl_position_at position_of(const Jalon__Position *p) {
  return p == NULL ? (struct jl_position_at){0} : (struct jl_position_at){id_of(p->space), p->epoch, p->revision};
}

static bool sections_of(struct jl_arena *a, const Jalon__Position *p, struct jl_reply *ret) {
  size_t n = p == NULL ? 0 : p->n_sections;
  struct jl_section_at *sections = jl_arena_array(a, n + 1, sizeof *sections);
  if (sections == NULL) return false;
  ret->section_positions = sections;
  for (size_t i = 0; i < n; i++) {
    const Jalon__SectionPosition *s = p->sections[i];
    if (s->chain.len != sizeof sections->chain) continue; /* nothing that could be compared */
    struct jl_section_at *at = &sections[ret->section_position_count++];
    at->section = s->section;
    at->revision = s->revision;
    memcpy(at->chain, s->chain.data, sizeof at->chain);
  }
  return true;
}

static bool records_of(struct jl_arena *a, size_t n, Jalon__RecordState *const *in, const struct jl_record_state **ret_records) {
  struct jl_record_state *out = jl_arena_array(a, n + 1, sizeof *out);
  if (out == NULL) return false;
  for (size_t i = 0; i < n; i++)
    out[i] = (struct jl_record_state){in[i]->type,       id_of(in[i]->id),        in[i]->number,
                                      in[i]->revision,   in[i]->created_revision, in[i]->deleted_revision,
                                      JL_PB(in[i]->body)};
  *ret_records = out;
  return true;
}

static bool found_of(struct jl_arena *a, const Jalon__Found *in, struct jl_found *out) {
  if (in->error != NULL) jl_error_from_wire(in->error, &out->error);
  out->record_count = in->n_records;
  if (!records_of(a, in->n_records, in->records, &out->records)) return false;
  struct jl_field_base *bases = jl_arena_array(a, in->n_bases + 1, sizeof *bases);
  if (bases == NULL) return false;
  for (size_t i = 0; i < in->n_bases; i++) bases[i] = (struct jl_field_base){in->bases[i]->field, JL_PB(in->bases[i]->before)};
  out->bases = bases;
  out->base_count = in->n_bases;
  if (out->error.code == JL_E_OK && in->n_records == 0) out->records = NULL;
  return true;
}

static bool read_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__ReadReply *in = (const Jalon__ReadReply *)message;
  struct jl_found *found = jl_arena_array(a, in->n_found + 1, sizeof *found);
  if (found == NULL) return false;
  for (size_t i = 0; i < in->n_found; i++)
    if (!found_of(a, in->found[i], &found[i])) return false;
  ret->position = position_of(in->position);
  ret->found = found;
  ret->found_count = in->n_found;
  ret->has_more = in->n_found == 1 && in->found[0]->has_more;
  return sections_of(a, in->position, ret);
}

static bool verdict_of(struct jl_arena *a, const Jalon__Verdict *in, struct jl_verdict *out) {
  *out = (struct jl_verdict){.space = id_of(in->space),
                             .seq = in->seq,
                             .group_id = id_of(in->group_id),
                             .revision = in->revision,
                             .merged = in->merged,
                             .repeated = in->repeated};
  if (in->error != NULL) jl_error_from_wire(in->error, &out->error);
  struct jl_given *given = jl_arena_array(a, in->n_given + 1, sizeof *given);
  struct jl_conflict *conflicts = jl_arena_array(a, in->n_conflicts + 1, sizeof *conflicts);
  if (given == NULL || conflicts == NULL) return false;
  for (size_t i = 0; i < in->n_given; i++)
    given[i] = (struct jl_given){in->given[i]->type, id_of(in->given[i]->record), in->given[i]->number};
  for (size_t i = 0; i < in->n_conflicts; i++) {
    const Jalon__Conflict *c = in->conflicts[i];
    conflicts[i] = (struct jl_conflict){.type = c->type,
                                        .field = c->field,
                                        .record = id_of(c->record),
                                        .author = id_of(c->author),
                                        .number = c->number,
                                        .revision = c->revision,
                                        .time_us = c->time_us,
                                        .base = JL_PB(c->seen),
                                        .theirs = JL_PB(c->theirs),
                                        .mine = JL_PB(c->mine),
                                        .title = c->title,
                                        .author_name = c->author_name};
  }
  out->given = given;
  out->given_count = in->n_given;
  out->conflicts = conflicts;
  out->conflict_count = in->n_conflicts;
  return true;
}

bool jl_verdict_convert(struct jl_arena *a, const Jalon__Verdict *in, struct jl_verdict *out) { return verdict_of(a, in, out); }

static bool submit_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  struct jl_verdict *verdict = jl_arena_alloc(a, sizeof *verdict);
  if (verdict == NULL || !verdict_of(a, (const Jalon__Verdict *)message, verdict)) return false;
  ret->verdict = verdict;
  return true;
}

static bool verdict_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__VerdictReply *in = (const Jalon__VerdictReply *)message;
  struct jl_verdict *verdicts = jl_arena_array(a, in->n_verdicts + 1, sizeof *verdicts);
  if (verdicts == NULL) return false;
  for (size_t i = 0; i < in->n_verdicts; i++)
    if (!verdict_of(a, in->verdicts[i], &verdicts[i])) return false;
  ret->verdicts = verdicts;
  ret->verdict_count = in->n_verdicts;
  ret->high_water = in->high_water;
  return true;
}

static bool view_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__ViewReply *in = (const Jalon__ViewReply *)message;
  ret->position = position_of(in->position);
  ret->document = JL_PB(in->document);
  return sections_of(a, in->position, ret);
}

static const Jalon__PrivateValue *private_of(const Jalon__ChangePrivate *values, size_t change, uint32_t field) {
  for (size_t i = 0; values != NULL && i < values->n_values; i++)
    if (values->values[i]->change == change && values->values[i]->field == field) return values->values[i];
  return NULL;
}

static bool log_entry_of(struct jl_arena *a, const Jalon__Change *in, struct jl_log_entry *out) {
  struct jl_error ignored;
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, JL_PB(in->body), a, &ignored);
  const Jalon__ChangePrivate *values = NULL;
  if (in->has_private_values)
    values = (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, JL_PB(in->private_values), a, &ignored);
  if (body == NULL) return false;
  struct jl_log_change *changes = jl_arena_array(a, body->n_changes + 1, sizeof *changes);
  if (changes == NULL) return false;
  for (size_t i = 0; i < body->n_changes; i++) {
    const Jalon__RecordChange *c = body->changes[i];
    struct jl_log_field *fields = jl_arena_array(a, c->n_fields + 1, sizeof *fields);
    if (fields == NULL) return false;
    for (size_t f = 0; f < c->n_fields; f++) {
      const Jalon__FieldResult *result = c->fields[f];
      const Jalon__PrivateValue *hidden = private_of(values, i, result->field);
      fields[f] = (struct jl_log_field){.field = result->field,
                                        .before = JL_PB(result->before),
                                        .after = JL_PB(result->after),
                                        .erased = hidden == NULL && (result->has_before_hash || result->has_after_hash)};
      if (hidden != NULL) {
        fields[f].before = JL_PB(hidden->before);
        fields[f].after = JL_PB(hidden->after);
      }
    }
    changes[i] = (struct jl_log_change){c->type, id_of(c->id), (uint32_t)c->verb, c->number, fields, c->n_fields, c->previous_revision};
  }
  *out = (struct jl_log_entry){body->revision, body->section, id_of(body->author), body->time_us, changes, body->n_changes, body->undoes, body->redoes, id_of(body->import), body->import_name != NULL ? body->import_name : "", body->import_part, body->has_erases};
  return true;
}

static bool log_of(struct jl_arena *a, size_t n, Jalon__Change *const *in, const struct jl_log_entry **ret_log) {
  struct jl_log_entry *log = jl_arena_array(a, n + 1, sizeof *log);
  if (log == NULL) return false;
  for (size_t i = 0; i < n; i++)
    if (!log_entry_of(a, in[i], &log[i])) return false;
  *ret_log = log;
  return true;
}

static bool read_log_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__ReadLogReply *in = (const Jalon__ReadLogReply *)message;
  struct jl_log_bytes *bytes = jl_arena_array(a, in->n_changes + 1, sizeof *bytes);
  if (bytes == NULL) return false;
  for (size_t i = 0; i < in->n_changes; i++)
    bytes[i] = (struct jl_log_bytes){JL_PB(in->changes[i]->body), JL_PB(in->changes[i]->private_values), JL_PB(in->changes[i]->link)};
  for (size_t i = 0; i < in->n_sections; i++)
    if (in->sections[i] < 32) ret->log_sections |= 1U << in->sections[i];
  ret->log_bytes = bytes;
  ret->log_count = in->n_changes;
  ret->has_more = in->has_more;
  ret->log_last = in->last;
  return log_of(a, in->n_changes, in->changes, &ret->log);
}

static bool sessions_of(const Jalon__AccountReply *in, struct jl_arena *a, struct jl_reply *ret) {
  struct jl_session_state *sessions = jl_arena_array(a, in->n_sessions + 1, sizeof *sessions);
  if (sessions == NULL) return false;
  for (size_t i = 0; i < in->n_sessions; i++) {
    const Jalon__SessionState *s = in->sessions[i];
    struct jl_id *spaces = jl_arena_array(a, s->n_spaces + 1, sizeof *spaces);
    if (spaces == NULL) return false;
    for (size_t k = 0; k < s->n_spaces; k++) spaces[k] = id_of(s->spaces[k]);
    sessions[i] = (struct jl_session_state){.id = id_of(s->id),
                                            .account = s->account,
                                            .device = s->device,
                                            .source = s->source,
                                            .token_name = s->token_name,
                                            .created_us = s->created_us,
                                            .last_used_us = s->last_used_us,
                                            .expires_us = s->expires_us,
                                            .current = s->current,
                                            .read_only = s->read_only,
                                            .spaces = spaces,
                                            .space_count = s->n_spaces};
  }
  ret->sessions = sessions;
  ret->session_count = in->n_sessions;
  return true;
}

static bool erasures_of(const Jalon__AccountReply *in, struct jl_arena *a, struct jl_reply *ret) {
  struct jl_erasure *erasures = jl_arena_array(a, in->n_erasures + 1, sizeof *erasures);
  if (erasures == NULL) return false;
  for (size_t i = 0; i < in->n_erasures; i++) {
    const Jalon__ErasureState *e = in->erasures[i];
    erasures[i] = (struct jl_erasure){.person = id_of(e->person),
                                      .space = id_of(e->space),
                                      .by = id_of(e->by),
                                      .revision = e->revision,
                                      .section = e->section,
                                      .time_us = e->time_us,
                                      .chain_before = JL_PB(e->chain_before),
                                      .chain_after = JL_PB(e->chain_after),
                                      .records = e->records,
                                      .changes = e->changes,
                                      .refused = e->refused,
                                      .logins = e->logins,
                                      .own = e->own,
                                      .texts_left = e->texts_left,
                                      .account = e->account};
  }
  ret->erasures = erasures;
  ret->erasure_count = in->n_erasures;
  ret->has_more = in->has_more;
  return true;
}

static bool account_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__AccountReply *in = (const Jalon__AccountReply *)message;
  struct jl_account *accounts = jl_arena_array(a, in->n_accounts + 1, sizeof *accounts);
  if (accounts == NULL) return false;
  for (size_t i = 0; i < in->n_accounts; i++) {
    const Jalon__AccountState *s = in->accounts[i];
    accounts[i] = (struct jl_account){s->account, s->name, id_of(s->person), s->administrator, s->disabled, s->last_login_us,
                                     s->must_change, s->provider};
  }
  ret->accounts = accounts;
  ret->account_count = in->n_accounts;
  if (in->has_token) ret->token = JL_PB(in->token);
  return sessions_of(in, a, ret) && erasures_of(in, a, ret);
}

static bool error_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__Error *in = (const Jalon__Error *)message;
  (void)a;
  jl_error_from_wire(in, &ret->error);
  if (ret->error.code == JL_E_OK) ret->error.code = JL_E_INTERNAL; /* an error is never a success */
  ret->retry_after_ms = in->retry_after_ms;
  return true;
}

static bool refused_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__RefusedReply *in = (const Jalon__RefusedReply *)message;
  struct jl_refused *refused = jl_arena_array(a, in->n_groups + 1, sizeof *refused);
  if (refused == NULL) return false;
  for (size_t i = 0; i < in->n_groups; i++) {
    const Jalon__Refused *g = in->groups[i];
    refused[i] = (struct jl_refused){id_of(g->replica), g->seq, g->time_us, JL_PB(g->group), JL_PB(g->verdict)};
  }
  ret->refused = refused;
  ret->refused_count = in->n_groups;
  ret->has_more = in->has_more;
  return true;
}

static bool presence_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  const Jalon__PresentNow *in = (const Jalon__PresentNow *)message;
  struct jl_present *present = jl_arena_array(a, in->n_present + 1, sizeof *present);
  if (present == NULL) return false;
  for (size_t i = 0; i < in->n_present; i++) {
    const Jalon__Present *p = in->present[i];
    present[i] = (struct jl_present){.person = id_of(p->person),
                                     .record = id_of(p->record),
                                     .name = p->name != NULL ? p->name : "",
                                     .doing = (enum jl_doing)p->doing,
                                     .type = p->type,
                                     .field = p->field,
                                     .number = p->number,
                                     .revision = p->revision,
                                     .since_us = p->since_us};
  }
  ret->present = present;
  ret->present_count = in->n_present;
  ret->present_total = in->total > in->n_present ? in->total : in->n_present;
  return true;
}

static bool empty_reply(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret) {
  (void)message, (void)a, (void)ret;
  return true;
}

static const struct {
  uint8_t type;
  const ProtobufCMessageDescriptor *descriptor;
  bool (*convert)(const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret);
} replies[] = {
    {JALON__FRAME_TYPE__ERROR, &jalon__error__descriptor, error_reply},
    {JALON__FRAME_TYPE__LOGOUT_REPLY, &jalon__empty__descriptor, empty_reply},
    {JALON__FRAME_TYPE__SUBMIT_REPLY, &jalon__verdict__descriptor, submit_reply},
    {JALON__FRAME_TYPE__VERDICT_REPLY, &jalon__verdict_reply__descriptor, verdict_reply},
    {JALON__FRAME_TYPE__READ_REPLY, &jalon__read_reply__descriptor, read_reply},
    {JALON__FRAME_TYPE__VIEW_REPLY, &jalon__view_reply__descriptor, view_reply},
    {JALON__FRAME_TYPE__READ_LOG_REPLY, &jalon__read_log_reply__descriptor, read_log_reply},
    {JALON__FRAME_TYPE__ACCOUNT_REPLY, &jalon__account_reply__descriptor, account_reply},
    {JALON__FRAME_TYPE__REFUSED_READ_REPLY, &jalon__refused_reply__descriptor, refused_reply},
    {JALON__FRAME_TYPE__PRESENCE_REPLY, &jalon__present_now__descriptor, presence_reply},
};

bool jl_reply_convert(uint8_t type, const ProtobufCMessage *message, struct jl_arena *a, struct jl_reply *ret_reply, struct jl_error *err) {
  for (size_t i = 0; i < JL_COUNT(replies); i++)
    if (replies[i].type == type) return replies[i].convert(message, a, ret_reply) || no_memory(a, err);
  return no_memory(a, err);
}

bool jl_reply_decode(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_reply *ret_reply, struct jl_error *err) {
  for (size_t i = 0; i < JL_COUNT(replies); i++) {
    if (replies[i].type != type) continue;
    const ProtobufCMessage *message = jl_unpack(replies[i].descriptor, payload, a, err);
    if (message == NULL) return false;
    return replies[i].convert(message, a, ret_reply) || no_memory(a, err);
  }
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the server sent a message of unknown type {1}"),
                 JL_MSG("install the jalon that belongs to the server"), jl_arg_integer(type));
}

/* ---- events ---- */
static bool state_event(const Jalon__ViewState *in, struct jl_arena *a, struct jl_event *ret) {
  struct jl_changed_by *changes = jl_arena_array(a, in->n_changes + 1, sizeof *changes);
  if (changes == NULL) return false;
  for (size_t i = 0; i < in->n_changes; i++) {
    const Jalon__ChangedBy *c = in->changes[i];
    changes[i] = (struct jl_changed_by){c->name,     c->title,         c->type,          c->field,         (uint32_t)c->verb, c->number,
                                        c->revision, id_of(c->record), id_of(c->person), JL_PB(c->before), JL_PB(c->after)};
  }
  ret->kind = JL_EVENT_STATE;
  ret->position = position_of(in->position);
  ret->document = JL_PB(in->document);
  ret->changes = changes;
  ret->change_count = in->n_changes;
  return true;
}

static bool event_of(uint8_t type, const ProtobufCMessage *message, struct jl_arena *a, struct jl_event *ret) {
  switch (type) {
  case JALON__FRAME_TYPE__VIEW_STATE:
    return state_event((const Jalon__ViewState *)message, a, ret);
  case JALON__FRAME_TYPE__SNAPSHOT: {
    const Jalon__Snapshot *in = (const Jalon__Snapshot *)message;
    ret->kind = JL_EVENT_SNAPSHOT;
    ret->position = in->last ? position_of(in->position) : (struct jl_position_at){0};
    ret->last = in->last;
    ret->record_count = in->n_records;
    return records_of(a, in->n_records, in->records, &ret->records);
  }
  case JALON__FRAME_TYPE__REVISIONS: {
    const Jalon__Revisions *in = (const Jalon__Revisions *)message;
    ret->kind = JL_EVENT_CHANGES;
    ret->position.revision = in->through;
    ret->log_count = in->n_changes;
    return log_of(a, in->n_changes, in->changes, &ret->log);
  }
  case JALON__FRAME_TYPE__BOOKMARK:
    ret->kind = JL_EVENT_BOOKMARK;
    ret->position.revision = ((const Jalon__Bookmark *)message)->revision;
    return true;
  case JALON__FRAME_TYPE__LAGGING:
    ret->kind = JL_EVENT_LAGGING;
    return true;
  case JALON__FRAME_TYPE__RESYNC:
    ret->kind = JL_EVENT_RESYNC;
    if (((const Jalon__Resync *)message)->error != NULL) jl_error_from_wire(((const Jalon__Resync *)message)->error, &ret->error);
    return true;
  default:
    ret->kind = JL_EVENT_ENDED;
    if (((const Jalon__Ended *)message)->error != NULL) jl_error_from_wire(((const Jalon__Ended *)message)->error, &ret->error);
    return true;
  }
}

static const struct {
  uint8_t type;
  const ProtobufCMessageDescriptor *descriptor;
} events[] = {
    {JALON__FRAME_TYPE__VIEW_STATE, &jalon__view_state__descriptor}, {JALON__FRAME_TYPE__SNAPSHOT, &jalon__snapshot__descriptor},
    {JALON__FRAME_TYPE__REVISIONS, &jalon__revisions__descriptor},   {JALON__FRAME_TYPE__BOOKMARK, &jalon__bookmark__descriptor},
    {JALON__FRAME_TYPE__LAGGING, &jalon__lagging__descriptor},       {JALON__FRAME_TYPE__RESYNC, &jalon__resync__descriptor},
    {JALON__FRAME_TYPE__ENDED, &jalon__ended__descriptor},
};

bool jl_event_decode(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_event *ret_event, struct jl_error *err) {
  for (size_t i = 0; i < JL_COUNT(events); i++) {
    if (events[i].type != type) continue;
    const ProtobufCMessage *message = jl_unpack(events[i].descriptor, payload, a, err);
    if (message == NULL) return false;
    return event_of(type, message, a, ret_event) || no_memory(a, err);
  }
  return jl_fail(err, JL_E_BAD_FRAME, JL_MSG("the server sent a message of unknown type {1}"),
                 JL_MSG("install the jalon that belongs to the server"), jl_arg_integer(type));
}

static bool follow_snapshot(const Jalon__Snapshot *in, struct jl_position *seen) {
  *seen = (struct jl_position){0};
  if (!in->last || in->position == NULL) return true;
  seen->epoch = in->position->epoch;
  seen->revision = in->position->revision;
  for (size_t i = 0; i < in->position->n_sections; i++) {
    const Jalon__SectionPosition *section = in->position->sections[i];
    if (section->section >= JL_SECTIONS || section->chain.len != JL_CHAIN_SIZE) return false;
    seen->sections[section->section].revision = section->revision;
    memcpy(seen->sections[section->section].chain, section->chain.data, JL_CHAIN_SIZE);
  }
  return true;
}

static bool follow_changes(const Jalon__Revisions *in, struct jl_arena *a, struct jl_position *seen) {
  struct jl_error ignored;
  for (size_t i = 0; i < in->n_changes; i++) {
    struct jl_bytes bytes = JL_PB(in->changes[i]->body);
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, bytes, a, &ignored);
    if (body == NULL || body->section >= JL_SECTIONS) return false;
    struct jl_section_position *at = &seen->sections[body->section];
    jl_chain_next(at->chain, bytes, at->chain);
    at->revision = body->revision;
  }
  if (in->through > seen->revision) seen->revision = in->through;
  return true;
}

bool jl_event_follow(uint8_t type, struct jl_bytes payload, struct jl_arena *a, struct jl_position *seen) {
  struct jl_error ignored;
  if (type == JALON__FRAME_TYPE__RESYNC) *seen = (struct jl_position){0};
  if (type == JALON__FRAME_TYPE__SNAPSHOT) {
    const Jalon__Snapshot *in = (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, payload, a, &ignored);
    return in != NULL && follow_snapshot(in, seen);
  }
  if (type != JALON__FRAME_TYPE__REVISIONS || seen->revision == 0) return true; /* a bookmark says nothing that is not known */
  const Jalon__Revisions *in = (const Jalon__Revisions *)jl_unpack(&jalon__revisions__descriptor, payload, a, &ignored);
  return in != NULL && follow_changes(in, a, seen);
}

/* Positions, records and days as replies carry them. */
#include "common/model/query.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <stdio.h>
#include <string.h>

bool jl_position_to_wire(const struct jl_position *position, uint32_t sections, struct jl_arena *a, Jalon__Position *ret_wire) {
  Jalon__SectionPosition *list = jl_arena_array(a, JL_SECTIONS, sizeof *list);
  Jalon__SectionPosition **pointers = jl_arena_array(a, JL_SECTIONS, sizeof *pointers);
  struct jl_position *copy = jl_arena_alloc(a, sizeof *copy); /* the caller's may move on */
  if (list == NULL || pointers == NULL || copy == NULL) return false;
  *copy = *position;
  jalon__position__init(ret_wire);
  ret_wire->has_space = ret_wire->has_epoch = ret_wire->has_revision = true;
  ret_wire->space = (ProtobufCBinaryData){sizeof copy->space.bytes, copy->space.bytes};
  ret_wire->epoch = copy->epoch;
  ret_wire->revision = copy->revision;
  for (uint32_t i = 0; i < JL_SECTIONS; i++) {
    if ((sections & 1U << i) == 0 || copy->sections[i].revision == 0) continue;
    Jalon__SectionPosition *section = &list[ret_wire->n_sections];
    jalon__section_position__init(section);
    section->has_section = section->has_revision = section->has_chain = true;
    section->section = i;
    section->revision = copy->sections[i].revision;
    section->chain = (ProtobufCBinaryData){JL_CHAIN_SIZE, copy->sections[i].chain};
    pointers[ret_wire->n_sections++] = section;
  }
  ret_wire->sections = pointers;
  return true;
}

bool jl_record_readable(const struct jl_replica *replica, const struct jl_record *record, uint32_t sections) {
  if (sections == UINT32_MAX) return true;
  enum jl_section section = jl_replica_section(replica, record);
  return section < JL_SECTIONS && (sections & 1U << section) != 0;
}

struct jl_replica *jl_replica_readable(const struct jl_replica *whole, uint32_t sections) {
  struct jl_replica *part = jl_replica_new(&jl_replica_where(whole)->space, jl_replica_kind(whole));
  if (part == NULL) return NULL;
  *jl_replica_position(part) = *jl_replica_where(whole);
  for (const struct jl_record *r = jl_replica_next(whole, NULL); r != NULL; r = jl_replica_next(whole, &r->id)) {
    if (!jl_record_readable(whole, r, sections) || jl_replica_put(part, jl_record_share(r))) continue;
    jl_replica_free(part);
    return NULL;
  }
  return part;
}

bool jl_record_to_wire(const struct jl_record *record, struct jl_arena *a, Jalon__RecordState **ret_wire) {
  Jalon__RecordState *wire = jl_arena_alloc(a, sizeof *wire);
  uint8_t *id = jl_arena_alloc(a, sizeof record->id.bytes);
  struct jl_bytes body = jl_arena_dup(a, record->body);
  if (wire == NULL || id == NULL || (body.data == NULL && body.size > 0)) return false;
  jalon__record_state__init(wire);
  memcpy(id, record->id.bytes, sizeof record->id.bytes);
  wire->has_type = wire->has_id = wire->has_number = wire->has_revision = wire->has_created_revision = wire->has_body = true;
  wire->type = record->type_number;
  wire->id = (ProtobufCBinaryData){sizeof record->id.bytes, id};
  wire->number = record->number;
  wire->revision = record->revision;
  wire->created_revision = record->created_revision;
  wire->has_deleted_revision = record->deleted_revision != 0;
  wire->deleted_revision = record->deleted_revision;
  wire->body = jl_to_pb(body);
  *ret_wire = wire;
  return true;
}

void jl_plan_time_zone(const struct jl_replica *plan, char ret_zone[JL_ZONE_MAX]) {
  struct jl_bytes text = {NULL, 0};
  if (plan != NULL && jl_replica_kind(plan) == JL_SPACE_PLAN) {
    const struct jl_record *record = jl_replica_record(plan, &jl_replica_where(plan)->space);
    if (record != NULL && record->type != NULL) text = jl_record_text(record->type, record->body, JL_PLAN_TIME_ZONE);
  }
  bool fits = text.size > 0 && text.size < JL_ZONE_MAX;
  snprintf(ret_zone, JL_ZONE_MAX, "%.*s", fits ? (int)text.size : 3, fits ? (const char *)text.data : "UTC");
}

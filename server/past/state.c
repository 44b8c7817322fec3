#include "server/past/state.h"
#include "common/base/limits.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define PART_RECORDS 2048
#define PART_BYTES (512U * 1024U) /* of records, before they are compressed */
#define ARENA_BYTES (32U * 1024U * 1024U)
#define LEVEL 3

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for a past state"), NULL); }
static bool broken(struct jl_error *err) {
  return jl_fail(err, JL_E_INTERNAL, JL_MSG("a stored state of the past is damaged"),
                 JL_MSG("delete the rows of past_state: they are made again from the log"));
}

/* What is kept here was allocated here. */
static void *own(const void *data) {
  void *mine;
  memcpy(&mine, &data, sizeof mine);
  return mine;
}

static bool add_part(struct jl_stored_state *state, struct jl_bytes part) {
  struct jl_bytes *parts = realloc(own(state->parts), (state->part_count + 1) * sizeof *parts);
  if (parts == NULL) return false;
  parts[state->part_count++] = part;
  state->parts = parts;
  return true;
}

static bool compress(struct jl_stored_state *state, struct jl_bytes plain) {
  size_t room = ZSTD_compressBound(plain.size);
  uint8_t *data = malloc(room), *smaller;
  size_t size = data == NULL ? 0 : ZSTD_compress(data, room, plain.data, plain.size, LEVEL);
  if (data != NULL && !ZSTD_isError(size)) {
    smaller = realloc(data, size);
    if (smaller != NULL) data = smaller;
    if (add_part(state, (struct jl_bytes){data, size})) return true;
  }
  free(data);
  return false;
}

static bool pack_part(struct jl_stored_state *state, const struct jl_record **io_next, const struct jl_replica *replica,
                      struct jl_arena *a) {
  Jalon__Snapshot message = JALON__SNAPSHOT__INIT;
  const struct jl_record *record = *io_next;
  message.records = jl_arena_array(a, PART_RECORDS, sizeof(Jalon__RecordState *));
  bool ok = message.records != NULL;
  for (size_t bytes = 0; ok && record != NULL && message.n_records < PART_RECORDS; record = jl_replica_next(replica, &record->id)) {
    if (message.n_records > 0 && bytes + record->body.size > PART_BYTES) break;
    ok = jl_record_to_wire(record, a, &message.records[message.n_records]);
    message.n_records += ok;
    bytes += record->body.size;
  }
  *io_next = record;
  struct jl_bytes plain = ok ? jl_pack(&message.base, a, ARENA_BYTES) : (struct jl_bytes){NULL, 0};
  return plain.data != NULL && compress(state, plain);
}

bool jl_state_pack(const struct jl_replica *replica, struct jl_stored_state *ret, struct jl_error *err) {
  const struct jl_position *where = jl_replica_where(replica);
  const struct jl_record *next = jl_replica_next(replica, NULL);
  struct jl_arena *a = jl_arena_new(ARENA_BYTES);
  *ret = (struct jl_stored_state){.revision = where->revision, .epoch = where->epoch, .records = jl_replica_count(replica)};
  memcpy(ret->sections, where->sections, sizeof ret->sections);
  bool ok = a != NULL;
  while (ok && next != NULL) {
    jl_arena_reset(a);
    ok = pack_part(ret, &next, replica, a);
  }
  jl_arena_free(a);
  return ok || no_memory(err);
}

static bool put(struct jl_replica *replica, const Jalon__RecordState *state, struct jl_error *err) {
  struct jl_id id;
  if (!jl_id_from_bytes(JL_PB(state->id), &id) || state->type == 0) return broken(err);
  struct jl_record *record = jl_record_new(state->type, &id, JL_PB(state->body));
  if (record == NULL) return no_memory(err);
  record->number = state->number;
  record->revision = state->revision;
  record->created_revision = state->created_revision;
  record->deleted_revision = state->deleted_revision;
  return jl_replica_put(replica, record) || no_memory(err);
}

static bool unpack_part(struct jl_bytes part, struct jl_replica *replica, struct jl_arena *a, struct jl_error *err) {
  unsigned long long size = ZSTD_getFrameContentSize(part.data, part.size);
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > ARENA_BYTES / 2) return broken(err);
  uint8_t *plain = jl_arena_alloc(a, (size_t)size + 1);
  if (plain == NULL) return no_memory(err);
  if (ZSTD_decompress(plain, (size_t)size, part.data, part.size) != size) return broken(err);
  const Jalon__Snapshot *message =
      (const Jalon__Snapshot *)jl_unpack(&jalon__snapshot__descriptor, (struct jl_bytes){plain, (size_t)size}, a, err);
  bool ok = message != NULL;
  for (size_t i = 0; ok && i < message->n_records; i++) ok = put(replica, message->records[i], err);
  return ok;
}

bool jl_state_unpack(const struct jl_stored_state *state, struct jl_replica *replica, struct jl_error *err) {
  struct jl_arena *a = jl_arena_new(2U * ARENA_BYTES);
  bool ok = a != NULL || no_memory(err);
  for (size_t i = 0; ok && i < state->part_count; i++) {
    jl_arena_reset(a);
    ok = unpack_part(state->parts[i], replica, a, err);
  }
  jl_arena_free(a);
  if (ok && jl_replica_count(replica) != state->records) ok = broken(err);
  if (!ok) return false;
  struct jl_position *where = jl_replica_position(replica);
  where->revision = state->revision;
  memcpy(where->sections, state->sections, sizeof where->sections);
  return true;
}

bool jl_state_copy(const struct jl_stored_state *state, struct jl_stored_state *ret) {
  *ret = *state;
  ret->parts = NULL;
  ret->part_count = 0;
  bool ok = true;
  for (size_t i = 0; ok && i < state->part_count; i++) {
    uint8_t *data = malloc(state->parts[i].size + 1);
    ok = data != NULL;
    if (ok) memcpy(data, state->parts[i].data, state->parts[i].size);
    if (ok && !add_part(ret, (struct jl_bytes){data, state->parts[i].size})) {
      free(data);
      ok = false;
    }
  }
  return ok;
}

void jl_state_release(struct jl_stored_state *state) {
  for (size_t i = 0; i < state->part_count; i++) free(own(state->parts[i].data));
  free(own(state->parts));
  state->parts = NULL;
  state->part_count = 0;
}

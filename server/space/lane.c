#include "server/space/lane.h"
#include "common/base/buffer.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES_MAX (16 + 10 + 5)

struct jl_edit_lane *jl_edit_lane_new(const struct jl_id *replica) {
  struct jl_edit_lane *lane = calloc(1, sizeof *lane);
  if (lane == NULL) return NULL;
  lane->replica = *replica;
  lane->first_seq = 1;
  return lane;
}

void jl_edit_lane_free(struct jl_edit_lane *lane) {
  if (lane == NULL) return;
  JL_ASSERT(lane->waiting_count == 0);
  free(lane->notes);
  free(lane->waiting);
  free(lane);
}

/* ---- the window ---- */
static struct jl_verdict_note *note_at(const struct jl_edit_lane *lane, size_t i) {
  return &lane->notes[(lane->note_start + i) & (lane->note_capacity - 1)];
}

static bool push_note(struct jl_edit_lane *lane, const struct jl_verdict_note *note) {
  if (lane->note_count == lane->note_capacity) {
    size_t capacity = lane->note_capacity == 0 ? 4 : lane->note_capacity * 2;
    struct jl_verdict_note *notes = malloc(capacity * sizeof *notes);
    if (notes == NULL) return false;
    for (size_t i = 0; i < lane->note_count; i++) notes[i] = *note_at(lane, i);
    free(lane->notes);
    lane->notes = notes;
    lane->note_start = 0;
    lane->note_capacity = capacity;
  }
  lane->note_count++;
  *note_at(lane, lane->note_count - 1) = *note;
  return true;
}

static void drop_oldest(struct jl_edit_lane *lane, size_t n) {
  if (n == 0) return;
  lane->note_start = (lane->note_start + n) & (lane->note_capacity - 1);
  lane->note_count -= n;
  lane->first_seq += n;
  if (lane->note_count > 0) return;
  free(lane->notes); /* most lanes are silent most of the time */
  lane->notes = NULL;
  lane->note_start = lane->note_capacity = 0;
}

const struct jl_verdict_note *jl_edit_lane_note(const struct jl_edit_lane *lane, uint64_t seq) {
  if (seq < lane->first_seq || seq - lane->first_seq >= lane->note_count) return NULL;
  return note_at(lane, (size_t)(seq - lane->first_seq));
}

bool jl_edit_lane_evaluated(struct jl_edit_lane *lane, const struct jl_verdict_note *note) {
  if (!push_note(lane, note)) return false;
  lane->ahead++;
  return true;
}

void jl_edit_lane_give_up(struct jl_edit_lane *lane) {
  lane->note_count -= (size_t)(lane->ahead - lane->seq);
  lane->ahead = lane->seq;
  lane->in_open_batch = false;
}

void jl_edit_lane_decided(struct jl_edit_lane *lane, uint64_t seq) {
  lane->seq = seq;
  size_t decided = (size_t)(seq + 1 - lane->first_seq), drop = 0;
  if (lane->confirmed >= lane->first_seq) drop = (size_t)(lane->confirmed - lane->first_seq) + 1;
  if (drop > decided) drop = decided;
  if (decided - drop > JL_UNCONFIRMED_VERDICTS) drop = decided - JL_UNCONFIRMED_VERDICTS;
  drop_oldest(lane, drop);
}

void jl_edit_lane_confirm(struct jl_edit_lane *lane, uint64_t through) {
  if (through > lane->seq) through = lane->seq; /* nobody has seen what is not decided */
  if (through <= lane->confirmed) return;
  lane->confirmed = through;
  jl_edit_lane_decided(lane, lane->seq);
}

/* ---- its stored form ---- */
struct jl_bytes jl_edit_lane_pack(const struct jl_edit_lane *lane, uint64_t through, struct jl_arena *a) {
  size_t count = (size_t)(through + 1 - lane->first_seq), skip = 0;
  if (count > JL_UNCONFIRMED_VERDICTS) skip = count - JL_UNCONFIRMED_VERDICTS;
  struct jl_buffer out = {.max = 1 + 10 + 10 + (count - skip) * NOTE_BYTES_MAX};
  out.capacity = out.max + 1;
  out.data = jl_arena_alloc(a, out.capacity);
  if (out.data == NULL) return (struct jl_bytes){NULL, 0};
  jl_buffer_byte(&out, 1);
  jl_buffer_varint(&out, lane->first_seq + skip);
  jl_buffer_varint(&out, count - skip);
  for (size_t i = skip; i < count; i++) {
    const struct jl_verdict_note *note = note_at(lane, i);
    jl_buffer_append(&out, note->group.bytes, sizeof note->group.bytes);
    jl_buffer_varint(&out, note->revision);
    jl_buffer_varint(&out, note->flags);
  }
  return jl_buffer_bytes(&out);
}

static bool read_varint(struct jl_bytes *in, uint64_t *ret_n) {
  uint64_t n = 0;
  for (unsigned shift = 0; in->size > 0 && shift < 64; shift += 7) {
    uint8_t byte = *in->data++;
    in->size--;
    n |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *ret_n = n;
      return true;
    }
  }
  return false;
}

static bool read_notes(struct jl_edit_lane *lane, struct jl_bytes in) {
  uint64_t first, count;
  if (in.size == 0 || in.data[0] != 1) return false;
  in = (struct jl_bytes){in.data + 1, in.size - 1};
  if (!read_varint(&in, &first) || !read_varint(&in, &count) || first == 0 || count > JL_UNCONFIRMED_VERDICTS ||
      first + count != lane->seq + 1)
    return false;
  lane->first_seq = first;
  for (uint64_t i = 0; i < count; i++) {
    struct jl_verdict_note note;
    uint64_t flags;
    if (in.size < sizeof note.group.bytes) return false;
    memcpy(note.group.bytes, in.data, sizeof note.group.bytes);
    in = (struct jl_bytes){in.data + sizeof note.group.bytes, in.size - sizeof note.group.bytes};
    if (!read_varint(&in, &note.revision) || !read_varint(&in, &flags) || flags > UINT32_MAX) return false;
    note.flags = (uint32_t)flags;
    if (!push_note(lane, &note)) return false;
  }
  return in.size == 0;
}

bool jl_edit_lane_restore(struct jl_edit_lane *lane, const struct jl_id *account, uint64_t seq, struct jl_bytes verdicts) {
  drop_oldest(lane, lane->note_count);
  lane->account = *account;
  lane->seq = lane->ahead = seq;
  if (lane->waiting_count == 0) lane->queued = seq; /* otherwise those that wait are looked through first */
  lane->stored = true;
  if (read_notes(lane, verdicts)) return true;
  drop_oldest(lane, lane->note_count);
  lane->first_seq = seq + 1;
  return false;
}

/* ---- groups that wait ---- */
static struct jl_submission **waiting_at(const struct jl_edit_lane *lane, size_t i) {
  return &lane->waiting[(lane->waiting_start + i) & (lane->waiting_capacity - 1)];
}

bool jl_edit_lane_queue(struct jl_edit_lane *lane, struct jl_submission *s) {
  if (lane->waiting_count == lane->waiting_capacity) {
    size_t capacity = lane->waiting_capacity == 0 ? 4 : lane->waiting_capacity * 2;
    struct jl_submission **waiting = malloc(capacity * sizeof *waiting);
    if (waiting == NULL) return false;
    for (size_t i = 0; i < lane->waiting_count; i++) waiting[i] = *waiting_at(lane, i);
    free(lane->waiting);
    lane->waiting = waiting;
    lane->waiting_start = 0;
    lane->waiting_capacity = capacity;
  }
  *waiting_at(lane, lane->waiting_count++) = s;
  lane->queued++;
  return true;
}

struct jl_submission *jl_edit_lane_waiting(const struct jl_edit_lane *lane, uint64_t seq) {
  uint64_t first = lane->queued + 1 - lane->waiting_count;
  if (seq < first || seq > lane->queued) return NULL;
  return *waiting_at(lane, (size_t)(seq - first));
}

struct jl_submission *jl_edit_lane_shift(struct jl_edit_lane *lane) {
  if (lane->waiting_count == 0) return NULL;
  struct jl_submission *s = *waiting_at(lane, 0);
  lane->waiting_start = (lane->waiting_start + 1) & (lane->waiting_capacity - 1);
  if (--lane->waiting_count > 0) return s;
  free(lane->waiting);
  lane->waiting = NULL;
  lane->waiting_start = lane->waiting_capacity = 0;
  return s;
}

#include "server/space/lane.h"
#include "common/base/buffer.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES_MAX (16 + 10 + 5)
#define REFUSED_MAX 64 /* refused seqs remembered behind the window, for groups that depend on them */

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
  free(lane->refused);
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

/* seq is above all that are remembered. */
static void remember_refused(struct jl_edit_lane *lane, uint64_t seq) {
  if (lane->refused == NULL) lane->refused = malloc(REFUSED_MAX * sizeof *lane->refused);
  if (lane->refused == NULL) {
    lane->floor = seq; /* nothing is known of it any more: what depends on it is refused */
    return;
  }
  if (lane->refused_count == REFUSED_MAX) {
    lane->floor = lane->refused[0]; /* NOLINT(clang-analyzer-core.uninitialized.Assign): a new array has count 0 */
    lane->refused_count--;
    memmove(lane->refused, lane->refused + 1, lane->refused_count * sizeof *lane->refused);
  }
  lane->refused[lane->refused_count++] = seq;
}

static void forget_refused(struct jl_edit_lane *lane, uint64_t floor) {
  free(lane->refused);
  lane->refused = NULL;
  lane->refused_count = 0;
  lane->floor = floor;
}

static void drop_oldest(struct jl_edit_lane *lane, size_t n) {
  if (n == 0) return;
  for (size_t i = 0; i < n; i++)
    if (note_at(lane, i)->revision == 0) remember_refused(lane, lane->first_seq + i);
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

uint64_t jl_edit_lane_find(const struct jl_edit_lane *lane, const struct jl_id *group) {
  for (size_t i = 0; i < lane->note_count; i++)
    if (jl_id_equal(&note_at(lane, i)->group, group)) return lane->first_seq + i;
  return 0;
}

enum jl_lane_verdict jl_edit_lane_verdict(const struct jl_edit_lane *lane, uint64_t seq) {
  const struct jl_verdict_note *note = jl_edit_lane_note(lane, seq);
  if (note != NULL) return note->revision == 0 ? JL_LANE_REFUSED : JL_LANE_APPLIED;
  if (seq <= lane->floor || seq >= lane->first_seq) return JL_LANE_FORGOTTEN;
  for (size_t i = 0; i < lane->refused_count; i++)
    if (lane->refused[i] == seq) return JL_LANE_REFUSED;
  return JL_LANE_APPLIED;
}

bool jl_edit_lane_evaluated(struct jl_edit_lane *lane, const struct jl_verdict_note *note) {
  if (!push_note(lane, note)) return false;
  lane->ahead++;
  return true;
}

void jl_edit_lane_give_up(struct jl_edit_lane *lane) {
  lane->note_count -= (size_t)(lane->ahead - lane->seq);
  lane->ahead = lane->seq;
  lane->in_open_batch = lane->row_due = false;
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
static size_t refused_in(const struct jl_edit_lane *lane, size_t notes) {
  size_t n = 0;
  for (size_t i = 0; i < notes; i++) n += note_at(lane, i)->revision == 0;
  return n;
}

/* Those behind the window, which here begins after `skip` notes: the last REFUSED_MAX of them, above the floor. */
static void pack_refused(const struct jl_edit_lane *lane, size_t skip, struct jl_buffer *out) {
  size_t count = lane->refused_count + refused_in(lane, skip), drop = count > REFUSED_MAX ? count - REFUSED_MAX : 0, n = 0;
  uint64_t before = lane->floor;
  for (size_t i = 0; i < lane->refused_count + skip; i++) {
    bool old = i < lane->refused_count;
    if (!old && note_at(lane, i - lane->refused_count)->revision != 0) continue;
    uint64_t seq = old ? lane->refused[i] : lane->first_seq + (i - lane->refused_count);
    if (n == drop) {
      jl_buffer_varint(out, before);
      jl_buffer_varint(out, count - drop);
    }
    if (n++ >= drop) jl_buffer_varint(out, seq - before);
    before = seq;
  }
  if (count > 0) return;
  jl_buffer_varint(out, lane->floor);
  jl_buffer_varint(out, 0);
}

struct jl_bytes jl_edit_lane_pack(const struct jl_edit_lane *lane, uint64_t through, struct jl_arena *a) {
  size_t count = (size_t)(through + 1 - lane->first_seq), skip = 0;
  if (count > JL_UNCONFIRMED_VERDICTS) skip = count - JL_UNCONFIRMED_VERDICTS;
  struct jl_buffer out = {.max = 1 + 10 + 10 + (count - skip) * NOTE_BYTES_MAX + 10 + 10 + REFUSED_MAX * 10};
  out.capacity = out.max + 1;
  out.data = jl_arena_alloc(a, out.capacity);
  if (out.data == NULL) return (struct jl_bytes){NULL, 0};
  jl_buffer_byte(&out, 2);
  jl_buffer_varint(&out, lane->first_seq + skip);
  jl_buffer_varint(&out, count - skip);
  for (size_t i = skip; i < count; i++) {
    const struct jl_verdict_note *note = note_at(lane, i);
    jl_buffer_append(&out, note->group.bytes, sizeof note->group.bytes);
    jl_buffer_varint(&out, note->revision);
    jl_buffer_varint(&out, note->flags);
  }
  pack_refused(lane, skip, &out);
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

static bool read_refused(struct jl_edit_lane *lane, struct jl_bytes in) {
  uint64_t floor, count;
  if (!read_varint(&in, &floor) || !read_varint(&in, &count) || count > REFUSED_MAX || floor >= lane->first_seq) return false;
  lane->floor = floor;
  uint64_t seq = floor;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t step;
    if (!read_varint(&in, &step) || step == 0 || step >= lane->first_seq - seq) return false;
    seq += step;
    remember_refused(lane, seq);
  }
  return in.size == 0;
}

static bool read_notes(struct jl_edit_lane *lane, struct jl_bytes in) {
  uint64_t first, count;
  uint8_t version = in.size > 0 ? in.data[0] : 0;
  if (version != 1 && version != 2) return false;
  in = (struct jl_bytes){in.data + 1, in.size - 1};
  if (!read_varint(&in, &first) || !read_varint(&in, &count) || first == 0 || count > JL_UNCONFIRMED_VERDICTS ||
      first + count != lane->seq + 1)
    return false;
  lane->first_seq = first;
  lane->floor = first - 1;
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
  return version == 1 ? in.size == 0 : read_refused(lane, in);
}

void jl_edit_lane_lost(struct jl_edit_lane *lane) {
  drop_oldest(lane, lane->note_count);
  forget_refused(lane, 0);
  lane->seq = lane->ahead = lane->confirmed = 0;
  lane->first_seq = 1;
  lane->behind = false;
  if (lane->waiting_count == 0) lane->queued = 0;
  lane->stored = false;
}

bool jl_edit_lane_restore(struct jl_edit_lane *lane, const struct jl_id *account, uint64_t seq, struct jl_bytes verdicts) {
  drop_oldest(lane, lane->note_count);
  forget_refused(lane, 0);
  lane->account = *account;
  lane->seq = lane->ahead = seq;
  lane->missing = false;
  if (lane->waiting_count == 0) lane->queued = seq; /* otherwise those that wait are looked through first */
  lane->stored = true;
  lane->behind = false;
  if (read_notes(lane, verdicts)) {
    if (lane->note_count < JL_UNCONFIRMED_VERDICTS && lane->first_seq - 1 > lane->confirmed) lane->confirmed = lane->first_seq - 1;
    return true;
  }
  drop_oldest(lane, lane->note_count);
  lane->first_seq = seq + 1;
  forget_refused(lane, seq);
  return false;
}

bool jl_edit_lane_follow(struct jl_edit_lane *lane, uint64_t seq, const struct jl_verdict_note *note) {
  if (seq <= lane->seq) return true;
  if (seq > lane->seq + 1) { /* never: but then nothing between may be tried again */
    drop_oldest(lane, lane->note_count);
    forget_refused(lane, seq - 1);
    lane->first_seq = seq;
  }
  if (!push_note(lane, note)) return false;
  lane->ahead = seq;
  if (lane->waiting_count == 0) lane->queued = seq;
  lane->behind = true;
  jl_edit_lane_decided(lane, seq);
  return true;
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

#include "common/wire/queue.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define FIRST_CHUNK 960  /* bytes: an answer or two; with its head what malloc has at hand */
#define CHUNK_SIZE 16384 /* when more waits, small messages collect in these */
#define SHARE_FROM 1024  /* bytes; below it a copy is cheaper than a vector entry */

static struct jl_queue_item *add_item(struct jl_queue *q, size_t capacity) {
  struct jl_queue_item *item = malloc(sizeof *item + capacity);
  if (item == NULL) return NULL;
  *item = (struct jl_queue_item){.room = (uint8_t *)(item + 1), .capacity = capacity};
  item->data = item->room;
  if (q->last == NULL)
    q->first = item;
  else
    q->last->next = item;
  q->last = item;
  return item;
}

/* Room for size bytes in a row at the end of the queue. */
static uint8_t *grow(struct jl_queue *q, size_t size) {
  struct jl_queue_item *item = q->last;
  if (item == NULL || item->capacity - item->size < size || item->shared != NULL) {
    size_t chunk = item == NULL ? FIRST_CHUNK : CHUNK_SIZE;
    item = add_item(q, size > chunk ? size : chunk);
    if (item == NULL) return NULL;
  }
  uint8_t *room = item->room + item->size;
  item->size += size;
  q->size += size;
  return room;
}

bool jl_queue_bytes(struct jl_queue *q, struct jl_bytes bytes) {
  uint8_t *room = grow(q, bytes.size);
  if (room == NULL) return false;
  if (bytes.size > 0) memcpy(room, bytes.data, bytes.size);
  return true;
}

static bool share_part(struct jl_queue *q, struct jl_message *m, size_t offset, size_t size) {
  struct jl_queue_item *item = add_item(q, 0);
  if (item == NULL) return false;
  item->shared = m;
  m->references++;
  item->data = m->payload + offset;
  item->size = size;
  q->size += size;
  return true;
}

/* m: the message that holds the payload, NULL to copy it. */
static bool send_frames(struct jl_queue *q, struct jl_frame frame, struct jl_bytes payload, struct jl_message *m) {
  const uint8_t flags = frame.flags;
  size_t done = 0;
  do {
    size_t size = payload.size - done;
    bool last = size <= JL_FRAME_PAYLOAD_MAX;
    if (!last) size = JL_FRAME_PAYLOAD_MAX;
    frame.length = (uint32_t)size;
    frame.flags = last ? flags : (uint8_t)((flags & ~JL_FRAME_END) | JL_FRAME_MORE);
    bool share = m != NULL && size >= SHARE_FROM;
    uint8_t *room = grow(q, JL_FRAME_HEADER + (share ? 0 : size));
    if (room == NULL) return false;
    jl_frame_encode(&frame, room);
    if (share && !share_part(q, m, done, size)) return false;
    if (!share && size > 0) memcpy(room + JL_FRAME_HEADER, payload.data + done, size);
    done += size;
  } while (done < payload.size);
  return true;
}

bool jl_queue_send(struct jl_queue *q, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload) {
  return send_frames(q, (struct jl_frame){.type = type, .flags = flags, .stream = stream}, payload, NULL);
}

bool jl_queue_share(struct jl_queue *q, uint32_t stream, struct jl_message *m) {
  return send_frames(q, (struct jl_frame){.type = m->type, .flags = m->flags, .stream = stream}, (struct jl_bytes){m->payload, m->size}, m);
}

unsigned jl_queue_gather(const struct jl_queue *q, uv_buf_t *ret_buffers, unsigned max) {
  unsigned n = 0;
  for (const struct jl_queue_item *item = q->first; item != NULL && n < max; item = item->next) {
    if (item->size == item->sent) continue;
    union {
      const uint8_t *in;
      char *out;
    } data = {item->data + item->sent}; /* uv_buf_t has no const; writing does not change it */
    ret_buffers[n++] = uv_buf_init(data.out, (unsigned)(item->size - item->sent));
  }
  return n;
}

static void drop_first(struct jl_queue *q) {
  struct jl_queue_item *item = q->first;
  q->first = item->next;
  if (q->first == NULL) q->last = NULL;
  jl_message_release(item->shared);
  free(item);
}

void jl_queue_advance(struct jl_queue *q, size_t sent) {
  JL_ASSERT(sent <= q->size);
  q->size -= sent;
  while (q->first != NULL) {
    struct jl_queue_item *item = q->first;
    size_t left = item->size - item->sent;
    if (left > sent) {
      item->sent += sent;
      return;
    }
    sent -= left;
    drop_first(q);
  }
}

void jl_queue_release(struct jl_queue *q) {
  while (q->first != NULL) drop_first(q);
  q->size = 0;
}

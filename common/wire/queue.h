/* Inside of the wire folder: bytes waiting to be sent. Small messages are copied together into chunks; long shared messages
 * are referenced, so a broadcast costs its bytes once. No socket here. */
#ifndef JL_WIRE_QUEUE_H
#define JL_WIRE_QUEUE_H
#include "common/wire/message.h"
struct jl_queue_item {
  struct jl_queue_item *next;
  struct jl_message *shared; /* NULL: own bytes */
  const uint8_t *data;
  uint8_t *room; /* never moves: a write may be under way while more is appended */
  size_t size, sent, capacity;
};
struct jl_queue { /* zeroed at first */
  struct jl_queue_item *first, *last;
  size_t size;
};
JL_MUST_CHECK bool jl_queue_bytes(struct jl_queue *q, struct jl_bytes bytes);
/* Cut into frames: MORE on all but the last. false: no memory (the queue is then unusable). */
JL_MUST_CHECK bool jl_queue_send(struct jl_queue *q, uint8_t type, uint8_t flags, uint32_t stream, struct jl_bytes payload);
JL_MUST_CHECK bool jl_queue_share(struct jl_queue *q, uint32_t stream, struct jl_message *m);
unsigned jl_queue_gather(const struct jl_queue *q, uv_buf_t *ret_buffers, unsigned max); /* the front, for one write */
void jl_queue_advance(struct jl_queue *q, size_t sent);
void jl_queue_release(struct jl_queue *q);
#endif

/* Inside of the wire folder: bytes in, messages out. No socket, so it is fuzzed and tested alone. Sizes are checked on the
 * header, before anything is allocated for the payload. Holds at most one partial frame and JL_PARTIAL_STREAMS unfinished
 * messages, together at most JL_PARTIAL_FACTOR x max_message bytes. */
#ifndef JL_WIRE_SPLITTER_H
#define JL_WIRE_SPLITTER_H
#include "common/wire/connection.h"

#define JL_PARTIAL_STREAMS 8 /* unfinished messages at once; more: BAD_FRAME */
#define JL_PARTIAL_FACTOR 2  /* their bytes <= factor x max_message; more: TOO_LARGE */

struct jl_partial {
  bool used, compressed;
  uint8_t type;
  uint32_t stream;
  struct jl_buffer payload;
};
struct jl_splitter {
  bool expect_preface, rest_done;
  bool compressed; /* such messages are accepted; they are handed out plain */
  size_t max_message, partial_bytes, partial_count;
  struct jl_buffer rest;       /* of the frame or preface that is still incomplete */
  struct jl_partial *partial;  /* JL_PARTIAL_STREAMS of them; NULL while nothing is unfinished */
  struct jl_partial complete;  /* the last message delivered, when it came in pieces or compressed */
};
struct jl_arrival {
  uint8_t type, flags;
  uint32_t stream;
  struct jl_bytes payload;
};
enum jl_split { JL_SPLIT_WANTS_MORE, JL_SPLIT_MESSAGE, JL_SPLIT_BAD };

void jl_splitter_init(struct jl_splitter *s, bool expect_preface, size_t max_message);
void jl_splitter_release(struct jl_splitter *s);
/* Takes from the front of io_input until a message is complete (its payload is valid until the next call), all input is
 * taken, or the input is wrong (then never call it again). */
enum jl_split jl_splitter_next(struct jl_splitter *s, struct jl_bytes *io_input, struct jl_arrival *ret_arrival, struct jl_error *err);
#endif

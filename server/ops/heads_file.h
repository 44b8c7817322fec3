/* The setting heads_file: heads of all chains appended to a file, once a day and when the server starts, so that there is evidence although
 * nobody thought of it. Best on a disk or machine that the database's administrators cannot write to. Each block is one write at the end,
 * so nodes may share a file on a local disk; a block that was not written whole stays, and readers pass over it. */
#ifndef JL_OPS_HEADS_FILE_H
#define JL_OPS_HEADS_FILE_H
#include "server/store/store.h"

struct jl_heads_file {
  uv_loop_t *loop;
  struct jl_store *store;
  int fd; /* -1: none is wanted */
  bool busy;
  int64_t since_us, began_us; /* groups after the one are new; what is under way began at the other */
  int32_t day;                /* of which it was written */
  struct jl_buffer text;
  size_t written, spaces;
  uv_fs_t request;
};
/* Opened while the process may. */
JL_MUST_CHECK bool jl_heads_file_open(struct jl_heads_file *h, const char *path, struct jl_error *err);
void jl_heads_file_look(struct jl_heads_file *h, uv_loop_t *loop, struct jl_store *store); /* now and then */
void jl_heads_file_close(struct jl_heads_file *h);                                         /* when the loop has ended */
#endif

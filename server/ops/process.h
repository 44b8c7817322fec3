/* The process: its files, its user, its one instance per data directory. */
#ifndef JL_OPS_PROCESS_H
#define JL_OPS_PROCESS_H
#include "server/ops/settings.h"
#include <sys/types.h>

/* Makes the data directory (0700, owned by the user that the server becomes) and, as root, becomes that user. */
JL_MUST_CHECK bool jl_process_prepare(const struct jl_settings *s, struct jl_error *err);
/* Locks the data directory; false with *ret_running when another server has it. The lock ends with the process. */
JL_MUST_CHECK bool jl_process_lock(const struct jl_settings *s, bool *ret_running, struct jl_error *err);
/* Files that tell others the port or pid: opened (and emptied) while the process may, written when it serves, emptied at the end. -1: none.
 */
JL_MUST_CHECK bool jl_process_open_file(const char *path, int *ret_fd, struct jl_error *err);
void jl_process_write_file(int fd, int64_t number);
void jl_process_empty_file(int fd);
#endif

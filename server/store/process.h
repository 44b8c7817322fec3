/* Starting other programs as another user, and ceasing to be root. For start-up and the embedded PostgreSQL. */
#ifndef JL_STORE_PROCESS_H
#define JL_STORE_PROCESS_H
#include "common/base/error.h"
#include <sys/types.h>
#define JL_SERVICE_USER "jalon"
struct jl_user { uid_t uid; gid_t gid; };
/* The user that PostgreSQL runs as: ourselves, or when we are root the system user, made when it is missing. */
JL_MUST_CHECK bool jl_process_user(struct jl_user *ret_user, struct jl_error *err);
/* argv[0] is a path. Output goes to the end of log_path. -1: err. The child has its own session, so a terminal's ^C is not for it. */
pid_t jl_process_start(const char *const *argv, const char *directory, const char *log_path, struct jl_user user, struct jl_error *err);
/* Waits for its end. False: it failed, or took longer (then it is killed). */
JL_MUST_CHECK bool jl_process_wait(pid_t pid, const char *name, int64_t timeout_us, struct jl_error *err);
/* When root: gives the folder to the service's user and becomes that user wholly. Before anything else is opened. */
JL_MUST_CHECK bool jl_process_drop_root(const char *data_dir, struct jl_error *err);
JL_MUST_CHECK bool jl_process_folder(const char *path, struct jl_user user, struct jl_error *err); /* 0700, made when missing */
#endif

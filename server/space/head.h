/* What must be known of a group before it is queued, read without unpacking the rest: whose lane it is in, and where. A
 * group whose head is readable takes its place in its lane whatever its body is like, so that a body that is not gets a
 * verdict and the lane goes on. */
#ifndef JL_SPACE_HEAD_H
#define JL_SPACE_HEAD_H
#include "common/base/error.h"
#include "common/base/id.h"

struct jl_group_head {
  struct jl_id replica, space, group;
  uint64_t seq;
  uint32_t model_version; /* 0: none, or none that can be */
  bool dry_run;
  struct jl_id import; /* zero: of none, or it cannot be read */
  uint32_t import_part;
};
JL_MUST_CHECK bool jl_group_head(struct jl_bytes group, struct jl_group_head *ret_head, struct jl_error *err);
/* Of a row of the log: whose group it is. false: not well-formed. */
JL_MUST_CHECK bool jl_change_head(struct jl_bytes body, struct jl_id *ret_author, struct jl_id *ret_group);
#endif

/* What the commands of meetings share: reading one, and the edits that begin it, take a point up, decide one, and close it. They go into the
 * group of the struct jl_rhythm, beside whatever else is in it. Times are by the clock of whoever runs the meeting. */
#ifndef JL_CLI_MEETING_H
#define JL_CLI_MEETING_H
#include "client/cli/rhythm.h"

#define JL_MEETING_TITLE_MAX 200 /* bytes of a title */
#define JL_MEETING_SECONDS_MAX 86400

struct jl_held {
  struct jl_lookup lookup; /* with its points below it */
  size_t open;             /* points without a decision */
};
JL_MUST_CHECK bool jl_meeting_read(struct jl_rhythm *r, const char *reference, struct jl_held *ret, struct jl_error *err);
bool jl_point_is_open(const struct jl_record_state *point);
/* In these the meeting is edited once, so a group has only one of them. */
JL_MUST_CHECK bool jl_meeting_put_start(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, struct jl_error *err);
/* Another point (zero: none) is talked about from now on, or the same one goes on or pauses. */
JL_MUST_CHECK bool jl_meeting_put_turn(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, bool runs, const struct jl_id *point,
                                       struct jl_error *err);
/* postpones: what is open goes to another meeting, a week later. */
JL_MUST_CHECK bool jl_meeting_put_close(struct jl_rhythm *r, const struct jl_held *m, int64_t now_us, bool postpones, struct jl_error *err);
/* Whole seconds since its time runs; 0 while it pauses. */
int64_t jl_meeting_seconds(const struct jl_held *m, int64_t now_us);

/* What a point ends with, as people type it; NULL or "": not given. */
struct jl_decision {
  const char *point, *decision, *action /* one that is there; otherwise one is made */, *title /* of the one that is made */, *owner, *due;
  int64_t seconds; /* that it took more */
};
struct jl_decided {
  struct jl_lookup point, action;
  bool has_action;
};
JL_MUST_CHECK bool jl_decision_put(struct jl_rhythm *r, const struct jl_decision *what, struct jl_decided *ret, struct jl_error *err);
/* "A12": the action that a decided point has. */
void jl_decided_action(const struct jl_decided *d, const struct jl_outcome_of *outcome, char ret_reference[JL_REFERENCE_SIZE]);

#endif

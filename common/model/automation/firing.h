/* What automations do with a group of edits: tried one after the other on top of them, each as edits of whoever wrote it (automation.h). */
#ifndef JL_MODEL_AUTOMATION_FIRING_H
#define JL_MODEL_AUTOMATION_FIRING_H
#include "common/model/automation/automation.h"
#include "common/model/tentative.h"

struct jl_firing {
  const struct jl_automation *automation;
  struct jl_id record, id; /* id: of the firing by a day; zero: by an edit */
  int64_t outcome;         /* JL_FIRING_DONE, _REFUSED, _CUT, _STOPPED */
  int64_t stop;            /* why, when switched off */
  struct jl_id made;       /* zero: no action */
  struct jl_error why;     /* refused or cut */
};
struct jl_firings {
  const struct jl_automation *automations;
  size_t automation_count;
  struct jl_firing *list;
  size_t count, done;
  bool full;           /* the group's limit was reached */
  struct jl_mark mark; /* before the first of them */
};

/* After the group's edits and before whatever else follows from them. */
JL_MUST_CHECK bool jl_automations_follow(struct jl_run *run, struct jl_error *err);
/* The group was refused for *err with what automations did. Takes that back, so that its edits can be judged alone. false: there was nothing of
 * the kind, and *err stands. */
JL_MUST_CHECK bool jl_automations_withdraw(struct jl_run *run, struct jl_error *err);

/* Its parts. */
/* The edits of one firing, for the record as it is now; the action that it makes in *ret_made. false: no memory, or a value cannot be read. */
JL_MUST_CHECK bool jl_firing_edits(struct jl_setting_of *of, const struct jl_automation *automation, const struct jl_record *record, const struct jl_id *firing,
                                   Jalon__Group *group, struct jl_id *ret_made, struct jl_error *err);
/* Fires, or says why not: firing->outcome. false: no memory. */
JL_MUST_CHECK bool jl_firing_try(struct jl_run *run, struct jl_setting_of *of, struct jl_firing *firing, const struct jl_id *id, struct jl_error *err);
/* The records of what they did. */
JL_MUST_CHECK bool jl_firings_keep(struct jl_run *run, struct jl_error *err);
/* A reason as it is kept, and back: what it says of other sections, of money and of people is left out. */
JL_MUST_CHECK bool jl_firing_reason(struct jl_arena *a, const struct jl_error *why, struct jl_bytes *ret_message, struct jl_bytes *ret_arguments);
int jl_firing_arguments(struct jl_bytes arguments, struct jl_arg ret[JL_ERROR_ARGS]); /* how many */
#endif

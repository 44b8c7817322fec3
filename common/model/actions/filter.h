/* Which actions a view shows, and in which order: one table of filters for every view that lists actions. A value is one or several,
 * joined by commas; of several one must fit, of several filters all. */
#ifndef JL_MODEL_ACTIONS_FILTER_H
#define JL_MODEL_ACTIONS_FILTER_H
#include "common/model/view_support.h"

/* For the parameters of a view. */
#define JL_ACTION_FILTERS "text", "lever", "person", "tag", "status", "priority", "late"

#define JL_FILTER_VALUES 32
struct jl_action_filter {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_id levers[JL_FILTER_VALUES];
  size_t lever_count;
  struct jl_seen *holders; /* who holds R or A: the people, teams and roles named, and of a person teams and roles too; NULL: whoever */
  const char *tags[JL_FILTER_VALUES], *words[JL_FILTER_VALUES]; /* folded */
  size_t tag_count, word_count;
  uint32_t statuses, priorities; /* bits; 0: all */
  bool late_only;
};
JL_MUST_CHECK bool jl_action_filter_read(const struct jl_view_input *in, struct jl_builder *b, struct jl_action_filter *ret, struct jl_error *err);
bool jl_action_filter_keeps(const struct jl_action_filter *filter, const struct jl_record *action);
/* Those that are kept, in place and in their order. Returns how many. */
size_t jl_action_filter_apply(const struct jl_action_filter *filter, const struct jl_record **actions, size_t n);
bool jl_action_filter_wants(const struct jl_action_filter *filter, int64_t status); /* the status was named */

/* By the parameter "sort": due, priority, impact, effort or number; without it as people have put them. */
JL_MUST_CHECK bool jl_action_sort(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **actions, size_t n, struct jl_error *err);
#endif

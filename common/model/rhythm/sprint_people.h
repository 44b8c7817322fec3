/* Who works in a sprint: how many days each has, net of holidays and leave, and how much of the sprint's work is theirs; and what the views of
 * sprints share. Sizes in millionths of a person-day. */
#ifndef JL_MODEL_RHYTHM_SPRINT_PEOPLE_H
#define JL_MODEL_RHYTHM_SPRINT_PEOPLE_H
#include "common/model/calendar/working_days.h"
#include "common/model/rhythm/sprint.h"
#include "common/model/view_support.h"

struct jl_sprint_worker {
  const struct jl_record *holder; /* a person; a team or role that is responsible has no days of its own */
  int64_t days, away;             /* that the person works in the sprint; working days on leave */
  int64_t assigned;               /* of the sprint's actions, done ones too */
};
struct jl_sprint_people {
  struct jl_sprint_worker *list; /* people first, by name of the directory's order */
  size_t count;
  int64_t days, assigned; /* of the people */
  int64_t nobodys;        /* of actions without anybody responsible, or of teams and roles */
  size_t unsized;         /* actions that nobody has estimated */
};
/* Of the sprint's team everybody active. Without a team whoever is responsible for what is or was in the sprint; until it begins, and while
 * that is nobody, for an open action of the plan too. */
JL_MUST_CHECK bool jl_sprint_people_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint,
                                     const struct jl_record *const *actions, size_t n, struct jl_sprint_people *ret, struct jl_error *err);

/* The days of a sprint as a person, a team or (zero) the plan works them; NULL: the builder has failed. */
struct jl_working_days *jl_sprint_days(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, const struct jl_id *whose);

const struct jl_record **jl_sprint_actions(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *sprint, size_t *ret_n);
int64_t jl_view_action_size(const struct jl_view_input *in, const struct jl_record *action);
/* The sprint that "record" names; without it the one of today, else the next one, else the last one. *ret NULL: there is none. */
JL_MUST_CHECK bool jl_view_sprint(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **ret, struct jl_error *err);
/* What sprints that are over came to, oldest first. */
struct jl_past_sprint {
  const struct jl_record *sprint;
  struct jl_sprint_course course;
};
JL_MUST_CHECK bool jl_past_sprints(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *team /* NULL: of all */,
                                   struct jl_past_sprint **ret, size_t *ret_n, struct jl_error *err);
/* Mean of the last three of them, or as many as there are; false: there is none. */
#define JL_VELOCITY_SPRINTS 3
bool jl_velocity(const struct jl_past_sprint *past, size_t n, int64_t *ret_days);

struct jl_arg jl_arg_person_days(int64_t millionths); /* "4.5 days" */
void jl_cell_person_days(struct jl_builder *b, int64_t millionths); /* "4.5", below a heading that says days */
#endif

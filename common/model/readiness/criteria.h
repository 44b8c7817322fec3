/* What the plan's records say about the questions of seeds 002 and 004, about the alignment score and about the launch of a campaign: a
 * criterion each, counted once and used by all of them (questions.h, alignment.h, launch.h).
 *
 * A criterion is held against a list of records: how many there are, how many have it, which ones lack it, and the command that gives it to
 * the first of them. Where there is nothing to count, nothing is said: neither yes nor no. What no record can tell, people are asked, and
 * their last answer is kept (Assessment); nobody guesses it. What the reader may not read is said to be hidden, never counted as missing.
 *
 * For a campaign the lists are its own: its lever, that lever's objectives; the promise, the segments and what people said are the plan's. */
#ifndef JL_MODEL_READINESS_CRITERIA_H
#define JL_MODEL_READINESS_CRITERIA_H
#include "common/model/view_support.h"

enum jl_ready {
  JL_READY_PROMISE,
  JL_READY_DIFFERENTIATION,
  JL_READY_POSITIONING,
  JL_READY_SEGMENTS,
  JL_READY_PERSONAS,
  JL_READY_ACTIONS_SERVE,
  JL_READY_LEVERS_SERVE,
  JL_READY_LEVERS_ACT,
  JL_READY_OWNERS,
  JL_READY_TEAMS,
  JL_READY_TRAINED,
  JL_READY_COMMUNICATION,
  JL_READY_SHARED,
  JL_READY_DEFINITIONS,
  JL_READY_OUTSIDE,
  JL_READY_KPIS,
  JL_READY_TRACKED,
  JL_READY_MEASURED,
  JL_READY_TOOLS,
  JL_READY_MEASURABLE,
  JL_READY_ADJUSTABLE,
  JL_READY_LESSONS,
  JL_READY_EUROS,
  JL_READY_LISTED,
  JL_READY_EFFORTS,
  JL_READY_RESULTS,
  JL_READY_RATED,
  JL_READY_SINKS,
  JL_READY_WINS,
  JL_READY_CRITERIA
};
enum jl_found_verdict {
  JL_FOUND_YES,
  JL_FOUND_PARTLY,
  JL_FOUND_NO,
  JL_FOUND_UNASKED, /* people have not answered yet */
  JL_FOUND_NOTHING, /* there is nothing that it could be told of */
  JL_FOUND_HIDDEN,  /* in a section that the reader may not read */
};
#define JL_FOUND_NAMED 4 /* records that are named; more are counted */
struct jl_found {
  enum jl_found_verdict verdict;
  int64_t have, of; /* of 0: nothing to count */
  const struct jl_record *having[JL_FOUND_NAMED], *lacking[JL_FOUND_NAMED];
  const struct jl_record *assessment; /* the answer of people; NULL: none, or not asked of people */
  const char *fix;                    /* the command that gives it to the first that lacks it; "" when nothing lacks */
};
struct jl_records {
  const struct jl_record **list;
  size_t count;
};
/* The plan, or one campaign of it. */
struct jl_scope {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *campaign;                    /* NULL: the plan */
  struct jl_records actions, levers, segments, objectives; /* not dropped; active; not set aside; those of the levers, of a campaign */
};
/* One of the three kinds that seed 002 wants to have a part in it; and whether it has. */
bool jl_team_has_part(const struct jl_scope *s, const struct jl_record *team);
bool jl_team_involved(const struct jl_scope *s, const struct jl_record *team);
void jl_scope_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *campaign, struct jl_scope *ret);
void jl_ready_find(const struct jl_scope *scope, enum jl_ready criterion, struct jl_found *ret);
const char *jl_ready_label(enum jl_ready criterion); /* message id */
const char *jl_ready_code(enum jl_ready criterion);

/* Cells of a row about a criterion: answer, "3 of 5", who has it, who lacks it, what to do. */
void jl_columns_found(struct jl_builder *b);
void jl_cells_found(struct jl_builder *b, const struct jl_view_input *in, const struct jl_found *found);
void jl_cell_verdict(struct jl_builder *b, enum jl_found_verdict verdict);
#define JL_FOUND_CELLS 5
#endif

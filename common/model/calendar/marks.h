/* What happens on the days of a period, for the calendar and the week: holidays, closures, school holidays, key dates, starts and due dates of
 * actions, who is away. Of records only what the reader may read. */
#ifndef JL_MODEL_CALENDAR_MARKS_H
#define JL_MODEL_CALENDAR_MARKS_H
#include "common/model/actions/filter.h"
#include "common/model/calendar/period.h"
#include "common/model/calendar/working_days.h"

enum jl_mark_kind { JL_MARK_HOLIDAY, JL_MARK_CLOSURE, JL_MARK_SCHOOL, JL_MARK_KEY_DATE, JL_MARK_START, JL_MARK_DUE, JL_MARK_LEAVE, JL_MARK_KINDS };
struct jl_mark {
  enum jl_mark_kind kind;
  int32_t first, last;
  const struct jl_record *record; /* NULL: a computed holiday */
  const char *name;               /* message id of a holiday; else terminated text */
};
struct jl_marks {
  struct jl_mark *list; /* by first day, then by kind */
  size_t count, counts[JL_MARK_KINDS];
};
struct jl_marks_of {
  const struct jl_view_input *in;
  const struct jl_working_days *days; /* whose holidays and closures; at hand for the period */
  struct jl_period period;
  int64_t zone;                       /* of schools; 0: none */
  const struct jl_action_filter *actions; /* starts and due dates of those that it keeps too; NULL: of none */
  const struct jl_record *person;     /* only those that this person is R or A of, and this person's leaves; NULL: everybody's */
};
bool jl_marks_find(const struct jl_marks_of *of, struct jl_builder *b, struct jl_marks *ret); /* false: no memory */
const char *jl_mark_label(enum jl_mark_kind kind); /* message id */
const char *jl_mark_text(enum jl_mark_kind kind);  /* for files */
char jl_mark_sign(enum jl_mark_kind kind);         /* in a grid; 0: none */
/* A table of them: from, until, what, name. */
void jl_marks_block(const struct jl_view_input *in, struct jl_builder *b, const struct jl_marks *marks);
#endif

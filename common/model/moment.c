#include "common/model/moment.h"
#include "common/base/calendar.h"
#include "common/model/document.h"

bool jl_moment_parse(const char *text, struct jl_moment *ret, struct jl_error *err) {
  *ret = (struct jl_moment){.revision = 0};
  bool ok = text[0] == 'r' ? jl_view_number(text + 1, &ret->revision) && ret->revision > 0 : jl_time_parse_iso(text, &ret->before_us);
  return ok || jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no moment in the life of a plan"),
                       JL_MSG("give a revision such as r123, or a day"), jl_arg_text(text));
}

#include "tests/support/edits.h"
#include "common/record/schema.h"

struct jl_bytes edits_plan(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const char *name) {
  struct building b = {.arena = a};
  struct jl_bytes record = {0};
  with_text(a, &record, JL_TYPE_PLAN, JL_PLAN_NAME, name);
  with_number(a, &record, JL_TYPE_PLAN, JL_PLAN_START, 20454);
  with_number(a, &record, JL_TYPE_PLAN, JL_PLAN_END, 20818);
  with_text(a, &record, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR");
  build_create(&b, JL_TYPE_PLAN, space, record);
  return build_pack(&b, NULL, replica, space, seq);
}

struct jl_bytes edits_line(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, const char *title, int64_t planned, struct random *r) {
  struct building b = {.arena = a};
  struct jl_bytes record = {0};
  with_text(a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, title);
  with_number(a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_CATEGORY, JL_CATEGORY_MEDIA);
  with_number(a, &record, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, planned);
  build_create(&b, JL_TYPE_BUDGET_LINE, line, record);
  return build_pack(&b, r, replica, space, seq);
}

struct jl_bytes edits_amount(struct jl_arena *a, const struct jl_id *replica, const struct jl_id *space, uint64_t seq, const struct jl_id *line, int64_t before, int64_t next, struct random *r) {
  struct building b = {.arena = a};
  struct jl_bytes seen = before < 0 ? (struct jl_bytes){0} : slice_number(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, before);
  build_next(&b, build_update(&b, JL_TYPE_BUDGET_LINE, line), JL_BUDGET_LINE_PLANNED, seen, slice_number(a, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, next));
  return build_pack(&b, r, replica, space, seq);
}

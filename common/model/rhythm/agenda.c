#include "common/model/rhythm/agenda.h"
#include "common/model/measures/kpi_cells.h"
#include "common/record/schema.h"
#include <stdlib.h>

int64_t jl_meeting_minutes(const struct jl_record *meeting) { return jl_view_int(meeting, JL_MEETING_MINUTES, JL_MEETING_LENGTH); }

const struct jl_record **jl_meeting_points(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *meeting, size_t *ret_n) {
  return jl_view_referring(in, b, &meeting->id, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_MEETING, ret_n);
}

bool jl_point_closed(const struct jl_record *point) { return jl_view_int(point, JL_MEETING_POINT_CLOSED, 0) != 0; }

/* The point that this action came of; NULL: none. */
static const struct jl_record *decision_of(const struct jl_view_input *in, const struct jl_record *action) {
  const void *at = NULL;
  const struct jl_record *point, *last = NULL;
  while ((point = jl_replica_next_referring(in->space, &action->id, JL_TYPE_MEETING_POINT, JL_MEETING_POINT_ACTION, &at)) != NULL)
    if (jl_point_closed(point) && (last == NULL || point->number > last->number)) last = point;
  return last;
}

static struct jl_agenda_item item_of(const struct jl_view_input *in, const struct jl_record *action) {
  struct jl_agenda_item item = {.about = action};
  int64_t due = jl_view_int(action, JL_ACTION_DUE, INT32_MAX);
  if (!jl_action_open(action)) return item;
  if (due < in->today) item.days = in->today - due;
  item.decision = decision_of(in, action);
  if (jl_view_int(action, JL_ACTION_STATUS, 0) == JL_BLOCKED)
    item.reason = JL_POINT_BLOCKED;
  else if (item.days > 0)
    item.reason = item.decision != NULL ? JL_POINT_FOLLOW_UP : JL_POINT_LATE;
  return item;
}

static int first(const void *left, const void *right) {
  const struct jl_agenda_item *a = left, *b = right;
  bool blocked_a = a->reason == JL_POINT_BLOCKED, blocked_b = b->reason == JL_POINT_BLOCKED;
  bool kpi_a = a->reason == JL_POINT_OFF_TARGET, kpi_b = b->reason == JL_POINT_OFF_TARGET;
  if (blocked_a != blocked_b) return blocked_a ? -1 : 1;
  if (kpi_a != kpi_b) return kpi_a ? 1 : -1;
  if (a->days != b->days) return a->days > b->days ? -1 : 1;
  return a->about->number < b->about->number ? -1 : a->about->number > b->about->number;
}

bool jl_agenda(const struct jl_view_input *in, struct jl_builder *b, struct jl_agenda_item **ret, size_t *ret_n, struct jl_error *err) {
  size_t actions = 0, kpis = 0, n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_ACTION, &actions), **measured = jl_view_all(in, b, JL_TYPE_KPI, &kpis);
  struct jl_agenda_item *items = jl_view_alloc(b, actions + kpis, sizeof *items);
  if (items == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < actions; i++) {
    items[n] = item_of(in, all[i]);
    n += items[n].reason != 0;
  }
  for (size_t i = 0; i < kpis; i++) {
    struct jl_kpi_state state = jl_view_kpi_state(b, in, measured[i]);
    if (state.light == JL_LIGHT_BAD) items[n++] = (struct jl_agenda_item){.reason = JL_POINT_OFF_TARGET, .about = measured[i]};
  }
  if (n > 0) qsort(items, n, sizeof *items, first);
  *ret = items;
  *ret_n = n;
  return true;
}

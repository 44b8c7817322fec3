#include "client/cli/carried.h"
#include "common/base/calendar.h"
#include "common/base/compiler.h"
#include "common/record/schema.h"
#include <string.h>

static const struct jl_carried rows[] = {
    {.type = JL_TYPE_GRANT, .part = "rights"},
    {.type = JL_TYPE_SEGMENT, .part = "targets"},
    {.type = JL_TYPE_ICP, .part = "targets"},
    {.type = JL_TYPE_PERSONA, .part = "targets", .dates = {JL_PERSONA_REVIEW}},
    {.type = JL_TYPE_COMPETITOR, .part = "diagnostic"},
    {.type = JL_TYPE_CRITERION, .part = "diagnostic"},
    {.type = JL_TYPE_RATING, .part = "diagnostic"},
    {.type = JL_TYPE_DIAGNOSTIC, .part = "diagnostic"},
    {.type = JL_TYPE_PROMISE, .part = "brand"},
    {.type = JL_TYPE_POSITIONING, .part = "brand"},
    {.type = JL_TYPE_KEY_MESSAGE, .part = "brand", .dates = {JL_KEY_MESSAGE_START, JL_KEY_MESSAGE_END}},
    {.type = JL_TYPE_MIX_ITEM, .part = "brand"},
    {.type = JL_TYPE_OBJECTIVE, .part = "objectives", .dates = {JL_OBJECTIVE_START, JL_OBJECTIVE_DUE}, .left = {JL_OBJECTIVE_CURRENT}},
    {.type = JL_TYPE_KEY_RESULT, .part = "objectives", .left = {JL_KEY_RESULT_CURRENT}},
    {.type = JL_TYPE_LEVER, .part = "levers"},
    {.type = JL_TYPE_FUNNEL, .part = "funnels", .dates = {JL_FUNNEL_START}},
    {.type = JL_TYPE_FUNNEL_STAGE, .part = "funnels"},
    {.type = JL_TYPE_FUNNEL_RATE, .part = "funnels"},
    {.type = JL_TYPE_FUNNEL_CHANNEL, .part = "funnels"},
    {.type = JL_TYPE_BENCHMARK, .part = "funnels"},
    {.type = JL_TYPE_KPI, .part = "kpis"},
    {.type = JL_TYPE_KPI_TARGET, .part = "kpis", .dates = {JL_KPI_TARGET_DUE}},
    {.type = JL_TYPE_DEFINITION, .part = "kpis"},
    {.type = JL_TYPE_TOOL, .part = "stack", .dates = {JL_TOOL_RENEWAL}},
    {.type = JL_TYPE_LESSON, .part = "knowledge"},
    {.type = JL_TYPE_PLAYBOOK, .part = "knowledge"},
    {.type = JL_TYPE_PLAYBOOK_STEP, .part = "knowledge"},
    {.type = JL_TYPE_ACTION,
     .part = "actions",
     .dates = {JL_ACTION_START, JL_ACTION_DUE},
     .left = {JL_ACTION_STATUS, JL_ACTION_PROGRESS, JL_ACTION_QUANTITY_DONE, JL_ACTION_BLOCKED_REASON, JL_ACTION_CARRIED_FROM},
     .working = {JL_ACTION_START, JL_ACTION_DUE}},
    {.type = JL_TYPE_DEPENDENCY, .part = "actions"},
    {.type = JL_TYPE_KEY_DATE, .part = "actions", .dates = {JL_KEY_DATE_START, JL_KEY_DATE_END}},
    {.type = JL_TYPE_CHECKLIST_ITEM, .part = "actions", .left = {JL_CHECKLIST_ITEM_DONE}},
    {.type = JL_TYPE_LINK, .part = "actions"},
    {.type = JL_TYPE_BUDGET_LINE, .part = "budget", .dates = {JL_BUDGET_LINE_FIRST, JL_BUDGET_LINE_LAST}},
    {.type = JL_TYPE_BUDGET_SHARE, .part = "budget"},
    {.type = JL_TYPE_EXCHANGE_RATE, .part = "budget"}, /* of its own day */
    {.type = JL_TYPE_BUDGET_MONTH, .part = "budget", .dates = {JL_BUDGET_MONTH_MONTH}},
    {.type = JL_TYPE_PAYROLL_LINE, .part = "payroll", .dates = {JL_PAYROLL_LINE_START, JL_PAYROLL_LINE_END}, .left = {JL_PAYROLL_LINE_ACTUAL}},
    {.type = JL_TYPE_RACI, .part = "raci"},
};

const struct jl_carried *jl_carried_of(uint32_t type) {
  for (size_t i = 0; i < JL_COUNT(rows); i++)
    if (rows[i].type == type) return &rows[i];
  return NULL;
}

const char *jl_carried_parts(void) {
  return "diagnostic, targets, brand, objectives, levers, actions, kpis, budget, payroll, funnels, stack, knowledge, raci, rights";
}

bool jl_carried_is_part(const char *text) {
  for (size_t i = 0; i < JL_COUNT(rows); i++)
    if (strcmp(rows[i].part, text) == 0) return true;
  return false;
}

static bool ends_month(int32_t day) { return jl_date_from_day(day + 1).day == 1; }

int32_t jl_carried_day(int32_t day, int32_t from_start, int32_t to_start) {
  struct jl_date a = jl_date_from_day(from_start), z = jl_date_from_day(to_start);
  if (a.day != z.day && !(ends_month(from_start) && ends_month(to_start))) {
    int64_t later = (int64_t)day + to_start - from_start;
    return later < JL_DAY_MIN ? JL_DAY_MIN : later > JL_DAY_MAX ? JL_DAY_MAX : (int32_t)later;
  }
  int months = (z.year - a.year) * 12 + z.month - a.month;
  struct jl_date old = jl_date_from_day(day);
  if (!ends_month(day)) return jl_day_add_months(day, months);
  return jl_day_add_months(jl_day_from_date(old.year, old.month, 1), months + 1) - 1;
}

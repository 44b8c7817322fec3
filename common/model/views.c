/* The table of all views: a new one is a line here and a file. */
#include "common/model/budget/amounts.h"
#include "common/model/actions/filter.h"
#include "common/model/explain.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include <string.h>

enum {
  STRATEGY = 1u << JL_SECTION_STRATEGY,
  ACTIONS = 1u << JL_SECTION_ACTIONS,
  BUDGET = 1u << JL_SECTION_BUDGET,
  PAYROLL = 1u << JL_SECTION_PAYROLL,
  PIPELINE = 1u << JL_SECTION_PIPELINE,
};
static const char *const budget_parameters[] = {"by", "basis", "period", NULL};
static const char *const figures_parameters[] = {"period", "by", NULL};
static const char *const kpi_parameters[] = {"by", NULL};
static const char *const overspent_parameters[] = {"summary", NULL};
static const char *const supplier_parameters[] = {"name", "basis", "period", NULL};
static const char *const allocation_parameters[] = {"set", "writes", NULL};
static const char *const cut_parameters[] = {"cut", NULL};
static const char *const scenario_parameters[] = {"writes", NULL};
static const char *const review_parameters[] = {"replay", NULL};
static const char *const bucket_parameters[] = {"to", NULL};
static const char *const variance_parameters[] = {"method", "months", NULL};
static const char *const dashboard_parameters[] = {"period", NULL};
static const char *const report_parameters[] = {"period", "month", "quarter", "year", NULL};
static const char *const audit_parameters[] = {"period", "by", "much", "little", "enough", NULL};
static const char *const history_parameters[] = {"before", "since", "until", "by", "import", "limit", "sentences", NULL};
static const char *const rights_parameters[] = {"why", NULL};
static const char *const drift_parameters[] = {"baseline", NULL};
static const char *const diff_parameters[] = {"since", NULL};
static const char *const inbox_parameters[] = {"since", "read", NULL};
static const char *const mix_parameters[] = {"size", NULL};
static const char *const lessons_parameters[] = {"about", NULL};
static const char *const smart_parameters[] = {"text", NULL};
static const char *const funnel_parameters[] = {"revenue", "deal",     "customers", "forward", "rates", "benchmark", "lags",    "capacity",
                                                "reps",    "rounding", "period",    "start",   "periods", "currency", NULL};
static const char *const calendar_parameters[] = {"month", "year", "zone", JL_ACTION_FILTERS, NULL};
static const char *const week_parameters[] = {"week", "mine", JL_ACTION_FILTERS, NULL};
static const char *const load_parameters[] = {"week", "weeks", "person", NULL};
static const char *const scores_parameters[] = {"method", JL_ACTION_FILTERS, NULL};
static const char *const matrix_parameters[] = {JL_ACTION_FILTERS, NULL};
static const char *const board_parameters[] = {JL_ACTION_FILTERS, "sort", "by", "cards", NULL};
static const char *const check_parameters[] = {"severity", "rule", "all", "accepted", "rules", NULL};
static const char *const gantt_parameters[] = {JL_ACTION_FILTERS, NULL};
static const char *const roadmap_parameters[] = {JL_ACTION_FILTERS, NULL};
static const char *const schedule_parameters[] = {"due", "around", "level", "event", "steps", JL_ACTION_FILTERS, NULL};
static const char *const replan_parameters[] = {"due", "start", "days", "planned", "rate", NULL};
static const char *const automations_parameters[] = {"on", NULL};
static const char *const list_parameters[] = {"type", "deleted", JL_ACTION_FILTERS, "sort", NULL};

const struct jl_view jl_views[] = {
    {.name = "dashboard",
     .label = JL_MSG("dashboard"),
     .help = JL_MSG("one screen: objectives, budget, KPIs, what is late and what comes next"),
     .needs_space = true,
     .tells_inbox = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL | PIPELINE,
     .parameters = dashboard_parameters,
     .build = jl_dashboard_view},
    {.name = "report",
     .label = JL_MSG("report"),
     .help = JL_MSG("a month, a quarter or a year on one page: results, KPIs, objectives, budget, beside the period before"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL | PIPELINE, /* what is spent on a lever is also what its actions cost */
     .parameters = report_parameters,
     .build = jl_report_view},
    {.name = "audit",
     .label = JL_MSG("audit of the past"),
     .help = JL_MSG("what each channel and campaign cost and brought, what cost much for little, what to keep, stop and start"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL | PIPELINE,
     .parameters = audit_parameters,
     .build = jl_audit_view},
    {.name = "review",
     .label = JL_MSG("review"),
     .help = JL_MSG("what performs, where money should move and why, what was decided: as it was frozen, and the same when it is looked at again"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PIPELINE,
     .parameters = review_parameters,
     .build = jl_review_view},
    {.name = "experiments",
     .label = JL_MSG("experiments"),
     .help = JL_MSG("test and learn: how many must see it, what was counted, and whether that is more than chance"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY,
     .build = jl_experiments_view},
    {.name = "tree",
     .label = JL_MSG("objectives, levers and actions"),
     .help = JL_MSG("objective > lever > action > KPI"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_tree_view},
    {.name = "strategy",
     .label = JL_MSG("strategy"),
     .help = JL_MSG("where are we, where do we want to go, how do we get there: one page"),
     .needs_space = true,
     .sections = STRATEGY | BUDGET,
     .build = jl_strategy_view},
    {.name = "diagnostic",
     .label = JL_MSG("diagnostic"),
     .help = JL_MSG("SWOT, PESTEL, expectations, insights, competitors"),
     .needs_space = true,
     .tells_audit = true,
     .sections = STRATEGY,
     .build = jl_diagnostic_view},
    {.name = "swot",
     .label = JL_MSG("SWOT"),
     .help = JL_MSG("strengths, weaknesses, opportunities, threats"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_swot_view},
    {.name = "pestel",
     .label = JL_MSG("PESTEL"),
     .help = JL_MSG("political, economic, social, technological, environmental, legal"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_pestel_view},
    {.name = "competitors",
     .label = JL_MSG("differentiation table"),
     .help = JL_MSG("the differentiation table: criterion, our company, competitors"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_competitors_view},
    {.name = "targets",
     .label = JL_MSG("targets"),
     .help = JL_MSG("segments, ideal customers, personas, and which have none"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_targets_view},
    {.name = "persona",
     .label = JL_MSG("personas"),
     .help = JL_MSG("a persona, or all: goals, stakes, problems, journey, friction, messages"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY,
     .build = jl_persona_view},
    {.name = "positioning",
     .label = JL_MSG("promise and positioning"),
     .help = JL_MSG("promise and positioning as canvases, with the differentiation table"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_positioning_view},
    {.name = "messages",
     .label = JL_MSG("key messages"),
     .help = JL_MSG("key messages by stage and persona, and those that clash"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_messages_view},
    {.name = "mix",
     .label = JL_MSG("marketing mix"),
     .help = JL_MSG("the marketing mix as 4P, 7P or 10P"),
     .needs_space = true,
     .sections = STRATEGY,
     .parameters = mix_parameters,
     .build = jl_mix_view},
    {.name = "levers",
     .label = JL_MSG("levers"),
     .help = JL_MSG("levers to keep, to stop, to start, and what says so"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_levers_view},
    {.name = "stack",
     .label = JL_MSG("stack"),
     .help = JL_MSG("the tools: purpose, cost per year, what they make visible"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_stack_view},
    {.name = "lessons",
     .label = JL_MSG("lessons and playbooks"),
     .help = JL_MSG("what was learned, and playbooks; jalon lessons WORD looks for it"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .parameters = lessons_parameters,
     .build = jl_lessons_view},
    {.name = "raci",
     .label = JL_MSG("RACI"),
     .help = JL_MSG("the matrix of all actions, or task, owner and letter of one"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .build = jl_raci_view},
    {.name = "budget",
     .label = JL_MSG("budget"),
     .help = JL_MSG("planned, committed, actual and remaining by lever, category, bucket, month, supplier ..."),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL,
     .figures_of = BUDGET,
     .parameters = budget_parameters,
     .build = jl_budget_view},
    {.name = "variance",
     .label = JL_MSG("budget variance and forecast"),
     .help = JL_MSG("where the budget stands to date, what it will have cost in the end, when it is exhausted"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .figures_of = BUDGET,
     .parameters = variance_parameters,
     .build = jl_variance_view},
    {.name = "overspent",
     .label = JL_MSG("overspent"),
     .help = JL_MSG("orders with invoices above them, lines above what they plan in all or for a month; of one expense: what it is above of"),
     .needs_space = true,
     .by_record = true,
     .sections = BUDGET,
     .figures_of = BUDGET,
     .parameters = overspent_parameters,
     .build = jl_overspent_view},
    {.name = "suppliers",
     .label = JL_MSG("suppliers"),
     .help = JL_MSG("what is ordered and invoiced by each supplier; of one: its orders and invoices"),
     .needs_space = true,
     .sections = BUDGET,
     .figures_of = BUDGET,
     .parameters = supplier_parameters,
     .build = jl_suppliers_view},
    {.name = "bucket",
     .label = JL_MSG("buckets"),
     .help = JL_MSG("70/20/10: shares against the rule, which lines may go up and why, what went up and down"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .figures_of = BUDGET,
     .parameters = bucket_parameters,
     .build = jl_bucket_view},
    {.name = "allocation",
     .label = JL_MSG("budget from an objective"),
     .help = JL_MSG("from customers, CAC and CLV to a global budget, split over the lines with what is expected of each"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PIPELINE,
     .parameters = allocation_parameters,
     .build = jl_allocation_view},
    {.name = "cut",
     .label = JL_MSG("what a cut would take"),
     .help = JL_MSG("which lines go first when the budget is cut, by return, and why"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PIPELINE,
     .figures_of = BUDGET,
     .parameters = cut_parameters,
     .build = jl_cut_view},
    {.name = "scenario",
     .label = JL_MSG("scenarios"),
     .help = JL_MSG("a scenario against the budget as it is, or all of them side by side"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PIPELINE,
     .figures_of = BUDGET,
     .parameters = scenario_parameters,
     .build = jl_scenario_view},
    {.name = "kpi",
     .label = JL_MSG("KPIs"),
     .help = JL_MSG("targets, last values, trends and lights"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL | PIPELINE, /* what is spent on a lever is also what its actions cost */
     .parameters = kpi_parameters,
     .build = jl_kpi_view},
    {.name = "figures",
     .label = JL_MSG("pipeline figures"),
     .help = JL_MSG("visits, leads, MQL, SQL, opportunities, customers and revenue by lever and campaign"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | PIPELINE,
     .parameters = figures_parameters,
     .build = jl_figures_view},
    {.name = "trace",
     .label = JL_MSG("trace"),
     .help = JL_MSG("from an expense, a line, an action or a lever up: objectives, KPIs, leads and revenue credited to it"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PIPELINE,
     .build = jl_trace_view},
    {.name = "matrix",
     .label = JL_MSG("impact / effort matrix"),
     .help = JL_MSG("actions by impact and effort: quick wins, big projects, fillers, time sinks"),
     .needs_space = true,
     .sections = ACTIONS,
     .parameters = matrix_parameters,
     .build = jl_matrix_view},
    {.name = "board",
     .label = JL_MSG("board"),
     .help = JL_MSG("actions as cards in columns, by status, lever, person or priority"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .parameters = board_parameters,
     .build = jl_board_view},
    {.name = "scores",
     .label = JL_MSG("scores"),
     .help = JL_MSG("actions by ICE, RICE or WSJF, and how each score is computed"),
     .needs_space = true,
     .sections = ACTIONS,
     .parameters = scores_parameters,
     .build = jl_scores_view},
    {.name = "mine",
     .label = JL_MSG("mine"),
     .help = JL_MSG("what waits for you: actions, comments, checklist items"),
     .needs_space = true,
     .of_reader = true,
     .sections = ACTIONS,
     .build = jl_mine_view},
    {.name = "inbox",
     .label = JL_MSG("inbox"),
     .help = JL_MSG("what waits for your answer, and what is new for you"),
     .needs_space = true,
     .needs_log = true,
     .of_reader = true,
     .log_rows = 1000,
     .log_points = jl_inbox_log_points,
     .parameters = inbox_parameters,
     .build = jl_inbox_view},
    {.name = "definitions",
     .label = JL_MSG("definitions"),
     .help = JL_MSG("what the teams have agreed that words mean, and who has still to sign"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_definitions_view},
    {.name = "show",
     .label = JL_MSG("show"),
     .help = JL_MSG("one record with all that belongs to it"),
     .needs_space = true,
     .of_organisation = true,
     .by_record = true,
     .build = jl_show_view},
    {.name = "list",
     .label = JL_MSG("list"),
     .help = JL_MSG("all records of a type, or the deleted ones"),
     .needs_space = true,
     .of_organisation = true,
     .parameters = list_parameters,
     .build = jl_list_view},
    {.name = "history",
     .label = JL_MSG("history"),
     .help = JL_MSG("who changed what, when, from what to what"),
     .needs_space = true,
     .needs_log = true,
     .by_record = true,
     .parameters = history_parameters,
     .build = jl_history_view},
    {.name = "rights",
     .label = JL_MSG("rights"),
     .help = JL_MSG("who may read and edit which section of the plan, and why"),
     .needs_space = true,
     .by_record = true,
     .of_reader = true,
     .parameters = rights_parameters,
     .build = jl_rights_view},
    {.name = "drift",
     .label = JL_MSG("drift"),
     .help = JL_MSG("what has moved since it was approved: dates, money, targets"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL,
     .parameters = drift_parameters,
     .build = jl_drift_view},
    {.name = "diff",
     .label = JL_MSG("differences"),
     .help = JL_MSG("what differs between two moments: records, fields, money"),
     .needs_space = true,
     .by_record = true,
     .compares = true,
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL,
     .parameters = diff_parameters,
     .build = jl_diff_view},
    {.name = "funnel",
     .label = JL_MSG("funnel"),
     .help = JL_MSG("how many visits, leads and deals a revenue takes, or what comes of them"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY,
     .parameters = funnel_parameters,
     .build = jl_funnel_view},
    {.name = "gantt",
     .label = JL_MSG("Gantt"),
     .help = JL_MSG("actions as bars on a line of time, with what is critical and what waits for what"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS,
     .parameters = gantt_parameters,
     .build = jl_gantt_view},
    {.name = "schedule",
     .label = JL_MSG("schedule"),
     .help = JL_MSG("proposed dates beside those typed, what cannot fit, what is late and all that it pushes"),
     .needs_space = true,
     .by_record = true,
     .sections = ACTIONS,
     .parameters = schedule_parameters,
     .build = jl_schedule_view},
    {.name = "roadmap",
     .label = JL_MSG("roadmap"),
     .help = JL_MSG("the actions by quarter and lever"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .parameters = roadmap_parameters,
     .build = jl_roadmap_view},
    {.name = "replan",
     .label = JL_MSG("what a change does"),
     .help = JL_MSG("what another date, budget or rate does to dates, money and funnel, before it is accepted"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .parameters = replan_parameters,
     .build = jl_replan_view},
    {.name = "benchmarks",
     .label = JL_MSG("benchmarks"),
     .help = JL_MSG("rates of others, with source, date and trust"),
     .needs_space = true,
     .alone = "",
     .sections = STRATEGY,
     .build = jl_benchmarks_view},
    {.name = "smart",
     .label = JL_MSG("SMART check"),
     .help = JL_MSG("objectives held against the five letters, with reasons and what to do"),
     .needs_space = true,
     .by_record = true,
     .alone = "text",
     .sections = STRATEGY,
     .parameters = smart_parameters,
     .build = jl_smart_view},
    {.name = "okr",
     .label = JL_MSG("objectives and key results"),
     .help = JL_MSG("scores from 0.0 to 1.0 with their colours"),
     .needs_space = true,
     .sections = STRATEGY,
     .build = jl_okr_view},
    {.name = "calendar",
     .label = JL_MSG("calendar"),
     .help = JL_MSG("a month or a year: holidays, closures, school holidays, key dates, starts and due dates"),
     .needs_space = true,
     .sections = ACTIONS,
     .parameters = calendar_parameters,
     .build = jl_calendar_view},
    {.name = "week",
     .label = JL_MSG("week"),
     .help = JL_MSG("a week: what is due or under way, booked and free days; --mine, --person, --week 2026-W53"),
     .needs_space = true,
     .of_reader = true,
     .sections = ACTIONS,
     .parameters = week_parameters,
     .build = jl_week_view},
    {.name = "load",
     .label = JL_MSG("load"),
     .help = JL_MSG("who has more work than days, in which week, and which actions collide"),
     .needs_space = true,
     .sections = ACTIONS,
     .parameters = load_parameters,
     .build = jl_load_view},
    {.name = "check",
     .label = JL_MSG("check"),
     .help = JL_MSG("what is wrong with the plan or could be better, with the reason and what to do"),
     .needs_space = true,
     .by_record = true,
     .alone = "rules",
     .sections = STRATEGY | ACTIONS | BUDGET | PAYROLL,
     .parameters = check_parameters,
     .build = jl_check_view},
    {.name = "alignment",
     .label = JL_MSG("alignment"),
     .help = JL_MSG("Scale = Organisation x Commercial: the score, what it rests on, how to gain what is missing"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .build = jl_alignment_view},
    {.name = "questions",
     .label = JL_MSG("questions to the plan"),
     .help = JL_MSG("the questions before a plan is launched, the audit of its priorities: answered one by one"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_questions_view},
    {.name = "gate",
     .label = JL_MSG("launch gate"),
     .help = JL_MSG("what a campaign still lacks before it may start, and the command that fixes it"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_gate_view},
    {.name = "sprint",
     .label = JL_MSG("sprint"),
     .help = JL_MSG("a sprint, or the one of today: goal, capacity, actions, burndown, stand-up"),
     .needs_space = true,
     .by_record = true,
     .sections = ACTIONS,
     .build = jl_sprint_view},
    {.name = "planning",
     .label = JL_MSG("sprint planning"),
     .help = JL_MSG("what fits into a sprint: open actions against the days that are left"),
     .needs_space = true,
     .by_record = true,
     .sections = ACTIONS,
     .build = jl_planning_view},
    {.name = "quantities",
     .label = JL_MSG("quantities"),
     .help = JL_MSG("actions with a quantity: how many are due by now, how many are done"),
     .needs_space = true,
     .sections = ACTIONS,
     .build = jl_quantities_view},
    {.name = "velocity",
     .label = JL_MSG("velocity"),
     .help = JL_MSG("what the sprints so far committed, did and carried over"),
     .needs_space = true,
     .sections = ACTIONS,
     .build = jl_velocity_view},
    {.name = "agenda",
     .label = JL_MSG("agenda"),
     .help = JL_MSG("what holds the plan up: blocked, late, off target; the points of the next meeting"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_agenda_view},
    {.name = "minutes",
     .label = JL_MSG("meeting minutes"),
     .help = JL_MSG("a meeting: points, decisions, actions, who and by when"),
     .needs_space = true,
     .by_record = true,
     .sections = STRATEGY | ACTIONS,
     .build = jl_minutes_view},
    {.name = "automations",
     .label = JL_MSG("automations"),
     .help = JL_MSG("what happens by itself, and what it did; --on A12: what it would do to that now"),
     .needs_space = true,
     .by_record = true,
     .sections = ACTIONS,
     .parameters = automations_parameters,
     .build = jl_automations_view},
    {.name = "summary",
     .label = JL_MSG("summary"),
     .help = JL_MSG("the plan in one line; jalon portfolio: all plans"),
     .needs_space = true,
     .sections = STRATEGY | ACTIONS | BUDGET,
     .build = jl_summary_view},
    {.name = "plans", .label = JL_MSG("plans"), .help = JL_MSG("all plans with status and period"), .build = jl_plans_view},
    {.name = "people", .label = JL_MSG("people"), .help = JL_MSG("people, teams and roles of the organisation"), .build = jl_people_view},
};
const size_t jl_view_count = JL_COUNT(jl_views);

const struct jl_view *jl_view_by_name(const char *name) {
  for (size_t i = 0; name != NULL && i < jl_view_count; i++)
    if (strcmp(jl_views[i].name, name) == 0) return &jl_views[i];
  return NULL;
}

const char *jl_view_value(const struct jl_view_input *in, const char *name) {
  for (size_t i = 0; i < in->parameter_count; i++)
    if (strcmp(in->parameters[i].name, name) == 0) return in->parameters[i].value;
  return NULL;
}

bool jl_view_takes(const struct jl_view *view, const char *name) {
  if (name == NULL) return false;
  static const char *const all[] = {"from", "at", "explain", "operands", "operand"};
  for (size_t i = 0; i < JL_COUNT(all); i++)
    if (strcmp(name, all[i]) == 0) return true;
  if (strcmp(name, "record") == 0) return view->by_record;
  for (size_t i = 0; view->parameters != NULL && view->parameters[i] != NULL; i++)
    if (strcmp(view->parameters[i], name) == 0) return true;
  return false;
}

bool jl_view_number(const char *text, uint64_t *ret_number) {
  size_t size = strlen(text);
  *ret_number = 0;
  for (const char *p = text; *p >= '0' && *p <= '9' && size <= 18; p++, size--) *ret_number = *ret_number * 10 + (uint64_t)(*p - '0');
  return text[0] != '\0' && size == 0;
}

/* Totals cover the sections that the reader may see; the others are named, so that nobody takes a part for the whole. */
static void note_hidden(struct jl_builder *b, const struct jl_view *view, const struct jl_view_input *in) {
  static const struct {
    uint32_t section;
    const char *label;
  } names[] = {{STRATEGY, JL_MSG("strategy")}, {ACTIONS, JL_MSG("actions")}, {BUDGET, JL_MSG("budget")}, {PAYROLL, JL_MSG("payroll")}, {PIPELINE, JL_MSG("pipeline")}};
  const uint32_t hidden = view->needs_space ? view->sections & ~in->sections : 0;
  if (hidden != 0) jl_block_begin(b, JL_BLOCK_NOTES, "rights", NULL);
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    if ((hidden & names[i].section) == 0) continue;
    const struct jl_arg label = jl_arg_label(names[i].label);
    jl_note(b, JL_TONE_WARN, JL_MSG("you may not read the section {1}: nothing of it is shown or counted here"), &label, 1);
  }
}

static struct jl_builder *new_builder(const struct jl_view_input *in, const char *name, uint32_t figures_of, uint64_t first, struct jl_arena *a, struct jl_error *err) {
  struct jl_builder *b = jl_builder_new(a, name, in->today, in->space);
  char currency[4] = "";
  if (b == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for view {1}"), NULL, jl_arg_text(name));
    return NULL;
  }
  jl_builder_from(b, first);
  if (in->space != NULL && jl_replica_kind(in->space) == JL_SPACE_PLAN) jl_plan_currency(in->space, currency);
  jl_builder_reader(b, in->sections);
  jl_builder_figures_of(b, figures_of);
  jl_builder_currency(b, currency);
  return b;
}

/* What one of its cells is made of: the view is built as always, and says it when it comes to that cell. */
static bool explain(const struct jl_view *view, const struct jl_view_input *in, const char *cell, uint64_t first, struct jl_arena *a,
                    struct jl_bytes *ret_packed, struct jl_error *err) {
  struct jl_explanation *e = jl_explanation_new(a, cell, jl_view_value(in, "operands"), jl_view_value(in, "operand"), err);
  struct jl_builder *b = e == NULL ? NULL : new_builder(in, view->name, view->figures_of, 0, a, err);
  if (b == NULL) return false;
  jl_builder_explain(b, e);
  if (!view->build(in, b, a, err)) return false;
  if (!jl_builder_ok(b)) return jl_document_pack(b, ret_packed, err);
  struct jl_builder *why = new_builder(in, "why", 0, first, a, err);
  if (why == NULL || !jl_explanation_document(e, view, in, why, err)) return false;
  note_hidden(why, view, in);
  jl_builder_page(why);
  return jl_document_pack(why, ret_packed, err);
}

bool jl_view_build(const struct jl_view *view, const struct jl_view_input *input, struct jl_arena *a, struct jl_bytes *ret_packed,
                   struct jl_error *err) {
  struct jl_view_input whole = *input;
  const struct jl_view_input *in = &whole;
  bool organisation = whole.space != NULL && jl_replica_kind(whole.space) == JL_SPACE_ORGANISATION;
  if (whole.organisation == NULL && organisation) whole.organisation = whole.space;
  for (size_t i = 0; i < in->parameter_count; i++)
    if (!jl_view_takes(view, in->parameters[i].name))
      return jl_fail(err, JL_E_INVALID, JL_MSG("view {1} takes no parameter {2}"), NULL, jl_arg_text(view->name),
                     jl_arg_text(in->parameters[i].name));
  /* show, list and history draw from no section of their own: they read the organisation as well as a plan */
  bool fits = in->space == NULL ? view->of_organisation && in->organisation != NULL : view->sections == 0 || jl_replica_kind(in->space) == JL_SPACE_PLAN;
  if (view->needs_space && !fits)
    return jl_fail(err, JL_E_INVALID, JL_MSG("no plan is chosen"), JL_MSG("choose one with jalon plan use"));
  const char *from = jl_view_value(in, "from"), *cell = jl_view_value(in, "explain");
  uint64_t first = 0;
  if (from != NULL && !jl_view_number(from, &first))
    return jl_fail(err, JL_E_INVALID, JL_MSG("from is a number of rows, not {1}"), NULL, jl_arg_text(from));
  if (cell != NULL) return explain(view, in, cell, first, a, ret_packed, err);
  struct jl_builder *b = new_builder(in, view->name, view->figures_of, first, a, err);
  if (b == NULL) return false;
  /* before the view, which may know what it is of better */
  const struct jl_record *plan = view->needs_space && in->space != NULL && jl_view_value(in, "record") == NULL ? jl_view_plan(in) : NULL;
  if (plan != NULL) jl_builder_subtitle(b, jl_view_text(b, jl_view_title(plan)));
  if (!view->build(in, b, a, err)) return false;
  note_hidden(b, view, in);
  jl_builder_page(b);
  return jl_document_pack(b, ret_packed, err);
}

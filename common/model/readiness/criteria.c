#include "common/model/readiness/criteria.h"
#include "common/model/actions/matrix.h"
#include "common/model/governance/definition.h"
#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/serves.h"
#include "common/model/strategy/smart.h"
#include "common/model/strategy/strategy_views.h"
#include "common/record/schema.h"
#include <string.h>

enum { STRATEGY = 1u << JL_SECTION_STRATEGY, ACTIONS = 1u << JL_SECTION_ACTIONS, BUDGET = 1u << JL_SECTION_BUDGET };
enum { MEASURABLE = 1 /* M of the letters of SMART */ };

/* ---- the lists ---- */
static bool dropped(const struct jl_record *action) { return jl_view_int(action, JL_ACTION_STATUS, 0) == JL_DROPPED; }

static struct jl_records all_of(const struct jl_scope *s, uint32_t type) {
  struct jl_records found = {NULL, 0};
  found.list = jl_view_all(s->in, s->b, type, &found.count);
  return found;
}

static struct jl_records only(const struct jl_scope *s, struct jl_records records, bool (*fits)(const struct jl_scope *s, const struct jl_record *record)) {
  size_t kept = 0;
  for (size_t i = 0; i < records.count; i++)
    if (fits(s, records.list[i])) records.list[kept++] = records.list[i];
  records.count = kept;
  return records;
}

static bool not_dropped(const struct jl_scope *s, const struct jl_record *action) {
  (void)s;
  return !dropped(action);
}

static bool addressed(const struct jl_scope *s, const struct jl_record *segment) {
  (void)s;
  return !jl_view_yes(segment, JL_SEGMENT_SET_ASIDE);
}

static bool active(const struct jl_scope *s, const struct jl_record *lever) {
  (void)s;
  return jl_lever_active(lever);
}

static struct jl_records alone(const struct jl_scope *s, const struct jl_record *record) {
  struct jl_records one = {jl_view_alloc(s->b, 1, sizeof(const struct jl_record *)), 0};
  if (one.list != NULL && record != NULL) one.list[one.count++] = record;
  return one;
}

void jl_scope_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *campaign, struct jl_scope *ret) {
  *ret = (struct jl_scope){.in = in, .b = b, .campaign = campaign};
  ret->segments = only(ret, all_of(ret, JL_TYPE_SEGMENT), addressed);
  if (campaign == NULL) {
    ret->actions = only(ret, all_of(ret, JL_TYPE_ACTION), not_dropped);
    ret->levers = only(ret, all_of(ret, JL_TYPE_LEVER), active);
    ret->objectives = all_of(ret, JL_TYPE_OBJECTIVE);
    return;
  }
  const struct jl_record *lever = jl_view_linked(in, campaign, JL_ACTION_LEVER);
  ret->actions = alone(ret, campaign);
  ret->levers = alone(ret, lever);
  if (lever != NULL) ret->objectives.list = jl_view_links(in, b, lever, JL_LEVER_OBJECTIVES, JL_TYPE_OBJECTIVE, &ret->objectives.count);
}

/* ---- what one of them has ---- */
static bool named(const struct jl_scope *s, const struct jl_id *target, uint32_t type, uint32_t field,
                  bool (*fits)(const struct jl_scope *s, const struct jl_record *record)) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(s->in, s->b, target, type, field, &n);
  for (size_t i = 0; i < n; i++)
    if (fits == NULL || fits(s, all[i])) return true;
  return false;
}

static bool promise_counts(const struct jl_scope *s, const struct jl_record *promise) {
  (void)s;
  return !jl_view_yes(promise, JL_PROMISE_RETIRED);
}

static bool positioning_counts(const struct jl_scope *s, const struct jl_record *positioning) {
  (void)s;
  return !jl_view_yes(positioning, JL_POSITIONING_RETIRED);
}

/* A row of the differentiation table in which somebody else stands too. */
static bool compares(const struct jl_scope *s, const struct jl_record *criterion) {
  return jl_record_has(criterion->body, JL_CRITERION_OURS) && named(s, &criterion->id, JL_TYPE_RATING, JL_RATING_CRITERION, NULL);
}

static bool persona_counts(const struct jl_scope *s, const struct jl_record *persona) {
  (void)s;
  return !jl_view_yes(persona, JL_PERSONA_RETIRED);
}

static bool has_persona(const struct jl_scope *s, const struct jl_record *segment) {
  return named(s, &segment->id, JL_TYPE_PERSONA, JL_PERSONA_SEGMENTS, persona_counts);
}

static bool any(const struct jl_scope *s, const struct jl_record *record) {
  (void)s, (void)record;
  return true;
}

static bool lever_serves(const struct jl_scope *s, const struct jl_record *lever) {
  size_t n = 0;
  (void)jl_view_links(s->in, s->b, lever, JL_LEVER_OBJECTIVES, JL_TYPE_OBJECTIVE, &n);
  return n > 0;
}

static bool action_serves(const struct jl_scope *s, const struct jl_record *action) {
  const struct jl_record *lever = jl_view_linked(s->in, action, JL_ACTION_LEVER);
  return lever != NULL && lever_serves(s, lever);
}

static bool lever_acts(const struct jl_scope *s, const struct jl_record *lever) {
  return named(s, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, not_dropped);
}

static bool is_letter_a(const struct jl_scope *s, const struct jl_record *raci) {
  (void)s;
  return jl_view_int(raci, JL_RACI_LETTER, 0) == JL_RACI_A;
}

static bool is_letter_r(const struct jl_scope *s, const struct jl_record *raci) {
  (void)s;
  return jl_view_int(raci, JL_RACI_LETTER, 0) == JL_RACI_R;
}

static bool has_owners(const struct jl_scope *s, const struct jl_record *action) {
  return named(s, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, is_letter_a) && named(s, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, is_letter_r);
}

static bool kpi_has_target(const struct jl_scope *s, const struct jl_record *kpi) {
  (void)s;
  return jl_record_has(kpi->body, JL_KPI_TARGET);
}

static bool action_has_kpi(const struct jl_scope *s, const struct jl_record *action) {
  size_t n = 0;
  const struct jl_record **kpis = jl_view_links(s->in, s->b, action, JL_ACTION_KPIS, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++)
    if (kpi_has_target(s, kpis[i])) return true;
  return false;
}

static bool lever_has_kpi(const struct jl_scope *s, const struct jl_record *lever) {
  if (s->campaign != NULL && action_has_kpi(s, s->campaign)) return true;
  return named(s, &lever->id, JL_TYPE_KPI, JL_KPI_LEVER, kpi_has_target) || named(s, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, action_has_kpi);
}

static bool lever_tracked(const struct jl_scope *s, const struct jl_record *lever) {
  int64_t tracking = jl_view_int(lever, JL_LEVER_TRACKING, JL_TRACKING_NONE);
  (void)s;
  return tracking != JL_TRACKING_NONE;
}

static bool kpi_measured(const struct jl_scope *s, const struct jl_record *kpi) {
  return jl_view_kpi_state(s->b, s->in, kpi).has_value;
}

/* One that makes a figure visible. */
static bool tool_measures(const struct jl_scope *s, const struct jl_record *tool) {
  (void)s;
  return !jl_view_yes(tool, JL_TOOL_RETIRED) && jl_record_has(tool->body, JL_TOOL_PURPOSE);
}

static bool serves_business(const struct jl_scope *s, const struct jl_record *objective) { return jl_serves_business(s->in, objective); }

static bool measurable(const struct jl_scope *s, const struct jl_record *objective) {
  struct jl_smart smart;
  return jl_smart_of_objective(s->in, s->b, objective, &smart) && smart.letters[MEASURABLE].verdict == JL_SMART_YES;
}

static bool signed_by_all(const struct jl_scope *s, const struct jl_record *definition) { return jl_definition_signed(s->in->space, definition); }

static bool line_has_kpi(const struct jl_scope *s, const struct jl_record *line) { return jl_view_linked(s->in, line, JL_BUDGET_LINE_KPI) != NULL; }

static bool rated(const struct jl_scope *s, const struct jl_record *action) {
  (void)s;
  return jl_record_has(action->body, JL_ACTION_IMPACT) && jl_record_has(action->body, JL_ACTION_EFFORT);
}

static bool effort_known(const struct jl_scope *s, const struct jl_record *action) {
  (void)s;
  return jl_record_has(action->body, JL_ACTION_EFFORT) || jl_record_has(action->body, JL_ACTION_DURATION);
}

/* Something was seen of it: a KPI that was measured, a count, a lesson. */
static bool result_known(const struct jl_scope *s, const struct jl_record *action) {
  size_t n = 0;
  const struct jl_record **kpis = jl_view_links(s->in, s->b, action, JL_ACTION_KPIS, JL_TYPE_KPI, &n);
  for (size_t i = 0; i < n; i++)
    if (kpi_measured(s, kpis[i])) return true;
  return jl_view_int(action, JL_ACTION_QUANTITY_DONE, 0) > 0 || named(s, &action->id, JL_TYPE_LESSON, JL_LESSON_SOURCES, NULL);
}

static bool lies_in(const struct jl_scope *s, const struct jl_record *action, enum jl_quadrant quadrant) {
  return jl_quadrant_of(jl_view_int(action, JL_ACTION_IMPACT, 0), jl_view_int(action, JL_ACTION_EFFORT, 0), jl_matrix_midpoint(jl_view_plan(s->in))) == quadrant;
}

/* Given up ones too: those are what was decided. */
static bool is_sink(const struct jl_scope *s, const struct jl_record *action) {
  return lies_in(s, action, JL_TIME_SINK) && jl_view_int(action, JL_ACTION_STATUS, 0) != JL_DONE;
}

static bool is_win(const struct jl_scope *s, const struct jl_record *action) { return lies_in(s, action, JL_QUICK_WIN) && !dropped(action); }

static bool stopped(const struct jl_scope *s, const struct jl_record *action) {
  (void)s;
  return dropped(action);
}

static bool launched(const struct jl_scope *s, const struct jl_record *action) {
  (void)s;
  return jl_view_int(action, JL_ACTION_STATUS, JL_TO_DO) != JL_TO_DO || jl_record_has(action->body, JL_ACTION_START);
}

static bool serves_another(const struct jl_scope *s, const struct jl_record *objective) {
  (void)s;
  int64_t kind = jl_view_int(objective, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING);
  return kind == JL_OBJECTIVE_MARKETING || kind == JL_OBJECTIVE_SALES;
}

/* ---- the table ---- */
enum list { OF_TYPE, SCOPE_ACTIONS, SCOPE_LEVERS, SCOPE_SEGMENTS, SCOPE_OBJECTIVES, DIRECTORY, PEOPLE /* are asked */ };
static const struct criterion {
  const char *code, *label;
  uint32_t sections;
  enum list list;
  uint32_t type;                                  /* OF_TYPE, DIRECTORY; PEOPLE: number of what they are asked */
  bool (*counts)(const struct jl_scope *s, const struct jl_record *record); /* of the list; NULL: all */
  bool (*holds)(const struct jl_scope *s, const struct jl_record *record);
  bool one;         /* one that has it is enough, and none is no; otherwise as many as there are, and without any nothing is said */
  bool none_is_no;  /* an empty list is a no all the same */
  const char *fix, *fix_none; /* {}: the first that lacks it; when the list is empty */
} criteria[JL_READY_CRITERIA] = {
    [JL_READY_PROMISE] = {"promise", JL_MSG("there is a promise"), STRATEGY, OF_TYPE, JL_TYPE_PROMISE, NULL, promise_counts, true, true,
                              "jalon promise add \"...\"", "jalon promise add \"...\""},
    [JL_READY_DIFFERENTIATION] = {"differentiation", JL_MSG("a criterion tells us from competitors"), STRATEGY, OF_TYPE, JL_TYPE_CRITERION, NULL,
                                      compares, true, true, "jalon rating add --criterion {} --competitor CP1 --value \"...\"",
                                      "jalon criterion add \"...\" --ours \"...\""},
    [JL_READY_POSITIONING] = {"positioning", JL_MSG("there is a positioning"), STRATEGY, OF_TYPE, JL_TYPE_POSITIONING, NULL,
                                  positioning_counts, true, true, "jalon positioning add \"...\" --promise PR1",
                                  "jalon positioning add \"...\" --promise PR1"},
    [JL_READY_SEGMENTS] = {"segments", JL_MSG("there are segments"), STRATEGY, SCOPE_SEGMENTS, 0, NULL, any, true, true,
                               "", "jalon segment add \"...\""},
    [JL_READY_PERSONAS] = {"personas", JL_MSG("each segment has a persona"), STRATEGY, SCOPE_SEGMENTS, 0, NULL, has_persona, false, true,
                               "jalon persona add \"...\" --segments {}", "jalon segment add \"...\""},
    [JL_READY_ACTIONS_SERVE] = {"actions-serve", JL_MSG("each action serves an objective"), STRATEGY | ACTIONS, SCOPE_ACTIONS, 0, NULL,
                                    action_serves, false, true, "jalon action set {} --lever L1", "jalon action add \"...\" --lever L1"},
    [JL_READY_LEVERS_SERVE] = {"levers-serve", JL_MSG("its lever serves an objective"), STRATEGY, SCOPE_LEVERS, 0, NULL, lever_serves,
                                   false, false, "jalon lever set {} --objectives O1", ""},
    [JL_READY_LEVERS_ACT] = {"levers-act", JL_MSG("each lever has an action"), STRATEGY | ACTIONS, SCOPE_LEVERS, 0, NULL, lever_acts, false,
                                 true, "jalon action add \"...\" --lever {}", "jalon lever add \"...\" --objectives O1"},
    [JL_READY_OWNERS] = {"owners", JL_MSG("each action has its A and its R"), ACTIONS, SCOPE_ACTIONS, 0, NULL, has_owners, false, false,
                             "jalon raci set {} A=... R=...", ""},
    [JL_READY_TEAMS] = {"teams", JL_MSG("marketing, sales and management have a part in it"), ACTIONS, DIRECTORY, JL_TYPE_TEAM, jl_team_has_part,
                            jl_team_involved, false, false, "jalon raci add A1 C=\"{}\"", ""},
    [JL_READY_TRAINED] = {"trained", JL_MSG("the teams are trained"), STRATEGY, PEOPLE, JL_ASKED_TRAINED, NULL, NULL, false, false,
                              "jalon assessment add \"...\" --question trained --answer yes", ""},
    [JL_READY_COMMUNICATION] = {"communication", JL_MSG("internal communication flows"), STRATEGY, PEOPLE, JL_ASKED_COMMUNICATION, NULL,
                                    NULL, false, false, "jalon assessment add \"...\" --question communication --answer yes", ""},
    [JL_READY_SHARED] = {"shared", JL_MSG("marketing and sales objectives serve a business one"), STRATEGY, OF_TYPE, JL_TYPE_OBJECTIVE,
                             serves_another, serves_business, false, false, "jalon objective set {} --parent ...", ""},
    [JL_READY_DEFINITIONS] = {"definitions", JL_MSG("the teams have signed their definitions"), STRATEGY, OF_TYPE, JL_TYPE_DEFINITION, NULL,
                                  signed_by_all, false, false, "jalon definition sign {}", ""},
    [JL_READY_OUTSIDE] = {"outside-view", JL_MSG("somebody from outside has looked at it"), STRATEGY, PEOPLE, JL_ASKED_OUTSIDE_VIEW, NULL,
                              NULL, false, false, "jalon assessment add \"...\" --question outside-view --answer yes", ""},
    [JL_READY_KPIS] = {"kpis", JL_MSG("each lever has a KPI with a target"), STRATEGY | ACTIONS, SCOPE_LEVERS, 0, NULL, lever_has_kpi, false,
                           true, "jalon kpi add \"...\" --lever {} --comparator \">=\" --target ...", "jalon lever add \"...\" --objectives O1"},
    [JL_READY_TRACKED] = {"tracked", JL_MSG("each lever is tracked"), STRATEGY, SCOPE_LEVERS, 0, NULL, lever_tracked, false, false,
                              "jalon lever set {} --tracking link", ""},
    [JL_READY_MEASURED] = {"measured", JL_MSG("each KPI is measured"), STRATEGY, OF_TYPE, JL_TYPE_KPI, NULL, kpi_measured, false, false,
                               "jalon measurement add --kpi {} --date today --value ...", ""},
    [JL_READY_TOOLS] = {"tools", JL_MSG("there are tools with a purpose"), STRATEGY, OF_TYPE, JL_TYPE_TOOL, NULL, tool_measures, true, true,
                            "jalon tool set {} --purpose \"...\"", "jalon tool add \"...\" --purpose \"...\""},
    [JL_READY_MEASURABLE] = {"measurable", JL_MSG("each objective can be measured"), STRATEGY, SCOPE_OBJECTIVES, 0, NULL, measurable, false,
                                 true, "jalon objective set {} --metric \"...\" --unit ... --baseline 0 --target 100",
                                 "jalon objective add \"...\" --metric \"...\" --baseline 0 --target 100 --due +6m"},
    [JL_READY_ADJUSTABLE] = {"adjustable", JL_MSG("it is agreed when it is adjusted, and by whom"), STRATEGY, PEOPLE, JL_ASKED_ADJUSTABLE,
                                 NULL, NULL, false, false, "jalon assessment add \"...\" --question adjustable --answer yes", ""},
    [JL_READY_LESSONS] = {"lessons", JL_MSG("lessons of what was done are kept"), STRATEGY, OF_TYPE, JL_TYPE_LESSON, NULL, any, true, true, "",
                              "jalon lesson add \"...\""},
    [JL_READY_EUROS] = {"euros", JL_MSG("each budget line has a KPI"), STRATEGY | BUDGET, OF_TYPE, JL_TYPE_BUDGET_LINE, NULL, line_has_kpi,
                            false, false, "jalon budget-line set {} --kpi K1", ""},
    [JL_READY_LISTED] = {"listed", JL_MSG("the actions are listed, at each lever"), STRATEGY | ACTIONS, SCOPE_LEVERS, 0, NULL, lever_acts,
                             false, true, "jalon action add \"...\" --lever {}", "jalon action add \"...\""},
    [JL_READY_EFFORTS] = {"efforts", JL_MSG("the effort of each is known"), ACTIONS, SCOPE_ACTIONS, 0, NULL, effort_known, false, false,
                              "jalon action set {} --effort 5", ""},
    [JL_READY_RESULTS] = {"results", JL_MSG("results of each were seen, even partial ones"), STRATEGY | ACTIONS, SCOPE_ACTIONS, 0, NULL,
                              result_known, false, false, "jalon action set {} --kpis K1", ""},
    [JL_READY_RATED] = {"rated", JL_MSG("each has an impact and an effort from 1 to 10"), ACTIONS, SCOPE_ACTIONS, 0, NULL, rated, false, false,
                            "jalon action set {} --impact 5 --effort 5", ""},
    [JL_READY_SINKS] = {"sinks", JL_MSG("time sinks are stopped"), ACTIONS, OF_TYPE, JL_TYPE_ACTION, is_sink, stopped, false, false,
                            "jalon action set {} --status dropped --dropped-reason \"...\"", ""},
    [JL_READY_WINS] = {"wins", JL_MSG("quick wins are launched or have a date"), ACTIONS, OF_TYPE, JL_TYPE_ACTION, is_win, launched, false,
                           false, "jalon action set {} --start ...", ""},
};

const char *jl_ready_label(enum jl_ready criterion) { return criteria[criterion].label; }
const char *jl_ready_code(enum jl_ready criterion) { return criteria[criterion].code; }

/* ---- finding ---- */
static struct jl_records list_of(const struct jl_scope *s, const struct criterion *c) {
  struct jl_records found = {NULL, 0};
  switch (c->list) {
  case SCOPE_ACTIONS:
    return s->actions;
  case SCOPE_LEVERS:
    return s->levers;
  case SCOPE_SEGMENTS:
    return s->segments;
  case SCOPE_OBJECTIVES:
    return s->objectives;
  case DIRECTORY:
    found.list = jl_view_directory(s->in, s->b, c->type, &found.count);
    break;
  default:
    found = all_of(s, c->type);
    break;
  }
  return c->counts == NULL ? found : only(s, found, c->counts);
}

/* The command with what it is about in place of {}: a reference, or a title in the directory. */
static const char *command(const struct jl_scope *s, const char *fix, const struct jl_record *record) {
  const char *at = strstr(fix, "{}");
  if (at == NULL || record == NULL || !jl_builder_ok(s->b)) return fix;
  char reference[JL_REFERENCE_SIZE];
  const char *name = reference;
  if (record->type->space == JL_SPACE_ORGANISATION)
    name = jl_view_text(s->b, jl_view_title(record));
  else
    jl_reference_format(record->type, record->number, reference);
  const char *made = jl_arena_printf(jl_builder_arena(s->b), "%.*s%s%s", (int)(at - fix), fix, name, at + 2);
  if (made == NULL) jl_builder_fail(s->b, JL_E_NO_MEMORY);
  return made == NULL ? "" : made;
}

/* The last answer; who is asked again answers again. */
static void ask(const struct jl_scope *s, const struct criterion *c, struct jl_found *ret) {
  struct jl_records all = all_of(s, JL_TYPE_ASSESSMENT);
  for (size_t i = 0; i < all.count; i++)
    if (jl_view_int(all.list[i], JL_ASSESSMENT_QUESTION, 0) == (int64_t)c->type &&
        (ret->assessment == NULL || all.list[i]->number > ret->assessment->number))
      ret->assessment = all.list[i];
  int64_t answer = ret->assessment == NULL ? 0 : jl_view_int(ret->assessment, JL_ASSESSMENT_ANSWER, 0);
  ret->verdict = answer == JL_ASSESSED_YES      ? JL_FOUND_YES
                 : answer == JL_ASSESSED_PARTLY ? JL_FOUND_PARTLY
                 : answer == JL_ASSESSED_NO     ? JL_FOUND_NO
                                                : JL_FOUND_UNASKED;
  if (ret->verdict != JL_FOUND_YES) ret->fix = c->fix;
}

static void count(const struct jl_scope *s, const struct criterion *c, struct jl_found *ret) {
  struct jl_records records = list_of(s, c);
  int64_t lacks = 0;
  for (size_t i = 0; i < records.count && jl_builder_ok(s->b); i++) {
    bool holds = c->holds(s, records.list[i]);
    if (holds && ret->have++ < JL_FOUND_NAMED) ret->having[ret->have - 1] = records.list[i];
    if (!holds && lacks++ < JL_FOUND_NAMED) ret->lacking[lacks - 1] = records.list[i];
  }
  ret->of = (int64_t)records.count;
  if (c->one) { /* the others are not asked for */
    ret->of = ret->have > 0 ? ret->have : 1;
    if (ret->have > 0) ret->lacking[0] = NULL;
  }
  if (ret->of == 0)
    ret->verdict = c->none_is_no ? JL_FOUND_NO : JL_FOUND_NOTHING;
  else
    ret->verdict = ret->have == ret->of ? JL_FOUND_YES : ret->have > 0 ? JL_FOUND_PARTLY : JL_FOUND_NO;
  if (ret->verdict == JL_FOUND_NO || ret->verdict == JL_FOUND_PARTLY)
    ret->fix = records.count == 0 ? c->fix_none : command(s, c->fix, ret->lacking[0]);
}

void jl_ready_find(const struct jl_scope *scope, enum jl_ready criterion, struct jl_found *ret) {
  const struct criterion *c = &criteria[criterion];
  *ret = (struct jl_found){.verdict = JL_FOUND_HIDDEN, .fix = ""};
  if ((c->sections & ~scope->in->sections) != 0) return;
  if (c->list == PEOPLE)
    ask(scope, c, ret);
  else
    count(scope, c, ret);
}

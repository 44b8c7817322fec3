/* Rules on objectives (seed 000 step 1a, seed 001 step 1, seed 002). */
#include "common/model/findings/looking.h"
#include "common/model/strategy/progress.h"
#include "common/model/strategy/serves.h"
#include "common/model/strategy/smart.h"
#include "common/base/money.h"
#include <string.h>

enum letter { S, M, A, R };

static int64_t kind_of(const struct jl_record *objective) { return jl_view_int(objective, JL_OBJECTIVE_KIND, JL_OBJECTIVE_MARKETING); }

static bool any_of_kind(struct jl_looking *l, int64_t kind) {
  size_t n = 0;
  const struct jl_record **objectives = jl_looked_at(l, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++)
    if (kind_of(objectives[i]) == kind) return true;
  return false;
}

static bool reached(struct jl_looking *l, const struct jl_record *objective) {
  int64_t score = 0;
  return jl_objective_progress(l->in, l->b, objective, &score) && score >= JL_FRACTION_ONE;
}

/* The SMART check's verdict on one letter, with its reason. */
static void judge_letter(struct jl_looking *l, size_t letter, enum jl_smart_verdict fault, const char *only) {
  size_t n = 0;
  const struct jl_record **objectives = jl_looked_at(l, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_smart smart;
    if (!jl_smart_of_objective(l->in, l->b, objectives[i], &smart)) return;
    const struct jl_smart_letter *judged = &smart.letters[letter];
    if (judged->verdict == fault && (only == NULL || strcmp(judged->code, only) == 0)) jl_found_detail(l, objectives[i], 1, judged->reason, NULL, 0);
  }
}

static void no_objective(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_OBJECTIVE) == 0) jl_found(l, NULL);
}

static void unmeasured(struct jl_looking *l) { judge_letter(l, M, JL_SMART_NO, NULL); }
static void partly_measured(struct jl_looking *l) { judge_letter(l, M, JL_SMART_PARTLY, NULL); }
static void unspecific(struct jl_looking *l) { judge_letter(l, S, JL_SMART_NO, NULL); }
static void too_fast(struct jl_looking *l) { judge_letter(l, A, JL_SMART_PARTLY, "too-fast"); }
static void without_means(struct jl_looking *l) { judge_letter(l, R, JL_SMART_PARTLY, "no-means"); }

static void undated(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **objectives = jl_looked_at(l, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_smart smart;
    bool dated = jl_has(objectives[i], JL_OBJECTIVE_DUE) || jl_has(objectives[i], JL_OBJECTIVE_HORIZON);
    if (dated || !jl_smart_of_words(jl_builder_arena(l->b), jl_view_text(l->b, jl_view_title(objectives[i])), &smart)) continue;
    if (smart.words.deadline[0] == '\0') jl_found(l, objectives[i]);
  }
}

static bool is_overdue(struct jl_looking *l, const struct jl_record *objective) {
  return jl_view_int(objective, JL_OBJECTIVE_DUE, INT32_MAX) < l->in->today && !reached(l, objective);
}
static void overdue(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, is_overdue); }

static bool has_no_owner(struct jl_looking *l, const struct jl_record *objective) {
  (void)l;
  return !jl_has(objective, JL_OBJECTIVE_OWNER);
}
static void ownerless(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, has_no_owner); }

/* ---- what serves what ---- */
static void no_business(struct jl_looking *l) {
  if (jl_looked_count(l, JL_TYPE_OBJECTIVE) > 0 && !any_of_kind(l, JL_OBJECTIVE_BUSINESS)) jl_found(l, NULL);
}

static bool serves_nothing(struct jl_looking *l, const struct jl_record *objective) { return !jl_serves_business(l->in, objective); }
static void serving_nothing(struct jl_looking *l) {
  if (any_of_kind(l, JL_OBJECTIVE_BUSINESS)) jl_find_faults(l, JL_TYPE_OBJECTIVE, serves_nothing);
}

static bool is_untranslated(struct jl_looking *l, const struct jl_record *objective) {
  int64_t horizon = jl_view_int(objective, JL_OBJECTIVE_HORIZON, 0);
  bool far = horizon == JL_HORIZON_THREE_YEARS || horizon == JL_HORIZON_FIVE_YEARS;
  return kind_of(objective) == JL_OBJECTIVE_BUSINESS && !far && !jl_is_named(l, objective, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT);
}
static void untranslated(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, is_untranslated); }

static void no_sales(struct jl_looking *l) {
  if (any_of_kind(l, JL_OBJECTIVE_MARKETING) && any_of_kind(l, JL_OBJECTIVE_BUSINESS) && !any_of_kind(l, JL_OBJECTIVE_SALES)) jl_found(l, NULL);
}

static void near_only(struct jl_looking *l) {
  size_t n = 0;
  const struct jl_record **objectives = jl_looked_at(l, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++) {
    int64_t horizon = jl_view_int(objectives[i], JL_OBJECTIVE_HORIZON, 0);
    if (horizon == JL_HORIZON_THREE_YEARS || horizon == JL_HORIZON_FIVE_YEARS) return;
  }
  if (any_of_kind(l, JL_OBJECTIVE_BUSINESS)) jl_found(l, NULL);
}

static bool has_no_results(struct jl_looking *l, const struct jl_record *objective) {
  return jl_view_int(objective, JL_OBJECTIVE_FORM, 0) == JL_FORM_OKR && !jl_is_named(l, objective, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE);
}
static void okr_without_results(struct jl_looking *l) { jl_find_faults(l, JL_TYPE_OBJECTIVE, has_no_results); }

#define STRATEGY JL_IN(STRATEGY)
static const struct jl_finding_rule rules[] = {
    {"PLN01", JL_SEVERITY_ERROR, "000 1a", STRATEGY, JL_MSG("no objective"),
     JL_MSG("why are we doing all this? Channels, campaigns and content follow from objectives in figures, not the other way round"),
     "jalon objective add \"...\" --kind business --metric \"...\" --baseline 0 --target 100 --due +1y", no_objective},
    {"OBJ01", JL_SEVERITY_ERROR, "001 1", STRATEGY, JL_MSG("objectives that nothing measures (M of SMART)"),
     JL_MSG("\"increase sales\" is no objective; \"increase revenue by 30% within 6 months\" is one"),
     "jalon objective set REF --metric \"...\" --unit \"...\" --baseline 0 --target 100", unmeasured},
    {"OBJ02", JL_SEVERITY_ERROR, "001 1", STRATEGY, JL_MSG("objectives without a date (T of SMART)"),
     JL_MSG("an objective says by when; without a date nobody can tell that it was missed"), "jalon objective set REF --due +6m", undated},
    {"OBJ03", JL_SEVERITY_WARNING, "001 1", STRATEGY, JL_MSG("objectives whose words do not say what is to change (S of SMART)"),
     JL_MSG("specific: what is to change, and for whom, not \"do more\""), "jalon objective set REF --title \"...\"", unspecific},
    {"OBJ04", JL_SEVERITY_WARNING, "001 1", STRATEGY, JL_MSG("objectives that are measured by half"),
     JL_MSG("a target needs a metric, and a baseline to start from, or progress cannot be told"), "jalon objective set REF --metric \"...\" --baseline 0", partly_measured},
    {"OBJ05", JL_SEVERITY_WARNING, "000 2a", STRATEGY, JL_MSG("objectives that nobody answers for"),
     JL_MSG("without somebody who answers for it, each waits for the others: \"not me, them\""), "jalon objective set REF --owner \"...\"", ownerless},
    {"OBJ06", JL_SEVERITY_WARNING, "001 1", STRATEGY, JL_MSG("objectives that serve no business objective"),
     JL_MSG("marketing objectives come from the strategic ones that management has set, and are aligned with those of sales"),
     "jalon objective set REF --parent \"...\"", serving_nothing},
    {"OBJ07", JL_SEVERITY_WARNING, "000 1a", STRATEGY, JL_MSG("no business objective"),
     JL_MSG("a marketing plan begins with business objectives: revenue, new customers, loyalty"),
     "jalon objective add \"...\" --kind business --metric \"...\" --baseline 0 --target 100 --due +1y", no_business},
    {"OBJ08", JL_SEVERITY_WARNING, "000 1a", STRATEGY, JL_MSG("business objectives that no other objective works for"),
     JL_MSG("+20% of revenue has to be translated: so many qualified leads, so many MQL, so many SQL"),
     "jalon objective add \"...\" --parent REF --metric leads --baseline 0 --target 100 --due +6m", untranslated},
    {"OBJ09", JL_SEVERITY_WARNING, "001 1", STRATEGY, JL_MSG("objectives without a lever or an objective below them (R of SMART)"),
     JL_MSG("realistic is what something works for: objective, levers, key actions"), "jalon lever add \"...\" --objectives REF", without_means},
    {"OBJ10", JL_SEVERITY_WARNING, "001 7", STRATEGY, JL_MSG("objectives that are overdue and not reached"),
     JL_MSG("look regularly where you stand, say why, and change the plan; a plan is not static"), "jalon objective set REF --due +3m", overdue},
    {"OBJ11", JL_SEVERITY_WARNING, "001 1", STRATEGY, JL_MSG("objectives that ask for more than twice the pace so far (A of SMART)"),
     JL_MSG("attainable is held against what was measured before"), "jalon objective set REF --target \"...\" --due +1y", too_fast},
    {"OBJ12", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("no sales objective beside those of marketing"),
     JL_MSG("objectives shared by marketing, sales and management: that is how growth scales"),
     "jalon objective add \"...\" --kind sales --metric \"...\" --baseline 0 --target 100 --due +1y", no_sales},
    {"OBJ13", JL_SEVERITY_ADVICE, "002", STRATEGY, JL_MSG("OKR objectives without a key result"),
     JL_MSG("an OKR is scored by its key results; without one it has no score"), "jalon key-result add \"...\" --objective REF --start 0 --target 100",
     okr_without_results},
    {"OBJ14", JL_SEVERITY_ADVICE, "004", STRATEGY, JL_MSG("no objective beyond this year"),
     JL_MSG("where do we want to go? Objectives in figures for 1, 3 and 5 years"), "jalon objective add \"...\" --kind business --horizon 3y --metric \"...\" --baseline 0 --target 100 --due +3y", near_only},
};
const struct jl_finding_rules jl_findings_on_objectives = {rules, JL_COUNT(rules)};

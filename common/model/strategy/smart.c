#include "common/model/strategy/smart.h"
#include "common/base/money.h"
#include "common/model/measures/light.h"
#include "common/model/replica_internal.h"
#include "common/model/strategy/progress.h"
#include "common/model/strategy/serves.h"
#include "common/record/schema.h"
#include <string.h>

const char *const jl_smart_names[JL_SMART_LETTERS] = {JL_MSG("specific"), JL_MSG("measurable"), JL_MSG("attainable"), JL_MSG("realistic"), JL_MSG("time-bound")};
enum letter { S, M, A, R, T };

#define PACE_MOST 2 /* times the pace of the past, before that is worth a word */

static struct jl_smart_letter letter(enum jl_smart_verdict verdict, const char *reason, const char *code, const char *fix) {
  return (struct jl_smart_letter){.verdict = verdict, .reason = reason, .code = code, .fix = fix, .found = ""};
}

#define YES(reason, code) letter(JL_SMART_YES, reason, code, "")
#define PARTLY(reason, code, fix) letter(JL_SMART_PARTLY, reason, code, fix)
#define NO(reason, code, fix) letter(JL_SMART_NO, reason, code, fix)

#define FIX_MEASURE "--metric \"...\" --unit ... --baseline 0 --target 100"

/* ---- of the words ---- */
static struct jl_smart_letter specific(const struct jl_smart_words *w) {
  if (w->vague) return NO(JL_MSG("the words say more or better, not what is to change"), "vague", "--title \"...\"");
  if (w->content == 0 || (w->content == 1 && w->measure[0] == '\0'))
    return NO(JL_MSG("one word does not say what is to change, and for whom"), "one-word", "--title \"...\"");
  if (w->activity && w->measure[0] == '\0') return PARTLY(JL_MSG("says what is done, not what is to come of it"), "activity", "--title \"...\"");
  return YES(JL_MSG("names what is to change"), "names-it");
}

static struct jl_smart_letter measured_by_words(const struct jl_smart_words *w) {
  if (w->measure[0] == '\0') return NO(JL_MSG("no figure says when it is reached"), "no-measure", FIX_MEASURE);
  struct jl_smart_letter made = YES(JL_MSG("the title has a figure"), "figure-in-title");
  made.found = w->measure;
  return made;
}

static struct jl_smart_letter timed_by_words(const struct jl_smart_words *w) {
  if (w->deadline[0] == '\0') return NO(JL_MSG("no date says by when"), "no-date", "--due +6m");
  struct jl_smart_letter made = YES(JL_MSG("the title says by when"), "time-in-title");
  made.found = w->deadline;
  return made;
}

bool jl_smart_of_words(struct jl_arena *a, const char *text, struct jl_smart *ret) {
  if (!jl_smart_read(a, text, &ret->words)) return false;
  const struct jl_smart_letter unknown = letter(JL_SMART_UNKNOWN, JL_MSG("words alone do not tell"), "words-alone", "");
  ret->letters[S] = specific(&ret->words);
  ret->letters[M] = measured_by_words(&ret->words);
  ret->letters[A] = ret->letters[R] = unknown;
  ret->letters[T] = timed_by_words(&ret->words);
  return true;
}

/* ---- of a record ---- */
struct judging {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *o;
  const struct jl_smart_words *words;
};

static bool has(const struct judging *j, uint32_t field) { return jl_record_has(j->o->body, field); }
static int64_t value(const struct judging *j, uint32_t field, int64_t otherwise) { return jl_view_int(j->o, field, otherwise); }

static const struct jl_record **below(const struct judging *j, uint32_t type, uint32_t field, size_t *ret_n) {
  return jl_view_referring(j->in, j->b, &j->o->id, type, field, ret_n);
}

/* Its first KPI that has a target, and whether there is any. */
static const struct jl_record *kpi_of(const struct judging *j, bool with_target) {
  size_t n = 0;
  const struct jl_record **kpis = below(j, JL_TYPE_KPI, JL_KPI_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++)
    if (!with_target || jl_record_has(kpis[i]->body, JL_KPI_TARGET)) return kpis[i];
  return NULL;
}

/* A command with the reference of a record in it; "" without memory, which the builder says. */
static const char *with_reference(const struct judging *j, const char *before, const struct jl_record *record, const char *behind) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(record->type, record->number, reference);
  const char *made = jl_arena_printf(jl_builder_arena(j->b), "%s%s%s", before, reference, behind);
  if (made == NULL) jl_builder_fail(j->b, JL_E_NO_MEMORY);
  return made == NULL ? "" : made;
}

static struct jl_smart_letter by_key_results(const struct judging *j, const struct jl_record **results, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!jl_record_has(results[i]->body, JL_KEY_RESULT_TARGET))
      return PARTLY(JL_MSG("a key result has no target"), "key-result-without-target",
                    with_reference(j, "jalon key-result set ", results[i], " --start 0 --target 100"));
  return YES(JL_MSG("its key results measure it"), "key-results");
}

static struct jl_smart_letter measurable(const struct judging *j) {
  size_t n = 0;
  const struct jl_record **results = below(j, JL_TYPE_KEY_RESULT, JL_KEY_RESULT_OBJECTIVE, &n);
  if (n > 0) return by_key_results(j, results, n);
  if (has(j, JL_OBJECTIVE_TARGET)) {
    int64_t target = value(j, JL_OBJECTIVE_TARGET, 0);
    if (has(j, JL_OBJECTIVE_BASELINE) && value(j, JL_OBJECTIVE_BASELINE, 0) == target)
      return NO(JL_MSG("the target is the baseline: nothing is to change"), "no-change", "--target ...");
    if (!has(j, JL_OBJECTIVE_METRIC) && !has(j, JL_OBJECTIVE_UNIT)) return PARTLY(JL_MSG("a target, but of what?"), "no-metric", "--metric \"...\" --unit ...");
    if (!has(j, JL_OBJECTIVE_BASELINE)) return PARTLY(JL_MSG("without a baseline nobody can tell how far it is"), "no-baseline", "--baseline ...");
    return YES(JL_MSG("has a metric, a baseline and a target"), "measured");
  }
  if (kpi_of(j, true) != NULL) return YES(JL_MSG("a KPI with a target measures it"), "kpi");
  if (value(j, JL_OBJECTIVE_NATURE, 0) == JL_NATURE_QUALITATIVE && has(j, JL_OBJECTIVE_DESCRIPTION))
    return PARTLY(JL_MSG("qualitative: only its description says when it is reached"), "qualitative", FIX_MEASURE);
  return measured_by_words(j->words);
}

/* The oldest and the newest measurement up to today. */
static bool history_of(const struct judging *j, const struct jl_record *kpi, const struct jl_record **ret_first, const struct jl_record **ret_last) {
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(j->in, j->b, &kpi->id, JL_TYPE_MEASUREMENT, JL_MEASUREMENT_KPI, &n);
  *ret_first = *ret_last = NULL;
  for (size_t i = 0; i < n; i++) {
    int64_t day = jl_view_int(all[i], JL_MEASUREMENT_DATE, 0);
    if (day > j->in->today) continue;
    if (*ret_first == NULL || day < jl_view_int(*ret_first, JL_MEASUREMENT_DATE, 0)) *ret_first = all[i];
    if (*ret_last == NULL || day >= jl_view_int(*ret_last, JL_MEASUREMENT_DATE, 0)) *ret_last = all[i];
  }
  return *ret_first != NULL && *ret_first != *ret_last && jl_view_int(*ret_first, JL_MEASUREMENT_DATE, 0) < jl_view_int(*ret_last, JL_MEASUREMENT_DATE, 0);
}

/* Does it count what the objective counts? Leads are not held against a rate. "clients (FN1 ...)" of a funnel counts clients. */
static bool counts_the_same(const struct judging *j, const struct jl_record *kpi) {
  struct jl_bytes metric = jl_record_text(j->o->type, j->o->body, JL_OBJECTIVE_METRIC), name = jl_record_text(kpi->type, kpi->body, JL_KPI_NAME);
  struct jl_bytes of = jl_record_text(j->o->type, j->o->body, JL_OBJECTIVE_UNIT), unit = jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT);
  return metric.size > 0 && name.size >= metric.size && memcmp(name.data, metric.data, metric.size) == 0 && of.size == unit.size &&
         (of.size == 0 || memcmp(of.data, unit.data, of.size) == 0);
}

/* -1 nothing to hold it against, 0 faster than it ever went, 1 within reach. */
static int within_reach(const struct judging *j) {
  const struct jl_record *kpi = kpi_of(j, false), *first, *last;
  if (kpi == NULL || !counts_the_same(j, kpi) || !has(j, JL_OBJECTIVE_TARGET) || !has(j, JL_OBJECTIVE_DUE) || !history_of(j, kpi, &first, &last)) return -1;
  int64_t days = jl_view_int(last, JL_MEASUREMENT_DATE, 0) - jl_view_int(first, JL_MEASUREMENT_DATE, 0);
  int64_t left = value(j, JL_OBJECTIVE_DUE, 0) - j->in->today, now = jl_view_int(last, JL_MEASUREMENT_VALUE, 0);
  __int128 moved = (__int128)now - jl_view_int(first, JL_MEASUREMENT_VALUE, 0), needed = (__int128)value(j, JL_OBJECTIVE_TARGET, 0) - now;
  if (left <= 0) return -1;
  if (needed < 0) {
    if (value(j, JL_OBJECTIVE_BASELINE, 0) <= value(j, JL_OBJECTIVE_TARGET, 0)) return 1; /* it is there already */
    needed = -needed, moved = -moved;
  }
  return needed * days <= PACE_MOST * moved * left;
}

static struct jl_smart_letter attainable(const struct judging *j) {
  int reach = within_reach(j);
  if (reach == 0)
    return PARTLY(JL_MSG("asks for more than twice the pace of its KPI so far"), "too-fast", "jalon objective set REF --target ... --due ...");
  if (!has(j, JL_OBJECTIVE_OWNER)) return PARTLY(JL_MSG("nobody answers for it"), "no-owner", "--owner ...");
  if (reach > 0) return YES(JL_MSG("somebody answers for it, and its KPI has the pace"), "pace");
  return YES(JL_MSG("somebody answers for it; no history to hold its target against"), "owner");
}

static bool is_above(const struct judging *j, const struct jl_record *above, const struct jl_record *o) {
  for (int depth = 0; o != NULL && depth < JL_PARENT_DEPTH; depth++) {
    if (o == above) return true;
    o = jl_view_linked(j->in, o, JL_OBJECTIVE_PARENT);
  }
  return false;
}

/* The first business objective that it could serve, or one to be made. */
static const char *fix_serving(const struct judging *j) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(j->in, j->b, JL_TYPE_OBJECTIVE, &n);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(all[i], JL_OBJECTIVE_KIND, 0) == JL_OBJECTIVE_BUSINESS && !is_above(j, j->o, all[i])) return with_reference(j, "--parent ", all[i], "");
  return "jalon objective add \"...\" --kind business";
}

static struct jl_smart_letter realistic(const struct judging *j) {
  size_t levers = 0, objectives = 0;
  (void)below(j, JL_TYPE_LEVER, JL_LEVER_OBJECTIVES, &levers);
  (void)below(j, JL_TYPE_OBJECTIVE, JL_OBJECTIVE_PARENT, &objectives);
  if (!jl_serves_business(j->in, j->o)) return PARTLY(JL_MSG("serves no business objective"), "serves-nothing", fix_serving(j));
  if (levers + objectives == 0) return PARTLY(JL_MSG("no lever and no objective works for it"), "no-means", "jalon lever add \"...\" --objectives REF");
  if (value(j, JL_OBJECTIVE_KIND, 0) == JL_OBJECTIVE_BUSINESS) return YES(JL_MSG("levers or objectives work for it"), "means");
  return YES(JL_MSG("serves a business objective, and something works for it"), "serves");
}

static struct jl_smart_letter timed(const struct judging *j) {
  int64_t score = 0;
  if (has(j, JL_OBJECTIVE_DUE)) {
    bool done = jl_objective_progress(j->in, j->b, j->o, &score) && score >= JL_FRACTION_ONE;
    if (value(j, JL_OBJECTIVE_DUE, 0) < j->in->today && !done) return PARTLY(JL_MSG("its due date is over and it is not reached"), "overdue", "--due ...");
    return YES(JL_MSG("has a due date"), "dated");
  }
  if (j->words->deadline[0] != '\0') return timed_by_words(j->words);
  if (has(j, JL_OBJECTIVE_HORIZON)) return PARTLY(JL_MSG("a horizon is no date"), "horizon-only", "--due ...");
  return timed_by_words(j->words);
}

bool jl_smart_of_objective(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *objective, struct jl_smart *ret) {
  const struct judging j = {in, b, objective, &ret->words};
  if (!jl_builder_ok(b)) return false;
  if (!jl_smart_of_words(jl_builder_arena(b), jl_view_text(b, jl_view_title(objective)), ret)) {
    jl_builder_fail(b, JL_E_NO_MEMORY);
    return false;
  }
  if (ret->letters[S].verdict == JL_SMART_NO && !ret->words.vague && has(&j, JL_OBJECTIVE_METRIC))
    ret->letters[S] = YES(JL_MSG("its metric names what is to change"), "metric-names-it");
  ret->letters[M] = measurable(&j);
  ret->letters[A] = attainable(&j);
  ret->letters[R] = realistic(&j);
  ret->letters[T] = timed(&j);
  return true;
}

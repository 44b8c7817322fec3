/* The questions of seeds 002 and 004, answered one by one (product.md C1, C3). */
#include "common/model/readiness/questions.h"
#include "common/model/view_table.h"

static const struct jl_question six[] = {
    {"002-1", JL_MSG("Is the brand promise clear and differentiating?"), {JL_READY_PROMISE, JL_READY_POSITIONING, JL_READY_DIFFERENTIATION}, 3},
    {"002-2", JL_MSG("Are the targets well segmented?"), {JL_READY_SEGMENTS, JL_READY_PERSONAS}, 2},
    {"002-3",
     JL_MSG("Do the operational actions translate the strategy faithfully?"),
     {JL_READY_ACTIONS_SERVE, JL_READY_LEVERS_ACT},
     2},
    {"002-4", JL_MSG("Are the teams aligned and trained?"), {JL_READY_OWNERS, JL_READY_TEAMS, JL_READY_SHARED, JL_READY_TRAINED}, 4},
    {"002-5", JL_MSG("Are the steering tools in place?"), {JL_READY_KPIS, JL_READY_TRACKED, JL_READY_MEASURED, JL_READY_TOOLS}, 4},
    {"002-6",
     JL_MSG("Can the plan be measured, adjusted and put to value?"),
     {JL_READY_MEASURABLE, JL_READY_ADJUSTABLE, JL_READY_LESSONS},
     3},
};
static const struct jl_question five[] = {
    {"004-1",
     JL_MSG("Points of contact: list all marketing actions under way or planned. From posts on social networks to e-mail campaigns, by way of "
            "webinars."),
     {JL_READY_LISTED},
     1},
    {"004-2",
     JL_MSG("Collection: for each action, gather the data there are. What was the past effort? Which results (even partial) were seen?"),
     {JL_READY_EFFORTS, JL_READY_RESULTS},
     2},
    {"004-3",
     JL_MSG("Coherence: hold each action against your main strategic objectives. Does it directly serve the generation of MQL? Awareness? "
            "Retention? Be honest."),
     {JL_READY_ACTIONS_SERVE},
     1},
    {"004-4",
     JL_MSG("Memorability/emotion: rate the perceived impact on a scale of 1 to 10 and the effort on a similar one. Place them on a matrix."),
     {JL_READY_RATED},
     1},
    {"004-5",
     JL_MSG("Integration plan: take decisions. Stop at once the actions in the quadrant \"time sinks\". Launch the \"quick wins\" in the next "
            "sprint."),
     {JL_READY_SINKS, JL_READY_WINS},
     2},
};
const struct jl_questions jl_question_sets[JL_QUESTION_SETS] = {
    {"questions", JL_MSG("six questions before a launch"), six, JL_COUNT(six)},
    {"steps", JL_MSG("five steps of an audit"), five, JL_COUNT(five)}};

enum jl_found_verdict jl_question_verdict(const struct jl_found *found, size_t n) {
  size_t with[JL_FOUND_HIDDEN + 1] = {0};
  for (size_t i = 0; i < n; i++) with[found[i].verdict]++;
  if (with[JL_FOUND_PARTLY] > 0 || (with[JL_FOUND_NO] > 0 && with[JL_FOUND_YES] > 0)) return JL_FOUND_PARTLY;
  if (with[JL_FOUND_NO] > 0) return JL_FOUND_NO;
  if (with[JL_FOUND_HIDDEN] > 0) return JL_FOUND_HIDDEN;
  if (with[JL_FOUND_UNASKED] > 0) return JL_FOUND_UNASKED;
  return with[JL_FOUND_YES] > 0 ? JL_FOUND_YES : JL_FOUND_NOTHING;
}

static enum jl_found_verdict question_rows(const struct jl_scope *scope, const struct jl_question *q, size_t number) {
  struct jl_builder *b = scope->b;
  struct jl_found found[JL_QUESTION_CRITERIA];
  for (size_t i = 0; i < q->count; i++) jl_ready_find(scope, q->criteria[i], &found[i]);
  enum jl_found_verdict verdict = jl_question_verdict(found, q->count);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_integer((int64_t)number));
  jl_cell_label(b, q->sentence, q->code);
  jl_cell_tone(b, JL_TONE_STRONG);
  jl_cell_verdict(b, verdict);
  jl_cells_empty(b, JL_FOUND_CELLS - 1);
  for (size_t i = 0; i < q->count; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_empty(b);
    jl_cell_label(b, jl_ready_label(q->criteria[i]), jl_ready_code(q->criteria[i]));
    jl_cells_found(b, scope->in, &found[i]);
  }
  return verdict;
}

bool jl_questions_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  struct jl_scope scope;
  int64_t yes = 0, all = 0;
  (void)a, (void)err;
  jl_scope_of(in, b, NULL, &scope);
  jl_builder_title(b, JL_MSG("questions to the plan"), NULL, 0);
  for (size_t s = 0; s < JL_QUESTION_SETS; s++) {
    const struct jl_questions *set = &jl_question_sets[s];
    jl_block_begin(b, JL_BLOCK_ITEMS, set->name, set->title);
    jl_column(b, "number", JL_MSG("number"), JL_ARG_INTEGER, 0);
    jl_column(b, "question", JL_MSG("question"), JL_ARG_TEXT, 0);
    jl_columns_found(b);
    for (size_t i = 0; i < set->count && jl_builder_ok(b); i++, all++) yes += question_rows(&scope, &set->list[i], i + 1) == JL_FOUND_YES;
  }
  const struct jl_arg args[] = {jl_arg_integer(yes), jl_arg_integer(all)};
  jl_note(b, yes == all ? JL_TONE_GOOD : JL_TONE_WARN, JL_MSG("questions answered with yes: {1} of {2}"), args, 2);
  return true;
}

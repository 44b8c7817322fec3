/* Actions in the order of their scores, each with how its score is computed (product.md A2). */
#include "common/model/actions/score.h"
#include "common/base/money.h"
#include "common/model/actions/filter.h"
#include "common/model/actions/matrix.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MAX 6 /* actions of a note that are named */

struct scored {
  const struct jl_record *action;
  struct jl_score score;
};
struct scores {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record **actions; /* open ones */
  size_t count;
  int64_t ice_form;
  struct scored *scored;
};

static const char *const method_texts[JL_SCORE_METHODS] = {"ice", "rice", "wsjf"};

static int higher(const void *left, const void *right) {
  const struct scored *a = left, *b = right;
  int order = jl_score_compare(&b->score, &a->score);
  if (order != 0) return order;
  if (a->action->number != b->action->number) return a->action->number < b->action->number ? -1 : 1;
  return jl_id_compare(&a->action->id, &b->action->id);
}

static struct jl_arg value_of(const struct jl_record *action, uint32_t number) {
  const struct jl_field *field = jl_field_by_number(action->type, number);
  int64_t value = jl_view_int(action, number, 0);
  const struct jl_enum_value *named = field->kind == JL_KIND_ENUM ? jl_enum_by_number(field->enumeration, (int32_t)value) : NULL;
  if (named != NULL) return jl_arg_label(named->label);
  if (field->kind == JL_KIND_SHARE) return jl_arg_share(value);
  return field->kind == JL_KIND_FRACTION ? jl_arg_fraction(value, "") : jl_arg_integer(value);
}

/* The same for files, in figures alone. */
static const char *formula(const struct scores *s, enum jl_score_method method, const struct jl_record *action) {
  struct jl_arena *a = jl_builder_arena(s->b);
  int64_t v[JL_SCORE_FIELDS] = {0};
  for (size_t i = 0; i < jl_score_inputs(method)->count; i++) v[i] = jl_view_int(action, jl_score_inputs(method)->fields[i], 0);
  if (method == JL_SCORE_WSJF) return jl_arena_printf(a, "(%" PRId64 "+%" PRId64 "+%" PRId64 ")/%" PRId64, v[0], v[1], v[2], v[3]);
  if (method == JL_SCORE_RICE)
    return jl_arena_printf(a, "%" PRId64 "*%" PRId64 ".%02" PRId64 "*%" PRId64 ".%04" PRId64 "/%" PRId64 ".%06" PRId64, v[0], v[1] / 4, v[1] % 4 * 25,
                           v[2] / JL_SHARE_ONE, v[2] % JL_SHARE_ONE, v[3] / JL_FRACTION_ONE, v[3] % JL_FRACTION_ONE);
  return jl_arena_printf(a, s->ice_form == JL_ICE_PRODUCT ? "%" PRId64 "*%" PRId64 "*%" PRId64 : "(%" PRId64 "+%" PRId64 "+%" PRId64 ")/3", v[1], v[0],
                         JL_MATRIX_HIGH + 1 - v[2]);
}

static void cell_how(const struct scores *s, enum jl_score_method method, const struct jl_record *action) {
  const struct jl_score_inputs *inputs = jl_score_inputs(method);
  struct jl_arg args[JL_SCORE_FIELDS] = {{0}};
  for (size_t i = 0; i < inputs->count; i++) args[i] = value_of(action, inputs->fields[i]);
  const char *message = JL_MSG("(value {1} + criticality {2} + risk or opportunity {3}) ÷ size {4}");
  if (method == JL_SCORE_ICE) {
    args[3] = jl_arg_integer(JL_MATRIX_HIGH + 1 - jl_view_int(action, JL_ACTION_EFFORT, 0));
    message = s->ice_form == JL_ICE_PRODUCT ? JL_MSG("impact {2} × confidence {1} × ease {4} (11 − effort {3})")
                                            : JL_MSG("(impact {2} + confidence {1} + ease {4}) ÷ 3; ease is 11 − effort {3}");
  } else if (method == JL_SCORE_RICE)
    message = jl_view_int(action, JL_ACTION_RICE_CONFIDENCE, 0) < JL_MOONSHOT
                  ? JL_MSG("reach {1} × impact {2} × confidence {3} ÷ {4} person-months; a moonshot: less than 50 % sure")
                  : JL_MSG("reach {1} × impact {2} × confidence {3} ÷ {4} person-months");
  const char *plain = formula(s, method, action);
  jl_cell_words(s->b, message, args, JL_SCORE_FIELDS);
  if (plain != NULL) jl_cell_alternative(s->b, plain);
  else jl_builder_fail(s->b, JL_E_NO_MEMORY);
  if (method == JL_SCORE_RICE && jl_view_int(action, JL_ACTION_RICE_CONFIDENCE, 0) < JL_MOONSHOT) jl_cell_tone(s->b, JL_TONE_WARN);
}

static const char *title_of(const struct scores *s, enum jl_score_method method) {
  if (method == JL_SCORE_RICE) return JL_MSG("RICE: reach, impact, confidence, effort");
  if (method == JL_SCORE_WSJF) return JL_MSG("WSJF: what waiting costs for the size of the job");
  return s->ice_form == JL_ICE_PRODUCT ? JL_MSG("ICE: product of impact, confidence and ease") : JL_MSG("ICE: mean of impact, confidence and ease");
}

static bool begun(enum jl_score_method method, const struct jl_record *action) {
  const struct jl_score_inputs *inputs = jl_score_inputs(method);
  for (size_t i = 0; i < inputs->own; i++)
    if (jl_record_has(action->body, inputs->fields[i])) return true;
  return false;
}

/* "A4 (impact, effort), A9 (job size)": what the begun ones lack. */
static void note_missing(const struct scores *s, enum jl_score_method method) {
  const struct jl_score_inputs *inputs = jl_score_inputs(method);
  for (size_t i = 0, named = 0; i < s->count && named < NAMED_MAX; i++) {
    struct jl_score unused;
    if (!begun(method, s->actions[i]) || jl_score_of(method, s->actions[i], s->ice_form, &unused)) continue;
    const char *lacks = "";
    for (size_t k = 0; k < inputs->count; k++) {
      const struct jl_field *field = jl_field_by_number(s->actions[i]->type, inputs->fields[k]);
      if (jl_record_has(s->actions[i]->body, field->number)) continue;
      lacks = jl_arena_printf(jl_builder_arena(s->b), "%s%s%s", lacks, lacks[0] == '\0' ? "" : "\n", field->label);
      if (lacks == NULL) {
        jl_builder_fail(s->b, JL_E_NO_MEMORY);
        return;
      }
    }
    const struct jl_arg args[] = {jl_arg_text(jl_record_caption(s->b, s->in->space, s->actions[i])), jl_arg_label(lacks)};
    jl_note(s->b, JL_TONE_WARN, JL_MSG("{1} has no score: {2} missing"), args, 2);
    named++;
  }
}

static void block(struct scores *s, enum jl_score_method method) {
  struct jl_builder *b = s->b;
  size_t n = 0, place = 0;
  for (size_t i = 0; i < s->count; i++)
    if (jl_score_of(method, s->actions[i], s->ice_form, &s->scored[n].score)) s->scored[n++].action = s->actions[i];
  if (n > 0) qsort(s->scored, n, sizeof *s->scored, higher);
  jl_block_begin(b, JL_BLOCK_TABLE, method_texts[method], title_of(s, method));
  jl_column(b, "place", JL_MSG("no."), JL_ARG_INTEGER, 0);
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "score", JL_MSG("score"), JL_ARG_FRACTION, 0);
  jl_column(b, "how", JL_MSG("how it is computed"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    if (i == 0 || jl_score_compare(&s->scored[i].score, &s->scored[i - 1].score) != 0) place = i + 1; /* equal ones share a place */
    jl_row_begin(b, s->scored[i].action, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)place));
    jl_cell_title(b, s->in, s->scored[i].action);
    jl_cell(b, jl_arg_fraction(jl_score_hundredths(&s->scored[i].score), ""));
    jl_cell_source(b, s->scored[i].action);
    cell_how(s, method, s->scored[i].action);
  }
  note_missing(s, method);
  if (method == JL_SCORE_WSJF && n > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("WSJF puts actions beside one another; alone its figures say nothing"), NULL, 0);
}

static bool used(const struct scores *s, enum jl_score_method method) {
  for (size_t i = 0; i < s->count; i++)
    if (begun(method, s->actions[i])) return true;
  return false;
}

bool jl_scores_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  struct scores s = {.in = in, .b = b, .ice_form = jl_ice_form(jl_view_plan(in))};
  struct jl_action_filter filter;
  const char *wanted = jl_view_value(in, "method");
  size_t n = 0, known = 0, shown = 0;
  while (wanted != NULL && known < JL_SCORE_METHODS && strcmp(jl_view_folded(b, wanted), method_texts[known]) != 0) known++;
  if (wanted != NULL && known == JL_SCORE_METHODS)
    return jl_fail(err, JL_E_INVALID, JL_MSG("there is no score {1}"), JL_MSG("ice, rice or wsjf"), jl_arg_text(wanted));
  if (!jl_action_filter_read(in, b, &filter, err)) return false;
  s.actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  s.scored = jl_view_alloc(b, n, sizeof *s.scored);
  if (s.scored == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  for (size_t i = 0; i < n; i++)
    if (jl_action_open(s.actions[i]) && jl_action_filter_keeps(&filter, s.actions[i])) s.actions[s.count++] = s.actions[i];
  jl_builder_title(b, JL_MSG("scores"), NULL, 0);
  for (enum jl_score_method method = JL_SCORE_ICE; method < JL_SCORE_METHODS; method++) {
    if (wanted != NULL ? method != known : !used(&s, method)) continue;
    block(&s, method);
    shown++;
  }
  if (shown == 0) block(&s, JL_SCORE_ICE); /* files have its columns */
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (shown == 0 || (wanted != NULL && !used(&s, (enum jl_score_method)known)))
    jl_note(b, JL_TONE_MUTED, JL_MSG("no scores yet; ICE takes --impact, --effort and --confidence, RICE --reach, --rice-impact, --rice-confidence and --person-months, WSJF --business-value, --time-criticality, --risk-reduction and --job-size of jalon action set"), NULL, 0);
  return true;
}

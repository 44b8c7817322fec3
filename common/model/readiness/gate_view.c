/* The launch gate: of one campaign what it has and what it lacks, with the command that fixes it; of all of them which may start (product.md
 * C3, seeds 002 and 003). */
#include "common/model/readiness/launch.h"
#include "common/model/readiness/questions.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- what holds it up now ---- */
struct gate {
  const struct jl_view_input *in;
  struct jl_builder *b;
  const struct jl_record *action;
  bool whole; /* the reader may read all that it is held against */
  uint32_t missing, covered;
};

static struct gate look(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action) {
  struct gate g = {.in = in, .b = b, .action = action, .whole = (JL_LAUNCH_READS & ~in->sections) == 0};
  size_t n = 0;
  const struct jl_record **overrides =
      jl_view_referring(in, b, &action->id, JL_TYPE_LAUNCH_OVERRIDE, JL_LAUNCH_OVERRIDE_ACTION, &n);
  for (size_t i = 0; i < n; i++) g.covered |= jl_launch_covers(overrides[i]);
  g.missing = jl_launch_missing_own(action);
  if (g.whole) g.missing |= jl_launch_missing_plan(in, b, action);
  return g;
}

static void cell_state(const struct gate *g) {
  uint32_t left = g->missing & ~g->covered;
  bool started = jl_has_started(g->action);
  if (!g->whole && left == 0) {
    jl_cell_label(g->b, JL_MSG("not for you to see"), "hidden");
    jl_cell_tone(g->b, JL_TONE_MUTED);
    return;
  }
  jl_cell_label(g->b,
                left != 0         ? started ? JL_MSG("has started, and lacks something") : JL_MSG("is held up")
                : started         ? JL_MSG("has started")
                : g->missing != 0 ? JL_MSG("may start: overridden")
                                  : JL_MSG("may start"),
                left != 0 ? started ? "started-lacking" : "held-up" : started ? "started" : g->missing != 0 ? "overridden" : "ready");
  jl_cell_tone(g->b, left != 0 ? JL_TONE_BAD : g->missing != 0 ? JL_TONE_WARN : JL_TONE_GOOD);
}

/* ---- one campaign ---- */
static void columns(struct jl_builder *b, const char *name, const char *title) {
  jl_block_begin(b, JL_BLOCK_ITEMS, name, title);
  jl_column(b, "number", JL_MSG("number"), JL_ARG_INTEGER, 0);
  jl_column(b, "item", JL_MSG("asked for"), JL_ARG_TEXT, 0);
  jl_column(b, "answer", JL_MSG("answer"), JL_ARG_LABEL, 0);
  jl_column(b, "found", JL_MSG("found"), JL_ARG_TEXT, 1);
  jl_column(b, "overridden", JL_MSG("overridden"), JL_ARG_BOOL, 1);
  jl_column(b, "fix", JL_MSG("what to do"), JL_ARG_TEXT, 1);
}

static void cell_overridden(const struct gate *g, enum jl_launch item) {
  if ((g->missing & g->covered) >> item & 1)
    jl_cell(g->b, (struct jl_arg){.kind = JL_ARG_BOOL, .number = 1});
  else
    jl_cell_empty(g->b);
}

static void cell_fix(const struct gate *g, const char *options) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(g->action->type, g->action->number, reference);
  if (!jl_builder_ok(g->b)) return;
  const char *made = jl_arena_printf(jl_builder_arena(g->b), "jalon action set %s %s", reference, options);
  if (made == NULL)
    jl_builder_fail(g->b, JL_E_NO_MEMORY);
  else
    jl_cell_text(g->b, (struct jl_bytes){(const uint8_t *)made, strlen(made)});
}

/* What seed 003 finds missing on each of its five channels; of link and code one is enough. */
static void own_rows(const struct gate *g) {
  static const struct {
    enum jl_launch item;
    uint32_t field;
    const char *fix;
  } rows[] = {{JL_LAUNCH_LEVER, JL_ACTION_LEVER, "--lever L1"},
              {JL_LAUNCH_TRACE, JL_ACTION_TRACKED_LINK, "--tracked-link \"https://...?utm_campaign=...\""},
              {JL_LAUNCH_TRACE, JL_ACTION_PROMOTION_CODE, "--promotion-code ..."},
              {JL_LAUNCH_SEGMENT, JL_ACTION_SEGMENTS, "--segments S1"},
              {JL_LAUNCH_COST, JL_ACTION_TARGET_COST, "--target-cost ..."},
              {JL_LAUNCH_TARGET, JL_ACTION_TARGET_CONVERSIONS, "--target-conversions ..."}};
  columns(g->b, "traceability", JL_MSG("can be traced"));
  for (size_t i = 0; i < JL_COUNT(rows); i++) {
    const struct jl_field *field = jl_field_by_number(g->action->type, rows[i].field);
    bool there = jl_record_has(g->action->body, field->number), missing = (g->missing >> rows[i].item & 1) != 0;
    jl_row_begin(g->b, g->action, 0, JL_ROW_NORMAL);
    jl_cell(g->b, jl_arg_integer((int64_t)i + 1));
    jl_cell_label(g->b, field->label, field->name);
    if (there || missing)
      jl_cell_verdict(g->b, there ? JL_FOUND_YES : JL_FOUND_NO);
    else { /* the other one of the two is there */
      jl_cell_label(g->b, JL_MSG("not needed"), "not-needed");
      jl_cell_tone(g->b, JL_TONE_MUTED);
    }
    jl_cell_by_number(g->b, g->in, g->action, field->number);
    cell_overridden(g, rows[i].item);
    if (missing)
      cell_fix(g, rows[i].fix);
    else
      jl_cell_empty(g->b);
  }
}

static void cell_names(struct jl_builder *b, const struct jl_view_input *in, const struct jl_found *found) {
  if (found->assessment != NULL)
    jl_cell_title(b, in, found->assessment);
  else if (found->having[0] != NULL)
    jl_cell_title(b, in, found->having[0]);
  else
    jl_cell_empty(b);
}

/* Which of the six questions an item belongs to. */
static const struct jl_question *question_of(enum jl_launch item) {
  static const unsigned char place[JL_LAUNCHES] = {[JL_LAUNCH_PROMISE] = 0, [JL_LAUNCH_DIFFERENCE] = 0, [JL_LAUNCH_SEGMENTS] = 1,
                                                   [JL_LAUNCH_SERVES] = 2,  [JL_LAUNCH_TRAINED] = 3,    [JL_LAUNCH_KPI] = 4,
                                                   [JL_LAUNCH_MEASURABLE] = 5, [JL_LAUNCH_ADJUSTABLE] = 5};
  return &jl_question_sets[0].list[place[item]];
}

static void plan_rows(const struct gate *g) {
  struct jl_scope scope;
  const struct jl_question *last = NULL;
  if (!g->whole) return;
  jl_scope_of(g->in, g->b, g->action, &scope);
  columns(g->b, "questions", JL_MSG("the six questions, for this campaign"));
  for (uint32_t item = JL_LAUNCH_PROMISE; item < JL_LAUNCHES; item++) {
    const struct jl_question *q = question_of((enum jl_launch)item);
    struct jl_found found;
    jl_ready_find(&scope, jl_launch_items[item].criterion, &found);
    if (q != last) {
      jl_row_begin(g->b, NULL, 0, JL_ROW_NORMAL);
      jl_cell(g->b, jl_arg_integer(q - jl_question_sets[0].list + 1));
      jl_cell_label(g->b, q->sentence, q->code);
      jl_cell_tone(g->b, JL_TONE_STRONG);
      jl_cells_empty(g->b, 4);
    }
    last = q;
    jl_row_begin(g->b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_empty(g->b);
    jl_cell_label(g->b, jl_launch_items[item].asked, jl_launch_items[item].code);
    jl_cell_verdict(g->b, found.verdict);
    cell_names(g->b, g->in, &found);
    cell_overridden(g, (enum jl_launch)item);
    if (found.fix[0] != '\0')
      jl_cell_text(g->b, (struct jl_bytes){(const uint8_t *)found.fix, strlen(found.fix)});
    else
      jl_cell_empty(g->b);
  }
}

static void block_overrides(const struct gate *g) {
  static const uint32_t fields[] = {JL_LAUNCH_OVERRIDE_SECTION, JL_LAUNCH_OVERRIDE_AUTHOR, JL_LAUNCH_OVERRIDE_SINCE};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_LAUNCH_OVERRIDE);
  size_t n = 0;
  const struct jl_record **all = jl_view_referring(g->in, g->b, &g->action->id, JL_TYPE_LAUNCH_OVERRIDE, JL_LAUNCH_OVERRIDE_ACTION, &n);
  if (n == 0) return;
  jl_block_begin(g->b, JL_BLOCK_ITEMS, "overrides", type->plural);
  jl_column(g->b, "override", type->label, JL_ARG_TEXT, 0);
  for (size_t i = 0; i < JL_COUNT(fields); i++) {
    const struct jl_field *field = jl_field_by_number(type, fields[i]);
    jl_column(g->b, field->name, field->label, jl_view_argument_kind(field), (int)i + 1);
  }
  jl_column(g->b, "missing", jl_field_by_number(type, JL_LAUNCH_OVERRIDE_MISSING)->label, JL_ARG_LABEL, 1);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(g->b, all[i], 0, JL_ROW_NORMAL);
    jl_cell_title(g->b, g->in, all[i]);
    for (size_t f = 0; f < JL_COUNT(fields); f++) jl_cell_by_number(g->b, g->in, all[i], fields[f]);
    jl_cell(g->b, jl_launch_arg(jl_launch_covers(all[i])));
  }
}

static void note_state(const struct gate *g) {
  uint32_t left = g->missing & ~g->covered;
  int64_t count = __builtin_popcount(left);
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(g->action->type, g->action->number, reference);
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_integer(count)};
  bool started = jl_has_started(g->action);
  if (!jl_is_campaign(g->action))
    jl_note(g->b, JL_TONE_WARN, JL_MSG("{1} is not marked as a campaign, so nothing holds it up: jalon action set {1} --campaign yes"), args, 2);
  if (left != 0)
    jl_note(g->b, JL_TONE_BAD,
            started ? JL_MSG("{1} has started, and lacks something that it has not been let start without; missing: {2}")
                    : JL_MSG("{1} cannot start; missing: {2}. Its accountable (A) may override it: jalon gate override {1} REASON"),
            args, 2);
  else if (!g->whole)
    jl_note(g->b, JL_TONE_MUTED, JL_MSG("whether the plan is ready for {1} is not for you to see"), args, 2);
  else if (started)
    jl_note(g->b, JL_TONE_GOOD, JL_MSG("{1} has started"), args, 2);
  else if (g->missing != 0)
    jl_note(g->b, JL_TONE_WARN, JL_MSG("{1} may start although something is missing: its accountable has overridden it"), args, 2);
  else
    jl_note(g->b, JL_TONE_GOOD, JL_MSG("{1} may start: nothing is missing"), args, 2);
}

static void one(const struct gate *g) {
  own_rows(g);
  plan_rows(g);
  block_overrides(g);
  note_state(g);
}

/* ---- all of them ---- */
/* Marked as none, and traced or priced like one. */
static bool looks_like_one(const struct jl_view_input *in, const struct jl_record *action) {
  static const uint32_t signs[] = {JL_ACTION_TRACKED_LINK, JL_ACTION_PROMOTION_CODE, JL_ACTION_SEGMENTS, JL_ACTION_TARGET_COST,
                                   JL_ACTION_TARGET_CONVERSIONS};
  const struct jl_record *lever = jl_view_linked(in, action, JL_ACTION_LEVER);
  if (jl_is_campaign(action) || !jl_action_open(action)) return false;
  for (size_t i = 0; i < JL_COUNT(signs); i++)
    if (jl_record_has(action->body, signs[i])) return true;
  return lever != NULL && jl_view_int(lever, JL_LEVER_DIRECTION, 0) == JL_OUTBOUND;
}

static void cell_missing(struct jl_builder *b, uint32_t missing) {
  if (missing != 0)
    jl_cell(b, jl_launch_arg(missing));
  else
    jl_cell_empty(b);
}

static void all(const struct jl_view_input *in, struct jl_builder *b) {
  size_t n = 0, campaigns = 0, unmarked = 0;
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n), *first = NULL;
  jl_block_begin(b, JL_BLOCK_ITEMS, "campaigns", NULL);
  jl_column(b, "campaign", JL_MSG("campaign"), JL_ARG_TEXT, 0);
  jl_column(b, "status", JL_MSG("status"), JL_ARG_LABEL, 1);
  jl_column(b, "gate", JL_MSG("gate"), JL_ARG_LABEL, 0);
  jl_column(b, "missing", JL_MSG("it lacks"), JL_ARG_LABEL, 1);
  jl_column(b, "plan", JL_MSG("the plan lacks"), JL_ARG_LABEL, 1);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    if (looks_like_one(in, actions[i]) && unmarked++ == 0) first = actions[i];
    if (!jl_is_campaign(actions[i]) || jl_view_int(actions[i], JL_ACTION_STATUS, 0) == JL_DROPPED) continue;
    const struct gate g = look(in, b, actions[i]);
    jl_row_begin(b, actions[i], 0, JL_ROW_NORMAL);
    jl_cell_title(b, in, actions[i]);
    jl_cell_action_status(b, in, actions[i]);
    cell_state(&g);
    cell_missing(b, g.missing & JL_LAUNCH_OWN);
    cell_missing(b, g.missing & JL_LAUNCH_PLAN);
    campaigns++;
  }
  if (campaigns == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("no campaign yet: jalon action set A1 --campaign yes"), NULL, 0);
  if (unmarked == 0 || first == NULL) return;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(first->type, first->number, reference);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)unmarked), jl_arg_text(reference)};
  jl_note(b, JL_TONE_WARN, JL_MSG("actions that look like campaigns and are not marked as such: {1}; the first: jalon action set {2} --campaign yes"), args, 2);
}

bool jl_gate_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_ACTION};
  const struct jl_record *action = NULL;
  (void)a;
  jl_builder_title(b, JL_MSG("launch gate"), NULL, 0);
  if (!jl_view_named(in, b, types, 1, &action, err)) return false;
  if (action == NULL) {
    all(in, b);
    return true;
  }
  jl_builder_subtitle(b, jl_record_caption(b, in->space, action));
  const struct gate g = look(in, b, action);
  one(&g);
  return true;
}

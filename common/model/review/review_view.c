/* A review as it was frozen and decided: the same in a year, whatever became of the plan. */
#include "common/model/review/view_blocks.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

/* The one that is open and was started last, else the last one that was not discarded. */
static const struct jl_record *current(const struct jl_view_input *in, struct jl_builder *b) {
  const struct jl_record *found = NULL;
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_REVIEW, &n);
  for (size_t i = n; i-- > 0;) {
    int64_t state = jl_view_int(all[i], JL_REVIEW_STATE, 0);
    if (state == JL_REVIEW_OPEN) return all[i];
    if (state == JL_REVIEW_CLOSED && found == NULL) found = all[i];
  }
  return found != NULL || n == 0 ? found : all[n - 1];
}

static void none_yet(struct jl_builder *b) {
  jl_builder_title(b, JL_MSG("reviews"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "proposals", NULL);
  jl_column(b, "proposal", JL_MSG("proposal"), JL_ARG_TEXT, 0);
  jl_column(b, "what", JL_MSG("what"), JL_ARG_TEXT, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("no review yet: jalon review start --period 2026-Q3, jalon review start --week 2026-W40"), NULL, 0);
}

/* Day, revision, name and currency of the plan are those of the start. */
static void freeze_head(const struct jl_review_view *v) {
  static const char *const titles[] = {JL_MSG("review {1}: {2}"), JL_MSG("quarterly review {1}: {2}"), JL_MSG("weekly arbitration {1}: {2}"), JL_MSG("review {1}: {2}")};
  Jalon__Document *document = jl_builder_document(v->b);
  int64_t kind = v->facts.terms.kind;
  struct jl_bytes period = jl_record_text(v->review->type, v->review->body, JL_REVIEW_PERIOD);
  const struct jl_arg args[] = {jl_arg_text(jl_review_caption(v, v->review->type->letter, v->review->number, (struct jl_bytes){NULL, 0})), jl_arg_textn((const char *)period.data, period.size)};
  jl_builder_title(v->b, titles[kind > 0 && kind < 4 ? kind : 0], args, 2);
  jl_builder_subtitle(v->b, jl_view_text(v->b, jl_record_text(v->review->type, v->review->body, JL_REVIEW_PLAN_NAME)));
  jl_builder_currency(v->b, v->currency);
  document->as_of = v->facts.terms.frozen_on;
  document->has_revision = false;
  document->revision = 0;
}

static bool build(struct jl_review_view *v, struct jl_error *err) {
  static const uint32_t needed = 1U << JL_SECTION_STRATEGY | 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET | 1U << JL_SECTION_PIPELINE;
  struct jl_arena *a = jl_builder_arena(v->b);
  v->budget = jl_view_sees(v->in, JL_SECTION_BUDGET);
  v->pipeline = jl_view_sees(v->in, JL_SECTION_PIPELINE);
  v->all = (v->in->sections & needed) == needed;
  v->every = v->budget && (jl_view_int(v->review, JL_REVIEW_KIND, 0) != JL_REVIEW_WEEKLY || v->all); /* of a quarter only the budget is proposed for */
  if (!jl_review_read(v->in->space, v->review, v->in->sections, a, &v->facts) || !jl_review_kept(v->in->space, v->review, v->in->sections, a, &v->list, &v->n))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  v->currency = v->facts.terms.currency;
  freeze_head(v);
  jl_review_block_head(v);
  jl_review_block_channels(v);
  jl_review_block_campaigns(v);
  jl_review_block_thin(v);
  if (!jl_review_block_lines(v, err) || !jl_review_block_buckets(v, err)) return false;
  jl_review_block_proposals(v);
  jl_review_block_reasons(v);
  if (!jl_review_block_before(v, err)) return false;
  return jl_view_value(v->in, "replay") == NULL || jl_review_block_replay(v, err);
}

bool jl_review_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_REVIEW};
  struct jl_review_view v = {.in = in, .b = b};
  (void)a;
  if (!jl_view_named(in, b, types, 1, &v.review, err)) return false;
  if (v.review == NULL) v.review = current(in, b);
  if (v.review == NULL) {
    none_yet(b);
    return true;
  }
  return build(&v, err);
}

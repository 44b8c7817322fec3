/* A review as it was frozen and decided: the same in a year, whatever became of the plan. */
#include "common/model/review/apply.h"
#include "common/model/review/freeze.h"
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

static void none_yet(const struct jl_view_input *in, struct jl_builder *b) {
  char quarter[JL_REVIEW_NAME], week[JL_REVIEW_NAME];
  jl_review_last_over(in, false, quarter);
  jl_review_last_over(in, true, week);
  const struct jl_arg over[] = {jl_arg_text(quarter), jl_arg_text(week)};
  jl_builder_title(b, JL_MSG("reviews"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "proposals", NULL);
  jl_column(b, "proposal", JL_MSG("proposal"), JL_ARG_TEXT, 0);
  jl_column(b, "what", JL_MSG("what"), JL_ARG_TEXT, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("no review yet: jalon review start --period {1}, jalon review start --week {2}"), over, 2);
}

/* "2026-Q1" and "2026-W40" in parts, to be written as the reader writes them; false: another name. */
static bool parts_of(struct jl_bytes period, struct jl_arg *ret_year, struct jl_arg *ret_number) {
  const char *text = (const char *)period.data;
  if (period.size < 7 || text[4] != '-' || (text[5] != 'Q' && text[5] != 'W')) return false;
  *ret_year = jl_arg_textn(text, 4);
  *ret_number = jl_arg_textn(text + 6, period.size - 6);
  return true;
}

static void title(const struct jl_review_view *v) {
  static const char *const titles[] = {JL_MSG("review {1}: {2}, {4} to {5}"), JL_MSG("quarterly review {1}: Q{3} {2}, {4} to {5}"), JL_MSG("weekly arbitration {1}: W{3} {2}, {4} to {5}"),
                                       JL_MSG("review {1}: {2}, {4} to {5}")};
  const struct jl_review_terms *terms = &v->facts.terms;
  struct jl_bytes period = jl_record_text(v->review->type, v->review->body, JL_REVIEW_PERIOD);
  struct jl_arg args[] = {jl_arg_text(jl_review_caption(v, v->review->type->letter, v->review->number, (struct jl_bytes){NULL, 0})), jl_arg_textn((const char *)period.data, period.size), jl_arg_text(""),
                          jl_arg_date(terms->first), jl_arg_date(terms->last)};
  bool named = (terms->kind == JL_REVIEW_QUARTERLY || terms->kind == JL_REVIEW_WEEKLY) && parts_of(period, &args[1], &args[2]);
  jl_builder_title(v->b, titles[named ? terms->kind : 0], args, JL_COUNT(args));
}

/* Day, revision, name and currency of the plan are those of the start. */
static void freeze_head(const struct jl_review_view *v) {
  Jalon__Document *document = jl_builder_document(v->b);
  title(v);
  jl_builder_subtitle(v->b, jl_view_text(v->b, jl_record_text(v->review->type, v->review->body, JL_REVIEW_PLAN_NAME)));
  jl_builder_currency(v->b, v->currency);
  document->as_of = v->facts.terms.frozen_on;
  document->has_revision = false;
  document->revision = 0;
}

static bool read(struct jl_review_view *v, struct jl_error *err) {
  static const uint32_t needed = 1U << JL_SECTION_STRATEGY | 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET | 1U << JL_SECTION_PIPELINE;
  struct jl_arena *a = jl_builder_arena(v->b);
  v->budget = jl_view_sees(v->in, JL_SECTION_BUDGET);
  v->pipeline = jl_view_sees(v->in, JL_SECTION_PIPELINE);
  v->all = (v->in->sections & needed) == needed;
  v->every = v->budget && (jl_view_int(v->review, JL_REVIEW_KIND, 0) != JL_REVIEW_WEEKLY || v->all); /* of a quarter only the budget is proposed for */
  if (!jl_review_read(v->in->space, v->review, v->in->sections, a, &v->facts) || !jl_review_kept(v->in->space, v->review, v->in->sections, a, &v->list, &v->n))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  v->currency = v->facts.terms.currency;
  return true;
}

static bool build(struct jl_review_view *v, struct jl_error *err) {
  if (!read(v, err)) return false;
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

/* ---- of an approval ---- */
static void keep_asked(struct jl_review_view *v, const struct jl_record *approval) {
  size_t kept = 0;
  for (size_t i = 0; i < v->n; i++) {
    struct jl_id with;
    if (jl_record_id(v->list[i].record->type, v->list[i].record->body, JL_REVIEW_PROPOSAL_APPROVAL, &with) && jl_id_equal(&with, &approval->id)) v->list[kept++] = v->list[i];
  }
  v->n = kept;
}

bool jl_review_blocks_of_approval(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *approval, struct jl_error *err) {
  struct jl_review_view v = {.in = in, .b = b, .review = jl_view_linked(in, approval, JL_APPROVAL_REVIEW), .asked = true};
  struct jl_error moved = {.code = JL_E_OK};
  if (v.review == NULL || v.review->type_number != JL_TYPE_REVIEW || !jl_view_sees(in, JL_SECTION_BUDGET)) return true;
  if (!read(&v, err)) return false;
  keep_asked(&v, approval);
  jl_review_block_proposals(&v);
  jl_review_block_reasons(&v);
  if (!jl_review_block_buckets(&v, err)) return false;
  if (jl_view_int(approval, JL_APPROVAL_STATE, 0) != JL_APPROVAL_SUBMITTED) return true;
  const struct jl_arg reference = jl_arg_text(jl_review_caption(&v, approval->type->letter, approval->number, (struct jl_bytes){NULL, 0}));
  jl_block_begin(b, JL_BLOCK_NOTES, "decide", NULL);
  if (!jl_review_still_holds(in->space, approval, jl_builder_arena(b), &moved)) {
    jl_note(b, JL_TONE_BAD, jl_view_text(b, (struct jl_bytes){(const uint8_t *)moved.message, strlen(moved.message)}), moved.args, JL_ERROR_ARGS);
    jl_note(b, JL_TONE_NONE, JL_MSG("it cannot be approved as it is; who decides types: jalon send-back {1} \"...\""), &reference, 1);
  } else {
    jl_note(b, JL_TONE_NONE, JL_MSG("who decides types: jalon approve {1}, or jalon send-back {1} \"...\""), &reference, 1);
  }
  return true;
}

bool jl_review_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  static const uint32_t types[] = {JL_TYPE_REVIEW};
  struct jl_review_view v = {.in = in, .b = b};
  (void)a;
  if (!jl_view_named(in, b, types, 1, &v.review, err)) return false;
  if (v.review == NULL) v.review = current(in, b);
  if (v.review == NULL) {
    none_yet(in, b);
    return true;
  }
  return build(&v, err);
}

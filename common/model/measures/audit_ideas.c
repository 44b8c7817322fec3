/* What the audit proposes to start although nobody has tried it, or not any more: channels that benchmarks, playbooks and lessons speak for. */
#include "common/model/measures/audit_parts.h"
#include "common/model/strategy/benchmarks.h"
#include "common/record/schema.h"
#include <string.h>

enum { IDEAS_MOST = 10, CELLS_BEHIND = 5 };

static bool is_used(const struct jl_audited *a, const char *channel) {
  size_t n = 0;
  const struct jl_record **levers = jl_view_all(a->in, a->b, JL_TYPE_LEVER, &n);
  bool used = channel[0] == '\0';
  for (size_t i = 0; i < n && !used; i++) used = jl_lever_is_of_channel(a->b, levers[i], channel);
  return used;
}

/* A row about a channel that the plan does not use; rule: as files have the reason. */
static void idea_row(const struct jl_audited *a, const struct jl_record *record, struct jl_arg channel, const char *rule, const char *reason, const struct jl_arg *args, int n) {
  jl_row_begin(a->b, record, 0, JL_ROW_NORMAL);
  jl_cell(a->b, channel);
  if (channel.kind == JL_ARG_LABEL) jl_cell_alternative(a->b, channel.text);
  if (record != NULL) jl_cell_source(a->b, record);
  jl_audit_proposal_cell(a, JL_PROPOSE_START);
  jl_cell_words(a->b, reason, args, n);
  jl_cell_alternative(a->b, rule);
  if (record != NULL) jl_cell_source(a->b, record);
  jl_cells_empty(a->b, CELLS_BEHIND);
}

static const char *text_of(const struct jl_audited *a, const struct jl_record *record, uint32_t field) { return jl_view_text(a->b, jl_record_text(record->type, record->body, field)); }

static size_t ideas_of_benchmarks(const struct jl_audited *a, size_t shown) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(a->in, a->b, JL_TYPE_BENCHMARK, &n);
  for (size_t i = 0; i < n && shown < IDEAS_MOST; i++) {
    const char *channel = text_of(a, all[i], JL_BENCHMARK_CHANNEL);
    if (is_used(a, channel)) continue;
    const struct jl_arg args[] = {jl_arg_text(text_of(a, all[i], JL_BENCHMARK_STAGE)), jl_arg_text(text_of(a, all[i], JL_BENCHMARK_NEXT)), jl_arg_fraction(jl_view_int(all[i], JL_BENCHMARK_RATE, 0), "percent"),
                                  jl_arg_text(text_of(a, all[i], JL_BENCHMARK_SOURCE))};
    idea_row(a, all[i], jl_arg_text(channel), "benchmark", JL_MSG("others get from {1} to {2} with it: {3} ({4}); the plan has no such channel"), args, 4);
    shown++;
  }
  for (size_t i = 0; i < jl_benchmark_count && shown < IDEAS_MOST; i++) {
    const struct jl_benchmark *one = &jl_benchmarks[i];
    if (one->channel == NULL || strcmp(one->next, JL_STAGE_CUSTOMERS) != 0 || is_used(a, one->channel)) continue;
    const struct jl_arg args[] = {jl_arg_label(one->stage), jl_arg_label(one->next), jl_arg_fraction(one->rate, "percent"), jl_arg_label(one->source)};
    idea_row(a, NULL, jl_arg_label(one->channel), "benchmark", JL_MSG("others get from {1} to {2} with it: {3} ({4}); the plan has no such channel"), args, 4);
    shown++;
  }
  return shown;
}

static size_t ideas_of_playbooks(const struct jl_audited *a, size_t shown) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(a->in, a->b, JL_TYPE_PLAYBOOK, &n);
  for (size_t i = 0; i < n && shown < IDEAS_MOST; i++) {
    const char *channel = text_of(a, all[i], JL_PLAYBOOK_CHANNEL);
    if (is_used(a, channel)) continue;
    const struct jl_arg name = jl_arg_text(jl_record_caption(a->b, a->in->space, all[i]));
    idea_row(a, all[i], jl_arg_text(channel), "playbook", JL_MSG("a playbook is ready for it: {1}; the plan has no such channel"), &name, 1);
    shown++;
  }
  return shown;
}

/* What went well and is not gone on with. */
static size_t ideas_of_lessons(const struct jl_audited *a, size_t shown) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(a->in, a->b, JL_TYPE_LESSON, &n);
  for (size_t i = 0; i < a->now.count && shown < IDEAS_MOST; i++) {
    const struct jl_facts_row *row = &a->now.rows[i];
    if (row->place.kind != JL_PLACE_LEVER || jl_facts_any(row) || a->judged[i].proposal != JL_PROPOSE_NOTHING) continue;
    for (size_t k = 0; k < n; k++) {
      size_t count = 0;
      const struct jl_record **levers = jl_view_links(a->in, a->b, all[k], JL_LESSON_SOURCES, JL_TYPE_LEVER, &count);
      bool about = false;
      for (size_t l = 0; l < count; l++) about = about || levers[l] == row->place.lever;
      if (!about || jl_view_int(all[k], JL_LESSON_KIND, 0) != JL_LESSON_SUCCESS) continue;
      const struct jl_arg name = jl_arg_text(jl_record_caption(a->b, a->in->space, all[k]));
      idea_row(a, all[k], jl_arg_text(jl_record_caption(a->b, a->in->space, row->place.lever)), "lesson", JL_MSG("it went well: {1}; nothing is spent on it now"), &name, 1);
      shown++;
      break;
    }
  }
  return shown;
}

void jl_audit_ideas(const struct jl_audited *a) { (void)ideas_of_benchmarks(a, ideas_of_playbooks(a, ideas_of_lessons(a, 0))); }

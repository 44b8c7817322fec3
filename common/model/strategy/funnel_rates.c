#include "common/model/measures/kpi_cells.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <string.h>

static const char *text_or_null(struct jl_builder *b, const struct jl_record *record, uint32_t field) {
  struct jl_bytes text = jl_record_text(record->type, record->body, field);
  return text.size == 0 ? NULL : jl_view_text(b, text);
}

/* The last value of a KPI in percent; false: there is none that is a rate. */
static bool by_kpi(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *kpi, struct jl_rate_known *known) {
  struct jl_kpi_state state = jl_view_kpi_state(b, in, kpi);
  bool percent = strcmp(jl_kpi_unit(b, kpi, &state), "percent") == 0;
  if (!state.has_value || !percent || state.value < 0 || state.value > 1000000) return false;
  known->rate = state.value;
  known->origin = JL_RATE_MEASURED;
  known->date = state.day;
  known->measurement = state.last;
  if (known->source == NULL) known->source = jl_record_caption(b, in->space, kpi);
  return true;
}

static bool read_rate(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, struct jl_rate_known *ret) {
  const struct jl_record *kpi = jl_view_linked(in, record, JL_FUNNEL_RATE_KPI);
  *ret = (struct jl_rate_known){.rate = jl_view_int(record, JL_FUNNEL_RATE_RATE, -1),
                                .origin = (int32_t)jl_view_int(record, JL_FUNNEL_RATE_ORIGIN, JL_RATE_ASSUMED),
                                .trust = (int32_t)jl_view_int(record, JL_FUNNEL_RATE_TRUST, 0),
                                .date = (int32_t)jl_view_int(record, JL_FUNNEL_RATE_DATE, JL_NO_DAY),
                                .expires = (int32_t)jl_view_int(record, JL_FUNNEL_RATE_EXPIRES, JL_NO_DAY),
                                .cases = jl_view_int(record, JL_FUNNEL_RATE_CASES, -1),
                                .source = text_or_null(b, record, JL_FUNNEL_RATE_SOURCE),
                                .record = record};
  bool measured = kpi != NULL && by_kpi(in, b, kpi, ret);
  ret->expired = ret->expires != JL_NO_DAY && ret->expires <= in->today;
  return measured || ret->rate >= 0;
}

bool jl_rate_is_thin(const struct jl_rate_known *known, int64_t enough) { return known->origin == JL_RATE_MEASURED && known->cases < enough; }

/* Measured on enough cases, a benchmark that somebody put down for this very stage, one of the catalogue for the sector, one for all sectors,
 * measured on few, assumed, and last what the program brings along. What has expired comes behind all that has not. */
static int worth(const struct jl_rate_known *known, int64_t enough) {
  int fresh = known->expired ? 0 : 10;
  if (known->record == NULL) return fresh;
  if (known->record->type_number == JL_TYPE_BENCHMARK) return fresh + (jl_record_has(known->record->body, JL_BENCHMARK_SECTOR) ? 5 : 4);
  if (known->origin == JL_RATE_MEASURED) return fresh + (jl_rate_is_thin(known, enough) ? 3 : 7);
  return fresh + (known->origin == JL_RATE_BENCHMARK ? 6 : 2);
}

static bool is_of_channel(const struct jl_record *record, uint32_t field, const char *channel) {
  struct jl_bytes own = jl_record_text(record->type, record->body, field);
  size_t size = channel == NULL ? 0 : strlen(channel);
  return own.size == size && (size == 0 || memcmp(own.data, channel, size) == 0);
}

/* Of two alike the later one; of one day the one recorded later. */
static void take_better(struct jl_rate_known *best, const struct jl_rate_known *one, int64_t enough) {
  int than = best->rate < 0 ? -1 : worth(best, enough), now = worth(one, enough);
  if (now > than || (now == than && one->date >= best->date)) *best = *one;
}

static void of_the_stage(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *w, const char *channel, struct jl_rate_known *best) {
  size_t n = 0;
  const struct jl_record **rates = jl_view_referring(in, b, &w->stage->id, JL_TYPE_FUNNEL_RATE, JL_FUNNEL_RATE_STAGE, &n);
  struct jl_rate_known one;
  for (size_t i = 0; i < n; i++) /* ascending by number */
    if (is_of_channel(rates[i], JL_FUNNEL_RATE_CHANNEL, channel) && read_rate(in, b, rates[i], &one)) take_better(best, &one, w->enough);
}

/* ---- the catalogue ---- */
static bool same_sector(struct jl_builder *b, const struct jl_record *benchmark, const struct jl_record *funnel) {
  struct jl_bytes own = jl_record_text(benchmark->type, benchmark->body, JL_BENCHMARK_SECTOR);
  if (own.size == 0) return true;
  struct jl_bytes wanted = funnel == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(funnel->type, funnel->body, JL_FUNNEL_SECTOR);
  return wanted.size > 0 && strcmp(jl_view_folded(b, jl_view_text(b, own)), jl_view_folded(b, jl_view_text(b, wanted))) == 0;
}

struct jl_rate_known jl_rate_of_benchmark(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record) {
  struct jl_rate_known known = {.rate = jl_view_int(record, JL_BENCHMARK_RATE, -1),
                                .origin = JL_RATE_BENCHMARK,
                                .trust = (int32_t)jl_view_int(record, JL_BENCHMARK_TRUST, JL_TRUST_LOW),
                                .date = (int32_t)jl_view_int(record, JL_BENCHMARK_DATE, JL_NO_DAY),
                                .expires = (int32_t)jl_view_int(record, JL_BENCHMARK_EXPIRES, JL_NO_DAY),
                                .cases = -1,
                                .source = text_or_null(b, record, JL_BENCHMARK_SOURCE),
                                .record = record};
  known.expired = known.expires != JL_NO_DAY && known.expires <= in->today;
  return known;
}

static void of_the_plan(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *w, const char *channel, struct jl_rate_known *best) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(in, b, JL_TYPE_BENCHMARK, &n);
  for (size_t i = 0; i < n; i++) {
    if (!is_of_channel(all[i], JL_BENCHMARK_CHANNEL, channel) || !same_sector(b, all[i], w->funnel) ||
        !jl_stage_names_agree(b, jl_view_text(b, jl_view_title(all[i])), w->name) ||
        !jl_stage_names_agree(b, jl_view_text(b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_NEXT)), w->next))
      continue;
    struct jl_rate_known one = jl_rate_of_benchmark(in, b, all[i]);
    if (one.rate >= 0) take_better(best, &one, w->enough);
  }
}

/* Examples are no benchmarks: nothing is made of them unasked. */
static void of_the_program(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *w, struct jl_rate_known *best) {
  for (size_t i = 0; i < jl_benchmark_count; i++) {
    const struct jl_benchmark *one = &jl_benchmarks[i];
    if (one->channel != NULL || one->origin != JL_RATE_BENCHMARK || !jl_stage_names_agree(b, one->stage, w->name) || !jl_stage_names_agree(b, one->next, w->next))
      continue;
    struct jl_rate_known known = {.rate = one->rate,
                                  .origin = one->origin,
                                  .trust = one->trust,
                                  .date = one->date,
                                  .expires = one->expires,
                                  .cases = -1,
                                  .expired = one->expires <= in->today,
                                  .source = one->source,
                                  .source_is_message = true};
    take_better(best, &known, w->enough);
  }
}

static struct jl_rate_known best_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *w, const char *channel) {
  struct jl_rate_known best = {.rate = -1, .date = JL_NO_DAY, .expires = JL_NO_DAY, .cases = -1};
  of_the_stage(in, b, w, channel, &best);
  of_the_plan(in, b, w, channel, &best);
  if (channel == NULL) of_the_program(in, b, w, &best);
  best.of_channel = channel != NULL && best.rate >= 0;
  return best;
}

struct jl_rate_known jl_rate_choose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *w) {
  struct jl_rate_known best = best_of(in, b, w, w->channel);
  return best.rate < 0 && w->channel != NULL ? best_of(in, b, w, NULL) : best;
}

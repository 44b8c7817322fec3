#include "common/model/measures/kpi_cells.h"
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
  struct jl_bytes unit = jl_record_text(kpi->type, kpi->body, JL_KPI_UNIT);
  bool percent = (unit.size == 1 && unit.data[0] == '%') || (unit.size == 7 && memcmp(unit.data, "percent", 7) == 0);
  if (state.last == NULL || !percent || state.value < 0 || state.value > 1000000) return false;
  known->rate = state.value;
  known->origin = JL_RATE_MEASURED;
  known->date = (int32_t)jl_view_int(state.last, JL_MEASUREMENT_DATE, JL_NO_DAY);
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

static int worth(const struct jl_rate_known *known, int64_t enough) {
  int by_origin = known->origin == JL_RATE_MEASURED    ? (jl_rate_is_thin(known, enough) ? 2 : 4)
                  : known->origin == JL_RATE_BENCHMARK ? 3
                                                       : 1;
  return by_origin + (known->expired ? 0 : 10);
}

static bool is_of_channel(const struct jl_record *record, const char *channel) {
  struct jl_bytes own = jl_record_text(record->type, record->body, JL_FUNNEL_RATE_CHANNEL);
  size_t size = channel == NULL ? 0 : strlen(channel);
  return own.size == size && (size == 0 || memcmp(own.data, channel, size) == 0);
}

static struct jl_rate_known best_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **rates, size_t n,
                                    const char *channel, int64_t enough) {
  struct jl_rate_known best = {.rate = -1, .date = JL_NO_DAY, .expires = JL_NO_DAY, .cases = -1}, one;
  for (size_t i = 0; i < n; i++) { /* ascending by number: of two alike the one recorded later wins */
    if (!is_of_channel(rates[i], channel) || !read_rate(in, b, rates[i], &one)) continue;
    one.of_channel = channel != NULL;
    int than = best.rate < 0 ? -1 : worth(&best, enough), now = worth(&one, enough);
    if (now > than || (now == than && one.date >= best.date)) best = one;
  }
  return best;
}

struct jl_rate_known jl_rate_choose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *stage, const char *channel,
                                    int64_t enough) {
  size_t n = 0;
  const struct jl_record **rates = jl_view_referring(in, b, &stage->id, JL_TYPE_FUNNEL_RATE, JL_FUNNEL_RATE_STAGE, &n);
  struct jl_rate_known best = best_of(in, b, rates, n, channel, enough);
  return best.rate < 0 && channel != NULL ? best_of(in, b, rates, n, NULL, enough) : best;
}

/* The catalogue of rates: the plan's own benchmarks, those put down for one stage of a funnel, and what the program brings along (product.md P10). */
#include "common/model/strategy/benchmarks.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

static void cell_choice(struct jl_builder *b, uint32_t field, int32_t value) {
  const struct jl_enum_value *known =
      jl_enum_by_number(jl_field_by_number(jl_record_type_by_number(JL_TYPE_FUNNEL_RATE), field)->enumeration, value);
  jl_cell_label(b, known->label, known->text);
}

static void own_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *rate) {
  static const uint32_t fields[] = {JL_FUNNEL_RATE_CHANNEL, JL_FUNNEL_RATE_RATE};
  static const uint32_t rest[] = {JL_FUNNEL_RATE_ORIGIN, JL_FUNNEL_RATE_TRUST, JL_FUNNEL_RATE_DATE, JL_FUNNEL_RATE_EXPIRES, JL_FUNNEL_RATE_SOURCE};
  jl_row_begin(b, rate, 0, JL_ROW_NORMAL);
  jl_cell_label(b, JL_MSG("of the plan"), "plan");
  jl_cell_by_number(b, in, rate, JL_FUNNEL_RATE_STAGE);
  jl_cell_empty(b);
  for (size_t i = 0; i < JL_COUNT(fields); i++) jl_cell_by_number(b, in, rate, fields[i]);
  jl_cell_empty(b);
  for (size_t i = 0; i < JL_COUNT(rest); i++) jl_cell_by_number(b, in, rate, rest[i]);
  jl_cells_empty(b, 2);
}

/* ---- the catalogue of the plan ---- */
static void cell_expires(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *one, size_t *io_expired) {
  int64_t expires = jl_view_int(one, JL_BENCHMARK_EXPIRES, INT64_MAX);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_EXPIRES);
  if (expires > in->today) return;
  jl_cell_tone(b, JL_TONE_BAD);
  ++*io_expired;
}

static void catalogue_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *one, size_t *io_expired) {
  static const uint32_t fields[] = {JL_BENCHMARK_STAGE, JL_BENCHMARK_NEXT, JL_BENCHMARK_CHANNEL, JL_BENCHMARK_RATE, JL_BENCHMARK_SHARE};
  jl_row_begin(b, one, 0, JL_ROW_NORMAL);
  if (jl_record_has(one->body, JL_BENCHMARK_SET))
    jl_cell_by_number(b, in, one, JL_BENCHMARK_SET);
  else
    jl_cell_label(b, JL_MSG("of the plan"), "plan");
  for (size_t i = 0; i < JL_COUNT(fields); i++) jl_cell_by_number(b, in, one, fields[i]);
  cell_choice(b, JL_FUNNEL_RATE_ORIGIN, JL_RATE_BENCHMARK);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_TRUST);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_DATE);
  cell_expires(b, in, one, io_expired);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_SOURCE);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_SECTOR);
  jl_cell_by_number(b, in, one, JL_BENCHMARK_COUNTRY);
}

static void shipped_row(const struct jl_view_input *in, struct jl_builder *b, const struct jl_benchmark *one, size_t *io_expired) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)one->set, strlen(one->set)});
  jl_cell_label(b, one->stage, one->stage);
  jl_cell_label(b, one->next, one->next);
  if (one->channel != NULL)
    jl_cell_label(b, one->channel, one->channel);
  else
    jl_cell_empty(b);
  jl_cell(b, jl_arg_fraction(one->rate, "percent"));
  jl_cell(b, one->share == 0 ? (struct jl_arg){.kind = JL_ARG_NONE} : jl_arg_share(one->share));
  cell_choice(b, JL_FUNNEL_RATE_ORIGIN, one->origin);
  cell_choice(b, JL_FUNNEL_RATE_TRUST, one->trust);
  jl_cell(b, jl_arg_date(one->date));
  jl_cell(b, jl_arg_date(one->expires));
  if (one->expires <= in->today) jl_cell_tone(b, JL_TONE_BAD);
  *io_expired += one->expires <= in->today;
  jl_cell_label(b, one->source, one->source);
  jl_cells_empty(b, 2);
}

bool jl_benchmarks_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, own = 0, expired = 0;
  (void)a;
  (void)err;
  const struct jl_record **catalogue = jl_view_all(in, b, JL_TYPE_BENCHMARK, &own);
  const struct jl_record **rates = jl_view_all(in, b, JL_TYPE_FUNNEL_RATE, &n);
  jl_builder_title(b, JL_MSG("benchmarks"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "benchmarks", NULL);
  jl_column(b, "set", JL_MSG("set"), JL_ARG_TEXT, 0);
  jl_column(b, "stage", JL_MSG("stage"), JL_ARG_TEXT, 0);
  jl_column(b, "next", JL_MSG("leads to"), JL_ARG_LABEL, 4);
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_TEXT, 0);
  jl_column(b, "rate", JL_MSG("rate"), JL_ARG_FRACTION, 0);
  jl_column(b, "share", JL_MSG("share"), JL_ARG_SHARE, 3);
  jl_column(b, "origin", JL_MSG("origin"), JL_ARG_LABEL, 1);
  jl_column(b, "trust", JL_MSG("trust"), JL_ARG_LABEL, 2);
  jl_column(b, "date", JL_MSG("date"), JL_ARG_DATE, 4);
  jl_column(b, "expires", JL_MSG("expires"), JL_ARG_DATE, 5);
  jl_column(b, "source", JL_MSG("source"), JL_ARG_TEXT, 1);
  jl_column(b, "sector", JL_MSG("sector"), JL_ARG_TEXT, 5);
  jl_column(b, "country", JL_MSG("country or region"), JL_ARG_TEXT, 6);
  for (size_t i = 0; i < own; i++) catalogue_row(in, b, catalogue[i], &expired);
  for (size_t i = 0; i < n; i++)
    if (jl_view_int(rates[i], JL_FUNNEL_RATE_ORIGIN, 0) == JL_RATE_BENCHMARK) own_row(in, b, rates[i]);
  for (size_t i = 0; i < jl_benchmark_count; i++) shipped_row(in, b, &jl_benchmarks[i], &expired);
  const struct jl_arg args[] = {jl_arg_integer((int64_t)expired)};
  if (expired > 0) jl_note(b, JL_TONE_WARN, JL_MSG("expired: {1}; a funnel uses them only where there is nothing else"), args, 1);
  jl_note(b, JL_TONE_MUTED, JL_MSG("figures of others: better than none, not as good as one's own; whatever is made from them says so"), NULL, 0);
  return true;
}

/* What came to the site, as Google Analytics, Search Console and Matomo export it: sessions are visits of the channel's lever, clicks of a search
 * engine too; key events are of the stage that --set conversion-stage names. A table without channels has one row for its days: each numeric column
 * that is called like a KPI of the plan, or that --value "kpi:COLUMN=K3" means, gives a measurement of it. */
#include "client/import/about.h"
#include "common/record/schema.h"
#include <string.h>

static bool is_numeric(const struct jl_column *c) { return c->kind == JL_COLUMN_NUMBER || c->kind == JL_COLUMN_MONEY || c->kind == JL_COLUMN_PERCENT; }
static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  struct jl_about_file *f = jl_ingest_state(in, sizeof *f);
  return f == NULL ? no_memory(err) : jl_about_begin(in, f, NULL, err);
}

/* In millionths of the KPI's unit. Of one in percent "65 %" and 65 are 0.65; Google Analytics writes 0.65 itself. */
static bool take_kpi(struct jl_ingest *in, const struct jl_ingest_row *row, size_t column, const struct jl_about *about, struct jl_error *err) {
  const struct jl_column *c = &jl_ingest_table(in)->columns[column];
  const struct jl_record_state *kpi = NULL;
  bool has = false;
  int64_t millionths = 0;
  if (!jl_ingest_look(in, "kpi", jl_field_by_number(jl_record_type_by_number(JL_TYPE_MEASUREMENT), JL_MEASUREMENT_KPI), c->title, &kpi, err)) return false;
  if (jl_ingest_notes(in) || kpi == NULL) return true;
  const char *unit = jl_unit_from_parent(jl_ingest_cli(in), kpi);
  bool percent = strcmp(unit, "percent") == 0 || strcmp(unit, "%") == 0, ratio = percent && c->kind != JL_COLUMN_PERCENT && strcmp(jl_ingest_table(in)->source, "Google Analytics") == 0;
  if (c->kind == JL_COLUMN_PERCENT && !percent) return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\" is a percentage, its KPI is not"), NULL, jl_arg_text(c->title));
  if (!jl_about_count(in, &row->cells[column], (int)column, percent && !ratio ? 4 : 6, &has, &millionths, err)) return false;
  if (!has) return true;
  struct jl_ingest_record *m = jl_ingest_make(in, JL_TYPE_MEASUREMENT);
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&kpi->id, id);
  const char *key = jl_arena_strdup(jl_ingest_arena(in), id);
  return key == NULL ? no_memory(err)
                     : jl_ingest_put_id(m, JL_MEASUREMENT_KPI, &kpi->id, err) && jl_ingest_put_number(m, JL_MEASUREMENT_DATE, about->end, err) &&
                           jl_ingest_put_number(m, JL_MEASUREMENT_VALUE, millionths, err) && jl_ingest_put_number(m, JL_MEASUREMENT_SOURCE, JL_FROM_FILE, err) && jl_ingest_key(m, key) &&
                           jl_about_key_days(m, in, about) && jl_ingest_add(m, err);
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  const struct jl_about_file *f = jl_ingest_state(in, sizeof *f);
  const struct jl_table_found *t = jl_ingest_table(in);
  struct jl_about about = {.name = ""};
  if (f == NULL) return no_memory(err);
  if (!jl_about_when(in, f, row, &about, err) || !jl_about_whose(in, row, &about, err)) return false;
  if (!jl_about_platform(in, row, &about, err)) return false;
  if (about.left) return jl_ingest_leave(in, JL_MSG("rows of campaigns that are said to be none of the plan's"));
  if (!jl_about_results(in, f, row, &about, err)) return false;
  bool whole = jl_ingest_column(in, "channel") < 0 && jl_ingest_column(in, "campaign") < 0 && jl_ingest_column(in, "keyword") < 0;
  for (size_t i = 0; whole && i < t->column_count; i++)
    if (is_numeric(&t->columns[i]) && !jl_ingest_passed_over(in, i) && !take_kpi(in, row, i, &about, err)) return false;
  jl_carry_keep(f->conversions_left);
  return true;
}

static const char *const reads[] = {JL_ABOUT_WHOSE, JL_ABOUT_WHEN, JL_ABOUT_RESULTS, "keyword", NULL};
const struct jl_ingest_source jl_source_analytics = {.name = "analytics", .label = JL_MSG("visits of Google Analytics"), .vocabulary = "Google Analytics", .reads = reads, .every_column = true, .begin = begin, .row = row};
const struct jl_ingest_source jl_source_search_console = {.name = "search-console", .label = JL_MSG("clicks of Search Console"), .vocabulary = "Search Console", .reads = reads, .every_column = true, .begin = begin, .row = row};
const struct jl_ingest_source jl_source_matomo = {.name = "matomo", .label = JL_MSG("visits of Matomo"), .vocabulary = "Matomo", .reads = reads, .every_column = true, .begin = begin, .row = row};

/* What campaigns cost and brought, as ad platforms export it: Google Ads, Meta, LinkedIn, and tables of spend that people keep themselves. A row
 * is an expense of its campaign's budget line, and figures of the campaign in its days: clicks are visits, leads leads; conversions are of the
 * stage that --set conversion-stage names, for a platform counts as one whatever it was told to.
 *
 * An expense is known by account, campaign (its number, else its folded name), platform when the rows tell it, what a report is broken down by, and
 * its day, or the whole range of a report without days: the same report again changes what the platform has corrected since, and doubles nothing.
 * What was imported when platforms were no part of that is looked for as well (overlap.c). The same days without the
 * campaign's number are the same expense; other days that have some in common are refused (overlap.c). Its budget line is no part of that: the
 * same report with another --set line is the same expenses, and moves their money only with --overwrite (base.c). */
#include "client/import/about.h"
#include "common/base/text.h"
#include "common/record/schema.h"

static const char *const needs[] = {"spend", NULL};
static const char *const reads[] = {JL_ABOUT_WHOSE, JL_ABOUT_WHEN, JL_ABOUT_MONEY, JL_ABOUT_RESULTS, "supplier", "campaign-id", "ad-set", "ad", "keyword", "match-type", "age", "gender", "placement", "device", NULL};

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  struct jl_about_file *f = jl_ingest_state(in, sizeof *f);
  if (f == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  return jl_about_begin(in, f, "spend", err);
}

/* What a report may be broken down by: several rows of one campaign and day. */
static const char *const parts[] = {"ad-set", "ad", "keyword", "match-type", "age", "gender", "placement", "device"};

static bool is_broken_down(const struct jl_ingest *in) {
  for (size_t i = 0; i < JL_COUNT(parts); i++)
    if (jl_ingest_column(in, parts[i]) >= 0) return true;
  return false;
}

#define PLATFORM_AT 2 /* behind account and campaign */
static void put_whose(struct jl_ingest_record *r, const struct jl_ingest_row *row, const char *name, const char *platform) {
  jl_ingest_key_slot(r, row, "account");
  jl_ingest_key(r, name);
  if (platform != NULL) jl_ingest_key(r, platform);
}

static struct jl_ingest_record *campaign(struct jl_ingest *in, const struct jl_ingest_row *row, const char *name, const char *platform) {
  struct jl_ingest_record *r = jl_ingest_make(in, JL_TYPE_EXPENSE);
  put_whose(r, row, name, platform);
  return r;
}

/* The whole key but for the days. */
static void put_what(struct jl_ingest *in, struct jl_ingest_record *x, const struct jl_ingest_row *row, const char *name, const char *platform) {
  put_whose(x, row, name, platform);
  for (size_t i = 0; i < JL_COUNT(parts); i++)
    if (jl_ingest_column(in, parts[i]) >= 0) jl_ingest_key_slot(x, row, parts[i]);
}

/* With the platform that the row tells; the export of one has it in its source's name. */
static bool put_key(struct jl_ingest *in, struct jl_ingest_record *x, const struct jl_ingest_row *row, struct jl_about *about, const char *supplier, struct jl_error *err) {
  const char *number = jl_ingest_words(in, row, "campaign-id"), *folded = jl_text_fold(jl_ingest_arena(in), about->name), *account = jl_ingest_words(in, row, "account");
  const char *platform = about->says_platform ? jl_arena_printf(jl_ingest_arena(in), JL_ABOUT_KEY_PLATFORM, about->platform) : NULL;
  if (number == NULL || folded == NULL || account == NULL || (about->says_platform && platform == NULL)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  const char *name = number[0] != '\0' ? number : folded;
  struct jl_about_cost cost = {.supplier = supplier, .broken_down = is_broken_down(in), .platform_at = PLATFORM_AT, .says_which = number[0] != '\0' || account[0] != '\0' || about->says_platform};
  struct jl_ingest_record *before = jl_ingest_make(in, JL_TYPE_EXPENSE);
  for (size_t i = 0; i < JL_COUNT(cost.campaign); i++) {
    const char *by = i == 0 ? number : folded;
    if (by[0] != '\0') cost.campaign[i] = campaign(in, row, by, platform);
    if (by[0] != '\0' && platform != NULL) cost.before[i] = campaign(in, row, by, NULL);
  }
  put_what(in, x, row, name, platform);
  put_what(in, before, row, name, NULL);
  cost.of = jl_ingest_own_id(before);
  if (!jl_about_key_days(x, in, about) || !jl_about_key_days(before, in, about)) return false;
  cost.own_before = jl_ingest_own_id(before);
  return jl_about_cost_once(in, x, &cost, about, err);
}

static bool take(struct jl_ingest *in, const struct jl_ingest_row *row, const char *seller, struct jl_error *err) {
  const struct jl_about_file *f = jl_ingest_state(in, sizeof *f);
  const char *supplier = jl_ingest_words(in, row, "supplier"), *campaign = jl_ingest_words(in, row, "campaign"), *channel = jl_ingest_words(in, row, "channel"), *number = jl_ingest_words(in, row, "campaign-id");
  struct jl_ingest_record *x;
  struct jl_about about = {0};
  char currency[4] = "";
  bool has = false;
  int64_t amount = 0;
  if (f == NULL || supplier == NULL || campaign == NULL || channel == NULL || number == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (campaign[0] == '\0' && channel[0] == '\0') return jl_ingest_leave(in, JL_MSG("rows that name no campaign: sums of the others"));
  if (!jl_about_when(in, f, row, &about, err) || !jl_about_whose(in, row, &about, err) || !jl_about_platform(in, row, &about, err) || (campaign[0] != '\0' && !jl_about_alone(in, &about, number, &about.alone, err)) ||
      !jl_about_amount(in, f, row, jl_ingest_cell(in, row, "spend"), jl_ingest_column(in, "spend"), &has, &amount, currency, err))
    return false;
  if (about.left) return jl_ingest_leave(in, JL_MSG("rows of campaigns that are said to be none of the plan's"));
  has = has && amount != 0;
  about.alone = about.alone && !is_broken_down(in);
  if (has && !jl_about_line(in, row, &about, err)) return false;
  if (jl_ingest_notes(in)) return jl_about_results(in, f, row, &about, err);
  if (supplier[0] == '\0') supplier = seller;
  if (has && !(jl_about_expense(in, f, row, &about, amount, currency, supplier, &x, err) && put_key(in, x, row, &about, supplier, err))) return false;
  if (!jl_about_results(in, f, row, &about, err) || (has && !jl_ingest_add(x, err))) return false;
  jl_carry_keep(f->conversions_left);
  return true;
}

static bool google(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) { return take(in, row, "Google Ads", err); }
static bool meta(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) { return take(in, row, "Meta", err); }
static bool linkedin(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) { return take(in, row, "LinkedIn", err); }
static bool anybody(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) { return take(in, row, "", err); }

const struct jl_ingest_source jl_source_google_ads = {.name = "google-ads", .label = JL_MSG("spend and results of Google Ads"), .vocabulary = "Google Ads", .needs = needs, .reads = reads, .begin = begin, .row = google};
const struct jl_ingest_source jl_source_meta_ads = {.name = "meta-ads", .label = JL_MSG("spend and results of Meta Ads"), .vocabulary = "Meta", .needs = needs, .reads = reads, .begin = begin, .row = meta};
const struct jl_ingest_source jl_source_linkedin_ads = {.name = "linkedin-ads", .label = JL_MSG("spend and results of LinkedIn Campaign Manager"), .vocabulary = "LinkedIn", .needs = needs, .reads = reads, .begin = begin, .row = linkedin};
const struct jl_ingest_source jl_source_spend = {.name = "spend", .label = JL_MSG("a table of what campaigns or channels cost and brought"), .needs = needs, .reads = reads, .begin = begin, .row = anybody};

/* What channels and campaigns cost and brought, and who is overloaded. */
#include "common/base/money.h"
#include "common/model/budget/totals.h"
#include "common/model/governance/load.h"
#include "common/model/governance/raci.h"
#include "common/model/measures/computed.h"
#include "common/model/measures/spend.h"
#include "common/model/review/freezing.h"
#include "common/model/review/review.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/funnel_sheet.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define NAMED_CAMPAIGNS 500 /* the first ones, by number */

/* What the pipeline tells of it; *ret_any: anything. */
static bool add_results(struct jl_freezing *z, struct jl_making *m, const struct jl_record *lever, const struct jl_record *action, bool *ret_any) {
  const struct {
    const char *stage;
    uint32_t count, amount;
  } asked[] = {{JL_STAGE_LEADS, JL_REVIEW_FACT_LEADS, 0},
               {z->qualified, JL_REVIEW_FACT_QUALIFIED, 0},
               {JL_STAGE_OPPORTUNITIES, JL_REVIEW_FACT_OPPORTUNITIES, JL_REVIEW_FACT_POTENTIAL},
               {JL_STAGE_CUSTOMERS, JL_REVIEW_FACT_CUSTOMERS, JL_REVIEW_FACT_SIGNED}};
  *ret_any = false;
  for (size_t i = 0; i < JL_COUNT(asked); i++) {
    struct jl_figure_sum sum = {0};
    if (!jl_freezing_count(z, asked[i].stage, lever, action, &sum)) return false;
    if (sum.has_count) jl_making_int(m, asked[i].count, sum.count);
    if (sum.has_amount && asked[i].amount != 0) jl_making_int(m, asked[i].amount, sum.amount);
    *ret_any = *ret_any || sum.has_count || sum.has_amount;
  }
  return true;
}

/* Instead of a part of it that nobody may take for the whole. */
static bool add_unrated(struct jl_freezing *z, struct jl_making *m, const struct jl_spend_ask *ask) {
  struct jl_money_entries all;
  if (!jl_spend_entries(&z->in, z->b, ask, &all)) return jl_freezing_checked(z);
  struct jl_money_remarks apart = {.in = &z->in, .b = z->b, .basis = JL_BASIS_COST, .apart = all.rows};
  for (size_t i = 0; i < all.count; i++)
    if (all.rows[i].currency[0] != '\0') all.rows[apart.apart_count++] = all.rows[i];
  jl_freezing_unrated(m, &apart, JL_UNKNOWN_ANY);
  return true;
}

static bool add_spend(struct jl_freezing *z, struct jl_making *m, const struct jl_record *lever, const struct jl_record *action, bool *ret_any) {
  const struct jl_spend_ask ask = {.lever = lever, .action = action, .from = z->since, .to = z->last + 1};
  struct jl_spend *spend = jl_view_spend(&z->in, z->b);
  struct jl_spend_sum sum = {0};
  if (spend == NULL) return jl_freezing_checked(z);
  if (!jl_spend_of(spend, &ask, &sum)) return jl_money_too_large(z->err);
  *ret_any = sum.records > 0;
  if (sum.unknown) return add_unrated(z, m, &ask);
  jl_making_int(m, JL_REVIEW_FACT_SPEND, sum.amount);
  return true;
}

/* Of leads that become qualified elsewhere, of this channel or of all: what people entered before what the program brings along; assumptions are none. */
static bool own_benchmark(struct jl_freezing *z, struct jl_making *m, const char *channel) {
  size_t n = 0;
  const struct jl_record **all = jl_view_all(&z->in, z->b, JL_TYPE_BENCHMARK, &n);
  for (size_t i = 0; i < n; i++) {
    const char *of = jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_CHANNEL));
    bool fits = jl_stage_names_agree(z->b, jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_STAGE)), JL_STAGE_LEADS) &&
                jl_stage_names_agree(z->b, jl_view_text(z->b, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_NEXT)), z->qualified) &&
                jl_view_int(all[i], JL_BENCHMARK_EXPIRES, INT32_MAX) >= z->in.today;
    if (!fits || (of[0] != '\0' && strcmp(jl_view_folded(z->b, of), jl_view_folded(z->b, channel)) != 0)) continue;
    jl_making_int(m, JL_REVIEW_FACT_BENCHMARK, jl_view_int(all[i], JL_BENCHMARK_RATE, 0));
    jl_making_text(m, JL_REVIEW_FACT_BENCHMARK_SOURCE, jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_SOURCE));
    return true;
  }
  return false;
}

static void add_benchmark(struct jl_freezing *z, struct jl_making *m, const struct jl_record *lever) {
  const char *channel = jl_view_text(z->b, jl_record_text(lever->type, lever->body, JL_LEVER_CHANNEL));
  if (own_benchmark(z, m, channel)) return;
  for (size_t i = 0; i < jl_benchmark_count; i++) {
    const struct jl_benchmark *k = &jl_benchmarks[i];
    bool fits = k->origin == JL_RATE_BENCHMARK && jl_stage_names_agree(z->b, k->stage, JL_STAGE_LEADS) && jl_stage_names_agree(z->b, k->next, z->qualified) && k->expires >= z->in.today;
    if (!fits || (k->channel != NULL && strcmp(k->channel, channel) != 0)) continue;
    jl_making_int(m, JL_REVIEW_FACT_BENCHMARK, k->rate);
    jl_making_text(m, JL_REVIEW_FACT_BENCHMARK_SOURCE, (struct jl_bytes){(const uint8_t *)k->source, strlen(k->source)});
    return;
  }
}

/* ---- channels ---- */
struct overloads {
  struct jl_id *people;
  size_t count;
};

static void note_overload(void *context, const struct jl_record *person, int64_t actions, int64_t days) {
  struct overloads *all = context;
  (void)actions;
  (void)days;
  all->people[all->count++] = person->id;
}

static bool find_overloads(const struct jl_freezing *z, struct overloads *ret) {
  size_t people = 0;
  *ret = (struct overloads){.count = 0};
  if (z->in.organisation == NULL) return true;
  (void)jl_view_directory(&z->in, z->b, JL_TYPE_PERSON, &people);
  ret->people = jl_view_alloc(z->b, people + 1, sizeof *ret->people);
  if (ret->people != NULL) jl_overloads_tell(&z->in, z->b, note_overload, ret);
  return jl_freezing_checked(z);
}

/* Of those who are overloaded, how many are responsible for an open action of the lever. */
static bool add_people(struct jl_freezing *z, const struct overloads *overloaded, const struct jl_record *lever) {
  const struct jl_raci raci = {.plan = z->run->space, .organisation = z->in.organisation, .day = z->in.today};
  size_t n = 0;
  int64_t over = 0;
  const struct jl_record **actions = overloaded->count == 0 ? NULL : jl_view_referring(&z->in, z->b, &lever->id, JL_TYPE_ACTION, JL_ACTION_LEVER, &n);
  for (size_t p = 0; p < overloaded->count; p++)
    for (size_t i = 0; i < n; i++) {
      struct jl_letters letters;
      if (!jl_action_open(actions[i])) continue;
      jl_letters_of(&raci, &actions[i]->id, &overloaded->people[p], &letters);
      if ((letters.held & JL_LETTER(JL_RACI_R)) == 0) continue;
      over++;
      break;
    }
  if (over == 0) return jl_freezing_checked(z);
  struct jl_making m = jl_freezing_fact(z, JL_SECTION_ACTIONS, JL_FACT_CHANNEL, lever);
  jl_making_int(&m, JL_REVIEW_FACT_OVERLOADED, over);
  return jl_freezing_keep(z, &m);
}

static bool freeze_lever(struct jl_freezing *z, const struct overloads *overloaded, const struct jl_record *lever) {
  struct jl_making strategy = jl_freezing_fact(z, JL_SECTION_STRATEGY, JL_FACT_CHANNEL, lever), budget = jl_freezing_fact(z, JL_SECTION_BUDGET, JL_FACT_CHANNEL, lever),
                   pipeline = jl_freezing_fact(z, JL_SECTION_PIPELINE, JL_FACT_CHANNEL, lever);
  bool spent = false, any = false;
  jl_making_text(&strategy, JL_REVIEW_FACT_NAME, jl_view_title(lever));
  if (jl_view_int(lever, JL_LEVER_PAUSED, 0) != 0) jl_making_int(&strategy, JL_REVIEW_FACT_FINISHED, 1);
  add_benchmark(z, &strategy, lever);
  return jl_freezing_keep(z, &strategy) && add_spend(z, &budget, lever, NULL, &spent) && jl_freezing_keep(z, &budget) && add_results(z, &pipeline, lever, NULL, &any) && (!any || jl_freezing_keep(z, &pipeline)) &&
         add_people(z, overloaded, lever);
}

bool jl_freeze_channels(struct jl_freezing *z) {
  struct overloads overloaded;
  size_t n = 0;
  const struct jl_record **levers = jl_view_all(&z->in, z->b, JL_TYPE_LEVER, &n);
  if (!find_overloads(z, &overloaded)) return false;
  for (size_t i = 0; i < n; i++)
    if (!freeze_lever(z, &overloaded, levers[i])) return false;
  return jl_freezing_checked(z);
}

/* ---- campaigns ---- */

/* Its days say whether its name is kept, not what it cost or brought: that is for others to read. */
static bool touches_period(const struct jl_freezing *z, const struct jl_record *action) {
  bool starts = jl_record_has(action->body, JL_ACTION_START), ends = jl_record_has(action->body, JL_ACTION_DUE);
  int64_t start = jl_view_int(action, starts ? JL_ACTION_START : JL_ACTION_DUE, 0), due = jl_view_int(action, ends ? JL_ACTION_DUE : JL_ACTION_START, 0);
  return (starts || ends) && start <= z->last && due >= z->since;
}

/* What an action cost and brought itself. Actions come by thousands, facts do not: of each section the largest ones are kept, by what that section
 * tells of them. */
struct campaign {
  const struct jl_record *action;
  struct jl_making budget, pipeline;
  int64_t spend, qualified;
  bool spent, told;
};

static int by_spend(const void *left, const void *right) {
  const struct campaign *a = *(const struct campaign *const *)left, *b = *(const struct campaign *const *)right;
  if (a->spent != b->spent) return a->spent ? -1 : 1;
  if (a->spend != b->spend) return a->spend > b->spend ? -1 : 1;
  return a->action->number < b->action->number ? -1 : a->action->number > b->action->number;
}

static int by_qualified(const void *left, const void *right) {
  const struct campaign *a = *(const struct campaign *const *)left, *b = *(const struct campaign *const *)right;
  if (a->told != b->told) return a->told ? -1 : 1;
  if (a->qualified != b->qualified) return a->qualified > b->qualified ? -1 : 1;
  return a->action->number < b->action->number ? -1 : a->action->number > b->action->number;
}

static bool look_at_campaign(struct jl_freezing *z, const struct jl_record *action, struct campaign *ret) {
  *ret = (struct campaign){.action = action,
                           .budget = jl_freezing_fact(z, JL_SECTION_BUDGET, JL_FACT_CAMPAIGN, action),
                           .pipeline = jl_freezing_fact(z, JL_SECTION_PIPELINE, JL_FACT_CAMPAIGN, action)};
  if (!add_spend(z, &ret->budget, NULL, action, &ret->spent) || !add_results(z, &ret->pipeline, NULL, action, &ret->told)) return false;
  ret->spend = jl_record_int(ret->budget.type, ret->budget.body, JL_REVIEW_FACT_SPEND, 0);
  ret->qualified = jl_record_int(ret->pipeline.type, ret->pipeline.body, JL_REVIEW_FACT_QUALIFIED, 0);
  return true;
}

static bool keep_name(struct jl_freezing *z, const struct jl_record *action) {
  const struct jl_record *lever = jl_view_linked(&z->in, action, JL_ACTION_LEVER);
  struct jl_making own = jl_freezing_fact(z, JL_SECTION_ACTIONS, JL_FACT_CAMPAIGN, action);
  jl_making_text(&own, JL_REVIEW_FACT_NAME, jl_view_title(action));
  if (lever != NULL) jl_making_id(&own, JL_REVIEW_FACT_LEVER, &lever->id);
  return jl_freezing_keep(z, &own);
}

static bool keep_campaigns(struct jl_freezing *z, struct campaign *all, size_t n) {
  struct campaign **order = jl_view_alloc(z->b, n, sizeof *order);
  size_t named = 0;
  if (order == NULL || n == 0) return jl_freezing_checked(z);
  for (size_t i = 0; i < n; i++) order[i] = &all[i];
  qsort(order, n, sizeof *order, by_spend);
  for (size_t i = JL_REVIEW_CAMPAIGNS; i < n; i++) order[i]->spent = false;
  qsort(order, n, sizeof *order, by_qualified);
  for (size_t i = JL_REVIEW_CAMPAIGNS; i < n; i++) order[i]->told = false;
  for (size_t i = 0; i < n; i++) {
    bool has_name = touches_period(z, all[i].action) && named < NAMED_CAMPAIGNS;
    named += has_name;
    if ((has_name && !keep_name(z, all[i].action)) || (all[i].spent && !jl_freezing_keep(z, &all[i].budget)) || (all[i].told && !jl_freezing_keep(z, &all[i].pipeline))) return false;
  }
  return true;
}

bool jl_freeze_campaigns(struct jl_freezing *z) {
  size_t n = 0;
  const struct jl_record **actions = jl_view_all(&z->in, z->b, JL_TYPE_ACTION, &n);
  struct campaign *all = jl_view_alloc(z->b, n, sizeof *all);
  if (all == NULL) return jl_freezing_checked(z);
  for (size_t i = 0; i < n; i++)
    if (!look_at_campaign(z, actions[i], &all[i])) return false;
  return jl_freezing_checked(z) && keep_campaigns(z, all, n);
}

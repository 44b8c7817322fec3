/* funnel new: a funnel of the plan with its stages and their rates, as one group. */
#include "client/cli/cli.h"
#include "common/base/text.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/funnel.h"
#include "common/record/schema.h"
#include <string.h>

struct making {
  struct jl_cli *cli;
  struct jl_group *group;
  struct jl_id funnel;
  struct jl_input input;
  size_t stages;
};

static bool put_number(struct making *m, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t number,
                       struct jl_error *err) {
  struct jl_value value = {.number = number};
  struct jl_bytes slice = jl_value_encode(m->cli->arena, jl_field_by_number(type, field), &value);
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(m->cli, record, field, slice, err);
}

static bool create(struct making *m, uint32_t type_number, const struct jl_id *id, struct jl_bytes record, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  if (!jl_record_defaults(m->cli, type, &m->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(m->group, type_number, id, record);
  return true;
}

/* What the options say about the fields of a funnel. */
static bool make_funnel(struct making *m, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FUNNEL);
  if (!jl_funnel_one_of(m->cli, "customers", "revenue", err)) return false;
  struct jl_bytes record = {NULL, 0};
  if (!jl_record_put_text(m->cli, type, &record, JL_FUNNEL_NAME, m->cli->words[0], &m->input, err)) return false;
  for (size_t i = 0; i < m->cli->option_count; i++) {
    const struct jl_field *field = jl_field_by_name(type, m->cli->options[i].name);
    if (field != NULL && !jl_record_put_text(m->cli, type, &record, field->number, m->cli->options[i].value, &m->input, err)) return false;
  }
  return create(m, JL_TYPE_FUNNEL, &m->funnel, record, err);
}

/* Whose a stage is that people call so, without capitals and accents; what is not here is marketing's. */
static bool is_of_sales(struct making *m, const char *name) {
  static const char *const known[] = {"sql",      "sqls",     "sal",       "sals",      "sqo",          "sqos",         "opportunity", "opportunities", "opportunite", "opportunites",
                                      "deal",     "deals",    "affaire",   "affaires",  "quote",        "quotes",       "devis",       "proposal",      "proposals",   "proposition",
                                      "propositions", "offre", "offres",   "meeting",   "meetings",     "rendez-vous",  "rdv",         "demo",          "demos",       "negotiation",
                                      "negotiations", "negociation", "negociations", "contract", "contracts", "contrat", "contrats"};
  const char *folded = jl_text_fold(m->cli->arena, name);
  for (size_t i = 0; folded != NULL && i < JL_COUNT(known); i++)
    if (strcmp(folded, known[i]) == 0) return true;
  return false;
}

/* benchmark NULL: an assumption. */
static bool make_stage(struct making *m, const char *name, int64_t rate, const struct jl_benchmark *benchmark, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FUNNEL_STAGE), *of_rate = jl_record_type_by_number(JL_TYPE_FUNNEL_RATE);
  struct jl_id stage = jl_id_random(), id = jl_id_random();
  struct jl_bytes record = {NULL, 0}, known = {NULL, 0};
  bool ok = jl_record_put_id(m->cli, type, &record, JL_FUNNEL_STAGE_FUNNEL, &m->funnel, err) &&
            jl_record_put_text(m->cli, type, &record, JL_FUNNEL_STAGE_NAME, name, &m->input, err) &&
            jl_record_put_id(m->cli, of_rate, &known, JL_FUNNEL_RATE_STAGE, &stage, err) &&
            put_number(m, of_rate, &known, JL_FUNNEL_RATE_RATE, rate, err);
  if (ok && benchmark != NULL)
    ok = (benchmark->lag == 0 || put_number(m, type, &record, JL_FUNNEL_STAGE_LAG, benchmark->lag, err)) &&
         put_number(m, type, &record, JL_FUNNEL_STAGE_SIDE, benchmark->side, err) &&
         put_number(m, of_rate, &known, JL_FUNNEL_RATE_ORIGIN, benchmark->origin, err) &&
         put_number(m, of_rate, &known, JL_FUNNEL_RATE_TRUST, benchmark->trust, err) &&
         put_number(m, of_rate, &known, JL_FUNNEL_RATE_DATE, benchmark->date, err) &&
         put_number(m, of_rate, &known, JL_FUNNEL_RATE_EXPIRES, benchmark->expires, err) &&
         jl_record_put_text(m->cli, of_rate, &known, JL_FUNNEL_RATE_SOURCE, jl_tr(benchmark->source), &m->input, err);
  if (ok && benchmark == NULL)
    ok = put_number(m, of_rate, &known, JL_FUNNEL_RATE_DATE, m->input.today, err) &&
         put_number(m, type, &record, JL_FUNNEL_STAGE_SIDE, is_of_sales(m, name) ? JL_SIDE_SALES : JL_SIDE_MARKETING, err);
  m->stages++;
  return ok && create(m, JL_TYPE_FUNNEL_STAGE, &stage, record, err) && create(m, JL_TYPE_FUNNEL_RATE, &id, known, err);
}

/* ---- a set of the plan's own benchmarks ---- */
struct own_set {
  struct making *m;
  const char *name;
  size_t count;
  struct jl_record_state records[JL_FUNNEL_STAGES + 1];
  struct jl_error error;
};

static bool is_of_set(const struct own_set *set, const struct jl_record_state *r) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_BENCHMARK);
  struct jl_bytes name = jl_record_text(type, r->body, JL_BENCHMARK_SET);
  return name.size == strlen(set->name) && memcmp(name.data, set->name, name.size) == 0 && !jl_record_has(r->body, JL_BENCHMARK_CHANNEL);
}

/* They come in the order of their list. */
static void on_benchmarks(void *context, const struct jl_reply *reply) {
  struct own_set *set = context;
  jl_cli_heard(set->m->cli, reply);
  set->error = reply->error;
  for (size_t f = 0; f < reply->found_count; f++)
    for (size_t i = 0; i < reply->found[f].record_count; i++) {
      struct jl_record_state r = reply->found[f].records[i];
      if (!is_of_set(set, &r) || set->count == JL_COUNT(set->records)) continue;
      r.body = jl_arena_dup(set->m->cli->arena, r.body);
      if (r.body.data == NULL) (void)jl_cli_no_link(&set->error);
      set->records[set->count++] = r;
    }
}

static bool make_own_stage(struct making *m, const struct jl_record_state *own, struct jl_error *err) {
  static const uint32_t copied[][2] = {{JL_BENCHMARK_RATE, JL_FUNNEL_RATE_RATE},
                                       {JL_BENCHMARK_SOURCE, JL_FUNNEL_RATE_SOURCE},
                                       {JL_BENCHMARK_DATE, JL_FUNNEL_RATE_DATE},
                                       {JL_BENCHMARK_EXPIRES, JL_FUNNEL_RATE_EXPIRES},
                                       {JL_BENCHMARK_TRUST, JL_FUNNEL_RATE_TRUST}};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FUNNEL_STAGE), *of_rate = jl_record_type_by_number(JL_TYPE_FUNNEL_RATE),
                              *benchmark = jl_record_type_by_number(JL_TYPE_BENCHMARK);
  struct jl_id stage = jl_id_random(), id = jl_id_random();
  struct jl_bytes record = {NULL, 0}, known = {NULL, 0}, name = jl_record_text(benchmark, own->body, JL_BENCHMARK_STAGE);
  int64_t lag = jl_record_int(benchmark, own->body, JL_BENCHMARK_LAG, 0);
  bool ok = jl_record_put_id(m->cli, type, &record, JL_FUNNEL_STAGE_FUNNEL, &m->funnel, err) &&
            jl_record_put(m->cli, &record, JL_FUNNEL_STAGE_NAME,
                          jl_value_encode(m->cli->arena, jl_field_by_number(type, JL_FUNNEL_STAGE_NAME), &(struct jl_value){.text = name}), err) &&
            (lag == 0 || put_number(m, type, &record, JL_FUNNEL_STAGE_LAG, lag, err)) &&
            put_number(m, type, &record, JL_FUNNEL_STAGE_SIDE, jl_record_int(benchmark, own->body, JL_BENCHMARK_SIDE, JL_SIDE_MARKETING), err) &&
            jl_record_put_id(m->cli, of_rate, &known, JL_FUNNEL_RATE_STAGE, &stage, err) &&
            put_number(m, of_rate, &known, JL_FUNNEL_RATE_ORIGIN, JL_RATE_BENCHMARK, err);
  for (size_t i = 0; ok && i < JL_COUNT(copied); i++) {
    struct jl_value value;
    if (jl_record_get(own->body, jl_field_by_number(benchmark, copied[i][0]), &value))
      ok = jl_record_put(m->cli, &known, copied[i][1], jl_value_encode(m->cli->arena, jl_field_by_number(of_rate, copied[i][1]), &value), err);
  }
  m->stages++;
  return ok && create(m, JL_TYPE_FUNNEL_STAGE, &stage, record, err) && create(m, JL_TYPE_FUNNEL_RATE, &id, known, err);
}

/* *ret_found false: the plan has no such set. */
static bool make_own_stages(struct making *m, const char *name, bool *ret_found, struct jl_error *err) {
  static const uint32_t type = JL_TYPE_BENCHMARK;
  const struct jl_query query = {.types = &type, .type_count = 1, .all = true};
  struct own_set set = {.m = m, .name = name};
  *ret_found = false;
  if (jl_client_read(m->cli->client, &m->cli->plan, &query, 1, on_benchmarks, &set) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(m->cli, err)) return false;
  if (set.error.code != JL_E_OK) {
    *err = set.error;
    return false;
  }
  if (set.count > JL_FUNNEL_STAGES)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel has from 1 to {1} stages before the customers"), NULL, jl_arg_integer(JL_FUNNEL_STAGES));
  for (size_t i = 0; i < set.count; i++)
    if (!make_own_stage(m, &set.records[i], err)) return false;
  *ret_found = set.count > 0;
  return true;
}

static bool make_benchmark_stages(struct making *m, const char *set, struct jl_error *err) {
  size_t n = 0;
  bool found;
  if (!make_own_stages(m, set, &found, err)) return false;
  if (found) return true;
  const struct jl_benchmark *first = jl_benchmark_set(set, &n);
  if (first == NULL) return jl_benchmark_set_missing(set, err);
  for (size_t i = 0; i < n; i++)
    if (!make_stage(m, jl_tr(first[i].stage), first[i].rate, &first[i], err)) return false;
  return true;
}

static bool make_stages(struct making *m, struct jl_error *err) {
  const char *text = jl_cli_option(m->cli, "rates"), *set = jl_cli_option(m->cli, "benchmark");
  struct jl_given_rate rates[JL_FUNNEL_STAGES];
  size_t n = 0;
  if ((text == NULL) == (set == NULL))
    return jl_fail(err, JL_E_USAGE, JL_MSG("a funnel is made from --rates or from --benchmark"),
                   JL_MSG("--rates visits=2%,leads=30%,MQL=40%,SQL=25%, or a set of jalon benchmarks"));
  if (set != NULL) return make_benchmark_stages(m, set, err);
  if (!jl_given_rates(m->cli, text, rates, JL_COUNT(rates), &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    if (rates[i].name[0] == '\0')
      return jl_fail(err, JL_E_USAGE, JL_MSG("each stage of a funnel has a name"), JL_MSG("--rates visits=2%,leads=30%,MQL=40%,SQL=25%, or a set of jalon benchmarks"));
    if (!make_stage(m, rates[i].name, rates[i].rate, NULL, err)) return false;
  }
  return true;
}

static void say_made(struct jl_cli *cli, const struct making *m, const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_FUNNEL) jl_reference_text(JL_TYPE_FUNNEL, outcome->given[i].number, reference);
  jl_say(cli, cli->dry_run ? JL_MSG("funnel \"{2}\" would be made; stages with their rates: {3}") : JL_MSG("funnel {1} {2}; stages with their rates: {3}{4}"),
         jl_arg_text(reference), jl_arg_text(cli->words[0]), jl_arg_integer((int64_t)m->stages), jl_cli_made(cli, outcome));
  jl_cli_done(cli, outcome);
}

bool jl_cmd_funnel_new(struct jl_cli *cli, struct jl_error *err) {
  struct jl_outcome_of outcome;
  struct making m = {.cli = cli, .funnel = jl_id_random(), .input = jl_plan_input_of(cli, &cli->plan)};
  m.group = jl_group_new(&cli->plan);
  if (m.group == NULL) return jl_cli_no_link(err);
  bool ok = make_funnel(&m, err) && make_stages(&m, err) && jl_cli_submit(cli, m.group, &outcome, err);
  jl_group_free(m.group);
  if (ok) say_made(cli, &m, &outcome);
  return ok;
}

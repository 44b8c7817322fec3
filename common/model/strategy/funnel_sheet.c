#include "common/model/strategy/funnel_sheet.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/model/strategy/benchmarks.h"
#include "common/record/schema.h"
#include <string.h>

#define ENOUGH_CASES 30 /* as the field's help says */
#define CUSTOMERS "customers" /* behind the last stage, as names of stages are compared */

/* Names of stages that are given without any, from the widest one on: the last so many. */
static const char *const usual[] = {JL_MSG("visits"), JL_MSG("leads"), JL_MSG("MQL"), JL_MSG("SQL")};

static bool bad(struct jl_error *err, const char *parameter, const char *text) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{2}\" is no value of the parameter {1} of a funnel"), JL_MSG("see jalon help funnel"),
                 jl_arg_text(parameter), jl_arg_text(text));
}

/* A count that the request gives. *io stays as it is when it does not. */
static bool number_of(const struct jl_view_input *in, const char *name, int64_t least, int64_t most, int64_t *io, struct jl_error *err) {
  const char *text = jl_view_value(in, name);
  uint64_t number;
  if (text == NULL) return true;
  if (!jl_view_number(text, &number) || number < (uint64_t)least || number > (uint64_t)most) return bad(err, name, text);
  *io = (int64_t)number;
  return true;
}

static bool choice_of(const struct jl_view_input *in, const char *name, const char *const *texts, size_t n, int32_t *io, struct jl_error *err) {
  const char *text = jl_view_value(in, name);
  if (text == NULL) return true;
  for (size_t i = 0; i < n; i++)
    if (strcmp(text, texts[i]) == 0) {
      *io = (int32_t)i + 1;
      return true;
    }
  return bad(err, name, text);
}

/* "NAME=NUMBER": the name may be missing. */
static bool named_number(struct jl_builder *b, const char *item, size_t size, const char **ret_name, int64_t *ret_number) {
  char digits[20];
  size_t at = size;
  uint64_t number;
  while (at > 0 && item[at - 1] != '=') at--;
  if (size - at >= sizeof digits) return false;
  memcpy(digits, item + at, size - at);
  digits[size - at] = '\0';
  *ret_name = at == 0 ? "" : jl_view_text(b, (struct jl_bytes){(const uint8_t *)item, at - 1});
  if (!jl_view_number(digits, &number)) return false;
  *ret_number = (int64_t)number;
  return true;
}

/* ---- stages ---- */
static struct jl_sheet_stage *add_stage(struct jl_sheet *sheet, const char *name, int64_t rate) {
  if (sheet->plan.count == JL_FUNNEL_STAGES) return NULL;
  size_t at = sheet->plan.count++;
  sheet->steps[at] = (struct jl_funnel_step){.name = name, .rate = rate};
  sheet->stages[at] = (struct jl_sheet_stage){
      .name = name, .known = {.rate = rate, .origin = JL_RATE_ASSUMED, .date = JL_NO_DAY, .expires = JL_NO_DAY, .cases = -1}};
  return &sheet->stages[at];
}

static bool too_many(struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel has from 1 to {1} stages before the customers"), NULL, jl_arg_integer(JL_FUNNEL_STAGES));
}

static bool stages_of_rates(struct jl_builder *b, struct jl_sheet *sheet, const char *text, struct jl_error *err) {
  for (const char *at = text; *at != '\0';) {
    size_t size = strcspn(at, ",");
    const char *name;
    int64_t rate;
    if (!named_number(b, at, size, &name, &rate) || rate > JL_FRACTION_ONE) return bad(err, "rates", text);
    if (add_stage(sheet, name, rate) == NULL) return too_many(err);
    at += size + (at[size] == ',');
  }
  size_t n = sheet->plan.count, skip = n <= JL_COUNT(usual) ? JL_COUNT(usual) - n : 0;
  for (size_t i = 0; i < n; i++) {
    struct jl_sheet_stage *stage = &sheet->stages[i];
    if (stage->name[0] != '\0') continue;
    stage->is_message = n <= JL_COUNT(usual);
    const char *made = stage->is_message ? usual[skip + i] : jl_arena_printf(jl_builder_arena(b), "%zu", i + 1);
    if (made == NULL) jl_builder_fail(b, JL_E_NO_MEMORY);
    stage->name = sheet->steps[i].name = made == NULL ? "" : made;
  }
  return true;
}

/* The benchmarks of the plan that have this name of a set and no channel, in the order of their list. */
static size_t own_set(const struct jl_view_input *in, struct jl_builder *b, const char *set, const struct jl_record ***ret) {
  size_t n = 0, kept = 0, size = strlen(set);
  const struct jl_record **all = in->space == NULL ? NULL : jl_view_all(in, b, JL_TYPE_BENCHMARK, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_bytes name = jl_record_text(all[i]->type, all[i]->body, JL_BENCHMARK_SET);
    if (name.size == size && memcmp(name.data, set, size) == 0 && !jl_record_has(all[i]->body, JL_BENCHMARK_CHANNEL)) all[kept++] = all[i];
  }
  *ret = all;
  return kept;
}

static bool stages_of_own_set(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, const struct jl_record **own, size_t n,
                              struct jl_error *err) {
  for (size_t i = 0; i < n; i++) {
    struct jl_rate_known known = jl_rate_of_benchmark(in, b, own[i]);
    struct jl_sheet_stage *stage = add_stage(sheet, jl_view_text(b, jl_view_title(own[i])), known.rate);
    if (stage == NULL) return too_many(err);
    sheet->steps[i].lag = (int32_t)jl_view_int(own[i], JL_BENCHMARK_LAG, 0);
    stage->side = (int32_t)jl_view_int(own[i], JL_BENCHMARK_SIDE, JL_SIDE_MARKETING);
    stage->known = known;
  }
  return true;
}

static bool stages_of_benchmark(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, const char *set, struct jl_error *err) {
  const struct jl_record **own;
  size_t n = own_set(in, b, set, &own);
  if (n > 0) return stages_of_own_set(in, b, sheet, own, n, err);
  const struct jl_benchmark *first = jl_benchmark_set(set, &n);
  if (first == NULL) return jl_benchmark_set_missing(set, err);
  for (size_t i = 0; i < n; i++) {
    const struct jl_benchmark *one = &first[i];
    struct jl_sheet_stage *stage = add_stage(sheet, one->stage, one->rate);
    if (stage == NULL) return too_many(err);
    sheet->steps[i].lag = one->lag;
    stage->is_message = true;
    stage->side = one->side;
    stage->known = (struct jl_rate_known){.rate = one->rate,
                                          .origin = one->origin,
                                          .trust = one->trust,
                                          .date = one->date,
                                          .expires = one->expires,
                                          .cases = -1,
                                          .expired = one->expires <= in->today,
                                          .source = one->source,
                                          .source_is_message = true};
  }
  return true;
}

static bool two_shared(const struct jl_sheet *sheet, size_t second, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  jl_reference_format(sheet->stages[second].record->type, sheet->stages[second].record->number, reference);
  return jl_fail(err, JL_E_INVALID, JL_MSG("both {1} and {2} are shared by channels, and the shares can be of one stage only"),
                 JL_MSG("jalon funnel-stage set {3} --shared no"), jl_arg_text(sheet->stages[sheet->shared].name),
                 jl_arg_text(sheet->stages[second].name), jl_arg_text(reference));
}

static bool stages_of_record(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, struct jl_error *err) {
  size_t n = 0, shared = 0;
  const struct jl_record **records = jl_view_referring(in, b, &sheet->funnel->id, JL_TYPE_FUNNEL_STAGE, JL_FUNNEL_STAGE_FUNNEL, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_rate_wanted wanted = {.funnel = sheet->funnel,
                                    .stage = records[i],
                                    .name = jl_view_text(b, jl_view_title(records[i])),
                                    .next = i + 1 < n ? jl_view_text(b, jl_view_title(records[i + 1])) : CUSTOMERS,
                                    .enough = sheet->enough};
    struct jl_rate_known known = jl_rate_choose(in, b, &wanted);
    struct jl_sheet_stage *stage = add_stage(sheet, wanted.name, known.rate);
    if (stage == NULL) return too_many(err);
    if (known.rate < 0) {
      char reference[JL_REFERENCE_SIZE];
      jl_reference_format(records[i]->type, records[i]->number, reference);
      return jl_fail(err, JL_E_INVALID, JL_MSG("nothing says how many of the stage {1} go on to the next one"),
                     JL_MSG("jalon funnel-rate add --stage {2} --rate 10% --origin measured --source \"...\""), jl_arg_text(stage->name),
                     jl_arg_text(reference));
    }
    stage->record = records[i];
    stage->side = (int32_t)jl_view_int(records[i], JL_FUNNEL_STAGE_SIDE, JL_SIDE_MARKETING);
    stage->known = known;
    sheet->steps[i].lag = (int32_t)jl_view_int(records[i], JL_FUNNEL_STAGE_LAG, 0);
    sheet->steps[i].capacity = jl_view_int(records[i], JL_FUNNEL_STAGE_CAPACITY, 0);
    if (jl_view_int(records[i], JL_FUNNEL_STAGE_SHARED, 0) == 0) continue;
    if (shared++ > 0) return two_shared(sheet, i, err);
    sheet->shared = i;
  }
  return n > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("this funnel has no stages yet"),
                          JL_MSG("jalon funnel-stage add \"leads\" --funnel FN1, from the widest to the narrowest"));
}

static bool find_stage(const struct jl_sheet *sheet, const char *name, size_t *ret_stage, struct jl_error *err) {
  for (size_t i = 0; i < sheet->plan.count; i++)
    if (strcmp(sheet->stages[i].name, name) == 0) {
      *ret_stage = i;
      return true;
    }
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("the funnel has no stage {1}"), NULL, jl_arg_text(name));
}

/* What is given by the stage's name, or without one for the widest stage. */
static bool for_stage(const struct jl_view_input *in, struct jl_builder *b, const struct jl_sheet *sheet, const char *parameter, bool *ret_given,
                      size_t *ret_stage, int64_t *ret_number, struct jl_error *err) {
  const char *text = jl_view_value(in, parameter), *name;
  *ret_given = text != NULL;
  *ret_stage = 0;
  if (text == NULL) return true;
  if (!named_number(b, text, strlen(text), &name, ret_number)) return bad(err, parameter, text);
  return name[0] == '\0' || find_stage(sheet, name, ret_stage, err);
}

static bool take_lags(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, struct jl_error *err) {
  const char *text = jl_view_value(in, "lags"), *name;
  size_t i = 0;
  for (const char *at = text; at != NULL && *at != '\0'; i++) {
    size_t size = strcspn(at, ",");
    int64_t months;
    if (i == sheet->plan.count || !named_number(b, at, size, &name, &months) || name[0] != '\0' || months > JL_FUNNEL_LAG_MAX)
      return bad(err, "lags", text);
    sheet->steps[i].lag = (int32_t)months;
    at += size + (at[size] == ',');
  }
  return true;
}

/* ---- target and calendar ---- */
static int32_t months_between(int32_t first, int32_t last) {
  struct jl_date a = jl_date_from_day(first), z = jl_date_from_day(last);
  return (z.year - a.year) * 12 + z.month - a.month + (z.day >= a.day);
}

static bool read_calendar(const struct jl_view_input *in, struct jl_sheet *sheet, struct jl_error *err) {
  static const char *const kinds[] = {"month", "quarter", "year"};
  static const int32_t lengths[] = {1, 3, 12};
  const struct jl_record *plan = jl_view_plan(in);
  const char *text = jl_view_value(in, "start");
  int32_t end = JL_NO_DAY, start = JL_NO_DAY;
  int64_t periods = 0;
  sheet->period = sheet->funnel == NULL ? JL_FUNNEL_QUARTER : (int32_t)jl_view_int(sheet->funnel, JL_FUNNEL_PERIOD, JL_FUNNEL_QUARTER);
  if (!choice_of(in, "period", kinds, JL_COUNT(kinds), &sheet->period, err)) return false;
  if (sheet->period < 1 || (size_t)sheet->period > JL_COUNT(lengths)) sheet->period = JL_FUNNEL_QUARTER; /* of a newer model */
  if (plan != NULL) {
    start = (int32_t)jl_view_int(plan, JL_PLAN_START, JL_NO_DAY);
    end = (int32_t)jl_view_int(plan, JL_PLAN_END, JL_NO_DAY);
  }
  if (sheet->funnel != NULL) {
    start = (int32_t)jl_view_int(sheet->funnel, JL_FUNNEL_START, start);
    periods = jl_view_int(sheet->funnel, JL_FUNNEL_PERIODS, 0);
  }
  if (text != NULL && !jl_day_parse_iso(text, &start)) return bad(err, "start", text);
  if (!number_of(in, "periods", 1, JL_SPREAD_PERIODS, &periods, err)) return false;
  if (start == JL_NO_DAY && (jl_view_value(in, "periods") != NULL || jl_view_value(in, "period") != NULL))
    return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} is of no use without a day from which the target counts"), JL_MSG("add --start 2027-01-01"),
                   jl_arg_text(jl_view_value(in, "periods") != NULL ? "periods" : "period"));
  int32_t months = lengths[sheet->period - 1];
  if (periods == 0) periods = end != JL_NO_DAY && start != JL_NO_DAY && end >= start ? (months_between(start, end) + months - 1) / months : 1;
  if (periods > JL_SPREAD_PERIODS) periods = JL_SPREAD_PERIODS;
  sheet->calendar = (struct jl_funnel_calendar){start, months, periods < 1 ? 1 : (int32_t)periods};
  sheet->has_calendar = start != JL_NO_DAY;
  return true;
}

static bool read_target(const struct jl_view_input *in, struct jl_sheet *sheet, struct jl_error *err) {
  static const char *const roundings[] = {"stage", "shown"};
  int32_t rounding = JL_FUNNEL_EACH;
  sheet->plan.revenue = sheet->plan.customers = sheet->reps = -1;
  if (sheet->funnel != NULL) {
    sheet->plan.revenue = jl_view_int(sheet->funnel, JL_FUNNEL_REVENUE, -1);
    sheet->plan.customers = jl_view_int(sheet->funnel, JL_FUNNEL_CUSTOMERS, -1);
    sheet->plan.deal = jl_view_int(sheet->funnel, JL_FUNNEL_DEAL, 0);
    sheet->reps = jl_view_int(sheet->funnel, JL_FUNNEL_REPS, -1);
    rounding = (int32_t)jl_view_int(sheet->funnel, JL_FUNNEL_ROUNDING, JL_FUNNEL_EACH);
  }
  if (jl_view_value(in, "revenue") != NULL) sheet->plan.customers = -1; /* another revenue is another number of customers */
  if (jl_view_value(in, "customers") != NULL) sheet->plan.revenue = -1;
  if (!number_of(in, "revenue", 0, INT64_MAX, &sheet->plan.revenue, err) || !number_of(in, "customers", 0, INT64_MAX, &sheet->plan.customers, err) ||
      !number_of(in, "deal", 1, INT64_MAX, &sheet->plan.deal, err) || !number_of(in, "reps", 0, 100000, &sheet->reps, err) ||
      !choice_of(in, "rounding", roundings, JL_COUNT(roundings), &rounding, err))
    return false;
  sheet->plan.rounding = rounding == JL_FUNNEL_SHOWN ? JL_FUNNEL_SHOWN : JL_FUNNEL_EACH;
  return true;
}

static bool read_currency(const struct jl_view_input *in, struct jl_sheet *sheet, struct jl_error *err) {
  const char *text = jl_view_value(in, "currency");
  jl_plan_currency(in->space, sheet->currency);
  if (text == NULL || strcmp(text, sheet->currency) == 0) return true;
  if (sheet->currency[0] != '\0')
    return jl_fail(err, JL_E_USAGE, JL_MSG("the plan counts in {1}: --currency {2} would change nothing"), JL_MSG("leave --currency out"),
                   jl_arg_text(sheet->currency), jl_arg_text(text));
  if (jl_currency_digits(text) < 0) return bad(err, "currency", text);
  memcpy(sheet->currency, text, 4);
  return true;
}

/* What contradicts itself is refused rather than that one of both is left out without a word. */
static bool no_contradiction(const struct jl_view_input *in, struct jl_error *err) {
  static const struct {
    const char *one, *other;
  } pairs[] = {{"rates", "benchmark"}, {"customers", "revenue"}, {"forward", "customers"}, {"forward", "revenue"}, {"forward", "periods"}, {"forward", "period"}, {"forward", "start"}};
  for (size_t i = 0; i < JL_COUNT(pairs); i++)
    if (jl_view_value(in, pairs[i].one) != NULL && jl_view_value(in, pairs[i].other) != NULL)
      return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} and --{2} do not go together"), JL_MSG("leave one of them out"), jl_arg_text(pairs[i].one),
                     jl_arg_text(pairs[i].other));
  return true;
}

/* Of the capacity of sales: how many they are and what one of them can treat. */
static bool capacity_is_whole(const struct jl_view_input *in, const struct jl_sheet *sheet, struct jl_error *err) {
  bool limited = false;
  for (size_t i = 0; i < sheet->plan.count; i++) limited = limited || sheet->steps[i].capacity > 0;
  if (jl_view_value(in, "reps") != NULL && !limited)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--reps is of no use as long as nothing says how many one rep can treat"), JL_MSG("add --capacity SQL=50"));
  if (jl_view_value(in, "capacity") != NULL && sheet->reps < 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--capacity is of no use as long as nothing says how many sales reps there are"), JL_MSG("add --reps 3"));
  return true;
}

/* ---- channels ---- */
static void channel_rates(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, struct jl_funnel_channel *channel) {
  struct jl_rate_known *own = sheet->channel_known[channel - sheet->channels];
  for (size_t i = 0; i < sheet->plan.count; i++) {
    const struct jl_rate_wanted wanted = {.funnel = sheet->funnel,
                                          .stage = sheet->stages[i].record,
                                          .name = sheet->stages[i].name,
                                          .next = i + 1 < sheet->plan.count ? sheet->stages[i + 1].name : CUSTOMERS,
                                          .channel = channel->name,
                                          .enough = sheet->enough};
    own[i] = jl_rate_choose(in, b, &wanted);
    channel->rates[i] = own[i].rate >= 0 ? own[i].rate : sheet->steps[i].rate;
  }
}

/* What the channels leave of the whole comes by all the others, with the rates of the funnel. */
static bool read_channels(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, struct jl_error *err) {
  size_t n = 0;
  int64_t left = JL_SHARE_ONE;
  const struct jl_record **records = jl_view_referring(in, b, &sheet->funnel->id, JL_TYPE_FUNNEL_CHANNEL, JL_FUNNEL_CHANNEL_FUNNEL, &n);
  if (n == 0) return true;
  if (n >= JL_FUNNEL_CHANNELS)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel has less than {1} channels"), NULL, jl_arg_integer(JL_FUNNEL_CHANNELS));
  for (size_t i = 0; i < n; i++) {
    struct jl_funnel_channel *channel = &sheet->channels[sheet->channel_count];
    channel->name = jl_view_text(b, jl_view_title(records[i]));
    channel->share = jl_view_int(records[i], JL_FUNNEL_CHANNEL_SHARE, 0);
    channel_rates(in, b, sheet, channel);
    sheet->channel_records[sheet->channel_count++] = records[i];
    left -= channel->share;
  }
  if (left > 0) {
    struct jl_funnel_channel *others = &sheet->channels[sheet->channel_count++];
    *others = (struct jl_funnel_channel){.name = "", .share = left};
    for (size_t i = 0; i < sheet->plan.count; i++) others->rates[i] = sheet->steps[i].rate;
  }
  int64_t rates[JL_FUNNEL_STAGES];
  if (!jl_funnel_mix(&sheet->plan, sheet->channels, sheet->channel_count, sheet->shared, rates, err)) return false;
  for (size_t i = sheet->shared; i < sheet->plan.count; i++) sheet->steps[i].rate = rates[i];
  return true;
}

/* ---- all of it ---- */
const char *jl_sheet_wants_stages(const struct jl_view_input *in) {
  static const char *const names[] = {"revenue", "customers", "deal", "forward", "lags", "capacity", "reps", "rounding", "period", "start", "periods"};
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (jl_view_value(in, names[i]) != NULL) return names[i];
  return NULL;
}

bool jl_sheet_asks(const struct jl_view_input *in) { return jl_view_value(in, "rates") != NULL || jl_view_value(in, "benchmark") != NULL; }

static bool read_stages(const struct jl_view_input *in, struct jl_builder *b, struct jl_sheet *sheet, struct jl_error *err) {
  const char *rates = jl_view_value(in, "rates"), *set = jl_view_value(in, "benchmark");
  bool given;
  size_t stage;
  int64_t number = 0;
  bool ok = rates != NULL ? stages_of_rates(b, sheet, rates, err)
            : set != NULL ? stages_of_benchmark(in, b, sheet, set, err)
                          : stages_of_record(in, b, sheet, err);
  if (!ok || !take_lags(in, b, sheet, err) || !for_stage(in, b, sheet, "capacity", &given, &stage, &number, err)) return false;
  if (given) sheet->steps[stage].capacity = number;
  return for_stage(in, b, sheet, "forward", &sheet->forwards, &sheet->from, &sheet->given, err);
}

/* A funnel of the plan: how it is given what it lacks. */
static bool has_target(const struct jl_sheet *sheet, struct jl_error *err) {
  char reference[JL_REFERENCE_SIZE];
  bool no_target = sheet->plan.customers < 0 && sheet->plan.revenue < 0, no_deal = sheet->plan.customers < 0 && sheet->plan.deal <= 0;
  if (sheet->funnel == NULL || sheet->forwards || !(no_target || no_deal)) return true;
  jl_reference_format(sheet->funnel->type, sheet->funnel->number, reference);
  if (no_target)
    return jl_fail(err, JL_E_INVALID, JL_MSG("a funnel goes back from a revenue or from a number of customers"),
                   JL_MSG("jalon funnel set {1} --customers 30, or --revenue 1M --deal 10k"), jl_arg_text(reference));
  return jl_fail(err, JL_E_INVALID, JL_MSG("without a mean deal the customers behind a revenue are not defined"),
                 JL_MSG("jalon funnel set {1} --deal 10k, what one customer brings on average, or --customers 30"), jl_arg_text(reference));
}

static bool work_out(struct jl_sheet *sheet, struct jl_error *err) {
  if (!has_target(sheet, err)) return false;
  if (sheet->forwards) return jl_funnel_forwards(&sheet->plan, sheet->from, sheet->given, &sheet->whole, err);
  if (!jl_funnel_backwards(&sheet->plan, &sheet->whole, err)) return false;
  if (sheet->channel_count > 0 && !jl_funnel_split(&sheet->plan, sheet->channels, sheet->channel_count, sheet->shared, &sheet->whole, sheet->parts, err))
    return false;
  return !sheet->has_calendar || jl_funnel_spread(&sheet->plan, &sheet->whole, &sheet->calendar, &sheet->schedule, err);
}

bool jl_sheet_make(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *funnel, struct jl_sheet *sheet,
                   struct jl_error *err) {
  sheet->funnel = funnel;
  sheet->plan.steps = sheet->steps;
  sheet->enough = funnel == NULL ? ENOUGH_CASES : jl_view_int(funnel, JL_FUNNEL_ENOUGH, ENOUGH_CASES);
  if (!no_contradiction(in, err) || !read_currency(in, sheet, err) || !read_target(in, sheet, err) || !read_stages(in, b, sheet, err) ||
      !capacity_is_whole(in, sheet, err) || !read_calendar(in, sheet, err))
    return false;
  if (funnel != NULL && !jl_sheet_asks(in) && !read_channels(in, b, sheet, err)) return false;
  return work_out(sheet, err);
}

/* The funnel's view: what was typed for it as its parameters (common/model/strategy/funnel_sheet.h). With stages of its own
 * (--rates, --benchmark) it needs no plan, no server and no login: it is worked out here, by the same code. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "common/model/strategy/benchmarks.h"
#include "common/model/strategy/funnel.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PARAMETERS 20
#define SEPARATORS " ,;/" /* between rates, which end in %, and between months */

/* "visits=2,5%,leads=30%": a comma may be of the number, so a rate ends at its %. */
bool jl_given_rates(struct jl_cli *cli, const char *text, struct jl_given_rate *ret, size_t capacity, size_t *ret_count, struct jl_error *err) {
  size_t n = 0;
  for (const char *at = text + strspn(text, SEPARATORS); *at != '\0'; n++) {
    size_t size = strcspn(at, "%"), value = size;
    if (at[size] == '\0' || n == capacity)
      return jl_fail(err, JL_E_USAGE, n == capacity ? JL_MSG("these are more than {2} stages: \"{1}\"") : JL_MSG("\"{1}\" has a rate without %"),
                     JL_MSG("write them from the widest stage on, like visits=2%,leads=30%,MQL=40%,SQL=25%"), jl_arg_text(text),
                     jl_arg_integer((int64_t)capacity));
    while (value > 0 && at[value - 1] != '=') value--;
    const char *number = jl_arena_strndup(cli->arena, at + value, size + 1 - value);
    const char *name = value == 0 ? "" : jl_arena_strndup(cli->arena, at, value - 1);
    if (number == NULL || name == NULL) return jl_cli_no_link(err);
    if (!jl_input_fraction(number, "percent", &ret[n].rate, err)) return false;
    if (ret[n].rate < 0 || ret[n].rate > 1000000)
      return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is no rate: it is between 0 and 100 %"), NULL, jl_arg_text(number));
    ret[n].name = name;
    at += size + 1;
    at += strspn(at, SEPARATORS);
  }
  *ret_count = n;
  return n > 0 || jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" has a rate without %"),
                          JL_MSG("write them from the widest stage on, like visits=2%,leads=30%,MQL=40%,SQL=25%"), jl_arg_text(text));
}

/* Each of these gives the text that the view understands. */
static const char *rates_text(struct jl_cli *cli, const char *text, struct jl_error *err) {
  struct jl_given_rate rates[JL_FUNNEL_STAGES];
  size_t n = 0;
  const char *made = "";
  if (!jl_given_rates(cli, text, rates, JL_COUNT(rates), &n, err)) return NULL;
  for (size_t i = 0; i < n && made != NULL; i++)
    made = jl_arena_printf(cli->arena, "%s%s%s%s%" PRId64, made, i > 0 ? "," : "", rates[i].name, rates[i].name[0] != '\0' ? "=" : "", rates[i].rate);
  if (made == NULL) (void)jl_cli_no_link(err);
  return made;
}

static const char *months_text(struct jl_cli *cli, const char *text, struct jl_error *err) {
  const char *made = "";
  for (const char *at = text + strspn(text, SEPARATORS); *at != '\0' && made != NULL; at += strspn(at, SEPARATORS)) {
    size_t size = strspn(at, "0123456789");
    if (size == 0 || size > 3) {
      (void)jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" are no months"), JL_MSG("write them stage by stage, like 2,0,1,3"), jl_arg_text(text));
      return NULL;
    }
    made = jl_arena_printf(cli->arena, "%s%s%.*s", made, made[0] != '\0' ? "," : "", (int)size, at);
    at += size;
  }
  if (made == NULL) (void)jl_cli_no_link(err);
  return made;
}

/* "SQL=20": a count by the stage's name; a count alone is of the widest. */
static const char *count_text(struct jl_cli *cli, const char *name, const char *text, struct jl_error *err) {
  const char *equals = strrchr(text, '='), *number = equals != NULL ? equals + 1 : text;
  int64_t count;
  if (!jl_input_decimal(number, 0, &count, err)) return NULL;
  if (count < 0) {
    (void)jl_fail(err, JL_E_USAGE, JL_MSG("--{1} {2}: it is {3} or more"), NULL, jl_arg_text(name), jl_arg_text(text), jl_arg_integer(0));
    return NULL;
  }
  const char *made = jl_arena_printf(cli->arena, "%.*s%" PRId64, (int)(number - text), text, count);
  if (made == NULL) (void)jl_cli_no_link(err);
  return made;
}

bool jl_funnel_one_of(const struct jl_cli *cli, const char *one, const char *other, struct jl_error *err) {
  return jl_cli_option(cli, one) == NULL || jl_cli_option(cli, other) == NULL ||
         jl_fail(err, JL_E_USAGE, JL_MSG("--{1} and --{2} do not go together"), JL_MSG("leave one of them out"), jl_arg_text(one), jl_arg_text(other));
}

/* With the bounds of the field, in its own units. */
static bool within_bounds(const struct jl_field *field, const char *text, int64_t number, const char *currency, struct jl_error *err) {
  bool money = field->kind == JL_KIND_MONEY;
  const struct jl_arg args[] = {jl_arg_text(field->name), jl_arg_text(text), money ? jl_arg_money(field->minimum, currency) : jl_arg_integer(field->minimum),
                                jl_arg_integer(field->maximum)};
  if ((!field->has_minimum || number >= field->minimum) && (!field->has_maximum || number <= field->maximum)) return true;
  return jl_fail(err, JL_E_USAGE, field->has_maximum ? JL_MSG("--{1} {2}: it is between {3} and {4}") : JL_MSG("--{1} {2}: it is {3} or more"), NULL, args[0], args[1],
                 args[2], args[3]);
}

/* What is a field of a funnel too. */
static const char *field_text(struct jl_cli *cli, const struct jl_field *field, const char *text, const struct jl_input *input,
                              struct jl_error *err) {
  struct jl_value value;
  char day[11];
  const char *made;
  if (!jl_input_value(input, field, text, &value, err) ||
      ((field->kind == JL_KIND_MONEY || field->kind == JL_KIND_INTEGER) && !within_bounds(field, text, value.number, input->currency, err)))
    return NULL;
  if (field->kind == JL_KIND_DATE) {
    jl_day_format_iso((int32_t)value.number, day);
    made = jl_arena_strdup(cli->arena, day);
  } else if (field->kind == JL_KIND_ENUM) {
    made = jl_enum_by_number(field->enumeration, (int32_t)value.number)->text;
  } else
    made = jl_arena_printf(cli->arena, "%" PRId64, value.number);
  if (made == NULL) (void)jl_cli_no_link(err);
  return made;
}

static const char *parameter_text(struct jl_cli *cli, const char *name, const char *text, const struct jl_input *input, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_name(jl_record_type_by_number(JL_TYPE_FUNNEL), name);
  if (strcmp(name, "rates") == 0) return rates_text(cli, text, err);
  if (strcmp(name, "lags") == 0) return months_text(cli, text, err);
  if (strcmp(name, "forward") == 0 || strcmp(name, "capacity") == 0) return count_text(cli, name, text, err);
  return field == NULL ? text : field_text(cli, field, text, input, err);
}

static bool parameters_of(struct jl_cli *cli, const struct jl_input *input, struct jl_parameter *ret, size_t *ret_count, struct jl_error *err) {
  size_t n = 0;
  if (cli->word_count > 0) ret[n++] = (struct jl_parameter){"record", cli->words[0]};
  for (size_t i = 0; i < cli->option_count && n < PARAMETERS; i++) {
    const char *text = parameter_text(cli, cli->options[i].name, cli->options[i].value, input, err);
    if (text == NULL) return false;
    ret[n++] = (struct jl_parameter){cli->options[i].name, text};
  }
  *ret_count = n;
  return true;
}

/* What the request says of the stages is enough, but for a set of benchmarks of the plan's own: false with an error when that cannot be asked for. */
static bool is_alone(struct jl_cli *cli, bool *ret_alone, struct jl_error *err) {
  const char *set = jl_cli_option(cli, "benchmark");
  bool here = cli->word_count == 0 && cli->at_text == NULL;
  *ret_alone = here && (jl_cli_option(cli, "rates") != NULL || (set != NULL && jl_benchmark_is_shipped(set)));
  if (*ret_alone || jl_cli_ready(cli, JL_COMMAND_PLAN | JL_COMMAND_PAST, err)) return true;
  bool plan_known = cli->profile != NULL && !jl_id_is_zero(&cli->plan);
  *ret_alone = here && set != NULL && !plan_known && cli->plan_name == NULL; /* the view says that there is no such set */
  if (*ret_alone) *err = (struct jl_error){0};
  return *ret_alone;
}

bool jl_cmd_funnel(struct jl_cli *cli, struct jl_error *err) {
  struct jl_parameter parameters[PARAMETERS + 2];
  size_t n = 0;
  const char *currency = jl_cli_option(cli, "currency");
  if (currency != NULL && jl_currency_digits(currency) < 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--currency {1}: there is no such currency"), JL_MSG("three capitals, as in EUR, USD, CHF"), jl_arg_text(currency));
  bool alone;
  if (!is_alone(cli, &alone, err)) return false;
  struct jl_input input = alone ? jl_plan_input(cli, (struct jl_bytes){NULL, 0}) : jl_plan_input_of(cli, &cli->plan);
  if (input.currency == NULL) input.currency = currency != NULL ? currency : "EUR";
  if (!parameters_of(cli, &input, parameters, &n, err)) return false;
  if (alone && currency == NULL) parameters[n++] = (struct jl_parameter){"currency", "EUR"};
  if (alone) return jl_cli_view_here(cli, "funnel", parameters, n, err);
  struct jl_view_ask ask = {.space = cli->plan, .view = "funnel", .parameters = parameters, .parameter_count = n};
  return jl_cli_view(cli, &ask, err);
}

/* Moments as people name them: a day, an hour of their clock, a revision. The clock and its zone are this machine's. */
#include "common/model/moment.h"
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A time of a day here, in us UTC; mktime knows this machine's zone and its changes. */
static bool instant(int32_t day, int hour, int minute, int second, int64_t *ret_us) {
  struct jl_date date = jl_date_from_day(day);
  struct tm local = {.tm_year = date.year - 1900,
                     .tm_mon = date.month - 1,
                     .tm_mday = date.day,
                     .tm_hour = hour,
                     .tm_min = minute,
                     .tm_sec = second,
                     .tm_isdst = -1};
  time_t seconds = mktime(&local);
  *ret_us = (int64_t)seconds * 1000000;
  return seconds != (time_t)-1;
}

/* Two digits behind one of these signs. */
static bool two_digits(const char *p, const char *signs, int limit, int *ret_n) {
  if (*p == '\0' || strchr(signs, *p) == NULL || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2])) return false;
  *ret_n = (p[1] - '0') * 10 + p[2] - '0';
  return *ret_n < limit;
}

/* "2026-03-31T14:00", "2026-03-31T14:00:30" */
static bool read_hour(const char *text, int32_t *ret_day, int64_t *ret_us) {
  char day[11];
  size_t length = strlen(text);
  int hour, minute, second = 0;
  if (length != 16 && length != 19) return false;
  if (!two_digits(text + 10, "T ", 24, &hour) || !two_digits(text + 13, ":", 60, &minute)) return false;
  if (length == 19 && !two_digits(text + 16, ":", 60, &second)) return false;
  memcpy(day, text, sizeof day - 1);
  day[sizeof day - 1] = '\0';
  return jl_day_parse_iso(day, ret_day) && instant(*ret_day, hour, minute, second, ret_us);
}

bool jl_cli_moment(struct jl_cli *cli, const char *text, char ret_moment[JL_MOMENT_SIZE], int32_t *ret_day, struct jl_error *err) {
  int64_t us = 0, now_us = jl_now_utc_us();
  struct jl_moment ignored;
  const struct jl_input in = {.today = jl_cli_today(cli), .day_first = strcmp(jl_language(), "fr") == 0};
  *ret_day = INT32_MIN;
  if (text[0] == 'r' && isdigit((unsigned char)text[1])) {
    if (strlen(text) >= JL_MOMENT_SIZE) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not a revision"), NULL, jl_arg_text(text));
    memcpy(ret_moment, text, strlen(text) + 1);
    return jl_moment_parse(text, &ignored, err);
  }
  if (!read_hour(text, ret_day, &us)) {
    if (!jl_input_date(&in, text, ret_day, err)) return false;
    if (!instant(*ret_day + 1, 0, 0, 0, &us))
      return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is not a date"), JL_MSG("write it like 2026-01-31, 31/01/2026, friday or +2w"),
                     jl_arg_text(text));
    if (*ret_day == jl_cli_today(cli) && us > now_us) us = now_us; /* today: so far */
  }
  jl_time_format_iso(us, ret_moment);
  return true;
}

bool jl_cli_since(struct jl_cli *cli, const char *text, char ret_moment[JL_MOMENT_SIZE], struct jl_error *err) {
  int64_t us;
  int32_t day;
  if (!jl_cli_moment(cli, text, ret_moment, &day, err)) return false;
  if (day == INT32_MIN || read_hour(text, &day, &us)) return true;
  if (instant(day, 0, 0, 0, &us)) jl_time_format_iso(us, ret_moment);
  return true;
}

bool jl_cli_take_at(struct jl_cli *cli, struct jl_error *err) {
  int32_t day;
  if (cli->at_text == NULL) return true;
  if ((cli->command->flags & JL_COMMAND_PAST) == 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} takes no --at: it is about what is now"), NULL, jl_arg_text(cli->command->path));
  if (!jl_cli_moment(cli, cli->at_text, cli->at, &day, err)) return false;
  if (cli->offline) return jl_cli_needs_server(cli, err);
  if (!cli->has_today && day != INT32_MIN) {
    cli->has_today = true;
    cli->today = day;
  }
  return true;
}

static bool is_moment(struct jl_cli *cli, const char *text, char ret_moment[JL_MOMENT_SIZE], int32_t *ret_day) {
  struct jl_error ignored;
  return jl_cli_moment(cli, text, ret_moment, ret_day, &ignored);
}

bool jl_cmd_diff(struct jl_cli *cli, struct jl_error *err) {
  char since[JL_MOMENT_SIZE];
  struct jl_parameter parameters[2] = {{"since", since}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "diff", .parameters = parameters, .parameter_count = 1};
  const Jalon__Document *document = NULL;
  uint64_t revision = 0;
  int32_t day;
  size_t used = 1;
  if (!jl_cli_moment(cli, cli->words[0], since, &day, err)) return false;
  if (cli->offline) return jl_cli_needs_server(cli, err);
  if (cli->word_count == 3 ? jl_cli_moment(cli, cli->words[1], cli->at, &day, err)
                           : cli->word_count == 2 && is_moment(cli, cli->words[1], cli->at, &day))
    cli->at_text = cli->words[used++];
  else if (cli->word_count == 3)
    return false;
  if (used < cli->word_count) parameters[ask.parameter_count++] = (struct jl_parameter){"record", cli->words[used]};
  /* What differs is not all that there is: nothing of it counts as seen. */
  return jl_cli_document(cli, &ask, &document, &revision, err) && jl_cli_print_document(cli, document, err);
}

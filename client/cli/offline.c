/* Away from the server: what is said about it. One line per run on standard error for what was read; what is edited says
 * in its own line that it waits. */
#include "client/cli/cli.h"
#include "client/faces/format.h"
#include "common/base/calendar.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MINUTE_US 60000000LL
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

void jl_cli_heard(struct jl_cli *cli, const struct jl_reply *reply) {
  if (reply->local) {
    cli->heard.local = true;
    cli->heard.offline_since_us = reply->offline_since_us;
    if (reply->position.revision != 0) {
      cli->heard.position = reply->position;
      cli->heard.as_of_us = reply->as_of_us;
    }
  } else if (jl_code_class(reply->error.code) != JL_CLASS_RETRY && reply->queued == 0) {
    cli->heard.online = true;
    if (reply->position.revision != 0) cli->heard.position = reply->position;
  }
}

/* "14:02", or with its day when that is not today. */
struct jl_arg jl_cli_clock(int64_t utc_us) {
  struct jl_buffer text;
  char clock[16] = "";
  time_t seconds = (time_t)(utc_us / 1000000), now = (time_t)(jl_now_utc_us() / 1000000);
  struct tm then, today;
  jl_buffer_init(&text, 256);
  if (localtime_r(&seconds, &then) == NULL || localtime_r(&now, &today) == NULL) return jl_arg_text("?");
  if (then.tm_yday == today.tm_yday && then.tm_year == today.tm_year) {
    (void)strftime(clock, sizeof clock, "%H:%M", &then);
    jl_buffer_text(&text, clock);
  } else
    jl_format_time(utc_us, &text);
  struct jl_arg arg = jl_arg_textn((const char *)text.data, text.size);
  jl_buffer_release(&text);
  return arg;
}

/* "5 min ago", as text. */
struct jl_arg jl_cli_age(int64_t utc_us) {
  int64_t age = jl_now_utc_us() - utc_us;
  struct jl_buffer text;
  jl_buffer_init(&text, 256);
  struct jl_arg n = jl_arg_integer(age / (age < HOUR_US ? MINUTE_US : age < 2 * DAY_US ? HOUR_US : DAY_US));
  const char *message = utc_us == 0            ? JL_MSG("never brought up to date")
                        : age < MINUTE_US      ? JL_MSG("just now")
                        : age < HOUR_US        ? JL_MSG("{1} min ago")
                        : age < 2 * DAY_US     ? JL_MSG("{1} h ago")
                                               : JL_MSG("{1} days ago");
  jl_format_words(message, &n, 1, &text);
  struct jl_arg arg = jl_arg_textn((const char *)text.data, text.size);
  jl_buffer_release(&text);
  return arg;
}

/* Whoever asked to be offline need not be told since when. */
static const char *when_words(const struct jl_cli *cli, const char *asked, const char *since, const char *never) {
  return cli->offline ? asked : cli->heard.offline_since_us != 0 ? since : never;
}

void jl_cli_tell_offline(const struct jl_cli *cli) {
  if (!cli->heard.local) return;
  const struct jl_arg args[] = {jl_cli_clock(cli->heard.offline_since_us), jl_arg_revision(cli->heard.position.revision),
                                jl_cli_age(cli->heard.as_of_us)};
  bool positioned = cli->heard.position.revision != 0;
  jl_cli_note(cli,
              positioned ? when_words(cli, JL_MSG("offline as asked, state of r{2} ({3})"), JL_MSG("offline since {1}, state of r{2} ({3})"),
                                      JL_MSG("offline, state of r{2} ({3})"))
                         : when_words(cli, JL_MSG("offline as asked"), JL_MSG("offline since {1}"), JL_MSG("offline")),
              args, 3);
}

struct jl_arg jl_cli_made(const struct jl_cli *cli, const struct jl_outcome_of *outcome) {
  struct jl_buffer text;
  jl_buffer_init(&text, 512);
  const struct jl_arg args[] = {jl_arg_revision(outcome->revision), jl_cli_clock(cli->heard.offline_since_us)};
  const char *message = outcome->queued == 0 ? JL_MSG(", r{1}")
                        : outcome->parked    ? JL_MSG(": kept, waits for a conflict to be resolved: jalon conflicts")
                        : !cli->heard.local  ? JL_MSG(": kept, will be sent")
                                             : when_words(cli, JL_MSG(": kept, will be sent"), JL_MSG(": kept, will be sent (offline since {2})"),
                                                          JL_MSG(": kept, will be sent (offline)"));
  jl_format_words(message, args, 2, &text);
  struct jl_arg arg = jl_arg_textn((const char *)text.data, text.size);
  jl_buffer_release(&text);
  return arg;
}

bool jl_cli_needs_server(const struct jl_cli *cli, struct jl_error *err) {
  const char *path = cli->command->path;
  if (cli->offline)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} needs the server"), JL_MSG("run it again without --offline"), jl_arg_text(path));
  struct jl_error why = *err;
  if (why.code != JL_E_UNAVAILABLE) return false; /* the server itself said something */
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(why.message, why.args, JL_ERROR_ARGS, &text);
  (void)jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("{1} needs the server: {2}"),
                JL_MSG("run it again when the server is back; reading and editing go on without it, see jalon status"), jl_arg_text(path),
                jl_arg_textn((const char *)text.data, text.size));
  jl_buffer_release(&text);
  return false;
}

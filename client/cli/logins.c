/* session and token: where an account is logged in, and tokens for scripts. user rename and user reset. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_PREFIX "jalon_" /* so that scanners for secrets know it */
#define TOKEN_BYTES 32
#define DAYS "90"
#define SHORT_ID 8 /* digits of an id in lists */

struct answer {
  struct jl_cli *cli;
  struct jl_error error;
  bool tokens;
  char token[sizeof TOKEN_PREFIX + 2 * TOKEN_BYTES];
};

static void write_text(struct jl_buffer *out, const char *text) {
  jl_json_write_string(out, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void write_time(struct jl_buffer *out, int64_t us) {
  char text[28];
  jl_time_format_iso(us, text);
  jl_buffer_printf(out, "\"%s\"", text);
}

/* ---- lists ---- */
static void write_json(const struct jl_session_state *s, struct jl_buffer *out) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&s->id, id);
  jl_buffer_printf(out, "{\"id\":\"%s\",\"account\":", id);
  write_text(out, s->account);
  if (s->token_name != NULL) {
    jl_buffer_text(out, ",\"name\":");
    write_text(out, s->token_name);
    jl_buffer_printf(out, ",\"scope\":\"%s\",\"plans\":[", s->read_only ? "read" : "edit");
    for (size_t i = 0; i < s->space_count; i++) {
      jl_id_format(&s->spaces[i], id);
      jl_buffer_printf(out, "%s\"%s\"", i > 0 ? "," : "", id);
    }
    jl_buffer_text(out, "]");
  } else {
    jl_buffer_text(out, ",\"device\":");
    write_text(out, s->device);
    jl_buffer_text(out, ",\"source\":");
    write_text(out, s->source);
    jl_buffer_printf(out, ",\"current\":%s", s->current ? "true" : "false");
  }
  jl_buffer_text(out, ",\"created\":");
  write_time(out, s->created_us);
  jl_buffer_text(out, ",\"last_used\":");
  write_time(out, s->last_used_us);
  jl_buffer_text(out, ",\"expires\":");
  write_time(out, s->expires_us);
  jl_buffer_byte(out, '}');
}

static void write_csv(const struct jl_session_state *s, struct jl_buffer *out) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&s->id, id);
  jl_buffer_printf(out, "%s,", id);
  write_text(out, s->account);
  jl_buffer_byte(out, ',');
  write_text(out, s->token_name != NULL ? s->token_name : s->device);
  jl_buffer_byte(out, ',');
  write_text(out, s->token_name != NULL ? (s->read_only ? "read" : "edit") : s->source);
  jl_buffer_byte(out, ',');
  write_time(out, s->last_used_us);
  jl_buffer_byte(out, ',');
  write_time(out, s->expires_us);
  jl_buffer_byte(out, '\n');
}

static void write_line(const struct jl_session_state *s, struct jl_buffer *out) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(&s->id, id);
  struct jl_arg times[] = {jl_arg_time(s->last_used_us), jl_arg_time(s->expires_us), jl_arg_integer((int64_t)s->space_count)};
  if (s->token_name != NULL)
    jl_buffer_printf(out, "%-20s %-12s %-6s ", s->token_name, s->account, s->read_only ? jl_tr(JL_MSG("read")) : jl_tr(JL_MSG("edit")));
  else
    jl_buffer_printf(out, "%.*s  %-12s %-16s %-22s ", SHORT_ID, id, s->account, s->device != NULL ? s->device : "", s->source != NULL ? s->source : "");
  jl_format_words(s->space_count > 0 ? JL_MSG("used {1}, until {2}, for {3} plans only") : JL_MSG("used {1}, until {2}"), times, 3, out);
  if (s->current) jl_buffer_printf(out, "  %s", jl_tr(JL_MSG("(this one)")));
  jl_buffer_byte(out, '\n');
}

static void on_list(void *context, const struct jl_reply *reply) {
  struct answer *answer = context;
  struct jl_cli *cli = answer->cli;
  struct jl_buffer out;
  answer->error = reply->error;
  if (reply->error.code != JL_E_OK) return;
  jl_buffer_init(&out, 4u << 20);
  if (cli->json) jl_buffer_byte(&out, '[');
  if (cli->csv) jl_buffer_text(&out, answer->tokens ? "id,account,name,scope,last_used,expires\n" : "id,account,device,source,last_used,expires\n");
  for (size_t i = 0; i < reply->session_count; i++) {
    if (cli->json && i > 0) jl_buffer_byte(&out, ',');
    if (cli->json)
      write_json(&reply->sessions[i], &out);
    else if (cli->csv)
      write_csv(&reply->sessions[i], &out);
    else
      write_line(&reply->sessions[i], &out);
  }
  if (cli->json) jl_buffer_text(&out, "]\n");
  jl_cli_print(cli, &out);
}

static void on_done(void *context, const struct jl_reply *reply) {
  struct answer *answer = context;
  answer->error = reply->error;
  if (reply->token.size != TOKEN_BYTES) return;
  char *at = answer->token + snprintf(answer->token, sizeof answer->token, TOKEN_PREFIX);
  for (size_t i = 0; i < TOKEN_BYTES; i++) at += snprintf(at, 3, "%02x", reply->token.data[i]);
}

static bool ask(struct jl_cli *cli, const struct jl_account_ask *what, jl_done *done, struct answer *answer, struct jl_error *err) {
  answer->cli = cli;
  if (jl_client_account(cli->client, what, done, answer) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (answer->error.code == JL_E_OK) return true;
  *err = answer->error;
  return false;
}

bool jl_cmd_session_list(struct jl_cli *cli, struct jl_error *err) {
  struct answer answer = {.tokens = strcmp(cli->command->path, "token list") == 0};
  struct jl_account_ask what = {.verb = answer.tokens ? JL_TOKEN_LIST : JL_SESSION_LIST,
                                .account = jl_cli_option(cli, "account"),
                                .everybody = jl_cli_option(cli, "all") != NULL};
  return ask(cli, &what, on_list, &answer, err);
}

bool jl_cmd_session_end(struct jl_cli *cli, struct jl_error *err) {
  bool token = strcmp(cli->command->path, "token rm") == 0;
  struct answer answer = {.tokens = token};
  struct jl_account_ask what = {.verb = JL_SESSION_END, .session = cli->words[0], .account = jl_cli_option(cli, "account")};
  if (!ask(cli, &what, on_done, &answer, err)) return false;
  jl_say(cli, token ? JL_MSG("token {1} is worth nothing any more") : JL_MSG("login {1} is ended"), jl_arg_text(cli->words[0]));
  return true;
}

/* ---- tokens ---- */
bool jl_cmd_token_add(struct jl_cli *cli, struct jl_error *err) {
  struct answer answer = {.tokens = true};
  struct jl_id plans[JL_TOKEN_SPACES];
  struct jl_account_ask what = {.verb = JL_TOKEN_ADD,
                                .token_name = cli->words[0],
                                .account = jl_cli_option(cli, "account"),
                                .read_only = jl_cli_option(cli, "edit") == NULL,
                                .spaces = plans};
  const char *days = jl_cli_option(cli, "days");
  char *end = NULL, name[256];
  long n = strtol(days != NULL ? days : DAYS, &end, 10);
  if (*end != '\0' || n < 1 || n > JL_TOKEN_DAYS)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a token is good for 1 to {1} days"), NULL, jl_arg_integer(JL_TOKEN_DAYS));
  what.days = (uint32_t)n;
  for (size_t i = 0; i < cli->option_count; i++) {
    if (strcmp(cli->options[i].name, "only") != 0) continue;
    if (what.space_count == JL_TOKEN_SPACES)
      return jl_fail(err, JL_E_USAGE, JL_MSG("a token is for at most {1} plans, or for all"), NULL, jl_arg_integer(JL_TOKEN_SPACES));
    if (!jl_cli_resolve_plan(cli, cli->options[i].value, &plans[what.space_count++], name, sizeof name, err)) return false;
  }
  if (!ask(cli, &what, on_done, &answer, err)) return false;
  if (cli->json)
    printf("{\"token\":\"%s\"}\n", answer.token);
  else {
    jl_say(cli, JL_MSG("token {1}, shown this once, for jalon login --token-file:"), jl_arg_text(cli->words[0]));
    printf("%s\n", answer.token);
  }
  explicit_bzero(answer.token, sizeof answer.token);
  return true;
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool jl_cli_read_token(const char *path, uint8_t ret_token[32], struct jl_error *err) {
  char line[256] = "";
  FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
  if (file == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  bool ok = fgets(line, sizeof line, file) != NULL;
  if (file != stdin) fclose(file);
  size_t skip = strlen(TOKEN_PREFIX);
  line[strcspn(line, "\r\n ")] = '\0';
  ok = ok && strncmp(line, TOKEN_PREFIX, skip) == 0 && strlen(line) == skip + 2 * (size_t)TOKEN_BYTES;
  for (size_t i = 0; ok && i < TOKEN_BYTES; i++) {
    int high = digit(line[skip + 2 * i]), low = digit(line[skip + 2 * i + 1]);
    ok = high >= 0 && low >= 0;
    if (ok) ret_token[i] = (uint8_t)(high << 4 | low);
  }
  explicit_bzero(line, sizeof line);
  return ok || jl_fail(err, JL_E_USAGE, JL_MSG("there is no token in {1}"), JL_MSG("its first line is what jalon token add printed"), jl_arg_text(path));
}

/* ---- accounts ---- */
bool jl_cmd_user_rename(struct jl_cli *cli, struct jl_error *err) {
  struct answer answer = {.tokens = false};
  struct jl_account_ask what = {.verb = JL_ACCOUNT_RENAME, .account = cli->words[0], .new_account = cli->words[1]};
  if (!ask(cli, &what, on_done, &answer, err)) return false;
  jl_say(cli, JL_MSG("account {1} is called {2} now"), jl_arg_text(cli->words[0]), jl_arg_text(cli->words[1]));
  return true;
}

bool jl_cmd_user_reset(struct jl_cli *cli, struct jl_error *err) {
  struct answer answer = {.tokens = false};
  char password[24];
  if (!jl_cli_password_random(password)) return jl_fail(err, JL_E_INTERNAL, JL_MSG("the system gives no random numbers"), NULL);
  struct jl_account_ask what = {.verb = JL_ACCOUNT_RESET, .account = cli->words[0], .password = password};
  bool ok = ask(cli, &what, on_done, &answer, err);
  if (ok && cli->json)
    printf("{\"account\":\"%s\",\"password\":\"%s\"}\n", cli->words[0], password);
  else if (ok)
    jl_say(cli, JL_MSG("password of {1} for one login within 7 days, shown this once: {2}"), jl_arg_text(cli->words[0]), jl_arg_text(password));
  explicit_bzero(password, sizeof password);
  return ok;
}

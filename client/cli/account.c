/* login, logout, passwd, whoami and user: accounts and the people behind them. */
#include "client/cli/cli.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct account_answer {
  struct jl_cli *cli;
  struct jl_error error;
  bool list;
};

static void write_text(struct jl_buffer *out, const char *text) {
  jl_json_write_string(out, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void print_account(struct jl_cli *cli, const struct jl_account *a, bool first) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  if (cli->json) {
    jl_buffer_text(&out, first ? "{\"account\":" : ",{\"account\":");
    write_text(&out, a->account);
    jl_buffer_text(&out, ",\"name\":");
    write_text(&out, a->name);
    jl_buffer_printf(&out, ",\"administrator\":%s,\"disabled\":%s}", a->administrator ? "true" : "false", a->disabled ? "true" : "false");
  } else if (cli->csv) {
    write_text(&out, a->account);
    jl_buffer_byte(&out, ',');
    write_text(&out, a->name);
    jl_buffer_printf(&out, ",%d,%d\n", a->administrator, a->disabled);
  } else if (!cli->word_count && strcmp(cli->command->path, "whoami") == 0) {
    struct jl_arg args[] = {jl_arg_text(a->account != NULL ? a->account : ""), jl_arg_text(a->name != NULL ? a->name : "")};
    bool named = a->name != NULL && a->name[0] != '\0';
    jl_format_words(!named             ? JL_MSG("account {1}")
                    : a->administrator ? JL_MSG("account {1}, {2}, administrator")
                                       : JL_MSG("account {1}, {2}"),
                    args, 2, &out);
    jl_buffer_byte(&out, '\n');
  } else {
    jl_buffer_printf(&out, "%-16s %-28s %s%s", a->account != NULL ? a->account : "", a->name != NULL ? a->name : "",
                     a->administrator ? jl_tr(JL_MSG("administrator")) : "", a->disabled ? jl_tr(JL_MSG(" closed")) : "");
    struct jl_arg when = jl_arg_time(a->last_login_us);
    if (a->last_login_us != 0) {
      jl_buffer_text(&out, "  ");
      jl_format_words(JL_MSG("last login {1}"), &when, 1, &out);
    }
    jl_buffer_byte(&out, '\n');
  }
  jl_cli_print(cli, &out);
}

static void on_accounts(void *context, const struct jl_reply *reply) {
  struct account_answer *answer = context;
  answer->error = reply->error;
  if (!answer->list || reply->error.code != JL_E_OK) return;
  if (answer->cli->json) printf("[");
  if (answer->cli->csv) printf("account,name,administrator,disabled\n");
  for (size_t i = 0; i < reply->account_count; i++) print_account(answer->cli, &reply->accounts[i], i == 0);
  if (answer->cli->json) printf("]\n");
}

static bool ask_account(struct jl_cli *cli, const struct jl_account_ask *ask, bool list, struct jl_error *err) {
  struct account_answer answer = {.cli = cli, .list = list};
  if (jl_client_account(cli->client, ask, on_accounts, &answer) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (answer.error.code == JL_E_OK) return true;
  *err = answer.error;
  return false;
}

/* ---- login ---- */
static void on_done(void *context, const struct jl_reply *reply) { *(struct jl_error *)context = reply->error; }

static bool ask_account_name(char *out, size_t size, struct jl_error *err) {
  if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("login needs an account"), JL_MSG("run jalon login ACCOUNT --password-file FILE"));
  printf("%s", jl_tr(JL_MSG("Account: ")));
  fflush(stdout);
  if (fgets(out, (int)size, stdin) == NULL) out[0] = '\0';
  out[strcspn(out, "\r\n")] = '\0';
  return out[0] != '\0' || jl_fail(err, JL_E_USAGE, JL_MSG("login needs an account"), NULL);
}

struct login_answer {
  struct jl_cli *cli;
  struct jl_error error;
  bool must_change;
};

static void on_login(void *context, const struct jl_reply *reply) {
  struct login_answer *answer = context;
  answer->error = reply->error;
  answer->must_change = reply->must_change;
  for (size_t i = 0; i < reply->notice_count; i++) {
    jl_cli_note(answer->cli, reply->notices[i].message, reply->notices[i].args, JL_ERROR_ARGS);
    if (reply->notices[i].hint[0] != '\0') jl_cli_note(answer->cli, reply->notices[i].hint, reply->notices[i].args, JL_ERROR_ARGS);
  }
}

/* How somebody proves who they are. A token is offered with the first words of the connection and needs no login of its own. */
struct credentials {
  const char *password; /* NULL: another one */
  const uint8_t *token; /* NULL: the certificate of the connection */
};

static bool present(struct jl_cli *cli, const char *account, const struct credentials *with, struct login_answer *answer, struct jl_error *err) {
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  struct jl_account_ask who = {.verb = JL_ACCOUNT_WHO};
  if (with->token != NULL) {
    memcpy(id->token, with->token, sizeof id->token);
    id->has_token = true;
  }
  if (!jl_cli_trust(cli, jl_cli_server(cli), err) || !jl_cli_connect(cli, with->token != NULL, err)) return false;
  uint32_t stream = with->token != NULL ? jl_client_account(cli->client, &who, on_login, answer)
                                        : jl_client_login(cli->client, account, with->password, on_login, answer);
  return stream != 0 || jl_cli_no_link(err);
}

/* Who is somebody else starts with an empty hand: the replica id too is bound to an account. */
static void step_back(struct jl_profile_identity *id) {
  explicit_bzero(id->token, sizeof id->token);
  id->has_token = false;
  id->account[0] = '\0';
  id->account_id = (struct jl_id){{0}};
  id->replica = jl_id_random();
}

/* Another account, or another server, is another lane: the profile starts afresh for it. An account that has another name since is
 * the same one. */
static void take_over(struct jl_profile *p, const struct jl_profile_identity *before, bool other_name) {
  struct jl_profile_identity *id = jl_profile_identity(p), fresh = *id; /* what this login brought */
  bool moved = !jl_id_is_zero(&before->server_id) && !jl_id_equal(&before->server_id, &id->server_id);
  bool known = !jl_id_is_zero(&before->account_id) && !jl_id_is_zero(&id->account_id);
  if (!moved && (known ? jl_id_equal(&before->account_id, &id->account_id) : !other_name)) {
    id->replica = before->replica;
    return;
  }
  jl_profile_forget_account(p);
  if (moved) fresh.replica = id->replica;
  *id = fresh;
  if (!moved) return;
  id->plan = (struct jl_id){{0}};
  id->plan_name[0] = '\0';
}

static bool log_in(struct jl_cli *cli, const char *account, const struct credentials *with, bool *ret_must_change, struct jl_error *err) {
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  struct jl_profile_identity before = *id;
  bool other = id->account[0] != '\0' && (account == NULL || strcmp(id->account, account) != 0);
  if (other) step_back(id);
  if (cli->server != NULL) snprintf(id->server, sizeof id->server, "%s", cli->server);
  struct login_answer answer = {.cli = cli};
  if (!present(cli, account, with, &answer, err) || !jl_cli_wait(cli, err)) return false;
  if (answer.error.code != JL_E_OK) {
    *err = answer.error;
    return false;
  }
  *ret_must_change = answer.must_change;
  take_over(cli->profile, &before, other);
  explicit_bzero(before.token, sizeof before.token);
  if (id->account[0] == '\0' && account != NULL) snprintf(id->account, sizeof id->account, "%s", account);
  if (id->server[0] == '\0') snprintf(id->server, sizeof id->server, "%s", "127.0.0.1:7400");
  return jl_profile_save(cli->profile, err);
}

/* The one-time password is known here: the new one is all that is asked for. */
static bool change_at_once(struct jl_cli *cli, const char *old, struct jl_error *err) {
  char fresh[130];
  jl_talk(cli, JL_MSG("this password was given for one login: set your own first"));
  if (isatty(STDIN_FILENO) != 1 || jl_cli_option(cli, "password-file") != NULL) {
    jl_talk(cli, JL_MSG("run jalon passwd"));
    return true;
  }
  bool ok = jl_cli_password(cli, JL_MSG("New password: "), true, fresh, err);
  struct jl_account_ask ask = {
      .verb = JL_ACCOUNT_PASSWORD, .account = jl_profile_identity(cli->profile)->account, .password = fresh, .old_password = old};
  ok = ok && ask_account(cli, &ask, false, err);
  if (ok) jl_say(cli, JL_MSG("password changed"));
  if (ok) jl_cli_password_advice(cli, fresh);
  explicit_bzero(fresh, sizeof fresh);
  return ok;
}

/* The plan that was current before is now this account's too. */
static bool bring_plan(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  if (jl_id_is_zero(&id->plan)) return true;
  jl_profile_unlock(cli->profile);
  jl_client_free(cli->client);
  cli->client = NULL;
  cli->heard.online = true;
  return jl_cli_connect(cli, true, err) && jl_cli_make_available(cli, &id->plan, id->plan_name, err);
}

static bool login_without_password(struct jl_cli *cli, struct jl_error *err) {
  uint8_t token[32];
  bool must_change = false, by_token = jl_cli_option(cli, "token-file") != NULL;
  struct credentials with = {.token = by_token ? token : NULL};
  if (by_token && !jl_cli_read_token(jl_cli_option(cli, "token-file"), token, err)) return false;
  if (!by_token && !jl_cli_read_certificate(cli, jl_cli_option(cli, "certificate"), err)) return false;
  bool ok = jl_cli_lock(cli, err) && log_in(cli, cli->word_count > 0 ? cli->words[0] : NULL, &with, &must_change, err);
  explicit_bzero(token, sizeof token);
  const struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  if (ok) jl_say(cli, JL_MSG("logged in as {1} on {2}"), jl_arg_text(id->account), jl_arg_text(id->server));
  return ok && bring_plan(cli, err);
}

bool jl_cmd_login(struct jl_cli *cli, struct jl_error *err) {
  char account[128], password[130];
  bool must_change = false;
  if (jl_cli_option(cli, "token-file") != NULL || jl_cli_option(cli, "certificate") != NULL) return login_without_password(cli, err);
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  if (cli->word_count > 0)
    snprintf(account, sizeof account, "%s", cli->words[0]);
  else if (id->account[0] != '\0')
    snprintf(account, sizeof account, "%s", id->account);
  else if (!ask_account_name(account, sizeof account, err))
    return false;
  if (!jl_cli_password(cli, JL_MSG("Password: "), false, password, err)) return false;
  struct credentials with = {.password = password};
  bool ok = jl_cli_lock(cli, err) && log_in(cli, account, &with, &must_change, err);
  if (ok) jl_say(cli, JL_MSG("logged in as {1} on {2}"), jl_arg_text(id->account), jl_arg_text(id->server));
  if (ok && must_change) ok = change_at_once(cli, password, err);
  explicit_bzero(password, sizeof password);
  return ok && (must_change || bring_plan(cli, err));
}

bool jl_cmd_logout(struct jl_cli *cli, struct jl_error *err) {
  struct jl_error answer = {0};
  if (!jl_cli_lock(cli, err)) return false;
  if (jl_client_logout(cli->client, jl_cli_option(cli, "all") != NULL, on_done, &answer) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (answer.code != JL_E_OK && jl_code_class(answer.code) != JL_CLASS_AUTH) {
    *err = answer;
    return false;
  }
  struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  explicit_bzero(id->token, sizeof id->token);
  id->has_token = false;
  if (!jl_profile_save(cli->profile, err)) return false;
  jl_say(cli, JL_MSG("logged out"));
  return true;
}

bool jl_cmd_passwd(struct jl_cli *cli, struct jl_error *err) {
  char old[130] = "", new_one[130];
  const char *other = jl_cli_option(cli, "account");
  if (other == NULL && !jl_cli_password(cli, JL_MSG("Old password: "), false, old, err)) return false;
  bool ok = jl_cli_password(cli, JL_MSG("New password: "), true, new_one, err);
  struct jl_account_ask ask = {.verb = JL_ACCOUNT_PASSWORD,
                               .account = other != NULL ? other : jl_profile_identity(cli->profile)->account,
                               .password = new_one,
                               .old_password = other == NULL ? old : NULL};
  ok = ok && ask_account(cli, &ask, false, err);
  if (ok) jl_say(cli, JL_MSG("password changed"));
  if (ok) jl_cli_password_advice(cli, new_one);
  explicit_bzero(old, sizeof old);
  explicit_bzero(new_one, sizeof new_one);
  return ok;
}

bool jl_cmd_whoami(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  struct jl_account_ask ask = {.verb = JL_ACCOUNT_WHO};
  jl_say(cli, JL_MSG("profile {1}, server {2}"), jl_arg_text(id->name), jl_arg_text(cli->server != NULL ? cli->server : id->server));
  if (id->plan_name[0] != '\0') jl_say(cli, JL_MSG("current plan: {1}"), jl_arg_text(id->plan_name));
  if (ask_account(cli, &ask, true, err)) return true;
  if (jl_code_class(err->code) != JL_CLASS_RETRY && jl_code_class(err->code) != JL_CLASS_UNKNOWN) return false;
  /* Who we are is known here too. */
  const struct jl_account known = {.account = id->account, .administrator = id->administrator};
  if (cli->json) printf("[");
  if (cli->csv) printf("account,name,administrator,disabled\n");
  print_account(cli, &known, true);
  if (cli->json) printf("]\n");
  cli->heard.local = true;
  cli->heard.offline_since_us = jl_cli_has_outbox(cli) ? jl_local_heard_us(cli->local) : 0;
  return true;
}

/* ---- users ---- */
static bool create_person(struct jl_cli *cli, struct jl_id *ret_person, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PERSON);
  const char *name = jl_cli_option(cli, "name"), *email = jl_cli_option(cli, "email");
  struct jl_lookups l = {0}; /* of the organisation alone */
  struct jl_value *teams = jl_arena_array(cli->arena, cli->option_count + 1, sizeof *teams);
  struct jl_bytes record = {NULL, 0};
  struct jl_input input = jl_plan_input(cli, record);
  struct jl_id organisation = jl_profile_identity(cli->profile)->organisation;
  if (name == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("user add needs --name"), JL_MSG("or --person REF for somebody who exists already"));
  if (teams == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < cli->option_count; i++) {
    if (strcmp(cli->options[i].name, "team") != 0) continue;
    struct jl_lookup *one = jl_lookup_add(cli, &l, cli->options[i].value);
    if (one == NULL) return jl_cli_no_link(err);
    one->type = jl_record_type_by_number(JL_TYPE_TEAM);
  }
  if (l.count > 0 && !jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < l.count; i++) {
    if (l.items[i].error.code != JL_E_OK) {
      *err = l.items[i].error;
      return false;
    }
    teams[i].id = l.items[i].record.id;
  }
  if (!jl_record_put_text(cli, type, &record, JL_PERSON_NAME, name, &input, err) ||
      !jl_record_put_text(cli, type, &record, JL_PERSON_EMAIL, email, &input, err))
    return false;
  if (l.count > 0 && !jl_record_put(cli, &record, JL_PERSON_TEAMS,
                                    jl_values_encode(cli->arena, jl_field_by_number(type, JL_PERSON_TEAMS), teams, l.count), err))
    return false;
  if (!jl_record_check(type, record, err)) return false;
  struct jl_group *g = jl_group_new(&organisation);
  if (g == NULL) return jl_cli_no_link(err);
  *ret_person = jl_id_random();
  jl_group_create(g, type->number, ret_person, record);
  struct jl_outcome_of outcome;
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok || outcome.queued == 0) return ok;
  /* An account cannot wait, so neither does its person. */
  if (!jl_local_drop(cli->local, outcome.queued, false, err)) return false;
  (void)jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the server cannot be reached"), NULL);
  return jl_cli_needs_server(cli, err);
}

bool jl_cmd_user_add(struct jl_cli *cli, struct jl_error *err) {
  const char *existing = jl_cli_option(cli, "person");
  char password[130], made[24] = "";
  struct jl_account_ask ask = {
      .verb = JL_ACCOUNT_ADD, .account = cli->words[0], .password = password, .administrator = jl_cli_option(cli, "admin") != NULL};
  struct jl_lookup one = {.text = existing, .type = jl_record_type_by_number(JL_TYPE_PERSON)};
  if (jl_cli_option(cli, "password-file") != NULL) {
    if (!jl_cli_password(cli, "", false, password, err)) return false;
  } else {
    if (!jl_cli_password_random(made)) return jl_fail(err, JL_E_INTERNAL, JL_MSG("the system gives no random numbers"), NULL);
    memcpy(password, made, sizeof made);
  }
  bool ok = existing != NULL ? jl_lookup_one(cli, &one, err) : create_person(cli, &ask.person, err);
  if (ok && existing != NULL) ask.person = one.record.id;
  if (ok && cli->dry_run)
    jl_say(cli, JL_MSG("dry run: nothing was changed"));
  else if (ok && !ask_account(cli, &ask, false, err)) {
    ok = false;
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&ask.person, id);
    if (existing == NULL) jl_talk(cli, JL_MSG("the person was added, the account was not: repeat with --person {1}"), jl_arg_text(id));
  } else if (ok) {
    jl_say(cli, JL_MSG("account {1} added"), jl_arg_text(cli->words[0]));
    if (made[0] != '\0' && cli->json)
      printf("{\"account\":\"%s\",\"password\":\"%s\"}\n", cli->words[0], made);
    else if (made[0] != '\0')
      jl_say(cli, JL_MSG("password, shown this once: {1}"), jl_arg_text(made));
  }
  explicit_bzero(password, sizeof password);
  return ok;
}

bool jl_cmd_user_state(struct jl_cli *cli, struct jl_error *err) {
  bool disable = strcmp(cli->command->path, "user disable") == 0;
  struct jl_account_ask ask = {.verb = disable ? JL_ACCOUNT_DISABLE : JL_ACCOUNT_ENABLE, .account = cli->words[0]};
  if (!ask_account(cli, &ask, false, err)) return false;
  jl_say(cli, disable ? JL_MSG("account {1} is closed") : JL_MSG("account {1} is open"), jl_arg_text(cli->words[0]));
  return true;
}

bool jl_cmd_user_list(struct jl_cli *cli, struct jl_error *err) {
  struct jl_account_ask ask = {.verb = JL_ACCOUNT_LIST};
  return ask_account(cli, &ask, true, err);
}

/* Commands: accounts, logins, tokens, and what is held of a person. A row each; commands.h. */
#include "client/cli/commands.h"

static const struct jl_option login_options[] = {
    {"password-file", "FILE", JL_MSG("first line of the file is the password; - reads it from standard input")},
    {"fingerprint", "SHA256:...", JL_MSG("of the authority that signed for the server, which is then trusted")},
    {"authority", "FILE", JL_MSG("authority (PEM) to trust: the server's authority.pem, or your organisation's")},
    {"token-file", "FILE", JL_MSG("log in with a token of jalon token add; - reads it from standard input")},
    {"certificate", "FILE", JL_MSG("log in with a client certificate (PEM, with its key)")},
    {NULL, NULL, NULL}};
static const struct jl_option passwd_options[] = {
    {"password-file", "FILE", JL_MSG("two lines: the old password, the new one; - reads standard input")},
    {"account", "LOGIN", JL_MSG("of someone else (administrators)")},
    {NULL, NULL, NULL}};
static const struct jl_option logout_options[] = {{"all", NULL, JL_MSG("end every session of this account")}, {NULL, NULL, NULL}};
static const struct jl_option user_options[] = {
    {"name", "NAME", JL_MSG("the person's name")},
    {"email", "ADDRESS", JL_MSG("e-mail")},
    {"team", "TEAM", JL_MSG("a team of the person; may be repeated")},
    {"admin", NULL, JL_MSG("administrator")},
    {"person", "REF", JL_MSG("an account for a person that exists already")},
    {"password-file", "FILE", JL_MSG("first line of the file is the password; without it one is made and shown once")},
    {NULL, NULL, NULL}};
static const struct jl_option session_options[] = {
    {"account", "LOGIN", JL_MSG("of someone else (administrators)")}, {"all", NULL, JL_MSG("of everybody (administrators)")}, {NULL, NULL, NULL}};
static const struct jl_option session_end_options[] = {{"account", "LOGIN", JL_MSG("of someone else (administrators)")}, {NULL, NULL, NULL}};
static const struct jl_option token_options[] = {
    {"edit", NULL, JL_MSG("may edit too; without it the token only reads")},
    {"only", "PLAN", JL_MSG("for this plan alone; may be repeated")},
    {"days", "N", JL_MSG("how long it is good for (90)")},
    {"account", "LOGIN", JL_MSG("for someone else (administrators)")},
    {NULL, NULL, NULL}};
static const struct jl_option erase_options[] = {{"keep-texts", NULL, JL_MSG("the texts of the person's comments and questions stay")},
                                                 {"yes", NULL, JL_MSG("do not ask")},
                                                 {NULL, NULL, NULL}};

const struct jl_command jl_commands_account[] = {
    {"login",
     JL_MSG("log in to a server and keep the session in the profile"),
     "[ACCOUNT]",
     0,
     1,
     JL_COMMAND_NO_LOGIN | JL_COMMAND_SERVER,
     login_options,
     jl_cmd_login,
     {"jalon login marie --server plans.example.org:7400", "jalon login bot --password-file /run/secrets/jalon"},
     NULL,
     NULL},
    {"logout",
     JL_MSG("end the session of this profile"),
     "",
     0,
     0,
     JL_COMMAND_SERVER,
     logout_options,
     jl_cmd_logout,
     {"jalon logout", "jalon logout --all"},
     NULL,
     NULL},
    {"passwd", JL_MSG("change a password"), "", 0, 0, JL_COMMAND_SERVER, passwd_options, jl_cmd_passwd, {"jalon passwd"}, NULL, NULL},
    {"whoami", JL_MSG("show account, server and current plan"), "", 0, 0, 0, NULL, jl_cmd_whoami, {"jalon whoami"}, NULL, NULL},
    {"user add",
     JL_MSG("add a person and the account"),
     "LOGIN",
     1,
     1,
     JL_COMMAND_WRITES | JL_COMMAND_SERVER,
     user_options,
     jl_cmd_user_add,
     {"jalon user add paul --name \"Paul Martin\" --team Marketing"},
     NULL,
     NULL},
    {"user disable", JL_MSG("close an account"), "LOGIN", 1, 1, JL_COMMAND_SERVER, NULL, jl_cmd_user_state, {"jalon user disable paul"}, NULL, NULL},
    {"user enable", JL_MSG("open an account again"), "LOGIN", 1, 1, JL_COMMAND_SERVER, NULL, jl_cmd_user_state, {"jalon user enable paul"}, NULL, NULL},
    {"user list", JL_MSG("list the accounts"), "", 0, 0, JL_COMMAND_SERVER, NULL, jl_cmd_user_list, {"jalon user list"}, NULL, NULL},
    {"user rename", JL_MSG("give an account another login name"), "LOGIN NEW", 2, 2, JL_COMMAND_SERVER, NULL, jl_cmd_user_rename, {"jalon user rename paul pmartin"}, NULL, NULL},
    {"user reset", JL_MSG("make a password for one login"), "LOGIN", 1, 1, JL_COMMAND_SERVER, NULL, jl_cmd_user_reset, {"jalon user reset paul"}, NULL, NULL},
    {"person erase", JL_MSG("erase a person for ever, from the history and every copy too (administrators)"), "REF", 1, 1,
     JL_COMMAND_WRITES | JL_COMMAND_SERVER, erase_options, jl_cmd_person_erase, {"jalon person erase P12", "jalon person erase marie --yes"}, NULL, NULL},
    {"person export", JL_MSG("what is held of a person, as JSON: records, account, logins, history"), "[REF]", 0, 1, JL_COMMAND_SERVER, NULL,
     jl_cmd_person_export, {"jalon person export > me.json", "jalon person export marie > marie.json"}, NULL, NULL},
    {"person erasures", JL_MSG("certificates of what was erased (administrators)"), "[REF]", 0, 1, JL_COMMAND_SERVER, NULL, jl_cmd_person_erasures,
     {"jalon person erasures", "jalon person erasures P12 --json"}, NULL, NULL},
    {"session list", JL_MSG("list where an account is logged in"), "", 0, 0, JL_COMMAND_SERVER, session_options, jl_cmd_session_list, {"jalon session list"}, NULL, NULL},
    {"session end", JL_MSG("end a login"), "ID", 1, 1, JL_COMMAND_SERVER, session_end_options, jl_cmd_session_end, {"jalon session end 3f2a9c1d"}, NULL, NULL},
    {"token add", JL_MSG("make a token for a script"), "NAME", 1, 1, JL_COMMAND_SERVER, token_options, jl_cmd_token_add,
     {"jalon token add nightly-report --only \"Plan 2027\" --days 30"}, NULL, NULL},
    {"token list", JL_MSG("list the tokens"), "", 0, 0, JL_COMMAND_SERVER, session_options, jl_cmd_session_list, {"jalon token list"}, NULL, NULL},
    {"token rm", JL_MSG("end a token"), "NAME", 1, 1, JL_COMMAND_SERVER, session_end_options, jl_cmd_session_end, {"jalon token rm nightly-report"}, NULL, NULL},
    JL_COMMANDS_END};

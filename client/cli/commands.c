/* Every command in one table; the commands of record types and views are made from their own tables. */
#include "client/cli/audit.h"
#include "client/cli/calendar_import.h"
#include "client/cli/cli.h"
#include "client/cli/experiment.h"
#include "client/cli/figures.h"
#include "client/cli/kpi_catalogue.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

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
static const struct jl_option import_options[] = {{"into", "PLAN", JL_MSG("add to a plan that exists")},
                                                  {"new", "NAME", JL_MSG("import as a new plan of this name")},
                                                  {"as", "NAME", JL_MSG("name of this import, for jalon undo --import; otherwise the file's")},
                                                  {NULL, NULL, NULL}};
static const struct jl_option kpi_use_options[] = {{"lever", "REF", JL_MSG("the lever that they measure")},
                                                   {"objective", "REF", JL_MSG("the objective that they measure")},
                                                   {NULL, NULL, NULL}};
static const struct jl_option experiment_options[] = {{"verdict", "won|lost|unclear", JL_MSG("another one than the counts speak for")}, {NULL, NULL, NULL}};
static const struct jl_option audit_options[] = {{"verdict", "keep|stop|start", JL_MSG("another one than the audit proposes")},
                                                 {"reason", "TEXT", JL_MSG("in your words; the figures stand behind it by themselves")},
                                                 {"cause", "lever|execution|unknown", JL_MSG("wrong lever or wrong execution; otherwise as the audit sees it")},
                                                 {"period", "2026|2026-Q1|...", JL_MSG("the period that is judged; otherwise the whole plan")},
                                                 {"lesson", "TITLE", JL_MSG("keeps what was learned as a lesson, with the same figures")},
                                                 {NULL, NULL, NULL}};
/* What a table does not say by itself (client/table/reader.h). */
#define TABLE_ANSWERS                                                                                                                               \
  {"encoding", "NAME", JL_MSG("utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, mac-roman; utf-8-twice for text that was encoded twice")},       \
      {"separator", ";|,|tab", JL_MSG("what stands between the columns")}, {"header-row", "LINE", JL_MSG("the line that names the columns; 0: there is none")}, \
      {"sheet", "NAME|N", JL_MSG("of a workbook")}, {"decimal", "comma|point", JL_MSG("the decimal mark of numbers that can be read in two ways")},   \
      {"date-order", "day|month|serial|serial-1904", JL_MSG("what stands first in dates; serial: numbers of days, as spreadsheets keep them")},      \
      {"totals", "keep", JL_MSG("rows that begin with Total are rows as others")}
static const struct jl_option table_options[] = {
    {"as", "TYPE|SOURCE", JL_MSG("what its rows become: expense, action, kpi ..., any type of records")},
    {"preview", NULL, JL_MSG("only show how it is read, and with --as what it would become; alone it needs no plan and no server")},
    {"map", "COLUMN=FIELD", JL_MSG("which field a column is; COLUMN= passes it over")},
    {"set", "FIELD=VALUE", JL_MSG("a value for all rows")},
    {"value", "FIELD:NAME=REF", JL_MSG("the record that a name in the file means; FIELD:NAME= none")},
    {"key", "FIELD,...", JL_MSG("what makes rows different, so that importing again changes and doubles nothing")},
    {"mapping", "NAME", JL_MSG("as files of this kind are imported here: jalon import-mapping list")},
    {"save-mapping", "NAME", JL_MSG("keep all that was said of this file by a name, for everybody")},
    {"name", "NAME", JL_MSG("name of this import, for jalon undo --import; otherwise the file's")},
    {"rejected", "FILE", JL_MSG("where rows that are not taken go; otherwise NAME.rejected.csv, here")},
    {"overwrite", NULL, JL_MSG("take what the file says where somebody changed it here since the last import")},
    {"restore", NULL, JL_MSG("bring back what was deleted here since")},
    {"all-or-nothing", NULL, JL_MSG("take nothing as long as a row would be rejected")},
    {"create", NULL, JL_MSG("make what the file names and the plan does not have, where its source knows how: campaigns, roles ...")},
    TABLE_ANSWERS,
    {NULL, NULL, NULL}};
static const struct jl_option figures_set_options[] = {{"period", "2026-03|2026-Q3|2026", JL_MSG("the month, quarter or year in which it came")},
                                                       {"campaign", "REF", JL_MSG("the action that brought it; otherwise of the lever apart from its campaigns")},
                                                       {NULL, NULL, NULL}};
static const struct jl_option figures_import_options[] = {{"as", "NAME", JL_MSG("name of this import, for jalon undo --import; otherwise the file's")}, TABLE_ANSWERS, {NULL, NULL, NULL}};
static const struct jl_option raci_options[] = {
    {"task", "TEXT", JL_MSG("what this part consists of, as in the classic table")}, {NULL, NULL, NULL}};
static const struct jl_option submit_options[] = {{"note", "TEXT", JL_MSG("what whoever decides should know")},
                                                  {"to", "REF", JL_MSG("budget line that gets the money of this one")},
                                                  {"amount", "AMOUNT", JL_MSG("how much goes to it, as both lines are kept")},
                                                  {"net", "AMOUNT", JL_MSG("the same excl. VAT")},
                                                  {"gross", "AMOUNT", JL_MSG("the same incl. VAT, at the rate of the line that gives it")},
                                                  {"months", "MONTH[..MONTH]", JL_MSG("of a line that is planned by month: which ones give it")},
                                                  {"to-months", "MONTH[..MONTH]", JL_MSG("which months get it; otherwise it stays in its months")},
                                                  {NULL, NULL, NULL}};
/* Of every list of actions (common/model/actions/filter.h). */
#define ACTION_FILTERS                                                                                                       \
  {"lever", "REF,...", JL_MSG("only actions of these levers")},                                                              \
      {"person", "WHO|me,...", JL_MSG("only those where they hold R or A, by themselves, their roles or teams")},            \
      {"tag", "TEXT,...", JL_MSG("only those with one of these tags")},                                                      \
      {"status", "to-do|ready|...", JL_MSG("only those in one of these states, joined by commas; dropped: what will not be done, and why")}, \
      {"priority", "low|normal|high|urgent,...", JL_MSG("only those of one of these priorities")},                           \
      {"late", NULL, JL_MSG("only what is late")}, {"text", "TEXT", JL_MSG("only those that have these words, whatever their case and accents")}
#define BOARD_COLUMNS                                                        \
  {"by", "status|lever|person|priority", JL_MSG("what a board's columns are")}, \
      {"cards", "N|all", JL_MSG("cards of a column; 12 on a screen, all in files")}
#define ACTION_SORT {"sort", "place|due|priority|impact|effort|number", JL_MSG("their order; place: as people have put them")}

static const struct jl_option list_options[] = {{"deleted", NULL, JL_MSG("the deleted ones")}, {NULL, NULL, NULL}};
static const struct jl_option action_list_options[] = {{"deleted", NULL, JL_MSG("the deleted ones")}, ACTION_FILTERS, ACTION_SORT, {NULL, NULL, NULL}};
static const struct jl_option check_options[] = {{"severity", "error|warning|advice", JL_MSG("these and worse")},
                                                 {"rule", "CODE", JL_MSG("only this rule, or those whose codes begin so; each finding by itself")},
                                                 {"all", NULL, JL_MSG("each finding by itself, with the accepted ones")},
                                                 {"strict", NULL, JL_MSG("exit status 10 for warnings too")},
                                                 {"rules", NULL, JL_MSG("what is checked; needs no plan and no server")},
                                                 {"page", NULL, JL_MSG("the same as a page in Markdown")},
                                                 {NULL, NULL, NULL}};
static const struct jl_option accept_options[] = {{"reason", "TEXT", JL_MSG("why one lives with it")},
                                                  {"until", "DATE", JL_MSG("from then on it counts again")},
                                                  {NULL, NULL, NULL}};
static const struct jl_option comment_options[] = {
    {"no-mentions", NULL, JL_MSG("an @ in the text means nobody")}, {NULL, NULL, NULL}};
static const struct jl_option ask_options[] = {{"by", "DATE", JL_MSG("until when an answer is of use; nothing waits for it")}, {NULL, NULL, NULL}};
static const struct jl_option view_save_options[] = {{"shared", NULL, JL_MSG("for everybody who reads the plan")}, {NULL, NULL, NULL}};
static const struct jl_option why_options[] = {{"all", NULL, JL_MSG("every figure of the view, or of the row; with --json an object each")},
                                               {"table", "NAME", JL_MSG("the figure in this table of the view")},
                                               {"record", "REF", JL_MSG("record that the view is about")},
                                               {"depth", "N", JL_MSG("so many levels of the explanation (4 on a screen)")},
                                               {"operands", "N", JL_MSG("so many operands of a long list; the rest is counted")},
                                               {"operand", "N", JL_MSG("the first of them, counted from 0")},
                                               {NULL, NULL, NULL}};
static const struct jl_option sign_options[] = {{"team", "TEAM", JL_MSG("for this team, of those that you sign for")}, {NULL, NULL, NULL}};
static const struct jl_option inbox_options[] = {
    {"since", "DATE", JL_MSG("what is new since that day, read or not: for a daily mail")}, {NULL, NULL, NULL}};
static const struct jl_option watch_options[] = {
    {"record", "REF", JL_MSG("record that the view is about")},
    {"times", "N", JL_MSG("end after N states")},
    ACTION_FILTERS,
    ACTION_SORT,
    BOARD_COLUMNS,
    {NULL, NULL, NULL}};

static const struct jl_option sync_options[] = {{"behind", NULL, JL_MSG("only fetch, and only when no other command is at it")},
                                                {NULL, NULL, NULL}};
static const struct jl_option resolve_options[] = {
    {"mine", NULL, JL_MSG("write yours over what is there now")},
    {"theirs", NULL, JL_MSG("leave what is there now, give yours up")},
    {"edit", "VALUE", JL_MSG("write another value")},
    {"field", "FIELD=mine|theirs|VALUE", JL_MSG("for one of several fields; may be repeated")},
    {"with-waiting", NULL, JL_MSG("give up too what needs a record that is given up")},
    {NULL, NULL, NULL}};

static const struct jl_option redo_options[] = {{"yes", NULL, JL_MSG("do not ask")},
                                                {"force", NULL, JL_MSG("also where others changed it since: theirs is written over")},
                                                {NULL, NULL, NULL}};
static const struct jl_option erase_options[] = {{"keep-texts", NULL, JL_MSG("the texts of the person's comments and questions stay")},
                                                 {"yes", NULL, JL_MSG("do not ask")},
                                                 {NULL, NULL, NULL}};
static const struct jl_option undo_options[] = {{"import", "NAME", JL_MSG("all that this import made")},
                                                {"yes", NULL, JL_MSG("do not ask")},
                                                {"force", NULL, JL_MSG("also where others changed it since: theirs is written over")},
                                                {NULL, NULL, NULL}};

static const struct jl_option heads_options[] = {{"all", NULL, JL_MSG("of the organisation and all plans")}, {NULL, NULL, NULL}};
static const struct jl_option history_export_options[] = {
    {"organisation", NULL, JL_MSG("of the organisation instead of a plan")},
    {"with-personal", NULL, JL_MSG("with personal values, which then cannot be erased from the file; without them chains are checked all the same")},
    {"continue", NULL, JL_MSG("FILE is such an export already: it is checked, and what came since is added")},
    {NULL, NULL, NULL}};
static const struct jl_option history_verify_options[] = {{"heads", "FILE", JL_MSG("what history heads wrote; may be repeated; - is the standard input")},
                                                          {"all", NULL, JL_MSG("of the organisation and all plans")},
                                                          {NULL, NULL, NULL}};
static const struct jl_option funnel_options[] = {
    {"revenue", "AMOUNT", JL_MSG("goes back from this revenue: 10M, 250k")},
    {"deal", "AMOUNT", JL_MSG("what one customer brings on average")},
    {"customers", "N", JL_MSG("goes back from so many new customers")},
    {"forward", "[STAGE=]N", JL_MSG("what comes of so many at a stage; without a name at the widest")},
    {"rates", "STAGE=2%,...", JL_MSG("stages from the widest on, with how many go on to the next; needs no plan and no server")},
    {"benchmark", "SET", JL_MSG("stages and rates of jalon benchmarks; needs no plan and no server")},
    {"lags", "MONTHS,...", JL_MSG("months from each stage to the next one")},
    {"capacity", "STAGE=N", JL_MSG("how many of a stage one sales rep can treat in a period")},
    {"reps", "N", JL_MSG("sales reps")},
    {"rounding", "stage|shown", JL_MSG("up at each stage, or exact in between and up where it is shown")},
    {"period", "month|quarter|year", JL_MSG("periods of the target")},
    {"start", "DATE", JL_MSG("first day on which the revenue counts")},
    {"periods", "N", JL_MSG("how many periods the target is spread over")},
    {"currency", "EUR|USD|...", JL_MSG("of the amounts, when there is no plan")},
    {NULL, NULL, NULL}};
static const struct jl_option funnel_new_options[] = {
    {"revenue", "AMOUNT", JL_MSG("goes back from this revenue: 10M, 250k")},
    {"deal", "AMOUNT", JL_MSG("what one customer brings on average")},
    {"customers", "N", JL_MSG("goes back from so many new customers")},
    {"rates", "STAGE=2%,...", JL_MSG("stages from the widest on, with how many go on to the next")},
    {"benchmark", "SET", JL_MSG("stages and rates of jalon benchmarks")},
    {"reps", "N", JL_MSG("sales reps")},
    {"rounding", "stage|shown", JL_MSG("up at each stage, or exact in between and up where it is shown")},
    {"period", "month|quarter|year", JL_MSG("periods of the target")},
    {"start", "DATE", JL_MSG("first day on which the revenue counts")},
    {"periods", "N", JL_MSG("how many periods the target is spread over")},
    {NULL, NULL, NULL}};
static const struct jl_option funnel_apply_options[] = {
    {"serves", "REF", JL_MSG("the objective that they serve")}, {"yes", NULL, JL_MSG("do not ask")}, {NULL, NULL, NULL}};
static const struct jl_option calendar_import_options[] = {{"name", "NAME", JL_MSG("of the new calendar; otherwise the file's")},
                                                           {"into", "REF", JL_MSG("in place of the days that this calendar has")},
                                                           TABLE_ANSWERS,
                                                           {NULL, NULL, NULL}};
static const struct jl_option school_import_options[] = {
    {"since", "DATE", JL_MSG("only what goes on from that day; otherwise from the beginning of this year")}, TABLE_ANSWERS, {NULL, NULL, NULL}};
static const struct jl_option schedule_options[] = {{"due", "DATE", JL_MSG("backwards from this date, instead of the one that is typed")},
                                                    {"level", NULL, JL_MSG("who has too much in which week, and what could be done later within its slack")},
                                                    {"apply", NULL, JL_MSG("writes the proposed dates, in one group")},
                                                    ACTION_FILTERS,
                                                    {"yes", NULL, JL_MSG("do not ask")},
                                                    {NULL, NULL, NULL}};
static const struct jl_option replan_options[] = {{"due", "DATE", JL_MSG("it would end on this day")},
                                                  {"start", "DATE", JL_MSG("it would begin on this day")},
                                                  {"days", "N", JL_MSG("it would take so many days of work")},
                                                  {"planned", "AMOUNT", JL_MSG("of a budget line: so much would be planned")},
                                                  {"rate", "PERCENT", JL_MSG("of a funnel rate: so many would go on to the next stage")},
                                                  {"apply", NULL, JL_MSG("writes what is shown, in one group")},
                                                  {"yes", NULL, JL_MSG("do not ask")},
                                                  {NULL, NULL, NULL}};
static const struct jl_option event_options[] = {{"date", "DATE", JL_MSG("the day, or the first of several")},
                                                 {"until", "DATE", JL_MSG("its last day")},
                                                 {"package", "NAME", JL_MSG("event, webinar or trade-show: what goes before and follows")},
                                                 {"lever", "REF", JL_MSG("below this lever")},
                                                 {NULL, NULL, NULL}};
static const struct jl_option playbook_options[] = {{"lever", "REF", JL_MSG("below this lever; otherwise one is made of the playbook")},
                                                    {"start", "DATE", JL_MSG("the day from which the steps are counted; otherwise today")},
                                                    {"budget", NULL, JL_MSG("budget lines too, of what its steps cost as a rule")},
                                                    {"bucket", "70|20|10", JL_MSG("the bucket of these lines")},
                                                    {"again", NULL, JL_MSG("also when it was used before, without asking")},
                                                    {NULL, NULL, NULL}};
static const struct jl_option action_carry_options[] = {{"into", "REF", JL_MSG("the sprint in which it goes on")},
                                                        {"due", "DATE", JL_MSG("by when it is done then")},
                                                        {"start", "DATE", JL_MSG("when it is begun then")},
                                                        {"reason", "TEXT", JL_MSG("why it was not done")},
                                                        {NULL, NULL, NULL}};
static const struct jl_option sprint_close_options[] = {
    {"into", "REF", JL_MSG("the sprint that gets what is unfinished; otherwise the next one, which is made when there is none")},
    {"review", "TEXT", JL_MSG("what was shown at its end, and what it brought")},
    {NULL, NULL, NULL}};
static const struct jl_option stand_up_options[] = {{"done", "TEXT", JL_MSG("done since the last time")},
                                                    {"next", "TEXT", JL_MSG("what comes next")},
                                                    {"blocked", "TEXT", JL_MSG("what is in the way")},
                                                    {"person", "REF", JL_MSG("for somebody else")},
                                                    {"day", "DATE", JL_MSG("of another day than today")},
                                                    {NULL, NULL, NULL}};
static const struct jl_option meeting_new_options[] = {{"date", "DATE", JL_MSG("of another day than today")},
                                                       {"minutes", "N", JL_MSG("how long it is to take (25)")},
                                                       {"with", "PERSON,...", JL_MSG("who takes part")},
                                                       {"leader", "PERSON", JL_MSG("who leads it")},
                                                       {"points", "N", JL_MSG("at most so many points of the agenda (12)")},
                                                       {NULL, NULL, NULL}};
static const struct jl_option meeting_decide_options[] = {
    {"owner", "PERSON", JL_MSG("the one person who does it")},
    {"due", "DATE", JL_MSG("by when")},
    {"action", "REF", JL_MSG("an action that is there already; otherwise one is made")},
    {"title", "TEXT", JL_MSG("title of the action that is made; otherwise the decision")},
    {NULL, NULL, NULL}};
static const struct jl_option meeting_close_options[] = {{"postpone", NULL, JL_MSG("points without a decision go to another meeting, a week later")},
                                                         {NULL, NULL, NULL}};

static const struct jl_option supplier_list_options[] = {{"basis", "cost|net|gross", JL_MSG("what it costs, amounts excl. VAT, or incl. VAT")},
                                                         {"period", "2026-07|2026-Q1|2026|...", JL_MSG("only this month, fiscal quarter or year, or from one to another: 2026-07..2026-09")},
                                                         {NULL, NULL, NULL}};
static const struct jl_option supplier_rename_options[] = {{"yes", NULL, JL_MSG("do not ask")}, {NULL, NULL, NULL}};
#define SET_OPTION {"set", "B3=5000,B4=1200", JL_MSG("these lines get these amounts, excl. VAT, and the others share the rest")}
static const struct jl_option allocation_options[] = {SET_OPTION, {NULL, NULL, NULL}};
static const struct jl_option allocation_apply_options[] = {SET_OPTION,
                                                            {"note", "TEXT", JL_MSG("what whoever decides should know")},
                                                            {"no-submit", NULL, JL_MSG("without submitting the budget")},
                                                            {"yes", NULL, JL_MSG("do not ask")},
                                                            {NULL, NULL, NULL}};
static const struct jl_option review_start_options[] = {{"period", "2026-Q3|2026-07|...", JL_MSG("of this quarter, month, year, or from one to another")},
                                                        {"week", "YYYY-Wnn|+N", JL_MSG("a weekly arbitration: of this week, with the results of the four weeks that end with it")},
                                                        {"qualified", "STAGE", JL_MSG("what counts as a qualified lead (MQL, or leads where nobody tells of any)")},
                                                        {"minimum-data", "N", JL_MSG("qualified leads from which on a channel is judged (30)")},
                                                        {"step", "PERCENT", JL_MSG("a line gives or gets at most so much of what it plans (25%)")},
                                                        {"gap", "PERCENT", JL_MSG("money moves when a qualified lead costs so much more there than here (50%)")},
                                                        {"until", "DATE", JL_MSG("only money of months until then moves (the plan's end)")},
                                                        {"note", "TEXT", JL_MSG("what it is for")},
                                                        {NULL, NULL, NULL}};
static const struct jl_option review_decide_options[] = {{"reason", "TEXT", JL_MSG("why; a refusal needs it")}, {NULL, NULL, NULL}};
static const struct jl_option review_add_options[] = {{"from", "REF", JL_MSG("the budget line that gives")},
                                                      {"to", "REF", JL_MSG("the budget line that gets it")},
                                                      {"amount", "AMOUNT", JL_MSG("how much, excl. VAT")},
                                                      {"review", "REF", JL_MSG("in this review; otherwise the present one")},
                                                      {NULL, NULL, NULL}};
static const struct jl_option review_apply_options[] = {{"note", "TEXT", JL_MSG("what whoever decides should know")}, {NULL, NULL, NULL}};
static const struct jl_option scenario_new_options[] = {{"cut", "20%|AMOUNT", JL_MSG("so much less: a share of what is planned, or an amount excl. VAT")},
                                                        {"note", "TEXT", JL_MSG("what it is for")},
                                                        {NULL, NULL, NULL}};
static const struct jl_option scenario_accept_options[] = {{"note", "TEXT", JL_MSG("what whoever decides should know")},
                                                           {"no-submit", NULL, JL_MSG("without submitting the budget")},
                                                           {"yes", NULL, JL_MSG("do not ask")},
                                                           {NULL, NULL, NULL}};
static const struct jl_option bucket_promote_options[] = {{"evidence", "REF", JL_MSG("the KPI that proves it: measured, and on target")},
                                                          {"reason", "TEXT", JL_MSG("why it goes up")},
                                                          {"yes", NULL, JL_MSG("do not ask")},
                                                          {NULL, NULL, NULL}};
static const struct jl_option bucket_demote_options[] = {{"reason", "TEXT", JL_MSG("why it goes down")}, {"yes", NULL, JL_MSG("do not ask")}, {NULL, NULL, NULL}};
static const struct jl_option matrix_apply_options[] = {ACTION_FILTERS,
                                                        {"only", "quick-wins|time-sinks", JL_MSG("only these")},
                                                        {"into", "REF", JL_MSG("the sprint that gets the quick wins; otherwise the first that has not begun")},
                                                        {"reason", "TEXT", JL_MSG("why time sinks are stopped; otherwise their impact and effort")},
                                                        {"yes", NULL, JL_MSG("do not ask")},
                                                        {NULL, NULL, NULL}};

/* path, summary, arguments, least, most, flags, options, run, examples */
const struct jl_command jl_commands[] = {
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
    {"plan new",
     JL_MSG("make a plan and make it the current one"),
     "NAME",
     1,
     1,
     JL_COMMAND_WRITES,
     NULL,
     jl_cmd_plan_new,
     {"jalon plan new \"Plan 2026\" --start 2026-01-01 --end 2026-12-31", "jalon plan new \"Plan 2027\" --template annual-b2b --start 2027-01-01",
      "jalon plan new \"Plan 2028\" --from \"Plan 2027\" --start 2028-01-01"},
     NULL,
     NULL},
    {"template list", JL_MSG("the plans to start from"), "", 0, 0, JL_COMMAND_LOCAL, NULL, jl_cmd_template_list, {"jalon template list"}, NULL, NULL},
    {"template show",
     JL_MSG("what a template brings"),
     "NAME|FILE",
     1,
     1,
     JL_COMMAND_LOCAL,
     NULL,
     jl_cmd_template_show,
     {"jalon template show annual-b2b"},
     NULL,
     NULL},
    {"plan list", JL_MSG("list the plans"), "", 0, 0, 0, NULL, jl_cmd_plan_list, {"jalon plan list"}, NULL, NULL},
    {"portfolio", JL_MSG("all plans side by side: progress, actions, KPIs, money"), "", 0, 0, 0, NULL, jl_cmd_portfolio, {"jalon portfolio", "jalon portfolio --csv", "jalon watch portfolio"}, NULL, NULL},
    {"plan use", JL_MSG("choose the current plan"), "NAME", 1, 1, 0, NULL, jl_cmd_plan_use, {"jalon plan use \"Plan 2026\""}, NULL, NULL},
    {"plan show", JL_MSG("show the plan's own fields"), "", 0, 0, JL_COMMAND_PLAN | JL_COMMAND_PAST, NULL, jl_cmd_plan_show, {"jalon plan show"}, NULL, NULL},
    {"import", JL_MSG("records from a table (CSV of any kind, Excel workbook); importing it again changes what differs and doubles nothing"), "FILE [--as TYPE|SOURCE] [--preview]", 1, 1,
     JL_COMMAND_ALONE | JL_COMMAND_WRITES, table_options, jl_cmd_import,
     {"jalon import budget.csv --preview", "jalon import factures.csv --as expense --set line=B3 --dry-run", "jalon import factures.csv --as expense --map \"Coût HT=net\" --map \"Mois=\" --key document",
      "jalon import google-ads.csv --set vat-basis=net --value \"campaign:PMax=A12\"; jalon import 123456789FEC20261231.txt --value line:623100=B3"}, NULL, NULL},
    {"plan import",
     JL_MSG("read a plan from a JSON file"),
     "FILE",
     1,
     1,
     JL_COMMAND_WRITES,
     import_options,
     jl_cmd_plan_import,
     {"jalon plan import plan.json --new \"Plan 2027\"", "jalon plan import plan.json --dry-run"},
     NULL,
     NULL},
    {"plan export",
     JL_MSG("write the plan to a JSON file that import reads"),
     "FILE",
     1,
     1,
     JL_COMMAND_PLAN,
     NULL,
     jl_cmd_plan_export,
     {"jalon plan export plan.json", "jalon plan export -"},
     NULL,
     NULL},
    {"show",
     JL_MSG("show one record with everything below it"),
     "REF",
     1,
     1,
     JL_COMMAND_PAST,
     NULL,
     jl_cmd_show,
     {"jalon show A12", "jalon show B3 --json", "jalon show B3 --at 2026-03-31"},
     NULL,
     NULL},
    {"why",
     JL_MSG("where a figure comes from: formula, operands, records"),
     "VIEW [ROW [COLUMN]]",
     1,
     3,
     JL_COMMAND_PLAN | JL_COMMAND_PAST,
     why_options,
     jl_cmd_why,
     {"jalon why budget", "jalon why budget B3 remaining", "jalon why budget total planned --by category --at 2026-03-31"},
     NULL,
     NULL},
    {"diff",
     JL_MSG("what differs between two moments: records, fields, money"),
     "DATE|rN [DATE|rN] [REF]",
     1,
     3,
     JL_COMMAND_PLAN,
     NULL,
     jl_cmd_diff,
     {"jalon diff 2026-03-01 2026-03-31", "jalon diff r1000 r1200", "jalon diff 2026-03-01 A12"},
     NULL,
     NULL},
    {"history heads",
     JL_MSG("the heads of the history's chains, to be kept where nobody can change them"),
     "",
     0,
     0,
     JL_COMMAND_SERVER,
     heads_options,
     jl_cmd_history_heads,
     {"jalon history heads", "jalon history heads --all > heads-2027-01.txt"},
     NULL,
     NULL},
    {"history export",
     JL_MSG("the whole log of a plan as a file that history verify checks without a server"),
     "FILE",
     1,
     1,
     JL_COMMAND_SERVER,
     history_export_options,
     jl_cmd_history_export,
     {"jalon history export plan.log", "jalon history export plan.log --continue", "jalon history export - | gzip > plan.log.gz"},
     NULL,
     NULL},
    {"history verify",
     JL_MSG("recompute the chains of a history, of the server or of an exported file, and hold them against heads"),
     "[FILE]",
     0,
     1,
     JL_COMMAND_NO_LOGIN,
     history_verify_options,
     jl_cmd_history_verify,
     {"jalon history verify", "jalon history verify --all --heads heads-2027-01.txt", "jalon history verify plan.log --heads heads-2027-01.txt"},
     NULL,
     NULL},
    {"undo",
     JL_MSG("take back my last change of this plan, a revision, a range of them, or an import"),
     "[REVISION|FIRST..LAST]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     undo_options,
     jl_cmd_undo,
     {"jalon undo", "jalon undo r1234", "jalon undo r1200..r1234 --yes", "jalon undo --import leads.json"},
     NULL,
     NULL},
    {"redo",
     JL_MSG("make again what was taken back last"),
     "",
     0,
     0,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     redo_options,
     jl_cmd_redo,
     {"jalon redo"},
     NULL,
     NULL},
    {"restore",
     JL_MSG("bring a deleted record back, with what was deleted with it"),
     "REF",
     1,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_restore,
     {"jalon restore A12"},
     NULL,
     NULL},
    {"check",
     JL_MSG("what is wrong with the plan or could be better, with the reason and what to do; exit status 10 for errors"),
     "[REF]",
     0,
     1,
     JL_COMMAND_ALONE | JL_COMMAND_PAST,
     check_options,
     jl_cmd_check,
     {"jalon check", "jalon check A12", "jalon check --severity error --json", "jalon help check LEV05"},
     NULL,
     NULL},
    {"check accept",
     JL_MSG("live with a finding, for a reason: of records, or without any of the plan as a whole"),
     "CODE [REF]...",
     1,
     64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     accept_options,
     jl_cmd_check_accept,
     {"jalon check accept LEV04 --reason \"...\"", "jalon check accept ACT03 A12 A14 --reason \"...\" --until 30/06"},
     NULL,
     NULL},
    {"check withdraw",
     JL_MSG("no longer accept a finding"),
     "CODE [REF]...",
     1,
     64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_check_withdraw,
     {"jalon check withdraw ACT03 A12"},
     NULL,
     NULL},
    {"check accepted",
     JL_MSG("findings that are accepted, by whom and why"),
     "",
     0,
     0,
     JL_COMMAND_PLAN | JL_COMMAND_PAST,
     NULL,
     jl_cmd_check_accepted,
     {"jalon check accepted"},
     NULL,
     NULL},
    {"schedule",
     JL_MSG("proposed dates beside those typed, what cannot fit, what is late and all that it pushes"),
     "[REF]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_PAST,
     schedule_options,
     jl_cmd_schedule,
     {"jalon schedule", "jalon schedule A12 --due 15/05", "jalon schedule --level", "jalon schedule --apply"},
     NULL,
     NULL},
    {"replan",
     JL_MSG("what another date, budget or rate does to dates, money and funnel, before it is accepted"),
     "[REF]",
     0,
     1,
     JL_COMMAND_PLAN,
     replan_options,
     jl_cmd_replan,
     {"jalon replan A12 --due 15/05", "jalon replan B3 --planned 8000", "jalon replan FR2 --rate 15% --apply"},
     NULL,
     NULL},
    {"event new",
     JL_MSG("make an event with what goes before it and what follows"),
     "TITLE",
     1,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     event_options,
     jl_cmd_event_new,
     {"jalon event new \"Salon Solutions RH\" --date 11/06 --package trade-show --lever L2"},
     NULL,
     NULL},
    {"funnel new",
     JL_MSG("make a funnel with its stages and their rates"),
     "NAME",
     1,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     funnel_new_options,
     jl_cmd_funnel_new,
     {"jalon funnel new \"Plan 2027\" --benchmark inbound-b2b --customers 30", "jalon funnel new \"Plan 2027\" --rates visits=2%,leads=30%,MQL=40%,SQL=25% --revenue 10M --deal 100k"},
     NULL,
     NULL},
    {"funnel apply",
     JL_MSG("make objectives and KPI targets from a funnel, or give them its figures"),
     "[REF]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     funnel_apply_options,
     jl_cmd_funnel_apply,
     {"jalon funnel apply --dry-run", "jalon funnel apply FN1 --serves O1"},
     NULL,
     NULL},
    {"funnel",
     JL_MSG("how many visits, leads and deals a revenue takes, or what comes of them"),
     "[REF]",
     0,
     1,
     JL_COMMAND_ALONE | JL_COMMAND_PAST,
     funnel_options,
     jl_cmd_funnel,
     {"jalon funnel", "jalon funnel FN1 --revenue 12M", "jalon funnel --revenue 10M --deal 100k --benchmark waterfall-2009",
      "jalon funnel --customers 30 --rates 2%,30%,40%,25%"},
     NULL,
     NULL},
    {"matrix apply",
     JL_MSG("make the matrix's quick wins ready, put them into the next sprint, and stop its time sinks"),
     "",
     0,
     0,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     matrix_apply_options,
     jl_cmd_matrix_apply,
     {"jalon matrix apply --dry-run", "jalon matrix apply --only time-sinks --reason \"...\""},
     NULL,
     NULL},
    {"supplier list", JL_MSG("what is ordered and invoiced by each supplier; of one: its orders and invoices"), "[NAME]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_PAST,
     supplier_list_options, jl_cmd_supplier_list, {"jalon supplier list", "jalon supplier list \"Google Ads\" --period 2026-Q1"}, NULL, NULL},
    {"supplier rename", JL_MSG("one name for a supplier on all its expenses, in one group; the name of another one makes one of both"), "NAME NAME", 2, 2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, supplier_rename_options, jl_cmd_supplier_rename, {"jalon supplier rename \"GOOGLE ADS IRELAND\" \"Google Ads\""}, NULL, NULL},
    {"allocation", JL_MSG("from customers, CAC and CLV to a global budget, split over the lines with what is expected of each"), "[REF]", 0, 1,
     JL_COMMAND_PLAN | JL_COMMAND_PAST, allocation_options, jl_cmd_allocation, {"jalon allocation", "jalon allocation BO1 --set B3=5000"}, NULL, NULL},
    {"allocation apply", JL_MSG("the lines plan what the allocation gives them, and the budget is submitted with the ROI expected of each"), "[REF]", 0, 1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, allocation_apply_options, jl_cmd_allocation_apply, {"jalon allocation apply --dry-run", "jalon allocation apply BO1 --set B3=5000"}, NULL, NULL},
    {"review start", JL_MSG("freeze what is known of a quarter or a week, and work out what to decide"), "", 0, 0, JL_COMMAND_PLAN | JL_COMMAND_WRITES, review_start_options,
     jl_cmd_review_start, {"jalon review start --period 2026-Q3", "jalon review start --week 2026-W40", "jalon review start --period 2026-Q3 --qualified SQL --minimum-data 50"}, NULL, NULL},
    {"review accept", JL_MSG("accept proposals of a review"), "REF [REF]...", 1, 50, JL_COMMAND_PLAN | JL_COMMAND_WRITES, review_decide_options, jl_cmd_review_accept,
     {"jalon review accept RP1", "jalon review accept RP1 RP3"}, NULL, NULL},
    {"review refuse", JL_MSG("refuse proposals of a review, with a reason"), "REF [REF]...", 1, 50, JL_COMMAND_PLAN | JL_COMMAND_WRITES, review_decide_options, jl_cmd_review_refuse,
     {"jalon review refuse RP2 --reason \"the trade show is in May\""}, NULL, NULL},
    {"review reopen", JL_MSG("take a decision back, so that it can be decided again"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_review_reopen,
     {"jalon review reopen RP2"}, NULL, NULL},
    {"review add", JL_MSG("propose a move of one's own, within the same limits"), "WHY", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, review_add_options, jl_cmd_review_add,
     {"jalon review add \"webinars sell\" --from B3 --to B4 --amount 500"}, NULL, NULL},
    {"review apply", JL_MSG("submit all that is accepted of a review as one: money that moves, lines that change their bucket"), "[REF]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     review_apply_options, jl_cmd_review_apply, {"jalon review apply", "jalon review apply R1 --dry-run"}, NULL, NULL},
    {"review close", JL_MSG("close a review when everything is decided"), "[REF]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_review_close, {"jalon review close", "jalon review close R1"},
     NULL, NULL},
    {"review discard", JL_MSG("give a review up that nobody wants"), "[REF]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_review_discard, {"jalon review discard R1"}, NULL, NULL},
    {"scenario new", JL_MSG("keep what a cut would take, as a scenario that others see"), "TITLE", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, scenario_new_options,
     jl_cmd_scenario_new, {"jalon scenario new \"-20 %\" --cut 20%", "jalon scenario new \"5 000 less\" --cut 5000"}, NULL, NULL},
    {"scenario compare", JL_MSG("the scenarios side by side"), "", 0, 0, JL_COMMAND_PLAN | JL_COMMAND_PAST, NULL, jl_cmd_scenario_compare,
     {"jalon scenario compare", "jalon scenario compare --csv"}, NULL, NULL},
    {"scenario refresh", JL_MSG("work a scenario out anew, when the budget has moved since"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL,
     jl_cmd_scenario_refresh, {"jalon scenario refresh SC1"}, NULL, NULL},
    {"scenario accept", JL_MSG("plan the lines as the scenario has them, in one group, and submit the budget"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     scenario_accept_options, jl_cmd_scenario_accept, {"jalon scenario accept SC1", "jalon scenario accept SC1 --dry-run"}, NULL, NULL},
    {"bucket promote", JL_MSG("a budget line goes one bucket up (10, 20, 70) with the KPI that proves it"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     bucket_promote_options, jl_cmd_bucket_promote, {"jalon bucket promote B3 --evidence K2 --reason \"CPL below 40 for a quarter\""}, NULL, NULL},
    {"bucket demote", JL_MSG("a budget line goes one bucket down, with a reason"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, bucket_demote_options,
     jl_cmd_bucket_demote, {"jalon bucket demote B3 --reason \"CPL above target for a quarter\""}, NULL, NULL},
    {"calendar import",
     JL_MSG("the days off of another country, from a file of yours or one that came with the program"),
     "FILE|COUNTRY",
     1,
     1,
     JL_COMMAND_WRITES,
     calendar_import_options,
     jl_cmd_calendar_import,
     {"jalon calendar import belgium", "jalon calendar import ./maroc.days --name Maroc"},
     NULL,
     NULL},
    {"school-holiday import",
     JL_MSG("school holidays of zones A, B and C, from the table of the administration's open data"),
     "FILE",
     1,
     1,
     JL_COMMAND_WRITES,
     school_import_options,
     jl_cmd_school_import,
     {"jalon school-holiday import vacances_scolaires_zones.csv --since 2025-09-01"},
     NULL,
     NULL},
    {"rights set",
     JL_MSG("what a team, a person or everybody may do with a section: none, read, edit, or default"),
     "TEAM|PERSON|everybody SECTION|all none|read|edit|default",
     3,
     3,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_rights_set,
     {"jalon rights set comex payroll none", "jalon rights set everybody payroll none", "jalon rights set agency all none"},
     NULL,
     NULL},
    {"raci set",
     JL_MSG("replace the letters named, leave the others"),
     "REF LETTER=WHO[,WHO]...",
     2,
     64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     raci_options,
     jl_cmd_raci_set,
     {"jalon raci set A12 A=paul R=marie,benoit C=sales I=comex", "jalon raci set A12 R=marie --task \"...\"",
      "jalon raci set RA20 --task \"...\""},
     NULL,
     NULL},
    {"raci add",
     JL_MSG("add holders to letters"),
     "REF LETTER=WHO[,WHO]...",
     2,
     64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     raci_options,
     jl_cmd_raci_add,
     {"jalon raci add A12 C=sales", "jalon raci add A12 R=marie --task \"...\""},
     NULL,
     NULL},
    {"raci rm",
     JL_MSG("take holders off letters"),
     "REF LETTER=WHO[,WHO]...",
     2,
     64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_raci_rm,
     {"jalon raci rm A12 C=sales"},
     NULL,
     NULL},
    {"comment",
     JL_MSG("comment on a record"),
     "REF TEXT",
     2,
     2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     comment_options,
     jl_cmd_comment,
     {"jalon comment A12 \"the date moved, see the agency's mail\"", "jalon comment A12 \"@marie can you look? @sales too\""},
     NULL,
     NULL},
    {"ask",
     JL_MSG("ask people, teams or roles for advice; C: whoever is consulted on it"),
     "REF @WHO[,@WHO]...|C TEXT",
     3,
     3,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     ask_options,
     jl_cmd_ask,
     {"jalon ask A12 @paul \"which leads do you want first?\" --by friday", "jalon ask A12 C \"is the date good?\""},
     NULL,
     NULL},
    {"answer",
     JL_MSG("answer a request for advice, or a comment"),
     "REF TEXT",
     2,
     2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     comment_options,
     jl_cmd_answer,
     {"jalon answer Q3 \"the ones from the trade show\"", "jalon answer CM12 \"done\""},
     NULL,
     NULL},
    {"playbook use",
     JL_MSG("make actions and KPIs of a playbook's steps"),
     "REF|NAME|FILE",
     1,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     playbook_options,
     jl_cmd_playbook_use,
     {"jalon playbook use PB1 --lever SEO", "jalon playbook use seo --lever SEO --budget --bucket 20", "jalon playbook use webinar --start monday"},
     NULL,
     NULL},
    {"playbook catalogue", JL_MSG("the playbooks that come with the program"), "[NAME|FILE]", 0, 1, JL_COMMAND_LOCAL, NULL, jl_cmd_playbook_catalogue,
     {"jalon playbook catalogue", "jalon playbook catalogue seo"}, NULL, NULL},
    {"playbook take", JL_MSG("bring one of them into the plan, to be changed there"), "NAME|FILE", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL,
     jl_cmd_playbook_take, {"jalon playbook take trade-show"}, NULL, NULL},
    {"view save", JL_MSG("keep a view and its options by a name"), "NAME VIEW [REF]", 2, 3, JL_COMMAND_PLAN | JL_COMMAND_WRITES, view_save_options, jl_cmd_view_save,
     {"jalon view save \"...\" board --person me --status blocked", "jalon view save \"...\" gantt --lever SEO --shared"}, NULL, NULL},
    {"view use", JL_MSG("show a view that was kept; options that are typed now count"), "NAME", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_PAST, NULL, jl_cmd_view_use,
     {"jalon view use \"...\""}, NULL, NULL},
    {"automation test", JL_MSG("what an automation would do to a record now; nothing is changed"), "REF REF", 2, 2, JL_COMMAND_PLAN, NULL, jl_cmd_automation_test,
     {"jalon automation test AU1 A12"}, NULL, NULL},
    {"automation off", JL_MSG("switch an automation off"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_automation_off,
     {"jalon automation off AU1"}, NULL, NULL},
    {"automation on", JL_MSG("switch an automation on: it does what you may do"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_automation_on,
     {"jalon automation on AU1"}, NULL, NULL},
    {"action carry", JL_MSG("carry over what is unfinished: another action goes on with its people, its links and what is open of its checklist"), "REF", 1, 1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, action_carry_options, jl_cmd_action_carry,
     {"jalon action carry A12 --into SP3", "jalon action carry A12 --due 30/06 --reason \"...\""}, NULL, NULL},
    {"action count", JL_MSG("so many more of an action's quantity are done (1)"), "REF [N]", 1, 2, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_action_count,
     {"jalon action count A12", "jalon action count A12 3"}, NULL, NULL},
    {"sprint close", JL_MSG("close a sprint; what is unfinished is carried over to the next one"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     sprint_close_options, jl_cmd_sprint_close, {"jalon sprint close SP1", "jalon sprint close SP1 --into SP3 --review \"...\""}, NULL, NULL},
    {"stand-up", JL_MSG("your note of the day: done, next, blocked"), "", 0, 0, JL_COMMAND_PLAN | JL_COMMAND_WRITES, stand_up_options, jl_cmd_stand_up,
     {"jalon stand-up --done \"...\" --next \"...\"", "jalon stand-up --blocked \"...\""}, NULL, NULL},
    {"meeting new", JL_MSG("a meeting with the points of the agenda"), "[TITLE]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, meeting_new_options,
     jl_cmd_meeting_new, {"jalon meeting new --with paul,marie --leader claire"}, NULL, NULL},
    {"meeting decide", JL_MSG("close a point: the decision, who does it, by when"), "REF DECISION", 2, 2, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     meeting_decide_options, jl_cmd_meeting_decide,
     {"jalon meeting decide MP2 \"...\" --owner paul --due friday", "jalon meeting decide MP2 \"...\" --action A12"}, NULL, NULL},
    {"meeting run", JL_MSG("hold a meeting in this terminal: its time, its points, each with its decision"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL,
     jl_cmd_meeting_run, {"jalon meeting run MT1"}, NULL, NULL},
    {"meeting start", JL_MSG("begin a meeting: its time runs"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, NULL, jl_cmd_meeting_start,
     {"jalon meeting start MT1"}, NULL, NULL},
    {"meeting close", JL_MSG("close a meeting in which every point has its decision"), "REF", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     meeting_close_options, jl_cmd_meeting_close, {"jalon meeting close MT1", "jalon meeting close MT1 --postpone"}, NULL, NULL},
    {"kpi catalogue", JL_MSG("the KPIs that come with the program, by channel"), "[CHANNEL]", 0, 1, JL_COMMAND_LOCAL, NULL, jl_cmd_kpi_catalogue,
     {"jalon kpi catalogue", "jalon kpi catalogue seo"}, NULL, NULL},
    {"kpi use", JL_MSG("make those of a channel KPIs of the plan"), "CHANNEL", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, kpi_use_options, jl_cmd_kpi_use,
     {"jalon kpi use seo --lever SEO", "jalon kpi use business"}, NULL, NULL},
    {"experiment conclude", JL_MSG("end an experiment with the verdict that its counts speak for, and what was learned"), "REF CONCLUSION", 2, 2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, experiment_options, jl_cmd_experiment_conclude, {"jalon experiment conclude EX1 \"...\"", "jalon experiment conclude EX1 \"...\" --verdict unclear"}, NULL, NULL},
    {"audit accept", JL_MSG("record the verdict on a lever, with the figures of the audit behind it"), "LEVER", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES, audit_options,
     jl_cmd_audit_accept, {"jalon audit accept SEA --verdict stop --reason \"...\"", "jalon audit accept SEO --lesson \"...\""}, NULL, NULL},
    {"figures set", JL_MSG("what came of a lever or a campaign in a period: visits, leads, MQL, customers, revenue ..."), "[LEVER] STAGE=VALUE...", 1, 64,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, figures_set_options, jl_cmd_figures_set,
     {"jalon figures set SEO --period 2026-03 visits=5000 leads=120 MQL=40 customers=3 revenue=9000", "jalon figures set SEA --period 2026-Q3 --campaign A12 leads=35 pipeline=48k"},
     NULL, NULL},
    {"figures import", JL_MSG("the same from a table (CSV, workbook), idempotent; its columns are named in French or English"), "FILE", 1, 1, JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     figures_import_options, jl_cmd_figures_import, {"jalon figures import leads.csv", "jalon figures import leads.csv --dry-run; jalon undo --import leads.csv"}, NULL, NULL},
    {"definition sign",
     JL_MSG("sign a definition for your team, as it stands"),
     "REF",
     1,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     sign_options,
     jl_cmd_definition_sign,
     {"jalon definition sign D2"},
     NULL,
     NULL},
    {"definition list",
     JL_MSG("what the teams have agreed that words mean, and who has still to sign"),
     "",
     0,
     0,
     JL_COMMAND_PLAN,
     list_options,
     jl_cmd_definition_list,
     {"jalon definition list"},
     NULL,
     NULL},
    {"inbox",
     JL_MSG("what waits for your answer, and what is new for you, in all your plans"),
     "",
     0,
     0,
     0,
     inbox_options,
     jl_cmd_inbox,
     {"jalon inbox", "jalon inbox --since yesterday", "jalon inbox read all", "jalon inbox answer 2 \"yes\""},
     NULL,
     NULL},
    {"inbox read",
     JL_MSG("these have been read: numbers of the list shown last, or all"),
     "N...|all",
     1,
     64,
     JL_COMMAND_WRITES,
     NULL,
     jl_cmd_inbox_read,
     {"jalon inbox read 3 4", "jalon inbox read all"},
     NULL,
     NULL},
    {"inbox answer",
     JL_MSG("answer an item of the list shown last"),
     "N TEXT",
     2,
     2,
     JL_COMMAND_WRITES,
     comment_options,
     jl_cmd_inbox_answer,
     {"jalon inbox answer 2 \"yes\""},
     NULL,
     NULL},
    {"gate override",
     JL_MSG("let a campaign start although the launch gate holds it up: the accountable, with a reason"),
     "REF REASON",
     2,
     2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_gate_override,
     {"jalon gate override A12 \"the fair is tomorrow; codes are counted by hand\"", "jalon launch-override rm LO2"},
     NULL,
     NULL},
    {"submit",
     JL_MSG("submit the plan, its budget, an action, or money for another budget line, to be approved"),
     "[REF|budget]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     submit_options,
     jl_cmd_submit,
     {"jalon submit budget --note \"after the cut\"", "jalon submit A12", "jalon submit B3 --to B4 --amount 500",
      "jalon submit B3 --to B4 --net 500 --months 2027-03..2027-05"},
     NULL,
     NULL},
    {"approve",
     JL_MSG("approve what was submitted, as it was submitted"),
     "[REF|budget]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_approve,
     {"jalon approve A12", "jalon approve", "jalon approve AP3"},
     NULL,
     NULL},
    {"send-back",
     JL_MSG("send back what was submitted, with a reason"),
     "REF|budget REASON",
     2,
     2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_send_back,
     {"jalon send-back A12 \"the date collides with the trade show\""},
     NULL,
     NULL},
    {"withdraw",
     JL_MSG("take back what was submitted and is not decided"),
     "[REF|budget]",
     0,
     1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES,
     NULL,
     jl_cmd_withdraw,
     {"jalon withdraw A12"},
     NULL,
     NULL},
    {"watch",
     JL_MSG("show a view that follows every change"),
     "[VIEW] [REF]",
     0,
     2,
     0,
     watch_options,
     jl_cmd_watch,
     {"jalon watch budget", "jalon watch show A12", "jalon watch portfolio"},
     NULL,
     NULL},
    {"status",
     JL_MSG("show what waits, what is in conflict, how old this machine's copy is, who else is here"),
     "",
     0,
     0,
     JL_COMMAND_OUTBOX,
     NULL,
     jl_cmd_status,
     {"jalon status", "jalon status --json"},
     NULL,
     NULL},
    {"sync",
     JL_MSG("send what waits, fetch what is new, of every plan on this machine"),
     "",
     0,
     0,
     JL_COMMAND_OUTBOX | JL_COMMAND_SERVER,
     sync_options,
     jl_cmd_sync,
     {"jalon sync", "jalon sync --quiet"},
     NULL,
     NULL},
    {"conflicts",
     JL_MSG("show changes of mine that met changes of others"),
     "",
     0,
     0,
     0,
     NULL,
     jl_cmd_conflicts,
     {"jalon conflicts", "jalon conflicts --csv"},
     NULL,
     NULL},
    {"resolve",
     JL_MSG("settle a conflict: yours, theirs, another value, field by field"),
     "[CONFLICT]",
     0,
     1,
     JL_COMMAND_WRITES,
     resolve_options,
     jl_cmd_resolve,
     {"jalon resolve", "jalon resolve C12 --mine", "jalon resolve C12 --edit \"1 250\"", "jalon resolve C12 --field due=mine --field title=theirs"},
     NULL,
     NULL},
    {"start", JL_MSG("make a first plan, guided"), "", 0, 0, JL_COMMAND_WRITES, NULL, jl_cmd_start, {"jalon start"}, NULL, NULL},
    {"help",
     JL_MSG("help on a command"),
     "[COMMAND]...",
     0,
     3,
     JL_COMMAND_LOCAL,
     NULL,
     jl_cmd_help,
     {"jalon help", "jalon help budget-line set"},
     NULL,
     NULL},
    {"version", JL_MSG("version of this program"), "", 0, 0, JL_COMMAND_LOCAL, NULL, jl_cmd_version, {"jalon version"}, NULL, NULL},
    {NULL, NULL, NULL, 0, 0, 0, NULL, NULL, {NULL}, NULL, NULL},
};

const char *const jl_record_verbs[] = {"add", "set", "show", "list", "rm", "restore", "move", NULL};

static const struct {
  const char *verb, *summary;
  bool (*run)(struct jl_cli *cli, struct jl_error *err);
  unsigned flags;
} verbs[] = {
    {"add", JL_MSG("make a record"), jl_cmd_record_add, JL_COMMAND_WRITES},
    {"set", JL_MSG("change fields of a record"), jl_cmd_record_set, JL_COMMAND_WRITES},
    {"show", JL_MSG("show one record with everything below it"), jl_cmd_record_show, JL_COMMAND_PAST},
    {"list", JL_MSG("list the records"), jl_cmd_record_list, JL_COMMAND_PAST},
    {"rm", JL_MSG("delete a record"), jl_cmd_record_rm, JL_COMMAND_WRITES},
    {"restore", JL_MSG("bring a deleted record back"), jl_cmd_record_restore, JL_COMMAND_WRITES},
    {"move", JL_MSG("give a record another place in its list"), jl_cmd_record_move, JL_COMMAND_WRITES},
};

bool jl_record_verb_fits(const struct jl_record_type *type, const char *verb) {
  if (type->space == JL_SPACE_PERSONAL) return false; /* commands of its own keep it */
  if (strcmp(verb, "move") == 0) return jl_rank_field(type) != NULL;
  if (type->number == JL_TYPE_APPROVAL || type->number == JL_TYPE_BASELINE || type->number == JL_TYPE_SPRINT_EVENT || type->number == JL_TYPE_AUTOMATION_FIRING) /* submit, approve ... */
    return strcmp(verb, "show") == 0 || strcmp(verb, "list") == 0;
  if (type->number >= JL_TYPE_REVIEW && type->number <= JL_TYPE_REVIEW_DECISION) return strcmp(verb, "show") == 0 || strcmp(verb, "list") == 0; /* review start, accept ... */
  if (type->number == JL_TYPE_LAUNCH_OVERRIDE) return strcmp(verb, "add") != 0 && strcmp(verb, "set") != 0; /* gate override */
  return !type->singleton ||
         (strcmp(verb, "add") != 0 && strcmp(verb, "rm") != 0 && strcmp(verb, "restore") != 0 && strcmp(verb, "list") != 0);
}

static const char *value_hint(struct jl_arena *a, const struct jl_field *f) {
  switch (f->kind) {
  case JL_KIND_MONEY:
    return "AMOUNT";
  case JL_KIND_FRACTION:
  case JL_KIND_INTEGER:
    return f->merge == JL_MERGE_COUNTER ? "N|+N|-N" : "N";
  case JL_KIND_SHARE:
    return "PERCENT";
  case JL_KIND_DATE:
    return "DATE";
  case JL_KIND_TIME:
    return "TIME";
  case JL_KIND_BOOL:
    return "yes|no";
  case JL_KIND_CURRENCY:
    return "EUR|USD|...";
  case JL_KIND_LINK:
    return "ADDRESS";
  case JL_KIND_REFERENCE:
    return f->repeated ? "REF,...|+REF|-REF" : "REF";
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
    return f->repeated ? "TEXT,...|+TEXT|-TEXT" : "TEXT";
  case JL_KIND_RANK:
    return "PLACE";
  case JL_KIND_ENUM:
    break;
  }
  char *words = jl_arena_strdup(a, "");
  for (size_t i = 0; i < f->enumeration->count && words != NULL; i++)
    words = jl_arena_printf(a, "%s%s%s", words, i > 0 ? "|" : "", f->enumeration->values[i].text);
  return words != NULL ? words : "WORD";
}

static const char *joined(struct jl_arena *a, const char *before, const char *what) {
  char *both = jl_arena_printf(a, "%s%s%s", before, before[0] != '\0' ? ", " : "", what);
  return both != NULL ? both : before;
}

static const char *worded(struct jl_arena *a, const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(message, args, n, &text);
  char *copy = jl_arena_strndup(a, text.size > 0 ? (const char *)text.data : "", text.size);
  jl_buffer_release(&text);
  return copy != NULL ? copy : "";
}

/* "duration; in working days; 0 to 2600": all that the field's description says, in the user's language. */
static const char *field_help(struct jl_arena *a, const struct jl_field *f, bool adding) {
  const char *help = jl_tr(f->label);
  if (f->help[0] != '\0') help = joined(a, help, jl_tr(f->help));
  const struct jl_arg unit = jl_arg_label(f->unit), range[] = {jl_arg_integer(f->minimum), jl_arg_integer(f->maximum)},
                      otherwise = jl_arg_text(f->default_text);
  if (f->unit[0] != '\0') help = joined(a, help, worded(a, JL_MSG("in {1}"), &unit, 1));
  if (f->kind == JL_KIND_INTEGER && f->has_minimum && f->has_maximum) help = joined(a, help, worded(a, JL_MSG("{1} to {2}"), range, 2));
  const struct jl_arg so_far = jl_arg_text(help);
  if (f->kind == JL_KIND_ENUM && f->help[0] == '\0') help = worded(a, JL_MSG("{1}: "), &so_far, 1);
  for (size_t i = 0, n = 0; f->kind == JL_KIND_ENUM && f->help[0] == '\0' && i < f->enumeration->count; i++) {
    const struct jl_enum_value *v = &f->enumeration->values[i];
    bool same = strcmp(v->text, jl_tr(v->label)) == 0;
    char *pair = jl_arena_printf(a, "%s%s%s%s%s", help, n++ > 0 ? ", " : "", v->text, same ? "" : " = ", same ? "" : jl_tr(v->label));
    if (pair != NULL) help = pair;
  }
  if (adding && f->required && f->default_text[0] == '\0') help = joined(a, help, jl_tr(JL_MSG("needed")));
  if (adding && f->default_text[0] != '\0') help = joined(a, help, worded(a, JL_MSG("otherwise {1}"), &otherwise, 1));
  return help;
}

static struct jl_option *field_options(struct jl_arena *a, const struct jl_record_type *type, bool adding) {
  struct jl_option *options = jl_arena_array(a, type->field_count + 1, sizeof *options);
  size_t n = 0;
  for (size_t i = 0; options != NULL && i < type->field_count; i++) {
    const struct jl_field *f = &type->fields[i];
    if (f->by_server || (!adding && f->immutable) || jl_names_the_plan(f)) continue;
    options[n++] = (struct jl_option){f->flag, value_hint(a, f), field_help(a, f, adding)};
  }
  return options;
}

static const struct jl_option rm_options[] = {{"with-children", NULL, JL_MSG("delete what belongs to it too")}, {NULL, NULL, NULL}};

static const struct jl_option move_options[] = {{"after", "REF", JL_MSG("behind this one")},
                                                {"before", "REF", JL_MSG("before this one")},
                                                {"first", NULL, JL_MSG("to the beginning of the list")},
                                                {"last", NULL, JL_MSG("to the end of the list")},
                                                {NULL, NULL, NULL}};

static const char *example_value(const struct jl_field *f) {
  switch (f->kind) {
  case JL_KIND_MONEY:
    return "\"1 200\"";
  case JL_KIND_DATE:
    return "+2w";
  case JL_KIND_SHARE:
    return "20%";
  case JL_KIND_BOOL:
    return "yes";
  case JL_KIND_INTEGER:
  case JL_KIND_FRACTION:
    return "3";
  case JL_KIND_ENUM:
    return f->enumeration->values[f->enumeration->count - 1].text;
  case JL_KIND_REFERENCE:
    return "REF";
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_TIME:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_RANK:
    break;
  }
  return "\"...\"";
}

/* What is changed every day. */
static const struct jl_field *example_field(const struct jl_record_type *type, const struct jl_field *title) {
  const struct jl_field *shown = NULL;
  int best = 0;
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *f = &type->fields[i];
    int rank = f->kind == JL_KIND_MONEY       ? 5
               : f->kind == JL_KIND_DATE      ? 4
               : f->kind == JL_KIND_ENUM      ? 3
               : f->kind == JL_KIND_REFERENCE ? 0
                                              : 2;
    if (f == title || f->by_server || f->immutable || rank <= best) continue;
    best = rank;
    shown = f;
  }
  if (shown != NULL) return shown;
  return title != NULL ? title : &type->fields[0];
}

static void make_examples(struct jl_arena *a, struct jl_command *c, const char *verb) {
  const struct jl_record_type *type = c->type;
  const struct jl_field *title = jl_title_field(type), *shown = example_field(type, title);
  if (strcmp(verb, "add") == 0) {
    char *required = jl_arena_strdup(a, "");
    for (size_t i = 0; i < type->field_count && required != NULL; i++) {
      const struct jl_field *f = &type->fields[i];
      if (f != title && f->required && f->default_text[0] == '\0' && !jl_names_the_plan(f))
        required = jl_arena_printf(a, "%s --%s %s", required, f->flag, example_value(f));
    }
    c->examples[0] = jl_arena_printf(a, "jalon %s%s%s", c->path, title != NULL ? " \"...\"" : "", required != NULL ? required : "");
    if (!shown->required) c->examples[1] = jl_arena_printf(a, "%s --%s %s", c->examples[0], shown->flag, example_value(shown));
  } else if (strcmp(verb, "set") == 0 && type->singleton)
    c->examples[0] = jl_arena_printf(a, "jalon %s --%s %s", c->path, shown->flag, example_value(shown));
  else if (strcmp(verb, "set") == 0)
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12 --%s %s", c->path, type->letter, shown->flag, example_value(shown));
  else if (strcmp(verb, "move") == 0) {
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12 --after %s3", c->path, type->letter, type->letter);
    c->examples[1] = jl_arena_printf(a, "jalon %s %s12 --first", c->path, type->letter);
  } else if (strcmp(verb, "list") == 0 || type->singleton)
    c->examples[0] = jl_arena_printf(a, "jalon %s", c->path);
  else
    c->examples[0] = jl_arena_printf(a, "jalon %s %s12", c->path, type->letter);
}

const struct jl_command *jl_record_command(struct jl_arena *a, const struct jl_record_type *type, const char *verb) {
  size_t v = 0;
  while (v < JL_COUNT(verbs) && strcmp(verbs[v].verb, verb) != 0) v++;
  if (v == JL_COUNT(verbs) || !jl_record_verb_fits(type, verb)) return NULL;
  struct jl_command *c = jl_arena_alloc(a, sizeof *c);
  if (c == NULL) return NULL;
  bool adding = strcmp(verb, "add") == 0, setting = strcmp(verb, "set") == 0, listing = strcmp(verb, "list") == 0;
  c->path = jl_arena_printf(a, "%s %s", type->command, verb);
  c->summary = verbs[v].summary;
  c->run = verbs[v].run;
  c->type = type;
  c->flags = verbs[v].flags | (type->space == JL_SPACE_PLAN ? (unsigned)JL_COMMAND_PLAN : 0);
  const struct jl_field *title = jl_title_field(type);
  c->most = listing || (adding && title == NULL) ? 0 : 1;
  c->least = type->singleton || adding ? 0 : c->most;
  c->arguments = listing || c->most == 0 ? "" : adding ? "[TITLE]" : type->singleton ? "" : "REF";
  c->options = adding || setting               ? field_options(a, type, adding)
               : listing                       ? (type == jl_record_type_by_name("action") ? action_list_options : list_options)
               : strcmp(verb, "rm") == 0   ? rm_options
               : strcmp(verb, "move") == 0 ? move_options
                                           : NULL;
  make_examples(a, c, verb);
  return c->path == NULL || c->examples[0] == NULL ? NULL : c;
}

/* "plan new" takes the fields of the plan's table, and a template. */
static const struct jl_command *with_plan_options(struct jl_arena *a, const struct jl_command *command) {
  struct jl_command *c = strcmp(command->path, "plan new") == 0 ? jl_arena_alloc(a, sizeof *c) : NULL;
  const struct jl_option *fields = c == NULL ? NULL : field_options(a, jl_record_type_by_name("plan"), true);
  size_t n = 0;
  while (fields != NULL && fields[n].name != NULL) n++;
  struct jl_option *options = fields == NULL ? NULL : jl_arena_array(a, n + 4, sizeof *options);
  if (options == NULL) return command;
  options[0] = (struct jl_option){"template", "NAME|FILE", JL_MSG("start from a template: jalon template list")};
  options[1] = (struct jl_option){"from", "PLAN", JL_MSG("start from this plan: what it wants and plans, not what was spent, measured and said")};
  options[2] = (struct jl_option){"without", "PART,...", JL_MSG("leave these parts of it out: actions, budget, rights ...")};
  memcpy(options + 3, fields, n * sizeof *options);
  *c = *command;
  c->options = options;
  return c;
}

static struct jl_option view_option(const struct jl_view *view, const char *name);

/* "why" and "view save" take the parameters of the view that they are about. */
static const struct jl_command *with_view_options(struct jl_arena *a, const struct jl_command *command, const char *const *words, size_t count) {
  bool why = strcmp(command->path, "why") == 0, saves = strcmp(command->path, "view save") == 0;
  const struct jl_view *view = why && count >= 2 ? jl_view_by_name(words[1]) : saves && count >= 4 ? jl_view_by_name(words[3]) : NULL;
  const struct jl_option *own_options = why ? why_options : view_save_options;
  struct jl_command *c = view == NULL ? NULL : jl_arena_alloc(a, sizeof *c);
  size_t n = 0, own = why ? JL_COUNT(why_options) - 1 : JL_COUNT(view_save_options) - 1;
  while (view != NULL && view->parameters != NULL && view->parameters[n] != NULL) n++;
  struct jl_option *options = c == NULL ? NULL : jl_arena_array(a, n + own + 1, sizeof *options);
  if (options == NULL) return command;
  memcpy(options, own_options, own * sizeof *options);
  for (size_t i = 0; i < n; i++) options[own + i] = view_option(view, view->parameters[i]);
  *c = *command;
  c->options = options;
  return c;
}

static struct jl_option view_option(const struct jl_view *view, const char *name) {
  static const struct jl_option of_actions[] = {
      ACTION_FILTERS, ACTION_SORT, BOARD_COLUMNS};
  static const struct jl_option person = {"by", "PERSON", JL_MSG("only what this person changed")};
  static const struct jl_option of_budget[] = {
      {"by", "lever|action|month|...", JL_MSG("only the table of this grouping: lever, action, line, category, sub-category, bucket, supplier, month, quarter, year, kpi, person")},
      {"basis", "cost|net|gross", JL_MSG("what it costs, amounts excl. VAT, or incl. VAT")}};
  static const struct {
    const char *view;
    struct jl_option option;
  } own[] = {{"figures", {"by", "lever|month", JL_MSG("by lever and campaign, or by month")}},
                   {"audit", {"by", "channel|campaign", JL_MSG("by channel with its campaigns, or by campaign")}},
                   {"audit", {"much", "10%", JL_MSG("from this part of the spend on a channel costs much (10%)")}},
                   {"audit", {"little", "50%", JL_MSG("less than this part of its share of the spend is little (50%)")}},
                   {"audit", {"enough", "N", JL_MSG("fewer qualified leads are too few to judge by (30)")}},
                   {"report", {"month", "2026-03|+N", JL_MSG("of this month; otherwise the present one")}},
                   {"report", {"quarter", "2026-Q1|+N", JL_MSG("of this fiscal quarter; +0 is the present one")}},
                   {"report", {"year", "2026|+N", JL_MSG("of this fiscal year; +0 is the present one")}},
                   {"kpi", {"by", "channel|action", JL_MSG("by channel with its purpose, or by action with target and status; otherwise each with its trend")}}};
  static const struct jl_option known[] = {{"since", "DATE|rN", JL_MSG("only changes from that day on, or after a revision")},
                                           {"until", "DATE|rN", JL_MSG("only changes up to the end of that day, or to a revision")},
                                           {"limit", "N", JL_MSG("at most so many changes, the newest")},
                                           {"sentences", "yes|no", JL_MSG("no: a column for each part of a change, as CSV and JSON have them")},
                                           {"import", "NAME", JL_MSG("only what came with this import")},
                                           {"type", "action|kpi|budget-line|...", JL_MSG("which records")},
                                           {"deleted", "yes|no", JL_MSG("the deleted ones")},
                                           {"why", "PERSON|TEAM|me", JL_MSG("why this person or team may, or may not")},
                                           {"size", "4|7|10", JL_MSG("how many P; otherwise as many as are in use")},
                                           {"method", "ice|rice|wsjf", JL_MSG("only this score")},
                                           {"about", "TEXT", JL_MSG("only those that have these words, whatever their case and accents")},
                                           {"text", "TEXT", JL_MSG("these words instead of an objective")},
                                           {"month", "YYYY-MM|+N", JL_MSG("this month; otherwise the present one")},
                                           {"year", "YYYY|+N", JL_MSG("a whole year, a line for each month")},
                                           {"week", "YYYY-Wnn|+N", JL_MSG("this week; otherwise the present one")},
                                           {"weeks", "N", JL_MSG("how many weeks (6)")},
                                           {"mine", NULL, JL_MSG("your own")},
                                           {"replay", NULL, JL_MSG("and work its proposals out again from its facts, to compare")},
                                           {"zone", "a|b|c", JL_MSG("school holidays of this zone; otherwise that of the calendar")},
                                           {"person", "PERSON", JL_MSG("of this person")},
                                           {"on", "REF", JL_MSG("what it would do to this record now")},
                                           {"period", "2026-07|2026-Q1|2026|...", JL_MSG("only this month, fiscal quarter or year, or from one to another: 2026-07..2026-09")},
                                           {"before", "REVISION", JL_MSG("only changes before this one")}};
  static const struct jl_option of_variance[] = {{"method", "typical|atypical|both|bottom-up|pace", JL_MSG("how the estimate at end is worked out")},
                                                 {"months", "N", JL_MSG("the pace is that of the last N months (3)")}};
  if (strcmp(name, person.name) == 0 && jl_view_takes(view, "until")) return person;
  for (size_t i = 0; jl_view_takes(view, "basis") && i < JL_COUNT(of_budget); i++)
    if (strcmp(of_budget[i].name, name) == 0) return of_budget[i];
  for (size_t i = 0; i < JL_COUNT(own); i++)
    if (strcmp(own[i].view, view->name) == 0 && strcmp(own[i].option.name, name) == 0) return own[i].option;
  static const struct jl_option cut = {"cut", "20%|AMOUNT", JL_MSG("so much less: a share of what is planned, or an amount excl. VAT")};
  static const struct jl_option to = {"to", "70|20|10", JL_MSG("the shares if it went to this bucket; otherwise one up")};
  if (strcmp(name, cut.name) == 0) return cut;
  if (strcmp(name, to.name) == 0) return to;
  for (size_t i = 0; strcmp(view->name, "variance") == 0 && i < JL_COUNT(of_variance); i++)
    if (strcmp(of_variance[i].name, name) == 0) return of_variance[i];
  for (size_t i = 0; jl_view_takes(view, "lever") && i < JL_COUNT(of_actions); i++)
    if (strcmp(of_actions[i].name, name) == 0) return of_actions[i];
  for (size_t i = 0; i < JL_COUNT(known); i++)
    if (strcmp(known[i].name, name) == 0) return known[i];
  return (struct jl_option){name, "VALUE", JL_MSG("parameter of the view")};
}

/* A record that the view can be about. */
static const char *example_record(const struct jl_view *view) {
  static const struct {
    const char *view, *record;
  } known[] = {{"automations", "AU1"}, {"review", "R1"}, {"smart", "O1"}, {"sprint", "SP2"}, {"planning", "SP2"}, {"minutes", "MT3"}, {"trace", "X45"}};
  for (size_t i = 0; i < JL_COUNT(known); i++)
    if (strcmp(known[i].view, view->name) == 0) return known[i].record;
  return "A12";
}

const struct jl_command *jl_view_command(struct jl_arena *a, const struct jl_view *view) {
  struct jl_command *c = jl_arena_alloc(a, sizeof *c);
  if (c == NULL) return NULL;
  size_t n = 0;
  while (view->parameters != NULL && view->parameters[n] != NULL) n++;
  struct jl_option *options = jl_arena_array(a, n + 1, sizeof *options);
  for (size_t i = 0; options != NULL && i < n; i++)
    options[i] = view_option(view, view->parameters[i]);
  c->path = view->name;
  c->summary = view->help != NULL && view->help[0] != '\0' ? view->help : view->label;
  c->run = jl_cmd_view;
  c->view = view;
  c->options = options;
  c->flags = JL_COMMAND_PAST | (view->alone != NULL ? (unsigned)JL_COMMAND_ALONE : view->needs_space ? (unsigned)JL_COMMAND_PLAN : 0);
  c->most = view->by_record || n > 0 ? 1 : 0;
  c->arguments = view->by_record ? "[REF]" : n > 0 && options != NULL ? jl_arena_printf(a, "[%s]", options[0].value) : "";
  c->examples[0] = jl_arena_printf(a, "jalon %s", view->name);
  c->examples[1] = jl_arena_printf(a, view->by_record ? "jalon %s %s" : "jalon %s --csv", view->name, example_record(view));
  c->examples[2] = jl_arena_printf(a, "jalon watch %s", view->name);
  return options == NULL || c->examples[0] == NULL || c->arguments == NULL ? NULL : c;
}

/* ---- finding ---- */
/* Words of the path that the line starts with: all of them, or 0. */
static size_t path_matches(const char *path, const char *const *words, size_t count) {
  size_t used = 0;
  for (const char *p = path; *p != '\0'; used++) {
    size_t size = strcspn(p, " ");
    if (used >= count || strlen(words[used]) != size || strncmp(words[used], p, size) != 0) return 0;
    p += size;
    if (*p == ' ') p++;
  }
  return used;
}

struct nearest {
  const char *word, *name;
  int distance, shared;
};

/* Letters of a word that stand in another, wherever: "bugdet" is nearer to budget than to bucket. */
static int shared_letters(const char *a, const char *b) {
  int left[256] = {0}, shared = 0;
  for (; *b != '\0'; b++) left[(unsigned char)*b]++;
  for (; *a != '\0'; a++) shared += left[(unsigned char)*a]-- > 0;
  return shared;
}

static void consider(struct nearest *n, const char *name, size_t size) {
  char first[64];
  if (size >= sizeof first) return;
  memcpy(first, name, size);
  first[size] = '\0';
  int distance = jl_text_distance(n->word, first), shared = shared_letters(n->word, first);
  if (distance < n->distance || (distance == n->distance && n->name != NULL && shared > n->shared))
    n->distance = distance, n->shared = shared, n->name = name;
}

static bool unknown_command(struct jl_cli *cli, const char *const *words, size_t count, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_name(words[0]);
  bool second = count > 1 && type != NULL;
  char typed[160], near[160] = "";
  struct nearest n = {second ? words[1] : words[0], NULL, 4, 0};
  for (const struct jl_command *c = jl_commands; c->path != NULL; c++) {
    const char *space = strchr(c->path, ' ');
    size_t first = space != NULL ? (size_t)(space - c->path) : strlen(c->path);
    if (count > 1 && space != NULL && strlen(words[0]) == first && strncmp(words[0], c->path, first) == 0) {
      if (!second) n = (struct nearest){words[1], NULL, 8, 0};
      second = true;
      consider(&n, space + 1, strlen(space + 1));
    } else if (!second)
      consider(&n, c->path, first);
  }
  for (size_t i = 0; second && type != NULL && jl_record_verbs[i] != NULL; i++)
    if (jl_record_verb_fits(type, jl_record_verbs[i])) consider(&n, jl_record_verbs[i], strlen(jl_record_verbs[i]));
  for (size_t i = 0; !second && i < jl_record_type_count; i++)
    consider(&n, jl_record_types[i]->command, strlen(jl_record_types[i]->command));
  for (size_t i = 0; !second && i < jl_view_count; i++) consider(&n, jl_views[i].name, strlen(jl_views[i].name));
  (void)cli;
  snprintf(typed, sizeof typed, "%s%s%s", words[0], count > 1 && second ? " " : "", count > 1 && second ? words[1] : "");
  if (n.name != NULL)
    snprintf(near, sizeof near, "%s%s%.*s", second ? words[0] : "", second ? " " : "",
             (int)(second ? strlen(n.name) : strcspn(n.name, " ")), n.name);
  if (type != NULL && count == 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} needs a verb: add, set, show, list, rm or restore"), JL_MSG("see jalon help {1}"),
                   jl_arg_text(words[0]));
  return jl_fail(err, JL_E_USAGE, JL_MSG("there is no command \"{1}\""),
                 near[0] != '\0' ? JL_MSG("did you mean jalon {2}?") : JL_MSG("see jalon help"), jl_arg_text(typed), jl_arg_text(near));
}

static bool takes_value(const struct jl_option *options, const char *name) {
  for (; options != NULL && options->name != NULL; options++)
    if (strcmp(options->name, name) == 0) return options->value != NULL;
  return true;
}

/* The words after "comment show" or "raci set" are of this form: as many that are no options as it takes. */
static bool form_fits(const struct jl_command *command, const char *const *words, size_t count) {
  size_t positional = 0;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(words[i], "--", 2) != 0)
      positional++;
    else if (words[i][2] == '\0')
      return positional + count - i - 1 >= command->least && positional + count - i - 1 <= command->most;
    else if (strchr(words[i], '=') == NULL && takes_value(command->options, words[i] + 2))
      i++;
  }
  return positional >= command->least && positional <= command->most;
}

/* Some commands stand beside the verbs of a record type: "comment REF TEXT" and "comment show CM1", "raci set A12 A=paul"
 * and "raci set RA20 --task TEXT". The verb is meant when the words fit it and not the command of that very name. NULL: it is not. */
static const struct jl_command *verb_instead(struct jl_cli *cli, const struct jl_command *command, size_t used, const char *const *words,
                                             size_t count) {
  const struct jl_record_type *type = count > 1 ? jl_record_type_by_name(words[0]) : NULL;
  const struct jl_command *verb = type == NULL ? NULL : jl_record_command(cli->arena, type, words[1]);
  if (verb == NULL || type->singleton || (used == 2 && (count == 2 || form_fits(command, words + 2, count - 2)))) return NULL;
  return count == 2 || form_fits(verb, words + 2, count - 2) ? verb : NULL;
}

bool jl_command_find(struct jl_cli *cli, const char *const *words, size_t count, const struct jl_command **ret_command, size_t *ret_used,
                     struct jl_error *err) {
  size_t best = 0;
  for (const struct jl_command *c = jl_commands; c->path != NULL; c++) {
    size_t used = path_matches(c->path, words, count);
    if (used > best) best = used, *ret_command = c;
  }
  *ret_used = best;
  const struct jl_command *verb = best > 0 ? verb_instead(cli, *ret_command, best, words, count) : NULL;
  if (verb != NULL) {
    *ret_command = verb;
    *ret_used = 2;
    return true;
  }
  if (best > 0) {
    *ret_command = with_view_options(cli->arena, with_plan_options(cli->arena, *ret_command), words, count);
    return true;
  }
  const struct jl_record_type *type = jl_record_type_by_name(words[0]);
  if (type != NULL && count > 1 && (*ret_command = jl_record_command(cli->arena, type, words[1])) != NULL) {
    *ret_used = 2;
    return true;
  }
  const struct jl_view *view = jl_view_by_name(words[0]);
  if (view != NULL && (*ret_command = jl_view_command(cli->arena, view)) != NULL) {
    *ret_used = 1;
    return true;
  }
  return unknown_command(cli, words, count, err);
}

/* Commands: funnel, KPIs, figures, experiments. A row each; commands.h. */
#include "client/cli/audit.h"
#include "client/cli/commands.h"
#include "client/cli/experiment.h"
#include "client/cli/figures.h"
#include "client/cli/kpi_catalogue.h"

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
static const struct jl_option figures_set_options[] = {{"period", "2026-03|2026-Q3|2026", JL_MSG("the month, quarter or year in which it came")},
                                                       {"campaign", "REF", JL_MSG("the action that brought it; otherwise of the lever apart from its campaigns")},
                                                       {"platform", "NAME", JL_MSG("who counted it, with its account: google-ads, meta:alpes; those of several platforms add up")},
                                                       {NULL, NULL, NULL}};
static const struct jl_option figures_import_options[] = {IMPORT_ANSWERS, {NULL, NULL, NULL}};
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

const struct jl_command jl_commands_measures[] = {
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
    JL_COMMANDS_END};

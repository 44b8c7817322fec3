/* Commands: money. A row each; commands.h. */
#include "client/cli/commands.h"

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

const struct jl_command jl_commands_budget[] = {
    {"supplier list", JL_MSG("what is ordered and invoiced by each supplier; of one: its orders and invoices"), "[NAME]", 0, 1, JL_COMMAND_PLAN | JL_COMMAND_PAST,
     supplier_list_options, jl_cmd_supplier_list, {"jalon supplier list", "jalon supplier list \"Google Ads\" --period 2026-Q1"}, NULL, NULL},
    {"supplier rename", JL_MSG("one name for a supplier on all its expenses, in one group; the name of another one makes one of both"), "NAME NAME", 2, 2,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, supplier_rename_options, jl_cmd_supplier_rename, {"jalon supplier rename \"GOOGLE ADS IRELAND\" \"Google Ads\""}, NULL, NULL},
    {"allocation", JL_MSG("from customers, CAC and CLV to a global budget, split over the lines with what is expected of each"), "[REF]", 0, 1,
     JL_COMMAND_PLAN | JL_COMMAND_PAST, allocation_options, jl_cmd_allocation, {"jalon allocation", "jalon allocation BO1 --set B3=5000"}, NULL, NULL},
    {"allocation apply", JL_MSG("the lines plan what the allocation gives them, and the budget is submitted with the ROI expected of each"), "[REF]", 0, 1,
     JL_COMMAND_PLAN | JL_COMMAND_WRITES, allocation_apply_options, jl_cmd_allocation_apply, {"jalon allocation apply --dry-run", "jalon allocation apply BO1 --set B3=5000"}, NULL, NULL},
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
    JL_COMMANDS_END};

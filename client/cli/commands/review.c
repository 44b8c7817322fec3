/* Commands: quarterly reviews and arbitrations. A row each; commands.h. */
#include "client/cli/commands.h"

static const struct jl_option review_start_options[] = {{"period", "2026-Q3|2026-07|...", JL_MSG("of this quarter, month, year, or from one to another")},
                                                        {"week", "YYYY-Wnn|+0|-N", JL_MSG("a weekly arbitration: of this week, with the results of the four weeks that end with it")},
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

const struct jl_command jl_commands_review[] = {
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
    JL_COMMANDS_END};

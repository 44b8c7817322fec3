/* Commands: actions from sprint to sprint, meetings, what happens by itself. A row each; commands.h. */
#include "client/cli/commands.h"

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

const struct jl_command jl_commands_rhythm[] = {
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
    JL_COMMANDS_END};

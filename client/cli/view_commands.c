/* The commands of views, made from their table; the options that their parameters are. */
#include "client/cli/commands.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

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
  } own[] = {{"figures", {"by", "lever|month|platform", JL_MSG("by lever and campaign, by month, or by who counted them")}},
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

/* "why" and "view save" take the parameters of the view that they are about. */
const struct jl_command *jl_with_view_options(struct jl_arena *a, const struct jl_command *command, const char *const *words, size_t count) {
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
